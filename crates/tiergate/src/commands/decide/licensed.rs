//! The license that orders ship under: one that `ledger license` entered, or one that a case of the desk
//! issued.

use std::sync::Arc;

use anyhow::Result;
use jiff::civil::Date;
use serde_json::{Map, Value};
use tiergate_cases::store::{Postgres, Sqlite, Store, issued_by};
use tiergate_cases::{LawBook, License, read};
use tiergate_engine::Desk;
use tiergate_law::{LawRef, View};
use tiergate_ledger::{
    Account, Charge, Error, Ledger, Limit, Place, Quota, Schedule, Span, Written,
};
use tiergate_order::{Facts, Order, read_jsonl_line};

use super::counted::units;

/// What a shipment has in common with the license it ships under.
const IN_COMMON: [&str; 7] = [
    "destination",
    "consignee.name",
    "end_user.name",
    "item.chip",
    "item.contains",
    "item.eccn",
    "item.kind",
];

/// The accounts of a license: its quantity, and its value.
pub fn license_accounts(license: &str) -> [Account; 2] {
    ["license.quantity", "license.value"].map(|m| Account::new(m, license, Span::ALL))
}

/// The id of the entry of a license.
pub fn license_entry(license: &str) -> String {
    format!("license {license}")
}

/// A license by its number, and what was found of it.
#[derive(Debug, Clone)]
pub struct Licensed {
    number: String,
    /// Why it cannot be used, where nothing was found that could be.
    found: Result<Found, String>,
}

/// When a license was issued, and for what.
#[derive(Debug, Clone)]
struct Found {
    issued: Date,
    /// The last day it is valid, if that was entered.
    until: Option<Date>,
    fields: Vec<(&'static str, Option<String>)>,
    /// The case that issued it, and how it stands there.
    case: Option<(String, License)>,
}

impl Licensed {
    /// Looks a license up: on the ledger, and in the cases of a desk that keeps its ledger there.
    ///
    /// # Errors
    ///
    /// The ledger's, or those of the desk's database.
    pub fn find(desk: &Desk, ledger: &Ledger, place: &Place, number: &str) -> Result<Licensed> {
        let found = match entered(ledger, number)? {
            Some(found) => Ok(found),
            None => of_a_case(desk, ledger, place, number)?,
        };
        Ok(Licensed {
            number: number.to_owned(),
            found,
        })
    }

    /// Its accounts.
    pub fn accounts(&self) -> [Account; 2] {
        license_accounts(&self.number)
    }

    /// The last day it is valid, if that was entered.
    pub fn until(&self) -> Option<Date> {
        self.found.as_ref().ok()?.until
    }

    /// Of one that a case issued: where it is, until when it is valid, and what stands against it on a
    /// day. What is left of it the ledger says.
    pub fn stands(&self, day: Date) -> Option<String> {
        let (case, license) = self.found.as_ref().ok()?.case.as_ref()?;
        Some(match license.closed_on(day) {
            Some(no) => format!("case {case}: {no}"),
            None => format!(
                "license {} of case {case}: valid through {}",
                self.number, license.through
            ),
        })
    }

    /// Why an order cannot ship under it; none when it can.
    pub fn refuses(&self, order: &Order) -> Option<String> {
        let license = &self.number;
        let is = match &self.found {
            Ok(found) => found,
            Err(why) => return Some(why.clone()),
        };
        let date = order.date.unwrap_or(is.issued);
        if let Some((case, of_case)) = &is.case
            && let Some(no) = of_case.closed_on(date)
        {
            return Some(format!("case {case}: {no}"));
        }
        if date < is.issued {
            return Some(format!("license {license} is issued on {}", is.issued));
        }
        if let Some(until) = is.until
            && until < date
        {
            return Some(format!(
                "license {license} is valid through {until}, and the order is of {date}"
            ));
        }
        let same = |a: &str, b: &str| a.trim().eq_ignore_ascii_case(b.trim());
        is.fields.iter().find_map(|(path, for_)| {
            let has = order.get(path);
            let differs = match (for_, &has) {
                (Some(a), Some(b)) => !same(a, b),
                (None, None) => false,
                _ => true,
            };
            let word = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
            differs.then(|| {
                let (a, b) = (word(for_), word(&has));
                format!("license {license} is for {path} {a}, and the order has {b}")
            })
        })
    }

    /// What an order draws on it: limits are those set for it when it was issued.
    pub fn charges(&self, order: &Order, facts: &Facts) -> Result<Vec<Charge>, String> {
        let [quantity, value] = self.accounts();
        let unissued = Arc::new(Schedule::always(
            Limit::Amount(0),
            format!("no license {} is on this ledger", self.number),
        ));
        let charge = |account: Account, amount: u64| Charge {
            quotas: vec![Quota {
                id: account.measure.as_str().into(),
                whole: None,
                schedule: Arc::clone(&unissued),
            }],
            account,
            amount,
            gives_back: Vec::new(),
        };
        let usd = order.get("value_usd");
        let usd = usd.ok_or("`value_usd` is not given, and the license is limited by value")?;
        let whole: f64 = usd
            .parse()
            .map_err(|_| format!("`value_usd` {usd} is not an amount"))?;
        // Dollars begun count.
        let dollars = whole.ceil();
        if !(0.0..9e15).contains(&dollars) {
            return Err(format!("`value_usd` {usd} is not an amount"));
        }
        Ok(vec![
            charge(quantity, units(facts)?),
            charge(value, dollars as u64),
        ])
    }
}

/// A license that `ledger license` entered; none when there is none.
fn entered(ledger: &Ledger, license: &str) -> Result<Option<Found>> {
    let id = license_entry(license);
    let found = ledger.read(|reader| {
        let Some(entry) = reader.entry(&id)?.filter(|entry| entry.accepted) else {
            return Ok(None);
        };
        let written: Written = serde_json::from_str(&entry.request)
            .map_err(|e| Error::Damaged(format!("entry `{id}`: {e}")))?;
        let until = written.until;
        let order = written.decision.and_then(|d| d.order);
        let paper = match order {
            Some(digest) => reader.paper(&digest)?,
            None => None,
        };
        Ok(Some((entry.date, until, paper.map(|(_, body)| body))))
    })?;
    let Some((issued, until, Some(paper))) = found else {
        return Ok(None);
    };
    let order: Map<String, Value> = serde_json::from_slice(&paper)?;
    let field = |path: &'static str| {
        let value = order.get(path).and_then(Value::as_str).map(str::to_owned);
        (path, value)
    };
    Ok(Some(Found {
        issued,
        until,
        fields: IN_COMMON.map(field).to_vec(),
        case: None,
    }))
}

fn boxed(store: impl Store + 'static) -> Box<dyn Store> {
    Box::new(store)
}

/// A license that a case issued, or why there is none that can be used.
fn of_a_case(
    desk: &Desk,
    ledger: &Ledger,
    place: &Place,
    number: &str,
) -> Result<Result<Found, String>> {
    let none = format!(
        "no license {number} is on this ledger: `ledger license` enters one as it is issued, and a case \
         of the desk is found with the desk's own database as the ledger"
    );
    // What an issued license may draw is set on the ledger: where nothing is, no case issued it.
    let [account, _] = license_accounts(number);
    let there = ledger.read(|reader| Ok(reader.account(&account.key())?.is_some()))?;
    if !there {
        return Ok(Err(none));
    }
    let store = match place {
        Place::Memory => return Ok(Err(none)),
        Place::File(path) => Sqlite::open(path, false).map(boxed),
        Place::Database(url) => Postgres::open(url, false).map(boxed),
    };
    let mut store = match store {
        Ok(store) => store,
        // A ledger that is no desk's holds no cases.
        Err(tiergate_cases::Error::Other(why)) => return Ok(Err(format!("{none} ({why})"))),
        Err(error) => return Err(error.into()),
    };
    let Some(case) = issued_by(store.as_mut(), number)? else {
        return Ok(Err(none));
    };
    let law = LawBook::new(&desk.library, LawRef::us(), View::Enforced)?;
    let found = read(store.as_mut(), &law, &case)?;
    let Some((license, application)) =
        found.and_then(|found| Some((found.state.license?, found.state.application)))
    else {
        return Ok(Err(none));
    };
    let paper = match &application.order {
        Some(digest) => ledger.read(|reader| reader.paper(digest))?,
        None => None,
    };
    let Some((_, paper)) = paper else {
        return Ok(Err(format!(
            "license {number} of case {case} names no order, so that what it is for is not known"
        )));
    };
    let order = read_jsonl_line(1, &String::from_utf8(paper)?);
    let Ok(order) = order else {
        return Ok(Err(format!(
            "license {number} of case {case}: the order of the application cannot be read"
        )));
    };
    Ok(Ok(Found {
        issued: license.issued,
        until: Some(license.through),
        fields: IN_COMMON.map(|path| (path, order.get(path))).to_vec(),
        case: Some((case, license)),
    }))
}
