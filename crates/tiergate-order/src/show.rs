//! An order back in the words of the contract.

use tiergate_law::{Fact, FlagFact, LIST_NAMES, TextFact};

use crate::order::{Field, Order, Party, field_names, list_flags};

impl Order {
    /// The value of a field as given, in the words of the contract; none when it is absent.
    ///
    /// ```
    /// let mut order = tiergate_order::Order::new("o1");
    /// order.set("destination", "PL").unwrap();
    /// order.set("end_uses", "datacenter|iaas").unwrap();
    /// assert_eq!(order.get("destination").as_deref(), Some("PL"));
    /// assert_eq!(order.get("end_uses").as_deref(), Some("datacenter|iaas"));
    /// assert_eq!(order.get("quantity"), None);
    /// ```
    #[must_use]
    pub fn get(&self, path: &str) -> Option<String> {
        match Field::by_path(path).ok()? {
            Field::Annotation => None,
            Field::Id => (!self.id.is_empty()).then(|| self.id.clone()),
            Field::Date => self.date.map(|d| d.to_string()),
            Field::Shipment => self.shipment.clone(),
            Field::Chip => self.chip.clone(),
            Field::Contains => self.contains.clone(),
            Field::Eccn => self.eccn.clone(),
            Field::DieArea => self.die_area_mm2.map(|n| n.to_string()),
            Field::NoDie => self.no_applicable_die.then(|| "true".to_owned()),
            Field::IcsPerUnit => self.ics_per_unit.map(|n| n.to_string()),
            Field::Name(party) => self.names[party as usize].clone(),
            Field::ParentName(party) => self.parent_names[party as usize].clone(),
            Field::Lists(party) => self.lists(party),
            Field::Members(list) => self.members(list),
            Field::Fact(fact) => self.fact(fact),
            Field::NoIntermediaries => {
                let none = self.has_intermediaries && self.given.intermediaries.is_none();
                none.then(|| "none".to_owned())
            }
            Field::Intermediary(place, field) => self.intermediary(place, field),
        }
    }

    /// Every field given, by path, in the order of the contract.
    #[must_use]
    pub fn pairs(&self) -> Vec<(String, String)> {
        let given = |path: String| self.get(&path).map(|value| (path, value));
        field_names().into_iter().filter_map(given).collect()
    }

    fn fact(&self, fact: Fact) -> Option<String> {
        match fact {
            Fact::Country(f) => self.given.country(f).map(|c| c.to_string()),
            Fact::Choice(f) => self.given.choice_word(f).map(str::to_owned),
            Fact::Flag(f) => self.given.flag(f).map(|yes| yes.to_string()),
            Fact::Number(f) => self.given.number(f).map(|n| n.to_string()),
            Fact::Text(TextFact::Vendor) => self.vendor.clone(),
            Fact::Text(TextFact::DesignerName) => self.designer_name.clone(),
            Fact::Text(TextFact::Chip) => self.chip.clone(),
            Fact::Text(TextFact::ConsigneeName) => self.names[Party::Consignee as usize].clone(),
            Fact::Text(TextFact::EndUserName) => self.names[Party::EndUser as usize].clone(),
            Fact::Text(TextFact::ConsigneeParentName) => {
                self.parent_names[Party::Consignee as usize].clone()
            }
            Fact::Text(TextFact::EndUserParentName) => {
                self.parent_names[Party::EndUser as usize].clone()
            }
        }
    }

    fn lists(&self, party: Party) -> Option<String> {
        let flags: Vec<Option<bool>> = list_flags(party).map(|f| self.given.flag(f)).collect();
        words(LIST_NAMES.iter().copied().zip(flags))
    }

    fn members(&self, list: &str) -> Option<String> {
        let all = FlagFact::ALL
            .iter()
            .filter_map(|f| Some((f.info().path.strip_prefix(list)?, self.given.flag(*f))));
        words(all)
    }
}

/// The members that are yes; `none` when all are known to be no.
fn words<'w>(members: impl Iterator<Item = (&'w str, Option<bool>)>) -> Option<String> {
    let members: Vec<(&str, Option<bool>)> = members.collect();
    if members.iter().all(|(_, yes)| yes.is_none()) {
        return None;
    }
    let yes: Vec<&str> = members
        .iter()
        .filter(|(_, y)| *y == Some(true))
        .map(|(w, _)| *w)
        .collect();
    Some(if yes.is_empty() {
        "none".to_owned()
    } else {
        yes.join("|")
    })
}
