//! Each check of the analysis finds a planted defect where it stands, and leaves a near miss alone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use tiergate_engine::analyse::{
    Analysed, analyse, lapsing, of_library, of_regime, of_regimes, unread_facts, unused_names,
};
use tiergate_law::{Country, Diagnostic, Fact, LawRef, Library, NumberFact, View};

const HEAD: &str = "[instrument]\nid = \"base\"\ntitle = \"B\"\ncite = \"1\"\neffective = 2024-01-01\n\
    [[group]]\nid = \"D:5\"\ncite = \"1\"\nmembers = [\"CN\", \"IR\"]\n\
    [[group]]\nid = \"A:1\"\ncite = \"1\"\nmembers = [\"PL\", \"US\"]\n\
    [[note]]\nid = \"named\"\ncite = \"1\"\nwhen = \"destination in A:1 | D:5\"\n";

/// A requirement that reaches every destination.
const WORLDWIDE: &str = "[[requirement]]\nid = \"all\"\ncite = \"1\"\nwhen = \"tpp >= 4800\"\n";

fn library(text: &str) -> Library {
    let (library, faults) = Library::read([("law.toml", text)]);
    assert_eq!(faults, []);
    assert_eq!(library.check(), []);
    library
}

/// Every regime of a library, analysed over a few countries.
fn analysed(library: &Library) -> Vec<Analysed> {
    let countries: Vec<Country> = ["CN", "IR", "PL", "US"]
        .iter()
        .map(|c| c.parse().unwrap())
        .collect();
    let regimes = library.regimes().into_iter();
    regimes
        .map(|held| analyse(library, held, &countries).unwrap())
        .collect()
}

fn deep(text: &str) -> Vec<Diagnostic> {
    let library = library(text);
    let analysed = analysed(&library);
    of_regimes(&library, &analysed)
}

fn entry(kind: &str, id: &str, rest: &str) -> String {
    format!("[[{kind}]]\nid = \"{id}\"\ncite = \"1\"\n{rest}\n")
}

fn when(kind: &str, id: &str, condition: &str) -> String {
    entry(kind, id, &format!("when = \"{condition}\""))
}

/// The only finding of a law with these rules, and the words it points at.
#[track_caller]
fn finds(rules: &str, at: &str, message: &str) {
    let text = format!("{HEAD}{WORLDWIDE}{rules}");
    let found = deep(&text);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].message, message);
    assert_eq!(&text[found[0].span.clone()], at);
}

#[track_caller]
fn silent(rules: &str) {
    assert_eq!(deep(&format!("{HEAD}{WORLDWIDE}{rules}")), []);
}

const NEVER: &str = "destination in A:1 and destination in D:5";

#[test]
fn a_rule_no_order_can_meet() {
    for (kind, words) in [
        ("scope", "scope"),
        ("prohibition", "prohibition"),
        ("class", "technical test of the class"),
        ("requirement", "requirement"),
        ("bar", "bar"),
        ("red-flag", "red flag"),
        ("note", "note"),
    ] {
        // Without another ground, nothing would be subject to the rules.
        let ground = if kind == "scope" {
            when("scope", "g", "always")
        } else {
            String::new()
        };
        let says = if kind == "red-flag" {
            "says = \"x\"\n"
        } else {
            ""
        };
        let rule = |condition: &str| {
            let rest = format!("{says}when = \"{condition}\"");
            format!("{ground}{}", entry(kind, "r", &rest))
        };
        let message = format!("no order can meet the {words} `r`");
        finds(&rule(NEVER), "\"r\"", &message);
        silent(&rule("destination in A:1 and datacenter and tpp < 1600"));
    }
}

#[test]
fn amounts_and_readings_are_weighed_together() {
    let note = |condition: &str| when("note", "r", condition);
    let message = "no order can meet the note `r`";
    finds(
        &note("amount >= 100 and amount + used.lpp < 100"),
        "\"r\"",
        message,
    );
    silent(&note("amount >= 99 and amount + used.lpp < 100"));
    // Met under one option only: that is enough.
    let reading = "[[reading]]\nid = \"wide\"\ncite = \"1\"\nquestion = \"?\"\ndefault = \"no\"\n\
        option = [{ id = \"no\", says = \"n\" }, { id = \"yes\", says = \"y\" }]\n";
    silent(&format!("{reading}{}", note("reading:wide is yes")));
    let both = note("reading:wide is yes and reading:wide is no");
    finds(&format!("{reading}{both}"), "\"r\"", message);
}

#[test]
fn a_requirement_outside_every_scope() {
    let rules = |condition: &str| {
        when("scope", "g", "destination in A:1 or tpp >= 4800")
            + &when("requirement", "r", condition)
    };
    finds(
        &rules("destination in D:5 and tpp < 1600"),
        "\"r\"",
        "no order can meet the requirement `r`",
    );
    silent(&rules("destination in A:1 and tpp < 1600"));
}

fn review(id: &str, policy: &str, condition: &str) -> String {
    let rest =
        format!("lane = \"a\"\ngoverns = [\"all\"]\npolicy = \"{policy}\"\nwhen = \"{condition}\"");
    entry("review", id, &rest)
}

#[test]
fn a_review_that_never_decides() {
    let first = review("first", "case-by-case", "destination in D:5");
    finds(
        &(first.clone() + &review("r", "presumption-of-denial", "destination in {CN}")),
        "\"r\"",
        "the review `r` never decides: an earlier one of the lane `a` always does: `first`",
    );
    silent(&(first + &review("r", "presumption-of-denial", "destination in {CN, PL}")));
    // It governs a requirement that does not apply where it would hold.
    finds(
        &review("r", "case-by-case", "tpp < 1600"),
        "\"r\"",
        "no order can meet the review `r`",
    );
}

#[test]
fn a_class_taken_by_an_earlier_one() {
    let first = when("class", "3A090.a", "tpp >= 4800");
    finds(
        &(first.clone() + &when("class", "3A090.b", "tpp >= 5000 and datacenter")),
        "\"3A090.b\"",
        "every item the class `3A090.b` tests for is taken by an earlier class: `3A090.a`",
    );
    silent(&(first + &when("class", "3A090.b", "tpp >= 2400")));
}

fn authority(conditions: &[&str], overcomes: &str, more: &str) -> String {
    let mut rest = format!("kind = \"license-exception\"\novercomes = [{overcomes}]\n");
    for condition in conditions {
        rest += &format!(
            "[[authority.condition]]\ncite = \"1\"\nsays = \"x\"\nwhen = \"{condition}\"\n"
        );
    }
    entry("authority", "X", &(rest + more))
}

#[test]
fn an_authority_that_can_carry_nothing() {
    finds(
        &authority(&["destination in A:1", "destination in D:5"], "\"all\"", ""),
        "\"X\"",
        "the authority `X` can carry no order: its conditions never hold together",
    );
    finds(
        &authority(&["destination in A:1"], "", ""),
        "\"X\"",
        "the authority `X` can carry no order: where its conditions hold, these stand against it: `all`",
    );
    finds(
        &(authority(&["destination in D:5"], "\"all\"", "")
            + &when("bar", "b", "destination in D:5 or datacenter")),
        "\"X\"",
        "the authority `X` can carry no order: where its conditions hold, these stand against it: `b`",
    );
    finds(
        &authority(&["tpp < 1600"], "\"all\"", ""),
        "\"X\"",
        "the authority `X` can carry no order: no license is required where its conditions hold",
    );
    silent(
        &(authority(&["destination in D:5"], "\"all\"", "")
            + &when("bar", "b", "destination in D:5 and datacenter")),
    );
}

#[test]
fn a_condition_or_duty_of_an_authority_no_order_can_meet() {
    finds(
        &authority(&["datacenter", NEVER], "\"all\"", ""),
        NEVER,
        "no order can meet this condition of `X`",
    );
    let duty = |condition: &str| {
        format!(
            "[[authority.duty]]\nid = \"d\"\nwhat = \"x\"\ndue = \"x\"\ncite = \"1\"\nonly_if = \"{condition}\"\n"
        )
    };
    finds(
        &authority(
            &["destination in A:1"],
            "\"all\"",
            &duty("destination in D:5"),
        ),
        "\"X\"",
        "no order under `X` can have its duty `d`",
    );
    silent(&authority(
        &["destination in A:1"],
        "\"all\"",
        &duty("destination in {PL}"),
    ));
}

#[test]
fn a_requirement_that_adds_nothing() {
    let inside = when("requirement", "r", "tpp >= 4800 and destination in D:5");
    finds(
        &inside,
        "\"r\"",
        "the requirement `r` adds nothing: wherever it applies `all` does, with the same part, reviews and exceptions",
    );
    finds(
        &when("requirement", "r", "tpp >= 4800"),
        "\"r\"",
        "the requirement `r` adds nothing: wherever it applies `all` does, with the same part, reviews and exceptions",
    );
    // Another part, or an exception that overcomes one of the two.
    silent(&entry(
        "requirement",
        "r",
        "part = \"744\"\nwhen = \"tpp >= 4800 and destination in D:5\"",
    ));
    silent(&(inside + &authority(&["datacenter"], "\"all\"", "")));
    silent(&when(
        "requirement",
        "r",
        "tpp >= 4700 and destination in D:5",
    ));
}

#[test]
fn a_country_nothing_covers() {
    let text = |members: &str| format!("{}{WORLDWIDE}", HEAD.replace("\"PL\", \"US\"", members));
    let bare = text("\"PL\"");
    let found = deep(&bare);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].message, "US is in no country group");
    assert_eq!(&bare[found[0].span.clone()], "\"base\"");
    assert_eq!(deep(&text("\"PL\", \"US\"")), []);
    // However many they are, each is named.
    let many: Vec<String> = ('A'..='Z').map(|c| format!("Q{c}")).collect();
    let listed = many.iter().map(String::as_str).chain(["PL"]);
    let countries: Vec<Country> = listed.map(|c| c.parse().unwrap()).collect();
    let regime =
        library(&bare).consolidate(&LawRef::us(), "2024-06-01".parse().unwrap(), View::Text);
    let found = of_regime(&library(&bare), &regime.unwrap(), &countries);
    let message = format!("{} are in no country group", many.join(", "));
    assert!(found.iter().any(|f| f.message == message), "{found:#?}");
    let reached = |set: &str| {
        deep(&format!(
            "{HEAD}{}",
            when("requirement", "r", &format!("destination in {set}"))
        ))
    };
    assert_eq!(
        reached("D:5 | {US}")[0].message,
        "PL is the destination of no requirement or prohibition"
    );
    assert_eq!(reached("D:5 | A:1"), []);
}

#[test]
fn what_holds_for_a_time_says_so() {
    let later = "[[value]]\nid = \"cap\"\ncite = \"1\"\nunit = \"TPP\"\n\
        dated = [{ amount = 5000, through = 2024-12-31, cite = \"1\" }]\n";
    finds(
        &(later.to_owned() + &when("note", "n", "tpp >= cap")),
        "\"n\"",
        "no order can meet the note `n`; under us as printed from 2025-01-01; under us as enforced from 2025-01-01",
    );
}

#[test]
fn a_proposal_is_not_told_what_it_leaves_of_the_law() {
    let base = format!(
        "{HEAD}{WORLDWIDE}{}",
        authority(&["datacenter"], "\"all\"", "")
    );
    let proposal = "[proposal]\nid = \"p\"\ntitle = \"P\"\ncite = \"1\"\nadopted = 2025-01-01\nbase_view = \"text\"\n\
        [[bar]]\nid = \"b\"\ncite = \"1\"\nwhen = \"always\"\n";
    let (library, faults) = Library::read([("law.toml", base.as_str()), ("p.toml", proposal)]);
    assert_eq!(faults, []);
    let analysed = analysed(&library);
    assert!(analysed.iter().any(|a| !a.found.is_empty()));
    assert_eq!(of_regimes(&library, &analysed), []);
}

#[test]
fn names_nothing_uses() {
    let found = unused_names(&library(&format!(
        "{HEAD}{}",
        when("definition", "d", "datacenter")
    )));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].message, "no rule uses the definition `d`");
    let text = format!(
        "{HEAD}{}{}",
        when("definition", "d", "datacenter"),
        when("note", "n", "not d")
    );
    assert_eq!(unused_names(&library(&text)), []);
    let unread = unread_facts(&library(&text));
    assert!(!unread.contains(&Fact::Flag(tiergate_law::FlagFact::Datacenter)));
    assert!(unread.contains(&Fact::Number(NumberFact::Tpp)));
}

#[test]
fn amounts_and_lists_that_hold_together() {
    let value = |first: &str, second: &str| {
        let text = format!(
            "{HEAD}{}[[value]]\nid = \"cap\"\ncite = \"1\"\nunit = \"TPP\"\ndated = [{{ amount = 1, cite = \"1\"{first} }}, {{ amount = 2, cite = \"1\"{second} }}]\n",
            when("note", "n", "tpp >= cap")
        );
        of_library(&library(&text))
            .into_iter()
            .map(|d| {
                (
                    d.message,
                    text[d.span].to_owned(),
                    text[d.other.unwrap().span].to_owned(),
                )
            })
            .collect::<Vec<_>>()
    };
    let row = |amount: &str, more: &str| format!("{{ amount = {amount}, cite = \"1\"{more} }}");
    let message = "two amounts of the value `cap` hold together (1 and 2): the later row of the file is taken";
    for (first, second) in [
        (", from = 2024-06-01", ", from = 2024-01-01"),
        ("", ", from = 2024-06-01, through = 2024-07-01"),
    ] {
        let expected = [(message.to_owned(), row("2", second), row("1", first))];
        assert_eq!(value(first, second), expected);
    }
    assert_eq!(value(", from = 2024-01-01", ", from = 2024-06-01"), []);
    assert_eq!(value(", through = 2024-05-31", ", from = 2024-06-01"), []);
    let group =
        |body: &str| of_library(&library(&format!("{HEAD}{}", entry("group", "A:1", body))));
    assert_eq!(
        group("members = [\"CA\"]")[0].message,
        "two lists of the group `A:1` hold together and are joined"
    );
    assert_eq!(group("add = [\"CA\"]"), []);
}

#[test]
fn what_ends_soon() {
    let text = format!(
        "{HEAD}[[value]]\nid = \"cap\"\ncite = \"1\"\nunit = \"TPP\"\ndated = [\
         {{ amount = 1, through = 2024-06-30, cite = \"1\" }}, {{ amount = 2, from = 2024-07-01, through = 2025-06-30, cite = \"1\" }}]\n\
         [[note]]\nid = \"n\"\ncite = \"1\"\nthrough = 2024-06-30\nwhen = \"always\"\n\
         [[instrument.disapplies]]\ninstrument = \"base\"\nfrom = 2026-01-01\nthrough = 2026-06-30\ncite = \"1\"\n"
    );
    let library = library(&text);
    let said = |date: &str| -> Vec<(String, String)> {
        let found = lapsing(&library, date.parse().unwrap());
        found
            .into_iter()
            .map(|d| (d.message, text[d.span].to_owned()))
            .collect()
    };
    let of = |message: &str, at: &str| (message.to_owned(), at.to_owned());
    let mut june = said("2024-06-01");
    june.sort();
    assert_eq!(
        june,
        [
            of(
                "the amount 1 TPP of `cap` ends on 2024-06-30: from the next day it is 2 TPP",
                "\"cap\""
            ),
            of(
                "the note `n` ends on 2024-06-30: from the next day it is gone",
                "\"n\""
            ),
        ]
    );
    // The 90th day after the first of April is the last of June: what holds until then changes later.
    assert_eq!(said("2024-04-01"), []);
    assert_eq!(said("2024-07-01"), []);
    assert_eq!(
        said("2025-06-30"),
        [of(
            "the amount 2 TPP of `cap` ends on 2025-06-30: from the next day none is stated, and comparisons with it fail",
            "\"cap\""
        )]
    );
    assert_eq!(
        said("2026-05-01"),
        [of(
            "the suspension of `base` ends on 2026-06-30: from the next day its rules are in force again",
            "\"base\""
        )]
    );
}
