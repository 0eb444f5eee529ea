//! `tiergate lab`: what becomes of questions that cannot be asked, of files that cannot be written, and of
//! results that are not whole. What is shown is right, or it is an error.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{plain, run};

/// A run that takes no time, into a folder, and what it takes besides.
fn short(folder: &Path, more: &[&str]) -> (String, String, i32) {
    let mut command = plain();
    command.args(["lab", "run", "--draws", "3", "--until", "2023-03"]);
    command.args(["--series", "stock.us", "--prior", "--out"]);
    run(command.arg(folder).args(more))
}

/// A question that is refused with a code, of which the error says this.
fn refused(args: &[&str], code: i32, says: &str) {
    let (out, err, ended) = run(plain().arg("lab").args(args));
    assert_eq!(ended, code, "{args:?}: {err}");
    assert!(err.contains(says), "{args:?}: {err}");
    assert!(
        err.lines().count() <= 8 && out.is_empty(),
        "{args:?}: {err}{out}"
    );
}

/// A command that was begun, with pipes to read from.
fn begun(args: &[&str]) -> Child {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("tiergate"));
    let command = command.args(args).stdout(Stdio::piped());
    command.stderr(Stdio::piped()).spawn().unwrap()
}

/// All files of a folder with their bytes.
fn bytes(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    all.sort();
    let named = |path: PathBuf| {
        let name = PathBuf::from(path.file_name().unwrap());
        (name, fs::read(path).unwrap_or_default())
    };
    all.into_iter().map(named).collect()
}

#[test]
fn a_setting_that_cannot_be_is_refused_and_the_error_says_what_could() {
    for (setting, says) in [
        ("grey.cost", "write ID=VALUE"),
        ("", "write ID=VALUE"),
        ("grey.cost=", "write ID=VALUE"),
        ("grey.cost=0,2", "write ID=VALUE"),
        ("grey.cost=NaN", "write ID=VALUE"),
        ("grey.cost=inf", "write ID=VALUE"),
        ("grey.cost=1e400", "write ID=VALUE"),
        ("grey.csot=0.2", "did you mean `grey.cost`?"),
        (
            "grey.cost=-0.1",
            "grey.cost is not below zero; its range is 0.05 to 0.3",
        ),
        (
            "demand.abroad=7",
            "demand.abroad is a share: write a number from 0 to 1",
        ),
        ("supply.growth-2026=0", "supply.growth-2026 is above zero"),
        // Months by the million are more than memory.
        (
            "demand.plans-end=1e9",
            "at most a thousand times what a draw takes",
        ),
    ] {
        refused(&["run", "--set", setting], 1, says);
        refused(&["validate", "--set", setting], 1, says);
    }
    let twice = ["--set", "grey.cost=0.1", "--set", "grey.cost=0.2"];
    for verb in ["run", "compare", "claims", "sensitivity", "validate"] {
        let args = [&[verb], &twice[..]].concat();
        refused(&args, 1, "the parameter `grey.cost` is set twice");
    }
}

#[test]
fn a_value_that_no_draw_takes_is_taken_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("run");
    let (out, err, code) = short(&at, &["--set", "grey.cost=0.9"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("stock.us"), "{out}");
    assert_eq!(
        err,
        "note: `grey.cost=0.9` is beyond its range, 0.05 to 0.3\n"
    );
    let within = folder.path().join("within");
    assert_eq!(short(&within, &["--set", "grey.cost=0.3"]).1, "");
}

#[test]
fn a_law_that_is_not_there_or_there_twice_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("run");
    for (laws, says) in [
        (&["nowhere"][..], "known are us, "),
        (&["us:nowhere"], "the view is neither text nor enforced"),
        (&["us@1900-01-01"], "the law data begins on "),
        (&["us", "us:text", "us"], "the law `us` is named twice"),
    ] {
        let named: Vec<&str> = laws.iter().flat_map(|law| ["--law", law]).collect();
        let (_, err, code) = short(&at, &named);
        assert_eq!(code, 1, "{laws:?}: {err}");
        assert!(err.contains(says), "{laws:?}: {err}");
        assert!(!at.exists(), "{laws:?}");
    }
    refused(
        &["sensitivity", "--law", "us", "--law", "us"],
        1,
        "`us` is named twice",
    );
}

#[test]
fn numbers_that_cannot_be_are_refused_before_hours_of_rehearsals() {
    for (args, says) in [
        (&["run", "--draws", "0"][..], "is not in 1..=1000000"),
        (
            &["run", "--draws", "18446744073709551615"],
            "is not in 1..=1000000",
        ),
        (
            &["compare", "--draws", "99999999999"],
            "is not in 1..=1000000",
        ),
        (&["claims", "--draws", "x"], "invalid digit"),
        (&["run", "--seed", "x"], "invalid digit"),
        (&["validate", "--draws", "0"], "is not in 1..=1000000"),
        (&["calibrate", "--draws", "1"], "is not in 2..=1000000"),
        (&["calibrate", "--keep", "0"], "is not in 1..=1000000"),
        (
            &["calibrate", "--draws", "4", "--keep", "9"],
            "9 draws cannot be kept of 4",
        ),
        (&["sensitivity", "--walks", "1"], "is not in 2..=100000"),
        (
            &["sensitivity", "--walks", "4294967295"],
            "is not in 2..=100000",
        ),
        (
            &["sensitivity", "--rows", "3"],
            "a power of two from 2 to 65536, which 3 is not",
        ),
        (
            &["sensitivity", "--rows", "9223372036854775808"],
            "a power of two",
        ),
        (&["sensitivity", "--left", "0"], "is not in 1.."),
        // With one resample an interval is as narrow as none.
        (
            &["sensitivity", "--resamples", "1"],
            "is not in 20..=100000",
        ),
        (
            &["sensitivity", "--output", "x"],
            "no part of a goal; there are share.china",
        ),
        (
            &[
                "sensitivity",
                "--output",
                "share.us",
                "--output",
                "share.us",
            ],
            "`share.us` is named twice",
        ),
        (
            &["run", "--series", "stock.uss"],
            "did you mean `stock.us`?",
        ),
    ] {
        refused(args, 1, says);
    }
}

#[test]
fn the_last_month_is_a_year_and_a_month_that_the_lab_can_reach() {
    for until in ["2025", "2025-13", "2025-6", "2025-+7", "x", "", "99999-01"] {
        refused(&["run", "--until", until], 1, "is no month: write 2029-12");
    }
    refused(
        &["run", "--until", "2022-12"],
        1,
        "2022-12 is before the first month, 2023-01",
    );
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("run");
    // So far ahead, growth by a factor a year is beyond all numbers: that is no month without a value.
    let mut far = plain();
    // Whatever is drawn: growth is held.
    far.args(["lab", "run", "--draws", "1", "--until", "2200-01"]);
    far.args(["--set", "china.output-growth=1.9", "--out"]);
    let (out, err, code) = run(far.arg(&at));
    assert_eq!(code, 1, "{err}{out}");
    assert!(err.contains(" is beyond all numbers in 21"), "{err}");
    // The month of a day is a month.
    let (out, err, code) = short(&folder.path().join("day"), &[]);
    assert_eq!(code, 0, "{err}");
    let mut day = plain();
    day.args([
        "lab",
        "run",
        "--draws",
        "3",
        "--until",
        "2023-03-31",
        "--series",
        "stock.us",
    ]);
    let (of_day, err, _) = run(day
        .args(["--prior", "--out"])
        .arg(folder.path().join("day")));
    assert_eq!(of_day, out, "{err}");
}

#[test]
fn an_output_that_cannot_be_written_is_refused_before_anything_is_rehearsed() {
    let folder = tempfile::tempdir().unwrap();
    let (at, file) = (folder.path().join("run"), folder.path().join("x"));
    let (missing, file) = (folder.path().join("none/x"), file.to_str().unwrap());
    let (missing, here) = (missing.to_str().unwrap(), folder.path().to_str().unwrap());
    for (more, says) in [
        (&["--csv", here][..], "cannot write "),
        (&["--quantiles", missing], "cannot write "),
        (&["--parquet", missing], "cannot write "),
        (&["--series-only", "--report", here], "cannot write "),
        (
            &["--csv", file, "--parquet", file],
            "is named for two files",
        ),
        (
            &["--csv", "-", "--quantiles", "-"],
            "is named for two files",
        ),
        (
            &["--csv", "-", "--json"],
            "would both be on standard output",
        ),
    ] {
        let (out, err, code) = short(&at, more);
        assert_eq!(code, 1, "{more:?}: {err}");
        assert!(err.contains(says) && out.is_empty(), "{more:?}: {err}{out}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{more:?}");
    }
    let (_, err, code) = run(plain().args(["lab", "calibrate", "--write", missing]));
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("cannot write "), "{err}");
    // A file in the folder of the run can be written: the folder is there by then.
    let inside = at.join("all.csv");
    let (_, err, code) = short(&at, &["--csv", inside.to_str().unwrap()]);
    assert_eq!(code, 0, "{err}");
    assert!(
        fs::read_to_string(inside)
            .unwrap()
            .starts_with("law,draw,month,series,value\n")
    );
}

#[test]
fn the_files_of_a_run_are_not_written_over_by_what_is_told_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("run");
    short(&at, &[]);
    let before = bytes(&at);
    for own in ["law-0.f32", "law-0.done", "plan.json"] {
        let own = at.join(own);
        let (_, err, code) = short(&at, &["--csv", own.to_str().unwrap()]);
        assert_eq!(code, 1, "{err}");
        assert!(err.contains("is a file of the run's own"), "{err}");
    }
    assert!(bytes(&at) == before);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_with_the_name_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("run");
    for more in [
        &["--csv", "/dev/full"][..],
        &["--quantiles", "/dev/full"],
        &["--parquet", "/dev/full"],
        &["--series-only", "--report", "/dev/full"],
    ] {
        let (_, err, code) = short(&at, more);
        assert_eq!(code, 1, "{more:?}: {err}");
        assert!(
            err.starts_with("error: cannot write /dev/full\n"),
            "{more:?}: {err}"
        );
        assert_eq!(err.matches("No space left").count(), 1, "{more:?}: {err}");
    }
}

#[cfg(unix)]
#[test]
fn what_calibration_writes_takes_the_place_of_a_file_and_of_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let [link, file, beside] =
        ["kept.toml", "real.toml", "kept.part"].map(|f| folder.path().join(f));
    fs::write(&file, "old").unwrap();
    fs::write(&beside, "another's").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let calibrate = ["lab", "calibrate", "--draws", "4", "--keep", "2", "--write"];
    let (_, err, code) = run(plain().args(calibrate).arg(&link));
    assert_eq!(code, 0, "{err}");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&file).unwrap().contains("drawn = 4\n"));
    assert_eq!(fs::read_to_string(&beside).unwrap(), "another's");
}

#[test]
fn results_that_were_cut_changed_or_lost_are_drawn_again_and_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("run");
    let (whole, err, code) = short(&at, &[]);
    assert_eq!(code, 0, "{err}");
    let good = bytes(&at);
    let (data, marks) = (at.join("law-0.f32"), at.join("law-0.done"));
    let (values, marked) = (fs::read(&data).unwrap(), fs::read(&marks).unwrap());
    let longer = [&values[..], &[0; 5832]].concat();
    let mut one_bit = values.clone();
    one_bit[40] ^= 1;
    let swapped = [&values[values.len() / 3..], &values[..values.len() / 3]].concat();
    let marked_twice = [&marked[..], &marked[..]].concat();
    let damages: [(&str, &Path, Option<Vec<u8>>); 13] = [
        (
            "cut by a value",
            &data,
            Some(values[..values.len() - 4].to_vec()),
        ),
        (
            "cut by a draw",
            &data,
            Some(values[..values.len() * 2 / 3].to_vec()),
        ),
        ("empty", &data, Some(Vec::new())),
        ("gone", &data, None),
        ("longer", &data, Some(longer)),
        ("zeros", &data, Some(vec![0; values.len()])),
        ("a bit", &data, Some(one_bit)),
        ("draws in another order", &data, Some(swapped)),
        ("no marks", &marks, None),
        (
            "marks cut",
            &marks,
            Some(marked[..marked.len() - 3].to_vec()),
        ),
        ("marks of an earlier form", &marks, Some(vec![1; 3])),
        (
            "marks of no form",
            &marks,
            Some(b"111111111111111111111111".to_vec()),
        ),
        ("more marks than draws", &marks, Some(marked_twice)),
    ];
    for (what, file, becomes) in damages {
        match becomes {
            Some(bytes) => fs::write(file, bytes).unwrap(),
            None => fs::remove_file(file).unwrap(),
        }
        let (out, err, code) = short(&at, &[]);
        assert_eq!((code, err.as_str()), (0, ""), "{what}");
        assert_eq!(out, whole, "{what}");
        assert!(fs::read(&data).unwrap() == values, "{what}");
    }
    // What another run left there is not taken for this one's.
    fs::remove_file(at.join("plan.json")).unwrap();
    let other = short(&at, &["--seed", "9"]).0;
    let clean = short(&folder.path().join("clean"), &["--seed", "9"]).0;
    assert_eq!(
        other.replace(at.to_str().unwrap(), ""),
        clean.replace(folder.path().join("clean").to_str().unwrap(), "",)
    );
    fs::remove_file(at.join("plan.json")).unwrap();
    fs::remove_file(&marks).unwrap();
    assert_eq!(short(&at, &[]).0, whole);
    assert!(bytes(&at) == good);
}

#[test]
fn a_folder_that_holds_something_else_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("run");
    short(&at, &[]);
    let plan = fs::read_to_string(at.join("plan.json")).unwrap();
    let more = plan.replacen('{', "{\"more\": 1,", 1);
    for (text, says) in [
        ("", "EOF"),
        ("{", "EOF"),
        ("[]", "this is no plan of a run"),
        ("{}", "missing field `laws`"),
        ("{\"laws\": [\"us\"]}", "missing field `draws`"),
        (more.as_str(), "unknown field `more`"),
    ] {
        fs::write(at.join("plan.json"), text).unwrap();
        let before = bytes(&at);
        let (out, err, code) = short(&at, &[]);
        assert_eq!(code, 2, "{text}: {err}");
        assert!(
            err.contains("plan.json: this is no plan of a run: "),
            "{text}: {err}"
        );
        assert!(
            err.contains(says) && err.contains("name another folder"),
            "{text}: {err}"
        );
        assert!(out.is_empty() && bytes(&at) == before, "{text}");
    }
    fs::write(at.join("plan.json"), [0xff, 0xfe]).unwrap();
    assert_eq!(short(&at, &[]).2, 2);
    fs::write(at.join("plan.json"), &plan).unwrap();
    let before = bytes(&at);
    for (more, says) in [
        (&["--seed", "8"][..], "seed `1`, not `8`"),
        (
            &["--set", "grey.cost=0.2"],
            "settings ``, not `grey.cost=0.2`",
        ),
        (&["--law", "us:text"], "laws `us`, not `us:text`"),
    ] {
        let (_, err, code) = short(&at, more);
        assert_eq!(code, 1, "{err}");
        assert!(err.starts_with("error: ") && err.contains(says), "{err}");
        assert!(bytes(&at) == before, "{err}");
    }
    let file = folder.path().join("file");
    fs::write(&file, "mine").unwrap();
    let (_, err, code) = short(&file, &[]);
    assert_eq!(code, 2, "{err}");
    assert!(
        err.contains("this is a file; name a folder for the results"),
        "{err}"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn a_run_that_is_killed_goes_on_and_ends_as_if_it_had_not_been() {
    let folder = tempfile::tempdir().unwrap();
    let (killed, clean) = (folder.path().join("killed"), folder.path().join("clean"));
    let asked = ["lab", "run", "--draws", "160", "--until", "2026-12"];
    let asked = [&asked[..], &["--series", "diverted", "--out"]].concat();
    let mut child = begun(&[&asked[..], &[killed.to_str().unwrap()]].concat());
    let marks = killed.join("law-0.done");
    let since = Instant::now();
    let some = || fs::metadata(&marks).is_ok_and(|m| m.len() > 0);
    while !some() && since.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(some());
    let told = |at: &Path| {
        let (out, err, code) = run(plain().args(&asked).arg(at));
        assert_eq!(code, 0, "{err}");
        out.replace(at.to_str().unwrap(), "")
    };
    assert_eq!(told(&killed), told(&clean));
    assert!(bytes(&killed) == bytes(&clean));
}

#[test]
fn two_that_run_the_same_in_one_folder_at_once_both_end_right() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("run");
    let ends: Vec<(String, String, i32)> = std::thread::scope(|scope| {
        let both = [(); 3].map(|()| scope.spawn(|| short(&at, &[])));
        both.map(|end| end.join().unwrap()).into()
    });
    for (out, err, code) in &ends {
        assert_eq!((*code, err.as_str()), (0, ""));
        assert_eq!(out, &ends[0].0);
    }
    let clean = folder.path().join("clean");
    short(&clean, &[]);
    assert!(bytes(&at) == bytes(&clean));
}

#[test]
fn a_fault_in_a_law_that_is_rehearsed_is_shown_where_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in tiergate::embedded::law_files(None).unwrap() {
        let path = folder.path().join("law").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let law = folder.path().join("law");
    let faulty = law.join("faulty.toml");
    let head = "[proposal]\nid = \"faulty\"\ntitle = \"t\"\ncite = \"c\"\nadopted = 2025-05-15\n\
        base_view = \"enforced\"\ngrade = \"assumed\"\nsource = \"s\"\n";
    let value = "[[value]]\nid = \"no-such-value\"\noperation = \"replace\"\nunit = \"TPP\"\ncite = \"c\"\n\
        [[value.dated]]\namount = 1\ncite = \"c\"\nstatus = \"assumed\"\ngrade = \"assumed\"\n\
        range = [1, 2]\nbecause = \"b\"\n";
    let rehearse = |at: &str| {
        let mut command = plain();
        command
            .arg("--law-dir")
            .arg(&law)
            .args(["lab", "run", "--draws", "1", "--law", "faulty"]);
        command
            .args(["--until", "2025-06", "--out"])
            .arg(folder.path().join(at));
        run(&mut command)
    };
    // What cannot be read.
    fs::write(&faulty, "x = [").unwrap();
    let (_, err, code) = rehearse("a");
    assert_eq!(code, 2, "{err}");
    assert!(
        err.contains("unclosed array") && err.contains("faulty.toml:1:"),
        "{err}"
    );
    // What can be read and not put together.
    fs::write(&faulty, format!("{head}{value}")).unwrap();
    let (_, err, code) = rehearse("a");
    assert_eq!(code, 2, "{err}");
    assert!(
        err.contains("there is no value `no-such-value` to replace"),
        "{err}"
    );
    assert!(err.contains("faulty.toml:10:"), "{err}");
    assert!(!folder.path().join("a").exists());
    // A proposal that changes nothing is the law beneath it.
    fs::write(&faulty, head).unwrap();
    let (out, err, code) = rehearse("b");
    assert_eq!(code, 0, "{err}");
    assert!(out.starts_with("faulty (faulty), 1 draws\n"), "{out}");
}

#[test]
fn whoever_closes_the_pipe_has_read_enough() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("run");
    short(&at, &[]);
    for more in [&["--csv", "-"][..], &["--parquet", "-"], &["--json"]] {
        let asked = [
            "lab", "run", "--draws", "3", "--until", "2023-03", "--prior",
        ];
        let at = ["--out", at.to_str().unwrap()];
        let mut child = begun(&[&asked[..], &at, more].concat());
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&ended.stderr);
        assert_eq!((ended.status.code(), &*err), (Some(0), ""), "{more:?}");
    }
}
