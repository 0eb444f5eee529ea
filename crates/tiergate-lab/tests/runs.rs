//! Runs: the same on any number of threads, kept on disk, gone on with after an interruption.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use tiergate_lab::{Asked, Results, RunError, Setup, series};

fn asked(draws: u64) -> Asked {
    Asked {
        laws: ["us", "us:text"]
            .iter()
            .map(|l| l.parse().unwrap())
            .collect(),
        draws,
        seed: 7,
        until: common::month("2025-12"),
        settings: vec!["grey.cost=0.2".into()],
        prior: true,
    }
}

fn setup(asked: &Asked) -> Setup {
    Setup::new(&common::desk(), asked).unwrap()
}

fn on_threads(threads: usize, setup: &Setup, folder: &Path) {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| setup.run(folder, &|_| ()).unwrap());
}

#[test]
fn a_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let setup = setup(&asked(6));
    let folder = tempfile::tempdir().unwrap();
    let (one, four) = (folder.path().join("one"), folder.path().join("four"));
    on_threads(1, &setup, &one);
    on_threads(4, &setup, &four);
    for file in ["law-0.f32", "law-1.f32", "plan.json"] {
        let (a, b) = (
            std::fs::read(one.join(file)).unwrap(),
            std::fs::read(four.join(file)).unwrap(),
        );
        assert!(a == b && !a.is_empty(), "{file}");
    }
}

#[test]
fn an_interrupted_run_goes_on_where_it_stopped_and_ends_the_same() {
    let setup = setup(&asked(5));
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole");
    on_threads(2, &setup, &whole);
    let data = std::fs::read(whole.join("law-1.f32")).unwrap();
    // Two draws were cut short: not marked, and their bytes are anything.
    let mut marks = std::fs::read(whole.join("law-1.done")).unwrap();
    marks[1] = 0;
    marks.truncate(4);
    std::fs::write(whole.join("law-1.done"), &marks).unwrap();
    let mut cut = data.clone();
    let record = cut.len() / 5;
    cut[record..record + 64].fill(0xff);
    cut.truncate(4 * record + 10);
    std::fs::write(whole.join("law-1.f32"), &cut).unwrap();
    assert!(matches!(
        Results::open(&whole),
        Err(RunError::Unfinished {
            done: 3,
            draws: 5,
            ..
        })
    ));
    let drawn = AtomicU64::new(0);
    setup
        .run(&whole, &|_| {
            drawn.fetch_add(1, Ordering::Relaxed);
        })
        .unwrap();
    // It is told once at the beginning, and after each of the two.
    assert_eq!(drawn.into_inner(), 3);
    assert!(std::fs::read(whole.join("law-1.f32")).unwrap() == data);
}

#[test]
fn a_folder_of_another_run_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    setup(&asked(2)).run(folder.path(), &|_| ()).unwrap();
    let other = setup(&Asked {
        seed: 8,
        ..asked(2)
    });
    let error = other.run(folder.path(), &|_| ()).unwrap_err().to_string();
    assert!(error.contains("seed `7`, not `8`"), "{error}");
}

#[test]
fn laws_share_their_draws_until_they_part() {
    let setup = setup(&asked(3));
    let folder = tempfile::tempdir().unwrap();
    let results = setup.run(folder.path(), &|_| ()).unwrap();
    let months = setup.model.world.months.len();
    let parts = setup.parts;
    assert_eq!(
        setup.model.world.months.month(parts),
        common::month("2025-05")
    );
    let read = |law| results.series(law, series::STOCK_MIDDLE, months).unwrap();
    let (enforced, printed) = (read(0), read(1));
    for draw in 0..3 {
        assert_eq!(enforced[draw][..parts], printed[draw][..parts]);
        assert!(enforced[draw][months - 1] != printed[draw][months - 1]);
    }
    assert!(enforced[0][0] != enforced[1][0] || enforced[0][5] != enforced[1][5]);
}

#[test]
fn what_cannot_be_set_up_says_why() {
    let wrong = |asked: &Asked| Setup::new(&common::desk(), asked).unwrap_err().to_string();
    let none = Asked {
        laws: vec![],
        ..asked(1)
    };
    assert_eq!(wrong(&none), "no law to rehearse: name one, such as `us`");
    let setting = Asked {
        settings: vec!["grey.costs=1".into()],
        ..asked(1)
    };
    assert!(wrong(&setting).contains("did you mean `grey.cost`"));
    let law = Asked {
        laws: vec!["option-9".parse().unwrap()],
        ..asked(1)
    };
    assert!(wrong(&law).starts_with("option-9: "), "{}", wrong(&law));
}
