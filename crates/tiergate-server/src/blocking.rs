//! Work that waits for a disk or computes, off the threads that answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::app::{App, Shared};
use crate::problem::Problem;

/// How many wait for their turn.
static WAITING: AtomicUsize = AtomicUsize::new(0);

struct Waits;

impl Drop for Waits {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::Relaxed);
    }
}

impl App {
    /// Does work when its turn comes. When too much waits, it is refused at once, and nothing of it
    /// was done.
    ///
    /// # Errors
    ///
    /// The work's, or that there is too much.
    pub async fn work<R: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&App) -> Result<R, Problem> + Send + 'static,
    ) -> Result<R, Problem> {
        let app: Shared = Arc::clone(self);
        let waits = Waits;
        if WAITING.fetch_add(1, Ordering::Relaxed) >= app.config.limits.waiting {
            drop(waits);
            return Err(Problem::busy());
        }
        let turn = Arc::clone(&app.turns).acquire_owned().await;
        drop(waits);
        let Ok(turn) = turn else {
            return Err(Problem::busy());
        };
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work(&app)
        });
        done.await
            .unwrap_or_else(|broken| Err(Problem::internal(&broken)))
    }
}
