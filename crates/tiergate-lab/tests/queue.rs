//! The licensing queue, against Little's law, closed forms and a slow reference.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64Mcg;
use tiergate_lab::model::{Filed, GENERAL_LINE, LINES, Queue, Waits, Work};

const PLAIN: Work = Work {
    done: 0.0,
    chips: 1.0,
    fair: 0.0,
};

/// Runs one line of applications for other goods: mean number that waits at the end of a day.
fn waiting(days: usize, filed: f64, done: f64, seed: u64) -> f64 {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut noise = |mean: f64| {
        let z: f64 = StandardNormal.sample(&mut random);
        (mean + mean.sqrt() * z).max(0.0)
    };
    let mut queue = Queue::default();
    let mut sum = 0.0;
    for _ in 0..days {
        let (general, done) = (noise(filed), noise(done));
        queue.day([0.0; LINES], general, Work { done, ..PLAIN });
        sum += queue.waiting().1;
    }
    sum / days as f64
}

#[test]
fn a_busy_queue_is_as_long_as_the_gaussian_walk_and_near_m_m_1() {
    let (filed, done) = (99.5, 100.0);
    let mean = waiting_with_month(600_000, filed, done);
    // The mean of the maximum of a Gaussian walk (Chang and Peres, 1997), to second order.
    let sigma = (filed + done).sqrt();
    let drift = (done - filed) / sigma;
    let walk = sigma * (1.0 / (2.0 * drift) - 0.582_597 + drift / 4.0);
    assert!((mean / walk - 1.0).abs() < 0.08, "{mean} and {walk}");
    // M/M/1: rho over one less rho.
    let rho = filed / done;
    let closed = rho / (1.0 - rho);
    assert!((mean / closed - 1.0).abs() < 0.12, "{mean} and {closed}");
    // A less busy queue is far shorter: the bound above tells them apart.
    assert!(waiting_with_month(200_000, 98.0, done) < 0.4 * mean);
}

fn waiting_with_month(days: usize, filed: f64, done: f64) -> f64 {
    waiting(days, filed, done, 3)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Little's law, exactly: the days that all wait are those of who was taken up and who still waits.
    #[test]
    fn the_area_under_the_queue_is_the_days_waited(
        months in prop::collection::vec((0.0..400.0_f64, 0.0..300.0_f64, 0.0..30.0_f64), 1..14),
        chips in 1.0..5.0_f64,
        fair in 0.0..1.0_f64,
    ) {
        let mut queue = Queue::default();
        let (mut area, mut waited, mut filed_all, mut taken, mut gone) = (0.0, 0.0, 0.0, 0.0, 0.0);
        let mut amounts_in = 0.0;
        let mut amounts_out = 0.0;
        for (general, applications, done) in &months {
            let mut filed: [Filed; LINES] = Default::default();
            for (line, filed) in filed.iter_mut().enumerate() {
                let amount = applications * (line + 1) as f64;
                amounts_in += amount;
                *filed = Filed { applications: *applications, amounts: vec![(line as u32, amount)] };
            }
            queue.begin(&mut filed, 0.0, |_, amount| gone += amount);
            for _ in 0..30 {
                let each = [applications / 30.0; LINES];
                queue.day(each, general / 30.0, Work { done: *done, chips, fair });
                let (c, g) = queue.waiting();
                area += c + g;
            }
            queue.end(|_, _, amount| amounts_out += amount);
            let total = |w: &Waits| w.mean().unwrap_or_default() * w.count();
            waited += queue.chip_waits.iter().map(total).sum::<f64>() + total(&queue.general_waits);
            filed_all += queue.passed().iter().map(|p| p.filed).sum::<f64>();
            taken += queue.passed().iter().map(|p| p.taken).sum::<f64>();
        }
        let (c, g) = queue.waiting();
        // In is out and waiting.
        prop_assert!((filed_all - taken - c - g).abs() < 1e-6 * filed_all.max(1.0));
        prop_assert!((amounts_in - amounts_out - queue.chips_waiting()).abs() < 1e-6 * amounts_in.max(1.0));
        prop_assert_eq!(gone, 0.0);
        // Who still waits has waited at most since the first day.
        prop_assert!(waited <= area + 1e-6 * area.max(1.0));
        if c + g < 1e-9 {
            prop_assert!((area - waited).abs() < 1e-6 * area.max(1.0), "{} and {}", area, waited);
        }
    }
}

#[test]
fn allies_are_served_first_and_embargoed_countries_last() {
    let mut queue = Queue::default();
    let mut filed: [Filed; LINES] = Default::default();
    for filed in &mut filed {
        filed.applications = 300.0;
    }
    queue.begin(&mut filed, 0.0, |_, _| ());
    for _ in 0..30 {
        queue.day(
            [10.0; LINES],
            5.0,
            Work {
                done: 12.0,
                chips: 1.0,
                fair: 0.0,
            },
        );
    }
    let taken: Vec<f64> = queue.passed().iter().map(|p| p.taken).collect();
    assert!((taken[0] - 300.0).abs() < 1e-6, "{taken:?}");
    assert!((taken[GENERAL_LINE] - 60.0).abs() < 1e-6, "{taken:?}");
    assert_eq!(taken[2], 0.0);
}
