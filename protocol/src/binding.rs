//! What a token is bound to.

use crate::{VideoId, VisitorData};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

/// What a token is bound to, and how sure that is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Binding {
    /// The video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub video_id: Option<VideoId>,
    /// The visitor whose session it is, if nobody is logged in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub visitor_data: Option<VisitorData>,
    /// How sure the video is.
    pub certainty: Certainty,
    /// Whether the page says that every token is bound to its video.
    ///
    /// It is the flag `html5_generate_content_po_token` of the page's configuration. Without it a token may be bound to the
    /// whole session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub content_bound: Option<bool>,
}

/// How sure it is what a token is bound to.
#[derive(
    Clone,
    Copy,
    Debug,
    EnumString,
    Eq,
    Hash,
    IntoStaticStr,
    Ord,
    PartialEq,
    PartialOrd,
    Deserialize,
    Serialize,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Certainty {
    /// Weak evidence says so: a person, or the address of a tab.
    Guess,
    /// It is likely, but no request names it.
    Probable,
    /// The request names it.
    Certain,
}

impl Certainty {
    /// The word itself: `certain`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// How sure the video of a token is that was told this surely.
    ///
    /// A token without a video's shape is bound to a session. It is good for its video as for every other, so the video is
    /// a guess.
    #[must_use]
    pub fn if_video_shape(self, has_video_shape: bool) -> Self {
        if has_video_shape { self } else { Self::Guess }
    }

    /// The certainty of this name. An unknown name is no more than a guess.
    #[must_use]
    pub fn named(name: &str) -> Self {
        name.parse().unwrap_or(Self::Guess)
    }
}
