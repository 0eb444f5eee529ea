//! Sessions of people who have logged in.

use super::Person;

/// A session ends after so many microseconds without a request: half an hour.
pub const IDLE: i64 = 30 * 60 * 1_000_000;

/// A session ends so many microseconds after it began, whatever happens: twelve hours.
pub const LONGEST: i64 = 12 * 60 * 60 * 1_000_000;

/// A session that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub person: Person,
    /// What a form must carry to be taken as this session's.
    pub csrf: String,
    /// What is kept of its secret.
    pub hash: String,
}
