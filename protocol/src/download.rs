//! Downloads: what is asked for, and how one stands.

use crate::{Cookie, DownloadId, ListId, Problem, Session, VideoId};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What is to be downloaded.
///
/// A browser chooses among these and no more. The host decides where a download goes and what runs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DownloadRequest {
    /// The video. Absent if a whole playlist is to be downloaded and no video of it was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub video_id: Option<VideoId>,
    /// The whole of this playlist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub list_id: Option<ListId>,
    /// Whether it is of YouTube Music, whose player has tokens of its own.
    #[serde(default)]
    pub music: bool,
    /// The quality.
    #[serde(default)]
    pub preset: Preset,
    /// Whether the subtitles are downloaded too.
    #[serde(default)]
    pub subtitles: bool,
    /// The profile and container whose tokens and cookies it is for.
    #[serde(default)]
    pub session: Session,
    /// The cookies of that session, if the user agreed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cookies: Vec<Cookie>,
}

/// The quality of a download.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Preset {
    /// The best picture and sound there are.
    #[default]
    #[serde(rename = "best")]
    Best,
    /// A picture of at most 1080 lines.
    #[serde(rename = "1080p")]
    P1080,
    /// A picture of at most 720 lines.
    #[serde(rename = "720p")]
    P720,
    /// A picture of at most 480 lines.
    #[serde(rename = "480p")]
    P480,
    /// A picture of at most 360 lines.
    #[serde(rename = "360p")]
    P360,
    /// The sound alone.
    #[serde(rename = "audio")]
    Audio,
}

impl Preset {
    /// Every preset, the best first.
    pub const ALL: [Self; 6] = [Self::Best, Self::P1080, Self::P720, Self::P480, Self::P360, Self::Audio];

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::P1080 => "1080p",
            Self::P720 => "720p",
            Self::P480 => "480p",
            Self::P360 => "360p",
            Self::Audio => "audio",
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no preset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a preset: best, 1080p, 720p, 480p, 360p or audio")]
pub struct NotAPreset;

impl FromStr for Preset {
    type Err = NotAPreset;

    fn from_str(text: &str) -> Result<Self, NotAPreset> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == text).ok_or(NotAPreset)
    }
}

/// A download, as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Download {
    /// Its name, which the host gave it.
    pub id: DownloadId,
    /// The video; of a playlist, the one under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub video_id: Option<VideoId>,
    /// The playlist, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub list: Option<PlaylistProgress>,
    /// The video's title, once it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub title: Option<String>,
    /// The quality.
    pub preset: Preset,
    /// Whether the subtitles are downloaded too.
    pub subtitles: bool,
    /// Its state.
    pub state: DownloadState,
    /// Its progress.
    #[serde(default)]
    pub progress: DownloadProgress,
    /// The file, once it is whole; of a playlist, the newest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub file: Option<String>,
    /// What the person should know although it goes on: that a token was refused, and a new one came.
    #[serde(default)]
    pub notices: Vec<Problem>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub error: Option<Problem>,
    /// When it was asked for: milliseconds since 1970.
    pub asked_at: u64,
    /// When it last changed: milliseconds since 1970.
    pub at: u64,
}

/// A playlist that is being downloaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PlaylistProgress {
    /// The playlist.
    pub list_id: ListId,
    /// How many of its videos are to be downloaded; 0 while that is not known.
    pub videos: u32,
    /// How many of them are downloaded.
    pub done: u32,
    /// How many failed.
    pub failed: u32,
}

/// The state of a download.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum DownloadState {
    /// It waits for others to end.
    Queued,
    /// It waits for a token that the browser was asked for.
    WaitingForToken,
    /// yt-dlp runs and has not begun to load.
    Starting,
    /// It loads.
    Downloading,
    /// All is loaded; the parts are joined or converted.
    Processing,
    /// The file is whole.
    Done,
    /// It did not succeed.
    Failed,
    /// Somebody cancelled it.
    Cancelled,
    /// A state of a later version.
    #[serde(other)]
    Unknown,
}

impl DownloadState {
    /// Whether nothing will change any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// The progress of a download, over all parts of the video.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DownloadProgress {
    /// Thousandths, if the size is known. It never goes back while yt-dlp runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub permille: Option<u16>,
    /// The bytes loaded.
    #[serde(default)]
    pub bytes: u64,
    /// The bytes in all, or yt-dlp's estimate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub total: Option<u64>,
    /// Bytes in a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub speed: Option<u64>,
    /// Seconds to go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub eta: Option<u64>,
}

/// What is to be done with a download.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Action {
    /// Cancel it, and keep what can be resumed.
    Cancel,
    /// Resume it.
    Retry,
    /// Open its file.
    Open,
    /// Show its file in its folder.
    Show,
    /// Take it out of the list; its files stay.
    Forget,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preset_has_one_name_everywhere() {
        for preset in Preset::ALL {
            assert_eq!(preset.as_str().parse(), Ok(preset));
            assert_eq!(serde_json::to_value(preset).unwrap(), preset.as_str());
        }
        assert_eq!("best; rm".parse::<Preset>(), Err(NotAPreset));
    }

    #[test]
    fn a_request_needs_only_a_video() {
        let request: DownloadRequest = serde_json::from_str(r#"{"video_id":"dQw4w9WgXcQ"}"#).unwrap();
        assert_eq!((request.preset, request.subtitles, request.cookies.len()), (Preset::Best, false, 0));
        for wrong in [r#"{"video_id":"--exec=touch"}"#, r#"{"preset":"-x"}"#, r#"{"list_id":"-x"}"#] {
            assert!(serde_json::from_str::<DownloadRequest>(wrong).is_err(), "{wrong}");
        }
    }
}
