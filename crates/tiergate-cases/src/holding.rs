//! What the ledger holds for cases: reservations that are found again, and accounts of licenses.

use std::sync::Arc;

use jiff::civil::Date;
use tiergate_ledger::{
    Account, Act as Entered, Answer, Basis, Charge, Entry, Ledger, Limit, Quota, Receipt, Refusal,
    Reserve, Schedule, Span,
};

use crate::error::Error;

/// What an approval draws: the charges of the decision, as the engine and the law's quotas give
/// them.
///
/// ```
/// use tiergate_cases::Drawing;
/// // An order that draws on no quota of the law: the reservation holds units only.
/// let nothing = Drawing { order: "po-1".into(), charges: vec![], decision: None };
/// assert!(nothing.charges.is_empty());
/// ```
#[derive(Debug, Clone)]
pub struct Drawing {
    /// The order's id, for the ledger.
    pub order: String,
    /// The charges; all or none.
    pub charges: Vec<Charge>,
    /// The decision they come of.
    pub decision: Option<Basis>,
}

/// A reservation to be held.
pub(crate) struct Hold<'h> {
    pub case: &'h str,
    pub id: String,
    pub day: Date,
    pub by: &'h str,
    pub quantity: u64,
    pub drawing: &'h Drawing,
}

/// Holds amounts, or finds them held by an earlier call.
pub(crate) fn hold(ledger: &Ledger, hold: &Hold<'_>) -> Result<(), Error> {
    let entry = Entry {
        id: hold.id.clone(),
        date: hold.day,
        by: Some(hold.by.to_owned()),
        act: Entered::Reserve(Reserve {
            order: hold.drawing.order.clone(),
            quantity: hold.quantity,
            charges: hold.drawing.charges.clone(),
            decision: hold.drawing.decision.clone(),
            until: None,
        }),
    };
    let mut found = None;
    let receipt: Result<Option<Receipt>, _> = ledger.transact(|book| {
        // An earlier call may have been made on another day: what it holds is looked up.
        found = book.lot(&hold.id)?.cloned();
        match &found {
            Some(_) => Ok(None),
            None => book.enter(&entry).map(Some),
        }
    });
    let receipt = match receipt {
        // Nothing is held under the id and it was used: the ledger refused it, on another day.
        Err(tiergate_ledger::Error::Conflict { date, .. }) => {
            let why = format!("the ledger refused it on {date}: recommend the case anew");
            return Err(Error::NotHeld {
                case: hold.case.to_owned(),
                refusals: vec![Refusal::State(why)],
            });
        }
        receipt => receipt?,
    };
    if let Some(held) = found {
        let wanted = hold
            .drawing
            .charges
            .iter()
            .map(|c| (c.account.key(), c.amount));
        let there = held
            .made
            .charges
            .iter()
            .map(|c| (c.account.key(), c.amount));
        if held.made.quantity != Some(hold.quantity) || !wanted.eq(there) {
            return Err(Error::Other(format!(
                "the ledger holds something else under `{}`: recommend the case anew",
                hold.id
            )));
        }
        if held.released > 0 {
            return Err(Error::Other(format!(
                "what the ledger held under `{}` was given up: recommend the case anew",
                hold.id
            )));
        }
        return Ok(());
    }
    match receipt.map(|r| r.answer) {
        Some(Answer::Refused(refusals)) => Err(Error::NotHeld {
            case: hold.case.to_owned(),
            refusals,
        }),
        _ => Ok(()),
    }
}

/// Ships or gives up what is held, as much as there is to do of it.
pub(crate) fn follow(
    ledger: &Ledger,
    id: String,
    by: &str,
    day: Date,
    act: Entered,
) -> Result<(), Error> {
    let entry = Entry {
        id,
        date: day,
        by: Some(by.to_owned()),
        act,
    };
    match ledger.submit(entry)?.answer {
        Answer::Accepted(_) => Ok(()),
        Answer::Refused(reasons) => {
            let each: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            Err(Error::Other(each.join("; ")))
        }
    }
}

/// The accounts of a license on the ledger: its quantity, and its value.
///
/// ```
/// let [quantity, _] = tiergate_cases::license_accounts("D1234567");
/// assert_eq!(quantity.measure, "license.quantity");
/// ```
#[must_use]
pub fn license_accounts(number: &str) -> [Account; 2] {
    ["license.quantity", "license.value"].map(|m| Account::new(m, number, Span::ALL))
}

/// What ships counts on the accounts of its license, which hold nothing until it is issued.
pub(crate) fn license_charges(number: &str, quantity: u64, value_usd: u64) -> Vec<Charge> {
    let unissued = Arc::new(Schedule::always(
        Limit::Amount(0),
        format!("no license {number} is on this ledger"),
    ));
    let [of_quantity, of_value] = license_accounts(number);
    [(of_quantity, quantity), (of_value, value_usd)]
        .map(|(account, amount)| Charge {
            quotas: vec![Quota {
                id: account.measure.as_str().into(),
                whole: None,
                schedule: Arc::clone(&unissued),
            }],
            account,
            amount,
            gives_back: Vec::new(),
        })
        .to_vec()
}
