//! The forms in which the list is published, and what is kept of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use common::real_list;
use tiergate_screening::{
    Adjudication, Adjudications, Change, Entry, Index, List, Party, Verdict, lists, rescreen,
};

const JSON: &str = r#"{"search_performed_at": "2026-07-31T13:15:00+00:00", "results": [
  {"source": "Entity List (EL) - Bureau of Industry and Security", "name": "Arkona Institute",
   "alt_names": ["Arkona NII"], "addresses": [{"address": "14 Lark Street", "city": "Vantor", "country": "RU"}],
   "license_requirement": "For all items subject to the EAR. (See §734.9(e)(3) and 744.11 of the EAR)5",
   "license_policy": "Presumption of denial", "federal_register_notice": "89 FR 10001", "programs": null},
  {"source": "Specially Designated Nationals (SDN) - Treasury Department", "entity_number": 90001,
   "type": "Individual", "name": "HADDAD, Salim", "programs": ["SDGT"], "ids": [{"type": "Passport", "number": "X1"}]},
  {"source": true, "name": "x"}, 12
]}"#;

const CSV: &str = "\u{feff}_id,source,entity_number,type,programs,name,addresses,federal_register_notice,license_requirement,license_policy,alt_names,ids\n\
  1,Entity List (EL) - Bureau of Industry and Security,,,,Arkona Institute,\"14 Lark Street, Vantor, RU\",89 FR 10001,For all items subject to the EAR. (See §734.9(e)(3) and 744.11 of the EAR)5,Presumption of denial,Arkona NII,\n\
  2,Specially Designated Nationals (SDN) - Treasury Department,90001,Individual,SDGT,\"HADDAD, Salim\",,,,,,Passport X1\n\
  3,Entity List (EL) - Bureau of Industry and Security,,,,,,,,,,\n";

const SHORT: &str = r#"{"sourceGeneratedAt": "2026-07-31T13:15:00+00:00",
  "tables": {"sources": ["Entity List (EL) - Bureau of Industry and Security"],
             "licenceRequirements": ["For all items"], "licencePolicies": ["Presumption of denial"], "programmes": [], "urls": []},
  "entries": [{"n": "Arkona Institute", "a": ["Arkona NII"], "s": 0, "c": ["RU"], "lr": 0, "lp": 0}, {"n": "x", "s": 9}]}"#;

#[test]
fn the_official_json_and_csv_say_the_same() {
    let (json, faults) = List::read(JSON).unwrap();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        told[0],
        "party 3: `source` is true or false, expected a text"
    );
    assert_eq!(told[1], "party 4: found a number, expected an object");
    let (csv, faults) = List::read(CSV).unwrap();
    assert_eq!(
        faults[0].to_string(),
        "line 4: `name` is empty: every party has one"
    );
    assert_eq!(json.entries, csv.entries);
    assert_eq!(json.digest(), csv.digest());
    assert_eq!(json.entries[0].words(), ["entity-list", "entity-list-fn5"]);
    assert_eq!(json.entries[1].id, "SDN-90001");
    assert_eq!(json.date, "2026-07-31T13:15:00+00:00");
}

#[test]
fn the_short_form_is_read_by_its_tables() {
    let (list, faults) = List::read(SHORT).unwrap();
    assert_eq!(list.entries[0].license_policy, "Presumption of denial");
    assert_eq!(list.entries[0].countries, ["RU"]);
    assert_eq!(
        faults[0].to_string(),
        "party 2: `s` is no place in the table `sources`"
    );
}

#[test]
fn what_is_no_list_is_refused_with_what_would_be_one() {
    for (text, said) in [
        ("", "found no text"),
        ("a,b\n1,2\n", "found columns a, b"),
        ("{\"x\": 1}", "found an object without `results`"),
        ("{\"results\": [", "the file may be cut off"),
    ] {
        let error = List::read(text).unwrap_err().to_string();
        assert!(error.contains(said), "{text}: {error}");
    }
}

#[test]
fn every_party_of_the_real_list_is_on_a_list_that_is_known() {
    let Some(list) = real_list() else { return };
    assert_eq!(list.entries.len(), 25_921);
    let count = |word: &str| {
        list.entries
            .iter()
            .filter(|e| e.words().contains(&word))
            .count()
    };
    assert_eq!(count("other"), 0);
    assert_eq!(count("entity-list"), 3_420);
    assert_eq!(count("denied-persons"), 1_596);
    assert_eq!(count("unverified"), 222);
    assert_eq!(count("military-end-user"), 70);
    assert_eq!(count("sdn"), 19_181);
    for footnote in ["entity-list-fn1", "entity-list-fn4", "entity-list-fn5"] {
        assert!(count(footnote) > 10, "{footnote}: {}", count(footnote));
    }
    let mut ids: Vec<&str> = list.entries.iter().map(|e| e.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(
        ids.len(),
        list.entries.len(),
        "every entry has an id of its own"
    );
}

fn decide(party: &Party, entry: &Entry, verdict: Verdict) -> Adjudication {
    Adjudication {
        party: party.clone(),
        party_digest: party.digest(),
        entry: entry.id.clone(),
        entry_digest: entry.digest(),
        verdict,
        reason: "the address".into(),
        who: "M. Lind".into(),
        when: "2026-08-03".into(),
    }
}

#[test]
fn a_decision_holds_until_the_entry_or_the_party_changes() {
    let (list, _) = List::read(JSON).unwrap();
    let entry = list.entries[0].clone();
    let party = Party {
        id: "p1".into(),
        name: "Arkona Institute".into(),
        country: "RU".into(),
    };
    let mut log = Adjudications::default();
    log.add(decide(&party, &entry, Verdict::False));
    let index = Index::new(list.clone());
    let hits = index.screen(&party, Index::THRESHOLD, &log);
    assert!(hits[0].adjudication.is_some());
    assert_eq!(hits[0].same_country, Some(true));
    assert_eq!(lists(&party, &hits), Some(vec![]));

    // Decided again: the later stands, the earlier stays.
    log.add(decide(&party, &entry, Verdict::True));
    let hits = index.screen(&party, Index::THRESHOLD, &log);
    assert_eq!(
        lists(&party, &hits),
        Some(vec!["entity-list", "entity-list-fn5"])
    );
    assert_eq!(log.all().len(), 2);

    let moved = Party {
        country: "AE".into(),
        ..party.clone()
    };
    let hits = index.screen(&moved, Index::THRESHOLD, &log);
    assert_eq!(
        (hits[0].lapsed, hits[0].same_country),
        (Some("the party has changed"), Some(false))
    );
    assert_eq!(lists(&moved, &hits), None);

    let mut changed = list;
    changed.entries[0].license_policy = "Case by case".into();
    let new = Index::new(changed);
    let hits = new.screen(&party, Index::THRESHOLD, &log);
    assert_eq!(hits[0].lapsed, Some("the entry has changed"));
    let told = rescreen(&index, &new, &[party], Index::THRESHOLD, &log);
    assert_eq!(
        told.iter().map(|c| c.change).collect::<Vec<_>>(),
        [Change::Lapsed]
    );
}

#[test]
fn a_log_reads_back_as_it_was_written() {
    let (list, _) = List::read(JSON).unwrap();
    let written = decide(&Party::named("Arkona"), &list.entries[0], Verdict::True);
    let (log, faults) = Adjudications::read(&(written.line().unwrap() + "\n{\"half"));
    assert_eq!(log.all(), [written]);
    assert_eq!(faults[0].line, 2);
}
