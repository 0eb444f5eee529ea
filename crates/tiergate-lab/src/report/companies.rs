//! The named companies: what each holds abroad, and how far it has used the limits of its status.

use super::Report;
use super::axis::Axis;
use super::bars::{self, Bar, Row};
use super::markup::{escape, folded};
use crate::fan::known;
use crate::run::RunError;
use crate::series::{HOLDS, NEARLY, USED, of_company};
use crate::told::spread;

/// A company under a law.
struct Found {
    name: String,
    /// At the end, in kH100e.
    holds: [f64; 3],
    /// The most it ever used of any of its limits, in percent.
    used: [f64; 3],
    /// In so many of a hundred draws it used one up.
    used_up: f64,
}

/// A chart of each law under which companies draw on limits of their own.
pub fn section(report: &Report<'_>) -> Result<String, RunError> {
    let mut text = String::from(
        "<p>Large buyers by name; a status lets each buy abroad without a license, up to limits of its own. \
         What of all building abroad is whose is assumed: shares by what each is known to own, spread by chance, \
         and by the few sites that are known. \
         Nothing here says what a company does, plans or was granted.</p>",
    );
    let mut without = Vec::new();
    for (law, name) in report.names().into_iter().enumerate() {
        let found = found(report, law)?;
        match found.iter().any(|f| f.used[2] > 0.0) {
            true => text += &chart(law, &name, &found),
            false => without.push(name),
        }
    }
    if !without.is_empty() {
        text += &format!(
            "<p>No company draws on a limit of its own under: {}.</p>",
            escape(&without.join("; "))
        );
    }
    Ok(text)
}

fn found(report: &Report<'_>, law: usize) -> Result<Vec<Found>, RunError> {
    let world = &report.setup.model.world;
    let (places, count) = (world.places.len(), world.companies.len());
    let mut all = Vec::with_capacity(count);
    for (at, company) in world.companies.iter().enumerate() {
        let draws = |series| {
            let at = of_company(series, at, places, count);
            report.results.series(law, at, report.months())
        };
        let band =
            |values: &[f64]| known(values.iter().copied()).map_or([0.0; 3], |sample| sample.band());
        let ends: Vec<f64> = draws(HOLDS)?
            .iter()
            .filter_map(|months| months.last().copied().map(f64::from))
            .collect();
        let most: Vec<f64> = draws(USED)?
            .iter()
            .map(|months| months.iter().copied().fold(0.0, f32::max).into())
            .collect();
        let up = most.iter().filter(|x| **x >= NEARLY).count();
        all.push(Found {
            name: company.name.clone(),
            holds: band(&ends),
            used: band(&most).map(|x| 100.0 * x),
            used_up: 100.0 * up as f64 / most.len().max(1) as f64,
        });
    }
    Ok(all)
}

fn chart(law: usize, name: &str, found: &[Found]) -> String {
    let rows: Vec<Row> = found
        .iter()
        .filter(|f| f.used[2] > 0.0)
        .map(|f| {
            let bar = Bar {
                class: if f.used[1] >= 100.0 * NEARLY {
                    "first"
                } else {
                    "screened"
                },
                spread: f.used,
            };
            (f.name.clone(), vec![bar])
        })
        .collect();
    let mut nearest: Vec<&Found> = found.iter().filter(|f| f.used_up > 0.0).collect();
    nearest.sort_by(|a, b| b.used_up.total_cmp(&a.used_up));
    let says = match nearest.as_slice() {
        [] => "no company uses nine tenths of a limit in any draw".to_owned(),
        some => {
            let each = some.iter().take(3);
            let told = each.map(|f| format!("{} in {:.0} of 100 draws", f.name, f.used_up));
            format!(
                "nine tenths of a limit or more are used by {}",
                told.collect::<Vec<_>>().join(", ")
            )
        }
    };
    let heads = [
        "company",
        ">holds at the end, kH100e",
        ">of its tightest limit, percent",
        ">nine tenths or more, of 100 draws",
    ];
    let figures: Vec<Vec<String>> = found
        .iter()
        .map(|f| {
            vec![
                f.name.clone(),
                spread(f.holds),
                spread(f.used),
                format!("{:.0}", f.used_up),
            ]
        })
        .collect();
    let title = format!("{name}: the most that each ever used of any of its limits");
    format!(
        "<figure><figcaption><h3>{} <span class=\"unit\">percent, median and nine in ten draws</span></h3>\
         <p>{}.</p></figcaption>{}{}</figure>",
        escape(&title),
        escape(&capital(&says)),
        bars::draw(
            &format!("co-{law}"),
            &title,
            &says,
            &rows,
            Some(Axis::Even([0.0, 100.0], bars::ENDS))
        ),
        folded(&title, &heads.map(str::to_owned), &figures)
    )
}

/// A sentence begins with a capital.
fn capital(says: &str) -> String {
    let mut letters = says.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
