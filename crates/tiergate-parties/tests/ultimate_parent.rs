//! The way up to the ultimate parent, sentence by sentence.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::{Book, DAY};
use tiergate_parties::{Basis, Date, Interest, Kind, Parent, Register, View};

#[test]
fn a_majority_of_a_majority_is_the_ultimate_parent() {
    let mut book = Book::new();
    book.shares("aldersea", "meridian", "75")
        .shares("tarnbank", "aldersea", "50.01")
        .no_parent("tarnbank");
    let Parent::Known(top) = book.parent("meridian") else {
        panic!()
    };
    assert_eq!(book.register.id(top.party), "tarnbank");
    let owners: Vec<&str> = top
        .path
        .iter()
        .map(|l| book.register.id(book.register.link(*l).owner))
        .collect();
    assert_eq!(owners, ["aldersea", "tarnbank"]);
    assert_eq!(book.top("tarnbank"), "tarnbank");
}

#[test]
fn half_is_no_majority() {
    let mut book = Book::new();
    book.no_parent("aldersea").no_parent("tarnbank");
    book.shares("aldersea", "meridian", "50")
        .shares("tarnbank", "meridian", "50");
    assert_eq!(book.top("meridian"), "meridian");
}

#[test]
fn holders_of_one_parent_hold_together() {
    let mut book = Book::new();
    book.shares("aldersea", "meridian", "30")
        .shares("fenwold", "meridian", "25")
        .shares("aldersea", "fenwold", "100")
        .shares("tarnbank", "meridian", "45")
        .no_parent("aldersea")
        .no_parent("tarnbank");
    assert_eq!(book.top("meridian"), "aldersea");
    // Half each, of one parent.
    let mut book = Book::new();
    book.shares("fenwold", "meridian", "50")
        .shares("halcyon", "meridian", "50")
        .shares("aldersea", "fenwold", "60")
        .shares("aldersea", "halcyon", "60")
        .no_parent("aldersea");
    assert_eq!(book.top("meridian"), "aldersea");
}

#[test]
fn holders_whose_parents_are_not_known_may_hold_together() {
    let mut book = Book::new();
    book.shares("aldersea", "meridian", "50")
        .shares("tarnbank", "meridian", "50");
    assert_eq!(book.top("meridian"), "together at meridian");
    book.no_parent("aldersea");
    assert_eq!(book.top("meridian"), "together at meridian");
    book.no_parent("tarnbank");
    assert_eq!(book.top("meridian"), "meridian");
}

#[test]
fn what_is_left_may_be_a_majority_or_not() {
    let mut book = Book::new();
    book.shares("aldersea", "meridian", "30");
    assert_eq!(book.top("meridian"), "70 % not stated at meridian");
    book.shares("tarnbank", "meridian", "19.99");
    assert_eq!(book.top("meridian"), "50.01 % not stated at meridian");
    book.shares("brackenfab", "meridian", "0.01");
    assert_eq!(
        book.top("meridian"),
        "together at meridian",
        "what is left may be another's, or one of theirs"
    );
    let mut book = Book::new();
    for owner in ["aldersea", "tarnbank", "brackenfab"] {
        book.shares(owner, "meridian", "30").no_parent(owner);
    }
    assert_eq!(
        book.top("meridian"),
        "meridian",
        "30 and 10 are less than half"
    );
}

#[test]
fn an_unidentified_majority_is_unknown_and_an_unidentified_minority_is_not() {
    let mut book = Book::new();
    book.party("someone", Kind::Unknown);
    book.shares("someone", "meridian", "60");
    assert_eq!(book.top("meridian"), "unidentified at meridian");
    let mut book = Book::new();
    book.party("someone", Kind::Unknown);
    book.shares("someone", "meridian", "40")
        .shares("aldersea", "meridian", "60")
        .no_parent("aldersea");
    assert_eq!(book.top("meridian"), "aldersea");
}

#[test]
fn two_unidentified_minorities_may_be_one_majority() {
    let mut book = Book::new();
    book.party("one", Kind::Unknown).party("two", Kind::Unknown);
    book.shares("one", "meridian", "30")
        .shares("two", "meridian", "30")
        .shares("aldersea", "meridian", "40");
    assert_eq!(book.top("meridian"), "unidentified at meridian");
}

#[test]
fn a_range_across_half_is_open_unless_others_leave_too_little() {
    let mut book = Book::new();
    book.shares("aldersea", "meridian", "25..75");
    assert_eq!(book.top("meridian"), "open at meridian");
    book.shares("tarnbank", "meridian", "50");
    book.no_parent("aldersea").no_parent("tarnbank");
    assert_eq!(
        book.top("meridian"),
        "together at meridian",
        "a quarter is not stated, and may be held by a company of Tarnbank's"
    );
    let mut book = Book::new();
    book.shares("aldersea", "meridian", "25..75");
    book.party("keeper", Kind::Person);
    book.shares("keeper", "meridian", "50")
        .no_parent("aldersea");
    assert_eq!(book.top("meridian"), "meridian");
}

#[test]
fn parties_that_own_one_another_have_no_top() {
    let mut book = Book::new();
    book.shares("alpha", "beta", "100")
        .shares("beta", "alpha", "100")
        .shares("alpha", "meridian", "100");
    assert_eq!(book.top("alpha"), "circle of 2");
    assert_eq!(book.top("meridian"), "circle of 2");
}

#[test]
fn a_majority_of_shares_and_a_majority_of_votes_conflict() {
    let mut book = Book::new();
    book.shares("aldersea", "meridian", "60")
        .no_parent("aldersea")
        .no_parent("tarnbank");
    book.interest("tarnbank", "meridian", Interest::Voting, Some("70"));
    assert_eq!(book.top("meridian"), "conflict at meridian");
}

#[test]
fn two_ways_to_one_top_do_not_conflict() {
    let mut book = Book::new();
    book.shares("aldersea", "meridian", "60")
        .shares("tarnbank", "aldersea", "100")
        .no_parent("tarnbank");
    book.interest(
        "tarnbank",
        "meridian",
        Interest::ConsolidationUltimate,
        None,
    );
    assert_eq!(book.top("meridian"), "tarnbank");
    let Parent::Known(top) = book.parent("meridian") else {
        panic!()
    };
    assert_eq!(
        top.path.len(),
        2,
        "the whole way is told, not the short cut"
    );
}

#[test]
fn a_named_ultimate_parent_stands_where_what_lies_between_is_not_known() {
    let mut book = Book::new();
    book.interest("aldersea", "meridian", Interest::ConsolidationDirect, None);
    assert_eq!(book.top("meridian"), "100 % not stated at aldersea");
    book.interest(
        "tarnbank",
        "meridian",
        Interest::ConsolidationUltimate,
        None,
    );
    assert_eq!(book.top("meridian"), "tarnbank");
    assert_eq!(book.top("tarnbank"), "tarnbank", "it is named as ultimate");
    // An undisclosed direct parent does not matter either; an undisclosed ultimate one does.
    let mut book = Book::new();
    book.party("hidden", Kind::UnknownEntity);
    book.interest("hidden", "meridian", Interest::ConsolidationDirect, None);
    book.interest(
        "tarnbank",
        "meridian",
        Interest::ConsolidationUltimate,
        None,
    );
    assert_eq!(book.top("meridian"), "tarnbank");
    let mut book = Book::new();
    book.party("hidden", Kind::UnknownEntity)
        .no_parent("aldersea");
    book.interest("hidden", "meridian", Interest::ConsolidationUltimate, None);
    book.interest("aldersea", "meridian", Interest::ConsolidationDirect, None);
    assert_eq!(book.top("meridian"), "unidentified at meridian");
}

#[test]
fn a_named_ultimate_parent_does_not_settle_a_circle_or_another_top() {
    let mut book = Book::new();
    book.interest(
        "tarnbank",
        "meridian",
        Interest::ConsolidationUltimate,
        None,
    )
    .no_parent("aldersea");
    book.shares("aldersea", "meridian", "60");
    assert_eq!(book.top("meridian"), "conflict at meridian");
    let mut book = Book::new();
    book.interest("tarnbank", "alpha", Interest::ConsolidationUltimate, None);
    book.shares("alpha", "beta", "100")
        .shares("beta", "alpha", "100");
    for id in ["alpha", "beta"] {
        assert_eq!(book.top(id), "circle of 2");
    }
}

#[test]
fn a_person_has_no_headquarters_and_a_state_has() {
    let mut book = Book::new();
    book.party("keeper", Kind::Person)
        .party("state", Kind::State);
    book.shares("keeper", "meridian", "75")
        .shares("state", "aldersea", "51");
    let Parent::Known(top) = book.parent("meridian") else {
        panic!()
    };
    assert_eq!(book.register.id(top.party), "meridian");
    assert!(matches!(top.because, Basis::Persons(links) if links.len() == 1));
    assert_eq!(book.top("aldersea"), "state");
    // Also where the person is not named.
    let mut book = Book::new();
    book.party("anonymous", Kind::UnknownPerson);
    book.shares("anonymous", "meridian", "75");
    assert_eq!(book.top("meridian"), "meridian");
}

#[test]
fn control_without_shares_is_enough_and_a_third_of_a_board_is_not() {
    let mut book = Book::new();
    book.interest("aldersea", "meridian", Interest::ControlBoard, None)
        .no_parent("aldersea");
    assert_eq!(book.top("meridian"), "aldersea");
    let mut book = Book::new();
    book.interest("aldersea", "meridian", Interest::ControlBoard, Some("33"))
        .no_parent("aldersea");
    assert_eq!(book.top("meridian"), "100 % not stated at meridian");
}

#[test]
fn an_interest_of_unknown_kind_leaves_it_open() {
    let mut book = Book::new();
    book.interest("aldersea", "meridian", Interest::Unknown, None);
    assert_eq!(book.top("meridian"), "open at meridian");
}

#[test]
fn shares_held_through_others_lead_the_same_way_up() {
    let text = r#"
{"id":"l1","recorded":"2026-01-05","source":{"name":"r"},"link":{"owner":"tarnbank","owned":"meridian","interest":"shares","share":"60","indirect":true}}
{"id":"l2","recorded":"2026-01-05","source":{"name":"r"},"link":{"owner":"aldersea","owned":"meridian","interest":"shares","share":"60"}}
{"id":"l3","recorded":"2026-01-05","source":{"name":"r"},"link":{"owner":"tarnbank","owned":"aldersea","interest":"shares","share":"100"}}
{"id":"n1","recorded":"2026-01-05","source":{"name":"r"},"no_parent":{"of":"tarnbank","reason":"widely held"}}
"#;
    let (register, faults) = Register::read(text);
    assert_eq!(faults, []);
    let parent = View::on(DAY).ultimate_parent(&register, register.find("meridian").unwrap());
    assert!(matches!(parent, Parent::Known(top) if register.id(top.party) == "tarnbank"));
}

#[test]
fn the_parent_is_the_one_of_the_day() {
    let text = r#"
{"id":"l1","recorded":"2024-01-05","source":{"name":"r"},"link":{"owner":"aldersea","owned":"meridian","interest":"shares","share":"100","from":"2024-01-01","to":"2026-03-31"}}
{"id":"l2","recorded":"2026-04-05","source":{"name":"r"},"link":{"owner":"brackenfab","owned":"meridian","interest":"shares","share":"100","from":"2026-04-01"}}
{"id":"n1","recorded":"2024-01-05","source":{"name":"r"},"no_parent":{"of":"aldersea","reason":"widely held"}}
{"id":"n2","recorded":"2024-01-05","source":{"name":"r"},"no_parent":{"of":"brackenfab","reason":"widely held"}}
"#;
    let (register, _) = Register::read(text);
    let meridian = register.find("meridian").unwrap();
    let top = |view: View| match view.ultimate_parent(&register, meridian) {
        Parent::Known(top) => register.id(top.party).to_owned(),
        Parent::Unknown(_) => "unknown".to_owned(),
    };
    assert_eq!(top(View::on(Date::constant(2026, 3, 31))), "aldersea");
    assert_eq!(top(View::on(Date::constant(2026, 4, 1))), "brackenfab");
    assert_eq!(top(View::on(Date::constant(2023, 12, 31))), "unknown");
    // On April 4 nobody had recorded who came after.
    let april = View::on(Date::constant(2026, 4, 1)).as_recorded_by(Date::constant(2026, 4, 4));
    assert_eq!(top(april), "unknown");
}

#[test]
fn a_chain_of_a_hundred_thousand_is_walked_to_its_end() {
    let mut book = Book::new();
    for at in 0..100_000 {
        book.shares(&format!("p{}", at + 1), &format!("p{at}"), "51");
    }
    book.no_parent("p100000");
    assert_eq!(book.top("p0"), "p100000");
}
