//! The tables of words: company forms, words that carry little, variants of names, words of scripts
//! without spaces. Data, in `data/*.csv`; read once. The tables were written from general knowledge of
//! languages and of how companies and people are named, and from the names of the list; none is a copy of
//! another table.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::sound::sound;

/// How little a word says of who is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// Joins other words: `of`, `and`, `de`.
    Particle,
    /// Stands before a name and is none: `Dr`, `Sheikh`.
    Title,
    /// Tells father from son: `Jr`.
    Suffix,
    /// Any company may have it: `Group`, `International`.
    Corporate,
    /// A line of business: `Trading`, `Bank`.
    Subject,
    /// Where: `China`, `Moscow`.
    Place,
    /// An ordinary word: `Star`, `Golden`.
    Common,
}

/// A word of the table of generic words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Generic {
    pub kind: Kind,
    /// Words of one meaning have one number, whatever their language.
    pub meaning: u16,
}

/// Classes of names that are variants of one another.
#[derive(Debug, Default)]
pub(crate) struct Variants {
    pub classes: Vec<u16>,
    /// Classes of which it is the short form, and those whose short form stands for it.
    pub short_of: Vec<u16>,
    pub long_of: Vec<u16>,
    /// Whether it is a given name; else a syllable of an East Asian one.
    pub given: bool,
}

/// All tables.
pub(crate) struct Tables {
    /// Words of a company form, joined by spaces, by [`key`]; to the number of its family.
    pub forms: FxHashMap<String, u16>,
    pub families: Vec<&'static str>,
    /// First words of the forms of several words.
    pub form_starts: FxHashSet<String>,
    pub generic: FxHashMap<String, Generic>,
    pub particles: FxHashSet<&'static str>,
    pub variants: FxHashMap<String, Variants>,
    /// Words of scripts without spaces, to English ones.
    pub native: FxHashMap<&'static str, &'static str>,
    pub readings: FxHashMap<&'static str, &'static str>,
    /// Syllables of Burmese names.
    pub burmese: FxHashMap<&'static str, &'static str>,
    /// Words that are numbers, to digits.
    pub numbers: FxHashMap<&'static str, &'static str>,
    /// Abbreviations that every reader of names of organizations knows.
    pub abbreviations: FxHashMap<&'static str, &'static str>,
}

/// Long words are looked up by sound, so that transliterations fall together; short ones as they are.
pub(crate) fn key(plain: &str) -> String {
    if plain.len() <= 4 {
        plain.to_owned()
    } else {
        sound(plain)
    }
}

/// As [`key`], when the sound is known already.
pub(crate) fn key_of<'a>(plain: &'a str, sound: &'a str) -> &'a str {
    if plain.len() <= 4 { plain } else { sound }
}

/// Words of more characters than this are not looked for in scripts without spaces.
pub(crate) const NATIVE_MAX: usize = 12;
/// Words of the longest company form.
pub(crate) const FORM_WORDS_MAX: usize = 7;

/// The tables, read at first use.
pub(crate) fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(read)
}

/// The rows after the head, in two parts.
fn rows(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = text.lines().skip(1);
    lines.filter_map(|line| line.split_once(','))
}

fn read() -> Tables {
    let mut tables = Tables {
        forms: FxHashMap::default(),
        families: Vec::new(),
        form_starts: FxHashSet::default(),
        generic: FxHashMap::default(),
        particles: FxHashSet::default(),
        variants: FxHashMap::default(),
        native: rows(include_str!("../data/native-words.csv")).collect(),
        abbreviations: rows(include_str!("../data/abbreviations.csv")).collect(),
        readings: rows(include_str!("../data/readings.csv")).collect(),
        burmese: rows(include_str!("../data/burmese-syllables.csv")).collect(),
        numbers: rows(include_str!("../data/number-words.csv"))
            .flat_map(|(number, words)| words.split('|').map(move |word| (word, number)))
            .collect(),
    };
    for (family, spellings) in rows(include_str!("../data/company-forms.csv")) {
        let number = u16::try_from(tables.families.len()).unwrap_or(u16::MAX);
        tables.families.push(family);
        for spelling in spellings.split('|') {
            let words: Vec<String> = spelling.split_whitespace().map(key).collect();
            if let (Some(first), true) = (words.first(), words.len() > 1) {
                tables.form_starts.insert(first.clone());
            }
            tables.forms.entry(words.join(" ")).or_insert(number);
        }
    }
    read_generic(&mut tables);
    read_variants(&mut tables);
    tables
}

fn read_generic(tables: &mut Tables) {
    let mut meanings: FxHashMap<&str, u16> = FxHashMap::default();
    for (kind, rest) in rows(include_str!("../data/generic-words.csv")) {
        let Some((means, words)) = rest.split_once(',') else {
            continue;
        };
        let own = matches!(kind, "word" | "title");
        let kind = match kind {
            "particle" => Kind::Particle,
            "title" => Kind::Title,
            "suffix" => Kind::Suffix,
            "corporate" => Kind::Corporate,
            "subject" => Kind::Subject,
            "place" => Kind::Place,
            _ => Kind::Common,
        };
        let fresh = u16::try_from(meanings.len()).unwrap_or(u16::MAX);
        let mut meaning = *meanings.entry(means).or_insert(fresh);
        for word in words.split('|') {
            if kind == Kind::Particle {
                tables.particles.insert(word);
                continue;
            }
            if own {
                // A row of words that are alike in weight only.
                let fresh = u16::try_from(meanings.len()).unwrap_or(u16::MAX);
                meaning = *meanings.entry(word).or_insert(fresh);
            }
            let generic = Generic { kind, meaning };
            tables.generic.entry(key(word)).or_insert(generic);
            for form in inflected(word) {
                tables.generic.entry(key(&form)).or_insert(generic);
            }
        }
    }
}

/// The cases and genders of a Russian adjective.
fn inflected(word: &str) -> Vec<String> {
    let hard = [
        "aya", "oe", "oye", "ye", "ykh", "ogo", "oi", "oy", "yy", "iy", "ym",
    ];
    let soft = [
        "aya", "oe", "oye", "ie", "ikh", "ogo", "oi", "oy", "iy", "im",
    ];
    let with =
        |stem: &str, endings: &[&str]| endings.iter().map(|e| format!("{stem}{e}")).collect();
    if word.len() < 6 {
        return Vec::new();
    }
    match (word.strip_suffix("yi"), word.strip_suffix("kii")) {
        (Some(stem), _) => with(stem, &hard),
        (_, Some(stem)) => with(&format!("{stem}k"), &soft),
        _ => Vec::new(),
    }
}

/// What a father's name gives: for a son, for a daughter.
fn patronymics(name: &str) -> [Vec<String>; 2] {
    let with =
        |stem: &str, endings: &[&str]| endings.iter().map(|e| format!("{stem}{e}")).collect();
    let bare = name.trim_end_matches(['y', 'i', 'j']);
    if name.ends_with('a') {
        let stem = name.trim_end_matches('a');
        return [
            with(stem, &["ich", "ych", "yich"]),
            with(stem, &["ichna", "inichna"]),
        ];
    }
    if bare.len() < name.len() {
        return [
            with(
                bare,
                &[
                    "evich", "yevich", "ievich", "iyevich", "eevich", "evych", "iovych",
                ],
            ),
            with(
                bare,
                &["evna", "yevna", "ievna", "iyevna", "eevna", "iivna"],
            ),
        ];
    }
    if name.ends_with(['o', 'e', 'u']) {
        return [Vec::new(), Vec::new()];
    }
    [
        with(name, &["ovich", "ovych", "avich", "evich"]),
        with(name, &["ovna", "ivna", "auna", "evna"]),
    ]
}

/// Numbers of the classes of sons and of daughters begin here.
const SONS: u16 = 4000;
const DAUGHTERS: u16 = 8000;

fn read_variants(tables: &mut Tables) {
    for (class, (kind, spellings)) in rows(include_str!("../data/name-variants.csv")).enumerate() {
        let class = u16::try_from(class).unwrap_or(u16::MAX);
        for (place, spelling) in spellings.split('|').enumerate() {
            let entry = tables.variants.entry(spelling.to_owned()).or_default();
            let classes = match (kind, place) {
                ("nick", 0) => &mut entry.short_of,
                ("nick", _) => &mut entry.long_of,
                _ => &mut entry.classes,
            };
            if !classes.contains(&class) {
                classes.push(class);
            }
            entry.given |= kind != "syllable";
            if kind != "given" {
                continue;
            }
            for (first, names) in [SONS, DAUGHTERS].into_iter().zip(patronymics(spelling)) {
                for name in names {
                    let entry = tables.variants.entry(name).or_default();
                    entry.given = true;
                    if !entry.classes.contains(&(first + class)) {
                        entry.classes.push(first + class);
                    }
                }
            }
        }
    }
}

impl Variants {
    /// Whether one is a short form of the other.
    pub fn short(&self, other: &Variants) -> bool {
        let meet = |x: &[u16], y: &[u16]| x.iter().any(|c| y.contains(c));
        meet(&self.short_of, &other.long_of) || meet(&self.long_of, &other.short_of)
    }
}
