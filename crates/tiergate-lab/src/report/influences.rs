//! Which parameters decide: effects that were screened, and shares of variance.

use super::Report;
use super::bars::{Bar, Row, draw};
use super::markup::{escape, folded, nothing, wide};
use crate::findings::Influence;
use crate::told::spread;

/// How many parameters a chart shows; the figures hold all.
const SHOWN: usize = 15;

type Of = fn(&Influence) -> Option<[f64; 3]>;

/// An output after the other.
pub fn section(report: &Report<'_>) -> String {
    if report.influences.is_empty() {
        return nothing(
            "Which parameters decide was not asked.",
            "tiergate lab sensitivity",
        );
    }
    let mut outputs: Vec<&Influence> = Vec::new();
    for influence in report.influences {
        if outputs.iter().all(|o| o.output != influence.output) {
            outputs.push(influence);
        }
    }
    let each = outputs.iter().enumerate().map(|(at, first)| {
        let of: Vec<&Influence> = report
            .influences
            .iter()
            .filter(|i| i.output == first.output)
            .collect();
        let output = &first.says;
        format!(
            "<h3>{}</h3>{}{}",
            escape(output),
            tornado(report, at, output, &of),
            sobol(report, at, output, &of)
        )
    });
    let note = "<p>Over the ranges of parameters before calibration, with the chance of one draw, for the first two \
        regimes. What is shared out is the spread from the parameters that are left; all others are held at their \
        defaults. So this tells which numbers matter, not where the spread of the charts above comes from.</p>";
    note.to_owned() + &each.collect::<String>()
}

/// Those with a value, the largest first.
fn ranked<'i>(of: &[&'i Influence], by: Of) -> Vec<&'i Influence> {
    let mut ranked: Vec<&Influence> = of.iter().copied().filter(|i| by(i).is_some()).collect();
    let size = |i: &Influence| by(i).map_or(0.0, |[_, value, _]| value.abs());
    ranked.sort_by(|a, b| size(b).total_cmp(&size(a)));
    ranked
}

/// The first three, with what each says.
fn leads(report: &Report<'_>, ranked: &[&Influence]) -> String {
    let all = report.setup.model.parameters.all();
    let told = |i: &&Influence| {
        let known = all.iter().find(|p| p.id == i.parameter);
        let says = known.map_or_else(String::new, |p| format!(" ({})", p.says));
        format!("{}{says}", i.parameter)
    };
    let names: Vec<String> = ranked.iter().take(3).map(told).collect();
    names.join("; ")
}

fn tornado(report: &Report<'_>, at: usize, output: &str, of: &[&Influence]) -> String {
    let ranked = ranked(of, |i| i.screened);
    if ranked.is_empty() {
        return String::new();
    }
    let rows: Vec<Row> = ranked
        .iter()
        .take(SHOWN)
        .filter_map(|i| {
            let spread = i.screened?;
            let class = "screened";
            Some((i.parameter.clone(), vec![Bar { class, spread }]))
        })
        .collect();
    let says = format!("{output} moves most with {}.", leads(report, &ranked));
    let title = format!("Mean size of elementary effects on {output}");
    let figures: Vec<Vec<String>> = ranked
        .iter()
        .filter_map(|i| Some(vec![i.parameter.clone(), spread(i.screened?)]))
        .collect();
    let heads = ["parameter", ">effect (interval)"].map(String::from);
    let chart = draw(&format!("t-{at}"), &title, &says, &rows, None);
    format!(
        "<figure><figcaption><b>Screened.</b> {} The whole range of each parameter, one at a time; the line is the \
         interval of a bootstrap.</figcaption>{}{}</figure>",
        escape(&says),
        wide(&title, &chart),
        folded(&title, &heads, &figures)
    )
}

fn sobol(report: &Report<'_>, at: usize, output: &str, of: &[&Influence]) -> String {
    let ranked = ranked(of, |i| i.total.or(i.first));
    if ranked.is_empty() {
        return String::new();
    }
    let rows: Vec<Row> = ranked
        .iter()
        .take(SHOWN)
        .map(|i| {
            let bar = |class, spread: Option<[f64; 3]>| spread.map(|spread| Bar { class, spread });
            let bars = [bar("first", i.first), bar("total", i.total)];
            (i.parameter.clone(), bars.into_iter().flatten().collect())
        })
        .collect();
    let says = format!(
        "Of the spread that the parameters left make in {output}, most comes from {}.",
        leads(report, &ranked)
    );
    let title = format!("Shares of the variance of {output}");
    let told = |x: Option<[f64; 3]>| x.map_or_else(|| "-".into(), spread);
    let figures: Vec<Vec<String>> = ranked
        .iter()
        .map(|i| vec![i.parameter.clone(), told(i.first), told(i.total)])
        .collect();
    let heads = ["parameter", ">alone", ">with others"].map(String::from);
    let chart = draw(&format!("s-{at}"), &title, &says, &rows, None);
    format!(
        "<figure><figcaption><b>Sobol.</b> {} <span class=\"swatch first\"></span> alone (first order), \
         <span class=\"swatch total\"></span> with all others (total); the line is the interval.</figcaption>{}{}</figure>",
        escape(&says),
        wide(&title, &chart),
        folded(&title, &heads, &figures)
    )
}
