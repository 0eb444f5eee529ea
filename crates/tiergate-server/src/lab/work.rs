//! A run from its start to its report, in a thread of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tiergate_lab::compared::{Row, Verdict, compare};
use tiergate_lab::gathered::{Effort, Gathered, gather};
use tiergate_lab::report::{Report, html};
use tiergate_lab::series::SERIES;
use tiergate_lab::told::spread;
use tiergate_lab::{RunError, Setup, export, name_of};

use super::kept::{self, QUANTILES, REPORT, State, TABLE};
use super::{Job, Wanted};
use crate::app::App;

/// So often it is written down how far a run is, and looked whether it is to stop.
const BEAT: Duration = Duration::from_millis(500);

/// How far a run is.
#[derive(Debug, Default)]
struct Progress {
    done: AtomicU64,
    /// Rehearsals beside those of the series.
    beside: AtomicU64,
    stop: AtomicBool,
}

impl Progress {
    fn stops(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// How a run ended without a report.
enum End {
    Stopped,
    Failed(String),
}

impl<E: std::error::Error> From<E> for End {
    fn from(error: E) -> Self {
        End::Failed(error.to_string())
    }
}

/// The regimes beside one another, as they are told.
#[derive(Debug, Serialize, Deserialize)]
pub struct Told {
    /// What the laws are called, today's first.
    pub names: Vec<String>,
    /// The month in which they part.
    pub part_in: String,
    /// The parts of the goals.
    pub rows: Vec<ToldRow>,
}

/// A part of a goal.
#[derive(Debug, Serialize, Deserialize)]
pub struct ToldRow {
    /// The goal and the part.
    pub part: String,
    /// The unit, and which way is better.
    pub unit: String,
    /// Under each law.
    pub under: Vec<ToldUnder>,
}

/// A part of a goal under a law.
#[derive(Debug, Serialize, Deserialize)]
pub struct ToldUnder {
    /// The median, with nine in ten draws.
    pub spread: String,
    /// The difference from today's law, the same; empty for itself.
    pub difference: String,
    /// What may be said beside today's law; empty for itself.
    pub said: String,
}

fn told(setup: &Setup, rows: &[Row]) -> Told {
    let tell = |x: Option<[f64; 3]>| x.map_or_else(|| "-".to_owned(), spread);
    let row = |row: &Row| ToldRow {
        part: format!("{}: {}", row.part.goal.word(), row.part.name),
        unit: format!(
            "{}; {} is better",
            SERIES[row.part.series].unit,
            if row.part.more_is_better {
                "more"
            } else {
                "less"
            }
        ),
        under: row
            .under
            .iter()
            .enumerate()
            .map(|(at, under)| {
                let itself = at == 0;
                ToldUnder {
                    spread: tell(under.spread),
                    difference: if itself {
                        String::new()
                    } else {
                        tell(under.difference)
                    },
                    said: match under.verdict() {
                        _ if itself => String::new(),
                        Verdict::NotSeparable => format!(
                            "not separable: better in {:.0}, worse in {:.0} of 100 draws",
                            (100.0 * under.better).round(),
                            (100.0 * under.worse).round()
                        ),
                        verdict => verdict.words().to_owned(),
                    },
                }
            })
            .collect(),
    };
    Told {
        names: setup.plan.laws.iter().map(|law| name_of(law)).collect(),
        part_in: setup.model.world.months.month(setup.parts).to_string(),
        rows: rows.iter().map(row).collect(),
    }
}

/// What is kept of a run, by name.
type Files = [(&'static str, String); 3];

fn rehearse(app: &App, wanted: &Wanted, progress: &Progress) -> Result<Files, End> {
    let asked = wanted.asked().map_err(|faults| {
        End::Failed(
            faults
                .into_iter()
                .map(|f| f.what)
                .collect::<Vec<_>>()
                .join("; "),
        )
    })?;
    let desk = app.config.orders.rehearsed()?;
    // It is removed when the run is over, however it ends.
    let folder = tempfile::tempdir()?;
    let setup = Setup::new(&desk, &asked)?;
    let results = setup.run_while(folder.path(), &|done| {
        progress.done.fetch_max(done, Ordering::Relaxed);
        !progress.stops()
    });
    let results = results.map_err(|error| match error {
        RunError::Stopped { .. } => End::Stopped,
        error => error.into(),
    })?;
    let rows = compare(&setup, &results)?;
    let count = || {
        progress.beside.fetch_add(1, Ordering::Relaxed);
    };
    let effort = Effort::of(asked.draws);
    let found = match wanted.series_only {
        true => Gathered::default(),
        false => gather(&desk, &setup.plan, &asked, folder.path(), effort, &count)?,
    };
    if progress.stops() {
        return Err(End::Stopped);
    }
    let mut command = asked.command("compare") + " --report report.html";
    if wanted.series_only {
        command += " --series-only";
    }
    let page = html(&Report {
        setup: &setup,
        results: &results,
        rows: &rows,
        claims: &found.claims,
        targets: &found.targets,
        influences: &found.influences,
        command: &command,
        made: &app.today().to_string(),
    })?;
    let mut quantiles = Vec::new();
    export::quantiles(&setup, &results, &mut quantiles)?;
    Ok([
        (REPORT, page),
        (QUANTILES, String::from_utf8(quantiles)?),
        (TABLE, serde_json::to_string(&told(&setup, &rows))?),
    ])
}

/// The same on half of the cores, so that others are still answered.
fn on_some_cores(app: &App, wanted: &Wanted, progress: &Progress) -> Result<Files, End> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads((cores / 2).max(1))
        .build()?;
    pool.install(|| rehearse(app, wanted, progress))
}

/// Does a job, and keeps what came of it.
pub fn work(app: &App, job: &Job) {
    let progress = Progress::default();
    let (over, heard) = channel::<()>();
    let ended = std::thread::scope(|scope| {
        let progress = &progress;
        scope.spawn(move || {
            loop {
                let [done, beside] =
                    [&progress.done, &progress.beside].map(|n| n.load(Ordering::Relaxed));
                let waiting = app.lab.waiting();
                match kept::beat(app, &job.id, done, beside, &waiting) {
                    Ok(true) => progress.stop.store(true, Ordering::Relaxed),
                    Ok(false) => {}
                    Err(error) => tracing::warn!(%error, "a run's progress was not written"),
                }
                match heard.recv_timeout(BEAT) {
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
                }
            }
        });
        let ended = catch_unwind(AssertUnwindSafe(|| match kept::begin(app, &job.id) {
            Ok(true) => on_some_cores(app, &job.wanted, progress),
            Ok(false) => Err(End::Stopped),
            Err(error) => Err(error.into()),
        }));
        drop(over);
        ended.unwrap_or_else(|_| Err(End::Failed("the rehearsal broke; the log says why".into())))
    });
    let kept = match ended {
        Ok(files) => kept::done(app, &job.id, files),
        Err(End::Stopped) => kept::end(app, &job.id, State::Stopped, ""),
        Err(End::Failed(why)) => kept::end(app, &job.id, State::Failed, &why),
    };
    if let Err(error) = kept {
        tracing::error!(%error, "what came of a run was not kept");
    }
}
