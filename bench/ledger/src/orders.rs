//! What is entered: reservations on one account of all, or each writer's own.

use std::sync::Arc;

use jiff::civil::{Date, date};
use tiergate_ledger::{Account, Act, Charge, Entry, Limit, Quota, Reserve, Schedule, Span};

/// The schedule of the limit: never reached here.
pub fn schedule() -> Arc<Schedule> {
    Arc::new(Schedule::always(Limit::Amount(1 << 50), "740.29(a), (d)"))
}

/// The day of the nth entry: some hundred entries a day, and back again after three years.
pub fn day(n: u64) -> Date {
    let first = date(2025, 1, 1);
    let days = i32::try_from(n / 10_000 % 1095).unwrap_or(0);
    first
        .checked_add(jiff::Span::new().days(days))
        .unwrap_or(first)
}

/// A reservation of one chip's worth.
pub fn reserve(id: String, holder: String, on: Date, schedule: &Arc<Schedule>) -> Entry {
    Entry {
        date: on,
        by: None,
        act: Act::Reserve(Reserve {
            order: id.clone(),
            quantity: 1,
            charges: vec![Charge {
                account: Account::new("lpp", holder, Span::ALL),
                amount: 15_832,
                gives_back: vec![],
                quotas: vec![Quota {
                    id: "lpp".into(),
                    whole: None,
                    schedule: Arc::clone(schedule),
                }],
            }],
            decision: None,
            until: None,
        }),
        id,
    }
}
