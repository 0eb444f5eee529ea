//! The order desk as the service asks it.

mod api;
mod asking;
mod demo;
mod drawing;
mod fields;
mod kept;
mod law;
mod ledger;
mod map;
mod orders;
mod parties;
mod screening;
mod sheets;
mod stated;
mod watch;

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde_json::Value;
use tiergate_engine::Desk;
use tiergate_ledger::Ledger;
use tiergate_server::{
    Allocated, Asked, Caps, Difference, Explained, Facts, Fault, Field, Form, LawOfDay, Map,
    Matches, OrderDesk, OrderFile, OrderRow, OrdersTold, PartyFound, PartySearch, Rule, Screening,
    ToScreen, Told, Watched, WhichLaw,
};

use crate::embedded;

pub use parties::{Files, Known};

/// Decides orders for the service.
pub struct Orders {
    desk: &'static Desk,
    /// Buyers with the traits by which the watch links them.
    buyers: Vec<tiergate_watch::Party>,
    /// The register of parties and the list of restricted ones.
    known: parties::Known,
    /// The folder of the law, if it is not the law built in.
    law_dir: Option<PathBuf>,
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
            law_dir: None,
        }
    }

    /// With buyers for the watch.
    pub fn watching(mut self, buyers: Vec<tiergate_watch::Party>) -> Orders {
        self.buyers = buyers;
        self
    }

    /// Rehearsing the law of a folder, if it is not the law built in.
    pub fn rehearsing(mut self, law_dir: Option<&Path>) -> Orders {
        self.law_dir = law_dir.map(Path::to_owned);
        self
    }

    /// With a register of parties and a list of restricted ones.
    pub fn knowing(mut self, known: Known) -> Orders {
        self.known = known;
        self
    }
}

impl OrderDesk for Orders {
    fn rehearsed(&self) -> Result<Desk, Fault> {
        let more = &tiergate_lab::built_in::VARIATIONS;
        embedded::desk_with(self.law_dir.as_deref(), more).map_err(|error| Fault {
            at: String::new(),
            what: error.to_string(),
        })
    }

    fn laws(&self) -> Vec<(String, String)> {
        let us = ("us".to_owned(), "United States law".to_owned());
        let proposals = self.desk.library.proposals.iter();
        let proposals = proposals.map(|p| (p.instrument.id.clone(), p.instrument.title.clone()));
        std::iter::once(us).chain(proposals).collect()
    }

    fn form(&self) -> Form {
        fields::form(self.desk)
    }

    fn field(&self, path: &str) -> Option<Field> {
        fields::field(self.desk, path)
    }

    fn ask(&self, asked: &Asked) -> Result<Told, Vec<Fault>> {
        asking::ask(self.desk, asked)
    }

    fn order_of(&self, fields: &[(String, String)]) -> Result<Value, Vec<Fault>> {
        stated::order_of(self.desk, fields)
    }

    fn facts(&self, order: &str) -> Result<Facts, Vec<Fault>> {
        stated::facts(self.desk, order)
    }

    fn completed(&self, order: &str, facts: &[(String, String)]) -> Result<String, Vec<Fault>> {
        stated::completed(self.desk, order, facts)
    }

    fn explained(
        &self,
        order: &str,
        decision: &str,
        ledger: &Ledger,
    ) -> Result<Explained, Vec<Fault>> {
        drawing::explained(self, order, decision, ledger)
    }

    fn law(&self, which: &WhichLaw) -> Result<LawOfDay, Vec<Fault>> {
        law::of_day(self.desk, which)
    }

    fn rule(&self, which: &WhichLaw, kind: &str, id: &str) -> Result<Option<Rule>, Vec<Fault>> {
        law::rule(self.desk, which, kind, id)
    }

    fn difference(&self, laws: &[WhichLaw; 2]) -> Result<Difference, Vec<Fault>> {
        law::difference(self.desk, laws)
    }

    fn difference_page(&self, laws: &[WhichLaw; 2]) -> Result<String, Vec<Fault>> {
        law::difference_page(self.desk, laws)
    }

    fn map(&self, which: &WhichLaw, show: &str) -> Result<Map, Vec<Fault>> {
        map::map(self.desk, which, show)
    }

    fn allocated(
        &self,
        which: &WhichLaw,
        accounts: &[(String, String)],
    ) -> Result<Vec<Option<Allocated>>, Vec<Fault>> {
        map::allocated(self.desk, which, accounts)
    }

    fn orders(&self, file: &OrderFile<'_>) -> Result<OrdersTold, Vec<Fault>> {
        orders::decide(self.desk, file)
    }

    fn orders_csv(&self, rows: &mut dyn Iterator<Item = &OrderRow>) -> Vec<u8> {
        orders::csv(rows)
    }

    fn caps(&self, ledger: &Ledger, law: &str, day: Date) -> Result<Caps, Vec<Fault>> {
        ledger::caps(self, ledger, law, day)
    }

    fn watch(&self, ledger: &Ledger, law: &str, day: Date) -> Result<Watched, Vec<Fault>> {
        watch::watched(self, ledger, law, day)
    }

    fn parties(&self, search: &PartySearch<'_>) -> Option<Matches> {
        self.known.search(search)
    }

    fn party(&self, id: &str, day: Date) -> PartyFound {
        parties::party(self, id, day)
    }

    fn screen(&self, parties: &[ToScreen], most: usize) -> Option<Screening> {
        self.known.screen(parties, most)
    }
}
