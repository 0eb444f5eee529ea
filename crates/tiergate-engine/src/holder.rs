//! Whose quota an order draws on.

use std::borrow::Cow;

use tiergate_law::{CountryFact, Fact, fact_by_name};
use tiergate_order::{Facts, Order, Party};

/// The names of an order from which holders of quotas are told.
#[derive(Debug, Clone, Default)]
pub struct Names<'n> {
    /// The consignee.
    pub consignee: Option<Cow<'n, str>>,
    /// Its ultimate parent.
    pub parent: Option<Cow<'n, str>>,
    /// The end user.
    pub end_user: Option<Cow<'n, str>>,
    /// Its ultimate parent.
    pub end_user_parent: Option<Cow<'n, str>>,
    /// The chip, or the most capable IC inside.
    pub chip: Option<Cow<'n, str>>,
}

impl<'n> Names<'n> {
    /// The names an order gives.
    #[must_use]
    pub fn of(order: &'n Order) -> Self {
        let given = |text: Option<&'n str>| text.filter(|t| is_name(t)).map(Cow::Borrowed);
        let parent = |party: Party| given(order.parent_names[party as usize].as_deref());
        Names {
            consignee: given(order.name(Party::Consignee)),
            parent: parent(Party::Consignee),
            end_user: given(order.name(Party::EndUser)),
            end_user_parent: parent(Party::EndUser),
            chip: given(order.chip.as_deref().or(order.contains.as_deref())),
        }
    }
}

/// Whether a text names somebody: not what people write where they have no name.
fn is_name(text: &str) -> bool {
    let bare = text.trim().to_ascii_lowercase();
    let nobody = [
        "", "-", "?", "n/a", "na", "none", "nil", "null", "unknown", "tbd", "tba",
    ];
    !nobody.contains(&bare.as_str())
}

/// Whether a party's ultimate parent is surely another: it is headquartered elsewhere.
fn has_other_parent(facts: &Facts, own: CountryFact, parent: CountryFact) -> bool {
    let at = |fact| facts.country_followed(fact);
    at(own)
        .zip(at(parent))
        .is_some_and(|(own, parent)| own != parent)
}

/// The holder of a quota with this key, such as `end_user.parent_name + destination`: names and
/// places, with ` / ` between. A parent that is not named is the party itself, unless it is headquartered
/// in another country than the party; an end user that is not named is the consignee.
///
/// # Errors
///
/// The first field of the key that the order does not give.
///
/// ```
/// use tiergate_engine::{Names, holder};
/// use tiergate_order::Facts;
/// let names = Names { consignee: Some("Meridian Compute".into()), ..Names::default() };
/// let facts = Facts::default();
/// assert_eq!(holder("consignee.parent_name", &names, &facts).unwrap(), "Meridian Compute");
/// assert_eq!(holder("destination", &names, &facts), Err("destination".to_owned()));
/// ```
pub fn holder(key: &str, names: &Names<'_>, facts: &Facts) -> Result<String, String> {
    let mut parts: Vec<Cow<'_, str>> = Vec::new();
    for path in key.split('+').map(str::trim) {
        let Names {
            consignee,
            parent,
            end_user,
            end_user_parent,
            chip,
        } = names;
        let first = |of: &[&Option<Cow<'_, str>>]| {
            let named = of.iter().find_map(|name| name.as_deref());
            named.map(|name| Cow::Owned(name.to_owned()))
        };
        let (consignee_elsewhere, end_user_elsewhere) = (
            has_other_parent(
                facts,
                CountryFact::ConsigneeHeadquarters,
                CountryFact::ConsigneeParent,
            ),
            has_other_parent(
                facts,
                CountryFact::EndUserHeadquarters,
                CountryFact::EndUserParent,
            ),
        );
        let part = match path {
            "consignee.parent_name" if parent.is_none() && consignee_elsewhere => None,
            "end_user.parent_name"
                if end_user_parent.is_none()
                    && (end_user.is_some() || parent.is_none())
                    && end_user_elsewhere =>
            {
                None
            }
            "consignee.name" => first(&[consignee]),
            "consignee.parent_name" => first(&[parent, consignee]),
            "end_user.name" => first(&[end_user, consignee]),
            "end_user.parent_name" => first(&[end_user_parent, end_user, parent, consignee]),
            "item.chip" => first(&[chip]),
            _ => match fact_by_name(path) {
                Some(Fact::Country(fact)) => {
                    let country = facts.country_followed(fact);
                    country.map(|country| Cow::Owned(country.to_string()))
                }
                _ => None,
            },
        };
        parts.push(part.ok_or_else(|| path.to_owned())?);
    }
    Ok(parts.join(" / "))
}
