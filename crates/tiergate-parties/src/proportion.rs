//! Shares multiplied down chains: a comparison, and not the rule.
//!
//! What listed parties own in proportion solves `x = W (listed + x)`: the rows of `(I - W)^-1`. It is
//! iterated from nothing upward in whole billionths of a percent, so that circles converge to the
//! least solution, from below. Changes of less than a millionth of a percent are not passed on.

use std::collections::VecDeque;

use crate::owned::{Listed, Rest};
use crate::percent::Percent;
use crate::register::{PartyNo, Register};
use crate::scope::{Scope, place};
use crate::view::View;

/// Changes that are not passed on, in billionths of a percent.
const SETTLED: u64 = 1_000;
/// How often a party is computed again, on average, before the rest is left.
const ROUNDS: usize = 1_000;

/// The share of each party that listed parties own in proportion. Not the 50 percent rule.
///
/// ```
/// use tiergate_parties::{Date, Listed, Percent, Proportions, Register, Rest, View};
/// let text = r#"
/// {"id":"l1","recorded":"2026-01-05","source":{"name":"registry"},"link":{"owner":"a","owned":"b","interest":"shares","share":"50"}}
/// {"id":"l2","recorded":"2026-01-05","source":{"name":"registry"},"link":{"owner":"b","owned":"c","interest":"shares","share":"50"}}
/// "#;
/// let (register, _) = Register::read(text);
/// let party = |id| register.find(id).unwrap();
/// let mut listed = Listed::default();
/// listed.add(party("a"), None, None);
/// let view = View::on(Date::constant(2026, 7, 1));
/// let shares = Proportions::above(&register, view, party("c"), &listed, Rest::Unlisted);
/// // The rule catches `b`, and so counts the whole half of `c`; in proportion it is a quarter.
/// assert_eq!(shares.of(party("c")).unwrap(), (Percent::whole(25), Percent::whole(25)));
/// ```
#[derive(Debug)]
pub struct Proportions {
    scope: Scope,
    lower: Vec<Percent>,
    upper: Vec<Percent>,
    settled: bool,
}

impl Proportions {
    /// A party and all above it.
    #[must_use]
    pub fn above(
        register: &Register,
        view: View,
        party: PartyNo,
        listed: &Listed,
        rest: Rest,
    ) -> Proportions {
        Proportions::solve(Scope::above(register, view, party), view, listed, rest)
    }

    /// Every party of a register.
    #[must_use]
    pub fn whole(register: &Register, view: View, listed: &Listed, rest: Rest) -> Proportions {
        Proportions::solve(Scope::whole(register, view), view, listed, rest)
    }

    fn solve(scope: Scope, view: View, listed: &Listed, rest: Rest) -> Proportions {
        let listed = scope.listed(listed, view);
        let (lower, a) = iterate(
            &scope,
            |at| listed[at as usize],
            |at, of| {
                let owners = scope.owners(at).iter().filter(|o| o.at != at);
                owners.map(|o| o.share.least().percent.of(of(o.at))).sum()
            },
        );
        let may_be = |at: u32| listed[at as usize] || scope.is_unidentified(at);
        let (upper, b) = iterate(&scope, may_be, |at, of| {
            if !scope.can_be_owned(at) {
                return Percent::ZERO;
            }
            let (mut stated, mut owned) = (Percent::ZERO, Percent::ZERO);
            for owner in scope.owners(at) {
                stated = stated + owner.share.least().percent;
                if owner.at != at {
                    owned = owned + owner.share.most().percent.of(of(owner.at));
                }
            }
            match rest {
                Rest::Unknown => owned + Percent::HUNDRED.less(stated),
                Rest::Unlisted => owned,
            }
        });
        Proportions {
            scope,
            lower,
            upper,
            settled: a && b,
        }
    }

    /// The least and the most that listed parties own of a party in proportion.
    #[must_use]
    pub fn of(&self, party: PartyNo) -> Option<(Percent, Percent)> {
        let at = *self.scope.places.get(&party)? as usize;
        Some((self.lower[at], self.upper[at]))
    }

    /// Whether the iteration came to rest; otherwise the shares are lower than they would be.
    #[must_use]
    pub const fn settled(&self) -> bool {
        self.settled
    }
}

/// Iterates shares upward from nothing. A source counts whole in what it owns.
fn iterate(
    scope: &Scope,
    source: impl Fn(u32) -> bool,
    share: impl Fn(u32, &dyn Fn(u32) -> Percent) -> Percent,
) -> (Vec<Percent>, bool) {
    let count = scope.len();
    let mut shares = vec![Percent::ZERO; count];
    let mut queue: VecDeque<u32> = (0..count).map(place).collect();
    let mut waiting = vec![true; count];
    let mut left = count.saturating_mul(ROUNDS);
    while let Some(at) = queue.pop_front() {
        waiting[at as usize] = false;
        let of = |owner: u32| {
            if source(owner) {
                Percent::HUNDRED
            } else {
                shares[owner as usize]
            }
        };
        let now = share(at, &of).min(Percent::HUNDRED);
        let change = now.less(shares[at as usize]).billionths();
        shares[at as usize] = now;
        if left == 0 {
            return (shares, false);
        }
        left -= 1;
        if change < SETTLED || source(at) {
            continue;
        }
        for (_, owned) in scope.owns(at) {
            if !waiting[owned as usize] {
                waiting[owned as usize] = true;
                queue.push_back(owned);
            }
        }
    }
    (shares, true)
}
