//! What the watch takes for granted: every number it uses that is not counted from the book.

use serde::Deserialize;

/// The kinds of trait that two parties may share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Bank account.
    Bank,
    /// Telephone number.
    Phone,
    /// Internet domain, or the whole address at a public mailbox provider.
    Domain,
    /// Director or officer.
    Director,
    /// Address.
    Address,
    /// Freight forwarder.
    Forwarder,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 6] = [
        Kind::Bank,
        Kind::Phone,
        Kind::Domain,
        Kind::Director,
        Kind::Address,
        Kind::Forwarder,
    ];

    /// Its name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Bank => "bank account",
            Kind::Phone => "phone",
            Kind::Domain => "domain",
            Kind::Director => "director",
            Kind::Address => "address",
            Kind::Forwarder => "forwarder",
        }
    }
}

/// Which checks bear on the score. Sums against the limit are always made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Checks {
    /// How sure the links are.
    pub links: bool,
    /// Yearly amounts in the range a buyer who splits would choose.
    pub bunching: bool,
    /// Young firms, first orders near the limit, first orders close together.
    pub velocity: bool,
    /// One forwarder for most of the parties.
    pub forwarder: bool,
    /// More supplied than the known sites can power.
    pub power: bool,
}

impl Default for Checks {
    fn default() -> Checks {
        Checks {
            links: true,
            bunching: true,
            velocity: true,
            forwarder: true,
            power: true,
        }
    }
}

/// Assumptions of the watch, each with the default that the documentation states.
///
/// The book gives how common something is among all buyers; these say how common it would be
/// among buyers who split. They are judgments, not measurements: `docs/watch.md` lists them.
///
/// ```
/// use tiergate_watch::{Kind, Settings};
/// let settings = Settings::default();
/// // Two that alone share a bank account are most likely one buyer; 300 at one address are not.
/// assert!(settings.chance(Kind::Bank, 2) > 0.95);
/// assert!(settings.chance(Kind::Address, 300) < 0.01);
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Chance that two parties are under one control when they alone share a bank account.
    pub bank: f64,
    /// The same for a telephone number.
    pub phone: f64,
    /// The same for a domain.
    pub domain: f64,
    /// The same for a director.
    pub director: f64,
    /// The same for an address.
    pub address: f64,
    /// The same for a forwarder.
    pub forwarder: f64,
    /// Share of directors and addresses on file that stand there again because they are the same; a
    /// name of common words that stands twice is more likely that of two people.
    pub repeats: f64,
    /// Two parties are linked from this chance on.
    pub link_from: f64,
    /// A value with more holders than this links no pair by itself; it may still be one behind which
    /// unusually many like buyers stand.
    pub holders_max: usize,
    /// A component with more parties than this is split at its weakest links.
    pub component_parties_max: usize,
    /// A link of a smaller chance than this is cut when the side it joins looks like any other buyer.
    pub cut_below: f64,
    /// Buyers that stand out by themselves: evidence of their own from this on, in nats.
    pub alike_from: f64,
    /// A value counts as one behind which too many like buyers stand when chance would give as many
    /// less often than this.
    pub crowd_chance_max: f64,
    /// Lower end of the range of yearly amounts that a buyer who splits would choose, as a share of the limit.
    pub band_from: f64,
    /// Share of yearly amounts in that range among buyers who split.
    pub band_share: f64,
    /// Lower end of the window just below the limit, as a share of it.
    pub window_from: f64,
    /// A firm is young for this many days.
    pub young_days: i32,
    /// Share of young firms among buyers who split.
    pub young_share: f64,
    /// Share of first orders in the window among buyers who split.
    pub near_share: f64,
    /// Days within which first orders stand close together.
    pub burst_days: i32,
    /// Share of first orders within those days among buyers who split.
    pub burst_share: f64,
    /// Share of the parties of one buyer that use one forwarder.
    pub forwarder_share: f64,
    /// The most that one check may add to a score, in nats.
    pub check_most: f64,
    /// The most that one check may take from a score, in nats.
    pub check_least: f64,
    /// Share of linked parties over the limit that are one buyer, before anything else is known.
    pub prior: f64,
    /// Findings are told from this chance on.
    pub report_from: f64,
    /// Watts that a site needs for each TPP installed, cooling and losses included; none: not looked at.
    pub watts_per_tpp: Option<f64>,
    /// More is supplied than can be powered from this multiple on.
    pub power_ratio: f64,
    /// Which checks bear on the score.
    pub checks: Checks,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            bank: 0.98,
            phone: 0.9,
            domain: 0.9,
            director: 0.6,
            address: 0.55,
            forwarder: 0.02,
            repeats: 0.1,
            link_from: 0.5,
            cut_below: 0.9,
            holders_max: 32,
            component_parties_max: 40,
            alike_from: 1.0,
            crowd_chance_max: 1e-3,
            band_from: 0.25,
            band_share: 0.85,
            window_from: 0.8,
            young_days: 365,
            young_share: 0.5,
            near_share: 0.25,
            burst_days: 180,
            burst_share: 0.6,
            forwarder_share: 0.5,
            check_most: 3.0,
            check_least: -6.0,
            prior: 0.01,
            report_from: 0.5,
            watts_per_tpp: None,
            power_ratio: 1.25,
            checks: Checks::default(),
        }
    }
}

impl Settings {
    /// The chance that two parties are under one control because they share a value that so many
    /// parties hold: the odds for two holders, divided by the number of others.
    #[must_use]
    pub fn chance(&self, kind: Kind, holders: usize) -> f64 {
        let of_two = match kind {
            Kind::Bank => self.bank,
            Kind::Phone => self.phone,
            Kind::Domain => self.domain,
            Kind::Director => self.director,
            Kind::Address => self.address,
            Kind::Forwarder => self.forwarder,
        }
        .clamp(0.0, 1.0);
        let others = holders.saturating_sub(1).max(1) as f64;
        of_two / (of_two + (1.0 - of_two) * others)
    }
}
