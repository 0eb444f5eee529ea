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
    Act, Actor, Advice, Closing, Event, Grounds, Level, Outcome, Proposal, Rules, State, Vote,
    What, allowed, check_chain, dues, link, may, plus, reservation_id,
};

const AGENCIES: [&str; 4] = ["Defense", "Energy", "State", "Commerce"];

#[derive(Debug, Clone)]
struct Try {
    /// Days since the one before.
    days: i64,
    /// Whether it is one of the acts that may be done, or any act of anyone.
    guided: bool,
    who: usize,
    act: usize,
    pick: usize,
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = (
        prop_oneof![8 => 0..3i64, 2 => 3..15i64, 1 => 15..50i64],
        prop::bool::weighted(0.7),
        0..8usize,
        0..1_000usize,
        0..24usize,
    );
    let one = one.prop_map(|(days, guided, who, act, pick)| Try {
        days,
        guided,
        who,
        act,
        pick,
    });
    prop::collection::vec(one, 1..120)
}

fn who(n: usize) -> Actor {
    match n {
        0..4 => agency(AGENCIES[n]),
        4 => officer(),
        5 => second(),
        // The same person as the officer, in another role.
        6 => Actor::new("officer-1", tiergate_cases::Role::Countersigner),
        _ => applicant(),
    }
}

/// What gets a case nowhere, or out of the way.
const DULL: [Act; 11] = [
    Act::FactsStated,
    Act::MissingTold,
    Act::Note,
    Act::DocumentAttached,
    Act::Assigned,
    Act::Withdrawn,
    Act::Returned,
    Act::DataAsked,
    Act::ClockStopped,
    Act::Held,
    Act::StepDone,
];

/// An application with an order, whose facts may be stated later.
fn with_order() -> What {
    let mut what = license_application(100, 1_000);
    if let What::Registered(application) = &mut what {
        application.order = Some("a".repeat(64));
    }
    what
}

/// Who does what: guided, someone something that is listed as allowed.
fn chosen(t: &Try, state: &State, rules: &Rules, today: Date) -> (Actor, Act) {
    let anything = (who(t.who), Act::ALL[t.act % Act::ALL.len()]);
    if !t.guided {
        return anything;
    }
    let mut all = Vec::new();
    for n in 0..8 {
        let actor = who(n);
        let listed = allowed(state, rules, &actor, today).into_iter();
        all.extend(
            listed
                .filter(|p| p.why_not.is_none())
                .map(|p| (actor.clone(), p.act)),
        );
    }
    let lively: Vec<_> = all
        .iter()
        .filter(|(_, act)| !DULL.contains(act))
        .cloned()
        .collect();
    // Boards are seldom reached unless they are sought.
    let upward = [
        "appealed",
        "voted",
        "acep-decided",
        "earb-decided",
        "president-decided",
    ];
    let boards = |(_, act): &&(Actor, Act)| upward.iter().any(|w| act.word().ends_with(w));
    let boards: Vec<_> = lively.iter().filter(boards).cloned().collect();
    let from = match () {
        () if lively.is_empty() || t.act.is_multiple_of(7) => &all,
        () if !boards.is_empty() && t.act.is_multiple_of(2) => &boards,
        () => &lively,
    };
    from.get(t.act % from.len().max(1))
        .cloned()
        .unwrap_or(anything)
}

fn what(act: Act, pick: usize, state: &State) -> What {
    let text = || "!".to_owned();
    let recommended = state
        .recommendation
        .as_ref()
        .map(|r| r.id.clone())
        .unwrap_or_default();
    let question = state.questions.iter().find(|q| q.answered.is_none());
    // Mostly what is right, so that a case gets on.
    let basis = || {
        if pick.is_multiple_of(5) {
            Grounds::default()
        } else {
            grounds()
        }
    };
    let outcome = if pick.is_multiple_of(3) {
        Outcome::Deny
    } else {
        Outcome::Approve
    };
    let level = |level| What::Decided {
        level,
        outcome,
        conditions: vec![],
        grounds: basis(),
    };
    let ground = || {
        let grounds = [
            "hold-applicant",
            "hold-pre-license-check",
            "hold-consultation",
        ];
        let open = state.paused().first().map(|p| p.ground.clone());
        open.filter(|_| act == Act::ClockResumed)
            .unwrap_or_else(|| grounds[pick % 3].to_owned())
    };
    let conditions = || {
        if pick.is_multiple_of(5) {
            vec![]
        } else {
            vec!["c".to_owned()]
        }
    };
    match act {
        Act::Registered => license_application(100, 1_000),
        Act::DataAsked => What::DataAsked { question: text() },
        Act::DataAnswered => What::DataAnswered {
            of: question.map(|q| q.id.clone()).unwrap_or_default(),
            text: text(),
        },
        Act::FactsStated => What::FactsStated {
            facts: [("consignee.headquarters".to_owned(), "KZ".to_owned())].into(),
            order: Some("a".repeat(64)),
            decision: Some("b".repeat(64)),
            lane: None,
            missing: vec![],
        },
        Act::MissingTold => What::MissingTold { missing: text() },
        Act::Referred => What::Referred {
            agencies: AGENCIES[..1 + pick % 3]
                .iter()
                .map(|a| (*a).to_owned())
                .collect(),
        },
        Act::Advised => What::Advised {
            advice: [
                Advice::NoObjection,
                Advice::Deny,
                Advice::Approve,
                Advice::ApproveWithConditions,
            ][pick % 4],
            conditions: if pick % 4 == 3 {
                vec!["c".into()]
            } else {
                vec![]
            },
            grounds: basis(),
        },
        Act::Recommended => What::Recommended {
            proposal: match &state.license {
                Some(_) => Proposal::Revoke,
                None => [
                    Proposal::Approve,
                    Proposal::Approve,
                    Proposal::Deny,
                    Proposal::Revoke,
                ][pick % 4],
            },
            conditions: conditions(),
            grounds: basis(),
        },
        Act::Countersigned => What::Countersigned { of: recommended },
        Act::ChairDecided => level(Level::Chair),
        Act::AcepDecided => level(Level::Acep),
        Act::EarbDecided => level(Level::Earb),
        Act::PresidentDecided => level(Level::President),
        Act::ErcDecided => level(Level::Erc),
        Act::Voted => What::Voted {
            level: state.appeals.last().map_or(Level::Acep, |(to, ..)| *to),
            vote: [Vote::For, Vote::Against, Vote::For, Vote::Abstain][pick % 4],
        },
        Act::AcepAppealed => What::Appealed { to: Level::Acep },
        Act::EarbAppealed => What::Appealed { to: Level::Earb },
        Act::PresidentAppealed => What::Appealed {
            to: Level::President,
        },
        Act::Answered => What::Answered {
            answer: tiergate_cases::Answer::Go,
            text: text(),
        },
        Act::IntentToDeny => What::IntentToDeny { grounds: basis() },
        Act::Responded => What::Responded { text: text() },
        Act::Denied => What::Denied { grounds: basis() },
        Act::DenialAppealed => What::DenialAppealed { text: text() },
        Act::Returned => What::Returned { reason: text() },
        Act::Held => What::Held { ground: ground() },
        Act::ClockStopped => What::ClockStopped { ground: ground() },
        Act::ClockResumed => What::ClockResumed { ground: ground() },
        Act::StepDone => What::StepDone {
            step: ["pre-license-check-needed", "assurances-needed"][pick % 2].into(),
        },
        Act::ConcessionMet => What::ConcessionMet { concession: text() },
        Act::Filed => What::Filed {
            document: "a".repeat(64),
        },
        Act::Approved => What::Approved {
            conditions: conditions(),
            reservation: Some(reservation_id("M", &recommended)),
        },
        Act::Issued => issue(
            "D1",
            100,
            1_000,
            &plus(state.last.0, 30).to_string(),
            &["c"],
        ),
        Act::Amended => What::Amended {
            change: "change-named-end-user".into(),
            says: text(),
            value_usd: None,
            quantity: None,
        },
        Act::Shipped => What::Shipped {
            shipment: format!("s-{pick}"),
            quantity: 1 + 20 * (pick as u64 % 4),
            value_usd: 300,
        },
        Act::Suspended => What::Suspended { reason: text() },
        Act::Reinstated => What::Reinstated { reason: text() },
        Act::Revoked => What::Revoked { reason: text() },
        Act::Expired => What::Expired,
        Act::Withdrawn => What::Withdrawn,
        Act::Assigned => What::Assigned {
            to: "officer-2".into(),
        },
        Act::DocumentAttached => What::DocumentAttached {
            digest: "a".repeat(64),
            name: "order".into(),
            bytes: 1,
            media_type: "text/plain".into(),
        },
        Act::Note => What::Note { text: text() },
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
    licensed: bool,
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
                | What::DocumentAttached { .. }
                | What::Assigned { .. }
                | What::DenialAppealed { .. }
                | What::Amended { .. }
                | What::Issued { .. }
                | What::Shipped { .. }
                | What::Suspended { .. }
                | What::Reinstated { .. }
                | What::Revoked { .. }
                | What::Expired
                | What::Recommended { .. }
                | What::Countersigned { .. }
        );
        // Approved and without its license, it can be withdrawn.
        let unissued = self.closed == Some(Closing::Approved) && !self.licensed && !self.dead;
        let lives = lives || (unissued && event.what == What::Withdrawn);
        assert!(self.closed.is_none() || lives, "after its end: {event:?}");
        match &event.what {
            // What was recommended was recommended of another order.
            What::FactsStated { .. } => self.recommended = None,
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
            What::Issued { .. } => {
                assert!(self.approved && !self.dead);
                self.licensed = true;
            }
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
    case.on("2026-01-05", &applicant(), with_order());
    let mut model = Model::default();
    let mut today = day("2026-01-05");
    for t in tries {
        today = plus(today, t.days);
        let (actor, act) = chosen(t, case.state(), rules, today);
        let what = what(act, t.pick, case.state());
        let mut event = case.event(&today.to_string(), &actor, what);
        // The term of a license is the officer's to state; it says what it rests on.
        event.basis = vec![tiergate_cases::Basis {
            cite: "750.7(g)".into(),
            says: String::new(),
        }];
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

/// What random tries reach: a test that never gets to an approval says nothing of approvals.
#[test]
fn the_tries_reach_every_act_of_a_license_case() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let rules = rules("2026-01-05");
    let mut runner = TestRunner::deterministic();
    let mut reached: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..600 {
        let tries = tries().new_tree(&mut runner).unwrap().current();
        let case = run(&rules, &tries);
        for event in &case.events {
            *reached.entry(event.what.act().word()).or_default() += 1;
        }
    }
    let others = ["erc-decided", "answered", "concession-met", "filed"];
    for act in Act::ALL.iter().filter(|a| !others.contains(&a.word())) {
        assert!(
            reached.contains_key(act.word()),
            "{} is never reached: {reached:?}",
            act.word()
        );
    }
}

proptest! {
    /// Boards by the definition: of four members, more than half; all of them for unanimity.
    #[test]
    fn votes_count_as_the_law_says(votes in prop::collection::vec(0..4usize, 4)) {
        use tiergate_cases::{Tally, tally};
        let rules = rules("2026-01-05");
        let mut case = Case::new("T", rules.clone());
        case.on("2026-01-05", &applicant(), license_application(100, 1_000));
        let mut state = case.state().clone();
        let all = [Some(Vote::For), Some(Vote::Against), Some(Vote::Abstain), None];
        for (agency, vote) in AGENCIES.iter().zip(&votes) {
            if let Some(vote) = all[*vote] {
                state.votes.entry(Level::Acep).or_default().insert((*agency).to_owned(), vote);
            }
        }
        let count = |wanted: usize| votes.iter().filter(|v| **v == wanted).count();
        let majority = tally(&state, rules.step("license-acep").unwrap(), Level::Acep);
        let expected = if count(0) > 2 { Some(Outcome::Approve) } else if count(1) > 2 { Some(Outcome::Deny) } else { None };
        prop_assert_eq!(matches!(majority, Tally::Decided(o) if Some(o) == expected), expected.is_some());
        let unanimous = tally(&state, rules.step("veu-request").unwrap(), Level::Acep);
        let expected = if count(1) > 0 { Some(Outcome::Deny) } else if count(0) == 4 { Some(Outcome::Approve) } else { None };
        prop_assert_eq!(matches!(unanimous, Tally::Decided(o) if Some(o) == expected), expected.is_some());
    }
}
