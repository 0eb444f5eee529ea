//! The licensing desk: cases, their legal clocks, who decides, and the licenses that come of them.
//!
//! A case is a log of [`Event`]s; [`State::fold`] gives what it is after them, and refuses an event
//! that may not be, with what would be right. [`dues`] gives the last day of every step with its
//! computation, [`allowed`] what someone may do now and why not the rest. Days, agencies, votes,
//! defaults and years come from the law ([`Rules`]); nothing here reads a clock.
//!
//! ```
//! use jiff::civil::date;
//! use tiergate_cases::{Actor, Application, Event, Kind, Role, Rules, State, What, dues};
//! use tiergate_law::{Date, LawRef, Library, View};
//!
//! let law = r#"
//! [instrument]
//! id = "p"
//! title = "Processing"
//! cite = "part 750"
//! effective = 2024-01-01
//! grade = "primary"
//! [[step]]
//! id = "first"
//! cite = "750.4(a)"
//! says = "BIS refers it"
//! process = "license"
//! day = 9
//! done_by = ["referred"]
//! "#;
//! let (library, _) = Library::read([("p.toml", law)]);
//! let regime = library.consolidate(&LawRef::us(), Date::constant(2026, 1, 5), View::Text).unwrap();
//! let rules = Rules::of(&regime);
//!
//! let mut application = Application::new(Kind::License, "300 accelerators", "acme");
//! application.quantity = Some(300);
//! let registered = Event {
//!     id: "e-1".into(),
//!     case: "Z-1".into(),
//!     day: date(2026, 1, 5),
//!     at: "2026-01-05T15:00:00Z".parse().unwrap(),
//!     actor: Actor::new("acme", Role::Applicant),
//!     basis: vec![],
//!     what: What::Registered(Box::new(application)),
//! };
//! let state = State::fold(&rules, [&registered]).unwrap().unwrap();
//! let due = &dues(&state, &rules, date(2026, 1, 6))[0];
//! assert_eq!(due.due.as_ref().unwrap().says, "registered 2026-01-05 + 9 days = 2026-01-14");
//! ```

mod act;
mod agreement;
mod application;
mod chain;
mod clock;
#[doc(hidden)]
pub mod demo;
mod desk;
mod documents;
mod drawing;
mod due;
mod error;
mod event;
mod fit;
mod folded;
mod giving;
mod holding;
mod intake;
mod kind;
mod law_book;
mod license;
mod may;
mod people;
mod process;
mod queue;
mod rules;
mod state;
pub mod statistics;
pub mod store;
mod take;
mod visible;

pub use act::{Act, Advice, Answer, Level, Outcome, Proposal, Vote, What};
pub use application::{Application, Concession};
pub use chain::{Hash, Logged, check_chain, event_hash, first_hash, link};
pub use clock::{Computed, Count, Pause, days_between, plus};
pub use desk::{Read, enter, read};
pub use documents::DocumentLimits;
pub use drawing::{Done, amend, approve, issue, ship};
pub use due::{Due, Standing, due, due_day, dues};
pub use error::{Error, No, Refused};
pub use event::{Basis, Event, Grounds};
pub use fit::{boards, grounds, is_of_a_case, outcomes, proposals, reservation_id, steps_to_do};
pub use folded::{Case, Folded};
pub use giving::expire;
pub use holding::{Drawing, license_accounts};
pub use intake::{give_up, sweep, take_in};
pub use kind::Kind;
pub use law_book::LawBook;
pub use license::{License, valid_through, with_tolerance};
pub use may::{Possible, acts_of, allowed, may, roles_of};
pub use people::{Actor, HOME, Role, advising, agency_of, chair_of};
pub use process::{
    Authority, Counted, Finality, Tally, agreed, authority, counted, denied_from, finality, tally,
};
pub use queue::{Queued, queue, queued};
pub use rules::{Amount, Rule, Rules};
pub use state::{Closing, Document, Given, Question, Recommendation, Referral, Ruling, State};
pub use visible::visible;
