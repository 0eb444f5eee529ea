//! An opening that is asked for more than it holds, shared out in one proportion.
//!
//! The way U.S. Customs and Border Protection opens a quota (19 CFR 132.12): all that was asked at
//! the opening moment is one sum, everybody gets the same percentage of what they asked, and no one
//! gets more than that.

/// An opening shared out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prorated {
    /// The percentage everybody gets, in hundred-thousandths of a percent, rounded down; all of it
    /// when there was enough.
    pub percent_e5: u64,
    /// What each gets, in the order asked.
    pub granted: Vec<u64>,
    /// What is left over by rounding down.
    pub left: u64,
}

impl Prorated {
    /// The percentage as it is published, such as `48.17358`.
    #[must_use]
    pub fn percent(&self) -> String {
        format!(
            "{}.{:05}",
            self.percent_e5 / 100_000,
            self.percent_e5 % 100_000
        )
    }
}

/// One hundred percent.
const ALL: u64 = 10_000_000;

/// Shares an amount out over what is asked.
///
/// ```
/// use tiergate_ledger::prorate;
/// let shared = prorate(100, &[100, 60, 40]);
/// assert_eq!(shared.percent(), "50.00000");
/// assert_eq!(shared.granted, [50, 30, 20]);
/// ```
#[must_use]
pub fn prorate(available: u64, asked: &[u64]) -> Prorated {
    let total: u128 = asked.iter().copied().map(u128::from).sum();
    if total <= u128::from(available) {
        let total = u64::try_from(total).unwrap_or(available);
        return Prorated {
            percent_e5: ALL,
            granted: asked.to_vec(),
            left: available - total,
        };
    }
    let percent_e5 = u128::from(available) * u128::from(ALL) / total;
    // Both are at most what was asked and what was available.
    let narrow = |n: u128| u64::try_from(n).unwrap_or(u64::MAX);
    let granted: Vec<u64> = asked
        .iter()
        .map(|asked| narrow(u128::from(*asked) * percent_e5 / u128::from(ALL)))
        .collect();
    let given: u64 = granted.iter().sum();
    Prorated {
        percent_e5: narrow(percent_e5),
        granted,
        left: available - given,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_tuna_opening_of_2018_is_shared_as_published() {
        // CBP quota bulletin QB 18-121: 13,951,961 kg, 85.84065 percent of what was presented. What
        // was presented is not published; 16,253,326 kg is the sum that gives that percentage.
        let lines = [9_000_000, 4_253_326, 3_000_000];
        let shared = prorate(13_951_961, &lines);
        assert_eq!(shared.percent(), "85.84065");
        assert_eq!(shared.granted, [7_725_658, 3_651_082, 2_575_219]);
        assert_eq!(shared.left, 2);
    }

    #[test]
    fn the_dairy_opening_of_2016_is_shared_as_published() {
        // CBP quota bulletin QB 16-116: 48.17358 percent, or .4817358.
        let shared = prorate(4_817_358, &[2_500_000, 7_500_000]);
        assert_eq!(shared.percent(), "48.17358");
        assert_eq!(shared.granted, [1_204_339, 3_613_018]);
    }

    #[test]
    fn an_opening_that_suffices_gives_everybody_what_they_asked() {
        let shared = prorate(100, &[60, 40]);
        assert_eq!((shared.percent().as_str(), shared.left), ("100.00000", 0));
        assert_eq!(shared.granted, [60, 40]);
    }

    proptest! {
        #[test]
        fn no_more_is_given_than_there_is_nor_than_was_asked(
            available in 0..u64::MAX / 2,
            asked in prop::collection::vec(0..u64::MAX / 64, 0..30),
        ) {
            let shared = prorate(available, &asked);
            let given: u128 = shared.granted.iter().copied().map(u128::from).sum();
            prop_assert_eq!(given + u128::from(shared.left), u128::from(available));
            for (granted, asked) in shared.granted.iter().zip(&asked) {
                prop_assert!(granted <= asked);
            }
            // Who asks more gets no less.
            for (a, ga) in asked.iter().zip(&shared.granted) {
                for (b, gb) in asked.iter().zip(&shared.granted) {
                    prop_assert!(a < b || ga >= gb);
                }
            }
        }
    }
}
