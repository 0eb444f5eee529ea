//! Tokens for programs, each with scopes: never more than its person may.

use super::Action;

/// What a token may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Deciding, reading the law and rehearsing it.
    Decide,
    /// Reading what its person may read.
    Read,
    /// Entering what its person may enter.
    Write,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Scope; 3] = [Scope::Decide, Scope::Read, Scope::Write];

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Scope::Decide => "decide",
            Scope::Read => "read",
            Scope::Write => "write",
        }
    }

    /// The scope of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.word() == word)
    }

    /// The scope that an action needs.
    #[must_use]
    pub const fn needed(action: Action) -> Scope {
        match action {
            Action::Ask | Action::Lab | Action::TidyLab => Scope::Decide,
            Action::OwnCases
            | Action::AllCases
            | Action::ReadLedger
            | Action::Parties
            | Action::Watch
            | Action::Statistics => Scope::Read,
            Action::Apply
            | Action::WorkCases
            | Action::WriteLedger
            | Action::CorrectLedger
            | Action::OwnPassword
            | Action::People => Scope::Write,
        }
    }
}

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What it is for, in its owner's words.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// When it ends, in microseconds since 1970.
    pub expires: i64,
}

/// A token as it is listed; its secret is shown once, when it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// When it ends, in microseconds since 1970.
    pub expires: i64,
    /// Whether it was taken back.
    pub revoked: bool,
}
