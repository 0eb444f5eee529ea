//! The schemas say what the program reads and writes, and keep the contract they extend.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use common::{demo, plain, run, shared};
use serde_json::Value;

fn schema(which: &str) -> Value {
    let (out, _, code) = run(plain().args(["schema", which]));
    assert_eq!(code, 0);
    serde_json::from_str(&out).unwrap()
}

/// The schema of a field by its path, through the definitions.
fn field<'s>(schema: &'s Value, path: &str) -> Option<&'s Value> {
    let (first, rest) = path
        .split_once('.')
        .map_or((path, None), |(a, b)| (a, Some(b)));
    let found = schema["properties"].get(first)?;
    let Some(rest) = rest else { return Some(found) };
    if first == "used" {
        return found["properties"].get(rest);
    }
    let inner = match first {
        "item" => "item",
        "exporter" | "consignee" | "end_user" => "party",
        _ => return found["properties"].get(rest),
    };
    schema["$defs"][inner]["properties"].get(rest)
}

#[test]
fn every_field_of_an_order_is_in_its_schema() {
    let schema = schema("order");
    for path in tiergate_order::field_names() {
        assert!(
            field(&schema, &path).is_some(),
            "{path} is not in schema/order.schema.json"
        );
    }
}

#[test]
fn the_schema_names_the_values_of_closed_lists() {
    let schema = schema("order");
    let values = |v: &Value| -> Vec<String> {
        v.as_array()
            .unwrap()
            .iter()
            .map(|v| v.as_str().unwrap().to_owned())
            .collect()
    };
    for choice in tiergate_law::CHOICES
        .iter()
        .filter(|c| !c.values.is_empty())
    {
        let found = field(&schema, choice.path).unwrap();
        if choice.values.starts_with(&["true", "false"]) {
            // What is not stated is absent.
            assert_eq!(found["type"], "boolean", "{}", choice.path);
            continue;
        }
        assert_eq!(values(&found["enum"]), choice.values, "{}", choice.path);
    }
    for list in ["signs", "end_uses", "listed_owners"] {
        let start = format!("{list}=");
        let members: Vec<&str> = tiergate_law::FLAGS
            .iter()
            .filter_map(|f| f.path.strip_prefix(start.as_str()))
            .collect();
        assert_eq!(
            values(&field(&schema, list).unwrap()["items"]["enum"]),
            members
        );
    }
}

#[test]
fn decisions_are_valid_under_their_schema() {
    let validator = jsonschema::validator_for(&schema("decision")).unwrap();
    let orders = "id,date,destination,quantity,item.chip,consignee.headquarters,consignee.lists,signs\n\
        a,2024-08-01,IN,1000,nvidia-h100-sxm5,IN,none,no-business-reason\n\
        b,2024-08-01,CN,1000,nvidia-h100-sxm5,CN,none,\n\
        c,2024-08-01,PL,10,nvidia-h100-sxm5,,,\n\
        d,2024-08-01,PL,10,nvidia-l4,PL,,\n";
    let deals = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../examples/announced-deals.csv"
    );
    let mut small = demo();
    small
        .args(["decide", "-", "--format", "jsonl"])
        .write_stdin(orders);
    let mut real = plain();
    real.args(["decide", deals, "--format", "jsonl"]);
    for command in [&mut small, &mut real] {
        let (out, ..) = run(command);
        assert!(!out.is_empty());
        for line in out.lines() {
            let decision: Value = serde_json::from_str(line).unwrap();
            let errors: Vec<String> = validator
                .iter_errors(&decision)
                .map(|e| format!("{e} at {}", e.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{errors:?}\n{line}");
            let known = schema("decision");
            for key in decision.as_object().unwrap().keys() {
                assert!(
                    known["properties"].get(key).is_some(),
                    "{key} is not in the schema"
                );
            }
        }
    }
}

#[test]
fn orders_of_the_schema_are_read() {
    let validator = jsonschema::validator_for(&schema("order")).unwrap();
    let order: Value = serde_json::from_str(
        r#"{"id":"a","date":"2024-08-01","destination":"IN","item":{"tpp":4800,"datacenter":true},
            "consignee":{"headquarters":"IN","lists":[]},"used":{"lpp":1}}"#,
    )
    .unwrap();
    assert!(validator.is_valid(&order));
    assert!(tiergate_order::read_jsonl_line(1, &order.to_string()).is_ok());
}

/// What stands in the contract stands in the schema: names, types, required fields.
fn keeps(contract: &Value, schema: &Value, path: &str) {
    if let Some(required) = contract.get("required") {
        assert_eq!(Some(required), schema.get("required"), "required of {path}");
    }
    for part in ["type", "format", "$ref", "additionalProperties"] {
        if let Some(value) = contract.get(part) {
            assert_eq!(Some(value), schema.get(part), "{part} of {path}");
        }
    }
    for value in contract["enum"].as_array().into_iter().flatten() {
        assert!(
            schema["enum"].as_array().unwrap().contains(value),
            "{value} of {path}"
        );
    }
    for group in ["properties", "$defs"] {
        for (name, inner) in contract[group].as_object().into_iter().flatten() {
            let path = format!("{path}/{name}");
            keeps(
                inner,
                schema[group].get(name).unwrap_or_else(|| panic!("{path}")),
                &path,
            );
        }
    }
    if let Some(items) = contract.get("items") {
        keeps(items, &schema["items"], &format!("{path}/items"));
    }
}

#[test]
fn the_contract_is_kept() {
    for which in ["order", "decision"] {
        let Some(file) = shared(&format!("contract/{which}.schema.json")) else {
            eprintln!("skipped: no contract beside the repository");
            return;
        };
        let contract: Value =
            serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        keeps(&contract, &schema(which), which);
    }
}
