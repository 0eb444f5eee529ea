//! Small multiples: the same series under every law, on the same axis.

use super::Report;
use super::fans::{Fan, Months, axis};
use super::markup::{escape, folded};
use crate::fan::fan;
use crate::run::RunError;
use crate::series::{self as s, SERIES};
use crate::told::spread;

/// A series that is shown: what heads it and what it is.
struct Shown {
    series: usize,
    heading: &'static str,
    says: &'static str,
}

const fn shown(series: usize, heading: &'static str, says: &'static str) -> Shown {
    Shown {
        series,
        heading,
        says,
    }
}

/// What is shown month by month.
const SHOWN: &[Shown] = &[
    shown(
        s::STOCK_SMUGGLED,
        "Smuggled chips in China",
        "U.S. chips that were smuggled and are in use",
    ),
    shown(
        s::DIVERTED,
        "Smuggled in the month",
        "U.S. chips that arrived in China in the month, smuggled",
    ),
    shown(
        s::PREMIUM,
        "Premium on smuggled chips",
        "What a smuggled chip costs in China above its price",
    ),
    shown(
        s::SHELLS,
        "Shell companies",
        "Shell companies that smuggling uses",
    ),
    shown(
        s::SHARE_CHINA,
        "Arms-embargoed share of computing power",
        "Smuggled and Chinese chips included",
    ),
    shown(
        s::STOCK_MIDDLE,
        "U.S. chips in the middle countries",
        "Neither the favoured group of January 2025 nor under an arms embargo",
    ),
    shown(
        s::DELIVERED_MIDDLE,
        "Delivered to the middle countries",
        "U.S. chips that came into use in the month",
    ),
    shown(
        s::SHARE_CHINESE_ABROAD,
        "Chinese share of third countries",
        "Of computing power there, what is of Chinese chips",
    ),
    shown(
        s::SITES,
        "Large sites in the middle countries",
        "Sites of 100,000 H100-equivalents and more",
    ),
    shown(
        s::REVENUE_ABROAD,
        "U.S. revenue abroad",
        "What U.S. chip makers earn abroad in the month, smuggled chips not counted",
    ),
    shown(
        s::DEALS,
        "Agreements in force",
        "Between governments, on access to chips",
    ),
    shown(
        s::COOPERATION,
        "Cooperation of allies",
        "What is left of it on equipment controls",
    ),
    shown(
        s::SHARE_BOUND,
        "Chips abroad on terms",
        "Of U.S. chips abroad, China apart, what went under a license, an agreement or a status that can be withdrawn",
    ),
];

/// What is shown of the queue.
const QUEUE: &[Shown] = &[
    shown(
        s::WAITING,
        "Applications that wait",
        "For chips and for other goods, to be taken up",
    ),
    shown(
        s::WAIT_MEDIAN,
        "Days to a decision, the median",
        "From filing, of applications for chips decided in the month",
    ),
    shown(
        s::WAIT_P90,
        "Days to a decision, nine in ten",
        "Within which nine in ten applications for chips are decided",
    ),
];

/// The key of every chart.
fn key(report: &Report<'_>) -> String {
    let names = report.names();
    let beside = match names.as_slice() {
        [first, _, ..] => format!(
            "<li><svg viewBox=\"0 0 30 14\" aria-hidden=\"true\"><path class=\"beside\" d=\"M0 7H30\"/></svg> median of {}</li>\
             <li><svg viewBox=\"0 0 30 14\" aria-hidden=\"true\"><path class=\"part\" d=\"M15 0V14\"/></svg> the laws part ({})</li>",
            escape(first),
            report.month(report.setup.parts)
        ),
        _ => String::new(),
    };
    format!(
        "<ul class=\"key\"><li><svg viewBox=\"0 0 30 14\" aria-hidden=\"true\"><path class=\"median\" d=\"M0 7H30\"/></svg> median</li>\
         <li><svg viewBox=\"0 0 30 14\" aria-hidden=\"true\"><path class=\"b50\" d=\"M0 0H30V14H0z\"/></svg> half of draws</li>\
         <li><svg viewBox=\"0 0 30 14\" aria-hidden=\"true\"><path class=\"b90\" d=\"M0 0H30V14H0z\"/></svg> nine in ten draws</li>{beside}</ul>"
    )
}

/// The series of the world.
pub fn months(report: &Report<'_>) -> Result<String, RunError> {
    all(report, SHOWN)
}

/// The queue.
pub fn queue(report: &Report<'_>) -> Result<String, RunError> {
    all(report, QUEUE)
}

fn all(report: &Report<'_>, shown: &[Shown]) -> Result<String, RunError> {
    let mut text = key(report);
    for shown in shown {
        text += &one(report, shown)?;
    }
    Ok(text)
}

fn told(month: Option<[f64; 5]>) -> String {
    month.map_or_else(|| "none".into(), |q| spread([q[0], q[2], q[4]]))
}

/// A series under every law.
fn one(report: &Report<'_>, shown: &Shown) -> Result<String, RunError> {
    let (series, heading) = (shown.series, shown.heading);
    let names = report.names();
    let count = report.months();
    let months = report.setup.model.world.months;
    let mut fans: Vec<Months> = Vec::with_capacity(names.len());
    for law in 0..names.len() {
        fans.push(fan(&report.results.series(law, series, count)?));
    }
    let several = names.len() > 1;
    let axis = axis(&fans, if several { report.setup.parts } else { 0 });
    let years: Vec<(usize, i16)> = (0..count)
        .map(|at| (at, months.month(at)))
        .filter(|(_, month)| month.month == 1)
        .map(|(at, month)| (at, month.year))
        .collect();
    let of = &SERIES[series];
    let last = count - 1;
    let mut items = String::new();
    for (law, (name, months)) in names.iter().zip(&fans).enumerate() {
        let end = told(months[last]);
        let says = format!(
            "{heading} under {name} in {}: {end} {}, the median and the range of nine in ten draws.",
            report.month(last),
            of.unit
        );
        let drawn = Fan {
            id: &format!("f-{}-{law}", of.id.replace('.', "-")),
            title: &format!("{heading}: {name}"),
            says: &says,
            months,
            beside: (law > 0).then(|| &fans[0]),
            axis: &axis,
            part: several.then_some(report.setup.parts),
            years: &years,
        };
        items += &format!(
            "<li><p class=\"of\"><strong>{}</strong><span>{}</span></p>{}</li>",
            escape(name),
            escape(&end),
            drawn.draw()
        );
    }
    let ends: Vec<usize> = (0..count)
        .filter(|at| months.month(*at).month == 12 || *at == last)
        .collect();
    let mut heads = vec!["regime".to_owned()];
    heads.extend(ends.iter().map(|at| format!(">{}", months.month(*at))));
    let rows: Vec<Vec<String>> = names
        .iter()
        .zip(&fans)
        .map(|(name, months)| {
            let cells = ends.iter().map(|at| told(months[*at]));
            std::iter::once(name.clone()).chain(cells).collect()
        })
        .collect();
    Ok(format!(
        "<figure><figcaption><h3>{} <span class=\"unit\">{}</span></h3><p class=\"faint\">{}.{}{}</p></figcaption>\
         <ul class=\"multiples\">{items}</ul>{}</figure>",
        escape(heading),
        escape(of.unit),
        escape(shown.says),
        escape(&finding(report, &fans)),
        axis.says(),
        folded(&format!("{heading}, {}", of.unit), &heads, &rows)
    ))
}

/// Which regimes end with the least and the most of it.
fn finding(report: &Report<'_>, fans: &[Months]) -> String {
    let names = report.names();
    let mut ends: Vec<(f64, &String)> = fans
        .iter()
        .zip(&names)
        .filter_map(|(months, name)| Some((months.last().copied().flatten()?[2], name)))
        .collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    match (ends.first(), ends.last()) {
        (Some((least, low)), Some((most, high))) if most > least => format!(
            " At the end the median is least under {low} ({}) and most under {high} ({}).",
            crate::told::number(*least),
            crate::told::number(*most)
        ),
        (Some((all, _)), _) if ends.len() > 1 => format!(
            " At the end the median is the same under all regimes ({}).",
            crate::told::number(*all)
        ),
        _ => String::new(),
    }
}
