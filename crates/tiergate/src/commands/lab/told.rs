//! Numbers of the lab as they are told.

pub use tiergate_lab::told::{number, share, spread};
