//! The design of Morris is what it is said to be, and the effects are those of the whole grid.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod functions;

use functions::{g_function, ishigami, linear, run};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_pcg::Pcg64;
use tiergate_lab::sensitivity::{Bootstrap, Design, Trajectories, effects};

const BOOTSTRAP: Bootstrap = Bootstrap {
    resamples: 200,
    seed: 7,
};

fn none() -> Bootstrap {
    Bootstrap {
        resamples: 0,
        seed: 7,
    }
}

/// How far two walks are: the sum over all pairs of points, one of each.
fn apart(design: &Trajectories, a: usize, b: usize) -> f64 {
    let long = design.inputs() + 1;
    let walk = |at: usize| (0..long).map(move |step| design.at(at * long + step));
    let pairs = walk(a).flat_map(|p| walk(b).map(move |q| (p.clone(), q)));
    let distances = pairs.map(|(p, q)| {
        let squares = p.iter().zip(q).map(|(x, y)| (x - y).powi(2));
        squares.sum::<f64>().sqrt()
    });
    distances.sum()
}

/// How far all pairs of walks are.
fn all_apart(design: &Trajectories) -> Vec<f64> {
    let pairs = (0..design.trajectories()).flat_map(|a| (0..a).map(move |b| (a, b)));
    pairs.map(|(a, b)| apart(design, a, b)).collect()
}

#[test]
fn walks_chosen_to_be_spread_are_farther_apart_than_the_first_as_many() {
    for seed in 0..5 {
        let mut random = Pcg64::seed_from_u64(seed);
        let plain = Trajectories::new(6, 4, 10, &mut random).unwrap();
        let spread = Trajectories::spread(6, 4, 10, 100, &mut random).unwrap();
        assert_eq!(spread.trajectories(), 10);
        let sum = |design| all_apart(design).iter().sum::<f64>();
        assert!(sum(&spread) > 1.05 * sum(&plain), "seed {seed}");
    }
}

#[test]
fn two_walks_chosen_are_the_two_that_are_farthest_apart() {
    for seed in 0..5 {
        let random = || Pcg64::seed_from_u64(seed);
        let all = Trajectories::new(4, 6, 30, &mut random()).unwrap();
        let two = Trajectories::spread(4, 6, 2, 30, &mut random()).unwrap();
        let most = all_apart(&all).into_iter().fold(0.0, f64::max);
        assert!((apart(&two, 0, 1) - most).abs() < 1e-9, "seed {seed}");
    }
}

/// The effects of an input from every point of the grid at once: slow, and all there is to know.
fn effects_on_the_grid(of: fn(&[f64]) -> f64, inputs: usize, input: usize) -> (f64, f64, f64) {
    let mut all = Vec::new();
    for number in 0..4_usize.pow(u32::try_from(inputs).unwrap()) {
        let levels = (0..inputs).map(|at| number / 4_usize.pow(u32::try_from(at).unwrap()) % 4);
        let low: Vec<f64> = levels.map(|level| level as f64 / 3.0).collect();
        if low[input] > 0.5 {
            continue;
        }
        let mut high = low.clone();
        high[input] += 2.0 / 3.0;
        all.push((of(&high) - of(&low)) / (2.0 / 3.0));
    }
    let count = all.len() as f64;
    let mu = all.iter().sum::<f64>() / count;
    let star = all.iter().map(|e| e.abs()).sum::<f64>() / count;
    let sigma = (all.iter().map(|e| (e - mu).powi(2)).sum::<f64>() / count).sqrt();
    (mu, star, sigma)
}

#[test]
fn the_effects_are_those_of_the_whole_grid_within_what_the_walks_can_tell() {
    for function in [ishigami(), linear(), g_function()] {
        let inputs = function.first.len();
        let mut random = Pcg64::seed_from_u64(11);
        let design = Trajectories::new(inputs, 4, 2000, &mut random).unwrap();
        let outputs = run(&design, function.of);
        let found = effects(&design, &outputs, BOOTSTRAP).unwrap();
        for (input, found) in found.iter().enumerate() {
            let (mu, star, sigma) = effects_on_the_grid(function.of, inputs, input);
            let error = 4.0 * sigma / 2000_f64.sqrt() + 1e-9;
            let name = function.name;
            assert!(
                (found.mu - mu).abs() < error,
                "{name} {input}: {} {mu}",
                found.mu
            );
            assert!((found.mu_star.value - star).abs() < error, "{name} {input}");
            assert!(
                (found.sigma - sigma).abs() < error,
                "{name} {input}: {} {sigma}",
                found.sigma
            );
            let [low, high] = found.mu_star.interval.unwrap();
            assert!(low <= found.mu_star.value + 1e-9 && found.mu_star.value <= high + 1e-9);
            // The central 90 % of a mean: 1.645 of its standard errors to each side.
            let scatter = (sigma * sigma + mu * mu - star * star).max(0.0).sqrt();
            let width = 2.0 * 1.645 * scatter / 2000_f64.sqrt();
            let off = (high - low - width).abs();
            assert!(
                off < 0.2 * width + 1e-7,
                "{name} {input}: {} {width}",
                high - low
            );
        }
    }
}

#[test]
fn effects_of_both_signs_cancel_in_the_mean_and_not_in_the_mean_of_sizes() {
    let mut random = Pcg64::seed_from_u64(2);
    let design = Trajectories::new(2, 4, 400, &mut random).unwrap();
    let outputs = run(&design, |x| (x[0] - 0.5).powi(2) + 0.0 * x[1]);
    let found = effects(&design, &outputs, BOOTSTRAP).unwrap();
    assert!(found[0].mu.abs() < 0.05);
    assert!((found[0].mu_star.value - 1.0 / 3.0).abs() < 1e-9);
    assert!((found[0].sigma - 1.0 / 3.0).abs() < 0.01);
    assert_eq!(
        (found[1].mu, found[1].mu_star.value, found[1].sigma),
        (0.0, 0.0, 0.0)
    );
    let huge: Vec<f64> = outputs.iter().map(|y| y * 1e307).collect();
    let found = effects(&design, &huge, BOOTSTRAP).unwrap();
    assert!(found[0].sigma.is_finite() && found[0].mu_star.value > 3e306);
}

#[test]
fn outputs_of_a_walk_one_too_far_are_seen() {
    let mut random = Pcg64::seed_from_u64(2);
    let design = Trajectories::new(4, 4, 50, &mut random).unwrap();
    let mut outputs = run(&design, |x| x[0] + 2.0 * x[1] + 4.0 * x[2] + 8.0 * x[3]);
    let right = effects(&design, &outputs, none()).unwrap();
    for (found, known) in right.iter().zip([1.0, 2.0, 4.0, 8.0]) {
        assert!((found.mu - known).abs() < 1e-9 && found.sigma < 1e-9);
        assert_eq!(found.mu_star.interval, None);
    }
    outputs.rotate_right(1);
    let wrong = effects(&design, &outputs, none()).unwrap();
    assert!(wrong.iter().all(|found| found.sigma > 0.5));
}

#[test]
fn an_output_that_is_no_number_is_told_with_its_step() {
    let mut random = Pcg64::seed_from_u64(1);
    let walks = Trajectories::new(2, 4, 3, &mut random).unwrap();
    let mut outputs = vec![1.0; walks.len()];
    outputs[4] = f64::NAN;
    let error = effects(&walks, &outputs, BOOTSTRAP).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("point 4 of 9 (trajectory 1, step 1) is NaN")
    );
}

#[test]
fn walks_that_cannot_be_made_say_what_could() {
    let mut random = Pcg64::seed_from_u64(1);
    let mut told = |inputs, levels, count| {
        let made = Trajectories::new(inputs, levels, count, &mut random);
        made.unwrap_err().to_string()
    };
    assert!(told(0, 4, 5).contains("one input or more"));
    for levels in [0, 1, 5, 70_000] {
        assert!(told(3, levels, 5).contains(&format!("from 2 to 32768, which {levels} is not")));
    }
    assert!(told(3, 4, 1).contains("two trajectories or more, and this one 1"));
    let few = Trajectories::spread(3, 4, 9, 8, &mut random).unwrap_err();
    assert_eq!(few.to_string(), "9 trajectories cannot be chosen from 8");
}

#[test]
fn a_seed_gives_the_same_walks_again_and_another_does_not() {
    let walks = |seed| Trajectories::new(5, 4, 8, &mut Pcg64::seed_from_u64(seed)).unwrap();
    assert_eq!(walks(1), walks(1));
    assert_ne!(walks(1), walks(2));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_walk_moves_each_input_once_by_the_same_and_stays_on_the_grid(
        inputs in 1_usize..12,
        half in 1_usize..6,
        count in 2_usize..6,
        seed in any::<u64>(),
    ) {
        let levels = 2 * half;
        let by = levels as f64 / (2.0 * (levels as f64 - 1.0));
        let mut random = Pcg64::seed_from_u64(seed);
        let design = Trajectories::new(inputs, levels, count, &mut random).unwrap();
        prop_assert_eq!(design.len(), count * (inputs + 1));
        for walk in 0..count {
            let mut moved = vec![0; inputs];
            for step in 0..inputs {
                let before = design.at(walk * (inputs + 1) + step);
                let after = design.at(walk * (inputs + 1) + step + 1);
                for (input, (x, y)) in before.iter().zip(&after).enumerate() {
                    for coordinate in [x, y] {
                        let level = coordinate * (levels as f64 - 1.0);
                        prop_assert!((0.0..=1.0).contains(coordinate));
                        prop_assert!((level - level.round()).abs() < 1e-9);
                    }
                    if x != y {
                        prop_assert!(((x - y).abs() - by).abs() < 1e-12);
                        moved[input] += 1;
                    }
                }
            }
            prop_assert!(moved.iter().all(|times| *times == 1));
        }
    }
}
