//! `package`: makes the archives and packages that people and stores are given.

use crate::error::Result;
use crate::package::{self, Part};
use crate::target::Target;
use crate::workspace::Workspace;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Makes the archives and packages that people and stores are given, with their checksums.
#[derive(Debug, Args)]
pub(super) struct Package {
    /// What to pack; everything by default
    #[arg(long = "part", value_enum, value_name = "PART")]
    parts: Vec<Part>,
    /// The systems to build the programs for; this one by default
    #[arg(long = "target", value_enum, value_name = "TARGET")]
    targets: Vec<Target>,
    /// The folder for the archives
    #[arg(long, value_name = "DIR", default_value = "dist")]
    out: PathBuf,
}

impl Package {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<()> {
        let parts = if self.parts.is_empty() { Part::ALL.to_vec() } else { self.parts.clone() };
        let targets = match self.targets.as_slice() {
            [] if parts.contains(&Part::Programs) => vec![Target::of_this_machine()?],
            targets => targets.to_vec(),
        };
        for path in package::pack(&Workspace::find()?, &parts, &targets, &self.out)? {
            writeln!(out, "{}", path.display())?;
        }
        Ok(())
    }
}
