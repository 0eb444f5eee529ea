//! Entries outside of cases: reserve, ship, release, expire, return, limit.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use tiergate_cases::is_of_a_case;
use tiergate_cases::store::issued_by;
use tiergate_law::RETURN_REASONS;
use tiergate_ledger::{Act, Entry, Part, lot};
use utoipa::ToSchema;

use super::told::{EntryTold, ReceiptTold};
use crate::api::decide::us;
use crate::api::extract::{Caller, Json, Let, Path};
use crate::api::once::Names;
use crate::api::port::Reserving;
use crate::app::{App, Shared};
use crate::guard::door;
use crate::ledgerwork::AccountTold;
use crate::people::Action;
use crate::problem::Problem;

/// What is to be entered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewEntry)]
pub struct New {
    /// reserve, ship, release, expire, return, limit.
    kind: Kind,
    /// Of `reserve`: the order. It is decided with what is used, and what it draws is held.
    #[serde(default)]
    #[schema(value_type = Option<crate::api::description::Order>)]
    order: Option<Box<RawValue>>,
    /// Of `reserve`: the law, `us` when it is left out.
    #[serde(default)]
    law: Option<String>,
    /// Of `reserve`: the last day it is held.
    #[serde(default)]
    until: Option<Date>,
    /// Of `ship`, `release`, `expire`, `return`: the reservation, which has the id of its order.
    #[serde(default)]
    of: Option<String>,
    /// Units; all that are left when it is left out.
    #[serde(default)]
    #[schema(minimum = 1)]
    quantity: Option<u64>,
    /// Of `return`: why. Of some reasons the law gives back what was drawn.
    #[serde(default)]
    why: Option<String>,
    /// Of `limit`: the account.
    #[serde(default)]
    account: Option<AccountTold>,
    /// Of `limit`: the most it may hold; the law alone limits it when it is left out.
    #[serde(default)]
    most: Option<u64>,
    /// Of `limit`: what sets it.
    #[serde(default)]
    cite: Option<String>,
    /// The day it happens on; today when it is left out. A reservation is for its order's day.
    #[serde(default)]
    date: Option<Date>,
}

/// The id of an order, whatever else it holds.
#[derive(Debug, Default, Deserialize)]
struct Named {
    id: Option<String>,
}

/// What may be entered outside of cases. Corrections need two persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = EntryKind)]
pub enum Kind {
    /// Holds what an order draws.
    Reserve,
    /// Ships what was held.
    Ship,
    /// Gives up what was held.
    Release,
    /// Lapses what was held until a day that is past.
    Expire,
    /// Takes back what was shipped.
    Return,
    /// Sets a limit of one account's own.
    Limit,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EntryEntered)]
pub struct Entered {
    /// The receipt; none of a reservation, whose entry has the id of its order.
    receipt: Option<ReceiptTold>,
    /// Of a reservation: its id.
    reservation: Option<String>,
    /// Of a reservation: what the ledger says.
    says: Option<String>,
    /// Of a reservation: the decision it rests on.
    #[schema(value_type = Option<crate::api::description::Decision>)]
    decision: Option<Box<RawValue>>,
    /// Of a reservation: what the ledger says in full.
    #[schema(value_type = Option<Object>)]
    ledger: Option<Value>,
}

/// Enter in the ledger
///
/// All or none; what a limit refuses is answered with 409 and every reason. For ledger officers.
///
/// # Errors
///
/// What of it is wrong, or what limit would be passed.
#[utoipa::path(
    post,
    path = "/ledger/entries",
    tag = "ledger",
    request_body = New,
    responses(
        (status = 201, description = "It is entered", body = Entered),
        (status = 409, description = "A limit would be passed, or what it asks for is not there", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "It cannot be entered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn enter(
    State(app): State<Shared>,
    Caller(who): Caller,
    names: Names,
    Json(new): Json<New>,
) -> Result<Response, Problem> {
    who.must(Action::WriteLedger)?;
    let id = names.name("entry")?;
    let by = who.person.id;
    let entered = app
        .work(move |app| match new.kind {
            Kind::Reserve => reserve(app, new, by),
            _ => entered(app, new, by, id),
        })
        .await?;
    Ok((StatusCode::CREATED, Answer(entered)).into_response())
}

/// A field that a kind of entry needs.
fn needed<T>(field: &str, given: Option<T>) -> Result<T, Problem> {
    given.ok_or_else(|| Problem::at(format!("/{field}"), format!("give `{field}`")))
}

/// What a case holds on the ledger, and the limits of the licenses it issued, are the case's to change:
/// there two persons act.
fn not_of_a_case(app: &App, pointer: &str, id: &str) -> Result<(), Problem> {
    let issued = app.cases.with(|store| issued_by(store, id))?;
    match is_of_a_case(id) || issued.is_some() {
        false => Ok(()),
        true => Err(Problem::at(
            pointer,
            format!("`{id}` is a case's own: what it holds is changed in the case"),
        )),
    }
}

fn reserve(app: &App, new: New, by: String) -> Result<Entered, Problem> {
    let order = needed("order", new.order)?;
    let named: Named = serde_json::from_str(order.get()).unwrap_or_default();
    not_of_a_case(app, "/order/id", named.id.as_deref().unwrap_or_default())?;
    let how = Reserving {
        law: new.law.unwrap_or_else(us),
        by,
        until: new.until,
    };
    let done = app.config.orders.reserve(&app.ledger, order.get(), &how)?;
    if !done.reserved {
        return Err(Problem::conflict(format!(
            "nothing is reserved for {}: {}",
            done.order, done.says
        )));
    }
    let decision = RawValue::from_string(done.decision).map_err(|e| Problem::internal(&e))?;
    Ok(Entered {
        receipt: None,
        reservation: Some(done.order),
        says: Some(done.says),
        decision: Some(decision),
        ledger: Some(done.ledger),
    })
}

fn entered(app: &App, new: New, by: String, id: String) -> Result<Entered, Problem> {
    let date = new.date.unwrap_or_else(|| app.today());
    let part = |of: Option<String>| {
        Ok::<_, Problem>(Part {
            of: needed("of", of)?,
            quantity: new.quantity,
        })
    };
    let act = match new.kind {
        Kind::Reserve => return Err(Problem::internal(&"a reservation on another way")),
        Kind::Ship => Act::Ship(part(new.of)?),
        Kind::Release => Act::Release(part(new.of)?),
        Kind::Expire => Act::Expire(part(new.of)?),
        Kind::Return => {
            let why = needed("why", new.why)?;
            if !RETURN_REASONS.contains(&why.as_str()) {
                let what = format!("`{why}` is no reason: {}", RETURN_REASONS.join(", "));
                return Err(Problem::at("/why", what));
            }
            Act::Return {
                part: part(new.of)?,
                why,
            }
        }
        Kind::Limit => {
            let account = needed("account", new.account)?;
            not_of_a_case(app, "/account/holder", &account.holder)?;
            Act::Limit {
                account: account.account("/account", &app.config.orders.measures())?,
                most: new.most,
                cite: needed("cite", new.cite)?,
            }
        }
    };
    let entry = Entry {
        id,
        date,
        by: Some(by),
        act,
    };
    if let Some(of) = entry.of() {
        not_of_a_case(app, "/of", of)?;
        let held = app.ledger.read(|reader| lot(reader, of))?;
        let held =
            held.ok_or_else(|| Problem::at("/of", format!("nothing is reserved as `{of}`")))?;
        let made = held.made.date;
        if date < made {
            let what = format!("{of} is reserved for {made}: nothing of it happened on {date}");
            return Err(Problem::at("/date", what));
        }
    }
    Ok(Entered {
        receipt: Some(ReceiptTold::of(app.ledger.submit(entry)?)?),
        reservation: None,
        says: None,
        decision: None,
        ledger: None,
    })
}

/// Tell an entry
///
/// # Errors
///
/// There is none of this id, or not for whoever asks.
#[utoipa::path(
    get,
    path = "/ledger/entries/{id}",
    tag = "ledger",
    params(("id" = String, Path, description = "The entry's id")),
    responses(
        (status = 200, description = "The entry", body = EntryTold),
        (status = 404, description = "There is none of this id", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn entry(
    at: Let<door::ReadLedger>,
    Path(id): Path<String>,
) -> Result<Answer<EntryTold>, Problem> {
    at.tell(move |app, _| {
        let found = app.ledger.read(|reader| reader.entry(&id))?;
        let missing = || Problem::missing(format!("there is no entry `{id}`"));
        EntryTold::of(&found.ok_or_else(missing)?)
    })
    .await
}
