//! What a reply or a failure of a server means.

use super::error::{RedisError, is_closed};
use super::tls;
use redis::ServerError;
use std::io;
use std::time::Duration;
use zeroize::Zeroizing;

/// So many bytes of a secret in a row are not repeated.
const TELLING: usize = 6;

/// So many characters of a server's words are passed on.
const LONGEST: usize = 200;

/// Turns what a server says during one request into a [`RedisError`].
pub(super) struct Classifier {
    /// What `Redis::place` gives.
    pub(super) place: String,
    /// How long one wait may take.
    pub(super) timeout: Duration,
    /// The ACL rules that the request needs.
    pub(super) needs: String,
    /// What must not be passed on if the server repeats it.
    pub(super) secrets: Vec<Zeroizing<Vec<u8>>>,
}

impl Classifier {
    /// What an error reply means.
    ///
    /// The codes are those of Redis 7.0: `createSharedObjects` in `server.c`, `acl.c`, `networking.c`, `cluster.c`.
    pub(super) fn reply(&self, error: &ServerError) -> RedisError {
        let place = self.place.clone();
        let busy = |why| RedisError::Busy { place: self.place.clone(), why };
        match error.code() {
            "NOAUTH" => self.login_refused("it wants a password", "name a password file"),
            "WRONGPASS" => self.login_refused(
                "the user or the password is wrong, or the user is switched off",
                "correct the user in the URL or the password",
            ),
            "DENIED" => self.login_refused(
                "it takes no logins from other machines without a password (protected mode)",
                "set a password on the server",
            ),
            "NOPERM" => RedisError::NotPermitted { place, needs: self.needs.clone() },
            "READONLY" => RedisError::ReadOnly { place },
            "LOADING" => busy("it is loading its data"),
            "BUSY" | "UNKILLABLE" => busy("a script keeps it busy"),
            "OOM" => busy("its memory is full (maxmemory)"),
            "MASTERDOWN" | "NOREPLICAS" => busy("it has lost its other servers"),
            "CLUSTERDOWN" | "TRYAGAIN" => busy("its cluster is not complete"),
            "MOVED" | "ASK" | "CROSSSLOT" => RedisError::OtherClusterNode { place },
            _ if says(error, "max number of clients") => busy("it has as many clients as it may have"),
            _ => RedisError::Refused { place, said: self.said(error) },
        }
    }

    /// What an error reply to a login means.
    pub(super) fn login_reply(&self, error: &ServerError) -> RedisError {
        if says(error, "without any password") {
            self.login_refused(
                "a password is given, and it wants none",
                "leave the password out, or set it on the server",
            )
        } else if says(error, "wrong number of arguments") {
            self.login_refused(
                "it is older than Redis 6 and knows no users",
                "give the password without a user",
            )
        } else if says(error, "invalid password") {
            self.login_refused("the password is wrong", "correct the password")
        } else {
            self.reply(error)
        }
    }

    /// What a failure of the connection means.
    pub(super) fn io(&self, error: &io::Error) -> RedisError {
        use io::ErrorKind as Kind;

        let place = self.place.clone();
        if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return tls::failed(&place, error);
        }
        match error.kind() {
            Kind::PermissionDenied => RedisError::SocketForbidden { place },
            // A time-out of a socket is WouldBlock on Unix, TimedOut on Windows.
            Kind::WouldBlock | Kind::TimedOut => self.timed_out(),
            _ if is_closed(error) => RedisError::Closed { place },
            _ => RedisError::Unreachable { place, why: error.to_string() },
        }
    }

    /// The server did not answer in time.
    pub(super) fn timed_out(&self) -> RedisError {
        let why = format!("it did not answer within {:?}", self.timeout);
        RedisError::Unreachable { place: self.place.clone(), why }
    }

    /// What came is no reply of the protocol. It is not passed on: it may hold anything.
    pub(super) fn malformed(&self) -> RedisError {
        RedisError::NotRedis { place: self.place.clone() }
    }

    fn login_refused(&self, why: &'static str, hint: &'static str) -> RedisError {
        RedisError::LoginRefused { place: self.place.clone(), why, hint }
    }

    /// The server's own words.
    ///
    /// They can quote what it was sent: `unknown command …, with args beginning with: …`.
    fn said(&self, error: &ServerError) -> String {
        let words = format!("{} {}", error.code(), error.details().unwrap_or_default());
        if self.secrets.iter().any(|secret| repeats(words.as_bytes(), secret)) {
            return "its words repeat a secret and are left out; its log or `redis-cli` may tell more".into();
        }
        let shown = words.trim_end().chars().map(|char| if char.is_control() { ' ' } else { char });
        shown.take(LONGEST).collect()
    }
}

fn says(error: &ServerError, words: &str) -> bool {
    error.details().is_some_and(|details| details.contains(words))
}

/// Whether the text holds the secret, or a telling part of it: servers cut what they quote.
fn repeats(text: &[u8], secret: &[u8]) -> bool {
    let telling = secret.len().min(TELLING);
    telling > 0 && secret.windows(telling).any(|part| text.windows(telling).any(|window| window == part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use potbridge_protocol::Code;

    fn classifier(secrets: Vec<Zeroizing<Vec<u8>>>) -> Classifier {
        let timeout = Duration::from_secs(3);
        Classifier { place: "redis://h:1".into(), timeout, needs: "+get".into(), secrets }
    }

    fn classified(answer: &[u8]) -> RedisError {
        let secret = Zeroizing::new(b"MnSomeSecretToken_==".to_vec());
        match redis::parse_redis_value(answer).unwrap() {
            redis::Value::ServerError(error) => classifier(vec![secret]).reply(&error),
            _ => panic!("no error"),
        }
    }

    #[test]
    fn an_error_reply_is_sorted_by_its_code() {
        for (answer, code, transient) in [
            (&b"-LOADING Redis is loading the dataset in memory\r\n"[..], Code::RedisBusy, true),
            (b"-BUSY Redis is busy running a script.\r\n", Code::RedisBusy, true),
            (b"-OOM command not allowed when used memory > 'maxmemory'.\r\n", Code::RedisBusy, true),
            (b"-ERR max number of clients reached\r\n", Code::RedisBusy, true),
            (b"-CLUSTERDOWN Hash slot not served\r\n", Code::RedisBusy, true),
            (b"-READONLY You can't write against a read only replica.\r\n", Code::RedisReadOnly, true),
            (b"-MOVED 3999 127.0.0.1:6381\r\n", Code::RedisCluster, false),
            (b"-DENIED Redis is running in protected mode\r\n", Code::RedisLoginRefused, false),
            (b"-NOAUTH Authentication required.\r\n", Code::RedisLoginRefused, false),
            (b"-NOPERM No permissions to access a key\r\n", Code::RedisNotPermitted, false),
            (b"-MISCONF Errors writing to the AOF file\r\n", Code::RedisRefused, false),
        ] {
            let error = classified(answer);
            assert_eq!((error.code(), error.is_transient()), (code, transient), "{error}");
        }
    }

    #[test]
    fn a_broken_connection_is_transient_and_a_forbidden_one_is_not() {
        use io::ErrorKind as Kind;

        for (failure, code, transient) in [
            (Kind::ConnectionRefused, Code::RedisAway, true),
            (Kind::NotFound, Code::RedisAway, true),
            (Kind::TimedOut, Code::RedisAway, true),
            (Kind::WouldBlock, Code::RedisAway, true),
            (Kind::ConnectionReset, Code::RedisAway, true),
            (Kind::PermissionDenied, Code::RedisSocketForbidden, false),
        ] {
            let error = classifier(Vec::new()).io(&failure.into());
            assert_eq!((error.code(), error.is_transient()), (code, transient), "{error}");
        }
    }

    #[test]
    fn a_servers_words_are_passed_on_unless_they_repeat_a_secret() {
        let error = classified(b"-ERR DB index is out of range\r\n");
        assert_eq!(error.to_string(), "redis://h:1 refused: ERR DB index is out of range");
        for quoting in ["MnSomeSecretToken_==", "MnSome", "Token_", "xcretTo'"] {
            let error =
                classified(format!("-ERR unknown command, beginning with: '{quoting}\r\n").as_bytes());
            assert!(!error.to_string().contains(quoting), "{error}");
            assert!(error.to_string().contains("left out"));
        }
        assert!(classified(format!("-ERR {}\r\n", "x".repeat(10_000)).as_bytes()).to_string().len() < 300);
    }
}
