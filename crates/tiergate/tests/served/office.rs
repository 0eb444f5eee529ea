//! Those who work cases over the API, and the way of an application to its approval.

use serde_json::{Value, json};

use super::{As, Served};

/// Those who work a license application.
pub struct Office {
    pub desk: Served,
    pub applicant: As,
    pub rival: As,
    pub officer: As,
    pub signer: As,
    pub agencies: Vec<(&'static str, As)>,
}

impl Office {
    pub fn new(name: &str) -> Office {
        let desk = Served::new(name);
        let rival = desk.person_of("applicant", "rival", "umbra", "");
        let agencies = ["Defense", "Energy", "State"].map(|agency| {
            let person = desk.person_of("agency-reviewer", agency, "", agency);
            (agency, desk.token(&person))
        });
        Office {
            applicant: desk.whoever("applicant", "applicant"),
            rival: desk.token(&rival),
            officer: desk.whoever("licensing-officer", "officer"),
            signer: desk.whoever("countersigner", "signer"),
            agencies: agencies.into(),
            desk,
        }
    }

    /// Registers a license application for an order.
    pub async fn apply(&self, order: &Value) -> String {
        let new = json!({ "kind": "license", "title": "100 accelerators", "order": order,
            "a_items": false });
        let case = self
            .desk
            .post(&self.applicant, "/api/v1/cases", new)
            .await
            .is(201);
        case["id"].as_str().unwrap().to_owned()
    }

    pub async fn happens(&self, who: &As, case: &str, what: Value, status: u16) -> Value {
        let path = format!("/api/v1/cases/{case}/events");
        let told = self.desk.post(who, &path, json!({ "what": what })).await;
        told.is(status)
    }

    /// Up to a countersigned recommendation to approve.
    pub async fn ready(&self, case: &str) {
        let all: Vec<&str> = self.agencies.iter().map(|(agency, _)| *agency).collect();
        self.happens(
            &self.officer,
            case,
            json!({ "referred": { "agencies": all } }),
            201,
        )
        .await;
        for (_, agency) in &self.agencies {
            let advice = json!({ "advised": { "advice": "no-objection" } });
            self.happens(agency, case, advice, 201).await;
        }
        let proposal = json!({ "recommended": { "proposal": "approve" } });
        let made = self.happens(&self.officer, case, proposal, 201).await;
        let of = json!({ "countersigned": { "of": made["id"] } });
        self.happens(&self.officer, case, of.clone(), 422).await;
        self.happens(&self.signer, case, of, 201).await;
    }
}
