//! A wrong command line, as a problem like every other.

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

/// What is wrong with the command line of `program`, and which help to read.
#[must_use]
pub fn problem(program: &str, error: &clap::Error) -> Problem {
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n").map(|paragraph| {
        paragraph.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>()
    });
    let message = paragraphs.next().unwrap_or_default().join(" ");
    let message = message.strip_prefix("error: ").unwrap_or(&message).to_owned();
    let mut hints = Vec::new();
    let mut command = program.to_owned();
    for line in paragraphs.flatten() {
        if let Some(tip) = line.strip_prefix("tip: ") {
            hints.push(tip.to_owned());
        } else if let Some(usage) = line.strip_prefix("Usage: ") {
            command = words_of_command(usage);
        }
    }
    hints.push(format!("see `{command} --help`"));
    Problem::new(Code::Usage, message).with_hint(hints.join("\n"))
}

/// `potbridge config set` of `potbridge config set [OPTIONS] <KEY> <VALUE>`.
fn words_of_command(usage: &str) -> String {
    let is_word = |word: &&str| !word.starts_with(['[', '<', '-']);
    usage.split(' ').take_while(is_word).collect::<Vec<_>>().join(" ")
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
}
