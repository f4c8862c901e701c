//! The URL of a Redis server.

use super::error::RedisError;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde::Deserialize;
use std::fmt;
use std::net::Ipv6Addr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use zeroize::{Zeroize as _, Zeroizing};

const DEFAULT_PORT: u16 = 6379;

/// The characters that are percent-encoded in a user's name or a path.
const SPECIAL: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b':')
    .add(b'?')
    .add(b'@')
    .add(b'[')
    .add(b']');

/// Where a Redis server is, and as whom to log in there.
///
/// `Debug` and `Display` leave the password out.
///
/// - `redis://[user[:password]@]host[:port][/database]`
/// - `rediss://…`: the same, by TLS
/// - `redis+unix:///path[?db=database&user=user&pass=password]`: a Unix socket
///
/// The port is 6379 and the database 0 unless they are given. In user, password and path a character may be written
/// as `%XX`, and some must be: `/ ? # @ : %` in a user or password, `? # & %` behind `redis+unix://`. A `+` is a `+`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct RedisUrl {
    pub(super) server: Server,
    pub(super) user: Option<String>,
    pub(super) password: Option<Zeroizing<String>>,
    pub(super) database: u32,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Server {
    Tcp { host: String, port: u16, tls: bool },
    Unix(PathBuf),
}

impl FromStr for RedisUrl {
    type Err = RedisError;

    fn from_str(url: &str) -> Result<Self, RedisError> {
        let (scheme, rest) = url.split_once("://").ok_or_else(|| {
            invalid("it must begin with redis://, rediss:// (for TLS) or redis+unix:// (for a Unix socket)")
        })?;
        if rest.contains('#') {
            return Err(invalid("nothing may stand behind a #; one in a password is written %23"));
        }
        match scheme.to_ascii_lowercase().as_str() {
            "redis" => tcp(rest, false),
            "rediss" => tcp(rest, true),
            "redis+unix" => unix(rest),
            _ => Err(invalid(
                "it must begin with redis://, rediss:// (for TLS) or redis+unix:// (for a Unix socket)",
            )),
        }
    }
}

impl TryFrom<String> for RedisUrl {
    type Error = RedisError;

    fn try_from(mut url: String) -> Result<Self, RedisError> {
        let parsed = url.parse();
        url.zeroize();
        parsed
    }
}

fn tcp(rest: &str, tls: bool) -> Result<RedisUrl, RedisError> {
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    if path.contains('@') {
        return Err(invalid("a / or ? in a user or password must be written %2F or %3F"));
    }
    if path.contains('?') {
        return Err(invalid("options behind a ? mean nothing with redis:// and rediss://"));
    }
    let (login, place) = match authority.rsplit_once('@') {
        Some((login, place)) => (Some(login), place),
        None => (None, authority),
    };
    let (host, port) = host_and_port(place)?;
    let (user, password) = match login.map(|login| login.split_once(':').unwrap_or((login, ""))) {
        Some((user, password)) => (some(decoded(user)?), some(decoded(password)?)),
        None => (None, None),
    };
    let database = match path.trim_matches('/') {
        "" => 0,
        number => database(number)?,
    };
    let server = Server::Tcp { host, port, tls };
    checked(RedisUrl { server, user: user.map(|user| user.to_string()), password, database })
}

fn host_and_port(place: &str) -> Result<(String, u16), RedisError> {
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']').ok_or_else(|| invalid("the [ of its host has no ]"))?;
            host.parse::<Ipv6Addr>().map_err(|_| invalid("what stands in [ ] is not an IPv6 address"))?;
            match port.strip_prefix(':') {
                None if !port.is_empty() => {
                    return Err(invalid("only :port may stand behind the ] of its host"));
                }
                port => (host, port),
            }
        }
        None => {
            let (host, port) = place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port)));
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
            if host.is_empty() {
                return Err(invalid("it names no host"));
            }
            if !host.bytes().all(fits) {
                return Err(invalid("its host is neither a name of letters, digits, - . _ nor an address"));
            }
            (host, port)
        }
    };
    let port = match port {
        None => DEFAULT_PORT,
        Some(port) => match digits(port) {
            Some(port @ 1..) => port,
            _ => return Err(invalid("its port is not a number from 1 to 65535")),
        },
    };
    Ok((host.to_owned(), port))
}

fn unix(rest: &str) -> Result<RedisUrl, RedisError> {
    if !cfg!(unix) {
        return Err(invalid("Unix sockets are for Unix; use redis:// or rediss:// here"));
    }
    let (path, options) = rest.split_once('?').unwrap_or((rest, ""));
    let path = decoded(path)?;
    if !Path::new(path.as_str()).is_absolute() {
        return Err(invalid("the path of the socket must be absolute: redis+unix:///run/redis/redis.sock"));
    }
    let (mut user, mut password, mut number) = (None, None, 0);
    for option in options.split('&').filter(|option| !option.is_empty()) {
        match option.split_once('=') {
            Some(("user", value)) => user = some(decoded(value)?),
            Some(("pass", value)) => password = some(decoded(value)?),
            Some(("db", value)) => number = database(value)?,
            _ => return Err(invalid("behind the ? only db=, user= and pass= mean anything, joined by &")),
        }
    }
    let server = Server::Unix(PathBuf::from(path.as_str()));
    checked(RedisUrl { server, user: user.map(|user| user.to_string()), password, database: number })
}

fn checked(url: RedisUrl) -> Result<RedisUrl, RedisError> {
    let shown = match &url.server {
        Server::Tcp { .. } => String::new(),
        Server::Unix(path) => path.display().to_string(),
    };
    if url.user.iter().chain([&shown]).any(|text| text.contains(char::is_control)) {
        return Err(invalid("there is a control character in its user or path"));
    }
    Ok(url)
}

fn database(number: &str) -> Result<u32, RedisError> {
    digits(number).ok_or_else(|| invalid("its database is not a number"))
}

/// Digits and nothing else; Rust's own parsers let a sign pass.
fn digits<N: FromStr>(text: &str) -> Option<N> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn decoded(text: &str) -> Result<Zeroizing<String>, RedisError> {
    let mut percents = text.split('%').skip(1);
    let bytes = Zeroizing::new(percent_decode_str(text).collect::<Vec<u8>>());
    let hex = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    match std::str::from_utf8(&bytes) {
        Ok(text) if percents.all(hex) => Ok(Zeroizing::new(text.to_owned())),
        _ => Err(invalid(
            "a % must be followed by two hexadecimal digits, and all of them be UTF-8; % itself is %25",
        )),
    }
}

fn some(text: Zeroizing<String>) -> Option<Zeroizing<String>> {
    (!text.is_empty()).then_some(text)
}

fn invalid(why: &'static str) -> RedisError {
    RedisError::UrlInvalid { why }
}

impl fmt::Display for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoded = |text: &str| utf8_percent_encode(text, SPECIAL).to_string();
        let user = self.user.as_deref().map(encoded);
        match &self.server {
            Server::Tcp { host, port, tls } => {
                f.write_str(if *tls { "rediss://" } else { "redis://" })?;
                if let Some(user) = user {
                    write!(f, "{}@", user.replace('/', "%2F"))?;
                }
                match host.contains(':') {
                    true => write!(f, "[{host}]:{port}")?,
                    false => write!(f, "{host}:{port}")?,
                }
                if self.database == 0 { Ok(()) } else { write!(f, "/{}", self.database) }
            }
            Server::Unix(path) => {
                write!(f, "redis+unix://{}", encoded(&path.to_string_lossy()))?;
                let database = (self.database != 0).then(|| format!("db={}", self.database));
                let options: Vec<_> =
                    database.into_iter().chain(user.map(|user| format!("user={user}"))).collect();
                if options.is_empty() { Ok(()) } else { write!(f, "?{}", options.join("&")) }
            }
        }
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedisUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use potbridge_protocol::Code;

    /// What it is shown as, and the password it holds.
    fn parsed(url: &str) -> (String, Option<String>) {
        let url: RedisUrl = url.parse().unwrap();
        (url.to_string(), url.password.map(|password| password.to_string()))
    }

    #[test]
    fn every_part_is_read_and_the_password_is_never_shown() {
        for (url, shown, password) in [
            ("redis://localhost", "redis://localhost:6379", None),
            ("REDIS://127.0.0.1:1/", "redis://127.0.0.1:1", None),
            ("rediss://r.example:6380/2", "rediss://r.example:6380/2", None),
            ("redis://[::1]", "redis://[::1]:6379", None),
            ("redis://[fe80::1]:7/1", "redis://[fe80::1]:7/1", None),
            ("redis://:Hush@h", "redis://h:6379", Some("Hush")),
            ("redis://ann@h", "redis://ann@h:6379", None),
            ("redis://ann:Hush@h/3", "redis://ann@h:6379/3", Some("Hush")),
            ("redis://ann:H@sh:%2F%23+@h", "redis://ann@h:6379", Some("H@sh:/#+")),
            ("redis://a%2Fn:Hush@h", "redis://a%2Fn@h:6379", Some("Hush")),
            ("redis+unix:///run/r.sock", "redis+unix:///run/r.sock", None),
            (
                "redis+unix:///run/a%20b.sock?user=ann&pass=Hu%26sh&db=4",
                "redis+unix:///run/a%20b.sock?db=4&user=ann",
                Some("Hu&sh"),
            ),
        ] {
            assert_eq!(parsed(url), (shown.to_owned(), password.map(str::to_owned)), "{url}");
            assert_eq!(parsed(shown), (shown.to_owned(), None), "what is shown is a URL again");
            let url: RedisUrl = url.parse().unwrap();
            assert!(!format!("{url:?}{url:#?}").contains("Hu"));
        }
    }

    #[test]
    fn a_mistake_is_refused_without_repeating_the_url() {
        for (url, why) in [
            ("", "must begin with redis://"),
            ("localhost:6379", "must begin with redis://"),
            ("http://:Hush@h", "must begin with redis://"),
            ("redis://", "no host"),
            ("redis://:Hush@", "no host"),
            ("redis://:Hush@:6379", "no host"),
            ("redis://h:Hush", "port"),
            ("redis://h:0", "port"),
            ("redis://h:65536", "port"),
            ("redis://h:+1", "port"),
            ("redis://:Hush@h h", "host is neither"),
            ("redis://:Hush@[::g]", "IPv6"),
            ("redis://:Hush@[::1", "no ]"),
            ("redis://:Hush@[::1]6379", "only :port"),
            ("redis://h/Hush", "database is not a number"),
            ("redis://h/-1", "database is not a number"),
            ("redis://h?ssl_cert_reqs=none", "options behind a ?"),
            ("redis://h#insecure", "behind a #"),
            ("redis://:Hu#sh@h", "%23"),
            ("redis://:Hu/sh@h", "%2F"),
            ("redis://:Hu?sh@h", "%3F"),
            ("redis://:Hush%@h", "%25"),
            ("redis://:Hush%ff@h", "UTF-8"),
            ("redis://a%0An:Hush@h", "control character"),
            ("redis+unix://run/r.sock?pass=Hush", "absolute"),
            ("redis+unix:///r.sock?password=Hush", "db=, user= and pass="),
            ("redis+unix:///r.sock?db=Hush", "database is not a number"),
        ] {
            let error = url.parse::<RedisUrl>().unwrap_err();
            let text = format!("{error}{error:?}");
            assert_eq!(error.code(), Code::RedisUrlInvalid);
            assert!(text.contains(why) && !text.contains("Hu"), "{url}: {error}");
        }
    }
}
