//! A firm and its orders as they are written into files, and how traits come to be written
//! differently each time.

use crate::chance::Chance;

/// Days from 1 January 2025; the book ends with 2026.
pub const DAYS: i32 = 730;
/// Days of a year of the book.
pub const YEAR: i32 = 365;

/// A firm.
#[derive(Debug, Clone, Default)]
pub struct Firm {
    pub id: String,
    pub name: String,
    pub country: String,
    pub addresses: Vec<String>,
    pub directors: Vec<String>,
    pub phones: Vec<String>,
    pub domains: Vec<String>,
    pub banks: Vec<String>,
    /// Day it was founded, counted as days of the book are; before it, below zero.
    pub founded: Option<i32>,
    pub parent: Option<String>,
    /// Its family, if it is planted.
    pub family: Option<usize>,
    /// What makes an honest firm a hard case.
    pub case: &'static str,
    pub orders: Vec<Sale>,
}

/// An order.
#[derive(Debug, Clone)]
pub struct Sale {
    pub day: i32,
    pub tpp: u64,
    pub forwarder: String,
}

/// A day of the book as a date.
pub fn date(day: i32) -> String {
    const MONTHS: [i32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    // Days before the book need no leap years: they are ages, not dates of law.
    let (year, mut rest) = (2025 + day.div_euclid(YEAR), day.rem_euclid(YEAR));
    let mut month = 0;
    while rest >= MONTHS[month] {
        rest -= MONTHS[month];
        month += 1;
    }
    format!("{year:04}-{:02}-{:02}", month + 1, rest + 1)
}

/// A telephone number: country code and the rest.
#[derive(Debug, Clone)]
pub struct Phone(pub &'static str, pub String);

impl Phone {
    pub fn new(chance: &mut Chance, country: &str) -> Phone {
        let code = match country {
            "SG" => "65",
            "MY" => "60",
            "HK" => "852",
            "AE" => "971",
            "DE" => "49",
            "GB" => "44",
            "JP" => "81",
            "TW" => "886",
            "IN" => "91",
            "US" => "1",
            _ => "41",
        };
        let first = chance.whole(2, 9);
        let rest = chance.digits(7);
        Phone(code, format!("{first}{rest}"))
    }

    /// One of the ways in which people write it.
    pub fn written(&self, chance: &mut Chance) -> String {
        let Phone(code, rest) = self;
        let (front, back) = rest.split_at(rest.len() / 2);
        match chance.whole(0, 3) {
            0 => format!("+{code} {front} {back}"),
            1 => format!("+{code}-{front}-{back}"),
            2 => format!("00{code}{rest}"),
            _ => format!("+{code} (0){front} {back}"),
        }
    }
}

/// An address: number, street, kind of street, town, and perhaps a unit.
#[derive(Debug, Clone)]
pub struct Address {
    pub number: usize,
    pub street: String,
    pub kind: usize,
    pub town: String,
    pub unit: Option<usize>,
}

const KINDS: [[&str; 3]; 4] = [
    ["Street", "St.", "st"],
    ["Road", "Rd.", "Rd"],
    ["Avenue", "Ave.", "Av"],
    ["Boulevard", "Blvd", "Blvd."],
];

impl Address {
    pub fn new(chance: &mut Chance, streets: &[String], towns: &[String]) -> Address {
        Address {
            number: chance.whole(1, 400),
            street: chance.any(streets).clone(),
            kind: chance.whole(0, 3),
            town: chance.popular(towns).clone(),
            unit: None,
        }
    }

    /// One of the ways in which people write it.
    pub fn written(&self, chance: &mut Chance) -> String {
        let kind = KINDS[self.kind][chance.whole(0, 2)];
        let Address {
            number,
            street,
            town,
            ..
        } = self;
        match (self.unit, chance.whole(0, 2)) {
            (None, 0) => format!("{number} {street} {kind}, {town}"),
            (None, 1) => format!("No. {number}, {street} {kind}, {town}"),
            (None, _) => format!("{street} {kind} {number}, {}", town.to_uppercase()),
            (Some(unit), 0) => format!("Unit {unit}, {number} {street} {kind}, {town}"),
            (Some(unit), 1) => format!("{number} {street} {kind} Suite {unit}, {town}"),
            (Some(unit), _) => format!("{number} {street} {kind}, #{unit}, {town}"),
        }
    }
}

/// The text with one letter left out, doubled or exchanged with the next.
pub fn misspelled(chance: &mut Chance, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let places: Vec<usize> = (1..letters.len().saturating_sub(1))
        .filter(|at| letters[*at].is_alphabetic() && letters[*at + 1].is_alphabetic())
        .collect();
    if places.is_empty() {
        return text.to_owned();
    }
    let at = *chance.any(&places);
    match chance.whole(0, 2) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}

/// A name as another clerk writes it.
pub fn rewritten(chance: &mut Chance, name: &str) -> String {
    match (name.rsplit_once(' '), chance.whole(0, 3)) {
        (Some((first, family)), 0) => format!("{family}, {first}"),
        (_, 1) => name.to_uppercase(),
        (_, 2) => format!("Mr. {name}"),
        _ => name.to_owned(),
    }
}

/// The two files the watch reads.
pub fn files(firms: &[Firm]) -> (String, String) {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut parties = String::from(
        "id,name,country,addresses,directors,phones,domains,banks,incorporated,known_parent\n",
    );
    let mut orders = String::from("id,date,consignee,tpp,destination,forwarder\n");
    let mut number = 0;
    for firm in firms {
        let row = [
            firm.id.clone(),
            quoted(&firm.name),
            firm.country.clone(),
            quoted(&firm.addresses.join("|")),
            quoted(&firm.directors.join("|")),
            quoted(&firm.phones.join("|")),
            firm.domains.join("|"),
            firm.banks.join("|"),
            firm.founded.map(date).unwrap_or_default(),
            firm.parent.clone().unwrap_or_default(),
        ];
        parties.push_str(&row.join(","));
        parties.push('\n');
        for sale in &firm.orders {
            number += 1;
            let Sale {
                day,
                tpp,
                forwarder,
            } = sale;
            let line = format!(
                "c{number},{},{},{tpp},{},{}\n",
                date(*day),
                firm.id,
                firm.country,
                quoted(forwarder)
            );
            orders.push_str(&line);
        }
    }
    (parties, orders)
}
