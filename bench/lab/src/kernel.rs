//! The lab's queue and routes, driven by inputs.

use serde::{Deserialize, Serialize};
use tiergate_lab::model::{
    Filed, Knobs, LINES, Queue, Room, Route, Waits, Work, adapt, clear, enforce,
};

use crate::inputs::Inputs;

/// What the kernel tells at each month's end.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Outputs {
    pub waiting_chips: Vec<f64>,
    pub waiting_other: Vec<f64>,
    pub amounts_waiting: Vec<f64>,
    pub licensed: Vec<f64>,
    pub days_chips: Vec<f64>,
    pub days_other: Vec<f64>,
    pub premium: Vec<f64>,
    pub flows: Vec<Vec<f64>>,
}

/// Mean days, or zero when nothing was taken up.
fn days(waits: &[Waits]) -> f64 {
    let count: f64 = waits.iter().map(Waits::count).sum();
    let sum = |w: &Waits| w.mean().unwrap_or_default() * w.count();
    let sum: f64 = waits.iter().map(sum).sum();
    if count > 0.0 { sum / count } else { 0.0 }
}

/// Runs it.
pub fn run(inputs: &Inputs, knobs: &Knobs) -> Outputs {
    let mut told = Outputs::default();
    let mut queue = Queue::default();
    let route = |start: &crate::inputs::Start| Route {
        apt: start.apt,
        open: start.open,
        ..Route::default()
    };
    let mut routes: Vec<Route> = inputs.routes.iter().map(route).collect();
    for month in &inputs.months {
        let mut filed: [Filed; LINES] = std::array::from_fn(|line| Filed {
            applications: 0.0,
            amounts: vec![(line as u32, month.amounts[line])],
        });
        queue.begin(&mut filed, knobs.licensing_gives_up, |_, _| ());
        for day in &month.days {
            let work = Work {
                done: day.done,
                chips: knobs.licensing_chip_work,
                fair: knobs.licensing_fair,
            };
            queue.day(day.chips, day.general, work);
        }
        let mut licensed = 0.0;
        queue.end(|_, _, amount| licensed += amount);
        let (chips, other) = queue.waiting();
        told.waiting_chips.push(chips);
        told.waiting_other.push(other);
        told.amounts_waiting.push(queue.chips_waiting());
        told.licensed.push(licensed);
        told.days_chips.push(days(&queue.chip_waits));
        let general = std::slice::from_ref(&queue.general_waits);
        told.days_other.push(days(general));

        enforce(knobs, &mut routes, month.effort, &month.watched);
        let premium = clear(knobs, &mut routes, month.wish, month.had);
        told.premium.push(premium);
        told.flows.push(routes.iter().map(|r| r.flow).collect());
        let room = |[open, below, limit]: &[f64; 3]| Room {
            open: *open,
            below: *below,
            limit: *limit,
        };
        let rooms: Vec<Room> = month.rooms.iter().map(room).collect();
        adapt(knobs, &mut routes, &rooms, premium, month.price);
    }
    told
}
