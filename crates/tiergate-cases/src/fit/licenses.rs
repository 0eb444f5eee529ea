//! Whether an approval, a license and what is done under it fit what was asked for and decided.

use super::{kept, line};
use crate::act::{Act, What};
use crate::error::No;
use crate::event::Event;
use crate::kind::Kind;
use crate::license::{count, valid_through};
use crate::process::{Authority, authority};
use crate::rules::{Rules, names};
use crate::state::State;

/// How the ids of a case's own entries of the ledger begin.
const OF_A_CASE: &str = "case ";

/// The id of the ledger's entry that holds what an approval draws: of the case and of the
/// recommendation it carries out, so that a retry is the same entry and a new recommendation,
/// after a refusal, another.
///
/// ```
/// assert_eq!(tiergate_cases::reservation_id("Z-1", "e-7"), "case Z-1: approved on e-7");
/// ```
#[must_use]
pub fn reservation_id(case: &str, recommendation: &str) -> String {
    format!("{OF_A_CASE}{case}: approved on {recommendation}")
}

/// Whether an entry of the ledger is a case's own: only the case draws on it and gives it back.
///
/// ```
/// use tiergate_cases::{is_of_a_case, reservation_id};
/// assert!(is_of_a_case(&reservation_id("Z-1", "e-7")));
/// assert!(!is_of_a_case("order-1"));
/// ```
#[must_use]
pub fn is_of_a_case(entry: &str) -> bool {
    entry.starts_with(OF_A_CASE)
}

pub(super) fn approved(
    state: &State,
    rules: &Rules,
    event: &Event,
    conditions: &[String],
    reservation: Option<&str>,
) -> Result<(), No> {
    if state.application.kind != Kind::License {
        return Ok(());
    }
    let recommendation = state.recommendation.as_ref();
    let id = recommendation.map(|r| reservation_id(&state.case, &r.id));
    if reservation.is_none() || reservation != id.as_deref() {
        let right = "what an approval draws is held on the ledger first, under the id of the case and its recommendation";
        return Err(No::new("no reservation of its own is named", right));
    }
    if let Authority::Officer {
        conditions: asked, ..
    }
    | Authority::Decided {
        conditions: asked, ..
    } = authority(state, rules, event.day)
    {
        kept(&asked, conditions)?;
    }
    kept(recommendation.map_or(&[], |r| &r.conditions), conditions)
}

pub(super) fn issued(state: &State, rules: &Rules, event: &Event) -> Result<(), No> {
    let What::Issued {
        quantity,
        value_usd,
        through,
        conditions,
        number,
    } = &event.what
    else {
        return Ok(());
    };
    line("number", number)?;
    let asked = state.application.quantity.unwrap_or(0);
    if *quantity == 0 || *quantity > asked {
        return Err(No::new(
            format!(
                "{} units, and {} were applied for",
                count(*quantity),
                count(asked)
            ),
            "license what was applied for, or less",
        ));
    }
    if let Some(most) = state.application.value_usd.filter(|most| value_usd > most) {
        return Err(No::new(
            format!(
                "{} USD, and {} were applied for",
                count(*value_usd),
                count(most)
            ),
            "license what was applied for, or less",
        ));
    }
    kept(&state.conditions, conditions)?;
    if *through < event.day {
        return Err(No::new(
            format!("{through} lies before it is issued"),
            "give the last day it is valid",
        ));
    }
    // The law says "generally": another term is possible, and says what it rests on.
    let general = valid_through(rules, event.day, state.application.a_items);
    if general != Some(*through) && event.basis.is_empty() {
        let right = match general {
            Some(day) => format!("give {day}, or the basis of another term"),
            None => match rules.own_term() {
                Some(own) => format!(
                    "say whether it is {}, or give the basis of the term",
                    own.says
                ),
                None => "give the basis of the term".to_owned(),
            },
        };
        let years = rules.validity_years(state.application.a_items);
        let no = No::new(format!("it would be valid through {through}"), right);
        return Err(no.under_any(years.map(|years| years.cite.as_str())));
    }
    Ok(())
}

pub(super) fn amended(
    state: &State,
    rules: &Rules,
    change: &str,
    (value_usd, quantity): (Option<u64>, Option<u64>),
) -> Result<(), No> {
    let word = Act::Amended.word();
    let allowed = || {
        rules
            .steps(Kind::License)
            .filter(|s| names(&s.is.done_by, word))
    };
    let Some(listed) = allowed().find(|s| s.id == change) else {
        let known: Vec<&str> = allowed().map(|s| s.id.as_str()).collect();
        let right = format!(
            "without a new license: {}; for anything else apply for one",
            known.join(", ")
        );
        return Err(
            No::new(format!("`{change}` is no change the law lists"), right)
                .under_any(rules.cite(Kind::License, Act::Amended)),
        );
    };
    let Some(license) = &state.license else {
        return Err(No::new("no license is issued", "issue it first"));
    };
    let now = license.value_usd;
    if let Some(value) = value_usd.filter(|value| *value >= now) {
        let found = format!("{} USD, and the license has {}", count(value), count(now));
        let right = "without a new license the price gets lower only";
        return Err(No::new(found, right).under(&listed.cite));
    }
    let (units, shipped) = (license.quantity, license.shipped);
    if let Some(fewer) = quantity.filter(|fewer| *fewer >= units || *fewer < shipped) {
        let found = format!(
            "{} units, and the license has {}, of which {} shipped",
            count(fewer),
            count(units),
            count(shipped)
        );
        let right = "without a new license units get fewer only, and not fewer than have shipped";
        return Err(No::new(found, right).under(&listed.cite));
    }
    Ok(())
}

pub(super) fn shipped(
    state: &State,
    event: &Event,
    (shipment, quantity, value_usd): (&str, u64, u64),
) -> Result<(), No> {
    let Some(license) = &state.license else {
        return Err(No::new("no license is issued", "issue it first"));
    };
    line("shipment", shipment)?;
    if license.shipments.iter().any(|s| s == shipment) {
        return Err(No::new(
            format!("shipment `{shipment}` is entered"),
            "give each its own name",
        ));
    }
    license
        .refuses(event.day, quantity, value_usd)
        .map_or(Ok(()), Err)
}
