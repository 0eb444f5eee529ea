//! The decision in Cedar: independent policies on entities in groups, one request per order.
//!
//! Cedar answers allow or deny and names the policies that determined it. Each policy below is
//! one paragraph; the outcome is the first, in the order of the specification, that is named.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use cedar_policy::{
    Authorizer, Context, Entities, Entity, EntityUid, PolicySet, Request, Response,
    RestrictedExpression,
};

use crate::spec::{self, Answer, Order};

const POLICIES: &str = r#"
@id("requirement")
permit (principal, action, resource)
when { context.tpp >= 4800 || (context.tpp >= 1600 && context.density >= 592 && context.datacenter) };

@id("AIA")
permit (principal in Group::"partners", action, resource)
when { context.headquarters in Group::"partners" && context.parent in Group::"partners" };

@id("LPP")
permit (principal, action in [Action::"export", Action::"reexport"], resource)
when { context.used_lpp + context.amount <= 26900000 }
unless {
    principal in Group::"gated" || principal in Group::"denied"
    || context.headquarters in Group::"denied" || context.parent in Group::"denied"
};

@id("presumption-of-denial")
permit (principal, action, resource)
when {
    principal in Group::"denied" || context.headquarters in Group::"denied"
    || context.parent in Group::"denied"
};

@id("approval-partners")
permit (principal, action, resource)
when {
    principal in Group::"partners" || context.headquarters in Group::"partners"
    || context.parent in Group::"partners"
};

@id("approval-allocation")
permit (principal, action, resource)
when { context.used_allocation + context.amount <= 790000000 };
"#;

pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
}

pub fn uid(kind: &str, id: &str) -> Result<EntityUid> {
    Ok(format!("{kind}::\"{id}\"").parse()?)
}

impl Cedar {
    pub fn new() -> Result<Cedar> {
        // The policies under the names of their @id annotations.
        let parsed: PolicySet = POLICIES.parse()?;
        let named = parsed.policies().map(|p| {
            let id = p.annotation("id").unwrap_or_default().to_owned();
            p.new_id(cedar_policy::PolicyId::new(id))
        });
        let policies = PolicySet::from_policies(named)?;
        let mut entities = Vec::new();
        for group in ["partners", "denied", "gated"] {
            entities.push(Entity::new(
                uid("Group", group)?,
                HashMap::new(),
                HashSet::new(),
            )?);
        }
        let (partners, denied) = (spec::codes(spec::PARTNERS), spec::codes(spec::MACAU_D5));
        for code in spec::codes(spec::ALL) {
            let mut parents = HashSet::new();
            if partners.contains(&code) {
                parents.insert(uid("Group", "partners")?);
            }
            if denied.contains(&code) {
                parents.insert(uid("Group", "denied")?);
            }
            if spec::gated(code) {
                parents.insert(uid("Group", "gated")?);
            }
            let id = uid("Country", spec::text(&code))?;
            entities.push(Entity::new(id, HashMap::new(), parents)?);
        }
        let entities = Entities::from_entities(entities, None)?;
        Ok(Cedar {
            authorizer: Authorizer::new(),
            policies,
            entities,
        })
    }

    /// The request, built before the clock starts.
    pub fn request(&self, o: &Order) -> Result<Request> {
        let long = |n: u64| RestrictedExpression::new_long(i64::try_from(n).unwrap_or(i64::MAX));
        let country = |c: &spec::Code| -> Result<RestrictedExpression> {
            Ok(RestrictedExpression::new_entity_uid(uid(
                "Country",
                spec::text(c),
            )?))
        };
        let context = Context::from_pairs([
            ("tpp".to_owned(), long(o.tpp)),
            ("density".to_owned(), long(o.density_hundredths)),
            (
                "datacenter".to_owned(),
                RestrictedExpression::new_bool(o.datacenter),
            ),
            ("headquarters".to_owned(), country(&o.headquarters)?),
            ("parent".to_owned(), country(&o.parent)?),
            ("amount".to_owned(), long(o.amount())),
            ("used_lpp".to_owned(), long(o.used_lpp)),
            ("used_allocation".to_owned(), long(o.used_allocation)),
        ])?;
        let destination = uid("Country", spec::text(&o.destination))?;
        let action = uid("Action", o.activity.word())?;
        Ok(Request::new(
            destination,
            action,
            uid("Item", "ic")?,
            context,
            None,
        )?)
    }

    pub fn decide(&self, request: &Request) -> Response {
        self.authorizer
            .is_authorized(request, &self.policies, &self.entities)
    }

    /// The outcome from the determining policies.
    pub fn answer(response: &Response) -> Answer {
        let mut named = [false; 6];
        let ids = [
            "requirement",
            "AIA",
            "LPP",
            "presumption-of-denial",
            "approval-partners",
            "approval-allocation",
        ];
        for id in response.diagnostics().reason() {
            let id: &str = id.as_ref();
            if let Some(at) = ids.iter().position(|i| *i == id) {
                named[at] = true;
            }
        }
        match named {
            [false, ..] => Answer::NotControlled,
            [_, true, ..] => Answer::Aia,
            [_, _, true, ..] => Answer::Lpp,
            [_, _, _, true, ..] => Answer::PresumptionOfDenial,
            [_, _, _, _, true, _] | [_, _, _, _, _, true] => Answer::PresumptionOfApproval,
            _ => Answer::PolicyOfDenial,
        }
    }
}
