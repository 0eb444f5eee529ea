//! Item classes and sets of classes, and the condition under which an item is in one.

use std::sync::Arc;

use super::condition::Place;
use super::{Faults, Scope};
use crate::cond::{Atom, Cond, Definition, Test};
use crate::diagnostic::{Diagnostic, nearest};
use crate::fact::ChoiceFact;
use crate::layers::{Standing, resolved};
use crate::model::{Body, Grade};
use crate::regime::{RegimeClass, Resolved};
use crate::syntax::{SetExpr, Word};

impl Scope<'_> {
    pub fn add_class_names(&mut self, standing: &[Standing<'_>]) {
        for s in standing {
            if let Some(at) = self.class_names.iter().position(|c| *c == s.entry.id) {
                self.standing_classes |= 1 << at;
            }
        }
    }

    pub fn add_class_sets(&mut self, standing: &[Standing<'_>], faults: Faults<'_>) {
        for s in standing {
            let Body::ClassSet(members) = &s.entry.body else {
                continue;
            };
            let mut mask = 0;
            for named in members {
                match self.class_mask(&named.name) {
                    Some(more) => mask |= more,
                    None => faults.push(Diagnostic::error(
                        &s.source.file,
                        named.span.clone(),
                        format!("there is no item class or class set `{}`", named.name),
                    )),
                }
            }
            self.class_sets.push((s.entry.id.clone(), mask));
        }
    }

    fn class_mask(&self, name: &str) -> Option<u128> {
        if let Some((_, mask)) = self.class_sets.iter().find(|(id, _)| id == name) {
            return Some(*mask);
        }
        self.class_names
            .iter()
            .position(|c| c == name)
            .map(|at| 1 << at)
    }

    /// Resolves the item classes in order and remembers the condition of each.
    ///
    /// An item is in a class if the parties classify it there, or if they give no paragraph and
    /// the class's technical test is the first that holds.
    pub fn classes(
        &mut self,
        standing: &[Standing<'_>],
        faults: Faults<'_>,
    ) -> Vec<Resolved<RegimeClass>> {
        let mut classes = Vec::new();
        let mut earlier: Vec<Cond> = Vec::new();
        self.open_classes = self.standing_classes;
        for s in standing {
            let Body::Class(class) = &s.entry.body else {
                continue;
            };
            let Some(index) = self.class_names.iter().position(|c| *c == s.entry.id) else {
                continue;
            };
            let stated = choice_atom(ChoiceFact::Eccn, 1 << index, &s.entry.id);
            let cond = class
                .when
                .as_ref()
                .map(|w| self.condition(w, s.source, faults));
            let member = match &cond {
                None => stated,
                Some(test) => {
                    let unstated = choice_atom(ChoiceFact::Eccn, self.not_stated(), "not stated");
                    let mut computed = vec![unstated, test.clone()];
                    computed.extend(earlier.iter().cloned().map(|c| Cond::Not(Arc::new(c))));
                    earlier.push(test.clone());
                    Cond::Or(vec![stated, Cond::And(computed)])
                }
            };
            let named = Definition {
                id: format!("item is {}", s.entry.id),
                cite: s.entry.cite.clone(),
                says: s.entry.says.clone(),
                grade: s.grade,
                instrument: s.source.instrument.id.clone(),
                cond: member,
            };
            self.class_conditions
                .insert(index, Cond::Named(Arc::new(named)));
            self.open_classes &= !(1 << index);
            classes.push(resolved(s, RegimeClass { index, cond }));
        }
        classes
    }

    /// The bit of "no paragraph stated": after the classes and the paragraph of no class here.
    fn not_stated(&self) -> u128 {
        1 << (self.class_names.len() + 1)
    }

    pub(super) fn item_in(&self, mask: u128, words: String) -> Cond {
        let parts: Vec<Cond> = (0..self.class_names.len())
            .filter(|at| mask >> at & 1 == 1)
            .filter_map(|at| self.class_conditions.get(&at).cloned())
            .collect();
        Cond::Named(Arc::new(Definition {
            id: words,
            cite: String::new(),
            says: String::new(),
            grade: Grade::Primary,
            instrument: String::new(),
            cond: Cond::Or(parts),
        }))
    }

    pub(super) fn class_set(
        &self,
        set: &SetExpr,
        place: &Place<'_>,
        faults: Faults<'_>,
    ) -> Option<u128> {
        let mut one = |word: &Word| {
            let mask = self.class_mask(&word.text);
            if mask.is_none() {
                let known = self.class_names.iter().map(String::as_str);
                let known = known.chain(self.class_sets.iter().map(|(id, _)| id.as_str()));
                let message = format!("there is no item class or class set `{}`", word.text);
                let fault = place.fault(&word.span, message);
                faults.push(match nearest(&word.text, known) {
                    Some(near) => fault.with_help(format!("did you mean `{near}`?")),
                    None => fault,
                });
            }
            mask
        };
        match set {
            SetExpr::Name(word) => one(word),
            SetExpr::Members(words) => words
                .iter()
                .map(&mut one)
                .try_fold(0, |mask, m| Some(mask | m?)),
            SetExpr::Union(a, b) => {
                let a = self.class_set(a, place, faults);
                Some(a? | self.class_set(b, place, faults)?)
            }
            SetExpr::Both(a, b) => {
                let a = self.class_set(a, place, faults);
                Some(a? & self.class_set(b, place, faults)?)
            }
            SetExpr::Minus(a, b) => {
                let a = self.class_set(a, place, faults);
                Some(a? & !self.class_set(b, place, faults)?)
            }
        }
    }
}

fn choice_atom(fact: ChoiceFact, mask: u128, words: &str) -> Cond {
    let text = format!("{} {words}", fact.info().path);
    Cond::Atom(Arc::new(Atom {
        text,
        test: Test::Choice(fact, mask),
        names: Vec::new(),
    }))
}
