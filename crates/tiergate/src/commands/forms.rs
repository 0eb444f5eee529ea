//! `tiergate forms`: what must be filed or obtained, filled in from the order.

use std::path::PathBuf;

use anyhow::Result;
use clap::ValueEnum;
use serde_json::{Value, json};
use tiergate_engine::{DecisionRecord, DutyRecord};

use crate::case::{Case, each_case};
use crate::cli::{Cli, Ended};
use crate::fill::{EXPORT_FILING, Filler};
use crate::options::LawArgs;
use crate::order_args::read_order;
use crate::page::{Layout, Page};
use crate::report::{Unreadable, print};
use crate::verdict::Bench;

/// Write what the decision says must be filed or obtained, filled in from the order
///
/// For the exception or authorization that carries the order: its certifications, notices and
/// reports. When a license is required: what the application must say. What the order does not
/// give stands as [MISSING: field].
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The order, JSON; `-` for standard input
    #[arg(value_name = "ORDER")]
    order: PathBuf,

    #[command(flatten)]
    law: LawArgs,

    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,

    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Markdown
    Markdown,
    /// JSON
    Json,
}

/// A form with its lines filled in.
struct Form {
    duty: DutyRecord,
    subject: Option<String>,
    lines: Vec<String>,
    missing: Vec<String>,
}

/// Writes the forms under each law.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    let desk = cli.desk()?;
    let mut bench = Bench::new(&desk, &args.law)?;
    let order = read_order(&args.order)?;
    let resolved = desk.resolve(&order, &bench.assume);
    let resolved = resolved.map_err(|error| Unreadable::because(args.order.display(), error))?;
    let (mut pages, mut objects) = (Vec::new(), Vec::new());
    each_case(&mut bench, &args.law, &order, &resolved, |case| {
        let forms = forms(case);
        match args.format {
            Format::Markdown => pages.push(page(case, &forms).render(Layout::Markdown)),
            Format::Json => objects.push(as_json(case, &forms)),
        }
        Ok(())
    })?;
    let text = match args.format {
        Format::Markdown => pages.join("\n"),
        Format::Json if objects.len() == 1 => serde_json::to_string_pretty(&objects[0])?,
        Format::Json => serde_json::to_string_pretty(&objects)?,
    };
    print(args.output.as_deref(), &text)?;
    Ok(Ended::Well)
}

/// The duties of what carries the order, or of an application for a license.
fn forms(case: &Case<'_>) -> Vec<Form> {
    let filler = case.filler();
    let fill = |duty: &DutyRecord| {
        let mut missing = Vec::new();
        let mut text = |text: &str| {
            let filled = filler.fill(text);
            for path in filled.missing {
                if !missing.contains(&path) {
                    missing.push(path);
                }
            }
            filled.text
        };
        let subject = duty.subject.as_deref().map(&mut text);
        let lines = duty.contents.iter().map(|line| text(line)).collect();
        Form {
            duty: duty.clone(),
            subject,
            lines,
            missing,
        }
    };
    crate::examples::duties(case.record).map(fill).collect()
}

/// Whether the export filing is one of the forms.
fn is_filed(forms: &[Form]) -> bool {
    let filed = |form: &Form| form.duty.form.as_deref() == Some(EXPORT_FILING);
    forms.iter().any(filed)
}

/// The electronic export information, by name of its field; empty where none must be filed.
fn export_filing(case: &Case<'_>, forms: &[Form]) -> Vec<(&'static str, String)> {
    let filler: Filler<'_> = case.filler();
    if !is_filed(forms) && filler.filing_code().is_none() {
        return Vec::new();
    }
    let value = |path: &str| filler.fill(&format!("{{{path}}}")).text;
    vec![
        ("License code", value("license_code")),
        ("ECCN", value("item.eccn")),
        ("Ultimate consignee", value("consignee.name")),
        ("Country of ultimate destination", value("destination")),
        ("Quantity", value("quantity")),
        ("Value (USD)", value("value_usd")),
    ]
}

fn page(case: &Case<'_>, forms: &[Form]) -> Page {
    let record = case.record;
    let mut page = Page::new(format!(
        "Forms for order {}: {}",
        record.id,
        case.law_name()
    ));
    page.text(case.answer());
    if record.outcome == "indeterminate" {
        page.text("Until those facts are given, it is not certain what must be filed.");
    }
    for form in forms {
        let applies = if form.duty.applies == "yes" {
            ""
        } else {
            " (if it applies)"
        };
        page.heading(format!("{}{applies}", form.duty.what));
        let mut pairs = vec![("When".to_owned(), form.duty.when.clone())];
        pairs.extend(form.duty.to.clone().map(|to| ("To".to_owned(), to)));
        pairs.extend(form.duty.form.clone().map(|f| ("Form".to_owned(), f)));
        pairs.extend(form.subject.clone().map(|s| ("Subject line".to_owned(), s)));
        pairs.push(("Citation".to_owned(), form.duty.cite.clone()));
        page.pairs(pairs);
        page.lines(form.lines.clone());
    }
    let filing = export_filing(case, forms);
    if !filing.is_empty() && !is_filed(forms) {
        page.heading("Electronic export information");
        page.pairs(filing.into_iter().map(|(n, v)| (n.to_owned(), v)).collect());
    }
    if forms.is_empty() {
        page.text("This law asks for no certification, notice, report or application here.");
    }
    page.text("Not legal advice. Check every line against the regulations before you file it.");
    page
}

fn as_json(case: &Case<'_>, forms: &[Form]) -> Value {
    let record: &DecisionRecord = case.record;
    let one = |form: &Form| {
        json!({
            "id": form.duty.id,
            "what": form.duty.what,
            "applies": form.duty.applies,
            "when": form.duty.when,
            "to": form.duty.to,
            "form": form.duty.form,
            "subject": form.subject,
            "lines": form.lines,
            "missing": form.missing,
            "cite": form.duty.cite,
        })
    };
    let filing: serde_json::Map<String, Value> = export_filing(case, forms)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), Value::String(value)))
        .collect();
    json!({
        "id": record.id,
        "law": record.law,
        "as_of": record.as_of,
        "view": record.view,
        "outcome": record.outcome,
        "authority": record.authority,
        "review": record.review,
        "forms": forms.iter().map(one).collect::<Vec<_>>(),
        "electronic_export_information": filing,
    })
}
