//! What is probably not meant in a law: findings that point into its files.
//!
//! Some are read off the files ([`of_library`], [`unused_names`], [`lapsing`]); the others ([`of_regimes`]) are proved
//! on the compiled diagrams of every distinct regime, over all facts an order can have together
//! ([`crate::possible`]) and under every reading.

mod conflicts;
mod dated;
mod destinations;
mod lapses;
mod never;
mod overridden;
mod rules;
mod some;
mod ties;
mod unread;
mod when;

use std::ops::Range;

use tiergate_law::{
    ConsolidateError, Country, Diagnostic, Held, LawRef, Library, Regime, Resolved,
};

pub use lapses::lapsing;
pub use unread::{unread_facts, unused_names};

use rules::Rules;

/// A check of what a law says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// A rule no order can meet.
    NeverMatches,
    /// A rule others always take the place of.
    AlwaysOverridden,
    /// A requirement that asks nothing another does not ask.
    Redundant,
    /// Countries that no group or no rule has.
    NotCovered,
    /// Rules that hold together and contradict one another, with nothing that orders them.
    Conflict,
}

/// What was found of one regime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// Id of the instrument in whose file it stands.
    pub instrument: String,
    /// Where in that file.
    pub span: Range<usize>,
    /// What was found.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
    /// The other rule, of a finding that two rules make together.
    pub other: Option<Other>,
}

/// Another rule that a finding rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// Id of the instrument in whose file it stands.
    pub instrument: String,
    /// Where in that file.
    pub span: Range<usize>,
    /// What it does.
    pub says: String,
}

impl Finding {
    fn at<T>(check: Check, rule: &Resolved<T>, message: String) -> Finding {
        Finding {
            check,
            instrument: rule.instrument.clone(),
            span: rule.span.clone(),
            message,
            help: None,
            other: None,
        }
    }

    fn with_help(mut self, help: impl Into<String>) -> Finding {
        self.help = Some(help.into());
        self
    }
}

/// What is found of one regime of a library, over the countries that exist.
#[must_use]
pub fn of_regime(library: &Library, regime: &Regime, countries: &[Country]) -> Vec<Finding> {
    let variables = rules::variables(regime);
    let mut rules = Rules::new(regime, &variables, countries);
    let mut found = never::find(&mut rules);
    found.extend(overridden::find(&mut rules));
    found.extend(destinations::find(&mut rules, countries));
    found.extend(conflicts::find(library, &mut rules));
    found
}

/// What of the files of a library only their order, or the order of their names, settles: rows and
/// lists that hold on the same days, and changes of one rank to the same thing.
#[must_use]
pub fn of_library(library: &Library) -> Vec<Diagnostic> {
    let mut found = dated::find(library);
    found.extend(ties::find(library));
    found
}

/// A regime of a library with every span of days on which it holds, and what was found of it.
#[derive(Debug)]
pub struct Analysed {
    /// The laws, views and days.
    pub held: Vec<Held>,
    /// What was found.
    pub found: Vec<Finding>,
    /// Where its rules stand: instrument and place.
    pub rules: Vec<(String, Range<usize>)>,
}

/// Analyses one of [`Library::regimes`].
///
/// # Errors
///
/// A regime with faults.
pub fn analyse(
    library: &Library,
    held: Vec<Held>,
    countries: &[Country],
) -> Result<Analysed, ConsolidateError> {
    let Some(first) = held.first() else {
        return Ok(Analysed {
            held,
            found: Vec::new(),
            rules: Vec::new(),
        });
    };
    let law = LawRef {
        id: first.law.clone(),
        ..LawRef::us()
    };
    let regime = library.consolidate(&law, first.from, first.view)?;
    Ok(Analysed {
        found: of_regime(library, &regime, countries),
        rules: rules::places(&regime),
        held,
    })
}

/// One warning for each thing found, with when it holds unless it always does.
#[must_use]
pub fn of_regimes(library: &Library, analysed: &[Analysed]) -> Vec<Diagnostic> {
    when::joined(library, analysed)
}
