//! Traits made comparable: what differs only in how it is written becomes equal.

use crate::settings::Kind;

/// The form in which a trait is compared; none when nothing is left to compare.
///
/// `country` is that of the party: a telephone number without its country code is one of there.
///
/// ```
/// use tiergate_watch::{Kind, normal};
/// let one = normal(Kind::Phone, "+65 6123-4567", "SG");
/// assert_eq!(one, normal(Kind::Phone, "6123 4567", "SG"));
/// assert_eq!(one, normal(Kind::Phone, "0065 (6123) 4567", "MY"));
/// assert_eq!(normal(Kind::Address, "12 Merino St., Ste 4", ""), normal(Kind::Address, "Suite 4, 12 Merino Street", ""));
/// assert_eq!(normal(Kind::Director, "Dr. Orvall, Tessa", ""), normal(Kind::Director, "Tessa ORVALL", ""));
/// assert_eq!(normal(Kind::Bank, " - ", ""), None);
/// ```
#[must_use]
pub fn normal(kind: Kind, text: &str, country: &str) -> Option<String> {
    let form = match kind {
        Kind::Bank => text
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_uppercase)
            .collect(),
        Kind::Phone => phone(text, country),
        Kind::Domain => domain(text),
        Kind::Director => sorted(words(text).filter(|w| !TITLES.contains(&w.as_str()))),
        Kind::Address => address(text),
        Kind::Forwarder => company(text),
    };
    // A value of one or two signs is a placeholder too ("-", "0").
    let written: String = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let is_value = form.chars().count() > 2 && !PLACEHOLDERS.contains(&written.as_str());
    is_value.then_some(form)
}

const PLACEHOLDERS: [&str; 9] = [
    "none",
    "unknown",
    "na",
    "tbd",
    "null",
    "nil",
    "tba",
    "notavailable",
    "notknown",
];
const TITLES: [&str; 11] = [
    "mr", "mrs", "ms", "dr", "prof", "sir", "dato", "datuk", "ir", "eng", "sheikh",
];
const COMPANY_ENDINGS: [&str; 26] = [
    "ltd",
    "limited",
    "llc",
    "inc",
    "corp",
    "corporation",
    "co",
    "company",
    "gmbh",
    "ag",
    "sa",
    "sarl",
    "bv",
    "nv",
    "pte",
    "pty",
    "sdn",
    "bhd",
    "plc",
    "fze",
    "fzco",
    "dmcc",
    "wll",
    "kk",
    "oy",
    "ab",
];
/// Words of addresses as they are shortened, and what they are taken for; a word taken for nothing
/// is left out, because it stands in one spelling and not in another.
const SHORT: [(&str, &str); 36] = [
    ("street", "st"),
    ("str", "st"),
    ("road", "rd"),
    ("avenue", "ave"),
    ("av", "ave"),
    ("boulevard", "blvd"),
    ("drive", "dr"),
    ("lane", "ln"),
    ("highway", "hwy"),
    ("square", "sq"),
    ("place", "pl"),
    ("court", "ct"),
    ("centre", "ctr"),
    ("center", "ctr"),
    ("building", ""),
    ("bldg", ""),
    ("tower", "twr"),
    ("floor", ""),
    ("fl", ""),
    ("level", ""),
    ("lvl", ""),
    ("suite", ""),
    ("ste", ""),
    ("unit", ""),
    ("room", ""),
    ("rm", ""),
    ("no", ""),
    ("number", ""),
    ("the", ""),
    ("of", ""),
    ("po", "po"),
    ("north", "n"),
    ("south", "s"),
    ("east", "e"),
    ("west", "w"),
    ("jalan", "jln"),
];
/// Providers of mailboxes to anyone: their domain says nothing of whose a mailbox is.
const MAILBOXES: [&str; 16] = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "yahoo.com",
    "icloud.com",
    "aol.com",
    "proton.me",
    "protonmail.com",
    "gmx.com",
    "gmx.de",
    "mail.com",
    "qq.com",
    "163.com",
    "126.com",
];

/// Words of letters and digits, lower case, common accents taken off.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(|w| w.chars().flat_map(char::to_lowercase).map(plain).collect())
}

const fn plain(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì'..='ï' | 'ī' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ř' => 'r',
        'ś' | 'ş' | 'š' => 's',
        'ť' | 'ţ' => 't',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}

fn sorted(words: impl Iterator<Item = String>) -> String {
    let mut words: Vec<String> = words.collect();
    words.sort_unstable();
    words.join(" ")
}

fn company(text: &str) -> String {
    let words: Vec<String> = words(text)
        .filter(|w| !COMPANY_ENDINGS.contains(&w.as_str()))
        .collect();
    words.join(" ")
}

fn address(text: &str) -> String {
    let short = |word: String| match SHORT.iter().find(|(long, _)| *long == word) {
        Some((_, short)) => (*short).to_owned(),
        None => word,
    };
    sorted(words(text).map(short).filter(|w| !w.is_empty()))
}

fn domain(text: &str) -> String {
    let text = text.trim().to_lowercase();
    if let Some((_, host)) = text.rsplit_once('@') {
        if MAILBOXES.contains(&host) {
            return text;
        }
        return host.trim_end_matches('.').to_owned();
    }
    let rest = text
        .split_once("://")
        .map_or(text.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = host
        .strip_prefix("www.")
        .unwrap_or(host)
        .trim_end_matches('.');
    if MAILBOXES.contains(&host) {
        return String::new();
    }
    host.to_owned()
}

/// The number with its country code, digits only.
fn phone(text: &str, country: &str) -> String {
    // `+44 (0)20 ...`: the zero is dialed from inside alone.
    let text = text.replace("(0)", "");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 6 {
        return String::new();
    }
    if text.trim_start().trim_start_matches('(').starts_with('+') {
        return digits;
    }
    if let Some(abroad) = digits.strip_prefix("00") {
        return abroad.to_owned();
    }
    let code = crate::dialing::code(country).unwrap_or_default();
    let inside = digits.strip_prefix('0').unwrap_or(&digits);
    format!("{code}{inside}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dialed_from_inside_alone_is_left_out() {
        let number = |text, country| normal(Kind::Phone, text, country);
        let full = number("+44 20 7946 0000", "");
        assert_eq!(full.as_deref(), Some("442079460000"));
        assert_eq!(full, number("+44 (0)20 7946 0000", ""));
        assert_eq!(full, number("020 7946 0000", "GB"));
        assert_ne!(full, number("020 7946 0000", "SG"));
    }

    #[test]
    fn a_public_mailbox_is_whose_it_is_and_its_provider_nobodys() {
        let domain = |text| normal(Kind::Domain, text, "");
        assert_eq!(
            domain("Info@Velmora.example"),
            domain("https://www.velmora.example/about?x")
        );
        assert_ne!(domain("a.orvall@gmail.com"), domain("b.tessa@gmail.com"));
        assert_eq!(domain("gmail.com"), None);
    }

    #[test]
    fn a_forwarder_is_the_same_with_and_without_its_legal_form() {
        let forwarder = |text| normal(Kind::Forwarder, text, "");
        assert_eq!(
            forwarder("Quorin Freight Pte. Ltd."),
            forwarder("QUORIN FREIGHT")
        );
    }

    #[test]
    fn placeholders_are_no_values() {
        for text in ["-", "n/a", "0", "unknown", "  ", "NONE"] {
            for kind in Kind::ALL {
                assert_eq!(normal(kind, text, "MY"), None, "{kind:?} {text}");
            }
        }
    }
}
