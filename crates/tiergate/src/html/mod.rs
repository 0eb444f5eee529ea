//! What pages share: their style, and what pictures are drawn with.

pub use tiergate_draw::{outlines, scale, tint};

/// The style of every page; kept apart from the templates so that it reads as what it is.
pub const STYLE: &str = include_str!("../../templates/page.css");

#[cfg(test)]
mod tests {
    use tiergate_draw::outlines::outlines;
    use tiergate_law::Country;

    #[test]
    #[allow(clippy::unwrap_used, reason = "a test")]
    fn every_country_of_the_catalog_but_antarctica_is_on_the_map() {
        let catalog = crate::embedded::catalog().unwrap();
        let drawn = |code: Country| outlines().iter().any(|o| o.code == code);
        let missing: Vec<String> = catalog
            .countries
            .iter()
            .filter(|c| !drawn(c.code))
            .map(|c| c.code.to_string())
            .collect();
        assert_eq!(missing, ["AQ"]);
        assert_eq!(outlines().len() + 1, catalog.countries.len());
    }
}
