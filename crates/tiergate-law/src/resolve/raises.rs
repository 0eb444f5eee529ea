//! Values that an agreement raises for one country: a comparison with one is split by where the
//! goods go, so that what decides and what counts read one height.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::condition::Place;
use super::{Faults, Scope};
use crate::cond::{Atom, Cond, Definition, Test};
use crate::country::Country;
use crate::diagnostic::{Diagnostic, nearest};
use crate::fact::DESTINATIONS;
use crate::layers::Standing;
use crate::model::{Body, DatedAmount, Grade};
use crate::syntax::{Compare, Expr, SetExpr, Term, Word};

/// A value raised for one country.
pub(super) struct Raised {
    value: String,
    country: Country,
    to: DatedAmount,
    /// That the goods all go there.
    there: Cond,
    id: String,
    grade: Grade,
    instrument: String,
}

impl Raised {
    /// A comparison at the raised height, in the name of the agreement: what rests on it rests on the
    /// agreement, and what goes elsewhere does not.
    fn named(&self, cond: Cond) -> Cond {
        Cond::Named(Arc::new(Definition {
            id: self.id.clone(),
            cite: self.to.cite.clone(),
            says: format!("an agreement raises `{}` for {}", self.value, self.country),
            grade: self.grade,
            instrument: self.instrument.clone(),
            cond,
        }))
    }
}

impl Scope<'_> {
    /// Takes in what agreements raise; of several for one country the highest holds.
    ///
    /// A value may stand in one view or at one date only: one that is not stated on the date is
    /// raised by nothing. `known` are those of any date.
    pub fn add_raises(
        &mut self,
        standing: &[Standing<'_>],
        known: &BTreeSet<String>,
        faults: Faults<'_>,
    ) {
        for s in standing {
            let Body::Agreement(agreement) = &s.entry.body else {
                continue;
            };
            let fault = |span: &std::ops::Range<usize>, message: String| {
                Diagnostic::error(&s.source.file, span.clone(), message)
            };
            let country: Country = match agreement.country.name.parse() {
                Ok(country) => country,
                Err(error) => {
                    let error: crate::country::ParseCountryError = error;
                    faults.push(fault(&agreement.country.span, error.to_string()));
                    continue;
                }
            };
            let there = self.all_go_to(&agreement.country, s, faults);
            for raise in &agreement.raises {
                let name = &raise.value;
                if !known.contains(&name.name) {
                    let near = nearest(&name.name, known.iter().map(String::as_str));
                    let fault = fault(&name.span, format!("there is no value `{}`", name.name));
                    faults.push(match near {
                        Some(near) => fault.with_help(format!("did you mean `{near}`?")),
                        None => fault,
                    });
                    continue;
                }
                let value = self.values.iter().find(|v| v.id == name.name);
                let Some(now) = value.and_then(|v| v.is.now.as_ref()) else {
                    continue;
                };
                if raise.to.amount <= now.amount {
                    let message = format!(
                        "{} is no more than the {} that `{}` is without it: an agreement raises",
                        raise.to.amount, now.amount, name.name
                    );
                    faults.push(fault(&raise.to.span, message));
                    continue;
                }
                let raised = Raised {
                    value: name.name.clone(),
                    country,
                    to: raise.to.clone(),
                    there: there.clone(),
                    id: s.entry.id.clone(),
                    grade: s.grade.max(raise.to.grade),
                    instrument: s.source.instrument.id.clone(),
                };
                let same = |r: &&mut Raised| r.value == raised.value && r.country == country;
                match self.raises.iter_mut().find(same) {
                    Some(known) if known.to.amount >= raised.to.amount => {}
                    Some(known) => *known = raised,
                    None => self.raises.push(raised),
                }
            }
        }
    }

    /// Every place the goods go to is this country.
    fn all_go_to(
        &self,
        country: &crate::model::Named,
        s: &Standing<'_>,
        faults: Faults<'_>,
    ) -> Cond {
        let place = Place::at(s.source, &country.span);
        let set = SetExpr::Members(vec![Word {
            text: country.name.clone(),
            span: 0..country.span.len(),
        }]);
        let each = DESTINATIONS.map(|fact| {
            self.countries(&set, &place, faults, |set| {
                Cond::Atom(Arc::new(Atom {
                    text: format!("{} in {{{}}}", fact.info().path, country.name),
                    test: Test::Country(fact, set),
                    names: Vec::new(),
                }))
            })
        });
        Cond::And(each.into())
    }

    /// The countries for which a value is raised, each with its height.
    pub(super) fn raised(&self, value: &str) -> Vec<(Country, DatedAmount)> {
        let of_it = self.raises.iter().filter(|r| r.value == value);
        of_it.map(|r| (r.country, r.to.clone())).collect()
    }

    /// The height of a value for the country that a comparison is being read for.
    pub(super) fn raised_now(&self, value: &str) -> Option<&DatedAmount> {
        let country = self.raised_for?;
        let of_it = |r: &&Raised| r.value == value && r.country == country;
        self.raises.iter().find(of_it).map(|r| &r.to)
    }

    /// A comparison with values that agreements raise: at its height where the goods all go to the
    /// country of one, at the law's own elsewhere. None where nothing is raised.
    pub(super) fn compare_raised(
        &mut self,
        left: &[Term],
        compare: Compare,
        right: &[Term],
        expr: &Expr,
        place: &Place<'_>,
        faults: Faults<'_>,
    ) -> Option<Cond> {
        if self.raised_for.is_some() || self.raises.is_empty() {
            return None;
        }
        let words = left.iter().chain(right);
        let words: Vec<&str> = words
            .flat_map(|t| t.name.iter().chain(&t.times))
            .map(|w| w.text.as_str())
            .collect();
        let named = |r: &&Raised| words.contains(&r.value.as_str());
        let mut countries: Vec<Country> = (self.raises.iter().filter(named))
            .map(|r| r.country)
            .collect();
        countries.sort_unstable();
        countries.dedup();
        if countries.is_empty() {
            return None;
        }
        let mut elsewhere: Vec<Cond> = Vec::new();
        let mut parts = Vec::new();
        for country in countries {
            self.raised_for = Some(country);
            let mut raised = self.compare(left, compare, right, expr, place, faults);
            self.raised_for = None;
            let of_it = |r: &&Raised| r.country == country;
            for by in self.raises.iter().filter(of_it).filter(named) {
                raised = by.named(raised);
            }
            let there = self.raises.iter().find(of_it).map(|r| r.there.clone());
            elsewhere.extend(there.iter().map(|t| Cond::Not(Arc::new(t.clone()))));
            parts.push(Cond::And(there.into_iter().chain([raised]).collect()));
        }
        // Read for no country, the values are the law's own.
        elsewhere.push(self.compare_own(left, compare, right, expr, place, faults));
        parts.push(Cond::And(elsewhere));
        Some(Cond::Or(parts))
    }
}
