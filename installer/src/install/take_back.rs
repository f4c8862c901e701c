//! Removes what `install` added to a person's configuration.

use crate::config_file::{Config, Sink};
use crate::error::Result;
use crate::receipts::Addition;
use atomic_file::Options;
use fs_err as fs;
use std::io::ErrorKind;

/// Removes an addition. Returns whether it was still there.
pub(crate) fn take_back(addition: &Addition) -> Result<bool> {
    let path = &addition.config;
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let mut config = Config::parse(path, &text)?;
    if !remove(addition, &mut config) {
        return Ok(false);
    }
    atomic_file::replace(path, config.text().as_bytes(), &Options::new().durable())?;
    Ok(true)
}

fn remove(addition: &Addition, config: &mut Config) -> bool {
    let env_file = addition.env_file.as_deref().map(Sink::EnvFile);
    let keyring = addition.keyring.then_some(Sink::Keyring);
    let sinks = env_file.into_iter().chain(keyring).filter(|sink| config.remove_sink(*sink)).count();
    let id = addition.extension_id.as_deref().is_some_and(|id| config.remove_extension_id(id));
    let yt_dlp = addition
        .yt_dlp
        .as_deref()
        .is_some_and(|program| config.remove_yt_dlp(program, addition.download_table));
    sinks > 0 || id || yt_dlp
}
