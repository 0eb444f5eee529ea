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
/// through a whole market.
pub fn components(book: &Book, links: &[Link], settings: &Settings) -> Components {
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
    let mut places: FxHashMap<u32, usize> = FxHashMap::default();
    let mut linked: Vec<Component> = Vec::new();
    for party in 0..count {
        let root = groups.find(party);
        if sizes[root as usize] < 2 {
            continue;
        }
        let at = *places.entry(root).or_insert_with(|| {
            linked.push(Component::default());
            linked.len() - 1
        });
        linked[at].parties.push(party);
    }
    for link in kept {
        if let Some(at) = places.get(&groups.find(link.one)) {
            linked[*at].tree.push(link);
        }
    }
    Components { linked, known }
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
