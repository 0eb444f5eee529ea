//! The ledger beside raw single-row durable commits on the same database, in the same run.
//!
//! `tiergate-ledger-bench [sqlite | postgres | batch | many [ENTRIES]]`: one part, or all but `many`.
//! PostgreSQL is measured where `TIERGATE_POSTGRES` has an address: `scripts/with-postgres`.

mod commits;
mod many;
mod orders;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => {
            commits::sqlite()?;
            commits::postgres()?;
            many::batch()
        }
        ["sqlite"] => commits::sqlite(),
        ["postgres"] => commits::postgres(),
        ["batch"] => many::batch(),
        ["many"] => many::many(10_000_000),
        ["many", entries] => many::many(entries.parse()?),
        _ => bail!("[sqlite | postgres | batch | many [ENTRIES]]"),
    }
}
