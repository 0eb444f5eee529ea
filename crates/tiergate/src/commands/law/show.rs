#[derive(Debug, clap::Args)]
pub struct Args {}
pub fn run(_: &crate::cli::Cli, _: &Args) -> anyhow::Result<crate::cli::Ended> { anyhow::bail!("todo") }
