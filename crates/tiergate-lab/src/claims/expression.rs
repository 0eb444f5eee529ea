//! The sums and comparisons by which a claim is read, as its definition writes them.
//!
//! ```text
//! condition  = conjunct { "or" conjunct }
//! conjunct   = comparison { "and" comparison }
//! comparison = sum ( "<" | "<=" | ">" | ">=" ) sum
//! sum        = product { ( "+" | "-" ) product }
//! product    = factor { ( "*" | "/" ) factor }
//! factor     = number | name | "-" factor | "(" sum ")"
//! ```
//!
//! A value that is not known makes what rests on it not known. Two values count as alike within what
//! single precision leaves, and what is alike is neither more nor less.

use crate::compared::alike;

/// A sum: a number of one draw.
#[derive(Debug, Clone, PartialEq)]
pub enum Sum {
    /// A number.
    Number(f64),
    /// A quantity or threshold, by name.
    Name(String),
    /// Two sums and the sign between them.
    Of(Box<Sum>, char, Box<Sum>),
}

/// A condition: whether something holds in one draw.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Two sums and the comparison between them.
    Compare(Sum, String, Sum),
    /// Both hold.
    And(Box<Condition>, Box<Condition>),
    /// One at least holds.
    Or(Box<Condition>, Box<Condition>),
}

impl Sum {
    /// Reads one.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words.
    pub fn read(text: &str) -> Result<Sum, String> {
        let mut reader = Reader::new(text);
        let sum = reader.sum()?;
        reader.end(sum)
    }

    /// Its value; not a number where something is not known.
    ///
    /// ```
    /// use tiergate_lab::claims::Sum;
    /// let share = Sum::read("1 - net / (a + b)").unwrap();
    /// let value = |name: &str| match name { "net" => 2.0, "a" => 3.0, _ => 5.0 };
    /// assert_eq!(share.value(&value), 0.75);
    /// assert!(share.value(&|_| f64::NAN).is_nan());
    /// ```
    #[must_use]
    pub fn value(&self, of: &dyn Fn(&str) -> f64) -> f64 {
        match self {
            Sum::Number(x) => *x,
            Sum::Name(name) => of(name),
            Sum::Of(a, sign, b) => {
                let (a, b) = (a.value(of), b.value(of));
                match sign {
                    '+' => a + b,
                    '-' => a - b,
                    '*' => a * b,
                    _ => a / b,
                }
            }
        }
    }

    /// The names in it.
    pub fn names<'s>(&'s self, into: &mut Vec<&'s str>) {
        match self {
            Sum::Number(_) => {}
            Sum::Name(name) => into.push(name),
            Sum::Of(a, _, b) => {
                a.names(into);
                b.names(into);
            }
        }
    }
}

impl Condition {
    /// Reads one.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words.
    pub fn read(text: &str) -> Result<Condition, String> {
        let mut reader = Reader::new(text);
        let condition = reader.condition()?;
        reader.end(condition)
    }

    /// Whether it holds; none where that turns on what is not known.
    ///
    /// ```
    /// use tiergate_lab::claims::Condition;
    /// let falls = Condition::read("after < before and before > 0").unwrap();
    /// let with = |after: f64| falls.holds(&move |name| if name == "after" { after } else { 2.0 });
    /// assert_eq!((with(1.0), with(2.0), with(f64::NAN)), (Some(true), Some(false), None));
    /// // What differs by rounding alone is alike.
    /// assert_eq!(with(2.0 - 1e-7), Some(false));
    /// ```
    #[must_use]
    pub fn holds(&self, of: &dyn Fn(&str) -> f64) -> Option<bool> {
        match self {
            Condition::Compare(a, sign, b) => {
                let (a, b) = (a.value(of), b.value(of));
                if a.is_nan() || b.is_nan() {
                    return None;
                }
                let alike = alike(a, b);
                Some(match sign.as_str() {
                    "<" => a < b && !alike,
                    "<=" => a < b || alike,
                    ">" => a > b && !alike,
                    _ => a > b || alike,
                })
            }
            Condition::And(a, b) => match (a.holds(of), b.holds(of)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Condition::Or(a, b) => match (a.holds(of), b.holds(of)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
        }
    }

    /// The names in it.
    pub fn names<'c>(&'c self, into: &mut Vec<&'c str>) {
        match self {
            Condition::Compare(a, _, b) => {
                a.names(into);
                b.names(into);
            }
            Condition::And(a, b) | Condition::Or(a, b) => {
                a.names(into);
                b.names(into);
            }
        }
    }
}

/// Reads a text word by word.
struct Reader<'t> {
    text: &'t str,
    words: Vec<&'t str>,
    at: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Reader<'t> {
        let mut words = Vec::new();
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
            let long = match first {
                '<' | '>' if rest[1..].starts_with('=') => 2,
                c if of_name(c) => rest.find(|c| !of_name(c)).unwrap_or(rest.len()),
                c => c.len_utf8(),
            };
            words.push(&rest[..long]);
            rest = rest[long..].trim_start();
        }
        Reader { text, words, at: 0 }
    }

    fn next_if(&mut self, fits: impl Fn(&str) -> bool) -> Option<&'t str> {
        let word = *self.words.get(self.at).filter(|word| fits(word))?;
        self.at += 1;
        Some(word)
    }

    fn wrong<T>(&self, wanted: &str) -> Result<T, String> {
        let found = match self.words.get(self.at) {
            Some(word) => format!("`{word}`"),
            None => "the end".to_owned(),
        };
        Err(format!(
            "in `{}`: {found} where {wanted} was due",
            self.text
        ))
    }

    fn end<T>(&self, read: T) -> Result<T, String> {
        match self.at == self.words.len() {
            true => Ok(read),
            false => self.wrong("the end"),
        }
    }

    fn condition(&mut self) -> Result<Condition, String> {
        let mut all = self.conjunct()?;
        while self.next_if(|w| w == "or").is_some() {
            all = Condition::Or(Box::new(all), Box::new(self.conjunct()?));
        }
        Ok(all)
    }

    fn conjunct(&mut self) -> Result<Condition, String> {
        let mut all = self.comparison()?;
        while self.next_if(|w| w == "and").is_some() {
            all = Condition::And(Box::new(all), Box::new(self.comparison()?));
        }
        Ok(all)
    }

    fn comparison(&mut self) -> Result<Condition, String> {
        let left = self.sum()?;
        match self.next_if(|w| ["<", "<=", ">", ">="].contains(&w)) {
            Some(sign) => Ok(Condition::Compare(left, sign.to_owned(), self.sum()?)),
            None => self.wrong("a comparison"),
        }
    }

    fn sum(&mut self) -> Result<Sum, String> {
        self.signs(&['+', '-'], Self::product)
    }

    fn product(&mut self) -> Result<Sum, String> {
        self.signs(&['*', '/'], Self::factor)
    }

    fn signs(
        &mut self,
        signs: &[char],
        part: fn(&mut Self) -> Result<Sum, String>,
    ) -> Result<Sum, String> {
        let mut all = part(self)?;
        let sign = |word: &str| word.chars().next().filter(|c| signs.contains(c));
        while let Some(word) = self.next_if(|w| sign(w).is_some()) {
            let sign = sign(word).unwrap_or_default();
            all = Sum::Of(Box::new(all), sign, Box::new(part(self)?));
        }
        Ok(all)
    }

    fn factor(&mut self) -> Result<Sum, String> {
        if self.next_if(|w| w == "-").is_some() {
            let of = self.factor()?;
            return Ok(Sum::Of(Box::new(Sum::Number(0.0)), '-', Box::new(of)));
        }
        if self.next_if(|w| w == "(").is_some() {
            let inner = self.sum()?;
            return match self.next_if(|w| w == ")") {
                Some(_) => Ok(inner),
                None => self.wrong("`)`"),
            };
        }
        if let Some(number) = self.next_if(|w| w.parse::<f64>().is_ok_and(f64::is_finite)) {
            return Ok(Sum::Number(number.parse().unwrap_or_default()));
        }
        let name = |w: &str| w.starts_with(char::is_alphabetic) && w != "and" && w != "or";
        match self.next_if(name) {
            Some(word) => Ok(Sum::Name(word.to_owned())),
            None => self.wrong("a number or a name"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Condition, Sum};

    #[test]
    fn products_come_before_sums_and_signs_from_left_to_right() {
        for (text, is) in [
            ("1 + 2 * 3", 7.0),
            ("(1 + 2) * 3", 9.0),
            ("10 - 3 - 2", 5.0),
            ("8 / 2 / 2", 2.0),
            ("-2 * -3", 6.0),
            ("100 * (3 / 2 - 1)", 50.0),
        ] {
            assert_eq!(Sum::read(text).unwrap().value(&|_| 0.0), is, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said_with_what_was_due() {
        for (text, says) in [
            ("1 +", "the end where a number or a name was due"),
            ("(1 + 2", "the end where `)` was due"),
            ("1 2", "`2` where the end was due"),
            ("a = b", "`=` where the end was due"),
        ] {
            let error = Sum::read(text).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
        let error = Condition::read("a + b").unwrap_err();
        assert!(
            error.contains("the end where a comparison was due"),
            "{error}"
        );
        assert!(Condition::read("a < b and").is_err());
    }

    #[test]
    fn not_known_is_neither_yes_nor_no_unless_the_rest_settles_it() {
        let of = |name: &str| if name == "x" { f64::NAN } else { 1.0 };
        for (text, is) in [
            ("x > 0", None),
            ("x > 0 and a > 0", None),
            ("x > 0 and a > 2", Some(false)),
            ("x > 0 or a > 0", Some(true)),
            ("x > 0 or a > 2", None),
        ] {
            assert_eq!(Condition::read(text).unwrap().holds(&of), is, "{text}");
        }
    }
}
