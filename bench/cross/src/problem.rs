//! What is to be proved of two laws: where they differ is what the engine says, and nothing else.

use std::sync::Arc;

use anyhow::{Result, ensure};
use tiergate_engine::{Circumstances, Comparison, Reply, Rulebook};
use tiergate_law::{Country, Linear, Num, NumberFact, Regime, Test};

use crate::engine::{Moved, Spelling};
use crate::law::{self, Spelled};
use crate::ordinary;
use crate::solver::{Solver, Verdict};
use crate::terms::{Terms, all, any, not};

/// Two laws, the countries that exist, and what the engine found.
pub struct Laws {
    pub books: [Arc<Rulebook>; 2],
    pub comparison: Comparison,
    pub countries: Vec<Country>,
}

/// A threshold of one side, moved up by one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Planted {
    pub side: usize,
    pub terms: Vec<(NumberFact, i64)>,
    pub bound: i128,
}

/// A difference, spelled.
pub struct Problem {
    /// Declarations, both laws, and what is taken for granted.
    pub given: String,
    /// Where the laws differ.
    pub differ: String,
    /// The parts of the engine's difference: where it is, and what changes there.
    pub parts: Vec<[String; 2]>,
    pub terms: Terms,
}

impl Laws {
    fn regimes(&self) -> [&Regime; 2] {
        [&*self.books[0].regime, &*self.books[1].regime]
    }

    fn terms(&self, ordinary: bool) -> Result<Terms> {
        let mut eccns = self.books[0].regime.class_names.clone();
        eccns.extend(["another", "not stated"].map(str::to_owned));
        ensure!(
            self.books[0].regime.class_names == self.books[1].regime.class_names,
            "the laws are of two libraries"
        );
        Terms::new(self.countries.clone(), eccns, ordinary)
    }

    fn spelling(&self) -> Spelling<'_> {
        Spelling {
            comparison: &self.comparison,
            countries: &self.countries,
        }
    }

    /// Among which orders classes are compared: all, or, where a class turns on a name, which is
    /// not spelled, ordinary ones.
    pub fn circumstances(&self) -> Circumstances {
        let mut named = false;
        for class in self.books.iter().flat_map(|b| &b.regime.classes) {
            if let Some(cond) = &class.is.cond {
                cond.visit(&mut |atom| {
                    named |= matches!(atom.test, Test::Text(..) | Test::Intermediary(..));
                });
            }
        }
        if named {
            Circumstances::Ordinary(None)
        } else {
            Circumstances::Any
        }
    }

    /// The classes of items, perhaps with a planted fault.
    pub fn classes(&self, moved: &[Moved], planted: Option<&Planted>) -> Result<Problem> {
        let ordinary = matches!(self.circumstances(), Circumstances::Ordinary(_));
        let mut terms = self.terms(ordinary)?;
        let mut given = String::new();
        for (side, book) in self.books.iter().enumerate() {
            let plant = |test: &Test| plant(planted?, side, test);
            let mut law = Spelled::new(&book.regime, &book.variables.defaults, side, &plant);
            law.class(&mut terms)?;
            given += &law.text();
        }
        if ordinary {
            for holds in ordinary::holds(&mut terms, self.comparison.somewhere())? {
                given += &format!("(assert {holds})\n");
            }
        }
        let spelling = self.spelling();
        let mut parts = Vec::new();
        for moved in moved {
            parts.push(spelling.moved(moved, &mut terms)?);
        }
        let differ = not(&format!("(= {} {})", law::class(0), law::class(1)));
        Ok(Problem {
            given: terms.text() + &given,
            differ,
            parts,
            terms,
        })
    }

    /// The answers to ordinary orders.
    pub fn answers(&self, statements: &[tiergate_engine::Statement]) -> Result<Problem> {
        let replies: Vec<Reply> = law::replies(self.regimes());
        let mut terms = self.terms(true)?;
        let mut given = String::new();
        for (side, book) in self.books.iter().enumerate() {
            let mut law = Spelled::new(&book.regime, &book.variables.defaults, side, &|_| None);
            law.class(&mut terms)?;
            law.reply(&replies, &mut terms)?;
            given += &law.text();
        }
        for holds in ordinary::holds(&mut terms, self.comparison.somewhere())? {
            given += &format!("(assert {holds})\n");
        }
        let spelling = self.spelling();
        let mut parts = Vec::new();
        for statement in statements {
            parts.push(spelling.statement(statement, &replies, &mut terms)?);
        }
        let differ = not(&format!("(= {} {})", law::reply(0), law::reply(1)));
        Ok(Problem {
            given: terms.text() + &given,
            differ,
            parts,
            terms,
        })
    }

    /// Every threshold that the class of an item asks for, on either side.
    pub fn thresholds(&self) -> Vec<Planted> {
        let mut found = Vec::new();
        for (side, book) in self.books.iter().enumerate() {
            let conditions = book
                .regime
                .classes
                .iter()
                .filter_map(|c| c.is.cond.as_ref());
            for condition in conditions {
                condition.visit(&mut |atom| {
                    if let Test::Linear(Linear { terms, bound, .. }) = &atom.test {
                        let (terms, bound) = (terms.clone(), *bound);
                        let planted = Planted { side, terms, bound };
                        if !found.contains(&planted) {
                            found.push(planted);
                        }
                    }
                });
            }
        }
        found
    }
}

fn plant(planted: &Planted, side: usize, test: &Test) -> Option<Test> {
    match test {
        Test::Linear(linear)
            if side == planted.side
                && linear.terms == planted.terms
                && linear.bound == planted.bound =>
        {
            Some(Test::Linear(Linear {
                bound: linear.bound + Num::from(1).raw(),
                ..linear.clone()
            }))
        }
        _ => None,
    }
}

impl Problem {
    /// Facts where the laws differ, and the parts say nothing or something else.
    pub fn missed(&self) -> String {
        let told = any(self.parts.iter().map(|part| all(part.clone())));
        format!("(assert {})\n(assert {})\n", self.differ, not(&told))
    }

    /// Facts of which one part alone speaks: where the laws differ and all others say nothing.
    pub fn missed_without(&self, part: usize) -> String {
        let others = self.parts.iter().enumerate();
        let others = others.filter(|(at, _)| *at != part);
        let told = any(others.map(|(_, part)| all(part.clone())));
        let here = all(self.parts[part].clone());
        let differ = &self.differ;
        format!(
            "(assert {here})\n(assert {differ})\n(assert {})\n",
            not(&told)
        )
    }

    /// Facts where some part says something that is not so.
    pub fn untrue(&self) -> String {
        let wrong = |[place, change]: &[String; 2]| all([place.clone(), not(change)]);
        format!("(assert {})\n", any(self.parts.iter().map(wrong)))
    }

    /// Both inclusions, from a solver that forgets all else.
    pub fn prove(&self, solver: &mut Solver) -> Result<[Verdict; 2]> {
        Ok([
            self.ask(solver, &self.missed())?,
            self.ask(solver, &self.untrue())?,
        ])
    }

    fn ask(&self, solver: &mut Solver, question: &str) -> Result<Verdict> {
        self.tell(solver)?;
        solver.check_once(question)
    }

    /// Starts the solver afresh with what is given.
    pub fn tell(&self, solver: &mut Solver) -> Result<()> {
        solver.tell("(reset)\n")?;
        solver.tell(&self.given)
    }

    /// Both questions, each as a text of its own for any solver of SMT-LIB.
    pub fn texts(&self) -> [String; 2] {
        let text = |question: String| {
            let given = &self.given;
            format!("(set-logic ALL)\n{given}{question}(check-sat)\n")
        };
        [self.missed(), self.untrue()].map(text)
    }
}
