//! What the page of a new case was given: the application, and its order field by field or whole.

use tiergate_cases::{Application, Concession, Kind};

use super::kinds::has_order;
use crate::port::{Fault, OrderDesk};

/// What is applied with.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The kind's word.
    pub kind: String,
    pub title: String,
    pub country: String,
    pub company: String,
    pub value_usd: String,
    /// `yes`, `no`, or nothing where it is not known.
    pub a_items: String,
    pub asks: String,
    /// What an agreement unlocks, one to a line.
    pub unlocks: String,
    /// What is conceded for it, one to a line, each behind its last day where it has one.
    pub concessions: String,
    /// The id of the event, made with the form: sent twice, it is taken in once.
    pub event: String,
    /// The order as JSON, where it is given whole.
    pub order: String,
    /// The order's fields; several values of a list with `|` between.
    pub fields: Vec<(String, String)>,
    /// Fields that an answer assumed, and that are stated now.
    pub stated: Vec<String>,
}

/// A fault of what was given.
pub fn fault(at: &str, what: impl Into<String>) -> Vec<Fault> {
    vec![Fault {
        at: at.to_owned(),
        what: what.into(),
    }]
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty())
}

/// A concession as a line gives it: `2026-09-30 export controls of its own`.
fn conceded(number: usize, line: &str) -> Concession {
    let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let due = first.parse().ok().filter(|_| !rest.trim().is_empty());
    Concession {
        id: format!("concession-{number}"),
        says: due.map_or(line, |_| rest.trim()).to_owned(),
        due,
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// An order with an id, as an application needs one: its own, or one made of what it holds.
fn named(mut order: serde_json::Value) -> serde_json::Value {
    let id = blake3::hash(order.to_string().as_bytes()).to_hex();
    if let Some(fields) = order.as_object_mut() {
        let id = format!("order-{}", &id[..10]);
        fields.entry("id").or_insert_with(|| id.into());
    }
    order
}

impl Given {
    /// As an address or a form gives it: what is no field of the page's own is one of the order.
    pub fn of(pairs: Vec<(String, String)>) -> Given {
        let mut given = Given::default();
        for (name, value) in pairs {
            let value = value.trim().to_owned();
            let own = match name.as_str() {
                "csrf" => continue,
                "kind" => &mut given.kind,
                "title" => &mut given.title,
                "country" => &mut given.country,
                "company" => &mut given.company,
                "a_items" => &mut given.a_items,
                "asks" => &mut given.asks,
                "unlocks" => &mut given.unlocks,
                "concessions" => &mut given.concessions,
                "event" => &mut given.event,
                "order" => &mut given.order,
                "stated" => {
                    if let Some((path, value)) = value.split_once('=') {
                        given.set(path, value);
                        given.stated.push(path.to_owned());
                    }
                    continue;
                }
                path => {
                    given.set(path, &value);
                    continue;
                }
            };
            *own = value;
        }
        given.value("value_usd").clone_into(&mut given.value_usd);
        given
    }

    /// Several values of one name are values of a list.
    fn set(&mut self, path: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        match self.fields.iter_mut().find(|(before, _)| before == path) {
            Some((_, all)) => {
                all.push('|');
                all.push_str(value);
            }
            None => self.fields.push((path.to_owned(), value.to_owned())),
        }
    }

    /// The value of a field; empty when it is not given.
    fn value(&self, path: &str) -> String {
        let found = self.fields.iter().find(|(before, _)| before == path);
        found.map_or_else(String::new, |(_, value)| value.clone())
    }

    /// The order's id, where it has one of its own.
    pub fn id(&self) -> String {
        self.value("id")
    }

    /// The kind, if there is one of the word.
    pub fn kind(&self) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == self.kind)
    }

    /// Puts an order that is given whole into the fields, where fields say all of it.
    pub fn spread(&mut self, desk: &dyn OrderDesk) {
        let Ok(order) = serde_json::from_str::<serde_json::Value>(&self.order) else {
            return;
        };
        let has_id = order.get("id").is_some();
        let Ok(facts) = desk.facts(&named(order).to_string()) else {
            return;
        };
        if !facts.by_field {
            // It stays whole, with what is stated besides.
            if let Ok(full) = desk.completed(&self.order, &self.fields) {
                self.order = full;
                self.fields.clear();
            }
            return;
        }
        for fact in facts.all {
            let made = fact.path == "id" && !has_id;
            if !made && self.value(&fact.path).is_empty() {
                self.set(&fact.path, &fact.value);
            }
        }
        self.order.clear();
    }

    /// Fills in the day, where none is given.
    pub fn dated(&mut self, today: &str) {
        if self.value("date").is_empty() {
            self.set("date", today);
        }
    }

    /// Whether fields say anything of an order besides its day and value.
    pub fn says_an_order(&self) -> bool {
        let besides = ["date", "value_usd", "id"];
        let mut fields = self.fields.iter();
        fields.any(|(path, _)| !besides.contains(&path.as_str()))
    }

    /// The order: whole as it was given, or of its fields.
    ///
    /// # Errors
    ///
    /// What is wrong with the fields, or that it is given twice.
    pub fn order(&self, desk: &dyn OrderDesk, today: &str) -> Result<Option<String>, Vec<Fault>> {
        if self.kind().is_some_and(|kind| !has_order(kind)) {
            return Ok(None);
        }
        match (self.order.is_empty(), self.says_an_order()) {
            (false, true) => Err(fault(
                "/order",
                "the order is given twice: in the fields, or as JSON, and not both",
            )),
            (false, false) => Ok(Some(self.order.clone())),
            (true, false) => Ok(None),
            (true, true) => {
                let mut fields = self.fields.clone();
                if self.value("date").is_empty() {
                    fields.push(("date".to_owned(), today.to_owned()));
                }
                let id = self.id();
                let mut order = desk.order_of(&fields)?;
                if let Some(fields) = order.as_object_mut().filter(|_| !id.is_empty()) {
                    fields.insert("id".to_owned(), id.into());
                }
                Ok(Some(named(order).to_string()))
            }
        }
    }

    /// The application, as far as it is given here.
    ///
    /// # Errors
    ///
    /// A kind that there is not, a value that is no number.
    pub fn application(&self) -> Result<Application, Vec<Fault>> {
        let kind = self.kind();
        let kind =
            kind.ok_or_else(|| fault("/kind", format!("there is no kind `{}`", self.kind)))?;
        let mut application = Application::new(kind, self.title.trim(), self.company.trim());
        application.asks = some(&self.asks);
        application.unlocks = lines(&self.unlocks).map(str::to_owned).collect();
        application.concessions = lines(&self.concessions)
            .enumerate()
            .map(|(at, line)| conceded(at + 1, line))
            .collect();
        application.country = some(&self.country).map(|code| code.to_uppercase());
        application.a_items = match self.a_items.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        // Of an order in fields, the order says it.
        let of_order = self.order.is_empty() && has_order(kind);
        application.value_usd = match some(&self.value_usd).filter(|_| !of_order) {
            None => None,
            Some(text) => Some(text.replace([',', ' '], "").parse().map_err(|_| {
                let what = format!("the value `{text}` is no whole number of dollars");
                fault("/value_usd", what)
            })?),
        };
        Ok(application)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use serde_json::json;

    #[test]
    fn a_concession_is_a_line_with_its_last_day_in_front_where_it_has_one() {
        let dated = conceded(1, "2026-09-30  export controls of its own");
        assert_eq!(dated.due, Some(date(2026, 9, 30)));
        assert_eq!(dated.says, "export controls of its own");
        let open = conceded(2, "reports each half year");
        assert_eq!(
            (open.due, open.says.as_str()),
            (None, "reports each half year")
        );
        // A day alone says nothing of what is conceded on it: it is kept as it is.
        assert_eq!(conceded(3, "2026-09-30").says, "2026-09-30");
    }

    #[test]
    fn an_order_is_applied_for_under_an_id() {
        assert_eq!(named(json!({ "id": "o-1" }))["id"], "o-1");
        let id = named(json!({ "destination": "VN" }))["id"].clone();
        assert!(id.as_str().is_some_and(|id| id.starts_with("order-")));
        // The same order has the same.
        assert_eq!(named(json!({ "destination": "VN" }))["id"], id);
    }

    #[test]
    fn what_is_no_field_of_the_page_is_one_of_the_order() {
        let pairs = [
            ("kind", "license"),
            ("end_uses", "iaas"),
            ("end_uses", "datacenter"),
            ("consignee.name", " "),
            ("stated", "consignee.lists=none"),
        ];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let given = Given::of(pairs.into());
        assert_eq!(given.kind(), Some(Kind::License));
        let fields: Vec<(&str, &str)> = given
            .fields
            .iter()
            .map(|(path, value)| (path.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            fields,
            [("end_uses", "iaas|datacenter"), ("consignee.lists", "none")]
        );
        assert_eq!(given.stated, ["consignee.lists"]);
        assert!(given.says_an_order());
    }
}
