//! An order with what a ledger says is used of each limit it counts on.

use anyhow::Context;
use tiergate_engine::{Desk, Names};
use tiergate_law::{Date, Fact, NumberFact, Regime};
use tiergate_ledger::{
    Account, Balances, Book, Error, Held, LawQuotas, destination_of, grouped, lot, store::Reader,
};
use tiergate_order::{Order, Resolved};

use crate::pipeline::Shipments;
use crate::verdict::Bench;

/// Where balances come from.
pub enum Source<'w, 'b> {
    /// A page that is being written.
    Book(&'w mut Book<'b>),
    /// A ledger that is read.
    Reader(&'w mut dyn Reader),
}

/// What stops the work on a page.
pub enum Stop {
    /// The ledger.
    Ledger(Error),
    /// Anything else.
    Other(anyhow::Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Ledger(error)
    }
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Stop::Other(error)
    }
}

impl Stop {
    /// For the ledger: what else stopped the page is put aside.
    pub fn apart(self, stopped: &mut Option<anyhow::Error>) -> Error {
        match self {
            Stop::Ledger(error) => error,
            Stop::Other(error) => {
                *stopped = Some(error);
                Error::Other("stopped".to_owned())
            }
        }
    }
}

/// An order with what is used of each limit.
pub struct Used {
    /// The order.
    pub order: Order,
    /// The order resolved, with the amount of its shipment.
    pub resolved: Resolved,
    /// The place of the books it is decided by.
    pub place: usize,
    /// The day it is decided for.
    pub date: Date,
    /// What is used, by fact and account, without what the order holds itself.
    pub used: Vec<(NumberFact, Account, i64)>,
    /// What the order says otherwise, and limits of the ledger's own.
    pub beside: Vec<String>,
    /// The limits of the ledger's own that differ from those the decision reads.
    pub own_limits: Vec<String>,
}

/// Leaves out of what is used at a date what one reservation holds.
pub fn leave_out(used: &mut [(NumberFact, Account, i64)], held: &Held, date: Date) {
    for (_, account, total) in used {
        *total -= held.on(account, date).total();
    }
}

/// What is set on the ledger for accounts themselves and differs from the limit of the law, by
/// which the order is decided.
///
/// # Errors
///
/// The ledger's.
pub fn own_limits(
    from: &mut dyn Balances,
    regime: &Regime,
    used: &[(NumberFact, Account, i64)],
    date: Date,
) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for (fact, account, _) in used {
        let set = from.set_limit(account, date)?;
        let Some((most, set)) = set.and_then(|set| Some((set.most?, set))) else {
            continue;
        };
        let laws: Vec<String> = (regime.quotas.iter())
            .filter(|q| q.is.used == *fact && q.is.share_of.is_none())
            .filter_map(|q| {
                let to = destination_of(&q.is.key, &account.holder);
                let limit = q.is.limit_for(to)?;
                let amount = crate::style::grouped(&limit.amount.to_string());
                let differs = limit.amount.to_integer() != Some(i128::from(most));
                differs.then(|| format!("{amount} by `{}` ({})", q.id, limit.cite))
            })
            .collect();
        if !laws.is_empty() {
            found.push(format!(
                "limit of {account}: {} on this ledger since {} ({}), and the decision reads the law's: {}",
                grouped(i128::from(most)),
                set.from,
                set.cite,
                laws.join(", ")
            ));
        }
    }
    Ok(found)
}

impl Source<'_, '_> {
    /// What the ledger holds for an order already.
    ///
    /// # Errors
    ///
    /// The ledger's.
    pub fn held(&mut self, id: &str) -> Result<Option<Held>, Error> {
        match self {
            Source::Book(book) => Ok(book.lot(id)?.cloned()),
            Source::Reader(reader) => lot(*reader, id),
        }
    }

    /// Fills in what is used of each limit that an order may count on. What `own` holds is not used
    /// before the order. Accounts, and those in `also`, are held before any is read. An order that
    /// cannot be decided is given back with the reason.
    ///
    /// # Errors
    ///
    /// The ledger's, or a law that cannot be read.
    pub fn used(
        &mut self,
        bench: &mut Bench<'_>,
        shipments: &Shipments,
        mut order: Order,
        own: Option<&Held>,
        also: &[Account],
    ) -> Result<Result<Used, (Order, String)>, Stop> {
        let desk = bench.desk;
        let date = order.date.unwrap_or_default();
        let resolve = |order: &Order, bench: &Bench<'_>| {
            desk.resolve(order, &bench.assume).map(|mut resolved| {
                shipments.apply(order.shipment.as_deref(), &mut resolved.facts);
                resolved
            })
        };
        let resolved = match resolve(&order, bench) {
            Ok(resolved) => resolved,
            Err(error) => {
                let why = format!("{}: `{}` {}", error.field, error.value, error.problem);
                return Ok(Err((order, why)));
            }
        };
        let mut places = Vec::new();
        let placed = bench
            .places(date, &mut places)
            .map_err(|error| Stop::Other(error.into()))?;
        if let Err(why) = placed {
            return Ok(Err((order, why)));
        }
        let Some(place) = places.first().copied() else {
            return Ok(Err((order, "no law is asked".to_owned())));
        };
        let books = bench.books(place).clone();
        let (names, facts) = (Names::of(&order), &resolved.facts);
        if let Source::Book(book) = self {
            let mut accounts = LawQuotas::accounts(&books.book.regime, date, &names, facts);
            accounts.extend_from_slice(also);
            book.hold(accounts.iter())?;
        }
        let first = Desk::decide(&books.book, facts, &books.readings);
        let mut used = match self {
            Source::Book(book) => LawQuotas::used(*book, &first, date, &names, facts)?,
            Source::Reader(reader) => LawQuotas::used(reader, &first, date, &names, facts)?,
        };
        if let Some(own) = own {
            leave_out(&mut used, own, date);
        }
        let mut beside = Vec::new();
        for (fact, _, total) in &used {
            let path = Fact::Number(*fact).path();
            if let Some(told) = order.get(path).filter(|told| *told != total.to_string()) {
                beside.push(format!("{path}: the order says {told}, the ledger {total}"));
            }
            let set = order.set(path, &total.to_string());
            set.context("what is used").map_err(Stop::Other)?;
        }
        let regime = &books.book.regime;
        let own_limits = match self {
            Source::Book(book) => own_limits(*book, regime, &used, date)?,
            Source::Reader(reader) => own_limits(reader, regime, &used, date)?,
        };
        beside.extend(own_limits.iter().cloned());
        let resolved = resolve(&order, bench).context("an order with what is used")?;
        Ok(Ok(Used {
            own_limits,
            order,
            resolved,
            place,
            date,
            used,
            beside,
        }))
    }
}
