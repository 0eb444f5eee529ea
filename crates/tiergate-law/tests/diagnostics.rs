//! Every kind of fault a law can have: where it points, what it says, and what it advises.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use tiergate_law::{Diagnostic, Library, render};

const HEAD: &str = r#"[instrument]
id = "base"
title = "Base"
cite = "1"
effective = 2024-01-01

[[group]]
id = "D:5"
cite = "1"
members = ["CN", "MO"]

[[class]]
id = "3A090.a"
cite = "1"
when = "tpp >= 4800"

[[requirement]]
id = "742.6"
cite = "1"
when = "destination in D:5"
"#;

/// Every fault of some files, found while reading and on every day after.
fn faults(files: &[(&str, &str)]) -> Vec<Diagnostic> {
    let (library, mut found) = Library::read(files.iter().copied());
    for fault in library.check() {
        assert!(!found.contains(&fault), "twice: {fault:?}");
        found.push(fault);
    }
    for fault in &found {
        let (_, text) = files.iter().find(|(name, _)| *name == fault.file).unwrap();
        assert!(
            text.get(fault.span.clone()).is_some(),
            "no such place: {fault:?}"
        );
        let shown = render(fault, |_| Some(*text), false);
        assert!(
            shown.contains(&fault.message) && shown.contains(&fault.file),
            "{shown}"
        );
    }
    found
}

/// Plants one defect after a sound head: exactly one fault, of which this is place, message, hint.
#[track_caller]
fn planted(defect: &str, place: &str, message: &str, help: Option<&str>) {
    let text = format!("{HEAD}\n{defect}");
    one(&text, place, message, help);
}

#[track_caller]
fn one(text: &str, place: &str, message: &str, help: Option<&str>) {
    let found = faults(&[("law.toml", text)]);
    let [fault] = found.as_slice() else {
        panic!("{} faults: {found:#?}", found.len())
    };
    assert_eq!(fault.file, "law.toml");
    assert_eq!(&text[fault.span.clone()], place);
    assert_eq!(fault.message, message);
    assert_eq!(fault.help.as_deref(), help);
}

/// A requirement with this condition: one fault at `place` in it.
#[track_caller]
fn condition(when: &str, place: &str, message: &str, help: Option<&str>) {
    planted(
        &format!("[[requirement]]\nid = \"r\"\ncite = \"1\"\nwhen = \"{when}\"\n"),
        place,
        message,
        help,
    );
}

#[test]
fn a_sound_law_has_no_faults() {
    assert_eq!(faults(&[("law.toml", HEAD)]), vec![]);
}

#[test]
fn an_unknown_group() {
    condition(
        "destination in D:6",
        "D:6",
        "unknown country group `D:6`",
        Some("did you mean `D:5`?"),
    );
    condition(
        "any_party.headquarters in Arctic - {CN}",
        "Arctic",
        "unknown country group `Arctic`",
        Some("write single countries in braces: `{CN, MO}`"),
    );
}

#[test]
fn an_unknown_country_code() {
    condition(
        "destination in {China}",
        "China",
        "`China` is not a country code of two capital letters, such as `PL`",
        None,
    );
    planted(
        "[[group]]\nid = \"X\"\ncite = \"1\"\nmembers = [\"cn\"]\n",
        "\"cn\"",
        "`cn` is not a country code of two capital letters, such as `PL`",
        None,
    );
}

#[test]
fn an_unknown_fact() {
    condition(
        "item.datacentre",
        "item.datacentre",
        "there is no yes-or-no fact or definition `item.datacentre`",
        Some("did you mean `item.datacenter`?"),
    );
    condition(
        "destinatoin in D:5",
        "destinatoin",
        "`destinatoin` is no country, choice or name of the order",
        Some("did you mean `destination`?"),
    );
    condition(
        "item.tp >= 4800",
        "item.tp",
        "there is no number or value `item.tp`",
        Some("did you mean `item.tpp`?"),
    );
    condition(
        "tpp >= ceiling",
        "ceiling",
        "there is no number or value `ceiling`",
        None,
    );
}

#[test]
fn an_unknown_value_of_a_fact() {
    condition(
        "kind is chip",
        "chip",
        "`chip` is no value of item.kind",
        Some("one of ic, computer, hbm, model-weights, software, technology"),
    );
    condition(
        "activity in {export, import}",
        "import",
        "`import` is no value of activity",
        Some("one of export, reexport, transfer, deemed-export, deemed-reexport"),
    );
    condition(
        "consignee.lists has blacklist",
        "blacklist",
        "`consignee.lists` has no member `blacklist`",
        Some(
            "one of entity-list, entity-list-fn1, entity-list-fn4, entity-list-fn5, \
             denied-persons, unverified, military-end-user, sdn",
        ),
    );
    condition(
        "colours has red",
        "red",
        "`colours` has no member `red`",
        Some("`colours` is not a list of the order"),
    );
}

#[test]
fn an_unknown_class() {
    condition(
        "item in 3A090.b",
        "3A090.b",
        "there is no item class or class set `3A090.b`",
        Some("did you mean `3A090.a`?"),
    );
    planted(
        "[[class-set]]\nid = \"chips\"\ncite = \"1\"\nmembers = [\"4A090\"]\n",
        "\"4A090\"",
        "there is no item class or class set `4A090`",
        None,
    );
}

#[test]
fn an_unknown_register() {
    condition(
        "item.vendor in designers",
        "designers",
        "there is no register `designers`",
        None,
    );
    condition(
        "item.vendor in {Acme}",
        "item.vendor in {Acme}",
        "name a register here",
        None,
    );
}

#[test]
fn a_fact_of_the_wrong_kind() {
    condition("tpp", "tpp", "`tpp` is not a yes-or-no fact", None);
    condition(
        "datacenter >= 1",
        "datacenter",
        "`datacenter` is not a number, it cannot be compared",
        None,
    );
    let choices = "`is` tests item.eccn, item.kind, activity, statements.validated_end_user, \
                   statements.designer, statements.third_party_tested, \
                   statements.available_commercially_in_us, statements.exception_terms, \
                   destination_region";
    condition(
        "tpp is ic",
        "tpp",
        "`tpp` has no closed list of values",
        Some(choices),
    );
    condition(
        "activity in D:5",
        "activity",
        "list the values in `{}`",
        None,
    );
    condition(
        "tpp * used.lpp >= 1",
        "used.lpp",
        "two facts cannot be multiplied: conditions are linear",
        None,
    );
}

#[test]
fn a_condition_that_is_not_of_the_grammar() {
    condition(
        "tpp >=",
        "",
        "found the end, expected a number or a name",
        None,
    );
    condition("tpp ! 3", "!", "`!` means nothing here", None);
    condition("(tpp > 3", "", "found the end, expected `)`", None);
    let deep = "not (".repeat(100);
    let text = format!("{HEAD}\n[[note]]\nid = \"n\"\ncite = \"1\"\nwhen = \"{deep}\"\n");
    assert_eq!(
        faults(&[("law.toml", &text)])[0].message,
        "conditions nest at most 64 deep"
    );
    let long = vec!["D:5"; 100_000].join(" - ");
    let text =
        format!("{HEAD}\n[[note]]\nid = \"n\"\ncite = \"1\"\nwhen = \"destination in {long}\"\n");
    assert_eq!(
        faults(&[("law.toml", &text)])[0].message,
        "a condition joins sets at most 256 times"
    );
}

#[test]
fn an_impossible_comparison() {
    let message = "an impossible comparison: it names no fact, leaves the range, or needs more than nine decimals";
    for when in [
        "1 < 2",
        "tpp - tpp >= 1",
        "tpp >= 1.2345678901",
        "0.00000000001 * tpp >= 1",
        "1e28 + 1e28 < tpp",
        "1e28 * tpp + 0.000000001 * amount >= 1",
        "10000000000000000000000000000 * tpp + 1e28 * tpp + 1e28 * tpp + 1e28 * tpp + 1e28 * tpp + 1e28 * tpp + 1e28 * tpp + 1e28 * tpp + 1e28 * tpp + 1e28 * tpp >= 1",
    ] {
        condition(when, when, message, None);
    }
    planted(
        "[[value]]\nid = \"v\"\ncite = \"1\"\nunit = \"x\"\ndated = [{ amount = 1e28, cite = \"1\" }]\n\
         [[requirement]]\nid = \"r\"\ncite = \"1\"\nwhen = \"tpp >= 10 * v\"\n",
        "tpp >= 10 * v",
        message,
        None,
    );
}

#[test]
fn a_bad_date() {
    let help = Some("write a day such as 2025-05-15, without quotes");
    for (written, key) in [
        ("\"2025-05-15\"", "from"),
        ("2025-05-15T00:00:00Z", "through"),
        ("7", "from"),
    ] {
        planted(
            &format!("[[note]]\nid = \"n\"\ncite = \"1\"\n{key} = {written}\nwhen = \"always\"\n"),
            written,
            &format!("`{key}` is not a date"),
            help,
        );
    }
    let text = format!(
        "{HEAD}\n[[note]]\nid = \"n\"\ncite = \"1\"\nfrom = 2025-02-30\nwhen = \"always\"\n"
    );
    assert!(!faults(&[("law.toml", &text)]).is_empty());
}

#[test]
fn a_missing_field() {
    let entry = |body: &str| format!("[[requirement]]\n{body}\n");
    let place = |text: &str| faults(&[("law.toml", &format!("{HEAD}\n{}", entry(text)))]);
    for (body, message) in [
        (
            "cite = \"1\"\nwhen = \"always\"",
            "a requirement has no `id`",
        ),
        (
            "id = \"r\"\nwhen = \"always\"",
            "a requirement has no `cite`",
        ),
        ("id = \"r\"\ncite = \"1\"", "a requirement has no `when`"),
    ] {
        let found = place(body);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(found[0].message, message);
        // It points at the entry, after the sound head.
        assert!(found[0].span.start >= HEAD.len(), "{found:#?}");
    }
    for (text, message) in [
        (
            "[[value]]\nid = \"v\"\ncite = \"1\"\ndated = [{ amount = 1, cite = \"1\" }]\n",
            "a value has no `unit`",
        ),
        (
            "[[value]]\nid = \"v\"\ncite = \"1\"\nunit = \"x\"\ndated = [{ cite = \"1\" }]\n",
            "a dated amount has no `amount`",
        ),
        (
            "[[step]]\nid = \"s\"\ncite = \"1\"\nday = 30\nwho = [\"chair\"]\n",
            "a step has no `process`",
        ),
        (
            "[[review]]\nid = \"v\"\ncite = \"1\"\nlane = \"a\"\nwhen = \"always\"\n",
            "a review policy has no `policy`",
        ),
        (
            "[[authority]]\nid = \"a\"\ncite = \"1\"\ncondition = [{ cite = \"1\", when = \"always\" }]\n",
            "a condition has no `says`",
        ),
        (
            "[[example]]\nsays = \"x\"\ncite = \"1\"\ndate = 2025-01-01\norder = { destination = \"PL\" }\n",
            "an example expects something: give `expect = { ... }`",
        ),
    ] {
        let found = faults(&[("law.toml", &format!("{HEAD}\n{text}"))]);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(found[0].message, message);
    }
}

#[test]
fn a_head_that_is_missing_or_wrong() {
    let help = "start with [instrument] for United States law or [proposal] for a proposal";
    one("", "", "the file needs exactly one head", Some(help));
    let both = "[instrument]\nid = \"a\"\n[proposal]\nid = \"b\"\n";
    one(both, "", "the file needs exactly one head", Some(help));
    let undated = "[instrument]\nid = \"a\"\ntitle = \"A\"\ncite = \"1\"\nsource = \"x\"\n";
    let found = faults(&[("law.toml", undated)]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].message, "the instrument has no `effective`");
    one(
        "[proposal]\nid = \"us\"\ntitle = \"A\"\ncite = \"1\"\nadopted = 2025-01-01\n",
        "\"us\"",
        "`us` cannot name a proposal",
        Some("choose a name without `@` and `:`; `us` is the law of the United States"),
    );
}

#[test]
fn an_unknown_field() {
    planted(
        "[[requirement]]\nid = \"r\"\ncite = \"1\"\nwhen = \"always\"\nparts = \"742\"\n",
        "parts",
        "a requirement has no field `parts`",
        Some("did you mean `part`?"),
    );
    planted(
        "[[requirement]]\nid = \"r\"\ncite = \"1\"\nwhen = \"always\"\nzzzzzzzz = 1\n",
        "zzzzzzzz",
        "a requirement has no field `zzzzzzzz`",
        None,
    );
    planted(
        "[[requirment]]\nid = \"r\"\n",
        "requirment",
        "the file has no field `requirment`",
        Some("did you mean `requirement`?"),
    );
}

#[test]
fn a_field_of_the_wrong_type() {
    planted(
        "[[note]]\nid = 7\ncite = \"1\"\nwhen = \"always\"\n",
        "7",
        "must be a text in quotes, found a whole number",
        None,
    );
    planted(
        "[[group]]\nid = \"X\"\ncite = \"1\"\nmembers = 3\n",
        "3",
        "`members` must be a list of texts, found a whole number",
        None,
    );
    planted(
        "[[value]]\nid = \"v\"\ncite = \"1\"\nunit = \"x\"\ndated = [{ amount = true, cite = \"1\" }]\n",
        "true",
        "must be a number, found true or false",
        None,
    );
    planted(
        "[[value]]\nid = \"v\"\ncite = \"1\"\nunit = \"x\"\ndated = [{ amount = 1e40, cite = \"1\" }]\n",
        "1e40",
        "`1e40` is out of range; at most 1e28 in magnitude",
        None,
    );
    planted(
        "[[note]]\nid = \"n\"\ncite = \"1\"\nwhen = \"always\"\ngrade = \"rumour\"\n",
        "\"rumour\"",
        "`rumour` is no `grade`",
        Some("one of primary, primary-quoted, secondary, unconfirmed, assumed"),
    );
}

#[test]
fn an_id_that_stands_already() {
    planted(
        "[[requirement]]\nid = \"742.6\"\ncite = \"1\"\nwhen = \"always\"\n",
        "\"742.6\"",
        "the requirement `742.6` stands already, by base",
        Some("say `operation = \"replace\"`"),
    );
    let found = faults(&[("a.toml", HEAD), ("b.toml", HEAD)]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(
        (found[0].file.as_str(), &HEAD[found[0].span.clone()]),
        ("b.toml", "\"base\"")
    );
    assert_eq!(found[0].message, "the id `base` is taken by a.toml");
}

#[test]
fn nothing_to_replace_repeal_or_precede() {
    for operation in ["replace", "repeal"] {
        planted(
            &format!(
                "[[bar]]\nid = \"b\"\ncite = \"1\"\noperation = \"{operation}\"\nwhen = \"always\"\n"
            ),
            "\"b\"",
            "there is no bar `b` to replace, amend or repeal",
            None,
        );
    }
    planted(
        "[[requirement]]\nid = \"r\"\ncite = \"1\"\nbefore = \"742.7\"\nwhen = \"always\"\n",
        "\"r\"",
        "there is no requirement `742.7` to precede",
        None,
    );
}

#[test]
fn a_name_no_rule_has() {
    planted(
        "[[authority]]\nid = \"NAC\"\ncite = \"1\"\novercomes = [\"742.5\"]\n",
        "\"742.5\"",
        "nothing is called `742.5`",
        Some("did you mean `742.6`?"),
    );
    planted(
        "[[review]]\nid = \"v\"\ncite = \"1\"\nlane = \"a\"\npolicy = \"case-by-case\"\ngoverns = [\"744*\"]\nwhen = \"always\"\n",
        "\"744*\"",
        "nothing is called `744*`",
        None,
    );
    planted(
        "[[bar]]\nid = \"b\"\ncite = \"1\"\nexcept = [\"LPP\"]\nwhen = \"always\"\n",
        "\"LPP\"",
        "nothing is called `LPP`",
        None,
    );
}

#[test]
fn a_quota_of_names_that_do_not_exist() {
    let quota = |limit: &str, used: &str| {
        format!(
            "[[value]]\nid = \"cap\"\ncite = \"1\"\nunit = \"TPP\"\n[[quota]]\nid = \"q\"\ncite = \"1\"\n\
             limit = \"{limit}\"\nused = \"{used}\"\nper = \"x\"\nkey = \"destination\"\nperiod = \"year\"\n"
        )
    };
    planted(
        &quota("cup", "used.lpp"),
        "\"cup\"",
        "there is no value `cup`",
        None,
    );
    planted(
        &quota("cap", "used.all"),
        "\"used.all\"",
        "`used.all` is not a number the order holds",
        None,
    );
}

const READING: &str = "[[reading]]\nid = \"wide\"\ncite = \"1\"\nquestion = \"?\"\ndefault = \"no\"\n\
    option = [{ id = \"no\", says = \"n\" }, { id = \"yes\", says = \"y\" }]\n";

#[test]
fn an_unknown_reading() {
    condition(
        "reading:narrow is yes",
        "reading:narrow is yes",
        "there is no reading `narrow` with an option `yes`",
        None,
    );
    planted(
        &format!("{READING}[[note]]\nid = \"n\"\ncite = \"1\"\nwhen = \"reading:wide is maybe\"\n"),
        "reading:wide is maybe",
        "there is no reading `wide` with an option `maybe`",
        None,
    );
    planted(
        &format!(
            "{READING}[[group]]\nid = \"D:5\"\ncite = \"1\"\nadd = [\"PL\"]\nonly_if_reading = \"wider\"\nis = \"yes\"\n"
        ),
        "\"wider\"",
        "there is no reading `wider` with an option `yes`",
        None,
    );
    planted(
        &READING.replace("default = \"no\"", "default = \"maybe\""),
        "\"maybe\"",
        "`maybe` is none of the options",
        Some("one of no, yes"),
    );
}

#[test]
fn half_a_condition_on_a_reading() {
    let text = format!(
        "{HEAD}\n{READING}[[group]]\nid = \"D:5\"\ncite = \"1\"\nadd = [\"PL\"]\nonly_if_reading = \"wide\"\n"
    );
    let found = faults(&[("law.toml", &text)]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].message, "half a condition on a reading");
}

#[test]
fn a_country_twice_in_a_list() {
    let group = "[[group]]\nid = \"X\"\ncite = \"1\"\nmembers = [\"PL\", \"IN\", \"PL\"]\n";
    planted(group, "\"PL\"", "`PL` stands twice in `members`", None);
    let (library, found) = Library::read([("law.toml", format!("{HEAD}\n{group}").as_str())]);
    assert!(library.text("law.toml").unwrap()[..found[0].span.start].ends_with("\"IN\", "));
    condition(
        "destination in {PL, IN, PL}",
        "PL",
        "`PL` stands twice in the set",
        None,
    );
}

#[test]
fn spans_that_end_before_they_start() {
    planted(
        "[[value]]\nid = \"v\"\nunit = \"TPP\"\ncite = \"1\"\n[[value.dated]]\namount = 5\n\
         from = 2025-05-01\nthrough = 2025-01-01\ncite = \"1\"\n",
        "2025-01-01",
        "`through` 2025-01-01 lies before `from` 2025-05-01",
        None,
    );
    planted(
        "[[note]]\nid = \"n\"\ncite = \"1\"\nwhen = \"always\"\nfrom = 2025-05-02\nthrough = 2025-05-01\n",
        "2025-05-01",
        "`through` 2025-05-01 lies before `from` 2025-05-02",
        None,
    );
    let late = HEAD.replace(
        "effective = 2024-01-01",
        "effective = 2024-01-01\nexpires = 2023-12-31",
    );
    one(
        &late,
        "2023-12-31",
        "`expires` 2023-12-31 lies before 2024-01-01, the first day",
        None,
    );
    let early = HEAD.replace(
        "effective = 2024-01-01",
        "effective = 2024-01-01\ncompliance = 2023-12-31",
    );
    one(
        &early,
        "2023-12-31",
        "`compliance` 2023-12-31 lies before 2024-01-01, the first day",
        None,
    );
    let aside = HEAD.replace(
        "effective = 2024-01-01",
        "effective = 2024-01-01\n[[instrument.disapplies]]\ninstrument = \"base\"\ncite = \"1\"\nfrom = 2024-02-01\nthrough = 2024-01-31",
    );
    one(
        &aside,
        "2024-01-31",
        "`through` 2024-01-31 lies before `from` 2024-02-01",
        None,
    );
    // One day is a span.
    let day = format!(
        "{HEAD}[[note]]\nid = \"n\"\ncite = \"1\"\nwhen = \"always\"\nfrom = 2025-05-02\nthrough = 2025-05-02\n"
    );
    assert_eq!(faults(&[("law.toml", &day)]), vec![]);
}

#[test]
fn amendments_change_what_is_there() {
    let base = "[[authority]]\nid = \"E\"\ncite = \"1\"\novercomes = [\"742.6\"]\n\
        [[authority.condition]]\ncite = \"1(a)\"\nsays = \"a\"\nwhen = \"datacenter\"\n";
    let amend = "[proposal]\nid = \"p\"\ntitle = \"P\"\ncite = \"p\"\nadopted = 2024-02-01\n\
        [[authority]]\nid = \"E\"\noperation = \"amend\"\ncite = \"p\"\nwithout = [\"1(b)\"]\n";
    let text = format!("{HEAD}{base}");
    let found = faults(&[("law.toml", &text), ("p.toml", amend)]);
    let [fault] = found.as_slice() else {
        panic!("{found:#?}")
    };
    assert_eq!(&amend[fault.span.clone()], "\"1(b)\"");
    assert_eq!(
        fault.message,
        "the authority has no condition, quota or duty `1(b)`"
    );
    assert_eq!(fault.help.as_deref(), Some("did you mean `1(a)`?"));
    planted(
        "[[note]]\nid = \"n\"\ncite = \"1\"\nwhen = \"always\"\noperation = \"amend\"\n",
        "\"n\"",
        "note cannot be amended in part",
        Some("replace it; or name what changes in a definition of its own and replace that"),
    );
    planted(
        "[[authority]]\nid = \"F\"\ncite = \"1\"\nwithout = [\"x\"]\n",
        "\"x\"",
        "only an amendment takes parts away",
        Some("say `operation = \"amend\"`"),
    );
}

#[test]
fn a_dated_grade_without_its_grade() {
    planted(
        "[[note]]\nid = \"n\"\ncite = \"1\"\nwhen = \"always\"\ngraded = [{ from = 2025-05-02, cite = \"2\" }]\n",
        "{ from = 2025-05-02, cite = \"2\" }",
        "a dated grade has no `grade`",
        None,
    );
}

fn definition(id: &str, when: &str) -> String {
    format!("[[definition]]\nid = \"{id}\"\ncite = \"1\"\nwhen = \"{when}\"\n")
}

#[test]
fn a_definition_that_needs_itself() {
    planted(
        &definition("chips", "datacenter or not chips"),
        "\"chips\"",
        "the definition `chips` needs itself",
        None,
    );
    // Through another, it is the same.
    let (a, b) = (definition("a", "b or datacenter"), definition("b", "not a"));
    planted(&(a + &b), "\"a\"", "the definition `a` needs itself", None);
}

#[test]
fn a_definition_no_rule_uses_is_checked_too() {
    planted(
        &definition("unused", "destination in D:6"),
        "D:6",
        "unknown country group `D:6`",
        Some("did you mean `D:5`?"),
    );
}

#[test]
fn a_long_chain_of_definitions_is_refused() {
    let chain: String = (0..5000)
        .map(|n| definition(&format!("d{n}"), &format!("d{} or published", n + 1)))
        .collect();
    let text = format!("{HEAD}\n{chain}{}", definition("d5000", "datacenter"));
    let found = faults(&[("law.toml", &text)]);
    assert_eq!(
        found[0].message,
        "definitions use one another at most 32 deep"
    );
}

#[test]
fn a_class_that_asks_for_itself_or_a_later_one() {
    let class = |id: &str, when: &str| {
        format!("[[class]]\nid = \"{id}\"\ncite = \"1\"\nwhen = \"{when}\"\n")
    };
    let help = Some("a class may ask only for those that stand before it");
    for when in ["item in 4A090.a", "item in {3A090.a, 5A002}"] {
        let asked = if when.contains("5A002") {
            "5A002"
        } else {
            "4A090.a"
        };
        planted(
            &(class("4A090.a", when) + &class("5A002", "always")),
            when,
            &format!("a class before `{asked}`, or that class itself, asks for it"),
            help,
        );
    }
    let text = format!(
        "{HEAD}\n{}",
        class("4A090.a", "item in 3A090.a and datacenter")
    );
    assert_eq!(faults(&[("law.toml", &text)]), vec![]);
}

#[test]
fn an_assumed_amount_without_its_range() {
    let value =
        |row: &str| format!("[[value]]\nid = \"v\"\ncite = \"1\"\nunit = \"x\"\ndated = [{row}]\n");
    let row = "{ amount = 1, cite = \"1\", status = \"assumed\" }";
    planted(
        &value(row),
        row,
        "an assumed amount without its range",
        Some("an assumption states `range = [low, high]` and `because`"),
    );
    planted(
        &value("{ amount = 1, cite = \"1\", range = [2, 1] }"),
        "[2, 1]",
        "`range` must be [low, high]",
        None,
    );
    let sound =
        "{ amount = 1, cite = \"1\", status = \"assumed\", range = [0, 2], because = \"x\" }";
    assert_eq!(
        faults(&[("law.toml", &format!("{HEAD}\n{}", value(sound)))]),
        vec![]
    );
}

#[test]
fn an_entry_that_contradicts_itself() {
    let both = |defect: &str, places: [&str; 2], message: &str| {
        let text = format!("{HEAD}\n{defect}");
        one(
            &text,
            places[0],
            message,
            Some("keep the one that is meant"),
        );
        let found = faults(&[("law.toml", &text)]);
        let other = found[0].other.as_ref().expect("another place");
        assert_eq!(&text[other.span.clone()], places[1]);
        assert!(other.span.start < found[0].span.start || places[0] == places[1]);
    };
    both(
        "[[authority]]\nid = \"NAC\"\ncite = \"1\"\n\
         [[bar]]\nid = \"b\"\ncite = \"1\"\nwhen = \"datacenter\"\nonly = [\"NAC\"]\nexcept = [\"NAC\"]\n",
        ["\"NAC\"", "\"NAC\""],
        "`NAC` is excepted and touched by the same entry",
    );
    both(
        "[[group]]\nid = \"X\"\ncite = \"1\"\nadd = [\"PL\"]\nremove = [\"DE\", \"PL\"]\n",
        ["\"PL\"", "\"PL\""],
        "`PL` is taken in and taken out by the same entry",
    );
    let twice = |text: &str, place: &str, message: &str, help: &str| {
        planted(text, place, message, Some(help));
    };
    twice(
        &READING.replace("id = \"yes\"", "id = \"no\""),
        "\"no\"",
        "the option `no` is given twice",
        "options of a reading exclude one another: name each by what it takes",
    );
    let duty = "[[authority.duty]]\nid = \"d\"\nwhat = \"x\"\ndue = \"x\"\ncite = \"1\"\n";
    twice(
        &format!("[[authority]]\nid = \"NAC\"\ncite = \"1\"\n{duty}{duty}"),
        "\"d\"",
        "the duty `d` is given twice",
        "an order could have both: name each by what it asks",
    );
}

#[test]
fn a_place_before_one_entry_and_behind_another() {
    let entry = |more: &str| {
        format!("[[requirement]]\nid = \"r\"\ncite = \"1\"\nwhen = \"always\"\n{more}\n")
    };
    planted(
        &entry("behind = \"742.7\""),
        "\"r\"",
        "there is no requirement `742.7` to stand behind",
        None,
    );
    planted(
        &entry("before = \"742.6\"\nbehind = \"742.6\""),
        "\"742.6\"",
        "an entry stands `before` one or `behind` one",
        Some("keep one of the two"),
    );
    let last = "[[requirement]]\nid = \"last\"\ncite = \"1\"\nwhen = \"datacenter\"\n";
    let text = format!("{HEAD}\n{last}{}", entry("behind = \"742.6\""));
    let (library, _) = Library::read([("law.toml", text.as_str())]);
    let law = "us".parse().unwrap();
    let day = "2024-01-01".parse().unwrap();
    let regime = library
        .consolidate(&law, day, tiergate_law::View::Text)
        .unwrap();
    let ids: Vec<&str> = regime.requirements.iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids, ["742.6", "r", "last"]);
}

#[test]
fn an_unknown_instrument_to_disapply_or_carry() {
    let third = "[instrument]\nid = \"third\"\ntitle = \"T\"\ncite = \"3\"\neffective = 2025-01-01\n\
        [[instrument.disapplies]]\ninstrument = \"bose\"\nfrom = 2025-01-01\ncite = \"3\"\n";
    let plan = "[proposal]\nid = \"plan\"\ntitle = \"P\"\ncite = \"4\"\nadopted = 2025-01-01\ncarries = [\"nothing\"]\n";
    let found = faults(&[("1.toml", HEAD), ("3.toml", third), ("4.toml", plan)]);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert_eq!(
        (found[0].file.as_str(), &third[found[0].span.clone()]),
        ("3.toml", "\"third\"")
    );
    assert_eq!(found[0].message, "there is no instrument `bose`");
    assert_eq!(found[0].help.as_deref(), Some("did you mean `base`?"));
    assert_eq!(
        (found[1].file.as_str(), found[1].message.as_str()),
        ("4.toml", "there is no instrument `nothing`")
    );
}

#[test]
fn too_many_classes_are_refused() {
    let classes: String = (0..130)
        .map(|n| format!("[[class]]\nid = \"c{n}\"\ncite = \"1\"\n"))
        .collect();
    let text = format!("{HEAD}\n{classes}");
    let (_, found) = Library::read([("law.toml", text.as_str())]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].message, "more than 120 item classes");
}

#[test]
fn text_that_is_not_toml_is_a_fault_and_the_rest_is_read() {
    let text = format!(
        "{HEAD}\n[[note]]\nid = = 3\n[[note]]\nid = \"n\"\ncite = \"1\"\nwhen = \"destination in D:6\"\n"
    );
    let found = faults(&[("law.toml", &text)]);
    assert!(found.len() >= 2, "{found:#?}");
    assert!(
        found
            .iter()
            .any(|f| f.message == "unknown country group `D:6`"),
        "{found:#?}"
    );
}

#[test]
fn every_fault_of_a_file_is_found_in_one_run() {
    let text = format!(
        "{HEAD}\n\
         [[requirement]]\nid = \"a\"\nwhen = \"tpp >=\"\n\
         [[requirement]]\nid = \"b\"\ncite = \"1\"\nwhen = \"destination in D:6 and datacentre and kind is chip\"\n\
         [[note]]\nid = \"n\"\ncite = \"1\"\nfrom = \"today\"\nwhen = \"always\"\nwhy = 1\n\
         [[authority]]\nid = \"NAC\"\ncite = \"1\"\novercomes = [\"742.5\", \"742.7\"]\n"
    );
    let mut places: Vec<String> = faults(&[("law.toml", &text)])
        .iter()
        .map(|f| text[f.span.clone()].to_owned())
        .collect();
    places.retain(|p| !p.starts_with("[[requirement]]") && !p.is_empty());
    for place in [
        "D:6",
        "datacentre",
        "chip",
        "\"today\"",
        "why",
        "\"742.5\"",
        "\"742.7\"",
    ] {
        assert!(
            places.iter().any(|p| p == place),
            "{place} is not among {places:?}"
        );
    }
}

#[test]
fn a_place_inside_escapes_and_other_scripts_can_be_shown() {
    for when in [
        "\"\\u00e9\\u00e9 in \u{e9}\u{e9}\u{e9}\"",
        "\"\"\"\r\ndestination in\r\n  D:6\"\"\"",
        "'''\ndestination in \u{4e2d}'''",
        "\"tpp >= \\\"\u{4e2d}\u{4e2d}\u{4e2d}\\\"\"",
    ] {
        let text = format!("{HEAD}\n[[note]]\nid = \"n\"\ncite = \"1\"\nwhen = {when}\n");
        let (library, mut found) = Library::read([("law.toml", text.as_str())]);
        found.extend(library.check());
        assert!(!found.is_empty(), "{when}");
        for fault in &found {
            assert!(render(fault, |_| Some(text.as_str()), false).contains("law.toml"));
            assert!(
                fault.line_column(&text).0 > HEAD.lines().count(),
                "{fault:?}"
            );
        }
    }
}

/// A step with this content: one fault at `place` in it.
#[track_caller]
fn step(content: &str, place: &str, message: &str, help: Option<&str>) {
    let head = "[[step]]\nid = \"s\"\ncite = \"1\"\nprocess = \"license\"\n";
    planted(&format!("{head}{content}\n"), place, message, help);
}

#[test]
fn a_step_that_names_no_event_of_a_case() {
    step(
        "done_by = [\"refered\"]",
        "\"refered\"",
        "`refered` is no event of a case",
        Some("did you mean `referred`?"),
    );
    step(
        "within_days = 5\ncounts_from = [\"chair-decides\"]",
        "\"chair-decides\"",
        "`chair-decides` is no event of a case and no step",
        Some("did you mean `chair-decided`?"),
    );
    step(
        "within_days = 5\nafter_due = \"first\"",
        "\"first\"",
        "`first` is no event of a case and no step",
        None,
    );
    step(
        "seen = { by = [\"aplicant\"], cite = \"1\" }",
        "\"aplicant\"",
        "`aplicant` is no reader of a case",
        Some("did you mean `applicant`?"),
    );
}

#[test]
fn a_step_that_says_half_of_something() {
    step(
        "stops_on = [\"held\"]",
        "[\"held\"]",
        "events for a clock that the step does not stop",
        Some("say `stops_clock = true`"),
    );
    step(
        "counts_from = [\"referred\"]",
        "[\"referred\"]",
        "a start to count from, and no days",
        Some("give `within_days`"),
    );
    step(
        "then = \"no-objection\"",
        "\"no-objection\"",
        "what follows is named and not said",
        Some("say it in `default`"),
    );
    step(
        "default = \"x\"\nthen = \"denied\"",
        "\"denied\"",
        "`denied` is no `then`",
        Some("one of no-objection, decision-stands, denial-final, as-posted"),
    );
    step(
        "votes = { of = \"members\", cite = \"1\" }",
        "{ of = \"members\", cite = \"1\" }",
        "votes that nothing decides by",
        Some("say `decides = \"majority\"` or `\"unanimous\"`"),
    );
    step(
        "decides = \"majority\"\nvotes = { of = \"members\", cite = \"1\", grade = \"assumed\" }",
        "{ of = \"members\", cite = \"1\", grade = \"assumed\" }",
        "an assumption without its reason",
        Some("give `because`"),
    );
    step(
        "day = -1",
        "-1",
        "`day` is below zero",
        Some("days are counted from 0"),
    );
    step(
        "each_year = [\"02-29\"]",
        "\"02-29\"",
        "`02-29` is no day of every year",
        Some("write month and day, such as \"07-15\""),
    );
}

#[test]
fn days_of_steps_that_do_not_add_up() {
    let steps = |day: &str| {
        format!(
            "{HEAD}\n[[step]]\nid = \"first\"\ncite = \"1\"\nprocess = \"license\"\nday = 9\n\
             done_by = [\"referred\"]\n[[step]]\nid = \"second\"\ncite = \"1\"\nprocess = \"license\"\n\
             day = {day}\nwithin_days = 30\ncounts_from = [\"referred\"]\n"
        )
    };
    assert_eq!(faults(&[("law.toml", &steps("39"))]), vec![]);
    one(
        &steps("40"),
        "\"second\"",
        "the step is due by day 40, and 30 days after day 9 is day 39",
        Some("put right `day` or `within_days`"),
    );
}

/// A value, and an agreement that raises one.
fn agreement(country: &str, value: &str, amount: u32) -> String {
    format!(
        "[[value]]\nid = \"cap\"\ncite = \"1\"\nunit = \"TPP\"\ndated = [{{ amount = 10, cite = \"1\" }}]\n\
         [[agreement]]\nid = \"a\"\ncite = \"2\"\ncountry = \"{country}\"\n\
         raises = [{{ value = \"{value}\", amount = {amount}, cite = \"2\" }}]\n"
    )
}

#[test]
fn an_agreement_raises_a_value_there_is_for_a_country_there_is() {
    assert_eq!(
        faults(&[(
            "law.toml",
            &format!("{HEAD}\n{}", agreement("PL", "cap", 11))
        )]),
        vec![]
    );
    planted(
        &agreement("PL", "cup", 11),
        "\"cup\"",
        "there is no value `cup`",
        Some("did you mean `cap`?"),
    );
    planted(
        &agreement("Poland", "cap", 11),
        "\"Poland\"",
        "`Poland` is not a country code of two capital letters, such as `PL`",
        None,
    );
    planted(
        &agreement("PL", "cap", 10),
        "{ value = \"cap\", amount = 10, cite = \"2\" }",
        "10 is no more than the 10 that `cap` is without it: an agreement raises",
        None,
    );
}

#[test]
fn an_agreement_raises_no_quota_that_is_counted_for_a_party() {
    let quota = "[[quota]]\nid = \"q\"\ncite = \"1\"\nlimit = \"cap\"\nused = \"used.lpp\"\nper = \"p\"\n\
                 key = \"consignee.name\"\nperiod = \"all\"\n";
    planted(
        &(agreement("PL", "cap", 11) + quota),
        "\"cap\"",
        "an agreement raises `cap`, and this quota is not counted by destination",
        None,
    );
    let quota = quota.replace("consignee.name", "destination");
    let text = format!("{HEAD}\n{}{quota}", agreement("PL", "cap", 11));
    assert_eq!(faults(&[("law.toml", &text)]), vec![]);
}

#[test]
fn a_reason_for_which_no_unit_is_returned() {
    planted(
        "[[quota]]\nid = \"q\"\ncite = \"1\"\nused = \"used.lpp\"\nper = \"p\"\nkey = \"consignee.name\"\n\
         period = \"all\"\ngives_back = [\"loss\", \"theft\"]\n",
        "\"theft\"",
        "`theft` is no reason for which units are gone",
        Some("one of sent-back, loss, damage, failure, relocation, resale"),
    );
}
