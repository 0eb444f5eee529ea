//! All law files together.

use std::collections::HashMap;
use std::ops::Range;

use jiff::civil::Date;

use crate::consolidate::consolidate;
use crate::country::Country;
use crate::diagnostic::{Diagnostic, nearest};
use crate::law_ref::{LawRef, View};
use crate::layers::{self, Change, breakpoints, changes};
use crate::model::{Body, Entry, Source};
use crate::read::read_source;
use crate::regime::{Regime, Resolved};

/// Every instrument of the United States track and every proposal that was read.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// The instruments in legal order: by effective date, then by file name.
    pub instruments: Vec<Source>,
    /// The proposals, by id.
    pub proposals: Vec<Source>,
    /// Every item class of every law, in order of first appearance.
    pub classes: Vec<String>,
}

/// A law in a view over a span of days on which its rules are the same.
///
/// ```
/// use tiergate_law::{Held, Library, View};
/// let file = r#"
/// [instrument]
/// id = "base"
/// title = "Base"
/// cite = "1"
/// effective = 2024-01-01
/// [[note]]
/// id = "n"
/// cite = "1"
/// from = 2024-03-01
/// when = "always"
/// "#;
/// let (library, _) = Library::read([("base.toml", file)]);
/// let regimes = library.regimes();
/// assert_eq!(regimes.len(), 2);
/// // Both views have the same two.
/// assert_eq!(regimes[0].len(), 2);
/// assert_eq!(regimes[0][0].through, Some("2024-02-29".parse().unwrap()));
/// assert_eq!((regimes[1][1].view, regimes[1][1].through), (View::Enforced, None));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// `us` or the id of a proposal.
    pub law: String,
    /// The view.
    pub view: View,
    /// First day.
    pub from: Date,
    /// Last day, or none for open-ended.
    pub through: Option<Date>,
}

/// Why no regime could be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConsolidateError {
    /// No such law.
    #[error("there is no law `{found}`; known are {known}")]
    UnknownLaw {
        /// As asked.
        found: String,
        /// The ids that exist.
        known: String,
    },
    /// No law is held for the date.
    #[error("the law data begins on {first}; {date} is before it")]
    TooEarly {
        /// As asked.
        date: Date,
        /// The first day on which law is held.
        first: Date,
    },
    /// The law at that date has faults.
    #[error("the law `{law}` at {date} has {} faults, the first: {}", diagnostics.len(), diagnostics.first().map_or("", |d| d.message.as_str()))]
    Faulty {
        /// The law.
        law: String,
        /// The date.
        date: Date,
        /// The faults.
        diagnostics: Vec<Diagnostic>,
    },
}

impl Library {
    /// Reads law files given as name and text; faults of one file do not stop the others.
    pub fn read<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> (Library, Vec<Diagnostic>) {
        let mut library = Library::default();
        let mut diagnostics = Vec::new();
        let mut ids: HashMap<String, String> = HashMap::new();
        for (file, text) in files {
            let (source, found) = read_source(file, text);
            diagnostics.extend(found);
            let Some(source) = source else { continue };
            let id = source.instrument.id.clone();
            if let Some(first) = ids.insert(id.clone(), file.to_owned()) {
                let message = format!("the id `{id}` is taken by {first}");
                diagnostics.push(Diagnostic::error(
                    file,
                    source.instrument.span.clone(),
                    message,
                ));
                continue;
            }
            if source.instrument.proposal.is_some() {
                library.proposals.push(source);
            } else {
                library.instruments.push(source);
            }
        }
        let order = |s: &Source| (s.instrument.effective, s.file.clone());
        library.instruments.sort_by_key(order);
        library.proposals.sort_by_key(|s| s.instrument.id.clone());
        for source in library.instruments.iter().chain(&library.proposals) {
            for entry in &source.entries {
                let is_class = matches!(entry.body, Body::Class(_));
                if is_class && !library.classes.contains(&entry.id) {
                    library.classes.push(entry.id.clone());
                }
            }
        }
        diagnostics.extend(library.check_class_count());
        diagnostics.extend(library.check_references());
        (library, diagnostics)
    }

    /// Sets of classes are bits of one machine word, two of which say "no class here".
    fn check_class_count(&mut self) -> Option<Diagnostic> {
        const CLASSES_MAX: usize = 120;
        let first = self.classes.get(CLASSES_MAX)?.clone();
        self.classes.truncate(CLASSES_MAX);
        let mut entries = self
            .sources()
            .flat_map(|s| s.entries.iter().map(move |e| (&s.file, e)));
        let (file, entry) = entries.find(|(_, e)| e.id == first && e.body.kind() == "class")?;
        let message = format!("more than {CLASSES_MAX} item classes");
        Some(Diagnostic::error(file, entry.span.clone(), message))
    }

    fn check_references(&self) -> Vec<Diagnostic> {
        let ids: Vec<&str> = self
            .instruments
            .iter()
            .map(|s| s.instrument.id.as_str())
            .collect();
        let mut found = Vec::new();
        for source in self.sources() {
            let head = &source.instrument;
            let carried = head.proposal.iter().flat_map(|p| p.carries.iter());
            let named = head.disapplies.iter().map(|d| &d.instrument).chain(carried);
            for id in named.filter(|id| !ids.contains(&id.as_str())) {
                let message = format!("there is no instrument `{id}`");
                let mut diagnostic = Diagnostic::error(&source.file, head.span.clone(), message);
                if let Some(near) = nearest(id, ids.iter().copied()) {
                    diagnostic = diagnostic.with_help(format!("did you mean `{near}`?"));
                }
                found.push(diagnostic);
            }
        }
        found
    }

    /// Every place at which a country is named, with the code as written.
    ///
    /// ```
    /// use tiergate_law::Library;
    /// let file = "[instrument]\nid = \"a\"\ntitle = \"A\"\ncite = \"1\"\neffective = 2024-01-01\n\
    ///     [[group]]\nid = \"g\"\ncite = \"1\"\nmembers = [\"PL\"]\n\
    ///     [[note]]\nid = \"n\"\ncite = \"1\"\nwhen = \"destination in g | {IN}\"\n";
    /// let (library, _) = Library::read([("a.toml", file)]);
    /// let named: Vec<String> = library.countries().iter().map(|c| c.1.to_string()).collect();
    /// assert_eq!(named, ["PL", "IN"]);
    /// assert_eq!(&file[library.countries()[1].2.clone()], "IN");
    /// ```
    #[must_use]
    pub fn countries(&self) -> Vec<(&str, Country, Range<usize>)> {
        let mut found = Vec::new();
        for source in self.sources() {
            let mut add = |code: &str, span: Range<usize>| {
                if let Ok(country) = code.parse() {
                    found.push((source.file.as_str(), country, span));
                }
            };
            for entry in &source.entries {
                match &entry.body {
                    Body::Group(group) => {
                        let lists = [&group.members, &group.add, &group.remove];
                        let all = lists.into_iter().flatten();
                        all.for_each(|n| add(&n.name, n.span.clone()));
                    }
                    Body::Follows(follows) => {
                        add(&entry.id, entry.span.clone());
                        add(&follows.country.name, follows.country.span.clone());
                    }
                    Body::Agreement(a) => add(&a.country.name, a.country.span.clone()),
                    _ => {}
                }
                for condition in entry.body.conditions() {
                    for word in condition.expr.members().into_iter().flatten() {
                        let (start, end) = (word.span.start, word.span.end);
                        add(&word.text, condition.offset + start..condition.offset + end);
                    }
                }
            }
        }
        found
    }

    /// Every source, instruments first.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.instruments.iter().chain(&self.proposals)
    }

    /// The proposal with this id.
    #[must_use]
    pub fn proposal(&self, id: &str) -> Option<&Source> {
        self.proposals.iter().find(|s| s.instrument.id == id)
    }

    /// The entry that a rule of a regime stands in; of a group that several entries make, the first.
    ///
    /// ```
    /// use tiergate_law::{Library, View};
    /// let file = "[instrument]\nid = \"a\"\ntitle = \"A\"\ncite = \"1\"\neffective = 2024-01-01\n\
    ///     [[note]]\nid = \"n\"\ncite = \"1\"\nwhen = \"tpp  >= 4800\"\n";
    /// let (library, _) = Library::read([("a.toml", file)]);
    /// let day = "2024-01-01".parse().unwrap();
    /// let regime = library.consolidate(&"us".parse().unwrap(), day, View::Text).unwrap();
    /// let entry = library.entry(&regime.notes[0]).unwrap();
    /// assert_eq!(entry.body.when().unwrap().one_line(), "tpp >= 4800");
    /// ```
    #[must_use]
    pub fn entry<T>(&self, rule: &Resolved<T>) -> Option<&Entry> {
        let mut sources = self.sources();
        let source = sources.find(|s| s.instrument.id == rule.instrument)?;
        source.entries.iter().find(|e| e.span == rule.span)
    }

    /// The text of a file, for rendering diagnostics.
    #[must_use]
    pub fn text(&self, file: &str) -> Option<&str> {
        self.sources()
            .find(|s| s.file == file)
            .map(|s| s.text.as_str())
    }

    /// The regime of a law on a date, in a view.
    ///
    /// # Errors
    ///
    /// An unknown law, or a law that has faults at that date.
    pub fn consolidate(
        &self,
        law: &LawRef,
        date: Date,
        view: View,
    ) -> Result<Regime, ConsolidateError> {
        self.known(&law.id)?;
        let first = self.instruments.first().map(|s| s.instrument.effective);
        if let Some(first) = first.filter(|first| date < *first) {
            return Err(ConsolidateError::TooEarly { date, first });
        }
        let (regime, diagnostics) = consolidate(self, &law.id, date, view);
        if diagnostics.is_empty() {
            Ok(regime)
        } else {
            Err(ConsolidateError::Faulty {
                law: law.id.clone(),
                date,
                diagnostics,
            })
        }
    }

    fn known(&self, law: &str) -> Result<(), ConsolidateError> {
        if law == "us" || self.proposal(law).is_some() {
            return Ok(());
        }
        let known: Vec<&str> = std::iter::once("us")
            .chain(self.proposals.iter().map(|s| s.instrument.id.as_str()))
            .collect();
        Err(ConsolidateError::UnknownLaw {
            found: law.to_owned(),
            known: known.join(", "),
        })
    }

    /// The days on which the law may change, in order: the regime is the same between them.
    ///
    /// # Errors
    ///
    /// An unknown law.
    pub fn breakpoints(&self, law: &str) -> Result<Vec<Date>, ConsolidateError> {
        self.known(law)?;
        Ok(breakpoints(self, law))
    }

    /// Every distinct regime of the library, each with the laws, views and days that have it.
    ///
    /// A proposal is listed from its adoption on; before it, it is the law of the United States.
    #[must_use]
    pub fn regimes(&self) -> Vec<Vec<Held>> {
        let mut found: Vec<Vec<Held>> = Vec::new();
        let mut places: HashMap<Vec<(&str, usize, usize)>, usize> = HashMap::new();
        let laws =
            std::iter::once("us").chain(self.proposals.iter().map(|s| s.instrument.id.as_str()));
        for law in laws {
            let adopted = self.proposal(law).map(|p| p.instrument.binds_from());
            let mut days = breakpoints(self, law);
            days.retain(|d| adopted.is_none_or(|a| a <= *d));
            for view in [View::Text, View::Enforced] {
                for (at, from) in days.iter().enumerate() {
                    let next = days.get(at + 1).and_then(|d| d.yesterday().ok());
                    let key = layers::key(self, law, *from, view);
                    let place = *places.entry(key).or_insert_with(|| {
                        found.push(Vec::new());
                        found.len() - 1
                    });
                    let held = &mut found[place];
                    match held.last_mut() {
                        Some(last)
                            if last.law == law
                                && last.view == view
                                && last.through.and_then(|t| t.tomorrow().ok()) == Some(*from) =>
                        {
                            last.through = next;
                        }
                        _ => held.push(Held {
                            law: law.to_owned(),
                            view,
                            from: *from,
                            through: next,
                        }),
                    }
                }
            }
        }
        found
    }

    /// What begins or ends in a law on a day, in a view: what made it a breakpoint.
    ///
    /// # Errors
    ///
    /// An unknown law.
    pub fn changes(
        &self,
        law: &str,
        date: Date,
        view: View,
    ) -> Result<Vec<Change<'_>>, ConsolidateError> {
        self.known(law)?;
        Ok(changes(self, law, date, view))
    }

    /// Checks every law in both views at every breakpoint; each fault is reported once.
    #[must_use]
    pub fn check(&self) -> Vec<Diagnostic> {
        let mut found: Vec<Diagnostic> = Vec::new();
        let laws =
            std::iter::once("us").chain(self.proposals.iter().map(|s| s.instrument.id.as_str()));
        for law in laws {
            for date in breakpoints(self, law) {
                for view in [View::Text, View::Enforced] {
                    let (_, diagnostics) = consolidate(self, law, date, view);
                    for diagnostic in diagnostics {
                        if !found.contains(&diagnostic) {
                            found.push(diagnostic);
                        }
                    }
                }
            }
        }
        found
    }
}
