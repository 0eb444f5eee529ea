//! The demo: every page of its desk has something to show.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "common/demo_desk.rs"]
#[allow(dead_code, reason = "no days go by here")]
mod demo_desk;

use std::io::{Read, Write};
use std::net::TcpStream;

use demo_desk::Served;

/// What the desk answers, head and body.
fn ask(at: &str, method: &str, path: &str, cookie: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(at).unwrap();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\naccept: text/html\r\n\
         cookie: {cookie}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

struct Person<'s> {
    at: &'s str,
    cookie: String,
}

impl<'s> Person<'s> {
    fn of(served: &'s Served, login: &str) -> Person<'s> {
        let at = served.base.strip_prefix("http://").unwrap();
        let form = format!("login={login}&password={}", served.password);
        let answer = ask(at, "POST", "/login", "", &form);
        let cookie = answer.split("tiergate_session=").nth(1).unwrap();
        let cookie = cookie.split(';').next().unwrap();
        Person {
            at,
            cookie: format!("tiergate_session={cookie}"),
        }
    }

    fn page(&self, path: &str) -> String {
        let page = ask(self.at, "GET", path, &self.cookie, "");
        assert!(page.starts_with("HTTP/1.1 200"), "{path}: {page}");
        page
    }

    fn sees(&self, path: &str, says: &[&str]) {
        let page = self.page(path);
        for one in says {
            assert!(page.contains(one), "no `{one}` at {path}: {page}");
        }
    }
}

#[test]
fn every_page_of_the_demo_has_something_to_show_and_a_correction_needs_its_second_person() {
    let served = Served::demo();
    let analyst = Person::of(&served, "analyst");
    analyst.sees(
        "/allocations",
        &[
            "Low processing performance (LPP)",
            "Velmora Systems",
            "Brightfen Hosting",
            "Units of a license",
        ],
    );
    // A country near its limit is marked.
    let near = analyst.page("/allocations?quota=country-allocation");
    assert!(
        near.contains(">MY<") && near.contains("share bad"),
        "{near}"
    );
    analyst.sees(
        "/watch",
        &[
            "Finding 1",
            "Tessara Compute",
            "Quorlan Cloud",
            "What they share",
        ],
    );
    analyst.sees("/parties", &["Aldersea Compute", "Orvall Trust"]);
    analyst.sees(
        "/parties/party?id=lotus-bay",
        &["Arkona Research Institute"],
    );
    analyst.sees(
        "/parties/screen?name=Plumfield+Research",
        &["Plumfield Research Laboratory"],
    );
    analyst.sees(
        "/parties/screen?name=Steppe+Data+Works",
        &["Steppe Data Works Trading"],
    );
    analyst.sees("/statistics", &["Median days to decide"]);
    analyst.sees(
        "/map?as_of=2026-11-26&view=text",
        &["Malaysia", "Country allocation"],
    );
    analyst.sees("/cases?show=open", &["Steppe Data Works"]);
    analyst.sees(
        "/search?q=steppe",
        &["Cases", "Parties", "Steppe Data Works"],
    );
    analyst.sees("/search?q=poland", &["Countries", "/ask?destination=PL"]);
    analyst.sees("/search?q=740.25", &["Rules of the law"]);
    // Nobody is shown more than they may see.
    let applicant = Person::of(&served, "applicant");
    let found = applicant.page("/search?q=steppe");
    assert!(
        !found.contains(">Parties") && !found.contains("Z-2026-00013"),
        "{found}"
    );
    // What one ledger officer proposed waits for the other.
    let confirm = "/allocations/corrections/demo-correction-2/confirm";
    let first = Person::of(&served, "ledger").page("/allocations/corrections");
    assert!(
        first.contains("You proposed it") && !first.contains(confirm),
        "{first}"
    );
    Person::of(&served, "ledger2").sees("/allocations/corrections", &[confirm]);
}
