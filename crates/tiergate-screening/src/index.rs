//! The parties near a name, without looking at all of them.
//!
//! Words of the list are kept once, with the names that have them. For a query, the words near each of
//! its words are found by masks of letters, which cannot miss one; their weights are summed over the
//! names that have them; and only names whose sum could still reach the threshold are scored in full.
//! What is found is exactly what scoring every name would find: a property test holds it to that.

use std::cell::RefCell;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::list::{Entry, List};
use crate::name::{Class, Name, Reading, Token, hash};
use crate::similar::{Scan, scan_order, similar};
use crate::tables::Kind;
use crate::weights::Weights;

/// A list, indexed.
///
/// ```
/// use tiergate_screening::{Entry, Index, List};
///
/// let entry = Entry {
///     source: "Entity List".into(),
///     name: "Arkona Research Institute".into(),
///     alt_names: vec!["Arkona NII".into()],
///     ..Entry::default()
/// };
/// let index = Index::new(List { entries: vec![entry], ..List::default() });
/// let near = index.near("Institute of Research ARKONA", Index::THRESHOLD);
/// assert_eq!(near[0].entry, 0);
/// assert!(near[0].score > 0.9);
/// assert!(index.near("Institute", Index::THRESHOLD).is_empty());
/// ```
#[derive(Debug)]
pub struct Index {
    list: List,
    weights: Weights,
    names: Vec<Listed>,
    docs: Vec<Doc>,
    /// Unique words, by length of sound.
    tokens: Vec<Token>,
    scan: Scan,
    /// Where the postings of a word begin; one more than words.
    starts: Vec<u32>,
    postings: Vec<Posting>,
    /// For words that many names have: what is near them, once someone asked.
    common: FxHashMap<WordKey, OnceLock<NearWords>>,
    /// Words by variant class, meaning, number, initial: see [`keys_of`].
    alike: FxHashMap<u64, Vec<u32>>,
    /// Words without vowels, which masks of sounds say nothing of.
    vowelless: Vec<u32>,
    /// Words by what a run of words may be written as.
    joinable: FxHashMap<u64, Vec<u32>>,
    /// Runs of words in names by the same.
    joins: FxHashMap<u64, Vec<Posting>>,
    /// Readings by their acronyms, and by all their words in order.
    acronyms: FxHashMap<u64, Vec<u32>>,
    whole: FxHashMap<u64, Vec<u32>>,
}

#[derive(Debug)]
struct Listed {
    entry: u32,
    /// Which of the other names; none for the name itself.
    alias: Option<u32>,
    name: Name,
}

/// One reading of one name.
#[derive(Debug, Clone, Copy)]
struct Doc {
    name: u32,
    weight: f32,
    /// Without titles, which nobody misses.
    counted: f32,
    initials: u8,
    organization: bool,
}

#[derive(Debug, Clone, Copy)]
struct Posting {
    doc: u32,
    weight: f32,
    words: u8,
}

/// An entry near a name, by the nearest of its names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// Which entry of the list.
    pub entry: usize,
    /// Which of its other names; none for the name itself.
    pub alias: Option<usize>,
    /// From 0 to 1.
    pub score: f64,
}

/// Words of the list that are near one, and how near.
type NearWords = Box<[(u32, f32)]>;

/// What is near a word is kept if so many names have it.
const COMMON_FROM: u32 = 20;

/// Words as they are told apart in the index.
type WordKey = (String, String, u8, bool, bool);

fn word_key(token: &Token) -> WordKey {
    let class = match token.class {
        Class::Name => 0,
        Class::Initial => 1,
        Class::Number => 2,
        Class::Generic(_) => 3,
        Class::Particle => 4,
    };
    (
        token.plain.clone(),
        token.sound.clone(),
        class,
        token.abjad,
        token.syllable,
    )
}

/// What words have in common that are near without being spelled alike; what a word asks for.
fn keys_of(token: &Token, ask: bool) -> Vec<u64> {
    let tagged = |tag: u64, of: u64| tag << 56 | of;
    let mut keys = Vec::new();
    match token.class {
        Class::Generic(g) => keys.push(tagged(1, u64::from(g.meaning))),
        Class::Number => keys.push(tagged(2, hash(&token.plain) >> 8)),
        Class::Initial => keys.push(tagged(3, 0)),
        _ => {}
    }
    if !ask && token.keys.is_empty() {
        // A short word may be an acronym.
        keys.push(tagged(7, hash(&token.plain) >> 8));
    }
    if token.class == Class::Name {
        keys.push(tagged(8, hash(&token.sound) >> 8));
        keys.extend(token.bare.iter().map(|bare| tagged(8, hash(bare) >> 8)));
    }
    if let Some(variants) = token.variants {
        let class = |tag, of: &u16| tagged(tag, u64::from(*of));
        keys.extend(variants.classes.iter().map(|c| class(4, c)));
        let (short, long) = if ask { (6, 5) } else { (5, 6) };
        keys.extend(variants.short_of.iter().map(|c| class(short, c)));
        keys.extend(variants.long_of.iter().map(|c| class(long, c)));
    }
    keys
}

/// What was found of a name so far. Where one word is near two, both count: never less than is so.
#[derive(Debug, Default, Clone, Copy)]
struct Sum {
    /// Nearness times the weight of both words.
    matched: f32,
    /// Weight of the words of the query, and of the name, that something is near.
    query: f32,
    name: f32,
    /// How many words.
    words: f32,
}

impl Sum {
    fn add(&mut self, near: f32, query: f32, name: f32, words: u8) {
        self.matched += near * (query + name);
        self.query += query;
        self.name += name;
        self.words += f32::from(words);
    }
}

/// What a search writes to, kept between searches.
#[derive(Debug, Default)]
struct Scratch {
    sums: Vec<Sum>,
    touched: Vec<u32>,
    sure: Vec<u32>,
    near: Vec<u32>,
    found: Vec<(u32, f32)>,
    hits: Vec<u8>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Index {
    /// The score from which on a name is reported, unless another is asked for.
    pub const THRESHOLD: f64 = 0.7;
    /// No threshold lies below this: what has nothing in common but words that carry little scores less.
    pub const LEAST: f64 = 0.55;

    /// Indexes a list. Its words are weighed by how many of its names have them.
    #[must_use]
    pub fn new(list: List) -> Index {
        let plain = Weights::built_in();
        let mut names = Vec::new();
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        for (at, found) in made_ready(&list.entries, &plain).into_iter().enumerate() {
            let mut seen: FxHashSet<String> = FxHashSet::default();
            for (place, name) in found.into_iter().enumerate() {
                if !name.is_empty() && seen.insert(name.normal.clone()) {
                    names.push(Listed {
                        entry: narrow(at),
                        alias: place.checked_sub(1).map(narrow),
                        name,
                    });
                }
            }
        }
        let weights = Weights::of_names(names.iter().map(|n| &n.name));
        for listed in &mut names {
            listed.name.reweigh(&weights);
        }
        let mut index = Index {
            list,
            weights,
            names,
            docs: Vec::new(),
            tokens: Vec::new(),
            scan: Scan::default(),
            starts: Vec::new(),
            postings: Vec::new(),
            common: FxHashMap::default(),
            alike: FxHashMap::default(),
            vowelless: Vec::new(),
            joinable: FxHashMap::default(),
            joins: FxHashMap::default(),
            acronyms: FxHashMap::default(),
            whole: FxHashMap::default(),
        };
        index.fill();
        index
    }

    /// The list.
    #[must_use]
    pub const fn list(&self) -> &List {
        &self.list
    }

    /// The weights learned from it.
    #[must_use]
    pub const fn weights(&self) -> &Weights {
        &self.weights
    }

    fn fill(&mut self) {
        let mut ids: FxHashMap<WordKey, u32> = FxHashMap::default();
        let mut tokens: Vec<Token> = Vec::new();
        let mut of_docs: Vec<Vec<u32>> = Vec::new();
        for (at, listed) in self.names.iter().enumerate() {
            for reading in &listed.name.readings {
                let doc = u32::try_from(self.docs.len()).unwrap_or(u32::MAX);
                let mut words = Vec::with_capacity(reading.tokens.len());
                for token in &reading.tokens {
                    let next = u32::try_from(tokens.len()).unwrap_or(u32::MAX);
                    let id = *ids.entry(word_key(token)).or_insert(next);
                    if id == next {
                        tokens.push(token.clone());
                    }
                    words.push(id);
                }
                for join in &reading.joins {
                    let weight = run_weight(reading, join.from, join.count);
                    self.joins.entry(join.key).or_default().push(Posting {
                        doc,
                        weight,
                        words: join.count,
                    });
                }
                for acronym in &reading.acronyms {
                    self.acronyms.entry(*acronym).or_default().push(doc);
                }
                self.whole.entry(reading.whole).or_default().push(doc);
                of_docs.push(words);
                self.docs.push(Doc {
                    name: u32::try_from(at).unwrap_or(u32::MAX),
                    weight: reading.weight,
                    counted: counted(reading),
                    initials: initials(reading),
                    organization: reading.organization,
                });
            }
        }
        // By length of sound, so that a search looks at the lengths that can be near.
        let mut order: Vec<u32> = (0..u32::try_from(tokens.len()).unwrap_or(u32::MAX)).collect();
        order.sort_by_key(|id| scan_order(&tokens[*id as usize]));
        let mut place = vec![0u32; tokens.len()];
        for (at, id) in order.iter().enumerate() {
            place[*id as usize] = u32::try_from(at).unwrap_or(u32::MAX);
        }
        let mut tokens: Vec<Option<Token>> = tokens.into_iter().map(Some).collect();
        self.tokens = order
            .iter()
            .filter_map(|id| tokens[*id as usize].take())
            .collect();
        self.scan = Scan::new(&self.tokens);
        let mut lists: Vec<Vec<Posting>> = vec![Vec::new(); self.tokens.len()];
        for (doc, words) in of_docs.iter().enumerate() {
            for word in words {
                let word = place[*word as usize] as usize;
                let weight = self.tokens[word].weight;
                let doc = u32::try_from(doc).unwrap_or(u32::MAX);
                lists[word].push(Posting {
                    doc,
                    weight,
                    words: 1,
                });
            }
        }
        self.starts.push(0);
        for list in lists {
            self.postings.extend(list);
            self.starts
                .push(u32::try_from(self.postings.len()).unwrap_or(u32::MAX));
        }
        for (at, token) in self.tokens.iter().enumerate() {
            let many = self.starts[at + 1] - self.starts[at] >= COMMON_FROM;
            if many {
                self.common.insert(word_key(token), OnceLock::new());
            }
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            for key in keys_of(token, false) {
                self.alike.entry(key).or_default().push(at);
            }
            for key in &token.keys {
                self.joinable.entry(*key).or_default().push(at);
            }
            if token.abjad {
                self.vowelless.push(at);
            }
        }
    }

    fn postings_of(&self, word: u32) -> &[Posting] {
        let (from, to) = (self.starts[word as usize], self.starts[word as usize + 1]);
        &self.postings[from as usize..to as usize]
    }

    /// The entries whose score reaches a threshold, best first; no threshold lies below
    /// [`Index::LEAST`].
    #[must_use]
    pub fn near(&self, name: &str, threshold: f64) -> Vec<Nearest> {
        self.near_name(&Name::new(name, &self.weights), threshold)
    }

    /// The same for a name that was made ready with [`Index::weights`].
    #[must_use]
    pub fn near_name(&self, name: &Name, threshold: f64) -> Vec<Nearest> {
        let threshold = threshold.max(Index::LEAST);
        SCRATCH.with_borrow_mut(|scratch| {
            let mut candidates: Vec<u32> = Vec::new();
            for reading in &name.readings {
                self.candidates(reading, threshold, scratch, &mut candidates);
            }
            candidates.sort_unstable();
            candidates.dedup();
            self.best(name, candidates.into_iter(), threshold)
        })
    }

    /// What [`Index::near`] finds, by scoring every name: slow and obvious.
    #[must_use]
    pub fn near_by_scoring_all(&self, name: &str, threshold: f64) -> Vec<Nearest> {
        let name = Name::new(name, &self.weights);
        let all = 0..u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.best(&name, all, threshold.max(Index::LEAST))
    }

    /// The best name of each entry among candidates, in order of score.
    fn best(
        &self,
        name: &Name,
        candidates: impl Iterator<Item = u32>,
        threshold: f64,
    ) -> Vec<Nearest> {
        let mut found: Vec<Nearest> = Vec::new();
        for candidate in candidates {
            let listed = &self.names[candidate as usize];
            let score = crate::pair::compare_likely(name, &listed.name);
            if score < threshold {
                continue;
            }
            let nearest = Nearest {
                entry: listed.entry as usize,
                alias: listed.alias.map(|a| a as usize),
                score,
            };
            // Names of an entry follow one another; the first of equals is kept.
            match found.last_mut() {
                Some(last) if last.entry == nearest.entry => {
                    if nearest.score > last.score {
                        *last = nearest;
                    }
                }
                _ => found.push(nearest),
            }
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.entry.cmp(&b.entry)));
        found
    }

    /// Adds the names that could reach the threshold.
    fn candidates(
        &self,
        query: &Reading,
        threshold: f64,
        scratch: &mut Scratch,
        out: &mut Vec<u32>,
    ) {
        scratch.sums.resize(self.docs.len(), Sum::default());
        scratch.touched.clear();
        scratch.sure.clear();
        for token in query.tokens.iter().filter(|t| t.class != Class::Particle) {
            let kept = self.common.get(&word_key(token));
            let near = match kept.and_then(OnceLock::get) {
                Some(near) => near,
                None => {
                    self.near_words(token, scratch);
                    match kept {
                        Some(kept) => kept.get_or_init(|| scratch.found.as_slice().into()),
                        None => scratch.found.as_slice(),
                    }
                }
            };
            let Scratch {
                sums,
                touched,
                sure,
                ..
            } = scratch;
            let mut add = |posting: &Posting, near: f32, own: f32| {
                let sum = &mut sums[posting.doc as usize];
                if sum.words == 0.0 {
                    touched.push(posting.doc);
                }
                sum.add(near, own, posting.weight, posting.words);
            };
            for (word, nearness) in near {
                for posting in self.postings_of(*word) {
                    add(posting, *nearness, token.weight);
                }
            }
            for key in &token.keys {
                for posting in self.joins.get(key).into_iter().flatten() {
                    add(posting, 1.0, token.weight);
                }
                sure.extend(self.acronyms.get(key).into_iter().flatten());
            }
            if token.keys.is_empty() {
                let docs = self.acronyms.get(&hash(&token.plain));
                sure.extend(docs.into_iter().flatten());
            }
        }
        let Scratch { sums, touched, .. } = scratch;
        for join in &query.joins {
            let own = run_weight(query, join.from, join.count);
            for word in self.joinable.get(&join.key).into_iter().flatten() {
                for posting in self.postings_of(*word) {
                    let sum = &mut sums[posting.doc as usize];
                    if sum.words == 0.0 {
                        touched.push(posting.doc);
                    }
                    sum.add(1.0, own, posting.weight, join.count);
                }
            }
        }
        for acronym in &query.acronyms {
            // Acronyms and letters of words are hashed alike.
            let words = self.joinable.get(acronym).into_iter().flatten();
            let short = self.short_words(*acronym);
            for word in words.chain(short) {
                scratch
                    .sure
                    .extend(self.postings_of(*word).iter().map(|p| p.doc));
            }
        }
        scratch
            .sure
            .extend(self.whole.get(&query.whole).into_iter().flatten());
        let bound = Bound {
            weight: query.weight,
            counted: counted(query),
            initials: f32::from(initials(query)),
            organization: query.organization,
            threshold,
        };
        for doc in &scratch.touched {
            let sum = std::mem::take(&mut scratch.sums[*doc as usize]);
            let doc = &self.docs[*doc as usize];
            if bound.could_reach(doc, sum) {
                out.push(doc.name);
            }
        }
        out.extend(scratch.sure.iter().map(|doc| self.docs[*doc as usize].name));
    }

    /// Words of three letters have no keys of runs.
    fn short_words(&self, acronym: u64) -> impl Iterator<Item = &u32> {
        self.alike
            .get(&(7 << 56 | acronym >> 8))
            .into_iter()
            .flatten()
    }

    /// Every word of the list that is near a word, and how near.
    fn near_words(&self, token: &Token, scratch: &mut Scratch) {
        let near = &mut scratch.near;
        near.clear();
        for key in keys_of(token, true) {
            near.extend(self.alike.get(&key).into_iter().flatten());
        }
        if matches!(token.class, Class::Name | Class::Generic(_)) {
            if token.abjad {
                let all = self.tokens.iter().zip(0..);
                near.extend(
                    all.filter(|(t, _)| crate::similar::bones_may_agree(token, t))
                        .map(|(_, at)| at),
                );
            } else {
                near.extend(&self.vowelless);
            }
            self.scan.find(token, &mut scratch.hits, near);
        }
        near.sort_unstable();
        near.dedup();
        scratch.found.clear();
        scratch.found.extend(near.iter().filter_map(|at| {
            let (nearness, _) = similar(token, &self.tokens[*at as usize])?;
            Some((*at, nearness))
        }));
    }

    /// The entry of a hit.
    #[must_use]
    pub fn entry(&self, nearest: &Nearest) -> &Entry {
        &self.list.entries[nearest.entry]
    }

    /// The name that was hit, ready to be compared.
    #[must_use]
    pub fn name(&self, nearest: &Nearest) -> Name {
        let entry = self.entry(nearest);
        let raw = nearest
            .alias
            .and_then(|a| entry.alt_names.get(a))
            .unwrap_or(&entry.name);
        Name::new(raw, &self.weights)
    }
}

/// The names of every entry, made ready on as many threads as there are processors.
fn made_ready(entries: &[Entry], weights: &Weights) -> Vec<Vec<Name>> {
    let ready = |part: &[Entry]| -> Vec<Vec<Name>> {
        let of = |entry: &Entry| entry.names().map(|n| Name::new(n, weights)).collect();
        part.iter().map(of).collect()
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.min(THREADS_MAX);
    if threads < 2 || entries.len() < PARALLEL_FROM {
        return ready(entries);
    }
    std::thread::scope(|scope| {
        let parts = entries.chunks(entries.len().div_ceil(threads));
        let started: Vec<_> = parts
            .map(|part| {
                let thread = std::thread::Builder::new().spawn_scoped(scope, move || ready(part));
                (part, thread.ok())
            })
            .collect();
        let mut out = Vec::with_capacity(entries.len());
        for (part, thread) in started {
            // What no thread did is done here.
            let done = thread.and_then(|t| t.join().ok());
            out.extend(done.unwrap_or_else(|| ready(part)));
        }
        out
    })
}

/// Lists of fewer entries are made ready on one thread.
const PARALLEL_FROM: usize = 1000;
const THREADS_MAX: usize = 8;

/// The query, as far as the most that a score can be depends on it.
struct Bound {
    weight: f32,
    counted: f32,
    initials: f32,
    organization: bool,
    threshold: f64,
}

impl Bound {
    /// Whether the score of a name, with all that was found of it counted in full, reaches the
    /// threshold: the formula of a pair, with the most for what is matched and the least for what is not.
    fn could_reach(&self, doc: &Doc, sum: Sum) -> bool {
        let all = self.weight + doc.weight;
        // An initial may stand for any word.
        let initials = self.initials + f32::from(doc.initials);
        let matched = 1.2f32.mul_add(initials, sum.matched).min(all);
        let rest = |counted: f32, found: f32| (counted - found - 1.1 * initials - 1e-4).max(0.0);
        let (rest_query, rest_name) = (rest(self.counted, sum.query), rest(doc.counted, sum.name));
        let people = !self.organization && !doc.organization;
        let within = rest_query == 0.0 || rest_name == 0.0;
        let missing = if people && within && sum.words + initials >= 2.0 {
            crate::pair::MISSING
        } else {
            1.0
        };
        let share = matched / (matched + missing * (all - matched));
        let lighter = self.weight.min(doc.weight).max(0.1);
        let conflict = (rest_query.min(rest_name) / lighter).min(1.0);
        let raw = share * (1.0 - crate::pair::CONFLICT * conflict);
        // A little more than rounding can add.
        f64::from(crate::pair::scaled(raw)) + 1e-3 >= self.threshold
    }
}

/// The weight of the words that are missed where they are missing.
fn counted(reading: &Reading) -> f32 {
    let title = |t: &&Token| !matches!(t.class, Class::Generic(g) if g.kind == Kind::Title);
    reading.tokens.iter().filter(title).map(|t| t.weight).sum()
}

fn initials(reading: &Reading) -> u8 {
    let count = reading
        .tokens
        .iter()
        .filter(|t| t.class == Class::Initial)
        .count();
    u8::try_from(count).unwrap_or(u8::MAX)
}

fn run_weight(reading: &Reading, from: u8, count: u8) -> f32 {
    let from = usize::from(from);
    reading.tokens[from..from + usize::from(count)]
        .iter()
        .map(|t| t.weight)
        .sum()
}
