//! The comparison as tables, as Markdown and as JSON.

use std::fmt::Write;
use std::str::FromStr;

use anyhow::Result;
use serde_json::{Map, Number, Value, json};
use tiergate_engine::Desk;
use tiergate_law::Country;
use tiergate_order::name_key;

use super::change::Change;
use super::not_adopted::NotAdopted;
use super::sums::{Changes, First, Sum, Tally, Totals};
use super::teller::Listed;
use crate::markdown;
use crate::report::count;
use crate::style::grouped;
use crate::table::Table;
use crate::verdict::{OUTCOMES, outcome_word};

/// Everything a comparison says.
pub struct Report<'r> {
    pub desk: &'r Desk,
    /// The laws before and after, as asked for.
    pub titles: [String; 2],
    pub assumed: Option<String>,
    pub flags: &'r [String],
    /// Proposals that are their base for some of the orders.
    pub not_adopted: &'r [NotAdopted],
    pub tally: &'r Tally,
    /// The first of the orders that change.
    pub list: &'r [Listed],
    /// Rows that could not be read.
    pub bad: u64,
    /// Whether groups in which nothing changes are left out.
    pub changed_only: bool,
}

/// A table with what stands above and below it.
pub struct Section {
    pub title: String,
    /// Columns; a `>` before the name aligns to the right.
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
    pub below: Vec<String>,
}

/// What a matrix shows of totals.
type Cell = fn(&Totals) -> String;

/// A way to group: its key, its title, and its groups with id and name.
type Grouped<'r> = (
    &'static str,
    &'static str,
    Vec<(String, String, &'r Changes)>,
);

impl Section {
    fn new<S: AsRef<str>>(title: impl Into<String>, columns: &[S]) -> Section {
        Section {
            title: title.into(),
            columns: columns.iter().map(|c| c.as_ref().to_owned()).collect(),
            rows: Vec::new(),
            below: Vec::new(),
        }
    }
}

impl Section {
    /// Whether a column holds numbers.
    pub fn is_number(&self, column: &usize) -> bool {
        self.columns
            .get(*column)
            .is_some_and(|c| c.starts_with('>'))
    }

    /// Takes away the columns of values.
    fn drop_values(&mut self) {
        let keep: Vec<bool> = self
            .columns
            .iter()
            .map(|c| !c.starts_with(">value"))
            .collect();
        for row in self.rows.iter_mut().chain([&mut self.columns]) {
            let mut kept = keep.iter();
            row.retain(|_| kept.next().copied().unwrap_or(true));
        }
    }
}

/// A sum, and how many orders are not in it because they do not give the amount.
fn sum(sum: &Sum) -> String {
    match (sum.known, sum.unknown) {
        (0, 0) => "-".to_owned(),
        (0, unknown) => format!("{} unknown", grouped(&unknown.to_string())),
        (_, 0) => grouped(&sum.to_string()),
        (_, unknown) => format!(
            "{} + {} unknown",
            grouped(&sum.to_string()),
            grouped(&unknown.to_string())
        ),
    }
}

fn orders(n: u64) -> String {
    if n == 0 {
        "-".to_owned()
    } else {
        grouped(&n.to_string())
    }
}

fn totals(of: &Totals) -> [String; 3] {
    [orders(of.orders), sum(&of.tpp), sum(&of.value)]
}

/// The name, and then the columns of [`GROUP_COLUMNS`].
fn group_row(name: String, of: &Changes) -> Vec<String> {
    let (all, changed) = (of.all(), of.changed());
    let mut row = vec![name, orders(all.orders), orders(changed.orders)];
    for change in [Change::Opens, Change::Closes, Change::Unknown] {
        row.push(orders(of.of(change).orders));
    }
    row.extend([&all.tpp, &changed.tpp, &all.value, &changed.value].map(sum));
    row
}

const GROUP_COLUMNS: [&str; 9] = [
    ">orders",
    ">changed",
    ">opens",
    ">closes",
    ">unknown",
    ">TPP",
    ">TPP changed",
    ">value",
    ">value changed",
];

impl Report<'_> {
    fn country(&self, country: Option<Country>) -> String {
        country.map_or_else(
            || "not given".to_owned(),
            |c| format!("{c} {}", self.desk.catalog.country_name(c)),
        )
    }

    /// The chips in order of their ids.
    fn chips(&self) -> Vec<(String, &Changes)> {
        let catalog = self.desk.catalog.search("");
        let name = |key| {
            let chip = catalog.iter().find(|chip| name_key(&chip.id) == key);
            chip.map_or_else(|| "not given".to_owned(), |chip| chip.id.clone())
        };
        let mut chips: Vec<_> = self
            .tally
            .chips()
            .map(|(key, of)| (name(key), of))
            .collect();
        chips.sort_by(|a, b| a.0.cmp(&b.0));
        chips
    }

    /// Whether a group is shown.
    fn shown(&self, of: &Changes) -> bool {
        !self.changed_only || of.changed().orders + of.of(Change::Unknown).orders > 0
    }

    /// Groups with their ids, empty where there is none, and names.
    fn named<'t>(
        &self,
        groups: Vec<(Option<Country>, &'t Changes)>,
    ) -> Vec<(String, String, &'t Changes)> {
        let code = |c: Option<Country>| c.map(|c| c.to_string()).unwrap_or_default();
        let groups = groups.into_iter();
        groups
            .map(|(c, of)| (code(c), self.country(c), of))
            .collect()
    }

    fn groups(&self) -> Vec<Grouped<'_>> {
        let chips = self.chips().into_iter();
        let chips = chips.map(|(name, of)| {
            let id = if name == "not given" { "" } else { &name };
            (id.to_owned(), name.clone(), of)
        });
        vec![
            (
                "destination",
                "By destination",
                self.named(self.tally.countries()),
            ),
            (
                "headquarters",
                "By headquarters of the consignee",
                self.named(self.tally.headquarters()),
            ),
            ("chip", "By chip", chips.collect()),
        ]
    }

    pub fn sections(&self) -> Vec<Section> {
        let changes = self.tally.changes();
        let mut sections = vec![self.becomes(&changes)];
        sections.extend(self.matrices());
        sections.extend(self.answers());
        for (key, title, groups) in self.groups() {
            let mut columns = vec![key];
            columns.extend(GROUP_COLUMNS);
            let mut section = Section::new(title, &columns);
            for (_, name, of) in groups.iter().filter(|(.., of)| self.shown(of)) {
                section.rows.push(group_row(name.clone(), of));
            }
            let left_out = groups.len() - section.rows.len();
            if left_out > 0 {
                let said = count(left_out as u64, "group", "groups");
                section
                    .below
                    .push(format!("{said} in which nothing changes left out"));
            }
            section.rows.push(group_row("all".to_owned(), &changes));
            sections.push(section);
        }
        sections.push(self.first());
        sections.extend(self.missing());
        sections.extend(self.changed(&changes));
        if !self.has_values() {
            sections.iter_mut().for_each(Section::drop_values);
        }
        sections
    }

    fn becomes(&self, changes: &Changes) -> Section {
        let mut section = Section::new(
            "What becomes of the orders",
            &["", ">orders", ">TPP", ">value"],
        );
        let mut row = |name: &str, of: &Totals| {
            let name = std::iter::once(name.to_owned());
            section.rows.push(name.chain(totals(of)).collect());
        };
        for change in Change::ALL {
            row(change.says(), changes.of(change));
        }
        row("all", &changes.all());
        section
    }

    /// Outcome before by outcome after: in orders, TPP and value.
    fn matrices(&self) -> Vec<Section> {
        let matrix = self.tally.matrix();
        let some = |totals: &Totals| totals.orders > 0;
        let rows: Vec<usize> = (0..OUTCOMES)
            .filter(|at| matrix[*at].iter().any(some))
            .collect();
        let columns: Vec<usize> = (0..OUTCOMES)
            .filter(|at| matrix.iter().any(|row| some(&row[*at])))
            .collect();
        let mut heads = vec!["before \\ after".to_owned()];
        heads.extend(columns.iter().map(|at| format!(">{}", outcome_word(*at))));
        heads.push(">all".to_owned());
        let mut kinds: Vec<(&str, Cell)> = vec![
            ("orders", |of| orders(of.orders)),
            ("TPP", |of| sum(&of.tpp)),
        ];
        if self.has_values() {
            kinds.push(("value", |of| sum(&of.value)));
        }
        let sections = kinds.into_iter().map(|(what, cell)| {
            let mut section = Section::new(format!("Outcomes before and after, in {what}"), &heads);
            for row in &rows {
                let cells = columns.iter().map(|column| cell(&matrix[*row][*column]));
                let sums = cell(&Totals::of(columns.iter().map(|c| &matrix[*row][*c])));
                let name = outcome_word(*row).to_owned();
                section
                    .rows
                    .push(std::iter::once(name).chain(cells).chain([sums]).collect());
            }
            let all = self.tally.changes().all();
            let sums = columns
                .iter()
                .map(|column| cell(&Totals::of(rows.iter().map(|row| &matrix[*row][*column]))));
            let name = std::iter::once("all".to_owned());
            section
                .rows
                .push(name.chain(sums).chain([cell(&all)]).collect());
            section
        });
        sections.collect()
    }

    /// The pairs of answers that differ.
    fn answers(&self) -> Option<Section> {
        let [before, after] = &self.titles;
        let columns = [
            before.as_str(),
            after.as_str(),
            "",
            ">orders",
            ">TPP",
            ">value",
        ];
        let mut section = Section::new("Answers that change", &columns);
        for (cells, change, of) in self.tally.answers() {
            if change != Change::Same {
                let cells = cells.iter().cloned();
                let word = std::iter::once(change.word().to_owned());
                section
                    .rows
                    .push(cells.chain(word).chain(totals(&of)).collect());
            }
        }
        (!section.rows.is_empty()).then_some(section)
    }

    fn first(&self) -> Section {
        let columns = ["from", ">orders", ">TPP", ">value"];
        let mut section = Section::new("First date affected", &columns);
        for (first, of) in self.tally.first() {
            let name = match first {
                First::On(day) => day.to_string(),
                First::Unknown => "unknown".to_owned(),
                First::Never => "never".to_owned(),
            };
            section
                .rows
                .push(std::iter::once(name).chain(totals(of)).collect());
        }
        let all = totals(&self.tally.changes().all());
        section
            .rows
            .push(std::iter::once("all".to_owned()).chain(all).collect());
        section
    }

    fn missing(&self) -> Option<Section> {
        let [before, after, either] = self.tally.open();
        if either == 0 {
            return None;
        }
        let columns = ["missing fact", ">either law", ">before", ">after"];
        let mut section = Section::new(
            "Orders whose answer is unknown, by what is missing",
            &columns,
        );
        for (fact, counts) in self.tally.missing() {
            let counts = counts.map(orders);
            section
                .rows
                .push(std::iter::once(fact.to_owned()).chain(counts).collect());
        }
        let counts = [either, before, after].map(orders);
        let name = std::iter::once("any".to_owned());
        section.rows.push(name.chain(counts).collect());
        section
            .below
            .push("An order that lacks several facts is counted with each.".to_owned());
        Some(section)
    }

    fn changed(&self, changes: &Changes) -> Option<Section> {
        let changed = changes.changed().orders;
        let [before, after] = &self.titles;
        let columns = [
            "order", "date", "to", "chip", ">TPP", ">value", "change", before, after,
        ];
        let mut section = Section::new("Orders that change", &columns);
        for order in self.list {
            let [before, after] = order.cells.clone();
            section.rows.push(vec![
                order.id.clone(),
                order.date.to_string(),
                order.to.clone(),
                order.chip.clone(),
                grouped(&order.tpp),
                grouped(&order.value),
                order.change.word().to_owned(),
                before,
                after,
            ]);
        }
        let rest = changed - self.list.len() as u64;
        if rest > 0 {
            section.below.push(format!(
                "{}; --limit lists more of them, --format csv all",
                count(rest, "more order", "more orders")
            ));
        }
        (changed > 0).then_some(section)
    }

    /// Whether any order gives a value.
    fn has_values(&self) -> bool {
        self.tally.changes().all().value.known > 0
    }

    pub fn head(&self) -> Vec<String> {
        let [before, after] = &self.titles;
        let mut lines = vec![format!(
            "{} under {before} and then {after}",
            count(self.tally.orders(), "order", "orders")
        )];
        lines.extend(self.assumed.clone());
        lines.extend(self.not_adopted.iter().map(NotAdopted::says));
        if !self.has_values() {
            lines.push("No order gives a value (value_usd), so that no value is summed".to_owned());
        }
        if self.bad > 0 {
            let rows = count(self.bad, "row", "rows");
            lines.push(format!("{rows} could not be read and are in no sum"));
        }
        lines
    }

    /// As tables for a terminal.
    pub fn table(&self, width: usize) -> String {
        let mut out = format!("{}\n", self.head().join("\n"));
        for section in self.sections() {
            let mut table = Table::new(&section.columns).limit(0, 36);
            section.rows.into_iter().for_each(|row| table.row(row));
            // Writing to a string cannot fail.
            let _ = write!(out, "\n{}\n{}", section.title, table.render(width, 1));
            section.below.iter().for_each(|line| {
                let _ = writeln!(out, "{line}");
            });
        }
        out
    }

    /// As tables for a document.
    pub fn markdown(&self) -> String {
        let mut lines = vec!["# Impact".to_owned(), String::new()];
        for line in self.head() {
            lines.extend([markdown::line(&line), String::new()]);
        }
        for section in self.sections() {
            lines.extend([
                format!("## {}", markdown::text(&section.title)),
                String::new(),
            ]);
            let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
            let name = |c: &String| markdown::cell(c.trim_start_matches('>'));
            lines.push(row(section.columns.iter().map(name).collect()));
            let mark = |c: &String| if c.starts_with('>') { "---:" } else { "---" };
            lines.push(row(section
                .columns
                .iter()
                .map(|c| mark(c).to_owned())
                .collect()));
            for cells in &section.rows {
                lines.push(row(cells.iter().map(|cell| markdown::cell(cell)).collect()));
            }
            lines.push(String::new());
            for line in &section.below {
                lines.extend([markdown::line(line), String::new()]);
            }
        }
        lines.pop();
        lines.join("\n") + "\n"
    }

    /// As one object.
    pub fn json(&self) -> Result<String> {
        let changes = self.tally.changes();
        let mut object = json!({
            "from": self.titles[0],
            "to": self.titles[1],
            "assumed": self.flags,
            "unreadable_rows": self.bad,
        });
        let mut put = |name: &str, value: Value| {
            if let Value::Object(map) = &mut object {
                map.insert(name.to_owned(), value);
            }
        };
        let not_adopted = self.not_adopted.iter().map(NotAdopted::json);
        put("not_adopted", not_adopted.collect());
        put("totals", changes_json(&changes));
        let matrix = self.tally.matrix();
        let mut cells = Vec::new();
        for (before, row) in matrix.iter().enumerate() {
            for (after, of) in row.iter().enumerate().filter(|(_, of)| of.orders > 0) {
                let named = [
                    ("from", outcome_word(before).into()),
                    ("to", outcome_word(after).into()),
                ];
                cells.push(totals_json(named, of));
            }
        }
        put("outcomes", cells.into());
        let answers = self.tally.answers().into_iter();
        let answers =
            answers.filter(|(_, change, _)| !self.changed_only || *change != Change::Same);
        let answers = answers.map(|(cells, change, of)| {
            let [before, after] = cells.clone();
            let named = [
                ("from", before.into()),
                ("to", after.into()),
                ("change", change.word().into()),
            ];
            totals_json(named, &of)
        });
        put("answers", answers.collect());
        for (key, _, groups) in self.groups() {
            let groups = groups.into_iter().filter(|(.., of)| self.shown(of));
            let groups = groups.map(|(id, _, of)| {
                let mut group = Map::new();
                let id = if id.is_empty() {
                    Value::Null
                } else {
                    id.into()
                };
                group.insert(key.to_owned(), id);
                if let Value::Object(sums) = changes_json(of) {
                    group.extend(sums);
                }
                Value::Object(group)
            });
            put(&format!("by_{key}"), groups.collect());
        }
        let first = self.tally.first().iter().map(|(first, of)| {
            let from = match first {
                First::On(day) => day.to_string(),
                First::Unknown => "unknown".to_owned(),
                First::Never => "never".to_owned(),
            };
            totals_json([("date", from.into())], of)
        });
        put("first_affected", first.collect());
        let [before, after, either] = self.tally.open();
        let missing = self.tally.missing().into_iter();
        let missing = missing.map(|(fact, [either, before, after])| {
            json!({"fact": fact, "orders": either, "from": before, "to": after})
        });
        put(
            "unknown_answers",
            json!({
                "orders": either, "from": before, "to": after,
                "missing": missing.collect::<Value>(),
            }),
        );
        let list = self.list.iter().map(|order| {
            json!({
                "id": order.id, "date": order.date.to_string(), "destination": order.to,
                "chip": order.chip, "tpp": number(&order.tpp), "value_usd": number(&order.value),
                "change": order.change.word(), "from": order.cells[0], "to": order.cells[1],
            })
        });
        put("changed_orders", list.collect());
        let rest = changes.changed().orders - self.list.len() as u64;
        put("changed_orders_left_out", rest.into());
        Ok(serde_json::to_string_pretty(&object)? + "\n")
    }
}

/// A number with all its digits; null when there is none.
fn number(text: &str) -> Value {
    Number::from_str(text).map_or(Value::Null, Value::Number)
}

fn totals_json<const N: usize>(named: [(&str, Value); N], of: &Totals) -> Value {
    let named = named
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    let mut object: Map<String, Value> = named.collect();
    object.insert("orders".to_owned(), of.orders.into());
    for (name, sum) in [("tpp", &of.tpp), ("value_usd", &of.value)] {
        // Where no order gives an amount, there is no sum; zero would be one.
        let value = if sum.known == 0 && sum.unknown > 0 {
            Value::Null
        } else {
            number(&sum.to_string())
        };
        object.insert(name.to_owned(), value);
        object.insert(format!("{name}_unknown"), sum.unknown.into());
    }
    Value::Object(object)
}

fn changes_json(of: &Changes) -> Value {
    let mut object = totals_json([], &of.all());
    if let Value::Object(map) = &mut object {
        for change in Change::ALL {
            map.insert(change.word().to_owned(), totals_json([], of.of(change)));
        }
    }
    object
}
