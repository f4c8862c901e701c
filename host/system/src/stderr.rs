//! Errors, warnings and hints on standard error, in one style for every program.
//!
//! Each stands on a line of its own: `error: …`, `warning: …`, `hint: …`. The words have a colour on a terminal, unless
//! `NO_COLOR` is set.

use anstyle::{AnsiColor, Style};
use potbridge_protocol::Problem;
use std::io::Write as _;

/// Says an error, and what to do about it.
pub fn error(problem: &Problem) {
    say(&text("error", AnsiColor::Red, problem));
}

/// Says a warning, and what to do about it.
pub fn warning(problem: &Problem) {
    say(&text("warning", AnsiColor::Yellow, problem));
}

fn text(word: &str, color: AnsiColor, problem: &Problem) -> String {
    let mut text = line(word, color, &problem.message);
    for hint in problem.hint.iter().flat_map(|hint| hint.lines()) {
        text.push_str(&line("hint", AnsiColor::Cyan, hint));
    }
    text
}

fn line(word: &str, color: AnsiColor, text: &str) -> String {
    let style = Style::new().bold().fg_color(Some(color.into()));
    format!("{style}{word}:{style:#} {text}\n")
}

fn say(text: &str) {
    // Nobody may be there to read it.
    let _ = anstream::stderr().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use potbridge_protocol::Code;

    #[test]
    fn each_line_of_a_hint_is_a_hint() {
        let problem = Problem::new(Code::Io, "it failed").with_hint("do this\nor that");
        let plain = anstream::adapter::strip_str(&text("error", AnsiColor::Red, &problem)).to_string();
        assert_eq!(plain, "error: it failed\nhint: do this\nhint: or that\n");
    }
}
