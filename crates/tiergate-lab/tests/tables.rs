//! The tables built in read, and faults in them are told with where they stand.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use tiergate_lab::{Parameters, World, built_in};

#[test]
fn the_parameters_built_in_have_a_range_a_unit_and_a_source() {
    let parameters = built_in::parameters().unwrap();
    assert!(parameters.all().len() > 60);
    for p in parameters.all() {
        assert!(
            !p.unit.is_empty() && !p.source.is_empty() && !p.says.is_empty(),
            "{}",
            p.id
        );
        assert!(p.at(0.0) <= p.at(0.3) && p.at(0.3) <= p.at(1.0), "{}", p.id);
        assert!((p.range[0]..=p.range[1]).contains(&p.at(0.5)), "{}", p.id);
    }
}

#[test]
fn a_setting_of_no_parameter_names_the_nearest() {
    let mut parameters = built_in::parameters().unwrap();
    let error = parameters.set("grey.costs=0.2").unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no parameter `grey.costs`; did you mean `grey.cost`?"
    );
    for wrong in ["grey.cost", "grey.cost=much", "grey.cost=NaN"] {
        assert!(
            parameters
                .set(wrong)
                .unwrap_err()
                .to_string()
                .contains("is no setting"),
            "{wrong}"
        );
    }
    parameters.set("grey.cost=0.9").unwrap();
    let at = parameters.place("grey.cost").unwrap();
    assert_eq!(parameters.all()[at].at(0.5), 0.9);
}

#[test]
fn a_parameter_outside_its_range_or_there_twice_is_refused() {
    let entry = |id: &str, default: f64| {
        format!(
            "[[parameter]]\nid = \"{id}\"\nsays = \"s\"\nunit = \"u\"\ndefault = {default:?}\n\
             range = [1.0, 2.0]\ndistribution = \"uniform\"\nknown = \"assumed\"\nsource = \"none\"\n"
        )
    };
    let told = |text: &str| Parameters::read(text).unwrap_err().to_string();
    assert_eq!(
        told(&entry("a", 3.0)),
        "the parameter `a`: its default 3 is not within its range 1 to 2"
    );
    assert_eq!(
        told(&(entry("a", 1.0) + &entry("a", 1.0))),
        "the parameter `a`: it is there twice"
    );
    assert!(told("[[parameter]]\nid = 3\n").contains("bytes"));
}

#[test]
fn a_fault_of_a_table_is_told_with_its_line() {
    let last = common::month("2023-12");
    let mut tables = built_in::TABLES;
    let wrong = tables
        .countries
        .replace("GB,United Kingdom,,3340", "GB,United Kingdom,,much");
    tables.countries = &wrong;
    let error = World::read(last, &tables).unwrap_err();
    assert_eq!(error.table, "countries.csv");
    let line = wrong.lines().position(|l| l.starts_with("GB")).unwrap() as u64 + 1;
    assert_eq!(error.line, Some(line));
    let mut tables = built_in::TABLES;
    let wrong = tables.events.replace("hold", "rest");
    tables.events = &wrong;
    let error = World::read(last, &tables).unwrap_err();
    assert!(error.to_string().contains("`rest` is no effect"), "{error}");
}

#[test]
fn the_posterior_built_in_was_drawn_from_the_parameters_built_in() {
    let posterior = built_in::posterior().unwrap().expect("calibrated");
    // Draws are places in the ranges: another range makes other parameters of them. Run
    // `tiergate lab calibrate --write lab/posterior.toml` after a change.
    assert_eq!(posterior.rests_on, built_in::digest());
    assert!(
        posterior.accepted.len() >= 256,
        "{}",
        posterior.accepted.len()
    );
    let mut once = posterior.accepted.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), posterior.accepted.len());
}
