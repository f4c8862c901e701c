//! The kinds of request that tokens are made for.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

/// The kind of request that a token was made for, in yt-dlp's words.
#[derive(
    Clone, Copy, Debug, Display, EnumString, Eq, Hash, IntoStaticStr, PartialEq, Deserialize, Serialize,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", parse_err_ty = NotAContext, parse_err_fn = not_a_context)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Context {
    /// The `/player` request.
    Player,
    /// Media, from googlevideo.com.
    Gvs,
    /// Captions.
    Subs,
}

impl Context {
    /// The word itself: `gvs`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// No context has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such context: it is one of player, gvs, subs")]
pub struct NotAContext;

fn not_a_context(_: &str) -> NotAContext {
    NotAContext
}
