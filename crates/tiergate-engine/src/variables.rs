//! The variables of a regime: every distinct thing its conditions ask, with its finite values.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tiergate_law::{
    Atom, ChoiceFact, Cond, Country, CountryFact, CountrySet, Fact, FlagFact, Linear, Num,
    NumberFact, Party, Regime, Test, TextFact,
};
use tiergate_order::{Facts, Numeric};

use crate::diagram::{Diagrams, Known, Node, Variable};

/// What a variable asks of an order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Question {
    /// Which class of countries.
    Country(CountryFact),
    /// Which value of a closed list.
    Choice(ChoiceFact),
    /// Yes or no.
    Flag(FlagFact),
    /// In which interval between thresholds a linear form lies.
    Amount(Vec<(NumberFact, i64)>),
    /// Whether a name is in a register.
    Text(TextFact, usize),
    /// Whether some intermediary is in a set of countries.
    Intermediary(Party, CountrySet),
    /// How a contested text is read.
    Reading(usize),
}

impl Question {
    /// The question behind a test.
    ///
    /// ```
    /// use tiergate_engine::Question;
    /// use tiergate_law::{FlagFact, Test};
    /// let question = Question::of(&Test::Flag(FlagFact::Datacenter));
    /// assert_eq!(question, Question::Flag(FlagFact::Datacenter));
    /// ```
    #[must_use]
    pub fn of(test: &Test) -> Question {
        match test {
            Test::Country(fact, _) => Question::Country(*fact),
            Test::Intermediary(party, set) => Question::Intermediary(*party, *set),
            Test::Choice(fact, _) => Question::Choice(*fact),
            Test::Flag(fact) => Question::Flag(*fact),
            Test::Linear(linear) => Question::Amount(linear.terms.clone()),
            Test::Text(fact, register) => Question::Text(*fact, *register),
            Test::Reading(reading, _) => Question::Reading(*reading),
        }
    }
}

/// A variable with what its values mean.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The question.
    pub question: Question,
    /// For amounts: the thresholds, in stored form, ascending.
    pub cuts: Vec<i128>,
    /// How many values.
    pub arity: u16,
}

/// The variables of a regime, in diagram order.
#[derive(Debug, Clone)]
pub struct Variables {
    /// The variables.
    pub asked: Vec<Asked>,
    places: FxHashMap<Question, Variable>,
    /// Class of each country code.
    class_of: Vec<u16>,
    /// A member of each class.
    example_of: Vec<Country>,
    /// Territories that follow a country: an example of a class is one only if all its members are.
    territories: CountrySet,
    /// Keys of the names of each register.
    registers: Vec<Vec<u64>>,
    /// The default option of each reading.
    pub defaults: Vec<usize>,
}

/// Amount forms in which a performance density stands have one more value: undefined.
pub(crate) fn may_be_undefined(terms: &[(NumberFact, i64)]) -> bool {
    terms
        .iter()
        .any(|(fact, _)| *fact == NumberFact::PerformanceDensity)
}

/// The order of questions on a path: the item, where it goes, who receives it, the rest.
fn rank(question: &Question) -> (u8, usize) {
    use ChoiceFact as C;
    match question {
        Question::Choice(C::Eccn) => (0, 0),
        Question::Choice(C::Kind) => (1, 0),
        // Asked late: only letters to vendors and single lanes turn on them.
        Question::Amount(terms)
            if matches!(
                terms.as_slice(),
                [(NumberFact::DramBandwidth | NumberFact::Interconnect, _)]
            ) =>
        {
            (6, 500 + terms[0].0 as usize)
        }
        Question::Amount(terms) => match terms.as_slice() {
            [(fact, _)] if (*fact as usize) < NumberFact::Amount as usize => (2, *fact as usize),
            // Sums of what is known of the item stand with it.
            [(fact, _), ..]
                if terms
                    .iter()
                    .all(|(f, _)| (*f as usize) < NumberFact::Amount as usize) =>
            {
                (2, 100 + *fact as usize)
            }
            [(fact, _), ..] => (7, *fact as usize),
            [] => (7, 0),
        },
        // What puts an item under the rules at all is asked before where it goes: below an item that
        // is not under them there is nothing to ask.
        Question::Flag(fact) if *fact as usize <= FlagFact::ExporterFabricator as usize => {
            (3, *fact as usize)
        }
        Question::Flag(fact) if (*fact as usize) < FlagFact::ConsigneeEntityList as usize => {
            (6, *fact as usize)
        }
        // A use that is barred is barred whatever lists the parties are on: asked before these, it
        // is not asked again below each of them.
        Question::Flag(fact)
            if (FlagFact::UseDevelopment as usize..=FlagFact::UseTrainRestricted as usize)
                .contains(&(*fact as usize)) =>
        {
            (6, 600 + *fact as usize)
        }
        // A part of a country is asked for with the country.
        Question::Choice(C::DestinationRegion) => (4, CountryFact::Destination as usize),
        // Its conditions are about amounts, and it is asked for with them.
        Question::Choice(C::ValidatedEndUser) => (7, 0),
        // The terms of narrow exceptions, which most rules bow to and none looks behind.
        Question::Choice(C::ExceptionTerms) => (8, FlagFact::ALL.len()),
        Question::Country(fact) => (4, *fact as usize),
        Question::Choice(fact) => (5, *fact as usize),
        Question::Text(fact, register) => (6, 200 + *fact as usize * 50 + register),
        Question::Intermediary(..) => (6, 400),
        Question::Flag(fact) => (8, *fact as usize),
        Question::Reading(reading) => (9, *reading),
    }
}

impl Variables {
    /// Collects the variables of every condition given.
    pub fn collect<'a>(regime: &Regime, conditions: impl Iterator<Item = &'a Cond>) -> Variables {
        let conditions = conditions.map(|cond| (0, cond));
        Variables::collect_of(&[regime], conditions, |_, test| Some(test.clone()))
    }

    /// Collects the variables of conditions of several regimes of one library, so that they can
    /// stand in one diagram; readings are left out, since each side takes its own. Also gives, for
    /// each regime, the places its registers of names have here.
    /// What only duties turn on is collected if it is asked for.
    pub(crate) fn joint(regimes: &[&Regime], duties: bool) -> (Variables, Vec<Vec<usize>>) {
        let mut registers: Vec<&[String]> = Vec::new();
        let mut places = Vec::new();
        for regime in regimes {
            let mut here = Vec::new();
            for register in &regime.registers {
                let names = register.is.as_slice();
                let known = registers.iter().position(|r| *r == names);
                here.push(known.unwrap_or(registers.len()));
                if known.is_none() {
                    registers.push(names);
                }
            }
            places.push(here);
        }
        let conditions = regimes.iter().enumerate();
        let conditions = conditions.flat_map(|(at, r)| {
            let of_duties = duties.then(|| r.duty_conditions()).into_iter().flatten();
            r.outcome_conditions()
                .chain(of_duties)
                .map(move |c| (at, c))
        });
        let eccn = Cond::Atom(Arc::new(Atom {
            text: String::new(),
            test: Test::Choice(ChoiceFact::Eccn, 0),
            names: Vec::new(),
        }));
        let conditions = conditions.chain(std::iter::once((0, &eccn)));
        let mut variables = Variables::collect_of(regimes, conditions, |regime, test| match test {
            Test::Reading(..) => None,
            Test::Text(fact, register) => Some(Test::Text(*fact, places[regime][*register])),
            _ => Some(test.clone()),
        });
        let keys = |names: &&[String]| names.iter().map(|n| tiergate_order::name_key(n)).collect();
        variables.registers = registers.iter().map(keys).collect();
        variables.defaults = Vec::new();
        (variables, places)
    }

    /// Collects the variables of conditions, each of the regime with its place; `asks` gives a
    /// test in the terms of them all.
    fn collect_of<'a>(
        regimes: &[&Regime],
        conditions: impl Iterator<Item = (usize, &'a Cond)>,
        asks: impl Fn(usize, &Test) -> Option<Test>,
    ) -> Variables {
        let regime = regimes[0];
        let mut cuts: FxHashMap<Question, Vec<i128>> = FxHashMap::default();
        let mut sets: Vec<CountrySet> = Vec::new();
        for (of, condition) in conditions {
            condition.visit(&mut |atom| {
                let Some(test) = asks(of, &atom.test) else {
                    return;
                };
                let question = Question::of(&test);
                if let Test::Country(fact, set) = &test {
                    sets.push(*set);
                    // A fact may fall back on another: that one may be asked instead.
                    let mut base = fact.info().same_as;
                    while let Some(fact) = base {
                        cuts.entry(Question::Country(fact)).or_default();
                        base = fact.info().same_as;
                    }
                }
                let cuts = cuts.entry(question).or_default();
                if let Test::Linear(linear) = &test {
                    cuts.push(linear.bound);
                }
            });
        }
        sets.sort_unstable();
        sets.dedup();
        let mut territories = CountrySet::default();
        for regime in regimes {
            territories = territories.union(&regime.territories());
        }
        let (class_of, example_of) = classes(&sets, &territories);
        let mut asked: Vec<Asked> = cuts
            .into_iter()
            .map(|(question, mut cuts)| {
                cuts.sort_unstable();
                cuts.dedup();
                let arity = match &question {
                    Question::Country(_) => example_of.len(),
                    Question::Choice(ChoiceFact::Eccn) => regime.class_names.len() + 2,
                    Question::Choice(fact) => fact.info().values.len(),
                    Question::Amount(terms) => {
                        cuts.len() + 1 + usize::from(may_be_undefined(terms))
                    }
                    Question::Reading(at) => regime.readings[*at].is.options.len(),
                    Question::Flag(_) | Question::Text(..) | Question::Intermediary(..) => 2,
                };
                Asked {
                    question,
                    cuts,
                    arity: u16::try_from(arity).unwrap_or(u16::MAX),
                }
            })
            .collect();
        asked.sort_by_cached_key(|a| (rank(&a.question), format!("{:?}", a.question)));
        let places = asked
            .iter()
            .enumerate()
            .map(|(at, a)| {
                (
                    a.question.clone(),
                    Variable::try_from(at).unwrap_or(Variable::MAX),
                )
            })
            .collect();
        let registers = regime
            .registers
            .iter()
            .map(|r| r.is.iter().map(|n| tiergate_order::name_key(n)).collect())
            .collect();
        let defaults = regime.readings.iter().map(|r| r.is.default).collect();
        Variables {
            asked,
            places,
            class_of,
            example_of,
            territories,
            registers,
            defaults,
        }
    }

    /// Numbers of values, in order.
    #[must_use]
    pub fn arities(&self) -> Vec<u16> {
        self.asked.iter().map(|a| a.arity).collect()
    }

    /// The variable of a question.
    #[must_use]
    pub fn place(&self, question: &Question) -> Option<Variable> {
        self.places.get(question).copied()
    }

    /// The diagram of a single test.
    pub fn test(&self, test: &Test, diagrams: &mut Diagrams) -> Node {
        let Some(variable) = self.place(&Question::of(test)) else {
            return Node::FALSE;
        };
        let asked = &self.asked[usize::from(variable)];
        match test {
            Test::Country(_, set) => {
                let children: Vec<Node> = self
                    .example_of
                    .iter()
                    .map(|c| Node::truth(set.contains(*c)))
                    .collect();
                diagrams.node(variable, &children)
            }
            Test::Choice(_, mask) => {
                let children: Vec<Node> = (0..asked.arity)
                    .map(|v| Node::truth(mask >> v & 1 == 1))
                    .collect();
                diagrams.node(variable, &children)
            }
            Test::Linear(linear) => {
                let first = asked.cuts.partition_point(|c| *c < linear.bound) + 1;
                let intervals = asked.cuts.len() + 1;
                let children: Vec<Node> = (0..usize::from(asked.arity))
                    .map(|v| Node::truth(v < intervals && (v >= first) == linear.at_least))
                    .collect();
                diagrams.node(variable, &children)
            }
            Test::Reading(_, option) => {
                let children: Vec<Node> = (0..usize::from(asked.arity))
                    .map(|v| Node::truth(v == *option))
                    .collect();
                diagrams.node(variable, &children)
            }
            Test::Flag(_) | Test::Text(..) | Test::Intermediary(..) => {
                diagrams.node(variable, &[Node::FALSE, Node::TRUE])
            }
        }
    }

    /// The value a variable has in an order, or none when it is unknown.
    #[must_use]
    pub fn value(&self, variable: Variable, facts: &Facts, readings: &[usize]) -> Option<usize> {
        let asked = &self.asked[usize::from(variable)];
        match &asked.question {
            Question::Country(fact) => facts
                .country(*fact)
                .map(|c| usize::from(self.class_of[c.index()])),
            Question::Choice(fact) => facts.choice(*fact),
            Question::Flag(fact) => facts.flag(*fact).map(usize::from),
            Question::Amount(terms) => interval(terms, &asked.cuts, facts),
            Question::Text(fact, register) => {
                let names = &self.registers[*register];
                facts
                    .name(*fact)
                    .map(|key| usize::from(names.contains(&key)))
            }
            Question::Intermediary(party, set) => intermediary(*party, set, facts).map(usize::from),
            Question::Reading(reading) => Some(readings[*reading]),
        }
    }

    /// What is known of a variable, candidates included.
    #[must_use]
    pub fn known(&self, variable: Variable, facts: &Facts, readings: &[usize]) -> Known {
        match self.value(variable, facts, readings) {
            Some(value) => Known::Value(value),
            None => match self.asked[usize::from(variable)].question {
                Question::Choice(ChoiceFact::Eccn) => Known::Among(facts.eccn_candidates),
                _ => Known::Any,
            },
        }
    }

    /// The class of a country.
    pub(crate) fn class(&self, country: Country) -> usize {
        usize::from(self.class_of[country.index()])
    }

    /// The keys of the names in a register.
    pub(crate) fn names(&self, register: usize) -> &[u64] {
        &self.registers[register]
    }

    /// Whether no rule tells two countries apart.
    #[must_use]
    pub fn same_class(&self, one: Country, other: Country) -> bool {
        self.class(one) == self.class(other)
    }

    /// One of these countries for each class in which there are any, a country rather than a
    /// territory that follows one.
    #[must_use]
    pub fn examples(&self, countries: &[Country]) -> Vec<Country> {
        let mut examples: Vec<Country> = Vec::new();
        for new in countries {
            match examples.iter_mut().find(|e| self.same_class(**e, *new)) {
                None => examples.push(*new),
                Some(example) => prefer(&self.territories, example, *new),
            }
        }
        examples
    }

    /// One country of each class: the regime tells no more apart.
    #[must_use]
    pub fn example_countries(&self) -> &[Country] {
        &self.example_of
    }

    /// The facts an unknown variable is missing.
    #[must_use]
    pub fn missing(&self, variable: Variable, facts: &Facts) -> Vec<Fact> {
        match &self.asked[usize::from(variable)].question {
            Question::Country(fact) => vec![Fact::Country(*fact)],
            Question::Choice(fact) => vec![Fact::Choice(*fact)],
            Question::Flag(fact) => vec![Fact::Flag(*fact)],
            Question::Amount(terms) => terms
                .iter()
                .filter(|(fact, _)| facts.numeric(*fact) == Numeric::Unknown)
                .map(|(fact, _)| Fact::Number(*fact))
                .collect(),
            // Of an IC, the vendor says it.
            Question::Text(TextFact::DesignerName, _)
                if facts.choice_word(ChoiceFact::Kind) == Some("ic") =>
            {
                vec![Fact::Text(TextFact::Vendor)]
            }
            Question::Text(fact, _) => vec![Fact::Text(*fact)],
            Question::Intermediary(..) | Question::Reading(_) => Vec::new(),
        }
    }

    /// The facts a variable reads.
    #[must_use]
    pub fn reads(&self, variable: Variable) -> Vec<Fact> {
        match &self.asked[usize::from(variable)].question {
            Question::Amount(terms) => terms.iter().map(|(fact, _)| Fact::Number(*fact)).collect(),
            Question::Country(fact) => vec![Fact::Country(*fact)],
            Question::Choice(fact) => vec![Fact::Choice(*fact)],
            Question::Flag(fact) => vec![Fact::Flag(*fact)],
            Question::Text(fact, _) => vec![Fact::Text(*fact)],
            Question::Intermediary(..) | Question::Reading(_) => Vec::new(),
        }
    }
}

/// Splits the countries into classes that no set of the regime tells apart.
fn classes(sets: &[CountrySet], territories: &CountrySet) -> (Vec<u16>, Vec<Country>) {
    let mut class_of = Vec::with_capacity(Country::COUNT);
    let mut example_of = Vec::new();
    let mut known: FxHashMap<Vec<bool>, u16> = FxHashMap::default();
    for country in (0..Country::COUNT).filter_map(Country::from_index) {
        let signature: Vec<bool> = sets.iter().map(|s| s.contains(country)).collect();
        let next = u16::try_from(example_of.len()).unwrap_or(u16::MAX);
        let class = *known.entry(signature).or_insert_with(|| {
            example_of.push(country);
            next
        });
        prefer(territories, &mut example_of[usize::from(class)], country);
        class_of.push(class);
    }
    (class_of, example_of)
}

/// Puts a country in the place of a territory.
fn prefer(territories: &CountrySet, example: &mut Country, new: Country) {
    if territories.contains(*example) && !territories.contains(new) {
        *example = new;
    }
}

/// The interval between thresholds in which a linear form lies: how many it reaches, or, after the
/// last one, "undefined"; none when it is unknown.
///
/// ```
/// use tiergate_law::{Num, NumberFact};
/// use tiergate_order::Facts;
/// let cuts = [Num::from(1_600).raw(), Num::from(4_800).raw()];
/// let mut facts = Facts::default();
/// assert_eq!(tiergate_engine::interval(&[(NumberFact::Tpp, 1)], &cuts, &facts), None);
/// facts.set_number(NumberFact::Tpp, Num::from(4_799));
/// assert_eq!(tiergate_engine::interval(&[(NumberFact::Tpp, 1)], &cuts, &facts), Some(1));
/// ```
#[must_use]
pub fn interval(terms: &[(NumberFact, i64)], cuts: &[i128], facts: &Facts) -> Option<usize> {
    if let [(fact, 1)] = terms {
        return match facts.numeric(*fact) {
            Numeric::Is(number) => Some(cuts.partition_point(|c| *c <= number.raw())),
            Numeric::Undefined => Some(cuts.len() + 1),
            Numeric::Unknown => None,
        };
    }
    let mut unknown = false;
    for (fact, _) in terms {
        match facts.numeric(*fact) {
            Numeric::Undefined => return Some(cuts.len() + 1),
            Numeric::Unknown => unknown = true,
            Numeric::Is(_) => {}
        }
    }
    if unknown {
        return None;
    }
    let sum = Linear::sum(terms, |fact| facts.number(fact).unwrap_or(Num::ZERO));
    Some(cuts.partition_point(|c| *c <= sum))
}

/// Whether some intermediary is in the set: yes if one is known to be, unknown if one may be.
pub(crate) fn intermediary(party: Party, set: &CountrySet, facts: &Facts) -> Option<bool> {
    let mut unknown = false;
    for (headquarters, parent) in facts.intermediaries.as_deref().unwrap_or_default() {
        let country = match party {
            Party::Headquarters => headquarters,
            Party::Parent => parent,
        };
        match country {
            Some(country) if set.contains(*country) => return Some(true),
            Some(_) => {}
            // No country is in an empty set.
            None => unknown = !set.is_empty(),
        }
    }
    (!unknown).then_some(false)
}
