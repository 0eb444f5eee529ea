//! Pages in headless Chromium.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

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

/// The browser; none when there is none and `TIERGATE_BROWSER` does not say that there must be.
fn browser(folder: &Path) -> Option<Command> {
    let Some(chromium) = chromium() else {
        let required = std::env::var_os("TIERGATE_BROWSER").is_some_and(|v| v == "required");
        assert!(!required, "no chromium on the path");
        eprintln!("skipped: no chromium on the path; scripts/test installs it");
        return None;
    };
    let mut command = Command::new(chromium);
    command
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
        ])
        .args(["--no-first-run", "--disable-background-networking"])
        .args([
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
        ])
        .arg(format!(
            "--user-data-dir={}",
            folder.join("profile").display()
        ));
    Some(command)
}

/// Opens a page in a window this wide, runs a script once it has loaded and gives what the script
/// put into `report`, with the errors of the page's own scripts and everything its policy refused
/// as `failures`. None when there is no browser.
#[allow(dead_code, reason = "not every test needs it")]
pub fn visit(page: &str, width: u32, script: &str) -> Option<Value> {
    let folder = tempfile::tempdir().unwrap();
    let mut browser = browser(folder.path())?;
    let before = "<script>const failures = [];\
        addEventListener('error', (e) => failures.push(String(e.message)));\
        addEventListener('securitypolicyviolation', (e) => failures.push(e.violatedDirective + ' ' + e.blockedURI));\
        </script>";
    let after = format!(
        "<script>addEventListener('load', () => {{ const report = {{}};\
         try {{ {script} }} catch (error) {{ failures.push('test: ' + error + error.stack); }}\
         report.failures = failures; const pre = document.createElement('pre');\
         pre.id = 'report'; pre.textContent = JSON.stringify(report); document.body.append(pre); }});\
         </script></body>"
    );
    assert!(
        page.contains("<body>") && page.contains("</body>"),
        "a page has a body"
    );
    let tested = page
        .replacen("<body>", &format!("<body>{before}"), 1)
        .replacen("</body>", &after, 1);
    let file = folder.path().join("page.html");
    std::fs::write(&file, tested).unwrap();
    let output = browser
        .args(["--virtual-time-budget=10000", "--dump-dom"])
        .arg(format!("--window-size={width},1000"))
        .arg(format!("file://{}", file.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&output.stdout);
    let report = dom
        .split_once("<pre id=\"report\">")
        .and_then(|(_, rest)| rest.split_once("</pre>"));
    let Some((report, _)) = report else {
        panic!(
            "the page did not load: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    let report = report
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    Some(serde_json::from_str(&report).unwrap())
}

/// Prints a page on paper of this size and gives the sizes of the sheets, in points. None when
/// there is no browser.
#[allow(dead_code, reason = "not every test needs it")]
pub fn print(page: &str, size: &str) -> Option<Vec<(f64, f64)>> {
    let folder = tempfile::tempdir().unwrap();
    let mut browser = browser(folder.path())?;
    let (file, pdf) = (
        folder.path().join("page.html"),
        folder.path().join("page.pdf"),
    );
    let sized = page.replacen("</style>", &format!("@page{{size:{size}}}</style>"), 1);
    std::fs::write(&file, sized).unwrap();
    let output = browser
        .args(["--virtual-time-budget=10000", "--no-pdf-header-footer"])
        .arg(format!("--print-to-pdf={}", pdf.display()))
        .arg(format!("file://{}", file.display()))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let bytes = std::fs::read(&pdf).unwrap_or_else(|_| panic!("nothing was printed: {said}"));
    let text = String::from_utf8_lossy(&bytes);
    let boxes = text.split("/MediaBox").skip(1).map(|rest| {
        let numbers: Vec<f64> = rest
            .trim_start_matches([' ', '['])
            .split([' ', ']'])
            .take(4)
            .map(|n| n.parse().unwrap())
            .collect();
        (numbers[2] - numbers[0], numbers[3] - numbers[1])
    });
    Some(boxes.collect())
}

/// Opens an address in a window this wide and gives what its scripts made of the page, once they
/// have come to rest. None when there is no browser.
#[allow(dead_code, reason = "not every test needs it")]
pub fn dom(address: &str, width: u32) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let mut browser = browser(folder.path())?;
    let output = browser
        .args(["--virtual-time-budget=8000", "--dump-dom"])
        .arg(format!("--window-size={width},1000"))
        .arg(address)
        .output()
        .unwrap();
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}
