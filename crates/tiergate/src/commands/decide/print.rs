//! The table of answers and what stands below it.

use std::io::Write;
use std::sync::Arc;

use anyhow::Result;

use super::summary::Summary;
use super::teller::Told;
use super::{Args, LAWS_IN_WORDS};
use crate::style::terminal_width;
use crate::table::Table;
use crate::verdict::{ASSUMPTION_MARK, Bench, CELL_LEGEND, SIGN_LEGEND, STATED_MARK, Short};

/// The heads of columns of signs.
const COLUMN_KEYS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// What stands in the table.
pub struct Printer<'p> {
    pub args: &'p Args,
    pub out: &'p mut dyn Write,
    pub told: Told,
}

/// The marks of answers, with what they stand for, the weightier first.
const MARKS: [(&str, &str); 2] = [STATED_MARK, ASSUMPTION_MARK];

/// Which of them an answer has.
fn marks(answer: &Short) -> [bool; 2] {
    [answer.by_parameters.is_some(), answer.rests_on_assumption]
}

/// The marks themselves.
fn marked(answer: &Short) -> impl Iterator<Item = &'static str> {
    let marks = MARKS.iter().zip(marks(answer));
    marks.filter(|(_, has)| *has).map(|((mark, _), _)| *mark)
}

impl Printer<'_> {
    /// The marks that some answer has.
    fn legend(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        let answers = self.told.lines.iter().flat_map(|l| &l.answers);
        let has = answers.fold([false; 2], |has, a| {
            let marks = marks(a);
            [has[0] || marks[0], has[1] || marks[1]]
        });
        MARKS
            .into_iter()
            .zip(has)
            .filter(|(_, has)| *has)
            .map(|(mark, _)| mark)
    }

    /// A table with one sign for each law, for more laws than fit side by side in words.
    fn signs(&mut self, titles: &[String]) -> Result<()> {
        let width = self
            .told
            .lines
            .iter()
            .map(|l| l.id.chars().count())
            .max()
            .unwrap_or(0)
            .max(5);
        let keys: String = titles
            .iter()
            .zip(COLUMN_KEYS.chars())
            .map(|(_, k)| format!("{k} "))
            .collect();
        writeln!(self.out, "{:width$}  to  {}", "order", keys.trim_end())?;
        let mut seen = Vec::new();
        for line in &self.told.lines {
            let to = line.to.map(|c| c.to_string()).unwrap_or_default();
            let signs: Vec<char> = line.answers.iter().map(|a| a.sign()).collect();
            seen.extend(signs.iter().copied());
            let marks = line.answers.iter().map(|a| marked(a).next().unwrap_or(" "));
            let signs: String = signs
                .iter()
                .zip(marks)
                .map(|(s, m)| format!("{s}{m}"))
                .collect();
            writeln!(self.out, "{:width$}  {to:2}  {}", line.id, signs.trim_end())?;
        }
        writeln!(self.out)?;
        for (sign, meaning) in SIGN_LEGEND.iter().filter(|(sign, _)| seen.contains(sign)) {
            writeln!(self.out, "{sign}  {meaning}")?;
        }
        for (mark, meaning) in self.legend() {
            writeln!(self.out, "{mark}  {meaning}")?;
        }
        writeln!(self.out)?;
        for (title, key) in titles.iter().zip(COLUMN_KEYS.chars()) {
            writeln!(self.out, "{key}  {title}")?;
        }
        Ok(writeln!(self.out)?)
    }

    pub fn table(&mut self, bench: &Bench<'_>, summary: &Summary) -> Result<()> {
        let width = match self.args.output {
            Some(_) => usize::MAX,
            None => terminal_width().unwrap_or(usize::MAX),
        };
        let titles: Vec<String> = (0..bench.count()).map(|law| bench.title(law)).collect();
        let columns: Vec<&str> = ["order", "to"]
            .into_iter()
            .chain(titles.iter().map(String::as_str))
            .collect();
        let mut table = Table::new(&columns).limit(0, 36);
        for law in 0..titles.len() {
            table = table.limit(law + 2, 32);
        }
        let mut used = [false; CELL_LEGEND.len()];
        for line in &self.told.lines {
            let to = line.to.map(|c| c.to_string()).unwrap_or_default();
            let cells: Vec<String> = line.answers.iter().map(|a: &Arc<_>| a.cell()).collect();
            for cell in &cells {
                let word = |text: &str| text.split(' ').take(2).collect::<Vec<_>>().join(" ");
                let fits = |legend: &str| match legend.split_once(" X") {
                    Some((start, _)) => cell.starts_with(start),
                    None => word(legend) == word(cell),
                };
                CELL_LEGEND
                    .iter()
                    .zip(&mut used)
                    .for_each(|((l, _), u)| *u |= fits(l));
            }
            let marked = cells.into_iter().zip(&line.answers).map(|(cell, answer)| {
                let marks = marked(answer).map(|mark| format!(" {mark}"));
                cell.clone() + &marks.collect::<String>()
            });
            table.row([line.id.clone(), to].into_iter().chain(marked));
        }
        let many = titles.len() > LAWS_IN_WORDS && titles.len() <= COLUMN_KEYS.len();
        if many && !self.told.lines.is_empty() {
            self.signs(&titles)?;
        } else if !table.is_empty() {
            self.out.write_all(table.render(width, 2).as_bytes())?;
            writeln!(self.out)?;
            for ((cell, meaning), _) in CELL_LEGEND.iter().zip(used).filter(|(_, used)| *used) {
                writeln!(self.out, "{cell:18} {meaning}")?;
            }
            for (mark, meaning) in self.legend() {
                writeln!(self.out, "{mark:18} {meaning}")?;
            }
            writeln!(self.out)?;
        }
        if let Some(said) = self.args.law.assume.said() {
            writeln!(self.out, "{said}\n")?;
        }
        if summary.orders > 0 {
            let keys: Vec<String> = COLUMN_KEYS.chars().map(String::from).collect();
            let heads = if many {
                &keys[..titles.len()]
            } else {
                titles.as_slice()
            };
            let text = summary.render(heads, &bench.desk.catalog, width, many)?;
            self.out.write_all(text.as_bytes())?;
        }
        for page in &self.told.pages {
            let rule = "=".repeat(width.min(100));
            write!(self.out, "\n{rule}\n\n{page}")?;
        }
        Ok(())
    }
}
