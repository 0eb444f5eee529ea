//! The register of parties and the list of restricted ones, as the desk asks them.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Result;
use jiff::civil::Date;
use serde_json::json;
use tiergate_law::View as LawView;
use tiergate_parties::{Interest, LinkNo, Listed, Parent, PartyNo, Register, Rest, View, name_key};
use tiergate_server::{
    Edge, Graph, Matches, Node, PartyFound, PartyMatch, PartySearch, PartySheet, PartyTold,
};

use super::Orders;
use super::screening::Screener;
use crate::commands::parties::listed::Answered;
use crate::commands::parties::{listed, parent, show};
use crate::parties::words::Words;

/// The law whose 50 percent rule is applied, as it is enforced.
const LAW: &str = "us";
/// Parties that a graph shows.
const DRAWN_MOST: usize = 24;

/// A register, who of it is listed, and a list to screen against; each may be missing.
#[derive(Default)]
pub struct Known {
    register: Option<Register>,
    /// Who is listed; none when nobody said.
    listed: Option<Listed>,
    pub(super) screener: Option<Screener>,
}

/// The files of which parties are known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Files<'f> {
    /// The register.
    pub parties: Option<&'f Path>,
    /// Listed parties of it, or files of them.
    pub listed: &'f [String],
    /// The list of restricted parties.
    pub list: Option<&'f Path>,
    /// Decisions about hits.
    pub adjudications: Option<&'f Path>,
}

impl Known {
    /// Reads what is given.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or a listed party that the register does not have.
    pub fn read(files: Files<'_>) -> Result<Known> {
        let mut known = Known::default();
        if let Some(file) = files.parties {
            let register = crate::parties::open(file)?.register;
            if !files.listed.is_empty() {
                known.listed = Some(crate::parties::listed::read(&register, files.listed)?.listed);
            }
            known.register = Some(register);
        }
        if files.list.is_some() {
            known.screener = Some(Screener::read(files.list, files.adjudications)?);
        }
        Ok(known)
    }

    /// What was read already.
    pub(super) const fn of(register: Register, listed: Listed, screener: Screener) -> Known {
        Known {
            register: Some(register),
            listed: Some(listed),
            screener: Some(screener),
        }
    }

    /// Parties whose name, id or identifier holds a text; those that are it first.
    pub fn search(&self, search: &PartySearch<'_>) -> Option<Matches> {
        let register = self.register.as_ref()?;
        let (view, text) = (View::on(search.day), search.text);
        let (key, plain) = (name_key(text), text.to_lowercase());
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
        let start = match search.after {
            None => 0,
            Some(after) => found
                .iter()
                .position(|(_, _, party)| register.id(*party) == after)
                .map_or(found.len(), |at| at + 1),
        };
        let rest = found.get(start..).unwrap_or_default();
        let told = rest.iter().take(search.most).map(|(_, name, party)| {
            let known = view.describe(register, *party);
            PartyMatch {
                id: register.id(*party).to_owned(),
                name: name.clone(),
                kind: known.kind.map(tiergate_parties::Kind::word),
                headquarters: known.headquarters().map(|country| country.to_string()),
            }
        });
        Some(Matches {
            parties: told.collect(),
            more: rest.len() > search.most,
            found: found.len(),
            of: register.party_count(),
        })
    }
}

/// A party of the register on a day.
pub fn party(orders: &Orders, id: &str, day: Date) -> PartyFound {
    let known = &orders.known;
    let Some(register) = &known.register else {
        return PartyFound::NoRegister;
    };
    let Some(party) = register.by_id(id) else {
        return PartyFound::Missing;
    };
    let view = View::on(day);
    let words = Words { register, view };
    let top = view.ultimate_parent(register, party);
    let rule = rule(orders, words, party, day);
    let mut record = show::value(words, party);
    record["ultimate_parent"] = parent::value(words, party, &top);
    record["affiliates_rule"] = match &rule {
        Ok(answered) => answered.value(words, party),
        Err(why) => json!({ "answer": "unknown", "missing": why }),
    };
    PartyFound::Told(Box::new(PartyTold {
        id: id.to_owned(),
        name: words.name(party),
        facts: arrows(show::sheet(words, party).0),
        parent: arrows(parent::sheet(words, party, &top).0),
        rule: rule.map(|answered| arrows(answered.sheet(words).0)),
        graph: graph(words, party, &top, known.listed.as_ref()),
        record,
    }))
}

/// Lines with arrows of one sign: one of two would be torn at the end of a line.
fn arrows(sheet: PartySheet) -> PartySheet {
    let lines = sheet.into_iter();
    lines
        .map(|(label, says)| (label, says.replace("-> ", "→ ")))
        .collect()
}

/// What the 50 percent rule comes to, or why that is not known.
fn rule(orders: &Orders, words: Words<'_>, party: PartyNo, day: Date) -> Result<Answered, String> {
    let Some(all) = &orders.known.listed else {
        return Err("nobody said at the start which parties are listed (--listed)".to_owned());
    };
    let rule = listed::affiliates(orders.desk, LAW, LawView::Enforced, day);
    let rule = rule.map_err(|error| error.to_string())?;
    Ok(listed::answered(
        words,
        party,
        all,
        (rule, day),
        Rest::Unknown,
    ))
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
