//! The pages, looked at in a browser.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "common/browser.rs"]
mod browser;
mod common;

use std::sync::LazyLock;

use common::{plain, run};
use serde_json::{Value, json};

const DEALS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../examples/announced-deals.csv"
);

/// The Diffusion text against what is enforced, with the announced deals.
static DIFF: LazyLock<String> = LazyLock::new(|| {
    let (page, err, code) = run(plain().args([
        "diff",
        "us:text",
        "us:enforced",
        "--as-of",
        "2025-06-01",
        "--format",
        "html",
        "--orders",
        DEALS,
        "--assume",
        "parent=headquarters",
        "--assume",
        "headquarters=location",
        "--assume",
        "screened",
    ]));
    assert_eq!(code, 0, "{err}");
    page
});

/// Helpers that the scripts of the tests share.
const HELPERS: &str = "
    const one = (q) => document.querySelector(q);
    const all = (q) => [...document.querySelectorAll(q)];
    const seen = () => all('.change').filter((c) => c.offsetParent !== null);
    const set = (id, value) => {
      const field = document.getElementById(id);
      field.value = value;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    };
";

fn visit(page: &str, width: u32, script: &str) -> Option<Value> {
    let report = browser::visit(page, width, &format!("{HELPERS}{script}"))?;
    assert_eq!(report["failures"], json!([]), "{report:#}");
    Some(report)
}

#[test]
fn a_page_needs_nothing_from_outside_itself() {
    let page = &*DIFF;
    for outside in ["src=", "href=\"http", "url(http", "@import", "fetch("] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn the_page_of_a_difference_draws_every_country_and_chip() {
    let Some(report) = visit(
        &DIFF,
        1280,
        "report.maps = all('.map').map((m) => m.querySelectorAll('use').length);
         report.drawn = all('.map use').every((u) => u.getBBox().width > 0);
         report.plain = all('.map[data-map=before] use').every((u) => /^#/.test(u.getAttribute('fill')));
         report.small = one('#o-SG circle') !== null && one('#o-BH circle') !== null;
         report.points = all('.chart a').length;
         report.borders = all('.chart path.before').every((p) => p.getAttribute('d').length > 0 || p.closest('.key'));
         report.tiers = all('#key-tiers button').length;
         report.listed = all('#by-tier tr').reduce((n, row) => n + row.lastChild.textContent.split(', ').length, 0);
         report.countries = all('#countries tr').length;
         const table = () => one('#by-tier').innerHTML;
         const first = table();
         set('f-chip', 'nvidia-rtx-4090'); report.other = table() !== first;
         set('f-chip', ''); report.back = table() === first;",
    ) else {
        return;
    };
    let maps = report["maps"].as_array().unwrap();
    assert_eq!(maps.len(), 3);
    assert!(maps.iter().all(|n| n.as_u64().unwrap() == 249), "{report}");
    for holds in ["drawn", "plain", "small", "borders"] {
        assert_eq!(report[holds], true, "{holds}: {report}");
    }
    assert_eq!(report["countries"], 250);
    assert!(report["listed"].as_u64().unwrap() >= 250, "{report}");
    assert_eq!(
        (&report["other"], &report["back"]),
        (&json!(true), &json!(true))
    );
    assert!(report["points"].as_u64().unwrap() > 60, "{report}");
    assert!(report["tiers"].as_u64().unwrap() >= 5, "{report}");
}

#[test]
fn filters_show_what_they_say_and_nothing_else() {
    let Some(report) = visit(
        &DIFF,
        1280,
        "report.all = seen().length;
         set('f-chip', 'nvidia-rtx-4090');
         report.title = one('#map-chip').textContent;
         report.chip = seen().length;
         report.chip_right = seen().every((c) => c.dataset.chips.split(' ').includes('nvidia-rtx-4090'));
         set('f-country', 'CN');
         report.country = seen().length;
         report.country_right = seen().every((c) => c.dataset.places === '*' || c.dataset.places.split(' ').includes('CN'));
         report.card = one('#card').textContent;
         report.status = one('#status').textContent;
         report.answers = seen().filter((c) => !('duty' in c.dataset)).length;
         set('f-chip', ''); set('f-country', '');
         set('f-direction', 'stricter');
         report.direction_right = seen().every((c) => c.dataset.direction === 'stricter');
         set('f-direction', '');
         set('f-text', '740.29');
         report.text = seen().length;
         report.text_right = seen().every((c) => c.textContent.includes('740.29'));
         set('f-text', '');
         set('f-country', 'IN');
         const orders = all('#orders tbody tr').filter((r) => r.offsetParent !== null);
         report.orders = orders.length;
         report.orders_right = orders.every((r) => r.dataset.place === 'IN');
         set('f-country', '');
         set('f-text', 'no such words');
         report.none = seen().length;
         one('form.bar').reset();
",
    ) else {
        return;
    };
    let number = |name: &str| report[name].as_u64().unwrap();
    assert_eq!(report["title"], "NVIDIA GeForce RTX 4090");
    assert!(
        0 < number("chip") && number("chip") < number("all"),
        "{report}"
    );
    assert!(number("country") < number("chip"), "{report}");
    assert!(
        0 < number("text") && number("text") < number("all"),
        "{report}"
    );
    assert_eq!(number("none"), 0);
    assert!(number("orders") > 0, "{report}");
    for right in [
        "chip_right",
        "country_right",
        "direction_right",
        "text_right",
        "orders_right",
    ] {
        assert_eq!(report[right], true, "{right}: {report}");
    }
    assert!(
        report["card"]
            .as_str()
            .unwrap()
            .starts_with("China, NVIDIA GeForce RTX 4090"),
        "{report}"
    );
    let status = report["status"].as_str().unwrap();
    assert!(
        status.starts_with(&format!("{} of", number("answers"))),
        "{status}"
    );
}

#[test]
fn maps_answer_to_the_pointer_and_the_keyboard() {
    let Some(report) = visit(
        &DIFF,
        1280,
        "const map = one('#map-change');
         const press = (key) => map.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
         map.querySelector('[data-c=PL]').dispatchEvent(new MouseEvent('click', { bubbles: true }));
         report.clicked = one('#f-country').value;
         report.marked = all('.map .here').map((u) => u.dataset.c);
         press('ArrowLeft');
         report.left = one('#card strong').textContent;
         press('Enter');
         report.entered = one('#f-country').value;
         press('Escape');
         report.escaped = one('#f-country').value;
         const key = one('#key-tiers button');
         key.click();
         report.pressed = key.getAttribute('aria-pressed');
         report.dim = all('.map .dim').length;
         key.click();
         report.undimmed = all('.map .dim').length;",
    ) else {
        return;
    };
    assert_eq!(report["clicked"], "PL");
    assert_eq!(report["marked"], json!(["PL", "PL", "PL"]));
    let left = report["left"].as_str().unwrap();
    assert!(
        left.starts_with("Germany") || left.starts_with("Czech"),
        "{left}"
    );
    assert_ne!(report["entered"], "PL");
    assert_eq!(report["escaped"], "");
    assert_eq!(report["pressed"], "true");
    assert!(report["dim"].as_u64().unwrap() > 100, "{report}");
    assert_eq!(report["undimmed"], 0);
}

#[test]
fn everything_has_a_name_for_those_who_do_not_see_it() {
    let script = "
         const ids = all('[id]').map((e) => e.id);
         report.twice = ids.filter((id, at) => ids.indexOf(id) !== at);
         report.fields = all('select, input').filter((f) => !f.labels.length).map((f) => f.id);
         report.pictures = all('svg[role=img], svg[role=group]').filter((s) => !s.getAttribute('aria-label')).length;
         report.links = all('.chart a').filter((a) => !a.getAttribute('aria-label')).length;
         report.heads = all('thead th, tbody th').filter((th) => !th.scope).length;
         const levels = all('h1, h2, h3, h4').map((h) => Number(h.tagName[1]));
         report.jumps = levels.filter((level, at) => at > 0 && level > levels[at - 1] + 1).length;
         report.lang = document.documentElement.lang;
         report.refers = all('[aria-labelledby]').filter((e) => !document.getElementById(e.getAttribute('aria-labelledby'))).length;";
    let Some(report) = visit(&DIFF, 1280, script) else {
        return;
    };
    let expected = json!({
        "twice": [], "fields": [], "pictures": 0, "links": 0, "heads": 0, "jumps": 0, "lang": "en",
        "refers": 0, "failures": [],
    });
    assert_eq!(report, expected);
}

#[test]
fn a_page_fits_small_screens_and_both_sizes_of_paper() {
    for width in [500, 1280] {
        let script = "report.wider = document.documentElement.scrollWidth - window.innerWidth;
            report.out = all('main > *').filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1).map((e) => e.tagName + e.id);";
        let Some(report) = visit(&DIFF, width, script) else {
            return;
        };
        assert!(report["wider"].as_i64().unwrap() <= 0, "{width}: {report}");
        assert_eq!(report["out"], json!([]), "{width}");
    }
    for (size, width, height) in [("A4", 595.0, 842.0), ("letter", 612.0, 792.0)] {
        let Some(sheets) = browser::print(&DIFF, size) else {
            return;
        };
        assert!(sheets.len() > 3, "{size}: {} sheets", sheets.len());
        let right = |(w, h): &(f64, f64)| (w - width).abs() < 1.5 && (h - height).abs() < 1.5;
        assert!(sheets.iter().all(right), "{size}: {sheets:?}");
    }
}

/// The announced deals under today's law and option one.
static IMPACT: LazyLock<String> = LazyLock::new(|| {
    let (page, err, code) = run(plain().args([
        "impact",
        DEALS,
        "--from",
        "us",
        "--to",
        "option-1-country-tiers",
        "--format",
        "html",
        "--assume",
        "parent=headquarters",
        "--assume",
        "headquarters=location",
        "--assume",
        "screened",
    ]));
    assert_eq!(code, 0, "{err}");
    page
});

#[test]
fn the_page_of_an_impact_draws_where_orders_go_and_filters_rows() {
    let script = "report.bubbles = all('.bubble').length;
         report.shares = all('.bar-of svg').map((s) => Math.round([...s.querySelectorAll('rect')].reduce((sum, r) => sum + Number(r.getAttribute('width')), 0)));
         const rows = () => all('.filtered tbody tr').filter((r) => r.offsetParent !== null);
         report.all = rows().length;
         set('f-text', 'india');
         report.some = rows().length;
         report.right = rows().every((r) => r.textContent.toLowerCase().includes('india'));
         report.status = one('#status').textContent;
         report.wider = document.documentElement.scrollWidth - window.innerWidth;";
    let Some(report) = visit(&IMPACT, 1280, script) else {
        return;
    };
    assert!(report["bubbles"].as_u64().unwrap() > 20, "{report}");
    assert_eq!(report["shares"], json!([1000, 1000]));
    let (all, some) = (
        report["all"].as_u64().unwrap(),
        report["some"].as_u64().unwrap(),
    );
    assert!(0 < some && some < all, "{report}");
    assert_eq!(report["right"], true);
    assert_eq!(report["status"], format!("{some} of {all} rows shown"));
    assert!(report["wider"].as_i64().unwrap() <= 0, "{report}");
}
