//! The law of part 750 and a small case, for the examples in the documentation.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tiergate_law::{ConsolidateError, LawRef, Library, View};

use crate::act::What;
use crate::application::Application;
use crate::error::Refused;
use crate::event::Event;
use crate::kind::Kind;
use crate::people::{Actor, Role};
use crate::rules::Rules;
use crate::state::State;

/// The steps of part 750.
const LAW: &str = include_str!("../../../law/us/2020-12-23-interagency-process.toml");

/// The library of this one instrument.
#[must_use]
pub fn library() -> Library {
    Library::read([("process.toml", LAW)]).0
}

/// The rules of a day.
///
/// # Errors
///
/// A day before the law begins.
pub fn rules(day: Date) -> Result<Rules, ConsolidateError> {
    let regime = library().consolidate(&LawRef::us(), day, View::Text)?;
    Ok(Rules::of(&regime))
}

/// The licensing officer of the examples.
#[must_use]
pub fn officer() -> Actor {
    Actor::new("officer-1", Role::LicensingOfficer)
}

/// An event of case `Z-1`.
#[must_use]
pub fn event(id: &str, day: Date, actor: &Actor, what: What) -> Event {
    let noon = day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC);
    Event {
        id: id.to_owned(),
        case: "Z-1".to_owned(),
        day,
        at: noon.map_or(Timestamp::MAX, |noon| noon.timestamp()),
        actor: actor.clone(),
        basis: Vec::new(),
        what,
    }
}

/// The application that opens case `Z-1`: 300 accelerators for Poland.
#[must_use]
pub fn registered(day: Date) -> Event {
    let mut application = Application::new(Kind::License, "300 accelerators", "acme");
    application.quantity = Some(300);
    application.value_usd = Some(9_000_000);
    application.country = Some("PL".to_owned());
    application.a_items = Some(false);
    let what = What::Registered(Box::new(application));
    event("e-1", day, &Actor::new("acme", Role::Applicant), what)
}

/// The case after its application and these.
///
/// # Errors
///
/// An event that may not be.
pub fn case(rules: &Rules, registered_on: Date, then: &[Event]) -> Result<State, Refused> {
    let mut state = State::after(None, rules, &registered(registered_on))?;
    for event in then {
        state = State::after(Some(state), rules, event)?;
    }
    Ok(state)
}

/// A referral to three agencies.
#[must_use]
pub fn referral(id: &str, day: Date) -> Event {
    let agencies = ["Defense", "Energy", "State"].map(String::from).to_vec();
    event(id, day, &officer(), What::Referred { agencies })
}
