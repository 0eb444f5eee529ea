//! A browser driven over its own protocol: the few words of it that these tests need.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

/// The browser: `TIERGATE_CHROMIUM`, or one on the path.
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

struct Wire {
    socket: WebSocket<TcpStream>,
    next: u64,
    /// What went wrong in pages, by session.
    failures: Vec<(String, String)>,
}

/// A browser; it ends with the test.
pub struct Browser {
    wire: Arc<Mutex<Wire>>,
    child: Child,
    _folder: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Browser {
    /// None when there is none and `TIERGATE_BROWSER` does not say that there must be.
    pub fn start() -> Option<Browser> {
        let Some(program) = chromium() else {
            let required = std::env::var_os("TIERGATE_BROWSER").is_some_and(|v| v == "required");
            assert!(!required, "no chromium on the path");
            eprintln!("skipped: no chromium on the path; scripts/test installs it");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
            ])
            .args(["--no-first-run", "--disable-background-networking"])
            .args(["--disable-component-update", "--disable-sync"])
            .args(["--remote-debugging-port=0", "--window-size=1280,1000"])
            .arg(format!("--user-data-dir={}", folder.path().display()))
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = said
            .find_map(|line| {
                let line = line.ok()?;
                Some(line.strip_prefix("DevTools listening on ")?.to_owned())
            })
            .expect("the browser says where it listens");
        // What it says further is read, so that it does not wait to be.
        std::thread::spawn(move || said.for_each(drop));
        let host = address.strip_prefix("ws://").unwrap();
        let stream = TcpStream::connect(host.split('/').next().unwrap()).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        let (socket, _) = tungstenite::client(address.as_str(), stream).unwrap();
        let wire = Wire {
            socket,
            next: 0,
            failures: Vec::new(),
        };
        Some(Browser {
            wire: Arc::new(Mutex::new(wire)),
            child,
            _folder: folder,
        })
    }

    /// A page in a window of its own, with cookies of its own.
    pub fn page(&self) -> Page {
        let context = call(&self.wire, None, "Target.createBrowserContext", json!({}));
        let target = call(
            &self.wire,
            None,
            "Target.createTarget",
            json!({ "url": "about:blank", "browserContextId": context["browserContextId"] }),
        );
        let attached = call(
            &self.wire,
            None,
            "Target.attachToTarget",
            json!({ "targetId": target["targetId"], "flatten": true }),
        );
        let page = Page {
            wire: Arc::clone(&self.wire),
            session: attached["sessionId"].as_str().unwrap().to_owned(),
        };
        for domain in ["Page.enable", "Runtime.enable", "Log.enable"] {
            page.call(domain, json!({}));
        }
        page
    }
}

/// A page.
pub struct Page {
    wire: Arc<Mutex<Wire>>,
    session: String,
}

impl Page {
    fn call(&self, method: &str, params: Value) -> Value {
        call(&self.wire, Some(&self.session), method, params)
    }

    /// Goes to an address; does not wait.
    pub fn goes(&self, url: &str) {
        self.call("Page.navigate", json!({ "url": url }));
    }

    /// Makes the window so wide.
    pub fn window(&self, width: u32) {
        let size = json!({
            "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600,
        });
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    #[allow(dead_code, reason = "not every test asks for it")]
    /// Makes it light or dark, as its reader has chosen.
    pub fn scheme(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        );
    }

    /// The value of a script, once what it promises has come; none while the page is left.
    pub fn value(&self, script: &str) -> Option<Value> {
        let asked = json!({
            "expression": script, "awaitPromise": true, "returnByValue": true,
        });
        let told = self.call("Runtime.evaluate", asked);
        told["result"].get("value").cloned()
    }

    /// What went wrong in its scripts, and what its policy refused.
    pub fn failures(&self) -> Vec<String> {
        let wire = self.wire.lock().unwrap();
        let of = wire.failures.iter().filter(|(s, _)| *s == self.session);
        of.map(|(_, what)| what.clone()).collect()
    }
}

fn call(wire: &Mutex<Wire>, session: Option<&str>, method: &str, params: Value) -> Value {
    let mut wire = wire.lock().unwrap();
    wire.next += 1;
    let id = wire.next;
    let mut message = json!({ "id": id, "method": method, "params": params });
    if let Some(session) = session {
        message["sessionId"] = session.into();
    }
    wire.socket
        .send(Message::text(message.to_string()))
        .unwrap();
    loop {
        let Message::Text(text) = wire.socket.read().unwrap() else {
            continue;
        };
        let told: Value = serde_json::from_str(&text).unwrap();
        if told["id"] == id {
            return told.get("result").cloned().unwrap_or(Value::Null);
        }
        let session = told["sessionId"].as_str().unwrap_or_default().to_owned();
        match told["method"].as_str() {
            Some("Runtime.exceptionThrown") => {
                let what = told["params"]["exceptionDetails"].to_string();
                wire.failures.push((session, what));
            }
            Some("Log.entryAdded") => {
                let entry = &told["params"]["entry"];
                let what = entry["text"].as_str().unwrap_or_default();
                // A refused form is answered 422, which the browser logs as it logs what is missing.
                if entry["level"] == "error" && !what.contains("status of 4") {
                    wire.failures.push((session, what.to_owned()));
                }
            }
            _ => {}
        }
    }
}
