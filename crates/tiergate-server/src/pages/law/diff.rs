//! The difference of two laws.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::{Shell, percent, show};
use super::written;
use crate::app::Shared;
use crate::guard::Who;
use crate::people::Action;
use crate::port::{Difference, LawChange, WhichLaw};
use crate::problem::Problem;

/// What an address asks: two laws as they are written, or part by part as the form sends them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    before: String,
    after: String,
    before_law: String,
    before_as_of: String,
    before_view: String,
    after_law: String,
    after_as_of: String,
    after_view: String,
    /// Words to look for.
    q: String,
    /// `all` where no section is to be folded.
    open: String,
}

/// One side of the form.
struct Side {
    name: &'static str,
    title: &'static str,
    which: WhichLaw,
}

#[derive(Template)]
#[template(path = "law_diff.html")]
struct Page {
    shell: Shell,
    laws: Vec<(String, String)>,
    sides: [Side; 2],
    difference: Option<Difference>,
    /// Changes that are listed, by what they are.
    parts: Vec<Part>,
    q: String,
    /// How many changes, limits and duties fit the words.
    found: usize,
    open: bool,
    /// The two laws as part of an address.
    address: String,
    whole: String,
    wrong: Vec<String>,
}

/// Changes that are alike in what they are.
struct Part {
    anchor: &'static str,
    heading: &'static str,
    class: &'static str,
    changes: Vec<LawChange>,
}

/// What changes are, in the order of their parts: word, anchor, heading, class of the tag.
const PARTS: [(&str, &str, &str, &str); 3] = [
    ("stricter", "stricter", "Stricter after", "bad"),
    ("looser", "looser", "Looser after", "good"),
    (
        "",
        "otherwise",
        "Different, and neither stricter nor looser",
        "",
    ),
];

/// Changes by what they are; a part that has none is left out.
fn by_direction(changes: Vec<LawChange>) -> Vec<Part> {
    let mut parts = PARTS.map(|(_, anchor, heading, class)| Part {
        anchor,
        heading,
        class,
        changes: Vec::new(),
    });
    for change in changes {
        let at = PARTS
            .iter()
            .position(|(word, ..)| *word == change.direction);
        parts[at.unwrap_or(PARTS.len() - 1)].changes.push(change);
    }
    parts
        .into_iter()
        .filter(|part| !part.changes.is_empty())
        .collect()
}

/// Keeps what holds every word.
fn fitting(difference: &mut Difference, words: &str) {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let fits = |text: String| {
        let text = text.to_lowercase();
        words.iter().all(|word| text.contains(word.as_str()))
    };
    difference.changes.retain(|change| {
        let lists = [&change.items, &change.cases, &change.chips].map(|list| list.join(" "));
        let own = [change.direction, &change.before, &change.after].join(" ");
        fits([own, lists.join(" "), change.rules.join(" ")].join(" "))
    });
    difference.limits.retain(|limit| fits(limit.join(" ")));
    difference.duties.retain(|duty| fits(duty.join(" ")));
}

impl Page {
    /// The same page with every section open, or folded.
    fn folds(&self) -> (String, &'static str) {
        match self.open {
            true => (format!("/law/diff?{}", self.address), "Fold all sections"),
            false => (
                format!("/law/diff?{}&open=all", self.address),
                "Open all sections",
            ),
        }
    }
}

/// A law as it is written, in its parts.
fn parts(text: &str, today: &str) -> WhichLaw {
    let (rest, view) = text.split_once(':').unwrap_or((text, "enforced"));
    let (law, as_of) = rest.split_once('@').unwrap_or((rest, today));
    WhichLaw {
        law: law.trim().to_owned(),
        as_of: as_of.trim().to_owned(),
        view: view.trim().to_owned(),
    }
}

/// Two laws as part of an address.
pub fn address([before, after]: &[String; 2]) -> String {
    format!("before={}&after={}", percent(before), percent(after))
}

/// The page: the form, and the difference when both laws are given.
pub async fn page(
    State(app): State<Shared>,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    who.must(Action::Ask)?;
    let today = app.today().to_string();
    if !asked.before_law.is_empty() {
        let or_today = |day: &str| match day {
            "" => today.clone(),
            day => day.to_owned(),
        };
        let side = |law: &str, as_of: &str, view: &str| {
            written(&WhichLaw {
                law: law.to_owned(),
                as_of: or_today(as_of),
                view: view.to_owned(),
            })
        };
        let before = side(&asked.before_law, &asked.before_as_of, &asked.before_view);
        let after = side(&asked.after_law, &asked.after_as_of, &asked.after_view);
        let to = format!("/law/diff?{}", address(&[before, after]));
        return Ok(Redirect::to(&to).into_response());
    }
    let shell = Shell::new(&app, &who, "/law");
    let page = app
        .work(move |app| {
            let desk = &app.config.orders;
            let given = !asked.before.is_empty() && !asked.after.is_empty();
            let laws = match given {
                true => [parts(&asked.before, &today), parts(&asked.after, &today)],
                false => [parts("us:text", &today), parts("us:enforced", &today)],
            };
            let told = given.then(|| desk.difference(&laws));
            let (difference, wrong) = match told {
                None => (None, Vec::new()),
                Some(Ok(difference)) => (Some(difference), Vec::new()),
                Some(Err(faults)) => (None, faults.into_iter().map(|f| f.what).collect()),
            };
            let q = asked.q.trim().to_owned();
            let address = address(&laws.each_ref().map(written));
            let [before, after] = laws;
            let mut difference = difference;
            let (mut parts, mut found) = (Vec::new(), 0);
            if let Some(d) = &mut difference {
                fitting(d, &q);
                found = d.changes.len() + d.limits.len() + d.duties.len();
                parts = by_direction(std::mem::take(&mut d.changes));
            }
            let side = |name, title, which| Side { name, title, which };
            Ok(Page {
                shell,
                laws: desk.laws(),
                sides: [
                    side("before", "Before", before),
                    side("after", "After", after),
                ],
                difference,
                parts,
                found,
                open: asked.open == "all" || !q.is_empty(),
                q,
                whole: format!("/law/diff.html?{address}"),
                address,
                wrong,
            })
        })
        .await?;
    show(&page)
}

/// The page with maps and filters is one file that carries its style and script with it and is saved
/// as it is. Here alone inline style and script may run, and only in a sandbox without an origin: the
/// page can then read no cookie, send no form and ask for nothing of this service in anybody's name.
/// All text in it is escaped where it is made, and nothing a person wrote goes into it.
const ALONE: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
     img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-scripts";

/// The difference as one page that needs nothing else.
pub async fn whole(
    State(app): State<Shared>,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    who.must(Action::Ask)?;
    let today = app.today().to_string();
    let html = app
        .work(move |app| {
            let laws = [parts(&asked.before, &today), parts(&asked.after, &today)];
            Ok(app.config.orders.difference_page(&laws)?)
        })
        .await?;
    let mut response = Html(html).into_response();
    let policy = HeaderValue::from_static(ALONE);
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_stand_in_parts_and_words_leave_what_holds_all_of_them() {
        let change = |direction, chip: &str| LawChange {
            direction,
            before: "free".to_owned(),
            after: "license".to_owned(),
            items: vec!["3A090".to_owned()],
            cases: Vec::new(),
            chips: vec![chip.to_owned()],
            rules: [String::new(), String::new()],
        };
        let mut difference = Difference {
            laws: [String::new(), String::new()],
            verdict: String::new(),
            changes: vec![
                change("looser", "H20"),
                change("stricter", "H100"),
                change("alike", "H100 NVL"),
            ],
            in_all: 3,
            limits: Vec::new(),
            duties: Vec::new(),
        };
        fitting(&mut difference, "h100 3a090");
        let parts = by_direction(difference.changes);
        let told: Vec<_> = parts.iter().map(|p| (p.anchor, p.changes.len())).collect();
        assert_eq!(told, [("stricter", 1), ("otherwise", 1)]);
    }

    #[test]
    fn a_law_is_read_in_its_parts() {
        for (text, law, as_of, view) in [
            ("us@2025-06-01:text", "us", "2025-06-01", "text"),
            (
                "remote-access-security-act@2026-01-01",
                "remote-access-security-act",
                "2026-01-01",
                "enforced",
            ),
            ("us:text", "us", "TODAY", "text"),
        ] {
            let which = parts(text, "TODAY");
            assert_eq!(
                (&*which.law, &*which.as_of, &*which.view),
                (law, as_of, view),
                "{text}"
            );
        }
    }
}
