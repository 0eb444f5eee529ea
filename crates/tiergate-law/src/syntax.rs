//! The condition language: words into a tree, before any name is resolved.
//!
//! ```text
//! condition = conjunct { "or" conjunct }
//! conjunct  = negation { "and" negation }
//! negation  = "not" negation | "(" condition ")" | test
//! test      = name [ "not" ] "in" set
//!           | name "has" ( choice | "{" choice { "," choice } "}" )
//!           | name "is" [ "not" ] choice
//!           | linear ( "<" | "<=" | ">" | ">=" ) linear
//!           | name
//! linear    = term { ( "+" | "-" ) term }
//! term      = number [ "%" ] [ "*" name ] | name [ "*" name ]
//! set       = operand { "-" operand }
//! operand   = primary { ( "|" | "&" ) primary }
//! primary   = name | "{" name { "," name } "}" | "(" set ")"
//! ```

use std::ops::Range;

use crate::num::Num;

/// A condition as written, with the byte range of each part in its own text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {
    /// What it says.
    pub kind: ExprKind,
    /// Where it stands, from the start of the condition.
    pub span: Range<usize>,
}

/// The forms of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExprKind {
    /// All of these.
    And(Vec<Expr>),
    /// Any of these.
    Or(Vec<Expr>),
    /// Not this.
    Not(Box<Expr>),
    /// A yes-or-no fact or a definition.
    Name(String),
    /// `name in set`.
    In(Word, SetExpr),
    /// `name is choice`.
    Is(Word, Word),
    /// `name has {a, b}`.
    Has(Word, Vec<Word>),
    /// `left op right`.
    Compare(Vec<Term>, Compare, Vec<Term>),
}

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The name.
    pub text: String,
    /// Where, from the start of the condition.
    pub span: Range<usize>,
}

/// A set of countries, item classes or names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetExpr {
    /// A group, class, class set or register by name.
    Name(Word),
    /// Members one by one.
    Members(Vec<Word>),
    /// In either.
    Union(Box<SetExpr>, Box<SetExpr>),
    /// In both.
    Both(Box<SetExpr>, Box<SetExpr>),
    /// In the first and not the second.
    Minus(Box<SetExpr>, Box<SetExpr>),
}

/// A number times a name, a value times a fact, or either alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The factor, sign included.
    pub factor: Num,
    /// The fact or value; none for a plain number.
    pub name: Option<Word>,
    /// A second name: of the two, one is a value of the law.
    pub times: Option<Word>,
}

/// The comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// Below.
    Less,
    /// At most.
    LessOrEqual,
    /// Above.
    Greater,
    /// At least.
    GreaterOrEqual,
}

/// Why a condition could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where, from the start of the condition.
    pub span: Range<usize>,
    /// What was found and what would fit.
    pub message: String,
}

/// How deep conditions may nest; deeper is refused rather than overflowing the stack.
const DEPTH_MAX: usize = 64;

/// How many times `|`, `&` and `-` may stand in a condition: sets nest at each.
const JOINS_MAX: usize = 256;

impl Expr {
    /// Every list of members in braces, in order.
    ///
    /// ```
    /// use tiergate_law::parse_condition;
    /// let condition = parse_condition("destination in D:1 | {PL, IN} and end_uses has {iaas}").unwrap();
    /// let lists = condition.members();
    /// assert_eq!(lists.len(), 2);
    /// assert_eq!(lists[0][1].text, "IN");
    /// ```
    #[must_use]
    pub fn members(&self) -> Vec<&[Word]> {
        fn of_set<'e>(set: &'e SetExpr, found: &mut Vec<&'e [Word]>) {
            match set {
                SetExpr::Name(_) => {}
                SetExpr::Members(words) => found.push(words),
                SetExpr::Union(a, b) | SetExpr::Both(a, b) | SetExpr::Minus(a, b) => {
                    of_set(a, found);
                    of_set(b, found);
                }
            }
        }
        fn of<'e>(expr: &'e Expr, found: &mut Vec<&'e [Word]>) {
            match &expr.kind {
                ExprKind::And(parts) | ExprKind::Or(parts) => {
                    parts.iter().for_each(|p| of(p, found));
                }
                ExprKind::Not(inner) => of(inner, found),
                ExprKind::In(_, set) => of_set(set, found),
                ExprKind::Has(_, words) => found.push(words),
                ExprKind::Name(_) | ExprKind::Is(..) | ExprKind::Compare(..) => {}
            }
        }
        let mut found = Vec::new();
        of(self, &mut found);
        found
    }

    /// Every name the condition holds, in order: facts, definitions, values, groups, classes,
    /// readings as `reading:ID`, countries and choices; a member of a list as `list=member`.
    ///
    /// ```
    /// use tiergate_law::parse_condition;
    /// let condition = parse_condition("tpp >= 2 * cap and end_uses has military").unwrap();
    /// assert_eq!(condition.names(), ["tpp", "cap", "end_uses=military"]);
    /// ```
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        self.collect_names(&mut names);
        names
    }

    fn collect_names(&self, names: &mut Vec<String>) {
        match &self.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                parts.iter().for_each(|p| p.collect_names(names));
            }
            ExprKind::Not(inner) => inner.collect_names(names),
            ExprKind::Name(name) => names.push(name.clone()),
            ExprKind::In(word, set) => {
                names.push(word.text.clone());
                set.collect_names(names);
            }
            ExprKind::Is(word, value) => names.extend([word.text.clone(), value.text.clone()]),
            ExprKind::Has(list, members) => {
                names.extend(members.iter().map(|m| format!("{}={}", list.text, m.text)));
            }
            ExprKind::Compare(left, _, right) => {
                let terms = left.iter().chain(right);
                let words = terms.flat_map(|t| t.name.iter().chain(&t.times));
                names.extend(words.map(|w| w.text.clone()));
            }
        }
    }
}

impl SetExpr {
    fn collect_names(&self, names: &mut Vec<String>) {
        match self {
            SetExpr::Name(word) => names.push(word.text.clone()),
            SetExpr::Members(words) => names.extend(words.iter().map(|w| w.text.clone())),
            SetExpr::Union(a, b) | SetExpr::Both(a, b) | SetExpr::Minus(a, b) => {
                a.collect_names(names);
                b.collect_names(names);
            }
        }
    }
}

/// Reads a condition.
///
/// # Errors
///
/// The first place where the text is not of the grammar, with what would fit there.
///
/// ```
/// use tiergate_law::parse_condition;
/// assert!(parse_condition("tpp >= 4800 or (tpp >= 1600 and performance_density >= 5.92)").is_ok());
/// let error = parse_condition("tpp >= ").unwrap_err();
/// assert_eq!(error.message, "found the end, expected a number or a name");
/// ```
pub fn parse_condition(text: &str) -> Result<Expr, SyntaxError> {
    let mut parser = Parser {
        tokens: lex(text)?,
        at: 0,
        end: text.len(),
        depth: 0,
        joins: 0,
    };
    let expr = parser.condition()?;
    match parser.peek() {
        None => Ok(expr),
        Some(_) => Err(parser.expected("`and`, `or` or the end")),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Number(Num),
    Sign(&'static str),
}

const SIGNS: [&str; 16] = [
    "<=", ">=", "<", ">", "(", ")", "{", "}", ",", "|", "&", "+", "-", "*", "%", "=",
];

fn lex(text: &str) -> Result<Vec<(Token, Range<usize>)>, SyntaxError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let start = at;
        if first.is_ascii_alphanumeric() {
            at += word_length(&text[at..]);
            let word = &text[start..at];
            let token = match word.parse::<Num>() {
                // An `E` marks a paragraph of the control list, as in 3E001; an exponent is `e`.
                Ok(number) if first.is_ascii_digit() && !word.contains('E') => {
                    Token::Number(number)
                }
                _ => Token::Word(word.to_owned()),
            };
            tokens.push((token, start..at));
        } else if let Some(sign) = SIGNS.iter().find(|s| text[at..].starts_with(**s)) {
            at += sign.len();
            tokens.push((Token::Sign(sign), start..at));
        } else {
            return Err(SyntaxError {
                span: start..start + first.len_utf8(),
                message: format!("`{first}` means nothing here"),
            });
        }
    }
    Ok(tokens)
}

/// Words run over letters, digits, `_`, `.` and `:`; a hyphen joins two of those.
fn word_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b':' | b'/');
    let mut end = 0;
    while let Some(&byte) = bytes.get(end) {
        let joins = byte == b'-' && bytes.get(end + 1).is_some_and(|b| part(*b));
        if !part(byte) && !joins {
            break;
        }
        end += 1;
    }
    end
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    end: usize,
    depth: usize,
    joins: usize,
}

type Parsed<T> = Result<T, SyntaxError>;

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(t, _)| t)
    }

    fn here(&self) -> Range<usize> {
        self.tokens
            .get(self.at)
            .map_or(self.end..self.end, |(_, s)| s.clone())
    }

    fn expected(&self, what: &str) -> SyntaxError {
        let found = match self.peek() {
            None => "the end".to_owned(),
            Some(Token::Word(w)) => format!("`{w}`"),
            Some(Token::Number(n)) => format!("`{n}`"),
            Some(Token::Sign(s)) => format!("`{s}`"),
        };
        SyntaxError {
            span: self.here(),
            message: format!("found {found}, expected {what}"),
        }
    }

    fn eat_sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(s)) if *s == sign);
        self.at += usize::from(found);
        found
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(w)) if w == word);
        self.at += usize::from(found);
        found
    }

    fn sign(&mut self, sign: &str) -> Parsed<()> {
        if self.eat_sign(sign) {
            Ok(())
        } else {
            Err(self.expected(&format!("`{sign}`")))
        }
    }

    fn word(&mut self, what: &str) -> Parsed<Word> {
        match self.tokens.get(self.at) {
            Some((Token::Word(text), span)) if !is_keyword(text) => {
                let word = Word {
                    text: text.clone(),
                    span: span.clone(),
                };
                self.at += 1;
                Ok(word)
            }
            _ => Err(self.expected(what)),
        }
    }

    fn condition(&mut self) -> Parsed<Expr> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(SyntaxError {
                span: self.here(),
                message: format!("conditions nest at most {DEPTH_MAX} deep"),
            });
        }
        let expr = self.joined("or", ExprKind::Or, |p| {
            p.joined("and", ExprKind::And, Parser::negation)
        });
        self.depth -= 1;
        expr
    }

    fn joined(
        &mut self,
        by: &str,
        make: fn(Vec<Expr>) -> ExprKind,
        part: impl Fn(&mut Parser) -> Parsed<Expr>,
    ) -> Parsed<Expr> {
        let first = part(self)?;
        let start = first.span.start;
        let mut parts = vec![first];
        while self.eat_word(by) {
            parts.push(part(self)?);
        }
        if parts.len() == 1 {
            return Ok(parts.remove(0));
        }
        let end = parts.last().map_or(start, |p| p.span.end);
        Ok(Expr {
            kind: make(parts),
            span: start..end,
        })
    }

    fn negation(&mut self) -> Parsed<Expr> {
        let start = self.here().start;
        let mut negated = false;
        while self.eat_word("not") {
            negated = !negated;
        }
        let inner = if self.eat_sign("(") {
            let inner = self.condition()?;
            let end = self.here().end;
            self.sign(")")?;
            Expr {
                span: start..end,
                ..inner
            }
        } else {
            self.test()?
        };
        let span = start..inner.span.end;
        let kind = if negated {
            ExprKind::Not(Box::new(inner))
        } else {
            inner.kind
        };
        Ok(Expr { kind, span })
    }

    fn test(&mut self) -> Parsed<Expr> {
        let start = self.here().start;
        let kind = match (self.peek(), self.tokens.get(self.at + 1).map(|(t, _)| t)) {
            (Some(Token::Word(_)), Some(Token::Word(verb))) => match verb.as_str() {
                "in" | "not" => self.membership()?,
                "is" => self.equality()?,
                "has" => self.holding()?,
                _ => ExprKind::Name(self.word("a fact or a definition")?.text),
            },
            (
                Some(Token::Word(_)),
                Some(Token::Sign("<" | ">" | "<=" | ">=" | "+" | "-" | "*")),
            )
            | (Some(Token::Number(_) | Token::Sign("-")), _) => self.comparison()?,
            (Some(Token::Word(_)), _) => ExprKind::Name(self.word("a fact or a definition")?.text),
            _ => return Err(self.expected("a fact, a definition, `not` or `(`")),
        };
        let end = self
            .tokens
            .get(self.at.wrapping_sub(1))
            .map_or(start, |(_, s)| s.end);
        Ok(Expr {
            kind,
            span: start..end,
        })
    }

    fn membership(&mut self) -> Parsed<ExprKind> {
        let name = self.word("a fact")?;
        let start = name.span.start;
        let negated = self.eat_word("not");
        if !self.eat_word("in") {
            return Err(self.expected("`in`"));
        }
        let set = self.set()?;
        let end = self
            .tokens
            .get(self.at.wrapping_sub(1))
            .map_or(start, |(_, s)| s.end);
        let kind = ExprKind::In(name, set);
        Ok(if negated {
            ExprKind::Not(Box::new(Expr {
                kind,
                span: start..end,
            }))
        } else {
            kind
        })
    }

    fn equality(&mut self) -> Parsed<ExprKind> {
        let name = self.word("a fact")?;
        let start = name.span.start;
        self.eat_word("is");
        let negated = self.eat_word("not");
        let value = self.word("one of the values of the fact")?;
        let end = value.span.end;
        let kind = ExprKind::Is(name, value);
        Ok(if negated {
            ExprKind::Not(Box::new(Expr {
                kind,
                span: start..end,
            }))
        } else {
            kind
        })
    }

    fn holding(&mut self) -> Parsed<ExprKind> {
        let name = self.word("a list of facts")?;
        self.eat_word("has");
        let members = if self.eat_sign("{") {
            self.members()?
        } else {
            vec![self.word("a member of the list or `{`")?]
        };
        Ok(ExprKind::Has(name, members))
    }

    fn members(&mut self) -> Parsed<Vec<Word>> {
        let mut members = vec![self.word("a member")?];
        while self.eat_sign(",") {
            members.push(self.word("a member")?);
        }
        self.sign("}")?;
        Ok(members)
    }

    fn comparison(&mut self) -> Parsed<ExprKind> {
        let left = self.linear()?;
        let compare = match self.peek() {
            Some(Token::Sign("<")) => Compare::Less,
            Some(Token::Sign("<=")) => Compare::LessOrEqual,
            Some(Token::Sign(">")) => Compare::Greater,
            Some(Token::Sign(">=")) => Compare::GreaterOrEqual,
            _ => return Err(self.expected("`<`, `<=`, `>` or `>=`")),
        };
        self.at += 1;
        Ok(ExprKind::Compare(left, compare, self.linear()?))
    }

    fn linear(&mut self) -> Parsed<Vec<Term>> {
        let mut negative = self.eat_sign("-");
        let mut terms = Vec::new();
        loop {
            terms.push(self.term(negative)?);
            if self.eat_sign("+") {
                negative = false;
            } else if self.eat_sign("-") {
                negative = true;
            } else {
                return Ok(terms);
            }
        }
    }

    fn term(&mut self, negative: bool) -> Parsed<Term> {
        let signed = |n: Num| if negative { Num::from_raw(-n.raw()) } else { n };
        if let Some(Token::Number(number)) = self.peek().cloned() {
            let span = self.here();
            self.at += 1;
            let factor = if self.eat_sign("%") {
                number
                    .checked_div(Num::from(100))
                    .ok_or_else(|| SyntaxError {
                        span,
                        message: "a percentage out of range".to_owned(),
                    })?
            } else {
                number
            };
            let name = if self.eat_sign("*") {
                Some(self.word("a fact or a value")?)
            } else {
                None
            };
            return Ok(Term {
                factor: signed(factor),
                name,
                times: None,
            });
        }
        let name = self.word("a number or a name")?;
        let times = if self.eat_sign("*") {
            Some(self.word("a fact or a value")?)
        } else {
            None
        };
        Ok(Term {
            factor: signed(Num::from(1)),
            name: Some(name),
            times,
        })
    }

    fn set(&mut self) -> Parsed<SetExpr> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(SyntaxError {
                span: self.here(),
                message: format!("sets nest at most {DEPTH_MAX} deep"),
            });
        }
        let mut left = self.operand()?;
        while self.eat_sign("-") {
            self.join()?;
            left = SetExpr::Minus(Box::new(left), Box::new(self.operand()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn join(&mut self) -> Parsed<()> {
        self.joins += 1;
        if self.joins > JOINS_MAX {
            let message = format!("a condition joins sets at most {JOINS_MAX} times");
            return Err(SyntaxError {
                span: self.here(),
                message,
            });
        }
        Ok(())
    }

    fn operand(&mut self) -> Parsed<SetExpr> {
        let mut left = self.primary()?;
        loop {
            if self.eat_sign("|") {
                self.join()?;
                left = SetExpr::Union(Box::new(left), Box::new(self.primary()?));
            } else if self.eat_sign("&") {
                self.join()?;
                left = SetExpr::Both(Box::new(left), Box::new(self.primary()?));
            } else {
                return Ok(left);
            }
        }
    }

    fn primary(&mut self) -> Parsed<SetExpr> {
        if self.eat_sign("(") {
            let set = self.set()?;
            self.sign(")")?;
            return Ok(set);
        }
        if self.eat_sign("{") {
            return Ok(SetExpr::Members(self.members()?));
        }
        Ok(SetExpr::Name(self.word("a group, `{` or `(`")?))
    }
}

fn is_keyword(word: &str) -> bool {
    matches!(word, "and" | "or" | "not" | "in" | "is" | "has")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        parse_condition(text).unwrap_err().message
    }

    #[test]
    fn reads_conditions_close_to_the_words_of_the_statute() {
        for text in [
            "destination in (D:1 | D:4 | D:5) - (A:5 | A:6)",
            "tpp >= 4800 or (tpp >= 1600 and performance_density >= 5.92)",
            "not datacenter and item in {3A090.a, 4A090.a}",
            "used.veu.country + amount <= 7% * used.veu.total + 7% * amount",
            "consignee.lists has {entity-list, entity-list-fn4}",
            "destination not in {CN, MO} and reading:affiliates is returned",
            "2.5e25 < additional_ops",
        ] {
            assert!(parse_condition(text).is_ok(), "{text}: {}", error(text));
        }
    }

    #[test]
    fn says_where_and_what_would_fit() {
        assert_eq!(
            error("tpp >="),
            "found the end, expected a number or a name"
        );
        assert_eq!(
            error("destination in"),
            "found the end, expected a group, `{` or `(`"
        );
        assert_eq!(error("(tpp > 1"), "found the end, expected `)`");
        assert_eq!(
            error("tpp > 1 tpp"),
            "found `tpp`, expected `and`, `or` or the end"
        );
        assert_eq!(error("tpp ? 1"), "`?` means nothing here");
        assert_eq!(
            error(""),
            "found the end, expected a fact, a definition, `not` or `(`"
        );
    }

    #[test]
    fn deep_nesting_is_refused_not_a_crash() {
        let deep = format!("{}datacenter{}", "(".repeat(10_000), ")".repeat(10_000));
        assert!(error(&deep).contains("at most"));
        let deep = format!("destination in {}", "(".repeat(10_000));
        assert!(error(&deep).contains("at most"));
    }

    #[test]
    fn not_binds_tighter_than_and_which_binds_tighter_than_or() {
        let expr = parse_condition("not datacenter and published or made_abroad").unwrap();
        let ExprKind::Or(parts) = expr.kind else {
            panic!("or outermost")
        };
        let ExprKind::And(parts) = &parts[0].kind else {
            panic!("and inside or")
        };
        assert!(matches!(parts[0].kind, ExprKind::Not(_)));
    }
}
