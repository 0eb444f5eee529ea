//! The statement of an account: what it held, and each movement.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use tiergate_ledger::store::Day;
use tiergate_ledger::{Account, AsOf, Movement, Span, Statement, Written, moment, statement};

use super::super::chart::{Chart, Line};
use super::super::law_choice::chosen;
use super::super::{Shell, Visit, day, percent};
use super::forecast::{WINDOW, forecast};
use super::{Bar, bar, names, number, signed};
use crate::app::App;
use crate::guard::door;
use crate::ledgerwork;
use crate::people::Action;
use crate::port::Cap;
use crate::problem::Problem;

/// So many movements are shown.
const SHOWN: usize = 200;

/// Which account.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    measure: String,
    holder: String,
    span: String,
    law: String,
    as_of: String,
}

/// A limit of the account.
struct Limit {
    quota: String,
    most: String,
    left: String,
    bar: Option<Bar>,
    forecast: String,
    cite: String,
}

/// A movement.
struct Moved {
    day: Date,
    what: String,
    id: String,
    used: String,
    reserved: String,
    used_after: String,
    reserved_after: String,
    recorded: String,
    by: String,
    /// The address of the form that takes back what it used, for whoever may propose that.
    correct: Option<String>,
}

#[derive(Template)]
#[template(path = "allocations/account.html")]
struct Page {
    shell: Shell,
    back: String,
    account: Account,
    law: String,
    as_of: Date,
    used: String,
    reserved: String,
    limits: Vec<Limit>,
    chart: String,
    days: Vec<(Date, String, String)>,
    movements: Vec<Moved>,
    more: bool,
    window: i64,
    /// Corrections of it that wait.
    waiting: usize,
    /// The address of the form for a correction, for whoever may propose one.
    correct: Option<String>,
}

/// The page.
pub async fn page(
    at: Visit<door::ReadLedger>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let corrects = at.who.may(Action::CorrectLedger);
    at.show(move |app, shell| filled(app, shell, &asked, corrects))
        .await
}

fn filled(app: &App, shell: Shell, asked: &Asked, corrects: bool) -> Result<Page, Problem> {
    let as_of = day::given("as of", &asked.as_of)?.unwrap_or_else(|| app.today());
    let span: Span = asked
        .span
        .parse()
        .map_err(|e: tiergate_ledger::ParseSpanError| Problem::wrong(e.to_string()))?;
    let account = Account::new(asked.measure.as_str(), asked.holder.as_str(), span);
    let until = AsOf {
        day: Some(as_of),
        recorded: None,
    };
    let (told, days) = app.ledger.read(|reader| {
        let told = statement(reader, &account, until, SHOWN)?;
        let days = match reader.account(&account.key())? {
            Some(listed) => reader.days(listed.row.id)?,
            None => Vec::new(),
        };
        Ok((told, days))
    })?;
    let told = told.ok_or_else(|| Problem::missing(format!("there is no account {account}")))?;
    let (law, _) = chosen(app, &asked.law)?;
    let caps = app.config.orders.caps(&app.ledger, &law, as_of)?;
    let key = account.key();
    let caps: Vec<Cap> = caps
        .limits
        .into_iter()
        .filter(|cap| cap.account.key() == key)
        .collect();
    let days: Vec<(Date, Day)> = days.into_iter().filter(|(day, _)| *day <= as_of).collect();
    let held = held(&days);
    let moved: Vec<(Date, i64)> = days
        .iter()
        .map(|(day, moved)| (*day, moved.used.saturating_add(moved.reserved)))
        .collect();
    let waiting = ledgerwork::all(app)?;
    let waiting = waiting
        .iter()
        .filter(|one| one.open() && one.account.key() == key);
    let correct = corrects.then(|| correct(&account));
    let ends = told.account.span.to;
    let limits = caps.iter().map(|cap| Limit {
        quota: cap.name.clone(),
        most: cap.most.map_or_else(|| "none".to_owned(), number),
        left: cap.left().map_or_else(|| "–".to_owned(), number),
        bar: bar(cap),
        forecast: forecast(cap.left(), &moved, as_of, ends).says(ends),
        cite: cap.cite.clone(),
    });
    Ok(Page {
        shell,
        back: format!("/allocations?law={}&as_of={as_of}", percent(&law)),
        limits: limits.collect(),
        chart: match held.is_empty() {
            true => String::new(),
            false => chart(&held, &caps, &told.account, as_of).svg(),
        },
        days: held
            .iter()
            .map(|(day, used, total)| (*day, number(*used), number(total - used)))
            .collect(),
        used: number(told.balance.used),
        reserved: number(told.balance.reserved),
        more: told.more,
        movements: movements(&told, correct.as_deref(), &names(app)?),
        waiting: waiting.count(),
        correct,
        account: told.account,
        law,
        as_of,
        window: WINDOW,
    })
}

/// What was used, and used and reserved, at the end of each day on which something moved.
fn held(days: &[(Date, Day)]) -> Vec<(Date, i64, i64)> {
    let (mut used, mut total) = (0_i64, 0_i64);
    let after = |(day, moved): &(Date, Day)| {
        used = used.saturating_add(moved.used);
        total = total
            .saturating_add(moved.used)
            .saturating_add(moved.reserved);
        (*day, used, total)
    };
    days.iter().map(after).collect()
}

fn chart(held: &[(Date, i64, i64)], caps: &[Cap], account: &Account, as_of: Date) -> Chart {
    let first = held.first().map_or(as_of, |(day, ..)| *day);
    let from = account.span.from.unwrap_or(first).min(first);
    let begun = [(from, 0, 0)];
    let all = || begun.iter().chain(held);
    // The tightest; which limit it is, the table above it says.
    let tightest = caps.iter().filter_map(|cap| cap.most).min();
    Chart {
        unit: "At the end of the day".to_owned(),
        from,
        to: as_of.max(first),
        lines: vec![
            Line {
                name: "used and reserved",
                class: 'a',
                points: all().map(|(day, _, total)| (*day, *total)).collect(),
            },
            Line {
                name: "used",
                class: 'b',
                points: all().map(|(day, used, _)| (*day, *used)).collect(),
            },
        ],
        level: tightest.map(|most| (format!("limit: {}", number(most)), most)),
    }
}

/// The address of the form for a correction of an account.
fn correct(account: &Account) -> String {
    format!(
        "/allocations/correct?measure={}&holder={}&span={}",
        percent(&account.measure),
        percent(&account.holder),
        percent(&account.span.to_string()),
    )
}

/// Who did it, by name: `p-1, confirmed by p-2`.
fn by_name(by: &str, names: &HashMap<String, String>) -> String {
    let words = by.split(' ').map(|word| {
        let id = word.trim_end_matches(',');
        match names.get(id) {
            Some(name) => word.replacen(id, name, 1),
            None => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn movements(
    told: &Statement,
    correct: Option<&str>,
    names: &HashMap<String, String>,
) -> Vec<Moved> {
    let one = |m: &Movement| {
        let asked: Option<Written> = serde_json::from_str(&m.entry.request).ok();
        let why = asked.as_ref().and_then(|w| w.why.as_ref());
        Moved {
            day: m.line.date,
            what: match why {
                Some(why) => format!("{}: {why}", m.entry.kind.word()),
                None => m.entry.kind.word().to_owned(),
            },
            id: m.entry.id.clone(),
            used: signed(m.line.used),
            reserved: signed(m.line.reserved),
            used_after: number(m.line.used_after),
            reserved_after: number(m.line.reserved_after),
            recorded: moment(m.entry.recorded),
            by: by_name(&asked.and_then(|w| w.by).unwrap_or_default(), names),
            correct: correct.filter(|_| m.line.used != 0).map(|form| {
                let why = format!("entry {} is wrong: ", m.entry.id);
                let back = m.line.used.saturating_neg();
                format!("{form}&amount={back}&why={}", percent(&why))
            }),
        }
    };
    told.movements.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::by_name;

    #[test]
    fn who_entered_something_is_told_by_name() {
        let names = [("p-1", "Nils"), ("p-12", "Petra")];
        let names: HashMap<String, String> = names
            .map(|(id, name)| (id.to_owned(), name.to_owned()))
            .into();
        let both = by_name("p-1, confirmed by p-12", &names);
        assert_eq!(both, "Nils, confirmed by Petra");
        assert_eq!(by_name("", &names), "");
        assert_eq!(by_name("import of May", &names), "import of May");
    }
}
