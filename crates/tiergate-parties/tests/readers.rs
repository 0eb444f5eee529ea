//! Whatever is read, readers report and never stop.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use common::{DAY, HALF};
use proptest::prelude::*;
use tiergate_parties::{
    Answer, Date, Format, Import, Listed, Ownership, Proportions, Register, Rest, Source, View,
};

const LINES: &str = r#"{"id":"p1","recorded":"2026-01-05","source":{"name":"r"},"party":{"id":"a","kind":"entity","names":[{"text":"Aldersea"}],"headquarters":"SG"}}
{"id":"l1","recorded":"2026-01-05","source":{"name":"r"},"link":{"owner":"a","owned":"b","interest":"shares","share":"75","from":"2024-01-01"}}
{"id":"l2","recorded":"2026-01-05","source":{"name":"r"},"replaces":["l1"],"link":{"owner":"a","owned":"b","interest":"shares","share":{"more_than":"25","at_most":"50"}}}
{"id":"e1","recorded":"2026-02-05","source":{"name":"r"},"end":{"statement":"l2","to":"2026-06-30"}}
{"id":"n1","recorded":"2026-02-05","source":{"name":"r"},"no_parent":{"of":"a","reason":"widely held"}}
"#;

const GLEIF: &str = "LEI,Entity.LegalName,Entity.HeadquartersAddress.Country\n213800MERIDIANCOMP28,Meridian Compute,MY\n";
const RELATIONS: &str = "Relationship.StartNode.NodeID,Relationship.EndNode.NodeID,Relationship.RelationshipType\n213800MERIDIANCOMP28,213800ALDERSEAHOLD34,IS_DIRECTLY_CONSOLIDATED_BY\n";
const EXCEPTIONS: &str = "LEI,Exception.Category,Exception.Reason.1\n213800MERIDIANCOMP28,DIRECT_ACCOUNTING_CONSOLIDATION_PARENT,NATURAL_PERSONS\n";
const BODS: &str = r#"[{"statementId":"s3","statementDate":"2026-01-01","recordId":"l1","recordType":"relationship","recordStatus":"new","recordDetails":{"subject":"e1","interestedParty":{"reason":"unknown"},"interests":[{"type":"shareholding","directOrIndirect":"direct","share":{"exclusiveMinimum":50,"maximum":75},"startDate":"2020-02"}]}}]"#;

/// Every question about every party; nothing may panic.
fn ask(register: &Register) {
    for day in [DAY, Date::MIN, Date::MAX] {
        let view = View::on(day);
        let mut listed = Listed::default();
        register
            .parties()
            .take(1)
            .for_each(|p| listed.add(p, None, None));
        let whole = Ownership::whole(register, view, &listed, HALF);
        let shares = Proportions::whole(register, view, &listed, Rest::Unknown);
        for party in register.parties() {
            let _ = view.ultimate_parent(register, party);
            let _ = view.describe(register, party);
            let finding = whole.finding(party).unwrap();
            assert!(
                finding.lower.percent <= finding.upper.percent
                    || finding.by_ownership == Answer::Caught
            );
            assert!(shares.of(party).is_some());
        }
        let _ = register.changes();
    }
}

fn check(bytes: &[u8]) {
    let (register, faults) = Register::read_from(bytes).unwrap();
    assert!(faults.iter().all(|f| f.line > 0 && !f.message.is_empty()));
    ask(&register);
    let source = Source::named("file");
    for format in [
        Format::GleifLevel1,
        Format::GleifLevel2,
        Format::GleifExceptions,
        Format::Bods,
    ] {
        let import = Import {
            format,
            source: &source,
            recorded: Date::constant(2026, 1, 5),
        };
        let (mut register, mut lines) = (Register::default(), String::new());
        let done = import.run(bytes, &mut register, |s| {
            lines.push_str(&s.line());
            lines.push('\n');
            Ok(())
        });
        assert!(done.unwrap().faults.iter().all(|f| !f.message.is_empty()));
        ask(&register);
        // What is written is read again, whole and alike.
        let (again, faults) = Register::read(&lines);
        assert_eq!(faults, []);
        assert_eq!(
            (again.party_count(), again.link_count()),
            (register.party_count(), register.link_count())
        );
    }
}

fn seed() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![LINES, GLEIF, RELATIONS, EXCEPTIONS, BODS])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn changed_files_never_stop_a_reader(
        seed in seed(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, any::<u8>(), any::<prop::sample::Index>()), 1..6),
    ) {
        let mut bytes = seed.as_bytes().to_vec();
        for (at, how, byte, to) in changes {
            if bytes.is_empty() { break; }
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, b"0123456789\"{}[],.-eE"[usize::from(byte) % 20]),
                2 => { bytes.remove(at); }
                _ => {
                    let to = to.index(bytes.len());
                    let part = bytes[at.min(to)..at.max(to)].to_vec();
                    bytes.splice(at..at, part);
                }
            }
        }
        check(&bytes);
    }

    #[test]
    fn any_bytes_never_stop_a_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&bytes);
    }
}

#[test]
fn a_fault_says_where_what_and_what_would_be_right() {
    let text = r#"
{"id":"l1","recorded":"2026-01-05","source":{"name":"r"},"link":{"owner":"a","owned":"b","interest":"shares","share":"75"}}
{"id":"l1","recorded":"2026-01-05","source":{"name":"r"},"link":{"owner":"a","owned":"c","interest":"shares","share":"75"}}
{"id":"l2","recorded":"2026-01-05","source":{"name":"r"},"link":{"owner":"a","owned":"c","interest":"shares","share":"101"}}
{"id":"l3","recorded":"2026-01-05","source":{"name":"r"},"link":{"owner":"a","owned":"c","interest":"stock"}}
{"id":"e1","recorded":"2026-01-05","source":{"name":"r"},"end":{"statement":"l9","to":"2026-01-01"}}
{"id":"l4","recorded":"2026-01-05","source":{"name":"r"},"link":{"owner":"a","owned":"c","interest":"shares","from":"2026-02-01","to":"2026-01-01"}}
{"id":"p1","recorded":"2026-01-05","source":{"name":"r"},"party":{"id":"a","kind":"entity","identifiers":[{"scheme":"XI-LEI","value":"213800MERIDIANCOMP29"}]}}
{"id":"x1","recorded":"2026-01-05","source":{"name":"r"}}
{"id":"x2","recorded":"2026-01-05","source":{"name":"r"},"replaces":["gone"],"no_parent":{"of":"a","reason":"none"}}
{"id":"l5","recorded":"2026-01-05","source":{"name":"r"},"link":{"owner":"a","owned":"d","interest":"control-board"}}
"#;
    let (register, faults) = Register::read(text);
    assert_eq!(register.link_count(), 2, "the rest is read");
    let told: Vec<(u64, &str)> = faults
        .iter()
        .map(|f| (f.line, f.message.as_str()))
        .collect();
    for ((line, message), (at, part)) in told.iter().zip([
        (3, "`l1` stands already"),
        (4, "`101` is no percentage; a number from 0 to 100"),
        (5, "unknown variant `stock`, expected one of `shares`"),
        (6, "it ends `l9`, which no statement above has"),
        (7, "it ends on 2026-01-01, before it begins on 2026-02-01"),
        (8, "its check digits would be 28"),
        (9, "a statement says one thing"),
        (10, "`replaces` names `gone`"),
    ]) {
        assert_eq!(*line, at);
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(told.len(), 8);
}
