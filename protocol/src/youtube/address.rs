//! The address of a request, split where it stands: nothing is copied or decoded.

/// The parts of an address. Each borrows from it.
#[derive(Clone, Copy)]
pub struct Address<'a> {
    /// The host, as it is written.
    pub host: &'a str,
    /// The path with its leading `/`; empty if there is none.
    pub path: &'a str,
    /// The query without its `?`; empty if there is none.
    pub query: &'a str,
}

impl<'a> Address<'a> {
    /// Takes the address of a request as browsers write it: `https`, no port, no user, the host in lower case.
    #[must_use]
    pub fn of_request(url: &'a str) -> Option<Self> {
        let address = Self::split(url.strip_prefix("https://")?);
        let host = address.host;
        let is_plain = (1..=100).contains(&host.len())
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.');
        (is_plain && !address.path.is_empty()).then_some(address)
    }

    /// Takes a link as people write it: with `https`, `http` or no scheme at all, and anything as its host.
    ///
    /// `None` means another scheme.
    #[must_use]
    pub fn of_link(text: &'a str) -> Option<Self> {
        match text.split_once("://") {
            None => Some(Self::split(text)),
            Some((scheme, rest)) => {
                let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
                is_web.then(|| Self::split(rest))
            }
        }
    }

    fn split(rest: &'a str) -> Self {
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = place.split_at(place.find('/').unwrap_or(place.len()));
        Self { host, path, query }
    }

    /// The value of the query's first `name=`, as it is written.
    #[must_use]
    pub fn query_field(&self, name: &str) -> Option<&'a str> {
        // Bytes are compared, since that is several times faster in wasm than `str::split`.
        let is_named = |field: &str| {
            field.len() > name.len() && field.as_bytes()[name.len()] == b'=' && field.starts_with(name)
        };
        let mut rest = self.query;
        loop {
            if is_named(rest) {
                let value = &rest[name.len() + 1..];
                return Some(value.split_once('&').map_or(value, |(value, _)| value));
            }
            rest = &rest[rest.bytes().position(|byte| byte == b'&')? + 1..];
        }
    }

    /// The value of a field in a path that names its fields in turn behind `start`: `start/name/value/name/value`.
    #[must_use]
    pub fn path_field(&self, start: &str, name: &str) -> Option<&'a str> {
        let mut segments = self.path.strip_prefix(start)?.strip_prefix('/')?.split('/');
        while let (Some(field), Some(value)) = (segments.next(), segments.next()) {
            if field == name {
                return Some(value);
            }
        }
        None
    }

    /// The segment of the path that follows the first segment of this name.
    #[must_use]
    pub fn segment_after(&self, name: &str) -> Option<&'a str> {
        let mut segments = self.path.split('/');
        segments.find(|segment| *segment == name)?;
        segments.next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::youtube::is_media_host;
    use proptest::prelude::*;

    #[test]
    fn an_address_splits_into_host_path_and_fields() {
        let address = Address::of_request("https://a.b.example/x/y?k=1&key=2&k=3&flag&e=#k=4").unwrap();
        assert_eq!((address.host, address.path), ("a.b.example", "/x/y"));
        assert_eq!(address.query_field("k"), Some("1"));
        assert_eq!(address.query_field("key"), Some("2"));
        assert_eq!(address.query_field("e"), Some(""));
        assert_eq!(address.query_field("flag"), None);
        assert_eq!(address.query_field("ey"), None);
    }

    #[test]
    fn a_value_in_a_path_is_not_taken_for_a_name() {
        let address = Address::of_request("https://a.example/start/id/pot/pot/T==/c/WEB/odd").unwrap();
        assert_eq!(address.path_field("/start", "pot"), Some("T=="));
        assert_eq!(address.path_field("/start", "c"), Some("WEB"));
        assert_eq!(address.path_field("/start", "odd"), None);
        assert_eq!(address.path_field("/star", "c"), None);
    }

    #[test]
    fn a_segment_is_found_wherever_the_path_begins() {
        let address = Address::of_link("https://a.example/any/start/pot/T==/n/1").unwrap();
        assert_eq!(address.segment_after("pot"), Some("T=="));
        assert_eq!(address.segment_after("1"), None);
        assert_eq!(address.segment_after("po"), None);
    }

    #[test]
    fn a_link_needs_no_scheme_and_no_path() {
        for link in ["https://youtu.be/x?a=1", "HTTP://youtu.be/x?a=1#top", "youtu.be/x?a=1"] {
            let address = Address::of_link(link).unwrap();
            assert_eq!((address.host, address.path, address.query_field("a")), ("youtu.be", "/x", Some("1")));
        }
        let bare = Address::of_link("youtu.be").unwrap();
        assert_eq!((bare.host, bare.path), ("youtu.be", ""));
        for link in ["ftp://youtu.be/x", "javascript://youtu.be/x", "file:///etc/passwd"] {
            assert!(Address::of_link(link).is_none(), "{link}");
        }
    }

    #[test]
    fn only_a_plain_https_address_is_one_of_a_request() {
        let of_media = |url| Address::of_request(url).is_some_and(|address| is_media_host(address.host));
        assert!(of_media("https://rr1---sn-a.googlevideo.com/"));
        assert!(of_media("https://a.b.googlevideo.com/"));
        for url in [
            "https://googlevideo.com/",
            "https://.googlevideo.com/",
            "https://evilgooglevideo.com/",
            "https://a.googlevideo.com.evil.example/",
            "https://evil.example/a.googlevideo.com/",
            "https://evil.example?a.googlevideo.com/",
            "https://evil.example#a.googlevideo.com/",
            "https://a.googlevideo.com@evil.example/",
            "https://a.googlevideo.com:1@evil.example/",
            "https://a.googlevideo.com:444/",
            "https://evil.example\\.googlevideo.com/",
            "http://a.googlevideo.com/",
            "https://a.googlevideo.com",
        ] {
            assert!(!of_media(url), "{url}");
        }
    }

    proptest! {
        #[test]
        fn hostile_addresses_never_panic(rest in "[a-z./?#&=%@:\u{e9}]{0,60}", name in "[a-z\u{e9}]{0,3}") {
            for text in [rest.clone(), format!("https://{rest}")] {
                for address in [Address::of_request(&text), Address::of_link(&text)].into_iter().flatten() {
                    let _ = (
                        address.query_field(&name),
                        address.path_field("/a", &name),
                        address.segment_after(&name),
                    );
                }
            }
        }
    }
}
