//! Cases as someone may see them.

use tiergate_cases::store::Store;
use tiergate_cases::{Document, Due, Logged, Read, Role, read, visible};

use crate::app::App;
use crate::people::{Action, Person, may};
use crate::problem::Problem;

/// A case and who looks at it.
#[derive(Debug)]
pub struct Found {
    /// The case with its log.
    pub read: Read,
    /// Who looks.
    pub person: Person,
}

/// Whether someone may see the cases of an applicant.
#[must_use]
pub fn sees(person: &Person, applicant: &str) -> bool {
    let own = person.role == Role::Applicant && person.company.as_deref() == Some(applicant);
    may(person.role, Action::AllCases) || (own && may(person.role, Action::OwnCases))
}

/// A case, if it is there and the person may see it: which of the two is not so, is not told.
///
/// # Errors
///
/// The database's, the law's, or that there is no such case.
pub fn find(
    app: &App,
    store: &mut dyn Store,
    person: &Person,
    case: &str,
) -> Result<Found, Problem> {
    let missing = || Problem::missing(format!("there is no case `{case}` that you may see"));
    let read = read(store, &app.law, case)?.ok_or_else(missing)?;
    match sees(person, &read.state.application.applicant) {
        true => Ok(Found {
            read,
            person: person.clone(),
        }),
        false => Err(missing()),
    }
}

impl Found {
    /// Whether the person sees the whole case.
    #[must_use]
    pub fn whole(&self) -> bool {
        self.person.role != Role::Applicant
    }

    /// The documents the person may see: an applicant sees those it attached itself.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        let own = self.person.actor().id;
        let documents = self.read.state.documents.iter();
        documents.filter(move |d| self.whole() || d.by == own)
    }

    /// Whether the person may be told of a step and its day: an applicant of those that the law lets it
    /// see, and of its own.
    #[must_use]
    pub fn told_of(&self, due: &Due) -> bool {
        let applicant = Role::Applicant.word();
        let own = due
            .who
            .iter()
            .any(|who| who.eq_ignore_ascii_case(applicant));
        self.whole() || due.applicant_sees || own
    }

    /// The hash of the newest event the person may be told of.
    #[must_use]
    pub fn head(&self) -> String {
        self.events()
            .last()
            .map_or_else(String::new, |l| l.hash.clone())
    }

    /// The events the person may be told of.
    pub fn events(&self) -> impl Iterator<Item = &Logged> {
        let actor = self.person.actor();
        let Read { state, rules, log } = &self.read;
        log.iter()
            .filter(move |logged| visible(state, rules, &logged.event, &actor))
    }
}
