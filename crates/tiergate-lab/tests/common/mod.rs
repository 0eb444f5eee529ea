//! A desk with the law of this repository, and the lab's world.
#![allow(dead_code, reason = "each test uses a part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use tiergate_engine::Desk;
use tiergate_lab::{Model, Month, Rehearsal, Table, World, built_in};
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
    desk_of(&[], |_| None)
}

/// The desk with files beside those of the law.
pub fn desk_with(more: &[(&str, &str)]) -> Desk {
    desk_of(more, |_| None)
}

/// The desk with some files of the law changed: `change` is told a file's text, and says another.
pub fn desk_edited(change: impl Fn(&str) -> Option<String>) -> Desk {
    desk_of(&[], change)
}

fn desk_of(more: &[(&str, &str)], change: impl Fn(&str) -> Option<String>) -> Desk {
    let mut files = Vec::new();
    collect(&root().join("law"), &mut files);
    files.extend(more.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())));
    files.sort();
    for (_, text) in &mut files {
        if let Some(changed) = change(text) {
            *text = changed;
        }
    }
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

/// A model of the world until a month, some parameters held.
pub fn model(desk: &Desk, last: &str, settings: &[&str]) -> Model {
    let mut parameters = built_in::parameters().unwrap();
    for setting in settings {
        parameters.set(setting).unwrap();
    }
    Model::new(desk, world(last), parameters).unwrap()
}

pub fn table(desk: &Desk, model: &Model, law: &str) -> Table {
    let archetypes = built_in::archetypes().unwrap();
    Table::make(desk, &law.parse().unwrap(), &model.world, &archetypes).unwrap()
}

/// A rehearsal with the defaults.
pub fn rehearse(desk: &Desk, model: &Model, law: &str) -> Rehearsal {
    let table = table(desk, model, law);
    model
        .rehearse(&table, &model.parameters.defaults(), 1, 0)
        .unwrap()
}

pub fn sum(months: &[f32]) -> f64 {
    months.iter().map(|x| f64::from(*x)).sum()
}

pub fn last(months: &[f32]) -> f64 {
    f64::from(*months.last().unwrap())
}
