//! Corrections, which need two persons: one proposes, another confirms. Until it is confirmed, a
//! correction can be refused by another, or taken back by whoever proposed it.

use jiff::civil::Date;
use tiergate_ledger::{AMOUNT_MAX, Account, Act, Entry, ParseSpanError, Receipt};

use super::AccountTold;
use crate::app::App;
use crate::db::{DbError, Row, Value};
use crate::people::Person;
use crate::problem::Problem;

/// A reason has so many characters at the most.
const WHY_MOST: usize = 1000;

/// A correction to be proposed.
#[derive(Debug, Clone)]
pub struct New {
    /// The account.
    pub account: AccountTold,
    /// What is added to what is used; below zero to take away.
    pub amount: i64,
    /// Why.
    pub why: String,
    /// The day it counts on; today when it is left out.
    pub date: Option<Date>,
}

/// A correction.
#[derive(Debug, Clone)]
pub struct Correction {
    /// Its id, which is that of its entry.
    pub id: String,
    /// The account.
    pub account: Account,
    /// What is added to what is used.
    pub amount: i64,
    /// Why.
    pub why: String,
    /// The day it counts on.
    pub date: Date,
    /// When it was proposed, in microseconds since 1970.
    pub proposed: i64,
    /// Who proposed it, by id.
    pub proposer: String,
    /// Who confirmed it, by id.
    pub confirmer: Option<String>,
    /// The place of its entry in the ledger.
    pub entered: Option<i64>,
    /// That it was refused.
    pub refusal: Option<Refusal>,
}

/// That a correction was refused, or taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// By whom, by id.
    pub by: String,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// Why.
    pub why: String,
}

impl Correction {
    /// Whether it waits for somebody.
    #[must_use]
    pub const fn open(&self) -> bool {
        self.entered.is_none() && self.refusal.is_none()
    }
}

const COLUMNS: &str = "id, measure, holder, span, amount, why, day, proposed, proposer, confirmer, \
     entered, refuser, refused, refusal";

fn told(row: &Row) -> Result<Correction, DbError> {
    let (span, day) = (row.text(3)?, row.text(6)?);
    let damaged = |what: &str, text: &str| DbError::Damaged(format!("{what} `{text}`"));
    let span_of = span
        .parse()
        .map_err(|_: ParseSpanError| damaged("days", &span))?;
    let refusal = match row.maybe_text(11)? {
        None => None,
        Some(by) => Some(Refusal {
            by,
            at: row.int(12)?,
            why: row.text(13)?,
        }),
    };
    Ok(Correction {
        id: row.text(0)?,
        account: Account::new(row.text(1)?, row.text(2)?, span_of),
        amount: row.int(4)?,
        why: row.text(5)?,
        date: day.parse().map_err(|_| damaged("a day", &day))?,
        proposed: row.int(7)?,
        proposer: row.text(8)?,
        confirmer: row.maybe_text(9)?,
        entered: row.maybe_int(10)?,
        refusal,
    })
}

/// A correction by its id.
///
/// # Errors
///
/// That there is none, or the database's.
pub fn find(app: &App, id: &str) -> Result<Correction, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM corrections WHERE id = ?1");
    let found = app.people.db().read(|db| {
        let row = db.row(&sql, &[id.into()])?;
        row.as_ref().map(told).transpose()
    })?;
    found.ok_or_else(|| Problem::missing(format!("there is no correction `{id}`")))
}

/// All corrections, the oldest first.
///
/// # Errors
///
/// The database's.
pub fn all(app: &App) -> Result<Vec<Correction>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM corrections ORDER BY proposed, id");
    let all = app
        .people
        .db()
        .read(|db| db.rows(&sql, &[])?.iter().map(told).collect())?;
    Ok(all)
}

fn reason(why: &str) -> Result<&str, Problem> {
    let why = why.trim();
    match why.is_empty() || why.chars().count() > WHY_MOST {
        true => Err(Problem::at(
            "/why",
            format!("say why, in at most {WHY_MOST} characters"),
        )),
        false => Ok(why),
    }
}

/// Proposes a correction under an id: a retry with the same finds it there.
///
/// # Errors
///
/// What of it is wrong; the database's.
pub fn propose(app: &App, person: &Person, new: New, id: &str) -> Result<Correction, Problem> {
    let known = app.config.orders.measures();
    let account = new.account.account("/account", &known)?;
    if new.amount == 0 || new.amount.unsigned_abs() > AMOUNT_MAX {
        let what = format!(
            "`amount` is {}: add or take away 1 to {AMOUNT_MAX}",
            new.amount
        );
        return Err(Problem::at("/amount", what));
    }
    let why = reason(&new.why)?;
    let day = new.date.unwrap_or_else(|| app.today());
    let entry = Entry {
        id: id.to_owned(),
        date: day,
        by: None,
        act: Act::Correct {
            account: account.clone(),
            amount: new.amount,
            why: why.to_owned(),
        },
    };
    // What the ledger could never enter is not proposed.
    entry.check().map_err(|e| Problem::wrong(e.to_string()))?;
    let given: [Value; 9] = [
        id.into(),
        account.measure.into(),
        account.holder.into(),
        account.span.to_string().into(),
        new.amount.into(),
        why.into(),
        day.to_string().into(),
        app.now().into(),
        person.id.clone().into(),
    ];
    app.people.db().transact(|db| {
        let sql = "SELECT id FROM corrections WHERE id = ?1";
        if db.row(sql, &given[..1])?.is_some() {
            return Ok(());
        }
        let sql = "INSERT INTO corrections (id, measure, holder, span, amount, why, day, \
             proposed, proposer) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        db.run(sql, &given).map(|_| ())
    })?;
    let kept = find(app, id)?;
    match kept.proposer == person.id {
        true => Ok(kept),
        false => Err(Problem::conflict("the id names a correction of another")),
    }
}

/// Confirms a correction, which is entered then. The first to confirm stands: if the program stops
/// in between, whoever confirms again enters the same.
///
/// # Errors
///
/// Whoever proposed it confirms it, it was refused, or the database's.
pub fn confirm(app: &App, person: &Person, id: &str) -> Result<Receipt, Problem> {
    if find(app, id)?.proposer == person.id {
        return Err(Problem::not_allowed(
            "you proposed it: another ledger officer confirms it",
        ));
    }
    app.people.db().transact(|db| {
        let sql = "UPDATE corrections SET confirmer = ?2 \
             WHERE id = ?1 AND confirmer IS NULL AND refuser IS NULL";
        db.run(sql, &[id.into(), person.id.clone().into()])
    })?;
    let proposed = find(app, id)?;
    if proposed.refusal.is_some() {
        return Err(Problem::conflict(
            "it was refused: propose the correction anew",
        ));
    }
    let confirmer = proposed.confirmer.as_deref().unwrap_or(&person.id);
    let receipt = app.ledger.submit(Entry {
        id: proposed.id,
        date: proposed.date,
        by: Some(format!("{}, confirmed by {confirmer}", proposed.proposer)),
        act: Act::Correct {
            account: proposed.account,
            amount: proposed.amount,
            why: proposed.why,
        },
    })?;
    if receipt.accepted() {
        app.people.db().transact(|db| {
            let sql = "UPDATE corrections SET entered = ?2 WHERE id = ?1";
            db.run(sql, &[id.into(), receipt.seq.into()])
        })?;
    }
    Ok(receipt)
}

/// Refuses a correction, or takes one's own back: nothing is entered of it any more.
///
/// # Errors
///
/// That it is confirmed, or no reason; the database's.
pub fn refuse(app: &App, person: &Person, id: &str, why: &str) -> Result<Correction, Problem> {
    let why = reason(why)?;
    find(app, id)?;
    // One that was confirmed may be on its way to the ledger. What the ledger refused is not.
    let stored = app.ledger.read(|reader| reader.entry(id))?;
    let unless = match stored.is_some_and(|stored| !stored.accepted) {
        true => "",
        false => "AND confirmer IS NULL",
    };
    let sql = format!(
        "UPDATE corrections SET refuser = ?2, refused = ?3, refusal = ?4 \
         WHERE id = ?1 AND refuser IS NULL AND entered IS NULL {unless}"
    );
    let given = [
        id.into(),
        person.id.clone().into(),
        app.now().into(),
        why.into(),
    ];
    app.people.db().transact(|db| db.run(&sql, &given))?;
    let kept = find(app, id)?;
    match kept.refusal.is_some() {
        true => Ok(kept),
        false => Err(Problem::conflict(
            "it was confirmed: what is entered is put right by another correction",
        )),
    }
}
