//! Numbers of the lab as they are told.

/// A number with as many digits as tell something: three, and thousands set apart.
#[must_use]
pub fn number(x: f64) -> String {
    let size = x.abs();
    let digits = match size {
        _ if !x.is_finite() => return "-".into(),
        _ if size >= 100.0 => 0,
        _ if size >= 10.0 => 1,
        _ if size >= 1.0 || size == 0.0 => 2,
        _ => 3,
    };
    let text = format!("{size:.digits$}");
    let (whole, part) = text
        .split_once('.')
        .map_or((text.as_str(), None), |(w, p)| (w, Some(p)));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if x < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        "-"
    } else {
        ""
    };
    match part {
        Some(part) => format!("{sign}{grouped}.{part}"),
        None => format!("{sign}{grouped}"),
    }
}

/// A median with the range in which nine in ten draws lie.
#[must_use]
pub fn spread([low, middle, high]: [f64; 3]) -> String {
    format!("{} ({} to {})", number(middle), number(low), number(high))
}

#[cfg(test)]
mod tests {
    use super::{number, spread};

    #[test]
    fn numbers_have_the_digits_that_tell_something() {
        let told = [
            0.0,
            0.0123,
            1.234,
            12.34,
            1234.5,
            -1_234_567.0,
            f64::NAN,
            -0.0001,
        ]
        .map(number);
        assert_eq!(
            told,
            [
                "0.00",
                "0.012",
                "1.23",
                "12.3",
                "1,234",
                "-1,234,567",
                "-",
                "0.000"
            ]
        );
        assert_eq!(spread([1.0, 2.0, 3.0]), "2.00 (1.00 to 3.00)");
    }
}
