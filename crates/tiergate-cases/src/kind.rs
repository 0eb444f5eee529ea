//! The kinds of case, and the processes of the law that govern each.

use serde::{Deserialize, Serialize};

/// What a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An application for a license (part 750).
    License,
    /// A notification under License Exception NAC (740.8(c)).
    Nac,
    /// A request to the End-User Review Committee: to grant, add to or remove a validated end user
    /// (part 748, supplement no. 9).
    ValidatedEndUser,
    /// A classification request (750.2(a)).
    Classification,
    /// A request for an advisory opinion (750.2(b)).
    AdvisoryOpinion,
    /// An agreement between governments: concessions with their days, and what they unlock.
    Agreement,
    /// A report that falls due on a day.
    Report,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 7] = [
        Kind::License,
        Kind::Nac,
        Kind::ValidatedEndUser,
        Kind::Classification,
        Kind::AdvisoryOpinion,
        Kind::Agreement,
        Kind::Report,
    ];

    /// Its word, in JSON and tables.
    ///
    /// ```
    /// assert_eq!(tiergate_cases::Kind::AdvisoryOpinion.word(), "advisory-opinion");
    /// ```
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Kind::License => "license",
            Kind::Nac => "nac",
            Kind::ValidatedEndUser => "validated-end-user",
            Kind::Classification => "classification",
            Kind::AdvisoryOpinion => "advisory-opinion",
            Kind::Agreement => "agreement",
            Kind::Report => "report",
        }
    }

    /// The processes of the law whose steps govern it, the one its clock belongs to first.
    ///
    /// ```
    /// use tiergate_cases::Kind;
    /// assert_eq!(Kind::License.processes()[0], "license");
    /// ```
    #[must_use]
    pub const fn processes(self) -> &'static [&'static str] {
        match self {
            Kind::License => &[
                "license",
                "license-hold",
                "denial",
                "amendment",
                "license-life",
            ],
            Kind::Nac => &["nac"],
            Kind::ValidatedEndUser => &["validated-end-user"],
            Kind::Classification => &["classification"],
            Kind::AdvisoryOpinion => &["advisory-opinion"],
            Kind::Agreement => &["agreement"],
            Kind::Report => &["report"],
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}
