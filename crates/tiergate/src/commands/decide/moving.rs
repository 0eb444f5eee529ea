//! What differs between rows that are otherwise alike, and what a rulebook asks of it.

use std::sync::Arc;

use tiergate_engine::{Asked, Question, Rulebook, Variable};
use tiergate_law::{CountryFact, Fact, NumberFact};
use tiergate_order::{Facts, Field, Party};

use crate::verdict::Books;

/// What a column means for the short way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Decides the template.
    Key,
    /// Only whether it is given decides the template.
    Presence,
    /// Does not matter to a decision.
    Skip,
    Id,
    Date,
    Shipment,
    /// A number that is put into the template's facts.
    Number(NumberFact),
    /// A country that is put into the template's facts.
    Country(CountryFact),
}

pub const fn role(field: Field) -> Role {
    match field {
        Field::Id => Role::Id,
        Field::Date => Role::Date,
        Field::Shipment => Role::Shipment,
        Field::Annotation | Field::Name(Party::Consignee) | Field::ParentName(Party::Consignee) => {
            Role::Skip
        }
        // A name says no more to the law than that there is such a party.
        Field::Name(_) | Field::ParentName(_) => Role::Presence,
        Field::Fact(Fact::Number(fact)) if varies(fact) => Role::Number(fact),
        Field::Fact(Fact::Country(fact)) => Role::Country(fact),
        _ => Role::Key,
    }
}

/// Numbers that differ from row to row and from which no other fact is inferred but amounts.
pub const fn varies(fact: NumberFact) -> bool {
    use NumberFact as N;
    matches!(
        fact,
        N::Quantity
            | N::ValueUsd
            | N::UsedLpp
            | N::UsedCountryAllocation
            | N::UsedAia
            | N::VeuTotal
            | N::VeuOutside
            | N::VeuCountry
            | N::VeuOutsideUs
            | N::UsedCompanyCountry
            | N::UsedAgreement
            | N::UsedChinaShipped
            | N::UsedUsShipped
    )
}

/// What differs between the rows of a template.
#[derive(Debug, Clone)]
pub struct Moving {
    numbers: Vec<NumberFact>,
    countries: Vec<CountryFact>,
}

impl Moving {
    pub fn of(roles: &[(Role, Field)]) -> Moving {
        use NumberFact as N;
        let mut moving = Moving {
            numbers: Vec::new(),
            countries: Vec::new(),
        };
        for (role, _) in roles {
            match role {
                Role::Number(NumberFact::Quantity) => {
                    moving
                        .numbers
                        .extend([N::Quantity, N::Chips, N::Amount, N::ShipmentAmount]);
                }
                Role::Number(fact) => moving.numbers.push(*fact),
                Role::Shipment => moving.numbers.push(N::ShipmentAmount),
                Role::Country(fact) => moving.countries.push(*fact),
                _ => {}
            }
        }
        moving
    }

    /// The variables of a rulebook that read something which moves.
    pub fn variables(&self, book: &Rulebook) -> Vec<Variable> {
        let asked = book.variables.asked.iter().enumerate();
        asked
            .filter(|(_, a)| match &a.question {
                Question::Amount(terms) => {
                    terms.iter().any(|(fact, _)| self.numbers.contains(fact))
                }
                Question::Country(fact) => self.countries.contains(fact),
                _ => false,
            })
            .filter_map(|(at, _)| Variable::try_from(at).ok())
            .collect()
    }
}

/// The variables of two rulebooks that read what moves, by the place of the books.
#[derive(Debug, Clone)]
pub struct Asks {
    books: [Arc<Rulebook>; 2],
    /// Which book, which variable, and how many bits its values take.
    variables: Vec<(usize, Variable, u32)>,
}

impl Asks {
    pub fn new(books: &Books, moving: &Moving) -> Asks {
        let books = [books.book.clone(), books.other.clone()];
        let mut variables = Vec::new();
        let mut known: Vec<&Asked> = Vec::new();
        for (at, book) in books.iter().enumerate() {
            for variable in moving.variables(book) {
                let asked = &book.variables.asked[usize::from(variable)];
                // What both views ask in the same way need be asked once; countries fall into
                // other classes.
                let same = |k: &&Asked| k.question == asked.question && k.cuts == asked.cuts;
                if matches!(asked.question, Question::Amount(_)) && known.iter().any(same) {
                    continue;
                }
                known.push(asked);
                // One value more says that it is not known.
                variables.push((at, variable, u32::from(asked.arity + 1).ilog2() + 1));
            }
        }
        Asks { variables, books }
    }

    /// The values of the variables in one number; none when they do not fit.
    pub fn values(&self, facts: &Facts) -> Option<u128> {
        let (mut values, mut bits) = (0_u128, 0);
        for (book, variable, width) in &self.variables {
            let value = self.books[*book].variables.value(*variable, facts, &[]);
            let value = value.map_or(0, |v| v as u128 + 1);
            values |= value << bits;
            bits += width;
            if bits > 128 {
                return None;
            }
        }
        Some(values)
    }
}
