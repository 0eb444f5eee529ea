//! Entries as they are written out with their places and digests, and read back.

use rustc_hash::FxHashMap;

use super::{At, Book};
use crate::answer::{Answer, Receipt};
use crate::entry::{Kind, Written};
use crate::error::Error;
use crate::held::Held;
use crate::store::{Aside, Changes, Line, Stored};

impl Book<'_> {
    /// Hands the page over to the store; gives the places of its entries in order.
    pub(crate) fn finish(self) -> Result<FxHashMap<String, i64>, Error> {
        if self.fresh.is_empty() {
            return Ok(FxHashMap::default());
        }
        let places = self.page.places(self.fresh.len())?;
        let mut changes = Changes::default();
        let mut by_id = FxHashMap::default();
        let mut bare = Vec::with_capacity(self.fresh.len());
        for (fresh, seq) in self.fresh.into_iter().zip(&places) {
            let seq = *seq;
            let accepted = matches!(fresh.answer, Answer::Accepted(_));
            for moved in fresh.moves {
                let account = self.accounts[moved.place].row.id;
                changes.lines.push(Line {
                    account,
                    seq,
                    date: moved.date,
                    used: moved.used,
                    reserved: moved.reserved,
                    used_after: moved.after.used,
                    reserved_after: moved.after.reserved,
                    tightest: moved.tightest,
                });
            }
            if let Some((account, set)) = fresh.sets {
                changes
                    .limits
                    .push((self.accounts[account].row.id, seq, set));
            }
            let aside = Aside {
                until: fresh.written.until,
                held: fresh.held,
            };
            let of = fresh.of.map(|of| match of {
                At::Kept(seq) => seq,
                At::Here(place) => places[place],
            });
            by_id.insert(fresh.written.id.clone(), seq);
            bare.push(Bare {
                seq,
                of,
                accepted,
                aside,
                written: fresh.written,
                answer: fresh.answer,
            });
        }
        changes.entries = written_out(bare, self.recorded)?;
        for open in self.accounts {
            if open.changed {
                changes.accounts.push(open.row);
            }
        }
        self.page.append(changes)?;
        Ok(by_id)
    }
}

/// An entry with its place, before it is written out.
struct Bare {
    seq: i64,
    of: Option<i64>,
    accepted: bool,
    aside: Aside,
    written: Written,
    answer: Answer,
}

impl Bare {
    fn written_out(self, recorded: i64) -> Result<(Stored, Aside), Error> {
        let mut stored = Stored {
            seq: self.seq,
            kind: self.written.kind,
            date: self.written.date,
            of: self.of,
            accepted: self.accepted,
            recorded,
            request: json(&self.written)?,
            answer: json(&self.answer)?,
            id: self.written.id,
            digest: [0; 32],
        };
        stored.digest = stored.hash();
        Ok((stored, self.aside))
    }
}

/// Fewer entries than these are written out by one thread.
const ENTRIES_A_THREAD: usize = 1024;

/// Writes entries out and hashes them, side by side when there are many.
fn written_out(mut bare: Vec<Bare>, recorded: i64) -> Result<Vec<(Stored, Aside)>, Error> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.min(bare.len() / ENTRIES_A_THREAD).max(1);
    let each = bare.len().div_ceil(threads);
    let out = |part: Vec<Bare>| -> Result<Vec<(Stored, Aside)>, Error> {
        part.into_iter()
            .map(|one| one.written_out(recorded))
            .collect()
    };
    if threads == 1 {
        return out(bare);
    }
    let mut parts = Vec::with_capacity(threads);
    while bare.len() > each {
        parts.push(bare.split_off(bare.len() - each));
    }
    let mut all = Vec::new();
    std::thread::scope(|scope| {
        let others: Vec<_> = parts
            .into_iter()
            .map(|part| scope.spawn(|| out(part)))
            .collect();
        all = out(bare)?;
        // The last part was split off first.
        for other in others.into_iter().rev() {
            let part = other.join();
            all.extend(part.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(())
    })
    .map(|()| all)
}

/// Whether two requests are for the same: what was decided on may be told anew, and names who entered
/// it may differ, but not what is entered.
pub(super) fn same(kept: &Written, asked: &Written) -> bool {
    let bare = |w: &Written| Written {
        decision: None,
        by: None,
        ..w.clone()
    };
    // What was ordered is the same where both say what it was.
    let ordered = |w: &Written| w.decision.as_ref().and_then(|d| d.asked.clone());
    let other = ordered(kept)
        .zip(ordered(asked))
        .is_some_and(|(a, b)| a != b);
    bare(kept) == bare(asked) && !other
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|e| Error::Store(e.to_string()))
}

/// An entry as it was asked for.
pub(crate) fn written(stored: &Stored) -> Result<Written, Error> {
    serde_json::from_str(&stored.request)
        .map_err(|e| Error::Damaged(format!("entry {} (`{}`): {e}", stored.seq, stored.id)))
}

/// The first answer to an entry.
pub(crate) fn receipt(stored: &Stored) -> Result<Receipt, Error> {
    let answer = serde_json::from_str(&stored.answer)
        .map_err(|e| Error::Damaged(format!("answer {} (`{}`): {e}", stored.seq, stored.id)))?;
    Ok(Receipt {
        id: stored.id.clone(),
        seq: stored.seq,
        recorded: stored.recorded,
        answer,
        again: false,
    })
}

/// A reservation as it stands after the entries about it.
pub(crate) fn held(made: &Stored, followers: &[Stored]) -> Result<Held, Error> {
    let mut held = Held::new(written(made)?);
    for follower in followers {
        let entry = written(follower)?;
        if matches!(entry.kind, Kind::Done) {
            continue;
        }
        let units = entry.quantity.unwrap_or_else(|| held.left(entry.kind));
        held.step(entry.kind, units, entry.date, entry.why.as_deref())?;
    }
    Ok(held)
}
