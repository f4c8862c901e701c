//! What a command and a live host say to each other on the link, the host's local socket: the frames of native
//! messaging, with these messages in them. The command says hello, the host says hello, the command says its wish, and
//! the host answers it once.

use crate::{Capture, Context, Session, VideoId, Word};
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// The version of these messages. Raised when a partner that does not know the change would do wrong.
pub const LINK: u32 = 1;

/// A message from a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ToLink {
    /// The first message.
    Hello {
        /// The [`LINK`] that the command speaks.
        link: u32,
        /// The command's version, for people.
        version: Word,
    },
    /// A token is wanted.
    Wish(Box<Wish>),
    /// A type of a later version.
    #[serde(other)]
    Unknown,
}

/// A message from a host. The token in it is why only the owner's processes may connect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum FromLink {
    /// Answers `hello`.
    Hello {
        /// The [`LINK`] that the host speaks.
        link: u32,
        /// The host's version, for people.
        version: Word,
        /// The random name of its browser's profile.
        profile: Word,
        /// Whether its browser may be asked to open videos.
        asks: bool,
        /// When its browser last brought something: milliseconds since 1970.
        active_at: u64,
    },
    /// The token.
    Granted {
        /// The token and what is known of it.
        capture: Box<Capture>,
    },
    /// There is none.
    Refused {
        /// Why, for programs: one of docs/PROTOCOL.md.
        code: String,
        /// Why, for people.
        message: String,
    },
    /// A type of a later version.
    #[serde(other)]
    Unknown,
}

/// A token that is wanted: of a video, or of a session, or, where neither is named, the newest there is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// The video that it is to be good for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_id: Option<VideoId>,
    /// The session that it is to be bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_session: Option<SessionBinding>,
    /// The kind of request that it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<Context>,
    /// None that was there before: it was refused.
    #[serde(default)]
    pub anew: bool,
    /// Whether YouTube Music's player should be asked.
    #[serde(default)]
    pub music: bool,
    /// Who asks, for people: `get`, `yt-dlp`, `serve`, `download`.
    #[serde(default)]
    pub asker: Word,
    /// The profile and container that it should rather be of.
    #[serde(default)]
    pub rather_of: Session,
    /// How long the command waits: milliseconds.
    pub within: u64,
}

/// What a token of a session is bound to, in yt-dlp's words. It says who somebody is: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SessionBinding {
    /// Visitor data.
    VisitorData(Zeroizing<String>),
    /// The visitor's id, which visitor data is made of: 11 characters.
    VisitorId(Zeroizing<String>),
    /// The id of an account.
    DataSyncId(Zeroizing<String>),
}

impl fmt::Debug for SessionBinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::VisitorData(_) => "VisitorData(…)",
            Self::VisitorId(_) => "VisitorId(…)",
            Self::DataSyncId(_) => "DataSyncId(…)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_needs_only_its_time_and_does_not_show_whose_session_it_is() {
        let wish: ToLink = serde_json::from_str(r#"{"type":"wish","within":5}"#).unwrap();
        assert_eq!(wish, ToLink::Wish(Box::new(Wish { within: 5, ..Wish::default() })));
        let of = SessionBinding::DataSyncId(Zeroizing::new("123||".to_owned()));
        let wish = Wish { of_session: Some(of), ..Wish::default() };
        assert!(!format!("{wish:?}").contains("123"));
        let json = serde_json::to_string(&wish).unwrap();
        assert!(json.contains(r#""of_session":{"data-sync-id":"123||"}"#), "{json}");
        assert_eq!(serde_json::from_str::<Wish>(&json).unwrap(), wish);
    }
}
