//! A ledger in memory, for rehearsals and tests.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::{
    AccountRow, Changes, Day, Digest, EachPaper, Found, Line, Listed, Page, Reader, SetLimit,
    Store, Stored, by_day, stretch,
};
use crate::account::Account;
use crate::chain::Block;
use crate::error::Error;

/// A ledger in memory.
#[derive(Debug, Default)]
pub struct Memory {
    entries: Vec<Stored>,
    by_id: FxHashMap<String, usize>,
    of: FxHashMap<i64, Vec<usize>>,
    accounts: Vec<(Account, AccountRow)>,
    by_key: BTreeMap<String, usize>,
    lines: Vec<Vec<Line>>,
    days: Vec<BTreeMap<(Date, i64), Day>>,
    limits: Vec<Vec<(i64, SetLimit)>>,
    open: BTreeMap<i64, Option<Date>>,
    blocks: Vec<Block>,
    papers: BTreeMap<String, (String, Vec<u8>)>,
}

impl Memory {
    fn add(&mut self, changes: Changes) {
        for line in changes.lines {
            let moved = Day {
                used: line.used,
                reserved: line.reserved,
                tightest: line.tightest,
            };
            let days = &mut self.days[line.account as usize];
            let day = days.entry((line.date, stretch(line.seq)));
            day.or_default().add(&moved);
            self.lines[line.account as usize].push(line);
        }
        for row in changes.accounts {
            self.accounts[row.id as usize].1 = row;
        }
        for (account, seq, set) in changes.limits {
            self.limits[account as usize].push((seq, set));
        }
        for (entry, aside) in changes.entries {
            match (entry.of.unwrap_or(entry.seq), aside.held) {
                (_, None) => {}
                (of, Some(0)) => drop(self.open.remove(&of)),
                (of, Some(_)) if of == entry.seq => drop(self.open.insert(of, aside.until)),
                (_, Some(_)) => {}
            }
            let place = self.entries.len();
            self.by_id.insert(entry.id.clone(), place);
            if let Some(of) = entry.of {
                self.of.entry(of).or_default().push(place);
            }
            self.entries.push(entry);
        }
    }

    /// Takes away the accounts and papers that a page made before its work failed.
    fn undo(&mut self, accounts: usize, papers: &[String]) {
        self.accounts.truncate(accounts);
        self.lines.truncate(accounts);
        self.days.truncate(accounts);
        self.limits.truncate(accounts);
        self.by_key.retain(|_, place| *place < accounts);
        for digest in papers {
            self.papers.remove(digest);
        }
    }

    fn after(&self, seq: i64) -> usize {
        self.entries.partition_point(|e| e.seq <= seq)
    }
}

/// What a page adds is set apart until its work is done.
struct Working<'m> {
    memory: &'m mut Memory,
    added: Vec<Changes>,
    blocks: Vec<Block>,
    papers: Vec<String>,
}

impl Store for Memory {
    fn write(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Page) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let before = self.accounts.len();
        let mut page = Working {
            memory: self,
            added: Vec::new(),
            blocks: Vec::new(),
            papers: Vec::new(),
        };
        let done = work(&mut page);
        let Working {
            added,
            blocks,
            papers,
            ..
        } = page;
        if let Err(error) = done {
            self.undo(before, &papers);
            return Err(error);
        }
        for changes in added {
            self.add(changes);
        }
        self.blocks.extend(blocks);
        Ok(())
    }

    fn read(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Reader) -> Result<(), Error>,
    ) -> Result<(), Error> {
        work(self)
    }

    fn backup(&mut self, _to: &Path) -> Result<(), Error> {
        Err(Error::Other(
            "a ledger in memory has no file: export it".to_owned(),
        ))
    }
}

impl Page for Working<'_> {
    fn found(&mut self, ids: &[&str], keys: &[(&str, &Account)]) -> Result<Found, Error> {
        let memory = &*self.memory;
        let last = memory.entries.last().map_or(i64::MIN, |e| e.recorded);
        let places = ids.iter().filter_map(|id| memory.by_id.get(*id));
        let entries = places.map(|place| memory.entries[*place].clone()).collect();
        Ok(Found {
            last,
            entries,
            accounts: self.accounts(keys)?,
        })
    }

    fn followers(&mut self, of: &[i64]) -> Result<Vec<Stored>, Error> {
        let memory = &*self.memory;
        let places = of.iter().filter_map(|of| memory.of.get(of)).flatten();
        let all = places.map(|place| memory.entries[*place].clone());
        Ok(all.filter(|e| e.accepted).collect())
    }

    fn accounts(&mut self, keys: &[(&str, &Account)]) -> Result<Vec<AccountRow>, Error> {
        let memory = &mut *self.memory;
        let row = |(key, account): &(&str, &Account)| {
            if let Some(place) = memory.by_key.get(*key) {
                return memory.accounts[*place].1;
            }
            let row = AccountRow {
                id: memory.accounts.len() as i64,
                ..AccountRow::default()
            };
            memory
                .by_key
                .insert((*key).to_owned(), memory.accounts.len());
            memory.accounts.push(((*account).clone(), row));
            memory.lines.push(Vec::new());
            memory.days.push(BTreeMap::new());
            memory.limits.push(Vec::new());
            row
        };
        Ok(keys.iter().map(row).collect())
    }

    fn days(&mut self, account: i64) -> Result<Vec<(Date, Day)>, Error> {
        Ok(by_day(self.memory.stretches(account)?))
    }

    fn limits(&mut self, account: i64) -> Result<Vec<SetLimit>, Error> {
        let limits = &self.memory.limits[account as usize];
        Ok(limits.iter().map(|(_, set)| set.clone()).collect())
    }

    fn places(&mut self, count: usize) -> Result<Vec<i64>, Error> {
        let last = self.memory.entries.last().map_or(0, |e| e.seq);
        Ok((1..=count as i64).map(|n| last + n).collect())
    }

    fn append(&mut self, changes: Changes) -> Result<(), Error> {
        self.added.push(changes);
        Ok(())
    }

    fn placed(&mut self, _last: i64) -> Result<(), Error> {
        Ok(())
    }

    fn keep_paper(&mut self, digest: &str, kind: &str, body: &[u8]) -> Result<(), Error> {
        if !self.memory.papers.contains_key(digest) {
            let paper = (kind.to_owned(), body.to_vec());
            self.memory.papers.insert(digest.to_owned(), paper);
            self.papers.push(digest.to_owned());
        }
        Ok(())
    }

    fn unsealed(&mut self, tell: &mut dyn FnMut(i64, &Digest)) -> Result<Option<Block>, Error> {
        let last = self.memory.blocks.last().cloned();
        let after = self.memory.after(last.as_ref().map_or(0, |b| b.last));
        for entry in &self.memory.entries[after..] {
            tell(entry.seq, &entry.digest);
        }
        Ok(last)
    }

    fn sum_up(&mut self) -> Result<(), Error> {
        // It was when the page was kept.
        Ok(())
    }

    fn seal(&mut self, block: &Block) -> Result<(), Error> {
        self.blocks.push(block.clone());
        Ok(())
    }
}

impl Reader for Memory {
    fn accounts(&mut self, measure: Option<&str>) -> Result<Vec<Listed>, Error> {
        let all = self.by_key.iter().map(|(key, place)| {
            let (account, row) = &self.accounts[*place];
            Listed {
                account: account.clone(),
                key: key.clone(),
                row: *row,
            }
        });
        Ok(all
            .filter(|l| measure.is_none_or(|m| l.account.measure == m))
            .collect())
    }

    fn account(&mut self, key: &str) -> Result<Option<Listed>, Error> {
        let place = self.by_key.get(key);
        Ok(place.map(|place| {
            let (account, row) = &self.accounts[*place];
            Listed {
                account: account.clone(),
                key: key.to_owned(),
                row: *row,
            }
        }))
    }

    fn stretches(&mut self, account: i64) -> Result<Vec<(Date, i64, Day)>, Error> {
        let days = self.days.get(account as usize);
        Ok(days
            .into_iter()
            .flatten()
            .map(|((date, stretch), day)| (*date, *stretch, *day))
            .collect())
    }

    fn limits(&mut self, account: i64) -> Result<Vec<(i64, SetLimit)>, Error> {
        Ok(self
            .limits
            .get(account as usize)
            .cloned()
            .unwrap_or_default())
    }

    fn place_at(&mut self, recorded: i64) -> Result<i64, Error> {
        let after = self.entries.partition_point(|e| e.recorded <= recorded);
        Ok(self.entries[..after].last().map_or(0, |e| e.seq))
    }

    fn line_at(&mut self, account: i64, place: i64) -> Result<Option<Line>, Error> {
        let lines = self
            .lines
            .get(account as usize)
            .map_or(&[][..], Vec::as_slice);
        let after = lines.partition_point(|l| l.seq <= place);
        Ok(lines[..after].last().copied())
    }

    fn lines(
        &mut self,
        account: i64,
        after: i64,
        upto: i64,
        each: &mut dyn FnMut(Line),
    ) -> Result<(), Error> {
        let lines = self.lines.get(account as usize).into_iter().flatten();
        lines
            .filter(|l| after < l.seq && l.seq <= upto)
            .copied()
            .for_each(each);
        Ok(())
    }

    fn newest(&mut self, account: i64, before: i64, count: usize) -> Result<Vec<Line>, Error> {
        let lines = self
            .lines
            .get(account as usize)
            .map_or(&[][..], Vec::as_slice);
        let end = lines.partition_point(|l| l.seq < before);
        Ok(lines[..end].iter().rev().take(count).copied().collect())
    }

    fn entries(
        &mut self,
        after: i64,
        each: &mut dyn FnMut(Stored) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.entries[self.after(after)..]
            .iter()
            .cloned()
            .try_for_each(each)
    }

    fn entry(&mut self, id: &str) -> Result<Option<Stored>, Error> {
        Ok(self.by_id.get(id).map(|place| self.entries[*place].clone()))
    }

    fn at(&mut self, seq: i64) -> Result<Option<Stored>, Error> {
        let entry = self.entries[..self.after(seq)].last();
        Ok(entry.filter(|e| e.seq == seq).cloned())
    }

    fn followers(&mut self, of: i64) -> Result<Vec<Stored>, Error> {
        let places = self.of.get(&of).into_iter().flatten();
        let all = places.map(|place| self.entries[*place].clone());
        Ok(all.filter(|e| e.accepted).collect())
    }

    fn open(&mut self) -> Result<Vec<(i64, Option<Date>)>, Error> {
        Ok(self
            .open
            .iter()
            .map(|(seq, until)| (*seq, *until))
            .collect())
    }

    fn blocks(&mut self) -> Result<Vec<Block>, Error> {
        Ok(self.blocks.clone())
    }

    fn paper(&mut self, digest: &str) -> Result<Option<(String, Vec<u8>)>, Error> {
        Ok(self.papers.get(digest).cloned())
    }

    fn papers(&mut self, each: &mut EachPaper<'_>) -> Result<(), Error> {
        let mut papers = self.papers.iter();
        papers.try_for_each(|(digest, (kind, body))| each(digest, kind, body))
    }

    fn all_lines(&mut self, each: &mut dyn FnMut(Line)) -> Result<(), Error> {
        self.lines.iter().flatten().copied().for_each(each);
        Ok(())
    }

    fn check(&mut self) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }
}
