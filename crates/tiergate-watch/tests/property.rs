//! What holds of every book.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use common::{LIMIT, limits, party, to};
use proptest::prelude::*;
use tiergate_watch::{
    Basis, Book, Consignment, Groups, Party, Report, Settings, consignments_csv,
    consignments_jsonl, parties_csv, parties_jsonl, watch,
};

/// Traits by number: the fewer there are to choose from, the more are shared.
fn parties() -> impl Strategy<Value = Vec<Party>> {
    let one = (0..12_u8, 0..12_u8, 0..30_u8, 0..6_u8, 0..40_u8);
    prop::collection::vec(one, 1..14).prop_map(|rows| {
        let each = |(n, (bank, phone, director, parent, age)): (usize, (u8, u8, u8, u8, u8))| {
            let mut one = party(n);
            one.banks.push(format!("ACC{bank:03}"));
            one.phones.push(format!("+60 3 555 00{phone:02}"));
            one.directors.push(format!("Tessa Orvall{director}"));
            one.known_parent = (parent == 0).then(|| "holding".to_owned());
            one.incorporated =
                (age < 30).then(|| format!("20{:02}-01-01", 10 + age / 2).parse().unwrap());
            one
        };
        rows.into_iter().enumerate().map(each).collect()
    })
}

fn orders() -> impl Strategy<Value = Vec<Consignment>> {
    let one = (0..14_usize, 0..24_u8, 1..1_200_u64, 0..3_u8);
    prop::collection::vec(one, 0..40).prop_map(|rows| {
        let each = |(n, (number, month, tpp, forwarder)): (usize, (usize, u8, u64, u8))| {
            let date = format!("202{}-{:02}-15", 5 + month / 12, 1 + month % 12);
            let mut one = to(number, &date, tpp);
            one.id = format!("c{n}");
            one.forwarder = (forwarder > 0).then(|| format!("Forwarder {forwarder}"));
            one
        };
        rows.into_iter().enumerate().map(each).collect()
    })
}

fn told_all() -> Settings {
    Settings {
        report_from: 0.0,
        ..Settings::default()
    }
}

fn look(parties: Vec<Party>, orders: Vec<Consignment>) -> Report {
    watch(&Book::new(parties, orders), &limits(), &told_all())
}

proptest! {
    #[test]
    fn the_order_of_the_files_shows_in_nothing(parties in parties(), orders in orders(), turn in 0..20_usize) {
        let plain = look(parties.clone(), orders.clone());
        let (mut parties, mut orders) = (parties, orders);
        parties.reverse();
        let turn = turn % orders.len().max(1);
        orders.rotate_left(turn);
        prop_assert_eq!(plain, look(parties, orders));
    }

    #[test]
    fn sums_are_those_of_adding_every_consignment(parties in parties(), orders in orders()) {
        for finding in look(parties, orders.clone()).findings {
            for year in &finding.years {
                let of = |o: &&Consignment| finding.ids().any(|id| id == o.consignee) && o.date.year() == year.year;
                let sum: u128 = orders.iter().filter(of).map(|o| u128::from(o.tpp)).sum();
                prop_assert_eq!(sum, year.tpp);
            }
            for member in &finding.members {
                let mut ids: Vec<&str> =
                    orders.iter().filter(|o| o.consignee == member.id).map(|o| o.id.as_str()).collect();
                let mut told: Vec<&str> = member.consignments.iter().map(String::as_str).collect();
                ids.sort_unstable();
                told.sort_unstable();
                prop_assert_eq!(ids, told);
            }
            let limit = u128::from(LIMIT);
            let at = finding.years.iter().find(|y| y.year == finding.year).unwrap();
            prop_assert!(at.tpp > limit);
            if finding.basis == Basis::Linked {
                prop_assert!(at.tpp_within > limit);
                prop_assert!(finding.members.len() > 1);
            }
        }
    }

    #[test]
    fn twelve_months_are_those_of_trying_every_start(parties in parties(), orders in orders()) {
        for finding in look(parties, orders.clone()).findings {
            let mine: Vec<&Consignment> =
                orders.iter().filter(|o| finding.ids().any(|id| id == o.consignee)).collect();
            let within = |from: &Consignment| -> u128 {
                let days = |o: &Consignment| o.date.since(from.date).unwrap().get_days();
                mine.iter().filter(|o| (0..365).contains(&days(o))).map(|o| u128::from(o.tpp)).sum()
            };
            let most = mine.iter().map(|o| within(o)).max().unwrap_or(0);
            if let Some(months) = &finding.months {
                prop_assert_eq!(months.tpp, most);
            }
        }
    }

    #[test]
    fn a_party_that_shares_and_buys_nothing_changes_nothing(parties in parties(), orders in orders()) {
        let before = look(parties.clone(), orders.clone());
        let mut parties = parties;
        parties.push(Party::new("unrelated", "Ossolen", "MY"));
        prop_assert_eq!(before, look(parties, orders));
    }

    #[test]
    fn an_unrelated_buyer_changes_no_sum_and_no_shared_value(parties in parties(), orders in orders(), tpp in 1..900_u64) {
        let only_links = |parties: Vec<Party>, orders: Vec<Consignment>| {
            let mut settings = told_all();
            settings.checks.bunching = false;
            settings.checks.velocity = false;
            let report = watch(&Book::new(parties, orders), &limits(), &settings);
            let of = |f: tiergate_watch::Finding| (f.members, f.years, f.shared, f.months);
            report.findings.into_iter().map(of).collect::<Vec<_>>()
        };
        let before = only_links(parties.clone(), orders.clone());
        let (mut parties, mut orders) = (parties, orders);
        parties.push(party(99));
        orders.push(to(99, "2026-05-05", tpp));
        prop_assert_eq!(before, only_links(parties, orders));
    }

    #[test]
    fn no_party_stands_in_two_linked_findings(parties in parties(), orders in orders()) {
        let report = look(parties, orders);
        let linked = report.findings.iter().filter(|f| f.basis == Basis::Linked);
        let mut ids: Vec<&str> = linked.flat_map(|f| f.ids()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(all, ids.len());
        prop_assert!(report.findings.windows(2).all(|w| w[0].tpp() >= w[1].tpp()));
    }

    #[test]
    fn groups_are_the_closure_of_their_joins(joins in prop::collection::vec((0..20_u32, 0..20_u32), 0..30)) {
        let mut groups = Groups::new(20);
        let mut reach = [[false; 20]; 20];
        (0..20).for_each(|n| reach[n][n] = true);
        for (a, b) in &joins {
            groups.join(*a, *b);
            reach[*a as usize][*b as usize] = true;
            reach[*b as usize][*a as usize] = true;
        }
        for through in 0..20 {
            for a in 0..20 {
                for b in 0..20 {
                    let both = reach[a][through] && reach[through][b];
                    reach[a][b] |= both;
                }
            }
        }
        for (a, reached) in reach.iter().enumerate() {
            let least = reached.iter().position(|r| *r).unwrap();
            prop_assert_eq!(groups.find(a as u32), least as u32);
        }
    }

    #[test]
    fn any_bytes_are_read_or_reported(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = parties_csv(&bytes[..]);
        let _ = consignments_csv(&bytes[..]);
        let _ = parties_jsonl(&bytes[..]);
        let _ = consignments_jsonl(&bytes[..]);
    }

    #[test]
    fn any_cells_are_read_or_reported_row_by_row(cells in prop::collection::vec(("[^\r\n\",]{0,12}", "[-0-9]{0,11}", "[a-z0-9]{0,4}", "[-.e0-9]{0,22}"), 0..20)) {
        let mut file = "id,date,consignee,tpp\n".to_owned();
        for (id, date, consignee, tpp) in &cells {
            file.push_str(&format!("{id},{date},{consignee},{tpp}\n"));
        }
        let (read, errors) = consignments_csv(file.as_bytes());
        let mut lines: Vec<u64> = errors.iter().map(|e| e.line).collect();
        lines.dedup();
        prop_assert_eq!(read.len() + lines.len(), cells.len());
    }
}
