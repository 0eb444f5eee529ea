//! The ledger: what was drawn on which limit, by whom, under which decision.
//!
//! [`Ledger`] takes [`Entry`]s from many threads and answers each with a [`Receipt`], once it is
//! durable: an entry is applied at most once, an order draws on all its quotas or on none, and what
//! is reserved counts at once. Limits are the caller's, by date; the ledger holds them. What was
//! entered is never changed: it is sealed in a chain of [`Block`]s, and [`verify`] recomputes every
//! balance from the entries by a path of its own.
//!
//! ```
//! use tiergate_ledger::{Account, Act, Charge, Entry, Ledger, Limit, Options, Place, Quota, Reserve,
//!     Schedule, Span};
//! use jiff::civil::date;
//!
//! let ledger = Ledger::open(Place::Memory, Options { make: true, ..Options::default() }).unwrap();
//! let day = date(2026, 3, 2);
//! let entry = |id: &str, amount| Entry {
//!     id: id.into(),
//!     date: day,
//!     by: None,
//!     act: Act::Reserve(Reserve {
//!         order: id.into(),
//!         quantity: 1,
//!         charges: vec![Charge {
//!             account: Account::new("lpp", "Meridian Compute", Span::year_of(day)),
//!             amount,
//!             gives_back: vec![],
//!             quotas: vec![Quota {
//!                 id: "lpp".into(),
//!                 whole: None,
//!                 schedule: Schedule::always(Limit::Amount(26_900_000), "740.29(a), (d)").into(),
//!             }],
//!         }],
//!         decision: None,
//!         until: None,
//!     }),
//! };
//! assert!(ledger.submit(entry("a", 20_000_000)).unwrap().accepted());
//! let refused = ledger.submit(entry("b", 7_000_000)).unwrap();
//! assert!(!refused.accepted());
//! // A retry gets the first answer, and counts no second time.
//! assert!(ledger.submit(entry("a", 20_000_000)).unwrap().again);
//! ```

mod account;
mod answer;
mod book;
mod chain;
mod entry;
mod error;
mod exchange;
mod held;
mod ledger;
mod limit;
mod packet;
mod passed;
mod prorate;
mod quotas;
mod statement;
pub mod store;
mod verify;

pub use account::{Account, ParseSpanError, Span};
pub use answer::{Answer, Over, Reading, Receipt, Refusal, grouped};
pub use book::{Balance, Book};
pub use chain::{Block, moment};
pub use entry::{
    AMOUNT_MAX, Act, Basis, Charge, Entry, Kind, Part, Reserve, Written, WrittenCharge,
};
pub use error::Error;
pub use exchange::{Imported, export, import};
pub use held::{Amounts, Held};
pub use ledger::{Clock, Ledger, Options, Place};
pub use limit::{Limit, Quota, Schedule, Step};
pub use packet::{Packet, PacketFault, check_packet, duties_of, packet};
pub use passed::passed;
pub use prorate::{Prorated, prorate};
pub use quotas::{Balances, LawQuotas, Uncounted, destination_of, measure};
pub use statement::{AsOf, Movement, Statement, balance_as_of, laws, lot, statement};
pub use verify::{Fault, Verified, verify};
