//! Events and acts in words.

use tiergate_cases::{Act, Advice, Answer, Proposal, Read, Vote, What};
use tiergate_ledger::grouped;

use crate::people::Person;

/// An act as a button says it.
pub const fn act_name(act: Act) -> &'static str {
    match act {
        Act::Registered => "Register",
        Act::DataAsked => "Ask the applicant",
        Act::DataAnswered => "Answer a question",
        Act::FactsStated => "State missing facts",
        Act::MissingTold => "Tell what is missing",
        Act::Referred => "Refer to agencies",
        Act::Advised => "Advise",
        Act::Recommended => "Recommend",
        Act::Countersigned => "Countersign",
        Act::ChairDecided => "Decide as the chair",
        Act::Voted => "Vote",
        Act::AcepAppealed => "Appeal to the ACEP",
        Act::AcepDecided => "Record the ACEP's decision",
        Act::EarbAppealed => "Appeal to the EARB",
        Act::EarbDecided => "Record the EARB's decision",
        Act::PresidentAppealed => "Appeal to the President",
        Act::PresidentDecided => "Record the President's decision",
        Act::ErcDecided => "Record the committee's decision",
        Act::Answered => "Answer the request",
        Act::IntentToDeny => "Give notice of intent to deny",
        Act::Responded => "Respond to the notice",
        Act::Denied => "Deny",
        Act::DenialAppealed => "Appeal the denial",
        Act::Returned => "Return without action",
        Act::Held => "Hold without action",
        Act::ClockStopped => "Stop the clock",
        Act::ClockResumed => "Let the clock run",
        Act::StepDone => "Record a step",
        Act::ConcessionMet => "Record a concession met",
        Act::Filed => "File the report",
        Act::Approved => "Approve",
        Act::Issued => "Issue the license",
        Act::Amended => "Amend",
        Act::Shipped => "Record a shipment",
        Act::Suspended => "Suspend",
        Act::Reinstated => "Reinstate",
        Act::Revoked => "Revoke",
        Act::Expired => "Record the expiry",
        Act::Withdrawn => "Withdraw",
        Act::Assigned => "Assign",
        Act::DocumentAttached => "Attach a document",
        Act::Note => "Note",
    }
}

/// When an act may be done, and what it does, in a sentence.
pub const fn act_says(act: Act) -> &'static str {
    match act {
        Act::Registered => "Begins a case; its clock starts.",
        Act::DataAsked => "Asks something; an agency, of a case it was asked about.",
        Act::DataAnswered => "While a question is open.",
        Act::FactsStated => {
            "Before the end or a notice of intent to deny: completes the order, which is decided anew."
        }
        Act::MissingTold => "By an agency that was asked: says what the application lacks.",
        Act::Referred => "Once, to all agencies that advise.",
        Act::Advised => "By an agency that was asked, up to its day and before the chair decides.",
        Act::Recommended => {
            "Once advice is in, or a decision is final; anew where it is not signed."
        }
        Act::Countersigned => "By another than whoever recommended.",
        Act::ChairDecided => "Where agencies that have all advised do not agree.",
        Act::Voted => "By members of the board that has the case, until it has decided.",
        Act::AcepAppealed => "By an agency against the decision below, up to its day.",
        Act::AcepDecided | Act::EarbDecided | Act::ErcDecided => {
            "Once the votes give a decision: recorded by the chair or an officer."
        }
        Act::EarbAppealed | Act::PresidentAppealed => "By who dissented, up to its day.",
        Act::PresidentDecided => "Of a case that was taken to the President.",
        Act::Answered => "Answers a request, which ends the case.",
        Act::IntentToDeny => "Once denial is recommended and may be decided.",
        Act::Responded => "Once, up to its day after a notice of intent to deny.",
        Act::Denied => "After the response, or once its day is past.",
        Act::DenialAppealed => "After a denial, up to its day.",
        Act::Returned => "Before a decision or a notice of intent to deny; no denial.",
        Act::Held => "On a ground of the law that has the case held.",
        Act::ClockStopped => "On a ground of the law that stops the clock.",
        Act::ClockResumed => "While the clock stands still and waits for no answer.",
        Act::StepDone => "A step of the law that has no act of its own.",
        Act::ConcessionMet => "Of a concession that is not met yet.",
        Act::Filed => "Files a report from a document that is attached.",
        Act::Approved => {
            "Once two persons signed it, no fact is missing and no question is open; drawn on the ledger."
        }
        Act::Issued => "After an approval: units, value and last day.",
        Act::Amended => "Of a license that is in force, a change the law lists.",
        Act::Shipped => "Under a license that is in force and has units left.",
        Act::Suspended => "Of a license that is in force.",
        Act::Reinstated => "Of a license that is suspended.",
        Act::Revoked => "Of what was approved, on a recommendation that two persons signed.",
        Act::Expired => "Once the last day of a license is past.",
        Act::Withdrawn => "Until the license is issued.",
        Act::Assigned => "At any time: puts an officer in charge.",
        Act::DocumentAttached => "At any time.",
        Act::Note => "At any time; not for the applicant.",
    }
}

/// Advice in words.
pub const fn advice(advice: Advice) -> &'static str {
    match advice {
        Advice::NoObjection => "no objection",
        Advice::Approve => "approve",
        Advice::ApproveWithConditions => "approve with conditions",
        Advice::Deny => "deny",
    }
}

/// A proposal in words.
pub const fn proposal(proposal: Proposal) -> &'static str {
    match proposal {
        Proposal::Approve => "to approve",
        Proposal::Deny => "to deny",
        Proposal::Revoke => "to revoke",
    }
}

fn listed(all: &[String]) -> String {
    match all {
        [] => String::new(),
        all => {
            let all = all.join("; ");
            format!(" Conditions: {}.", all.trim_end_matches('.'))
        }
    }
}

fn number(n: u64) -> String {
    grouped(i128::from(n))
}

/// What happened, in a sentence.
pub fn told(what: &What) -> String {
    match what {
        What::Registered(application) => format!("Registered: {}.", application.title),
        What::DataAsked { question } => format!("Asked the applicant: {question}"),
        What::DataAnswered { text, .. } => format!("Answered: {text}"),
        What::FactsStated { facts, missing, .. } => {
            let said = facts.iter().map(|(path, value)| {
                let value = value.replace('|', ", ");
                format!("{} is {value}", label(path))
            });
            let said = said.collect::<Vec<_>>().join("; ");
            let left = match missing.is_empty() {
                true => "Nothing is missing now.".to_owned(),
                false => {
                    let left: Vec<String> = missing.iter().map(|path| label(path)).collect();
                    format!("Missing still: {}.", left.join("; "))
                }
            };
            format!("Stated of the order: {said}. {left}")
        }
        What::MissingTold { missing } => format!("Told what is missing: {missing}"),
        What::Referred { agencies } => format!("Referred to {}.", agencies.join(", ")),
        What::Advised {
            advice: given,
            conditions,
            grounds,
        } => {
            let mut said = format!("Advised: {}.{}", advice(*given), listed(conditions));
            if *given == Advice::Deny {
                said.push_str(&basis(grounds));
            } else if !grounds.reasons.is_empty() {
                said.push_str(&format!(" {}", grounds.reasons));
            }
            said
        }
        What::Recommended {
            proposal: given,
            conditions,
            grounds,
        } => format!(
            "Recommended {}.{}{}",
            proposal(*given),
            listed(conditions),
            match given {
                Proposal::Approve => String::new(),
                _ => basis(grounds),
            }
        ),
        What::Countersigned { .. } => "Countersigned the recommendation.".to_owned(),
        What::Decided {
            level,
            outcome,
            conditions,
            ..
        } => format!(
            "{}: {}.{}",
            level.word().to_uppercase(),
            outcome.word(),
            listed(conditions)
        ),
        What::Voted { level, vote } => format!(
            "Voted {} at the {}.",
            match vote {
                Vote::For => "for",
                Vote::Against => "against",
                Vote::Abstain => "neither for nor against",
            },
            level.word().to_uppercase()
        ),
        What::Appealed { to } => format!("Appealed to the {}.", to.word().to_uppercase()),
        What::Answered { answer, text } => format!(
            "Answered: {}{text}",
            match answer {
                Answer::Go => "go. ",
                Answer::NoGo => "no-go. ",
                Answer::LicenseRequired => "a license is required. ",
                Answer::Text => "",
            }
        ),
        What::IntentToDeny { grounds } => {
            format!("Notice of intent to deny.{}", basis(grounds))
        }
        What::Responded { text } => format!("Responded: {text}"),
        What::Denied { grounds } => format!("Denied.{}", basis(grounds)),
        What::DenialAppealed { text } => format!("Appealed the denial: {text}"),
        What::Returned { reason } => format!("Returned without action: {reason}"),
        What::Held { ground } => format!("Held without action: {ground}."),
        What::ClockStopped { ground } => format!("The clock stands still: {ground}."),
        What::ClockResumed { ground } => format!("The clock runs again: {ground}."),
        What::StepDone { step } => format!("Done: {step}."),
        What::ConcessionMet { concession } => format!("Concession met: {concession}."),
        What::Filed { document } => format!("Filed: {document}."),
        What::Approved { conditions, .. } => format!("Approved.{}", listed(conditions)),
        What::Issued {
            number: license,
            quantity,
            value_usd,
            through,
            conditions,
        } => format!(
            "License {license} issued: {} units, {} USD, valid through {through}.{}",
            number(*quantity),
            number(*value_usd),
            listed(conditions)
        ),
        What::Amended {
            change,
            says,
            value_usd,
            quantity,
        } => {
            let value = value_usd.map(|value| format!("{} USD", number(value)));
            let units = quantity.map(|units| format!("{} units", number(units)));
            let now: Vec<String> = value.into_iter().chain(units).collect();
            let now = match now.is_empty() {
                true => String::new(),
                false => format!(" Now {}.", now.join(", ")),
            };
            format!("Amended ({change}): {says}{now}")
        }
        What::Shipped {
            shipment,
            quantity,
            value_usd,
        } => format!(
            "Shipment {shipment}: {} units, {} USD.",
            number(*quantity),
            number(*value_usd)
        ),
        What::Suspended { reason } => format!("Suspended: {reason}"),
        What::Reinstated { reason } => format!("Reinstated: {reason}"),
        What::Revoked { reason } => format!("Revoked: {reason}"),
        What::Expired => "The license has expired.".to_owned(),
        What::Withdrawn => "Withdrawn by the applicant.".to_owned(),
        What::Assigned { to } => format!("Assigned to {to}."),
        What::DocumentAttached { name, bytes, .. } => {
            format!("Attached {name}, {} bytes.", number(*bytes))
        }
        What::Note { text } => text.clone(),
    }
}

/// A field of an order in words: `consignee.lists` is `Consignee: lists`.
pub fn label(path: &str) -> String {
    super::super::ask::form::label(path)
}

/// A refusal in words: who and what it names by an id is named as people know it.
pub fn in_words(why: &str, read: &Read, people: &[Person]) -> String {
    let event = ", event `";
    let mut text = match why.strip_prefix("case `") {
        // Which event of which case was refused is plain from where it is told.
        Some(rest) if rest.contains(event) => {
            let after = rest.split_once("`: ").map(|(_, after)| after);
            after.unwrap_or(rest).to_owned()
        }
        _ => why.to_owned(),
    };
    let mut named: Vec<(&str, String)> = Vec::new();
    named.extend(people.iter().map(|p| (p.id.as_str(), p.name.clone())));
    let steps = read.rules.steps(read.state.application.kind);
    named.extend(steps.map(|s| (s.id.as_str(), format!("“{}”", s.says))));
    let asked = read.state.questions.iter();
    named.extend(asked.map(|q| (q.id.as_str(), format!("“{}”", q.text))));
    named.extend(
        Act::ALL
            .iter()
            .map(|act| (act.word(), format!("“{}”", act_name(*act)))),
    );
    for (id, name) in named {
        text = text.replace(&format!("`{id}`"), &name);
    }
    for path in &read.state.application.missing {
        text = text.replace(path.as_str(), &label(path));
    }
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

/// The basis of a denial in words.
pub fn basis(grounds: &tiergate_cases::Grounds) -> String {
    let part = |name: &str, text: &str| match text.trim() {
        "" => format!(" {name}: none given."),
        text => format!(" {name}: {text}."),
    };
    let mut all = part("Statute", &grounds.statutory) + &part("Regulation", &grounds.regulatory);
    if !grounds.reasons.is_empty() {
        all.push_str(&format!(" {}", grounds.reasons));
    }
    all
}
