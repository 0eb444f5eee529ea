//! Fan charts: the median, half of draws and nine in ten of them, month by month.

use super::axis::{Axis, short};
use super::markup::{Picture, escape};

/// A month of a series: 5, 25, 50, 75 and 95 percent.
pub type Months = Vec<Option<[f64; 5]>>;

/// Width and height of a chart.
const SIZE: [f64; 2] = [240.0, 150.0];
/// Where the months begin and end, and where the least and the most lie.
const INNER: [f64; 4] = [38.0, 234.0, 130.0, 8.0];

/// The axis on which all of these charts lie, fitted to the months from `since` on: what was long before
/// the laws part may lie at its foot, and what is above its top is not cut.
pub fn axis(fans: &[Months], since: usize) -> Axis {
    let all = || {
        fans.iter()
            .flat_map(|months| months.iter().skip(since).flatten())
    };
    let before = fans
        .iter()
        .flat_map(|months| months.iter().take(since).flatten());
    let top = |most: f64, q: &[f64; 5]| most.max(q[4]);
    let highest = before.clone().fold(f64::MIN, top);
    // What is small before the laws part stays above the foot, as far as an axis of factors reaches.
    let small = before.map(|q| q[2]).filter(|x| *x > 0.0);
    let values: Vec<f64> = all()
        .flat_map(|q| [q[0], q[2], q[4]])
        .chain((highest > f64::MIN).then_some(highest))
        .chain(small)
        .collect();
    Axis::of(&values, [INNER[2], INNER[3]])
}

/// A chart to be drawn.
#[derive(Debug)]
pub struct Fan<'f> {
    /// What is its own on the page.
    pub id: &'f str,
    /// What it shows.
    pub title: &'f str,
    /// What it finds.
    pub says: &'f str,
    /// The months.
    pub months: &'f Months,
    /// The law it is beside, which is drawn over it; none for that law itself.
    pub beside: Option<&'f Months>,
    /// The axis of all charts of the series.
    pub axis: &'f Axis,
    /// The month in which the laws part; none for one law.
    pub part: Option<usize>,
    /// The place of the first month of each year.
    pub years: &'f [(usize, i16)],
}

impl Fan<'_> {
    fn x(&self, month: usize) -> f64 {
        let last = self.months.len().saturating_sub(1).max(1) as f64;
        INNER[0] + month as f64 / last * (INNER[1] - INNER[0])
    }

    /// A line through a quantile, broken where there is no value.
    fn line(&self, months: &Months, quantile: usize) -> String {
        let mut path = String::new();
        let mut pen = 'M';
        for (at, month) in months.iter().enumerate() {
            let Some(q) = month else {
                pen = 'M';
                continue;
            };
            path += &format!("{pen}{:.1} {:.1}", self.x(at), self.axis.place(q[quantile]));
            pen = 'L';
        }
        path
    }

    /// A band between two quantiles: a piece for every stretch with values.
    fn band(&self, low: usize, high: usize) -> String {
        let mut path = String::new();
        let there = |at: &usize| self.months[*at].is_some();
        let mut at = 0;
        while at < self.months.len() {
            let stretch: Vec<usize> = (at..self.months.len()).take_while(there).collect();
            let point = |month: &usize, quantile: usize| {
                let value = self.months[*month].map_or(0.0, |q| q[quantile]);
                format!("{:.1} {:.1}", self.x(*month), self.axis.place(value))
            };
            let upper = stretch.iter().map(|m| point(m, high));
            let lower = stretch.iter().rev().map(|m| point(m, low));
            let points: Vec<String> = upper.chain(lower).collect();
            if !points.is_empty() {
                path += &format!("M{}z", points.join("L"));
            }
            at += stretch.len().max(1);
        }
        path
    }

    /// It, drawn.
    pub fn draw(&self) -> String {
        let [left, right, bottom, top] = INNER;
        let mut body = String::new();
        for tick in self.axis.ticks() {
            let y = self.axis.place(tick);
            body += &format!(
                "<path class=\"grid\" d=\"M{left} {y:.1}H{right}\"/><text class=\"tick end\" x=\"{}\" y=\"{:.1}\">{}</text>",
                left - 3.0,
                y + 4.0,
                escape(&short(tick))
            );
        }
        for (at, year) in self.years.iter().filter(|(_, year)| year % 2 == 0) {
            let x = self.x(*at);
            body += &format!(
                "<path class=\"grid\" d=\"M{x:.1} {bottom}v4\"/><text class=\"tick mid\" x=\"{x:.1}\" y=\"{}\">{year}</text>",
                bottom + 15.0
            );
        }
        body += &format!("<path class=\"b90\" d=\"{}\"/>", self.band(0, 4));
        body += &format!("<path class=\"b50\" d=\"{}\"/>", self.band(1, 3));
        if let Some(part) = self.part {
            body += &format!(
                "<path class=\"part\" d=\"M{:.1} {top}V{bottom}\"/>",
                self.x(part)
            );
        }
        if let Some(beside) = self.beside {
            body += &format!("<path class=\"beside\" d=\"{}\"/>", self.line(beside, 2));
        }
        body += &format!(
            "<path class=\"median\" d=\"{}\"/>",
            self.line(self.months, 2)
        );
        let picture = Picture {
            id: self.id,
            class: "fan",
            view: [0.0, 0.0, SIZE[0], SIZE[1]],
            title: self.title,
            says: self.says,
        };
        picture.draw(&body)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fan, axis};

    #[test]
    fn a_month_without_a_value_breaks_the_line_and_the_band() {
        let one = Some([1.0, 2.0, 3.0, 4.0, 5.0]);
        let months = vec![one, one, None, one, one];
        let axis = axis(std::slice::from_ref(&months), 0);
        let fan = Fan {
            id: "f",
            title: "t",
            says: "s",
            months: &months,
            beside: None,
            axis: &axis,
            part: Some(1),
            years: &[(0, 2024)],
        };
        assert_eq!(fan.line(&months, 2).matches('M').count(), 2);
        assert_eq!(fan.band(0, 4).matches('z').count(), 2);
        // The median of three fifths of the axis lies three fifths up.
        assert!((axis.place(3.0) - (130.0 - 0.6 * 122.0)).abs() < 1e-9);
        assert!(fan.draw().contains("class=\"part\""));
    }
}
