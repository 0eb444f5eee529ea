//! What is known of an order, in the form the engine reads.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use tiergate_law::{
    CHOICES, COUNTRIES, ChoiceFact, Country, CountryFact, FlagFact, IfAbsent, Num, NumberFact,
    TextFact,
};

const COUNTRY_COUNT: usize = CountryFact::ALL.len();
const CHOICE_COUNT: usize = ChoiceFact::ALL.len();
const NUMBER_COUNT: usize = NumberFact::ALL.len();
const TEXT_COUNT: usize = TextFact::ALL.len();

const UNKNOWN: u16 = u16::MAX;
const SAME: u16 = u16::MAX - 1;

/// A number fact as the engine sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numeric {
    /// Not given.
    Unknown,
    /// Given, and there is no such number: a performance density without any die that counts.
    Undefined,
    /// Given.
    Is(Num),
}

/// Where an intermediary and its ultimate parent are headquartered.
pub type Intermediary = (Option<Country>, Option<Country>);

/// The facts of one order; everything starts unknown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Facts {
    countries: [u16; COUNTRY_COUNT],
    choices: [u8; CHOICE_COUNT],
    /// For an unknown paragraph of the control list: the places it may still have.
    pub eccn_candidates: u128,
    yes: u128,
    known: u128,
    numbers: [Num; NUMBER_COUNT],
    numbers_known: u32,
    numbers_undefined: u32,
    texts: [u64; TEXT_COUNT],
    /// Headquarters and ultimate parent of each intermediary.
    pub intermediaries: Option<Arc<[Intermediary]>>,
}

impl Default for Facts {
    fn default() -> Facts {
        Facts {
            countries: [UNKNOWN; COUNTRY_COUNT],
            choices: [u8::MAX; CHOICE_COUNT],
            eccn_candidates: u128::MAX,
            yes: 0,
            known: 0,
            numbers: [Num::ZERO; NUMBER_COUNT],
            numbers_known: 0,
            numbers_undefined: 0,
            texts: [0; TEXT_COUNT],
            intermediaries: None,
        }
    }
}

/// The key under which a name is compared: without case.
#[must_use]
pub fn name_key(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.trim().to_lowercase().hash(&mut hasher);
    hasher.finish()
}

impl Facts {
    /// The country, if it is given as one.
    #[must_use]
    pub fn country(&self, fact: CountryFact) -> Option<Country> {
        match self.countries[fact.index()] {
            UNKNOWN | SAME => None,
            index => Country::from_index(usize::from(index)),
        }
    }

    /// Whether the fact equals the one it falls back on (an absent end user is the consignee).
    #[must_use]
    pub fn is_same(&self, fact: CountryFact) -> bool {
        self.countries[fact.index()] == SAME
    }

    /// The country, following facts that equal others.
    #[must_use]
    pub fn country_followed(&self, fact: CountryFact) -> Option<Country> {
        match (self.is_same(fact), fact.info().same_as) {
            (true, Some(base)) => self.country_followed(base),
            _ => self.country(fact),
        }
    }

    /// Sets a country.
    pub fn set_country(&mut self, fact: CountryFact, country: Country) {
        self.countries[fact.index()] = u16::try_from(country.index()).unwrap_or(UNKNOWN);
    }

    /// Leaves a country unknown.
    pub fn forget_country(&mut self, fact: CountryFact) {
        self.countries[fact.index()] = UNKNOWN;
    }

    /// Leaves a choice unknown.
    pub fn forget_choice(&mut self, fact: ChoiceFact) {
        self.choices[fact.index()] = u8::MAX;
    }

    /// Says that the fact equals the one it falls back on.
    pub fn set_same(&mut self, fact: CountryFact) {
        debug_assert!(COUNTRIES[fact.index()].same_as.is_some());
        self.countries[fact.index()] = SAME;
    }

    /// The place of the value in the fact's list.
    #[must_use]
    pub fn choice(&self, fact: ChoiceFact) -> Option<usize> {
        let value = self.choices[fact.index()];
        (value != u8::MAX).then_some(usize::from(value))
    }

    /// The word of the value, for facts whose list is closed.
    #[must_use]
    pub fn choice_word(&self, fact: ChoiceFact) -> Option<&'static str> {
        CHOICES[fact.index()]
            .values
            .get(self.choice(fact)?)
            .copied()
    }

    /// Sets a value by its place.
    pub fn set_choice(&mut self, fact: ChoiceFact, place: usize) {
        self.choices[fact.index()] = u8::try_from(place).unwrap_or(u8::MAX);
    }

    /// Yes, no or unknown.
    #[must_use]
    pub fn flag(&self, fact: FlagFact) -> Option<bool> {
        let bit = fact.index();
        (self.known >> bit & 1 == 1).then_some(self.yes >> bit & 1 == 1)
    }

    /// Sets yes or no.
    pub fn set_flag(&mut self, fact: FlagFact, value: bool) {
        let bit = 1 << fact.index();
        self.known |= bit;
        self.yes = if value {
            self.yes | bit
        } else {
            self.yes & !bit
        };
    }

    /// The same with the flag unknown.
    #[must_use]
    pub fn without_flag(mut self, fact: FlagFact) -> Facts {
        self.known &= !(1 << fact.index());
        self.yes &= !(1 << fact.index());
        self
    }

    /// The same with the number unknown.
    #[must_use]
    pub fn without_number(mut self, fact: NumberFact) -> Facts {
        self.numbers_known &= !(1 << fact.index());
        self.numbers_undefined &= !(1 << fact.index());
        self
    }

    /// The flags that are yes, and those that are known, by fact index.
    #[must_use]
    pub const fn flags(&self) -> (u128, u128) {
        (self.yes, self.known)
    }

    /// The number, if it is known and defined.
    #[must_use]
    pub fn number(&self, fact: NumberFact) -> Option<Num> {
        match self.numeric(fact) {
            Numeric::Is(number) => Some(number),
            _ => None,
        }
    }

    /// The number, unknown or undefined.
    #[must_use]
    pub fn numeric(&self, fact: NumberFact) -> Numeric {
        let bit = fact.index();
        if self.numbers_undefined >> bit & 1 == 1 {
            Numeric::Undefined
        } else if self.numbers_known >> bit & 1 == 1 {
            Numeric::Is(self.numbers[bit])
        } else {
            Numeric::Unknown
        }
    }

    /// Sets a number.
    pub fn set_number(&mut self, fact: NumberFact, number: Num) {
        self.numbers[fact.index()] = number;
        self.numbers_known |= 1 << fact.index();
        self.numbers_undefined &= !(1 << fact.index());
    }

    /// Says that there is no such number.
    pub fn set_undefined(&mut self, fact: NumberFact) {
        self.numbers_undefined |= 1 << fact.index();
    }

    /// The key of a name; zero when not given.
    #[must_use]
    pub const fn text(&self, fact: TextFact) -> u64 {
        self.texts[fact.index()]
    }

    /// The key of a name, zero for one in no register; none when it is unknown.
    ///
    /// ```
    /// use tiergate_law::TextFact;
    /// use tiergate_order::{Facts, name_key};
    /// let mut facts = Facts::default();
    /// assert_eq!(facts.name(TextFact::Vendor), None);
    /// assert_eq!(facts.name(TextFact::Chip), Some(0));
    /// facts.set_text(TextFact::Vendor, "Acme");
    /// assert_eq!(facts.name(TextFact::Vendor), Some(name_key("acme")));
    /// ```
    #[must_use]
    pub fn name(&self, fact: TextFact) -> Option<u64> {
        let key = self.text(fact);
        let absent_is_none = fact.info().if_absent == IfAbsent::No;
        (key != 0 || absent_is_none).then_some(key)
    }

    /// Sets a name.
    pub fn set_text(&mut self, fact: TextFact, name: &str) {
        self.texts[fact.index()] = name_key(name);
    }

    /// Gives a name the value of another.
    ///
    /// ```
    /// use tiergate_law::TextFact;
    /// use tiergate_order::Facts;
    /// let mut facts = Facts::default();
    /// facts.set_text(TextFact::ConsigneeName, "Acme");
    /// facts.copy_text(TextFact::ConsigneeName, TextFact::EndUserName);
    /// assert_eq!(facts.text(TextFact::EndUserName), facts.text(TextFact::ConsigneeName));
    /// ```
    pub const fn copy_text(&mut self, from: TextFact, to: TextFact) {
        self.texts[to.index()] = self.texts[from.index()];
    }

    /// What is known of an order, without the numbers and names themselves: two orders of one
    /// outline differ in nothing but the values of what both give.
    #[must_use]
    pub fn outline(&self) -> Facts {
        Facts {
            numbers: [Num::ZERO; NUMBER_COUNT],
            texts: self.texts.map(|key| u64::from(key != 0)),
            ..self.clone()
        }
    }

    /// Takes from `other` every fact, names and intermediaries aside, that is unknown here.
    ///
    /// ```
    /// use tiergate_law::FlagFact;
    /// use tiergate_order::Facts;
    /// let mut usual = Facts::default();
    /// usual.set_flag(FlagFact::PurchaseOrder, true);
    /// usual.set_flag(FlagFact::Datacenter, true);
    /// let mut facts = Facts::default();
    /// facts.set_flag(FlagFact::Datacenter, false);
    /// facts.complete(&usual);
    /// assert_eq!(facts.flag(FlagFact::PurchaseOrder), Some(true));
    /// assert_eq!(facts.flag(FlagFact::Datacenter), Some(false));
    /// ```
    pub fn complete(&mut self, other: &Facts) {
        for (here, there) in self.countries.iter_mut().zip(other.countries) {
            if *here == UNKNOWN {
                *here = there;
            }
        }
        for (here, there) in self.choices.iter_mut().zip(other.choices) {
            if *here == u8::MAX {
                *here = there;
            }
        }
        self.yes |= other.yes & other.known & !self.known;
        self.known |= other.known;
        for fact in NumberFact::ALL {
            if self.numeric(*fact) == Numeric::Unknown {
                match other.numeric(*fact) {
                    Numeric::Is(number) => self.set_number(*fact, number),
                    Numeric::Undefined => self.set_undefined(*fact),
                    Numeric::Unknown => {}
                }
            }
        }
    }

    /// Whether the order gives the fact.
    #[must_use]
    pub fn has(&self, fact: tiergate_law::Fact) -> bool {
        use tiergate_law::Fact;
        match fact {
            Fact::Country(f) => self.countries[f.index()] != UNKNOWN,
            Fact::Choice(f) => self.choice(f).is_some(),
            Fact::Flag(f) => self.flag(f).is_some(),
            Fact::Number(f) => self.numeric(f) != Numeric::Unknown,
            Fact::Text(f) => self.text(f) != 0,
        }
    }
}

const _: () = assert!(NUMBERS_FIT && TEXT_COUNT == 7);
const NUMBERS_FIT: bool = NUMBER_COUNT <= 32;

#[cfg(test)]
mod tests {
    use super::*;
    use tiergate_law::{NUMBERS, TEXTS};

    #[test]
    fn facts_start_unknown_and_keep_what_they_are_told() {
        let mut facts = Facts::default();
        assert_eq!(facts.flag(FlagFact::Datacenter), None);
        facts.set_flag(FlagFact::Datacenter, false);
        assert_eq!(facts.flag(FlagFact::Datacenter), Some(false));
        assert_eq!(facts.numeric(NumberFact::Tpp), Numeric::Unknown);
        facts.set_undefined(NumberFact::PerformanceDensity);
        assert_eq!(
            facts.numeric(NumberFact::PerformanceDensity),
            Numeric::Undefined
        );
        assert_eq!(NUMBERS.len(), NUMBER_COUNT);
        assert_eq!(TEXTS.len(), TEXT_COUNT);
    }

    #[test]
    fn an_absent_end_user_is_the_consignee() {
        let mut facts = Facts::default();
        facts.set_same(CountryFact::EndUserHeadquarters);
        assert_eq!(
            facts.country_followed(CountryFact::EndUserHeadquarters),
            None
        );
        let poland: Country = "PL".parse().unwrap();
        facts.set_country(CountryFact::ConsigneeHeadquarters, poland);
        assert_eq!(
            facts.country_followed(CountryFact::EndUserHeadquarters),
            Some(poland)
        );
    }
}
