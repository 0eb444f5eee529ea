//! A service of its own for a test, and a client that asks it.

#![allow(dead_code, reason = "not every test needs everything")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

/// A service on a database of its own, stopped when the test ends.
pub struct Desk {
    child: Option<Child>,
    /// `127.0.0.1:PORT`.
    pub at: String,
    /// The administrator's session, as a browser sends it.
    pub admin: String,
    /// Where everything is kept: `desk.db` in it.
    pub folder: tempfile::TempDir,
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The head, as it came.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Answer {
    /// A header.
    pub fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let found = lines.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    /// All headers of a name.
    pub fn headers(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let found = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value).collect()
    }

    /// The body as it is read: without tags, with single spaces.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut tag = false;
        for c in self.body.chars() {
            match c {
                '<' => tag = true,
                '>' => {
                    tag = false;
                    text.push(' ');
                }
                c if !tag => text.push(c),
                _ => {}
            }
        }
        let text = text
            .replace("&#38;", "&")
            .replace("&#39;", "'")
            .replace("&#34;", "\"");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

const PASSWORD: &str = "password=correct+horse+battery&again=correct+horse+battery";

impl Desk {
    /// Starts one and sets the administrator's password.
    pub fn start() -> Desk {
        Desk::start_with(&[], &[])
    }

    /// The same, with more arguments and variables.
    pub fn start_with(arguments: &[&str], variables: &[(&str, &str)]) -> Desk {
        Desk::start_on(None, arguments, variables)
    }

    /// The same, on a database that is not a file of its own.
    pub fn start_on(
        database: Option<&str>,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("desk.db");
        let mut child = Command::new(env!("CARGO_BIN_EXE_tiergate"))
            .args(["serve", "--listen", "127.0.0.1:0", "--database"])
            .arg(database.map_or(file.as_os_str(), std::ffi::OsStr::new))
            .args(arguments)
            .envs(variables.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (mut at, mut link) = (String::new(), String::new());
        for line in lines.by_ref() {
            let line = line.unwrap();
            if let Some((_, address)) = line.split_once("serves at http://") {
                address.trim().clone_into(&mut at);
            }
            if let Some((_, path)) = line.split_once("/welcome/") {
                link = format!("/welcome/{}", path.trim());
                break;
            }
        }
        // What is said later is read and let go, so that nothing waits for it.
        std::thread::spawn(move || lines.for_each(drop));
        let mut desk = Desk {
            child: Some(child),
            at,
            admin: String::new(),
            folder,
        };
        desk.admin = desk.welcome(&link);
        desk
    }

    /// The same desk as another instance at an address serves it.
    pub fn at_another(&self, at: &str) -> Desk {
        Desk {
            child: None,
            at: at.to_owned(),
            admin: self.admin.clone(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Sets a password by a link, and gives the session.
    fn welcome(&self, link: &str) -> String {
        let set = self.send(
            "POST",
            link,
            "",
            "application/x-www-form-urlencoded",
            PASSWORD,
        );
        assert_eq!(set.status, 303, "{set:?}");
        let cookie = set.header("set-cookie");
        cookie.split(';').next().unwrap().to_owned()
    }

    /// Adds a person of a role and logs them in.
    pub fn person(&self, role: &str, more: &str) -> String {
        let page = self.get("/people");
        let form = format!(
            "csrf={}&name=Ada&login={role}%40example.org&role={role}&{more}",
            mark(&page.body)
        );
        let kind = "application/x-www-form-urlencoded";
        let added = self.send("POST", "/people", &self.admin, kind, &form);
        let link = added.body.split("href=\"/welcome/").nth(1);
        let link = link.unwrap_or_else(|| panic!("{}", added.text()));
        let link = link.split('"').next().unwrap();
        self.welcome(&format!("/welcome/{link}"))
    }

    /// A page, as the administrator sees it.
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &self.admin, "", "")
    }

    /// A page as somebody sees it.
    pub fn get_as(&self, cookie: &str, path: &str) -> Answer {
        self.send("GET", path, cookie, "", "")
    }

    /// A form, as somebody sends it.
    pub fn post_as(&self, cookie: &str, path: &str, form: &str) -> Answer {
        let kind = "application/x-www-form-urlencoded";
        self.send("POST", path, cookie, kind, form)
    }

    /// Sends a file of orders.
    pub fn upload(&self, csrf: &str, name: &str, text: &str) -> Answer {
        let field = |head: &str, value: &str| {
            format!("--B\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n")
        };
        let body = field("name=\"csrf\"", csrf)
            + &field("name=\"law\"", "us")
            + &field("name=\"view\"", "enforced")
            + &field("name=\"assume\"", "screened")
            + &field("name=\"assume\"", "parent=headquarters")
            + &field("name=\"assume\"", "headquarters=location")
            + &field(&format!("name=\"file\"; filename=\"{name}\""), text)
            + "--B--\r\n";
        let kind = "multipart/form-data; boundary=B";
        self.send("POST", "/orders", &self.admin, kind, &body)
    }

    fn send(&self, method: &str, path: &str, cookie: &str, kind: &str, body: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.at).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {}\r\naccept: text/html\r\nconnection: close\r\n\
             cookie: {cookie}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}",
            self.at,
            body.len()
        )
        .unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    /// An address at which a browser is the administrator, and every page runs a script besides: it
    /// finds `report`, and what its own scripts threw or its policy refused in `failures`.
    pub fn driven(&self, script: &str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let here = listener.local_addr().unwrap().to_string();
        let drive = Arc::new(format!(
            "const failures = [];\
             addEventListener('error', (e) => failures.push(String(e.message)));\
             addEventListener('unhandledrejection', (e) => failures.push(String(e.reason)));\
             addEventListener('securitypolicyviolation', (e) => failures.push(e.violatedDirective + ' ' + e.blockedURI));\
             addEventListener('load', async () => {{ const report = {{}};\
             const one = (q) => document.querySelector(q);\
             const pause = (ms) => new Promise((done) => setTimeout(done, ms));\
             try {{ {script} }} catch (error) {{ failures.push('test: ' + error + error.stack); }}\
             report.failures = failures;\
             const pre = document.createElement('pre'); pre.id = 'report';\
             pre.textContent = JSON.stringify(report); document.body.append(pre); }});"
        ));
        let (there, cookie) = (self.at.clone(), self.admin.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (there, cookie, drive) = (there.clone(), cookie.clone(), drive.clone());
                std::thread::spawn(move || pass_on(stream.unwrap(), &there, &cookie, &drive));
            }
        });
        format!("http://{here}")
    }
}

/// Passes a request on in the administrator's name, and the answer back with the script.
fn pass_on(mut stream: TcpStream, there: &str, cookie: &str, drive: &str) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut first = String::new();
    if reader.read_line(&mut first).unwrap_or(0) == 0 {
        return;
    }
    let mut line = String::new();
    while reader.read_line(&mut line).unwrap_or(0) > 2 {
        line.clear();
    }
    let path = first.split(' ').nth(1).unwrap_or("/");
    if path == "/drive.js" {
        let _ = write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: text/javascript\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{drive}",
            drive.len()
        );
        return;
    }
    let mut onward = TcpStream::connect(there).unwrap();
    write!(
        onward,
        "GET {path} HTTP/1.1\r\nhost: {there}\r\naccept: text/html\r\nconnection: close\r\ncookie: {cookie}\r\n\r\n"
    )
    .unwrap();
    let mut bytes = Vec::new();
    onward.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let body = body.replacen("<head>", "<head><script src=\"/drive.js\"></script>", 1);
    let lines = head.lines();
    let head: Vec<&str> = lines.filter(|l| !l.starts_with("content-length")).collect();
    let _ = write!(
        stream,
        "{}\r\ncontent-length: {}\r\n\r\n{body}",
        head.join("\r\n"),
        body.len()
    );
}

/// The mark of the session in a page's first form.
pub fn mark(page: &str) -> String {
    let rest = page.split("name=\"csrf\" value=\"").nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}
