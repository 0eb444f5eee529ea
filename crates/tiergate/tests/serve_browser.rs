//! The desk in a browser: a whole case, every page at two widths, and what axe finds of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "common/demo_desk.rs"]
mod demo_desk;
#[path = "common/devtools.rs"]
mod devtools;

use std::time::Duration;

use demo_desk::Served;
use devtools::{Browser, Page};
use serde_json::{Value, json};

/// Deque's accessibility checks (MPL-2.0), as published.
const AXE: &str = include_str!("vendor/axe-core/axe.min.js");

/// Someone at a browser of their own.
struct Person {
    page: Page,
    base: String,
    login: String,
    password: String,
}

impl Person {
    /// Logs in.
    fn new(browser: &Browser, served: &Served, login: &str) -> Person {
        let person = Person {
            page: browser.page(),
            base: served.base.clone(),
            login: login.to_owned(),
            password: served.password.clone(),
        };
        person.goes("/");
        assert!(!person.address().contains("/login"), "{login} is not in");
        person
    }

    fn logs_in(&self) {
        self.leaves();
        self.run(&format!(
            "const form = document.forms[0]; form.login.value = {}; form.password.value = {}; \
             form.querySelector('button').click();",
            json!(self.login),
            json!(self.password)
        ));
        self.waits();
    }

    fn address(&self) -> String {
        let address = self.page.value("location.href").unwrap_or_default();
        address.as_str().unwrap_or_default().to_owned()
    }

    fn goes(&self, path: &str) {
        self.leaves();
        self.page.goes(&format!("{}{path}", self.base));
        self.waits();
        // A session that has ended leads to the login, and from there back.
        if self.address().contains("/login") {
            self.logs_in();
        }
    }

    /// Marks the page that is about to be left.
    fn leaves(&self) {
        self.page.value("window.left = true");
    }

    /// Until another page than the one that is left has loaded.
    #[track_caller]
    fn waits(&self) {
        let there =
            "!window.left && location.href !== 'about:blank' && document.readyState === 'complete'";
        for _ in 0..600 {
            if self.page.value(there) == Some(Value::Bool(true)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        panic!("no page came after {}", self.address());
    }

    /// Runs a script, waits for what it promises and gives its value.
    fn run(&self, script: &str) -> Value {
        let wrapped =
            format!("(async () => {{ {script} }})().then((v) => JSON.stringify(v ?? null))");
        let text = self.page.value(&wrapped);
        let text = text.as_ref().and_then(Value::as_str);
        text.map_or(Value::Null, |text| serde_json::from_str(text).unwrap())
    }

    fn text(&self) -> String {
        let text = self.run("return document.querySelector('main').innerText;");
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Whether the case that is shown has a form for an act.
    fn offers(&self, act: &str) -> bool {
        let found = self.run(&format!(
            "return [...document.forms].some((f) => f.elements.act?.value === {});",
            json!(act)
        ));
        found == json!(true)
    }

    /// Does an act of the case that is shown, with these fields.
    #[track_caller]
    fn acts(&self, act: &str, fields: &Value) {
        assert_eq!(self.sends(act, fields), None, "{act}");
    }

    /// Sends the form of an act; why it was refused, if it was.
    #[track_caller]
    fn sends(&self, act: &str, fields: &Value) -> Option<String> {
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
        refused.as_str().map(str::to_owned)
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
}

static AXE_ONCE: std::sync::LazyLock<String> =
    std::sync::LazyLock::new(|| format!("if (!window.axe) {{ {AXE} }}"));

#[test]
fn a_case_goes_from_application_over_an_appeal_to_its_last_shipment() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let served = Served::demo();
    let order = json!({
        "id": "b-1", "destination": "KZ", "quantity": 100, "value_usd": 3_000_000,
        "item": { "chip": "nvidia-h100-sxm5" },
        "consignee": { "name": "Steppe Data Works", "headquarters": "KZ", "parent": "KZ", "lists": [],
            "listed_ownership_pct": 0 },
        "end_uses": ["datacenter"],
    });
    let applicant = Person::new(&browser, &served, "applicant");
    applicant.goes("/cases/new?kind=license");
    applicant.leaves();
    applicant.run(&format!(
        "const form = document.querySelector('main form'); form.order.value = {};
         form.a_items.value = 'yes'; form.querySelector('button').click();",
        json!(order.to_string())
    ));
    applicant.waits();
    let case = applicant.address();
    let case = case.strip_prefix(&served.base).unwrap().to_owned();
    assert!(
        case.starts_with("/cases/Z-2026-"),
        "{case}: {}",
        applicant.text()
    );
    let text = applicant.text();
    assert!(text.contains("presumption of approval"), "{text}");

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
    served.days(6);
    officer.goes(&case);
    officer.acts(
        "recommended",
        &json!({ "choice": "approve", "conditions": "No resale." }),
    );
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
    // Nothing more ships: no form is offered, and the page says why, with the paragraph.
    assert!(officer.offers("note") && !officer.offers("shipped"));
    let folded = officer.run("return document.querySelector('main').textContent;");
    assert!(folded.as_str().unwrap().contains("750.11"), "{folded}");
    applicant.goes(&format!("{case}/letter"));
    let letter = applicant.text();
    assert!(
        letter.contains("No resale.") && letter.contains("Valid through"),
        "{letter}"
    );
    for who in [
        &applicant, &officer, &state, &energy, &defense, &chair, &second,
    ] {
        assert_eq!(who.page.failures(), Vec::<String>::new());
    }
}

/// The form for a correction.
const CORRECT: &str = "/allocations/correct?measure=lpp&holder=Meridian+Compute&span=2026";

/// Pages with who looks at them.
const PAGES: [(&str, &str); 30] = [
    ("officer", "/cases"),
    ("officer", "/cases?show=open"),
    ("officer", "/cases/Z-2026-00001"),
    ("officer", "/cases/Z-2026-00006"),
    ("applicant", "/cases/new"),
    ("applicant", "/cases/new?kind=license"),
    ("applicant", "/cases/new?kind=advisory-opinion"),
    ("officer", "/cases/new?kind=agreement"),
    ("officer", "/cases/acts"),
    ("officer", "/cases/Z-2026-00006/order"),
    ("officer", "/cases/Z-2026-00006/decision"),
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
    ("analyst", "/lab"),
    ("admin", "/lab"),
    ("analyst", "/allocations"),
    ("ledger", CORRECT),
    ("ledger", "/allocations/corrections"),
    ("analyst", "/watch"),
    ("analyst", "/parties"),
    ("applicant", "/cases"),
    ("officer", "/cases?show=closed"),
    ("officer", "/cases/Z-2026-00001/letter"),
];

/// Fills in the form of the lab, sends it and gives the address that it leads to.
fn rehearses(person: &Person, more: &str) -> String {
    person.goes("/lab");
    person.leaves();
    person.run(&format!(
        "const form = document.querySelector('form.rehearse'); form.draws.value = '4'; \
         form.until.value = '2025-06'; form.beside.checked = false; {more} \
         form.querySelector('button').click();"
    ));
    person.waits();
    person.address()
}

#[test]
fn a_run_of_the_lab_is_followed_by_script_and_without_and_every_page_of_it_reads() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let served = Served::demo();
    let analyst = Person::new(&browser, &served, "analyst");
    let mut faults = Vec::new();
    let mut looks = |path: &str| {
        for width in [1280, 390] {
            analyst.page.window(width);
            analyst.run("document.querySelectorAll('details').forEach((d) => { d.open = true; });");
            faults.extend(analyst.faults(&format!("{path} at {width}")));
        }
    };
    // What is wrong is said above the form, with links to the fields.
    rehearses(&analyst, "form.elements['held.grey.cost'].value = '7';");
    let wrong = analyst.run(
        "return [...document.querySelectorAll('[role=alert] a')].map((a) => \
         Boolean(document.getElementById(a.hash.slice(1))));",
    );
    assert_eq!(wrong, json!([true, true]), "{}", analyst.text());
    looks("/lab with what is wrong");

    // A long run is told while it goes on; the page follows it by itself.
    let long = "form.law[1].checked = true; form.draws.value = '512'; form.until.value = '2029-12'; \
         form.beside.checked = true;";
    rehearses(&analyst, long);
    let until = |what: &str| {
        for _ in 0..400 {
            if analyst.page.value(what) == Some(Value::Bool(true)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("never {what}: {}", analyst.text());
    };
    until("Number(document.querySelector('#done')?.value) > 0");
    until("document.getElementById('said').textContent.startsWith('The run is at ')");
    looks("a run at work");
    analyst.leaves();
    analyst.run("document.getElementById('stop').click();");
    analyst.waits();
    until("document.querySelector('#run').dataset.state === 'stopped'");

    rehearses(
        &analyst,
        "form.law[1].checked = true; form.law[3].checked = true;",
    );
    until("document.querySelector('#run').dataset.state === 'done'");
    assert!(
        analyst.text().contains("Read the report"),
        "{}",
        analyst.text()
    );
    looks("a run that is done");
    // The report's own policy lets it be styled and drawn; what it refused would be a failure.
    let report =
        analyst.run("return document.querySelector('a[href$=\"/report\"]').getAttribute('href');");
    analyst.goes(report.as_str().unwrap());
    let drawn = analyst.run(
        "return [document.querySelectorAll('svg').length > 5, getComputedStyle(document.body).margin];",
    );
    assert_eq!(drawn[0], json!(true), "{drawn}");
    assert_ne!(drawn[1], json!("8px"), "{drawn}");
    assert_eq!(faults, Vec::<String>::new());
    assert_eq!(analyst.page.failures(), Vec::<String>::new());
}

#[test]
fn every_page_reads_at_a_desk_and_on_a_phone_and_axe_finds_nothing_serious() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let served = Served::demo();
    // One correction waits, so that its page has something to show.
    let officer = Person::new(&browser, &served, "ledger");
    officer.goes(CORRECT);
    officer.leaves();
    officer.run(
        "const form = document.querySelector('form.stack'); form.amount.value = '5000'; \
         form.why.value = 'counted before'; form.querySelector('button').click();",
    );
    officer.waits();
    assert!(
        officer.text().contains("You proposed it"),
        "{}",
        officer.text()
    );
    // A run of the lab is there, so that its list has something to show.
    let analyst = Person::new(&browser, &served, "analyst");
    rehearses(&analyst, "form.law[1].checked = true;");
    let mut faults = Vec::new();
    let mut logins: Vec<&str> = PAGES.iter().map(|(login, _)| *login).collect();
    logins.sort_unstable();
    logins.dedup();
    for login in logins {
        let person = Person::new(&browser, &served, login);
        for width in [1280, 390] {
            person.page.window(width);
            for (_, path) in PAGES.iter().filter(|(whose, _)| *whose == login) {
                person.goes(path);
                assert!(!person.text().contains("Not Found"), "{path}");
                faults.extend(person.faults(&format!("{path} at {width}")));
            }
        }
        faults.extend(person.page.failures());
    }
    assert_eq!(faults, Vec::<String>::new());
}
