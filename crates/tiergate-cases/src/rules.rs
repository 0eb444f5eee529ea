//! The law of a case: the steps of its processes and the values it reads, of one regime.
//!
//! No day, agency, majority or year stands in this crate: all of them come from here.

use tiergate_law::{Date, Grade, Num, Regime, Resolved, Step, View};

use crate::act::Act;
use crate::kind::Kind;
use crate::people::agency_of;

/// A step that stands in the law.
pub type Rule = Resolved<Step>;

/// The years a license is generally valid (750.7(g)).
const YEARS: &str = "license-validity-years";
/// The same, of items of 742.6(a)(6)(iii)(A), where the law states another.
const YEARS_A_ITEMS: &str = "license-validity-years-a-items";
/// By how much the value shipped may exceed the license's (750.11).
const TOLERANCE: &str = "license-value-tolerance";

/// The steps and values of the law on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// The law.
    pub law: String,
    /// Its day.
    pub date: Date,
    /// Its view.
    pub view: View,
    steps: Vec<Rule>,
    values: Vec<(String, Amount)>,
}

/// A value of the law with how it is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount {
    /// The amount.
    pub amount: Num,
    /// The paragraph.
    pub cite: String,
    /// What it is the amount of, where the law says it.
    pub says: String,
    /// How it is known.
    pub grade: Grade,
}

impl Rules {
    /// The rules of a regime: that of the day the case is registered.
    ///
    /// ```
    /// use tiergate_cases::Rules;
    /// use tiergate_law::{Date, LawRef, Library, View};
    /// let file = "[instrument]\nid = \"a\"\ntitle = \"A\"\ncite = \"1\"\neffective = 2024-01-01\n\
    ///     grade = \"primary\"\n[[step]]\nid = \"first\"\ncite = \"750.4(a)\"\nprocess = \"license\"\n\
    ///     day = 9\ndone_by = [\"referred\"]\n";
    /// let (library, _) = Library::read([("a.toml", file)]);
    /// let day = Date::constant(2024, 6, 1);
    /// let regime = library.consolidate(&LawRef::us(), day, View::Text).unwrap();
    /// let rules = Rules::of(&regime);
    /// assert_eq!(rules.step("first").unwrap().is.day, Some(9));
    /// ```
    #[must_use]
    pub fn of(regime: &Regime) -> Rules {
        let values = regime
            .values
            .iter()
            .filter(|v| [YEARS, YEARS_A_ITEMS, TOLERANCE].contains(&v.id.as_str()));
        let values = values.filter_map(|v| {
            let now = v.is.now.as_ref()?;
            let amount = Amount {
                amount: now.amount,
                cite: now.cite.clone(),
                says: v.says.clone(),
                // The weaker of the two: an entry may be known worse than its row says.
                grade: now.grade.max(v.grade),
            };
            Some((v.id.clone(), amount))
        });
        Rules {
            law: regime.law.clone(),
            date: regime.date,
            view: regime.view,
            steps: regime.steps.clone(),
            values: values.collect(),
        }
    }

    /// A step by its id.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&Rule> {
        self.steps.iter().find(|s| s.id == id)
    }

    /// The steps that govern a kind of case, in the order of the law.
    pub fn steps(&self, kind: Kind) -> impl Iterator<Item = &Rule> {
        let processes = kind.processes();
        let steps = self.steps.iter();
        steps.filter(move |s| processes.contains(&s.is.process.as_str()))
    }

    /// The first step of a kind of case that an act does.
    #[must_use]
    pub fn done_by(&self, kind: Kind, act: Act) -> Option<&Rule> {
        self.steps(kind).find(|s| names(&s.is.done_by, act.word()))
    }

    /// The paragraph of the first step of a kind of case that an act does.
    #[must_use]
    pub fn cite(&self, kind: Kind, act: Act) -> Option<&str> {
        self.done_by(kind, act).map(|step| step.cite.as_str())
    }

    /// The step by which a request is decided or due: the one it asks by, or the only one there is.
    ///
    /// # Errors
    ///
    /// Which steps there are to choose from.
    pub fn asked(&self, kind: Kind, asks: Option<&str>, act: Act) -> Result<&Rule, String> {
        let fit = self
            .steps(kind)
            .filter(|s| names(&s.is.done_by, act.word()));
        let fit: Vec<&Rule> = fit.collect();
        let known = || {
            let ids: Vec<&str> = fit.iter().map(|s| s.id.as_str()).collect();
            ids.join(", ")
        };
        match (asks, fit.as_slice()) {
            (Some(asks), all) => all.iter().find(|s| s.id == asks).copied().ok_or_else(|| {
                let word = act.word();
                format!("`{asks}` is no step that `{word}` does: one of {}", known())
            }),
            (None, [one]) => Ok(one),
            (None, []) => Err(format!(
                "the law of {} has no step of a {kind} case that `{}` does",
                self.date,
                act.word()
            )),
            (None, _) => Err(format!(
                "`asks` says by which step it is decided: one of {}",
                known()
            )),
        }
    }

    /// The grounds on which an act stops the clock of a kind of case, for someone of an agency.
    pub fn stops<'r>(
        &'r self,
        kind: Kind,
        act: Act,
        agency: Option<&'r str>,
    ) -> impl Iterator<Item = &'r Rule> {
        self.steps(kind).filter(move |s| {
            let who = s.is.who.is_empty() || s.is.who.iter().any(|w| Some(agency_of(w)) == agency);
            // A stop entered by name is entered by the desk, whoever the ground concerns.
            let who = who || matches!(act, Act::ClockStopped | Act::Held);
            s.is.stops_clock && names(&s.is.stops_on, act.word()) && who
        })
    }

    /// The years a license is generally valid, for items whose class is known; none when the law
    /// does not state them, or when two are stated and it is unknown which holds.
    #[must_use]
    pub fn validity_years(&self, a_items: Option<bool>) -> Option<&Amount> {
        let general = self.value(YEARS);
        match (self.value(YEARS_A_ITEMS), a_items) {
            (Some(shorter), Some(true)) => Some(shorter),
            (Some(_), None) => None,
            (Some(_), Some(false)) | (None, _) => general,
        }
    }

    /// The term of the items that have one of their own; none where the law states none. What it
    /// says tells which items they are.
    #[must_use]
    pub fn own_term(&self) -> Option<&Amount> {
        self.value(YEARS_A_ITEMS)
    }

    /// By what share the value shipped may exceed the license's; none when the law states none.
    #[must_use]
    pub fn tolerance(&self) -> Option<&Amount> {
        self.value(TOLERANCE)
    }

    fn value(&self, id: &str) -> Option<&Amount> {
        self.values.iter().find(|(i, _)| i == id).map(|(_, a)| a)
    }
}

/// Whether a list of a step names an event or a step.
#[must_use]
pub(crate) fn names(list: &[tiergate_law::Named], word: &str) -> bool {
    list.iter().any(|n| n.name == word)
}

/// Whether a step is for an agency; one that names nobody is for all.
#[must_use]
pub(crate) fn concerns(rule: &Rule, agency: Option<&str>) -> bool {
    rule.is.who.is_empty() || rule.is.who.iter().any(|w| Some(agency_of(w)) == agency)
}
