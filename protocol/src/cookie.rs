//! One of YouTube's cookies, on its way from a browser's session to a download of that session.

use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// The most characters in a name and a value together: browsers keep no longer cookie (RFC 6265bis).
const LONGEST: usize = 4096;

/// A cookie of youtube.com.
///
/// Its value is a secret: `Debug` does not show it, and its memory is wiped.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Cookie {
    name: String,
    #[cfg_attr(test, ts(as = "String"))]
    value: Zeroizing<String>,
    domain: String,
    path: String,
    secure: bool,
    http_only: bool,
    #[cfg_attr(test, ts(optional))]
    expires: Option<u64>,
}

/// A cookie as the message has it.
#[derive(Clone, Serialize, Deserialize)]
struct Written {
    name: String,
    value: Zeroizing<String>,
    domain: String,
    path: String,
    #[serde(default)]
    secure: bool,
    #[serde(default)]
    http_only: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<u64>,
}

/// What came is no cookie of YouTube's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotACookie {
    /// It belongs to another site.
    #[error("a cookie of another site than youtube.com")]
    OtherSite,
    /// It has a character that would break the line of a cookie file, or is too long.
    #[error("a cookie with a character or a length that no cookie of YouTube's has")]
    Misshapen,
}

impl TryFrom<Written> for Cookie {
    type Error = NotACookie;

    fn try_from(written: Written) -> Result<Self, NotACookie> {
        let Written { name, value, domain, path, secure, http_only, expires } = written;
        let site = domain.strip_prefix('.').unwrap_or(&domain);
        if site != "youtube.com" && !site.strip_suffix("youtube.com").is_some_and(|sub| sub.ends_with('.')) {
            return Err(NotACookie::OtherSite);
        }
        let plain = |text: &str| text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        let shaped = [&*name, &*value, &*domain, &*path].into_iter().all(plain)
            && !name.is_empty()
            && path.starts_with('/')
            && name.len() + value.len() + path.len() <= LONGEST
            && domain.len() <= 255
            && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
        if shaped {
            Ok(Self { name, value, domain, path, secure, http_only, expires })
        } else {
            Err(NotACookie::Misshapen)
        }
    }
}

impl From<Cookie> for Written {
    fn from(cookie: Cookie) -> Self {
        let Cookie { name, value, domain, path, secure, http_only, expires } = cookie;
        Self { name, value, domain, path, secure, http_only, expires }
    }
}

impl Cookie {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its value, which is a secret.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.value
    }

    /// The host it is sent to; with a leading dot also the hosts below it.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The path it is sent to.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether it is sent over TLS only.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether it is kept from scripts.
    #[must_use]
    pub fn is_http_only(&self) -> bool {
        self.http_only
    }

    /// When it expires: seconds since 1970; `None` if it ends with the browser's session.
    #[must_use]
    pub fn expires(&self) -> Option<u64> {
        self.expires
    }
}

impl fmt::Debug for Cookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cookie({} of {})", self.name, self.domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn written(change: &[(&str, Value)]) -> Value {
        let mut cookie = json!({
            "name": "PREF", "value": "f6=40000000&tz=Europe.Berlin", "domain": ".youtube.com", "path": "/",
            "secure": true, "http_only": false, "expires": 1_800_000_000,
        });
        for (key, value) in change {
            cookie[key] = value.clone();
        }
        cookie
    }

    #[test]
    fn a_cookie_of_youtube_is_taken_and_its_value_not_shown() {
        let cookie: Cookie = serde_json::from_value(written(&[])).unwrap();
        assert_eq!(cookie.expose(), "f6=40000000&tz=Europe.Berlin");
        assert_eq!(format!("{cookie:?}"), "Cookie(PREF of .youtube.com)");
        assert_eq!(serde_json::to_value(&cookie).unwrap(), written(&[]));
    }

    #[test]
    fn other_sites_and_what_would_break_a_line_are_refused() {
        for domain in ["google.com", "youtube.com.evil.net", "notyoutube.com", "", ".com"] {
            let error = serde_json::from_value::<Cookie>(written(&[("domain", domain.into())])).unwrap_err();
            assert!(error.to_string().contains("another site"), "{domain}");
        }
        for (key, text) in [("name", "a\tb"), ("value", "x\ny"), ("path", "x"), ("name", ""), ("value", "ü")]
        {
            assert!(
                serde_json::from_value::<Cookie>(written(&[(key, text.into())])).is_err(),
                "{key} {text}"
            );
        }
        let long = "x".repeat(LONGEST);
        assert!(serde_json::from_value::<Cookie>(written(&[("value", long.into())])).is_err());
    }
}
