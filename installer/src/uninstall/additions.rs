//! What `install` added to a person's configuration, and how the file looks without it.

use crate::config_file::{Config, Sink};
use crate::error::{Error, Result};
use crate::reading::read_text;
use crate::receipts::Addition;
use std::io::ErrorKind;
use std::path::Path;

/// Whether some of these additions are in a configuration.
///
/// # Errors
/// If the file cannot be read or is not TOML.
pub(super) fn are_in(path: &Path, additions: &[Addition]) -> Result<bool> {
    match read_text(path)? {
        Some(text) => Ok(without(path, &text, additions)?.is_some()),
        None => Ok(false),
    }
}

/// The text of a configuration without these additions. `None` if none of them is in it.
///
/// # Errors
/// If it is not TOML.
pub(super) fn without(path: &Path, text: &str, additions: &[Addition]) -> Result<Option<String>> {
    let mut config = Config::parse(path, text)?;
    let with_table =
        additions.iter().filter_map(|addition| addition.download.as_ref()).any(|one| one.with_table);
    let removed = additions.iter().filter(|addition| remove(addition, with_table, &mut config)).count();
    Ok((removed > 0).then(|| config.text()))
}

/// What a person removes by hand, in words.
pub(super) fn in_words(addition: &Addition) -> String {
    if let Some(file) = &addition.env_file {
        format!("the [[sink]] with path = {file:?}")
    } else if let Some(id) = &addition.extension_id {
        format!("{id:?} in extension_ids")
    } else if let Some(download) = &addition.download {
        format!("{} in [download]", download.key.as_str())
    } else if addition.on_demand {
        "allow = true in [on_demand]".to_owned()
    } else {
        "the [[sink]] with kind = \"keyring\"".to_owned()
    }
}

/// Whether this error says that the file is there and makes no sense.
pub(super) fn is_broken(error: &Error) -> bool {
    matches!(error, Error::Content { .. } | Error::NoFile(_))
        || matches!(error, Error::File(error) if error.kind() == ErrorKind::InvalidData)
}

fn remove(addition: &Addition, with_table: bool, config: &mut Config) -> bool {
    let env_file = addition.env_file.as_deref().map(Sink::EnvFile);
    let keyring = addition.keyring.then_some(Sink::Keyring);
    let sinks = env_file.into_iter().chain(keyring).filter(|sink| config.remove_sink(*sink)).count();
    let id = addition.extension_id.as_deref().is_some_and(|id| config.remove_extension_id(id));
    let download = addition
        .download
        .as_ref()
        .is_some_and(|download| config.remove_download(download.key, &download.value, with_table));
    let on_demand = addition.on_demand && config.remove_on_demand_allow();
    sinks > 0 || id || download || on_demand
}
