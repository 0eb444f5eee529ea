//! Anything that can be entered, in any order, against a model that is slow and obvious: a list of
//! what was accepted, scanned from the start for every question. It shares no code with the ledger.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use support::{Home, TestClock};
use tiergate_ledger::{
    Account, Act, Answer, AsOf, Charge, Entry, Error, Ledger, Limit, Part, Place, Quota, Receipt,
    Refusal, Reserve, Schedule, Span, Step, balance_as_of, statement,
};

/// The days on which anything happens: some before and some after the turn of a year.
const DAYS: i64 = 40;

fn day(n: i64) -> Date {
    date(2026, 12, 15) + n.days()
}

/// The accounts, each with the quotas that limit it: numbers in `ACCOUNTS` are used throughout.
const ACCOUNTS: [&str; 5] = ["fixed", "stepped", "outside", "total", "year"];

fn account(n: usize) -> Account {
    let span = match ACCOUNTS[n] {
        "year" => Span::year_of(date(2026, 1, 1)),
        _ => Span::ALL,
    };
    Account::new(ACCOUNTS[n], "Meridian Compute", span)
}

/// A limit of the law: from a day, an amount or a quarter of `total`, the draw counted in.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Law {
    Amount(u64),
    Quarter,
}

/// The steps of a quota, by the day they begin on; a first step at `None` is always in force.
type Steps = Vec<(Option<i64>, Law)>;

/// Each account's quotas.
fn quotas(n: usize) -> Vec<(&'static str, Steps)> {
    match ACCOUNTS[n] {
        "fixed" => vec![("fixed", vec![(None, Law::Amount(26))])],
        // Two over one count: one grows and falls again, one comes into force late.
        "stepped" => vec![
            (
                "stepped",
                vec![
                    (None, Law::Amount(12)),
                    (Some(10), Law::Amount(30)),
                    (Some(25), Law::Amount(15)),
                ],
            ),
            ("late", vec![(Some(20), Law::Amount(24))]),
        ],
        "outside" => vec![("outside", vec![(None, Law::Quarter)])],
        "year" => vec![(
            "year",
            vec![(None, Law::Amount(20)), (Some(12), Law::Amount(9))],
        )],
        _ => vec![],
    }
}

fn charge(n: usize, amount: u64) -> Charge {
    let quotas = quotas(n).into_iter().map(|(id, steps)| {
        let share = steps.iter().any(|(_, law)| *law == Law::Quarter);
        let steps = steps.into_iter().map(|(from, law)| Step {
            from: from.map_or(Date::MIN, day),
            limit: match law {
                Law::Amount(most) => Limit::Amount(most),
                Law::Quarter => Limit::Share {
                    numerator: 1,
                    denominator: 4,
                    with_draw: true,
                },
            },
            cite: format!("the step of {from:?}"),
        });
        Quota {
            id: id.into(),
            whole: share.then(|| account(3)),
            schedule: Arc::new(Schedule::new(steps.collect())),
        }
    });
    Charge {
        account: account(n),
        amount,
        gives_back: vec!["loss".into()],
        quotas: quotas.collect(),
    }
}

/// What is asked for; `of` counts back among the ids given so far.
#[derive(Debug, Clone, PartialEq)]
enum Op {
    Reserve {
        on: i64,
        units: u64,
        charges: Vec<(usize, u64)>,
        until: Option<i64>,
    },
    Part {
        on: i64,
        kind: Verb,
        of: usize,
        units: Option<u64>,
    },
    Correct {
        on: i64,
        account: usize,
        amount: i64,
    },
    Limit {
        on: i64,
        account: usize,
        most: Option<u64>,
    },
    /// An earlier id with what it was first sent with.
    Again(usize),
    /// An earlier id with something else.
    Other(usize, i64),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Verb {
    Ship,
    Release,
    Expire,
    Lost,
    Resold,
}

#[derive(Debug, Clone)]
enum Doing {
    /// Entries, on one page or on a page each.
    Enter {
        together: bool,
        ops: Vec<Op>,
    },
    /// The clock shows another day, before or after.
    Clock(i64),
    Reopen,
    /// All of it goes out as text, and into a new ledger.
    Exchange,
    Seal,
}

fn op() -> impl Strategy<Value = Op> {
    let on = || 0..DAYS;
    let charges =
        proptest::sample::subsequence(vec![0usize, 1, 2, 3, 4], 1..=3).prop_flat_map(|of| {
            of.into_iter()
                .map(|n| (Just(n), 1u64..14))
                .collect::<Vec<_>>()
        });
    let verb = prop_oneof![
        4 => Just(Verb::Ship),
        2 => Just(Verb::Release),
        1 => Just(Verb::Expire),
        2 => Just(Verb::Lost),
        1 => Just(Verb::Resold),
    ];
    let until = proptest::option::weighted(0.3, on());
    prop_oneof![
        6 => (on(), 1u64..5, charges, until).prop_map(|(on, units, charges, until)| Op::Reserve {
            on, units, charges, until,
        }),
        7 => (on(), verb, 0usize..12, proptest::option::of(1u64..4)).prop_map(
            |(on, kind, of, units)| Op::Part { on, kind, of, units }
        ),
        2 => (on(), 0usize..5, -12i64..24).prop_map(|(on, account, amount)| Op::Correct {
            on, account, amount: if amount == 0 { 1 } else { amount },
        }),
        1 => (on(), 0usize..5, proptest::option::weighted(0.7, 0u64..35)).prop_map(
            |(on, account, most)| Op::Limit { on, account, most }
        ),
        2 => (0usize..12).prop_map(Op::Again),
        1 => (0usize..12, on()).prop_map(|(of, on)| Op::Other(of, on)),
    ]
}

fn doings() -> impl Strategy<Value = Vec<Doing>> {
    let enter = (any::<bool>(), prop::collection::vec(op(), 1..8))
        .prop_map(|(together, ops)| Doing::Enter { together, ops });
    prop::collection::vec(
        prop_oneof![
            12 => enter,
            3 => (0..DAYS).prop_map(Doing::Clock),
            1 => Just(Doing::Reopen),
            1 => Just(Doing::Exchange),
            1 => Just(Doing::Seal),
        ],
        1..14,
    )
}

/// What one accepted entry moved on one account.
#[derive(Debug, Clone)]
struct Move {
    account: usize,
    day: Date,
    used: i64,
    reserved: i64,
    /// The lowest amount that limited it, if it is a draw that an amount limited.
    kept_to: Option<i64>,
}

/// An entry that is on record, with everything that came of it.
#[derive(Debug, Clone)]
struct Kept {
    id: String,
    op: Op,
    /// The id it is about.
    of: Option<String>,
    accepted: bool,
    told: String,
    recorded: i64,
    moves: Vec<Move>,
}

#[derive(Debug, Default)]
struct Model {
    kept: Vec<Kept>,
}

impl Model {
    fn find(&self, id: &str) -> Option<&Kept> {
        self.kept.iter().find(|k| k.id == id)
    }

    fn moves(&self) -> impl Iterator<Item = &Move> {
        self.kept.iter().flat_map(|k| &k.moves)
    }

    /// Used and reserved at a day, as it was known at a moment.
    fn balance(&self, account: usize, at: Date, known: i64) -> (i64, i64) {
        let kept = self.kept.iter().filter(|k| k.recorded <= known);
        let moves = kept.flat_map(|k| &k.moves);
        let moves = moves.filter(|m| m.account == account && m.day <= at);
        moves.fold((0, 0), |(u, r), m| (u + m.used, r + m.reserved))
    }

    fn total(&self, account: usize, at: Date) -> i64 {
        let (used, reserved) = self.balance(account, at, i64::MAX);
        used + reserved
    }

    /// The limit set for the account itself on a day: the latest day's, and the last of one day.
    fn own(&self, account: usize, at: Date) -> Option<u64> {
        let mut found: Option<(i64, Option<u64>)> = None;
        for kept in &self.kept {
            if let Op::Limit {
                on,
                account: a,
                most,
            } = kept.op
                && a == account
                && day(on) <= at
                && found.is_none_or(|(from, _)| from <= on)
            {
                found = Some((on, most));
            }
        }
        found?.1
    }

    /// The most an account may hold on a day with a draw, by one quota.
    fn most(
        &self,
        account: usize,
        at: Date,
        steps: &[(Option<i64>, Law)],
        draw: u64,
    ) -> Option<i64> {
        if let Some(own) = self.own(account, at) {
            return Some(own as i64);
        }
        let step = steps
            .iter()
            .rfind(|(from, _)| from.is_none_or(|f| day(f) <= at))?;
        Some(match step.1 {
            Law::Amount(most) => most as i64,
            Law::Quarter => (self.total(3, at) + draw as i64).max(0) / 4,
        })
    }

    /// Why a draw is refused by a quota, in the words of the test; nothing when it is not.
    fn over(
        &self,
        account: usize,
        on: Date,
        quota: (&str, &[(Option<i64>, Law)]),
        draw: u64,
        today: Date,
    ) -> Option<String> {
        let (id, steps) = quota;
        let share = steps.iter().any(|(_, law)| *law == Law::Quarter);
        let mut held: Vec<(Date, Option<i64>)> = vec![(on, self.most(account, on, steps, draw))];
        // Days on which the limit changed, up to the day of recording or the account's last.
        let last = last_day(account).map_or(today, |end| today.min(end));
        let mut changes: Vec<Date> = steps.iter().filter_map(|(from, _)| from.map(day)).collect();
        for kept in &self.kept {
            if let Op::Limit { on, account: a, .. } = kept.op
                && a == account
            {
                changes.push(day(on));
            }
        }
        for change in changes {
            if on < change && change <= last {
                held.push((change, self.most(account, change, steps, draw)));
            }
        }
        // Later days with a draw, at its limit; of a share, later days at the share of the day.
        let mut later: Vec<Date> = self
            .moves()
            .filter(|m| m.account == account && m.day > on)
            .map(|m| m.day)
            .collect();
        later.sort();
        later.dedup();
        for at in later {
            let of_day = self.moves().filter(|m| m.account == account && m.day == at);
            let most = match share {
                false => of_day.filter_map(|m| m.kept_to).min(),
                true => self.most(account, at, steps, draw),
            };
            held.push((at, most));
        }
        let mut worst: Option<(i64, Date, i64)> = None;
        for (at, most) in held {
            let Some(most) = most else { continue };
            let left = most - self.total(account, at);
            if draw as i64 > left && worst.is_none_or(|(w, _, _)| left < w) {
                worst = Some((left, at, most));
            }
        }
        worst.map(|(left, at, most)| {
            let (used, reserved) = self.balance(account, at, i64::MAX);
            let left = left.max(0);
            format!(
                "{id} asked {draw} left {left} of {most} (used {used}, reserved {reserved}) on {at}"
            )
        })
    }

    /// Units and amounts of a reservation, told from the entries about it.
    fn lot(&self, made: &Kept) -> Lot {
        let Op::Reserve {
            on,
            units,
            charges,
            until,
        } = &made.op
        else {
            panic!("{} is no reservation", made.id)
        };
        let mut lot = Lot {
            on: day(*on),
            until: until.map(day),
            accounts: charges.iter().map(|(n, _)| *n).collect(),
            reserved: *units,
            shipped: 0,
            shipped_on: None,
            held: charges
                .iter()
                .map(|(_, amount)| (*amount as i64, 0))
                .collect(),
        };
        for kept in &self.kept {
            if kept.accepted && kept.of.as_deref() == Some(&made.id) {
                let Op::Part {
                    on, kind, units, ..
                } = kept.op
                else {
                    panic!("{kept:?}")
                };
                let left = lot.left(kind);
                lot.step(kind, units.unwrap_or(left), day(on));
            }
        }
        lot
    }

    /// What the ledger must answer; what is entered is put on the list.
    fn enter(&mut self, id: &str, op: &Op, of: Option<String>, now: i64) -> String {
        if let Op::Reserve { on, charges, .. } = op {
            let beside = |n: &usize| last_day(*n).is_some_and(|end| end < day(*on));
            if charges.iter().any(|(n, _)| beside(n)) {
                return "invalid".into();
            }
        }
        if let Some(first) = self.find(id) {
            if first.op != *op || first.of != of {
                return "conflict".into();
            }
            return format!("{} again", first.told);
        }
        let recorded = self.kept.last().map_or(now, |k| k.recorded.max(now));
        let today = jiff::Timestamp::from_microsecond(recorded).unwrap();
        let today = today.to_zoned(jiff::tz::TimeZone::UTC).date();
        let (told, moves) = match op {
            Op::Reserve { on, charges, .. } => {
                let mut overs = Vec::new();
                let mut moves = Vec::new();
                for (n, amount) in charges {
                    let mut kept_to = None;
                    for (quota, steps) in quotas(*n) {
                        let over = self.over(*n, day(*on), (quota, &steps), *amount, today);
                        overs.extend(over);
                        if steps.iter().all(|(_, law)| *law != Law::Quarter) {
                            let most = self.most(*n, day(*on), &steps, *amount);
                            kept_to = kept_to.into_iter().chain(most).min();
                        }
                    }
                    moves.push(Move {
                        account: *n,
                        day: day(*on),
                        used: 0,
                        reserved: *amount as i64,
                        kept_to,
                    });
                }
                match overs.is_empty() {
                    true => ("accepted".to_owned(), moves),
                    false => (format!("refused: {}", overs.join("; ")), Vec::new()),
                }
            }
            Op::Part {
                on, kind, units, ..
            } => {
                let made = of.as_deref().and_then(|of| self.find(of));
                let made = made.filter(|m| m.accepted && matches!(m.op, Op::Reserve { .. }));
                let Some(made) = made else {
                    return "invalid".into();
                };
                let mut lot = self.lot(made);
                let on = day(*on);
                let left = lot.left(*kind);
                let asked = units.unwrap_or(left);
                let late = lot.until.is_some_and(|until| until < on);
                let no = left == 0
                    || asked > left
                    || match kind {
                        Verb::Ship => {
                            let beside = |n: &usize| last_day(*n).is_some_and(|e| e < on);
                            on < lot.on || late || lot.accounts.iter().any(beside)
                        }
                        Verb::Expire => !late,
                        _ => false,
                    };
                let moves = if no {
                    Vec::new()
                } else {
                    lot.step(*kind, asked, on)
                };
                // What comes back takes no count below zero, on its day or any later one.
                let below = moves
                    .iter()
                    .any(|m| m.used < 0 && self.least(m.account, m.day) < -m.used);
                match no || below {
                    true => ("refused: state".to_owned(), Vec::new()),
                    false => ("accepted".to_owned(), moves),
                }
            }
            Op::Correct {
                on,
                account,
                amount,
            } => {
                if self.least(*account, day(*on)) + *amount < 0 && *amount < 0 {
                    ("refused: state".to_owned(), Vec::new())
                } else {
                    let moved = Move {
                        account: *account,
                        day: day(*on),
                        used: *amount,
                        reserved: 0,
                        kept_to: None,
                    };
                    ("accepted".to_owned(), vec![moved])
                }
            }
            Op::Limit { .. } => ("accepted".to_owned(), Vec::new()),
            Op::Again(_) | Op::Other(..) => unreachable!("these are spelled out before"),
        };
        self.kept.push(Kept {
            id: id.to_owned(),
            op: op.clone(),
            of,
            accepted: told == "accepted",
            told: told.clone(),
            recorded,
            moves,
        });
        self.no_limit_passed();
        told
    }

    /// The least that is used on a day or any later one.
    fn least(&self, account: usize, from: Date) -> i64 {
        let later = self.moves().map(|m| m.day).filter(|d| *d > from);
        let days = std::iter::once(from).chain(later);
        days.map(|d| self.balance(account, d, i64::MAX).0)
            .min()
            .unwrap_or(0)
    }

    /// After a draw, its own day keeps to its own limit (one that was raised since counts), and
    /// each later day to those its draws were accepted under.
    fn no_limit_passed(&self) {
        let Some(last) = self.kept.last() else { return };
        for drawn in last.moves.iter().filter(|m| m.reserved > 0) {
            for other in self.moves() {
                let held = other.day > drawn.day || std::ptr::eq(other, drawn);
                if other.account == drawn.account
                    && held
                    && let Some(most) = other.kept_to
                {
                    assert!(
                        self.total(other.account, other.day) <= most,
                        "{last:?} passes {other:?}"
                    );
                }
            }
        }
        for n in 0..ACCOUNTS.len() {
            let moves = self.moves().filter(|m| m.account == n);
            for at in moves.map(|m| m.day) {
                let (used, reserved) = self.balance(n, at, i64::MAX);
                assert!(
                    used >= 0 && reserved >= 0,
                    "{used} {reserved} after {last:?}"
                );
            }
        }
    }
}

/// The last day of an account that has one.
fn last_day(n: usize) -> Option<Date> {
    (ACCOUNTS[n] == "year").then(|| date(2026, 12, 31))
}

struct Lot {
    on: Date,
    until: Option<Date>,
    accounts: Vec<usize>,
    reserved: u64,
    shipped: u64,
    shipped_on: Option<Date>,
    /// Of each charge, what is reserved and what is shipped.
    held: Vec<(i64, i64)>,
}

impl Lot {
    fn left(&self, kind: Verb) -> u64 {
        match kind {
            Verb::Lost | Verb::Resold => self.shipped,
            _ => self.reserved,
        }
    }

    fn step(&mut self, kind: Verb, units: u64, on: Date) -> Vec<Move> {
        let left = self.left(kind) as i64;
        let part = |of: i64| {
            if units as i64 == left {
                of
            } else {
                of * units as i64 / left
            }
        };
        let day = match kind {
            Verb::Lost | Verb::Resold => self.shipped_on.map_or(on, |s| s.max(on)),
            _ => on.max(self.on),
        };
        let mut moves = Vec::new();
        for (account, held) in self.accounts.iter().zip(&mut self.held) {
            let (used, reserved) = match kind {
                Verb::Ship => {
                    let part = part(held.0);
                    *held = (held.0 - part, held.1 + part);
                    (part, -part)
                }
                Verb::Release | Verb::Expire => {
                    let part = part(held.0);
                    held.0 -= part;
                    (0, -part)
                }
                Verb::Lost | Verb::Resold => {
                    let part = part(held.1);
                    held.1 -= part;
                    (if kind == Verb::Lost { -part } else { 0 }, 0)
                }
            };
            moves.push(Move {
                account: *account,
                day,
                used,
                reserved,
                kept_to: None,
            });
        }
        match kind {
            Verb::Lost | Verb::Resold => self.shipped -= units,
            Verb::Ship => {
                self.reserved -= units;
                self.shipped += units;
                self.shipped_on = self.shipped_on.max(Some(on));
            }
            _ => self.reserved -= units,
        }
        moves
    }
}

/// The ledger's entry for what is asked.
fn entry(id: &str, op: &Op, of: Option<&str>) -> Entry {
    let (on, act) = match op {
        Op::Reserve {
            on,
            units,
            charges,
            until,
        } => {
            let reserve = Reserve {
                order: format!("order of {id}"),
                quantity: *units,
                charges: charges
                    .iter()
                    .map(|(n, amount)| charge(*n, *amount))
                    .collect(),
                decision: None,
                until: until.map(day),
            };
            (on, Act::Reserve(reserve))
        }
        Op::Part {
            on, kind, units, ..
        } => {
            let part = Part {
                of: of.unwrap_or("nobody").to_owned(),
                quantity: *units,
            };
            let back = |why: &str| Act::Return {
                part: part.clone(),
                why: why.to_owned(),
            };
            let act = match kind {
                Verb::Ship => Act::Ship(part),
                Verb::Release => Act::Release(part),
                Verb::Expire => Act::Expire(part),
                Verb::Lost => back("loss"),
                Verb::Resold => back("resale"),
            };
            (on, act)
        }
        Op::Correct {
            on,
            account: n,
            amount,
        } => {
            let act = Act::Correct {
                account: account(*n),
                amount: *amount,
                why: "counted again".into(),
            };
            (on, act)
        }
        Op::Limit {
            on,
            account: n,
            most,
        } => {
            let act = Act::Limit {
                account: account(*n),
                most: *most,
                cite: "an agreement".into(),
            };
            (on, act)
        }
        Op::Again(_) | Op::Other(..) => unreachable!("these are spelled out before"),
    };
    Entry {
        id: id.to_owned(),
        date: day(*on),
        by: None,
        act,
    }
}

/// An answer in the words of the model.
fn told(result: &Result<Receipt, Error>) -> String {
    match result {
        Err(Error::Conflict { .. }) => "conflict".into(),
        Err(Error::Invalid { .. }) => "invalid".into(),
        Err(error) => format!("error: {error}"),
        Ok(receipt) => {
            let again = if receipt.again { " again" } else { "" };
            let answer = match &receipt.answer {
                Answer::Accepted(_) => "accepted".to_owned(),
                Answer::Refused(refusals) => {
                    let each = refusals.iter().map(|refusal| match refusal {
                        Refusal::State(_) => "state".to_owned(),
                        Refusal::Limit(o) => format!(
                            "{} asked {} left {} of {} (used {}, reserved {}) on {}",
                            o.quota, o.asked, o.left, o.most, o.used, o.reserved, o.on
                        ),
                    });
                    format!("refused: {}", each.collect::<Vec<_>>().join("; "))
                }
            };
            format!("{answer}{again}")
        }
    }
}

/// Ids and what was first sent with them, to send again.
#[derive(Default)]
struct Sent(Vec<(String, Op, Option<String>)>);

impl Sent {
    /// Spells out what is asked: its id, and the id it is about.
    fn spell(&mut self, op: &Op) -> (String, Op, Option<String>) {
        let back = |n: usize| self.0.len().checked_sub(n + 1).map(|at| self.0[at].clone());
        match op {
            Op::Again(n) if back(*n).is_some() => back(*n).unwrap(),
            Op::Other(n, on) if back(*n).is_some() => {
                let (id, ..) = back(*n).unwrap();
                let correct = Op::Correct {
                    on: *on,
                    account: 3,
                    amount: 77,
                };
                (id, correct, None)
            }
            Op::Again(_) | Op::Other(..) => {
                let correct = Op::Correct {
                    on: 0,
                    account: 3,
                    amount: 1,
                };
                self.give_id(correct, None)
            }
            Op::Part { of, .. } => {
                let of = back(*of).map(|(id, ..)| id);
                self.give_id(op.clone(), of)
            }
            _ => self.give_id(op.clone(), None),
        }
    }

    fn give_id(&mut self, op: Op, of: Option<String>) -> (String, Op, Option<String>) {
        let sent = (format!("e{}", self.0.len()), op, of);
        self.0.push(sent.clone());
        sent
    }
}

fn holds(doings: &[Doing], fresh: &dyn Fn() -> Home, stride: i64) -> Result<(), TestCaseError> {
    let mut home = fresh();
    let clock = TestClock::at(day(0));
    let mut ledger = Ledger::open(home.place.clone(), clock.options()).unwrap();
    let mut model = Model::default();
    let mut sent = Sent::default();
    for doing in doings {
        match doing {
            Doing::Clock(n) => clock.set(day(*n)),
            Doing::Seal => {
                ledger.seal().unwrap();
            }
            Doing::Reopen if home.place == Place::Memory => {}
            Doing::Reopen => {
                drop(ledger);
                ledger = Ledger::open(home.place.clone(), clock.options()).unwrap();
            }
            Doing::Exchange => {
                let mut text = Vec::new();
                let head = ledger.seal().unwrap().map(|b| b.hash);
                ledger
                    .read(|r| tiergate_ledger::export(r, &mut text))
                    .unwrap();
                let other = fresh();
                let new = Ledger::open(other.place.clone(), clock.options()).unwrap();
                tiergate_ledger::import(&new, &mut text.as_slice()).unwrap();
                prop_assert_eq!(new.seal().unwrap().map(|b| b.hash), head);
                drop(ledger);
                (ledger, home) = (new, other);
            }
            Doing::Enter { together, ops } => {
                let spelled: Vec<_> = ops.iter().map(|op| sent.spell(op)).collect();
                let entries: Vec<Entry> = spelled
                    .iter()
                    .map(|(id, op, of)| entry(id, op, of.as_deref()))
                    .collect();
                let results = if *together {
                    ledger.submit_all(&entries).unwrap()
                } else {
                    entries.into_iter().map(|e| ledger.submit(e)).collect()
                };
                let now = ledger.now();
                for ((id, op, of), result) in spelled.into_iter().zip(&results) {
                    let must = model.enter(&id, &op, of, now);
                    prop_assert_eq!(told(result), must, "{} {:?}", id, op);
                }
            }
        }
        same_balances(&ledger, &model, stride)?;
    }
    ledger.seal().unwrap();
    let verified = ledger
        .read(|r| tiergate_ledger::verify(r, None, &mut |_| ()))
        .unwrap();
    prop_assert_eq!(verified.faults, []);
    prop_assert_eq!(verified.entries as usize, model.kept.len());
    Ok(())
}

/// Every account at every day, as it is known now and as it was known at moments before.
fn same_balances(ledger: &Ledger, model: &Model, stride: i64) -> Result<(), TestCaseError> {
    let moments: Vec<i64> = {
        let mut all: Vec<i64> = model.kept.iter().map(|k| k.recorded).collect();
        all.dedup();
        all.iter().rev().take(3).flat_map(|m| [*m, m - 1]).collect()
    };
    let mut asked = vec![(None, None)];
    asked.extend(
        (0..DAYS)
            .step_by(stride as usize)
            .map(|n| (Some(day(n)), None)),
    );
    for moment in &moments {
        asked.push((None, Some(*moment)));
        asked.extend([5, 17, 30].map(|n| (Some(day(n)), Some(*moment))));
    }
    let wrong = ledger.read(|reader| {
        for (n, name) in ACCOUNTS.iter().enumerate() {
            let listed = reader.account(&account(n).key())?;
            for (at, known) in &asked {
                let as_of = AsOf {
                    day: *at,
                    recorded: *known,
                };
                let is = match &listed {
                    Some(listed) => balance_as_of(reader, listed, as_of)?,
                    None => Default::default(),
                };
                let must = model.balance(n, at.unwrap_or(Date::MAX), known.unwrap_or(i64::MAX));
                if (is.used, is.reserved) != must {
                    return Ok(Some(format!("{} at {as_of:?}: {is:?}, not {must:?}", name)));
                }
            }
            // The last movements, newest first.
            let moved = model
                .kept
                .iter()
                .rev()
                .filter(|k| k.moves.iter().any(|m| m.account == n));
            let must: Vec<&str> = moved.map(|k| k.id.as_str()).collect();
            let said = statement(reader, &account(n), AsOf::default(), 3)?;
            let (is, more) = said.map_or((Vec::new(), false), |s| {
                (
                    s.movements.into_iter().map(|m| m.entry.id).collect(),
                    s.more,
                )
            });
            if is != must[..must.len().min(3)] || more != (must.len() > 3) {
                return Ok(Some(format!("{}: moved by {is:?}, not {must:?}", name)));
            }
        }
        Ok(None)
    });
    prop_assert_eq!(wrong.unwrap(), None);
    Ok(())
}

fn check(cases: u32, fresh: &dyn Fn() -> Home, stride: i64) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let told = TestRunner::new(config).run(&doings(), |doings| holds(&doings, fresh, stride));
    if let Err(error) = told {
        panic!("{error}");
    }
}

/// How many cases, times what `TIERGATE_MODEL_TIMES` says.
fn cases(n: u32) -> u32 {
    let times = std::env::var("TIERGATE_MODEL_TIMES").ok();
    n * times.and_then(|t| t.parse::<u32>().ok()).unwrap_or(1)
}

#[test]
fn in_memory_it_is_as_the_model_says() {
    check(cases(300), &support::memory, 1);
}

#[test]
fn in_a_file_it_is_as_the_model_says() {
    check(cases(16), &support::sqlite, 3);
}

#[test]
fn in_a_database_it_is_as_the_model_says() {
    if support::postgres_url().is_some() {
        check(cases(6), &|| support::postgres().unwrap(), 9);
    }
}
