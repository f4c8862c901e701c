//! A wrong command line, as a problem like every other.

use clap::Command;
use clap::error::ErrorKind;
use potbridge_protocol::{Code, Problem};
use std::ffi::OsString;

/// Whether the error is a request for help or for the version, which is no failure.
#[must_use]
pub fn is_help(error: &clap::Error) -> bool {
    use ErrorKind::{DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion};
    matches!(error.kind(), DisplayHelp | DisplayHelpOnMissingArgumentOrSubcommand | DisplayVersion)
}

/// Whether a command line asks for JSON, even if it is wrong.
pub fn asks_for_json(arguments: impl IntoIterator<Item = OsString>) -> bool {
    let mut before = OsString::new();
    for argument in arguments {
        if argument == "--" {
            return false;
        }
        if argument == "--json" || argument == "--format=json" || (before == "--format" && argument == "json")
        {
            return true;
        }
        before = argument;
    }
    false
}

/// What is wrong with a command line of `program`, and which help to read.
#[must_use]
pub fn problem(
    program: &Command,
    arguments: impl IntoIterator<Item = OsString>,
    error: &clap::Error,
) -> Problem {
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n").map(|paragraph| {
        paragraph.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>()
    });
    let message = paragraphs.next().unwrap_or_default().join(" ");
    let message = message.strip_prefix("error: ").unwrap_or(&message).to_owned();
    let mut hints: Vec<_> = paragraphs.flatten().filter_map(|line| line.strip_prefix("tip: ")).collect();
    let help = format!("see `{} --help`", names(program, arguments));
    hints.push(&help);
    Problem::new(Code::Usage, message).with_hint(hints.join("\n"))
}

/// The program's name and those of the subcommands that are named: `potbridge config set`.
fn names(program: &Command, arguments: impl IntoIterator<Item = OsString>) -> String {
    let mut names = program.get_name().to_owned();
    let mut command = program;
    for argument in arguments {
        if let Some(subcommand) = argument.to_str().and_then(|name| command.find_subcommand(name)) {
            names = format!("{names} {}", subcommand.get_name());
            command = subcommand;
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(arguments: &str) -> bool {
        asks_for_json(arguments.split(' ').map(OsString::from))
    }

    #[test]
    fn json_is_asked_for_before_another_programs_arguments() {
        assert!(asks("get --json") && asks("get --format json") && asks("get --format=json"));
        assert!(!asks("get") && !asks("get --format raw json") && !asks("run -- jq --json"));
    }

    #[test]
    fn the_hint_names_the_help_of_the_command() {
        let program = Command::new("p").subcommand(Command::new("a").subcommand(Command::new("b")));
        let help = |arguments: &[&str]| {
            let arguments = arguments.iter().map(OsString::from);
            let error = program.clone().try_get_matches_from(["p", "--wrong"]).unwrap_err();
            problem(&program, arguments, &error).hint.unwrap()
        };
        assert_eq!(help(&["--wrong"]), "see `p --help`");
        assert_eq!(help(&["a", "--wrong", "b", "a"]), "see `p a b --help`");
    }
}
