//! The rules of each day of a law, read once for every stretch on which the law is the same.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tiergate_law::{ConsolidateError, Date, LawRef, Library, View};

use crate::rules::Rules;

/// The rules of a law in a view, by day.
#[derive(Debug)]
pub struct LawBook<'l> {
    library: &'l Library,
    law: LawRef,
    view: View,
    breakpoints: Vec<Date>,
    read: Mutex<BTreeMap<usize, Arc<Rules>>>,
}

impl<'l> LawBook<'l> {
    /// The rules of a law.
    ///
    /// # Errors
    ///
    /// An unknown law.
    ///
    /// ```
    /// use tiergate_cases::LawBook;
    /// use tiergate_law::{LawRef, Library, View};
    /// let (library, _) = Library::read([]);
    /// assert!(LawBook::new(&library, LawRef::us(), View::Text).is_ok());
    /// ```
    pub fn new(library: &'l Library, law: LawRef, view: View) -> Result<Self, ConsolidateError> {
        let breakpoints = library.breakpoints(&law.id)?;
        Ok(LawBook {
            library,
            law,
            view,
            breakpoints,
            read: Mutex::default(),
        })
    }

    /// The rules on a day.
    ///
    /// # Errors
    ///
    /// A law that has faults, or a day before it begins.
    pub fn on(&self, day: Date) -> Result<Arc<Rules>, ConsolidateError> {
        let span = self.breakpoints.partition_point(|d| *d <= day);
        let known = |read: &BTreeMap<usize, Arc<Rules>>| read.get(&span).cloned();
        if let Some(rules) = known(&self.read.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(rules);
        }
        let rules = Rules::of(&self.library.consolidate(&self.law, day, self.view)?);
        let rules = Arc::new(rules);
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(read.entry(span).or_insert(rules)))
    }
}
