//! What the engine's comparison found, in SMT-LIB: cubes, by what the values of variables mean.

use anyhow::{Result, bail};
use tiergate_engine::{
    Circumstances, Comparison, Cube, ItemGroup, Question, Reply, Statement, Statements, Variable,
    cover,
};
use tiergate_engine::{Diagrams, Node};
use tiergate_law::{Country, CountrySet};
use tiergate_order::Facts;

use crate::law;
use crate::terms::{Terms, all, any, small};

/// More cubes than these would be no statement for people; the comparison is never near it.
const LIMIT: usize = 10_000;

/// One cube of the items that go from one class to another.
#[derive(Debug)]
pub struct Moved {
    /// The classes before and after, by place; the number of classes is none.
    pub classes: [usize; 2],
    pub cube: Cube,
}

/// Where the class of the item differs in these circumstances, in cubes.
pub fn moved(comparison: &Comparison, circumstances: &Circumstances) -> Result<Vec<Moved>> {
    let mut pairs = comparison.pairs_in(circumstances);
    let [left, right] = pairs.classes;
    let mut found: Vec<[u32; 2]> = Vec::new();
    let diagrams: &mut Diagrams = &mut pairs.diagrams;
    let both = diagrams.pair(left, right, &mut |l, r| {
        let place = found.iter().position(|f| *f == [l, r]).unwrap_or_else(|| {
            found.push([l, r]);
            found.len() - 1
        });
        u32::try_from(place).unwrap_or(u32::MAX)
    });
    let mut moved = Vec::new();
    for (place, classes) in (0..).zip(&found) {
        if classes[0] == classes[1] {
            continue;
        }
        let region = diagrams.rename(both, &|leaf| u32::from(leaf == place));
        let found = cover(diagrams, region, Node::FALSE, &[], LIMIT);
        if !found.whole {
            bail!("more than {LIMIT} cubes");
        }
        let classes = classes.map(|class| class as usize);
        moved.extend(found.cubes.into_iter().map(|cube| Moved { classes, cube }));
    }
    Ok(moved)
}

/// The statements on ordinary orders, as `tiergate diff` prints them.
pub fn statements(comparison: &Comparison) -> Result<Vec<Statement>> {
    let mut pairs = comparison.pairs_in(&Circumstances::Ordinary(None));
    let Statements { all, whole } = comparison.statements(&mut pairs, LIMIT);
    let groups = all.iter().all(|s| s.items.iter().all(|group| group.whole));
    if !whole || !groups {
        bail!("the statements are not all of the difference");
    }
    Ok(all)
}

/// Spells what a comparison says.
pub struct Spelling<'c> {
    pub comparison: &'c Comparison,
    pub countries: &'c [Country],
}

impl Spelling<'_> {
    /// The cube alone.
    pub fn cube(&self, cube: &Cube, terms: &mut Terms) -> Result<String> {
        let mut parts = Vec::new();
        for (variable, values) in &cube.0 {
            parts.push(self.values(*variable, values, terms)?);
        }
        Ok(all(parts))
    }

    fn values(&self, variable: Variable, values: &[usize], terms: &mut Terms) -> Result<String> {
        let variables = self.comparison.variables();
        let asked = &variables.asked[usize::from(variable)];
        let value = |value: &usize| *value;
        Ok(match &asked.question {
            Question::Country(fact) => {
                let within = |country: &Country| {
                    let mut facts = Facts::default();
                    facts.set_country(*fact, *country);
                    let class = variables.value(variable, &facts, &[]);
                    class.is_some_and(|class| values.contains(&class))
                };
                let set: CountrySet = self.countries.iter().copied().filter(within).collect();
                terms.within(*fact, &set)
            }
            Question::Choice(fact) => {
                let mask = values.iter().fold(0, |mask, v| mask | 1_u128 << v);
                terms.among(*fact, mask)
            }
            Question::Flag(fact) => {
                let flag = terms.flag(*fact);
                any(values.iter().map(value).map(|v| match v {
                    0 => format!("(not {flag})"),
                    _ => flag.clone(),
                }))
            }
            Question::Amount(form) => {
                let intervals = values.iter().map(|v| terms.interval(form, &asked.cuts, *v));
                let intervals: Vec<String> = intervals.collect();
                any(intervals)
            }
            Question::Text(..) | Question::Intermediary(..) | Question::Reading(_) => {
                bail!("a difference that speaks of {:?}", asked.question)
            }
        })
    }

    /// Where a cube says that the class of the item goes from one to the other.
    pub fn moved(&self, moved: &Moved, terms: &mut Terms) -> Result<[String; 2]> {
        let where_it_is = self.cube(&moved.cube, terms)?;
        Ok([where_it_is, classes(moved.classes)])
    }

    /// Where a statement says that an answer changes, and how.
    pub fn statement(
        &self,
        statement: &Statement,
        replies: &[Reply],
        terms: &mut Terms,
    ) -> Result<[String; 2]> {
        let mut items = Vec::new();
        for group in &statement.items {
            items.push(self.group(group, terms)?);
        }
        let cases = self.cube(&statement.cases, terms)?;
        let changes = statement.replies.iter().zip(0..).map(|(reply, side)| {
            let place = replies.iter().position(|r| r == reply);
            let place = small(place.unwrap_or(usize::from(u8::MAX)));
            format!("(= {} {place})", law::reply(side))
        });
        Ok([all([any(items), cases]), all(changes)])
    }

    fn group(&self, group: &ItemGroup, terms: &mut Terms) -> Result<String> {
        let none = self.comparison.sides[0].book.regime.class_names.len();
        let of = classes([group.left, group.right].map(|class| class.unwrap_or(none)));
        if group.cubes.is_empty() {
            return Ok(of);
        }
        let mut cubes = Vec::new();
        for cube in &group.cubes {
            cubes.push(self.cube(cube, terms)?);
        }
        Ok(all([of, any(cubes)]))
    }
}

fn classes(classes: [usize; 2]) -> String {
    let sides = classes.iter().zip(0..);
    all(sides.map(|(class, side)| format!("(= {} {})", law::class(side), small(*class))))
}
