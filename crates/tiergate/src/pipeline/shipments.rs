//! The amounts of shipments: lines with one shipment id add up.

use std::collections::HashMap;
use std::io::Read;

use anyhow::Result;
use rustc_hash::FxBuildHasher;
use tiergate_engine::Desk;
use tiergate_law::{Num, NumberFact};
use tiergate_order::{Assume, CsvColumns, Facts, Order, read_jsonl_line};

use super::array::each;
use super::input::Pieces;

/// The TPP of each shipment; none when a line of it has none that is known.
#[derive(Debug, Default)]
pub struct Shipments(HashMap<Box<[u8]>, Option<Num>, FxBuildHasher>);

impl Shipments {
    /// The TPP of a shipment, if the shipment has lines: none inside when it is not known.
    pub fn amount(&self, shipment: &[u8]) -> Option<Option<Num>> {
        self.0.get(shipment).copied()
    }

    /// One shipment whose amount is known already, or known to be unknown.
    pub fn one(shipment: &str, amount: Option<Num>) -> Shipments {
        let mut one = Shipments::default();
        one.0.insert(shipment.as_bytes().into(), amount);
        one
    }

    fn line(&mut self, shipment: &[u8], amount: Option<Num>) {
        let sum = match self.0.get_mut(shipment) {
            Some(sum) => sum,
            None => self.0.entry(shipment.into()).or_insert(Some(Num::ZERO)),
        };
        *sum = sum.zip(amount).and_then(|(a, b)| a.checked_add(b));
    }

    /// Adds a line.
    pub fn order(&mut self, desk: &Desk, assume: &Assume, order: &Order) {
        let Some(shipment) = &order.shipment else {
            return;
        };
        let resolved = desk.resolve(order, assume).ok();
        let amount = resolved.and_then(|r| r.facts.number(NumberFact::Amount));
        self.line(shipment.as_bytes(), amount);
    }

    /// Sets the amount of an order's shipment among its facts.
    pub fn apply(&self, shipment: Option<&str>, facts: &mut Facts) {
        let Some(amount) = shipment.and_then(|s| self.amount(s.as_bytes())) else {
            return;
        };
        match amount {
            Some(amount) => facts.set_number(NumberFact::ShipmentAmount, amount),
            None => {
                let fact = NumberFact::ShipmentAmount;
                *facts = std::mem::take(facts).without_number(fact);
            }
        }
    }

    /// Adds up the lines of a CSV file. A line that cannot be read leaves its shipment unknown.
    pub fn of_csv(reader: impl Read, desk: &Desk, assume: &Assume) -> Result<Shipments> {
        let mut shipments = Shipments::default();
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .buffer_capacity(1 << 17)
            .from_reader(reader);
        let Ok(columns) = CsvColumns::read(reader.headers()?) else {
            return Ok(shipments);
        };
        let is_shipment = |f| f == tiergate_order::Field::Shipment;
        let Some(at) = columns.fields().position(is_shipment) else {
            return Ok(shipments);
        };
        let mut record = csv::ByteRecord::new();
        while reader.read_byte_record(&mut record)? {
            let Some(id) = record
                .get(at)
                .map(<[u8]>::trim_ascii)
                .filter(|s| !s.is_empty())
            else {
                continue;
            };
            let text = csv::StringRecord::from_byte_record(record.clone()).ok();
            match text.and_then(|text| columns.order(0, &text).ok()) {
                Some(order) => shipments.order(desk, assume, &order),
                None => shipments.line(id, None),
            }
        }
        Ok(shipments)
    }

    /// Adds up the lines of a JSON Lines file.
    pub fn of_jsonl(reader: impl Read, desk: &Desk, assume: &Assume) -> Result<Shipments> {
        let mut shipments = Shipments::default();
        let mut pieces = Pieces::new(reader, false);
        while let Some(piece) = pieces.next_piece()? {
            for line in piece.bytes.split(|b| *b == b'\n') {
                if let Ok(text) = std::str::from_utf8(line) {
                    shipments.json(text, desk, assume);
                }
            }
        }
        Ok(shipments)
    }

    /// Adds up the orders of a JSON array, which is read to its end.
    pub fn of_array(
        reader: impl Read,
        desk: &Desk,
        assume: &Assume,
    ) -> serde_json::Result<Shipments> {
        let mut shipments = Shipments::default();
        each(reader, |text| {
            shipments.json(&text, desk, assume);
            true
        })?;
        Ok(shipments)
    }

    /// Adds an order in JSON. One that cannot be read leaves its shipment unknown.
    fn json(&mut self, text: &str, desk: &Desk, assume: &Assume) {
        if memchr::memmem::find(text.as_bytes(), b"\"shipment\"").is_none() {
            return;
        }
        if let Ok(order) = read_jsonl_line(0, text) {
            self.order(desk, assume, &order);
            return;
        }
        let id = serde_json::from_str::<serde_json::Value>(text).ok();
        if let Some(id) = id.as_ref().and_then(|v| v.get("shipment")?.as_str()) {
            self.line(id.trim().as_bytes(), None);
        }
    }
}
