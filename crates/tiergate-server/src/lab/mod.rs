//! Rehearsals of laws: one at a time in this process, the next ones waiting, each kept for whoever
//! asked.

pub mod kept;
mod wanted;
mod work;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::StatusCode;

pub use wanted::Wanted;
pub use work::{Told, ToldRow, ToldUnder};

use crate::app::Shared;
use crate::problem::Problem;

/// So many wait in this process, besides the one that runs.
const WAITING: usize = 4;

/// So many that have not ended one person may have.
const OPEN_EACH: usize = 2;

/// A run that was asked for.
#[derive(Debug)]
struct Job {
    id: String,
    wanted: Wanted,
}

/// The rehearsals of this process.
#[derive(Debug, Default)]
pub struct Lab {
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    /// Whether a thread takes what waits.
    at_work: bool,
    waiting: VecDeque<Job>,
}

impl Lab {
    fn queue<R>(&self, with: impl FnOnce(&mut Queue) -> R) -> R {
        with(&mut self.queue.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The next to run; none lets the thread end.
    fn next(&self) -> Option<Job> {
        self.queue(|queue| {
            let next = queue.waiting.pop_front();
            queue.at_work = next.is_some();
            next
        })
    }

    /// The ids of those that wait.
    fn waiting(&self) -> Vec<String> {
        self.queue(|queue| queue.waiting.iter().map(|job| job.id.clone()).collect())
    }
}

/// Starts a run for a person, or lets it wait; gives its id.
///
/// # Errors
///
/// What is wrong with what is asked, each with its place; that too much waits; the database's.
pub fn start(app: &Shared, person: &str, wanted: Wanted) -> Result<String, Problem> {
    wanted.asked()?;
    let open = kept::of(app, person)?;
    let open = open.iter().filter(|run| run.state.open()).count();
    if open >= OPEN_EACH {
        return Err(Problem::conflict(format!(
            "{open} of your runs have not ended: wait for one, or stop it"
        )));
    }
    // The place is taken before anything is kept.
    let id = app.lab.queue(|queue| {
        if queue.waiting.len() >= WAITING {
            return Err(Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                format!("{WAITING} runs wait already: nothing of this was done, try again later"),
            ));
        }
        let id = kept::add(app, person, &wanted)?;
        queue.waiting.push_back(Job {
            id: id.clone(),
            wanted,
        });
        Ok(id)
    })?;
    let begins = app
        .lab
        .queue(|queue| !std::mem::replace(&mut queue.at_work, true));
    if begins {
        let app = Arc::clone(app);
        let thread = std::thread::Builder::new().name("lab".to_owned());
        let begun = thread.spawn({
            let app = Arc::clone(&app);
            move || {
                while let Some(job) = app.lab.next() {
                    work::work(&app, &job);
                }
            }
        });
        if let Err(error) = begun {
            app.lab.queue(|queue| queue.at_work = false);
            return Err(Problem::internal(&error));
        }
    }
    Ok(id)
}
