//! Progress on long files.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on standard error, once a file has taken two seconds.
pub struct Progress {
    bar: ProgressBar,
    started: Instant,
    length: Option<u64>,
    shown: bool,
}

impl Progress {
    /// A bar for so many bytes, if they are known.
    pub fn new(length: Option<u64>) -> Progress {
        let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::hidden());
        Progress {
            bar,
            started: Instant::now(),
            length,
            shown: false,
        }
    }

    /// So many bytes more.
    pub fn add(&mut self, bytes: u64) {
        self.bar.inc(bytes);
        if !self.shown && self.started.elapsed() > Duration::from_secs(2) {
            self.shown = true;
            let template = match self.length {
                Some(_) => "{bar:40} {percent:>3}%  {bytes}/{total_bytes}  {eta} left",
                None => "{spinner} {bytes}  {elapsed}",
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                self.bar.set_style(style);
            }
            // Draws only when standard error is a terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}
