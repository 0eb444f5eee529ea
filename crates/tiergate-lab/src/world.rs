//! The world of the lab: countries, chips, what was made, and what happened, read from its tables.

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tiergate_law::{Country, LawRef};

use crate::companies::Company;
use crate::month::{Month, Months};

/// A table that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{table}{}: {why}", line.map_or_else(String::new, |n| format!(", line {n}")))]
pub struct TableError {
    /// The table.
    pub table: &'static str,
    /// The line.
    pub line: Option<u64>,
    /// What is wrong and what would be right.
    pub why: String,
}

impl TableError {
    pub(crate) fn new(table: &'static str, why: impl Into<String>) -> TableError {
        TableError {
            table,
            line: None,
            why: why.into(),
        }
    }
}

/// A country, or one that stands for several.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The country whose law it is under.
    pub country: Country,
    /// Its name.
    pub name: String,
    /// Whether it stands for several.
    pub region: bool,
    /// Product, in billions of U.S. dollars of 2023.
    pub product: f64,
    /// Clusters it has, in kH100e.
    pub clusters: f64,
    /// Projects announced, in kH100e.
    pub planned: f64,
    /// How apt it is to take what finds no power in the United States, 0 to 1.
    pub power: f64,
    /// Whether it makes equipment for chips that the controls need it to withhold.
    pub equipment: bool,
    /// How apt it is as a hub for diverted chips, beside other known hubs; zero when it is none. Assumed
    /// from the routes of the cases that became known.
    pub hub: f64,
    /// Whether subsidiaries of Chinese companies buy there.
    pub chinese_owned: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceRow {
    country: String,
    name: String,
    stands_for: String,
    gdp_busd: f64,
    clusters: f64,
    planned: f64,
    power: f64,
    equipment: String,
    hub: f64,
    chinese_owned: String,
}

/// A chip of a class, from a month on.
#[derive(Debug, Clone, PartialEq)]
pub struct Chip {
    /// What it is sold as.
    pub class: Class,
    /// Its id in the catalog.
    pub chip: String,
    /// H100-equivalents of one, by 8-bit operations.
    pub h100e: f64,
    /// Since when it is sold.
    pub from: Month,
}

/// What chips are sold as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// The best there is.
    Best,
    /// Cut down to what the law lets go to China.
    MadeForChina,
    /// The best of the year before.
    Older,
    /// For data centers, below the thresholds of 2023.
    Lesser,
}

impl Class {
    /// All of them.
    pub const ALL: [Class; 4] = [
        Class::Best,
        Class::MadeForChina,
        Class::Older,
        Class::Lesser,
    ];
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChipRow {
    class: Class,
    chip: String,
    h100e: f64,
    from: String,
    #[serde(rename = "known")]
    _known: crate::parameter::Known,
    #[serde(rename = "source")]
    _source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SupplyRow {
    year: i16,
    additions: f64,
    #[serde(rename = "known")]
    _known: crate::parameter::Known,
    #[serde(rename = "source")]
    _source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StockRow {
    group: String,
    stock: f64,
    #[serde(rename = "known")]
    _known: crate::parameter::Known,
    #[serde(rename = "source")]
    _source: String,
}

/// What happened outside of the law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Effect {
    /// Applications were held.
    Hold,
    /// A country watched its trade this much more.
    Watched(usize, f64),
}

/// Something that happened, with its months.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The first month.
    pub from: Month,
    /// The last; none for one that lasts.
    pub until: Option<Month>,
    /// What it does.
    pub effect: Effect,
    /// What it says.
    pub says: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventRow {
    from: String,
    until: String,
    effect: String,
    country: String,
    amount: Option<f64>,
    says: String,
    #[serde(rename = "known")]
    _known: crate::parameter::Known,
    #[serde(rename = "source")]
    _source: String,
}

impl Event {
    /// Whether it is going on in a month.
    #[must_use]
    pub fn on(&self, month: Month) -> bool {
        self.from <= month && self.until.is_none_or(|until| month <= until)
    }
}

/// A group of countries by which results are told: a list of a law.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What it is called.
    pub name: String,
    /// The law with its date and view.
    pub law: LawRef,
    /// The list's name in it.
    pub list: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupRow {
    group: String,
    law: String,
    list: String,
}

/// The texts of the tables.
#[derive(Debug, Clone, Copy)]
pub struct Tables<'t> {
    /// `countries.csv`.
    pub countries: &'t str,
    /// `chips.csv`.
    pub chips: &'t str,
    /// `supply.csv`.
    pub supply: &'t str,
    /// `stock.csv`.
    pub stock: &'t str,
    /// `events.csv`.
    pub events: &'t str,
    /// `groups.csv`.
    pub groups: &'t str,
    /// `companies.csv`.
    pub companies: &'t str,
}

/// The world of the lab.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// The months.
    pub months: Months,
    /// Countries.
    pub places: Vec<Place>,
    /// Place of the United States.
    pub us: usize,
    /// Place of China.
    pub china: usize,
    /// Chips by class and month.
    pub chips: Vec<Chip>,
    /// kH100e made in a year.
    pub supply: Vec<(i16, f64)>,
    /// kH100e at the beginning: China, the United States, elsewhere.
    pub stock: [f64; 3],
    /// What happened.
    pub events: Vec<Event>,
    /// The lists by which countries are grouped.
    pub groups: Vec<Group>,
    /// Large buyers by name, those that build in many countries first.
    pub companies: Vec<Company>,
}

pub(crate) fn rows<R: DeserializeOwned>(
    table: &'static str,
    text: &str,
) -> Result<Vec<R>, TableError> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.deserialize().map(|row| {
        row.map_err(|error| TableError {
            table,
            line: error.position().map(csv::Position::line),
            why: error.to_string(),
        })
    });
    rows.collect()
}

fn yes(table: &'static str, word: &str) -> Result<bool, TableError> {
    match word {
        "yes" => Ok(true),
        "no" => Ok(false),
        other => Err(TableError::new(
            table,
            format!("`{other}` is neither yes nor no"),
        )),
    }
}

const COUNTRIES: &str = "countries.csv";

/// Where the country of a code stands.
pub(crate) fn place_of(
    table: &'static str,
    places: &[Place],
    code: &str,
) -> Result<usize, TableError> {
    let country = code.parse::<Country>().ok();
    let place = places.iter().position(|p| Some(p.country) == country);
    place.ok_or_else(|| TableError::new(table, format!("`{code}` is not in {COUNTRIES}")))
}

impl World {
    /// Reads the tables, for the months from the year after that of the first stock through another.
    ///
    /// # Errors
    ///
    /// The first fault, with its table and line.
    pub fn read(last: Month, tables: &Tables<'_>) -> Result<World, TableError> {
        let month = |table: &'static str, text: &str| {
            Month::read(text).ok_or_else(|| {
                TableError::new(table, format!("`{text}` is no month: write 2025-07"))
            })
        };
        let mut places = Vec::new();
        for row in rows::<PlaceRow>(COUNTRIES, tables.countries)? {
            let country = row.country.parse::<Country>().ok().ok_or_else(|| {
                TableError::new(COUNTRIES, format!("`{}` is no country code", row.country))
            })?;
            let amounts = [row.gdp_busd, row.clusters, row.planned, row.power, row.hub];
            if amounts.iter().any(|x| !x.is_finite() || *x < 0.0) {
                return Err(TableError::new(
                    COUNTRIES,
                    format!("{}: its numbers are to be zero or more", row.country),
                ));
            }
            places.push(Place {
                country,
                name: row.name,
                region: !row.stands_for.is_empty(),
                product: row.gdp_busd,
                clusters: row.clusters,
                planned: row.planned,
                power: row.power,
                equipment: yes(COUNTRIES, &row.equipment)?,
                hub: row.hub,
                chinese_owned: yes(COUNTRIES, &row.chinese_owned)?,
            });
        }
        let at = |table: &'static str, code: &str| place_of(table, &places, code);
        let (us, china) = (at(COUNTRIES, "US")?, at(COUNTRIES, "CN")?);
        let mut chips = Vec::new();
        for row in rows::<ChipRow>("chips.csv", tables.chips)? {
            chips.push(Chip {
                class: row.class,
                chip: row.chip,
                h100e: row.h100e,
                from: month("chips.csv", &row.from)?,
            });
        }
        chips.sort_by_key(|c| c.from);
        let supply = rows::<SupplyRow>("supply.csv", tables.supply)?;
        // The stock is that of the end of the first year.
        let first = supply.iter().map(|row| row.year).min().map(|year| Month {
            year: year.saturating_add(1),
            month: 1,
        });
        let months = first
            .and_then(|first| Months::new(first, last))
            .ok_or_else(|| {
                let first = first.map_or_else(|| "none".into(), |first| first.to_string());
                TableError::new(
                    "supply.csv",
                    format!("{last} is before the first month, {first}"),
                )
            })?;
        let mut stock = [0.0; 3];
        for row in rows::<StockRow>("stock.csv", tables.stock)? {
            let group = ["china", "united-states", "abroad"]
                .iter()
                .position(|g| *g == row.group);
            let group = group.ok_or_else(|| {
                TableError::new("stock.csv", format!("`{}` is no group", row.group))
            })?;
            stock[group] = row.stock;
        }
        let mut events = Vec::new();
        for row in rows::<EventRow>("events.csv", tables.events)? {
            let effect = match (row.effect.as_str(), row.amount) {
                ("hold", None) => Effect::Hold,
                ("watched", Some(amount)) => {
                    Effect::Watched(at("events.csv", &row.country)?, amount)
                }
                (other, _) => {
                    return Err(TableError::new(
                        "events.csv",
                        format!(
                            "`{other}` is no effect: hold, or watched with a country and an amount"
                        ),
                    ));
                }
            };
            let until = Some(row.until.as_str()).filter(|u| !u.is_empty());
            events.push(Event {
                from: month("events.csv", &row.from)?,
                until: until.map(|u| month("events.csv", u)).transpose()?,
                effect,
                says: row.says,
            });
        }
        let mut groups = Vec::new();
        for row in rows::<GroupRow>("groups.csv", tables.groups)? {
            let law = row.law.parse::<LawRef>();
            groups.push(Group {
                law: law.map_err(|error| TableError::new("groups.csv", error.to_string()))?,
                name: row.group,
                list: row.list,
            });
        }
        let companies = crate::companies::read(tables.companies, &places)?;
        Ok(World {
            months,
            groups,
            companies,
            us,
            china,
            chips,
            supply: supply.into_iter().map(|r| (r.year, r.additions)).collect(),
            stock,
            events,
            places,
        })
    }

    /// The chip that is sold as a class in a month.
    #[must_use]
    pub fn chip(&self, class: Class, month: Month) -> Option<&Chip> {
        let sold = |c: &&Chip| c.class == class && c.from <= month;
        self.chips.iter().rfind(sold)
    }

    /// The day of a month on which the law is read.
    #[must_use]
    pub fn day(&self, at: usize) -> Date {
        self.months.day(at)
    }
}
