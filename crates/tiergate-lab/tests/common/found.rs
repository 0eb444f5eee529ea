//! Findings that are made up, to see how a page shows them.

use tiergate_lab::findings::{Claim, Influence, Score, Target};
use tiergate_lab::statistics::Share;

fn share(value: f64, low: f64, high: f64) -> Option<Share> {
    Some(Share { value, low, high })
}

/// A claim that holds, and one the model is silent on.
pub fn claims() -> Vec<Claim> {
    let claim = |id: &str, says: &str| Claim {
        id: id.into(),
        claim: says.into(),
        measured: "chips smuggled since the laws part".into(),
        holds: share(0.81, 0.76, 0.85),
        effect: Some([-7_014.0, -1_049.0, 872.0]),
        unit: "kH100e".into(),
        decided_by: vec![("grey.cost".into(), -0.62), ("grey.detection".into(), 0.3)],
        sentence: "In most draws licenses in the middle lessen smuggling & slow sales.".into(),
        silent_on: "what is smuggled as <parts>".into(),
    };
    let silent = Claim {
        holds: None,
        effect: None,
        decided_by: Vec::new(),
        ..claim("C2", "Sales abroad pay for research")
    };
    vec![
        claim("C1", "Licenses for the middle lessen smuggling"),
        silent,
    ]
}

/// A target that is hit, one that is missed, one predicted blind.
pub fn targets() -> Vec<Target> {
    let target = |id: &str, known: Option<f64>, covered: bool| Target {
        id: id.into(),
        quantity: "chips smuggled to China".into(),
        period: "2024".into(),
        unit: "kH100e".into(),
        role: if known.is_some() {
            "calibrate"
        } else {
            "holdout"
        }
        .into(),
        model: Some([40.0, 150.0, 420.0]),
        baseline: Some([90.0, 120.0, 160.0]),
        known,
        known_range: known.map(|x| [x * 0.5, x * 2.0]),
        score: known.map(|_| Score {
            log_error: 0.07,
            interval: 2.7,
            covered,
        }),
        baseline_score: known.map(|_| Score {
            log_error: 0.15,
            interval: 3.1,
            covered,
        }),
        note: "the sum of the year".into(),
    };
    vec![
        target("T01", Some(140.0), true),
        target("T02", Some(900.0), false),
        target("T03", None, false),
    ]
}

/// Screened effects and shares of variance of two outputs.
pub fn influences() -> Vec<Influence> {
    let one = |output: &str, parameter: &str, size: f64| Influence {
        output: output.into(),
        says: format!("{output}, in words"),
        parameter: parameter.into(),
        screened: Some([size * 800.0, size * 1000.0, size * 1250.0]),
        first: Some([size * 0.4, size * 0.5, size * 0.62]),
        total: Some([size * 0.6, size * 0.8, size * 0.95]),
    };
    let mut all = Vec::new();
    for output in ["stock.smuggled", "revenue.abroad"] {
        let sizes = [1.0, 0.6, 0.3, 0.1, 0.02];
        let of = [
            "grey.cost",
            "grey.detection",
            "supply.growth",
            "demand.middle",
            "queue.officers",
        ];
        all.extend(of.iter().zip(sizes).map(|(p, size)| one(output, p, size)));
    }
    all
}
