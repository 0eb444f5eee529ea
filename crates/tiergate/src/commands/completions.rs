//! `tiergate completions` and `tiergate man`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::{Cli, Ended};
use crate::report::print;

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
    print(None, &String::from_utf8_lossy(&script))?;
    Ok(Ended::Well)
}

/// Writes the manual.
pub fn man(args: &ManArgs) -> Result<Ended> {
    let command = Cli::command();
    match &args.dir {
        Some(dir) => {
            pages(command, dir)
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

/// Writes the pages apart and moves each to its name, so that none stands there half-written.
fn pages(command: clap::Command, folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let apart = tempfile::tempdir_in(folder)?;
    clap_mangen::generate_to(command, apart.path())?;
    for page in fs::read_dir(apart.path())? {
        let page = page?;
        fs::rename(page.path(), folder.join(page.file_name()))?;
    }
    Ok(())
}
