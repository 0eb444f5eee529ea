//! Changing one's own password.

use super::store::{end_but, note};
use super::{Login, People, PeopleError, Session, check_new};
use crate::db::DbError;

impl People {
    /// Sets another password of a person who shows the one there is. With it end every other session,
    /// all tokens and all links: whoever knew the old one keeps nothing. The session in which it is
    /// changed goes on.
    ///
    /// # Errors
    ///
    /// A current password that is not right, a new one that will not do, or the database's.
    pub fn change_password(
        &self,
        session: &Session,
        current: &str,
        new: &str,
        now: i64,
    ) -> Result<(), PeopleError> {
        let wrong = |what: &str| PeopleError::Wrong(what.to_owned());
        check_new(new).map_err(PeopleError::Wrong)?;
        if new == current {
            return Err(wrong(
                "the new password is the one there is: choose another",
            ));
        }
        let person = &session.person;
        // Whoever holds the session guesses no faster than whoever stands at the login.
        match self.log_in(&person.login, current, now)? {
            Login::In(_) => {}
            Login::No => {
                return Err(wrong(
                    "the current password is not right; whoever has none is given a link by an administrator",
                ));
            }
            Login::Locked(_) => {
                return Err(wrong(
                    "too many failures: wait a quarter of an hour, or ask an administrator for a link",
                ));
            }
        }
        let hash = self.hasher.hash(new).map_err(DbError::Other)?;
        let changed = self.db.transact(|db| {
            // A password that was set by a link meanwhile has ended this session.
            let sql = "SELECT hash FROM sessions WHERE hash = ?1";
            if db.row(sql, &[session.hash.clone().into()])?.is_none() {
                return Ok(false);
            }
            let sql = "UPDATE people SET password = ?2, failed = 0, locked_until = 0 WHERE id = ?1";
            db.run(sql, &[person.id.clone().into(), hash.clone().into()])?;
            end_but(db, &person.id, &session.hash)?;
            note(db, &person.id, "password", &person.id, now)?;
            Ok(true)
        })?;
        match changed {
            true => Ok(()),
            false => Err(wrong("the session has ended: log in again")),
        }
    }
}
