//! The 50 percent rule: a party is caught when caught owners together own enough of it.
//!
//! Shares of all caught owners add up. Once an owner is caught, what it owns counts whole: nothing is
//! multiplied down a chain ([`crate::Proportions`] does that, for comparison only). The set of caught
//! parties only grows, so there is a first one in which nothing more is caught.
//!
//! What is unknown is decided twice: once with every share at its least and nobody unidentified
//! listed, once with every share at its most and everybody unidentified listed. Both answers come from
//! some completion of what is unknown, and every completion lies between them; so the answer is
//! unknown if and only if two completions differ.

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::Percent;
use crate::register::{LinkNo, PartyNo, Register};
use crate::scope::{Scope, place};
use crate::share::{Bound, Share, Sum, Threshold};
use crate::view::View;

/// The first and the last day of a listing, where there are such.
type Span = (Option<Date>, Option<Date>);

/// Whose ownership counts, by date.
///
/// ```
/// use tiergate_parties::{Date, Listed, Register};
/// let text = r#"{"id":"p1","recorded":"2026-01-05","source":{"name":"registry"},"party":{"id":"brackenfab","kind":"entity"}}"#;
/// let (register, _) = Register::read(text);
/// let party = register.find("brackenfab").unwrap();
/// let mut listed = Listed::default();
/// listed.add(party, Some(Date::constant(2025, 9, 29)), None);
/// assert!(listed.has(party, Date::constant(2025, 9, 29)));
/// assert!(!listed.has(party, Date::constant(2025, 9, 28)));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    spans: FxHashMap<PartyNo, Vec<Span>>,
}

impl Listed {
    /// Adds a party, from a first to a last day where there are such.
    pub fn add(&mut self, party: PartyNo, from: Option<Date>, to: Option<Date>) {
        self.spans.entry(party).or_default().push((from, to));
    }

    /// Whether a party is listed on a day.
    #[must_use]
    pub fn has(&self, party: PartyNo, on: Date) -> bool {
        let mut spans = self.spans.get(&party).into_iter().flatten();
        spans.any(|(from, to)| from.is_none_or(|f| f <= on) && to.is_none_or(|t| on <= t))
    }

    /// How many parties are listed on some day.
    #[must_use]
    pub fn count(&self) -> usize {
        self.spans.len()
    }

    /// The days on which parties come on or go off.
    #[must_use]
    pub fn changes(&self) -> Vec<Date> {
        let spans = self.spans.values().flatten();
        let mut days: Vec<Date> = spans
            .flat_map(|(from, to)| [*from, to.and_then(|t| t.tomorrow().ok())])
            .flatten()
            .collect();
        days.sort_unstable();
        days.dedup();
        days
    }
}

/// What nobody states who holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rest {
    /// May be held by listed parties.
    Unknown,
    /// Is held by nobody listed: something to be assumed, and told.
    Unlisted,
}

/// The rule, with the figures of the law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rule {
    /// How much is enough.
    pub threshold: Threshold,
    /// What of the part of a party that no statement gives an owner.
    pub rest: Rest,
}

/// An answer that may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Whatever the unknown is.
    Caught,
    /// Whatever the unknown is.
    NotCaught,
    /// It depends on it.
    Unknown,
}

/// One owner of a party, and how its share counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The owner.
    pub owner: PartyNo,
    /// Its share.
    pub share: Share,
    /// The link that says so.
    pub link: LinkNo,
    /// Why it counts.
    pub standing: Standing,
}

/// How an owner stands under the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It is listed itself.
    Listed,
    /// Listed parties own enough of it.
    Caught,
    /// It is not identified, and may be listed.
    Unidentified,
    /// It is not known whether listed parties own enough of it.
    MayBeCaught,
    /// It does not count.
    Not,
}

/// What is found of one party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether the party itself is listed.
    pub listed: bool,
    /// Whether it is not identified, and so may be listed.
    pub unidentified: bool,
    /// Whether it is caught by who owns it.
    pub by_ownership: Answer,
    /// The least that caught owners have together.
    pub lower: Bound,
    /// The most that they may have.
    pub upper: Bound,
    /// Its owners.
    pub owners: Vec<Counted>,
    /// The most that may be held by parties no statement names.
    pub unstated: Percent,
    /// For each owner that is caught, the links from a listed party down to this one.
    pub paths: Vec<Vec<LinkNo>>,
}

impl Finding {
    /// Whether the rule reaches the party: it is listed, or caught by who owns it.
    #[must_use]
    pub const fn answer(&self) -> Answer {
        reaches(self.listed, self.unidentified, self.by_ownership)
    }

    /// The aggregate share, when it can be only one.
    #[must_use]
    pub fn exact(&self) -> Option<Percent> {
        (self.lower == self.upper).then_some(self.lower.percent)
    }
}

const fn reaches(listed: bool, unidentified: bool, by_ownership: Answer) -> Answer {
    match by_ownership {
        _ if listed => Answer::Caught,
        Answer::NotCaught if unidentified => Answer::Unknown,
        answer => answer,
    }
}

/// The rule applied to a party and all above it, or to a whole register.
///
/// ```
/// use tiergate_parties::{Answer, Date, Listed, Ownership, Percent, Register, Rest, Rule, Threshold, View};
/// let text = r#"
/// {"id":"l1","recorded":"2026-01-05","source":{"name":"registry"},"link":{"owner":"a","owned":"c","interest":"shares","share":"25"}}
/// {"id":"l2","recorded":"2026-01-05","source":{"name":"registry"},"link":{"owner":"b","owned":"c","interest":"shares","share":"25"}}
/// "#;
/// let (register, _) = Register::read(text);
/// let party = |id| register.find(id).unwrap();
/// let mut listed = Listed::default();
/// listed.add(party("a"), None, None);
/// listed.add(party("b"), None, None);
/// let rule = Rule { threshold: Threshold::AtLeast(Percent::whole(50)), rest: Rest::Unknown };
/// let view = View::on(Date::constant(2026, 7, 1));
/// let found = Ownership::above(&register, view, party("c"), &listed, rule).finding(party("c")).unwrap();
/// assert_eq!(found.by_ownership, Answer::Caught);
/// assert_eq!(found.lower.percent, Percent::whole(50));
/// ```
#[derive(Debug)]
pub struct Ownership {
    scope: Scope,
    rule: Rule,
    listed: Vec<bool>,
    /// When each was caught, surely: 0 for listed, then in order; none if not.
    caught: Vec<Option<u32>>,
    lower: Vec<Sum>,
    may_be: Vec<bool>,
    upper: Vec<Bound>,
}

impl Ownership {
    /// A party and all above it.
    #[must_use]
    pub fn above(
        register: &Register,
        view: View,
        party: PartyNo,
        listed: &Listed,
        rule: Rule,
    ) -> Ownership {
        Ownership::of(Scope::above(register, view, party), view, listed, rule)
    }

    /// Every party of a register.
    #[must_use]
    pub fn whole(register: &Register, view: View, listed: &Listed, rule: Rule) -> Ownership {
        Ownership::of(Scope::whole(register, view), view, listed, rule)
    }

    fn of(scope: Scope, view: View, listed: &Listed, rule: Rule) -> Ownership {
        let listed = scope.listed(listed, view);
        let (caught, lower) = surely(&scope, &listed, rule.threshold);
        let (may_be, upper) = possibly(&scope, &listed, rule);
        Ownership {
            scope,
            rule,
            listed,
            caught,
            lower,
            may_be,
            upper,
        }
    }

    /// The answer for a party; none when it was not looked at.
    #[must_use]
    pub fn answer(&self, party: PartyNo) -> Option<Answer> {
        let at = *self.scope.places.get(&party)?;
        let (listed, unidentified) = (self.listed[at as usize], self.scope.is_unidentified(at));
        Some(reaches(
            listed,
            unidentified,
            self.by_ownership(at as usize),
        ))
    }

    fn by_ownership(&self, at: usize) -> Answer {
        if self.rule.threshold.is_met_from(self.lower[at].bound()) {
            Answer::Caught
        } else if self.rule.threshold.may_be_met_to(self.upper[at]) {
            Answer::Unknown
        } else {
            Answer::NotCaught
        }
    }

    /// Every party the rule reaches, with its answer, those it does not reach left out.
    pub fn reached(&self) -> impl Iterator<Item = (PartyNo, Answer)> {
        let all = self.scope.parties.iter();
        let answers = all.map(|p| (*p, self.answer(*p).unwrap_or(Answer::Unknown)));
        answers.filter(|(_, answer)| *answer != Answer::NotCaught)
    }

    /// What is found of a party, with its reasons; none when it was not looked at.
    #[must_use]
    pub fn finding(&self, party: PartyNo) -> Option<Finding> {
        let at = *self.scope.places.get(&party)?;
        let owners = self.scope.owners(at);
        let counted = owners.iter().filter(|o| o.at != at).map(|owner| Counted {
            owner: self.scope.parties[owner.at as usize],
            share: owner.share,
            link: owner.link,
            standing: self.standing(owner.at),
        });
        let mut stated = Sum::default();
        owners.iter().for_each(|o| stated.add(o.share.least()));
        let unstated = if self.scope.can_be_owned(at) {
            stated.bound().rest().percent
        } else {
            Percent::ZERO
        };
        Some(Finding {
            listed: self.listed[at as usize],
            unidentified: self.scope.is_unidentified(at),
            by_ownership: self.by_ownership(at as usize),
            lower: self.lower[at as usize].bound(),
            upper: self.upper[at as usize],
            owners: counted.collect(),
            unstated,
            paths: self.paths(at),
        })
    }

    fn standing(&self, at: u32) -> Standing {
        let place = at as usize;
        if self.listed[place] {
            Standing::Listed
        } else if self.caught[place].is_some() {
            Standing::Caught
        } else if self.scope.is_unidentified(at) {
            Standing::Unidentified
        } else if self.may_be[place] {
            Standing::MayBeCaught
        } else {
            Standing::Not
        }
    }

    /// For each caught owner of a party, the links from a listed party down to it, by owners that were
    /// caught before what they own.
    fn paths(&self, at: u32) -> Vec<Vec<LinkNo>> {
        let own = self.caught[at as usize].unwrap_or(u32::MAX);
        let mut paths = Vec::new();
        for owner in self.scope.owners(at) {
            let caught = self.caught[owner.at as usize];
            if owner.at == at
                || owner.share.least().percent == Percent::ZERO
                || caught.is_none_or(|c| c >= own)
            {
                continue;
            }
            let (mut path, mut above) = (vec![owner.link], owner.at);
            while let Some(when) = self.caught[above as usize].filter(|when| *when > 0) {
                let earlier = self.scope.owners(above).iter().filter(|o| {
                    self.caught[o.at as usize].is_some_and(|c| c < when)
                        && o.share.least().percent > Percent::ZERO
                });
                let Some(next) = earlier.min_by_key(|o| self.caught[o.at as usize]) else {
                    break;
                };
                path.push(next.link);
                above = next.at;
            }
            path.reverse();
            paths.push(path);
        }
        paths
    }
}

/// Who is caught whatever the unknown is, in order, and how much caught owners have at least.
fn surely(scope: &Scope, listed: &[bool], threshold: Threshold) -> (Vec<Option<u32>>, Vec<Sum>) {
    let mut caught: Vec<Option<u32>> = listed.iter().map(|l| l.then_some(0)).collect();
    let mut lower = vec![Sum::default(); scope.len()];
    let mut queue: Vec<u32> = (0..scope.len())
        .map(place)
        .filter(|at| listed[*at as usize])
        .collect();
    let mut next = 0;
    while let Some(owner) = queue.get(next).copied() {
        next += 1;
        for (share, owned) in scope.owns(owner) {
            let at = owned as usize;
            if owned == owner {
                continue;
            }
            lower[at].add(share.least());
            if caught[at].is_none() && threshold.is_met_from(lower[at].bound()) {
                queue.push(owned);
                caught[at] = Some(place(queue.len()));
            }
        }
    }
    (caught, lower)
}

/// Sums of what those have who may be caught, and of what the others surely have.
#[derive(Clone, Copy, Default)]
struct Sides {
    most: Sum,
    least: Sum,
    others_least: Sum,
}

impl Sides {
    fn moves(&mut self, share: Share) {
        self.others_least.take(share.least());
        self.least.add(share.least());
        self.most.add(share.most());
    }

    /// The most that those who may be caught have together: what the others leave, or less.
    fn upper(&self, rest: Rest) -> Bound {
        let left = self.others_least.bound().rest();
        let upper = match rest {
            Rest::Unknown => left,
            Rest::Unlisted => self.most.bound().lower_end(left),
        };
        // Statements that add up to more than the whole leave less than is stated.
        let least = self.least.bound();
        if upper.percent < least.percent {
            least
        } else {
            upper
        }
    }
}

/// Who may be caught, and how much caught owners may have at most.
fn possibly(scope: &Scope, listed: &[bool], rule: Rule) -> (Vec<bool>, Vec<Bound>) {
    let mut may_be: Vec<bool> = (0..scope.len())
        .map(|at| listed[at] || scope.is_unidentified(place(at)))
        .collect();
    let mut sides = vec![Sides::default(); scope.len()];
    let mut queue: Vec<u32> = Vec::new();
    for at in (0..scope.len()).map(place) {
        let side = &mut sides[at as usize];
        for owner in scope.owners(at) {
            side.others_least.add(owner.share.least());
            if owner.at != at && may_be[owner.at as usize] {
                side.moves(owner.share);
            }
        }
    }
    let reached = |at: u32, side: &Sides| {
        scope.can_be_owned(at) && rule.threshold.may_be_met_to(side.upper(rule.rest))
    };
    for at in (0..scope.len()).map(place) {
        if !may_be[at as usize] && reached(at, &sides[at as usize]) {
            queue.push(at);
        }
    }
    queue.iter().for_each(|at| may_be[*at as usize] = true);
    let mut next = 0;
    while let Some(owner) = queue.get(next).copied() {
        next += 1;
        for (share, owned) in scope.owns(owner) {
            if owned == owner {
                continue;
            }
            let side = &mut sides[owned as usize];
            side.moves(share);
            if !may_be[owned as usize] && reached(owned, side) {
                may_be[owned as usize] = true;
                queue.push(owned);
            }
        }
    }
    let upper = (0..scope.len()).map(place).map(|at| {
        if scope.can_be_owned(at) {
            sides[at as usize].upper(rule.rest)
        } else {
            Bound::at(Percent::ZERO)
        }
    });
    let upper = upper.collect();
    (may_be, upper)
}
