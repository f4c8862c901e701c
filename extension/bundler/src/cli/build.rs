//! `build`: builds everything that a release consists of.

use crate::error::Result;
use crate::programs::Program;
use crate::unpacked;
use crate::workspace::Workspace;
use clap::Args;
use std::io::Write;

/// Builds the programs, the extension and the plugin for yt-dlp, and prints the folder that holds them.
#[derive(Debug, Args)]
pub(super) struct Build {}

impl Build {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<()> {
        let folder = unpacked::build(&Workspace::find()?, &[Program::HOST, Program::SETUP])?;
        Ok(writeln!(out, "{}", folder.display())?)
    }
}
