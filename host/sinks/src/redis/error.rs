//! Why Redis was not written, read or listened to.

use potbridge_protocol::Code;
use std::io;
use std::path::PathBuf;

/// Why Redis was not written, read or listened to.
///
/// The keys are as they were, unless a variant says otherwise. No variant holds a value or a password. A `place` is
/// what `Redis::place` gives.
#[derive(Debug, thiserror::Error)]
pub enum RedisError {
    /// The URL cannot be used.
    ///
    /// It is not repeated, since it may hold a password.
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
    #[error("others may read or write the password file {}", path.display())]
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
    #[error("{name:?} cannot be the name of a {what}")]
    NameInvalid {
        /// `key` or `channel`.
        what: &'static str,
        /// The name as it was given.
        name: String,
    },
    /// There is no channel to listen to.
    #[error("no channel is given for {place}")]
    ChannelMissing {
        /// The server.
        place: String,
    },
    /// The server cannot be reached, or did not answer in time.
    ///
    /// If the new values had been sent before, it may have taken them.
    #[error("cannot reach {place}: {why}")]
    Unreachable {
        /// The server.
        place: String,
        /// What happened.
        why: String,
    },
    /// The server closed the connection.
    ///
    /// If the new values had been sent before, it may have taken them.
    #[error("cannot reach {place}: it closed the connection")]
    Closed {
        /// The server.
        place: String,
    },
    /// The system does not let this user connect to the socket.
    #[error("no permission to connect to {place}")]
    SocketForbidden {
        /// The server.
        place: String,
    },
    /// No TLS connection came about, or the server broke it off.
    #[error("no TLS with {place}: {why}")]
    TlsFailed {
        /// The server.
        place: String,
        /// What happened.
        why: String,
        /// What to do.
        hint: Option<&'static str>,
    },
    /// What answers does not speak Redis's protocol.
    #[error("{place} does not answer as a Redis server does")]
    NotRedis {
        /// The server.
        place: String,
    },
    /// The server wants a login, or another user or password.
    #[error("{place} refused the login: {why}")]
    LoginRefused {
        /// The server.
        place: String,
        /// What happened.
        why: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// The user may not run a command, touch a key or publish.
    #[error("the user at {place} lacks a permission")]
    NotPermitted {
        /// The server.
        place: String,
        /// The rules that the user needs, as `ACL SETUSER` takes them.
        needs: String,
    },
    /// The server is a replica.
    #[error("{place} is a read-only replica")]
    ReadOnly {
        /// The server.
        place: String,
    },
    /// The server answers, and cannot do it now.
    #[error("{place} cannot do it now: {why}")]
    Busy {
        /// The server.
        place: String,
        /// What keeps it.
        why: &'static str,
    },
    /// A key holds a list, a hash, … or bytes that are no text: it belongs to something else.
    #[error("the key {key:?} at {place} holds something that is no text, so it is not ours")]
    KeyTaken {
        /// The server.
        place: String,
        /// The key.
        key: String,
    },
    /// The server is a node of a Redis Cluster, and not the node of all the keys.
    #[error("{place} is a node of a Redis Cluster and not the one that holds all these keys")]
    OtherClusterNode {
        /// The server.
        place: String,
    },
    /// The server refused for any other reason.
    #[error("{place} refused: {said}")]
    Refused {
        /// The server.
        place: String,
        /// Its words, unless they repeat a secret.
        said: String,
    },
}

impl RedisError {
    /// The code for programs.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::UrlInvalid { .. } => Code::RedisUrlInvalid,
            Self::PasswordFile { .. } => Code::RedisPasswordFile,
            Self::PasswordExposed { .. } => Code::RedisPasswordExposed,
            Self::CaInvalid { .. } => Code::RedisCaInvalid,
            Self::NameInvalid { .. } => Code::RedisNameInvalid,
            Self::ChannelMissing { .. } => Code::RedisChannelMissing,
            Self::Unreachable { .. } | Self::Closed { .. } => Code::RedisAway,
            Self::SocketForbidden { .. } => Code::RedisSocketForbidden,
            Self::TlsFailed { .. } => Code::RedisTlsFailed,
            Self::NotRedis { .. } => Code::RedisNotRedis,
            Self::LoginRefused { .. } => Code::RedisLoginRefused,
            Self::NotPermitted { .. } => Code::RedisNotPermitted,
            Self::ReadOnly { .. } => Code::RedisReadOnly,
            Self::Busy { .. } => Code::RedisBusy,
            Self::KeyTaken { .. } => Code::RedisKeyTaken,
            Self::OtherClusterNode { .. } => Code::RedisCluster,
            Self::Refused { .. } => Code::RedisRefused,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::UrlInvalid { .. } => {
                "write it as rediss://user@host:6379/0 (TLS), redis://… or redis+unix:///path/to/socket"
            }
            Self::PasswordFile { .. } => "name a file that holds the password and nothing else",
            Self::PasswordExposed { .. } => "run `chmod 600` on it, or have it mounted with mode 0400",
            Self::CaInvalid { .. } => "name a file that holds the CA's certificate in PEM",
            Self::NameInvalid { .. } => "use any text without control characters",
            Self::ChannelMissing { .. } => "give one, the same that the sink publishes to",
            Self::Unreachable { .. } => "check the address, and whether the server runs",
            Self::Closed { .. } => {
                "if it closes every connection, redis:// and rediss:// may be mixed up in the URL"
            }
            Self::SocketForbidden { .. } => {
                "let the user that runs this program connect (`unixsocketperm`, or a group)"
            }
            Self::TlsFailed { hint, .. } => return hint.map(str::to_owned),
            Self::NotRedis { .. } => "check the port",
            Self::LoginRefused { hint, .. } => hint,
            Self::NotPermitted { needs, .. } => return Some(format!("give the user the ACL rules {needs}")),
            Self::ReadOnly { .. } => "name the server that it follows, unless a failover is under way",
            Self::Busy { .. } => "try again later",
            Self::KeyTaken { .. } => "choose another name for the variable, or another prefix",
            Self::OtherClusterNode { .. } => {
                "give the keys one hash tag, such as {potbridge}:token, and name the node of their slot \
                 (`redis-cli -c` tells which)"
            }
            Self::Refused { .. } => return None,
        };
        Some(text.to_owned())
    }

    /// Whether the same attempt may succeed later without anybody's doing.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.code().is_transient()
    }
}

/// Whether a failure means that the other side has closed the connection.
pub(super) fn is_closed(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;

    matches!(
        error.kind(),
        Kind::UnexpectedEof | Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe
    )
}
