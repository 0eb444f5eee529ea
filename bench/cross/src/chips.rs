//! The chips of the catalog in both laws: by the engine's reference, and by the solver.

use anyhow::Result;
use tiergate_engine::{Desk, reference};
use tiergate_law::{ChoiceFact, FlagFact, NumberFact};
use tiergate_order::{Assume, Facts, Numeric, Order};

use crate::law;
use crate::problem::{Laws, Problem};
use crate::solver::{Solver, Verdict};
use crate::terms::{Terms, all, not, small};

/// What the solver was asked of the catalog.
#[derive(Debug, Default)]
pub struct Chips {
    /// Chips whose classes it confirmed.
    pub confirmed: usize,
    /// Chips of which some figure is missing that the class turns on.
    pub open: usize,
    /// Chips of which it says something else.
    pub otherwise: Vec<String>,
    /// Chips by the classes they move between.
    pub moved: Vec<([Option<usize>; 2], Vec<String>)>,
}

/// Asks for every chip.
pub fn ask(desk: &Desk, laws: &Laws, problem: &mut Problem, solver: &mut Solver) -> Result<Chips> {
    let mut chips = Chips::default();
    for chip in &desk.catalog.chips {
        let mut order = Order::new(&chip.id);
        order.set("item.chip", &chip.id)?;
        let facts = desk.resolve(&order, &Assume::default())?.facts;
        let class = |side: usize| {
            let book = &laws.books[side];
            reference::class(&book.regime, &facts, &book.variables.defaults)
        };
        let (Some(left), Some(right)) = (class(0), class(1)) else {
            chips.open += 1;
            continue;
        };
        let none = laws.books[0].regime.class_names.len();
        let is = [left, right].into_iter().zip(0..).map(|(class, side)| {
            format!("(= {} {})", law::class(side), small(class.unwrap_or(none)))
        });
        let given = all(given(&facts, &mut problem.terms));
        let otherwise = format!("(assert {given})\n(assert {})\n", not(&all(is)));
        match solver.check(&otherwise)? {
            Verdict::Unsat => chips.confirmed += 1,
            Verdict::Sat => chips.otherwise.push(chip.id.clone()),
        }
        if left != right {
            let classes = [left, right];
            match chips.moved.iter_mut().find(|(of, _)| *of == classes) {
                Some((_, ids)) => ids.push(chip.id.clone()),
                None => chips.moved.push((classes, vec![chip.id.clone()])),
            }
        }
    }
    Ok(chips)
}

/// What is known of an item, among the facts that the classes ask for.
fn given(facts: &Facts, terms: &mut Terms) -> Vec<String> {
    let asked: Vec<String> = terms.names().map(str::to_owned).collect();
    let asked = |path: &str| asked.iter().any(|name| name.trim_matches('|') == path);
    let mut given = Vec::new();
    for fact in NumberFact::ALL.iter().filter(|f| asked(f.info().path)) {
        given.extend(match facts.numeric(*fact) {
            Numeric::Unknown => None,
            Numeric::Undefined => Some(terms.is_undefined(*fact)),
            Numeric::Is(number) => Some(terms.equals(*fact, number)),
        });
    }
    for fact in FlagFact::ALL.iter().filter(|f| asked(f.info().path)) {
        let flag = terms.flag(*fact);
        given.extend(facts.flag(*fact).map(|yes| match yes {
            true => flag.clone(),
            false => not(&flag),
        }));
    }
    for fact in ChoiceFact::ALL.iter().filter(|f| asked(f.info().path)) {
        let value = facts.choice(*fact);
        given.extend(value.map(|value| terms.among(*fact, 1 << value)));
    }
    given
}
