//! Files of others, taken in.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use std::path::PathBuf;

use common::{DAY, HALF, HALF_REST_UNLISTED};
use tiergate_parties::{
    Answer, Basis, Date, Format, Import, Imported, Kind, Listed, Ownership, Parent, Register,
    Source, View, Why,
};

fn take(register: &mut Register, format: Format, text: &str) -> (Imported, Vec<String>) {
    let source = Source::named(format.name());
    let import = Import {
        format,
        source: &source,
        recorded: Date::constant(2026, 5, 1),
    };
    let mut lines = Vec::new();
    let done = import.run(text.as_bytes(), register, |s| {
        lines.push(s.line());
        Ok(())
    });
    (done.unwrap(), lines)
}

fn top(register: &Register, id: &str) -> String {
    match View::on(DAY).ultimate_parent(register, register.find(id).unwrap()) {
        Parent::Known(top) => register.id(top.party).to_owned(),
        Parent::Unknown(gap) => match gap.why {
            Why::Unidentified(_) => "unidentified".to_owned(),
            why => format!("{why:?}"),
        },
    }
}

/// A file that is given beside the project.
fn shared(name: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/ownership")
        .join(name);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("skipped: {} is not there", path.display());
    }
    text
}

const MERIDIAN: &str = "213800MERIDIANCOMP28";
const ALDERSEA: &str = "213800ALDERSEAHOLD34";
const TARNBANK: &str = "213800TARNBANKSTAT02";

const RELATIONS: &str = "Relationship.StartNode.NodeID,Relationship.StartNode.NodeIDType,Relationship.EndNode.NodeID,\
Relationship.EndNode.NodeIDType,Relationship.RelationshipType,Relationship.RelationshipStatus,Relationship.Period.1.startDate,\
Relationship.Period.1.endDate,Relationship.Period.1.periodType,Relationship.Period.2.startDate,Relationship.Period.2.endDate,\
Relationship.Period.2.periodType,Registration.LastUpdateDate\n";

#[test]
fn consolidation_records_lead_to_the_ultimate_parent() {
    let mut register = Register::default();
    let entities = format!(
        "LEI,Entity.LegalName,Entity.LegalName.xmllang,Entity.OtherEntityNames.OtherEntityName.1,\
         Entity.OtherEntityNames.OtherEntityName.1.xmllang,Entity.LegalAddress.Country,\
         Entity.HeadquartersAddress.City,Entity.HeadquartersAddress.Country,Entity.EntityCategory\n\
         {MERIDIAN},Meridian Compute,en,Meridian,en,KY,Penang,MY,GENERAL\n\
         {TARNBANK},Tarnbank Authority,en,,,SG,,SG,RESIDENT_GOVERNMENT_ENTITY\n"
    );
    let (done, _) = take(&mut register, Format::guess(&entities).unwrap(), &entities);
    assert_eq!((done.taken["party"], done.faults.len()), (2, 0));
    let records = format!(
        "{RELATIONS}{MERIDIAN},LEI,{ALDERSEA},LEI,IS_DIRECTLY_CONSOLIDATED_BY,ACTIVE,2024-01-01T00:00:00Z,2024-12-31T00:00:00Z,ACCOUNTING_PERIOD,2023-06-01T00:00:00Z,,RELATIONSHIP_PERIOD,\n\
         {MERIDIAN},LEI,{TARNBANK},LEI,IS_ULTIMATELY_CONSOLIDATED_BY,ACTIVE,,,,,,,\n\
         {MERIDIAN},LEI,{TARNBANK},LEI,IS_FUND-MANAGED_BY,ACTIVE,,,,,,,\n"
    );
    let (done, _) = take(&mut register, Format::guess(&records).unwrap(), &records);
    assert_eq!((done.taken["link"], done.faults.len()), (2, 0));
    assert_eq!(done.skipped.values().sum::<u64>(), 1);
    assert_eq!(top(&register, "meridian compute"), TARNBANK);
    assert_eq!(top(&register, "Meridian"), TARNBANK);
    let view = View::on(DAY);
    let meridian = register.find(MERIDIAN).unwrap();
    let known = view.describe(&register, meridian);
    assert_eq!(known.headquarters().unwrap().to_string(), "MY");
    assert_eq!(known.country(), None, "it is in two countries");
    // The end of an accounting period does not end the relationship; before it began, it was not.
    assert_eq!(view.links_into(&register, meridian).count(), 2);
    assert_eq!(
        View::on(Date::constant(2023, 5, 31))
            .links_into(&register, meridian)
            .count(),
        1
    );
}

#[test]
fn an_inactive_relationship_ended_when_its_record_was_last_changed() {
    let mut register = Register::default();
    let records = format!(
        "{RELATIONS}{MERIDIAN},LEI,{ALDERSEA},LEI,IS_DIRECTLY_CONSOLIDATED_BY,INACTIVE,,,,,,,2026-03-01T00:00:00Z\n\
         {ALDERSEA},LEI,{TARNBANK},LEI,IS_DIRECTLY_CONSOLIDATED_BY,INACTIVE,,,,,,,\n"
    );
    let (done, _) = take(&mut register, Format::GleifLevel2, &records);
    assert_eq!((done.taken["link"], done.skipped.len()), (1, 1));
    let meridian = register.find(MERIDIAN).unwrap();
    let on = |day| View::on(day).links_into(&register, meridian).count();
    assert_eq!(
        (
            on(Date::constant(2026, 3, 1)),
            on(Date::constant(2026, 3, 2))
        ),
        (1, 0)
    );
}

#[test]
fn a_parent_that_is_not_told_is_unknown_and_nobody_is_nobody() {
    for (reason, expected, owned) in [
        ("NO_KNOWN_PERSON", MERIDIAN, Answer::Unknown),
        ("NATURAL_PERSONS", MERIDIAN, Answer::Unknown),
        ("NON_CONSOLIDATING", "unidentified", Answer::Unknown),
        ("NON_PUBLIC", "unidentified", Answer::Unknown),
        ("NO_LEI", "unidentified", Answer::Unknown),
        ("CONSENT_NOT_OBTAINED", "unidentified", Answer::Unknown),
    ] {
        let mut register = Register::default();
        let text = format!(
            "LEI,Exception.Category,Exception.Reason.1\n{MERIDIAN},DIRECT_ACCOUNTING_CONSOLIDATION_PARENT,{reason}\n\
             {MERIDIAN},ULTIMATE_ACCOUNTING_CONSOLIDATION_PARENT,{reason}\n"
        );
        let (done, _) = take(&mut register, Format::guess(&text).unwrap(), &text);
        assert_eq!(done.faults, []);
        assert_eq!(top(&register, MERIDIAN), expected, "{reason}");
        let party = register.find(MERIDIAN).unwrap();
        let all = Ownership::above(&register, View::on(DAY), party, &Listed::default(), HALF);
        assert_eq!(all.answer(party), Some(owned), "{reason}");
    }
}

#[test]
fn what_cannot_be_read_is_told_with_its_line_and_the_rest_is_taken() {
    let mut register = Register::default();
    let text = format!(
        "LEI,Entity.LegalName,Entity.HeadquartersAddress.Country\n{MERIDIAN},Meridian,MY\n213800MERIDIANCOMP29,Wrong,MY\n{ALDERSEA},Aldersea,Singapore\nshort\n{TARNBANK},Tarnbank,SG\n"
    );
    let (done, _) = take(&mut register, Format::GleifLevel1, &text);
    let faults: Vec<String> = done.faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        faults,
        [
            "line 3: `213800MERIDIANCOMP29` is no LEI: its check digits would be 28",
            "line 4: Entity.HeadquartersAddress.Country: `Singapore` is no country code; two capital letters, such as MY, would be",
            "line 5: 1 values where the head has 3 columns",
        ]
    );
    assert_eq!(done.taken["party"], 3);
    let (done, _) = take(&mut register, Format::GleifLevel1, "LEI,Name\n");
    assert_eq!(
        done.faults[0].message,
        "there is no column `Entity.LegalName`"
    );
}

#[test]
fn a_newer_file_stands_in_the_place_of_the_older_and_both_remain() {
    let mut register = Register::default();
    let file = |country: &str| {
        format!(
            "LEI,Entity.LegalName,Entity.HeadquartersAddress.Country\n{MERIDIAN},Meridian,{country}\n"
        )
    };
    let headquarters = |register: &Register, view: View| {
        view.describe(register, register.find(MERIDIAN).unwrap())
            .headquarters()
            .unwrap()
            .to_string()
    };
    let mut log = Vec::new();
    for country in ["MY", "SG", "MY"] {
        let (done, lines) = take(&mut register, Format::GleifLevel1, &file(country));
        assert_eq!(done.taken["party"], 1);
        assert_eq!(headquarters(&register, View::on(DAY)), country);
        log.extend(lines);
    }
    let (again, faults) = Register::read(&log.join("\n"));
    assert_eq!(faults, []);
    assert_eq!(headquarters(&again, View::on(DAY)), "MY");
}

#[test]
fn the_three_versions_of_the_standard_say_the_same() {
    let old = |level: &str| {
        format!(
            r#"[{{"statementID":"e1","statementType":"entityStatement","entityType":"registeredEntity","name":"Meridian Compute","incorporatedInJurisdiction":{{"code":"MY","name":"Malaysia"}},"addresses":[{{"type":"registered","address":"1 Quay","country":"MY"}}]}},
{{"statementID":"p1","statementType":"personStatement","personType":"knownPerson","names":[{{"type":"individual","fullName":"Ada Example"}}]}},
{{"statementID":"l1","statementType":"ownershipOrControlStatement","subject":{{"describedByEntityStatement":"e1"}},"interestedParty":{{"describedByPersonStatement":"p1"}},
"interests":[{{"type":"shareholding","{level}":"direct","share":{{"minimum":50,"maximum":75,"exclusiveMinimum":true,"exclusiveMaximum":false}},"startDate":"2020"}}]}}]"#
        )
    };
    let new = r#"[{"statementId":"s1","recordId":"e1","recordType":"entity","recordStatus":"new","recordDetails":{"entityType":{"type":"registeredEntity"},"name":"Meridian Compute","jurisdiction":{"code":"MY"},"addresses":[{"type":"registered","address":"1 Quay","country":{"code":"MY","name":"Malaysia"}}]}},
{"statementId":"s2","recordId":"p1","recordType":"person","recordStatus":"new","recordDetails":{"personType":"knownPerson","names":[{"type":"legal","fullName":"Ada Example"}]}},
{"statementId":"s3","recordId":"l1","recordType":"relationship","recordStatus":"new","recordDetails":{"subject":"e1","interestedParty":"p1","interests":[{"type":"shareholding","directOrIndirect":"direct","share":{"exclusiveMinimum":50,"maximum":75},"startDate":"2020"}]}}]"#;
    let mut all = Vec::new();
    for text in [
        old("interestLevel"),
        old("directOrIndirect"),
        new.to_owned(),
    ] {
        let mut register = Register::default();
        let (done, lines) = take(&mut register, Format::guess(&text).unwrap(), &text);
        assert_eq!(
            (done.faults.len(), done.taken["party"], done.taken["link"]),
            (0, 2, 1)
        );
        let Parent::Known(found) =
            View::on(DAY).ultimate_parent(&register, register.find("Meridian Compute").unwrap())
        else {
            panic!()
        };
        assert!(matches!(found.because, Basis::Persons(_)));
        all.push(lines);
    }
    assert_eq!(all[0], all[1]);
    assert_eq!(all[1], all[2]);
    assert!(
        all[0][2].contains(r#""share":{"more_than":"50","at_most":"75"},"from":"2020-01-01""#),
        "{}",
        all[0][2]
    );
}

#[test]
fn a_closed_record_ends_its_links_and_an_updated_one_replaces_them() {
    let link = |status: &str, share: u8, date: &str| {
        format!(
            r#"{{"statementId":"s{share}","statementDate":"{date}","recordId":"l1","recordType":"relationship","recordStatus":"{status}","recordDetails":{{"subject":"e1","interestedParty":"e2","interests":[{{"type":"shareholding","share":{{"exact":{share}}}}},{{"type":"votingRights","share":{{"exact":{share}}}}}]}}}}"#
        )
    };
    let mut register = Register::default();
    take(&mut register, Format::Bods, &link("new", 40, "2025-01-01"));
    let (done, _) = take(
        &mut register,
        Format::Bods,
        &link("updated", 60, "2026-01-01"),
    );
    assert_eq!((done.taken["link"], done.replacing), (2, 2));
    let party = register.by_id("bods:e1").unwrap();
    let holdings = |register: &Register, day| View::on(day).holdings(register, party);
    assert_eq!(holdings(&register, DAY)[0].owned().to_string(), "60 %");
    let (done, _) = take(
        &mut register,
        Format::Bods,
        &link("closed", 60, "2026-06-30"),
    );
    assert_eq!(done.taken["end"], 2);
    let (done, _) = take(
        &mut register,
        Format::Bods,
        &link("closed", 60, "2026-06-30"),
    );
    assert_eq!((done.taken.len(), done.known), (0, 2));
    assert_eq!(holdings(&register, Date::constant(2026, 6, 30)).len(), 1);
    assert_eq!(holdings(&register, Date::constant(2026, 7, 1)).len(), 0);
}

#[test]
fn fixtures_a_direct_owner_who_is_a_person() {
    let Some(text) = shared("01-direct-ownership.json") else {
        return;
    };
    let mut register = Register::default();
    let (done, _) = take(&mut register, Format::guess(&text).unwrap(), &text);
    assert_eq!(
        (done.taken["party"], done.taken["link"], done.faults.len()),
        (2, 2, 0)
    );
    let acme = register.find("Acme Holdings Ltd").unwrap();
    let Parent::Known(found) = View::on(DAY).ultimate_parent(&register, acme) else {
        panic!()
    };
    assert_eq!(found.party, acme);
    let Basis::Persons(links) = found.because else {
        panic!()
    };
    assert_eq!(
        View::on(DAY).name(&register, register.link(links[0]).owner),
        "Jane Smith"
    );
    let before = View::on(Date::constant(2009, 12, 31)).ultimate_parent(&register, acme);
    assert!(matches!(before, Parent::Unknown(_)));
    let mut listed = Listed::default();
    listed.add(register.find("Jane Smith").unwrap(), None, None);
    let all = Ownership::above(&register, View::on(DAY), acme, &listed, HALF);
    assert_eq!(all.finding(acme).unwrap().lower.percent.to_string(), "75");
    assert_eq!(all.answer(acme), Some(Answer::Caught));
}

#[test]
fn fixtures_a_circle_has_no_top_and_catches_nobody() {
    let Some(text) = shared("10-circular-ownership.json") else {
        return;
    };
    let mut register = Register::default();
    take(&mut register, Format::Bods, &text);
    let alpha = register.find("Alpha Corp Ltd").unwrap();
    let parent = View::on(DAY).ultimate_parent(&register, alpha);
    assert!(
        matches!(parent, Parent::Unknown(gap) if matches!(&gap.why, Why::Cycle(all) if all.len() == 2))
    );
    let answer = |listed: &Listed| {
        Ownership::above(&register, View::on(DAY), alpha, listed, HALF)
            .answer(alpha)
            .unwrap()
    };
    assert_eq!(answer(&Listed::default()), Answer::NotCaught);
    let mut listed = Listed::default();
    listed.add(register.find("Beta Corp Ltd").unwrap(), None, None);
    assert_eq!(answer(&listed), Answer::Caught);
}

#[test]
fn fixtures_an_owner_nobody_can_name_is_unknown_and_not_nobody() {
    let Some(text) = shared("11-anonymous-person.json") else {
        return;
    };
    let mut register = Register::default();
    let (done, _) = take(&mut register, Format::Bods, &text);
    assert_eq!((done.taken["party"], done.taken["link"]), (2, 1));
    let opaque = register.find("Opaque Holdings SA").unwrap();
    let parent = View::on(DAY).ultimate_parent(&register, opaque);
    let Parent::Unknown(gap) = parent else {
        panic!("{parent:?}")
    };
    let Why::Unidentified(links) = gap.why else {
        panic!("{:?}", gap.why)
    };
    let holder = View::on(DAY).describe(&register, register.link(links[0]).owner);
    assert_eq!(holder.kind, Some(Kind::Unknown));
    assert!(holder.notes[0].starts_with("subjectUnableToConfirmOrIdentifyBeneficialOwner: "));
    let all = Ownership::above(
        &register,
        View::on(DAY),
        opaque,
        &Listed::default(),
        HALF_REST_UNLISTED,
    );
    assert_eq!(all.answer(opaque), Some(Answer::Unknown));
}

#[test]
fn samples_of_gleif_are_taken_whole() {
    let mut register = Register::default();
    let mut rows = 0;
    for name in [
        "gleif_semis_sample_2025-10.csv",
        "gleif_tech_asia_gulf_sample_2025-10.csv",
    ] {
        let Some(text) = shared(name) else { return };
        let (done, _) = take(&mut register, Format::guess(&text).unwrap(), &text);
        assert_eq!(done.faults, []);
        assert_eq!(done.skipped.len(), 0);
        rows += done.taken["party"] + done.known;
        // No entity of the samples has a parent that is told: all are unknown, none is its own.
        for party in register.parties().take(50) {
            let parent = View::on(DAY).ultimate_parent(&register, party);
            let state = View::on(DAY).describe(&register, party).kind == Some(Kind::State);
            assert_eq!(matches!(parent, Parent::Unknown(_)), !state);
        }
    }
    assert_eq!(rows, 8_483);
    assert!(register.party_count() <= 8_483);
}
