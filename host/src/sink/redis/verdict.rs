//! What an answer or a failure means.

use std::io;

use redis::ServerError;
use zeroize::Zeroizing;

use super::{PATIENCE, RedisError};

/// As many bytes of a secret in a row are not repeated.
const TELLING: usize = 6;

/// As many characters of a server's words are passed on.
const ENOUGH: usize = 200;

/// Sorts what one server says while one thing is done there.
pub(super) struct Verdict {
    /// [`super::Redis::place`].
    pub(super) place: String,
    /// The ACL rules that the thing needs.
    pub(super) needs: String,
    /// What must not be passed on, wherever the server repeats it.
    pub(super) secrets: Vec<Zeroizing<Vec<u8>>>,
}

impl Verdict {
    /// The codes are those of Redis 7.0: `createSharedObjects` in `server.c`, `acl.c`, `networking.c`, `cluster.c`.
    pub(super) fn on_answer(&self, error: &ServerError) -> RedisError {
        let place = self.place.clone();
        let busy = |why| RedisError::Busy { place: self.place.clone(), why };
        let login = |why| RedisError::LoginRefused { place: self.place.clone(), why };
        match error.code() {
            "NOAUTH" => login("it wants a password; name a password file"),
            "WRONGPASS" => login("the user or the password is wrong, or the user is switched off"),
            "DENIED" => login(
                "it takes no logins from other machines without a password (protected mode); set one there",
            ),
            "NOPERM" => RedisError::NotPermitted { place, needs: self.needs.clone() },
            "READONLY" => RedisError::ReadOnly { place },
            "LOADING" => busy("it is loading its data"),
            "BUSY" | "UNKILLABLE" => busy("a script keeps it busy"),
            "OOM" => busy("its memory is full (maxmemory)"),
            "MASTERDOWN" | "NOREPLICAS" => busy("it has lost its other servers"),
            "CLUSTERDOWN" | "TRYAGAIN" => busy("its cluster is not complete"),
            "MOVED" | "ASK" | "CROSSSLOT" => RedisError::ElsewhereInCluster { place },
            _ if says(error, "max number of clients") => busy("it has as many clients as it may have"),
            _ => RedisError::Refused { place, said: self.said(error) },
        }
    }

    /// The same for the answer to a login.
    pub(super) fn on_login(&self, error: &ServerError) -> RedisError {
        let login = |why| RedisError::LoginRefused { place: self.place.clone(), why };
        if says(error, "without any password") {
            login("a password is given, and it wants none; leave it out, or set it there")
        } else if says(error, "wrong number of arguments") {
            login("it is older than Redis 6 and knows no users; give the password alone")
        } else if says(error, "invalid password") {
            login("the password is wrong")
        } else {
            self.on_answer(error)
        }
    }

    /// What a failure of the connection means.
    pub(super) fn on_io(&self, error: &io::Error) -> RedisError {
        use io::ErrorKind as Kind;

        let place = self.place.clone();
        let seconds = PATIENCE.as_secs();
        let away = |why: String| RedisError::Away { place: self.place.clone(), why };
        if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return RedisError::TlsFailed { place, why: tls(error) };
        }
        match error.kind() {
            Kind::PermissionDenied => RedisError::SocketForbidden { place },
            // The first on Unix, the second on Windows, where a time limit of a socket is over.
            Kind::WouldBlock | Kind::TimedOut => away(format!("it did not answer within {seconds} seconds")),
            _ if is_closed(error) => away(
                "it closed the connection; if it does every time, redis:// and rediss:// may be mixed up"
                    .into(),
            ),
            _ => away(error.to_string()),
        }
    }

    /// What a reply that is no reply means. What came instead is not passed on: it may hold anything.
    pub(super) fn on_nonsense(&self) -> RedisError {
        RedisError::NotRedis { place: self.place.clone() }
    }

    /// The server's own words, which can quote what it was sent: `unknown command …, with args beginning with: …`.
    fn said(&self, error: &ServerError) -> String {
        let words = format!("{} {}", error.code(), error.details().unwrap_or_default());
        if self.secrets.iter().any(|secret| repeats(words.as_bytes(), secret)) {
            return "its words repeat a secret and are left out; its log or `redis-cli` may tell more".into();
        }
        let shown = words.trim_end().chars().map(|char| if char.is_control() { ' ' } else { char });
        shown.take(ENOUGH).collect()
    }
}

/// Whether the other side has closed the connection.
pub(super) fn is_closed(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;

    matches!(
        error.kind(),
        Kind::UnexpectedEof | Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe
    )
}

fn says(error: &ServerError, words: &str) -> bool {
    error.details().is_some_and(|details| details.contains(words))
}

/// Whether the text holds the secret or a telling part of it: servers cut what they quote.
fn repeats(text: &[u8], secret: &[u8]) -> bool {
    let telling = secret.len().min(TELLING);
    telling > 0 && secret.windows(telling).any(|part| text.windows(telling).any(|window| window == part))
}

fn tls(error: &rustls::Error) -> String {
    use rustls::{AlertDescription as Alert, CertificateError as Certificate, Error};

    match error {
        Error::InvalidCertificate(Certificate::UnknownIssuer | Certificate::BadSignature) => {
            "its certificate comes from no CA that is trusted here; name the CA's certificate as `ca`".into()
        }
        Error::InvalidCertificate(
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. },
        ) => {
            "its certificate is for another name; write the host in the URL as the certificate has it".into()
        }
        Error::InvalidCertificate(Certificate::Expired | Certificate::ExpiredContext { .. }) => {
            "its certificate has expired; renew it there".into()
        }
        // A certificate made by `openssl req -x509` is a CA, and no server's.
        Error::InvalidCertificate(Certificate::Other(other))
            if format!("{other:?}").contains("CaUsedAsEndEntity") =>
        {
            "its certificate is a CA's; make a CA, let it sign one for the server, and name the CA's as `ca`"
                .into()
        }
        Error::AlertReceived(
            Alert::CertificateRequired | Alert::HandshakeFailure | Alert::BadCertificate,
        ) => format!(
            "{error}; it may want certificates of its clients, and this program has none: `tls-auth-clients optional`"
        ),
        Error::InvalidMessage(_) => {
            "what answers there does not speak TLS; use redis:// or the TLS port".into()
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(answer: &[u8]) -> RedisError {
        let secret = Zeroizing::new(b"MnSomeSecretToken_==".to_vec());
        let verdict = Verdict { place: "redis://h:1".into(), needs: "+get".into(), secrets: vec![secret] };
        match redis::parse_redis_value(answer).unwrap() {
            redis::Value::ServerError(error) => verdict.on_answer(&error),
            _ => panic!("no error"),
        }
    }

    #[test]
    fn an_answer_is_sorted_by_its_code() {
        for (answer, code, passes) in [
            (&b"-LOADING Redis is loading the dataset in memory\r\n"[..], "redis-busy", true),
            (b"-BUSY Redis is busy running a script.\r\n", "redis-busy", true),
            (b"-OOM command not allowed when used memory > 'maxmemory'.\r\n", "redis-busy", true),
            (b"-ERR max number of clients reached\r\n", "redis-busy", true),
            (b"-CLUSTERDOWN Hash slot not served\r\n", "redis-busy", true),
            (b"-READONLY You can't write against a read only replica.\r\n", "redis-read-only", true),
            (b"-MOVED 3999 127.0.0.1:6381\r\n", "redis-cluster", false),
            (b"-DENIED Redis is running in protected mode\r\n", "redis-login-refused", false),
            (b"-NOAUTH Authentication required.\r\n", "redis-login-refused", false),
            (b"-NOPERM No permissions to access a key\r\n", "redis-not-permitted", false),
            (b"-MISCONF Errors writing to the AOF file\r\n", "redis-refused", false),
        ] {
            let error = verdict(answer);
            assert_eq!((error.code(), error.is_transient()), (code, passes), "{error}");
        }
    }

    #[test]
    fn a_failure_passes_unless_somebody_must_do_something() {
        use io::ErrorKind as Kind;

        let verdict = Verdict { place: "redis://h:1".into(), needs: String::new(), secrets: Vec::new() };
        for (failure, code, passes) in [
            (Kind::ConnectionRefused, "redis-away", true),
            (Kind::NotFound, "redis-away", true),
            (Kind::TimedOut, "redis-away", true),
            (Kind::WouldBlock, "redis-away", true),
            (Kind::ConnectionReset, "redis-away", true),
            (Kind::PermissionDenied, "redis-socket-forbidden", false),
        ] {
            let error = verdict.on_io(&failure.into());
            assert_eq!((error.code(), error.is_transient()), (code, passes), "{error}");
        }
    }

    #[test]
    fn a_servers_words_are_passed_on_unless_they_repeat_a_part_of_a_secret() {
        let error = verdict(b"-ERR DB index is out of range\r\n");
        assert_eq!(error.to_string(), "redis://h:1 refused: ERR DB index is out of range");
        for quoting in ["MnSomeSecretToken_==", "MnSome", "Token_", "xcretTo'"] {
            let error = verdict(format!("-ERR unknown command, beginning with: '{quoting}\r\n").as_bytes());
            assert!(!error.to_string().contains(quoting), "{error}");
            assert!(error.to_string().contains("left out"));
        }
        assert!(verdict(format!("-ERR {}\r\n", "x".repeat(10_000)).as_bytes()).to_string().len() < 300);
    }
}
