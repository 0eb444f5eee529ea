//! Approvals, licenses and shipments, with the ledger: nothing is approved that it does not hold.
//!
//! What an approval draws is reserved first, all or none, under an id made of the case and of the
//! recommendation it carries out; only then is the approval kept. If the program stops between the
//! two, the same call finds the reservation again. A reservation whose approval can no longer come
//! is given up.

use tiergate_ledger::{Act as Entered, Ledger, Part};

use crate::act::What;
use crate::desk::{check, enter_unheld, kept_before, read};
use crate::error::{Error, No};
use crate::event::Event;
use crate::giving::settle;
use crate::holding::{Drawing, Hold, follow, hold, license_accounts, license_charges};
use crate::intake::give_up;
use crate::law_book::LawBook;
use crate::license::with_tolerance;
use crate::state::{Closing, State};
use crate::store::{Kept, Store};

/// Something entered in a case and on the ledger.
#[derive(Debug, Clone)]
pub struct Done {
    /// The case after it.
    pub state: State,
    /// Its event.
    pub kept: Kept,
}

/// Approves a license application: what it draws is held on the ledger first, all or none.
///
/// The event is [`What::Approved`] with the [`reservation_id`](crate::reservation_id) of the case and its recommendation.
/// A retry, after whatever went wrong, is the same call.
///
/// # Errors
///
/// [`Error::NotHeld`] when a limit would be passed: nothing is approved then, and after a new
/// recommendation it can be tried again. [`Error::Refused`] when the case may not be approved; what
/// was held for it is given up, if it can no longer come.
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::{
///     Actor, Drawing, LawBook, Proposal, Role, What, demo, reservation_id, store::Memory, take_in,
/// };
/// use tiergate_law::{LawRef, View};
/// use tiergate_ledger::{Ledger, Options, Place};
///
/// let library = demo::library();
/// let law = LawBook::new(&library, LawRef::us(), View::Text).unwrap();
/// let ledger = Ledger::open(Place::Memory, Options { make: true, ..Options::default() }).unwrap();
/// let mut store = Memory::default();
/// let (day, officer) = (date(2026, 1, 5), demo::officer());
/// let second = Actor::new("officer-2", Role::Countersigner);
/// let recommend = What::Recommended {
///     proposal: Proposal::Approve,
///     conditions: vec![],
///     grounds: Default::default(),
/// };
/// let reservation = Some(reservation_id("Z-1", "e-2"));
/// let drawing = Drawing { order: "po-1".into(), charges: vec![], decision: None };
/// let mut last = None;
/// for event in [
///     demo::registered(day),
///     demo::event("e-2", day, &officer, recommend),
///     demo::event("e-3", day, &second, What::Countersigned { of: "e-2".into() }),
///     demo::event("e-4", day, &officer, What::Approved { conditions: vec![], reservation }),
/// ] {
///     last = Some(take_in(&mut store, &ledger, &law, &event, Some(&drawing)).unwrap());
/// }
/// assert!(last.unwrap().state.closed.is_some());
/// ```
pub fn approve(
    store: &mut dyn Store,
    ledger: &Ledger,
    law: &LawBook<'_>,
    event: &Event,
    drawing: &Drawing,
) -> Result<Done, Error> {
    let What::Approved {
        reservation: Some(reservation),
        ..
    } = &event.what
    else {
        let right = "give the id that `reservation_id` makes of the case and its recommendation";
        return Err(No::new("no reservation is named", right).of(event).into());
    };
    if let Some((state, kept)) = kept_before(store, law, event)? {
        return Ok(Done { state, kept });
    }
    // Checked before anything is held, and again, on what is kept then, when it is.
    let checked = check(store, law, event);
    let outcome = checked.and_then(|(state, ..)| {
        hold(
            ledger,
            &Hold {
                case: &event.case,
                id: reservation.clone(),
                day: event.day,
                by: &event.actor.id,
                quantity: state.application.quantity.unwrap_or(1),
                drawing,
            },
        )?;
        enter_unheld(store, law, event)
    });
    match outcome {
        Ok((state, kept)) => Ok(Done { state, kept }),
        Err(error) => {
            if matches!(error, Error::Refused(_)) {
                give_up(store, ledger, law, &event.case, event.day, &event.actor.id)?;
            }
            Err(error)
        }
    }
}

/// Issues the license of an approved case: what is licensed stays held, what was approved and is not
/// licensed is given back, and the license's own limits are set on the ledger, its value with the
/// tolerance of the law. A retry is the same call.
///
/// # Errors
///
/// [`Error::Refused`] when it may not be issued so; the ledger's when its number is another's.
pub fn issue(
    store: &mut dyn Store,
    ledger: &Ledger,
    law: &LawBook<'_>,
    event: &Event,
) -> Result<Done, Error> {
    let What::Issued {
        number,
        quantity,
        value_usd,
        ..
    } = &event.what
    else {
        return Err(No::new("it issues nothing", "enter it as what it is")
            .of(event)
            .into());
    };
    if let Some((state, kept)) = kept_before(store, law, event)? {
        settle(store, ledger, law, &event.case, event.day, &event.actor.id)?;
        return Ok(Done { state, kept });
    }
    let (state, rules, _) = check(store, law, event)?;
    let Some((Closing::Approved, approved)) = state.closed else {
        return Err(No::new("the case is not approved", "approve it first")
            .of(event)
            .into());
    };
    let by = &event.actor.id;
    let [of_quantity, of_value] = license_accounts(number);
    let tolerance = rules.tolerance();
    let tolerated = after(tolerance.map(|t| t.cite.as_str()));
    let cite = format!("license {number} of case {}{tolerated}", event.case);
    let limits = [
        (of_quantity, *quantity),
        (of_value, with_tolerance(*value_usd, tolerance)),
    ];
    // The number first: one that another case has is told before anything else is moved.
    for (account, most) in limits {
        let id = format!("license {number}: {}", account.measure);
        let limit = Entered::Limit {
            account,
            most: Some(most),
            cite: cite.clone(),
        };
        follow(ledger, id, by, approved, limit)?;
    }
    if let Some(reservation) = &state.reservation
        && ledger.transact(|book| Ok(book.lot(reservation)?.is_none()))?
    {
        return Err(Error::Other(format!(
            "the ledger holds nothing under `{reservation}`: this is not the ledger the case was approved with"
        )));
    }
    let (state, kept) = enter_unheld(store, law, event)?;
    settle(store, ledger, law, &event.case, event.day, by)?;
    Ok(Done { state, kept })
}

/// A paragraph behind a text; nothing where the law has none.
fn after(cite: Option<&str>) -> String {
    cite.map_or_else(String::new, |cite| format!("; {cite}"))
}

/// Enters a shipment under the case's license, held on the ledger against its limits. A retry is
/// the same call.
///
/// # Errors
///
/// [`Error::NotHeld`] or [`Error::Refused`] when the license does not allow it; nothing ships then.
pub fn ship(
    store: &mut dyn Store,
    ledger: &Ledger,
    law: &LawBook<'_>,
    event: &Event,
) -> Result<Done, Error> {
    let What::Shipped {
        shipment,
        quantity,
        value_usd,
    } = &event.what
    else {
        return Err(No::new("it ships nothing", "enter it as what it is")
            .of(event)
            .into());
    };
    let id = format!("case {}: shipment {shipment}", event.case);
    let part = || Part {
        of: id.clone(),
        quantity: None,
    };
    let by = &event.actor.id;
    let done = match kept_before(store, law, event)? {
        Some(before) => before,
        None => {
            let (state, ..) = check(store, law, event)?;
            let number = state
                .license
                .as_ref()
                .map(|l| l.number.clone())
                .unwrap_or_default();
            let drawing = Drawing {
                order: id.clone(),
                charges: license_charges(&number, *quantity, *value_usd),
                decision: None,
            };
            hold(
                ledger,
                &Hold {
                    case: &event.case,
                    id: id.clone(),
                    day: event.day,
                    by,
                    quantity: *quantity,
                    drawing: &drawing,
                },
            )?;
            match enter_unheld(store, law, event) {
                Ok(done) => done,
                Err(error) => {
                    // Another event of this shipment may stand in the case: then what is held is its.
                    let stands = read(store, law, &event.case)?
                        .and_then(|r| r.state.license)
                        .is_some_and(|l| l.shipments.contains(shipment));
                    if matches!(error, Error::Refused(_)) && !stands {
                        follow(
                            ledger,
                            format!("{id}: given up"),
                            by,
                            event.day,
                            Entered::Release(part()),
                        )?;
                    }
                    return Err(error);
                }
            }
        }
    };
    let open = ledger.transact(|book| Ok(book.lot(&id)?.map_or(0, |h| h.reserved)))?;
    if open > 0 {
        follow(
            ledger,
            format!("{id}: shipped"),
            by,
            done.1.logged.event.day,
            Entered::Ship(part()),
        )?;
    }
    settle(store, ledger, law, &event.case, event.day, by)?;
    Ok(Done {
        state: done.0,
        kept: done.1,
    })
}

/// Changes a license without a new one (750.7(c)); a lower price and fewer units lower what may ship
/// on the ledger too, and units that are no longer licensed are given back. A retry is the same call.
///
/// # Errors
///
/// [`Error::Refused`] when the law lists no such change; the ledger's.
pub fn amend(
    store: &mut dyn Store,
    ledger: &Ledger,
    law: &LawBook<'_>,
    event: &Event,
) -> Result<Done, Error> {
    let (state, kept) = enter_unheld(store, law, event)?;
    // Kept first: the case holds shipments to the lower value from then on, and a retry sets the
    // ledger's limit if the program stopped here.
    let log = store.log(&event.case)?;
    // As it was right after this event: others may have come since.
    let upto = usize::try_from(kept.logged.version).unwrap_or(usize::MAX);
    let rules = law.on(state.registered)?;
    let then = State::fold(&rules, log.iter().take(upto).map(|l| &l.event))?;
    let license = then.and_then(|t| t.license);
    if let (
        What::Amended {
            change,
            value_usd,
            quantity,
            ..
        },
        Some(license),
    ) = (&event.what, &license)
    {
        let [of_quantity, of_value] = license_accounts(&license.number);
        let cite = format!(
            "license {} of case {} as changed{}",
            license.number,
            event.case,
            after(rules.step(change).map(|step| step.cite.as_str()))
        );
        let limits = [
            quantity.map(|fewer| (of_quantity, fewer, " to fewer units")),
            value_usd.map(|_| (of_value, license.value_most_usd, "")),
        ];
        for (account, most, how) in limits.into_iter().flatten() {
            let limit = Entered::Limit {
                account,
                most: Some(most),
                cite: cite.clone(),
            };
            let id = format!("license {}: changed{how} by {}", license.number, event.id);
            follow(ledger, id, &event.actor.id, kept.logged.event.day, limit)?;
        }
        settle(store, ledger, law, &event.case, event.day, &event.actor.id)?;
    }
    Ok(Done { state, kept })
}
