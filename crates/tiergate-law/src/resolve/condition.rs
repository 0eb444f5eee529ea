//! Conditions as written become conditions over facts: what each name in one means, and a fault
//! for each that means nothing.

use std::ops::Range;
use std::sync::Arc;

use super::{Faults, Scope};
use crate::cond::{Atom, Cond, Party, Test};
use crate::diagnostic::{Diagnostic, nearest};
use crate::fact::{
    ANY_DESTINATION, CHOICES, COUNTRIES, ChoiceFact, DESTINATIONS, EVERY_DESTINATION, FLAGS, Fact,
    FlagFact, TEXTS, TextFact, fact_by_name,
};
use crate::model::{Condition, Source};
use crate::syntax::{Expr, ExprKind, SetExpr, Word};

/// Where a condition stands, for faults.
pub(super) struct Place<'a> {
    source: &'a Source,
    offset: usize,
    pub text: &'a str,
}

impl<'a> Place<'a> {
    /// The place of a name that stands in a file by itself.
    pub fn at(source: &'a Source, span: &Range<usize>) -> Place<'a> {
        Place {
            source,
            offset: span.start,
            text: source.text.get(span.clone()).unwrap_or_default(),
        }
    }
}

impl Place<'_> {
    pub fn fault(&self, span: &Range<usize>, message: impl Into<String>) -> Diagnostic {
        let place = |at: usize| (self.offset + at).min(self.source.text.len());
        Diagnostic::error(
            &self.source.file,
            place(span.start)..place(span.end),
            message,
        )
    }

    pub fn words(&self, span: &Range<usize>) -> String {
        self.text
            .get(span.clone())
            .unwrap_or_default()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }
}

impl Scope<'_> {
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
    pub(super) fn atom(test: Test, expr: &Expr, place: &Place<'_>) -> Cond {
        let text = place
            .words(&expr.span)
            .replace(" is not ", " is ")
            .replace(" not in ", " in ");
        Cond::Atom(Arc::new(Atom {
            text,
            test,
            names: Vec::new(),
        }))
    }

    /// The same, made from these names of the law.
    pub(super) fn atom_of(test: Test, names: Vec<String>, expr: &Expr, place: &Place<'_>) -> Cond {
        match Self::atom(test, expr, place) {
            Cond::Atom(atom) => Cond::Atom(Arc::new(Atom {
                names,
                ..(*atom).clone()
            })),
            other => other,
        }
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
        if let Some(several) = several(&name.text) {
            let parts = several
                .names
                .into_iter()
                .map(|text| {
                    let span = name.span.clone();
                    self.membership(&Word { text, span }, set, expr, place, faults)
                })
                .collect();
            return if several.all {
                Cond::And(parts)
            } else {
                Cond::Or(parts)
            };
        }
        if let Some(party) = match name.text.as_str() {
            "intermediary.headquarters" => Some(Party::Headquarters),
            "intermediary.parent" => Some(Party::Parent),
            _ => None,
        } {
            let names = names_in(set);
            let make =
                |set| Self::atom_of(Test::Intermediary(party, set), names.clone(), expr, place);
            return self.countries(set, place, faults, make);
        }
        match fact_by_name(&name.text) {
            Some(Fact::Country(fact)) => {
                let names = names_in(set);
                let make =
                    |set| Self::atom_of(Test::Country(fact, set), names.clone(), expr, place);
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
                    .chain(["item", ANY_DESTINATION, EVERY_DESTINATION]);
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
                        parts.push(Cond::Atom(Arc::new(Atom {
                            text,
                            test,
                            names: Vec::new(),
                        })));
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
}

/// The facts a name stands for together.
struct Several {
    names: Vec<String>,
    /// Whether all of them are meant, not any.
    all: bool,
}

/// `any_destination` is any place the goods are said to reach or end in, `every_destination` all
/// of them; a party's name may stand for several parties.
fn several(name: &str) -> Option<Several> {
    let all = name == EVERY_DESTINATION;
    if all || name == ANY_DESTINATION {
        let paths = DESTINATIONS.map(|fact| fact.info().path.to_owned());
        return Some(Several {
            names: paths.to_vec(),
            all,
        });
    }
    any_party(name).map(|names| Several { names, all: false })
}

/// The names of groups in a set.
fn names_in(set: &SetExpr) -> Vec<String> {
    match set {
        SetExpr::Name(word) => vec![word.text.clone()],
        SetExpr::Members(_) => Vec::new(),
        SetExpr::Union(a, b) | SetExpr::Both(a, b) | SetExpr::Minus(a, b) => {
            let mut names = names_in(a);
            names.extend(names_in(b));
            names.dedup();
            names
        }
    }
}

/// `recipient.X` is the consignee or the end user; `any_party.X` the intermediaries too.
pub(super) fn any_party(name: &str) -> Option<Vec<String>> {
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
