//! `tiergate explain`: one order, as a page to file.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use tiergate_order::{Order, read_json};

use crate::case::each_case;
use crate::cli::{Cli, Ended};
use crate::options::LawArgs;
use crate::page::Layout;
use crate::report::print;
use crate::style::Style;
use crate::verdict::Bench;

/// Explain the decision on one order, as a page to file
///
/// The order is given in flags, or in a JSON file with --order; flags win over the file. Fields
/// without a flag of their own are set with --set FIELD=VALUE; `tiergate schema order` names them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Take the order from this JSON file; `-` for standard input
    #[arg(long, value_name = "FILE")]
    order: Option<PathBuf>,

    /// Id of the order
    #[arg(long)]
    id: Option<String>,

    /// Chip of the catalog, such as nvidia-h100-sxm5; `tiergate chips` lists them
    #[arg(long)]
    chip: Option<String>,

    /// Units
    #[arg(long)]
    quantity: Option<String>,

    /// Destination, a country code such as PL
    #[arg(long, value_name = "COUNTRY")]
    to: Option<String>,

    /// Country the item leaves; US when absent
    #[arg(long, value_name = "COUNTRY")]
    from: Option<String>,

    /// Date of shipment; selects the law in force
    #[arg(long)]
    date: Option<String>,

    /// Kind of transaction: export, reexport, transfer, deemed-export or deemed-reexport
    #[arg(long)]
    activity: Option<String>,

    /// Name of the ultimate consignee
    #[arg(long, value_name = "NAME")]
    consignee: Option<String>,

    /// Country where the consignee is headquartered
    #[arg(long, value_name = "COUNTRY")]
    headquarters: Option<String>,

    /// Country where the consignee's ultimate parent is headquartered
    #[arg(long, value_name = "COUNTRY")]
    parent: Option<String>,

    /// Name of the consignee's ultimate parent
    #[arg(long, value_name = "NAME")]
    parent_name: Option<String>,

    /// Restricted-party lists the consignee is on: none, or names separated by commas
    #[arg(long)]
    lists: Option<String>,

    /// Name of the end user, when it is not the consignee
    #[arg(long, value_name = "NAME")]
    end_user: Option<String>,

    /// Country where the end user is headquartered
    #[arg(long, value_name = "COUNTRY")]
    end_user_headquarters: Option<String>,

    /// Country where the end user's ultimate parent is headquartered
    #[arg(long, value_name = "COUNTRY")]
    end_user_parent: Option<String>,

    /// End uses, all that are known: commercial, datacenter, iaas, ...; separated by commas
    #[arg(long, value_name = "USE")]
    end_use: Vec<String>,

    /// Paragraph the parties classify the item under, such as 4A090.a
    #[arg(long)]
    eccn: Option<String>,

    /// Total processing performance of one IC
    #[arg(long)]
    tpp: Option<String>,

    /// TPP per mm2 of applicable die area
    #[arg(long)]
    performance_density: Option<String>,

    /// Whether the item is designed or marketed for datacenters
    #[arg(long, value_name = "true|false")]
    datacenter: Option<String>,

    /// Any other field, such as --set item.ics_per_unit=8; may be repeated
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    set: Vec<String>,

    #[command(flatten)]
    law: LawArgs,

    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How the page is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A page of text
    Text,
    /// Markdown
    Markdown,
    /// The decision, one JSON object per law
    Json,
}

/// Explains the order under each law.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    let desk = cli.desk()?;
    let mut bench = Bench::new(&desk, &args.law)?;
    let order = order(args)?;
    let resolved = desk.resolve(&order, &bench.assume)?;
    let mut texts = Vec::new();
    each_case(&mut bench, &args.law, &order, &resolved, |case| {
        texts.push(match args.format {
            Format::Json => serde_json::to_string_pretty(case.record)?,
            Format::Markdown => case.page().render(Layout::Markdown),
            Format::Text => case
                .page()
                .render(Layout::Text(Style::page(args.output.is_some()))),
        });
        Ok(())
    })?;
    let text = match (args.format, texts.as_slice()) {
        (Format::Json, [one]) => one.clone(),
        (Format::Json, all) => format!("[{}]", all.join(",\n")),
        _ => texts.join("\n\n"),
    };
    print(args.output.as_deref(), &text)?;
    Ok(Ended::Well)
}

fn order(args: &Args) -> Result<Order> {
    let mut order = match &args.order {
        Some(path) => read_order(path)?,
        None => Order::new("order"),
    };
    let lists = args.lists.as_ref().map(|l| l.replace(',', "|"));
    let uses = (!args.end_use.is_empty()).then(|| args.end_use.join("|").replace(',', "|"));
    let flags = [
        ("id", &args.id),
        ("item.chip", &args.chip),
        ("quantity", &args.quantity),
        ("destination", &args.to),
        ("from", &args.from),
        ("date", &args.date),
        ("activity", &args.activity),
        ("consignee.name", &args.consignee),
        ("consignee.headquarters", &args.headquarters),
        ("consignee.parent", &args.parent),
        ("consignee.parent_name", &args.parent_name),
        ("consignee.lists", &lists),
        ("end_user.name", &args.end_user),
        ("end_user.headquarters", &args.end_user_headquarters),
        ("end_user.parent", &args.end_user_parent),
        ("end_uses", &uses),
        ("item.eccn", &args.eccn),
        ("item.tpp", &args.tpp),
        ("item.performance_density", &args.performance_density),
        ("item.datacenter", &args.datacenter),
    ];
    for (path, value) in flags {
        if let Some(value) = value {
            order
                .set(path, value)
                .with_context(|| format!("in the order, {path}"))?;
        }
    }
    for pair in &args.set {
        let (path, value) = pair
            .split_once('=')
            .with_context(|| format!("`{pair}` sets nothing: write --set FIELD=VALUE"))?;
        order
            .set(path, value)
            .with_context(|| format!("in the order, {path}"))?;
    }
    let no_law_date = args.law.laws.iter().any(|l| l.date.is_none());
    if order.date.is_none() && args.law.as_of.is_none() && no_law_date {
        bail!("the order has no date, which selects the law; give --date or --as-of YYYY-MM-DD");
    }
    if order.get("destination").is_none() {
        bail!("the order has no destination; give --to, a country code such as PL");
    }
    Ok(order)
}

/// Reads one order from a JSON file.
pub fn read_order(path: &Path) -> Result<Order> {
    let name = path.display();
    let text = if path.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.with_context(|| format!("cannot read {name}"))?;
    let mut orders = read_json(&text).with_context(|| format!("cannot read {name}"))?;
    match (orders.pop(), orders.is_empty()) {
        (Some(Ok(order)), true) => Ok(order),
        (Some(Err(errors)), true) => {
            let all: Vec<String> = errors
                .iter()
                .map(|e| match &e.column {
                    Some(column) => format!("{column}: {}", e.message),
                    None => e.message.clone(),
                })
                .collect();
            bail!(
                "{name} holds no order that can be decided: {}",
                all.join("; ")
            )
        }
        _ => bail!("{name} holds {} orders; give one", orders.len() + 1),
    }
}
