//! A run as a page and as tables: what is told is what was found.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;
#[path = "common/found.rs"]
mod found;

use std::sync::LazyLock;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use tiergate_lab::compared::{Row, compare};
use tiergate_lab::fan::fan;
use tiergate_lab::report::{Report, html};
use tiergate_lab::told::{number, spread};
use tiergate_lab::{Asked, Month, Results, Setup, export, name_of, series};

struct Run {
    setup: Setup,
    results: Results,
    rows: Vec<Row>,
    folder: tempfile::TempDir,
}

impl Run {
    fn of(laws: &[&str]) -> Run {
        let asked = Asked {
            laws: laws.iter().map(|law| law.parse().unwrap()).collect(),
            draws: 6,
            seed: 3,
            until: Month::read("2026-12").unwrap(),
            settings: vec!["grey.cost=0.2".into()],
            prior: true,
        };
        let setup = Setup::new(&common::desk(), &asked).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let results = setup.run(folder.path(), &|_| {}).unwrap();
        let rows = compare(&setup, &results).unwrap();
        Run {
            setup,
            results,
            rows,
            folder,
        }
    }

    fn report(&self) -> Report<'_> {
        Report {
            setup: &self.setup,
            results: &self.results,
            rows: &self.rows,
            claims: &[],
            targets: &[],
            influences: &[],
            command: "tiergate lab compare --law us --draws 6",
            made: "2026-11-26",
        }
    }

    fn months(&self) -> usize {
        self.setup.model.world.months.len()
    }
}

static RUN: LazyLock<Run> = LazyLock::new(|| Run::of(&["us", "option-2-american-monopoly"]));

/// The element that begins with some text, through what ends it.
fn cut<'p>(page: &'p str, from: &str, to: &str) -> &'p str {
    let at = page.find(from).unwrap_or_else(|| panic!("no `{from}`"));
    let end = page[at..].find(to).unwrap();
    &page[at..at + end]
}

#[test]
fn every_section_is_there_and_what_is_empty_says_which_command_fills_it() {
    let page = html(&RUN.report()).unwrap();
    let mut last = 0;
    for id in [
        "asked",
        "goals",
        "series",
        "queue",
        "routes",
        "stock",
        "companies",
        "influences",
        "claims",
        "validation",
        "assumptions",
        "again",
    ] {
        let at = page
            .find(&format!("<h2 id=\"{id}\">"))
            .unwrap_or_else(|| panic!("no {id}"));
        assert!(at > last, "{id} is out of order");
        last = at;
    }
    for command in [
        "tiergate lab sensitivity",
        "tiergate lab claims",
        "tiergate lab validate",
    ] {
        assert!(
            page.contains(&format!("<code>{command}</code> fills this section")),
            "{command}"
        );
    }
    assert!(page.contains("Held at a value: grey.cost=0.2."));
    assert!(page.contains("tiergate lab compare --law us --draws 6"));
    for parameter in RUN.setup.model.parameters.all() {
        assert!(
            page.contains(&format!("id=\"p-{}\"", parameter.id)),
            "{}",
            parameter.id
        );
    }
    for outside in ["src=", "href=\"http", "url(", "@import", "<script"] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn a_chart_draws_and_tells_the_medians_of_the_results() {
    let page = html(&RUN.report()).unwrap();
    for law in 0..2 {
        let draws = RUN
            .results
            .series(law, series::STOCK_SMUGGLED, RUN.months())
            .unwrap();
        let [low, _, middle, _, high] = fan(&draws).last().copied().flatten().unwrap();
        let chart = cut(
            &page,
            &format!("aria-labelledby=\"f-stock-smuggled-{law}-t"),
            "</svg>",
        );
        let name = name_of(&RUN.results.plan.laws[law]);
        let says = format!(
            "under {name} in 2026-12: {} kH100e",
            spread([low, middle, high])
        );
        assert!(chart.contains(&says), "{says}: {chart}");
        // The median is drawn month by month, and beside it that of the first law.
        let median = cut(chart, "class=\"median\" d=\"", "/>");
        assert_eq!(median.matches(['M', 'L']).count(), RUN.months());
        assert_eq!(chart.contains("class=\"beside\""), law == 1);
    }
    let part = RUN.rows[0].under[1].spread.unwrap();
    assert!(page.contains(&format!("<strong>{}</strong>", number(part[1]))));
}

#[test]
fn laws_that_are_swapped_are_seen() {
    let page = html(&RUN.report()).unwrap();
    let swapped = Run::of(&["option-2-american-monopoly", "us"]);
    let other = html(&swapped.report()).unwrap();
    // Under the monopoly nothing goes to China by way of others: less beside today's law, more the other
    // way round, and never both.
    let routes = |page: &str| {
        let section = cut(page, "<h2 id=\"routes\">", "</section>").to_owned();
        let table = cut(&section, "<tbody>", "</tbody>").to_owned();
        (
            table.matches("▼ less").count(),
            table.matches("▲ more").count(),
        )
    };
    let ((less, none), (nothing, more)) = (routes(&page), routes(&other));
    assert!(less > 0 && more > 0, "{less} {more}");
    assert_eq!((none, nothing), (0, 0));
    let verdicts = |page: &str, class: &str| {
        let table = cut(page, "<table class=\"goals\">", "</table>").to_owned();
        table
            .matches(&format!("\" class=\"{class}\"><strong>"))
            .count()
    };
    assert_eq!(verdicts(&page, "v-better"), verdicts(&other, "v-worse"));
    assert_eq!(verdicts(&page, "v-worse"), verdicts(&other, "v-better"));
    assert_ne!(verdicts(&page, "v-better"), verdicts(&page, "v-worse"));
}

#[test]
fn findings_are_told_with_their_figures_and_nothing_of_them_is_markup() {
    let (claims, targets, influences) = (found::claims(), found::targets(), found::influences());
    let page = html(&Report {
        claims: &claims,
        targets: &targets,
        influences: &influences,
        ..RUN.report()
    })
    .unwrap();
    assert!(page.contains("It holds in 81 % of draws (between 76 % and 85 %"));
    assert!(page.contains("smuggled as &lt;parts&gt;") && !page.contains("<parts>"));
    assert!(page.contains("The model cannot speak on it."));
    assert!(page.contains("predicted blind"));
    assert!(page.contains("the model says too little"));
    assert!(page.contains("lies in the model's range in 1 of 2 targets"));
    assert!(page.contains("its median is nearer in 2 of 2 and its interval scores better in 2."));
    let sobol = cut(&page, "aria-labelledby=\"s-0-t", "</svg>");
    assert_eq!(sobol.matches("class=\"first\"").count(), 5);
    // The first bar is the longest: its total index is that of `grey.cost`.
    let first = sobol.find("grey.cost").unwrap();
    assert!(first < sobol.rfind("grey.detection").unwrap());
}

#[test]
fn the_csv_of_all_draws_has_every_value_once_and_as_it_is_kept() {
    let mut bytes = Vec::new();
    export::csv(&RUN.setup, &RUN.results, &mut bytes).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    assert_eq!(
        reader.headers().unwrap(),
        vec!["law", "draw", "month", "series", "value"]
    );
    let all = RUN.setup.model.series() * RUN.months() * 6 * 2;
    let through = RUN.setup.model.told().find("diverted:MY").unwrap();
    let kept = RUN.results.series(1, through, RUN.months()).unwrap();
    let (mut rows, mut found) = (0, Vec::new());
    for row in reader.records() {
        let row = row.unwrap();
        rows += 1;
        if &row[0] == "option-2-american-monopoly" && &row[1] == "4" && &row[3] == "diverted:MY" {
            found.push(row[4].parse::<f32>().unwrap());
        }
    }
    assert_eq!(rows, all);
    assert_eq!(found, kept[4]);
}

#[test]
fn the_parquet_holds_what_the_csv_holds_and_a_month_without_a_value_is_empty_in_both() {
    use std::io::{Seek, SeekFrom, Write};
    let run = Run::of(&["us", "option-2-american-monopoly"]);
    // A month of the third draw of the second law has no value.
    let path = run.folder.path().join("law-1.f32");
    let mut kept = std::fs::File::options().write(true).open(path).unwrap();
    let record = run.setup.model.series() * run.months() * 4;
    kept.seek(SeekFrom::Start(2 * record as u64 + 40)).unwrap();
    kept.write_all(&f32::NAN.to_le_bytes()).unwrap();
    let mut file = tempfile::tempfile().unwrap();
    export::parquet(&run.setup, &run.results, &mut file).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    // A group of rows for each law: six draws are fewer than go into one.
    assert_eq!(reader.num_row_groups(), 2);
    let mut csv_bytes = Vec::new();
    export::csv(&run.setup, &run.results, &mut csv_bytes).unwrap();
    let mut csv = csv::Reader::from_reader(csv_bytes.as_slice());
    let (mut rows, mut empty) = (0, Vec::new());
    for (row, line) in reader.get_row_iter(None).unwrap().zip(csv.records()) {
        let (row, line) = (row.unwrap(), line.unwrap());
        rows += 1;
        let names = [row.get_string(0), row.get_string(2), row.get_string(3)].map(Result::unwrap);
        assert_eq!(names, [&line[0], &line[2], &line[3]]);
        assert_eq!(row.get_long(1).unwrap().to_string(), line[1]);
        match row.get_float(4) {
            Ok(value) => assert_eq!(value, line[4].parse::<f32>().unwrap()),
            Err(_) => {
                assert_eq!(&line[4], "");
                empty.push(rows - 1);
            }
        }
    }
    assert_eq!(rows, run.setup.model.series() * run.months() * 12);
    assert_eq!(empty, [record / 4 * (6 + 2) + 10]);
}

#[test]
fn the_csv_of_quantiles_is_the_fan_of_each_month() {
    let mut bytes = Vec::new();
    export::quantiles(&RUN.setup, &RUN.results, &mut bytes).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let draws = RUN
        .results
        .series(0, series::REVENUE_ABROAD, RUN.months())
        .unwrap();
    let expected: Vec<String> = fan(&draws)
        .iter()
        .map(|q| q.unwrap()[2].to_string())
        .collect();
    let told: Vec<String> = reader
        .records()
        .map(Result::unwrap)
        .filter(|row| &row[0] == "us" && &row[2] == "revenue.abroad")
        .inspect(|row| assert_eq!(&row[3], "USD million"))
        .map(|row| row[6].to_owned())
        .collect();
    assert_eq!(told, expected);
}
