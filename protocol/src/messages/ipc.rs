//! What a command and a live host say to each other on the control socket.
//!
//! They use the frames of native messaging. The command says `hello`, the host says `hello`, the command says
//! `token-request`, and the host answers it once.

use crate::{Capture, Context, PoToken, Problem, Session, ShortText, VideoId};
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// The version of these messages.
///
/// It is raised when a partner that does not know a change would do wrong. [`super::agree`] says which versions work
/// together.
pub const IPC_VERSION: u32 = 4;

/// The [`TokenRequest::client`] of `potbridge serve`, behind which many programs may stand.
pub const SERVE: &str = "serve";

/// A message from a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum IpcRequest {
    /// The first message.
    Hello {
        /// The [`IPC_VERSION`] that the command speaks.
        ipc: u32,
        /// The command's version, for people.
        version: ShortText,
    },
    /// Asks for a token.
    TokenRequest(Box<TokenRequest>),
    /// A type of a later version.
    #[serde(other)]
    Unknown,
}

/// A message from a host. It may hold a token, so only the owner's processes may connect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum IpcResponse {
    /// Answers `hello`.
    Hello {
        /// The [`IPC_VERSION`] that the host speaks.
        ipc: u32,
        /// The host's version, for people.
        version: ShortText,
        /// The random name of its browser's profile.
        profile: ShortText,
        /// Whether its browser accepts token requests.
        accepts: bool,
        /// Whether it is potbridge's own browser, which nobody looks at.
        #[serde(default)]
        unattended: bool,
        /// Whether the user paused its browser's capture of tokens.
        #[serde(default)]
        paused: bool,
        /// Whether its browser would ask its user first.
        #[serde(default)]
        undecided: bool,
        /// When its browser last sent a token: milliseconds since 1970.
        active_at: u64,
    },
    /// The token.
    Token {
        /// The token and what is known of it.
        capture: Box<Capture>,
    },
    /// The request failed.
    Failed(Problem),
    /// A type of a later version.
    #[serde(other)]
    Unknown,
}

/// A request for a token: of a video, or of a session, or, if neither is named, the newest token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRequest {
    /// The video that the token is to be good for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_id: Option<VideoId>,
    /// The session that the token is to be bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_binding: Option<ContentBinding>,
    /// The kind of request that the token is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<Context>,
    /// Whether the known tokens will not do.
    #[serde(default)]
    pub bypass_cache: bool,
    /// The tokens that YouTube refused, and that led to this request. Nobody is given them again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<PoToken>,
    /// Whether YouTube Music's player should be asked.
    #[serde(default)]
    pub music: bool,
    /// Who asks, for people: `get`, `yt-dlp`, `serve`, `download`.
    #[serde(default)]
    pub client: ShortText,
    /// The profile and container whose token is preferred.
    #[serde(default)]
    pub prefer_session: Session,
    /// How long the command waits: milliseconds.
    pub timeout_ms: u64,
}

/// What a session's token is bound to, in yt-dlp's words.
///
/// It identifies a person, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContentBinding {
    /// Visitor data.
    VisitorData(Zeroizing<String>),
    /// The visitor's id, which visitor data is made of: 11 characters.
    VisitorId(Zeroizing<String>),
    /// The id of an account.
    DataSyncId(Zeroizing<String>),
    /// Whatever visitor, if it is known: best the one that the token is bound to.
    AnyVisitor,
}

impl fmt::Debug for ContentBinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::VisitorData(_) => "VisitorData(…)",
            Self::VisitorId(_) => "VisitorId(…)",
            Self::DataSyncId(_) => "DataSyncId(…)",
            Self::AnyVisitor => "AnyVisitor",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_needs_only_its_timeout_and_hides_its_binding() {
        let request: IpcRequest = serde_json::from_str(r#"{"type":"token-request","timeout_ms":5}"#).unwrap();
        assert_eq!(
            request,
            IpcRequest::TokenRequest(Box::new(TokenRequest { timeout_ms: 5, ..TokenRequest::default() }))
        );
        let of = ContentBinding::DataSyncId(Zeroizing::new("123||".to_owned()));
        let request = TokenRequest { content_binding: Some(of), ..TokenRequest::default() };
        assert!(!format!("{request:?}").contains("123"));
        let json = serde_json::to_string(&request).unwrap();
        assert!(json.contains(r#""content_binding":{"data-sync-id":"123||"}"#), "{json}");
        assert_eq!(serde_json::from_str::<TokenRequest>(&json).unwrap(), request);
    }

    #[test]
    fn a_request_carries_the_refused_tokens_and_shows_none() {
        let mut bytes = vec![0x32, 83];
        bytes.extend(7..90);
        let token = PoToken::from_bytes(&bytes).unwrap();
        let request = TokenRequest { refused: vec![token.clone()], ..TokenRequest::default() };
        assert!(!format!("{request:?}").contains(&token.expose()[4..16]));
        let json = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<TokenRequest>(&json).unwrap(), request);
        assert!(serde_json::from_str::<TokenRequest>(r#"{"refused":["T"],"timeout_ms":5}"#).is_err());
    }
}
