//! Secrets that are handed out once: of sessions, tokens and links only the hash is kept.

/// A secret of 256 bits, as text.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// A new one.
    ///
    /// # Errors
    ///
    /// When the system gives no random bytes.
    pub fn new() -> Result<Secret, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Secret(blake3::Hash::from_bytes(bytes).to_hex().to_string()))
    }

    /// One that someone showed.
    #[must_use]
    pub fn shown(text: &str) -> Secret {
        Secret(text.trim().to_owned())
    }

    /// The text to hand out.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What is kept of it. It is found by this, so that no comparison takes longer the more of a
    /// guess is right.
    #[must_use]
    pub fn hash(&self) -> String {
        blake3::derive_key("tiergate desk secret, version 1", self.0.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}
