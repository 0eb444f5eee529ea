//! Runs that end before they are done.

use serde_json::{Value, json};

use crate::served::Served;
use crate::{RUNS, becomes, long, short, starts};

#[tokio::test]
async fn a_run_is_stopped_and_one_that_waits_never_begins() {
    let desk = Served::new("lab-stop");
    let ada = desk.signed_in("analyst", "ada");
    let first = starts(&desk, &ada, long()).await;
    becomes(&desk, &ada, &first, "running").await;
    let second = starts(&desk, &ada, short()).await;
    let id = second.strip_prefix(&format!("{RUNS}/")).unwrap();
    let waits = desk.get(&ada, &format!("/lab/{id}")).await.text;
    assert!(
        waits.contains("Others are before it.") && waits.contains("<progress"),
        "{waits}"
    );

    // Nothing is read before it is done.
    for of in ["report", "quantiles"] {
        desk.get(&ada, &format!("{first}/{of}")).await.is(409);
    }
    let stopped = desk.form(&ada, &format!("/lab/{id}/stop"), "").await;
    assert_eq!(stopped.status, 303, "{}", stopped.text);
    let told = desk.get(&ada, &second).await.is(200);
    assert_eq!(
        (&told["run"]["state"], &told["run"]["began"]),
        (&json!("stopped"), &Value::Null)
    );
    desk.post(&ada, &format!("{second}/stop"), Value::Null)
        .await
        .is(409);

    assert_eq!(
        desk.post(&ada, &format!("{first}/stop"), Value::Null)
            .await
            .status,
        204
    );
    let told = becomes(&desk, &ada, &first, "stopped").await;
    let (done, whole) = (told["run"]["done"].as_i64(), told["run"]["whole"].as_i64());
    assert!(done < whole, "{told:#}");
    desk.get(&ada, &format!("{first}/report")).await.is(409);

    // The next is taken up.
    let third = starts(&desk, &ada, short()).await;
    becomes(&desk, &ada, &third, "done").await;
}

#[tokio::test]
async fn a_run_nobody_hears_of_is_interrupted_and_makes_room_for_others() {
    let desk = Served::new("lab-silent");
    let ada = desk.signed_in("analyst", "ada");
    let first = starts(&desk, &ada, short()).await;
    becomes(&desk, &ada, &first, "done").await;
    // As after a power cut: all but the last word was written, a minute ago.
    let open = rusqlite::Connection::open(desk.database()).unwrap();
    let sql = "UPDATE lab_runs SET state = 'running', ended = NULL, seen = seen - 60000000";
    open.execute(sql, []).unwrap();
    let told = desk.get(&ada, &first).await.is(200);
    assert_eq!(told["run"]["state"], "interrupted");
    desk.get(&ada, &format!("{first}/report")).await.is(409);
    let id = first.strip_prefix(&format!("{RUNS}/")).unwrap();
    let page = desk.get(&ada, &format!("/lab/{id}")).await.text;
    assert!(
        page.contains("The service ended before the run did"),
        "{page}"
    );
    assert!(page.contains(&format!("/lab?again={id}")));
    let second = starts(&desk, &ada, short()).await;
    becomes(&desk, &ada, &second, "done").await;
}
