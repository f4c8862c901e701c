//! The secrets that yt-dlp is given, and a line of it without them.

use super::cookies;
use super::proxy::Proxy;
use potbridge_protocol::masking::{masked, without_logins};
use potbridge_protocol::{Capture, Cookie};
use zeroize::Zeroizing;

/// A shorter value of a cookie is not masked: other words would be masked with it. In bytes.
const SHORTEST: usize = 6;

/// Options whose values are secret. yt-dlp repeats its options with `-v` (2026.10.26, `options.py`: `hide_login_info`
/// hides some of them).
const OPTIONS: [&str; 10] = [
    "--username",
    "--password",
    "--twofactor",
    "--video-password",
    "--ap-username",
    "--ap-password",
    "--client-certificate-password",
    "--add-headers",
    "--cookies-from-browser",
    "--netrc-cmd",
];

/// The headers whose values are secret, also behind `Proxy-` and `Set-`. A trace of Python's connections shows them.
const HEADERS: [&str; 2] = ["authorization", "cookie"];

/// The longest name of such a folder: `potbridge-ID-1080p.without-token.part` and the like. In bytes; a token is longer.
const LONGEST_WORK_FOLDER: usize = 56;

/// What stands before the path in an error of the system.
const BEFORE_PATH: [&str; 2] = ["] ", ": "];

/// What must not be shown.
#[derive(Default)]
pub(crate) struct Secrets {
    /// Of the download.
    given: Vec<Zeroizing<String>>,
    /// Of the run of yt-dlp.
    of_run: Vec<Zeroizing<String>>,
}

impl Secrets {
    /// The values of a session's cookies, and the passwords of the proxies.
    pub(crate) fn of(cookies: &[Cookie], proxies: &[Proxy]) -> Self {
        let cookies = cookies::secrets(cookies).filter(|value| value.len() >= SHORTEST);
        let cookies = cookies.map(|value| Zeroizing::new(value.to_owned()));
        let mut known: Vec<_> = cookies.chain(proxies.iter().flat_map(Proxy::secrets)).collect();
        // A secret may be a part of another.
        known.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self { given: known, of_run: Vec::new() }
    }

    /// Masks these tokens and their visitors too, instead of those of the run before.
    pub(crate) fn begin_run(&mut self, captures: &[Capture]) {
        self.of_run.clear();
        for Capture { token, binding, .. } in captures {
            self.of_run.push(Zeroizing::new(token.expose().to_owned()));
            self.of_run.extend(
                binding.visitor_data.as_ref().map(|visitor| Zeroizing::new(visitor.percent_encoded())),
            );
        }
    }

    /// A value of the configuration without them, without users and passwords of addresses, and without secret headers.
    pub(crate) fn hidden_in_value(&self, value: &str) -> String {
        let value =
            self.given.iter().fold(value.to_owned(), |value, secret| value.replace(secret.as_str(), "…"));
        without_logins(&without_headers(&value))
    }

    /// A line of yt-dlp's without them, and without anything that could be one.
    pub(crate) fn masked(&self, line: &str) -> String {
        let known: Vec<&str> = self.of_run.iter().chain(&self.given).map(|secret| secret.as_str()).collect();
        let line = without_headers(&without_values(line));
        // The file of an error of the system is named, so only its long names are masked.
        let path = line.split_once("[Errno ").and_then(|(_, error)| {
            let at =
                BEFORE_PATH.iter().try_fold(0, |at, mark| Some(at + error[at..].find(mark)? + mark.len()))?;
            error[at..].starts_with(['\'', '"']).then_some(&error[at..])
        });
        let Some(path) = path else { return masked(&line, &known) };
        let mut shown = masked(&line[..line.len() - path.len()], &known);
        // What is known is masked first, since it may have a slash in it.
        let path = known.iter().fold(path.to_owned(), |path, secret| path.replace(secret, "…"));
        for (at, name) in path.split('/').enumerate() {
            shown.push_str(if at > 0 { "/" } else { "" });
            let shown_name = if is_work_folder(name) { name.to_owned() } else { masked(name, &[]) };
            shown.push_str(&shown_name);
        }
        shown
    }
}

/// Whether it is the name of a folder for what is unfinished, with nothing else behind it.
fn is_work_folder(name: &str) -> bool {
    let name = name.trim_end_matches(['\'', '"']);
    name.len() <= LONGEST_WORK_FOLDER && name.starts_with("potbridge-") && name.ends_with(".part")
}

/// Masks the values of [`HEADERS`], to the end of their quotes or of the line.
fn without_headers(line: &str) -> String {
    let lower = line.to_ascii_lowercase();
    let (mut shown, mut from) = (String::new(), 0);
    while let Some((at, name)) =
        HEADERS.iter().filter_map(|name| Some((lower[from..].find(name)?, name))).min()
    {
        let behind = from + at + name.len();
        // `Name: value`, `'Name': 'value'`, `"name":"value"`, `b'Name: value\r\n'`
        let rest = line[behind..].trim_start_matches(['\'', '"']);
        let Some(value) = rest.strip_prefix(':').map(str::trim_start).filter(|value| !value.is_empty())
        else {
            shown.push_str(&line[from..behind]);
            from = behind;
            continue;
        };
        let quote = value.get(..1).filter(|first| ["'", "\""].contains(first));
        let value = &value[quote.map_or(0, str::len)..];
        let ends = match quote {
            Some(quote) => value.find(quote),
            None => ["'", "\"", "\r", "\\r", "\\n"].iter().filter_map(|end| value.find(end)).min(),
        };
        shown.push_str(&line[from..line.len() - value.len()]);
        shown.push('…');
        from = line.len() - value.len() + ends.unwrap_or(value.len());
    }
    shown.push_str(&line[from..]);
    shown
}

/// Masks the values of [`OPTIONS`] in a list of Python's: `['--password', '…']`, `['--password=…']`.
fn without_values(line: &str) -> String {
    let mut line = line.to_owned();
    for option in OPTIONS {
        let mut from = 0;
        while let Some(name) = line[from..].find(option).map(|at| from + at) {
            from = name + option.len();
            let Some(mark) =
                ["', '", "', \"", "\", '", "="].iter().find(|mark| line[from..].starts_with(**mark))
            else {
                continue;
            };
            let quote = if *mark == "=" { &line[..name] } else { mark }.chars().next_back();
            from += mark.len();
            let mut escaped = false;
            let end = line[from..].find(|c: char| {
                let ends =
                    !escaped && (Some(c) == quote || (quote.is_none_or(char::is_whitespace) && c == ' '));
                escaped = c == '\\' && !escaped;
                ends
            });
            let end = end.map_or(line.len(), |end| from + end);
            line.replace_range(from..end, "…");
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::capture;
    use crate::yt_dlp::proxy::proxies;

    #[test]
    fn passwords_of_proxies_are_masked_wherever_they_stand() {
        let words = ["--proxy", "http://user:s3cr%65t!pw@host"].map(str::to_owned);
        let secrets = Secrets::of(&[], &proxies(&words, [].into_iter()));
        for line in [
            "[debug] Proxy map: {'all': 'http://user:s3cr%65t!pw@host'}",
            "[debug] | Stdin config: ['-v', '--proxy', 'http://user:s3cr%65t!pw@host']",
            "ERROR: Proxy \"user:s3cr%65t!pw@host\" missing scheme",
            "ERROR: login with s3cret!pw failed",
            "ERROR: login with s3cret%21pw failed",
            "ERROR: [Errno 13] Permission denied: '/d/s3cret!pw.part'",
        ] {
            let shown = secrets.masked(line);
            assert!(!["s3cr%65t", "s3cret", "!pw"].iter().any(|part| shown.contains(part)), "{shown}");
            assert!(shown.starts_with(&line[..7]), "{shown}");
        }
    }

    #[test]
    fn values_of_options_that_hold_secrets_are_masked() {
        let shown = |line: &str| Secrets::default().masked(line);
        assert_eq!(
            shown("[debug] | Stdin config: ['--add-headers', 'Cookie:a=b', '--retries', '3', '-v']"),
            "[debug] | Stdin config: ['--add-headers', '…', '--retries', '3', '-v']"
        );
        assert_eq!(
            shown("['--video-password=v p', \"--ap-password=it's\", '--password', 'it\\'s \"x\"', '-x']"),
            "['--video-password=…', \"--ap-password=…\", '--password', '…', '-x']"
        );
        assert_eq!(shown("['--password', \"it's\", '-x']"), "['--password', \"…\", '-x']");
        assert_eq!(shown("--username=me --twofactor=123 -v"), "--username=… --twofactor=… -v");
        assert_eq!(
            shown("yt-dlp: error: --password needs 1 argument"),
            "yt-dlp: error: --password needs 1 argument"
        );
    }

    #[test]
    fn values_of_headers_are_masked_however_short() {
        let shown = |line: &str| Secrets::default().masked(line);
        for (line, expected) in [
            ("Proxy-Authorization: Basic dTpw", "Proxy-Authorization: …"),
            (
                r"send: b'CONNECT h:443 HTTP/1.1\r\nAuthorization: Basic dTpw\r\nX: y\r\n\r\n'",
                r"send: b'CONNECT h:443 HTTP/1.1\r\nAuthorization: …\r\nX: y\r\n\r\n'",
            ),
            ("{'Authorization': 'Bearer abc', 'X': 'y'}", "{'Authorization': '…', 'X': 'y'}"),
            (r#"{"cookie":"a=b; c=d","x":1}"#, r#"{"cookie":"…","x":1}"#),
            ("header: Set-Cookie: SID=abc; Path=/", "header: Set-Cookie: …"),
            ("Cookie: a=b\rCOOKIE:c=d", "Cookie: …\rCOOKIE:…"),
            (r#"{"Cookie": "a='b'", 'x': 1}"#, r#"{"Cookie": "…", 'x': 1}"#),
            ("407 Proxy Authorization required, cookies: 3", "407 Proxy Authorization required, cookies: 3"),
            ("Authorization:", "Authorization:"),
        ] {
            assert_eq!(shown(line), expected);
        }
    }

    #[test]
    fn the_file_of_a_system_error_is_named_and_a_token_in_it_is_not() {
        let capture = capture(1, "dQw4w9WgXcQ", 0);
        let token = capture.token.expose().to_owned();
        let mut secrets = Secrets::default();
        secrets.begin_run(&[capture]);
        assert_eq!(
            secrets.masked("ERROR: Postprocessing: [Errno 13] Permission denied: '/usr/local/bin/ffmpeg'"),
            "ERROR: Postprocessing: [Errno 13] Permission denied: '/usr/local/bin/ffmpeg'"
        );
        let shown = secrets.masked(&format!(
            "ERROR: [Errno 5] Input/output error: '/srv/{token}/4d6c6b306e756c6c2d616e64/x'"
        ));
        assert_eq!(shown, "ERROR: [Errno 5] Input/output error: '/srv/…/…/x'");
        let taken = "ERROR: [Errno 17] File exists: '/d/potbridge-dQw4w9WgXcQ-best.part'";
        assert_eq!(secrets.masked(taken), taken);
        let shown = secrets.masked(&format!("ERROR: [Errno 5] x: '/d/potbridge-{}.part'", "Ab0".repeat(30)));
        assert_eq!(shown, "ERROR: [Errno 5] x: '/d/….part'");
        assert!(!secrets.masked(&format!("ERROR: {token}")).contains(&token));
    }
}
