//! What becomes of input that cannot be read, and of output that cannot be written: exit codes,
//! messages that stay short, files that are whole or not there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::process::{Command, Stdio};

use common::{demo, fixture_law, plain, run};

const ORDER: &str = r#"{"id": "o", "date": "2024-06-01", "destination": "PL"}"#;

/// The commands that read orders, each with a place for the file.
const READERS: [&[&str]; 8] = [
    &["decide", "FILE"],
    &["decide", "--format", "json", "FILE"],
    &["impact", "FILE", "--from", "us", "--to", "us:text"],
    &[
        "diff",
        "us:text",
        "us:enforced",
        "--as-of",
        "2024-06-01",
        "--orders",
        "FILE",
    ],
    &["forms", "FILE"],
    &["explain", "--order", "FILE"],
    &["law", "timeline", "--order", "FILE"],
    &["import", "epoch-clusters", "FILE"],
];

fn with_file(args: &[&str], file: &str) -> (String, String, i32) {
    let args = args.iter().map(|a| if *a == "FILE" { file } else { a });
    run(demo().args(args))
}

#[test]
fn a_file_that_is_not_there_ends_every_command_alike() {
    for args in READERS {
        let (_, err, code) = with_file(args, "/nowhere/orders.json");
        assert_eq!(code, 2, "{args:?}: {err}");
        assert!(
            err.contains("cannot read /nowhere/orders.json"),
            "{args:?}: {err}"
        );
    }
    for args in READERS {
        // A folder can be opened and not read.
        let folder = fixture_law();
        let (_, err, code) = with_file(args, folder.to_str().unwrap());
        assert_eq!(code, 2, "{args:?}: {err}");
    }
}

#[test]
fn a_file_that_holds_no_order_ends_every_command_alike() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("cut.json", r#"{"id": "o", "date": "#),
        ("no-date.json", r#"{"id": "o", "destination": "PL"}"#),
        (
            "chip.json",
            r#"{"id": "o", "date": "2024-06-01", "destination": "PL", "item": {"chip": "h300"}}"#,
        ),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        for args in READERS {
            let (_, err, code) = with_file(args, file.to_str().unwrap());
            assert_eq!(code, 2, "{name} {args:?}: {err}");
        }
    }
    // Given in flags, the same is no input.
    let flags = [
        "explain",
        "--chip",
        "h300",
        "--to",
        "PL",
        "--date",
        "2024-06-01",
    ];
    let (_, err, code) = run(demo().args(flags));
    assert_eq!(code, 1, "{err}");
    assert!(
        err.contains("none is near; `tiergate chips` lists all"),
        "{err}"
    );
    let (_, err, code) = run(plain().args(["--law-dir", "/nowhere/law", "law", "check"]));
    assert_eq!(code, 2, "{err}");
}

#[test]
fn a_file_that_is_read_ends_well() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("order.json");
    fs::write(&file, ORDER).unwrap();
    for args in &READERS[..7] {
        let (_, err, code) = with_file(args, file.to_str().unwrap());
        assert_eq!(code, 0, "{args:?}: {err}");
    }
}

#[test]
fn a_chip_named_in_words_is_not_taken_for_another() {
    let explained = |chip: &str| {
        let flags = [
            "explain",
            "--to",
            "PL",
            "--date",
            "2025-06-01",
            "--chip",
            chip,
        ];
        let (_, err, code) = run(plain().args(flags));
        assert_eq!(code, 1, "{err}");
        err
    };
    for (chip, hint) in [
        ("NVIDIA H20", "did you mean `nvidia-h20`?"),
        ("H20", "did you mean `nvidia-h20`?"),
        (
            "h100",
            "did you mean `nvidia-h100-nvl`, `nvidia-h100-pcie` or `nvidia-h100-sxm5`?",
        ),
        ("Nvidia H100 80GB PCIe", "did you mean `nvidia-h100-pcie`?"),
        ("nvidia-h100-smx5", "did you mean `nvidia-h100-sxm5`?"),
        (
            "RTX 4090",
            "did you mean `nvidia-rtx-4090` or `nvidia-rtx-4090-d`?",
        ),
        ("mi300", "none is near; `tiergate chips` lists all"),
        ("nvidia-h300", "none is near; `tiergate chips` lists all"),
        (
            "A100 40GB",
            "none fits all of it; `nvidia-a100-pcie` and `nvidia-a100-sxm4` fit a part",
        ),
        (
            "instinct",
            "did you mean `amd-mi210`, `amd-mi250`, `amd-mi250x`, `amd-mi300a` or 5 more?",
        ),
    ] {
        let err = explained(chip);
        assert!(
            err.contains(&format!("`{chip}` is not in the catalog; {hint}")),
            "{err}"
        );
    }
}

#[test]
fn the_faults_of_one_row_are_counted_when_there_are_many() {
    let folder = tempfile::tempdir().unwrap();
    let unknown: Vec<String> = (0..5000).map(|n| format!("\"f{n}\": 1")).collect();
    let bad = format!(
        "{{\"id\": \"bad\", \"date\": \"2024-06-01\", \"destination\": \"PL\", {}}}",
        unknown.join(", ")
    );
    let two = r#"{"id": "two", "date": "2024-06-01", "destination": "Poland", "quantity": -1}"#;
    let lines = folder.path().join("orders.jsonl");
    fs::write(&lines, format!("{bad}\n{two}\n{ORDER}\n")).unwrap();
    let (out, err, code) = run(demo().arg("decide").arg(&lines));
    assert_eq!(code, 2);
    assert!(out.contains("o "), "{out}");
    let of = |line: &str| err.lines().filter(|l| l.contains(line)).count();
    assert_eq!(of("line 1"), 21, "{err}");
    assert!(
        err.contains("orders.jsonl, line 1: and 4,980 more faults"),
        "{err}"
    );
    assert_eq!(of("line 2"), 2, "{err}");
    assert!(err.contains("2 rows could not be read"), "{err}");
    let one = folder.path().join("order.json");
    fs::write(&one, &bad).unwrap();
    let (_, err, code) = run(demo().arg("forms").arg(&one));
    assert_eq!(code, 2);
    assert!(err.contains("; and 4,980 more faults"), "{err}");
    assert!(err.len() < 4000, "{}", err.len());
}

/// The exit code of a command whose standard output is closed before it writes.
fn closed(args: &[&str], input: Option<&str>) -> (String, i32) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("tiergate"));
    command
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    if let Some(text) = input {
        // It may end before it has read all.
        let _ = std::io::Write::write_all(&mut stdin, text.as_bytes());
    }
    drop(stdin);
    let ended = child.wait_with_output().unwrap();
    let err = String::from_utf8(ended.stderr).unwrap();
    (err, ended.status.code().unwrap())
}

#[test]
fn a_closed_pipe_does_not_hide_what_was_found() {
    let law = fixture_law();
    let law = law.to_str().unwrap();
    let (err, code) = closed(&["--law-dir", law, "law", "check"], None);
    assert_eq!(code, 0, "{err}");
    let folder = tempfile::tempdir().unwrap();
    let faulty = "[instrument]\nid = \"a\"\ntitle = \"A\"\ncite = \"1\"\neffective = 2024-01-01\n\
        [[note]]\nid = \"n\"\ncite = \"1\"\nwhen = \"destination in D:6\"\n";
    fs::write(folder.path().join("a.toml"), faulty).unwrap();
    let (err, code) = closed(
        &["--law-dir", folder.path().to_str().unwrap(), "law", "check"],
        None,
    );
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("unknown country group `D:6`"), "{err}");
    let rows = |bad: &str| {
        let good: String = (0..3_000)
            .map(|n| format!("o{n},2024-06-01,PL\n"))
            .collect();
        format!("id,date,destination\n{bad}{good}")
    };
    for format in ["csv", "json", "jsonl", "table"] {
        let args = ["--law-dir", law, "decide", "-", "--format", format];
        let (err, code) = closed(&args, Some(&rows("")));
        assert_eq!(code, 0, "{format}: {err}");
        assert!(!err.contains("error:"), "{format}: {err}");
        let (err, code) = closed(&args, Some(&rows("x,2024-06-01,Poland\n")));
        assert_eq!(code, 2, "{format}: {err}");
        assert!(!err.contains("error:"), "{format}: {err}");
    }
}

#[test]
fn an_output_file_is_whole_or_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let rows = folder.path().join("orders.csv");
    fs::write(&rows, "id,date,destination\no,2024-06-01,PL\n").unwrap();
    let names = || {
        let mut names: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let out = folder.path().join("out.csv");
    let mut decide = demo();
    decide
        .args(["decide", "--format", "csv", "--output"])
        .arg(&out);
    // A law that is not held stops it when the head is written already.
    fs::write(&out, "what stood there").unwrap();
    let (_, err, code) = run(decide.arg(&rows).args(["--law", "us@1990-01-01"]));
    assert_eq!(code, 1, "{err}");
    assert_eq!(fs::read_to_string(&out).unwrap(), "what stood there");
    assert_eq!(names(), ["orders.csv", "out.csv"]);
    // What is read is not written over: an order book would be lost.
    let before = fs::read_to_string(&rows).unwrap();
    let mut decide = demo();
    decide
        .args(["decide", "--format", "csv", "--output"])
        .arg(&rows);
    let (_, err, code) = run(decide.arg(&rows));
    assert_eq!(code, 1, "{err}");
    assert_eq!(fs::read_to_string(&rows).unwrap(), before);
    assert_eq!(names(), ["orders.csv", "out.csv"]);
    let (_, err, code) = run(demo().args([
        "law",
        "consolidate",
        "us@2024-06-01",
        "--output",
        "/nowhere/x",
    ]));
    assert_eq!(code, 1, "{err}");
}

#[cfg(unix)]
#[test]
fn an_output_file_keeps_its_link_and_its_rights() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (
        folder.path().join("file.json"),
        folder.path().join("link.json"),
    );
    fs::write(&file, "old").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&file, &link).unwrap();
    let order = folder.path().join("order.json");
    fs::write(&order, ORDER).unwrap();
    let (_, err, code) = run(demo().arg("forms").arg(&order).arg("--output").arg(&link));
    assert_eq!(code, 0, "{err}");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_ne!(fs::read_to_string(&file).unwrap(), "old");
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o640
    );
    let (out, err, code) = run(demo()
        .arg("forms")
        .arg(&order)
        .args(["--output", "/dev/stdout"]));
    assert_eq!(code, 0, "{err}");
    assert!(!out.is_empty());
    assert!(fs::metadata("/dev/null").is_ok_and(|m| !m.is_file()));
    let (_, err, code) = run(demo()
        .arg("forms")
        .arg(&order)
        .args(["--output", "/dev/null"]));
    assert_eq!(code, 0, "{err}");
    assert!(fs::metadata("/dev/null").is_ok_and(|m| !m.is_file()));
}

#[test]
fn an_import_writes_only_what_can_be_decided() {
    let folder = tempfile::tempdir().unwrap();
    let (table, orders) = (
        folder.path().join("gpu.csv"),
        folder.path().join("orders.csv"),
    );
    let head = "Name,Country,First Operational Date,Chip type (primary),Chip quantity (primary)\n";
    let row = |name: &str, quantity: &str| {
        format!("{name},Poland,2024-06-01,NVIDIA H100 SXM5,{quantity}\n")
    };
    let rows = row("Fits", "1000")
        + &row("Too many", "1e13")
        + &row("Amount", "1e12")
        + &row("Far too many", "99999999999999999999999999999999")
        + &row("None", "0");
    fs::write(&table, format!("{head}{rows}")).unwrap();
    let mut import = plain();
    import
        .args(["import", "epoch-clusters", "--output"])
        .arg(&orders);
    let (_, err, code) = run(import.arg(&table));
    assert_eq!(code, 0, "{err}");
    let (_, decided, code) = run(plain().arg("decide").arg(&orders));
    assert_eq!(code, 0, "{decided}");
    assert!(
        err.contains("line 3, Too many: primary chips: quantity: `10000000000000` is not"),
        "{err}"
    );
    let written = fs::read_to_string(&orders).unwrap();
    assert_eq!(
        written.lines().filter(|l| l.contains("2024-06-01")).count(),
        2,
        "{written}\n{err}"
    );
    // A row that is none of the table is input that could not be read.
    fs::write(&table, format!("{head}{}short,row\n", row("Fits", "1"))).unwrap();
    let (out, err, code) = run(plain().args(["import", "epoch-clusters"]).arg(&table));
    assert_eq!(code, 2, "{err}");
    assert!(out.contains("fits,2024-06-01"), "{out}");
}
