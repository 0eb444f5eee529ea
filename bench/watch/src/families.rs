//! Planted families: one buyer behind several invented firms, at four levels of adaptation.

use std::collections::HashSet;

use crate::chance::Chance;
use crate::firm::{Address, Firm, Phone, Sale, YEAR, misspelled, rewritten};
use crate::market::{LIMIT, Market, forget};
use crate::names::company;

/// How far the buyer adapts to being watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Just below the limit, at once, everything shared.
    Naive,
    /// Sizes at random between 0.3 and 0.9 of the limit.
    Sized,
    /// And months apart, firms bought ready-made, several forwarders, each trait of the family
    /// used by most firms only and written differently.
    Staggered,
    /// And at most one trait shared with one other firm, agents' addresses, little on file.
    TraitPoor,
}

impl Level {
    pub const ALL: [Level; 4] = [
        Level::Naive,
        Level::Sized,
        Level::Staggered,
        Level::TraitPoor,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Level::Naive => "naive",
            Level::Sized => "sized",
            Level::Staggered => "staggered",
            Level::TraitPoor => "trait-poor",
        }
    }
}

/// Firms of families, `count` of them.
pub fn planted(
    chance: &mut Chance,
    market: &Market,
    level: Level,
    count: usize,
    real: &HashSet<String>,
) -> Vec<Firm> {
    let mut firms: Vec<Firm> = Vec::new();
    let mut family = 0;
    while firms.len() < count {
        // A family of one is none: the last two places go to one family.
        let left = (count - firms.len()).max(2);
        firms.extend(one_family(chance, market, level, family, left, real));
        family += 1;
    }
    firms
}

/// What a family has in common.
struct Common {
    address: Address,
    phone: Phone,
    people: [String; 2],
    domain: String,
    bank: String,
    forwarder: String,
}

fn one_family(
    chance: &mut Chance,
    market: &Market,
    level: Level,
    family: usize,
    most: usize,
    real: &HashSet<String>,
) -> Vec<Firm> {
    const HOMES: [&str; 6] = ["SG", "MY", "AE", "HK", "IN", "TW"];
    let home = (*chance.any(&HOMES)).to_owned();
    let wanted = chance.log_normal(3.0, 0.6).clamp(1.6, 8.0);
    let each = if level == Level::Naive { 0.95 } else { 0.6 };
    let firms = ((wanted / each).ceil() as usize).clamp(2, 12).min(most);
    let common = Common {
        address: Address::new(chance, &market.streets, &market.towns),
        phone: Phone::new(chance, &home),
        people: [market.people.name(chance), market.people.name(chance)],
        domain: market.mail(chance),
        bank: format!("{home}{}", chance.digits(16)),
        forwarder: chance.popular(&market.forwarders).clone(),
    };
    let year = chance.whole(0, 1) as i32 * YEAR;
    let start = chance.whole(10, 250) as i32;
    let mut all: Vec<Firm> = Vec::new();
    for at in 0..firms {
        let name = company(chance, real);
        let mut firm = market.firm(chance, name, home.clone());
        firm.family = Some(family);
        firm.case = "planted";
        match level {
            Level::Naive | Level::Sized => share(chance, &common, &mut firm, 1.0),
            Level::Staggered => {
                share(chance, &common, &mut firm, 0.7);
                if chance.yes(0.3) {
                    market.host(chance, &mut firm);
                }
            }
            Level::TraitPoor => {
                if chance.yes(0.5) {
                    market.host(chance, &mut firm);
                }
                if let Some(before) = all.last_mut()
                    && chance.yes(0.7)
                {
                    share_one(chance, before, &mut firm);
                }
            }
        }
        let size = if level == Level::Naive {
            chance.real(0.9, 0.99)
        } else {
            chance.real(0.3, 0.9)
        };
        let (lots, first) = match level {
            Level::Naive => (1, start + chance.whole(0, 60) as i32),
            Level::Sized => (chance.whole(1, 3), start + chance.whole(0, 60) as i32),
            _ => (chance.whole(1, 5), chance.whole(0, 330) as i32),
        };
        let own = chance.popular(&market.forwarders).clone();
        for _ in 0..lots {
            let day = (first + chance.whole(0, 30) as i32).min(YEAR - 1);
            let follows = match level {
                Level::Naive | Level::Sized => 1.0,
                Level::Staggered => 0.5,
                Level::TraitPoor => 0.3,
            };
            let forwarder = if chance.yes(follows) {
                &common.forwarder
            } else {
                &own
            };
            let tpp = (size * LIMIT / lots as f64) as u64;
            firm.orders.push(Sale {
                day: day + year,
                tpp,
                forwarder: forwarder.clone(),
            });
        }
        let age = match level {
            Level::Naive | Level::Sized => chance.whole(20, 150),
            _ if chance.yes(0.6) => chance.whole(30, 400),
            _ => chance.whole(400, 2500),
        };
        firm.founded = Some(year + first - age as i32);
        if at > 0 && matches!(level, Level::Staggered | Level::TraitPoor) {
            slips(chance, &mut firm);
        }
        all.push(firm);
    }
    let missing = if level == Level::TraitPoor { 0.25 } else { 0.1 };
    for firm in &mut all {
        forget(chance, firm, missing);
    }
    all
}

/// Gives a firm each trait of its family, this often.
fn share(chance: &mut Chance, common: &Common, firm: &mut Firm, often: f64) {
    if chance.yes(often) {
        firm.addresses = vec![common.address.written(chance)];
    }
    if chance.yes(often) {
        firm.phones = vec![common.phone.written(chance)];
    }
    if chance.yes(often) {
        firm.directors.push(rewritten(chance, &common.people[0]));
    }
    if chance.yes(often * 0.5) {
        firm.directors.push(rewritten(chance, &common.people[1]));
    }
    if chance.yes(often * 0.6) {
        firm.domains = vec![common.domain.clone()];
    }
    if chance.yes(often * 0.4) {
        firm.banks = vec![common.bank.clone()];
    }
}

/// Gives a firm one trait of the one before it.
fn share_one(chance: &mut Chance, before: &mut Firm, firm: &mut Firm) {
    match chance.whole(0, 4) {
        0 => firm.addresses.clone_from(&before.addresses),
        1 => firm.phones.clone_from(&before.phones),
        2 => firm.directors.extend(before.directors.last().cloned()),
        3 => firm.domains.clone_from(&before.domains),
        _ => firm.banks.clone_from(&before.banks),
    }
}

/// Misspells some of what a firm says of itself.
fn slips(chance: &mut Chance, firm: &mut Firm) {
    for text in firm.addresses.iter_mut().chain(&mut firm.directors) {
        if chance.yes(0.15) {
            *text = misspelled(chance, text);
        }
    }
}
