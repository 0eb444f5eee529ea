//! What the law does to countries and they to it: who is restricted, what allies make of it, talks, and the use of limits.

use super::Run;
use super::columns::{AGREEMENT, LOCAL};
use crate::model::Group;
use crate::model::talks::{self, Stage};
use crate::series::{self as s, NEARLY};
use crate::table::Passage;

impl Run<'_> {
    /// What the law does to countries: whom it restricts, and what allies make of it.
    pub(super) fn diplomacy(&mut self) {
        let at = self.today;
        let (mut restricted, mut newly, mut relieved) = (0.0, 0.0, 0.0);
        let (mut equipment, mut strained) = (0.0, 0.0);
        for place in self.abroad() {
            let top = self.table.ladder(at, place, LOCAL).top();
            let bound = top.passage != Passage::Free;
            restricted += f64::from(u8::from(bound));
            if at > 0 {
                let before = self.table.ladder(at - 1, place, LOCAL).top();
                let was = before.passage != Passage::Free;
                newly += f64::from(u8::from(bound && top.strictness > before.strictness));
                relieved += f64::from(u8::from(was && top.strictness < before.strictness));
            }
            if self.model.world.places[place].equipment {
                equipment += 1.0;
                strained += f64::from(u8::from(bound));
            }
        }
        let share = if equipment > 0.0 {
            strained / equipment
        } else {
            0.0
        };
        let left = self.cooperation;
        let lost = self.knobs.allies_eroded * share * left;
        let regained = self.knobs.allies_regained * (1.0 - share) * (1.0 - left);
        self.cooperation = (left + (regained - lost) / 12.0).clamp(0.0, 1.0);
        self.leaked += self.knobs.allies_leaks * (1.0 - self.cooperation) / 12.0;
        self.told[s::RESTRICTED] = restricted;
        self.told[s::NEWLY_RESTRICTED] = newly;
        self.told[s::RELIEVED] = relieved;
        self.told[s::COOPERATION] = self.cooperation;
    }

    /// Talks with governments that would get more under an agreement.
    pub(super) fn deals(&mut self) {
        for place in 0..self.wants.len() {
            let same = self.table.ladder_number(self.today, place, AGREEMENT)
                == self.table.ladder_number(self.today, place, LOCAL);
            let may = !same && self.model.groups[place] != Group::Embargoed;
            if !may || place == self.model.world.us {
                self.wants[place] = 0.0;
            }
        }
        talks::month(self.knobs, &mut self.talks, &self.noise.talks, &self.wants);
        let count = |which: fn(&Stage) -> bool| {
            self.talks.iter().filter(|t| which(&t.stage)).count() as f64
        };
        self.told[s::DEALS] = count(|s| matches!(s, Stage::Signed(_)));
        self.told[s::TALKS] = count(|s| matches!(s, Stage::Talks(_)));
    }

    /// The use of each country's limit.
    pub(super) fn caps(&mut self) {
        let day = self.date();
        let mut used_up = 0.0;
        for place in self.abroad() {
            let signed = matches!(self.talks[place].stage, Stage::Signed(_));
            let (ladder, split) = self.split(place, if signed { AGREEMENT } else { LOCAL });
            let step = &self.table.ladders()[ladder].0[split.filed_step];
            let share = self.counted.share(&step.draws, place, day);
            used_up += f64::from(u8::from(share >= NEARLY));
            self.tell(s::CAP, place, share);
        }
        self.told[s::CAPPED] = used_up;
    }
}
