//! Who owns and controls whom: a register of dated statements with their sources, and the two
//! questions export controls ask of it.
//!
//! Where is the [ultimate parent](View::ultimate_parent) headquartered? And do listed owners together
//! [own enough](Ownership) of a party? They are two rules with two algorithms, and neither is computed
//! from the other. Unknown is a value of both: an owner who is not identified is never taken for one
//! who is not there.
//!
//! ```
//! use tiergate_parties::{Answer, Date, Listed, Ownership, Parent, Percent, Register, Rest, Rule, Threshold, View};
//!
//! let text = r#"
//! {"id":"s1","recorded":"2026-01-05","source":{"name":"company register"},"party":{"id":"aldersea","kind":"entity","names":[{"text":"Aldersea Holdings"}],"headquarters":"SG"}}
//! {"id":"s2","recorded":"2026-01-05","source":{"name":"annual report 2025"},"link":{"owner":"aldersea","owned":"meridian","interest":"shares","share":"60"}}
//! {"id":"s3","recorded":"2026-01-05","source":{"name":"annual report 2025"},"link":{"owner":"tarnbank","owned":"meridian","interest":"shares","share":"40"}}
//! {"id":"s4","recorded":"2026-01-05","source":{"name":"annual report 2025"},"no_parent":{"of":"aldersea","reason":"widely held"}}
//! "#;
//! let (register, faults) = Register::read(text);
//! assert!(faults.is_empty());
//! let view = View::on(Date::constant(2026, 7, 1));
//! let meridian = register.find("meridian")?;
//!
//! let Parent::Known(top) = view.ultimate_parent(&register, meridian) else { panic!() };
//! assert_eq!(view.name(&register, top.party), "Aldersea Holdings");
//!
//! let mut listed = Listed::default();
//! listed.add(register.find("tarnbank")?, None, None);
//! let rule = Rule { threshold: Threshold::AtLeast(Percent::whole(50)), rest: Rest::Unknown };
//! let found = Ownership::above(&register, view, meridian, &listed, rule).finding(meridian).unwrap();
//! // Nobody says who owns Aldersea Holdings: listed parties may.
//! assert_eq!(found.by_ownership, Answer::Unknown);
//! # Ok::<(), tiergate_parties::FindError>(())
//! ```
//!
//! This crate knows nothing of orders and of the law: thresholds and lists are given to it. It reads
//! and writes nothing but what it is handed.

mod holding;
mod import;
mod lei;
mod owned;
mod parent;
mod party;
mod percent;
mod proportion;
mod register;
mod scope;
mod share;
mod statement;
mod view;

pub use holding::Holding;
pub use import::{Format, Import, Imported};
pub use jiff::civil::Date;
pub use lei::{Lei, LeiError};
pub use owned::{Answer, Counted, Finding, Listed, Ownership, Rest, Rule, Standing};
pub use parent::{Basis, Gap, Parent, Top, Why};
pub use party::{
    CountryCode, CountryCodeError, Identifier, Kind, LEI_SCHEME, Location, Name, name_key,
};
pub use percent::{Percent, PercentError};
pub use proportion::Proportions;
pub use register::{Fault, FindError, Link, LinkNo, NoParent, PartyNo, Register};
pub use share::{Bound, Share, Threshold};
pub use statement::{
    EndStatement, Interest, LinkStatement, NoParentStatement, PartyStatement, Says, Source,
    Statement,
};
pub use view::{Described, View};
