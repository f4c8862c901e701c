//! What the host says to the extension.

use crate::report::{Notice, SinkReport};
use crate::{Download, ErrorCode, JobId, Label, Tally, VideoId, Word};
use serde::{Deserialize, Serialize};

/// A message from the host. No token is ever in one. An extension skips types and fields that it does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum FromHost {
    /// Answers `hello`.
    Hello {
        /// The [`crate::PROTOCOL`] that the host speaks.
        protocol: u32,
        /// The host's own version, for people.
        version: String,
    },
    /// Answers `captured`: the token is on the shelf, and each sink was tried or is being tried.
    Stored {
        /// The `id` of the `captured` this answers.
        id: String,
        /// What was stored.
        label: Label,
        /// One report a sink, in the order of the configuration. A sink holds the newest token, which
        /// is another one where `captured` came late.
        sinks: Vec<SinkReport>,
    },
    /// A sink that takes its time was written to, or its command was run after a change.
    Delivered {
        /// What it did.
        sink: SinkReport,
    },
    /// Answers `playing`.
    Noted {
        /// The `id` of the `playing` this answers.
        id: String,
    },
    /// Answers `status`.
    Status(Status),
    /// Answers `downloads`, and is sent again where a download was taken out of the list.
    Downloads {
        /// Why none can be started, where that is so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        problem: Option<Notice>,
        /// The folder that they go to.
        dir: String,
        /// The newest first.
        downloads: Vec<Download>,
    },
    /// A download changed, or is new. At most four of these come in a second for each.
    Download {
        /// How it stands now.
        download: Box<Download>,
    },
    /// Answers `download`: it was started.
    Started {
        /// The `id` of the `download` this answers.
        id: String,
        /// The download's name.
        job: JobId,
    },
    /// A token is wanted for a video. Answered by `captured` with such a token, or by `unobtainable`.
    Wanted {
        /// The host's own name for this message.
        id: Word,
        /// The video.
        video_id: VideoId,
        /// Whether YouTube Music's player should be asked.
        music: bool,
        /// The container whose session it is for, where that is not the default one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        container: Option<Word>,
        /// Who asks, for people: `get`, `yt-dlp`, `serve`, `download`.
        asker: Word,
        /// Whether it must be one that was not there before: that one was refused.
        anew: bool,
        /// How long the host waits for it: milliseconds.
        within: u64,
    },
    /// Something went wrong.
    Error {
        /// What, for programs.
        code: ErrorCode,
        /// What happened and what to do, for people.
        message: String,
        /// The `id` of the message this answers, where it answers one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// A type of a later version.
    #[serde(other)]
    Unknown,
}

/// How things stand: also what `potbridge status --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The host's version.
    pub version: String,
    /// The configuration's path.
    pub config: String,
    /// What is wrong with the configuration or the shelf, where something is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Notice>,
    /// One entry a sink, in the order of the configuration.
    pub sinks: Vec<SinkState>,
    /// What is on the shelf, the newest first.
    pub tokens: Vec<Label>,
    /// What the browsers that ran in the last 12 hours saw since they started and is no token.
    #[serde(default)]
    pub tally: Tally,
    /// The browsers whose extension is connected now.
    pub connected: Vec<Connected>,
}

/// A configured sink and the last thing it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SinkState {
    /// As in [`SinkReport`].
    pub kind: String,
    /// As in [`SinkReport`].
    pub place: String,
    /// The last delivery, where there was one.
    pub last: Option<SinkReport>,
}

/// A browser whose extension is connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connected {
    /// `chromium` or `firefox`.
    pub browser: Word,
    /// The random name that the extension gave its browser profile.
    pub profile: Word,
    /// The extension's version.
    pub version: Word,
    /// Since when: milliseconds since 1970.
    pub since: u64,
}
