//! Instruments laid over one another at a date, in a view.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;

use crate::cond::{Atom, Cond, Test};
use crate::country::{Country, CountrySet};
use crate::diagnostic::Diagnostic;
use crate::library::Library;
use crate::model::*;
use crate::resolve::Scope;

/// The law as printed, or as the agency says it enforces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum View {
    /// As printed.
    Text,
    /// As enforced: the default.
    #[default]
    Enforced,
}

impl View {
    /// The word of the decision contract.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            View::Text => "text",
            View::Enforced => "enforced",
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> View {
        match self {
            View::Text => View::Enforced,
            View::Enforced => View::Text,
        }
    }
}

impl From<BaseView> for View {
    fn from(view: BaseView) -> View {
        match view {
            BaseView::Text => View::Text,
            BaseView::Enforced => View::Enforced,
        }
    }
}

/// A law as users name it: `(us | PROPOSAL)[@DATE][:text | :enforced]`.
///
/// ```
/// use tiergate_law::{LawRef, View};
/// let law: LawRef = "option-1-country-tiers@2026-01-01:text".parse().unwrap();
/// assert_eq!(law.id, "option-1-country-tiers");
/// assert_eq!(law.view, Some(View::Text));
/// assert_eq!(law.to_string(), "option-1-country-tiers@2026-01-01:text");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawRef {
    /// `us` or the id of a proposal.
    pub id: String,
    /// The date, if fixed.
    pub date: Option<Date>,
    /// The view, if fixed.
    pub view: Option<View>,
}

/// The text names no law.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no law: write (us | PROPOSAL)[@YYYY-MM-DD][:text | :enforced]; {why}")]
pub struct ParseLawError {
    text: String,
    why: &'static str,
}

impl LawRef {
    /// The law of the United States, at the order's date and in the default view.
    #[must_use]
    pub fn us() -> LawRef {
        LawRef {
            id: "us".to_owned(),
            date: None,
            view: None,
        }
    }
}

impl std::str::FromStr for LawRef {
    type Err = ParseLawError;

    fn from_str(text: &str) -> Result<LawRef, ParseLawError> {
        let fail = |why| ParseLawError {
            text: text.to_owned(),
            why,
        };
        let (rest, view) = match text.rsplit_once(':') {
            None => (text, None),
            Some((rest, "text")) => (rest, Some(View::Text)),
            Some((rest, "enforced")) => (rest, Some(View::Enforced)),
            Some(_) => return Err(fail("the view is neither text nor enforced")),
        };
        let (id, date) = match rest.split_once('@') {
            None => (rest, None),
            Some((id, date)) => {
                let date = date.parse().map_err(|_| fail("the date is not a day"))?;
                (id, Some(date))
            }
        };
        if id.is_empty() {
            return Err(fail("the name is missing"));
        }
        Ok(LawRef {
            id: id.to_owned(),
            date,
            view,
        })
    }
}

impl fmt::Display for LawRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)?;
        if let Some(date) = self.date {
            write!(f, "@{date}")?;
        }
        match self.view {
            Some(view) => write!(f, ":{}", view.word()),
            None => Ok(()),
        }
    }
}

/// An entry of the regime: where it came from and its resolved content.
#[derive(Debug, Clone)]
pub struct Resolved<T> {
    /// Id within its kind.
    pub id: String,
    /// Citation.
    pub cite: String,
    /// What it says.
    pub says: String,
    /// How it is known.
    pub grade: Grade,
    /// Id of the instrument that set it.
    pub instrument: String,
    /// The content.
    pub is: T,
}

/// A condition of an authority, resolved.
#[derive(Debug, Clone)]
pub struct RegimeCondition {
    /// The paragraph.
    pub cite: String,
    /// What it asks.
    pub says: String,
    /// The condition.
    pub cond: Cond,
}

/// A duty, resolved.
#[derive(Debug, Clone)]
pub struct RegimeDuty {
    /// The duty as written.
    pub duty: Duty,
    /// When it applies.
    pub cond: Cond,
}

/// An item class, resolved.
#[derive(Debug, Clone)]
pub struct RegimeClass {
    /// Place in [`Library::classes`].
    pub index: usize,
    /// The technical test; none when only self-classification reaches it.
    pub cond: Option<Cond>,
}

/// A requirement, resolved.
#[derive(Debug, Clone)]
pub struct RegimeRequirement {
    /// When a license is required.
    pub cond: Cond,
    /// Part of the regulations.
    pub part: String,
}

/// An authority, resolved.
#[derive(Debug, Clone)]
pub struct RegimeAuthority {
    /// Exception or validated end user.
    pub kind: AuthorityKind,
    /// Places in [`Regime::requirements`] of those it overcomes.
    pub overcomes: Vec<usize>,
    /// Its conditions.
    pub conditions: Vec<RegimeCondition>,
    /// Places in [`Regime::quotas`] it draws on.
    pub draws: Vec<usize>,
    /// Its duties.
    pub duties: Vec<RegimeDuty>,
    /// Code for the export filing.
    pub filing_code: Option<String>,
}

/// A bar, resolved.
#[derive(Debug, Clone)]
pub struct RegimeBar {
    /// When it bites.
    pub cond: Cond,
    /// Places in [`Regime::authorities`] it touches.
    pub touches: Vec<usize>,
}

/// A review policy, resolved.
#[derive(Debug, Clone)]
pub struct RegimeReview {
    /// The lane.
    pub lane: String,
    /// Places in [`Regime::requirements`] it governs.
    pub governs: Vec<usize>,
    /// When it holds.
    pub cond: Cond,
    /// The policy.
    pub policy: Policy,
    /// Places in [`Regime::quotas`] an approval draws on.
    pub draws: Vec<usize>,
    /// What an application must show.
    pub duties: Vec<RegimeDuty>,
}

/// A quota, resolved at the date.
#[derive(Debug, Clone)]
pub struct RegimeQuota {
    /// The limit on the date, with its citation; none when the law states none.
    pub limit: Option<DatedAmount>,
    /// The fact that holds what is used.
    pub used: crate::fact::NumberFact,
    /// The fact the limit is a share of, for a share.
    pub share_of: Option<crate::fact::NumberFact>,
    /// Whose quota.
    pub per: String,
    /// The fact that names the holder.
    pub key: String,
    /// Over which span.
    pub period: String,
}

/// A value, resolved at the date.
#[derive(Debug, Clone)]
pub struct RegimeValue {
    /// Unit.
    pub unit: String,
    /// The amount in force; none when the law states none for the date.
    pub now: Option<DatedAmount>,
}

/// The law in force on a date, in a view, every name resolved.
#[derive(Debug, Clone)]
pub struct Regime {
    /// `us` or the id of a proposal.
    pub law: String,
    /// The date asked for.
    pub date: Date,
    /// The view.
    pub view: View,
    /// Ids of the instruments in force, in legal order.
    pub instruments: Vec<String>,
    /// Country groups by name.
    pub groups: Vec<Resolved<CountrySet>>,
    /// Registers of names, lower case.
    pub registers: Vec<Resolved<Vec<String>>>,
    /// Contested readings.
    pub readings: Vec<Resolved<Reading>>,
    /// Values.
    pub values: Vec<Resolved<RegimeValue>>,
    /// Item classes, first match first.
    pub classes: Vec<Resolved<RegimeClass>>,
    /// Every class name of the library, by place.
    pub class_names: Vec<String>,
    /// Grounds on which an item is subject to the rules.
    pub scopes: Vec<Resolved<Cond>>,
    /// License requirements.
    pub requirements: Vec<Resolved<RegimeRequirement>>,
    /// Prohibitions.
    pub prohibitions: Vec<Resolved<Cond>>,
    /// Authorities, best first.
    pub authorities: Vec<Resolved<RegimeAuthority>>,
    /// Bars.
    pub bars: Vec<Resolved<RegimeBar>>,
    /// Review policies, in order.
    pub reviews: Vec<Resolved<RegimeReview>>,
    /// Quotas.
    pub quotas: Vec<Resolved<RegimeQuota>>,
    /// Agreements between governments.
    pub agreements: Vec<Resolved<Agreement>>,
    /// Red flags.
    pub red_flags: Vec<Resolved<(RedFlag, Cond)>>,
    /// Duties that hang on the outcome.
    pub duties: Vec<Resolved<(Vec<String>, RegimeDuty)>>,
    /// Notes.
    pub notes: Vec<Resolved<Cond>>,
    /// Steps of the interagency process.
    pub steps: Vec<Resolved<Step>>,
}

/// Outcomes hold the place of an authority in one byte.
const AUTHORITIES_MAX: usize = 255;

/// An instrument and whether it is in force, for consolidation.
struct Layer<'l> {
    source: &'l Source,
    /// The view its entries are read in: a proposal's base has its own.
    view: View,
}

fn within(date: Date, from: Option<Date>, through: Option<Date>) -> bool {
    from.is_none_or(|f| f <= date) && through.is_none_or(|t| date <= t)
}

/// The instruments in force at the date, in legal order.
fn layers<'l>(library: &'l Library, law: &str, date: Date, view: View) -> Vec<Layer<'l>> {
    let proposal = library.proposal(law);
    let forked = proposal.filter(|p| p.instrument.binds_from() <= date);
    let base_view = forked
        .and_then(|p| p.instrument.proposal.as_ref())
        .map_or(view, |p| View::from(p.base_view));
    let reaches = |source: &Source| match forked {
        None => true,
        Some(p) => {
            let carried = p.instrument.proposal.as_ref().map(|p| &p.carries);
            let first = source
                .instrument
                .published
                .unwrap_or(source.instrument.effective);
            first.min(source.instrument.effective) < p.instrument.binds_from()
                || carried.is_some_and(|c| c.contains(&source.instrument.id))
        }
    };
    let base: Vec<&Source> = library.instruments.iter().filter(|s| reaches(s)).collect();
    let disapplied = |id: &str| {
        let mut all = base
            .iter()
            .copied()
            .chain(forked)
            .flat_map(|s| &s.instrument.disapplies);
        all.any(|d| {
            d.instrument == id
                && within(date, Some(d.from), d.through)
                && d.view.is_none_or(|v| View::from(v) == base_view)
        })
    };
    let in_force = |s: &Source| {
        let head = &s.instrument;
        within(
            date,
            Some(head.binds_from().min(first_entry(s))),
            head.expires,
        ) && !disapplied(&head.id)
    };
    base.iter()
        .copied()
        .filter(|s| in_force(s))
        .map(|source| Layer {
            source,
            view: base_view,
        })
        .chain(forked.map(|source| Layer { source, view }))
        .collect()
}

/// Entries may bind before their instrument as a whole does.
fn first_entry(source: &Source) -> Date {
    let head = source.instrument.binds_from();
    source
        .entries
        .iter()
        .filter_map(|e| e.from)
        .min()
        .map_or(head, |d| d.min(head))
}

pub(crate) fn breakpoints(library: &Library, law: &str) -> Vec<Date> {
    let mut days = BTreeSet::new();
    let mut span = |from: Option<Date>, through: Option<Date>| {
        days.extend(from);
        days.extend(through.and_then(|t| t.tomorrow().ok()));
    };
    let sources = library.instruments.iter().chain(library.proposal(law));
    for source in sources {
        let head = &source.instrument;
        span(Some(head.binds_from()), head.expires);
        for d in &head.disapplies {
            span(Some(d.from), d.through);
        }
        for entry in &source.entries {
            span(entry.from, entry.through);
            if let Body::Value(value) = &entry.body {
                value.dated.iter().for_each(|v| span(v.from, v.through));
            }
        }
    }
    days.into_iter().collect()
}

/// What stands of one kind after every layer: entries in order, with their source.
pub(crate) struct Standing<'l> {
    pub entry: &'l Entry,
    pub source: &'l Source,
}

fn lay<'l>(
    layers: &[Layer<'l>],
    kind: &'static str,
    date: Date,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Standing<'l>> {
    let mut standing: Vec<Standing<'l>> = Vec::new();
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    for layer in layers {
        let head = &layer.source.instrument;
        for entry in layer
            .source
            .entries
            .iter()
            .filter(|e| e.body.kind() == kind)
        {
            let from = entry.from.unwrap_or_else(|| head.binds_from());
            let in_view = entry.view.is_none_or(|v| View::from(v) == layer.view);
            if !in_view || !within(date, Some(from), entry.through) {
                continue;
            }
            let fault = |message: String| {
                Diagnostic::error(&layer.source.file, entry.span.clone(), message)
            };
            // Most ids are new: a look-up spares the search.
            let known = !ids.insert(entry.id.as_str());
            let at = known
                .then(|| standing.iter().position(|s| s.entry.id == entry.id))
                .flatten();
            let new = Standing {
                entry,
                source: layer.source,
            };
            match (entry.operation, at) {
                // A group may stand as a list and changes to it: all of them go.
                (Operation::Replace, Some(at)) => {
                    standing.retain(|s| s.entry.id != entry.id);
                    standing.insert(at, new);
                }
                (Operation::Repeal, Some(_)) => standing.retain(|s| s.entry.id != entry.id),
                (Operation::Replace | Operation::Repeal, None) => {
                    let id = &entry.id;
                    faults.push(fault(format!(
                        "there is no {kind} `{id}` to replace or repeal"
                    )));
                }
                (Operation::Add, Some(_)) if kind == "group" => standing.push(new),
                (Operation::Add, Some(at)) => {
                    let (id, by) = (&entry.id, &standing[at].source.instrument.id);
                    let fault = fault(format!("the {kind} `{id}` stands already, by {by}"));
                    faults.push(fault.with_help("say `operation = \"replace\"`"));
                }
                (Operation::Add, None) => {
                    let before = entry.before.as_ref().and_then(|before| {
                        let at = standing.iter().position(|s| s.entry.id == *before);
                        if at.is_none() {
                            faults.push(fault(format!("there is no {kind} `{before}` to precede")));
                        }
                        at
                    });
                    standing.insert(before.unwrap_or(standing.len()), new);
                }
            }
        }
    }
    standing
}

/// The amount of a value on a date: the last dated row that covers it.
fn amount_on(value: &Value, date: Date) -> Option<&DatedAmount> {
    value
        .dated
        .iter()
        .rfind(|v| within(date, v.from, v.through))
}

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
        groups: scope.resolved_groups(),
        registers: Vec::new(),
        readings: Vec::new(),
        values: Vec::new(),
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
        if let Body::Authority(a) = &s.entry.body {
            let conditions = a
                .conditions
                .iter()
                .map(|c| RegimeCondition {
                    cite: c.cite.clone(),
                    says: c.says.clone(),
                    cond: scope.condition(&c.when, s.source, &mut faults),
                })
                .collect();
            let is = RegimeAuthority {
                kind: a.kind,
                overcomes: places(
                    &a.overcomes,
                    &requirement_ids,
                    &known_requirements,
                    &s,
                    &mut faults,
                ),
                conditions,
                draws: places(&a.draws, &quota_ids, &known_quotas, &s, &mut faults),
                duties: duties(&a.duties, &mut scope, &s, &mut faults),
                filing_code: a.filing_code.clone(),
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
                &s,
                &mut faults,
            );
            let only = places(&b.only, &authority_ids, &known_authorities, &s, &mut faults);
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
                    &s,
                    &mut faults,
                ),
                cond: scope.condition(&r.when, s.source, &mut faults),
                policy: r.policy,
                draws: places(&r.draws, &quota_ids, &known_quotas, &s, &mut faults),
                duties: duties(&r.duties, &mut scope, &s, &mut faults),
            };
            regime.reviews.push(resolved(&s, is));
        }
    }
    for s in lay(&layers, "agreement", date, &mut faults) {
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
            let mut duty = duties(std::slice::from_ref(&d.duty), &mut scope, &s, &mut faults);
            duty[0].duty.id.clone_from(&s.entry.id);
            regime
                .duties
                .push(resolved(&s, (d.outcomes.clone(), duty.remove(0))));
        }
    }
    for s in lay(&layers, "step", date, &mut faults) {
        if let Body::Step(step) = &s.entry.body {
            regime.steps.push(resolved(&s, step.clone()));
        }
    }
    scope.unused_definitions(&mut faults);
    // A condition read for several parties or readings has each fault once.
    let mut once: Vec<Diagnostic> = Vec::new();
    for fault in faults {
        if !once.contains(&fault) {
            once.push(fault);
        }
    }
    regime.registers = std::mem::take(&mut scope.registers);
    regime.readings = std::mem::take(&mut scope.readings);
    regime.values = std::mem::take(&mut scope.values);
    (regime, once)
}

pub(crate) fn resolved<T>(s: &Standing<'_>, is: T) -> Resolved<T> {
    Resolved {
        id: s.entry.id.clone(),
        cite: s.entry.cite.clone(),
        says: s.entry.says.clone(),
        grade: s.entry.grade,
        instrument: s.source.instrument.id.clone(),
        is,
    }
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
    s: &Standing<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<RegimeDuty> {
    duties
        .iter()
        .map(|duty| RegimeDuty {
            cond: duty
                .only_if
                .as_ref()
                .map_or(Cond::Known(true), |c| scope.condition(c, s.source, faults)),
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
    s: &Standing<'_>,
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
            let fault = Diagnostic::error(&s.source.file, named.span.clone(), message);
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

impl Regime {
    /// The members of a country group, territories that follow a member included.
    #[must_use]
    pub fn group(&self, id: &str) -> Option<&CountrySet> {
        self.groups.iter().find(|g| g.id == id).map(|g| &g.is)
    }

    /// The value with this id.
    #[must_use]
    pub fn value(&self, id: &str) -> Option<&Resolved<RegimeValue>> {
        self.values.iter().find(|v| v.id == id)
    }

    /// Every condition of the regime that can bear on an outcome.
    pub fn outcome_conditions(&self) -> impl Iterator<Item = &Cond> {
        self.scopes
            .iter()
            .map(|s| &s.is)
            .chain(self.prohibitions.iter().map(|p| &p.is))
            .chain(self.classes.iter().filter_map(|c| c.is.cond.as_ref()))
            .chain(self.requirements.iter().map(|r| &r.is.cond))
            .chain(
                self.authorities
                    .iter()
                    .flat_map(|a| a.is.conditions.iter().map(|c| &c.cond)),
            )
            .chain(self.bars.iter().map(|b| &b.is.cond))
            .chain(self.reviews.iter().map(|r| &r.is.cond))
    }
}

/// A test of membership for a country that need not come from a file, for tools and tests.
impl Atom {
    /// A country test.
    #[must_use]
    pub fn country(
        fact: crate::fact::CountryFact,
        countries: impl IntoIterator<Item = Country>,
    ) -> Arc<Atom> {
        let set: CountrySet = countries.into_iter().collect();
        Arc::new(Atom {
            text: format!("{} in {set:?}", fact.info().path),
            test: Test::Country(fact, set),
        })
    }
}
