//! The rules of a regime as diagrams over every fact, with no reading chosen.

use std::ops::Range;

use tiergate_law::{Cond, Country, Regime, Resolved, Test};

use super::some::some;
use crate::build::{Build, Settled};
use crate::diagram::Node;
use crate::variables::Variables;
use crate::world::possible;

type Open = fn(&Test) -> Settled;

fn open(_: &Test) -> Settled {
    Settled::Open
}

/// The rules of a regime as diagrams.
pub(super) struct Rules<'r> {
    pub regime: &'r Regime,
    pub build: Build<'r, Open>,
    /// Where orders can be.
    pub world: Node,
    /// Whether any prohibition holds.
    pub prohibited: Node,
    pub requirements: Vec<Node>,
    /// Whether any requirement applies.
    pub required: Node,
    pub bars: Vec<Node>,
    /// Where each authority carries what stands against it left aside, and where it carries.
    pub met: Vec<Node>,
    pub carries: Vec<Node>,
    /// Where each review holds for a requirement that it governs.
    pub reviews: Vec<Node>,
}

/// Every condition of a regime.
fn conditions(regime: &Regime) -> impl Iterator<Item = &Cond> {
    regime
        .outcome_conditions()
        .chain(
            regime
                .authorities
                .iter()
                .flat_map(|a| a.is.duties.iter().map(|d| &d.cond)),
        )
        .chain(
            regime
                .reviews
                .iter()
                .flat_map(|r| r.is.duties.iter().map(|d| &d.cond)),
        )
        .chain(regime.red_flags.iter().map(|r| &r.is.1))
        .chain(regime.duties.iter().map(|d| &d.is.1.cond))
        .chain(regime.notes.iter().map(|n| &n.is))
}

/// The variables of every condition of a regime.
pub(super) fn variables(regime: &Regime) -> Variables {
    Variables::collect(regime, conditions(regime))
}

/// Where the rules of a regime stand.
pub(super) fn places(regime: &Regime) -> Vec<(String, Range<usize>)> {
    fn of<T>(rules: &[Resolved<T>]) -> impl Iterator<Item = (String, Range<usize>)> {
        rules.iter().map(|r| (r.instrument.clone(), r.span.clone()))
    }
    let mut places: Vec<_> = of(&regime.scopes).collect();
    places.extend(of(&regime.prohibitions));
    places.extend(of(&regime.classes));
    places.extend(of(&regime.requirements));
    places.extend(of(&regime.bars));
    places.extend(of(&regime.reviews));
    places.extend(of(&regime.red_flags));
    places.extend(of(&regime.duties));
    places.extend(of(&regime.notes));
    places.extend(of(&regime.quotas));
    places.extend(of(&regime.authorities));
    for authority in &regime.authorities {
        let conditions = authority.is.conditions.iter();
        places.extend(conditions.map(|c| (c.instrument.clone(), c.span.clone())));
    }
    places
}

impl<'r> Rules<'r> {
    pub fn new(regime: &'r Regime, variables: &'r Variables, countries: &[Country]) -> Rules<'r> {
        let mut build = Build::new(regime, variables, open as Open);
        let world = possible(variables, &mut build.diagrams, countries);
        let scopes: Vec<Node> = regime.scopes.iter().map(|s| build.cond(&s.is)).collect();
        let subject = if scopes.is_empty() {
            Node::TRUE
        } else {
            build.diagrams.any(&scopes)
        };
        let prohibitions = regime.prohibitions.iter();
        let prohibitions: Vec<Node> = prohibitions.map(|p| build.cond(&p.is)).collect();
        let prohibited = build.diagrams.any(&prohibitions);
        let mut requirements = Vec::new();
        for requirement in &regime.requirements {
            let cond = build.cond(&requirement.is.cond);
            requirements.push(build.diagrams.and(subject, cond));
        }
        let required = build.diagrams.any(&requirements);
        let bars: Vec<Node> = regime.bars.iter().map(|b| build.cond(&b.is.cond)).collect();
        let mut met = Vec::new();
        let mut carries = Vec::new();
        for (at, authority) in regime.authorities.iter().enumerate() {
            let conditions = authority.is.conditions.iter();
            let conditions: Vec<Node> = conditions.map(|c| build.cond(&c.cond)).collect();
            met.push(build.diagrams.all(&conditions));
            carries.push(build.authority(at, &requirements, &bars));
        }
        let mut reviews = Vec::new();
        for review in &regime.reviews {
            let governed: Vec<Node> = review.is.governs.iter().map(|r| requirements[*r]).collect();
            let governed = build.diagrams.any(&governed);
            let cond = build.cond(&review.is.cond);
            reviews.push(build.diagrams.and(governed, cond));
        }
        Rules {
            regime,
            build,
            world,
            prohibited,
            requirements,
            required,
            bars,
            met,
            carries,
            reviews,
        }
    }

    /// Whether some order makes each of these what is asked of it.
    pub fn some(&self, asked: &[(Node, bool)]) -> bool {
        let mut all = vec![(self.world, true)];
        all.extend_from_slice(asked);
        some(&self.build.diagrams, &all)
    }

    /// Whether some order meets the condition.
    pub fn meets(&mut self, cond: &Cond) -> bool {
        let node = self.build.cond(cond);
        self.some(&[(node, true)])
    }
}
