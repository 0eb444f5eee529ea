//! Registers in few words.

#![allow(dead_code, reason = "each test file uses a part")]

use tiergate_parties::{
    Answer, Date, Finding, Interest, Kind, LinkStatement, Listed, NoParentStatement, Ownership,
    Parent, PartyNo, PartyStatement, Percent, Register, Rest, Rule, Says, Share, Source, Statement,
    Threshold, View,
};

pub const DAY: Date = Date::constant(2026, 7, 1);

/// At least half, as the rule of September 2025 has it; what nobody states counts as unknown.
pub const HALF: Rule = Rule {
    threshold: Threshold::AtLeast(Percent::whole(50)),
    rest: Rest::Unknown,
};

/// The same, with what nobody states held by nobody listed.
pub const HALF_REST_UNLISTED: Rule = Rule {
    rest: Rest::Unlisted,
    ..HALF
};

/// Builds a register, statement by statement.
#[derive(Default)]
pub struct Book {
    pub register: Register,
    count: usize,
}

impl Book {
    pub fn new() -> Book {
        Book::default()
    }

    pub fn say(&mut self, says: Says) -> &mut Book {
        self.count += 1;
        let statement = Statement {
            id: format!("s{}", self.count),
            recorded: Date::constant(2026, 1, 5),
            source: Source::named("registry"),
            replaces: Vec::new(),
            says,
        };
        self.register.append(statement).unwrap();
        self
    }

    pub fn party(&mut self, id: &str, kind: Kind) -> &mut Book {
        self.say(Says::Party(PartyStatement::new(id, kind)))
    }

    /// Shares: `75`, or a range as `25..50`.
    pub fn shares(&mut self, owner: &str, owned: &str, share: &str) -> &mut Book {
        self.interest(owner, owned, Interest::Shares, Some(share))
    }

    pub fn interest(
        &mut self,
        owner: &str,
        owned: &str,
        interest: Interest,
        share: Option<&str>,
    ) -> &mut Book {
        let share = share.map(read);
        self.say(Says::Link(LinkStatement::new(
            owner, owned, interest, share,
        )))
    }

    pub fn no_parent(&mut self, of: &str) -> &mut Book {
        self.say(Says::NoParent(NoParentStatement {
            of: of.to_owned(),
            reason: "widely held".to_owned(),
            from: None,
            to: None,
        }))
    }

    pub fn no(&self, id: &str) -> PartyNo {
        self.register.by_id(id).unwrap()
    }

    pub fn parent(&self, id: &str) -> Parent {
        View::on(DAY).ultimate_parent(&self.register, self.no(id))
    }

    /// The id at the top, or the reason in short.
    pub fn top(&self, id: &str) -> String {
        use tiergate_parties::Why;
        match self.parent(id) {
            Parent::Known(top) => self.register.id(top.party).to_owned(),
            Parent::Unknown(gap) => {
                let at = self.register.id(gap.at);
                match gap.why {
                    Why::Unidentified(_) => format!("unidentified at {at}"),
                    Why::NotStated(rest) => format!("{} % not stated at {at}", rest.percent),
                    Why::Open(_) => format!("open at {at}"),
                    Why::Together(_) => format!("together at {at}"),
                    Why::Conflict(_) => format!("conflict at {at}"),
                    Why::Cycle(all) => format!("circle of {}", all.len()),
                }
            }
        }
    }

    pub fn listed(&self, ids: &[&str]) -> Listed {
        let mut listed = Listed::default();
        ids.iter()
            .for_each(|id| listed.add(self.no(id), None, None));
        listed
    }

    pub fn finding(&self, id: &str, listed: &[&str], rule: Rule) -> Finding {
        let (listed, party) = (self.listed(listed), self.no(id));
        let all = Ownership::above(&self.register, View::on(DAY), party, &listed, rule);
        all.finding(party).unwrap()
    }

    pub fn answer(&self, id: &str, listed: &[&str], rule: Rule) -> Answer {
        self.finding(id, listed, rule).by_ownership
    }
}

/// `75`, or `25..50`, both ends within.
pub fn read(text: &str) -> Share {
    use tiergate_parties::Bound;
    match text.split_once("..") {
        Some((least, most)) => {
            let bound = |t: &str| Bound::at(t.parse().unwrap());
            Share::between(bound(least), bound(most))
                .unwrap_or_else(|| Share::exactly(least.parse().unwrap()))
        }
        None => text.parse().unwrap(),
    }
}
