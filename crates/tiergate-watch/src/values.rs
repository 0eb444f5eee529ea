//! Which values of traits are held by several parties, after what is nearly equal is taken for equal.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rustc_hash::FxHashMap;

use crate::book::Book;
use crate::near::near;
use crate::normal::normal;
use crate::settings::Kind;

/// A value that at least two parties hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// As one of the parties writes it.
    pub written: String,
    /// Places of the parties that hold it, ascending.
    pub holders: Vec<u32>,
    /// How often its words would meet by chance in the entries of the book.
    pub by_chance: f64,
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

    fn shared(self, kind: Kind) -> Vec<Value> {
        let mut values = Vec::new();
        let Column {
            places,
            written,
            mut held,
        } = self;
        let mut forms = vec![""; written.len()];
        for (form, at) in &places {
            forms[*at as usize] = form;
        }
        let of_words = matches!(kind, Kind::Address | Kind::Director);
        let mut words = FxHashMap::default();
        if of_words {
            words = counts(&forms, &held);
            let mut same = near(&forms);
            for (value, _) in &mut held {
                *value = same.find(*value);
            }
        }
        let entries = held.len();
        held.sort_unstable();
        held.dedup();
        for of_one in held.chunk_by(|a, b| a.0 == b.0).filter(|c| c.len() > 1) {
            values.push(Value {
                kind,
                written: written[of_one[0].0 as usize].trim().to_owned(),
                holders: of_one.iter().map(|(_, party)| *party).collect(),
                by_chance: if of_words {
                    by_chance(forms[of_one[0].0 as usize], of_one.len(), &words, entries)
                } else {
                    0.0
                },
            });
        }
        values
    }
}

/// How often each word stands in the entries.
fn counts<'f>(forms: &[&'f str], held: &[(u32, u32)]) -> FxHashMap<&'f str, u32> {
    let mut counts = FxHashMap::default();
    for (value, _) in held {
        for word in forms[*value as usize].split(' ') {
            *counts.entry(word).or_insert(0) += 1;
        }
    }
    counts
}

/// In a smaller file than this, words are taken to be as rare as in one of this many entries.
const ENTRIES_MIN: usize = 1_000;

/// How many of the entries would have just these words if words met by chance, going by how often
/// the words stand elsewhere.
fn by_chance(form: &str, holders: usize, words: &FxHashMap<&str, u32>, entries: usize) -> f64 {
    let entries = entries.max(ENTRIES_MIN) as f64;
    let share = |word| {
        let elsewhere = words
            .get(word)
            .map_or(0, |w| *w as usize)
            .saturating_sub(holders);
        (elsewhere as f64 + 0.5) / entries
    };
    entries * form.split(' ').map(share).product::<f64>()
}

/// Every value that at least two parties of the book hold, by kind.
pub fn shared(book: &Book) -> Vec<Value> {
    let kinds = Kind::ALL.into_par_iter();
    let by_kind: Vec<Vec<Value>> = kinds.map(|kind| of_kind(book, kind)).collect();
    by_kind.into_iter().flatten().collect()
}

fn of_kind(book: &Book, kind: Kind) -> Vec<Value> {
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
        // A party's consignments stand together: a forwarder is added once for most of them.
        let mut last = None;
        for row in &book.rows {
            if let Some(name) = row.forwarder
                && last != Some((row.party, name))
            {
                last = Some((row.party, name));
                column.add(kind, &book.forwarders[name as usize], "", row.party);
            }
        }
    }
    column.shared(kind)
}
