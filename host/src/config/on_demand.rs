//! `[on_demand]`: whether programs may have videos opened for their tokens.

use super::{Config, ConfigError};
use potbridge_protocol::messages::from_host::ConfiguredConsent;
use std::path::Path;

/// The key of the consent, as `potbridge config set` takes it.
pub const ALLOW: &str = "on_demand.allow";

/// What a configuration says of opening videos for programs. One that cannot be read says nothing that counts.
#[must_use]
pub fn consent(config: Result<&Config, &ConfigError>) -> ConfiguredConsent {
    match config.map(|config| config.on_demand_allow) {
        Ok(Some(true)) => ConfiguredConsent::Given,
        Ok(Some(false)) => ConfiguredConsent::Refused,
        Ok(None) => ConfiguredConsent::Unset,
        Err(_) => ConfiguredConsent::Unknown,
    }
}

impl Config {
    /// What the configuration at `path` says of it at this moment.
    #[must_use]
    pub fn consent_of(path: &Path) -> ConfiguredConsent {
        consent(Self::load(path).as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_written_is_consent() {
        let of = |text: &str| consent(Config::parse(text, Path::new("/c.toml")).as_ref());
        assert_eq!(of(""), ConfiguredConsent::Unset);
        assert_eq!(of("[on_demand]"), ConfiguredConsent::Unset);
        assert_eq!(of("[on_demand]\nallow = true"), ConfiguredConsent::Given);
        assert_eq!(of("on_demand.allow = false"), ConfiguredConsent::Refused);
        for mistake in [
            "[on_demand]\nallow = \"yes\"",
            "[on_demand]\nalow = true",
            "[on_demand]\nallow = true\nfrob = 1",
        ] {
            assert_eq!(of(mistake), ConfiguredConsent::Unknown, "{mistake}");
        }
    }
}
