//! From the form to the report, and to the same on the command line.

use assert_cmd::Command;
use serde_json::{Value, json};

use crate::served::Served;
use crate::{FORM, RUNS, becomes, holds, sends, short, starts};

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
