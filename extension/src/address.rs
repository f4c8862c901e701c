//! The address of a request, taken apart where it stands: nothing is copied or decoded.

/// An `https` address. Each part borrows from it.
#[derive(Clone, Copy)]
pub(crate) struct Address<'a> {
    pub(crate) host: &'a str,
    /// With its leading `/`.
    pub(crate) path: &'a str,
    /// Without its `?`; empty where there is none.
    query: &'a str,
}

impl<'a> Address<'a> {
    /// Takes an address as browsers write it: no port, no user, the host in lower case.
    pub(crate) fn new(url: &'a str) -> Option<Self> {
        let rest = url.strip_prefix("https://")?;
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = place.split_at(place.find('/')?);
        let named = (1..=100).contains(&host.len())
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.');
        named.then_some(Self { host, path, query })
    }

    /// Whether the host lies below this domain.
    pub(crate) fn is_below(&self, domain: &str) -> bool {
        self.host
            .strip_suffix(domain)
            .and_then(|sub| sub.strip_suffix('.'))
            .is_some_and(|sub| !sub.is_empty())
    }

    /// The value of the query's first `name=`, as it is written there.
    pub(crate) fn query_field(&self, name: &str) -> Option<&'a str> {
        self.query.split('&').find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
    }

    /// What follows `name` in a path that names its fields in turn, `…/name/value/name/value`, behind `start`.
    pub(crate) fn path_field(&self, start: &str, name: &str) -> Option<&'a str> {
        let mut segments = self.path.strip_prefix(start)?.strip_prefix('/')?.split('/');
        while let (Some(field), Some(value)) = (segments.next(), segments.next()) {
            if field == name {
                return Some(value);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_falls_into_host_path_and_fields() {
        let address = Address::new("https://a.b.example/x/y?k=1&key=2&k=3&flag&e=#k=4").unwrap();
        assert_eq!((address.host, address.path), ("a.b.example", "/x/y"));
        assert_eq!(address.query_field("k"), Some("1"));
        assert_eq!(address.query_field("key"), Some("2"));
        assert_eq!(address.query_field("e"), Some(""));
        assert_eq!(address.query_field("flag"), None);
        assert_eq!(address.query_field("ey"), None);
    }

    #[test]
    fn a_value_in_a_path_is_not_taken_for_a_name() {
        let address = Address::new("https://a.example/start/id/pot/pot/T==/c/WEB/odd").unwrap();
        assert_eq!(address.path_field("/start", "pot"), Some("T=="));
        assert_eq!(address.path_field("/start", "c"), Some("WEB"));
        assert_eq!(address.path_field("/start", "odd"), None);
        assert_eq!(address.path_field("/star", "c"), None);
    }

    #[test]
    fn only_a_whole_label_parts_a_host_from_its_domain() {
        let below = |url| Address::new(url).is_some_and(|address| address.is_below("googlevideo.com"));
        assert!(below("https://rr1---sn-a.googlevideo.com/"));
        assert!(below("https://a.b.googlevideo.com/"));
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
            assert!(!below(url), "{url}");
        }
    }

    proptest! {
        #[test]
        fn hostile_addresses_never_panic(rest in "[a-z./?#&=%@:\u{e9}]{0,60}", name in "[a-z\u{e9}]{0,3}") {
            if let Some(address) = Address::new(&format!("https://{rest}")) {
                let _ = (address.is_below(&name), address.query_field(&name), address.path_field("/a", &name));
            }
        }
    }
}
