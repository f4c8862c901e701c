//! The paths there are.

use super::rejection::Rejection;
use crate::config::reported_version;
use hyper::Method;
use potbridge_protocol::ShortText;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Ping,
    GetPot,
    InvalidateCaches,
    InvalidateIt,
    MinterCache,
}

impl Route {
    /// The route of a path without its secret part, and the version that the path has `ping` report.
    ///
    /// Plugins refuse a server of another major version than their own: bgutil's is 2.0.2, TubeArchivist's fork of it 1.3.1
    /// (August 2026). So a `base_url` may end in a version.
    pub(super) fn of(path: &str) -> Result<(Self, Option<ShortText>), Rejection> {
        let versioned =
            path.split_once('/').and_then(|(first, rest)| Some((reported_version(first).ok()?, rest)));
        let (version, name) = versioned.map_or((None, path), |(version, rest)| (Some(version), rest));
        Ok((Self::named(name.trim_start_matches('/'))?, version))
    }

    fn named(name: &str) -> Result<Self, Rejection> {
        [Self::Ping, Self::GetPot, Self::InvalidateCaches, Self::InvalidateIt, Self::MinterCache]
            .into_iter()
            .find(|route| route.name() == name)
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

    /// Whatever answers GET answers HEAD too: health checks ask so.
    pub(super) fn check_method(self, method: &Method) -> Result<(), Rejection> {
        let (taken, allowed) = match self {
            Self::Ping | Self::MinterCache => (&[Method::GET, Method::HEAD][..], "GET, HEAD"),
            Self::GetPot | Self::InvalidateCaches | Self::InvalidateIt => (&[Method::POST][..], "POST"),
        };
        if taken.contains(method) { Ok(()) } else { Err(Rejection::Method(allowed)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_before_the_path_is_what_ping_reports() {
        let of = |path| Route::of(path).map(|(route, version)| (route, version.map(|text| text.to_string())));
        assert_eq!(of("ping"), Ok((Route::Ping, None)));
        assert_eq!(of("1.3.1/ping"), Ok((Route::Ping, Some("1.3.1".to_owned()))));
        assert_eq!(of("1.3.1//get_pot"), Ok((Route::GetPot, Some("1.3.1".to_owned()))));
        for path in ["1.3.1", "1.3.1/", "1.3.1/1.3.1/ping", "v1/ping", "1./ping", "ping/1.3.1", "x/ping", ""]
        {
            assert_eq!(of(path), Err(Rejection::Nowhere), "{path}");
        }
    }
}
