//! The register of parties and the list of restricted ones, as the desk asks them.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Result;
use jiff::civil::Date;
use tiergate_law::View as LawView;
use tiergate_parties::{Interest, LinkNo, Listed, Parent, PartyNo, Register, Rest, View, name_key};
use tiergate_screening::{Adjudications, Index, Party, lists};
use tiergate_server::{
    Edge, Fault, Graph, Matches, Node, PartyMatch, PartySheet, PartyTold, ScreenHit, Screened,
};

use super::{Orders, whole};
use crate::commands::parties::{listed, parent, show};
use crate::commands::screen::{summary, why};
use crate::parties::words::Words;

/// The law whose 50 percent rule is applied, as it is enforced.
const LAW: &str = "us";
/// Parties that a search tells.
const TOLD_MOST: usize = 50;
/// Hits that a screening tells.
const HITS_MOST: usize = 20;
/// Parties that a graph shows.
const DRAWN_MOST: usize = 24;

/// A register, who of it is listed, and a list to screen against; each may be missing.
#[derive(Default)]
pub struct Known {
    register: Option<Register>,
    /// Who is listed; none when nobody said.
    listed: Option<Listed>,
    /// The list, and whether all of it could be read.
    list: Option<(Index, bool)>,
}

impl Known {
    /// Reads what is given.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or a listed party that the register does not have.
    pub fn read(parties: Option<&Path>, listed: &[String], list: Option<&Path>) -> Result<Known> {
        let mut known = Known::default();
        if let Some(file) = parties {
            let register = crate::parties::open(file)?.register;
            if !listed.is_empty() {
                known.listed = Some(crate::parties::listed::read(&register, listed)?.listed);
            }
            known.register = Some(register);
        }
        if list.is_some() {
            known.list = Some(crate::lists::index(list)?);
        }
        Ok(known)
    }

    /// Parties whose name, id or identifier holds a text; those that are it first.
    pub fn search(&self, text: &str, day: Date) -> Option<Matches> {
        let register = self.register.as_ref()?;
        let (view, key, plain) = (View::on(day), name_key(text), text.to_lowercase());
        let mut found: Vec<(bool, String, PartyNo)> = Vec::new();
        for party in register.parties() {
            let known = view.describe(register, party);
            let id = register.id(party);
            let names = || known.names.iter().map(|name| name_key(&name.text));
            let numbers = || known.identifiers.iter().map(|i| i.value.to_lowercase());
            let whole = id == text || names().any(|n| n == key) || numbers().any(|n| n == plain);
            let part = || names().any(|n| !key.is_empty() && n.contains(&key));
            if text.is_empty() || whole || part() || id.to_lowercase().contains(&plain) {
                found.push((!whole, view.name(register, party), party));
            }
        }
        found.sort();
        let told = found.iter().take(TOLD_MOST).map(|(_, name, party)| {
            let known = view.describe(register, *party);
            let kind = known
                .kind
                .map_or("not described", tiergate_parties::Kind::word);
            PartyMatch {
                id: register.id(*party).to_owned(),
                name: name.clone(),
                kind: kind.to_owned(),
                headquarters: known
                    .headquarters()
                    .map_or_else(String::new, |country| country.to_string()),
            }
        });
        Some(Matches {
            parties: told.collect(),
            found: found.len(),
            of: register.party_count(),
        })
    }

    /// A name against the list.
    pub fn screen(&self, name: &str, country: &str) -> Option<Screened> {
        let (index, well) = self.list.as_ref()?;
        let party = Party {
            country: country.to_owned(),
            ..Party::named(name)
        };
        let hits = match name {
            "" => Vec::new(),
            _ => index.screen(&party, Index::THRESHOLD, &Adjudications::default()),
        };
        let told = hits.iter().take(HITS_MOST).map(|hit| ScreenHit {
            score: format!("{:.3}", hit.score),
            name: hit.matched_name.clone(),
            entry: hit.entry.clone(),
            list: hit.list.clone(),
            citation: hit.citation.clone(),
            countries: hit.countries.join(", "),
            requires: hit.license_requirement.clone(),
            why: why(&hit.why),
        });
        Some(Screened {
            list: crate::lists::title(index.list()),
            says: summary(&hits, lists(&party, &hits).filter(|_| *well)),
            found: hits.len(),
            hits: told.collect(),
        })
    }
}

/// A party of the register on a day.
pub fn party(orders: &Orders, id: &str, day: Date) -> Result<Option<PartyTold>, Vec<Fault>> {
    let known = &orders.known;
    let Some(register) = &known.register else {
        return Err(whole("no register of parties was given at the start"));
    };
    let Some(party) = register.by_id(id) else {
        return Ok(None);
    };
    let view = View::on(day);
    let words = Words { register, view };
    let top = view.ultimate_parent(register, party);
    let rule = rule(orders, words, party, day);
    Ok(Some(PartyTold {
        id: id.to_owned(),
        name: words.name(party),
        facts: show::sheet(words, party).0,
        parent: parent::sheet(words, party, &top).0,
        rule,
        graph: graph(words, party, &top, known.listed.as_ref()),
    }))
}

fn rule(
    orders: &Orders,
    words: Words<'_>,
    party: PartyNo,
    day: Date,
) -> Result<PartySheet, String> {
    let Some(all) = &orders.known.listed else {
        return Err("nobody said at the start which parties are listed (--listed)".to_owned());
    };
    let rule = listed::affiliates(orders.desk, LAW, LawView::Enforced, day);
    let rule = rule.map_err(|error| error.to_string())?;
    let answer = listed::answered(words, party, all, (rule, day), Rest::Unknown);
    Ok(answer.sheet(words).0)
}

/// All above a party, and those it owns itself, as far as they fit.
fn graph(words: Words<'_>, party: PartyNo, top: &Parent, listed: Option<&Listed>) -> Graph {
    let Words { register, view } = words;
    let mut places: HashMap<PartyNo, usize> = HashMap::from([(party, 0)]);
    let (mut order, mut more) = (vec![party], false);
    let mut take = |other: PartyNo, order: &mut Vec<PartyNo>| {
        if order.len() >= DRAWN_MOST && !places.contains_key(&other) {
            return false;
        }
        places.entry(other).or_insert_with(|| {
            order.push(other);
            order.len() - 1
        });
        true
    };
    let mut next = 0;
    while let Some(at) = order.get(next).copied() {
        for link in view.links_into(register, at) {
            more |= !take(register.link(link).owner, &mut order);
        }
        next += 1;
    }
    for link in view.links_out_of(register, party) {
        more |= !take(register.link(link).owned, &mut order);
    }
    let mut links: Vec<Edge> = Vec::new();
    for owned in &order {
        for link in view.links_into(register, *owned) {
            let owner = places.get(&register.link(link).owner);
            if let (Some(owner), Some(owned)) = (owner, places.get(owned)) {
                links.push(Edge {
                    owner: *owner,
                    owned: *owned,
                    label: label(register, link),
                    says: words.link(link),
                });
            }
        }
    }
    let above = match top {
        Parent::Known(top) => Some(top.party),
        Parent::Unknown(_) => None,
    };
    let node = |one: &PartyNo| {
        let unidentified = || {
            let kind = view.describe(register, *one).kind;
            kind.is_some_and(tiergate_parties::Kind::is_unidentified)
        };
        Node {
            id: register.id(*one).to_owned(),
            name: words.name(*one),
            mark: match *one {
                one if listed.is_some_and(|all| all.has(one, view.on)) => "listed",
                one if one == party => "self",
                one if above == Some(one) => "parent",
                _ if unidentified() => "unidentified",
                _ => "",
            },
        }
    };
    Graph {
        parties: order.iter().map(node).collect(),
        links,
        more,
    }
}

/// `60 %`, or the way in which one controls another.
fn label(register: &Register, link: LinkNo) -> String {
    let link = register.link(link);
    match (link.interest, link.share) {
        (Interest::Shares, Some(share)) => share.to_string(),
        (interest, Some(share)) => format!("{share} {}", interest.words()),
        (interest, None) => interest.words().to_owned(),
    }
}
