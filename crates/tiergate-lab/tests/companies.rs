//! Named companies: each under limits of its own, extremes whose answer is known.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{desk, desk_edited, last, model, rehearse};
use tiergate_lab::series::{self as s, of_company};
use tiergate_lab::{Model, Rehearsal};

/// A series of a company.
fn of<'r>(model: &Model, told: &'r Rehearsal, series: usize, id: &str) -> &'r [f32] {
    let world = &model.world;
    let at = world.companies.iter().position(|c| c.id == id).unwrap();
    told.series(of_company(
        series,
        at,
        world.places.len(),
        world.companies.len(),
    ))
}

fn most(values: &[f32]) -> f64 {
    values.iter().copied().fold(0.0, f32::max).into()
}

/// The shares of a universal status at nothing.
fn no_shares(text: &str) -> Option<String> {
    let mut changed = text.to_owned();
    for (id, amount) in [
        ("uveu-share-outside", "0.25"),
        ("uveu-share-country", "0.07"),
        ("uveu-share-outside-us", "0.5"),
    ] {
        let at = changed.find(&format!("[[value]]\nid = \"{id}\"\n"))?;
        let value = format!("amount = \"{amount}\"");
        let from = at + changed[at..].find(&value)?;
        changed.replace_range(from..from + value.len(), "amount = \"0\"");
    }
    Some(changed)
}

#[test]
fn shares_of_nothing_leave_each_company_as_it_is_without_a_status() {
    let nobody = ["status.national=0", "status.national-named=0"];
    let without = [nobody[0], nobody[1], "status.delay=1000"];
    let edited = desk_edited(no_shares);
    let under = model(&edited, "2027-06", &nobody);
    let told = rehearse(&edited, &under, "us:text");
    let printed = desk();
    let never = model(&printed, "2027-06", &without);
    let same = rehearse(&printed, &never, "us:text");
    for series in [
        s::STOCK_MIDDLE,
        s::STOCK_ALLIES,
        s::FILED,
        s::SHARE_BOUND,
        s::REFUSED,
    ] {
        let id = s::SERIES[series].id;
        assert_eq!(told.series(series), same.series(series), "{id}");
    }
    // The engine answers that a status with such shares lets nothing go: no limit is drawn on.
    assert_eq!(most(of(&under, &told, s::USED, "oracle")), 0.0);
    assert_eq!(most(of(&never, &same, s::USED, "oracle")), 0.0);
    let as_printed = model(&printed, "2027-06", &nobody);
    let with = rehearse(&printed, &as_printed, "us:text");
    assert!(most(of(&as_printed, &with, s::USED, "oracle")) > 0.0);
    assert!(last(with.series(s::STOCK_MIDDLE)) > 1.01 * last(told.series(s::STOCK_MIDDLE)));
}

#[test]
fn companies_that_build_alike_use_their_limits_alike_and_one_that_builds_in_few_places_uses_more() {
    let desk = desk();
    let spread = |lean: &str| {
        let settings = [
            "companies.spread=0",
            "companies.by-sites=0",
            &format!("companies.spread-country={lean}"),
        ];
        let model = model(&desk, "2026-12", &settings);
        let told = rehearse(&desk, &model, "us:text");
        let ids = ["google", "microsoft", "amazon", "meta", "oracle"];
        let used = ids.map(|id| last(of(&model, &told, s::USED, id)));
        let most = used.into_iter().fold(0.0, f64::max);
        (most, used.into_iter().fold(f64::MAX, f64::min))
    };
    let (most, least) = spread("0");
    assert!(least > 0.0 && most < 1.3 * least, "{least} to {most}");
    let (most, least) = spread("1.5");
    assert!(most > 1.5 * least, "{least} to {most}");
}

#[test]
fn where_a_site_is_known_its_company_builds_more_of_what_is_built_there() {
    let desk = desk();
    let holds = |by_sites: &str| {
        let settings = [
            "companies.spread=0",
            "companies.spread-country=0",
            &format!("companies.by-sites={by_sites}"),
        ];
        let model = model(&desk, "2026-12", &settings);
        let told = rehearse(&desk, &model, "us:text");
        let of = |id| last(of(&model, &told, s::HOLDS, id));
        (of("oracle"), of("meta"))
    };
    let ((oracle, meta), (more, less)) = (holds("0"), holds("1"));
    assert!(
        more > oracle && less < meta,
        "{oracle} {more}, {meta} {less}"
    );
}

#[test]
fn without_named_companies_no_company_has_anything_and_nobody_has_the_universal_status() {
    let desk = desk();
    let settings = ["status.taken=0", "demand.plans-realized=0"];
    let model = model(&desk, "2026-12", &settings);
    let told = rehearse(&desk, &model, "us:text");
    for company in &model.world.companies {
        for series in [s::HOLDS, s::USED] {
            assert_eq!(
                most(of(&model, &told, series, &company.id)),
                0.0,
                "{}",
                company.id
            );
        }
    }
}

#[test]
fn a_company_that_has_announced_much_uses_up_its_limit_of_the_country() {
    let desk = desk();
    let settings = [
        "status.national-named=1",
        "demand.plans-realized=0.5",
        "status.delay=1",
    ];
    let model = model(&desk, "2027-12", &settings);
    let told = rehearse(&desk, &model, "us:text");
    let used = of(&model, &told, s::USED, "datavolt");
    // More than its limit is what it has under licenses besides.
    assert!(most(used) >= 1.0, "{used:?}");
    assert!(last(of(&model, &told, s::HOLDS, "datavolt")) > 0.0);
    let never = [
        "status.national-named=0",
        "demand.plans-realized=0.5",
        "status.delay=1",
    ];
    let model = common::model(&desk, "2027-12", &never);
    let told = rehearse(&desk, &model, "us:text");
    assert_eq!(most(of(&model, &told, s::USED, "datavolt")), 0.0);
}

#[test]
fn companies_have_no_more_abroad_than_went_abroad() {
    let desk = desk();
    let model = model(&desk, "2027-12", &[]);
    for law in ["us", "us:text", "option-4-bilateral-deals"] {
        let told = rehearse(&desk, &model, law);
        let companies = model.world.companies.iter();
        let has: f64 = companies
            .map(|c| last(of(&model, &told, s::HOLDS, &c.id)))
            .sum();
        let went: f64 = [
            s::STOCK_ALLIES,
            s::STOCK_MIDDLE,
            s::STOCK_EMBARGOED,
            s::IN_TRANSIT,
        ]
        .map(|series| last(told.series(series)))
        .iter()
        .sum();
        assert!(has > 0.0 && has < went, "{law}: {has} of {went}");
    }
}
