//! Files of others into statements.
//!
//! An import adds to the register and never removes: what it has already is passed over, and what a
//! newer file says otherwise stands in the place of what the older one said. Unknown parents and
//! anonymous owners become parties that are not identified, so that they are never taken for nobody.

mod bods;
mod gleif_exceptions;
mod gleif_level1;
mod gleif_level2;
mod table;

use std::collections::BTreeMap;
use std::io::{self, BufRead};

use jiff::civil::Date;

use crate::register::{Fault, IMPORTED, Register};
use crate::statement::{Says, Source, Statement};

/// A form of file that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Who is who: legal entities of GLEIF's golden copy (LEI-CDF), as CSV.
    GleifLevel1,
    /// Who owns whom: relationship records (RR-CDF), as CSV.
    GleifLevel2,
    /// Why no parent is told: reporting exceptions, as CSV.
    GleifExceptions,
    /// Beneficial Ownership Data Standard 0.2, 0.3 and 0.4, as a JSON array or JSON Lines.
    Bods,
}

impl Format {
    /// The form of a file, by its beginning.
    ///
    /// ```
    /// use tiergate_parties::Format;
    /// assert_eq!(Format::guess("LEI,Entity.LegalName\n"), Some(Format::GleifLevel1));
    /// assert_eq!(Format::guess("[{\"statementId\": \"s1\"}]"), Some(Format::Bods));
    /// assert_eq!(Format::guess("id,destination\n"), None);
    /// ```
    #[must_use]
    pub fn guess(beginning: &str) -> Option<Format> {
        let text = beginning.trim_start_matches('\u{feff}').trim_start();
        if text.starts_with(['[', '{']) {
            return Some(Format::Bods);
        }
        let head = text.lines().next().unwrap_or_default();
        let has = |column: &str| {
            head.split(',')
                .any(|c| c.trim().trim_matches('"') == column)
        };
        if has("Relationship.StartNode.NodeID") {
            Some(Format::GleifLevel2)
        } else if has("LEI") && (has("Exception.Category") || has("ExceptionCategory")) {
            Some(Format::GleifExceptions)
        } else if has("LEI") && has("Entity.LegalName") {
            Some(Format::GleifLevel1)
        } else {
            None
        }
    }

    /// What files of this form are, as a source.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Format::GleifLevel1 => "GLEIF level 1",
            Format::GleifLevel2 => "GLEIF level 2",
            Format::GleifExceptions => "GLEIF reporting exceptions",
            Format::Bods => "BODS",
        }
    }
}

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many statements of each kind were added.
    pub taken: BTreeMap<&'static str, u64>,
    /// How many of them stand in the place of older ones.
    pub replacing: u64,
    /// How many the register had already.
    pub known: u64,
    /// What was left out, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// What could not be read; the line, or the number of the statement in a JSON array.
    pub faults: Vec<Fault>,
}

impl Imported {
    fn skip(&mut self, why: impl Into<String>) {
        *self.skipped.entry(why.into()).or_default() += 1;
    }

    fn fault(&mut self, line: u64, message: impl Into<String>) {
        self.faults.push(Fault {
            line,
            message: message.into(),
        });
    }
}

/// What is recorded with every statement of a file.
#[derive(Debug, Clone)]
pub struct Import<'s> {
    /// The form of the file.
    pub format: Format,
    /// The file as a source.
    pub source: &'s Source,
    /// The day of recording.
    pub recorded: Date,
}

impl Import<'_> {
    /// Adds what a file says to a register, and hands each statement to `keep`, to be written behind
    /// those the register was read from.
    ///
    /// ```
    /// use tiergate_parties::{Date, Format, Import, Register, Source};
    /// let csv = "LEI,Entity.LegalName,Entity.HeadquartersAddress.Country\n\
    ///     213800MERIDIANCOMP28,Meridian Compute,MY\n";
    /// let source = Source::named("golden copy");
    /// let import = Import { format: Format::GleifLevel1, source: &source, recorded: Date::constant(2026, 1, 5) };
    /// let (mut register, mut lines) = (Register::default(), Vec::new());
    /// let done = import.run(csv.as_bytes(), &mut register, |s| Ok(lines.push(s.line())))?;
    /// assert_eq!((done.taken["party"], lines.len()), (1, 1));
    /// // A second time there is nothing new.
    /// let again = import.run(csv.as_bytes(), &mut register, |_| Ok(()))?;
    /// assert_eq!((again.taken.len(), again.known), (0, 1));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or what `keep` gives.
    pub fn run(
        &self,
        from: impl BufRead,
        register: &mut Register,
        mut keep: impl FnMut(&Statement) -> io::Result<()>,
    ) -> io::Result<Imported> {
        let mut desk = Desk {
            import: self,
            register,
            keep: &mut keep,
            done: Imported::default(),
        };
        match self.format {
            Format::GleifLevel1 => gleif_level1::run(from, &mut desk)?,
            Format::GleifLevel2 => gleif_level2::run(from, &mut desk)?,
            Format::GleifExceptions => gleif_exceptions::run(from, &mut desk)?,
            Format::Bods => bods::run(from, &mut desk)?,
        }
        Ok(desk.done)
    }
}

/// Where importers put statements.
struct Desk<'d> {
    import: &'d Import<'d>,
    register: &'d mut Register,
    keep: &'d mut dyn FnMut(&Statement) -> io::Result<()>,
    done: Imported,
}

impl Desk<'_> {
    /// Records what is said about something, unless the register has it as the newest already.
    fn say(&mut self, line: u64, about: &str, says: Says) -> io::Result<()> {
        self.say_in_place_of(line, about, says, Vec::new())
    }

    /// The same, in the place of these statements too.
    fn say_in_place_of(
        &mut self,
        line: u64,
        about: &str,
        says: Says,
        mut replaces: Vec<String>,
    ) -> io::Result<()> {
        let mut statement = Statement {
            id: String::new(),
            recorded: self.import.recorded,
            source: self.import.source.clone(),
            replaces: Vec::new(),
            says,
        };
        let content = fingerprint(&statement);
        let mut id = format!("{about}{IMPORTED}{content:016x}");
        if let Some(newest) = self.register.newest(about) {
            if newest.starts_with(&id) {
                self.done.known += 1;
                return Ok(());
            }
            replaces.push(newest.to_owned());
        }
        // What was said once, and otherwise since, can be said again.
        let first = id.clone();
        for count in 2_u32.. {
            if !self.register.has_statement(&id) {
                break;
            }
            id = format!("{first}.{count}");
        }
        statement.id = id;
        replaces.sort();
        replaces.dedup();
        statement.replaces = replaces;
        self.append(line, statement)
    }

    fn append(&mut self, line: u64, statement: Statement) -> io::Result<()> {
        if let Err(message) = self.register.append(statement.clone()) {
            self.done.fault(line, message);
            return Ok(());
        }
        let kind = match &statement.says {
            Says::Party(_) => "party",
            Says::Link(_) => "link",
            Says::NoParent(_) => "no parent",
            Says::End(_) => "end",
        };
        *self.done.taken.entry(kind).or_default() += 1;
        self.done.replacing += u64::from(!statement.replaces.is_empty());
        (self.keep)(&statement)
    }
}

/// A number for what a statement says, whoever says it and whenever: the same for the same content, on
/// any machine (FNV-1a).
fn fingerprint(statement: &Statement) -> u64 {
    let content = Statement {
        recorded: Date::ZERO,
        source: Source::named(""),
        ..statement.clone()
    };
    content
        .line()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

/// A day at the beginning of a text such as `2024-01-31T00:00:00Z`.
fn day(text: &str) -> Option<Date> {
    text.get(..10)?.parse().ok()
}
