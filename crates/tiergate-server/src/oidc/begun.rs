//! A login that was begun: bound to one browser, finished once, or forgotten after minutes.
//!
//! The browser keeps one secret. What the provider is told, and what it must say again, is made of it:
//! whoever has not the secret can neither finish the login nor make one for this browser. The desk keeps
//! the secret's hash, so that any instance on the database can finish what another began.

use crate::db::{DbError, Sql};
use crate::people::Secret;

/// A login may take so many microseconds: ten minutes.
pub(crate) const BEGUN_FOR: i64 = 10 * 60 * 1_000_000;

/// Where a login leads is kept up to so many bytes; beyond, it leads to the first page.
const NEXT: usize = 1000;

/// A login that was begun.
#[derive(Debug, Clone)]
pub(crate) struct Begun(Secret);

impl Begun {
    /// The login of the secret a browser keeps.
    pub(crate) const fn of(secret: Secret) -> Begun {
        Begun(secret)
    }

    fn made_for(&self, what: &str) -> blake3::Hash {
        blake3::Hash::from_bytes(blake3::derive_key(what, self.0.text().as_bytes()))
    }

    /// What the provider gives back with the browser.
    pub(crate) fn state(&self) -> String {
        let state = self.made_for("tiergate oidc state, version 1");
        state.to_hex().to_string()
    }

    /// Whether the browser came back with what it was sent with; it takes as long for any guess.
    pub(crate) fn is(&self, state: &str) -> bool {
        let ours = self.made_for("tiergate oidc state, version 1");
        blake3::Hash::from_hex(state).is_ok_and(|theirs| theirs == ours)
    }

    /// What the ID token must name.
    pub(super) fn nonce(&self) -> String {
        let nonce = self.made_for("tiergate oidc nonce, version 1");
        nonce.to_hex().to_string()
    }

    /// What shows that whoever redeems the code is whoever asked for it.
    pub(super) fn verifier(&self) -> String {
        let verifier = self.made_for("tiergate oidc verifier, version 1");
        verifier.to_hex().to_string()
    }

    /// Keeps where the login leads, and forgets logins that took too long.
    ///
    /// # Errors
    ///
    /// The database's.
    pub(crate) fn keep(&self, db: &mut dyn Sql, next: &str, now: i64) -> Result<(), DbError> {
        db.run(
            "DELETE FROM logins_begun WHERE expires <= ?1",
            &[now.into()],
        )?;
        let next = if next.len() <= NEXT { next } else { "/" };
        let sql = "INSERT INTO logins_begun (hash, next, expires) VALUES (?1, ?2, ?3)";
        let until = now.saturating_add(BEGUN_FOR);
        db.run(sql, &[self.0.hash().into(), next.into(), until.into()])?;
        Ok(())
    }

    /// Where the login leads; none when it was finished, took too long, or was never begun. It cannot be
    /// finished again.
    ///
    /// # Errors
    ///
    /// The database's.
    pub(crate) fn finish(&self, db: &mut dyn Sql, now: i64) -> Result<Option<String>, DbError> {
        let hash = self.0.hash();
        let sql = "SELECT next FROM logins_begun WHERE hash = ?1 AND expires > ?2";
        let row = db.row(sql, &[hash.clone().into(), now.into()])?;
        db.run("DELETE FROM logins_begun WHERE hash = ?1", &[hash.into()])?;
        row.map(|row| row.text(0)).transpose()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::db::{Database, Db};

    #[test]
    fn a_login_is_finished_once_and_within_ten_minutes() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(Database::File(folder.path().join("desk.db"))).unwrap();
        let [once, late, never] = [(); 3].map(|()| Begun::of(Secret::new().unwrap()));
        let finish = |begun: &Begun, now| db.transact(|sql| begun.finish(sql, now)).unwrap();
        db.transact(|sql| once.keep(sql, "/cases", 5)).unwrap();
        db.transact(|sql| late.keep(sql, &"/x".repeat(NEXT), 5))
            .unwrap();
        assert_eq!(finish(&never, 6), None);
        assert_eq!(finish(&once, 6).as_deref(), Some("/cases"));
        assert_eq!(finish(&once, 7), None);
        assert_eq!(finish(&late, 5 + BEGUN_FOR), None);
        db.transact(|sql| late.keep(sql, &"/x".repeat(NEXT), 5))
            .unwrap();
        assert_eq!(finish(&late, 4 + BEGUN_FOR).as_deref(), Some("/"));
    }

    #[test]
    fn what_the_provider_sees_is_of_one_secret_and_does_not_show_it() {
        let secret = Secret::new().unwrap();
        let begun = Begun::of(secret.clone());
        let all = [begun.state(), begun.nonce(), begun.verifier()];
        assert_eq!(
            all.iter().collect::<std::collections::HashSet<_>>().len(),
            3
        );
        assert!(
            all.iter()
                .all(|made| made.len() == 64 && made != secret.text())
        );
        assert!(begun.is(&begun.state()));
        let other = Begun::of(Secret::new().unwrap());
        assert!(!begun.is(&other.state()) && !begun.is("") && !begun.is(&begun.nonce()));
    }
}
