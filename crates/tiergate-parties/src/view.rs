//! The register on a day: who the parties are, and which links hold.

use jiff::civil::Date;

use crate::party::{CountryCode, Identifier, Kind, Location, Name};
use crate::register::{LinkNo, PartyNo, Register};

/// A day, and until when what was recorded counts.
///
/// ```
/// use tiergate_parties::{Date, View};
/// let view = View::on(Date::constant(2026, 7, 1));
/// assert_eq!(view.on, Date::constant(2026, 7, 1));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct View {
    /// The day on which links hold.
    pub on: Date,
    /// The last day of recording; none counts everything that was ever recorded.
    pub recorded_by: Option<Date>,
}

/// A party as the standing statements describe it together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Described {
    /// What it is; none when nothing describes it.
    pub kind: Option<Kind>,
    /// Its names, legal ones first.
    pub names: Vec<Name>,
    /// Its identifiers.
    pub identifiers: Vec<Identifier>,
    /// Where it is.
    pub locations: Vec<Location>,
    /// Where it is headquartered, with who says so: several when the sources differ.
    pub headquarters: Vec<(CountryCode, String)>,
    /// Notes.
    pub notes: Vec<String>,
    /// The sources.
    pub sources: Vec<String>,
}

impl Described {
    /// The country of its headquarters; none when nobody says, or sources differ.
    ///
    /// ```
    /// use tiergate_parties::Described;
    /// assert_eq!(Described::default().headquarters(), None);
    /// ```
    #[must_use]
    pub fn headquarters(&self) -> Option<CountryCode> {
        let (first, _) = self.headquarters.first()?;
        self.headquarters
            .iter()
            .all(|(c, _)| c == first)
            .then_some(*first)
    }

    /// The country it is in; none when nobody says, or it is in several.
    ///
    /// ```
    /// use tiergate_parties::Described;
    /// assert_eq!(Described::default().country(), None);
    /// ```
    #[must_use]
    pub fn country(&self) -> Option<CountryCode> {
        let first = self.locations.first()?.country;
        self.locations
            .iter()
            .all(|l| l.country == first)
            .then_some(first)
    }
}

impl View {
    /// On a day, with all that is recorded.
    #[must_use]
    pub const fn on(on: Date) -> View {
        View {
            on,
            recorded_by: None,
        }
    }

    /// The same day as it was known on another.
    ///
    /// ```
    /// use tiergate_parties::{Date, View};
    /// let view = View::on(Date::constant(2026, 7, 1)).as_recorded_by(Date::constant(2026, 3, 1));
    /// assert_eq!(view.recorded_by, Some(Date::constant(2026, 3, 1)));
    /// ```
    #[must_use]
    pub const fn as_recorded_by(self, day: Date) -> View {
        View {
            recorded_by: Some(day),
            ..self
        }
    }

    pub(crate) fn knows(self, recorded: Date) -> bool {
        self.recorded_by.is_none_or(|by| recorded <= by)
    }

    pub(crate) fn stands(self, recorded: Date, replaced: Option<Date>) -> bool {
        self.knows(recorded) && !replaced.is_some_and(|day| self.knows(day))
    }

    pub(crate) fn holds(self, from: Option<Date>, to: Option<Date>) -> bool {
        from.is_none_or(|from| from <= self.on) && to.is_none_or(|to| self.on <= to)
    }

    /// The links by which others own or control a party.
    pub fn links_into(self, register: &Register, party: PartyNo) -> impl Iterator<Item = LinkNo> {
        let all = register.links_into(party).iter().copied();
        all.filter(move |link| register.in_force(*link, self))
    }

    /// The links by which a party owns or controls others.
    pub fn links_out_of(self, register: &Register, party: PartyNo) -> impl Iterator<Item = LinkNo> {
        let all = register.links_out_of(party).iter().copied();
        all.filter(move |link| register.in_force(*link, self))
    }

    /// What is known of a party.
    ///
    /// ```
    /// use tiergate_parties::{Date, Register, View};
    /// let text = r#"{"id":"p1","recorded":"2026-01-05","source":{"name":"registry"},"party":{"id":"meridian","kind":"entity","headquarters":"MY"}}"#;
    /// let (register, _) = Register::read(text);
    /// let known = View::on(Date::constant(2026, 7, 1)).describe(&register, register.find("meridian").unwrap());
    /// assert_eq!(known.headquarters().unwrap().to_string(), "MY");
    /// ```
    #[must_use]
    pub fn describe(self, register: &Register, party: PartyNo) -> Described {
        let mut all = Described::default();
        fn add<T: PartialEq + Clone>(to: &mut Vec<T>, from: &[T]) {
            for one in from {
                if !to.contains(one) {
                    to.push(one.clone());
                }
            }
        }
        for (said, source) in register.descriptions(party, self) {
            all.kind = all.kind.or(Some(said.kind));
            add(&mut all.names, &said.names);
            add(&mut all.identifiers, &said.identifiers);
            add(&mut all.locations, &said.locations);
            let headquarters = said.headquarters.map(|c| (c, source.name.clone()));
            all.headquarters.extend(headquarters);
            all.notes.extend(said.note.clone());
            add(&mut all.sources, std::slice::from_ref(&source.name));
        }
        all.names.sort_by_key(|name| name.alias);
        all
    }

    /// A party's name as it is told: its first legal one in use, or its id.
    #[must_use]
    pub fn name(self, register: &Register, party: PartyNo) -> String {
        let names = register
            .descriptions(party, self)
            .flat_map(|(d, _)| &d.names);
        let best = names.min_by_key(|n| (n.alias, !self.holds(n.from, n.to)));
        best.map_or_else(|| register.id(party).to_owned(), |n| n.text.clone())
    }
}
