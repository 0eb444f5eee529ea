//! Values of an order and its decision by path, and texts with `{path}` filled in.

use tiergate_engine::{DecisionRecord, Desk};
use tiergate_law::{ChoiceFact, Country, Fact, fact_by_name};
use tiergate_order::{Facts, Order, Resolved};

use crate::style::grouped;

/// What a text may be filled in from.
#[derive(Debug, Clone, Copy)]
pub struct Filler<'f> {
    /// Chips and countries by name.
    pub desk: &'f Desk,
    /// The order as given.
    pub order: &'f Order,
    /// With what the catalog adds.
    pub resolved: &'f Resolved,
    /// The decision.
    pub record: &'f DecisionRecord,
}

/// The form of a duty that is the export filing itself.
pub const EXPORT_FILING: &str = "EEI";

/// A text with its placeholders filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The text; what is not known stands as `[MISSING: path]`.
    pub text: String,
    /// The paths that are not known.
    pub missing: Vec<String>,
}

impl Filler<'_> {
    /// The value of a path.
    pub fn value(&self, path: &str) -> Option<String> {
        let record = self.record;
        let number = |n: &Option<serde_json::Number>| n.as_ref().map(|n| grouped(&n.to_string()));
        match path {
            "item.eccn" | "eccn" => self.paragraph(),
            "amount" | "item.tpp_total" => number(&record.item.tpp_total),
            "item.tpp" | "item.tpp_each" => number(&record.item.tpp_each),
            "item.performance_density" => number(&record.item.performance_density),
            "item.name" => self.item_name(),
            "authority" => record.authority.clone(),
            "review" => record.review.map(str::to_owned),
            "outcome" => Some(record.outcome.to_owned()),
            "as_of" => Some(record.as_of.clone()),
            "requirements" => {
                let cites: Vec<&str> = record
                    .requirements
                    .iter()
                    .map(|r| r.cite.as_str())
                    .collect();
                (!cites.is_empty()).then(|| cites.join("; "))
            }
            "filing_code" => self.filing_code().map(str::to_owned),
            "license_code" => self.license_code(),
            _ => self.of_order(path),
        }
    }

    /// The code for the export filing of what carries the order.
    pub fn filing_code(&self) -> Option<&str> {
        let chosen = self.record.authority.as_deref()?;
        let authority = self.record.authorities.iter().find(|a| a.id == chosen)?;
        authority.filing_code.as_deref()
    }

    /// What the export filing says of the license: the code of what carries the order, or of the
    /// license that is still to be issued.
    fn license_code(&self) -> Option<String> {
        let words = match (self.filing_code(), self.record.outcome) {
            (Some(code), _) => code,
            (None, "license-required") => {
                "the code of the license, once it is issued, with its number"
            }
            (None, "no-license-required" | "not-controlled") => "no license required",
            (None, _) => return None,
        };
        Some(words.to_owned())
    }

    fn paragraph(&self) -> Option<String> {
        let stated = || self.order.eccn.clone();
        let known = self.record.item.eccn.clone().or_else(stated);
        known.or_else(|| {
            (self.record.outcome == "not-controlled")
                .then(|| "EAR99, or another paragraph not held here".to_owned())
        })
    }

    fn item_name(&self) -> Option<String> {
        let id = self.order.chip.as_ref().or(self.order.contains.as_ref())?;
        let chip = self.desk.catalog.chip(id)?;
        Some(format!("{} {}", chip.vendor, chip.name))
    }

    fn of_order(&self, path: &str) -> Option<String> {
        let fact = fact_by_name(path);
        if let Some(Fact::Country(fact)) = fact {
            return self
                .resolved
                .facts
                .country_followed(fact)
                .map(|c| self.country(c));
        }
        if let Some(given) = self.order.get(path) {
            return Some(grouped(&given));
        }
        // The consignee is the end user when none is named apart from it.
        if let Some(rest) = path.strip_prefix("end_user.")
            && !self.order.has_end_user
        {
            return self.of_order(&format!("consignee.{rest}"));
        }
        // What nobody stated counts as no or zero for the decision, and is not to be certified.
        let fact = fact.filter(|f| !self.resolved.counted_as_no.contains(f))?;
        fact_text(fact, &self.resolved.facts).map(|text| grouped(&text))
    }

    fn country(&self, country: Country) -> String {
        format!("{} ({country})", self.desk.catalog.country_name(country))
    }

    /// Fills in a text.
    pub fn fill(&self, text: &str) -> Filled {
        let mut filled = Filled {
            text: String::new(),
            missing: Vec::new(),
        };
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.text.push_str(before);
            let Some((path, after)) = after.split_once('}') else {
                filled.text.push('{');
                rest = after;
                continue;
            };
            match self.value(path) {
                Some(value) => filled.text.push_str(&value),
                None => {
                    filled.text.push_str(&format!("[MISSING: {path}]"));
                    filled.missing.push(path.to_owned());
                }
            }
            rest = after;
        }
        filled.text.push_str(rest);
        filled
    }
}

/// A fact's value in words, if it is known and there is something to say.
pub fn fact_text(fact: Fact, facts: &Facts) -> Option<String> {
    match fact {
        Fact::Country(f) => facts.country_followed(f).map(|c| c.to_string()),
        Fact::Choice(ChoiceFact::Eccn) | Fact::Text(_) => None,
        Fact::Choice(f) => facts.choice_word(f).map(str::to_owned),
        Fact::Flag(f) => facts
            .flag(f)
            .map(|yes| if yes { "yes" } else { "no" }.to_owned()),
        Fact::Number(f) => facts.number(f).map(|n| n.to_string()),
    }
}
