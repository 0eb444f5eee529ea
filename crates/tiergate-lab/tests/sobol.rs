//! The design of Saltelli is what it is said to be, and the indices are those known of functions for
//! which they can be written down.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod functions;

use functions::{Function, g_function, ishigami, linear, run};
use proptest::prelude::*;
use tiergate_lab::sensitivity::{Bootstrap, Design, Indices, Saltelli, indices};

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

fn found(function: &Function, rows: usize, seed: u32, bootstrap: Bootstrap) -> Vec<Indices> {
    let design = Saltelli::new(function.first.len(), rows, seed).unwrap();
    let outputs = run(&design, function.of);
    indices(&design, &outputs, bootstrap).unwrap().unwrap()
}

/// How far the worst index is from what is known.
fn worst(function: &Function, found: &[Indices]) -> f64 {
    let first = found.iter().map(|i| i.first.value).zip(&function.first);
    let total = found.iter().map(|i| i.total.value).zip(&function.total);
    first
        .chain(total)
        .map(|(found, known)| (found - known).abs())
        .fold(0.0, f64::max)
}

#[test]
fn what_is_known_of_ishigami_agrees_with_what_is_printed_of_it() {
    let known = ishigami();
    let printed = [0.3139, 0.4424, 0.0, 0.5576, 0.4424, 0.2437];
    for (known, printed) in known.first.iter().chain(&known.total).zip(printed) {
        assert!((known - printed).abs() < 5e-5, "{known} {printed}");
    }
}

#[test]
fn the_indices_close_in_on_those_known_as_rows_are_added() {
    for function in [ishigami(), linear(), g_function()] {
        for rows in [64, 256, 1024, 4096, 16_384] {
            let found = found(&function, rows, 3, none());
            let (off, bound) = (worst(&function, &found), 1.6 / (rows as f64).sqrt());
            assert!(off < bound, "{} at {rows}: {off} {bound}", function.name);
        }
    }
}

#[test]
fn sixteen_times_the_rows_are_off_by_less_than_a_quarter_on_average() {
    for function in [ishigami(), linear(), g_function()] {
        let mean = |rows: usize| -> f64 {
            let off = (0..8).map(|seed| worst(&function, &found(&function, rows, seed, none())));
            off.sum::<f64>() / 8.0
        };
        let (few, many) = (mean(256), mean(4096));
        assert!(many < few / 4.0, "{}: {few} {many}", function.name);
    }
}

#[test]
fn the_interval_of_an_index_holds_the_known_one_nine_times_in_ten() {
    for function in [ishigami(), linear(), g_function()] {
        let (mut held, mut of) = (0, 0);
        for seed in 0..20 {
            let found = found(&function, 512, seed, BOOTSTRAP);
            for (at, index) in found.iter().enumerate() {
                let pairs = [
                    (index.first, function.first[at]),
                    (index.total, function.total[at]),
                ];
                for (estimate, known) in pairs {
                    let [low, high] = estimate.interval.unwrap();
                    // An inert input has no width, and is exact.
                    held += u32::from(low - 1e-12 <= known && known <= high + 1e-12);
                    of += 1;
                }
            }
        }
        let share = f64::from(held) / f64::from(of);
        assert!(share >= 0.9, "{}: {share}", function.name);
    }
}

#[test]
fn outputs_in_the_wrong_places_are_far_from_what_is_known() {
    let rows = 1024;
    for function in [linear(), g_function(), ishigami()] {
        let inputs = function.first.len();
        let design = Saltelli::new(inputs, rows, 3).unwrap();
        let right = run(&design, function.of);
        let width = inputs + 2;
        let off = |change: &dyn Fn(&mut [f64])| {
            let mut outputs = right.clone();
            outputs.chunks_mut(width).for_each(change);
            worst(
                &function,
                &indices(&design, &outputs, none()).unwrap().unwrap(),
            )
        };
        assert!(off(&|_| ()) < 0.05, "{}", function.name);
        // A and B exchanged, the columns one too far, A taken for the first column.
        assert!(off(&|row| row.swap(0, 1)) > 0.2, "{}", function.name);
        assert!(
            off(&|row| row[2..].rotate_right(1)) > 0.2,
            "{}",
            function.name
        );
        assert!(off(&|row| row.rotate_right(1)) > 0.2, "{}", function.name);
    }
}

#[test]
fn an_output_that_does_not_vary_has_no_indices() {
    let design = Saltelli::new(4, 64, 1).unwrap();
    let count = design.len();
    let noise =
        |at: usize| 0.1 + 1e-17 * at as f64 + if at.is_multiple_of(3) { 2e-17 } else { 0.0 };
    let alike: [Vec<f64>; 4] = [
        vec![0.0; count],
        vec![0.1; count],
        vec![-1e300; count],
        (0..count).map(noise).collect(),
    ];
    for outputs in alike {
        assert_eq!(indices(&design, &outputs, BOOTSTRAP).unwrap(), None);
    }
}

#[test]
fn an_output_that_hardly_ever_differs_has_indices_that_are_numbers() {
    let design = Saltelli::new(2, 64, 1).unwrap();
    let mut outputs = vec![0.0; design.len()];
    // Once at A, so many draws of rows have no variance at all.
    outputs[20] = 1.0;
    let found = indices(&design, &outputs, BOOTSTRAP).unwrap().unwrap();
    for index in found {
        for estimate in [index.first, index.total] {
            let [low, high] = estimate.interval.unwrap();
            assert!(estimate.value.is_finite() && low.is_finite() && high.is_finite());
        }
    }
}

#[test]
fn the_size_and_the_place_of_an_output_do_not_matter() {
    let function = ishigami();
    let design = Saltelli::new(3, 256, 5).unwrap();
    let plain = run(&design, function.of);
    let judge = |factor: f64, shift: f64| {
        let outputs: Vec<f64> = plain.iter().map(|y| factor * y + shift).collect();
        indices(&design, &outputs, BOOTSTRAP).unwrap().unwrap()
    };
    let of = judge(1.0, 0.0);
    for (factor, shift) in [(1e-6, 0.0), (1e300, 0.0), (1e-300, 0.0), (-2.0, 1e6)] {
        for (a, b) in of.iter().zip(judge(factor, shift)) {
            assert!(
                (a.first.value - b.first.value).abs() < 1e-8,
                "{factor} {shift}"
            );
            assert!(
                (a.total.value - b.total.value).abs() < 1e-8,
                "{factor} {shift}"
            );
        }
    }
}

#[test]
fn an_output_that_is_no_number_is_told_with_its_point() {
    let design = Saltelli::new(3, 4, 1).unwrap();
    let told = |at: usize, value: f64| {
        let mut outputs = vec![1.0; design.len()];
        outputs[at] = value;
        indices(&design, &outputs, BOOTSTRAP)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        told(9, f64::NAN),
        "the output at point 9 of 20 (base row 1, matrix A with column 2 of B) is NaN; each is to be \
         a finite number"
    );
    assert!(told(5, f64::INFINITY).contains("(base row 1, matrix A) is inf;"));
    assert!(told(1, f64::NEG_INFINITY).contains("(base row 0, matrix B) is -inf;"));
    assert_eq!(
        indices(&design, &[1.0], BOOTSTRAP).unwrap_err().to_string(),
        "there are 1 outputs, and the design has 20 points: one is wanted for each"
    );
}

#[test]
fn a_design_that_cannot_be_made_says_what_could() {
    let told = |inputs, rows| Saltelli::new(inputs, rows, 1).unwrap_err().to_string();
    assert!(told(0, 64).contains("one input or more"));
    assert_eq!(
        told(129, 64),
        "a Saltelli design has at most 128 inputs (two dimensions of the Sobol sequence each), and this \
         one 129: screen them with Morris first and hold those that do not matter"
    );
    for rows in [0, 1, 1000, 131_072, usize::MAX] {
        let wanted = format!("a power of two from 2 to 65536, which {rows} is not");
        assert!(told(3, rows).contains(&wanted), "{}", told(3, rows));
    }
    let most = Saltelli::new(128, 65_536, 1).unwrap();
    assert!(most.at(most.len() - 1).iter().all(|x| 0.0 < *x && *x < 1.0));
}

#[test]
fn each_column_of_the_base_is_spread_evenly_and_no_two_are_alike() {
    let (inputs, rows) = (12, 256);
    let design = Saltelli::new(inputs, rows, 9).unwrap();
    let mut columns: Vec<Vec<f64>> = Vec::new();
    for matrix in 0..2 {
        for input in 0..inputs {
            let column = (0..rows).map(|row| design.at(row * (inputs + 2) + matrix)[input]);
            columns.push(column.collect());
        }
    }
    for (at, column) in columns.iter().enumerate() {
        let mut strata: Vec<usize> = column.iter().map(|x| (x * rows as f64) as usize).collect();
        strata.sort_unstable();
        assert!(strata.into_iter().eq(0..rows), "column {at}");
        // In the middle of a step of 23 bits: an odd number of halves of it.
        let halves = column.iter().map(|x| x * f64::from(1 << 24));
        assert!(halves.into_iter().all(|n| n % 2.0 == 1.0), "column {at}");
        assert!(
            columns[..at].iter().all(|other| other != column),
            "column {at}"
        );
    }
}

#[test]
fn a_seed_gives_the_same_again_and_another_does_not() {
    let rows = |seed| Saltelli::new(5, 8, seed).unwrap().at(3);
    assert_eq!(rows(1), rows(1));
    assert_ne!(rows(1), rows(2));
    let function = ishigami();
    assert_eq!(
        found(&function, 64, 1, BOOTSTRAP),
        found(&function, 64, 1, BOOTSTRAP)
    );
}

/// The two formulas as they are printed, on columns.
fn as_printed(outputs: &[f64], inputs: usize, input: usize) -> (f64, f64) {
    let column = |at: usize| -> Vec<f64> {
        let rows = outputs.chunks(inputs + 2);
        rows.map(|row| row[at]).collect()
    };
    let (a, b, ab) = (column(0), column(1), column(2 + input));
    let rows = a.len() as f64;
    let both: Vec<f64> = a.iter().chain(&b).copied().collect();
    let mean = both.iter().sum::<f64>() / (2.0 * rows);
    let variance = both.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / (2.0 * rows);
    let each = 0..a.len();
    let first: f64 = each.clone().map(|j| (b[j] - mean) * (ab[j] - a[j])).sum();
    let total: f64 = each.map(|j| (a[j] - ab[j]).powi(2)).sum();
    (first / rows / variance, total / (2.0 * rows) / variance)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_outputs_are_judged_as_the_formulas_are_printed(
        inputs in 1_usize..6,
        seed in any::<u32>(),
        noise in prop::collection::vec(-100.0..100.0, 7 * 16),
    ) {
        let design = Saltelli::new(inputs, 16, seed).unwrap();
        let outputs = &noise[..design.len()];
        let found = indices(&design, outputs, none()).unwrap().unwrap();
        for (input, found) in found.iter().enumerate() {
            let (first, total) = as_printed(outputs, inputs, input);
            prop_assert!((found.first.value - first).abs() < 1e-9);
            prop_assert!((found.total.value - total).abs() < 1e-9);
        }
    }

    #[test]
    fn a_row_is_a_point_of_each_matrix_and_those_with_one_column_exchanged(
        inputs in 1_usize..129,
        seed in any::<u32>(),
        row in 0_usize..64,
    ) {
        let design = Saltelli::new(inputs, 64, seed).unwrap();
        let first = row * (inputs + 2);
        let (a, b) = (design.at(first), design.at(first + 1));
        prop_assert!(a.iter().chain(&b).all(|x| 0.0 < *x && *x < 1.0));
        for input in 0..inputs {
            let mut wanted = a.clone();
            wanted[input] = b[input];
            prop_assert_eq!(design.at(first + 2 + input), wanted);
        }
    }
}
