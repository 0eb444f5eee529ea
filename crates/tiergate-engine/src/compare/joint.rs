//! Two regimes in one diagram.

use rustc_hash::{FxHashMap, FxHashSet};
use tiergate_law::{ChoiceFact, Country, CountryFact, Fact, FlagFact, NumberFact, Test};

use super::{Reply, Side};
use crate::build::{Build, Ruling, Settled, outcomes};
use crate::diagram::{Diagrams, Node, Variable};
use crate::variables::{Question, Variables};
use crate::world::possible;

/// The variables of two regimes, and how each regime's tests are spelled in them.
#[derive(Debug)]
pub(super) struct Joint {
    pub variables: Variables,
    registers: Vec<Vec<usize>>,
    countries: Vec<Country>,
    /// A country that the rules tell apart from as few others as any: where a party is based of
    /// whom most orders say nothing.
    pub somewhere: Option<Country>,
}

/// The build of one side.
pub(super) type SideBuild<'b> = Build<'b, &'b dyn Fn(&Test) -> Settled>;

/// What else is built of each side, by its place.
pub(super) type More<'m> = dyn FnMut(usize, &mut SideBuild<'_>, &Ruling) + 'm;

/// Both regimes in one set of diagrams.
#[derive(Debug)]
pub(super) struct Rulings {
    pub diagrams: Diagrams,
    /// Where orders can be.
    pub world: Node,
    /// Leaf: the place of the answer in `replies`.
    pub outcomes: [Node; 2],
    /// Leaf: the place of the item's class, or the number of classes.
    pub classes: [Node; 2],
    /// Every answer that either regime has, in order.
    pub replies: Vec<Reply>,
}

/// The leaf where both regimes give the same answer, or no order can be.
pub(super) const SAME: u32 = (1 << 31) - 1;

/// The difference among orders in some circumstances.
#[derive(Debug)]
pub struct Pairs {
    /// The diagrams.
    pub diagrams: Diagrams,
    /// Leaf: the place of a pair in `replies`; any other number where the answers are the same.
    pub root: Node,
    /// Pairs of different answers.
    pub replies: Vec<[Reply; 2]>,
    /// Where orders can be.
    pub world: Node,
    /// Leaf: the place of the item's class under either regime, or the number of classes.
    pub classes: [Node; 2],
}

/// What is taken for granted of the orders compared.
#[derive(Debug, Clone)]
pub enum Circumstances {
    /// Nothing: any facts whatever.
    Any,
    /// What most orders have in common: the consignee is the end user and is where the item goes,
    /// no party is on a list, no intermediary, nothing rare is claimed or known; one fact aside.
    Ordinary(Option<Rare>),
}

/// A fact that is rare, and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rare {
    /// The flag is the other way than usual.
    Flag(FlagFact),
    /// The choice has this value.
    Choice(ChoiceFact, usize),
    /// The country is another than the one it usually equals.
    Country(CountryFact),
    /// The number is any, not zero.
    Number(NumberFact),
    /// The name may be in any register.
    Named,
    /// There are intermediaries.
    Intermediaries,
}

/// What an ordinary order says to a question.
#[derive(Debug, Clone, Copy)]
pub(super) enum Usual {
    /// Anything: it is one of the things orders differ in.
    Varies,
    /// Yes or no.
    Is(bool),
    /// The value with this place.
    Value(usize),
    /// As another country.
    As(CountryFact),
    /// [`Joint::somewhere`].
    Somewhere,
    /// Nothing.
    Zero,
}

pub(super) fn usual(fact: Fact) -> Usual {
    use ChoiceFact as C;
    use CountryFact as P;
    use FlagFact as F;
    use NumberFact as N;
    match fact {
        Fact::Country(P::Destination | P::ConsigneeHeadquarters | P::ConsigneeParent) => {
            Usual::Varies
        }
        // Who designed the item is told by name; where others are based is rare to matter.
        Fact::Country(P::DesignerHeadquarters) => Usual::Somewhere,
        // Other countries equal one of these, or stand on their own.
        Fact::Country(fact) => fact.info().same_as.map_or(Usual::Varies, Usual::As),
        Fact::Choice(C::Eccn | C::Kind | C::Designer) => Usual::Varies,
        Fact::Choice(C::Activity) => Usual::Value(0),
        Fact::Choice(fact) => Usual::Value(fact.info().values.len().saturating_sub(1)),
        Fact::Flag(F::Datacenter | F::Published | F::UseDatacenter | F::UseIaas) => Usual::Varies,
        Fact::Flag(fact) => Usual::Is(fact == F::PurchaseOrder),
        Fact::Number(N::ConsigneeListedPct | N::EndUserListedPct | N::IntermediaryListedPct) => {
            Usual::Zero
        }
        Fact::Number(_) => Usual::Varies,
        Fact::Text(_) => Usual::Is(false),
    }
}

impl Pairs {
    /// Keeps these pairs of answers only: elsewhere the answers count as the same.
    pub fn only(&mut self, pairs: &[[Reply; 2]]) {
        let kept = |leaf: u32| {
            self.replies
                .get(leaf as usize)
                .is_some_and(|p| pairs.contains(p))
        };
        let to = |leaf: u32| if kept(leaf) { leaf } else { SAME };
        self.root = self.diagrams.rename(self.root, &to);
    }
}

impl Joint {
    /// The two, over what their outcomes turn on, and their duties if asked for.
    pub fn new(sides: &[Side; 2], countries: &[Country], duties: bool) -> Joint {
        let regimes = [sides[0].regime(), sides[1].regime()];
        let (variables, registers) = Variables::joint(&regimes, duties);
        let like = |country: &Country| {
            let class = variables.class(*country);
            let others = countries.iter();
            others.filter(|c| variables.class(**c) == class).count()
        };
        // The first of those that are as good.
        let examples = variables.examples(countries);
        let somewhere = examples.iter().rev().copied().max_by_key(like);
        Joint {
            variables,
            registers,
            countries: countries.to_vec(),
            somewhere,
        }
    }

    /// How a test of one side stands before the diagrams are built.
    pub fn settle(
        &self,
        at: usize,
        side: &Side,
        test: &Test,
        circumstances: &Circumstances,
    ) -> Settled {
        let spelled = match test {
            Test::Reading(reading, option) => {
                return Settled::Is(side.readings[*reading] == *option);
            }
            Test::Text(fact, register) => Test::Text(*fact, self.registers[at][*register]),
            _ => test.clone(),
        };
        let Circumstances::Ordinary(rare) = circumstances else {
            return Settled::Spelled(spelled);
        };
        self.ordinary(&spelled, *rare)
    }

    /// What an ordinary order settles of a test, one rare fact aside.
    fn ordinary(&self, test: &Test, rare: Option<Rare>) -> Settled {
        let open = || Settled::Spelled(test.clone());
        match test {
            Test::Flag(fact) => match (usual(Fact::Flag(*fact)), rare) {
                (Usual::Is(usual), rare) => {
                    let otherwise = rare == Some(Rare::Flag(*fact));
                    Settled::Is(usual != otherwise)
                }
                _ => open(),
            },
            Test::Choice(fact, mask) => match (usual(Fact::Choice(*fact)), rare) {
                (_, Some(Rare::Choice(rare, value))) if rare == *fact => {
                    Settled::Is(mask >> value & 1 == 1)
                }
                (Usual::Value(value), _) => Settled::Is(mask >> value & 1 == 1),
                _ => open(),
            },
            Test::Country(fact, set) => match (usual(Fact::Country(*fact)), rare) {
                (_, Some(Rare::Country(rare))) if rare == *fact => open(),
                (Usual::Somewhere, _) => {
                    Settled::Is(self.somewhere.is_some_and(|c| set.contains(c)))
                }
                (Usual::As(base), _) => match self.ordinary(&Test::Country(base, *set), rare) {
                    Settled::Spelled(test) => Settled::Spelled(test),
                    settled => settled,
                },
                _ => open(),
            },
            Test::Intermediary(..) if rare == Some(Rare::Intermediaries) => open(),
            Test::Intermediary(..) => Settled::Is(false),
            Test::Linear(linear) => {
                let zero = |fact: NumberFact| {
                    matches!(usual(Fact::Number(fact)), Usual::Zero)
                        && rare != Some(Rare::Number(fact))
                };
                if linear.terms.iter().all(|(fact, _)| zero(*fact)) {
                    return Settled::Is((linear.bound <= 0) == linear.at_least);
                }
                open()
            }
            Test::Text(..) if rare == Some(Rare::Named) => open(),
            Test::Text(..) => Settled::Is(false),
            Test::Reading(..) => open(),
        }
    }

    /// Both regimes in some circumstances.
    pub fn rulings(&self, sides: &[Side; 2], circumstances: &Circumstances) -> Rulings {
        self.rulings_with(sides, circumstances, &mut |_, _, _| {})
    }

    /// The same, with more built of each side on the way; of the second not when it is the first.
    pub fn rulings_with(
        &self,
        sides: &[Side; 2],
        circumstances: &Circumstances,
        more: &mut More<'_>,
    ) -> Rulings {
        let mut diagrams = Diagrams::new(self.variables.arities());
        let world = possible(&self.variables, &mut diagrams, &self.countries);
        let given = sides.each_ref().map(replies);
        let mut replies: Vec<Reply> = given.iter().flatten().cloned().collect();
        replies.sort();
        replies.dedup();
        let place = |reply| {
            let place = replies.binary_search(reply).ok();
            place.and_then(|p| u32::try_from(p).ok()).unwrap_or(SAME)
        };
        let mut outcomes = [Node::FALSE; 2];
        let mut classes = [Node::FALSE; 2];
        for (at, side) in sides.iter().enumerate() {
            if at == 1 && side.is(&sides[0]) {
                (outcomes[1], classes[1]) = (outcomes[0], classes[0]);
                break;
            }
            let settle = |test: &Test| self.settle(at, side, test, circumstances);
            let mut build: SideBuild<'_> = Build::new(side.regime(), &self.variables, &settle);
            build.diagrams = diagrams;
            build.leaves = given[at].iter().map(place).collect();
            let ruling = build.ruling();
            more(at, &mut build, &ruling);
            classes[at] = ruling.class;
            outcomes[at] = ruling.outcome;
            diagrams = build.diagrams;
        }
        Rulings {
            diagrams,
            world,
            outcomes,
            classes,
            replies,
        }
    }

    /// The difference in some circumstances.
    pub fn pairs(&self, sides: &[Side; 2], circumstances: &Circumstances) -> Pairs {
        let Rulings {
            mut diagrams,
            world,
            outcomes,
            classes,
            replies,
        } = self.rulings(sides, circumstances);
        let mut numbers: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        let mut number = |left: u32, right: u32| {
            let next = u32::try_from(numbers.len()).unwrap_or(SAME);
            *numbers.entry((left, right)).or_insert(next)
        };
        let same = Node::of_leaf(SAME);
        let root = diagrams.differ(world, outcomes, same, &mut number);
        // Numbered as they were met; told in the order of the answers.
        let mut met: Vec<((u32, u32), u32)> = numbers.into_iter().collect();
        met.sort_unstable();
        let mut places = vec![SAME; met.len()];
        for ((_, number), place) in met.iter().zip(0..) {
            places[*number as usize] = place;
        }
        let place = |leaf: u32| places.get(leaf as usize).copied().unwrap_or(SAME);
        let root = diagrams.rename(root, &place);
        let reply = |at: u32| replies[at as usize].clone();
        Pairs {
            diagrams,
            root,
            replies: met.iter().map(|((a, b), _)| [*a, *b].map(reply)).collect(),
            world,
            classes,
        }
    }

    /// What the register with this place is called, on either side.
    pub fn registers_at(&self, sides: &[Side; 2], place: usize) -> Vec<String> {
        let mut names = Vec::new();
        for (side, places) in sides.iter().zip(&self.registers) {
            for (register, at) in side.regime().registers.iter().zip(places) {
                if *at == place && !names.contains(&register.id) {
                    names.push(register.id.clone());
                }
            }
        }
        names
    }

    /// The countries that exist.
    pub fn countries(&self) -> &[Country] {
        &self.countries
    }

    /// One country of each class in which there are any, no territory if there is another.
    pub fn real_examples(&self) -> Vec<Country> {
        self.variables.examples(&self.countries)
    }

    /// Whether a variable asks for the item alone.
    pub fn of_item(&self, variable: Variable) -> bool {
        let item = |fact: &Fact| match fact {
            Fact::Number(fact) => (*fact as usize) < NumberFact::Amount as usize,
            fact => fact.path().starts_with("item."),
        };
        let facts = self.variables.reads(variable);
        !facts.is_empty() && facts.iter().all(item)
    }
}

/// What each outcome of a side answers, by place.
fn replies(side: &Side) -> Vec<Reply> {
    let outcomes = outcomes(side.regime()).into_iter();
    outcomes.map(|o| Reply::of(o, side.regime())).collect()
}

/// The leaves a node reaches.
pub(super) fn leaves(diagrams: &Diagrams, root: Node) -> FxHashSet<u32> {
    let mut leaves = FxHashSet::default();
    let mut seen = FxHashSet::default();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if !seen.insert(node) {
            continue;
        }
        match (node.leaf(), diagrams.variable(node)) {
            (Some(leaf), _) => {
                leaves.insert(leaf);
            }
            (None, Some(variable)) => {
                open.extend((0..diagrams.arity(variable)).map(|v| diagrams.child(node, v)));
            }
            (None, None) => {}
        }
    }
    leaves
}

/// Every rare fact that some question of these variables asks for.
pub(super) fn rare_facts(variables: &Variables) -> Vec<Rare> {
    let mut all: Vec<Rare> = Vec::new();
    for asked in &variables.asked {
        match &asked.question {
            Question::Flag(fact) if matches!(usual(Fact::Flag(*fact)), Usual::Is(_)) => {
                all.push(Rare::Flag(*fact));
            }
            Question::Choice(fact) => {
                if let Usual::Value(usual) = usual(Fact::Choice(*fact)) {
                    let values = 0..fact.info().values.len();
                    let others = values.filter(|v| *v != usual);
                    all.extend(others.map(|v| Rare::Choice(*fact, v)));
                }
            }
            Question::Country(fact)
                if matches!(usual(Fact::Country(*fact)), Usual::As(_) | Usual::Somewhere) =>
            {
                all.push(Rare::Country(*fact));
            }
            Question::Amount(terms) => {
                for (fact, _) in terms {
                    if matches!(usual(Fact::Number(*fact)), Usual::Zero) {
                        all.push(Rare::Number(*fact));
                    }
                }
            }
            Question::Text(..) => all.push(Rare::Named),
            Question::Intermediary(..) => all.push(Rare::Intermediaries),
            _ => {}
        }
    }
    // In an order of facts, whatever the order of the variables.
    all.sort_by_key(|rare| match rare {
        Rare::Country(fact) => (0, *fact as usize, 0),
        Rare::Choice(fact, value) => (1, *fact as usize, *value),
        Rare::Flag(fact) if (*fact as usize) < FlagFact::ConsigneeEntityList as usize => {
            (2, *fact as usize, 0)
        }
        Rare::Named => (3, 0, 0),
        Rare::Intermediaries => (4, 0, 0),
        Rare::Number(fact) => (5, *fact as usize, 0),
        Rare::Flag(fact) => (6, *fact as usize, 0),
    });
    all.dedup();
    all
}
