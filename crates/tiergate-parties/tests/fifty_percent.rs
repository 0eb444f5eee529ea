//! The 50 percent rule, sentence by sentence.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::{Book, DAY, HALF, HALF_REST_UNLISTED};
use tiergate_parties::{
    Answer, Date, Interest, Kind, Listed, Ownership, Percent, Proportions, Rest, Rule, Standing,
    Threshold, View,
};

use Answer::{Caught, NotCaught, Unknown};

#[test]
fn exactly_half_is_caught_and_a_hundredth_less_is_not() {
    for (share, other, expected) in [
        ("50", "50", Caught),
        ("49.99", "50.01", NotCaught),
        ("49.999999999", "50.000000001", NotCaught),
    ] {
        let mut book = Book::new();
        book.shares("listed", "meridian", share)
            .shares("keeper", "meridian", other)
            .party("keeper", Kind::Person);
        assert_eq!(
            book.answer("meridian", &["listed"], HALF),
            expected,
            "{share}"
        );
    }
}

#[test]
fn a_threshold_that_has_to_be_exceeded_is_not_met_by_itself() {
    let mut book = Book::new();
    book.shares("listed", "meridian", "50")
        .shares("keeper", "meridian", "50")
        .party("keeper", Kind::Person);
    let more = Rule {
        threshold: Threshold::MoreThan(Percent::whole(50)),
        ..HALF
    };
    assert_eq!(book.answer("meridian", &["listed"], more), NotCaught);
}

#[test]
fn shares_of_several_listed_owners_add_up() {
    let mut book = Book::new();
    book.shares("one", "meridian", "25")
        .shares("two", "meridian", "25");
    assert_eq!(book.answer("meridian", &["one", "two"], HALF), Caught);
    assert_eq!(
        book.answer("meridian", &["one"], HALF_REST_UNLISTED),
        NotCaught
    );
}

#[test]
fn a_caught_owner_counts_whole_and_one_that_is_not_does_not() {
    let mut book = Book::new();
    book.shares("listed", "middle", "50")
        .shares("middle", "meridian", "50");
    let found = book.finding("meridian", &["listed"], HALF_REST_UNLISTED);
    assert_eq!(
        (found.by_ownership, found.exact()),
        (Caught, Some(Percent::whole(50)))
    );
    assert_eq!(found.owners[0].standing, Standing::Caught);
    assert_eq!(found.paths.len(), 1);
    assert_eq!(found.paths[0].len(), 2, "from the listed party down");
    // In proportion it would be a quarter.
    let listed = book.listed(&["listed"]);
    let shares = Proportions::above(
        &book.register,
        View::on(DAY),
        book.no("meridian"),
        &listed,
        Rest::Unlisted,
    );
    assert_eq!(
        shares.of(book.no("meridian")),
        Some((Percent::whole(25), Percent::whole(25)))
    );

    let mut book = Book::new();
    book.shares("listed", "middle", "49")
        .shares("middle", "meridian", "100");
    assert_eq!(
        book.answer("meridian", &["listed"], HALF_REST_UNLISTED),
        NotCaught
    );
}

#[test]
fn ways_through_several_caught_owners_add_up() {
    let mut book = Book::new();
    book.shares("listed", "a", "60")
        .shares("listed", "b", "100")
        .shares("a", "meridian", "20")
        .shares("b", "meridian", "20");
    book.shares("listed", "meridian", "10");
    let found = book.finding("meridian", &["listed"], HALF);
    assert_eq!(
        (found.by_ownership, found.lower.percent),
        (Caught, Percent::whole(50))
    );
    assert_eq!(found.paths.len(), 3);
}

#[test]
fn a_circle_catches_nobody_by_itself_and_everybody_once_it_is_entered() {
    let mut book = Book::new();
    book.shares("alpha", "beta", "60")
        .shares("beta", "alpha", "60");
    book.shares("listed", "gamma", "100");
    for id in ["alpha", "beta"] {
        assert_eq!(
            book.answer(id, &["listed"], HALF_REST_UNLISTED),
            NotCaught,
            "{id}"
        );
    }
    book.shares("listed", "alpha", "40");
    assert_eq!(
        book.answer("beta", &["listed"], HALF_REST_UNLISTED),
        NotCaught
    );
    book.shares("gamma", "beta", "40");
    assert_eq!(
        book.answer("beta", &["listed"], HALF_REST_UNLISTED),
        NotCaught
    );
    let mut book = Book::new();
    book.shares("alpha", "beta", "60")
        .shares("beta", "alpha", "50")
        .shares("listed", "alpha", "50");
    let found = book.finding("alpha", &["listed"], HALF);
    assert_eq!(
        (found.by_ownership, found.lower.percent),
        (Caught, Percent::whole(100))
    );
    assert_eq!(
        found.paths.len(),
        1,
        "a circle is no evidence: {:?}",
        found.paths
    );
}

#[test]
fn own_shares_are_owned_by_nobody() {
    let mut book = Book::new();
    book.shares("meridian", "meridian", "30")
        .shares("listed", "meridian", "40")
        .shares("keeper", "meridian", "30")
        .party("keeper", Kind::Person);
    let found = book.finding("meridian", &["listed"], HALF);
    assert_eq!(
        (found.by_ownership, found.exact()),
        (NotCaught, Some(Percent::whole(40)))
    );
}

#[test]
fn what_nobody_states_may_be_listed_until_someone_says_otherwise() {
    let mut book = Book::new();
    book.shares("listed", "meridian", "20");
    let found = book.finding("meridian", &["listed"], HALF);
    assert_eq!(
        (found.by_ownership, found.unstated),
        (Unknown, Percent::whole(80))
    );
    assert_eq!(
        (found.lower.percent, found.upper.percent),
        (Percent::whole(20), Percent::whole(100))
    );
    let found = book.finding("meridian", &["listed"], HALF_REST_UNLISTED);
    assert_eq!(
        (found.by_ownership, found.exact()),
        (NotCaught, Some(Percent::whole(20)))
    );
}

#[test]
fn an_unidentified_holder_matters_only_where_its_share_can_tip_it() {
    for (share, expected) in [("30", Unknown), ("29.99", NotCaught)] {
        let mut book = Book::new();
        book.party("someone", Kind::UnknownPerson)
            .party("keeper", Kind::Person);
        book.shares("listed", "meridian", "20")
            .shares("someone", "meridian", share);
        let rest = if share == "30" { "50" } else { "50.01" };
        book.shares("keeper", "meridian", rest);
        assert_eq!(
            book.answer("meridian", &["listed"], HALF),
            expected,
            "{share}"
        );
    }
    let mut book = Book::new();
    book.party("someone", Kind::Unknown);
    book.shares("listed", "meridian", "50")
        .shares("someone", "meridian", "50");
    assert_eq!(book.answer("meridian", &["listed"], HALF), Caught);
}

#[test]
fn a_range_counts_at_both_ends() {
    for (share, expected) in [
        ("50..75", Caught),
        ("25..50", Unknown),
        ("25..49.99", NotCaught),
    ] {
        let mut book = Book::new();
        book.shares("listed", "meridian", share);
        assert_eq!(
            book.answer("meridian", &["listed"], HALF_REST_UNLISTED),
            expected,
            "{share}"
        );
    }
    // What another surely has leaves less.
    let mut book = Book::new();
    book.shares("listed", "meridian", "25..75")
        .shares("keeper", "meridian", "50.01")
        .party("keeper", Kind::Person);
    let found = book.finding("meridian", &["listed"], HALF);
    assert_eq!(
        (found.by_ownership, found.upper.percent.to_string()),
        (NotCaught, "49.99".to_owned())
    );
}

#[test]
fn a_range_that_leaves_its_end_out_is_not_at_its_end() {
    let line = |id: &str, owner: &str, share: &str| {
        format!(
            "{{\"id\":\"{id}\",\"recorded\":\"2026-01-05\",\"source\":{{\"name\":\"r\"}},\"link\":{{\"owner\":\"{owner}\",\"owned\":\"meridian\",\"interest\":\"shares\",\"share\":{share}}}}}\n"
        )
    };
    for (share, threshold, expected) in [
        (
            r#"{"more_than":"50","at_most":"75"}"#,
            Threshold::MoreThan(Percent::whole(50)),
            Caught,
        ),
        (
            r#"{"at_least":"50","at_most":"75"}"#,
            Threshold::MoreThan(Percent::whole(50)),
            Unknown,
        ),
        (
            r#"{"at_least":"25","less_than":"50"}"#,
            Threshold::AtLeast(Percent::whole(50)),
            NotCaught,
        ),
        (
            r#"{"at_least":"25","at_most":"50"}"#,
            Threshold::AtLeast(Percent::whole(50)),
            Unknown,
        ),
    ] {
        let (register, faults) = tiergate_parties::Register::read(&line("l1", "listed", share));
        assert_eq!(faults, []);
        let mut listed = Listed::default();
        listed.add(register.by_id("listed").unwrap(), None, None);
        let rule = Rule {
            threshold,
            rest: Rest::Unlisted,
        };
        let party = register.by_id("meridian").unwrap();
        let all = Ownership::above(&register, View::on(DAY), party, &listed, rule);
        assert_eq!(all.answer(party), Some(expected), "{share}");
    }
}

#[test]
fn control_and_votes_are_no_ownership_but_leave_it_open() {
    for interest in [
        Interest::ControlBoard,
        Interest::Voting,
        Interest::ConsolidationDirect,
        Interest::Unknown,
    ] {
        let mut book = Book::new();
        book.interest("listed", "meridian", interest, None);
        let found = book.finding("meridian", &["listed"], HALF_REST_UNLISTED);
        assert_eq!(
            (found.by_ownership, found.lower.percent),
            (Unknown, Percent::ZERO)
        );
        book.shares("listed", "meridian", "10");
        assert_eq!(
            book.answer("meridian", &["listed"], HALF_REST_UNLISTED),
            NotCaught
        );
    }
}

#[test]
fn what_is_held_through_others_is_not_counted_twice() {
    let mut book = Book::new();
    book.shares("listed", "middle", "60")
        .shares("middle", "meridian", "30");
    let link = tiergate_parties::LinkStatement {
        indirect: true,
        ..tiergate_parties::LinkStatement::new(
            "listed",
            "meridian",
            Interest::Shares,
            Some(common::read("30")),
        )
    };
    book.say(tiergate_parties::Says::Link(link))
        .shares("keeper", "meridian", "70")
        .party("keeper", Kind::Person);
    let found = book.finding("meridian", &["listed"], HALF);
    assert_eq!(
        (found.by_ownership, found.lower.percent),
        (NotCaught, Percent::whole(30))
    );
}

#[test]
fn two_claims_about_one_holding_do_not_add_up_and_two_classes_do() {
    let mut book = Book::new();
    book.shares("listed", "meridian", "30")
        .shares("listed", "meridian", "35");
    let found = book.finding("meridian", &["listed"], HALF_REST_UNLISTED);
    assert_eq!(
        (found.lower.percent, found.upper.percent),
        (Percent::whole(30), Percent::whole(35))
    );
    let mut book = Book::new();
    for class in ["A", "B"] {
        let link = tiergate_parties::LinkStatement {
            class: Some(class.to_owned()),
            ..tiergate_parties::LinkStatement::new(
                "listed",
                "meridian",
                Interest::Shares,
                Some(common::read("30")),
            )
        };
        book.say(tiergate_parties::Says::Link(link));
    }
    assert_eq!(
        book.answer("meridian", &["listed"], HALF_REST_UNLISTED),
        Caught
    );
}

#[test]
fn statements_that_add_up_to_more_than_the_whole_are_counted_as_they_are() {
    let mut book = Book::new();
    book.shares("listed", "meridian", "60")
        .shares("keeper", "meridian", "60")
        .party("keeper", Kind::Person);
    let found = book.finding("meridian", &["listed"], HALF);
    assert_eq!(
        (found.by_ownership, found.lower.percent),
        (Caught, Percent::whole(60))
    );
}

#[test]
fn a_party_is_listed_from_a_day_to_a_day() {
    let mut book = Book::new();
    book.shares("brackenfab", "meridian", "100");
    let mut listed = Listed::default();
    let (from, to) = (Date::constant(2026, 2, 1), Date::constant(2026, 6, 30));
    listed.add(book.no("brackenfab"), Some(from), Some(to));
    let answer = |day| {
        let party = book.no("meridian");
        let all = Ownership::above(
            &book.register,
            View::on(day),
            party,
            &listed,
            HALF_REST_UNLISTED,
        );
        all.answer(party).unwrap()
    };
    for (day, expected) in [
        (from.yesterday().unwrap(), NotCaught),
        (from, Caught),
        (to, Caught),
        (to.tomorrow().unwrap(), NotCaught),
    ] {
        assert_eq!(answer(day), expected, "{day}");
    }
}

#[test]
fn a_whole_register_answers_as_each_party_does() {
    let mut book = Book::new();
    book.party("someone", Kind::Unknown);
    book.shares("listed", "a", "50")
        .shares("a", "b", "50")
        .shares("someone", "c", "60")
        .shares("b", "c", "10");
    let listed = book.listed(&["listed"]);
    let whole = Ownership::whole(&book.register, View::on(DAY), &listed, HALF_REST_UNLISTED);
    for id in ["listed", "a", "b", "c", "someone"] {
        assert_eq!(
            whole.finding(book.no(id)),
            Some(book.finding(id, &["listed"], HALF_REST_UNLISTED)),
            "{id}"
        );
    }
    let reached: Vec<&str> = whole.reached().map(|(p, _)| book.register.id(p)).collect();
    assert_eq!(
        reached,
        ["someone", "listed", "a", "b", "c"],
        "who is not identified may be listed"
    );
}

#[test]
fn circles_converge_in_proportion_to_the_least_solution() {
    let mut book = Book::new();
    // alpha = 40 of listed + 60 % of beta; beta = 50 % of alpha: alpha = 40 / 0.7.
    book.shares("listed", "alpha", "40")
        .shares("beta", "alpha", "60")
        .shares("alpha", "beta", "50");
    let listed = book.listed(&["listed"]);
    let shares = Proportions::above(
        &book.register,
        View::on(DAY),
        book.no("alpha"),
        &listed,
        Rest::Unlisted,
    );
    assert!(shares.settled());
    let (lower, _) = shares.of(book.no("alpha")).unwrap();
    assert!(
        lower <= "57.142857142".parse().unwrap() && lower >= "57.1428".parse().unwrap(),
        "{lower}"
    );
    // Two that own one another whole come to rest at nothing.
    let mut book = Book::new();
    book.shares("alpha", "beta", "100")
        .shares("beta", "alpha", "100")
        .shares("listed", "gamma", "100");
    let listed = book.listed(&["listed"]);
    let shares = Proportions::whole(&book.register, View::on(DAY), &listed, Rest::Unknown);
    assert_eq!(
        shares.of(book.no("alpha")),
        Some((Percent::ZERO, Percent::ZERO))
    );
}
