//! What the service says of its work: a JSON object a line on standard error.
//!
//! Nothing in it names a person: a route stands for the addresses below it, and what is wrong with a
//! request is told to whoever sent it.

use tracing_subscriber::filter::LevelFilter;

/// The variable that says how much is told: `error`, `warn`, `info`, `debug` or `trace`.
const LEVEL: &str = "TIERGATE_LOG";

/// Begins to log; a second call changes nothing.
pub(crate) fn begin() {
    let level = std::env::var(LEVEL).ok();
    let level = level.and_then(|word| word.parse().ok());
    let begun = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_target(false)
        .with_writer(std::io::stderr)
        .with_max_level(level.unwrap_or(LevelFilter::INFO))
        .try_init();
    if begun.is_ok() {
        // What a panic says may repeat what was given: only its place is told.
        std::panic::set_hook(Box::new(|panic| {
            let at = panic.location().map(ToString::to_string);
            tracing::error!(at = at.unwrap_or_default(), "a request broke off");
        }));
    }
}
