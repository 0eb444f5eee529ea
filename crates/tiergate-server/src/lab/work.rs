//! A run from its start to its report, in a thread of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use tiergate_lab::compared::compare;
use tiergate_lab::gathered::{self, Effort, GatherError, Gathered, gather};
use tiergate_lab::report::{Report, html};
use tiergate_lab::{Asked, RunError, Setup, export};

use super::kept::{self, File};
use super::{Comparison, Job, State, Wanted};
use crate::app::App;

/// So often it is written down how far a run is, and looked whether it is to stop.
const BEAT: Duration = Duration::from_secs(1);

/// So many milliseconds, at the most, a rehearsal waits for requests that are being answered.
const GIVES_WAY: usize = 20;

/// How many rehearsals a run takes, those of its report among them.
///
/// # Errors
///
/// What is built in cannot be read.
pub fn rehearsals(asked: &Asked, wanted: &Wanted) -> Result<u64, GatherError> {
    let series = asked.draws.saturating_mul(asked.laws.len() as u64);
    let beside = match wanted.series_only {
        true => 0,
        false => gathered::rehearsals(asked, Effort::of(asked.draws))?,
    };
    Ok(series.saturating_add(beside))
}

/// How far a run is, and whether it is to stop.
#[derive(Debug, Default)]
struct Progress {
    done: AtomicU64,
    stop: AtomicBool,
}

/// How a run ended without a report.
enum End {
    Stopped,
    Interrupted,
    Failed(String),
}

impl<E: std::error::Error> From<E> for End {
    fn from(error: E) -> Self {
        End::Failed(error.to_string())
    }
}

/// What a run is rehearsed with.
struct Work<'w> {
    app: &'w App,
    wanted: &'w Wanted,
    progress: &'w Progress,
}

impl Work<'_> {
    /// Whether it goes on; requests that are being answered come first, but not for ever.
    fn on(&self) -> bool {
        for _ in 0..GIVES_WAY {
            if self.app.turns.available_permits() >= self.app.config.limits.at_once {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        !self.progress.stop.load(Ordering::Relaxed) && !self.app.lab.closes()
    }

    /// Why it does not.
    fn end(&self) -> End {
        match self.app.lab.closes() {
            true => End::Interrupted,
            false => End::Stopped,
        }
    }

    fn rehearse(&self) -> Result<Vec<(File, String)>, End> {
        let asked = self.wanted.asked(self.app.config.limits.lab_draws);
        let asked = asked.map_err(|faults| {
            let faults: Vec<String> = faults.into_iter().map(|f| f.what).collect();
            End::Failed(faults.join("; "))
        })?;
        let desk = self.app.config.orders.rehearsed()?;
        // It is removed when the run is over, however it ends.
        let folder = tempfile::Builder::new().prefix("tiergate-lab-").tempdir()?;
        let setup = Setup::new(&desk, &asked)?;
        let results = setup.run_while(folder.path(), &|done| {
            self.progress.done.fetch_max(done, Ordering::Relaxed);
            self.on()
        });
        let results = results.map_err(|error| match error {
            RunError::Stopped { .. } => self.end(),
            error => error.into(),
        })?;
        let rows = compare(&setup, &results)?;
        let found = match self.wanted.series_only {
            true => Gathered::default(),
            false => {
                let on = || {
                    self.progress.done.fetch_add(1, Ordering::Relaxed);
                    self.on()
                };
                let effort = Effort::of(asked.draws);
                let found = gather(&desk, &setup.plan, &asked, folder.path(), effort, &on);
                found.map_err(|error| match error.is_stop() {
                    true => self.end(),
                    false => error.into(),
                })?
            }
        };
        if !self.on() {
            return Err(self.end());
        }
        let page = html(&Report {
            setup: &setup,
            results: &results,
            rows: &rows,
            claims: &found.claims,
            targets: &found.targets,
            influences: &found.influences,
            command: &self.wanted.command(&asked),
            made: &self.app.today().to_string(),
        })?;
        let mut quantiles = Vec::new();
        export::quantiles(&setup, &results, &mut quantiles)?;
        let comparison = serde_json::to_string(&Comparison::of(&setup, &rows))?;
        let files = vec![
            (File::Report, page),
            (File::Quantiles, String::from_utf8(quantiles)?),
            (File::Comparison, comparison),
        ];
        let (size, most) = (kept::size(&files), self.app.config.limits.lab_kept);
        match size > most {
            true => Err(End::Failed(format!(
                "what came of it has {} MB, and {} are kept for a person: ask for fewer regimes, or an \
                 earlier last month",
                size >> 20,
                most >> 20
            ))),
            false => Ok(files),
        }
    }

    /// The same on few cores, so that others are still answered.
    fn on_few_cores(&self) -> Result<Vec<(File, String)>, End> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.app.config.limits.lab_threads.max(1))
            .thread_name(|n| format!("lab-{n}"))
            .build()?;
        pool.install(|| self.rehearse())
    }
}

/// Tells the database how far a run is until the sender is gone, and hears from it whether to stop.
fn beats(app: &App, id: &str, progress: &Progress, over: &std::sync::mpsc::Receiver<()>) {
    // Between rehearsals laws are read, which says nothing of how long the others will take.
    let (mut before, mut spent, mut then) = (0, Duration::ZERO, Instant::now());
    loop {
        let done = progress.done.load(Ordering::Relaxed);
        if done > before {
            spent += then.elapsed();
        }
        (before, then) = (done, Instant::now());
        match kept::beat(app, id, done, spent) {
            Ok(true) => progress.stop.store(true, Ordering::Relaxed),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "how far a run is was not written"),
        }
        match over.recv_timeout(BEAT) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
        }
    }
}

/// Rehearses a job, and keeps what came of it.
pub fn work(app: &App, job: &Job) {
    let progress = Progress::default();
    let begun = Instant::now();
    let (over, heard) = channel::<()>();
    let ended = std::thread::scope(|scope| {
        let progress = &progress;
        scope.spawn(move || beats(app, &job.id, progress, &heard));
        let work = Work {
            app,
            wanted: &job.wanted,
            progress,
        };
        let ended = catch_unwind(AssertUnwindSafe(|| work.on_few_cores()));
        drop(over);
        ended.unwrap_or_else(|_| Err(End::Failed("the rehearsal broke; the log says why".into())))
    });
    let (state, kept) = match ended {
        Ok(files) => (State::Done, kept::done(app, &job.id, &files)),
        Err(end) => {
            let (state, why) = match end {
                End::Stopped => (State::Stopped, String::new()),
                End::Interrupted => (State::Interrupted, String::new()),
                End::Failed(why) => (State::Failed, why),
            };
            (state, kept::end(app, &job.id, state, &why))
        }
    };
    let (rehearsals, seconds) = (
        progress.done.load(Ordering::Relaxed),
        begun.elapsed().as_secs_f64(),
    );
    tracing::info!(run = %job.id, state = state.word(), rehearsals, seconds, "a run of the lab ended");
    if let Err(error) = kept {
        tracing::error!(%error, run = %job.id, "what came of a run was not kept");
    }
}
