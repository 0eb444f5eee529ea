//! What differs between rows that are otherwise alike, and what a rulebook asks of it.

use rustc_hash::FxHashMap;
use tiergate_engine::{Question, Variables, interval};
use tiergate_law::{Country, CountryFact, Fact, NumberFact};
use tiergate_order::{Assume, Facts, Field, Party};

use crate::verdict::Books;

/// What a column means for the short way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Decides the template.
    Key,
    /// Only whether it is given decides the template.
    Presence,
    /// Only whether it is given, and whether the law names it, decides the template.
    Name,
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

/// The roles of the columns of a file.
pub fn roles(fields: impl Iterator<Item = Field> + Clone, assume: &Assume) -> Vec<(Role, Field)> {
    let given = |field: Field, path: &str| {
        fields.clone().any(|f| f == field) || assume.values.iter().any(|(p, _)| p == path)
    };
    // A density may be worked out from the TPP and the die of a unit.
    let die = [
        (Field::DieArea, "item.die_area_mm2"),
        (Field::Chip, "item.chip"),
        (Field::Contains, "item.contains"),
    ];
    let worked_out = die.iter().any(|(field, path)| given(*field, path));
    let no_die = given(Field::NoDie, "item.no_applicable_die");
    let role = |field| match field {
        Field::Id => Role::Id,
        Field::Date => Role::Date,
        Field::Shipment => Role::Shipment,
        Field::Annotation => Role::Skip,
        // A name says no more to the law than that there is such a party, unless the law names it.
        Field::Name(Party::Exporter) | Field::ParentName(Party::Exporter) => Role::Presence,
        Field::Name(_) | Field::ParentName(_) => Role::Name,
        Field::Fact(Fact::Number(NumberFact::Tpp)) if worked_out => Role::Key,
        Field::Fact(Fact::Number(NumberFact::PerformanceDensity)) if no_die => Role::Key,
        Field::Fact(Fact::Number(fact)) => Role::Number(fact),
        // Where one country is assumed from another, countries decide the template.
        Field::Fact(Fact::Country(_)) if assume.headquarters_is_location => Role::Key,
        Field::Fact(Fact::Country(fact)) => Role::Country(fact),
        _ => Role::Key,
    };
    fields.clone().map(|f| (role(f), f)).collect()
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
                Role::Number(fact @ (N::Quantity | N::Tpp)) => {
                    let counted = [N::Chips, N::Amount, N::ShipmentAmount];
                    moving.numbers.push(*fact);
                    moving.numbers.extend(counted);
                }
                Role::Number(fact) => moving.numbers.push(*fact),
                Role::Shipment => moving.numbers.push(N::ShipmentAmount),
                Role::Country(fact) => moving.countries.push(*fact),
                _ => {}
            }
        }
        moving
    }

    /// Whether a question may have another answer in another row of the template.
    pub fn moves(&self, question: &Question) -> bool {
        match question {
            Question::Amount(terms) => terms.iter().any(|(fact, _)| self.numbers.contains(fact)),
            Question::Country(fact) => self.countries.contains(fact),
            _ => false,
        }
    }
}

/// All of a template that two rulebooks can tell apart: templates of one shape have the same
/// answers wherever what moves falls into the same places.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Shape {
    books: usize,
    outline: Facts,
    values: Vec<Option<usize>>,
}

/// A linear form: facts with their factors.
type Terms = Vec<(NumberFact, i64)>;

/// One thing that moves, as two rulebooks together ask for it.
#[derive(Debug, Clone)]
enum Ask {
    /// A country: which class it is in under the one and under the other, as one number.
    Country(CountryFact, Box<[u16; Country::COUNT]>),
    /// Where an amount lies among the thresholds of both.
    Amount(Terms, Vec<i128>),
}

/// What two rulebooks ask of what moves.
#[derive(Debug, Clone)]
pub struct Asks {
    /// Each with the bits its values take.
    asks: Vec<(Ask, u32)>,
}

/// Facts with their factors.
type Form = Vec<(NumberFact, i64)>;

impl Asks {
    pub fn new(books: &Books, moving: &Moving) -> Asks {
        let mut amounts: Vec<(Form, Vec<i128>)> = Vec::new();
        for asked in [&books.book, &books.other]
            .iter()
            .flat_map(|b| &b.variables.asked)
        {
            if let Question::Amount(terms) = &asked.question
                && moving.moves(&asked.question)
            {
                match amounts.iter_mut().find(|(t, _)| t == terms) {
                    Some((_, cuts)) => cuts.extend(&asked.cuts),
                    None => amounts.push((terms.clone(), asked.cuts.clone())),
                }
            }
        }
        let mut asks = Vec::new();
        for fact in &moving.countries {
            let (classes, count) = joint_classes(books, *fact);
            asks.push((Ask::Country(*fact, classes), bits(count)));
        }
        for (terms, mut cuts) in amounts {
            cuts.sort_unstable();
            cuts.dedup();
            let count = cuts.len() + 2;
            asks.push((Ask::Amount(terms, cuts), bits(count)));
        }
        Asks { asks }
    }

    /// The values in one number; none when they do not fit.
    #[inline]
    pub fn values(&self, facts: &Facts) -> Option<u128> {
        let (mut values, mut at) = (0_u128, 0);
        for (ask, bits) in &self.asks {
            let value = match ask {
                Ask::Country(fact, classes) => facts
                    .country(*fact)
                    .map(|c| usize::from(classes[c.index()])),
                Ask::Amount(terms, cuts) => interval(terms, cuts, facts),
            };
            // One value more says that it is not known.
            values |= value.map_or(0, |v| v as u128 + 1) << at;
            at += bits;
            if at > 128 {
                return None;
            }
        }
        Some(values)
    }
}

impl Shape {
    /// The shape of a template under books.
    pub fn under(place: usize, books: &Books, moving: &Moving, facts: &Facts) -> Shape {
        let asked = [
            (&books.book.variables, &*books.readings),
            (&books.other.variables, &*books.other_readings),
        ];
        Shape::of(place, &asked, moving, facts)
    }

    /// The shape of a template as variables ask, each with the readings taken.
    pub fn of(
        books: usize,
        asked: &[(&Variables, &[usize])],
        moving: &Moving,
        facts: &Facts,
    ) -> Shape {
        let mut outline = facts.outline();
        let mut values = Vec::new();
        for fact in &moving.countries {
            let given = facts.country(*fact).is_some();
            values.push(Some(usize::from(given)));
            if given {
                outline.forget_country(*fact);
            }
        }
        for (variables, readings) in asked {
            let fixed = variables.asked.iter().zip(0..);
            let fixed = fixed.filter(|(a, _)| !moving.moves(&a.question));
            values.extend(fixed.map(|(_, at)| variables.value(at, facts, readings)));
        }
        Shape {
            books,
            outline,
            values,
        }
    }
}

/// Bits for this many values and one more.
const fn bits(count: usize) -> u32 {
    usize::BITS - count.leading_zeros()
}

/// The classes of countries that two rulebooks together tell apart, and how many.
fn joint_classes(books: &Books, fact: CountryFact) -> (Box<[u16; Country::COUNT]>, usize) {
    let mut classes = Box::new([0; Country::COUNT]);
    let mut known: FxHashMap<[Option<usize>; 2], u16> = FxHashMap::default();
    for country in (0..Country::COUNT).filter_map(Country::from_index) {
        let mut facts = Facts::default();
        facts.set_country(fact, country);
        let class = [&books.book, &books.other].map(|book| {
            let variable = book.variables.place(&Question::Country(fact))?;
            book.variables.value(variable, &facts, &[])
        });
        let next = u16::try_from(known.len()).unwrap_or(u16::MAX);
        classes[country.index()] = *known.entry(class).or_insert(next);
    }
    (classes, known.len())
}
