//! Links by which people set a password.

use super::store::{columns_of_people, end_all, note, person, random};
use super::{NewPerson, People, PeopleError, Person, Role, Secret, check_new};
use crate::db::{DbError, Sql, Value};

/// A link by which a person sets a password lasts so many microseconds: a day.
pub const LINK_FOR: i64 = 24 * 60 * 60 * 1_000_000;

impl People {
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

    /// Sets a password by a link. With it end the link and every other, sessions and tokens: whoever
    /// had the old password keeps nothing.
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
            let sql = "UPDATE people SET password = ?2, failed = 0, locked_until = 0 WHERE id = ?1";
            db.run(sql, &[person.id.clone().into(), hash.clone().into()])?;
            end_all(db, &person.id)?;
            note(db, &person.id, "password", &person.id, now)?;
            Ok(Some(person))
        })?;
        let gone = "the link was used or is too old: ask for a new one";
        set.ok_or_else(|| PeopleError::Wrong(gone.to_owned()))
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
            role: Role::Administrator.word().to_owned(),
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
    let columns = columns_of_people();
    let sql = format!(
        "SELECT {columns} FROM links JOIN people ON people.id = links.person \
         WHERE links.hash = ?1 AND links.used = 0 AND links.expires > ?2 AND people.disabled = 0"
    );
    let given: [Value; 2] = [link.hash().into(), now.into()];
    db.row(&sql, &given)?.as_ref().map(person).transpose()
}
