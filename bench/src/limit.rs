//! The limit of a walk: as many dependent loads, over as many bytes, as the least diagram takes.

use tiergate_engine::Rulebook;
use tiergate_order::Facts;

use crate::spec::Random;
use crate::tier::Least;
use crate::timing::Contestant;

/// The limit of a walk over the facts that differ among these orders: its contestant and length.
pub fn limit<'a>(book: &Rulebook, facts: &[Facts], readings: &[usize]) -> (Contestant<'a>, f64) {
    let least = Least::new(book, facts, readings);
    let total: usize = facts.iter().map(|f| least.walk(book, f, readings).1).sum();
    let steps = total as f64 / facts.len() as f64;
    let bytes = least.bytes();
    let name = format!("limit: {steps:.1} dependent loads over {bytes} bytes");
    (chase(name, bytes, steps), steps)
}

/// A walk of dependent loads over a shuffled ring of as many bytes: the least such a walk takes.
fn chase<'a>(name: String, bytes: usize, steps: f64) -> Contestant<'a> {
    let slots = (bytes / 64).max(2);
    // One cache line a slot; a ring in random order.
    let mut order: Vec<usize> = (0..slots).collect();
    let mut r = Random::new(5);
    for at in (1..slots).rev() {
        order.swap(at, r.below(at as u64 + 1) as usize);
    }
    let mut next = vec![[0_u32; 16]; slots];
    for at in 0..slots {
        next[order[at]][0] = order[(at + 1) % slots] as u32;
    }
    let mut at = 0_u32;
    Contestant {
        name,
        slice: Box::new(move |items| {
            let total = (items as f64 * steps).round() as usize;
            let start = std::time::Instant::now();
            for _ in 0..total {
                at = next[at as usize][0];
            }
            std::hint::black_box(at);
            (start.elapsed().as_nanos() as u64, items)
        }),
    }
}
