//! The proxies that yt-dlp may use.
//!
//! It takes that of `--proxy`, or else those of the environment (2026.10.26, `YoutubeDL.py`: `proxies`).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use zeroize::Zeroizing;

/// What names the proxy for `https`, the first one first. A name in lower case goes before the same in upper case.
const NAMES: [&str; 3] = ["https_proxy", "http_proxy", "all_proxy"];

/// A shorter password is not masked by itself: other words would be masked with it. In bytes.
const SHORTEST: usize = 4;

/// What Python encodes (`urllib.parse.quote`).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The setting that yt-dlp takes before those of the environment.
const OPTION: &str = "--proxy of extra_options";

/// The options that take an address of a proxy, each with its setting in words.
const OPTIONS: [(&str, &str); 2] =
    [("--proxy", OPTION), ("--geo-verification-proxy", "--geo-verification-proxy of extra_options")];

/// An address of a proxy, with the place where it is set.
pub(crate) struct Proxy {
    /// `HTTPS_PROXY`, for example.
    setting: String,
    address: Zeroizing<String>,
}

/// All that are set, also those that yt-dlp does not use. With `-v` it prints those of every scheme (`_proxy`).
pub(crate) fn proxies(extra: &[String], environment: impl Iterator<Item = (String, String)>) -> Vec<Proxy> {
    let of_environment = environment.filter(|(name, _)| name.to_ascii_lowercase().ends_with("_proxy"));
    let mut proxies: Vec<_> =
        of_environment.map(|(setting, address)| Proxy { setting, address: address.into() }).collect();
    let with_next = extra.iter().zip(extra.iter().skip(1).map(Some).chain([None]));
    proxies.extend(with_next.filter_map(|(word, next)| {
        let (option, address) = word.split_once('=').or_else(|| Some((word, next?.as_str())))?;
        let setting = OPTIONS.iter().find(|(known, _)| *known == option)?.1.to_owned();
        Some(Proxy { setting, address: address.to_owned().into() })
    }));
    proxies
}

/// Where the proxy is set that yt-dlp uses; `None` if it uses none.
pub(crate) fn in_use(proxies: &[Proxy]) -> Option<String> {
    let named = |name: &str| proxies.iter().rfind(|proxy| proxy.setting == name);
    let of_environment = || {
        NAMES.iter().find_map(|name| {
            named(name).or_else(|| named(&name.to_uppercase())).filter(|proxy| proxy.is_set())
        })
    };
    let proxy = named(OPTION).or_else(of_environment)?;
    proxy.is_set().then(|| proxy.setting.clone())
}

impl Proxy {
    fn is_set(&self) -> bool {
        !self.address.is_empty()
    }

    /// Its user with the password, and the password, each as it is written, decoded, encoded, and as Python shows it.
    pub(crate) fn secrets(&self) -> Vec<Zeroizing<String>> {
        let behind_scheme = self.address.split_once("://").map_or(self.address.as_str(), |(_, rest)| rest);
        let Some((login, _)) = behind_scheme.rsplit_once('@') else { return Vec::new() };
        let Some((_, password)) = login.split_once(':') else { return Vec::new() };
        let passwords = forms(password).into_iter().filter(|password| password.len() >= SHORTEST);
        passwords.chain(forms(login)).map(Zeroizing::new).collect()
    }
}

/// The forms that a secret may be printed in, each once.
fn forms(secret: &str) -> Vec<String> {
    let decoded = percent_decode_str(secret).decode_utf8_lossy().into_owned();
    let encoded = utf8_percent_encode(&decoded, ENCODED).to_string();
    let shown = |secret: &str| secret.replace('\\', "\\\\");
    let mut forms = vec![secret.to_owned()];
    for form in [shown(secret), shown(secret).replace('\'', "\\'"), decoded, encoded] {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(extra: &[&str], environment: &[(&str, &str)]) -> Vec<Proxy> {
        let extra: Vec<_> = extra.iter().map(|&word| word.to_owned()).collect();
        proxies(&extra, environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn the_proxy_that_yt_dlp_uses_is_named() {
        let both = [("ALL_PROXY", "a"), ("HTTPS_PROXY", "b")];
        for (extra, environment, named) in [
            (&[][..], &[][..], None),
            (&[], &[("HTTPS_PROXY", "http://h")], Some("HTTPS_PROXY")),
            (&[], &both, Some("HTTPS_PROXY")),
            (&[], &[("ALL_PROXY", "a")], Some("ALL_PROXY")),
            (&[], &[("http_proxy", "a"), ("all_proxy", "b")], Some("http_proxy")),
            (&[], &[("HTTPS_PROXY", "a"), ("https_proxy", "b")], Some("https_proxy")),
            (&[], &[("HTTPS_PROXY", "")], None),
            (&[], &[("NO_PROXY", "youtube.com"), ("FTP_PROXY", "x")], None),
            (&["-v", "--proxy", "http://h"], &both, Some(OPTION)),
            (&["--proxy=http://h"], &both, Some(OPTION)),
            (&["--proxy", ""], &both, None),
            (&["--proxy"], &both, Some("HTTPS_PROXY")),
            (&["--geo-verification-proxy", "http://h"], &[], None),
        ] {
            assert_eq!(in_use(&set(extra, environment)).as_deref(), named, "{extra:?} {environment:?}");
        }
    }

    #[test]
    fn a_password_is_known_in_each_form_it_may_be_printed_in() {
        let option = |name| set(&[name, "http://u:secret@h"], &[]).iter().flat_map(Proxy::secrets).count();
        assert_eq!(["--proxy", "--geo-verification-proxy", "--referer"].map(option), [3, 3, 0]);
        let variable = |name| set(&[], &[(name, "http://u:secret@h")]).len();
        // yt-dlp prints all of these (`getproxies_environment` of Python's).
        assert_eq!(
            ["FTP_PROXY", "no_proxy", "Wss_Proxy", "PROXY", "PROXY_USER"].map(variable),
            [1, 1, 1, 0, 0]
        );
        for (address, secrets) in [
            (
                "http://user:p%40ss%20word@host:3128",
                &[
                    "p%40ss%20word",
                    "p@ss word",
                    "user:p%40ss%20word",
                    "user:p@ss word",
                    "user%3Ap%40ss%20word",
                ][..],
            ),
            ("http://u:p@ss@[bad:9", &["p@ss", "p%40ss", "u:p@ss", "u%3Ap%40ss"]),
            ("user:pw@host", &["user:pw", "user%3Apw"]),
            ("socks5://u:a b-/c@host", &["a b-/c", "a%20b-%2Fc", "u:a b-/c", "u%3Aa%20b-%2Fc"]),
            ("u:x#y?z@host", &["x#y?z", "x%23y%3Fz", "u:x#y?z", "u%3Ax%23y%3Fz"]),
            (
                r"http://u:it's\@host",
                &[
                    r"it's\",
                    r"it's\\",
                    r"it\'s\\",
                    "it%27s%5C",
                    r"u:it's\",
                    r"u:it's\\",
                    r"u:it\'s\\",
                    "u%3Ait%27s%5C",
                ],
            ),
            ("http://user@host", &[]),
            ("http://host:3128", &[]),
            ("", &[]),
        ] {
            let proxies = set(&["--proxy", address], &[]);
            let known: Vec<_> = proxies[0].secrets().iter().map(|known| known.to_string()).collect();
            assert_eq!(known, secrets, "{address}");
        }
    }
}
