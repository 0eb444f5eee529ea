//! The Affiliates rule as the law data has it: its threshold, and whether it is in force on a day.

use anyhow::Result;
use tiergate_engine::Desk;
use tiergate_law::{ConsolidateError, Date, Disapplied, LawRef, NumberFact, Regime, Test, View};
use tiergate_parties::{Percent, Threshold};

/// A requirement that reads how much of a party listed owners have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affiliates {
    /// From what aggregate share on.
    pub threshold: Threshold,
    /// The requirement's id.
    pub id: String,
    /// Its citation.
    pub cite: String,
    /// How it is known.
    pub grade: &'static str,
    /// The contested readings it turns on: the question, and the option taken by default.
    pub readings: Vec<(String, String)>,
    /// How it stands on the day asked about.
    pub standing: Standing,
}

/// Whether the rule is in force on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    InForce,
    /// It is not. The rule is shown as it is on another day.
    NotInForce {
        /// The day from which the threshold is.
        shown: Date,
        /// What takes it out of force, since when, and by what citation; none when it is not there yet.
        by: Option<(String, Date, String)>,
        /// The next day on which it is in force, where the law data has one.
        again: Option<Date>,
    },
}

/// The rule through the days on which the law changes.
#[derive(Debug)]
pub struct History(Vec<Span>);

/// From one change of the law to the next.
#[derive(Debug)]
struct Span {
    from: Date,
    rule: Option<Affiliates>,
    disapplied: Vec<Disapplied>,
}

impl History {
    /// Lays a law out on every day on which it changes.
    ///
    /// # Errors
    ///
    /// A law that does not exist, or that cannot be laid out.
    pub fn read(desk: &Desk, law: &str, view: View) -> Result<History> {
        let asked = LawRef {
            id: law.to_owned(),
            date: None,
            view: None,
        };
        let mut spans = Vec::new();
        for from in desk.library.breakpoints(law)? {
            let regime = match desk.library.consolidate(&asked, from, view) {
                Ok(regime) => regime,
                Err(ConsolidateError::TooEarly { .. }) => continue,
                Err(error) => return Err(error.into()),
            };
            spans.push(Span {
                from,
                rule: Affiliates::of(&regime),
                disapplied: regime.disapplied,
            });
        }
        Ok(History(spans))
    }

    /// The days on which the law changes.
    pub fn days(&self) -> impl Iterator<Item = Date> {
        self.0.iter().map(|span| span.from)
    }

    /// The rule on a day: where it is not in force, as it was before or will be; none when no
    /// instrument of the law ever has it.
    pub fn at(&self, on: Date) -> Option<Affiliates> {
        let next = self.0.partition_point(|span| span.from <= on);
        let (until, after) = self.0.split_at(next);
        if let Some(rule) = until.last().and_then(|span| span.rule.clone()) {
            return Some(rule);
        }
        let has = |span: &Span| Some((span.from, span.rule.clone()?));
        let again = after.iter().find_map(has);
        let before = until.iter().rev().find_map(has);
        let (shown, mut rule) = before.or_else(|| again.clone())?;
        let disapplied = until.last().map_or(&[][..], |span| &span.disapplied);
        let by = disapplied
            .iter()
            .find(|d| d.entries.iter().any(|(_, id)| *id == rule.id));
        rule.standing = Standing::NotInForce {
            shown,
            by: by.map(|d| (d.by.clone(), d.from, d.cite.clone())),
            again: again.map(|(day, _)| day),
        };
        Some(rule)
    }
}

impl Affiliates {
    /// The rule in a regime.
    fn of(regime: &Regime) -> Option<Affiliates> {
        regime.requirements.iter().find_map(|requirement| {
            let (mut threshold, mut readings) = (None, Vec::new());
            requirement.is.cond.visit(&mut |atom| match &atom.test {
                Test::Linear(form)
                    if form.at_least && form.terms == [(NumberFact::ConsigneeListedPct, 1)] =>
                {
                    threshold = threshold.or_else(|| from_bound(form.bound));
                }
                Test::Reading(reading, _) => readings.extend(regime.readings.get(*reading)),
                _ => {}
            });
            let said = |r: &tiergate_law::Resolved<tiergate_law::Reading>| {
                let option = r.is.options.get(r.is.default);
                let words = option.map_or_else(String::new, |(id, says)| format!("{id}: {says}"));
                (r.is.question.clone(), words)
            };
            Some(Affiliates {
                threshold: threshold?,
                id: requirement.id.clone(),
                cite: requirement.cite.clone(),
                grade: requirement.grade.word(),
                readings: readings.into_iter().map(said).collect(),
                standing: Standing::InForce,
            })
        })
    }

    /// In a sentence or more: the rule, and how it stands on the day.
    pub fn said(&self, on: Date) -> String {
        let mut text = match &self.standing {
            Standing::InForce => format!("in force on {on}: {} ({})", self.cite, self.grade),
            Standing::NotInForce { shown, by, again } => {
                let why = match by {
                    Some((by, from, cite)) => format!("suspended from {from} by {by} ({cite})"),
                    None if *shown > on => "not yet in force".to_owned(),
                    None => "not in force".to_owned(),
                };
                let again = again.filter(|day| day != shown);
                let again =
                    again.map_or_else(String::new, |d| format!("; in the law data again from {d}"));
                format!(
                    "{why} on {on}{again}; shown with the threshold of {shown}: {}",
                    self.cite
                )
            }
        };
        for (question, option) in &self.readings {
            text.push_str(&format!("; contested: {question} Taken here: {option}"));
        }
        text
    }
}

/// A threshold from the bound of a form, which is in halves of a billionth: an odd one lies just above
/// what is to be exceeded.
fn from_bound(bound: i128) -> Option<Threshold> {
    let billionths = u64::try_from(bound / 2).ok()?;
    let percent = Percent::from_billionths(billionths);
    Some(if bound % 2 == 0 {
        Threshold::AtLeast(percent)
    } else {
        Threshold::MoreThan(percent)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_is_the_one_of_the_law_data() {
        let desk = crate::embedded::desk(None).unwrap();
        let history = History::read(&desk, "us", View::Enforced).unwrap();
        let at = |day: &str| history.at(day.parse().unwrap()).unwrap();
        let value = |rule: &Affiliates| rule.threshold;
        let half = Threshold::AtLeast(Percent::whole(50));
        let before = at("2025-09-28");
        assert_eq!(value(&before), half);
        assert!(matches!(
            before.standing,
            Standing::NotInForce { by: None, .. }
        ));
        for day in ["2025-09-29", "2025-11-09"] {
            assert_eq!(
                (value(&at(day)), at(day).standing),
                (half, Standing::InForce)
            );
        }
        let suspended = at("2026-02-01");
        let Standing::NotInForce {
            by: Some((by, from, _)),
            again,
            ..
        } = &suspended.standing
        else {
            panic!("{suspended:?}")
        };
        assert_eq!(
            (by.as_str(), from.to_string()),
            ("us-2025-11-affiliates-suspension", "2025-11-10".to_owned())
        );
        assert_eq!(again.map(|d| d.to_string()).as_deref(), Some("2026-11-10"));
        let returned = at("2026-11-10");
        assert_eq!(
            (returned.standing, returned.readings.len()),
            (Standing::InForce, 1)
        );
    }

    #[test]
    fn a_bound_is_read_as_the_law_writes_it() {
        use tiergate_law::Num;
        let fifty = Num::from(50).raw();
        assert_eq!(
            from_bound(fifty),
            Some(Threshold::AtLeast(Percent::whole(50)))
        );
        assert_eq!(
            from_bound(fifty + 1),
            Some(Threshold::MoreThan(Percent::whole(50)))
        );
    }
}
