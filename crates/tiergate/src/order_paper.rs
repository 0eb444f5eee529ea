//! An order as a ledger keeps it beside an entry, and back.
//!
//! The paper is a JSON object: each field given under its path, and beside the fields how they came to
//! be there, so that the order can be decided again from what was stated of it.

use serde_json::{Map, Value};
use tiergate_law::Num;
use tiergate_order::{Order, Party};

/// What is kept beside the fields of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    /// The fields that were filled in from a register or a list.
    pub filled: Vec<String>,
    /// What was taken for granted, as `--assume` says it.
    pub assumed: Vec<String>,
    /// Another toward whose limit it counts.
    pub toward: Option<String>,
    /// The amount of the shipment it is a line of: none inside where that was not known.
    pub shipment: Option<Option<Num>>,
}

/// An order that was kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderPaper {
    fields: Vec<(String, String)>,
    /// Parties that are given without a field.
    given: Vec<Party>,
    /// What stands beside the fields.
    pub beside: Beside,
}

const FILLED: &str = "filled";
const ASSUMED: &str = "assumed";
const TOWARD: &str = "toward";
const SHIPMENT: &str = "shipment_amount";
const GIVEN: &str = "given";
/// The amount of a shipment that is not known.
const UNKNOWN: &str = "unknown";

/// An order as it is kept.
pub fn write(order: &Order, beside: &Beside) -> Map<String, Value> {
    let fields = order.pairs().into_iter().chain(order.intermediary_pairs());
    let mut paper: Map<String, Value> = fields.map(|(path, value)| (path, value.into())).collect();
    let mut list = |key: &str, all: Vec<String>| {
        if !all.is_empty() {
            paper.insert(key.to_owned(), all.into());
        }
    };
    list(FILLED, beside.filled.clone());
    list(ASSUMED, beside.assumed.clone());
    let parties = [
        (order.has_exporter, Party::Exporter),
        (order.has_end_user, Party::EndUser),
    ];
    let given = parties.into_iter().filter(|(given, _)| *given);
    list(
        GIVEN,
        given.map(|(_, party)| party.word().to_owned()).collect(),
    );
    if let Some(toward) = &beside.toward {
        paper.insert(TOWARD.to_owned(), toward.as_str().into());
    }
    if let Some(amount) = beside.shipment {
        let amount = amount.map_or_else(|| UNKNOWN.to_owned(), |amount| amount.to_string());
        paper.insert(SHIPMENT.to_owned(), amount.into());
    }
    paper
}

impl OrderPaper {
    /// Reads an order that was kept.
    ///
    /// # Errors
    ///
    /// What is wrong with the paper.
    pub fn read(body: &[u8]) -> Result<OrderPaper, String> {
        let paper: Map<String, Value> =
            serde_json::from_slice(body).map_err(|error| format!("no order in JSON: {error}"))?;
        let mut read = OrderPaper::default();
        for (key, value) in paper {
            let wrong = || format!("`{key}` is {value}, which no order is kept with");
            match (key.as_str(), &value) {
                (FILLED, value) => read.beside.filled = texts(value).ok_or_else(wrong)?,
                (ASSUMED, value) => read.beside.assumed = texts(value).ok_or_else(wrong)?,
                (GIVEN, value) => {
                    for word in texts(value).ok_or_else(wrong)? {
                        let parties = [Party::Exporter, Party::EndUser];
                        let party = parties.into_iter().find(|party| party.word() == word);
                        read.given.push(party.ok_or_else(wrong)?);
                    }
                }
                (TOWARD, Value::String(name)) => read.beside.toward = Some(name.clone()),
                (SHIPMENT, Value::String(amount)) if amount == UNKNOWN => {
                    read.beside.shipment = Some(None);
                }
                (SHIPMENT, Value::String(amount)) => {
                    let amount = amount.parse().map_err(|_| wrong())?;
                    read.beside.shipment = Some(Some(amount));
                }
                (_, Value::String(text)) => read.fields.push((key.clone(), text.clone())),
                _ => return Err(wrong()),
            }
        }
        Ok(read)
    }

    /// The fields that were given or filled in, by path.
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// The order, without the fields that `leave_out` names by path.
    ///
    /// # Errors
    ///
    /// A field that cannot be set.
    pub fn order(&self, leave_out: impl Fn(&str) -> bool) -> Result<Order, String> {
        let mut order = Order::default();
        for (path, value) in self.fields.iter().filter(|(path, _)| !leave_out(path)) {
            let set = order.set(path, value);
            set.map_err(|error| format!("`{path}` = `{value}`: {error}"))?;
        }
        self.given.iter().for_each(|party| order.mark(*party));
        Ok(order)
    }
}

fn texts(value: &Value) -> Option<Vec<String>> {
    let texts = value.as_array()?.iter();
    texts.map(|text| text.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn kept(order: &Order, beside: &Beside) -> OrderPaper {
        OrderPaper::read(&serde_json::to_vec(&write(order, beside)).unwrap()).unwrap()
    }

    #[test]
    fn an_order_comes_back_as_it_was_kept() {
        let line = r#"{"id":"o1","date":"2026-03-02","shipment":"s1","destination":"MY","quantity":10,
            "item":{"chip":"nvidia-h100-sxm5"},"consignee":{"name":"Meridian Compute","lists":[]},
            "end_user":{},"intermediaries":[{"name":"Vektor Freight","headquarters":"SG","lists":["unverified"]},
            {"name":"Lomas Trading"}],"end_uses":["datacenter","iaas"],"signs":[]}"#;
        let order = tiergate_order::read_jsonl_line(1, &line.replace('\n', "")).unwrap();
        let beside = Beside {
            filled: vec!["intermediaries.1.headquarters".to_owned()],
            assumed: vec!["parent=headquarters".to_owned()],
            toward: Some("Aldersea Holdings".to_owned()),
            shipment: Some(None),
        };
        let paper = kept(&order, &beside);
        assert_eq!(paper.beside, beside);
        let back = paper.order(|_| false).unwrap();
        assert_eq!(write(&back, &beside), write(&order, &beside));
        assert_eq!(back.given.intermediaries, order.given.intermediaries);
        assert!(back.has_end_user && !back.has_exporter);

        let less = paper
            .order(|path| beside.filled.iter().any(|f| f == path))
            .unwrap();
        assert_eq!(less.get("intermediaries.1.headquarters"), None);
        assert_eq!(
            less.get("intermediaries.1.name").as_deref(),
            Some("Vektor Freight")
        );
    }

    #[test]
    fn what_is_no_order_is_said() {
        let wrong = |text: &str| OrderPaper::read(text.as_bytes()).unwrap_err();
        assert!(wrong("[]").contains("no order in JSON"));
        assert!(wrong(r#"{"quantity":10}"#).contains("`quantity` is 10"));
        let paper = OrderPaper::read(br#"{"quantity":"ten"}"#).unwrap();
        assert!(
            paper
                .order(|_| false)
                .unwrap_err()
                .contains("`quantity` = `ten`")
        );
    }
}
