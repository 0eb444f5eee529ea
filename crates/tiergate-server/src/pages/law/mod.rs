//! Law: a law on a day, rule by rule, and the difference of two.

mod diff;

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use super::sections::Sections;
use super::{Shell, Visit, percent};
use crate::app::Shared;
use crate::guard::door;
use crate::port::{LawOfDay, Rule, RuleKind, WhichLaw};
use crate::problem::Problem;

/// The addresses.
pub fn router() -> Router<Shared> {
    Router::new()
        .route("/law", get(page))
        .route("/law/rule", get(rule))
        .route("/law/diff", get(diff::page))
        .route("/law/diff.html", get(diff::whole))
}

/// What an address asks of the law.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    law: String,
    as_of: String,
    view: String,
    /// Words to look for.
    q: String,
    /// `all` where no section is to be folded.
    open: String,
    kind: String,
    id: String,
}

impl Asked {
    /// The law; today's as enforced where nothing else is said.
    fn which(&self, today: &str) -> WhichLaw {
        let or = |given: &str, else_: &str| match given.trim() {
            "" => else_.to_owned(),
            given => given.to_owned(),
        };
        WhichLaw {
            law: or(&self.law, "us"),
            as_of: or(&self.as_of, today),
            view: or(&self.view, "enforced"),
        }
    }
}

/// A law as part of an address.
pub fn in_address(which: &WhichLaw) -> String {
    format!(
        "law={}&as_of={}&view={}",
        percent(&which.law),
        percent(&which.as_of),
        percent(&which.view)
    )
}

/// The address of a rule.
pub fn rule_address(which: &WhichLaw, kind: &RuleKind, id: &str) -> String {
    let (law, kind) = (in_address(which), percent(&kind.kind));
    format!("/law/rule?{law}&kind={kind}&id={}", percent(id))
}

/// A law as it is written: `us@2025-06-01:text`.
pub fn written(which: &WhichLaw) -> String {
    format!("{}@{}:{}", which.law, which.as_of, which.view)
}

#[derive(Template)]
#[template(path = "law.html")]
struct Page {
    shell: Shell,
    laws: Vec<(String, String)>,
    which: WhichLaw,
    q: String,
    /// Whether the sections stand open: where few rules fit, or that was asked for.
    open: bool,
    law: Option<LawOfDay>,
    /// How many rules fit the words.
    found: usize,
    wrong: Vec<String>,
}

impl Page {
    fn rule_address(&self, kind: &RuleKind, id: &str) -> String {
        rule_address(&self.which, kind, id)
    }

    fn all_rules(&self) -> String {
        format!("/law?{}", in_address(&self.which))
    }

    /// The same page with every section open, or folded.
    fn folds(&self) -> (String, &'static str) {
        match self.open {
            true => (self.all_rules(), "Fold all sections"),
            false => (
                format!("{}&open=all", self.all_rules()),
                "Open all sections",
            ),
        }
    }

    /// The address of the difference to the other view, and that view in words.
    fn other_view(&self) -> (String, &'static str) {
        let (view, says) = match self.which.view.as_str() {
            "text" => ("enforced", "as enforced"),
            _ => ("text", "as printed"),
        };
        let other = WhichLaw {
            view: view.to_owned(),
            ..self.which.clone()
        };
        let laws = [&self.which, &other].map(written);
        (format!("/law/diff?{}", diff::address(&laws)), says)
    }
}

/// The page of a law.
async fn page(at: Visit<door::Ask>, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    at.show(move |app, shell| {
        let desk = &app.config.orders;
        let which = asked.which(&app.today().to_string());
        let (law, wrong) = match desk.law(&which) {
            Ok(law) => (Some(fitting(law, &asked.q)), Vec::new()),
            Err(faults) => (None, faults.into_iter().map(|f| f.what).collect()),
        };
        Ok(Page {
            shell,
            laws: desk.laws(),
            found: law
                .iter()
                .flat_map(|l| &l.kinds)
                .map(|k| k.rules.len())
                .sum(),
            law,
            which,
            open: asked.open == "all" || !asked.q.trim().is_empty(),
            q: asked.q.trim().to_owned(),
            wrong,
        })
    })
    .await
}

/// The rules in which every word is found.
pub fn fitting(mut law: LawOfDay, words: &str) -> LawOfDay {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    for kind in &mut law.kinds {
        let of = format!("{} {}", kind.kind, kind.heading).to_lowercase();
        kind.rules.retain(|rule| {
            let parts = [&rule.id, &rule.cite, &rule.says, &rule.instrument, &of];
            let text = parts.map(|part| part.to_lowercase()).join(" ");
            words.iter().all(|word| text.contains(word.as_str()))
        });
    }
    law.kinds.retain(|kind| !kind.rules.is_empty());
    law
}

#[derive(Template)]
#[template(path = "law_rule.html")]
struct RulePage {
    shell: Shell,
    rule: Rule,
    back: String,
}

/// The page of a rule.
async fn rule(at: Visit<door::Ask>, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    at.show(move |app, shell| {
        let which = asked.which(&app.today().to_string());
        let rule = app.config.orders.rule(&which, &asked.kind, &asked.id)?;
        let rule = rule.ok_or_else(|| {
            Problem::missing(format!(
                "{} has no {} `{}`",
                written(&which),
                asked.kind.replace('-', " "),
                asked.id
            ))
        })?;
        Ok(RulePage {
            shell,
            back: format!("/law?{}", in_address(&which)),
            rule,
        })
    })
    .await
}
