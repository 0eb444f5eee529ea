//! What one holder has of a party on a day, all its links taken together.

use crate::party::Kind;
use crate::register::{LinkNo, PartyNo, Register};
use crate::share::{Share, Threshold};
use crate::statement::Interest;
use crate::view::View;

/// All that one holder has of one party.
///
/// Two statements of one interest and class are two claims about the same holding, whose size then
/// lies anywhere between them. Classes of shares add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The holder.
    pub owner: PartyNo,
    /// Its direct shares.
    pub shares: Option<Share>,
    /// Its direct votes.
    pub votes: Option<Share>,
    /// The larger of its shares and votes through others.
    pub indirect: Option<Share>,
    /// Whether it is stated to control.
    pub controls: bool,
    /// Whether it may control: an interest of unknown kind, or the power to appoint an unknown part of the board.
    pub may_control: bool,
    /// Whether it is the direct consolidating parent.
    pub direct_parent: bool,
    /// Whether it is the ultimate consolidating parent.
    pub ultimate_parent: bool,
    /// The links.
    pub links: Vec<LinkNo>,
}

impl Holding {
    const fn of(owner: PartyNo) -> Holding {
        Holding {
            owner,
            shares: None,
            votes: None,
            indirect: None,
            controls: false,
            may_control: false,
            direct_parent: false,
            ultimate_parent: false,
            links: Vec::new(),
        }
    }

    /// What counts as owned: the direct shares; some unknown share of what is held in another way only.
    ///
    /// Votes and control are no ownership, and what is held through others is counted where the
    /// others hold it; but none of them says that there are no shares besides.
    #[must_use]
    pub fn owned(&self) -> Share {
        self.shares.unwrap_or(Share::ANY)
    }

    /// Whether it surely has a majority of shares or of votes.
    #[must_use]
    pub fn is_majority(&self) -> bool {
        [self.shares, self.votes, self.indirect]
            .into_iter()
            .flatten()
            .any(|share| Threshold::MAJORITY.is_met_from(share.least()))
    }

    /// Whether it is a parent by what is stated.
    #[must_use]
    pub fn is_parent(&self) -> bool {
        self.is_majority() || self.controls || self.direct_parent || self.ultimate_parent
    }

    /// The link that says most about how much it owns.
    pub(crate) fn main_ownership(&self, register: &Register) -> Option<LinkNo> {
        let rank = |number: &LinkNo| {
            let link = register.link(*number);
            (link.interest != Interest::Shares, link.indirect)
        };
        self.links.iter().copied().min_by_key(rank)
    }

    /// The link that says most about why it is a parent.
    #[must_use]
    pub fn main_link(&self, register: &Register) -> Option<LinkNo> {
        let rank = |number: &LinkNo| {
            let link = register.link(*number);
            let majority = link
                .share
                .is_some_and(|s| Threshold::MAJORITY.is_met_from(s.least()));
            match link.interest {
                Interest::Shares if majority && !link.indirect => 0,
                Interest::Voting if majority && !link.indirect => 1,
                Interest::ControlBoard | Interest::ControlOther => 2,
                Interest::ConsolidationDirect => 3,
                Interest::Shares | Interest::Voting if majority => 4,
                Interest::ConsolidationUltimate => 5,
                Interest::Shares => 6,
                Interest::Voting => 7,
                Interest::Unknown => 8,
            }
        };
        self.links.iter().copied().min_by_key(rank)
    }
}

impl View {
    /// Who holds what of a party.
    ///
    /// ```
    /// use tiergate_parties::{Date, Register, View};
    /// let text = r#"
    /// {"id":"l1","recorded":"2026-01-05","source":{"name":"registry"},"link":{"owner":"a","owned":"b","interest":"shares","share":"30","class":"A"}}
    /// {"id":"l2","recorded":"2026-01-05","source":{"name":"registry"},"link":{"owner":"a","owned":"b","interest":"shares","share":"25","class":"B"}}
    /// "#;
    /// let (register, _) = Register::read(text);
    /// let holdings = View::on(Date::constant(2026, 7, 1)).holdings(&register, register.find("b").unwrap());
    /// assert_eq!(holdings[0].owned().to_string(), "55 %");
    /// ```
    #[must_use]
    pub fn holdings(self, register: &Register, party: PartyNo) -> Vec<Holding> {
        let mut links: Vec<LinkNo> = self.links_into(register, party).collect();
        let key = |number: &LinkNo| {
            let link = register.link(*number);
            (
                link.owner,
                link.interest,
                link.indirect,
                link.class.as_deref(),
            )
        };
        if links.len() > 1 {
            links.sort_by(|a, b| key(a).cmp(&key(b)).then(a.cmp(b)));
        }
        let mut holdings: Vec<Holding> = Vec::new();
        for claims in links.chunk_by(|a, b| key(a) == key(b)) {
            let first = register.link(claims[0]);
            if holdings.last().is_none_or(|h| h.owner != first.owner) {
                holdings.push(Holding::of(first.owner));
            }
            let Some(holding) = holdings.last_mut() else {
                continue;
            };
            let stated = claims.iter().filter_map(|l| register.link(*l).share);
            let share = stated.reduce(Share::hull);
            holding.add(first.interest, first.indirect, share);
            holding.links.extend(claims);
        }
        holdings
    }

    pub(crate) fn is_unidentified(self, register: &Register, party: PartyNo) -> bool {
        register
            .kind(party, self)
            .is_some_and(Kind::is_unidentified)
    }

    pub(crate) fn is_person(self, register: &Register, party: PartyNo) -> bool {
        register.kind(party, self).is_some_and(Kind::is_person)
    }
}

impl Holding {
    fn add(&mut self, interest: Interest, indirect: bool, share: Option<Share>) {
        let size = share.unwrap_or(Share::ANY);
        let more = |sum: Option<Share>| Some(sum.map_or(size, |s| s.plus(size)));
        match interest {
            Interest::Shares | Interest::Voting if indirect => {
                self.indirect = Some(match self.indirect {
                    Some(known) if known.least().percent >= size.least().percent => known,
                    _ => size,
                });
            }
            Interest::Shares => self.shares = more(self.shares),
            Interest::Voting => self.votes = more(self.votes),
            Interest::ControlBoard | Interest::ControlOther => match share {
                None => self.controls = true,
                Some(share) => {
                    self.controls |= Threshold::MAJORITY.is_met_from(share.least());
                    self.may_control |= Threshold::MAJORITY.may_be_met_to(share.most());
                }
            },
            Interest::ConsolidationDirect => self.direct_parent = true,
            Interest::ConsolidationUltimate => self.ultimate_parent = true,
            Interest::Unknown => self.may_control = true,
        }
    }
}
