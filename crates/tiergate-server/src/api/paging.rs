//! Lists are answered page by page: `limit` at most, `after` what the last page told as `next`.

use crate::problem::Problem;

/// So many are answered where no limit is asked for.
const USUAL: u16 = 50;

/// The most that are answered at once.
pub const MOST: u16 = 500;

/// How many are to be answered.
///
/// # Errors
///
/// None, or more than there may be.
pub fn limit(asked: Option<u16>) -> Result<usize, Problem> {
    match asked.unwrap_or(USUAL) {
        n if (1..=MOST).contains(&n) => Ok(n.into()),
        n => Err(Problem::wrong(format!(
            "`limit` is {n}: ask for 1 to {MOST}"
        ))),
    }
}

/// A place in a list, as it is told; what it holds is nobody's business.
pub fn told(place: &str) -> String {
    place.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// That there is no such place in a list.
pub fn no_place() -> Problem {
    Problem::wrong("`after` is no place in this list: send what `next` said")
}

/// The place that was told.
///
/// # Errors
///
/// What never was.
pub fn place(after: Option<&str>) -> Result<Option<String>, Problem> {
    let Some(after) = after else { return Ok(None) };
    let wrong = no_place;
    let (pairs, rest) = after.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return Err(wrong());
    }
    let byte = |pair: &[u8; 2]| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    };
    let bytes: Option<Vec<u8>> = pairs.iter().map(byte).collect();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.map(Some).ok_or_else(wrong)
}

/// The entries of a page out of those after a place, and the place for the next.
pub fn page<T>(
    mut all: Vec<T>,
    limit: usize,
    name: impl Fn(&T) -> String,
) -> (Vec<T>, Option<String>) {
    let more = all.len() > limit;
    all.truncate(limit);
    let next = all.last().filter(|_| more).map(|last| told(&name(last)));
    (all, next)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_as_it_was_told() {
        let key = "lpp|2026|meridian compute / PL";
        assert_eq!(place(Some(&told(key))).unwrap().unwrap(), key);
        for never in ["x", "zz", "0", "ff"] {
            assert!(place(Some(never)).is_err(), "{never}");
        }
    }
}
