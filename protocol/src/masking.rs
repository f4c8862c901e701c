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
    without_runs(&without_logins(&text), |run| run.len() >= SUSPICIOUS, could_be_encoded)
}

/// Replaces every run of characters that could be a token by `…`, in a line of potbridge's own.
///
/// Paths stay readable: `/` ends a run.
#[must_use]
pub fn masked_line(text: &str) -> String {
    without_runs(&without_logins(text), |run| run.len() >= SUSPICIOUS_IN_LINE, in_line)
}

/// Masks a report of potbridge's own that a person gives away: logins, whatever could be a token, and the home folder as `~`.
///
/// Extensions' ids and the names of files stay: a token has capital letters, small ones and digits.
#[must_use]
pub fn masked_report(text: &str, home: &str) -> String {
    let text = replaced_path(&without_logins(text), home);
    let could_be_token = |run: &str| {
        let has = |kind: fn(&u8) -> bool| run.bytes().any(|byte| kind(&byte));
        has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit)
    };
    without_runs(&text, |run| run.len() >= SUSPICIOUS_IN_LINE && could_be_token(run), in_line)
}

/// Writes `~` for a folder, wherever a path begins with it.
fn replaced_path(text: &str, folder: &str) -> String {
    let folder = folder.trim_end_matches(['/', '\\']);
    if folder.is_empty() {
        return text.to_owned();
    }
    let mut parts = text.split(folder);
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // `/home/me` is no part of `/home/meg`, nor of `/mnt/home/me`.
        let begins = !shown.ends_with(|c: char| c.is_alphanumeric() || "._-".contains(c));
        let ends = !part.starts_with(|c: char| c.is_alphanumeric() || "._-".contains(c));
        shown.push_str(if begins && ends { "~" } else { folder });
        shown.push_str(part);
    }
    shown
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

fn without_runs(text: &str, is_secret: impl Fn(&str) -> bool, belongs: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for part in text.split_inclusive(|c| !belongs(c)) {
        let run = part.trim_end_matches(|c| !belongs(c));
        let behind = &part[run.len()..];
        shown.push_str(if is_secret(run) { "…" } else { run });
        shown.push_str(behind);
    }
    shown
}

fn in_line(c: char) -> bool {
    c != '/' && could_be_encoded(c)
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
    fn a_report_keeps_ids_and_paths_and_loses_what_is_secret_and_the_home_folder() {
        for (text, shown) in [
            ("✓ /home/me/.local/bin/potbridge answers", "✓ ~/.local/bin/potbridge answers"),
            ("mkdir -p '/home/me/a b', /home/me", "mkdir -p '~/a b', ~"),
            ("/home/meg/.env /mnt/home/me/.env", "/home/meg/.env /mnt/home/me/.env"),
            (
                "chrome-extension://abcdefghijklmnopabcdefghijklmnop/",
                "chrome-extension://abcdefghijklmnopabcdefghijklmnop/",
            ),
            ("redis://me:pw@host/0 Mlk0bnVsbC1hbmQtdm9pZC1hbmQtbW9yZQ==", "redis://…@host/0 …"),
            ("/srv/a-folder-with-a-name-that-is-long/.env", "/srv/a-folder-with-a-name-that-is-long/.env"),
        ] {
            assert_eq!(masked_report(text, "/home/me"), shown);
        }
        assert_eq!(masked_report("/etc /", "/"), "/etc /");
        assert_eq!(masked_report(r"C:\Users\me\.env", r"C:\Users\me\"), r"~\.env");
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
