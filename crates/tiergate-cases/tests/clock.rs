//! Days are counted as one would count them on a calendar, day by day.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use jiff::civil::{Date, date};
use proptest::prelude::*;
use tiergate_cases::{Count, Pause, plus};

const START: Date = date(2026, 1, 5);

fn pause(from: i64, length: Option<i64>) -> Pause {
    Pause {
        ground: "hold".into(),
        cite: "750.4(b)".into(),
        process: "license".into(),
        from: plus(START, from),
        until: length.map(|n| plus(START, from + n)),
        by: "e".into(),
    }
}

/// Whether a day is not counted, looked up in every stretch.
fn stands_still(pauses: &[Pause], day: Date, today: Date) -> bool {
    pauses.iter().any(|p| {
        let until = p.until.unwrap_or(today.max(p.from));
        p.from <= day && day < until
    })
}

/// How many days count from the start up to a day, one after the other.
fn counted(pauses: &[Pause], upto: Date, today: Date) -> i64 {
    let mut count = 0;
    let mut day = START;
    while day < upto {
        count += i64::from(!stands_still(pauses, day, today));
        day = day.tomorrow().unwrap();
    }
    count
}

/// The last day before which no more than so many have counted.
fn due(pauses: &[Pause], days: i64, today: Date) -> Date {
    let mut day = START;
    while counted(pauses, day.tomorrow().unwrap(), today) <= days {
        day = day.tomorrow().unwrap();
    }
    day
}

fn pauses() -> impl Strategy<Value = Vec<Pause>> {
    let one = (-10..60i64, prop::option::weighted(0.8, 0..25i64)).prop_map(|(f, l)| pause(f, l));
    prop::collection::vec(one, 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn due_days_and_counts_are_those_of_the_calendar(pauses in pauses(), days in 0..95i64, today in 0..120i64) {
        let today = plus(START, today);
        let count = Count { start: START, what: "registered".into(), pauses: pauses.iter().collect() };
        let computed = count.due(days, today);
        prop_assert_eq!(computed.day, due(&pauses, days, today), "{}", computed.says);
        // The sum that is printed is the sum.
        prop_assert_eq!(plus(START, days + computed.not_counted), computed.day);
        let printed = format!("= {}", computed.day);
        prop_assert!(computed.says.contains(&printed), "{}", computed.says);
        prop_assert_eq!(computed.says.contains("not counted"), computed.not_counted > 0 || computed.stands_still, "{}", computed.says);
        prop_assert_eq!(count.counted(today), counted(&pauses, today, today));
        // In time on the day, too late on the next.
        prop_assert!(count.counted(computed.day) <= days || computed.day > today);
    }

    #[test]
    fn another_stretch_never_brings_a_day_forward(pauses in pauses(), more in pauses(), days in 0..95i64) {
        let today = plus(START, 130);
        let one = Count { start: START, what: "registered".into(), pauses: pauses.iter().collect() };
        let both = Count { start: START, what: "registered".into(), pauses: pauses.iter().chain(&more).collect() };
        prop_assert!(one.due(days, today).day <= both.due(days, today).day);
        // The same stretches twice are the same stretches.
        let twice = Count { start: START, what: "registered".into(), pauses: pauses.iter().chain(&pauses).collect() };
        prop_assert_eq!(one.due(days, today).day, twice.due(days, today).day);
    }
}

#[test]
fn a_table_of_days() {
    let p = |from: &str, until: Option<&str>, cite: &str| Pause {
        cite: cite.into(),
        from: from.parse().unwrap(),
        until: until.map(|u| u.parse().unwrap()),
        ..pause(0, None)
    };
    let one = p("2026-01-20", Some("2026-02-01"), "750.4(b)(1)");
    let over = p("2026-01-25", Some("2026-02-03"), "750.4(b)(2)");
    let on_the_day = p("2026-02-13", Some("2026-02-20"), "750.4(b)(4)");
    let after = p("2026-02-14", Some("2026-02-20"), "750.4(b)(4)");
    let open = p("2026-02-01", None, "750.4(b)(3)");
    let same_day = p("2026-01-20", Some("2026-01-20"), "750.4(b)(1)");
    for (pauses, today, says) in [
        (
            vec![],
            "2026-01-06",
            "registered 2026-01-05 + 39 days = 2026-02-13",
        ),
        (
            vec![&one],
            "2026-02-02",
            "registered 2026-01-05 + 39 days + 12 days not counted (750.4(b)(1): 2026-01-20 to 2026-02-01) = 2026-02-25",
        ),
        (
            vec![&over, &one],
            "2026-02-04",
            "registered 2026-01-05 + 39 days + 14 days not counted (750.4(b)(1): 2026-01-20 to 2026-02-01; 750.4(b)(2): 2026-01-25 to 2026-02-03, overlaps once) = 2026-02-27",
        ),
        (
            vec![&on_the_day],
            "2026-03-01",
            "registered 2026-01-05 + 39 days + 7 days not counted (750.4(b)(4): 2026-02-13 to 2026-02-20) = 2026-02-20",
        ),
        (
            vec![&after],
            "2026-03-01",
            "registered 2026-01-05 + 39 days = 2026-02-13",
        ),
        (
            vec![&open],
            "2026-02-04",
            "registered 2026-01-05 + 39 days + 3 days not counted (750.4(b)(3): since 2026-02-01) = 2026-02-16 if the clock ran again today; it stands still",
        ),
        (
            vec![&same_day],
            "2026-03-01",
            "registered 2026-01-05 + 39 days = 2026-02-13",
        ),
    ] {
        let count = Count {
            start: START,
            what: "registered".into(),
            pauses,
        };
        assert_eq!(count.due(39, today.parse().unwrap()).says, says);
    }
}
