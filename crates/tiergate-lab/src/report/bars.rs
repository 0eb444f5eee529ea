//! Bars beside names: each with its interval, on one axis.

use super::axis::{Axis, short};
use super::markup::{Picture, escape};

/// A bar.
#[derive(Debug, Clone)]
pub struct Bar {
    /// Its class.
    pub class: &'static str,
    /// The lower end of its interval, its value, the upper end.
    pub spread: [f64; 3],
}

const LEFT: f64 = 220.0;
const RIGHT: f64 = 690.0;
const THICK: f64 = 11.0;

/// From where to where the bars of a picture go.
pub const ENDS: [f64; 2] = [LEFT, RIGHT];

/// A name with a bar or several beneath one another.
pub type Row = (String, Vec<Bar>);

/// Rows of bars.
pub fn draw(id: &str, title: &str, says: &str, rows: &[Row], axis: Option<Axis>) -> String {
    let values = || {
        rows.iter()
            .flat_map(|(_, bars)| bars)
            .flat_map(|bar| bar.spread)
    };
    let axis = axis.unwrap_or_else(|| {
        let most = values().fold(0.0, f64::max);
        let least = values().fold(0.0, f64::min);
        let most = if most > least { most } else { least + 1.0 };
        Axis::Even([least, most], ENDS)
    });
    let mut y = 6.0;
    let mut bars = String::new();
    for (name, of) in rows {
        let high = of.len() as f64 * (THICK + 2.0);
        bars += &format!(
            "<text class=\"tick end\" x=\"{}\" y=\"{:.1}\">{}</text>",
            LEFT - 8.0,
            y + high / 2.0 + 3.5,
            escape(name)
        );
        for bar in of {
            let [low, value, high] = bar.spread.map(|x| axis.place(x));
            let zero = axis.place(0.0);
            let (from, to) = (zero.min(value), zero.max(value));
            bars += &format!(
                "<rect class=\"{}\" x=\"{from:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{THICK}\"/>\
                 <path class=\"whisker\" d=\"M{low:.1} {m:.1}H{high:.1}M{low:.1} {a:.1}v6M{high:.1} {a:.1}v6\"/>",
                bar.class,
                (to - from).max(0.5),
                m = y + THICK / 2.0,
                a = y + THICK / 2.0 - 3.0,
            );
            y += THICK + 2.0;
        }
        y += 7.0;
    }
    let mut body = String::new();
    for tick in axis.ticks() {
        let x = axis.place(tick);
        body += &format!(
            "<path class=\"grid\" d=\"M{x:.1} 0V{y:.1}\"/><text class=\"tick mid\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>",
            y + 14.0,
            escape(&short(tick))
        );
    }
    let picture = Picture {
        id,
        class: "bars",
        view: [0.0, 0.0, 700.0, y + 20.0],
        title,
        says,
    };
    picture.draw(&(body + &bars))
}
