//! Orders that stand for many: who buys, with what facts.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use tiergate_law::{Country, Date};
use tiergate_order::Order;

/// Who buys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Buyer {
    /// A company of the country.
    Local,
    /// The same under an agreement with its government.
    Agreement,
    /// A U.S. cloud company.
    UsCloud,
    /// The same as a universal validated end user.
    UsCloudStatus,
    /// A company of the country as a national validated end user.
    NationalStatus,
    /// A subsidiary of a Chinese company.
    ChineseOwned,
}

impl Buyer {
    /// All of them.
    pub const ALL: [Buyer; 6] = [
        Buyer::Local,
        Buyer::Agreement,
        Buyer::UsCloud,
        Buyer::UsCloudStatus,
        Buyer::NationalStatus,
        Buyer::ChineseOwned,
    ];
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Buyer,
    says: String,
    facts: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    facts: BTreeMap<String, String>,
    buyer: Vec<Entry>,
}

/// What archetype orders state.
#[derive(Debug, Clone)]
pub struct Archetypes(File);

/// Why archetypes cannot be read, or an order of one cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchetypeError {
    /// The file.
    #[error("archetypes.toml{}: {why}", at.as_ref().map_or_else(String::new, |at| format!(", bytes {}..{}", at.start, at.end)))]
    File {
        /// Where.
        at: Option<Range<usize>>,
        /// What the reader says.
        why: String,
    },
    /// A buyer that is not there.
    #[error("archetypes.toml: no buyer `{0}`")]
    Missing(String),
    /// A fact.
    #[error("archetypes.toml: the fact `{field}` = `{value}`: {why}")]
    Fact {
        /// The field.
        field: String,
        /// Its value.
        value: String,
        /// What is wrong.
        why: String,
    },
}

impl Archetypes {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and where.
    pub fn read(text: &str) -> Result<Archetypes, ArchetypeError> {
        let file: File = toml::from_str(text).map_err(|error| ArchetypeError::File {
            at: error.span(),
            why: error.message().to_owned(),
        })?;
        for buyer in Buyer::ALL {
            if !file.buyer.iter().any(|b| b.id == buyer) {
                return Err(ArchetypeError::Missing(format!("{buyer:?}")));
            }
        }
        Ok(Archetypes(file))
    }

    /// What a buyer is, in words.
    #[must_use]
    pub fn says(&self, buyer: Buyer) -> &str {
        let entry = self.0.buyer.iter().find(|b| b.id == buyer);
        entry.map_or("", |entry| &entry.says)
    }

    /// The order of a buyer for chips to a country on a day, one unit.
    ///
    /// # Errors
    ///
    /// A fact that an order has not, or a value that does not fit.
    pub fn order(
        &self,
        buyer: Buyer,
        country: Country,
        chip: &str,
        day: Date,
    ) -> Result<Order, ArchetypeError> {
        let code = country.to_string();
        let mut order = Order::new("archetype");
        let mut set = |field: &str, value: &str| {
            let value = value.replace("{country}", &code);
            order
                .set(field, &value)
                .map_err(|error| ArchetypeError::Fact {
                    field: field.to_owned(),
                    value,
                    why: error.to_string(),
                })
        };
        set("date", &day.to_string())?;
        set("destination", &code)?;
        set("item.chip", chip)?;
        set("quantity", "1")?;
        let own = self.0.buyer.iter().filter(|b| b.id == buyer);
        for (field, value) in self.0.facts.iter().chain(own.flat_map(|b| &b.facts)) {
            set(field, value)?;
        }
        Ok(order)
    }
}
