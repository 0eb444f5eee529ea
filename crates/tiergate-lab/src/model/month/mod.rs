//! A month of the world under a law, step by step: see [`Run::month`].

mod accounts;
mod columns;
mod governments;
mod licensing;
mod market;
mod orders;

use tiergate_law::{Date, NumberFact};

use super::counted::{Counted, Drawn, Whole};
use super::knobs::Knobs;
use super::noise::Noise;
use super::paths::Paths;
use super::queue::{Filed, LINES, Queue, Waits};
use super::routes::{self, Room, Route};
use super::sizes::Split;
use super::talks::Talk;
use super::{Broken, Group, Model};
use crate::series as s;
use crate::table::{COLUMNS, Table};
use crate::world::Class;
use columns::{LOCAL, NATIONAL_STATUS, US_CLOUD, US_CLOUD_STATUS, class};

/// H100-equivalents in a kH100e.
const THOUSAND: f64 = 1000.0;

/// Days of a month, on average: a year of 365.25 days.
const DAYS: f64 = 365.25 / 12.0;

/// Months ahead for which decisions are kept: two years.
const AHEAD: usize = 24;

/// A rehearsal under way.
pub(super) struct Run<'r> {
    model: &'r Model,
    table: &'r Table,
    knobs: &'r Knobs,
    noise: &'r Noise,
    paths: Paths,
    today: usize,
    // What is fixed for the rehearsal.
    status_from: [Option<usize>; 2],
    apt: f64,
    // The stocks, in kH100e, by place.
    stock: Vec<f64>,
    tpp: Vec<f64>,
    transit: Vec<f64>,
    transit_tpp: Vec<f64>,
    smuggled: f64,
    seized: f64,
    unsold: f64,
    made: f64,
    chinese: f64,
    chinese_abroad: Vec<f64>,
    cloud_abroad: f64,
    // Orders: what may ship now, and what was licensed in this month, of the best chips.
    free: Vec<f64>,
    backlog: Vec<f64>,
    /// Of what may ship now, what does so under a status.
    trusted: Vec<f64>,
    /// Chips abroad, in kH100e, that went under what can be withdrawn, and all that were sold there.
    bound: f64,
    sold_abroad: f64,
    /// The same for China, by class.
    china_free: [f64; 4],
    china_backlog: [f64; 4],
    refused: Vec<f64>,
    // The process.
    queue: Queue,
    filed: [Filed; LINES],
    due: Vec<Vec<f64>>,
    in_review: f64,
    chip_waits: Waits,
    denied: f64,
    filed_ever: f64,
    taken_ever: f64,
    given_up_ever: f64,
    counted: Counted,
    shock: Vec<f64>,
    talks: Vec<Talk>,
    wants: Vec<f64>,
    routes: Vec<Route>,
    rooms: Vec<Room>,
    premium: f64,
    cooperation: f64,
    leaked: f64,
    filled: f64,
    exported: f64,
    splits: Vec<Option<Split>>,
    day: usize,
    told: Vec<f64>,
}

impl<'r> Run<'r> {
    pub(super) fn new(
        model: &'r Model,
        table: &'r Table,
        knobs: &'r Knobs,
        noise: &'r Noise,
        keep: bool,
    ) -> Run<'r> {
        let world = &model.world;
        let places = world.places.len();
        let paths = Paths::draw(model, knobs);
        let mut stock = vec![0.0; places];
        let abroad: f64 = (0..places)
            .filter(|p| *p != world.us && *p != world.china)
            .map(|p| world.places[p].clusters)
            .sum();
        for (at, place) in world.places.iter().enumerate() {
            stock[at] = match at {
                at if at == world.china => world.stock[0],
                at if at == world.us => world.stock[1],
                _ => world.stock[2] * place.clusters / abroad,
            };
        }
        let begin = table.tpp_of_thousand(0, 0);
        let tpp = stock.iter().map(|x| x * begin).collect();
        let routes: Vec<Route> = world
            .places
            .iter()
            .enumerate()
            .map(|(at, place)| {
                let apt = match model.groups[at] {
                    Group::UnitedStates => knobs.grey_us_direct,
                    _ if place.hub > 0.0 => place.hub,
                    Group::Embargoed => 0.0,
                    _ => knobs.grey_other_hubs,
                };
                let open = place.hub > 0.0 || at == world.us;
                Route {
                    apt,
                    open,
                    ..Route::default()
                }
            })
            .collect();
        let apt = world.places.iter().map(|p| p.hub).sum();
        let counted = Counted::new(keep);
        Run {
            model,
            table,
            knobs,
            noise,
            paths,
            today: 0,
            status_from: [
                table.differs_from(US_CLOUD_STATUS, US_CLOUD),
                table.differs_from(NATIONAL_STATUS, LOCAL),
            ],
            apt,
            stock,
            tpp,
            transit: vec![0.0; places],
            transit_tpp: vec![0.0; places],
            smuggled: 0.0,
            seized: 0.0,
            unsold: 0.0,
            made: world.stock.iter().sum(),
            chinese: 0.0,
            chinese_abroad: vec![0.0; places],
            cloud_abroad: 0.0,
            free: vec![0.0; places],
            backlog: vec![0.0; places],
            trusted: vec![0.0; places],
            bound: 0.0,
            sold_abroad: 0.0,
            china_free: [0.0; 4],
            china_backlog: [0.0; 4],
            refused: vec![0.0; places],
            queue: Queue::default(),
            filed: Default::default(),
            due: vec![vec![0.0; places * COLUMNS.len()]; AHEAD],
            in_review: 0.0,
            chip_waits: Waits::default(),
            denied: 0.0,
            filed_ever: 0.0,
            taken_ever: 0.0,
            given_up_ever: 0.0,
            counted,
            shock: vec![0.0; places],
            talks: vec![Talk::default(); places],
            wants: vec![0.0; places],
            routes,
            rooms: vec![Room::default(); places],
            premium: 0.0,
            cooperation: 1.0,
            leaked: 0.0,
            filled: 1.0 / (1.0 + knobs.supply_rationed),
            exported: 0.0,
            splits: vec![None; table.ladders().len() * Class::ALL.len()],
            day: 0,
            told: vec![0.0; model.series()],
        }
    }

    pub(super) fn drawn(self) -> Vec<Drawn> {
        self.counted.kept.unwrap_or_default()
    }

    pub(super) fn told(&self) -> &[f64] {
        &self.told
    }

    fn date(&self) -> Date {
        self.model.world.day(self.today)
    }

    /// The places outside the United States and China.
    fn abroad(&self) -> impl Iterator<Item = usize> + use<> {
        let (us, china) = (self.model.world.us, self.model.world.china);
        (0..self.model.world.places.len()).filter(move |p| *p != us && *p != china)
    }

    /// How a column's orders to a place fall on the law's steps in this month.
    fn split(&mut self, place: usize, column: usize) -> (usize, Split) {
        let ladder = self.table.ladder_number(self.today, place, column);
        let class = class(column);
        let known = &mut self.splits[ladder * Class::ALL.len() + class];
        let split = *known.get_or_insert_with(|| {
            let h100e = self.table.h100e[self.today][class];
            self.knobs.split(
                &self.table.ladders()[ladder],
                self.paths.sizes(self.today),
                h100e,
            )
        });
        (ladder, split)
    }

    /// Draws on the limits of a step for so many kH100e to a place; says how many were allowed.
    fn draw(&mut self, ladder: usize, step: usize, place: usize, class: usize, amount: f64) -> f64 {
        let draws = &self.table.ladders()[ladder].0[step].draws;
        if draws.is_empty() || amount <= 0.0 {
            return amount;
        }
        let tpp = self.table.tpp_of_thousand(self.today, class);
        let us = self.tpp[self.model.world.us];
        let fleet = self.knobs.status_fleet * us + self.cloud_abroad;
        let of = |fact| {
            if fact == NumberFact::VeuTotal {
                fleet
            } else {
                us
            }
        };
        let whole = Whole {
            of: &of,
            companies: self.knobs.status_companies,
        };
        let day = self.model.world.day(self.today);
        let allowed = self.counted.draw(draws, place, day, amount * tpp, &whole) / tpp;
        allowed.min(amount)
    }

    /// A month.
    pub(super) fn month(&mut self, at: usize) -> Result<(), Broken> {
        self.today = at;
        self.splits.fill(None);
        self.orders();
        self.told[s::FILED] = self.filed.iter().map(|f| f.applications).sum();
        self.licensing();
        self.decisions();
        self.grey();
        self.sales();
        self.substitution();
        self.diplomacy();
        self.deals();
        self.caps();
        self.stocks();
        routes::adapt(
            self.knobs,
            &mut self.routes,
            &self.rooms,
            self.premium,
            self.paths.price[at],
        );
        self.check()
    }
}

/// The place of a group in what is told by group.
const fn group(group: Group) -> usize {
    match group {
        Group::UnitedStates => 0,
        Group::Allies => 1,
        Group::Middle => 2,
        Group::Embargoed => 3,
    }
}
