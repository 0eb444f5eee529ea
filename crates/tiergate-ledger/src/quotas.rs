//! From the law to the ledger: whose accounts an order counts on, and their limits by date.
//!
//! No limit stands here: each quota's is read from the law for every stretch of days on which the
//! law is the same, and handed to the ledger as a schedule.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use tiergate_engine::{Decision, Desk, DeskError, Names, holder};
use tiergate_law::{
    Country, Date, DatedAmount, Fact, LawRef, NumberFact, Over, Regime, RegimeQuota, Resolved,
    Status, View,
};
use tiergate_order::Facts;

use crate::account::{Account, Span};
use crate::book::{Balance, Book};
use crate::entry::Charge;
use crate::error::Error;
use crate::limit::{Limit, Quota, Schedule, Step};
use crate::statement::{AsOf, balance_as_of, own_limit};
use crate::store::{Reader, SetLimit};

/// The quotas of a law in a view, at every date.
#[derive(Debug)]
pub struct LawQuotas<'d> {
    desk: &'d Desk,
    law: String,
    view: View,
    /// The day the law is fixed at, if it is.
    fixed: Option<Date>,
    schedules: Mutex<FxHashMap<Limited, Arc<Schedule>>>,
}

/// A quota, and the country for which an agreement raises it on some day.
type Limited = (String, Option<Country>);

/// Why an order cannot be counted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Uncounted {
    /// The holder is not named.
    #[error("whose `{quota}` it counts on is not known: `{field}` is not given")]
    Holder {
        /// The quota.
        quota: String,
        /// The field of the order that would name the holder.
        field: String,
    },
    /// The amount is not known.
    #[error(
        "how much it counts on `{0}` is not known: `item.tpp` and `quantity` are not both given"
    )]
    Amount(String),
    /// An amount that is no whole number or too large.
    #[error("{amount} cannot be counted on `{quota}`")]
    TooMuch {
        /// The quota.
        quota: String,
        /// The amount.
        amount: String,
    },
    /// The order may not count toward another's limit.
    #[error("it may not count toward the `{quota}` of another: {why} ({cite})")]
    Pooling {
        /// The quota.
        quota: String,
        /// Why not.
        why: String,
        /// The paragraph.
        cite: String,
    },
    /// The limit cannot be read.
    #[error("the limit of `{quota}` cannot be read: {why}")]
    Limit {
        /// The quota.
        quota: String,
        /// Why.
        why: String,
    },
}

/// Where balances are read.
pub trait Balances {
    /// What an account holds at a day.
    ///
    /// # Errors
    ///
    /// The store's.
    fn balance(&mut self, account: &Account, at: Date) -> Result<Balance, Error>;

    /// The limit set for an account itself, on a day.
    ///
    /// # Errors
    ///
    /// The store's.
    fn set_limit(&mut self, account: &Account, at: Date) -> Result<Option<SetLimit>, Error>;
}

impl Balances for Book<'_> {
    fn balance(&mut self, account: &Account, at: Date) -> Result<Balance, Error> {
        Book::balance(self, account, at)
    }

    fn set_limit(&mut self, account: &Account, at: Date) -> Result<Option<SetLimit>, Error> {
        Book::set_limit(self, account, at)
    }
}

impl Balances for &mut dyn Reader {
    fn balance(&mut self, account: &Account, at: Date) -> Result<Balance, Error> {
        let as_of = AsOf {
            day: Some(at),
            recorded: None,
        };
        match self.account(&account.key())? {
            Some(listed) => balance_as_of(&mut **self, &listed, as_of),
            None => Ok(Balance::default()),
        }
    }

    fn set_limit(&mut self, account: &Account, at: Date) -> Result<Option<SetLimit>, Error> {
        match self.account(&account.key())? {
            Some(listed) if listed.row.limited => own_limit(&mut **self, &listed, i64::MAX, at),
            _ => Ok(None),
        }
    }
}

/// What is counted: the name of a fact without its first word.
#[must_use]
pub fn measure(fact: NumberFact) -> &'static str {
    let path = Fact::Number(fact).path();
    path.strip_prefix("used.").unwrap_or(path)
}

fn span(over: Over, date: Date) -> Span {
    over.days(date).map_or(Span::ALL, |(from, to)| Span {
        from: Some(from),
        to: Some(to),
    })
}

impl<'d> LawQuotas<'d> {
    /// The quotas of a law; a date of its own fixes the limits at it.
    #[must_use]
    pub fn new(desk: &'d Desk, law: &LawRef, view: View, fixed: Option<Date>) -> Self {
        LawQuotas {
            desk,
            law: law.id.clone(),
            view,
            fixed: law.date.or(fixed),
            schedules: Mutex::default(),
        }
    }

    /// The account of a quota that an order of a date counts on.
    ///
    /// # Errors
    ///
    /// The field that would name the holder.
    pub fn account(
        quota: &Resolved<RegimeQuota>,
        date: Date,
        names: &Names<'_>,
        facts: &Facts,
    ) -> Result<Account, Uncounted> {
        let holder = holder(&quota.is.key, names, facts).map_err(|field| Uncounted::Holder {
            quota: quota.id.clone(),
            field,
        })?;
        Ok(Account::new(
            measure(quota.is.used),
            holder,
            span(quota.is.over, date),
        ))
    }

    /// What is used of every quota of a regime, by what the order says of whose it is: the fact,
    /// the account, and the amount used and reserved up to the order's date. A quota whose holder
    /// is not named is left out.
    ///
    /// # Errors
    ///
    /// The ledger's.
    pub fn used(
        balances: &mut dyn Balances,
        decision: &Decision<'_>,
        date: Date,
        names: &Names<'_>,
        facts: &Facts,
    ) -> Result<Vec<(NumberFact, Account, i64)>, Error> {
        let regime = &decision.book.regime;
        let mut used: Vec<(NumberFact, Account, i64)> = Vec::new();
        // What counts the order decides where two quotas count one thing for different holders.
        let counting = |q: &&Resolved<RegimeQuota>| decision.counts(&q.is);
        let others = |q: &&Resolved<RegimeQuota>| !decision.counts(&q.is);
        let first = regime.quotas.iter().filter(counting);
        for quota in first.chain(regime.quotas.iter().filter(others)) {
            let fact = quota.is.used;
            if used.iter().any(|(known, _, _)| *known == fact) {
                continue;
            }
            if let Ok(account) = LawQuotas::account(quota, date, names, facts) {
                let total = balances.balance(&account, date)?.total();
                used.push((fact, account, total));
            }
        }
        Ok(used)
    }

    /// Every account that an order may count on, to be held before any is read.
    #[must_use]
    pub fn accounts(regime: &Regime, date: Date, names: &Names<'_>, facts: &Facts) -> Vec<Account> {
        let quotas = regime.quotas.iter();
        quotas
            .filter_map(|quota| LawQuotas::account(quota, date, names, facts).ok())
            .collect()
    }

    /// What a decided order draws; `toward` names another who will operate the goods, toward whose
    /// limit they are to count.
    ///
    /// # Errors
    ///
    /// What is not known of whose limit it is, or how much.
    pub fn charges(
        &self,
        decision: &Decision<'_>,
        date: Date,
        names: &Names<'_>,
        facts: &Facts,
        toward: Option<&str>,
    ) -> Result<Vec<Charge>, Uncounted> {
        let places = decision.counted_on();
        self.charges_on(decision, &places, (date, names, facts), toward)
    }

    /// What a license draws that is issued though the law's policy is denial: all that any approval
    /// draws on, so that no allocation is passed by going round its policy.
    ///
    /// # Errors
    ///
    /// What is not known of whose limit it is, or how much.
    pub fn charges_despite(
        &self,
        decision: &Decision<'_>,
        date: Date,
        names: &Names<'_>,
        facts: &Facts,
    ) -> Result<Vec<Charge>, Uncounted> {
        let reviews = decision.book.regime.reviews.iter();
        let mut places: Vec<usize> = reviews.flat_map(|r| r.is.draws.iter().copied()).collect();
        places.sort_unstable();
        places.dedup();
        self.charges_on(decision, &places, (date, names, facts), None)
    }

    fn charges_on(
        &self,
        decision: &Decision<'_>,
        places: &[usize],
        (date, names, facts): (Date, &Names<'_>, &Facts),
        toward: Option<&str>,
    ) -> Result<Vec<Charge>, Uncounted> {
        let regime = &decision.book.regime;
        let mut charges: Vec<Charge> = Vec::new();
        for place in places {
            let place = *place;
            let quota = &regime.quotas[place];
            let mut account = LawQuotas::account(quota, date, names, facts)?;
            if let (Some(other), Some(_)) = (toward, &quota.is.pooled_when) {
                let why = match decision.may_pool(&quota.is) {
                    Some(true) => None,
                    Some(false) => Some("the consignee is not one that may"),
                    None => Some("a fact of the consignee on which that turns is unknown"),
                };
                if let Some(why) = why {
                    return Err(Uncounted::Pooling {
                        quota: quota.id.clone(),
                        why: why.to_owned(),
                        cite: quota.cite.clone(),
                    });
                }
                other.clone_into(&mut account.holder);
            }
            let amount = facts
                .number(NumberFact::Amount)
                .ok_or_else(|| Uncounted::Amount(quota.id.clone()))?;
            let amount = amount.to_string();
            let amount: u64 = amount.parse().map_err(|_| Uncounted::TooMuch {
                quota: quota.id.clone(),
                amount,
            })?;
            let limited = match quota.is.counts_only {
                true => None,
                false => Some(Quota {
                    id: quota.id.as_str().into(),
                    whole: self.whole(regime, quota, date, names, facts)?,
                    schedule: self.schedule(quota, &account.holder).map_err(|error| {
                        Uncounted::Limit {
                            quota: quota.id.clone(),
                            why: error.to_string(),
                        }
                    })?,
                }),
            };
            match charges
                .iter_mut()
                .find(|c| c.account.key() == account.key())
            {
                Some(charge) => charge.quotas.extend(limited),
                None => charges.push(Charge {
                    account,
                    amount,
                    gives_back: quota.is.gives_back.clone(),
                    quotas: limited.into_iter().collect(),
                }),
            }
        }
        Ok(charges)
    }

    /// The account that a share is a share of: that of the quota which counts it.
    fn whole(
        &self,
        regime: &Regime,
        quota: &Resolved<RegimeQuota>,
        date: Date,
        names: &Names<'_>,
        facts: &Facts,
    ) -> Result<Option<Account>, Uncounted> {
        let Some(of) = quota.is.share_of else {
            return Ok(None);
        };
        match regime.quotas.iter().find(|q| q.is.used == of) {
            Some(whole) => LawQuotas::account(whole, date, names, facts).map(Some),
            None => Err(Uncounted::Limit {
                quota: quota.id.clone(),
                why: format!("no quota counts {}", Fact::Number(of).path()),
            }),
        }
    }

    /// The limit of a quota for a holder by date: that of an agreement with the country it holds
    /// for, from the agreement's first day on and as long as it is in force.
    ///
    /// # Errors
    ///
    /// A law that cannot be read.
    pub fn schedule(
        &self,
        quota: &Resolved<RegimeQuota>,
        holder: &str,
    ) -> Result<Arc<Schedule>, DeskError> {
        let raised = (quota.id.clone(), destination_of(&quota.is.key, holder));
        let own = (quota.id.clone(), None);
        let known =
            |s: &FxHashMap<Limited, Arc<Schedule>>| s.get(&raised).or_else(|| s.get(&own)).cloned();
        let lock = || {
            self.schedules
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(schedule) = known(&lock()) {
            return Ok(schedule);
        }
        self.read()?;
        Ok(known(&lock()).unwrap_or_default())
    }

    /// The limits of every quota the law ever has, by date, without those of agreements.
    ///
    /// # Errors
    ///
    /// A law that cannot be read.
    pub fn all(&self) -> Result<Vec<(String, Arc<Schedule>)>, DeskError> {
        self.read()?;
        let schedules = self
            .schedules
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = schedules
            .iter()
            .filter(|((_, country), _)| country.is_none())
            .map(|((id, _), s)| (id.clone(), s.clone()))
            .collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(all)
    }

    fn read(&self) -> Result<(), DeskError> {
        let mut steps: FxHashMap<Limited, Vec<Step>> = FxHashMap::default();
        let law = LawRef {
            id: self.law.clone(),
            date: None,
            view: None,
        };
        let days = match self.fixed {
            Some(fixed) => vec![fixed],
            None => self.desk.library.breakpoints(&self.law)?,
        };
        let mut regimes = Vec::new();
        for day in days {
            let regime = self.desk.library.consolidate(&law, day, self.view)?;
            let from = if self.fixed.is_some() { Date::MIN } else { day };
            regimes.push((from, regime));
        }
        // A quota has a schedule of its own for each country that some agreement ever raises it for.
        let mut countries: Vec<(&str, Country)> = regimes
            .iter()
            .flat_map(|(_, regime)| &regime.quotas)
            .flat_map(|q| q.is.raised.iter().map(|(c, _)| (q.id.as_str(), *c)))
            .collect();
        countries.sort_unstable();
        countries.dedup();
        for (from, regime) in &regimes {
            let from = *from;
            let mut standing: Vec<&str> = Vec::new();
            for quota in regime.quotas.iter().filter(|q| !q.is.counts_only) {
                standing.push(&quota.id);
                let of_it = countries.iter().filter(|(id, _)| *id == quota.id);
                for country in of_it.map(|(_, c)| Some(*c)).chain([None]) {
                    let step = step(quota, country, from);
                    let steps = steps.entry((quota.id.clone(), country)).or_default();
                    let last = steps.last();
                    if last.is_none_or(|l| (l.limit, &l.cite) != (step.limit, &step.cite)) {
                        steps.push(step);
                    }
                }
            }
            // A quota that the law has no more limits nothing.
            for ((id, _), steps) in &mut steps {
                if !standing.contains(&id.as_str())
                    && steps.last().is_some_and(|l| l.limit != Limit::None)
                {
                    steps.push(Step {
                        from,
                        limit: Limit::None,
                        cite: format!("no such limit from {from}"),
                    });
                }
            }
        }
        let mut schedules = self
            .schedules
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for (limited, steps) in steps {
            schedules.insert(limited, Arc::new(Schedule::new(steps)));
        }
        Ok(())
    }
}

/// The country in the holder of a quota that is counted by destination.
///
/// Names may hold what stands between the parts of a holder: the country is told from the end.
///
/// ```
/// use tiergate_ledger::destination_of;
/// let country = destination_of("consignee.parent_name + destination", "Aldersea / North / PL");
/// assert_eq!(country, "PL".parse().ok());
/// assert_eq!(destination_of("consignee.parent_name", "PL"), None);
/// ```
#[must_use]
pub fn destination_of(key: &str, holder: &str) -> Option<Country> {
    let from_end = key.rsplit('+').position(|p| p.trim() == "destination")?;
    let part = holder.rsplit(" / ").nth(from_end)?.trim();
    part.to_ascii_uppercase().parse().ok()
}

/// The limit of a quota from a day on, for a country where an agreement may raise it.
fn step(quota: &Resolved<RegimeQuota>, country: Option<Country>, from: Date) -> Step {
    let Some(limit) = quota.is.limit_for(country) else {
        return Step {
            from,
            // Where the law limits without saying to how much, nothing is allowed.
            limit: Limit::Amount(0),
            cite: format!("{}: no limit is stated for the date", quota.cite),
        };
    };
    Step {
        from,
        limit: match quota.is.share_of {
            None => Limit::Amount(floor(limit)),
            Some(_) => share(limit, quota.is.order_in_total),
        },
        cite: match limit.status {
            Status::Enacted => limit.cite.clone(),
            other => format!("{}: {}", limit.cite, other.word()),
        },
    }
}

/// The whole units of an amount.
fn floor(limit: &DatedAmount) -> u64 {
    let text = limit.amount.to_string();
    let whole = text.split('.').next().unwrap_or_default();
    whole.parse().unwrap_or(0)
}

/// A decimal as a fraction.
fn share(limit: &DatedAmount, with_draw: bool) -> Limit {
    let text = limit.amount.to_string();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let number = |text: &str| text.parse::<u64>().unwrap_or(0);
    let denominator = 10_u64.saturating_pow(u32::try_from(decimals.len()).unwrap_or(0));
    Limit::Share {
        numerator: number(whole)
            .saturating_mul(denominator)
            .saturating_add(number(decimals)),
        denominator,
        with_draw,
    }
}
