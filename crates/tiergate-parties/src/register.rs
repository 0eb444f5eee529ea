//! The register: every statement, and what stands on a day.

use std::io::{self, BufRead};

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::lei::Lei;
use crate::party::{Identifier, Kind, LEI_SCHEME, name_key};
use crate::share::Share;
use crate::statement::{Interest, PartyStatement, Says, Source, Statement};
use crate::view::View;

/// A party of one register, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartyNo(pub(crate) u32);

/// A link of one register, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkNo(pub(crate) u32);

impl PartyNo {
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

impl LinkNo {
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A link between two parties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The id of its statement.
    pub id: Box<str>,
    /// Who owns or controls.
    pub owner: PartyNo,
    /// Who is owned or controlled.
    pub owned: PartyNo,
    /// In what way.
    pub interest: Interest,
    /// How much, where somebody says.
    pub share: Option<Share>,
    /// Whether others stand in between.
    pub indirect: bool,
    /// The class of shares.
    pub class: Option<Box<str>>,
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
    /// When it was recorded.
    pub recorded: Date,
    source: u32,
    replaced: Option<Date>,
}

/// That nobody is the parent of a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoParent {
    /// The party.
    pub of: PartyNo,
    /// Why, in the words of the source.
    pub reason: String,
    pub(crate) from: Option<Date>,
    pub(crate) to: Option<Date>,
    pub(crate) recorded: Date,
    source: u32,
    replaced: Option<Date>,
}

/// A statement of who a party is.
#[derive(Debug, Clone)]
struct Described {
    statement: PartyStatement,
    recorded: Date,
    source: u32,
    replaced: Option<Date>,
}

/// A line that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct Fault {
    /// The line, from 1.
    pub line: u64,
    /// What was found and what would be right.
    pub message: String,
}

/// What stands in the id of an imported statement between what it is about and what it says.
pub(crate) const IMPORTED: char = '#';

/// Where a statement is kept.
#[derive(Debug, Clone, Copy)]
enum Place {
    Described(u32),
    Link(LinkNo),
    NoParent(u32),
    End,
}

/// Parties and what links them, as stated.
///
/// ```
/// use tiergate_parties::{Date, Register, View};
/// let text = r#"
/// {"id":"p1","recorded":"2026-01-05","source":{"name":"registry"},"party":{"id":"meridian","kind":"entity","names":[{"text":"Meridian Compute"}]}}
/// {"id":"l1","recorded":"2026-01-05","source":{"name":"registry"},"link":{"owner":"aldersea","owned":"meridian","interest":"shares","share":"75","from":"2024-01-01"}}
/// {"id":"e1","recorded":"2026-07-01","source":{"name":"registry"},"end":{"statement":"l1","to":"2026-06-30"}}
/// "#;
/// let (register, faults) = Register::read(text);
/// assert!(faults.is_empty());
/// let meridian = register.find("Meridian Compute").unwrap();
/// let owners = |on| View::on(on).links_into(&register, meridian).count();
/// assert_eq!(owners(Date::constant(2026, 6, 30)), 1);
/// assert_eq!(owners(Date::constant(2026, 7, 1)), 0);
/// // What was known in March did not have the end.
/// let in_march = View::on(Date::constant(2026, 7, 1)).as_recorded_by(Date::constant(2026, 3, 1));
/// assert_eq!(in_march.links_into(&register, meridian).count(), 1);
/// ```
#[derive(Debug, Default)]
pub struct Register {
    ids: Vec<Box<str>>,
    by_id: FxHashMap<Box<str>, PartyNo>,
    described: Vec<Described>,
    /// By party, the numbers of what describes it.
    descriptions: Vec<Vec<u32>>,
    links: Vec<Link>,
    into: Vec<Vec<LinkNo>>,
    out_of: Vec<Vec<LinkNo>>,
    none: Vec<NoParent>,
    none_of: FxHashMap<PartyNo, Vec<u32>>,
    ends: FxHashMap<LinkNo, Vec<(Date, Date)>>,
    ends_of_none: FxHashMap<u32, Vec<(Date, Date)>>,
    statements: FxHashMap<Box<str>, Place>,
    /// The newest statement about each thing that importers tell of again.
    newest: FxHashMap<Box<str>, Box<str>>,
    sources: Vec<Source>,
    by_source: FxHashMap<Source, u32>,
    by_identifier: FxHashMap<Identifier, Vec<PartyNo>>,
    by_name: FxHashMap<Box<str>, Vec<PartyNo>>,
}

/// Why a name or id does not lead to one party.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FindError {
    /// No party is known by it.
    #[error("no party of the register has the id, identifier or name `{0}`")]
    Nobody(String),
    /// Several are.
    #[error("`{name}` is the name of several parties; give one of these ids: {}", .ids.join(", "))]
    Several {
        /// What was looked for.
        name: String,
        /// The parties that have it.
        ids: Vec<String>,
    },
}

impl Register {
    /// Reads a register, a statement on each line. What cannot be taken is a fault and the rest is
    /// read.
    #[must_use]
    pub fn read(text: &str) -> (Register, Vec<Fault>) {
        let (mut register, mut faults) = (Register::default(), Vec::new());
        for (line, text) in (1..).zip(text.lines()) {
            faults.extend(register.line(line, text));
        }
        (register, faults)
    }

    /// Reads a register from a file.
    ///
    /// ```
    /// use tiergate_parties::Register;
    /// let (_, faults) = Register::read_from(&b"{}\n\xff\n"[..])?;
    /// assert_eq!(faults.len(), 2);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A file that cannot be read.
    pub fn read_from(mut from: impl BufRead) -> io::Result<(Register, Vec<Fault>)> {
        let (mut register, mut faults) = (Register::default(), Vec::new());
        let (mut line, mut bytes) = (0, Vec::new());
        loop {
            bytes.clear();
            if from.read_until(b'\n', &mut bytes)? == 0 {
                return Ok((register, faults));
            }
            line += 1;
            match std::str::from_utf8(&bytes) {
                Ok(text) => faults.extend(register.line(line, text)),
                Err(_) => faults.push(Fault {
                    line,
                    message: "the line is not UTF-8 text".to_owned(),
                }),
            }
        }
    }

    fn line(&mut self, line: u64, text: &str) -> Option<Fault> {
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            return None;
        }
        let taken = Statement::read(text).and_then(|statement| self.append(statement));
        taken.err().map(|message| Fault { line, message })
    }

    /// Adds a statement at the end.
    ///
    /// ```
    /// use tiergate_parties::{Date, Interest, LinkStatement, Register, Says, Source, Statement};
    /// let mut register = Register::default();
    /// let link = Statement {
    ///     id: "l1".into(),
    ///     recorded: Date::constant(2026, 1, 5),
    ///     source: Source::named("registry"),
    ///     replaces: Vec::new(),
    ///     says: Says::Link(LinkStatement::new("a", "b", Interest::ControlBoard, None)),
    /// };
    /// register.append(link.clone())?;
    /// assert!(register.append(link).unwrap_err().contains("`l1` stands already"));
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What is wrong with it and what would be right; the register is then as it was.
    pub fn append(&mut self, statement: Statement) -> Result<(), String> {
        self.check(&statement)?;
        let Statement {
            id,
            recorded,
            source,
            replaces,
            says,
        } = statement;
        let source = self.source_no(source);
        for replaced in &replaces {
            self.replace(replaced, recorded);
        }
        let place = match says {
            Says::Party(party) => self.describe(party, recorded, source),
            Says::Link(link) => {
                let (owner, owned) = (self.number(&link.owner), self.number(&link.owned));
                let number = LinkNo(count_u32(self.links.len())?);
                self.links.push(Link {
                    id: id.as_str().into(),
                    owner,
                    owned,
                    interest: link.interest,
                    share: link.share,
                    indirect: link.indirect,
                    class: link.class.map(Into::into),
                    from: link.from,
                    to: link.to,
                    recorded,
                    source,
                    replaced: None,
                });
                self.into[owned.index()].push(number);
                self.out_of[owner.index()].push(number);
                Place::Link(number)
            }
            Says::NoParent(none) => {
                let of = self.number(&none.of);
                let number = count_u32(self.none.len())?;
                self.none.push(NoParent {
                    of,
                    reason: none.reason,
                    from: none.from,
                    to: none.to,
                    recorded,
                    source,
                    replaced: None,
                });
                self.none_of.entry(of).or_default().push(number);
                Place::NoParent(number)
            }
            Says::End(end) => {
                match self.statements.get(end.statement.as_str()) {
                    Some(Place::Link(link)) => {
                        self.ends.entry(*link).or_default().push((recorded, end.to))
                    }
                    Some(Place::NoParent(none)) => {
                        self.ends_of_none
                            .entry(*none)
                            .or_default()
                            .push((recorded, end.to));
                    }
                    _ => {}
                }
                Place::End
            }
        };
        if let (Some((about, _)), false) = (id.rsplit_once(IMPORTED), matches!(place, Place::End)) {
            self.newest.insert(about.into(), id.as_str().into());
        }
        self.statements.insert(id.into(), place);
        Ok(())
    }

    /// What stands in the way of taking a statement.
    fn check(&self, statement: &Statement) -> Result<(), String> {
        if statement.id.is_empty() {
            return Err("the id of a statement is empty".to_owned());
        }
        if self.statements.contains_key(statement.id.as_str()) {
            return Err(format!(
                "a statement with the id `{0}` stands already; give this one an id of its own, and \
                 `\"replaces\": [\"{0}\"]` if it stands in its place",
                statement.id
            ));
        }
        if let Some(unknown) = statement
            .replaces
            .iter()
            .find(|id| !self.statements.contains_key(id.as_str()))
        {
            return Err(format!(
                "`replaces` names `{unknown}`, which no statement above has as its id"
            ));
        }
        let named = |id: &str, field: &str| {
            if id.trim().is_empty() {
                return Err(format!(
                    "`{field}` is empty; the id of a party would be right"
                ));
            }
            Ok(())
        };
        let in_order = |from: Option<Date>, to: Option<Date>| match (from, to) {
            (Some(from), Some(to)) if to < from => {
                Err(format!("it ends on {to}, before it begins on {from}"))
            }
            _ => Ok(()),
        };
        match &statement.says {
            Says::Party(party) => {
                named(&party.id, "party.id")?;
                for identifier in party.identifiers.iter().filter(|i| i.scheme == LEI_SCHEME) {
                    identifier.value.parse::<Lei>().map_err(|e| e.to_string())?;
                }
                party.names.iter().try_for_each(|n| in_order(n.from, n.to))
            }
            Says::Link(link) => {
                named(&link.owner, "link.owner")?;
                named(&link.owned, "link.owned")?;
                if link.owner == link.owned && link.interest != Interest::Shares {
                    return Err(
                        "a party controls itself; only its own shares can be held by it".to_owned(),
                    );
                }
                in_order(link.from, link.to)
            }
            Says::NoParent(none) => {
                named(&none.of, "no_parent.of")?;
                in_order(none.from, none.to)
            }
            Says::End(end) => match self.statements.get(end.statement.as_str()) {
                Some(Place::Link(link)) => in_order(self.links[link.index()].from, Some(end.to)),
                Some(Place::NoParent(none)) => {
                    in_order(self.none[*none as usize].from, Some(end.to))
                }
                Some(_) => Err(format!("`{}` is no link; only links end", end.statement)),
                None => Err(format!(
                    "it ends `{}`, which no statement above has as its id",
                    end.statement
                )),
            },
        }
    }

    fn describe(&mut self, party: PartyStatement, recorded: Date, source: u32) -> Place {
        let number = self.number(&party.id);
        for identifier in &party.identifiers {
            let known = self.by_identifier.entry(identifier.clone()).or_default();
            if !known.contains(&number) {
                known.push(number);
            }
        }
        for name in &party.names {
            let known = self.by_name.entry(name_key(&name.text).into()).or_default();
            if !known.contains(&number) {
                known.push(number);
            }
        }
        let place = u32::try_from(self.described.len()).unwrap_or(u32::MAX);
        self.descriptions[number.index()].push(place);
        self.described.push(Described {
            statement: party,
            recorded,
            source,
            replaced: None,
        });
        Place::Described(place)
    }

    fn replace(&mut self, id: &str, on: Date) {
        // A later one of two replacements changes nothing: what is replaced stays so.
        let first =
            |replaced: &mut Option<Date>| *replaced = Some(replaced.map_or(on, |r| r.min(on)));
        match self.statements.get(id) {
            Some(Place::Described(at)) => first(&mut self.described[*at as usize].replaced),
            Some(Place::Link(link)) => first(&mut self.links[link.index()].replaced),
            Some(Place::NoParent(at)) => first(&mut self.none[*at as usize].replaced),
            Some(Place::End) | None => {}
        }
    }

    fn source_no(&mut self, source: Source) -> u32 {
        if let Some(known) = self.by_source.get(&source) {
            return *known;
        }
        let number = u32::try_from(self.sources.len()).unwrap_or(u32::MAX);
        self.sources.push(source.clone());
        self.by_source.insert(source, number);
        number
    }

    /// The number of a party, a new one if it was not met before.
    fn number(&mut self, id: &str) -> PartyNo {
        if let Some(known) = self.by_id.get(id) {
            return *known;
        }
        let number = PartyNo(u32::try_from(self.ids.len()).unwrap_or(u32::MAX));
        self.ids.push(id.into());
        self.by_id.insert(id.into(), number);
        self.descriptions.push(Vec::new());
        self.into.push(Vec::new());
        self.out_of.push(Vec::new());
        number
    }

    /// How many parties are described or named in a link.
    #[must_use]
    pub fn party_count(&self) -> usize {
        self.ids.len()
    }

    /// How many links were ever stated.
    #[must_use]
    pub fn link_count(&self) -> usize {
        self.links.len()
    }

    /// Every party, in the order in which they were first met.
    pub fn parties(&self) -> impl DoubleEndedIterator<Item = PartyNo> + use<> {
        (0..u32::try_from(self.ids.len()).unwrap_or(u32::MAX)).map(PartyNo)
    }

    /// The id of a party.
    #[must_use]
    pub fn id(&self, party: PartyNo) -> &str {
        &self.ids[party.index()]
    }

    /// The party with an id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<PartyNo> {
        self.by_id.get(id).copied()
    }

    /// The parties that some statement gave an identifier.
    #[must_use]
    pub fn by_identifier(&self, identifier: &Identifier) -> &[PartyNo] {
        self.by_identifier
            .get(identifier)
            .map_or(&[], Vec::as_slice)
    }

    /// Whether a statement has this id.
    #[must_use]
    pub fn has_statement(&self, id: &str) -> bool {
        self.statements.contains_key(id)
    }

    /// The id of the newest imported statement about something.
    pub(crate) fn newest(&self, about: &str) -> Option<&str> {
        self.newest.get(about).map(AsRef::as_ref)
    }

    /// The party with an id, an identifier or a name. Names are compared without case and
    /// punctuation.
    ///
    /// # Errors
    ///
    /// No such party, or several.
    pub fn find(&self, text: &str) -> Result<PartyNo, FindError> {
        let text = text.trim();
        if let Some(party) = self.by_id(text) {
            return Ok(party);
        }
        let mut found: Vec<PartyNo> = Vec::new();
        let lei = Identifier::lei(text).ok();
        let (scheme, value) = text.split_once(':').unwrap_or((LEI_SCHEME, text));
        let written = Identifier {
            scheme: scheme.to_owned(),
            value: value.to_owned(),
        };
        for identifier in [lei.as_ref().unwrap_or(&written), &written] {
            found.extend(self.by_identifier(identifier));
        }
        if found.is_empty() {
            found.extend(
                self.by_name
                    .get(name_key(text).as_str())
                    .into_iter()
                    .flatten(),
            );
        }
        found.sort_unstable();
        found.dedup();
        match found.as_slice() {
            [] => Err(FindError::Nobody(text.to_owned())),
            [one] => Ok(*one),
            several => Err(FindError::Several {
                name: text.to_owned(),
                ids: several.iter().map(|p| self.id(*p).to_owned()).collect(),
            }),
        }
    }

    /// A link.
    #[must_use]
    pub fn link(&self, link: LinkNo) -> &Link {
        &self.links[link.index()]
    }

    /// The source of a link.
    #[must_use]
    pub fn source_of(&self, link: LinkNo) -> &Source {
        &self.sources[self.link(link).source as usize]
    }

    /// The source of a statement that nobody is the parent.
    #[must_use]
    pub fn source_of_none(&self, none: &NoParent) -> &Source {
        &self.sources[none.source as usize]
    }

    pub(crate) fn links_into(&self, party: PartyNo) -> &[LinkNo] {
        &self.into[party.index()]
    }

    pub(crate) fn links_out_of(&self, party: PartyNo) -> &[LinkNo] {
        &self.out_of[party.index()]
    }

    pub(crate) fn descriptions(
        &self,
        party: PartyNo,
        view: View,
    ) -> impl Iterator<Item = (&PartyStatement, &Source)> {
        let all = self.descriptions[party.index()].iter();
        let all = all.map(|at| &self.described[*at as usize]);
        let stands = all.filter(move |d| view.stands(d.recorded, d.replaced));
        stands.map(|d| (&d.statement, &self.sources[d.source as usize]))
    }

    pub(crate) fn kind(&self, party: PartyNo, view: View) -> Option<Kind> {
        self.descriptions(party, view).map(|(d, _)| d.kind).next()
    }

    pub(crate) fn in_force(&self, number: LinkNo, view: View) -> bool {
        let link = self.link(number);
        if !view.stands(link.recorded, link.replaced) || !view.holds(link.from, link.to) {
            return false;
        }
        self.ends.is_empty() || !ended(self.ends.get(&number), view)
    }

    pub(crate) fn none_of(&self, party: PartyNo, view: View) -> impl Iterator<Item = &NoParent> {
        let all = self.none_of.get(&party).into_iter().flatten();
        all.filter_map(move |at| {
            let none = &self.none[*at as usize];
            let stands =
                view.stands(none.recorded, none.replaced) && view.holds(none.from, none.to);
            (stands && !ended(self.ends_of_none.get(at), view)).then_some(none)
        })
    }

    /// The last day of a link as the statements have it that were recorded until then.
    #[must_use]
    pub fn last_day(&self, number: LinkNo, view: View) -> Option<Date> {
        let ends = self.ends.get(&number).into_iter().flatten();
        let ends = ends
            .filter(|(recorded, _)| view.knows(*recorded))
            .map(|(_, to)| *to);
        ends.chain(self.link(number).to).min()
    }

    /// The days on which what is in force changes: links begin, and the day after they end.
    #[must_use]
    pub fn changes(&self) -> Vec<Date> {
        let mut days: Vec<Date> = Vec::new();
        let after = |day: Date| day.tomorrow().ok();
        for link in &self.links {
            days.extend(link.from);
            days.extend(link.to.and_then(after));
        }
        for none in &self.none {
            days.extend(none.from);
            days.extend(none.to.and_then(after));
        }
        let ends = self
            .ends
            .values()
            .chain(self.ends_of_none.values())
            .flatten();
        days.extend(ends.filter_map(|(_, to)| after(*to)));
        days.sort_unstable();
        days.dedup();
        days
    }
}

fn ended(ends: Option<&Vec<(Date, Date)>>, view: View) -> bool {
    let mut ends = ends.into_iter().flatten();
    ends.any(|(recorded, to)| view.knows(*recorded) && *to < view.on)
}

fn count_u32(count: usize) -> Result<u32, String> {
    u32::try_from(count).map_err(|_| "the register holds as much as it can".to_owned())
}
