//! The outlines of countries on a map of the world.

use std::sync::LazyLock;

use tiergate_law::Country;

/// Tenths of a unit on a map 1,000 units wide (see `scripts/make-map`); the height leaves out the
/// empty south.
pub const WIDTH: u32 = 10_000;
/// The height of the map.
pub const HEIGHT: u32 = 4_360;

static MAP: &str = include_str!("../../../catalog/map.csv");

/// How a country is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// The country.
    pub code: Country,
    /// The middle of its largest part.
    pub middle: (i32, i32),
    /// Whether it is too small to be seen without a marker.
    pub small: bool,
    /// SVG path; empty when it has no outline at this scale.
    pub path: &'static str,
}

/// The outlines, in order of code.
///
/// The file is part of the program; a test holds that every row of it reads.
#[must_use]
pub fn outlines() -> &'static [Outline] {
    static OUTLINES: LazyLock<Vec<Outline>> =
        LazyLock::new(|| MAP.lines().skip(1).filter_map(outline).collect());
    &OUTLINES
}

fn outline(row: &'static str) -> Option<Outline> {
    let mut fields = row.splitn(5, ',');
    Some(Outline {
        code: fields.next()?.parse().ok()?,
        middle: (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?),
        small: fields.next()? == "true",
        path: fields.next()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_map_reads() {
        assert_eq!(outlines().len() + 1, MAP.lines().count());
    }

    #[test]
    fn small_states_have_a_marker_and_outlines_lie_on_the_map() {
        for code in ["SG", "BH", "MT", "HK", "MO", "LU"] {
            let found = outlines().iter().find(|o| o.code.to_string() == code);
            assert!(found.is_some_and(|o| o.small), "{code}");
        }
        for outline in outlines() {
            let (x, y) = outline.middle;
            let on =
                (0..=WIDTH.cast_signed()).contains(&x) && (0..=HEIGHT.cast_signed()).contains(&y);
            assert!(on, "{outline:?}");
            let plain = |c: char| c.is_ascii_digit() || "Mlz -".contains(c);
            assert!(outline.path.chars().all(plain), "{outline:?}");
        }
    }
}
