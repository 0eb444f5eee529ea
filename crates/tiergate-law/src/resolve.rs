//! Names in conditions become facts, sets, amounts and readings.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::cond::{Atom, Cond, Definition, Linear, Party, Test};
use crate::consolidate::{RegimeClass, RegimeQuota, RegimeValue, Resolved, Standing, resolved};
use crate::country::{Country, CountrySet};
use crate::diagnostic::{Diagnostic, nearest};
use crate::fact::{
    CHOICES, COUNTRIES, ChoiceFact, FLAGS, Fact, FlagFact, NUMBERS, NumberFact, TEXTS, TextFact,
    fact_by_name,
};
use crate::model::{Body, Condition, Follows, Quota, Reading, Source};
use crate::num::Num;
use crate::syntax::{Compare, Expr, ExprKind, SetExpr, Term, Word};

/// A group whose membership may turn on a reading.
struct GroupVariants {
    id: String,
    cite: String,
    grade: crate::model::Grade,
    instrument: String,
    /// The members when no conditional change holds.
    members: CountrySet,
    /// Changes that hold only under a reading's option: reading, option, added, removed.
    conditional: Vec<(usize, usize, CountrySet, CountrySet)>,
}

/// Deeper chains are refused rather than overflowing the stack.
const DEFINITIONS_DEPTH_MAX: usize = 32;

/// The names known while a regime is being resolved.
pub(crate) struct Scope<'l> {
    class_names: &'l [String],
    pub readings: Vec<Resolved<Reading>>,
    pub registers: Vec<Resolved<Vec<String>>>,
    pub values: Vec<Resolved<RegimeValue>>,
    pub definitions: Vec<Standing<'l>>,
    groups: Vec<GroupVariants>,
    follows: Vec<(Country, Country)>,
    standing_classes: u128,
    /// Classes whose own condition is not resolved yet.
    open_classes: u128,
    /// How many definitions are being resolved, each for the one before.
    depth: usize,
    class_sets: Vec<(String, u128)>,
    class_conditions: HashMap<usize, Cond>,
    done: HashMap<String, Option<Arc<Definition>>>,
}

/// Where a condition stands, for faults.
struct Place<'a> {
    source: &'a Source,
    offset: usize,
    text: &'a str,
}

impl Place<'_> {
    fn fault(&self, span: &Range<usize>, message: impl Into<String>) -> Diagnostic {
        let place = |at: usize| (self.offset + at).min(self.source.text.len());
        Diagnostic::error(
            &self.source.file,
            place(span.start)..place(span.end),
            message,
        )
    }

    fn words(&self, span: &Range<usize>) -> String {
        self.text
            .get(span.clone())
            .unwrap_or_default()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }
}

type Faults<'f> = &'f mut Vec<Diagnostic>;

impl<'l> Scope<'l> {
    pub fn new(class_names: &'l [String]) -> Scope<'l> {
        Scope {
            class_names,
            readings: Vec::new(),
            registers: Vec::new(),
            values: Vec::new(),
            definitions: Vec::new(),
            groups: Vec::new(),
            follows: Vec::new(),
            standing_classes: 0,
            open_classes: 0,
            depth: 0,
            class_sets: Vec::new(),
            class_conditions: HashMap::new(),
            done: HashMap::new(),
        }
    }

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

    fn option(&self, reading: &str, option: &str) -> Option<(usize, usize)> {
        let at = self.readings.iter().position(|r| r.id == reading)?;
        let option = self.readings[at]
            .is
            .options
            .iter()
            .position(|(id, _)| id == option)?;
        Some((at, option))
    }

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

    pub fn quota(
        &self,
        quota: &Quota,
        s: &Standing<'_>,
        faults: Faults<'_>,
    ) -> Option<RegimeQuota> {
        let limit = self.values.iter().find(|v| v.id == quota.limit.name);
        let number = |name: &crate::model::Named, faults: &mut Vec<Diagnostic>| {
            if let Some(Fact::Number(fact)) = fact_by_name(&name.name) {
                return Some(fact);
            }
            let message = format!("`{}` is not a number the order holds", name.name);
            faults.push(Diagnostic::error(
                &s.source.file,
                name.span.clone(),
                message,
            ));
            None
        };
        if limit.is_none() {
            let message = format!("there is no value `{}`", quota.limit.name);
            faults.push(Diagnostic::error(
                &s.source.file,
                quota.limit.span.clone(),
                message,
            ));
        }
        let share_of = match &quota.share_of {
            Some(name) => Some(number(name, faults)?),
            None => None,
        };
        Some(RegimeQuota {
            limit: limit?.is.now.clone(),
            used: number(&quota.used, faults)?,
            share_of,
            per: quota.per.clone(),
            key: quota.key.clone(),
            period: quota.period.clone(),
        })
    }

    /// Resolves a condition; a fault makes it false, and the regime is refused.
    pub fn condition(&mut self, c: &Condition, source: &Source, faults: Faults<'_>) -> Cond {
        let place = Place {
            source,
            offset: c.offset,
            text: &c.text,
        };
        self.expr(&c.expr, &place, faults)
    }

    fn expr(&mut self, expr: &Expr, place: &Place<'_>, faults: Faults<'_>) -> Cond {
        match &expr.kind {
            ExprKind::And(parts) => {
                Cond::And(parts.iter().map(|p| self.expr(p, place, faults)).collect())
            }
            ExprKind::Or(parts) => {
                Cond::Or(parts.iter().map(|p| self.expr(p, place, faults)).collect())
            }
            ExprKind::Not(inner) => Cond::Not(Arc::new(self.expr(inner, place, faults))),
            ExprKind::Name(name) => self.name(name, expr, place, faults),
            ExprKind::In(name, set) => self.membership(name, set, expr, place, faults),
            ExprKind::Is(name, value) => self.is(name, value, expr, place, faults),
            ExprKind::Has(name, members) => self.has(name, members, expr, place, faults),
            ExprKind::Compare(left, compare, right) => {
                self.compare(left, *compare, right, expr, place, faults)
            }
        }
    }

    /// A single test in the words of the file; a "not" stands outside of it.
    fn atom(test: Test, expr: &Expr, place: &Place<'_>) -> Cond {
        let text = place
            .words(&expr.span)
            .replace(" is not ", " is ")
            .replace(" not in ", " in ");
        Cond::Atom(Arc::new(Atom { text, test }))
    }

    fn name(&mut self, name: &str, expr: &Expr, place: &Place<'_>, faults: Faults<'_>) -> Cond {
        if matches!(name, "always" | "never") {
            return Cond::Known(name == "always");
        }
        if let Some(parts) = any_party(name) {
            let parts: Vec<Cond> = parts
                .iter()
                .filter_map(|p| match fact_by_name(p) {
                    Some(Fact::Flag(f)) => Some(Self::atom(Test::Flag(f), expr, place)),
                    _ => None,
                })
                .collect();
            if !parts.is_empty() {
                return Cond::Or(parts);
            }
        }
        if let Some(Fact::Flag(flag)) = fact_by_name(name) {
            return Self::atom(Test::Flag(flag), expr, place);
        }
        if let Some(definition) = self.definition(name, faults) {
            return Cond::Named(definition);
        }
        if !self.done.contains_key(name) {
            let known = FLAGS
                .iter()
                .map(|f| f.path)
                .chain(self.definitions.iter().map(|d| d.entry.id.as_str()));
            let message = match fact_by_name(name) {
                Some(_) => format!("`{name}` is not a yes-or-no fact"),
                None => format!("there is no yes-or-no fact or definition `{name}`"),
            };
            let fault = place.fault(&expr.span, message);
            faults.push(match nearest(name, known) {
                Some(near) => fault.with_help(format!("did you mean `{near}`?")),
                None => fault,
            });
        }
        Cond::Known(false)
    }

    fn definition(&mut self, name: &str, faults: Faults<'_>) -> Option<Arc<Definition>> {
        let at = self.definitions.iter().position(|d| d.entry.id == name)?;
        if let Some(done) = self.done.get(name) {
            if done.is_none() {
                let (entry, source) = (self.definitions[at].entry, self.definitions[at].source);
                let message = format!("the definition `{name}` needs itself");
                faults.push(Diagnostic::error(&source.file, entry.span.clone(), message));
            }
            return done.clone();
        }
        // Marked before it is resolved, so that a definition that needs itself ends here.
        self.done.insert(name.to_owned(), None);
        let (entry, source) = (self.definitions[at].entry, self.definitions[at].source);
        let Body::Definition(condition) = &entry.body else {
            return None;
        };
        self.depth += 1;
        let cond = if self.depth > DEFINITIONS_DEPTH_MAX {
            let message =
                format!("definitions use one another at most {DEFINITIONS_DEPTH_MAX} deep");
            faults.push(Diagnostic::error(&source.file, entry.span.clone(), message));
            Cond::Known(false)
        } else {
            self.condition(condition, source, faults)
        };
        self.depth -= 1;
        let definition = Arc::new(Definition {
            id: entry.id.clone(),
            cite: entry.cite.clone(),
            says: entry.says.clone(),
            cond,
        });
        self.done.insert(name.to_owned(), Some(definition.clone()));
        Some(definition)
    }

    /// Resolves the definitions no rule has named, for their faults.
    pub fn unused_definitions(&mut self, faults: Faults<'_>) {
        let names: Vec<String> = self
            .definitions
            .iter()
            .map(|d| d.entry.id.clone())
            .collect();
        for name in names {
            self.definition(&name, faults);
        }
    }

    fn membership(
        &mut self,
        name: &Word,
        set: &SetExpr,
        expr: &Expr,
        place: &Place<'_>,
        faults: Faults<'_>,
    ) -> Cond {
        if name.text == "item" {
            let Some(mask) = self.class_set(set, place, faults) else {
                return Cond::Known(false);
            };
            let early = (mask & self.open_classes).trailing_zeros() as usize;
            if let Some(class) = self.class_names.get(early) {
                let message =
                    format!("a class before `{class}`, or that class itself, asks for it");
                let help = "a class may ask only for those that stand before it";
                faults.push(place.fault(&expr.span, message).with_help(help));
            }
            let words = place.words(&expr.span).replace(" not in ", " in ");
            return self.item_in(mask & self.standing_classes, words);
        }
        if let Some(parts) = any_party(&name.text) {
            let parts = parts
                .iter()
                .map(|p| {
                    let word = Word {
                        text: p.clone(),
                        span: name.span.clone(),
                    };
                    self.membership(&word, set, expr, place, faults)
                })
                .collect();
            return Cond::Or(parts);
        }
        if let Some(party) = match name.text.as_str() {
            "intermediary.headquarters" => Some(Party::Headquarters),
            "intermediary.parent" => Some(Party::Parent),
            _ => None,
        } {
            let make = |set| Self::atom(Test::Intermediary(party, set), expr, place);
            return self.countries(set, place, faults, make);
        }
        match fact_by_name(&name.text) {
            Some(Fact::Country(fact)) => {
                let make = |set| Self::atom(Test::Country(fact, set), expr, place);
                self.countries(set, place, faults, make)
            }
            Some(Fact::Choice(fact)) => {
                let SetExpr::Members(members) = set else {
                    faults.push(place.fault(&name.span, "list the values in `{}`"));
                    return Cond::Known(false);
                };
                let mask = members
                    .iter()
                    .filter_map(|m| self.choice_value(fact, m, place, faults))
                    .fold(0, |mask, at| mask | 1_u128 << at);
                Self::atom(Test::Choice(fact, mask), expr, place)
            }
            Some(Fact::Text(fact)) => self.text(fact, set, expr, place, faults),
            _ => {
                let known = COUNTRIES
                    .iter()
                    .map(|i| i.path)
                    .chain(CHOICES.iter().map(|i| i.path))
                    .chain(TEXTS.iter().map(|i| i.path))
                    .chain(["item"]);
                let message = format!("`{}` is no country, choice or name of the order", name.text);
                let fault = place.fault(&name.span, message);
                faults.push(match nearest(&name.text, known) {
                    Some(near) => fault.with_help(format!("did you mean `{near}`?")),
                    None => fault,
                });
                Cond::Known(false)
            }
        }
    }

    fn item_in(&self, mask: u128, words: String) -> Cond {
        let parts: Vec<Cond> = (0..self.class_names.len())
            .filter(|at| mask >> at & 1 == 1)
            .filter_map(|at| self.class_conditions.get(&at).cloned())
            .collect();
        Cond::Named(Arc::new(Definition {
            id: words,
            cite: String::new(),
            says: String::new(),
            cond: Cond::Or(parts),
        }))
    }

    fn text(
        &mut self,
        fact: TextFact,
        set: &SetExpr,
        expr: &Expr,
        place: &Place<'_>,
        faults: Faults<'_>,
    ) -> Cond {
        if let SetExpr::Name(word) = set {
            if let Some(at) = self.registers.iter().position(|r| r.id == word.text) {
                return Self::atom(Test::Text(fact, at), expr, place);
            }
            faults.push(place.fault(&word.span, format!("there is no register `{}`", word.text)));
        } else {
            faults.push(place.fault(&expr.span, "name a register here"));
        }
        Cond::Known(false)
    }

    /// A country test, split by the readings on which the groups it names turn.
    fn countries(
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

    fn class_set(&self, set: &SetExpr, place: &Place<'_>, faults: Faults<'_>) -> Option<u128> {
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

    fn choice_value(
        &self,
        fact: ChoiceFact,
        value: &Word,
        place: &Place<'_>,
        faults: Faults<'_>,
    ) -> Option<usize> {
        let at = fact.info().values.iter().position(|v| *v == value.text);
        if at.is_none() {
            let message = format!("`{}` is no value of {}", value.text, fact.info().path);
            let known = fact.info().values.join(", ");
            faults.push(
                place
                    .fault(&value.span, message)
                    .with_help(format!("one of {known}")),
            );
        }
        at
    }

    fn is(
        &mut self,
        name: &Word,
        value: &Word,
        expr: &Expr,
        place: &Place<'_>,
        faults: Faults<'_>,
    ) -> Cond {
        if let Some(reading) = name.text.strip_prefix("reading:") {
            return match self.option(reading, &value.text) {
                Some((r, o)) => Self::atom(Test::Reading(r, o), expr, place),
                None => {
                    let message = format!(
                        "there is no reading `{reading}` with an option `{}`",
                        value.text
                    );
                    faults.push(place.fault(&expr.span, message));
                    Cond::Known(false)
                }
            };
        }
        let Some(Fact::Choice(fact)) = fact_by_name(&name.text) else {
            let known = CHOICES
                .iter()
                .map(|i| i.path)
                .collect::<Vec<_>>()
                .join(", ");
            let message = format!("`{}` has no closed list of values", name.text);
            faults.push(
                place
                    .fault(&name.span, message)
                    .with_help(format!("`is` tests {known}")),
            );
            return Cond::Known(false);
        };
        match self.choice_value(fact, value, place, faults) {
            Some(at) => Self::atom(Test::Choice(fact, 1 << at), expr, place),
            None => Cond::Known(false),
        }
    }

    fn has(
        &mut self,
        name: &Word,
        members: &[Word],
        expr: &Expr,
        place: &Place<'_>,
        faults: Faults<'_>,
    ) -> Cond {
        let lists = any_party(&name.text).unwrap_or_else(|| vec![name.text.clone()]);
        let mut parts = Vec::new();
        for list in &lists {
            let list = list.replace("intermediary.", "intermediaries.");
            for member in members {
                let path = format!("{list}={}", member.text);
                match FLAGS.iter().position(|f| f.path == path) {
                    Some(at) => {
                        let test = Test::Flag(FlagFact::ALL[at]);
                        let text = format!("{list} has {}", member.text);
                        parts.push(Cond::Atom(Arc::new(Atom { text, test })));
                    }
                    None => {
                        let message = format!("`{list}` has no member `{}`", member.text);
                        let prefix = format!("{list}=");
                        let known: Vec<&str> = FLAGS
                            .iter()
                            .filter_map(|f| f.path.strip_prefix(prefix.as_str()))
                            .collect();
                        let fault = place.fault(&member.span, message);
                        faults.push(if known.is_empty() {
                            fault.with_help(format!("`{list}` is not a list of the order"))
                        } else {
                            fault.with_help(format!("one of {}", known.join(", ")))
                        });
                    }
                }
            }
        }
        let _ = expr;
        Cond::Or(parts)
    }

    fn compare(
        &mut self,
        left: &[Term],
        compare: Compare,
        right: &[Term],
        expr: &Expr,
        place: &Place<'_>,
        faults: Faults<'_>,
    ) -> Cond {
        // A party stands for several: `any_party.listed_ownership_pct >= 50`.
        let several = |t: &Term| t.name.as_ref().and_then(|n| any_party(&n.text));
        if let Some(parties) = left.iter().find_map(several) {
            let parts = (0..parties.len())
                .map(|party| {
                    // Named twice in one comparison, it is the same party both times.
                    let mut left = left.to_vec();
                    for term in &mut left {
                        let name = several(term).and_then(|p| p.get(party).cloned());
                        if let (Some(word), Some(name)) = (&mut term.name, name) {
                            word.text = name.replace("intermediary.", "intermediaries.");
                        }
                    }
                    self.compare(&left, compare, right, expr, place, faults)
                })
                .collect();
            return Cond::Or(parts);
        }
        let before = faults.len();
        let mut terms: Vec<(NumberFact, Num)> = Vec::new();
        let mut constant = Some(Num::ZERO);
        for (side, sign) in [(left, 1), (right, -1)] {
            for term in side {
                let factor = if sign < 0 {
                    Num::from_raw(-term.factor.raw())
                } else {
                    term.factor
                };
                match self.term(term, factor, place, faults) {
                    Some(TermIs::Fact(fact, factor)) => terms.push((fact, factor)),
                    Some(TermIs::Amount(amount)) => {
                        constant = constant.and_then(|c| c.checked_add(amount));
                    }
                    // A value the law does not state on this date: the condition cannot be met.
                    Some(TermIs::NotStated) => return Cond::Known(false),
                    None => constant = None,
                }
            }
        }
        if let Some(linear) = constant.and_then(|c| linear(&terms, c, compare)) {
            return Self::atom(Test::Linear(linear), expr, place);
        }
        if faults.len() == before {
            let message = "an impossible comparison: it names no fact, leaves the range, or needs \
                           more than nine decimals";
            faults.push(place.fault(&expr.span, message));
        }
        Cond::Known(false)
    }

    fn term(
        &self,
        term: &Term,
        factor: Num,
        place: &Place<'_>,
        faults: Faults<'_>,
    ) -> Option<TermIs> {
        let Some(name) = &term.name else {
            return Some(TermIs::Amount(factor));
        };
        let first = self.factor(name, factor, place, faults)?;
        let Some(times) = &term.times else {
            return Some(first);
        };
        let second = self.factor(times, Num::from(1), place, faults)?;
        match (first, second) {
            (TermIs::NotStated, _) | (_, TermIs::NotStated) => Some(TermIs::NotStated),
            (TermIs::Fact(fact, a), TermIs::Amount(b))
            | (TermIs::Amount(a), TermIs::Fact(fact, b)) => {
                Some(TermIs::Fact(fact, a.checked_mul(b)?))
            }
            (TermIs::Amount(a), TermIs::Amount(b)) => Some(TermIs::Amount(a.checked_mul(b)?)),
            (TermIs::Fact(..), TermIs::Fact(..)) => {
                let message = "two facts cannot be multiplied: conditions are linear";
                faults.push(place.fault(&times.span, message));
                None
            }
        }
    }

    fn factor(
        &self,
        name: &Word,
        factor: Num,
        place: &Place<'_>,
        faults: Faults<'_>,
    ) -> Option<TermIs> {
        if let Some(value) = self.values.iter().find(|v| v.id == name.text) {
            return Some(match &value.is.now {
                None => TermIs::NotStated,
                Some(now) => TermIs::Amount(now.amount.checked_mul(factor)?),
            });
        }
        if let Some(Fact::Number(fact)) = fact_by_name(&name.text) {
            return Some(TermIs::Fact(fact, factor));
        }
        let known = NUMBERS
            .iter()
            .map(|i| i.path)
            .chain(self.values.iter().map(|v| v.id.as_str()));
        let message = match fact_by_name(&name.text) {
            Some(_) => format!("`{}` is not a number, it cannot be compared", name.text),
            None => format!("there is no number or value `{}`", name.text),
        };
        let fault = place.fault(&name.span, message);
        faults.push(match nearest(&name.text, known) {
            Some(near) => fault.with_help(format!("did you mean `{near}`?")),
            None => fault,
        });
        None
    }
}

enum TermIs {
    Fact(NumberFact, Num),
    Amount(Num),
    NotStated,
}

/// `recipient.X` is the consignee or the end user; `any_party.X` the intermediaries too.
fn any_party(name: &str) -> Option<Vec<String>> {
    if let Some(rest) = name.strip_prefix("recipient.") {
        return Some(vec![
            format!("consignee.{rest}"),
            format!("end_user.{rest}"),
        ]);
    }
    let rest = name.strip_prefix("any_party.")?;
    Some(
        ["consignee", "end_user", "intermediary"]
            .iter()
            .map(|p| format!("{p}.{rest}"))
            .collect(),
    )
}

fn choice_atom(fact: ChoiceFact, mask: u128, words: &str) -> Cond {
    let text = format!("{} {words}", fact.info().path);
    Cond::Atom(Arc::new(Atom {
        text,
        test: Test::Choice(fact, mask),
    }))
}

/// Brings `terms + constant compare 0` into whole factors without a common divisor.
fn linear(terms: &[(NumberFact, Num)], constant: Num, compare: Compare) -> Option<Linear> {
    let mut sums: Vec<(NumberFact, i128)> = Vec::new();
    if terms.iter().any(|(_, factor)| !factor.is_exact()) || !constant.is_exact() {
        return None;
    }
    for (fact, factor) in terms {
        match sums.iter_mut().find(|(f, _)| f == fact) {
            Some((_, sum)) => *sum = sum.checked_add(factor.raw())?,
            None => sums.push((*fact, factor.raw())),
        }
    }
    sums.retain(|(_, factor)| *factor != 0);
    sums.sort_by_key(|(fact, _)| *fact);
    let divisor = sums.iter().fold(0_i128, |d, (_, f)| gcd(d, f.abs()));
    if divisor == 0 {
        return None;
    }
    // terms/divisor >= -constant * unit/divisor, where unit is the stored form of one.
    let unit = Num::from(1).raw();
    let mut factors: Vec<(NumberFact, i64)> = Vec::new();
    for (fact, factor) in &sums {
        let whole = i64::try_from(factor / divisor).ok();
        factors.push((*fact, whole.filter(|f| f.abs() <= Linear::FACTOR_MAX)?));
    }
    // The bound in the same scale: constant.raw * unit / divisor, floor with a half step kept.
    let common = gcd(divisor, unit);
    let (scale, per) = (unit / common, divisor / common);
    let scaled = -constant.raw().checked_mul(scale)?;
    let (mut bound, exact) = (scaled.div_euclid(per), scaled.rem_euclid(per) == 0);
    let (mut at_least, mut strict) = match compare {
        Compare::GreaterOrEqual => (true, false),
        Compare::Greater => (true, true),
        Compare::Less => (false, false),
        Compare::LessOrEqual => (false, true),
    };
    // One form per threshold: the leading factor is positive.
    if factors.first().is_some_and(|(_, f)| *f < 0) {
        factors.iter_mut().for_each(|(_, f)| *f = -*f);
        bound = -bound - i128::from(!exact);
        // s >= b  <=>  -s <= -b, that is, not (-s > -b).
        (at_least, strict) = (!at_least, !strict);
    }
    // `sum >= bound` or `sum < bound`, with `>` and `<=` moved up by the smallest step.
    let bound = if strict || !exact { bound + 1 } else { bound };
    Some(Linear {
        terms: factors,
        bound,
        at_least,
    })
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}
