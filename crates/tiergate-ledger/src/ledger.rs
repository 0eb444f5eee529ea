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
            Place::File(path) => Box::new(Sqlite::open(path, make)?),
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
}

#[derive(Default)]
struct State {
    /// Connections that are free; none stands for one to be opened again.
    free: Vec<Option<Box<dyn Store>>>,
    waiting: Vec<(u64, Entry)>,
    done: rustc_hash::FxHashMap<u64, Result<Receipt, Error>>,
    next: u64,
    /// Whether something was kept since the last seal.
    unsealed: bool,
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

/// How often a page is tried again when others were in its way.
const TRIES: usize = 8;

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
        loop {
            if let Some(done) = state.done.remove(&mine) {
                return done;
            }
            let lead = !state.waiting.is_empty() && !state.free.is_empty();
            if !lead {
                state = inner
                    .turned
                    .wait(state)
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                continue;
            }
            let many = state.waiting.len().min(PAGE_MAX);
            let page: Vec<(u64, Entry)> = state.waiting.drain(..many).collect();
            let store = state.free.pop().unwrap_or_default();
            drop(state);
            let (numbers, entries): (Vec<u64>, Vec<Entry>) = page.into_iter().unzip();
            let (store, receipts) = inner.page(store, &entries);
            state = inner.lock();
            state.free.push(store);
            match receipts {
                Ok(receipts) => {
                    state.unsealed = true;
                    state.done.extend(numbers.into_iter().zip(receipts));
                }
                Err(error) => {
                    let all = numbers.into_iter().map(|n| (n, Err(error.clone())));
                    state.done.extend(all);
                }
            }
            inner.turned.notify_all();
        }
    }

    /// Enters many entries on one page, each by itself: one that cannot be entered does not stop
    /// the others.
    ///
    /// # Errors
    ///
    /// When the page cannot be kept; then nothing of it is.
    pub fn submit_all(&self, entries: &[Entry]) -> Result<Vec<Result<Receipt, Error>>, Error> {
        let (store, receipts) = self.inner.page(self.inner.take(), entries);
        self.inner.give(store, receipts.is_ok());
        receipts
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
        let (store, result) = self
            .inner
            .transact(self.inner.take(), &mut |book| work(book));
        self.inner.give(store, result.is_ok());
        result.map(|(result, _)| result)
    }

    /// Does the work of an import on one page.
    pub(crate) fn import_page<R>(
        &self,
        work: &mut dyn FnMut(&mut dyn Page) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let mut store = match self.inner.take() {
            Some(store) => store,
            None => self.inner.place.open(false)?,
        };
        let mut result = None;
        let kept = store.write(&mut |page| {
            result = Some(work(page)?);
            Ok(())
        });
        self.inner.give(Some(store), false);
        kept?;
        result.ok_or_else(|| Error::Other("nothing was read".to_owned()))
    }

    /// Reads, all as of one moment.
    ///
    /// # Errors
    ///
    /// The work's, or the store's.
    pub fn read<R>(
        &self,
        mut work: impl FnMut(&mut dyn Reader) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let mut store = match self.inner.take() {
            Some(store) => store,
            None => match self.inner.place.open(false) {
                Ok(store) => store,
                Err(error) => {
                    self.inner.give(None, false);
                    return Err(error);
                }
            },
        };
        let mut result = None;
        let read = store.read(&mut |reader| {
            result = Some(work(reader)?);
            Ok(())
        });
        self.inner.give(Some(store), false);
        read?;
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
        let mut store = match self.inner.take() {
            Some(store) => store,
            None => self.inner.place.open(false)?,
        };
        let done = store.backup(to);
        self.inner.give(Some(store), false);
        done
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
        self.inner.turned.notify_all();
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

    fn take(&self) -> Option<Box<dyn Store>> {
        let mut state = self.lock();
        loop {
            if let Some(store) = state.free.pop() {
                return store;
            }
            state = self
                .turned
                .wait(state)
                .unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }

    fn give(&self, store: Option<Box<dyn Store>>, kept: bool) {
        let mut state = self.lock();
        state.free.push(store);
        state.unsealed |= kept;
        drop(state);
        self.turned.notify_all();
    }

    /// Enters entries on one page.
    #[allow(clippy::type_complexity)]
    fn page(
        &self,
        store: Option<Box<dyn Store>>,
        entries: &[Entry],
    ) -> (
        Option<Box<dyn Store>>,
        Result<Vec<Result<Receipt, Error>>, Error>,
    ) {
        let (store, result) = self.transact(store, &mut |book| {
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
        let result = result.map(|(mut receipts, places)| {
            for receipt in receipts.iter_mut().flatten() {
                if let Some(seq) = places.get(&receipt.id).filter(|_| receipt.seq == 0) {
                    receipt.seq = *seq;
                }
            }
            receipts
        });
        (store, result)
    }

    #[allow(clippy::type_complexity)]
    fn transact<R>(
        &self,
        store: Option<Box<dyn Store>>,
        work: &mut dyn FnMut(&mut Book<'_>) -> Result<R, Error>,
    ) -> (
        Option<Box<dyn Store>>,
        Result<(R, rustc_hash::FxHashMap<String, i64>), Error>,
    ) {
        let mut store = match store {
            Some(store) => store,
            None => match self.place.open(false) {
                Ok(store) => store,
                Err(error) => return (None, Err(error)),
            },
        };
        let mut tries = TRIES;
        loop {
            let now = (self.options.clock)();
            let mut result = None;
            let kept = store.write(&mut |page| {
                let mut book = Book::new(page, now);
                let value = work(&mut book)?;
                result = Some((value, book.finish()?));
                Ok(())
            });
            match (kept, result) {
                (Ok(()), Some(result)) => return (Some(store), Ok(result)),
                (Ok(()), None) => {
                    let error = Error::Other("the store did no work".to_owned());
                    return (Some(store), Err(error));
                }
                (Err(Error::Busy(_)), _) if tries > 0 => tries -= 1,
                // After a failure of the database the connection is made anew.
                (Err(error @ Error::Store(_)), _) if matches!(self.place, Place::Database(_)) => {
                    return (None, Err(error));
                }
                (Err(error), _) => return (Some(store), Err(error)),
            }
        }
    }

    fn seal(&self) -> Result<Option<Block>, Error> {
        let mut store = match self.take() {
            Some(store) => store,
            None => match self.place.open(false) {
                Ok(store) => store,
                Err(error) => {
                    self.give(None, false);
                    return Err(error);
                }
            },
        };
        self.lock().unsealed = false;
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
                let block = sealing.seal(now.max(last.as_ref().map_or(i64::MIN, |b| b.sealed)));
                page.seal(&block)?;
                last = Some(block);
            }
            Ok(())
        });
        self.give(Some(store), sealed.is_err());
        sealed.map(|()| last)
    }

    fn keep_sealing(&self) {
        let mut state = self.lock();
        while !state.closing {
            if !state.unsealed {
                state = self
                    .turned
                    .wait(state)
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                continue;
            }
            let due = Instant::now() + self.options.seal_after;
            while !state.closing {
                let left = due.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    break;
                }
                let waited = self.turned.wait_timeout(state, left);
                state = waited.unwrap_or_else(std::sync::PoisonError::into_inner).0;
            }
            drop(state);
            // One that fails is tried again; entries are safe without it.
            let _ = self.seal();
            state = self.lock();
        }
    }
}
