//! The limits that a reservation would pass, were it made on another day.
//!
//! What is reserved stands: this enters nothing. It tells who looks at a reservation again whether it
//! would still be had.

use jiff::civil::Date;

use crate::account::Account;
use crate::answer::Over;
use crate::book::Balance;
use crate::entry::Charge;
use crate::error::Error;
use crate::held::Held;
use crate::statement::{AsOf, balance_as_of, own_limit};
use crate::store::Reader;

/// The limits that charges would pass on a day, where the amounts that `own` holds already are left
/// out of what is drawn.
///
/// # Errors
///
/// The store's.
pub fn passed(
    reader: &mut dyn Reader,
    charges: &[Charge],
    on: Date,
    own: &Held,
) -> Result<Vec<Over>, Error> {
    let mut over = Vec::new();
    for charge in charges {
        let held = without(reader, &charge.account, on, own)?;
        let listed = reader.account(&charge.account.key())?;
        let set = match &listed {
            Some(listed) if listed.row.limited => own_limit(reader, listed, i64::MAX, on)?,
            _ => None,
        };
        for quota in &charge.quotas {
            let (most, cite) = match &set {
                Some(set) if set.most.is_some() => (set.most, set.cite.clone()),
                _ => {
                    let whole = match &quota.whole {
                        Some(whole) => without(reader, whole, on, own)?.total(),
                        None => 0,
                    };
                    let Some(step) = quota.schedule.at(on) else {
                        continue;
                    };
                    (step.limit.most(whole, charge.amount), step.cite.clone())
                }
            };
            let Some(most) = most else { continue };
            over.extend(Over::told(charge, &quota.id, held, most, cite, on));
        }
    }
    Ok(over)
}

/// What an account holds on a day, but for what a reservation holds of it.
fn without(
    reader: &mut dyn Reader,
    account: &Account,
    on: Date,
    own: &Held,
) -> Result<Balance, Error> {
    let Some(listed) = reader.account(&account.key())? else {
        return Ok(Balance::default());
    };
    let as_of = AsOf {
        day: Some(on),
        recorded: None,
    };
    let mut balance = balance_as_of(reader, &listed, as_of)?;
    let held = own.on(account, on);
    balance.used -= held.used;
    balance.reserved -= held.reserved;
    Ok(balance)
}
