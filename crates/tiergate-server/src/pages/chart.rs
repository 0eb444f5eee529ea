//! Amounts over days, drawn as lines that hold until they change.
//!
//! A drawing is hidden from those who cannot see it: its page says the same in a table.

use std::fmt::Write as _;

use jiff::ToSpan as _;
use jiff::civil::Date;
use tiergate_cases::{days_between, plus};
use tiergate_ledger::grouped;

/// An amount over days.
#[derive(Debug, Clone)]
pub struct Line {
    /// What it is.
    pub name: &'static str,
    /// How the style sheet calls it: `a` or `b`.
    pub class: char,
    /// By day; each amount holds until the next.
    pub points: Vec<(Date, i64)>,
}

/// A drawing of amounts over days.
#[derive(Debug, Clone)]
pub struct Chart {
    /// What is counted.
    pub unit: String,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// What is drawn.
    pub lines: Vec<Line>,
    /// An amount that is not to be passed.
    pub level: Option<(String, i64)>,
}

/// Wide and narrow: a drawing for a desk, and one for a phone.
const WIDTHS: [(&str, i64); 2] = [("broad", 960), ("slim", 360)];
const HEIGHT: i64 = 280;
const TOP: i64 = 44;
const BOTTOM: i64 = 30;
const RIGHT: i64 = 14;
/// How wide a letter is, about.
const LETTER: i64 = 8;

impl Chart {
    /// The drawings; the style sheet shows the one that fits.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut all = String::new();
        for (class, width) in WIDTHS {
            self.draw(class, width, &mut all);
        }
        all
    }

    fn most(&self) -> i64 {
        let points = self.lines.iter().flat_map(|line| &line.points);
        let most = points.map(|(_, amount)| *amount).max().unwrap_or(0);
        most.max(self.level.as_ref().map_or(0, |(_, amount)| *amount))
            .max(1)
    }

    fn draw(&self, class: &str, width: i64, out: &mut String) {
        let most = self.most();
        let step = step(most);
        let top = (most + step - 1) / step * step;
        let (per, word) = match most {
            10_000_000.. => (1_000_000, ", million"),
            _ => (1, ""),
        };
        let label = |amount: i64| grouped(i128::from(amount / per));
        let left = i64::try_from(label(top).len()).unwrap_or(0) * LETTER + 12;
        let days = days_between(self.from, self.to).max(1);
        let (inner, tall) = (width - left - RIGHT, HEIGHT - TOP - BOTTOM);
        let x = |day: Date| left + days_between(self.from, day).clamp(0, days) * inner / days;
        let y = |amount: i64| TOP + tall - scaled(amount.clamp(0, top), tall, top);
        // A `String` takes all that is written.
        let _ = write!(
            out,
            "<svg class=\"chart {class}\" viewBox=\"0 0 {width} {HEIGHT}\" width=\"{width}\" height=\"{HEIGHT}\" aria-hidden=\"true\" focusable=\"false\">"
        );
        let mut amount = 0;
        while amount <= top {
            let at = y(amount);
            let kind = if amount == 0 { "axis" } else { "rule" };
            let _ = write!(
                out,
                "<path class=\"{kind}\" d=\"M{left} {at}H{}\"/><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
                width - RIGHT,
                left - 6,
                at + 4,
                label(amount)
            );
            amount += step;
        }
        for (day, text) in self.days(inner) {
            let at = x(day);
            let half = i64::try_from(text.len()).unwrap_or(0) * LETTER / 2;
            let middle = at.clamp(half, width - half);
            let _ = write!(
                out,
                "<path class=\"axis\" d=\"M{at} {}v5\"/><text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{text}</text>",
                y(0),
                HEIGHT - 8
            );
        }
        let _ = write!(
            out,
            "<text class=\"unit\" x=\"2\" y=\"14\">{}{word}</text>",
            escaped(&self.unit)
        );
        if self.lines.len() > 1 {
            let mut at = left;
            for line in &self.lines {
                let _ = write!(
                    out,
                    "<path class=\"line {}\" d=\"M{at} 29h18\"/><text x=\"{}\" y=\"33\">{}</text>",
                    line.class,
                    at + 24,
                    line.name
                );
                at += 44 + i64::try_from(line.name.len()).unwrap_or(0) * LETTER;
            }
        }
        for line in &self.lines {
            let mut path = String::new();
            for (at, (day, amount)) in line.points.iter().enumerate() {
                let _ = match at {
                    0 => write!(path, "M{} {}", x(*day), y(*amount)),
                    _ => write!(path, "H{}V{}", x(*day), y(*amount)),
                };
            }
            let Some((first, _)) = line.points.first() else {
                continue;
            };
            let end = x(self.to);
            let _ = write!(path, "H{end}");
            if line.class == 'a' {
                let (base, start) = (y(0), x(*first));
                let _ = write!(out, "<path class=\"area\" d=\"{path}V{base}H{start}Z\"/>");
            }
            let _ = write!(out, "<path class=\"line {}\" d=\"{path}\"/>", line.class);
        }
        if let Some((name, amount)) = &self.level {
            let at = y(*amount);
            let _ = write!(
                out,
                "<path class=\"level\" d=\"M{left} {at}H{}\"/><text class=\"level\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
                width - RIGHT,
                width - RIGHT,
                at - 5,
                escaped(name)
            );
        }
        out.push_str("</svg>");
    }

    /// The days that are named below the drawing.
    fn days(&self, inner: i64) -> Vec<(Date, String)> {
        let days = days_between(self.from, self.to).max(1);
        let most = (inner / 90).max(2);
        if days <= 62 {
            let step = [1, 2, 7, 14, 31].into_iter().find(|s| days / s <= most);
            let step = step.unwrap_or(31);
            let days = (0..=days / step).map(|n| plus(self.from, n * step));
            return days
                .filter(|day| *day <= self.to)
                .map(|day| (day, day.strftime("%b %-d").to_string()))
                .collect();
        }
        let months = days / 30;
        let steps = [1, 2, 3, 6, 12, 24, 60, 120];
        let step = steps
            .into_iter()
            .find(|s| months / s <= most)
            .unwrap_or(240);
        let (mut day, mut found) = (self.from.first_of_month(), Vec::new());
        while day <= self.to {
            let since = i64::from(day.year()) * 12 + i64::from(day.month()) - 1;
            if day >= self.from && since % step == 0 {
                found.push((day, day.strftime("%b %Y").to_string()));
            }
            match day.checked_add(1.month()) {
                Ok(next) => day = next,
                Err(_) => break,
            }
        }
        found
    }
}

/// An amount as a part of a height, without running over.
fn scaled(amount: i64, tall: i64, top: i64) -> i64 {
    let part = i128::from(amount) * i128::from(tall) / i128::from(top.max(1));
    i64::try_from(part).unwrap_or(tall)
}

/// The distance of the lines across: 1, 2 or 5 and noughts, four or five of them.
fn step(most: i64) -> i64 {
    let mut ten = 1;
    while most / ten >= 50 {
        ten *= 10;
    }
    [1, 2, 5, 10]
        .into_iter()
        .map(|n| n * ten)
        .find(|step| most / step < 5)
        .unwrap_or(10 * ten)
}

/// A text that means nothing to a browser.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn lines_across_stand_at_round_amounts() {
        let all = [1, 4, 5, 12, 26, 99, 100, 26_900_000].map(step);
        assert_eq!(all, [1, 1, 2, 5, 10, 20, 50, 10_000_000]);
    }

    #[test]
    fn a_drawing_names_its_ends_and_holds_what_it_is_given() {
        let chart = Chart {
            unit: "a < b".to_owned(),
            from: date(2026, 1, 1),
            to: date(2026, 12, 31),
            lines: vec![Line {
                name: "open",
                class: 'a',
                points: vec![(date(2026, 1, 1), 0), (date(2026, 7, 1), 3)],
            }],
            level: Some(("most 4".to_owned(), 4)),
        };
        let svg = chart.svg();
        assert!(svg.contains("a &lt; b") && svg.contains("Jan 2026") && svg.contains("most 4"));
        assert_eq!(svg.matches("<svg").count(), 2);
        assert!(!svg.contains("style="));
    }

    #[test]
    fn a_single_day_and_no_points_draw_too() {
        let day = date(2026, 1, 1);
        let chart = Chart {
            unit: "cases".to_owned(),
            from: day,
            to: day,
            lines: Vec::new(),
            level: None,
        };
        assert!(chart.svg().contains("Jan 1"));
    }
}
