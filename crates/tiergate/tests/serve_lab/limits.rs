//! How much is taken, and how much is kept.

use serde_json::{Value, json};
use tiergate_server::Limits;

use crate::served::{MINUTE, Served};
use crate::{FORM, RUNS, becomes, holds, long, sends, short, starts};

#[tokio::test]
async fn what_is_too_much_is_refused_whole() {
    let limits = Limits {
        lab_open: 1,
        lab_draws: 600,
        ..Limits::default()
    };
    let desk = Served::with("lab-full", limits);
    let (ada, bo) = (
        desk.signed_in("analyst", "ada"),
        desk.signed_in("analyst", "bo"),
    );
    let mut much = long();
    much["draws"] = json!(601);
    let told = desk.post(&ada, RUNS, much).await.is(422);
    assert_eq!(told["detail"], "601 draws: ask for 4 to 600");
    let first = starts(&desk, &ada, long()).await;
    for who in [&ada, &bo] {
        let refused = desk.post(who, RUNS, short()).await;
        assert!(refused.headers.contains_key("retry-after"));
        let told = refused.is(503);
        assert!(
            told["detail"]
                .as_str()
                .unwrap()
                .contains("nothing of this was done")
        );
    }
    let page = sends(&desk, &bo, &format!("{FORM}&held.grey.cost=0.2")).await;
    assert_eq!(page.status, 503);
    assert!(
        page.text.contains("1 runs are at work or wait"),
        "{}",
        page.text
    );
    assert_eq!(holds(&page.text, "held.grey.cost"), "0.2");
    assert!(
        desk.get(&bo, RUNS).await.is(200)["runs"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        desk.post(&ada, &format!("{first}/stop"), Value::Null)
            .await
            .status,
        204
    );
    becomes(&desk, &ada, &first, "stopped").await;
    starts(&desk, &bo, short()).await;
}

#[tokio::test]
async fn one_person_does_not_take_all_places() {
    let desk = Served::new("lab-places");
    let (ada, bo) = (
        desk.signed_in("analyst", "ada"),
        desk.signed_in("analyst", "bo"),
    );
    let first = starts(&desk, &ada, long()).await;
    let second = starts(&desk, &ada, short()).await;
    let told = desk.post(&ada, RUNS, short()).await.is(409);
    assert_eq!(
        told["detail"],
        "2 of your runs have not ended: wait for one, or stop it"
    );
    let of_bo = starts(&desk, &bo, short()).await;
    assert_eq!(desk.ask(&ada, "DELETE", &first, None).await.status, 204);
    // One that was removed while it ran leaves the others their turn, and nothing behind.
    becomes(&desk, &ada, &second, "done").await;
    becomes(&desk, &bo, &of_bo, "done").await;
    desk.get(&ada, &first).await.is(404);
    let open = rusqlite::Connection::open(desk.database()).unwrap();
    let left = "SELECT count(*) FROM lab_run_parts WHERE run NOT IN (SELECT id FROM lab_runs)";
    let left: i64 = open.query_row(left, [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_retry_starts_nothing_twice_and_lists_are_told_page_by_page() {
    let desk = Served::new("lab-retry");
    let ada = desk.whoever("analyst", "ada");
    let key = [("idempotency-key", "rehearsal-1")];
    let send = async || {
        desk.ask_with(&ada, "POST", RUNS, Some(&short()), &key)
            .await
            .is(201)
    };
    let first = send().await;
    assert_eq!(send().await["run"]["id"], first["run"]["id"]);
    desk.pass(MINUTE);
    let second = starts(&desk, &ada, short()).await;
    becomes(&desk, &ada, &second, "done").await;
    let page = desk.get(&ada, &format!("{RUNS}?limit=1")).await.is(200);
    assert!(
        second.ends_with(page["runs"][0]["id"].as_str().unwrap()),
        "the newest first"
    );
    let next = page["next"].as_str().unwrap();
    let page = desk
        .get(&ada, &format!("{RUNS}?limit=1&after={next}"))
        .await
        .is(200);
    assert_eq!(page["runs"][0]["id"], first["run"]["id"]);
    assert_eq!(page["next"], Value::Null);
}

#[tokio::test]
async fn the_oldest_goes_where_there_is_no_room_and_all_after_a_week() {
    // What comes of one is beyond a megabyte.
    let limits = Limits {
        lab_kept: 3 << 20,
        ..Limits::default()
    };
    let desk = Served::with("lab-room", limits);
    let ada = desk.whoever("analyst", "ada");
    let first = starts(&desk, &ada, short()).await;
    becomes(&desk, &ada, &first, "done").await;
    desk.pass(MINUTE);
    let second = starts(&desk, &ada, short()).await;
    becomes(&desk, &ada, &second, "done").await;
    desk.get(&ada, &first).await.is(404);
    // More than there is room for at all is said, and the former stays.
    desk.pass(MINUTE);
    let mut large = short();
    large["until"] = json!("2029-12");
    let third = starts(&desk, &ada, large).await;
    let told = becomes(&desk, &ada, &third, "failed").await;
    let why = told["run"]["why"].as_str().unwrap();
    assert!(
        why.contains("3 are kept for a person: ask for fewer regimes"),
        "{why}"
    );
    desk.get(&ada, &second).await.is(200);
    desk.pass(7 * 24 * 60 * MINUTE);
    desk.get(&ada, &second).await.is(404);
}
