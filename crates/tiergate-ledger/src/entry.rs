//! What may be entered, and how it is written.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::error::Error;
use crate::limit::Quota;

/// The largest amount of one entry: sums of many stay far from overflow.
pub const AMOUNT_MAX: u64 = 1 << 53;

/// An entry as its maker asks for it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The maker's id: applied at most once.
    pub id: String,
    /// The day it happens on.
    pub date: Date,
    /// Who enters it.
    pub by: Option<String>,
    /// What happens.
    pub act: Act,
}

/// What happens.
#[derive(Debug, Clone)]
pub enum Act {
    /// Holds amounts for an order: counts against every limit at once.
    Reserve(Reserve),
    /// What was held ships, all that is left or some units of it.
    Ship(Part),
    /// What was held is given up.
    Release(Part),
    /// What was held lapses; only after the day it is held until.
    Expire(Part),
    /// What was shipped comes back, or is lost; whether it gives anything back is the law's to say.
    Return {
        /// Which reservation, and how many units.
        part: Part,
        /// Why: `sent-back`, `loss`, `damage`, `failure`, `relocation`, `resale`.
        why: String,
    },
    /// What was counted wrongly is put right, up or down.
    Correct {
        /// The account.
        account: Account,
        /// What is added; below zero to take away.
        amount: i64,
        /// Why.
        why: String,
    },
    /// A limit of one account from the day on, such as a license's or an agreement's.
    Limit {
        /// The account.
        account: Account,
        /// The most it may hold; none for no limit of its own.
        most: Option<u64>,
        /// What sets it.
        cite: String,
    },
    /// A duty was done: a certification had, a notice sent.
    Done {
        /// The reservation.
        of: String,
        /// The duty's id in the decision.
        duty: String,
        /// The digest of the paper that shows it, if there is one.
        paper: Option<String>,
    },
}

/// What a reservation holds.
#[derive(Debug, Clone)]
pub struct Reserve {
    /// The order.
    pub order: String,
    /// Units ordered: parts are counted in them.
    pub quantity: u64,
    /// What it draws on; all or none.
    pub charges: Vec<Charge>,
    /// The decision it rests on.
    pub decision: Option<Basis>,
    /// The last day it is held.
    pub until: Option<Date>,
}

/// An amount on an account, and the quotas that limit it there.
#[derive(Debug, Clone)]
pub struct Charge {
    /// The account.
    pub account: Account,
    /// How much.
    pub amount: u64,
    /// The reasons for which units that come back give back what they drew.
    pub gives_back: Vec<String>,
    /// The quotas.
    pub quotas: Vec<Quota>,
}

/// The decision an entry rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// The digest of the decision as it was given.
    pub digest: String,
    /// The law.
    pub law: String,
    /// The day of the law.
    pub as_of: Date,
    /// The view.
    pub view: String,
    /// The rules it rests on, by id.
    pub rules: Vec<String>,
    /// The digest of what was ordered, without what was filled in or used: a retry asks for the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// The digest of the order as it was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// The digest of what screening the order's parties gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screening: Option<String>,
}

impl Basis {
    /// The digests of all the papers it names.
    pub fn papers(&self) -> impl Iterator<Item = &str> {
        let all = [
            self.order.as_ref(),
            Some(&self.digest),
            self.screening.as_ref(),
        ];
        all.into_iter().flatten().map(String::as_str)
    }
}

/// Units of a reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The id of the reservation's entry.
    pub of: String,
    /// How many units; none for all that are left.
    pub quantity: Option<u64>,
}

/// An entry as it is kept, exported and hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// The maker's id.
    pub id: String,
    /// The kind.
    pub kind: Kind,
    /// The day it happens on.
    pub date: Date,
    /// Who entered it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The order, of a reservation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// The reservation it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u64>,
    /// What it draws.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<WrittenCharge>,
    /// The decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Basis>,
    /// The last day it is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Why, of a return or a correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The account, of a correction or a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Account>,
    /// What is added, of a correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// The most, of a limit; none for no limit of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<u64>,
    /// What sets a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cite: Option<String>,
    /// The duty that was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duty: Option<String>,
    /// The digest of the paper that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<String>,
}

/// A charge as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenCharge {
    /// The account.
    pub account: Account,
    /// How much.
    pub amount: u64,
    /// The reasons for which it is given back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gives_back: Vec<String>,
    /// The quotas that limit it, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quotas: Vec<String>,
}

/// The kinds of entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Holds amounts.
    Reserve,
    /// Ships what was held.
    Ship,
    /// Gives up what was held.
    Release,
    /// Lapses what was held.
    Expire,
    /// Takes back what was shipped.
    Return,
    /// Puts a count right.
    Correct,
    /// Sets a limit.
    Limit,
    /// Notes a duty done.
    Done,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 8] = [
        Kind::Reserve,
        Kind::Ship,
        Kind::Release,
        Kind::Expire,
        Kind::Return,
        Kind::Correct,
        Kind::Limit,
        Kind::Done,
    ];

    /// Its word.
    ///
    /// ```
    /// assert_eq!(tiergate_ledger::Kind::Reserve.word(), "reserve");
    /// ```
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Reserve => "reserve",
            Kind::Ship => "ship",
            Kind::Release => "release",
            Kind::Expire => "expire",
            Kind::Return => "return",
            Kind::Correct => "correct",
            Kind::Limit => "limit",
            Kind::Done => "done",
        }
    }
}

impl Entry {
    /// Whether a ledger could enter it, whatever the ledger holds: dates of this age, bounded texts,
    /// amounts that can be counted.
    ///
    /// ```
    /// use tiergate_ledger::{Account, Act, Entry, Span};
    /// use jiff::civil::date;
    /// let entry = |day| Entry {
    ///     id: "c-1".into(),
    ///     date: day,
    ///     by: None,
    ///     act: Act::Correct { account: Account::new("lpp", "Acme", Span::ALL), amount: 5, why: "x".into() },
    /// };
    /// assert!(entry(date(2026, 3, 2)).check().is_ok());
    /// assert!(entry(date(9999, 12, 31)).check().is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// What no ledger could enter.
    pub fn check(&self) -> Result<(), Error> {
        crate::book::check(self)
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match &self.act {
            Act::Reserve(_) => Kind::Reserve,
            Act::Ship(_) => Kind::Ship,
            Act::Release(_) => Kind::Release,
            Act::Expire(_) => Kind::Expire,
            Act::Return { .. } => Kind::Return,
            Act::Correct { .. } => Kind::Correct,
            Act::Limit { .. } => Kind::Limit,
            Act::Done { .. } => Kind::Done,
        }
    }

    /// The reservation it is about.
    #[must_use]
    pub fn of(&self) -> Option<&str> {
        match &self.act {
            Act::Ship(part) | Act::Release(part) | Act::Expire(part) => Some(&part.of),
            Act::Return { part, .. } => Some(&part.of),
            Act::Done { of, .. } => Some(of),
            Act::Reserve(_) | Act::Correct { .. } | Act::Limit { .. } => None,
        }
    }

    /// The accounts it names, those of shares among them.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        let charges: &[Charge] = match &self.act {
            Act::Reserve(reserve) => &reserve.charges,
            _ => &[],
        };
        let one = match &self.act {
            Act::Correct { account, .. } | Act::Limit { account, .. } => Some(account),
            _ => None,
        };
        let all = charges.iter().flat_map(|charge| {
            let wholes = charge.quotas.iter().filter_map(|q| q.whole.as_ref());
            std::iter::once(&charge.account).chain(wholes)
        });
        all.chain(one)
    }

    /// As it is kept.
    #[must_use]
    pub fn written(&self) -> Written {
        let mut written = Written {
            id: self.id.clone(),
            kind: self.kind(),
            date: self.date,
            by: self.by.clone(),
            order: None,
            of: self.of().map(str::to_owned),
            quantity: None,
            charges: Vec::new(),
            decision: None,
            until: None,
            why: None,
            account: None,
            amount: None,
            most: None,
            cite: None,
            duty: None,
            paper: None,
        };
        match &self.act {
            Act::Reserve(reserve) => {
                written.order = Some(reserve.order.clone());
                written.quantity = Some(reserve.quantity);
                written.charges = reserve.charges.iter().map(WrittenCharge::of).collect();
                written.decision.clone_from(&reserve.decision);
                written.until = reserve.until;
            }
            Act::Ship(part) | Act::Release(part) | Act::Expire(part) => {
                written.quantity = part.quantity;
            }
            Act::Return { part, why } => {
                written.quantity = part.quantity;
                written.why = Some(why.clone());
            }
            Act::Correct {
                account,
                amount,
                why,
            } => {
                written.account = Some(account.clone());
                written.amount = Some(*amount);
                written.why = Some(why.clone());
            }
            Act::Limit {
                account,
                most,
                cite,
            } => {
                written.account = Some(account.clone());
                written.most = *most;
                written.cite = Some(cite.clone());
            }
            Act::Done { duty, paper, .. } => {
                written.duty = Some(duty.clone());
                written.paper.clone_from(paper);
            }
        }
        written
    }
}

impl WrittenCharge {
    fn of(charge: &Charge) -> Self {
        WrittenCharge {
            account: charge.account.clone(),
            amount: charge.amount,
            gives_back: charge.gives_back.clone(),
            quotas: charge.quotas.iter().map(|q| q.id.to_string()).collect(),
        }
    }
}

impl Written {
    /// The entry it was made from; the limits of its quotas are not kept with it.
    ///
    /// # Errors
    ///
    /// The field that its kind needs and that is not there.
    pub fn entry(self) -> Result<Entry, &'static str> {
        let part = |of: Option<String>, quantity| -> Result<Part, &'static str> {
            let of = of.ok_or("of")?;
            Ok(Part { of, quantity })
        };
        let act = match self.kind {
            Kind::Reserve => Act::Reserve(Reserve {
                order: self.order.ok_or("order")?,
                quantity: self.quantity.ok_or("quantity")?,
                charges: self
                    .charges
                    .into_iter()
                    .map(|charge| Charge {
                        account: charge.account,
                        amount: charge.amount,
                        gives_back: charge.gives_back,
                        quotas: charge
                            .quotas
                            .into_iter()
                            .map(|id| Quota {
                                id: id.into(),
                                whole: None,
                                schedule: std::sync::Arc::default(),
                            })
                            .collect(),
                    })
                    .collect(),
                decision: self.decision,
                until: self.until,
            }),
            Kind::Ship => Act::Ship(part(self.of, self.quantity)?),
            Kind::Release => Act::Release(part(self.of, self.quantity)?),
            Kind::Expire => Act::Expire(part(self.of, self.quantity)?),
            Kind::Return => Act::Return {
                part: part(self.of, self.quantity)?,
                why: self.why.ok_or("why")?,
            },
            Kind::Correct => Act::Correct {
                account: self.account.ok_or("account")?,
                amount: self.amount.ok_or("amount")?,
                why: self.why.ok_or("why")?,
            },
            Kind::Limit => Act::Limit {
                account: self.account.ok_or("account")?,
                most: self.most,
                cite: self.cite.ok_or("cite")?,
            },
            Kind::Done => Act::Done {
                of: self.of.ok_or("of")?,
                duty: self.duty.ok_or("duty")?,
                paper: self.paper,
            },
        };
        Ok(Entry {
            id: self.id,
            date: self.date,
            by: self.by,
            act,
        })
    }
}
