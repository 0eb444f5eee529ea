//! Cases registered by more than the desk takes at once: refused and asked again, none lost, none twice.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use crate::http::{Connection, field};

/// So many register cases at once: more than wait for their turn.
const CROWD: usize = 800;

/// The cases the desk has, all pages of them.
fn cases(connection: &mut Connection) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut after = String::new();
    loop {
        let path = format!("/api/v1/cases?limit=500{after}");
        let answer = connection.send("GET", &path, None, "").expect("a list");
        assert_eq!(answer.status, 200, "{}", answer.body);
        let each = answer.body.split("\"id\":\"").skip(1);
        all.extend(each.filter_map(|rest| rest.split_once('"').map(|(id, _)| id.to_owned())));
        match field(&answer.body, "next") {
            Some(next) => after = format!("&after={next}"),
            None => return all,
        }
    }
}

pub fn crowd(at: &str, token: &str) {
    let before = cases(&mut Connection::new(at, token));
    let stamp = std::process::id();
    let register = |n: usize| {
        let body = format!(
            r#"{{"kind":"classification","applicant":"acme","country":"PL","title":"case {n}"}}"#
        );
        let mut connection = Connection::new(at, token);
        let (mut refused, key) = (0, format!("{stamp}-{n}"));
        loop {
            match connection.send("POST", "/api/v1/cases", Some(&key), &body) {
                Ok(answer) if answer.status == 201 => {
                    return (refused, field(&answer.body, "id").expect("a case"));
                }
                Ok(answer) if matches!(answer.status, 409 | 429 | 503) => refused += 1,
                Ok(answer) => panic!("{}: {}", answer.status, answer.body),
                Err(_) => refused += 1,
            }
            thread::sleep(Duration::from_millis(200));
        }
    };
    let start = Instant::now();
    let told: Vec<(usize, String)> = thread::scope(|scope| {
        let all: Vec<_> = (0..CROWD)
            .map(|n| scope.spawn(move || register(n)))
            .collect();
        all.into_iter()
            .map(|one| one.join().expect("one who registers"))
            .collect()
    });
    let seconds = start.elapsed().as_secs_f64();
    let refused: usize = told.iter().map(|(refused, _)| refused).sum();
    let told: BTreeSet<String> = told.into_iter().map(|(_, case)| case).collect();
    let after = cases(&mut Connection::new(at, token));
    let new: BTreeSet<String> = after.difference(&before).cloned().collect();
    println!(
        "{CROWD} cases registered at once: all in {seconds:.1} s, {refused} times refused and asked again; \
         {} answered, {} kept, {} lost.",
        told.len(),
        new.len(),
        told.difference(&new).count()
    );
    assert!(
        told == new && told.len() == CROWD,
        "something was lost, or is there twice"
    );
}
