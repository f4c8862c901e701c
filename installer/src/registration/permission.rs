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
            self.remove_line(&mut lines, at);
        } else {
            lines[at] = format!("{}={};\n", self.key, rest.join(";"));
        }
        lines.concat()
    }

    /// Removes the line of the key. The group's own line, and the empty one above it, go with its last key.
    fn remove_line(&self, lines: &mut Vec<String>, at: usize) {
        lines.remove(at);
        let Some(group) = self.group(lines) else { return };
        if !lines[group.clone()].iter().skip(1).all(|line| line.trim().is_empty()) {
            return;
        }
        let blank = group.start > 0 && lines[group.start - 1].trim().is_empty();
        let is_last = group.end == lines.len();
        let start = if blank && is_last { group.start - 1 } else { group.start };
        lines.drain(start..group.end);
    }

    /// The lines of the group, its own first.
    fn group(&self, lines: &[impl AsRef<str>]) -> Option<Range<usize>> {
        let head = format!("[{}]", self.group);
        let start = lines.iter().position(|line| line.as_ref().trim() == head)?;
        let length = lines[start + 1..].iter().position(|line| line.as_ref().starts_with('['));
        Some(start..length.map_or(lines.len(), |length| start + 1 + length))
    }

    /// The line of the key.
    fn line(&self, lines: &[impl AsRef<str>]) -> Option<usize> {
        self.group(lines)?
            .find(|at| lines[*at].as_ref().split_once('=').is_some_and(|(key, _)| key.trim() == self.key))
    }
}

fn value(line: &str) -> Option<&str> {
    line.split_once('=').map(|(_, value)| value.trim())
}

fn values(value: &str) -> impl Iterator<Item = &str> {
    value.split(';').filter(|one| !one.is_empty())
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
