//! Pairs of invented or common names, each with what makes it one party's or two's: `pairs.csv`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use tiergate_screening::{Index, score};

/// Pairs that are on the wrong side, and known to be, by why.
const KNOWN_WRONG: [&str; 1] = ["known wrong"];

#[test]
fn every_pair_falls_on_its_side_of_the_threshold() {
    let mut reader = csv::Reader::from_reader(include_bytes!("pairs.csv").as_slice());
    let mut wrong = Vec::new();
    let mut count = 0;
    for row in reader.records() {
        let row = row.unwrap();
        let (why, left, right, same) = (&row[0], &row[1], &row[2], &row[3]);
        count += 1;
        let score = score(left, right);
        let right_side = (score >= Index::THRESHOLD) == (same == "yes");
        if right_side == KNOWN_WRONG.contains(&why) {
            wrong.push(format!(
                "{why}: `{left}` and `{right}`: {score}, same party: {same}"
            ));
        }
    }
    assert!(count > 380);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Scores fall from the first to the last.
fn falls(of: &str, others: &[&str]) {
    let scores: Vec<f64> = others.iter().map(|other| score(of, other)).collect();
    assert!(
        scores.windows(2).all(|w| w[0] > w[1]),
        "{of}: {others:?} {scores:?}"
    );
}

#[test]
fn scores_rank_within_the_top_band() {
    falls(
        "José García",
        &["JOSÉ GARCÍA", "Jose Garcia", "Garcia Jose", "Garcya Jose"],
    );
    falls(
        "Arkona Technology Co., Ltd.",
        &[
            "ARKONA TECHNOLOGY CO., LTD.",
            "Arkona Technology Co Ltd",
            "Arkona Technology GmbH",
            "Arcona Technology GmbH",
            "Arkona Trading GmbH",
        ],
    );
}

#[test]
fn a_generic_word_alone_is_near_nothing_but_itself() {
    for word in [
        "Trading",
        "Bank",
        "Technology",
        "China",
        "Group",
        "Institute",
        "Shipping",
        "Electronics",
    ] {
        for name in [
            "Arkona Trading Bank",
            "China Arkona Technology",
            "Arkona Shipping Group",
            "Electronics Institute Arkona",
        ] {
            let score = score(word, name);
            assert!(score < Index::LEAST, "{word} and {name}: {score}");
        }
        assert!((score(word, word) - 1.0).abs() < f64::EPSILON);
    }
}

#[test]
fn case_counts_for_nothing_and_marks_for_next_to_nothing() {
    for (left, right) in [
        ("Željko Marković", "Željko Petrović"),
        ("Müller Präzision GmbH", "Muller Precision"),
        ("Иван Сидоров", "Ivan Sidorov"),
    ] {
        let (upper, plain) = (left.to_uppercase(), score(left, right));
        assert!(
            (score(&upper, right) - plain).abs() < 1e-9,
            "{left} {right}"
        );
    }
    for (marked, bare) in [
        ("Željko Marković", "Zeljko Markovic"),
        ("Ayşe Şahin", "Ayse Sahin"),
        ("Łukasz Dąbek", "Lukasz Dabek"),
    ] {
        assert!(
            score(marked, bare) >= 0.99,
            "{marked}: {}",
            score(marked, bare)
        );
    }
}
