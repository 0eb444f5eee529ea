//! The Beneficial Ownership Data Standard, in its shapes of 0.2, 0.3 and 0.4.
//!
//! In 0.2 and 0.3 a statement has its type and body at the top and refers to other statements; in 0.4
//! it is about a record, has its body in `recordDetails`, and refers to records.

use std::io::{self, BufRead};

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::Desk;
use crate::party::{CountryCode, Identifier, Kind, LEI_SCHEME, Location, Name, name_key};
use crate::share::{Bound, Share};
use crate::statement::{EndStatement, Interest, LinkStatement, PartyStatement, Says, Statement};

pub fn run(from: impl BufRead, desk: &mut Desk<'_>) -> io::Result<()> {
    let statements = read(from, desk)?;
    let mut ids: FxHashMap<String, String> = FxHashMap::default();
    // Parties first: a link may stand above the parties it names.
    let (mut links, mut parties) = (Vec::new(), Vec::new());
    for (line, value) in statements {
        match Shape::of(&value) {
            Some(
                shape @ Shape {
                    what: What::Link, ..
                },
            ) => links.push((line, shape.owned())),
            Some(shape) => parties.push((line, shape.owned())),
            None => desk.done.fault(
                line,
                "no statement of a party or link: `statementType` or `recordType` is neither \
                 entity, person nor relationship",
            ),
        }
    }
    for (line, shape) in &parties {
        party(desk, *line, shape, &mut ids)?;
    }
    for (line, shape) in &links {
        link(desk, *line, shape, &ids)?;
    }
    Ok(())
}

/// The statements of an array or of lines, with their numbers.
fn read(mut from: impl BufRead, desk: &mut Desk<'_>) -> io::Result<Vec<(u64, Value)>> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes)?;
    let Ok(text) = std::str::from_utf8(&bytes) else {
        desk.done.fault(1, "the file is not UTF-8 text");
        return Ok(Vec::new());
    };
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('[') {
        return Ok(match serde_json::from_str::<Vec<Value>>(text) {
            Ok(all) => (1..).zip(all).collect(),
            Err(error) => {
                desk.done.fault(
                    error.line() as u64,
                    format!("not a JSON array of statements: {error}"),
                );
                Vec::new()
            }
        });
    }
    if let Ok(one @ Value::Object(_)) = serde_json::from_str::<Value>(text) {
        return Ok(vec![(1, one)]);
    }
    let mut all = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        if text.trim().is_empty() {
            continue;
        }
        match serde_json::from_str(text) {
            Ok(value) => all.push((line, value)),
            Err(error) => desk.done.fault(line, format!("not JSON: {error}")),
        }
    }
    Ok(all)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Entity,
    Person,
    Link,
}

/// A statement whichever version it is of.
struct Shape<'v> {
    what: What,
    /// The record, or the statement where there are no records.
    id: &'v str,
    /// What its publisher is called, to tell their ids apart.
    publisher: String,
    closed: bool,
    date: Option<Date>,
    replaces: Vec<&'v str>,
    body: &'v Value,
}

/// The same, with a body of its own.
struct Owned {
    what: What,
    id: String,
    publisher: String,
    closed: bool,
    date: Option<Date>,
    replaces: Vec<String>,
    body: Value,
}

impl<'v> Shape<'v> {
    fn of(value: &'v Value) -> Option<Shape<'v>> {
        let publisher = value
            .pointer("/publicationDetails/publisher/name")
            .and_then(Value::as_str);
        let publisher = name_key(publisher.unwrap_or("bods")).replace(' ', "-");
        let date = text(value, "statementDate").and_then(|d| partial_date(d, false));
        let record = text(value, "recordType");
        let (what, id, body) = match (record, text(value, "statementType")) {
            (Some(kind), _) => (kind, text(value, "recordId")?, value.get("recordDetails")?),
            (None, Some(kind)) => (
                kind,
                text(value, "statementID").or_else(|| text(value, "statementId"))?,
                value,
            ),
            (None, None) => return None,
        };
        let what = match what {
            "entity" | "entityStatement" => What::Entity,
            "person" | "personStatement" => What::Person,
            "relationship" | "ownershipOrControlStatement" => What::Link,
            _ => return None,
        };
        let replaces = value.get("replacesStatements").and_then(Value::as_array);
        Some(Shape {
            what,
            id,
            publisher,
            closed: text(value, "recordStatus") == Some("closed"),
            date,
            replaces: replaces
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect(),
            body,
        })
    }

    fn owned(self) -> Owned {
        Owned {
            what: self.what,
            id: self.id.to_owned(),
            publisher: self.publisher,
            closed: self.closed,
            date: self.date,
            replaces: self.replaces.into_iter().map(str::to_owned).collect(),
            body: self.body.clone(),
        }
    }
}

impl Owned {
    fn about(&self) -> String {
        format!("{}:{}", self.publisher, self.id)
    }
}

fn text<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    value
        .get(field)?
        .as_str()
        .map(str::trim)
        .filter(|t| !t.is_empty())
}

fn list<'v>(value: &'v Value, field: &str) -> impl Iterator<Item = &'v Value> {
    value
        .get(field)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// A day; of a month or year alone, its first or its last one.
fn partial_date(text: &str, last: bool) -> Option<Date> {
    let text = text.get(..10).unwrap_or(text);
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    let mut parts = text.split('-');
    let year: i16 = parts.next()?.parse().ok()?;
    let month: Option<i8> = match parts.next() {
        Some(month) => Some(month.parse().ok()?),
        None => None,
    };
    let first = Date::new(year, month.unwrap_or(if last { 12 } else { 1 }), 1).ok()?;
    Some(if last { first.last_of_month() } else { first })
}

/// A country by the code of a place: a text, or an object with a code.
fn country(value: Option<&Value>) -> Option<CountryCode> {
    let value = value?;
    let code = value.as_str().or_else(|| text(value, "code"))?;
    // A part of a country is in it: `US-DE`.
    code.split('-').next()?.parse().ok()
}

/// The kind of an entity or person; none for a type this does not know.
fn kind(shape: &Owned) -> Option<Kind> {
    let of = |field: &str| {
        let value = shape.body.get(field)?;
        value.as_str().or_else(|| text(value, "type"))
    };
    Some(match shape.what {
        What::Person => match of("personType") {
            Some("anonymousPerson" | "unknownPerson") => Kind::UnknownPerson,
            _ => Kind::Person,
        },
        _ => match of("entityType") {
            Some("state" | "stateBody") => Kind::State,
            Some("arrangement") => Kind::Arrangement,
            Some("anonymousEntity" | "unknownEntity") => Kind::UnknownEntity,
            Some("registeredEntity" | "legalEntity") | None => Kind::Entity,
            Some(_) => return None,
        },
    })
}

fn party(
    desk: &mut Desk<'_>,
    line: u64,
    shape: &Owned,
    ids: &mut FxHashMap<String, String>,
) -> io::Result<()> {
    let Some(kind) = kind(shape) else {
        desk.done.fault(
            line,
            format!("`{}` is an entity of a type that is not known", shape.id),
        );
        return Ok(());
    };
    let identifiers = identifiers(desk, line, shape);
    let known = |desk: &Desk<'_>| {
        let found = identifiers
            .iter()
            .flat_map(|i| desk.register.by_identifier(i));
        let mut found: Vec<_> = found.copied().collect();
        found.sort_unstable();
        found.dedup();
        // Identifiers of two parties do not make them one.
        match found.as_slice() {
            [one] => Some(desk.register.id(*one).to_owned()),
            _ => None,
        }
    };
    let lei = identifiers
        .iter()
        .find(|i| i.scheme == LEI_SCHEME)
        .map(|i| i.value.clone());
    let before = shape.replaces.iter().find_map(|old| {
        let old = format!("{}:{old}", shape.publisher);
        ids.get(&old)
            .cloned()
            .or_else(|| desk.register.by_id(&old).map(|_| old))
    });
    let id = lei
        .or_else(|| known(desk))
        .or(before)
        .unwrap_or_else(|| shape.about());
    ids.insert(shape.about(), id.clone());
    if shape.closed {
        desk.done
            .skip("closed record of a party: what was said of it stands");
        return Ok(());
    }
    let mut party = PartyStatement::new(id, kind);
    party.identifiers = identifiers;
    let body = &shape.body;
    party.names.extend(text(body, "name").map(Name::legal));
    for name in list(body, "names") {
        let full = text(name, "fullName");
        let made = full.is_none().then(|| {
            let parts = ["givenName", "patronymicName", "familyName"];
            parts
                .iter()
                .filter_map(|p| text(name, p))
                .collect::<Vec<_>>()
                .join(" ")
        });
        let full = full.map(str::to_owned).or(made).filter(|n| !n.is_empty());
        let legal = matches!(text(name, "type"), None | Some("legal" | "individual"));
        party.names.extend(full.map(|n| {
            if legal {
                Name::legal(n)
            } else {
                Name::alias(n)
            }
        }));
    }
    party.names.extend(
        list(body, "alternateNames")
            .filter_map(Value::as_str)
            .map(Name::alias),
    );
    for address in list(body, "addresses") {
        let location = country(address.get("country")).map(|country| Location {
            country,
            address: text(address, "address").map(str::to_owned),
        });
        party.locations.extend(location);
    }
    let jurisdiction = country(
        body.get("jurisdiction")
            .or_else(|| body.get("incorporatedInJurisdiction")),
    );
    if kind == Kind::State {
        party.headquarters = jurisdiction;
    }
    let mut notes: Vec<String> = jurisdiction
        .map(|c| format!("registered in {c}"))
        .into_iter()
        .collect();
    let unspecified = ["unspecifiedEntityDetails", "unspecifiedPersonDetails"];
    for details in unspecified.iter().filter_map(|field| body.get(*field)) {
        notes.push(reason(details));
    }
    party.note = (!notes.is_empty()).then(|| notes.join("; "));
    desk.say(line, &shape.about(), Says::Party(party))
}

fn identifiers(desk: &mut Desk<'_>, line: u64, shape: &Owned) -> Vec<Identifier> {
    let mut all = Vec::new();
    for identifier in list(&shape.body, "identifiers") {
        let scheme = text(identifier, "scheme").or_else(|| text(identifier, "schemeName"));
        let (Some(scheme), Some(value)) = (scheme, text(identifier, "id")) else {
            continue;
        };
        let read = if scheme == LEI_SCHEME || scheme == "GLEIF" {
            Identifier::lei(value)
        } else {
            Ok(Identifier {
                scheme: scheme.to_owned(),
                value: value.to_owned(),
            })
        };
        match read {
            Ok(identifier) => all.push(identifier),
            Err(error) => desk.done.fault(line, error.to_string()),
        }
    }
    all
}

/// A reason for what is not specified, in the words of the source.
fn reason(value: &Value) -> String {
    let parts = [text(value, "reason"), text(value, "description")];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        "not specified".to_owned()
    } else {
        parts.join(": ")
    }
}

/// The party a link refers to, as a record or statement, or none when it is not specified.
fn referred(value: Option<&Value>) -> Option<&str> {
    let value = value?;
    value.as_str().or_else(|| {
        let fields = ["describedByEntityStatement", "describedByPersonStatement"];
        fields.iter().find_map(|f| text(value, f))
    })
}

fn link(
    desk: &mut Desk<'_>,
    line: u64,
    shape: &Owned,
    ids: &FxHashMap<String, String>,
) -> io::Result<()> {
    let (about, body) = (shape.about(), &shape.body);
    if shape.closed {
        return close(desk, line, shape);
    }
    let id_of = |id: &str| {
        let id = format!("{}:{id}", shape.publisher);
        ids.get(&id).cloned().unwrap_or(id)
    };
    let Some(owned) = referred(body.get("subject")).map(id_of) else {
        desk.done.fault(
            line,
            "the link does not say whose it is: `subject` is missing",
        );
        return Ok(());
    };
    let interested = body.get("interestedParty");
    let owner = match referred(interested) {
        Some(id) => id_of(id),
        None => {
            let unspecified = interested.map(|p| p.get("unspecified").unwrap_or(p));
            let id = format!("{about}:holder");
            let mut holder = PartyStatement::new(&id, Kind::Unknown);
            holder.note = Some(unspecified.map_or_else(|| "not specified".to_owned(), reason));
            desk.say(line, &format!("{about}:holder"), Says::Party(holder))?;
            id
        }
    };
    let mut links = Vec::new();
    for interest in list(body, "interests") {
        match interest_link(interest, &owner, &owned) {
            Ok(Some(link)) => links.push(link),
            Ok(None) => desk.done.skip(format!(
                "interest `{}`: neither ownership nor control",
                text(interest, "type").unwrap_or_default()
            )),
            Err(message) => desk.done.fault(line, message),
        }
    }
    if list(body, "interests").next().is_none() {
        links.push(LinkStatement::new(&owner, &owned, Interest::Unknown, None));
    }
    classes(&mut links);
    let old = |at: usize| format!("{about}/{at}");
    let gone: Vec<String> = (links.len()..)
        .map_while(|at| desk.register.newest(&old(at)).map(str::to_owned))
        .chain(shape.replaces.iter().flat_map(|id| {
            let about = format!("{}:{id}", shape.publisher);
            let register = &desk.register;
            (0..).map_while(move |at| register.newest(&format!("{about}/{at}")).map(str::to_owned))
        }))
        .collect();
    for (at, link) in links.into_iter().enumerate() {
        let gone = if at == 0 { gone.clone() } else { Vec::new() };
        desk.say_in_place_of(line, &old(at), Says::Link(link), gone)?;
    }
    Ok(())
}

/// Two interests of one kind in one statement are two: they get classes, so that they add up.
fn classes(links: &mut [LinkStatement]) {
    for at in 1..links.len() {
        let (before, rest) = links.split_at_mut(at);
        let Some(link) = rest.first_mut() else { return };
        let same = before.iter().filter(|l| {
            let apart = |to: Option<Date>, from: Option<Date>| matches!((to, from), (Some(to), Some(from)) if to < from);
            l.interest == link.interest
                && l.indirect == link.indirect
                && !apart(l.to, link.from)
                && !apart(link.to, l.from)
        });
        let count = same.count();
        if count > 0 {
            link.class = Some((count + 1).to_string());
        }
    }
}

fn interest_link(
    interest: &Value,
    owner: &str,
    owned: &str,
) -> Result<Option<LinkStatement>, String> {
    let kind = match text(interest, "type").unwrap_or("unknownInterest") {
        "shareholding" => Interest::Shares,
        "votingRights" | "voting-rights" => Interest::Voting,
        "appointmentOfBoard" | "appointment-of-board" => Interest::ControlBoard,
        "otherInfluenceOrControl"
        | "influence-or-control"
        | "other-influence-or-control"
        | "controlViaCompanyRulesOrArticles"
        | "controlByLegalFramework" => Interest::ControlOther,
        "boardMember" | "boardChair" | "seniorManagingOfficial" | "senior-managing-official" => {
            return Ok(None);
        }
        _ => Interest::Unknown,
    };
    let mut link = LinkStatement::new(owner, owned, kind, None);
    link.share = match interest.get("share") {
        Some(share) => Some(read_share(share)?),
        None => None,
    };
    let way = text(interest, "directOrIndirect").or_else(|| text(interest, "interestLevel"));
    link.indirect = matches!(way, Some("indirect" | "unknown"));
    let date = |field: &str, last| match text(interest, field) {
        Some(text) => partial_date(text, last)
            .map(Some)
            .ok_or_else(|| format!("`{field}` is `{text}`; a day, month or year would be right")),
        None => Ok(None),
    };
    (link.from, link.to) = (date("startDate", false)?, date("endDate", true)?);
    Ok(Some(link))
}

/// A share: exact, or a range whose ends may be left out (a flag in 0.2 and 0.3, numbers in 0.4).
fn read_share(share: &Value) -> Result<Share, String> {
    let number = |field: &str| match share.get(field) {
        Some(Value::Number(number)) => {
            let read = number.to_string().parse::<Share>();
            read.map(Some).map_err(|e| format!("share.{field}: {e}"))
        }
        _ => Ok(None),
    };
    if let Some(exact) = number("exact")? {
        return Ok(exact);
    }
    let flag = |field: &str| share.get(field) == Some(&Value::Bool(true));
    let least = match (number("minimum")?, number("exclusiveMinimum")?) {
        (_, Some(above)) => Bound {
            percent: above.least().percent,
            open: true,
        },
        (Some(from), None) => Bound {
            open: flag("exclusiveMinimum") || from.least().open,
            ..from.least()
        },
        (None, None) => Share::ANY.least(),
    };
    let most = match (number("maximum")?, number("exclusiveMaximum")?) {
        (_, Some(below)) => Bound {
            percent: below.most().percent,
            open: true,
        },
        (Some(to), None) => Bound {
            open: flag("exclusiveMaximum") || to.most().open,
            ..to.most()
        },
        (None, None) => Share::ANY.most(),
    };
    Share::between(least, most).ok_or_else(|| format!("no share lies in the range {share}"))
}

/// Ends the links of a record that is closed, on the day of the statement.
fn close(desk: &mut Desk<'_>, line: u64, shape: &Owned) -> io::Result<()> {
    let about = shape.about();
    let links: Vec<String> = (0..)
        .map_while(|at| {
            desk.register
                .newest(&format!("{about}/{at}"))
                .map(str::to_owned)
        })
        .collect();
    let Some(to) = shape.date else {
        desk.done.fault(
            line,
            "the record is closed, and no `statementDate` says when",
        );
        return Ok(());
    };
    if links.is_empty() {
        desk.done
            .skip("closed record of a link that was never recorded");
    }
    for link in links {
        let id = format!("{link}:end");
        if desk.register.has_statement(&id) {
            desk.done.known += 1;
            continue;
        }
        let statement = Statement {
            id,
            recorded: desk.import.recorded,
            source: desk.import.source.clone(),
            replaces: Vec::new(),
            says: Says::End(EndStatement {
                statement: link,
                to,
            }),
        };
        desk.append(line, statement)?;
    }
    Ok(())
}
