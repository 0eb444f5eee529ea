//! The figures as files.

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use tiergate_cases::statistics::{Row, backlog, rows_csv, rows_of, summaries, summaries_csv};

use super::{Asked, Days, GROUPS};
use crate::app::Shared;
use crate::guard::Who;
use crate::people::Action;
use crate::problem::Problem;

/// A file: `cases.csv`, `backlog.csv`, or one named after what is counted together.
pub async fn file(
    State(app): State<Shared>,
    who: Who,
    Path(file): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    who.must(Action::Statistics)?;
    let days = asked.days(&app)?;
    let name = file.clone();
    let text = app
        .work(move |app| {
            let all = app
                .cases
                .with(|store| rows_of(store, &app.law, &app.folded, days.as_of))?;
            written(&file, all, days)
        })
        .await?;
    let named = format!("attachment; filename=\"tiergate-{}-{name}\"", days.as_of);
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, named),
    ];
    Ok((head, text).into_response())
}

fn written(file: &str, all: Vec<Row>, days: Days) -> Result<String, Problem> {
    let received = Some((days.from, days.to));
    if file == "cases.csv" {
        let within = |row: &Row| days.from <= row.received && row.received <= days.to;
        let rows: Vec<Row> = all.into_iter().filter(within).collect();
        return Ok(rows_csv(&rows)?);
    }
    if file == "backlog.csv" {
        let open = backlog(&all, days.from, days.to);
        let lines = open.iter().map(|(day, open)| format!("{day},{open}\n"));
        return Ok(std::iter::once("day,open\n".to_owned())
            .chain(lines)
            .collect());
    }
    let by = file.strip_suffix(".csv");
    let group = GROUPS.iter().find(|(_, word, ..)| Some(*word) == by);
    let (by, ..) =
        group.ok_or_else(|| Problem::missing(format!("there are no statistics `{file}`")))?;
    Ok(summaries_csv(&summaries(&all, *by, received))?)
}
