//! Rehearsals of laws: each waits in the database until a process takes it, one at a time in each, and is
//! kept for whoever asked.

mod compared;
pub mod kept;
pub mod run;
pub mod served;
mod wanted;
mod work;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use compared::{Compared, Comparison};
pub use run::{Run, State};
pub use wanted::{DRAWS_LEAST, Wanted, months};

use crate::app::{App, Shared};
use crate::guard::Who;
use crate::people::Action;
use crate::problem::Problem;

/// How often it is looked whether a run waits that no process has taken.
const LOOK: Duration = Duration::from_secs(20);

/// A run that was taken.
#[derive(Debug)]
pub struct Job {
    id: String,
    wanted: Wanted,
}

/// The thread that rehearses in this process.
#[derive(Debug, Default)]
pub struct Lab {
    /// Whether it takes what waits.
    at_work: Mutex<bool>,
    over: Condvar,
    /// Whether the process ends.
    closing: AtomicBool,
}

impl Lab {
    fn at_work(&self) -> MutexGuard<'_, bool> {
        self.at_work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the process ends.
    fn closes(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    /// Begins nothing from now on, and interrupts what runs.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }

    /// Waits until nothing is at work, but not for longer.
    pub fn wait(&self, most: Duration) {
        let at_work = self.at_work();
        drop(
            self.over
                .wait_timeout_while(at_work, most, |at_work| *at_work),
        );
    }

    /// The next run to rehearse; none lets the thread end.
    fn next(&self, app: &App) -> Option<Job> {
        // Whoever adds a run waits here, so that none is left over when the thread ends.
        let mut at_work = self.at_work();
        let next = match self.closes() {
            true => None,
            false => kept::take(app).unwrap_or_else(|error| {
                tracing::error!(%error, "no run could be taken");
                None
            }),
        };
        *at_work = next.is_some();
        if next.is_none() {
            self.over.notify_all();
        }
        next
    }
}

/// Starts a run for a person, or lets it wait. A run of the same id is started once.
///
/// # Errors
///
/// What is wrong with what is asked, each with its place; that too much waits; the database's.
pub fn start(app: &Shared, person: &str, id: &str, wanted: &Wanted) -> Result<(), Problem> {
    let asked = wanted.asked(app.config.limits.lab_draws)?;
    let whole = work::rehearsals(&asked, wanted).map_err(|e| Problem::internal(&e))?;
    kept::add(app, person, id, wanted, whole)?;
    wake(app)
}

/// Whose runs somebody may list, stop and remove: one's own, by the person's id, or those of everybody.
///
/// # Errors
///
/// Neither.
pub fn whose(who: &Who) -> Result<Option<&str>, Problem> {
    if who.may(Action::TidyLab) {
        return Ok(None);
    }
    who.must(Action::Lab)?;
    Ok(Some(&who.person.id))
}

/// Lets a thread take what waits, if none does.
fn wake(app: &Shared) -> Result<(), Problem> {
    let mut at_work = app.lab.at_work();
    if *at_work || app.lab.closes() {
        return Ok(());
    }
    let of_thread = Arc::clone(app);
    let thread = std::thread::Builder::new().name("lab".to_owned());
    let begun = thread.spawn(move || {
        while let Some(job) = of_thread.lab.next(&of_thread) {
            work::work(&of_thread, &job);
        }
    });
    begun.map_err(|error| Problem::internal(&error))?;
    *at_work = true;
    Ok(())
}

/// Takes what waits since before this process began, or since another ended, for as long as it runs.
pub async fn look(app: Shared) {
    let mut turns = tokio::time::interval(LOOK);
    while !app.lab.closes() {
        turns.tick().await;
        let of_work = Arc::clone(&app);
        let looked = app.work(move |app| match kept::waits(app)? {
            true => wake(&of_work),
            false => Ok(()),
        });
        // What finds no turn now, finds one later.
        let _ = looked.await;
    }
}
