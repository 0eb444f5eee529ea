//! Statements on a PostgreSQL database.

use postgres::error::SqlState;
use postgres::types::{ToSql, Type};
use postgres::{Client, NoTls, Transaction};

use super::{Connection, DbError, Row, Sql, Value, Work};

/// The lock under which one at a time brings the tables up to date or writes them.
const WRITING: i64 = 0x5469_6572_0003;

/// A connection.
pub(super) struct Postgres(Client);

impl From<postgres::Error> for DbError {
    fn from(error: postgres::Error) -> Self {
        let said = match error.as_db_error() {
            Some(db) => format!("{}: {}", db.severity(), db.message()),
            None => error.to_string(),
        };
        match error.code() {
            Some(
                &SqlState::UNIQUE_VIOLATION
                | &SqlState::LOCK_NOT_AVAILABLE
                | &SqlState::T_R_SERIALIZATION_FAILURE
                | &SqlState::T_R_DEADLOCK_DETECTED,
            ) => DbError::Conflict(said),
            _ => DbError::Other(said),
        }
    }
}

impl Postgres {
    pub(super) fn open(url: &str) -> Result<Self, DbError> {
        let mut client = Client::connect(url, NoTls)?;
        client.batch_execute(
            "SET synchronous_commit = on; SET client_min_messages = warning; SET lock_timeout = '20s'",
        )?;
        Ok(Postgres(client))
    }
}

/// A transaction of a few short statements: they take turns, as in a file.
struct Working<'c>(Transaction<'c>);

impl Connection for Postgres {
    fn transact(&mut self, work: &mut Work<'_>) -> Result<(), DbError> {
        let mut tx = self.0.transaction()?;
        tx.execute("SELECT pg_advisory_xact_lock($1)", &[&WRITING])?;
        let mut working = Working(tx);
        // Dropped without being kept, a transaction is undone.
        work(&mut working)?;
        Ok(working.0.commit()?)
    }

    fn read(&mut self, work: &mut Work<'_>) -> Result<(), DbError> {
        let tx = self.0.build_transaction().read_only(true).start()?;
        work(&mut Working(tx))
    }
}

fn given(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values
        .iter()
        .map(|value| -> &(dyn ToSql + Sync) {
            match value {
                Value::Int(n) => n,
                Value::Text(text) => text,
            }
        })
        .collect()
}

impl Sql for Working<'_> {
    fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, DbError> {
        let rows = self.0.query(&sql.replace('?', "$"), &given(values))?;
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            let mut values = Vec::with_capacity(row.len());
            for (at, column) in row.columns().iter().enumerate() {
                values.push(match *column.type_() {
                    Type::INT8 => Value::Int(row.try_get(at)?),
                    Type::TEXT => Value::Text(row.try_get(at)?),
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

    fn run(&mut self, sql: &str, values: &[Value]) -> Result<u64, DbError> {
        Ok(self.0.execute(&sql.replace('?', "$"), &given(values))?)
    }
}
