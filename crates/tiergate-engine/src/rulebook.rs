//! A regime compiled: one diagram from the facts to the outcome, and the parts it is made of.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tiergate_law::{AuthorityKind, Cond, Policy, Regime};
use tiergate_order::Facts;

use crate::diagram::{Diagrams, Known, Node, Remains, Variable, remains};
use crate::variables::{Question, Variables};

/// What the law says of an order, before reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// Nothing here controls the item.
    NotControlled,
    /// Controlled, and no license is required.
    NoLicenseRequired,
    /// A license exception carries it: its place in [`Regime::authorities`].
    LicenseException(u8),
    /// A validated-end-user authorization carries it.
    ValidatedEndUser(u8),
    /// A license is required, reviewed under this policy.
    LicenseRequired(Policy),
    /// No license is to be had.
    Prohibited,
}

impl Outcome {
    /// The word of the decision contract.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Outcome::NotControlled => "not-controlled",
            Outcome::NoLicenseRequired => "no-license-required",
            Outcome::LicenseException(_) => "license-exception",
            Outcome::ValidatedEndUser(_) => "validated-end-user",
            Outcome::LicenseRequired(_) => "license-required",
            Outcome::Prohibited => "prohibited",
        }
    }

    const fn kind(self) -> u32 {
        match self {
            Outcome::NotControlled => 0,
            Outcome::NoLicenseRequired => 1,
            Outcome::LicenseException(_) => 2,
            Outcome::ValidatedEndUser(_) => 3,
            Outcome::LicenseRequired(_) => 4,
            Outcome::Prohibited => 5,
        }
    }
}

/// The outcome words by kind, mildest first.
pub const OUTCOME_WORDS: [&str; 6] = [
    "not-controlled",
    "no-license-required",
    "license-exception",
    "validated-end-user",
    "license-required",
    "prohibited",
];

/// A regime ready to decide.
#[derive(Debug)]
pub struct Rulebook {
    /// The regime it was compiled from.
    pub regime: Arc<Regime>,
    /// The variables.
    pub variables: Variables,
    /// Every node.
    pub diagrams: Diagrams,
    /// Outcomes, by leaf of [`Rulebook::outcome`].
    pub outcomes: Vec<Outcome>,
    /// Facts to a place in [`Rulebook::outcomes`].
    pub outcome: Node,
    /// Facts to the kind of outcome only.
    pub kind: Node,
    /// Facts to whether a license is required before any authority.
    pub required: Node,
    /// Facts to whether the item is subject to the rules at all.
    pub subject: Node,
    /// Facts to whether some prohibition holds.
    pub prohibited: Node,
    /// Each requirement.
    pub requirements: Vec<Node>,
    /// Whether each authority carries the order.
    pub authorities: Vec<Node>,
    /// Facts to the review policy, as its place in [`Policy::ALL`].
    pub review: Node,
    /// Each item class by the technical tests alone, in order.
    pub computed_class: Node,
    /// Each item class, stated or computed.
    pub class: Node,
    walk: Walk,
}

/// The diagram in the form that is fastest to walk.
#[derive(Debug, Default)]
struct Walk {
    nodes: Vec<WalkNode>,
    children: Vec<Node>,
}

#[derive(Debug, Clone, Copy)]
struct WalkNode {
    first_child: u32,
    variable: Variable,
    /// For a yes-or-no fact: its bit; else `u16::MAX`.
    flag: u16,
    /// A chain of flags that all must be no: skip to `otherwise` if none of them is yes.
    mask: u128,
    otherwise: Node,
}

struct Compiler<'r> {
    regime: &'r Regime,
    variables: Variables,
    diagrams: Diagrams,
    named: FxHashMap<*const tiergate_law::Cond, Node>,
}

impl Compiler<'_> {
    fn cond(&mut self, cond: &Cond) -> Node {
        match cond {
            Cond::Known(value) => Node::truth(*value),
            Cond::And(parts) => {
                let parts: Vec<Node> = parts.iter().map(|p| self.cond(p)).collect();
                self.diagrams.all(&parts)
            }
            Cond::Or(parts) => {
                let parts: Vec<Node> = parts.iter().map(|p| self.cond(p)).collect();
                self.diagrams.any(&parts)
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
            Cond::Atom(atom) => self.variables.test(&atom.test, &mut self.diagrams),
        }
    }

    /// A diagram from the facts to the place of the item's class, or the number of classes.
    fn classes(&mut self, computed_only: bool) -> Node {
        let none = Node::of_leaf(u32::try_from(self.regime.class_names.len()).unwrap_or(0));
        let mut node = none;
        for class in self.regime.classes.iter().rev() {
            let index = class.is.index;
            let stated = tiergate_law::Test::Choice(tiergate_law::ChoiceFact::Eccn, 1 << index);
            let mut member = class.is.cond.as_ref().map_or(Node::FALSE, |c| self.cond(c));
            if !computed_only {
                let stated = self.variables.test(&stated, &mut self.diagrams);
                let unstated = 1 << (self.regime.class_names.len() + 1);
                let unstated =
                    tiergate_law::Test::Choice(tiergate_law::ChoiceFact::Eccn, unstated);
                let unstated = self.variables.test(&unstated, &mut self.diagrams);
                let computed = self.diagrams.and(unstated, member);
                member = self.diagrams.or(stated, computed);
            }
            let leaf = Node::of_leaf(u32::try_from(index).unwrap_or(0));
            node = self.diagrams.choose(member, leaf, node);
        }
        node
    }

    /// The strictest policy over the lanes that apply; in a lane, the first that fits.
    fn review(&mut self, requirements: &[Node]) -> Node {
        let regime = self.regime;
        let mut lanes: Vec<&str> = Vec::new();
        for review in &regime.reviews {
            if !lanes.contains(&review.is.lane.as_str()) {
                lanes.push(&review.is.lane);
            }
        }
        let not_stated = Node::of_leaf(Policy::NotStated as u32);
        let mut strictest = not_stated;
        for lane in lanes {
            let mut policy = not_stated;
            for review in regime.reviews.iter().filter(|r| r.is.lane == lane).rev() {
                let governed: Vec<Node> =
                    review.is.governs.iter().map(|r| requirements[*r]).collect();
                let governed = self.diagrams.any(&governed);
                let cond = self.cond(&review.is.cond);
                let holds = self.diagrams.and(governed, cond);
                let leaf = Node::of_leaf(review.is.policy as u32);
                policy = self.diagrams.choose(holds, leaf, policy);
            }
            strictest = self.diagrams.larger(strictest, policy);
        }
        strictest
    }
}

impl Rulebook {
    /// Compiles a regime.
    #[must_use]
    pub fn compile(regime: Arc<Regime>) -> Rulebook {
        let variables = Variables::collect(&regime, regime.outcome_conditions());
        let variables = with_eccn(variables, &regime);
        let diagrams = Diagrams::new(variables.arities());
        let mut c =
            Compiler { regime: &regime, variables, diagrams, named: FxHashMap::default() };

        let scopes: Vec<Node> = regime.scopes.iter().map(|s| c.cond(&s.is)).collect();
        let subject =
            if scopes.is_empty() { Node::TRUE } else { c.diagrams.any(&scopes) };
        let prohibitions: Vec<Node> = regime.prohibitions.iter().map(|p| c.cond(&p.is)).collect();
        let prohibited = c.diagrams.any(&prohibitions);
        let prohibited = c.diagrams.and(subject, prohibited);
        let requirements: Vec<Node> = regime
            .requirements
            .iter()
            .map(|r| {
                let cond = c.cond(&r.is.cond);
                c.diagrams.and(subject, cond)
            })
            .collect();
        let required = c.diagrams.any(&requirements);
        let bars: Vec<Node> = regime.bars.iter().map(|b| c.cond(&b.is.cond)).collect();
        let authorities: Vec<Node> = regime
            .authorities
            .iter()
            .enumerate()
            .map(|(at, authority)| {
                let conditions: Vec<Node> =
                    authority.is.conditions.iter().map(|k| c.cond(&k.cond)).collect();
                let met = c.diagrams.all(&conditions);
                let against: Vec<Node> = regime
                    .bars
                    .iter()
                    .zip(&bars)
                    .filter(|(bar, _)| bar.is.touches.contains(&at))
                    .map(|(_, node)| *node)
                    .chain(
                        requirements
                            .iter()
                            .enumerate()
                            .filter(|(r, _)| !authority.is.overcomes.contains(r))
                            .map(|(_, node)| *node),
                    )
                    .collect();
                let against = c.diagrams.any(&against);
                let free = c.diagrams.not(against);
                c.diagrams.and(met, free)
            })
            .collect();
        let review = c.review(&requirements);
        let class = c.classes(false);
        let computed_class = c.classes(true);

        let mut outcomes = vec![
            Outcome::NotControlled,
            Outcome::NoLicenseRequired,
            Outcome::Prohibited,
        ];
        outcomes.extend(Policy::ALL.map(Outcome::LicenseRequired));
        let first_policy = 3;
        let mut outcome = c.diagrams.rename(review, &|policy| policy + first_policy);
        for (at, authority) in regime.authorities.iter().enumerate().rev() {
            let place = u8::try_from(at).unwrap_or(u8::MAX);
            outcomes.push(match authority.is.kind {
                AuthorityKind::LicenseException => Outcome::LicenseException(place),
                AuthorityKind::ValidatedEndUser => Outcome::ValidatedEndUser(place),
            });
            let leaf = Node::of_leaf(u32::try_from(outcomes.len() - 1).unwrap_or(0));
            outcome = c.diagrams.choose(authorities[at], leaf, outcome);
        }
        let classes = u32::try_from(regime.class_names.len()).unwrap_or(u32::MAX);
        let free = c.diagrams.rename(class, &|place| u32::from(place != classes));
        outcome = c.diagrams.choose(required, outcome, free);
        outcome = c.diagrams.choose(prohibited, Node::of_leaf(2), outcome);
        outcome = c.diagrams.choose(subject, outcome, Node::of_leaf(0));
        let kinds: Vec<u32> = outcomes.iter().map(|o| o.kind()).collect();
        let kind = c.diagrams.rename(outcome, &|leaf| kinds[leaf as usize]);

        let Compiler { variables, mut diagrams, .. } = c;
        diagrams.seal();
        let walk = Walk::new(&diagrams, &variables);
        Rulebook {
            regime,
            variables,
            diagrams,
            outcomes,
            outcome,
            kind,
            required,
            subject,
            prohibited,
            requirements,
            authorities,
            review,
            computed_class,
            class,
            walk,
        }
    }

    /// The outcome, if every fact it turns on is known: a single walk, without allocation.
    #[inline]
    #[must_use]
    pub fn outcome(&self, facts: &Facts, readings: &[usize]) -> Option<Outcome> {
        self.walk.leaf(self.outcome, &self.variables, facts, readings)
            .map(|leaf| self.outcomes[leaf as usize])
    }

    /// The leaf of any diagram of the rulebook, if every fact on the path is known.
    #[must_use]
    pub fn leaf(&self, root: Node, facts: &Facts, readings: &[usize]) -> Option<u32> {
        self.walk.leaf(root, &self.variables, facts, readings)
    }

    /// What remains of a diagram for an order with unknown facts.
    #[must_use]
    pub fn remains(&self, root: Node, facts: &Facts, readings: &[usize]) -> Remains {
        remains(&self.diagrams, root, &mut |v| self.variables.known(v, facts, readings))
    }

    /// What remains when some known variables are taken as unknown.
    #[must_use]
    pub fn remains_without(
        &self,
        root: Node,
        facts: &Facts,
        readings: &[usize],
        free: &dyn Fn(&Question) -> bool,
    ) -> Remains {
        remains(&self.diagrams, root, &mut |v| {
            if free(&self.variables.asked[usize::from(v)].question) {
                Known::Any
            } else {
                self.variables.known(v, facts, readings)
            }
        })
    }
}

/// The paragraph of the control list is always a variable: the class of the item asks for it.
fn with_eccn(variables: Variables, regime: &Regime) -> Variables {
    let question = Question::Choice(tiergate_law::ChoiceFact::Eccn);
    if variables.place(&question).is_some() || regime.classes.is_empty() {
        return variables;
    }
    let all: Vec<&Cond> = regime.outcome_conditions().collect();
    let atom = tiergate_law::Atom {
        text: String::new(),
        test: tiergate_law::Test::Choice(tiergate_law::ChoiceFact::Eccn, 0),
    };
    let extra = Cond::Atom(Arc::new(atom));
    Variables::collect(regime, all.into_iter().chain(std::iter::once(&extra)))
}

impl Walk {
    fn new(diagrams: &Diagrams, variables: &Variables) -> Walk {
        let children = diagrams.all_children().to_vec();
        let parts: Vec<(Variable, u32)> = diagrams.inner_parts().collect();
        let mut nodes: Vec<WalkNode> = Vec::with_capacity(parts.len());
        // Children come before their parents, so a chain below is already folded.
        for (variable, first_child) in parts {
            let flag = match variables.asked[usize::from(variable)].question {
                Question::Flag(fact) => u16::try_from(fact.index()).unwrap_or(u16::MAX),
                _ => u16::MAX,
            };
            let mut node = WalkNode {
                first_child,
                variable,
                flag,
                mask: 0,
                otherwise: Node::FALSE,
            };
            if flag != u16::MAX {
                let no = children[first_child as usize];
                node.mask = 1 << flag;
                node.otherwise = no;
                if no.leaf().is_none() && nodes[no.place()].mask != 0 {
                    node.mask |= nodes[no.place()].mask;
                    node.otherwise = nodes[no.place()].otherwise;
                }
            }
            nodes.push(node);
        }
        Walk { nodes, children }
    }

    #[inline]
    fn leaf(
        &self,
        root: Node,
        variables: &Variables,
        facts: &Facts,
        readings: &[usize],
    ) -> Option<u32> {
        let (yes, known) = facts.flags();
        let mut at = root;
        loop {
            if let Some(leaf) = at.leaf() {
                return Some(leaf);
            }
            let node = &self.nodes[at.place()];
            if node.mask != 0 {
                if yes & node.mask == 0 && known & node.mask == node.mask {
                    at = node.otherwise;
                    continue;
                }
                if known >> node.flag & 1 == 0 {
                    return None;
                }
                let value = (yes >> node.flag & 1) as usize;
                at = self.children[node.first_child as usize + value];
                continue;
            }
            let value = variables.value(node.variable, facts, readings)?;
            at = self.children[node.first_child as usize + value];
        }
    }
}
