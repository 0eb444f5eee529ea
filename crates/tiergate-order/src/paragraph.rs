//! Paragraphs of the Commerce Control List, as the parties to an order state them.

use tiergate_law::nearest;

/// Finds the classes a stated paragraph may mean: its place among `classes`, or the candidates.
///
/// Places after the classes are "a paragraph of no class here" and "none stated".
pub fn classify_text(stated: Option<&str>, classes: &[String]) -> Result<usize, u128> {
    let Some(stated) = stated else {
        return Ok(classes.len() + 1);
    };
    let stated = stated.trim();
    let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
    if let Some(at) = classes.iter().position(|c| same(c, stated)) {
        return Ok(at);
    }
    let under = |long: &str, short: &str| {
        long.len() > short.len()
            && long.is_char_boundary(short.len())
            && same(&long[..short.len()], short)
            && long[short.len()..].starts_with('.')
    };
    // More exact than any class: 3A090.a.1 is in 3A090.a.
    let inside = classes.iter().enumerate().filter(|(_, c)| under(stated, c));
    if let Some((at, _)) = inside.max_by_key(|(_, c)| c.len()) {
        return Ok(at);
    }
    // Less exact: 3A001.z may be any of its paragraphs.
    let mut mask = classes
        .iter()
        .enumerate()
        .filter(|(_, c)| under(c, stated) || series_of(c, stated))
        .fold(0_u128, |mask, (at, _)| mask | 1 << at);
    // 3A001 may be one that is not held.
    if mask != 0 && has_others(stated, classes) {
        mask |= 1 << classes.len();
    }
    match mask.count_ones() {
        0 => Ok(classes.len()),
        1 => Ok(mask.trailing_zeros() as usize),
        _ => Err(mask),
    }
}

/// `4A004.z.1` is of the series `4A004.z`.
fn series_of(class: &str, stated: &str) -> bool {
    stated.ends_with(".z")
        && class.len() > stated.len()
        && class
            .get(..stated.len())
            .is_some_and(|c| c.eq_ignore_ascii_case(stated))
}

/// Whether a paragraph that is none of the classes is one all the same, and not a slip of the pen.
///
/// # Errors
///
/// What is wrong, and what would be right.
pub(crate) fn could_be(stated: &str, classes: &[String]) -> Result<(), String> {
    let stated = stated.trim().to_ascii_uppercase();
    let (base, rest) = stated.split_once('.').unwrap_or((&stated, ""));
    if base == "EAR99" && rest.is_empty() {
        return Ok(());
    }
    let shaped = is_entry(base) && (rest.is_empty() == (base == stated)) && {
        let part = |p: &str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_alphanumeric());
        rest.is_empty() || rest.split('.').all(part)
    };
    let held = paragraphs_of(base, classes);
    if shaped && (held.is_empty() || has_others(base, classes)) {
        return Ok(());
    }
    let near = nearest(
        &stated.to_ascii_lowercase(),
        classes.iter().map(String::as_str),
    );
    let near = near.or_else(|| {
        let plain = |text: &str| text.replace('.', "").to_ascii_uppercase();
        let stated = plain(&stated);
        classes
            .iter()
            .map(String::as_str)
            .find(|c| plain(c) == stated)
    });
    Err(if shaped {
        format!(
            "is no paragraph of `{base}`; its paragraphs are {}",
            held.join(", ")
        )
    } else if let Some(near) = near {
        format!("is no paragraph of the control list; did you mean `{near}`?")
    } else {
        let like = classes.first().map_or("", String::as_str);
        format!(
            "is no paragraph of the control list; write it like `{like}`, or `EAR99` for an item \
             that is in none"
        )
    })
}

/// A category, a product group and three digits.
fn is_entry(base: &str) -> bool {
    let bytes = base.as_bytes();
    bytes.len() == 5
        && bytes[0].is_ascii_digit()
        && (b'A'..=b'E').contains(&bytes[1])
        && bytes[2..].iter().all(u8::is_ascii_digit)
}

/// The classes that are paragraphs of an entry.
fn paragraphs_of<'c>(entry: &str, classes: &'c [String]) -> Vec<&'c str> {
    let of = |class: &&str| {
        let base = class.split('.').next().unwrap_or(class);
        base.eq_ignore_ascii_case(entry)
    };
    classes.iter().map(String::as_str).filter(of).collect()
}

/// Whether an entry has paragraphs beside the classes: one of which only `.z` is held has.
fn has_others(entry: &str, classes: &[String]) -> bool {
    paragraphs_of(entry, classes)
        .iter()
        .any(|c| c.contains(".z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes() -> Vec<String> {
        ["3A090.a", "3A090.b", "3A001.z", "3A001.z.1.a", "5A992"]
            .map(str::to_owned)
            .to_vec()
    }

    #[test]
    fn a_short_paragraph_may_be_any_under_it_and_an_entry_one_that_is_not_held() {
        let [z, z_1_a, other] = [2, 3, 5].map(|at| 1_u128 << at);
        let cases = [
            ("3A001.z", Ok(2)),
            ("3A001.z.1.a.4", Ok(3)),
            ("3A001", Err(z | z_1_a | other)),
            ("3A090", Err(0b11)),
            ("5A992", Ok(4)),
            ("3A002", Ok(5)),
        ];
        for (stated, expected) in cases {
            assert_eq!(
                classify_text(Some(stated), &classes()),
                expected,
                "{stated}"
            );
        }
    }

    #[test]
    fn a_slip_of_the_pen_is_no_paragraph() {
        const TABLE: [(&str, Option<&str>); 11] = [
            ("EAR99", None),
            ("ear99", None),
            ("5A002.a", None),
            ("3A001.a.7", None),
            ("0A521", None),
            ("3A090a", Some("did you mean `3A090.a`?")),
            ("3A090.d", Some("its paragraphs are 3A090.a, 3A090.b")),
            ("9Z999", Some("write it like `3A090.a`")),
            ("3A090..a", Some("did you mean `3A090.a`?")),
            ("3A001.", Some("is no paragraph of the control list")),
            ("gpu", Some("write it like `3A090.a`")),
        ];
        for (stated, wrong) in TABLE {
            let found = could_be(stated, &classes());
            match wrong {
                None => assert_eq!(found, Ok(()), "{stated}"),
                Some(says) => {
                    let problem = found.expect_err(stated);
                    assert!(problem.contains(says), "{stated}: {problem}");
                }
            }
        }
    }
}
