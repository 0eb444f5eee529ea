//! Legal entities: who is who.

use std::io::{self, BufRead};

use super::table::{self, Row};
use super::{Desk, Imported};
use crate::party::{CountryCode, Identifier, Kind, Location, Name};
use crate::statement::{PartyStatement, Says};

const OTHER_NAMES: &str = "Entity.OtherEntityNames.OtherEntityName";
const TRANSLITERATED: &str = "Entity.TransliteratedOtherEntityNames.TransliteratedOtherEntityName";

pub fn run(from: impl BufRead, desk: &mut Desk<'_>) -> io::Result<()> {
    table::each(from, &["LEI", "Entity.LegalName"], desk, |row, desk| {
        let Some(party) = party(row, &mut desk.done) else {
            return Ok(());
        };
        let about = format!("gleif:{}", party.id);
        desk.say(row.line, &about, Says::Party(party))
    })
}

fn party(row: &Row<'_>, done: &mut Imported) -> Option<PartyStatement> {
    let Some(lei) = row.get("LEI") else {
        done.fault(row.line, "the LEI is empty");
        return None;
    };
    let identifier = match Identifier::lei(lei) {
        Ok(identifier) => identifier,
        Err(error) => {
            done.fault(row.line, error.to_string());
            return None;
        }
    };
    if let Some(status @ ("DUPLICATE" | "ANNULLED")) = row.get("Registration.RegistrationStatus") {
        done.skip(format!("registration {}", status.to_lowercase()));
        return None;
    }
    let kind = match row.get("Entity.EntityCategory") {
        Some("RESIDENT_GOVERNMENT_ENTITY") => Kind::State,
        _ => Kind::Entity,
    };
    let mut party = PartyStatement::new(lei, kind);
    party.identifiers.push(identifier);
    let number = row.get("Entity.RegistrationAuthority.RegistrationAuthorityEntityID");
    let authority = row.get("Entity.RegistrationAuthority.RegistrationAuthorityID");
    if let (Some(value), Some(scheme)) = (number, authority) {
        party.identifiers.push(Identifier {
            scheme: scheme.to_owned(),
            value: value.to_owned(),
        });
    }
    names(row, &mut party);
    let mut country = |column: &str| match row.get(column)?.parse::<CountryCode>() {
        Ok(country) => Some(country),
        Err(error) => {
            done.fault(row.line, format!("{column}: {error}"));
            None
        }
    };
    let legal = country("Entity.LegalAddress.Country");
    party.headquarters = country("Entity.HeadquartersAddress.Country");
    for (country, place) in [
        (legal, "LegalAddress"),
        (party.headquarters, "HeadquartersAddress"),
    ] {
        let location = country.map(|country| Location {
            country,
            address: address(row, place),
        });
        let new = location.filter(|l| !party.locations.contains(l));
        party.locations.extend(new);
    }
    Some(party)
}

fn names(row: &Row<'_>, party: &mut PartyStatement) {
    if let Some(name) = row.get("Entity.LegalName") {
        let language = row.get("Entity.LegalName.xmllang").map(str::to_owned);
        party.names.push(Name {
            language,
            ..Name::legal(name)
        });
    }
    for prefix in [OTHER_NAMES, TRANSLITERATED] {
        for (number, name) in row.numbered(prefix, "") {
            let language = row
                .get(&format!("{prefix}.{number}.xmllang"))
                .map(str::to_owned);
            let name = Name {
                language,
                ..Name::alias(name)
            };
            if party.names.iter().all(|n| n.text != name.text) {
                party.names.push(name);
            }
        }
    }
}

/// The address in one line, without its country.
fn address(row: &Row<'_>, place: &str) -> Option<String> {
    let parts = ["FirstAddressLine", "City", "Region", "PostalCode"];
    let parts: Vec<&str> = parts
        .iter()
        .filter_map(|part| row.get(&format!("Entity.{place}.{part}")))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
