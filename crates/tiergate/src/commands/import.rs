#[derive(Debug, clap::Args)]
pub struct Args {}
#[derive(Debug, clap::Args)]
pub struct ManArgs {}
pub fn run(_: &Args) -> anyhow::Result<crate::cli::Ended> { anyhow::bail!("todo") }
pub fn man(_: &ManArgs) -> anyhow::Result<crate::cli::Ended> { anyhow::bail!("todo") }
