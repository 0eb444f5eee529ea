//! What happens by the day alone: entered before whatever someone enters first on that day.

use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;
use tiergate_cases::{expire, sweep};

use super::When;
use crate::app::App;

/// The last day on which it was looked for what is over.
#[derive(Debug, Default)]
pub struct Tidied(Mutex<Option<Date>>);

impl Tidied {
    /// Whether nobody has looked on this day; whoever asks first looks.
    fn first_on(&self, day: Date) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = last.is_none_or(|last| last < day);
        if first {
            *last = Some(day);
        }
        first
    }
}

/// Enters the expiry of licenses whose last day is past, once a day: what they held is given back
/// before it is drawn on by another. What cannot be done now is done on the next day, or by hand.
pub fn tidy(app: &App, when: When) {
    if !app.tidied.first_on(when.day) {
        return;
    }
    let result = app.cases.with(|store| {
        expire(
            store,
            &app.ledger,
            &app.law,
            &app.folded,
            (when.day, when.at),
        )
    });
    match result {
        Ok(expired) if expired.is_empty() => {}
        Ok(expired) => tracing::info!(cases = expired.len(), "licenses expired"),
        Err(error) => tracing::warn!(%error, "licenses that are over were not looked for"),
    }
}

/// Finishes what a program that was stopped left half done on the ledger: for a start.
pub fn finish(app: &App) {
    let day = app.today();
    let result = app
        .cases
        .with(|store| sweep(store, &app.ledger, &app.law, day, "desk"));
    match result {
        Ok(given) if given.is_empty() => {}
        Ok(given) => tracing::info!(reservations = given.len(), "given back after a stop"),
        Err(error) => tracing::warn!(%error, "what a stop may have left was not looked for"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn whoever_comes_first_on_a_day_looks_and_nobody_looks_back() {
        let tidied = Tidied::default();
        let looks = [2, 2, 3, 1, 3, 4].map(|day| tidied.first_on(date(2026, 3, day)));
        assert_eq!(looks, [true, false, true, false, false, true]);
    }
}
