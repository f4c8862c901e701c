//! The login keychain of macOS and the Credential Manager of Windows.
//!
//! macOS asks for a locked keychain's password itself, in a dialog that waits. If it cannot show one, it refuses at
//! once. Windows never asks, and keeps at most 1280 characters in an entry.

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain as system;
#[cfg(windows)]
use windows_native_keyring_store as system;

use super::error::KeyringError;
use super::update::Store;
use keyring_core::api::CredentialStoreApi as _;
use keyring_core::{Entry, Error};
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

pub(super) struct Entries {
    service: String,
    keychain: Arc<system::Store>,
}

impl Entries {
    pub(super) fn open(service: &str, _: Duration) -> Result<Self, KeyringError> {
        let keychain = system::Store::new().map_err(|error| failed(error, "open"))?;
        Ok(Self { service: service.to_owned(), keychain })
    }

    fn entry(&self, name: &str) -> Result<Entry, KeyringError> {
        self.keychain.build(&self.service, name, None).map_err(|error| failed(error, "name an entry"))
    }
}

impl Store for Entries {
    fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
        match self.entry(name)?.get_password() {
            Ok(value) => Ok(Some(Zeroizing::new(value.into_bytes()))),
            Err(Error::NoEntry) => Ok(None),
            Err(Error::BadEncoding(bytes)) => Ok(Some(Zeroizing::new(bytes))),
            Err(error) => Err(failed(error, "give an entry's value")),
        }
    }

    fn ready_to_create(&self) -> Result<(), KeyringError> {
        Ok(())
    }

    fn write(&self, name: &str, value: &str) -> Result<(), KeyringError> {
        self.entry(name)?.set_password(value).map_err(|error| failed(error, "write an entry"))
    }

    fn remove(&self, name: &str) -> Result<(), KeyringError> {
        match self.entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(failed(error, "remove an entry")),
        }
    }
}

fn failed(error: Error, doing: &'static str) -> KeyringError {
    match error {
        Error::NoStorageAccess(reason) | Error::PlatformFailure(reason) => {
            KeyringError::Refused { doing, reason: reason.to_string() }
        }
        // These two show bytes of an entry.
        Error::BadEncoding(bytes) | Error::BadDataFormat(bytes, _) => {
            drop(Zeroizing::new(bytes));
            KeyringError::Refused { doing, reason: "the entry is malformed".to_owned() }
        }
        other => KeyringError::Refused { doing, reason: other.to_string() },
    }
}
