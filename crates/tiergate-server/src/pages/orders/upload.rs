//! A file of orders as a browser sends it.

use std::io::Write;

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use tempfile::NamedTempFile;

use crate::guard::Who;
use crate::port::WhichLaw;
use crate::problem::Problem;

/// What was sent.
#[derive(Debug)]
pub struct Upload {
    /// The file, until it is read.
    pub file: NamedTempFile,
    /// What it is called.
    pub name: String,
    /// The law.
    pub law: WhichLaw,
    /// What to take for granted.
    pub assume: Vec<String>,
}

fn broken(error: &MultipartError) -> Problem {
    Problem::new(error.status(), error.body_text())
}

/// Reads what was sent. The mark of the session stands first: without it nothing else is read.
///
/// # Errors
///
/// A form of another session, or one without a file.
pub async fn read(who: &Who, mut parts: Multipart) -> Result<Upload, Problem> {
    let mark = parts.next_field().await.map_err(|e| broken(&e))?;
    let mark = match mark {
        Some(field) if field.name() == Some("csrf") => text(field).await?,
        _ => String::new(),
    };
    if mark.is_empty() || mark != who.csrf() {
        return Err(Problem::not_allowed(
            "the form is not of this session: load the page again",
        ));
    }
    let mut law = WhichLaw::default();
    let mut assume = Vec::new();
    let mut sent = None;
    while let Some(field) = parts.next_field().await.map_err(|e| broken(&e))? {
        match field.name().unwrap_or_default() {
            "law" => law.law = text(field).await?,
            "as_of" => law.as_of = text(field).await?,
            "view" => law.view = text(field).await?,
            "assume" => assume.push(text(field).await?),
            "file" => sent = Some(file(field).await?),
            _ => {}
        }
    }
    let (file, name) = sent.filter(|(_, name)| !name.is_empty()).ok_or_else(|| {
        Problem::wrong("no file was chosen: choose one of orders, CSV or JSON Lines")
    })?;
    if law.law.is_empty() {
        "us".clone_into(&mut law.law);
    }
    Ok(Upload {
        file,
        name,
        law,
        assume,
    })
}

async fn text(field: Field<'_>) -> Result<String, Problem> {
    let text = field.text().await.map_err(|e| broken(&e))?;
    Ok(text.trim().to_owned())
}

/// Writes a file down as it comes, so that none is held in memory.
async fn file(mut field: Field<'_>) -> Result<(NamedTempFile, String), Problem> {
    let name = field.file_name().unwrap_or_default();
    let name = name
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .to_owned();
    let suffix = match name.rsplit_once('.').map(|(_, end)| end.to_lowercase()) {
        Some(end) if end == "ndjson" || end == "jsonl" => ".jsonl",
        Some(end) if end == "csv" => ".csv",
        Some(end) if end == "json" => ".json",
        _ => "",
    };
    let mut file = tempfile::Builder::new()
        .suffix(suffix)
        .tempfile()
        .map_err(|e| Problem::internal(&e))?;
    while let Some(chunk) = field.chunk().await.map_err(|e| broken(&e))? {
        file.write_all(&chunk).map_err(|e| Problem::internal(&e))?;
    }
    file.flush().map_err(|e| Problem::internal(&e))?;
    Ok((file, name))
}
