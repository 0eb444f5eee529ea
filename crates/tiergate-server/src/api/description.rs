//! The description of the API, as OpenAPI 3.1.
//!
//! Addresses, parameters and bodies come from the code that answers them. Orders and decisions are the
//! contract's own schemas; what may happen in a case stands in `what.schema.json`, and what is known of a
//! party in `party.schema.json`.

use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::OpenApi;

use crate::guard::cookies::SESSION;

/// The contract of orders.
const ORDER: &str = include_str!("../../../tiergate/schema/order.schema.json");
/// The contract of decisions.
const DECISION: &str = include_str!("../../../tiergate/schema/decision.schema.json");
/// What may happen in a case.
const WHAT: &str = include_str!("what.schema.json");
/// What is known of a party.
const PARTY: &str = include_str!("party.schema.json");

/// An order, as the contract has it; its schema is put in its place below.
#[derive(Debug, ToSchema)]
pub struct Order {}

/// A decision, as the contract has it.
#[derive(Debug, ToSchema)]
pub struct Decision {}

/// What happens in a case.
#[derive(Debug, ToSchema)]
pub struct What {}

/// A party as it stands on a day.
#[derive(Debug, ToSchema)]
pub struct Party {}

/// What stands at the head of the description.
const ABOUT: &str = "Decides orders under U.S. export controls on AI chips, keeps the ledger of what \
was drawn on limits, and works cases. Not legal advice.\n\nSend `Authorization: Bearer TOKEN`; a token \
is made on the page `/tokens`. Problems are answered as RFC 9457 has it. Lists are paged: `limit`, and \
`after` with what the last page told as `next`. A POST that changes something takes `Idempotency-Key`: \
a retry gets the first answer.";

/// The description of the API, as it is served and checked in.
#[must_use]
pub fn description() -> Value {
    finished(&super::described())
}

fn finished(api: &OpenApi) -> Value {
    let mut all = serde_json::to_value(api).unwrap_or_default();
    all["info"] = json!({
        "title": "Tiergate",
        "description": ABOUT,
        "version": env!("CARGO_PKG_VERSION"),
        "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
    });
    all["servers"] = json!([{ "url": "/" }]);
    let schemas = &mut all["components"]["schemas"];
    for (name, text) in [
        ("Order", ORDER),
        ("Decision", DECISION),
        ("What", WHAT),
        ("Party", PARTY),
    ] {
        for (name, schema) in placed(name, text) {
            schemas[name] = schema;
        }
    }
    all["components"]["securitySchemes"] = json!({
        "token": { "type": "http", "scheme": "bearer" },
        "session": { "type": "apiKey", "in": "cookie", "name": SESSION.named(false),
            "description": "The cookie of a login, where the desk is reached without TLS." },
        "session_over_tls": { "type": "apiKey", "in": "cookie", "name": SESSION.named(true),
            "description": "The cookie of a login, where the desk is reached over TLS." },
    });
    all["security"] = json!([{ "token": [] }, { "session": [] }, { "session_over_tls": [] }]);
    let open = ["/health", "/api/v1/openapi.json"];
    let paths = all["paths"].as_object_mut();
    for (path, operations) in paths.into_iter().flatten() {
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            operation["responses"]["default"] = json!({
                "description": "What went wrong",
                "content": { "application/problem+json": {
                    "schema": { "$ref": "#/components/schemas/Problem" },
                } },
            });
            if open.contains(&path.as_str()) {
                operation["security"] = json!([]);
            }
            let changes = operation["x-changes"] == json!(true);
            if let Some(operation) = operation.as_object_mut() {
                operation.remove("x-changes");
            }
            if changes && method == "post" {
                let parameters = &mut operation["parameters"];
                if !parameters.is_array() {
                    *parameters = json!([]);
                }
                if let Some(all) = parameters.as_array_mut() {
                    all.push(json!({
                        "name": "Idempotency-Key",
                        "in": "header",
                        "description": "A retry with the same key and request gets the first answer.",
                        "schema": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$" },
                    }));
                }
            }
        }
    }
    all
}

/// A contract's schema and its definitions, each with a name of its own among the components.
fn placed(name: &str, text: &str) -> Vec<(String, Value)> {
    let mut schema: Value = serde_json::from_str(text).unwrap_or_default();
    let object = schema.as_object_mut();
    let definitions = object.and_then(|schema| {
        schema.remove("$schema");
        schema.remove("$id");
        schema.remove("$defs")
    });
    let definitions = match definitions {
        Some(Value::Object(all)) => all,
        _ => Map::new(),
    };
    let own = |part: &str| format!("{name}.{part}");
    let mut all = vec![(name.to_owned(), schema)];
    all.extend(
        definitions
            .into_iter()
            .map(|(part, schema)| (own(&part), schema)),
    );
    for (_, schema) in &mut all {
        point(schema, name);
    }
    all
}

/// Points references at the places of definitions among the components.
fn point(value: &mut Value, name: &str) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(to)) = map.get_mut("$ref") {
                if let Some(part) = to.strip_prefix("#/$defs/") {
                    *to = format!("#/components/schemas/{name}.{part}");
                } else if let Some(part) = to.strip_prefix('#') {
                    *to = format!("#/components/schemas/{name}{part}");
                }
            }
            map.values_mut().for_each(|value| point(value, name));
        }
        Value::Array(all) => all.iter_mut().for_each(|value| point(value, name)),
        _ => {}
    }
}

/// The description of the API
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "service",
    responses((status = 200, description = "This description", body = Object))
)]
pub async fn served() -> axum::Json<Value> {
    axum::Json(description())
}
