//! The whole ledger as lines of JSON, out and in.
//!
//! Entries keep their bytes, so that an imported ledger has the same chain as the one it came from.
//! What is derived, balances and days, is not exported: it is told again from the entries.

use std::io::{BufRead, Write};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::account::Account;
use crate::answer::Answer;
use crate::book::{check, receipt, written};
use crate::chain::{Block, Sealing};
use crate::entry::Kind;
use crate::error::Error;
use crate::held::{Held, signed};
use crate::ledger::Ledger;
use crate::store::{AccountRow, Aside, Changes, Line, Page, Reader, SetLimit, Stored};

/// The first line of an export.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    tiergate_ledger: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Exported {
    Entry {
        seq: i64,
        recorded: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<i64>,
        request: Box<RawValue>,
        answer: Box<RawValue>,
    },
    Block {
        n: i64,
        first: i64,
        last: i64,
        count: i64,
        sealed: i64,
        previous: String,
        hash: String,
    },
    Paper {
        digest: String,
        kind: String,
        hex: String,
    },
    End {
        entries: i64,
        blocks: i64,
    },
}

fn put(out: &mut dyn Write, line: &impl Serialize) -> Result<(), Error> {
    let io = |e: std::io::Error| Error::Store(e.to_string());
    serde_json::to_writer(&mut *out, line).map_err(|e| Error::Store(e.to_string()))?;
    out.write_all(b"\n").map_err(io)
}

/// Writes the whole ledger, entry by entry, each block after the last entry it seals; gives the
/// number of entries.
///
/// # Errors
///
/// The store's, or what the writer says.
pub fn export(reader: &mut dyn Reader, out: &mut dyn Write) -> Result<i64, Error> {
    put(out, &Head { tiergate_ledger: 1 })?;
    let blocks = reader.blocks()?;
    let mut next = blocks.iter().peekable();
    let mut count = 0;
    reader.entries(0, &mut |entry| {
        while let Some(block) = next.next_if(|b| b.last < entry.seq) {
            put(out, &exported(block))?;
        }
        count += 1;
        let raw = |text: String| {
            RawValue::from_string(text)
                .map_err(|e| Error::Damaged(format!("entry {}: {e}", entry.seq)))
        };
        let line = Exported::Entry {
            seq: entry.seq,
            recorded: entry.recorded,
            of: entry.of,
            request: raw(entry.request.clone())?,
            answer: raw(entry.answer.clone())?,
        };
        put(out, &line)
    })?;
    for block in next {
        put(out, &exported(block))?;
    }
    reader.papers(&mut |digest, kind, body| {
        let line = Exported::Paper {
            digest: digest.to_owned(),
            kind: kind.to_owned(),
            hex: hex(body),
        };
        put(out, &line)
    })?;
    let end = Exported::End {
        entries: count,
        blocks: blocks.len() as i64,
    };
    put(out, &end)?;
    out.flush().map_err(|e| Error::Store(e.to_string()))?;
    Ok(count)
}

fn exported(block: &Block) -> Exported {
    Exported::Block {
        n: block.n,
        first: block.first,
        last: block.last,
        count: block.count,
        sealed: block.sealed,
        previous: block.previous.clone(),
        hash: block.hash.clone(),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |c: u8| (c as char).to_digit(16);
    let pairs = digits.chunks_exact(2);
    pairs
        .map(|pair| u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok())
        .collect()
}

/// What was imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// Entries.
    pub entries: i64,
    /// Blocks.
    pub blocks: i64,
    /// Papers.
    pub papers: i64,
}

/// Reads a whole ledger into one that is empty: all of it on one page, or nothing.
///
/// # Errors
///
/// When the ledger is not empty, a line cannot be read, or the chain does not hold; each names the
/// line.
pub fn import(ledger: &Ledger, from: &mut dyn BufRead) -> Result<Imported, Error> {
    // The page may be done again from the start only while nothing was read.
    let mut begun = false;
    ledger.import_page(&mut |page| {
        if std::mem::replace(&mut begun, true) {
            return Err(Error::Other("others were writing: import again".to_owned()));
        }
        Importer::default().read(page, from)
    })
}

#[derive(Default)]
struct Importer {
    accounts: FxHashMap<String, AccountRow>,
    lots: FxHashMap<i64, Held>,
    changes: Changes,
    last: Option<Block>,
    sealing: Option<Sealing>,
    imported: Imported,
    place: i64,
}

/// So many entries are handed over at once.
const AT_ONCE: usize = 10_000;

impl Importer {
    fn read(mut self, page: &mut dyn Page, from: &mut dyn BufRead) -> Result<Imported, Error> {
        let last = page.found(&[], &[])?.last;
        if last != i64::MIN {
            return Err(Error::Other(
                "the ledger has entries: import into a new one".to_owned(),
            ));
        }
        let mut text = String::new();
        let mut number = 0;
        let mut ended = false;
        loop {
            text.clear();
            let read = from.read_line(&mut text);
            number += 1;
            let at = |what: String| Error::Other(format!("line {number}: {what}"));
            if read.map_err(|e| at(e.to_string()))? == 0 {
                break;
            }
            let line = text.trim_end();
            if number == 1 {
                let head: Head = serde_json::from_str(line).map_err(|_| {
                    at(
                        "this is no export of a ledger: it starts with {\"tiergate_ledger\":1}"
                            .into(),
                    )
                })?;
                if head.tiergate_ledger != 1 {
                    return Err(at(format!(
                        "an export of version {}; this program reads 1",
                        head.tiergate_ledger
                    )));
                }
                continue;
            }
            if ended {
                return Err(at("there is more after the end".into()));
            }
            let line: Exported = serde_json::from_str(line).map_err(|e| at(e.to_string()))?;
            ended = self.line(page, line).map_err(|e| at(e.to_string()))?;
        }
        if !ended {
            return Err(Error::Other(format!(
                "the file ends at line {} without its end: it was cut off",
                number - 1
            )));
        }
        self.hand_over(page)?;
        page.placed(self.place.max(1))?;
        Ok(self.imported)
    }

    /// Takes in one line; whether it is the end.
    fn line(&mut self, page: &mut dyn Page, line: Exported) -> Result<bool, Error> {
        match line {
            Exported::Entry {
                seq,
                recorded,
                of,
                request,
                answer,
            } => {
                if seq <= self.place {
                    return Err(Error::Other(format!(
                        "entry {seq} after entry {}",
                        self.place
                    )));
                }
                self.place = seq;
                self.entry(page, seq, recorded, of, request.get(), answer.get())?;
                self.imported.entries += 1;
                if self.changes.entries.len() >= AT_ONCE {
                    self.hand_over(page)?;
                }
            }
            Exported::Block {
                n,
                first,
                last,
                count,
                sealed,
                previous,
                hash,
            } => {
                let block = Block {
                    n,
                    first,
                    last,
                    count,
                    sealed,
                    previous,
                    hash,
                };
                let sealing = self.sealing.take();
                let sealing = sealing.unwrap_or_else(|| Sealing::after(self.last.as_ref()));
                if sealing.seal(sealed) != block {
                    return Err(Error::Other(format!(
                        "block {n} does not seal the entries before it: they were changed"
                    )));
                }
                page.seal(&block)?;
                self.last = Some(block);
                self.imported.blocks += 1;
            }
            Exported::Paper { digest, kind, hex } => {
                let body = from_hex(&hex)
                    .ok_or_else(|| Error::Other(format!("paper {digest}: not hexadecimal")))?;
                if blake3::hash(&body).to_hex().as_str() != digest {
                    return Err(Error::Other(format!("paper {digest} was changed")));
                }
                page.keep_paper(&digest, &kind, &body)?;
                self.imported.papers += 1;
            }
            Exported::End { entries, blocks } => {
                let read = (self.imported.entries, self.imported.blocks);
                if read != (entries, blocks) {
                    return Err(Error::Other(format!(
                        "{entries} entries in {blocks} blocks were exported, {} in {} are here",
                        read.0, read.1
                    )));
                }
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn entry(
        &mut self,
        page: &mut dyn Page,
        seq: i64,
        recorded: i64,
        of: Option<i64>,
        request: &str,
        answer: &str,
    ) -> Result<(), Error> {
        let mut stored = Stored {
            seq,
            id: String::new(),
            kind: Kind::Reserve,
            date: jiff::civil::Date::MIN,
            of,
            accepted: false,
            recorded,
            request: request.to_owned(),
            answer: answer.to_owned(),
            digest: [0; 32],
        };
        let entry = written(&stored)?;
        stored.id.clone_from(&entry.id);
        stored.kind = entry.kind;
        stored.date = entry.date;
        // A forged text may hash as it says: what no ledger could enter is not taken in.
        let asked = entry.clone().entry();
        check(&asked.map_err(|name| Error::Other(format!("there is no `{name}`")))?)?;
        let answer = receipt(&stored)?.answer;
        if let Answer::Accepted(readings) = &answer
            && readings.iter().any(|r| r.charge >= entry.charges.len())
        {
            return Err(Error::Other("a limit of no charge was read".to_owned()));
        }
        stored.accepted = matches!(answer, Answer::Accepted(_));
        stored.digest = stored.hash();
        self.sealing
            .get_or_insert_with(|| Sealing::after(self.last.as_ref()))
            .add(seq, &stored.digest);
        let mut aside = Aside::default();
        if let Answer::Accepted(readings) = answer {
            match entry.kind {
                Kind::Reserve => {
                    for (at, charge) in entry.charges.iter().enumerate() {
                        // Of a share the most is of one day, and is not kept.
                        let tightest = readings
                            .iter()
                            .filter(|r| r.charge == at && !r.share)
                            .filter_map(|r| r.most)
                            .min();
                        let amount = i64::try_from(charge.amount).unwrap_or(i64::MAX);
                        self.shift(
                            page,
                            seq,
                            &charge.account,
                            entry.date,
                            (0, amount),
                            tightest,
                        )?;
                    }
                    aside.until = entry.until;
                    let held = Held::new(entry);
                    aside.held = Some(signed(held.reserved));
                    self.lots.insert(seq, held);
                }
                Kind::Ship | Kind::Release | Kind::Expire | Kind::Return => {
                    let of = of.ok_or_else(|| Error::Other("it is about no reservation".into()))?;
                    let held = self.lots.get_mut(&of).ok_or_else(|| {
                        Error::Other(format!("it is about {of}, which is no reservation"))
                    })?;
                    let units = entry.quantity.unwrap_or_else(|| held.left(entry.kind));
                    let day = held.day(entry.kind, entry.date);
                    let moves = held.step(entry.kind, units, entry.date, entry.why.as_deref())?;
                    aside.held = Some(signed(held.reserved));
                    let charges = held.made.charges.clone();
                    for (charge, moved) in charges.iter().zip(moves) {
                        let both = (moved.used, moved.reserved);
                        self.shift(page, seq, &charge.account, day, both, None)?;
                    }
                }
                Kind::Correct => {
                    let (account, amount) = entry
                        .account
                        .zip(entry.amount)
                        .ok_or_else(|| Error::Other("a correction of nothing".into()))?;
                    self.shift(page, seq, &account, entry.date, (amount, 0), None)?;
                }
                Kind::Limit => {
                    let (account, cite) = entry
                        .account
                        .zip(entry.cite)
                        .ok_or_else(|| Error::Other("a limit of nothing".into()))?;
                    let set = SetLimit {
                        from: entry.date,
                        most: entry.most.map(|m| i64::try_from(m).unwrap_or(i64::MAX)),
                        cite,
                    };
                    let row = self.account(page, &account)?;
                    row.limited = true;
                    let id = row.id;
                    self.changes.limits.push((id, seq, set));
                }
                Kind::Done => {}
            }
        }
        self.changes.entries.push((stored, aside));
        Ok(())
    }

    fn account(
        &mut self,
        page: &mut dyn Page,
        account: &Account,
    ) -> Result<&mut AccountRow, Error> {
        let key = account.key();
        if !self.accounts.contains_key(&key) {
            let rows = page.accounts(&[(&key, account)])?;
            let row = rows.first().copied().unwrap_or_default();
            self.accounts.insert(key.clone(), row);
        }
        Ok(self.accounts.entry(key).or_default())
    }

    fn shift(
        &mut self,
        page: &mut dyn Page,
        seq: i64,
        account: &Account,
        date: jiff::civil::Date,
        (used, reserved): (i64, i64),
        tightest: Option<i64>,
    ) -> Result<(), Error> {
        let row = self.account(page, account)?;
        row.used = row.used.saturating_add(used);
        row.reserved = row.reserved.saturating_add(reserved);
        row.last = row.last.max(Some(date));
        let line = Line {
            account: row.id,
            seq,
            date,
            used,
            reserved,
            used_after: row.used,
            reserved_after: row.reserved,
            tightest,
        };
        self.changes.lines.push(line);
        Ok(())
    }

    fn hand_over(&mut self, page: &mut dyn Page) -> Result<(), Error> {
        let mut changes = std::mem::take(&mut self.changes);
        changes.accounts = self.accounts.values().copied().collect();
        page.append(changes)?;
        page.sum_up()
    }
}
