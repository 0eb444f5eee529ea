//! Whether the clock may be stopped on a ground, and let run.

use crate::error::No;
use crate::state::State;

/// Whether the clock does not stand still on a ground yet.
pub(super) fn paused_once(state: &State, ground: &str) -> Result<(), No> {
    match state.paused().iter().any(|p| p.ground == ground) {
        true => Err(No::new(
            format!("the clock stands still on `{ground}`"),
            "one stop is enough",
        )),
        false => Ok(()),
    }
}

/// Whether the clock stands still on a ground, and may be let run by name.
pub(super) fn resumed(state: &State, ground: &str) -> Result<(), No> {
    match state.paused().iter().find(|p| p.ground == ground) {
        Some(p) if state.questions.iter().any(|q| q.id == p.by) => {
            Err(No::new("the clock waits for an answer", "enter the answer"))
        }
        Some(_) => Ok(()),
        None => Err(No::new(
            format!("the clock does not stand still on `{ground}`"),
            "name the ground it was stopped on",
        )),
    }
}
