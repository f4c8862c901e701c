//! Something said in words, with its code.

use crate::Code;
use serde::{Deserialize, Serialize};

/// A failure or a warning: its code for programs, and its words for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Problem {
    /// What went wrong, for programs.
    pub code: Code,
    /// What happened, and to which file, browser or video. Holds no secret.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub hint: Option<String>,
}

impl Problem {
    /// A problem that says nothing of what to do.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None }
    }

    /// What happened and what to do, in one line, for where only one line is shown.
    #[must_use]
    pub fn in_full(&self) -> String {
        let Some(hint) = &self.hint else { return self.message.clone() };
        let joint = if self.message.ends_with(['.', '!', '?']) { " " } else { "; " };
        [&self.message, joint, hint].concat()
    }

    /// The same problem with what to do about it.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_in_full_holds_its_hint() {
        let problem = |message: &str| Problem::new(Code::Io, message);
        assert_eq!(problem("the disk is full").in_full(), "the disk is full");
        assert_eq!(
            problem("the disk is full").with_hint("make room").in_full(),
            "the disk is full; make room"
        );
        assert_eq!(problem("It is full.").with_hint("Make room.").in_full(), "It is full. Make room.");
    }
}
