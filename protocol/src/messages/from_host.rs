//! What the host says to the extension.

use crate::sink_report::SinkOutcome;
use crate::{
    Code, Counters, DiagnosisRow, Download, DownloadId, Problem, ShortText, SinkReport, TokenInfo, VideoId,
};
use serde::{Deserialize, Serialize};

/// A message from the host. It never holds a token.
///
/// An extension skips types and fields that it does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum FromHost {
    /// Answers `hello`.
    Hello {
        /// The [`crate::PROTOCOL_VERSION`] that the host speaks.
        protocol: u32,
        /// The host's own version, for people.
        version: String,
        /// Whether this is potbridge's own browser, which nobody looks at.
        #[serde(default)]
        unattended: bool,
        /// Whether all of this browser is removed when it is closed. So there is nothing to set up in it.
        #[serde(default)]
        temporary: bool,
    },
    /// Answers `captured`: the token is in the store, and each sink was tried or is being tried.
    Stored {
        /// The `id` of the `captured` that this answers.
        id: String,
        /// What was stored, with the video as far as the store knows it.
        token: TokenInfo,
        /// One report a sink, in the order of the configuration.
        ///
        /// A sink holds the newest token. If `captured` came late, that is another token.
        sinks: Vec<SinkReport>,
    },
    /// A slow sink was written to, or its command was run after a change.
    Delivered {
        /// What it did.
        sink: SinkReport,
    },
    /// Answers `playing`.
    Noted {
        /// The `id` of the `playing` that this answers.
        id: String,
    },
    /// Answers `status`.
    Status(Status),
    /// Answers `test-sink`.
    SinkTested {
        /// The `id` of the `test-sink` that this answers.
        id: String,
        /// What the place did.
        sink: SinkReport,
    },
    /// Answers `diagnose`.
    Diagnosis {
        /// The `id` of the `diagnose` that this answers.
        id: String,
        /// A report for people, in which nothing is secret and the home folder is `~`.
        text: String,
        /// The same for programs. Empty if `problem` is there.
        rows: Vec<DiagnosisRow>,
        /// Why `potbridge-setup doctor` did not say it. Then the text has what the host knows itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        problem: Option<Problem>,
    },
    /// Answers `list-downloads`. Sent again if a download was taken out of the list.
    Downloads {
        /// Why no download can be started.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        problem: Option<Problem>,
        /// The folder that they go to.
        dir: String,
        /// The newest first.
        downloads: Vec<Download>,
    },
    /// A download changed, or is new. At most four of these come in a second for each download.
    DownloadChanged {
        /// Its state now.
        download: Box<Download>,
    },
    /// Answers `start-download`: it was started.
    DownloadStarted {
        /// The `id` of the `start-download` that this answers.
        id: String,
        /// The download's name.
        download_id: DownloadId,
    },
    /// A program asks for a token of a video.
    ///
    /// Answered by `captured` with such a token, or by `token-request-failed`.
    TokenRequest {
        /// The host's own name for this message.
        id: ShortText,
        /// The video.
        video_id: VideoId,
        /// Whether YouTube Music's player should be asked.
        music: bool,
        /// The container whose session it is for. Absent for the default container.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        container: Option<ShortText>,
        /// Who asks, for people: `get`, `yt-dlp`, `serve`, `download`.
        client: ShortText,
        /// Whether only a token that is captured after this message will do: the known ones were refused.
        bypass_cache: bool,
        /// Whether the configuration says at this moment that programs may have videos opened.
        #[serde(default)]
        allowed: bool,
        /// How long the host waits: milliseconds.
        timeout_ms: u64,
    },
    /// The program that asked does not wait any more. Not answered.
    TokenRequestWithdrawn {
        /// The `id` of the `token-request`.
        id: ShortText,
    },
    /// Something went wrong.
    Error {
        /// The `id` of the message that this answers, if it answers one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        id: Option<String>,
        /// The host's own version, for people, if it does not fit the extension's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        host_version: Option<String>,
        /// What went wrong.
        #[serde(flatten)]
        problem: Problem,
    },
    /// A type of a later version.
    #[serde(other)]
    #[cfg_attr(test, ts(skip))]
    Unknown,
}

/// The state of everything: also what `potbridge status --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Status {
    /// The host's version.
    pub version: String,
    /// The configuration's path.
    pub config: String,
    /// Whether the configuration lets programs have videos opened.
    #[serde(default)]
    pub consent: ConfiguredConsent,
    /// What is wrong with the configuration, the store or a folder.
    #[serde(default)]
    pub problems: Vec<Problem>,
    /// What cannot be told. Its list is empty, or not whole, and that means nothing.
    #[serde(default)]
    pub unknown: Vec<UnknownPart>,
    /// One entry a sink, in the order of the configuration.
    pub sinks: Vec<SinkState>,
    /// What is in the store, the newest first.
    pub tokens: Vec<TokenInfo>,
    /// What stood where a real token should be, in the browsers that ran in the last 12 hours.
    #[serde(default)]
    pub counters: Counters,
    /// The browsers whose extension is connected now.
    pub connected: Vec<Connected>,
    /// The native manifests that lead a browser to no program. The command alone looks at them.
    #[serde(default)]
    pub registrations: Vec<Problem>,
}

/// Whether the configuration lets programs have videos opened for their tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ConfiguredConsent {
    /// It does.
    Given,
    /// It forbids it. potbridge's own browser does it nonetheless.
    Refused,
    /// It says nothing: each browser asks its user.
    Unset,
    /// It cannot be read. That is no consent.
    #[default]
    #[serde(other)]
    Unknown,
}

/// A part of the [`Status`] that cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum UnknownPart {
    /// Which sinks are configured: the configuration is not valid.
    Sinks,
    /// Which tokens there are: the store cannot be read, or is in the memory of another process.
    Tokens,
}

/// A configured sink, what it holds, and the last thing it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SinkState {
    /// As in [`SinkReport`].
    pub kind: String,
    /// As in [`SinkReport`].
    pub place: String,
    /// The last delivery, if there was one.
    pub last: Option<SinkReport>,
    /// What it holds at this moment.
    ///
    /// Absent if that is not known. A program cannot be asked. The keyring is not, since it might ask somebody to unlock it.
    /// The host asks no server, so that it answers at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub now: Option<SinkContent>,
    /// What is wrong with what it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub problem: Option<Problem>,
}

impl SinkState {
    /// What is wrong: what somebody must repair, or what keeps a backend from the newest token.
    pub fn faults(&self) -> impl Iterator<Item = Problem> {
        let last = self.last.as_ref();
        // Somebody else may have written it.
        let failure =
            last.filter(|_| self.now != Some(SinkContent::Newest)).and_then(|last| match &last.outcome {
                SinkOutcome::Failed(problem) => Some(problem.clone()),
                _ => None,
            });
        let update = last.into_iter().flat_map(|last| &last.warnings);
        let update = update.filter(|warning| warning.code == Code::UpdateFailed).cloned();
        // What failed then may be what is wrong now.
        let now = self.problem.clone().filter(|problem| Some(problem) != failure.as_ref());
        failure.into_iter().chain(now).chain(update)
    }
}

/// What a sink holds at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "holds", rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum SinkContent {
    /// The newest token, as it should.
    Newest,
    /// An older token of the store.
    Older,
    /// A token that YouTube refused.
    Refused,
    /// A token that has expired.
    Expired {
        /// When: milliseconds since 1970. Absent if that is not known any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        expires_at: Option<u64>,
    },
    /// A token that was cleared: the sink could not be emptied then.
    Cleared,
    /// Values that are no token of potbridge's.
    Other,
    /// Nothing: its variables are empty, or not there.
    Empty,
    /// The file is not there.
    Gone,
    /// It cannot be read. The problem says why.
    Unreadable,
}

/// A browser whose extension is connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Connected {
    /// `chromium` or `firefox`.
    pub browser: ShortText,
    /// The browser's own name and version, for people: `Chrome/156`. Absent if it did not tell them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub product: Option<ShortText>,
    /// The random name that the extension gave its browser profile.
    pub profile: ShortText,
    /// The extension's version.
    pub version: ShortText,
    /// Since when: milliseconds since 1970.
    pub since: u64,
    /// Whether the user paused the capture.
    #[serde(default)]
    pub paused: bool,
    /// Whether it is potbridge's own browser, which nobody looks at.
    #[serde(default)]
    pub unattended: bool,
}
