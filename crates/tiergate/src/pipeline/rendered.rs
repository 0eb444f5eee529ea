//! Answers laid out as rows of CSV.

use std::sync::Arc;

use crate::verdict::{Bench, Short, outcome_place};

/// An answer with its text for CSV output.
#[derive(Debug)]
pub struct Rendered {
    pub answer: Arc<Short>,
    pub outcome: usize,
    pub law: Vec<u8>,
    pub rest: Vec<u8>,
}

impl Rendered {
    /// Lays an answer out.
    pub fn new(bench: &Bench<'_>, law: usize, answer: Arc<Short>) -> Rendered {
        let mut rest = Vec::new();
        let mut value = |text: &str| {
            rest.push(b',');
            push_value(text.as_bytes(), &mut rest);
        };
        value(bench.view(law).word());
        value(answer.eccn.as_deref().unwrap_or(""));
        value(answer.license_required);
        value(answer.outcome);
        value(answer.authority.as_deref().unwrap_or(""));
        value(answer.review.unwrap_or(""));
        let open = if answer.missing.is_empty() {
            &answer.missing_detail
        } else {
            &answer.missing
        };
        value(&open.join("|"));
        value(&answer.possible.join("|"));
        let other = answer.other_view.as_ref().map(|o| {
            let detail = o.authority.as_deref().or(o.review.as_deref());
            detail.map_or_else(|| o.outcome.clone(), |d| format!("{}: {d}", o.outcome))
        });
        value(other.as_deref().unwrap_or(""));
        let alone = answer.by_parameters.as_ref();
        let alone = alone.map(|o| format!("{}: {}", o.name, o.outcome));
        value(alone.as_deref().unwrap_or(""));
        value(if answer.rests_on_assumption {
            "yes"
        } else {
            ""
        });
        rest.push(b'\n');
        let mut id = Vec::new();
        push_value(bench.id(law).as_bytes(), &mut id);
        let outcome = outcome_place(answer.outcome);
        Rendered {
            answer,
            outcome,
            law: id,
            rest,
        }
    }

    /// Writes the row.
    pub fn write(&self, id: &[u8], as_of: &[u8], out: &mut Vec<u8>) {
        push_value(id, out);
        out.push(b',');
        out.extend_from_slice(&self.law);
        out.push(b',');
        out.extend_from_slice(as_of);
        out.extend_from_slice(&self.rest);
    }
}

/// The head of CSV output.
pub const CSV_HEAD: &str = "id,law,as_of,view,eccn,license_required,outcome,authority,review,\
missing,possible,other_view,by_parameters,rests_on_assumption\n";

/// Writes a value of CSV, quoted where it must be.
pub fn push_value(value: &[u8], out: &mut Vec<u8>) {
    if !value
        .iter()
        .any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r'))
    {
        out.extend_from_slice(value);
        return;
    }
    out.push(b'"');
    for byte in value {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    out.push(b'"');
}
