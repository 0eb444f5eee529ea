//! Each country and company against its cap, from the ledger and the law's limits.

use anyhow::Result;
use jiff::civil::Date;
use tiergate_engine::Desk;
use tiergate_law::{LawRef, Regime, RegimeQuota, Resolved};
use tiergate_ledger::store::{Listed, Reader};
use tiergate_ledger::{
    Account, AsOf, Balance, Error, LawQuotas, Ledger, Limit, balance_as_of, measure,
};

/// A limit and what is drawn on it.
pub struct Cap {
    /// The quota; the measure, where a limit of the account's own stands alone.
    pub quota: String,
    /// The account.
    pub account: Account,
    /// What it holds.
    pub balance: Balance,
    /// The most it may hold; none for no limit.
    pub most: Option<i64>,
    /// What sets it.
    pub cite: String,
}

impl Cap {
    /// What is left; nothing where there is no limit to leave something of.
    pub fn left(&self) -> Option<i64> {
        self.most.map(|most| (most - self.balance.total()).max(0))
    }

    /// Used and reserved in hundredths of the limit.
    pub fn percent(&self) -> Option<i128> {
        let most = i128::from(self.most?);
        let total = i128::from(self.balance.total());
        Some(if most > 0 {
            total * 100 / most
        } else if total > 0 {
            999
        } else {
            0
        })
    }
}

/// The limits of a law on a day.
pub struct Caps<'d> {
    quotas: LawQuotas<'d>,
    /// The law of the day.
    pub regime: Regime,
    day: Date,
}

impl<'d> Caps<'d> {
    /// Of a law on a day.
    ///
    /// # Errors
    ///
    /// A law that cannot be read.
    pub fn of(desk: &'d Desk, law: &LawRef, day: Date) -> Result<Caps<'d>> {
        let view = law.view.unwrap_or_default();
        Ok(Caps {
            quotas: LawQuotas::new(desk, law, view, None),
            regime: desk
                .library
                .consolidate(law, law.date.unwrap_or(day), view)?,
            day,
        })
    }

    /// Every account that holds something or has a limit of its own, against its limits; what is
    /// nearest to its limit stands first.
    ///
    /// # Errors
    ///
    /// The ledger's.
    pub fn all(&self, ledger: &Ledger) -> Result<Vec<Cap>, Error> {
        let mut rows = ledger.read(|reader| {
            let mut rows = Vec::new();
            for listed in reader.accounts(None)? {
                let empty = listed.row.last.is_none() && !listed.row.limited;
                if !empty && listed.account.span.holds(self.day) {
                    self.of_account(reader, &listed, &mut rows)?;
                }
            }
            Ok(rows)
        })?;
        rows.sort_by_key(|row| (row.quota.clone(), std::cmp::Reverse(row.percent())));
        Ok(rows)
    }

    fn of_account(
        &self,
        reader: &mut dyn Reader,
        listed: &Listed,
        rows: &mut Vec<Cap>,
    ) -> Result<(), Error> {
        let as_of = AsOf {
            day: Some(self.day),
            recorded: None,
        };
        let balance = balance_as_of(reader, listed, as_of)?;
        let own = reader.limits(listed.row.id)?;
        let own = own
            .iter()
            .filter(|(_, l)| l.from <= self.day)
            .max_by_key(|(seq, l)| (l.from, *seq));
        let own = own.and_then(|(_, l)| Some((l.most?, l.cite.clone())));
        let counting = |q: &&Resolved<RegimeQuota>| measure(q.is.used) == listed.account.measure;
        let limiting = self.regime.quotas.iter().filter(|q| !q.is.counts_only);
        let mut met = false;
        for quota in limiting.filter(counting) {
            met = true;
            let limit = match &own {
                Some((most, cite)) => Some((Some(*most), cite.clone())),
                None => self.by_law(reader, quota, listed, as_of)?,
            };
            let Some((most, cite)) = limit else { continue };
            rows.push(Cap {
                quota: quota.id.clone(),
                account: listed.account.clone(),
                balance,
                most,
                cite,
            });
        }
        if !met && let Some((most, cite)) = own {
            rows.push(Cap {
                quota: listed.account.measure.clone(),
                account: listed.account.clone(),
                balance,
                most: Some(most),
                cite,
            });
        }
        Ok(())
    }

    /// The law's limit of an account; none where it would be a share of what is not counted: that is
    /// another's limit.
    fn by_law(
        &self,
        reader: &mut dyn Reader,
        quota: &Resolved<RegimeQuota>,
        listed: &Listed,
        as_of: AsOf,
    ) -> Result<Option<(Option<i64>, String)>, Error> {
        let schedule = self.quotas.schedule(quota, &listed.account.holder);
        let schedule = schedule.map_err(|e| Error::Other(e.to_string()))?;
        let Some(step) = schedule.at(self.day) else {
            return Ok(Some((None, String::new())));
        };
        let whole = match (step.limit, quota.is.share_of) {
            (Limit::Share { .. }, Some(of)) => {
                // The entity is what stands before the country in the holder.
                let holder = listed.account.holder.split(" / ").next();
                let of = Account::new(measure(of), holder.unwrap_or_default(), listed.account.span);
                let whole = reader.account(&of.key())?;
                match whole.filter(|w| w.row.last.is_some()) {
                    Some(whole) => balance_as_of(reader, &whole, as_of)?.total(),
                    None => return Ok(None),
                }
            }
            _ => 0,
        };
        Ok(Some((step.limit.most(whole, 0), step.cite.clone())))
    }
}
