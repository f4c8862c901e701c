use std::path::PathBuf;

/// Why Redis was not written, read or listened to. Unless a variant says otherwise, the keys are as they were.
///
/// No variant holds a value or a password. A `place` is [`super::Redis::place`].
#[derive(Debug, thiserror::Error)]
pub enum RedisError {
    /// The URL cannot be used. It is not repeated, since it may hold a password.
    #[error("the URL of the Redis server is not valid: {why}")]
    UrlInvalid {
        /// What is wrong with it.
        why: &'static str,
    },
    /// The password file cannot be read, or holds no password.
    #[error("the password file {} cannot be used: {why}", path.display())]
    PasswordFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The password file belongs to this user, and others may read or write it.
    #[error(
        "others may read or write the password file {}; run `chmod 600` on it, or have it mounted with mode 0400",
        path.display()
    )]
    PasswordExposed {
        /// The file.
        path: PathBuf,
    },
    /// The file of certificates cannot be read, or holds none.
    #[error("the CA file {} cannot be used: {why}", path.display())]
    CaInvalid {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The name of a key or channel is empty or holds a control character.
    #[error("{name:?} cannot be the name of a {what}; use any text without control characters")]
    NameInvalid {
        /// `key` or `channel`.
        what: &'static str,
        /// The name as it was given.
        name: String,
    },
    /// There is no channel to listen to.
    #[error("no channel is given for {place}; give one, the same that the sink publishes to")]
    ChannelMissing {
        /// The server.
        place: String,
    },
    /// The server cannot be reached, did not answer in time, or went away. Where it went away after the new values were
    /// sent, it may have taken them.
    #[error("cannot reach {place}: {why}")]
    Away {
        /// The server.
        place: String,
        /// What happened.
        why: String,
    },
    /// The system does not let this user connect to the socket.
    #[error(
        "no permission to connect to {place}; give it to the user that runs this program (`unixsocketperm`, or a group)"
    )]
    SocketForbidden {
        /// The server.
        place: String,
    },
    /// No TLS connection came about, or the server broke it off.
    #[error("no TLS with {place}: {why}")]
    TlsFailed {
        /// The server.
        place: String,
        /// What happened, and what to do.
        why: String,
    },
    /// What answers does not speak Redis's protocol.
    #[error("{place} does not answer as a Redis server does; is it the right port?")]
    NotRedis {
        /// The server.
        place: String,
    },
    /// The server wants another user or password, or any.
    #[error("{place} refused the login: {why}")]
    LoginRefused {
        /// The server.
        place: String,
        /// What happened, and what to do.
        why: &'static str,
    },
    /// The user may not run a command, touch a key or publish.
    #[error("the user at {place} lacks a permission; it needs the ACL rules {needs}")]
    NotPermitted {
        /// The server.
        place: String,
        /// The rules, as `ACL SETUSER` takes them.
        needs: String,
    },
    /// The server is a replica.
    #[error(
        "{place} is a read-only replica; name the server that it follows, unless a failover is under way"
    )]
    ReadOnly {
        /// The server.
        place: String,
    },
    /// The server is there and cannot do it just now.
    #[error("{place} cannot do it now: {why}; try again later")]
    Busy {
        /// The server.
        place: String,
        /// What keeps it.
        why: &'static str,
    },
    /// A key holds a list, a hash, … or bytes that are no text: it belongs to something else.
    #[error(
        "the key {key:?} at {place} holds something that is no text, so it is not ours; name another key"
    )]
    KeyTaken {
        /// The server.
        place: String,
        /// The key.
        key: String,
    },
    /// The server is a node of a Redis Cluster, and not the node of all the keys.
    #[error(
        "{place} is a node of a Redis Cluster and not the one that holds all these keys; give them one hash tag, such \
         as {{potbridge}}:token, and name the node of their slot (`redis-cli -c` tells which)"
    )]
    ElsewhereInCluster {
        /// The server.
        place: String,
    },
    /// Anything else that the server said.
    #[error("{place} refused: {said}")]
    Refused {
        /// The server.
        place: String,
        /// Its words, where they repeat nothing secret.
        said: String,
    },
}

impl RedisError {
    /// A stable name for the kind of error, the same in every version and language.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UrlInvalid { .. } => "redis-url-invalid",
            Self::PasswordFile { .. } => "redis-password-file",
            Self::PasswordExposed { .. } => "redis-password-exposed",
            Self::CaInvalid { .. } => "redis-ca-invalid",
            Self::NameInvalid { .. } => "redis-name-invalid",
            Self::ChannelMissing { .. } => "redis-channel-missing",
            Self::Away { .. } => "redis-away",
            Self::SocketForbidden { .. } => "redis-socket-forbidden",
            Self::TlsFailed { .. } => "redis-tls-failed",
            Self::NotRedis { .. } => "redis-not-redis",
            Self::LoginRefused { .. } => "redis-login-refused",
            Self::NotPermitted { .. } => "redis-not-permitted",
            Self::ReadOnly { .. } => "redis-read-only",
            Self::Busy { .. } => "redis-busy",
            Self::KeyTaken { .. } => "redis-key-taken",
            Self::ElsewhereInCluster { .. } => "redis-cluster",
            Self::Refused { .. } => "redis-refused",
        }
    }

    /// Whether it may go well later without anybody's doing.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Away { .. } | Self::ReadOnly { .. } | Self::Busy { .. })
    }
}
