//! The part of the register a computation over owners looks at: some parties, and who owns how much
//! of them.

use rustc_hash::FxHashMap;

use crate::owned::Listed;
use crate::party::Kind;
use crate::register::{LinkNo, PartyNo, Register};
use crate::share::Share;
use crate::view::View;

/// What one owner has of a party.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner {
    /// The owner, by place in the scope.
    pub at: u32,
    pub share: Share,
    /// The link that says so.
    pub link: LinkNo,
}

/// Parties and their owners, by place.
#[derive(Debug)]
pub(crate) struct Scope {
    pub parties: Vec<PartyNo>,
    pub places: FxHashMap<PartyNo, u32>,
    pub kinds: Vec<Option<Kind>>,
    /// Owners of all parties, one party after the other.
    owners: Vec<Owner>,
    owners_from: Vec<u32>,
    /// What each owns, as places in `owners` with the party owned.
    owns: Vec<(u32, u32)>,
    owns_from: Vec<u32>,
}

impl Scope {
    /// A party and all above it, whatever the size of the links.
    pub fn above(register: &Register, view: View, party: PartyNo) -> Scope {
        let mut parties = vec![party];
        let mut places = FxHashMap::default();
        places.insert(party, 0);
        let mut at = 0;
        while let Some(party) = parties.get(at).copied() {
            for link in view.links_into(register, party) {
                let owner = register.link(link).owner;
                places.entry(owner).or_insert_with(|| {
                    parties.push(owner);
                    place(parties.len() - 1)
                });
            }
            at += 1;
        }
        Scope::of(register, view, parties, places)
    }

    /// Every party of the register.
    pub fn whole(register: &Register, view: View) -> Scope {
        let parties: Vec<PartyNo> = register.parties().collect();
        let places = parties.iter().copied().zip(0..).collect();
        Scope::of(register, view, parties, places)
    }

    fn of(
        register: &Register,
        view: View,
        parties: Vec<PartyNo>,
        places: FxHashMap<PartyNo, u32>,
    ) -> Scope {
        let kinds: Vec<Option<Kind>> = parties.iter().map(|p| register.kind(*p, view)).collect();
        let (mut owners, mut owners_from) = (Vec::new(), vec![0]);
        for (party, kind) in parties.iter().zip(&kinds) {
            // Nobody owns a person or a state.
            if !kind.is_some_and(|k| k.is_person() || k == Kind::State) {
                for holding in view.holdings(register, *party) {
                    if let (Some(at), Some(link)) =
                        (places.get(&holding.owner), holding.main_ownership(register))
                    {
                        owners.push(Owner {
                            at: *at,
                            share: holding.owned(),
                            link,
                        });
                    }
                }
            }
            owners_from.push(place(owners.len()));
        }
        let mut counts = vec![0_u32; parties.len() + 1];
        for owner in &owners {
            counts[owner.at as usize + 1] += 1;
        }
        for at in 1..counts.len() {
            counts[at] += counts[at - 1];
        }
        let owns_from = counts.clone();
        let mut owns = vec![(0, 0); owners.len()];
        for owned in 0..parties.len() {
            for at in owners_from[owned]..owners_from[owned + 1] {
                let next = &mut counts[owners[at as usize].at as usize];
                owns[*next as usize] = (at, place(owned));
                *next += 1;
            }
        }
        Scope {
            parties,
            places,
            kinds,
            owners,
            owners_from,
            owns,
            owns_from,
        }
    }

    pub fn len(&self) -> usize {
        self.parties.len()
    }

    /// Whether each party is listed on the view's day.
    pub fn listed(&self, listed: &Listed, view: View) -> Vec<bool> {
        let parties = self.parties.iter();
        parties.map(|p| listed.has(*p, view.on)).collect()
    }

    /// The owners of a party.
    pub fn owners(&self, party: u32) -> &[Owner] {
        let (from, to) = (
            self.owners_from[party as usize],
            self.owners_from[party as usize + 1],
        );
        &self.owners[from as usize..to as usize]
    }

    /// What a party owns: the size of each share, and whose.
    pub fn owns(&self, party: u32) -> impl Iterator<Item = (Share, u32)> {
        let (from, to) = (
            self.owns_from[party as usize],
            self.owns_from[party as usize + 1],
        );
        let all = self.owns[from as usize..to as usize].iter();
        all.map(|(owner, owned)| (self.owners[*owner as usize].share, *owned))
    }

    /// Whether others own it, or may.
    pub fn can_be_owned(&self, party: u32) -> bool {
        !self.kinds[party as usize].is_some_and(|k| k.is_person() || k == Kind::State)
    }

    pub fn is_unidentified(&self, party: u32) -> bool {
        self.kinds[party as usize].is_some_and(Kind::is_unidentified)
    }
}

pub(crate) fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
