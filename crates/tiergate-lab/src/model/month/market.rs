//! The markets of a month: what is smuggled and at which premium, what is sold and comes into use, who buys Chinese.

use super::columns::{LOCAL, NATIONAL_STATUS};
use super::{Run, THOUSAND, group};
use crate::model::routes::{self, Room};
use crate::series as s;
use crate::world::{Class, Effect};

impl Run<'_> {
    /// The grey market of this month: flows and the premium.
    pub(super) fn grey(&mut self) {
        let knobs = self.knobs;
        let imports: f64 = self
            .abroad()
            .map(|p| (self.free[p] + self.backlog[p]) * self.filled)
            .sum();
        for place in 0..self.routes.len() {
            let apt = self.routes[place].apt;
            self.rooms[place] = Room::default();
            if apt <= 0.0 || self.apt <= 0.0 {
                continue;
            }
            let base = knobs.grey_share_of_hub * imports * apt / self.apt;
            let (_, split) = self.split(place, LOCAL);
            let limited = 1.0 - split.free;
            let mut room = Room {
                open: base,
                below: 0.0,
                limit: split.free_up_to / THOUSAND,
            };
            if split.free_up_to < f64::INFINITY {
                let asked = if limited > 0.0 {
                    split.filed / limited
                } else {
                    0.0
                };
                room.open = base * asked * split.approved * (1.0 - knobs.grey_license_screens);
                if self.has_begun()[1] && self.has_status(NATIONAL_STATUS, place) {
                    room.open += base * knobs.status_national * (1.0 - knobs.grey_status_screens);
                }
                room.open = room.open.min(base);
                room.below = if split.free_up_to > 0.0 {
                    base - room.open
                } else {
                    0.0
                };
            }
            self.rooms[place] = room;
        }
        let month = self.model.world.months.month(self.today);
        let effort = self.paths.effort[self.today] * self.table.effort[self.today];
        let mut watched = vec![1.0; self.routes.len()];
        for event in &self.model.world.events {
            if let Effect::Watched(place, more) = event.effect
                && event.on(month)
            {
                watched[place] *= more;
            }
        }
        routes::enforce(knobs, &mut self.routes, effort, &watched);
        let by_law: f64 = self
            .china_free
            .iter()
            .chain(&self.china_backlog)
            .sum::<f64>()
            * self.filled;
        let own = self.own() - self.exported;
        let wish = self.china_wish();
        self.premium = routes::clear(knobs, &mut self.routes, wish, by_law + own.max(0.0));
        self.told[s::EFFORT] = effort;
    }

    /// AI chips made in China in this month.
    pub(super) fn own(&self) -> f64 {
        self.paths.own[self.today] * self.leaked.exp()
    }

    /// Chips are sold as far as there are any, and come into use.
    pub(super) fn sales(&mut self) {
        let at = self.today;
        let (us, china) = (self.model.world.us, self.model.world.china);
        let made = self.paths.made[at];
        self.made += made;
        let there = self.unsold + made;
        let grey: f64 = self.routes.iter().map(|r| r.flow).sum();
        let scale = if grey > there { there / grey } else { 1.0 };
        let grey = grey * scale;
        for route in &mut self.routes {
            route.flow *= scale;
        }
        let usable = self.us_usable();
        let abroad: f64 = self.abroad().map(|p| self.free[p] + self.backlog[p]).sum();
        let to_china: f64 = self.china_free.iter().chain(&self.china_backlog).sum();
        let orders = usable + abroad + to_china;
        self.filled = if orders > 0.0 {
            ((there - grey) / orders).min(1.0)
        } else {
            1.0
        };
        let filled = self.filled;
        let best = self.table.tpp_of_thousand(at, 0);
        let arrive = 1.0 - (-1.0 / self.knobs.supply_transit.max(1e-9)).exp();
        let (mut sold, mut revenue_abroad, mut delivered) = (grey, 0.0, [0.0; 4]);
        let price = self.paths.price[at];
        for place in 0..self.stock.len() {
            let (ship, tpp) = if place == us {
                (usable * filled, usable * filled * best)
            } else if place == china {
                let mut sent = (0.0, 0.0);
                for class in 0..Class::ALL.len() {
                    let x = (self.china_free[class] + self.china_backlog[class]) * filled;
                    sent.0 += x;
                    sent.1 += x * self.table.tpp_of_thousand(at, class);
                    self.china_backlog[class] = 0.0;
                }
                sent
            } else {
                let x = (self.free[place] + self.backlog[place]) * filled;
                self.bound += (self.trusted[place] + self.backlog[place]) * filled;
                self.sold_abroad += x;
                // What is not filled lapses, licensed or not: it is wanted anew in the next month.
                self.backlog[place] = 0.0;
                (x, x * best)
            };
            sold += ship;
            if place != us {
                revenue_abroad += ship * price;
            }
            self.transit[place] += ship;
            self.transit_tpp[place] += tpp;
            let (come, come_tpp) = (
                self.transit[place] * arrive,
                self.transit_tpp[place] * arrive,
            );
            self.transit[place] -= come;
            self.transit_tpp[place] -= come_tpp;
            self.stock[place] += come;
            self.tpp[place] += come_tpp;
            delivered[group(self.model.groups[place])] += come;
            self.tell(s::IMPORTS, place, come + self.routes[place].flow);
            self.tell(s::THROUGH, place, self.routes[place].flow);
            self.tell(s::STOCK, place, self.stock[place]);
            if place == china {
                let duty = at as f64 >= self.knobs.money_china_duty_from;
                let duty = if duty {
                    self.knobs.money_china_duty
                } else {
                    0.0
                };
                self.told[s::DUTY] = ship * price * duty;
            }
        }
        self.unsold = there - sold;
        let seized: f64 = self.routes.iter().map(|r| r.flow * r.detected).sum();
        self.seized += seized;
        self.smuggled += grey - seized;
        self.told[s::MADE] = made;
        self.told[s::PRICE] = price;
        self.told[s::SEIZED] = seized;
        self.told[s::DIVERTED] = grey - seized;
        self.told[s::REVENUE] = sold * price;
        self.told[s::REVENUE_ABROAD] = revenue_abroad;
        self.told[s::DELIVERED] = delivered.iter().sum();
        self.told[s::DELIVERED_US..=s::DELIVERED_EMBARGOED].copy_from_slice(&delivered);
    }

    /// Blocked buyers turn to Chinese chips, as far as China sells any.
    pub(super) fn substitution(&mut self) {
        let own = self.own();
        let years = (self.today as f64 + 0.5) / 12.0;
        let share =
            (self.knobs.china_exports + self.knobs.china_exports_grow * years).clamp(0.0, 1.0);
        let blocked: f64 = self.abroad().map(|p| self.refused[p]).sum();
        self.exported = (own * share).min(blocked);
        if blocked > 0.0 {
            for place in self.abroad() {
                self.chinese_abroad[place] += self.exported * self.refused[place] / blocked;
            }
        }
        self.chinese += own - self.exported;
        self.told[s::CHINESE_MADE] = own;
    }
}
