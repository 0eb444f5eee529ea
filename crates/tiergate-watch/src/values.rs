//! Which values of traits are held by several parties, after what is nearly equal is taken for equal.

use rustc_hash::FxHashMap;

use crate::book::Book;
use crate::near::near;
use crate::normal::normal;
use crate::settings::Kind;

/// A value that at least two parties hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// As one of the parties writes it.
    pub written: String,
    /// Places of the parties that hold it, ascending.
    pub holders: Vec<u32>,
}

/// Values of one kind as they come in.
#[derive(Default)]
struct Column<'b> {
    places: FxHashMap<String, u32>,
    written: Vec<&'b str>,
    held: Vec<(u32, u32)>,
}

impl<'b> Column<'b> {
    fn add(&mut self, kind: Kind, written: &'b str, country: &str, party: u32) {
        if let Some(form) = normal(kind, written, country) {
            let next = self.written.len() as u32;
            let value = *self.places.entry(form).or_insert(next);
            if value == next {
                self.written.push(written);
            }
            self.held.push((value, party));
        }
    }

    fn shared(self, kind: Kind, values: &mut Vec<Value>) {
        let Column {
            places,
            written,
            mut held,
        } = self;
        if matches!(kind, Kind::Address | Kind::Director) {
            let mut forms = vec![""; written.len()];
            for (form, at) in &places {
                forms[*at as usize] = form;
            }
            let mut same = near(&forms);
            held.iter_mut()
                .for_each(|(value, _)| *value = same.find(*value));
        }
        held.sort_unstable();
        held.dedup();
        for of_one in held.chunk_by(|a, b| a.0 == b.0).filter(|c| c.len() > 1) {
            values.push(Value {
                kind,
                written: written[of_one[0].0 as usize].trim().to_owned(),
                holders: of_one.iter().map(|(_, party)| *party).collect(),
            });
        }
    }
}

/// Every value that at least two parties of the book hold, by kind.
pub fn shared(book: &Book) -> Vec<Value> {
    let mut values = Vec::new();
    for kind in Kind::ALL {
        let mut column = Column::default();
        for (party, at) in book.parties.iter().zip(0..) {
            let texts = match kind {
                Kind::Bank => &party.banks,
                Kind::Phone => &party.phones,
                Kind::Domain => &party.domains,
                Kind::Director => &party.directors,
                Kind::Address => &party.addresses,
                Kind::Forwarder => &party.forwarders,
            };
            for text in texts {
                column.add(kind, text, &party.country, at);
            }
        }
        if kind == Kind::Forwarder {
            for row in &book.rows {
                if let Some(name) = row.forwarder {
                    let name = &book.forwarders[name as usize];
                    column.add(kind, name, "", row.party);
                }
            }
        }
        column.shared(kind, &mut values);
    }
    values
}
