//! The extension's manifest. Each family's manifest is made from a common one.

use crate::error::{Error, Result};
use fs_err as fs;
use potbridge_browser::Family;
use serde_json::Value;
use std::path::Path;

/// Its file name.
pub const FILE: &str = "manifest.json";

/// Reads the manifest of an extension's folder.
///
/// # Errors
/// If it cannot be read or is not a JSON object.
pub fn read(folder: &Path) -> Result<Value> {
    let path = folder.join(FILE);
    let bytes = fs::read(&path)?;
    let value: Value =
        serde_json::from_slice(&bytes).map_err(|error| Error::content(&path, error.to_string()))?;
    if value.is_object() { Ok(value) } else { Err(Error::content(&path, "this is not a JSON object")) }
}

/// The manifest for one family, with this version.
///
/// It lacks the keys that only the other family reads, since each family warns of them.
#[must_use]
pub fn for_family(mut manifest: Value, family: Family, version: &str) -> Value {
    let (top, background): (&[&str], &str) = match family {
        Family::Chromium => (&["browser_specific_settings"], "scripts"),
        Family::Firefox => (&["key", "minimum_chrome_version"], "service_worker"),
    };
    if let Some(object) = manifest.as_object_mut() {
        for key in top {
            object.remove(*key);
        }
        if let Some(entries) = object.get_mut("background").and_then(Value::as_object_mut) {
            entries.remove(background);
        }
        object.insert("version".to_owned(), version.into());
    }
    manifest
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn common() -> Value {
        json!({
            "manifest_version": 3,
            "name": "potbridge",
            "version": "0",
            "key": "MII",
            "minimum_chrome_version": "120",
            "browser_specific_settings": { "gecko": { "id": "potbridge@potbridge.dev" } },
            "background": { "service_worker": "b.js", "scripts": ["b.js"], "type": "module" },
        })
    }

    #[test]
    fn chromiums_manifest_has_no_keys_for_firefox() {
        assert_eq!(
            for_family(common(), Family::Chromium, "1.2.3"),
            json!({
                "manifest_version": 3,
                "name": "potbridge",
                "version": "1.2.3",
                "key": "MII",
                "minimum_chrome_version": "120",
                "background": { "service_worker": "b.js", "type": "module" },
            })
        );
    }

    #[test]
    fn firefoxs_manifest_has_no_keys_for_chromium() {
        assert_eq!(
            for_family(common(), Family::Firefox, "1.2.3"),
            json!({
                "manifest_version": 3,
                "name": "potbridge",
                "version": "1.2.3",
                "browser_specific_settings": { "gecko": { "id": "potbridge@potbridge.dev" } },
                "background": { "scripts": ["b.js"], "type": "module" },
            })
        );
    }

    #[test]
    fn a_manifest_must_be_an_object() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "[]").unwrap();
        let error = read(folder.path()).unwrap_err().to_string();
        assert!(error.contains(FILE) && error.contains("not a JSON object"), "{error}");
    }
}
