//! Facts and single tests of them in SMT-LIB: numbers are reals, countries and choices small bit
//! vectors, the rest truth values. What is declared is what some test asks for.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use tiergate_law::{
    ChoiceFact, Country, CountryFact, CountrySet, FlagFact, Linear, Num, NumberFact, Test,
};

/// Steps of the stored form of numbers in one unit; the odd ones say "and a little more".
fn steps() -> i128 {
    Num::from(1).raw()
}

/// What was declared so far, and what must hold of it.
pub struct Terms {
    /// The countries that exist: their places are their values.
    countries: Vec<Country>,
    /// The values of the paragraph of the control list.
    eccns: Vec<String>,
    /// Whether orders are ordinary: without intermediaries, and by no name in a register.
    ordinary: bool,
    declared: BTreeMap<String, Vec<String>>,
    sets: Vec<(CountrySet, String)>,
}

/// A small number as a bit vector.
pub fn small(value: usize) -> String {
    format!("(_ bv{value} 8)")
}

/// Any of these.
pub fn any(parts: impl IntoIterator<Item = String>) -> String {
    joined("or", "false", parts)
}

/// All of these.
pub fn all(parts: impl IntoIterator<Item = String>) -> String {
    joined("and", "true", parts)
}

fn joined(word: &str, none: &str, parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<String> = parts.into_iter().collect();
    match parts.as_slice() {
        [] => none.to_owned(),
        [one] => one.clone(),
        _ => format!("({word} {})", parts.join(" ")),
    }
}

/// Not this.
pub fn not(part: &str) -> String {
    format!("(not {part})")
}

/// A number of the stored form without its last bit, as a real.
fn real(floor: i128) -> String {
    let unit = steps() / 2;
    let shown = if floor % unit == 0 {
        format!("{}.0", floor.abs() / unit)
    } else {
        format!("(/ {}.0 {unit}.0)", floor.abs())
    };
    if floor < 0 {
        format!("(- {shown})")
    } else {
        shown
    }
}

impl Terms {
    pub fn new(countries: Vec<Country>, eccns: Vec<String>, ordinary: bool) -> Result<Terms> {
        if countries.len().max(eccns.len()) > usize::from(u8::MAX) {
            bail!("more countries or paragraphs than eight bits hold");
        }
        Ok(Terms {
            countries,
            eccns,
            ordinary,
            declared: BTreeMap::new(),
            sets: Vec::new(),
        })
    }

    /// Declarations, and what holds of every order whatever.
    pub fn text(&self) -> String {
        let lines = self.declared.values().flatten();
        lines.map(|line| format!("{line}\n")).collect()
    }

    fn declare(&mut self, name: &str, sort: &str, holds: &[String]) -> String {
        let symbol = format!("|{name}|");
        self.declared.entry(symbol.clone()).or_insert_with(|| {
            let declared = format!("(declare-const {symbol} {sort})");
            let holds = holds.iter().map(|h| format!("(assert {h})"));
            std::iter::once(declared).chain(holds).collect()
        });
        symbol
    }

    fn small_fact(&mut self, name: &str, values: usize) -> String {
        let below = format!("(bvult |{name}| {})", small(values));
        self.declare(name, "(_ BitVec 8)", &[below])
    }

    pub fn country(&mut self, fact: CountryFact) -> String {
        self.small_fact(fact.info().path, self.countries.len())
    }

    pub fn choice(&mut self, fact: ChoiceFact) -> String {
        let values = match fact {
            ChoiceFact::Eccn => self.eccns.len(),
            _ => fact.info().values.len(),
        };
        self.small_fact(fact.info().path, values)
    }

    pub fn flag(&mut self, fact: FlagFact) -> String {
        self.declare(fact.info().path, "Bool", &[])
    }

    pub fn number(&mut self, fact: NumberFact) -> String {
        let path = fact.info().path;
        let mut holds = vec![format!("(>= |{path}| 0.0)")];
        // A shipment amounts to no less than one line of it.
        if fact == NumberFact::ShipmentAmount {
            let line = self.number(NumberFact::Amount);
            holds.push(format!("(>= |{path}| {line})"));
        }
        // What must hold of two is asserted after both: declarations are in the order of names.
        self.declare(path, "Real", &holds)
    }

    /// Whether there is such a number: a performance density there may not be.
    fn defined(&mut self, terms: &[(NumberFact, i64)]) -> String {
        let may_not = |fact: &NumberFact| *fact == NumberFact::PerformanceDensity;
        let facts = terms.iter().map(|(fact, _)| *fact).filter(may_not);
        let facts: Vec<NumberFact> = facts.collect();
        all(facts.iter().map(|fact| {
            let name = format!("{} is defined", fact.info().path);
            self.declare(&name, "Bool", &[])
        }))
    }

    /// Whether a country is in a set.
    pub fn within(&mut self, fact: CountryFact, set: &CountrySet) -> String {
        let country = self.country(fact);
        let known = self.sets.iter().find(|(s, _)| s == set);
        if let Some((_, name)) = known {
            return format!("({name} {country})");
        }
        let name = format!("|countries {}|", self.sets.len());
        let places = self.countries.iter().enumerate();
        let members = places.filter(|(_, c)| set.contains(**c));
        let is = members.map(|(at, _)| format!("(= country {})", small(at)));
        let line = format!(
            "(define-fun {name} ((country (_ BitVec 8))) Bool {})",
            any(is)
        );
        // Before the constants, in the order of names.
        self.declared
            .insert(format!("!{:04}", self.sets.len()), vec![line]);
        self.sets.push((*set, name.clone()));
        format!("({name} {country})")
    }

    /// Whether a choice has one of the values whose bit is set.
    pub fn among(&mut self, fact: ChoiceFact, mask: u128) -> String {
        let choice = self.choice(fact);
        let values = (0..128).filter(|v| mask >> v & 1 == 1);
        any(values.map(|v| format!("(= {choice} {})", small(v))))
    }

    /// Whether a linear form reaches a bound; undefined numbers reach none, and are below none.
    pub fn reaches(&mut self, terms: &[(NumberFact, i64)], bound: i128) -> String {
        let parts: Vec<String> = terms
            .iter()
            .map(|(fact, factor)| {
                let number = self.number(*fact);
                let size = format!("{}.0", factor.unsigned_abs());
                match *factor {
                    1 => number,
                    0.. => format!("(* {size} {number})"),
                    _ => format!("(* (- {size}) {number})"),
                }
            })
            .collect();
        let sum = joined("+", "0.0", parts);
        let compare = if bound % 2 == 0 { ">=" } else { ">" };
        format!("({compare} {sum} {})", real(bound.div_euclid(2)))
    }

    fn linear(&mut self, linear: &Linear) -> String {
        let reaches = self.reaches(&linear.terms, linear.bound);
        let holds = if linear.at_least {
            reaches
        } else {
            not(&reaches)
        };
        let defined = self.defined(&linear.terms);
        all([defined, holds])
    }

    /// Whether a linear form lies in an interval between thresholds, the first below all of them;
    /// one more says that it is undefined.
    pub fn interval(&mut self, terms: &[(NumberFact, i64)], cuts: &[i128], at: usize) -> String {
        let defined = self.defined(terms);
        if at > cuts.len() {
            return not(&defined);
        }
        let from = at.checked_sub(1).and_then(|at| cuts.get(at));
        let from = from.map(|cut| self.reaches(terms, *cut));
        let to = cuts.get(at).map(|cut| not(&self.reaches(terms, *cut)));
        all([Some(defined), from, to].into_iter().flatten())
    }

    /// Whether a number is this one, which may be a little more than it shows.
    pub fn equals(&mut self, fact: NumberFact, number: Num) -> String {
        let (terms, raw) = ([(fact, 1)], number.raw());
        let defined = self.defined(&terms);
        let (from, to) = (self.reaches(&terms, raw), self.reaches(&terms, raw + 1));
        all([defined, from, not(&to)])
    }

    /// Whether there is no such number.
    pub fn is_undefined(&mut self, fact: NumberFact) -> String {
        not(&self.defined(&[(fact, 1)]))
    }

    /// A test, with the option taken of each reading.
    pub fn test(&mut self, test: &Test, readings: &[usize]) -> Result<String> {
        Ok(match test {
            Test::Country(fact, set) => self.within(*fact, set),
            Test::Choice(fact, mask) => self.among(*fact, *mask),
            Test::Flag(fact) => self.flag(*fact),
            Test::Linear(linear) => self.linear(linear),
            Test::Reading(reading, option) => (readings[*reading] == *option).to_string(),
            Test::Intermediary(..) | Test::Text(..) if self.ordinary => "false".to_owned(),
            Test::Intermediary(..) | Test::Text(..) => {
                bail!("names and intermediaries are spelled for ordinary orders only")
            }
        })
    }

    /// The facts declared, by name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.declared.keys().map(String::as_str);
        names.filter(|name| name.starts_with('|'))
    }

    /// The value of a fact in a model, for people.
    pub fn shown(&self, name: &str, value: &str) -> String {
        let path = name.trim_matches('|');
        let place = value
            .strip_prefix("#x")
            .and_then(|hex| usize::from_str_radix(hex, 16).ok());
        let country = CountryFact::ALL.iter().any(|f| f.info().path == path);
        let choice = ChoiceFact::ALL.iter().find(|f| f.info().path == path);
        match (place, choice) {
            (Some(at), _) if country => self.countries.get(at).map(Country::to_string),
            (Some(at), Some(ChoiceFact::Eccn)) => self.eccns.get(at).cloned(),
            (Some(at), Some(choice)) => choice.info().values.get(at).map(|v| (*v).to_owned()),
            _ => None,
        }
        .unwrap_or_else(|| value.to_owned())
    }
}
