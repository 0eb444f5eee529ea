//! Smuggling: routes that grow to what pays, a premium that clears what China wants and cannot have,
//! enforcement that follows seizures, and shell companies that cut orders below a limit.
//!
//! Two sides as in NarcoLogic (Magliocca and others, PNAS 2019): traffickers follow profit, enforcement
//! follows what it last seized. Where smuggling goes is an outcome.

use super::knobs::Knobs;

/// A route to China through a place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Route {
    /// How apt the place is.
    pub apt: f64,
    /// Whether it works.
    pub open: bool,
    /// Months in a row in which it would have paid.
    pub paid: f64,
    /// What it can carry, in kH100e a month.
    pub capacity: f64,
    /// Shell companies that buy for it.
    pub shells: f64,
    /// What was seized of late, in kH100e a month.
    pub seized_of_late: f64,
    /// Effort on it.
    pub effort: f64,
    /// Chance that a chip is seized.
    pub detected: f64,
    /// What it carried this month, before seizures.
    pub flow: f64,
}

/// What a route may carry at most, under the law and the trade of the month.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Room {
    /// kH100e a month that no limit by size holds back.
    pub open: f64,
    /// kH100e a month that go only in orders below a limit, cut up among shells.
    pub below: f64,
    /// That limit, in kH100e a year and parent.
    pub limit: f64,
}

/// A share of routes that pay at a margin: the logistic function.
fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// What a smuggled chip earns beside its price, after brokers and the risk of a seizure.
#[must_use]
pub fn margin(knobs: &Knobs, premium: f64, detected: f64) -> f64 {
    premium - knobs.grey_cost - detected * knobs.grey_loss
}

/// What flows at a premium, before seizures and after them.
fn supplied(knobs: &Knobs, routes: &[Route], premium: f64) -> (f64, f64) {
    let open = routes.iter().filter(|r| r.open && r.capacity > 0.0);
    open.fold((0.0, 0.0), |(sent, arrived), route| {
        let margin = margin(knobs, premium, route.detected);
        let flow = route.capacity * logistic(knobs.grey_sharpness * margin);
        (sent + flow, arrived + flow * (1.0 - route.detected))
    })
}

/// The largest premium that is looked for.
const DEAREST: f64 = 64.0;

/// Halvings of the range in which the premium is looked for: to a millionth of a price.
const HALVINGS: usize = 26;

/// Clears the grey market: sets each route's flow, and says the premium.
///
/// China consumes `wish * (1 + premium)^-elasticity` and has `had` by law and of its own; the rest is
/// what arrives over routes.
pub fn clear(knobs: &Knobs, routes: &mut [Route], wish: f64, had: f64) -> f64 {
    let unmet = |premium: f64| {
        let consumed = wish * (1.0 + premium).powf(-knobs.demand_elasticity);
        (consumed - had).max(0.0)
    };
    let (_, at_nothing) = supplied(knobs, routes, 0.0);
    let wanted = unmet(0.0);
    // More is offered at no premium than is wanted: what is wanted flows.
    if wanted <= at_nothing {
        let share = if at_nothing > 0.0 {
            wanted / at_nothing
        } else {
            0.0
        };
        set(knobs, routes, 0.0, share);
        return 0.0;
    }
    let (mut low, mut high) = (0.0_f64, DEAREST);
    // What is had at the premium is above all that is wished: no need to look far.
    if knobs.demand_elasticity > 0.0 && had > 0.0 {
        high = high
            .min((wish / had).powf(1.0 / knobs.demand_elasticity) - 1.0)
            .max(1e-9);
    }
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        match unmet(middle) > supplied(knobs, routes, middle).1 {
            true => low = middle,
            false => high = middle,
        }
    }
    set(knobs, routes, high, 1.0);
    high
}

fn set(knobs: &Knobs, routes: &mut [Route], premium: f64, share: f64) {
    for route in routes {
        let margin = margin(knobs, premium, route.detected);
        route.flow = match route.open {
            true => share * route.capacity * logistic(knobs.grey_sharpness * margin),
            false => 0.0,
        };
    }
}

/// Enforcement: effort follows what was seized of late, in part; a chip is seized by the effort on its
/// route over what flows there.
pub fn enforce(knobs: &Knobs, routes: &mut [Route], effort: f64, watched: &[f64]) {
    let apt: f64 = routes.iter().map(|r| r.apt).sum();
    let seized: f64 = routes.iter().map(|r| r.seized_of_late).sum();
    let reference = knobs.grey_reference_flow;
    // At the reference flow, spread as routes are apt, a chip is seized with the reference chance.
    let force = -2.0 * (1.0 - knobs.grey_detection.clamp(0.0, 0.999_999)).ln() * reference;
    for (route, watched) in routes.iter_mut().zip(watched) {
        let by_apt = if apt > 0.0 { route.apt / apt } else { 0.0 };
        let by_seized = if seized > 0.0 {
            route.seized_of_late / seized
        } else {
            by_apt
        };
        let spread = knobs.enforcement_spread;
        route.effort = effort * watched * (spread * by_apt + (1.0 - spread) * by_seized);
        let flows = route.flow + reference * by_apt;
        route.detected = match flows > 0.0 {
            true => 1.0 - (-force * route.effort / flows).exp(),
            false => 0.0,
        };
    }
}

/// After a month: routes grow or shrink to what pays, new ones open, shells are set up and found.
///
/// `price` is that of an H100-equivalent, in thousands of U.S. dollars.
pub fn adapt(knobs: &Knobs, routes: &mut [Route], rooms: &[Room], premium: f64, price: f64) {
    for (route, room) in routes.iter_mut().zip(rooms) {
        let seized = route.flow * route.detected;
        route.seized_of_late += (seized - route.seized_of_late) / knobs.enforcement_lag.max(1.0);
        let margin = margin(knobs, premium, route.detected);
        if !route.open && route.apt > 0.0 {
            route.paid = if margin > 0.0 && room.open + room.below > 0.0 {
                route.paid + 1.0
            } else {
                0.0
            };
            route.open = route.paid >= knobs.grey_set_up;
        }
        let carried = cut_up(knobs, route, room, margin * price);
        let target = match route.open {
            true => (room.open + carried) * logistic(knobs.grey_sharpness * margin),
            false => 0.0,
        };
        let months = match target > route.capacity {
            true => knobs.grey_grows_in,
            false => knobs.grey_shrinks_in,
        };
        route.capacity += (target - route.capacity) / months.max(1.0);
    }
}

/// What shells carry below a limit, in kH100e a month; `gain` is what a chip earns, in thousands of
/// U.S. dollars.
fn cut_up(knobs: &Knobs, route: &mut Route, room: &Room, gain: f64) -> f64 {
    let each = room.limit * knobs.shells_fill;
    // Shells that were linked to their owner count no longer.
    route.shells -= route.shells * knobs.shells_linked / 12.0;
    if room.below <= 0.0 || each <= 0.0 || !route.open {
        route.shells -= route.shells / knobs.shells_fade.max(1.0);
        return 0.0;
    }
    let needed = 12.0 * room.below / each;
    // A kH100e is a thousand.
    let pays = gain * each * 1000.0 > knobs.shells_cost;
    if pays {
        route.shells += (needed - route.shells).clamp(0.0, knobs.shells_new);
    } else {
        route.shells -= route.shells / knobs.shells_fade.max(1.0);
    }
    (route.shells * each / 12.0).min(room.below)
}
