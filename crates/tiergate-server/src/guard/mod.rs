//! What stands before every request.

pub mod cookies;
pub mod door;
pub mod form;
pub mod headers;
pub mod origin;
pub mod problems;
pub mod proxies;
pub mod rate;
pub mod who;

pub use form::Signed;
pub use who::Who;
