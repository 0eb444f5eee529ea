//! Lines that each keep to a limit of the law and together exceed it.
//!
//! What is used of a limit is a fact of each order: a file decides line by line. Its lines are
//! summed by quota and holder, so that memory grows with the holders and not with the file.

use rustc_hash::FxHashMap;
use tiergate_engine::{Names, holder};
use tiergate_law::{CountryFact, Date, Num, NumberFact, Over, RegimeQuota, Resolved};
use tiergate_order::Facts;

use crate::pipeline::Row;
use crate::report::count;
use crate::style::grouped;

/// Whose limit, under which law.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Holder {
    law: usize,
    quota: String,
    key: String,
    /// The year, for a limit of each.
    year: Option<i16>,
}

/// What lines draw together.
#[derive(Debug, Clone)]
struct Sum {
    lines: u64,
    drawn: Num,
    /// The most any line says was used before.
    used: Num,
    /// The highest limit of any line's date.
    limit: Num,
    cite: String,
}

/// The sums of a file, or of several.
#[derive(Debug, Clone, Default)]
pub struct Together(FxHashMap<Holder, Sum>);

impl Together {
    /// Counts a line that draws on a quota; shares of a total are left to each line.
    pub fn add(&mut self, law: usize, quota: &Resolved<RegimeQuota>, facts: &Facts, row: &Row<'_>) {
        let to = facts.country_followed(CountryFact::Destination);
        let (Some(limit), None) = (quota.is.limit_for(to), quota.is.share_of) else {
            return;
        };
        let Some(drawn) = facts.number(NumberFact::Amount) else {
            return;
        };
        let used = facts.number(quota.is.used).unwrap_or(Num::ZERO);
        // A line that exceeds the limit alone was decided so.
        if used.checked_add(drawn).is_none_or(|all| all > limit.amount) {
            return;
        }
        let Some(key) = key(&quota.is.key, facts, row) else {
            return;
        };
        let holder = Holder {
            law,
            quota: quota.id.clone(),
            key,
            year: year(quota.is.over, row.date),
        };
        match self.0.get_mut(&holder) {
            Some(sum) => sum.add(1, drawn, used, limit.amount),
            None => {
                let first = Sum {
                    lines: 1,
                    drawn,
                    used,
                    limit: limit.amount,
                    cite: limit.cite.clone(),
                };
                self.0.insert(holder, first);
            }
        }
    }

    /// Adds the sums of another.
    pub fn merge(&mut self, other: Together) {
        for (holder, more) in other.0 {
            match self.0.get_mut(&holder) {
                Some(sum) => sum.add(more.lines, more.drawn, more.used, more.limit),
                None => {
                    self.0.insert(holder, more);
                }
            }
        }
    }

    /// A line for each limit that several lines exceed together and none alone would.
    pub fn warnings(&self, titles: &[String]) -> Vec<String> {
        let mut said = Vec::new();
        let mut sums: Vec<_> = self.0.iter().collect();
        sums.sort_unstable_by_key(|(holder, _)| *holder);
        for (holder, sum) in sums {
            let Some(all) = sum.used.checked_add(sum.drawn) else {
                continue;
            };
            if sum.lines < 2 || all <= sum.limit {
                continue;
            }
            let n = |n: Num| grouped(&n.to_string());
            let year = holder.year.map_or_else(String::new, |y| format!(" in {y}"));
            let used = if sum.used == Num::ZERO {
                String::new()
            } else {
                format!(" with {} used before", n(sum.used))
            };
            said.push(format!(
                "warning: under {}, {} lines together draw {} TPP{used} on `{}` of {}{year}, above its \
                 limit of {} ({}); each line was decided by itself",
                titles.get(holder.law).map_or("", String::as_str),
                sum.lines,
                n(sum.drawn),
                holder.quota,
                holder.key,
                n(sum.limit),
                sum.cite,
            ));
        }
        let more = said.len().saturating_sub(WARNINGS_MAX);
        if more > 0 {
            said.truncate(WARNINGS_MAX);
            let limits = count(more as u64, "more limit", "more limits");
            said.push(format!("warning: {limits} that lines together exceed"));
        }
        said
    }
}

/// More limits than these are counted and not listed.
const WARNINGS_MAX: usize = 20;

impl Sum {
    fn add(&mut self, lines: u64, drawn: Num, used: Num, limit: Num) {
        self.lines += lines;
        self.drawn = self.drawn.checked_add(drawn).unwrap_or(self.drawn);
        self.used = self.used.max(used);
        self.limit = self.limit.max(limit);
    }
}

/// The year a limit of each calendar year is of.
fn year(over: Over, date: Date) -> Option<i16> {
    (over == Over::CalendarYear).then(|| date.year())
}

/// The holder's name or place; none when the line does not say who it is.
fn key(key: &str, facts: &Facts, row: &Row<'_>) -> Option<String> {
    let names = row
        .names
        .map(|n| n.filter(|n| !n.is_empty()).map(String::from_utf8_lossy));
    let [consignee, parent, end_user, end_user_parent] = names;
    let names = Names {
        consignee,
        parent,
        end_user,
        end_user_parent,
        chip: None,
    };
    holder(key, &names, facts).ok()
}
