//! What is known of a party and of a consignment: the two things the watch reads.

use jiff::civil::Date;

/// A party and the traits by which it may be linked to others.
///
/// Every list may be empty: what is not known links nothing.
///
/// ```
/// let party = tiergate_watch::Party::new("p1", "Velmora Compute Sdn Bhd", "MY");
/// assert!(party.phones.is_empty());
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Party {
    /// Id, by which consignments name it.
    pub id: String,
    /// Name.
    pub name: String,
    /// Country, ISO code of two letters.
    pub country: String,
    /// Addresses as written.
    pub addresses: Vec<String>,
    /// Directors and officers by name.
    pub directors: Vec<String>,
    /// Telephone numbers as written.
    pub phones: Vec<String>,
    /// E-mail addresses, websites or domains.
    pub domains: Vec<String>,
    /// Freight forwarders it names, besides those of its consignments.
    pub forwarders: Vec<String>,
    /// Bank accounts it pays from.
    pub banks: Vec<String>,
    /// Day it was founded.
    pub incorporated: Option<Date>,
    /// Power at its known sites, in megawatts.
    pub site_power_mw: Option<f64>,
    /// Id of the parent that is known and declared; it need not be in the file itself.
    pub known_parent: Option<String>,
}

impl Party {
    /// A party of which nothing else is known.
    #[must_use]
    pub fn new(id: &str, name: &str, country: &str) -> Party {
        Party {
            id: id.to_owned(),
            name: name.to_owned(),
            country: country.to_owned(),
            ..Party::default()
        }
    }
}

/// A delivery that draws on the limit.
///
/// ```
/// use jiff::civil::Date;
/// let c = tiergate_watch::Consignment::new("c1", Date::constant(2026, 3, 1), "p1", 7_916_000);
/// assert_eq!(c.tpp, 7_916_000);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consignment {
    /// Id.
    pub id: String,
    /// Day of shipment.
    pub date: Date,
    /// Id of the consignee.
    pub consignee: String,
    /// Amount in TPP, rounded up to a whole number.
    pub tpp: u64,
    /// Country it goes to, ISO code of two letters; may be empty.
    pub destination: String,
    /// Freight forwarder.
    pub forwarder: Option<String>,
}

impl Consignment {
    /// A consignment of which no more is known.
    #[must_use]
    pub fn new(id: &str, date: Date, consignee: &str, tpp: u64) -> Consignment {
        Consignment {
            id: id.to_owned(),
            date,
            consignee: consignee.to_owned(),
            tpp,
            destination: String::new(),
            forwarder: None,
        }
    }
}
