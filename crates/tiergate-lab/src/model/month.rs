//! A month of the world under a law.

use tiergate_law::{Date, NumberFact};

use super::counted::{Counted, Drawn, Whole};
use super::knobs::Knobs;
use super::noise::Noise;
use super::paths::Paths;
use super::queue::{Filed, LINES, Queue, Waits, Work};
use super::routes::{self, Room, Route};
use super::sizes::Split;
use super::talks::{self, Stage, Talk};
use super::{Broken, Group, Model};
use crate::archetype::Buyer;
use crate::series as s;
use crate::table::{COLUMNS, Passage, Table};
use crate::world::{Class, Effect};

/// The columns of the best chips, by buyer.
const LOCAL: usize = 0;
const AGREEMENT: usize = 1;
const US_CLOUD: usize = 2;
const US_CLOUD_STATUS: usize = 3;
const NATIONAL_STATUS: usize = 4;
const CHINESE_OWNED: usize = 5;
/// The columns of what may be sold to China, the best first.
const TO_CHINA: [usize; 4] = [LOCAL, 6, 7, 8];
/// The column of lesser chips.
const LESSER: usize = 8;

const _: () = assert!(matches!(COLUMNS[AGREEMENT].0, Buyer::Agreement));
const _: () = assert!(matches!(COLUMNS[US_CLOUD].0, Buyer::UsCloud));
const _: () = assert!(matches!(COLUMNS[US_CLOUD_STATUS].0, Buyer::UsCloudStatus));
const _: () = assert!(matches!(COLUMNS[NATIONAL_STATUS].0, Buyer::NationalStatus));
const _: () = assert!(matches!(COLUMNS[CHINESE_OWNED].0, Buyer::ChineseOwned));
const _: () = assert!(matches!(COLUMNS[LESSER].1, Class::Lesser));

/// H100-equivalents in a kH100e.
const THOUSAND: f64 = 1000.0;

/// Days of a month, on average: a year of 365.25 days.
const DAYS: f64 = 365.25 / 12.0;

/// Months ahead for which decisions are kept: two years.
const AHEAD: usize = 24;

/// The place of a column's class among [`Class::ALL`].
const fn class(column: usize) -> usize {
    match COLUMNS[column].1 {
        Class::Best => 0,
        Class::MadeForChina => 1,
        Class::Older => 2,
        Class::Lesser => 3,
    }
}

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

    fn line(&self, place: usize) -> usize {
        match self.model.groups[place] {
            Group::UnitedStates | Group::Allies => 0,
            Group::Middle => 1,
            Group::Embargoed => 2,
        }
    }

    /// Files applications for so many kH100e.
    fn file(&mut self, place: usize, column: usize, amount: f64) {
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
    fn ask(&mut self, place: usize, column: usize, amount: f64) {
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
    fn has_status(&self, column: usize, place: usize) -> bool {
        let without = if column == US_CLOUD_STATUS {
            US_CLOUD
        } else {
            LOCAL
        };
        self.table.ladder_number(self.today, place, column)
            != self.table.ladder_number(self.today, place, without)
    }

    /// What each country wants, and how it may go.
    fn orders(&mut self) {
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
    fn has_begun(&self) -> [bool; 2] {
        let begun = |from: usize| self.today as f64 >= from as f64 + self.knobs.status_delay;
        self.status_from.map(|from| from.is_some_and(begun))
    }

    fn us_wish(&self) -> f64 {
        let wanted = self.paths.made[self.today] * (1.0 + self.knobs.supply_rationed);
        (wanted * (1.0 - self.knobs.demand_abroad) - self.china_wish()).max(0.0)
    }

    fn us_usable(&self) -> f64 {
        self.us_wish().min(self.paths.power[self.today])
    }

    /// What China wishes in this month, of all chips.
    fn china_wish(&self) -> f64 {
        self.knobs.china_wish * self.paths.made[self.today]
    }

    /// What China would take of a class, beside its wish.
    fn taken(&self, class: usize) -> f64 {
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
    fn china(&mut self) {
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
    fn lesser(&mut self) {
        for place in self.abroad() {
            let (_, split) = self.split(place, LESSER);
            let line = self.line(place);
            let orders = self.knobs.licensing_lesser_orders * self.paths.weights[place];
            self.filed[line].applications += orders * split.filed;
        }
    }

    /// The licensing queue of this month.
    fn licensing(&mut self) {
        let knobs = self.knobs;
        let at = self.today;
        let review = &self.table.reviews[at];
        let days = self.model.days[at];
        let applications: [f64; LINES] = std::array::from_fn(|n| self.filed[n].applications);
        let gave_up = &mut self.refused;
        self.queue
            .begin(&mut self.filed, knobs.licensing_gives_up, |cell, amount| {
                gave_up[cell as usize / COLUMNS.len()] += amount;
            });
        let work = self.paths.capacity[at] * self.held();
        let noisy = |mean: f64, z: f32| (mean + mean.max(0.0).sqrt() * f64::from(z)).max(0.0);
        for day in 0..days {
            let z = &self.noise.days[self.day + day];
            let each = days as f64;
            let chips = std::array::from_fn(|n| noisy(applications[n] / each, z[n]));
            let general = noisy(knobs.licensing_applications / each, z[LINES]);
            let done = noisy(work / each, z[LINES + 1]);
            let work = Work {
                done,
                chips: knobs.licensing_chip_work,
                fair: knobs.licensing_fair,
            };
            self.queue.day(chips, general, work);
        }
        self.day += days;
        // Of those an agency is against, so many end at each level.
        let levels = review.escalated.len();
        let level = |n: usize| -> f64 {
            let on = knobs.licensing_escalates_on;
            let rest = on.powi(i32::try_from(n).unwrap_or(i32::MAX));
            if n + 1 == levels {
                rest
            } else {
                rest * (1.0 - on)
            }
        };
        let against = |line: usize| match line {
            2 => knobs.licensing_escalated_china,
            _ => knobs.licensing_escalated,
        };
        let outcomes: Vec<(f64, [f64; LINES])> = std::iter::once((
            review.clean * knobs.licensing_review,
            std::array::from_fn(|line| if levels > 0 { 1.0 - against(line) } else { 1.0 }),
        ))
        .chain((0..levels).map(|n| {
            (
                review.escalated[n],
                std::array::from_fn(|line| against(line) * level(n)),
            )
        }))
        .map(|(days, shares)| (days + knobs.licensing_questions, shares))
        .collect();
        let due = &mut self.due;
        let mut begun = 0.0;
        self.queue.end(|line, cell, amount| {
            begun += amount;
            for (days, shares) in &outcomes {
                let months = (days / DAYS).min((AHEAD - 2) as f64);
                let (whole, part) = (months.floor(), months.fract());
                let first = (at + whole as usize) % AHEAD;
                due[first][cell as usize] += amount * shares[line] * (1.0 - part);
                due[(first + 1) % AHEAD][cell as usize] += amount * shares[line] * part;
            }
        });
        self.in_review += begun;
        self.waits(&outcomes);
    }

    /// How long applications that were taken up took, review included.
    fn waits(&mut self, outcomes: &[(f64, [f64; LINES])]) {
        self.chip_waits.clear();
        let mut days_all = (0.0, 0.0);
        for line in 0..LINES {
            let waits = &self.queue.chip_waits[line];
            for (days, shares) in outcomes {
                self.chip_waits.add_all(waits, *days, shares[line]);
                days_all.0 +=
                    waits.count() * shares[line] * (waits.mean().unwrap_or_default() + days);
            }
            days_all.1 += waits.count();
        }
        let general = &self.queue.general_waits;
        let clean = outcomes.first().map_or(0.0, |(days, _)| *days);
        days_all.0 += general.count() * (general.mean().unwrap_or_default() + clean);
        days_all.1 += general.count();
        let embargoed = &self.queue.chip_waits[2];
        let review: f64 = outcomes.iter().map(|(days, shares)| days * shares[2]).sum();
        self.told[s::DAYS_EMBARGOED] = embargoed.mean().map_or(f64::NAN, |m| m + review);
        self.told[s::DAYS_ALL] = if days_all.1 > 0.0 {
            days_all.0 / days_all.1
        } else {
            f64::NAN
        };
        self.told[s::WAIT_MEDIAN] = self.chip_waits.within(0.5).unwrap_or(f64::NAN);
        self.told[s::WAIT_P90] = self.chip_waits.within(0.9).unwrap_or(f64::NAN);
        let passed = self.queue.passed();
        self.told[s::GIVEN_UP] = passed.iter().map(|p| p.given_up).sum();
        self.told[s::FILED_ALL] = passed.iter().map(|p| p.filed).sum();
        self.filed_ever += passed.iter().map(|p| p.filed).sum::<f64>();
        self.taken_ever += passed.iter().map(|p| p.taken).sum::<f64>();
        self.given_up_ever += passed.iter().map(|p| p.given_up).sum::<f64>();
    }

    /// What of the work goes on while applications are held.
    fn held(&self) -> f64 {
        let month = self.model.world.months.month(self.today);
        let held = self
            .model
            .world
            .events
            .iter()
            .any(|e| e.effect == Effect::Hold && e.on(month));
        if held {
            1.0 - self.knobs.licensing_hold
        } else {
            1.0
        }
    }

    /// Decisions that are due in this month.
    fn decisions(&mut self) {
        let slot = self.today % AHEAD;
        let mut due = std::mem::take(&mut self.due[slot]);
        self.denied = 0.0;
        let per = self.paths.per_application[self.today];
        for (cell, amount) in due.iter_mut().enumerate() {
            let amount = std::mem::take(amount);
            if amount <= 0.0 {
                continue;
            }
            self.in_review -= amount;
            let (place, column) = (cell / COLUMNS.len(), cell % COLUMNS.len());
            let (ladder, split) = self.split(place, column);
            let approved = match (split.filed > 0.0, split.free > 0.0) {
                (true, _) => amount * split.approved,
                // The law of today asks for no license any more, or closes the way.
                (false, true) => amount,
                (false, false) => 0.0,
            };
            let step = if split.filed > 0.0 {
                split.filed_step
            } else {
                split.free_step
            };
            let counted = self.draw(ladder, step, place, class(column), approved);
            let spent = self.table.ladders()[ladder].0[step].spent;
            let beyond = (approved - counted) * self.knobs.approved(spent);
            let given = counted + beyond;
            if place == self.model.world.china {
                self.china_backlog[class(column)] += given;
            } else {
                self.backlog[place] += given;
            }
            self.denied += (amount - given) * THOUSAND / per;
            self.refused[place] += amount - given;
        }
        self.due[slot] = due;
    }

    /// The grey market of this month: flows and the premium.
    fn grey(&mut self) {
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
    fn own(&self) -> f64 {
        self.paths.own[self.today] * self.leaked.exp()
    }

    /// Chips are sold as far as there are any, and come into use.
    fn sales(&mut self) {
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
    fn substitution(&mut self) {
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

    /// What the law does to countries: whom it restricts, and what allies make of it.
    fn diplomacy(&mut self) {
        let at = self.today;
        let (mut restricted, mut newly, mut relieved) = (0.0, 0.0, 0.0);
        let (mut equipment, mut strained) = (0.0, 0.0);
        for place in self.abroad() {
            let top = self.table.ladder(at, place, LOCAL).top();
            let bound = top.passage != Passage::Free;
            restricted += f64::from(u8::from(bound));
            if at > 0 {
                let before = self.table.ladder(at - 1, place, LOCAL).top();
                let was = before.passage != Passage::Free;
                newly += f64::from(u8::from(bound && top.strictness > before.strictness));
                relieved += f64::from(u8::from(was && top.strictness < before.strictness));
            }
            if self.model.world.places[place].equipment {
                equipment += 1.0;
                strained += f64::from(u8::from(bound));
            }
        }
        let share = if equipment > 0.0 {
            strained / equipment
        } else {
            0.0
        };
        let left = self.cooperation;
        let lost = self.knobs.allies_eroded * share * left;
        let regained = self.knobs.allies_regained * (1.0 - share) * (1.0 - left);
        self.cooperation = (left + (regained - lost) / 12.0).clamp(0.0, 1.0);
        self.leaked += self.knobs.allies_leaks * (1.0 - self.cooperation) / 12.0;
        self.told[s::RESTRICTED] = restricted;
        self.told[s::NEWLY_RESTRICTED] = newly;
        self.told[s::RELIEVED] = relieved;
        self.told[s::COOPERATION] = self.cooperation;
    }

    /// Talks with governments that would get more under an agreement.
    fn deals(&mut self) {
        for place in 0..self.wants.len() {
            let same = self.table.ladder_number(self.today, place, AGREEMENT)
                == self.table.ladder_number(self.today, place, LOCAL);
            let may = !same && self.model.groups[place] != Group::Embargoed;
            if !may || place == self.model.world.us {
                self.wants[place] = 0.0;
            }
        }
        talks::month(self.knobs, &mut self.talks, &self.noise.talks, &self.wants);
        let count = |which: fn(&Stage) -> bool| {
            self.talks.iter().filter(|t| which(&t.stage)).count() as f64
        };
        self.told[s::DEALS] = count(|s| matches!(s, Stage::Signed(_)));
        self.told[s::TALKS] = count(|s| matches!(s, Stage::Talks(_)));
    }

    fn tell(&mut self, series: usize, place: usize, value: f64) {
        let places = self.stock.len();
        self.told[s::of_place(series, place, places)] = value;
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

    /// The use of each country's limit.
    fn caps(&mut self) {
        let day = self.date();
        let mut used_up = 0.0;
        for place in self.abroad() {
            let signed = matches!(self.talks[place].stage, Stage::Signed(_));
            let (ladder, split) = self.split(place, if signed { AGREEMENT } else { LOCAL });
            let step = &self.table.ladders()[ladder].0[split.filed_step];
            let share = self.counted.share(&step.draws, place, day);
            used_up += f64::from(u8::from(share >= NEARLY));
            self.tell(s::CAP, place, share);
        }
        self.told[s::CAPPED] = used_up;
    }

    fn stocks(&mut self) {
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
    fn check(&self) -> Result<(), Broken> {
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

/// How far two sums of an account may lie apart, beside their size: what rounding leaves.
const NEAR: f64 = 1e-9;

/// TPP are told in billions.
const BILLION: f64 = 1e9;

/// A limit counts as used up from nine tenths on, as `caps.used-up` says.
const NEARLY: f64 = 0.9;

/// A route counts as carrying from a fiftieth of the flow on, as `routes` says.
const MANY: f64 = 50.0;

const fn group(group: Group) -> usize {
    match group {
        Group::UnitedStates => 0,
        Group::Allies => 1,
        Group::Middle => 2,
        Group::Embargoed => 3,
    }
}
