//! What is counted on the limits of a law within a rehearsal.
//!
//! The rule by which a limit bounds what may be drawn is the ledger's ([`tiergate_ledger::Limit`]); the
//! accounts stand in memory, in whole TPP. A test enters what a rehearsal drew into a ledger of its own.

use rustc_hash::FxHashMap;
use tiergate_law::{Date, NumberFact};
use tiergate_ledger::Limit;

use crate::table::Draw;

/// An account: what is counted, where, of whom, and from which day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// What is counted.
    pub measure: NumberFact,
    /// The place, for a limit by country.
    pub place: Option<usize>,
    /// The company, for a limit by company; none for all of them that have no name.
    pub company: Option<usize>,
    /// The first day of those over which it counts; none for all days.
    pub from: Option<Date>,
}

impl Key {
    /// The account that an order of a company to a place draws on, on a day.
    #[must_use]
    pub fn of(draw: &Draw, place: usize, company: Option<usize>, day: Date) -> Key {
        Key {
            measure: draw.measure,
            place: draw.by_country.then_some(place),
            company: company.filter(|_| draw.by_company),
            from: draw.over.days(day).map(|(from, _)| from),
        }
    }
}

/// Something drawn, as it was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    /// The account.
    pub key: Key,
    /// TPP that the account held before. Other than what was drawn on it where a company had something
    /// before, bought it otherwise, or did not get what it might have.
    pub before: u64,
    /// TPP.
    pub tpp: u64,
    /// The most that the account might hold.
    pub most: u64,
}

/// Who orders.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Who {
    /// The company, when it has a name.
    pub company: Option<usize>,
    /// TPP that it owns: what shares are shares of.
    pub owns: f64,
    /// For all that have no name: how many have a limit each in a country.
    pub companies: f64,
}

/// What was allowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Allowed {
    /// TPP.
    pub tpp: f64,
    /// What is used after of the limit that is used most; none where nothing limits.
    pub used: Option<f64>,
}

/// The accounts of a rehearsal.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    used: FxHashMap<Key, u64>,
    /// Of companies with a name: what each has, however it came to it.
    owned: FxHashMap<Key, u64>,
    /// What those without a name drew in this month on limits of what a company has.
    drawn: Vec<(Key, u64)>,
    /// What was drawn, when it is asked to be kept.
    pub kept: Option<Vec<Drawn>>,
}

/// A share is read in millionths.
const MILLION: u64 = 1_000_000;

/// Whole TPP.
fn whole(tpp: f64) -> u64 {
    tpp.max(0.0).floor() as u64
}

/// How far an account that holds so much lets an order go: what of it may go, and the most that the account
/// may hold then.
///
/// A limit for each company is, for those without a name, that of all of them together. Where the order
/// counts in the whole that a share is of, as much may go as makes the share true after it.
fn room(draw: &Draw, who: &Who, used: u64, wanted: u64) -> (u64, u64) {
    let companies = match (draw.by_company, who.company) {
        (true, None) => who.companies,
        _ => 1.0,
    };
    let share = (draw.limit * MILLION as f64).round() as u64;
    let limit = match draw.share_of {
        None => Limit::Amount(whole(draw.limit * companies)),
        Some(_) => Limit::Share {
            numerator: share,
            denominator: MILLION,
            with_draw: draw.order_in_total,
        },
    };
    let of = i64::try_from(whole(who.owns)).unwrap_or(i64::MAX);
    let most = |order: u64| -> u64 {
        let most = limit.most(of, order);
        most.and_then(|most| u64::try_from(most).ok())
            .unwrap_or_default()
    };
    let all = most(wanted);
    if used.saturating_add(wanted) <= all {
        return (wanted, all);
    }
    let allowed = match draw.share_of {
        Some(_) if draw.order_in_total && share < MILLION => {
            // used + x <= share * (of + x), for x.
            let (share, one) = (i128::from(share), i128::from(MILLION));
            let left = share * i128::from(of) - one * i128::from(used);
            u64::try_from(left.max(0) / (one - share)).unwrap_or_default()
        }
        _ => all.saturating_sub(used),
    };
    (allowed, most(allowed))
}

/// Whether orders of a step are counted on a limit. One of a company for itself alone is not: orders of its
/// size were told apart by the ladder.
fn counts(draw: &Draw) -> bool {
    draw.by_country || draw.share_of.is_some()
}

impl Counted {
    /// No accounts yet; `keep` has every draw kept, to be looked at after.
    #[must_use]
    pub fn new(keep: bool) -> Counted {
        Counted {
            used: FxHashMap::default(),
            owned: FxHashMap::default(),
            drawn: Vec::new(),
            kept: keep.then(Vec::new),
        }
    }

    /// What an account holds.
    #[must_use]
    pub fn used(&self, key: Key) -> u64 {
        let accounts = match key.company {
            Some(_) => &self.owned,
            None => &self.used,
        };
        accounts.get(&key).copied().unwrap_or_default()
    }

    fn account(&mut self, key: Key) -> &mut u64 {
        let accounts = match key.company {
            Some(_) => &mut self.owned,
            None => &mut self.used,
        };
        accounts.entry(key).or_default()
    }

    /// Begins to count anew what companies have: see [`Counted::own`].
    pub fn recount(&mut self) {
        self.owned.clear();
    }

    /// Enters what a company has in a place on the accounts of its limits.
    pub fn own(&mut self, draws: &[Draw], place: usize, company: usize, day: Date, tpp: f64) {
        for draw in draws.iter().filter(|d| d.by_company && counts(d)) {
            *self.account(Key::of(draw, place, Some(company), day)) += whole(tpp);
        }
    }

    /// Ends a month in which so much of what might go was there to be sold: what a company did not get
    /// does not stay on the account of what it has.
    pub fn lapse(&mut self, filled: f64) {
        for (key, amount) in std::mem::take(&mut self.drawn) {
            let lapsed = whole(amount as f64 * (1.0 - filled));
            let used = self.used.entry(key).or_default();
            *used = used.saturating_sub(lapsed);
        }
    }

    /// Draws on every limit, as much as all of them allow, and says how much that was.
    pub fn draw(
        &mut self,
        draws: &[Draw],
        place: usize,
        day: Date,
        tpp: f64,
        who: &Who,
    ) -> Allowed {
        let each = || draws.iter().filter(|d| counts(d));
        let key = |draw: &Draw| Key::of(draw, place, who.company, day);
        if each().next().is_none() {
            return Allowed { tpp, used: None };
        }
        let wanted = whole(tpp);
        let allowed = each().map(|draw| room(draw, who, self.used(key(draw)), wanted).0);
        let allowed = allowed.min().unwrap_or_default();
        let mut share: f64 = 0.0;
        for draw in each() {
            let key = key(draw);
            if draw.by_company && key.company.is_none() {
                self.drawn.push((key, allowed));
            }
            let used = self.account(key);
            let (before, (_, most)) = (*used, room(draw, who, *used, allowed));
            *used += allowed;
            share = share.max(if most > 0 {
                *used as f64 / most as f64
            } else {
                1.0
            });
            if let Some(kept) = &mut self.kept {
                kept.push(Drawn {
                    key,
                    before,
                    tpp: allowed,
                    most,
                });
            }
        }
        Allowed {
            tpp: allowed as f64,
            used: Some(share),
        }
    }

    /// The share of its limit that is used on an account, the largest of those of a step.
    #[must_use]
    pub fn share(&self, draws: &[Draw], place: usize, day: Date) -> f64 {
        let by_country = draws
            .iter()
            .filter(|d| d.by_country && d.share_of.is_none());
        let shares = by_country.map(|d| match whole(d.limit) {
            0 => 1.0,
            most => self.used(Key::of(d, place, None, day)) as f64 / most as f64,
        });
        shares.fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tiergate_law::{NumberFact, Over};
    use tiergate_ledger::Limit;

    use super::{Draw, Who, room};

    fn share(limit: f64, order_in_total: bool) -> Draw {
        Draw {
            quota: "share".into(),
            measure: NumberFact::VeuCountry,
            share_of: Some(NumberFact::VeuTotal),
            limit,
            by_country: true,
            order_in_total,
            by_company: true,
            over: Over::default(),
        }
    }

    /// What the ledger's rule allows, by trying every amount.
    fn slowly(hundredths: u64, with_draw: bool, owns: i64, used: u64, wanted: u64) -> u64 {
        let limit = Limit::Share {
            numerator: hundredths,
            denominator: 100,
            with_draw,
        };
        let fits =
            |order: &u64| i64::try_from(used + order).unwrap() <= limit.most(owns, *order).unwrap();
        (0..=wanted).rev().find(fits).unwrap_or_default()
    }

    proptest! {
        #[test]
        fn as_much_may_go_as_the_ledger_allows_and_not_one_more(
            hundredths in 1_u64..100,
            with_draw: bool,
            owns in 0_i64..3_000,
            used in 0_u64..1_500,
            wanted in 0_u64..1_500,
        ) {
            let draw = share(hundredths as f64 / 100.0, with_draw);
            let who = Who { company: Some(0), owns: owns as f64, companies: 1.0 };
            let (allowed, most) = room(&draw, &who, used, wanted);
            prop_assert_eq!(allowed, slowly(hundredths, with_draw, owns, used, wanted));
            prop_assert!(allowed == 0 || used + allowed <= most);
        }
    }

    #[test]
    fn a_limit_of_each_company_is_that_of_all_that_have_no_name_together() {
        let draw = Draw {
            share_of: None,
            limit: 100.0,
            ..share(0.0, false)
        };
        let who = |company| Who {
            company,
            owns: 0.0,
            companies: 2.0,
        };
        assert_eq!(room(&draw, &who(Some(3)), 40, 500), (60, 100));
        assert_eq!(room(&draw, &who(None), 40, 500), (160, 200));
    }
}
