//! Country calling codes (ITU-T E.164), for numbers written without theirs.

const CODES: &str = include_str!("../data/dialing.csv");

/// The calling code of a country.
pub fn code(country: &str) -> Option<&'static str> {
    CODES
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(','))
        .find_map(|(c, code)| (c == country).then_some(code))
}
