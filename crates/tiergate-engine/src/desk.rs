//! The laws, the catalog and one rulebook for each law, view and span of dates.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use tiergate_law::{ConsolidateError, Date, LawRef, Library, View};
use tiergate_order::{Assume, Catalog, Facts, Order, ResolveError, Resolved, resolve};

use crate::decision::Decision;
use crate::rulebook::Rulebook;

/// Which law, on which date, in which view.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// `us` or the id of a proposal.
    pub law: String,
    /// The date.
    pub as_of: Date,
    /// The view.
    pub view: View,
}

/// Why a decision could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The law.
    #[error(transparent)]
    Law(#[from] ConsolidateError),
    /// The order.
    #[error(transparent)]
    Order(#[from] ResolveError),
    /// A reading that does not exist.
    #[error(
        "there is no reading `{reading}` with an option `{option}` in this law; known are {known}"
    )]
    Reading {
        /// As asked.
        reading: String,
        /// As asked.
        option: String,
        /// What exists.
        known: String,
    },
    /// The order has no date.
    #[error("order `{0}` has no date, and no date was given")]
    NoDate(String),
}

/// A law and view with the start of the span of dates a rulebook is good for.
type BookKey = (String, View, usize);

/// Decides orders under any law of a library.
#[derive(Debug)]
pub struct Desk {
    /// The laws.
    pub library: Library,
    /// Chips and countries.
    pub catalog: Catalog,
    breakpoints: Mutex<FxHashMap<String, Arc<[Date]>>>,
    books: Mutex<FxHashMap<BookKey, Arc<Rulebook>>>,
}

impl Desk {
    /// A desk with these laws and this catalog.
    #[must_use]
    pub fn new(library: Library, catalog: Catalog) -> Desk {
        Desk {
            library,
            catalog,
            breakpoints: Mutex::default(),
            books: Mutex::default(),
        }
    }

    /// The stamp of a law for an order: what the law leaves open comes from `as_of` and `view`,
    /// then from the order's own date and the default view.
    #[must_use]
    pub fn stamp(law: &LawRef, order: Date, as_of: Option<Date>, view: Option<View>) -> Stamp {
        Stamp {
            law: law.id.clone(),
            as_of: law.date.or(as_of).unwrap_or(order),
            view: law.view.or(view).unwrap_or_default(),
        }
    }

    fn span(&self, law: &str, date: Date) -> Result<usize, ConsolidateError> {
        let mut known = self
            .breakpoints
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(days) = known.get(law) {
            return Ok(days.partition_point(|d| *d <= date));
        }
        let days: Arc<[Date]> = self.library.breakpoints(law)?.into();
        let span = days.partition_point(|d| *d <= date);
        known.insert(law.to_owned(), days);
        Ok(span)
    }

    /// The rulebook for a law on a date, compiled once for each span of dates.
    ///
    /// # Errors
    ///
    /// An unknown law, or one with faults.
    pub fn rulebook(&self, stamp: &Stamp) -> Result<Arc<Rulebook>, DeskError> {
        let key = (
            stamp.law.clone(),
            stamp.view,
            self.span(&stamp.law, stamp.as_of)?,
        );
        if let Some(book) = self
            .books
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
        {
            return Ok(book.clone());
        }
        let law = LawRef {
            id: stamp.law.clone(),
            date: None,
            view: None,
        };
        let regime = self.library.consolidate(&law, stamp.as_of, stamp.view)?;
        let book = Arc::new(Rulebook::compile(Arc::new(regime)));
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(books.entry(key).or_insert(book).clone())
    }

    /// The span of dates over which the law is the same as on this date: first day and last.
    ///
    /// # Errors
    ///
    /// An unknown law.
    pub fn same_law(&self, law: &str, date: Date) -> Result<(Date, Date), DeskError> {
        let span = self.span(law, date)?;
        let known = self
            .breakpoints
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let days = known.get(law).cloned().unwrap_or_default();
        let first = span
            .checked_sub(1)
            .and_then(|at| days.get(at))
            .copied()
            .unwrap_or(Date::MIN);
        let last = days
            .get(span)
            .and_then(|d| d.yesterday().ok())
            .unwrap_or(Date::MAX);
        Ok((first, last))
    }

    /// Fills an order in from the catalog.
    ///
    /// # Errors
    ///
    /// An order that cannot be decided as it stands.
    pub fn resolve(&self, order: &Order, assume: &Assume) -> Result<Resolved, ResolveError> {
        resolve(order, &self.catalog, &self.library.classes, assume)
    }

    /// The options of the readings: the defaults, and what the user asked for.
    ///
    /// A reading asked for that this regime does not have is ignored: it may belong to another
    /// date. A reading no law has is refused by [`Desk::check_readings`].
    #[must_use]
    pub fn readings(book: &Rulebook, assume: &Assume) -> Arc<[usize]> {
        let mut options = book.variables.defaults.clone();
        for (reading, option) in &assume.readings {
            let at = book.regime.readings.iter().position(|r| r.id == *reading);
            if let Some(at) = at
                && let Some(option) = book.regime.readings[at]
                    .is
                    .options
                    .iter()
                    .position(|(id, _)| id == option)
            {
                options[at] = option;
            }
        }
        options.into()
    }

    /// Refuses readings that no law of the library declares.
    ///
    /// # Errors
    ///
    /// The first such reading.
    pub fn check_readings(&self, assume: &Assume) -> Result<(), DeskError> {
        let entries = || self.library.sources().flat_map(|s| &s.entries);
        let readings = || {
            entries().filter_map(|entry| match &entry.body {
                tiergate_law::Body::Reading(reading) => Some((entry.id.as_str(), reading)),
                _ => None,
            })
        };
        for (reading, option) in &assume.readings {
            let options = |id: &str| -> Vec<String> {
                let of = readings().filter(|(known, _)| *known == id);
                let options = of.flat_map(|(_, r)| &r.options);
                options
                    .map(|(option, _)| format!("{id}={option}"))
                    .collect()
            };
            let own = options(reading);
            if own.contains(&format!("{reading}={option}")) {
                continue;
            }
            // Of a reading that exists its options are enough; of one that does not, the nearest.
            let near = tiergate_law::nearest(reading, readings().map(|(id, _)| id));
            let known = match (own.is_empty(), near) {
                (false, _) => own,
                (true, Some(near)) => options(near),
                (true, None) => readings().map(|(id, _)| id.to_owned()).collect(),
            };
            return Err(DeskError::Reading {
                reading: reading.clone(),
                option: option.clone(),
                known: known.join(", "),
            });
        }
        Ok(())
    }

    /// Decides facts under a rulebook.
    #[must_use]
    pub fn decide<'b>(book: &'b Rulebook, facts: &Facts, readings: &Arc<[usize]>) -> Decision<'b> {
        Decision::make(book, facts, readings)
    }
}
