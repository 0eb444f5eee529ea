//! Claims on planted series, where the answer is known by construction.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::{ClaimError, Definition, Draws, Ground, definitions, judge};
use crate::month::{Month, Months};
use crate::{built_in, series};

const DRAWS: usize = 100;

/// A claim that a series is higher under one law than under another.
fn claim(more: &str) -> Definition {
    let text = format!(
        r#"
[[claim]]
id = "C1"
claim = "It rises."
measured = "It is measured."
unit = "kH100e"
silent_on = "All else."
holds = "after > before"
effect = "after - before"
quantity.before = {{ law = "us", series = ["diverted"], over = "sum" }}
quantity.after = {{ law = "other", series = ["diverted"], over = "sum" }}
says = {{ holds = "It rises in {{holds}}.", fails = "It rises only in {{holds}}.", open = "Open: {{holds}}." }}
{more}
"#
    );
    definitions(&text).unwrap().remove(0)
}

/// Judges a claim where the law `us` has `before` and `other` has `after` in each of four months.
fn judged(
    claim: &Definition,
    after: &dyn Fn(usize) -> f32,
    values: Vec<Vec<f64>>,
) -> crate::findings::Claim {
    let read = |law: &str, _: &str| -> Result<Draws, ClaimError> {
        let value = |n: usize| if law == "us" { 10.0 } else { after(n) };
        // The first month lies before the laws part, the third has no value.
        Ok((0..DRAWS)
            .map(|n| vec![1e6, value(n), f32::NAN, value(n)])
            .collect())
    };
    let month = |text: &str| Month::read(text).unwrap();
    let ground = Ground {
        months: Months::new(month("2026-01"), month("2026-04")).unwrap(),
        draws: DRAWS,
        read: &read,
        since: &|_| Ok(1),
        could_agree: &|_| Ok(vec![4.0; 4]),
        middle: vec!["IN".into(), "BR".into()],
        parameters: (0..values[0].len()).map(|n| format!("p{n}")).collect(),
        values,
    };
    judge(claim, &ground).unwrap()
}

/// Parameters that go with nothing: each column the draws in another order.
fn noise(parameters: usize) -> Vec<Vec<f64>> {
    use rand::{RngExt, SeedableRng};
    let mut random = rand_pcg::Pcg64::seed_from_u64(7);
    (0..DRAWS)
        .map(|_| (0..parameters).map(|_| random.random::<f64>()).collect())
        .collect()
}

#[test]
fn a_claim_holds_in_the_share_of_draws_in_which_it_was_planted() {
    for (planted, begins) in [
        (100, "It rises in 100 percent of draws (96 to 100)."),
        (90, "It rises in 90 percent of draws (83 to 94)."),
        (89, "Open: 89 percent of draws"),
        (11, "Open: 11 percent of draws"),
        (10, "It rises only in 10 percent of draws (6 to 17)."),
        (0, "It rises only in 0 percent of draws (0 to 4)."),
    ] {
        let after = |n: usize| if n < planted { 12.0 } else { 7.0 };
        let told = judged(&claim(""), &after, noise(1));
        let holds = told.holds.unwrap();
        assert_eq!(holds.value, planted as f64 / 100.0);
        assert!(holds.low <= holds.value && holds.value <= holds.high);
        assert!(told.sentence.starts_with(begins), "{}", told.sentence);
    }
}

#[test]
fn months_before_the_laws_part_and_months_without_a_value_do_not_count() {
    let told = judged(&claim(""), &|_| 12.0, noise(1));
    assert_eq!(told.effect, Some([4.0, 4.0, 4.0]));
}

#[test]
fn what_is_alike_does_not_hold() {
    let rounded = |n: usize| {
        if n.is_multiple_of(2) {
            10.0
        } else {
            10.000_001
        }
    };
    let told = judged(&claim(""), &rounded, noise(1));
    assert_eq!(told.holds.unwrap().value, 0.0);
}

#[test]
fn draws_in_which_it_is_not_known_are_left_out_and_said_to_be() {
    let after = |n: usize| if n < 20 { f32::NAN } else { 12.0 };
    let told = judged(&claim(""), &after, noise(1));
    assert_eq!(told.holds.unwrap().value, 1.0);
    assert!(
        told.sentence
            .contains("In 20 of 100 draws that is not known"),
        "{}",
        told.sentence
    );
    let never = judged(&claim(""), &|_| f32::NAN, noise(1));
    assert_eq!((never.holds, never.effect), (None, None));
    assert!(
        never.sentence.starts_with("Open: no draw."),
        "{}",
        never.sentence
    );
}

#[test]
fn the_parameter_that_decides_is_found_and_noise_is_not() {
    let mut values = noise(40);
    for (n, row) in values.iter_mut().enumerate() {
        row[17] = -(n as f64);
        row[3] = 5.0;
    }
    let planted = |n: usize| n as f32 + (n * 37 % 10) as f32;
    let told = judged(&claim(""), &planted, values);
    let ids: Vec<&str> = told.decided_by.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["p17"]);
    assert!(told.decided_by[0].1 < -0.9);
    // An effect that goes with none of them: a column of noise that is not among the parameters.
    let all = noise(41);
    let chance = |n: usize| all[n][0] as f32;
    let others = all.iter().map(|row| row[1..].to_vec()).collect();
    assert_eq!(judged(&claim(""), &chance, others).decided_by, []);
}

#[test]
fn a_tendency_over_draws_has_no_share_of_draws() {
    let text = r#"
[[claim]]
id = "C10"
claim = "Prices."
measured = "It."
unit = "rank correlation"
silent_on = "All else."
effect = "after"
quantity.after = { law = "other", series = ["deals"], over = "mean" }
across = { parameter = "p0" }
says = { open = "It goes {effect}." }
"#;
    let claim = definitions(text).unwrap().remove(0);
    let values = (0..DRAWS).map(|n| vec![-(n as f64)]).collect();
    let told = judged(&claim, &|n| n as f32, values);
    let [low, r, high] = told.effect.unwrap();
    assert!(told.holds.is_none() && (r + 1.0).abs() < 1e-9 && low <= r && r <= high);
    let held = vec![vec![1.0]; DRAWS];
    assert_eq!(judged(&claim, &|n| n as f32, held).effect, None);
}

#[test]
fn countries_and_agreements_are_told_as_shares() {
    let more = r#"
quantity.reaching = { law = "other", series = ["cap:*"], over = "max", level = 9 }
quantity.few = { law = "other", series = ["deals"], over = "share-below", level = 3, per = "countries-that-could-agree" }
figure = { reaching = "reaching", few = "few" }
"#;
    let mut claim = claim(more);
    claim.says.holds = "{reaching}; {few}".into();
    let told = judged(&claim, &|_| 12.0, noise(1));
    assert!(
        told.sentence
            .starts_with("1.00 (1.00 to 1.00); 0.00 (0.00 to 0.00)"),
        "{}",
        told.sentence
    );
}

#[test]
fn on_the_frontier_is_whom_no_other_beats_on_all_three_goals() {
    let text = r#"
[[claim]]
id = "C11"
claim = "Frontier."
measured = "It."
unit = "percent"
silent_on = "All else."
holds = "margin <= 0"
effect = "100 * margin"
frontier = { law = "one", others = ["two", "three"] }
says = { holds = "{holds}", fails = "{holds}", open = "{holds}" }
"#;
    let claim = definitions(text).unwrap().remove(0);
    let month = |text: &str| Month::read(text).unwrap();
    // Better is less of the first and more of the others.
    let beaten = |two: [f32; 3]| {
        let read = move |law: &str, id: &str| -> Result<Draws, ClaimError> {
            let at = match id {
                "share.china" => 0,
                "revenue.abroad" => 1,
                "share.bound" => 2,
                other => panic!("{other} leads no goal"),
            };
            let values = match law {
                "one" => [0.2, 100.0, 0.5],
                "two" => two,
                _ => [0.1, 10.0, 0.1],
            };
            Ok(vec![vec![values[at]]; DRAWS])
        };
        let ground = Ground {
            months: Months::new(month("2026-01"), month("2026-01")).unwrap(),
            draws: DRAWS,
            read: &read,
            since: &|_| Ok(0),
            could_agree: &|_| Ok(vec![0.0]),
            middle: Vec::new(),
            parameters: Vec::new(),
            values: vec![Vec::new(); DRAWS],
        };
        judge(&claim, &ground).unwrap().holds.unwrap().value
    };
    assert_eq!(beaten([0.1, 110.0, 0.6]), 0.0);
    assert_eq!(beaten([0.1, 110.0, 0.5]), 1.0);
    assert_eq!(beaten([0.3, 110.0, 0.6]), 1.0);
}

#[test]
fn every_claim_is_there_once_and_its_words_name_no_series_and_no_law_by_id() {
    let all = definitions(built_in::CLAIMS).unwrap();
    let ids: Vec<String> = (1..=12).map(|n| format!("C{n}")).collect();
    let there: Vec<&str> = all.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(there, ids);
    let laws = super::laws().unwrap();
    let world = built_in::world(Month::read("2026-12").unwrap()).unwrap();
    let told = series::Told::of(
        world.places.iter().map(|p| p.country.to_string()),
        world.companies.iter().map(|c| c.id.as_str()),
    );
    for claim in &all {
        for quantity in claim.quantity.values() {
            for id in &quantity.series {
                let id = id.replace('*', "IN");
                assert!(told.find(&id).is_some(), "{}: {id}", claim.id);
            }
        }
        let says = [&claim.says.holds, &claim.says.fails, &claim.says.open];
        let texts = [&claim.claim, &claim.measured, &claim.unit, &claim.silent_on];
        for text in texts.into_iter().chain(says) {
            let dotted = series::SERIES.iter().filter(|s| s.id.contains(['.', '-']));
            for id in dotted.map(|s| s.id) {
                assert!(!text.contains(id), "{}: `{id}` in {text}", claim.id);
            }
            for law in laws
                .iter()
                .map(ToString::to_string)
                .filter(|law| law.len() > 2)
            {
                assert!(!text.contains(&law), "{}: `{law}` in {text}", claim.id);
            }
        }
        // A share of draws is told wherever it is said that a claim holds, fails or stays open.
        for text in says.into_iter().filter(|_| claim.holds.is_some()) {
            assert!(text.contains("{holds}"), "{}: {text}", claim.id);
        }
    }
}

#[test]
fn every_place_in_the_words_is_filled() {
    for mut claim in definitions(built_in::CLAIMS).unwrap() {
        let all = [&claim.says.holds, &claim.says.fails, &claim.says.open];
        let words = format!("{} {} {}", all[0], all[1], all[2]);
        claim.says = super::Says {
            holds: words.clone(),
            fails: words.clone(),
            open: words,
        };
        if let Some(across) = &mut claim.across {
            across.parameter = "p0".into();
        }
        let told = judged(&claim, &|n| n as f32, noise(1));
        for text in [&told.sentence, &told.measured, &told.silent_on] {
            assert!(!text.contains(['{', '}']), "{}: {text}", told.id);
        }
    }
}

#[test]
fn a_definition_that_cannot_be_read_is_refused_with_its_claim() {
    let with = |from: &str, to: &str| {
        let text = built_in::CLAIMS.replacen(from, to, 1);
        assert_ne!(text, built_in::CLAIMS, "{from}");
        definitions(&text).unwrap_err().to_string()
    };
    let error = with(
        "cooperation_two < cooperation_today",
        "cooperation_two < friends",
    );
    assert!(
        error.contains("the claim C12: there is no quantity or threshold `friends`"),
        "{error}"
    );
    let error = with("id = \"C2\"", "id = \"C1\"");
    assert!(error.contains("the claim C1: it is there twice"), "{error}");
    let error = with("because = \"the claim says a year\"", "because = \"\"");
    assert!(error.contains("gives no reason"), "{error}");
    let error = with("over = \"sum\"", "over = \"total\"");
    assert!(
        error.contains("claims.toml, line ") && error.contains("total"),
        "{error}"
    );
}
