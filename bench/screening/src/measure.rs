//! Precision, recall and the area under their curve.

/// What a score finds at a threshold.
pub struct At {
    pub precision: f64,
    pub recall: f64,
}

impl At {
    /// The harmonic mean of both.
    pub fn f1(&self) -> f64 {
        2.0 * self.precision * self.recall / (self.precision + self.recall).max(f64::MIN_POSITIVE)
    }
}

/// Scores with what is so.
pub struct Scored(pub Vec<(f64, bool)>);

impl Scored {
    pub fn at(&self, threshold: f64) -> At {
        let found = self.0.iter().filter(|(score, _)| *score >= threshold);
        let (mut right, mut all) = (0usize, 0usize);
        for (_, same) in found {
            all += 1;
            right += usize::from(*same);
        }
        let same = self.0.iter().filter(|(_, same)| *same).count();
        At {
            precision: right as f64 / all.max(1) as f64,
            recall: right as f64 / same.max(1) as f64,
        }
    }

    /// The threshold of the best F1, and it.
    pub fn best(&self) -> (f64, f64) {
        let steps = (1..100).map(|n| f64::from(n) / 100.0);
        let scored = steps.map(|t| (t, self.at(t).f1()));
        scored.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0.0, 0.0))
    }

    /// Average precision: the area under precision over recall.
    pub fn area(&self) -> f64 {
        let mut sorted = self.0.clone();
        // Where scores tie, what is wrong comes first: a tie is no merit.
        sorted.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let (mut right, mut sum) = (0usize, 0.0);
        for (seen, (_, same)) in sorted.iter().enumerate() {
            if *same {
                right += 1;
                sum += right as f64 / (seen + 1) as f64;
            }
        }
        sum / right.max(1) as f64
    }
}
