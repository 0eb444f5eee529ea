//! The ledger as its users meet it: many threads enter, one page is kept for all that wait.
//!
//! Whoever finds a connection free takes everything that waits, enters it on one page, and hands
//! each its receipt: a commit is made once for many, and nobody is answered before it.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::answer::Receipt;
use crate::book::Book;
use crate::chain::{Block, Sealing};
use crate::entry::Entry;
use crate::error::Error;
use crate::store::{Memory, Page, Postgres, Reader, Sqlite, Store};

/// A clock: microseconds since 1970.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Where a ledger is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In memory, for as long as the program runs.
    Memory,
    /// In an SQLite file.
    File(PathBuf),
    /// In a PostgreSQL database.
    Database(String),
}

impl Place {
    /// A file's path, or the address of a PostgreSQL database.
    ///
    /// ```
    /// use tiergate_ledger::Place;
    /// assert_eq!(Place::of("desk.ledger"), Place::File("desk.ledger".into()));
    /// assert!(matches!(Place::of("postgres://desk@localhost/ledger"), Place::Database(_)));
    /// ```
    #[must_use]
    pub fn of(text: &str) -> Place {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Place::Database(text.to_owned())
        } else {
            Place::File(text.into())
        }
    }

    fn open(&self, make: bool) -> Result<Box<dyn Store>, Error> {
        Ok(match self {
            Place::Memory => Box::new(Memory::default()),
            Place::File(path) => {
                let name = path.to_string_lossy();
                // Names that SQLite takes for something that is gone afterwards.
                if name.is_empty() || name.starts_with(':') || name.starts_with("file:") {
                    return Err(Error::Other(format!(
                        "`{name}` is no name for a ledger's file"
                    )));
                }
                Box::new(Sqlite::open(path, make)?)
            }
            Place::Database(url) => Box::new(Postgres::open(url, make)?),
        })
    }
}

/// How a ledger is opened.
#[derive(Clone)]
pub struct Options {
    /// Whether to make one where there is none.
    pub make: bool,
    /// How many connections enter at once; a file has one.
    pub connections: usize,
    /// How long what was entered may wait to be sealed while the ledger is open.
    pub seal_after: Duration,
    /// The clock.
    pub clock: Clock,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            make: false,
            connections: 1,
            seal_after: Duration::from_millis(500),
            clock: Arc::new(|| jiff::Timestamp::now().as_microsecond()),
        }
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("make", &self.make)
            .field("connections", &self.connections)
            .field("seal_after", &self.seal_after)
            .finish_non_exhaustive()
    }
}

/// A ledger.
#[derive(Debug)]
pub struct Ledger {
    inner: Arc<Inner>,
    sealer: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Inner {
    place: Place,
    options: Options,
    state: Mutex<State>,
    turned: Condvar,
    /// Told when as many wait as were on the page before.
    gathered: Condvar,
    /// Told when there is something to seal, or so much that it is to be sealed at once.
    to_seal: Condvar,
}

#[derive(Default)]
struct State {
    /// Connections that are free; none stands for one to be opened again.
    free: Vec<Option<Box<dyn Store>>>,
    /// Connections to read with, beside those that enter.
    readers: Vec<Box<dyn Store>>,
    waiting: Vec<(u64, Entry)>,
    done: rustc_hash::FxHashMap<u64, Result<Receipt, Error>>,
    next: u64,
    /// How many entries the page before had, and how long it took.
    before: (usize, Duration),
    /// Whether someone waits for as many to gather again.
    gathering: bool,
    /// How many entries were kept since the last seal, at least.
    unsealed: usize,
    closing: bool,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State")
            .field("waiting", &self.waiting.len())
            .finish_non_exhaustive()
    }
}

/// At most so many entries on one page.
const PAGE_MAX: usize = 4096;

/// No page waits longer for more to gather.
const GATHER_MAX: Duration = Duration::from_millis(2);

/// So many entries are sealed without waiting longer: sums by day of what is not sealed are told from
/// its lines each time.
const SEAL_MANY: usize = 16_384;

/// After a block could not be sealed, the next try waits so long.
const SEAL_AGAIN: Duration = Duration::from_millis(50);

/// How often a page is tried again when others were in its way.
const TRIES: usize = 8;

/// So many connections to read with are kept for the next reader.
const READERS_MAX: usize = 4;

/// Work with a connection to read with; of an error it tells whether it had begun.
type Work<'w> = dyn FnMut(&mut dyn Store) -> Result<(), (Error, bool)> + 'w;

/// What a page of entries came to.
type Receipts = Result<Vec<Result<Receipt, Error>>, Error>;

/// A connection on loan: it goes back, and whoever waits for an answer gets one, even when the work
/// breaks off.
struct Loan<'i> {
    inner: &'i Inner,
    store: Option<Box<dyn Store>>,
    /// How many entries were kept that are not sealed.
    kept: usize,
    /// Who waits for an answer.
    owed: Vec<u64>,
    receipts: Option<Receipts>,
}

impl Loan<'_> {
    /// The connection, made anew where there is none.
    fn store(&mut self) -> Result<&mut Box<dyn Store>, Error> {
        let store = match self.store.take() {
            Some(store) => store,
            None => self.inner.place.open(false)?,
        };
        Ok(self.store.insert(store))
    }

    /// After a failure of the database the connection is made anew.
    fn after<R>(&mut self, result: &Result<R, Error>) {
        let failed = matches!(result, Err(Error::Store(_)));
        if failed && matches!(self.inner.place, Place::Database(_)) {
            self.store = None;
        }
    }
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        let mut state = self.inner.lock();
        state.free.push(self.store.take());
        let before = state.unsealed;
        state.unsealed += self.kept;
        let many = before < SEAL_MANY && SEAL_MANY <= state.unsealed;
        let seal = many || before == 0 && state.unsealed > 0;
        let owed = std::mem::take(&mut self.owed).into_iter();
        match self.receipts.take() {
            Some(Ok(receipts)) => state.done.extend(owed.zip(receipts)),
            Some(Err(error)) => state.done.extend(owed.map(|n| (n, Err(error.clone())))),
            None => {
                let error = Error::Other("whoever entered the page broke off".to_owned());
                state.done.extend(owed.map(|n| (n, Err(error.clone()))));
            }
        }
        drop(state);
        self.inner.turned.notify_all();
        if seal {
            self.inner.to_seal.notify_all();
        }
    }
}

impl Ledger {
    /// Opens a ledger.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub fn open(place: Place, options: Options) -> Result<Self, Error> {
        let connections = match place {
            Place::Database(_) => options.connections.max(1),
            Place::Memory | Place::File(_) => 1,
        };
        let mut free = vec![Some(place.open(options.make)?)];
        for _ in 1..connections {
            free.push(Some(place.open(false)?));
        }
        let inner = Arc::new(Inner {
            place,
            options,
            state: Mutex::new(State {
                free,
                ..State::default()
            }),
            turned: Condvar::new(),
            gathered: Condvar::new(),
            to_seal: Condvar::new(),
        });
        let sealer = std::thread::Builder::new()
            .name("ledger-seal".into())
            .spawn({
                let inner = Arc::clone(&inner);
                move || inner.keep_sealing()
            });
        let sealer = sealer.map_err(|e| Error::Other(format!("no thread to seal with: {e}")))?;
        Ok(Ledger {
            inner,
            sealer: Some(sealer),
        })
    }

    /// Enters one entry, together with whatever else waits.
    ///
    /// # Errors
    ///
    /// When the entry cannot be entered; nothing of it is kept.
    pub fn submit(&self, entry: Entry) -> Result<Receipt, Error> {
        let inner = &*self.inner;
        let mut state = inner.lock();
        let mine = state.next;
        state.next += 1;
        state.waiting.push((mine, entry));
        if state.gathering && state.waiting.len() >= state.before.0 {
            inner.gathered.notify_one();
        }
        loop {
            if let Some(done) = state.done.remove(&mine) {
                return done;
            }
            let lead = !state.gathering && !state.waiting.is_empty() && !state.free.is_empty();
            if !lead {
                state = inner
                    .turned
                    .wait(state)
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                continue;
            }
            if state.waiting.len() < state.before.0 {
                state = inner.gather(state);
                if state.free.is_empty() {
                    continue;
                }
            }
            let many = state.waiting.len().min(PAGE_MAX);
            let page: Vec<(u64, Entry)> = state.waiting.drain(..many).collect();
            let store = state.free.pop().unwrap_or_default();
            drop(state);
            let (owed, entries): (Vec<u64>, Vec<Entry>) = page.into_iter().unzip();
            let mut loan = inner.loan(store);
            loan.owed = owed;
            let start = Instant::now();
            loan.receipts = Some(inner.page(&mut loan, &entries));
            inner.lock().before = (entries.len(), start.elapsed());
            drop(loan);
            state = inner.lock();
        }
    }

    /// Enters many entries on one page, each by itself: one that cannot be entered does not stop
    /// the others.
    ///
    /// # Errors
    ///
    /// When the page cannot be kept; then nothing of it is.
    pub fn submit_all(&self, entries: &[Entry]) -> Result<Vec<Result<Receipt, Error>>, Error> {
        let mut loan = self.inner.take();
        self.inner.page(&mut loan, entries)
    }

    /// Does work on one page: what it reads of accounts stays so until the page is kept. The work
    /// may be done again from the start, when others were in its way.
    ///
    /// # Errors
    ///
    /// The work's, or the store's; then nothing of the page is kept.
    pub fn transact<R>(
        &self,
        mut work: impl FnMut(&mut Book<'_>) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let mut loan = self.inner.take();
        let result = self.inner.transact(&mut loan, &mut |book| work(book));
        result.map(|(result, _)| result)
    }

    /// Does the work of an import on one page.
    pub(crate) fn import_page<R>(
        &self,
        work: &mut dyn FnMut(&mut dyn Page) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let mut loan = self.inner.take();
        let mut result = None;
        let kept = loan.store()?.write(&mut |page| {
            result = Some(work(page)?);
            Ok(())
        });
        loan.after(&kept);
        loan.kept = usize::from(kept.is_ok());
        kept?;
        result.ok_or_else(|| Error::Other("nothing was read".to_owned()))
    }

    /// Reads, all as of one moment, while others go on entering.
    ///
    /// # Errors
    ///
    /// The work's, or the store's.
    pub fn read<R>(
        &self,
        mut work: impl FnMut(&mut dyn Reader) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let mut begun = false;
        let mut result = None;
        self.inner.reading(&mut |store| {
            let read = store.read(&mut |reader| {
                begun = true;
                result = Some(work(reader)?);
                Ok(())
            });
            read.map_err(|error| (error, begun))
        })?;
        result.ok_or_else(|| Error::Other("nothing was read".to_owned()))
    }

    /// Seals what is not sealed yet; gives the last block.
    ///
    /// # Errors
    ///
    /// The store's.
    pub fn seal(&self) -> Result<Option<Block>, Error> {
        self.inner.seal()
    }

    /// Writes a copy to a new file, while others go on writing.
    ///
    /// # Errors
    ///
    /// When the file cannot be written, or the store has tools of its own for it.
    pub fn backup(&self, to: &std::path::Path) -> Result<(), Error> {
        self.inner
            .reading(&mut |store| store.backup(to).map_err(|error| (error, true)))
    }

    /// Sets how many pages a file may have: for trying what happens when it cannot grow.
    ///
    /// # Errors
    ///
    /// The store's, or when it has no such limit.
    #[doc(hidden)]
    pub fn limit_pages(&self, pages: u32) -> Result<(), Error> {
        self.inner.take().store()?.limit_pages(pages)
    }

    /// Now, by the ledger's clock.
    #[must_use]
    pub fn now(&self) -> i64 {
        (self.inner.options.clock)()
    }

    /// Seals and closes.
    ///
    /// # Errors
    ///
    /// When what is entered could not be sealed; it is kept all the same.
    pub fn close(mut self) -> Result<(), Error> {
        self.stop();
        self.inner.seal().map(|_| ())
    }

    fn stop(&mut self) {
        self.inner.lock().closing = true;
        self.inner.to_seal.notify_all();
        if let Some(sealer) = self.sealer.take() {
            // A sealer that panicked has nothing to say here; what is unsealed is sealed later.
            let _ = sealer.join();
        }
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        if self.sealer.is_some() {
            self.stop();
            // What could not be sealed now is sealed when the ledger is next opened and closed.
            let _ = self.inner.seal();
        }
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Those who were answered with the page before are likely to ask again at once: one page for
    /// all of them is sooner done than one for the first and another for the rest. Waits for a
    /// small part of the time that page took, and not at all after a page of one.
    fn gather<'s>(&'s self, mut state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        let until = Instant::now() + (state.before.1 / 4).min(GATHER_MAX);
        state.gathering = true;
        while state.waiting.len() < state.before.0 {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.gathered.wait_timeout(state, left);
            state = waited.unwrap_or_else(std::sync::PoisonError::into_inner).0;
        }
        state.gathering = false;
        state
    }

    fn loan(&self, store: Option<Box<dyn Store>>) -> Loan<'_> {
        Loan {
            inner: self,
            store,
            kept: 0,
            owed: Vec::new(),
            receipts: None,
        }
    }

    /// The next connection to enter with.
    fn take(&self) -> Loan<'_> {
        let mut state = self.lock();
        loop {
            if let Some(store) = state.free.pop() {
                drop(state);
                return self.loan(store);
            }
            state = self
                .turned
                .wait(state)
                .unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }

    /// Does work with a connection to read with; what is in memory has only the one it enters with.
    /// The work tells of an error whether it had begun: if not, a connection that had gone stale is
    /// made anew.
    fn reading(&self, work: &mut Work<'_>) -> Result<(), Error> {
        if self.place == Place::Memory {
            let mut loan = self.take();
            return work(loan.store()?.as_mut()).map_err(|(error, _)| error);
        }
        loop {
            let before = self.lock().readers.pop();
            let stale = before.is_some();
            let mut store = match before {
                Some(store) => store,
                None => self.place.open(false)?,
            };
            match work(store.as_mut()) {
                Err((Error::Store(_), false)) if stale => {}
                Err((error @ Error::Store(_), _)) => return Err(error),
                result => {
                    let mut state = self.lock();
                    if state.readers.len() < READERS_MAX {
                        state.readers.push(store);
                    }
                    return result.map_err(|(error, _)| error);
                }
            }
        }
    }

    /// Enters entries on one page.
    fn page(&self, loan: &mut Loan<'_>, entries: &[Entry]) -> Receipts {
        let result = self.transact(loan, &mut |book| {
            book.expect(entries.iter())?;
            let mut receipts = Vec::with_capacity(entries.len());
            for entry in entries {
                receipts.push(match book.enter(entry) {
                    // What is wrong with one entry is its own matter.
                    Err(error @ (Error::Invalid { .. } | Error::Conflict { .. })) => Err(error),
                    Err(error) => return Err(error),
                    Ok(receipt) => Ok(receipt),
                });
            }
            Ok(receipts)
        });
        result.map(|(mut receipts, places)| {
            for receipt in receipts.iter_mut().flatten() {
                if let Some(seq) = places.get(&receipt.id).filter(|_| receipt.seq == 0) {
                    receipt.seq = *seq;
                }
            }
            receipts
        })
    }

    fn transact<R>(
        &self,
        loan: &mut Loan<'_>,
        work: &mut dyn FnMut(&mut Book<'_>) -> Result<R, Error>,
    ) -> Result<(R, rustc_hash::FxHashMap<String, i64>), Error> {
        let mut tries = TRIES;
        loop {
            let now = (self.options.clock)();
            let mut result = None;
            let kept = loan.store()?.write(&mut |page| {
                let mut book = Book::new(page, now);
                let value = work(&mut book)?;
                result = Some((value, book.finish()?));
                Ok(())
            });
            loan.after(&kept);
            match (kept, result) {
                (Ok(()), Some(result)) => {
                    loan.kept += result.1.len().max(1);
                    return Ok(result);
                }
                (Ok(()), None) => return Err(Error::Other("the store did no work".to_owned())),
                (Err(Error::Busy(_)), _) if tries > 0 => tries -= 1,
                // A connection that had gone stale, as after the database was started anew: before
                // the word to keep was sent, nothing was.
                (Err(Error::Store(_)), None) if tries > 0 && loan.store.is_none() => tries -= 1,
                (Err(error), _) => return Err(error),
            }
        }
    }

    fn seal(&self) -> Result<Option<Block>, Error> {
        let mut loan = self.take();
        let store = loan.store()?;
        self.lock().unsealed = 0;
        let now = (self.options.clock)();
        let mut last = None;
        let sealed = store.sealing(&mut |page| {
            let mut entries = Vec::new();
            last = page.unsealed(&mut |seq, digest| entries.push((seq, *digest)))?;
            let mut sealing = Sealing::after(last.as_ref());
            for (seq, digest) in &entries {
                sealing.add(*seq, digest);
            }
            if !sealing.is_empty() {
                page.sum_up()?;
                let block = sealing.seal(now.max(last.as_ref().map_or(i64::MIN, |b| b.sealed)));
                page.seal(&block)?;
                last = Some(block);
            }
            Ok(())
        });
        loan.after(&sealed);
        loan.kept = usize::from(sealed.is_err());
        sealed.map(|()| last)
    }

    fn keep_sealing(&self) {
        let mut state = self.lock();
        while !state.closing {
            if state.unsealed == 0 {
                state = self
                    .to_seal
                    .wait(state)
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                continue;
            }
            let due = Instant::now() + self.options.seal_after;
            while !state.closing && state.unsealed < SEAL_MANY {
                let left = due.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    break;
                }
                let waited = self.to_seal.wait_timeout(state, left);
                state = waited.unwrap_or_else(std::sync::PoisonError::into_inner).0;
            }
            drop(state);
            // One that fails is tried again; entries are safe without it.
            if self.seal().is_err() {
                std::thread::sleep(SEAL_AGAIN.min(self.options.seal_after));
            }
            state = self.lock();
        }
    }
}
