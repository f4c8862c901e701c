//! Who started this program.

use potbridge_protocol::names::{CHROMIUM_ID, FIREFOX_ID};

/// A browser on behalf of an extension, or a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A browser, for the extension of this id.
    Browser {
        /// `fleehh…` from Chromium, `potbridge@potbridge.dev` from Firefox.
        extension: String,
    },
    /// Anybody else.
    Person,
}

impl Caller {
    /// Tells them apart by what native messaging puts on the command line: Chromium's first argument is
    /// `chrome-extension://ID/`; Firefox gives the path of the host's manifest and the add-on's id.
    pub fn of(arguments: impl Iterator<Item = String>) -> Self {
        let arguments: Vec<String> = arguments.take(2).collect();
        let extension = match arguments.as_slice() {
            [origin, ..] if origin.starts_with("chrome-extension://") => {
                origin["chrome-extension://".len()..].trim_end_matches('/')
            }
            [manifest, id] if manifest.ends_with(".json") && (id.contains('@') || id.starts_with('{')) => id,
            _ => return Self::Person,
        };
        Self::Browser { extension: extension.to_owned() }
    }
}

/// Whether an extension is potbridge's own, or one that the configuration lets in besides.
#[must_use]
pub fn is_ours(extension: &str) -> bool {
    [CHROMIUM_ID, FIREFOX_ID].contains(&extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(arguments: &[&str]) -> Caller {
        Caller::of(arguments.iter().map(ToString::to_string))
    }

    fn browser(extension: &str) -> Caller {
        Caller::Browser { extension: extension.into() }
    }

    #[test]
    fn each_browser_is_known_by_its_arguments() {
        let origin = format!("chrome-extension://{CHROMIUM_ID}/");
        assert_eq!(caller(&[&origin]), browser(CHROMIUM_ID));
        assert_eq!(caller(&[&origin, "--parent-window=0"]), browser(CHROMIUM_ID));
        assert_eq!(caller(&["/x/dev.potbridge.host.json", FIREFOX_ID]), browser(FIREFOX_ID));
        assert_eq!(caller(&["/x/host.json", "{0b457cAA-602d}"]), browser("{0b457cAA-602d}"));
    }

    #[test]
    fn a_command_is_a_persons() {
        for arguments in [&[][..], &["get"], &["config", "show"], &["put", "--json"], &["x.json", "y"]] {
            assert_eq!(caller(arguments), Caller::Person);
        }
    }

    #[test]
    fn only_our_own_extensions_are_let_in() {
        assert!(is_ours(CHROMIUM_ID) && is_ours(FIREFOX_ID));
        assert!(!is_ours("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") && !is_ours(""));
    }
}
