//! Counts of what stood where a real token should be.

use serde::{Deserialize, Serialize};

/// How often each kind of miss was seen since the browser started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Counters {
    /// The token that the player sends before it has a real one.
    pub cold_start: u32,
    /// The token that the player sends when it could not get a real one: well formed and worthless.
    pub fallback: u32,
    /// Something else that stood where a token should be.
    pub malformed: u32,
    /// Requests whose body the browser did not hand over, or that made no sense.
    pub unreadable: u32,
}

impl Counters {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            cold_start: self.cold_start.saturating_add(other.cold_start),
            fallback: self.fallback.saturating_add(other.fallback),
            malformed: self.malformed.saturating_add(other.malformed),
            unreadable: self.unreadable.saturating_add(other.unreadable),
        }
    }
}
