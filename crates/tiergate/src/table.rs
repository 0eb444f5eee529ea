//! Aligned tables of text.

use crate::style::plain;
use crate::style::{cut, width};

/// A table with a head, aligned by column.
#[derive(Debug, Clone, Default)]
pub struct Table {
    head: Vec<String>,
    right: Vec<bool>,
    limits: Vec<usize>,
    rows: Vec<Vec<String>>,
}

/// Spaces between columns.
const GAP: usize = 2;
/// A head this short stays on one line.
const HEAD_WIDTH: usize = 12;

impl Table {
    /// A table with these columns; a `>` before the name aligns to the right.
    pub fn new<S: AsRef<str>>(columns: &[S]) -> Table {
        let name = |c: &S| c.as_ref().trim_start_matches('>').to_owned();
        Table {
            head: columns.iter().map(name).collect(),
            right: columns
                .iter()
                .map(|c| c.as_ref().starts_with('>'))
                .collect(),
            limits: vec![usize::MAX; columns.len()],
            rows: Vec::new(),
        }
    }

    /// Cuts a column to a number of characters.
    #[must_use]
    pub fn limit(mut self, column: usize, columns: usize) -> Table {
        if let Some(limit) = self.limits.get_mut(column) {
            *limit = columns;
        }
        self
    }

    /// Adds a row.
    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        let cells = cells.into_iter().map(|cell| plain(cell.into()));
        self.rows.push(cells.collect());
    }

    /// Whether there is no row.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn widths(&self) -> Vec<usize> {
        (0..self.head.len())
            .map(|at| {
                let cells = self.rows.iter().filter_map(|r| r.get(at));
                let widest = cells
                    .map(|c| width(c))
                    .max()
                    .unwrap_or(0)
                    .min(self.limits[at]);
                let heads = head_lines(&self.head[at], widest.max(HEAD_WIDTH));
                heads
                    .iter()
                    .map(|l| width(l))
                    .max()
                    .unwrap_or(0)
                    .max(widest)
            })
            .collect()
    }

    fn line(&self, cells: &[String], columns: &[usize], widths: &[usize]) -> String {
        let mut line = String::new();
        for at in columns {
            let cell = cut(cells.get(*at).map_or("", String::as_str), widths[*at]);
            let fill = " ".repeat(widths[*at].saturating_sub(width(&cell)));
            if self.right[*at] {
                line.push_str(&fill);
                line.push_str(&cell);
            } else {
                line.push_str(&cell);
                line.push_str(&fill);
            }
            line.push_str(&" ".repeat(GAP));
        }
        line.truncate(line.trim_end().len());
        line
    }

    /// The table as text. When it is wider than `most`, columns after the first `kept` move to
    /// further blocks that repeat those.
    pub fn render(&self, most: usize, kept: usize) -> String {
        let widths = self.widths();
        let fixed: usize = widths.iter().take(kept).map(|w| w + GAP).sum();
        let mut blocks: Vec<Vec<usize>> = Vec::new();
        let mut used = 0;
        for (at, wide) in widths.iter().enumerate().skip(kept) {
            match blocks.last_mut() {
                Some(block) if used + wide + GAP <= most.saturating_add(GAP) => block.push(at),
                _ => {
                    blocks.push((0..kept).chain([at]).collect());
                    used = fixed;
                }
            }
            used += wide + GAP;
        }
        if blocks.is_empty() {
            blocks.push((0..widths.len()).collect());
        }
        let mut out = String::new();
        for (at, block) in blocks.iter().enumerate() {
            if at > 0 {
                out.push('\n');
            }
            self.block(block, &widths, &mut out);
        }
        out
    }

    fn block(&self, columns: &[usize], widths: &[usize], out: &mut String) {
        let heads: Vec<Vec<String>> = self
            .head
            .iter()
            .zip(widths)
            .map(|(h, w)| head_lines(h, (*w).max(HEAD_WIDTH)))
            .collect();
        let lines = columns.iter().map(|at| heads[*at].len()).max().unwrap_or(0);
        for line in 0..lines {
            // Heads stand on the line above the rows.
            let cells: Vec<String> = heads
                .iter()
                .map(|h| {
                    let at = (line + h.len()).checked_sub(lines);
                    at.and_then(|at| h.get(at)).cloned().unwrap_or_default()
                })
                .collect();
            out.push_str(&self.line(&cells, columns, widths));
            out.push('\n');
        }
        for row in &self.rows {
            out.push_str(&self.line(row, columns, widths));
            out.push('\n');
        }
    }
}

/// A head split at spaces and hyphens into lines no wider than need be.
fn head_lines(head: &str, widest: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut rest = head;
    while !rest.is_empty() {
        let end = rest
            .find([' ', '-', '@', ':'])
            .map_or(rest.len(), |at| at + 1);
        let (part, after) = rest.split_at(end);
        match lines.last_mut() {
            Some(line) if width(line) + width(part.trim_end()) <= widest => line.push_str(part),
            _ => lines.push(part.to_owned()),
        }
        rest = after;
    }
    lines
        .iter_mut()
        .for_each(|l| l.truncate(l.trim_end().len()));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_long_heads_wrapped() {
        let mut table = Table::new(&["id", ">TPP", "option-one-tiers"]);
        table.row(["a", "15,832", "free"]);
        table.row(["order-2", "9", "license"]);
        let text = table.render(80, 1);
        assert_eq!(
            text,
            "                 option-one-\nid          TPP  tiers\n\
             a        15,832  free\norder-2       9  license\n"
        );
    }

    #[test]
    fn a_wide_table_goes_on_in_blocks() {
        let mut table = Table::new(&["id", "first", "second"]);
        table.row(["a", "1", "2"]);
        assert_eq!(
            table.render(10, 1),
            "id  first\na   1\n\nid  second\na   2\n"
        );
    }
}
