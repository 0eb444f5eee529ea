//! When the chair, a board and the President decide, and when somebody may appeal.

use super::now::Now;
use crate::act::{Act, Level};
use crate::error::No;
use crate::fit::counted_out;
use crate::kind::Kind;
use crate::people::chair_of;
use crate::process::{Counted, agreed, counted};

impl Now<'_> {
    pub(super) fn chair_decides(&self, found: String) -> No {
        let no = No::new(found, "the chair of the Operating Committee decides");
        match self.rules.done_by(Kind::License, Act::ChairDecided) {
            Some(rule) => no.under(&rule.cite),
            None => no,
        }
    }

    pub(super) fn chair(&self) -> Result<(), No> {
        if let Some(ruling) = self.state.rulings.first() {
            return Err(No::new(
                format!("the chair decided on {}", ruling.on),
                "an agency that disagrees appeals",
            ));
        }
        if self.state.referrals.is_empty() {
            return Err(No::new(
                "no agency was asked",
                "the chair decides after hearing the agencies",
            ));
        }
        let advice = counted(self.state, self.rules, self.day);
        let awaited = advice.iter().filter(|(_, c)| *c == Counted::Awaited);
        let awaited: Vec<&str> = awaited.map(|(agency, _)| agency.as_str()).collect();
        if !awaited.is_empty() {
            let found = format!("{} may still advise", awaited.join(", "));
            return Err(No::new(
                found,
                "the chair decides after hearing all of them",
            ));
        }
        if agreed(self.state, self.rules, self.day) {
            let right = "the chair of the Operating Committee decides when agencies do not agree, \
                 or when an officer recommends against all of them";
            let cite = self.rules.cite(Kind::License, Act::ChairDecided);
            return Err(No::new("all agencies agree", right).under_any(cite));
        }
        Ok(())
    }

    pub(super) fn appealed(&self, from: Level) -> Result<(), No> {
        let Some((above, act)) = from.above() else {
            return Err(No::new("nobody is above", "there is no appeal"));
        };
        let ruling = self.state.ruling().filter(|r| r.level == from);
        let Some(ruling) = ruling else {
            let found = format!("the {} has decided nothing that stands", from.word());
            return Err(No::new(found, "an appeal is of its last decision"));
        };
        if let Some((_, by, on)) = self.state.appeals.iter().find(|(to, ..)| *to == above) {
            return Err(No::new(
                format!("{by} appealed on {on}"),
                "one appeal brings it up",
            ));
        }
        let rule = self.rules.done_by(self.state.application.kind, act);
        if let Some(rule) = rule.filter(|r| r.is.dissenting)
            && !ruling
                .dissenting
                .iter()
                .any(|a| Some(a.as_str()) == self.actor.agency())
        {
            let who = ruling.dissenting.join(", ");
            let who = if who.is_empty() {
                "nobody".to_owned()
            } else {
                who
            };
            let found = format!(
                "{} did not dissent",
                self.actor.agency().unwrap_or("no agency")
            );
            return Err(
                No::new(found, format!("those who did may appeal: {who}")).under(&rule.cite)
            );
        }
        self.in_time(act)
    }

    pub(super) fn decided(&self, level: Level) -> Result<(), No> {
        if !self.state.appeals.iter().any(|(to, ..)| *to == level) {
            return Err(No::new(
                format!("it is not before the {}", level.word()),
                "it decides appeals",
            ));
        }
        if self.state.rulings.iter().any(|r| r.level == level) {
            return Err(No::new(
                format!("the {} has decided", level.word()),
                "it decides once",
            ));
        }
        match level {
            Level::Acep | Level::Earb => self.votes_decide(level),
            _ => Ok(()),
        }
    }

    /// Whether the votes of a board give a decision, and it is for whoever asks to record it.
    pub(super) fn votes_decide(&self, level: Level) -> Result<(), No> {
        let (rule, _) = counted_out(self.state, self.rules, level)?;
        let agency = self.actor.agency();
        match chair_of(&rule.is.who) {
            Some(chair) if Some(chair) != agency => {
                let found = format!("{} is not its chair", agency.unwrap_or("no agency"));
                Err(No::new(found, format!("{chair} records what was voted")).under(&rule.cite))
            }
            _ => Ok(()),
        }
    }
}
