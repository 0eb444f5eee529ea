//! Who acts in a case.

use serde::{Deserialize, Serialize};

use crate::act::Act;
use crate::kind::Kind;
use crate::rules::Rules;

/// What someone may do at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Applies, answers, responds; sees only its own cases.
    Applicant,
    /// Works cases for Commerce.
    LicensingOfficer,
    /// Signs what another has recommended.
    Countersigner,
    /// Speaks for an agency: advises, appeals, votes, and for Commerce chairs.
    AgencyReviewer,
    /// Keeps the ledger.
    LedgerOfficer,
    /// Reads.
    Analyst,
    /// Manages people, not cases.
    Administrator,
    /// The desk itself, for what follows from a day alone, such as expiry.
    Desk,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 8] = [
        Role::Applicant,
        Role::LicensingOfficer,
        Role::Countersigner,
        Role::AgencyReviewer,
        Role::LedgerOfficer,
        Role::Analyst,
        Role::Administrator,
        Role::Desk,
    ];

    /// Its word.
    ///
    /// ```
    /// assert_eq!(tiergate_cases::Role::AgencyReviewer.word(), "agency-reviewer");
    /// ```
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Role::Applicant => "applicant",
            Role::LicensingOfficer => "licensing-officer",
            Role::Countersigner => "countersigner",
            Role::AgencyReviewer => "agency-reviewer",
            Role::LedgerOfficer => "ledger-officer",
            Role::Analyst => "analyst",
            Role::Administrator => "administrator",
            Role::Desk => "desk",
        }
    }
}

/// One who acts: a person in a role, for an agency where the role has one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// The person's id at the desk; two-person rules compare it.
    pub id: String,
    /// The role acted in.
    pub role: Role,
    /// The agency spoken for, in the law's words: `Defense`, `Energy`, `State`, `Commerce`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<String>,
}

impl Actor {
    /// A person in a role that speaks for no other agency.
    ///
    /// ```
    /// use tiergate_cases::{Actor, Role};
    /// assert_eq!(Actor::new("o-1", Role::LicensingOfficer).agency(), Some("Commerce"));
    /// assert_eq!(Actor::new("a-1", Role::Applicant).agency(), None);
    /// ```
    #[must_use]
    pub fn new(id: impl Into<String>, role: Role) -> Actor {
        Actor {
            id: id.into(),
            role,
            agency: None,
        }
    }

    /// A reviewer who speaks for an agency.
    ///
    /// ```
    /// use tiergate_cases::Actor;
    /// assert_eq!(Actor::of_agency("d-1", "Defense").agency(), Some("Defense"));
    /// ```
    #[must_use]
    pub fn of_agency(id: impl Into<String>, agency: impl Into<String>) -> Actor {
        Actor {
            id: id.into(),
            role: Role::AgencyReviewer,
            agency: Some(agency.into()),
        }
    }

    /// The agency spoken for: officers and countersigners work for the one that keeps the desk.
    #[must_use]
    pub fn agency(&self) -> Option<&str> {
        match (self.role, &self.agency) {
            (_, Some(agency)) => Some(agency),
            (Role::LicensingOfficer | Role::Countersigner | Role::Desk, None) => Some(HOME),
            _ => None,
        }
    }
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.agency {
            Some(agency) => write!(f, "{} `{}` of {agency}", self.role.word(), self.id),
            None => write!(f, "{} `{}`", self.role.word(), self.id),
        }
    }
}

/// The agencies that advise on a kind of case, as the law's step for advice names them.
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::{Kind, advising, demo};
/// let rules = demo::rules(date(2026, 1, 5)).unwrap();
/// assert_eq!(advising(&rules, Kind::License), ["Defense", "Energy", "State"]);
/// assert!(advising(&rules, Kind::Classification).is_empty());
/// ```
#[must_use]
pub fn advising(rules: &Rules, kind: Kind) -> Vec<String> {
    let step = rules.done_by(kind, Act::Advised);
    let who = step.into_iter().flat_map(|step| &step.is.who);
    who.map(|who| agency_of(who).to_owned()).collect()
}

/// The agency that chairs those a step of the law names; none where it names no chair.
///
/// ```
/// let board = ["Commerce (chair)", "State"].map(String::from);
/// assert_eq!(tiergate_cases::chair_of(&board), Some("Commerce"));
/// assert_eq!(tiergate_cases::chair_of(&board[1..]), None);
/// ```
#[must_use]
pub fn chair_of(who: &[String]) -> Option<&str> {
    let chair = who.iter().find(|who| who.ends_with(" (chair)"));
    chair.map(|who| agency_of(who))
}

/// The agency that keeps the desk.
pub const HOME: &str = "Commerce";

/// The name of an agency as a step of the law gives it, without its office.
///
/// ```
/// assert_eq!(tiergate_cases::agency_of("Commerce (chair)"), "Commerce");
/// ```
#[must_use]
pub fn agency_of(who: &str) -> &str {
    who.split_once(" (").map_or(who, |(agency, _)| agency)
}
