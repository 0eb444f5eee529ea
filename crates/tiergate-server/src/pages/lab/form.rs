//! The form of the lab: what was typed, what is asked by it, and what is wrong with it.

use std::collections::BTreeMap;

use askama::Template;
use tiergate_lab::{Known, Parameter, Regime, built_in, regimes};

use super::super::Shell;
use super::shown::Listed;
use crate::app::App;
use crate::lab::kept::DAYS_KEPT;
use crate::lab::{DRAWS_LEAST, Wanted, months};
use crate::people::Secret;
use crate::port::Fault;
use crate::problem::Problem;

/// Fields of parameters begin so; the parameter's id follows.
const HELD: &str = "held.";

/// What the form says, as it was typed.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The end of the run's id, made with the form: sent twice, it is taken in once.
    event: String,
    /// The law the others are compared with.
    first: String,
    others: Vec<String>,
    draws: String,
    seed: String,
    until: String,
    prior: bool,
    /// Whether more than the series is rehearsed.
    beside: bool,
    /// Values of parameters, by id.
    held: BTreeMap<String, String>,
}

impl Given {
    /// An empty form: today's law is the one the others are compared with.
    pub fn new() -> Result<Given, Problem> {
        let regimes = regimes().map_err(|e| Problem::internal(&e))?;
        Given::of(&Wanted {
            laws: regimes.into_iter().take(1).map(|r| r.law).collect(),
            ..Wanted::default()
        })
    }

    /// The form by which something is asked, to be sent as a new run.
    pub fn of(wanted: &Wanted) -> Result<Given, Problem> {
        let secret = Secret::new().map_err(|e| Problem::internal(&e))?;
        let held = wanted.settings.iter().filter_map(|s| s.split_once('='));
        let mut laws = wanted.laws.iter().cloned();
        Ok(Given {
            event: secret.text()[..24].to_owned(),
            first: laws.next().unwrap_or_default(),
            others: laws.collect(),
            draws: wanted.draws.to_string(),
            seed: wanted.seed.to_string(),
            until: wanted.until.clone(),
            prior: wanted.prior,
            beside: !wanted.series_only,
            held: held
                .map(|(id, value)| (id.trim().to_owned(), value.trim().to_owned()))
                .collect(),
        })
    }

    /// What was sent.
    pub fn read(pairs: Vec<(String, String)>) -> Given {
        let mut given = Given::default();
        for (name, value) in pairs {
            match name.as_str() {
                "event" => given.event = value,
                "first" => given.first = value,
                "law" => given.others.push(value),
                "draws" => given.draws = value,
                "seed" => given.seed = value,
                "until" => given.until = value,
                "spread" => given.prior = value == "prior",
                "beside" => given.beside = true,
                _ => {
                    if let Some(id) = name.strip_prefix(HELD) {
                        given.held.insert(id.to_owned(), value);
                    }
                }
            }
        }
        given.held.retain(|_, value| !value.trim().is_empty());
        given
    }

    /// The id of the run.
    pub fn id(&self) -> Result<String, Problem> {
        let made = self.event.len() == 24 && self.event.bytes().all(|b| b.is_ascii_hexdigit());
        match made {
            true => Ok(format!("run-{}", self.event)),
            false => Err(Problem::wrong(
                "the form is not one of this desk: load the page again",
            )),
        }
    }

    /// What is asked of the lab; or what is wrong, each with the field's name as its place.
    pub fn wanted(&self, draws_most: u64) -> Result<Wanted, Vec<Fault>> {
        let mut wrong = Vec::new();
        let mut whole = |name: &str, text: &str| {
            let text = text.trim();
            text.replace(',', "").parse().unwrap_or_else(|_| {
                wrong.push(Fault {
                    at: format!("/{name}"),
                    what: format!("`{text}` is no whole number: write one such as 128"),
                });
                0
            })
        };
        let (draws, seed) = (whole("draws", &self.draws), whole("seed", &self.seed));
        let others = self.others.iter().filter(|law| **law != self.first);
        let wanted = Wanted {
            laws: std::iter::once(&self.first)
                .chain(others)
                .cloned()
                .collect(),
            draws,
            seed,
            until: self.until.trim().to_owned(),
            settings: self
                .held
                .iter()
                .map(|(id, value)| format!("{id}={}", value.trim()))
                .collect(),
            prior: self.prior,
            series_only: !self.beside,
        };
        if let Err(faults) = wanted.asked(draws_most) {
            // What is no number is told as that alone.
            let told: Vec<String> = wrong.iter().map(|f| f.at.clone()).collect();
            let faults = faults.into_iter().filter(|f| !told.contains(&f.at));
            wrong.extend(faults.map(|fault| self.at_its_field(fault)));
        }
        match wrong.is_empty() {
            true => Ok(wanted),
            false => Err(wrong),
        }
    }

    /// A fault of a setting stands at its parameter's field.
    fn at_its_field(&self, fault: Fault) -> Fault {
        let at = fault.at.strip_prefix("/settings/");
        let id = at.and_then(|at| self.held.keys().nth(at.parse().ok()?));
        match id {
            Some(id) => Fault {
                at: format!("/{HELD}{id}"),
                what: fault.what,
            },
            None => fault,
        }
    }
}

/// A parameter that can be held at a value.
struct Held {
    parameter: Parameter,
    value: String,
    wrong: Vec<String>,
}

impl Held {
    fn assumed(&self) -> bool {
        self.parameter.known == Known::Assumed
    }
}

/// Parameters whose ids begin alike.
struct Group {
    name: String,
    held: Vec<Held>,
}

impl Group {
    /// Whether something in it was typed.
    fn open(&self) -> bool {
        self.held.iter().any(|h| !h.value.is_empty())
    }
}

/// The form, and one's own runs.
#[derive(Template)]
#[template(path = "lab/page.html")]
pub struct Page {
    shell: Shell,
    regimes: Vec<Regime>,
    groups: Vec<Group>,
    parameters: usize,
    given: Given,
    wrong: Vec<Fault>,
    draws: [u64; 2],
    first: String,
    last: String,
    runs: Vec<Listed>,
    days: i64,
}

impl Page {
    /// The form with what was typed and what is wrong with it.
    pub fn new(
        app: &App,
        shell: Shell,
        given: Given,
        wrong: Vec<Fault>,
        runs: Vec<Listed>,
    ) -> Result<Page, Problem> {
        let parameters = built_in::parameters().map_err(|e| Problem::internal(&e))?;
        let mut groups: Vec<Group> = Vec::new();
        for parameter in parameters.all() {
            let name = parameter.id.split('.').next().unwrap_or_default();
            let at = format!("/{HELD}{}", parameter.id);
            let held = Held {
                parameter: parameter.clone(),
                value: given.held.get(&parameter.id).cloned().unwrap_or_default(),
                wrong: wrong
                    .iter()
                    .filter(|fault| fault.at == at)
                    .map(|fault| fault.what.clone())
                    .collect(),
            };
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.held.push(held),
                None => groups.push(Group {
                    name: name.to_owned(),
                    held: vec![held],
                }),
            }
        }
        let [first, last] = months().map_err(|fault| Problem::from(vec![fault]))?;
        Ok(Page {
            shell,
            regimes: regimes().map_err(|e| Problem::internal(&e))?,
            parameters: parameters.all().len(),
            groups,
            given,
            wrong,
            draws: [DRAWS_LEAST, app.config.limits.lab_draws],
            first: first.to_string(),
            last: last.to_string(),
            runs,
            days: DAYS_KEPT,
        })
    }

    /// What is wrong in a place, or below it.
    fn wrong(&self, place: &str) -> Vec<&str> {
        let at = |fault: &&Fault| {
            let rest = fault.at.strip_prefix(place);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let found = self.wrong.iter().filter(at);
        found.map(|f| f.what.as_str()).collect()
    }

    /// The field that a fault is of.
    fn field(&self, fault: &Fault) -> Option<String> {
        let name = fault.at.split('/').nth(1)?;
        Some(format!("f-{name}"))
    }

    fn holds(&self, law: &str) -> bool {
        self.given.others.iter().any(|l| l == law)
    }
}
