//! Components: parties that hang together by links and by parents that are known.

use rustc_hash::FxHashMap;

use crate::book::Book;
use crate::links::Link;
use crate::settings::Settings;
use crate::union::Groups;

/// Parties that may be one buyer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Component {
    /// Its parties, ascending; two or more.
    pub parties: Vec<u32>,
    /// The links that hold it together, surest first: one fewer than the parts they join.
    pub tree: Vec<Link>,
}

/// Components, and the groups of parties whose common parent is known.
pub struct Components {
    /// Of two or more parties.
    pub linked: Vec<Component>,
    /// For each party, the least party of its group by known parents.
    pub known: Vec<u32>,
}

/// Joins what is known, then what is linked, the surest first; a link that would make a component
/// of more parties than the settings allow is left out, so that a chain of weak links does not run
/// through a whole market. Then weak links to what looks like any other buyer are cut.
pub fn components(
    book: &Book,
    links: &[Link],
    evidence: &[f64],
    settings: &Settings,
) -> Components {
    let count = book.parties.len() as u32;
    let mut groups = by_parent(book);
    let known: Vec<u32> = (0..count).map(|p| groups.find(p)).collect();
    let mut sizes = vec![0_usize; count as usize];
    known.iter().for_each(|root| sizes[*root as usize] += 1);
    let mut kept: Vec<Link> = Vec::new();
    for link in links {
        let (one, other) = (groups.find(link.one), groups.find(link.other));
        let together = sizes[one as usize] + sizes[other as usize];
        if one == other || together > settings.component_parties_max {
            continue;
        }
        groups.join(one, other);
        sizes[one.min(other) as usize] = together;
        kept.push(*link);
    }
    let whole = gather(count, groups, kept);
    let linked = whole
        .into_iter()
        .flat_map(|c| cut(c, &known, evidence, settings));
    Components {
        linked: linked.collect(),
        known,
    }
}

/// The components of two or more parties, with the links that hold each together.
fn gather(count: u32, mut groups: Groups, kept: Vec<Link>) -> Vec<Component> {
    let roots: Vec<u32> = (0..count).map(|p| groups.find(p)).collect();
    let mut sizes = vec![0_u32; count as usize];
    roots.iter().for_each(|root| sizes[*root as usize] += 1);
    let mut places: FxHashMap<u32, usize> = FxHashMap::default();
    let mut components: Vec<Component> = Vec::new();
    for (party, root) in (0..count).zip(&roots) {
        if sizes[*root as usize] < 2 {
            continue;
        }
        let at = *places.entry(*root).or_insert_with(|| {
            components.push(Component::default());
            components.len() - 1
        });
        components[at].parties.push(party);
    }
    for link in kept {
        if let Some(at) = places.get(&roots[link.one as usize]) {
            components[*at].tree.push(link);
        }
    }
    components
}

/// Cuts a component at weak links, the weakest first, wherever the odds of the link do not make up
/// for how ordinary the more ordinary side is. What it falls into is returned, single parties left out.
fn cut(
    component: Component,
    known: &[u32],
    evidence: &[f64],
    settings: &Settings,
) -> Vec<Component> {
    let weak = |link: &Link| link.chance < settings.cut_below;
    for at in (0..component.tree.len()).rev() {
        let link = component.tree[at];
        if !weak(&link) {
            break;
        }
        let sides = without(&component, at, known);
        let ordinary = sides.iter().map(|side| {
            let of_side = side.parties.iter().map(|p| evidence[*p as usize]);
            of_side.sum::<f64>()
        });
        let least = ordinary.fold(f64::INFINITY, f64::min);
        if (link.chance / (1.0 - link.chance)).ln() + least < 0.0 {
            let parts = sides.into_iter().filter(|side| side.parties.len() > 1);
            return parts
                .flat_map(|side| cut(side, known, evidence, settings))
                .collect();
        }
    }
    vec![component]
}

/// The two sides of a component without one of its links.
fn without(component: &Component, at: usize, known: &[u32]) -> [Component; 2] {
    let place = |party: u32| component.parties.binary_search(&party).unwrap_or_default() as u32;
    let mut groups = Groups::new(component.parties.len() as u32);
    let mut by_parent: FxHashMap<u32, u32> = FxHashMap::default();
    for (party, at) in component.parties.iter().zip(0..) {
        let first = *by_parent.entry(known[*party as usize]).or_insert(at);
        groups.join(first, at);
    }
    let rest = component
        .tree
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != at);
    for (_, link) in rest.clone() {
        groups.join(place(link.one), place(link.other));
    }
    let one = groups.find(place(component.tree[at].one));
    let mut sides = [Component::default(), Component::default()];
    for (party, at) in component.parties.iter().zip(0..) {
        sides[usize::from(groups.find(at) != one)]
            .parties
            .push(*party);
    }
    for (_, link) in rest {
        sides[usize::from(groups.find(place(link.one)) != one)]
            .tree
            .push(*link);
    }
    sides
}

/// Parties grouped by the parents they declare; a parent need not be a party itself.
fn by_parent(book: &Book) -> Groups {
    let mut groups = Groups::new(book.parties.len() as u32);
    let mut places: FxHashMap<&str, u32> = FxHashMap::default();
    for (party, at) in book.parties.iter().zip(0..) {
        places.insert(&party.id, at);
    }
    for (party, at) in book.parties.iter().zip(0..) {
        if let Some(parent) = &party.known_parent {
            // The first child of a parent outside the file stands for it.
            let stands = *places.entry(parent).or_insert(at);
            groups.join(stands, at);
        }
    }
    groups
}
