//! The desk in a browser: a whole case, every page at two widths, and what axe finds of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "common/demo_desk.rs"]
mod demo_desk;

use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use demo_desk::Served;
use headless_chrome::protocol::cdp::Emulation::SetDeviceMetricsOverride;
use headless_chrome::protocol::cdp::types::Event;
use headless_chrome::{Browser, LaunchOptions, Tab};
use serde_json::{Value, json};

/// Deque's accessibility checks (MPL-2.0), as published.
const AXE: &str = include_str!("vendor/axe-core/axe.min.js");

fn chromium() -> Option<PathBuf> {
    if let Some(given) = std::env::var_os("TIERGATE_CHROMIUM") {
        return Some(given.into());
    }
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|file| file.is_file())
}

/// A browser; none when there is none and `TIERGATE_BROWSER` does not say that there must be.
fn browser() -> Option<Browser> {
    let Some(path) = chromium() else {
        let required = std::env::var_os("TIERGATE_BROWSER").is_some_and(|v| v == "required");
        assert!(!required, "no chromium on the path");
        eprintln!("skipped: no chromium on the path; scripts/test installs it");
        return None;
    };
    let options = LaunchOptions::default_builder()
        .path(Some(path))
        .sandbox(false)
        .window_size(Some((1280, 1000)))
        .idle_browser_timeout(Duration::from_secs(300))
        .args(vec![
            OsStr::new("--disable-gpu"),
            OsStr::new("--disable-quic"),
        ])
        .build()
        .unwrap();
    Some(Browser::new(options).unwrap())
}

/// Someone at a browser of their own.
struct Person {
    tab: Arc<Tab>,
    base: String,
    failures: Arc<Mutex<Vec<String>>>,
}

impl Person {
    /// Logs in.
    fn new(browser: &Browser, served: &Served, login: &str) -> Person {
        let context = browser.new_context().unwrap();
        let tab = context.new_tab().unwrap();
        tab.set_default_timeout(Duration::from_secs(20));
        tab.enable_log().unwrap();
        tab.enable_runtime().unwrap();
        let failures = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&failures);
        tab.add_event_listener(Arc::new(move |event: &Event| match event {
            Event::RuntimeExceptionThrown(thrown) => {
                let details = &thrown.params.exception_details;
                heard.lock().unwrap().push(format!("{details:?}"));
            }
            Event::LogEntryAdded(added) => {
                let entry = &added.params.entry;
                // A refused form is answered 422, which the browser logs as it logs what is missing.
                let status = entry.text.contains("status of 4");
                if format!("{:?}", entry.level) == "Error" && !status {
                    heard.lock().unwrap().push(entry.text.clone());
                }
            }
            _ => {}
        }))
        .unwrap();
        let person = Person {
            tab,
            base: served.base.clone(),
            failures,
        };
        person.goes("/login");
        person.leaves();
        person.run(&format!(
            "const form = document.forms[0]; form.login.value = {}; form.password.value = {}; \
             form.querySelector('button').click();",
            json!(login),
            json!(served.password)
        ));
        person.waits();
        assert!(
            !person.tab.get_url().contains("/login"),
            "{login} is not in"
        );
        person
    }

    fn goes(&self, path: &str) {
        let url = format!("{}{path}", self.base);
        self.leaves();
        self.tab.navigate_to(&url).unwrap();
        self.waits();
    }

    /// Marks the page that is about to be left.
    fn leaves(&self) {
        self.tab.evaluate("window.left = true", false).unwrap();
    }

    /// Until another page than the one that is left has loaded.
    #[track_caller]
    fn waits(&self) {
        let there =
            "!window.left && location.href !== 'about:blank' && document.readyState === 'complete'";
        for _ in 0..600 {
            let found = self.tab.evaluate(there, false);
            if found.is_ok_and(|found| found.value == Some(Value::Bool(true))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("no page came after {}", self.tab.get_url());
    }

    /// Runs a script, waits for what it promises and gives its value.
    fn run(&self, script: &str) -> Value {
        let wrapped =
            format!("(async () => {{ {script} }})().then((v) => JSON.stringify(v ?? null))");
        let value = self.tab.evaluate(&wrapped, true).unwrap().value;
        let text = value.and_then(|v| v.as_str().map(str::to_owned));
        text.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap())
    }

    fn text(&self) -> String {
        let text = self.run("return document.querySelector('main').innerText;");
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Does an act of the case that is shown, with these fields.
    #[track_caller]
    fn acts(&self, act: &str, fields: &Value) {
        self.leaves();
        let done = self.run(&format!(
            "const form = [...document.forms].find((f) => f.elements.act?.value === {});
             if (!form) return 'there is no such act: ' + [...document.forms].map((f) => f.elements.act?.value).join(' ');
             form.closest('details').open = true;
             for (const [name, value] of Object.entries({fields})) {{
               const field = form.elements[name];
               if (!field) return 'there is no field ' + name;
               field.value = value;
             }}
             if (!form.checkValidity()) return 'something is left out';
             form.querySelector('button:last-of-type').click();
             return null;",
            json!(act)
        ));
        assert_eq!(done, Value::Null, "{act}");
        self.waits();
        let refused = self.run("return document.querySelector('[role=alert]')?.innerText ?? null;");
        assert_eq!(refused, Value::Null, "{act}");
    }

    /// What axe finds that is serious, and whether the page is wider than its window.
    fn faults(&self, path: &str) -> Vec<String> {
        self.run(AXE_ONCE.as_str());
        let found = self.run(
            "const found = await axe.run(document, { resultTypes: ['violations'] });
             return found.violations.filter((v) => ['serious', 'critical'].includes(v.impact))
               .map((v) => v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 120)).join(' | '));",
        );
        let mut faults: Vec<String> = found
            .as_array()
            .into_iter()
            .flatten()
            .map(|f| format!("{path}: {}", f.as_str().unwrap_or_default()))
            .collect();
        let wide = self.run(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth;",
        );
        if wide.as_i64().unwrap_or(0) > 1 {
            faults.push(format!("{path}: {wide} px wider than the window"));
        }
        faults
    }

    fn window(&self, width: u32) {
        self.tab
            .call_method(SetDeviceMetricsOverride {
                width,
                height: 900,
                device_scale_factor: 1.0,
                mobile: width < 600,
                scale: None,
                screen_width: None,
                screen_height: None,
                position_x: None,
                position_y: None,
                dont_set_visible_size: None,
                screen_orientation: None,
                viewport: None,
                display_feature: None,
                device_posture: None,
            })
            .unwrap();
    }
}

static AXE_ONCE: std::sync::LazyLock<String> =
    std::sync::LazyLock::new(|| format!("if (!window.axe) {{ {AXE} }}"));

#[test]
fn a_case_goes_from_application_over_an_appeal_to_its_last_shipment() {
    let Some(browser) = browser() else { return };
    let served = Served::demo();
    let order = json!({
        "id": "b-1", "destination": "KZ", "quantity": 100, "value_usd": 3_000_000,
        "item": { "chip": "nvidia-h100-sxm5" },
        "consignee": { "name": "Steppe Data Works", "headquarters": "KZ", "parent": "KZ", "lists": [] },
        "end_uses": ["datacenter"],
    });
    let applicant = Person::new(&browser, &served, "applicant");
    applicant.goes("/cases/new");
    applicant.leaves();
    applicant.run(&format!(
        "const form = document.querySelector('main form'); form.order.value = {};
         form.a_items.value = 'yes'; form.querySelector('button').click();",
        json!(order.to_string())
    ));
    applicant.waits();
    let case = applicant.tab.get_url();
    let case = case.strip_prefix(&served.base).unwrap().to_owned();
    assert!(
        case.starts_with("/cases/Z-2026-"),
        "{case}: {}",
        applicant.text()
    );
    assert!(applicant.text().contains("presumption of approval"));

    let officer = Person::new(&browser, &served, "officer");
    officer.goes(&case);
    officer.acts("data-asked", &json!({ "text": "Which site?" }));
    applicant.goes(&case);
    applicant.acts("data-answered", &json!({ "text": "The one at Almaty." }));
    officer.goes(&case);
    officer.acts("referred", &json!({}));

    served.days(5);
    let state = Person::new(&browser, &served, "state");
    let energy = Person::new(&browser, &served, "energy");
    let defense = Person::new(&browser, &served, "defense");
    for (who, choice) in [(&state, "approve"), (&energy, "no-objection")] {
        who.goes(&case);
        who.acts("advised", &json!({ "choice": choice }));
    }
    defense.goes(&case);
    let basis = json!({
        "choice": "deny", "statutory": "50 U.S.C. 4813", "regulatory": "744.23",
        "reasons": "A neighbor of the site builds missiles.",
    });
    defense.acts("advised", &basis);
    // The applicant is not told who objects.
    applicant.goes(&case);
    assert!(!applicant.text().contains("missiles"));

    let chair = Person::new(&browser, &served, "chair");
    chair.goes(&case);
    chair.acts("chair-decided", &json!({ "choice": "approve" }));
    served.days(2);
    defense.goes(&case);
    defense.acts("acep-appealed", &json!({}));
    for (who, vote) in [
        (&chair, "for"),
        (&state, "for"),
        (&energy, "for"),
        (&defense, "against"),
    ] {
        who.goes(&case);
        who.acts("voted", &json!({ "of": "acep", "choice": vote }));
    }
    chair.goes(&case);
    chair.acts("acep-decided", &json!({ "choice": "approve" }));

    // Within five days Defense may appeal once more: until then nothing is approved.
    officer.goes(&case);
    officer.acts(
        "recommended",
        &json!({ "choice": "approve", "conditions": "No resale." }),
    );
    served.days(6);
    let second = Person::new(&browser, &served, "countersigner");
    second.goes(&case);
    second.acts("countersigned", &json!({}));
    officer.goes(&case);
    officer.acts("approved", &json!({}));
    officer.acts("issued", &json!({}));
    officer.acts(
        "shipped",
        &json!({ "quantity": "60", "value_usd": "1800000" }),
    );
    let text = officer.text();
    assert!(text.contains("60 of 100 shipped, 40 left"), "{text}");
    officer.acts(
        "shipped",
        &json!({ "quantity": "40", "value_usd": "1200000" }),
    );
    let text = officer.text();
    assert!(text.contains("100 of 100 shipped, 0 left"), "{text}");
    // Nothing more ships.
    assert!(!text.contains("Record a shipment\n"), "{text}");
    applicant.goes(&format!("{case}/letter"));
    let letter = applicant.text();
    assert!(
        letter.contains("No resale.") && letter.contains("Valid through"),
        "{letter}"
    );
    for who in [
        &applicant, &officer, &state, &energy, &defense, &chair, &second,
    ] {
        assert_eq!(*who.failures.lock().unwrap(), Vec::<String>::new());
    }
}

/// Pages with who looks at them.
const PAGES: [(&str, &str); 20] = [
    ("officer", "/cases"),
    ("officer", "/cases?show=open"),
    ("officer", "/cases/Z-2026-00001"),
    ("officer", "/cases/Z-2026-00006"),
    ("applicant", "/cases/new"),
    ("admin", "/people"),
    ("admin", "/tokens"),
    ("applicant", "/ask"),
    (
        "applicant",
        "/ask?item.chip=nvidia-h100-sxm5&quantity=100&destination=KZ&date=2026-11-26",
    ),
    ("applicant", "/orders"),
    ("analyst", "/law"),
    (
        "analyst",
        "/law/diff?before=us%402025-06-01%3Atext&after=us%402025-06-01%3Aenforced",
    ),
    ("analyst", "/map"),
    ("analyst", "/statistics"),
    ("analyst", "/allocations"),
    ("analyst", "/watch"),
    ("analyst", "/parties"),
    ("applicant", "/cases"),
    ("officer", "/cases?show=closed"),
    ("officer", "/cases/Z-2026-00001/letter"),
];

#[test]
fn every_page_reads_at_a_desk_and_on_a_phone_and_axe_finds_nothing_serious() {
    let Some(browser) = browser() else { return };
    let served = Served::demo();
    let mut faults = Vec::new();
    let mut logins: Vec<&str> = PAGES.iter().map(|(login, _)| *login).collect();
    logins.sort_unstable();
    logins.dedup();
    for login in logins {
        let person = Person::new(&browser, &served, login);
        for width in [1280, 390] {
            person.window(width);
            for (_, path) in PAGES.iter().filter(|(whose, _)| *whose == login) {
                person.goes(path);
                assert!(!person.text().contains("Not Found"), "{path}");
                faults.extend(person.faults(&format!("{path} at {width}")));
            }
        }
        faults.extend(person.failures.lock().unwrap().drain(..));
    }
    assert_eq!(faults, Vec::<String>::new());
}
