//! Runs of the lab, kept in the database for whoever asked: how far they are while they run, and what
//! came of them for a week. Any instance shows them, and nobody else sees them.

use jiff::Timestamp;

use super::Wanted;
use crate::app::App;
use crate::db::{DbError, Row, Sql, Value};
use crate::people::Secret;
use crate::problem::Problem;

/// So many runs are kept for a person; the oldest that has ended goes first.
const RUNS_EACH: usize = 10;
/// Runs are kept for so many days.
pub const DAYS_KEPT: i64 = 7;
/// The same in microseconds.
const KEPT_FOR: i64 = DAYS_KEPT * 24 * 60 * 60 * 1_000_000;
/// A run that nobody has heard of for so many microseconds is no longer at work.
const UNHEARD: i64 = 60 * 1_000_000;
/// So many bytes, at the least, are in a part of a file.
const PART: usize = 1 << 20;

/// The report, as it is kept.
pub const REPORT: &str = "report";
/// The quantiles as CSV, as they are kept.
pub const QUANTILES: &str = "quantiles";
/// The comparison, as it is kept.
pub const TABLE: &str = "table";

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
    BrokenOff,
}

impl State {
    const KEPT: [State; 5] = [
        State::Waiting,
        State::Running,
        State::Done,
        State::Stopped,
        State::Failed,
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
            State::BrokenOff => "broken-off",
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
    /// What was asked.
    pub wanted: Wanted,
    /// How it stands.
    pub state: State,
    /// Why it failed; or how many rehearsals beside the series are done.
    pub said: String,
    /// Rehearsals done, and of how many.
    pub done: i64,
    /// Of how many.
    pub whole: i64,
    made: i64,
    began: Option<i64>,
}

impl Run {
    /// When it was asked for, in words.
    #[must_use]
    pub fn when(&self) -> String {
        let at = Timestamp::from_microsecond(self.made).unwrap_or(Timestamp::UNIX_EPOCH);
        at.strftime("%Y-%m-%d %H:%M UTC").to_string()
    }

    /// Seconds until the series are rehearsed, by how long it took so far.
    #[must_use]
    pub fn left(&self, now: i64) -> Option<i64> {
        let began = self.began.filter(|_| self.state == State::Running)?;
        let left = self.whole - self.done;
        let spent = now.saturating_sub(began) / 1_000_000;
        (self.done > 0 && left > 0).then(|| spent.saturating_mul(left) / self.done)
    }
}

const COLUMNS: &str = "id, asked, state, said, done, whole, made, began, seen, stop";

fn run(row: &Row, now: i64) -> Result<Run, DbError> {
    let word = row.text(2)?;
    let state = State::KEPT.into_iter().find(|state| state.word() == word);
    let state = state.ok_or_else(|| DbError::Damaged(format!("a run is `{word}`")))?;
    let unheard = row.int(8)?.saturating_add(UNHEARD) < now;
    let state = match state.open() {
        true if unheard => State::BrokenOff,
        // It will not begin.
        true if state == State::Waiting && row.int(9)? != 0 => State::Stopped,
        true if row.int(9)? != 0 => State::Stopping,
        _ => state,
    };
    let wanted = serde_json::from_str(&row.text(1)?);
    Ok(Run {
        id: row.text(0)?,
        wanted: wanted.map_err(|e| DbError::Damaged(format!("what a run was asked: {e}")))?,
        state,
        said: row.text(3)?,
        done: row.int(4)?,
        whole: row.int(5)?,
        made: row.int(6)?,
        began: row.maybe_int(7)?,
    })
}

fn count(n: u64) -> Value {
    i64::try_from(n).unwrap_or(i64::MAX).into()
}

/// Keeps a run that waits; gives its id.
///
/// # Errors
///
/// The database's.
pub fn add(app: &App, person: &str, wanted: &Wanted) -> Result<String, Problem> {
    let secret = Secret::new().map_err(|e| Problem::internal(&e))?;
    let id = secret.text()[..24].to_owned();
    let asked = serde_json::to_string(wanted).map_err(|e| Problem::internal(&e))?;
    let laws = wanted.asked()?.laws.len() as u64;
    let given = [
        id.clone().into(),
        person.into(),
        asked.into(),
        State::Waiting.word().into(),
        count(wanted.draws.saturating_mul(laws)),
        app.now().into(),
    ];
    app.people.db().transact(|db| {
        let sql = "INSERT INTO lab_runs (id, person, asked, state, whole, made, seen) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)";
        db.run(sql, &given)?;
        make_room(db, person, app.now())
    })?;
    Ok(id)
}

/// Lets go of what is too old, and of what of a person is too much.
fn make_room(db: &mut dyn Sql, person: &str, now: i64) -> Result<(), DbError> {
    let mut gone: Vec<String> = Vec::new();
    let old = now.saturating_sub(KEPT_FOR);
    for row in db.rows("SELECT id FROM lab_runs WHERE made <= ?1", &[old.into()])? {
        gone.push(row.text(0)?);
    }
    let sql = format!("SELECT {COLUMNS} FROM lab_runs WHERE person = ?1 ORDER BY made DESC, id");
    for row in db.rows(&sql, &[person.into()])?.iter().skip(RUNS_EACH) {
        let run = run(row, now)?;
        if !run.state.open() {
            gone.push(run.id);
        }
    }
    for id in gone {
        let id: [Value; 1] = [id.into()];
        db.run("DELETE FROM lab_run_parts WHERE run = ?1", &id)?;
        db.run("DELETE FROM lab_runs WHERE id = ?1", &id)?;
    }
    Ok(())
}

/// Notes that a run begins; false when it was stopped before.
///
/// # Errors
///
/// The database's.
pub fn begin(app: &App, id: &str) -> Result<bool, DbError> {
    let given = [id.into(), State::Running.word().into(), app.now().into()];
    app.people.db().transact(|db| {
        let sql =
            "UPDATE lab_runs SET state = ?2, began = ?3, seen = ?3 WHERE id = ?1 AND stop = 0";
        Ok(db.run(sql, &given)? > 0)
    })
}

/// Notes how far a run is, and that those that wait still do; tells whether it is to stop.
///
/// # Errors
///
/// The database's.
pub fn beat(
    app: &App,
    id: &str,
    done: u64,
    beside: u64,
    waiting: &[String],
) -> Result<bool, DbError> {
    let said = match beside {
        0 => String::new(),
        n => n.to_string(),
    };
    let given = [id.into(), count(done), said.into(), app.now().into()];
    app.people.db().transact(|db| {
        let sql = "UPDATE lab_runs SET done = ?2, said = ?3, seen = ?4 WHERE id = ?1";
        db.run(sql, &given)?;
        for other in waiting {
            let given = [other.as_str().into(), app.now().into()];
            db.run("UPDATE lab_runs SET seen = ?2 WHERE id = ?1", &given)?;
        }
        let row = db.row("SELECT stop FROM lab_runs WHERE id = ?1", &given[..1])?;
        // One that is no longer kept is for nobody.
        row.map_or(Ok(true), |row| Ok(row.int(0)? != 0))
    })
}

/// Notes how a run ended without a report.
///
/// # Errors
///
/// The database's.
pub fn end(app: &App, id: &str, state: State, said: &str) -> Result<(), DbError> {
    let given = [id.into(), state.word().into(), said.into()];
    app.people.db().transact(|db| {
        let sql = "UPDATE lab_runs SET state = ?2, said = ?3 WHERE id = ?1";
        db.run(sql, &given).map(|_| ())
    })
}

/// A text in parts, none cut within a character.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while rest.len() > PART {
        let (part, more) = rest.split_at(rest.ceil_char_boundary(PART));
        parts.push(part);
        rest = more;
    }
    parts.push(rest);
    parts
}

/// Keeps what came of a run, by name; it is seen once all of it is there.
///
/// # Errors
///
/// The database's.
pub fn done<const N: usize>(
    app: &App,
    id: &str,
    files: [(&'static str, String); N],
) -> Result<(), DbError> {
    for (name, text) in files {
        for (part, body) in parts(&text).into_iter().zip(0_i64..).map(|(b, n)| (n, b)) {
            let given = [id.into(), name.into(), part.into(), body.into()];
            app.people.db().transact(|db| {
                let sql = "INSERT INTO lab_run_parts VALUES (?1, ?2, ?3, ?4)";
                db.run(sql, &given).map(|_| ())
            })?;
        }
    }
    let given = [id.into(), State::Done.word().into()];
    app.people.db().transact(|db| {
        let sql = "UPDATE lab_runs SET state = ?2, said = '', done = whole WHERE id = ?1";
        db.run(sql, &given).map(|_| ())
    })
}

/// The runs of a person, newest first.
///
/// # Errors
///
/// The database's.
pub fn of(app: &App, person: &str) -> Result<Vec<Run>, Problem> {
    let now = app.now();
    let sql = format!(
        "SELECT {COLUMNS} FROM lab_runs WHERE person = ?1 AND made > ?2 ORDER BY made DESC, id"
    );
    let given = [person.into(), now.saturating_sub(KEPT_FOR).into()];
    let runs = app.people.db().read(|db| {
        let rows = db.rows(&sql, &given)?;
        rows.iter().map(|row| run(row, now)).collect()
    })?;
    Ok(runs)
}

/// A run of a person.
///
/// # Errors
///
/// That none of this id is kept for the person; the database's.
pub fn find(app: &App, person: &str, id: &str) -> Result<Run, Problem> {
    let found = of(app, person)?.into_iter().find(|run| run.id == id);
    found.ok_or_else(|| Problem::missing("no such run is kept: start another at /lab"))
}

/// Asks a run of a person to stop.
///
/// # Errors
///
/// That none of this id is kept for the person, or that it has ended; the database's.
pub fn stop(app: &App, person: &str, id: &str) -> Result<(), Problem> {
    let run = find(app, person, id)?;
    if !run.state.open() {
        let state = run.state.word();
        return Err(Problem::conflict(format!(
            "the run has ended: it is {state}"
        )));
    }
    let given = [id.into()];
    app.people.db().transact(|db| {
        db.run("UPDATE lab_runs SET stop = 1 WHERE id = ?1", &given)
            .map(|_| ())
    })?;
    Ok(())
}

/// What came of a run of a person, by name.
///
/// # Errors
///
/// That none of this id is kept for the person, or that it has nothing to read; the database's.
pub fn file(app: &App, person: &str, id: &str, name: &str) -> Result<String, Problem> {
    let run = find(app, person, id)?;
    if run.state != State::Done {
        let state = run.state.word();
        return Err(Problem::conflict(format!(
            "there is no report: the run is {state}"
        )));
    }
    let given = [id.into(), name.into()];
    let parts = app.people.db().read(|db| {
        let sql = "SELECT body FROM lab_run_parts WHERE run = ?1 AND name = ?2 ORDER BY part";
        let rows = db.rows(sql, &given)?;
        rows.iter()
            .map(|row| row.text(0))
            .collect::<Result<Vec<_>, _>>()
    })?;
    Ok(parts.concat())
}
