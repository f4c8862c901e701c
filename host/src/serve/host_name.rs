//! Reads what stands in a `Host` header, or after `//` in a request line.
//!
//! The `http` crate's `Authority` (1.x) takes `[::1].evil.example` and gives its host as `[::1]`. A browser that knows such a
//! name would reach this server by it, so the syntax is checked here, whole.

use std::net::Ipv6Addr;

/// The name or address in lower case, without port, brackets and the point of a whole name.
///
/// `None` if there is anything else: a user, a zone, a port that is no number, something between bracket and port.
pub(super) fn host_name(authority: &str) -> Option<String> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (address, rest) = rest.split_once(']')?;
            (address.parse::<Ipv6Addr>().ok()?.to_string(), rest)
        }
        None => {
            let (name, port) = authority.find(':').map_or((authority, ""), |at| authority.split_at(at));
            let fit = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            let name = name.strip_suffix('.').unwrap_or(name);
            let shaped = !name.is_empty() && !name.ends_with('.') && name.bytes().all(fit);
            (shaped.then(|| name.to_ascii_lowercase())?, port)
        }
    };
    is_port(port).then_some(host)
}

/// `:` and a number of up to 65535, or nothing.
fn is_port(text: &str) -> bool {
    let number = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    text.is_empty() || text.strip_prefix(':').is_some_and(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_and_addresses_are_read_with_and_without_a_port() {
        for (authority, name) in [
            ("localhost", "localhost"),
            ("LocalHost.:4416", "localhost"),
            ("127.0.0.1:1", "127.0.0.1"),
            ("[::1]", "::1"),
            ("[::1]:65535", "::1"),
            ("[0:0:0:0:0:0:0:1]:4416", "::1"),
            ("[::ffff:127.0.0.1]", "::ffff:127.0.0.1"),
            ("host_1.docker-internal:80", "host_1.docker-internal"),
        ] {
            assert_eq!(host_name(authority).as_deref(), Some(name), "{authority}");
        }
    }

    #[test]
    fn whatever_else_stands_there_is_refused() {
        for authority in [
            "",
            ".",
            ":4416",
            "[::1].evil.example",
            "[::1].evil.example:4416",
            "[::1]evil.example",
            "[::1]:4416.evil.example",
            "[::1]:80:81",
            "[::1]:",
            "[::1]]",
            "[[::1]]",
            "[::1",
            "::1",
            "::1]",
            "[::1%lo]",
            "[::1%25lo]:4416",
            "[fe80::1%eth0]",
            "[127.0.0.1]",
            "[localhost]",
            "[]",
            "[v1.x]",
            "127.0.0.1:80@evil.example",
            "evil.example@127.0.0.1",
            "user:pw@localhost:4416",
            "@localhost",
            "127.0.0.1:4416.evil.example",
            "127.0.0.1:4416/evil",
            "localhost:+80",
            "localhost:65536",
            "localhost:99999999999",
            "localhost:",
            "localhost..",
            "local host",
            "localhost,evil.example",
            "localhost%00.evil.example",
            "localhost#",
            "localhost?x",
            "l\u{f6}calhost",
        ] {
            assert_eq!(host_name(authority), None, "{authority}");
        }
    }

    proptest! {
        #[test]
        fn a_suffix_after_the_bracket_is_never_taken(rest in "[^:\\[\\]]\\PC{0,20}") {
            prop_assert_eq!(host_name(&format!("[::1]{rest}")), None);
        }
    }
}
