//! Masks secrets in what is shown.
//!
//! A token is shown as its fingerprint. A text of somebody else's is shown with every possible secret masked.

/// A run of this many base64 or hexadecimal characters could be a token, or a part of one.
const SUSPICIOUS: usize = 20;

/// The same, for lines of potbridge's own, which name files.
const SUSPICIOUS_IN_LINE: usize = 30;

/// The fingerprint of a token: its first four and last two characters.
///
/// That is enough to tell two tokens apart, and too little to use. `token` is ASCII.
#[must_use]
pub fn fingerprint(token: &str) -> String {
    let (first, last) = (token.get(..4).unwrap_or_default(), token.len().saturating_sub(2));
    format!("{first}…{}", token.get(last..).unwrap_or_default())
}

/// Replaces every secret in somebody else's text, and every run of characters that could be one, by `…`.
#[must_use]
pub fn masked(text: &str, secrets: &[&str]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        text = text.replace(secret, "…");
    }
    without_runs(&without_logins(&text), SUSPICIOUS, could_be_encoded)
}

/// Replaces every run of characters that could be a token by `…`, in a line of potbridge's own.
///
/// Paths stay readable: `/` ends a run.
#[must_use]
pub fn masked_line(text: &str) -> String {
    without_runs(&without_logins(text), SUSPICIOUS_IN_LINE, |c| c != '/' && could_be_encoded(c))
}

/// Replaces the user and the password of every address by `…`: `http://…@host`, and `…@host` of `user:password@host`.
#[must_use]
pub fn without_logins(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for part in text.split_inclusive(|c: char| c.is_whitespace() || "/?#'\"`<>".contains(c)) {
        match part.rfind('@') {
            Some(last) if shown.ends_with("//") || part[..last].contains(':') => {
                shown.push('…');
                shown.push_str(&part[last..]);
            }
            _ => shown.push_str(part),
        }
    }
    shown
}

fn without_runs(text: &str, longest: usize, belongs: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for part in text.split_inclusive(|c| !belongs(c)) {
        let run = part.trim_end_matches(|c| !belongs(c));
        let behind = &part[run.len()..];
        shown.push_str(if run.len() < longest { run } else { "…" });
        shown.push_str(behind);
    }
    shown
}

/// base64 in both alphabets, hexadecimal, percent-encoding.
fn could_be_encoded(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_+/=%".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_six_characters() {
        assert_eq!(fingerprint("Mlk0bnVsbC1hbmQtdm9pZC1hbmQtbW9yZQ=="), "Mlk0…==");
        assert_eq!(fingerprint(""), "…");
    }

    #[test]
    fn a_line_keeps_its_paths_and_loses_its_tokens() {
        let token = "Mlk0bnVsbC1hbmQtdm9pZC1hbmQtbW9yZQ==";
        let line = format!("wrote {token} to /srv/yt-dl-backend/production/.env");
        assert_eq!(masked_line(&line), "wrote … to /srv/yt-dl-backend/production/.env");
    }

    #[test]
    fn users_and_passwords_of_addresses_are_masked() {
        for (text, shown) in [
            ("Proxy map: {'all': 'http://user:pw@host'}", "Proxy map: {'all': 'http://…@host'}"),
            ("Proxy \"user:pw@host\" missing scheme", "Proxy \"…@host\" missing scheme"),
            ("to http://u:p@ss@[bad:9 and on", "to http://…@[bad:9 and on"),
            ("socks5://me@host:1080,redis://u:p@h/0", "socks5://…@host:1080,redis://…@h/0"),
            ("http://u:p@h/x,http://u:p@h/", "http://…@h/x,http://…@h/"),
            ("https://www.youtube.com/@name/videos", "https://www.youtube.com/@name/videos"),
            ("stable@2026.10.26 from a/b", "stable@2026.10.26 from a/b"),
            ("a @ b: c@d @", "a @ b: c@d @"),
        ] {
            assert_eq!(masked(text, &[]), shown);
            assert_eq!(masked_line(text), shown);
        }
    }

    #[test]
    fn secrets_and_what_could_be_one_are_masked() {
        let token = "Mlk0bnVsbC1hbmQtdm9pZC1hbmQtbW9yZQ==";
        assert_eq!(masked(&format!("set {token}, done"), &[]), "set …, done");
        assert_eq!(masked("short s3cr3t.", &["s3cr3t"]), "short ….");
        assert_eq!(masked("4d6c6b306e756c6c2d616e64 was refused", &[]), "… was refused");
        assert_eq!(masked("error: permission denied (403)", &[""]), "error: permission denied (403)");
        assert_eq!(masked("", &[]), "");
    }
}
