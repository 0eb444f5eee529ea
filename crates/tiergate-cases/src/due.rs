//! What is due when, how that was computed, and what follows if it is missed.

use jiff::civil::Date;
use tiergate_law::{Grade, StepDefault};

use crate::act::{Act, Level};
use crate::clock::{Computed, Count, days_between};
use crate::process::agreed;
use crate::rules::{Rule, Rules, names};
use crate::state::State;

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// What it waits for has not happened; its latest day is known all the same.
    Ahead,
    /// It may be done now.
    Open,
    /// Its day has passed.
    Overdue {
        /// By so many calendar days.
        days: i64,
    },
    /// Its day has passed, and with it the right to do it; it was no duty.
    Lapsed,
    /// Its day has passed, and the default has taken its place.
    Defaulted,
    /// It was done.
    Done {
        /// When.
        on: Date,
        /// So many days after its day; none when in time.
        late_days: Option<i64>,
    },
    /// The case has ended without it.
    NotNeeded,
}

/// A step with its day.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// The step's id in the law.
    pub step: String,
    /// What it says.
    pub says: String,
    /// Its paragraph.
    pub cite: String,
    /// How the paragraph is known.
    pub grade: Grade,
    /// Who acts.
    pub who: Vec<String>,
    /// The last day in time, with its computation: counted from what came before once that has
    /// happened, and until then the latest day. None when there is nothing to count from.
    pub due: Option<Computed>,
    /// The latest day, counted from the start of the process.
    pub latest: Option<Computed>,
    /// The day counted from what came before.
    pub within: Option<Computed>,
    /// Whether it may be left undone.
    pub optional: bool,
    /// Whether the law lets the applicant be told of it; not, when it does not say.
    pub applicant_sees: bool,
    /// How it stands.
    pub standing: Standing,
    /// What follows if it is missed, for people.
    pub default: Option<String>,
    /// What follows, for the case.
    pub then: Option<StepDefault>,
}

/// Every step of a case that has a day, in the order of the law.
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::{Standing, demo, dues};
/// let day = date(2026, 1, 5);
/// let rules = demo::rules(day).unwrap();
/// let case = demo::case(&rules, day, &[demo::referral("e-2", date(2026, 1, 8))]).unwrap();
/// let all = dues(&case, &rules, date(2026, 1, 9));
/// let advice = all.iter().find(|d| d.step == "license-recommendation").unwrap();
/// assert_eq!(advice.due.as_ref().unwrap().says, "referred 2026-01-08 + 30 days = 2026-02-07");
/// assert_eq!(advice.latest.as_ref().unwrap().day, date(2026, 2, 13));
/// assert_eq!(advice.standing, Standing::Open);
/// ```
#[must_use]
pub fn dues(state: &State, rules: &Rules, today: Date) -> Vec<Due> {
    let kind = state.application.kind;
    let asked = state.application.asks.as_deref();
    let agreed = agreed(state, rules, today);
    rules
        .steps(kind)
        // Where a request names its step, the others by which such a request is decided are not its.
        .filter(|s| match asked.and_then(|a| rules.step(a)) {
            Some(a) => s.id == a.id || !s.is.done_by.iter().any(|d| names(&a.is.done_by, &d.name)),
            None => true,
        })
        // Where agencies agree, nobody above them is asked.
        .filter(|s| !(agreed && above_agencies(s)))
        .map(|rule| due(state, rules, rule, today))
        .filter(|d| d.due.is_some() || matches!(d.standing, Standing::Done { .. }))
        .collect()
}

/// Whether a step is one of the chair or of a board, or an appeal to one.
fn above_agencies(rule: &Rule) -> bool {
    let levels = [Level::Chair, Level::Acep, Level::Earb];
    let above = |word: &str| {
        levels.iter().any(|level| {
            let appealed = level.above().map(|(_, act)| act.word());
            level.decided().word() == word || appealed == Some(word)
        })
    };
    let done_by = &rule.is.done_by;
    !done_by.is_empty() && done_by.iter().all(|act| above(&act.name))
}

/// One step with its day.
#[must_use]
pub fn due(state: &State, rules: &Rules, rule: &Rule, today: Date) -> Due {
    let latest = latest(state, rule, today);
    let anchor = anchor(state, rules, rule, today);
    let within = match (&anchor, rule.is.within_days) {
        (Some((start, what)), Some(days)) => {
            Some(count(state, rule, *start, what).due(days, today))
        }
        _ => None,
    };
    // What came before governs once it has happened: whoever acts late does not shorten the days of
    // the next, and whoever acts early starts them.
    let due = within.clone().or_else(|| latest.clone());
    // A step that counts from the due day of the one before is done as soon as that one is under way:
    // whoever decides early has decided.
    let before = rule.is.after_due.as_ref().and_then(|n| rules.step(&n.name));
    let since = opened_on(state, rules, rule)
        .or_else(|| opened_on(state, rules, before?))
        .unwrap_or(state.registered);
    let waits = (!rule.is.counts_from.is_empty() || rule.is.starts.is_some())
        && anchor.is_none()
        && within.is_none()
        && !started(state, rule);
    let opened = opened_on(state, rules, rule);
    // What it counts from alone never happened: it was not done, whatever else did happen.
    let never = !rule.is.counts_from.is_empty() && opened.is_none() && latest.is_none();
    let done = done_on(state, rule, since).filter(|_| !never);
    let late = |on: Date| {
        let days = due.as_ref().map_or(0, |d| days_between(d.day, on));
        (days > 0).then_some(days)
    };
    let past = due.as_ref().is_some_and(|d| d.day < today);
    // What the end itself opens, such as an appeal of a denial, is not over with it.
    let ended = state.closed.as_ref().is_some_and(|(_, on)| {
        due.as_ref().is_none_or(|d| *on <= d.day) && !opened_by_the_end(state, rules, rule)
    });
    let standing = match done {
        Some(on) => Standing::Done {
            on,
            late_days: late(on),
        },
        None if ended => Standing::NotNeeded,
        None if waits => Standing::Ahead,
        None if past && rule.is.then.is_some() => Standing::Defaulted,
        None if past && rule.is.optional => Standing::Lapsed,
        None if past => Standing::Overdue {
            days: due.as_ref().map_or(0, |d| days_between(d.day, today)),
        },
        None => Standing::Open,
    };
    Due {
        step: rule.id.clone(),
        says: rule.says.clone(),
        cite: rule.cite.clone(),
        grade: rule.grade,
        who: rule.is.who.clone(),
        due,
        latest,
        within,
        optional: rule.is.optional,
        applicant_sees: rule
            .is
            .seen
            .as_ref()
            .is_some_and(|s| names(&s.by, "applicant")),
        standing,
        default: rule.is.default.clone(),
        then: rule.is.then,
    }
}

/// The last day in time of a step, if what it counts from has happened.
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::{demo, due_day};
/// let day = date(2026, 1, 5);
/// let rules = demo::rules(day).unwrap();
/// let case = demo::case(&rules, day, &[]).unwrap();
/// let step = rules.step("license-initial").unwrap();
/// assert_eq!(due_day(&case, &rules, step, day).unwrap().day, date(2026, 1, 14));
/// ```
#[must_use]
pub fn due_day(state: &State, rules: &Rules, rule: &Rule, today: Date) -> Option<Computed> {
    due(state, rules, rule, today).due
}

/// A count with the pauses that bear on a step: those of its own process. A step that itself stops
/// the clock is not held up by clocks that stand still.
fn count<'s>(state: &'s State, rule: &Rule, start: Date, what: &str) -> Count<'s> {
    let bears = |p: &&crate::clock::Pause| p.process == rule.is.process && !rule.is.stops_clock;
    Count {
        start,
        what: what.to_owned(),
        pauses: state.pauses.iter().filter(bears).collect(),
    }
}

fn started(state: &State, rule: &Rule) -> bool {
    match &rule.is.starts {
        Some(named) => state.first(&named.name, state.registered).is_some(),
        None => false,
    }
}

/// The latest day, counted from the start of the process.
fn latest(state: &State, rule: &Rule, today: Date) -> Option<Computed> {
    let (start, what) = match &rule.is.starts {
        Some(named) => (
            state.first(&named.name, state.registered)?,
            named.name.as_str(),
        ),
        None => (state.registered, "registered"),
    };
    if let Some(days) = rule.is.day {
        return Some(count(state, rule, start, what).due(days, today));
    }
    // The next of the days of the year, that of the start among them.
    let years = [start.year(), start.year().saturating_add(1)];
    let days = rule.is.each_year.iter().flat_map(|(month, day)| {
        years
            .iter()
            .filter_map(|year| Date::new(*year, *month, *day).ok())
    });
    let day = days.filter(|d| *d >= start).min()?;
    Some(Computed {
        day,
        not_counted: 0,
        stands_still: false,
        says: format!("the first of the days of the year after {start} = {day}"),
    })
}

/// The events and steps a step counts from that have happened, with their days.
fn opening<'r>(
    state: &'r State,
    rules: &'r Rules,
    rule: &'r Rule,
) -> impl Iterator<Item = (Date, &'r str)> {
    rule.is.counts_from.iter().filter_map(|n| {
        let day = match rules.step(&n.name) {
            Some(step) => state.step_done(&step.id),
            None => state.last(&n.name),
        };
        day.map(|d| (d, n.name.as_str()))
    })
}

/// The day on which something that happened opened a step.
fn opened_on(state: &State, rules: &Rules, rule: &Rule) -> Option<Date> {
    opening(state, rules, rule).map(|(day, _)| day).max()
}

/// Whether what ended a case, or what came after it, opens a step. Days do not tell: a case may be
/// referred and returned on one.
fn opened_by_the_end(state: &State, rules: &Rules, rule: &Rule) -> bool {
    let since = state.milestones.iter().skip(state.before_end);
    let mut since = since.map(|(word, step, _)| (*word, step.as_deref()));
    since.any(|(word, step)| {
        rule.is
            .counts_from
            .iter()
            .any(|n| match rules.step(&n.name) {
                Some(before) => word == Act::StepDone.word() && step == Some(&*before.id),
                None => n.name == word,
            })
    })
}

/// What the days of a step count from: the latest of the events and steps it names, or the due day
/// of the step before.
fn anchor(state: &State, rules: &Rules, rule: &Rule, today: Date) -> Option<(Date, String)> {
    if let Some((day, name)) = opening(state, rules, rule).max_by_key(|(day, _)| *day) {
        return Some((day, name.to_owned()));
    }
    let before = rules.step(&rule.is.after_due.as_ref()?.name)?;
    // Only once the step before is under way: before that, its latest day says enough.
    if !before
        .is
        .counts_from
        .iter()
        .any(|n| state.last(&n.name).is_some())
    {
        return None;
    }
    let day = due(state, rules, before, today).due?;
    Some((day.day, format!("`{}` due", before.id)))
}

/// When a step was done: the first of the events that do it, on or after a day.
fn done_on(state: &State, rule: &Rule, since: Date) -> Option<Date> {
    let days = rule
        .is
        .done_by
        .iter()
        .filter_map(|n| match n.name.as_str() {
            "step-done" => state.step_done(&rule.id),
            // A ground is done by stopping the clock on it, not on another.
            "clock-stopped" if rule.is.stops_clock => state
                .pauses
                .iter()
                .filter(|p| p.ground == rule.id)
                .map(|p| p.from)
                .min(),
            // And such a ground is over when its own clock runs again.
            "clock-resumed" if rule.is.stops_clock => state
                .pauses
                .iter()
                .filter(|p| p.ground == rule.id)
                .filter_map(|p| p.until)
                .max(),
            word => state.first(word, since),
        });
    days.min()
}
