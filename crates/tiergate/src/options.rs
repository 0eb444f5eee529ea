//! Options that several subcommands share.

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use tiergate_engine::{Desk, Stamp};
use tiergate_law::{Date, LawRef, View};
use tiergate_order::{Assume, Order};

/// Which law to ask, and what to take for granted.
#[derive(Debug, Clone, Args)]
pub struct LawArgs {
    /// Law to ask: (us | PROPOSAL)[@DATE][:text | :enforced]; may be repeated
    #[arg(long = "law", value_name = "LAW", default_value = "us")]
    pub laws: Vec<LawRef>,

    /// Date of the law where LAW leaves it open; otherwise the order's own date
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,

    /// The law as printed, or as the agency says it enforces it, where LAW leaves it open
    #[arg(long, value_enum)]
    pub view: Option<ViewArg>,

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

impl LawArgs {
    /// The view asked for.
    pub fn view(&self) -> Option<View> {
        self.view.map(View::from)
    }

    /// The assumptions, checked against the law.
    pub fn assume(&self, desk: &Desk) -> Result<Assume> {
        let assume = Assume::parse(&self.assume)?;
        desk.check_readings(&assume)?;
        Ok(assume)
    }

    /// Refuses laws that do not exist, before any order is read.
    pub fn check(&self, desk: &Desk) -> Result<()> {
        for law in &self.laws {
            desk.library.breakpoints(&law.id)?;
        }
        Ok(())
    }

    /// The stamp of one law for an order.
    pub fn stamp(&self, law: &LawRef, order: &Order) -> Result<Stamp> {
        let date = order.date.or(law.date).or(self.as_of);
        let date = date.with_context(|| {
            format!("order `{}` has no date; give it one or say --as-of DATE", order.id)
        })?;
        Ok(Desk::stamp(law, date, self.as_of, self.view()))
    }
}
