//! What the words of a law mean, one sentence at a time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;

use tiergate_engine::{DecisionRecord, Desk, Stamp};
use tiergate_law::{Library, View};
use tiergate_order::{Assume, Catalog, Order};

const COUNTRIES: &str = "code,name,aliases,parent,note\nCN,China,,,\nHK,Hong Kong,,,\nIR,Iran,,,\n\
    JP,Japan,,,\nMO,Macau,,,\nPL,Poland,,,\nUS,United States,,,\n";
const CHIPS: &str = "id,name,vendor,tpp,die_area_mm2,dram_bandwidth_gb_s,interconnect_gb_s,datacenter,release_year,soft,source\n";

/// The head of an instrument in force from 2024, and two groups.
const HEAD: &str = r#"
[instrument]
id = "base"
title = "Base"
cite = "1"
effective = 2024-01-01
[[group]]
id = "D:5"
cite = "1"
members = ["CN", "IR", "MO"]
[[group]]
id = "A:1"
cite = "1"
members = ["JP", "PL"]
[[class]]
id = "3A090.a"
cite = "1"
when = "tpp >= 4800"
"#;

struct Court {
    desk: Desk,
}

impl Court {
    fn of(files: &[(&str, &str)]) -> Court {
        let (library, diagnostics) = Library::read(files.iter().copied());
        assert_eq!(diagnostics, vec![]);
        assert_eq!(library.check(), vec![]);
        Court {
            desk: Desk::new(library, Catalog::read(CHIPS, COUNTRIES).unwrap()),
        }
    }

    /// The base instrument with these rules.
    fn new(rules: &str) -> Court {
        Court::of(&[("base.toml", &format!("{HEAD}{rules}"))])
    }

    /// A law whose only requirement is this condition.
    fn when(condition: &str) -> Court {
        Court::new(&rule(
            "requirement",
            "r",
            &format!("when = \"{condition}\""),
        ))
    }

    fn record(&self, law: &str, fields: &str, assume: &[&str]) -> DecisionRecord {
        let mut order = Order::new("o");
        let mut given = vec![("date", "2025-06-01"), ("destination", "PL")];
        given.extend(
            fields
                .split_whitespace()
                .map(|f| f.split_once('=').unwrap()),
        );
        for (path, value) in given {
            order.set(path, value).unwrap();
        }
        let assume = Assume::parse(assume).unwrap();
        self.desk.check_readings(&assume).unwrap();
        let resolved = self.desk.resolve(&order, &assume).unwrap();
        let law = law.parse().unwrap();
        let stamp = Desk::stamp(&law, order.date.unwrap(), None, None);
        let other = Stamp {
            view: stamp.view.other(),
            ..stamp.clone()
        };
        let (book, other) = (
            self.desk.rulebook(&stamp).unwrap(),
            self.desk.rulebook(&other).unwrap(),
        );
        let readings = Desk::readings(&book, &assume);
        let here = Desk::decide(&book, &resolved.facts, &readings);
        let there = Desk::decide(&other, &resolved.facts, &Desk::readings(&other, &assume));
        here.record(&order, &resolved, Some(&there))
    }

    /// The outcome under the law as enforced; the facts are `path=value`.
    fn outcome(&self, fields: &str) -> &'static str {
        self.record("us", fields, &[]).outcome
    }

    /// Whether a license is required: yes, no or unknown.
    fn required(&self, fields: &str) -> &'static str {
        self.record("us", fields, &[]).license_required
    }
}

fn rule(kind: &str, id: &str, body: &str) -> String {
    format!("\n[[{kind}]]\nid = \"{id}\"\ncite = \"{id}\"\n{body}\n")
}

#[test]
fn unknown_with_a_or_not_a_is_decided() {
    let court = Court::when(
        "(consignee.headquarters in D:5 and tpp >= 4800) or (consignee.headquarters not in D:5 and tpp >= 4800)",
    );
    assert_eq!(court.required("item.tpp=4800"), "yes");
    assert_eq!(court.required("item.tpp=4799"), "no");
    let open = court.record("us", "", &[]);
    assert_eq!(
        (open.license_required, open.outcome),
        ("unknown", "indeterminate")
    );
    assert_eq!(open.missing, ["item.tpp"]);
    assert_eq!(open.possible, ["not-controlled", "license-required"]);
}

#[test]
fn an_absent_end_user_is_the_consignee() {
    let court = Court::when("consignee.headquarters in D:5 or end_user.headquarters not in D:5");
    // Both are unknown, and the same: one of the two holds.
    assert_eq!(court.required(""), "yes");
    // With an end user of its own they may differ.
    let apart = court.record("us", "end_user.name=Acme item.tpp=1", &[]);
    assert_eq!(apart.license_required, "unknown");
    assert_eq!(
        apart.missing,
        ["consignee.headquarters", "end_user.headquarters"]
    );
}

#[test]
fn a_location_not_given_is_the_destination() {
    let court = Court::when("end_user.location in A:1 and known_destination in A:1");
    assert_eq!(court.required(""), "yes");
    assert_eq!(court.required("consignee.location=CN"), "no");
    assert_eq!(court.required("known_destination=CN"), "no");
    assert_eq!(
        court.required("consignee.location=CN end_user.location=JP"),
        "yes"
    );
}

#[test]
fn an_undefined_density_is_neither_above_nor_below() {
    for verb in [">=", ">", "<", "<="] {
        let court = Court::when(&format!("performance_density {verb} 5.92"));
        assert_eq!(
            court.required("item.no_applicable_die=true item.tpp=9000"),
            "no",
            "{verb}"
        );
        assert_eq!(court.required("item.tpp=9000"), "unknown", "{verb}");
    }
    let court = Court::when("not (performance_density >= 5.92)");
    assert_eq!(court.required("item.no_applicable_die=true"), "yes");
    let court = Court::when("performance_density + used.lpp >= 0");
    assert_eq!(court.required("item.no_applicable_die=true"), "no");
}

#[test]
fn a_threshold_is_met_exactly() {
    let cases = [
        (">=", ["no", "yes", "yes"]),
        (">", ["no", "no", "yes"]),
        ("<", ["yes", "no", "no"]),
        ("<=", ["yes", "yes", "no"]),
    ];
    for (verb, expected) in cases {
        let court = Court::when(&format!("tpp {verb} 4800"));
        let found = ["4799.999999999", "4800", "4800.000000001"]
            .map(|tpp| court.required(&format!("item.tpp={tpp}")));
        assert_eq!(found, expected, "{verb}");
        // The other way round it is the same test.
        let turned = match verb {
            ">=" => "<=",
            ">" => "<",
            "<" => ">",
            _ => ">=",
        };
        let court = Court::when(&format!("4800 {turned} tpp"));
        assert_eq!(court.required("item.tpp=4800"), expected[1], "{turned}");
    }
}

#[test]
fn what_nine_decimals_cannot_hold_still_counts() {
    let court = Court::when("tpp > 4800");
    assert_eq!(court.required("item.tpp=4800.00000000000001"), "yes");
    let court = Court::when("performance_density >= 5.92");
    // 4818.88 / 814 is 5.92 exactly; one part in 1e12 less is below.
    assert_eq!(
        court.required("item.tpp=4818.88 item.die_area_mm2=814"),
        "yes"
    );
    assert_eq!(
        court.required("item.tpp=4818.879999999 item.die_area_mm2=814"),
        "no"
    );
}

#[test]
fn seven_percent_is_exactly_allowed() {
    let court = Court::when("not (used.veu.country + amount <= 7% * used.veu.total + 7% * amount)");
    // 6 + 1 of 99 + 1.
    let order = "item.tpp=1 quantity=1 used.veu.total=99 used.veu.country=6";
    assert_eq!(court.required(order), "no");
    assert_eq!(court.required(&format!("{order}.000000001")), "yes");
}

#[test]
fn a_share_of_a_large_training_run_is_computed_exactly() {
    let court = Court::when("additional_ops > 7% * published_ops");
    let order = |more: &str| format!("item.published_ops=1e28 item.additional_ops={more}");
    assert_eq!(court.required(&order("7e26")), "no");
    assert_eq!(court.required(&order("700000000000000000000000001")), "yes");
    // A constant beside a share, and a share of a constant.
    let court = Court::when("additional_ops >= 25% * published_ops + 1e25");
    assert_eq!(
        court.required(&order("2510000000000000000000000000")),
        "yes"
    );
    assert_eq!(court.required(&order("2509999999999999999999999999")), "no");
    let value = rule(
        "value",
        "frontier",
        "unit = \"operations\"\ndated = [{ amount = 1e28, cite = \"x\" }]",
    );
    let court = Court::new(
        &(value
            + &rule(
                "requirement",
                "r",
                "when = \"additional_ops >= 25% * frontier\"",
            )),
    );
    assert_eq!(court.required(&order("2.5e27")), "yes");
    assert_eq!(court.required(&order("2.4e27")), "no");
}

#[test]
fn a_value_times_a_fact_is_a_share() {
    let value = rule(
        "value",
        "share",
        "unit = \"part\"\ndated = [{ amount = 0.25, cite = \"x\" }]",
    );
    let court = Court::new(
        &(value
            + &rule(
                "requirement",
                "r",
                "when = \"additional_ops > share * published_ops\"",
            )),
    );
    assert_eq!(
        court.required("item.published_ops=100 item.additional_ops=25"),
        "no"
    );
    assert_eq!(
        court.required("item.published_ops=100 item.additional_ops=25.1"),
        "yes"
    );
}

/// A share may be of what was there before, or of that with the order.
#[test]
fn the_limit_of_a_share_is_of_the_total_it_names() {
    let quota = |id: &str, more: &str| {
        let body = "limit = \"half\"\nused = \"used.veu.outside\"\nshare_of = \"used.veu.total\"\n\
                    per = \"entity\"\nkey = \"item.chip\"\nperiod = \"ever\"\n";
        rule("quota", id, &format!("{body}{more}"))
    };
    let half = "unit = \"part\"\ndated = [{ amount = 0.5, cite = \"x\" }]";
    let rules = rule("value", "half", half)
        + &quota("before", "")
        + &quota("after", "order_in_total = true")
        + &rule("requirement", "r", "when = \"always\"")
        + &rule(
            "authority",
            "A",
            "overcomes = [\"r\"]\ndraws = [\"before\", \"after\"]",
        );
    let record = Court::new(&rules).record("us", "item.tpp=100 used.veu.total=1000", &[]);
    let drawn: Vec<(String, String, String)> = record.authorities[0]
        .draws
        .iter()
        .map(|d| {
            (
                d.quota.clone(),
                d.key.clone(),
                d.limit.clone().unwrap().to_string(),
            )
        })
        .collect();
    let unnamed = "(item.chip not given)";
    let row = |id: &str, limit: &str| (id.to_owned(), unnamed.to_owned(), limit.to_owned());
    assert_eq!(drawn, [row("before", "500"), row("after", "550")]);
}

#[test]
fn a_short_paragraph_may_be_any_under_it() {
    let more = rule("class", "3A090.b", "when = \"tpp >= 2400\"") + &rule("class", "4A090.a", "");
    let rules =
        |set: &str| more.clone() + &rule("requirement", "r", &format!("when = \"item in {set}\""));
    let court = Court::new(&rules("{3A090.a, 3A090.b}"));
    assert_eq!(court.required("item.eccn=3A090"), "yes");
    assert_eq!(court.required("item.eccn=4A090"), "no");
    let court = Court::new(&rules("3A090.a"));
    let open = court.record("us", "item.eccn=3A090", &[]);
    assert_eq!(
        (open.license_required, open.missing),
        ("unknown", vec!["item.eccn".to_owned()])
    );
    assert_eq!(court.required("item.eccn=3A090.a.1"), "yes");
    // An entry of which only `.z` is held: the parameters say, and without them it may be either.
    let z = rule("class", "5A002.z.1.a", "");
    let court = Court::new(&(z + &rules("{3A090.a, 5A002.z.1.a}")));
    let of = |fields: &str| court.required(&format!("item.eccn=5A002 {fields}"));
    assert_eq!(of("item.tpp=9000"), "yes");
    assert_eq!(of("item.tpp=100"), "no");
    assert_eq!(of("quantity=1"), "unknown");
    let court = Court::new(&rules("3A090.a"));
    // What the parties state stands over the parameters; stating another paragraph is no class here.
    assert_eq!(
        court.outcome("item.eccn=5A002 item.tpp=9000"),
        "not-controlled"
    );
    assert_eq!(court.required("item.tpp=9000"), "yes");
}

#[test]
fn the_first_class_that_fits_is_the_class() {
    let court = Court::new(
        &(rule("class", "3A090.b", "when = \"tpp >= 2400\"")
            + &rule("requirement", "r", "when = \"item in 3A090.b\"")),
    );
    assert_eq!(court.required("item.tpp=4800"), "no");
    assert_eq!(court.required("item.tpp=2400"), "yes");
    assert_eq!(
        court
            .record("us", "item.tpp=4800", &[])
            .item
            .eccn
            .as_deref(),
        Some("3A090.a")
    );
}

fn reviews(rows: &[(&str, &str, &str)]) -> Court {
    let mut rules = rule("requirement", "r", "when = \"tpp >= 4800\"");
    for (at, (lane, policy, when)) in rows.iter().enumerate() {
        let body = format!(
            "lane = \"{lane}\"\ngoverns = [\"r\"]\npolicy = \"{policy}\"\nwhen = \"{when}\""
        );
        rules += &rule("review", &format!("v{at}"), &body);
    }
    Court::new(&rules)
}

#[test]
fn the_strictest_lane_wins() {
    let court = reviews(&[
        ("742", "case-by-case", "always"),
        ("744", "policy-of-denial", "destination in D:5"),
    ]);
    let review = |d: &str| {
        court
            .record("us", &format!("item.tpp=4800 destination={d}"), &[])
            .review
    };
    assert_eq!(review("PL"), Some("case-by-case"));
    assert_eq!(review("CN"), Some("policy-of-denial"));
}

#[test]
fn a_policy_that_is_not_held_is_not_relaxed_by_one_that_is() {
    const TABLE: [(&str, &str, &str); 8] = [
        ("not-stated", "presumption-of-approval", "not-stated"),
        ("not-stated", "case-by-case", "not-stated"),
        (
            "not-stated",
            "presumption-of-denial",
            "presumption-of-denial",
        ),
        ("not-stated", "policy-of-denial", "policy-of-denial"),
        ("not-stated", "none-of-its-own", "not-stated"),
        (
            "none-of-its-own",
            "presumption-of-approval",
            "presumption-of-approval",
        ),
        ("none-of-its-own", "policy-of-denial", "policy-of-denial"),
        ("none-of-its-own", "none-of-its-own", "not-stated"),
    ];
    for (one, other, together) in TABLE {
        let court = reviews(&[("742", one, "always"), ("744", other, "always")]);
        let record = court.record("us", "item.tpp=4800", &[]);
        assert_eq!(record.review, Some(together), "{one} with {other}");
    }
}

#[test]
fn a_requirement_without_a_policy_keeps_the_review_from_being_stated() {
    let rules = rule("requirement", "chips", "when = \"tpp >= 4800\"")
        + &rule(
            "requirement",
            "weapons",
            "when = \"end_uses has weapons-of-mass-destruction\"",
        )
        + &rule(
            "review",
            "v",
            "lane = \"742\"\ngoverns = [\"chips\"]\npolicy = \"presumption-of-approval\"\nwhen = \"destination in A:1\"",
        );
    let court = Court::new(&rules);
    let record = |order: &str| court.record("us", order, &[]);
    let free = record("item.tpp=4800 destination=PL end_uses=datacenter");
    assert_eq!(free.review, Some("presumption-of-approval"));
    // No entry of the lane fits.
    let elsewhere = record("item.tpp=4800 destination=CN end_uses=datacenter");
    assert_eq!(elsewhere.review, Some("not-stated"));
    // A section without any.
    let both = record("item.tpp=4800 destination=PL end_uses=weapons-of-mass-destruction");
    assert_eq!(both.review, Some("not-stated"));
    let named = both.reviews.iter().map(|r| (r.id.as_str(), r.verdict));
    assert_eq!(
        named.collect::<Vec<_>>(),
        [("weapons", "not-stated"), ("v", "presumption-of-approval")]
    );
}

#[test]
fn in_a_lane_the_first_that_fits_wins() {
    let court = reviews(&[
        ("742", "presumption-of-approval", "destination in A:1"),
        ("742", "policy-of-denial", "always"),
    ]);
    let review = |d: &str| {
        court
            .record("us", &format!("item.tpp=4800 destination={d}"), &[])
            .review
    };
    assert_eq!(review("PL"), Some("presumption-of-approval"));
    assert_eq!(review("CN"), Some("policy-of-denial"));
    // The review may stay open while the outcome is not.
    let open = court.record("us", "item.tpp=4800", &["screened"]);
    assert_eq!(
        (open.outcome, open.review),
        ("license-required", Some("presumption-of-approval"))
    );
    let court = reviews(&[("742", "policy-of-denial", "consignee.parent in D:5")]);
    let open = court.record("us", "item.tpp=4800", &[]);
    assert_eq!(
        (open.outcome, open.review),
        ("license-required", Some("indeterminate"))
    );
    assert_eq!(
        (open.missing.len(), open.missing_detail),
        (0, vec!["consignee.parent".to_owned()])
    );
}

#[test]
fn an_open_review_names_every_policy_it_may_be() {
    let court = reviews(&[
        ("742", "presumption-of-denial", "consignee.parent in D:5"),
        ("742", "presumption-of-approval", "always"),
        ("744", "case-by-case", "always"),
    ]);
    let verdicts = |facts: &str| {
        let record = court.record("us", facts, &[]);
        [record.reviews, record.may_review].map(|all| {
            let all = all.iter().map(|r| r.verdict);
            all.collect::<Vec<_>>().join(" ")
        })
    };
    assert_eq!(
        verdicts("item.tpp=4800"),
        [
            "case-by-case",
            "presumption-of-denial presumption-of-approval"
        ]
    );
    assert_eq!(
        verdicts("item.tpp=4800 consignee.parent=PL"),
        ["case-by-case presumption-of-approval", ""]
    );
    assert_eq!(
        verdicts("item.tpp=4800 consignee.parent=CN"),
        ["presumption-of-denial case-by-case", ""]
    );
}

const AUTHORITIES: &str = r#"
[[requirement]]
id = "r1"
cite = "x"
when = "tpp >= 4800"
[[requirement]]
id = "r2"
cite = "x"
when = "destination in D:5"
[[authority]]
id = "NAC"
cite = "x"
overcomes = ["r1"]
[[authority]]
id = "VEU"
cite = "x"
kind = "validated-end-user"
overcomes = ["r*"]
[[authority.condition]]
cite = "x"
says = "x"
when = "statements.validated_end_user is national"
"#;

#[test]
fn an_authority_does_not_carry_what_it_does_not_overcome() {
    let court = Court::new(AUTHORITIES);
    assert_eq!(court.outcome("item.tpp=4800"), "license-exception");
    assert_eq!(
        court.outcome("item.tpp=4800 destination=CN"),
        "license-required"
    );
    let veu = "item.tpp=4800 destination=CN statements.validated_end_user=national";
    assert_eq!(court.outcome(veu), "validated-end-user");
    let record = court.record("us", "item.tpp=4800 destination=CN", &[]);
    let nac = &record.authorities[0];
    assert_eq!((nac.id.as_str(), nac.verdict), ("NAC", "ineligible"));
    assert!(
        nac.because[0].says.contains("NAC does not overcome r2"),
        "{:?}",
        nac.because
    );
}

#[test]
fn a_bar_leaves_its_exceptions_alone() {
    let bar = |extra: &str| {
        Court::new(&format!(
            "{AUTHORITIES}{}",
            rule(
                "bar",
                "b",
                &format!("when = \"end_uses has military\"\n{extra}")
            )
        ))
    };
    let order = "item.tpp=4800 end_uses=military";
    assert_eq!(bar("").outcome(order), "license-required");
    assert_eq!(
        bar("").outcome("item.tpp=4800 end_uses=commercial"),
        "license-exception"
    );
    assert_eq!(
        bar("except = [\"NAC\"]").outcome(order),
        "license-exception"
    );
    assert_eq!(bar("only = [\"VEU\"]").outcome(order), "license-exception");
    assert_eq!(bar("only = [\"NAC\"]").outcome(order), "license-required");
}

#[test]
fn a_prohibition_stands_over_everything_but_scope() {
    let court = Court::new(&format!(
        "{AUTHORITIES}{}{}",
        rule("prohibition", "p", "when = \"destination in {IR}\""),
        rule("scope", "s", "when = \"from in {US} or made_abroad\"")
    ));
    assert_eq!(court.outcome("destination=IR"), "prohibited");
    assert_eq!(
        court.outcome("destination=IR activity=reexport from=JP"),
        "not-controlled"
    );
}

const READING: &str = r#"
[[reading]]
id = "affiliates"
cite = "x"
question = "does a subsidiary count?"
default = "no"
option = [{ id = "no", says = "no" }, { id = "yes", says = "yes" }]
[[requirement]]
id = "r"
cite = "x"
when = "tpp >= 4800 and (destination in D:5 or reading:affiliates is yes)"
"#;

#[test]
fn a_reading_that_changes_the_outcome_is_reported_and_one_that_does_not_is_not() {
    let court = Court::new(READING);
    let turns = court.record("us", "item.tpp=4800", &[]);
    assert_eq!(turns.outcome, "no-license-required");
    assert_eq!(turns.readings.len(), 1);
    assert_eq!(turns.readings[0].read_as, "no");
    assert_eq!(turns.readings[0].otherwise[0].outcome, "license-required");
    assert!(
        court
            .record("us", "item.tpp=4800 destination=CN", &[])
            .readings
            .is_empty()
    );
    assert!(court.record("us", "item.tpp=1", &[]).readings.is_empty());
    let taken = court.record("us", "item.tpp=4800", &["reading:affiliates=yes"]);
    assert_eq!(
        (taken.outcome, taken.readings[0].read_as.as_str()),
        ("license-required", "yes")
    );
}

#[test]
fn a_group_names_the_instruments_that_changed_it() {
    let base = format!("{HEAD}{}", rule("group", "Z:9", "members = [\"CN\"]"));
    let later = "[instrument]\nid = \"later\"\ntitle = \"Later\"\ncite = \"2\"\n\
                 effective = 2025-01-01\n[[group]]\nid = \"Z:9\"\ncite = \"90 FR 1\"\n\
                 add = [\"PL\"]\n";
    let court = Court::of(&[("base.toml", &base), ("later.toml", later)]);
    let says = |day: &str| {
        let (law, day) = ("us".parse().unwrap(), day.parse().unwrap());
        let regime = court.desk.library.consolidate(&law, day, View::Text);
        let regime = regime.unwrap();
        let group = regime.groups.iter().find(|g| g.id == "Z:9").unwrap();
        (group.says.clone(), group.is.len())
    };
    assert_eq!(says("2024-12-31"), (String::new(), 1));
    assert_eq!(
        says("2025-01-01"),
        ("amended by later (90 FR 1)".to_owned(), 2)
    );
}

#[test]
fn a_group_may_change_under_a_reading() {
    let court = Court::new(&format!(
        "{READING}{}{}",
        rule(
            "group",
            "D:5",
            "add = [\"PL\"]\nremove = [\"MO\"]\nonly_if_reading = \"affiliates\"\nis = \"yes\""
        ),
        rule("prohibition", "p", "when = \"destination in D:5 - {IR}\"")
    ));
    let outcome = |d: &str, assume: &[&str]| {
        court
            .record("us", &format!("destination={d}"), assume)
            .outcome
            == "prohibited"
    };
    let yes = ["reading:affiliates=yes"];
    assert_eq!((outcome("PL", &[]), outcome("PL", &yes)), (false, true));
    assert_eq!((outcome("MO", &[]), outcome("MO", &yes)), (true, false));
    assert_eq!((outcome("IR", &[]), outcome("IR", &yes)), (false, false));
    assert_eq!(
        court
            .record("us", "destination=PL item.tpp=1", &[])
            .readings
            .len(),
        1
    );
}

#[test]
fn a_territory_follows_its_country_unless_it_is_named() {
    let follows = rule("follows", "HK", "country = \"CN\"");
    let court = |when: &str, more: &str| {
        Court::new(
            &(follows.clone() + more + &rule("requirement", "r", &format!("when = \"{when}\""))),
        )
    };
    let hong_kong = |when: &str| court(when, "").required("destination=HK");
    assert_eq!(hong_kong("destination in D:5"), "yes");
    assert_eq!(hong_kong("destination in {CN}"), "yes");
    assert_eq!(hong_kong("destination in A:1"), "no");
    assert_eq!(hong_kong("destination in D:5 & {CN}"), "yes");
    assert_eq!(hong_kong("destination in D:5 & {HK}"), "yes");
    assert_eq!(hong_kong("destination in D:5 - {HK}"), "no");
    assert_eq!(hong_kong("destination in D:5 - {CN}"), "no");
    assert_eq!(hong_kong("destination in (D:5 - {HK}) | A:1"), "no");
    let own = rule("group", "T", "members = [\"HK\"]");
    let court = court("destination in D:5", &own);
    assert_eq!(court.required("destination=HK"), "no");
    assert_eq!(court.required("destination=CN"), "yes");
}

const SECOND: &str = r#"
[instrument]
id = "second"
title = "Second"
cite = "2"
effective = 2025-01-01
[[requirement]]
id = "r"
cite = "2"
operation = "replace"
when = "tpp >= 100"
[[group]]
id = "D:5"
cite = "2"
add = ["PL"]
"#;

fn base() -> String {
    HEAD.to_owned()
        + &rule("requirement", "r", "when = \"tpp >= 4800\"")
        + &rule("prohibition", "p", "when = \"destination in D:5\"")
}

const DISAPPLIED: &str = r#"
[instrument]
id = "third"
title = "Third"
cite = "3"
effective = 2025-05-13
[[instrument.disapplies]]
instrument = "second"
from = 2025-05-13
through = 2025-12-31
view = "enforced"
cite = "3"
"#;

#[test]
fn a_disapplied_instrument_uncovers_what_stood_before() {
    let court = Court::of(&[
        ("1.toml", &base()),
        ("2.toml", SECOND),
        ("3.toml", DISAPPLIED),
    ]);
    let on = |law: &str, date: &str| {
        let record = court.record(
            law,
            &format!("date={date} destination=JP item.tpp=100"),
            &[],
        );
        (
            record.license_required,
            record.other_view.map(|o| o.outcome),
        )
    };
    assert_eq!(on("us", "2024-12-31"), ("no", None));
    assert_eq!(on("us", "2025-05-12"), ("yes", None));
    assert_eq!(
        on("us", "2025-05-13"),
        ("no", Some("license-required".to_owned()))
    );
    assert_eq!(
        on("us:text", "2025-05-13"),
        ("yes", Some("not-controlled".to_owned()))
    );
    assert_eq!(on("us", "2026-01-01"), ("yes", None));
}

#[test]
fn an_entry_that_lapses_uncovers_what_it_replaced() {
    let second = SECOND.replace(
        "operation = \"replace\"",
        "operation = \"replace\"\nthrough = 2025-06-30",
    );
    let court = Court::of(&[("1.toml", &base()), ("2.toml", &second)]);
    let on = |date: &str| court.required(&format!("date={date} destination=JP item.tpp=100"));
    assert_eq!(
        (on("2024-12-31"), on("2025-06-30"), on("2025-07-01")),
        ("no", "yes", "no")
    );
}

#[test]
fn a_repealed_rule_is_gone_and_a_replaced_group_forgets_its_changes() {
    let third = DISAPPLIED.split("[[instrument").next().unwrap().to_owned();
    let repeal = third.clone() + &rule("requirement", "r", "operation = \"repeal\"");
    let court = Court::of(&[("1.toml", &base()), ("2.toml", SECOND), ("3.toml", &repeal)]);
    assert_eq!(court.required("destination=JP item.tpp=9000"), "no");
    let list = third.clone()
        + &rule(
            "group",
            "D:5",
            "operation = \"replace\"\nmembers = [\"CN\"]",
        );
    let court = Court::of(&[("1.toml", &base()), ("2.toml", SECOND), ("3.toml", &list)]);
    assert_eq!(
        court.outcome("destination=PL date=2025-02-01"),
        "prohibited"
    );
    assert_eq!(court.outcome("destination=PL item.tpp=1"), "not-controlled");
    assert_eq!(court.outcome("destination=CN"), "prohibited");
}

#[test]
fn a_proposal_forks_the_law_and_carries_what_it_names() {
    let plan = |carries: &str| {
        format!(
            "[proposal]\nid = \"plan\"\ntitle = \"Plan\"\ncite = \"4\"\nadopted = 2024-06-01\ncarries = [{carries}]\n{}",
            rule(
                "requirement",
                "r",
                "operation = \"replace\"\nwhen = \"tpp >= 50\""
            )
        )
    };
    let group_only = SECOND.split("[[requirement]]").next().unwrap().to_owned()
        + "[[group]]\nid = \"D:5\"\ncite = \"2\"\nadd = [\"PL\"]\n";
    let court = |carries: &str| {
        Court::of(&[
            ("1.toml", &base()),
            ("2.toml", &group_only),
            ("4.toml", &plan(carries)),
        ])
    };
    let alone = court("");
    let outcome = |court: &Court, law: &str, fields: &str| court.record(law, fields, &[]).outcome;
    // Before its adoption it is the law as it stands.
    assert_eq!(
        outcome(&alone, "plan", "date=2024-05-31 item.tpp=50"),
        "not-controlled"
    );
    assert_eq!(
        outcome(&alone, "plan", "date=2024-06-01 item.tpp=50"),
        "license-required"
    );
    assert_eq!(
        outcome(&alone, "us", "date=2024-06-01 item.tpp=50"),
        "not-controlled"
    );
    // A later change of groups reaches it only if it is carried.
    assert_eq!(outcome(&alone, "us", "item.tpp=50"), "prohibited");
    assert_eq!(outcome(&alone, "plan", "item.tpp=50"), "license-required");
    assert_eq!(
        outcome(&court("\"second\""), "plan", "item.tpp=50"),
        "prohibited"
    );
}

#[test]
fn the_compliance_date_binds_in_both_views() {
    let second = SECOND.replace(
        "effective = 2025-01-01",
        "effective = 2025-01-01\ncompliance = 2025-05-15",
    );
    let court = Court::of(&[("1.toml", &base()), ("2.toml", &second)]);
    for law in ["us:text", "us:enforced"] {
        let on = |date: &str| {
            court
                .record(
                    law,
                    &format!("date={date} destination=JP item.tpp=100"),
                    &[],
                )
                .license_required
        };
        assert_eq!((on("2025-05-14"), on("2025-05-15")), ("no", "yes"), "{law}");
    }
}

#[test]
fn an_entry_of_one_view_stands_in_that_view_only() {
    let court = Court::new(&rule(
        "requirement",
        "r",
        "view = \"text\"\nwhen = \"always\"",
    ));
    assert_eq!(court.record("us:text", "", &[]).license_required, "yes");
    assert_eq!(court.record("us:enforced", "", &[]).license_required, "no");
}

#[test]
fn what_counts_as_no_is_listed_only_when_it_is_read() {
    let court = Court::new(AUTHORITIES);
    let said = |fields: &str| court.record("us", fields, &[]).assumptions.join("; ");
    let line = "statements.validated_end_user = none (not given)";
    assert!(said("item.tpp=4800 destination=CN").contains(line));
    assert!(!said("item.tpp=4799").contains(line));
    assert!(
        !said("item.tpp=4800 destination=CN statements.validated_end_user=national").contains(line)
    );
    // Nothing of this law turns on it.
    assert!(!said("item.tpp=4800 destination=CN").contains("item.published"));
}

#[test]
fn an_unknown_country_of_an_intermediary_is_named_as_missing() {
    let court = Court::when("any_party.headquarters in D:5");
    let mut order = Order::new("o");
    for (path, value) in [
        ("date", "2025-06-01"),
        ("destination", "PL"),
        ("consignee.headquarters", "PL"),
        ("item.tpp", "1"),
    ] {
        order.set(path, value).unwrap();
    }
    order
        .add_intermediary(&[("name".to_owned(), "Acme".to_owned())])
        .unwrap();
    let resolved = court.desk.resolve(&order, &Assume::default()).unwrap();
    let law = "us".parse().unwrap();
    let book = court
        .desk
        .rulebook(&Desk::stamp(&law, order.date.unwrap(), None, None))
        .unwrap();
    let readings: Arc<[usize]> = Desk::readings(&book, &Assume::default());
    let decision = Desk::decide(&book, &resolved.facts, &readings);
    assert_eq!(decision.word(), "indeterminate");
    assert_eq!(decision.missing(), ["intermediaries.headquarters"]);
    assert_eq!(book.regime.view, View::Enforced);
}

#[test]
fn three_hundred_countries_apart_stay_apart() {
    // More classes of countries than a byte can number.
    let codes: Vec<String> = (0..300_u16)
        .map(|n| {
            let letter = |n: u16| char::from(b'A' + u8::try_from(n % 26).unwrap());
            format!("{}{}", letter(n / 26), letter(n))
        })
        .collect();
    let mut rules = String::new();
    for (at, code) in codes.iter().enumerate() {
        let bound = at + 1;
        rules += &rule(
            "requirement",
            &format!("r{at}"),
            &format!("when = \"destination in {{{code}}} and tpp >= {bound}\""),
        );
    }
    let text = format!("{HEAD}{rules}");
    let (library, _) = Library::read([("base.toml", text.as_str())]);
    let date = "2025-06-01".parse().unwrap();
    let regime = library
        .consolidate(&"us".parse().unwrap(), date, View::Text)
        .unwrap();
    let book = tiergate_engine::Rulebook::compile(Arc::new(regime));
    for (code, tpp, required) in [
        (&codes[0], 1, true),
        (&codes[299], 299, false),
        (&codes[299], 300, true),
        (&codes[256], 1, false),
    ] {
        let mut facts = tiergate_order::Facts::default();
        facts.set_country(
            tiergate_law::CountryFact::Destination,
            code.parse().unwrap(),
        );
        facts.set_number(tiergate_law::NumberFact::Tpp, tiergate_law::Num::from(tpp));
        facts.set_choice(tiergate_law::ChoiceFact::Eccn, 1);
        let outcome = book.outcome(&facts, &[]).unwrap();
        assert_eq!(
            outcome.word() == "license-required",
            required,
            "{code} {tpp}"
        );
    }
}

#[test]
fn an_answer_of_no_carries_what_it_rests_on() {
    let court = Court::new(&rule(
        "requirement",
        "chips",
        "when = \"item in 3A090.a and any_destination in D:5\"",
    ));
    let free = court.record("us", "item.tpp=4800 destination=PL", &[]);
    assert_eq!(free.outcome, "no-license-required");
    let [considered] = free.considered.as_slice() else {
        panic!("{:?}", free.considered)
    };
    assert_eq!(considered.id, "chips");
    // Destinations that are as the place of delivery are read with it.
    let [reason] = considered.because[0].reasons.as_slice() else {
        panic!("{:?}", considered.because)
    };
    assert_eq!(reason.holds, "no");
    assert_eq!(reason.facts[0].fact, "destination");
    let outside = court.record("us", "item.tpp=4799 destination=CN", &[]);
    assert_eq!(outside.outcome, "not-controlled");
    let ids = |record: &DecisionRecord| -> Vec<String> {
        record.considered.iter().map(|r| r.id.clone()).collect()
    };
    assert_eq!(ids(&outside), ["3A090.a"]);
    let needed = court.record("us", "item.tpp=4800 destination=CN", &[]);
    assert!(needed.considered.is_empty());
}

#[test]
fn requirements_of_which_one_is_certain_are_told_with_what_decides_which() {
    let court = Court::new(
        &(rule(
            "requirement",
            "dense",
            "when = \"performance_density >= 5\"",
        ) + &rule("requirement", "plain", "when = \"performance_density < 5\"")),
    );
    let record = court.record("us", "item.tpp=4800", &[]);
    assert_eq!(record.license_required, "unknown");
    let court = Court::new(
        &(rule("requirement", "large", "when = \"tpp >= 4800\"")
            + &rule("requirement", "small", "when = \"tpp < 4800\"")),
    );
    let record = court.record("us", "destination=PL", &[]);
    assert_eq!(record.license_required, "yes");
    assert!(record.requirements.is_empty());
    let open: Vec<_> = record
        .may_apply
        .iter()
        .map(|r| (r.id.as_str(), r.turns_on.join(" ")))
        .collect();
    let tpp = || "item.tpp".to_owned();
    assert_eq!(open, [("large", tpp()), ("small", tpp())]);
}

#[test]
fn a_name_that_is_not_given_is_unknown() {
    let court = Court::new(
        &("[[register]]\nid = \"named\"\ncite = \"1\"\nnames = [\"Acme\"]\n".to_owned()
            + &rule("requirement", "r", "when = \"vendor in named\"")),
    );
    assert_eq!(court.required("item.vendor=acme"), "yes");
    assert_eq!(court.required("item.vendor=Bolt"), "no");
    assert_eq!(court.required("item.tpp=1"), "unknown");
    let open = court.record("us", "item.tpp=1", &[]);
    assert_eq!(open.missing, ["item.vendor"]);
}

const READINGS: &str = "
[[reading]]
id = \"wide\"
cite = \"1\"
question = \"?\"
default = \"no\"
option = [{ id = \"no\", says = \"n\" }, { id = \"yes\", says = \"y\" }]
[[reading]]
id = \"deep\"
cite = \"1\"
question = \"?\"
default = \"no\"
option = [{ id = \"no\", says = \"n\" }, { id = \"yes\", says = \"y\" }]
";

#[test]
fn a_set_may_turn_on_several_readings() {
    let change = |group: &str, country: &str, reading: &str| {
        format!(
            "[[group]]\nid = \"{group}\"\ncite = \"1\"\nadd = [\"{country}\"]\nonly_if_reading = \"{reading}\"\nis = \"yes\"\n"
        )
    };
    let court = Court::new(&format!(
        "{READINGS}{}{}[[follows]]\nid = \"HK\"\ncite = \"1\"\ncountry = \"US\"\nonly_if_reading = \"deep\"\nis = \"yes\"\n{}",
        change("D:5", "US", "wide"),
        change("A:1", "US", "deep"),
        rule("requirement", "r", "when = \"destination in D:5 - A:1\""),
    ));
    let asked = |to: &str, assume: &[&str]| {
        let fields = format!("destination={to} item.tpp=1");
        court.record("us", &fields, assume).license_required
    };
    let (wide, deep) = ("reading:wide=yes", "reading:deep=yes");
    assert_eq!(asked("US", &[]), "no");
    assert_eq!(asked("US", &[wide]), "yes");
    assert_eq!(asked("US", &[wide, deep]), "no");
    // What follows does so only where the reading says, into each group by itself.
    assert_eq!(asked("HK", &[wide]), "no");
    assert_eq!(asked("HK", &[wide, deep]), "no");
    assert_eq!(asked("CN", &[wide, deep]), "yes");
    let record = court.record("us", "destination=US item.tpp=1", &[wide]);
    let turned: Vec<&str> = record.readings.iter().map(|r| r.id.as_str()).collect();
    assert_eq!(turned, ["wide", "deep"]);
}

#[test]
fn grades_are_inherited_and_the_weakest_is_carried() {
    let head = HEAD.replace("effective", "grade = \"primary-quoted\"\neffective");
    let text = format!(
        "{head}{}{}{}",
        rule(
            "group",
            "X",
            "members = [\"IR\", \"MO\"]\ngrade = \"assumed\"\ngraded = [{ from = 2025-06-02, grade = \"primary\", cite = \"2\" }]"
        ),
        rule(
            "requirement",
            "r",
            "when = \"destination in X or (destination in D:5 and tpp >= 5)\""
        ),
        rule(
            "requirement",
            "s",
            "when = \"item in 3A090.a and destination in {JP}\"\ngrade = \"secondary\""
        ),
    );
    let court = Court::of(&[("base.toml", &text)]);
    let record = |fields: &str| court.record("us", fields, &[]);
    // What does not say is known as its instrument is; a verbatim quotation needs no mention.
    let china = record("destination=CN item.tpp=5");
    assert_eq!((china.grade, china.rests_on.len()), ("primary-quoted", 0));
    assert_eq!(china.requirements[0].grade, "primary-quoted");
    // Iran is in both: the better known ground carries it.
    assert_eq!(record("destination=IR item.tpp=5").grade, "primary-quoted");
    let iran = record("destination=IR item.tpp=4");
    assert_eq!(iran.grade, "assumed");
    assert_eq!(
        (iran.rests_on[0].kind, iran.rests_on[0].id.as_str()),
        ("group", "X")
    );
    assert_eq!(
        record("date=2025-06-02 destination=IR item.tpp=4").grade,
        "primary-quoted"
    );
    // A "no" rests on the requirements that reach the item and fail.
    assert_eq!(record("destination=PL item.tpp=4800").grade, "secondary");
    assert_eq!(
        record("destination=PL item.tpp=4799").grade,
        "primary-quoted"
    );
}

#[test]
fn an_assumed_amount_is_said_with_its_range() {
    let court = Court::new(&format!(
        "{}{}",
        rule(
            "value",
            "cap",
            "unit = \"TPP\"\ndated = [{ amount = 5, cite = \"1\", status = \"assumed\", range = [4, 8], because = \"no figure\" }]"
        ),
        rule(
            "requirement",
            "r",
            "when = \"destination in D:5 or tpp >= cap\""
        ),
    ));
    let said = |fields: &str| {
        let record = court.record("us", fields, &[]);
        let said = record.assumptions.into_iter();
        said.filter(|a| a.starts_with("law: ")).collect::<Vec<_>>()
    };
    assert_eq!(
        said("item.tpp=5"),
        ["law: `cap` = 5 TPP, range 4 to 8: no figure"]
    );
    // China's requirement does not rest on it.
    assert_eq!(said("destination=CN item.tpp=5"), Vec::<String>::new());
}

#[test]
fn an_amendment_keeps_what_it_does_not_change() {
    let base = format!(
        "{HEAD}{}{}",
        rule("requirement", "r", "when = \"destination in A:1\""),
        "[[authority]]\nid = \"E\"\ncite = \"1\"\novercomes = [\"r\"]\n\
         [[authority.condition]]\ncite = \"1(a)\"\nsays = \"a\"\nwhen = \"tpp < 10\"\n\
         [[authority.condition]]\ncite = \"1(b)\"\nsays = \"b\"\nwhen = \"purchase_order\"\n\
         [[authority.duty]]\nid = \"keep\"\nwhat = \"keep\"\ndue = \"always\"\ncite = \"1\"\n\
         [[authority.duty]]\nid = \"tell\"\nwhat = \"tell\"\ndue = \"always\"\ncite = \"1\"\n",
    );
    let proposal = "[proposal]\nid = \"p\"\ntitle = \"P\"\ncite = \"p\"\nadopted = 2024-02-01\n\
        [[authority]]\nid = \"E\"\noperation = \"amend\"\ncite = \"p\"\nwithout = [\"1(a)\"]\n\
        [[authority.condition]]\ncite = \"p(a)\"\nsays = \"a\"\nwhen = \"tpp < 5\"\n\
        [[authority.duty]]\nid = \"tell\"\nwhat = \"tell more\"\ndue = \"always\"\ncite = \"p\"\n";
    let court = Court::of(&[("base.toml", &base), ("p.toml", proposal)]);
    let ordered = "statements.purchase_order=true";
    let outcome = |law: &str, fields: &str| court.record(law, fields, &[]).outcome;
    assert_eq!(
        outcome("us", &format!("item.tpp=9 {ordered}")),
        "license-exception"
    );
    assert_eq!(
        outcome("p", &format!("item.tpp=9 {ordered}")),
        "license-required"
    );
    assert_eq!(outcome("p", "item.tpp=4"), "license-required");
    let carried = court.record("p", &format!("item.tpp=4 {ordered}"), &[]);
    assert_eq!(carried.outcome, "license-exception");
    let duties = carried.authorities[0].duties.iter();
    let duties: Vec<&str> = duties.map(|d| d.what.as_str()).collect();
    assert_eq!(duties, ["keep", "tell more"]);
}

#[test]
fn an_agreement_raises_a_limit_for_what_all_goes_there_and_for_nothing_else() {
    let rules = rule(
        "value",
        "cap",
        "unit = \"TPP\"\ndated = [{ amount = 1000, cite = \"cap\" }]",
    ) + &rule(
        "quota",
        "q",
        "limit = \"cap\"\nused = \"used.country-allocation\"\nper = \"destination\"\n\
             key = \"destination\"\nperiod = \"ever\"",
    ) + &rule("requirement", "r", "when = \"always\"")
        + &rule(
            "authority",
            "A",
            "overcomes = [\"r\"]\ndraws = [\"q\"]\n\
             [[authority.condition]]\ncite = \"A\"\nsays = \"within the cap\"\n\
             when = \"used.country-allocation + amount <= cap\"",
        )
        + &rule(
            "agreement",
            "with-poland",
            "from = 2025-06-01\nthrough = 2025-12-31\ncountry = \"PL\"\ngrade = \"secondary\"\n\
             raises = [{ value = \"cap\", amount = 2000, cite = \"article 2\" }]",
        );
    let court = Court::new(&rules);
    let (yes, no) = ("license-exception", "license-required");
    let table = [
        ("item.tpp=2000", yes),
        ("item.tpp=2001", no),
        ("item.tpp=2000 date=2025-05-31", no),
        ("item.tpp=2000 date=2026-01-01", no),
        ("item.tpp=1000 date=2026-01-01", yes),
        ("item.tpp=1000 destination=JP", yes),
        ("item.tpp=1001 destination=JP", no),
        // What goes on to another country has its own limit, and so has what comes from there.
        ("item.tpp=1001 known_destination=JP", no),
        ("item.tpp=1001 destination=JP known_destination=PL", no),
    ];
    for (fields, outcome) in table {
        assert_eq!(court.outcome(fields), outcome, "{fields}");
    }
    let limit = |fields: &str| {
        let record = court.record("us", fields, &[]);
        let draw = &record.authorities[0].draws[0];
        (draw.limit.clone().unwrap().to_string(), draw.cite.clone())
    };
    assert_eq!(
        limit("item.tpp=1"),
        ("2000".to_owned(), "article 2".to_owned())
    );
    assert_eq!(
        limit("item.tpp=1 destination=JP"),
        ("1000".to_owned(), "cap".to_owned())
    );
    // What rests on the agreement is known as well as it is; what goes elsewhere does not rest on it.
    let grounds = |fields: &str| -> Vec<(&str, String)> {
        let record = court.record("us", fields, &[]);
        let of = |kind| matches!(kind, "agreement" | "definition");
        let all = record.rests_on.into_iter().filter(|g| of(g.kind));
        all.map(|g| (g.kind, g.id)).collect()
    };
    assert_eq!(
        grounds("item.tpp=2000"),
        [("agreement", "with-poland".to_owned())]
    );
    assert_eq!(grounds("item.tpp=1001 destination=JP"), []);
    assert_eq!(grounds("item.tpp=1000 destination=JP"), []);
}
