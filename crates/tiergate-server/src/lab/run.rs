//! A run as it is kept: what was asked, how it stands, how far it is.

use jiff::Timestamp;

use super::Wanted;
use crate::db::{DbError, Row};

/// A run that nobody has heard of for so many microseconds is no longer at work.
pub const UNHEARD: i64 = 15 * 1_000_000;

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Others are before it.
    Waiting,
    /// It runs.
    Running,
    /// It is to stop, and has not yet.
    Stopping,
    /// Its report is there.
    Done,
    /// It was stopped.
    Stopped,
    /// It could not be done.
    Failed,
    /// The service ended before it did.
    Interrupted,
}

impl State {
    /// Those that are kept; that a run stops follows from its mark.
    const KEPT: [State; 6] = [
        State::Waiting,
        State::Running,
        State::Done,
        State::Stopped,
        State::Failed,
        State::Interrupted,
    ];

    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Running => "running",
            State::Stopping => "stopping",
            State::Done => "done",
            State::Stopped => "stopped",
            State::Failed => "failed",
            State::Interrupted => "interrupted",
        }
    }

    /// Whether it may still change by itself.
    #[must_use]
    pub const fn open(self) -> bool {
        matches!(self, State::Waiting | State::Running | State::Stopping)
    }
}

/// A run.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub person: String,
    /// What was asked.
    pub wanted: Wanted,
    /// How it stands.
    pub state: State,
    /// Why it failed; empty otherwise.
    pub why: String,
    /// Rehearsals done.
    pub done: i64,
    /// Of how many.
    pub whole: i64,
    /// Microseconds that were spent on those that are done.
    pub spent: i64,
    /// When it was asked for, in microseconds since 1970.
    pub made: i64,
    /// When it began.
    pub began: Option<i64>,
    /// When it ended.
    pub ended: Option<i64>,
}

/// The columns that [`Run::of`] reads.
pub const COLUMNS: &str =
    "id, person, asked, state, why, done, whole, made, began, ended, seen, stop, spent";

impl Run {
    /// A run of a row, as it stands now.
    ///
    /// # Errors
    ///
    /// A row that is not as it was written.
    pub fn of(row: &Row, now: i64) -> Result<Run, DbError> {
        let word = row.text(3)?;
        let kept = State::KEPT.into_iter().find(|state| state.word() == word);
        let kept = kept.ok_or_else(|| DbError::Damaged(format!("a run is `{word}`")))?;
        Ok(Run {
            id: row.text(0)?,
            person: row.text(1)?,
            wanted: wanted_of(&row.text(2)?)?,
            state: stands(kept, row.int(10)?, row.int(11)? != 0, now),
            why: row.text(4)?,
            done: row.int(5)?,
            whole: row.int(6)?,
            made: row.int(7)?,
            began: row.maybe_int(8)?,
            ended: row.maybe_int(9)?,
            spent: row.int(12)?,
        })
    }

    /// When it was asked for, in words.
    #[must_use]
    pub fn when(&self) -> String {
        let at = Timestamp::from_microsecond(self.made).unwrap_or(Timestamp::UNIX_EPOCH);
        at.strftime("%Y-%m-%d %H:%M UTC").to_string()
    }

    /// Seconds until it is done, by how long it took so far; none until that tells something.
    #[must_use]
    pub fn left(&self) -> Option<i64> {
        match self.state {
            State::Running => left(self.spent, self.done, self.whole),
            _ => None,
        }
    }

    /// The command that makes the same files; empty where what was asked is no longer there to ask.
    #[must_use]
    pub fn command(&self) -> String {
        let asked = self.wanted.asked(u64::MAX);
        asked.map_or_else(|_| String::new(), |asked| self.wanted.command(&asked))
    }

    /// How many of a hundred rehearsals are done.
    #[must_use]
    pub fn percent(&self) -> i64 {
        self.done.saturating_mul(100) / self.whole.max(1)
    }

    /// How long it took, in seconds.
    #[must_use]
    pub fn took(&self) -> Option<i64> {
        Some((self.ended?.saturating_sub(self.began?)) / 1_000_000)
    }
}

/// What was asked, as it is kept.
///
/// # Errors
///
/// What is not as it was written.
pub fn wanted_of(text: &str) -> Result<Wanted, DbError> {
    let read = serde_json::from_str(text);
    read.map_err(|e| DbError::Damaged(format!("what a run was asked: {e}")))
}

/// How a run stands that was kept in a state and last heard of at a moment.
fn stands(kept: State, seen: i64, stop: bool, now: i64) -> State {
    match kept {
        State::Running if seen.saturating_add(UNHEARD) < now => State::Interrupted,
        State::Running if stop => State::Stopping,
        kept => kept,
    }
}

/// Seconds that are left when so many microseconds were spent on so much of the whole.
fn left(spent: i64, done: i64, whole: i64) -> Option<i64> {
    let tells = spent >= 1_000_000 && done > 0 && whole > done;
    tells.then(|| spent.saturating_mul(whole - done) / done / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::{State, UNHEARD, left, stands};

    #[test]
    fn a_run_that_nobody_hears_of_is_interrupted_and_never_done() {
        let cases = [
            (State::Running, 0, false, State::Running),
            (State::Running, UNHEARD, false, State::Running),
            (State::Running, UNHEARD + 1, false, State::Interrupted),
            (State::Running, UNHEARD + 1, true, State::Interrupted),
            (State::Running, 0, true, State::Stopping),
            // Whoever waits does nothing, and need not be heard of.
            (State::Waiting, 9 * UNHEARD, false, State::Waiting),
            (State::Done, 9 * UNHEARD, false, State::Done),
            (State::Failed, 9 * UNHEARD, true, State::Failed),
        ];
        for (kept, later, stop, told) in cases {
            assert_eq!(stands(kept, 77, stop, 77 + later), told, "{kept:?} {later}");
        }
    }

    #[test]
    fn the_time_left_follows_from_the_time_spent_once_that_tells_something() {
        assert_eq!(left(10_000_000, 25, 100), Some(30));
        assert_eq!(left(10_000_000, 0, 100), None);
        assert_eq!(left(999_999, 1, 100), None);
        assert_eq!(left(10_000_000, 100, 100), None);
    }
}
