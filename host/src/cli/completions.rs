//! `potbridge completions`

use super::output::cannot_print;
use crate::error::Error;
use clap::{Args, Command};
use clap_complete::Shell;
use std::io::Write;

/// Print the completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  . <(potbridge completions bash)
  potbridge completions fish >~/.config/fish/completions/potbridge.fish")]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self, stdout: &mut impl Write) -> Result<(), Error> {
        stdout.write_all(script(&mut super::command(), self.shell).as_bytes()).map_err(cannot_print)
    }
}

/// The script that completes a program's commands in a shell.
#[must_use]
pub fn script(command: &mut Command, shell: Shell) -> String {
    let mut script = Vec::new();
    let name = command.get_name().to_owned();
    clap_complete::generate(shell, command, name, &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if shell == Shell::Bash {
        // clap_complete 4.6 offers there what is hidden everywhere else.
        for hidden in hidden_options(command) {
            script = script.replace(&format!(" --{hidden} "), " ");
        }
    }
    script
}

fn hidden_options(command: &Command) -> Vec<String> {
    let here = command.get_arguments().filter(|argument| argument.is_hide_set());
    let here = here.filter_map(|argument| argument.get_long()).map(str::to_owned);
    here.chain(command.get_subcommands().flat_map(hidden_options)).collect()
}
