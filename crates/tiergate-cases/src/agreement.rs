//! Agreements between governments: what was conceded by when, and what that unlocks.

use jiff::civil::Date;

use crate::application::Concession;
use crate::clock::days_between;
use crate::due::Standing;
use crate::state::State;

impl State {
    /// Every concession of an agreement and how it stands on a day: met, with its days late; open;
    /// or overdue.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use tiergate_cases::{Application, Concession, Kind, Standing, State, What, demo};
    /// let day = date(2026, 1, 5);
    /// let rules = demo::rules(day).unwrap();
    /// let mut agreement = Application::new(Kind::Agreement, "an agreement", "PL");
    /// agreement.unlocks = vec!["twice the allocation".into()];
    /// agreement.concessions = vec![Concession {
    ///     id: "controls".into(),
    ///     says: "export controls of its own".into(),
    ///     due: Some(date(2026, 9, 30)),
    /// }];
    /// let what = What::Registered(Box::new(agreement));
    /// let registered = demo::event("e-1", day, &demo::officer(), what);
    /// let state = State::after(None, &rules, &registered).unwrap();
    /// assert_eq!(state.conceded(date(2026, 9, 30))[0].1, Standing::Open);
    /// assert_eq!(state.conceded(date(2026, 10, 2))[0].1, Standing::Overdue { days: 2 });
    /// assert_eq!(state.unlocked(), None);
    /// ```
    #[must_use]
    pub fn conceded(&self, day: Date) -> Vec<(&Concession, Standing)> {
        let stands = |c: &Concession| {
            let late = |on: Date| c.due.map(|due| days_between(due, on)).filter(|d| *d > 0);
            match (self.met.get(&c.id), late(day)) {
                (Some(on), _) => Standing::Done {
                    on: *on,
                    late_days: late(*on),
                },
                (None, Some(days)) => Standing::Overdue { days },
                (None, None) => Standing::Open,
            }
        };
        let all = self.application.concessions.iter();
        all.map(|c| (c, stands(c))).collect()
    }

    /// What an agreement unlocks once every concession is met; none while one is open.
    #[must_use]
    pub fn unlocked(&self) -> Option<&[String]> {
        let all = &self.application.concessions;
        let met = all.iter().all(|c| self.met.contains_key(&c.id));
        (met && !self.application.unlocks.is_empty()).then_some(&self.application.unlocks[..])
    }
}
