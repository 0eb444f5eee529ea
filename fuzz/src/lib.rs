//! The bodies of the fuzz targets. Each takes bytes and panics where Tiergate is wrong.
//!
//! `cargo +nightly fuzz run law --features libfuzzer fuzz/corpus/law fuzz/seeds/law` (or `orders`,
//! `decide`, `screening`, `parties`) drives them with libFuzzer; `cargo test` in this folder runs them over a small seed
//! corpus and random mutations of it, on any toolchain.

use std::sync::{Arc, OnceLock};

use tiergate_engine::Rulebook;
use tiergate_law::{Date, LawRef, Library, View, render};
use tiergate_order::{Assume, Catalog, CsvOrders, Order, read_json, read_jsonl_line, resolve};
use tiergate_screening::{Adjudications, Index, List, Party, lists, score};

#[allow(dead_code, reason = "the engine's own tests use the rest")]
#[path = "../../crates/tiergate-engine/tests/common/mod.rs"]
mod common;
pub mod mutate;

use common::{make, oracle};

/// Law files never stop the reader: any text gives faults that can be shown, or a law that can be
/// laid out on any day.
pub fn law(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    // A file in two parts is a base and an amendment.
    let parts: Vec<(String, &str)> = text
        .split("\n# ---\n")
        .enumerate()
        .map(|(at, part)| (format!("{at}.toml"), part))
        .collect();
    let (library, mut diagnostics) = Library::read(parts.iter().map(|(n, t)| (n.as_str(), *t)));
    diagnostics.extend(library.check());
    for (at, diagnostic) in diagnostics.iter().enumerate() {
        let text_of = |file: &str| parts.iter().find(|(n, _)| *n == file).map(|(_, t)| *t);
        let text = text_of(&diagnostic.file).unwrap_or("");
        assert!(!diagnostic.message.is_empty());
        assert!(
            diagnostic.span.start <= diagnostic.span.end,
            "{diagnostic:?}"
        );
        assert!(diagnostic.span.end <= text.len(), "{diagnostic:?}");
        if let Some(other) = &diagnostic.other {
            let of = text_of(&other.file).unwrap_or("");
            assert!(other.span.end <= of.len(), "{diagnostic:?}");
        }
        // Showing costs more than finding: the first few of a kind are enough.
        assert!(at > 12 || !render(diagnostic, text_of, false).is_empty());
        assert!(diagnostic.line_column(text) >= (1, 1));
    }
    let day = Date::constant(2025, 6, 1);
    if let Ok(regime) = library.consolidate(&LawRef::us(), day, View::Enforced) {
        let tests = regime.outcome_conditions().map(|c| {
            let mut count = 0_usize;
            c.visit(&mut |_| count += 1);
            count
        });
        // Small laws compile quickly; a diagram of a large one may be as large as it likes.
        if tests.sum::<usize>() < 24 {
            let book = Rulebook::compile(Arc::new(regime));
            book.warm();
            assert!(book.node_counts().iter().all(Option::is_some));
        }
    }
}

const CHIPS: &str = "id,name,vendor,tpp,die_area_mm2,dram_bandwidth_gb_s,interconnect_gb_s,datacenter,release_year,soft,source\n\
    h100,H100,NVIDIA,15832,814,3350,900,true,2022,,sheet\n";
const COUNTRIES: &str =
    "code,name,aliases,parent,note\nPL,Poland,,,\nCN,China,PRC,,\nUS,United States,,,\n";

/// Order files never stop the reader, and an order that is read is resolved or refused.
pub fn orders(data: &[u8]) {
    static CATALOG: OnceLock<Option<Catalog>> = OnceLock::new();
    let catalog = CATALOG.get_or_init(|| Catalog::read(CHIPS, COUNTRIES).ok());
    let Some(catalog) = catalog else { return };
    let classes = [
        "3A090.a".to_owned(),
        "3A090.b".to_owned(),
        "4A090.a".to_owned(),
    ];
    let assumes = [
        Assume::default(),
        Assume {
            parent_is_headquarters: true,
            headquarters_is_location: true,
            screened: true,
            lists_are_screened: false,
            values: vec![("end_user.headquarters".to_owned(), "PL".to_owned())],
            readings: Vec::new(),
        },
    ];
    let settle = |order: &Order| {
        for assume in &assumes {
            match resolve(order, catalog, &classes, assume) {
                Ok(resolved) => {
                    let amount = resolved.facts.number(tiergate_law::NumberFact::Amount);
                    assert!(
                        amount.is_none_or(|a| a.to_integer().is_some()),
                        "{amount:?}"
                    );
                }
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    };
    if let Ok(mut reader) = CsvOrders::new(data) {
        let mut rows = 0;
        while let Some(row) = reader.next_order() {
            rows += 1;
            assert!(rows <= data.len() + 1, "the reader does not come to an end");
            match row {
                Ok(order) => settle(&order),
                Err(errors) => assert!(errors.iter().all(|e| !e.message.is_empty())),
            }
        }
    }
    let text = String::from_utf8_lossy(data);
    if let Ok(orders) = read_json(&text) {
        for order in orders {
            match order {
                Ok(order) => settle(&order),
                Err(errors) => assert!(!errors.is_empty()),
            }
        }
    }
    for (line, text) in (1..).zip(text.lines()) {
        match read_jsonl_line(line, text) {
            Ok(order) => settle(&order),
            Err(errors) => assert!(!errors.is_empty()),
        }
    }
}

/// Registers and the files of others never stop the reader; what is read can be asked about, and what is
/// imported is read again whole.
pub fn parties(data: &[u8]) {
    use tiergate_parties::{
        Format, Import, Listed, Ownership, Percent, Proportions, Register, Rest, Rule, Source,
        Threshold, View as PartyView,
    };
    let ask = |register: &Register| {
        let view = PartyView::on(Date::constant(2026, 7, 1));
        let mut listed = Listed::default();
        register
            .parties()
            .take(1)
            .for_each(|p| listed.add(p, None, None));
        let rule = Rule {
            threshold: Threshold::AtLeast(Percent::whole(50)),
            rest: Rest::Unknown,
        };
        let whole = Ownership::whole(register, view, &listed, rule);
        let shares = Proportions::whole(register, view, &listed, Rest::Unlisted);
        for party in register.parties().take(32) {
            let alone = Ownership::above(register, view, party, &listed, rule);
            assert_eq!(whole.finding(party), alone.finding(party));
            assert!(shares.of(party).is_some());
            // Whatever the answer is, it comes.
            let _ = view.ultimate_parent(register, party);
        }
    };
    let text = String::from_utf8_lossy(data);
    let (register, faults) = Register::read(&text);
    assert!(faults.iter().all(|f| f.line > 0 && !f.message.is_empty()));
    ask(&register);
    let Some(format) = Format::guess(&text) else {
        return;
    };
    let source = Source::named("file");
    let import = Import {
        format,
        source: &source,
        recorded: Date::constant(2026, 1, 5),
    };
    let (mut register, mut lines) = (Register::default(), String::new());
    let done = import.run(text.as_bytes(), &mut register, |statement| {
        lines.push_str(&statement.line());
        lines.push('\n');
        Ok(())
    });
    assert!(done.is_ok());
    ask(&register);
    let (again, faults) = Register::read(&lines);
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(again.link_count(), register.link_count());
}

/// The laws orders are decided under: fixed, so that a finding can be read.
fn books() -> &'static [Rulebook] {
    static BOOKS: OnceLock<Vec<Rulebook>> = OnceLock::new();
    BOOKS.get_or_init(|| {
        let (library, faults) = Library::read([("law.toml", include_str!("../seeds/decide.toml"))]);
        assert!(faults.is_empty(), "{faults:#?}");
        let regime = |view| library.consolidate(&LawRef::us(), Date::constant(2025, 6, 1), view);
        let book = |view| match regime(view) {
            Ok(regime) => Rulebook::compile(Arc::new(regime)),
            Err(error) => panic!("{error:?}"),
        };
        let books = vec![book(View::Text), book(View::Enforced)];
        // One decides by its diagrams, the other fact by fact at first.
        books[1].warm();
        books
    })
}

/// The compiled engine decides facts as the slow reference decides their completions.
///
/// The first byte chooses a fixed law or one made of the bytes; the rest choose the facts.
pub fn decide(data: &[u8]) {
    let mut c = make::Choices::new(data);
    let made;
    let book = match c.below(3) {
        at @ (0 | 1) => &books()[at],
        _ => {
            let law = make::law(&mut c);
            let (library, faults) = Library::read(law.texts());
            assert!(faults.is_empty(), "{faults:#?}");
            let day = make::day(&mut c);
            match library.consolidate(&LawRef::us(), day, View::Enforced) {
                Ok(regime) => made = Rulebook::compile(Arc::new(regime)),
                Err(error) => panic!("{error:?}\n{:#?}", law.texts()),
            }
            if c.below(2) == 1 {
                made.warm();
            }
            &made
        }
    };
    let readings = make::readings(&mut c, &book.regime);
    let mut facts = make::facts(&mut c, &book.regime, 5);
    oracle::narrow(&[&book.regime], &mut facts, 256);
    if let Err(error) = oracle::compare(book, &facts, &readings) {
        panic!("{error}\n{facts:#?}");
    }
}

/// Any text is a list, a log or none; any two names have a score that is the same both ways; and the
/// index finds what scoring every name finds.
pub fn screening(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (decided, _) = Adjudications::read(&text);
    let list = match List::read(&text) {
        Ok((list, faults)) => {
            assert!(faults.iter().all(|f| !f.to_string().is_empty()));
            list
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            List::default()
        }
    };
    let names: Vec<&str> = text.split(['\n', '"', ',']).filter(|n| !n.trim().is_empty()).take(6).collect();
    for left in &names {
        for right in &names {
            let forth = score(left, right);
            assert!((0.0..=1.0).contains(&forth), "{left:?} {right:?} {forth}");
            assert!((forth - score(right, left)).abs() < f64::EPSILON, "{left:?} {right:?}");
        }
    }
    let index = Index::new(list);
    for name in names {
        assert_eq!(index.near(name, 0.6), index.near_by_scoring_all(name, 0.6), "{name:?}");
        let party = Party::named(name);
        let hits = index.screen(&party, Index::THRESHOLD, &decided);
        assert!(hits.is_empty() || lists(&party, &hits).is_none() || hits.iter().all(|h| h.adjudication.is_some()));
    }
}
