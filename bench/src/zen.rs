//! The decision in zen: one decision table, first hit, in a decision graph.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use anyhow::{Result, anyhow};
use serde_json::{Map, Value, json};
use zen_engine::model::DecisionContent;
use zen_engine::{Decision, DecisionEngine, EvaluationOptions, Variable};

use crate::spec::{self, Answer, Order};

/// Runs a future that never waits for anything.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

fn list(codes: impl IntoIterator<Item = spec::Code>, not: bool) -> String {
    let words: Vec<String> = codes
        .into_iter()
        .map(|c| format!("'{}'", spec::text(&c)))
        .collect();
    format!("{}in [{}]", if not { "not " } else { "" }, words.join(", "))
}

pub struct Zen {
    decision: Decision,
}

impl Zen {
    pub fn new() -> Result<Zen> {
        let partners = list(spec::codes(spec::PARTNERS), false);
        let denied = list(spec::codes(spec::MACAU_D5), false);
        let not_denied = list(spec::codes(spec::MACAU_D5), true);
        let barred = spec::codes(spec::ALL)
            .into_iter()
            .filter(|c| spec::gated(*c) || spec::codes(spec::MACAU_D5).contains(c));
        let not_barred = list(barred, true);
        let columns = [
            ("tpp", "tpp"),
            ("density", "density"),
            ("datacenter", "datacenter"),
            ("destination", "destination"),
            ("headquarters", "headquarters"),
            ("parent", "parent"),
            ("activity", "activity"),
            ("lpp", "used_lpp + amount"),
            ("allocation", "used_allocation + amount"),
        ];
        let rows: Vec<(&str, &str, Vec<(&str, &str)>)> = vec![
            ("not-controlled", "below 1600", vec![("tpp", "< 1600")]),
            (
                "not-controlled",
                "datacenter note",
                vec![("tpp", "< 4800"), ("datacenter", "false")],
            ),
            (
                "not-controlled",
                "density",
                vec![("tpp", "< 4800"), ("density", "< 5.92")],
            ),
            (
                "AIA",
                "740.27",
                vec![
                    ("destination", &partners),
                    ("headquarters", &partners),
                    ("parent", &partners),
                ],
            ),
            (
                "LPP",
                "740.29",
                vec![
                    ("destination", &not_barred),
                    ("headquarters", &not_denied),
                    ("parent", &not_denied),
                    ("activity", "'export', 'reexport'"),
                    ("lpp", "<= 26900000"),
                ],
            ),
            (
                "presumption-of-denial",
                "(A)(1)",
                vec![("destination", &denied)],
            ),
            (
                "presumption-of-denial",
                "(A)(1)",
                vec![("headquarters", &denied)],
            ),
            ("presumption-of-denial", "(A)(1)", vec![("parent", &denied)]),
            (
                "presumption-of-approval",
                "(A)(2)",
                vec![("destination", &partners)],
            ),
            (
                "presumption-of-approval",
                "(A)(2)",
                vec![("headquarters", &partners)],
            ),
            (
                "presumption-of-approval",
                "(A)(2)",
                vec![("parent", &partners)],
            ),
            (
                "presumption-of-approval",
                "(B)(1)",
                vec![("allocation", "<= 790000000")],
            ),
            ("policy-of-denial", "(B)(2)", vec![]),
        ];
        let inputs: Vec<Value> = columns
            .map(|(id, field)| json!({"id": id, "name": id, "field": field}))
            .into();
        let rules: Vec<Value> = rows
            .iter()
            .enumerate()
            .map(|(at, (outcome, reason, cells))| {
                let mut rule = Map::new();
                rule.insert("_id".to_owned(), json!(format!("row {at}")));
                for (id, _) in columns {
                    rule.insert(id.to_owned(), json!(""));
                }
                for (id, cell) in cells {
                    rule.insert((*id).to_owned(), json!(cell));
                }
                rule.insert("outcome".to_owned(), json!(format!("'{outcome}'")));
                rule.insert("reason".to_owned(), json!(format!("'{reason}'")));
                Value::Object(rule)
            })
            .collect();
        let content: DecisionContent = serde_json::from_value(json!({
            "nodes": [
                {"id": "in", "name": "request", "type": "inputNode", "content": {}},
                {"id": "table", "name": "table", "type": "decisionTableNode", "content": {
                    "hitPolicy": "first",
                    "inputs": inputs,
                    "outputs": [
                        {"id": "outcome", "name": "outcome", "field": "outcome"},
                        {"id": "reason", "name": "reason", "field": "reason"},
                    ],
                    "rules": rules,
                }},
                {"id": "out", "name": "response", "type": "outputNode", "content": {}},
            ],
            "edges": [
                {"id": "e1", "sourceId": "in", "targetId": "table"},
                {"id": "e2", "sourceId": "table", "targetId": "out"},
            ],
        }))?;
        let engine = DecisionEngine::default();
        let mut decision = engine
            .create_decision(Arc::new(content))
            .map_err(|e| anyhow!("{e:?}"))?;
        decision.compile();
        Ok(Zen { decision })
    }

    pub fn input(&self, o: &Order) -> Variable {
        json!({
            "tpp": o.tpp,
            "density": o.density_hundredths as f64 / 100.0,
            "datacenter": o.datacenter,
            "destination": spec::text(&o.destination),
            "headquarters": spec::text(&o.headquarters),
            "parent": spec::text(&o.parent),
            "activity": o.activity.word(),
            "amount": o.amount(),
            "used_lpp": o.used_lpp,
            "used_allocation": o.used_allocation,
        })
        .into()
    }

    pub fn decide(
        &self,
        input: Variable,
        trace: bool,
    ) -> Result<zen_engine::DecisionGraphResponse> {
        let options = EvaluationOptions {
            trace,
            ..EvaluationOptions::default()
        };
        now(self.decision.evaluate_with_opts(input, options)).map_err(|e| anyhow!("{e}"))
    }

    pub fn answer(response: &zen_engine::DecisionGraphResponse) -> Option<Answer> {
        let value: Value = serde_json::to_value(&response.result).ok()?;
        Answer::parse(value.get("outcome")?.as_str()?)
    }
}
