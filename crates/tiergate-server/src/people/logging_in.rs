//! Logging in with a password, and sessions.

use super::session::{IDLE, LONGEST};
use super::store::{PERSON, WIDTH, columns_of_people, folded, note, person, random};
use super::throttle::{LOCKED_FOR, TRIES};
use super::{People, Person, Secret, Session};
use crate::db::DbError;

/// How logging in went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// The person is who they say.
    In(Person),
    /// The login or the password is wrong; which, is not told.
    No,
    /// Too many failures: until this moment, in microseconds since 1970.
    Locked(i64),
}

/// What a person has shown to log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// A password.
    Password,
    /// An account at a provider of OpenID Connect.
    Account,
}

impl People {
    /// Logs in.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn log_in(&self, login: &str, password: &str, now: i64) -> Result<Login, DbError> {
        let login = folded(login);
        let sql =
            format!("SELECT {PERSON}, password, failed, locked_until FROM people WHERE login = ?1");
        let found = self.db.transact(|db| {
            let row = db.row(&sql, &[login.clone().into()])?;
            row.map(|row| Ok((person(&row)?, row.maybe_text(WIDTH)?, row.int(WIDTH + 2)?)))
                .transpose()
        })?;
        // The work is done whether there is such a login or not, outside of any transaction.
        let hash = found.as_ref().and_then(|(_, hash, _)| hash.as_deref());
        let right = self.hasher.verify(password, hash);
        let Some((person, _, locked)) = found else {
            return Ok(Login::No);
        };
        if now < locked {
            return Ok(Login::Locked(locked));
        }
        let right = right && !person.disabled;
        self.db.transact(|db| {
            if right {
                let sql = "UPDATE people SET failed = 0, locked_until = 0 WHERE id = ?1";
                db.run(sql, &[person.id.clone().into()])?;
                return Ok(());
            }
            let sql = "UPDATE people SET \
                 locked_until = CASE WHEN failed + 1 >= ?2 THEN ?3 ELSE locked_until END, \
                 failed = CASE WHEN failed + 1 >= ?2 THEN 0 ELSE failed + 1 END WHERE id = ?1";
            let until = now.saturating_add(LOCKED_FOR);
            db.run(sql, &[person.id.clone().into(), TRIES.into(), until.into()])?;
            note(db, &person.id, "login-failed", &person.id, now)
        })?;
        Ok(if right { Login::In(person) } else { Login::No })
    }

    /// Begins a session of a person who has shown a password.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn begin(&self, person: &Person, now: i64) -> Result<(Secret, Session), DbError> {
        self.begin_by(person, Means::Password, now)
    }

    /// Begins a session.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn begin_by(
        &self,
        person: &Person,
        means: Means,
        now: i64,
    ) -> Result<(Secret, Session), DbError> {
        let act = match means {
            Means::Password => "login",
            Means::Account => "oidc-login",
        };
        let (secret, csrf) = (random()?, random()?);
        let session = Session {
            person: person.clone(),
            csrf: csrf.text().to_owned(),
            hash: secret.hash(),
        };
        self.db.transact(|db| {
            let old = now.saturating_sub(LONGEST);
            db.run("DELETE FROM sessions WHERE created < ?1", &[old.into()])?;
            let sql = "INSERT INTO sessions VALUES (?1, ?2, ?3, ?4, ?4)";
            let given = [
                session.hash.clone().into(),
                person.id.clone().into(),
                session.csrf.clone().into(),
                now.into(),
            ];
            db.run(sql, &given)?;
            note(db, &person.id, act, &person.id, now)
        })?;
        Ok((secret, session))
    }

    /// The session of a secret, if it holds.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn session(&self, secret: &Secret, now: i64) -> Result<Option<Session>, DbError> {
        let hash = secret.hash();
        let columns = columns_of_people();
        let sql = format!(
            "SELECT {columns}, sessions.csrf, sessions.created, sessions.seen FROM sessions \
             JOIN people ON people.id = sessions.person WHERE sessions.hash = ?1"
        );
        let found = self.db.read(|db| {
            let row = db.row(&sql, &[hash.clone().into()])?;
            row.map(|row| {
                Ok((
                    person(&row)?,
                    row.text(WIDTH)?,
                    row.int(WIDTH + 1)?,
                    row.int(WIDTH + 2)?,
                ))
            })
            .transpose()
        })?;
        let Some((person, csrf, created, seen)) = found else {
            return Ok(None);
        };
        if person.disabled || now - created > LONGEST || now - seen > IDLE {
            self.db.transact(|db| {
                let sql = "DELETE FROM sessions WHERE hash = ?1";
                db.run(sql, &[hash.clone().into()])
            })?;
            return Ok(None);
        }
        // Once a minute is enough to know whether it is idle.
        if now - seen > 60 * 1_000_000 {
            self.db.transact(|db| {
                let sql = "UPDATE sessions SET seen = ?2 WHERE hash = ?1";
                db.run(sql, &[hash.clone().into(), now.into()])
            })?;
        }
        Ok(Some(Session { person, csrf, hash }))
    }

    /// Ends a session.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn end(&self, session: &Session) -> Result<(), DbError> {
        self.db.transact(|db| {
            let sql = "DELETE FROM sessions WHERE hash = ?1";
            db.run(sql, &[session.hash.clone().into()]).map(|_| ())
        })
    }
}
