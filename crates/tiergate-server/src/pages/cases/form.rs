//! What a form of a case says, as an event carries it.

use serde::Deserialize;
use tiergate_cases::{Act, Advice, Answer, Basis, Grounds, Level, Outcome, Proposal, Vote, What};

/// A form of an act; fields that an act has no use for are empty.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ActForm {
    /// The act's word.
    pub act: String,
    /// The id of the event, made with the form: sent twice, it is taken in once.
    pub event: String,
    /// A text: a question, an answer, a reason, a note.
    pub text: String,
    /// The event, step, concession, person or level it is about.
    pub of: String,
    /// Agencies.
    pub agencies: Vec<String>,
    /// One of a few words: advice, a proposal, an outcome, a vote, an answer.
    pub choice: String,
    /// Conditions, one to a line.
    pub conditions: String,
    /// The statute.
    pub statutory: String,
    /// The regulation.
    pub regulatory: String,
    /// The reasons.
    pub reasons: String,
    /// A name: of a license, a shipment, a document.
    pub name: String,
    /// Units.
    pub quantity: String,
    /// Whole U.S. dollars.
    pub value_usd: String,
    /// A last day.
    pub through: String,
    /// The paragraph that something rests on.
    pub basis_cite: String,
    /// What it rests on, in words.
    pub basis_says: String,
    /// `yes`, of an act that cannot be undone.
    pub sure: String,
    /// Facts of the order by their paths, of the form that states them.
    #[serde(skip)]
    pub facts: Vec<(String, String)>,
}

/// A word of an enumeration, as events spell it.
fn word<T: serde::de::DeserializeOwned>(what: &str, text: &str) -> Result<T, String> {
    serde_json::from_value(text.into()).map_err(|_| format!("choose {what}"))
}

fn number(what: &str, text: &str) -> Result<u64, String> {
    let plain: String = text.chars().filter(|c| *c != ',' && *c != ' ').collect();
    plain
        .parse()
        .map_err(|_| format!("{what} `{text}` is no whole number"))
}

/// Whether an act cannot be undone.
pub const fn is_final(act: Act) -> bool {
    matches!(
        act,
        Act::Withdrawn | Act::Revoked | Act::Denied | Act::Returned
    )
}

impl ActForm {
    fn text(&self, what: &str) -> Result<String, String> {
        match self.text.trim() {
            "" => Err(format!("{what} is empty")),
            text => Ok(text.to_owned()),
        }
    }

    fn of(&self, what: &str) -> Result<String, String> {
        match self.of.trim() {
            "" => Err(format!("choose {what}")),
            of => Ok(of.to_owned()),
        }
    }

    /// What it rests on, where that was said.
    pub fn basis(&self) -> Vec<Basis> {
        let [cite, says] = [&self.basis_cite, &self.basis_says].map(|text| text.trim().to_owned());
        match cite.is_empty() && says.is_empty() {
            true => Vec::new(),
            false => vec![Basis { cite, says }],
        }
    }

    fn conditions(&self) -> Vec<String> {
        let lines = self.conditions.lines().map(str::trim);
        lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn grounds(&self) -> Grounds {
        Grounds {
            statutory: self.statutory.trim().to_owned(),
            regulatory: self.regulatory.trim().to_owned(),
            reasons: self.reasons.trim().to_owned(),
        }
    }

    /// The act.
    ///
    /// # Errors
    ///
    /// When there is no such act.
    pub fn act(&self) -> Result<Act, String> {
        let found = Act::ALL.iter().find(|act| act.word() == self.act);
        found
            .copied()
            .ok_or_else(|| format!("there is no act `{}`", self.act))
    }

    /// Whether whoever sends it is sure, of an act that cannot be undone.
    ///
    /// # Errors
    ///
    /// That it was not said.
    pub fn is_sure(&self) -> Result<(), String> {
        match self.act()? {
            act if is_final(act) && self.sure != "yes" => Err(
                "it cannot be undone: say that you are sure, by the box above the button"
                    .to_owned(),
            ),
            _ => Ok(()),
        }
    }

    /// What the event carries. An approval's reservation is put in by whoever enters it.
    ///
    /// # Errors
    ///
    /// What of the form is missing or cannot be read.
    pub fn what(&self) -> Result<What, String> {
        let decided = |level| {
            Ok::<What, String>(What::Decided {
                level,
                outcome: word::<Outcome>("approve or deny", &self.choice)?,
                conditions: self.conditions(),
                grounds: self.grounds(),
            })
        };
        Ok(match self.act()? {
            Act::Registered => return Err("a case is registered once".to_owned()),
            Act::DataAsked => What::DataAsked {
                question: self.text("the question")?,
            },
            Act::DataAnswered => What::DataAnswered {
                of: self.of("the question")?,
                text: self.text("the answer")?,
            },
            Act::FactsStated => {
                let facts = self.facts.iter().cloned();
                What::FactsStated {
                    facts: facts.collect(),
                    order: None,
                    decision: None,
                    lane: None,
                    missing: Vec::new(),
                }
            }
            Act::MissingTold => What::MissingTold {
                missing: self.text("what is missing")?,
            },
            Act::Referred => What::Referred {
                agencies: self.agencies.clone(),
            },
            Act::Advised => What::Advised {
                advice: word::<Advice>("the advice", &self.choice)?,
                conditions: self.conditions(),
                grounds: self.grounds(),
            },
            Act::Recommended => What::Recommended {
                proposal: word::<Proposal>("what is proposed", &self.choice)?,
                conditions: self.conditions(),
                grounds: self.grounds(),
            },
            Act::Countersigned => What::Countersigned {
                of: self.of("the recommendation")?,
            },
            Act::ChairDecided => decided(Level::Chair)?,
            Act::AcepDecided => decided(Level::Acep)?,
            Act::EarbDecided => decided(Level::Earb)?,
            Act::PresidentDecided => decided(Level::President)?,
            Act::ErcDecided => decided(Level::Erc)?,
            Act::Voted => What::Voted {
                level: word::<Level>("the board", &self.of)?,
                vote: word::<Vote>("the vote", &self.choice)?,
            },
            Act::AcepAppealed => What::Appealed { to: Level::Acep },
            Act::EarbAppealed => What::Appealed { to: Level::Earb },
            Act::PresidentAppealed => What::Appealed {
                to: Level::President,
            },
            Act::Answered => What::Answered {
                answer: word::<Answer>("the answer", &self.choice)?,
                text: self.text("the answer's text")?,
            },
            Act::IntentToDeny => What::IntentToDeny {
                grounds: self.grounds(),
            },
            Act::Responded => What::Responded {
                text: self.text("the response")?,
            },
            Act::Denied => What::Denied {
                grounds: self.grounds(),
            },
            Act::DenialAppealed => What::DenialAppealed {
                text: self.text("the appeal")?,
            },
            Act::Returned => What::Returned {
                reason: self.text("the reason")?,
            },
            Act::Held => What::Held {
                ground: self.of("the ground")?,
            },
            Act::ClockStopped => What::ClockStopped {
                ground: self.of("the ground")?,
            },
            Act::ClockResumed => What::ClockResumed {
                ground: self.of("the ground")?,
            },
            Act::StepDone => What::StepDone {
                step: self.of("the step")?,
            },
            Act::ConcessionMet => What::ConcessionMet {
                concession: self.of("the concession")?,
            },
            Act::Filed => What::Filed {
                document: self.of("the document that is filed: attach it first")?,
            },
            Act::Approved => What::Approved {
                conditions: self.conditions(),
                reservation: None,
            },
            Act::Issued => What::Issued {
                number: self.name.trim().to_owned(),
                quantity: number("the quantity", &self.quantity)?,
                value_usd: number("the value", &self.value_usd)?,
                through: self
                    .through
                    .parse()
                    .map_err(|_| format!("the last day `{}` is no date", self.through))?,
                conditions: self.conditions(),
            },
            Act::Amended => What::Amended {
                change: self.of("what the law allows to be changed")?,
                says: self.text("what changes")?,
                value_usd: match self.value_usd.trim() {
                    "" => None,
                    value => Some(number("the value", value)?),
                },
                quantity: match self.quantity.trim() {
                    "" => None,
                    units => Some(number("the quantity", units)?),
                },
            },
            Act::Shipped => What::Shipped {
                shipment: self.name.trim().to_owned(),
                quantity: number("the quantity", &self.quantity)?,
                value_usd: number("the value", &self.value_usd)?,
            },
            Act::Suspended => What::Suspended {
                reason: self.text("the reason")?,
            },
            Act::Reinstated => What::Reinstated {
                reason: self.text("the reason")?,
            },
            Act::Revoked => What::Revoked {
                reason: self.text("the reason")?,
            },
            Act::Expired => What::Expired,
            Act::Withdrawn => What::Withdrawn,
            Act::Assigned => What::Assigned {
                to: self.of("a person")?,
            },
            Act::DocumentAttached => {
                return Err("attach a document by its file".to_owned());
            }
            Act::Note => What::Note {
                text: self.text("the note")?,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_what_its_act_carries_and_what_is_missing() {
        let form = |act: &str, text: &str, choice: &str| ActForm {
            act: act.into(),
            text: text.into(),
            choice: choice.into(),
            conditions: "no resale\n\n reports each quarter ".into(),
            ..ActForm::default()
        };
        assert_eq!(
            form("data-asked", " which facility? ", "").what(),
            Ok(What::DataAsked {
                question: "which facility?".into()
            })
        );
        assert_eq!(
            form("data-asked", " ", "").what(),
            Err("the question is empty".into())
        );
        let Ok(What::Advised { conditions, .. }) =
            form("advised", "", "approve-with-conditions").what()
        else {
            panic!("no advice");
        };
        assert_eq!(conditions, ["no resale", "reports each quarter"]);
        assert_eq!(
            form("advised", "", "perhaps").what(),
            Err("choose the advice".into())
        );
        let mut denied = form("denied", "", "");
        assert!(denied.is_sure().is_err() && form("note", "", "").is_sure().is_ok());
        denied.sure = "yes".into();
        assert_eq!(denied.is_sure(), Ok(()));
        assert_eq!(
            form("shout", "", "").what(),
            Err("there is no act `shout`".into())
        );
    }
}
