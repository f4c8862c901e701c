//! Rows with a mark, a name and a fix, in columns, with colour on a terminal.

use anstyle::{AnsiColor, Style};
use potbridge_system::printable::printable;
use std::io::{self, Write as _};

/// How long a line may be with its fix. A longer fix stands below.
const WIDTH: usize = 120;

/// How wide the names are.
const NAME: usize = 10;

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// All is well.
    Well,
    /// There is none, or it cannot be told.
    None,
    /// Somebody should look at it.
    Warning,
    /// It does not work.
    Fault,
}

impl Mark {
    fn sign(self) -> &'static str {
        match self {
            Self::Well => "●",
            Self::None => "○",
            Self::Warning => "!",
            Self::Fault => "✗",
        }
    }

    fn style(self) -> Style {
        let color = match self {
            Self::Well => AnsiColor::Green,
            Self::None => return Style::new().dimmed(),
            Self::Warning => AnsiColor::Yellow,
            Self::Fault => AnsiColor::Red,
        };
        Style::new().bold().fg_color(Some(color.into()))
    }
}

/// A row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) mark: Mark,
    /// What it is about.
    pub(super) name: &'static str,
    /// Which one, if there may be several: these are aligned.
    pub(super) which: Option<String>,
    pub(super) text: String,
    /// What to do about it: commands and sentences.
    pub(super) fixes: Vec<String>,
    /// What belongs to it, a line each.
    pub(super) below: Vec<String>,
}

impl Row {
    pub(super) fn new(mark: Mark, name: &'static str, text: impl Into<String>) -> Self {
        Self { mark, name, which: None, text: text.into(), fixes: Vec::new(), below: Vec::new() }
    }

    /// With what to do about it.
    pub(super) fn with_fix(mut self, fix: Option<&str>) -> Self {
        self.fixes.extend(fix.into_iter().flat_map(str::lines).map(str::to_owned));
        self
    }

    fn is_trouble(&self) -> bool {
        matches!(self.mark, Mark::Warning | Mark::Fault)
    }
}

/// Prints the rows on standard output, below a line that says what `program` is and how many problems there are.
///
/// `well` is what stands there if there are none.
pub(super) fn print(program: &str, well: (Mark, &str), rows: &[Row]) -> io::Result<()> {
    // It writes through the lock of this thread, and leaves colours out where nobody wants them.
    anstream::stdout().write_all(text(program, well, rows).as_bytes())
}

fn text(program: &str, (mark, words): (Mark, &str), rows: &[Row]) -> String {
    let (mark, words) = match rows.iter().filter(|row| row.is_trouble()).count() {
        0 => (mark, words.to_owned()),
        count => {
            let is_fault = rows.iter().any(|row| row.mark == Mark::Fault);
            let plural = if count == 1 { "" } else { "s" };
            (if is_fault { Mark::Fault } else { Mark::Warning }, format!("{count} problem{plural}"))
        }
    };
    let (bold, style) = (Style::new().bold(), mark.style());
    let mut text = format!("{bold}{program:<50}{bold:#}{style}{words}{style:#}\n");
    let width = |row: &Row| row.which.as_ref().map_or(0, |which| printable(which).chars().count());
    let widest = rows.iter().map(width).max().unwrap_or_default();
    rows.iter().for_each(|row| add(&mut text, row, widest));
    text
}

fn add(text: &mut String, row: &Row, widest: usize) {
    let style = row.mark.style();
    let which =
        row.which.as_ref().map_or_else(String::new, |which| format!("{:<widest$}  ", printable(which)));
    let said = format!("{:<NAME$}{which}{}", row.name, one_line(&row.text));
    *text += &format!("{style}{}{style:#} {}", row.mark.sign(), said.trim_end());
    let blue = Style::new().fg_color(Some(AnsiColor::Cyan.into()));
    let fixes: Vec<_> = row.fixes.iter().map(|fix| one_line(fix)).collect();
    match fixes.as_slice() {
        [fix] if said.chars().count() + fix.chars().count() + 6 <= WIDTH => {
            *text += &format!("  {blue}→ {fix}{blue:#}\n");
        }
        fixes => {
            text.push('\n');
            for fix in fixes {
                *text += &format!("{:indent$}{blue}→ {fix}{blue:#}\n", "", indent = NAME + 2);
            }
        }
    }
    for line in &row.below {
        *text += &format!("{:indent$}{}\n", "", one_line(line), indent = NAME + 2);
    }
}

/// The words of others, as a terminal may show them.
fn one_line(text: &str) -> String {
    printable(text).replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(rows: &[Row]) -> String {
        let text = text("potbridge 0.1.0", (Mark::Well, "all is well"), rows);
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn rows_are_aligned_and_problems_are_counted() {
        let place = |mark, which: &str, text: &str| Row {
            which: Some(which.to_owned()),
            ..Row::new(mark, "Place", text)
        };
        let rows = [
            Row::new(Mark::Well, "Tokens", "3 fresh"),
            place(Mark::Fault, "/srv/app/.env", "the folder is missing").with_fix(Some("mkdir -p /srv/app")),
            place(Mark::Warning, "/a/.env", "saved 07:08").with_fix(Some("do this\nor that")),
        ];
        let expected = "\
potbridge 0.1.0                                   2 problems
● Tokens    3 fresh
✗ Place     /srv/app/.env  the folder is missing  → mkdir -p /srv/app
! Place     /a/.env        saved 07:08
            → do this
            → or that
";
        assert_eq!(plain(&rows), expected);
        assert!(
            plain(&rows[..1]).starts_with("potbridge 0.1.0                                   all is well\n")
        );
    }

    #[test]
    fn the_words_of_others_command_no_terminal() {
        let row =
            Row { which: Some("a\u{9b}31m".to_owned()), ..Row::new(Mark::Well, "Place", "b\n\u{1b}[31mc") };
        assert!(
            plain(&[row.with_fix(Some("\u{202e}"))]).contains("a\u{fffd}31m  b \u{fffd}[31mc  → \u{fffd}\n")
        );
    }
}
