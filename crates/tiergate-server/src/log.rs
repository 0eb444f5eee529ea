//! What the service says of its work: a JSON object a line on standard error.
//!
//! Nothing in it names a person: a route stands for the addresses below it, and what is wrong with a
//! request is told to whoever sent it.

use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The variable that says how much is told: `error`, `warn`, `info`, `debug` or `trace`.
const LEVEL: &str = "TIERGATE_LOG";

/// Begins to log; a second call changes nothing.
pub(crate) fn begin() {
    let level = std::env::var(LEVEL).ok();
    let level = level.and_then(|word| word.parse().ok());
    let told = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_target(false)
        .with_writer(std::io::stderr);
    // What others say of their work may name what it is about.
    let ours = Targets::new()
        .with_target("tiergate_server", level.unwrap_or(LevelFilter::INFO))
        .with_target("tiergate", level.unwrap_or(LevelFilter::INFO));
    let begun = tracing_subscriber::registry()
        .with(told.with_filter(ours))
        .try_init();
    if begun.is_ok() {
        // What a panic says may repeat what was given: of requests, only its place is told.
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if tokio::runtime::Handle::try_current().is_err() {
                return before(panic);
            }
            let at = panic.location().map(ToString::to_string);
            tracing::error!(at = at.unwrap_or_default(), "a request broke off");
        }));
    }
}
