//! Orders decided against a ledger: what is used comes from it, and what passes is reserved.
//!
//! A file is read whole, because it is decided in the order of dates; each order is decided and
//! reserved on one page of the ledger, so that nobody else draws in between.

use std::sync::Arc;

use anyhow::{Result, bail};
use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};
use tiergate_engine::{DecisionRecord, Desk, Names};
use tiergate_law::{Date, Fact, Num, NumberFact};
use tiergate_ledger::{
    Account, Act, Answer, Basis, Entry, Held, LawQuotas, Ledger, Over, Receipt, Refusal, Reserve,
    grouped, passed,
};
use tiergate_order::{Facts, Order};

use super::licensed::Licensed;
use super::used::{Source, Stop, Used};
use crate::ledger_args::is_of_one;
use crate::ledger_hints::{Holders, of_another_law};
use crate::order_paper::{self, Beside};
use crate::parties::filling::Filled;
use crate::parties::from_list::{ListIs, Screening};
use crate::pipeline::{Given, Shipments};
use crate::verdict::Bench;

/// What is asked of the ledger.
#[derive(Debug, Clone)]
pub struct Counting {
    /// Whether to reserve what passes.
    pub reserve: bool,
    /// The last day reservations are held.
    pub until: Option<Date>,
    /// Who enters.
    pub by: Option<String>,
    /// The license under which what needs one is reserved.
    pub license: Option<Licensed>,
    /// Another who will operate the goods, toward whose limit they count.
    pub toward: Option<String>,
    /// What is taken for granted, as `--assume` says it.
    pub assume: Vec<String>,
    /// The list that parties are screened against, if they are.
    pub list: Option<ListIs>,
}

/// What the ledger says of one order.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// In a few words.
    pub says: String,
    /// In full.
    pub full: Value,
    /// Whether something was refused or could not be counted.
    pub held_up: bool,
    /// The accounts on which nothing was before it drew on them.
    drawn: Vec<Account>,
}

/// Orders with what was used filled in, and the notes on them by id.
#[derive(Debug)]
pub struct Counted {
    /// The orders, in the order they were given.
    pub orders: Vec<Given>,
    /// What the ledger says of each.
    pub notes: Arc<FxHashMap<String, Note>>,
}

/// So many orders are decided on one page.
const ORDERS_A_PAGE: usize = 256;

/// Decides orders against a ledger, in the order of their dates.
pub fn count(
    ledger: &Ledger,
    bench: &mut Bench<'_>,
    mut orders: Vec<Given>,
    shipments: &Shipments,
    counting: &Counting,
) -> Result<Counted> {
    if bench.count() != 1 {
        bail!("a ledger goes with one law: limits are the law's");
    }
    let quotas = LawQuotas::new(bench.desk, bench.law(0), bench.view(0), bench.fixed(0));
    let mut holders = None;
    if counting.reserve {
        of_another_law(ledger, &bench.law(0).id)?;
    }
    for given in &mut orders {
        if given.order.get("quantity").is_none() {
            given
                .filled
                .said
                .push("quantity = 1 (not given)".to_owned());
        }
    }
    // Of one day, those come first that stand first.
    orders.sort_by_key(|given| (given.order.date, given.line));
    let mut notes = FxHashMap::default();
    for page in orders.chunks_mut(ORDERS_A_PAGE) {
        let given = page.to_vec();
        let mut stopped = None;
        let mut apart = |stop: Stop| stop.apart(&mut stopped);
        let with = (shipments, &quotas, counting);
        let done = match counting.reserve {
            true => ledger.transact(|book| {
                orders_of(Source::Book(book), bench, with, &given).map_err(&mut apart)
            }),
            // Nothing is written where nothing is reserved.
            false => ledger.read(|reader| {
                orders_of(Source::Reader(reader), bench, with, &given).map_err(&mut apart)
            }),
        };
        if let Some(error) = stopped {
            return Err(error);
        }
        let mut drawn = Vec::new();
        for (given, (order, note)) in page.iter_mut().zip(done?) {
            drawn.extend_from_slice(&note.drawn);
            notes.insert(order.id.clone(), note);
            given.order = order;
        }
        // Holders are read when somebody draws for the first time.
        if !drawn.is_empty() {
            let holders: &mut Holders = match &mut holders {
                Some(holders) => holders,
                None => holders.insert(Holders::on(ledger, None, &drawn)?),
            };
            drawn.iter().for_each(|account| holders.warn(account));
        }
    }
    orders.sort_by_key(|given| given.line);
    Ok(Counted {
        orders,
        notes: Arc::new(notes),
    })
}

/// What all orders are decided with.
type With<'w, 'q> = (&'w Shipments, &'w LawQuotas<'q>, &'w Counting);

/// Decides the orders of a page.
fn orders_of(
    from: Source<'_, '_>,
    bench: &mut Bench<'_>,
    (shipments, quotas, counting): With<'_, '_>,
    given: &[Given],
) -> Result<Vec<(Order, Note)>, Stop> {
    let mut work = Work {
        from,
        bench,
        shipments,
        quotas,
        counting,
    };
    given
        .iter()
        .map(|given| work.order(given.clone()))
        .collect()
}

struct Work<'w, 'b, 's, 'd> {
    from: Source<'w, 'b>,
    bench: &'s mut Bench<'d>,
    shipments: &'s Shipments,
    quotas: &'s LawQuotas<'s>,
    counting: &'s Counting,
}

impl Work<'_, '_, '_, '_> {
    fn order(&mut self, given: Given) -> Result<(Order, Note), Stop> {
        let Given { order, filled, .. } = given;
        let own = self.from.held(&order.id)?;
        let license = self.counting.license.as_ref().map(Licensed::accounts);
        let also = license.as_ref().map_or(&[][..], |accounts| accounts);
        let used = self
            .from
            .used(self.bench, self.shipments, order, own.as_ref(), also)?;
        // An order that cannot be decided is reported where it is told.
        let mut used = match used {
            Ok(used) => used,
            Err((order, _)) => return Ok((order, Note::new("not decided", false))),
        };
        used.resolved.assumptions.extend(filled.said.clone());
        let mut note = self.reserve(&used, &filled, own.as_ref())?;
        if let Value::Object(full) = &mut note.full {
            let mut accounts = Map::new();
            for (fact, account, total) in used.used {
                let path = Fact::Number(fact).path().to_owned();
                accounts.insert(
                    path,
                    json!({ "account": account.to_string(), "used": total }),
                );
            }
            full.insert("counted".to_owned(), Value::Object(accounts));
            if !used.beside.is_empty() {
                full.insert("notes".to_owned(), json!(used.beside));
            }
        }
        let license = self.counting.license.as_ref();
        let stands = license.and_then(|license| license.stands(used.date));
        for says in used.own_limits.iter().chain(&stands) {
            note.says.push_str("; ");
            note.says.push_str(says);
        }
        Ok((used.order, note))
    }

    fn reserve(&mut self, used: &Used, filled: &Filled, own: Option<&Held>) -> Result<Note, Stop> {
        let Used {
            order,
            resolved,
            place,
            date,
            ..
        } = used;
        let (date, facts) = (*date, &resolved.facts);
        let books = self.bench.books(*place).clone();
        let decision = Desk::decide(&books.book, facts, &books.readings);
        let word = decision.word();
        let licensed = word == "license-required" && self.counting.license.is_some();
        let passes = matches!(word, "license-exception" | "validated-end-user");
        // Nothing is drawn where nothing is to be had, nor where nothing is needed.
        let what = match self.counting.reserve {
            false => Some("counted".to_owned()),
            true if !passes && !licensed => Some(format!("nothing to reserve: {word}")),
            true => None,
        };
        if let Some(what) = what {
            let over = match word {
                "license-required" => self.in_the_way(used, own, (word, decision.review()))?,
                _ => Vec::new(),
            };
            return Ok(Note::with_limits(&what, over));
        }
        let toward = self.counting.toward.as_deref();
        let charges = match &self.counting.license {
            Some(license) if licensed => match license.refuses(order) {
                Some(why) => Err(why),
                None => license.charges(order, facts),
            },
            _ => self
                .quotas
                .charges(&decision, date, &Names::of(order), facts, toward)
                .map_err(|e| e.to_string()),
        };
        let charges = match charges {
            Ok(charges) => charges,
            Err(why) => return Ok(Note::new(format!("not reserved: {why}"), true)),
        };
        let as_of = self.bench.as_of(0, date);
        let record = books.record(order, resolved, as_of);
        let basis = self.basis(order, filled, &record, as_of)?;
        let quantity = match units(facts) {
            Ok(quantity) => quantity,
            Err(why) => return Ok(Note::new(format!("not reserved: {why}"), true)),
        };
        // What ships under a license ships while it is valid.
        let license = self.counting.license.as_ref().filter(|_| licensed);
        let valid = license.and_then(Licensed::until);
        let until = [self.counting.until, valid].into_iter().flatten().min();
        let entry = Entry {
            id: order.id.clone(),
            date,
            by: self.counting.by.clone(),
            act: Act::Reserve(Reserve {
                order: order.id.clone(),
                quantity,
                charges,
                decision: Some(basis),
                until,
            }),
        };
        let Source::Book(book) = &mut self.from else {
            return Ok(Note::new("counted", false));
        };
        match book.enter(&entry) {
            Ok(receipt) => Ok(Note::of(&receipt, &entry)),
            Err(error) if is_of_one(&error) => {
                Ok(Note::new(format!("not reserved: {error}"), true))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The limits that stand in the way of an order that needs a license: of what it would draw were
    /// nothing used of them, those of which too little is left.
    fn in_the_way(
        &mut self,
        used: &Used,
        own: Option<&Held>,
        answer: (&str, Option<&str>),
    ) -> Result<Vec<Over>, Stop> {
        if used.used.iter().all(|(_, _, total)| *total == 0) {
            return Ok(Vec::new());
        }
        let books = self.bench.books(used.place).clone();
        let mut facts = used.resolved.facts.clone();
        let quotas = || books.book.regime.quotas.iter();
        for quota in quotas().filter(|q| !q.is.counts_only) {
            // What a share is a share of stays.
            if !quotas().any(|q| q.is.share_of == Some(quota.is.used)) {
                facts.set_number(quota.is.used, Num::ZERO);
            }
        }
        let decision = Desk::decide(&books.book, &facts, &books.readings);
        if (decision.word(), decision.review()) == answer {
            return Ok(Vec::new());
        }
        let toward = self.counting.toward.as_deref();
        let names = Names::of(&used.order);
        let charges = self
            .quotas
            .charges(&decision, used.date, &names, &facts, toward);
        // Whose limit it is, or how much it draws, is not known: then nothing can be said of it.
        let Ok(charges) = charges else {
            return Ok(Vec::new());
        };
        Ok(match &mut self.from {
            Source::Book(book) => passed(*book, &charges, used.date, own)?,
            Source::Reader(reader) => passed(reader, &charges, used.date, own)?,
        })
    }

    /// Keeps the order, the decision and the screening, and gives what an entry says of them.
    fn basis(
        &mut self,
        order: &Order,
        filled: &Filled,
        record: &DecisionRecord,
        as_of: Date,
    ) -> Result<Basis, Stop> {
        let ordered = asked(order, &filled.fields);
        let shipment = order.shipment.as_ref();
        let beside = Beside {
            filled: filled.fields.clone(),
            assumed: self.counting.assume.clone(),
            toward: self.counting.toward.clone(),
            shipment: shipment.and_then(|id| self.shipments.amount(id.as_bytes())),
        };
        let given = order_paper::write(order, &beside);
        let list = self.counting.list.as_ref();
        let screening = list.map(|list| Screening {
            list: list.clone(),
            parties: filled.screened.clone(),
        });
        let bytes = |value: &dyn erased::Json| value.bytes().map_err(Stop::Other);
        let (order, digest, screening) = match &mut self.from {
            Source::Book(book) => {
                let mut keep = |kind: &str, value: &dyn erased::Json| -> Result<String, Stop> {
                    Ok(book.keep_paper(kind, &bytes(value)?)?)
                };
                let screening = screening
                    .as_ref()
                    .map(|s| keep("screening", s))
                    .transpose()?;
                (
                    Some(keep("order", &given)?),
                    keep("decision", record)?,
                    screening,
                )
            }
            Source::Reader(_) => (None, String::new(), None),
        };
        let mut rules: Vec<String> = record.requirements.iter().map(|r| r.id.clone()).collect();
        rules.extend(record.authority.clone());
        Ok(Basis {
            asked: Some(ordered),
            digest,
            law: record.law.clone(),
            as_of,
            view: self.bench.view(0).word().to_owned(),
            rules,
            order,
            screening,
        })
    }
}

/// Values as JSON, whatever they are.
mod erased {
    pub trait Json {
        fn bytes(&self) -> anyhow::Result<Vec<u8>>;
    }

    impl<T: serde::Serialize> Json for T {
        fn bytes(&self) -> anyhow::Result<Vec<u8>> {
            Ok(serde_json::to_vec(self)?)
        }
    }
}

/// Whole units ordered: parts of a reservation are counted in them.
pub fn units(facts: &Facts) -> Result<u64, String> {
    let quantity = facts.number(NumberFact::Quantity);
    let text = quantity.map_or_else(|| "1".to_owned(), |q| q.to_string());
    text.parse()
        .map_err(|_| format!("`quantity` {text} is not a whole number of units"))
}

/// The digest of what was ordered: without what is used, and what was filled in.
pub fn asked(order: &Order, filled: &[String]) -> String {
    let mut hasher = blake3::Hasher::new();
    for (path, value) in order.pairs() {
        if !path.starts_with("used.") && !filled.contains(&path) {
            hasher.update(path.as_bytes());
            hasher.update(&[0]);
            hasher.update(value.as_bytes());
            hasher.update(&[0]);
        }
    }
    hasher.finalize().to_hex().to_string()
}

impl Note {
    fn new(says: impl Into<String>, held_up: bool) -> Note {
        let says = says.into();
        Note {
            full: json!({ "result": says }),
            says,
            held_up,
            drawn: Vec::new(),
        }
    }

    /// What is said of an order from which limits stand in the way.
    fn with_limits(what: &str, over: Vec<Over>) -> Note {
        if over.is_empty() {
            return Note::new(what, false);
        }
        let full = json!({ "result": what, "over": over });
        let each: Vec<String> = (over.into_iter())
            .map(|over| Refusal::Limit(over).to_string())
            .collect();
        Note {
            full,
            ..Note::new(format!("{what}; {}", each.join("; ")), false)
        }
    }

    /// What became of a reservation.
    pub fn of(receipt: &Receipt, entry: &Entry) -> Note {
        let again = if receipt.again {
            " (entered before)"
        } else {
            ""
        };
        let drawn = match &entry.act {
            Act::Reserve(reserve) if receipt.accepted() && !receipt.again => {
                let charges = reserve.charges.iter().enumerate();
                let first = charges.filter(|(at, _)| match &receipt.answer {
                    Answer::Accepted(readings) => (readings.iter())
                        .filter(|r| r.charge == *at)
                        .all(|r| r.used + r.reserved == 0),
                    Answer::Refused(_) => false,
                });
                first.map(|(_, charge)| charge.account.clone()).collect()
            }
            _ => Vec::new(),
        };
        let (says, result) = match &receipt.answer {
            Answer::Refused(refusals) => {
                let each: Vec<String> = refusals.iter().map(ToString::to_string).collect();
                (format!("refused{again}: {}", each.join("; ")), "refused")
            }
            Answer::Accepted(readings) => {
                let Act::Reserve(reserve) = &entry.act else {
                    return Note::new("entered", false);
                };
                let each: Vec<String> = reserve
                    .charges
                    .iter()
                    .enumerate()
                    .map(|(at, charge)| {
                        let amount = grouped(i128::from(charge.amount));
                        let read = readings.iter().filter(|r| r.charge == at);
                        let limits: Vec<String> = read
                            .map(|r| match r.most {
                                Some(most) => {
                                    let after =
                                        i128::from(r.used + r.reserved) + i128::from(charge.amount);
                                    format!(
                                        "; {} of {} by `{}`",
                                        grouped(after),
                                        grouped(i128::from(most)),
                                        r.quota
                                    )
                                }
                                None => format!("; `{}` has no limit on the date", r.quota),
                            })
                            .collect();
                        format!("{amount} on {}{}", charge.account, limits.concat())
                    })
                    .collect();
                let what = match each.is_empty() {
                    true => "reserved: counts on no limit".to_owned(),
                    false => format!("reserved {}", each.join(", and ")),
                };
                (format!("{what}{again}"), "reserved")
            }
        };
        Note {
            full: json!({
                "result": result,
                "entry": receipt.id,
                "again": receipt.again,
                "recorded": tiergate_ledger::moment(receipt.recorded),
                "answer": receipt.answer,
            }),
            says,
            held_up: !receipt.accepted(),
            drawn,
        }
    }
}
