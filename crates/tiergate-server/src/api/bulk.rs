//! Many orders decided: a line in, a line out, however many there are.
//!
//! Rows are taken up as they come and answered as they are decided; no more of them is held than a
//! few batches. Whoever sends more than it reads is waited for, and left when it reads nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::stream::unfold;
use serde::Serialize;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::decide::Under;
use super::extract::{Caller, Query, media_type};
use crate::app::{App, Shared};
use crate::people::Action;
use crate::port::Fault;
use crate::problem::{At, Problem};

/// Rows that are decided at once.
const ROWS: usize = 64;

/// Batches that wait to be read.
const WAITING: usize = 4;

/// So long is waited where there is too much to do.
const PAUSE: Duration = Duration::from_millis(100);

/// What is answered to a row that cannot be decided.
#[derive(Debug, Serialize)]
struct Bad {
    line: u64,
    error: String,
    errors: Vec<At>,
}

/// Decide many orders: JSON Lines in, JSON Lines out
///
/// Each line is an order; each is answered in a line of its own, in the same order: a decision, or
/// `{"line", "error", "errors"}` where it cannot be decided. The rest goes on. Answers begin before
/// all lines are sent: read while you send.
///
/// # Errors
///
/// What is wrong with the law.
#[utoipa::path(
    post,
    path = "/decide/bulk",
    tag = "decide",
    params(Under),
    request_body(content = String, content_type = "application/jsonl", description = "Orders, one a line"),
    responses((status = 200, description = "Decisions, one a line", body = String, content_type = "application/jsonl"))
)]
pub async fn bulk(
    State(app): State<Shared>,
    Caller(who): Caller,
    Query(under): Query<Under>,
    request: Request,
) -> Result<Response, Problem> {
    who.must(Action::Ask)?;
    let kind = media_type(request.headers());
    let lines = [
        "application/jsonl",
        "application/x-ndjson",
        "application/json-lines",
    ];
    if !kind.as_deref().is_some_and(|kind| lines.contains(&kind)) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "send orders as application/jsonl, one a line",
        ));
    }
    // A law that is wrong is told at once, and not in every line.
    let law = under.law.clone();
    app.work(move |app| Ok(app.config.orders.decide_texts(&[], &law).map(|_| ())?))
        .await?;
    let (send, receive) = channel(WAITING);
    let rows = Rows {
        app,
        law: under.law,
        send,
        line: 0,
        batch: Vec::new(),
        held: 0,
    };
    tokio::spawn(rows.all(request.into_body()));
    let answers = unfold(receive, |mut receive: Receiver<Bytes>| async move {
        let batch = receive.recv().await?;
        Some((Ok::<_, std::convert::Infallible>(batch), receive))
    });
    let body = Body::from_stream(answers);
    Ok(([(header::CONTENT_TYPE, "application/jsonl")], body).into_response())
}

/// Rows on their way.
struct Rows {
    app: Shared,
    law: String,
    send: Sender<Bytes>,
    /// Lines seen.
    line: u64,
    /// Lines to be decided: none in the place of one that is too long.
    batch: Vec<(u64, Option<String>)>,
    /// Bytes of them.
    held: usize,
}

impl Rows {
    /// Reads lines, decides and answers them, until there are no more or nobody reads.
    async fn all(mut self, body: Body) {
        let most = self.app.config.limits.body;
        let patience = self.app.config.limits.timeout;
        let mut body = body.into_data_stream();
        let mut line: Vec<u8> = Vec::new();
        let mut too_long = false;
        loop {
            let chunk = match tokio::time::timeout(patience, body.next()).await {
                Ok(Some(Ok(chunk))) => chunk,
                Ok(None) => break,
                // Whoever sends nothing, or hangs up, gets what was decided so far.
                Ok(Some(Err(_))) | Err(_) => {
                    line.clear();
                    let _ = self.flush(patience).await;
                    let _ = self.broke_off(patience).await;
                    return;
                }
            };
            for part in chunk.split_inclusive(|byte| *byte == b'\n') {
                let (text, ends) = match part.split_last() {
                    Some((b'\n', text)) => (text, true),
                    _ => (part, false),
                };
                too_long |= line.len() + text.len() > most;
                if !too_long {
                    line.extend_from_slice(text);
                }
                if ends && !self.take(&mut line, &mut too_long, patience).await {
                    return;
                }
            }
        }
        if (!line.is_empty() || too_long) && !self.take(&mut line, &mut too_long, patience).await {
            return;
        }
        let _ = self.flush(patience).await;
    }

    /// Takes a line up; tells whether somebody still reads.
    async fn take(&mut self, line: &mut Vec<u8>, too_long: &mut bool, patience: Duration) -> bool {
        self.line += 1;
        let bytes = std::mem::take(line);
        let long = std::mem::replace(too_long, false);
        if !long && bytes.iter().all(u8::is_ascii_whitespace) {
            return true;
        }
        let text = match long {
            true => None,
            false => Some(String::from_utf8_lossy(&bytes).into_owned()),
        };
        self.held += text.as_ref().map_or(0, String::len);
        self.batch.push((self.line, text));
        let full = self.batch.len() >= ROWS || self.held > self.app.config.limits.body;
        !full || self.flush(patience).await
    }

    /// Decides what waits and sends the answers on.
    async fn flush(&mut self, patience: Duration) -> bool {
        let batch = std::mem::take(&mut self.batch);
        self.held = 0;
        if batch.is_empty() {
            return true;
        }
        let law = self.law.clone();
        let lines: Vec<u64> = batch.iter().map(|(line, _)| *line).collect();
        let batch = Arc::new(batch);
        let start = Instant::now();
        let decided = loop {
            let (batch, law) = (Arc::clone(&batch), law.clone());
            let work = move |app: &App| Ok(told(app, &batch, &law));
            match self.app.work(work).await {
                // There is no hurry: others first.
                Err(problem)
                    if problem.code() == StatusCode::SERVICE_UNAVAILABLE
                        && start.elapsed() < patience =>
                {
                    tokio::time::sleep(PAUSE).await;
                }
                decided => break decided,
            }
        };
        let answers = decided.unwrap_or_else(|problem| {
            let mut out = Vec::new();
            for line in lines {
                push(&mut out, line, vec![fault(&problem.detail)]);
            }
            out
        });
        self.send(answers, patience).await
    }

    async fn broke_off(&mut self, patience: Duration) -> bool {
        let mut out = Vec::new();
        let what = "what was sent broke off here; the lines before this are answered";
        push(&mut out, self.line + 1, vec![fault(what)]);
        self.send(out, patience).await
    }

    async fn send(&self, answers: Vec<u8>, patience: Duration) -> bool {
        self.send
            .send_timeout(answers.into(), patience)
            .await
            .is_ok()
    }
}

fn fault(what: &str) -> Fault {
    Fault {
        at: String::new(),
        what: what.to_owned(),
    }
}

/// The answers to a batch, a line each.
fn told(app: &App, batch: &[(u64, Option<String>)], law: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let texts: Vec<String> = batch
        .iter()
        .map(|(_, text)| text.clone().unwrap_or_default())
        .collect();
    let decided = match app.config.orders.decide_texts(&texts, law) {
        Ok(decided) => decided,
        Err(faults) => vec![Err(faults); batch.len()],
    };
    for ((line, text), decided) in batch.iter().zip(decided) {
        let line = *line;
        match (text, decided) {
            (None, _) => {
                let most = app.config.limits.body;
                let what = format!("the line is longer than {most} bytes");
                push(&mut out, line, vec![fault(&what)]);
            }
            (Some(_), Err(faults)) => push(&mut out, line, faults),
            (Some(_), Ok(decision)) => {
                out.extend_from_slice(decision.as_bytes());
                out.push(b'\n');
            }
        }
    }
    out
}

fn push(out: &mut Vec<u8>, line: u64, faults: Vec<Fault>) {
    let problem = Problem::from(faults);
    let bad = Bad {
        line,
        error: problem.detail,
        errors: problem.errors,
    };
    // A text in a vector cannot fail to be written.
    let _ = serde_json::to_writer(&mut *out, &bad);
    out.push(b'\n');
}
