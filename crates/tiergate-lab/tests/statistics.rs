//! Each figure against a slow and obvious one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use tiergate_lab::statistics::{Sample, Share, Weighted, differences, interval_score, spearman};

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

/// Draws in tenths, so that some are alike.
fn draws(most: usize) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-500_i32..500).prop_map(|n| f64::from(n) / 10.0), 1..most)
}

/// Draws with small whole weights, of which the first is not 0.
fn weighted(most: usize) -> impl Strategy<Value = (Vec<f64>, Vec<u8>)> {
    draws(most).prop_flat_map(|draws| {
        let count = draws.len();
        let weights = prop::collection::vec(0_u8..5, count).prop_map(|mut weights| {
            weights[0] += 1;
            weights
        });
        (Just(draws), weights)
    })
}

fn as_numbers(weights: &[u8]) -> Vec<f64> {
    weights.iter().map(|w| f64::from(*w)).collect()
}

/// The mean distance to what was observed less half that of any two draws, over all pairs.
fn crps_over_pairs(draws: &[f64], weights: &[f64], observed: f64) -> f64 {
    let sum: f64 = weights.iter().sum();
    let (mut off, mut apart) = (0.0, 0.0);
    for (x, w) in draws.iter().zip(weights) {
        off += w / sum * (x - observed).abs();
        for (y, v) in draws.iter().zip(weights) {
            apart += w * v / sum / sum * (x - y).abs();
        }
    }
    off - apart / 2.0
}

/// The rank by counting who is less, and who is alike.
fn rank(of: f64, among: &[f64]) -> f64 {
    let less = among.iter().filter(|x| **x < of).count();
    let alike = among.iter().filter(|x| **x == of).count();
    less as f64 + (alike as f64 + 1.0) / 2.0
}

#[test]
fn draws_that_say_nothing_are_told_by_their_place() {
    let told = |draws: &[f64]| Sample::new(draws.to_vec()).unwrap_err().to_string();
    assert_eq!(told(&[]), "there is no draw");
    assert_eq!(
        told(&[1.0, 2.0, f64::NAN]),
        "draw 2 is NaN; each is to be a finite number"
    );
    let told =
        |draws: &[f64], weights: &[f64]| Weighted::new(draws, weights).unwrap_err().to_string();
    assert_eq!(told(&[], &[]), "there is no draw");
    assert_eq!(
        told(&[1.0, 2.0], &[1.0]),
        "one column has 2 draws and the other 1; draw by draw they are to belong together"
    );
    assert_eq!(
        told(&[1.0, 2.0], &[1.0, -1.0]),
        "the weight of draw 1 is -1; each is to be a finite number of 0 or more"
    );
    assert_eq!(
        told(&[1.0, 2.0], &[0.0, 0.0]),
        "the weights of all 2 draws are 0: one at least is to count"
    );
    assert!(told(&[f64::INFINITY], &[0.0]).contains("draw 0 is inf"));
    assert!(differences(&[1.0], &[f64::NAN]).is_err());
    assert!(spearman(&[1.0], &[1.0, 2.0]).is_err());
    assert!(Share::of([]).is_err());
    assert!(Share::weighted(&[true], &[f64::NAN]).is_err());
}

#[test]
fn quantiles_are_those_r_gives() {
    // quantile(c(15, 20, 35, 40, 50), c(0.05, 0.3, 0.4, 0.95)), type 7.
    let sample = Sample::new(vec![50.0, 15.0, 40.0, 20.0, 35.0]).unwrap();
    for (q, known) in [(0.05, 16.0), (0.3, 23.0), (0.4, 29.0), (0.95, 48.0)] {
        assert!(near(sample.quantile(q), known), "{q}");
    }
}

#[test]
fn the_interval_of_a_share_is_wilsons() {
    // Newcombe (1998, Stat. Med. 17:857-872), table I, method 3.
    for (held, of, low, high) in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ] {
        let share = Share::of((0..of).map(|draw| draw < held)).unwrap();
        assert!((share.low - low).abs() < 5e-5, "{held}/{of}: {}", share.low);
        assert!(
            (share.high - high).abs() < 5e-5,
            "{held}/{of}: {}",
            share.high
        );
    }
}

#[test]
fn a_forecast_that_tells_the_truth_scores_best() {
    // Observed alike over 0..100; forecasts that are right, narrow, wide and beside it.
    let forecast = |low: i32, high: i32| {
        let draws = (0..=200).map(|n| f64::from(low) + f64::from((high - low) * n) / 200.0);
        Sample::new(draws.collect()).unwrap()
    };
    let mean = |sample: &Sample, score: fn(&Sample, f64) -> f64| {
        (0..1000)
            .map(|n| score(sample, f64::from(n) / 10.0))
            .sum::<f64>()
            / 1000.0
    };
    for score in [Sample::crps, Sample::interval_score] {
        let right = mean(&forecast(0, 100), score);
        for (low, high) in [(30, 70), (-50, 150), (20, 120)] {
            assert!(mean(&forecast(low, high), score) > right, "{low} {high}");
        }
    }
}

proptest! {
    #[test]
    fn a_quantile_lies_between_the_two_draws_next_to_it(sample in draws(40), q in 0.0..=1.0_f64) {
        let count = sample.len() as f64;
        let found = Sample::new(sample.clone()).unwrap().quantile(q);
        // By the definition: the line through the points ((k - 1) / (n - 1), x_k).
        let mut sorted = sample;
        sorted.sort_by(f64::total_cmp);
        let mut known = sorted[0];
        for (k, pair) in sorted.windows(2).enumerate() {
            let (from, to) = (k as f64 / (count - 1.0), (k as f64 + 1.0) / (count - 1.0));
            if from <= q && q <= to {
                known = pair[0] + (q - from) / (to - from) * (pair[1] - pair[0]);
            }
        }
        prop_assert!(near(found, known), "{} {}", found, known);
    }

    #[test]
    fn the_mean_and_its_error_are_those_of_the_schoolbook(sample in draws(40)) {
        let count = sample.len() as f64;
        let mean = sample.iter().sum::<f64>() / count;
        let variance = sample.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (count - 1.0);
        let found = Sample::new(sample).unwrap();
        prop_assert!(near(found.mean(), mean));
        match found.standard_error() {
            Some(error) => prop_assert!(near(error, (variance / count).sqrt())),
            None => prop_assert!(count < 2.0),
        }
    }

    #[test]
    fn equal_weights_change_nothing(sample in draws(40), weight in 0.01..100.0_f64, q in 0.0..=1.0_f64, y in -60.0..60.0_f64) {
        let plain = Sample::new(sample.clone()).unwrap();
        let even = Weighted::new(&sample, &vec![weight; sample.len()]).unwrap();
        prop_assert!(near(even.effective(), sample.len() as f64));
        prop_assert!(near(even.quantile(q), plain.quantile(q)));
        prop_assert!(near(even.mean(), plain.mean()));
        prop_assert!(near(even.crps(y), plain.crps(y)));
        prop_assert!(near(even.interval_score(y), plain.interval_score(y)));
    }

    #[test]
    fn a_weighted_quantile_is_the_mean_of_the_staircase_over_one_effective_draw(
        (sample, weights) in weighted(12),
        q in 0.0..=1.0_f64,
    ) {
        let weights = as_numbers(&weights);
        let found = Weighted::new(&sample, &weights).unwrap();
        let effective = found.effective();
        prop_assert!(1.0 - 1e-9 <= effective && effective <= sample.len() as f64 + 1e-9);
        let mut order: Vec<usize> = (0..sample.len()).collect();
        order.sort_by(|a, b| sample[*a].total_cmp(&sample[*b]));
        let sum: f64 = weights.iter().sum();
        // The value at which the sum of weights first reaches a share.
        let stair = |share: f64| {
            let mut reached = 0.0;
            let reaches = order.iter().find(|at| {
                reached += weights[**at] / sum;
                reached >= share
            });
            sample[*reaches.unwrap_or(&order[order.len() - 1])]
        };
        let from = q * (effective - 1.0) / effective;
        let steps = 4000;
        let middles = (0..steps).map(|n| from + (f64::from(n) + 0.5) / f64::from(steps) / effective);
        let known = middles.map(stair).sum::<f64>() / f64::from(steps);
        // A step of the window can be on the wrong stair at each of a dozen stairs.
        prop_assert!((found.quantile(q) - known).abs() < 12.0 * 100.0 / f64::from(steps), "{} {}", found.quantile(q), known);
    }

    #[test]
    fn a_whole_weight_is_as_many_draws_in_the_mean_and_the_score(
        (sample, weights) in weighted(20),
        y in -60.0..60.0_f64,
    ) {
        let each = sample.iter().zip(&weights);
        let repeated: Vec<f64> = each
            .flat_map(|(x, w)| std::iter::repeat_n(*x, usize::from(*w)))
            .collect();
        let repeated = Sample::new(repeated).unwrap();
        let found = Weighted::new(&sample, &as_numbers(&weights)).unwrap();
        prop_assert!(near(found.mean(), repeated.mean()));
        prop_assert!(near(found.crps(y), repeated.crps(y)));
        let of = |power: i32| weights.iter().map(|w| f64::from(*w).powi(power)).sum::<f64>();
        prop_assert!(near(found.effective(), of(1) * of(1) / of(2)));
    }

    #[test]
    fn bands_rise_and_stay_within_the_draws((sample, weights) in weighted(20)) {
        let least = sample.iter().copied().fold(f64::INFINITY, f64::min);
        let most = sample.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let plain = Sample::new(sample.clone()).unwrap().band();
        let by_weight = Weighted::new(&sample, &as_numbers(&weights)).unwrap().band();
        for [low, middle, high] in [plain, by_weight] {
            prop_assert!(least <= low && low <= middle + 1e-9 && middle <= high + 1e-9 && high <= most);
        }
    }

    #[test]
    fn the_score_of_draws_is_that_over_all_pairs((sample, weights) in weighted(30), y in -60.0..60.0_f64) {
        let even = vec![1.0; sample.len()];
        let weights = as_numbers(&weights);
        let found = Sample::new(sample.clone()).unwrap().crps(y);
        prop_assert!(near(found, crps_over_pairs(&sample, &even, y)));
        let found = Weighted::new(&sample, &weights).unwrap().crps(y);
        prop_assert!(near(found, crps_over_pairs(&sample, &weights, y)));
        prop_assert!(found >= -1e-12);
    }

    #[test]
    fn the_interval_score_is_as_printed(low in -50.0..50.0_f64, width in 0.0..50.0_f64, y in -120.0..120.0_f64) {
        let high = low + width;
        let mut known = width;
        if y < low {
            known += 20.0 * (low - y);
        }
        if y > high {
            known += 20.0 * (y - high);
        }
        prop_assert!(near(interval_score([low, high], 0.9, y), known));
    }

    #[test]
    fn wilsons_ends_are_where_the_test_of_a_share_turns(held in 0_u32..200, not in 0_u32..200) {
        prop_assume!(held + not > 0);
        let count = f64::from(held + not);
        let share = Share::of((0..held + not).map(|draw| draw < held)).unwrap();
        prop_assert!(0.0 <= share.low && share.low <= share.value);
        prop_assert!(share.value <= share.high && share.high <= 1.0);
        for end in [share.low, share.high] {
            // How many standard errors of the share at the end the share found is away.
            let away = (share.value - end).powi(2) * count;
            prop_assert!(near(away, 1.959_963_984_540_054_f64.powi(2) * end * (1.0 - end)));
        }
        let weighted = Share::weighted(
            &(0..held + not).map(|draw| draw < held).collect::<Vec<_>>(),
            &vec![0.3; (held + not) as usize],
        ).unwrap();
        prop_assert!(near(weighted.low, share.low) && near(weighted.high, share.high));
    }

    #[test]
    fn the_rank_correlation_is_that_of_ranks_by_counting(
        pairs in prop::collection::vec((-9_i8..9, -9_i8..9), 1..30),
    ) {
        let (left, right): (Vec<f64>, Vec<f64>) =
            pairs.iter().map(|(a, b)| (f64::from(*a), f64::from(*b))).unzip();
        let ranks = |column: &[f64]| -> Vec<f64> {
            let mean = (column.len() as f64 + 1.0) / 2.0;
            column.iter().map(|x| rank(*x, column) - mean).collect()
        };
        let (a, b) = (ranks(&left), ranks(&right));
        let of = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
        let found = spearman(&left, &right).unwrap();
        if of(&a, &a) == 0.0 || of(&b, &b) == 0.0 {
            prop_assert_eq!(found, None);
        } else {
            prop_assert!(near(found.unwrap(), of(&a, &b) / (of(&a, &a).sqrt() * of(&b, &b).sqrt())));
            // What keeps the order keeps the figure.
            let stretched: Vec<f64> = left.iter().map(|x| x.powi(3) + x).collect();
            prop_assert_eq!(spearman(&stretched, &right).unwrap(), found);
            let turned: Vec<f64> = left.iter().map(|x| -x).collect();
            prop_assert!(near(spearman(&turned, &right).unwrap().unwrap(), -found.unwrap()));
        }
    }

    #[test]
    fn the_difference_is_draw_by_draw(pairs in prop::collection::vec((-500_i16..500, -500_i16..500), 1..30)) {
        let (left, right): (Vec<f64>, Vec<f64>) =
            pairs.iter().map(|(a, b)| (f64::from(*a), f64::from(*b))).unzip();
        let found = differences(&left, &right).unwrap();
        for (found, (a, b)) in found.iter().zip(&pairs) {
            prop_assert_eq!(*found, f64::from(a - b));
        }
        let mean = |x: &[f64]| Sample::new(x.to_vec()).unwrap().mean();
        prop_assert!(near(mean(&found), mean(&left) - mean(&right)));
    }
}
