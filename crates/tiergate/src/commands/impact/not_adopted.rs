//! The orders for which a law is a proposal that is not yet adopted.

use serde_json::{Value, json};
use tiergate_law::Date;

use super::sums::Tally;
use crate::adoption::{adopted, its_base};
use crate::report::count;
use crate::verdict::Bench;

/// A proposal, and how many orders are decided as of days before its adoption.
pub struct NotAdopted {
    law: String,
    adopted: Date,
    orders: u64,
}

impl NotAdopted {
    /// What there is to say of the two laws of a bench.
    pub fn of(bench: &Bench<'_>, tally: &Tally) -> Vec<NotAdopted> {
        let counted = tally.not_adopted().into_iter().enumerate();
        let some = counted.filter(|(_, orders)| *orders > 0);
        let said = some.filter_map(|(law, orders)| {
            Some(NotAdopted {
                law: bench.title(law),
                adopted: adopted(&bench.desk.library, bench.id(law))?,
                orders,
            })
        });
        said.collect()
    }

    /// In words.
    pub fn says(&self) -> String {
        let orders = count(self.orders, "order", "orders");
        let when = format!("for {orders}, decided as of days before that,");
        its_base(&self.law, self.adopted, &when)
    }

    /// For programs.
    pub fn json(&self) -> Value {
        json!({
            "law": self.law,
            "adopted": self.adopted.to_string(),
            "orders": self.orders,
        })
    }
}
