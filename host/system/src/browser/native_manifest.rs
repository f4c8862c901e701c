//! The native messaging manifest: how a browser finds the host, and which extensions may talk to it.

use super::Family;
use potbridge_protocol::identifiers::{CHROMIUM_ID, FIREFOX_ID, HOST_NAME};
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// A path that no manifest can hold, because JSON is UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the path {} is not UTF-8", .0.display())]
pub struct NotUtf8(pub PathBuf);

/// Its file name.
#[must_use]
pub fn file_name() -> String {
    format!("{HOST_NAME}.json")
}

/// The family of an extension's id.
///
/// Chromium's ids are 32 letters from a to p. Firefox's look like a mail address or are a UUID in braces.
/// `None` if it is neither.
#[must_use]
pub fn family_of_id(id: &str) -> Option<Family> {
    let chromium = id.len() == 32 && id.bytes().all(|byte| (b'a'..=b'p').contains(&byte));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    let address =
        id.split_once('@').is_some_and(|(user, place)| plain(user) && plain(place) && !place.is_empty());
    let braces = id
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .is_some_and(|uuid| uuid.len() == 36 && plain(uuid));
    if chromium {
        Some(Family::Chromium)
    } else if address || braces {
        Some(Family::Firefox)
    } else {
        None
    }
}

/// What a native manifest for this host says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NativeManifest {
    /// Who reads it.
    pub family: Family,
    /// The program that the browser starts.
    pub host: PathBuf,
    /// The ids of the extensions that may talk to it.
    pub ids: Vec<String>,
}

impl NativeManifest {
    /// Reads a text. `None` if no browser of the family finds the host by it.
    #[must_use]
    pub fn read(text: &str, family: Family) -> Option<Self> {
        let manifest: Value = serde_json::from_str(text).ok()?;
        let said = |key: &str| manifest.get(key).and_then(Value::as_str);
        if said("name") != Some(HOST_NAME) || said("type") != Some("stdio") {
            return None;
        }
        let key = match family {
            Family::Chromium => "allowed_origins",
            Family::Firefox => "allowed_extensions",
        };
        let ids = manifest.get(key)?.as_array()?.iter().filter_map(Value::as_str).map(|id| match family {
            Family::Chromium => id.trim_start_matches("chrome-extension://").trim_end_matches('/').to_owned(),
            Family::Firefox => id.to_owned(),
        });
        Some(Self { family, host: said("path")?.into(), ids: ids.collect() })
    }

    /// Whether this is `text` as potbridge writes it: for a program of potbridge's name, and with nothing changed by hand.
    #[must_use]
    pub fn is_as_written(&self, as_read: &str) -> bool {
        self.host.file_stem() == Some(OsStr::new("potbridge"))
            && text(self.family, &self.host, &self.ids).is_ok_and(|text| text == as_read)
    }
}

/// The text of the manifest for one family.
///
/// potbridge's own extension and the `more_ids` of that family may talk to `host`, an absolute path. Firefox refuses
/// a manifest that also has Chromium's key, so there are two manifests.
///
/// # Errors
/// [`NotUtf8`] if JSON cannot hold the path.
pub fn text(family: Family, host: &Path, more_ids: &[String]) -> Result<String, NotUtf8> {
    let path = host.to_str().ok_or_else(|| NotUtf8(host.to_owned()))?;
    let own = match family {
        Family::Chromium => CHROMIUM_ID,
        Family::Firefox => FIREFOX_ID,
    };
    let ids = std::iter::once(own).chain(
        more_ids.iter().map(String::as_str).filter(|id| *id != own && family_of_id(id) == Some(family)),
    );
    let mut manifest = json!({
        "name": HOST_NAME,
        "description": "potbridge: puts YouTube's PO tokens where a backend reads them",
        "path": path,
        "type": "stdio",
    });
    match family {
        Family::Chromium => {
            manifest["allowed_origins"] =
                ids.map(|id| Value::from(format!("chrome-extension://{id}/"))).collect();
        }
        Family::Firefox => manifest["allowed_extensions"] = ids.map(Value::from).collect(),
    }
    Ok(format!("{manifest:#}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORE: &str = "abcdefghijklmnopabcdefghijklmnop";

    fn manifest(family: Family) -> Value {
        let ids = [STORE.to_owned(), "other@example.org".to_owned()];
        serde_json::from_str(&text(family, Path::new("/opt/potbridge"), &ids).unwrap()).unwrap()
    }

    #[test]
    fn chromiums_manifest_has_origins_only() {
        let manifest = manifest(Family::Chromium);
        assert_eq!(
            manifest["allowed_origins"],
            json!([format!("chrome-extension://{CHROMIUM_ID}/"), format!("chrome-extension://{STORE}/")])
        );
        assert!(manifest.get("allowed_extensions").is_none());
        assert_eq!(manifest["name"], HOST_NAME);
        assert_eq!(manifest["path"], "/opt/potbridge");
        assert_eq!(manifest["type"], "stdio");
    }

    #[test]
    fn firefoxs_manifest_has_extensions_only() {
        let manifest = manifest(Family::Firefox);
        assert_eq!(manifest["allowed_extensions"], json!([FIREFOX_ID, "other@example.org"]));
        assert!(manifest.get("allowed_origins").is_none());
    }

    #[test]
    fn what_was_written_is_told_from_what_somebody_changed() {
        let ids = [STORE.to_owned(), "other@example.org".to_owned()];
        for family in Family::ALL {
            let written = text(family, Path::new("/opt/potbridge"), &ids).unwrap();
            let read = NativeManifest::read(&written, family).unwrap();
            assert_eq!((read.host.as_path(), read.ids.len()), (Path::new("/opt/potbridge"), 2));
            assert!(read.is_as_written(&written));
            for (from, to) in [
                ("/opt/potbridge", "/opt/my-script"),
                ("potbridge: puts", "mine: puts"),
                ("  \"type\"", "\"type\""),
                ("\"stdio\"", "\"stdio\",\n  \"more\": 1"),
            ] {
                let changed = written.replacen(from, to, 1);
                assert_ne!(changed, written);
                let read = NativeManifest::read(&changed, family).unwrap();
                assert!(!read.is_as_written(&changed), "{changed}");
            }
            for broken in ["", "{}", "[]", &written[1..], &written.replace("dev.potbridge.host", "other")] {
                assert_eq!(NativeManifest::read(broken, family), None, "{broken}");
            }
        }
        let chromiums = text(Family::Chromium, Path::new("/opt/potbridge"), &[]).unwrap();
        assert_eq!(NativeManifest::read(&chromiums, Family::Firefox), None);
    }

    #[test]
    fn an_id_shows_its_family() {
        assert_eq!(family_of_id(CHROMIUM_ID), Some(Family::Chromium));
        assert_eq!(family_of_id(FIREFOX_ID), Some(Family::Firefox));
        let uuid = "{6f5e0b5a-6e3c-4c57-9d57-0f4d7c0f5a11}";
        assert_eq!(family_of_id(uuid), Some(Family::Firefox));
        for wrong in ["", "potbridge", "a@", "a b@c", "*", &STORE[1..]] {
            assert_eq!(family_of_id(wrong), None, "{wrong}");
        }
    }
}
