//! The comparison as one page that needs nothing else.

use anyhow::Result;
use askama::Template;

use super::change::Change;
use super::print::{Report, Section};
use super::sums::{Changes, Sum};
use crate::html::STYLE;
use crate::html::outlines::{HEIGHT, Outline, WIDTH, outlines};
use crate::report::count;
use crate::style::grouped;

/// The page.
#[derive(Template)]
#[template(path = "impact.html")]
struct Page<'r> {
    style: &'static str,
    titles: &'r [String; 2],
    head: Vec<String>,
    figures: Vec<Figure>,
    bars: Vec<Bar>,
    map_size: (u32, u32),
    outlines: &'static [Outline],
    bubbles: Vec<Bubble>,
    sections: Vec<Section>,
}

/// A kind of change with its sums.
struct Figure {
    change: Change,
    orders: String,
    tpp: String,
}

/// A bar of all orders, split by what becomes of them.
struct Bar {
    title: &'static str,
    parts: Vec<Part>,
}

/// A part of a bar, in units of a thousandth of it.
struct Part {
    change: Change,
    from: f64,
    wide: f64,
    says: String,
}

/// A destination on the map.
struct Bubble {
    x: i32,
    y: i32,
    /// Its area is to that of the largest as its TPP.
    radius: f64,
    change: Change,
    says: String,
}

/// The radius of the largest bubble, in tenths of a unit of the map.
const RADIUS_MAX: f64 = 260.0;
/// No bubble is smaller than this: it could not be seen.
const RADIUS_MIN: f64 = 24.0;

/// Lays a comparison out.
pub fn render(report: &Report<'_>) -> Result<String> {
    let changes = report.tally.changes();
    let figure = |change: Change| Figure {
        change,
        orders: count(changes.of(change).orders, "order", "orders"),
        tpp: words(&changes.of(change).tpp),
    };
    let page = Page {
        style: STYLE,
        titles: &report.titles,
        head: report.head(),
        figures: Change::ALL.map(figure).into(),
        bars: vec![
            bar("orders", &changes, |of, change| of.of(change).orders as f64),
            bar("TPP", &changes, |of, change| {
                of.of(change).tpp.approximate()
            }),
        ],
        map_size: (WIDTH, HEIGHT),
        outlines: outlines(),
        bubbles: bubbles(report),
        sections: report.sections(),
    };
    Ok(page.render()?)
}

/// A sum of TPP in words.
fn words(sum: &Sum) -> String {
    match (sum.known, sum.unknown) {
        (0, 0) => "none".to_owned(),
        (0, unknown) => format!("TPP unknown for {}", grouped(&unknown.to_string())),
        (_, 0) => format!("{} TPP", grouped(&sum.to_string())),
        (_, unknown) => format!(
            "{} TPP, unknown for {}",
            grouped(&sum.to_string()),
            grouped(&unknown.to_string())
        ),
    }
}

fn bar(title: &'static str, changes: &Changes, size: impl Fn(&Changes, Change) -> f64) -> Bar {
    let all: f64 = Change::ALL.iter().map(|c| size(changes, *c)).sum();
    let mut from = 0.0;
    let mut parts = Vec::new();
    for change in Change::ALL {
        let wide = 1000.0 * size(changes, change) / all.max(1.0);
        if wide > 0.0 {
            let says = format!("{}: {:.1} % of {title}", change.says(), wide / 10.0);
            parts.push(Part {
                change,
                from,
                wide,
                says,
            });
        }
        from += wide;
    }
    Bar { title, parts }
}

/// Every destination that is on the map, the largest first so that small ones stay on top.
fn bubbles(report: &Report<'_>) -> Vec<Bubble> {
    let places = report.tally.countries();
    let tpp = |of: &Changes| of.all().tpp.approximate();
    let largest = places.iter().map(|(_, of)| tpp(of)).fold(1.0, f64::max);
    let mut bubbles: Vec<Bubble> = places
        .iter()
        .filter_map(|(country, of)| {
            let country = (*country)?;
            let outline = outlines().iter().find(|o| o.code == country)?;
            let (all, changed) = (of.all(), of.changed());
            Some(Bubble {
                x: outline.middle.0,
                y: outline.middle.1,
                radius: (RADIUS_MAX * (tpp(of) / largest).sqrt()).max(RADIUS_MIN),
                change: most(of),
                says: format!(
                    "{}: {}, {}; {} change",
                    report.desk.catalog.country_name(country),
                    count(all.orders, "order", "orders"),
                    words(&all.tpp),
                    grouped(&changed.orders.to_string())
                ),
            })
        })
        .collect();
    bubbles.sort_by(|a, b| b.radius.total_cmp(&a.radius));
    bubbles
}

/// What becomes of most of the orders; of those that change if any do.
fn most(of: &Changes) -> Change {
    let changing = Change::ALL.into_iter().filter(|c| *c != Change::Same);
    let most = changing.max_by_key(|c| of.of(*c).orders);
    let most = most.filter(|c| of.of(*c).orders > 0);
    most.unwrap_or(Change::Same)
}
