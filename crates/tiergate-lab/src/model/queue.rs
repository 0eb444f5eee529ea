//! The licensing queue: lines served one after another, day by day, first come first served in each.

use std::collections::VecDeque;

/// The lines, in the order in which they are served: close allies; all others, together with
/// applications for other goods; arms-embargoed countries.
pub const LINES: usize = 3;

/// The line in which applications for other goods wait.
pub const GENERAL_LINE: usize = 1;

/// What was filed on a day and still waits.
#[derive(Debug, Clone, Copy)]
struct Entry {
    day: u32,
    /// The month's cohort it belongs to.
    cohort: u32,
    chips: f64,
    general: f64,
}

/// What was filed in a month and still waits.
#[derive(Debug, Clone)]
struct Cohort {
    /// Its number, the first ever being 0.
    number: u32,
    /// Applications that wait.
    left: f64,
    /// Of them, how many were taken up in this month.
    taken: f64,
    /// Chips on them, in kH100e, by cell.
    amounts: Vec<(u32, f64)>,
}

#[derive(Debug, Clone, Default)]
struct Line {
    entries: VecDeque<Entry>,
    cohorts: VecDeque<Cohort>,
    filed: u32,
    /// Applications that wait, for chips and for other goods: the sums over all entries, kept along.
    chips: f64,
    general: f64,
}

impl Line {
    /// Begins the cohort of a month.
    fn begin(&mut self, amounts: Vec<(u32, f64)>) {
        self.cohorts.push_back(Cohort {
            number: self.filed,
            left: 0.0,
            taken: 0.0,
            amounts,
        });
        self.filed += 1;
    }

    /// Whether the sums that are kept along are those of all entries.
    fn adds_up(&self, per_chip_application: f64, needs: f64) -> bool {
        let each = self.entries.iter();
        let sum: f64 = each
            .map(|e| e.chips * per_chip_application + e.general)
            .sum();
        (sum - needs).abs() <= 1e-6 * sum.max(1.0)
    }

    /// The work that waits.
    fn needs(&self, per_chip_application: f64) -> f64 {
        let needs = (self.chips * per_chip_application + self.general).max(0.0);
        debug_assert!(self.adds_up(per_chip_application, needs));
        needs
    }
}

/// What is filed in a line in a month.
#[derive(Debug, Clone, Default)]
pub struct Filed {
    /// Applications for chips.
    pub applications: f64,
    /// Chips on them, in kH100e, by cell.
    pub amounts: Vec<(u32, f64)>,
}

/// How a line of a month went on: applications in, out, and given up.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Passed {
    /// Filed, other goods among them.
    pub filed: f64,
    /// Taken up.
    pub taken: f64,
    /// Given up.
    pub given_up: f64,
}

/// Days that applications waited, with how many waited so long.
#[derive(Debug, Clone, Default)]
pub struct Waits {
    days: Vec<f64>,
    all: f64,
    sum: f64,
}

impl Waits {
    /// Adds applications that waited some days.
    pub fn add(&mut self, days: f64, applications: f64) {
        if applications <= 0.0 {
            return;
        }
        let at = days.max(0.0) as usize;
        if self.days.len() <= at {
            self.days.resize(at + 1, 0.0);
        }
        self.days[at] += applications;
        self.all += applications;
        self.sum += applications * days;
    }

    /// Adds a share of others, each so many days longer.
    pub fn add_all(&mut self, others: &Waits, longer: f64, share: f64) {
        for (days, applications) in others.days.iter().enumerate() {
            self.add(days as f64 + longer, applications * share);
        }
    }

    /// The days within which a share of them was done; none when there were none.
    ///
    /// ```
    /// let mut waits = tiergate_lab::model::Waits::default();
    /// waits.add(10.0, 9.0);
    /// waits.add(40.0, 1.0);
    /// assert_eq!((waits.within(0.5), waits.within(0.95)), (Some(10.0), Some(40.0)));
    /// assert_eq!(waits.mean(), Some(13.0));
    /// ```
    #[must_use]
    pub fn within(&self, share: f64) -> Option<f64> {
        let mut sum = 0.0;
        let reached = self.days.iter().position(|n| {
            sum += n;
            sum > 0.0 && sum >= share * self.all * (1.0 - 1e-12)
        });
        reached.map(|days| days as f64)
    }

    /// Their mean; none when there were none.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.all > 0.0).then(|| self.sum / self.all)
    }

    /// How many there were.
    #[must_use]
    pub const fn count(&self) -> f64 {
        self.all
    }

    pub(crate) fn clear(&mut self) {
        self.days.clear();
        (self.all, self.sum) = (0.0, 0.0);
    }
}

/// What is done in a day.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// What can be done, in applications for other goods.
    pub done: f64,
    /// What an application for chips takes, beside another.
    pub chips: f64,
    /// The share of the work that goes to all lines alike, by what waits in them.
    pub fair: f64,
}

/// The queue.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    lines: [Line; LINES],
    today: u32,
    /// Days in line of applications for chips taken up in this month.
    pub chip_waits: [Waits; LINES],
    /// The same of other goods.
    pub general_waits: Waits,
    passed: [Passed; LINES],
}

impl Queue {
    /// Begins a month: in each line, some give up and a new cohort is filed.
    ///
    /// The chips of those who give up are told to `given_up` with their cell.
    pub fn begin(
        &mut self,
        filed: &mut [Filed; LINES],
        gives_up: f64,
        mut given_up: impl FnMut(u32, f64),
    ) {
        self.passed = [Passed::default(); LINES];
        for waits in &mut self.chip_waits {
            waits.clear();
        }
        self.general_waits.clear();
        for (at, line) in self.lines.iter_mut().enumerate() {
            let gone: f64 = line.entries.iter().map(|e| e.chips * gives_up).sum();
            for entry in &mut line.entries {
                entry.chips *= 1.0 - gives_up;
            }
            line.chips -= gone;
            for cohort in &mut line.cohorts {
                cohort.left *= 1.0 - gives_up;
                for (cell, amount) in &mut cohort.amounts {
                    if gives_up > 0.0 {
                        given_up(*cell, *amount * gives_up);
                    }
                    *amount *= 1.0 - gives_up;
                }
            }
            self.passed[at].given_up = gone;
            let new = std::mem::take(&mut filed[at]);
            line.begin(new.amounts);
        }
    }

    /// A day: what is filed in each line, of chips and of other goods, and what is done.
    pub fn day(&mut self, chips: [f64; LINES], general: f64, work: Work) {
        for (at, line) in self.lines.iter_mut().enumerate() {
            let general = if at == GENERAL_LINE { general } else { 0.0 };
            self.passed[at].filed += chips[at] + general;
            if line.cohorts.is_empty() {
                line.begin(Vec::new());
            }
            let Some(cohort) = line.cohorts.back_mut() else {
                continue;
            };
            cohort.left += chips[at];
            if chips[at] + general > 0.0 {
                line.entries.push_back(Entry {
                    day: self.today,
                    cohort: cohort.number,
                    chips: chips[at],
                    general,
                });
                line.chips += chips[at];
                line.general += general;
            }
        }
        let done = work.done.max(0.0);
        let waits: [f64; LINES] = std::array::from_fn(|at| self.lines[at].needs(work.chips));
        let all: f64 = waits.iter().sum();
        let mut left = done;
        if all > 0.0 && work.fair > 0.0 {
            for (at, waits) in waits.iter().enumerate() {
                let share = done * work.fair * waits / all;
                left -= share - self.serve(at, share, work.chips);
            }
        }
        for at in 0..LINES {
            left = self.serve(at, left, work.chips);
        }
        self.today += 1;
    }

    /// Works on a line, first come first served; says what work is left.
    fn serve(&mut self, at: usize, work: f64, per_chip_application: f64) -> f64 {
        let line = &mut self.lines[at];
        let mut left = work;
        while left > 0.0
            && let Some(first) = line.entries.front_mut()
        {
            let needed = first.chips * per_chip_application + first.general;
            let share = if needed <= left { 1.0 } else { left / needed };
            left = (left - needed).max(0.0);
            let (chips, general) = (first.chips * share, first.general * share);
            let waited = f64::from(self.today - first.day);
            self.chip_waits[at].add(waited, chips);
            self.general_waits.add(waited, general);
            self.passed[at].taken += chips + general;
            let of = line.cohorts.front().map_or(0, |c| c.number);
            if let Some(cohort) = line.cohorts.get_mut((first.cohort - of) as usize) {
                cohort.taken += chips;
            }
            first.chips -= chips;
            first.general -= general;
            line.chips -= chips;
            line.general -= general;
            if share >= 1.0 {
                line.entries.pop_front();
            }
        }
        if line.entries.is_empty() {
            // What rounding left of the sums.
            (line.chips, line.general) = (0.0, 0.0);
        }
        left
    }

    /// Ends a month: the chips on what was taken up are told with their line and cell.
    pub fn end(&mut self, mut taken: impl FnMut(usize, u32, f64)) {
        for (at, line) in self.lines.iter_mut().enumerate() {
            for cohort in &mut line.cohorts {
                if cohort.taken > 0.0 {
                    let share = (cohort.taken / cohort.left).min(1.0);
                    for (cell, amount) in &mut cohort.amounts {
                        taken(at, *cell, *amount * share);
                        *amount *= 1.0 - share;
                    }
                    cohort.left = (cohort.left - cohort.taken).max(0.0);
                    cohort.taken = 0.0;
                }
            }
            let oldest = line.entries.front().map_or(line.filed, |e| e.cohort);
            while line.cohorts.front().is_some_and(|c| c.number < oldest) {
                // What rounding left of a cohort all of which was taken up goes with it.
                if let Some(cohort) = line.cohorts.pop_front() {
                    for (cell, amount) in cohort.amounts {
                        taken(at, cell, amount);
                    }
                }
            }
        }
    }

    /// How each line went on in this month.
    #[must_use]
    pub const fn passed(&self) -> &[Passed; LINES] {
        &self.passed
    }

    /// Applications that wait: for chips, and for other goods.
    #[must_use]
    pub fn waiting(&self) -> (f64, f64) {
        let entries = self.lines.iter().flat_map(|line| &line.entries);
        entries.fold((0.0, 0.0), |(c, g), e| (c + e.chips, g + e.general))
    }

    /// Chips on applications that wait, in kH100e.
    #[must_use]
    pub fn chips_waiting(&self) -> f64 {
        let cohorts = self.lines.iter().flat_map(|line| &line.cohorts);
        cohorts.flat_map(|c| &c.amounts).map(|(_, a)| a).sum()
    }
}
