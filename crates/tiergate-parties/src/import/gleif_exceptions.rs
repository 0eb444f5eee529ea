//! Reporting exceptions: why an entity tells no parent.
//!
//! That a parent is not told is not that there is none. Only where no person is known to control the
//! entity is there nobody; else there is someone who is not identified.

use std::io::{self, BufRead};

use super::Desk;
use super::table;
use crate::lei::Lei;
use crate::party::{Kind, Name};
use crate::statement::{Interest, LinkStatement, NoParentStatement, PartyStatement, Says};

pub fn run(from: impl BufRead, desk: &mut Desk<'_>) -> io::Result<()> {
    table::each(from, &["LEI"], desk, |row, desk| {
        let lei = match row.get("LEI").unwrap_or_default().parse::<Lei>() {
            Ok(lei) => lei.to_string(),
            Err(error) => {
                desk.done.fault(row.line, error.to_string());
                return Ok(());
            }
        };
        let category = row
            .get("Exception.Category")
            .or_else(|| row.get("ExceptionCategory"));
        let parent = match category {
            Some("DIRECT_ACCOUNTING_CONSOLIDATION_PARENT") => {
                (Interest::ConsolidationDirect, "direct")
            }
            Some("ULTIMATE_ACCOUNTING_CONSOLIDATION_PARENT") => {
                (Interest::ConsolidationUltimate, "ultimate")
            }
            other => {
                let other = other.unwrap_or_default();
                desk.done.skip(format!("exception of category `{other}`"));
                return Ok(());
            }
        };
        let reasons = row
            .numbered("Exception.Reason", "")
            .chain(row.numbered("ExceptionReason", ""));
        let reasons: Vec<&str> = reasons.map(|(_, reason)| reason).collect();
        match reading(&reasons) {
            Some(why) => record(desk, row.line, &lei, parent, &why),
            None => {
                desk.done.fault(row.line, "the exception has no reason");
                Ok(())
            }
        }
    })
}

/// Who is there, in an exception's own word.
enum Reading {
    Nobody(String),
    Someone(Kind, String),
}

fn reading(reasons: &[&str]) -> Option<Reading> {
    let all = reasons.join(", ");
    let kind = match *reasons.first()? {
        "NO_KNOWN_PERSON" if reasons.len() == 1 => return Some(Reading::Nobody(all)),
        "NATURAL_PERSONS" if reasons.len() == 1 => Kind::UnknownPerson,
        // Controlled by entities that do not consolidate, that have no LEI, or that are not public.
        _ => Kind::UnknownEntity,
    };
    Some(Reading::Someone(kind, all))
}

fn record(
    desk: &mut Desk<'_>,
    line: u64,
    lei: &str,
    (interest, word): (Interest, &str),
    why: &Reading,
) -> io::Result<()> {
    let about = format!("gleif:{lei}:{word}-exception");
    match why {
        Reading::Nobody(reason) => {
            let none = NoParentStatement {
                of: lei.to_owned(),
                reason: format!("{reason} ({word} parent)"),
                from: None,
                to: None,
            };
            desk.say(line, &about, Says::NoParent(none))
        }
        Reading::Someone(kind, reason) => {
            let id = format!("{lei}:{word}-parent");
            let mut party = PartyStatement::new(&id, *kind);
            party
                .names
                .push(Name::alias(format!("{word} parent of {lei}, not told")));
            party.note = Some(reason.clone());
            desk.say(line, &format!("{about}:party"), Says::Party(party))?;
            // Persons do not consolidate: they control.
            let interest = if kind.is_person() {
                Interest::ControlOther
            } else {
                interest
            };
            desk.say(
                line,
                &about,
                Says::Link(LinkStatement::new(id, lei, interest, None)),
            )
        }
    }
}
