//! What the engine's tests share: a maker of random laws and orders, and a slow oracle.

pub mod make;
pub mod oracle;
