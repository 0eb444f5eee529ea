//! What an application for a license rests on.

use jiff::civil::Date;
use serde_json::Value;
use tiergate_cases::Drawing;
use tiergate_engine::{Desk, Names};
use tiergate_law::{Num, NumberFact};
use tiergate_ledger::{Basis, LawQuotas, Ledger, grouped};
use tiergate_server::{Fault, Prepared};

use super::{Orders, whole};
use crate::case::Case;
use crate::commands::decide::counted::units;
use crate::commands::decide::used::{Source, Stop, Used};
use crate::order_paper::{self, Beside};
use crate::pipeline::Shipments;
use crate::verdict::Bench;

/// The law cases are worked by.
const LAW: &str = "us:enforced";

/// Whole dollars, rounded up: a license is for no less than the order.
fn dollars(text: &str) -> Option<u64> {
    let value: Num = text.parse().ok()?;
    let text = value.to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let whole: u64 = whole.parse().ok()?;
    whole.checked_add(u64::from(rest.bytes().any(|b| b != b'0')))
}

/// The order decided on a day with what the ledger says is used.
pub fn prepare(
    orders: &Orders,
    order: &Value,
    day: Date,
    ledger: &Ledger,
) -> Result<Prepared, Vec<Fault>> {
    let mut bench = orders.bench(LAW)?;
    // Whatever day was asked about: it is decided for this one.
    let mut order = order.clone();
    if let Some(fields) = order.as_object_mut() {
        fields.insert("date".to_owned(), day.to_string().into());
        fields
            .entry("id")
            .or_insert_with(|| crate::order_args::UNNAMED.into());
    }
    let (order, _) = orders.read(&order)?;
    let used = counted(&mut bench, order, ledger)?;
    let Used {
        order,
        resolved,
        place,
        ..
    } = &used;
    let books = bench.books(*place).clone();
    let decision = Desk::decide(&books.book, &resolved.facts, &books.readings);
    let record = books.record(order, resolved, day);
    let says = Case {
        desk: bench.desk,
        books: &books,
        order,
        resolved,
        record: &record,
    }
    .answer();
    let decided = serde_json::to_value(&record).map_err(whole)?;
    let quantity = units(&resolved.facts).map_err(|what| {
        vec![Fault {
            at: "/quantity".to_owned(),
            what,
        }]
    })?;
    let quotas = LawQuotas::new(bench.desk, bench.law(0), bench.view(0), bench.fixed(0));
    let names = Names::of(order);
    let charges = quotas.charges(&decision, day, &names, &resolved.facts, None);
    let paper = decided.to_string();
    let given = Value::Object(order_paper::write(order, &Beside::default()));
    let digest = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
    let mut rules: Vec<String> = record.requirements.iter().map(|r| r.id.clone()).collect();
    rules.extend(record.authority.clone());
    let basis = Basis {
        digest: digest(&paper),
        law: record.law.clone(),
        as_of: day,
        view: record.view.to_owned(),
        rules,
        asked: None,
        order: Some(digest(&given.to_string())),
        screening: None,
    };
    let id = order.id.clone();
    let drawing = charges
        .map(|charges| Drawing {
            order: id,
            charges,
            decision: Some(basis),
        })
        .map_err(|why| why.to_string());
    let of = order
        .get("item.chip")
        .or_else(|| order.get("item.name"))
        .or_else(|| order.get("item.eccn"))
        .unwrap_or_else(|| "items".to_owned());
    let country = order.get("destination");
    let to = order
        .get("consignee.name")
        .or_else(|| country.clone())
        .unwrap_or_default();
    let tpp = resolved.facts.number(NumberFact::Tpp);
    let mut limits: Vec<String> = used
        .used
        .iter()
        .filter(|(_, _, total)| *total != 0)
        .map(|(_, account, total)| format!("{account}: {} used", grouped(i128::from(*total))))
        .collect();
    limits.extend(used.beside.iter().cloned());
    Ok(Prepared {
        decision: decided,
        outcome: record.outcome.to_owned(),
        says,
        lane: decision.review().map(str::to_owned),
        title: match tpp {
            Some(_) => format!("{} {of} to {to}", grouped(i128::from(quantity))),
            None => format!("{of} to {to}"),
        },
        country,
        quantity,
        value_usd: order.get("value_usd").as_deref().and_then(dollars),
        a_items: None,
        drawing,
        limits,
        order: given,
    })
}

/// The order with what the ledger says is used.
fn counted(
    bench: &mut Bench<'static>,
    order: tiergate_order::Order,
    ledger: &Ledger,
) -> Result<Used, Vec<Fault>> {
    let shipments = Shipments::default();
    let mut stopped = None;
    let used = ledger.read(|reader| {
        let used = Source::Reader(reader).used(bench, &shipments, order.clone(), None, &[]);
        used.map_err(|stop: Stop| stop.apart(&mut stopped))
    });
    if let Some(stopped) = stopped {
        return Err(whole(stopped));
    }
    let used = used.map_err(whole)?;
    used.map_err(|(_, why)| whole(why))
}
