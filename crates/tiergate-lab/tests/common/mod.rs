//! A desk with the law of this repository, and the lab's world.
#![allow(dead_code, reason = "each test uses a part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use tiergate_engine::Desk;
use tiergate_lab::{Month, World, built_in};
use tiergate_law::Library;
use tiergate_order::Catalog;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn collect(folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "toml") {
            let text = std::fs::read_to_string(&path).unwrap();
            files.push((path.display().to_string(), text));
        }
    }
}

pub fn desk() -> Desk {
    desk_with(&[])
}

pub fn desk_with(more: &[(&str, &str)]) -> Desk {
    let mut files = Vec::new();
    collect(&root().join("law"), &mut files);
    files.extend(more.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())));
    files.sort();
    let (library, _) = Library::read(files.iter().map(|(n, t)| (n.as_str(), t.as_str())));
    let read = |name: &str| std::fs::read_to_string(root().join("catalog").join(name)).unwrap();
    let catalog = Catalog::read(&read("chips.csv"), &read("countries.csv")).unwrap();
    Desk::new(library, catalog)
}

pub fn month(text: &str) -> Month {
    Month::read(text).unwrap()
}

pub fn world(last: &str) -> World {
    built_in::world(month(last)).unwrap()
}
