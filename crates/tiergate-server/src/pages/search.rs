//! Search: cases, parties, rules of the law and countries, by words.

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use super::{Shell, Visit, law, percent};
use crate::app::{App, Shared};
use crate::casework::sees;
use crate::guard::{Who, door};
use crate::people::Action;
use crate::port::{PartySearch, WhichLaw};
use crate::problem::Problem;

/// The addresses.
pub fn router() -> Router<Shared> {
    Router::new().route("/search", get(page))
}

/// More of one kind than these are not listed.
const MOST: usize = 10;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
}

/// Something that was found.
struct Hit {
    address: String,
    name: String,
    says: String,
}

/// What was found of one kind.
struct Group {
    heading: &'static str,
    hits: Vec<Hit>,
    /// How many there are.
    found: usize,
    /// Where all of them are.
    all: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct Page {
    shell: Shell,
    q: String,
    groups: Vec<Group>,
}

/// The page.
async fn page(at: Visit<door::Ask>, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let who = at.who.clone();
    at.show(move |app, shell| {
        let q = asked.q.trim().to_owned();
        let mut groups = Vec::new();
        if !q.is_empty() {
            groups.push(cases(app, &who, &q)?);
            groups.extend(parties(app, &who, &q));
            groups.push(rules(app, &q)?);
            groups.push(countries(app, &q));
        }
        groups.retain(|group| group.found > 0);
        Ok(Page { shell, q, groups })
    })
    .await
}

/// Whether a text holds every word.
fn holds(text: &str, words: &str) -> bool {
    let text = text.to_lowercase();
    words
        .split_whitespace()
        .all(|word| text.contains(&word.to_lowercase()))
}

/// Cases the person may see, the newest first.
fn cases(app: &App, who: &Who, q: &str) -> Result<Group, Problem> {
    let cases = app.cases.with(|store| app.folded.all(store, &app.law))?;
    let states = cases.iter().rev().map(|case| &case.state);
    let found: Vec<Hit> = states
        .filter(|state| sees(&who.person, &state.application.applicant))
        .filter(|state| {
            let of = &state.application;
            let country = of.country.as_deref().unwrap_or_default();
            holds(
                &[&state.case, &of.title, country]
                    .map(String::from)
                    .join(" "),
                q,
            )
        })
        .map(|state| Hit {
            address: format!("/cases/{}", percent(&state.case)),
            name: state.case.clone(),
            says: state.application.title.clone(),
        })
        .collect();
    Ok(group("Cases", found, "/cases?show=open".to_owned()))
}

fn parties(app: &App, who: &Who, q: &str) -> Option<Group> {
    if !who.may(Action::Parties) {
        return None;
    }
    let search = PartySearch {
        text: q,
        day: app.today(),
        after: None,
        most: MOST,
    };
    let matches = app.config.orders.parties(&search)?;
    let hits = matches.parties.into_iter().map(|party| Hit {
        address: format!("/parties/party?id={}", percent(&party.id)),
        name: party.name,
        says: party.headquarters.unwrap_or_default(),
    });
    Some(Group {
        heading: "Parties",
        hits: hits.collect(),
        found: matches.found,
        all: format!("/parties?name={}", percent(q)),
    })
}

/// Rules of today's law, as enforced.
fn rules(app: &App, q: &str) -> Result<Group, Problem> {
    let which = WhichLaw {
        law: "us".to_owned(),
        as_of: app.today().to_string(),
        view: "enforced".to_owned(),
    };
    let of_day = law::fitting(app.config.orders.law(&which)?, q);
    let found = of_day.kinds.iter().flat_map(|kind| {
        kind.rules.iter().map(|rule| Hit {
            address: law::rule_address(&which, kind, &rule.id),
            name: format!("{} ({})", rule.id, rule.cite),
            says: rule.says.clone(),
        })
    });
    let all = format!("/law?q={}", percent(q));
    Ok(group("Rules of the law", found.collect(), all))
}

fn countries(app: &App, q: &str) -> Group {
    let found = app.config.orders.form().countries.into_iter();
    let found = found.filter(|(code, name)| code.eq_ignore_ascii_case(q) || holds(name, q));
    let found = found.map(|(code, name)| Hit {
        address: format!("/ask?destination={}", percent(&code)),
        name,
        says: format!("{code}: ask about an order to it"),
    });
    group("Countries", found.collect(), "/map".to_owned())
}

fn group(heading: &'static str, mut hits: Vec<Hit>, all: String) -> Group {
    let found = hits.len();
    hits.truncate(MOST);
    Group {
        heading,
        hits,
        found,
        all,
    }
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn every_word_is_to_be_found_in_any_letters() {
        assert!(holds(
            "2,000 nvidia-h100 to Steppe Data Works",
            "steppe H100"
        ));
        assert!(!holds(
            "2,000 nvidia-h100 to Steppe Data Works",
            "steppe H200"
        ));
    }
}
