//! What is told of a month, and its accounts: what was made is somewhere, and so is what was filed.

use super::{Run, group};
use crate::model::routes::Route;
use crate::model::{Broken, Group};
use crate::series as s;

/// How far two sums of an account may lie apart, beside their size: what rounding leaves.
const NEAR: f64 = 1e-9;

/// TPP are told in billions.
const BILLION: f64 = 1e9;

/// A route counts as carrying from a fiftieth of the flow on, as `routes` says.
const MANY: f64 = 50.0;

impl Run<'_> {
    pub(super) fn tell(&mut self, series: usize, place: usize, value: f64) {
        let places = self.stock.len();
        self.told[s::of_place(series, place, places)] = value;
    }

    pub(super) fn stocks(&mut self) {
        let (mut stock, mut tpp) = ([0.0; 4], [0.0; 4]);
        for (place, is) in self.model.groups.iter().enumerate() {
            stock[group(*is)] += self.stock[place];
            tpp[group(*is)] += self.tpp[place];
        }
        let chinese_abroad: f64 = self.chinese_abroad.iter().sum();
        let embargoed = stock[3] + self.smuggled + self.chinese;
        let world = stock.iter().sum::<f64>() + self.smuggled + self.chinese + chinese_abroad;
        let (us, china) = (self.model.world.us, self.model.world.china);
        let large = self.knobs.sites_large / self.knobs.sites_size;
        let sites = self
            .abroad()
            .filter(|p| self.model.groups[*p] != Group::Allies);
        let sites: f64 = sites.map(|p| (self.stock[p] * large).floor()).sum();
        let flow: f64 = self.routes.iter().map(|r| r.flow).sum();
        let carries = |r: &&Route| flow > 0.0 && r.flow >= flow / MANY;
        let refused = |which: Group| -> f64 {
            let of = self.abroad().filter(|p| self.model.groups[*p] == which);
            of.map(|p| self.refused[p]).sum()
        };
        let third = stock[1] + stock[2] + chinese_abroad;
        let (waiting_chips, waiting_other) = self.queue.waiting();
        let values = [
            (s::STOCK_US, self.stock[us]),
            (s::STOCK_ALLIES, stock[1]),
            (s::STOCK_MIDDLE, stock[2]),
            (s::STOCK_EMBARGOED, stock[3]),
            (s::STOCK_SMUGGLED, self.smuggled),
            (s::STOCK_CHINESE, self.chinese),
            (s::STOCK_CHINESE_ABROAD, chinese_abroad),
            (s::SHARE_US, stock[0] / world),
            (s::SHARE_ALLIES, stock[1] / world),
            (s::SHARE_MIDDLE, stock[2] / world),
            (s::SHARE_CHINA, embargoed / world),
            (
                s::SHARE_CHINA_BY_LAW,
                (self.stock[china] + self.chinese) / (world - self.smuggled),
            ),
            (
                s::SHARE_CHINESE_ABROAD,
                if third > 0.0 {
                    chinese_abroad / third
                } else {
                    0.0
                },
            ),
            (s::TPP_US, tpp[0] / BILLION),
            (s::TPP_ALLIES, tpp[1] / BILLION),
            (s::TPP_MIDDLE, tpp[2] / BILLION),
            (s::TPP_EMBARGOED, tpp[3] / BILLION),
            (s::IN_TRANSIT, self.transit.iter().sum()),
            (s::UNSOLD, self.unsold),
            (s::REFUSED, self.abroad().map(|p| self.refused[p]).sum()),
            (s::REFUSED_ALLIES, refused(Group::Allies)),
            (s::REFUSED_MIDDLE, refused(Group::Middle)),
            (s::DELAYED, self.queue.chips_waiting() + self.in_review),
            (s::WAITING, waiting_chips + waiting_other),
            (s::WAITING_CHIPS, waiting_chips),
            (s::DENIED, self.denied),
            (s::PREMIUM, self.premium),
            (s::SHELLS, self.routes.iter().map(|r| r.shells).sum()),
            (s::ROUTES, self.routes.iter().filter(carries).count() as f64),
            (s::SITES, sites),
            (
                s::SHARE_BOUND,
                if self.sold_abroad > 0.0 {
                    self.bound / self.sold_abroad
                } else {
                    0.0
                },
            ),
        ];
        for (at, value) in values {
            self.told[at] = value;
        }
    }

    /// The accounts of the month: what was made is somewhere, and so is what was filed.
    pub(super) fn check(&self) -> Result<(), Broken> {
        let somewhere = self.stock.iter().sum::<f64>()
            + self.transit.iter().sum::<f64>()
            + self.smuggled
            + self.seized
            + self.unsold;
        let (chips, other) = self.queue.waiting();
        let filed = self.taken_ever + self.given_up_ever + chips + other;
        for (what, left, right) in [
            ("chips made, and where they are", self.made, somewhere),
            (
                "applications in, and out or waiting",
                self.filed_ever,
                filed,
            ),
        ] {
            let near = (left - right).abs() <= NEAR * left.abs().max(1.0);
            if !near || self.unsold < -NEAR * self.made {
                return Err(Broken {
                    month: self.model.world.months.month(self.today).to_string(),
                    what,
                    left,
                    right,
                });
            }
        }
        Ok(())
    }
}
