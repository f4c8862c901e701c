//! `package`: makes the archives that people and stores are given.

use crate::edition::Edition;
use crate::error::Result;
use crate::workspace::Workspace;
use crate::{archive, extension, yt_dlp_plugin};
use clap::Args;
use fs_err as fs;
use potbridge_browser::Family;
use std::io::Write;
use std::path::PathBuf;

/// Packs the extension for each browser, and the plugin for yt-dlp.
#[derive(Debug, Args)]
pub(super) struct Package {
    /// Which part of the extension to pack
    #[arg(long, value_enum, default_value_t)]
    edition: Edition,
    /// The folder for the archives
    #[arg(long, value_name = "DIR", default_value = "dist")]
    out: PathBuf,
}

impl Package {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<()> {
        let bundles = extension::build(&Workspace::find()?, self.edition)?;
        fs::create_dir_all(&self.out)?;
        let folder = self.out.canonicalize()?;
        let mut archives = Vec::new();
        for family in Family::ALL {
            let name = format!("{}-{}", self.edition, family.name());
            archives.push((name, archive::pack_folder(&bundles.join(family.name()))?));
        }
        archives.push(("yt-dlp-plugin".to_owned(), yt_dlp_plugin::archive()?));
        for (name, bytes) in archives {
            let path = folder.join(format!("potbridge-{}-{name}.zip", env!("CARGO_PKG_VERSION")));
            fs::write(&path, bytes)?;
            writeln!(out, "{}", path.display())?;
        }
        Ok(())
    }
}
