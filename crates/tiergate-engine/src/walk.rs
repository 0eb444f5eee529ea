//! A diagram in the form that is fastest to walk.

use tiergate_order::Facts;

use crate::diagram::{Diagrams, Node, Variable};
use crate::variables::{Question, Variables};

#[derive(Debug)]
pub(crate) struct Walk {
    nodes: Vec<WalkNode>,
    children: Vec<Node>,
}

#[derive(Debug, Clone, Copy)]
struct WalkNode {
    /// Flags that must all be known and "no" to skip to `otherwise`; zero if this is no flag.
    mask: u128,
    otherwise: Node,
    first_child: u32,
    variable: Variable,
    /// For a yes-or-no fact: its bit.
    flag: u16,
}

impl Walk {
    pub fn new(diagrams: &Diagrams, variables: &Variables) -> Walk {
        let children = diagrams.all_children().to_vec();
        let parts: Vec<(Variable, u32)> = diagrams.inner_parts().collect();
        let mut nodes: Vec<WalkNode> = Vec::with_capacity(parts.len());
        // Children come before their parents, so a chain of flags below is already folded.
        for (variable, first_child) in parts {
            let flag = match variables.asked[usize::from(variable)].question {
                Question::Flag(fact) => u16::try_from(fact.index()).ok(),
                _ => None,
            };
            let mut node = WalkNode {
                mask: 0,
                otherwise: Node::FALSE,
                first_child,
                variable,
                flag: flag.unwrap_or(0),
            };
            if let Some(flag) = flag {
                let no = children[first_child as usize];
                node.mask = 1 << flag;
                node.otherwise = no;
                if no.leaf().is_none() && nodes[no.place()].mask != 0 {
                    node.mask |= nodes[no.place()].mask;
                    node.otherwise = nodes[no.place()].otherwise;
                }
            }
            nodes.push(node);
        }
        Walk { nodes, children }
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The leaf for an order, or none at the first unknown fact.
    #[inline]
    pub fn leaf(&self, root: Node, variables: &Variables, facts: &Facts) -> Option<u32> {
        let (yes, known) = facts.flags();
        let mut at = root;
        loop {
            if let Some(leaf) = at.leaf() {
                return Some(leaf);
            }
            let node = &self.nodes[at.place()];
            let value = if node.mask == 0 {
                variables.value(node.variable, facts, &[])?
            } else if yes & node.mask == 0 && known & node.mask == node.mask {
                at = node.otherwise;
                continue;
            } else if known >> node.flag & 1 == 0 {
                return None;
            } else {
                (yes >> node.flag & 1) as usize
            };
            at = self.children[node.first_child as usize + value];
        }
    }
}
