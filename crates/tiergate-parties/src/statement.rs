//! Statements: what a source said, and when it was recorded.
//!
//! A register is a log of them. None is changed or removed: a later one may end a link or stand in
//! the place of earlier ones.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::party::{CountryCode, Identifier, Kind, Location, Name};
use crate::share::Share;

/// One line of a register.
///
/// ```
/// use tiergate_parties::{Says, Statement};
/// let line = r#"{"id":"s1","recorded":"2026-01-05","source":{"name":"Aldersea annual report 2025"},
///   "link":{"owner":"aldersea","owned":"meridian","interest":"shares","share":"75","from":"2024-01-01"}}"#;
/// let statement = Statement::read(line)?;
/// assert!(matches!(&statement.says, Says::Link(link) if link.owner == "aldersea"));
/// assert_eq!(Statement::read(&statement.line())?, statement);
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Unlike that of any other statement of the register.
    pub id: String,
    /// The day it was recorded.
    pub recorded: Date,
    /// Who says so, and where.
    pub source: Source,
    /// The statements in whose place it stands from the day it was recorded.
    pub replaces: Vec<String>,
    /// What is said.
    pub says: Says,
}

/// Where a statement is from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The document, register or person.
    pub name: String,
    /// The date of what they said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl Source {
    /// A source by its name.
    ///
    /// ```
    /// use tiergate_parties::Source;
    /// assert_eq!(Source::named("annual report").name, "annual report");
    /// ```
    #[must_use]
    pub fn named(name: impl Into<String>) -> Source {
        Source {
            name: name.into(),
            date: None,
            address: None,
        }
    }
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// Who a party is. Several sources may add to one party.
    Party(PartyStatement),
    /// Who owns or controls whom.
    Link(LinkStatement),
    /// That nobody is the parent of a party.
    NoParent(NoParentStatement),
    /// The last day of a link, which was open until then.
    End(EndStatement),
}

/// Who a party is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartyStatement {
    /// The party's id in this register.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Its names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Name>,
    /// Its identifiers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<Location>,
    /// Where it is headquartered; of a state, the state itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headquarters: Option<CountryCode>,
    /// What else is to be known, such as why someone is not identified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl PartyStatement {
    /// A party of which nothing but what it is is said yet.
    ///
    /// ```
    /// use tiergate_parties::{Kind, PartyStatement};
    /// assert!(PartyStatement::new("meridian", Kind::Entity).names.is_empty());
    /// ```
    #[must_use]
    pub fn new(id: impl Into<String>, kind: Kind) -> PartyStatement {
        PartyStatement {
            id: id.into(),
            kind,
            names: Vec::new(),
            identifiers: Vec::new(),
            locations: Vec::new(),
            headquarters: None,
            note: None,
        }
    }
}

/// In what way someone owns or controls another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Interest {
    /// Shares of its capital.
    Shares,
    /// Voting rights.
    Voting,
    /// Appoints its board.
    ControlBoard,
    /// Controls it otherwise.
    ControlOther,
    /// Consolidates it in its accounts, with nobody in between.
    ConsolidationDirect,
    /// Consolidates it in its accounts, and is consolidated by nobody.
    ConsolidationUltimate,
    /// An interest of a kind that is not known.
    Unknown,
}

impl Interest {
    /// In words, after "of" where a percentage stands before it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Interest::Shares => "shares",
            Interest::Voting => "votes",
            Interest::ControlBoard => "appoints the board",
            Interest::ControlOther => "controls",
            Interest::ConsolidationDirect => "direct accounting consolidation",
            Interest::ConsolidationUltimate => "ultimate accounting consolidation",
            Interest::Unknown => "interest of unknown kind",
        }
    }
}

/// Who owns or controls whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkStatement {
    /// The owner's id.
    pub owner: String,
    /// The id of what is owned.
    pub owned: String,
    /// In what way.
    pub interest: Interest,
    /// How much; absent where nobody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Share>,
    /// Whether others stand in between: such a share may be counted in theirs already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub indirect: bool,
    /// The class of shares. Shares of two classes add up; two statements of one class are two claims
    /// about the same shares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The first day; absent: as far back as one asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day; absent: until a statement ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

impl LinkStatement {
    /// A direct link with no dates.
    ///
    /// ```
    /// use tiergate_parties::{Interest, LinkStatement};
    /// let link = LinkStatement::new("aldersea", "meridian", Interest::ControlBoard, None);
    /// assert!(!link.indirect);
    /// ```
    #[must_use]
    pub fn new(
        owner: impl Into<String>,
        owned: impl Into<String>,
        interest: Interest,
        share: Option<Share>,
    ) -> LinkStatement {
        LinkStatement {
            owner: owner.into(),
            owned: owned.into(),
            interest,
            share,
            indirect: false,
            class: None,
            from: None,
            to: None,
        }
    }
}

/// That nobody is the parent of a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoParentStatement {
    /// The party's id.
    pub of: String,
    /// Why, in the words of the source.
    pub reason: String,
    /// The first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

/// The last day of a link, or of a statement that nobody is the parent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndStatement {
    /// The id of the statement that is ended.
    pub statement: String,
    /// The last day on which it holds.
    pub to: Date,
}

/// As a line has it: one of four bodies.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    recorded: Date,
    source: Source,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    replaces: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    party: Option<PartyStatement>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Option<LinkStatement>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    no_parent: Option<NoParentStatement>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end: Option<EndStatement>,
}

impl Statement {
    /// Reads a line.
    ///
    /// # Errors
    ///
    /// What is wrong with it and what would be right.
    pub fn read(line: &str) -> Result<Statement, String> {
        let line: Line = serde_json::from_str(line).map_err(|e| e.to_string())?;
        let mut bodies = [
            line.party.map(Says::Party),
            line.link.map(Says::Link),
            line.no_parent.map(Says::NoParent),
            line.end.map(Says::End),
        ]
        .into_iter()
        .flatten();
        let (Some(says), None) = (bodies.next(), bodies.next()) else {
            return Err(
                "a statement says one thing: `party`, `link`, `no_parent` or `end`".to_owned(),
            );
        };
        Ok(Statement {
            id: line.id,
            recorded: line.recorded,
            source: line.source,
            replaces: line.replaces,
            says,
        })
    }

    /// The line of a register that says this, without its end.
    #[must_use]
    pub fn line(&self) -> String {
        let mut line = Line {
            id: self.id.clone(),
            recorded: self.recorded,
            source: self.source.clone(),
            replaces: self.replaces.clone(),
            party: None,
            link: None,
            no_parent: None,
            end: None,
        };
        match &self.says {
            Says::Party(party) => line.party = Some(party.clone()),
            Says::Link(link) => line.link = Some(link.clone()),
            Says::NoParent(none) => line.no_parent = Some(none.clone()),
            Says::End(end) => line.end = Some(end.clone()),
        }
        // Texts, dates and lists always have a JSON form.
        serde_json::to_string(&line).unwrap_or_default()
    }
}
