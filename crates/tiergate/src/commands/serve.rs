//! `tiergate serve`: the desk as a service.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Result;
use tiergate_server::{Config, Database, Limits, serve};

use crate::cli::{Cli, Ended};
use crate::serve::Orders;

/// Serve the desk: an API under /api/v1 and pages, over one database
///
/// With a file, nothing else is needed. With postgres://..., several instances serve one database.
/// On the first start it prints a link by which the administrator sets a password, once.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,

    /// Where everything is kept: an SQLite file, or postgres://...
    #[arg(long, value_name = "URL", default_value = "tiergate.db")]
    database: String,

    /// The address people reach it by, where a proxy with TLS stands before it: https://...
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,

    /// Requests a second that one address may send on average, and twice as many at once; behind a
    /// proxy, all come from one
    #[arg(long, value_name = "N", default_value_t = Limits::default().per_second,
        value_parser = clap::value_parser!(u32).range(1..))]
    per_second: u32,
}

/// Serves until it is told to stop.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    // It serves for as long as the program runs.
    let desk = Box::leak(Box::new(cli.desk()?));
    let config = Config {
        listen: args.listen,
        database: Database::of(&args.database),
        public_url: args.public_url.clone(),
        desk,
        orders: Arc::new(Orders::new(desk)),
        clock: Arc::new(|| jiff::Timestamp::now().as_microsecond()),
        limits: Limits {
            per_second: args.per_second,
            burst: args.per_second.saturating_mul(2),
            ..Limits::default()
        },
    };
    serve(config, |at, link| {
        crate::report::say(&format!("Tiergate serves at http://{at}"));
        if let Some(link) = link {
            crate::report::say(&format!(
                "The first administrator sets a password, once, within a day, at\n  {link}"
            ));
        }
    })?;
    Ok(Ended::Well)
}
