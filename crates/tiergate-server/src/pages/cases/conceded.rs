//! What an agreement concedes, and what that unlocks.

use jiff::civil::Date;
use tiergate_cases::{Standing, State};

use super::show::stands;

/// A concession of an agreement, as it is shown.
pub struct Conceded {
    pub says: String,
    pub due: String,
    pub state: String,
    pub light: &'static str,
}

/// What an agreement concedes, and what it unlocks.
pub fn agreed(state: &State, today: Date) -> (Vec<Conceded>, String) {
    let all = state.conceded(today);
    let open = all
        .iter()
        .filter(|(_, standing)| !matches!(standing, Standing::Done { .. }))
        .count();
    let unlocks = state.application.unlocks.join("; ");
    let unlocks = match state.unlocked() {
        _ if unlocks.is_empty() => unlocks,
        Some(_) => format!("Unlocked: {unlocks}"),
        None => format!("Unlocks when the {open} open are met: {unlocks}"),
    };
    let conceded = all.into_iter().map(|(concession, standing)| {
        let (state, light) = stands(standing);
        Conceded {
            says: concession.says.clone(),
            due: concession.due.map_or_else(String::new, |d| d.to_string()),
            state,
            light,
        }
    });
    (conceded.collect(), unlocks)
}
