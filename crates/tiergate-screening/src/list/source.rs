//! Which list a source is, in the contract's words. Data, in `data/sources.csv` and `data/footnotes.csv`.

use std::sync::OnceLock;

/// A list among those that are consolidated.
///
/// ```
/// use tiergate_screening::Source;
///
/// let source = Source::of("Denied Persons List (DPL) - Bureau of Industry and Security");
/// assert_eq!((source.code, source.word), ("DPL", "denied-persons"));
/// assert_eq!(Source::of("A List of Tomorrow").word, "other");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Its abbreviation.
    pub code: &'static str,
    /// The word of the order contract where it has one, else a word of the same kind.
    pub word: &'static str,
    /// Where the list stands in law.
    pub citation: &'static str,
}

/// Words that an order's `lists` may hold.
const CONTRACT: [&str; 8] = [
    "entity-list",
    "entity-list-fn1",
    "entity-list-fn4",
    "entity-list-fn5",
    "denied-persons",
    "unverified",
    "military-end-user",
    "sdn",
];

impl Source {
    /// The list of this name; `other` if it is none that is known.
    #[must_use]
    pub fn of(name: &str) -> Source {
        // `Non-SDN` lists name the SDN list only to say that they are not it.
        let found = sources()
            .iter()
            .find(|(mark, _)| name.contains(mark.as_str()));
        found.map_or(
            Source {
                code: "XX",
                word: "other",
                citation: "the list itself",
            },
            |(_, source)| *source,
        )
    }

    /// Whether an order's `lists` may hold the word.
    #[must_use]
    pub fn in_contract(word: &str) -> bool {
        CONTRACT.contains(&word)
    }
}

fn sources() -> &'static [(String, Source)] {
    static SOURCES: OnceLock<Vec<(String, Source)>> = OnceLock::new();
    SOURCES.get_or_init(|| {
        let mut rows =
            csv::Reader::from_reader(include_bytes!("../../data/sources.csv").as_slice());
        let mut out = Vec::new();
        for row in rows.records().flatten() {
            // A row lives as long as the program: there are a dozen.
            let keep = |at: usize| -> &'static str { row.get(at).unwrap_or("").to_owned().leak() };
            let source = Source {
                code: keep(0),
                word: keep(1),
                citation: keep(2),
            };
            out.push((row.get(3).unwrap_or("").to_owned(), source));
        }
        out
    })
}

/// The footnotes that a license requirement carries.
pub(super) fn footnotes(word: &str, requirement: &str) -> Vec<&'static str> {
    if word != "entity-list" || requirement.is_empty() {
        return Vec::new();
    }
    let bare: String = requirement.chars().filter(|c| !c.is_whitespace()).collect();
    let rows = include_str!("../../data/footnotes.csv").lines().skip(1);
    rows.filter_map(|row| row.split_once(','))
        .filter(|(_, marks)| marks.split('|').any(|mark| bare.contains(mark)))
        .map(|(word, _)| word)
        .collect()
}
