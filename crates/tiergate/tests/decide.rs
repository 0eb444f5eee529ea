//! `tiergate decide` on real files.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use assert_cmd::Command;
use common::{demo, plain, run};

const HEAD: &str =
    "id,date,destination,quantity,item.chip,consignee.headquarters,consignee.lists\n";

fn csv(rows: &[&str]) -> String {
    format!("{HEAD}{}\n", rows.join("\n"))
}

#[test]
fn a_table_has_a_column_per_law_and_a_summary() {
    let input = csv(&[
        "a,2024-08-01,IN,1000,nvidia-h100-sxm5,IN,none",
        "b,2024-08-01,CN,1000,nvidia-h100-sxm5,CN,none",
        "c,2024-08-01,PL,10,nvidia-h100-sxm5,,none",
    ]);
    let mut command = demo();
    command
        .args(["decide", "-", "--law", "us", "--law", "demo-free"])
        .write_stdin(input);
    let (out, err, code) = run(&mut command);
    assert_eq!(code, 0, "{err}");
    insta::assert_snapshot!(out);
}

#[test]
fn csv_output_has_a_row_per_order_and_law() {
    let input = csv(&["a,2024-08-01,IN,1000,nvidia-h100-sxm5,IN,none"]);
    let mut command = demo();
    let args = [
        "decide",
        "-",
        "--law",
        "us",
        "--law",
        "demo-free",
        "--format",
        "csv",
    ];
    let (out, _, code) = run(command.args(args).write_stdin(input));
    assert_eq!(code, 0);
    assert_eq!(
        out,
        "id,law,as_of,view,eccn,license_required,outcome,authority,review,missing,possible,other_view,by_parameters,rests_on_assumption\n\
         a,us,2024-08-01,enforced,3A090.a,yes,license-exception,SML,,,,,,\n\
         a,demo-free,2024-08-01,enforced,3A090.a,no,no-license-required,,,,,,,\n"
    );
}

const STATED: &str = "id,date,destination,item.chip,item.eccn,consignee.headquarters,\
    consignee.parent,consignee.lists,end_uses\n";

#[test]
fn a_paragraph_that_is_none_is_an_error_that_says_what_would_be_right() {
    let row = |id: &str, eccn: &str| {
        format!("{id},2024-06-01,CN,nvidia-h100-sxm5,{eccn},CN,CN,none,datacenter\n")
    };
    let input = [
        STATED.to_owned(),
        row("slip", "3A090a"),
        row("fine", "3A090.a"),
    ]
    .concat();
    let mut command = plain();
    let (out, err, code) = run(command
        .args(["decide", "-", "--format", "csv"])
        .write_stdin(input));
    assert_eq!(code, 2);
    assert!(err.contains("item.eccn"), "{err}");
    assert!(
        err.contains("`3A090a` is no paragraph of the control list; did you mean `3A090.a`?"),
        "{err}"
    );
    assert!(out.contains("fine,us,"), "{out}");
    assert!(!out.contains("slip"), "{out}");
}

#[test]
fn a_paragraph_below_the_parameters_shows_in_table_and_csv() {
    let input = format!(
        "{STATED}low,2024-06-01,CN,nvidia-h100-sxm5,EAR99,CN,CN,none,datacenter\n\
         same,2024-06-01,CN,nvidia-h100-sxm5,3A090.a,CN,CN,none,datacenter\n"
    );
    let told = |format: &str| {
        let mut command = plain();
        let args = ["decide", "-", "--format", format];
        run(command.args(args).write_stdin(input.clone())).0
    };
    let rows = told("csv");
    let row = |id: &str| rows.lines().find(|l| l.starts_with(id)).unwrap().to_owned();
    assert!(
        row("low").ends_with(",3A090.a: license-required,"),
        "{rows}"
    );
    assert!(row("same").ends_with(",,,"), "{rows}");
    let table = told("table");
    assert!(table.contains("not controlled !"), "{table}");
    assert!(table.contains("would be answered more strictly"), "{table}");
}

#[test]
fn bad_rows_are_reported_and_the_rest_is_decided() {
    let input = csv(&[
        "a,2024-08-01,IN,1000,nvidia-h100-sxm5,IN,none",
        "b,2024-13-01,IN,x,nvidia-h100-sxm5,IN,none",
        "c,2024-08-01,IN,1,nvidia-h999,IN,none",
        "d,1999-01-01,IN,1,nvidia-h100-sxm5,IN,none",
        "e,2024-08-01,IN",
    ]);
    for format in ["csv", "jsonl"] {
        let mut command = demo();
        let (out, err, code) = run(command
            .args(["decide", "-", "--format", format])
            .write_stdin(input.clone()));
        assert_eq!(code, 2);
        assert_eq!(
            out.lines().filter(|l| !l.starts_with("id,")).count(),
            1,
            "{out}"
        );
        for part in [
            "standard input, line 3, date: `2024-13-01` is not a day",
            "line 3, quantity: `x` is not a number",
            "line 4, item.chip: `nvidia-h999` is not in the catalog",
            "line 5, date: the law data begins on 2024-01-01",
            "line 6: found 3 values, expected 7",
            "1 order decided; 4 rows could not be read",
        ] {
            assert!(err.contains(part), "{part} in {err}");
        }
    }
}

#[test]
fn an_unknown_column_is_named_with_a_hint() {
    let mut command = demo();
    let input = "id,date,destinaton\na,2024-08-01,IN\n";
    let (_, err, code) = run(command.args(["decide", "-"]).write_stdin(input));
    assert_eq!(code, 2);
    assert!(err.contains("did you mean `destination`?"), "{err}");
}

#[test]
fn a_missing_file_does_not_stop_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let good = dir.path().join("good.csv");
    std::fs::write(
        &good,
        csv(&["a,2024-08-01,IN,1000,nvidia-h100-sxm5,IN,none"]),
    )
    .unwrap();
    let mut command = demo();
    command
        .arg("decide")
        .arg(dir.path().join("none.csv"))
        .arg(&good)
        .args(["--format", "csv"]);
    let (out, err, code) = run(&mut command);
    assert_eq!(code, 2);
    assert_eq!(out.lines().count(), 2);
    assert!(err.contains("error: cannot read"), "{err}");
}

#[test]
fn json_and_jsonl_give_what_csv_gives() {
    let object = r#"{"id":"a","date":"2024-08-01","destination":"IN","quantity":1000,"item":{"chip":"nvidia-h100-sxm5"},"consignee":{"headquarters":"IN","lists":[]}}"#;
    let other = object.replace("\"a\"", "\"b\"");
    for input in [
        format!("[{object},{other}]"),
        format!("{object}\n{other}\n"),
    ] {
        let mut command = demo();
        let (out, err, code) = run(command
            .args(["decide", "-", "--format", "csv"])
            .write_stdin(input.clone()));
        assert_eq!(code, 0, "{err}");
        assert_eq!(
            out.lines()
                .filter(|l| l.contains(",license-exception,SML,"))
                .count(),
            2
        );
        let mut command = demo();
        let (out, _, _) = run(command
            .args(["decide", "-", "--format", "json"])
            .write_stdin(input));
        let decisions: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(decisions.as_array().unwrap().len(), 2);
        assert_eq!(decisions[1]["authority"], "SML");
    }
}

#[test]
fn lines_of_one_shipment_add_up() {
    // Each line is below the notice threshold of 3,200,000 TPP; two of them are above it.
    let head = HEAD.trim_end();
    let row = |id: &str, shipment: &str| {
        format!("{id},2024-08-01,IN,150,nvidia-h100-sxm5,IN,none,{shipment}\n")
    };
    let input = format!(
        "{head},shipment\n{}{}{}",
        row("a", "s1"),
        row("b", "s1"),
        row("c", "")
    );
    let mut command = demo();
    let (out, _, code) = run(command
        .args(["decide", "-", "--format", "jsonl"])
        .write_stdin(input));
    assert_eq!(code, 0);
    let notices: Vec<bool> = out.lines().map(|l| l.contains("shipment-notice")).collect();
    assert_eq!(notices, [true, true, false]);
}

#[test]
fn the_short_way_and_the_long_way_agree() {
    // CSV output goes by templates; JSON Lines resolves and decides every row.
    let mut rows = Vec::new();
    for (at, chip) in ["nvidia-h100-sxm5", "nvidia-h20", "nvidia-l4", "amd-mi300x"]
        .iter()
        .enumerate()
    {
        for (to, home) in [
            ("IN", "IN"),
            ("PL", "CN"),
            ("CN", ""),
            ("US", "DE"),
            ("PL", ""),
        ] {
            for quantity in ["", "1", "900", "1800", "99999"] {
                for lists in ["none", "", "denied-persons"] {
                    for date in ["2024-02-01", "2024-08-01", "2025-03-01"] {
                        rows.push(format!(
                            "o{at},{date},{to},{quantity},{chip},{home},{lists}"
                        ));
                    }
                }
            }
        }
    }
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let laws = ["--law", "us", "--law", "demo-free:text"];
    for assume in [
        &[][..],
        &[
            "--assume",
            "headquarters=location",
            "--assume",
            "quantity=7",
        ],
    ] {
        let mut args = laws.to_vec();
        args.extend(assume);
        both_ways_agree(demo, &csv(&rows), rows.len() * 2, &args);
    }
}

/// The law built in on random rows, of which many leave open what the answer turns on, so many
/// alike that rulebooks are narrowed to them.
#[test]
fn the_short_way_and_the_long_way_agree_on_open_orders() {
    let mut seed = 2026_u64;
    let mut of = |values: &[&'static str]| {
        // Numerical Recipes' linear congruential generator, its high bits.
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223) & 0xffff_ffff;
        values[(seed >> 16) as usize % values.len()]
    };
    let places = ["CN", "PL", "JP", "UA", "SG", "AE", "MO", "US"];
    let mut text = String::from(
        "id,date,destination,consignee.headquarters,consignee.parent,item.tpp,\
         item.performance_density,item.datacenter,item.kind,quantity,used.lpp,\
         item.designer_headquarters,end_uses,consignee.lists\n",
    );
    let rows = 2_500;
    for at in 0..rows {
        let [to, home, owner] = [(); 3].map(|()| of(&places));
        let parent = of(&[owner, ""]);
        let tpp = of(&["1599", "2400", "4799", "15824"]);
        let density = of(&["1.6", "3.2", "5.92", "19.4"]);
        let datacenter = of(&["true", ""]);
        let quantity = of(&["1", "1000", "90000"]);
        let used = of(&["0", "26000000"]);
        text.push_str(&format!(
            "o{at},2025-06-02,{to},{home},{parent},{tpp},{density},{datacenter},ic,{quantity},{used},,\
             datacenter,none\n"
        ));
    }
    both_ways_agree(plain, &text, rows, &["--view", "text"]);
}

/// Each of these rows has the same answers in CSV, which goes by templates, and in JSON Lines, for
/// which every row is resolved and decided.
fn both_ways_agree(program: fn() -> Command, text: &str, answers: usize, args: &[&str]) {
    let decide = |format: &str| {
        let mut command = program();
        command.args(["decide", "-", "--input-format", "csv", "--format", format]);
        run(command.args(args).write_stdin(text)).0
    };
    let (quick, long) = (decide("csv"), decide("jsonl"));
    let mut reader = csv::Reader::from_reader(quick.as_bytes());
    let heads = reader.headers().unwrap().clone();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), answers);
    for (record, line) in records.iter().zip(long.lines()) {
        let decision: serde_json::Value = serde_json::from_str(line).unwrap();
        for (head, value) in heads.iter().zip(record) {
            let sure = decision["missing"] == serde_json::json!([]);
            let field = match head {
                "eccn" => &decision["item"]["eccn"],
                // The column says what a review turns on where the outcome turns on nothing.
                "missing" if sure && !decision["missing_detail"].is_null() => {
                    &decision["missing_detail"]
                }
                _ => &decision[head],
            };
            let expected = match field {
                serde_json::Value::Null => String::new(),
                serde_json::Value::String(text) => text.clone(),
                serde_json::Value::Array(items) => items
                    .iter()
                    .map(|i| i.as_str().unwrap())
                    .collect::<Vec<_>>()
                    .join("|"),
                _ => continue,
            };
            assert_eq!(value, expected, "{head} of {line}");
        }
    }
}

#[test]
fn announced_deals_are_decided_under_the_law_built_in() {
    let deals = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../examples/announced-deals.csv"
    );
    let mut command = plain();
    command.args(["decide", deals, "--format", "csv"]);
    let (out, err, code) = run(&mut command);
    assert_eq!(code, 0, "{err}");
    assert!(out.lines().count() > 40);
}

/// Decides a text as a file of this name; standard output, standard error and exit code.
fn decided(name: &str, text: &[u8]) -> (String, String, i32) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, text).unwrap();
    run(plain().args(["decide", "--format", "csv"]).arg(&file))
}

#[test]
fn a_quote_that_is_never_closed_is_reported_and_swallows_no_row_in_silence() {
    let (out, err, code) = decided(
        "orders.csv",
        b"id,date,destination,note\na,2026-06-01,PL,ok\nb,2026-06-01,PL,\"open\nc,2026-06-01,PL,ok\n",
    );
    assert_eq!(code, 2, "{err}");
    assert!(out.contains("\na,us") && !out.contains("\nb,"), "{out}");
    assert!(
        err.contains("line 3") && err.contains("never closed"),
        "{err}"
    );
}

#[test]
fn lines_that_end_with_a_carriage_return_alone_are_refused() {
    let (out, err, code) = decided("orders.csv", b"id,date,destination\ra,2026-06-01,PL\r");
    assert_eq!(code, 2);
    assert_eq!(out.lines().count(), 1);
    assert!(err.contains("carriage return"), "{err}");
}

#[test]
fn the_line_of_a_bad_row_is_right_after_windows_line_ends_and_blank_lines() {
    let text =
        "id,date,destination\r\na,2026-06-01,PL\r\nb,2026-06-01,XX\r\n\r\n\r\nc,2026-06-01,XX\r\n";
    let (_, err, code) = decided("orders.csv", text.as_bytes());
    assert_eq!(code, 2);
    assert!(err.contains("line 3,") && err.contains("line 6,"), "{err}");
    let unix = text.replace('\r', "");
    let (_, err, _) = decided("orders.csv", unix.as_bytes());
    assert!(err.contains("line 3,") && err.contains("line 6,"), "{err}");
}

#[test]
fn a_mark_before_json_is_skipped() {
    let order = "\u{feff}{\"id\": \"a\", \"date\": \"2026-06-01\", \"destination\": \"PL\"}\n";
    for name in ["orders.json", "orders.jsonl"] {
        let (out, err, code) = decided(name, order.as_bytes());
        assert_eq!(code, 0, "{err}");
        assert!(out.contains("\na,us"), "{out}");
    }
}

#[test]
fn a_review_that_is_open_says_on_what_it_depends() {
    let text =
        "id,date,destination,item.chip,consignee.lists\na,2026-06-01,PL,nvidia-h100-sxm5,sdn\n";
    let (out, err, code) = decided("orders.csv", text.as_bytes());
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("indeterminate,consignee.headquarters|"),
        "{out}"
    );
}

#[test]
fn intermediaries_of_csv_decide_as_those_of_json() {
    let head = "id,date,destination,item.chip,quantity,consignee.headquarters,consignee.parent,\
        consignee.lists,end_uses,intermediaries.1.headquarters,intermediaries.1.parent,\
        intermediaries.1.lists,intermediaries.1.listed_ownership_pct\n";
    let row = |id: &str, lists: &str, rest: &str| {
        format!(
            "{id},2024-08-01,IN,nvidia-h100-sxm5,{rest},IN,IN,none,datacenter,SG,SG,{lists},0\n"
        )
    };
    // Enough rows that most take the short way.
    let rows: String = (0..200)
        .map(|n| {
            let lists = if n % 3 == 0 { "entity-list" } else { "none" };
            row(&format!("o{n}"), lists, &(n + 1).to_string())
        })
        .collect();
    let orders: Vec<String> = (0..200)
        .map(|n| {
            let lists = if n % 3 == 0 { r#"["entity-list"]"# } else { "[]" };
            format!(
                r#"{{"id":"o{n}","date":"2024-08-01","destination":"IN","item":{{"chip":"nvidia-h100-sxm5"}},"quantity":{},"consignee":{{"headquarters":"IN","parent":"IN","lists":[]}},"end_uses":["datacenter"],"intermediaries":[{{"headquarters":"SG","parent":"SG","lists":{lists},"listed_ownership_pct":0}}]}}"#,
                n + 1
            )
        })
        .collect();
    let decided = |form: &str, text: String| {
        let mut command = plain();
        command.args(["decide", "-", "--format", "csv", "--input-format", form]);
        let (out, err, code) = run(command.write_stdin(text));
        assert_eq!(code, 0, "{err}");
        out
    };
    let csv = decided("csv", format!("{head}{rows}"));
    assert_eq!(csv, decided("jsonl", orders.join("\n")));
    let listed = csv.lines().find(|l| l.starts_with("o3,")).unwrap();
    let clean = csv.lines().find(|l| l.starts_with("o4,")).unwrap();
    let after_id = |line: &str| line.split_once(',').unwrap().1.to_owned();
    assert_ne!(after_id(listed), after_id(clean));
}

/// The exit code of `decide` on JSON from standard input, what it wrote and what it said.
fn decide_json(text: String) -> (String, String, i32) {
    let mut command = demo();
    command.args(["decide", "-", "--format", "csv", "--input-format", "json"]);
    run(command.write_stdin(text))
}

#[test]
fn an_array_is_decided_as_its_orders_are_line_by_line() {
    let orders: Vec<String> = (0..1000)
        .map(|n| {
            let shipment = n / 3;
            format!(
                r#"{{"id": "o{n}", "date": "2024-06-01", "destination": "IN", "quantity": {}, "shipment": "s{shipment}", "item": {{"chip": "nvidia-h100-sxm5"}}, "consignee": {{"headquarters": "IN", "lists": []}}}}"#,
                n + 1
            )
        })
        .collect();
    let mut lines = demo();
    lines.args(["decide", "-", "--format", "csv", "--input-format", "jsonl"]);
    let (expected, ..) = run(lines.write_stdin(orders.join("\n")));
    assert_eq!(expected.lines().count(), 1001);
    let spread = " \n".repeat(80_000);
    for array in [
        format!("[{}]", orders.join(",")),
        format!("\u{feff}[\n{}\n]\n", orders.join(" ,\n")),
        format!("{spread}[{}]{spread}", orders.join(",\n\n")),
        format!("[{}]", orders.join(",").replace(", ", ",\n  ")),
    ] {
        let (out, err, code) = decide_json(array);
        assert_eq!(code, 0, "{err}");
        assert_eq!(out, expected);
    }
    let (out, _, code) = decide_json("[]".to_owned());
    assert_eq!((out.lines().count(), code), (1, 0));
}

#[test]
fn an_array_that_is_cut_off_is_told_with_its_line_before_any_order_is_decided() {
    let order = r#"{"id": "o", "date": "2024-06-01", "destination": "IN"}"#;
    let many = vec![order; 500].join(",\n");
    for (text, line) in [
        (format!("[\n{many}"), 501),
        (format!("[\n{many},\n{{\"id\": }}]"), 502),
        (format!("[{many}]\n]"), 501),
    ] {
        let (out, err, code) = decide_json(text);
        assert_eq!(code, 2, "{err}");
        assert_eq!(out.lines().count(), 1, "{out}");
        assert!(
            err.starts_with(&format!("standard input, line {line}: not JSON: ")),
            "{err}"
        );
    }
}

#[test]
fn a_bad_order_of_an_array_is_told_by_its_place_and_the_rest_is_decided() {
    let order = |id: &str, rest: &str| {
        format!(r#"{{"id": "{id}", "date": "2024-06-01", "destination": "IN"{rest}}}"#)
    };
    let deep = format!(r#", "note": {}{}"#, "[".repeat(300), "]".repeat(300));
    let all = [
        order("a", ""),
        order("b", r#", "quantity": 1, "quantity": 2"#),
        "7".to_owned(),
        order("d", &deep),
        order("e", ""),
    ];
    let (out, err, code) = decide_json(format!("[{}]", all.join(",\n")));
    assert_eq!(code, 2, "{err}");
    let ids: Vec<&str> = out
        .lines()
        .skip(1)
        .filter_map(|l| l.split(',').next())
        .collect();
    assert_eq!(ids, ["a", "e"]);
    for said in [
        "standard input, order 2, quantity: the key appears twice (order `b`)",
        "standard input, order 3: found a number, expected an order",
        "standard input, order 4: not JSON: recursion limit exceeded",
        "3 rows could not be read",
    ] {
        assert!(err.contains(said), "{said}\n{err}");
    }
}

const PARTIES: &str = "id,date,shipment,destination,quantity,item.chip,consignee.name,consignee.headquarters,\
    consignee.parent,consignee.parent_name,consignee.lists,end_uses,used.lpp";

/// Decides rows as printed, in a form; gives output and what is told beside it.
fn as_printed(rows: &[&str], format: &str) -> (String, String) {
    let input = format!("{PARTIES}\n{}\n", rows.join("\n"));
    let mut command = plain();
    let args = ["decide", "-", "--law", "us:text", "--format", format];
    let (out, err, code) = run(command.args(args).write_stdin(input));
    assert_eq!(code, 0, "{err}");
    (out, err)
}

#[test]
fn lines_that_together_exceed_a_limit_are_told() {
    let line = |id: &str, year: &str, name: &str, parent: &str, used: &str| {
        format!(
            "{id},{year}-06-02,,PL,1000,nvidia-h100-sxm5,{name},PL,PL,{parent},none,datacenter,{used}"
        )
    };
    let told = |rows: &[String]| {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        ["csv", "table", "jsonl", "json"].map(|format| {
            let (_, err) = as_printed(&rows, format);
            let warnings = err.lines().filter(|l| l.starts_with("warning"));
            warnings.map(str::to_owned).collect::<Vec<_>>()
        })
    };
    let (a, b) = (
        line("a", "2025", "Example One", "Example", ""),
        line("b", "2025", "Example Two", "Example", ""),
    );
    for warnings in told(&[a.clone(), b.clone()]) {
        assert_eq!(
            warnings,
            [
                "warning: under us:text, 2 lines together draw 31,664,000 TPP on `lpp` of Example in 2025, \
              above its limit of 26,900,000 (740.29(a), (d)); each line was decided by itself"
            ]
        );
    }
    // Other parents, other years and one line alone do not add up.
    let other = line("b", "2025", "Example Two", "Another", "");
    let later = line("b", "2026", "Example Two", "Example", "");
    for rows in [
        vec![a.clone(), other],
        vec![a.clone(), later],
        vec![a.clone()],
    ] {
        for warnings in told(&rows) {
            assert_eq!(warnings, Vec::<String>::new(), "{rows:?}");
        }
    }
    // A party whose parent is not named is its own; what was used before counts.
    let small = |id: &str, used: &str| {
        format!("{id},2025-06-02,,PL,500,nvidia-h100-sxm5,Example,PL,PL,,none,datacenter,{used}")
    };
    for warnings in told(&[small("a", "12000000"), small("b", "12000000")]) {
        assert!(
            warnings[0].contains("with 12,000,000 used before on `lpp` of Example"),
            "{warnings:?}"
        );
    }
    for warnings in told(&[small("a", ""), small("b", "")]) {
        assert_eq!(warnings, Vec::<String>::new());
    }
}

#[test]
fn answers_that_rest_on_an_assumption_are_marked() {
    let rows = [
        "a,2025-06-02,,JP,1,nvidia-h100-sxm5,Example,JP,JP,,none,datacenter,",
        "b,2025-06-02,,PL,1,nvidia-h100-sxm5,Example,PL,PL,,none,datacenter,",
        "c,2025-06-02,,JP,1,nvidia-h100-sxm5,Example,JP,JP,,none,datacenter,",
    ];
    let (out, _) = as_printed(&rows, "csv");
    let last: Vec<&str> = out.lines().map(|l| l.rsplit(',').next().unwrap()).collect();
    assert_eq!(last, ["rests_on_assumption", "yes", "", "yes"], "{out}");
    let (out, _) = as_printed(&rows, "table");
    assert!(out.contains("yes: AIA ~"), "{out}");
    assert!(out.contains("yes: LPP\n"), "{out}");
    assert!(
        out.contains("~                  rests on an amount that is assumed"),
        "{out}"
    );
}

#[test]
fn names_the_law_names_are_told_apart_in_columns() {
    let row = |id: &str, name: &str, headquarters: &str| {
        format!(
            "{id},2026-08-03,,AE,1,nvidia-h100-sxm5,{name},{headquarters},{headquarters},,none,datacenter,"
        )
    };
    let rows = [
        row("a", "Example Cloud", "US"),
        row("b", "microsoft", "US"),
        row("c", "Example Cloud", "US"),
        row("d", "Oracle", "AE"),
        row("e", "Microsoft", "US"),
    ];
    let input = format!("{PARTIES}\n{}\n", rows.join("\n"));
    let mut command = plain();
    let (out, err, _) = run(command
        .args(["decide", "-", "--format", "csv"])
        .write_stdin(input));
    let outcomes: Vec<&str> = out
        .lines()
        .skip(1)
        .map(|l| l.split(',').nth(6).unwrap())
        .collect();
    let (free, license) = ("no-license-required", "license-required");
    assert_eq!(
        outcomes,
        [license, free, license, license, free],
        "{out}{err}"
    );
}

#[test]
fn what_is_soft_about_a_chip_is_noted() {
    let input = format!(
        "{PARTIES}\na,2025-06-02,,CN,1,nvidia-rtx-6000-ada,Example,CN,CN,,none,datacenter,\n"
    );
    let mut command = plain();
    let (out, err, _) = run(command
        .args(["decide", "-", "--format", "jsonl"])
        .write_stdin(input));
    let decision: serde_json::Value = serde_json::from_str(&out).expect(&err);
    let notes = decision["notes"].to_string();
    assert!(
        notes.contains("catalog, nvidia-rtx-6000-ada: marketing status"),
        "{notes}"
    );
}

#[test]
fn an_empty_input_says_so() {
    let (_, err, code) = run(plain().args(["decide", "-"]).write_stdin(""));
    assert!(err.contains("standard input is empty"), "{err}");
    assert_eq!(code, 2);
}
