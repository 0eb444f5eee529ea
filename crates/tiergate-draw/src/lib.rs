//! What pictures share: the outlines of countries, scales, colors.

pub mod outlines;
pub mod scale;
pub mod tint;
