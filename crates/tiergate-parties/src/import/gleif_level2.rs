//! Relationship records: who consolidates whom.

use std::io::{self, BufRead};

use jiff::civil::Date;

use super::table::{self, Row};
use super::{Desk, Imported, day};
use crate::lei::Lei;
use crate::statement::{Interest, LinkStatement, Says};

const START: &str = "Relationship.StartNode.NodeID";
const END: &str = "Relationship.EndNode.NodeID";
const KIND: &str = "Relationship.RelationshipType";

pub fn run(from: impl BufRead, desk: &mut Desk<'_>) -> io::Result<()> {
    table::each(from, &[START, END, KIND], desk, |row, desk| {
        let Some(link) = link(row, &mut desk.done) else {
            return Ok(());
        };
        let word = match link.interest {
            Interest::ConsolidationDirect => "direct",
            _ => "ultimate",
        };
        let about = format!("gleif:{}:{word}:{}", link.owned, link.owner);
        desk.say(row.line, &about, Says::Link(link))
    })
}

fn link(row: &Row<'_>, done: &mut Imported) -> Option<LinkStatement> {
    let interest = match row.get(KIND) {
        Some("IS_DIRECTLY_CONSOLIDATED_BY") => Interest::ConsolidationDirect,
        Some("IS_ULTIMATELY_CONSOLIDATED_BY") => Interest::ConsolidationUltimate,
        other => {
            let other = other.unwrap_or("without a type");
            done.skip(format!("relationship {other}: no accounting consolidation"));
            return None;
        }
    };
    let mut node = |column: &str| {
        if let Some(kind) = row
            .get(&format!("{column}Type"))
            .filter(|kind| *kind != "LEI")
        {
            done.skip(format!("a node identified by {kind}"));
            return None;
        }
        let text = row.get(column).unwrap_or_default();
        match text.parse::<Lei>() {
            Ok(lei) => Some(lei.to_string()),
            Err(error) => {
                done.fault(row.line, format!("{column}: {error}"));
                None
            }
        }
    };
    let (child, parent) = (node(START)?, node(END)?);
    if let Some(status @ ("ANNULLED" | "DUPLICATE")) = row.get("Registration.RegistrationStatus") {
        done.skip(format!("registration {}", status.to_lowercase()));
        return None;
    }
    if child == parent {
        done.fault(row.line, format!("`{child}` is told to be its own parent"));
        return None;
    }
    let mut link = LinkStatement::new(parent, child, interest, None);
    (link.from, link.to) = period(row);
    if row.get("Relationship.RelationshipStatus") == Some("INACTIVE") && link.to.is_none() {
        // It has ended, on a day that is not told; the record was last changed on this one.
        link.to = row.get("Registration.LastUpdateDate").and_then(day);
        if link.to.is_none() {
            done.skip("inactive relationship without a day on which it ended");
            return None;
        }
    }
    if let (Some(from), Some(to)) = (link.from, link.to)
        && to < from
    {
        done.fault(
            row.line,
            format!("the relationship ends on {to}, before it begins on {from}"),
        );
        return None;
    }
    Some(link)
}

/// The days of the relationship itself. The end of an accounting period is not its end.
fn period(row: &Row<'_>) -> (Option<Date>, Option<Date>) {
    let kinds = row.numbered("Relationship.Period", ".periodType");
    let own = kinds
        .filter(|(_, kind)| *kind == "RELATIONSHIP_PERIOD")
        .map(|(n, _)| n)
        .next();
    let Some(number) = own else {
        return (None, None);
    };
    let end = |which: &str| {
        row.get(&format!("Relationship.Period.{number}.{which}"))
            .and_then(day)
    };
    (end("startDate"), end("endDate"))
}
