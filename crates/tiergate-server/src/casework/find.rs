//! Cases as someone may see them.

use tiergate_cases::store::Store;
use tiergate_cases::{Document, Due, Logged, Read, Role, What, read, visible};

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

/// Whether a case issued the license of a number. Every case is looked at: this is asked rarely.
///
/// # Errors
///
/// The database's.
pub fn issues(app: &App, number: &str) -> Result<bool, Problem> {
    app.cases.with(|store| {
        for case in store.cases()? {
            let mut log = store.log(&case)?.into_iter();
            let issued =
                |what: &What| matches!(what, What::Issued { number: n, .. } if n == number);
            if log.any(|logged| issued(&logged.event.what)) {
                return Ok(true);
            }
        }
        Ok(false)
    })
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
        let rule = self.read.rules.step(&due.step);
        let seen = rule.and_then(|rule| rule.is.seen.as_ref());
        let seen = seen.is_some_and(|seen| seen.by.iter().any(|by| by.name == "applicant"));
        let own = rule.is_some_and(|rule| {
            let mut who = rule.is.who.iter();
            who.any(|who| who.eq_ignore_ascii_case("applicant"))
        });
        self.whole() || seen || own
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
