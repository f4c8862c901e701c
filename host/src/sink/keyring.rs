//! The system's keyring as a sink: one entry per variable, found by a service's name and the variable's name.
//!
//! On Linux that is the Secret Service (GNOME Keyring, KWallet, KeePassXC), on macOS the login keychain, on Windows the
//! Credential Manager. Entries have the attributes that the field's keyring libraries use, so that other programs find
//! them: `secret-tool lookup service potbridge username NAME`, `python3 -m keyring get potbridge NAME`.
//!
//! Every call connects anew and ends its connection: nothing stays open or runs between two tokens, and a keyring that
//! was restarted is found again.

mod change;
#[cfg_attr(target_os = "linux", path = "keyring/secret_service.rs")]
#[cfg_attr(any(target_os = "macos", windows), path = "keyring/native.rs")]
#[cfg_attr(not(any(target_os = "linux", target_os = "macos", windows)), path = "keyring/nowhere.rs")]
mod entries;
mod error;
mod turn;

use std::{collections::BTreeMap, time::Duration};

use zeroize::Zeroizing;

use super::{Change, Variable};
use change::Store as _;
use entries::Entries;
pub use error::KeyringError;
use turn::Turn;

/// Where entries are kept unless the configuration says otherwise.
pub const SERVICE: &str = "potbridge";

/// How long a person has to unlock the keyring, once asked.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How long all else may take together: above all, starting a keyring.
const ANSWERS: Duration = Duration::from_secs(40);

static TURN: Turn = Turn::new();

/// Entries of one service in the keyring of the user that runs this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyring {
    /// The service's name, an attribute of each entry.
    pub service: String,
    /// How long to wait, in whole seconds, for somebody who is asked to unlock the keyring; with less than a second
    /// nobody is asked (but macOS asks by itself). No request takes more than 40 seconds besides.
    pub patience: Duration,
}

impl Keyring {
    /// The entries of a service, with the usual [`PATIENCE`].
    #[must_use]
    pub fn new(service: impl Into<String>) -> Self {
        Self { service: service.into(), patience: PATIENCE }
    }

    /// Where it writes: the service's name.
    #[must_use]
    pub fn place(&self) -> String {
        self.service.clone()
    }

    /// Sets each variable's entry; an empty value removes it. Where a name is given twice, the later value counts.
    /// Blocks until the keyring has answered, and while somebody is asked to unlock it.
    ///
    /// # Errors
    ///
    /// See [`KeyringError`]; the entries are then as they were, unless the error says otherwise.
    pub fn set(&self, variables: &[Variable<'_>]) -> Result<Change, KeyringError> {
        self.change(variables.iter().map(|variable| (variable.name, variable.value)))
    }

    /// Removes the entries of these variables.
    ///
    /// # Errors
    ///
    /// As of [`Self::set`].
    pub fn clear(&self, names: &[&str]) -> Result<Change, KeyringError> {
        self.change(names.iter().map(|name| (*name, "")))
    }

    /// The values of those of these variables that have an entry.
    ///
    /// # Errors
    ///
    /// See [`KeyringError`].
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
        self.request(move |entries| change::make(entries, &wanted))
    }

    fn request<T: Send + 'static>(
        &self,
        request: impl FnOnce(&Entries) -> Result<T, KeyringError> + Send + 'static,
    ) -> Result<T, KeyringError> {
        let Self { service, patience } = self.clone();
        let limit = patience.saturating_add(ANSWERS);
        TURN.take(limit, move || request(&Entries::open(&service, patience)?))
    }

    /// What the systems' own functions would stumble over.
    fn check_names<'a>(&'a self, names: impl Iterator<Item = &'a str>) -> Result<(), KeyringError> {
        for name in names.chain([self.service.as_str()]) {
            if name.is_empty() || name.chars().any(char::is_control) {
                return Err(KeyringError::NameInvalid { name: name.to_owned() });
            }
        }
        Ok(())
    }
}
