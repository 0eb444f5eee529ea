//! An axis for what is to be shown: even, or by factors where values lie more than two decades apart.

use tiergate_draw::scale::Log;

use crate::told::number;

/// Decades beyond which an axis goes by factors.
const DECADES: f64 = 2.0;
/// How many decades such an axis shows at most.
const SHOWN: f64 = 4.0;

/// An axis from values to the units of a picture.
#[derive(Debug, Clone, Copy)]
pub enum Axis {
    /// Even: from, to, and where these lie.
    Even([f64; 2], [f64; 2]),
    /// By factors.
    Factors(Log),
}

impl Axis {
    /// An axis on which all values lie, between two ends. It is even when values are below zero, or when
    /// more than one in ten is zero: nothing has no place on an axis of factors.
    pub fn of(values: &[f64], ends: [f64; 2]) -> Axis {
        let finite = || values.iter().copied().filter(|x| x.is_finite());
        let most = finite().fold(f64::MIN, f64::max);
        let least = finite().fold(f64::MAX, f64::min);
        let positive = finite().filter(|x| *x > 0.0).fold(f64::MAX, f64::min);
        let zeros = finite().filter(|x| *x == 0.0).count();
        let factors = least >= 0.0
            && most > positive * 10_f64.powf(DECADES)
            && zeros * 10 <= finite().count();
        if factors {
            let low = positive.max(most / 10_f64.powf(SHOWN));
            let (low, high) = (10_f64.powf(low.log10().floor()), most);
            return Axis::Factors(Log::new((low, high), (ends[0], ends[1])));
        }
        let (low, high) = (least.min(0.0), most.max(0.0));
        let high = if high > low { high } else { low + 1.0 };
        Axis::Even([low, high], ends)
    }

    /// Where a value lies; what is off the axis lies at its end.
    pub fn place(&self, x: f64) -> f64 {
        match self {
            Axis::Even([low, high], [start, end]) => {
                start + ((x - low) / (high - low)).clamp(0.0, 1.0) * (end - start)
            }
            Axis::Factors(log) => log.place(x),
        }
    }

    /// Round values to mark.
    pub fn ticks(&self) -> Vec<f64> {
        match self {
            Axis::Even([low, high], _) => {
                let step = step((high - low) / 3.0);
                let mut tick = (low / step).ceil() * step;
                let mut ticks = Vec::new();
                while tick <= high * (1.0 + 1e-9) && ticks.len() < 12 {
                    ticks.push(if tick.abs() < step / 1e6 { 0.0 } else { tick });
                    tick += step;
                }
                ticks
            }
            Axis::Factors(log) => {
                let decades = |x: &f64| (x.log10() - x.log10().round()).abs() < 1e-9;
                log.ticks().into_iter().filter(decades).collect()
            }
        }
    }

    /// What is to be said of it beneath a picture.
    pub const fn says(&self) -> &'static str {
        match self {
            Axis::Even(..) => "",
            Axis::Factors(..) => " The axis goes by factors of ten; what is less lies at its foot.",
        }
    }
}

/// The round step next to one: 1, 2 or 5 times a power of ten.
fn step(about: f64) -> f64 {
    let power = 10_f64.powf(about.log10().floor());
    let of = about / power;
    let round = [1.0, 2.0, 5.0].into_iter().find(|n| of <= *n);
    round.unwrap_or(10.0) * power
}

/// A value at an axis, short: `20k`, `1.5M`.
pub fn short(x: f64) -> String {
    let (x, unit) = match x.abs() {
        size if size >= 1e9 => (x / 1e9, "bn"),
        size if size >= 1e6 => (x / 1e6, "M"),
        size if size >= 1e3 => (x / 1e3, "k"),
        size if size > 0.0 && size < 1e-3 => return format!("{x:e}"),
        _ => (x, ""),
    };
    let text = format!("{x:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text}{unit}")
}

/// A value in a narrow cell: three digits, and thousands as one letter from ten thousand on.
pub fn compact(x: f64) -> String {
    let (of, unit) = match x.abs() {
        size if size >= 1e9 => (x / 1e9, "bn"),
        size if size >= 1e6 => (x / 1e6, "M"),
        size if size >= 1e4 => (x / 1e3, "k"),
        _ => return number(x),
    };
    format!("{}{unit}", number(of))
}

#[cfg(test)]
mod tests {
    use super::{Axis, compact, short};

    #[test]
    fn an_axis_goes_by_factors_only_where_values_lie_far_apart_and_are_not_nothing() {
        let log = Axis::of(&[2.0, 2_000.0], [0.0, 100.0]);
        assert!(matches!(log, Axis::Factors(..)));
        assert_eq!(log.ticks(), [1.0, 10.0, 100.0, 1000.0]);
        let even = Axis::of(&[20.0, 1_000.0], [0.0, 100.0]);
        assert!(matches!(even, Axis::Even(..)));
        assert!((even.place(500.0) - 50.0).abs() < 1e-9);
        assert_eq!(even.ticks(), [0.0, 500.0, 1000.0]);
        let zeros = Axis::of(&[0.0, 0.0, 1.0, 5_000.0], [0.0, 100.0]);
        assert!(matches!(zeros, Axis::Even(..)));
        assert!(matches!(
            Axis::of(&[-1.0, 500.0], [0.0, 1.0]),
            Axis::Even(..)
        ));
    }

    #[test]
    fn values_at_an_axis_are_short() {
        let told = [0.0, 0.25, 1500.0, 20_000.0, 2e6, -3e9, 1e-4].map(short);
        assert_eq!(told, ["0", "0.25", "1.5k", "20k", "2M", "-3bn", "1e-4"]);
        let told = [9_999.0, 369_200.0, 1_423_102.0, 0.084].map(compact);
        assert_eq!(told, ["9,999", "369k", "1.42M", "0.084"]);
    }
}
