//! Quotas: the value that limits one, and the numbers of the order it counts.

use super::{Faults, Scope};
use crate::diagnostic::Diagnostic;
use crate::fact::{Fact, fact_by_name};
use crate::layers::Standing;
use crate::model::{Condition, Quota};
use crate::regime::RegimeQuota;

impl Scope<'_> {
    pub fn quota(
        &mut self,
        quota: &Quota,
        s: &Standing<'_>,
        faults: Faults<'_>,
    ) -> Option<RegimeQuota> {
        let mut resolve = |when: &Option<Condition>, faults: &mut Vec<Diagnostic>| {
            let when = when.as_ref();
            when.map(|when| self.condition(when, s.source, faults))
        };
        let when = resolve(&quota.when, faults);
        let pooled_when = resolve(&quota.pooled_when, faults);
        let named = quota.limit.as_ref();
        let limit = named.map(|named| (named, self.values.iter().find(|v| v.id == named.name)));
        let number = |name: &crate::model::Named, faults: &mut Vec<Diagnostic>| {
            if let Some(Fact::Number(fact)) = fact_by_name(&name.name) {
                return Some(fact);
            }
            let message = format!("`{}` is not a number the order holds", name.name);
            faults.push(Diagnostic::error(
                &s.source.file,
                name.span.clone(),
                message,
            ));
            None
        };
        if let Some((named, None)) = limit {
            let message = format!("there is no value `{}`", named.name);
            faults.push(Diagnostic::error(
                &s.source.file,
                named.span.clone(),
                message,
            ));
            return None;
        }
        let limit = limit.and_then(|(_, value)| value);
        let by_destination = quota
            .key
            .split('+')
            .any(|part| part.trim() == "destination");
        let raised = limit.map_or_else(Vec::new, |value| self.raised(&value.id));
        // Counted for anybody else, it would be let in by what decides and held back by what counts.
        if let (Some(named), false, false) = (named, by_destination, raised.is_empty()) {
            let message = format!(
                "an agreement raises `{}`, and this quota is not counted by destination",
                named.name
            );
            faults.push(Diagnostic::error(
                &s.source.file,
                named.span.clone(),
                message,
            ));
        }
        let share_of = match &quota.share_of {
            Some(name) => Some(number(name, faults)?),
            None => None,
        };
        Some(RegimeQuota {
            limit: limit.and_then(|value| value.is.now.clone()),
            raised,
            counts_only: quota.limit.is_none(),
            when,
            over: quota.over,
            gives_back: quota.gives_back.clone(),
            pooled_when,
            used: number(&quota.used, faults)?,
            share_of,
            order_in_total: quota.order_in_total,
            per: quota.per.clone(),
            key: quota.key.clone(),
            period: quota.period.clone(),
        })
    }
}
