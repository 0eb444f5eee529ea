//! Reservations decided again, from the orders kept with them.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tiergate_engine::{Desk, Names};
use tiergate_law::{Date, LawRef, View};
use tiergate_ledger::{
    Charge, Error, Held, LawQuotas, Quota, Refusal, Schedule, lot, passed, store::Reader,
};
use tiergate_order::Assume;

use super::Args;
use super::change::{Change, Now};
use super::kept::Kept;
use crate::commands::decide::{Source, Stop, Used};
use crate::parties::filling::{FillArgs, Filled, Filler, Filling};
use crate::parties::from_list::{FromList, ListIs};
use crate::pipeline::Shipments;
use crate::verdict::Bench;

/// What looking at every open reservation gave.
pub struct Looked {
    /// The day.
    pub day: Date,
    /// The list, if parties were screened.
    pub list: Option<ListIs>,
    /// Those that changed.
    pub changed: Vec<Change>,
    /// How many did not.
    pub unchanged: u64,
    /// Those that could not be looked at, and why.
    pub unread: Vec<(String, String)>,
}

/// A law that reservations are decided under, with what was taken for granted.
struct Under<'d> {
    bench: Bench<'d>,
    quotas: LawQuotas<'d>,
    filler: Option<Filler>,
}

/// Decides reservations again.
pub struct Again<'d> {
    desk: &'d Desk,
    law: Option<LawRef>,
    day: Date,
    fill: &'d FillArgs,
    assume: &'d [String],
    list: Option<Arc<FromList>>,
    /// What orders are filled in from, by law.
    fillings: FxHashMap<String, Option<Arc<Filling>>>,
    under: FxHashMap<String, Under<'d>>,
}

impl<'d> Again<'d> {
    pub fn new(desk: &'d Desk, args: &'d Args, day: Date, list: Option<Arc<FromList>>) -> Self {
        Again {
            desk,
            law: args.law.clone(),
            day,
            fill: &args.fill,
            assume: &args.assume.assume,
            list,
            fillings: FxHashMap::default(),
            under: FxHashMap::default(),
        }
    }

    /// What of the registers could not be read.
    pub fn faults(&self) -> u64 {
        let fillings = self.fillings.values().flatten();
        let list = self.list.as_ref().map_or(0, |list| list.faults);
        fillings
            .map(|filling| filling.faults().saturating_sub(list))
            .max()
            .unwrap_or(0)
    }

    /// Says what was filled in, and what orders state otherwise.
    pub fn report(&self) {
        for filling in self.fillings.values().flatten() {
            filling.report();
        }
    }

    /// Looks at every open reservation.
    pub fn all(&mut self, reader: &mut dyn Reader) -> Result<Looked, Stop> {
        let mut looked = Looked {
            day: self.day,
            list: self.list.as_ref().map(|list| list.is.clone()),
            changed: Vec::new(),
            unchanged: 0,
            unread: Vec::new(),
        };
        for (seq, _) in reader.open()? {
            let entry = reader.at(seq)?;
            let entry = entry.ok_or_else(|| {
                Error::Damaged(format!("the open reservation at {seq} has no entry"))
            })?;
            match self.one(reader, &entry.id)? {
                Ok(change) if change.is_one() => looked.changed.push(change),
                Ok(_) => looked.unchanged += 1,
                Err(why) => looked.unread.push((entry.id, why)),
            }
        }
        Ok(looked)
    }

    /// Looks at one; in words, why it cannot be looked at.
    fn one(&mut self, reader: &mut dyn Reader, id: &str) -> Result<Result<Change, String>, Stop> {
        let Some(held) = lot(reader, id)? else {
            return Ok(Err("it is no accepted reservation".to_owned()));
        };
        let kept = match Kept::read(reader, &held)? {
            Ok(kept) => kept,
            Err(why) => return Ok(Err(why)),
        };
        let date = self.day.max(held.made.date);
        let mut order = match kept.order.order(|path| self.leaves_out(&kept, path)) {
            Ok(order) => order,
            Err(why) => return Ok(Err(format!("the order kept with it cannot be read: {why}"))),
        };
        order.date = Some(date);
        if held.released > 0 {
            let left = held
                .made
                .quantity
                .unwrap_or(0)
                .saturating_sub(held.released);
            if let Err(error) = order.set("quantity", &left.to_string()) {
                return Ok(Err(format!("what is left of it: {error}")));
            }
        }
        let desk = self.desk;
        let under = match self.under(&kept)? {
            Ok(under) => under,
            Err(why) => return Ok(Err(why)),
        };
        let filled = match &mut under.filler {
            Some(filler) => filler.fill(&mut order, date, desk),
            None => Filled::default(),
        };
        let shipments = match (&order.shipment, kept.order.beside.shipment) {
            (Some(id), Some(amount)) => Shipments::one(id, amount),
            _ => Shipments::default(),
        };
        let mut from = Source::Reader(&mut *reader);
        let used = from.used(&mut under.bench, &shipments, order, Some(&held), &[])?;
        let mut used = match used {
            Ok(used) => used,
            Err((_, why)) => return Ok(Err(format!("it cannot be decided on {date}: {why}"))),
        };
        used.resolved.assumptions.extend(filled.said.clone());
        let as_of = under.bench.as_of(0, date);
        let books = under.bench.books(used.place);
        let record = books.record(&used.order, &used.resolved, as_of);
        let limits = under.limits(reader, &used, &kept, &held)?;
        let now = Now {
            record: serde_json::to_value(&record).map_err(|error| Stop::Other(error.into()))?,
            order: &used.order,
            filled,
            limits,
        };
        Ok(Ok(Change::between(&kept, &held, now)))
    }

    /// Whether a field of an order that was kept is found anew.
    fn leaves_out(&self, kept: &Kept, path: &str) -> bool {
        let filled = || kept.order.beside.filled.iter().any(|field| field == path);
        let anew = match path.ends_with(".lists") {
            true => self.fill.screens(),
            false => self.fill.asks_a_register(),
        };
        path.starts_with("used.") || anew && filled()
    }

    /// The law that a reservation is decided under; in words, why there is none.
    fn under(&mut self, kept: &Kept) -> Result<Result<&mut Under<'d>, String>, Stop> {
        let law = match &self.law {
            Some(law) => law.clone(),
            None => {
                let word = &kept.basis.view;
                let view = [View::Text, View::Enforced]
                    .into_iter()
                    .find(|v| v.word() == word);
                LawRef {
                    id: kept.basis.law.clone(),
                    date: None,
                    view,
                }
            }
        };
        let mut assumed = kept.order.beside.assumed.clone();
        assumed.extend_from_slice(self.assume);
        let screens = self.fill.screens() || kept.screening.is_some();
        let key = format!("{law} {screens} {}", assumed.join("\n"));
        if !self.under.contains_key(&key) {
            let assume = Assume::parse(&assumed).map_err(|error| error.to_string());
            let checked = assume.and_then(|assume| {
                let checked = self.desk.check_readings(&assume);
                checked.map(|()| assume).map_err(|error| error.to_string())
            });
            let bench = checked.and_then(|mut assume| {
                assume.lists_are_screened = screens;
                Bench::of(self.desk, vec![law.clone()], (None, None), assume)
                    .map_err(|error| format!("{error:#}"))
            });
            let bench = match bench {
                Ok(bench) => bench,
                Err(why) => return Ok(Err(format!("it cannot be decided: {why}"))),
            };
            let filling = self.filling(&bench)?;
            let quotas = LawQuotas::new(self.desk, bench.law(0), bench.view(0), bench.fixed(0));
            let under = Under {
                bench,
                quotas,
                filler: filling.map(Filler::new),
            };
            self.under.insert(key.clone(), under);
        }
        let under = self.under.get_mut(&key);
        Ok(under.ok_or_else(|| "no law is asked".to_owned()))
    }

    /// What orders under a law are filled in from.
    fn filling(&mut self, bench: &Bench<'_>) -> Result<Option<Arc<Filling>>, Stop> {
        let (law, view) = (bench.id(0).to_owned(), bench.view(0));
        let key = format!("{law}:{}", view.word());
        if let Some(filling) = self.fillings.get(&key) {
            return Ok(filling.clone());
        }
        let filling = self
            .fill
            .open_with(self.list.clone(), (self.desk, &law, view))?;
        self.fillings.insert(key, filling.clone());
        Ok(filling)
    }
}

impl Under<'_> {
    /// The limits that the order would pass now, and why it could not be counted.
    fn limits(
        &self,
        reader: &mut dyn Reader,
        used: &Used,
        kept: &Kept,
        held: &Held,
    ) -> Result<Vec<String>, Stop> {
        let books = self.bench.books(used.place);
        let facts = &used.resolved.facts;
        let decision = Desk::decide(&books.book, facts, &books.readings);
        let names = Names::of(&used.order);
        let toward = kept.order.beside.toward.as_deref();
        let charges = match decision.word() {
            "license-exception" | "validated-end-user" => self
                .quotas
                .charges(&decision, used.date, &names, facts, toward),
            _ => Ok(of_a_license(held)),
        };
        let charges = match charges {
            Ok(charges) => charges,
            Err(why) => return Ok(vec![why.to_string()]),
        };
        let mut reader = reader;
        let over = passed(&mut reader, &charges, used.date, Some(held))?;
        Ok(over
            .into_iter()
            .map(|over| Refusal::Limit(over).to_string())
            .collect())
    }
}

/// What a reservation draws on a license: its limits are the license's own.
fn of_a_license(held: &Held) -> Vec<Charge> {
    let charges = held.made.charges.iter();
    let of_license = charges.filter(|charge| charge.account.measure.starts_with("license."));
    of_license
        .map(|charge| Charge {
            account: charge.account.clone(),
            amount: charge.amount,
            gives_back: Vec::new(),
            quotas: vec![Quota {
                id: charge.account.measure.as_str().into(),
                whole: None,
                schedule: Arc::new(Schedule::default()),
            }],
        })
        .collect()
}
