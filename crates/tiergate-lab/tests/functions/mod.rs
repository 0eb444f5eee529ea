//! Functions of the unit cube whose indices can be written down.

#![allow(dead_code, reason = "not every test looks at all of them")]

use std::f64::consts::PI;

use tiergate_lab::sensitivity::Design;

/// A function, and what is known of it.
pub struct Function {
    pub name: &'static str,
    pub of: fn(&[f64]) -> f64,
    pub first: Vec<f64>,
    pub total: Vec<f64>,
}

/// The outputs at the points of a design, in order.
pub fn run(design: &impl Design, of: fn(&[f64]) -> f64) -> Vec<f64> {
    (0..design.len()).map(|at| of(&design.at(at))).collect()
}

/// Ishigami & Homma (1990), with a = 7 and b = 0.1.
pub fn ishigami() -> Function {
    const A: f64 = 7.0;
    const B: f64 = 0.1;
    let alone = [(1.0 + B * PI.powi(4) / 5.0).powi(2) / 2.0, A * A / 8.0, 0.0];
    let together = B * B * PI.powi(8) * 8.0 / 225.0;
    let all = alone.iter().sum::<f64>() + together;
    let in_all = [alone[0] + together, alone[1], together];
    Function {
        name: "ishigami",
        of: |u| {
            let x: Vec<f64> = u.iter().map(|u| PI * (2.0 * u - 1.0)).collect();
            x[0].sin() + A * x[1].sin().powi(2) + B * x[2].powi(4) * x[0].sin()
        },
        first: alone.iter().map(|v| v / all).collect(),
        total: in_all.iter().map(|v| v / all).collect(),
    }
}

/// A sum, in which the variances go with the squares of the factors.
pub fn linear() -> Function {
    const FACTORS: [f64; 5] = [1.0, -2.0, 3.0, 5.0, 0.0];
    let all: f64 = FACTORS.iter().map(|f| f * f).sum();
    let shares: Vec<f64> = FACTORS.iter().map(|f| f * f / all).collect();
    Function {
        name: "linear",
        of: |x| 100.0 + x.iter().zip(FACTORS).map(|(x, f)| f * x).sum::<f64>(),
        first: shares.clone(),
        total: shares,
    }
}

/// The g-function of Sobol', with the factors of Saltelli et al. (2010).
pub fn g_function() -> Function {
    const FACTORS: [f64; 6] = [0.0, 0.5, 3.0, 9.0, 99.0, 99.0];
    let alone = FACTORS.map(|a| 1.0 / (3.0 * (1.0 + a).powi(2)));
    let product: f64 = alone.iter().map(|v| 1.0 + v).product();
    let all = product - 1.0;
    Function {
        name: "g-function",
        of: |x| {
            let each = x.iter().zip(FACTORS);
            each.map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a))
                .product()
        },
        first: alone.iter().map(|v| v / all).collect(),
        total: alone
            .iter()
            .map(|v| v * product / (1.0 + v) / all)
            .collect(),
    }
}
