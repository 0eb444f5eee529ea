//! Conditions into diagrams, with some tests settled beforehand.

use rustc_hash::FxHashMap;
use tiergate_law::{AuthorityKind, ChoiceFact, Cond, Policy, Regime, Test};

use crate::diagram::{Diagrams, Node};
use crate::rulebook::{Outcome, Rulebook};
use crate::variables::Variables;

/// What is known of a test before the diagrams are built.
#[derive(Debug, Clone, PartialEq)]
pub enum Settled {
    /// It holds or fails.
    Is(bool),
    /// It asks the same as another test, which is settled in turn.
    Asks(Test),
    /// In the terms of these diagrams it is this test, open.
    Spelled(Test),
    /// Nothing.
    Open,
}

/// Settles tests: from the facts of one order, or from what is common to most orders.
pub(crate) trait Settle {
    /// What is known of the test.
    fn settle(&self, test: &Test) -> Settled;
}

impl<F: Fn(&Test) -> Settled> Settle for F {
    fn settle(&self, test: &Test) -> Settled {
        self(test)
    }
}

impl Rulebook {
    /// One diagram of the outcome's place in [`Rulebook::outcomes`], over the tests that `settle`
    /// leaves open.
    #[must_use]
    pub fn outcome_diagram(&self, settle: impl Fn(&Test) -> Settled) -> (Diagrams, Node) {
        let mut build = Build::new(&self.regime, &self.variables, settle);
        let root = build.ruling().outcome;
        (build.diagrams, root)
    }
}

/// The roots of a build.
#[derive(Debug, Clone)]
pub(crate) struct Roots {
    pub outcome: Node,
    pub kind: Node,
    /// Leaf: the outcome's leaf times [`REASON_STRIDE`] plus one past the place of the first
    /// requirement that applies, or zero.
    pub reason: Node,
    pub required: Node,
    pub requirements: Vec<Node>,
    pub authorities: Vec<Node>,
    pub class: Node,
    pub computed_class: Node,
}

/// What decides an order.
#[derive(Debug, Clone)]
pub(crate) struct Ruling {
    pub outcome: Node,
    pub class: Node,
    pub required: Node,
    pub requirements: Vec<Node>,
    pub authorities: Vec<Node>,
}

/// The diagrams of a regime under what was settled.
pub(crate) struct Build<'r, S> {
    pub regime: &'r Regime,
    pub variables: &'r Variables,
    pub settle: S,
    pub diagrams: Diagrams,
    /// The leaf of each outcome.
    pub leaves: Vec<u32>,
    named: FxHashMap<*const Cond, Node>,
}

/// The outcomes a regime can give, by leaf.
pub(crate) fn outcomes(regime: &Regime) -> Vec<Outcome> {
    let mut outcomes = vec![
        Outcome::NotControlled,
        Outcome::NoLicenseRequired,
        Outcome::Prohibited,
    ];
    outcomes.extend(Policy::ALL.map(Outcome::LicenseRequired));
    for (at, authority) in regime.authorities.iter().enumerate() {
        let place = u8::try_from(at).unwrap_or(u8::MAX);
        outcomes.push(match authority.is.kind {
            AuthorityKind::LicenseException => Outcome::LicenseException(place),
            AuthorityKind::ValidatedEndUser => Outcome::ValidatedEndUser(place),
        });
    }
    outcomes
}

/// More than any regime has requirements.
pub(crate) const REASON_STRIDE: u32 = 1 << 18;

const NOT_CONTROLLED: u32 = 0;
const PROHIBITED: u32 = 2;
const FIRST_POLICY: u32 = 3;
const FIRST_AUTHORITY: u32 = FIRST_POLICY + Policy::ALL.len() as u32;

fn leaf(place: usize) -> Node {
    Node::of_leaf(u32::try_from(place).unwrap_or(0))
}

impl<'r, S: Settle> Build<'r, S> {
    pub fn new(regime: &'r Regime, variables: &'r Variables, settle: S) -> Build<'r, S> {
        let diagrams = Diagrams::new(variables.arities());
        let leaves = (0..).take(outcomes(regime).len()).collect();
        Build {
            regime,
            variables,
            settle,
            diagrams,
            leaves,
            named: FxHashMap::default(),
        }
    }

    pub fn cond(&mut self, cond: &Cond) -> Node {
        match cond {
            Cond::Known(value) => Node::truth(*value),
            Cond::And(parts) => {
                let mut nodes = Vec::with_capacity(parts.len());
                for part in parts {
                    match self.cond(part) {
                        Node::FALSE => return Node::FALSE,
                        Node::TRUE => {}
                        node => nodes.push(node),
                    }
                }
                self.diagrams.all(&nodes)
            }
            Cond::Or(parts) => {
                let mut nodes = Vec::with_capacity(parts.len());
                for part in parts {
                    match self.cond(part) {
                        Node::TRUE => return Node::TRUE,
                        Node::FALSE => {}
                        node => nodes.push(node),
                    }
                }
                self.diagrams.any(&nodes)
            }
            Cond::Not(inner) => {
                let inner = self.cond(inner);
                self.diagrams.not(inner)
            }
            Cond::Named(definition) => {
                let key = std::ptr::from_ref(&definition.cond);
                if let Some(node) = self.named.get(&key) {
                    return *node;
                }
                let node = self.cond(&definition.cond);
                self.named.insert(key, node);
                node
            }
            Cond::Atom(atom) => self.test(&atom.test),
        }
    }

    fn test(&mut self, test: &Test) -> Node {
        match self.settle.settle(test) {
            Settled::Is(value) => Node::truth(value),
            Settled::Asks(other) => self.test(&other),
            Settled::Spelled(test) => self.variables.test(&test, &mut self.diagrams),
            Settled::Open => self.variables.test(test, &mut self.diagrams),
        }
    }

    /// A diagram from the facts to the place of the item's class, or the number of classes.
    fn classes(&mut self, computed_only: bool) -> Node {
        let classes = self.regime.class_names.len();
        let mut node = leaf(classes);
        for class in self.regime.classes.iter().rev() {
            let index = class.is.index;
            let mut member = class.is.cond.as_ref().map_or(Node::FALSE, |c| self.cond(c));
            if !computed_only {
                let stated = self.test(&Test::Choice(ChoiceFact::Eccn, 1 << index));
                let unstated = self.test(&Test::Choice(ChoiceFact::Eccn, 1 << (classes + 1)));
                let computed = self.diagrams.and(unstated, member);
                member = self.diagrams.or(stated, computed);
            }
            node = self.diagrams.choose(member, leaf(index), node);
        }
        node
    }

    /// The strictest policy over the lanes that apply; in a lane, the first that fits. A section
    /// that asks for a license and of which no policy is held is one that is not stated.
    fn review(&mut self, requirements: &[Node]) -> Node {
        let regime = self.regime;
        let mut lanes: Vec<&str> = Vec::new();
        for review in &regime.reviews {
            if !lanes.contains(&review.is.lane.as_str()) {
                lanes.push(&review.is.lane);
            }
        }
        // One below every policy: a lane that does not apply, or has none of its own.
        let none = Node::of_leaf(0);
        let place = |policy: Policy| Node::of_leaf(policy as u32 + 1);
        let mut strictest = none;
        for lane in lanes {
            let mut policy = none;
            for review in regime.reviews.iter().filter(|r| r.is.lane == lane).rev() {
                let governed: Vec<Node> =
                    review.is.governs.iter().map(|r| requirements[*r]).collect();
                let governed = self.diagrams.any(&governed);
                let cond = if governed == Node::FALSE {
                    Node::FALSE
                } else {
                    self.cond(&review.is.cond)
                };
                let holds = self.diagrams.and(governed, cond);
                let is = review.is.policy.map_or(none, place);
                policy = self.diagrams.choose(holds, is, policy);
            }
            strictest = self.diagrams.larger(strictest, policy);
        }
        let unheld: Vec<Node> = (0..requirements.len())
            .map(|at| self.policy_unheld(at, requirements))
            .collect();
        let unheld = self.diagrams.any(&unheld);
        let unheld = self.diagrams.choose(unheld, place(Policy::NotStated), none);
        let strictest = self.diagrams.larger(strictest, unheld);
        let not_stated = Policy::NotStated as u32;
        self.diagrams
            .rename(strictest, &|leaf| leaf.checked_sub(1).unwrap_or(not_stated))
    }

    /// Whether a requirement applies and no review entry that holds governs it.
    fn policy_unheld(&mut self, at: usize, requirements: &[Node]) -> Node {
        let regime = self.regime;
        if requirements[at] == Node::FALSE {
            return Node::FALSE;
        }
        let mut held = Vec::new();
        for review in &regime.reviews {
            if review.is.governs.contains(&at) {
                held.push(self.cond(&review.is.cond));
            }
        }
        let held = self.diagrams.any(&held);
        self.diagrams.choose(held, Node::FALSE, requirements[at])
    }

    /// Builds what decides an order.
    pub fn ruling(&mut self) -> Ruling {
        let regime = self.regime;
        let scopes: Vec<Node> = regime.scopes.iter().map(|s| self.cond(&s.is)).collect();
        let subject = if scopes.is_empty() {
            Node::TRUE
        } else {
            self.diagrams.any(&scopes)
        };
        let prohibitions: Vec<Node> = regime
            .prohibitions
            .iter()
            .map(|p| self.cond(&p.is))
            .collect();
        let prohibited = self.diagrams.any(&prohibitions);
        let requirements: Vec<Node> = regime
            .requirements
            .iter()
            .map(|r| {
                let cond = self.cond(&r.is.cond);
                self.diagrams.and(subject, cond)
            })
            .collect();
        let required = self.diagrams.any(&requirements);
        let bars: Vec<Node> = regime.bars.iter().map(|b| self.cond(&b.is.cond)).collect();
        let authorities: Vec<Node> = (0..regime.authorities.len())
            .map(|at| self.authority(at, &requirements, &bars))
            .collect();
        let class = self.classes(false);
        let review = self.review(&requirements);
        let is = |outcome: u32| self.leaves[outcome as usize];
        let review = self
            .diagrams
            .rename(review, &|policy| is(policy + FIRST_POLICY));
        let none = u32::try_from(regime.class_names.len()).unwrap_or(u32::MAX);
        let free = self
            .diagrams
            .rename(class, &|place| is(u32::from(place != none)));
        let mut cases = vec![
            (
                self.diagrams.not(subject),
                Node::of_leaf(is(NOT_CONTROLLED)),
            ),
            (prohibited, Node::of_leaf(is(PROHIBITED))),
            (self.diagrams.not(required), free),
        ];
        for (carries, place) in authorities.iter().zip(FIRST_AUTHORITY..) {
            cases.push((*carries, Node::of_leaf(is(place))));
        }
        let outcome = self.diagrams.first(&cases, review);
        Ruling {
            outcome,
            class,
            required,
            requirements,
            authorities,
        }
    }

    /// Builds everything.
    pub fn roots(&mut self) -> Roots {
        let ruling = self.ruling();
        let computed_class = self.classes(true);
        let kinds: Vec<u32> = outcomes(self.regime).iter().map(|o| o.kind()).collect();
        let kind = self
            .diagrams
            .rename(ruling.outcome, &|leaf| kinds[leaf as usize]);
        let mut first = Node::of_leaf(0);
        for (at, node) in ruling.requirements.iter().enumerate().rev() {
            first = self.diagrams.choose(*node, leaf(at + 1), first);
        }
        let reason = self
            .diagrams
            .pair(ruling.outcome, first, &mut |o, r| o * REASON_STRIDE + r);
        Roots {
            outcome: ruling.outcome,
            kind,
            reason,
            required: ruling.required,
            requirements: ruling.requirements,
            authorities: ruling.authorities,
            class: ruling.class,
            computed_class,
        }
    }

    /// Whether an authority carries the order: its conditions hold, and no bar and no requirement
    /// that it does not overcome stands against it.
    pub fn authority(&mut self, at: usize, requirements: &[Node], bars: &[Node]) -> Node {
        let regime = self.regime;
        let authority = &regime.authorities[at];
        let mut met = Vec::new();
        for condition in &authority.is.conditions {
            match self.cond(&condition.cond) {
                Node::FALSE => return Node::FALSE,
                node => met.push(node),
            }
        }
        let met = self.diagrams.all(&met);
        let touching = regime
            .bars
            .iter()
            .zip(bars)
            .filter(|(b, _)| b.is.touches.contains(&at));
        let not_overcome = requirements
            .iter()
            .enumerate()
            .filter(|(r, _)| !authority.is.overcomes.contains(r));
        let against: Vec<Node> = touching
            .map(|(_, node)| *node)
            .chain(not_overcome.map(|(_, node)| *node))
            .collect();
        let against = self.diagrams.any(&against);
        self.diagrams.choose(against, Node::FALSE, met)
    }
}
