//! Orders decided and reserved with a list, and reservations decided again when a list or the law has
//! moved.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use std::path::PathBuf;

use common::{plain, run, shared};
use serde_json::{Value, json};
use tempfile::TempDir;

const UVL: &str = "Unverified List (UVL) - Bureau of Industry and Security";
const EL: &str = "Entity List (EL) - Bureau of Industry and Security";

/// Two orders that pass under License Exception LPP as printed, of parties whose lists are not stated.
const ORDERS: &str = "id,date,destination,quantity,item.chip,consignee.name,consignee.location,consignee.headquarters,consignee.parent,end_uses\n\
    to-lomas,2026-03-02,MY,10,nvidia-h100-sxm5,Lomas Trading,MY,MY,MY,datacenter\n\
    to-vektor,2026-03-02,MY,10,nvidia-h100-sxm5,Vektor Optics,MY,MY,MY,datacenter\n";

struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Desk {
        let desk = Desk {
            folder: tempfile::tempdir().unwrap(),
        };
        desk.write("orders.csv", ORDERS);
        desk.list("list.json", &[("Tarn Holdings", EL, "89 FR 10001")]);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Writes a list of these parties: name, list, and notice.
    fn list(&self, name: &str, parties: &[(&str, &str, &str)]) {
        let parties = parties.iter().map(|(name, source, notice)| {
            json!({ "name": name, "source": source, "federal_register_notice": notice,
                "license_requirement": "For all items subject to the EAR." })
        });
        let list = json!({ "search_performed_at": "2026-07-31T13:15:00+00:00",
            "results": parties.collect::<Vec<_>>() });
        self.write(name, &list.to_string());
    }

    /// Runs in the folder and gives standard output, standard error and the exit code.
    fn tiergate(&self, line: &str) -> (String, String, i32) {
        let mut command = plain();
        command
            .current_dir(self.folder.path())
            .env_remove("TIERGATE_LIST")
            .env_remove("TIERGATE_LEDGER");
        // `'...'` is one word.
        for (at, part) in line.split('\'').enumerate() {
            match at % 2 {
                0 => command.args(part.split_whitespace()),
                _ => command.arg(part),
            };
        }
        run(&mut command)
    }

    /// The decisions by id, with what was said beside.
    fn decide(&self, args: &str) -> (Value, String) {
        let (out, err, code) = self.tiergate(&format!(
            "decide orders.csv --law us:text --format jsonl {args}"
        ));
        assert_eq!(code, 0, "{err}");
        let lines = out.lines().map(|line| {
            let value: Value = serde_json::from_str(line).unwrap();
            (value["id"].as_str().unwrap().to_owned(), value)
        });
        (Value::Object(lines.collect()), err)
    }

    fn reserve(&self, args: &str) {
        let (out, err, code) = self.tiergate(&format!(
            "ledger reserve --ledger l.db orders.csv --law us:text {args}"
        ));
        assert_eq!(code, 0, "{out}{err}");
    }

    /// What `recheck` tells, as JSON.
    fn recheck(&self, args: &str) -> (Value, String, i32) {
        let (out, err, code) = self.tiergate(&format!(
            "ledger recheck --ledger l.db --format json {args}"
        ));
        (serde_json::from_str(&out).unwrap_or_default(), err, code)
    }

    fn adjudicate(&self, list: &str, name: &str, entry: &str, verdict: &str) {
        let (_, err, code) = self.tiergate(&format!(
            "screen adjudicate '{name}' --country MY --entry {entry} --verdict {verdict} --reason 'another address' \
             --who 'M. Lind' --when 2026-03-03 --list {list} --adjudications log.jsonl"
        ));
        assert_eq!(code, 0, "{err}");
    }
}

/// All texts of an array as one.
fn texts(all: &Value) -> String {
    let all = all.as_array().unwrap().iter();
    all.map(|a| a.as_str().unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_hit_leaves_the_lists_unknown_until_it_is_decided_and_again_when_the_entry_changes() {
    let desk = Desk::new();
    desk.list("near.json", &[("Lomas Trading FZE", UVL, "90 FR 20001")]);
    let (decided, err) = desk.decide("--list near.json");
    assert_eq!(decided["to-vektor"]["outcome"], "license-exception");
    let said = texts(&decided["to-vektor"]["assumptions"]);
    assert!(
        said.contains("consignee.lists = none (by the list of 2026-07-31 (near.json, digest ")
            && said.contains("nothing is near Vektor Optics"),
        "{said}"
    );
    assert_eq!(decided["to-lomas"]["outcome"], "indeterminate");
    assert!(texts(&decided["to-lomas"]["missing"]).contains("consignee.lists"));
    let said = texts(&decided["to-lomas"]["assumptions"]);
    let how = said.split("to decide: tiergate ").nth(1).expect(&said);
    let entry = how
        .split_whitespace()
        .skip_while(|w| *w != "--entry")
        .nth(1)
        .unwrap();
    assert!(
        how.starts_with("screen adjudicate 'Lomas Trading' --country MY --entry UVL-")
            && how.contains("--list 'near.json' --adjudications FILE"),
        "{how}"
    );
    assert!(err.contains("1 name is left to decide"), "{err}");

    desk.adjudicate("near.json", "Lomas Trading", entry, "false");
    let (decided, _) = desk.decide("--list near.json --adjudications log.jsonl");
    assert_eq!(decided["to-lomas"]["outcome"], "license-exception");
    let said = texts(&decided["to-lomas"]["assumptions"]);
    assert!(
        said.contains("it is not Lomas Trading FZE") && said.contains("another address (M. Lind"),
        "{said}"
    );

    // The entry says something else: what was decided of it no longer holds.
    desk.list("changed.json", &[("Lomas Trading FZE", UVL, "91 FR 30001")]);
    let (decided, _) = desk.decide("--list changed.json --adjudications log.jsonl");
    assert_eq!(decided["to-lomas"]["outcome"], "indeterminate");
    let said = texts(&decided["to-lomas"]["assumptions"]);
    assert!(
        said.contains("decided before and no longer: the entry has changed"),
        "{said}"
    );

    // That everybody was screened cannot be assumed against a hit.
    let (decided, _) = desk.decide("--list changed.json --assume screened");
    assert_eq!(decided["to-lomas"]["outcome"], "indeterminate");

    desk.adjudicate("changed.json", "Lomas Trading", entry, "true");
    let (decided, _) = desk.decide("--list changed.json --adjudications log.jsonl");
    let said = texts(&decided["to-lomas"]["assumptions"]);
    assert!(
        said.contains("consignee.lists = unverified (by the list"),
        "{said}"
    );
    assert_ne!(decided["to-lomas"]["outcome"], "license-exception");
}

#[test]
fn what_is_stated_wins_and_a_decided_hit_against_it_is_a_warning() {
    let desk = Desk::new();
    let stated = ORDERS.replace(
        "end_uses\n",
        "end_uses,consignee.lists,intermediaries.1.name\n",
    );
    desk.write(
        "orders.csv",
        &stated.replace("datacenter\n", "datacenter,none,Lomas Trading\n"),
    );
    desk.list("near.json", &[("Lomas Trading", EL, "90 FR 20001")]);
    let (out, ..) =
        desk.tiergate("screen 'Lomas Trading' --country MY --list near.json --format json");
    let screened: Value = serde_json::from_str(&out).unwrap();
    let entry = screened[0]["hits"][0]["entry"].as_str().unwrap().to_owned();
    desk.adjudicate("near.json", "Lomas Trading", &entry, "true");
    let (decided, err) = desk.decide("--list near.json --adjudications log.jsonl");
    let said = texts(&decided["to-lomas"]["assumptions"]);
    assert!(
        said.contains("consignee.lists = none (as stated; the list of 2026-07-31"),
        "{said}"
    );
    assert!(
        err.contains("warning: order `to-lomas`: consignee.lists = none (as stated; the list")
            && err.contains("has entity-list: it is Lomas Trading [EL-"),
        "{err}"
    );
    // An intermediary is screened too; of it no country is known, so that the decision is not about it.
    assert!(
        said.contains("intermediaries.1.lists is left unknown by the list"),
        "{said}"
    );
}

#[test]
fn an_entry_added_to_the_list_changes_what_an_open_reservation_is() {
    let desk = Desk::new();
    desk.reserve("--list list.json");
    let (same, err, code) = desk.recheck("--as-of 2026-03-05 --list list.json");
    assert_eq!(code, 0, "{err}");
    assert_eq!(
        (&same["unchanged"], &same["changed"]),
        (&json!(2), &json!([]))
    );
    assert!(
        err.contains("2 open reservations: 0 changed, 2 did not"),
        "{err}"
    );

    desk.list(
        "new.json",
        &[
            ("Tarn Holdings", EL, "89 FR 10001"),
            ("Lomas Trading FZE", EL, "91 FR 30001"),
        ],
    );
    let (moved, err, code) = desk.recheck("--as-of 2026-03-05 --list new.json");
    assert_eq!((code, &moved["unchanged"]), (0, &json!(1)), "{err}");
    let change = &moved["changed"][0];
    assert_eq!(change["id"], "to-lomas");
    assert_eq!(
        change["outcome"],
        json!({ "before": "license-exception", "now": "indeterminate" })
    );
    assert!(texts(&change["missing"]).contains("consignee.lists"));
    let hit = &change["hits"][0];
    assert_eq!(
        (&hit["party"], &hit["change"]),
        (&json!("consignee"), &json!("new"))
    );
    assert_eq!(hit["hit"]["matched_name"], "Lomas Trading FZE");
    assert!(texts(&change["to_decide"]).contains("tiergate screen adjudicate 'Lomas Trading'"));
    assert!(
        change["facts"]
            .as_array()
            .unwrap()
            .contains(&json!({ "path": "consignee.lists", "before": "none", "now": null }))
    );

    // Decided to be another, the reservation is what it was.
    let entry = hit["hit"]["entry"].as_str().unwrap();
    desk.adjudicate("new.json", "Lomas Trading", entry, "false");
    let again = "--as-of 2026-03-05 --list new.json --adjudications log.jsonl";
    assert_eq!(desk.recheck(again).0["unchanged"], 2);
    // Decided to be it, no exception is left, and the duties of the exception go.
    desk.adjudicate("new.json", "Lomas Trading", entry, "true");
    let (moved, ..) = desk.recheck(again);
    let change = &moved["changed"][0];
    assert_eq!(change["outcome"]["now"], "license-required");
    assert!(!change["duties_gone"].as_array().unwrap().is_empty());
    assert_eq!(change["hits"][0]["hit"]["adjudication"]["verdict"], "true");

    // The table says the same, and nothing was written.
    let (out, _, code) = desk.tiergate(&format!("ledger recheck --ledger l.db {again}"));
    assert_eq!(code, 0);
    for part in [
        "outcome     license-exception -> license-required",
        "consignee Lomas Trading, a new hit: Lomas Trading FZE [EL-",
        "fact        consignee.lists: none -> entity-list",
        "2 open reservations: 1 changed, 1 did not",
    ] {
        assert!(out.contains(part), "{part}:\n{out}");
    }
    let (out, ..) = desk.tiergate("ledger verify --ledger l.db");
    assert!(out.contains("2 entries"), "{out}");
    let (out, ..) = desk.tiergate(&format!(
        "ledger recheck --ledger l.db --format csv {again}"
    ));
    assert!(
        out.lines().nth(1).unwrap().starts_with(
            "to-lomas,2026-03-02,us,2026-03-05,text,license-exception,license-required,"
        ),
        "{out}"
    );
}

#[test]
fn the_packet_of_a_reservation_holds_its_screening() {
    let desk = Desk::new();
    desk.list("near.json", &[("Lomas Trading FZE", UVL, "90 FR 20001")]);
    let (out, ..) =
        desk.tiergate("screen 'Lomas Trading' --country MY --list near.json --format json");
    let screened: Value = serde_json::from_str(&out).unwrap();
    let entry = screened[0]["hits"][0]["entry"].as_str().unwrap().to_owned();
    desk.adjudicate("near.json", "Lomas Trading", &entry, "false");
    desk.reserve("--list near.json --adjudications log.jsonl");
    let (out, _, code) = desk.tiergate("ledger packet to-lomas --ledger l.db");
    assert_eq!(code, 0);
    let packet: Value = serde_json::from_str(&out).unwrap();
    let party = &packet["screening"][0];
    assert_eq!(
        (&party["party"], &party["lists"]),
        (&json!("consignee"), &json!("none"))
    );
    assert_eq!(
        party["screened_against"]["date"],
        "2026-07-31T13:15:00+00:00"
    );
    assert_eq!(party["screened_against"]["name"], "near.json");
    assert_eq!(party["hits"][0]["entry"], entry.as_str());
    assert_eq!(party["hits"][0]["adjudication"]["who"], "M. Lind");
    let digest = &packet["entries"][0]["request"]["decision"]["screening"];
    let papers = packet["papers"].as_array().unwrap();
    let paper = papers.iter().find(|p| p["digest"] == *digest).unwrap();
    assert_eq!(paper["kind"], "screening");

    desk.write("packet.json", &out);
    let (out, _, code) = desk.tiergate("ledger packet --check packet.json");
    assert_eq!(code, 0, "{out}");
    let mut without = packet.clone();
    let papers = without["papers"].as_array_mut().unwrap();
    papers.retain(|p| p["digest"] != *digest);
    desk.write(
        "without.json",
        &serde_json::to_string_pretty(&without).unwrap(),
    );
    let (out, _, code) = desk.tiergate("ledger packet --check without.json");
    assert_eq!(code, 2);
    assert!(
        out.contains(&format!(
            "the paper {} that entry",
            digest.as_str().unwrap()
        )),
        "{out}"
    );
}

#[test]
fn the_law_moving_changes_what_an_open_reservation_is() {
    let desk = Desk::new();
    // A listed party owns the consignee: while the Affiliates rule is suspended, that catches nobody.
    let orders = ORDERS.replace(
        "end_uses\n",
        "end_uses,consignee.lists,consignee.listed_ownership_pct,listed_owners\n",
    );
    desk.write(
        "orders.csv",
        &orders.replace("datacenter\n", "datacenter,none,60,entity-list\n"),
    );
    desk.reserve("");
    let (same, err, code) = desk.recheck("--as-of 2026-11-09");
    assert_eq!((code, &same["unchanged"]), (0, &json!(2)), "{err}");
    let (moved, err, code) = desk.recheck("--as-of 2026-11-10");
    assert_eq!((code, &moved["unchanged"]), (0, &json!(0)), "{err}");
    assert_eq!(
        moved["changed"][0]["outcome"]["before"],
        "license-exception"
    );
    assert_eq!(moved["changed"][0]["outcome"]["now"], "license-required");
    assert_eq!(moved["changed"][0]["as_of"], "2026-11-10");
    // A day before that of the reservation is its own day.
    let (before, ..) = desk.recheck("--as-of 2025-10-01");
    assert_eq!(before["unchanged"], 2);
    // Under another law, or another view of it.
    let (other, ..) = desk.recheck("--as-of 2026-03-05 --law us:enforced");
    let change = &other["changed"][0];
    assert_eq!(
        (&change["view"], &change["authority"]["now"]),
        (&json!("enforced"), &Value::Null)
    );
}

#[test]
fn a_limit_that_is_lowered_is_passed_by_what_is_reserved() {
    let desk = Desk::new();
    desk.reserve("--assume screened");
    assert_eq!(desk.recheck("--as-of 2026-03-05").0["unchanged"], 2);
    let (_, err, code) = desk.tiergate(
        "ledger limit lpp 'Lomas Trading' --most 100000 --cite 'letter of 2026-03-04' --date 2026-03-04 --ledger l.db",
    );
    assert_eq!(code, 0, "{err}");
    let (moved, ..) = desk.recheck("--as-of 2026-03-05");
    let limits = texts(&moved["changed"][0]["limits"]);
    assert_eq!(moved["changed"][0]["id"], "to-lomas");
    assert!(
        limits.starts_with("`lpp`: asked 158,320, left 100,000 of 100,000 on 2026-03-05"),
        "{limits}"
    );
}

#[test]
fn a_reservation_without_papers_is_said_and_the_others_go_on() {
    let desk = Desk::new();
    desk.reserve("--assume screened");
    let (out, _, code) = desk.tiergate("ledger export --ledger l.db");
    assert_eq!(code, 0);
    let (packet, ..) = desk.tiergate("ledger packet to-lomas --ledger l.db");
    let packet: Value = serde_json::from_str(&packet).unwrap();
    let digest = packet["entries"][0]["request"]["decision"]["order"]
        .as_str()
        .unwrap();
    let without: Vec<&str> = out
        .lines()
        .filter(|line| !line.contains(digest) || line.contains("\"request\""))
        .collect();
    assert_ne!(without.len(), out.lines().count());
    desk.write("export.jsonl", &(without.join("\n") + "\n"));
    let (_, err, _) = desk.tiergate("ledger import export.jsonl --ledger other.db");
    let (out, told, code) = desk.tiergate("ledger recheck --ledger other.db --as-of 2026-03-05");
    assert_eq!(code, 2, "{err}{out}{told}");
    assert!(
        told.contains(&format!(
            "reservation `to-lomas`: the paper {digest} that its entry names is not in the ledger"
        )),
        "{told}"
    );
    assert!(
        out.contains("2 open reservations: 0 changed, 1 did not; 1 could not be looked at"),
        "{out}"
    );
}

#[test]
fn the_real_list_fills_in_orders() {
    let Some(file) = shared("data/screening/consolidated-screening-list-2026-07-31.json") else {
        eprintln!("skipped: the list is not beside the repository");
        return;
    };
    let desk = Desk::new();
    let orders = ORDERS.replace("Vektor Optics", "Vantorian Larkworks of Nowhere");
    desk.write("orders.csv", &orders);
    let (decided, err) = desk.decide(&format!("--list '{}'", file.display()));
    assert_eq!(
        decided["to-vektor"]["outcome"], "license-exception",
        "{err}"
    );
    assert!(err.contains("list of 2026-07-31"), "{err}");
}

#[test]
fn what_a_register_filled_in_is_filled_in_anew_and_what_was_released_is_left_out() {
    let desk = Desk::new();
    let register = |headquarters: &str| {
        let source = json!({ "name": "company register" });
        let party = json!({ "id": "lomas", "kind": "entity", "names": [{ "text": "Lomas Trading" }],
            "headquarters": headquarters });
        let statements = [
            json!({ "id": "p1", "recorded": "2026-01-05", "source": source, "party": party }),
            json!({ "id": "n1", "recorded": "2026-01-05", "source": source,
                "no_parent": { "of": "lomas", "reason": "no holder above 50 %" } }),
        ];
        statements.map(|s| s.to_string() + "\n").concat()
    };
    desk.write("then.jsonl", &register("MY"));
    desk.write("now.jsonl", &register("CN"));
    desk.write(
        "orders.csv",
        "id,date,shipment,destination,quantity,item.chip,consignee.name,consignee.location,consignee.lists,end_uses,intermediaries.1.name,intermediaries.1.headquarters\n\
         to-lomas,2026-03-02,s1,MY,1000,nvidia-h100-sxm5,Lomas Trading,MY,none,datacenter,Vektor Freight,SG\n",
    );
    desk.reserve("--parties then.jsonl --assume screened --assume parent=headquarters");
    // What was assumed then is assumed now; without a register what it filled in stands.
    for same in ["", "--parties then.jsonl"] {
        let (same, err, code) = desk.recheck(&format!("--as-of 2026-03-05 {same}"));
        assert_eq!((code, &same["unchanged"]), (0, &json!(1)), "{err}{same}");
    }
    let (moved, ..) = desk.recheck("--as-of 2026-03-05 --parties now.jsonl");
    let change = &moved["changed"][0];
    assert_eq!(change["outcome"]["now"], "license-required", "{moved}");
    assert!(
        change["facts"]
            .as_array()
            .unwrap()
            .contains(&json!({ "path": "consignee.headquarters", "before": "MY", "now": "CN" }))
    );
    // A limit below what was reserved is kept to by what is left of it.
    let (_, err, code) =
        desk.tiergate("ledger release to-lomas --quantity 900 --date 2026-03-04 --ledger l.db");
    assert_eq!(code, 0, "{err}");
    let (_, err, _) = desk.tiergate(
        "ledger limit lpp 'Lomas Trading' --most 1600000 --cite 'letter of 2026-03-04' --date 2026-03-04 --ledger l.db",
    );
    let (left, ..) = desk.recheck("--as-of 2026-03-05");
    assert_eq!(left["unchanged"], 1, "{err}{left}");
}
