//! A desk with a ledger: cases that draw on an allocation, and a store that dies.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use tiergate_cases::store::{Kept, Store};
use tiergate_cases::{
    Drawing, Error, Event, LawBook, Logged, Proposal, What, enter, reservation_id,
};
use tiergate_law::{LawRef, View};
use tiergate_ledger::{Account, Charge, Ledger, Limit, Quota, Schedule, Span, verify};

use super::*;

pub fn law() -> LawBook<'static> {
    LawBook::new(library(), LawRef::us(), View::Enforced).unwrap()
}

pub fn allocation() -> Account {
    Account::new("country_allocation", "PL", Span::ALL)
}

pub fn drawing(case: &str, amount: u64, most: u64) -> Drawing {
    Drawing {
        order: case.into(),
        charges: vec![Charge {
            account: allocation(),
            amount,
            gives_back: vec![],
            quotas: vec![Quota {
                id: "country-allocation".into(),
                whole: None,
                schedule: Schedule::always(Limit::Amount(most), "742.6(b)(10)(iii)(B)(1)").into(),
            }],
        }],
        decision: None,
    }
}

pub fn event(case: &str, id: &str, on: &str, actor: &tiergate_cases::Actor, what: What) -> Event {
    Event {
        id: format!("{case}/{id}"),
        case: case.into(),
        day: day(on),
        at: noon(day(on)),
        actor: actor.clone(),
        basis: vec![],
        what,
    }
}

/// A case that two persons have signed for approval.
pub fn signed(store: &mut dyn Store, law: &LawBook<'_>, case: &str, units: u64) {
    let registered = event(
        case,
        "1",
        "2026-02-02",
        &applicant(),
        license_application(units, units * 1_000),
    );
    enter(store, law, &registered).unwrap();
    sign(store, law, case, "2");
}

pub fn sign(store: &mut dyn Store, law: &LawBook<'_>, case: &str, id: &str) {
    let of = event(
        case,
        id,
        "2026-02-03",
        &officer(),
        recommend(Proposal::Approve, &[]),
    );
    enter(store, law, &of).unwrap();
    let signed = What::Countersigned { of: of.id };
    enter(
        store,
        law,
        &event(case, &format!("{id}s"), "2026-02-03", &second(), signed),
    )
    .unwrap();
}

pub fn approval(case: &str, recommended: &str, id: &str, on: &str) -> Event {
    let reservation = reservation_id(case, &format!("{case}/{recommended}"));
    event(
        case,
        id,
        on,
        &officer(),
        What::Approved {
            conditions: vec![],
            reservation: Some(reservation),
        },
    )
}

pub fn held(ledger: &Ledger, account: &Account) -> (i64, i64) {
    ledger
        .transact(|book| {
            let balance = book.balance(account, day("2026-12-31"))?;
            Ok((balance.used, balance.reserved))
        })
        .unwrap()
}

pub fn check_ledger(ledger: &Ledger) {
    ledger.seal().unwrap();
    let verified = ledger
        .read(|reader| verify(reader, None, &mut |_| {}))
        .unwrap();
    assert!(verified.faults.is_empty(), "{:?}", verified.faults);
}

/// A store that stops short of keeping, as a program does that dies.
pub struct Dying<'s>(pub &'s mut dyn Store);

impl Store for Dying<'_> {
    fn append(&mut self, _: &Event, _: u64) -> Result<Kept, Error> {
        Err(Error::Store("the power is gone".into()))
    }
    fn log(&mut self, case: &str) -> Result<Vec<Logged>, Error> {
        self.0.log(case)
    }
    fn cases(&mut self) -> Result<Vec<String>, Error> {
        self.0.cases()
    }
    fn event(&mut self, id: &str) -> Result<Option<Logged>, Error> {
        self.0.event(id)
    }
}

pub fn issue_(number: &str, units: u64) -> What {
    super::issue(number, units, units * 1_000, "2027-02-04", &[])
}
