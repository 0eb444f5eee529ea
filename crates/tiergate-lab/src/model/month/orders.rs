//! What each country wants in a month, and how the law lets it go: what ships, what is filed, what is refused.

use super::columns::{
    AGREEMENT, CHINESE_OWNED, LESSER, LOCAL, NATIONAL_STATUS, TO_CHINA, US_CLOUD, US_CLOUD_STATUS,
    class,
};
use super::{Run, THOUSAND};
use crate::model::Group;
use crate::model::sizes::Split;
use crate::table::{COLUMNS, Passage};

impl Run<'_> {
    pub(super) fn line(&self, place: usize) -> usize {
        match self.model.groups[place] {
            Group::UnitedStates | Group::Allies => 0,
            Group::Middle => 1,
            Group::Embargoed => 2,
        }
    }

    /// Files applications for so many kH100e.
    pub(super) fn file(&mut self, place: usize, column: usize, amount: f64) {
        if amount <= 0.0 {
            return;
        }
        let line = self.line(place);
        let cell = u32::try_from(place * COLUMNS.len() + column).unwrap_or_default();
        let filed = &mut self.filed[line];
        filed.amounts.push((cell, amount));
        filed.applications += amount * THOUSAND / self.paths.per_application[self.today];
    }

    /// A stream of orders: what ships without a license, what is filed, what is refused.
    pub(super) fn ask(&mut self, place: usize, column: usize, amount: f64) {
        if amount <= 0.0 {
            return;
        }
        let (ladder, split) = self.split(place, column);
        let free = amount * split.free;
        let allowed = self.draw(ladder, split.free_step, place, class(column), free);
        self.free[place] += allowed;
        if matches!(column, US_CLOUD_STATUS | NATIONAL_STATUS | AGREEMENT)
            && self.has_status(column, place)
        {
            self.trusted[place] += allowed;
        }
        if column == US_CLOUD_STATUS {
            self.cloud_abroad += allowed * self.table.tpp_of_thousand(self.today, class(column));
        }
        self.file(place, column, amount * split.filed);
        self.refused[place] += amount * split.refused;
        let over = free - allowed;
        if over <= 0.0 {
            return;
        }
        // What a status does not cover goes as if without it.
        match column {
            US_CLOUD_STATUS => self.ask(place, US_CLOUD, over),
            NATIONAL_STATUS => self.ask(place, LOCAL, over),
            _ => match self.table.ladders()[ladder].0[split.free_step].spent {
                Passage::License(_) | Passage::Open => self.file(place, column, over),
                Passage::Free | Passage::Closed => self.refused[place] += over,
            },
        }
    }

    /// Whether the law answers buyers of a status or under an agreement otherwise than the same without it.
    pub(super) fn has_status(&self, column: usize, place: usize) -> bool {
        let without = if column == US_CLOUD_STATUS {
            US_CLOUD
        } else {
            LOCAL
        };
        self.table.ladder_number(self.today, place, column)
            != self.table.ladder_number(self.today, place, without)
    }

    /// What each country wants, and how it may go.
    pub(super) fn orders(&mut self) {
        let at = self.today;
        let knobs = self.knobs;
        let made = self.paths.made[at];
        let wanted = made * (1.0 + knobs.supply_rationed);
        let kept = knobs.demand_shock_kept;
        let size = knobs.demand_shock * (1.0 - kept * kept).max(0.0).sqrt();
        let places = self.model.world.places.len();
        for (place, shock) in self.shock.iter_mut().enumerate() {
            let z = f64::from(self.noise.demand[at * places + place]);
            *shock = kept * *shock + size * z;
        }
        self.free.fill(0.0);
        self.trusted.fill(0.0);
        self.refused.fill(0.0);
        let overflow = knobs.power_overflow * (self.us_wish() - self.us_usable()).max(0.0);
        let status = self
            .status_from
            .map(|from| from.is_some_and(|from| at as f64 >= from as f64 + knobs.status_delay));
        for place in self.abroad() {
            let is = &self.model.world.places[place];
            let noise = (self.shock[place] - knobs.demand_shock * knobs.demand_shock / 2.0).exp();
            let base = wanted * knobs.demand_abroad * self.paths.weights[place] * noise;
            let plans = self.paths.plans(place, at);
            let embargoed = self.model.groups[place] == Group::Embargoed;
            let us_cloud = if embargoed {
                0.0
            } else {
                knobs.demand_us_cloud
            };
            let owned = if is.chinese_owned {
                knobs.demand_chinese_owned
            } else {
                0.0
            };
            let cloud = base * us_cloud + overflow * self.paths.overflow[place];
            let local = base * (1.0 - us_cloud) * (1.0 - owned) + plans;
            let chinese = base * (1.0 - us_cloud) * owned;
            let trusted = if status[0] {
                knobs.status_taken * cloud
            } else {
                0.0
            };
            let national = if status[1] {
                knobs.status_national * local
            } else {
                0.0
            };
            let agreed = (local - national) * self.talks[place].released(knobs);
            self.wants[place] = local;
            self.ask(place, US_CLOUD_STATUS, trusted);
            self.ask(place, US_CLOUD, cloud - trusted);
            self.ask(place, NATIONAL_STATUS, national);
            self.ask(place, AGREEMENT, agreed);
            self.ask(place, LOCAL, local - national - agreed);
            self.ask(place, CHINESE_OWNED, chinese);
        }
        self.china();
        self.lesser();
    }

    /// Whether the first companies have the universal status, and the national one.
    pub(super) fn has_begun(&self) -> [bool; 2] {
        let begun = |from: usize| self.today as f64 >= from as f64 + self.knobs.status_delay;
        self.status_from.map(|from| from.is_some_and(begun))
    }

    pub(super) fn us_wish(&self) -> f64 {
        let wanted = self.paths.made[self.today] * (1.0 + self.knobs.supply_rationed);
        (wanted * (1.0 - self.knobs.demand_abroad) - self.china_wish()).max(0.0)
    }

    pub(super) fn us_usable(&self) -> f64 {
        self.us_wish().min(self.paths.power[self.today])
    }

    /// What China wishes in this month, of all chips.
    pub(super) fn china_wish(&self) -> f64 {
        self.knobs.china_wish * self.paths.made[self.today]
    }

    /// What China would take of a class, beside its wish.
    pub(super) fn taken(&self, class: usize) -> f64 {
        let h100e = &self.table.h100e[self.today];
        match class {
            0 => 1.0,
            _ if h100e[class] >= self.knobs.china_weak_below * h100e[0] => {
                self.knobs.china_cut_down_taken
            }
            _ => self.knobs.china_weak_taken,
        }
    }

    /// China orders of the class of which it gets most by law.
    pub(super) fn china(&mut self) {
        let china = self.model.world.china;
        self.china_free = [0.0; 4];
        let mut best = (LOCAL, Split::default(), 0.0);
        for column in TO_CHINA {
            let (_, split) = self.split(china, column);
            let got = self.taken(class(column)) * (split.free + split.filed * split.approved);
            if got > best.2 {
                best = (column, split, got);
            }
        }
        let (column, split, got) = best;
        if got <= 0.0 {
            return;
        }
        let blocked = self.today as f64 >= self.knobs.china_own_block_from;
        let open = if blocked {
            1.0 - self.knobs.china_own_block
        } else {
            1.0
        };
        let amount = self.china_wish() * self.taken(class(column)) * open;
        self.china_free[class(column)] = amount * split.free;
        self.file(china, column, amount * split.filed);
    }

    /// Orders of lesser chips: they matter by the applications they make.
    pub(super) fn lesser(&mut self) {
        for place in self.abroad() {
            let (_, split) = self.split(place, LESSER);
            let line = self.line(place);
            let orders = self.knobs.licensing_lesser_orders * self.paths.weights[place];
            self.filed[line].applications += orders * split.filed;
        }
    }
}
