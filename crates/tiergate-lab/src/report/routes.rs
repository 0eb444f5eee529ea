//! Routes of smuggling into China under each law, on maps and ranked.

use super::Report;
use super::map::{Beside, Flow, draw, middle, view};
use super::markup::{Picture, escape, table};
use crate::compared::SEPARABLE;
use crate::fan::known;
use crate::run::RunError;
use crate::series;
use crate::words::{number, spread};

/// Over how many of the last months flows are summed.
const MONTHS: usize = 12;
/// A route this much of the largest is drawn.
const DRAWN: f64 = 0.01;
/// How many routes are named on a map.
const NAMED: usize = 5;
/// How many are ranked.
const RANKED: usize = 12;

/// What goes through a country in the last months, in every draw of a law.
fn sums(report: &Report<'_>, law: usize, place: usize) -> Result<Vec<f64>, RunError> {
    let places = report.setup.model.world.places.len();
    let at = series::of_place(series::THROUGH, place, places);
    let draws = report.results.series(law, at, report.months())?;
    let sum = |months: &Vec<f32>| {
        let last = months.iter().rev().take(MONTHS);
        last.filter(|x| x.is_finite()).map(|x| f64::from(*x)).sum()
    };
    Ok(draws.iter().map(sum).collect())
}

/// A route under a law.
struct Route {
    spread: [f64; 3],
    beside: Beside,
}

fn route(draws: &[f64], first: &[f64], is_first: bool) -> Route {
    let pairs = || draws.iter().zip(first);
    let share = |n: usize| n as f64 / draws.len().max(1) as f64;
    // What differs by less than a millionth is the same.
    let apart = |a: f64, b: f64| a - b > 1e-6 * a.abs().max(b.abs()).max(1e-6);
    let beside = if is_first {
        Beside::First
    } else if share(pairs().filter(|(a, b)| apart(**a, **b)).count()) >= SEPARABLE {
        Beside::More
    } else if share(pairs().filter(|(a, b)| apart(**b, **a)).count()) >= SEPARABLE {
        Beside::Less
    } else {
        Beside::Open
    };
    Route {
        spread: known(draws.iter().copied()).map_or([0.0; 3], |sample| sample.band()),
        beside,
    }
}

/// The maps and the ranks.
pub fn section(report: &Report<'_>) -> Result<String, RunError> {
    let names = report.names();
    let places = &report.setup.model.world.places;
    let china = places.iter().find(|p| p.country.to_string() == "CN");
    let Some(to) = china.and_then(|p| middle(p.country)) else {
        return Ok("<p>China is not on the map.</p>".into());
    };
    // Place by place, law by law.
    let mut routes: Vec<Vec<Route>> = Vec::with_capacity(places.len());
    for place in 0..places.len() {
        let first = sums(report, 0, place)?;
        let mut of = Vec::with_capacity(names.len());
        for law in 0..names.len() {
            let draws = sums(report, law, place)?;
            of.push(route(&draws, &first, law == 0));
        }
        routes.push(of);
    }
    let median = |place: usize, law: usize| routes[place][law].spread[1];
    let most = |place: usize| {
        (0..names.len())
            .map(|law| median(place, law))
            .fold(0.0, f64::max)
    };
    let largest = (0..places.len()).map(most).fold(0.0, f64::max);
    if largest <= 0.0 {
        return Ok(
            "<p>No chips are smuggled in the median draw under any of the regimes.</p>".into(),
        );
    }
    let drawn: Vec<usize> = (0..places.len())
        .filter(|at| most(*at) >= DRAWN * largest)
        .collect();
    let located: Vec<(f64, f64)> = drawn
        .iter()
        .filter_map(|at| middle(places[*at].country))
        .chain([to])
        .collect();
    let view = view(&located);
    let mut maps = String::new();
    for (law, name) in names.iter().enumerate() {
        let mut ranked = drawn.clone();
        ranked.sort_by(|a, b| median(*b, law).total_cmp(&median(*a, law)));
        let flows: Vec<Flow> = ranked
            .iter()
            .enumerate()
            .filter(|(_, at)| median(**at, law) >= DRAWN / 10.0 * largest)
            .filter_map(|(rank, at)| {
                let route = &routes[*at][law];
                let place = &places[*at];
                Some(Flow {
                    from: middle(place.country)?,
                    name: (rank < NAMED).then(|| place.name.clone()),
                    wide: (route.spread[1] / largest).sqrt(),
                    beside: route.beside,
                    says: format!(
                        "{}: {} kH100e{}",
                        place.name,
                        spread(route.spread),
                        route.beside.mark()
                    ),
                })
            })
            .collect();
        let first_three: Vec<String> = ranked
            .iter()
            .take(3)
            .map(|at| format!("{} ({})", places[*at].name, number(median(*at, law))))
            .collect();
        let total: f64 = (0..places.len()).map(|at| median(at, law)).sum();
        let says = format!(
            "Under {name}, the most goes through {}; the medians of all routes add up to {} kH100e in the last {MONTHS} months.",
            first_three.join(", "),
            number(total)
        );
        let picture = Picture {
            id: &format!("m-{law}"),
            class: "flows",
            view,
            title: &format!("Routes of smuggling into China: {name}"),
            says: &says,
        };
        maps += &format!(
            "<li><p class=\"of\"><strong>{}</strong><span>{} kH100e</span></p>{}</li>",
            escape(name),
            number(total),
            draw(picture, to, &flows)
        );
    }
    let mut ranked: Vec<usize> = drawn;
    ranked.sort_by(|a, b| {
        let by = |at: usize| (median(at, 0), most(at));
        by(*b)
            .partial_cmp(&by(*a))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut heads = vec!["through".to_owned()];
    heads.extend(names.iter().map(|name| format!(">{name}")));
    let rows: Vec<Vec<String>> = ranked
        .iter()
        .take(RANKED)
        .map(|at| {
            let cells = routes[*at]
                .iter()
                .map(|route| format!("{}{}", spread(route.spread), route.beside.mark()));
            std::iter::once(places[*at].name.clone())
                .chain(cells)
                .collect()
        })
        .collect();
    let key = if names.len() > 1 {
        format!(
            "<ul class=\"key\"><li class=\"r-first\"><svg viewBox=\"0 0 30 14\" aria-hidden=\"true\"><path class=\"head\" d=\"M0 4H18V0L30 7L18 14V10H0z\"/></svg> {first}</li>\
             <li class=\"r-more\"><svg viewBox=\"0 0 30 14\" aria-hidden=\"true\"><path class=\"head\" d=\"M0 4H18V0L30 7L18 14V10H0z\"/></svg> ▲ more than under {first} in nine of ten draws</li>\
             <li class=\"r-less\"><svg viewBox=\"0 0 30 14\" aria-hidden=\"true\"><path class=\"head\" d=\"M0 4H18V0L30 7L18 14V10H0z\"/></svg> ▼ less in nine of ten</li>\
             <li class=\"r-open\"><svg viewBox=\"0 0 30 14\" aria-hidden=\"true\"><path class=\"head\" d=\"M0 4H18V0L30 7L18 14V10H0z\"/></svg> ~ draws do not agree</li></ul>",
            first = escape(&names[0])
        )
    } else {
        String::new()
    };
    Ok(format!(
        "<p>What goes to China over each country in the last {MONTHS} months, before seizures. An arrow four times \
         as large a flow is twice as wide, on all maps alike; a country may stand for its region.</p>{key}\
         <ul class=\"maps\">{maps}</ul>{}",
        table(
            &format!(
                "Routes ranked as under {}: kH100e in the last {MONTHS} months",
                names[0]
            ),
            &heads,
            &rows
        )
    ))
}
