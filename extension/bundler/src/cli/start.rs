//! `start`: builds everything and runs `potbridge-setup start`.

use super::setup;
use crate::error::Result;
use crate::programs::Program;
use clap::Args;
use std::ffi::OsString;

/// Builds everything and runs `potbridge-setup start` with the same arguments.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub(super) struct Start {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    arguments: Vec<OsString>,
}

impl Start {
    pub(super) fn run(self) -> Result<()> {
        let arguments = std::iter::once("start".into()).chain(self.arguments).collect();
        setup::build_and_run(Program::SETUP_FOR_NOW, &[Program::HOST, Program::STAND_IN], arguments)
    }
}
