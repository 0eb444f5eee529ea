//! People known by an account at a provider of OpenID Connect.
//!
//! Who may enter, and with which role, is said here and never by the provider. An account is linked
//! to a person once: when its e-mail, which the provider has verified, is the person's. From then on
//! only the account counts, by its issuer and subject; what its e-mail becomes does not matter.

use std::collections::HashMap;

use super::store::{PERSON, columns_of_people, note, person};
use super::{People, PeopleError, Person};
use crate::db::{DbError, Sql};

/// An account, as the provider has shown it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Who has shown it.
    pub issuer: String,
    /// The account's name there, which never goes to another.
    pub subject: String,
    /// Its e-mail, if the provider says one.
    pub email: Email,
}

/// What a provider says of an account's e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Email {
    /// Whoever has the account gets what is sent there.
    Verified(String),
    /// Anybody may have put it in.
    Unverified,
    /// Nothing.
    Unknown,
}

/// How logging in with an account went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// It is this person's.
    In(Person),
    /// It opens nothing.
    Refused(Stranger),
}

/// Why an account opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stranger {
    /// The provider has not verified its e-mail, or says none: nobody can be linked to it.
    Unverified,
    /// Its e-mail is nobody's here.
    Nobody,
    /// Its e-mail is that of somebody who is linked to another account there.
    Another,
    /// Its person is disabled.
    Disabled,
}

/// An e-mail as it is compared: in any case, but only of the letters that have one everywhere, so that
/// no other letter becomes one of them.
pub(super) fn same_email(text: &str) -> String {
    text.trim().to_ascii_lowercase()
}

/// Whether an e-mail is another's: the one stated, or where none is, the login.
pub(super) fn email_taken(db: &mut dyn Sql, email: &str, but: &str) -> Result<bool, DbError> {
    let sql = "SELECT id FROM people WHERE coalesce(email, login) = ?1 AND id <> ?2";
    Ok(db.row(sql, &[email.into(), but.into()])?.is_some())
}

impl People {
    /// Whether an account is linked to somebody.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn knows(&self, issuer: &str, subject: &str) -> Result<bool, DbError> {
        let found = self.db.read(|db| linked_to(db, issuer, subject))?;
        Ok(found.is_some())
    }

    /// Logs in with an account, and links it where it is shown for the first time.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn log_in_with(&self, account: &Account, now: i64) -> Result<Entry, DbError> {
        let subject = account.subject.as_str();
        self.db.transact(|db| {
            let known = linked_to(db, &account.issuer, subject)?;
            let first = known.is_none();
            let person =
                match known.map_or_else(|| claimed(db, account), |person| Ok(Ok(person)))? {
                    Ok(person) if !person.disabled => person,
                    Ok(person) => {
                        note(db, &person.id, "oidc-refused", &person.id, now)?;
                        return Ok(Entry::Refused(Stranger::Disabled));
                    }
                    Err(why) => {
                        note(db, "nobody", "oidc-refused", subject, now)?;
                        return Ok(Entry::Refused(why));
                    }
                };
            if first {
                let sql = "INSERT INTO identities (issuer, subject, person, linked) \
                     VALUES (?1, ?2, ?3, ?4)";
                let given = [
                    account.issuer.clone().into(),
                    subject.into(),
                    person.id.clone().into(),
                    now.into(),
                ];
                db.run(sql, &given)?;
                note(db, &person.id, "oidc-linked", subject, now)?;
            }
            Ok(Entry::In(person))
        })
    }

    /// Says a person's e-mail; without one, the login is taken for it.
    ///
    /// # Errors
    ///
    /// What is no e-mail, or another's, or the database's.
    pub fn set_email(&self, id: &str, email: &str, by: &str, now: i64) -> Result<(), PeopleError> {
        let email = Some(same_email(email)).filter(|email| !email.is_empty());
        if let Some(email) = &email {
            super::person::check_email(email).map_err(PeopleError::Wrong)?;
        }
        let taken = self.db.transact(|db| {
            let login = db.row("SELECT login FROM people WHERE id = ?1", &[id.into()])?;
            let login = login.map_or(Ok(String::new()), |row| row.text(0))?;
            let shown = email.as_ref().unwrap_or(&login);
            if email_taken(db, shown, id)? {
                return Ok(Some(shown.clone()));
            }
            let sql = "UPDATE people SET email = ?2 WHERE id = ?1";
            db.run(sql, &[id.into(), email.clone().into()])?;
            note(db, by, "email", id, now)?;
            Ok(None)
        })?;
        match taken {
            Some(email) => Err(PeopleError::Wrong(taken_by_another(&email))),
            None => Ok(()),
        }
    }

    /// The issuers of the accounts that people are linked to, by person.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn issuers(&self) -> Result<HashMap<String, Vec<String>>, DbError> {
        let sql = "SELECT person, issuer FROM identities ORDER BY person, issuer";
        self.db.read(|db| {
            let mut all: HashMap<String, Vec<String>> = HashMap::new();
            for row in db.rows(sql, &[])? {
                all.entry(row.text(0)?).or_default().push(row.text(1)?);
            }
            Ok(all)
        })
    }

    /// Parts a person from every account, and ends the sessions: an account whose verified e-mail is
    /// the person's is linked anew.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn unlink(&self, id: &str, by: &str, now: i64) -> Result<(), DbError> {
        self.db.transact(|db| {
            db.run("DELETE FROM identities WHERE person = ?1", &[id.into()])?;
            db.run("DELETE FROM sessions WHERE person = ?1", &[id.into()])?;
            note(db, by, "oidc-unlinked", id, now)
        })
    }
}

/// What is said where an e-mail is another's.
pub(super) fn taken_by_another(email: &str) -> String {
    format!("`{email}` is the e-mail of another: each person has one of their own")
}

/// The person an account is linked to.
fn linked_to(db: &mut dyn Sql, issuer: &str, subject: &str) -> Result<Option<Person>, DbError> {
    let sql = format!(
        "SELECT {} FROM identities JOIN people ON people.id = identities.person \
         WHERE identities.issuer = ?1 AND identities.subject = ?2",
        columns_of_people()
    );
    let row = db.row(&sql, &[issuer.into(), subject.into()])?;
    row.as_ref().map(person).transpose()
}

/// The person whose e-mail an account has that is not linked yet.
fn claimed(db: &mut dyn Sql, account: &Account) -> Result<Result<Person, Stranger>, DbError> {
    let Email::Verified(email) = &account.email else {
        return Ok(Err(Stranger::Unverified));
    };
    let sql = format!("SELECT {PERSON} FROM people WHERE coalesce(email, login) = ?1");
    let found = db.rows(&sql, &[same_email(email).into()])?;
    // Two of one e-mail there are not; if there were, it would be nobody's.
    let [row] = found.as_slice() else {
        return Ok(Err(Stranger::Nobody));
    };
    let person = person(row)?;
    let sql = "SELECT subject FROM identities WHERE person = ?1 AND issuer = ?2";
    let given = [person.id.clone().into(), account.issuer.clone().into()];
    Ok(match db.row(sql, &given)? {
        Some(_) => Err(Stranger::Another),
        None => Ok(person),
    })
}
