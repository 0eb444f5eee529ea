//! Whether a recommendation fits what was decided and advised.

use jiff::civil::Date;

use super::{complete, kept};
use crate::act::{Act, Outcome, Proposal};
use crate::error::No;
use crate::event::{Event, Grounds};
use crate::kind::Kind;
use crate::process::{Authority, authority};
use crate::rules::Rules;
use crate::state::State;

/// Whether something may be proposed at all, whatever its basis and conditions.
pub(super) fn proposed(
    state: &State,
    rules: &Rules,
    day: Date,
    proposal: Proposal,
) -> Result<(), No> {
    if state.closed.is_some() != (proposal == Proposal::Revoke) {
        return Err(match (&state.license, state.closed) {
            (Some(_), _) => No::new(
                "the license is issued",
                "what can be proposed now is to revoke it",
            ),
            (None, Some(_)) => No::new(
                "the case is approved",
                "issue the license, or propose to revoke the approval",
            ),
            (None, None) => No::new("nothing is approved", "there is nothing to revoke"),
        });
    }
    if state.application.kind == Kind::Agreement || proposal == Proposal::Revoke {
        return Ok(());
    }
    match (proposal, authority(state, rules, day)) {
        // Against all agencies it is the view of one more department: the chair then decides.
        (
            Proposal::Approve,
            Authority::Decided {
                outcome: Outcome::Deny,
                why,
                ..
            },
        ) => Err(No::new(
            format!("it was decided to deny: {why}"),
            "give notice of intent to deny",
        )),
        (
            Proposal::Deny,
            Authority::Decided {
                outcome: Outcome::Approve,
                why,
                ..
            },
        ) => Err(No::new(
            format!("it was decided to approve: {why}"),
            "approve it",
        )),
        _ => Ok(()),
    }
}

pub(super) fn recommended(
    state: &State,
    rules: &Rules,
    event: &Event,
    (proposal, grounds, conditions): (Proposal, &Grounds, &[String]),
) -> Result<(), No> {
    proposed(state, rules, event.day, proposal)?;
    if state.application.kind == Kind::Agreement || proposal == Proposal::Revoke {
        return Ok(());
    }
    match (proposal, authority(state, rules, event.day)) {
        (Proposal::Deny, _) => {
            let cite = rules.cite(state.application.kind, Act::Responded);
            complete(grounds, cite)
        }
        (
            _,
            Authority::Officer {
                conditions: asked, ..
            }
            | Authority::Decided {
                conditions: asked, ..
            },
        ) => kept(&asked, conditions),
        _ => Ok(()),
    }
}
