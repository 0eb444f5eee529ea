//! Runs of the lab over a restart of the service, told to end or killed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

const PASSWORD: &str = "a+long+password+of+the+tests+77";

/// The service as a process.
struct Desk {
    child: Child,
    address: String,
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Desk {
    fn start(database: &Path) -> (Desk, Option<String>) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tiergate"))
            .args(["serve", "--listen", "127.0.0.1:0", "--database"])
            .arg(database)
            // What a killed one leaves is gone with the test.
            .env("TMPDIR", database.parent().unwrap())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut address = None;
        let mut link = None;
        // The first start tells a link besides; what else it says is read, so that it is never held up.
        for line in lines.by_ref().map(Result::unwrap) {
            if let Some((_, at)) = line.split_once("serves at http://") {
                address = Some(at.to_owned());
                if std::fs::exists(database.with_extension("known")).unwrap() {
                    break;
                }
            } else if let Some((_, path)) = line.split_once("/welcome/") {
                link = Some(format!("/welcome/{path}"));
                std::fs::write(database.with_extension("known"), "").unwrap();
                break;
            }
        }
        std::thread::spawn(move || lines.for_each(drop));
        let address = address.expect("it says where it serves");
        (Desk { child, address }, link)
    }

    fn ask(&self, method: &str, path: &str, cookie: &str, form: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAccept: text/html\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{form}",
            self.address,
            form.len()
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    /// Sets a password by a link: the cookie.
    fn enters(&self, link: &str) -> String {
        let form = format!("password={PASSWORD}&again={PASSWORD}");
        let (head, body) = self.ask("POST", link, "", &form);
        let cookie = head.lines().find_map(|l| l.strip_prefix("set-cookie: "));
        let cookie = cookie.unwrap_or_else(|| panic!("{body}"));
        cookie.split(';').next().unwrap().to_owned()
    }

    /// Sends a form of a page, with the marks that stand in it.
    fn sends(&self, page: &str, to: &str, cookie: &str, more: &str) -> (String, String) {
        let (_, text) = self.ask("GET", page, cookie, "");
        let of = |name: &str| {
            let value = text.split(&format!("name=\"{name}\" value=\"")).nth(1);
            value
                .map_or("", |v| v.split('"').next().unwrap())
                .to_owned()
        };
        let form = format!("csrf={}&event={}&{more}", of("csrf"), of("event"));
        self.ask("POST", to, cookie, &form)
    }

    /// Starts a run; gives its id.
    fn rehearses(&self, cookie: &str, draws: u32, more: &str) -> String {
        let form =
            format!("first=us&law=us%3Atext&draws={draws}&seed=1&until=2029-12&spread=prior{more}");
        let (head, body) = self.sends("/lab", "/lab", cookie, &form);
        let at = head.lines().find_map(|l| l.strip_prefix("location: /lab/"));
        at.unwrap_or_else(|| panic!("{body}")).to_owned()
    }

    fn run(&self, cookie: &str, id: &str) -> Value {
        let (_, body) = self.ask("GET", &format!("/api/v1/lab/runs/{id}"), cookie, "");
        let told: Value = serde_json::from_str(&body).unwrap_or_else(|e| panic!("{e}: {body}"));
        told["run"].clone()
    }

    #[track_caller]
    fn becomes(&self, cookie: &str, id: &str, state: &str) -> Value {
        let begun = Instant::now();
        loop {
            let run = self.run(cookie, id);
            if run["state"] == state {
                return run;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(90),
                "{state}: {run:#}"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// An analyst's cookie at a new desk.
fn analyst(desk: &Desk, link: &str) -> String {
    let root = desk.enters(link);
    let form = "name=ada&login=ada&role=analyst";
    let (_, body) = desk.sends("/people", "/people", &root, form);
    let link = body
        .split("/welcome/")
        .nth(1)
        .unwrap_or_else(|| panic!("{body}"));
    let secret: String = link.chars().take_while(char::is_ascii_hexdigit).collect();
    desk.enters(&format!("/welcome/{secret}"))
}

#[test]
fn a_run_that_was_at_work_is_interrupted_and_one_that_waited_is_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    for signal in ["-TERM", "-KILL"] {
        let database = folder.path().join(format!("desk{signal}.db"));
        let (mut desk, link) = Desk::start(&database);
        let ada = analyst(&desk, &link.unwrap());
        let first = desk.rehearses(&ada, 512, "&beside=true");
        desk.becomes(&ada, &first, "running");
        let second = desk.rehearses(&ada, 4, "");
        while desk.run(&ada, &first)["done"] == 0 {
            std::thread::sleep(Duration::from_millis(50));
        }
        let pid = desk.child.id().to_string();
        let told = Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(told.success());
        let begun = Instant::now();
        desk.child.wait().unwrap();
        // The service does not wait for the run to be done.
        assert!(
            begun.elapsed() < Duration::from_secs(15),
            "{:?}",
            begun.elapsed()
        );
        drop(desk);

        let (desk, _) = Desk::start(&database);
        let run = desk.becomes(&ada, &first, "interrupted");
        let (done, whole) = (
            run["done"].as_i64().unwrap(),
            run["whole"].as_i64().unwrap(),
        );
        assert!(0 < done && done < whole, "{run:#}");
        let (head, _) = desk.ask("GET", &format!("/lab/{first}/report"), &ada, "");
        assert!(head.starts_with("HTTP/1.1 409"), "{head}");
        desk.becomes(&ada, &second, "done");
        // Nothing comes of the first later.
        assert_eq!(desk.run(&ada, &first)["state"], "interrupted");
    }
}
