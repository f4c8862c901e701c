//! Errors, warnings, hints and notes on standard error, in one style for every program.
//!
//! Each stands on a line of its own: `error: …`, `warning: …`, `hint: …`, `note: …`. The words have a colour on a terminal, unless
//! `NO_COLOR` is set.

use crate::printable::printable;
use anstyle::{AnsiColor, Style};
use std::io::Write as _;

/// Says an error, and what to do about it.
pub fn error(message: &str, hint: Option<&str>) {
    say(&text("error", AnsiColor::Red, message, hint));
}

/// Says a warning, and what to do about it.
pub fn warning(message: &str, hint: Option<&str>) {
    say(&text("warning", AnsiColor::Yellow, message, hint));
}

/// Says what is going on, to a person who waits.
pub fn note(message: &str) {
    say(&line("note", AnsiColor::Cyan, message));
}

fn text(word: &str, color: AnsiColor, message: &str, hint: Option<&str>) -> String {
    let hints = hint.into_iter().flat_map(str::lines).map(|hint| line("hint", AnsiColor::Cyan, hint));
    line(word, color, message) + &hints.collect::<String>()
}

fn line(word: &str, color: AnsiColor, text: &str) -> String {
    let style = Style::new().bold().fg_color(Some(color.into()));
    format!("{style}{word}:{style:#} {}\n", printable(text))
}

fn say(text: &str) {
    // Nobody may be there to read it.
    let _ = anstream::stderr().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_of_a_hint_is_a_hint() {
        let text = text("error", AnsiColor::Red, "it failed", Some("do this\nor that"));
        let plain = anstream::adapter::strip_str(&text).to_string();
        assert_eq!(plain, "error: it failed\nhint: do this\nhint: or that\n");
    }

    #[test]
    fn the_words_of_others_command_no_terminal() {
        let text = text("error", AnsiColor::Red, "a\u{9b}31m b\u{202e}c", Some("\u{1b}[31m"));
        let plain = anstream::adapter::strip_str(&text).to_string();
        assert_eq!(plain, "error: a\u{fffd}31m b\u{fffd}c\nhint: \u{fffd}[31m\n");
    }
}
