//! How an event that may be changes its case.

use crate::act::{Act, Outcome, Proposal, Vote, What};
use crate::clock::Pause;
use crate::event::Event;
use crate::kind::Kind;
use crate::license::License;
use crate::process::denied_from;
use crate::rules::{Rules, names};
use crate::state::{Closing, Document, Given, Question, Recommendation, Referral, Ruling, State};
use jiff::civil::Date;

impl State {
    fn close(&mut self, how: Closing, on: Date) {
        self.closed = Some((how, on));
        // What ends a case is a milestone of it.
        self.before_end = self.milestones.len().saturating_sub(1);
    }

    /// Takes in an event that may be.
    pub(crate) fn take(&mut self, rules: &Rules, event: &Event) {
        let (act, mut day) = (event.what.act(), event.day);
        self.version += 1;
        self.last = (day, event.at);
        if act == Act::Denied {
            // Final by the day alone, it counts from that day, whenever it is written down.
            day = denied_from(self, rules, day).map_or(day, |due| due.day);
        }
        let step = match &event.what {
            What::StepDone { step } => Some(step.clone()),
            What::ClockStopped { ground } | What::Held { ground } => Some(ground.clone()),
            _ => None,
        };
        // Advice is a milestone when the last agency has given it.
        if act != Act::Advised {
            self.milestones.push((act.word(), step, day));
        }
        self.run_clock(rules, event);
        self.stop_clock(rules, event);
        match &event.what {
            What::DataAsked { question } => self.questions.push(Question {
                id: event.id.clone(),
                agency: event.actor.agency().map(str::to_owned),
                text: question.clone(),
                asked: day,
                answered: None,
            }),
            What::DataAnswered { of, .. } => {
                for question in self.questions.iter_mut().filter(|q| q.id == *of) {
                    question.answered = Some(day);
                }
            }
            What::FactsStated {
                order,
                decision,
                lane,
                missing,
                ..
            } => {
                let asked = &mut self.application;
                asked.order.clone_from(order);
                asked.decision.clone_from(decision);
                asked.lane.clone_from(lane);
                asked.missing.clone_from(missing);
                // What was proposed before was proposed of another order.
                self.recommendation = None;
            }
            What::Referred { agencies } => {
                self.referrals
                    .extend(agencies.iter().map(|agency| Referral {
                        agency: agency.clone(),
                        on: day,
                        advice: None,
                    }));
            }
            What::Advised {
                advice,
                conditions,
                grounds,
            } => {
                let given = Given {
                    advice: *advice,
                    conditions: conditions.clone(),
                    grounds: grounds.clone(),
                    on: day,
                };
                let agency = event.actor.agency();
                for referral in self
                    .referrals
                    .iter_mut()
                    .filter(|r| Some(r.agency.as_str()) == agency)
                {
                    referral.advice = Some(given.clone());
                }
                if self.referrals.iter().all(|r| r.advice.is_some()) {
                    self.milestones.push((act.word(), None, day));
                }
            }
            What::Recommended {
                proposal,
                conditions,
                ..
            } => {
                if *proposal == Proposal::Deny {
                    self.milestones.push(("denial-proposed", None, day));
                }
                self.recommendation = Some(Recommendation {
                    id: event.id.clone(),
                    by: event.actor.id.clone(),
                    proposal: *proposal,
                    conditions: conditions.clone(),
                    on: day,
                    countersigned: None,
                });
            }
            What::Countersigned { .. } => {
                if let Some(recommendation) = &mut self.recommendation {
                    recommendation.countersigned = Some((event.actor.id.clone(), day));
                }
            }
            What::Decided {
                level,
                outcome,
                conditions,
                ..
            } => {
                let votes = self.votes.get(level);
                let other = match outcome {
                    Outcome::Approve => Vote::Against,
                    Outcome::Deny => Vote::For,
                };
                let dissenting = votes.into_iter().flatten().filter(|(_, v)| **v == other);
                self.rulings.push(Ruling {
                    level: *level,
                    outcome: *outcome,
                    conditions: conditions.clone(),
                    on: day,
                    dissenting: dissenting.map(|(agency, _)| agency.clone()).collect(),
                });
                if self.application.kind == Kind::ValidatedEndUser {
                    let how = match outcome {
                        Outcome::Approve => Closing::Approved,
                        Outcome::Deny => Closing::Denied,
                    };
                    self.close(how, day);
                }
                // What was proposed before the decision was proposed on another footing.
                self.recommendation = None;
            }
            What::Voted { level, vote } => {
                let agency = event.actor.agency().unwrap_or_default().to_owned();
                self.votes.entry(*level).or_default().insert(agency, *vote);
            }
            What::Appealed { to } => {
                let agency = event.actor.agency().unwrap_or_default().to_owned();
                self.appeals.push((*to, agency, day));
                // What was decided holds no longer: the level above decides.
                if self.application.kind == Kind::ValidatedEndUser {
                    self.closed = None;
                }
                self.recommendation = None;
            }
            What::Answered { answer, .. } => {
                self.answer = Some(*answer);
                self.close(Closing::Answered, day);
            }
            What::IntentToDeny { grounds } => self.intent = Some((grounds.clone(), day)),
            What::Responded { .. } => self.response = Some(day),
            What::Denied { .. } => self.close(Closing::Denied, day),
            What::Returned { .. } => self.close(Closing::Returned, day),
            What::Withdrawn => self.close(Closing::Withdrawn, day),
            What::Filed { .. } => self.close(Closing::Filed, day),
            What::Held { ground } => self.held = Some(ground.clone()),
            What::ClockResumed { ground } if self.held.as_ref() == Some(ground) => self.held = None,
            What::ConcessionMet { concession } => {
                self.met.insert(concession.clone(), day);
            }
            What::Approved {
                conditions,
                reservation,
            } => {
                self.conditions.clone_from(conditions);
                self.reservation.clone_from(reservation);
                self.close(Closing::Approved, day);
            }
            What::DocumentAttached {
                digest,
                name,
                bytes,
                media_type,
            } => {
                self.documents.push(Document {
                    digest: digest.clone(),
                    name: name.clone(),
                    bytes: *bytes,
                    media_type: media_type.clone(),
                    on: day,
                    by: event.actor.id.clone(),
                });
            }
            What::Assigned { to } => self.assigned = Some(to.clone()),
            What::Issued {
                number,
                quantity,
                value_usd,
                through,
                conditions,
            } => {
                self.license = Some(License::issued(
                    (number, day, *through),
                    (*quantity, *value_usd),
                    rules,
                    self.application.a_items,
                    conditions,
                ));
            }
            What::Revoked { .. } if self.license.is_none() => self.revoked = Some(day),
            what => {
                if let Some(license) = &mut self.license {
                    license.take(what, day);
                }
            }
        }
        // A case that has ended needs no clock.
        if let Some((_, on)) = self.closed {
            for pause in self.pauses.iter_mut().filter(|p| p.until.is_none()) {
                pause.until = Some(on);
            }
        }
    }

    /// Lets clocks run again that an event ends.
    fn run_clock(&mut self, rules: &Rules, event: &Event) {
        let word = event.what.act().word();
        for pause in self.pauses.iter_mut().filter(|p| p.until.is_none()) {
            let runs = rules.step(&pause.ground);
            if !runs.is_some_and(|r| names(&r.is.runs_on, word)) {
                continue;
            }
            let its_own = match &event.what {
                What::DataAnswered { of, .. } => pause.by == *of,
                What::ClockResumed { ground } => pause.ground == *ground,
                // What asks the applicant ends with its answer only.
                _ => !self.questions.iter().any(|q| q.id == pause.by),
            };
            if its_own {
                pause.until = Some(event.day);
            }
        }
    }

    /// Stops the clocks that an event stops.
    fn stop_clock(&mut self, rules: &Rules, event: &Event) {
        let named = match &event.what {
            What::ClockStopped { ground } | What::Held { ground } => Some(ground),
            _ => None,
        };
        let kind = self.application.kind;
        let act = event.what.act();
        let grounds = rules.stops(kind, act, event.actor.agency());
        for ground in grounds.filter(|g| named.is_none_or(|n| g.id == *n)) {
            self.pauses.push(Pause {
                ground: ground.id.clone(),
                cite: ground.cite.clone(),
                process: ground.is.process.clone(),
                from: event.day,
                until: None,
                by: event.id.clone(),
            });
        }
    }
}
