//! Who started this program.

use potbridge_protocol::identifiers::{CHROMIUM_ID, FIREFOX_ID};
use std::path::PathBuf;

/// A browser on behalf of an extension, or a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A browser, for the extension of this id.
    Browser {
        /// `fleehh…` from Chromium, `potbridge@potbridge.dev` from Firefox.
        extension: String,
        /// The native manifest by which the browser found this program, if it says so.
        manifest: Option<PathBuf>,
    },
    /// Anybody else.
    Person,
}

impl Caller {
    /// Recognises a browser by what native messaging puts on the command line.
    ///
    /// Chromium's first argument is `chrome-extension://ID/`. Firefox gives the path of the host's manifest and the id of
    /// the add-on.
    pub fn of(arguments: impl Iterator<Item = String>) -> Self {
        let arguments: Vec<String> = arguments.take(2).collect();
        let (extension, manifest) = match arguments.as_slice() {
            [origin, ..] if origin.starts_with("chrome-extension://") => {
                (origin["chrome-extension://".len()..].trim_end_matches('/'), None)
            }
            [manifest, id] if manifest.ends_with(".json") && (id.contains('@') || id.starts_with('{')) => {
                (id.as_str(), Some(manifest.into()))
            }
            _ => return Self::Person,
        };
        // A script has made one argument of all.
        if extension.contains(char::is_whitespace) {
            return Self::Person;
        }
        Self::Browser { extension: extension.to_owned(), manifest }
    }
}

/// Whether an extension is potbridge's own.
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

    fn browser(extension: &str, manifest: Option<&str>) -> Caller {
        Caller::Browser { extension: extension.into(), manifest: manifest.map(PathBuf::from) }
    }

    #[test]
    fn a_browser_is_recognised_by_its_arguments() {
        let origin = format!("chrome-extension://{CHROMIUM_ID}/");
        assert_eq!(caller(&[&origin]), browser(CHROMIUM_ID, None));
        assert_eq!(caller(&[&origin, "--parent-window=0"]), browser(CHROMIUM_ID, None));
        let path = "/x/dev.potbridge.host.json";
        assert_eq!(caller(&[path, FIREFOX_ID]), browser(FIREFOX_ID, Some(path)));
        assert_eq!(caller(&[path, "{0b457cAA-602d}"]), browser("{0b457cAA-602d}", Some(path)));
    }

    #[test]
    fn a_command_is_a_persons() {
        for arguments in [
            &["chrome-extension://a/ --parent-window=0"],
            &[][..],
            &["get"],
            &["config", "show"],
            &["put", "--json"],
            &["x.json", "y"],
        ] {
            assert_eq!(caller(arguments), Caller::Person);
        }
    }

    #[test]
    fn only_two_extensions_are_our_own() {
        assert!(is_ours(CHROMIUM_ID) && is_ours(FIREFOX_ID));
        assert!(!is_ours("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") && !is_ours(""));
    }
}
