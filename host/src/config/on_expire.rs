//! What becomes of values whose token has expired.

use serde::Deserialize;

/// What becomes of a value when its token expires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnExpire {
    /// It stays: a backend may need some value.
    #[default]
    Keep,
    /// The variables are emptied, if the sink still holds that token.
    Empty,
}
