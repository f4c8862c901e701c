//! What the extension says to the host.

use crate::{Capture, Playing, Tally, Word};
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
    /// A type of a later version.
    #[serde(other)]
    Unknown,
}
