//! A batch of orders on plain integers, written out by hand on the engine's public parts: what
//! the engine's own columns can be measured against.
//!
//! Each column becomes small codes a block at a time (country to class, amount to interval), then
//! every row walks the diagram on codes.

use std::collections::HashMap;

use tiergate_engine::{Node, Question, Rulebook};
use tiergate_law::{ChoiceFact, Country, CountryFact, FlagFact, NumberFact};
use tiergate_order::Facts;

use crate::spec::Order;
use crate::tier::{self, Least};

/// Orders as a data frame holds them.
#[derive(Default)]
pub struct Frame {
    pub tpp: Vec<u64>,
    pub density_hundredths: Vec<u64>,
    pub amount: Vec<u64>,
    pub used_lpp: Vec<u64>,
    pub used_allocation: Vec<u64>,
    pub datacenter: Vec<bool>,
    pub activity: Vec<u8>,
    pub destination: Vec<u16>,
    pub headquarters: Vec<u16>,
    pub parent: Vec<u16>,
}

impl Frame {
    pub fn new(orders: &[Order]) -> Frame {
        let mut f = Frame::default();
        for o in orders {
            f.tpp.push(o.tpp);
            f.density_hundredths.push(o.density_hundredths);
            f.amount.push(o.amount());
            f.used_lpp.push(o.used_lpp);
            f.used_allocation.push(o.used_allocation);
            f.datacenter.push(o.datacenter);
            f.activity.push(o.activity as u8);
            f.destination
                .push(tier::country(o.destination).index() as u16);
            f.headquarters
                .push(tier::country(o.headquarters).index() as u16);
            f.parent.push(tier::country(o.parent).index() as u16);
        }
        f
    }

    pub fn bytes_per_row(&self) -> usize {
        5 * 8 + 1 + 1 + 3 * 2
    }

    fn number(&self, fact: NumberFact) -> (&[u64], u64) {
        match fact {
            NumberFact::Tpp => (&self.tpp, 1),
            NumberFact::PerformanceDensity => (&self.density_hundredths, 100),
            NumberFact::Amount => (&self.amount, 1),
            NumberFact::UsedLpp => (&self.used_lpp, 1),
            _ => (&self.used_allocation, 1),
        }
    }
}

/// How a variable's code comes out of a row.
enum Coded<'f> {
    Country(&'f [u16], Box<[u8; Country::COUNT]>),
    Byte(&'f [u8]),
    Flag(&'f [bool]),
    /// Sum of columns against ascending thresholds in the same unit.
    Sum(Vec<&'f [u64]>, Vec<u64>),
    Fixed(u8),
}

/// The diagram laid out for rows of codes. A leaf is a node that asks the last, always zero,
/// column and is its own child: every row takes as many steps as the longest path, and no step
/// turns on a branch.
pub struct Plan {
    /// Per node: where its column starts in a block, and where its children start.
    nodes: Vec<(u32, u32)>,
    children: Vec<u32>,
    leaf: Vec<u8>,
    root: u32,
    longest: usize,
    variables: usize,
}

const BLOCK: usize = 1024;

impl Plan {
    pub fn new(book: &Rulebook, least: &Least) -> Plan {
        let d = &least.diagrams;
        let mut place = HashMap::new();
        let mut order = Vec::new();
        let mut open = vec![(least.root, 0)];
        let mut depths: HashMap<Node, usize> = HashMap::new();
        while let Some((node, depth)) = open.pop() {
            if let Some(known) = depths.get(&node)
                && *known >= depth
            {
                continue;
            }
            depths.insert(node, depth);
            if !place.contains_key(&node) {
                place.insert(node, order.len() as u32);
                order.push(node);
            }
            if let Some(variable) = d.variable(node) {
                open.extend((0..d.arity(variable)).map(|v| (d.child(node, v), depth + 1)));
            }
        }
        let variables = book.variables.asked.len();
        let mut plan = Plan {
            nodes: Vec::new(),
            children: Vec::new(),
            leaf: Vec::new(),
            root: place[&least.root],
            longest: depths.values().copied().max().unwrap_or(0),
            variables,
        };
        for node in order {
            let first = plan.children.len() as u32;
            let variable = d.variable(node).map_or(variables, usize::from);
            plan.nodes.push(((variable * BLOCK) as u32, first));
            plan.leaf.push(node.leaf().unwrap_or(0) as u8);
            match d.variable(node) {
                Some(v) => plan
                    .children
                    .extend((0..d.arity(v)).map(|x| place[&d.child(node, x)])),
                None => plan.children.push(place[&node]),
            }
        }
        plan
    }

    /// The outcome's place for every row.
    pub fn decide(&self, book: &Rulebook, frame: &Frame, out: &mut Vec<u8>) {
        let mut coded: Vec<Coded<'_>> = Vec::with_capacity(self.variables);
        for asked in &book.variables.asked {
            coded.push(match &asked.question {
                Question::Country(fact) => {
                    let column: &[u16] = match fact {
                        CountryFact::Destination => &frame.destination,
                        CountryFact::ConsigneeHeadquarters => &frame.headquarters,
                        _ => &frame.parent,
                    };
                    let mut class = Box::new([0_u8; Country::COUNT]);
                    let variable = book.variables.place(&asked.question).unwrap_or(0);
                    for index in 0..Country::COUNT {
                        let mut f = Facts::default();
                        if let Some(country) = Country::from_index(index) {
                            f.set_country(*fact, country);
                        }
                        let value = book.variables.value(variable, &f, &[]).unwrap_or(0);
                        class[index] = value as u8;
                    }
                    Coded::Country(column, class)
                }
                Question::Choice(ChoiceFact::Activity) => Coded::Byte(&frame.activity),
                Question::Choice(_) => Coded::Fixed(book.regime.class_names.len() as u8 + 1),
                Question::Flag(FlagFact::Datacenter) => Coded::Flag(&frame.datacenter),
                Question::Amount(terms) => {
                    let columns: Vec<_> = terms.iter().map(|(f, _)| frame.number(*f)).collect();
                    let unit = columns.first().map_or(1, |c| c.1);
                    // The stored form is twice the number of 1e-9 steps.
                    let step = 2_000_000_000_i128 / i128::from(unit);
                    let cuts = asked
                        .cuts
                        .iter()
                        .map(|c| (*c + step - 1).div_euclid(step) as u64);
                    Coded::Sum(columns.iter().map(|c| c.0).collect(), cuts.collect())
                }
                _ => Coded::Fixed(0),
            });
        }
        let rows = frame.tpp.len();
        out.clear();
        out.reserve(rows);
        let mut codes = vec![0_u8; (self.variables + 1) * BLOCK];
        let mut at = [self.root; BLOCK];
        let mut from = 0;
        while from < rows {
            let n = BLOCK.min(rows - from);
            for (coded, codes) in coded.iter().zip(codes.chunks_mut(BLOCK)) {
                let codes = &mut codes[..n];
                match coded {
                    Coded::Country(column, class) => {
                        for (c, v) in codes.iter_mut().zip(&column[from..from + n]) {
                            *c = class[usize::from(*v)];
                        }
                    }
                    Coded::Byte(column) => codes.copy_from_slice(&column[from..from + n]),
                    Coded::Flag(column) => {
                        for (c, v) in codes.iter_mut().zip(&column[from..from + n]) {
                            *c = u8::from(*v);
                        }
                    }
                    Coded::Sum(columns, cuts) => {
                        let mut sums = [0_u64; BLOCK];
                        for column in columns {
                            for (s, v) in sums.iter_mut().zip(&column[from..from + n]) {
                                *s += v;
                            }
                        }
                        codes.fill(0);
                        for cut in cuts {
                            for (c, s) in codes.iter_mut().zip(&sums) {
                                *c += u8::from(*s >= *cut);
                            }
                        }
                    }
                    Coded::Fixed(value) => codes.fill(*value),
                }
            }
            at.fill(self.root);
            for _ in 0..self.longest {
                for (row, at) in at[..n].iter_mut().enumerate() {
                    let (column, first) = self.nodes[*at as usize];
                    let code = codes[column as usize + row];
                    *at = self.children[first as usize + usize::from(code)];
                }
            }
            out.extend(at[..n].iter().map(|at| self.leaf[*at as usize]));
            from += n;
        }
    }
}
