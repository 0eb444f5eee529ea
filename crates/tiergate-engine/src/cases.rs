//! One diagram of many cases, of which the first that holds counts.

use std::ops::Range;

use hashbrown::HashTable;

use crate::diagram::{Diagrams, Node, Variable, code, spread};

impl Diagrams {
    /// The result of the first case whose condition holds, `otherwise` where none does.
    ///
    /// All cases are followed at once, so that nothing is made of a case where an earlier one
    /// holds: joined one by one, rules that exclude each other give diagrams far larger than the
    /// whole.
    ///
    /// ```
    /// use tiergate_engine::{Diagrams, Node};
    /// let mut diagrams = Diagrams::new(vec![2, 2]);
    /// let [a, b] = [0, 1].map(|v| diagrams.node(v, &[Node::FALSE, Node::TRUE]));
    /// let cases = [(a, Node::of_leaf(5)), (b, Node::of_leaf(6))];
    /// let first = diagrams.first(&cases, Node::of_leaf(7));
    /// assert_eq!(diagrams.child(first, 1), Node::of_leaf(5));
    /// let no_a = diagrams.child(first, 0);
    /// assert_eq!([0, 1].map(|b| diagrams.child(no_a, b)), [7, 6].map(Node::of_leaf));
    /// ```
    pub fn first(&mut self, cases: &[(Node, Node)], otherwise: Node) -> Node {
        let mut chains = Chains::default();
        chains.start(cases, otherwise);
        self.first_in(&mut chains, 0)
    }

    /// The diagram of the chain that ends the stack, from `base`.
    fn first_in(&mut self, chains: &mut Chains, base: usize) -> Node {
        match chains.open[base..] {
            [one] => return one,
            [condition, yes, no] => return self.choose(condition, yes, no),
            _ => {}
        }
        let code = code(&chains.open[base..]);
        if let Some(known) = chains.known(code, base) {
            return known;
        }
        let end = chains.open.len();
        let tops = chains.open[base..].iter().map(|n| self.top(*n));
        let variable = tops.min().unwrap_or(Variable::MAX);
        let asking = chains.asking.len();
        let nodes = &chains.open[base..];
        let ask = nodes.iter().filter(|n| self.top(**n) == variable);
        chains.asking.extend(ask);
        let mut last = Node::FALSE;
        let node = self.node_by(variable, |all, value| {
            let mut asked = chains.asking[asking..].iter();
            if value == 0 || !asked.all(|n| all.child(*n, value) == all.child(*n, value - 1)) {
                chains.push_by(base..end, |node| all.cofactor(node, variable, value));
                last = all.first_in(chains, end);
                chains.open.truncate(end);
            }
            last
        });
        chains.asking.truncate(asking);
        chains.learn(code, base, node);
        node
    }
}

/// Lists of cases on the way to one diagram: condition, result, condition, result, what else.
#[derive(Debug, Default)]
struct Chains {
    /// The chains being followed, one after the other.
    open: Vec<Node>,
    /// Of each, the nodes that ask for its first variable.
    asking: Vec<Node>,
    /// The chains that were followed: where they stand in `kept`, and their diagrams.
    done: HashTable<(u32, u32, u32, Node)>,
    kept: Vec<Node>,
}

impl Chains {
    fn start(&mut self, cases: &[(Node, Node)], otherwise: Node) {
        let raw = cases.iter().flat_map(|(condition, is)| [*condition, *is]);
        self.open.extend(raw);
        self.open.push(otherwise);
        let end = self.open.len();
        self.push_by(0..end, |node| node);
        self.open.drain(..end);
    }

    /// Pushes what becomes of a chain, without the cases that no longer matter.
    fn push_by(&mut self, chain: Range<usize>, to: impl Fn(Node) -> Node) {
        let base = self.open.len();
        let mut at = chain.start;
        while at + 1 < chain.end {
            match to(self.open[at]) {
                Node::FALSE => {}
                Node::TRUE => {
                    at += 1;
                    break;
                }
                condition => {
                    let is = to(self.open[at + 1]);
                    self.open.extend([condition, is]);
                }
            }
            at += 2;
        }
        let otherwise = to(self.open[at]);
        while self.open.len() > base && self.open.last() == Some(&otherwise) {
            self.open.truncate(self.open.len() - 2);
        }
        self.open.push(otherwise);
    }

    fn known(&self, code: u32, base: usize) -> Option<Node> {
        let chain = &self.open[base..];
        let same = |(c, start, len, _): &(u32, u32, u32, Node)| {
            *c == code && self.kept[*start as usize..][..*len as usize] == *chain
        };
        self.done.find(spread(code), same).map(|(.., node)| *node)
    }

    fn learn(&mut self, code: u32, base: usize, node: Node) {
        let chain = &self.open[base..];
        let start = u32::try_from(self.kept.len()).unwrap_or(u32::MAX);
        let len = u32::try_from(chain.len()).unwrap_or(u32::MAX);
        self.kept.extend_from_slice(chain);
        let entry = (code, start, len, node);
        let again = |(code, ..): &(u32, u32, u32, Node)| spread(*code);
        self.done.insert_unique(spread(code), entry, again);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every list of cases over three variables gives what choosing case by case gives.
    #[test]
    fn all_at_once_is_one_by_one() {
        let mut d = Diagrams::new(vec![2, 3, 2]);
        let a = d.node(0, &[Node::FALSE, Node::TRUE]);
        let b = d.node(1, &[Node::TRUE, Node::FALSE, Node::TRUE]);
        let c = d.node(2, &[Node::FALSE, Node::TRUE]);
        let (both, either, not_b) = (d.and(a, b), d.or(b, c), d.not(b));
        let more = d.node(1, &[3, 4, 5].map(Node::of_leaf));
        let conditions = [Node::FALSE, Node::TRUE, a, b, c, both, either, not_b];
        let results = [Node::of_leaf(8), Node::of_leaf(9), more];
        for pick in 0..8 * 8 * 8 {
            let picked = [pick % 8, pick / 8 % 8, pick / 64];
            let cases = [0, 1, 2].map(|at| (conditions[picked[at]], results[(at + pick) % 3]));
            for otherwise in results {
                let one_by_one = cases
                    .iter()
                    .rev()
                    .fold(otherwise, |rest, (holds, is)| d.choose(*holds, *is, rest));
                assert_eq!(d.first(&cases, otherwise), one_by_one, "{cases:?}");
            }
        }
    }
}
