//! Whether several diagrams can hold together, without building their product.

use rustc_hash::FxHashSet;

use crate::diagram::{Diagrams, Node, Variable};

/// Whether some cell makes each of these diagrams what is asked of it.
pub(super) fn some(diagrams: &Diagrams, asked: &[(Node, bool)]) -> bool {
    let mut search = Search {
        diagrams,
        failed: FxHashSet::default(),
    };
    search.from(asked.to_vec())
}

struct Search<'d> {
    diagrams: &'d Diagrams,
    /// Where nothing was found.
    failed: FxHashSet<Vec<(Node, bool)>>,
}

impl Search<'_> {
    fn from(&mut self, mut asked: Vec<(Node, bool)>) -> bool {
        if asked.iter().any(|(node, is)| *node == Node::truth(!is)) {
            return false;
        }
        asked.retain(|(node, _)| node.leaf().is_none());
        asked.sort_unstable();
        asked.dedup();
        let top = |node: &Node| self.diagrams.variable(*node).unwrap_or(Variable::MAX);
        let Some(variable) = asked.iter().map(|(node, _)| top(node)).min() else {
            return true;
        };
        if asked.windows(2).any(|w| w[0].0 == w[1].0) || self.failed.contains(&asked) {
            return false;
        }
        for value in 0..self.diagrams.arity(variable) {
            let next = asked.iter().map(|(node, is)| {
                if self.diagrams.variable(*node) == Some(variable) {
                    (self.diagrams.child(*node, value), *is)
                } else {
                    (*node, *is)
                }
            });
            let next = next.collect();
            if self.from(next) {
                return true;
            }
        }
        self.failed.insert(asked);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_together_or_not() {
        let mut d = Diagrams::new(vec![2, 3]);
        let a = d.node(0, &[Node::FALSE, Node::TRUE]);
        let b = d.node(1, &[Node::FALSE, Node::TRUE, Node::TRUE]);
        let both = d.and(a, b);
        assert!(some(&d, &[(a, true), (b, false)]));
        assert!(some(&d, &[(both, false), (b, true)]));
        assert!(!some(&d, &[(both, true), (b, false)]));
        assert!(!some(&d, &[(a, true), (a, false)]));
        assert!(some(&d, &[]));
        assert!(!some(&d, &[(Node::FALSE, true)]));
    }
}
