//! What a case gives back: the ledger holds for it what is licensed and has not shipped, no more.
//!
//! The case is kept first, the ledger follows it: what ships moves from held to used, and what can
//! no longer ship is released. All of it is told from the case alone and entered on one page, so
//! that a retry, or [`sweep`](crate::sweep) after a stop, finishes what was begun.

use jiff::Timestamp;
use jiff::civil::Date;
use tiergate_ledger::{Act as Entered, Answer, Entry, Ledger, Part};

use crate::act::What;
use crate::desk::read;
use crate::error::Error;
use crate::event::Event;
use crate::folded::Folded;
use crate::intake::take_in;
use crate::law_book::LawBook;
use crate::people::{Actor, Role};
use crate::state::{Closing, State};
use crate::store::Store;

/// Units of a case's reservation: those that shipped, and those that may still.
fn wanted(state: &State) -> (u64, u64) {
    let approved = matches!(state.closed, Some((Closing::Approved, _)));
    let whole = state.application.quantity.unwrap_or(1);
    match &state.license {
        Some(license) if license.revoked.or(license.expired).is_some() => (license.shipped, 0),
        Some(license) => (license.shipped, license.left()),
        None if approved && state.revoked.is_none() => (0, whole),
        None => (0, 0),
    }
}

/// Makes the ledger hold for an approved case what it still may ship: what has shipped counts as
/// used, what can no longer ship is given back. Gives the reservation, if anything was given back.
///
/// # Errors
///
/// The ledger's or the store's.
pub(crate) fn settle(
    store: &mut dyn Store,
    ledger: &Ledger,
    law: &LawBook<'_>,
    case: &str,
    day: Date,
    by: &str,
) -> Result<Option<String>, Error> {
    let Some(state) = read(store, law, case)?.map(|read| read.state) else {
        return Ok(None);
    };
    let Some(reservation) = &state.reservation else {
        return Ok(None);
    };
    let (shipped, open) = wanted(&state);
    let mut answers = Vec::new();
    let mut gives_back = false;
    // Looked up and entered on one page: whoever settles the case besides finds it done.
    ledger.transact(|book| {
        answers.clear();
        let Some(lot) = book.lot(reservation)? else {
            return Ok(());
        };
        let (made, reserved) = (lot.made.date, lot.reserved);
        let ships = shipped.saturating_sub(lot.shipped).min(reserved);
        let left = reserved - ships;
        let given = left.saturating_sub(open);
        gives_back = given > 0;
        let mut enter = |what: String, date, units, act: fn(Part) -> Entered| {
            let part = Part {
                of: reservation.clone(),
                quantity: Some(units),
            };
            let entry = Entry {
                id: format!("{reservation}: {what}"),
                date,
                by: Some(by.to_owned()),
                act: act(part),
            };
            answers.push(book.enter(&entry)?.answer);
            Ok::<(), tiergate_ledger::Error>(())
        };
        if ships > 0 {
            // It counts from the day it was approved for, in the span of that day.
            enter(
                format!("{shipped} units shipped"),
                made,
                ships,
                Entered::Ship,
            )?;
        }
        if given > 0 {
            let what = format!("{given} of {left} units given back");
            enter(what, made.max(day), given, Entered::Release)?;
        }
        Ok(())
    })?;
    let refused = answers.into_iter().find_map(|answer| match answer {
        Answer::Refused(reasons) => Some(reasons),
        Answer::Accepted(_) => None,
    });
    match refused {
        Some(reasons) => {
            let each: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            Err(Error::Other(each.join("; ")))
        }
        None => Ok(gives_back.then(|| reservation.clone())),
    }
}

/// Enters the expiry of every license whose last day is past, and gives back what it held. Whoever
/// works the desk calls it, as often as it likes: a license expires once.
///
/// # Errors
///
/// The ledger's or the store's.
pub fn expire(
    store: &mut dyn Store,
    ledger: &Ledger,
    law: &LawBook<'_>,
    folded: &Folded,
    (day, at): (Date, Timestamp),
) -> Result<Vec<String>, Error> {
    let mut expired = Vec::new();
    for kept in folded.all(store, law)? {
        let (state, case) = (&kept.state, &kept.state.case);
        let license = state.license.as_ref();
        let over = license.filter(|l| l.through < day && l.revoked.or(l.expired).is_none());
        if over.is_none() {
            continue;
        }
        let event = Event {
            id: format!("{case}: expired"),
            case: case.clone(),
            day: day.max(state.last.0),
            at: at.max(state.last.1),
            actor: Actor::new("desk", Role::Desk),
            basis: Vec::new(),
            what: What::Expired,
        };
        match take_in(store, ledger, law, &event, None) {
            Ok(_) => expired.push(case.clone()),
            // Another desk, or an officer, was faster.
            Err(Error::Refused(_) | Error::Conflict { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(expired)
}
