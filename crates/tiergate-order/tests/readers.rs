//! Orders out of CSV, JSON and JSON Lines: what is read, what is refused, and how that is said.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use tiergate_law::{Fact, FlagFact, Num, NumberFact, TextFact};
use tiergate_order::{
    Assume, Catalog, CsvOrders, Numeric, Order, RowError, name_key, read_json, read_jsonl_line,
    resolve,
};

type Row = Result<Order, Vec<RowError>>;

/// Reads CSV to its end.
fn csv(text: impl AsRef<[u8]>) -> Vec<Row> {
    let mut reader = CsvOrders::new(text.as_ref()).unwrap_or_else(|e| panic!("{e:?}"));
    std::iter::from_fn(|| reader.next_order()).collect()
}

/// What is wrong with the header.
fn header(text: impl AsRef<[u8]>) -> Vec<String> {
    let errors = CsvOrders::new(text.as_ref()).err().expect("a bad header");
    errors.iter().map(ToString::to_string).collect()
}

fn said(row: &Row) -> Vec<String> {
    row.as_ref()
        .expect_err("a bad row")
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// One JSON order with these fields beside the required ones.
fn json(fields: &str) -> Row {
    read_jsonl_line(
        1,
        &format!(r#"{{"id": "o", "date": "2025-06-01", "destination": "PL", {fields}}}"#),
    )
}

/// One CSV order with this field beside the required ones.
fn field(path: &str, value: &str) -> Row {
    let text = format!("id,date,destination,{path}\no,2025-06-01,PL,\"{value}\"\n");
    csv(text).remove(0)
}

fn flag(order: &Order, path: &str) -> Option<bool> {
    let at = tiergate_law::FLAGS
        .iter()
        .position(|f| f.path == path)
        .unwrap();
    order.given.flag(FlagFact::ALL[at])
}

#[test]
fn a_good_file_is_read_row_by_row() {
    let rows = csv(
        "id,date,destination,item.tpp,consignee.lists,end_uses,x.anything,note\n\
         a,2025-06-01,PL,4800.5,entity-list|sdn,datacenter,free,text\n\
         b,2025-06-02,CN,,none,,,\n",
    );
    let [Ok(a), Ok(b)] = rows.as_slice() else {
        panic!("{rows:?}")
    };
    assert_eq!(
        (a.id.as_str(), a.date.unwrap().to_string()),
        ("a", "2025-06-01".to_owned())
    );
    assert_eq!(
        a.given.number(NumberFact::Tpp).unwrap().to_string(),
        "4800.5"
    );
    assert_eq!(flag(a, "consignee.lists=sdn"), Some(true));
    assert_eq!(flag(a, "consignee.lists=unverified"), Some(false));
    assert_eq!(flag(a, "end_uses=military"), Some(false));
    assert_eq!(flag(b, "consignee.lists=sdn"), Some(false));
    assert_eq!(flag(b, "end_uses=military"), None);
    assert_eq!(b.given.numeric(NumberFact::Tpp), Numeric::Unknown);
}

#[test]
fn windows_files_with_a_mark_line_ends_and_quotes_are_read() {
    let rows = csv(
        "\u{feff}id,date,destination,consignee.name\r\n\"a\",2025-06-01,PL,\"Acme, \"\"Inc.\"\"\"\r\n\r\nb,2025-06-01,PL,\r\n",
    );
    let [Ok(a), Ok(b)] = rows.as_slice() else {
        panic!("{rows:?}")
    };
    assert_eq!(a.names[1].as_deref(), Some("Acme, \"Inc.\""));
    assert_eq!((b.id.as_str(), b.names[1].as_deref()), ("b", None));
}

#[test]
fn a_bad_header_says_everything_at_once() {
    assert_eq!(
        header("id,id,date,item.tp,speed\n"),
        [
            "line 1, id: the column appears twice",
            "line 1, item.tp: `item.tp` is no field of an order; did you mean `item.tpp`?",
            "line 1, speed: `speed` is no field of an order",
            "line 1, destination: a required column is missing",
        ]
    );
    assert_eq!(header("").len(), 3);
    assert_eq!(header("\n\n").len(), 3);
    assert!(header(b"id,date,destination,\xff\n")[0].contains("not readable as CSV"));
    // Facts that are computed are not fields.
    for path in [
        "amount",
        "chips",
        "end_uses=military",
        "intermediaries.lists",
    ] {
        assert!(
            header(format!("id,date,destination,{path}\n"))[0].contains("is no field"),
            "{path}"
        );
    }
    let long = "x".repeat(1 << 20);
    assert!(header(format!("id,date,destination,{long}\n"))[0].contains("is no field"));
}

#[test]
fn a_bad_row_never_stops_the_file() {
    let mut text =
        b"id,date,destination,quantity\na,2025-06-01,PL,1\nb,2025-06-01,PL\nc,2025-06-01,PL,\xff\n"
            .to_vec();
    text.extend(b"d,yesterday,Poland,-1\n,,,\n\"e\",2025-06-01,PL,1,1\nf,2025-06-01,PL,2\n");
    let rows = csv(text);
    assert_eq!(rows.len(), 7);
    assert!(rows[0].is_ok() && rows[6].is_ok());
    assert_eq!(said(&rows[1]), ["line 3: found 3 values, expected 4"]);
    assert_eq!(said(&rows[2]), ["line 4: not UTF-8 text"]);
    assert_eq!(
        said(&rows[3]),
        [
            "line 5, date: `yesterday` is not a day such as 2025-05-15",
            "line 5, destination: `Poland` is not a country code of two capital letters, such as PL",
            "line 5, quantity: `-1` is not a number above 0, at most 1000000000000",
        ]
    );
    assert_eq!(rows[3].as_ref().unwrap_err()[0].id.as_deref(), Some("d"));
    assert_eq!(
        said(&rows[4]),
        [
            "line 6, id: missing",
            "line 6, date: missing; the date of shipment selects the law",
            "line 6, destination: missing; a country code such as PL",
        ]
    );
    assert_eq!(said(&rows[5]), ["line 7: found 5 values, expected 4"]);
}

#[test]
fn the_line_of_a_row_is_counted_past_line_ends_in_quotes() {
    let rows =
        csv("id,date,destination,note\na,2025-06-01,PL,\"one\ntwo\nthree\"\nb,2025-06-01,xx,\n");
    assert_eq!(said(&rows[1])[0].split(',').next(), Some("line 5"));
}

#[test]
fn an_open_quote_swallows_the_rest_and_is_reported() {
    let rows = csv("id,date,destination\n\"a,2025-06-01,PL\nb,2025-06-01,PL\n");
    assert_eq!(rows.len(), 1);
    assert_eq!(said(&rows[0]), ["line 2: found 1 values, expected 3"]);
}

#[test]
fn numbers_are_read_exactly_or_refused() {
    let tpp =
        |value: &str| field("item.tpp", value).map(|o| o.given.number(NumberFact::Tpp).unwrap());
    for (value, is) in [
        ("4800", "4800"),
        ("4_800", "4800"),
        ("4.8e3", "4800"),
        ("+4800", "4800"),
        ("0", "0"),
        ("0e999999999", "0"),
        ("0.000000001", "0.000000001"),
    ] {
        assert_eq!(tpp(value).unwrap().to_string(), is, "{value}");
    }
    assert!(tpp("1e-2000000000").unwrap() > Num::ZERO);
    for value in [
        "-1",
        "-0.0000000000001",
        "NaN",
        "nan",
        "inf",
        "Infinity",
        "1e400",
        "1e2147483647",
        "1e99999999999999999999",
        "1,000",
        "0x10",
        "4800 TPP",
        "1e",
        "e5",
        ".",
        "--1",
        "\u{663}",
        "1e16",
    ] {
        assert!(tpp(value).is_err(), "{value}");
    }
    let digits = "9".repeat(100_000);
    assert!(tpp(&digits).is_err());
    assert_eq!(
        tpp(&format!("1.{}", "0".repeat(100_000)))
            .unwrap()
            .to_string(),
        "1"
    );
    for value in ["0", "-3", "0.0"] {
        assert!(field("quantity", value).is_err(), "{value}");
    }
    for value in ["1.5", "0", "-1", "1e13"] {
        assert!(field("item.ics_per_unit", value).is_err(), "{value}");
    }
    assert!(field("consignee.listed_ownership_pct", "100").is_ok());
    assert!(field("consignee.listed_ownership_pct", "100.000000001").is_err());
    assert!(field("item.training_ops", "1e28").is_ok());
    assert!(field("item.training_ops", "1e29").is_err());
}

#[test]
fn words_that_do_not_fit_are_refused_with_what_would() {
    for (path, value, expected) in [
        (
            "destination_region",
            "Siberia",
            "one of crimea, donetsk, luhansk, none",
        ),
        ("item.datacenter", "yes", "true or false"),
        (
            "consignee.headquarters",
            "pl",
            "a country code of two capital letters, such as PL",
        ),
        (
            "consignee.lists",
            "sdn|blacklist",
            "one of entity-list, entity-list-fn1",
        ),
        ("end_uses", "gaming", "one of commercial, datacenter"),
    ] {
        let errors = said(&field(path, value));
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(
            errors[0].starts_with(&format!("line 2, {path}: `")),
            "{errors:?}"
        );
        assert!(errors[0].contains(expected), "{errors:?}");
    }
    for date in [
        "2025-6-1",
        "2025-02-30",
        "01.06.2025",
        "2025-06-01T00:00",
        "20250601",
        "+02025-6-1",
    ] {
        let text = format!("id,date,destination\no,{date},PL\n");
        assert_eq!(said(&csv(text)[0]).len(), 1, "{date}");
    }
}

#[test]
fn json_orders_are_read_alone_in_arrays_and_line_by_line() {
    let one = r#"{"id": "a", "date": "2025-06-01", "destination": "PL", "item": {"tpp": 4800.50}}"#;
    assert_eq!(read_json(one).unwrap().len(), 1);
    let rows = read_json(&format!("[{one}, 7, {one}]")).unwrap();
    assert!(rows[0].is_ok() && rows[2].is_ok());
    assert_eq!(
        said(&rows[1])[0],
        "line 2: found a number, expected an order"
    );
    let order = read_jsonl_line(9, one).unwrap();
    assert_eq!(
        order.given.number(NumberFact::Tpp).unwrap().to_string(),
        "4800.5"
    );
    assert!(said(&read_jsonl_line(9, "{"))[0].starts_with("line 9: not JSON"));
    assert!(read_json("").is_err() && read_json("[1,").is_err());
    assert_eq!(said(&read_jsonl_line(1, "{}")).len(), 3);
}

#[test]
fn json_numbers_keep_every_digit_and_have_a_limit() {
    let order = json(r#""item": {"training_ops": 10000000000000000000000001}"#).unwrap();
    let ops = order.given.number(NumberFact::TrainingOps).unwrap();
    assert_eq!(ops.to_string(), "10000000000000000000000001");
    assert_eq!(
        said(&json(r#""item": {"tpp": 1e400}"#)),
        ["line 1, item.tpp: `1e+400` is not a number from 0 to 1000000000000000"]
    );
    assert!(json(r#""quantity": -1"#).is_err());
    assert!(json(r#""quantity": NaN"#).is_err());
    assert!(json(r#""quantity": "5""#).is_ok());
}

#[test]
fn a_key_given_twice_is_refused() {
    assert_eq!(
        said(&json(r#""quantity": 1, "quantity": 100"#)),
        ["line 1, quantity: the key appears twice"]
    );
    assert_eq!(
        said(&json(r#""item": {"tpp": 1, "t\u0070p": 2}"#)),
        ["line 1, item.tpp: the key appears twice"]
    );
    // Once nested and once with a dot is twice as well.
    assert_eq!(
        said(&json(r#""item": {"tpp": 1}, "item.tpp": 2"#)),
        ["line 1, item.tpp: the key appears twice"]
    );
    // The same key in two orders, or in two intermediaries, is not.
    let one = r#"{"id": "a", "date": "2025-06-01", "destination": "PL", "quantity": 1}"#;
    let two =
        r#"{"id": "a", "date": "2025-06-01", "destination": "PL", "quantity": 1, "quantity": 2}"#;
    let rows = read_json(&format!("[{one}, {two}, {one}]")).unwrap();
    assert!(rows[0].is_ok() && rows[2].is_ok());
    assert_eq!(said(&rows[1]), ["line 2, quantity: the key appears twice"]);
    assert!(json(r#""intermediaries": [{"headquarters": "PL"}, {"headquarters": "PL"}]"#).is_ok());
    assert!(json(r#""note": "a \"quantity\": 1, \"quantity\": 2 {[", "quantity": 1"#).is_ok());
}

#[test]
fn deep_nesting_is_refused_and_does_not_overflow_the_stack() {
    for (open, close) in [("[", "]"), ("{\"used\":", "}"), ("{\"a\":[", "]}")] {
        let deep = open.repeat(200_000) + &close.repeat(200_000);
        assert!(read_json(&deep).is_err());
        assert!(read_jsonl_line(1, &deep).is_err());
        assert!(read_jsonl_line(1, &open.repeat(200_000)).is_err());
    }
    let nested = "{\"used\":".repeat(100) + "1" + &"}".repeat(100);
    assert!(read_jsonl_line(1, &nested).is_err());
}

#[test]
fn lists_and_objects_in_the_wrong_place_are_refused() {
    let only = |fields: &str| {
        let errors = said(&json(fields));
        assert_eq!(errors.len(), 1, "{errors:?}");
        errors[0].clone()
    };
    assert_eq!(
        only(r#""quantity": ["5"]"#),
        "line 1, quantity: found a list, expected a single value"
    );
    assert_eq!(
        only(r#""item": {"chip": []}"#),
        "line 1, item.chip: found a list, expected a single value"
    );
    assert!(only(r#""end_uses": [1]"#).contains("found a number, expected texts"));
    assert!(
        only(r#""end_uses": {"military": true}"#).contains("expected a single value")
            || only(r#""end_uses": {"military": true}"#).contains("is not a single value")
    );
    assert!(only(r#""item": "h100""#).contains("`item` is no field"));
    assert!(
        only(r#""intermediaries": [7]"#)
            .contains("intermediaries[0]: found a number, expected a party")
    );
    assert!(only(r#""speed": {"a": 1}"#).contains("`speed` is no field"));
    assert!(only(r#""intermediaries": [{"colour": "red"}]"#).contains("intermediaries.colour"));
}

#[test]
fn null_is_absent() {
    let order = json(
        r#""end_user": null, "item": null, "intermediaries": null, "quantity": null, "used": null"#,
    );
    let order = order.unwrap();
    assert!(!order.has_end_user && !order.has_intermediaries);
    assert!(json(r#""end_user": {}"#).unwrap().has_end_user);
    assert!(json(r#""speed": null"#).is_err());
}

#[test]
fn intermediaries_add_up_to_some_intermediary() {
    let lists = |list: &str| {
        let order = json(&format!(r#""intermediaries": {list}"#)).unwrap();
        let share = order.given.number(NumberFact::IntermediaryListedPct);
        (
            flag(&order, "intermediaries.lists=sdn"),
            share.map(|s| s.to_string()),
        )
    };
    let (screened, listed, unknown) = (
        r#"{"lists": [], "listed_ownership_pct": 10}"#,
        r#"{"lists": ["sdn"], "listed_ownership_pct": 60}"#,
        "{}",
    );
    assert_eq!(lists("[]"), (Some(false), Some("0".to_owned())));
    assert_eq!(
        lists(&format!("[{screened}]")),
        (Some(false), Some("10".to_owned()))
    );
    assert_eq!(
        lists(&format!("[{screened}, {listed}, {screened}]")),
        (Some(true), Some("60".to_owned()))
    );
    // One that is not screened leaves it open, unless another is known to be listed.
    for both in [
        format!("[{screened}, {unknown}]"),
        format!("[{unknown}, {screened}]"),
    ] {
        assert_eq!(lists(&both), (None, None), "{both}");
    }
    for both in [
        format!("[{listed}, {unknown}]"),
        format!("[{unknown}, {listed}]"),
    ] {
        assert_eq!(lists(&both).0, Some(true), "{both}");
    }
    assert_eq!(
        json(r#""note": "x""#)
            .map(|o| flag(&o, "intermediaries.lists=sdn"))
            .unwrap(),
        None
    );
}

fn catalog() -> Catalog {
    Catalog::read(
        "id,name,vendor,tpp,die_area_mm2,dram_bandwidth_gb_s,interconnect_gb_s,datacenter,release_year,soft,source\n\
         h100,H100,NVIDIA,15832,814,3350,900,true,2022,,x\n\
         half,Half,Acme,0.5,,,,,2022,,x\n",
        "code,name,aliases,parent,note\nPL,Poland,,,\nUS,United States,,,\n",
    )
    .unwrap()
}

fn number(fields: &str, fact: NumberFact) -> Option<String> {
    let order = json(fields).unwrap();
    let resolved = resolve(&order, &catalog(), &[], &Assume::default()).unwrap();
    resolved.facts.number(fact).map(|n| n.to_string())
}

#[test]
fn amounts_count_every_ic_and_round_up_once_per_line() {
    let amount = |fields: &str| number(fields, NumberFact::Amount).unwrap();
    assert_eq!(
        amount(r#""item": {"chip": "h100"}, "quantity": 3"#),
        "47496"
    );
    assert_eq!(
        amount(r#""item": {"chip": "h100", "ics_per_unit": 8}, "quantity": 3"#),
        "379968"
    );
    // Rounded once, at the end: three halves are two, not three.
    assert_eq!(amount(r#""item": {"chip": "half"}, "quantity": 3"#), "2");
    assert_eq!(
        amount(r#""item": {"tpp": 0.1, "ics_per_unit": 3}, "quantity": 7"#),
        "3"
    );
    assert_eq!(amount(r#""item": {"tpp": 0.0000000001}"#), "1");
    assert_eq!(amount(r#""item": {"tpp": 0}"#), "0");
    assert_eq!(
        number(
            r#""item": {"chip": "h100", "ics_per_unit": 8}, "quantity": 3"#,
            NumberFact::Chips
        )
        .unwrap(),
        "24"
    );
    assert_eq!(number(r#""item": {}"#, NumberFact::Amount), None);
}

#[test]
fn who_designed_the_ic_is_not_who_makes_the_unit() {
    let designer = |item: &str| {
        let order = json(&format!(r#""item": {{{item}}}"#)).unwrap();
        let resolved = resolve(&order, &catalog(), &[], &Assume::default()).unwrap();
        let said = resolved.assumptions.into_iter();
        (
            resolved.facts.text(TextFact::DesignerName),
            said.filter(|s| s.starts_with("item.designer_name"))
                .collect::<Vec<_>>(),
        )
    };
    let known = |item: &str, name: &str| {
        let (found, said) = designer(item);
        assert_eq!(found, name_key(name), "{item}");
        said
    };
    let silent = Vec::<String>::new();
    assert_eq!(known(r#""chip": "h100""#, "NVIDIA"), silent);
    assert_eq!(
        known(r#""chip": "h100", "vendor": "nvidia""#, "NVIDIA"),
        silent
    );
    assert_eq!(
        known(r#""contains": "h100", "vendor": "Dell""#, "NVIDIA"),
        [
            "item.designer_name = NVIDIA (of item.contains = h100; item.vendor = Dell is who makes the unit)"
        ]
    );
    // What is inside decides over what the unit is called.
    assert_eq!(
        known(r#""contains": "h100", "chip": "half""#, "NVIDIA"),
        silent
    );
    assert_eq!(
        known(r#""chip": "h100", "designer_name": "Acme""#, "Acme"),
        ["item.designer_name = Acme (as stated; the catalog has NVIDIA for item.chip = h100)"]
    );
    assert_eq!(
        known(
            r#""kind": "computer", "vendor": "Dell", "designer_name": "Acme""#,
            "Acme"
        ),
        silent
    );
    assert_eq!(known(r#""kind": "ic", "vendor": "Acme""#, "Acme"), silent);
    assert_eq!(known(r#""tpp": 10, "vendor": "Acme""#, "Acme"), silent);
    // Of an IC the one says the other.
    let order = json(r#""item": {"tpp": 10, "designer_name": "Acme"}"#).unwrap();
    let resolved = resolve(&order, &catalog(), &[], &Assume::default()).unwrap();
    assert_eq!(resolved.facts.text(TextFact::Vendor), name_key("Acme"));
    for unknown in [
        r#""kind": "computer", "tpp": 10, "vendor": "Acme""#,
        r#""tpp": 10, "ics_per_unit": 8, "vendor": "Acme""#,
        r#""kind": "hbm", "vendor": "Acme""#,
        r#""vendor": "Acme""#,
        r#""tpp": 10"#,
    ] {
        assert_eq!(designer(unknown), (0, Vec::new()), "{unknown}");
    }
}

#[test]
fn members_set_apart_by_commas_are_told_how() {
    for list in ["listed_owners", "consignee.lists"] {
        let said = |value: &str| {
            let mut order = Order::new("o");
            order.set(list, value).unwrap_err().to_string()
        };
        let apart = "; set several apart by `|`";
        assert!(said("entity-list,entity-list-fn4").ends_with(apart));
        assert!(!said("blacklist").contains(apart));
    }
}

#[test]
fn an_amount_out_of_range_and_unknown_names_are_refused() {
    let refused = |fields: &str| {
        let order = json(fields).unwrap();
        resolve(&order, &catalog(), &[], &Assume::default())
            .unwrap_err()
            .to_string()
    };
    let text = refused(r#""item": {"tpp": 1e15, "ics_per_unit": 1e12}, "quantity": 1e12"#);
    assert!(text.contains("is out of range"), "{text}");
    assert_eq!(
        refused(r#""item": {"chip": "h200"}"#),
        "item.chip: `h200` is not in the catalog; none is near; `tiergate chips` lists all"
    );
    assert_eq!(
        refused(r#""consignee": {"headquarters": "ZZ"}"#),
        "consignee.headquarters: `ZZ` is not an ISO 3166-1 country code"
    );
    assert_eq!(
        refused(r#""intermediaries": [{"parent": "ZZ"}]"#),
        "intermediaries: `ZZ` is not an ISO 3166-1 country code"
    );
}

#[test]
fn what_is_absent_counts_as_no_only_where_it_could_relax() {
    let order = json(r#""item": {"chip": "h100"}"#).unwrap();
    let resolved = resolve(&order, &catalog(), &[], &Assume::default()).unwrap();
    assert!(
        resolved
            .counted_as_no
            .contains(&Fact::Flag(FlagFact::Published))
    );
    assert_eq!(resolved.facts.flag(FlagFact::Published), Some(false));
    assert_eq!(resolved.facts.flag(FlagFact::UseMilitary), None);
    assert_eq!(resolved.facts.flag(FlagFact::ConsigneeEntityList), None);
    assert!(
        resolved
            .assumptions
            .contains(&"intermediaries = [] (none given)".to_owned())
    );
}

#[test]
fn intermediaries_in_numbered_columns_are_those_of_json() {
    let head = "id,date,destination,intermediaries.1.name,intermediaries.1.headquarters,\
        intermediaries.1.lists,intermediaries.1.listed_ownership_pct,intermediaries.2.headquarters,\
        intermediaries.2.parent,intermediaries.2.lists,intermediaries\n";
    let rows = csv(format!(
        "{head}\
         o,2025-06-01,PL,Broker,SG,none,10,MY,CN,entity-list|sdn,\n\
         o,2025-06-01,PL,,SG,none,,,,,\n\
         o,2025-06-01,PL,,,,,,CN,none,\n\
         o,2025-06-01,PL,,,,,,,,none\n\
         o,2025-06-01,PL,,,,,,,,\n"
    ));
    let alike = [
        json(
            r#""intermediaries": [
                {"name": "Broker", "headquarters": "SG", "lists": [], "listed_ownership_pct": 10},
                {"headquarters": "MY", "parent": "CN", "lists": ["entity-list", "sdn"]}]"#,
        ),
        json(r#""intermediaries": [{"headquarters": "SG", "lists": []}]"#),
        json(r#""intermediaries": [{"parent": "CN", "lists": []}]"#),
        json(r#""intermediaries": []"#),
        json(r#""quantity": null"#),
    ];
    assert_eq!(rows.len(), alike.len());
    for (row, alike) in rows.iter().zip(&alike) {
        let (row, alike) = (row.as_ref().unwrap(), alike.as_ref().unwrap());
        assert_eq!(row.given, alike.given);
        assert_eq!(row.has_intermediaries, alike.has_intermediaries);
        assert_eq!(row.intermediary_names, alike.intermediary_names);
    }
    let first = rows[0].as_ref().unwrap();
    assert_eq!(first.given.intermediaries.as_deref().unwrap().len(), 2);
    assert_eq!(flag(first, "intermediaries.lists=sdn"), Some(true));
    assert_eq!(first.get("intermediaries.2.parent").as_deref(), Some("CN"));
    assert_eq!(
        rows[3].as_ref().unwrap().get("intermediaries").as_deref(),
        Some("none")
    );
    // The numbers say which columns belong together, not how many there are.
    let order = field("intermediaries.7.headquarters", "SG").unwrap();
    assert_eq!(order.given.intermediaries.as_deref().unwrap().len(), 1);
}

#[test]
fn an_intermediary_that_cannot_be_read_says_where_and_what_would_be_right() {
    for (path, value, expected) in [
        (
            "intermediaries.1.headquarters",
            "Singapore",
            "line 2, intermediaries.1.headquarters: `Singapore` is not a country code of two capital letters, such as PL",
        ),
        (
            "intermediaries.2.listed_ownership_pct",
            "120",
            "line 2, intermediaries.2.listed_ownership_pct: `120` is not a number from 0 to 100",
        ),
        (
            "intermediaries",
            "SG|MY",
            "line 2, intermediaries: `SG|MY` is not `none`; those there are stand in columns such as intermediaries.1.headquarters",
        ),
    ] {
        assert_eq!(said(&field(path, value)), [expected]);
    }
    assert!(
        said(&field("intermediaries.1.lists", "blacklist"))[0]
            .starts_with("line 2, intermediaries.1.lists: `blacklist` is not one of entity-list")
    );
    for (path, near) in [
        (
            "intermediaries.headquarters",
            "intermediaries.1.headquarters",
        ),
        (
            "intermediaries.2.headquarter",
            "intermediaries.2.headquarters",
        ),
        ("intermediaries.0.parent", "intermediaries.1.parent"),
        ("intermediaries.100.parent", "intermediaries.1.parent"),
        ("intermediaries.01.parent", "intermediaries.1.parent"),
    ] {
        assert_eq!(
            header(format!("id,date,destination,{path}\n")),
            [format!(
                "line 1, {path}: `{path}` is no field of an order; did you mean `{near}`?"
            )]
        );
    }
    let both = csv(
        "id,date,destination,intermediaries,intermediaries.1.parent\no,2025-06-01,PL,none,CN\n",
    );
    assert_eq!(
        said(&both[0]),
        [
            "line 2, intermediaries.1.parent: `CN` is not of an intermediary: `intermediaries` says that there are none"
        ]
    );
    let both = csv(
        "id,date,destination,intermediaries.1.parent,intermediaries\no,2025-06-01,PL,CN,none\n",
    );
    assert_eq!(
        said(&both[0]),
        ["line 2, intermediaries: `none` is not so: an intermediary is given by number"]
    );
}
