//! Routes of smuggling into China under each law, on maps and ranked.

use super::Report;
use super::map::{Beside, Flow, draw, middle, view};
use super::markup::{Picture, escape, folded, table};
use crate::compared::SEPARABLE;
use crate::fan::known;
use crate::run::RunError;
use crate::series;
use crate::told::{number, spread};

/// Over how many of the last months flows are summed.
const MONTHS: usize = 12;
/// A route this much of the largest is drawn.
const DRAWN: f64 = 0.03;
/// A route this much of the largest is named; so many are drawn that not all names find a place.
const NAMED: f64 = 0.2;
/// What is less than this much of the largest is no arrow that could be seen.
const SEEN: f64 = 0.005;
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

/// Every route under every law.
struct Routes<'r> {
    report: &'r Report<'r>,
    names: Vec<String>,
    /// Place by place, law by law.
    all: Vec<Vec<Route>>,
    /// All routes together, law by law.
    totals: Vec<f64>,
    largest: f64,
}

impl Routes<'_> {
    fn read<'r>(report: &'r Report<'r>) -> Result<Routes<'r>, RunError> {
        let names = report.names();
        let mut all: Vec<Vec<Route>> = Vec::new();
        let mut totals: Vec<Vec<f64>> = vec![Vec::new(); names.len()];
        for place in 0..report.setup.model.world.places.len() {
            let first = sums(report, 0, place)?;
            let mut of = Vec::with_capacity(names.len());
            for (law, total) in totals.iter_mut().enumerate() {
                let sums = sums(report, law, place)?;
                total.resize(sums.len(), 0.0);
                let both = total.iter_mut().zip(&sums);
                both.for_each(|(total, sum)| *total += sum);
                of.push(route(&sums, &first, law == 0));
            }
            all.push(of);
        }
        let medians = all.iter().flatten().map(|route| route.spread[1]);
        let largest = medians.fold(0.0, f64::max);
        let median = |draws: Vec<f64>| known(draws).map_or(0.0, |sample| sample.band()[1]);
        let totals = totals.into_iter().map(median).collect();
        Ok(Routes {
            report,
            names,
            all,
            totals,
            largest,
        })
    }

    fn name(&self, place: usize) -> &str {
        &self.report.setup.model.world.places[place].name
    }

    fn at(&self, place: usize) -> Option<(f64, f64)> {
        middle(self.report.setup.model.world.places[place].country)
    }

    fn median(&self, place: usize, law: usize) -> f64 {
        self.all[place][law].spread[1]
    }

    /// The largest median of a route under any law.
    fn most(&self, place: usize) -> f64 {
        let medians = self.all[place].iter().map(|route| route.spread[1]);
        medians.fold(0.0, f64::max)
    }

    /// Those that are so much of the largest, the largest under a law first.
    fn ranked(&self, law: usize, share: f64) -> Vec<usize> {
        let mut ranked: Vec<usize> = (0..self.all.len())
            .filter(|at| self.most(*at) > 0.0 && self.most(*at) >= share * self.largest)
            .collect();
        let by = |at: &usize| (self.median(*at, law), self.most(*at));
        ranked.sort_by(|a, b| {
            let ((a, a_most), (b, b_most)) = (by(a), by(b));
            b.total_cmp(&a).then(b_most.total_cmp(&a_most))
        });
        ranked
    }

    /// The map of a law.
    fn map(&self, law: usize, to: (f64, f64), view: [f64; 4]) -> String {
        let name = &self.names[law];
        let ranked = self.ranked(law, DRAWN);
        let flow = |at: &usize| {
            let route = &self.all[*at][law];
            Some(Flow {
                from: self.at(*at)?,
                name: (self.most(*at) >= NAMED * self.largest).then(|| self.name(*at).to_owned()),
                wide: route.spread[1] / self.largest,
                beside: route.beside,
                says: format!(
                    "{}: {} kH100e{}",
                    self.name(*at),
                    spread(route.spread),
                    route.beside.mark()
                ),
            })
        };
        let seen = |at: &&usize| self.median(**at, law) >= SEEN * self.largest;
        let flows: Vec<Flow> = ranked.iter().filter(seen).filter_map(flow).collect();
        let few = if flows.is_empty() {
            "<p class=\"faint\">Too little on any route to be drawn.</p>"
        } else {
            ""
        };
        let leads: Vec<String> = ranked
            .iter()
            .take(3)
            .map(|at| format!("{} ({})", self.name(*at), number(self.median(*at, law))))
            .collect();
        let total = self.totals[law];
        let drawn: f64 = flows.len() as f64;
        let says = format!(
            "Under {name}, the most goes through {}; all routes together carry {} kH100e in the last {MONTHS} months, in the median draw; {drawn} are drawn.",
            leads.join(", "),
            number(total)
        );
        let picture = Picture {
            id: &format!("m-{law}"),
            class: "flows",
            view,
            title: &format!("Routes of smuggling into China: {name}"),
            says: &says,
        };
        format!(
            "<li><p class=\"of\"><strong>{}</strong><span>{} kH100e on all routes</span></p>{}{few}</li>",
            escape(name),
            number(total),
            draw(picture, to, &flows)
        )
    }

    /// The ranks: medians to see, ranges folded beneath.
    fn ranks(&self) -> String {
        let mut heads = vec!["through".to_owned()];
        heads.extend(self.names.iter().map(|name| format!(">{name}")));
        let rows = |told: &dyn Fn(&Route) -> String| -> Vec<Vec<String>> {
            let row = |at: &usize| {
                let cells = self.all[*at].iter().map(told);
                std::iter::once(self.name(*at).to_owned())
                    .chain(cells)
                    .collect()
            };
            self.ranked(0, 0.0).iter().take(RANKED).map(row).collect()
        };
        let caption = format!(
            "Routes ranked as under {}: kH100e in the last {MONTHS} months",
            self.names[0]
        );
        let short = rows(&|r| format!("{}{}", number(r.spread[1]), r.beside.mark()));
        let long = rows(&|r| format!("{}{}", spread(r.spread), r.beside.mark()));
        let whole = format!("{caption}, with the range of nine in ten draws");
        format!(
            "{}{}",
            table(&caption, &heads, &short),
            folded(&whole, &heads, &long)
        )
    }

    /// What the colors and marks of arrows say.
    fn key(&self) -> String {
        let [first, _, ..] = self.names.as_slice() else {
            return String::new();
        };
        let arrow = "<svg viewBox=\"0 0 30 14\" aria-hidden=\"true\"><path class=\"head\" \
            d=\"M0 4H18V0L30 7L18 14V10H0z\"/></svg>";
        let item = |beside: Beside, says: &str| {
            format!("<li class=\"{}\">{arrow} {says}</li>", beside.class())
        };
        let first = escape(first);
        format!(
            "<ul class=\"key\">{}{}{}{}</ul>",
            item(Beside::First, &first),
            item(
                Beside::More,
                &format!("▲ more than under {first} in nine of ten draws")
            ),
            item(Beside::Less, "▼ less in nine of ten"),
            item(Beside::Open, "~ draws do not agree")
        )
    }
}

/// The maps and the ranks.
pub fn section(report: &Report<'_>) -> Result<String, RunError> {
    let places = &report.setup.model.world.places;
    let china = places.iter().find(|p| p.country.to_string() == "CN");
    let Some(to) = china.and_then(|p| middle(p.country)) else {
        return Ok("<p>China is not on the map.</p>".into());
    };
    let routes = Routes::read(report)?;
    if routes.largest <= 0.0 {
        return Ok(
            "<p>No chips are smuggled in the median draw under any of the regimes.</p>".into(),
        );
    }
    let named = routes.ranked(0, NAMED);
    let located: Vec<(f64, f64)> = named
        .iter()
        .filter_map(|at| routes.at(*at))
        .chain([to])
        .collect();
    let view = view(&located);
    let maps: String = (0..routes.names.len())
        .map(|law| routes.map(law, to, view))
        .collect();
    Ok(format!(
        "<p>What goes to China over each country in the last {MONTHS} months, before seizures: the medians. An arrow \
         is as wide as its flow is large, on all maps alike. Routes with less than {:.0} % of the largest are not \
         drawn, those with less than {:.0} % not named and drawn from beyond the map where they begin there, and a country may stand for its region.</p>{}<ul class=\"maps\">{maps}</ul>{}",
        100.0 * DRAWN,
        100.0 * NAMED,
        routes.key(),
        routes.ranks()
    ))
}
