//! The order desk as the service asks it.

mod apply;
mod ledger;
mod parties;
mod watch;

use jiff::civil::Date;
use serde_json::Value;
use tiergate_engine::Desk;
use tiergate_law::LawRef;
use tiergate_ledger::Ledger;
use tiergate_order::{Assume, Order, Resolved, RowError, read_json};
use tiergate_server::{Caps, Fault, Matches, OrderDesk, PartyTold, Prepared, Screened, Watched};

pub use parties::Known;

use crate::verdict::Bench;

/// Decides orders for the service.
pub struct Orders {
    desk: &'static Desk,
    /// Buyers with the traits by which the watch links them.
    buyers: Vec<tiergate_watch::Party>,
    /// The register of parties and the list of restricted ones.
    known: parties::Known,
}

impl std::fmt::Debug for Orders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Orders")
    }
}

/// A fault of the whole.
fn whole(what: impl std::fmt::Display) -> Vec<Fault> {
    vec![Fault {
        at: String::new(),
        what: what.to_string(),
    }]
}

/// A field's path as a JSON pointer.
fn pointer(path: &str) -> String {
    format!("/{}", path.replace('.', "/"))
}

impl Orders {
    /// Over a law library and a catalog.
    pub fn new(desk: &'static Desk) -> Orders {
        Orders {
            desk,
            buyers: Vec::new(),
            known: parties::Known::default(),
        }
    }

    /// With buyers for the watch.
    pub fn watching(mut self, buyers: Vec<tiergate_watch::Party>) -> Orders {
        self.buyers = buyers;
        self
    }

    /// With a register of parties and a list of restricted ones.
    pub fn knowing(mut self, known: Known) -> Orders {
        self.known = known;
        self
    }

    /// Reads an order and what it names.
    pub(super) fn read(&self, order: &Value) -> Result<(Order, Resolved), Vec<Fault>> {
        let text = order.to_string();
        let mut orders = read_json(&text).map_err(whole)?;
        let (Some(order), true) = (orders.pop(), orders.is_empty()) else {
            return Err(whole("give one order: a JSON object"));
        };
        let order = order.map_err(|errors| {
            let fault = |error: &RowError| Fault {
                at: error.column.as_deref().map(pointer).unwrap_or_default(),
                what: error.message.clone(),
            };
            errors.iter().map(fault).collect::<Vec<_>>()
        })?;
        let resolved = self.desk.resolve(&order, &Assume::default());
        let resolved = resolved.map_err(whole)?;
        Ok((order, resolved))
    }

    pub(super) fn bench(&self, law: &str) -> Result<Bench<'static>, Vec<Fault>> {
        let law: LawRef = law.parse().map_err(whole)?;
        Bench::of(self.desk, vec![law], (None, None), Assume::default()).map_err(whole)
    }
}

impl OrderDesk for Orders {
    fn decide(&self, order: &Value, law: &str) -> Result<Value, Vec<Fault>> {
        let mut bench = self.bench(law)?;
        let (order, resolved) = self.read(order)?;
        let (record, _) = bench.record(0, &order, &resolved).map_err(whole)?;
        serde_json::to_value(&record).map_err(whole)
    }

    fn laws(&self) -> Vec<(String, String)> {
        let us = ("us".to_owned(), "United States law".to_owned());
        let proposals = self.desk.library.proposals.iter();
        let proposals = proposals.map(|p| (p.instrument.id.clone(), p.instrument.title.clone()));
        std::iter::once(us).chain(proposals).collect()
    }

    fn prepare(&self, order: &Value, day: Date, ledger: &Ledger) -> Result<Prepared, Vec<Fault>> {
        apply::prepare(self, order, day, ledger)
    }

    fn caps(&self, ledger: &Ledger, law: &str, day: Date) -> Result<Caps, Vec<Fault>> {
        ledger::caps(self, ledger, law, day)
    }

    fn watch(&self, ledger: &Ledger, law: &str, day: Date) -> Result<Watched, Vec<Fault>> {
        watch::watched(self, ledger, law, day)
    }

    fn parties(&self, text: &str, day: Date) -> Option<Matches> {
        self.known.search(text, day)
    }

    fn party(&self, id: &str, day: Date) -> Result<Option<PartyTold>, Vec<Fault>> {
        parties::party(self, id, day)
    }

    fn screen(&self, name: &str, country: &str) -> Option<Screened> {
        self.known.screen(name, country)
    }
}
