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
use crate::quotas::Balances;

/// The limits that charges would pass on a day, where the amounts that a reservation `own` holds
/// already are left out of what is drawn.
///
/// # Errors
///
/// The store's.
pub fn passed(
    from: &mut dyn Balances,
    charges: &[Charge],
    on: Date,
    own: Option<&Held>,
) -> Result<Vec<Over>, Error> {
    let mut over = Vec::new();
    for charge in charges {
        let held = without(from, &charge.account, on, own)?;
        let set = from.set_limit(&charge.account, on)?;
        for quota in &charge.quotas {
            let (most, cite) = match &set {
                Some(set) if set.most.is_some() => (set.most, set.cite.clone()),
                _ => {
                    let whole = match &quota.whole {
                        Some(whole) => without(from, whole, on, own)?.total(),
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
    from: &mut dyn Balances,
    account: &Account,
    on: Date,
    own: Option<&Held>,
) -> Result<Balance, Error> {
    let mut balance = from.balance(account, on)?;
    if let Some(held) = own.map(|own| own.on(account, on)) {
        balance.used -= held.used;
        balance.reserved -= held.reserved;
    }
    Ok(balance)
}
