//! Which chips of the catalog may be meant by a name it does not have.
//!
//! One figure makes another chip: an H20 is not an H200. So a word with a figure in it must be a
//! word of the chip, and only what is spelled in letters may be misspelled.

use tiergate_law::nearest;

use crate::catalog::{Catalog, Chip};

/// More chips than these are counted, not named.
const NAMED_MAX: usize = 4;

/// What the catalog has near a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Near<'c> {
    /// Chips that have every word of it, or whose id is misspelled in letters only.
    All(Vec<&'c str>),
    /// Chips that have some word with a figure of it.
    Part(Vec<&'c str>),
}

impl Catalog {
    /// What to say of a chip id that is none: several chips when several fit, none when none does.
    ///
    /// ```
    /// use tiergate_order::Catalog;
    /// let chips = "id,name,vendor\nh20,H20,NVIDIA\nh200-sxm,H200 SXM,NVIDIA\nh200-nvl,H200 NVL,NVIDIA\n";
    /// let catalog = Catalog::read(chips, "code,name,aliases,parent,note\n").unwrap();
    /// assert_eq!(catalog.chip_hint("NVIDIA H20"), "did you mean `h20`?");
    /// assert_eq!(catalog.chip_hint("h200"), "did you mean `h200-nvl` or `h200-sxm`?");
    /// assert_eq!(
    ///     catalog.chip_hint("H20 PCIe"),
    ///     "none fits all of it; `h20` fits a part"
    /// );
    /// assert_eq!(catalog.chip_hint("h300"), "none is near; `tiergate chips` lists all");
    /// ```
    #[must_use]
    pub fn chip_hint(&self, id: &str) -> String {
        match self.near_chips(id) {
            Near::All(ids) if ids.is_empty() => {
                "none is near; `tiergate chips` lists all".to_owned()
            }
            Near::All(ids) => format!("did you mean {}?", listed(&ids, "or")),
            Near::Part(ids) => {
                let verb = if ids.len() == 1 { "fits" } else { "fit" };
                format!("none fits all of it; {} {verb} a part", listed(&ids, "and"))
            }
        }
    }

    pub(crate) fn near_chips(&self, id: &str) -> Near<'_> {
        let asked = words(id);
        let having = |fits: &dyn Fn(&Chip) -> bool| {
            let chips = self.chips.iter().filter(|chip| fits(chip));
            let mut ids: Vec<&str> = chips.map(|chip| chip.id.as_str()).collect();
            ids.sort_by_key(|id| (id.len(), *id));
            ids
        };
        let all = having(&|chip| {
            let own = words_of(chip);
            !asked.is_empty() && asked.iter().all(|word| is_among(word, &own))
        });
        if !all.is_empty() {
            return Near::All(all);
        }
        let misspelled = having(&|chip| {
            let own = words(&chip.id);
            own.len() == asked.len() && own.iter().zip(&asked).all(|(a, b)| may_be_meant(a, b))
        });
        if !misspelled.is_empty() {
            return Near::All(misspelled);
        }
        let figured: Vec<&String> = asked.iter().filter(|word| has_figure(word)).collect();
        let part = having(&|chip| {
            let own = words_of(chip);
            figured.iter().any(|word| own.contains(word))
        });
        if part.is_empty() {
            Near::All(part)
        } else {
            Near::Part(part)
        }
    }
}

/// `a`, `b` or `c`; beyond a few, how many more.
fn listed(ids: &[&str], last: &str) -> String {
    let named: Vec<String> = ids
        .iter()
        .take(NAMED_MAX)
        .map(|id| format!("`{id}`"))
        .collect();
    match (named.as_slice(), ids.len().saturating_sub(NAMED_MAX)) {
        ([one], 0) => one.clone(),
        ([first @ .., end], 0) => format!("{} {last} {end}", first.join(", ")),
        (all, more) => format!("{} {last} {more} more", all.join(", ")),
    }
}

/// The words of a text: letters and figures, lower case.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn words_of(chip: &Chip) -> Vec<String> {
    words(&format!("{} {} {}", chip.id, chip.name, chip.vendor))
}

fn has_figure(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit())
}

fn figures(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(char::is_ascii_digit)
}

/// Whether one word may be the other, misspelled in its letters: of a short word each counts.
fn may_be_meant(asked: &str, word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    asked == word
        || (letters > 2 && figures(asked).eq(figures(word)) && nearest(asked, [word]).is_some())
}

/// Whether a word is one of a chip, misspelled in letters at most.
fn is_among(word: &String, own: &[String]) -> bool {
    let letters = || own.iter().map(String::as_str).filter(|o| !has_figure(o));
    own.contains(word)
        || (!has_figure(word) && word.len() > 3 && nearest(word, letters()).is_some())
}
