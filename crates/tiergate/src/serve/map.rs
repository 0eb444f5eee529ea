//! The world as a law divides it.

use tiergate_engine::{Comparison, Desk, Side};
use tiergate_law::{CountrySet, Regime};
use tiergate_ledger::{destination_of, measure};
use tiergate_server::{Allocated, Fault, Map, Place, Tier, WhichLaw};

use super::asking::law;
use super::law::title;
use super::whole;
use crate::commands::diff::html::maps::maps;
use crate::commands::diff::report::chips;
use crate::html::outlines::{HEIGHT, WIDTH, outlines};
use crate::html::tint::ramp;
use crate::style::grouped;

/// What marks a chip and a group in an address.
const CHIP: &str = "chip:";
const GROUP: &str = "group:";

/// The map of a law on a day.
pub fn map(desk: &Desk, which: &WhichLaw, show: &str) -> Result<Map, Vec<Fault>> {
    let side = side(desk, which)?;
    let regime = side.book.regime.clone();
    let choices = choices(desk, &regime);
    let first = || {
        choices
            .iter()
            .find_map(|(_, all)| Some(all.first()?.0.clone()))
    };
    let show = match show {
        "" => first().unwrap_or_default(),
        show => show.to_owned(),
    };
    let known = choices.iter().flat_map(|(_, all)| all);
    let Some((_, shows)) = known.into_iter().find(|(value, _)| *value == show) else {
        let what = format!(
            "found `{show}`, expected {CHIP} and the id of a chip whose TPP is known, or {GROUP} and \
             the id of a group of countries of this law"
        );
        return Err(vec![Fault {
            at: "/show".to_owned(),
            what,
        }]);
    };
    let (mut tiers, tier_of) = match show.strip_prefix(GROUP) {
        Some(group) => of_group(desk, &regime, group),
        None => of_chip(desk, side, show.trim_start_matches(CHIP)),
    };
    let countries = desk.catalog.countries.iter().zip(tier_of);
    let places: Vec<Place> = countries
        .map(|(country, tier)| {
            if let Some(tier) = tiers.get_mut(tier) {
                tier.countries.push(country.name.clone());
            }
            let outline = outlines().iter().find(|o| o.code == country.code);
            Place {
                code: country.code.to_string(),
                name: country.name.clone(),
                tier,
                middle: outline.map(|o| o.middle),
                small: outline.is_some_and(|o| o.small),
                path: outline.map_or("", |o| o.path),
            }
        })
        .collect();
    Ok(Map {
        // A rulebook is good for a span of days: the day is the one that was asked for.
        law: title(desk, &regime, super::law::stamp(which)?.as_of),
        shows: shows.clone(),
        show,
        choices,
        size: (WIDTH, HEIGHT),
        tiers,
        places,
    })
}

fn side(desk: &Desk, which: &WhichLaw) -> Result<Side, Vec<Fault>> {
    let stamp = super::law::stamp(which)?;
    Ok(Side::new(desk.rulebook(&stamp).map_err(whole)?))
}

/// What can be shown: chips whose TPP is known, and the groups of the law.
fn choices(desk: &Desk, regime: &Regime) -> Vec<(&'static str, Vec<(String, String)>)> {
    let chips = desk.catalog.chips.iter().filter(|c| c.tpp.is_some());
    let chips = chips.map(|c| {
        let name = format!("{} {}", c.vendor, c.name);
        (format!("{CHIP}{}", c.id), name)
    });
    let groups = regime.groups.iter().map(|g| {
        let says = match g.says.as_str() {
            "" => g.id.clone(),
            says => format!("{}: {says}", g.id),
        };
        (format!("{GROUP}{}", g.id), says)
    });
    vec![
        ("What may go where, of a chip", chips.collect()),
        ("A group of countries", groups.collect()),
    ]
}

/// Tiers without their countries, and the place of each country of the catalog among them.
type Divided = (Vec<Tier>, Vec<usize>);

fn tier(says: String, color: String) -> Tier {
    Tier {
        says,
        color,
        countries: Vec::new(),
    }
}

fn of_group(desk: &Desk, regime: &Regime, id: &str) -> Divided {
    let group = regime.groups.iter().find(|g| g.id == id);
    let members: CountrySet = group.map(|g| g.is).unwrap_or_default();
    let countries = desk.catalog.countries.iter();
    let places = countries.map(|c| usize::from(!members.contains(c.code)));
    let colors = ramp(4);
    let color = |at: usize| colors.get(at).cloned().unwrap_or_default();
    let cite = group.map_or_else(String::new, |g| format!(" ({})", g.cite));
    let tiers = vec![
        tier(format!("in {id}{cite}"), color(2)),
        tier(format!("not in {id}"), color(0)),
    ];
    (tiers, places.collect())
}

fn of_chip(desk: &Desk, side: Side, id: &str) -> Divided {
    let countries: Vec<_> = desk.catalog.countries.iter().map(|c| c.code).collect();
    let comparison = Comparison::new(side.clone(), side, &countries);
    let mut known = chips(desk);
    known.retain(|(chip, _)| chip == id);
    let Some(map) = maps(&desk.catalog, &comparison, &known).pop() else {
        return (Vec::new(), Vec::new());
    };
    let tiers = map.tiers.into_iter().zip(map.colors);
    let tiers = tiers.map(|(says, color)| tier(says, color));
    (tiers.collect(), map.before)
}

/// The countries whose allocations accounts count.
pub fn allocated(
    desk: &Desk,
    which: &WhichLaw,
    accounts: &[(String, String)],
) -> Result<Vec<Option<Allocated>>, Vec<Fault>> {
    let law = law(which).map_err(|fault| vec![fault])?;
    let day = law.date.unwrap_or_default();
    let regime = desk
        .library
        .consolidate(&law, day, law.view.unwrap_or_default())
        .map_err(whole)?;
    let of = |(counted, holder): &(String, String)| {
        let mut quotas = regime.quotas.iter();
        quotas.find_map(|quota| {
            if measure(quota.is.used) != counted {
                return None;
            }
            let country = destination_of(&quota.is.key, holder)?;
            let limit = quota.is.limit_for(Some(country));
            Some(Allocated {
                code: country.to_string(),
                name: desk.catalog.country_name(country),
                quota: crate::words::limit(&quota.id).to_owned(),
                limit: limit.map(|l| grouped(&l.amount.to_string())),
                cite: limit.map_or_else(|| quota.cite.clone(), |l| l.cite.clone()),
            })
        })
    };
    Ok(accounts.iter().map(of).collect())
}
