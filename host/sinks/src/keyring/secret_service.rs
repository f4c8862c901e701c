//! The Secret Service on the session's D-Bus: GNOME Keyring, KWallet, KeePassXC.
//!
//! A keyring that is locked shows a dialog, and answers when somebody has answered that. Without a program to show it,
//! GNOME Keyring 42 says "dismissed" at once.

use super::error::KeyringError;
use super::update::Store;
use dbus::blocking::Connection;
use dbus_secret_service::{Collection, EncryptionType, Error, Item, SecretService};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

const BUS_NAME: &str = "org.freedesktop.secrets";

/// How long the bus may take to start a keyring: as long as dbus-daemon waits for a program that it starts.
const START_TIMEOUT: Duration = Duration::from_secs(25);

/// The entries: items of a collection, found by attributes.
pub(super) struct Entries {
    service: String,
    unlock_timeout: Duration,
    secrets: SecretService,
}

impl Entries {
    /// Connects, and unlocks the default collection: KeePassXC shows no item before that.
    pub(super) fn open(service: &str, unlock_timeout: Duration) -> Result<Self, KeyringError> {
        start_keyring()?;
        // dbus-secret-service 4.1 counts messages as seconds, and the bus's greeting is one.
        let seconds = match unlock_timeout.as_secs() {
            0 => 0,
            seconds => seconds.saturating_add(1),
        };
        let secrets = SecretService::connect_with_max_prompt_timeout(EncryptionType::Dh, seconds)
            .map_err(|error| from_service(error, "open a session"))?;
        let entries = Self { service: service.to_owned(), unlock_timeout, secrets };
        if let Some(collection) = entries.default_collection()? {
            entries.unlock_collection(&collection)?;
        }
        Ok(entries)
    }

    fn default_collection(&self) -> Result<Option<Collection<'_>>, KeyringError> {
        match self.secrets.get_default_collection() {
            Ok(collection) => Ok(Some(collection)),
            Err(Error::NoResult) => Ok(None),
            Err(error) => Err(from_service(error, "name its default collection")),
        }
    }

    fn unlock_collection(&self, collection: &Collection<'_>) -> Result<(), KeyringError> {
        let locked = collection.is_locked();
        if locked.map_err(|error| from_service(error, "say whether it is locked"))? {
            self.prompted("unlock", || collection.unlock())?;
        }
        Ok(())
    }

    /// Does what may show a dialog.
    ///
    /// If the time is up, dbus-secret-service 4.1 says that it was dismissed.
    fn prompted(
        &self,
        doing: &'static str,
        request: impl FnOnce() -> Result<(), Error>,
    ) -> Result<(), KeyringError> {
        let asked = Instant::now();
        let seconds = self.unlock_timeout.as_secs();
        request().map_err(|error| match error {
            Error::Prompt if asked.elapsed().as_secs() >= seconds => KeyringError::Locked { seconds },
            error => from_service(error, doing),
        })
    }

    fn attributes<'a>(&'a self, name: &'a str) -> HashMap<&'a str, &'a str> {
        HashMap::from([("service", self.service.as_str()), ("username", name)])
    }

    /// The one item of a variable, unlocked.
    fn find(&self, name: &str) -> Result<Option<Item<'_>>, KeyringError> {
        let found = self
            .secrets
            .search_items(self.attributes(name))
            .map_err(|error| from_service(error, "look for an entry"))?;
        let count = found.unlocked.len() + found.locked.len();
        if count > 1 {
            return Err(KeyringError::Ambiguous {
                service: self.service.clone(),
                name: name.to_owned(),
                count,
            });
        }
        if let Some(item) = found.locked.first() {
            self.prompted("unlock an entry", || item.unlock())?;
        }
        Ok(found.unlocked.into_iter().chain(found.locked).next())
    }
}

impl Store for Entries {
    fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
        let Some(item) = self.find(name)? else {
            return Ok(None);
        };
        let value = item.get_secret().map_err(|error| from_service(error, "give an entry's value"))?;
        Ok(Some(Zeroizing::new(value)))
    }

    fn ready_to_create(&self) -> Result<(), KeyringError> {
        self.default_collection()?.ok_or(KeyringError::NoDefault).map(drop)
    }

    fn write(&self, name: &str, value: &str) -> Result<(), KeyringError> {
        const KIND: &str = "text/plain";
        const DOING: &str = "write an entry";
        let failed = |error| from_service(error, DOING);
        if let Some(item) = self.find(name)? {
            return item.set_secret(value.as_bytes(), KIND).map_err(failed);
        }
        let collection = self.default_collection()?.ok_or(KeyringError::NoDefault)?;
        let label = format!("{name} ({})", self.service);
        self.prompted(DOING, || {
            // An item that appeared meanwhile is replaced.
            let attributes = self.attributes(name);
            collection.create_item(&label, attributes, value.as_bytes(), true, KIND).map(drop)
        })
    }

    fn remove(&self, name: &str) -> Result<(), KeyringError> {
        match self.find(name)? {
            Some(item) => self.prompted("remove an entry", || item.delete()),
            None => Ok(()),
        }
    }
}

/// Has the bus start a keyring if none runs.
///
/// The libraries' own first request would do that too, but waits only two seconds for it. `StartServiceByName` of
/// dbus-daemon 1.14 fails for a keyring that runs without a service file.
fn start_keyring() -> Result<(), KeyringError> {
    let connection = Connection::new_session().map_err(|error| absent("no session bus", &error))?;
    let keyring = connection.with_proxy(BUS_NAME, "/org/freedesktop/secrets", START_TIMEOUT);
    let answer: Result<(), _> = keyring.method_call("org.freedesktop.DBus.Peer", "Ping", ());
    match answer.as_ref().map_err(|error| (error.name(), error)) {
        // A program that does not know the request is there all the same.
        Ok(())
        | Err((
            Some(
                "org.freedesktop.DBus.Error.UnknownMethod"
                | "org.freedesktop.DBus.Error.UnknownObject"
                | "org.freedesktop.DBus.Error.UnknownInterface",
            ),
            _,
        )) => Ok(()),
        Err((Some("org.freedesktop.DBus.Error.NoReply" | "org.freedesktop.DBus.Error.TimedOut"), error)) => {
            Err(from_bus(error, "start"))
        }
        Err((_, error)) => Err(absent("no keyring on the session bus", error)),
    }
}

fn absent(what: &str, error: &dbus::Error) -> KeyringError {
    KeyringError::Absent { reason: format!("{what}: {}", reason(error)) }
}

fn from_service(error: Error, doing: &'static str) -> KeyringError {
    match error {
        Error::Dbus(error) => from_bus(&error, doing),
        Error::Locked => KeyringError::Locked { seconds: 0 },
        Error::Prompt => KeyringError::Dismissed,
        other => KeyringError::Refused { doing, reason: other.to_string() },
    }
}

fn from_bus(error: &dbus::Error, doing: &'static str) -> KeyringError {
    match error.name().unwrap_or_default() {
        "org.freedesktop.Secret.Error.IsLocked" => KeyringError::Locked { seconds: 0 },
        // It was too slow, went away, or no longer has what it had a moment before.
        "org.freedesktop.DBus.Error.NoReply"
        | "org.freedesktop.DBus.Error.Timeout"
        | "org.freedesktop.DBus.Error.TimedOut"
        | "org.freedesktop.DBus.Error.Disconnected"
        | "org.freedesktop.DBus.Error.NameHasNoOwner"
        | "org.freedesktop.DBus.Error.ServiceUnknown"
        | "org.freedesktop.DBus.Error.UnknownObject"
        | "org.freedesktop.DBus.Error.UnknownMethod"
        | "org.freedesktop.Secret.Error.NoSuchObject"
        | "org.freedesktop.Secret.Error.NoSession" => KeyringError::NoAnswer { doing, reason: reason(error) },
        _ => KeyringError::Refused { doing, reason: reason(error) },
    }
}

fn reason(error: &dbus::Error) -> String {
    error.message().or(error.name()).unwrap_or("no reason given").to_owned()
}
