//! Files of orders that were decided, kept in the database for whoever sent them: a few of each person,
//! for a few days. Any instance shows them, and nobody else sees them.
//!
//! A file is written in parts, each in a transaction of its own, so that nobody waits long; it is seen
//! once it is whole.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::db::{DbError, Row, Sql, Value};
use crate::people::Secret;
use crate::port::{OrderAnswer, OrderFault, OrderRow, OrdersTold};
use crate::problem::Problem;

/// So many files are kept for a person; the oldest goes first.
const FILES_EACH: usize = 5;
/// So many bytes are kept for a person; the oldest file goes first.
const BYTES_EACH: usize = 64 << 20;
/// Files are kept for so many days.
pub const DAYS_KEPT: i64 = 7;
/// The same in microseconds.
const KEPT_FOR: i64 = DAYS_KEPT * 24 * 60 * 60 * 1_000_000;
/// So many orders may be in a file.
pub const ROWS_EACH: usize = 200_000;
/// So many orders are in a part.
const ROWS_OF_PART: usize = 5_000;
/// So many faults are kept; all are counted.
const FAULTS_KEPT: usize = 200;

/// A file of orders that was decided.
#[derive(Debug, Clone)]
pub struct File {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The law it was decided under, in words.
    pub law: String,
    /// What was assumed.
    pub assumed: String,
    /// How many orders it has.
    pub orders: usize,
    /// How many things could not be read.
    pub faults: usize,
    /// When it was decided, in microseconds since 1970.
    kept: i64,
}

impl File {
    /// When it was decided, in words.
    #[must_use]
    pub fn when(&self) -> String {
        let at = Timestamp::from_microsecond(self.kept).unwrap_or(Timestamp::UNIX_EPOCH);
        at.strftime("%Y-%m-%d %H:%M UTC").to_string()
    }
}

/// A file to be kept.
#[derive(Debug)]
pub struct New {
    /// What it is called.
    pub name: String,
    /// The law it was decided under, in words.
    pub law: String,
    /// What was assumed.
    pub assumed: String,
    /// What came out.
    pub told: OrdersTold,
}

/// Orders of a part: id, destination, the day of the law, and the place of the answer.
type Order = (Box<str>, Box<str>, jiff::civil::Date, usize);

/// A part as it is written: each answer once.
#[derive(Debug, Serialize, Deserialize)]
struct Part<A> {
    answers: Vec<A>,
    orders: Vec<Order>,
    faults: Vec<OrderFault>,
}

impl<'r> Part<&'r OrderAnswer> {
    fn of(rows: &'r [OrderRow], faults: &[OrderFault]) -> Self {
        let mut part = Part {
            answers: Vec::new(),
            orders: Vec::new(),
            faults: faults.to_vec(),
        };
        let mut places: HashMap<*const OrderAnswer, usize> = HashMap::new();
        for row in rows {
            let place = *places.entry(Arc::as_ptr(&row.answer)).or_insert_with(|| {
                part.answers.push(row.answer.as_ref());
                part.answers.len() - 1
            });
            let order = (row.id.clone(), row.to.clone(), row.as_of, place);
            part.orders.push(order);
        }
        part
    }
}

impl Part<OrderAnswer> {
    fn told(self, told: &mut OrdersTold) -> Result<(), DbError> {
        let answers: Vec<Arc<OrderAnswer>> = self.answers.into_iter().map(Arc::new).collect();
        for (id, to, as_of, place) in self.orders {
            let answer = answers.get(place).ok_or_else(|| {
                DbError::Damaged(format!("the answer {place} of an order is not there"))
            })?;
            told.rows.push(OrderRow {
                id,
                to,
                as_of,
                answer: Arc::clone(answer),
            });
        }
        told.faults.extend(self.faults);
        Ok(())
    }
}

/// What came out, in parts; the faults stand in one of their own.
fn written(told: &OrdersTold) -> Result<Vec<String>, serde_json::Error> {
    let faults = &told.faults[..told.faults.len().min(FAULTS_KEPT)];
    let first = std::iter::once(Part::of(&[], faults));
    let rows = told.rows.chunks(ROWS_OF_PART);
    let parts = first.chain(rows.map(|rows| Part::of(rows, &[])));
    parts.map(|part| serde_json::to_string(&part)).collect()
}

const COLUMNS: &str = "id, name, law, assumed, orders, faults, kept";

fn file(row: &Row) -> Result<File, DbError> {
    let count = |at| Ok::<_, DbError>(usize::try_from(row.int(at)?).unwrap_or_default());
    Ok(File {
        id: row.text(0)?,
        name: row.text(1)?,
        law: row.text(2)?,
        assumed: row.text(3)?,
        orders: count(4)?,
        faults: count(5)?,
        kept: row.int(6)?,
    })
}

/// Keeps a file, and lets go of older ones where there is no room. Gives its id.
///
/// # Errors
///
/// More than there is room for; the database's.
pub fn keep(app: &App, person: &str, new: New) -> Result<String, Problem> {
    let secret = Secret::new().map_err(|e| Problem::internal(&e))?;
    let id = secret.text()[..24].to_owned();
    let parts = written(&new.told).map_err(|e| Problem::internal(&e))?;
    let bytes: usize = parts.iter().map(String::len).sum();
    if bytes > BYTES_EACH {
        return Err(Problem::wrong(format!(
            "the answers come to {} MB, and {} are kept: split the file",
            bytes >> 20,
            BYTES_EACH >> 20
        )));
    }
    let count = |n: usize| Value::from(i64::try_from(n).unwrap_or(i64::MAX));
    let name: String = new.name.chars().filter(|c| !c.is_control()).collect();
    let head = [
        id.clone().into(),
        person.into(),
        name.chars().take(200).collect::<String>().into(),
        new.law.into(),
        new.assumed.into(),
        app.now().into(),
        count(new.told.rows.len()),
        count(new.told.faults.len()),
        count(bytes),
    ];
    let db = app.people.db();
    db.transact(|db| {
        let sql = "INSERT INTO order_files (id, person, name, law, assumed, kept, orders, faults, bytes) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        db.run(sql, &head).map(|_| ())
    })?;
    for (at, part) in parts.into_iter().enumerate() {
        let given = [id.clone().into(), count(at), part.into()];
        db.transact(|db| {
            let sql = "INSERT INTO order_file_parts VALUES (?1, ?2, ?3)";
            db.run(sql, &given).map(|_| ())
        })?;
    }
    db.transact(|db| {
        let sql = "UPDATE order_files SET whole = 1 WHERE id = ?1";
        db.run(sql, &[id.clone().into()])?;
        make_room(db, person, app.now())
    })?;
    Ok(id)
}

/// Lets go of what is too old, and of what of a person is too much.
fn make_room(db: &mut dyn Sql, person: &str, now: i64) -> Result<(), DbError> {
    let old = now.saturating_sub(KEPT_FOR);
    let sql = "SELECT id FROM order_files WHERE kept <= ?1";
    let mut gone: Vec<String> = Vec::new();
    for row in db.rows(sql, &[old.into()])? {
        gone.push(row.text(0)?);
    }
    let sql = "SELECT id, bytes FROM order_files WHERE person = ?1 AND whole = 1 \
         ORDER BY kept DESC, id";
    let mut held: usize = 0;
    for (at, row) in db.rows(sql, &[person.into()])?.iter().enumerate() {
        held = held.saturating_add(usize::try_from(row.int(1)?).unwrap_or(usize::MAX));
        if at >= FILES_EACH || held > BYTES_EACH {
            gone.push(row.text(0)?);
        }
    }
    for id in gone {
        let id: [Value; 1] = [id.into()];
        db.run("DELETE FROM order_file_parts WHERE file = ?1", &id)?;
        db.run("DELETE FROM order_files WHERE id = ?1", &id)?;
    }
    Ok(())
}

/// The files of a person, newest first.
///
/// # Errors
///
/// The database's.
pub fn of(app: &App, person: &str) -> Result<Vec<File>, Problem> {
    let old = app.now().saturating_sub(KEPT_FOR);
    let sql = format!(
        "SELECT {COLUMNS} FROM order_files WHERE person = ?1 AND whole = 1 AND kept > ?2 \
         ORDER BY kept DESC, id"
    );
    let given = [person.into(), old.into()];
    let files = app
        .people
        .db()
        .read(|db| db.rows(&sql, &given)?.iter().map(file).collect())?;
    Ok(files)
}

/// A file of a person with what came out.
///
/// # Errors
///
/// That none of this id is kept for the person; the database's.
pub fn find(app: &App, person: &str, id: &str) -> Result<(File, OrdersTold), Problem> {
    let old = app.now().saturating_sub(KEPT_FOR);
    let sql = format!(
        "SELECT {COLUMNS} FROM order_files \
         WHERE id = ?1 AND person = ?2 AND whole = 1 AND kept > ?3"
    );
    let given = [id.into(), person.into(), old.into()];
    let found = app.people.db().read(|db| {
        let Some(row) = db.row(&sql, &given)? else {
            return Ok(None);
        };
        let sql = "SELECT body FROM order_file_parts WHERE file = ?1 ORDER BY part";
        Ok(Some((file(&row)?, db.rows(sql, &given[..1])?)))
    })?;
    let (file, parts) = found.ok_or_else(|| {
        Problem::missing("these results are no longer kept: send the file again at /orders")
    })?;
    let mut told = OrdersTold::default();
    for row in &parts {
        let part: Part<OrderAnswer> =
            serde_json::from_str(&row.text(0)?).map_err(|e| Problem::internal(&e))?;
        part.told(&mut told)?;
    }
    Ok((file, told))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test")]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::port::Light;

    fn answer(says: &str) -> Arc<OrderAnswer> {
        Arc::new(OrderAnswer {
            light: Light::License,
            outcome: "license-required".to_owned(),
            says: says.to_owned(),
            missing: String::new(),
            other_view: "\"as printed\", \u{0} and all".to_owned(),
            csv: ["us".to_owned(), ",x\n".to_owned()],
        })
    }

    #[test]
    fn what_came_out_is_read_as_it_was_written_and_each_answer_is_kept_once_in_a_part() {
        let answers = [answer("one"), answer("two")];
        let rows = (0..ROWS_OF_PART + 1).map(|n| OrderRow {
            id: format!("o-{n}").into(),
            to: "VN".into(),
            as_of: date(2026, 3, 2),
            answer: Arc::clone(&answers[n % 2]),
        });
        let fault = |line| OrderFault {
            line,
            column: "item.tpp".to_owned(),
            id: String::new(),
            what: "no number".to_owned(),
        };
        let told = OrdersTold {
            rows: rows.collect(),
            faults: (0..300).map(fault).collect(),
        };
        let parts = written(&told).unwrap();
        assert_eq!(parts.len(), 3);
        assert_eq!(parts[1].matches("\"one\"").count(), 1);
        let mut read = OrdersTold::default();
        for part in &parts {
            let part: Part<OrderAnswer> = serde_json::from_str(part).unwrap();
            part.told(&mut read).unwrap();
        }
        assert_eq!(read.rows, told.rows);
        assert_eq!(read.faults, told.faults[..FAULTS_KEPT]);
    }
}
