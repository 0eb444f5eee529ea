//! Both algorithms against slow and obvious ones, on random graphs with circles, dates, ranges and
//! holders who are not identified.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use std::collections::BTreeSet;

use ascent::ascent;
use common::{Book, HALF, HALF_REST_UNLISTED};
use proptest::prelude::*;
use tiergate_parties::{
    Answer, Date, Kind, LinkStatement, Listed, Ownership, Parent, Percent, Rest, Rule, Says, Share,
    Threshold, View, Why,
};

/// Who has how much of whom, in whole percent: owner, owned, least and most.
type Edge = (usize, usize, u32, u32);

/// A small world: parties by number, of which the last are not identified, and who is listed.
#[derive(Debug, Clone)]
struct World {
    parties: usize,
    unidentified: usize,
    edges: Vec<Edge>,
    listed: BTreeSet<usize>,
}

impl World {
    fn name(at: usize) -> String {
        format!("p{at}")
    }

    fn book(&self) -> Book {
        let mut book = Book::new();
        for at in 0..self.parties {
            let kind = if at >= self.parties - self.unidentified {
                Kind::UnknownEntity
            } else {
                Kind::Entity
            };
            book.party(&World::name(at), kind);
        }
        for (owner, owned, least, most) in &self.edges {
            let share = format!("{least}..{most}");
            book.shares(&World::name(*owner), &World::name(*owned), &share);
        }
        book
    }

    fn is_unidentified(&self, at: usize) -> bool {
        at >= self.parties - self.unidentified
    }

    fn least(&self, owned: usize) -> u32 {
        self.edges
            .iter()
            .filter(|e| e.1 == owned)
            .map(|e| e.2)
            .sum()
    }
}

/// Worlds in which each pair has one link and nobody's holders have more than the whole at least.
fn world(
    parties: usize,
    unidentified: usize,
    edges: usize,
    ranges: bool,
    step: u32,
) -> impl Strategy<Value = World> {
    let steps = 100 / step;
    let edge = (0..parties, 0..parties, 0..=steps, 0..=steps);
    let edges = prop::collection::vec(edge, 0..=edges);
    let listed = prop::collection::btree_set(0..parties, 0..=2);
    (edges, listed).prop_map(move |(edges, listed)| {
        let mut world = World {
            parties,
            unidentified,
            edges: Vec::new(),
            listed,
        };
        let (mut seen, mut open) = (BTreeSet::new(), 0);
        for (owner, owned, a, b) in edges {
            let (a, b) = (a * step, b * step);
            let range = ranges && open < 2 && a != b;
            let (least, most) = if range { (a.min(b), a.max(b)) } else { (a, a) };
            if !seen.insert((owner, owned)) || world.least(owned) + least > 100 {
                continue;
            }
            open += u32::from(range);
            world.edges.push((owner, owned, least, most));
        }
        world
    })
}

/// Caught by going round until nothing is added.
fn naive(
    parties: usize,
    edges: &[(usize, usize, u32)],
    sources: &BTreeSet<usize>,
    half: u32,
) -> (BTreeSet<usize>, Vec<u32>) {
    let mut caught = sources.clone();
    loop {
        let sum = |owned: usize, caught: &BTreeSet<usize>| -> u32 {
            let of = edges
                .iter()
                .filter(|e| e.1 == owned && e.0 != owned && caught.contains(&e.0));
            of.map(|e| e.2).sum()
        };
        let mut next = caught.clone();
        next.extend((0..parties).filter(|at| sum(*at, &caught) >= half));
        if next == caught {
            let sums = (0..parties).map(|at| sum(at, &caught)).collect();
            return (caught, sums);
        }
        caught = next;
    }
}

ascent! {
    /// The same in Datalog: shares of caught owners are added up owner by owner.
    struct Rules;
    relation holding(usize, usize, usize, u32); // owned, place among its owners, owner, share
    relation owners(usize, usize); // owned, how many
    relation listed(usize);
    relation half(u32);
    relation sum(usize, usize, u32); // owned, owners looked at, what caught ones have
    relation caught(usize);

    sum(e, 0, 0) <-- owners(e, _);
    sum(e, k + 1, *s) <-- sum(e, k, s), holding(e, k, _, _);
    sum(e, k + 1, s + p) <-- sum(e, k, s), holding(e, k, o, p), caught(o);
    caught(p) <-- listed(p);
    caught(e) <-- sum(e, n, s), owners(e, n), half(h), if s >= h;
}

ascent! {
    /// The way up: who has a majority, alone or together with those it has a majority of.
    struct Up;
    relation party(usize);
    relation holding(usize, usize, usize, u32); // owned, place among its owners, owner, share
    relation owners(usize, usize); // owned, how many
    relation member(usize, usize); // a party, and those it controls and itself
    relation sum(usize, usize, usize, u32); // who, owned, owners looked at, what it has through them
    relation controls(usize, usize);
    relation controlled(usize);
    relation top(usize, usize);

    member(p, p) <-- party(p);
    member(p, e) <-- controls(p, e);
    sum(p, e, 0, 0) <-- party(p), owners(e, _);
    sum(p, e, k + 1, *s) <-- sum(p, e, k, s), holding(e, k, _, _);
    sum(p, e, k + 1, s + h) <-- sum(p, e, k, s), holding(e, k, o, h), member(p, o);
    controls(p, e) <-- sum(p, e, n, s), owners(e, n), if *s > 50 && p != e;
    controlled(e) <-- controls(_, e);
    top(e, e) <-- party(e), !controlled(e);
    top(e, p) <-- controls(p, e), !controlled(p);
}

fn datalog(world: &World, half: u32) -> BTreeSet<usize> {
    let mut rules = Rules::default();
    for owned in 0..world.parties {
        let of = world.edges.iter().filter(|e| e.1 == owned && e.0 != owned);
        let mut count = 0;
        for (place, edge) in of.enumerate() {
            rules.holding.push((owned, place, edge.0, edge.2));
            count = place + 1;
        }
        rules.owners.push((owned, count));
    }
    rules.listed = world.listed.iter().map(|p| (*p,)).collect();
    rules.half = vec![(half,)];
    rules.run();
    rules.caught.iter().map(|c| c.0).collect()
}

/// Every way in which the open shares may be filled in, no holders having more than the whole.
fn fillings(world: &World, step: usize) -> Vec<Vec<(usize, usize, u32)>> {
    let mut all: Vec<Vec<(usize, usize, u32)>> = vec![Vec::new()];
    for (owner, owned, least, most) in &world.edges {
        let mut next = Vec::new();
        for filled in &all {
            for share in (*least..=*most).step_by(step) {
                let mut more = filled.clone();
                more.push((*owner, *owned, share));
                next.push(more);
            }
        }
        all = next;
    }
    let fits = |filled: &Vec<(usize, usize, u32)>| {
        (0..world.parties).all(|owned| {
            filled
                .iter()
                .filter(|e| e.1 == owned)
                .map(|e| e.2)
                .sum::<u32>()
                <= 100
        })
    };
    all.retain(fits);
    all
}

/// For each party, whether it is caught by its owners in some completion and whether it is not in some;
/// and the least and the most that caught owners have.
fn completions(world: &World, rest: Rest, half: u32, step: usize) -> Vec<(bool, bool, u32, u32)> {
    let mut seen = vec![(false, false, u32::MAX, 0); world.parties];
    let hidden: Vec<usize> = (0..world.parties)
        .filter(|p| world.is_unidentified(*p) && !world.listed.contains(p))
        .collect();
    for filled in fillings(world, step) {
        for listed in 0..1_usize << hidden.len() {
            let mut sources = world.listed.clone();
            sources.extend(
                hidden
                    .iter()
                    .enumerate()
                    .filter(|(bit, _)| listed >> bit & 1 == 1)
                    .map(|(_, p)| *p),
            );
            let rests = match rest {
                Rest::Unknown => 1_usize << world.parties,
                Rest::Unlisted => 1,
            };
            for with_rest in 0..rests {
                // Someone else, listed, has what is left of these.
                let someone = world.parties;
                let mut edges = filled.clone();
                let mut sources = sources.clone();
                sources.insert(someone);
                for owned in (0..world.parties).filter(|p| with_rest >> p & 1 == 1) {
                    let stated: u32 = filled.iter().filter(|e| e.1 == owned).map(|e| e.2).sum();
                    edges.push((someone, owned, 100 - stated));
                }
                let (_, sums) = naive(world.parties, &edges, &sources, half);
                for (at, sum) in sums.into_iter().enumerate() {
                    let seen = &mut seen[at];
                    seen.0 |= sum >= half;
                    seen.1 |= sum < half;
                    seen.2 = seen.2.min(sum);
                    seen.3 = seen.3.max(sum);
                }
            }
        }
    }
    seen
}

fn listed(world: &World, book: &Book) -> Listed {
    let names: Vec<String> = world.listed.iter().map(|p| World::name(*p)).collect();
    book.listed(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The party at the top when everything is known; none in a circle.
fn top(parties: usize, filled: &[(usize, usize, u32)], from: usize) -> Option<usize> {
    let mut controls: BTreeSet<(usize, usize)> = BTreeSet::new();
    loop {
        let has = |p: usize, e: usize| -> u32 {
            let of = filled.iter().filter(|f| f.1 == e);
            of.filter(|f| f.0 == p || controls.contains(&(p, f.0)))
                .map(|f| f.2)
                .sum()
        };
        let pairs = (0..parties).flat_map(|p| (0..parties).map(move |e| (p, e)));
        let next: BTreeSet<_> = pairs.filter(|(p, e)| p != e && has(*p, *e) > 50).collect();
        if next == controls {
            break;
        }
        controls = next;
    }
    let controlled = |e: usize| controls.iter().any(|c| c.1 == e);
    if !controlled(from) {
        return Some(from);
    }
    controls
        .iter()
        .find(|c| c.1 == from && !controlled(c.0))
        .map(|c| c.0)
}

/// Whether some parties own one another in a circle, whatever the share.
fn has_circle(world: &World) -> bool {
    let mut left = world.edges.clone();
    loop {
        let before = left.len();
        let owned: BTreeSet<usize> = left.iter().map(|e| e.1).collect();
        left.retain(|e| owned.contains(&e.0));
        if left.len() == before {
            return !left.is_empty();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    /// With every share known and nothing left out: the same set as by going round and as by Datalog.
    #[test]
    fn the_caught_are_those_of_datalog_and_of_going_round(world in world(8, 0, 20, false, 5), half in 1..=100_u32) {
        let book = world.book();
        let rule = Rule { threshold: Threshold::AtLeast(Percent::whole(half)), ..HALF_REST_UNLISTED };
        let found = Ownership::whole(&book.register, View::on(common::DAY), &listed(&world, &book), rule);
        let caught: BTreeSet<usize> = (0..world.parties)
            .filter(|p| found.answer(book.no(&World::name(*p))) == Some(Answer::Caught))
            .collect();
        let edges: Vec<_> = world.edges.iter().map(|e| (e.0, e.1, e.2)).collect();
        let (slow, sums) = naive(world.parties, &edges, &world.listed, half);
        prop_assert_eq!(&caught, &slow);
        prop_assert_eq!(&caught, &datalog(&world, half));
        for (at, sum) in sums.into_iter().enumerate() {
            let finding = found.finding(book.no(&World::name(at))).unwrap();
            prop_assert_eq!(finding.exact(), Some(Percent::whole(sum)));
            prop_assert_eq!(finding.by_ownership == Answer::Unknown, false);
            // The evidence: as many ways as caught owners that were caught before, each from a listed party.
            if finding.by_ownership == Answer::Caught && !finding.listed {
                prop_assert!(!finding.paths.is_empty());
            }
            for path in &finding.paths {
                let links: Vec<_> = path.iter().map(|l| book.register.link(*l)).collect();
                prop_assert!(links.windows(2).all(|w| w[0].owned == w[1].owner));
                prop_assert!(world.listed.iter().any(|p| book.no(&World::name(*p)) == links[0].owner));
                prop_assert_eq!(links.last().unwrap().owned, book.no(&World::name(at)));
            }
        }
    }

    /// Unknown if and only if two completions differ, and the aggregate lies exactly between its ends.
    #[test]
    fn unknown_is_when_two_completions_differ(world in world(4, 1, 6, true, 10), rest in prop::bool::ANY) {
        let rule = if rest { HALF } else { HALF_REST_UNLISTED };
        let book = world.book();
        let found = Ownership::whole(&book.register, View::on(common::DAY), &listed(&world, &book), rule);
        for (at, (some, not, least, most)) in completions(&world, rule.rest, 50, 10).into_iter().enumerate() {
            let expected = match (some, not) {
                (true, true) => Answer::Unknown,
                (true, false) => Answer::Caught,
                _ => Answer::NotCaught,
            };
            let finding = found.finding(book.no(&World::name(at))).unwrap();
            prop_assert_eq!(finding.by_ownership, expected, "{} of {:?}", at, world);
            prop_assert_eq!(finding.lower.percent, Percent::whole(least), "{} of {:?}", at, world);
            prop_assert_eq!(finding.upper.percent, Percent::whole(most), "{} of {:?}", at, world);
        }
    }

    /// More listed parties, larger shares or a lower threshold never catch fewer.
    #[test]
    fn the_rule_is_monotone(world in world(8, 1, 16, true, 5), more in 0..8_usize) {
        let book = world.book();
        let answers = |world: &World, rule: Rule| -> Vec<Answer> {
            let found = Ownership::whole(&book.register, View::on(common::DAY), &listed(world, &book), rule);
            (0..world.parties).map(|p| found.answer(book.no(&World::name(p))).unwrap()).collect()
        };
        let rank = |a: &Answer| match a { Answer::NotCaught => 0, Answer::Unknown => 1, Answer::Caught => 2 };
        let before = answers(&world, HALF);
        let mut larger = world.clone();
        larger.listed.insert(more);
        let lower = Rule { threshold: Threshold::AtLeast(Percent::whole(30)), ..HALF };
        for after in [answers(&larger, HALF), answers(&world, lower)] {
            prop_assert!(before.iter().zip(&after).all(|(b, a)| rank(b) <= rank(a)));
        }
    }

    /// Where everything is known, the top is the one of Datalog, and a circle has none.
    #[test]
    fn the_top_is_that_of_datalog(world in world(8, 0, 12, false, 1)) {
        // A keeper has what is left of each: no share is left out.
        let mut book = world.book();
        book.party("keeper", Kind::Person);
        for at in 0..world.parties {
            let left = 100 - world.least(at);
            if left > 0 {
                book.shares("keeper", &World::name(at), &left.to_string());
            }
        }
        let mut up = Up {
            party: (0..world.parties).map(|p| (p,)).collect(),
            ..Up::default()
        };
        for owned in 0..world.parties {
            let of = world.edges.iter().filter(|e| e.1 == owned);
            let of: Vec<_> = of.enumerate().map(|(place, e)| (owned, place, e.0, e.2)).collect();
            up.owners.push((owned, of.len()));
            up.holding.extend(of);
        }
        up.run();
        for at in 0..world.parties {
            let tops: Vec<usize> = up.top.iter().filter(|t| t.0 == at).map(|t| t.1).collect();
            match book.parent(&World::name(at)) {
                Parent::Known(top) => {
                    prop_assert_eq!(tops, vec![(0..world.parties).find(|p| book.no(&World::name(*p)) == top.party).unwrap()]);
                    let mut from = book.no(&World::name(at));
                    for link in &top.path {
                        prop_assert_eq!(book.register.link(*link).owned, from);
                        from = book.register.link(*link).owner;
                    }
                    prop_assert_eq!(from, top.party);
                }
                // Where parties hold parts of one another, it may be left open.
                Parent::Unknown(gap) if matches!(gap.why, Why::Together(_)) => {
                    prop_assert!(has_circle(&world), "{:?}", gap);
                }
                Parent::Unknown(gap) => {
                    prop_assert!(matches!(gap.why, Why::Cycle(_)), "{:?}", gap);
                    prop_assert!(tops.is_empty());
                }
            }
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// A parent is known only if every completion has it; where nobody owns another in a circle, if and
    /// only if.
    #[test]
    fn a_parent_is_known_when_every_completion_has_it(world in world(4, 1, 5, true, 10)) {
        let book = world.book();
        let (known, hidden) = (world.parties - 1, world.parties);
        let mut tops = vec![BTreeSet::new(); known];
        for filled in fillings(&world, 10) {
            // What is left of these is held by someone; of the others, by many.
            for rest in 0..1_usize << known {
                let mut edges = filled.clone();
                for owned in (0..known).filter(|p| rest >> p & 1 == 1) {
                    let stated: u32 = filled.iter().filter(|e| e.1 == owned).map(|e| e.2).sum();
                    edges.push((hidden, owned, 100 - stated));
                }
                // Someone, and who is not identified, are two or one, and belong to nobody or to somebody.
                for alias in [known, hidden] {
                    for parent in (0..known).map(Some).chain([None]) {
                        let mut all: Vec<_> = edges.iter().map(|e| {
                            let owner = if e.0 == known { alias } else { e.0 };
                            (owner, e.1, e.2)
                        }).collect();
                        all.retain(|e| e.1 < known);
                        all.extend(parent.map(|p| (p, hidden, 100)));
                        for (at, tops) in tops.iter_mut().enumerate() {
                            tops.insert(top(hidden + 1, &all, at));
                        }
                    }
                }
            }
        }
        for (at, tops) in tops.iter().enumerate() {
            match book.parent(&World::name(at)) {
                Parent::Known(found) => {
                    let expected = (0..world.parties).find(|p| book.no(&World::name(*p)) == found.party);
                    prop_assert_eq!(tops, &BTreeSet::from([expected]), "{} of {:?}", at, world);
                }
                Parent::Unknown(gap) if matches!(gap.why, Why::Cycle(_)) => {
                    prop_assert_eq!(tops, &BTreeSet::from([None]), "{} of {:?}", at, world);
                }
                Parent::Unknown(gap) => prop_assert!(
                    tops.len() > 1 || has_circle(&world),
                    "{} of {:?}: {:?} {:?}", at, world, gap, tops
                ),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    /// On each day, only the links of that day count.
    #[test]
    fn a_dated_register_answers_as_the_links_of_the_day_alone(
        world in world(6, 0, 12, false, 5),
        spans in prop::collection::vec((0..6_i8, 0..6_i8), 12),
        day in 0..6_i8,
    ) {
        let date = |d: i8| Date::constant(2026, 3, 10 + d);
        let (mut dated, mut plain) = (Book::new(), Book::new());
        for at in 0..world.parties {
            dated.party(&World::name(at), Kind::Entity);
            plain.party(&World::name(at), Kind::Entity);
        }
        for (edge, (a, b)) in world.edges.iter().zip(&spans) {
            let (from, to) = (*a.min(b), *a.max(b));
            let share = Share::exactly(Percent::whole(edge.2));
            let link = LinkStatement::new(World::name(edge.0), World::name(edge.1), tiergate_parties::Interest::Shares, Some(share));
            dated.say(Says::Link(LinkStatement { from: Some(date(from)), to: Some(date(to)), ..link.clone() }));
            if (from..=to).contains(&day) {
                plain.say(Says::Link(link));
            }
        }
        let found = |book: &Book| -> Vec<(Answer, String)> {
            let all = Ownership::whole(&book.register, View::on(date(day)), &listed(&world, book), HALF);
            (0..world.parties).map(|p| {
                let no = book.no(&World::name(p));
                let parent = match View::on(date(day)).ultimate_parent(&book.register, no) {
                    Parent::Known(top) => book.register.id(top.party).to_owned(),
                    Parent::Unknown(gap) => format!("unknown at {}", book.register.id(gap.at)),
                };
                (all.answer(no).unwrap(), parent)
            }).collect()
        };
        prop_assert_eq!(found(&dated), found(&plain));
    }
}
