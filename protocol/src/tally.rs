//! What was seen and is no token.

use serde::{Deserialize, Serialize};

/// How often each was seen since the browser started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// The token that the player sends before it has a real one.
    pub placeholder: u32,
    /// The token that the player sends when it could not get a real one: well formed and worthless.
    pub fallback: u32,
    /// Something else where a token should be.
    pub malformed: u32,
    /// Requests whose body the browser did not hand over, or that made no sense.
    pub unreadable: u32,
}

impl Tally {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            placeholder: self.placeholder.saturating_add(other.placeholder),
            fallback: self.fallback.saturating_add(other.fallback),
            malformed: self.malformed.saturating_add(other.malformed),
            unreadable: self.unreadable.saturating_add(other.unreadable),
        }
    }
}
