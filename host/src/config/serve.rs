//! `[serve]`: how `potbridge serve` answers.

use super::raw::RawServe;
use potbridge_protocol::ShortText;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// bgutil's port.
const PORT: u16 = 4416;

/// The version of bgutil's server whose protocol this is: its plugin refuses another major one.
const VERSION: &str = "2.0.2";

/// How `serve` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServeConfig {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Whether it listens on the same port of `[::1]` as well: if no address is configured.
    pub both_loopbacks: bool,
    /// Further names that requests may call it by, in lower case: `host.docker.internal`.
    pub hosts: Vec<String>,
    /// The version that `/ping` reports.
    pub version: ShortText,
    /// Whether it answers only under a secret path.
    pub secret: bool,
}

impl Default for ServeConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, PORT)),
            both_loopbacks: true,
            hosts: Vec::new(),
            version: ShortText::new(VERSION).unwrap_or_default(),
            secret: false,
        }
    }
}

impl RawServe {
    /// The server that is meant.
    pub(super) fn resolve(self) -> Result<ServeConfig, String> {
        let of_serve = |why: String| format!("{why}, in [serve]");
        let default = ServeConfig::default();
        Ok(ServeConfig {
            both_loopbacks: self.listen.is_none(),
            listen: self.listen.map_or(Ok(default.listen), |text| listen_address(&text)).map_err(of_serve)?,
            hosts: self
                .hosts
                .iter()
                .map(|name| host_name(name))
                .collect::<Result<_, _>>()
                .map_err(of_serve)?,
            version: self
                .version
                .map_or(Ok(default.version), |text| reported_version(&text))
                .map_err(of_serve)?,
            secret: self.secret,
        })
    }
}

/// An address with a port, or without one for bgutil's.
///
/// # Errors
/// Says what is wrong with it.
pub fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let alone = || text.parse::<IpAddr>().map(|address| SocketAddr::new(address, PORT));
    text.parse().or_else(|_| alone()).map_err(|_| {
        format!("{text:?} is no address to listen on: write one as 127.0.0.1:{PORT} or [::1]:{PORT}")
    })
}

/// A version as bgutil's plugin reads it: numbers with points between.
///
/// # Errors
/// Says what is wrong with it.
pub fn reported_version(text: &str) -> Result<ShortText, String> {
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    ShortText::new(text)
        .ok()
        .filter(|version| version.as_str().split('.').all(number))
        .ok_or_else(|| format!("{text:?} is no version: write one as {VERSION}"))
}

/// A name that requests may call this machine by.
fn host_name(text: &str) -> Result<String, String> {
    let fit = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if (1..=253).contains(&text.len()) && text.chars().all(fit) {
        Ok(text.trim_end_matches('.').to_ascii_lowercase())
    } else {
        Err(format!("{text:?} is no host's name: write one as host.docker.internal, without a port"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(text: &str) -> Result<ServeConfig, String> {
        toml::from_str::<RawServe>(text).unwrap().resolve()
    }

    #[test]
    fn the_default_is_bgutils_port_on_this_machine_alone() {
        let config = resolved("").unwrap();
        assert_eq!(config, ServeConfig::default());
        assert_eq!(config.listen.to_string(), "127.0.0.1:4416");
        assert!(config.both_loopbacks);
        assert_eq!((config.version.as_str(), config.secret), ("2.0.2", false));
    }

    #[test]
    fn every_key_is_read() {
        let text =
            "listen = \"::1\"\nhosts = [\"Host.Docker.Internal.\"]\nversion = \"2.1.0\"\nsecret = true";
        let config = resolved(text).unwrap();
        assert_eq!(config.listen.to_string(), "[::1]:4416");
        assert!(!config.both_loopbacks);
        assert_eq!(config.hosts, ["host.docker.internal"]);
        assert_eq!((config.version.as_str(), config.secret), ("2.1.0", true));
        assert_eq!(resolved("listen = \"0.0.0.0:80\"").unwrap().listen.to_string(), "0.0.0.0:80");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (text, why) in [
            ("listen = \"localhost:4416\"", "no address"),
            ("listen = \":4416\"", "no address"),
            ("hosts = [\"db:80\"]", "without a port"),
            ("hosts = [\"\"]", "no host's name"),
            ("version = \"two\"", "no version"),
            ("version = \"2.\"", "no version"),
        ] {
            let said = resolved(text).unwrap_err();
            assert!(said.contains(why) && said.contains("[serve]"), "{said}");
        }
    }
}
