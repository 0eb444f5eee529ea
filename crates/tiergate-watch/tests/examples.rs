//! What the watch says of small cases, each named by what is true in it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use common::{found, groups, limits, party, to};
use tiergate_watch::{Basis, Book, Checks, Consignment, Kind, Party, Settings, watch};

/// Honest buyers of mostly small amounts, so that there is something usual to compare with; they
/// share nothing.
fn background(parties: &mut Vec<Party>, orders: &mut Vec<Consignment>) {
    for n in 1_000..1_200 {
        let mut one = party(n);
        one.incorporated = Some("2010-05-01".parse().unwrap());
        one.phones.push(format!("+60 3 {}", 1_000_000 + n));
        parties.push(one);
        let day = format!("202{}-{:02}-{:02}", 5 + n % 2, 1 + n % 12, 1 + n % 28);
        orders.push(to(n, &day, 5 + (n as u64 * 37) % 180));
    }
}

/// Parties with these phones and orders among a background.
fn shells(
    count: usize,
    each: u64,
    mark: impl Fn(usize, &mut Party),
) -> (Vec<Party>, Vec<Consignment>) {
    let (mut parties, mut orders) = (Vec::new(), Vec::new());
    background(&mut parties, &mut orders);
    for n in 1..=count {
        let mut one = party(n);
        mark(n, &mut one);
        parties.push(one);
        orders.push(to(n, &format!("2026-0{}-10", 1 + n % 9), each));
    }
    (parties, orders)
}

#[test]
fn two_shells_that_alone_share_a_phone_are_looked_at_together() {
    let phones = ["+60 3-5550 1234", "0060355501234"];
    let (parties, orders) = shells(2, 700, |n, p| {
        p.phones.push(phones[n - 1].to_owned());
        p.incorporated = Some("2025-11-20".parse().unwrap());
    });
    let report = found(parties, orders);
    assert_eq!(groups(&report), [["p1", "p2"]]);
    let finding = &report.findings[0];
    assert_eq!(
        (finding.basis, finding.tpp(), finding.year),
        (Basis::Linked, 1_400, 2026)
    );
    assert_eq!(finding.shared[0].kind, "phone");
    assert_eq!(finding.shared[0].holders, 2);
    assert!(finding.ask.iter().any(|ask| ask.contains("whose phone")));
    assert_eq!(finding.members[0].consignments, ["c-1-2026-02-10-700"]);
}

#[test]
fn the_score_is_the_sum_of_its_terms() {
    let (parties, orders) = shells(3, 700, |_, p| p.banks.push("MY33 0000 1".to_owned()));
    let report = found(parties, orders);
    let finding = &report.findings[0];
    let sum: f64 = finding.terms.iter().map(|t| t.adds).sum();
    assert!((finding.score - sum).abs() < 1e-9);
    assert!((finding.chance - 1.0 / (1.0 + (-sum).exp())).abs() < 1e-9);
    assert_eq!(finding.terms[0].check, "prior");
}

#[test]
fn an_agents_address_with_hundreds_of_honest_firms_links_none_of_them() {
    let (mut parties, orders) = shells(0, 0, |_, _| {});
    for one in &mut parties {
        one.addresses.push("1 Merino Street, Torolis".to_owned());
    }
    let report = found(parties, orders);
    assert_eq!((report.findings.len(), report.links), (0, 0));
}

#[test]
fn shells_behind_an_agents_address_are_seen_when_too_many_like_buyers_stand_there() {
    let address = "1 Merino Street, Torolis";
    let (mut parties, mut orders) = shells(8, 800, |_, p| {
        p.addresses.push(address.to_owned());
        p.incorporated = Some("2025-11-20".parse().unwrap());
    });
    for one in parties.iter_mut().filter(|p| p.id.len() > 2).take(40) {
        one.addresses.push(address.to_owned());
    }
    let report = found(parties.clone(), orders.clone());
    assert_eq!(
        groups(&report),
        [["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8"]]
    );
    // The same eight, were they no more alike than anyone else.
    for order in orders.iter_mut().filter(|o| o.consignee.len() == 2) {
        order.tpp = 60;
    }
    parties.iter_mut().for_each(|p| p.incorporated = None);
    assert_eq!(found(parties, orders).links, 0);
}

#[test]
fn exactly_the_limit_is_within_it() {
    let mark = |_: usize, p: &mut Party| p.banks.push("MY33 0000 1".to_owned());
    let (parties, orders) = shells(2, 500, mark);
    assert!(found(parties, orders).findings.is_empty());
    let (parties, mut orders) = shells(2, 500, mark);
    orders.push(to(1, "2026-12-31", 1));
    let report = found(parties, orders);
    assert_eq!(report.findings[0].tpp(), 1_001);
}

#[test]
fn what_is_bought_on_both_sides_of_the_year_end_is_not_one_sum() {
    let mark = |p: &mut Party| p.banks.push("MY33 0000 1".to_owned());
    let mut parties = vec![party(1), party(2)];
    parties.iter_mut().for_each(mark);
    let orders = vec![to(1, "2025-12-20", 700), to(2, "2026-01-10", 700)];
    assert!(found(parties.clone(), orders.clone()).findings.is_empty());
    // Once a calendar year is above the limit, the twelve months are told beside it.
    let mut more = orders;
    more.push(to(2, "2025-11-01", 400));
    let settings = Settings {
        report_from: 0.0,
        ..Settings::default()
    };
    let report = watch(&Book::new(parties, more), &limits(), &settings);
    let finding = &report.findings[0];
    assert_eq!((finding.year, finding.years[0].tpp), (2025, 1_100));
    assert_eq!(finding.months.as_ref().unwrap().tpp, 1_800);
}

#[test]
fn cousins_under_a_known_parent_are_added_up_as_the_law_does() {
    let mut parties: Vec<Party> = (1..=4).map(party).collect();
    // p1 and p2 are children of p3 and p4, which have one parent that is no party itself.
    for (child, parent) in [(0, "p3"), (1, "p4"), (2, "holding"), (3, "holding")] {
        parties[child].known_parent = Some(parent.to_owned());
    }
    let orders = vec![to(1, "2026-02-01", 600), to(2, "2026-08-01", 600)];
    let report = found(parties, orders);
    assert_eq!(groups(&report), [["p1", "p2"]]);
    let finding = &report.findings[0];
    assert_eq!(finding.basis, Basis::KnownParent);
    assert!(finding.terms.is_empty(), "what is known is not weighed");
    assert!(finding.ask[0].contains("license"));
}

#[test]
fn parents_that_go_round_in_a_circle_are_one_group() {
    let mut parties = vec![party(1), party(2)];
    parties[0].known_parent = Some("p2".to_owned());
    parties[1].known_parent = Some("p1".to_owned());
    let orders = vec![to(1, "2026-02-01", 600), to(2, "2026-08-01", 600)];
    assert_eq!(found(parties, orders).findings.len(), 1);
}

#[test]
fn one_party_above_the_limit_is_told_as_such() {
    let report = found(
        vec![party(1)],
        vec![to(1, "2026-02-01", 600), to(1, "2026-08-01", 600)],
    );
    assert_eq!(report.findings[0].basis, Basis::Alone);
    assert_eq!(report.findings[0].tpp(), 1_200);
}

#[test]
fn a_buyer_above_the_limit_does_not_draw_a_small_neighbor_in() {
    let (mut parties, mut orders) = shells(2, 300, |_, p| p.banks.push("MY33 0000 1".to_owned()));
    parties.push(party(3));
    orders.push(to(1, "2026-11-01", 900));
    let report = found(parties, orders);
    let linked = report.findings.iter().filter(|f| f.basis == Basis::Linked);
    assert_eq!(linked.count(), 0, "{:?}", groups(&report));
}

#[test]
fn a_party_that_buys_nothing_may_connect_two_that_do() {
    let (mut parties, orders) = shells(2, 700, |n, p| {
        p.banks.push(format!("MY33 0000 {n}"));
        p.incorporated = Some("2025-11-20".parse().unwrap());
    });
    let mut between = party(7);
    between.banks = vec!["MY33-0000-1".to_owned(), "MY33-0000-2".to_owned()];
    parties.push(between);
    let report = found(parties, orders);
    assert_eq!(groups(&report), [["p1", "p2"]]);
    assert_eq!(report.findings[0].between, ["p7"]);
}

#[test]
fn a_common_directors_name_links_nobody_and_a_rare_one_does() {
    let with = |name: &str, others: usize| {
        let (mut parties, orders) = shells(2, 700, |_, p| p.directors.push(name.to_owned()));
        for one in parties.iter_mut().take(others) {
            one.directors.push(name.to_owned());
        }
        found(parties, orders).links
    };
    assert_eq!(with("Tessa Orvall", 0), 1);
    assert_eq!(with("Tessa Orvall", 40), 0);
}

#[test]
fn a_name_of_common_words_that_stands_twice_is_taken_for_two_people() {
    let (mut parties, orders) = shells(2, 700, |_, p| p.directors.push("Wei Tan".to_owned()));
    for (n, one) in parties.iter_mut().take(100).enumerate() {
        let other = format!("Quorin{n}");
        one.directors.push(format!("Wei {other}"));
        one.directors.push(format!("{other}a Tan"));
    }
    assert_eq!(found(parties, orders).links, 0);
}

#[test]
fn a_slip_in_an_address_does_not_hide_it() {
    let written = ["12 Ferrindale Road, Torolis", "12 Ferindale Rd., TOROLIS"];
    let (parties, orders) = shells(2, 700, |n, p| p.addresses.push(written[n - 1].to_owned()));
    assert_eq!(found(parties, orders).links, 1);
}

#[test]
fn a_chain_of_links_stops_at_the_largest_component() {
    let (mut parties, mut orders) = (Vec::new(), Vec::new());
    for n in 1..=30 {
        let mut one = party(n);
        one.banks = vec![format!("ACCOUNT{n:04}"), format!("ACCOUNT{:04}", n + 1)];
        parties.push(one);
        orders.push(to(n, "2026-03-01", 400));
    }
    let settings = Settings {
        component_parties_max: 10,
        report_from: 0.0,
        ..Settings::default()
    };
    let report = watch(&Book::new(parties, orders), &limits(), &settings);
    assert!(report.findings.iter().all(|f| f.members.len() <= 10));
    assert!(report.findings.len() >= 3);
}

#[test]
fn more_than_known_sites_can_power_is_a_reason_to_ask_where_it_stands() {
    let mut one = party(1);
    one.site_power_mw = Some(0.5);
    let settings = Settings {
        watts_per_tpp: Some(2_000.0),
        ..Settings::default()
    };
    let look = |party: &Party| {
        let book = Book::new(vec![party.clone()], vec![to(1, "2026-02-01", 900)]);
        watch(&book, &limits(), &settings).findings
    };
    let findings = look(&one);
    assert_eq!(findings[0].basis, Basis::Power);
    assert!(findings[0].terms[0].says.contains("needs 1.80 MW"));
    one.site_power_mw = Some(1.8);
    assert!(look(&one).is_empty());
    one.site_power_mw = None;
    assert!(
        look(&one).is_empty(),
        "what is not known is not held against anyone"
    );
}

#[test]
fn a_year_without_a_limit_is_said_and_not_looked_at() {
    let mark = |p: &mut Party| p.banks.push("MY33 0000 1".to_owned());
    let mut parties = vec![party(1), party(2)];
    parties.iter_mut().for_each(mark);
    let orders = vec![to(1, "2024-02-01", 900), to(2, "2024-03-01", 900)];
    let report = found(parties, orders);
    assert!(report.findings.is_empty());
    assert_eq!(report.years_without_limit, [2024]);
}

#[test]
fn a_check_that_is_off_adds_nothing() {
    let (parties, orders) = shells(2, 700, |_, p| p.banks.push("MY33 0000 1".to_owned()));
    let checks = Checks {
        bunching: false,
        velocity: false,
        ..Checks::default()
    };
    let settings = Settings {
        checks,
        report_from: 0.0,
        ..Settings::default()
    };
    let report = watch(&Book::new(parties, orders), &limits(), &settings);
    let names: Vec<&str> = report.findings[0].terms.iter().map(|t| t.check).collect();
    assert_eq!(names, ["prior", "links"]);
}

#[test]
fn words_are_neutral() {
    let (parties, orders) = shells(3, 700, |_, p| p.banks.push("MY33 0000 1".to_owned()));
    let said = format!("{:?}", found(parties, orders).findings).to_lowercase();
    for word in [
        "guilty", "evad", "suspect", "fraud", "illegal", "criminal", "violat",
    ] {
        assert!(!said.contains(word), "{word}");
    }
}

#[test]
fn one_kind_of_trait_shared_by_two_is_weighed_as_the_settings_say() {
    let settings = Settings::default();
    let of_two: Vec<f64> = Kind::ALL.iter().map(|k| settings.chance(*k, 2)).collect();
    assert_eq!(of_two, [0.98, 0.9, 0.9, 0.6, 0.55, 0.02]);
    for kind in Kind::ALL {
        assert!(settings.chance(kind, 3) < settings.chance(kind, 2));
    }
}

#[test]
fn the_documentation_states_every_default() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/watch.md");
    let text = std::fs::read_to_string(path).unwrap();
    let section = text.split("## What it takes for granted").nth(1).unwrap();
    let section = section.split("## Measured").next().unwrap();
    let mut stated: serde_json::Map<String, serde_json::Value> = serde_json::Map::new();
    for row in section.lines().filter_map(|l| l.strip_prefix("| `")) {
        let (name, rest) = row.split_once("` | ").unwrap();
        let value = rest.split(" |").next().unwrap();
        stated.insert(name.to_owned(), serde_json::from_str(value).unwrap());
    }
    let read: Settings = serde_json::from_value(stated.clone().into()).unwrap();
    assert_eq!(read, Settings::default());
    let shown = format!("{:?}", Settings::default());
    let fields = shown
        .split(", ")
        .filter(|f| f.contains(": ") && !f.contains("checks") && !f.contains("watts_per_tpp"));
    let fields = fields.filter(|f| !f.contains("true"));
    assert_eq!(fields.count(), stated.len(), "{shown}");
}

#[test]
fn two_weak_traits_link_where_neither_does_alone() {
    let (parties, orders) = shells(4, 60, |n, p| {
        if n != 4 {
            p.addresses.push("12 Ferrindale Road, Torolis".to_owned());
        }
        if n != 3 {
            p.directors.push("Tessa Orvall".to_owned());
        }
    });
    // Three at the address, three with the director: only p1 and p2 have both.
    assert_eq!(found(parties, orders).links, 1);
}

#[test]
fn a_weak_link_to_an_ordinary_buyer_is_cut_and_a_sure_one_is_not() {
    let told = |mark: fn(&mut Party)| {
        let (mut parties, orders) = shells(3, 700, |n, p| {
            p.banks.push("MY33 0000 1".to_owned());
            p.incorporated = Some("2025-11-20".parse().unwrap());
            if n == 1 {
                mark(p);
            }
        });
        let ordinary = parties.iter_mut().find(|p| p.id == "p1000").unwrap();
        mark(ordinary);
        groups(&found(parties, orders))
    };
    let by_director = told(|p| p.directors.push("Tessa Orvall".to_owned()));
    assert_eq!(by_director, [["p1", "p2", "p3"]]);
    let by_bank = told(|p| p.banks.push("SG77 0000 2".to_owned()));
    assert_eq!(by_bank, [["p1", "p1000", "p2", "p3"]]);
}

#[test]
fn one_that_reaches_the_limit_exactly_is_a_part_of_the_sum() {
    let (parties, mut orders) = shells(2, 400, |_, p| p.banks.push("MY33 0000 1".to_owned()));
    orders.push(to(1, "2026-11-01", 600));
    let report = found(parties, orders);
    assert_eq!(groups(&report), [["p1", "p2"]]);
    assert_eq!(report.findings[0].years[0].tpp_within, 1_400);
}

#[test]
fn a_name_that_only_they_have_is_as_rare_however_many_they_are() {
    // Too little each to stand out as a crowd.
    let (parties, orders) = shells(5, 240, |_, p| {
        p.directors.push("Tessa Orvall".to_owned());
        p.banks.push("MY33 0000 1".to_owned());
    });
    let settings = Settings {
        report_from: 0.0,
        ..Settings::default()
    };
    let report = watch(&Book::new(parties, orders), &limits(), &settings);
    let mut shared = report.findings[0].shared.iter();
    let director = shared.find(|s| s.kind == "director").unwrap();
    let of_five = settings.chance(Kind::Director, 5);
    assert!(
        (director.chance / of_five - 1.0).abs() < 0.02,
        "{director:?}"
    );
}

#[test]
fn the_choice_of_the_densest_half_year_is_paid_for() {
    let (parties, orders) = shells(2, 700, |_, p| p.banks.push("MY33 0000 1".to_owned()));
    let report = found(parties, orders);
    let terms = &report.findings[0].terms;
    let burst = terms.iter().find(|t| t.check == "burst").unwrap();
    assert!(burst.says.starts_with("2 of 2"));
    assert!(
        burst.adds < 1.0,
        "two first orders in one half year of four: {}",
        burst.adds
    );
}

#[test]
fn no_check_decides_alone() {
    let (parties, orders) = shells(9, 950, |_, p| {
        p.banks.push("MY33 0000 1".to_owned());
        p.phones.push("+60 3 5550 1234".to_owned());
        p.incorporated = Some("2025-12-20".parse().unwrap());
    });
    let report = found(parties, orders);
    let settings = Settings::default();
    let adds = |check: &str| {
        report.findings[0]
            .terms
            .iter()
            .find(|t| t.check == check)
            .unwrap()
            .adds
    };
    for term in report.findings[0]
        .terms
        .iter()
        .filter(|t| t.check != "prior")
    {
        assert!(
            term.adds <= settings.check_most && term.adds >= settings.check_least,
            "{term:?}"
        );
    }
    let velocity = adds("age") + adds("first-order") + adds("burst");
    assert!(velocity <= settings.check_most + 1e-9, "{velocity}");
}

#[test]
fn first_orders_close_together_in_a_year_when_everyone_begins_are_no_evidence() {
    let burst = |month: u32| {
        let mark = |_: usize, p: &mut Party| p.banks.push("MY33 0000 1".to_owned());
        let (parties, mut orders) = shells(3, 700, mark);
        for order in orders.iter_mut().filter(|o| o.consignee.len() == 2) {
            order.date = format!("2026-{month:02}-10").parse().unwrap();
        }
        // Everyone else begins in the first half of 2026.
        for order in orders.iter_mut().filter(|o| o.consignee.len() > 2) {
            order.date = format!("2026-0{}-05", 1 + order.tpp % 5).parse().unwrap();
        }
        let settings = Settings {
            report_from: 0.0,
            ..Settings::default()
        };
        let report = watch(&Book::new(parties, orders), &limits(), &settings);
        report.findings[0]
            .terms
            .iter()
            .find(|t| t.check == "burst")
            .unwrap()
            .adds
    };
    assert!(burst(1) <= 0.0);
    assert!(burst(11) > 1.0);
}
