//! The report: short rows for people, or one object for programs.

use crate::doctor::fix::Fixed;
use crate::doctor::row::{Row, State};
use potbridge_protocol::{Code, Problem};
use potbridge_system::printable::printable;
use serde::Serialize;
use std::io::{self, Write};

/// The exit code if there is no fault, and something cannot be told.
const SOMETHING_UNKNOWN: u8 = 3;

/// What `--json` prints besides `ok`.
#[derive(Serialize)]
pub(crate) struct Report<'a> {
    pub(crate) version: &'static str,
    pub(crate) system: String,
    pub(crate) rows: &'a [Row],
    /// What `--fix` did.
    pub(crate) fixed: &'a [Fixed],
    /// What is printed for people.
    text: String,
}

impl<'a> Report<'a> {
    pub(crate) fn new(rows: &'a [Row], fixed: &'a [Fixed]) -> Self {
        let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
        let report = Self { version: env!("CARGO_PKG_VERSION"), system, rows, fixed, text: String::new() };
        let mut text = Vec::new();
        // Memory takes all that is written.
        let _ = report.lay_out(&mut text);
        Self { text: String::from_utf8_lossy(&text).into_owned(), ..report }
    }

    /// What the exit code is for: the first fault, or else the first thing that cannot be told.
    pub(crate) fn not_well(&self) -> Option<Problem> {
        let first = |state: State| self.rows.iter().find(|row| row.state == state);
        let row = first(State::Fault).or_else(|| first(State::Unknown))?;
        let problem =
            Problem::new(row.code.unwrap_or(Code::Unknown), format!("{}: {}", row.name, row.message));
        Some(Problem { hint: row.hint.clone(), ..problem })
    }

    /// 1 if something is wrong, 3 if something cannot be told, else 0.
    pub(crate) fn exit_code(&self) -> u8 {
        if self.count(State::Fault) > 0 {
            1
        } else if self.count(State::Unknown) > 0 {
            SOMETHING_UNKNOWN
        } else {
            0
        }
    }

    /// Writes it for people.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.text.as_bytes())
    }

    fn lay_out(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "potbridge-setup {} on {}: {}", self.version, self.system, self.in_short())?;
        for fixed in self.fixed {
            let (word, how) = match &fixed.message {
                None => ("fixed", String::new()),
                Some(why) => ("not fixed", format!(": {why}")),
            };
            writeln!(out, "{word}: {}{}", one_line(&fixed.command), one_line(&how))?;
        }
        let mut part = None;
        for row in self.rows {
            if part != Some(row.part) {
                writeln!(out, "\n{}", row.part.title())?;
                part = Some(row.part);
            }
            let code = row.code.map(|code| format!(" ({code})")).unwrap_or_default();
            let text = format!("{} {}: {}{code}", row.state.mark(), row.name, row.message);
            writeln!(out, "{}", one_line(&text))?;
            for hint in row.hint.iter().flat_map(|hint| hint.lines()) {
                writeln!(out, "    → {}", one_line(hint))?;
            }
        }
        let fixable = self.rows.iter().filter(|row| row.fixable).count();
        if fixable > 0 {
            writeln!(out, "\n`potbridge-setup doctor --fix` does what is safe: {fixable} of these.")?;
        }
        Ok(())
    }

    fn in_short(&self) -> String {
        let counted = [(State::Fault, "fault"), (State::Warning, "warning"), (State::Unknown, "unknown")];
        let words: Vec<_> = counted
            .into_iter()
            .map(|(state, word)| (self.count(state), word))
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| {
                let plural = if count > 1 && word != "unknown" { "s" } else { "" };
                format!("{count} {word}{plural}")
            })
            .collect();
        if words.is_empty() { "all is well".to_owned() } else { words.join(", ") }
    }

    fn count(&self, state: State) -> usize {
        self.rows.iter().filter(|row| row.state == state).count()
    }
}

/// The words of others, as a terminal may show them.
fn one_line(text: &str) -> String {
    printable(text).replace('\n', " ")
}
