//! Quotas: the value that limits one, and the numbers of the order it counts.

use super::{Faults, Scope};
use crate::diagnostic::Diagnostic;
use crate::fact::{Fact, fact_by_name};
use crate::layers::Standing;
use crate::model::Quota;
use crate::regime::RegimeQuota;

impl Scope<'_> {
    pub fn quota(
        &self,
        quota: &Quota,
        s: &Standing<'_>,
        faults: Faults<'_>,
    ) -> Option<RegimeQuota> {
        let limit = self.values.iter().find(|v| v.id == quota.limit.name);
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
        if limit.is_none() {
            let message = format!("there is no value `{}`", quota.limit.name);
            faults.push(Diagnostic::error(
                &s.source.file,
                quota.limit.span.clone(),
                message,
            ));
        }
        let share_of = match &quota.share_of {
            Some(name) => Some(number(name, faults)?),
            None => None,
        };
        Some(RegimeQuota {
            limit: limit?.is.now.clone(),
            used: number(&quota.used, faults)?,
            share_of,
            order_in_total: quota.order_in_total,
            per: quota.per.clone(),
            key: quota.key.clone(),
            period: quota.period.clone(),
        })
    }
}
