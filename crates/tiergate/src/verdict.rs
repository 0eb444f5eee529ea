//! Laws as asked, their rulebooks by date, and short answers.

use std::sync::Arc;

use anyhow::Result;
use tiergate_engine::{
    Answer, DecisionRecord, Desk, DeskError, Ending, Found, Narrowed, OUTCOME_WORDS, OtherView,
    Outcome, Question, Rulebook, Side, Stamp, reference,
};
use tiergate_law::{ChoiceFact, ConsolidateError, Date, LawRef, View};
use tiergate_order::{Assume, Facts, Order, Resolved};

use crate::options::LawArgs;

/// A rulebook in both views, with the readings taken.
#[derive(Debug, Clone)]
pub struct Books {
    /// Under the view asked for.
    pub book: Arc<Rulebook>,
    /// The option taken of each reading.
    pub readings: Arc<[usize]>,
    /// Under the other view.
    pub other: Arc<Rulebook>,
    /// The options taken there.
    pub other_readings: Arc<[usize]>,
}

/// Books narrowed to orders that are alike in all but some questions.
#[derive(Debug)]
pub struct Narrow {
    here: Narrowed,
    there: Narrowed,
    /// The laws without a list that names the order's parties or maker, as [`Books::turns_on`] asks.
    without: Vec<Narrowed>,
}

impl Narrow {
    /// As [`Books::turns_on`], for one of the orders the books were narrowed to.
    pub fn turns_on(&self, books: &Books, facts: &Facts) -> Option<TurnsOn> {
        let here = self.here.decide(&books.book, facts)?;
        let there = self.there.outcome(&books.other, facts)?;
        let rests = || {
            let books = books.book.without_weak_lists(facts);
            let mut others = self.without.iter().zip(books);
            let other =
                |outcome| matches!(outcome, Some(Ending::Is(_))) && outcome != Some(here.outcome);
            others.any(|(law, book)| other(law.outcome(book, facts)))
        };
        books.turns(here, there, facts, rests)
    }
}

/// One law as asked, with the rulebooks it needed so far, each good for a span of dates.
#[derive(Debug, Clone)]
struct Law {
    law: LawRef,
    fixed: Option<Date>,
    view: View,
    spans: Vec<(Date, Date, usize)>,
    last: usize,
}

/// The laws as asked: what one worker decides with.
#[derive(Debug, Clone)]
pub struct Bench<'d> {
    /// The desk.
    pub desk: &'d Desk,
    /// The assumptions.
    pub assume: Assume,
    laws: Vec<Law>,
    books: Vec<Books>,
}

impl<'d> Bench<'d> {
    /// Checks the laws and assumptions and keeps them.
    pub fn new(desk: &'d Desk, args: &LawArgs) -> Result<Bench<'d>> {
        let laws = args.laws(desk)?;
        let assume = args.assume.parse(desk)?;
        Bench::of(desk, laws, (args.as_of, args.view()), assume)
    }

    /// A bench for these laws; what a law leaves open comes from the date and view given here.
    ///
    /// # Errors
    ///
    /// A law that does not exist.
    pub fn of(
        desk: &'d Desk,
        laws: Vec<LawRef>,
        open: (Option<Date>, Option<View>),
        assume: Assume,
    ) -> Result<Bench<'d>> {
        let mut known = Vec::with_capacity(laws.len());
        for law in laws {
            desk.library.breakpoints(&law.id)?;
            known.push(Law {
                fixed: law.date.or(open.0),
                view: law.view.or(open.1).unwrap_or_default(),
                law,
                spans: Vec::new(),
                last: 0,
            });
        }
        Ok(Bench {
            desk,
            assume,
            laws: known,
            books: Vec::new(),
        })
    }

    /// How many laws.
    pub const fn count(&self) -> usize {
        self.laws.len()
    }

    /// A law as asked.
    pub fn law(&self, law: usize) -> &LawRef {
        &self.laws[law].law
    }

    /// The id of a law.
    pub fn id(&self, law: usize) -> &str {
        &self.laws[law].law.id
    }

    /// How a law was asked for, for the head of a column.
    pub fn title(&self, law: usize) -> String {
        self.laws[law].law.to_string()
    }

    /// The view a law is read in.
    pub fn view(&self, law: usize) -> View {
        self.laws[law].view
    }

    /// The date a law is read at, for an order of this date.
    pub fn as_of(&self, law: usize, order: Date) -> Date {
        self.laws[law].fixed.unwrap_or(order)
    }

    /// The place of the books of a law on a date.
    pub fn place(&mut self, law: usize, as_of: Date) -> Result<usize, DeskError> {
        let asked = &mut self.laws[law];
        let within = |span: &&(Date, Date, usize)| span.0 <= as_of && as_of <= span.1;
        if let Some((.., place)) = asked.spans.get(asked.last).filter(|s| within(s)) {
            return Ok(*place);
        }
        if let Some(at) = asked.spans.iter().position(|s| within(&s)) {
            asked.last = at;
            return Ok(asked.spans[at].2);
        }
        let (first, last) = self.desk.same_law(&asked.law.id, as_of)?;
        let stamp = |view| Stamp {
            law: asked.law.id.clone(),
            as_of,
            view,
        };
        let book = self.desk.rulebook(&stamp(asked.view))?;
        let other = self.desk.rulebook(&stamp(asked.view.other()))?;
        let readings = Desk::readings(&book, &self.assume);
        let other_readings = Desk::readings(&other, &self.assume);
        self.books.push(Books {
            book,
            readings,
            other,
            other_readings,
        });
        asked.last = asked.spans.len();
        asked.spans.push((first, last, self.books.len() - 1));
        Ok(self.books.len() - 1)
    }

    /// The places of the books of every law for an order of this date; an error in words when
    /// the date is of the order and some law has nothing to say at it.
    pub fn places(
        &mut self,
        order: Date,
        places: &mut Vec<usize>,
    ) -> Result<Result<(), String>, DeskError> {
        places.clear();
        for law in 0..self.laws.len() {
            match self.place(law, self.as_of(law, order)) {
                Ok(place) => places.push(place),
                Err(DeskError::Law(error @ ConsolidateError::TooEarly { .. }))
                    if self.laws[law].fixed.is_none() =>
                {
                    return Ok(Err(error.to_string()));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Ok(()))
    }

    /// The day a law is asked at, if it is not the order's.
    pub fn fixed(&self, law: usize) -> Option<Date> {
        self.laws[law].fixed
    }

    /// A law for an order of this date, under the view asked for; none when the date is of the
    /// order and the law has nothing to say at it.
    pub fn side(&self, law: usize, order: Date) -> Result<Option<Side>, DeskError> {
        let asked = &self.laws[law];
        let stamp = Stamp {
            law: asked.law.id.clone(),
            as_of: self.as_of(law, order),
            view: asked.view,
        };
        match self.desk.rulebook(&stamp) {
            Ok(book) => Ok(Some(Side {
                readings: Desk::readings(&book, &self.assume),
                book,
            })),
            Err(DeskError::Law(ConsolidateError::TooEarly { .. })) if asked.fixed.is_none() => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The books at a place.
    pub fn books(&self, place: usize) -> &Books {
        &self.books[place]
    }

    /// Decides an order under one law, with every reason.
    pub fn record(
        &mut self,
        law: usize,
        order: &Order,
        resolved: &Resolved,
    ) -> Result<(DecisionRecord, usize), DeskError> {
        let date = order.date.or(self.laws[law].fixed);
        let date = date.ok_or_else(|| DeskError::NoDate(order.id.clone()))?;
        let as_of = self.as_of(law, date);
        let place = self.place(law, as_of)?;
        Ok((self.books[place].record(order, resolved, as_of), place))
    }
}

impl Books {
    /// The law under the view asked for.
    pub fn side(&self) -> Side {
        Side {
            book: self.book.clone(),
            readings: self.readings.clone(),
        }
    }

    /// The whole decision.
    pub fn record(&self, order: &Order, resolved: &Resolved, as_of: Date) -> DecisionRecord {
        let here = Desk::decide(&self.book, &resolved.facts, &self.readings);
        let there = Desk::decide(&self.other, &resolved.facts, &self.other_readings);
        let mut record = here.record(order, resolved, Some(&there));
        // The rulebook serves every date of its span; the decision is of this one.
        record.as_of = as_of.to_string();
        record
    }

    /// What the other view gives.
    fn other_view(&self, facts: &Facts) -> OtherView {
        let regime = &self.other.regime;
        let Some(outcome) = self.other.outcome(facts, &self.other_readings) else {
            let there = Desk::decide(&self.other, facts, &self.other_readings);
            return OtherView::of(regime.view.word(), &there);
        };
        let (authority, review) = match outcome {
            Outcome::LicenseException(at) | Outcome::ValidatedEndUser(at) => (
                regime
                    .authorities
                    .get(usize::from(at))
                    .map(|a| a.id.clone()),
                None,
            ),
            Outcome::LicenseRequired(policy) => (None, Some(policy.word().to_owned())),
            Outcome::NotControlled | Outcome::NoLicenseRequired | Outcome::Prohibited => {
                (None, None)
            }
        };
        OtherView {
            name: regime.view.word().to_owned(),
            outcome: outcome.word().to_owned(),
            authority,
            review,
            changes: Vec::new(),
        }
    }

    /// What a short answer turns on, found without laying it out. None when something is open or
    /// takes a longer look, as a paragraph does that the parties state.
    pub fn turns_on(&self, facts: &Facts) -> Option<TurnsOn> {
        let here = self.book.outcome(facts, &self.readings)?;
        let there = self.other.outcome(facts, &self.other_readings)?;
        let class = reference::class(&self.book.regime, facts, &self.readings)?;
        let found = Found {
            outcome: Ending::Is(here),
            class: Ending::Is(class),
            draws: self.book.draws(here, facts, &self.readings),
        };
        self.turns(found, Ending::Is(there), facts, || {
            self.book.rests_on_list(here, facts, &self.readings)
        })
    }

    /// The same, for what is found already.
    fn turns(
        &self,
        here: Found,
        there: Ending<Outcome>,
        facts: &Facts,
        rests_on_list: impl Fn() -> bool,
    ) -> Option<TurnsOn> {
        let unstated = self.book.regime.class_names.len() + 1;
        let stated = facts.choice(ChoiceFact::Eccn) != Some(unstated);
        if here.outcome == Ending::Is(Outcome::Prohibited) || stated {
            return None;
        }
        let Found {
            outcome,
            class,
            draws,
        } = here;
        // What an open answer rests on is not asked.
        let decided = matches!(outcome, Ending::Is(_));
        let rests = decided && (rests_on_list() || self.book.rests_on_amount(draws, facts));
        Some(TurnsOn {
            here: outcome,
            there,
            class,
            rests,
            draws,
        })
    }

    /// Narrows both rulebooks to the orders that differ from this one in some questions only.
    pub fn narrow(&self, facts: &Facts, open: &dyn Fn(&Question) -> bool) -> Narrow {
        Narrow {
            here: self.book.narrowed(facts, &self.readings, open),
            there: self.other.narrowed(facts, &self.other_readings, open),
            without: self
                .book
                .without_weak_lists(facts)
                .map(|book| book.narrowed(facts, &self.readings, open))
                .collect(),
        }
    }

    /// The short answer.
    pub fn answer(&self, facts: &Facts) -> Short {
        let here = Desk::decide(&self.book, facts, &self.readings);
        let there = self.other_view(facts);
        let short = Short {
            eccn: here.eccn(),
            license_required: here.license_required(),
            outcome: here.word(),
            authority: here.authority().map(str::to_owned),
            review: here.review(),
            missing: here.missing(),
            missing_detail: here.missing_detail(),
            possible: match (&here.answer, here.word()) {
                (Answer::Open(open), "indeterminate") => open.words(),
                _ => Vec::new(),
            },
            other_view: None,
            by_parameters: here.by_parameters(),
            rests_on_assumption: here.rests_on_assumption(),
            draws: here.draws_on(),
        };
        let same = there.outcome == short.outcome
            && there.authority == short.authority
            && there.review.as_deref() == short.review;
        Short {
            other_view: (!same).then_some(there),
            ..short
        }
    }
}

/// What a short answer turns on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TurnsOn {
    /// The outcome.
    pub here: Ending<Outcome>,
    /// The outcome in the other view.
    pub there: Ending<Outcome>,
    /// The class of the item.
    pub class: Ending<Option<usize>>,
    /// Whether it would be another if no list counted that was not read as printed.
    pub rests: bool,
    /// The places of the quotas drawn on, as bits.
    pub draws: u64,
}

impl TurnsOn {
    /// Whether an outcome is open: then this means something for one narrowing of the books only.
    pub const fn is_open(&self) -> bool {
        matches!(self.here, Ending::Open(_)) || matches!(self.there, Ending::Open(_))
    }
}

/// A decision without its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    /// The controlling paragraph.
    pub eccn: Option<String>,
    /// yes, no or unknown.
    pub license_required: &'static str,
    /// The outcome word.
    pub outcome: &'static str,
    /// The authority.
    pub authority: Option<String>,
    /// The review.
    pub review: Option<&'static str>,
    /// What the outcome still depends on.
    pub missing: Vec<&'static str>,
    /// What the authority or the review still depends on, when the outcome does not.
    pub missing_detail: Vec<&'static str>,
    /// What is still possible.
    pub possible: Vec<&'static str>,
    /// The other view, when it differs.
    pub other_view: Option<OtherView>,
    /// What the item's parameters alone give, where the parties' own paragraph gives a milder answer.
    pub by_parameters: Option<OtherView>,
    /// Whether it rests on an assumed amount or a list not read as printed.
    pub rests_on_assumption: bool,
    /// The places of the quotas it draws on, as bits.
    pub draws: u64,
}

/// Outcome words with `indeterminate`.
pub const OUTCOMES: usize = OUTCOME_WORDS.len() + 1;

/// The place of an outcome word.
pub fn outcome_place(word: &str) -> usize {
    OUTCOME_WORDS
        .iter()
        .position(|w| *w == word)
        .unwrap_or(OUTCOMES - 1)
}

/// The outcome word at a place.
pub fn outcome_word(place: usize) -> &'static str {
    OUTCOME_WORDS.get(place).copied().unwrap_or("indeterminate")
}

/// What an answer means for a shipment, for counts and colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Light {
    /// It may go.
    Go,
    /// It needs a license.
    License,
    /// No license is to be had.
    Prohibited,
    /// It depends on facts not given.
    Open,
}

impl Light {
    /// Whether it may go as it stands; none where that is open.
    pub const fn goes(self) -> Option<bool> {
        match self {
            Light::Go => Some(true),
            Light::License | Light::Prohibited => Some(false),
            Light::Open => None,
        }
    }
}

impl Short {
    /// A few words for the cell of a table.
    pub fn cell(&self) -> String {
        match self.outcome {
            "not-controlled" => "not controlled".to_owned(),
            "no-license-required" => "free".to_owned(),
            "license-exception" | "validated-end-user" => match &self.authority {
                Some(authority) => format!("yes: {authority}"),
                None => "yes: one of several".to_owned(),
            },
            "license-required" => format!("license: {}", review_words(self.review)),
            "prohibited" => "prohibited".to_owned(),
            _ => match self.missing.as_slice() {
                [] => "unknown".to_owned(),
                [one] => format!("unknown: {one}"),
                [first, rest @ ..] => format!("unknown: {first} +{}", rest.len()),
            },
        }
    }

    /// One sign for the cell of a table with many laws.
    pub fn sign(&self) -> char {
        sign(self.outcome, self.review)
    }
}

/// One sign for an outcome and how an application fares.
pub fn sign(outcome: &str, review: Option<&str>) -> char {
    match (outcome, review) {
        ("not-controlled", _) => '.',
        ("no-license-required", _) => 'o',
        ("license-exception", _) => 'E',
        ("validated-end-user", _) => 'V',
        ("license-required", Some("presumption-of-approval")) => 'A',
        ("license-required", Some("case-by-case")) => 'C',
        ("license-required", Some("presumption-of-denial")) => 'D',
        ("license-required", Some("policy-of-denial")) => 'R',
        ("license-required", _) => 'L',
        ("prohibited", _) => 'X',
        _ => '?',
    }
}

/// What the signs stand for.
pub const SIGN_LEGEND: &[(char, &str)] = &[
    ('.', "not controlled"),
    ('o', "controlled, no license required"),
    ('E', "license exception"),
    ('V', "validated end user"),
    ('A', "license, presumption of approval"),
    ('C', "license, case by case"),
    ('D', "license, presumption of denial"),
    ('R', "license, policy of denial"),
    ('L', "license, review not stated or unclear"),
    ('X', "prohibited"),
    ('?', "depends on a fact the order does not give"),
];

/// What an outcome word means for the shipment.
pub fn light(outcome: &str) -> Light {
    match outcome {
        "license-required" => Light::License,
        "prohibited" => Light::Prohibited,
        "indeterminate" => Light::Open,
        _ => Light::Go,
    }
}

/// How an application fares, in a word or two.
pub const fn review_words(review: Option<&str>) -> &'static str {
    let Some(review) = review else {
        return "not stated";
    };
    match review.as_bytes() {
        b"presumption-of-approval" => "approval",
        b"case-by-case" => "case by case",
        b"presumption-of-denial" => "denial",
        b"policy-of-denial" => "refusal",
        b"indeterminate" => "unclear",
        _ => "not stated",
    }
}

/// The mark of an answer that rests on the parties' own paragraph, and what it stands for.
pub const STATED_MARK: (&str, &str) = (
    "!",
    "the parties state the paragraph; by its parameters the item would be answered more strictly",
);

/// The mark of an answer that rests on an assumption of the law data, and what it stands for.
pub const ASSUMPTION_MARK: (&str, &str) = (
    "~",
    "rests on an amount that is assumed or a list not read as printed; `explain` says which",
);

/// What the short words of cells stand for.
pub const CELL_LEGEND: &[(&str, &str)] = &[
    ("free", "controlled, and no license is required"),
    ("yes: X", "may go under the exception or authorization X"),
    (
        "license: approval",
        "a license is required; applications are presumed to be approved",
    ),
    (
        "license: denial",
        "a license is required; applications are presumed to be denied",
    ),
    (
        "license: refusal",
        "a license is required; applications are denied as a policy",
    ),
    (
        "license: not stated",
        "a license is required; how an application is reviewed is not held in this law data",
    ),
    (
        "license: unclear",
        "a license is required; how an application is reviewed depends on facts not given",
    ),
    (
        "unknown: X +n",
        "depends on the fact X, and on n more, which the order does not give",
    ),
];
