//! Numbers of the lab as they are told.

pub use tiergate_lab::words::spread;
