//! Runs of the lab in the database: whoever waits, how far the others are, and what came of them for a
//! week. Any instance shows them.
//!
//! What came of a run is written in parts, each in a transaction of its own, so that nobody waits long; it
//! is seen once it is whole.

use std::time::Duration;

use super::run::{COLUMNS, Run, State, UNHEARD, wanted_of};
use super::{Job, Wanted};
use crate::app::App;
use crate::db::{DbError, Sql, Value};
use crate::people::note;
use crate::problem::Problem;

/// So many runs are kept for a person; the oldest that has ended goes first.
const RUNS_EACH: usize = 10;
/// So many that have not ended one person may have.
const OPEN_EACH: i64 = 2;
/// Runs are kept for so many days.
pub const DAYS_KEPT: i64 = 7;
/// The same in microseconds.
const KEPT_FOR: i64 = DAYS_KEPT * 24 * 60 * 60 * 1_000_000;
/// So many bytes, at the least, are in a part of a file.
const PART: usize = 1 << 20;

/// What came of a run, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    /// The page.
    Report,
    /// How the draws of each series are spread, as CSV.
    Quantiles,
    /// The regimes beside one another, as JSON.
    Comparison,
}

impl File {
    const fn word(self) -> &'static str {
        match self {
            File::Report => "report",
            File::Quantiles => "quantiles",
            File::Comparison => "comparison",
        }
    }
}

fn count(n: usize) -> Value {
    i64::try_from(n).unwrap_or(i64::MAX).into()
}

/// Why a run is not taken.
enum Refused {
    Others,
    Open(i64),
    Full(i64),
}

/// Keeps a run that waits, unless it is there already.
///
/// # Errors
///
/// That too many wait, or too many of the person's; the database's.
pub fn add(app: &App, person: &str, id: &str, wanted: &Wanted, whole: u64) -> Result<(), Problem> {
    let asked = serde_json::to_string(wanted).map_err(|e| Problem::internal(&e))?;
    let now = app.now();
    let most = app.config.limits.lab_open;
    let added = app.people.db().transact(|db| {
        let sql = "SELECT person FROM lab_runs WHERE id = ?1";
        if let Some(row) = db.row(sql, &[id.into()])? {
            let own = row.text(0)? == person;
            return Ok(if own { Ok(()) } else { Err(Refused::Others) });
        }
        make_room(db, person, app.config.limits.lab_kept, now)?;
        let heard: Value = now.saturating_sub(UNHEARD).into();
        let open = "SELECT count(*) FROM lab_runs \
             WHERE (state = 'waiting' OR (state = 'running' AND seen >= ?1))";
        let counted = |row: Option<crate::db::Row>| row.map_or(Ok(0), |row| row.int(0));
        let given = [heard, person.into()];
        let own = counted(db.row(&format!("{open} AND person = ?2"), &given)?)?;
        if own >= OPEN_EACH {
            return Ok(Err(Refused::Open(own)));
        }
        let all = counted(db.row(open, &given[..1])?)?;
        if usize::try_from(all).unwrap_or(usize::MAX) >= most {
            return Ok(Err(Refused::Full(all)));
        }
        let sql = "INSERT INTO lab_runs (id, person, asked, state, whole, made, seen) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)";
        let given = [
            id.into(),
            person.into(),
            asked.as_str().into(),
            State::Waiting.word().into(),
            i64::try_from(whole).unwrap_or(i64::MAX).into(),
            now.into(),
        ];
        db.run(sql, &given)?;
        note(db, person, "lab-started", id, now)?;
        Ok(Ok(()))
    })?;
    added.map_err(|refused| match refused {
        Refused::Others => Problem::conflict("there is a run of this id already: send another"),
        Refused::Open(own) => Problem::conflict(format!(
            "{own} of your runs have not ended: wait for one, or stop it"
        )),
        Refused::Full(all) => Problem::busy_with(format!(
            "{all} runs are at work or wait, and no more are taken: nothing of this was done, try again \
             when one has ended"
        )),
    })
}

/// Lets go of what is too old, and of what of a person is too much.
fn make_room(db: &mut dyn Sql, person: &str, most: usize, now: i64) -> Result<(), DbError> {
    let old = now.saturating_sub(KEPT_FOR);
    for row in db.rows("SELECT id FROM lab_runs WHERE made <= ?1", &[old.into()])? {
        forget(db, &row.text(0)?)?;
    }
    let sql =
        format!("SELECT {COLUMNS}, bytes FROM lab_runs WHERE person = ?1 ORDER BY made DESC, id");
    let mut held: usize = 0;
    for (at, row) in db.rows(&sql, &[person.into()])?.iter().enumerate() {
        let run = Run::of(row, now)?;
        held = held.saturating_add(usize::try_from(row.int(13)?).unwrap_or(usize::MAX));
        if !run.state.open() && (at >= RUNS_EACH || held > most) {
            forget(db, &run.id)?;
        }
    }
    Ok(())
}

fn forget(db: &mut dyn Sql, id: &str) -> Result<u64, DbError> {
    db.run("DELETE FROM lab_run_parts WHERE run = ?1", &[id.into()])?;
    db.run("DELETE FROM lab_runs WHERE id = ?1", &[id.into()])
}

/// Whether a run waits.
///
/// # Errors
///
/// The database's.
pub fn waits(app: &App) -> Result<bool, DbError> {
    let sql = "SELECT id FROM lab_runs WHERE state = 'waiting' LIMIT 1";
    app.people.db().read(|db| Ok(db.row(sql, &[])?.is_some()))
}

/// Takes the run that has waited longest; from then on it runs.
///
/// # Errors
///
/// The database's.
pub fn take(app: &App) -> Result<Option<Job>, DbError> {
    let now = app.now();
    app.people.db().transact(|db| {
        // Where another instance is faster, it is the next one's turn.
        for _ in 0..3 {
            let sql = "SELECT id, asked FROM lab_runs WHERE state = 'waiting' \
                 ORDER BY made, id LIMIT 1";
            let Some(row) = db.row(sql, &[])? else {
                break;
            };
            let id = row.text(0)?;
            let sql = "UPDATE lab_runs SET state = 'running', began = ?2, seen = ?2 \
                 WHERE id = ?1 AND state = 'waiting'";
            if db.run(sql, &[id.as_str().into(), now.into()])? > 0 {
                let wanted = wanted_of(&row.text(1)?)?;
                return Ok(Some(Job { id, wanted }));
            }
        }
        Ok(None)
    })
}

/// Notes how far a run is, and how long what is done took; tells whether it is to stop.
///
/// # Errors
///
/// The database's.
pub fn beat(app: &App, id: &str, done: u64, spent: Duration) -> Result<bool, DbError> {
    let done = i64::try_from(done).unwrap_or(i64::MAX);
    let spent = i64::try_from(spent.as_micros()).unwrap_or(i64::MAX);
    let given = [id.into(), done.into(), app.now().into(), spent.into()];
    app.people.db().transact(|db| {
        let sql = "UPDATE lab_runs SET done = ?2, seen = ?3, spent = ?4 WHERE id = ?1";
        db.run(sql, &given)?;
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
pub fn end(app: &App, id: &str, state: State, why: &str) -> Result<(), DbError> {
    let given = [id.into(), state.word().into(), why.into(), app.now().into()];
    app.people.db().transact(|db| {
        let sql = "UPDATE lab_runs SET state = ?2, why = ?3, ended = ?4 WHERE id = ?1";
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

/// Keeps what came of a run; it is seen once all of it is there.
///
/// # Errors
///
/// The database's.
pub fn done(app: &App, id: &str, files: &[(File, String)]) -> Result<(), DbError> {
    for (file, text) in files {
        for (at, body) in parts(text).into_iter().enumerate() {
            let given = [id.into(), file.word().into(), count(at), body.into()];
            app.people.db().transact(|db| {
                // One that was removed meanwhile gets no parts.
                let sql = "INSERT INTO lab_run_parts (run, name, part, body) \
                     SELECT id, CAST(?2 AS TEXT), CAST(?3 AS BIGINT), CAST(?4 AS TEXT) \
                     FROM lab_runs WHERE id = ?1";
                db.run(sql, &given).map(|_| ())
            })?;
        }
    }
    let now = app.now();
    let given = [id.into(), now.into(), count(size(files))];
    app.people.db().transact(|db| {
        let sql = "UPDATE lab_runs SET state = 'done', ended = ?2, bytes = ?3, done = whole \
             WHERE id = ?1";
        db.run(sql, &given)?;
        match db.row("SELECT person FROM lab_runs WHERE id = ?1", &given[..1])? {
            Some(row) => make_room(db, &row.text(0)?, app.config.limits.lab_kept, now),
            None => forget(db, id).map(|_| ()),
        }
    })
}

/// How many bytes files have together.
#[must_use]
pub fn size(files: &[(File, String)]) -> usize {
    files.iter().map(|(_, text)| text.len()).sum()
}

/// The runs of a person, or of everybody, newest first.
///
/// # Errors
///
/// The database's.
pub fn of(app: &App, person: Option<&str>) -> Result<Vec<Run>, Problem> {
    let now = app.now();
    let whose = person.map_or("", |_| "AND person = ?2");
    let sql =
        format!("SELECT {COLUMNS} FROM lab_runs WHERE made > ?1 {whose} ORDER BY made DESC, id");
    let mut given: Vec<Value> = vec![now.saturating_sub(KEPT_FOR).into()];
    given.extend(person.map(Value::from));
    let runs = app.people.db().read(|db| {
        let rows = db.rows(&sql, &given)?;
        rows.iter().map(|row| Run::of(row, now)).collect()
    })?;
    Ok(runs)
}

/// A run of a person, or of anybody.
///
/// # Errors
///
/// That none of this id is kept for the person; the database's.
pub fn find(app: &App, person: Option<&str>, id: &str) -> Result<Run, Problem> {
    let found = of(app, person)?.into_iter().find(|run| run.id == id);
    found.ok_or_else(|| {
        Problem::missing("no such run is kept for you: its week may be over; start another at /lab")
    })
}

/// Stops a run of a person, or of anybody.
///
/// # Errors
///
/// That none of this id is kept, or that it has ended; the database's.
pub fn stop(app: &App, by: &str, person: Option<&str>, id: &str) -> Result<(), Problem> {
    let run = find(app, person, id)?;
    if !run.state.open() {
        let state = run.state.word();
        return Err(Problem::conflict(format!(
            "the run has ended: it is {state}"
        )));
    }
    let now = app.now();
    app.people.db().transact(|db| {
        let given = [id.into(), now.into()];
        // One that waits ends here; one that runs looks whether it is to stop.
        let sql =
            "UPDATE lab_runs SET state = 'stopped', ended = ?2 WHERE id = ?1 AND state = 'waiting'";
        if db.run(sql, &given)? == 0 {
            db.run("UPDATE lab_runs SET stop = 1 WHERE id = ?1", &given[..1])?;
        }
        note(db, by, "lab-stopped", id, now)
    })?;
    Ok(())
}

/// Removes a run of a person, or of anybody, and all that came of it; one that runs is stopped.
///
/// # Errors
///
/// That none of this id is kept; the database's.
pub fn remove(app: &App, by: &str, person: Option<&str>, id: &str) -> Result<(), Problem> {
    find(app, person, id)?;
    let now = app.now();
    app.people.db().transact(|db| {
        forget(db, id)?;
        note(db, by, "lab-removed", id, now)
    })?;
    Ok(())
}

/// What came of a run of a person.
///
/// # Errors
///
/// That none of this id is kept for the person, or that it has nothing to read; the database's.
pub fn file(app: &App, person: &str, id: &str, file: File) -> Result<String, Problem> {
    let run = find(app, Some(person), id)?;
    if run.state != State::Done {
        let state = run.state.word();
        return Err(Problem::conflict(format!(
            "there is nothing to read: the run is {state}"
        )));
    }
    let given = [id.into(), file.word().into()];
    let parts = app.people.db().read(|db| {
        let sql = "SELECT body FROM lab_run_parts WHERE run = ?1 AND name = ?2 ORDER BY part";
        let rows = db.rows(sql, &given)?;
        rows.iter()
            .map(|row| row.text(0))
            .collect::<Result<Vec<_>, _>>()
    })?;
    Ok(parts.concat())
}

#[cfg(test)]
mod tests {
    use super::{PART, parts};

    #[test]
    fn parts_together_are_the_text_and_none_is_cut_within_a_character() {
        let text = "€".repeat(PART);
        let parts = parts(&text);
        assert!(parts.len() >= 3 && parts.iter().all(|part| part.len() <= PART + 3));
        assert_eq!(parts.concat(), text);
        assert_eq!(super::parts(""), [""]);
    }
}
