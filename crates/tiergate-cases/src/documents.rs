//! Documents: named by their content, and taken only in sizes and types a desk allows.

use crate::act::What;
use crate::error::No;

/// The name of a document has so many characters at the most.
const NAME_MOST: usize = 255;

/// What documents a desk takes. Not law: a desk sets it for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLimits {
    /// The most bytes of one document.
    pub bytes_max: u64,
    /// Media types, such as `application/pdf`.
    pub media_types: Vec<String>,
}

impl DocumentLimits {
    /// The event that attaches a document, by the digest of its content.
    ///
    /// # Errors
    ///
    /// A document that is empty, without a name, too large, or of a type that is not taken.
    ///
    /// ```
    /// use tiergate_cases::{DocumentLimits, What};
    /// let limits = DocumentLimits { bytes_max: 10, media_types: vec!["text/plain".into()] };
    /// let What::DocumentAttached { digest, bytes, .. } =
    ///     limits.attach("order.txt", "text/plain", b"300 cards").unwrap() else { unreachable!() };
    /// assert_eq!((digest.len(), bytes), (64, 9));
    /// let no = limits.attach("order.exe", "application/x-msdownload", b"300").unwrap_err();
    /// assert_eq!(no.to_string(), "`application/x-msdownload` is not taken; one of text/plain");
    /// ```
    pub fn attach(&self, name: &str, media_type: &str, content: &[u8]) -> Result<What, No> {
        let bytes = content.len() as u64;
        if name.trim().is_empty()
            || name.chars().count() > NAME_MOST
            || name
                .chars()
                .any(|c| c.is_control() || matches!(c, '/' | '\\'))
        {
            let start: String = name.chars().take(80).collect();
            let right = format!(
                "give a name of at most {NAME_MOST} characters, without control characters and slashes"
            );
            return Err(No::new(
                format!("`{}` is no name of a document", start.escape_debug()),
                right,
            ));
        }
        if bytes == 0 || bytes > self.bytes_max {
            let right = format!("a document has 1 to {} bytes", self.bytes_max);
            return Err(No::new(format!("it has {bytes} bytes"), right));
        }
        if !self.media_types.iter().any(|t| t == media_type) {
            let right = format!("one of {}", self.media_types.join(", "));
            return Err(No::new(format!("`{media_type}` is not taken"), right));
        }
        Ok(What::DocumentAttached {
            digest: blake3::hash(content).to_hex().to_string(),
            name: name.to_owned(),
            bytes,
            media_type: media_type.to_owned(),
        })
    }
}
