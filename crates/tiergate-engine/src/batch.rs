//! Many orders at once, in columns: nothing is built per row.
//!
//! What all rows share is known beforehand, so the diagram is restricted to it once. What differs
//! is turned, column by column, into the small values of the diagram's variables. A row is then a
//! walk over a small table.

use std::sync::Arc;

use tiergate_law::{ChoiceFact, Country, CountryFact, Fact, FlagFact, Num, NumberFact};
use tiergate_order::Facts;

use crate::build::REASON_STRIDE;
use crate::decision::{Answer, Decision};
use crate::diagram::{Known, Part, Variable, restricted};
use crate::rulebook::{Outcome, Rulebook, fits};
use crate::variables::Question;

/// Orders in columns over shared facts.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// How many rows.
    pub rows: usize,
    /// The facts every row shares; columns override them.
    pub shared: Facts,
    /// Countries by row; none is unknown.
    pub countries: Vec<(CountryFact, Vec<Option<Country>>)>,
    /// Places in the fact's list by row; none is unknown.
    pub choices: Vec<(ChoiceFact, Vec<Option<u8>>)>,
    /// Yes or no by row; none is unknown.
    pub flags: Vec<(FlagFact, Vec<Option<bool>>)>,
    /// Numbers by row; none is unknown.
    pub numbers: Vec<(NumberFact, Vec<Option<Num>>)>,
}

/// The outcome of one row with its reason code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The outcome; none when unknown facts leave it open.
    pub outcome: Option<Outcome>,
    /// The first requirement, in legal order, that applies: its place in the regime.
    pub requirement: Option<u16>,
}

const UNKNOWN: u8 = u8::MAX;
const OPEN: u32 = u32::MAX;
const LEAF: u32 = 1 << 31;

impl Columns {
    /// The facts of one row, for rendering its reasons or deciding it alone.
    #[must_use]
    pub fn row(&self, row: usize) -> Facts {
        let mut facts = self.shared.clone();
        for (fact, values) in &self.countries {
            match values[row] {
                Some(country) => facts.set_country(*fact, country),
                None => facts.forget_country(*fact),
            }
        }
        for (fact, values) in &self.choices {
            match values[row] {
                Some(place) => facts.set_choice(*fact, usize::from(place)),
                None => facts.forget_choice(*fact),
            }
        }
        for (fact, values) in &self.flags {
            match values[row] {
                Some(value) => facts.set_flag(*fact, value),
                None => facts = facts.without_flag(*fact),
            }
        }
        for (fact, values) in &self.numbers {
            match values[row] {
                Some(number) => facts.set_number(*fact, number),
                None => facts = facts.without_number(*fact),
            }
        }
        facts
    }

    fn varies(&self, fact: Fact) -> bool {
        match fact {
            Fact::Country(f) => self.countries.iter().any(|(c, _)| *c == f),
            Fact::Choice(f) => self.choices.iter().any(|(c, _)| *c == f),
            Fact::Flag(f) => self.flags.iter().any(|(c, _)| *c == f),
            Fact::Number(f) => self.numbers.iter().any(|(c, _)| *c == f),
            Fact::Text(_) => false,
        }
    }

    /// The value of a variable in every row.
    fn values(&self, book: &Rulebook, variable: Variable) -> Vec<u8> {
        let asked = &book.variables.asked[usize::from(variable)];
        let small = |value: usize| u8::try_from(value).unwrap_or(UNKNOWN);
        match &asked.question {
            Question::Country(fact) => column(&self.countries, *fact)
                .iter()
                .map(|c| c.map_or(UNKNOWN, |c| small(book.variables.class(c))))
                .collect(),
            Question::Choice(fact) => column(&self.choices, *fact)
                .iter()
                .map(|c| c.unwrap_or(UNKNOWN))
                .collect(),
            Question::Flag(fact) => column(&self.flags, *fact)
                .iter()
                .map(|f| f.map_or(UNKNOWN, u8::from))
                .collect(),
            Question::Amount(terms) => {
                // Few thresholds: counting those reached beats searching among them.
                let interval =
                    |sum: i128| small(asked.cuts.iter().map(|cut| usize::from(*cut <= sum)).sum());
                if let [(fact, 1)] = terms.as_slice() {
                    return column(&self.numbers, *fact)
                        .iter()
                        .map(|n| n.map_or(UNKNOWN, |n| interval(n.raw())))
                        .collect();
                }
                self.sums(terms)
                    .into_iter()
                    .map(|s| s.map_or(UNKNOWN, interval))
                    .collect()
            }
            Question::Text(..) | Question::Intermediary(..) | Question::Reading(_) => Vec::new(),
        }
    }

    /// A linear form in every row, column after column; none where a fact is unknown or the sum
    /// leaves the plain range, so that the row is decided alone.
    fn sums(&self, terms: &[(NumberFact, i64)]) -> Vec<Option<i128>> {
        let mut sums = vec![Some(0_i128); self.rows];
        let term = |number: Num, factor: i64| match factor {
            1 => Some(number.raw()),
            _ => number.raw().checked_mul(i128::from(factor)),
        };
        for (fact, factor) in terms {
            let values = column(&self.numbers, *fact);
            if values.is_empty() {
                let shared = self.shared.number(*fact).and_then(|n| term(n, *factor));
                match shared {
                    Some(0) => {}
                    Some(more) => sums
                        .iter_mut()
                        .for_each(|sum| *sum = sum.and_then(|sum| sum.checked_add(more))),
                    None => return vec![None; self.rows],
                }
                continue;
            }
            for (sum, value) in sums.iter_mut().zip(values) {
                let more = value.and_then(|n| term(n, *factor));
                *sum = sum.zip(more).and_then(|(sum, more)| sum.checked_add(more));
            }
        }
        sums
    }
}

fn column<F: PartialEq, V>(columns: &[(F, Vec<V>)], fact: F) -> &[V] {
    columns
        .iter()
        .find(|(f, _)| *f == fact)
        .map_or(&[], |(_, values)| values)
}

/// Decides every row.
///
/// Rows whose shared facts are common go through one restricted diagram; the rest, and rows that
/// meet an unknown fact, are decided one by one, with the same answers.
#[must_use]
pub fn decide_columns(book: &Rulebook, columns: &Columns, readings: &Arc<[usize]>) -> Vec<Verdict> {
    let mut verdicts = match table(book, columns, readings) {
        Some(table) => table.walk(columns.rows),
        None => vec![
            Verdict {
                outcome: None,
                requirement: None
            };
            columns.rows
        ],
    };
    for (row, verdict) in verdicts.iter_mut().enumerate() {
        if verdict.outcome.is_none() {
            *verdict = alone(book, &columns.row(row), readings);
        }
    }
    verdicts
}

fn alone(book: &Rulebook, facts: &Facts, readings: &Arc<[usize]>) -> Verdict {
    let Answer::Decided(outcome) = Decision::make(book, facts, readings).answer else {
        return Verdict {
            outcome: None,
            requirement: None,
        };
    };
    let partial = book.partial(facts, readings);
    let applies = |node: &crate::Node| partial.truth(*node) == Some(true);
    let first = partial.roots.requirements.iter().position(applies);
    Verdict {
        outcome: Some(outcome),
        requirement: first.and_then(|r| u16::try_from(r).ok()),
    }
}

/// The restricted diagram as a flat table, and the values of its variables by row.
struct Table {
    top: u32,
    /// Per inner node: its column, and where its children start.
    nodes: Vec<(u32, u32)>,
    children: Vec<u32>,
    columns: Vec<Vec<u8>>,
    verdicts: Vec<Verdict>,
}

fn table(book: &Rulebook, columns: &Columns, readings: &Arc<[usize]>) -> Option<Table> {
    if **readings != *book.variables.defaults || columns.rows == 0 {
        return None;
    }
    let which = fits(&columns.row(0))?;
    // A rare fact that differs by row may leave the common case.
    let rare = |fact: Fact| match fact {
        Fact::Country(f) => f.info().same_as.is_some() && columns.shared.is_same(f),
        Fact::Flag(f) => crate::rulebook::is_rare(f),
        Fact::Choice(f) => crate::rulebook::is_rare_choice(f),
        Fact::Number(_) | Fact::Text(_) => false,
    };
    let differing = columns.countries.iter().map(|(f, _)| Fact::Country(*f));
    let differing = differing.chain(columns.flags.iter().map(|(f, _)| Fact::Flag(*f)));
    let mut differing = differing.chain(columns.choices.iter().map(|(f, _)| Fact::Choice(*f)));
    if differing.any(rare) {
        return None;
    }
    let common = book.common(which);
    let variables = &book.variables;
    let small = restricted(&common.diagrams, common.roots.reason, &mut |v| {
        if variables.reads(v).iter().any(|f| columns.varies(*f)) {
            Known::Any
        } else {
            variables.known(v, &columns.shared, readings)
        }
    });
    let mut of_variable: Vec<(Variable, u32)> = Vec::new();
    let mut values: Vec<Vec<u8>> = Vec::new();
    let mut table = Table {
        top: 0,
        nodes: Vec::new(),
        children: Vec::new(),
        columns: Vec::new(),
        verdicts: Vec::new(),
    };
    let mut codes: Vec<u32> = Vec::new();
    let mut place = |part: Part, verdicts: &mut Vec<Verdict>| match part {
        Part::Inner(at) => u32::try_from(at).unwrap_or(OPEN),
        Part::Leaf(code) => {
            let at = codes.iter().position(|c| *c == code).unwrap_or_else(|| {
                codes.push(code);
                verdicts.push(Verdict {
                    outcome: Some(book.outcomes[(code / REASON_STRIDE) as usize]),
                    requirement: (code % REASON_STRIDE)
                        .checked_sub(1)
                        .and_then(|r| u16::try_from(r).ok()),
                });
                codes.len() - 1
            });
            LEAF | u32::try_from(at).unwrap_or(0)
        }
    };
    for (variable, parts) in &small.inner {
        let known = of_variable
            .iter()
            .find(|(v, _)| v == variable)
            .map(|(_, at)| *at);
        let at = known.unwrap_or_else(|| {
            let at = u32::try_from(values.len()).unwrap_or(OPEN);
            let varies = variables
                .reads(*variable)
                .iter()
                .any(|f| columns.varies(*f));
            // An unknown fact that all rows share: a row that asks for it is decided alone.
            values.push(if varies {
                columns.values(book, *variable)
            } else {
                vec![UNKNOWN; columns.rows]
            });
            of_variable.push((*variable, at));
            at
        });
        let first = u32::try_from(table.children.len()).unwrap_or(OPEN);
        table.nodes.push((at, first));
        // Candidates may leave out values; a full row of children is needed to index.
        let arity = usize::from(variables.asked[usize::from(*variable)].arity);
        if parts.len() != arity || arity >= usize::from(UNKNOWN) {
            return None;
        }
        for part in parts {
            let child = place(*part, &mut table.verdicts);
            table.children.push(child);
        }
    }
    table.top = place(small.top, &mut table.verdicts);
    table.columns = values;
    Some(table)
}

impl Table {
    fn walk(&self, rows: usize) -> Vec<Verdict> {
        let open = Verdict {
            outcome: None,
            requirement: None,
        };
        let columns: Vec<&[u8]> = self.columns.iter().map(Vec::as_slice).collect();
        (0..rows)
            .map(|row| {
                let mut at = self.top;
                while at & LEAF == 0 {
                    let (column, first) = self.nodes[at as usize];
                    let value = columns[column as usize][row];
                    if value == UNKNOWN {
                        return open;
                    }
                    at = self.children[first as usize + usize::from(value)];
                }
                self.verdicts[(at & !LEAF) as usize]
            })
            .collect()
    }
}
