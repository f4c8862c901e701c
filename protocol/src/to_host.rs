//! What the extension says to the host.

use crate::download::Act;
use crate::{Ask, Capture, Cookie, JobId, Playing, Tally, Word};
use serde::{Deserialize, Serialize};

/// A message from the extension. A host skips types and fields that it does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ToHost {
    /// The first message on a port: who is there. Answered by `hello`, or by `error` where the two do not fit.
    Hello {
        /// The [`crate::PROTOCOL`] that the extension speaks.
        protocol: u32,
        /// The extension's own version, for people.
        version: Word,
        /// `chromium` or `firefox`.
        browser: Word,
        /// The random name that the extension gave its browser profile.
        profile: Word,
    },
    /// A token was seen. Answered by `stored`, or by `error`, with the same `id`.
    Captured {
        /// The extension's own name for this message.
        id: String,
        /// The token and what is known of it.
        capture: Box<Capture>,
    },
    /// A request told which video a playback plays. Answered by `noted`, or by `error`, with the same `id`.
    Playing {
        /// The extension's own name for this message.
        id: String,
        /// What it told.
        playing: Box<Playing>,
    },
    /// What was seen since the browser started and is no token. Replaces what this profile said before; not
    /// answered.
    Tally {
        /// The random name that the extension gave its browser profile.
        profile: Word,
        /// How often each was seen.
        tally: Tally,
    },
    /// Asks for `status`.
    Status,
    /// The extension can open videos for a token that is wanted. Not answered; from then on `wanted` may come, while
    /// the user lets it.
    Wishes {
        /// Whether the user lets it.
        on: bool,
    },
    /// The extension can show downloads. Answered by `downloads`; from then on every change is told by `download`.
    Downloads,
    /// Start a download. Answered by `started`, or by `error`, with the same `id`.
    Download {
        /// The extension's own name for this message.
        id: String,
        /// What is to be downloaded.
        ask: Box<Ask>,
    },
    /// Do something with a download. Answered by `error` with the same `id` where that cannot be done; where it can,
    /// by what it brings about.
    Job {
        /// The extension's own name for this message.
        id: String,
        /// The download.
        job: JobId,
        /// What is to be done.
        act: Act,
        /// For `retry`: the session's cookies, where the user agreed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cookies: Vec<Cookie>,
    },
    /// The token that `wanted` asked for cannot be had. Where it can, `captured` says so.
    Unobtainable {
        /// The `id` of the `wanted`.
        id: String,
        /// Why, for programs: `turned-off`, `too-many`, `not-playable`, `login-needed`, `tab-closed`, `cannot-open`,
        /// `no-token`.
        #[serde(default)]
        code: Word,
        /// Why, for people.
        message: String,
    },
    /// A type of a later version.
    #[serde(other)]
    Unknown,
}
