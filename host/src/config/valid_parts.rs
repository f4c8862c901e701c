//! What can be told of a configuration that is not valid as a whole.

use super::keys::known_keys;
use super::raw::{RawConfig, RawPrivateWindows, RawSink, RawStore};
use super::read::{SINK, section, sink};
use super::{Config, SinkConfig, StoreConfig};
use potbridge_system::regular_file;
use std::path::Path;
use toml::de::{DeString, DeTable, DeValue};

/// The parts of a configuration that are valid by themselves. `status` shows them; nothing is written by them.
#[derive(Debug, Default)]
pub struct ValidParts {
    /// The sinks.
    pub sinks: Vec<SinkConfig>,
    /// Whether these are all sinks.
    pub all_sinks: bool,
    /// Where tokens are kept.
    pub store: Option<StoreConfig>,
}

impl ValidParts {
    /// Reads the file at `path`. Nothing is known of one that cannot be read, or is not TOML: [`Config::load`] says why.
    #[must_use]
    pub fn load(path: &Path) -> Self {
        regular_file::read_to_string(path).map_or_else(|_| Self::default(), |text| Self::of(&text))
    }

    fn of(text: &str) -> Self {
        // `Config::load` has said what is wrong, here and below.
        let Ok(root) = DeTable::parse(text) else { return Self::default() };
        let mut root = root.into_inner();
        let private_windows = root
            .remove("private_windows")
            .and_then(|table| section::<RawPrivateWindows>(text, table).ok())
            .is_some_and(|windows| windows.deliver);
        let store = match root.remove("store") {
            None => Some(StoreConfig::default()),
            Some(table) => section::<RawStore>(text, table).ok().and_then(|raw| raw.resolve().ok()),
        };
        let (sinks, is_whole) = match root.remove(SINK).map(toml::Spanned::into_inner) {
            Some(DeValue::Array(tables)) => {
                let all = tables.len();
                let read = tables.into_iter().filter_map(|table| sink(text, table).ok());
                let sinks: Vec<_> = read.filter_map(|raw| RawSink::resolve(raw).ok()).collect();
                let is_whole = sinks.len() == all;
                (sinks, is_whole)
            }
            _ => (Vec::new(), false),
        };
        // The mistake may be in the name of a sink: `[[sinks]]`.
        let is_strange = |(key, value): (&toml::Spanned<DeString<'_>>, &toml::Spanned<DeValue<'_>>)| {
            matches!(value.get_ref(), DeValue::Array(_) | DeValue::Table(_))
                && !known_keys::<RawConfig>().contains(&key.get_ref().as_ref())
        };
        let all_sinks = is_whole && !sinks.is_empty() && !root.iter().any(is_strange);
        let sinks = sinks.into_iter().map(|sink| SinkConfig { private_windows, ..sink }).collect();
        Self { sinks, all_sinks, store }
    }
}

impl From<Config> for ValidParts {
    fn from(config: Config) -> Self {
        Self { sinks: config.sinks, all_sinks: true, store: Some(config.store) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> (Vec<String>, bool) {
        let parts = ValidParts::of(text);
        (parts.sinks.iter().map(|sink| sink.sink.place()).collect(), parts.all_sinks)
    }

    #[test]
    fn a_mistake_hides_its_own_table_alone() {
        let good = "[[sink]]\nkind = \"env-file\"\npath = \"/a/.env\"\n";
        let bad = "[[sink]]\nkind = \"env-file\"\npaht = \"/b/.env\"\n";
        let a = vec!["/a/.env".to_owned()];
        assert_eq!(places(&format!("frob = 1\n{good}")), (a.clone(), true));
        for rest in [bad, &bad.replace("[[sink]]", "[[sinks]]"), "[redis]\nurl = \"redis://a\"\n"] {
            assert_eq!(places(&format!("{good}{rest}")), (a.clone(), false), "{rest}");
        }
        for none in ["", "sink = []", &bad.replace("[[sink]]", "[[sinks]]"), "[store]\npaht = 1"] {
            assert_eq!(places(none), (vec![], false), "{none}");
        }
        assert_eq!(places("sink = 3"), (vec![], false));
        assert_eq!(places(&format!("{good}[store")), (vec![], false));
        let store = |text| ValidParts::of(text).store.map(|store| store.path);
        assert_eq!(store("[serve]\nfrob = 1"), Some(None));
        assert_eq!(store("[store]\npath = \"/t.db\"\n[serve]\nfrob = 1"), Some(Some("/t.db".into())));
        assert_eq!(store("[store]\npaht = \"/t.db\""), None);
        assert_eq!(store("store = 3"), None);
    }
}
