//! What stands around every page: who is there, and where one can go.

use crate::app::App;
use crate::guard::Who;
use crate::people::{Action, Person, Session, may};

/// What stands around a page.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Who is there; none before login.
    pub person: Option<Person>,
    /// The session's mark for forms.
    pub csrf: String,
    /// Where one can go: address, name, whether it is here.
    pub places: Vec<Place>,
    /// Today at the desk.
    pub today: String,
}

/// Where one can go.
#[derive(Debug, Clone)]
pub struct Place {
    /// The address.
    pub path: &'static str,
    /// The name.
    pub name: &'static str,
    /// Whether the page is it, or below it.
    pub here: bool,
}

/// Pages in order, each with who may go there: any of these actions.
const PLACES: [(&str, &str, &[Action]); 11] = [
    ("/ask", "Ask", &[Action::Ask]),
    ("/orders", "Orders", &[Action::Ask]),
    ("/cases", "Cases", &[Action::OwnCases, Action::AllCases]),
    ("/allocations", "Allocations", &[Action::ReadLedger]),
    ("/map", "Map", &[Action::Ask]),
    ("/law", "Law", &[Action::Ask]),
    ("/parties", "Parties", &[Action::Parties]),
    ("/watch", "Watch", &[Action::Watch]),
    ("/statistics", "Statistics", &[Action::Statistics]),
    ("/lab", "Lab", &[Action::Lab, Action::TidyLab]),
    ("/people", "People", &[Action::People]),
];

impl Shell {
    /// Around a page for someone.
    #[must_use]
    pub fn new(app: &App, who: &Who, here: &str) -> Shell {
        Shell::around(app, Some(&who.person), who.csrf(), here)
    }

    /// Around a page for whoever has a session, or nobody.
    #[must_use]
    pub fn of_session(app: &App, session: Option<&Session>, here: &str) -> Shell {
        let csrf = session.map_or("", |session| session.csrf.as_str());
        Shell::around(app, session.map(|session| &session.person), csrf, here)
    }

    fn around(app: &App, person: Option<&Person>, csrf: &str, here: &str) -> Shell {
        let allowed = |actions: &[Action]| {
            person.is_some_and(|p| actions.iter().any(|action| may(p.role, *action)))
        };
        let places = PLACES
            .iter()
            .filter(|(_, _, actions)| allowed(actions))
            .map(|(path, name, _)| Place {
                path,
                name,
                here: *path == here,
            });
        Shell {
            person: person.cloned(),
            csrf: csrf.to_owned(),
            places: places.collect(),
            today: app.today().to_string(),
        }
    }

    /// The person's role in words.
    #[must_use]
    pub fn role(&self) -> String {
        let role = self
            .person
            .as_ref()
            .map(|p| p.role.word().replace('-', " "));
        let of = self
            .person
            .as_ref()
            .and_then(|p| p.agency.as_ref().or(p.company.as_ref()));
        match (role, of) {
            (Some(role), Some(of)) => format!("{role}, {of}"),
            (Some(role), None) => role,
            (None, _) => String::new(),
        }
    }
}
