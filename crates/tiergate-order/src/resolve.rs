//! An order into facts: the catalog fills in, and what is absent counts as the contract says.

use tiergate_law::{
    ChoiceFact, CountryFact, Fact, FlagFact, LIST_NAMES, Num, NumberFact, TextFact,
};

use crate::assume::Assume;
use crate::catalog::{Catalog, Chip};
use crate::facts::{Facts, name_key};
use crate::order::{Order, Party, counts_as_no, last_value, list_flags, places};
use crate::paragraph::{classify_text, could_be};

/// An order ready to be decided.
#[derive(Debug, Clone, Default)]
pub struct Resolved {
    /// The facts.
    pub facts: Facts,
    /// Facts whose absence counted as no, zero or none.
    pub counted_as_no: Vec<Fact>,
    /// What was taken for granted, in words: inferences and the user's assumptions.
    pub assumptions: Vec<String>,
    /// What is uncertain about the figures the catalog filled in.
    pub soft: Vec<String>,
}

/// An order that cannot be decided as it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: `{value}` {problem}")]
pub struct ResolveError {
    /// The field.
    pub field: &'static str,
    /// Its value.
    pub value: String,
    /// What is wrong and what would be right.
    pub problem: String,
}

/// Fills in an order.
///
/// `classes` are the item classes of the law library, in order: the values of `item.eccn`.
///
/// # Errors
///
/// A chip the catalog does not have, a country code that is none, or an amount out of range.
pub fn resolve(
    order: &Order,
    catalog: &Catalog,
    classes: &[String],
    assume: &Assume,
) -> Result<Resolved, ResolveError> {
    let mut assumed = None;
    if !assume.values.is_empty() {
        assumed = Some(with_values(order, assume));
    }
    let (order, mut assumptions) = match &assumed {
        Some((order, said)) => (order, said.clone()),
        None => (order, Vec::new()),
    };
    let mut out = Resolved {
        facts: order.given.clone(),
        ..Resolved::default()
    };
    check_countries(&out.facts, catalog)?;
    let mut facts = std::mem::take(&mut out.facts);
    item(order, catalog, classes, &mut facts, &mut assumptions)?;
    out.soft = soft(order, catalog);
    transaction(order, &mut facts, &mut assumptions);
    parties(order, assume, &mut facts, &mut assumptions);
    absent(&mut facts, &mut out.counted_as_no);
    count_amounts(order.ics_per_unit, &mut facts)?;
    out.facts = facts;
    out.assumptions = assumptions;
    Ok(out)
}

fn with_values(order: &Order, assume: &Assume) -> (Order, Vec<String>) {
    let mut filled = order.clone();
    let mut said = Vec::new();
    for (path, value) in &assume.values {
        if is_absent(order, path) && filled.set(path, value).is_ok() {
            said.push(format!("{path} = {value} (assumed, as asked)"));
        }
    }
    // An assumed end user's fact does not make an end user.
    filled.has_end_user = order.has_end_user;
    (filled, said)
}

fn is_absent(order: &Order, path: &str) -> bool {
    let list = format!("{path}=");
    let of_list = tiergate_law::FLAGS
        .iter()
        .position(|f| f.path.starts_with(&list));
    if let Some(at) = of_list {
        return order.given.flag(FlagFact::ALL[at]).is_none();
    }
    match path {
        "date" => order.date.is_none(),
        "item.chip" => order.chip.is_none(),
        "item.eccn" => order.eccn.is_none(),
        "item.contains" => order.contains.is_none(),
        "item.ics_per_unit" => order.ics_per_unit.is_none(),
        "item.die_area_mm2" => order.die_area_mm2.is_none(),
        _ => tiergate_law::fact_by_name(path).is_some_and(|f| !order.given.has(f)),
    }
}

fn check_countries(facts: &Facts, catalog: &Catalog) -> Result<(), ResolveError> {
    for fact in CountryFact::ALL {
        if let Some(country) = facts.country(*fact)
            && !catalog.knows(country)
        {
            return Err(ResolveError {
                field: fact.info().path,
                value: country.to_string(),
                problem: "is not an ISO 3166-1 country code".to_owned(),
            });
        }
    }
    let intermediaries = facts.intermediaries.as_deref().unwrap_or_default();
    let countries = intermediaries
        .iter()
        .flat_map(|(headquarters, parent)| [headquarters, parent]);
    if let Some(country) = countries.flatten().find(|c| !catalog.knows(**c)) {
        return Err(ResolveError {
            field: "intermediaries",
            value: country.to_string(),
            problem: "is not an ISO 3166-1 country code".to_owned(),
        });
    }
    Ok(())
}

fn item(
    order: &Order,
    catalog: &Catalog,
    classes: &[String],
    facts: &mut Facts,
    said: &mut Vec<String>,
) -> Result<(), ResolveError> {
    let named = [
        ("item.chip", &order.chip),
        ("item.contains", &order.contains),
    ];
    let mut die_area = order.die_area_mm2;
    let mut designer = None;
    // What is inside decides over what the unit as a whole is called.
    for (field, id) in named.into_iter().rev() {
        let Some(id) = id else { continue };
        let chip = catalog.chip(id).ok_or_else(|| ResolveError {
            field,
            value: id.clone(),
            problem: format!("is not in the catalog; {}", catalog.chip_hint(id)),
        })?;
        let own_tpp = facts.number(NumberFact::Tpp).is_some();
        let mut fill = |fact, value: Option<Num>| {
            if let (None, Some(value)) = (facts.number(fact), value) {
                facts.set_number(fact, value);
            }
        };
        fill(NumberFact::Tpp, chip.tpp);
        fill(NumberFact::DramBandwidth, chip.dram_bandwidth_gb_s);
        fill(NumberFact::Interconnect, chip.interconnect_gb_s);
        if !own_tpp && die_area.is_none() {
            die_area = chip.die_area_mm2;
        }
        if let (None, Some(datacenter)) = (facts.flag(FlagFact::Datacenter), chip.datacenter) {
            facts.set_flag(FlagFact::Datacenter, datacenter);
        }
        if facts.text(TextFact::Vendor) == 0 && !chip.vendor.is_empty() {
            facts.set_text(TextFact::Vendor, &chip.vendor);
        }
        if designer.is_none() && !chip.vendor.is_empty() {
            designer = Some((field, chip));
        }
        facts.set_text(TextFact::Chip, &chip.id);
        if facts.choice(ChoiceFact::Kind).is_none() {
            facts.set_choice(ChoiceFact::Kind, usize::from(field == "item.contains"));
        }
    }
    if order.no_applicable_die {
        facts.set_undefined(NumberFact::PerformanceDensity);
    } else if let (None, Some(tpp), Some(area)) = (
        facts.number(NumberFact::PerformanceDensity),
        facts.number(NumberFact::Tpp),
        die_area,
    ) && let Some(density) = tpp.checked_div(area)
    {
        facts.set_number(NumberFact::PerformanceDensity, density);
    }
    kind(order, facts, said);
    designed_by(order, designer, facts, said);
    eccn(order, classes, facts, said)
}

/// What the catalog says is uncertain about the chips an order names and gives no figures for.
fn soft(order: &Order, catalog: &Catalog) -> Vec<String> {
    let own = |fact| order.given.has(fact);
    if own(Fact::Number(NumberFact::Tpp)) && own(Fact::Flag(FlagFact::Datacenter)) {
        return Vec::new();
    }
    let named = [&order.chip, &order.contains].into_iter().flatten();
    let chips = named.filter_map(|id| catalog.chip(id));
    chips
        .filter(|chip| !chip.soft.is_empty())
        .map(|chip| format!("catalog, {}: {}", chip.id, chip.soft))
        .collect()
}

/// The kind of item, from the facts given of it, when the order does not say.
fn kind(order: &Order, facts: &mut Facts, said: &mut Vec<String>) {
    if facts.choice(ChoiceFact::Kind).is_some() {
        return;
    }
    let has = |fact| facts.number(fact).is_some();
    let found = if has(NumberFact::TrainingOps) || has(NumberFact::AdditionalOps) {
        Some((3, "item.training_ops"))
    } else if has(NumberFact::MemoryBandwidthDensity) {
        Some((2, "item.memory_bandwidth_density"))
    } else if order.ics_per_unit.is_some_and(|n| n > Num::from(1)) {
        Some((1, "item.ics_per_unit"))
    } else if has(NumberFact::Tpp) || has(NumberFact::PerformanceDensity) {
        Some((0, "item.tpp"))
    } else {
        None
    };
    if let Some((place, because)) = found {
        facts.set_choice(ChoiceFact::Kind, place);
        let word = ChoiceFact::Kind.info().values[place];
        said.push(format!("item.kind = {word} (inferred from {because})"));
    }
}

/// Who designed the IC, when the order does not say: the vendor of the catalog's chip, whatever the
/// unit it is in is called; with no such chip, the vendor of an IC, and the other way round.
fn designed_by(
    order: &Order,
    named: Option<(&str, &Chip)>,
    facts: &mut Facts,
    said: &mut Vec<String>,
) {
    let same = |a: &str, b: &str| name_key(a) == name_key(b);
    let ic = facts.choice_word(ChoiceFact::Kind) == Some("ic");
    match (&order.designer_name, named, &order.vendor) {
        (Some(stated), Some((field, chip)), _) if !same(stated, &chip.vendor) => {
            said.push(format!(
                "item.designer_name = {stated} (as stated; the catalog has {} for {field} = {})",
                chip.vendor, chip.id
            ))
        }
        (Some(_), None, None) if ic => {
            facts.copy_text(TextFact::DesignerName, TextFact::Vendor);
        }
        (None, None, Some(_)) if ic => {
            facts.copy_text(TextFact::Vendor, TextFact::DesignerName);
        }
        (Some(_), ..) => {}
        (None, Some((field, chip)), vendor) => {
            facts.set_text(TextFact::DesignerName, &chip.vendor);
            if let Some(vendor) = vendor.as_ref().filter(|v| !same(v, &chip.vendor)) {
                said.push(format!(
                    "item.designer_name = {} (of {field} = {}; item.vendor = {vendor} is who makes \
                     the unit)",
                    chip.vendor, chip.id
                ));
            }
        }
        (None, None, _) => {}
    }
}

/// The paragraph the parties state, which must be one. An entry without its paragraph, which may be
/// one that no law here holds, leaves it to the parameters of the item where they are known.
fn eccn(
    order: &Order,
    classes: &[String],
    facts: &mut Facts,
    said: &mut Vec<String>,
) -> Result<(), ResolveError> {
    let (other, unstated) = (classes.len(), classes.len() + 1);
    match classify_text(order.eccn.as_deref(), classes) {
        Ok(place) => facts.set_choice(ChoiceFact::Eccn, place),
        Err(candidates)
            if candidates >> other & 1 == 1 && facts.number(NumberFact::Tpp).is_some() =>
        {
            facts.set_choice(ChoiceFact::Eccn, unstated);
            let entry = order.eccn.as_deref().unwrap_or_default();
            said.push(format!(
                "item.eccn = {entry} names no paragraph; the parameters of the item say which it meets"
            ));
        }
        Err(candidates) => facts.eccn_candidates = candidates,
    }
    match &order.eccn {
        Some(stated) if facts.choice(ChoiceFact::Eccn) == Some(classes.len()) => {
            could_be(stated, classes).map_err(|problem| ResolveError {
                field: "item.eccn",
                value: stated.clone(),
                problem,
            })
        }
        _ => Ok(()),
    }
}

fn transaction(order: &Order, facts: &mut Facts, said: &mut Vec<String>) {
    if facts.choice(ChoiceFact::Activity).is_none() {
        facts.set_choice(ChoiceFact::Activity, 0);
    }
    let export = facts.choice(ChoiceFact::Activity) == Some(0);
    if facts.country(CountryFact::From).is_none()
        && export
        && let Some(us) = tiergate_law::Country::from_code(b"US")
    {
        facts.set_country(CountryFact::From, us);
    }
    if facts.country(CountryFact::KnownDestination).is_none() {
        facts.set_same(CountryFact::KnownDestination);
    }
    if facts.number(NumberFact::Quantity).is_none() {
        facts.set_number(NumberFact::Quantity, Num::from(1));
    }
    if !order.has_intermediaries {
        said.push("intermediaries = [] (none given)".to_owned());
    }
}

fn parties(order: &Order, assume: &Assume, facts: &mut Facts, said: &mut Vec<String>) {
    if facts.country(CountryFact::ConsigneeLocation).is_none() {
        facts.set_same(CountryFact::ConsigneeLocation);
    }
    if order.has_end_user {
        if facts.country(CountryFact::EndUserLocation).is_none() {
            facts.set_same(CountryFact::EndUserLocation);
        }
    } else {
        // The ultimate consignee is the end user: one party, read once.
        facts.set_same(CountryFact::EndUserLocation);
        facts.set_same(CountryFact::EndUserHeadquarters);
        facts.set_same(CountryFact::EndUserParent);
        list_flags(Party::EndUser).for_each(|f| facts.set_flag(f, false));
        let government = facts.flag(FlagFact::ConsigneeGovernment) == Some(true);
        facts.set_flag(FlagFact::EndUserGovernment, government);
        facts.copy_text(TextFact::ConsigneeName, TextFact::EndUserName);
        facts.copy_text(TextFact::ConsigneeParentName, TextFact::EndUserParentName);
        facts.set_number(NumberFact::EndUserListedPct, Num::ZERO);
    }
    if !order.has_intermediaries {
        let first = FlagFact::IntermediaryEntityList.index();
        (first..first + LIST_NAMES.len()).for_each(|at| facts.set_flag(FlagFact::ALL[at], false));
        facts.set_number(NumberFact::IntermediaryListedPct, Num::ZERO);
    }
    for party in [Party::Exporter, Party::Consignee, Party::EndUser] {
        let (location, headquarters, parent) = places(party);
        if assume.headquarters_is_location
            && facts.country(headquarters).is_none()
            && !facts.is_same(headquarters)
            && let Some(place) = location.and_then(|l| facts.country_followed(l))
        {
            facts.set_country(headquarters, place);
            said.push(format!(
                "{} = {place} (assumed, as asked)",
                headquarters.info().path
            ));
        }
        if assume.parent_is_headquarters
            && facts.country(parent).is_none()
            && !facts.is_same(parent)
            && (party != Party::Exporter || order.has_exporter)
        {
            match facts.country(headquarters) {
                Some(country) => facts.set_country(parent, country),
                None => facts.set_same(parent),
            }
            let path = parent.info().path;
            said.push(format!(
                "{path} = {} (assumed, as asked)",
                headquarters.info().path
            ));
        }
    }
    if assume.screened {
        screened(facts, assume.lists_are_screened, said);
    }
}

fn screened(facts: &mut Facts, but_lists: bool, said: &mut Vec<String>) {
    if !but_lists {
        on_no_list(facts, said);
    }
    let shares = [
        NumberFact::ConsigneeListedPct,
        NumberFact::EndUserListedPct,
        NumberFact::IntermediaryListedPct,
    ];
    for fact in shares {
        if facts.number(fact).is_none() {
            facts.set_number(fact, Num::ZERO);
            said.push(format!("{} = 0 (assumed, as asked)", fact.info().path));
        }
    }
}

fn on_no_list(facts: &mut Facts, said: &mut Vec<String>) {
    for party in [Party::Consignee, Party::EndUser] {
        let unknown: Vec<FlagFact> = list_flags(party)
            .filter(|f| facts.flag(*f).is_none())
            .collect();
        if !unknown.is_empty() {
            unknown.into_iter().for_each(|f| facts.set_flag(f, false));
            said.push(format!("{}.lists = [] (assumed, as asked)", party.word()));
        }
    }
    let first = FlagFact::IntermediaryEntityList.index();
    for at in first..first + LIST_NAMES.len() {
        let fact = FlagFact::ALL[at];
        if facts.flag(fact).is_none() {
            facts.set_flag(fact, false);
        }
    }
}

/// Facts whose yes could only relax count as no.
fn absent(facts: &mut Facts, counted: &mut Vec<Fact>) {
    for fact in ChoiceFact::ALL {
        if facts.choice(*fact).is_none() && counts_as_no(Fact::Choice(*fact)) {
            facts.set_choice(*fact, last_value(*fact));
            counted.push(Fact::Choice(*fact));
        }
    }
    for fact in FlagFact::ALL {
        if facts.flag(*fact).is_none() && counts_as_no(Fact::Flag(*fact)) {
            facts.set_flag(*fact, false);
            counted.push(Fact::Flag(*fact));
        }
    }
    for fact in TextFact::ALL {
        if facts.text(*fact) == 0 && counts_as_no(Fact::Text(*fact)) {
            counted.push(Fact::Text(*fact));
        }
    }
    for fact in NumberFact::ALL {
        let derived = matches!(fact, NumberFact::Chips | NumberFact::Quantity);
        if !derived && facts.number(*fact).is_none() && counts_as_no(Fact::Number(*fact)) {
            facts.set_number(*fact, Num::ZERO);
            counted.push(Fact::Number(*fact));
        }
    }
}

/// Sets what is counted, chips and TPP of the line, from quantity, ICs in a unit and TPP.
///
/// # Errors
///
/// A product out of range.
pub fn count_amounts(ics_per_unit: Option<Num>, facts: &mut Facts) -> Result<(), ResolveError> {
    let too_large = || ResolveError {
        field: "quantity",
        value: facts
            .number(NumberFact::Quantity)
            .map(|q| q.to_string())
            .unwrap_or_default(),
        problem: "times the TPP of one unit is out of range".to_owned(),
    };
    let quantity = facts.number(NumberFact::Quantity).unwrap_or(Num::from(1));
    let ics = ics_per_unit.unwrap_or(Num::from(1));
    let chips = quantity.checked_mul(ics).ok_or_else(too_large)?;
    let amount = match facts.number(NumberFact::Tpp) {
        Some(tpp) => Some(chips.checked_mul(tpp).ok_or_else(too_large)?.ceil()),
        None => None,
    };
    facts.set_number(NumberFact::Chips, chips);
    if let Some(amount) = amount {
        facts.set_number(NumberFact::Amount, amount);
        facts.set_number(NumberFact::ShipmentAmount, amount);
    }
    Ok(())
}
