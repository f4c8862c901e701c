//! One permission in the file in which flatpak keeps what a user allows an application.
//!
//! flatpak (1.16) has a command that adds a permission, and none that takes back just that one: `--no-talk-name` forbids, and
//! `--reset` forgets what the user allowed besides. So it is taken out of the file, and every other byte stays.

use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A permission: a value of a key in a group, or one of its several values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// The group: `Session Bus Policy`.
    pub group: String,
    /// The key: `org.freedesktop.Flatpak`.
    pub key: String,
    /// The value: `talk`.
    pub value: String,
}

impl Permission {
    pub(super) fn new(group: &str, key: &str, value: &str) -> Self {
        Self { group: group.to_owned(), key: key.to_owned(), value: value.to_owned() }
    }

    /// Whether it is in the text of a file.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        let lines: Vec<_> = text.split_inclusive('\n').collect();
        let value = self.line(&lines).and_then(|at| value(lines[at]));
        value.is_some_and(|value| values(value).any(|one| one == self.value))
    }

    /// The text of a file without it, with the value that its key had `before` in its place.
    #[must_use]
    pub fn taken_from(&self, text: &str, before: &str) -> String {
        if !self.is_in(text) || self.is_in(before) {
            return text.to_owned();
        }
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        let Some(at) = self.line(&lines) else { return text.to_owned() };
        let rest: Vec<_> =
            value(&lines[at]).into_iter().flat_map(values).filter(|one| *one != self.value).collect();
        let old: Vec<_> = before.split_inclusive('\n').collect();
        if let (true, Some(old_at)) = (rest.is_empty(), self.line(&old)) {
            // Another policy for the same name: only one can stand there.
            lines[at] = old[old_at].to_owned();
        } else if rest.is_empty() {
            Self::remove_line(&mut lines, at);
        } else {
            lines[at] = format!("{}={};\n", self.key, rest.join(";"));
        }
        lines.concat()
    }

    /// Removes the line of the key. The group's own line, and the empty one above it, go with its last key.
    fn remove_line(lines: &mut Vec<String>, at: usize) {
        let Some(group) = Self::group(lines, at) else { return };
        lines.remove(at);
        let group = group.start..group.end - 1;
        if !lines[group.clone()].iter().skip(1).all(|line| line.trim().is_empty()) {
            return;
        }
        let blank = group.start > 0 && lines[group.start - 1].trim().is_empty();
        let is_last = group.end == lines.len();
        let start = if blank && is_last { group.start - 1 } else { group.start };
        lines.drain(start..group.end);
    }

    /// The lines of the group of the key at `at`, its own first.
    fn group(lines: &[impl AsRef<str>], at: usize) -> Option<Range<usize>> {
        let start = (0..=at).rev().find(|at| group_of(lines[*at].as_ref()).is_some())?;
        let length = lines[start + 1..].iter().position(|line| group_of(line.as_ref()).is_some());
        Some(start..length.map_or(lines.len(), |length| start + 1 + length))
    }

    /// The line of the key. If there are several, glib takes the last one.
    fn line(&self, lines: &[impl AsRef<str>]) -> Option<usize> {
        let found = of_lines(lines.iter().map(AsRef::as_ref));
        found.filter(|(_, group, key, _)| *group == self.group && *key == self.key).map(|(at, ..)| at).last()
    }
}

/// The group, the key and the value of each line that has them, as glib reads a file of keys.
pub(super) fn entries(text: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    of_lines(text.lines()).map(|(_, group, key, value)| (group, key, value))
}

/// The same with the numbers of the lines.
fn of_lines<'a>(
    lines: impl Iterator<Item = &'a str>,
) -> impl Iterator<Item = (usize, &'a str, &'a str, &'a str)> {
    let mut group = "";
    lines.enumerate().filter_map(move |(at, line)| {
        if let Some(name) = group_of(line) {
            group = name;
        }
        let (key, value) = line.split_once('=').filter(|_| !line.trim_start().starts_with(['#', '[']))?;
        Some((at, group, key.trim(), value.trim()))
    })
}

/// The name of the group that begins with this line.
fn group_of(line: &str) -> Option<&str> {
    line.trim().strip_prefix('[')?.strip_suffix(']')
}

/// The values of a list.
pub(super) fn values(value: &str) -> impl Iterator<Item = &str> {
    value.split(';').filter(|one| !one.is_empty())
}

fn value(line: &str) -> Option<&str> {
    line.split_once('=').map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOCKETS: &str = "[Context]\nsockets=x11;\n";

    fn talk() -> Permission {
        Permission::new("Session Bus Policy", "org.freedesktop.Flatpak", "talk")
    }

    fn persist() -> Permission {
        Permission::new("Context", "persistent", ".mozilla")
    }

    #[test]
    fn only_the_permission_is_taken_back() {
        for (permission, text, before, rest) in [
            (talk(), "[Session Bus Policy]\norg.freedesktop.Flatpak=talk\n", "", ""),
            (
                talk(),
                "[Context]\nsockets=x11;\n\n[Session Bus Policy]\norg.freedesktop.Flatpak=talk\n",
                SOCKETS,
                SOCKETS,
            ),
            (
                talk(),
                "[Session Bus Policy]\norg.a.B=talk\norg.freedesktop.Flatpak=talk\n# mine\n",
                "",
                "[Session Bus Policy]\norg.a.B=talk\n# mine\n",
            ),
            (
                talk(),
                "[Session Bus Policy]\norg.freedesktop.Flatpak=talk\n\n[Context]\nsockets=x11;\n",
                SOCKETS,
                SOCKETS,
            ),
            (
                talk(),
                "[Session Bus Policy]\norg.freedesktop.Flatpak=talk\nmore=own\n",
                "[Session Bus Policy]\norg.freedesktop.Flatpak=none\n",
                "[Session Bus Policy]\norg.freedesktop.Flatpak=none\nmore=own\n",
            ),
            (persist(), "[Context]\npersistent=.zen;.mozilla;\n", "", "[Context]\npersistent=.zen;\n"),
            (persist(), "[Context]\nsockets=x11;\npersistent=.mozilla;\n", SOCKETS, SOCKETS),
            (
                talk(),
                "[Session Bus Policy]\norg.freedesktop.Flatpak=none\n\n[Session Bus Policy]\norg.freedesktop.Flatpak=talk\n",
                "[Session Bus Policy]\norg.freedesktop.Flatpak=none\n",
                "[Session Bus Policy]\norg.freedesktop.Flatpak=none\n\n[Session Bus Policy]\norg.freedesktop.Flatpak=none\n",
            ),
        ] {
            assert!(permission.is_in(text), "{text}");
            assert_eq!(permission.taken_from(text, before), rest, "{text}");
        }
    }

    #[test]
    fn what_is_not_there_or_was_there_before_is_left() {
        for text in [
            "",
            "[Session Bus Policy]\norg.freedesktop.Flatpak=none\n",
            "[System Bus Policy]\norg.freedesktop.Flatpak=talk\n",
            "[Session Bus Policy]\n\n[System Bus Policy]\norg.freedesktop.Flatpak=talk\n",
            "org.freedesktop.Flatpak=talk\n",
        ] {
            assert!(!talk().is_in(text), "{text}");
            assert_eq!(talk().taken_from(text, ""), text);
        }
        let text = "[Session Bus Policy]\norg.freedesktop.Flatpak=talk\n";
        assert_eq!(talk().taken_from(text, text), text);
    }
}
