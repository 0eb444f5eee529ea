//! `tiergate serve`: the desk as a service.

mod oidc;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tiergate_server::{Config, Database, Limits, Network, Proxies, Ready, serve};

use crate::cli::{Cli, Ended};
use crate::commands::watch;
use crate::serve::{Files, Known, Orders};

/// Requests a second that one may send, unless it is said otherwise.
const PER_SECOND: u32 = 200;

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

    /// Fill an empty database with invented people, companies and cases, to try things out
    #[arg(long)]
    demo: bool,

    /// Requests a second that one person may send on average, and twice as many at once; whoever is
    /// not signed in is counted by address
    #[arg(long, value_name = "N", default_value_t = PER_SECOND,
        value_parser = clap::value_parser!(u32).range(1..))]
    per_second: u32,

    /// A proxy before it, by address or network, that is believed when X-Forwarded-For or Forwarded says
    /// for whom it asks; may be repeated
    #[arg(long, value_name = "ADDR[/BITS]")]
    trust_forwarded: Vec<Network>,

    /// Draws that a run of the lab may have
    #[arg(long, value_name = "N", default_value_t = Limits::default().lab_draws,
        value_parser = clap::value_parser!(u64).range(4..))]
    lab_draws: u64,

    /// Threads that rehearse for the lab; half of the cores unless it is said otherwise
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    lab_threads: Option<u16>,

    /// Buyers for the watch, CSV or JSON Lines, as `tiergate watch --parties` reads them
    #[arg(long, value_name = "FILE")]
    buyers: Option<PathBuf>,

    /// Register of parties, as `tiergate parties import` writes it
    #[arg(long, value_name = "FILE")]
    parties: Option<PathBuf>,

    /// A listed party of the register, or a file of them, for the 50 percent rule; may be repeated
    #[arg(long, value_name = "FILE|PARTY", requires = "parties")]
    listed: Vec<String>,

    /// The Consolidated Screening List, as trade.gov publishes it, JSON or CSV
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,

    #[command(flatten)]
    oidc: oidc::OidcArgs,
    /// Decisions about hits, as `tiergate screen adjudicate` writes them
    #[arg(long, value_name = "FILE", requires = "list")]
    adjudications: Option<PathBuf>,
}

/// Serves until it is told to stop.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    // It serves for as long as the program runs.
    let desk = Box::leak(Box::new(cli.desk()?));
    let known = Known::read(Files {
        parties: args.parties.as_deref(),
        listed: &args.listed,
        list: args.list.as_deref(),
        adjudications: args.adjudications.as_deref(),
    })?;
    // A demo has parties of its own, unless files of others are given.
    let given = [&args.parties, &args.list, &args.buyers];
    let orders = match args.demo && given.iter().all(|file| file.is_none()) {
        true => Orders::demo(desk)?,
        false => Orders::new(desk).knowing(known),
    };
    let mut orders = orders.rehearsing(cli.law_dir.as_deref());
    if let Some(file) = &args.buyers {
        let (buyers, bad) = watch::parties(file)?;
        watch::bad_rows(file, &bad);
        orders = orders.watching(buyers);
    }
    let limits = Limits::default();
    let config = Config {
        listen: args.listen,
        database: Database::of(&args.database),
        public_url: args.public_url.clone(),
        proxies: Proxies(args.trust_forwarded.clone()),
        desk,
        orders: Arc::new(orders),
        clock: Arc::new(|| jiff::Timestamp::now().as_microsecond()),
        limits: Limits {
            every: Duration::from_secs(1) / args.per_second,
            burst: args.per_second.saturating_mul(2),
            lab_draws: args.lab_draws,
            lab_threads: args.lab_threads.map_or(limits.lab_threads, usize::from),
            ..limits
        },
        oidc: args.oidc.provider()?,
        demo: args.demo,
    };
    serve(config, |Ready { at, link, demo }| {
        crate::report::say(&format!("Tiergate serves at http://{at}"));
        if let Some(demo) = demo {
            let mut said = format!("All of these log in with {}:", demo.password);
            for (login, name, role) in demo.logins {
                said.push_str(&format!("\n  {login:13}  {name:12}  {role}"));
            }
            crate::report::say(&said);
        }
        if let Some(link) = link {
            crate::report::say(&format!(
                "The first administrator sets a password, once, within a day, at\n  {link}"
            ));
        }
    })?;
    Ok(Ended::Well)
}
