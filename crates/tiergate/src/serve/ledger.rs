//! Accounts against their limits, as `tiergate ledger limits` tells them.

use std::collections::HashSet;

use jiff::civil::Date;
use tiergate_law::LawRef;
use tiergate_ledger::{AsOf, Ledger, balance_as_of, destination_of};
use tiergate_server::{Cap, Caps, Fault};

use super::{Orders, whole};

/// Each account against the limits of a law on a day, and the accounts it sets none for.
pub fn caps(orders: &Orders, ledger: &Ledger, law: &str, day: Date) -> Result<Caps, Vec<Fault>> {
    let law: LawRef = law.parse().map_err(whole)?;
    let caps = crate::caps::Caps::of(orders.desk, &law, day).map_err(whole)?;
    let found = caps.all(ledger).map_err(whole)?;
    let limited: HashSet<String> = found.iter().map(|cap| cap.account.key()).collect();
    let limits = found.into_iter().map(|cap| {
        let quota = caps.regime.quotas.iter().find(|q| q.id == cap.quota);
        let country = quota.and_then(|q| destination_of(&q.is.key, &cap.account.holder));
        Cap {
            says: quota.map_or_else(String::new, |q| q.says.clone()),
            country: country.map(|country| country.to_string()),
            name: crate::words::limit(&cap.quota).to_owned(),
            quota: cap.quota,
            account: cap.account,
            balance: cap.balance,
            most: cap.most,
            cite: cap.cite,
        }
    });
    let limits = limits.collect();
    let as_of = AsOf {
        day: Some(day),
        recorded: None,
    };
    let unlimited = ledger.read(|reader| {
        let mut found = Vec::new();
        for listed in reader.accounts(None)? {
            let drawn = listed.row.last.is_some() && listed.account.span.holds(day);
            if !drawn || limited.contains(&listed.account.key()) {
                continue;
            }
            let balance = balance_as_of(reader, &listed, as_of)?;
            found.push((listed.account, balance));
        }
        Ok(found)
    });
    Ok(Caps {
        limits,
        unlimited: unlimited.map_err(whole)?,
    })
}
