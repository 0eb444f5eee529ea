//! Union-find: which things hang together.

/// A forest over the numbers below its length.
///
/// ```
/// let mut groups = tiergate_watch::Groups::new(4);
/// assert!(groups.join(0, 2));
/// assert!(!groups.join(2, 0));
/// assert_eq!(groups.find(2), groups.find(0));
/// assert_ne!(groups.find(1), groups.find(0));
/// ```
#[derive(Debug, Clone)]
pub struct Groups {
    above: Vec<u32>,
}

impl Groups {
    /// Each by itself.
    #[must_use]
    pub fn new(count: u32) -> Groups {
        Groups {
            above: (0..count).collect(),
        }
    }

    /// The one that stands for the group: its least member.
    pub fn find(&mut self, of: u32) -> u32 {
        let mut at = of;
        loop {
            let up = self.above[at as usize];
            if up == at {
                return at;
            }
            let higher = self.above[up as usize];
            self.above[at as usize] = higher;
            at = higher;
        }
    }

    /// Joins two groups; whether they were apart.
    pub fn join(&mut self, one: u32, other: u32) -> bool {
        let (one, other) = (self.find(one), self.find(other));
        if one == other {
            return false;
        }
        // The least stands for the group, so that the order of joining shows nowhere.
        let (least, more) = (one.min(other), one.max(other));
        self.above[more as usize] = least;
        true
    }
}
