//! The conditions that a way to a better answer meets, each with its paragraph, as data and in words.

use serde::Serialize;
use tiergate_engine::turns::{Turn, TurnedTest};

use crate::style::grouped;
use crate::words;

/// A condition that a change meets.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Meets {
    /// The changes that meet it.
    pub changes: Vec<String>,
    /// Id of the rule it belongs to.
    pub rule: String,
    /// Its paragraph.
    pub cite: String,
    /// What it asks.
    pub says: String,
    /// Whether it held: `yes`, `no` or `unknown`.
    pub was: &'static str,
    /// Whether it holds after the change.
    pub is: &'static str,
    /// The tests that turn it.
    pub tests: Vec<MeetsTest>,
}

/// A test that turns a condition.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct MeetsTest {
    /// The words of the law file.
    pub test: String,
    /// The definition it stands in, when it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// Whether it held.
    pub was: &'static str,
    /// Whether it holds after the change.
    pub is: &'static str,
    /// The facts it reads.
    pub facts: Vec<MeetsFact>,
    /// The dated amounts it compares with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<MeetsLimit>,
}

/// A fact before and after.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct MeetsFact {
    /// Contract path.
    pub fact: String,
    /// Its value, or `unknown`.
    pub was: String,
    /// Its value after the change.
    pub is: String,
}

/// A dated amount of the law.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct MeetsLimit {
    /// Id of the value.
    pub value: String,
    /// The amount in force.
    pub amount: String,
    /// Unit.
    pub unit: String,
    /// Citation.
    pub cite: String,
}

const fn word(holds: Option<bool>) -> &'static str {
    match holds {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
}

impl Meets {
    /// A condition that turned, with the words of the changes of its way.
    pub fn of(turn: Turn, changes: &[String]) -> Meets {
        let words = turn.steps.iter().filter_map(|at| changes.get(*at));
        Meets {
            changes: words.cloned().collect(),
            rule: turn.rule,
            cite: turn.cite,
            says: turn.says,
            was: word(turn.was),
            is: word(turn.is),
            tests: turn.tests.into_iter().map(MeetsTest::of).collect(),
        }
    }

    /// The condition in one line; the changes are named where a way has several.
    pub fn line(&self, several: bool) -> String {
        let turned = match (self.was, self.is) {
            ("no", "yes") => "now met",
            ("unknown", "yes") => "was open, met",
            ("yes", "no") => "no longer applies",
            _ => "was open, does not apply",
        };
        let by = if several && !self.changes.is_empty() {
            // A fact is explained where the change stands.
            let bare = |c: &String| c.split(" (").next().unwrap_or_default().to_owned();
            let changes: Vec<String> = super::pass::said(&self.changes).iter().map(bare).collect();
            format!(" by {}", changes.join(" and "))
        } else {
            String::new()
        };
        let tests: Vec<String> = self.tests.iter().map(MeetsTest::words).collect();
        let says = if self.says.is_empty() {
            String::new()
        } else {
            format!(": {}", self.says)
        };
        let of = if self.rule == self.cite {
            self.cite.clone()
        } else {
            format!("{} [{}]", self.cite, self.rule)
        };
        format!("{of}{says}; {turned}{by} ({})", tests.join("; "))
    }
}

impl MeetsTest {
    fn of(turned: TurnedTest) -> MeetsTest {
        let facts = turned.facts.into_iter();
        let limits = turned.limits.into_iter();
        MeetsTest {
            test: turned.test,
            within: turned.within,
            was: word(turned.was),
            is: word(turned.is),
            facts: facts
                .map(|(was, is)| MeetsFact {
                    fact: is.fact,
                    was: was.value,
                    is: is.value,
                })
                .collect(),
            limits: limits
                .map(|limit| MeetsLimit {
                    value: limit.value,
                    amount: limit.amount.to_string(),
                    unit: limit.unit,
                    cite: limit.cite,
                })
                .collect(),
        }
    }

    /// `amount <= limit`: TPP of the order 47,496,000 -> 26,898,568, limit 26,900,000 TPP.
    fn words(&self) -> String {
        let facts = self.facts.iter().map(|f| {
            let name = words::read(&f.fact);
            if f.was == f.is {
                format!("{name} {}", figure(&f.is))
            } else {
                format!("{name} {} -> {}", figure(&f.was), figure(&f.is))
            }
        });
        let limits = self.limits.iter();
        let limits = limits.map(|l| format!("{} {} {}", l.value, figure(&l.amount), l.unit));
        let parts: Vec<String> = facts.chain(limits).collect();
        format!("`{}`: {}", self.test, parts.join(", "))
    }
}

/// A number with its thousands set apart; other values as they are.
fn figure(value: &str) -> String {
    if value.starts_with(|c: char| c.is_ascii_digit()) {
        grouped(value)
    } else {
        value.to_owned()
    }
}
