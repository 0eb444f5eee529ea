//! The pages of figures: statistics, allocations, watch, parties. Who may see them, and that they
//! say what the command line says of the same data.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;
#[path = "common/served.rs"]
mod served;

use std::path::PathBuf;

use common::{plain, run};
use jiff::civil::date;
use served::Served;
use tempfile::TempDir;
use tiergate_cases::store::Sqlite;
use tiergate_cases::{LawBook, What, demo, enter};
use tiergate_law::{LawRef, View};

const PAGES: [&str; 8] = [
    "/statistics",
    "/statistics/cases.csv",
    "/allocations",
    "/allocations/account?measure=lpp&holder=Shell+1&span=2025",
    "/watch",
    "/parties",
    "/parties/party?id=meridian",
    "/parties/screen?name=Arkona",
];

/// A folder with a desk's database.
struct Desk(TempDir);

impl Desk {
    fn new() -> Desk {
        Desk(tempfile::tempdir().unwrap())
    }

    fn database(&self) -> PathBuf {
        self.0.path().join("desk.db")
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// What the command line says of the desk's ledger.
    fn ledger(&self, words: &[&str]) -> String {
        let (out, err, code) = run(plain()
            .arg("ledger")
            .args(words)
            .arg("--ledger")
            .arg(self.database()));
        assert_eq!(code, 0, "{out}{err}");
        out
    }

    /// Four buyers just below their limits.
    fn draw(&self) {
        let head = "id,date,destination,item.chip,quantity,consignee.name,consignee.location,consignee.headquarters,consignee.parent,consignee.lists,end_uses,intermediaries\n";
        let rows: String = (1..=4)
            .map(|n| format!("w{n},2025-06-1{n},PL,nvidia-h100-sxm5,1650,Shell {n},PL,PL,PL,none,datacenter,none\n"))
            .collect();
        let orders = self.write("orders.csv", &format!("{head}{rows}"));
        self.ledger(&["reserve", &orders, "--law", "us:text"]);
    }

    fn buyers(&self) -> String {
        let rows: String = (1..=4)
            .map(|n| {
                format!(
                    "s{n},Shell {n},PL,PL61109010140000071219812874,+48 22 555 01 0{n},2025-05-1{n}\n"
                )
            })
            .collect();
        let head = "id,name,country,banks,phones,incorporated\n";
        self.write("buyers.csv", &format!("{head}{rows}"))
    }

    /// Three cases: one withdrawn after ten days, one returned after thirty, one open.
    fn cases(&self) {
        let desk = tiergate::embedded::desk(None).unwrap();
        let law = LawBook::new(&desk.library, LawRef::us(), View::Enforced).unwrap();
        let mut store = Sqlite::open(&self.database(), true).unwrap();
        let reason = || "no end user".to_owned();
        let ends = [
            Some((date(2026, 1, 15), What::Withdrawn)),
            Some((date(2026, 2, 4), What::Returned { reason: reason() })),
            None,
        ];
        for (at, end) in ends.into_iter().enumerate() {
            let mut event = demo::registered(date(2026, 1, 5));
            event.case = format!("Z-{at}");
            event.id = format!("e-{at}-1");
            enter(&mut store, &law, &event).unwrap();
            let applicant = event.actor.clone();
            if let Some((day, what)) = end {
                let who = match what {
                    What::Withdrawn => applicant,
                    _ => demo::officer(),
                };
                let mut event = demo::event(&format!("e-{at}-2"), day, &who, what);
                event.case = format!("Z-{at}");
                enter(&mut store, &law, &event).unwrap();
            }
        }
    }
}

/// The text of a page, without marks and with single spaces.
fn text(page: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for letter in page.chars() {
        match letter {
            '<' => inside = true,
            '>' => {
                inside = false;
                out.push(' ');
            }
            letter if !inside => out.push(letter),
            _ => {}
        }
    }
    let words: Vec<&str> = out.split_whitespace().collect();
    words.join(" ")
}

fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        row.iter().map(str::to_owned).collect()
    });
    rows.collect()
}

#[test]
fn whoever_may_not_is_refused_and_an_empty_desk_reads_well() {
    let desk = Desk::new();
    let served = Served::start(&desk.database(), &[]);
    let roles = [
        "licensing-officer",
        "countersigner",
        "agency-reviewer",
        "ledger-officer",
        "analyst",
    ];
    let applicant = served.person("applicant");
    for page in PAGES {
        for refused in [served.administrator(), &applicant] {
            assert_eq!(served.get(page, refused).status, 403, "{page}");
        }
        let answer = served.get(page, "");
        assert_eq!(answer.status, 303, "{page}");
        assert!(answer.head.contains("/login?next="), "{}", answer.head);
    }
    let mut analyst = String::new();
    for role in roles {
        analyst = served.person(role);
        for page in ["/statistics", "/allocations", "/watch", "/parties"] {
            assert_eq!(served.get(page, &analyst).status, 200, "{role} {page}");
        }
    }
    for (page, says) in [
        ("/statistics", "No case was received in these days."),
        ("/allocations", "Nothing is drawn on the ledger yet."),
        ("/watch", "No file of buyers was given at the start"),
        ("/watch", "No parties are above the limit together."),
        ("/parties", "No register of parties was given at the start"),
    ] {
        let page = served.get(page, &analyst).body;
        assert!(text(&page).contains(says), "{says}\n{}", text(&page));
    }
}

#[test]
fn statistics_agree_with_the_events_and_their_files_parse() {
    let desk = Desk::new();
    desk.cases();
    let served = Served::start(&desk.database(), &[]);
    let analyst = served.person("analyst");
    let asked = "from=2026-01-01&to=2026-03-01&as_of=2026-03-01";
    let page = text(&served.get(&format!("/statistics?{asked}"), &analyst).body);
    // Ten and thirty days: the lower of the two in the middle, and the higher.
    for says in [
        "Received 3 Decided 2 Of them still open 1 Median days to decide 10 Nine of ten decided within, days 30",
        "0 open on 2026-01-01, 1 on 2026-03-01; at most 3, first on 2026-01-05.",
        "2026-01-15 2 2026-02-04 1",
        "PL 3 2 1 10 30",
    ] {
        assert!(page.contains(says), "{says}\n{page}");
    }
    let file = |name: &str| {
        let answer = served.get(&format!("/statistics/{name}?{asked}"), &analyst);
        assert!(answer.head.contains("text/csv"), "{}", answer.head);
        csv_rows(&answer.body)
    };
    let cases = file("cases.csv");
    assert_eq!(cases.len(), 4);
    assert_eq!(cases[1][5..9], ["withdrawn", "2026-01-15", "10", "10"]);
    assert_eq!(
        file("country.csv")[1][..6],
        ["PL", "3", "2", "1", "10", "30"]
    );
    assert_eq!(file("outcome.csv").len(), 4);
    let backlog = file("backlog.csv");
    assert_eq!(backlog.len(), 61);
    assert_eq!(backlog[5], ["2026-01-05", "3"]);
    // As of a day before, what came later is not seen.
    let before = served.get(
        "/statistics?from=2026-01-01&to=2026-01-10&as_of=2026-01-10",
        &analyst,
    );
    assert!(text(&before.body).contains("Received 3 Decided 0 Of them still open 3"));
    for (wrong, says) in [
        ("from=2026-03-01&to=2026-01-01", "before `from`"),
        ("from=July", "is no day for from"),
        ("from=1900-01-01", "ask for ten years at most"),
        ("to=2026-03-02&as_of=2026-03-01", "is not seen"),
    ] {
        let answer = served.get(&format!("/statistics?{wrong}"), &analyst);
        assert_eq!(answer.status, 422, "{wrong}");
        assert!(answer.body.contains(says), "{wrong}");
    }
    assert_eq!(served.get("/statistics/x.csv", &analyst).status, 404);
}

#[test]
fn allocations_agree_with_the_command_line() {
    let desk = Desk::new();
    desk.draw();
    let limits = desk.ledger(&["limits", "--as-of", "2025-12-31", "--format", "csv"]);
    let served = Served::start(&desk.database(), &[]);
    let officer = served.person("ledger-officer");
    let page = text(&served.get("/allocations?as_of=2025-12-31", &officer).body);
    let rows = csv_rows(&limits);
    assert_eq!(rows.len(), 5);
    let grouped = |n: &str| tiergate_ledger::grouped(n.parse().unwrap());
    for row in &rows[1..] {
        let [_, holder, span, used, reserved, limit, left, _] = row.as_slice() else {
            panic!("{row:?}")
        };
        let says = format!(
            "{holder} {span} 97 % {} {} {} {}",
            grouped(used),
            grouped(reserved),
            grouped(limit),
            grouped(left)
        );
        assert!(page.contains(&says), "{says}\n{page}");
    }
    assert!(page.contains("no forecast: too little moved in the last 90 days"));
    // Only one company; and a law that limits nothing says so and still shows what is counted.
    let one = "/allocations?as_of=2025-12-31&quota=lpp&company=shell+2";
    let one = text(&served.get(one, &officer).body);
    assert!(one.contains("Shell 2") && !one.contains("Shell 1"));
    let other = "/allocations?as_of=2025-12-31&law=us:enforced";
    let other = text(&served.get(other, &officer).body);
    assert!(other.contains("Counted, without a limit under this law"));
    assert!(other.contains("lpp: Shell 1 2025 0 26,122,800"), "{other}");
    let account = "/allocations/account?measure=lpp&holder=Shell+1&span=2025&as_of=2025-12-31";
    let account = text(&served.get(account, &officer).body);
    assert!(
        account.contains("2025-06-11 reserve w1 +26,122,800 0 26,122,800"),
        "{account}"
    );
    let absent = "/allocations/account?measure=lpp&holder=Nobody&span=2025";
    assert_eq!(served.get(absent, &officer).status, 404);
    let wrong = served.get("/allocations?law=nowhere", &officer);
    assert_eq!(wrong.status, 422);
}

#[test]
fn the_watch_finds_what_the_command_line_finds() {
    let desk = Desk::new();
    desk.draw();
    let buyers = desk.buyers();
    let told = desk.ledger(&["watch", "--parties", &buyers, "--format", "text"]);
    let served = Served::start(&desk.database(), &["--buyers", &buyers]);
    let analyst = served.person("analyst");
    let page = text(&served.get("/watch", &analyst).body);
    let told: Vec<&str> = told.split_whitespace().collect();
    let told = told.join(" ");
    let heading = told.split("Why one sum").next().unwrap().trim();
    assert!(
        heading.contains("104,491,200 TPP together in 2025"),
        "{told}"
    );
    assert!(page.contains(heading), "{heading}\n{page}");
    for says in [
        "linked by what they share",
        "bank account PL61109010140000071219812874",
        "What would clear it up",
    ] {
        assert!(page.contains(says) && told.contains(says), "{says}");
    }
    // Where the law sets no limit, nothing is looked at, and the page says why.
    let none = text(&served.get("/watch?law=us:enforced", &analyst).body);
    assert!(none.contains("Not looked at: no limit of quota"), "{none}");
}

const REGISTER: &str = r#"{"id":"p1","recorded":"2026-01-05","source":{"name":"company register"},"party":{"id":"meridian","kind":"entity","names":[{"text":"Meridian Compute"}],"locations":[{"country":"MY"}],"headquarters":"MY"}}
{"id":"p2","recorded":"2026-01-05","source":{"name":"company register"},"party":{"id":"aldersea","kind":"entity","names":[{"text":"Aldersea Holdings"}],"headquarters":"SG"}}
{"id":"p3","recorded":"2026-01-05","source":{"name":"company register"},"party":{"id":"brackenfab","kind":"entity","names":[{"text":"Brackenfab"}],"headquarters":"CN"}}
{"id":"p4","recorded":"2026-01-05","source":{"name":"company register"},"party":{"id":"keeper","kind":"person","names":[{"text":"Ada Example"}]}}
{"id":"l1","recorded":"2026-01-05","source":{"name":"annual report"},"link":{"owner":"aldersea","owned":"meridian","interest":"shares","share":"60","from":"2024-01-01"}}
{"id":"l2","recorded":"2026-01-05","source":{"name":"annual report"},"link":{"owner":"brackenfab","owned":"meridian","interest":"shares","share":"40"}}
{"id":"l3","recorded":"2026-01-05","source":{"name":"annual report"},"link":{"owner":"keeper","owned":"aldersea","interest":"shares","share":"100"}}
{"id":"l4","recorded":"2026-01-05","source":{"name":"annual report"},"link":{"owner":"brackenfab","owned":"halcyon","interest":"shares","share":"50"}}
"#;

const LIST: &str = r#"{"search_performed_at":"2026-07-31","total":1,"results":[{"id":"EL-1","source":"Entity List (EL) - Bureau of Industry and Security","name":"Arkona Research Institute","addresses":[{"country":"CN"}],"license_requirement":"For all items subject to the EAR.","license_policy":"Presumption of denial"}]}"#;

/// The rows of a table of the command line: what stands after each label, with single spaces.
fn after<'t>(told: &'t str, label: &str) -> &'t str {
    let line = told.lines().find(|l| l.trim_start().starts_with(label));
    let line = line.unwrap_or_else(|| panic!("{label}: {told}"));
    line.trim_start()[label.len()..].trim()
}

#[test]
fn parties_agree_with_the_command_line() {
    let desk = Desk::new();
    let register = desk.write("register.jsonl", REGISTER);
    let list = desk.write("list.json", LIST);
    let asked = |words: &[&str]| {
        let (out, err, code) = run(plain().args(words));
        assert_eq!(code, 0, "{out}{err}");
        out
    };
    let on = ["--register", &register, "--as-of", "2026-07-01"];
    let parent = asked(&[&["parties", "parent", "meridian"], &on[..]].concat());
    let listed = ["parties", "listed", "halcyon", "--listed", "brackenfab"];
    let listed = asked(&[&listed[..], &on[..]].concat());
    let screened = asked(&["screen", "Arkona Institute", "--list", &list]);
    let served = Served::start(
        &desk.database(),
        &[
            "--parties",
            &register,
            "--listed",
            "brackenfab",
            "--list",
            &list,
        ],
    );
    let analyst = served.person("analyst");
    let page = |path: &str| served.get(path, &analyst);
    let found = text(&page("/parties?name=compute").body);
    assert!(found.contains("Found 1") && found.contains("Meridian Compute meridian"));
    let none = text(&page("/parties?name=nobody").body);
    assert!(none.contains("The register has no party"), "{none}");
    let meridian = page("/parties/party?id=meridian&as_of=2026-07-01").body;
    let said = text(&meridian);
    for label in ["ultimate parent", "headquarters"] {
        let says = format!("{label} {}", after(&parent, label));
        assert!(said.contains(&says), "{says}\n{said}");
    }
    // Owners stand in the drawing and, as text, in the table beside it.
    assert!(meridian.contains("class=\"box listed\"") && meridian.contains("class=\"graph\""));
    assert!(said.contains("Brackenfab Meridian Compute 40 % of shares, annual report"));
    let halcyon = text(&page("/parties/party?id=halcyon&as_of=2026-07-01").body);
    for label in ["answer", "owned by listed"] {
        let says = format!("{label} {}", after(&listed, label));
        assert!(halcyon.contains(&says), "{says}\n{halcyon}");
    }
    let hits = text(&page("/parties/screen?name=Arkona+Institute").body);
    let score = screened
        .lines()
        .find(|line| line.contains("Arkona Research Institute"))
        .and_then(|line| line.split_whitespace().next())
        .unwrap();
    assert!(
        hits.contains(&format!("{score} Arkona Research Institute EL-")),
        "{hits}"
    );
    assert!(
        hits.contains("lists: unknown, 1 of 1 hit to decide"),
        "{hits}"
    );
    assert_eq!(page("/parties/party?id=nobody").status, 404);
}
