//! Decides which requests may be answered.
//!
//! A web page must not: not by asking this address from its own site, and not by a name of its own that it lets
//! resolve to this address (DNS rebinding). Browsers tell the first by `Origin`, which they send with every POST that
//! a page causes and with every request whose answer it could read, and by `Sec-Fetch-Site`; the second shows in
//! `Host`. So no rule for content types is needed, and a program may send JSON as it likes: curl's `-d` says that it
//! is a form. yt-dlp sends `Sec-Fetch-Mode: navigate` (2026.10.26), which alone says nothing.

use super::host_name::host_name;
use super::rejection::Rejection;
use super::secret::Secret;
use hyper::header::{HOST, HeaderMap, ORIGIN};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use potbridge_protocol::ShortText;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(super) struct Access {
    listens_at: IpAddr,
    hosts: Vec<String>,
    secret: Option<Secret>,
}

impl Access {
    pub(super) fn new(listens_at: IpAddr, hosts: Vec<String>, secret: Option<Secret>) -> Self {
        Self { listens_at, hosts, secret }
    }

    /// Gives the path, without the secret one before it and without slashes at its ends, of a request that may be
    /// answered. `reached_at` is the address of this machine that it came to.
    pub(super) fn admit<'a>(&self, head: &'a Parts, reached_at: IpAddr) -> Result<&'a str, Rejection> {
        self.check_host(head, reached_at)?;
        if head.headers.contains_key(ORIGIN) {
            return Err(Rejection::Origin);
        }
        let sites = head.headers.get_all("sec-fetch-site");
        if !sites.iter().all(|site| matches!(site.as_bytes(), b"none" | b"same-origin")) {
            return Err(Rejection::CrossSite);
        }
        self.behind_the_secret(head.uri.path().trim_matches('/'))
    }

    /// The secret path as a log may show it.
    pub(super) fn shown_path(&self) -> &'static str {
        if self.secret.is_some() { "/… (under the secret path)" } else { "" }
    }

    /// Why a request may have had another secret path, for the log.
    pub(super) fn why_nowhere(&self) -> Option<String> {
        let file = self.secret.as_ref()?.left_file()?;
        Some(format!(
            "the secret path was removed from {}, or replaced there: start this server again to take the new one",
            file.display()
        ))
    }

    fn check_host(&self, head: &Parts, reached_at: IpAddr) -> Result<(), Rejection> {
        let in_header = only_host(&head.headers)?;
        for authority in [Some(in_header), head.uri.authority().map(Authority::as_str)].into_iter().flatten()
        {
            let host = host_name(authority).ok_or(Rejection::NoHost)?;
            if !self.is_ours(&host, reached_at) {
                return Err(ShortText::new(&host).map_or(Rejection::NoHost, Rejection::NotOurName));
            }
        }
        Ok(())
    }

    /// An address cannot be rebound, so the one that the request came to is as good as the one that is listened on.
    fn is_ours(&self, host: &str, reached_at: IpAddr) -> bool {
        let loopbacks = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        let ours = [self.listens_at.to_canonical(), reached_at.to_canonical()];
        match host.parse::<IpAddr>().map(|address| address.to_canonical()) {
            Ok(address) => loopbacks.contains(&address) || ours.contains(&address),
            Err(_) => host == "localhost" || self.hosts.iter().any(|name| name == host),
        }
    }

    fn behind_the_secret<'a>(&self, path: &'a str) -> Result<&'a str, Rejection> {
        let Some(secret) = &self.secret else { return Ok(path) };
        let (first, rest) = path.split_once('/').ok_or(Rejection::Nowhere)?;
        if secret.is(first) { Ok(rest.trim_start_matches('/')) } else { Err(Rejection::Nowhere) }
    }
}

fn only_host(headers: &HeaderMap) -> Result<&str, Rejection> {
    let mut given = headers.get_all(HOST).iter();
    match (given.next(), given.next()) {
        (Some(host), None) => host.to_str().map_err(|_| Rejection::NoHost),
        _ => Err(Rejection::NoHost),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::Request;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn head(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let request = Request::get(uri);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.body(()).unwrap().into_parts().0
    }

    fn admits(access: &Access, headers: &[(&str, &str)]) -> Result<(), Rejection> {
        access.admit(&head("/ping", headers), HERE).map(|path| assert_eq!(path, "ping"))
    }

    #[test]
    fn it_answers_only_to_its_own_names() {
        let access = Access::new(HERE, vec!["host.docker.internal".to_owned()], None);
        for host in [
            "localhost",
            "LOCALHOST:4416",
            "localhost.",
            "127.0.0.1",
            "127.0.0.1:1",
            "[::1]:4416",
            "[0:0::1]",
            "[::ffff:127.0.0.1]",
            "host.docker.internal:4416",
        ] {
            assert_eq!(admits(&access, &[("host", host)]), Ok(()), "{host}");
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example:4416",
            "evil.localhost",
            "192.168.1.5",
            "0.0.0.0",
            "127.1",
            "127.0.0.2",
            "[::2]:4416",
        ] {
            assert!(matches!(admits(&access, &[("host", host)]), Err(Rejection::NotOurName(_))), "{host}");
        }
        for host in [
            "",
            "evil.example@localhost",
            "127.0.0.1:80@evil.example",
            "local host",
            "]",
            "[::1].evil.example",
            "[::1]:4416.evil.example",
            "[::1%25lo]",
        ] {
            assert_eq!(admits(&access, &[("host", host)]), Err(Rejection::NoHost), "{host}");
        }
        assert_eq!(admits(&access, &[]), Err(Rejection::NoHost));
        assert_eq!(admits(&access, &[("host", "localhost"), ("host", "localhost")]), Err(Rejection::NoHost));
    }

    #[test]
    fn an_address_in_the_request_line_must_be_ours_too() {
        let access = Access::new(HERE, Vec::new(), None);
        let of = |uri| access.admit(&head(uri, &[("host", "localhost")]), HERE).map(ToOwned::to_owned);
        assert_eq!(of("http://127.0.0.1:4416/ping"), Ok("ping".to_owned()));
        assert!(matches!(of("http://evil.example/ping"), Err(Rejection::NotOurName(_))));
        assert_eq!(of("http://[::1].evil.example/ping"), Err(Rejection::NoHost));
        assert_eq!(of("http://me@localhost/ping"), Err(Rejection::NoHost));
    }

    #[test]
    fn the_address_that_a_request_came_to_is_ours() {
        let access = Access::new("::".parse().unwrap(), Vec::new(), None);
        let head = head("/ping", &[("host", "192.168.1.5:4416")]);
        assert!(access.admit(&head, "::ffff:192.168.1.5".parse().unwrap()).is_ok());
        assert!(access.admit(&head, "::ffff:192.168.1.6".parse().unwrap()).is_err());
    }

    #[test]
    fn requests_of_web_pages_are_rejected() {
        let access = Access::new(HERE, Vec::new(), None);
        let with = |name: &'static str, value: &'static str| {
            admits(&access, &[("host", "localhost"), (name, value)])
        };
        for origin in ["https://evil.example", "null", "http://localhost:4416", ""] {
            assert_eq!(with("origin", origin), Err(Rejection::Origin), "{origin}");
        }
        for site in ["cross-site", "same-site", "", "none, cross-site"] {
            assert_eq!(with("sec-fetch-site", site), Err(Rejection::CrossSite), "{site}");
        }
        assert_eq!(with("sec-fetch-site", "none"), Ok(()));
        assert_eq!(with("sec-fetch-mode", "navigate"), Ok(()));
    }

    #[test]
    fn with_a_secret_path_nothing_answers_elsewhere() {
        let access = Access::new(HERE, Vec::new(), Some(Secret::new("0123456789abcdef").unwrap()));
        let of = |uri| access.admit(&head(uri, &[("host", "localhost")]), HERE).map(ToOwned::to_owned);
        for uri in ["/0123456789abcdef/ping", "//0123456789abcdef//ping/", "/0123456789abcdef/ping?x=1"] {
            assert_eq!(of(uri), Ok("ping".to_owned()), "{uri}");
        }
        for uri in ["/ping", "/", "/0123456789abcdef", "/0123456789abcdeF/ping", "/0123456789abcde/ping"] {
            assert_eq!(of(uri), Err(Rejection::Nowhere), "{uri}");
        }
    }
}
