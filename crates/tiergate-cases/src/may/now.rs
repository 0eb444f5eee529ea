//! What the state of a case allows at a moment.

use jiff::civil::Date;

use crate::act::{Act, Level, Outcome, Proposal};
use crate::due::due_day;
use crate::error::No;
use crate::fit::{grounds, steps_to_do, voted};
use crate::kind::Kind;
use crate::people::Actor;
use crate::process::{Authority, authority, denied_from};
use crate::rules::Rules;
use crate::state::State;

/// A moment of a case: who wants what, when.
pub(super) struct Now<'n> {
    pub(super) state: &'n State,
    pub(super) rules: &'n Rules,
    pub(super) actor: &'n Actor,
    pub(super) day: Date,
}

impl Now<'_> {
    pub(super) fn check(&self, act: Act) -> Result<(), No> {
        let state = self.state;
        match act {
            Act::DataAnswered if state.questions.iter().all(|q| q.answered.is_some()) => {
                Err(No::new("no question is open", "ask first"))
            }
            Act::DataAsked if state.intent.is_some() => Err(No::new(
                "notice of intent to deny was given",
                "what the applicant has to say is its response",
            )),
            Act::Referred if !state.referrals.is_empty() => {
                let found = format!("it was referred on {}", state.referrals[0].on);
                Err(No::new(found, "it is referred once, to all agencies"))
            }
            Act::Advised => self.advised(),
            Act::Recommended => self.recommended(),
            Act::Countersigned => self.countersigned(),
            Act::ChairDecided => self.chair(),
            Act::AcepAppealed => self.appealed(match state.application.kind {
                Kind::ValidatedEndUser => Level::Erc,
                _ => Level::Chair,
            }),
            Act::EarbAppealed => self.appealed(Level::Acep),
            Act::PresidentAppealed => self.appealed(Level::Earb),
            Act::AcepDecided => self.decided(Level::Acep),
            Act::EarbDecided => self.decided(Level::Earb),
            Act::PresidentDecided => self.decided(Level::President),
            Act::ErcDecided if state.referrals.is_empty() => Err(No::new(
                "it was not circulated",
                "refer it to the committee's members first",
            )),
            Act::ErcDecided if !state.rulings.is_empty() => Err(No::new(
                "the committee has decided",
                "it decides once; a member that disagrees appeals",
            )),
            Act::ErcDecided => self.votes_decide(Level::Erc),
            Act::Voted if state.appeals.is_empty() && state.application.kind == Kind::License => {
                Err(No::new(
                    "it is before no board",
                    "a board votes on an appeal",
                ))
            }
            Act::Voted => {
                let level = state.appeals.last().map_or(Level::Erc, |(to, ..)| *to);
                voted(state, self.rules, self.actor, level)
            }
            Act::FactsStated => self.stated(),
            Act::StepDone if steps_to_do(state, self.rules, self.actor).next().is_none() => {
                Err(No::new(
                    "no step is left that is entered as done",
                    "steps with an act of their own are done by it",
                ))
            }
            Act::IntentToDeny => self.intent(),
            Act::Responded => self.responded(),
            Act::Denied => self.denied(),
            Act::DenialAppealed => self.in_time(Act::DenialAppealed),
            Act::Returned if state.intent.is_some() || !state.rulings.is_empty() => Err(No::new(
                "it is being decided",
                "an application is returned before a decision or notice of intent to deny",
            )),
            Act::Held if state.held.is_some() => Err(No::new(
                "it is held already",
                "let the clock run again first",
            )),
            Act::ClockResumed if state.paused().is_empty() => {
                Err(No::new("the clock runs", "stop it first"))
            }
            Act::ClockResumed if grounds(state, self.rules, act).next().is_none() => {
                Err(No::new("the clock waits for an answer", "enter the answer"))
            }
            Act::Held | Act::ClockStopped if grounds(state, self.rules, act).next().is_none() => {
                Err(No::new(
                    "the law has no ground that is left for it",
                    "the clock stands still on the others already, or runs",
                )
                .under_any(self.rules.cite(state.application.kind, act)))
            }
            Act::Approved => self.approved(),
            Act::Issued => self.issued(),
            Act::Shipped | Act::Suspended | Act::Reinstated | Act::Amended | Act::Expired => {
                self.licensed(act)
            }
            Act::Revoked => {
                match (&state.license, state.closed, state.revoked) {
                    (None, Some(_), None) => {}
                    (None, _, Some(on)) => {
                        return Err(No::new(
                            format!("the approval was revoked on {on}"),
                            "once is enough",
                        ));
                    }
                    _ => self.licensed(act)?,
                }
                self.signed(Proposal::Revoke)
            }
            _ => Ok(()),
        }
    }

    /// Whether the day of an act is not past.
    pub(super) fn in_time(&self, act: Act) -> Result<(), No> {
        let Some(rule) = self.rules.done_by(self.state.application.kind, act) else {
            let found = format!(
                "the law of {} has no step that `{}` does",
                self.rules.date,
                act.word()
            );
            return Err(No::new(found, "enter it under a law that has one"));
        };
        let Some(due) = due_day(self.state, self.rules, rule, self.day) else {
            let found = format!("step `{}` has nothing to count from yet", rule.id);
            return Err(No::new(found, "enter what comes before it").under(&rule.cite));
        };
        if self.day <= due.day {
            return Ok(());
        }
        let after = rule
            .is
            .default
            .clone()
            .unwrap_or_else(|| "it is too late".to_owned());
        Err(No::new(format!("it was due by {} ({})", due.day, due.says), after).under(&rule.cite))
    }

    fn advised(&self) -> Result<(), No> {
        if !self.state.rulings.is_empty() {
            return Err(No::new(
                "the chair has decided",
                "an agency that disagrees appeals",
            ));
        }
        self.in_time(Act::Advised)
    }

    fn recommended(&self) -> Result<(), No> {
        if let Some(on) = self.state.revoked_on() {
            let what = self
                .state
                .license
                .as_ref()
                .map_or("approval", |_| "license");
            return Err(No::new(
                format!("the {what} was revoked on {on}"),
                "nothing is left to propose",
            ));
        }
        if self.state.closed.is_some() {
            // What was approved can be revoked, whether its license is issued or not.
            return match self.state.application.kind {
                Kind::License => Ok(()),
                _ => Err(No::new(
                    "the case is approved",
                    "nothing is left to propose",
                )),
            };
        }
        if self.state.application.kind == Kind::Agreement {
            return Ok(());
        }
        self.not_open(authority(self.state, self.rules, self.day))
    }

    fn countersigned(&self) -> Result<(), No> {
        let Some(recommendation) = &self.state.recommendation else {
            return Err(No::new("nothing is recommended", "recommend first"));
        };
        if let Some((by, on)) = &recommendation.countersigned {
            return Err(No::new(
                format!("`{by}` countersigned on {on}"),
                "one signature is enough",
            ));
        }
        if recommendation.by == self.actor.id {
            let found = format!("`{}` recommended it", self.actor.id);
            return Err(No::new(found, "another person countersigns"));
        }
        Ok(())
    }

    /// Whether a proposal stands that two persons signed.
    fn signed(&self, proposal: Proposal) -> Result<(), No> {
        let standing = self
            .state
            .recommendation
            .as_ref()
            .filter(|r| r.proposal == proposal);
        let Some(recommendation) = standing else {
            return Err(No::new(
                "nothing of the kind is recommended",
                "an officer recommends it first",
            ));
        };
        match &recommendation.countersigned {
            Some((by, _)) if *by != recommendation.by => Ok(()),
            _ => Err(No::new(
                "one person has signed",
                "another countersigns it first",
            )),
        }
    }

    /// Whether facts of the order may still be stated.
    fn stated(&self) -> Result<(), No> {
        if self.state.application.order.is_none() {
            return Err(No::new(
                "it has no order",
                "say it in an answer or a document",
            ));
        }
        if self.state.intent.is_some() {
            return Err(No::new(
                "notice of intent to deny was given",
                "what the applicant has to say is its response",
            ));
        }
        Ok(())
    }

    /// The paragraph of a denial that is announced: where the applicant's response stands.
    fn of_denial(&self) -> Option<&str> {
        let kind = self.state.application.kind;
        self.rules.cite(kind, Act::Responded)
    }

    fn intent(&self) -> Result<(), No> {
        if let Some((_, on)) = &self.state.intent {
            return Err(No::new(
                format!("notice was given on {on}"),
                "one notice is enough",
            ));
        }
        let proposed = self.state.recommendation.as_ref();
        if proposed.is_none_or(|r| r.proposal != Proposal::Deny) {
            return Err(No::new(
                "denial is not recommended",
                "an officer recommends it first",
            )
            .under_any(self.of_denial()));
        }
        match authority(self.state, self.rules, self.day) {
            Authority::Officer { deny: true, .. }
            | Authority::Decided {
                outcome: Outcome::Deny,
                ..
            } => Ok(()),
            Authority::Officer { .. } => Err(self.chair_decides("no agency objects".to_owned())),
            Authority::Decided { why, .. } => Err(No::new(
                format!("it was decided to approve: {why}"),
                "approve it",
            )),
            open => self.not_open(open),
        }
    }

    /// Why nobody may dispose of it yet; nothing when somebody may.
    fn not_open(&self, authority: Authority) -> Result<(), No> {
        match authority {
            Authority::Officer { .. } | Authority::Decided { .. } => Ok(()),
            Authority::Awaits(agencies) => {
                let found = format!("{} may still advise", agencies.join(", "));
                let right = "wait for its advice, or for its day to pass";
                Err(No::new(found, right))
            }
            Authority::Chair { objecting } => {
                let found = format!("agencies do not agree: {} objects", objecting.join(", "));
                Err(self.chair_decides(found))
            }
            Authority::Pending(why) => Err(No::new(why, "wait until it is final")),
        }
    }

    fn responded(&self) -> Result<(), No> {
        if self.state.intent.is_none() {
            return Err(No::new(
                "no notice of intent to deny was given",
                "there is nothing to respond to",
            ));
        }
        if let Some(on) = self.state.response {
            return Err(No::new(
                format!("the applicant responded on {on}"),
                "attach what is new as a document",
            ));
        }
        self.in_time(Act::Responded)
    }

    fn denied(&self) -> Result<(), No> {
        if self.state.intent.is_none() {
            let right = "give notice of intent to deny first";
            let no = No::new("no notice of intent to deny was given", right);
            return Err(no.under_any(self.of_denial()));
        }
        if self.state.response.is_some() || denied_from(self.state, self.rules, self.day).is_some()
        {
            return Ok(());
        }
        match self.in_time(Act::Responded) {
            Ok(()) => Err(No::new(
                "the applicant may still respond",
                "wait for the response, or for its day to pass",
            )
            .under_any(self.of_denial())),
            Err(_) => Ok(()),
        }
    }

    fn approved(&self) -> Result<(), No> {
        let missing = &self.state.application.missing;
        if !missing.is_empty() {
            let found = format!("facts are missing: {}", missing.join(", "));
            return Err(No::new(
                found,
                "they are stated first, by or for the applicant",
            ));
        }
        if let Some(question) = self.state.questions.iter().find(|q| q.answered.is_none()) {
            let found = format!(
                "the question `{}` is open since {}",
                question.text, question.asked
            );
            return Err(No::new(found, "enter its answer first"));
        }
        if let Some(ground) = &self.state.held {
            return Err(No::new(
                format!("it is held on `{ground}`"),
                "let the clock run again first",
            ));
        }
        if self.state.application.kind != Kind::Agreement {
            match authority(self.state, self.rules, self.day) {
                Authority::Officer { approve: true, .. }
                | Authority::Decided {
                    outcome: Outcome::Approve,
                    ..
                } => {}
                Authority::Officer { .. } => {
                    return Err(self.chair_decides("every agency objects".to_owned()));
                }
                Authority::Decided { why, .. } => {
                    let found = format!("it was decided to deny: {why}");
                    return Err(No::new(found, "give notice of intent to deny"));
                }
                open => self.not_open(open)?,
            }
        }
        self.signed(Proposal::Approve)
    }

    fn issued(&self) -> Result<(), No> {
        if self.state.closed.is_none() {
            return Err(No::new("the case is not approved", "approve it first"));
        }
        if let Some(on) = self.state.revoked {
            return Err(No::new(
                format!("the approval was revoked on {on}"),
                "open a new case",
            ));
        }
        if self.state.license.is_some() {
            return Err(No::new("its license is issued", "a case has one license"));
        }
        Ok(())
    }

    fn licensed(&self, act: Act) -> Result<(), No> {
        let Some(license) = &self.state.license else {
            return Err(No::new("no license is issued", "issue it first"));
        };
        if let Some(on) = license.revoked {
            return Err(No::new(
                format!("the license was revoked on {on}"),
                "apply for a new one",
            ));
        }
        match act {
            Act::Shipped => {
                let no = license.closed_on(self.day).or_else(|| license.used_up());
                no.map_or(Ok(()), Err)
            }
            Act::Amended => license.closed_on(self.day).map_or(Ok(()), Err),
            Act::Suspended if license.suspended.is_some() => {
                Err(No::new("it is suspended already", "reinstate it first"))
            }
            Act::Reinstated if license.suspended.is_none() => {
                Err(No::new("it is not suspended", "there is nothing to end"))
            }
            Act::Expired if self.day <= license.through || license.expired.is_some() => {
                Err(No::new(
                    format!("it is valid through {}", license.through),
                    "enter its expiry once, after that day",
                ))
            }
            _ => Ok(()),
        }
    }
}
