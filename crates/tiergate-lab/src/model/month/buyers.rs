//! The named companies in a month: what each asks under its status, what it holds, how far its limits are used.

use super::Run;
use super::columns::{AGREEMENT, LOCAL, NATIONAL_STATUS, US_CLOUD, US_CLOUD_STATUS, class};
use crate::series as s;

impl Run<'_> {
    /// TPP that a company owns: its part of the stock in the United States, and what it holds abroad. One
    /// that buys in one country owns what it holds there.
    pub(super) fn owns(&self, company: usize) -> f64 {
        let abroad: f64 = self.companies.has(company).iter().sum();
        let at_home = self.companies.owns(self.today).get(company);
        let fleet = self.knobs.status_fleet * self.tpp[self.model.world.us];
        abroad + at_home.map_or(0.0, |part| part * fleet)
    }

    /// Begins the month of the companies: their parts, and what each owns on the accounts of its limits.
    pub(super) fn companies(&mut self) {
        self.companies.begin(self.today);
        self.counted.recount();
        let day = self.date();
        let begun = self.has_begun();
        for place in self.abroad().filter(|_| begun[0]) {
            let (ladder, split) = self.split(place, US_CLOUD_STATUS);
            let draws = &self.table.ladders()[ladder].0[split.free_step].draws;
            for company in 0..self.companies.everywhere {
                let has = self.companies.has(company)[place];
                self.counted.own(draws, place, company, day, has);
            }
        }
        for at in (0..self.companies.here.len()).filter(|_| begun[1]) {
            let here = self.companies.here[at];
            let (ladder, split) = self.split(here.place, NATIONAL_STATUS);
            let draws = &self.table.ladders()[ladder].0[split.free_step].draws;
            let has = self.companies.has(here.company)[here.place];
            self.counted.own(draws, here.place, here.company, day, has);
        }
    }

    /// Asks for a company under its status: what ships, what is filed, what is refused. Says how much its
    /// limits do not cover.
    fn under_status(
        &mut self,
        place: usize,
        column: usize,
        company: Option<usize>,
        amount: f64,
    ) -> f64 {
        if amount <= 0.0 {
            return 0.0;
        }
        let (ladder, split) = self.split(place, column);
        let free = amount * split.free;
        let step = (ladder, split.free_step);
        let allowed = self.draw(step, place, company, class(column), free);
        self.free[place] += allowed;
        if self.has_status(column, place) {
            self.trusted[place] += allowed;
        }
        if let Some(company) = company {
            self.credit(place, company, allowed, column);
        }
        self.file(place, column, amount * split.filed);
        self.refused[place] += amount * split.refused;
        free - allowed
    }

    /// Draws on the limits of a step for what was licensed: each company on its own, where the column is
    /// theirs.
    pub(super) fn draw_for_all(
        &mut self,
        step: (usize, usize),
        place: usize,
        column: usize,
        amount: f64,
    ) -> f64 {
        if column != US_CLOUD_STATUS {
            return self.draw(step, place, None, class(column), amount);
        }
        let count = self.companies.everywhere;
        let mut allowed = 0.0;
        for company in 0..count {
            let part = amount * self.companies.part[place * count + company];
            allowed += self.draw(step, place, Some(company), class(column), part);
        }
        allowed
    }

    fn credit(&mut self, place: usize, company: usize, amount: f64, column: usize) {
        let tpp = self.table.tpp_of_thousand(self.today, class(column));
        self.companies.give(place, company, amount, tpp);
    }

    /// What U.S. companies build in a place: those with a name under their status, as far as it goes, and
    /// all else without.
    pub(super) fn us_cloud(&mut self, place: usize, cloud: f64) {
        if cloud <= 0.0 {
            return;
        }
        let count = self.companies.everywhere;
        let named = match count {
            0 => 0.0,
            _ => self.knobs.status_taken * cloud,
        };
        let has = self.has_begun()[0];
        let mut without = cloud - named;
        for company in 0..count {
            let wants = named * self.companies.part[place * count + company];
            let left = if has {
                self.under_status(place, US_CLOUD_STATUS, Some(company), wants)
            } else {
                wants
            };
            self.left[place * count + company] = left;
            without += left;
        }
        for left in &mut self.left[place * count..(place + 1) * count] {
            *left /= without.max(f64::MIN_POSITIVE);
        }
        self.ask(place, US_CLOUD, without);
    }

    /// What companies of a place want: those that have the national status under it, as far as it goes; of
    /// the rest a part under an agreement, where there is one.
    pub(super) fn local(&mut self, place: usize, local: f64, plans: f64) {
        let has = self.has_begun()[1];
        let mut named = 0.0;
        let mut covered = 0.0;
        for at in 0..self.companies.here.len() {
            let here = self.companies.here[at];
            if here.place != place {
                continue;
            }
            let wants = plans * here.of_plans;
            named += wants;
            let left = if has && here.has_status {
                self.under_status(place, NATIONAL_STATUS, Some(here.company), wants)
            } else {
                wants
            };
            covered += wants - left;
            self.left_here[at] = left;
        }
        if has {
            let wants = self.knobs.status_national * (local - named).max(0.0);
            let left = self.under_status(place, NATIONAL_STATUS, None, wants);
            covered += wants - left;
        }
        let rest = local - covered;
        for (left, here) in self.left_here.iter_mut().zip(&self.companies.here) {
            if here.place == place {
                *left /= rest.max(f64::MIN_POSITIVE);
            }
        }
        let agreed = rest * self.talks[place].released(self.knobs);
        self.ask(place, AGREEMENT, agreed);
        self.ask(place, LOCAL, rest - agreed);
    }

    /// So much may go to a place in a column, without a status or under a license: what of it is for which
    /// company goes by what each asks for in this month.
    pub(super) fn given(&mut self, place: usize, column: usize, amount: f64) {
        if matches!(column, LOCAL | AGREEMENT) {
            for at in 0..self.companies.here.len() {
                let here = self.companies.here[at];
                if here.place == place {
                    self.credit(place, here.company, amount * self.left_here[at], column);
                }
            }
        } else if matches!(column, US_CLOUD | US_CLOUD_STATUS) {
            for company in 0..self.companies.everywhere {
                let at = place * self.companies.everywhere + company;
                let part = match column {
                    US_CLOUD => self.left[at],
                    _ => self.companies.part[at],
                };
                self.credit(place, company, amount * part, column);
            }
        }
    }

    /// What companies did not get lapses; what each has is told.
    pub(super) fn told_of_companies(&mut self) {
        self.companies.sold(self.filled);
        self.counted.lapse(self.filled);
        let (places, count) = (self.stock.len(), self.companies.told().len());
        for company in 0..count {
            let at = |series| s::of_company(series, company, places, count);
            self.told[at(s::HOLDS)] = self.companies.told()[company];
            self.told[at(s::USED)] = self.companies.used[company];
        }
    }
}
