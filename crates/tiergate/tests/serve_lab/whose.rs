//! For whom a run is, at any instance.

use crate::served::{Served, request};
use crate::{RUNS, becomes, short, starts};

#[tokio::test]
async fn a_run_is_for_whoever_asked_and_an_administrator_may_only_remove_it() {
    let desk = Served::new("lab-whose");
    let (ada, bo) = (
        desk.signed_in("analyst", "ada"),
        desk.signed_in("analyst", "bo"),
    );
    let root = desk.signed_in("administrator", "root");
    let firm = desk.signed_in("applicant", "firm");
    let at = starts(&desk, &ada, short()).await;
    becomes(&desk, &ada, &at, "done").await;
    let id = at.strip_prefix(&format!("{RUNS}/")).unwrap();
    let page = format!("/lab/{id}");
    for path in [
        &at,
        &format!("{at}/report"),
        &page,
        &format!("{page}/report"),
        &format!("{page}/quantiles.csv"),
    ] {
        assert_eq!(desk.get(&bo, path).await.status, 404, "{path}");
        for who in [&root, &firm] {
            assert_eq!(desk.get(who, path).await.status, 403, "{path}");
        }
    }
    assert_eq!(desk.ask(&bo, "DELETE", &at, None).await.status, 404);
    assert_eq!(
        desk.form(&bo, &format!("{page}/remove"), "sure=yes")
            .await
            .status,
        404
    );
    assert_eq!(
        desk.form(&firm, &format!("{page}/remove"), "sure=yes")
            .await
            .status,
        403
    );
    assert_eq!(desk.get(&firm, "/lab").await.status, 403);
    assert!(
        desk.get(&bo, RUNS).await.is(200)["runs"]
            .as_array()
            .unwrap()
            .is_empty()
    );

    let list = desk.get(&root, "/lab").await.text;
    assert!(
        list.contains("Runs of everybody") && list.contains("ada"),
        "{list}"
    );
    assert_eq!(desk.get(&root, RUNS).await.is(200)["runs"][0]["id"], id);
    // What cannot be undone asks whether one is sure.
    assert_eq!(
        desk.form(&root, &format!("{page}/remove"), "").await.status,
        422
    );
    assert_eq!(
        desk.form(&root, &format!("{page}/remove"), "sure=yes")
            .await
            .status,
        303
    );
    desk.get(&ada, &at).await.is(404);
    let open = rusqlite::Connection::open(desk.database()).unwrap();
    let mut acts = open
        .prepare("SELECT what FROM acts WHERE about = ?1 ORDER BY seq")
        .unwrap();
    let acts: Vec<String> = acts
        .query_map([id], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(acts, ["lab-started", "lab-removed"]);
}

#[test]
fn over_postgresql_a_run_goes_to_its_report_and_another_instance_shows_it() {
    let Some(desk) = Served::on_postgres("lab") else {
        return;
    };
    let ada = desk.whoever("analyst", "ada");
    let other = desk.beside();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let at = starts(&desk, &ada, short()).await;
        becomes(&desk, &ada, &at, "done").await;
        for path in [
            at.clone(),
            format!("{at}/report"),
            format!("{at}/quantiles"),
        ] {
            let asked = || request(&ada, "GET", &path, None, &[]);
            let there = desk.send_to(&other, asked()).await;
            assert_eq!(there.status, 200);
            assert_eq!(there.text, desk.send(asked()).await.text, "{path}");
        }
        assert_eq!(desk.ask(&ada, "DELETE", &at, None).await.status, 204);
    });
}
