//! A step of a process: who acts, by when, how it is decided, and what happens otherwise.
//!
//! The words by which steps name what happens in a case stand here, so that a misspelled one is a
//! fault of the law file and not a step that never comes.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, nearest};
use crate::model::{Grade, Named};

/// What can happen in a case, in the words by which a step names it.
///
/// ```
/// assert!(tiergate_law::STEP_EVENTS.contains(&"referred"));
/// ```
pub const STEP_EVENTS: &[&str] = &[
    "registered",
    "data-asked",
    "data-answered",
    "facts-stated",
    "missing-told",
    "referred",
    "advised",
    "recommended",
    "denial-proposed",
    "countersigned",
    "chair-decided",
    "voted",
    "acep-appealed",
    "acep-decided",
    "earb-appealed",
    "earb-decided",
    "president-appealed",
    "president-decided",
    "erc-decided",
    "answered",
    "intent-to-deny",
    "responded",
    "denied",
    "denial-appealed",
    "returned",
    "held",
    "clock-stopped",
    "clock-resumed",
    "step-done",
    "concession-met",
    "filed",
    "approved",
    "issued",
    "amended",
    "shipped",
    "suspended",
    "reinstated",
    "revoked",
    "expired",
    "withdrawn",
    "assigned",
    "document-attached",
    "note",
];

/// Who may be told of a step.
pub const STEP_READERS: &[&str] = &["applicant", "agencies", "commerce", "public"];

/// A step of a process, such as the interagency one.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The process it belongs to.
    pub process: String,
    /// Latest calendar day from the start of the process.
    pub day: Option<i64>,
    /// Days allowed from the event before it.
    pub within_days: Option<i64>,
    /// The event those days count from.
    pub after: Option<String>,
    /// Who acts.
    pub who: Vec<String>,
    /// How it is decided: `chair`, `majority`, `unanimous`, `president`, `none`.
    pub decides: Option<String>,
    /// What follows if the day is missed.
    pub default: Option<String>,
    /// Whether time spent here is not counted.
    pub stops_clock: bool,
    /// The event that starts the count of `day`; registration when not given.
    pub starts: Option<Named>,
    /// The events, or the steps done, from which `within_days` counts: the latest of them.
    pub counts_from: Vec<Named>,
    /// The step from whose due day `within_days` counts, whether it was done or not.
    pub after_due: Option<Named>,
    /// The events by which the step is done.
    pub done_by: Vec<Named>,
    /// The events that stop the clock, of a step that does.
    pub stops_on: Vec<Named>,
    /// The events that let it run again.
    pub runs_on: Vec<Named>,
    /// What `default` means for the case, as a word.
    pub then: Option<StepDefault>,
    /// Whether only those who were outvoted may act.
    pub dissenting: bool,
    /// Whether it may be left undone: past its day the right to it is gone, and nothing is overdue.
    pub optional: bool,
    /// How votes are counted.
    pub votes: Option<Votes>,
    /// Who may be told of it.
    pub seen: Option<Seen>,
    /// Days of the year on which it falls, as month and day.
    pub each_year: Vec<(i8, i8)>,
}

/// What follows when a day is missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepDefault {
    /// Whoever was silent has no objection.
    NoObjection,
    /// The decision before stands.
    DecisionStands,
    /// A denial that was announced is final.
    DenialFinal,
    /// What was notified may go ahead unless told otherwise.
    AsPosted,
}

impl StepDefault {
    /// All of them.
    pub const ALL: [StepDefault; 4] = [
        StepDefault::NoObjection,
        StepDefault::DecisionStands,
        StepDefault::DenialFinal,
        StepDefault::AsPosted,
    ];

    /// The word used in law files.
    ///
    /// ```
    /// assert_eq!(tiergate_law::StepDefault::NoObjection.word(), "no-objection");
    /// ```
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            StepDefault::NoObjection => "no-objection",
            StepDefault::DecisionStands => "decision-stands",
            StepDefault::DenialFinal => "denial-final",
            StepDefault::AsPosted => "as-posted",
        }
    }
}

/// Of whom a majority or unanimity is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VotesOf {
    /// All members: who abstains or is silent is not for it.
    Members,
    /// Those who vote for or against.
    Cast,
}

/// How votes are counted, with its own grade: the text often does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Votes {
    /// Of whom the majority is asked.
    pub of: VotesOf,
    /// Where it stands, or what it is taken from.
    pub cite: String,
    /// How it is known.
    pub grade: Grade,
    /// For an assumption: why this one.
    pub because: Option<String>,
}

/// Who may be told of a step, with its own grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The readers.
    pub by: Vec<Named>,
    /// Where it stands.
    pub cite: String,
    /// How it is known.
    pub grade: Grade,
}

/// A step that stands, with its place.
pub(crate) struct Stands<'s> {
    pub file: &'s str,
    pub id: &'s str,
    pub span: &'s Range<usize>,
    pub step: &'s Step,
}

/// Faults of steps that stand together: names of steps nobody declares, and days that do not add
/// up.
pub(crate) fn check_steps(all: &[Stands<'_>], faults: &mut Vec<Diagnostic>) {
    for one in all {
        let ids = || all.iter().map(|s| s.id);
        let from_steps = one.step.counts_from.iter();
        let from_steps = from_steps.filter(|n| !STEP_EVENTS.contains(&n.name.as_str()));
        for named in from_steps.chain(&one.step.after_due) {
            if !ids().any(|id| id == named.name) {
                let message = format!("`{}` is no event of a case and no step", named.name);
                let known = ids().chain(STEP_EVENTS.iter().copied());
                let near = nearest(&named.name, known).map(str::to_owned);
                let fault = Diagnostic::error(one.file, named.span.clone(), message);
                faults.push(match near {
                    Some(near) => fault.with_help(format!("did you mean `{near}`?")),
                    None => fault,
                });
            }
        }
        let (Some(day), Some(within)) = (one.step.day, one.step.within_days) else {
            continue;
        };
        // A step may be opened by any of several; the day is the latest.
        let before = all.iter().filter(|other| {
            let due = one
                .step
                .after_due
                .as_ref()
                .is_some_and(|n| n.name == other.id);
            let opens = |n: &Named| {
                n.name == other.id || other.step.done_by.iter().any(|d| d.name == n.name)
            };
            let same = other.step.process == one.step.process && other.id != one.id;
            same && (due || one.step.counts_from.iter().any(opens))
        });
        let latest = before
            .filter_map(|b| b.step.day.map(|d| (d, b)))
            .max_by_key(|(d, _)| *d);
        if let Some((start, before)) = latest
            && start + within != day
        {
            let message = format!(
                "the step is due by day {day}, and {within} days after day {start} is day {}",
                start + within
            );
            let fault = Diagnostic::error(one.file, one.span.clone(), message);
            let fault = fault.with_other(before.file, before.span.clone(), "from this step");
            faults.push(fault.with_help("put right `day` or `within_days`"));
        }
    }
}
