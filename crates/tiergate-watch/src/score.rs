//! The score of a component: what speaks for one buyer, added up as logarithms of likelihood ratios.
//!
//! `score = ln(prior / (1 - prior)) + sum over checks of clamp(evidence)`, and the chance that goes
//! with it is `1 / (1 + exp(-score))`. Checks that look at each buyer add up over the buyers; the
//! clamp keeps one check, whose buyers are less independent than the sum takes them to be, from
//! deciding alone.

use crate::background::{Background, Buyer};
use crate::book::Book;
use crate::components::Component;
use crate::finding::Term;
use crate::settings::Settings;
use crate::words::{percent, these};

/// What a score is made of.
pub struct Scene<'a> {
    /// The book.
    pub book: &'a Book,
    /// What is usual in it.
    pub background: &'a Background,
    /// Facts of each buyer.
    pub buyers: &'a [Option<Buyer>],
    /// What is taken for granted.
    pub settings: &'a Settings,
}

/// The logarithm of the odds of a chance.
pub fn logit(chance: f64) -> f64 {
    (chance / (1.0 - chance)).ln()
}

/// The chance that goes with a logarithm of odds.
pub fn chance(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

impl Scene<'_> {
    /// The terms of a component whose buyers, and the yearly amounts of its separate parts as shares
    /// of the limit, are given.
    pub fn terms(&self, component: &Component, buyers: &[u32], shares: &[f64]) -> Vec<Term> {
        let settings = self.settings;
        let prior = Term {
            check: "prior",
            adds: logit(settings.prior.clamp(1e-9, 1.0 - 1e-9)),
            says: format!(
                "of linked parties above the limit together, {} are taken to be one buyer before anything else is known",
                percent(settings.prior)
            ),
        };
        let mut terms = vec![prior];
        let mut add = |check, on: bool, evidence: f64, says: String| {
            let adds = evidence.clamp(settings.check_least, settings.check_most);
            if on && adds.is_finite() {
                terms.push(Term { check, adds, says });
            }
        };
        let (adds, says) = links(component);
        add("links", settings.checks.links, adds, says);
        let (adds, says) = self.amounts(shares);
        add("bunching", settings.checks.bunching, adds, says);
        let facts: Vec<Buyer> = buyers
            .iter()
            .filter_map(|p| self.buyers[*p as usize])
            .collect();
        // Young firms order for the first time together, whoever owns them: the three checks of
        // velocity are held to the most of one.
        let velocity = [
            ("age", self.ages(&facts)),
            ("first-order", self.firsts(&facts)),
            ("burst", self.burst(&facts)),
        ];
        let sum: f64 = velocity.iter().map(|(_, (adds, _))| adds).sum();
        let held = if sum > settings.check_most {
            settings.check_most / sum
        } else {
            1.0
        };
        for (check, (adds, says)) in velocity {
            add(check, settings.checks.velocity, adds * held, says);
        }
        if let Some((adds, says)) = self.forwarder(&facts) {
            add("forwarder", settings.checks.forwarder, adds, says);
        }
        if let Some((adds, says)) = self.power(buyers) {
            add("power", settings.checks.power, adds, says);
        }
        terms
    }

    fn amounts(&self, shares: &[f64]) -> (f64, String) {
        let settings = self.settings;
        let adds = shares
            .iter()
            .map(|s| self.background.of_amount(*s, settings))
            .sum();
        let band = |s: &&f64| **s >= settings.band_from && **s <= 1.0;
        let window = |s: &&f64| **s >= settings.window_from && **s <= 1.0;
        let (inside, near) = (
            shares.iter().filter(band).count(),
            shares.iter().filter(window).count(),
        );
        let says = format!(
            "{inside} of {} bought between {} and all of the limit in the year, {near} of them {} or more",
            shares.len(),
            percent(settings.band_from),
            percent(settings.window_from)
        );
        (adds, says)
    }

    fn ages(&self, facts: &[Buyer]) -> (f64, String) {
        let of = |b: &Buyer| self.background.of_age(b.young, self.settings);
        let known = facts.iter().filter(|b| b.young.is_some()).count();
        let young = facts.iter().filter(|b| b.young == Some(true)).count();
        let says = format!(
            "{young} of {known} whose founding is known were founded within {} days before their first order; of all buyers {}",
            self.settings.young_days,
            percent(self.background.young)
        );
        (facts.iter().map(of).sum(), says)
    }

    fn firsts(&self, facts: &[Buyer]) -> (f64, String) {
        let near = |b: &&Buyer| b.is_near(self.settings);
        let of = |b: &Buyer| {
            self.background
                .of_first(b.is_near(self.settings), self.settings)
        };
        let says = format!(
            "{} of {} first orders {} to 100 % of the limit; of all buyers {}",
            facts.iter().filter(near).count(),
            facts.len(),
            percent(self.settings.window_from).trim_end_matches(" %"),
            percent(self.background.near)
        );
        (facts.iter().map(of).sum(), says)
    }

    fn burst(&self, facts: &[Buyer]) -> (f64, String) {
        let mut days: Vec<i32> = facts.iter().map(|b| b.first_day).collect();
        let (inside, adds) = self.background.of_burst(&mut days, self.settings);
        let days = self.settings.burst_days;
        let says = format!(
            "{inside} of {} first orders within {days} days",
            facts.len()
        );
        (adds, says)
    }

    fn forwarder(&self, facts: &[Buyer]) -> Option<(f64, String)> {
        let used: Vec<Option<u32>> = facts.iter().map(|b| b.forwarder).collect();
        let (forwarder, count, adds) = self.background.of_forwarder(&used, self.settings)?;
        let name = self.book.forwarders.get(forwarder as usize)?;
        let says = format!(
            "{count} of {} mostly through {name}, as do {} of all buyers",
            these(facts.len(), "buyer", "buyers"),
            percent(self.background.forwarder(forwarder))
        );
        Some((adds, says))
    }

    /// What was supplied to those whose site power is known, against that power.
    pub fn power(&self, buyers: &[u32]) -> Option<(f64, String)> {
        let watts_per_tpp = self.settings.watts_per_tpp?;
        let (mut has, mut needs) = (0.0, 0.0);
        for party in buyers {
            if let Some(mw) = self.book.parties[*party as usize].site_power_mw {
                let tpp: f64 = self.book.rows_of(*party).iter().map(|r| r.tpp as f64).sum();
                has += mw;
                needs += tpp * watts_per_tpp / 1e6;
            }
        }
        (needs > has * self.settings.power_ratio && needs > 0.0).then(|| {
            let says = format!(
                "what was supplied needs {needs:.2} MW at {watts_per_tpp} W for each TPP; the known sites have {has:.2} MW"
            );
            (POWER_EVIDENCE, says)
        })
    }
}

/// What it adds that the goods cannot all run where they are said to be: twenty to one.
const POWER_EVIDENCE: f64 = 3.0;

/// How sure the links are: the mean logarithm of their odds.
fn links(component: &Component) -> (f64, String) {
    let tree = &component.tree;
    if tree.is_empty() {
        return (0.0, "no link but known parents".to_owned());
    }
    let of = |l: &crate::links::Link| logit(l.chance.clamp(0.001, 0.999));
    let mean = tree.iter().map(of).sum::<f64>() / tree.len() as f64;
    let weakest = tree.iter().map(|l| l.chance).fold(1.0, f64::min);
    let says = format!(
        "held together by {}, each likely {} or more",
        these(tree.len(), "link", "links"),
        percent(weakest)
    );
    (mean, says)
}
