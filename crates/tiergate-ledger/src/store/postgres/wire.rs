//! A connection to PostgreSQL, on which several statements are on their way at once.
//!
//! Each exchange with the server costs more than most statements do. Statements that do not wait
//! for one another's answers are sent together: the server does them in the order they were sent.

use std::cell::RefCell;
use std::future::Future;

use rustc_hash::FxHashMap;
use tokio::runtime::Runtime;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Row, Statement};

use crate::error::Error;

/// What a statement is given.
pub type Given<'a> = [&'a (dyn ToSql + Sync)];

/// A connection.
pub struct Wire {
    runtime: Runtime,
    client: Client,
    /// Statements made ready, by their text.
    ready: RefCell<FxHashMap<&'static str, Statement>>,
}

impl Wire {
    /// Connects.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub fn connect(url: &str) -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| Error::Other(format!("no connection can be waited for: {e}")))?;
        let client = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
            // It goes on whenever something is waited for; what breaks it, whoever waits is told.
            tokio::spawn(connection);
            Ok::<_, tokio_postgres::Error>(client)
        })?;
        Ok(Wire {
            runtime,
            client,
            ready: RefCell::default(),
        })
    }

    /// Waits for statements sent together.
    pub fn wait<T>(&self, sent: impl Future<Output = T>) -> T {
        self.runtime.block_on(sent)
    }

    /// What statements are sent with.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// A statement, made ready once.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn ready(&self, sql: &'static str) -> Result<Statement, Error> {
        if let Some(statement) = self.ready.borrow().get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.wait(self.client.prepare(sql))?;
        self.ready.borrow_mut().insert(sql, statement.clone());
        Ok(statement)
    }

    /// Runs statements as they are.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn batch(&self, sql: &str) -> Result<(), Error> {
        Ok(self.wait(self.client.batch_execute(sql))?)
    }

    /// Runs a statement; gives how many rows it touched.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn execute(&self, sql: &str, given: &Given<'_>) -> Result<u64, Error> {
        Ok(self.wait(self.client.execute(sql, given))?)
    }

    /// The rows of a statement.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn query(&self, sql: &str, given: &Given<'_>) -> Result<Vec<Row>, Error> {
        Ok(self.wait(self.client.query(sql, given))?)
    }

    /// The one row of a statement.
    ///
    /// # Errors
    ///
    /// The database's, or when there is none or more.
    pub fn query_one(&self, sql: &str, given: &Given<'_>) -> Result<Row, Error> {
        Ok(self.wait(self.client.query_one(sql, given))?)
    }

    /// The row of a statement, if there is one.
    ///
    /// # Errors
    ///
    /// The database's, or when there are more.
    pub fn query_opt(&self, sql: &str, given: &Given<'_>) -> Result<Option<Row>, Error> {
        Ok(self.wait(self.client.query_opt(sql, given))?)
    }
}
