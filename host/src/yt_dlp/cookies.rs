//! A session's cookies in the form that yt-dlp reads: a Netscape cookie file.

use potbridge_protocol::Cookie;
use zeroize::Zeroizing;

/// The most cookies that are written: more than browsers keep for one site.
pub const MOST: usize = 300;

/// The file's first line, which yt-dlp requires.
const HEADER: &str = "# Netscape HTTP Cookie File\n";

/// More than the flags, the time and the separators of one line take, in bytes.
const AROUND: usize = 64;

/// The text of a cookie file: a header, and a line of seven fields for each cookie, separated by tabs.
///
/// yt-dlp (2026.10.26, `cookies.py`) accepts `#HttpOnly_` before the domain, and takes a time of 0 for a cookie that ends
/// with the session. Of two cookies with one name, host and path it takes the last.
#[must_use]
pub fn netscape(cookies: &[Cookie]) -> Zeroizing<String> {
    let cookies = &cookies[..cookies.len().min(MOST)];
    let length = |cookie: &Cookie| {
        AROUND + cookie.domain().len() + cookie.path().len() + cookie.name().len() + cookie.expose().len()
    };
    // Allocated at once, so that growing leaves no copies of secrets in memory.
    let mut text =
        Zeroizing::new(String::with_capacity(HEADER.len() + cookies.iter().map(length).sum::<usize>()));
    text.push_str(HEADER);
    for cookie in cookies {
        let flag = |set| if set { "TRUE" } else { "FALSE" };
        let expires = cookie.expires().unwrap_or(0).to_string();
        if cookie.is_http_only() {
            text.push_str("#HttpOnly_");
        }
        let fields = [
            cookie.domain(),
            flag(cookie.domain().starts_with('.')),
            cookie.path(),
            flag(cookie.is_secure()),
            &expires,
            cookie.name(),
            cookie.expose(),
        ];
        for (at, field) in fields.into_iter().enumerate() {
            if at > 0 {
                text.push('\t');
            }
            text.push_str(field);
        }
        text.push('\n');
    }
    text
}

/// The values, which must be masked wherever they are shown.
pub fn secrets(cookies: &[Cookie]) -> impl Iterator<Item = &str> {
    cookies.iter().map(Cookie::expose).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn cookie(name: &str, domain: &str, expires: Option<u64>, http_only: bool) -> Cookie {
        let mut written = json!({
            "name": name, "value": "a=b c", "domain": domain, "path": "/", "secure": true, "http_only": http_only,
        });
        if let Some(expires) = expires {
            written["expires"] = expires.into();
        }
        serde_json::from_value(written).unwrap()
    }

    #[test]
    fn each_cookie_is_a_line_of_seven_fields() {
        let cookies = [
            cookie("SID", ".youtube.com", Some(1_900_000_000), true),
            cookie("YSC", "www.youtube.com", None, false),
        ];
        assert_eq!(
            *netscape(&cookies),
            "# Netscape HTTP Cookie File\n\
             #HttpOnly_.youtube.com\tTRUE\t/\tTRUE\t1900000000\tSID\ta=b c\n\
             www.youtube.com\tFALSE\t/\tTRUE\t0\tYSC\ta=b c\n"
        );
        assert_eq!(secrets(&cookies).collect::<Vec<_>>(), ["a=b c", "a=b c"]);
    }

    #[test]
    fn the_number_of_cookies_is_limited_and_memory_never_grows() {
        let cookies: Vec<_> = (0..MOST + 20)
            .map(|at| cookie(&format!("C{at}"), ".youtube.com", Some(u64::MAX), true))
            .collect();
        let text = netscape(&cookies);
        assert_eq!(text.lines().count(), MOST + 1);
        let capacity = text.capacity();
        assert!(capacity >= text.len() && capacity < text.len() + 100 * (MOST + 1));
    }
}
