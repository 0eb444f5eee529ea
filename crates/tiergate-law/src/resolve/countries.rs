//! Country groups, the territories that follow a member, and the sets conditions make of them.

use std::sync::Arc;

use super::condition::Place;
use super::{Faults, Scope};
use crate::cond::{Atom, Cond, Test};
use crate::country::CountrySet;
use crate::diagnostic::{Diagnostic, nearest};
use crate::layers::{Standing, resolved};
use crate::model::{Body, Follows, Named};
use crate::regime::{Follower, Resolved};
use crate::syntax::SetExpr;

fn no_option(s: &Standing<'_>, reading: &Named, option: &str) -> Diagnostic {
    let message = format!(
        "there is no reading `{}` with an option `{option}`",
        reading.name
    );
    Diagnostic::error(&s.source.file, reading.span.clone(), message)
}

/// The choices under which something holds, each told only by the readings that make a
/// difference.
fn deciding(choices: &[Vec<(usize, usize)>], under: &[bool]) -> Vec<Vec<(usize, usize)>> {
    let readings = choices.first().map_or(0, Vec::len);
    let differs = |at: &usize| {
        let all = || choices.iter().zip(under);
        all().any(|(one, holds)| {
            let but_for_it = |other: &[(usize, usize)]| {
                let pairs = one.iter().zip(other).enumerate();
                pairs
                    .into_iter()
                    .all(|(place, (a, b))| place == *at || a == b)
            };
            all().any(|(other, also)| holds != also && but_for_it(other))
        })
    };
    let matter: Vec<usize> = (0..readings).filter(differs).collect();
    let holding = choices.iter().zip(under).filter(|(_, holds)| **holds);
    let mut told: Vec<Vec<(usize, usize)>> = holding
        .map(|(choice, _)| matter.iter().map(|at| choice[*at]).collect())
        .collect();
    told.sort_unstable();
    told.dedup();
    told
}

/// A group whose membership may turn on a reading.
pub(super) struct GroupVariants {
    id: String,
    cite: String,
    grade: crate::model::Grade,
    instrument: String,
    span: std::ops::Range<usize>,
    /// The instruments that changed it since, with their paragraphs.
    amended: Vec<String>,
    /// The members when no conditional change holds.
    members: CountrySet,
    /// Changes that hold only under a reading's option: reading, option, added, removed.
    conditional: Vec<(usize, usize, CountrySet, CountrySet)>,
}

impl Scope<'_> {
    pub fn add_follows(&mut self, s: &Standing<'_>, follows: &Follows, faults: Faults<'_>) {
        match (s.entry.id.parse(), follows.country.name.parse()) {
            (Ok(territory), Ok(country)) => {
                let only_if = match &follows.only_if {
                    None => None,
                    Some((reading, option)) => match self.option(&reading.name, option) {
                        Some(under) => Some(under),
                        None => {
                            faults.push(no_option(s, reading, option));
                            return;
                        }
                    },
                };
                let is = Follower {
                    territory,
                    country,
                    only_if,
                };
                self.follows.push(resolved(s, is));
            }
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
            if let Some(at) = at {
                // A list is known no better than the last change to it.
                let known = &mut self.groups[at];
                known.grade = known.grade.max(s.grade);
                let by = format!("{} ({})", s.source.instrument.id, s.entry.cite);
                if !known.amended.contains(&by) {
                    known.amended.push(by);
                }
            }
            let at = at.unwrap_or_else(|| {
                self.groups.push(GroupVariants {
                    id: s.entry.id.clone(),
                    cite: s.entry.cite.clone(),
                    grade: s.grade,
                    instrument: s.source.instrument.id.clone(),
                    span: s.entry.span.clone(),
                    amended: Vec::new(),
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
                    None => faults.push(no_option(s, reading, option)),
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
                    says: match g.amended.as_slice() {
                        [] => String::new(),
                        by => format!("amended by {}", by.join(", ")),
                    },
                    grade: g.grade,
                    instrument: g.instrument.clone(),
                    span: g.span.clone(),
                    is: self.with_followers(members, None),
                }
            })
            .collect()
    }

    /// Adds the territories that follow a member, unless the law lists them by themselves; under
    /// the options given, or else the default ones.
    fn with_followers(&self, mut set: CountrySet, under: Option<&[(usize, usize)]>) -> CountrySet {
        for follower in &self.follows {
            let Follower {
                territory,
                country,
                only_if,
            } = follower.is;
            let own = self.groups.iter().any(|g| g.members.contains(territory));
            let holds = only_if.is_none_or(|(reading, option)| match under {
                Some(under) => under.contains(&(reading, option)),
                None => self.readings[reading].is.default == option,
            });
            if holds && !own && set.contains(country) {
                set.insert(territory);
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
        let mut readings: Vec<usize> = self
            .follows
            .iter()
            .filter_map(|f| f.is.only_if.map(|(reading, _)| reading))
            .collect();
        self.readings_of(set, &mut readings);
        readings.sort_unstable();
        readings.dedup();
        // Every choice of an option of each.
        let mut choices: Vec<Vec<(usize, usize)>> = vec![Vec::new()];
        for reading in readings {
            let options = 0..self.readings[reading].is.options.len();
            let longer = options.flat_map(|option| {
                choices.iter().map(move |choice| {
                    let mut choice = choice.clone();
                    choice.push((reading, option));
                    choice
                })
            });
            choices = longer.collect();
        }
        let before = faults.len();
        let sets: Vec<CountrySet> = choices
            .iter()
            .map(|choice| self.country_set(set, choice, place, faults))
            .collect();
        if faults.len() > before {
            return Cond::Known(false);
        }
        let (first, others) = (sets[0], &sets[1..]);
        let common = others.iter().fold(first, |all, set| all.intersection(set));
        let any = others.iter().fold(first, |all, set| all.union(set));
        // What holds however the text is read is one test; only the rest turns on a reading.
        // Countries that are in under the same choices are told together.
        let mut rest: Vec<(Vec<bool>, CountrySet)> = Vec::new();
        for country in any.difference(&common).iter() {
            let under: Vec<bool> = sets.iter().map(|set| set.contains(country)).collect();
            match rest.iter_mut().find(|(known, _)| *known == under) {
                Some((_, set)) => set.insert(country),
                None => rest.push((under, std::iter::once(country).collect())),
            }
        }
        let mut parts = vec![make(common)];
        for (under, set) in rest {
            for choice in deciding(&choices, &under) {
                let mut all: Vec<Cond> = choice.iter().map(|c| self.taken(*c)).collect();
                all.push(make(set));
                parts.push(Cond::And(all));
            }
        }
        if parts.len() == 1 {
            return parts.remove(0);
        }
        Cond::Or(parts)
    }

    fn readings_of(&self, set: &SetExpr, found: &mut Vec<usize>) {
        match set {
            SetExpr::Name(word) => {
                let group = self.groups.iter().find(|g| g.id == word.text);
                let conditional = group.iter().flat_map(|g| &g.conditional);
                found.extend(conditional.map(|(reading, ..)| *reading));
            }
            SetExpr::Members(_) => {}
            SetExpr::Union(a, b) | SetExpr::Both(a, b) | SetExpr::Minus(a, b) => {
                self.readings_of(a, found);
                self.readings_of(b, found);
            }
        }
    }

    /// The test that an option of a reading is taken.
    fn taken(&self, (reading, option): (usize, usize)) -> Cond {
        let is = &self.readings[reading];
        Cond::Atom(Arc::new(Atom {
            text: format!("reading {} is {}", is.id, is.is.options[option].0),
            test: Test::Reading(reading, option),
            names: Vec::new(),
        }))
    }

    /// The countries of a set; every name in it brings the territories that follow its members,
    /// so `D:5 - {HK}` is without Hong Kong.
    fn country_set(
        &self,
        set: &SetExpr,
        under: &[(usize, usize)],
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
                    if under.contains(&(*reading, *option)) {
                        members = members.union(add).difference(remove);
                    }
                }
                self.with_followers(members, Some(under))
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
                self.with_followers(members, Some(under))
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
