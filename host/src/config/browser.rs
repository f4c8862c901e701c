//! `[browser]`: the browser of potbridge's own.

use super::display::Display;
use super::path::absolute;
use super::raw::RawBrowser;
use potbridge_system::browser::Family;
use std::net::Ipv6Addr;
use std::path::PathBuf;
use std::time::Duration;

/// How long the browser stays without a request, if the configuration does not say it.
const IDLE: Duration = Duration::from_secs(10 * 60);

/// The browser of potbridge's own: whether there is one, and how it is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserConfig {
    /// Whether it is started if a token is requested and no browser of a person may be asked.
    pub own: bool,
    /// Its family. `None` takes what is on this machine, Chromium first.
    pub family: Option<Family>,
    /// The program. `None` looks one up on the PATH.
    pub program: Option<PathBuf>,
    /// How long it stays without a request. `None` is for ever.
    pub idle: Option<Duration>,
    /// What it draws on.
    pub display: Display,
    /// Whether it must have its sandbox.
    pub sandbox: bool,
    /// The built extension: Chromium's folder, Firefox's packed file. `None` takes the one that came with this program.
    pub extension: Option<PathBuf>,
    /// The proxy that it goes by. `None` is the system's, or none.
    pub proxy: Option<Proxy>,
    /// More arguments of its command line.
    pub extra_args: Vec<String>,
}

/// A proxy without a password, since browsers take none by argument or preference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// Its protocol.
    pub scheme: ProxyScheme,
    /// Its name or address; an IPv6 address is in brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// The protocols of proxies that both families speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyScheme {
    /// HTTP, with CONNECT.
    Http,
    /// SOCKS 5; the proxy looks names up.
    Socks5,
}

impl Default for BrowserConfig {
    fn default() -> Self {
        Self {
            own: false,
            family: None,
            program: None,
            idle: Some(IDLE),
            display: Display::Ozone,
            sandbox: true,
            extension: None,
            proxy: None,
            extra_args: Vec::new(),
        }
    }
}

impl RawBrowser {
    /// The browser that is meant.
    pub(super) fn resolve(self) -> Result<BrowserConfig, String> {
        let default = BrowserConfig::default();
        let of_browser = |why: String| format!("{why}, in [browser]");
        Ok(BrowserConfig {
            own: self.own,
            family: self.family,
            program: self.program.map(|path| absolute(path, "of the browser")).transpose()?,
            idle: self.idle.map_or(Ok(default.idle), |text| idle_time(&text)).map_err(of_browser)?,
            display: self.display,
            sandbox: self.sandbox.unwrap_or(default.sandbox),
            extension: self.extension.map(|path| absolute(path, "of the extension")).transpose()?,
            proxy: self.proxy.map(|text| Proxy::parse(&text)).transpose().map_err(of_browser)?,
            extra_args: self.extra_args,
        })
    }
}

/// A time as `90s`, `10m` or `2h`; `None` for `never`.
///
/// # Errors
/// Says what is wrong with it.
pub fn idle_time(text: &str) -> Result<Option<Duration>, String> {
    if text == "never" {
        return Ok(None);
    }
    let seconds = text.char_indices().last().and_then(|(at, unit)| {
        let factor = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => return None,
        };
        text.get(..at)?.parse::<u32>().ok().map(|number| u64::from(number) * factor)
    });
    match seconds {
        Some(seconds) if seconds > 0 => Ok(Some(Duration::from_secs(seconds))),
        _ => Err(format!("{text:?} is no time: write one as \"90s\", \"10m\", \"2h\" or \"never\"")),
    }
}

impl Proxy {
    /// Reads `http://HOST:PORT` or `socks5://HOST:PORT`. What it says of a mistake repeats no password.
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "the proxy is not written as http://HOST:PORT or socks5://HOST:PORT".to_owned();
        let (scheme, place) = text.split_once("://").ok_or_else(wrong)?;
        let scheme = match scheme {
            "http" => ProxyScheme::Http,
            "socks5" => ProxyScheme::Socks5,
            _ => return Err(wrong()),
        };
        if place.contains('@') {
            return Err(
                "the proxy has a password, which a browser without a person cannot be given: name one \
                        without, such as a local proxy that knows the password"
                    .to_owned(),
            );
        }
        let (host, port) = place.trim_end_matches('/').rsplit_once(':').ok_or_else(wrong)?;
        match port.parse() {
            Ok(port) if is_host(host) => Ok(Self { scheme, host: host.to_owned(), port }),
            _ => Err(wrong()),
        }
    }
}

/// Whether this is a name, an IPv4 address, or an IPv6 address in brackets.
fn is_host(text: &str) -> bool {
    match text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(text: &str) -> Result<BrowserConfig, String> {
        toml::from_str::<RawBrowser>(text).map_err(|error| error.to_string())?.resolve()
    }

    #[test]
    fn nothing_is_started_unless_the_configuration_says_so() {
        let config = resolved("").unwrap();
        assert_eq!(config, BrowserConfig::default());
        assert!(!config.own && config.sandbox);
        assert_eq!(config.idle, Some(Duration::from_secs(600)));
    }

    #[test]
    fn every_key_is_read() {
        let config = resolved(
            "own = true\nfamily = \"firefox\"\nprogram = \"/opt/firefox\"\nidle = \"90s\"\ndisplay = \"xvfb\"\n\
             sandbox = false\nextension = \"/opt/extension\"\nproxy = \"socks5://[::1]:1080\"\nextra_args = [\"-x\"]",
        )
        .unwrap();
        let expected = BrowserConfig {
            own: true,
            family: Some(Family::Firefox),
            program: Some("/opt/firefox".into()),
            idle: Some(Duration::from_secs(90)),
            display: Display::Xvfb,
            sandbox: false,
            extension: Some("/opt/extension".into()),
            proxy: Some(Proxy { scheme: ProxyScheme::Socks5, host: "[::1]".to_owned(), port: 1080 }),
            extra_args: vec!["-x".to_owned()],
        };
        assert_eq!(config, expected);
    }

    #[test]
    fn times_have_a_unit() {
        assert_eq!(idle_time("2h"), Ok(Some(Duration::from_secs(7200))));
        assert_eq!(idle_time("never"), Ok(None));
        for text in ["", "10", "0m", "m", "-1m", "1.5h", "10 m", "5d", "10µ"] {
            assert!(idle_time(text).unwrap_err().contains("is no time"), "{text}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (text, why) in [
            ("family = \"opera\"", "unknown variant"),
            ("display = \"x11\"", "unknown variant"),
            ("program = \"chromium\"", "not absolute"),
            ("extension = \"x\"", "not absolute"),
            ("idle = \"soon\"", "in [browser]"),
            ("proxy = \"10.0.0.1:3128\"", "http://HOST:PORT"),
            ("proxy = \"https://10.0.0.1:3128\"", "http://HOST:PORT"),
            ("proxy = \"http://10.0.0.1\"", "http://HOST:PORT"),
            ("proxy = \"http://::1:3128\"", "http://HOST:PORT"),
            ("proxy = \"http://[::1:3128\"", "http://HOST:PORT"),
            ("proxy = \"http://[a.example]:3128\"", "http://HOST:PORT"),
        ] {
            let said = resolved(text).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
        let said = resolved("proxy = \"http://me:s3cr3t@10.0.0.1:3128\"").unwrap_err();
        assert!(said.contains("password") && !said.contains("s3cr3t"), "{said}");
    }
}
