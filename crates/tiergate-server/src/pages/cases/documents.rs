//! Documents of a case: kept by what they hold, taken in few types, and handed out as files.

use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use tiergate_cases::DocumentLimits;

use super::super::percent;
use super::act::{answer, must_act};
use super::form::ActForm;
use super::paper::for_reader;
use super::{must_read, no_case};
use crate::app::{App, Shared};
use crate::casework::{self, Act, When};
use crate::guard::Who;
use crate::problem::Problem;

/// A type that is taken, with what a file of it starts with, where that can be told.
const TYPES: [(&str, &[u8]); 5] = [
    ("application/pdf", b"%PDF-"),
    ("image/png", b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", b"\xff\xd8\xff"),
    ("text/plain", b""),
    ("text/csv", b""),
];

/// What is taken.
fn limits(app: &App) -> DocumentLimits {
    DocumentLimits {
        bytes_max: app.config.limits.upload as u64,
        media_types: TYPES.iter().map(|(kind, _)| (*kind).to_owned()).collect(),
    }
}

/// A file as it was sent.
#[derive(Default)]
struct Sent {
    csrf: String,
    event: String,
    name: String,
    kind: String,
    bytes: Vec<u8>,
}

async fn sent(mut parts: Multipart) -> Result<Sent, Problem> {
    let wrong =
        |e: axum::extract::multipart::MultipartError| Problem::new(e.status(), e.body_text());
    let mut sent = Sent::default();
    while let Some(field) = parts.next_field().await.map_err(wrong)? {
        match field.name().unwrap_or_default() {
            "csrf" => sent.csrf = field.text().await.map_err(wrong)?,
            "event" => sent.event = field.text().await.map_err(wrong)?,
            "file" => {
                sent.name = field.file_name().unwrap_or_default().to_owned();
                let kind = field.content_type().unwrap_or_default();
                sent.kind = kind.split(';').next().unwrap_or_default().trim().to_owned();
                sent.bytes = field.bytes().await.map_err(wrong)?.to_vec();
            }
            _ => {}
        }
    }
    Ok(sent)
}

/// Whether a file is what it says it is, as far as its first bytes tell.
fn is_of_its_kind(kind: &str, bytes: &[u8]) -> bool {
    let starts = TYPES.iter().find(|(known, _)| *known == kind);
    match starts {
        Some((_, b"")) => std::str::from_utf8(bytes).is_ok(),
        Some((_, start)) => bytes.starts_with(start),
        None => true,
    }
}

/// Attaches a document.
pub async fn attach(
    State(app): State<Shared>,
    who: Who,
    Path(case): Path<String>,
    parts: Multipart,
) -> Result<Response, Problem> {
    must_act(&who)?;
    let sent = sent(parts).await?;
    if sent.csrf.is_empty() || sent.csrf != who.csrf() {
        return Err(Problem::not_allowed(
            "the form is not of this session: load the page again",
        ));
    }
    let (asker, name) = (who.clone(), case.clone());
    let came = app
        .work(move |app| attached(app, &asker, &name, &sent))
        .await;
    answer(&app, &who, &case, ActForm::default(), came).await
}

fn attached(app: &App, who: &Who, case: &str, sent: &Sent) -> Result<(), Problem> {
    for_reader(app, who, case)?;
    let what = limits(app).attach(&sent.name, &sent.kind, &sent.bytes);
    let what = what.map_err(|no| Problem::wrong(no.to_string()))?;
    if !is_of_its_kind(&sent.kind, &sent.bytes) {
        let found = format!("`{}` is not {} by what it holds", sent.name, sent.kind);
        return Err(Problem::wrong(found));
    }
    // Kept before the event that names it: an event never names what is not there.
    app.ledger
        .transact(|book| book.keep_paper("document", &sent.bytes))?;
    let act = Act {
        id: format!("{case}/{}", sent.event),
        what,
        basis: Vec::new(),
    };
    casework::enter(app, &who.person, case, act, When::now(app)).map(|_| ())
}

/// A document as a file.
pub async fn document(
    State(app): State<Shared>,
    who: Who,
    Path((case, digest)): Path<(String, String)>,
) -> Result<Response, Problem> {
    must_read(&who)?;
    let (name, kind, body) = app
        .work(move |app| {
            let seen = for_reader(app, &who, &case)?;
            let found = seen.documents().find(|d| d.digest == digest);
            let found = found.ok_or_else(|| no_case(&case))?;
            let paper = app.ledger.read(|reader| reader.paper(&digest))?;
            let (_, body) =
                paper.ok_or_else(|| Problem::missing("the document is not kept here"))?;
            Ok((found.name.clone(), found.media_type.clone(), body))
        })
        .await?;
    let mut response = body.into_response();
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(&kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    // Never shown by the browser as a page of this place.
    let file = format!(
        "attachment; filename*=UTF-8''{}",
        percent(&name).replace('/', "_")
    );
    if let Ok(file) = HeaderValue::from_str(&file) {
        headers.insert(header::CONTENT_DISPOSITION, file);
    }
    let alone = HeaderValue::from_static("default-src 'none'; sandbox");
    headers.insert(header::CONTENT_SECURITY_POLICY, alone);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_held_to_what_it_says_it_is() {
        assert!(is_of_its_kind("application/pdf", b"%PDF-1.7"));
        assert!(!is_of_its_kind("application/pdf", b"<html>"));
        assert!(is_of_its_kind("text/plain", "Größe".as_bytes()));
        assert!(!is_of_its_kind("text/plain", b"\xff\xfe"));
    }
}
