//! Options that several subcommands share.

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use tiergate_engine::{Desk, Stamp};
use tiergate_law::{BaseView, Body, Date, LawRef, Library, View};
use tiergate_order::{Assume, Order};

/// Which law to ask, and what to take for granted.
#[derive(Debug, Clone, Args)]
pub struct LawArgs {
    /// Law to ask: (us | PROPOSAL)[@DATE][:text | :enforced]; may be repeated
    #[arg(long = "law", value_name = "LAW", default_value = "us")]
    pub laws: Vec<LawRef>,

    /// Ask every regime of the United States track, one for each instrument from October 2022 on that
    /// sets or changes a rule (not those that change definitions alone, such as who counts as an
    /// authorized designer), and every proposal at its adoption
    #[arg(long, conflicts_with_all = ["laws", "as_of", "view"])]
    pub every_regime: bool,

    /// Date of the law where LAW leaves it open; otherwise the order's own date
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,

    /// The law as printed, or as the agency says it enforces it, where LAW leaves it open
    #[arg(long, value_enum)]
    pub view: Option<ViewArg>,

    #[command(flatten)]
    pub assume: AssumeArgs,
}

/// What to take for granted.
#[derive(Debug, Clone, Args)]
pub struct AssumeArgs {
    /// What to assume where an order is silent; may be repeated
    #[arg(
        long = "assume",
        value_name = "A",
        long_help = "What to assume where an order is silent; may be repeated:\n  \
            parent=headquarters     every ultimate parent is where its party is headquartered\n  \
            headquarters=location   consignee and end user are headquartered where they are\n  \
            screened                every party was screened and is on no list\n  \
            reading:ID=OPTION       read a contested text otherwise than by default\n  \
            FIELD=VALUE             any field of an order, such as end_uses=datacenter"
    )]
    pub assume: Vec<String>,
}

/// The law as enforced from the day of each instrument that changes an outcome, the text where the
/// agency does not enforce it, and every proposal.
fn every_regime(library: &Library) -> Vec<LawRef> {
    let law = |id: &str, date, view| LawRef {
        id: id.to_owned(),
        date: Some(date),
        view: Some(view),
    };
    let mut days: Vec<Date> = library
        .instruments
        .iter()
        .filter(|s| s.entries.iter().any(|e| decides(&e.body)))
        .map(|s| s.instrument.binds_from())
        .collect();
    days.sort_unstable();
    days.dedup();
    let mut laws: Vec<LawRef> = days
        .iter()
        .map(|day| law("us", *day, View::Enforced))
        .collect();
    // The first regime is what stood before; it is no regime of the debate.
    laws.drain(..1.min(laws.len()));
    let not_enforced = library
        .instruments
        .iter()
        .flat_map(|s| &s.instrument.disapplies)
        .filter(|d| d.view == Some(BaseView::Enforced))
        .filter_map(|d| {
            library
                .instruments
                .iter()
                .find(|s| s.instrument.id == d.instrument)
        })
        .map(|s| s.instrument.binds_from());
    let mut texts: Vec<Date> = not_enforced.chain(days.last().copied()).collect();
    texts.dedup();
    laws.extend(texts.into_iter().map(|day| law("us", day, View::Text)));
    laws.extend(
        library
            .proposals
            .iter()
            .map(|s| law(&s.instrument.id, s.instrument.binds_from(), View::Enforced)),
    );
    laws
}

fn decides(body: &Body) -> bool {
    matches!(
        body,
        Body::Group(_)
            | Body::Class(_)
            | Body::Requirement(_)
            | Body::Prohibition(_)
            | Body::Authority(_)
            | Body::Bar(_)
            | Body::Review(_)
    )
}

/// A view as an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ViewArg {
    /// The law as printed
    Text,
    /// The law as the agency says it enforces it (the default)
    Enforced,
}

impl From<ViewArg> for View {
    fn from(view: ViewArg) -> View {
        match view {
            ViewArg::Text => View::Text,
            ViewArg::Enforced => View::Enforced,
        }
    }
}

impl AssumeArgs {
    /// The assumptions, checked against the law.
    pub fn parse(&self, desk: &Desk) -> Result<Assume> {
        let assume = Assume::parse(&self.assume)?;
        desk.check_readings(&assume)?;
        Ok(assume)
    }

    /// The flags as given, for people; none when none were.
    pub fn said(&self) -> Option<String> {
        (!self.assume.is_empty()).then(|| format!("Assumed, as asked: {}", self.assume.join(", ")))
    }
}

impl LawArgs {
    /// The view asked for.
    pub fn view(&self) -> Option<View> {
        self.view.map(View::from)
    }

    /// The laws asked for.
    ///
    /// # Errors
    ///
    /// A law that does not exist: refused before any order is read.
    pub fn laws(&self, desk: &Desk) -> Result<Vec<LawRef>> {
        if self.every_regime {
            return Ok(every_regime(&desk.library));
        }
        for law in &self.laws {
            desk.library.breakpoints(&law.id)?;
        }
        Ok(self.laws.clone())
    }

    /// The stamp of one law for an order.
    pub fn stamp(&self, law: &LawRef, order: &Order) -> Result<Stamp> {
        let date = order.date.or(law.date).or(self.as_of);
        let date = date.with_context(|| {
            format!(
                "order `{}` has no date; give it one or say --as-of DATE",
                order.id
            )
        })?;
        Ok(Desk::stamp(law, date, self.as_of, self.view()))
    }
}
