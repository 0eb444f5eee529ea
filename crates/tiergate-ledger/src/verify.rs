//! Whether the ledger is what its entries say, told by a path of its own.
//!
//! Nothing that enters is used here: balances are summed anew from the entries, parts of
//! reservations by their own arithmetic, limits from the answers given and the limits set, and all
//! of it is held against what is kept. What is wrong is named by the first entry it shows at.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;
use serde_json::Value;

use crate::chain::{Block, Sealing};
use crate::error::Error;
use crate::store::{Line, Reader, Stored, stretch};

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The place of the first entry it shows at; none when it shows at none.
    pub seq: Option<i64>,
    /// That entry's id.
    pub id: Option<String>,
    /// What is wrong.
    pub what: String,
}

/// What was checked, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// Entries.
    pub entries: u64,
    /// Of them refused.
    pub refused: u64,
    /// Accounts.
    pub accounts: u64,
    /// Blocks.
    pub blocks: u64,
    /// Papers.
    pub papers: u64,
    /// Entries after the last block.
    pub unsealed: u64,
    /// The hash of the last block: keep it elsewhere, and ask for it again.
    pub head: Option<String>,
    /// Faults, the first entry's first.
    pub faults: Vec<Fault>,
}

/// No more faults than these are listed.
const FAULTS_MAX: usize = 20;

/// Checks everything; `head` is the hash of a block that must be in the chain, as it was told
/// before; `progress` is called with the number of entries done.
///
/// # Errors
///
/// When the store cannot be read at all.
pub fn verify(
    reader: &mut dyn Reader,
    head: Option<&str>,
    progress: &mut dyn FnMut(u64),
) -> Result<Verified, Error> {
    let mut check = Check::default();
    for said in reader.check()? {
        check.fault(None, format!("the database finds itself damaged: {said}"));
    }
    let blocks = reader.blocks()?;
    let followed = followed(reader)?;
    let mut chain = Chain::new(&blocks);
    let read = reader.entries(i64::MIN, &mut |entry| {
        chain.entry(&entry, &mut check);
        check.entry(&entry, &followed);
        if check.verified.entries.is_multiple_of(8192) {
            progress(check.verified.entries);
        }
        Ok(())
    });
    if let Err(error) = read {
        let last = check.last.clone();
        check.fault(last, format!("after this entry: {error}"));
    }
    let broken = chain.finish();
    let own = check.verified.faults.len();
    check.balances(reader)?;
    check.papers(reader)?;
    let mut derived = check.verified.faults.split_off(own);
    for block in broken {
        block.tell(&mut check, &derived);
    }
    // What is wrong with entries stands before what is wrong with what follows from them.
    let place = |f: &Fault| f.seq.unwrap_or(i64::MAX);
    check.verified.faults.sort_by_key(place);
    derived.sort_by_key(place);
    check.verified.faults.append(&mut derived);
    check.verified.faults.truncate(FAULTS_MAX);
    let mut verified = check.verified;
    verified.blocks = blocks.len() as u64;
    verified.head = blocks.last().map(|b| b.hash.clone());
    if let Some(head) = head
        && !blocks.iter().any(|b| b.hash == head)
    {
        verified.faults.push(Fault {
            seq: None,
            id: None,
            what: format!(
                "no block has the hash {head}: the chain was written anew, or this is another ledger"
            ),
        });
    }
    for fault in &mut verified.faults {
        if let (Some(seq), None) = (fault.seq, &fault.id) {
            // An entry that is not there, or cannot be read, has no id to tell.
            fault.id = reader.at(seq).ok().flatten().map(|entry| entry.id);
        }
    }
    Ok(verified)
}

/// The places of reservations that other entries are about: only of these the parts are kept.
fn followed(reader: &mut dyn Reader) -> Result<HashSet<i64>, Error> {
    let mut places = HashSet::new();
    let read = reader.entries(i64::MIN, &mut |entry| {
        places.extend(entry.of);
        Ok(())
    });
    match read {
        // What cannot be read is found again, and told, when it is checked.
        Ok(()) | Err(Error::Damaged(_)) => Ok(places),
        Err(error) => Err(error),
    }
}

/// The chain as it should be.
struct Chain<'b> {
    blocks: &'b [Block],
    at: usize,
    sealing: Sealing,
    /// The place before, and the first place of the block at which nothing is.
    before: i64,
    gap: Option<i64>,
    broken: Vec<Broken>,
}

/// A block that does not hold.
struct Broken {
    /// The places it covers, of the block or of what is there.
    first: i64,
    last: i64,
    /// The first place at which an entry is missing.
    gap: Option<i64>,
    what: String,
}

impl Broken {
    /// Names the first entry of the block that something else is wrong with, or the first place
    /// that is empty, or else the first entry it covers.
    fn tell(self, check: &mut Check, derived: &[Fault]) {
        let faults = check.verified.faults.iter().chain(derived);
        let faults = faults.filter_map(|f| f.seq);
        let inside = faults.filter(|seq| (self.first..=self.last).contains(seq));
        let seq = inside.chain(self.gap).min().unwrap_or(self.first);
        check.fault(Some((seq, String::new())), self.what);
    }
}

impl<'b> Chain<'b> {
    fn new(blocks: &'b [Block]) -> Self {
        Chain {
            blocks,
            at: 0,
            sealing: Sealing::after(None),
            before: 0,
            gap: None,
            broken: Vec::new(),
        }
    }

    fn entry(&mut self, entry: &Stored, check: &mut Check) {
        if entry.hash() != entry.digest {
            check.at(
                entry,
                "its text was changed after it was entered".to_owned(),
            );
        }
        while let Some(block) = self.blocks.get(self.at) {
            if entry.seq <= block.last {
                self.sealing.add(entry.seq, &entry.digest);
                if entry.seq > self.before + 1 {
                    self.gap.get_or_insert(self.before + 1);
                }
                self.before = entry.seq;
                return;
            }
            self.close(block);
        }
        check.verified.unsealed += 1;
    }

    fn close(&mut self, block: &'b Block) {
        self.at += 1;
        let sealing = std::mem::replace(&mut self.sealing, Sealing::after(Some(block)));
        let told = sealing.seal(block.sealed);
        if self.before < block.last {
            self.gap.get_or_insert(self.before + 1);
        }
        self.before = block.last;
        // Places at which nothing was ever kept are passed over too: a gap tells something only
        // where entries are missing.
        let gap = self.gap.take().filter(|_| told.count < block.count);
        if told == *block {
            return;
        }
        let (n, first, last) = (block.n, block.first, block.last);
        let what = if told.count == block.count {
            format!(
                "block {n} does not hold: an entry between {first} and {last}, or the block, was changed"
            )
        } else {
            format!(
                "block {n} seals {} entries, {} are there: entries were taken away or put in between {first} and {last}",
                block.count, told.count
            )
        };
        let first = match told.count {
            0 => first,
            _ => first.min(told.first),
        };
        self.broken.push(Broken {
            first,
            last,
            gap,
            what,
        });
    }

    fn finish(mut self) -> Vec<Broken> {
        while let Some(block) = self.blocks.get(self.at) {
            self.close(block);
        }
        self.broken
    }
}

/// An account as it is told anew.
#[derive(Debug, Default)]
struct Told {
    used: i64,
    reserved: i64,
    /// By day and stretch of places.
    days: BTreeMap<(Date, i64), (i64, i64, Option<i64>)>,
    limits: Vec<ToldLimit>,
    lines: u64,
    /// What its lines hash to, in order.
    hash: u64,
}

impl Told {
    fn total(&self, at: Date) -> (i64, i64) {
        if self
            .days
            .last_key_value()
            .is_none_or(|((last, _), _)| *last <= at)
        {
            return (self.used, self.reserved);
        }
        let days = self.days.range(..=(at, i64::MAX));
        days.fold((0, 0), |(u, r), (_, (du, dr, _))| (u + du, r + dr))
    }
}

/// A limit of an account's own: the entry, the first day, the most, and what sets it.
type ToldLimit = (i64, Date, Option<i64>, String);

/// A charge of a reservation: the account's key and the amount; reasons that give it back.
type ToldCharge = (String, i64, Vec<String>);

/// What moves on an account: its key, the day, used and reserved, and the limit of a draw.
type ToldLine = (String, Date, i64, i64, Option<i64>);

/// A reservation as it is told anew: units in each stage, and of each charge what is where.
#[derive(Debug)]
struct Lot {
    date: Date,
    until: Option<Date>,
    reserved: i64,
    shipped: i64,
    shipped_on: Date,
    charges: Vec<ToldCharge>,
    /// Of each charge: reserved, and shipped.
    amounts: Vec<(i64, i64)>,
}

#[derive(Default)]
struct Check {
    verified: Verified,
    accounts: HashMap<String, Told>,
    lots: HashMap<i64, Lot>,
    open: BTreeMap<i64, Option<Date>>,
    ids: HashSet<u128>,
    last: Option<(i64, String)>,
    recorded: i64,
    /// Of these accounts the lines themselves are kept, to tell the first that is wrong.
    watched: HashMap<String, Vec<[i64; 6]>>,
}

/// Mixes a line into what the lines before it hash to.
fn mix(hash: u64, line: [i64; 6]) -> u64 {
    line.iter().fold(hash ^ 0x9e37_79b9_7f4a_7c15, |h, n| {
        let h = (h ^ n.cast_unsigned()).wrapping_mul(0xff51_afd7_ed55_8ccd);
        h ^ (h >> 32)
    })
}

fn number_of(date: Date) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

impl Check {
    fn fault(&mut self, at: Option<(i64, String)>, what: String) {
        if self.verified.faults.len() < FAULTS_MAX * 4 {
            let (seq, id) = at.unzip();
            let id = id.filter(|id| !id.is_empty());
            self.verified.faults.push(Fault { seq, id, what });
        }
    }

    fn at(&mut self, entry: &Stored, what: String) {
        self.fault(Some((entry.seq, entry.id.clone())), what);
    }

    fn entry(&mut self, entry: &Stored, followed: &HashSet<i64>) {
        self.verified.entries += 1;
        self.last = Some((entry.seq, entry.id.clone()));
        self.verified.refused += u64::from(!entry.accepted);
        let mut id = [0; 16];
        id.copy_from_slice(&blake3::hash(entry.id.as_bytes()).as_bytes()[..16]);
        if !self.ids.insert(u128::from_le_bytes(id)) {
            self.at(entry, "its id was entered before".to_owned());
        }
        self.recorded = self.recorded.max(entry.recorded);
        if let Err(what) = self.told(entry, followed) {
            self.at(entry, what);
        }
    }

    fn told(&mut self, entry: &Stored, followed: &HashSet<i64>) -> Result<(), String> {
        let request: Value = serde_json::from_str(&entry.request).map_err(|e| e.to_string())?;
        let answer: Value = serde_json::from_str(&entry.answer).map_err(|e| e.to_string())?;
        let text = |value: &Value, name: &str| value[name].as_str().map(str::to_owned);
        let day = |value: &Value| value.as_str().and_then(|d| d.parse::<Date>().ok());
        if text(&request, "id").as_deref() != Some(&entry.id)
            || text(&request, "kind").as_deref() != Some(entry.kind.word())
            || day(&request["date"]) != Some(entry.date)
        {
            return Err("its id, kind or date is not what its text says".to_owned());
        }
        let accepted = answer.get("accepted").is_some();
        if accepted != entry.accepted {
            return Err("whether it was accepted is not what its answer says".to_owned());
        }
        if !accepted {
            return self.refusals(&answer["refused"]);
        }
        let none = Vec::new();
        let lines: Vec<ToldLine> = match entry.kind.word() {
            "reserve" => {
                let charges = request["charges"].as_array().unwrap_or(&none);
                let units = request["quantity"].as_i64().ok_or("no quantity")?;
                let mut told = Vec::new();
                for charge in charges {
                    let key = key_of(&charge["account"]).ok_or("a charge on no account")?;
                    let amount = charge["amount"].as_i64().ok_or("a charge of no amount")?;
                    let back = charge["gives_back"].as_array().unwrap_or(&none);
                    let back = back
                        .iter()
                        .filter_map(|w| Some(w.as_str()?.to_owned()))
                        .collect();
                    told.push((key, amount, back));
                }
                let tightest = self.readings(entry, &answer["accepted"], &told)?;
                let lines = told.iter().zip(tightest);
                let lines =
                    lines.map(|((key, amount, _), t)| (key.clone(), entry.date, 0, *amount, t));
                let lines = lines.collect();
                self.open.insert(entry.seq, day(&request["until"]));
                if followed.contains(&entry.seq) {
                    let lot = Lot {
                        date: entry.date,
                        until: day(&request["until"]),
                        reserved: units,
                        shipped: 0,
                        shipped_on: entry.date,
                        amounts: told.iter().map(|(_, amount, _)| (*amount, 0)).collect(),
                        charges: told,
                    };
                    self.lots.insert(entry.seq, lot);
                }
                lines
            }
            word @ ("ship" | "release" | "expire" | "return") => {
                self.part(entry, word, &request)?
            }
            "correct" => {
                let key = key_of(&request["account"]).ok_or("a correction of no account")?;
                let amount = request["amount"]
                    .as_i64()
                    .ok_or("a correction of no amount")?;
                vec![(key, entry.date, amount, 0, None)]
            }
            "limit" => {
                let key = key_of(&request["account"]).ok_or("a limit of no account")?;
                let told = self.accounts.entry(key).or_default();
                let cite = text(&request, "cite").unwrap_or_default();
                let most = request["most"].as_i64();
                told.limits.push((entry.seq, entry.date, most, cite));
                Vec::new()
            }
            _ => Vec::new(),
        };
        for (key, date, used, reserved, tightest) in lines {
            let told = self.accounts.entry(key.clone()).or_default();
            told.used += used;
            told.reserved += reserved;
            let moved = told
                .days
                .entry((date, stretch(entry.seq)))
                .or_insert((0, 0, None));
            moved.0 += used;
            moved.1 += reserved;
            moved.2 = match (moved.2, tightest) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            told.lines += 1;
            let line = [
                entry.seq,
                number_of(date),
                used,
                reserved,
                told.used,
                told.reserved,
            ];
            told.hash = mix(told.hash, line);
            if let Some(lines) = self.watched.get_mut(&key) {
                lines.push(line);
            }
        }
        Ok(())
    }

    /// Holds the limits that were read against what was on the accounts; gives the lowest of each
    /// charge.
    fn readings(
        &self,
        entry: &Stored,
        readings: &Value,
        charges: &[ToldCharge],
    ) -> Result<Vec<Option<i64>>, String> {
        let empty = Told::default();
        let mut tightest = vec![None; charges.len()];
        for reading in readings.as_array().into_iter().flatten() {
            let at = reading["charge"]
                .as_u64()
                .and_then(|n| usize::try_from(n).ok());
            let at = at
                .filter(|at| *at < charges.len())
                .ok_or("a limit of no charge")?;
            let (key, amount, _) = &charges[at];
            let told = self.accounts.get(key).unwrap_or(&empty);
            let (used, reserved) = told.total(entry.date);
            if reading["used"].as_i64() != Some(used)
                || reading["reserved"].as_i64() != Some(reserved)
            {
                return Err(format!(
                    "its answer read {} used and {} reserved on `{key}`; its entries before it sum to {used} and {reserved}",
                    reading["used"], reading["reserved"]
                ));
            }
            let own = told.limits.iter().filter(|l| l.1 <= entry.date);
            let own = own.max_by_key(|l| l.1).and_then(|l| l.2);
            let most = reading["most"].as_i64();
            if own.is_some() && most != own {
                return Err(format!(
                    "the limit set for `{key}` was not the one it was held to"
                ));
            }
            if let Some(most) = most {
                if used + reserved + amount > most {
                    return Err(format!(
                        "it draws {amount} on `{key}`, where {used} were used and {reserved} reserved of {most}: the limit is passed"
                    ));
                }
                if reading["share"] != Value::Bool(true) {
                    let least: &mut Option<i64> = &mut tightest[at];
                    *least = Some(least.map_or(most, |l| l.min(most)));
                }
            }
        }
        for ((key, amount, _), _) in charges.iter().zip(&tightest) {
            let told = self.accounts.get(key).unwrap_or(&empty);
            for ((day, _), (_, _, limit)) in told.days.range((entry.date, i64::MAX)..) {
                let (used, reserved) = told.total(*day);
                if limit.is_some_and(|limit| used + reserved + amount > limit) {
                    return Err(format!(
                        "dated before what is drawn on {day}, it passes the limit of `{key}` there"
                    ));
                }
            }
        }
        Ok(tightest)
    }

    /// Whether the limits that refused an entry would have been passed.
    fn refusals(&self, refusals: &Value) -> Result<(), String> {
        let empty = Told::default();
        for over in refusals
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|r| r.get("limit"))
        {
            let key = key_of(&over["account"]).ok_or("a refusal of no account")?;
            let on = over["on"].as_str().and_then(|d| d.parse().ok());
            let on: Date = on.ok_or("a refusal on no day")?;
            let (used, reserved) = self.accounts.get(&key).unwrap_or(&empty).total(on);
            let number = |name: &str| over[name].as_i64();
            let (Some(asked), Some(most)) = (number("asked"), number("most")) else {
                return Err("a refusal of no amount".to_owned());
            };
            if number("used") != Some(used) || number("reserved") != Some(reserved) {
                return Err(format!(
                    "its refusal read another balance of `{key}` than its entries sum to"
                ));
            }
            if used + reserved + asked <= most {
                return Err(format!("it was refused though `{key}` had room"));
            }
        }
        Ok(())
    }

    /// A part of a reservation that moves on.
    fn part(
        &mut self,
        entry: &Stored,
        word: &str,
        request: &Value,
    ) -> Result<Vec<ToldLine>, String> {
        let of = entry.of.ok_or("it is about no reservation")?;
        let lot = self
            .lots
            .get_mut(&of)
            .ok_or("it is about no accepted reservation")?;
        let back = word == "return";
        let left = if back { lot.shipped } else { lot.reserved };
        let units = request["quantity"].as_i64().unwrap_or(left);
        if units < 1 || units > left {
            return Err(format!("{units} units, where {left} were left"));
        }
        match word {
            "ship" if entry.date < lot.date => return Err("it ships before it was reserved".into()),
            "ship" if lot.until.is_some_and(|until| until < entry.date) => {
                return Err("it ships after the last day it was held".into());
            }
            "expire" if lot.until.is_none_or(|until| entry.date <= until) => {
                return Err("it lapses while it is held".into());
            }
            _ => {}
        }
        let why = request["why"].as_str().unwrap_or_default();
        let day = if back {
            entry.date.max(lot.shipped_on)
        } else {
            entry.date.max(lot.date)
        };
        let mut lines = Vec::new();
        for ((key, _, gives_back), (reserved, shipped)) in lot.charges.iter().zip(&mut lot.amounts)
        {
            let from = if back { &mut *shipped } else { &mut *reserved };
            // The last units take all that is there.
            let part = i128::from(*from) * i128::from(units) / i128::from(left);
            let part = i64::try_from(part).map_err(|e| e.to_string())?;
            *from -= part;
            let (used, reserved) = match word {
                "ship" => {
                    *shipped += part;
                    (part, -part)
                }
                "return" if gives_back.iter().any(|w| w == why) => (-part, 0),
                "return" => (0, 0),
                _ => (0, -part),
            };
            lines.push((key.clone(), day, used, reserved, None));
        }
        if back {
            lot.shipped -= units;
        } else {
            lot.reserved -= units;
            if word == "ship" {
                lot.shipped += units;
                lot.shipped_on = lot.shipped_on.max(entry.date);
            }
            if lot.reserved == 0 {
                self.open.remove(&of);
            }
        }
        Ok(lines)
    }

    /// Holds what is kept of accounts, lines, days, limits and open reservations against what was
    /// told anew.
    fn balances(&mut self, reader: &mut dyn Reader) -> Result<(), Error> {
        let listed = match reader.accounts(None) {
            Ok(listed) => listed,
            Err(error) => {
                self.fault(None, format!("the accounts cannot be read: {error}"));
                return Ok(());
            }
        };
        self.verified.accounts = listed.len() as u64;
        let mut kept: HashMap<i64, (u64, u64)> = HashMap::new();
        let read = reader.all_lines(&mut |line| {
            let (count, hash) = kept.entry(line.account).or_insert((0, 0));
            *count += 1;
            *hash = mix(*hash, whole(&line));
        });
        if let Err(error) = read {
            self.fault(None, format!("the lines cannot be read: {error}"));
        }
        let mut seen = 0;
        let mut wrong = Wrong::default();
        for account in listed {
            let key = account.account.key();
            let told = self.accounts.remove(&key).unwrap_or_default();
            seen += 1;
            let id = account.row.id;
            let (count, hash) = kept.remove(&id).unwrap_or((0, 0));
            if (count, hash) != (told.lines, told.hash) {
                wrong.lines.push((id, key.clone()));
            }
            if account.key != key {
                let what = format!("`{key}` is filed under `{}`", account.key);
                self.fault(None, what);
            }
            let last_day = told.days.last_key_value().map(|((day, _), _)| *day);
            if account.row.last != last_day {
                let what = format!("`{key}`: the last day kept is not that of its entries");
                self.fault(None, what);
            }
            if (account.row.used, account.row.reserved) != (told.used, told.reserved) {
                let last = reader
                    .newest(id, i64::MAX, 1)?
                    .first()
                    .map(|l| (l.seq, String::new()));
                self.fault(
                    last,
                    format!(
                        "`{key}` is kept as {} used and {} reserved; its entries sum to {} and {}",
                        account.row.used, account.row.reserved, told.used, told.reserved
                    ),
                );
            }
            let days: BTreeMap<(Date, i64), (i64, i64, Option<i64>)> = reader
                .stretches(id)?
                .into_iter()
                .map(|(date, at, d)| ((date, at), (d.used, d.reserved, d.tightest)))
                .collect();
            if days != told.days {
                let both = days.iter().chain(&told.days).map(|(date, _)| *date);
                let first = both.filter(|d| days.get(d) != told.days.get(d)).min();
                wrong.days.extend(first.map(|day| (key.clone(), day)));
            }
            let limits: Vec<ToldLimit> = reader
                .limits(id)?
                .into_iter()
                .map(|(seq, set)| (seq, set.from, set.most, set.cite))
                .collect();
            if limits != told.limits || account.row.limited == limits.is_empty() {
                let first = first_apart(&limits, &told.limits, |l| l.0);
                self.fault(
                    first.map(|seq| (seq, String::new())),
                    format!("`{key}`: the limits kept are not those entered"),
                );
            }
        }
        self.name(reader, wrong)?;
        for id in kept.into_keys() {
            let mut first = None;
            reader.lines(id, i64::MIN, i64::MAX, &mut |line| {
                first.get_or_insert(line.seq);
            })?;
            self.fault(
                first.map(|seq| (seq, String::new())),
                "what it moved is kept of an account that is not there".to_owned(),
            );
        }
        let left: Vec<String> = self
            .accounts
            .iter()
            .filter(|(_, t)| t.lines > 0)
            .map(|(k, _)| k.clone())
            .collect();
        for key in left {
            self.fault(
                None,
                format!("the account `{key}` is missing; {seen} are there"),
            );
        }
        let open: BTreeMap<i64, Option<Date>> = reader.open()?.into_iter().collect();
        if open != self.open {
            let both = open.iter().chain(&self.open).map(|(seq, _)| *seq);
            let wrong = both.filter(|s| open.get(s) != self.open.get(s)).min();
            let at = wrong.map(|seq| (seq, String::new()));
            self.fault(
                at,
                "whether it is open is not what the entries say".to_owned(),
            );
        }
        Ok(())
    }

    /// Tells everything once more, to name the first entry at which a line or a day of an account
    /// is not what the entries say.
    fn name(&mut self, reader: &mut dyn Reader, mut wrong: Wrong) -> Result<(), Error> {
        wrong.lines.truncate(FAULTS_MAX);
        wrong.days.truncate(FAULTS_MAX);
        let keys = wrong.lines.iter().map(|(_, key)| key);
        let keys = keys.chain(wrong.days.iter().map(|(key, _)| key));
        let mut again = Check {
            watched: keys.map(|key| (key.clone(), Vec::new())).collect(),
            ..Check::default()
        };
        if again.watched.is_empty() {
            return Ok(());
        }
        let followed = followed(reader)?;
        let read = reader.entries(i64::MIN, &mut |entry| {
            again.entry(&entry, &followed);
            Ok(())
        });
        // Where reading broke off was told before.
        let _ = read;
        for (id, key) in wrong.lines {
            let told = again.watched.get(&key).map_or(&[][..], Vec::as_slice);
            let mut kept = Vec::new();
            reader.lines(id, i64::MIN, i64::MAX, &mut |line| kept.push(whole(&line)))?;
            let first = first_apart(&kept, told, |line| line[0]);
            let what = format!(
                "what it moved on `{key}` is not kept as its text says: {} lines are there, the \
                 entries make {}",
                kept.len(),
                told.len()
            );
            self.fault(first.map(|seq| (seq, String::new())), what);
        }
        for (key, (day, at)) in wrong.days {
            let told = again.watched.get(&key).map_or(&[][..], Vec::as_slice);
            let of = |line: &&[i64; 6]| line[1] == number_of(day) && stretch(line[0]) == at;
            let first = told.iter().find(of);
            self.fault(
                first.map(|line| (line[0], String::new())),
                format!("`{key}`: the sum kept of {day} is not what the entries of that day say"),
            );
        }
        Ok(())
    }

    fn papers(&mut self, reader: &mut dyn Reader) -> Result<(), Error> {
        let mut wrong = Vec::new();
        let mut count = 0;
        let read = reader.papers(&mut |digest, kind, body| {
            count += 1;
            if blake3::hash(body).to_hex().as_str() != digest {
                wrong.push(format!("the paper {digest} ({kind}) was changed"));
            }
            Ok(())
        });
        self.verified.papers = count;
        for what in wrong {
            self.fault(None, what);
        }
        if let Err(error) = read {
            self.fault(None, format!("the papers cannot be read: {error}"));
        }
        Ok(())
    }
}

/// Accounts of which lines are wrong, and days of accounts of which the sum is.
#[derive(Debug, Default)]
struct Wrong {
    lines: Vec<(i64, String)>,
    days: Vec<(String, (Date, i64))>,
}

/// The place of the first of two lists in the order of places that is not in both.
fn first_apart<T: PartialEq>(kept: &[T], told: &[T], place: impl Fn(&T) -> i64) -> Option<i64> {
    let same = kept.iter().zip(told).take_while(|(k, t)| k == t).count();
    let next = [kept.get(same), told.get(same)];
    next.into_iter().flatten().map(place).min()
}

fn whole(line: &Line) -> [i64; 6] {
    [
        line.seq,
        number_of(line.date),
        line.used,
        line.reserved,
        line.used_after,
        line.reserved_after,
    ]
}

/// The key of an account as it is written.
fn key_of(account: &Value) -> Option<String> {
    let text = |name: &str| account[name].as_str();
    let mut holder = String::new();
    crate::account::fold_into(&mut holder, text("holder")?);
    Some(format!("{}|{}|{}", text("measure")?, text("span")?, holder))
}
