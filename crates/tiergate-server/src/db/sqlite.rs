//! Statements on an SQLite file.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection as Client, ErrorCode, ToSql, TransactionBehavior};

use super::{Connection, DbError, Row, Sql, Value, Work};

/// How long a writer waits for the others.
const PATIENCE: Duration = Duration::from_secs(20);

/// What stands in the head of a file that is Tiergate's, as in a ledger's.
const APPLICATION: i32 = 0x5469_6572;

/// A connection.
pub(super) struct Sqlite(Client);

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(
                ErrorCode::ConstraintViolation
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked,
            ) => DbError::Conflict(error.to_string()),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                DbError::Damaged(error.to_string())
            }
            _ => DbError::Other(error.to_string()),
        }
    }
}

impl Sqlite {
    pub(super) fn open(path: &Path) -> Result<Self, DbError> {
        let db = Client::open(path)?;
        db.busy_timeout(PATIENCE)?;
        let application: i32 = db.pragma_query_value(None, "application_id", |r| r.get(0))?;
        let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0))?;
        if application != APPLICATION && (application != 0 || tables > 0) {
            return Err(DbError::Other(format!(
                "{} is an SQLite file of something else",
                path.display()
            )));
        }
        db.pragma_update(None, "journal_mode", "wal")?;
        db.pragma_update(None, "synchronous", "full")?;
        if application != APPLICATION {
            db.pragma_update(None, "application_id", APPLICATION)?;
        }
        Ok(Sqlite(db))
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Int(Some(n)) => ValueRef::Integer(*n),
            Value::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Value::Int(None) | Value::Text(None) => ValueRef::Null,
        }))
    }
}

struct Working<'c>(rusqlite::Transaction<'c>);

impl Connection for Sqlite {
    fn transact(&mut self, work: &mut Work<'_>) -> Result<(), DbError> {
        let tx = self
            .0
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut working = Working(tx);
        // Dropped without being kept, a transaction is undone.
        work(&mut working)?;
        Ok(working.0.commit()?)
    }

    fn read(&mut self, work: &mut Work<'_>) -> Result<(), DbError> {
        let tx = self
            .0
            .transaction_with_behavior(TransactionBehavior::Deferred)?;
        work(&mut Working(tx))
    }
}

impl Sql for Working<'_> {
    fn rows(&mut self, sql: &str, given: &[Value]) -> Result<Vec<Row>, DbError> {
        let mut statement = self.0.prepare_cached(sql)?;
        let width = statement.column_count();
        let mut rows = statement.query(rusqlite::params_from_iter(given))?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let mut values = Vec::with_capacity(width);
            for at in 0..width {
                values.push(match row.get_ref(at)? {
                    ValueRef::Integer(n) => Value::Int(Some(n)),
                    ValueRef::Text(bytes) => {
                        Value::Text(Some(String::from_utf8_lossy(bytes).into_owned()))
                    }
                    ValueRef::Null => Value::Int(None),
                    _ => {
                        return Err(DbError::Damaged(format!(
                            "column {at} is no text or number"
                        )));
                    }
                });
            }
            all.push(Row(values));
        }
        Ok(all)
    }

    fn run(&mut self, sql: &str, given: &[Value]) -> Result<u64, DbError> {
        let mut statement = self.0.prepare_cached(sql)?;
        Ok(statement.execute(rusqlite::params_from_iter(given))? as u64)
    }
}
