//! People at the desk: who they are, how they prove it, and what they may do.

pub mod may;
mod password;
mod person;
mod secret;
mod session;
mod store;
mod throttle;
mod token;

pub use may::{Action, may};
pub use password::{Hasher, check_new};
pub use person::{NewPerson, Person, Role};
pub use secret::Secret;
pub use session::Session;
pub use store::{Login, People, PeopleError};
pub use throttle::{LOCKED_FOR, TRIES};
pub use token::{NewToken, Scope, Token};
