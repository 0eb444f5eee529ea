//! What both kernels are fed: the lab's places and parameters, and a course of months made of waves,
//! without chance.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use tiergate_lab::model::LINES;
use tiergate_lab::{Model, Parameters};

/// All of it, as it stands in the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Inputs {
    /// Parameters by their ids.
    pub parameters: BTreeMap<String, f64>,
    pub routes: Vec<Start>,
    pub months: Vec<MonthFed>,
}

/// A route at the beginning.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Start {
    pub name: String,
    pub apt: f64,
    pub open: bool,
}

/// What a month brings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MonthFed {
    pub days: Vec<DayFed>,
    /// kH100e on the applications of each line.
    pub amounts: [f64; LINES],
    pub effort: f64,
    pub wish: f64,
    pub had: f64,
    pub price: f64,
    pub watched: Vec<f64>,
    /// For each route: kH100e that no limit holds back, kH100e below a limit, the limit.
    pub rooms: Vec<[f64; 3]>,
}

/// What a day brings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DayFed {
    pub chips: [f64; LINES],
    pub general: f64,
    pub done: f64,
}

/// Months in which little is done.
const HELD: std::ops::Range<usize> = 36..42;
/// Months from which a third of the places have a limit.
const LIMITED_FROM: usize = 30;
/// Months in which China has more than it wishes.
const SATED: std::ops::Range<usize> = 66..70;

/// Around one, up and down by a share.
fn wave(at: usize, period: f64, share: f64) -> f64 {
    1.0 + share * (std::f64::consts::TAU * at as f64 / period).sin()
}

/// The inputs for a model's places and months.
pub fn make(model: &Model) -> Result<Inputs> {
    let world = &model.world;
    let parameters: &Parameters = &model.parameters;
    let values = parameters.all().iter();
    let parameters: BTreeMap<String, f64> = values.map(|p| (p.id.clone(), p.default)).collect();
    let other = parameters["grey.other-hubs"];
    let routes: Vec<Start> = world
        .places
        .iter()
        .enumerate()
        .map(|(at, place)| Start {
            name: place.name.clone(),
            apt: match at {
                at if at == world.china => 0.0,
                at if at == world.us => parameters["grey.us-direct"],
                _ if place.hub > 0.0 => place.hub,
                _ => other,
            },
            open: place.hub > 0.0 || at == world.us,
        })
        .collect();
    let mut today = 0;
    let mut months = Vec::new();
    for at in 0..world.months.len() {
        let days = usize::try_from(world.day(at).days_in_month())?;
        let month = month(at, today, days, &parameters, &routes);
        today += days;
        months.push(month);
    }
    Ok(Inputs {
        parameters,
        routes,
        months,
    })
}

fn month(
    at: usize,
    today: usize,
    days: usize,
    parameters: &BTreeMap<String, f64>,
    routes: &[Start],
) -> MonthFed {
    let filed = [
        60.0 * wave(at, 17.0, 0.5),
        120.0 * wave(at, 29.0, 0.6),
        40.0 * wave(at, 11.0, 0.9),
    ];
    let open = if HELD.contains(&at) { 0.4 } else { 1.0 };
    let each = days as f64;
    let day = |today: usize| {
        let weekend = today % 7 >= 5;
        let filed_today = if weekend { 0.2 } else { 1.32 };
        let done = if weekend { 0.0 } else { 1.4 };
        DayFed {
            chips: filed.map(|n| n / each * filed_today * wave(today, 23.0, 0.3)),
            general: parameters["licensing.applications"] / each
                * filed_today
                * wave(today, 31.0, 0.2),
            done: parameters["licensing.capacity"] / each * open * done * wave(today, 13.0, 0.1),
        }
    };
    let apt: f64 = routes.iter().map(|r| r.apt).sum();
    let imports = 60.0 * 1.02_f64.powi(at as i32);
    let base = |route: &Start| parameters["grey.share-of-hub"] * imports * route.apt / apt;
    let room = |(n, route): (usize, &Start)| {
        if at >= LIMITED_FROM && n % 3 == 0 {
            [0.1 * base(route), 0.9 * base(route), 1.7]
        } else {
            [base(route), 0.0, 0.0]
        }
    };
    let wish = 30.0 * 1.01_f64.powi(at as i32) * wave(at, 19.0, 0.2);
    MonthFed {
        days: (today..today + days).map(day).collect(),
        amounts: filed.map(|n| n * 0.25),
        effort: 1.01_f64.powi(at as i32),
        wish,
        had: wish * if SATED.contains(&at) { 1.1 } else { 0.6 },
        price: 25.0 * 0.985_f64.powi(at as i32),
        watched: (0..routes.len())
            .map(|n| if at >= 48 && n % 5 == 0 { 2.0 } else { 1.0 })
            .collect(),
        rooms: routes.iter().enumerate().map(room).collect(),
    }
}
