//! Requests that are rejected before a token is looked for.

use hyper::StatusCode;
use potbridge_protocol::ShortText;

/// Why a request is rejected. It never holds what could be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Rejection {
    #[error("the request does not say, in one Host header, which host it is for")]
    NoHost,
    #[error(
        "this server is not called {0}: if it is, name that in hosts of [serve] in potbridge's configuration"
    )]
    NotOurName(ShortText),
    #[error("web pages may not ask this server: the request has an Origin")]
    Origin,
    #[error("web pages may not ask this server: the request comes from another site")]
    CrossSite,
    #[error(
        "there is nothing here: the paths are /ping, /get_pot, /invalidate_caches, /invalidate_it and /minter_cache"
    )]
    Nowhere,
    #[error("this path takes {0} requests")]
    Method(&'static str),
    #[error("the body is longer than 256 KiB")]
    TooLarge,
    #[error("the body did not come in time")]
    TooSlow,
    #[error("the body broke off, or is not what its head says")]
    Broken,
    #[error("the body is no JSON object, from its line {line}, column {column} on")]
    NotJson { line: usize, column: usize },
    /// In the words of bgutil's server, as programs may look for them.
    #[error("{0} is deprecated, use content_binding instead")]
    Deprecated(&'static str),
    #[error("{0} is no key of this protocol, use content_binding instead")]
    Mistaken(ShortText),
}

impl Rejection {
    /// The status of the response.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::NoHost | Self::Broken | Self::NotJson { .. } | Self::Deprecated(_) | Self::Mistaken(_) => {
                StatusCode::BAD_REQUEST
            }
            Self::NotOurName(_) | Self::Origin | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::Nowhere => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
        }
    }
}
