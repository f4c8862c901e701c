//! `setup`: builds what a command of `potbridge-setup` needs and runs it.

use crate::error::{Error, Result};
use crate::programs::Program;
use crate::unpacked;
use crate::workspace::Workspace;
use clap::Args;
use std::ffi::OsString;
use std::io;
use std::process::Command;

/// Builds what a command of `potbridge-setup` needs, and runs it with the same arguments.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub(super) struct Setup {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    arguments: Vec<OsString>,
}

impl Setup {
    pub(super) fn run(self) -> Result<()> {
        build_and_run(Program::SETUP, &[Program::HOST], self.arguments)
    }
}

/// Builds `setup`, and the other programs and the extension if the command uses them. Then becomes `setup`.
pub(super) fn build_and_run(setup: Program, others: &[Program], arguments: Vec<OsString>) -> Result<()> {
    let workspace = Workspace::find()?;
    let folder = if uses_other_programs(&arguments) {
        unpacked::build(&workspace, &[others, &[setup]].concat())?
    } else {
        unpacked::build_programs(&workspace, &[setup])?
    };
    let program = folder.join(setup.file_name());
    let mut command = Command::new(&program);
    Err(Error::Run {
        program: program.display().to_string(),
        source: become_program(command.args(arguments)),
    })
}

/// Returns only if that fails.
#[cfg(unix)]
fn become_program(command: &mut Command) -> io::Error {
    std::os::unix::process::CommandExt::exec(command)
}

/// Windows has no such call: this waits, and ends as the program did.
#[cfg(not(unix))]
fn become_program(command: &mut Command) -> io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}

/// `uninstall` and `--help`, for example, need `potbridge-setup` alone.
fn uses_other_programs(arguments: &[OsString]) -> bool {
    let asks_for_help = arguments.iter().any(|argument| argument == "--help" || argument == "-h");
    let uses = arguments.first().is_some_and(|command| command == "start" || command == "install");
    uses && !asks_for_help
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_start_and_install_need_the_other_programs() {
        let uses = |line: &str| {
            let words: Vec<_> = line.split_whitespace().map(OsString::from).collect();
            uses_other_programs(&words)
        };
        assert!(uses("start") && uses("start --demo") && uses("install --keyring"));
        assert!(!uses("") && !uses("uninstall") && !uses("install --help") && !uses("start -h"));
    }
}
