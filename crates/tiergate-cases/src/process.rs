//! Who decides: advice as it counts, votes as they count, appeals, and what is final.

use jiff::civil::Date;
use tiergate_law::{StepDefault, VotesOf};

use crate::act::{Act, Advice, Level, Outcome, Proposal, Vote};
use crate::clock::Computed;
use crate::due::due_day;
use crate::people::agency_of;
use crate::rules::{Rule, Rules};
use crate::state::{Ruling, State};

/// What an agency's advice counts as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counted {
    /// It is awaited.
    Awaited,
    /// It counts as given.
    Given(Advice),
    /// It counts as no objection, though it was not given as such.
    NoObjection {
        /// Why: silence, or a denial without its basis.
        because: &'static str,
        /// The paragraph.
        cite: String,
    },
}

impl Counted {
    /// Whether it is against approval.
    #[must_use]
    pub const fn objects(&self) -> bool {
        matches!(self, Counted::Given(Advice::Deny))
    }
}

/// What the advice of each agency counts as on a day: silence past its day, and denial without a
/// statutory and a regulatory basis, are no objection where the law says so.
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::{Counted, counted, demo};
/// let day = date(2026, 1, 5);
/// let rules = demo::rules(day).unwrap();
/// let case = demo::case(&rules, day, &[demo::referral("e-2", day)]).unwrap();
/// assert_eq!(counted(&case, &rules, date(2026, 2, 4))[0].1, Counted::Awaited);
/// let silent = &counted(&case, &rules, date(2026, 2, 5))[0].1;
/// assert!(matches!(silent, Counted::NoObjection { because: "silence", .. }));
/// ```
#[must_use]
pub fn counted(state: &State, rules: &Rules, day: Date) -> Vec<(String, Counted)> {
    let step = rules.done_by(state.application.kind, Act::Advised);
    let lenient = step.filter(|s| s.is.then == Some(StepDefault::NoObjection));
    let over = step.is_some_and(|s| due_day(state, rules, s, day).is_some_and(|d| d.day < day));
    let counts = |because| match lenient {
        Some(step) => Counted::NoObjection {
            because,
            cite: step.cite.clone(),
        },
        // Without a default in the law silence stays silence.
        None => Counted::Awaited,
    };
    let each = state.referrals.iter().map(|referral| {
        let counted = match &referral.advice {
            None if over => counts("silence"),
            None => Counted::Awaited,
            Some(given)
                if given.advice == Advice::Deny
                    && !given.grounds.complete()
                    && lenient.is_some() =>
            {
                counts("denial without statutory and regulatory basis")
            }
            Some(given) => Counted::Given(given.advice),
        };
        (referral.agency.clone(), counted)
    });
    each.collect()
}

/// What votes give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tally {
    /// Decided.
    Decided(Outcome),
    /// Not decided, and why.
    Open(String),
}

/// Counts the votes at a step: by majority or unanimity, of its members or of votes cast, as the
/// law data says. A tie decides nothing.
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::{Level, Tally, demo, tally};
/// let day = date(2026, 1, 5);
/// let rules = demo::rules(day).unwrap();
/// let case = demo::case(&rules, day, &[]).unwrap();
/// let board = rules.step("license-acep").unwrap();
/// assert!(matches!(tally(&case, board, Level::Acep), Tally::Open(_)));
/// ```
#[must_use]
pub fn tally(state: &State, rule: &Rule, level: Level) -> Tally {
    let members: Vec<&str> = rule.is.who.iter().map(|w| agency_of(w)).collect();
    let votes = state.votes.get(&level);
    let votes = |wanted: Vote| {
        let cast = votes.into_iter().flatten();
        cast.filter(|(a, v)| **v == wanted && members.contains(&a.as_str()))
            .count()
    };
    let (yes, no, abstain) = (votes(Vote::For), votes(Vote::Against), votes(Vote::Abstain));
    let of = match rule.is.votes.as_ref().map(|v| v.of) {
        Some(VotesOf::Cast) => yes + no,
        // Where the law data does not say, the narrower reading: all members.
        Some(VotesOf::Members) | None => members.len(),
    };
    let all_in = yes + no + abstain == members.len();
    let told = format!(
        "{yes} for, {no} against, {abstain} abstaining, of {} members",
        members.len()
    );
    match rule.is.decides.as_deref() {
        Some("unanimous") => match () {
            // One vote against settles it; abstention and silence do not.
            () if no > 0 => Tally::Decided(Outcome::Deny),
            () if of > 0 && yes == of && (all_in || of == members.len()) => {
                Tally::Decided(Outcome::Approve)
            }
            () => Tally::Open(format!("{told}: it takes all")),
        },
        Some("majority") => match () {
            () if yes * 2 > members.len() || (all_in && yes * 2 > of) => {
                Tally::Decided(Outcome::Approve)
            }
            () if no * 2 > members.len() || (all_in && no * 2 > of) => {
                Tally::Decided(Outcome::Deny)
            }
            () => Tally::Open(format!("{told}: there is no majority")),
        },
        other => Tally::Open(format!(
            "the law decides step `{}` by {}, not by votes",
            rule.id,
            other.unwrap_or("nothing stated")
        )),
    }
}

/// Whether a decision is final.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finality {
    /// It is, and why.
    Final(String),
    /// It may be appealed through this day.
    Open(Computed),
    /// It was appealed to this level.
    Appealed(Level),
    /// The law data does not say.
    Unknown(String),
}

/// Whether a decision is final on a day.
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::{Actor, Finality, Grounds, Level, Outcome, Proposal, What, demo, finality};
/// let day = date(2026, 1, 5);
/// let rules = demo::rules(day).unwrap();
/// // All agencies were silent, an officer would deny: the chair decides.
/// let decided = What::Decided {
///     level: Level::Chair,
///     outcome: Outcome::Approve,
///     conditions: vec![],
///     grounds: Default::default(),
/// };
/// let on = date(2026, 2, 5);
/// let chair = Actor::of_agency("c-1", "Commerce");
/// let deny = What::Recommended {
///     proposal: Proposal::Deny,
///     conditions: vec![],
///     grounds: Grounds {
///         statutory: "50 U.S.C. 4813".into(),
///         regulatory: "742.6".into(),
///         ..Grounds::default()
///     },
/// };
/// let events = [
///     demo::referral("e-2", day),
///     demo::event("e-3", on, &demo::officer(), deny),
///     demo::event("e-4", on, &chair, decided),
/// ];
/// let case = demo::case(&rules, day, &events).unwrap();
/// let ruling = case.ruling().unwrap();
/// assert!(matches!(finality(&case, &rules, ruling, date(2026, 2, 10)), Finality::Open(_)));
/// assert!(matches!(finality(&case, &rules, ruling, date(2026, 2, 11)), Finality::Final(_)));
/// ```
#[must_use]
pub fn finality(state: &State, rules: &Rules, ruling: &Ruling, day: Date) -> Finality {
    let Some((above, act)) = ruling.level.above() else {
        return Finality::Final(format!("nobody is above the {}", ruling.level.word()));
    };
    if state.appeals.iter().any(|(to, ..)| *to == above) {
        return Finality::Appealed(above);
    }
    let Some(step) = rules.done_by(state.application.kind, act) else {
        let law = format!(
            "the law of {} has no step that `{}` does",
            rules.date,
            act.word()
        );
        return Finality::Unknown(law);
    };
    let Some(due) = due_day(state, rules, step, day) else {
        return Finality::Unknown(format!("step `{}` has no day", step.id));
    };
    if due.day >= day {
        return Finality::Open(due);
    }
    match (&step.is.then, &step.is.default) {
        (Some(StepDefault::DecisionStands), Some(says)) => {
            Finality::Final(format!("{says}: no appeal by {} ({})", due.day, step.cite))
        }
        _ => Finality::Unknown(format!("step `{}` does not say what follows", step.id)),
    }
}

/// Who may dispose of a license application on a day, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authority {
    /// The licensing officer: no agency was asked, or the advice is in and agrees. With the
    /// outcomes that agree with it.
    Officer {
        /// Whether approval agrees with the advice.
        approve: bool,
        /// Whether denial does.
        deny: bool,
        /// Conditions that agencies ask for.
        conditions: Vec<String>,
    },
    /// Advice is awaited.
    Awaits(Vec<String>),
    /// Agencies do not agree: the chair of the Operating Committee decides.
    Chair {
        /// Who objects.
        objecting: Vec<String>,
    },
    /// A decision stands.
    Decided {
        /// Which.
        outcome: Outcome,
        /// Its conditions.
        conditions: Vec<String>,
        /// Why it is final.
        why: String,
    },
    /// A decision is not final, or an appeal is not decided.
    Pending(String),
}

/// Who may dispose of a license application on a day.
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::{Authority, authority, demo};
/// let day = date(2026, 1, 5);
/// let rules = demo::rules(day).unwrap();
/// let case = demo::case(&rules, day, &[demo::referral("e-2", day)]).unwrap();
/// let asked = ["Defense", "Energy", "State"].map(String::from).to_vec();
/// assert_eq!(authority(&case, &rules, day), Authority::Awaits(asked));
/// // Silence of all of them: the officer may approve.
/// let later = authority(&case, &rules, date(2026, 2, 5));
/// assert!(matches!(later, Authority::Officer { approve: true, .. }));
/// ```
#[must_use]
pub fn authority(state: &State, rules: &Rules, day: Date) -> Authority {
    if let Some((level, ..)) = state.appeals.last()
        && state.rulings.last().is_none_or(|r| r.level < *level)
    {
        return Authority::Pending(format!("the appeal to the {} is not decided", level.word()));
    }
    if let Some(ruling) = state.ruling() {
        return match finality(state, rules, ruling, day) {
            Finality::Final(why) => Authority::Decided {
                outcome: ruling.outcome,
                conditions: ruling.conditions.clone(),
                why,
            },
            Finality::Open(due) => {
                let level = ruling.level.word();
                Authority::Pending(format!(
                    "the {level}'s decision may be appealed through {} ({})",
                    due.day, due.says
                ))
            }
            Finality::Appealed(level) => {
                Authority::Pending(format!("it is before the {}", level.word()))
            }
            Finality::Unknown(why) => Authority::Pending(why),
        };
    }
    let advice = counted(state, rules, day);
    let awaited: Vec<String> = advice
        .iter()
        .filter(|(_, c)| *c == Counted::Awaited)
        .map(|(agency, _)| agency.clone())
        .collect();
    if !awaited.is_empty() {
        return Authority::Awaits(awaited);
    }
    let objecting: Vec<String> = advice
        .iter()
        .filter(|(_, c)| c.objects())
        .map(|(agency, _)| agency.clone())
        .collect();
    if !objecting.is_empty() && objecting.len() < advice.len() {
        return Authority::Chair { objecting };
    }
    let mut conditions: Vec<String> = Vec::new();
    for given in state.referrals.iter().filter_map(|r| r.advice.as_ref()) {
        for condition in given
            .conditions
            .iter()
            .filter(|_| given.advice == Advice::ApproveWithConditions)
        {
            if !conditions.contains(condition) {
                conditions.push(condition.clone());
            }
        }
    }
    Authority::Officer {
        approve: objecting.is_empty(),
        deny: advice.is_empty() || !objecting.is_empty(),
        conditions,
    }
}

/// Whether the agencies that were asked agree, among themselves and with what an officer recommends:
/// then there is nothing the Operating Committee's chair, or a board above, decides.
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::{agreed, demo};
/// let day = date(2026, 1, 5);
/// let rules = demo::rules(day).unwrap();
/// let case = demo::case(&rules, day, &[demo::referral("e-2", day)]).unwrap();
/// assert!(!agreed(&case, &rules, date(2026, 2, 4)));
/// // Silence of all of them is no objection of any.
/// assert!(agreed(&case, &rules, date(2026, 2, 5)));
/// ```
#[must_use]
pub fn agreed(state: &State, rules: &Rules, day: Date) -> bool {
    if state.referrals.is_empty() || !state.rulings.is_empty() {
        return false;
    }
    let proposal = state.recommendation.as_ref().map(|r| r.proposal);
    match authority(state, rules, day) {
        Authority::Officer {
            approve: true,
            deny: false,
            ..
        } => proposal != Some(Proposal::Deny),
        Authority::Officer { approve: false, .. } => proposal != Some(Proposal::Approve),
        _ => false,
    }
}

/// The day from which a denial that was announced is final, if nothing came in its way (750.6).
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::{Grounds, Proposal, What, demo, denied_from};
/// let day = date(2026, 1, 5);
/// let rules = demo::rules(day).unwrap();
/// let grounds = Grounds {
///     statutory: "50 U.S.C. 4813".into(),
///     regulatory: "742.6".into(),
///     ..Grounds::default()
/// };
/// let deny = What::Recommended {
///     proposal: Proposal::Deny,
///     conditions: vec![],
///     grounds: grounds.clone(),
/// };
/// let events = [
///     demo::event("e-2", day, &demo::officer(), deny),
///     demo::event("e-3", day, &demo::officer(), What::IntentToDeny { grounds }),
/// ];
/// let case = demo::case(&rules, day, &events).unwrap();
/// assert!(denied_from(&case, &rules, date(2026, 2, 18)).is_none());
/// assert_eq!(denied_from(&case, &rules, date(2026, 2, 19)).unwrap().day, date(2026, 2, 19));
/// ```
#[must_use]
pub fn denied_from(state: &State, rules: &Rules, day: Date) -> Option<Computed> {
    state.intent.as_ref()?;
    let step = rules
        .steps(state.application.kind)
        .find(|s| s.is.then == Some(StepDefault::DenialFinal))?;
    let due = due_day(state, rules, step, day)?;
    (state.closed.is_none() && due.day <= day).then_some(due)
}
