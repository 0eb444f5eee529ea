//! What is held of a reservation, told from its entry and those about it.
//!
//! A part of the units moves the same part of every amount, rounded down while some are left, so
//! that nothing is given back too much and the last part moves all that is left.

use jiff::civil::Date;

use crate::account::Account;
use crate::book::Balance;
use crate::entry::{Kind, Written};
use crate::error::Error;

/// An amount in each stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amounts {
    /// Reserved.
    pub reserved: u64,
    /// Shipped and not given back.
    pub shipped: u64,
}

/// A reservation as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The reservation as it was made.
    pub made: Written,
    /// Units reserved.
    pub reserved: u64,
    /// Units shipped and not come back.
    pub shipped: u64,
    /// Units given up or lapsed.
    pub released: u64,
    /// Units that came back or were lost.
    pub returned: u64,
    /// The last day on which any shipped.
    pub last_shipped: Option<Date>,
    /// The amounts of each charge.
    pub amounts: Vec<Amounts>,
}

/// What a part moves on one charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// On what is used.
    pub used: i64,
    /// On what is reserved.
    pub reserved: i64,
}

/// The part of an amount that goes with some of the units it is of.
fn part(amount: u64, units: u64, of: u64) -> u64 {
    if units >= of {
        return amount;
    }
    let part = u128::from(amount) * u128::from(units) / u128::from(of);
    u64::try_from(part).unwrap_or(amount)
}

pub(crate) fn signed(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}

impl Held {
    /// A reservation just made.
    #[must_use]
    pub fn new(made: Written) -> Self {
        let amounts = made.charges.iter().map(|charge| Amounts {
            reserved: charge.amount,
            shipped: 0,
        });
        Held {
            reserved: made.quantity.unwrap_or(0),
            shipped: 0,
            released: 0,
            returned: 0,
            last_shipped: None,
            amounts: amounts.collect(),
            made,
        }
    }

    /// What it holds itself of an account up to a day.
    #[must_use]
    pub fn on(&self, account: &Account, day: Date) -> Balance {
        let mut sum = Balance::default();
        if self.made.date > day {
            return sum;
        }
        let key = account.key();
        for (charge, amounts) in self.made.charges.iter().zip(&self.amounts) {
            if charge.account.key() == key {
                sum.used += signed(amounts.shipped);
                sum.reserved += signed(amounts.reserved);
            }
        }
        sum
    }

    /// Units that an entry of this kind may be about.
    #[must_use]
    pub const fn left(&self, kind: Kind) -> u64 {
        match kind {
            Kind::Return => self.shipped,
            Kind::Ship | Kind::Release | Kind::Expire => self.reserved,
            _ => 0,
        }
    }

    /// Moves units on, and gives what moves on each charge.
    ///
    /// # Errors
    ///
    /// When there are not so many, which a ledger that is whole never holds.
    pub fn step(
        &mut self,
        kind: Kind,
        units: u64,
        date: Date,
        why: Option<&str>,
    ) -> Result<Vec<Move>, Error> {
        let left = self.left(kind);
        if units > left {
            let id = &self.made.id;
            let word = kind.word();
            let what = format!("{word} of {units} units, of which {left} are left");
            return Err(Error::Damaged(format!("entry about `{id}`: {what}")));
        }
        let moves = self.amounts.iter_mut().zip(&self.made.charges);
        let moves = moves.map(|(amounts, charge)| match kind {
            Kind::Ship => {
                let part = part(amounts.reserved, units, left);
                amounts.reserved -= part;
                amounts.shipped += part;
                Move {
                    used: signed(part),
                    reserved: -signed(part),
                }
            }
            Kind::Release | Kind::Expire => {
                let part = part(amounts.reserved, units, left);
                amounts.reserved -= part;
                Move {
                    used: 0,
                    reserved: -signed(part),
                }
            }
            Kind::Return => {
                let part = part(amounts.shipped, units, left);
                amounts.shipped -= part;
                let gives_back = charge.gives_back.iter().any(|w| Some(w.as_str()) == why);
                Move {
                    used: if gives_back { -signed(part) } else { 0 },
                    reserved: 0,
                }
            }
            _ => Move {
                used: 0,
                reserved: 0,
            },
        });
        let moves = moves.collect();
        match kind {
            Kind::Ship => {
                self.reserved -= units;
                self.shipped += units;
                self.last_shipped = self.last_shipped.max(Some(date));
            }
            Kind::Release | Kind::Expire => {
                self.reserved -= units;
                self.released += units;
            }
            Kind::Return => {
                self.shipped -= units;
                self.returned += units;
            }
            _ => {}
        }
        Ok(moves)
    }

    /// The day on which an entry about it counts: not before what it moves was there.
    #[must_use]
    pub fn day(&self, kind: Kind, date: Date) -> Date {
        match kind {
            Kind::Return => self.last_shipped.map_or(date, |shipped| date.max(shipped)),
            _ => date.max(self.made.date),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Account, Span};
    use crate::entry::WrittenCharge;
    use jiff::civil::date;

    fn held(quantity: u64, amount: u64) -> Held {
        let charge = WrittenCharge {
            account: Account::new("lpp", "Meridian", Span::ALL),
            amount,
            gives_back: vec!["loss".into()],
            quotas: vec!["lpp".into()],
        };
        let made = Written {
            id: "r".into(),
            kind: Kind::Reserve,
            date: date(2026, 3, 1),
            by: None,
            order: Some("o".into()),
            of: None,
            quantity: Some(quantity),
            charges: vec![charge],
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
        Held::new(made)
    }

    #[test]
    fn the_parts_of_an_amount_that_does_not_divide_add_up_to_it() {
        let mut held = held(3, 100);
        let day = date(2026, 3, 2);
        let mut shipped = Vec::new();
        for _ in 0..3 {
            shipped.push(held.step(Kind::Ship, 1, day, None).unwrap()[0].used);
        }
        assert_eq!(shipped, [33, 33, 34]);
        assert_eq!((held.reserved, held.shipped), (0, 3));
        assert!(held.step(Kind::Ship, 1, day, None).is_err());
    }

    #[test]
    fn what_comes_back_gives_back_only_for_the_reasons_the_law_names() {
        let mut held = held(4, 100);
        let day = date(2026, 3, 2);
        held.step(Kind::Ship, 4, day, None).unwrap();
        assert_eq!(
            held.step(Kind::Return, 1, day, Some("resale")).unwrap()[0].used,
            0
        );
        assert_eq!(
            held.step(Kind::Return, 1, day, Some("loss")).unwrap()[0].used,
            -25
        );
    }
}
