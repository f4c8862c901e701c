//! Commands that a person can copy into a terminal.

use std::path::Path;

/// A path as a word of a command.
pub(crate) fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    if cfg!(windows) {
        return if text.contains(' ') { format!("\"{text}\"") } else { text };
    }
    let plain = |c: char| c.is_alphanumeric() || "/._-+:,@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// The command that moves something out of the way.
pub(crate) fn moved_away(path: &Path) -> String {
    let old = std::path::PathBuf::from(format!("{}.old", path.display()));
    format!("mv {} {}", quoted(path), quoted(&old))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        for (path, word) in [
            ("/srv/app/.env", "/srv/app/.env"),
            ("/a b", "'/a b'"),
            ("/it's", r"'/it'\''s'"),
            ("/$HOME", "'/$HOME'"),
        ] {
            assert_eq!(quoted(Path::new(path)), word);
        }
    }
}
