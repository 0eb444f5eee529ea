//! The honest background: real names, invented traits, and the cases that look like splitting and are not.

use crate::chance::Chance;
use crate::firm::{Address, DAYS, Firm, Phone, Sale, YEAR, rewritten};
use crate::names::{People, Real, word};

/// The places, people and services of a market, honest or not.
pub struct Market {
    pub people: People,
    pub streets: Vec<String>,
    pub towns: Vec<String>,
    pub forwarders: Vec<String>,
    pub agents: Vec<Agent>,
    towers: Vec<Address>,
    accountants: Vec<Phone>,
}

/// A registered agent: many firms have its address, and some its phone, people and mail.
pub struct Agent {
    pub address: Address,
    pub phone: Phone,
    pub nominees: Vec<String>,
    pub domain: String,
}

/// How large honest orders are.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Median of a firm's yearly demand, in H100.
    pub median_h100: f64,
    /// Standard deviation of its logarithm.
    pub log_sd: f64,
}

/// TPP of one H100.
pub const H100_TPP: f64 = 15_832.0;
/// The limit of the book, in TPP for each buyer and calendar year.
pub const LIMIT: f64 = 26_900_000.0;

impl Market {
    pub fn new(chance: &mut Chance, firms: usize) -> Market {
        let people = People::new(chance);
        let mut many = |count| (0..count).map(|_| word(chance)).collect::<Vec<_>>();
        let (streets, towns) = (many(900), many(60));
        let forwarders: Vec<String> = many(45).iter().map(|w| format!("{w} Logistics")).collect();
        let agents = (0..14 + firms / 4000)
            .map(|_| Agent {
                address: Address::new(chance, &streets, &towns),
                phone: Phone::new(chance, "GB"),
                nominees: (0..chance.whole(1, 5))
                    .map(|_| people.name(chance))
                    .collect(),
                domain: format!("{}.example", word(chance).to_lowercase()),
            })
            .collect();
        let towers = (0..firms / 90 + 1)
            .map(|_| Address::new(chance, &streets, &towns))
            .collect();
        let accountants = (0..firms / 150 + 1)
            .map(|_| Phone::new(chance, "GB"))
            .collect();
        Market {
            people,
            streets,
            towns,
            forwarders,
            agents,
            towers,
            accountants,
        }
    }

    /// A firm with traits of its own.
    pub fn firm(&self, chance: &mut Chance, name: String, country: String) -> Firm {
        let address = Address::new(chance, &self.streets, &self.towns);
        let phone = Phone::new(chance, &country);
        let directors = (0..chance.whole(1, 3))
            .map(|_| self.people.name(chance))
            .collect();
        Firm {
            addresses: vec![address.written(chance)],
            directors,
            phones: vec![phone.written(chance)],
            domains: vec![self.mail(chance)],
            banks: vec![format!("{}{}", country, chance.digits(16))],
            founded: Some(-(chance.log_normal(2500.0, 1.2) as i32)),
            name,
            country,
            case: "plain",
            ..Firm::default()
        }
    }

    /// A domain of its own, or a mailbox anywhere.
    pub fn mail(&self, chance: &mut Chance) -> String {
        let (one, two) = (word(chance).to_lowercase(), word(chance).to_lowercase());
        match chance.whole(0, 9) {
            0 => format!("{one}.{two}@gmail.com"),
            1..=4 => format!("info@{one}{two}.example"),
            _ => format!("https://www.{one}{two}.example/about"),
        }
    }

    /// Has an agent give the firm its address and perhaps more.
    pub fn host(&self, chance: &mut Chance, firm: &mut Firm) {
        let agent = chance.popular(&self.agents);
        firm.addresses = vec![agent.address.written(chance)];
        if chance.yes(0.5) {
            let nominee = chance.any(&agent.nominees).clone();
            firm.directors.insert(0, rewritten(chance, &nominee));
        }
        if chance.yes(0.4) {
            firm.phones = vec![agent.phone.written(chance)];
        }
        if chance.yes(0.15) {
            firm.domains = vec![format!("clients@{}", agent.domain)];
        }
    }

    /// Honest firms: `count` of them, with the names given, more than once if there are too few.
    pub fn honest(
        &self,
        chance: &mut Chance,
        names: &[Real],
        count: usize,
        sizes: Sizes,
    ) -> Vec<Firm> {
        let mut firms: Vec<Firm> = Vec::new();
        while firms.len() < count {
            let at = firms.len();
            let next = |firms: &Vec<Firm>, chance: &mut Chance| {
                let (name, country) = &names[firms.len() % names.len()];
                let again = firms.len() / names.len();
                let name = if again > 0 {
                    format!("{name} {again}")
                } else {
                    name.clone()
                };
                self.firm(chance, name, country.clone())
            };
            let draw = chance.real(0.0, 1.0);
            if draw < 0.025 {
                // A group: one demand, kept to the limit, divided among its firms.
                let mut group: Vec<Firm> = Vec::new();
                for _ in 0..chance.whole(2, 7) {
                    let firm = next(&firms, chance);
                    firms.push(firm.clone());
                    group.push(firm);
                }
                firms.truncate(at);
                self.group(chance, &mut group, at, sizes);
                firms.extend(group);
                continue;
            }
            if draw < 0.029 {
                // An incubator: young firms of different owners, one front desk, one freight broker.
                let desk = self.firm(chance, String::new(), "GB".to_owned());
                let broker = chance.popular(&self.forwarders).clone();
                let (opened, year) = (chance.whole(0, 150) as i32, chance.whole(0, 1));
                for _ in 0..chance.whole(3, 6) {
                    let mut firm = next(&firms, chance);
                    firm.case = "incubator";
                    firm.addresses.clone_from(&desk.addresses);
                    if chance.yes(0.7) {
                        firm.phones.clone_from(&desk.phones);
                    }
                    if chance.yes(0.3) {
                        firm.domains.clone_from(&desk.domains);
                    }
                    let demand = Demand {
                        active: 1 + year,
                        ..self.demand(chance, sizes)
                    };
                    self.buy(chance, &mut firm, demand, 1.0);
                    let opened = opened + YEAR * year as i32;
                    for order in &mut firm.orders {
                        order.day = order.day % YEAR / 2 + opened;
                        if chance.yes(0.6) {
                            order.forwarder.clone_from(&broker);
                        }
                    }
                    firm.founded = Some(opened - chance.whole(10, 300) as i32);
                    firms.push(firm);
                }
                continue;
            }
            let mut firm = next(&firms, chance);
            if draw < 0.145 {
                self.host(chance, &mut firm);
                firm.case = "agent's address";
            } else if draw < 0.225 {
                let mut tower = chance.any(&self.towers).clone();
                tower.unit = chance.yes(0.6).then(|| chance.whole(1, 900));
                firm.addresses = vec![tower.written(chance)];
                firm.case = "office tower";
            } else if draw < 0.245 {
                firm.phones = vec![chance.any(&self.accountants).written(chance)];
                firm.case = "accountant's phone";
            } else if draw < 0.265 && at > 0 {
                // A director who sits on two boards.
                let other = chance.whole(0, at - 1);
                if let Some(name) = firms[other].directors.first().cloned() {
                    firm.directors.push(rewritten(chance, &name));
                    firm.case = "director of two";
                }
            }
            let yearly = self.demand(chance, sizes);
            if yearly.near {
                firm.case = "once near the limit";
            }
            self.buy(chance, &mut firm, yearly, 1.0);
            firms.push(firm);
        }
        for firm in &mut firms {
            forget(chance, firm, 0.1);
        }
        firms
    }

    fn group(&self, chance: &mut Chance, group: &mut [Firm], at: usize, sizes: Sizes) {
        let head = group[0].clone();
        let declared = chance.yes(0.75).then(|| format!("group-{at}"));
        let demand = self.demand(chance, sizes);
        let shares: Vec<f64> = group.iter().map(|_| chance.real(0.1, 1.0)).collect();
        let all: f64 = shares.iter().sum();
        let active = chance.whole(0, 2);
        for (firm, share) in group.iter_mut().zip(&shares) {
            firm.parent.clone_from(&declared);
            firm.case = if declared.is_some() {
                "declared group"
            } else {
                "group not declared"
            };
            if chance.yes(0.8) {
                firm.addresses.clone_from(&head.addresses);
            }
            if chance.yes(0.7) {
                firm.domains.clone_from(&head.domains);
            }
            if chance.yes(0.6) {
                firm.directors.push(rewritten(chance, &head.directors[0]));
            }
            if chance.yes(0.5) {
                firm.phones.clone_from(&head.phones);
            }
            if chance.yes(0.2) {
                firm.banks.clone_from(&head.banks);
            }
            let own = Demand {
                active,
                near: false,
                ..demand
            };
            self.buy(chance, firm, own, share / all);
        }
    }

    /// What a firm wants in each year; at most the limit, for what is above it needs a license.
    fn demand(&self, chance: &mut Chance, sizes: Sizes) -> Demand {
        loop {
            let first = chance.log_normal(sizes.median_h100 * H100_TPP, sizes.log_sd);
            let second = first * chance.log_normal(1.25, 0.4);
            let active = chance.whole(0, 2);
            if first.max(second) <= LIMIT {
                return Demand {
                    years: [first, second],
                    active,
                    near: false,
                };
            }
            // Some that want more take what they may have, once.
            if chance.yes(0.3) {
                let most = chance.real(0.8, 1.0) * LIMIT;
                let years = [most, most.min(first).min(LIMIT) * 0.3];
                return Demand {
                    years,
                    active: 0,
                    near: true,
                };
            }
        }
    }

    fn buy(&self, chance: &mut Chance, firm: &mut Firm, demand: Demand, share: f64) {
        let (home, other) = (
            chance.popular(&self.forwarders).clone(),
            chance.popular(&self.forwarders).clone(),
        );
        for (year, wanted) in demand.years.iter().enumerate() {
            let idle = (demand.active == 1 && year == 1) || (demand.active == 2 && year == 0);
            if idle {
                continue;
            }
            let lots = if demand.near {
                1
            } else {
                1 + chance.waits(2.2).min(20)
            };
            let parts: Vec<f64> = (0..lots).map(|_| chance.real(0.2, 1.0)).collect();
            let all: f64 = parts.iter().sum();
            for part in parts {
                let tpp = (wanted * share * part / all) as u64;
                let day = season(chance) + YEAR * year as i32;
                let forwarder = if chance.yes(0.8) { &home } else { &other };
                firm.orders.push(Sale {
                    day,
                    tpp: tpp.max(1),
                    forwarder: forwarder.clone(),
                });
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Demand {
    years: [f64; 2],
    /// 0: both years, 1: the first alone, 2: the second alone.
    active: usize,
    near: bool,
}

/// A day of a year: the ends of quarters are busier.
fn season(chance: &mut Chance) -> i32 {
    if chance.yes(0.35) {
        let quarter = chance.whole(0, 3) as i32;
        return (quarter * 91 + 70 + chance.whole(0, 20) as i32).min(YEAR - 1);
    }
    chance.whole(0, YEAR as usize - 1) as i32
}

/// Leaves out what a file of parties does not always have.
pub fn forget(chance: &mut Chance, firm: &mut Firm, share: f64) {
    for of in [
        &mut firm.addresses,
        &mut firm.directors,
        &mut firm.phones,
        &mut firm.domains,
    ] {
        if chance.yes(share) {
            of.clear();
        }
    }
    if chance.yes(0.4) {
        firm.banks.clear();
    }
    if chance.yes(0.15) {
        firm.founded = None;
    }
    // No firm buys before it is founded.
    let first = firm.orders.iter().map(|o| o.day).min().unwrap_or(DAYS);
    firm.founded = firm.founded.map(|day| day.min(first - 10));
}
