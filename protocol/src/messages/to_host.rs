//! What the extension says to the host.

use crate::download::Action;
use crate::{Capture, Code, Cookie, Counters, DownloadId, DownloadRequest, Playing, ShortText};
use serde::{Deserialize, Serialize};

/// A message from the extension.
///
/// A host skips types and fields that it does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ToHost {
    /// The first message on a port: who connects.
    ///
    /// Answered by `hello`, or by `error` if the two versions are more than one apart.
    Hello {
        /// The [`crate::PROTOCOL_VERSION`] that the extension speaks.
        protocol: u32,
        /// The extension's own version, for people.
        version: ShortText,
        /// `chromium` or `firefox`.
        browser: ShortText,
        /// The browser's own name and version, for people: `Chrome/156`. Absent if it does not tell them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        product: Option<ShortText>,
        /// The random name that the extension gave its browser profile.
        profile: ShortText,
    },
    /// A token was seen.
    ///
    /// Answered by `stored`, or by `error`, with the same `id`.
    Captured {
        /// The extension's own name for this message.
        id: String,
        /// The token and what is known of it.
        capture: Box<Capture>,
    },
    /// A request or the page told which video a playback plays.
    ///
    /// Answered by `noted`, or by `error`, with the same `id`.
    Playing {
        /// The extension's own name for this message.
        id: String,
        /// What it told.
        playing: Box<Playing>,
    },
    /// What stood where a real token should be, counted since the browser started.
    ///
    /// Replaces what this profile said before. Not answered.
    Counters {
        /// The random name that the extension gave its browser profile.
        profile: ShortText,
        /// How often each was seen.
        counters: Counters,
    },
    /// Whether the user paused the capture: no request of the player is read then.
    ///
    /// Not answered. Until it comes, the capture counts as not paused.
    CapturePaused {
        /// Whether it is paused.
        paused: bool,
    },
    /// The profile's last private window was closed: the tokens of its private windows are removed from the store.
    ///
    /// Not answered.
    PrivateWindowsClosed {
        /// The random name that the extension gave its browser profile.
        profile: ShortText,
    },
    /// Asks for `status`.
    Status,
    /// Writes the newest token to one place, or looks whether it can be read if there is no token.
    ///
    /// Answered by `sink-tested`, or by `error`, with the same `id`. The place is one that `status` listed: the host looks it up
    /// in its configuration, and does nothing if it is not there.
    TestSink {
        /// The extension's own name for this message.
        id: String,
        /// As `status` said it.
        kind: ShortText,
        /// As `status` said it.
        place: String,
    },
    /// Asks what `potbridge-setup doctor` says of this machine.
    ///
    /// Answered by `diagnosis` with the same `id`.
    Diagnose {
        /// The extension's own name for this message.
        id: String,
    },
    /// Whether the extension opens videos for programs that ask for a token.
    ///
    /// Not answered. While `accept` is true, `token-request` may come.
    AcceptTokenRequests {
        /// Whether the user allows it, or has not answered yet.
        accept: bool,
        /// Whether the user has not answered yet. Then the configuration decides, or the first request asks.
        #[serde(default)]
        undecided: bool,
    },
    /// Asks for the downloads.
    ///
    /// Answered by `downloads`. From then on `download-changed` tells of every change.
    ListDownloads,
    /// Starts a download.
    ///
    /// Answered by `download-started`, or by `error`, with the same `id`.
    StartDownload {
        /// The extension's own name for this message.
        id: String,
        /// What is to be downloaded.
        request: Box<DownloadRequest>,
    },
    /// Does something with a download.
    ///
    /// Answered by `error` with the same `id` if that fails. If it succeeds, its effect is told: `download-changed`, or
    /// `downloads`.
    DownloadAction {
        /// The extension's own name for this message.
        id: String,
        /// The download.
        download_id: DownloadId,
        /// What is to be done.
        action: Action,
        /// For `retry`: the session's cookies, if the user agreed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cookies: Vec<Cookie>,
    },
    /// The token that a `token-request` asked for cannot be had.
    ///
    /// Not answered. If it can be had, `captured` says so.
    TokenRequestFailed {
        /// The `id` of the `token-request`.
        id: String,
        /// Why, for programs.
        #[serde(default = "no_token")]
        code: Code,
        /// Why, for people.
        message: String,
        /// What to do about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        hint: Option<String>,
    },
    /// A type of a later version.
    #[serde(other)]
    #[cfg_attr(test, ts(skip))]
    Unknown,
}

fn no_token() -> Code {
    Code::NoToken
}
