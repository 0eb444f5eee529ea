//! The law in force on a date, in a view, every name resolved.

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::civil::Date;

use crate::cond::Cond;
use crate::country::{Country, CountrySet};
use crate::fact::NumberFact;
use crate::law_ref::View;
use crate::model::{
    Agreement, AuthorityKind, DatedAmount, Duty, Grade, Over, Policy, Reading, RedFlag,
};
use crate::step::Step;

/// An entry of the regime: where it came from and its resolved content.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved<T> {
    /// Id within its kind.
    pub id: String,
    /// Citation.
    pub cite: String,
    /// What it says.
    pub says: String,
    /// How it is known.
    pub grade: Grade,
    /// Id of the instrument that set it.
    pub instrument: String,
    /// Where its id stands in the file of that instrument.
    pub span: Range<usize>,
    /// The content.
    pub is: T,
}

/// A condition of an authority, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct RegimeCondition {
    /// The paragraph.
    pub cite: String,
    /// What it asks.
    pub says: String,
    /// The instrument that set it: an amendment adds to what another set.
    pub instrument: String,
    /// Where it stands in the file of the instrument.
    pub span: Range<usize>,
    /// The condition.
    pub cond: Cond,
}

/// A duty, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct RegimeDuty {
    /// The duty as written.
    pub duty: Duty,
    /// When it applies.
    pub cond: Cond,
}

/// An item class, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct RegimeClass {
    /// Place in [`crate::Library::classes`].
    pub index: usize,
    /// The technical test; none when only self-classification reaches it.
    pub cond: Option<Cond>,
}

/// A requirement, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct RegimeRequirement {
    /// When a license is required.
    pub cond: Cond,
    /// Part of the regulations.
    pub part: String,
}

/// An authority, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct RegimeAuthority {
    /// Exception or validated end user.
    pub kind: AuthorityKind,
    /// Places in [`Regime::requirements`] of those it overcomes.
    pub overcomes: Vec<usize>,
    /// Its conditions.
    pub conditions: Vec<RegimeCondition>,
    /// Places in [`Regime::quotas`] it draws on.
    pub draws: Vec<usize>,
    /// Its duties.
    pub duties: Vec<RegimeDuty>,
    /// Code for the export filing.
    pub filing_code: Option<String>,
}

/// A bar, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct RegimeBar {
    /// When it bites.
    pub cond: Cond,
    /// Places in [`Regime::authorities`] it touches.
    pub touches: Vec<usize>,
}

/// A review policy, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct RegimeReview {
    /// The lane.
    pub lane: String,
    /// Places in [`Regime::requirements`] it governs.
    pub governs: Vec<usize>,
    /// When it holds.
    pub cond: Cond,
    /// The policy; none where the text leaves it to the other sections that ask for a license.
    pub policy: Option<Policy>,
    /// Places in [`Regime::quotas`] an approval draws on.
    pub draws: Vec<usize>,
    /// What an application must show.
    pub duties: Vec<RegimeDuty>,
}

/// A quota, resolved at the date.
#[derive(Debug, Clone, PartialEq)]
pub struct RegimeQuota {
    /// The limit on the date, with its citation; none when the law states none for the date.
    pub limit: Option<DatedAmount>,
    /// The countries for which an agreement raises the limit, each with its height.
    pub raised: Vec<(Country, DatedAmount)>,
    /// Whether it counts without a limit, such as the whole of a share.
    pub counts_only: bool,
    /// When an order counts; none for whenever what it draws on carries the order.
    pub when: Option<Cond>,
    /// The days it counts over.
    pub over: Over,
    /// The reasons for which goods that shipped are counted no longer.
    pub gives_back: Vec<String>,
    /// When an order may count toward the limit of another who will operate the goods.
    pub pooled_when: Option<Cond>,
    /// The fact that holds what is used.
    pub used: NumberFact,
    /// The fact the limit is a share of, for a share.
    pub share_of: Option<NumberFact>,
    /// Whether the order counts among what the limit is a share of.
    pub order_in_total: bool,
    /// Whose quota.
    pub per: String,
    /// The fact that names the holder.
    pub key: String,
    /// Over which span.
    pub period: String,
}

impl RegimeQuota {
    /// The limit on the date for goods delivered to a country: that of an agreement with it, where
    /// there is one and the quota is counted by destination.
    #[must_use]
    pub fn limit_for(&self, destination: Option<Country>) -> Option<&DatedAmount> {
        let raised = self.raised.iter().find(|(c, _)| Some(*c) == destination);
        raised.map(|(_, to)| to).or(self.limit.as_ref())
    }
}

/// A value, resolved at the date.
#[derive(Debug, Clone, PartialEq)]
pub struct RegimeValue {
    /// Unit.
    pub unit: String,
    /// The amount in force; none when the law states none for the date.
    pub now: Option<DatedAmount>,
}

/// A territory, the country it follows, and the reading and option under which it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Follower {
    /// The territory.
    pub territory: Country,
    /// The country it follows.
    pub country: Country,
    /// The places of a reading and of one of its options, when it follows only so.
    pub only_if: Option<(usize, usize)>,
}

/// An instrument that another takes out of force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disapplied {
    /// The instrument out of force.
    pub instrument: String,
    /// The instrument that takes it out of force.
    pub by: String,
    /// Since when.
    pub from: Date,
    /// Citation.
    pub cite: String,
    /// How that is known.
    pub grade: Grade,
    /// Kind and id of every entry it would have set.
    pub entries: BTreeSet<(&'static str, String)>,
}

/// The law in force on a date, in a view, every name resolved.
#[derive(Debug, Clone)]
pub struct Regime {
    /// `us` or the id of a proposal.
    pub law: String,
    /// The date asked for.
    pub date: Date,
    /// The view.
    pub view: View,
    /// Ids of the instruments in force, in legal order.
    pub instruments: Vec<String>,
    /// Instruments that are part of this law and that another takes out of force on the date.
    pub disapplied: Vec<Disapplied>,
    /// Country groups by name.
    pub groups: Vec<Resolved<CountrySet>>,
    /// Territories that follow a country wherever no list names them.
    pub follows: Vec<Resolved<Follower>>,
    /// Registers of names, lower case.
    pub registers: Vec<Resolved<Vec<String>>>,
    /// Contested readings.
    pub readings: Vec<Resolved<Reading>>,
    /// Values.
    pub values: Vec<Resolved<RegimeValue>>,
    /// Named conditions.
    pub definitions: Vec<Resolved<Cond>>,
    /// Named sets of item classes: the names of their members.
    pub class_sets: Vec<Resolved<Vec<String>>>,
    /// Item classes, first match first.
    pub classes: Vec<Resolved<RegimeClass>>,
    /// Every class name of the library, by place.
    pub class_names: Vec<String>,
    /// Grounds on which an item is subject to the rules.
    pub scopes: Vec<Resolved<Cond>>,
    /// License requirements.
    pub requirements: Vec<Resolved<RegimeRequirement>>,
    /// Prohibitions.
    pub prohibitions: Vec<Resolved<Cond>>,
    /// Authorities, best first.
    pub authorities: Vec<Resolved<RegimeAuthority>>,
    /// Bars.
    pub bars: Vec<Resolved<RegimeBar>>,
    /// Review policies, in order.
    pub reviews: Vec<Resolved<RegimeReview>>,
    /// Quotas.
    pub quotas: Vec<Resolved<RegimeQuota>>,
    /// Agreements between governments.
    pub agreements: Vec<Resolved<Agreement>>,
    /// Red flags.
    pub red_flags: Vec<Resolved<(RedFlag, Cond)>>,
    /// Duties that hang on the outcome.
    pub duties: Vec<Resolved<(Vec<String>, RegimeDuty)>>,
    /// Notes.
    pub notes: Vec<Resolved<Cond>>,
    /// Steps of the interagency process.
    pub steps: Vec<Resolved<Step>>,
}

impl Regime {
    /// The members of a country group, territories that follow a member included.
    #[must_use]
    pub fn group(&self, id: &str) -> Option<&CountrySet> {
        self.groups.iter().find(|g| g.id == id).map(|g| &g.is)
    }

    /// The territories that follow a country, some of them on one reading only.
    #[must_use]
    pub fn territories(&self) -> CountrySet {
        self.follows.iter().map(|f| f.is.territory).collect()
    }

    /// The value with this id.
    #[must_use]
    pub fn value(&self, id: &str) -> Option<&Resolved<RegimeValue>> {
        self.values.iter().find(|v| v.id == id)
    }

    /// Whether another regime answers every order as this one does, because all that an outcome,
    /// an authority or a review turns on is written alike. Regimes that are written differently may
    /// still answer alike.
    #[must_use]
    pub fn says_the_same(&self, other: &Regime) -> bool {
        self.class_names == other.class_names
            && self.groups == other.groups
            && self.follows == other.follows
            && self.registers == other.registers
            && self.agreements == other.agreements
            && self.readings == other.readings
            && self.values == other.values
            && self.classes == other.classes
            && self.scopes == other.scopes
            && self.requirements == other.requirements
            && self.prohibitions == other.prohibitions
            && self.authorities == other.authorities
            && self.bars == other.bars
            && self.reviews == other.reviews
            && self.quotas == other.quotas
    }

    /// Every condition of the regime that can bear on an outcome.
    pub fn outcome_conditions(&self) -> impl Iterator<Item = &Cond> {
        self.scopes
            .iter()
            .map(|s| &s.is)
            .chain(self.prohibitions.iter().map(|p| &p.is))
            .chain(self.classes.iter().filter_map(|c| c.is.cond.as_ref()))
            .chain(self.requirements.iter().map(|r| &r.is.cond))
            .chain(
                self.authorities
                    .iter()
                    .flat_map(|a| a.is.conditions.iter().map(|c| &c.cond)),
            )
            .chain(self.bars.iter().map(|b| &b.is.cond))
            .chain(self.reviews.iter().map(|r| &r.is.cond))
    }

    /// Every condition of a duty.
    pub fn duty_conditions(&self) -> impl Iterator<Item = &Cond> {
        let carried = self.authorities.iter().flat_map(|a| &a.is.duties);
        let reviewed = self.reviews.iter().flat_map(|r| &r.is.duties);
        let general = self.duties.iter().map(|d| &d.is.1);
        carried.chain(reviewed).chain(general).map(|d| &d.cond)
    }
}
