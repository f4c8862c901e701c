//! The byte order mark and the ends of lines of a text, which the TOML library does not keep.

const MARK: &str = "\u{feff}";

/// How a text begins, and how its lines end.
#[derive(Debug, Default)]
pub(super) struct LineEnds {
    has_mark: bool,
    /// The lines, each with its end.
    lines: Vec<String>,
}

impl LineEnds {
    pub(super) fn of(text: &str) -> Self {
        let (has_mark, text) = match text.strip_prefix(MARK) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let lines = text.contains('\r').then(|| text.split_inclusive('\n').map(str::to_owned).collect());
        Self { has_mark, lines: lines.unwrap_or_default() }
    }

    /// The changed text as the old one was written. A new line ends as most of the old ones do.
    pub(super) fn restored(&self, text: &str) -> String {
        let mut whole = String::from(if self.has_mark { MARK } else { "" });
        let text = text.trim_start_matches(MARK);
        let with_return = self.lines.iter().filter(|line| line.ends_with("\r\n")).count();
        let usual = if with_return * 2 > self.lines.len() { "\r\n" } else { "\n" };
        let mut old = self.lines.as_slice();
        for line in text.split_inclusive('\n') {
            let bare = without_end(line);
            let at = old.iter().position(|known| without_end(known) == bare);
            let known = at.map(|at| old[at].as_str());
            old = at.map_or(old, |at| &old[at + 1..]);
            whole.push_str(bare);
            if line.ends_with('\n') {
                whole.push_str(match known.filter(|known| known.ends_with('\n')) {
                    Some(known) if known.ends_with("\r\n") => "\r\n",
                    Some(_) => "\n",
                    None => usual,
                });
            }
        }
        whole
    }
}

fn without_end(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}
