//! Days as forms give them.

use jiff::civil::Date;

use crate::problem::Problem;

/// A day of a form's field; none where the field is empty.
///
/// # Errors
///
/// What stands there that is no day.
pub fn given(field: &str, text: &str) -> Result<Option<Date>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day = text.parse().map_err(|_| {
        Problem::wrong(format!(
            "`{text}` is no day for {field}: write it as 2026-07-31"
        ))
    })?;
    Ok(Some(day))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_empty_field_is_no_day_and_another_text_is_told() {
        assert_eq!(given("from", " ").unwrap(), None);
        assert_eq!(
            given("from", "2026-07-31").unwrap(),
            Some(date(2026, 7, 31))
        );
        let problem = given("from", "July").unwrap_err();
        assert!(problem.detail.contains("`July` is no day for from"));
    }
}
