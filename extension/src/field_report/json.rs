//! The shape of a JSON body: the paths of its keys, and the types of its values.

use super::words::{class_of, client, in_camel_case};
use super::{Lines, token_text};
use serde_json::Value;

/// Adds a line for each key.
///
/// # Errors
/// If the bytes are no JSON.
pub(super) fn add(bytes: &[u8], lines: &mut Lines) -> serde_json::Result<()> {
    visit(&serde_json::from_slice(bytes)?, "", lines);
    Ok(())
}

fn visit(value: &Value, path: &str, lines: &mut Lines) {
    let shown = if path.is_empty() { "body" } else { path };
    match value {
        Value::Null => lines.add(format!("{shown}: null"), None),
        Value::Bool(_) => lines.add(format!("{shown}: boolean"), None),
        Value::Number(_) => lines.add(format!("{shown}: number"), None),
        Value::String(text) => {
            lines.add(format!("{shown}: text, {}", class_of(text)), Some(text.len()));
            if path.ends_with(".poToken") {
                token_text(shown, text, lines);
            } else if path.ends_with(".clientName") {
                lines.add(format!("{shown} is {}", client(text)), None);
            }
        }
        Value::Array(items) => {
            lines.add(format!("{shown}: list"), Some(items.len()));
            for item in items {
                visit(item, &format!("{path}[]"), lines);
            }
        }
        Value::Object(fields) => {
            if fields.is_empty() {
                lines.add(format!("{shown}: empty object"), None);
            }
            for (key, field) in fields {
                let key = in_camel_case(key);
                let inner = if path.is_empty() { key } else { format!("{path}.{key}") };
                visit(field, &inner, lines);
            }
        }
    }
}
