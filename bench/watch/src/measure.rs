//! How good a ranking and a choice of parties is.

/// A party as one check sees it.
#[derive(Debug, Clone, Copy)]
pub struct Judged {
    /// Whether it is planted.
    pub planted: bool,
    /// Whether the check would hold it up.
    pub flagged: bool,
    /// What it is ranked by; minus infinity if the check says nothing of it.
    pub score: f64,
    /// What it received.
    pub tpp: f64,
}

/// Figures of one check on one book.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    /// Planted among the flagged; none if nothing is flagged.
    pub precision: Option<f64>,
    /// Flagged among the planted.
    pub recall: f64,
    /// Area under the precision-recall curve (average precision).
    pub area: f64,
    /// Share of the planted TPP that is flagged.
    pub tpp: f64,
    /// Honest buyers held up for each thousand of them.
    pub false_holds: f64,
}

pub fn figures(all: &[Judged]) -> Figures {
    let count = |of: &dyn Fn(&Judged) -> bool| all.iter().filter(|j| of(j)).count() as f64;
    let sum =
        |of: &dyn Fn(&Judged) -> bool| all.iter().filter(|j| of(j)).map(|j| j.tpp).sum::<f64>();
    let planted = count(&|j| j.planted);
    let (flagged, right) = (count(&|j| j.flagged), count(&|j| j.flagged && j.planted));
    Figures {
        precision: (flagged > 0.0).then_some(right / flagged),
        recall: right / planted,
        area: area(all),
        // A sum of nothing is minus zero.
        tpp: sum(&|j| j.flagged && j.planted).abs() / sum(&|j| j.planted),
        false_holds: 1000.0 * (flagged - right) / count(&|j| !j.planted),
    }
}

/// Average precision; parties of the same score come in together.
fn area(all: &[Judged]) -> f64 {
    let mut order: Vec<&Judged> = all.iter().collect();
    order.sort_by(|a, b| b.score.total_cmp(&a.score));
    let planted = all.iter().filter(|j| j.planted).count() as f64;
    let (mut seen, mut right, mut area) = (0.0, 0.0, 0.0);
    for tied in order.chunk_by(|a, b| a.score == b.score) {
        let new = tied.iter().filter(|j| j.planted).count() as f64;
        seen += tied.len() as f64;
        right += new;
        area += new / planted * (right / seen);
    }
    area
}

/// Mean and range over seeds, as `0.93 [0.88, 1.00]`; `-` where there is none.
pub fn spread(values: &[f64], digits: usize) -> String {
    if values.is_empty() {
        return "-".to_owned();
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    format!("{mean:.digits$} [{low:.digits$}, {high:.digits$}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(planted: bool, flagged: bool, score: f64) -> Judged {
        Judged {
            planted,
            flagged,
            score,
            tpp: 1.0,
        }
    }

    #[test]
    fn a_perfect_ranking_has_area_one_and_none_has_the_base_rate() {
        let perfect = [judged(true, true, 2.0), judged(false, false, 1.0)];
        assert_eq!(figures(&perfect).area, 1.0);
        let blind = [
            judged(true, false, 0.0),
            judged(false, false, 0.0),
            judged(false, false, 0.0),
            judged(false, false, 0.0),
        ];
        assert_eq!(figures(&blind).area, 0.25);
        assert_eq!(figures(&blind).precision, None);
    }

    #[test]
    fn figures_count_what_they_say() {
        let all = [
            judged(true, true, 3.0),
            judged(false, true, 2.0),
            judged(true, false, 1.0),
            judged(false, false, 0.0),
        ];
        let of = figures(&all);
        assert_eq!(
            (of.precision, of.recall, of.false_holds),
            (Some(0.5), 0.5, 500.0)
        );
        assert!((of.area - (0.5 + 0.5 * 2.0 / 3.0)).abs() < 1e-12);
    }
}
