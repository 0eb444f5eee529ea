//! What stands on a date becomes a regime: kind by kind, every name resolved.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::amend;
use crate::cond::Cond;
use crate::diagnostic::Diagnostic;
use crate::law_ref::View;
use crate::layers::{Layer, Standing, amount_on, disapplied, lay, layers, resolved};
use crate::library::Library;
use crate::model::{Body, Duty, Named, Source};
use crate::regime::{
    Regime, RegimeAuthority, RegimeBar, RegimeCondition, RegimeDuty, RegimeRequirement,
    RegimeReview, RegimeValue, Resolved,
};
use crate::resolve::Scope;
use crate::step::{Stands, check_steps};

/// Outcomes hold the place of an authority in one byte.
const AUTHORITIES_MAX: usize = 255;

pub(crate) fn consolidate(
    library: &Library,
    law: &str,
    date: Date,
    view: View,
) -> (Regime, Vec<Diagnostic>) {
    let layers = layers(library, law, date, view);
    let mut faults = Vec::new();
    let mut scope = Scope::new(&library.classes);

    for s in lay(&layers, "reading", date, &mut faults) {
        if let Body::Reading(reading) = &s.entry.body {
            scope.readings.push(resolved(&s, reading.clone()));
        }
    }
    for s in lay(&layers, "register", date, &mut faults) {
        if let Body::Register(register) = &s.entry.body {
            let names = register.names.iter().map(|n| n.to_lowercase()).collect();
            scope.registers.push(resolved(&s, names));
        }
    }
    for s in lay(&layers, "follows", date, &mut faults) {
        if let Body::Follows(follows) = &s.entry.body {
            scope.add_follows(&s, follows, &mut faults);
        }
    }
    let groups = lay(&layers, "group", date, &mut faults);
    scope.add_groups(&groups, &mut faults);
    for s in lay(&layers, "value", date, &mut faults) {
        if let Body::Value(value) = &s.entry.body {
            let now = amount_on(value, date).cloned();
            scope.values.push(resolved(
                &s,
                RegimeValue {
                    unit: value.unit.clone(),
                    now,
                },
            ));
        }
    }
    let agreements = lay(&layers, "agreement", date, &mut faults);
    scope.add_raises(&agreements, &known_ids(library, "value"), &mut faults);
    let sets = lay(&layers, "class-set", date, &mut faults);
    let classes = lay(&layers, "class", date, &mut faults);
    scope.add_class_names(&classes);
    scope.add_class_sets(&sets, &mut faults);
    scope.definitions = lay(&layers, "definition", date, &mut faults);
    let classes = scope.classes(&classes, &mut faults);

    let mut regime = Regime {
        law: law.to_owned(),
        date,
        view,
        instruments: layers
            .iter()
            .map(|l| l.source.instrument.id.clone())
            .collect(),
        disapplied: disapplied(library, law, date, view),
        groups: scope.resolved_groups(),
        follows: Vec::new(),
        registers: Vec::new(),
        readings: Vec::new(),
        values: Vec::new(),
        definitions: Vec::new(),
        class_sets: sets.iter().filter_map(class_set).collect(),
        classes,
        class_names: library.classes.clone(),
        scopes: conditions(&layers, "scope", date, &mut scope, &mut faults),
        requirements: Vec::new(),
        prohibitions: conditions(&layers, "prohibition", date, &mut scope, &mut faults),
        authorities: Vec::new(),
        bars: Vec::new(),
        reviews: Vec::new(),
        quotas: Vec::new(),
        agreements: Vec::new(),
        red_flags: Vec::new(),
        duties: Vec::new(),
        notes: conditions(&layers, "note", date, &mut scope, &mut faults),
        steps: Vec::new(),
    };
    for s in lay(&layers, "requirement", date, &mut faults) {
        if let Body::Requirement(r) = &s.entry.body {
            let cond = scope.condition(&r.when, s.source, &mut faults);
            let is = RegimeRequirement {
                cond,
                part: r.part.clone(),
            };
            regime.requirements.push(resolved(&s, is));
        }
    }
    let requirement_ids: Vec<String> = regime.requirements.iter().map(|r| r.id.clone()).collect();
    // Rules may name a requirement that stands in one view or at one date only; a name that no
    // law file defines is a fault.
    let known_requirements = known_ids(library, "requirement");
    for s in lay(&layers, "quota", date, &mut faults) {
        if let Body::Quota(q) = &s.entry.body
            && let Some(is) = scope.quota(q, &s, &mut faults)
        {
            regime.quotas.push(resolved(&s, is));
        }
    }
    let quota_ids: Vec<String> = regime.quotas.iter().map(|q| q.id.clone()).collect();
    let known_quotas = known_ids(library, "quota");
    for s in lay(&layers, "authority", date, &mut faults) {
        if let Some(parts) = amend::parts(&s, &mut faults) {
            let conditions = parts
                .conditions
                .iter()
                .map(|(c, source)| RegimeCondition {
                    cite: c.cite.clone(),
                    says: c.says.clone(),
                    instrument: source.instrument.id.clone(),
                    span: c.when.offset..c.when.offset + c.when.text.len(),
                    cond: scope.condition(&c.when, source, &mut faults),
                })
                .collect();
            let own = |duty: &&Duty, source, scope: &mut Scope<'_>, faults: &mut _| {
                duties(std::slice::from_ref(*duty), scope, source, faults)
            };
            let of_duties = parts.duties.iter();
            let is = RegimeAuthority {
                kind: parts.kind,
                overcomes: parts
                    .overcomes
                    .iter()
                    .flat_map(|(named, source)| {
                        let one = std::slice::from_ref(*named);
                        places(
                            one,
                            &requirement_ids,
                            &known_requirements,
                            source,
                            &mut faults,
                        )
                    })
                    .collect::<BTreeSet<usize>>()
                    .into_iter()
                    .collect(),
                conditions,
                draws: parts
                    .draws
                    .iter()
                    .flat_map(|(named, source)| {
                        let one = std::slice::from_ref(*named);
                        places(one, &quota_ids, &known_quotas, source, &mut faults)
                    })
                    .collect::<BTreeSet<usize>>()
                    .into_iter()
                    .collect(),
                duties: of_duties
                    .flat_map(|(duty, source)| own(duty, source, &mut scope, &mut faults))
                    .collect(),
                filing_code: parts.filing_code.map(str::to_owned),
            };
            if regime.authorities.len() == AUTHORITIES_MAX {
                let message = format!("more than {AUTHORITIES_MAX} authorities");
                faults.push(Diagnostic::error(
                    &s.source.file,
                    s.entry.span.clone(),
                    message,
                ));
                break;
            }
            regime.authorities.push(resolved(&s, is));
        }
    }
    let authority_ids: Vec<String> = regime.authorities.iter().map(|a| a.id.clone()).collect();
    let known_authorities = known_ids(library, "authority");
    for s in lay(&layers, "bar", date, &mut faults) {
        if let Body::Bar(b) = &s.entry.body {
            let except = places(
                &b.except,
                &authority_ids,
                &known_authorities,
                s.source,
                &mut faults,
            );
            let only = places(
                &b.only,
                &authority_ids,
                &known_authorities,
                s.source,
                &mut faults,
            );
            let touches = (0..authority_ids.len())
                .filter(|a| (b.only.is_empty() || only.contains(a)) && !except.contains(a))
                .collect();
            let cond = scope.condition(&b.when, s.source, &mut faults);
            regime.bars.push(resolved(&s, RegimeBar { cond, touches }));
        }
    }
    for s in lay(&layers, "review", date, &mut faults) {
        if let Body::Review(r) = &s.entry.body {
            let is = RegimeReview {
                lane: r.lane.clone(),
                governs: places(
                    &r.governs,
                    &requirement_ids,
                    &known_requirements,
                    s.source,
                    &mut faults,
                ),
                cond: scope.condition(&r.when, s.source, &mut faults),
                policy: r.policy,
                draws: places(&r.draws, &quota_ids, &known_quotas, s.source, &mut faults),
                duties: duties(&r.duties, &mut scope, s.source, &mut faults),
            };
            regime.reviews.push(resolved(&s, is));
        }
    }
    for s in agreements {
        if let Body::Agreement(a) = &s.entry.body {
            regime.agreements.push(resolved(&s, a.clone()));
        }
    }
    for s in lay(&layers, "red-flag", date, &mut faults) {
        if let Body::RedFlag(r) = &s.entry.body {
            let cond = scope.condition(&r.when, s.source, &mut faults);
            regime.red_flags.push(resolved(&s, (r.clone(), cond)));
        }
    }
    for s in lay(&layers, "duty", date, &mut faults) {
        if let Body::Duty(d) = &s.entry.body {
            let mut duty = duties(
                std::slice::from_ref(&d.duty),
                &mut scope,
                s.source,
                &mut faults,
            );
            duty[0].duty.id.clone_from(&s.entry.id);
            regime
                .duties
                .push(resolved(&s, (d.outcomes.clone(), duty.remove(0))));
        }
    }
    let steps = lay(&layers, "step", date, &mut faults);
    for s in &steps {
        if let Body::Step(step) = &s.entry.body {
            regime.steps.push(resolved(s, step.clone()));
        }
    }
    let stand = steps.iter().filter_map(|s| match &s.entry.body {
        Body::Step(step) => Some(Stands {
            file: &s.source.file,
            id: &s.entry.id,
            span: &s.entry.span,
            step,
        }),
        _ => None,
    });
    check_steps(&stand.collect::<Vec<_>>(), &mut faults);
    scope.unused_definitions(&mut faults);
    regime.definitions = scope.resolved_definitions();
    // A condition read for several parties or readings has each fault once.
    let mut once: Vec<Diagnostic> = Vec::new();
    for fault in faults {
        if !once.contains(&fault) {
            once.push(fault);
        }
    }
    regime.follows = std::mem::take(&mut scope.follows);
    regime.registers = std::mem::take(&mut scope.registers);
    regime.readings = std::mem::take(&mut scope.readings);
    regime.values = std::mem::take(&mut scope.values);
    (regime, once)
}

fn class_set(s: &Standing<'_>) -> Option<Resolved<Vec<String>>> {
    let Body::ClassSet(members) = &s.entry.body else {
        return None;
    };
    let names = members.iter().map(|m| m.name.clone()).collect();
    Some(resolved(s, names))
}

fn conditions(
    layers: &[Layer<'_>],
    kind: &'static str,
    date: Date,
    scope: &mut Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Resolved<Cond>> {
    lay(layers, kind, date, faults)
        .iter()
        .filter_map(|s| match &s.entry.body {
            Body::Scope(c) | Body::Prohibition(c) | Body::Note(c) => {
                Some(resolved(s, scope.condition(c, s.source, faults)))
            }
            _ => None,
        })
        .collect()
}

fn duties(
    duties: &[Duty],
    scope: &mut Scope<'_>,
    source: &Source,
    faults: &mut Vec<Diagnostic>,
) -> Vec<RegimeDuty> {
    duties
        .iter()
        .map(|duty| RegimeDuty {
            cond: duty
                .only_if
                .as_ref()
                .map_or(Cond::Known(true), |c| scope.condition(c, source, faults)),
            duty: duty.clone(),
        })
        .collect()
}

/// Every id of a kind that any file defines.
fn known_ids(library: &Library, kind: &str) -> BTreeSet<String> {
    library
        .sources()
        .flat_map(|s| &s.entries)
        .filter(|e| e.body.kind() == kind)
        .map(|e| e.id.clone())
        .collect()
}

/// The places of names among those that stand; a name nobody defines is a fault.
fn places(
    names: &[Named],
    standing: &[String],
    known: &BTreeSet<String>,
    source: &Source,
    faults: &mut Vec<Diagnostic>,
) -> Vec<usize> {
    let mut found = Vec::new();
    for named in names {
        // `742.6*` names every id with that beginning.
        let fits = |id: &str| match named.name.strip_suffix('*') {
            Some(prefix) => id.starts_with(prefix),
            None => id == named.name,
        };
        if !known.iter().any(|id| fits(id)) {
            let message = format!("nothing is called `{}`", named.name);
            let near = crate::diagnostic::nearest(&named.name, known.iter().map(String::as_str));
            let fault = Diagnostic::error(&source.file, named.span.clone(), message);
            faults.push(match near {
                Some(near) => fault.with_help(format!("did you mean `{near}`?")),
                None => fault,
            });
        }
        found.extend(
            standing
                .iter()
                .enumerate()
                .filter(|(_, id)| fits(id))
                .map(|(at, _)| at),
        );
    }
    found.sort_unstable();
    found.dedup();
    found
}
