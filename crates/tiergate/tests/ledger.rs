//! `tiergate ledger`, and orders decided against a ledger.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use common::{plain, run};
use tempfile::TempDir;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// A folder with a ledger, and the commands on it.
struct Desk(TempDir);

impl Desk {
    fn new() -> Desk {
        Desk(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.0.path().join(name), text).unwrap();
        self.path(name)
    }

    /// Runs words with `{name}` standing for a file of the folder, and `@name` for an example.
    fn run(&self, words: &str) -> (String, String, i32) {
        let words = words.split_whitespace().map(|word| {
            if let Some(name) = word.strip_prefix('{').and_then(|w| w.strip_suffix('}')) {
                self.path(name)
            } else if let Some(name) = word.strip_prefix('@') {
                format!("{ROOT}/examples/ledger/{name}")
            } else {
                // A word with spaces is written with underscores.
                word.replace('_', " ")
            }
        });
        run(plain().args(words))
    }

    fn ok(&self, words: &str) -> String {
        let (out, err, code) = self.run(words);
        assert_eq!(code, 0, "{words}\n{out}\n{err}");
        out
    }
}

/// The text with runs of spaces as one.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_file_is_decided_against_running_totals_in_the_order_of_its_dates() {
    let desk = Desk::new();
    let out = desk.ok("ledger reserve @orders.csv --law us:text --ledger {l}");
    let flat = flat(&out);
    // The second by date goes before the one that stands before it in the file; both count on one
    // parent, whose name is written in two ways.
    assert!(flat.contains("po-103 reserved 9,499,200 on lpp of MERIDIAN HOLDINGS in 2025; 25,331,200 of 26,900,000 by `lpp`"), "{out}");
    assert!(
        flat.contains("po-102 nothing to reserve: license-required"),
        "{out}"
    );
    assert!(
        flat.contains("po-104 reserved: counts on no limit"),
        "{out}"
    );
    // The next year has a limit of its own.
    assert!(flat.contains("po-105 reserved 25,331,200 on lpp of Meridian Holdings in 2026; 25,331,200 of 26,900,000"), "{out}");
    // The same file again: the first answers, and nothing counts twice.
    let again = desk.ok("ledger reserve @orders.csv --law us:text --ledger {l}");
    assert_eq!(again.matches("(entered before)").count(), 4, "{again}");
    let statement = desk.ok("ledger statement --measure lpp --format csv --ledger {l}");
    assert_eq!(
        statement,
        "measure,holder,span,used,reserved\nlpp,Meridian Holdings,2025,0,25331200\nlpp,Meridian Holdings,2026,0,25331200\n"
    );
}

#[test]
fn what_is_used_comes_from_the_ledger_and_nothing_is_entered_without_reserve() {
    let desk = Desk::new();
    desk.ok("ledger reserve @orders.csv --law us:text --ledger {l}");
    let one = desk.write(
        "one.jsonl",
        r#"{"id":"n1","date":"2025-12-01","destination":"PL","item":{"chip":"nvidia-h100-sxm5"},"quantity":200,"consignee":{"name":"Meridian Compute","location":"PL","headquarters":"PL","parent":"PL","parent_name":"Meridian Holdings","lists":[]},"end_uses":["datacenter"],"intermediaries":[],"used":{"lpp":5}}"#,
    );
    let before = desk.ok("ledger verify --json --ledger {l}");
    let (out, _, code) = desk.run(&format!(
        "decide {one} --law us:text --ledger {{l}} --format jsonl"
    ));
    assert_eq!(code, 0);
    let decided: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(decided["outcome"], "license-required");
    assert_eq!(decided["ledger"]["counted"]["used.lpp"]["used"], 25_331_200);
    assert_eq!(
        decided["ledger"]["notes"][0],
        "used.lpp: the order says 5, the ledger 25331200"
    );
    assert_eq!(before, desk.ok("ledger verify --json --ledger {l}"));
}

#[test]
fn a_reservation_ships_in_parts_and_its_packet_verifies_by_itself() {
    let desk = Desk::new();
    desk.ok("ledger reserve @orders.csv --law us:text --ledger {l}");
    let ship = "ledger ship po-101 --quantity 400 --date 2025-06-20 --ledger {l}";
    assert!(desk.ok(ship).contains("600 reserved, 400 shipped"));
    // Entered twice, it counts once, and says how a second one is entered.
    let again = desk.ok(ship);
    assert!(
        again.contains("--id") && again.contains("600 reserved, 400 shipped"),
        "{again}"
    );
    let refused = desk.ok("ledger ship po-101 --quantity 601 --date 2025-06-21 --ledger {l}");
    assert!(
        refused.starts_with("refused") && refused.contains("601 were asked for"),
        "{refused}"
    );
    let paper = desk.write("certificate.txt", "certified");
    desk.ok(&format!(
        "ledger done po-101 certification --date 2025-06-10 --paper {paper} --ledger {{l}}"
    ));
    desk.ok("ledger packet po-101 --ledger {l} --output {packet.json}");
    let (out, err, code) = desk.run("ledger packet --check {packet.json}");
    assert_eq!(code, 0, "{out}{err}");
    let text = std::fs::read_to_string(desk.path("packet.json")).unwrap();
    let packet: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(packet["keep_until"], "2030-06-20");
    let duties = packet["duties"].as_array().unwrap();
    let done = duties.iter().find(|d| d["id"] == "certification").unwrap();
    assert_eq!(done["done"][0]["on"], "2025-06-10");
    // A word changed anywhere in entries or papers is found.
    for (from, to) in [
        ("\"quantity\":400", "\"quantity\":401"),
        ("certified", "certifies"),
    ] {
        desk.write("changed.json", &text.replace(from, to));
        let (out, _, code) = desk.run("ledger packet --check {changed.json}");
        assert_eq!(code, 2, "{from}: {out}");
        assert!(out.contains("was changed"), "{out}");
    }
}

#[test]
fn a_license_draws_on_the_allocation_and_its_shipments_on_the_license() {
    let desk = Desk::new();
    let issue = "ledger license D1 @license.csv --law us:text --ledger {l}";
    // 750.11: ten percent above the value, and never above the quantity.
    assert!(desk.ok(issue).contains("ships up to 1,320,000,000 USD"));
    assert!(desk.ok(issue).contains("(entered before)"));
    let second = std::fs::read_to_string(format!("{ROOT}/examples/ledger/license.csv")).unwrap();
    let second = desk.write("second.csv", &second.replace("app-7", "app-8"));
    // A second one of the size is more than the allocation: the law's policy is denial, and going
    // round it does not pass the allocation.
    let again = format!("ledger license D2 {second} --law us:text --ledger {{l}}");
    let (_, err, code) = desk.run(&again);
    assert_eq!(code, 2);
    assert!(err.contains("policy of denial"), "{err}");
    let out = desk.ok(&format!("{again} --despite reasons"));
    assert!(
        flat(&out).contains(
            "not entered `country-allocation`: asked 633,280,000, left 156,720,000 of 790,000,000"
        ),
        "{out}"
    );
    let head = "id,date,destination,item.chip,quantity,value_usd,consignee.name,consignee.location,consignee.headquarters,consignee.parent,consignee.lists,end_uses,intermediaries\n";
    let row = |id: &str, n: u32, usd: u64| {
        format!(
            "{id},2025-07-20,PL,nvidia-h100-sxm5,{n},{usd},Meridian Compute,PL,PL,PL,none,datacenter,none\n"
        )
    };
    let rows = [
        row("s1", 30_000, 900_000_000),
        row("s2", 10_001, 300_000_000),
        row("s3", 9_999, 420_000_001),
        row("s4", 9_999, 420_000_000),
    ];
    let shipments = desk.write("s.csv", &format!("{head}{}", rows.concat()));
    let out = desk.ok(&format!(
        "decide {shipments} --law us:text --ledger {{l}} --reserve --license D1"
    ));
    let flat = flat(&out);
    assert!(
        flat.contains("s2 refused: `license.quantity`: asked 10,001, left 10,000 of 40,000"),
        "{out}"
    );
    assert!(
        flat.contains(
            "s3 refused: `license.value`: asked 420,000,001, left 420,000,000 of 1,320,000,000"
        ),
        "{out}"
    );
    assert!(
        flat.contains("s4 reserved 9,999 on license.quantity of D1"),
        "{out}"
    );
    // An unknown license carries nothing.
    let other = desk.write("o.csv", &format!("{head}{}", row("s5", 30_000, 1)));
    let out = desk.ok(&format!(
        "decide {other} --law us:text --ledger {{l}} --reserve --license D9"
    ));
    assert!(out.contains("no license D9 is on this ledger"), "{out}");
}

#[test]
fn an_agreement_raises_the_allocation_of_its_country_from_its_day() {
    let desk = Desk::new();
    desk.ok("ledger license D1 @license.csv --law us:text --ledger {l}");
    desk.ok("ledger limit country-allocation PL --most 1580000000 --date 2025-07-15 --cite agreement --ledger {l}");
    let limits = |day: &str| {
        desk.ok(&format!(
            "ledger limits --as-of {day} --quota country-allocation --format csv --ledger {{l}}"
        ))
    };
    assert!(limits("2025-07-14").contains("633280000,0,790000000,156720000,"));
    assert!(limits("2025-07-15").contains("633280000,0,1580000000,946720000,agreement"));
    // Enforced, there has been no allocation since May 2025.
    let (out, err, _) = desk.run("ledger limits --law us:enforced --as-of 2025-07-15 --ledger {l}");
    assert!(!out.contains("742.6(b)(10)"), "{out}{err}");
}

#[test]
fn a_validated_end_users_share_grows_with_what_it_owns() {
    let desk = Desk::new();
    desk.ok("ledger correct veu.total Corvane --add 95200000 --why installed --date 2025-06-01 --ledger {l}");
    desk.ok("ledger correct veu.outside Corvane --add 20200000 --why installed --date 2025-06-01 --ledger {l}");
    let row = |id: &str, n: u32| {
        format!(
            r#"{{"id":"{id}","date":"2025-06-10","destination":"PL","item":{{"vendor":"Another","designer_headquarters":"US","tpp":4800,"performance_density":3,"datacenter":true}},"quantity":{n},"consignee":{{"name":"Corvane","headquarters":"US","parent":"US","lists":[]}},"end_uses":["datacenter"],"intermediaries":[],"statements":{{"validated_end_user":"universal"}}}}"#
        )
    };
    let orders = desk.write(
        "v.jsonl",
        &format!("{}\n{}\n", row("v1", 1000), row("v2", 1000)),
    );
    let out = desk.ok(&format!(
        "decide {orders} --law us:text --ledger {{l}} --reserve"
    ));
    let flat = flat(&out);
    // 25 percent of 100,000,000, this order included.
    assert!(flat.contains("v1 reserved 4,800,000 on veu.total of Corvane, and 4,800,000 on veu.outside of Corvane; 25,000,000 of 25,000,000 by `veu.outside`"), "{out}");
    assert!(
        !flat.contains("v2 reserved 4,800,000 on veu.total"),
        "{out}"
    );
}

#[test]
fn another_who_operates_the_goods_is_charged_only_where_the_law_lets_it() {
    let desk = Desk::new();
    // 740.29(a): a consignee headquartered in supplement 5(a) may; one that is not may not.
    let row = |id: &str, hq: &str| {
        format!(
            r#"{{"id":"{id}","date":"2025-06-10","destination":"PL","item":{{"chip":"nvidia-h100-sxm5"}},"quantity":100,"consignee":{{"name":"Corvane","location":"PL","headquarters":"{hq}","parent":"{hq}","lists":[]}},"end_uses":["datacenter"],"intermediaries":[]}}"#
        )
    };
    let orders = desk.write(
        "p.jsonl",
        &format!("{}\n{}\n", row("p1", "US"), row("p2", "PL")),
    );
    let out = desk.ok(&format!(
        "decide {orders} --law us:text --ledger {{l}} --reserve --toward Meridian_Compute"
    ));
    assert!(out.contains("on lpp of Meridian Compute in 2025"), "{out}");
    assert!(
        out.contains("p2  not reserved: it may not count toward the `lpp` of another"),
        "{out}"
    );
}

#[test]
fn an_export_read_into_a_new_ledger_has_the_same_chain() {
    let desk = Desk::new();
    desk.ok("ledger reserve @orders.csv --law us:text --ledger {l}");
    desk.ok("ledger ship po-101 --date 2025-06-20 --ledger {l}");
    desk.ok("ledger export --ledger {l} --output {l.jsonl}");
    desk.ok("ledger import {l.jsonl} --ledger {m}");
    desk.ok("ledger backup {n} --ledger {l}");
    let head = |ledger: &str| {
        let told = desk.ok(&format!("ledger verify --json --ledger {{{ledger}}}"));
        serde_json::from_str::<serde_json::Value>(&told).unwrap()["head"].clone()
    };
    assert_eq!(head("l"), head("m"));
    assert_eq!(head("l"), head("n"));
    // A line changed, or the end cut off, and nothing is imported.
    let text = std::fs::read_to_string(desk.path("l.jsonl")).unwrap();
    desk.write("changed.jsonl", &text.replacen("15832000", "15832001", 1));
    let cut = text.len() * 2 / 3;
    desk.write("cut.jsonl", &text[..cut]);
    for name in ["changed", "cut"] {
        let (_, err, code) = desk.run(&format!(
            "ledger import {{{name}.jsonl}} --ledger {{x-{name}}}"
        ));
        assert_eq!(code, 2, "{err}");
        assert!(err.contains("line "), "{err}");
        // What fails leaves nothing behind.
        let left: Vec<_> = std::fs::read_dir(desk.0.path()).unwrap().collect();
        let left = left.into_iter().map(|file| file.unwrap().file_name());
        let left: Vec<_> = left
            .filter(|file| {
                let file = file.to_string_lossy();
                file.starts_with("x-") || file.starts_with(".tiergate")
            })
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn what_cannot_be_entered_says_what_would_be_right() {
    let desk = Desk::new();
    let (_, err, code) = desk.run("ledger ship po-1 --ledger {none}");
    assert_eq!(code, 2);
    assert!(err.contains("there is no ledger at"), "{err}");
    desk.ok("ledger reserve @orders.csv --law us:text --ledger {l}");
    let (_, err, code) = desk.run("ledger ship po-9 --ledger {l}");
    assert_eq!(code, 2);
    assert!(err.contains("there is no reservation `po-9`"), "{err}");
    let other = desk.write(
        "not.ledger",
        "something else, long enough to be read as a header of a file",
    );
    let (_, err, code) = desk.run(&format!("ledger statement --ledger {other}"));
    assert_eq!(code, 2);
    assert!(err.contains("not a ledger"), "{err}");
    let (_, err, code) = desk.run("ledger limits --quota llp --as-of 2025-06-30 --ledger {l}");
    assert_eq!(code, 2);
    assert!(err.contains("did you mean `lpp`?"), "{err}");
    let (_, err, code) = desk.run("ledger packet po-9 --ledger {l}");
    assert_eq!(code, 2);
    assert!(err.contains("no reservation `po-9`"), "{err}");
    // An id given twice is told, and the rest goes on.
    let twice = std::fs::read_to_string(format!("{ROOT}/examples/ledger/orders.csv")).unwrap();
    let twice = desk.write("twice.csv", &twice.replace("po-105", "po-101"));
    let (out, err, code) = desk.run(&format!(
        "decide {twice} --law us:text --ledger {{t}} --reserve"
    ));
    assert_eq!(code, 2);
    assert!(err.contains("the id was given before"), "{err}");
    assert!(out.contains("po-103"), "{out}");
}

#[test]
fn reservations_lapse_after_their_last_day_and_are_told_again_only_once() {
    let desk = Desk::new();
    desk.ok("ledger reserve @orders.csv --law us:text --hold-until 2025-12-31 --ledger {l}");
    let (_, err, _) = desk.run("ledger expire --date 2025-12-31 --ledger {l}");
    assert!(err.contains("0 reservations lapsed"), "{err}");
    let (_, err, _) = desk.run("ledger expire --date 2026-01-01 --ledger {l}");
    assert!(err.contains("4 reservations lapsed"), "{err}");
    let statement = desk.ok("ledger statement --measure lpp --format csv --ledger {l}");
    assert!(
        statement.contains("lpp,Meridian Holdings,2025,0,0"),
        "{statement}"
    );
}

#[test]
fn an_opening_is_shared_out_in_one_proportion() {
    let desk = Desk::new();
    let (out, err, code) = desk.run("ledger prorate @opening.csv --available 13951961");
    assert_eq!(code, 0);
    assert!(out.contains("Brackenfab,4253326,3651082"), "{out}");
    assert!(err.contains("85.84065 %"), "{err}");
    let bad = desk.write("bad.csv", "id,amount\na,12\nb,many\n");
    let (out, err, code) = desk.run(&format!("ledger prorate {bad} --available 10"));
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("`many` is not a whole number"), "{err}");
}

#[test]
fn the_watch_reads_what_the_ledger_counts() {
    let desk = Desk::new();
    let head = "id,date,destination,item.chip,quantity,consignee.name,consignee.location,consignee.headquarters,consignee.parent,consignee.lists,end_uses,intermediaries\n";
    let rows: String = (1..=4)
        .map(|n| format!("w{n},2025-06-1{n},PL,nvidia-h100-sxm5,1650,Shell {n},PL,PL,PL,none,datacenter,none\n"))
        .collect();
    let orders = desk.write("w.csv", &format!("{head}{rows}"));
    desk.ok(&format!(
        "ledger reserve {orders} --law us:text --ledger {{l}}"
    ));
    let parties: String = (1..=4)
        .map(|n| format!("s{n},Shell {n},PL,PL61109010140000071219812874,+48 22 555 01 0{n}\n"))
        .collect();
    let parties = desk.write("p.csv", &format!("id,name,country,banks,phones\n{parties}"));
    let out = desk.ok(&format!(
        "ledger watch --ledger {{l}} --parties {parties} --law us:text --from 0.1"
    ));
    assert!(
        out.contains("104,491,200") || out.contains("104.5"),
        "{out}"
    );
}

#[test]
fn a_ledger_is_not_written_over_and_has_a_name_that_stays() {
    let desk = Desk::new();
    desk.ok("ledger reserve @orders.csv --law us:text --ledger {l}");
    for words in [
        "export",
        "packet po-101",
        "statement",
        "limits --as-of 2025-06-30",
    ] {
        let (_, err, code) = desk.run(&format!("ledger {words} --ledger {{l}} --output {{l}}"));
        assert_eq!(code, 1, "{words}: {err}");
    }
    desk.ok("ledger verify --ledger {l}");
    for name in ["", ":memory:", "file:x?mode=memory"] {
        let orders = format!("{ROOT}/examples/ledger/orders.csv");
        let words = [
            "ledger", "reserve", &orders, "--law", "us:text", "--ledger", name,
        ];
        let (_, err, code) = run(plain().args(words));
        assert_eq!(code, 1, "{name:?}: {err}");
        assert!(err.contains("no name for a ledger"), "{err}");
    }
}

#[test]
fn another_order_under_an_id_is_not_the_first_one_again() {
    let desk = Desk::new();
    desk.ok("ledger reserve @orders.csv --law us:text --ledger {l}");
    let orders = std::fs::read_to_string(format!("{ROOT}/examples/ledger/orders.csv")).unwrap();
    let other = desk.write(
        "o.csv",
        &orders.replace(",JP,nvidia-h100-sxm5,", ",GB,nvidia-b200,"),
    );
    let out = desk.ok(&format!(
        "decide {other} --law us:text --ledger {{l}} --reserve"
    ));
    assert!(
        flat(&out).contains("po-104 not reserved: the id `po-104` was used"),
        "{out}"
    );
    assert_eq!(out.matches("(entered before)").count(), 3, "{out}");
}

#[test]
fn a_license_carries_what_it_was_issued_for() {
    let desk = Desk::new();
    desk.ok("ledger license D1 @license.csv --law us:text --ledger {l}");
    let license = std::fs::read_to_string(format!("{ROOT}/examples/ledger/license.csv")).unwrap();
    let order = |from: &str, to: &str| {
        let text = license.replace("app-7", "s1").replace(from, to);
        let order = desk.write("s.csv", &text);
        desk.ok(&format!(
            "decide {order} --law us:text --ledger {{l}} --reserve --license D1"
        ))
    };
    let other = order("Meridian Compute", "Another");
    assert!(
        other.contains("is for consignee.name Meridian Compute"),
        "{other}"
    );
    let other = order(",PL,nvidia", ",CZ,nvidia");
    assert!(other.contains("is for destination PL"), "{other}");
    let early = order("2025-07-10", "2025-07-09");
    assert!(
        early.contains("license D1 is issued on 2025-07-10"),
        "{early}"
    );
    // A limit alone makes no license.
    for measure in ["license.quantity", "license.value"] {
        desk.ok(&format!("ledger limit {measure} D2 --most 9999999 --cite x --date 2025-07-01 --span all --ledger {{l}}"));
    }
    let text = desk.write("t.csv", &license.replace("app-7", "t1"));
    let out = desk.ok(&format!(
        "decide {text} --law us:text --ledger {{l}} --reserve --license D2"
    ));
    assert!(out.contains("no license D2 is on this ledger"), "{out}");
    assert!(order("x-nothing", "").contains("reserved 40,000 on license.quantity of D1"));
}

#[test]
fn whose_limit_it_is_is_unknown_where_an_unnamed_parent_is_elsewhere() {
    let desk = Desk::new();
    let orders = std::fs::read_to_string(format!("{ROOT}/examples/ledger/orders.csv")).unwrap();
    let unnamed = orders.replace(",PL,PL,PL,Meridian Holdings,", ",PL,PL,DE,n/a,");
    let unnamed = desk.write("u.csv", &unnamed);
    let out = desk.ok(&format!(
        "decide {unnamed} --law us:text --ledger {{l}} --reserve"
    ));
    assert!(flat(&out).contains("po-101 not reserved: whose `lpp` it counts on is not known: `consignee.parent_name` is not given"), "{out}");
}

/// The law that is built in, with one instrument more.
fn law_with(desk: &Desk, file: &str, text: &str) -> String {
    fn copy(from: &std::path::Path, to: &std::path::Path) {
        std::fs::create_dir_all(to).unwrap();
        for file in std::fs::read_dir(from).unwrap() {
            let file = file.unwrap();
            let to = to.join(file.file_name());
            match file.file_type().unwrap().is_dir() {
                true => copy(&file.path(), &to),
                false => drop(std::fs::copy(file.path(), to).unwrap()),
            }
        }
    }
    let law = desk.0.path().join("law");
    copy(std::path::Path::new(&format!("{ROOT}/law")), &law);
    std::fs::write(law.join(file), text).unwrap();
    law.display().to_string()
}

const AGREEMENT: &str = r#"
[instrument]
id = "us-2025-07-agreement"
title = "An agreement made up for a test"
cite = "made up"
published = 2025-07-15
effective = 2025-07-15
grade = "assumed"

[[agreement]]
id = "agreement-with-poland"
cite = "made up, article 1"
through = 2026-12-31
country = "PL"
raises = [{ value = "country-allocation-base", amount = 1580000000, cite = "made up, article 2" }]
"#;

#[test]
fn an_agreement_in_the_law_raises_what_is_counted_and_what_decides_from_its_day() {
    let desk = Desk::new();
    let law = law_with(&desk, "us/2025-07-15-agreement.toml", AGREEMENT);
    let with = format!("--law us:text --law-dir {law} --ledger {{l}}");
    desk.ok(&format!("ledger license D1 @license.csv {with}"));
    let license = std::fs::read_to_string(format!("{ROOT}/examples/ledger/license.csv")).unwrap();
    let second = desk.write("second.csv", &license.replace("app-7", "app-8"));
    // The day before, the country's allocation does not suffice.
    let (_, err, code) = desk.run(&format!(
        "ledger license D2 {second} --date 2025-07-14 {with}"
    ));
    assert_eq!(code, 2);
    assert!(err.contains("policy of denial"), "{err}");
    // From the day of the agreement on, an application is presumed to be approved, and counts.
    desk.ok(&format!(
        "ledger license D2 {second} --date 2025-07-15 {with}"
    ));
    let limits = |day: &str| {
        desk.ok(&format!(
            "ledger limits --as-of {day} --quota country-allocation --format csv {with}"
        ))
    };
    assert!(
        limits("2025-07-14").contains("633280000,0,790000000,156720000,742.6(b)(10)(iii)(B)(1)")
    );
    assert!(
        limits("2025-07-15").contains("1266560000,0,1580000000,313440000,\"made up, article 2\"")
    );
    // After its last day the law's own limit holds again, and what was entered stands.
    assert!(limits("2027-01-01").contains("1266560000,0,790000000,0,742.6(b)(10)(iii)(B)(1)"));
    // What decides names the height and the agreement; another country has its own limit.
    let third = license
        .replace("app-7", "a3")
        .replace("2025-07-10", "2025-07-16");
    let third = desk.write("third.csv", &third.replace(",40000,", ",2000,"));
    let out = desk.ok(&format!("decide {third} --format jsonl {with}"));
    let decided: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(decided["review"], "presumption-of-approval");
    let draws = &decided["reviews"][0]["draws"][0];
    assert_eq!(draws["limit"], 1_580_000_000);
    assert_eq!(draws["cite"], "made up, article 2");
    assert!(out.contains("within\":\"agreement-with-poland"), "{out}");
    let other = desk.write(
        "other.csv",
        &license
            .replace(",PL,nvidia", ",CZ,nvidia")
            .replace(",PL,PL,PL,", ",CZ,CZ,CZ,")
            .replace(",40000,", ",50000,")
            .replace("2025-07-10", "2025-07-16"),
    );
    let out = desk.ok(&format!("decide {other} --format jsonl {with}"));
    let decided: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(decided["review"], "policy-of-denial");
    // No history is rewritten: the ledger holds together as it is.
    desk.ok("ledger verify --ledger {l}");
}

#[test]
fn a_government_that_gave_assurances_has_the_doubled_allocation_on_the_ledger_too() {
    let desk = Desk::new();
    let head = AGREEMENT.split("[[agreement]]").next().unwrap();
    let listed =
        format!("{head}[[group]]\nid = \"supplement-5b\"\ncite = \"made up\"\nadd = [\"PL\"]\n");
    let law = law_with(&desk, "us/2025-07-15-assurances.toml", &listed);
    let with = format!("--law us:text --law-dir {law} --ledger {{l}}");
    desk.ok(&format!("ledger license D1 @license.csv {with}"));
    let license = std::fs::read_to_string(format!("{ROOT}/examples/ledger/license.csv")).unwrap();
    let second = desk.write("second.csv", &license.replace("app-7", "app-8"));
    desk.ok(&format!(
        "ledger license D2 {second} --date 2025-07-15 {with}"
    ));
    let out = desk.ok(&format!(
        "ledger limits --as-of 2025-07-15 --format csv {with}"
    ));
    assert!(
        out.contains(
            "country-allocation-assured,PL,2025-01-01..2027-12-31,1266560000,0,1580000000"
        ),
        "{out}"
    );
}

#[test]
fn a_limit_of_the_ledgers_own_is_told_beside_a_decision_that_reads_the_laws() {
    let desk = Desk::new();
    desk.ok("ledger license D1 @license.csv --law us:text --ledger {l}");
    desk.ok("ledger limit country-allocation PL --most 1580000000 --date 2025-07-15 --cite agreement --ledger {l}");
    let license = std::fs::read_to_string(format!("{ROOT}/examples/ledger/license.csv")).unwrap();
    let later = license
        .replace("app-7", "a2")
        .replace("2025-07-10", "2025-07-16");
    let later = desk.write("later.csv", &later);
    let (_, err, code) = desk.run(&format!(
        "ledger license D2 {later} --law us:text --ledger {{l}}"
    ));
    assert_eq!(code, 2);
    assert!(
        err.contains("policy of denial; limit of country-allocation of PL"),
        "{err}"
    );
    let said = "limit of country-allocation of PL in 2025-01-01..2027-12-31: 1,580,000,000 on this ledger since 2025-07-15 (agreement), and the decision reads the law's: 790,000,000 by `country-allocation`";
    let out = desk.ok(&format!("decide {later} --law us:text --ledger {{l}}"));
    assert!(flat(&out).contains(said), "{out}");
    let out = desk.ok(&format!(
        "decide {later} --law us:text --ledger {{l}} --format jsonl"
    ));
    let decided: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert!(
        decided["ledger"]["notes"][0]
            .as_str()
            .unwrap()
            .starts_with(said),
        "{out}"
    );
}

#[test]
fn an_order_that_a_used_up_limit_stops_says_which_and_how_much_is_left() {
    let desk = Desk::new();
    let out = desk.ok("ledger reserve @orders.csv --law us:text --ledger {l}");
    let said = "`lpp`: asked 9,499,200, left 1,568,800 of 26,900,000 on 2025-06-12 (used 0, reserved 25,331,200; lpp of Meridian Holdings in 2025; 740.29(a), (d))";
    assert!(
        flat(&out).contains(&format!(
            "po-102 nothing to reserve: license-required; {said}"
        )),
        "{out}"
    );
    let out = desk.ok("decide @orders.csv --law us:text --ledger {l} --format jsonl");
    let decided = out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let second = decided.into_iter().find(|d| d["id"] == "po-102").unwrap();
    let over = &second["ledger"]["over"][0];
    assert_eq!(
        (&over["quota"], &over["left"]),
        (&"lpp".into(), &1_568_800.into())
    );
    assert_eq!(over["cite"], "740.29(a), (d)");
}

#[test]
fn entries_under_another_law_than_the_ledgers_are_warned_of_once() {
    let desk = Desk::new();
    let (_, err, _) = desk.run("ledger reserve @orders.csv --law us:text --ledger {l}");
    assert!(!err.contains("warning"), "{err}");
    // As printed and as enforced are one law.
    let (_, err, _) = desk.run("ledger reserve @orders.csv --law us:enforced --ledger {l}");
    assert!(!err.contains("warning"), "{err}");
    let (_, err, _) =
        desk.run("ledger reserve @orders.csv --law option-1-country-tiers --ledger {l}");
    let said = "warning: the entries of this ledger are decided under us, and these under option-1-country-tiers";
    assert_eq!(err.matches(said).count(), 1, "{err}");
}

#[test]
fn what_no_law_counts_and_no_decision_lays_down_is_refused_with_the_nearest_name() {
    let desk = Desk::new();
    desk.ok("ledger reserve @orders.csv --law us:text --ledger {l}");
    let (_, err, code) = desk.run(
        "ledger correct llp Corvane --add 5 --why x --date 2025-06-01 --span 2025 --ledger {l}",
    );
    assert_eq!(code, 2);
    assert!(
        err.contains("no law counts `llp`: did you mean `lpp`?"),
        "{err}"
    );
    let (_, err, code) = desk
        .run("ledger limit country-alocation PL --most 5 --cite x --date 2025-06-01 --ledger {l}");
    assert_eq!(code, 2);
    assert!(err.contains("did you mean `country-allocation`?"), "{err}");
    desk.ok(
        "ledger correct desks Corvane --add 5 --why x --date 2025-06-01 --as-given --ledger {l}",
    );
    // What was taken as given is known from then on.
    desk.ok("ledger correct desks Corvane --add 6 --why y --date 2025-06-01 --ledger {l}");
    let (_, err, code) = desk.run("ledger done po-101 certificaton --date 2025-06-10 --ledger {l}");
    assert_eq!(code, 2);
    assert!(err.contains("did you mean `certification`?"), "{err}");
    desk.ok("ledger done po-101 a-call --date 2025-06-10 --as-given --ledger {l}");
}

#[test]
fn nothing_is_done_or_comes_back_before_the_day_it_is_reserved_for() {
    let desk = Desk::new();
    desk.ok("ledger reserve @orders.csv --law us:text --ledger {l}");
    desk.ok("ledger ship po-101 --date 2025-06-20 --ledger {l}");
    for words in ["done po-101 certification", "return po-101 --why loss"] {
        let (_, err, code) = desk.run(&format!("ledger {words} --date 2025-01-20 --ledger {{l}}"));
        assert_eq!(code, 2, "{words}: {err}");
        assert!(
            err.contains("nothing of it happened on 2025-01-20"),
            "{words}: {err}"
        );
    }
}

#[test]
fn a_file_too_damaged_to_open_is_wrong_as_a_ledger_is_that_opens() {
    let desk = Desk::new();
    desk.ok("ledger reserve @orders.csv --law us:text --ledger {l}");
    let mut bytes = std::fs::read(desk.path("l")).unwrap();
    bytes[..64].fill(0x5a);
    std::fs::write(desk.path("d"), bytes).unwrap();
    let (out, err, code) = desk.run("ledger verify --ledger {d}");
    assert_eq!(code, 2, "{out}{err}");
    assert!(
        out.starts_with("wrong: ") && out.contains("cannot be read to its end"),
        "{out}"
    );
    let (out, _, code) = desk.run("ledger verify --json --ledger {d}");
    assert_eq!(code, 2);
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert!(told["faults"][0]["what"].is_string(), "{out}");
    // The others end alike: input that cannot be read.
    for words in [
        "statement",
        "limits --as-of 2025-06-30",
        "export",
        "ship po-101 --date 2025-06-20",
    ] {
        let (_, err, code) = desk.run(&format!("ledger {words} --ledger {{d}}"));
        assert_eq!(code, 2, "{words}: {err}");
    }
}

#[test]
fn a_head_that_is_no_hash_is_told_before_anything_is_read() {
    let desk = Desk::new();
    desk.ok("ledger reserve @orders.csv --law us:text --ledger {l}");
    let out = desk.ok("ledger verify --ledger {l}");
    let head = out
        .lines()
        .find_map(|l| l.strip_prefix("head "))
        .unwrap()
        .to_owned();
    desk.ok(&format!("ledger verify --head {head} --ledger {{l}}"));
    let (_, err, code) = desk.run(&format!(
        "ledger verify --head {} --ledger {{l}}",
        &head[1..]
    ));
    assert_ne!(code, 0);
    assert!(err.contains("64 hexadecimal digits"), "{err}");
}

/// Who may write anything may write this file too: the test steps down to someone who may not.
#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_written_can_be_read() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let desk = Desk::new();
    desk.ok("ledger reserve @orders.csv --law us:text --ledger {l}");
    let mode = |path: &str, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap()
    };
    let folder = desk.0.path().display().to_string();
    mode(&desk.path("l"), 0o444);
    mode(&folder, 0o555);
    let may = std::fs::File::options()
        .append(true)
        .open(desk.path("l"))
        .is_ok();
    for words in ["statement", "verify", "limits --as-of 2025-06-30", "export"] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tiergate"));
        command
            .arg("ledger")
            .args(words.split(' '))
            .args(["--ledger", &desk.path("l")]);
        if may {
            command.uid(65_534);
        }
        // Whoever may not run the program at all has nothing to tell.
        let Ok(output) = command.output() else {
            continue;
        };
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{words}: {err}");
        assert!(!output.stdout.is_empty(), "{words}");
    }
    mode(&folder, 0o755);
}

#[test]
fn a_license_carries_nothing_after_its_last_valid_day() {
    let desk = Desk::new();
    let out =
        desk.ok("ledger license D1 @license.csv --law us:text --until 2026-07-09 --ledger {l}");
    assert!(out.contains("through 2026-07-09"), "{out}");
    let license = std::fs::read_to_string(format!("{ROOT}/examples/ledger/license.csv")).unwrap();
    let order = |id: &str, day: &str| {
        let text = license.replace("app-7", id).replace("2025-07-10", day);
        let order = desk.write(
            "s.csv",
            &text
                .replace(",40000,", ",2000,")
                .replace("1200000000.50", "60000000"),
        );
        desk.ok(&format!(
            "decide {order} --law us:text --ledger {{l}} --reserve --license D1"
        ))
    };
    let late = order("s1", "2026-07-10");
    assert!(
        late.contains("license D1 is valid through 2026-07-09"),
        "{late}"
    );
    let last = order("s2", "2026-07-09");
    assert!(
        last.contains("s2  reserved 2,000 on license.quantity of D1"),
        "{last}"
    );
    let out = desk.ok("ledger ship s2 --date 2026-07-10 --ledger {l}");
    assert!(
        out.starts_with("refused") && out.contains("2026-07-09"),
        "{out}"
    );
    assert!(
        desk.ok("ledger ship s2 --date 2026-07-09 --id again --ledger {l}")
            .starts_with("entered")
    );
}

#[test]
fn a_quantity_that_is_left_out_is_counted_as_one_and_said_to_be() {
    let desk = Desk::new();
    let order = desk.write(
        "one.jsonl",
        r#"{"id":"n1","date":"2025-06-02","destination":"PL","item":{"chip":"nvidia-h100-sxm5"},"consignee":{"name":"Meridian Compute","location":"PL","headquarters":"PL","parent":"PL","parent_name":"Meridian Holdings","lists":[]},"end_uses":["datacenter"],"intermediaries":[]}"#,
    );
    let out = desk.ok(&format!(
        "decide {order} --law us:text --ledger {{l}} --reserve --format jsonl"
    ));
    let decided: serde_json::Value = serde_json::from_str(&out).unwrap();
    let said = decided["assumptions"].as_array().unwrap();
    assert!(said.contains(&"quantity = 1 (not given)".into()), "{out}");
    // The decision that is kept says so too.
    desk.ok("ledger packet n1 --ledger {l} --output {packet.json}");
    let packet = std::fs::read_to_string(desk.path("packet.json")).unwrap();
    assert!(packet.contains("quantity = 1 (not given)"), "{packet}");
}

#[test]
fn a_request_given_twice_in_an_opening_is_told() {
    let desk = Desk::new();
    let twice = desk.write("twice.csv", "id,amount\na,12\nb,7\na,12\n");
    let (out, err, code) = desk.run(&format!("ledger prorate {twice} --available 10"));
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("`a` was given on line 2 already"), "{err}");
}

#[test]
fn a_statement_as_rows_gives_movements_too() {
    let desk = Desk::new();
    desk.ok("ledger reserve @orders.csv --law us:text --ledger {l}");
    desk.ok("ledger ship po-101 --quantity 400 --date 2025-06-20 --ledger {l}");
    let rows = desk.ok("ledger statement --measure lpp --format csv --movements --ledger {l}");
    let mut rows = rows.lines();
    assert!(rows.next().unwrap().starts_with(
        "measure,holder,span,date,id,kind,used,reserved,used_after,reserved_after,recorded"
    ));
    assert!(rows.next().unwrap().starts_with("lpp,Meridian Holdings,2025,2025-06-20,ship 400 of po-101 on 2025-06-20,ship,6332800,-6332800,6332800,18998400,"));
    assert_eq!(rows.count(), 3);
}

#[test]
fn a_holder_that_looks_like_another_is_warned_of() {
    let desk = Desk::new();
    desk.ok("ledger reserve @orders.csv --law us:text --ledger {l}");
    let orders = std::fs::read_to_string(format!("{ROOT}/examples/ledger/orders.csv")).unwrap();
    let alike = orders
        .replace("po-1", "po-2")
        .replace("Meridian Holdings", "M\u{435}ridian Holdings");
    let alike = desk.write("alike.csv", &alike);
    let (_, err, _) = desk.run(&format!(
        "ledger reserve {alike} --law us:text --ledger {{l}}"
    ));
    assert!(
        err.contains("(U+0435) looks like `Meridian Holdings` and is another holder of `lpp`"),
        "{err}"
    );
    let (_, err, code) = desk.run("ledger correct lpp M\u{435}ridian_Holdings --add 5 --why x --date 2025-06-01 --span 2027 --ledger {l}");
    assert_eq!((code, err.contains("warning")), (0, false), "{err}");
}
