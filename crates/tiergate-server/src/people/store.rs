//! People as they are kept, and the list of what was done.

use super::identities::{email_taken, same_email, taken_by_another};
use super::person::role_of;
use super::{Hasher, NewPerson, Person, Role, Secret};
use crate::db::{Db, DbError, Row, Sql};

/// Why something about people cannot be.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// What was given is wrong; says what would be right.
    #[error("{0}")]
    Wrong(String),
    /// The database's.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// People and how they prove who they are.
#[derive(Debug)]
pub struct People {
    pub(super) db: Db,
    pub(super) hasher: Hasher,
}

/// What is read of a person.
pub(super) const PERSON: &str = "id, name, login, role, agency, company, disabled, email";

/// So many columns: what else is read of a row comes after them.
pub(super) const WIDTH: usize = 8;

/// The same, where other tables are joined.
pub(super) fn columns_of_people() -> String {
    let columns = PERSON.split(", ").map(|c| format!("people.{c}"));
    columns.collect::<Vec<_>>().join(", ")
}

/// The person of a row that begins with [`PERSON`].
pub(super) fn person(row: &Row) -> Result<Person, DbError> {
    let role = row.text(3)?;
    Ok(Person {
        id: row.text(0)?,
        name: row.text(1)?,
        login: row.text(2)?,
        role: role_of(&role).ok_or_else(|| DbError::Damaged(format!("a role `{role}`")))?,
        agency: row.maybe_text(4)?,
        company: row.maybe_text(5)?,
        disabled: row.int(6)? != 0,
        email: row.maybe_text(7)?,
    })
}

pub(super) fn random() -> Result<Secret, DbError> {
    Secret::new().map_err(|e| DbError::Other(format!("no random bytes: {e}")))
}

/// A login is the same in any case.
pub(super) fn folded(login: &str) -> String {
    login.trim().to_lowercase()
}

impl People {
    /// Over a database.
    #[must_use]
    pub fn new(db: Db) -> People {
        People {
            db,
            hasher: Hasher::default(),
        }
    }

    /// The database, for what else is kept in it.
    #[must_use]
    pub const fn db(&self) -> &Db {
        &self.db
    }

    /// Everybody, in the order of their logins.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn all(&self) -> Result<Vec<Person>, DbError> {
        let sql = format!("SELECT {PERSON} FROM people ORDER BY login");
        self.db
            .transact(|db| db.rows(&sql, &[])?.iter().map(person).collect())
    }

    /// The person of an id.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn find(&self, id: &str) -> Result<Option<Person>, DbError> {
        let sql = format!("SELECT {PERSON} FROM people WHERE id = ?1");
        self.db
            .transact(|db| db.row(&sql, &[id.into()])?.as_ref().map(person).transpose())
    }

    /// Adds a person without a password: a link sets it. Reviewers speak for one of the agencies.
    ///
    /// # Errors
    ///
    /// What is wrong with what was given, a login that is taken, or the database's.
    pub fn add(
        &self,
        new: &NewPerson,
        agencies: &[String],
        by: &str,
        now: i64,
    ) -> Result<Person, PeopleError> {
        let role = new.checked(agencies).map_err(PeopleError::Wrong)?;
        let login = folded(&new.login);
        let email = new.email.as_deref().map(same_email);
        let added = self.db.transact(|db| {
            let taken = db.row(
                "SELECT id FROM people WHERE login = ?1",
                &[login.clone().into()],
            )?;
            if taken.is_some() {
                return Ok(Err(format!("the login `{login}` is taken")));
            }
            let shown = email.as_ref().unwrap_or(&login);
            if email_taken(db, shown, "")? {
                return Ok(Err(taken_by_another(shown)));
            }
            let count = db.row("SELECT count(*) FROM people", &[])?;
            let count = count.map_or(Ok(0), |row| row.int(0))?;
            let person = Person {
                id: format!("p-{}", count + 1),
                name: new.name.trim().to_owned(),
                login: login.clone(),
                role,
                agency: new.agency.clone().filter(|_| role == Role::AgencyReviewer),
                company: new.company.clone().filter(|_| role == Role::Applicant),
                disabled: false,
                email: email.clone(),
            };
            let sql = "INSERT INTO people (id, name, login, role, agency, company, created, email) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            let given = [
                person.id.clone().into(),
                person.name.clone().into(),
                person.login.clone().into(),
                role.word().into(),
                person.agency.clone().into(),
                person.company.clone().into(),
                now.into(),
                person.email.clone().into(),
            ];
            db.run(sql, &given)?;
            note(db, by, "added", &person.id, now)?;
            Ok(Ok(person))
        })?;
        added.map_err(PeopleError::Wrong)
    }

    /// Stops or lets a person log in. Whoever is stopped keeps no session, token or link, also when
    /// let in again.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn disable(&self, id: &str, disabled: bool, by: &str, now: i64) -> Result<(), DbError> {
        self.db.transact(|db| {
            let sql = "UPDATE people SET disabled = ?2, failed = 0, locked_until = 0 WHERE id = ?1";
            db.run(sql, &[id.into(), disabled.into()])?;
            if disabled {
                end_all(db, id)?;
            }
            let what = if disabled { "disabled" } else { "enabled" };
            note(db, by, what, id, now)
        })
    }
}

/// Ends whatever a person has to get in by: sessions, tokens and open links, for good.
pub(super) fn end_all(db: &mut dyn Sql, id: &str) -> Result<(), DbError> {
    end_but(db, id, "")
}

/// The same but for one session, by what is kept of its secret.
pub(super) fn end_but(db: &mut dyn Sql, id: &str, session: &str) -> Result<(), DbError> {
    let sql = "DELETE FROM sessions WHERE person = ?1 AND hash <> ?2";
    db.run(sql, &[id.into(), session.into()])?;
    for sql in [
        "UPDATE tokens SET revoked = 1 WHERE person = ?1",
        "UPDATE links SET used = 1 WHERE person = ?1",
    ] {
        db.run(sql, &[id.into()])?;
    }
    Ok(())
}

/// Puts an act on the list: what administrators read.
pub(crate) fn note(
    db: &mut dyn Sql,
    by: &str,
    what: &str,
    about: &str,
    now: i64,
) -> Result<(), DbError> {
    let sql = "INSERT INTO acts SELECT coalesce(max(seq), 0) + 1, CAST(?1 AS BIGINT), \
         CAST(?2 AS TEXT), CAST(?3 AS TEXT), CAST(?4 AS TEXT) FROM acts";
    let given = [now.into(), by.into(), what.into(), about.into()];
    db.run(sql, &given).map(|_| ())
}
