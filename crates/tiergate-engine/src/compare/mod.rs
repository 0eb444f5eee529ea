//! Two regimes compared: exactly, over all facts.
//!
//! Both regimes are compiled over the same variables, the questions of both with the thresholds of
//! both. Over all facts their two diagrams are walked side by side: whether an order falls in the
//! difference, whether the regimes are equal, whether one is nowhere looser than the other. In given
//! circumstances they are joined point by point, and a leaf is a pair of answers: so where the two
//! differ is a diagram too, and can be put in statements.

mod answer;
mod cover;
mod duties;
mod joint;
mod ladder;
mod order;
mod plane;
mod statements;
mod whole;
mod witness;
mod words;

use std::sync::{Arc, OnceLock};

use tiergate_law::{Country, Regime};
use tiergate_order::Facts;

pub use self::answer::{Direction, Reply};
pub use self::cover::{Cover, Cube, cover};
pub use self::duties::{DutyChanges, DutyShift};
use self::joint::Joint;
pub use self::joint::{Circumstances, Pairs, Rare};
pub use self::ladder::{Ladder, Rung};
pub use self::plane::{Plane, Threshold};
pub use self::statements::{ItemGroup, Statement, Statements};
use self::whole::Whole;
pub use self::words::{Clause, Range};
use crate::diagram::Variable;
use crate::rulebook::Rulebook;
use crate::variables::Variables;

/// One side of a comparison: a rulebook and the option taken of each of its readings.
#[derive(Debug, Clone)]
pub struct Side {
    /// The rulebook.
    pub book: Arc<Rulebook>,
    /// The options.
    pub readings: Arc<[usize]>,
}

impl Side {
    /// A regime with every reading as it is read by default.
    #[must_use]
    pub fn new(book: Arc<Rulebook>) -> Side {
        let readings = book.variables.defaults.clone().into();
        Side { book, readings }
    }

    pub(crate) fn regime(&self) -> &Regime {
        &self.book.regime
    }

    /// Whether two sides are one rulebook, read in the same way: then nothing need be compared.
    #[must_use]
    pub fn is(&self, other: &Side) -> bool {
        Arc::ptr_eq(&self.book, &other.book) && self.readings == other.readings
    }

    /// Whether two sides hold the same law, read in the same way: then no unknown fact makes a
    /// difference. Laws that are written differently may still answer alike.
    #[must_use]
    pub fn says_the_same(&self, other: &Side) -> bool {
        self.is(other)
            || self.readings == other.readings && self.regime().says_the_same(other.regime())
    }
}

/// Two regimes over the same variables.
#[derive(Debug)]
pub struct Comparison {
    /// The two sides.
    pub sides: [Side; 2],
    joint: Joint,
    /// Found when it is first asked for.
    whole: OnceLock<Whole>,
}

/// How an order's answers under two regimes compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covered {
    /// The same, whatever its unknown facts are.
    No,
    /// Different for some of what its unknown facts may be.
    Partly,
    /// Different, whatever its unknown facts are.
    Wholly,
}

impl Comparison {
    /// Compares two regimes of one library; `countries` are those that exist. What is asked of the
    /// comparison is found out when it is asked: over all facts once, in each circumstance apart.
    ///
    /// ```
    /// use std::sync::{Arc, OnceLock};
    /// use tiergate_engine::{Circumstances, Comparison, Direction, Rulebook, Side};
    /// use tiergate_law::{Library, View};
    /// let law = r#"
    /// [instrument]
    /// id = "base"
    /// title = "Base"
    /// cite = "1"
    /// effective = 2024-01-01
    /// [[requirement]]
    /// id = "r"
    /// cite = "2"
    /// when = "quantity >= 100"
    /// from = 2025-01-01
    /// "#;
    /// let (library, faults) = Library::read([("law.toml", law)]);
    /// assert!(faults.is_empty(), "{faults:?}");
    /// let book = |day: &str| {
    ///     let law = "us".parse().unwrap();
    ///     let regime = library.consolidate(&law, day.parse().unwrap(), View::Text).unwrap();
    ///     Arc::new(Rulebook::compile(Arc::new(regime)))
    /// };
    /// let sides = ["2024-06-01", "2025-06-01"].map(|day| Side::new(book(day)));
    /// let [left, right] = sides;
    /// assert!(left.is(&left) && !left.is(&right));
    /// let comparison = Comparison::new(left.clone(), right, &["PL".parse().unwrap()]);
    /// assert_eq!(comparison.direction(), Direction::Stricter);
    /// assert!(comparison.nodes() > 0);
    /// assert_eq!(comparison.somewhere(), "PL".parse().ok());
    /// let mut pairs = comparison.pairs_in(&Circumstances::Ordinary(None));
    /// assert_eq!(comparison.count(&mut pairs, 10), 1);
    /// assert!(Comparison::new(left.clone(), left, &["PL".parse().unwrap()]).equal());
    /// ```
    #[must_use]
    pub fn new(left: Side, right: Side, countries: &[Country]) -> Comparison {
        Comparison::over([left, right], countries, false)
    }

    fn over(sides: [Side; 2], countries: &[Country], duties: bool) -> Comparison {
        let joint = Joint::new(&sides, countries, duties);
        Comparison {
            sides,
            joint,
            whole: OnceLock::new(),
        }
    }

    fn whole(&self) -> &Whole {
        self.whole.get_or_init(|| {
            if self.sides[0].is(&self.sides[1]) {
                return Whole::default();
            }
            Whole::new(self.joint.rulings(&self.sides, &Circumstances::Any))
        })
    }

    /// The variables of both.
    #[must_use]
    pub const fn variables(&self) -> &Variables {
        &self.joint.variables
    }

    /// The countries that exist.
    #[must_use]
    pub fn countries(&self) -> &[Country] {
        self.joint.countries()
    }

    /// Where an ordinary order's designer is based: a country that the rules tell apart from as few
    /// others as any; none when no country exists.
    #[must_use]
    pub const fn somewhere(&self) -> Option<Country> {
        self.joint.somewhere
    }

    /// Whether the two give every order the same answer.
    #[must_use]
    pub fn equal(&self) -> bool {
        self.whole().pairs.is_empty()
    }

    /// Every pair of different answers that some order gets, with how they compare.
    #[must_use]
    pub fn pairs(&self) -> &[[Reply; 2]] {
        &self.whole().pairs
    }

    /// How the second regime lies to the first over all orders.
    #[must_use]
    pub fn direction(&self) -> Direction {
        Direction::of(&self.whole().pairs)
    }

    /// How many nodes were made to compare the two over all facts.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.whole().nodes()
    }

    /// Whether the difference covers an order.
    #[must_use]
    pub fn covers(&self, facts: &Facts) -> Covered {
        order::covers(&self.joint, self.whole(), facts)
    }

    /// The difference among orders in these circumstances.
    #[must_use]
    pub fn pairs_in(&self, circumstances: &Circumstances) -> Pairs {
        self.joint.pairs(&self.sides, circumstances)
    }

    /// Every circumstance apart from the ordinary that some rule of either regime asks for.
    #[must_use]
    pub fn rare(&self) -> Vec<Rare> {
        joint::rare_facts(self.variables())
    }

    /// Whether a variable asks for the item, and nothing else.
    #[must_use]
    pub fn of_item(&self, variable: Variable) -> bool {
        self.joint.of_item(variable)
    }
}
