//! Adds a feature's manifest and messages to the extension's.

use crate::error::{Error, Result};
use serde_json::{Map, Value};
use std::path::Path;

/// Adds a fragment of a manifest, which was read from `path`. Lists grow and objects are merged.
///
/// # Errors
/// If the fragment repeats or changes a value.
pub(crate) fn add(whole: &mut Value, fragment: Value, path: &Path) -> Result<()> {
    let (Value::Object(whole), Value::Object(fragment)) = (whole, fragment) else {
        return Err(Error::content(path, "a manifest must be a JSON object"));
    };
    merge(whole, fragment).map_err(|key| taken(path, &key))
}

/// Adds a feature's messages in one language.
///
/// # Errors
/// If the extension has a message of the same name.
pub(crate) fn add_messages(whole: &mut Value, fragment: Value, path: &Path) -> Result<()> {
    let (Value::Object(whole), Value::Object(fragment)) = (whole, fragment) else {
        return Err(Error::content(path, "messages must be a JSON object"));
    };
    for (key, message) in fragment {
        if whole.contains_key(&key) {
            return Err(taken(path, &key));
        }
        whole.insert(key, message);
    }
    Ok(())
}

/// The error is the key that is taken.
fn merge(whole: &mut Map<String, Value>, fragment: Map<String, Value>) -> Result<(), String> {
    for (key, value) in fragment {
        match (whole.get_mut(&key), value) {
            (None, value) => {
                whole.insert(key, value);
            }
            (Some(Value::Object(there)), Value::Object(more)) => {
                merge(there, more).map_err(|inner| format!("{key}.{inner}"))?;
            }
            (Some(Value::Array(there)), Value::Array(more)) => {
                if let Some(again) = more.iter().find(|entry| there.contains(entry)) {
                    return Err(format!("{key}: {again}"));
                }
                there.extend(more);
            }
            (Some(_), _) => return Err(key),
        }
    }
    Ok(())
}

fn taken(path: &Path, key: &str) -> Error {
    Error::content(path, format!("the extension has `{key}` already; a feature must not change it"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn added(whole: Value, fragment: Value) -> Result<Value, String> {
        let mut whole = whole;
        add(&mut whole, fragment, Path::new("download/manifest.json"))
            .map(|()| whole)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn lists_grow_and_new_keys_are_added() {
        let whole = json!({ "name": "x", "permissions": ["storage"], "action": { "a": 1 } });
        let fragment =
            json!({ "permissions": ["menus"], "commands": { "go": {} }, "action": { "b": { "c": 2 } } });
        assert_eq!(
            added(whole, fragment).unwrap(),
            json!({
                "name": "x",
                "permissions": ["storage", "menus"],
                "commands": { "go": {} },
                "action": { "a": 1, "b": { "c": 2 } },
            })
        );
    }

    #[test]
    fn values_cannot_be_changed_or_repeated() {
        let whole = json!({ "name": "x", "permissions": ["storage"], "action": { "popup": "p" } });
        for (fragment, key) in [
            (json!({ "name": "y" }), "`name`"),
            (json!({ "permissions": ["storage"] }), "`permissions: \"storage\"`"),
            (json!({ "permissions": {} }), "`permissions`"),
            (json!({ "action": { "popup": "q" } }), "`action.popup`"),
        ] {
            let said = added(whole.clone(), fragment).unwrap_err();
            assert!(said.starts_with("download/manifest.json: ") && said.contains(key), "{said}");
        }
        assert!(added(whole, json!([])).is_err());
    }

    #[test]
    fn a_message_cannot_be_replaced() {
        let mut whole = json!({ "copy": { "message": "Copy" } });
        let path = Path::new("download/_locales/en/messages.json");
        add_messages(&mut whole, json!({ "start": { "message": "Start" } }), path).unwrap();
        assert_eq!(whole["start"]["message"], "Start");
        let again = json!({ "copy": { "message": "Other" } });
        let said = add_messages(&mut whole, again, path).unwrap_err().to_string();
        assert!(said.contains("`copy`"), "{said}");
        assert_eq!(whole["copy"]["message"], "Copy");
    }
}
