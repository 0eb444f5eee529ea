//! What a ledger keeps with a reservation: the order, its decision, and the screening.

use serde_json::Value;
use tiergate_ledger::{Basis, Error, Held, store::Reader};

use crate::order_paper::OrderPaper;
use crate::parties::from_list::Screening;

/// The papers of a reservation.
pub struct Kept {
    /// What the entry says of its decision.
    pub basis: Basis,
    /// The order.
    pub order: OrderPaper,
    /// The decision.
    pub decision: Value,
    /// What screening gave, if parties were screened.
    pub screening: Option<Screening>,
}

impl Kept {
    /// Reads the papers of a reservation; in words, what of them is missing or cannot be read.
    pub fn read(reader: &mut dyn Reader, held: &Held) -> Result<Result<Kept, String>, Error> {
        let Some(basis) = held.made.decision.clone() else {
            return Ok(Err(
                "it rests on no decision, so that no order is kept with it".to_owned(),
            ));
        };
        let Some(order) = basis.order.clone() else {
            return Ok(Err("no order is kept with it".to_owned()));
        };
        let mut bodies = Vec::new();
        let named = [Some(&order), Some(&basis.digest), basis.screening.as_ref()];
        for digest in named.into_iter().flatten() {
            match reader.paper(digest)? {
                Some((_, body)) => bodies.push(body),
                None => {
                    let why =
                        format!("the paper {digest} that its entry names is not in the ledger");
                    return Ok(Err(why));
                }
            }
        }
        let mut bodies = bodies.into_iter();
        let mut next = || bodies.next().unwrap_or_default();
        let (order_body, decision_body) = (next(), next());
        let read = || {
            let wrong = |what: &str, digest: &str, why: &dyn std::fmt::Display| {
                format!("the {what} kept with it (paper {digest}) cannot be read: {why}")
            };
            Ok(Kept {
                order: OrderPaper::read(&order_body).map_err(|e| wrong("order", &order, &e))?,
                decision: serde_json::from_slice(&decision_body)
                    .map_err(|e| wrong("decision", &basis.digest, &e))?,
                screening: match &basis.screening {
                    Some(digest) => Some(
                        serde_json::from_slice(&next())
                            .map_err(|e| wrong("screening", digest, &e))?,
                    ),
                    None => None,
                },
                basis,
            })
        };
        Ok(read())
    }
}
