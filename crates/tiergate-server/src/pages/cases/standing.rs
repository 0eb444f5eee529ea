//! Where a case stands: what agencies said, its license, what the ledger counts, what is missing.

use jiff::civil::Date;
use tiergate_cases::{Advice, Counted, Kind, Read, counted};
use tiergate_ledger::grouped;

use super::words;
use crate::app::App;
use crate::casework::text;
use crate::port::Fault;
use crate::problem::Problem;

/// An agency's advice, as it is shown.
pub struct Said {
    pub agency: String,
    pub asked: String,
    pub advice: String,
    pub light: &'static str,
    pub more: String,
}

/// A license as it is shown.
pub struct Licensed {
    pub number: String,
    pub issued: String,
    pub through: String,
    pub quantity: String,
    pub shipped: String,
    pub left: String,
    pub value: String,
    pub value_left: String,
    /// Units shipped of a hundred.
    pub percent: u64,
    pub state: &'static str,
    pub light: &'static str,
}

/// What each agency said, by what it counts as.
pub fn advised(read: &Read, today: Date) -> Vec<Said> {
    let counts = counted(&read.state, &read.rules, today);
    let each = read.state.referrals.iter().zip(counts);
    let told = each.map(|(referral, (_, counts))| {
        let given = referral.advice.as_ref();
        let (mut advice, mut more) = match given {
            None => ("not yet".to_owned(), String::new()),
            Some(given) => {
                let mut more = given.conditions.join("; ");
                if given.advice == Advice::Deny {
                    more.push_str(&words::basis(&given.grounds));
                }
                let advice = format!("{}, {}", words::advice(given.advice), given.on);
                (advice, more)
            }
        };
        let light = match &counts {
            Counted::Awaited => "",
            Counted::Given(Advice::Deny) => "bad",
            Counted::Given(_) => "good",
            Counted::NoObjection { because, cite } => {
                advice = match given {
                    Some(_) => format!("{advice}: counts as no objection"),
                    None => "no objection, by silence".to_owned(),
                };
                more.push_str(&format!(" It counts as no objection: {because} ({cite})."));
                "warn"
            }
        };
        Said {
            agency: referral.agency.clone(),
            asked: referral.on.to_string(),
            advice,
            light,
            more,
        }
    });
    told.collect()
}

/// The license, where one is issued.
pub fn licensed(read: &Read) -> Option<Licensed> {
    let license = read.state.license.as_ref()?;
    let number = |n: u64| grouped(i128::from(n));
    let (state, light) = match license {
        l if l.revoked.is_some() => ("revoked", "bad"),
        l if l.suspended.is_some() => ("suspended", "warn"),
        l if l.expired.is_some() => ("expired", ""),
        _ => ("valid", "good"),
    };
    Some(Licensed {
        number: license.number.clone(),
        issued: license.issued.to_string(),
        through: license.through.to_string(),
        quantity: number(license.quantity),
        shipped: number(license.shipped),
        left: number(license.left()),
        value: number(license.value_usd),
        value_left: number(license.left_usd()),
        percent: license.shipped * 100 / license.quantity.max(1),
        state,
        light,
    })
}

/// What the ledger counts of each limit an approval would draw on, and what it would draw today: for
/// staff. The facts that are missing: for everybody, of a license that is applied for.
pub fn on_the_ledger(
    app: &App,
    read: &Read,
    staff: bool,
) -> Result<(Vec<String>, Vec<String>), Problem> {
    let asked = &read.state.application;
    let order = asked.order.as_ref();
    let Some(order) = order.filter(|_| read.state.closed.is_none()) else {
        return Ok((Vec::new(), Vec::new()));
    };
    let mut missing = asked.missing.clone();
    let order = text(app, order)?;
    let (today, desk) = (app.today(), &app.config.orders);
    let told = |faults: Vec<Fault>| faults.into_iter().map(|fault| fault.what);
    let started = match desk.start(&order, today, &app.ledger) {
        Ok(started) => started,
        Err(faults) if staff => return Ok((told(faults).collect(), missing)),
        Err(_) => return Ok((Vec::new(), missing)),
    };
    if asked.kind == Kind::License {
        // The law of the day may ask for others than that of the day it was registered.
        let others = started.missing.iter();
        let others: Vec<String> = others.filter(|p| !missing.contains(p)).cloned().collect();
        missing.extend(others);
    }
    if !staff {
        return Ok((Vec::new(), missing));
    }
    let mut limits = started.limits;
    match desk.drawn(&order, today, &app.ledger) {
        Ok(drawn) => limits.extend(drawn.charges.iter().map(|charge| {
            let amount = grouped(i128::from(charge.amount));
            format!("approval draws {amount} on {}", charge.account)
        })),
        // What is missing is told by itself.
        Err(_) if !missing.is_empty() => {}
        Err(faults) => limits.extend(told(faults)),
    }
    Ok((limits, missing))
}
