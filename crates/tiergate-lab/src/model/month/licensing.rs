//! The licensing queue of a month, and the decisions that are due in it.

use super::columns::class;
use super::{AHEAD, DAYS, Run, THOUSAND};
use crate::model::queue::{LINES, Work};
use crate::series as s;
use crate::table::COLUMNS;
use crate::world::Effect;

impl Run<'_> {
    /// The licensing queue of this month.
    pub(super) fn licensing(&mut self) {
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
    pub(super) fn waits(&mut self, outcomes: &[(f64, [f64; LINES])]) {
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
    pub(super) fn held(&self) -> f64 {
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
    pub(super) fn decisions(&mut self) {
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
}
