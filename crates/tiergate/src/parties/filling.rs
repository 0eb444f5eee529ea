//! Facts of an order's parties from what is known beside it: a register of parties, a list of
//! restricted ones, or both.
//!
//! What the order states is never changed. What it leaves absent is filled in where it is known, each
//! fact with what says so; what is not known stays absent, with the reason.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use tiergate_engine::Desk;
use tiergate_law::{Date, View as LawView};
use tiergate_order::{Order, Party};

use super::from_list::{FromList, Screened};
use super::from_register::{self, FromRegister};
use crate::report::{count, say};
use crate::style::plain;

/// Whether and from what orders are filled in.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct FillArgs {
    /// Fill in what orders leave out of headquarters, parents and places from this register of
    /// parties (see `tiergate parties`); every fact says by which links it is known
    #[arg(long, value_name = "FILE")]
    parties: Option<PathBuf>,

    /// With --parties: a listed party, or a file of them, for the share that listed parties own; may
    /// be repeated
    #[arg(long, requires = "parties", value_name = "FILE|PARTY")]
    listed: Vec<String>,

    /// With --listed: take for granted that what nobody states is held by nobody listed
    #[arg(long, requires = "listed")]
    rest_unlisted: bool,

    /// Screen the parties that orders name against this list (see `tiergate screen`) and fill in the
    /// lists they are on; a hit that nobody has decided leaves them unknown
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,

    /// With --list: decisions about hits, as `tiergate screen adjudicate` writes them
    #[arg(long, requires = "list", value_name = "FILE")]
    adjudications: Option<PathBuf>,
}

impl FillArgs {
    /// The files that are read.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        let all = [&self.parties, &self.list, &self.adjudications];
        all.into_iter().flatten()
    }

    /// Whether parties are screened.
    pub const fn screens(&self) -> bool {
        self.list.is_some()
    }

    /// Whether a register is asked.
    pub const fn asks_a_register(&self) -> bool {
        self.parties.is_some()
    }

    /// Opens the list, if one is asked for.
    ///
    /// # Errors
    ///
    /// A file that cannot be read.
    pub fn open_list(&self) -> Result<Option<Arc<FromList>>> {
        let list = self.list.as_deref();
        let list = list.map(|list| FromList::open(list, self.adjudications.as_deref()));
        Ok(list.transpose()?.map(Arc::new))
    }

    /// Opens what orders under a law are filled in from, with a list that is open already; none
    /// when nothing is asked for.
    ///
    /// # Errors
    ///
    /// A file that cannot be read.
    pub fn open_with(
        &self,
        list: Option<Arc<FromList>>,
        law: (&Desk, &str, LawView),
    ) -> Result<Option<Arc<Filling>>> {
        let register = self.parties.as_deref();
        let register = register
            .map(|path| FromRegister::open(path, &self.listed, self.rest_unlisted, law))
            .transpose()?
            .map(Arc::new);
        if register.is_none() && list.is_none() {
            return Ok(None);
        }
        Ok(Some(Arc::new(Filling {
            register,
            list,
            differ: Mutex::default(),
        })))
    }

    /// Opens what orders under a law are filled in from; none when nothing is asked for.
    ///
    /// # Errors
    ///
    /// A file that cannot be read.
    pub fn open(&self, desk: &Desk, law: &str, view: LawView) -> Result<Option<Arc<Filling>>> {
        self.open_with(self.open_list()?, (desk, law, view))
    }
}

/// What orders are filled in from, shared by all workers.
#[derive(Debug)]
pub struct Filling {
    register: Option<Arc<FromRegister>>,
    list: Option<Arc<FromList>>,
    differ: Mutex<Differences>,
}

/// Facts that orders state otherwise than they are known.
#[derive(Debug, Default)]
struct Differences {
    count: u64,
    first: Vec<String>,
}

/// Differences that are spelled out; the others are counted.
const DIFFERENCES_MAX: usize = 20;

impl Filling {
    /// What of the register, the list and the log could not be read.
    pub fn faults(&self) -> u64 {
        let register = self.register.as_ref().map_or(0, |register| register.faults);
        register + self.list.as_ref().map_or(0, |list| list.faults)
    }

    /// The list, if parties are screened.
    pub const fn list(&self) -> Option<&Arc<FromList>> {
        self.list.as_ref()
    }

    fn differ(&self, order: &str, warnings: &[String]) {
        if warnings.is_empty() {
            return;
        }
        let mut differ = self.differ.lock().unwrap_or_else(PoisonError::into_inner);
        for what in warnings {
            differ.count += 1;
            if differ.first.len() < DIFFERENCES_MAX {
                let warning = format!("warning: order `{order}`: {what}");
                differ.first.push(warning);
            }
        }
    }

    /// Says what was filled in, and what orders state otherwise.
    pub fn report(&self) {
        let mut differ = self.differ.lock().unwrap_or_else(PoisonError::into_inner);
        differ.first.sort();
        for warning in &differ.first {
            say(&plain(warning.clone()));
        }
        let more = differ.count - differ.first.len() as u64;
        if more > 0 {
            let more = count(more, "more stated fact", "more stated facts");
            say(&format!("warning: {more} that is known otherwise"));
        }
        if let Some(register) = &self.register {
            register.report();
        }
        if let Some(list) = &self.list {
            list.report();
        }
    }
}

/// What was filled in of one order.
#[derive(Debug, Clone, Default)]
pub struct Filled {
    /// What is said of each fact, filled in or left unknown.
    pub said: Vec<String>,
    /// The fields that were filled in, by path.
    pub fields: Vec<String>,
    /// What the order states otherwise than it is known.
    warnings: Vec<String>,
    /// What is left to decide of hits, and how.
    pub open: Vec<String>,
    /// What screening its parties gave.
    pub screened: Vec<Screened>,
}

impl Filled {
    /// Notes a fact that was filled in.
    pub fn fact(&mut self, path: String, said: String) {
        self.fields.push(path);
        self.said.push(said);
    }

    /// Notes a stated fact that is known otherwise.
    pub fn differs(&mut self, what: String) {
        self.warnings.push(what.clone());
        self.said.push(what);
    }
}

/// Fills in orders one after the other, keeping what it found of their parties.
#[derive(Debug, Clone)]
pub struct Filler {
    filling: Arc<Filling>,
    register: Option<from_register::Filler>,
}

impl Filler {
    /// A filler of one worker.
    pub fn new(filling: Arc<Filling>) -> Filler {
        let register = filling.register.clone();
        Filler {
            register: register.map(from_register::Filler::new),
            filling,
        }
    }

    /// Fills in an order; what is said of each fact is returned.
    pub fn fill(&mut self, order: &mut Order, on: Date, desk: &Desk) -> Filled {
        let mut filled = Filled::default();
        // The register first: where a party is tells which decisions about it hold.
        if let Some(register) = &mut self.register {
            register.fill(order, on, desk, &mut filled);
        }
        if let Some(list) = &self.filling.list {
            list.fill(order, &mut filled);
        }
        self.filling.differ(&order.id, &filled.warnings);
        filled
    }
}

/// The parties that an order names: each by its path, with its name.
pub fn named(order: &Order) -> Vec<(String, String)> {
    let parties = [Party::Exporter, Party::Consignee, Party::EndUser];
    let mut named: Vec<(String, String)> = parties
        .into_iter()
        .filter_map(|party| Some((party.word().to_owned(), order.name(party)?.to_owned())))
        .collect();
    for number in order.intermediary_numbers() {
        let path = format!("intermediaries.{number}");
        if let Some(name) = order.get(&format!("{path}.name")) {
            named.push((path, name));
        }
    }
    named
}
