/// Why the keyring did not do what it was asked. Unless a variant says otherwise, the entries are as they were.
///
/// No variant holds a value. None leads to another place being written instead.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// Nothing there that keeps secrets, as on a machine without a desktop.
    #[error(
        "no keyring can be reached ({reason}); log in to a desktop, or start a keyring such as gnome-keyring-daemon \
         in this session. Tokens are not put into a file in its place: add an env-file sink if you want that"
    )]
    Absent {
        /// What was tried and what came of it.
        reason: String,
    },
    /// There is a keyring program, and in it no collection that new entries go to.
    #[error(
        "the keyring has no default collection to put new entries in; create one in your keyring program, or choose \
         one there as the default"
    )]
    NoDefault,
    /// It is locked, and nobody unlocked it in the time they were given.
    #[error("the keyring is locked{}; unlock it", asked(*seconds))]
    Locked {
        /// For how long somebody was asked; 0 where nobody was.
        seconds: u64,
    },
    /// It is locked, and the dialog that asks to unlock it was closed, or could not be shown, as without a screen.
    #[error(
        "the keyring is locked, and the request to unlock it was dismissed or could not be shown; unlock it"
    )]
    Dismissed,
    /// Several entries that programs who look for this one would find alike.
    #[error(
        "the keyring has {count} entries for service {service:?} and user {name:?}, and nobody could tell which of \
         them a program reads; remove all but one, or all of them with \
         `secret-tool clear service '{service}' username '{name}'`"
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
    /// A name of a service or variable that keyrings do not take.
    #[error("{name:?} cannot name an entry in a keyring; it must not be empty nor hold control characters")]
    NameInvalid {
        /// The name as it was given.
        name: String,
    },
    /// It did not answer in time, went away meanwhile, or somebody else changed the entry. Whether the entry that was
    /// being written has its new value is not known; writing it again settles that.
    #[error("the keyring did not {doing} ({reason}); it may the next time")]
    NoAnswer {
        /// What it was to do, as a verb.
        doing: &'static str,
        /// What stood in the way.
        reason: String,
    },
    /// It said no, for a reason of its own.
    #[error("the keyring refused to {doing}: {reason}")]
    Refused {
        /// What it was to do, as a verb.
        doing: &'static str,
        /// Its reason.
        reason: String,
    },
    /// Some entries were changed when another one failed, and could not be restored.
    #[error("{because}. The entries of {} had been changed before, and could not be restored", changed.join(", "))]
    HalfDone {
        /// The names of the variables whose entries are no longer as they were.
        changed: Vec<String>,
        /// Why it did not go on.
        because: Box<KeyringError>,
    },
}

impl KeyringError {
    /// A stable name for the kind of error, the same in every version and language.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Absent { .. } => "keyring-absent",
            Self::NoDefault => "keyring-no-default",
            Self::Locked { .. } => "keyring-locked",
            Self::Dismissed => "keyring-dismissed",
            Self::Ambiguous { .. } => "keyring-ambiguous",
            Self::NotText { .. } => "keyring-not-text",
            Self::NameInvalid { .. } => "keyring-name-invalid",
            Self::NoAnswer { .. } => "keyring-no-answer",
            Self::Refused { .. } => "keyring-refused",
            Self::HalfDone { .. } => "keyring-half-done",
        }
    }

    /// Whether the same request may succeed later without anybody's doing.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::NoAnswer { .. } => true,
            Self::HalfDone { because, .. } => because.is_transient(),
            Self::Absent { .. }
            | Self::NoDefault
            | Self::Locked { .. }
            | Self::Dismissed
            | Self::Ambiguous { .. }
            | Self::NotText { .. }
            | Self::NameInvalid { .. }
            | Self::Refused { .. } => false,
        }
    }
}

fn asked(seconds: u64) -> String {
    if seconds == 0 { String::new() } else { format!(", and nobody unlocked it within {seconds} seconds") }
}
