//! A case in JSON: all of it for staff and agencies, its own papers for an applicant.

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};
use tiergate_cases::{
    Act, Computed, Due, License, Logged, No, Possible, Standing, State, allowed, dues,
};
use utoipa::ToSchema;

use crate::casework::Found;

/// How a case ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ended {
    /// approved, denied, returned, withdrawn, answered, filed.
    pub how: &'static str,
    /// When.
    pub on: Date,
}

/// How a case ended, if whoever looks may be told.
pub fn ended(found: &Found) -> Option<Ended> {
    let (how, on) = found.read.state.closed?;
    let ends = |act: Act| {
        matches!(
            act,
            Act::Approved
                | Act::Denied
                | Act::Returned
                | Act::Withdrawn
                | Act::Answered
                | Act::Filed
                | Act::ErcDecided
        )
    };
    let told = found.whole() || found.events().any(|l| ends(l.event.what.act()));
    told.then(|| Ended {
        how: how.word(),
        on,
    })
}

/// A step of the law with its day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Due)]
pub struct DueTold {
    /// The step's id in the law.
    step: String,
    /// What it says.
    says: String,
    /// Its paragraph.
    cite: String,
    /// How the paragraph is known.
    grade: &'static str,
    /// Who acts.
    who: Vec<String>,
    /// The last day in time; none when there is nothing to count from.
    day: Option<Date>,
    /// How that was computed.
    computed: Option<String>,
    /// Whether the clock stands still, so that the day moves.
    stands_still: bool,
    /// ahead, open, overdue, defaulted, done, not-needed.
    standing: &'static str,
    /// The day it was done.
    done: Option<Date>,
    /// So many days late.
    late_days: Option<i64>,
    /// What follows if it is missed.
    default: Option<String>,
}

impl DueTold {
    fn of(due: &Due) -> DueTold {
        let (standing, done, late_days) = match due.standing {
            Standing::Ahead => ("ahead", None, None),
            Standing::Open => ("open", None, None),
            Standing::Overdue { days } => ("overdue", None, Some(days)),
            Standing::Defaulted => ("defaulted", None, None),
            Standing::Done { on, late_days } => ("done", Some(on), late_days),
            Standing::Lapsed => ("lapsed", None, None),
            Standing::NotNeeded => ("not-needed", None, None),
        };
        let computed: Option<&Computed> = due.due.as_ref();
        DueTold {
            step: due.step.clone(),
            says: due.says.clone(),
            cite: due.cite.clone(),
            grade: due.grade.word(),
            who: due.who.clone(),
            day: computed.map(|c| c.day),
            computed: computed.map(|c| c.says.clone()),
            stands_still: computed.is_some_and(|c| c.stands_still),
            standing,
            done,
            late_days,
            default: due.default.clone(),
        }
    }
}

/// An act and whether whoever looks may do it now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Act)]
pub struct ActTold {
    /// The act.
    act: &'static str,
    /// Why not; none when it may be done.
    why_not: Option<WhyNot>,
}

/// Why something may not be done.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhyNot {
    /// What was found.
    found: String,
    /// What would be right.
    right: String,
    /// The paragraph.
    cite: Option<String>,
}

impl ActTold {
    fn of(possible: Possible) -> ActTold {
        let why = |no: No| WhyNot {
            found: no.found,
            right: no.right,
            cite: no.cite,
        };
        ActTold {
            act: possible.act.word(),
            why_not: possible.why_not.map(why),
        }
    }
}

/// A case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Case)]
pub struct CaseTold {
    /// Its number.
    id: String,
    /// What it was registered with.
    #[schema(value_type = Object)]
    application: Value,
    /// The day it was registered: day 0.
    registered: Date,
    /// The day everything here is told for.
    today: Date,
    /// How it ended.
    closed: Option<Ended>,
    /// Questions to the applicant.
    #[schema(value_type = Vec<Object>)]
    questions: Value,
    /// The license.
    #[schema(value_type = Option<Object>)]
    license: Option<Value>,
    /// The conditions of the approval.
    conditions: Vec<String>,
    /// What an agreement concedes: id, says, due, the day it was met, and so many days late.
    #[schema(value_type = Vec<Object>)]
    concessions: Value,
    /// What an agreement unlocks, once every concession is met.
    unlocked: Option<Vec<String>>,
    /// Documents; of an applicant, its own.
    #[schema(value_type = Vec<Object>)]
    documents: Value,
    /// What only staff and agencies see: version, assigned, held, pauses, referrals, recommendation,
    /// rulings, appeals, votes, intent to deny, reservation.
    #[schema(value_type = Option<Object>)]
    inside: Option<Value>,
    /// Every step of the law that has a day.
    dues: Vec<DueTold>,
    /// Every act of such a case, and whether whoever asks may do it now.
    acts: Vec<ActTold>,
}

/// A case as whoever looks may see it.
pub fn case(found: &Found, today: Date) -> CaseTold {
    let (state, rules) = (&found.read.state, &found.read.rules);
    let actor = found.person.actor();
    let whole = found.whole();
    let all = dues(state, rules, today);
    CaseTold {
        id: state.case.clone(),
        application: serde_json::to_value(&state.application).unwrap_or_default(),
        registered: state.registered,
        today,
        closed: ended(found),
        questions: questions(found),
        license: state.license.as_ref().map(license),
        conditions: state.conditions.clone(),
        concessions: concessions(state, today),
        unlocked: state.unlocked().map(<[String]>::to_vec),
        documents: documents(found),
        inside: whole.then(|| inside(state)),
        dues: all
            .iter()
            .filter(|due| found.told_of(due))
            .map(DueTold::of)
            .collect(),
        acts: allowed(state, rules, &actor, today)
            .into_iter()
            .map(ActTold::of)
            .collect(),
    }
}

fn concessions(state: &State, today: Date) -> Value {
    let told = state.conceded(today).into_iter().map(|(c, stands)| {
        let (met, late_days) = match stands {
            Standing::Done { on, late_days } => (Some(on), late_days),
            Standing::Overdue { days } => (None, Some(days)),
            _ => (None, None),
        };
        json!({ "id": c.id, "says": c.says, "due": c.due, "met": met, "late_days": late_days })
    });
    told.collect()
}

fn questions(found: &Found) -> Value {
    let told = found.read.state.questions.iter().map(|q| {
        json!({ "id": q.id, "text": q.text, "agency": q.agency.as_ref().filter(|_| found.whole()),
            "asked": q.asked, "answered": q.answered })
    });
    told.collect()
}

fn documents(found: &Found) -> Value {
    let told = found.documents().map(|d| {
        json!({ "digest": d.digest, "name": d.name, "bytes": d.bytes,
                "media_type": d.media_type, "on": d.on, "by": d.by })
    });
    told.collect()
}

fn license(license: &License) -> Value {
    json!({
        "number": license.number,
        "issued": license.issued,
        "through": license.through,
        "quantity": license.quantity,
        "value_usd": license.value_usd,
        "value_most_usd": license.value_most_usd,
        "tolerance_cite": license.tolerance_cite,
        "conditions": license.conditions,
        "shipped": license.shipped,
        "shipped_usd": license.shipped_usd,
        "left": license.left(),
        "left_usd": license.left_usd(),
        "shipments": license.shipments,
        "suspended": license.suspended,
        "revoked": license.revoked,
        "expired": license.expired,
        "suspension_cite": license.suspension_cite,
        "revocation_cite": license.revocation_cite,
    })
}

fn inside(state: &State) -> Value {
    let pauses = state.pauses.iter().map(|p| {
        json!({ "ground": p.ground, "cite": p.cite, "process": p.process, "from": p.from,
            "until": p.until })
    });
    let referrals = state.referrals.iter().map(|r| {
        let advice = r.advice.as_ref().map(|a| {
            json!({ "advice": a.advice, "conditions": a.conditions, "grounds": a.grounds, "on": a.on })
        });
        json!({ "agency": r.agency, "on": r.on, "advice": advice })
    });
    let recommendation = state.recommendation.as_ref().map(|r| {
        let signed = r.countersigned.as_ref();
        json!({ "id": r.id, "by": r.by, "proposal": r.proposal, "conditions": r.conditions,
            "on": r.on, "countersigned": signed.map(|(by, on)| json!({ "by": by, "on": on })) })
    });
    let rulings = state.rulings.iter().map(|r| {
        json!({ "level": r.level, "outcome": r.outcome, "conditions": r.conditions, "on": r.on,
            "dissenting": r.dissenting })
    });
    let appeals = state.appeals.iter();
    let appeals = appeals.map(|(to, by, on)| json!({ "to": to, "by": by, "on": on }));
    let votes = state.votes.iter().map(|(level, votes)| {
        let votes: serde_json::Map<String, Value> = votes
            .iter()
            .map(|(agency, vote)| (agency.clone(), json!(vote)))
            .collect();
        json!({ "level": level, "votes": votes })
    });
    let intent = state.intent.as_ref();
    json!({
        "version": state.version,
        "assigned": state.assigned,
        "held": state.held,
        "pauses": pauses.collect::<Value>(),
        "referrals": referrals.collect::<Value>(),
        "recommendation": recommendation,
        "rulings": rulings.collect::<Value>(),
        "appeals": appeals.collect::<Value>(),
        "votes": votes.collect::<Value>(),
        "intent_to_deny": intent.map(|(grounds, on)| json!({ "grounds": grounds, "on": on })),
        "response": state.response,
        "reservation": state.reservation,
        "revoked": state.revoked,
    })
}

/// An event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventTold {
    /// Its id.
    id: String,
    /// Its place in the case; not for applicants, who are not told of all events.
    version: Option<u64>,
    /// The day it counts on.
    day: Date,
    /// The moment it was made.
    at: jiff::Timestamp,
    /// The role it was done in.
    role: &'static str,
    /// The agency it was done for.
    agency: Option<String>,
    /// Who did it; for applicants only of their own acts.
    by: Option<String>,
    /// What it rests on.
    #[schema(value_type = Vec<Object>)]
    basis: Value,
    /// What happened: an object of one act, or the word of an act that carries nothing.
    what: Value,
    /// The hash before; not for applicants.
    previous: Option<String>,
    /// Its hash; not for applicants.
    hash: Option<String>,
}

/// An event as whoever looks may see it.
pub fn event(found: &Found, logged: &Logged) -> EventTold {
    let whole = found.whole();
    let event = &logged.event;
    let own = event.actor.id == found.person.actor().id;
    EventTold {
        id: event.id.clone(),
        version: whole.then_some(logged.version),
        day: event.day,
        at: event.at,
        role: event.actor.role.word(),
        agency: event.actor.agency.clone(),
        by: (whole || own).then(|| event.actor.id.clone()),
        basis: serde_json::to_value(&event.basis).unwrap_or_default(),
        what: serde_json::to_value(&event.what).unwrap_or_default(),
        previous: whole.then(|| logged.previous.clone()),
        hash: whole.then(|| logged.hash.clone()),
    }
}
