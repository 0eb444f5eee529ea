//! Chips on the plane of total processing performance and performance density, with the borders
//! between the classes of either regime.

use std::fmt::Write;

use tiergate_engine::{Comparison, Plane};
use tiergate_law::{FlagFact, Num, NumberFact};
use tiergate_order::{Catalog, Facts, Numeric};

use super::maps::{Change, ChipMap};
use crate::html::scale::Log;
use crate::style::grouped;

/// Units of a drawing.
pub const WIDTH: f64 = 620.0;
/// Height of a drawing.
pub const HEIGHT: f64 = 470.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 14.0;
/// Where the axis of density ends; below is the strip of chips without one.
const BOTTOM: f64 = 372.0;
/// Where chips without a density are drawn.
const STRIP: f64 = 398.0;

/// A chip as a point.
#[derive(Debug)]
pub struct Point {
    /// Id.
    pub id: String,
    /// Where.
    pub x: f64,
    /// Where.
    pub y: f64,
    /// Name and figures.
    pub says: String,
    /// How its tiers change over all countries.
    pub change: Change,
}

/// A number at an axis.
#[derive(Debug)]
pub struct Tick {
    /// Where.
    pub at: f64,
    /// The number.
    pub says: String,
}

/// The name of a class in its largest field.
#[derive(Debug)]
pub struct Label {
    /// Where.
    pub x: f64,
    /// Where.
    pub y: f64,
    /// The class before, or that there is none.
    pub before: String,
    /// The class after.
    pub after: String,
}

/// One drawing.
#[derive(Debug)]
pub struct Chart {
    /// What it shows.
    pub title: &'static str,
    /// Borders between the classes, as SVG paths: before, after.
    pub borders: [String; 2],
    /// Thresholds in words: before, after.
    pub thresholds: [String; 2],
    /// Names of the classes.
    pub labels: Vec<Label>,
    /// The chips.
    pub points: Vec<Point>,
    /// Marks of TPP.
    pub across: Vec<Tick>,
    /// Marks of density.
    pub up: Vec<Tick>,
}

/// The drawings of chips marketed for datacenters and of others.
pub fn charts(
    catalog: &Catalog,
    comparison: &Comparison,
    chips: &[(String, Facts)],
    maps: &[ChipMap],
) -> Vec<Chart> {
    let axes = axes(chips);
    let mut usual = Facts::default();
    // The borders are drawn for chips as well connected as any.
    for fact in NumberFact::ALL {
        let most = chips
            .iter()
            .filter_map(|(_, facts)| facts.number(*fact))
            .max();
        if let Some(most) = most.filter(|_| of_connection(*fact)) {
            usual.set_number(*fact, most);
        }
    }
    let chart = |title, datacenter| {
        let mut facts = usual.clone();
        facts.set_flag(FlagFact::Datacenter, datacenter);
        let plane = comparison.plane(&facts);
        let here = chips
            .iter()
            .filter(|(_, f)| f.flag(FlagFact::Datacenter).unwrap_or(true) == datacenter);
        let points = here.filter_map(|(id, facts)| point(catalog, maps, axes, id, facts));
        Chart {
            title,
            borders: [0, 1].map(|side| borders(&plane, side, axes)),
            thresholds: [0, 1].map(|side| thresholds(&plane, side)),
            labels: labels(&plane, axes),
            points: points.collect(),
            across: ticks(axes.0),
            up: ticks(axes.1),
        }
    };
    vec![
        chart("Designed or marketed for datacenters", true),
        chart("Not designed or marketed for datacenters", false),
    ]
}

/// Numbers of an IC that say how it is connected to others.
const fn of_connection(fact: NumberFact) -> bool {
    matches!(fact, NumberFact::Interconnect)
}

/// Axes that hold every chip.
fn axes(chips: &[(String, Facts)]) -> (Log, Log) {
    let range = |fact: NumberFact| {
        let numbers = chips.iter().filter_map(|(_, f)| f.number(fact));
        let numbers = numbers.map(Num::to_f64).filter(|n| *n > 0.0);
        numbers.fold((f64::MAX, f64::MIN_POSITIVE), |(low, high), n| {
            (low.min(n / 1.3), high.max(n * 1.3))
        })
    };
    (
        Log::new(range(NumberFact::Tpp), (LEFT, WIDTH - RIGHT)),
        Log::new(range(NumberFact::PerformanceDensity), (BOTTOM, TOP)),
    )
}

fn ticks(axis: Log) -> Vec<Tick> {
    let ticks = axis.ticks().into_iter();
    ticks
        .map(|n| Tick {
            at: axis.place(n),
            says: grouped(&n.to_string()),
        })
        .collect()
}

fn point(
    catalog: &Catalog,
    maps: &[ChipMap],
    (across, up): (Log, Log),
    id: &str,
    facts: &Facts,
) -> Option<Point> {
    let tpp = facts
        .number(NumberFact::Tpp)
        .filter(|tpp| *tpp > Num::ZERO)?;
    let map = maps.iter().find(|m| m.id == id)?;
    let chip = catalog.chip(id)?;
    let density = facts.numeric(NumberFact::PerformanceDensity);
    let (y, density) = match density {
        Numeric::Is(density) => {
            let text = format!("{:.2}", density.to_f64());
            (up.place(density.to_f64()), format!("density {text}"))
        }
        Numeric::Undefined => (STRIP, "no density: no die counts".to_owned()),
        Numeric::Unknown => (STRIP, "density not known".to_owned()),
    };
    Some(Point {
        id: id.to_owned(),
        x: across.place(tpp.to_f64()),
        y,
        says: format!(
            "{} {}: TPP {}, {density}; the answer changes in {} countries",
            chip.vendor,
            chip.name,
            grouped(&tpp.to_string()),
            map.changed()
        ),
        change: map.whole(),
    })
}

/// Where columns begin and end.
fn edges(thresholds: &[(Num, bool)], axis: Log, (start, end): (f64, f64)) -> Vec<f64> {
    let inner = thresholds.iter().map(|(n, _)| axis.place(n.to_f64()));
    std::iter::once(start).chain(inner).chain([end]).collect()
}

/// The lines between fields of different classes.
fn borders(plane: &Plane, side: usize, axes: (Log, Log)) -> String {
    let xs = edges(&plane.tpp, axes.0, (LEFT, WIDTH - RIGHT));
    let ys = edges(&plane.density, axes.1, (BOTTOM, TOP));
    let classes = &plane.classes[side];
    let mut path = String::new();
    for (row, fields) in classes.iter().enumerate() {
        for (column, class) in fields.iter().enumerate() {
            let (left, right) = (xs[column], xs[column + 1]);
            let (low, high) = (ys[row], ys[row + 1]);
            if fields.get(column + 1).is_some_and(|next| next != class) {
                let _ = write!(path, "M{right:.1} {low:.1}V{high:.1}");
            }
            let above = classes.get(row + 1).map(|fields| &fields[column]);
            if above.is_some_and(|next| next != class) {
                let _ = write!(path, "M{left:.1} {high:.1}H{right:.1}");
            }
        }
    }
    path
}

/// The thresholds at which a class changes somewhere.
fn thresholds(plane: &Plane, side: usize) -> String {
    let classes = &plane.classes[side];
    let number = |(n, above): (Num, bool)| {
        let number = grouped(&n.to_string());
        if above {
            format!("above {number}")
        } else {
            number
        }
    };
    let columns = (0..plane.tpp.len())
        .filter(|c| classes.iter().any(|fields| fields[*c] != fields[c + 1]))
        .map(|c| number(plane.tpp[c]));
    let rows = (0..plane.density.len())
        .filter(|r| classes[*r] != classes[r + 1])
        .map(|r| number(plane.density[r]));
    let said = |name: &str, numbers: Vec<String>| match numbers.len() {
        0 => format!("no {name}"),
        _ => format!("{name} {}", numbers.join(", ")),
    };
    let (columns, rows) = (columns.collect(), rows.collect());
    format!("{}; {}", said("TPP", columns), said("density", rows))
}

/// Names of classes, each in the largest of the fields that have these two.
fn labels(plane: &Plane, axes: (Log, Log)) -> Vec<Label> {
    let xs = edges(&plane.tpp, axes.0, (LEFT, WIDTH - RIGHT));
    let ys = edges(&plane.density, axes.1, (BOTTOM, TOP));
    let name = |class: &Option<String>| class.clone().unwrap_or_else(|| "none".to_owned());
    let mut labels: Vec<(f64, Label)> = Vec::new();
    for row in 0..ys.len() - 1 {
        for column in 0..xs.len() - 1 {
            let [before, after] = [0, 1].map(|side| name(&plane.classes[side][row][column]));
            let (width, height) = (xs[column + 1] - xs[column], ys[row] - ys[row + 1]);
            let size = width.min(height * 3.0);
            let label = Label {
                x: f64::midpoint(xs[column], xs[column + 1]),
                y: f64::midpoint(ys[row], ys[row + 1]),
                before,
                after,
            };
            let same =
                |(_, l): &&mut (f64, Label)| l.before == label.before && l.after == label.after;
            match labels.iter_mut().find(same) {
                Some(known) if known.0 < size => *known = (size, label),
                Some(_) => {}
                None => labels.push((size, label)),
            }
        }
    }
    labels.retain(|(size, _)| *size > 40.0);
    labels.into_iter().map(|(_, label)| label).collect()
}
