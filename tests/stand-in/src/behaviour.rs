use serde::{Deserialize, Serialize};

/// Whether the player's element has `getVideoData()`, as YouTube's has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlayerApi {
    /// From the moment that there is a player
    #[default]
    Present,
    /// Never
    Absent,
    /// Only some seconds after the page was loaded
    Late,
}

/// The video that the player's element names while an ad plays.
///
/// Public extensions have met both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AdNames {
    /// The ad's, with the ad's `cpn`
    #[default]
    Ad,
    /// The page's own, with the `cpn` of its later playback
    Content,
}

/// What a content blocker put around the page's `fetch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wrapper {
    /// It reads a clone of each player request, and sends the original
    Clone,
    /// It sends another request in place of each player request, with other `params` and `clientScreen`
    Rewrite,
}

/// The form of the visitor data in pages and requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitorDataForm {
    /// Its length before percent-encoding: 44, as in 2024 to 2026, or more
    #[serde(default = "usual_length")]
    pub length: usize,
    /// Whether its padding is percent-encoded
    #[serde(default)]
    pub escaped: Escaped,
}

/// Whether padding is percent-encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Escaped {
    /// In the page and in every request
    #[default]
    Always,
    /// Nowhere
    Never,
    /// In the page and in every second request
    Turn,
    /// Nowhere, and the padding is left out
    Unpadded,
}

impl Default for VisitorDataForm {
    fn default() -> Self {
        Self { length: usual_length(), escaped: Escaped::default() }
    }
}

/// The length of the visitor data of most visitors.
fn usual_length() -> usize {
    44
}
