//! Any event, with or without the ledger, and reservations whose approval can no longer come.

use jiff::civil::Date;
use tiergate_ledger::{Act as Entered, Ledger, Part};

use crate::act::What;
use crate::desk::{enter_unheld, read};
use crate::drawing::{Done, amend, approve, issue, ship};
use crate::error::{Error, No};
use crate::event::Event;
use crate::fit::reservation_id;
use crate::giving::settle;
use crate::holding::{Drawing, follow};
use crate::law_book::LawBook;
use crate::store::Store;

/// Takes in any event: those that move amounts together with the ledger, the others alone; what is
/// held for approvals that can no longer come is given up with them.
///
/// A license's approval needs what it draws; without it, it is refused.
///
/// # Errors
///
/// Those of [`approve`], [`issue`], [`amend`], [`ship`] and [`enter`](crate::enter).
pub fn take_in(
    store: &mut dyn Store,
    ledger: &Ledger,
    law: &LawBook<'_>,
    event: &Event,
    drawing: Option<&Drawing>,
) -> Result<Done, Error> {
    match (&event.what, drawing) {
        (
            What::Approved {
                reservation: Some(_),
                ..
            },
            Some(drawing),
        ) => approve(store, ledger, law, event, drawing),
        (
            What::Approved {
                reservation: Some(_),
                ..
            },
            None,
        ) => {
            let right = "decide the order again and give the charges of the decision";
            Err(No::new("what the approval draws is not given", right)
                .of(event)
                .into())
        }
        (What::Issued { .. }, _) => issue(store, ledger, law, event),
        (What::Amended { .. }, _) => amend(store, ledger, law, event),
        (What::Shipped { .. }, _) => ship(store, ledger, law, event),
        _ => {
            let (state, kept) = enter_unheld(store, law, event)?;
            // What of a case's reservations is dead after this event is told by the case itself.
            let ends = state.closed.is_some() || state.recommendation.is_none();
            if ends || matches!(event.what, What::Recommended { .. }) {
                give_up(store, ledger, law, &event.case, event.day, &event.actor.id)?;
            }
            if state.reservation.is_some() {
                settle(store, ledger, law, &event.case, event.day, &event.actor.id)?;
            }
            Ok(Done { state, kept })
        }
    }
}

/// Gives up what is held for approvals that can no longer come, and gives back what is held and no
/// longer licensed, in every case: for the start of a program that may have been stopped.
///
/// # Errors
///
/// The ledger's or the store's.
pub fn sweep(
    store: &mut dyn Store,
    ledger: &Ledger,
    law: &LawBook<'_>,
    day: Date,
    by: &str,
) -> Result<Vec<String>, Error> {
    let mut given_up = Vec::new();
    for case in store.cases()? {
        given_up.extend(give_up(store, ledger, law, &case, day, by)?);
        given_up.extend(settle(store, ledger, law, &case, day, by)?);
    }
    Ok(given_up)
}

/// Gives up what is held for approvals of a case that can no longer come: it has ended otherwise,
/// or something else is recommended now. What may still be approved is left.
///
/// # Errors
///
/// The ledger's or the store's.
pub fn give_up(
    store: &mut dyn Store,
    ledger: &Ledger,
    law: &LawBook<'_>,
    case: &str,
    day: Date,
    by: &str,
) -> Result<Vec<String>, Error> {
    let Some(read) = read(store, law, case)? else {
        return Ok(Vec::new());
    };
    let mut given_up = Vec::new();
    for logged in &read.log {
        let What::Recommended { .. } = logged.event.what else {
            continue;
        };
        let id = reservation_id(case, &logged.event.id);
        let approved = read.state.reservation.as_deref() == Some(&id);
        let current = read
            .state
            .recommendation
            .as_ref()
            .is_some_and(|r| r.id == logged.event.id);
        if approved || (current && read.state.closed.is_none()) {
            continue;
        }
        let held = ledger.transact(|book| Ok(book.lot(&id)?.map(|h| (h.reserved, h.made.date))))?;
        if let Some((_, made)) = held.filter(|(reserved, _)| *reserved > 0) {
            let part = Part {
                of: id.clone(),
                quantity: None,
            };
            follow(
                ledger,
                format!("{id}: given up"),
                by,
                made.max(day),
                Entered::Release(part),
            )?;
            given_up.push(id);
        }
    }
    Ok(given_up)
}
