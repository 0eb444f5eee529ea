//! The words of a case: what may happen, and what each event carries.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::application::Application;
use crate::event::Grounds;

/// What an agency advises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Advice {
    /// It does not object.
    NoObjection,
    /// Approve.
    Approve,
    /// Approve under conditions.
    ApproveWithConditions,
    /// Deny; counts only with a statutory and a regulatory basis.
    Deny,
}

/// How a question is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Approve, or grant.
    Approve,
    /// Deny, or do not grant.
    Deny,
}

impl Outcome {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Outcome::Approve => "approve",
            Outcome::Deny => "deny",
        }
    }
}

/// What a licensing officer proposes, for another to countersign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proposal {
    /// To approve.
    Approve,
    /// To deny.
    Deny,
    /// To revoke a license.
    Revoke,
}

/// A vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Vote {
    /// For approval, for granting, or, of a removal, for removing.
    For,
    /// Against it.
    Against,
    /// Neither.
    Abstain,
}

/// Who decides, from the first to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The End-User Review Committee, of validated end users.
    Erc,
    /// The chair of the Operating Committee.
    Chair,
    /// The Advisory Committee on Export Policy.
    Acep,
    /// The Export Administration Review Board.
    Earb,
    /// The President.
    President,
}

impl Level {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Level::Chair => "chair",
            Level::Acep => "acep",
            Level::Earb => "earb",
            Level::President => "president",
            Level::Erc => "erc",
        }
    }

    /// The act by which it decides.
    #[must_use]
    pub const fn decided(self) -> Act {
        match self {
            Level::Chair => Act::ChairDecided,
            Level::Acep => Act::AcepDecided,
            Level::Earb => Act::EarbDecided,
            Level::President => Act::PresidentDecided,
            Level::Erc => Act::ErcDecided,
        }
    }

    /// The level an appeal from it goes to, and the act of appealing.
    #[must_use]
    pub const fn above(self) -> Option<(Level, Act)> {
        match self {
            Level::Erc | Level::Chair => Some((Level::Acep, Act::AcepAppealed)),
            Level::Acep => Some((Level::Earb, Act::EarbAppealed)),
            Level::Earb => Some((Level::President, Act::PresidentAppealed)),
            Level::President => None,
        }
    }
}

/// The answer to a request that is not an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Go: the notified export may be made.
    Go,
    /// No-go: it may not.
    NoGo,
    /// A license is needed.
    LicenseRequired,
    /// The text is the answer: a classification, an opinion.
    Text,
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $word:literal),+ $(,)?) => {
        /// A kind of event, by which roles, steps of the law and permissions name it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Act { $($(#[$doc])* $name),+ }

        impl Act {
            /// All acts.
            pub const ALL: &'static [Act] = &[$(Act::$name),+];

            /// Its word, in law files, JSON and tables.
            ///
            /// ```
            /// assert_eq!(tiergate_cases::Act::IntentToDeny.word(), "intent-to-deny");
            /// ```
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Act::$name => $word),+ }
            }
        }
    };
}

acts! {
    /// The case is registered; its clock starts.
    Registered = "registered",
    /// The applicant is asked.
    DataAsked = "data-asked",
    /// The applicant has answered.
    DataAnswered = "data-answered",
    /// Facts that the application's order left open are stated.
    FactsStated = "facts-stated",
    /// A reviewing agency has told what is missing.
    MissingTold = "missing-told",
    /// Agencies are asked for advice.
    Referred = "referred",
    /// An agency advises.
    Advised = "advised",
    /// An officer proposes how to dispose of the case.
    Recommended = "recommended",
    /// Another signs it.
    Countersigned = "countersigned",
    /// The chair of the Operating Committee decides.
    ChairDecided = "chair-decided",
    /// A member votes.
    Voted = "voted",
    /// Appealed to the ACEP.
    AcepAppealed = "acep-appealed",
    /// The ACEP decides.
    AcepDecided = "acep-decided",
    /// Appealed to the EARB.
    EarbAppealed = "earb-appealed",
    /// The EARB decides.
    EarbDecided = "earb-decided",
    /// Appealed to the President.
    PresidentAppealed = "president-appealed",
    /// The President decides.
    PresidentDecided = "president-decided",
    /// The End-User Review Committee decides.
    ErcDecided = "erc-decided",
    /// A request is answered.
    Answered = "answered",
    /// Notice of intent to deny.
    IntentToDeny = "intent-to-deny",
    /// The applicant responds to it.
    Responded = "responded",
    /// Denied.
    Denied = "denied",
    /// The denial is appealed.
    DenialAppealed = "denial-appealed",
    /// Returned without action.
    Returned = "returned",
    /// Held without action.
    Held = "held",
    /// The clock is stopped.
    ClockStopped = "clock-stopped",
    /// The clock runs again.
    ClockResumed = "clock-resumed",
    /// A step of the law that has no act of its own was done.
    StepDone = "step-done",
    /// A concession of an agreement was met.
    ConcessionMet = "concession-met",
    /// A report was filed.
    Filed = "filed",
    /// Approved.
    Approved = "approved",
    /// The license is issued.
    Issued = "issued",
    /// The license is changed without a new one.
    Amended = "amended",
    /// Something ships under the license.
    Shipped = "shipped",
    /// The license is suspended.
    Suspended = "suspended",
    /// The suspension ends.
    Reinstated = "reinstated",
    /// The license is revoked.
    Revoked = "revoked",
    /// The license has expired.
    Expired = "expired",
    /// The applicant withdraws.
    Withdrawn = "withdrawn",
    /// Someone is put in charge.
    Assigned = "assigned",
    /// A document is attached.
    DocumentAttached = "document-attached",
    /// A note.
    Note = "note",
}

/// What happened, with all it carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    deny_unknown_fields
)]
#[allow(missing_docs)]
pub enum What {
    /// See [`Act::Registered`].
    Registered(Box<Application>),
    /// A question to the applicant; answered by its event's id.
    DataAsked { question: String },
    /// `of` is the id of the event that asked.
    DataAnswered { of: String, text: String },
    /// Facts of the order by their paths, as they are stated. What the order and the decision on it
    /// are with them, by digest, how it would be reviewed then, and what is missing still.
    FactsStated {
        facts: BTreeMap<String, String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decision: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lane: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        missing: Vec<String>,
    },
    /// What is missing.
    MissingTold { missing: String },
    /// The agencies asked.
    Referred { agencies: Vec<String> },
    /// An agency's advice; the agency is the actor's.
    Advised {
        advice: Advice,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        conditions: Vec<String>,
        #[serde(default)]
        grounds: Grounds,
    },
    /// What the officer proposes.
    Recommended {
        proposal: Proposal,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        conditions: Vec<String>,
        #[serde(default)]
        grounds: Grounds,
    },
    /// `of` is the id of the recommendation.
    Countersigned { of: String },
    /// A decision at a level; of a board it must be what the votes give.
    Decided {
        level: Level,
        outcome: Outcome,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        conditions: Vec<String>,
        #[serde(default)]
        grounds: Grounds,
    },
    /// A vote of the actor's agency at a board.
    Voted { level: Level, vote: Vote },
    /// An appeal to a level.
    Appealed { to: Level },
    /// An answer.
    Answered { answer: Answer, text: String },
    /// The basis of the denial that is intended.
    IntentToDeny { grounds: Grounds },
    /// The applicant's response.
    Responded { text: String },
    /// The basis of the denial.
    Denied { grounds: Grounds },
    /// An appeal under part 756.
    DenialAppealed { text: String },
    /// Why, and what would put it right.
    Returned { reason: String },
    /// `ground` is the step of the law that allows it.
    Held { ground: String },
    /// `ground` is the step of the law that stops the clock.
    ClockStopped { ground: String },
    /// See [`What::ClockStopped`].
    ClockResumed { ground: String },
    /// `step` is the step's id in the law.
    StepDone { step: String },
    /// `concession` is its id in the agreement.
    ConcessionMet { concession: String },
    /// The digest of what was filed.
    Filed { document: String },
    /// `reservation` is the entry of the ledger that holds what the approval draws.
    Approved {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        conditions: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reservation: Option<String>,
    },
    /// Quantity in units, value in whole U.S. dollars, last day it is valid.
    Issued {
        number: String,
        quantity: u64,
        value_usd: u64,
        through: Date,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        conditions: Vec<String>,
    },
    /// `change` is the step of the law that allows it; the value and the units when they get lower.
    Amended {
        change: String,
        says: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value_usd: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        quantity: Option<u64>,
    },
    /// Units and whole U.S. dollars; `shipment` names it.
    Shipped {
        shipment: String,
        quantity: u64,
        value_usd: u64,
    },
    /// Why.
    Suspended { reason: String },
    /// Why.
    Reinstated { reason: String },
    /// Why.
    Revoked { reason: String },
    /// See [`Act::Expired`].
    Expired,
    /// See [`Act::Withdrawn`].
    Withdrawn,
    /// The id of the person.
    Assigned { to: String },
    /// A document by its content: digest (blake3, hex), name, bytes, media type.
    DocumentAttached {
        digest: String,
        name: String,
        bytes: u64,
        media_type: String,
    },
    /// A note.
    Note { text: String },
}

impl What {
    /// The kind of event it is.
    ///
    /// ```
    /// use tiergate_cases::{Act, Level, What};
    /// assert_eq!(What::Appealed { to: Level::Earb }.act(), Act::EarbAppealed);
    /// ```
    #[must_use]
    pub const fn act(&self) -> Act {
        match self {
            What::Registered(_) => Act::Registered,
            What::DataAsked { .. } => Act::DataAsked,
            What::DataAnswered { .. } => Act::DataAnswered,
            What::FactsStated { .. } => Act::FactsStated,
            What::MissingTold { .. } => Act::MissingTold,
            What::Referred { .. } => Act::Referred,
            What::Advised { .. } => Act::Advised,
            What::Recommended { .. } => Act::Recommended,
            What::Countersigned { .. } => Act::Countersigned,
            What::Decided { level, .. } => level.decided(),
            What::Voted { .. } => Act::Voted,
            What::Appealed { to } => match to {
                Level::Earb => Act::EarbAppealed,
                Level::President => Act::PresidentAppealed,
                // An appeal to a level that hears none is refused by its content.
                Level::Acep | Level::Chair | Level::Erc => Act::AcepAppealed,
            },
            What::Answered { .. } => Act::Answered,
            What::IntentToDeny { .. } => Act::IntentToDeny,
            What::Responded { .. } => Act::Responded,
            What::Denied { .. } => Act::Denied,
            What::DenialAppealed { .. } => Act::DenialAppealed,
            What::Returned { .. } => Act::Returned,
            What::Held { .. } => Act::Held,
            What::ClockStopped { .. } => Act::ClockStopped,
            What::ClockResumed { .. } => Act::ClockResumed,
            What::StepDone { .. } => Act::StepDone,
            What::ConcessionMet { .. } => Act::ConcessionMet,
            What::Filed { .. } => Act::Filed,
            What::Approved { .. } => Act::Approved,
            What::Issued { .. } => Act::Issued,
            What::Amended { .. } => Act::Amended,
            What::Shipped { .. } => Act::Shipped,
            What::Suspended { .. } => Act::Suspended,
            What::Reinstated { .. } => Act::Reinstated,
            What::Revoked { .. } => Act::Revoked,
            What::Expired => Act::Expired,
            What::Withdrawn => Act::Withdrawn,
            What::Assigned { .. } => Act::Assigned,
            What::DocumentAttached { .. } => Act::DocumentAttached,
            What::Note { .. } => Act::Note,
        }
    }
}
