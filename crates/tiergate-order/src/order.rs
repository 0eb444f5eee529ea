//! One order as given, field by field.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use tiergate_law::{
    CHOICES, COUNTRIES, ChoiceFact, Country, CountryFact, FLAGS, Fact, FlagFact, IfAbsent,
    LIST_NAMES, NUMBERS, Num, NumberFact, TEXTS, TextFact, nearest,
};

use crate::facts::Facts;
use crate::intermediaries::{PartyField, near_intermediary};

/// The parties of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Party {
    /// Who sends the item.
    Exporter,
    /// The ultimate consignee.
    Consignee,
    /// The end user, when it is not the consignee.
    EndUser,
}

impl Party {
    const ALL: [Party; 3] = [Party::Exporter, Party::Consignee, Party::EndUser];

    /// The word of the contract.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Party::Exporter => "exporter",
            Party::Consignee => "consignee",
            Party::EndUser => "end_user",
        }
    }

    const fn first_list_flag(self) -> FlagFact {
        match self {
            Party::Exporter => FlagFact::ExporterEntityList,
            Party::Consignee => FlagFact::ConsigneeEntityList,
            Party::EndUser => FlagFact::EndUserEntityList,
        }
    }
}

/// A field of the order contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `id`.
    Id,
    /// `date`.
    Date,
    /// `shipment`.
    Shipment,
    /// `source`, `note` or any column starting with `x.`: kept out of the decision.
    Annotation,
    /// A fact read as it is.
    Fact(Fact),
    /// `item.chip`.
    Chip,
    /// `item.contains`.
    Contains,
    /// `item.eccn`.
    Eccn,
    /// `item.die_area_mm2`.
    DieArea,
    /// `item.no_applicable_die`.
    NoDie,
    /// `item.ics_per_unit`.
    IcsPerUnit,
    /// A party's name.
    Name(Party),
    /// A party's ultimate parent's name.
    ParentName(Party),
    /// A party's restricted-party lists.
    Lists(Party),
    /// `end_uses`, `signs` or `listed_owners`: the members of a list, each a fact under this prefix.
    Members(&'static str),
    /// `intermediaries`: `none` says that there are none.
    NoIntermediaries,
    /// `intermediaries.1.headquarters` and the like: a field of the intermediary with this number.
    Intermediary(u16, PartyField),
}

/// A field that cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// No such field.
    #[error("`{field}` is no field of an order{}", hint(.near.as_deref()))]
    Unknown {
        /// As found.
        field: String,
        /// A field that may be meant.
        near: Option<String>,
    },
    /// A value that does not fit.
    #[error("`{value}` is not {expected}")]
    Value {
        /// As found.
        value: String,
        /// What would be right.
        expected: String,
    },
}

fn hint(near: Option<&str>) -> String {
    near.map_or_else(String::new, |n| format!("; did you mean `{n}`?"))
}

/// One line of a proposed export, reexport or in-country transfer, as given.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// Id, unique in its file.
    pub id: String,
    /// Date of shipment or release.
    pub date: Option<Date>,
    /// Lines with the same shipment id ship together.
    pub shipment: Option<String>,
    /// Catalog id of the chip.
    pub chip: Option<String>,
    /// For a computer: catalog id of the most capable IC inside.
    pub contains: Option<String>,
    /// Paragraph the parties classify the item under.
    pub eccn: Option<String>,
    /// Applicable die area in mm2.
    pub die_area_mm2: Option<Num>,
    /// No die of the item counts toward the applicable die area.
    pub no_applicable_die: bool,
    /// ICs in one unit.
    pub ics_per_unit: Option<Num>,
    /// Names of exporter, consignee and end user.
    pub names: [Option<String>; 3],
    /// Names of their ultimate parents.
    pub parent_names: [Option<String>; 3],
    /// Whether an end user apart from the consignee is named.
    pub has_end_user: bool,
    /// Whether the intermediaries are given, none included.
    pub has_intermediaries: bool,
    /// Names of the intermediaries.
    pub intermediary_names: Vec<String>,
    /// The intermediaries by number, each with its fields.
    pub(crate) numbered: BTreeMap<u16, Vec<(String, String)>>,
    /// Whether an exporter is given.
    pub has_exporter: bool,
    /// The vendor, when given.
    pub vendor: Option<String>,
    /// The designer of the IC, when given.
    pub designer_name: Option<String>,
    /// Facts given as they are.
    pub given: Facts,
}

impl Order {
    /// An order of which nothing is known but its id.
    #[must_use]
    pub fn new(id: &str) -> Order {
        Order {
            id: id.to_owned(),
            ..Order::default()
        }
    }

    /// The name of a party.
    #[must_use]
    pub fn name(&self, party: Party) -> Option<&str> {
        self.names[party as usize].as_deref()
    }

    /// Sets a field by its contract path; an empty value leaves it absent.
    ///
    /// # Errors
    ///
    /// An unknown field, or a value that does not fit.
    pub fn set(&mut self, path: &str, value: &str) -> Result<(), FieldError> {
        self.set_field(Field::by_path(path)?, value)
    }

    /// Sets a field; an empty value leaves it absent.
    ///
    /// # Errors
    ///
    /// A value that does not fit.
    pub fn set_field(&mut self, field: Field, value: &str) -> Result<(), FieldError> {
        let value = value.trim();
        if value.is_empty() {
            return Ok(());
        }
        match field {
            Field::Annotation => {}
            Field::Id => value.clone_into(&mut self.id),
            Field::Date => self.date = Some(date(value)?),
            Field::Shipment => self.shipment = Some(value.to_owned()),
            Field::Chip => self.chip = Some(value.to_owned()),
            Field::Contains => self.contains = Some(value.to_owned()),
            Field::Eccn => self.eccn = Some(value.to_owned()),
            Field::DieArea => self.die_area_mm2 = Some(positive(value)?),
            Field::NoDie => self.no_applicable_die = boolean(value)?,
            Field::IcsPerUnit => {
                let count = positive(value)?;
                if count.to_integer().is_none() {
                    return Err(wrong(value, "a whole number of ICs, 1 or more"));
                }
                self.ics_per_unit = Some(count);
            }
            Field::Name(party) => {
                self.mark(party);
                match party {
                    Party::Consignee => self.given.set_text(TextFact::ConsigneeName, value),
                    Party::EndUser => self.given.set_text(TextFact::EndUserName, value),
                    Party::Exporter => {}
                }
                self.names[party as usize] = Some(value.to_owned());
            }
            Field::ParentName(party) => {
                self.mark(party);
                match party {
                    Party::Consignee => self.given.set_text(TextFact::ConsigneeParentName, value),
                    Party::EndUser => self.given.set_text(TextFact::EndUserParentName, value),
                    Party::Exporter => {}
                }
                self.parent_names[party as usize] = Some(value.to_owned());
            }
            Field::Lists(party) => {
                self.mark(party);
                self.set_lists(party, value)?;
            }
            Field::Members(list) => self.set_members(list, value)?,
            Field::NoIntermediaries => self.set_no_intermediaries(value)?,
            Field::Intermediary(number, field) => {
                self.set_intermediary(number, field, value)?;
            }
            Field::Fact(fact) => self.set_fact(fact, value)?,
        }
        Ok(())
    }

    /// Says that a party is given, even if nothing more is known of it.
    pub fn mark(&mut self, party: Party) {
        match party {
            Party::Exporter => self.has_exporter = true,
            Party::EndUser => self.has_end_user = true,
            Party::Consignee => {}
        }
    }

    /// Says which lists a party is on; `[]` or `none` says it was screened and is on none.
    fn set_lists(&mut self, party: Party, value: &str) -> Result<(), FieldError> {
        let first = party.first_list_flag().index();
        for at in 0..LIST_NAMES.len() {
            self.given.set_flag(FlagFact::ALL[first + at], false);
        }
        for name in members(value) {
            let at = list_place(name)?;
            self.given.set_flag(FlagFact::ALL[first + at], true);
        }
        Ok(())
    }

    pub(crate) fn forget_flag(&mut self, fact: FlagFact) {
        // A party of which it is not known leaves "some intermediary" unknown.
        self.given = std::mem::take(&mut self.given).without_flag(fact);
    }

    pub(crate) fn forget_number(&mut self, fact: NumberFact) {
        self.given = std::mem::take(&mut self.given).without_number(fact);
    }

    fn set_members(&mut self, list: &str, value: &str) -> Result<(), FieldError> {
        let all = FLAGS
            .iter()
            .enumerate()
            .filter(|(_, f)| f.path.starts_with(list));
        for (at, _) in all {
            self.given.set_flag(FlagFact::ALL[at], false);
        }
        for name in members(value) {
            let path = format!("{list}{name}");
            let Some(at) = FLAGS.iter().position(|f| f.path == path) else {
                let known: Vec<&str> = FLAGS
                    .iter()
                    .filter_map(|f| f.path.strip_prefix(list))
                    .collect();
                return Err(wrong(name, &one_of(name, &known)));
            };
            self.given.set_flag(FlagFact::ALL[at], true);
        }
        Ok(())
    }

    fn set_fact(&mut self, fact: Fact, value: &str) -> Result<(), FieldError> {
        let path = fact.path();
        if path.starts_with("end_user.") {
            self.has_end_user = true;
        } else if path.starts_with("exporter.") {
            self.has_exporter = true;
        }
        match fact {
            Fact::Country(fact) => self.given.set_country(fact, country(value)?),
            Fact::Flag(fact) => self.given.set_flag(fact, boolean(value)?),
            Fact::Choice(fact) => {
                let values = fact.info().values;
                let at = values.iter().position(|v| *v == value);
                let at =
                    at.ok_or_else(|| wrong(value, &format!("one of {}", values.join(", "))))?;
                self.given.set_choice(fact, at);
            }
            Fact::Number(fact) => {
                let number = read_number(fact, value.as_bytes());
                let number =
                    number.ok_or_else(|| wrong(value, &RANGES[fact.index()].expected()))?;
                self.given.set_number(fact, number);
            }
            Fact::Text(fact) => {
                match fact {
                    TextFact::Vendor => self.vendor = Some(value.to_owned()),
                    TextFact::DesignerName => self.designer_name = Some(value.to_owned()),
                    _ => {}
                }
                self.given.set_text(fact, value);
            }
        }
        Ok(())
    }
}

impl Field {
    /// The field with this contract path.
    ///
    /// # Errors
    ///
    /// An unknown field, with the nearest known one.
    pub fn by_path(path: &str) -> Result<Field, FieldError> {
        let field = match path {
            "id" => Field::Id,
            "date" => Field::Date,
            "shipment" => Field::Shipment,
            "source" | "note" => Field::Annotation,
            // Of the exporter the contract allows more than any rule here reads.
            "exporter.location" | "exporter.government" | "exporter.listed_ownership_pct" => {
                Field::Annotation
            }
            "item.chip" => Field::Chip,
            "item.contains" => Field::Contains,
            "item.eccn" => Field::Eccn,
            "item.die_area_mm2" => Field::DieArea,
            "item.no_applicable_die" => Field::NoDie,
            "item.ics_per_unit" => Field::IcsPerUnit,
            "end_uses" => Field::Members("end_uses="),
            "signs" => Field::Members("signs="),
            "listed_owners" => Field::Members("listed_owners="),
            "intermediaries" => Field::NoIntermediaries,
            _ if path.starts_with("x.") => Field::Annotation,
            _ => {
                return Field::of_party(path)
                    .or_else(|| Field::of_intermediary(path))
                    .or_else(|| Field::of_fact(path))
                    .ok_or_else(|| FieldError::Unknown {
                        field: path.to_owned(),
                        near: near_intermediary(path).or_else(|| {
                            nearest(path, NAMES.iter().map(String::as_str)).map(str::to_owned)
                        }),
                    });
            }
        };
        Ok(field)
    }

    /// Whether the field holds several values.
    #[must_use]
    pub const fn is_list(self) -> bool {
        matches!(
            self,
            Field::Lists(_)
                | Field::Members(_)
                | Field::Annotation
                | Field::Intermediary(_, PartyField::Lists)
        )
    }

    fn of_party(path: &str) -> Option<Field> {
        let (word, rest) = path.split_once('.')?;
        let party = Party::ALL.into_iter().find(|p| p.word() == word)?;
        match rest {
            "name" => Some(Field::Name(party)),
            "parent_name" => Some(Field::ParentName(party)),
            "lists" => Some(Field::Lists(party)),
            _ => None,
        }
    }

    fn of_fact(path: &str) -> Option<Field> {
        let derived = matches!(path, "amount" | "shipment amount" | "chips" | "item.eccn")
            || path.contains('=')
            || path.starts_with("intermediaries.");
        let fact = tiergate_law::fact_by_name(path).filter(|f| f.path() == path && !derived)?;
        Some(Field::Fact(fact))
    }
}

/// Every field of the contract, by path.
#[must_use]
pub fn field_names() -> Vec<String> {
    NAMES.clone()
}

static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut names: Vec<String> = [
        "id",
        "date",
        "shipment",
        "source",
        "note",
        "item.chip",
        "item.contains",
        "item.eccn",
        "item.die_area_mm2",
        "item.no_applicable_die",
        "item.ics_per_unit",
        "end_uses",
        "signs",
        "listed_owners",
    ]
    .map(str::to_owned)
    .to_vec();
    for party in Party::ALL {
        names.extend(["name", "parent_name", "lists"].map(|f| format!("{}.{f}", party.word())));
    }
    let facts = COUNTRIES.iter().map(|i| i.path);
    let facts = facts.chain(CHOICES.iter().map(|i| i.path));
    let facts = facts.chain(FLAGS.iter().map(|i| i.path));
    let facts = facts.chain(NUMBERS.iter().map(|i| i.path));
    let facts = facts.chain(TEXTS.iter().map(|i| i.path));
    let facts = facts.filter(|p| Field::of_fact(p).is_some() && !names.iter().any(|n| n == p));
    let facts: Vec<String> = facts.map(str::to_owned).collect();
    names.extend(facts);
    names
});

pub(crate) fn wrong(value: &str, expected: &str) -> FieldError {
    FieldError::Value {
        value: value.to_owned(),
        expected: expected.to_owned(),
    }
}

fn date(value: &str) -> Result<Date, FieldError> {
    let fits = value.len() == 10;
    value
        .parse()
        .ok()
        .filter(|_| fits)
        .ok_or_else(|| wrong(value, "a day such as 2025-05-15"))
}

pub(crate) fn country(value: &str) -> Result<Country, FieldError> {
    value
        .parse()
        .map_err(|_| wrong(value, "a country code of two capital letters, such as PL"))
}

fn boolean(value: &str) -> Result<bool, FieldError> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(wrong(value, "true or false")),
    }
}

/// What a number of an order may be.
#[derive(Debug, Clone, Copy)]
struct Range {
    positive: bool,
    most: Option<Num>,
}

impl Range {
    fn of(fact: NumberFact) -> Range {
        let most = match (fact, fact.info().unit) {
            (_, "%") => Some(Num::from(100)),
            (_, "operations") => None,
            (NumberFact::Quantity, _) => Some(Num::from(1_000_000_000_000)),
            _ => Some(Num::from(1_000_000_000_000_000)),
        };
        Range {
            positive: fact == NumberFact::Quantity,
            most,
        }
    }

    fn expected(self) -> String {
        match (self.positive, self.most) {
            (true, Some(most)) => format!("a number above 0, at most {most}"),
            (false, Some(most)) => format!("a number from 0 to {most}"),
            (_, None) => "a number from 0 to 1e28".to_owned(),
        }
    }

    fn has(self, number: Num) -> bool {
        // What is cut off below a billionth is no quantity.
        let least = number.raw() > 1 || (!self.positive && number >= Num::ZERO);
        least && self.most.is_none_or(|most| number <= most)
    }
}

static RANGES: LazyLock<Vec<Range>> =
    LazyLock::new(|| NumberFact::ALL.iter().map(|f| Range::of(*f)).collect());

/// The number an order may give of a fact, or none when the text is no number or out of range.
///
/// ```
/// use tiergate_law::{Num, NumberFact};
/// use tiergate_order::read_number;
/// assert_eq!(read_number(NumberFact::Quantity, b"1500"), Some(Num::from(1_500)));
/// assert_eq!(read_number(NumberFact::Quantity, b"0"), None);
/// assert_eq!(read_number(NumberFact::ConsigneeListedPct, b"101"), None);
/// ```
#[must_use]
#[inline]
pub fn read_number(fact: NumberFact, text: &[u8]) -> Option<Num> {
    Num::from_ascii(text).filter(|number| RANGES[fact.index()].has(*number))
}

pub(crate) fn number(value: &str, least: i64, most: i64) -> Result<Num, FieldError> {
    let expected = || format!("a number from {least} to {most}");
    let number: Num = value.parse().map_err(|_| wrong(value, &expected()))?;
    if number < Num::from(least) || number > Num::from(most) {
        return Err(wrong(value, &expected()));
    }
    Ok(number)
}

fn positive(value: &str) -> Result<Num, FieldError> {
    let found = number(value, 0, 1_000_000_000_000)?;
    if found == Num::ZERO {
        return Err(wrong(value, "a number above 0"));
    }
    Ok(found)
}

/// The members of a list value: `a|b`; `[]` and `none` are the empty list.
pub(crate) fn members(value: &str) -> impl Iterator<Item = &str> {
    let value = if matches!(value, "[]" | "none") {
        ""
    } else {
        value
    };
    value.split('|').map(str::trim).filter(|m| !m.is_empty())
}

pub(crate) fn list_place(name: &str) -> Result<usize, FieldError> {
    LIST_NAMES
        .iter()
        .position(|l| *l == name)
        .ok_or_else(|| wrong(name, &one_of(name, &LIST_NAMES)))
}

/// What would be right where a member of a list is not; members set apart by commas are told how.
fn one_of(found: &str, known: &[&str]) -> String {
    let apart = if found.contains(',') {
        "; set several apart by `|`"
    } else {
        ""
    };
    format!("one of {}{apart}", known.join(", "))
}

/// The facts whose absence counts as no, zero or none.
pub(crate) fn counts_as_no(fact: Fact) -> bool {
    let if_absent = match fact {
        Fact::Country(_) => IfAbsent::Unknown,
        Fact::Text(f) => f.info().if_absent,
        Fact::Choice(f) => f.info().if_absent,
        Fact::Flag(f) => f.info().if_absent,
        Fact::Number(f) => f.info().if_absent,
    };
    if_absent == IfAbsent::No
}

/// The country facts of a party, in order: location, headquarters, parent.
pub(crate) const fn places(party: Party) -> (Option<CountryFact>, CountryFact, CountryFact) {
    use CountryFact as C;
    match party {
        Party::Exporter => (None, C::ExporterHeadquarters, C::ExporterParent),
        Party::Consignee => (
            Some(C::ConsigneeLocation),
            C::ConsigneeHeadquarters,
            C::ConsigneeParent,
        ),
        Party::EndUser => (
            Some(C::EndUserLocation),
            C::EndUserHeadquarters,
            C::EndUserParent,
        ),
    }
}

/// The flags of the lists a party may be on.
pub(crate) fn list_flags(party: Party) -> impl Iterator<Item = FlagFact> {
    let first = party.first_list_flag().index();
    (first..first + LIST_NAMES.len()).map(|at| FlagFact::ALL[at])
}

/// The place of "none", the last value, in a choice whose absence counts as no.
pub(crate) fn last_value(fact: ChoiceFact) -> usize {
    fact.info().values.len().saturating_sub(1)
}
