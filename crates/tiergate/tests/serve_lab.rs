//! Runs of the lab: from the form to the report, and whatever comes between.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod served;

use std::time::{Duration, Instant};

use assert_cmd::Command;
use serde_json::{Value, json};
use served::{Answer, As, MINUTE, Served, request};
use tiergate_server::Limits;

const RUNS: &str = "/api/v1/lab/runs";

/// A run that is over soon.
fn short() -> Value {
    json!({
        "laws": ["us", "us:text"], "draws": 4, "until": "2025-12", "prior": true, "series_only": true,
    })
}

/// A run that is not.
fn long() -> Value {
    json!({ "laws": ["us", "us:text"], "draws": 512 })
}

/// Starts a run; gives its address in the API.
async fn starts(desk: &Served, who: &As, wanted: Value) -> String {
    let started = desk.post(who, RUNS, wanted).await.is(201);
    format!("{RUNS}/{}", started["run"]["id"].as_str().unwrap())
}

/// What is told of a run, once it is in a state.
async fn becomes(desk: &Served, who: &As, at: &str, state: &str) -> Value {
    let begun = Instant::now();
    loop {
        let told = desk.get(who, at).await.is(200);
        if told["run"]["state"] == state {
            return told;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{told:#}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What a field holds.
fn holds(page: &str, name: &str) -> String {
    let field = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
    let field = field.unwrap_or_else(|| panic!("no field {name}: {page}"));
    field.split('"').next().unwrap().to_owned()
}

/// Sends the form of the lab with what differs from the empty one.
async fn sends(desk: &Served, who: &As, more: &str) -> Answer {
    let page = desk.get(who, "/lab").await.text;
    let event = holds(&page, "event");
    desk.form(who, "/lab", &format!("event={event}&{more}"))
        .await
}

const FORM: &str = "first=us&law=us%3Atext&draws=4&seed=7&until=2025-12&spread=prior";

#[tokio::test]
async fn a_run_goes_from_the_form_to_its_report() {
    let desk = Served::new("lab-whole");
    let ada = desk.signed_in("analyst", "ada");
    let page = desk.get(&ada, "/lab").await.text;
    // Whoever fills it in needs no other page: each parameter has its words, range and unit.
    for told in [
        "option one: reworked tiers",
        "Brokers and transport",
        "0.05 to 0.3 (share of the price); default 0.15",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let sent = sends(&desk, &ada, &format!("{FORM}&held.grey.cost=0.2")).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let at = sent.headers["location"].to_str().unwrap().to_owned();
    let id = at.strip_prefix("/lab/").unwrap();
    let told = becomes(&desk, &ada, &format!("{RUNS}/{id}"), "done").await;
    assert_eq!(told["run"]["asked"]["settings"], json!(["grey.cost=0.2"]));
    assert_eq!(told["run"]["done"], 8);

    let page = desk.get(&ada, &at).await.text;
    for shown in [
        "beside AI Diffusion rule".to_owned(),
        "tiergate lab compare --law us --law us:text --draws 4 --seed 7 --until 2025-12 --set grey.cost=0.2 \
         --prior --report report.html --series-only --quantiles quantiles.csv".to_owned(),
        format!("{at}/report"),
        "chips smuggled to China".to_owned(),
    ] {
        assert!(page.contains(&shown), "{shown}: {page}");
    }
    let report = desk.get(&ada, &format!("{at}/report")).await;
    assert!(report.text.contains("<title>"), "{}", report.text);
    let policy = report.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("style-src 'unsafe-inline'") && !policy.contains("script-src"));
    assert!(!report.text.contains("<script"));
    let csv = desk.get(&ada, &format!("{at}/quantiles.csv")).await;
    assert!(
        csv.headers["content-disposition"]
            .to_str()
            .unwrap()
            .contains("quantiles.csv")
    );
    assert_eq!(
        csv.text,
        desk.get(&ada, &format!("{RUNS}/{id}/quantiles")).await.text
    );

    // It is listed, and the form can begin with it.
    assert!(desk.get(&ada, "/lab").await.text.contains(&at));
    let again = desk.get(&ada, &format!("/lab?again={id}")).await.text;
    assert_eq!(
        (holds(&again, "seed"), holds(&again, "held.grey.cost")),
        ("7".into(), "0.2".into())
    );
    assert_ne!(holds(&again, "event"), id.strip_prefix("run-").unwrap());
    // A form that is sent twice is taken in once.
    let twice = format!("event={}&{FORM}", id.strip_prefix("run-").unwrap());
    assert_eq!(desk.form(&ada, "/lab", &twice).await.status, 303);
    let runs = desk.get(&ada, RUNS).await.is(200);
    assert_eq!(runs["runs"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_all_that_was_typed_is_kept() {
    let desk = Served::new("lab-wrong");
    let ada = desk.signed_in("analyst", "ada");
    let form = "first=us&draws=many&seed=3&until=2031-01&spread=prior&held.grey.cost=7&held.supply.growth-2025=2x";
    let page = sends(&desk, &ada, form).await;
    assert_eq!(page.status, 422);
    let page = page.text;
    for said in [
        "`many` is no whole number",
        "one regime is chosen: choose two or more",
        "`2031-01` is no month that can be asked for: write 2023-01 to 2029-12",
        "`7` is no value of `grey.cost`: write a number from 0.05 to 0.3",
        "`2x` is no value of `supply.growth-2025`",
    ] {
        // Once above the form, and once at the field.
        assert_eq!(page.matches(said).count(), 2, "{said}: {page}");
    }
    for (name, value) in [
        ("draws", "many"),
        ("seed", "3"),
        ("until", "2031-01"),
        ("held.grey.cost", "7"),
        ("held.supply.growth-2025", "2x"),
    ] {
        assert_eq!(holds(&page, name), value);
    }
    assert!(page.contains("value=\"prior\" selected"));
    assert!(
        page.contains("href=\"#f-held.grey.cost\"") && page.contains("id=\"f-held.grey.cost\"")
    );
    assert!(
        desk.get(&ada, RUNS).await.is(200)["runs"]
            .as_array()
            .unwrap()
            .is_empty()
    );

    // Over the API the same, by JSON pointers.
    let wrong = json!({ "laws": ["us", "us:test"], "draws": 3, "settings": ["grey.cots=0.2"] });
    let told = desk.post(&ada, RUNS, wrong).await.is(422);
    let pointers: Vec<&str> = told["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(pointers, ["/laws/1", "/draws", "/settings/0"]);
    assert_eq!(
        told["errors"][2]["detail"],
        "there is no parameter `grey.cots`; did you mean `grey.cost`?"
    );
}

#[tokio::test]
async fn the_command_that_is_shown_gives_the_same_numbers() {
    let desk = Served::new("lab-same");
    let ada = desk.whoever("analyst", "ada");
    let mut wanted = short();
    wanted["laws"] = json!(["us:text", "us", "option-1-country-tiers"]);
    wanted["settings"] = json!(["grey.cost= 0.2"]);
    wanted["prior"] = json!(false);
    wanted["seed"] = json!(5);
    let at = starts(&desk, &ada, wanted).await;
    let told = becomes(&desk, &ada, &at, "done").await;
    let command = told["run"]["command"].as_str().unwrap();
    let words = command
        .strip_prefix("tiergate ")
        .unwrap()
        .replace("'grey.cost= 0.2'", "grey.cost=0.2");
    let folder = tempfile::tempdir().unwrap();
    let mut same = Command::cargo_bin("tiergate").unwrap();
    let same = same
        .current_dir(folder.path())
        .args(words.split(' '))
        .arg("--json");
    let said: Value = serde_json::from_slice(&same.assert().success().get_output().stdout).unwrap();

    let comparison = &told["comparison"];
    assert_eq!(comparison["part_in"], said["part_in"]);
    let rows = |of: &Value| {
        let mut numbers: Vec<f64> = Vec::new();
        for row in of["rows"].as_array().unwrap() {
            for law in row["laws"].as_array().unwrap() {
                let both = [&law["spread"], &law["difference"]];
                numbers.extend(
                    both.iter()
                        .flat_map(|v| v.as_array())
                        .flatten()
                        .map(|x| x.as_f64().unwrap()),
                );
            }
        }
        numbers
    };
    let (here, there) = (rows(comparison), rows(&said));
    assert!(here.len() > 100, "{}", here.len());
    assert_eq!(here.len(), there.len());
    for (a, b) in here.iter().zip(&there) {
        assert!((a - b).abs() <= 1e-12 * a.abs(), "{a} {b}");
    }
    let verdicts = |of: &Value| {
        let rows = of["rows"].as_array().unwrap().iter();
        rows.map(|row| row["laws"][1]["verdict"].clone())
            .collect::<Vec<Value>>()
    };
    assert_eq!(verdicts(comparison), verdicts(&said));
    let csv = std::fs::read_to_string(folder.path().join("quantiles.csv")).unwrap();
    assert_eq!(desk.get(&ada, &format!("{at}/quantiles")).await.text, csv);
    // The spelling of a setting is the only thing of the plan that differs here, and rests on nothing.
    assert_eq!(comparison["rests_on"], said["plan"]["rests_on"]);
}

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
