//! The intermediaries of an order: each as a whole, or field by field under its number.

use tiergate_law::{FlagFact, LIST_NAMES, Num, NumberFact, nearest};

use crate::order::{Field, FieldError, Order, country, list_place, members, number, wrong};

/// A field of an intermediary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartyField {
    /// `name`.
    Name,
    /// `location`, which no rule reads.
    Location,
    /// `headquarters`.
    Headquarters,
    /// `parent`.
    Parent,
    /// `parent_name`, which no rule reads.
    ParentName,
    /// `lists`.
    Lists,
    /// `listed_ownership_pct`.
    ListedOwnershipPct,
    /// `government`, which no rule reads.
    Government,
}

/// More intermediaries than these are given in JSON only.
const NUMBERED_MAX: u16 = 99;

impl PartyField {
    const ALL: [PartyField; 8] = [
        PartyField::Name,
        PartyField::Location,
        PartyField::Headquarters,
        PartyField::Parent,
        PartyField::ParentName,
        PartyField::Lists,
        PartyField::ListedOwnershipPct,
        PartyField::Government,
    ];

    /// The word of the contract.
    ///
    /// ```
    /// assert_eq!(tiergate_order::PartyField::ParentName.word(), "parent_name");
    /// ```
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            PartyField::Name => "name",
            PartyField::Location => "location",
            PartyField::Headquarters => "headquarters",
            PartyField::Parent => "parent",
            PartyField::ParentName => "parent_name",
            PartyField::Lists => "lists",
            PartyField::ListedOwnershipPct => "listed_ownership_pct",
            PartyField::Government => "government",
        }
    }
}

impl Field {
    /// `intermediaries.2.lists`.
    pub(crate) fn of_intermediary(path: &str) -> Option<Field> {
        let (place, word) = path.strip_prefix("intermediaries.")?.split_once('.')?;
        let field = PartyField::ALL.into_iter().find(|f| f.word() == word)?;
        let digits = place.bytes().all(|b| b.is_ascii_digit()) && !place.starts_with('0');
        let place = place
            .parse()
            .ok()
            .filter(|n| digits && *n <= NUMBERED_MAX)?;
        Some(Field::Intermediary(place, field))
    }
}

/// The column that a path of an intermediary may mean.
pub(crate) fn near_intermediary(path: &str) -> Option<String> {
    let rest = path.strip_prefix("intermediaries.")?;
    let (place, word) = rest.rsplit_once('.').unwrap_or(("1", rest));
    let place = place
        .parse()
        .ok()
        .filter(|n| (1..=NUMBERED_MAX).contains(n));
    let near = nearest(word, PartyField::ALL.map(PartyField::word))?;
    Some(format!("intermediaries.{}.{near}", place.unwrap_or(1)))
}

impl Order {
    /// Adds an intermediary; facts about several add up to "some intermediary".
    ///
    /// # Errors
    ///
    /// A value that does not fit.
    pub fn add_intermediary(&mut self, fields: &[(String, String)]) -> Result<(), FieldError> {
        if !self.has_intermediaries {
            self.numbered.clear();
        }
        self.count_intermediary(fields)?;
        let last = self
            .numbered
            .last_key_value()
            .map_or(0, |(place, _)| *place);
        self.numbered
            .insert(last.saturating_add(1), fields.to_vec());
        Ok(())
    }

    /// The numbers of the intermediaries, in order: `intermediaries.N.name` is a field of one.
    pub fn intermediary_numbers(&self) -> impl Iterator<Item = u16> + '_ {
        self.numbered.keys().copied()
    }

    /// Every field given of intermediaries, by path; that there are none, where that is said.
    ///
    /// ```
    /// let mut order = tiergate_order::Order::new("o1");
    /// order.set("intermediaries.2.name", "Vektor Freight").unwrap();
    /// let pairs = order.intermediary_pairs();
    /// assert_eq!(pairs, [("intermediaries.2.name".to_owned(), "Vektor Freight".to_owned())]);
    /// ```
    #[must_use]
    pub fn intermediary_pairs(&self) -> Vec<(String, String)> {
        if let Some(none) = self.get("intermediaries") {
            return vec![("intermediaries".to_owned(), none)];
        }
        let all = self.numbered.iter().flat_map(|(place, fields)| {
            let path = move |field: &str| format!("intermediaries.{place}.{field}");
            fields
                .iter()
                .map(move |(field, value)| (path(field), value.clone()))
        });
        all.collect()
    }

    /// Counts an intermediary in among the facts.
    fn count_intermediary(&mut self, fields: &[(String, String)]) -> Result<(), FieldError> {
        let (mut headquarters, mut parent) = (None, None);
        let (mut lists, mut owned) = (None, None);
        for (name, value) in fields {
            match name.as_str() {
                "name" => self.intermediary_names.push(value.clone()),
                "headquarters" => headquarters = Some(country(value)?),
                "parent" => parent = Some(country(value)?),
                "lists" => {
                    lists = Some(
                        members(value)
                            .map(list_place)
                            .collect::<Result<Vec<_>, _>>()?,
                    )
                }
                "listed_ownership_pct" => owned = Some(number(value, 0, 100)?),
                "location" => {
                    country(value)?;
                }
                "parent_name" | "government" => {}
                other => {
                    let field = format!("intermediaries.{other}");
                    return Err(FieldError::Unknown { field, near: None });
                }
            }
        }
        let first = FlagFact::IntermediaryEntityList.index();
        for at in 0..LIST_NAMES.len() {
            let fact = FlagFact::ALL[first + at];
            let known = if self.has_intermediaries {
                self.given.flag(fact)
            } else {
                Some(false)
            };
            let now = lists.as_ref().map(|l| l.contains(&at));
            match (known, now) {
                (Some(true), _) | (_, Some(true)) => self.given.set_flag(fact, true),
                (Some(false), Some(false)) => self.given.set_flag(fact, false),
                _ => self.forget_flag(fact),
            }
        }
        let fact = NumberFact::IntermediaryListedPct;
        let most = if self.has_intermediaries {
            self.given.number(fact)
        } else {
            Some(Num::ZERO)
        };
        match (most, owned) {
            (Some(most), Some(owned)) => self.given.set_number(fact, most.max(owned)),
            _ => self.forget_number(fact),
        }
        let mut all = self
            .given
            .intermediaries
            .as_deref()
            .unwrap_or_default()
            .to_vec();
        all.push((headquarters, parent));
        self.given.intermediaries = Some(all.into());
        self.has_intermediaries = true;
        Ok(())
    }

    /// Says that there are no intermediaries.
    pub(crate) fn no_intermediaries(&mut self) {
        self.has_intermediaries = true;
        let first = FlagFact::IntermediaryEntityList.index();
        for at in 0..LIST_NAMES.len() {
            self.given.set_flag(FlagFact::ALL[first + at], false);
        }
        let fact = NumberFact::IntermediaryListedPct;
        self.given.set_number(fact, Num::ZERO);
    }

    pub(crate) fn set_no_intermediaries(&mut self, value: &str) -> Result<(), FieldError> {
        let help = "`none`; those there are stand in columns such as intermediaries.1.headquarters";
        if !matches!(value, "none" | "[]") {
            return Err(wrong(value, help));
        }
        if !self.numbered.is_empty() {
            return Err(wrong(value, "so: an intermediary is given by number"));
        }
        self.no_intermediaries();
        Ok(())
    }

    /// Sets a field of an intermediary given by number. Those given so stand in place of others.
    pub(crate) fn set_intermediary(
        &mut self,
        place: u16,
        field: PartyField,
        value: &str,
    ) -> Result<(), FieldError> {
        if self.has_intermediaries && self.given.intermediaries.is_none() {
            let stated = "of an intermediary: `intermediaries` says that there are none";
            return Err(wrong(value, stated));
        }
        let entry = (field.word().to_owned(), value.to_owned());
        // Alone, so that a value that does not fit leaves the order as it is.
        Order::default().count_intermediary(std::slice::from_ref(&entry))?;
        let fields = self.numbered.entry(place).or_default();
        fields.retain(|(name, _)| *name != entry.0);
        fields.push(entry);
        self.has_intermediaries = false;
        self.intermediary_names.clear();
        self.given.intermediaries = None;
        let numbered = std::mem::take(&mut self.numbered);
        let added = numbered
            .values()
            .try_for_each(|fields| self.count_intermediary(fields));
        self.numbered = numbered;
        added
    }

    /// A field of an intermediary that is given by number.
    pub(crate) fn intermediary(&self, place: u16, field: PartyField) -> Option<String> {
        let mut fields = self.numbered.get(&place)?.iter();
        let given = fields.find(|(name, _)| name == field.word());
        given.map(|(_, value)| value.clone())
    }
}
