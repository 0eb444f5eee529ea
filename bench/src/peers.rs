//! One decision, the same in all contestants.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use tiergate_engine::Decision;
use tiergate_order::{Catalog, Facts, Resolved};

use crate::limit::limit;
use crate::spec::{Order, spec};
use crate::timing::{Contestant, Measured, race, show, table};
use crate::{HOT, cedar, lemma_side, tier, zen};

pub fn run(orders: &[Order], catalog: &Catalog, openfisca: &Path) -> Result<String> {
    let book = tier::diffusion()?;
    let hot = &orders[..HOT];
    let cold = tier::all_facts(orders, catalog, &book.regime.class_names)?;
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
