//! The watch itself: from a book and the limits to findings.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::background::{Background, Buyer};
use crate::book::{Book, Row};
use crate::bunching::{Bunching, bunching};
use crate::components::{Component, components};
use crate::finding::{Basis, Finding, Member, Months, Shared, Together};
use crate::limit::Limits;
use crate::links::{Crowd, crowds, links, of_value};
use crate::score::{Scene, chance};
use crate::settings::Settings;
use crate::sums::{YearSum, rolling, yearly};
use crate::values::{Value, shared};
use crate::words::ask;

/// What the evidence of one buyer by itself says, whether or not anything links it.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Id of the party.
    pub id: String,
    /// What its yearly amount adds, in nats.
    pub bunching: f64,
    /// What its age and first order add.
    pub velocity: f64,
}

/// What the watch found.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Findings, most TPP first.
    pub findings: Vec<Finding>,
    /// Linked components above the limit that scored too low to be told.
    pub below: usize,
    /// The window just below the limit over the whole book.
    pub bunching: Bunching,
    /// Every buyer by itself, by id.
    pub standings: Vec<Standing>,
    /// How many parties received something.
    pub buyers: usize,
    /// How many links were found.
    pub links: usize,
    /// Years with consignments and no limit: not looked at.
    pub years_without_limit: Vec<i16>,
}

/// Looks for parties that are above a limit together.
#[must_use]
pub fn watch(book: &Book, limits: &Limits, settings: &Settings) -> Report {
    let sums = yearly(book);
    let count = book.parties.len() as u32;
    let buyers: Vec<Option<Buyer>> = (0..count)
        .map(|p| Buyer::of(book, p, limits, settings))
        .collect();
    let background = Background::of(book, &buyers, &sums, limits, settings);
    let scene = Scene {
        book,
        background: &background,
        buyers: &buyers,
        settings,
    };
    let standings = standings(&scene, &sums, limits);
    let evidence = evidence(&standings, &buyers, settings);
    let alike: Vec<bool> = evidence.iter().map(|e| *e >= settings.alike_from).collect();
    let buys: Vec<bool> = buyers.iter().map(Option::is_some).collect();
    let values = shared(book);
    let crowds = crowds(&values, &buys, &alike, settings);
    let links = links(&values, &crowds, &alike, settings);
    let components = components(book, &links, &evidence, settings);
    let watcher = Watcher {
        scene,
        sums: &sums,
        limits,
        known: &components.known,
        holds: holds(&values, &components.linked),
        values: &values,
        crowds: &crowds,
        alike: &alike,
    };
    let mut findings = watcher.sums_of_the_law(&components.linked);
    let mut below = 0;
    for component in &components.linked {
        match watcher.linked(component) {
            Some(finding) if finding.chance >= settings.report_from => findings.push(finding),
            Some(_) => below += 1,
            None => {}
        }
    }
    findings.extend(watcher.powered(&findings));
    findings.sort_by(|a, b| {
        let most = b.tpp().cmp(&a.tpp());
        most.then_with(|| a.basis.cmp(&b.basis))
            .then_with(|| a.ids().cmp(b.ids()))
    });
    let shares: Vec<f64> = (sums.iter().flatten())
        .filter_map(|s| {
            limits
                .of(s.year)
                .map(|l| s.tpp as f64 / l.tpp.max(1) as f64)
        })
        .collect();
    let mut years: Vec<i16> = sums.iter().flatten().map(|s| s.year).collect();
    years.sort_unstable();
    years.dedup();
    years.retain(|y| limits.of(*y).is_none());
    Report {
        findings,
        below,
        bunching: bunching(&shares, settings),
        buyers: standings.len(),
        standings,
        links: links.len(),
        years_without_limit: years,
    }
}

/// The evidence of each buyer by itself.
fn standings(scene: &Scene<'_>, sums: &[Vec<YearSum>], limits: &Limits) -> Vec<Standing> {
    let (settings, background) = (scene.settings, scene.background);
    let mut standings = Vec::new();
    for ((party, buyer), sums) in scene.book.parties.iter().zip(scene.buyers).zip(sums) {
        let Some(buyer) = buyer else { continue };
        let of_year = |s: &YearSum| {
            let limit = limits.of(s.year)?;
            Some(background.of_amount(s.tpp as f64 / limit.tpp.max(1) as f64, settings))
        };
        let most = sums
            .iter()
            .filter_map(of_year)
            .fold(f64::NEG_INFINITY, f64::max);
        let near = buyer.is_near(settings);
        standings.push(Standing {
            id: party.id.clone(),
            bunching: if most.is_finite() { most } else { 0.0 },
            velocity: background.of_age(buyer.young, settings)
                + background.of_first(near, settings),
        });
    }
    standings
}

/// The evidence of each party by itself, from the checks that bear on the score; none of a party
/// that received nothing.
fn evidence(standings: &[Standing], buyers: &[Option<Buyer>], settings: &Settings) -> Vec<f64> {
    let mut standings = standings.iter();
    let checks = settings.checks;
    let one = |buyer: &Option<Buyer>| {
        let standing = buyer.and_then(|_| standings.next());
        standing.map_or(0.0, |s| {
            let of = |on: bool, evidence: f64| if on { evidence } else { 0.0 };
            of(checks.bunching, s.bunching) + of(checks.velocity, s.velocity)
        })
    };
    buyers.iter().map(one).collect()
}

/// For each party of a component, the places of the shared values it holds.
fn holds(values: &[Value], components: &[Component]) -> FxHashMap<u32, Vec<u32>> {
    let parties = components.iter().flat_map(|c| &c.parties);
    let mut holds: FxHashMap<u32, Vec<u32>> = parties.map(|p| (*p, Vec::new())).collect();
    for (value, at) in values.iter().zip(0..) {
        for party in &value.holders {
            if let Some(of_party) = holds.get_mut(party) {
                of_party.push(at);
            }
        }
    }
    holds
}

struct Watcher<'a> {
    scene: Scene<'a>,
    sums: &'a [Vec<YearSum>],
    limits: &'a Limits,
    known: &'a [u32],
    holds: FxHashMap<u32, Vec<u32>>,
    values: &'a [Value],
    crowds: &'a [Crowd],
    alike: &'a [bool],
}

/// What parties received together in a year, and each separate part of them.
struct OfYear {
    together: Together,
    shares: Vec<f64>,
}

impl Watcher<'_> {
    /// Those of the parties that received something.
    fn buyers_of(&self, parties: &[u32]) -> Vec<u32> {
        let bought = |p: &&u32| self.scene.buyers[**p as usize].is_some();
        parties.iter().filter(bought).copied().collect()
    }

    /// The sums of parties by year; parties of one known parent count as one part.
    fn years(&self, buyers: &[u32]) -> Vec<OfYear> {
        let mut parts: Vec<(i16, u32, u128)> = Vec::new();
        for party in buyers {
            let unit = self.known[*party as usize];
            parts.extend(
                self.sums[*party as usize]
                    .iter()
                    .map(|s| (s.year, unit, s.tpp)),
            );
        }
        parts.sort_unstable();
        let mut years = Vec::new();
        for of_year in parts.chunk_by(|a, b| a.0 == b.0) {
            let year = of_year[0].0;
            let limit = self.limits.of(year);
            let (mut tpp, mut tpp_within, mut shares) = (0, 0, Vec::new());
            for of_part in of_year.chunk_by(|a, b| a.1 == b.1) {
                let sum: u128 = of_part.iter().map(|p| p.2).sum();
                tpp += sum;
                if let Some(limit) = limit {
                    shares.push(sum as f64 / limit.tpp.max(1) as f64);
                    if sum <= u128::from(limit.tpp) {
                        tpp_within += sum;
                    }
                }
            }
            years.push(OfYear {
                together: Together {
                    year,
                    tpp,
                    tpp_within,
                    limit: limit.map(|l| l.tpp),
                    cite: limit.map(|l| l.cite.clone()),
                },
                shares,
            });
        }
        years
    }

    /// The twelve months in which most was received, when that is above the limit of their last year.
    fn months(&self, buyers: &[u32]) -> Option<Months> {
        let book = self.scene.book;
        let mut rows: Vec<(Row, usize)> = Vec::new();
        for party in buyers {
            rows.extend(book.range_of(*party).map(|at| (book.rows[at], at)));
        }
        rows.sort_by_key(|(row, at)| (row.day, *at));
        let plain: Vec<Row> = rows.iter().map(|(row, _)| *row).collect();
        let most = rolling(&plain)?;
        let limit = self.limits.of(plain[most.last].year)?.tpp;
        let date = |at: usize| book.consignments[rows[at].1].date;
        (most.tpp > u128::from(limit)).then(|| Months {
            from: date(most.first),
            through: date(most.last),
            tpp: most.tpp,
            limit,
        })
    }

    /// Sums that the law makes itself: one party, or parties whose common parent is known.
    fn sums_of_the_law(&self, components: &[Component]) -> Vec<Finding> {
        let mut units: Vec<Vec<u32>> = Vec::new();
        let mut grouped: FxHashSet<u32> = FxHashSet::default();
        for component in components {
            let mut by_unit: Vec<(u32, u32)> = component
                .parties
                .iter()
                .map(|p| (self.known[*p as usize], *p))
                .collect();
            by_unit.sort_unstable();
            for unit in by_unit.chunk_by(|a, b| a.0 == b.0).filter(|u| u.len() > 1) {
                units.push(unit.iter().map(|(_, p)| *p).collect());
                grouped.extend(unit.iter().map(|(_, p)| *p));
            }
        }
        let alone = (0..self.known.len() as u32).filter(|p| !grouped.contains(p));
        let alone = alone.filter(|p| {
            let over = |s: &YearSum| {
                self.limits
                    .of(s.year)
                    .is_some_and(|l| s.tpp > u128::from(l.tpp))
            };
            self.sums[*p as usize].iter().any(over)
        });
        units.extend(alone.map(|p| vec![p]));
        let mut findings = Vec::new();
        for unit in units {
            let buyers = self.buyers_of(&unit);
            let years = self.years(&buyers);
            let over = |y: &&OfYear| {
                y.together
                    .limit
                    .is_some_and(|l| y.together.tpp > u128::from(l))
            };
            let Some(year) = years.iter().filter(over).max_by(|a, b| most(a, b)) else {
                continue;
            };
            let basis = if buyers.len() == 1 {
                Basis::Alone
            } else {
                Basis::KnownParent
            };
            let year = year.together.year;
            let years = years.into_iter().map(|y| y.together).collect();
            findings.push(self.finding(basis, &unit, &buyers, years, year));
        }
        findings
    }

    /// A component that is above the limit though each of its parts keeps to it.
    fn linked(&self, component: &Component) -> Option<Finding> {
        let buyers = self.buyers_of(&component.parties);
        let first = self.known[*buyers.first()? as usize];
        if buyers.iter().all(|p| self.known[*p as usize] == first) {
            return None;
        }
        let years = self.years(&buyers);
        let over = |y: &&OfYear| y.together.is_over();
        let year = years.iter().filter(over).max_by(|a, b| most(a, b))?;
        let terms = self.scene.terms(component, &buyers, &year.shares);
        let at = year.together.year;
        let years = years.into_iter().map(|y| y.together).collect();
        let mut finding = self.finding(Basis::Linked, &component.parties, &buyers, years, at);
        finding.score = terms.iter().map(|t| t.adds).sum();
        finding.chance = chance(finding.score);
        finding.terms = terms;
        finding.shared = self.shared(&component.parties);
        finding.months = self.months(&buyers);
        finding.ask = ask(&finding, self.scene.settings);
        Some(finding)
    }

    /// Parties whose known sites cannot power what they received, unless a finding says so already.
    fn powered(&self, findings: &[Finding]) -> Vec<Finding> {
        let told: FxHashSet<&str> = findings.iter().flat_map(Finding::ids).collect();
        let mut powered = Vec::new();
        if !self.scene.settings.checks.power {
            return powered;
        }
        for (party, at) in self.scene.book.parties.iter().zip(0..) {
            if party.site_power_mw.is_none() || told.contains(party.id.as_str()) {
                continue;
            }
            let Some((adds, says)) = self.scene.power(&[at]) else {
                continue;
            };
            let years = self.years(&[at]);
            let Some(year) = years.iter().max_by_key(|y| y.together.tpp) else {
                continue;
            };
            let year = year.together.year;
            let years = years.into_iter().map(|y| y.together).collect();
            let mut finding = self.finding(Basis::Power, &[at], &[at], years, year);
            finding.terms.push(crate::finding::Term {
                check: "power",
                adds,
                says,
            });
            powered.push(finding);
        }
        powered
    }

    /// The values that parties of a component share, the most telling first.
    fn shared(&self, parties: &[u32]) -> Vec<Shared> {
        let id = |p: &u32| self.scene.book.parties[*p as usize].id.clone();
        let mut held: Vec<(u32, u32)> = Vec::new();
        for party in parties {
            let of_party = self.holds.get(party).into_iter().flatten();
            held.extend(of_party.map(|value| (*value, *party)));
        }
        held.sort_unstable();
        let mut shared = Vec::new();
        for of_one in held.chunk_by(|a, b| a.0 == b.0).filter(|h| h.len() > 1) {
            let value = &self.values[of_one[0].0 as usize];
            let mut chance = of_value(value, self.scene.settings);
            let like = of_one
                .iter()
                .filter(|(_, p)| self.alike[*p as usize])
                .count();
            if let Ok(at) = self.crowds.binary_search_by_key(&of_one[0].0, |c| c.value)
                && like > 1
            {
                chance = chance.max(self.crowds[at].chance());
            }
            shared.push(Shared {
                kind: value.kind.word(),
                value: value.written.clone(),
                parties: of_one.iter().map(|(_, p)| id(p)).collect(),
                holders: value.holders.len(),
                chance,
            });
        }
        shared.sort_by(|a, b| b.chance.total_cmp(&a.chance));
        shared
    }

    fn finding(
        &self,
        basis: Basis,
        parties: &[u32],
        buyers: &[u32],
        years: Vec<Together>,
        year: i16,
    ) -> Finding {
        let book = self.scene.book;
        let member = |p: &u32| {
            let party = &book.parties[*p as usize];
            Member {
                id: party.id.clone(),
                name: party.name.clone(),
                country: party.country.clone(),
                tpp_by_year: self.sums[*p as usize].clone(),
                consignments: book.consignments[book.range_of(*p)]
                    .iter()
                    .map(|c| c.id.clone())
                    .collect(),
            }
        };
        let between = parties.iter().filter(|p| !buyers.contains(p));
        let mut finding = Finding {
            basis,
            members: buyers.iter().map(member).collect(),
            between: between
                .map(|p| book.parties[*p as usize].id.clone())
                .collect(),
            years,
            year,
            months: None,
            shared: Vec::new(),
            terms: Vec::new(),
            score: 0.0,
            chance: 1.0,
            ask: Vec::new(),
        };
        finding.ask = ask(&finding, self.scene.settings);
        finding
    }
}

/// The year of the larger multiple of its limit; of two alike, the earlier.
fn most(a: &OfYear, b: &OfYear) -> std::cmp::Ordering {
    let multiple = |y: &OfYear| match y.together.limit {
        Some(limit) => y.together.tpp as f64 / limit.max(1) as f64,
        None => 0.0,
    };
    multiple(a)
        .total_cmp(&multiple(b))
        .then(b.together.year.cmp(&a.together.year))
}
