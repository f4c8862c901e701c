//! The paths there are.

use super::rejection::Rejection;
use hyper::Method;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Ping,
    GetPot,
    InvalidateCaches,
    InvalidateIt,
    MinterCache,
}

impl Route {
    /// The route of a path without its secret part.
    pub(super) fn of(path: &str) -> Result<Self, Rejection> {
        [Self::Ping, Self::GetPot, Self::InvalidateCaches, Self::InvalidateIt, Self::MinterCache]
            .into_iter()
            .find(|route| route.name() == path)
            .ok_or(Rejection::Nowhere)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ping => "ping",
            Self::GetPot => "get_pot",
            Self::InvalidateCaches => "invalidate_caches",
            Self::InvalidateIt => "invalidate_it",
            Self::MinterCache => "minter_cache",
        }
    }

    pub(super) fn check_method(self, method: &Method) -> Result<(), Rejection> {
        let taken = match self {
            Self::Ping | Self::MinterCache => Method::GET,
            Self::GetPot | Self::InvalidateCaches | Self::InvalidateIt => Method::POST,
        };
        match taken == *method {
            true => Ok(()),
            false if taken == Method::GET => Err(Rejection::Method("GET")),
            false => Err(Rejection::Method("POST")),
        }
    }
}
