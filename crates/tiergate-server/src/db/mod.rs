//! One database for what the service keeps itself: people, sessions, tokens. Statements are written
//! once, for SQLite and PostgreSQL alike.
//!
//! Statements use whole numbers and texts only, and `?1`, `?2` for what they are given.

mod postgres;
mod sqlite;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// Where everything of the desk is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// One SQLite file.
    File(PathBuf),
    /// A PostgreSQL database.
    Server(String),
}

impl Database {
    /// A file's path, or the address of a PostgreSQL database.
    ///
    /// ```
    /// use tiergate_server::Database;
    /// assert_eq!(Database::of("desk.db"), Database::File("desk.db".into()));
    /// assert!(matches!(Database::of("postgres://localhost/desk"), Database::Server(_)));
    /// ```
    #[must_use]
    pub fn of(text: &str) -> Database {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Database::Server(text.to_owned())
        } else {
            Database::File(text.into())
        }
    }
}

/// A value in a row or given to a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A whole number, or nothing where one would be.
    Int(Option<i64>),
    /// A text, or nothing where one would be.
    Text(Option<String>),
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Value::Int(Some(n))
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Value::Int(Some(yes.into()))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(Some(text.to_owned()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(Some(text))
    }
}

impl From<Option<i64>> for Value {
    fn from(n: Option<i64>) -> Self {
        Value::Int(n)
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Value::Text(text)
    }
}

/// A row.
#[derive(Debug, Clone)]
pub struct Row(Vec<Value>);

impl Row {
    /// A text.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn text(&self, at: usize) -> Result<String, DbError> {
        self.maybe_text(at)?
            .ok_or_else(|| DbError::Damaged(format!("column {at} is empty")))
    }

    /// A text, if there is one.
    ///
    /// # Errors
    ///
    /// When there is a number.
    pub fn maybe_text(&self, at: usize) -> Result<Option<String>, DbError> {
        match self.0.get(at) {
            Some(Value::Text(text)) => Ok(text.clone()),
            Some(Value::Int(None)) => Ok(None),
            _ => Err(DbError::Damaged(format!("column {at} is no text"))),
        }
    }

    /// A number.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn int(&self, at: usize) -> Result<i64, DbError> {
        self.maybe_int(at)?
            .ok_or_else(|| DbError::Damaged(format!("column {at} is empty")))
    }

    /// A number, if there is one.
    ///
    /// # Errors
    ///
    /// When there is a text.
    pub fn maybe_int(&self, at: usize) -> Result<Option<i64>, DbError> {
        match self.0.get(at) {
            Some(Value::Int(n)) => Ok(*n),
            Some(Value::Text(None)) => Ok(None),
            _ => Err(DbError::Damaged(format!("column {at} is no number"))),
        }
    }
}

/// What goes wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// Others are in the way, or what is added is there already.
    #[error("{0}")]
    Conflict(String),
    /// What is kept is not as it was written.
    #[error("what is kept is damaged: {0}")]
    Damaged(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// Where statements are run: a connection, or a transaction on it.
pub trait Sql {
    /// The rows of a statement.
    ///
    /// # Errors
    ///
    /// The database's.
    fn rows(&mut self, sql: &str, given: &[Value]) -> Result<Vec<Row>, DbError>;

    /// Runs a statement; gives how many rows it touched.
    ///
    /// # Errors
    ///
    /// The database's.
    fn run(&mut self, sql: &str, given: &[Value]) -> Result<u64, DbError>;

    /// The row of a statement, if there is one.
    ///
    /// # Errors
    ///
    /// The database's.
    fn row(&mut self, sql: &str, given: &[Value]) -> Result<Option<Row>, DbError> {
        Ok(self.rows(sql, given)?.into_iter().next())
    }
}

/// Work in a transaction.
pub type Work<'w> = dyn FnMut(&mut dyn Sql) -> Result<(), DbError> + 'w;

/// A connection.
trait Connection: Send {
    fn transact(&mut self, work: &mut Work<'_>) -> Result<(), DbError>;

    /// Does work that only reads: it waits for nobody who writes.
    fn read(&mut self, work: &mut Work<'_>) -> Result<(), DbError>;
}

/// So many connections are kept for the next to ask.
const KEPT: usize = 8;

/// How the tables came to be as they are, one step after another; the same for both databases.
const MIGRATIONS: [&str; 6] = [
    include_str!("migrations/1.sql"),
    include_str!("migrations/2.sql"),
    include_str!("migrations/providers.sql"),
    include_str!("migrations/refusals.sql"),
    include_str!("migrations/order_files.sql"),
    include_str!("migrations/lab_runs.sql"),
];

/// Connections to the database; made as they are needed.
pub struct Db {
    database: Database,
    free: Mutex<Vec<Box<dyn Connection>>>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").finish_non_exhaustive()
    }
}

impl Db {
    /// Opens the database and brings its tables up to date; makes them where there are none.
    ///
    /// # Errors
    ///
    /// When it cannot be opened, or is of a newer program.
    pub fn open(database: Database) -> Result<Db, DbError> {
        Db::up_to(database, &MIGRATIONS)
    }

    /// Opens the database and takes the steps that are not done yet.
    fn up_to(database: Database, steps: &[&str]) -> Result<Db, DbError> {
        let db = Db {
            database,
            free: Mutex::default(),
        };
        db.transact(|sql| {
            let make = "CREATE TABLE IF NOT EXISTS desk_schema (version BIGINT NOT NULL)";
            sql.run(make, &[])?;
            let row = sql.row("SELECT max(version) FROM desk_schema", &[])?;
            let done = row.map_or(Ok(None), |row| row.maybe_int(0))?.unwrap_or(0);
            let done = usize::try_from(done).unwrap_or(usize::MAX);
            if done > steps.len() {
                return Err(DbError::Other(format!(
                    "the desk is of version {done}, made by a newer program; this one knows up to {}",
                    steps.len()
                )));
            }
            for (n, step) in steps.iter().enumerate().skip(done) {
                for statement in step.split(';').filter(|s| !s.trim().is_empty()) {
                    sql.run(statement, &[])?;
                }
                let version = (n + 1) as i64;
                sql.run("INSERT INTO desk_schema VALUES (?1)", &[version.into()])?;
            }
            Ok(())
        })?;
        Ok(db)
    }

    /// Does work in a transaction, which is kept whole or, when the work fails, not at all.
    ///
    /// # Errors
    ///
    /// The work's, or the database's.
    pub fn transact<R>(
        &self,
        work: impl FnMut(&mut dyn Sql) -> Result<R, DbError>,
    ) -> Result<R, DbError> {
        self.with(work, |connection, work| connection.transact(work))
    }

    /// Does work that only reads, all as of one moment.
    ///
    /// # Errors
    ///
    /// The work's, or the database's.
    pub fn read<R>(
        &self,
        work: impl FnMut(&mut dyn Sql) -> Result<R, DbError>,
    ) -> Result<R, DbError> {
        self.with(work, |connection, work| connection.read(work))
    }

    fn with<R>(
        &self,
        mut work: impl FnMut(&mut dyn Sql) -> Result<R, DbError>,
        how: impl FnOnce(&mut dyn Connection, &mut Work<'_>) -> Result<(), DbError>,
    ) -> Result<R, DbError> {
        let free = self
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut connection = match free {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let mut result = None;
        let kept = how(connection.as_mut(), &mut |sql| {
            result = Some(work(sql)?);
            Ok(())
        });
        // One on which the database failed may be broken: the next is made anew.
        if !matches!(kept, Err(DbError::Other(_))) {
            let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
            if free.len() < KEPT {
                free.push(connection);
            }
        }
        kept?;
        result.ok_or_else(|| DbError::Other("the work was not done".to_owned()))
    }

    fn connect(&self) -> Result<Box<dyn Connection>, DbError> {
        Ok(match &self.database {
            Database::File(path) => Box::new(sqlite::Sqlite::open(path)?),
            Database::Server(url) => Box::new(postgres::Postgres::open(url)?),
        })
    }
}
