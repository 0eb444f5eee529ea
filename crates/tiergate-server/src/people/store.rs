//! People, sessions, tokens and links as they are kept.

use super::person::role_of;
use super::session::{IDLE, LONGEST};
use super::throttle::{LOCKED_FOR, TRIES};
use super::{Hasher, NewPerson, NewToken, Person, Scope, Secret, Session, Token, check_new};
use crate::db::{Db, DbError, Row, Sql, Value};

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

/// A link by which a person sets a password lasts so many microseconds: a day.
pub const LINK_FOR: i64 = 24 * 60 * 60 * 1_000_000;

/// People and how they prove who they are.
#[derive(Debug)]
pub struct People {
    db: Db,
    hasher: Hasher,
}

const PERSON: &str = "id, name, login, role, agency, company, disabled";

fn person(row: &Row) -> Result<Person, DbError> {
    let role = row.text(3)?;
    Ok(Person {
        id: row.text(0)?,
        name: row.text(1)?,
        login: row.text(2)?,
        role: role_of(&role).ok_or_else(|| DbError::Damaged(format!("a role `{role}`")))?,
        agency: row.maybe_text(4)?,
        company: row.maybe_text(5)?,
        disabled: row.int(6)? != 0,
    })
}

fn random() -> Result<Secret, DbError> {
    Secret::new().map_err(|e| DbError::Other(format!("no random bytes: {e}")))
}

/// A login is the same in any case.
fn folded(login: &str) -> String {
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
        let added = self.db.transact(|db| {
            let taken = db.row(
                "SELECT id FROM people WHERE login = ?1",
                &[login.clone().into()],
            )?;
            if taken.is_some() {
                return Ok(None);
            }
            let count = db.row("SELECT count(*) FROM people", &[])?;
            let count = count.map_or(Ok(0), |row| row.int(0))?;
            let person = Person {
                id: format!("p-{}", count + 1),
                name: new.name.trim().to_owned(),
                login: login.clone(),
                role,
                agency: new
                    .agency
                    .clone()
                    .filter(|_| role == super::Role::AgencyReviewer),
                company: new
                    .company
                    .clone()
                    .filter(|_| role == super::Role::Applicant),
                disabled: false,
            };
            let sql = "INSERT INTO people (id, name, login, role, agency, company, created) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let given = [
                person.id.clone().into(),
                person.name.clone().into(),
                person.login.clone().into(),
                role.word().into(),
                person.agency.clone().into(),
                person.company.clone().into(),
                now.into(),
            ];
            db.run(sql, &given)?;
            note(db, by, "added", &person.id, now)?;
            Ok(Some(person))
        })?;
        added.ok_or_else(|| PeopleError::Wrong(format!("the login `{login}` is taken")))
    }

    /// Stops or lets a person log in; sessions and tokens end with it.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn disable(&self, id: &str, disabled: bool, by: &str, now: i64) -> Result<(), DbError> {
        self.db.transact(|db| {
            let sql = "UPDATE people SET disabled = ?2, failed = 0, locked_until = 0 WHERE id = ?1";
            db.run(sql, &[id.into(), disabled.into()])?;
            if disabled {
                db.run("DELETE FROM sessions WHERE person = ?1", &[id.into()])?;
            }
            let what = if disabled { "disabled" } else { "enabled" };
            note(db, by, what, id, now)
        })
    }

    /// A link by which a person sets a password, once.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn link(&self, id: &str, by: &str, now: i64) -> Result<Secret, DbError> {
        let secret = random()?;
        self.db.transact(|db| {
            let sql = "INSERT INTO links (hash, person, expires) VALUES (?1, ?2, ?3)";
            let until = now.saturating_add(LINK_FOR);
            db.run(sql, &[secret.hash().into(), id.into(), until.into()])?;
            note(db, by, "link", id, now)
        })?;
        Ok(secret)
    }

    /// Whose password a link sets; none when it was used, is too old, or never was.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn linked(&self, link: &Secret, now: i64) -> Result<Option<Person>, DbError> {
        self.db.transact(|db| linked(db, link, now))
    }

    /// Sets a password by a link; the link is used up, and sessions end.
    ///
    /// # Errors
    ///
    /// A password that will not do, a link that is no longer good, or the database's.
    pub fn set_password(
        &self,
        link: &Secret,
        password: &str,
        now: i64,
    ) -> Result<Person, PeopleError> {
        check_new(password).map_err(PeopleError::Wrong)?;
        let hash = self.hasher.hash(password).map_err(DbError::Other)?;
        let set = self.db.transact(|db| {
            let Some(person) = linked(db, link, now)? else {
                return Ok(None);
            };
            let sql = "UPDATE links SET used = 1 WHERE hash = ?1";
            db.run(sql, &[link.hash().into()])?;
            let sql = "UPDATE people SET password = ?2, failed = 0, locked_until = 0 WHERE id = ?1";
            db.run(sql, &[person.id.clone().into(), hash.clone().into()])?;
            let sql = "DELETE FROM sessions WHERE person = ?1";
            db.run(sql, &[person.id.clone().into()])?;
            note(db, &person.id, "password", &person.id, now)?;
            Ok(Some(person))
        })?;
        let gone = "the link was used or is too old: ask for a new one";
        set.ok_or_else(|| PeopleError::Wrong(gone.to_owned()))
    }

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
            row.map(|row| Ok((person(&row)?, row.maybe_text(7)?, row.int(9)?)))
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

    /// Begins a session.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn begin(&self, person: &Person, now: i64) -> Result<(Secret, Session), DbError> {
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
            note(db, &person.id, "login", &person.id, now)
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
        let columns = PERSON.split(", ").map(|c| format!("people.{c}"));
        let columns = columns.collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT {columns}, sessions.csrf, sessions.created, sessions.seen FROM sessions \
             JOIN people ON people.id = sessions.person WHERE sessions.hash = ?1"
        );
        let found = self.db.read(|db| {
            let row = db.row(&sql, &[hash.clone().into()])?;
            row.map(|row| Ok((person(&row)?, row.text(7)?, row.int(8)?, row.int(9)?)))
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

    /// Makes a token; its secret is told once.
    ///
    /// # Errors
    ///
    /// A token without name or scope, or the database's.
    pub fn make_token(
        &self,
        person: &Person,
        new: &NewToken,
        now: i64,
    ) -> Result<(Secret, Token), PeopleError> {
        if new.name.trim().is_empty() || new.name.len() > 200 || new.scopes.is_empty() {
            let words = Scope::ALL.map(Scope::word).join(", ");
            return Err(PeopleError::Wrong(format!(
                "a token has a name of at most 200 bytes and at least one scope: {words}"
            )));
        }
        let secret = random()?;
        let mut scopes = new.scopes.clone();
        scopes.sort_unstable();
        scopes.dedup();
        let words: Vec<&str> = scopes.iter().map(|scope| scope.word()).collect();
        let token = Token {
            id: random()?.text()[..12].to_owned(),
            name: new.name.trim().to_owned(),
            scopes: scopes.clone(),
            expires: new.expires,
            revoked: false,
        };
        self.db.transact(|db| {
            let sql = "INSERT INTO tokens (hash, id, person, name, scopes, created, expires) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let given = [
                secret.hash().into(),
                token.id.clone().into(),
                person.id.clone().into(),
                token.name.clone().into(),
                words.join(" ").into(),
                now.into(),
                token.expires.into(),
            ];
            db.run(sql, &given)?;
            note(db, &person.id, "token", &token.id, now)
        })?;
        Ok((secret, token))
    }

    /// A person's tokens.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn tokens(&self, person: &str) -> Result<Vec<Token>, DbError> {
        let sql = "SELECT id, name, scopes, expires, revoked FROM tokens WHERE person = ?1 \
             ORDER BY created, id";
        let token = |row: &Row| {
            Ok(Token {
                id: row.text(0)?,
                name: row.text(1)?,
                scopes: row.text(2)?.split(' ').filter_map(Scope::of).collect(),
                expires: row.int(3)?,
                revoked: row.int(4)? != 0,
            })
        };
        self.db
            .transact(|db| db.rows(sql, &[person.into()])?.iter().map(token).collect())
    }

    /// Takes a token of a person back.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn revoke_token(&self, person: &str, id: &str, now: i64) -> Result<bool, DbError> {
        self.db.transact(|db| {
            let sql = "UPDATE tokens SET revoked = 1 WHERE person = ?1 AND id = ?2";
            let done = db.run(sql, &[person.into(), id.into()])?;
            note(db, person, "token-revoked", id, now)?;
            Ok(done > 0)
        })
    }

    /// Whose a token is and what it may be used for, if it holds.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn by_token(
        &self,
        secret: &Secret,
        now: i64,
    ) -> Result<Option<(Person, Vec<Scope>)>, DbError> {
        let columns = PERSON.split(", ").map(|c| format!("people.{c}"));
        let columns = columns.collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT {columns}, tokens.scopes FROM tokens JOIN people ON people.id = tokens.person \
             WHERE tokens.hash = ?1 AND tokens.revoked = 0 AND tokens.expires > ?2 \
             AND people.disabled = 0"
        );
        self.db.read(|db| {
            let row = db.row(&sql, &[secret.hash().into(), now.into()])?;
            let whose = |row: Row| {
                let scopes = row.text(7)?;
                Ok((
                    person(&row)?,
                    scopes.split(' ').filter_map(Scope::of).collect(),
                ))
            };
            row.map(whose).transpose()
        })
    }

    /// The link of the first start: made when there is nobody yet.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn first_start(&self, now: i64) -> Result<Option<Secret>, PeopleError> {
        let nobody = self.db.transact(|db| {
            let set = db.row(
                "SELECT id FROM people WHERE password IS NOT NULL LIMIT 1",
                &[],
            )?;
            Ok(set.is_none())
        })?;
        if !nobody {
            return Ok(None);
        }
        let first = NewPerson {
            name: "Administrator".to_owned(),
            login: "admin".to_owned(),
            role: super::Role::Administrator.word().to_owned(),
            ..NewPerson::default()
        };
        let person = match self.add(&first, &[], "first start", now) {
            Ok(person) => person,
            // The one of an earlier start whose link was not used.
            Err(PeopleError::Wrong(_)) => {
                let all = self.all()?;
                let admin = all.into_iter().find(|p| p.login == first.login);
                admin.ok_or_else(|| DbError::Other("nobody to set up".to_owned()))?
            }
            Err(error) => return Err(error),
        };
        Ok(Some(self.link(&person.id, "first start", now)?))
    }
}

fn linked(db: &mut dyn Sql, link: &Secret, now: i64) -> Result<Option<Person>, DbError> {
    let columns = PERSON.split(", ").map(|c| format!("people.{c}"));
    let columns = columns.collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {columns} FROM links JOIN people ON people.id = links.person \
         WHERE links.hash = ?1 AND links.used = 0 AND links.expires > ?2 AND people.disabled = 0"
    );
    let given: [Value; 2] = [link.hash().into(), now.into()];
    db.row(&sql, &given)?.as_ref().map(person).transpose()
}

/// Puts an act on the list: what administrators read.
fn note(db: &mut dyn Sql, by: &str, what: &str, about: &str, now: i64) -> Result<(), DbError> {
    let sql = "INSERT INTO acts SELECT coalesce(max(seq), 0) + 1, CAST(?1 AS BIGINT), \
         CAST(?2 AS TEXT), CAST(?3 AS TEXT), CAST(?4 AS TEXT) FROM acts";
    let given = [now.into(), by.into(), what.into(), about.into()];
    db.run(sql, &given).map(|_| ())
}
