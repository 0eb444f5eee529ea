//! People: added, linked, unlinked, disabled by administrators.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{Shell, show};
use crate::app::Shared;
use crate::guard::{Signed, Who};
use crate::people::{Action, NewPerson, PeopleError, Person, Role};
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "people.html")]
struct Page {
    shell: Shell,
    people: Vec<Person>,
    /// What people call the provider of OpenID Connect, if there is one.
    provider: Option<String>,
    /// The issuers of the accounts that people are linked to.
    issuers: HashMap<String, Vec<String>>,
    roles: Vec<Role>,
    agencies: Vec<String>,
    /// A link just made: whose, and the link.
    link: Option<(String, String)>,
    wrong: Option<String>,
}

impl Page {
    /// A role as people say it.
    fn role(&self, role: &Role) -> String {
        role.word().replace('-', " ")
    }

    /// The issuers of the accounts a person is linked to, in words.
    fn linked(&self, person: &Person) -> Option<String> {
        self.issuers
            .get(&person.id)
            .map(|issuers| issuers.join(", "))
    }
}

async fn asked(app: &Shared, who: &Who) -> Result<Page, Problem> {
    who.must(Action::People)?;
    let (people, issuers, agencies) = app
        .work(|app| Ok((app.people.all()?, app.people.issuers()?, app.agencies()?)))
        .await?;
    let roles = Role::ALL.into_iter().filter(|role| *role != Role::Desk);
    Ok(Page {
        shell: Shell::new(app, who, "/people"),
        people,
        provider: app.oidc.as_ref().map(|oidc| oidc.name().to_owned()),
        issuers,
        roles: roles.collect(),
        agencies,
        link: None,
        wrong: None,
    })
}

/// The page.
pub async fn page(State(app): State<Shared>, who: Who) -> Result<Response, Problem> {
    show(&asked(&app, &who).await?)
}

#[derive(Debug, Deserialize)]
pub struct Given {
    name: String,
    login: String,
    role: String,
    #[serde(default)]
    agency: String,
    #[serde(default)]
    company: String,
    #[serde(default)]
    email: String,
}

/// Adds a person and shows the link by which the person sets a password.
pub async fn add(
    State(app): State<Shared>,
    Signed { who, form }: Signed<Given>,
) -> Result<Response, Problem> {
    who.must(Action::People)?;
    let some = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let new = NewPerson {
        name: form.name,
        login: form.login,
        role: form.role,
        agency: some(form.agency),
        company: some(form.company),
        email: some(form.email),
    };
    let by = who.person.id.clone();
    let added = app
        .work(move |app| {
            let now = app.now();
            match app.people.add(&new, &app.agencies()?, &by, now) {
                Ok(person) => {
                    let link = app.people.link(&person.id, &by, now)?;
                    Ok(Ok((person, link)))
                }
                Err(PeopleError::Wrong(what)) => Ok(Err(what)),
                Err(error) => Err(error.into()),
            }
        })
        .await?;
    let mut page = asked(&app, &who).await?;
    match added {
        Ok((person, link)) => {
            page.link = Some((person.name, format!("/welcome/{}", link.text())));
            show(&page)
        }
        Err(what) => {
            page.wrong = Some(what);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)?).into_response())
        }
    }
}

#[derive(Debug, Deserialize)]
pub struct Nothing {}

/// Makes a new link for a person who has lost the password.
pub async fn link(
    State(app): State<Shared>,
    Path(id): Path<String>,
    Signed { who, .. }: Signed<Nothing>,
) -> Result<Response, Problem> {
    who.must(Action::People)?;
    let by = who.person.id.clone();
    let made = app
        .work(move |app| {
            let person = app.people.find(&id)?;
            let person = person.ok_or_else(|| Problem::missing(format!("there is no `{id}`")))?;
            let link = app.people.link(&person.id, &by, app.now())?;
            Ok((person.name, format!("/welcome/{}", link.text())))
        })
        .await?;
    let mut page = asked(&app, &who).await?;
    page.link = Some(made);
    show(&page)
}

#[derive(Debug, Deserialize)]
pub struct Disabled {
    disabled: bool,
}

/// Stops or lets a person log in.
pub async fn disable(
    State(app): State<Shared>,
    Path(id): Path<String>,
    Signed { who, form }: Signed<Disabled>,
) -> Result<Response, Problem> {
    who.must(Action::People)?;
    if id == who.person.id {
        return Err(Problem::conflict(
            "nobody disables themselves: ask another administrator",
        ));
    }
    let by = who.person.id.clone();
    app.work(move |app| Ok(app.people.disable(&id, form.disabled, &by, app.now())?))
        .await?;
    Ok(Redirect::to("/people").into_response())
}

#[derive(Debug, Deserialize)]
pub struct Stated {
    #[serde(default)]
    email: String,
}

/// Says a person's e-mail, by which an account is linked at the first login with it.
pub async fn email(
    State(app): State<Shared>,
    Path(id): Path<String>,
    Signed { who, form }: Signed<Stated>,
) -> Result<Response, Problem> {
    who.must(Action::People)?;
    let by = who.person.id.clone();
    let set = app
        .work(
            move |app| match app.people.set_email(&id, &form.email, &by, app.now()) {
                Ok(()) => Ok(Ok(())),
                Err(PeopleError::Wrong(what)) => Ok(Err(what)),
                Err(error) => Err(error.into()),
            },
        )
        .await?;
    let Err(what) = set else {
        return Ok(Redirect::to("/people").into_response());
    };
    let mut page = asked(&app, &who).await?;
    page.wrong = Some(what);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)?).into_response())
}

/// Parts a person from the accounts at providers of OpenID Connect.
pub async fn unlink(
    State(app): State<Shared>,
    Path(id): Path<String>,
    Signed { who, .. }: Signed<Nothing>,
) -> Result<Response, Problem> {
    who.must(Action::People)?;
    let by = who.person.id.clone();
    app.work(move |app| Ok(app.people.unlink(&id, &by, app.now())?))
        .await?;
    Ok(Redirect::to("/people").into_response())
}
