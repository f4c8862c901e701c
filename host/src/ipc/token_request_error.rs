//! Why a token request failed.

use potbridge_protocol::{Code, Problem};

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenRequestError {
    /// The store has none, and no browser could be asked, or none brought one.
    #[error("there is no token {wanted}: {}", .problem.message)]
    Failed {
        /// What was requested.
        wanted: String,
        /// Why there is none.
        problem: Problem,
    },
    /// A token bound to an account was requested.
    #[error("potbridge does not know which account a token belongs to, so it has none bound to an account")]
    AccountBound,
}

impl TokenRequestError {
    /// The reason alone, for where what was requested is said already.
    #[must_use]
    pub fn why(&self) -> String {
        match self {
            Self::Failed { problem, .. } => problem.message.clone(),
            Self::AccountBound => self.to_string(),
        }
    }

    /// The code for programs.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Failed { problem, .. } => problem.code,
            Self::AccountBound => Code::AccountBound,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Failed { problem, .. } => problem.hint.clone(),
            Self::AccountBound => Some("log out, or ask for a token of a video".to_owned()),
        }
    }
}
