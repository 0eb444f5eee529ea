//! `tiergate import`: public data sets into orders.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Subcommand;
use tiergate_law::Date;
use tiergate_order::{Assume, Catalog, CsvColumns, resolve};

use crate::cli::Ended;
use crate::embedded::{self, CHIP_ALIASES};
use crate::report::{Output, Unreadable, count, faults, say};

/// Turn public data sets into orders
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    EpochClusters(EpochArgs),
}

/// Epoch AI's gpu_clusters.csv: each cluster whose chips, number, place and date are known
///
/// What a row does not say is left empty, and every row or chip type that could not be used is
/// reported with the reason. A cluster is read as an export to the country it stands in, on the
/// day it first ran: its chips may have been shipped earlier.
#[derive(Debug, clap::Args)]
struct EpochArgs {
    /// The file gpu_clusters.csv
    file: PathBuf,

    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Imports.
pub fn run(args: &Args) -> Result<Ended> {
    match &args.command {
        Command::EpochClusters(args) => epoch_clusters(&args.file, args.output.as_deref()),
    }
}

/// Names of chips, made comparable.
struct Chips {
    by_name: HashMap<String, String>,
}

impl Chips {
    fn read(catalog: &Catalog) -> Result<Chips> {
        let mut by_name = HashMap::new();
        for chip in &catalog.chips {
            for name in [
                &chip.id,
                &chip.name,
                &format!("{} {}", chip.vendor, chip.name),
            ] {
                by_name.insert(normal(name), chip.id.clone());
            }
        }
        for row in csv::Reader::from_reader(CHIP_ALIASES.as_bytes()).records() {
            let row = row?;
            let (alias, chip) = (row.get(0).unwrap_or(""), row.get(1).unwrap_or(""));
            by_name.insert(normal(alias), chip.to_owned());
        }
        Ok(Chips { by_name })
    }

    fn find(&self, name: &str) -> Option<&str> {
        self.by_name.get(&normal(name)).map(String::as_str)
    }
}

/// Letters and digits only, without case.
fn normal(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// A row of the file by column name.
struct Row<'r> {
    columns: &'r HashMap<String, usize>,
    record: &'r csv::StringRecord,
}

impl Row<'_> {
    fn get(&self, column: &str) -> &str {
        self.columns
            .get(column)
            .and_then(|at| self.record.get(*at))
            .unwrap_or("")
            .trim()
    }
}

const HEAD: [&str; 9] = [
    "id",
    "date",
    "activity",
    "destination",
    "quantity",
    "item.chip",
    "consignee.name",
    "source",
    "note",
];

const NEEDED: [&str; 5] = [
    "Name",
    "Country",
    "First Operational Date",
    "Chip type (primary)",
    "Chip quantity (primary)",
];

fn epoch_clusters(file: &Path, out: Option<&Path>) -> Result<Ended> {
    let name = file.display().to_string();
    let input = File::open(file).map_err(|error| Unreadable::because(&name, error))?;
    let mut reader = csv::Reader::from_reader(input);
    let heads = reader.headers();
    let heads = heads.map_err(|error| Unreadable::because(&name, error))?;
    let columns: HashMap<String, usize> = heads
        .iter()
        .enumerate()
        .map(|(at, head)| (head.trim().to_owned(), at))
        .collect();
    for needed in NEEDED {
        if !columns.contains_key(needed) {
            let what =
                format!("{name} has no column `{needed}`; is it Epoch AI's gpu_clusters.csv?");
            return Err(Unreadable::new(what).into());
        }
    }
    let catalog = embedded::catalog()?;
    let chips = Chips::read(&catalog)?;
    let check = Check::new(&catalog)?;
    let (library, ..) = embedded::library(None)?;
    let first = library.instruments.first().map(|s| s.instrument.effective);
    let mut writer = csv::Writer::from_writer(Output::to(out)?);
    writer.write_record(HEAD)?;
    let mut tally = Tally::default();
    let mut ids: HashMap<String, u32> = HashMap::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                tally.skip(&name, 0, "", "unreadable", &error.to_string());
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let row = Row {
            columns: &columns,
            record: &record,
        };
        let read = Cluster::read(&row, &catalog).and_then(|cluster| cluster.not_before(first));
        let cluster = match read {
            Ok(cluster) => cluster,
            Err((kind, why)) => {
                tally.skip(&name, line, row.get("Name"), kind, &why);
                continue;
            }
        };
        let mut used = 0;
        for which in ["primary", "secondary"] {
            let (chip, number) = (
                row.get(&format!("Chip type ({which})")),
                row.get(&format!("Chip quantity ({which})")),
            );
            if chip.is_empty() && (which == "secondary" || number.is_empty()) {
                continue;
            }
            match usable(&chips, chip, number) {
                Ok((catalog_id, quantity)) => {
                    let id = unique(&cluster.id, &mut ids);
                    let order = cluster.order(&id, &quantity, (chip, catalog_id), &row);
                    if let Err(why) = check.order(line, &order) {
                        let why = format!("{which} chips: {why}");
                        tally.skip(&name, line, row.get("Name"), "cannot be decided", &why);
                        continue;
                    }
                    writer.write_record(order)?;
                    used += 1;
                    tally.orders += 1;
                }
                Err((kind, why)) => {
                    tally.skip(
                        &name,
                        line,
                        row.get("Name"),
                        kind,
                        &format!("{which} chips: {why}"),
                    );
                }
            }
        }
        if used == 0 && row.get("Chip type (primary)").is_empty() {
            tally.skip(
                &name,
                line,
                row.get("Name"),
                "no chip type",
                "the type of its chips is not given",
            );
        }
        tally.rows += u64::from(used > 0);
    }
    let out = writer.into_inner().map_err(|error| error.into_error())?;
    out.finish()?;
    tally.report();
    Ok(if tally.unreadable() {
        Ended::WithFaults
    } else {
        Ended::Well
    })
}

/// Reads orders back as `decide` will: what it would refuse is not written.
struct Check<'c> {
    catalog: &'c Catalog,
    columns: CsvColumns,
}

impl Check<'_> {
    fn new(catalog: &Catalog) -> Result<Check<'_>> {
        let columns = CsvColumns::read(&csv::StringRecord::from(HEAD.to_vec()));
        let columns = columns.map_err(|errors| anyhow::anyhow!(faults(&errors)))?;
        Ok(Check { catalog, columns })
    }

    fn order(&self, line: u64, values: &[String; 9]) -> Result<(), String> {
        let record = csv::StringRecord::from(values.to_vec());
        let order = self.columns.order(line, &record);
        let order = order.map_err(|errors| faults(&errors))?;
        let resolved = resolve(&order, self.catalog, &[], &Assume::default());
        resolved.map(drop).map_err(|error| error.to_string())
    }
}

/// A cluster, as far as it is an order.
struct Cluster {
    id: String,
    date: String,
    country: String,
    note: String,
}

type Skipped = (&'static str, String);

impl Cluster {
    fn read(row: &Row<'_>, catalog: &Catalog) -> Result<Cluster, Skipped> {
        let name = row.get("Name");
        if matches!(row.get("Exclude"), "True" | "true") {
            return Err((
                "excluded by the source",
                "Epoch AI marks the row as excluded".to_owned(),
            ));
        }
        if matches!(row.get("Possible Duplicate"), "True" | "true") {
            let of = row.get("Possible Duplicate Of");
            let why = if of.is_empty() {
                "the source marks it as a possible duplicate".to_owned()
            } else {
                format!("possibly the same cluster as `{of}`")
            };
            return Err(("possible duplicate", why));
        }
        let country = row.get("Country");
        if country.is_empty() {
            return Err(("no country", "the country is not given".to_owned()));
        }
        let code = catalog.country(country).ok_or_else(|| {
            (
                "unknown country",
                format!("`{country}` is no country of the catalog"),
            )
        })?;
        let (date, softness) = day(row.get("First Operational Date"))?;
        let mut note = vec![
            "Read as an export on the day the cluster first ran".to_owned(),
            format!("Epoch status: {}", or_dash(row.get("Status"))),
            format!("certainty: {}", or_dash(row.get("Certainty"))),
        ];
        note.extend(softness.map(str::to_owned));
        let id = slug(name);
        let id = if id.is_empty() {
            "cluster".to_owned()
        } else {
            id
        };
        Ok(Cluster {
            id,
            date,
            country: code.to_string(),
            note: note.join("; "),
        })
    }

    /// Refuses a day before the first on which law is held: no such order can be decided.
    fn not_before(self, first: Option<Date>) -> Result<Cluster, Skipped> {
        let day = self.date.parse::<Date>().ok();
        match (day, first) {
            (Some(day), Some(first)) if day < first => Err((
                "before the law data begins",
                format!("it first ran on {day}, and the law data begins on {first}"),
            )),
            _ => Ok(self),
        }
    }

    /// One order; `chips` are the name in the source and the id in the catalog.
    fn order(&self, id: &str, quantity: &str, chips: (&str, &str), row: &Row<'_>) -> [String; 9] {
        let links = (1..=5).map(|n| row.get(&format!("Source {n}")).to_owned());
        let links: Vec<String> = links.filter(|l| !l.is_empty()).collect();
        let mut source = "Epoch AI, Data on GPU Clusters, CC BY 4.0".to_owned();
        if !links.is_empty() {
            source.push_str(&format!("; {}", links.join(" ")));
        }
        [
            id.to_owned(),
            self.date.clone(),
            "export".to_owned(),
            self.country.clone(),
            quantity.to_owned(),
            chips.1.to_owned(),
            row.get("Owner").to_owned(),
            source,
            format!("{}; chip in the source: {}", self.note, chips.0),
        ]
    }
}

fn or_dash(text: &str) -> &str {
    if text.is_empty() { "not given" } else { text }
}

/// The day, and what is soft about it: a month or year stands for its first day.
fn day(text: &str) -> Result<(String, Option<&'static str>), Skipped> {
    let full = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    let softness = match text.len() {
        4 => Some("the source gives the year only"),
        7 => Some("the source gives the month only"),
        _ => None,
    };
    if text.is_empty() {
        return Err((
            "no date",
            "the first operational date is not given".to_owned(),
        ));
    }
    match full.parse::<tiergate_law::Date>() {
        Ok(_) => Ok((full, softness)),
        Err(_) => Err(("no date", format!("`{text}` is no date"))),
    }
}

/// The catalog id of a chip and its number as a whole number.
fn usable<'c>(chips: &'c Chips, chip: &str, number: &str) -> Result<(&'c str, String), Skipped> {
    if chip.is_empty() {
        return Err((
            "no chip type",
            "the type of the chips is not given".to_owned(),
        ));
    }
    let known = chips.find(chip).ok_or_else(|| {
        (
            "chip not in the catalog",
            format!("`{chip}` is not in the catalog nor among its aliases"),
        )
    })?;
    if number.is_empty() {
        return Err(("no quantity", "the number of chips is not given".to_owned()));
    }
    let wrong = || ("no quantity", format!("`{number}` is no number of chips"));
    let parsed: tiergate_law::Num = number.parse().map_err(|_| wrong())?;
    if parsed <= tiergate_law::Num::ZERO {
        return Err(wrong());
    }
    Ok((known, parsed.ceil().to_string()))
}

/// Lower-case letters and digits joined by hyphens.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

fn unique(id: &str, ids: &mut HashMap<String, u32>) -> String {
    let seen = ids.entry(id.to_owned()).or_insert(0);
    *seen += 1;
    if *seen == 1 {
        id.to_owned()
    } else {
        format!("{id}-{seen}")
    }
}

/// What became of the rows.
#[derive(Default)]
struct Tally {
    rows: u64,
    orders: u64,
    skipped: BTreeMap<&'static str, u64>,
}

impl Tally {
    fn skip(&mut self, file: &str, line: u64, name: &str, kind: &'static str, why: &str) {
        *self.skipped.entry(kind).or_insert(0) += 1;
        say(&format!("{file}, line {line}, {name}: {why}"));
    }

    /// Whether some row is none of the table.
    fn unreadable(&self) -> bool {
        self.skipped.contains_key("unreadable")
    }

    fn report(&self) {
        let rows = count(self.rows, "cluster", "clusters");
        let orders = count(self.orders, "order", "orders");
        let parts: Vec<String> = self
            .skipped
            .iter()
            .map(|(kind, n)| format!("{kind} {n}"))
            .collect();
        let skipped = count(
            self.skipped.values().sum(),
            "row or chip type",
            "rows or chip types",
        );
        say(&format!(
            "{orders} from {rows}; {skipped} not used: {}",
            parts.join(", ")
        ));
    }
}
