//! What holds of every pair, every text and every list.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use common::{real_list, scatter};
use proptest::prelude::*;
use tiergate_screening::{Adjudications, Entry, Index, List, Party, score};

const WORDS: [&str; 40] = [
    "Ivan",
    "Sidorov",
    "Petrovich",
    "Mohammed",
    "Muhammad",
    "Haddad",
    "al-Rashidi",
    "Abd al-Rahman",
    "Wang",
    "Xiaoming",
    "Xiao Ming",
    "Kim",
    "Young-soo",
    "Arkona",
    "Arcona",
    "Vektor",
    "Trading",
    "Technology",
    "Bank",
    "Institute",
    "China",
    "Shanghai",
    "No. 14",
    "112",
    "Ltd",
    "LLC",
    "OOO",
    "S.A.",
    "J.",
    "Jr",
    "иванов",
    "محمد",
    "王小明",
    "김영수",
    "Technologies",
    "Gazstroy",
    "Gaz",
    "Stroy",
    "ARIP",
    "of",
];

fn name() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS.to_vec()), 1..6)
        .prop_map(|words| words.join(" "))
}

/// A name, with letters changed here and there.
fn mistyped() -> impl Strategy<Value = String> {
    (
        name(),
        prop::collection::vec((0usize..40, prop::char::range('a', 'z')), 0..3),
    )
        .prop_map(|(name, changes)| {
            let mut letters: Vec<char> = name.chars().collect();
            for (at, letter) in changes {
                if let Some(place) = letters.get_mut(at) {
                    *place = letter;
                }
            }
            letters.into_iter().collect()
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_score_is_the_same_both_ways_and_lies_between_nothing_and_one(left in mistyped(), right in mistyped()) {
        let forth = score(&left, &right);
        prop_assert_eq!(forth, score(&right, &left));
        prop_assert!((0.0..=1.0).contains(&forth));
    }

    #[test]
    fn a_name_is_itself(name in mistyped()) {
        prop_assert_eq!(score(&name, &name), 1.0);
        prop_assert_eq!(score(&name, &name.to_lowercase()), 1.0);
    }

    #[test]
    fn the_index_finds_what_scoring_every_name_finds(
        listed in prop::collection::vec(prop::collection::vec(mistyped(), 1..4), 1..40),
        asked in mistyped(),
        threshold in 0.55..1.0f64,
    ) {
        let entries = listed.iter().enumerate().map(|(at, names)| Entry {
            id: at.to_string(),
            source: "Entity List".into(),
            name: names[0].clone(),
            alt_names: names[1..].to_vec(),
            ..Entry::default()
        });
        let index = Index::new(List { entries: entries.collect(), ..List::default() });
        prop_assert_eq!(index.near(&asked, threshold), index.near_by_scoring_all(&asked, threshold));
    }

    #[test]
    fn no_text_stops_the_scorer_or_a_reader(left in any::<String>(), right in any::<String>(), bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let forth = score(&left, &right);
        prop_assert!((0.0..=1.0).contains(&forth));
        prop_assert_eq!(forth, score(&right, &left));
        let text = String::from_utf8_lossy(&bytes);
        let _ = List::read(&text);
        let _ = Adjudications::read(&text);
        let index = Index::new(List {
            entries: vec![Entry { name: left, alt_names: vec![text.into_owned()], ..Entry::default() }],
            ..List::default()
        });
        let _ = index.screen(&Party::named(&right), 0.55, &Adjudications::default());
    }
}

#[test]
fn no_bytes_stop_a_reader_of_a_list_that_is_nearly_right() {
    let json = r#"{"results":[{"source":"Entity List","name":"Arkona","alt_names":["a"],"addresses":[{"country":"RU"}],"ids":[{"type":"x","number":"1"}]}],"tables":{"sources":["x"]}}"#;
    let csv = "source,name,alt_names,addresses,ids\nEntity List,Arkona,a; b,\"x, RU\",y\n";
    for at in 0..6000 {
        for text in [json, csv] {
            let mut bytes = text.as_bytes().to_vec();
            for change in 0..1 + at % 3 {
                let n = scatter(at * 7 + change);
                let place = n % bytes.len();
                bytes[place] = u8::try_from(n / 1000 % 256).unwrap();
            }
            bytes.truncate(1 + scatter(at) % (2 * bytes.len()));
            let _ = List::read(&String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn over_the_real_list_the_index_finds_what_scoring_every_name_finds() {
    let Some(list) = real_list() else { return };
    let names: Vec<String> = list
        .entries
        .iter()
        .flat_map(|e| e.names().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let index = Index::new(list);
    for at in 0..60 {
        let name = &names[scatter(at) % names.len()];
        // As it is, and with a letter left out, so that it is no name of the list.
        let mut other = name.clone();
        if let Some((place, _)) = name
            .char_indices()
            .nth(scatter(at + 1000) % name.chars().count())
        {
            other.remove(place);
        }
        for asked in [name, &other] {
            for threshold in [0.58, Index::THRESHOLD] {
                let (found, all) = (
                    index.near(asked, threshold),
                    index.near_by_scoring_all(asked, threshold),
                );
                assert_eq!(found, all, "{asked}");
            }
        }
        assert!(
            index.near(name, Index::THRESHOLD)[0].score >= 0.99,
            "{name} is not found"
        );
    }
}
