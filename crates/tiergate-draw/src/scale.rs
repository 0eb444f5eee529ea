//! Axes.

/// A logarithmic axis from the numbers of a chart to its units.
#[derive(Debug, Clone, Copy)]
pub struct Log {
    low: f64,
    high: f64,
    start: f64,
    end: f64,
}

impl Log {
    /// An axis on which `low` lies at `start` and `high` at `end`.
    #[must_use]
    pub fn new((low, high): (f64, f64), (start, end): (f64, f64)) -> Log {
        let low = low.ln();
        let high = high.ln().max(low + f64::EPSILON);
        Log {
            low,
            high,
            start,
            end,
        }
    }

    /// Where a number lies; what is off the axis lies at its end.
    #[must_use]
    pub fn place(&self, number: f64) -> f64 {
        let share = (number.max(f64::MIN_POSITIVE).ln() - self.low) / (self.high - self.low);
        self.start + share.clamp(0.0, 1.0) * (self.end - self.start)
    }

    /// Round numbers to mark: 1, 2 and 5 times the powers of ten.
    #[must_use]
    pub fn ticks(&self) -> Vec<f64> {
        let power = |n: f64| n / std::f64::consts::LN_10;
        #[expect(clippy::cast_possible_truncation, reason = "powers of ten on a chart")]
        let (from, to) = (
            power(self.low).floor() as i32,
            power(self.high).ceil() as i32,
        );
        let all = (from..=to).flat_map(|p| [1.0, 2.0, 5.0].map(|n| n * 10_f64.powi(p)));
        all.filter(|n| (self.low..=self.high).contains(&n.ln()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logarithmic_axis_puts_a_decade_beside_a_decade() {
        let axis = Log::new((1.0, 100.0), (0.0, 200.0));
        assert!((axis.place(10.0) - 100.0).abs() < 1e-9);
        assert!((axis.place(1e9) - 200.0).abs() < 1e-9);
        assert!(axis.place(0.0).abs() < 1e-9);
        assert_eq!(axis.ticks(), [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]);
    }
}
