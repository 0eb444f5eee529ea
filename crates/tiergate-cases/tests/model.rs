//! Random acts of random people against a small model that knows only what may never happen.
//!
//! The engine may refuse much; what it takes in must keep to the model, what it lists as allowed
//! must agree with what it does, and a fold of the log gives the same case again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;

use jiff::civil::Date;
use proptest::prelude::*;
use support::*;
use tiergate_cases::{
    Actor, Advice, Closing, Event, Grounds, Level, Outcome, Proposal, Rules, State, Vote, What,
    allowed, check_chain, dues, link, may, plus, reservation_id,
};

const AGENCIES: [&str; 4] = ["Defense", "Energy", "State", "Commerce"];

#[derive(Debug, Clone)]
struct Try {
    days: i64,
    who: usize,
    what: usize,
    pick: usize,
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = (
        prop_oneof![6 => 0..3i64, 2 => 3..15i64, 1 => 15..50i64],
        0..8usize,
        0..34usize,
        0..12usize,
    );
    prop::collection::vec(
        one.prop_map(|(days, who, what, pick)| Try {
            days,
            who,
            what,
            pick,
        }),
        1..60,
    )
}

fn who(n: usize) -> Actor {
    match n {
        0..4 => agency(AGENCIES[n]),
        4 => officer(),
        5 => second(),
        6 => Actor::new("officer-1", tiergate_cases::Role::Countersigner),
        _ => applicant(),
    }
}

fn what(t: &Try, state: &State) -> What {
    let recommended = state
        .recommendation
        .as_ref()
        .map(|r| r.id.clone())
        .unwrap_or_default();
    let question = state.questions.iter().find(|q| q.answered.is_none());
    let grounds_of = |n: usize| {
        if n.is_multiple_of(2) {
            grounds()
        } else {
            Grounds::default()
        }
    };
    let outcome = if t.pick.is_multiple_of(2) {
        Outcome::Approve
    } else {
        Outcome::Deny
    };
    let level = [Level::Chair, Level::Acep, Level::Earb, Level::President][t.pick / 2 % 4];
    let ground = [
        "hold-applicant",
        "hold-pre-license-check",
        "hold-consultation",
    ][t.pick % 3];
    match t.what {
        0 | 1 => What::DataAsked {
            question: "?".into(),
        },
        2 | 3 => What::DataAnswered {
            of: question.map(|q| q.id.clone()).unwrap_or_default(),
            text: "!".into(),
        },
        4 => What::MissingTold {
            missing: "?".into(),
        },
        5 | 6 => What::Referred {
            agencies: AGENCIES[..3]
                .iter()
                .filter(|_| true)
                .take(1 + t.pick % 3)
                .map(|a| (*a).to_owned())
                .collect(),
        },
        7..=9 => What::Advised {
            advice: [
                Advice::NoObjection,
                Advice::Approve,
                Advice::ApproveWithConditions,
                Advice::Deny,
            ][t.pick % 4],
            conditions: if t.pick % 4 == 2 {
                vec!["c".into()]
            } else {
                vec![]
            },
            grounds: grounds_of(t.pick / 4),
        },
        10..=12 => What::Recommended {
            proposal: [
                Proposal::Approve,
                Proposal::Approve,
                Proposal::Deny,
                Proposal::Revoke,
            ][t.pick % 4],
            conditions: if t.pick < 6 { vec!["c".into()] } else { vec![] },
            grounds: grounds(),
        },
        13 | 14 => What::Countersigned { of: recommended },
        15..=17 => What::Decided {
            level,
            outcome,
            conditions: vec![],
            grounds: grounds_of(t.pick / 4),
        },
        18 | 19 => What::Voted {
            level: [Level::Acep, Level::Earb][t.pick % 2],
            vote: [Vote::For, Vote::Against, Vote::Abstain][t.pick / 2 % 3],
        },
        20 | 21 => What::Appealed {
            to: [Level::Acep, Level::Earb, Level::President][t.pick % 3],
        },
        22 => What::IntentToDeny {
            grounds: grounds_of(t.pick),
        },
        23 => What::Responded { text: "!".into() },
        24 => What::Denied {
            grounds: grounds_of(t.pick),
        },
        25 => What::Held {
            ground: ground.into(),
        },
        26 => What::ClockStopped {
            ground: ground.into(),
        },
        27 => What::ClockResumed {
            ground: ground.into(),
        },
        28 | 29 => What::Approved {
            conditions: vec!["c".into()],
            reservation: Some(reservation_id("M", &recommended)),
        },
        30 => issue(
            "D1",
            100,
            1_000,
            if t.pick < 9 {
                "2027-01-04"
            } else {
                "2030-01-04"
            },
            &["c"],
        ),
        31 => What::Shipped {
            shipment: format!("s-{}", t.pick),
            quantity: 1 + 20 * (t.pick as u64 % 4),
            value_usd: 300,
        },
        32 => match t.pick % 4 {
            0 => What::Suspended { reason: "!".into() },
            1 => What::Reinstated { reason: "!".into() },
            2 => What::Revoked { reason: "!".into() },
            _ => What::Expired,
        },
        _ => match t.pick {
            0 => What::Withdrawn,
            1 => What::Returned { reason: "!".into() },
            _ => What::Note { text: "!".into() },
        },
    }
}

/// What may never happen, told without the engine.
#[derive(Debug, Default)]
struct Model {
    referred: Vec<String>,
    advice: BTreeMap<String, (bool, bool)>,
    rulings: Vec<(Level, Outcome)>,
    votes: BTreeMap<(Level, String), Vote>,
    intent: Option<Date>,
    responded: bool,
    recommended: Option<(String, Proposal, String, bool)>,
    open: usize,
    held: bool,
    approved: bool,
    closed: Option<Closing>,
    shipped: u64,
    shipped_usd: u64,
    dead: bool,
    suspended: bool,
}

impl Model {
    fn take(&mut self, event: &Event) {
        let by = event.actor.id.clone();
        let agency = event.actor.agency().unwrap_or_default().to_owned();
        let lives = matches!(
            event.what,
            What::Note { .. }
                | What::Issued { .. }
                | What::Shipped { .. }
                | What::Suspended { .. }
                | What::Reinstated { .. }
                | What::Revoked { .. }
                | What::Expired
                | What::Recommended { .. }
                | What::Countersigned { .. }
        );
        assert!(self.closed.is_none() || lives, "after its end: {event:?}");
        match &event.what {
            What::Referred { agencies } => {
                assert!(self.referred.is_empty());
                self.referred.clone_from(agencies);
            }
            What::Advised {
                advice, grounds, ..
            } => {
                assert!(self.referred.contains(&agency), "{agency} was not asked");
                self.advice
                    .insert(agency, (*advice == Advice::Deny, grounds.complete()));
            }
            What::DataAsked { .. } => self.open += 1,
            What::DataAnswered { .. } => self.open -= 1,
            What::Recommended { proposal, .. } => {
                self.recommended = Some((by, *proposal, event.id.clone(), false))
            }
            What::Countersigned { of } => {
                let (first, _, id, signed) = self.recommended.as_mut().unwrap();
                assert_eq!(of, id);
                assert_ne!(*first, by, "one person signed twice");
                *signed = true;
            }
            What::Decided { level, outcome, .. } => {
                let votes = |wanted| {
                    self.votes
                        .iter()
                        .filter(|((l, _), v)| l == level && **v == wanted)
                        .count()
                };
                match level {
                    Level::Chair => assert!(self.rulings.is_empty() && agency == "Commerce"),
                    Level::Acep | Level::Earb => {
                        let wanted = if *outcome == Outcome::Approve {
                            Vote::For
                        } else {
                            Vote::Against
                        };
                        assert!(votes(wanted) >= 3, "two of four are no majority");
                    }
                    _ => {}
                }
                assert!(self.rulings.last().is_none_or(|(before, _)| before < level));
                self.rulings.push((*level, *outcome));
            }
            What::Voted { level, vote } => {
                self.votes.insert((*level, agency), *vote);
            }
            What::IntentToDeny { grounds } => {
                assert!(grounds.complete());
                self.intent = Some(event.day);
            }
            What::Responded { .. } => {
                assert!(event.day <= plus(self.intent.unwrap(), 20));
                self.responded = true;
            }
            What::Denied { .. } => {
                assert!(self.responded || event.day > plus(self.intent.unwrap(), 20));
                self.closed = Some(Closing::Denied);
            }
            What::Held { .. } => self.held = true,
            What::ClockResumed { .. } => {}
            What::Approved { .. } => {
                let (_, proposal, _, signed) = self.recommended.as_ref().unwrap();
                assert!(*signed && *proposal == Proposal::Approve);
                assert_eq!(self.open, 0, "a question was open");
                let objecting = self
                    .advice
                    .values()
                    .filter(|(deny, complete)| *deny && *complete)
                    .count();
                match self.rulings.last() {
                    Some((_, outcome)) => assert_eq!(*outcome, Outcome::Approve),
                    None => assert_eq!(objecting, 0, "an agency objected and nobody decided"),
                }
                assert!(self.intent.is_none_or(|on| event.day < plus(on, 45)));
                self.approved = true;
                self.closed = Some(Closing::Approved);
            }
            What::Issued { .. } => assert!(self.approved),
            What::Shipped {
                quantity,
                value_usd,
                ..
            } => {
                assert!(self.approved && !self.dead && !self.suspended);
                self.shipped += quantity;
                self.shipped_usd += value_usd;
                assert!(self.shipped <= 100 && self.shipped_usd <= 1_100);
            }
            What::Suspended { .. } => self.suspended = true,
            What::Reinstated { .. } => self.suspended = false,
            What::Revoked { .. } => {
                let (_, proposal, _, signed) = self.recommended.as_ref().unwrap();
                assert!(*signed && *proposal == Proposal::Revoke);
                self.dead = true;
            }
            What::Expired => self.dead = true,
            What::Withdrawn => self.closed = Some(Closing::Withdrawn),
            What::Returned { .. } => {
                assert!(self.rulings.is_empty() && self.intent.is_none());
                self.closed = Some(Closing::Returned);
            }
            _ => {}
        }
    }
}

fn run(rules: &Rules, tries: &[Try]) -> Case {
    let mut case = Case::new("M", rules.clone());
    case.on("2026-01-05", &applicant(), license_application(100, 1_000));
    let mut model = Model::default();
    let mut today = day("2026-01-05");
    for t in tries {
        today = plus(today, t.days);
        let actor = who(t.who);
        let what = what(t, case.state());
        let act = what.act();
        let event = case.event(&today.to_string(), &actor, what);
        let before = case.state().clone();
        let listed = allowed(&before, rules, &actor, today);
        let listed = listed
            .iter()
            .find(|p| p.act == act)
            .map(|p| p.why_not.is_none());
        let result = case.add(event.clone());
        match &result {
            Ok(()) => {
                assert_eq!(listed, Some(true), "taken in and not listed: {act:?}");
                model.take(&event);
            }
            Err(refused) => {
                assert_eq!(*case.state(), before, "a refusal changes nothing");
                let no = may(Some(&before), rules, act, &actor, today);
                assert_eq!(listed == Some(true), no.is_ok());
                assert!(!refused.no.found.is_empty() && !refused.no.right.is_empty());
            }
        }
        // Due days never panic, and every step that has a day has a computation ending in it.
        for due in dues(case.state(), rules, today) {
            if let Some(computed) = due.due {
                assert!(computed.says.contains(&format!("= {}", computed.day)));
            }
        }
    }
    case
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_is_tried_a_case_keeps_to_what_may_be(tries in tries()) {
        let rules = rules("2026-01-05");
        let case = run(&rules, &tries);
        // The log gives the case again, through its JSON.
        let mut log = Vec::new();
        for event in &case.events {
            log.push(link(Event::read(&event.text().unwrap()).unwrap(), log.last()).unwrap());
        }
        prop_assert_eq!(check_chain("M", &log), None);
        let again = State::fold(&rules, log.iter().map(|l| &l.event)).unwrap();
        prop_assert_eq!(again.as_ref(), case.state.as_ref());
    }
}
