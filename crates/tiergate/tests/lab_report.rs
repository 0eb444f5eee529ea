//! The page of a rehearsal in a browser, and the tables beside it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "common/browser.rs"]
mod browser;
#[path = "common/devtools.rs"]
mod devtools;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use assert_cmd::Command;
use devtools::Browser;
use serde_json::{Value, json};

const AXE: &str = include_str!("vendor/axe-core/axe.min.js");

struct Made {
    folder: tempfile::TempDir,
    said: String,
}

impl Made {
    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn compare(folder: &Path, more: &[&str]) -> String {
    let mut command = Command::cargo_bin("tiergate").unwrap();
    command
        .current_dir(folder)
        .args(["lab", "compare", "--law", "us", "--law", "us:text"])
        .args(["--law", "option-2-american-monopoly", "--draws", "5"])
        .args(["--until", "2027-06", "--prior", "--out", "run"])
        .args(more);
    let done = command.assert().success();
    String::from_utf8(done.get_output().stdout.clone()).unwrap()
}

static MADE: LazyLock<Made> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        "--report",
        "report.html",
        "--parquet",
        "all.parquet",
        "--quantiles",
        "quantiles.csv",
    ];
    let said = compare(folder.path(), &files);
    Made { folder, said }
});

fn page() -> String {
    std::fs::read_to_string(MADE.file("report.html")).unwrap()
}

#[test]
fn files_are_written_beside_what_is_told_and_the_command_makes_the_same_again() {
    assert!(MADE.said.contains("5 draws, the same for every regime."));
    let page = page();
    assert!(page.contains(
        "tiergate lab compare --law us --law us:text --law option-2-american-monopoly --draws 5 --seed 1 \
         --until 2027-06 --prior --report report.html"
    ));
    let left: Vec<String> = std::fs::read_dir(MADE.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(".tiergate"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    let parquet = std::fs::read(MADE.file("all.parquet")).unwrap();
    assert_eq!(
        (&parquet[..4], &parquet[parquet.len() - 4..]),
        (&b"PAR1"[..], &b"PAR1"[..])
    );
    let quantiles = std::fs::read_to_string(MADE.file("quantiles.csv")).unwrap();
    assert!(
        quantiles
            .starts_with("law,month,series,unit,q05,q25,q50,q75,q95\nus,2023-01,stock.us,kH100e,")
    );
}

#[test]
fn a_table_on_standard_output_stands_there_alone() {
    let told = compare(MADE.folder.path(), &["--csv", "-"]);
    assert!(told.starts_with("law,draw,month,series,value\nus,0,2023-01,stock.us,"));
    assert!(
        told.lines()
            .skip(1)
            .all(|line| line.split(',').count() == 5)
    );
}

#[test]
fn the_page_reads_on_a_desk_and_on_a_phone_in_light_and_dark_and_axe_finds_nothing_serious() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let window = browser.page();
    let address = format!("file://{}", MADE.file("report.html").display());
    for width in [1280, 390] {
        window.window(width);
        window.goes(&address);
        let begun = Instant::now();
        let ready = || {
            let asked =
                "document.readyState === 'complete' && document.querySelector('#again') !== null";
            window.value(asked) == Some(json!(true))
        };
        while !ready() {
            assert!(begun.elapsed() < Duration::from_secs(60), "the page loads");
            std::thread::sleep(Duration::from_millis(50));
        }
        window.value(AXE);
        let found = window.value(
            "document.querySelectorAll('details').forEach((d) => { d.open = true; });
             axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations
               .filter((v) => ['serious', 'critical'].includes(v.impact))
               .map((v) => v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')))",
        );
        assert_eq!(found, Some(json!([])), "{width}");
        let wider = window
            .value("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assert!(
            wider.as_ref().and_then(Value::as_i64).unwrap() <= 1,
            "{width}: {wider:?}"
        );
        let seen = window
            .value(
                "const all = (q) => [...document.querySelectorAll(q)];
                 const ids = all('[id]').map((e) => e.id);
                 ({ charts: all('svg[role=img]').length, fans: all('svg.fan').length, maps: all('svg.flows').length,
                    unnamed: all('svg[role=img]').filter((s) => !s.querySelector('title')?.textContent || !s.querySelector('desc')?.textContent).length,
                    hidden: all('svg[role=img]').filter((s) => s.getBoundingClientRect().width < 100).length,
                    twice: ids.filter((id, at) => ids.indexOf(id) !== at),
                    broken: all('svg [d], svg [x], svg [width]').filter((e) => /NaN|inf/.test(e.outerHTML)).length })",
            )
            .unwrap();
        // Fans, maps and stocks; and of what is found besides: what decides, claims, and targets.
        let charts = 16 * 3 + 3 + 2 + 45;
        let expected = json!({ "charts": charts, "fans": 16 * 3, "maps": 3, "unnamed": 0,
            "hidden": 0, "twice": [], "broken": 0 });
        assert_eq!(seen, expected, "{width}");
    }
    assert_eq!(window.failures(), Vec::<String>::new());
}

#[test]
fn the_page_prints_on_both_sizes_of_paper() {
    for (size, width, height) in [("A4", 595.0, 842.0), ("letter", 612.0, 792.0)] {
        let Some(sheets) = browser::print(&page(), size) else {
            return;
        };
        assert!(sheets.len() > 5, "{size}: {} sheets", sheets.len());
        let right = |(w, h): &(f64, f64)| (w - width).abs() < 1.5 && (h - height).abs() < 1.5;
        assert!(sheets.iter().all(right), "{size}: {sheets:?}");
    }
}
