//! A decision as it was kept, where the order is decided otherwise now.

use serde_json::Value;
use tiergate_server::{Block, Explained, Light, Sheet};

use super::asking::in_words;
use super::sheets::light;
use crate::verdict;

/// Whether two decisions say the same of an order: what is required, how it is reviewed, what is open.
pub fn is_same(kept: &Value, now: &Value) -> bool {
    let ids = |of: &Value| -> Vec<Value> {
        let all = of["requirements"].as_array().into_iter().flatten();
        all.map(|requirement| requirement["id"].clone()).collect()
    };
    let same = |key: &&str| kept[*key] == now[*key];
    ["outcome", "authority", "review", "missing"]
        .iter()
        .all(same)
        && ids(kept) == ids(now)
}

fn word(kept: &Value, key: &str) -> String {
    kept[key].as_str().unwrap_or_default().replace('-', " ")
}

/// What was kept, without reasons.
pub fn told(kept: &Value) -> Explained {
    let mut sheet = Sheet::default();
    for (heading, key) in [
        ("License requirements", "requirements"),
        ("How an application is reviewed", "reviews"),
        ("Duties", "duties"),
    ] {
        let all = kept[key].as_array().into_iter().flatten();
        let mut all = all.peekable();
        if all.peek().is_none() {
            continue;
        }
        sheet.heading(heading.to_owned());
        for rule in all {
            let text = |key: &str| rule[key].as_str().unwrap_or_default();
            let says = [text("says"), text("what")].concat();
            sheet.point(0, format!("{} ({}): {says}", text("id"), text("cite")));
        }
    }
    let assumed = kept["assumptions"].as_array().into_iter().flatten();
    let assumed: Vec<String> = assumed
        .filter_map(|line| line.as_str().map(str::to_owned))
        .collect();
    if !assumed.is_empty() {
        sheet.heading("What was assumed".to_owned());
        sheet.block(Block::Lines(assumed));
    }
    let review = word(kept, "review");
    let answer = match review.as_str() {
        "" => format!("It was decided: {}.", word(kept, "outcome")),
        review => format!("It was decided: {}, {review}.", word(kept, "outcome")),
    };
    let outcome = kept["outcome"].as_str();
    let missing = kept["missing"].as_array().into_iter().flatten();
    Explained {
        light: outcome.map_or(Light::Open, |outcome| light(verdict::light(outcome))),
        answer,
        law: format!("{}, as of {}", word(kept, "law"), word_day(kept)),
        missing: missing.filter_map(Value::as_str).map(in_words).collect(),
        sheet,
        holds: false,
    }
}

fn word_day(kept: &Value) -> &str {
    kept["as_of"].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_decision_that_is_otherwise_now_is_told_as_it_was_kept() {
        let kept = json!({ "law": "us", "as_of": "2026-01-05", "outcome": "license-required",
            "review": "case-by-case", "missing": [], "assumptions": ["a = b (assumed, as asked)"],
            "requirements": [{ "id": "RS", "cite": "742.6", "says": "a license" }] });
        let mut now = kept.clone();
        assert!(is_same(&kept, &now));
        now["requirements"] = json!([]);
        assert!(!is_same(&kept, &now));
        let told = told(&kept);
        assert_eq!(
            told.answer,
            "It was decided: license required, case by case."
        );
        assert_eq!(told.sheet.sections.len(), 2);
        assert!(!told.holds && told.light == Light::License);
    }
}
