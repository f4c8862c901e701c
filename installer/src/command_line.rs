//! The arguments of `potbridge-setup`.

use crate::artifacts::Artifacts;
use crate::browsers::Family;
use crate::edition::Edition;
use crate::error::{Named as _, Result};
use crate::{install, package, start, uninstall};
use clap::{Args, Parser, Subcommand};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Starts, installs and removes potbridge, which puts YouTube's PO tokens from your own browser
/// where your backend reads them.
#[derive(Debug, Parser)]
#[command(version)]
pub struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Opens a browser with potbridge in it, and prints each token as it lands. Installs nothing
    Start(Start),
    /// Builds the host and the extension, and says where they are
    Build,
    /// Installs potbridge for good, and registers it with every browser found
    Install(Install),
    /// Removes what install made, and nothing else
    Uninstall,
    /// Packs the extension for each browser, and the plugin for yt-dlp
    Package(Package),
}

/// The arguments of `start`.
#[derive(Debug, Clone, Args)]
pub struct Start {
    /// The file to put the token in
    #[arg(long, value_name = "FILE", default_value = ".env")]
    pub env_file: PathBuf,
    /// chromium, chrome or firefox; otherwise the first of them that is found
    #[arg(long)]
    pub browser: Option<String>,
    /// Play on a local stand-in for YouTube, in a browser without a window
    #[arg(long)]
    pub rehearse: bool,
    /// End after the first token
    #[arg(long)]
    pub once: bool,
    /// Agree to installing a browser where none is found
    #[arg(long)]
    pub yes: bool,
}

/// The arguments of `install`.
#[derive(Debug, Clone, Args)]
pub struct Install {
    /// The file to put tokens in; ./.env where the configuration says nothing yet
    #[arg(long, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
    /// Put tokens in the system's keyring
    #[arg(long)]
    pub keyring: bool,
    /// chromium, chrome or firefox; may be given more than once; otherwise all that are found
    #[arg(long)]
    pub browser: Vec<String>,
    /// Register in this folder instead of the browser's own, as for a browser with a profile of its
    /// own: FOLDER/NativeMessagingHosts of a Chromium with --user-data-dir=FOLDER
    #[arg(long, value_name = "FOLDER")]
    pub manifest_dir: Option<PathBuf>,
    /// Let another build of the extension in, by its id; may be given more than once
    #[arg(long, value_name = "ID")]
    pub extension_id: Vec<String>,
    /// Let every yt-dlp of yours ask potbridge for tokens, by a plugin in its folder for them
    #[arg(long)]
    pub yt_dlp_plugin: bool,
}

/// The arguments of `package`.
#[derive(Debug, Clone, Args)]
pub struct Package {
    /// full, or capture: without downloads and their permissions, as extension stores want it
    #[arg(long, default_value_t)]
    pub edition: Edition,
    /// The folder to put the archives in
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub out: PathBuf,
}

impl CommandLine {
    /// Does what was asked; what there is to read goes to `out`.
    ///
    /// # Errors
    /// What the command's own function says.
    pub fn run(self, out: &mut dyn Write) -> Result<()> {
        match self.command {
            Command::Start(arguments) => start::run(&arguments, out),
            Command::Build => build(out),
            Command::Install(arguments) => install::run(&arguments, out),
            Command::Uninstall => uninstall::run(out),
            Command::Package(arguments) => package::run(&arguments, out),
        }
    }
}

fn build(out: &mut dyn Write) -> Result<()> {
    let artifacts = Artifacts::prepare()?;
    let built = std::iter::once(artifacts.host.clone())
        .chain(Family::ALL.iter().map(|family| artifacts.extension(*family)));
    for path in built {
        writeln!(out, "{}", path.display()).named("write to", Path::new("stdout"))?;
    }
    Ok(())
}
