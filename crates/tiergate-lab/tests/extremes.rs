//! Extremes whose answer is known, and accounts that always add up.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{desk, desk_edited, last, model, rehearse, sum, table};
use tiergate_lab::model::{READ, point};
use tiergate_lab::series as s;

const LAWS: [&str; 4] = [
    "us",
    "us:text",
    "option-2-american-monopoly",
    "option-4-bilateral-deals",
];

#[test]
fn the_model_reads_every_parameter_of_the_file_and_no_other() {
    let parameters = tiergate_lab::built_in::parameters().unwrap();
    let ids: Vec<&str> = parameters.all().iter().map(|p| p.id.as_str()).collect();
    for id in &ids {
        assert!(
            READ.contains(id),
            "{id} is in the file, and the model does not read it"
        );
    }
    assert_eq!(ids.len(), READ.len());
}

#[test]
fn without_enforcement_nothing_is_seized() {
    let desk = desk();
    let model = model(&desk, "2026-12", &["grey.detection=0"]);
    let with = common::model(&desk, "2026-12", &[]);
    for law in LAWS {
        let told = rehearse(&desk, &model, law);
        assert!(told.series(s::SEIZED).iter().all(|x| *x == 0.0), "{law}");
        let known = rehearse(&desk, &with, law);
        assert!(sum(known.series(s::SEIZED)) > 0.0, "{law}");
        assert!(
            sum(told.series(s::DIVERTED)) > sum(known.series(s::DIVERTED)),
            "{law}"
        );
    }
}

#[test]
fn a_china_that_wants_nothing_pays_no_premium_and_gets_nothing() {
    let desk = desk();
    let model = model(&desk, "2026-12", &["china.wish=0"]);
    for law in LAWS {
        let told = rehearse(&desk, &model, law);
        for series in [s::PREMIUM, s::DIVERTED, s::SEIZED] {
            let name = s::SERIES[series].id;
            assert!(
                told.series(series).iter().all(|x| *x == 0.0),
                "{law}: {name}"
            );
        }
        assert_eq!(last(told.series(s::STOCK_SMUGGLED)), 0.0, "{law}");
    }
}

#[test]
fn where_everything_is_allowed_nothing_is_refused_filed_smuggled_or_left_over() {
    let desk = desk();
    // The law before October 2022, a world that makes what is wanted, and power for all of it.
    let settings = [
        "supply.rationed=0",
        "demand.shock=0",
        "demand.plans-realized=0",
        "power.added-2023=1000",
        "licensing.files-anyway=0",
        "china.own-block=0",
    ];
    let model = model(&desk, "2026-12", &settings);
    let told = rehearse(&desk, &model, "us@2022-09-01");
    for series in [
        s::REFUSED_ALLIES,
        s::REFUSED_MIDDLE,
        s::FILED,
        s::DELAYED,
        s::PREMIUM,
        s::DIVERTED,
        s::SHELLS,
    ] {
        let most = told.series(series).iter().copied().fold(0.0, f32::max);
        assert!(most < 1e-3, "{}: {most}", s::SERIES[series].id);
    }
    // Russia alone was restricted then: what it may not have is all that is left over.
    assert!(told.series(s::RESTRICTED).iter().all(|n| *n <= 1.0));
    let (unsold, refused) = (last(told.series(s::UNSOLD)), sum(told.series(s::REFUSED)));
    assert!(
        (unsold - refused).abs() < 1e-3 * refused.max(1.0),
        "{unsold} and {refused}"
    );
}

#[test]
fn with_officers_without_end_nobody_waits_longer_than_the_review() {
    let desk = desk();
    let settings = [
        "licensing.capacity=5000000",
        "licensing.hold=0",
        "licensing.gives-up=0",
    ];
    let model = model(&desk, "2027-12", &settings);
    for law in LAWS {
        let table = table(&desk, &model, law);
        let values = model.parameters.defaults();
        let told = model.rehearse(&table, &values, 1, 0).unwrap();
        assert!(told.series(s::WAITING).iter().all(|x| *x == 0.0), "{law}");
        let knobs = model.knobs(&values);
        for (at, days) in told.series(s::WAIT_MEDIAN).iter().enumerate() {
            let review = &table.reviews[at];
            let longest = review.escalated.last().unwrap() + knobs.licensing_questions;
            let shortest = review.clean * knobs.licensing_review + knobs.licensing_questions;
            if days.is_finite() {
                let days = f64::from(*days);
                assert!(
                    (shortest.floor()..=longest).contains(&days),
                    "{law}: {days}"
                );
            }
        }
    }
}

#[test]
fn a_country_limit_of_nothing_lets_nothing_through_on_it() {
    let zero = |text: &str| {
        let at = text.find("id = \"country-allocation-base\"")?;
        let amount = at + text[at..].find("amount = ")?;
        let end = amount + text[amount..].find(['\n', ',', '}'])?;
        Some(format!("{}amount = \"0\"{}", &text[..amount], &text[end..]))
    };
    // No other way into these countries, and chips for all: what one may not have, no other takes.
    let settings = [
        "approval.policy-of-denial=0",
        "status.taken=0",
        "status.national=0",
        "demand.us-cloud=0",
        "power.overflow=0",
        "supply.rationed=0",
        "power.added-2023=1000",
    ];
    let (with, without) = (desk(), desk_edited(zero));
    let middle = |desk| {
        let model = model(desk, "2027-12", &settings);
        let table = table(desk, &model, "us:text");
        let told = model
            .rehearse_kept(&table, &model.parameters.defaults(), 1, 0, true)
            .unwrap();
        let by_country = told
            .1
            .iter()
            .filter(|d| d.key.place.is_some() && d.most == 0);
        let drawn: u64 = by_country.map(|d| d.tpp).sum();
        (
            sum(told.0.series(s::DELIVERED_MIDDLE)),
            drawn,
            sum(told.0.series(s::REFUSED_MIDDLE)),
        )
    };
    let (delivered, _, refused) = middle(&with);
    let (delivered_at_zero, drawn, refused_at_zero) = middle(&without);
    assert_eq!(drawn, 0);
    assert!(
        delivered_at_zero < 0.9 * delivered,
        "{delivered_at_zero} of {delivered}"
    );
    assert!(refused_at_zero > refused, "{refused_at_zero} and {refused}");
}

#[test]
fn every_chip_that_is_made_is_somewhere_in_every_month_of_every_draw() {
    let desk = desk();
    let model = model(&desk, "2029-12", &[]);
    let dimensions = model.parameters.all().len();
    for law in LAWS {
        let table = table(&desk, &model, law);
        for draw in 0..24 {
            let values = model.parameters.at(&point(9, draw, dimensions));
            let told = model.rehearse(&table, &values, 9, draw).unwrap();
            let of = |series: usize, at: usize| f64::from(told.series(series)[at]);
            let (mut made, mut seized) = (model.world.stock.iter().sum::<f64>(), 0.0);
            for at in 0..model.world.months.len() {
                made += of(s::MADE, at);
                seized += of(s::SEIZED, at);
                let somewhere: f64 = [
                    s::STOCK_US,
                    s::STOCK_ALLIES,
                    s::STOCK_MIDDLE,
                    s::STOCK_EMBARGOED,
                    s::STOCK_SMUGGLED,
                    s::IN_TRANSIT,
                    s::UNSOLD,
                ]
                .into_iter()
                .map(|series| of(series, at))
                .sum::<f64>()
                    + seized;
                assert!(
                    (made - somewhere).abs() < 1e-5 * made,
                    "{law} {draw} {at}: {made} {somewhere}"
                );
                let shares = [
                    s::SHARE_US,
                    s::SHARE_ALLIES,
                    s::SHARE_MIDDLE,
                    s::SHARE_CHINA,
                ];
                let all: f64 = shares.into_iter().map(|series| of(series, at)).sum();
                assert!(
                    (0.0..=1.0 + 1e-6).contains(&all),
                    "{law} {draw} {at}: {all}"
                );
            }
        }
    }
}

#[test]
fn a_number_edited_in_the_law_changes_the_rehearsal() {
    let tight = |text: &str| {
        let changed = text.replace("26900000", "2690000");
        (changed != text).then_some(changed)
    };
    let (printed, edited) = (desk(), desk_edited(tight));
    let told = |desk| {
        let model = model(desk, "2027-12", &[]);
        let told = rehearse(desk, &model, "us:text");
        (last(told.series(s::SHELLS)), sum(told.series(s::FILED)))
    };
    let (as_printed, as_edited) = (told(&printed), told(&edited));
    assert!(
        as_edited.0 > as_printed.0,
        "shells: {as_printed:?} {as_edited:?}"
    );
    assert!(
        as_edited.1 > as_printed.1,
        "applications: {as_printed:?} {as_edited:?}"
    );
}

#[test]
fn the_law_as_enforced_restricts_the_countries_of_its_real_dates() {
    let desk = desk();
    let model = model(&desk, "2026-06", &[]);
    let restricted = |law: &str, month: &str| {
        let told = rehearse(&desk, &model, law);
        let at = usize::try_from(model.world.months.number(common::month(month))).unwrap();
        told.series(s::RESTRICTED)[at]
    };
    // Arms-embargoed countries first; Central Asia and the Middle East from November 2023.
    assert_eq!(restricted("us", "2023-10"), 2.0);
    assert_eq!(restricted("us", "2023-12"), 9.0);
    assert_eq!(restricted("us", "2025-06"), 9.0);
    assert!(restricted("us:text", "2025-06") > 20.0);
    assert_eq!(restricted("us:text", "2025-04"), 9.0);
}
