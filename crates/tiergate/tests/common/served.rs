//! A desk that is served: the binary on a port of its own, and a plain client.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A password that is long enough.
const PASSWORD: &str = "a+long+password+of+the+tests+77";

/// A desk that is served until it is dropped.
pub struct Served {
    child: Child,
    address: String,
    administrator: String,
}

/// What was answered.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    /// Serves a database, with the administrator logged in.
    pub fn start(database: &Path, arguments: &[&str]) -> Served {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tiergate"))
            .args(["serve", "--listen", "127.0.0.1:0", "--database"])
            .arg(database)
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut after = |mark: &str| loop {
            let line = lines.next().expect("it says where it serves").unwrap();
            if let Some((_, rest)) = line.split_once(mark) {
                break rest.to_owned();
            }
        };
        let address = after("http://");
        let link = after(&format!("http://{address}"));
        // What else it says is read, so that it is never held up.
        std::thread::spawn(move || lines.for_each(drop));
        let mut served = Served {
            child,
            address,
            administrator: String::new(),
        };
        served.administrator = served.set_password(&link);
        served
    }

    fn ask(&self, method: &str, path: &str, cookie: &str, form: Option<&str>) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let body = form.unwrap_or_default();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAccept: text/html\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    fn set_password(&self, link: &str) -> String {
        let form = format!("password={PASSWORD}&again={PASSWORD}");
        let answer = self.ask("POST", link, "", Some(&form));
        let cookie = answer
            .head
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: "));
        let cookie = cookie.unwrap_or_else(|| panic!("{}", answer.body));
        cookie.split(';').next().unwrap().to_owned()
    }

    /// A person of a role, logged in: the cookie.
    pub fn person(&self, role: &str) -> String {
        let page = self.ask("GET", "/people", &self.administrator, None).body;
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap();
        let csrf = csrf.split('"').next().unwrap();
        let more = match role {
            "agency-reviewer" => "&agency=Defense",
            "applicant" => "&company=Meridian",
            _ => "",
        };
        let form = format!("csrf={csrf}&name={role}&login={role}&role={role}{more}");
        let answer = self.ask("POST", "/people", &self.administrator, Some(&form));
        let link = answer.body.split("/welcome/").nth(1);
        let link = link.unwrap_or_else(|| panic!("{}", answer.body));
        let secret: String = link.chars().take_while(char::is_ascii_hexdigit).collect();
        self.set_password(&format!("/welcome/{secret}"))
    }

    /// The administrator's cookie.
    pub fn administrator(&self) -> &str {
        &self.administrator
    }

    /// A page, as somebody.
    pub fn get(&self, path: &str, cookie: &str) -> Answer {
        self.ask("GET", path, cookie, None)
    }
}
