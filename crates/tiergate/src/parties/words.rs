//! Links, paths and reasons in words, and for programs.

use serde::Serialize;
use tiergate_parties::{Basis, Bound, Interest, LinkNo, PartyNo, Percent, Register, View, Why};

/// A register on a day, to speak of.
#[derive(Debug, Clone, Copy)]
pub struct Words<'r> {
    pub register: &'r Register,
    pub view: View,
}

/// A link, for programs.
#[derive(Debug, Serialize)]
pub struct Step {
    pub statement: String,
    pub owner: Named,
    pub owned: Named,
    pub interest: Interest,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<tiergate_parties::Share>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub indirect: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    pub source: String,
}

/// A party, for programs.
#[derive(Debug, Serialize)]
pub struct Named {
    pub id: String,
    pub name: String,
}

impl Words<'_> {
    /// A party's name.
    pub fn name(self, party: PartyNo) -> String {
        self.view.name(self.register, party)
    }

    /// A party's name, and its id where that is another.
    pub fn party(self, party: PartyNo) -> String {
        let (name, id) = (self.name(party), self.register.id(party));
        if name == id {
            name
        } else {
            format!("{name} ({id})")
        }
    }

    /// A party, for programs.
    pub fn named(self, party: PartyNo) -> Named {
        Named {
            id: self.register.id(party).to_owned(),
            name: self.name(party),
        }
    }

    /// `75 % of shares, from 2024-01-01, annual report`.
    pub fn link(self, number: LinkNo) -> String {
        let link = self.register.link(number);
        let what = link.interest.words();
        let mut text = match (link.interest, link.share) {
            (Interest::Shares | Interest::Voting, Some(share)) => format!("{share} of {what}"),
            (Interest::Shares | Interest::Voting, None) => {
                format!("{what}, how many is not stated")
            }
            (_, Some(share)) => format!("{what}, {share}"),
            (_, None) => what.to_owned(),
        };
        if link.indirect {
            text.push_str(", through others");
        }
        if let Some(class) = &link.class {
            text.push_str(&format!(", class {class}"));
        }
        if let Some(from) = link.from {
            text.push_str(&format!(", from {from}"));
        }
        if let Some(to) = self.register.last_day(number, self.view) {
            text.push_str(&format!(", to {to}"));
        }
        format!("{text}, {}", self.source(number))
    }

    fn source(self, number: LinkNo) -> String {
        let source = self.register.source_of(number);
        match source.date {
            Some(date) => format!("{} of {date}", source.name),
            None => source.name.clone(),
        }
    }

    /// A link, for programs.
    pub fn step(self, number: LinkNo) -> Step {
        let link = self.register.link(number);
        Step {
            statement: link.id.to_string(),
            owner: self.named(link.owner),
            owned: self.named(link.owned),
            interest: link.interest,
            share: link.share,
            indirect: link.indirect,
            from: link.from.map(|d| d.to_string()),
            to: self
                .register
                .last_day(number, self.view)
                .map(|d| d.to_string()),
            source: self.source(number),
        }
    }

    /// Links upward in one line: `A -> B (75 % of shares, ...) -> C (...)`.
    pub fn way(self, from: PartyNo, path: &[LinkNo]) -> String {
        let mut text = self.name(from);
        for number in path {
            let owner = self.name(self.register.link(*number).owner);
            text.push_str(&format!(" -> {owner} ({})", self.link(*number)));
        }
        text
    }

    /// Why nobody stands above a party.
    pub fn basis(self, party: PartyNo, basis: &Basis) -> String {
        let name = self.name(party);
        match basis {
            Basis::State => format!("{name} is a state or an organ of one"),
            Basis::NoParent(reason) => format!("{name} has no parent: {reason}"),
            Basis::NamedUltimate(link) => {
                let owned = self.name(self.register.link(*link).owned);
                format!(
                    "{name} is named as the ultimate parent of {owned} ({})",
                    self.source(*link)
                )
            }
            Basis::Persons(links) if links.is_empty() => format!("{name} is a person"),
            Basis::Persons(links) => {
                let all: Vec<String> = links
                    .iter()
                    .map(|l| {
                        format!(
                            "{} ({})",
                            self.name(self.register.link(*l).owner),
                            self.link(*l)
                        )
                    })
                    .collect();
                format!(
                    "above {name} stand natural persons, who have no headquarters: {}",
                    all.join("; ")
                )
            }
            Basis::NoMajority(left) => {
                format!(
                    "no holder of {name} has a majority; at most {} is left for those not identified",
                    percent(*left)
                )
            }
        }
    }

    /// Why a parent is not known, and which fact is missing.
    pub fn why(self, at: PartyNo, why: &Why) -> String {
        let name = self.name(at);
        let links = |links: &[LinkNo]| {
            let all: Vec<String> = links
                .iter()
                .map(|l| {
                    format!(
                        "{} ({})",
                        self.holder(self.register.link(*l).owner),
                        self.link(*l)
                    )
                })
                .collect();
            all.join("; ")
        };
        match why {
            Why::Unidentified(all) if all.is_empty() => format!("{name} is not identified"),
            Why::Unidentified(all) => {
                format!(
                    "who owns or controls {name} is not identified, or may be: {}",
                    links(all)
                )
            }
            Why::NotStated(left) => format!("nobody says who holds {} of {name}", percent(*left)),
            Why::Open(all) => format!("how much of {name} these have is not known: {}", links(all)),
            Why::Together(all) => format!(
                "these holders of {name} have a majority together if they, or others not identified, belong to one parent, and whether they do is not known: {}",
                links(all)
            ),
            Why::Conflict(tops) => {
                let tops: Vec<String> = tops.iter().map(|p| self.party(*p)).collect();
                format!(
                    "statements about {name} lead to different parties: {}",
                    tops.join("; ")
                )
            }
            Why::Cycle(all) => {
                let all: Vec<String> = all.iter().map(|p| self.party(*p)).collect();
                format!(
                    "these own or control one another in a circle: {}",
                    all.join(", ")
                )
            }
        }
    }

    /// A holder's name, with what is noted of one who is not identified.
    pub fn holder(self, party: PartyNo) -> String {
        let known = self.view.describe(self.register, party);
        match (known.kind, known.notes.first()) {
            (Some(kind), note) if kind.is_unidentified() => {
                let note = note.map_or_else(String::new, |n| format!(": {n}"));
                format!("{}, not identified{note}", self.name(party))
            }
            _ => self.name(party),
        }
    }

    /// The short word for a reason, for programs.
    pub const fn why_word(why: &Why) -> &'static str {
        match why {
            Why::Unidentified(_) => "unidentified-holder",
            Why::NotStated(_) => "not-stated",
            Why::Open(_) => "open-share",
            Why::Together(_) => "common-parent",
            Why::Conflict(_) => "conflict",
            Why::Cycle(_) => "circle",
        }
    }
}

/// `40 %`, or `less than 40 %`: the most of something.
pub fn percent(bound: Bound) -> String {
    if bound.open {
        format!("less than {} %", bound.percent)
    } else {
        format!("{} %", bound.percent)
    }
}

/// An aggregate between its ends.
pub fn between(lower: Bound, upper: Bound) -> String {
    if lower == upper {
        return format!("{} %", lower.percent);
    }
    let least = if lower.open { "more than" } else { "at least" };
    let most = if upper.open { "less than" } else { "at most" };
    match (lower.percent, upper.percent) {
        (Percent::ZERO, _) if !lower.open => format!("{most} {} %", upper.percent),
        _ => format!("{least} {} %, {most} {} %", lower.percent, upper.percent),
    }
}
