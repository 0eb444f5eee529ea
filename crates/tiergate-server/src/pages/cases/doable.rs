//! The forms of what may be done in a case: what each asks for, and what it starts from.

use jiff::civil::Date;
use tiergate_cases::{
    Act, Actor, Kind, Level, Proposal, Read, Role, boards, grounds, outcomes, proposals,
    steps_to_do,
};
use tiergate_ledger::grouped;

use super::super::ask::form::Input;
use super::super::ask::query::Query;
use super::form::ActForm;
use super::words;
use crate::app::App;
use crate::people::Person;
use crate::port::Fault;

/// A choice in a form.
pub struct Choice {
    pub value: String,
    pub name: String,
}

/// An act that may be done now.
pub struct Doable {
    pub act: Act,
    pub word: &'static str,
    pub name: &'static str,
    pub event: String,
    pub ofs: Vec<Choice>,
    pub choices: Vec<Choice>,
    pub given: ActForm,
    /// Facts of the order that are asked for.
    pub facts: Vec<Input>,
    /// Whether the form was sent and refused.
    pub refused: bool,
}

impl Doable {
    pub fn asks_text(&self) -> Option<&'static str> {
        Some(match self.act {
            Act::DataAsked => "Question",
            Act::DataAnswered | Act::Answered => "Answer",
            Act::MissingTold => "What is missing",
            Act::Responded => "Response",
            Act::DenialAppealed => "Grounds of the appeal",
            Act::Returned | Act::Suspended | Act::Reinstated | Act::Revoked => "Reason",
            Act::Amended => "What changes",
            Act::Note => "Note",
            _ => return None,
        })
    }

    pub const fn asks_conditions(&self) -> bool {
        matches!(
            self.act,
            Act::Advised
                | Act::Recommended
                | Act::ChairDecided
                | Act::AcepDecided
                | Act::EarbDecided
                | Act::PresidentDecided
                | Act::ErcDecided
                | Act::Approved
                | Act::Issued
        )
    }

    pub const fn asks_grounds(&self) -> bool {
        matches!(
            self.act,
            Act::Advised
                | Act::Recommended
                | Act::ChairDecided
                | Act::AcepDecided
                | Act::EarbDecided
                | Act::PresidentDecided
                | Act::ErcDecided
                | Act::IntentToDeny
                | Act::Denied
        )
    }

    pub const fn asks_amounts(&self) -> bool {
        matches!(self.act, Act::Issued | Act::Shipped)
    }

    pub const fn asks_agencies(&self) -> bool {
        matches!(self.act, Act::Referred)
    }

    pub const fn is_heavy(&self) -> bool {
        matches!(
            self.act,
            Act::Denied | Act::Revoked | Act::Suspended | Act::Withdrawn | Act::Returned
        )
    }

    /// What is lost by an act that cannot be undone.
    pub const fn warning(&self) -> Option<&'static str> {
        Some(match self.act {
            Act::Withdrawn => {
                "The case ends, and what is held for it is given back. It is not \
                               opened again."
            }
            Act::Revoked => {
                "Nothing ships any more, and what is left is given back. It is not \
                             put in force again."
            }
            Act::Denied => "The case ends with a denial.",
            Act::Returned => "The case ends without a decision; the applicant may only apply anew.",
            _ => return None,
        })
    }

    /// Where the form is sent.
    pub fn to(&self, case: &str) -> String {
        let to = match self.act {
            Act::FactsStated => "facts",
            _ => "act",
        };
        format!("/cases/{case}/{to}")
    }
}

fn choice(value: impl Into<String>, name: impl Into<String>) -> Choice {
    Choice {
        value: value.into(),
        name: name.into(),
    }
}

/// What an act may be about.
pub fn ofs(read: &Read, act: Act, actor: &Actor, people: &[Person]) -> Vec<Choice> {
    let name = |id: &str| {
        let found = people.iter().find(|p| p.id == id);
        found.map_or_else(|| id.to_owned(), |p| p.name.clone())
    };
    let (state, rules) = (&read.state, &read.rules);
    let kind = state.application.kind;
    match act {
        Act::DataAnswered => state
            .questions
            .iter()
            .filter(|q| q.answered.is_none())
            .map(|q| choice(&q.id, &q.text))
            .collect(),
        Act::Countersigned => state
            .recommendation
            .iter()
            .map(|r| {
                choice(
                    &r.id,
                    format!("{}, by {}", words::proposal(r.proposal), name(&r.by)),
                )
            })
            .collect(),
        Act::Voted => boards(state, rules, actor)
            .into_iter()
            .map(|level| choice(level.word(), level.word().to_uppercase()))
            .collect(),
        Act::Held | Act::ClockStopped | Act::ClockResumed => grounds(state, rules, act)
            .map(|rule| choice(&rule.id, format!("{} ({})", rule.says, rule.cite)))
            .collect(),
        Act::StepDone => steps_to_do(state, rules, actor)
            .map(|rule| choice(&rule.id, format!("{} ({})", rule.says, rule.cite)))
            .collect(),
        Act::Amended => rules
            .steps(kind)
            .filter(|rule| rule.is.process == "amendment")
            .map(|rule| choice(&rule.id, format!("{} ({})", rule.says, rule.cite)))
            .collect(),
        Act::ConcessionMet => state
            .application
            .concessions
            .iter()
            .filter(|c| !state.met.contains_key(&c.id))
            .map(|c| choice(&c.id, &c.says))
            .collect(),
        Act::Filed => state
            .documents
            .iter()
            .map(|d| choice(&d.digest, &d.name))
            .collect(),
        Act::Assigned => people
            .iter()
            .filter(|p| p.role == Role::LicensingOfficer && !p.disabled)
            .map(|p| choice(&p.id, &p.name))
            .collect(),
        _ => Vec::new(),
    }
}

/// What an act may say of a few words: of those, what would be taken on a day.
pub fn choices(read: &Read, act: Act, day: Date) -> Vec<Choice> {
    let (state, rules) = (&read.state, &read.rules);
    let mut all = words_of(act, state.application.kind);
    let level = [
        Level::Chair,
        Level::Acep,
        Level::Earb,
        Level::President,
        Level::Erc,
    ];
    let level = level.into_iter().find(|level| level.decided() == act);
    let taken: Option<Vec<&str>> = match (act, level) {
        (Act::Recommended, _) => Some(
            proposals(state, rules, day)
                .into_iter()
                .map(|proposal| match proposal {
                    Proposal::Approve => "approve",
                    Proposal::Deny => "deny",
                    Proposal::Revoke => "revoke",
                })
                .collect(),
        ),
        (_, Some(level)) => {
            let outcomes = outcomes(state, rules, level).into_iter();
            Some(outcomes.map(tiergate_cases::Outcome::word).collect())
        }
        _ => None,
    };
    if let Some(taken) = taken {
        all.retain(|choice| taken.contains(&choice.value.as_str()));
    }
    all
}

fn words_of(act: Act, kind: Kind) -> Vec<Choice> {
    let all: &[(&str, &str)] = match act {
        Act::Advised => &[
            ("no-objection", "No objection"),
            ("approve", "Approve"),
            ("approve-with-conditions", "Approve with conditions"),
            ("deny", "Deny"),
        ],
        Act::Recommended => &[
            ("approve", "To approve"),
            ("deny", "To deny"),
            ("revoke", "To revoke what was approved"),
        ],
        Act::ChairDecided
        | Act::AcepDecided
        | Act::EarbDecided
        | Act::PresidentDecided
        | Act::ErcDecided => &[("approve", "Approve"), ("deny", "Deny")],
        Act::Voted => &[
            ("for", "For"),
            ("against", "Against"),
            ("abstain", "Abstain"),
        ],
        Act::Answered if kind == Kind::Nac => &[
            ("go", "Go"),
            ("no-go", "No-go"),
            ("license-required", "A license is required"),
        ],
        Act::Answered => &[("text", "The text is the answer")],
        _ => &[],
    };
    all.iter()
        .map(|(value, name)| choice(*value, *name))
        .collect()
}

/// What the forms of a license start from.
pub fn filled(app: &App, read: &Read, act: Act) -> ActForm {
    let state = &read.state;
    let number = |n: u64| grouped(i128::from(n));
    let mut form = ActForm::default();
    match act {
        Act::Issued => {
            let application = &state.application;
            form.name = format!("D{}", state.case.trim_start_matches("Z-").replace('-', ""));
            form.quantity = application.quantity.map_or_else(String::new, number);
            form.value_usd = application.value_usd.map_or_else(String::new, number);
            form.through =
                tiergate_cases::valid_through(&read.rules, app.today(), application.a_items)
                    .map_or_else(String::new, |day| day.to_string());
            form.conditions = state.conditions.join("\n");
        }
        Act::Approved => {
            let recommended = state.recommendation.as_ref();
            form.conditions = recommended.map_or_else(String::new, |r| r.conditions.join("\n"));
        }
        Act::Shipped => {
            if let Some(license) = &state.license {
                form.name = format!("{}-{}", license.number, license.shipments.len() + 1);
                form.quantity = number(license.left());
            }
        }
        Act::Countersigned => {
            form.of = state
                .recommendation
                .as_ref()
                .map_or_else(String::new, |r| r.id.clone());
        }
        _ => {}
    }
    form
}

/// Inputs for facts of the order that are missing, with what was filled in and refused.
pub fn facts(app: &App, missing: &[String], given: &ActForm, wrong: &[Fault]) -> Vec<Input> {
    let mut query = Query::default();
    query.asked.fields.clone_from(&given.facts);
    let faults = wrong.iter().map(|fault| Fault {
        at: format!("/{}", fault.at.rsplit('/').next().unwrap_or_default()),
        what: fault.what.clone(),
    });
    let faults: Vec<Fault> = faults.collect();
    let besides = given.facts.iter().map(|(path, _)| path);
    let besides = besides.filter(|path| !missing.contains(path));
    let fields = missing.iter().chain(besides).filter_map(|path| {
        let field = app.config.orders.field(path)?;
        Some(Input::of(field, &query, &faults))
    });
    fields.collect()
}
