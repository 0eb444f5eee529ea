//! Work on cases, as pages and the API do it: who sees what, what is registered and entered.

mod enter;
mod find;
mod register;
mod stated;
mod tidy;
mod when;

pub use enter::{Act, enter};
pub use find::{Found, find, sees};
pub use register::{Asked, register};
pub use stated::text;
pub use tidy::{Tidied, finish};
pub use when::When;
