//! The codes of `error` messages.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// What went wrong, for programs: stable, and listed in docs/PROTOCOL.md.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ErrorCode {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)*
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code itself.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

error_codes! {
    /// The extension is none that this host knows.
    ExtensionNotAllowed = "extension-not-allowed",
    /// The extension speaks an older protocol: update it.
    UpdateExtension = "update-extension",
    /// The extension speaks a newer protocol: update the host.
    UpdateHost = "update-host",
    /// What came is no message of this protocol, or carries no valid token.
    MalformedMessage = "malformed-message",
    /// What came is larger than the host takes.
    MessageTooLarge = "message-too-large",
    /// The configuration cannot be read or does not make sense.
    ConfigInvalid = "config-invalid",
    /// The shelf cannot be opened, read or written.
    ShelfUnavailable = "shelf-unavailable",
    /// yt-dlp is not where the configuration says, or not at all.
    YtDlpMissing = "yt-dlp-missing",
    /// A download could not be started, or what was to be done with it could not be.
    DownloadFailed = "download-failed",
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
