//! The chain of blocks that seals what was entered.
//!
//! Entries are not hashed one upon the other, which would make writers wait for one another: within
//! a second of being kept they are sealed in a block, whose hash covers them, in order, and the hash
//! of the block before.

use jiff::Timestamp;

use crate::store::Digest;

/// A block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its number, from 1.
    pub n: i64,
    /// The place of its first entry.
    pub first: i64,
    /// The place of its last entry.
    pub last: i64,
    /// How many entries it seals; places may be left out where an entry was not kept.
    pub count: i64,
    /// When it was sealed, in microseconds since 1970.
    pub sealed: i64,
    /// The hash of the block before; nothing but zeros for the first.
    pub previous: String,
    /// Its hash.
    pub hash: String,
}

/// What the hash of a block starts with: a change of what is hashed changes it.
const CONTEXT: &str = "tiergate ledger block, version 1";

/// A block being sealed.
#[derive(Debug)]
pub struct Sealing {
    hasher: blake3::Hasher,
    n: i64,
    previous: String,
    first: i64,
    last: i64,
    count: i64,
}

impl Sealing {
    /// The block after another.
    #[must_use]
    pub fn after(block: Option<&Block>) -> Self {
        let previous = block.map_or_else(|| "0".repeat(64), |b| b.hash.clone());
        let n = block.map_or(0, |b| b.n) + 1;
        let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
        hasher.update(&n.to_le_bytes());
        hasher.update(previous.as_bytes());
        Sealing {
            hasher,
            n,
            previous,
            first: 0,
            last: 0,
            count: 0,
        }
    }

    /// Adds the next entry: its place and its digest.
    pub fn add(&mut self, seq: i64, digest: &Digest) {
        if self.count == 0 {
            self.first = seq;
        }
        self.last = seq;
        self.count += 1;
        self.hasher.update(&seq.to_le_bytes());
        self.hasher.update(digest);
    }

    /// Whether nothing was added.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The block, sealed at a moment.
    #[must_use]
    pub fn seal(mut self, sealed: i64) -> Block {
        self.hasher.update(&sealed.to_le_bytes());
        self.hasher.update(&self.count.to_le_bytes());
        Block {
            n: self.n,
            first: self.first,
            last: self.last,
            count: self.count,
            sealed,
            previous: self.previous,
            hash: self.hasher.finalize().to_hex().to_string(),
        }
    }
}

/// A moment as it is written.
#[must_use]
pub fn moment(recorded: i64) -> String {
    Timestamp::from_microsecond(recorded).map_or_else(|_| recorded.to_string(), |t| t.to_string())
}
