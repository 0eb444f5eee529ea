//! Targets: what is known of the world, or is to be predicted of it, and how the model reads each.

use serde::Deserialize;

use crate::model::{Model, Rehearsal};
use crate::month::Month;
use crate::world::TableError;

/// The table.
const TABLE: &str = "targets.csv";

/// What a target is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Parameters are fitted to it.
    Calibrate,
    /// It was known while the model was built: looked at, not scored.
    Seen,
    /// It informed a range.
    Prior,
    /// Its value is left out: predicted blind.
    Holdout,
}

impl Role {
    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Role::Calibrate => "calibrate",
            Role::Seen => "seen",
            Role::Prior => "prior",
            Role::Holdout => "holdout",
        }
    }
}

/// How months become one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    Last,
    Sum,
    Mean,
}

/// How the model reads a target.
#[derive(Debug, Clone, PartialEq)]
enum Reading {
    /// It cannot.
    Silent,
    /// The stock with which it begins.
    Start,
    /// A parameter, by its place.
    Parameter(usize),
    /// A sum of products of series, over months.
    Series {
        terms: Vec<Vec<usize>>,
        over: Over,
        from: usize,
        until: usize,
    },
}

/// A target.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Its id.
    pub id: String,
    /// What it is.
    pub quantity: String,
    /// The period.
    pub period: String,
    /// The unit.
    pub unit: String,
    /// What it is for.
    pub role: Role,
    /// What is known.
    pub value: Option<f64>,
    /// The interval of what is known.
    pub range: Option<[f64; 2]>,
    /// How far the model may be off where no interval is known: a share, assumed.
    pub tolerance: Option<f64>,
    /// How the model reads it, or why it cannot.
    pub note: String,
    /// Whether it is a flow of smuggled chips, on which the baseline speaks.
    pub smuggled: bool,
    reading: Reading,
    factor: f64,
    until: Option<Month>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    quantity: String,
    period: String,
    median: Option<f64>,
    p5: Option<f64>,
    p95: Option<f64>,
    unit: String,
    role: Role,
    #[serde(rename = "how_known")]
    _how_known: String,
    #[serde(rename = "source")]
    _source: String,
    reads: String,
    over: String,
    from: String,
    until: String,
    factor: Option<f64>,
    tolerance: Option<f64>,
    note: String,
}

/// The series of which a rehearsal tells what was smuggled.
const SMUGGLED: &str = "diverted";

impl Row {
    fn target(self, model: &Model) -> Result<Known, String> {
        let month = |text: &str| {
            let month =
                Month::read(text).ok_or_else(|| format!("`{text}` is no month: write 2025-07"))?;
            Ok::<Month, String>(month)
        };
        let mut until = None;
        let reading = match self.reads.as_str() {
            "none" => Reading::Silent,
            "start" => Reading::Start,
            reads => match reads.strip_prefix("parameter ") {
                Some(id) => {
                    Reading::Parameter(model.parameters.place(id).map_err(|e| e.to_string())?)
                }
                None => {
                    let over = match self.over.as_str() {
                        "last" => Over::Last,
                        "sum" => Over::Sum,
                        "mean" => Over::Mean,
                        other => return Err(format!("`{other}`: write last, sum or mean")),
                    };
                    let told = model.told();
                    let place = |id: &str| {
                        told.find(id)
                            .ok_or_else(|| format!("there is no series `{id}`"))
                    };
                    let terms = reads
                        .split('+')
                        .map(|term| term.split('*').map(place).collect());
                    let terms = terms.collect::<Result<_, String>>()?;
                    let (first, last) = (month(&self.from)?, month(&self.until)?);
                    until = Some(last);
                    let number = |month| {
                        usize::try_from(model.world.months.number(month))
                            .map_err(|_| format!("{month} is before the first month"))
                    };
                    Reading::Series {
                        terms,
                        over,
                        from: number(first)?,
                        until: number(last)?,
                    }
                }
            },
        };
        Ok(Known {
            smuggled: self.reads == SMUGGLED,
            id: self.id,
            quantity: self.quantity,
            period: self.period,
            unit: self.unit,
            role: self.role,
            value: self.median,
            range: self.p5.zip(self.p95).map(|(low, high)| [low, high]),
            tolerance: self.tolerance,
            note: self.note,
            reading,
            factor: self.factor.unwrap_or(1.0),
            until,
        })
    }
}

/// Reads the targets of a table.
///
/// # Errors
///
/// The first fault, with its line.
pub fn read(text: &str, model: &Model) -> Result<Vec<Known>, TableError> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.deserialize::<Row>().enumerate();
    rows.map(|(at, row)| {
        let row = row.map_err(|error| TableError {
            table: TABLE,
            line: error.position().map(csv::Position::line),
            why: error.to_string(),
        })?;
        let id = row.id.clone();
        row.target(model).map_err(|why| TableError {
            table: TABLE,
            line: Some(at as u64 + 2),
            why: format!("{id}: {why}"),
        })
    })
    .collect()
}

/// The last month that any target needs.
#[must_use]
pub fn last_month(targets: &[Known]) -> Option<Month> {
    targets.iter().filter_map(|t| t.until).max()
}

impl Known {
    /// What a rehearsal says of it; none where the model cannot speak, or the rehearsal ends before.
    #[must_use]
    pub fn told(&self, model: &Model, values: &[f64], rehearsal: &Rehearsal) -> Option<f64> {
        self.of(model, values, &|series| rehearsal.series(series))
    }

    /// The same of any series; `of` tells the months of one by its place.
    pub(crate) fn of<'s>(
        &self,
        model: &Model,
        values: &[f64],
        of: &dyn Fn(usize) -> &'s [f32],
    ) -> Option<f64> {
        let told = match &self.reading {
            Reading::Silent => return None,
            Reading::Start => model.world.stock.iter().sum(),
            Reading::Parameter(at) => *values.get(*at)?,
            Reading::Series {
                terms,
                over,
                from,
                until,
            } => {
                if *until >= model.world.months.len() {
                    return None;
                }
                let month = |at: usize| -> f64 {
                    let product = |term: &Vec<usize>| {
                        term.iter()
                            .map(|series| f64::from(of(*series)[at]))
                            .product::<f64>()
                    };
                    terms.iter().map(product).sum()
                };
                let months = (*from..=*until).map(month).filter(|x| x.is_finite());
                match over {
                    Over::Last => months.last()?,
                    Over::Sum => months.sum(),
                    Over::Mean => {
                        let (n, sum) = months.fold((0.0, 0.0), |(n, s), x| (n + 1.0, s + x));
                        if n == 0.0 {
                            return None;
                        }
                        sum / n
                    }
                }
            }
        };
        let told = told * self.factor;
        told.is_finite().then_some(told)
    }

    /// How far the model may be off, as a standard deviation of the logarithm.
    #[must_use]
    pub fn slack(&self) -> Option<f64> {
        /// Standard deviations from the 5th to the 95th percentile of a normal distribution.
        const CENTRAL: f64 = 2.0 * 1.644_853_626_951_472_2;
        let by_range = self.range.map(|[low, high]| (high / low).ln() / CENTRAL);
        by_range.or(self.tolerance).filter(|s| *s > 0.0)
    }
}
