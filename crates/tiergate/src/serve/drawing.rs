//! What orders draw on the ledger, as the service asks it.

use serde_json::Value;
use tiergate_engine::{Desk, Names};
use tiergate_law::{Date, LawRef, NumberFact, View};
use tiergate_ledger::{Basis, Error, LawQuotas, Ledger, grouped};
use tiergate_order::Order;
use tiergate_server::{Drawn, Explained, Fault, Reserved, Reserving, Started};

use super::api::{because, order_of, whole_number};
use super::asking::{missing, reasons};
use super::sheets::light;
use super::{Orders, kept, whole};
use crate::case::Case;
use crate::commands::decide::{Counting, Source, Used, asked, count_on, units};
use crate::order_paper::{self, Beside};
use crate::parties::filling::Filled;
use crate::pipeline::{Given, Shipments};
use crate::verdict::{self, Bench};

/// The law applications are decided by: as enforced.
const LAW: &str = "us:enforced";

/// An order's text with a date: its own, or the day where it has none.
fn dated(text: &str, day: Date) -> Result<String, Vec<Fault>> {
    let Ok(Value::Object(mut order)) = serde_json::from_str::<Value>(text) else {
        // What it is instead is told where it is read.
        return Ok(text.to_owned());
    };
    if order.contains_key("date") {
        return Ok(text.to_owned());
    }
    order.insert("date".to_owned(), day.to_string().into());
    serde_json::to_string(&order).map_err(whole)
}

/// An order as an application starts from it.
pub(super) fn start(
    desk: &Orders,
    text: &str,
    day: Date,
    ledger: &Ledger,
) -> Result<Started, Vec<Fault>> {
    let text = dated(text, day)?;
    let given = order_of(&text)?;
    let mut bench = desk.bench_of(&[LAW])?;
    let used = with_used(&mut bench, &given, ledger)?.map_err(whole)?;
    let (order, resolved) = (&used.order, &used.resolved);
    let books = bench.books(used.place).clone();
    let record = books.record(order, resolved, used.date);
    let says = Case {
        desk: bench.desk,
        books: &books,
        order,
        resolved,
        record: &record,
    }
    .answer();
    let quantity = match order.get("quantity") {
        None => Some(1),
        Some(_) => units(&resolved.facts).ok(),
    };
    let mut limits: Vec<String> = used
        .used
        .iter()
        .filter(|(_, _, total)| *total != 0)
        .map(|(_, account, total)| format!("{account}: {} counted", grouped(i128::from(*total))))
        .collect();
    limits.extend(used.beside.iter().cloned());
    Ok(Started {
        lane: record.review.map(str::to_owned),
        outcome: record.outcome.to_owned(),
        missing: match record.outcome {
            "indeterminate" => record.missing.clone(),
            _ => Vec::new(),
        },
        says,
        title: title(order, quantity),
        limits,
        country: order.get("destination"),
        quantity,
        value_usd: whole_number(desk.desk, order, NumberFact::ValueUsd),
        decision: serde_json::to_string(&record).map_err(whole)?,
        order: text,
    })
}

/// What an order is about, in a line.
fn title(order: &Order, quantity: Option<u64>) -> String {
    let first = |paths: &[&str]| paths.iter().find_map(|path| order.get(path));
    let of = first(&["item.chip", "item.name", "item.eccn"]);
    let of = of.unwrap_or_else(|| "items".to_owned());
    let to = first(&["consignee.name", "destination"]).unwrap_or_default();
    match quantity {
        Some(units) => format!("{} {of} to {to}", grouped(i128::from(units))),
        None => format!("{of} to {to}"),
    }
}

/// What is decided of an order with what the ledger holds.
fn with_used(
    bench: &mut Bench<'_>,
    order: &Order,
    ledger: &Ledger,
) -> Result<Result<Used, String>, Vec<Fault>> {
    let mut stopped = None;
    let shipments = shipments(bench, order);
    let read = ledger.read(|reader| {
        let used = Source::Reader(reader).used(bench, &shipments, order.clone(), None, &[]);
        used.map_err(|stop| stop.apart(&mut stopped))
    });
    match (read, stopped) {
        (_, Some(error)) => Err(because(error)),
        (Err(error), None) => Err(because(error)),
        (Ok(used), None) => Ok(used.map_err(|(_, why)| why)),
    }
}

/// A decision that was kept, with the reasons of the order as they stand: where the order is decided
/// otherwise now, only what was kept of it.
pub(super) fn explained(
    desk: &Orders,
    text: &str,
    kept: &str,
    ledger: &Ledger,
) -> Result<Explained, Vec<Fault>> {
    let kept: Value = serde_json::from_str(kept).map_err(whole)?;
    let mut bench = desk.bench_of(&[LAW])?;
    let used = with_used(&mut bench, &order_of(text)?, ledger)?.map_err(whole)?;
    let books = bench.books(used.place).clone();
    let record = books.record(&used.order, &used.resolved, used.date);
    let case = Case {
        desk: bench.desk,
        books: &books,
        order: &used.order,
        resolved: &used.resolved,
        record: &record,
    };
    let now = serde_json::to_value(&record).map_err(whole)?;
    Ok(match kept::is_same(&kept, &now) {
        true => Explained {
            light: light(verdict::light(record.outcome)),
            answer: case.answer(),
            law: case.law_name(),
            missing: missing(&record),
            sheet: reasons(&case.page()),
            holds: true,
        },
        false => kept::told(&kept),
    })
}

fn shipments(bench: &Bench<'_>, order: &Order) -> Shipments {
    let mut shipments = Shipments::default();
    shipments.order(bench.desk, &bench.assume, order);
    shipments
}

/// What the license of an order draws, if it is approved on a day.
pub(super) fn drawn(
    desk: &Orders,
    text: &str,
    day: Date,
    ledger: &Ledger,
) -> Result<Drawn, Vec<Fault>> {
    let mut order = order_of(&dated(text, day)?)?;
    order.date = Some(day);
    let mut bench = desk.bench_of(&[LAW])?;
    let Used {
        order,
        resolved,
        place,
        ..
    } = with_used(&mut bench, &order, ledger)?.map_err(whole)?;
    let books = bench.books(place).clone();
    let decision = Desk::decide(&books.book, &resolved.facts, &books.readings);
    match decision.word() {
        "license-required" => {}
        "indeterminate" => {
            let missing = crate::words::names(decision.missing());
            return Err(whole(format!(
                "whether the order needs a license is open: it turns on {missing}"
            )));
        }
        other => return Err(whole(format!("the order needs no license: {other}"))),
    }
    let law: LawRef = LAW.parse().map_err(whole)?;
    let quotas = LawQuotas::new(desk.desk, &law, View::Enforced, None);
    let (names, facts) = (Names::of(&order), &resolved.facts);
    let denial = decision.review().is_some_and(|r| r.ends_with("denial"));
    let charges = match denial {
        true => quotas.charges_despite(&decision, day, &names, facts),
        false => quotas.charges(&decision, day, &names, facts, None),
    };
    let charges = charges.map_err(whole)?;
    let record = books.record(&order, &resolved, day);
    let given = order_paper::write(&order, &Beside::default());
    let order_text = serde_json::to_string(&given).map_err(whole)?;
    let decision_text = serde_json::to_string(&record).map_err(whole)?;
    let digest = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
    Ok(Drawn {
        charges,
        decision: Basis {
            digest: digest(&decision_text),
            law: record.law.clone(),
            as_of: day,
            view: View::Enforced.word().to_owned(),
            rules: record.requirements.iter().map(|r| r.id.clone()).collect(),
            asked: Some(asked(&order, &[])),
            order: Some(digest(&order_text)),
            screening: None,
        },
        order: order.id.clone(),
        papers: vec![("order", order_text), ("decision", decision_text)],
    })
}

/// Reserves what an order draws, on one page of the ledger.
pub(super) fn reserve(
    desk: &Orders,
    ledger: &Ledger,
    text: &str,
    how: &Reserving,
) -> Result<Reserved, Vec<Fault>> {
    let order = order_of(text)?;
    if order.date.is_none() {
        return Err(vec![Fault {
            at: "/date".to_owned(),
            what: "a reservation is for a day: give the order's date".to_owned(),
        }]);
    }
    let mut bench = desk.bench_of(&[&how.law])?;
    let shipments = shipments(&bench, &order);
    let counting = Counting {
        reserve: true,
        until: how.until,
        by: Some(how.by.clone()),
        license: None,
        toward: None,
        assume: Vec::new(),
        list: None,
    };
    let given = Given {
        line: 1,
        order,
        filled: Filled::default(),
    };
    let counted = count_on(ledger, &mut bench, vec![given], &shipments, &counting);
    let mut counted = counted.map_err(|error| match error.downcast_ref::<Error>() {
        Some(Error::Busy(_)) => whole("the ledger is busy: nothing was entered, try again"),
        _ => because(error),
    })?;
    let given = counted.orders.pop();
    let Some(Given { order, filled, .. }) = given else {
        return Err(whole("give one order"));
    };
    let note = counted.notes.get(&order.id);
    let note = note.ok_or_else(|| whole("the ledger says nothing of the order"))?;
    let mut resolved = desk.desk.resolve(&order, &bench.assume).map_err(whole)?;
    shipments.apply(order.shipment.as_deref(), &mut resolved.facts);
    resolved.assumptions.extend(filled.said);
    let (record, _) = bench.record(0, &order, &resolved).map_err(whole)?;
    let held = ledger.read(|reader| tiergate_ledger::lot(reader, &order.id));
    let held = held.map_err(because)?;
    Ok(Reserved {
        decision: serde_json::to_string(&record).map_err(whole)?,
        says: note.says.clone(),
        ledger: note.full.clone(),
        reserved: !note.held_up && held.is_some_and(|held| held.reserved > 0),
        order: order.id,
    })
}
