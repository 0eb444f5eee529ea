//! A license: what it allows, what has shipped, what is left, until when.

use jiff::ToSpan as _;
use jiff::civil::Date;
use tiergate_law::Num;
use tiergate_ledger::grouped;

use crate::act::{Act, What};
use crate::error::No;
use crate::kind::Kind;
use crate::rules::{Amount, Rules};

/// A license as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct License {
    /// Its number.
    pub number: String,
    /// The day it was issued.
    pub issued: Date,
    /// The last day it is valid.
    pub through: Date,
    /// Units licensed.
    pub quantity: u64,
    /// Value licensed, in whole U.S. dollars.
    pub value_usd: u64,
    /// The most that may ship by value, with the tolerance of 750.11.
    pub value_most_usd: u64,
    /// The paragraph of the tolerance; none when the law states none.
    pub tolerance_cite: Option<String>,
    /// The paragraph of how long it is valid; none when the law states none.
    pub validity_cite: Option<String>,
    /// The paragraph of its suspension; none when the law states none.
    pub suspension_cite: Option<String>,
    /// The paragraph of its revocation; none when the law states none.
    pub revocation_cite: Option<String>,
    /// Its conditions.
    pub conditions: Vec<String>,
    /// Units shipped.
    pub shipped: u64,
    /// Value shipped.
    pub shipped_usd: u64,
    /// The shipments, by name.
    pub shipments: Vec<String>,
    /// Changes made without a new license.
    pub changes: Vec<(String, String, Date)>,
    /// The day it was suspended, while it is.
    pub suspended: Option<Date>,
    /// The day it was revoked.
    pub revoked: Option<Date>,
    /// The day on which its expiry was recorded.
    pub expired: Option<Date>,
}

/// A number with its thousands apart.
pub(crate) fn count(n: u64) -> String {
    grouped(i128::from(n))
}

impl License {
    pub(crate) fn issued(
        (number, issued, through): (&str, Date, Date),
        (quantity, value_usd): (u64, u64),
        rules: &Rules,
        a_items: Option<bool>,
        conditions: &[String],
    ) -> License {
        let tolerance = rules.tolerance();
        let cite = |act| rules.cite(Kind::License, act).map(str::to_owned);
        License {
            number: number.to_owned(),
            issued,
            through,
            quantity,
            value_usd,
            value_most_usd: with_tolerance(value_usd, tolerance),
            tolerance_cite: tolerance.map(|t| t.cite.clone()),
            validity_cite: rules.validity_years(a_items).map(|v| v.cite.clone()),
            suspension_cite: cite(Act::Suspended),
            revocation_cite: cite(Act::Revoked),
            conditions: conditions.to_vec(),
            shipped: 0,
            shipped_usd: 0,
            shipments: Vec::new(),
            changes: Vec::new(),
            suspended: None,
            revoked: None,
            expired: None,
        }
    }

    /// Units that may still ship.
    #[must_use]
    pub const fn left(&self) -> u64 {
        self.quantity.saturating_sub(self.shipped)
    }

    /// Value that may still ship, in whole U.S. dollars: nothing once all units have shipped.
    #[must_use]
    pub const fn left_usd(&self) -> u64 {
        if self.left() == 0 {
            return 0;
        }
        self.value_most_usd.saturating_sub(self.shipped_usd)
    }

    /// Why nothing may ship under it on a day; none when something may.
    #[must_use]
    pub fn closed_on(&self, day: Date) -> Option<No> {
        let number = &self.number;
        let no = |found: String, right: &str, cite: &Option<String>| {
            Some(No::new(found, right).under_any(cite.as_deref()))
        };
        if let Some(on) = self.revoked {
            return no(
                format!("license {number} was revoked on {on}"),
                "apply for a new one",
                &self.revocation_cite,
            );
        }
        if let Some(on) = self.suspended {
            return no(
                format!("license {number} is suspended since {on}"),
                "wait until it is reinstated",
                &self.suspension_cite,
            );
        }
        if day > self.through {
            return no(
                format!("license {number} was valid through {}", self.through),
                "apply for a new one",
                &self.validity_cite,
            );
        }
        if day < self.issued {
            return no(
                format!("license {number} was issued on {}", self.issued),
                "ship from that day on",
                &self.validity_cite,
            );
        }
        None
    }

    /// Why nothing more may ship though the license is open; none while units are left.
    #[must_use]
    pub fn used_up(&self) -> Option<No> {
        if self.left() > 0 {
            return None;
        }
        let found = format!(
            "all {} units of license {} have shipped",
            count(self.quantity),
            self.number
        );
        let no = No::new(found, "nothing more ships under it: apply for a new one");
        Some(no.under_any(self.tolerance_cite.as_deref()))
    }

    /// Why a shipment may not be made; none when it may.
    ///
    /// The quantity may not be exceeded, and nothing ships once all of it has; the value may be by
    /// the tolerance of the law (750.11), whose paragraph is then named; the law of this example
    /// states none.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use tiergate_cases::{What, demo, reservation_id, Actor, Role, Proposal, Basis};
    /// let day = date(2026, 1, 5);
    /// let rules = demo::rules(day).unwrap();
    /// let (officer, second) = (demo::officer(), Actor::new("officer-2", Role::Countersigner));
    /// let recommend = What::Recommended {
    ///     proposal: Proposal::Approve,
    ///     conditions: vec![],
    ///     grounds: Default::default(),
    /// };
    /// let reservation = Some(reservation_id("Z-1", "e-2"));
    /// let mut issued = demo::event("e-5", day, &officer, What::Issued {
    ///     number: "D1".into(),
    ///     quantity: 300,
    ///     value_usd: 9_000_000,
    ///     through: date(2026, 12, 31),
    ///     conditions: vec![],
    /// });
    /// issued.basis = vec![Basis { cite: "750.7(g)".into(), says: "until the end of the year".into() }];
    /// let case = demo::case(&rules, day, &[
    ///     demo::event("e-2", day, &officer, recommend),
    ///     demo::event("e-3", day, &second, What::Countersigned { of: "e-2".into() }),
    ///     demo::event("e-4", day, &officer, What::Approved { conditions: vec![], reservation }),
    ///     issued,
    /// ]).unwrap();
    /// let license = case.license.unwrap();
    /// assert!(license.refuses(day, 300, 9_000_000).is_none());
    /// assert_eq!(
    ///     license.refuses(day, 301, 9_000_000).unwrap().to_string(),
    ///     "301 units, and 300 of 300 are left; the quantity may not be exceeded"
    /// );
    /// assert!(license.refuses(date(2027, 1, 1), 1, 1).is_some());
    /// ```
    #[must_use]
    pub fn refuses(&self, day: Date, quantity: u64, value_usd: u64) -> Option<No> {
        if let Some(no) = self.closed_on(day).or_else(|| self.used_up()) {
            return Some(no);
        }
        let cite = self.tolerance_cite.as_deref();
        if quantity == 0 {
            return Some(No::new("nothing ships", "give at least one unit"));
        }
        if quantity > self.left() {
            let found = format!(
                "{} units, and {} of {} are left",
                count(quantity),
                count(self.left()),
                count(self.quantity)
            );
            return Some(No::new(found, "the quantity may not be exceeded").under_any(cite));
        }
        if value_usd > self.left_usd() {
            let found = format!(
                "{} USD, and {} of {} are left, tolerance included",
                count(value_usd),
                count(self.left_usd()),
                count(self.value_most_usd)
            );
            return Some(No::new(found, "ship within the value and its tolerance").under_any(cite));
        }
        None
    }

    pub(crate) fn take(&mut self, what: &What, day: Date) {
        match what {
            What::Shipped {
                shipment,
                quantity,
                value_usd,
            } => {
                self.shipped = self.shipped.saturating_add(*quantity);
                self.shipped_usd = self.shipped_usd.saturating_add(*value_usd);
                self.shipments.push(shipment.clone());
            }
            What::Amended {
                change,
                says,
                value_usd,
                quantity,
            } => {
                if let Some(fewer) = quantity {
                    self.quantity = *fewer;
                }
                if let Some(lower) = value_usd {
                    // The tolerance goes down in the same proportion.
                    let most = u128::from(self.value_most_usd) * u128::from(*lower);
                    let most = most / u128::from(self.value_usd.max(1));
                    self.value_most_usd = u64::try_from(most).unwrap_or(self.value_most_usd);
                    self.value_usd = *lower;
                }
                self.changes.push((change.clone(), says.clone(), day));
            }
            What::Suspended { .. } => self.suspended = Some(day),
            What::Reinstated { .. } => self.suspended = None,
            What::Revoked { .. } => self.revoked = Some(day),
            What::Expired => self.expired = Some(day),
            _ => {}
        }
    }
}

/// A value with the tolerance of the law, in whole dollars, rounded down.
///
/// ```
/// assert_eq!(tiergate_cases::with_tolerance(1_000, None), 1_000);
/// ```
#[must_use]
pub fn with_tolerance(value_usd: u64, tolerance: Option<&Amount>) -> u64 {
    let more = tolerance.and_then(|t| {
        let value: Num = value_usd.to_string().parse().ok()?;
        let more = value.checked_mul(t.amount)?.to_string();
        more.split('.').next()?.parse::<u64>().ok()
    });
    value_usd.saturating_add(more.unwrap_or(0))
}

/// The last day a license issued on a day is generally valid: the day before the same day so many
/// years on (750.7(g)); none when the law does not say, or says two things and it is unknown which
/// holds.
#[must_use]
pub fn valid_through(rules: &Rules, issued: Date, a_items: Option<bool>) -> Option<Date> {
    let years = rules.validity_years(a_items)?.amount.to_integer()?;
    let years = i64::try_from(years).ok()?;
    issued.checked_add(years.years()).ok()?.yesterday().ok()
}
