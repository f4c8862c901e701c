//! The system's keyring: one entry for each variable, found by a service's name and the variable's name.
//!
//! On Linux that is the Secret Service (GNOME Keyring, KWallet, KeePassXC), on macOS the login keychain, on Windows the
//! Credential Manager. Entries have the attributes that the usual keyring libraries use, so that other programs find
//! them: `secret-tool lookup service potbridge username NAME`, `python3 -m keyring get potbridge NAME`.
//!
//! Every call makes a connection of its own and ends it. So nothing stays open or runs between two tokens, and a keyring
//! that was restarted is found again.

#[cfg_attr(target_os = "linux", path = "secret_service.rs")]
#[cfg_attr(any(target_os = "macos", windows), path = "native.rs")]
#[cfg_attr(not(any(target_os = "linux", target_os = "macos", windows)), path = "unsupported.rs")]
mod entries;
mod error;
mod lock;
mod update;

pub use error::KeyringError;

use crate::{Change, Variable};
use entries::Entries;
use lock::Lock;
use std::collections::BTreeMap;
use std::time::Duration;
use update::Store as _;
use zeroize::Zeroizing;

/// The service that entries are kept under, unless the configuration names another.
pub const DEFAULT_SERVICE: &str = "potbridge";

/// How long a person has to unlock the keyring, unless [`Keyring::unlock_timeout`] is set to something else.
pub const DEFAULT_UNLOCK_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a request may take besides unlocking: above all, to start a keyring.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(40);

static LOCK: Lock = Lock::new();

/// Entries of one service in the keyring of the user that runs this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyring {
    /// The service's name, an attribute of each entry.
    pub service: String,
    /// How long to wait for a person who is asked to unlock the keyring, in whole seconds.
    ///
    /// If it is less than a second, nobody is asked (but macOS asks by itself). A request takes at most 40 seconds
    /// besides.
    pub unlock_timeout: Duration,
}

impl Keyring {
    /// The entries of a service, with the [`DEFAULT_UNLOCK_TIMEOUT`].
    #[must_use]
    pub fn new(service: impl Into<String>) -> Self {
        Self { service: service.into(), unlock_timeout: DEFAULT_UNLOCK_TIMEOUT }
    }

    /// Where it writes: the service's name.
    #[must_use]
    pub fn place(&self) -> String {
        self.service.clone()
    }

    /// Sets each variable's entry.
    ///
    /// An empty value removes the entry. If a name is given twice, the later value counts. Blocks until the keyring has
    /// answered, and while somebody is asked to unlock it.
    ///
    /// # Errors
    /// [`KeyringError`]; the entries are then as they were, unless the error says otherwise.
    pub fn set(&self, variables: &[Variable<'_>]) -> Result<Change, KeyringError> {
        self.change(variables.iter().map(|variable| (variable.name, variable.value)))
    }

    /// Removes the entries of these variables.
    ///
    /// # Errors
    /// As of [`Self::set`].
    pub fn clear(&self, names: &[&str]) -> Result<Change, KeyringError> {
        self.change(names.iter().map(|name| (*name, "")))
    }

    /// The values of the variables that have an entry.
    ///
    /// # Errors
    /// [`KeyringError`].
    pub fn get(&self, names: &[&str]) -> Result<BTreeMap<String, Zeroizing<String>>, KeyringError> {
        self.check_names(names.iter().copied())?;
        let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
        let service = self.service.clone();
        self.request(move |entries| {
            let mut values = BTreeMap::new();
            for name in names {
                if let Some(mut value) = entries.read(&name)? {
                    let text = String::from_utf8(std::mem::take(&mut *value)).map_err(|error| {
                        drop(Zeroizing::new(error.into_bytes()));
                        KeyringError::NotText { service: service.clone(), name: name.clone() }
                    })?;
                    values.insert(name, Zeroizing::new(text));
                }
            }
            Ok(values)
        })
    }

    fn change<'a>(
        &self,
        wanted: impl Iterator<Item = (&'a str, &'a str)> + Clone,
    ) -> Result<Change, KeyringError> {
        self.check_names(wanted.clone().map(|(name, _)| name))?;
        let wanted =
            wanted.map(|(name, value)| (name.to_owned(), Zeroizing::new(value.to_owned()))).collect();
        self.request(move |entries| update::update(entries, &wanted))
    }

    fn request<T: Send + 'static>(
        &self,
        request: impl FnOnce(&Entries) -> Result<T, KeyringError> + Send + 'static,
    ) -> Result<T, KeyringError> {
        let Self { service, unlock_timeout } = self.clone();
        let limit = unlock_timeout.saturating_add(REQUEST_TIMEOUT);
        LOCK.run(limit, move || request(&Entries::open(&service, unlock_timeout)?))
    }

    /// Refuses the names that the systems' own functions do not take.
    fn check_names<'a>(&'a self, names: impl Iterator<Item = &'a str>) -> Result<(), KeyringError> {
        for name in names.chain([self.service.as_str()]) {
            if name.is_empty() || name.chars().any(char::is_control) {
                return Err(KeyringError::NameInvalid { name: name.to_owned() });
            }
        }
        Ok(())
    }
}
