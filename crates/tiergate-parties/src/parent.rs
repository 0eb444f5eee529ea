//! The ultimate parent: up majorities and control to the top.
//!
//! This is not the 50 percent rule ([`crate::Ownership`]): here one holder has to have more than
//! half or control, and what counts is who stands at the top; there, shares of listed owners add up
//! at each step.

use rustc_hash::FxHashMap;

use crate::holding::Holding;
use crate::party::Kind;
use crate::register::{LinkNo, PartyNo, Register};
use crate::share::{Bound, Share, Sum, Threshold};
use crate::statement::Interest;
use crate::view::View;

/// Who stands at the top of a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parent {
    /// This party, which may be the one that was asked about.
    Known(Top),
    /// It cannot be said.
    Unknown(Gap),
}

/// The party at the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Top {
    /// The ultimate parent; the party itself when it has none.
    pub party: PartyNo,
    /// The links to it, upward; empty when the party is its own ultimate parent.
    pub path: Vec<LinkNo>,
    /// Why nobody stands above.
    pub because: Basis,
}

/// Why a party is at the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// It is a state, or an organ of one.
    State,
    /// A source says that it has no parent, in these words.
    NoParent(String),
    /// A source says that it is the ultimate parent of another.
    NamedUltimate(LinkNo),
    /// Natural persons own or control it, and they have no headquarters.
    Persons(Vec<LinkNo>),
    /// No holder has a majority: so much at most is left for those who are not identified.
    NoMajority(Bound),
}

/// Where the way up ends in the unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The links upward as far as they are known.
    pub path: Vec<LinkNo>,
    /// The party whose parent is not known.
    pub at: PartyNo,
    /// Why not, and which fact is missing.
    pub why: Why,
}

/// Why a parent is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Someone not identified owns or controls it, or may.
    Unidentified(Vec<LinkNo>),
    /// Nobody says who holds so much of it.
    NotStated(Bound),
    /// A holder may have a majority: the size or kind of these links is not known.
    Open(Vec<LinkNo>),
    /// These holders, of whom none has a majority, have one together if they belong to one parent; and
    /// they may.
    Together(Vec<LinkNo>),
    /// Statements lead to different parties at the top.
    Conflict(Vec<PartyNo>),
    /// These own or control one another in a circle.
    Cycle(Vec<PartyNo>),
}

/// What is found of one party on the way.
#[derive(Debug, Clone)]
struct Found {
    /// The link upward.
    next: Option<LinkNo>,
    outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Top(PartyNo, Basis),
    Gap(PartyNo, Why),
}

/// A party whose parents are being looked up.
struct Frame {
    party: PartyNo,
    claims: Claims,
    at: usize,
}

/// Who is stated to be a parent of a party.
#[derive(Default)]
struct Claims {
    holdings: Vec<Holding>,
    /// Identified entities and states, by place in the holdings.
    parents: Vec<usize>,
    /// Unidentified ones that may be entities.
    unidentified: Vec<usize>,
    persons: Vec<usize>,
    /// Where nobody is stated to be a parent: holders who may have one in common.
    minor: Vec<usize>,
}

impl Claims {
    /// The holders whose own parents matter, by place.
    fn looked_up(&self) -> &[usize] {
        if self.parents.is_empty() {
            &self.minor
        } else {
            &self.parents
        }
    }
}

impl View {
    /// The ultimate parent of a party.
    ///
    /// ```
    /// use tiergate_parties::{Basis, Date, Parent, Register, View};
    /// let text = r#"
    /// {"id":"l1","recorded":"2026-01-05","source":{"name":"registry"},"link":{"owner":"aldersea","owned":"meridian","interest":"shares","share":"75"}}
    /// {"id":"n1","recorded":"2026-01-05","source":{"name":"registry"},"no_parent":{"of":"aldersea","reason":"widely held"}}
    /// "#;
    /// let (register, _) = Register::read(text);
    /// let view = View::on(Date::constant(2026, 7, 1));
    /// let parent = view.ultimate_parent(&register, register.find("meridian").unwrap());
    /// let Parent::Known(top) = parent else { panic!("{parent:?}") };
    /// assert_eq!(register.id(top.party), "aldersea");
    /// assert_eq!(top.because, Basis::NoParent("widely held".to_owned()));
    /// assert_eq!(top.path.len(), 1);
    /// ```
    #[must_use]
    pub fn ultimate_parent(self, register: &Register, party: PartyNo) -> Parent {
        let mut found: FxHashMap<PartyNo, Found> = FxHashMap::default();
        let mut open: FxHashMap<PartyNo, usize> = FxHashMap::default();
        let mut stack = vec![Frame {
            party,
            claims: self.claims(register, party),
            at: 0,
        }];
        open.insert(party, 0);
        while let Some(frame) = stack.last_mut() {
            let next = frame
                .claims
                .looked_up()
                .get(frame.at)
                .map(|at| frame.claims.holdings[*at].owner);
            frame.at += 1;
            match next {
                Some(owner) if found.contains_key(&owner) || open.contains_key(&owner) => {}
                Some(owner) => {
                    open.insert(owner, stack.len());
                    stack.push(Frame {
                        party: owner,
                        claims: self.claims(register, owner),
                        at: 0,
                    });
                }
                None => {
                    let circle = |owner| {
                        let from = open.get(&owner)?;
                        Some(stack[*from..].iter().map(|f| f.party).collect())
                    };
                    let Some(frame) = stack.last() else { break };
                    let settled = self.settle(register, frame, &found, circle);
                    let party = frame.party;
                    found.insert(party, settled);
                    open.remove(&party);
                    stack.pop();
                }
            }
        }
        way(register, party, &found)
    }

    fn claims(self, register: &Register, party: PartyNo) -> Claims {
        let mut claims = Claims::default();
        if register.kind(party, self) == Some(Kind::State) {
            return claims;
        }
        claims.holdings = self.holdings(register, party);
        for (at, holding) in claims.holdings.iter().enumerate() {
            // Its own shares make nobody its parent.
            if !holding.is_parent() || holding.owner == party {
                continue;
            }
            if self.is_person(register, holding.owner) {
                claims.persons.push(at);
            } else if self.is_unidentified(register, holding.owner) {
                claims.unidentified.push(at);
            } else {
                claims.parents.push(at);
            }
        }
        let stated = [&claims.parents, &claims.unidentified, &claims.persons];
        // Whose holders belong together matters only where nothing else leaves it open.
        if stated.iter().all(|all| all.is_empty())
            && !self.none_of(register, party)
            && !Threshold::MAJORITY.may_be_met_to(self.unidentified_at_most(register, &claims))
            && self.may_be_parents(register, party, &claims).is_empty()
        {
            let minor = claims.holdings.iter().enumerate().filter(|(_, h)| {
                h.owner != party
                    && !self.is_unidentified(register, h.owner)
                    && !self.is_person(register, h.owner)
                    && measures(h).iter().flatten().next().is_some()
            });
            claims.minor = minor.map(|(at, _)| at).collect();
        }
        claims
    }

    /// What is found of a party, once all stated parents were looked up.
    fn settle(
        self,
        register: &Register,
        frame: &Frame,
        found: &FxHashMap<PartyNo, Found>,
        circle: impl Fn(PartyNo) -> Option<Vec<PartyNo>>,
    ) -> Found {
        let (party, claims) = (frame.party, &frame.claims);
        if register.kind(party, self) == Some(Kind::State) {
            return here(Outcome::Top(party, Basis::State));
        }
        if claims.parents.is_empty() {
            return self.alone(register, party, claims, found);
        }
        let mut ways: Vec<(&Holding, Outcome)> = Vec::new();
        for at in &claims.parents {
            let holding = &claims.holdings[*at];
            let outcome = match (found.get(&holding.owner), circle(holding.owner)) {
                (Some(above), _) => above.outcome.clone(),
                (None, Some(circle)) => Outcome::Gap(party, Why::Cycle(circle)),
                (None, None) => Outcome::Gap(
                    holding.owner,
                    Why::NotStated(Bound::at(crate::Percent::HUNDRED)),
                ),
            };
            ways.push((holding, outcome));
        }
        let named_ultimate = ways
            .iter()
            .any(|(h, outcome)| h.ultimate_parent && matches!(outcome, Outcome::Top(..)));
        // Where a source names the ultimate parent, what lies between need not be known.
        let tolerated = |outcome: &Outcome| {
            named_ultimate
                && matches!(
                    outcome,
                    Outcome::Gap(
                        _,
                        Why::NotStated(_) | Why::Unidentified(_) | Why::Together(_)
                    )
                )
        };
        if let Some((holding, gap)) = ways
            .iter()
            .find(|(_, o)| matches!(o, Outcome::Gap(..)) && !tolerated(o))
        {
            return Found {
                next: holding.main_link(register),
                outcome: gap.clone(),
            };
        }
        let hidden: Vec<&Holding> = claims
            .unidentified
            .iter()
            .map(|at| &claims.holdings[*at])
            .collect();
        if hidden.iter().any(|h| h.ultimate_parent || !named_ultimate) {
            let links = hidden
                .iter()
                .filter_map(|h| h.main_link(register))
                .collect();
            return here(Outcome::Gap(party, Why::Unidentified(links)));
        }
        let mut tops: Vec<PartyNo> = ways
            .iter()
            .filter_map(|(_, o)| match o {
                Outcome::Top(top, _) => Some(*top),
                Outcome::Gap(..) => None,
            })
            .collect();
        let own = |at: &usize| {
            let holding = &claims.holdings[*at];
            [holding.shares, holding.votes]
                .into_iter()
                .flatten()
                .any(|s| Threshold::MAJORITY.is_met_from(s.least()))
        };
        if claims.persons.iter().any(own) || self.none_of(register, party) {
            tops.push(party);
        }
        tops.sort_unstable();
        tops.dedup();
        if tops.len() > 1 {
            return here(Outcome::Gap(party, Why::Conflict(tops)));
        }
        let best = ways
            .into_iter()
            .filter(|(_, o)| matches!(o, Outcome::Top(..)))
            .min_by_key(|(h, _)| {
                h.ultimate_parent && !h.is_majority() && !h.controls && !h.direct_parent
            });
        match best {
            Some((holding, outcome)) => Found {
                next: holding.main_link(register),
                outcome,
            },
            None => here(Outcome::Gap(party, Why::Conflict(tops))),
        }
    }

    fn none_of(self, register: &Register, party: PartyNo) -> bool {
        register.none_of(party, self).next().is_some()
    }

    /// What is found of a party of which no identified entity or state is stated to be a parent.
    fn alone(
        self,
        register: &Register,
        party: PartyNo,
        claims: &Claims,
        found: &FxHashMap<PartyNo, Found>,
    ) -> Found {
        let links = |places: &[usize]| -> Vec<LinkNo> {
            let holdings = places.iter().map(|at| &claims.holdings[*at]);
            holdings.filter_map(|h| h.main_link(register)).collect()
        };
        let gap = |why| here(Outcome::Gap(party, why));
        let top = |because| here(Outcome::Top(party, because));
        if !claims.unidentified.is_empty() {
            return gap(Why::Unidentified(links(&claims.unidentified)));
        }
        if !claims.persons.is_empty() {
            return top(Basis::Persons(links(&claims.persons)));
        }
        match register.kind(party, self) {
            Some(kind) if kind.is_unidentified() => return gap(Why::Unidentified(Vec::new())),
            Some(Kind::Person) => return top(Basis::Persons(Vec::new())),
            _ => {}
        }
        if let Some(none) = register.none_of(party, self).next() {
            return top(Basis::NoParent(none.reason.clone()));
        }
        let wanting = self.may_be_parents(register, party, claims);
        if !wanting.is_empty() {
            return gap(Why::Open(wanting));
        }
        let named = view_names_ultimate(self, register, party);
        let left = self.unidentified_at_most(register, claims);
        if Threshold::MAJORITY.may_be_met_to(left) {
            let hidden = claims.holdings.iter().filter(|h| {
                self.is_unidentified(register, h.owner) && !self.is_person(register, h.owner)
            });
            let hidden: Vec<LinkNo> = hidden.filter_map(|h| h.main_link(register)).collect();
            return match (hidden.is_empty(), named) {
                (true, Some(link)) => top(Basis::NamedUltimate(link)),
                (true, None) => gap(Why::NotStated(left)),
                (false, _) => gap(Why::Unidentified(hidden)),
            };
        }
        match (self.groups(register, claims, found), named) {
            (Groups::One(parent, holder), _) => Found {
                next: claims.holdings[holder].main_link(register),
                outcome: parent,
            },
            (Groups::Open(_), Some(link)) => top(Basis::NamedUltimate(link)),
            (Groups::Open(places), None) => gap(Why::Together(links(&places))),
            (Groups::None, _) => top(Basis::NoMajority(left)),
        }
    }

    /// Holders who belong to one parent hold together. Those whose parents are not known may belong to
    /// any, and so may those who are not identified.
    fn groups(
        self,
        register: &Register,
        claims: &Claims,
        found: &FxHashMap<PartyNo, Found>,
    ) -> Groups {
        let outcome = |at: usize| found.get(&claims.holdings[at].owner).map(|f| &f.outcome);
        let mut groups: FxHashMap<PartyNo, Vec<usize>> = FxHashMap::default();
        let mut loose: Vec<usize> = Vec::new();
        for at in &claims.minor {
            match outcome(*at) {
                Some(Outcome::Top(top, _)) => groups.entry(*top).or_default().push(*at),
                _ => loose.push(*at),
            }
        }
        let of = |places: &[usize]| sums(places.iter().map(|at| &claims.holdings[*at]));
        let mut tops: Vec<PartyNo> = groups.keys().copied().collect();
        tops.sort_unstable();
        for top in &tops {
            let group = &groups[top];
            let sure = of(group)
                .iter()
                .any(|sum| Threshold::MAJORITY.is_met_from(sum.bound()));
            let largest = group.iter().copied().max_by_key(|at| {
                let share = measures(&claims.holdings[*at]).into_iter().flatten().next();
                (share.map(|s| s.least().percent), std::cmp::Reverse(*at))
            });
            if let (true, Some(largest), Some(parent)) = (sure, largest, largest.and_then(outcome))
            {
                return Groups::One(parent.clone(), largest);
            }
        }
        // All that is not surely another's may be one group's.
        let identified = claims.holdings.iter().filter(|h| {
            self.is_person(register, h.owner) || !self.is_unidentified(register, h.owner)
        });
        let all = sums(identified);
        let may = |group: &[usize]| {
            let mut others = all;
            for at in group.iter().chain(&loose) {
                for (sum, share) in others.iter_mut().zip(measures(&claims.holdings[*at])) {
                    if let Some(share) = share {
                        sum.take(share.least());
                    }
                }
            }
            others
                .iter()
                .any(|sum| Threshold::MAJORITY.may_be_met_to(sum.bound().rest()))
        };
        let open = std::iter::once(&[][..])
            .chain(tops.iter().map(|top| groups[top].as_slice()))
            .find(|group| may(group));
        match open {
            Some(group) => Groups::Open(group.iter().chain(&loose).copied().collect()),
            None => Groups::None,
        }
    }

    /// The most that those who are not identified can have together, of shares or of votes. All of
    /// them may be one.
    fn unidentified_at_most(self, register: &Register, claims: &Claims) -> Bound {
        let identified = claims.holdings.iter().filter(|h| {
            self.is_person(register, h.owner) || !self.is_unidentified(register, h.owner)
        });
        let [a, b] = sums(identified).map(|sum| sum.bound().rest());
        if a.lower_end(b) == a { b } else { a }
    }

    /// The links of identified holders who may have a majority or control.
    fn may_be_parents(self, register: &Register, party: PartyNo, claims: &Claims) -> Vec<LinkNo> {
        let (all, mut open) = (sums(claims.holdings.iter()), Vec::new());
        for holding in &claims.holdings {
            let identified = !self.is_unidentified(register, holding.owner);
            if !identified || holding.owner == party || self.is_person(register, holding.owner) {
                continue;
            }
            let mut taken = all;
            for (sum, share) in taken.iter_mut().zip(measures(holding)) {
                if let Some(share) = share {
                    sum.take(share.least());
                }
            }
            let may = measures(holding)
                .into_iter()
                .zip(taken)
                .any(|(share, taken)| {
                    let most = share.map(|s| s.most().lower_end(taken.bound().rest()));
                    most.is_some_and(|most| Threshold::MAJORITY.may_be_met_to(most))
                });
            let through = holding
                .indirect
                .is_some_and(|s| Threshold::MAJORITY.may_be_met_to(s.most()));
            if may || through || holding.may_control {
                open.extend(holding.main_link(register));
            }
        }
        open
    }
}

/// Whether holders without a majority have one together.
enum Groups {
    /// They have, with what is found of their parent, and the largest of them.
    One(Outcome, usize),
    /// These may have.
    Open(Vec<usize>),
    /// None have.
    None,
}

/// Shares, then votes. What is stated of one stands for the other where only one is stated.
fn measures(holding: &Holding) -> [Option<Share>; 2] {
    [
        holding.shares.or(holding.votes),
        holding.votes.or(holding.shares),
    ]
}

/// The least that these have together, of shares and of votes.
fn sums<'h>(holdings: impl Iterator<Item = &'h Holding>) -> [Sum; 2] {
    let mut sums = [Sum::default(); 2];
    for holding in holdings {
        for (sum, share) in sums.iter_mut().zip(measures(holding)) {
            if let Some(share) = share {
                sum.add(share.least());
            }
        }
    }
    sums
}

fn view_names_ultimate(view: View, register: &Register, party: PartyNo) -> Option<LinkNo> {
    view.links_out_of(register, party)
        .find(|link| register.link(*link).interest == Interest::ConsolidationUltimate)
}

const fn here(outcome: Outcome) -> Found {
    Found {
        next: None,
        outcome,
    }
}

/// The links from a party upward to where its outcome was found.
fn way(register: &Register, party: PartyNo, found: &FxHashMap<PartyNo, Found>) -> Parent {
    let (mut path, mut at) = (Vec::new(), party);
    // A circle is walked once.
    while let Some(link) = found.get(&at).and_then(|f| f.next)
        && path.len() < found.len()
    {
        path.push(link);
        at = register.link(link).owner;
    }
    match found.get(&party).map(|f| f.outcome.clone()) {
        Some(Outcome::Top(party, because)) => Parent::Known(Top {
            party,
            path,
            because,
        }),
        Some(Outcome::Gap(at, why)) => Parent::Unknown(Gap { path, at, why }),
        None => Parent::Unknown(Gap {
            path,
            at: party,
            why: Why::NotStated(Bound::at(crate::Percent::HUNDRED)),
        }),
    }
}
