//! `uninstall`: removes what the receipts say `install` made, and nothing else.

use crate::error::{Error, Result};
use crate::install::paths::InstallPaths;
use crate::install::take_back::take_back;
use crate::receipts::{self, FileState, Receipts};
use clap::Args;
use fs_err as fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Removes what install made, and nothing else
#[derive(Debug, Args)]
pub(super) struct Uninstall {}

/// What became of the installed things.
#[derive(Default)]
struct Uninstalled {
    removed: usize,
    /// Files that somebody changed.
    left: Vec<PathBuf>,
    /// Configurations without their additions.
    configs: Vec<PathBuf>,
}

impl Uninstall {
    /// Removes files that nobody changed, and lists the others. `.env` files are not touched.
    ///
    /// If the system refuses something, the receipts stay. So the command can be run again.
    pub(super) fn run(self, out: &mut dyn Write) -> Result<()> {
        let paths = InstallPaths::of_user()?;
        let receipts_path = receipts::path(&paths.data);
        let receipts = Receipts::read(&receipts_path)?;
        if receipts == Receipts::default() {
            let receipts_path = receipts_path.display();
            return writeln!(out, "nothing to remove: there are no receipts in {receipts_path}")
                .map_err(Error::Stdout);
        }
        let done = remove(&receipts)?;
        remove_if_exists(&receipts_path)?;
        for folder in receipts.folders.iter().rev() {
            // A folder that is not empty stays.
            let _kept = fs::remove_dir(&folder.path);
        }
        report(&done, &paths.state, out).map_err(Error::Stdout)
    }
}

fn remove(receipts: &Receipts) -> Result<Uninstalled> {
    let mut done = Uninstalled::default();
    // The native manifests were made last. Without them no browser starts a host that is being removed.
    for file in receipts.files.iter().rev() {
        match file.state()? {
            FileState::AsMade => {
                fs::remove_file(&file.path)?;
                done.removed += 1;
            }
            FileState::Changed => done.left.push(file.path.clone()),
            FileState::Missing => {}
        }
    }
    for addition in &receipts.additions {
        if take_back(addition)? && !done.configs.contains(&addition.config) {
            done.configs.push(addition.config.clone());
        }
    }
    Ok(done)
}

fn remove_if_exists(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn report(done: &Uninstalled, state: &Path, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "removed {} files", done.removed)?;
    for config in &done.configs {
        writeln!(out, "removed from {} what install had added", config.display())?;
    }
    for file in &done.left {
        writeln!(out, "left {}: it was changed", file.display())?;
    }
    if state.exists() {
        writeln!(
            out,
            "left {}: the tokens and the browser of the host; delete it if you do not need it",
            state.display()
        )?;
    }
    writeln!(out, "your .env files are unchanged")
}
