//! Accounts, and their statements as of any day and as known at any moment.

use axum::Json;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tiergate_ledger::store::SetLimit;
use tiergate_ledger::{AsOf, statement as told_of};
use utoipa::{IntoParams, ToSchema};

use super::told::EntryTold;
use crate::api::extract::{Let, Path, Query};
use crate::api::paging;
use crate::guard::door;
use crate::ledgerwork::AccountTold;
use crate::problem::Problem;

/// Which accounts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// Of this measure.
    measure: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u16>,
    /// What the last page told as `next`.
    after: Option<String>,
}

/// An account with what it holds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountHeld)]
pub struct Held {
    /// What its statement is asked by.
    key: String,
    /// The account.
    account: AccountTold,
    /// What is used.
    used: i64,
    /// What is reserved.
    reserved: i64,
    /// The last day on which anything moved.
    last: Option<Date>,
}

/// A page of accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Accounts {
    /// In the order of their keys.
    accounts: Vec<Held>,
    /// What `after` takes for the next page; none when there is no more.
    next: Option<String>,
}

/// List accounts
///
/// # Errors
///
/// Not for whoever asks.
#[utoipa::path(
    get,
    path = "/ledger/accounts",
    tag = "ledger",
    params(Which),
    responses((status = 200, description = "A page of accounts", body = Accounts))
)]
pub async fn accounts(
    at: Let<door::ReadLedger>,
    Query(which): Query<Which>,
) -> Result<Json<Accounts>, Problem> {
    let limit = paging::limit(which.limit)?;
    let after = paging::place(which.after.as_deref())?;
    at.tell(move |app, _| {
        let measure = which.measure.as_deref();
        let mut all = app.ledger.read(|reader| reader.accounts(measure))?;
        if let Some(after) = after {
            all.retain(|listed| listed.key > after);
        }
        let (page, next) = paging::page(all, limit, |listed| listed.key.clone());
        let told = page.into_iter().map(|listed| Held {
            account: AccountTold::of(&listed.account),
            key: listed.key,
            used: listed.row.used,
            reserved: listed.row.reserved,
            last: listed.row.last,
        });
        Ok(Accounts {
            accounts: told.collect(),
            next,
        })
    })
    .await
}

/// As of when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The last day on which what happened counts; all days when it is left out.
    day: Option<Date>,
    /// As it was known at this moment; as it is known now when it is left out.
    #[param(value_type = Option<String>, format = DateTime)]
    recorded: Option<Timestamp>,
    /// How many movements at most.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u16>,
}

/// A movement.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Movement)]
pub struct MovementTold {
    /// The day it counts on.
    date: Date,
    /// What was used.
    used: i64,
    /// What was reserved.
    reserved: i64,
    /// What the account held as used, after it.
    used_after: i64,
    /// What the account held as reserved, after it.
    reserved_after: i64,
    /// The entry.
    entry: EntryTold,
}

/// A statement.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Statement)]
pub struct StatementTold {
    /// The account.
    account: AccountTold,
    /// What was used.
    used: i64,
    /// What was reserved.
    reserved: i64,
    /// The limit of its own in force on the day: from, most, cite.
    #[schema(value_type = Option<Object>)]
    own_limit: Option<Value>,
    /// The last movements, newest first.
    movements: Vec<MovementTold>,
    /// Whether there are more before them.
    more: bool,
}

/// Tell what an account held
///
/// As of any day, and as it was known at any moment.
///
/// # Errors
///
/// There is no such account, or not for whoever asks.
#[utoipa::path(
    get,
    path = "/ledger/accounts/{key}/statement",
    tag = "ledger",
    params(("key" = String, Path, description = "The account's key, as the list tells it"), When),
    responses(
        (status = 200, description = "The statement", body = StatementTold),
        (status = 404, description = "There is no such account", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn statement(
    at: Let<door::ReadLedger>,
    Path(key): Path<String>,
    Query(when): Query<When>,
) -> Result<Json<StatementTold>, Problem> {
    let count = paging::limit(when.limit)?;
    at.tell(move |app, _| {
        let as_of = AsOf {
            day: when.day,
            recorded: when.recorded.map(|at| at.as_microsecond()),
        };
        let found = app.ledger.read(|reader| {
            let Some(listed) = reader.account(&key)? else {
                return Ok(None);
            };
            told_of(reader, &listed.account, as_of, count)
        })?;
        let missing = || Problem::missing(format!("there is no account `{key}`"));
        let found = found.ok_or_else(missing)?;
        let limit =
            |set: &SetLimit| json!({ "from": set.from, "most": set.most, "cite": set.cite });
        let movements = found.movements.iter().map(|moved| {
            Ok(MovementTold {
                date: moved.line.date,
                used: moved.line.used,
                reserved: moved.line.reserved,
                used_after: moved.line.used_after,
                reserved_after: moved.line.reserved_after,
                entry: EntryTold::of(&moved.entry)?,
            })
        });
        Ok(StatementTold {
            account: AccountTold::of(&found.account),
            used: found.balance.used,
            reserved: found.balance.reserved,
            own_limit: found.own_limit.as_ref().map(limit),
            movements: movements.collect::<Result<_, Problem>>()?,
            more: found.more,
        })
    })
    .await
}
