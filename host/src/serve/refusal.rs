//! Requests that are refused before anything is asked for.

use super::answer::{self, Answer};
use hyper::StatusCode;
use hyper::header::{ALLOW, CONNECTION, HeaderValue};
use potbridge_protocol::ShortText;

/// Why a request is refused. Never holds what could be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
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
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoHost | Self::Broken | Self::NotJson { .. } => StatusCode::BAD_REQUEST,
            Self::NotOurName(_) | Self::Origin | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::Nowhere => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
        }
    }

    pub(super) fn answer(&self) -> Answer {
        let mut answer = answer::error(self.status(), &self.to_string());
        // What is left of a refused request is not read.
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        if let Self::Method(allowed) = self {
            answer.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
        }
        answer
    }
}
