//! The words of a claim: places in braces are filled with what was found.

use std::collections::BTreeMap;

use super::definition::{Definition, Says};
use crate::compared::SEPARABLE;
use crate::statistics::Share;
use crate::told::spread;

/// What places in braces may name.
pub(super) type Places = BTreeMap<String, String>;

/// A spread as it is told; a dash where there is none.
pub(super) fn band(band: Option<[f64; 3]>) -> String {
    band.map_or_else(|| "-".into(), spread)
}

/// The thresholds of a claim, as places.
pub(super) fn thresholds(claim: &Definition) -> Places {
    let each = claim.threshold.iter();
    each.map(|(name, t)| (name.clone(), t.value.to_string()))
        .collect()
}

/// A text with its places filled. A place that nothing is known of stays as it is, for a test to find.
pub(super) fn fill(text: &str, places: &Places) -> String {
    let mut filled = text.trim().replace('\n', " ");
    for (name, value) in places {
        filled = filled.replace(&format!("{{{name}}}"), value);
    }
    filled
}

/// The words for a claim that holds in such a share of the draws.
pub(super) fn words(says: &Says, share: Option<Share>) -> &str {
    match share {
        Some(share) if share.value >= SEPARABLE => &says.holds,
        Some(share) if 1.0 - share.value >= SEPARABLE => &says.fails,
        _ => &says.open,
    }
}
