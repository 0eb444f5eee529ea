//! Who has how many chips at the end, in both units.

use super::Report;
use super::axis::{Axis, short};
use super::markup::{Picture, escape, folded};
use crate::fan::known;
use crate::run::RunError;
use crate::series as s;
use crate::told::{number, spread};

/// A group: the series, what it is called, its class.
type Group = (usize, &'static str, &'static str);

const KH100E: &[Group] = &[
    (s::STOCK_US, "United States", "g-us"),
    (s::STOCK_ALLIES, "allies", "g-allies"),
    (s::STOCK_MIDDLE, "middle countries", "g-middle"),
    (s::STOCK_CHINESE_ABROAD, "Chinese chips abroad", "g-abroad"),
    (s::STOCK_CHINESE, "Chinese chips in China", "g-chinese"),
    (
        s::STOCK_EMBARGOED,
        "sold by law to arms-embargoed",
        "g-embargoed",
    ),
    (s::STOCK_SMUGGLED, "smuggled to China", "g-smuggled"),
];

const TPP: &[Group] = &[
    (s::TPP_US, "United States", "g-us"),
    (s::TPP_ALLIES, "allies", "g-allies"),
    (s::TPP_MIDDLE, "middle countries", "g-middle"),
    (
        s::TPP_EMBARGOED,
        "sold by law to arms-embargoed",
        "g-embargoed",
    ),
];

/// Both charts.
pub fn section(report: &Report<'_>) -> Result<String, RunError> {
    Ok(format!(
        "<p>Medians at the end, beside one another: bars of medians need not add up to the median of all.</p>\
         <div class=\"two\">{}{}</div>",
        one(report, "st-h", "All chips", "kH100e", KH100E)?,
        one(
            report,
            "st-t",
            "U.S. chips by what the law counts",
            "billion TPP",
            TPP
        )?
    ))
}

fn one(
    report: &Report<'_>,
    id: &str,
    heading: &str,
    unit: &str,
    groups: &[Group],
) -> Result<String, RunError> {
    let names = report.names();
    let mut bands: Vec<Vec<[f64; 3]>> = Vec::new();
    for law in 0..names.len() {
        let mut of = Vec::new();
        for (series, ..) in groups {
            let draws = report.results.series(law, *series, report.months())?;
            let ends = draws.iter().filter_map(|months| months.last().copied());
            of.push(known(ends.map(f64::from)).map_or([0.0; 3], |sample| sample.band()));
        }
        bands.push(of);
    }
    let total = |of: &Vec<[f64; 3]>| of.iter().map(|b| b[1].max(0.0)).sum::<f64>();
    let most = bands.iter().map(total).fold(1e-9, f64::max);
    let axis = Axis::Even([0.0, most], [4.0, 590.0]);
    let mut body = String::new();
    let end = 44.0 * names.len() as f64;
    for tick in axis.ticks() {
        let x = axis.place(tick);
        body += &format!(
            "<path class=\"grid\" d=\"M{x:.1} 0V{end}\"/><text class=\"tick mid\" x=\"{x:.1}\" y=\"{}\">{}</text>",
            end + 16.0,
            escape(&short(tick))
        );
    }
    for (law, (name, of)) in names.iter().zip(&bands).enumerate() {
        let y = 44.0 * law as f64;
        body += &format!(
            "<text class=\"label\" x=\"4\" y=\"{}\">{}</text>",
            y + 14.0,
            escape(name)
        );
        let mut so_far = 0.0;
        for ((_, group, class), band) in groups.iter().zip(of) {
            let (from, to) = (axis.place(so_far), axis.place(so_far + band[1].max(0.0)));
            so_far += band[1].max(0.0);
            body += &format!(
                "<rect class=\"{class}\" x=\"{from:.1}\" y=\"{}\" width=\"{:.1}\" height=\"17\"><title>{name}, {group}: {}</title></rect>",
                y + 19.0,
                to - from,
                spread(*band),
                name = escape(name)
            );
        }
    }
    let says = names
        .iter()
        .zip(&bands)
        .map(|(name, of)| {
            let share = of.first().map_or(0.0, |us| us[1]) / total(of).max(1e-9);
            format!(
                "{name}: {:.0} % in the United States of {}",
                100.0 * share,
                number(total(of))
            )
        })
        .collect::<Vec<String>>()
        .join("; ");
    let picture = Picture {
        id,
        class: "stack",
        view: [0.0, 0.0, 600.0, end + 22.0],
        title: &format!("{heading}, {unit}"),
        says: &says,
    };
    let key: String = groups
        .iter()
        .map(|(_, name, class)| format!("<li><span class=\"swatch {class}\"></span> {name}</li>"))
        .collect();
    let mut heads = vec!["regime".to_owned()];
    heads.extend(groups.iter().map(|(_, name, _)| format!(">{name}")));
    let rows: Vec<Vec<String>> = names
        .iter()
        .zip(&bands)
        .map(|(name, of)| {
            let cells = of.iter().map(|band| spread(*band));
            std::iter::once(name.clone()).chain(cells).collect()
        })
        .collect();
    Ok(format!(
        "<figure><figcaption><h3>{heading} <span class=\"unit\">{unit}</span></h3></figcaption><ul class=\"key\">{key}</ul>{}{}</figure>",
        picture.draw(&body),
        folded(&format!("{heading}, {unit}"), &heads, &rows)
    ))
}
