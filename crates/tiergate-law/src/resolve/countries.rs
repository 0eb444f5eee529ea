//! Country groups, the territories that follow a member, and the sets conditions make of them.

use std::sync::Arc;

use super::condition::Place;
use super::{Faults, Scope};
use crate::cond::{Atom, Cond, Test};
use crate::country::CountrySet;
use crate::diagnostic::{Diagnostic, nearest};
use crate::layers::Standing;
use crate::model::{Body, Follows};
use crate::regime::Resolved;
use crate::syntax::SetExpr;

/// A group whose membership may turn on a reading.
pub(super) struct GroupVariants {
    id: String,
    cite: String,
    grade: crate::model::Grade,
    instrument: String,
    span: std::ops::Range<usize>,
    /// The members when no conditional change holds.
    members: CountrySet,
    /// Changes that hold only under a reading's option: reading, option, added, removed.
    conditional: Vec<(usize, usize, CountrySet, CountrySet)>,
}

impl Scope<'_> {
    pub fn add_follows(&mut self, s: &Standing<'_>, follows: &Follows, faults: Faults<'_>) {
        match (s.entry.id.parse(), follows.country.name.parse()) {
            (Ok(territory), Ok(country)) => self.follows.push((territory, country)),
            (Err(error), _) | (_, Err(error)) => {
                let span = s.entry.span.clone();
                faults.push(Diagnostic::error(&s.source.file, span, error.to_string()));
            }
        }
    }

    pub fn add_groups(&mut self, standing: &[Standing<'_>], faults: Faults<'_>) {
        for s in standing {
            let Body::Group(group) = &s.entry.body else {
                continue;
            };
            let mut set = |names: &[crate::model::Named]| -> CountrySet {
                let mut set = CountrySet::default();
                for named in names {
                    match named.name.parse() {
                        Ok(country) => set.insert(country),
                        Err(error) => faults.push(Diagnostic::error(
                            &s.source.file,
                            named.span.clone(),
                            error.to_string(),
                        )),
                    }
                }
                set
            };
            let (members, add, remove) = (set(&group.members), set(&group.add), set(&group.remove));
            let at = self.groups.iter().position(|g| g.id == s.entry.id);
            let at = at.unwrap_or_else(|| {
                self.groups.push(GroupVariants {
                    id: s.entry.id.clone(),
                    cite: s.entry.cite.clone(),
                    grade: s.entry.grade,
                    instrument: s.source.instrument.id.clone(),
                    span: s.entry.span.clone(),
                    members: CountrySet::default(),
                    conditional: Vec::new(),
                });
                self.groups.len() - 1
            });
            match &group.only_if {
                None => {
                    let known = &mut self.groups[at];
                    let add = members.union(&add);
                    known.members = known.members.union(&add).difference(&remove);
                    // A later change stands over an earlier conditional one.
                    for (_, _, added, removed) in &mut known.conditional {
                        *added = added.difference(&remove);
                        *removed = removed.difference(&add.difference(&remove));
                    }
                }
                Some((reading, option)) => match self.option(&reading.name, option) {
                    Some((r, o)) => {
                        let add = members.union(&add);
                        self.groups[at].conditional.push((r, o, add, remove));
                    }
                    None => faults.push(Diagnostic::error(
                        &s.source.file,
                        reading.span.clone(),
                        format!(
                            "there is no reading `{}` with an option `{option}`",
                            reading.name
                        ),
                    )),
                },
            }
        }
    }

    pub fn resolved_groups(&self) -> Vec<Resolved<CountrySet>> {
        self.groups
            .iter()
            .map(|g| {
                let mut members = g.members;
                for (reading, option, add, remove) in &g.conditional {
                    if self.readings[*reading].is.default == *option {
                        members = members.union(add).difference(remove);
                    }
                }
                Resolved {
                    id: g.id.clone(),
                    cite: g.cite.clone(),
                    says: String::new(),
                    grade: g.grade,
                    instrument: g.instrument.clone(),
                    span: g.span.clone(),
                    is: self.with_followers(members),
                }
            })
            .collect()
    }

    /// Adds the territories that follow a member, unless the law lists them by themselves.
    fn with_followers(&self, mut set: CountrySet) -> CountrySet {
        for (territory, country) in &self.follows {
            let own = self.groups.iter().any(|g| g.members.contains(*territory));
            if !own && set.contains(*country) {
                set.insert(*territory);
            }
        }
        set
    }

    /// A country test, split by the readings on which the groups it names turn.
    pub(super) fn countries(
        &self,
        set: &SetExpr,
        place: &Place<'_>,
        faults: Faults<'_>,
        make: impl Fn(CountrySet) -> Cond,
    ) -> Cond {
        let mut readings = Vec::new();
        self.readings_of(set, &mut readings);
        let Some(&reading) = readings.first() else {
            return make(self.country_set(set, None, place, faults));
        };
        if readings.len() > 1 {
            let message = "this set turns on more than one reading; split the condition";
            faults.push(place.fault(&(0..place.text.len()), message));
        }
        // What holds under every option is one test; only the rest turns on the reading.
        let options = self.readings[reading].is.options.len();
        let sets: Vec<CountrySet> = (0..options)
            .map(|option| self.country_set(set, Some((reading, option)), place, faults))
            .map(|set| self.with_followers(set))
            .collect();
        let common = sets
            .iter()
            .skip(1)
            .fold(sets[0], |common, set| common.intersection(set));
        let mut parts = vec![make(common)];
        for (option, set) in sets.iter().enumerate() {
            let more = set.difference(&common);
            if !more.is_empty() {
                let is = &self.readings[reading];
                let text = format!("reading {} is {}", is.id, is.is.options[option].0);
                let chosen = Atom {
                    text,
                    test: Test::Reading(reading, option),
                };
                parts.push(Cond::And(vec![Cond::Atom(Arc::new(chosen)), make(more)]));
            }
        }
        Cond::Or(parts)
    }

    fn readings_of(&self, set: &SetExpr, found: &mut Vec<usize>) {
        match set {
            SetExpr::Name(word) => {
                let group = self.groups.iter().find(|g| g.id == word.text);
                for (reading, ..) in group.iter().flat_map(|g| &g.conditional) {
                    if !found.contains(reading) {
                        found.push(*reading);
                    }
                }
            }
            SetExpr::Members(_) => {}
            SetExpr::Union(a, b) | SetExpr::Both(a, b) | SetExpr::Minus(a, b) => {
                self.readings_of(a, found);
                self.readings_of(b, found);
            }
        }
    }

    /// The countries of a set; every name in it brings the territories that follow its members,
    /// so `D:5 - {HK}` is without Hong Kong.
    fn country_set(
        &self,
        set: &SetExpr,
        under: Option<(usize, usize)>,
        place: &Place<'_>,
        faults: Faults<'_>,
    ) -> CountrySet {
        match set {
            SetExpr::Name(word) => {
                let Some(group) = self.groups.iter().find(|g| g.id == word.text) else {
                    let known = self.groups.iter().map(|g| g.id.as_str());
                    let message = format!("unknown country group `{}`", word.text);
                    let fault = place.fault(&word.span, message);
                    faults.push(match nearest(&word.text, known) {
                        Some(near) => fault.with_help(format!("did you mean `{near}`?")),
                        None => fault.with_help("write single countries in braces: `{CN, MO}`"),
                    });
                    return CountrySet::default();
                };
                let mut members = group.members;
                for (reading, option, add, remove) in &group.conditional {
                    if under == Some((*reading, *option)) {
                        members = members.union(add).difference(remove);
                    }
                }
                self.with_followers(members)
            }
            SetExpr::Members(words) => {
                let mut members = CountrySet::default();
                for word in words {
                    match word.text.parse() {
                        Ok(country) => members.insert(country),
                        Err(error) => {
                            let error: crate::country::ParseCountryError = error;
                            faults.push(place.fault(&word.span, error.to_string()));
                        }
                    }
                }
                self.with_followers(members)
            }
            SetExpr::Union(a, b) => {
                let a = self.country_set(a, under, place, faults);
                a.union(&self.country_set(b, under, place, faults))
            }
            SetExpr::Both(a, b) => {
                let a = self.country_set(a, under, place, faults);
                a.intersection(&self.country_set(b, under, place, faults))
            }
            SetExpr::Minus(a, b) => {
                let a = self.country_set(a, under, place, faults);
                a.difference(&self.country_set(b, under, place, faults))
            }
        }
    }
}
