//! Where a ledger is, as an option of several subcommands.

use anyhow::Result;
use tiergate_ledger::{Error, Ledger, Options, Place};

/// Where the ledger is.
#[derive(Debug, Clone, clap::Args)]
pub struct LedgerArgs {
    /// The ledger: a file, or postgres://USER@HOST/DATABASE; the first entry makes it
    #[arg(long, value_name = "LEDGER", env = "TIERGATE_LEDGER")]
    pub ledger: String,
}

/// Opens a ledger; `make` where there is none.
pub fn open(ledger: &str, make: bool) -> Result<Ledger> {
    let options = Options {
        make,
        ..Options::default()
    };
    Ok(Ledger::open(Place::of(ledger), options)?)
}

impl LedgerArgs {
    /// Opens it; `make` where there is none.
    pub fn open(&self, make: bool) -> Result<Ledger> {
        open(&self.ledger, make)
    }
}

/// Refuses to write over a ledger.
///
/// # Errors
///
/// When the output is the ledger's file, or one of those beside it.
pub fn apart(ledger: &str, output: Option<&std::path::Path>) -> Result<()> {
    if let Place::File(path) = Place::of(ledger) {
        let beside = |end: &str| {
            let mut name = path.clone().into_os_string();
            name.push(end);
            std::path::PathBuf::from(name)
        };
        let files = [beside(""), beside("-wal"), beside("-shm")];
        crate::report::not_an_input(output, &files)?;
    }
    Ok(())
}

/// Whether an error is of one entry alone, so that the others go on.
pub const fn is_of_one(error: &Error) -> bool {
    matches!(error, Error::Invalid { .. } | Error::Conflict { .. })
}
