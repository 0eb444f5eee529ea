//! Consignments as a ledger counts them.

use anyhow::{Result, bail};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;
use tiergate_law::{Body, Fact, Library, fact_by_name};
use tiergate_ledger::{Held, Kind, Ledger, Written, lot};
use tiergate_watch::{Consignment, Party};

/// What is reserved or shipped on the quota: one consignment for each reservation, by whose limit
/// it counts on, without what was released or given back. A holder is the party of that id, or of
/// that name if only one has it.
pub fn consignments(
    library: &Library,
    quota: &str,
    ledger: &Ledger,
    parties: &[Party],
) -> Result<Vec<Consignment>> {
    let measure = measure(library, quota)?;
    let ids = by_name(parties);
    Ok(ledger.read(|reader| {
        let mut made: Vec<(i64, Written)> = Vec::new();
        let mut followed = FxHashSet::default();
        reader.entries(0, &mut |entry| {
            followed.extend(entry.of);
            if entry.kind == Kind::Reserve
                && entry.accepted
                && let Ok(written) = serde_json::from_str::<Written>(&entry.request)
                && written.charges.iter().any(|c| c.account.measure == measure)
            {
                made.push((entry.seq, written));
            }
            Ok(())
        })?;
        let mut consignments = Vec::with_capacity(made.len());
        for (seq, written) in made {
            let digest = written.decision.as_ref().and_then(|d| d.order.clone());
            let order: Option<Value> = match digest {
                Some(digest) => reader
                    .paper(&digest)?
                    .and_then(|(_, body)| serde_json::from_slice(&body).ok()),
                None => None,
            };
            let text = |path: &str| order.as_ref()?.get(path)?.as_str().map(str::to_owned);
            let held = match followed.contains(&seq) {
                true => lot(reader, &written.id)?,
                false => None,
            };
            let held = held.unwrap_or_else(|| Held::new(written));
            let charges = held.made.charges.iter().zip(&held.amounts);
            for (charge, amounts) in charges.filter(|(c, _)| c.account.measure == measure) {
                let tpp = amounts.reserved + amounts.shipped;
                if tpp == 0 {
                    continue;
                }
                let holder = charge.account.holder.as_str();
                let who = ids
                    .get(&holder.to_lowercase())
                    .map_or(holder, String::as_str);
                let mut one = Consignment::new(&held.made.id, held.made.date, who, tpp);
                one.destination = text("destination").unwrap_or_default();
                one.forwarder = text("intermediaries.1.name");
                consignments.push(one);
            }
        }
        Ok(consignments)
    })?)
}

/// What a quota counts, as accounts name it.
fn measure(library: &Library, quota: &str) -> Result<String> {
    let entries = library.sources().flat_map(|s| &s.entries);
    let used = entries.filter_map(|entry| match &entry.body {
        Body::Quota(q) if entry.id == quota => fact_by_name(&q.used.name),
        _ => None,
    });
    let path = used.map(Fact::path).next();
    match path.and_then(|path| path.strip_prefix("used.")) {
        Some(measure) => Ok(measure.to_owned()),
        None => bail!("no law has a quota `{quota}`"),
    }
}

/// Ids of parties by name, where only one has it.
fn by_name(parties: &[Party]) -> FxHashMap<String, String> {
    let mut ids: FxHashMap<String, Option<String>> = FxHashMap::default();
    for party in parties {
        for key in [&party.id, &party.name] {
            let key = key.to_lowercase();
            match ids.get_mut(&key) {
                Some(other) if other.as_deref() != Some(&party.id) => *other = None,
                Some(_) => {}
                None => {
                    ids.insert(key, Some(party.id.clone()));
                }
            }
        }
    }
    ids.into_iter()
        .filter_map(|(key, id)| Some((key, id?)))
        .collect()
}
