//! The configuration as it is shown: without users and passwords in addresses, and without values of secret headers.

use crate::yt_dlp::proxy::proxies;
use crate::yt_dlp::secrets::Secrets;
use std::iter;
use toml_edit::{DocumentMut, Formatted, Item, TableLike, Value};

/// The text of a valid configuration with these `extra_options`. What hides nothing stays as it was.
pub(super) fn shown(text: &str, extra: &[String]) -> String {
    // It was read by now.
    let Ok(mut document) = text.parse::<DocumentMut>() else { return String::new() };
    let secrets = Secrets::of(&[], &proxies(extra, iter::empty()));
    hide_in_table(document.as_table_mut(), &secrets);
    document.to_string()
}

fn hide_in_table(table: &mut dyn TableLike, secrets: &Secrets) {
    for (_, item) in table.iter_mut() {
        match item {
            Item::Value(value) => hide_in(value, secrets),
            Item::Table(table) => hide_in_table(table, secrets),
            Item::ArrayOfTables(tables) => tables.iter_mut().for_each(|table| hide_in_table(table, secrets)),
            Item::None => {}
        }
    }
}

fn hide_in(value: &mut Value, secrets: &Secrets) {
    match value {
        Value::String(text) => {
            let hidden = secrets.hidden_in_value(text.value());
            if hidden != *text.value() {
                let decor = text.decor().clone();
                *text = Formatted::new(hidden);
                *text.decor_mut() = decor;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| hide_in(value, secrets)),
        Value::InlineTable(table) => hide_in_table(table, secrets),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_hidden_and_all_else_stays() {
        let text = r#"# mine
[store]
path = "/srv/yt-dl-backend/production/store.db" # http://not:hidden@here
[[sink]]
kind = "redis"
url = 'redis://me:s3cr3t@h:6379/0' # the cache
vars = { PO_TOKEN = "web.gvs+{token}" }
[[sink]]
command = ["curl", "-H", "Authorization: Bearer s3cr3t", "https://h/x"]
[download]
extra_options = [
  "--abort-on-unavailable-fragments", # why
  "--proxy", "http://me:a s3cr3t\u0040/@h",
  '--geo-verification-proxy=socks5://s3cr3t@h',
  "--add-headers", "Cookie:a=s3cr3t", "--add-headers", "X-Y:z",
]
"#;
        let extra = ["--proxy", "http://me:a s3cr3t@/@h"].map(str::to_owned);
        let expected = r#"# mine
[store]
path = "/srv/yt-dl-backend/production/store.db" # http://not:hidden@here
[[sink]]
kind = "redis"
url = "redis://…@h:6379/0" # the cache
vars = { PO_TOKEN = "web.gvs+{token}" }
[[sink]]
command = ["curl", "-H", "Authorization: …", "https://h/x"]
[download]
extra_options = [
  "--abort-on-unavailable-fragments", # why
  "--proxy", "http://…@h",
  "--geo-verification-proxy=socks5://…@h",
  "--add-headers", "Cookie:…", "--add-headers", "X-Y:z",
]
"#;
        assert_eq!(shown(text, &extra), expected);
        assert_eq!(shown(expected, &[]), expected);
    }
}
