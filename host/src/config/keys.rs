//! The keys that a table may have.

use serde::Deserialize;
use serde::de::value::MapDeserializer;
use std::fmt;

/// Two keys at least so much alike (Jaro-Winkler) may be meant for each other.
const ALIKE: f64 = 0.75;

/// The keys of a struct that refuses unknown ones (`deny_unknown_fields`).
pub(super) fn known_keys<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    let no_key = MapDeserializer::new(std::iter::once(("", ())));
    match T::deserialize(no_key) {
        Ok(_) => &[],
        Err(Refusal(known)) => known,
    }
}

/// What to write instead of a key that is not known.
pub(super) fn instead_of(key: &str, known: &[&str]) -> String {
    let alike = |known: &str| strsim::jaro_winkler(key, known);
    match known.iter().max_by(|a, b| alike(a).total_cmp(&alike(b))) {
        Some(nearest) if alike(nearest) >= ALIKE => format!("did you mean `{nearest}`?"),
        _ => {
            let known: Vec<_> = known.iter().map(|key| format!("`{key}`")).collect();
            format!("the keys here are {}", known.join(", "))
        }
    }
}

/// Keeps the keys that serde names when it refuses an unknown one.
#[derive(Debug)]
struct Refusal(&'static [&'static str]);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown key")
    }
}

impl std::error::Error for Refusal {}

impl serde::de::Error for Refusal {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(&[])
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Self(expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::raw::{RawCommon, RawConfig, RawRedis};

    #[test]
    fn the_keys_of_a_struct_are_known() {
        assert_eq!(
            known_keys::<RawConfig>(),
            ["store", "download", "serve", "browser", "on_demand", "log", "private_windows", "extension_ids"]
        );
        assert_eq!(known_keys::<RawCommon>(), ["kind", "vars", "on_update", "on_expire"]);
        assert_eq!(known_keys::<RawRedis>(), ["url", "password_file", "ca", "prefix", "channel"]);
    }

    #[test]
    fn the_nearest_key_is_suggested_and_otherwise_all_are_named() {
        let known = ["kind", "vars", "on_update"];
        assert_eq!(instead_of("on_updat", &known), "did you mean `on_update`?");
        assert_eq!(instead_of("onUpdate", &known), "did you mean `on_update`?");
        assert_eq!(instead_of("path", &known), "the keys here are `kind`, `vars`, `on_update`");
    }
}
