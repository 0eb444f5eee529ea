//! What a case's decisions, votes and concessions say, beside the acts themselves.

use serde_json::{Value, json};
use tiergate_cases::{Event, Standing, State, What};
use tiergate_law::Date;

use crate::table::Table;

/// A word as events spell it.
fn word(of: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(of).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// An event's act, with what was said by it where that is a word.
pub fn told(event: &Event) -> String {
    let act = event.what.act().word();
    match &event.what {
        What::Advised { advice, .. } => format!("{act}: {}", word(advice)),
        What::Recommended { proposal, .. } => format!("{act}: {}", word(proposal)),
        What::Decided { outcome, .. } => format!("{act}: {}", outcome.word()),
        What::Voted { level, vote } => format!("{act}: {} {}", level.word(), word(vote)),
        What::Answered { answer, .. } => format!("{act}: {}", word(answer)),
        What::ConcessionMet { concession } => format!("{act}: {concession}"),
        _ => act.to_owned(),
    }
}

/// What an agreement concedes and unlocks, as a table; nothing of another case.
pub fn table(state: &State, day: Date, stands: impl Fn(&Standing) -> String) -> String {
    let all = state.conceded(day);
    let mut out = String::new();
    if !all.is_empty() {
        let mut table = Table::new(&["by", "concession", "stands", "says"]);
        for (concession, standing) in &all {
            table.row([
                concession.due.map_or_else(String::new, |d| d.to_string()),
                concession.id.clone(),
                stands(standing),
                concession.says.clone(),
            ]);
        }
        out.push('\n');
        out.push_str(&table.render(usize::MAX, 1));
    }
    let unlocks = state.application.unlocks.join("; ");
    if !unlocks.is_empty() {
        let when = match state.unlocked() {
            Some(_) => "unlocked",
            None => "unlocks, once every concession is met",
        };
        out.push_str(&format!("\n{when}: {unlocks}\n"));
    }
    out
}

/// The same as JSON.
pub fn record(state: &State, day: Date, stands: impl Fn(&Standing) -> String) -> Value {
    let all = state.conceded(day).into_iter();
    all.map(|(c, standing)| {
        json!({ "id": c.id, "says": c.says, "due": c.due, "stands": stands(&standing) })
    })
    .collect()
}
