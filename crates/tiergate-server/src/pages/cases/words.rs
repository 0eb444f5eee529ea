//! Events and acts in words.

use tiergate_cases::{Act, Advice, Answer, Proposal, Vote, What};
use tiergate_ledger::grouped;

/// An act as a button says it.
pub const fn act_name(act: Act) -> &'static str {
    match act {
        Act::Registered => "Register",
        Act::DataAsked => "Ask the applicant",
        Act::DataAnswered => "Answer a question",
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
