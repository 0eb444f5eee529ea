//! Tokens for programs as they are kept.

use super::store::{WIDTH, columns_of_people, note, person, random};
use super::{NewToken, People, PeopleError, Person, Scope, Secret, Token};
use crate::db::{DbError, Row};

impl People {
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
        let columns = columns_of_people();
        let sql = format!(
            "SELECT {columns}, tokens.scopes FROM tokens JOIN people ON people.id = tokens.person \
             WHERE tokens.hash = ?1 AND tokens.revoked = 0 AND tokens.expires > ?2 \
             AND people.disabled = 0"
        );
        self.db.read(|db| {
            let row = db.row(&sql, &[secret.hash().into(), now.into()])?;
            let whose = |row: Row| {
                let scopes = row.text(WIDTH)?;
                Ok((
                    person(&row)?,
                    scopes.split(' ').filter_map(Scope::of).collect(),
                ))
            };
            row.map(whose).transpose()
        })
    }
}
