//! What the API asks of the order desk: many orders, comparisons, the law.

use serde_json::{Value, json};
use tiergate_engine::Desk;
use tiergate_law::{Body, Date, Fact, LawRef, NumberFact, fact_by_name};
use tiergate_ledger::{Ledger, measure};
use tiergate_order::{Assume, CsvOrders, Order, RowError, read_json, read_jsonl_line};
use tiergate_server::{
    Decided, Drawn, Fault, FileForm, LawDesk, LawListed, Reserved, Reserving, Started,
};

use super::{Orders, drawing, pointer, whole};
use crate::adoption::adopted;
use crate::commands::{diff, impact, law};
use crate::verdict::Bench;

/// More faults than these of one order are counted, not spelled out.
const FAULTS_MAX: usize = 50;

/// A fault of the whole from an error and its causes.
pub(super) fn because(error: impl Into<anyhow::Error>) -> Vec<Fault> {
    whole(format!("{:#}", error.into()))
}

/// The faults of a row, each where it stands.
pub(super) fn of_row(errors: &[RowError]) -> Vec<Fault> {
    let fault = |error: &RowError| Fault {
        at: error.column.as_deref().map(pointer).unwrap_or_default(),
        what: error.message.clone(),
    };
    errors.iter().take(FAULTS_MAX).map(fault).collect()
}

/// An order from its JSON text.
pub(super) fn order_of(text: &str) -> Result<Order, Vec<Fault>> {
    read_jsonl_line(1, text).map_err(|errors| of_row(&errors))
}

impl Orders {
    pub(super) fn bench_of(&self, laws: &[&str]) -> Result<Bench<'static>, Vec<Fault>> {
        let laws = laws.iter().map(|law| law.parse::<LawRef>());
        let laws = laws.collect::<Result<Vec<_>, _>>().map_err(whole)?;
        Bench::of(self.desk, laws, (None, None), Assume::default()).map_err(because)
    }

    fn decide_text(&self, bench: &mut Bench<'_>, text: &str) -> Decided {
        let order = order_of(text)?;
        let resolved = self.desk.resolve(&order, &bench.assume);
        let resolved = resolved.map_err(|error| {
            vec![Fault {
                at: pointer(error.field),
                what: format!("`{}` {}", error.value, error.problem),
            }]
        })?;
        let (record, _) = bench.record(0, &order, &resolved).map_err(whole)?;
        serde_json::to_string(&record).map_err(whole)
    }
}

/// Rows of a file of orders: each with its line, read or not.
type Rows = Vec<(u64, Result<Order, Vec<RowError>>)>;

/// The rows of a file of orders.
fn rows(text: &str, form: FileForm) -> Result<Rows, Vec<Fault>> {
    match form {
        FileForm::Jsonl => {
            let lines = (1..).zip(text.lines());
            let lines = lines.filter(|(_, text)| !text.trim().is_empty());
            Ok(lines
                .map(|(line, text)| (line, read_jsonl_line(line, text)))
                .collect())
        }
        FileForm::Json => {
            let rows = read_json(text).map_err(|error| whole(error.message))?;
            Ok((1..).zip(rows).collect())
        }
        FileForm::Csv => {
            let mut orders = CsvOrders::new(text.as_bytes()).map_err(|errors| of_row(&errors))?;
            let mut rows = Vec::new();
            while let Some(order) = orders.next_order() {
                let line = match &order {
                    Err(errors) => errors.first().map_or(0, |e| e.line),
                    Ok(_) => orders.line(),
                };
                rows.push((line, order));
            }
            Ok(rows)
        }
    }
}

impl LawDesk for Orders {
    fn decide_texts(&self, orders: &[String], law: &str) -> Result<Vec<Decided>, Vec<Fault>> {
        let mut bench = self.bench_of(&[law])?;
        let decided = orders.iter();
        let decided = decided.map(|text| self.decide_text(&mut bench, text));
        Ok(decided.collect())
    }

    fn diff(&self, laws: [&str; 2], limit: usize) -> Result<Value, Vec<Fault>> {
        let [left, right] = laws.map(|law| law.parse::<LawRef>().map_err(whole));
        diff::answer(self.desk, (&left?, &right?), limit).map_err(because)
    }

    fn impact(
        &self,
        (text, form): (&str, FileForm),
        laws: [&str; 2],
        limit: usize,
    ) -> Result<Value, Vec<Fault>> {
        let bench = self.bench_of(&laws)?;
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for (line, row) in rows(text, form)? {
            match row {
                Ok(order) => good.push((line, order)),
                Err(errors) => bad.push((line, errors)),
            }
        }
        let mut answer = impact::answer(&bench, good, bad.len() as u64, limit).map_err(because)?;
        let unread = bad.iter().take(FAULTS_MAX).map(|(line, errors)| {
            let faults = of_row(errors);
            let faults = faults
                .iter()
                .map(|f| json!({ "pointer": f.at, "detail": f.what }));
            json!({ "line": line, "errors": faults.collect::<Vec<_>>() })
        });
        let unread: Vec<Value> = unread.collect();
        if let Value::Object(answer) = &mut answer {
            answer.insert("unread".to_owned(), unread.into());
        }
        Ok(answer)
    }

    fn law_list(&self) -> Vec<LawListed> {
        let library = &self.desk.library;
        let changes = |law: &str| library.breakpoints(law).unwrap_or_default();
        let us = LawListed {
            id: "us".to_owned(),
            title: "United States law".to_owned(),
            cite: None,
            adopted: None,
            changes: changes("us"),
        };
        let proposals = library.proposals.iter().map(|source| {
            let head = &source.instrument;
            LawListed {
                id: head.id.clone(),
                title: head.title.clone(),
                cite: Some(head.cite.clone()),
                adopted: adopted(library, &head.id),
                changes: changes(&head.id),
            }
        });
        std::iter::once(us).chain(proposals).collect()
    }

    fn law_json(&self, asked: &str, day: Date) -> Result<Value, Vec<Fault>> {
        let asked: LawRef = asked.parse().map_err(whole)?;
        law::as_json(self.desk, &asked, day).map_err(because)
    }

    fn start(&self, order: &str, day: Date, ledger: &Ledger) -> Result<Started, Vec<Fault>> {
        drawing::start(self, order, day, ledger)
    }

    fn drawn(&self, order: &str, day: Date, ledger: &Ledger) -> Result<Drawn, Vec<Fault>> {
        drawing::drawn(self, order, day, ledger)
    }

    fn reserve(
        &self,
        ledger: &Ledger,
        order: &str,
        how: &Reserving,
    ) -> Result<Reserved, Vec<Fault>> {
        drawing::reserve(self, ledger, order, how)
    }

    fn measures(&self) -> Vec<String> {
        let entries = self.desk.library.sources().flat_map(|s| &s.entries);
        let counted = entries.filter_map(|entry| match &entry.body {
            Body::Quota(quota) => match fact_by_name(&quota.used.name) {
                Some(Fact::Number(fact)) => Some(measure(fact)),
                _ => None,
            },
            _ => None,
        });
        let mut known: Vec<String> = counted
            .chain(["license.quantity", "license.value"])
            .map(str::to_owned)
            .collect();
        known.sort_unstable();
        known.dedup();
        known
    }
}

/// Whole units of an order, as a text of facts has them.
pub(super) fn whole_number(desk: &Desk, order: &Order, fact: NumberFact) -> Option<u64> {
    let resolved = desk.resolve(order, &Assume::default()).ok()?;
    let number = resolved.facts.number(fact)?.to_string();
    let (whole, part) = number.split_once('.').unwrap_or((&number, ""));
    let more = u64::from(part.bytes().any(|b| b != b'0'));
    whole.parse::<u64>().ok()?.checked_add(more)
}
