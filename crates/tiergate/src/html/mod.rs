//! What pages share: the outlines of countries, scales, colors.

pub mod outlines;
pub mod scale;
pub mod tint;

/// The style of every page; kept apart from the templates so that it reads as what it is.
pub const STYLE: &str = include_str!("../../templates/page.css");
