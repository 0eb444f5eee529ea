//! What the tests of the command line share.

use std::path::PathBuf;

use assert_cmd::Command;

/// The small law of the tests.
#[allow(dead_code, reason = "not every test needs it")]
pub fn fixture_law() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/law")
}

/// The binary with the small law.
#[allow(dead_code, reason = "not every test needs it")]
pub fn demo() -> Command {
    let mut command = plain();
    command.arg("--law-dir").arg(fixture_law());
    command
}

/// The binary with the law built in.
pub fn plain() -> Command {
    let mut command = Command::cargo_bin("tiergate").unwrap();
    command.env_remove("COLUMNS").env("NO_COLOR", "1");
    command
}

/// Standard output, standard error and exit code.
pub fn run(command: &mut Command) -> (String, String, i32) {
    let output = command.output().unwrap();
    (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
        output.status.code().unwrap(),
    )
}

/// A file of the repository's surroundings, if it is there.
#[allow(dead_code, reason = "not every test needs it")]
pub fn shared(path: &str) -> Option<PathBuf> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared")
        .join(path);
    file.exists().then_some(file)
}
