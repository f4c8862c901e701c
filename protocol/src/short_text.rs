//! A short name that can be shown and stored as it is.

use crate::checked_text::checked_text;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Up to 100 printable ASCII characters without a blank: the name of a host, a profile, a container, a version.
/// May be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ShortText(String);

/// The text could do more than name something when it is shown or stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a name: it is made of up to 100 printable characters without a blank")]
pub struct NotAShortText;

impl ShortText {
    /// Takes the text as it is.
    ///
    /// # Errors
    /// [`NotAShortText`] for a blank, a control character, a character outside ASCII, or more than 100 of them.
    pub fn new(text: &str) -> Result<Self, NotAShortText> {
        let shaped = text.len() <= 100 && text.bytes().all(|byte| byte.is_ascii_graphic());
        shaped.then(|| Self(text.to_owned())).ok_or(NotAShortText)
    }
}

checked_text!(ShortText, NotAShortText);

impl fmt::Display for ShortText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_steer_a_terminal_or_break_a_line_is_no_name() {
        assert_eq!(ShortText::new("firefox-container-1").unwrap().as_str(), "firefox-container-1");
        assert!(ShortText::new("").is_ok());
        for text in ["a b", "a\nb", "\u{1b}[2J", "ü", &"x".repeat(101)] {
            assert_eq!(ShortText::new(text), Err(NotAShortText), "{text:?}");
        }
    }
}
