//! Named companies in a rehearsal: what each wants in a country, and what it holds abroad.
//!
//! Of what U.S. companies build in a country, those with a name build a share, and each of them a part of
//! it: half by the sites it is known to have, half by what it owns, spread by chance. No figure is known of
//! what each builds where.

use super::Model;
use super::knobs::Knobs;
use super::noise::Noise;
use crate::companies::Buys;
use crate::world::World;

/// What the named companies of a draw want and hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Companies {
    /// How many build everywhere: they are the first.
    pub everywhere: usize,
    places: usize,
    /// What each of those owns of all that they own, by month and company.
    owned: Vec<f64>,
    /// By place and company: how much more or less it builds there than what it owns would say.
    leans: Vec<f64>,
    /// By place and company: its part of the sites known there; all zero where none is.
    sites: Vec<f64>,
    by_sites: f64,
    /// By place and company: its part of what those companies build in the place, in this month.
    pub part: Vec<f64>,
    /// Those that buy in one country: which company, where, its part of what is announced there, and
    /// whether it has the national status in this draw.
    pub here: Vec<Here>,
    /// TPP outside the United States, by company and place: what each has, and what may go to it in this
    /// month.
    has: Vec<f64>,
    coming: Vec<f64>,
    /// The same of all places, in kH100e, by company.
    told: Vec<f64>,
    told_coming: Vec<f64>,
    /// The most of any of its limits that a company has used, of those it drew on in this month.
    pub used: Vec<f64>,
}

/// A company that buys in one country.
#[derive(Debug, Clone, Copy)]
pub(super) struct Here {
    pub company: usize,
    pub place: usize,
    /// Its part of what is announced in the country.
    pub of_plans: f64,
    pub has_status: bool,
}

/// What each of the companies that build everywhere owns of all that they own, by month and company:
/// between the ends of two years in a straight line, before and after as at the first and the last.
fn owned(world: &World) -> Vec<f64> {
    let stocks: Vec<&[(i16, f64)]> = world
        .companies
        .iter()
        .filter_map(|c| match &c.buys {
            Buys::Everywhere { stock, .. } => Some(stock.as_slice()),
            Buys::Here { .. } => None,
        })
        .collect();
    let at = |stock: &[(i16, f64)], time: f64| -> f64 {
        let end_of = |year: i16| f64::from(year) + 1.0;
        let after = stock.iter().position(|(year, _)| end_of(*year) >= time);
        match after {
            None => stock.last().map_or(0.0, |(_, x)| *x),
            Some(0) => stock.first().map_or(0.0, |(_, x)| *x),
            Some(n) => {
                let ((year, from), (_, to)) = (stock[n - 1], stock[n]);
                from + (to - from) * (time - end_of(year))
            }
        }
    };
    let mut all = Vec::with_capacity(stocks.len() * world.months.len());
    for month in world.months.iter() {
        let time = f64::from(month.year) + (f64::from(month.month) - 0.5) / 12.0;
        let each: Vec<f64> = stocks.iter().map(|stock| at(stock, time)).collect();
        let sum: f64 = each.iter().sum();
        all.extend(each.iter().map(|x| if sum > 0.0 { x / sum } else { 0.0 }));
    }
    all
}

impl Companies {
    pub(super) fn draw(model: &Model, knobs: &Knobs, noise: &Noise) -> Companies {
        let world = &model.world;
        let places = world.places.len();
        let everywhere = model.everywhere();
        let (mut leans, mut sites) = (
            vec![0.0; places * everywhere],
            vec![0.0; places * everywhere],
        );
        let z = |n: usize| f64::from(noise.companies[n]);
        for place in 0..places {
            for at in 0..everywhere {
                let everywhere_it = knobs.companies_spread * z(at);
                let here = knobs.companies_spread_country * z(everywhere * (1 + place) + at);
                leans[place * everywhere + at] = (everywhere_it + here).exp();
            }
        }
        let mut here = Vec::new();
        for (at, company) in world.companies.iter().enumerate() {
            match &company.buys {
                Buys::Everywhere { sites: known, .. } => {
                    for (place, amount) in known {
                        sites[place * everywhere + at] += amount;
                    }
                }
                Buys::Here { place, planned } => here.push(Here {
                    company: at,
                    place: *place,
                    of_plans: planned / world.places[*place].planned,
                    has_status: f64::from(noise.statuses[at]) < knobs.status_national_named,
                }),
            }
        }
        for of_place in sites.chunks_exact_mut(everywhere.max(1)) {
            let sum: f64 = of_place.iter().sum();
            if sum > 0.0 {
                of_place.iter_mut().for_each(|x| *x /= sum);
            }
        }
        Companies {
            everywhere,
            places,
            owned: owned(world),
            leans,
            sites,
            by_sites: knobs.companies_by_sites,
            part: vec![0.0; places * everywhere],
            here,
            has: vec![0.0; places * world.companies.len()],
            coming: vec![0.0; places * world.companies.len()],
            told: vec![0.0; world.companies.len()],
            told_coming: vec![0.0; world.companies.len()],
            used: vec![0.0; world.companies.len()],
        }
    }

    /// What each owns, in this month, of all that those companies own.
    pub(super) fn owns(&self, month: usize) -> &[f64] {
        &self.owned[month * self.everywhere..(month + 1) * self.everywhere]
    }

    /// Begins a month: the part of each company in every place.
    pub(super) fn begin(&mut self, month: usize) {
        self.used.fill(0.0);
        let count = self.everywhere;
        if count == 0 {
            return;
        }
        let owned = &self.owned[month * count..(month + 1) * count];
        let known = self.sites.chunks_exact(count);
        let leans = self.leans.chunks_exact(count).zip(known);
        for (part, (leans, sites)) in self.part.chunks_exact_mut(count).zip(leans) {
            let mut sum = 0.0;
            for ((part, lean), owned) in part.iter_mut().zip(leans).zip(owned) {
                *part = lean * owned;
                sum += *part;
            }
            let by_sites = match sites.iter().any(|x| *x > 0.0) {
                true => self.by_sites,
                false => 0.0,
            };
            let rest = if sum > 0.0 {
                (1.0 - by_sites) / sum
            } else {
                0.0
            };
            for (part, site) in part.iter_mut().zip(sites) {
                *part = *part * rest + by_sites * site;
            }
        }
    }

    /// So much may go to a company in this month.
    pub(super) fn give(&mut self, place: usize, company: usize, amount: f64, tpp: f64) {
        self.coming[company * self.places + place] += amount * tpp;
        self.told_coming[company] += amount;
    }

    /// Ends a month in which so much of what might go was there to be sold. What is not filled lapses.
    pub(super) fn sold(&mut self, filled: f64) {
        let all = self.has.iter_mut().zip(&mut self.coming);
        let told = self.told.iter_mut().zip(&mut self.told_coming);
        for (has, coming) in all.chain(told) {
            *has += std::mem::take(coming) * filled;
        }
    }

    /// TPP that a company has in each place outside the United States.
    pub(super) fn has(&self, company: usize) -> &[f64] {
        &self.has[company * self.places..(company + 1) * self.places]
    }

    /// kH100e that each company has outside the United States.
    pub(super) fn told(&self) -> &[f64] {
        &self.told
    }
}
