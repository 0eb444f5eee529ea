//! The same decision in Tiergate and in its peers: agreement first, then time.
//!
//! `bench/run` builds and runs everything; see README.md.

mod cedar;
mod columns;
mod file;
mod lemma_side;
mod many;
mod spec;
mod tier;
mod timing;
mod zen;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use tiergate_engine::{Columns, Decision, Rulebook, decide_columns};
use tiergate_law::{ChoiceFact, Country, CountryFact, Date, FlagFact, Num, NumberFact, View};
use tiergate_order::{Catalog, Facts, Numeric, Resolved};

use crate::spec::{Answer, Order, Random, spec};
use crate::timing::{Contestant, Measured, race, show, table};

/// Orders in the timing loops: their facts stay within a second-level cache or two.
const HOT: usize = 1024;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let part = words.first().map_or("all", String::as_str);
    let orders_file = here.join("target/orders.csv");
    let count = 100_000;
    let all = spec::orders(2025, count);
    let on = |name: &str| part == "all" || part == name;
    if part == "orders" {
        return write_csv(&orders_file, &all);
    }
    let catalog = tier::catalog(&here.join("../catalog"))?;
    let mut said = false;
    let mut say = |text: String| {
        println!("{}{}", if said { "\n" } else { "" }, text.trim_end());
        said = true;
    };
    if on("agree") {
        say(agree(
            &all,
            &catalog,
            &here.join("target/openfisca.answers"),
        )?);
    }
    if on("peers") {
        say(peers(&all, &catalog, &here.join("target/openfisca.times"))?);
    }
    if on("law") {
        say(full_law(&all[..HOT], &here.join("../law/us"), &catalog)?);
    }
    if on("batch") {
        say(batch(&all, &catalog)?);
    }
    if on("many") {
        match words.get(1) {
            Some(count) => say(many::run(count.parse()?, &catalog)?),
            None => say(many::goal(&catalog)?),
        }
    }
    if on("file") {
        let binary = here.join("../target/release/tiergate");
        say(file::run(&here.join("target/file"), &binary, 1_000_000)?);
    }
    Ok(())
}

/// The random orders for contestants outside this program.
fn write_csv(path: &PathBuf, orders: &[Order]) -> Result<()> {
    let mut out = csv::Writer::from_path(path)?;
    out.write_record([
        "tpp",
        "density_hundredths",
        "datacenter",
        "destination",
        "headquarters",
        "parent",
        "activity",
        "amount",
        "used_lpp",
        "used_allocation",
    ])?;
    for o in orders {
        out.write_record([
            o.tpp.to_string().as_str(),
            &o.density_hundredths.to_string(),
            &o.datacenter.to_string(),
            spec::text(&o.destination),
            spec::text(&o.headquarters),
            spec::text(&o.parent),
            o.activity.word(),
            &o.amount().to_string(),
            &o.used_lpp.to_string(),
            &o.used_allocation.to_string(),
        ])?;
    }
    out.flush()?;
    Ok(())
}

fn all_facts(orders: &[Order], catalog: &Catalog, classes: &[String]) -> Result<Vec<Facts>> {
    orders
        .iter()
        .map(|o| tier::facts(o, catalog, classes))
        .collect()
}

fn agree(orders: &[Order], catalog: &Catalog, openfisca: &Path) -> Result<String> {
    let right: Vec<Answer> = orders.iter().map(spec).collect();
    let mut rows = vec![vec!["contestant".to_owned(), "agrees".into(), "of".into()]];
    let mut add = |name: &str, answers: &mut dyn Iterator<Item = Option<Answer>>| {
        let mut first = None;
        let mut same = 0;
        for (at, answer) in answers.enumerate() {
            if answer == Some(right[at]) {
                same += 1;
            } else if first.is_none() {
                first = Some((at, answer));
            }
        }
        if let Some((at, answer)) = first {
            eprintln!(
                "{name}: {:?} is {:?}, found {answer:?}",
                orders[at], right[at]
            );
        }
        rows.push(vec![
            name.to_owned(),
            same.to_string(),
            orders.len().to_string(),
        ]);
    };
    let book = tier::diffusion()?;
    let facts = all_facts(orders, catalog, &book.regime.class_names)?;
    add(
        "Tiergate",
        &mut facts
            .iter()
            .map(|f| tier::answer(&book, book.outcome(f, &[]))),
    );
    let plan = columns::Plan::new(&book, &tier::Least::new(&book, &facts, &[]));
    let mut codes = Vec::new();
    plan.decide(&book, &columns::Frame::new(orders), &mut codes);
    add(
        "Tiergate's diagram by hand, in columns",
        &mut codes
            .iter()
            .map(|c| tier::answer(&book, book.outcomes.get(usize::from(*c)).copied())),
    );
    let cedar = cedar::Cedar::new()?;
    add(
        "Cedar",
        &mut orders.iter().map(|o| {
            let request = cedar.request(o).ok()?;
            Some(cedar::Cedar::answer(&cedar.decide(&request)))
        }),
    );
    let zen = zen::Zen::new()?;
    add(
        "zen-engine",
        &mut orders
            .iter()
            .map(|o| zen::Zen::answer(&zen.decide(zen.input(o), false).ok()?)),
    );
    let lemma = lemma_side::Lemma::new(lemma_side::Form::Chains)?;
    add(
        "Lemma",
        &mut orders
            .iter()
            .map(|o| lemma_side::Lemma::answer(&lemma.decide(lemma.input(o), false).ok()?)),
    );
    match std::fs::read_to_string(openfisca) {
        Ok(text) => add("OpenFisca", &mut text.lines().map(Answer::parse)),
        Err(_) => eprintln!("no answers of OpenFisca: run bench/run"),
    }
    let mut shares = String::new();
    for answer in Answer::ALL {
        let n = right.iter().filter(|a| **a == answer).count();
        let _ = write!(
            shares,
            "{}{} {n}",
            if n > 0 && !shares.is_empty() {
                ", "
            } else {
                ""
            },
            answer.word()
        );
    }
    Ok(format!(
        "## Agreement\n\nAgainst the plain function `spec()` on seeded random orders: {shares}.\n\n{}",
        table(&rows)
    ))
}

/// Slices whose inputs are cloned before the clock starts, for peers that consume them.
fn consuming<'a, I: Clone + 'a, T>(
    name: &str,
    inputs: Vec<I>,
    work: impl Fn(I) -> T + 'a,
) -> Contestant<'a> {
    Contestant {
        name: name.to_owned(),
        slice: Box::new(move |items| {
            let slice: Vec<I> = inputs.iter().cycle().take(items).cloned().collect();
            let start = std::time::Instant::now();
            for input in slice {
                std::hint::black_box(work(input));
            }
            (start.elapsed().as_nanos() as u64, items)
        }),
    }
}

/// A walk of dependent loads over a shuffled ring of as many bytes: the least such a walk takes.
fn chase<'a>(name: String, bytes: usize, steps: f64) -> Contestant<'a> {
    let slots = (bytes / 64).max(2);
    // One cache line a slot; a ring in random order.
    let mut order: Vec<usize> = (0..slots).collect();
    let mut r = Random::new(5);
    for at in (1..slots).rev() {
        order.swap(at, r.below(at as u64 + 1) as usize);
    }
    let mut next = vec![[0_u32; 16]; slots];
    for at in 0..slots {
        next[order[at]][0] = order[(at + 1) % slots] as u32;
    }
    let mut at = 0_u32;
    Contestant {
        name,
        slice: Box::new(move |items| {
            let total = (items as f64 * steps).round() as usize;
            let start = std::time::Instant::now();
            for _ in 0..total {
                at = next[at as usize][0];
            }
            std::hint::black_box(at);
            (start.elapsed().as_nanos() as u64, items)
        }),
    }
}

/// The limit of a walk over the facts that differ among these orders: its contestant and length.
fn limit<'a>(book: &Rulebook, facts: &[Facts], readings: &[usize]) -> (Contestant<'a>, f64) {
    let least = tier::Least::new(book, facts, readings);
    let total: usize = facts.iter().map(|f| least.walk(book, f, readings).1).sum();
    let steps = total as f64 / facts.len() as f64;
    let bytes = least.bytes();
    let name = format!("limit: {steps:.1} dependent loads over {bytes} bytes");
    (chase(name, bytes, steps), steps)
}

fn peers(orders: &[Order], catalog: &Catalog, openfisca: &Path) -> Result<String> {
    let book = tier::diffusion()?;
    let hot = &orders[..HOT];
    let cold = all_facts(orders, catalog, &book.regime.class_names)?;
    let facts: Vec<Facts> = cold[..HOT].to_vec();
    let readings: Arc<[usize]> = Arc::from([]);
    let none = tiergate_order::Order::new("o");
    let resolved = Resolved::default();
    let cedar = cedar::Cedar::new()?;
    let requests = hot
        .iter()
        .map(|o| cedar.request(o))
        .collect::<Result<Vec<_>>>()?;
    let zen = zen::Zen::new()?;
    let lemma = lemma_side::Lemma::new(lemma_side::Form::Chains)?;
    let listed = lemma_side::Lemma::new(lemma_side::Form::List)?;
    let (limit, _) = limit(&book, &facts, &[]);
    let copy_facts = facts.clone();
    let contestants = vec![
        Contestant::each("Tiergate, decision", HOT, |i| {
            Decision::make(&book, &facts[i], &readings)
        }),
        Contestant::each("Tiergate, outcome only", HOT, |i| {
            book.outcome(&facts[i], &[])
        }),
        Contestant::each("Tiergate, decision, reasons rendered", HOT, |i| {
            Decision::make(&book, &facts[i], &readings).record(&none, &resolved, None)
        }),
        Contestant::each(
            "Tiergate, decision, 100,000 orders out of cache",
            cold.len(),
            |i| Decision::make(&book, &cold[i], &readings),
        ),
        Contestant::each("plain function spec()", HOT, |i| spec(&hot[i])),
        Contestant::each("Cedar, determining policies", HOT, |i| {
            cedar.decide(&requests[i])
        }),
        Contestant::each("Cedar, building the request too", HOT, |i| {
            cedar.request(&hot[i]).map(|r| cedar.decide(&r))
        }),
        // Built from JSON before the clock starts; a deep copy, for evaluation may write to it.
        Contestant {
            name: "zen-engine, no trace".to_owned(),
            slice: zen_slice(&zen, hot, false),
        },
        Contestant {
            name: "zen-engine, trace".to_owned(),
            slice: zen_slice(&zen, hot, true),
        },
        consuming(
            "Lemma, no explanation",
            hot.iter().map(|o| lemma.input(o)).collect(),
            |input| lemma.decide(input, false),
        ),
        consuming(
            "Lemma, explained",
            hot.iter().map(|o| lemma.input(o)).collect(),
            |input| lemma.decide(input, true),
        ),
        consuming(
            "Lemma, countries in a list, no explanation",
            hot.iter().map(|o| listed.input(o)).collect(),
            |input| listed.decide(input, false),
        ),
        limit,
        Contestant::each(
            format!("limit: copying {} bytes of facts", size_of::<Facts>()),
            HOT,
            move |i| copy_facts[i].clone(),
        ),
    ];
    let mut measured = race(contestants, 21, 12);
    if let Ok(text) = std::fs::read_to_string(openfisca) {
        for line in text.lines() {
            let parts: Vec<&str> = line.split('\t').collect();
            if let [name, median, low, high] = parts.as_slice() {
                measured.push(Measured {
                    name: format!("OpenFisca, {name}"),
                    median: median.parse()?,
                    low: low.parse()?,
                    high: high.parse()?,
                });
            }
        }
    }
    let reasons = |name: &str| {
        let with = [
            "Cedar",
            "trace",
            "explained",
            "rendered",
            "Tiergate, decision",
            "traced",
        ];
        let without = ["no trace", "no explanation", "limit", "plain"];
        with.iter().any(|w| name.contains(w)) && !without.iter().any(|w| name.contains(w))
    };
    let base = measured[0].median;
    let mut rows = vec![vec![
        "contestant".to_owned(),
        "reasons".into(),
        "per decision".into(),
        "quartiles".into(),
        "to Tiergate".into(),
    ]];
    for m in &measured {
        rows.push(vec![
            m.name.clone(),
            if reasons(&m.name) { "yes" } else { "" }.into(),
            show(m.median),
            format!("{} to {}", show(m.low), show(m.high)),
            format!("{:.2}x", m.median / base),
        ]);
    }
    Ok(format!(
        "## One decision, the same in all\n\nInputs in each engine's own form before the clock \
         starts; median of 21 interleaved rounds over {HOT} orders. Tiergate's decision holds what \
         its full explanation is rendered from; the rendered record is timed beside it.\n\n{}",
        table(&rows)
    ))
}

fn zen_slice<'a>(
    zen: &'a zen::Zen,
    orders: &'a [Order],
    trace: bool,
) -> Box<dyn FnMut(usize) -> (u64, usize) + 'a> {
    let inputs: Vec<_> = orders.iter().map(|o| zen.input(o)).collect();
    Box::new(move |items| {
        let slice: Vec<_> = inputs
            .iter()
            .cycle()
            .take(items)
            .map(|v| v.deep_clone())
            .collect();
        let start = std::time::Instant::now();
        for input in slice {
            let _ = std::hint::black_box(zen.decide(input, trace));
        }
        (start.elapsed().as_nanos() as u64, items)
    })
}

fn full_law(orders: &[Order], law: &Path, catalog: &Catalog) -> Result<String> {
    let files = tier::law_files(law)?;
    if files.is_empty() {
        return Ok("## Full United States law\n\nNo law files yet: skipped.".to_owned());
    }
    let library = tier::library(&files)?;
    let facts = all_facts(orders, catalog, &library.classes)?;
    let complete: Vec<Facts> = facts.iter().map(given_in_full).collect();
    let mut asked_for = String::new();
    let mut rows = vec![vec![
        "law".to_owned(),
        "orders".into(),
        "decision".into(),
        "outcome".into(),
        "ratio".into(),
        "limit".into(),
        "steps".into(),
    ]];
    let mut compiled = String::new();
    for date in [Date::constant(2025, 6, 1), Date::constant(2026, 8, 1)] {
        for view in [View::Text, View::Enforced] {
            let clock = std::time::Instant::now();
            let book = tier::rulebook(&library, date, view)?;
            let name = format!("us@{date}:{}", view.word());
            let nodes = book
                .node_counts()
                .map(|n| n.unwrap_or(0).to_string())
                .join(" + ");
            let ms = clock.elapsed().as_secs_f64() * 1e3;
            let comma = if compiled.is_empty() { "" } else { "; " };
            let _ = write!(compiled, "{comma}{name} in {ms:.0} ms, {nodes} nodes");
            let readings: Arc<[usize]> = book.variables.defaults.clone().into();
            let known = |f: &&Facts| book.outcome(f, &readings).is_some();
            let full: Vec<Facts> = complete.iter().filter(known).cloned().collect();
            let walked: Vec<Facts> = facts.iter().filter(known).cloned().collect();
            let open: Vec<Facts> = facts.iter().filter(|f| !known(f)).cloned().collect();
            let decided = open
                .iter()
                .filter(|f| Decision::make(&book, f, &readings).outcome().is_some());
            let decided = decided.count();
            let names = absent_but_asked(&book, &facts, &complete, &readings);
            let _ = write!(asked_for, "\n- {name}: {names}");
            let kinds = [
                (format!("{}: every fact given", full.len()), full),
                (
                    format!("{}: every fact asked for is known", walked.len()),
                    walked,
                ),
                (
                    format!(
                        "{}: asks for an unknown fact ({decided} decided)",
                        open.len()
                    ),
                    open,
                ),
            ];
            for (kind, facts) in kinds {
                if facts.is_empty() {
                    continue;
                }
                let n = facts.len();
                let (limit, steps) = limit(&book, &facts, &readings);
                let m = race(
                    vec![
                        Contestant::each("", n, |i| Decision::make(&book, &facts[i], &readings)),
                        Contestant::each("", n, |i| book.outcome(&facts[i], &readings)),
                        limit,
                    ],
                    21,
                    12,
                );
                rows.push(vec![
                    name.clone(),
                    kind,
                    show(m[0].median),
                    show(m[1].median),
                    format!("{:.2}x", m[0].median / m[1].median),
                    show(m[2].median),
                    format!("{steps:.1}"),
                ]);
            }
        }
    }
    Ok(format!(
        "## One decision, full United States law\n\n{} instruments; {HOT} random orders, facts \
         resolved before the clock starts. Compiled: {compiled}.\n\n{}\nFacts these orders do not \
         give, with the share of orders that each alone takes off the fast walk:\n{asked_for}\n",
        files.len(),
        table(&rows)
    ))
}

/// The absent facts for which the walk stops though every other fact is given.
fn absent_but_asked(
    book: &Rulebook,
    facts: &[Facts],
    full: &[Facts],
    readings: &[usize],
) -> String {
    let mut stops: Vec<(usize, &str)> = Vec::new();
    let mut note = |path, forget: &dyn Fn(Facts) -> Facts, absent: &dyn Fn(&Facts) -> bool| {
        let pairs = facts.iter().zip(full).filter(|(f, _)| absent(f));
        let stopped =
            pairs.filter(|(_, f)| book.outcome(&forget((*f).clone()), readings).is_none());
        let count = stopped.count();
        if count > 0 {
            stops.push((count * 100 / facts.len(), path));
        }
    };
    for f in FlagFact::ALL {
        note(f.info().path, &|facts| facts.without_flag(*f), &|facts| {
            facts.flag(*f).is_none()
        });
    }
    for f in NumberFact::ALL {
        let unknown = |facts: &Facts| facts.numeric(*f) == Numeric::Unknown;
        note(f.info().path, &|facts| facts.without_number(*f), &unknown);
    }
    stops.sort_unstable_by_key(|s| std::cmp::Reverse(s.0));
    let words: Vec<String> = stops
        .iter()
        .map(|(share, path)| format!("{path} {share}%"))
        .collect();
    words.join(", ")
}

/// The same with whatever is still unknown given: no, zero, the last of a list.
fn given_in_full(facts: &Facts) -> Facts {
    let mut f = facts.clone();
    for flag in FlagFact::ALL {
        if f.flag(*flag).is_none() {
            f.set_flag(*flag, false);
        }
    }
    for number in NumberFact::ALL {
        if f.numeric(*number) == Numeric::Unknown {
            f.set_number(*number, Num::ZERO);
        }
    }
    for choice in ChoiceFact::ALL {
        if f.choice(*choice).is_none() {
            f.set_choice(*choice, choice.info().values.len().saturating_sub(1));
        }
    }
    f
}

fn batch(orders: &[Order], catalog: &Catalog) -> Result<String> {
    let book = tier::diffusion()?;
    let classes = &book.regime.class_names;
    let readings: Arc<[usize]> = Arc::from([]);
    let rows_wanted = 1_000_000;
    let facts = all_facts(orders, catalog, classes)?;
    let plan = columns::Plan::new(&book, &tier::Least::new(&book, &facts, &[]));
    let repeated: Vec<Order> = orders.iter().cycle().take(rows_wanted).copied().collect();
    let frame = columns::Frame::new(&repeated);
    let columns = columns_of(&repeated, &facts[0]);
    let verdicts = decide_columns(&book, &columns, &readings);
    let right = verdicts.iter().zip(&repeated);
    let right = right
        .filter(|(v, o)| tier::answer(&book, v.outcome) == Some(spec(o)))
        .count();
    let mut codes = Vec::new();
    let per_row = frame.bytes_per_row();
    let wide = columns.numbers.len() * size_of::<Option<Num>>()
        + columns.countries.len() * size_of::<Option<Country>>()
        + columns.choices.len() * size_of::<Option<u8>>()
        + columns.flags.len() * size_of::<Option<bool>>();
    let copying = |name: String, bytes: usize| {
        let (mut to, from) = (
            vec![0_u8; bytes * rows_wanted],
            vec![1_u8; bytes * rows_wanted],
        );
        Contestant {
            name,
            slice: Box::new(move |_| {
                let start = std::time::Instant::now();
                to.copy_from_slice(&from);
                std::hint::black_box(&to);
                (start.elapsed().as_nanos() as u64, rows_wanted)
            }),
        }
    };
    let timed = |work: &mut dyn FnMut(), items: usize| {
        let start = std::time::Instant::now();
        work();
        (start.elapsed().as_nanos() as u64, items)
    };
    let contestants = vec![
        Contestant {
            name: "decide_columns, ten columns, reason codes".into(),
            slice: Box::new(|_| {
                let mut work = || {
                    std::hint::black_box(decide_columns(&book, &columns, &readings));
                };
                timed(&mut work, rows_wanted)
            }),
        },
        Contestant {
            name: "the same on plain integers, written out by hand, no reason codes".into(),
            slice: Box::new(|_| timed(&mut || plan.decide(&book, &frame, &mut codes), rows_wanted)),
        },
        Contestant {
            name: "one by one: outcome of facts already there, 100,000 rows".into(),
            slice: Box::new(|_| {
                let mut work = || {
                    for f in &facts {
                        std::hint::black_box(book.outcome(f, &readings));
                    }
                };
                timed(&mut work, facts.len())
            }),
        },
        Contestant {
            name: "one by one: order set by path, resolved, outcome, 10,000 rows".into(),
            slice: Box::new(|_| {
                let mut work = || {
                    for o in &orders[..10_000] {
                        let facts = tier::facts(o, catalog, classes);
                        std::hint::black_box(facts.map(|f| book.outcome(&f, &readings)).ok());
                    }
                };
                timed(&mut work, 10_000)
            }),
        },
        copying(
            format!("limit: copying the ten columns as integers, {per_row} bytes a row"),
            per_row,
        ),
        copying(
            format!("limit: copying the engine's columns, {wide} bytes a row"),
            wide,
        ),
    ];
    let measured = race(contestants, 15, 1);
    let mut rows = vec![vec![
        "batch, one core".to_owned(),
        "per row".into(),
        "quartiles".into(),
    ]];
    for m in &measured {
        rows.push(vec![
            m.name.clone(),
            show(m.median),
            format!("{} to {}", show(m.low), show(m.high)),
        ]);
    }
    Ok(format!(
        "## Columns of orders\n\n{rows_wanted} rows on one core; {right} of them as `spec()` has \
         them.\n\n{}",
        table(&rows)
    ))
}

/// The orders in the engine's columns; what they share is taken from one of them.
fn columns_of(orders: &[Order], shared: &Facts) -> Columns {
    let number = |of: fn(&Order) -> u64| {
        orders
            .iter()
            .map(|o| Some(Num::from(of(o) as i64)))
            .collect::<Vec<_>>()
    };
    let country = |of: fn(&Order) -> spec::Code| {
        orders
            .iter()
            .map(|o| Some(tier::country(of(o))))
            .collect::<Vec<_>>()
    };
    let density = |o: &Order| Num::from(o.density_hundredths as i64).checked_div(Num::from(100));
    Columns {
        rows: orders.len(),
        shared: shared.clone(),
        countries: vec![
            (CountryFact::Destination, country(|o| o.destination)),
            (
                CountryFact::ConsigneeHeadquarters,
                country(|o| o.headquarters),
            ),
            (CountryFact::ConsigneeParent, country(|o| o.parent)),
        ],
        choices: vec![(
            ChoiceFact::Activity,
            orders.iter().map(|o| Some(o.activity as u8)).collect(),
        )],
        flags: vec![(
            FlagFact::Datacenter,
            orders.iter().map(|o| Some(o.datacenter)).collect(),
        )],
        numbers: vec![
            (NumberFact::Tpp, number(|o| o.tpp)),
            (
                NumberFact::PerformanceDensity,
                orders.iter().map(density).collect(),
            ),
            (NumberFact::Amount, number(Order::amount)),
            (NumberFact::UsedLpp, number(|o| o.used_lpp)),
            (
                NumberFact::UsedCountryAllocation,
                number(|o| o.used_allocation),
            ),
        ],
    }
}
