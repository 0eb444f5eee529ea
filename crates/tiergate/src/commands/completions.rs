//! `tiergate completions` and `tiergate man`.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::{Cli, Ended};
use crate::report::{output, print};

/// Print the completions of a shell
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Write the manual: to standard output, or one page per subcommand into a folder
#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// Folder for the pages; made if need be
    dir: Option<PathBuf>,
}

/// Prints completions.
pub fn run(args: &Args) -> Result<Ended> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "tiergate", &mut script);
    let mut out = output(None)?;
    out.write_all(&script)?;
    out.flush()?;
    Ok(Ended::Well)
}

/// Writes the manual.
pub fn man(args: &ManArgs) -> Result<Ended> {
    let command = Cli::command();
    match &args.dir {
        Some(dir) => {
            std::fs::create_dir_all(dir)
                .and_then(|()| clap_mangen::generate_to(command, dir))
                .with_context(|| format!("cannot write the manual into {}", dir.display()))?;
        }
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page)?;
            print(None, &String::from_utf8_lossy(&page))?;
        }
    }
    Ok(Ended::Well)
}
