//! Rules that contradict one another with nothing to order them are found, at both places; overlaps
//! that the law puts in order are left alone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use tiergate_engine::analyse::{analyse, of_library, of_regimes};
use tiergate_law::{Country, Diagnostic, Library};

const BASE: &str = "[instrument]\nid = \"base\"\ntitle = \"B\"\ncite = \"1\"\neffective = 2024-01-01\n\
    [[group]]\nid = \"D:5\"\ncite = \"1\"\nmembers = [\"CN\", \"IR\"]\n\
    [[group]]\nid = \"A:1\"\ncite = \"1\"\nmembers = [\"PL\", \"US\"]\n\
    [[requirement]]\nid = \"all\"\ncite = \"1\"\nwhen = \"tpp >= 4800\"\n\
    [[requirement]]\nid = \"end-use\"\ncite = \"1\"\npart = \"744\"\nwhen = \"datacenter\"\n\
    [[note]]\nid = \"named\"\ncite = \"1\"\nwhen = \"destination in A:1 | D:5\"\n";

const LATER: &str =
    "[instrument]\nid = \"later\"\ntitle = \"L\"\ncite = \"2\"\neffective = 2024-06-01\n";

fn library(files: &[(&str, &str)]) -> Library {
    let (library, faults) = Library::read(files.iter().copied());
    assert_eq!(faults, []);
    assert_eq!(library.check(), []);
    library
}

/// What is found of a library: of its files, then of every regime of it.
fn found(files: &[(&str, &str)]) -> Vec<Diagnostic> {
    let library = library(files);
    let codes = ["CN", "IR", "PL", "US"].iter();
    let countries: Vec<Country> = codes.map(|c| c.parse().unwrap()).collect();
    let regimes = library.regimes().into_iter();
    let analysed: Vec<_> = regimes
        .map(|held| analyse(&library, held, &countries).unwrap())
        .collect();
    let mut found = of_library(&library);
    found.extend(of_regimes(&library, &analysed));
    found
}

/// The only finding of these files: the words at both of its places, and what it says.
#[track_caller]
fn finds(files: &[(&str, &str)], at: &str, other: &str, message: &str) {
    let found = found(files);
    assert_eq!(found.len(), 1, "{found:#?}");
    let text = |file: &str| files.iter().find(|(name, _)| *name == file).unwrap().1;
    let place = found[0].other.as_ref().expect("another place");
    assert_eq!(found[0].message, message);
    assert_eq!(&text(&found[0].file)[found[0].span.clone()], at);
    assert_eq!(&text(&place.file)[place.span.clone()], other);
}

#[track_caller]
fn silent(files: &[(&str, &str)]) {
    assert_eq!(found(files), []);
}

fn base(rules: &str) -> String {
    format!("{BASE}{rules}")
}

fn later(rules: &str) -> String {
    format!("{LATER}{rules}")
}

struct Review<'r> {
    id: &'r str,
    lane: &'r str,
    governs: &'r str,
    policy: &'r str,
    when: &'r str,
    more: &'r str,
}

const FIRST: Review<'_> = Review {
    id: "first",
    lane: "a",
    governs: "all",
    policy: "case-by-case",
    when: "destination in D:5",
    more: "",
};

const SECOND: Review<'_> = Review {
    id: "second",
    policy: "policy-of-denial",
    when: "destination in {CN} or tpp >= 9000",
    ..FIRST
};

impl Review<'_> {
    fn text(&self) -> String {
        format!(
            "[[review]]\nid = \"{}\"\ncite = \"1\"\nlane = \"{}\"\ngoverns = [\"{}\"]\npolicy = \"{}\"\nwhen = \"{}\"\n{}\n",
            self.id, self.lane, self.governs, self.policy, self.when, self.more
        )
    }
}

#[test]
fn two_lanes_that_decide_on_one_requirement() {
    let other = Review {
        lane: "b",
        ..SECOND
    };
    let text = base(&(FIRST.text() + &other.text()));
    finds(
        &[("law.toml", &text)],
        "\"second\"",
        "\"first\"",
        "the reviews `first` (case-by-case) and `second` (policy-of-denial) of two lanes both decide on `all`",
    );
    let near = |second: &str| silent(&[("law.toml", &base(&(FIRST.text() + second)))]);
    // In one lane the first that fits holds.
    near(&SECOND.text());
    // Lanes that say the same, or of which one states nothing, do not contradict one another.
    for policy in ["case-by-case", "not-stated"] {
        near(&Review { policy, ..other }.text());
    }
    // Each of its own requirement: the strictest is the answer.
    near(
        &Review {
            governs: "end-use",
            ..other
        }
        .text(),
    );
    // No order meets both.
    near(
        &Review {
            when: "destination in A:1 and tpp >= 9000",
            ..other
        }
        .text(),
    );
    // Where both would hold, an earlier review of its lane decides as the other lane does.
    let before = Review {
        id: "before",
        lane: "b",
        policy: "case-by-case",
        when: "destination in D:5",
        ..FIRST
    };
    near(&(before.text() + &other.text()));
}

#[test]
fn lanes_that_meet_only_where_no_license_is_to_be_had() {
    let other = Review {
        lane: "b",
        ..SECOND
    };
    let rules = FIRST.text() + &other.text();
    let prohibited = "[[prohibition]]\nid = \"p\"\ncite = \"1\"\nwhen = \"destination in D:5\"\n";
    silent(&[("law.toml", &base(&format!("{rules}{prohibited}")))]);
}

#[test]
fn a_later_review_behind_an_earlier_one() {
    let law = base(&FIRST.text());
    finds(
        &[("1.toml", &law), ("2.toml", &later(&SECOND.text()))],
        "\"second\"",
        "\"first\"",
        "the later review `second` (policy-of-denial) stands behind `first` (case-by-case) of the lane `a` where both hold",
    );
    let near = |second: Review<'_>| {
        silent(&[("1.toml", &law), ("2.toml", &later(&second.text()))]);
    };
    // The law says where it stands.
    for more in ["before = \"first\"", "behind = \"first\""] {
        near(Review { more, ..SECOND });
    }
    // The general rule stands behind the special one.
    near(Review {
        when: "always",
        ..SECOND
    });
    near(Review {
        when: "destination in A:1",
        ..SECOND
    });
    near(Review {
        policy: "case-by-case",
        ..SECOND
    });
}

#[test]
fn a_later_class_behind_an_earlier_one() {
    let class = |id: &str, when: &str, more: &str| {
        format!("[[class]]\nid = \"{id}\"\ncite = \"1\"\nwhen = \"{when}\"\n{more}\n")
    };
    let law = base(&class("3A090.a", "tpp >= 4800", ""));
    let with = |when: &str, more: &str| later(&class("3A090.z", when, more));
    finds(
        &[
            ("1.toml", &law),
            ("2.toml", &with("tpp >= 1600 and datacenter", "")),
        ],
        "\"3A090.z\"",
        "\"3A090.a\"",
        "the later class `3A090.z` stands behind `3A090.a` where an item meets the tests of both",
    );
    for (when, more) in [
        ("tpp >= 1600 and datacenter", "before = \"3A090.a\""),
        ("tpp >= 1600 and datacenter", "behind = \"3A090.a\""),
        ("tpp >= 1600", ""),
        ("tpp < 1600", ""),
    ] {
        silent(&[("1.toml", &law), ("2.toml", &with(when, more))]);
    }
}

#[test]
fn two_limits_of_one_count_on_one_order() {
    let quotas = |second: &str, key: &str| {
        let value = |id: &str, amount: &str| {
            format!(
                "[[value]]\nid = \"{id}\"\ncite = \"1\"\nunit = \"TPP\"\ndated = [{{ amount = {amount}, cite = \"1\" }}]\n"
            )
        };
        let quota = |id: &str, key: &str| {
            format!(
                "[[quota]]\nid = \"{id}\"\ncite = \"1\"\nlimit = \"{id}-limit\"\nused = \"used.lpp\"\nper = \"x\"\nkey = \"{key}\"\nperiod = \"year\"\n"
            )
        };
        value("low-limit", "5")
            + &value("high-limit", second)
            + &quota("low", "destination")
            + &quota("high", key)
    };
    let authority = |id: &str, draws: &str| {
        format!(
            "[[authority]]\nid = \"{id}\"\ncite = \"1\"\novercomes = [\"all\"]\ndraws = [{draws}]\n\
             condition = [{{ cite = \"1\", says = \"x\", when = \"destination in A:1\" }}]\n"
        )
    };
    let both = authority("LPP", "\"low\", \"high\"");
    finds(
        &[("law.toml", &base(&(quotas("9", "destination") + &both)))],
        "\"high\"",
        "\"low\"",
        "one order draws on the quotas `low` (limit 5) and `high` (limit 9), which count the same",
    );
    silent(&[("law.toml", &base(&(quotas("5", "destination") + &both)))]);
    silent(&[(
        "law.toml",
        &base(&(quotas("9", "consignee.parent") + &both)),
    )]);
    // Of two authorities, the first that carries the order is taken.
    let apart = authority("LPP", "\"low\"") + &authority("MPP", "\"high\"");
    silent(&[("law.toml", &base(&(quotas("9", "destination") + &apart)))]);
    // Two lanes decide on one order.
    let lanes = |when: &str| {
        let one = Review {
            more: "draws = [\"low\"]",
            ..FIRST
        };
        let two = Review {
            lane: "b",
            more: "draws = [\"high\"]",
            policy: "case-by-case",
            when,
            ..SECOND
        };
        base(&(quotas("9", "destination") + &one.text() + &two.text()))
    };
    finds(
        &[("law.toml", &lanes("destination in {CN}"))],
        "\"high\"",
        "\"low\"",
        "one order draws on the quotas `low` (limit 5) and `high` (limit 9), which count the same",
    );
    silent(&[("law.toml", &lanes("destination in A:1"))]);
}

#[test]
fn an_authority_where_every_order_is_prohibited() {
    let rules = |when: &str| {
        base(&format!(
            "[[authority]]\nid = \"X\"\ncite = \"1\"\novercomes = [\"all\", \"end-use\"]\n\
             condition = [{{ cite = \"1\", says = \"x\", when = \"destination in {{CN}}\" }}]\n\
             [[prohibition]]\nid = \"p\"\ncite = \"1\"\nwhen = \"{when}\"\n"
        ))
    };
    let all = rules("destination in D:5");
    let found = found(&[("law.toml", &all)]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(&all[found[0].span.clone()], "\"X\"");
    assert_eq!(
        found[0].message,
        "the authority `X` can carry no order: wherever it would, the order is prohibited"
    );
    // A prohibition comes before an authority: an overlap is settled.
    silent(&[("law.toml", &rules("destination in D:5 and datacenter"))]);
}

#[test]
fn two_entries_that_take_the_same_place() {
    let law = base("[[bar]]\nid = \"b\"\ncite = \"1\"\nwhen = \"datacenter\"\n");
    let replace = |when: &str, more: &str| {
        format!(
            "[[bar]]\nid = \"b\"\ncite = \"1\"\noperation = \"replace\"\nwhen = \"{when}\"\n{more}\n"
        )
    };
    let message = |order: &str| {
        format!("two entries say on the same days what becomes of the bar `b`: {order}")
    };
    let two = later(&(replace("tpp >= 1", "") + &replace("tpp >= 2", "")));
    finds(
        &[("1.toml", &law), ("2.toml", &two)],
        "\"b\"",
        "\"b\"",
        &message("the later entry of the file is taken"),
    );
    let third = |day: &str| {
        LATER
            .replace("\"later\"", "\"third\"")
            .replace("2024-06-01", day)
            + &replace("tpp >= 2", "")
    };
    let second = later(&replace("tpp >= 1", ""));
    finds(
        &[
            ("1.toml", &law),
            ("2.toml", &second),
            ("3.toml", &third("2024-06-01")),
        ],
        "\"b\"",
        "\"b\"",
        &message("both instruments are of one day: the later file name is taken"),
    );
    silent(&[
        ("1.toml", &law),
        ("2.toml", &second),
        ("3.toml", &third("2024-06-02")),
    ]);
    for (first, next) in [
        ("", "from = 2025-01-01"),
        ("through = 2024-12-31", "from = 2025-01-01"),
        ("view = \"text\"", "view = \"enforced\""),
    ] {
        let two = later(&(replace("tpp >= 1", first) + &replace("tpp >= 2", next)));
        silent(&[("1.toml", &law), ("2.toml", &two)]);
    }
}

#[test]
fn a_country_taken_in_and_out_on_the_same_days() {
    let change = |key: &str, more: &str| {
        format!("[[group]]\nid = \"D:5\"\ncite = \"1\"\n{key} = [\"VN\"]\n{more}\n")
    };
    let two = later(&(change("add", "") + &change("remove", "")));
    finds(
        &[("1.toml", BASE), ("2.toml", &two)],
        "\"VN\"",
        "\"VN\"",
        "`VN` is taken into the group `D:5` and taken out on the same days: the later entry of the file is taken",
    );
    let reading = "[[reading]]\nid = \"wide\"\ncite = \"1\"\nquestion = \"?\"\ndefault = \"no\"\n\
        option = [{ id = \"no\", says = \"n\" }, { id = \"yes\", says = \"y\" }]\n";
    let under = |option: &str| format!("only_if_reading = \"wide\"\nis = \"{option}\"");
    for (first, next) in [
        (String::new(), "from = 2025-01-01".to_owned()),
        (under("yes"), under("no")),
    ] {
        let two = later(&format!(
            "{reading}{}{}",
            change("add", &first),
            change("remove", &next)
        ));
        silent(&[("1.toml", BASE), ("2.toml", &two)]);
    }
}
