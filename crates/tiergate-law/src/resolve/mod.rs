//! The names known while a regime is resolved: here as one scope, and a file each for how its
//! kinds of names are told to it and then found.

mod classes;
mod condition;
mod countries;
mod definitions;
mod linear;
mod quota;
mod raises;

use std::collections::HashMap;
use std::sync::Arc;

use crate::cond::{Cond, Definition};
use crate::country::Country;
use crate::diagnostic::Diagnostic;
use crate::layers::Standing;
use crate::model::Reading;
use crate::regime::{Follower, RegimeValue, Resolved};

use countries::GroupVariants;
use raises::Raised;

type Faults<'f> = &'f mut Vec<Diagnostic>;

/// The names known while a regime is being resolved.
pub(crate) struct Scope<'l> {
    class_names: &'l [String],
    pub readings: Vec<Resolved<Reading>>,
    pub registers: Vec<Resolved<Vec<String>>>,
    pub values: Vec<Resolved<RegimeValue>>,
    pub definitions: Vec<Standing<'l>>,
    /// The values that agreements raise, each for one country.
    raises: Vec<Raised>,
    /// The country at whose heights values are read, while a comparison is split by them.
    raised_for: Option<Country>,
    groups: Vec<GroupVariants>,
    pub follows: Vec<Resolved<Follower>>,
    standing_classes: u128,
    /// Classes whose own condition is not resolved yet.
    open_classes: u128,
    /// How many definitions are being resolved, each for the one before.
    depth: usize,
    class_sets: Vec<(String, u128)>,
    class_conditions: HashMap<usize, Cond>,
    done: HashMap<String, Option<Arc<Definition>>>,
}

impl<'l> Scope<'l> {
    pub fn new(class_names: &'l [String]) -> Scope<'l> {
        Scope {
            class_names,
            readings: Vec::new(),
            registers: Vec::new(),
            values: Vec::new(),
            definitions: Vec::new(),
            raises: Vec::new(),
            raised_for: None,
            groups: Vec::new(),
            follows: Vec::new(),
            standing_classes: 0,
            open_classes: 0,
            depth: 0,
            class_sets: Vec::new(),
            class_conditions: HashMap::new(),
            done: HashMap::new(),
        }
    }

    /// The places of a reading and of one of its options.
    fn option(&self, reading: &str, option: &str) -> Option<(usize, usize)> {
        let at = self.readings.iter().position(|r| r.id == reading)?;
        let option = self.readings[at]
            .is
            .options
            .iter()
            .position(|(id, _)| id == option)?;
        Some((at, option))
    }
}
