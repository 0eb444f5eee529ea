//! What a case is after its events.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::act::{Act, Advice, Answer, Level, Outcome, Proposal, Vote};
use crate::application::Application;
use crate::clock::Pause;
use crate::error::Refused;
use crate::event::{Event, Grounds};
use crate::license::License;
use crate::rules::Rules;
use crate::{fit, may};

/// How a case ended; a license may live on after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closing {
    /// Approved; a validated end user granted or removed as asked; an agreement in force.
    Approved,
    /// Denied, or not granted.
    Denied,
    /// Returned without action: no denial.
    Returned,
    /// Withdrawn by the applicant.
    Withdrawn,
    /// Answered: a classification, an opinion, a notification.
    Answered,
    /// Filed: a report.
    Filed,
}

impl Closing {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Closing::Approved => "approved",
            Closing::Denied => "denied",
            Closing::Returned => "returned",
            Closing::Withdrawn => "withdrawn",
            Closing::Answered => "answered",
            Closing::Filed => "filed",
        }
    }
}

/// A question to the applicant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The event that asked.
    pub id: String,
    /// For which agency.
    pub agency: Option<String>,
    /// What.
    pub text: String,
    /// When.
    pub asked: Date,
    /// When it was answered.
    pub answered: Option<Date>,
}

/// An agency that was asked, and what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// The agency.
    pub agency: String,
    /// When it was asked.
    pub on: Date,
    /// What it said last.
    pub advice: Option<Given>,
}

/// Advice as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The advice.
    pub advice: Advice,
    /// Its conditions.
    pub conditions: Vec<String>,
    /// Its basis.
    pub grounds: Grounds,
    /// When.
    pub on: Date,
}

/// What an officer proposes, and who signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recommendation {
    /// The event.
    pub id: String,
    /// Who.
    pub by: String,
    /// What.
    pub proposal: Proposal,
    /// Under which conditions.
    pub conditions: Vec<String>,
    /// When.
    pub on: Date,
    /// Who signed it, and when.
    pub countersigned: Option<(String, Date)>,
}

/// A decision at a level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Who decided.
    pub level: Level,
    /// How.
    pub outcome: Outcome,
    /// Under which conditions.
    pub conditions: Vec<String>,
    /// When.
    pub on: Date,
    /// The agencies that voted otherwise, of a board.
    pub dissenting: Vec<String>,
}

/// A document by its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The digest of its content: blake3, in hex.
    pub digest: String,
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its media type.
    pub media_type: String,
    /// When it was attached.
    pub on: Date,
    /// By whom.
    pub by: String,
}

/// A case after its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The case.
    pub case: String,
    /// What it was registered with.
    pub application: Application,
    /// The day it was registered: day 0.
    pub registered: Date,
    /// How many events it has.
    pub version: u64,
    /// The day and moment of the last event.
    pub last: (Date, Timestamp),
    /// What happened when, in the words of the law, and for which step.
    pub milestones: Vec<(&'static str, Option<String>, Date)>,
    /// Stretches that are not counted.
    pub pauses: Vec<Pause>,
    /// Questions to the applicant.
    pub questions: Vec<Question>,
    /// Agencies asked.
    pub referrals: Vec<Referral>,
    /// What the officer proposes now.
    pub recommendation: Option<Recommendation>,
    /// Decisions, in order.
    pub rulings: Vec<Ruling>,
    /// Appeals: to which level, by which agency, when.
    pub appeals: Vec<(Level, String, Date)>,
    /// The last vote of each agency at each level.
    pub votes: BTreeMap<Level, BTreeMap<String, Vote>>,
    /// Notice of intent to deny: its basis and day.
    pub intent: Option<(Grounds, Date)>,
    /// The response to it.
    pub response: Option<Date>,
    /// The ledger's entry that holds what the approval draws.
    pub reservation: Option<String>,
    /// The conditions of the approval.
    pub conditions: Vec<String>,
    /// The license.
    pub license: Option<License>,
    /// The day the approval was revoked, of one whose license was not issued.
    pub revoked: Option<Date>,
    /// The ground it is held on without action.
    pub held: Option<String>,
    /// The answer to a request.
    pub answer: Option<Answer>,
    /// Concessions met, with their days.
    pub met: BTreeMap<String, Date>,
    /// Documents.
    pub documents: Vec<Document>,
    /// Who is in charge.
    pub assigned: Option<String>,
    /// How it ended, and when.
    pub closed: Option<(Closing, Date)>,
    /// How many milestones it had before it ended.
    pub(crate) before_end: usize,
}

impl State {
    /// The state after a case's events.
    ///
    /// # Errors
    ///
    /// The first event that may not be, with its place.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use tiergate_cases::{State, demo};
    /// let day = date(2026, 1, 5);
    /// let rules = demo::rules(day).unwrap();
    /// let case = State::fold(&rules, [&demo::registered(day)]).unwrap().unwrap();
    /// assert_eq!((case.version, case.registered), (1, day));
    /// ```
    pub fn fold<'e>(
        rules: &Rules,
        events: impl IntoIterator<Item = &'e Event>,
    ) -> Result<Option<State>, Refused> {
        let mut state = None;
        for event in events {
            state = Some(State::after(state, rules, event)?);
        }
        Ok(state)
    }

    /// The state after one more event.
    ///
    /// # Errors
    ///
    /// When the event may not be: what was found, and what would be right.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use tiergate_cases::{State, demo};
    /// let day = date(2026, 1, 5);
    /// let rules = demo::rules(day).unwrap();
    /// let case = demo::case(&rules, day, &[demo::referral("e-2", day)]).unwrap();
    /// let again = State::after(Some(case), &rules, &demo::referral("e-3", day)).unwrap_err();
    /// assert_eq!(
    ///     again.to_string(),
    ///     "case `Z-1`, event `e-3`, `referred`: it was referred on 2026-01-05; it is referred once, to all agencies"
    /// );
    /// ```
    pub fn after(before: Option<State>, rules: &Rules, event: &Event) -> Result<State, Refused> {
        fit::named(event)?;
        may::may(
            before.as_ref(),
            rules,
            event.what.act(),
            &event.actor,
            event.day,
        )
        .map_err(|no| no.of(event))?;
        let Some(mut state) = before else {
            return State::registered(rules, event);
        };
        fit::fit(&state, rules, event)?;
        state.take(rules, event);
        Ok(state)
    }

    fn registered(rules: &Rules, event: &Event) -> Result<State, Refused> {
        let application = fit::application(rules, event)?;
        Ok(State {
            case: event.case.clone(),
            application: application.clone(),
            registered: event.day,
            version: 1,
            last: (event.day, event.at),
            milestones: vec![(Act::Registered.word(), None, event.day)],
            pauses: Vec::new(),
            questions: Vec::new(),
            referrals: Vec::new(),
            recommendation: None,
            rulings: Vec::new(),
            appeals: Vec::new(),
            votes: BTreeMap::new(),
            intent: None,
            response: None,
            reservation: None,
            conditions: Vec::new(),
            license: None,
            revoked: None,
            held: None,
            answer: None,
            met: BTreeMap::new(),
            documents: Vec::new(),
            assigned: None,
            closed: None,
            before_end: 0,
        })
    }

    /// The first day, on or after another, on which something happened.
    #[must_use]
    pub fn first(&self, word: &str, since: Date) -> Option<Date> {
        let days = self.milestones.iter().filter(|(w, ..)| *w == word);
        days.map(|(.., day)| *day).filter(|d| *d >= since).min()
    }

    /// The last day on which something happened.
    #[must_use]
    pub fn last(&self, word: &str) -> Option<Date> {
        let days = self.milestones.iter().filter(|(w, ..)| *w == word);
        days.map(|(.., day)| *day).max()
    }

    /// The day on which a step that has no act of its own was done.
    #[must_use]
    pub fn step_done(&self, step: &str) -> Option<Date> {
        let mut days = self
            .milestones
            .iter()
            .filter(|(w, s, _)| *w == Act::StepDone.word() && s.as_deref() == Some(step));
        days.next().map(|(.., day)| *day)
    }

    /// The last decision, if any.
    #[must_use]
    pub fn ruling(&self) -> Option<&Ruling> {
        self.rulings.last()
    }

    /// The day its license was revoked, or its approval where no license was issued.
    #[must_use]
    pub fn revoked_on(&self) -> Option<Date> {
        self.license.as_ref().map_or(self.revoked, |l| l.revoked)
    }

    /// Whether the clock stands still on a day, and on which grounds.
    #[must_use]
    pub fn paused(&self) -> Vec<&Pause> {
        self.pauses.iter().filter(|p| p.until.is_none()).collect()
    }
}
