//! A login that fails too often waits.

/// After so many failures in a row a login is locked.
pub const TRIES: i64 = 10;

/// A login is locked for so many microseconds: a quarter of an hour.
pub const LOCKED_FOR: i64 = 15 * 60 * 1_000_000;
