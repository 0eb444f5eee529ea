//! What a draw fixes before its first month: how much is made, wanted, powered and paid, month by month.

use super::Model;
use super::knobs::Knobs;
use super::sizes::Sizes;
use super::years::monthly;
use crate::model::Group;
use crate::month::Month;

/// The paths of a draw.
pub(super) struct Paths {
    /// Chips made, in kH100e a month.
    pub made: Vec<f64>,
    /// AI chips made in China while allies cooperate, in kH100e a month.
    pub own: Vec<f64>,
    /// What the United States can power, in kH100e a month.
    pub power: Vec<f64>,
    /// What officers can do, in applications a month.
    pub capacity: Vec<f64>,
    /// The price of an H100-equivalent, in thousands of U.S. dollars.
    pub price: Vec<f64>,
    /// Effort against smuggling, beside that of 2024.
    pub effort: Vec<f64>,
    /// H100-equivalents on an application.
    pub per_application: Vec<f64>,
    /// The share of each place in demand abroad.
    pub weights: Vec<f64>,
    /// The share of each place in what finds no power in the United States.
    pub overflow: Vec<f64>,
    plans: Vec<f64>,
    plans_share: Vec<f64>,
    median: Vec<f64>,
    spread: f64,
}

/// Shares of a whole; all zero when there is none.
fn shares(of: &[f64]) -> Vec<f64> {
    let sum: f64 = of.iter().sum();
    of.iter()
        .map(|x| if sum > 0.0 { x / sum } else { 0.0 })
        .collect()
}

impl Paths {
    pub(super) fn draw(model: &Model, knobs: &Knobs) -> Paths {
        let world = &model.world;
        let count = world.months.len();
        let first = world.months.month(0);
        let last = world.months.month(count - 1);
        let years =
            |at: usize, since: f64| f64::from(first.year) - since + (at as f64 + 0.5) / 12.0;
        // Years of which what was made is known, and then growth that slows.
        // What is published counts Chinese chips as well, which are made beside these.
        let known_own = [
            knobs.china_output_2023,
            knobs.china_output_2024,
            knobs.china_output_2025,
            knobs.china_output_2026,
        ];
        let own_of = |year: i16| {
            let at = usize::try_from(year - first.year).ok();
            at.and_then(|at| known_own.get(at))
                .copied()
                .unwrap_or_default()
        };
        let mut supply: Vec<f64> = world
            .supply
            .iter()
            .map(|(year, x)| (x * knobs.supply_level - own_of(*year)).max(0.0))
            .collect();
        let supply_from = world.supply.first().map_or(first.year, |(year, _)| *year);
        // As far as plans are built, whatever month is the last: the past does not change with it.
        let end = (knobs.demand_plans_end.max(0.0).round() as usize + 1).max(count);
        let years_of_months =
            usize::try_from(first.year - supply_from).unwrap_or_default() + end.div_ceil(12);
        let until = years_of_months + 1;
        let (mut grown, mut growth) = (0, 1.0);
        while supply.len() < until {
            growth = match grown {
                0 => knobs.supply_growth_2025,
                1 => knobs.supply_growth_2026,
                _ => 1.0 + (growth - 1.0) * knobs.supply_growth_kept,
            };
            grown += 1;
            supply.push(supply.last().copied().unwrap_or_default() * growth);
        }
        let mut own = known_own.to_vec();
        while own.len() < usize::try_from(last.year - first.year).unwrap_or_default() + 2 {
            own.push(own.last().copied().unwrap_or_default() * knobs.china_output_growth);
        }
        let skip = usize::try_from(
            world
                .months
                .number(Month {
                    year: supply_from,
                    month: 1,
                })
                .abs(),
        );
        let made: Vec<f64> = monthly(&supply)
            .into_iter()
            .skip(skip.unwrap_or_default())
            .collect();
        let abroad = |p: &usize| *p != world.us && *p != world.china;
        let of = |what: &dyn Fn(usize) -> f64| -> Vec<f64> {
            let each = (0..world.places.len()).map(|p| if abroad(&p) { what(p) } else { 0.0 });
            each.collect()
        };
        let by_clusters = shares(&of(&|p| world.places[p].clusters));
        let by_product = shares(&of(&|p| world.places[p].product));
        let mix = knobs.demand_by_clusters;
        let each = by_clusters.iter().zip(&by_product);
        let weights = each.map(|(c, g)| mix * c + (1.0 - mix) * g).collect();
        let overflow = shares(&of(&|p| match model.groups[p] {
            Group::Embargoed => 0.0,
            _ => world.places[p].power,
        }));
        let plans = of(&|p| world.places[p].planned * knobs.demand_plans_realized);
        let plans_begin = knobs.demand_plans_begin.max(0.0).round() as usize;
        let building = plans_begin..end.min(1 + knobs.demand_plans_end.max(0.0).round() as usize);
        let while_building: f64 = made.iter().take(building.end).skip(building.start).sum();
        let plans_share = made.iter().enumerate().map(|(at, x)| {
            if building.contains(&at) && while_building > 0.0 {
                x / while_building
            } else {
                0.0
            }
        });
        let plans_share = plans_share.collect();
        let over = knobs.licensing_staff_lost_over;
        let staff = |at: usize| {
            let since = at as f64 + 1.0 - knobs.licensing_staff_lost_from;
            match since {
                since if since <= 0.0 => 1.0,
                since if since <= over => 1.0 - knobs.licensing_staff_lost * since / over,
                since => {
                    let half = (since - over) / knobs.licensing_staff_regained.max(1e-9);
                    1.0 - knobs.licensing_staff_lost * 0.5_f64.powf(half)
                }
            }
        };
        let each = |f: &dyn Fn(usize) -> f64| -> Vec<f64> { (0..count).map(f).collect() };
        let median = each(&|at| {
            knobs.demand_order_median
                * knobs
                    .demand_order_growth
                    .powf(years(at, knobs.told_year) - 0.5)
        });
        Paths {
            own: monthly(&own).into_iter().take(count).collect(),
            power: each(&|at| {
                let years = years(at, f64::from(first.year)) - 0.5;
                // GW are a million kW, and a kH100e is a thousand.
                let gigawatts = knobs.power_added_2023 / 12.0 * knobs.power_growth.powf(years);
                let each = knobs.power_per_chip_2023 * knobs.power_per_chip_falls.powf(years);
                gigawatts * 1e6 / each / 1e3
            }),
            capacity: each(&|at| knobs.licensing_capacity * staff(at)),
            price: each(&|at| {
                knobs.money_price_2024
                    * knobs
                        .money_price_falls
                        .powf(years(at, knobs.told_year) - 0.5)
            }),
            effort: each(&|at| {
                knobs
                    .enforcement_growth
                    .powf(years(at, knobs.told_year) - 0.5)
            }),
            per_application: median
                .iter()
                .map(|m| m * knobs.licensing_per_application)
                .collect(),
            made,
            weights,
            overflow,
            plans,
            plans_share,
            median,
            spread: knobs.demand_order_spread,
        }
    }

    /// What announced projects of a place ask for in a month, in kH100e: in step with what is made.
    pub(super) fn plans(&self, place: usize, at: usize) -> f64 {
        self.plans[place] * self.plans_share[at]
    }

    /// The sizes of orders in a month.
    pub(super) fn sizes(&self, at: usize) -> Sizes {
        Sizes {
            median: self.median[at],
            spread: self.spread,
        }
    }
}
