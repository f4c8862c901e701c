//! `install`: puts everything in its place, with a receipt for each thing.

use crate::artifacts::Artifacts;
use crate::browsers::Machine;
use crate::error::{Error, Result};
use crate::install::paths::InstallPaths;
use crate::install::plan::{InstallPlan, Wanted};
use crate::install::report;
use crate::progress::Step;
use crate::receipts::{self, Receipts};
use crate::registration::{self, Scope};
use clap::Args;
use potbridge_system::browser::native_manifest;
use std::io::Write;
use std::path::PathBuf;

/// Installs potbridge, and registers it with every browser that is found
#[derive(Debug, Args)]
pub(super) struct Install {
    /// The file for tokens; by default ./.env, if the configuration has no sink
    #[arg(long, value_name = "FILE")]
    env_file: Option<PathBuf>,
    /// Put tokens in the system's keyring
    #[arg(long)]
    keyring: bool,
    /// chromium, chrome or firefox; may be given more than once; by default all that are found
    #[arg(long)]
    browser: Vec<String>,
    /// Register in this folder instead of the browser's own: PROFILE/NativeMessagingHosts for --user-data-dir=PROFILE
    #[arg(long, value_name = "FOLDER")]
    manifest_dir: Option<PathBuf>,
    /// Accept another build of the extension, by its id; may be given more than once
    #[arg(long, value_name = "ID")]
    extension_id: Vec<String>,
    /// Let every yt-dlp of yours ask potbridge for tokens, by a plugin in its folder of plugins
    #[arg(long)]
    yt_dlp_plugin: bool,
}

impl Install {
    /// Installs, or brings an installation up to date.
    ///
    /// Wrong arguments, a file in the way and an invalid configuration are found before anything is changed. If the
    /// system refuses something later, everything that was made has its receipt.
    pub(super) fn run(self, out: &mut dyn Write) -> Result<()> {
        for id in &self.extension_id {
            if native_manifest::family_of_id(id).is_none() {
                return Err(Error::Usage {
                    message: format!("{id:?} is not an extension's id"),
                    hint: "Chromium's ids are 32 letters from a to p; Firefox's look like name@example.org or are a \
                           UUID in braces",
                });
            }
        }
        let machine = Machine::this()?;
        let targets =
            registration::choose(&self.browser, self.manifest_dir.as_deref(), Scope::User, false, &machine)?;
        let registrations = targets.registrations;
        let paths = InstallPaths::of_user()?;
        let receipts_path = receipts::path(&paths.data);
        let mut receipts = Receipts::read(&receipts_path)?;
        let artifacts = Artifacts::find()?;
        let wanted = Wanted {
            env_file: self.env_file.as_deref(),
            keyring: self.keyring,
            extension_ids: &self.extension_id,
        };
        let plan =
            InstallPlan::new(&wanted, self.yt_dlp_plugin, &paths, &artifacts, &registrations, &receipts)?;
        {
            let _step = Step::start("installing potbridge");
            plan.carry_out(&mut receipts, &receipts_path)?;
        }
        report::write(&plan, &registrations, &paths, out).map_err(Error::Stdout)
    }
}
