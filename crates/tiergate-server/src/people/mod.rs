//! People at the desk: who they are, how they prove it, and what they may do.

mod identities;
mod links;
mod logging_in;
pub mod may;
mod own_password;
mod password;
mod person;
mod secret;
mod session;
mod store;
mod throttle;
mod token;
mod tokens;

pub use identities::{Account, Email, Entry, Stranger};
pub use logging_in::{Login, Means};
pub use may::{Action, may};
pub use password::{Hasher, check_new};
pub use person::{NewPerson, Person, Role};
pub use secret::Secret;
pub use session::Session;
pub(crate) use store::note;
pub use store::{People, PeopleError};
pub use throttle::{LOCKED_FOR, TRIES};
pub use token::{NewToken, Scope, Token};
