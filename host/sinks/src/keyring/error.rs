//! Why the keyring did not do what it was asked.

use potbridge_protocol::Code;

/// Why the keyring did not do what it was asked.
///
/// The entries are as they were, unless a variant says otherwise. No variant holds a value. After none of them another
/// place is written instead.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// No keyring answers, as on a machine without a desktop.
    #[error("no keyring can be reached ({reason})")]
    Absent {
        /// What was tried, and how it ended.
        reason: String,
    },
    /// A keyring answers, and has no collection that new entries go to.
    #[error("the keyring has no default collection to put new entries in")]
    NoDefault,
    /// The keyring is locked, and nobody unlocked it in time.
    #[error("the keyring is locked{}", asked(*seconds))]
    Locked {
        /// How long somebody was asked; 0 if nobody was.
        seconds: u64,
    },
    /// The keyring is locked, and the dialog that asks to unlock it was closed.
    ///
    /// Or the dialog could not be shown, as without a screen.
    #[error("the keyring is locked, and the request to unlock it was dismissed or could not be shown")]
    Dismissed,
    /// Several entries match, and a program that looks for this one could find any of them.
    #[error(
        "the keyring has {count} entries for service {service:?} and user {name:?}, and nobody can tell which of them \
         a program reads"
    )]
    Ambiguous {
        /// The service's name.
        service: String,
        /// The variable's name.
        name: String,
        /// How many there are.
        count: usize,
    },
    /// The value of an entry is not UTF-8.
    #[error("the entry for service {service:?} and user {name:?} in the keyring is not text")]
    NotText {
        /// The service's name.
        service: String,
        /// The variable's name.
        name: String,
    },
    /// No keyring takes this name of a service or variable.
    #[error("{name:?} cannot name an entry in a keyring")]
    NameInvalid {
        /// The name as it was given.
        name: String,
    },
    /// The keyring did not answer in time, went away, or somebody else changed the entry.
    ///
    /// Whether the entry has its new value is not known. Writing it again settles that.
    #[error("the keyring did not {doing} ({reason})")]
    NoAnswer {
        /// What it was to do, as a verb.
        doing: &'static str,
        /// What stood in the way.
        reason: String,
    },
    /// The keyring refused, for a reason of its own.
    #[error("the keyring refused to {doing}: {reason}")]
    Refused {
        /// What it was to do, as a verb.
        doing: &'static str,
        /// Its reason.
        reason: String,
    },
    /// Some entries were changed before another one failed, and could not be restored.
    #[error("{because}. The entries of {} had been changed before, and could not be restored", changed.join(", "))]
    HalfDone {
        /// The names of the variables whose entries are no longer as they were.
        changed: Vec<String>,
        /// Why it did not go on.
        because: Box<KeyringError>,
    },
}

impl KeyringError {
    /// The code for programs.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Absent { .. } => Code::KeyringAbsent,
            Self::NoDefault => Code::KeyringNoDefault,
            Self::Locked { .. } => Code::KeyringLocked,
            Self::Dismissed => Code::KeyringDismissed,
            Self::Ambiguous { .. } => Code::KeyringAmbiguous,
            Self::NotText { .. } => Code::KeyringNotText,
            Self::NameInvalid { .. } => Code::KeyringNameInvalid,
            Self::NoAnswer { .. } => Code::KeyringNoAnswer,
            Self::Refused { .. } => Code::KeyringRefused,
            Self::HalfDone { .. } => Code::KeyringHalfDone,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Absent { .. } => {
                "log in to a desktop, or start a keyring such as gnome-keyring-daemon in this session. Tokens are not \
                 put into a file instead: add an env-file sink if you want that"
            }
            Self::NoDefault => {
                "create a collection in your keyring program, or choose one there as the default"
            }
            Self::Locked { .. } | Self::Dismissed => "unlock the keyring",
            Self::Ambiguous { service, name, .. } => {
                return Some(format!(
                    "remove all but one, or all of them with `secret-tool clear service '{service}' username '{name}'`"
                ));
            }
            Self::NotText { .. } => "remove the entry, or choose another service",
            Self::NameInvalid { .. } => "choose a name that is not empty and holds no control characters",
            Self::NoAnswer { .. } => "try again",
            Self::Refused { .. } => return None,
            Self::HalfDone { because, .. } => return because.hint(),
        };
        Some(text.to_owned())
    }

    /// Whether the same attempt may succeed later without anybody's doing.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::HalfDone { because, .. } => because.is_transient(),
            error => error.code().is_transient(),
        }
    }
}

fn asked(seconds: u64) -> String {
    if seconds == 0 { String::new() } else { format!(", and nobody unlocked it within {seconds} seconds") }
}
