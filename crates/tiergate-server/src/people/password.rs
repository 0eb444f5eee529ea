//! Passwords, kept as argon2id makes them (RFC 9106).

use std::sync::OnceLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

/// The fewest characters a password has; there is no other rule (NIST SP 800-63B-4).
pub const LEAST: usize = 15;

/// The most bytes of a password that are looked at.
pub const MOST: usize = 1024;

/// Makes and checks hashes.
#[derive(Debug, Clone)]
pub struct Hasher {
    argon2: Argon2<'static>,
    /// Of a password nobody has, made when it is first needed.
    nobody: OnceLock<String>,
}

impl Default for Hasher {
    /// Memory of 19 MiB, two passes, one lane: the least that OWASP recommends for argon2id.
    fn default() -> Self {
        Hasher {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT),
            nobody: OnceLock::new(),
        }
    }
}

/// Whether a new password will do.
///
/// # Errors
///
/// What is wrong with it, and what would be right.
///
/// ```
/// use tiergate_server::people::check_new;
/// assert!(check_new("correct horse battery").is_ok());
/// assert!(check_new("short").unwrap_err().contains("15"));
/// ```
pub fn check_new(password: &str) -> Result<(), String> {
    match password.chars().count() {
        n if n < LEAST => Err(format!(
            "a password has at least {LEAST} characters; this has {n}"
        )),
        _ if password.len() > MOST => Err(format!("a password has at most {MOST} bytes")),
        _ => Ok(()),
    }
}

impl Hasher {
    /// The hash of a password, with its salt and cost.
    ///
    /// # Errors
    ///
    /// When the system gives no random bytes.
    pub fn hash(&self, password: &str) -> Result<String, String> {
        let hash = self.argon2.hash_password(password.as_bytes());
        Ok(hash.map_err(|e| e.to_string())?.to_string())
    }

    /// Whether a password is that of a hash. Where there is none, as of an unknown login, as much
    /// work is done, and the answer is no.
    #[must_use]
    pub fn verify(&self, password: &str, hash: Option<&str>) -> bool {
        let nobody = || {
            self.nobody
                .get_or_init(|| self.hash("").unwrap_or_default())
        };
        let Ok(parsed) = PasswordHash::new(hash.unwrap_or_else(|| nobody())) else {
            return false;
        };
        let right = self
            .argon2
            .verify_password(password.as_bytes(), &parsed)
            .is_ok();
        right && hash.is_some() && password.len() <= MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::unwrap_used, reason = "a test")]
    fn a_password_is_known_by_its_hash_and_no_other_is() {
        let hasher = Hasher::default();
        let hash = hasher.hash("correct horse battery").unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(hasher.verify("correct horse battery", Some(&hash)));
        assert!(!hasher.verify("correct horse batterz", Some(&hash)));
        assert!(!hasher.verify("", None));
        assert!(!hasher.verify("anything", Some("no hash at all")));
    }
}
