//! What is said of a proposal that is not yet adopted: it is its base.

use tiergate_law::{Date, Library};

/// The day on which a law is adopted, if it is a proposal.
pub fn adopted(library: &Library, law: &str) -> Option<Date> {
    let proposal = library.proposal(law)?;
    Some(proposal.instrument.binds_from())
}

/// `x` is adopted on a day; before it, as `when` says, it is its base.
pub fn its_base(law: &str, adopted: Date, when: &str) -> String {
    format!("`{law}` is adopted on {adopted}; {when} it is its base")
}
