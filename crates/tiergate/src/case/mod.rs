//! One order under one law, and the page that explains it.

mod follows;
mod meets;
mod pass;
mod sections;

pub use follows::grade;
pub use sections::{ASSUMED, CONSIDERED, ITEM, MISSING, ORDER, SOURCES, WEAK, doc_of};

use anyhow::Result;
use tiergate_engine::{DecisionRecord, Desk, OtherView};
use tiergate_order::{Order, Resolved};

use crate::fill::Filler;
use crate::options::LawArgs;
use crate::order_args::UNNAMED;
use crate::page::Page;
use crate::verdict::{Bench, Books, light};
use crate::words;

/// An order decided under one law.
#[derive(Debug, Clone, Copy)]
pub struct Case<'c> {
    /// The law library and the catalog.
    pub desk: &'c Desk,
    /// The rulebooks.
    pub books: &'c Books,
    /// The order.
    pub order: &'c Order,
    /// What it was resolved to.
    pub resolved: &'c Resolved,
    /// The decision.
    pub record: &'c DecisionRecord,
}

/// Decides one order under every law asked for, in order, and shows each case to `see`.
///
/// # Errors
///
/// An order without a date under a law without one, a law with faults, or what `see` gives.
pub fn each_case(
    bench: &mut Bench<'_>,
    args: &LawArgs,
    order: &Order,
    resolved: &Resolved,
    mut see: impl FnMut(&Case<'_>) -> Result<()>,
) -> Result<()> {
    let desk = bench.desk;
    for law in 0..bench.count() {
        args.stamp(bench.law(law), order)?;
        let (record, place) = bench.record(law, order, resolved)?;
        let books = bench.books(place);
        see(&Case {
            desk,
            books,
            order,
            resolved,
            record: &record,
        })?;
    }
    Ok(())
}

const NOT_ADVICE: &str = "Not legal advice. This page applies law written as data to facts as \
given; check both against the regulations, and ask counsel, before you act on it.";

impl Case<'_> {
    /// Values and texts of this case.
    pub const fn filler(&self) -> Filler<'_> {
        Filler {
            desk: self.desk,
            order: self.order,
            resolved: self.resolved,
            record: self.record,
        }
    }

    /// The whole explanation.
    pub fn page(&self) -> Page {
        let record = self.record;
        let id = Some(record.id.as_str()).filter(|id| *id != UNNAMED);
        let of = id.map_or_else(|| "An order".to_owned(), |id| format!("Order {id}"));
        let mut page = Page::new(format!("{of}: {}", self.law_name()));
        page.answer(light(record.outcome), self.answer());
        self.missing(&mut page);
        self.order(&mut page);
        self.item(&mut page);
        self.requirements(&mut page);
        self.authorities(&mut page);
        self.reviews(&mut page);
        self.duties(&mut page);
        self.draws(&mut page);
        self.readings(&mut page);
        self.other_view(&mut page);
        self.red_flags(&mut page);
        self.notes(&mut page);
        self.sources(&mut page);
        page.text(NOT_ADVICE);
        page
    }

    /// The law in words.
    pub fn law_name(&self) -> String {
        let record = self.record;
        let law = match self.desk.library.proposal(&record.law) {
            Some(proposal) => format!("{} (proposal `{}`)", proposal.instrument.title, record.law),
            None => "United States law".to_owned(),
        };
        let view = if record.view == "text" {
            "as printed"
        } else {
            "as enforced"
        };
        format!("{law} of {}, {view}", record.as_of)
    }

    /// The answer in one sentence, and in another what it would be by the item's parameters, where
    /// the parties state a paragraph of their own.
    pub fn answer(&self) -> String {
        let mut answer = self.outcome();
        if let (Some(alone), Some(stated)) = (&self.record.by_parameters, &self.order.eccn) {
            answer.push_str(&format!(
                " That is by the paragraph the parties state, {stated}; by its parameters the item \
                 is in {}, and the answer is: {}.",
                alone.name,
                short(alone)
            ));
        }
        answer
    }

    fn outcome(&self) -> String {
        let record = self.record;
        let name = |id: &str| {
            let all = &self.books.book.regime.authorities;
            let found = all.iter().find(|a| a.id == id);
            found.map_or_else(|| id.to_owned(), |a| format!("{id} ({})", a.cite))
        };
        match record.outcome {
            "not-controlled" => "Nothing in this law controls the item for this order.".to_owned(),
            "no-license-required" => {
                let eccn = record.item.eccn.as_deref().unwrap_or("controlled");
                format!("No license is required: the item is {eccn}, and no requirement applies.")
            }
            "license-exception" => match &record.authority {
                Some(id) => format!(
                    "The order may go without a license under license exception {}, if every duty \
                     below is met.",
                    name(id)
                ),
                None => "The order may go under a license exception; which one depends on facts \
                         that are not given."
                    .to_owned(),
            },
            "validated-end-user" => match &record.authority {
                Some(id) => format!(
                    "The order may go without a license under the validated-end-user \
                     authorization {}, if every duty below is met.",
                    name(id)
                ),
                None => "The order may go under a validated-end-user authorization; which one \
                         depends on facts that are not given."
                    .to_owned(),
            },
            "license-required" => format!(
                "A license is required, and no exception or authorization carries the order; \
                 {}.",
                review_sentence(record.review)
            ),
            "prohibited" => "No license is to be had for the order as it stands.".to_owned(),
            _ => {
                let missing = words::names(record.missing.iter().map(String::as_str));
                let possible = record.possible.iter().map(|word| words::plain(word));
                let possible: Vec<_> = possible.collect();
                format!(
                    "The answer depends on facts that are not given: {missing}. Possible are: {}.",
                    possible.join("; ")
                )
            }
        }
    }
}

/// Another outcome, in a few words.
pub fn short(other: &OtherView) -> String {
    let outcome = words::plain(&other.outcome);
    match (&other.authority, &other.review) {
        (Some(authority), _) => format!("{outcome}: {authority}"),
        (None, Some(review)) => format!("{outcome}; {}", review_sentence(Some(review))),
        (None, None) => outcome.into_owned(),
    }
}

fn review_sentence(review: Option<&str>) -> &'static str {
    match review.unwrap_or("") {
        "presumption-of-approval" => "applications are reviewed under a presumption of approval",
        "case-by-case" => "applications are reviewed case by case",
        "presumption-of-denial" => "applications are reviewed under a presumption of denial",
        "policy-of-denial" => "applications are reviewed under a policy of denial",
        "indeterminate" => "how an application is reviewed depends on facts that are not given",
        _ => "a section that asks for the license has a policy of review that is not held here",
    }
}
