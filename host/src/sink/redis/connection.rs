//! One connection, with limits to every wait.
//!
//! The library's own connection is not used: it waits its time limit once for each command that a stopped server was
//! sent, resolves names without any limit, and (redis 1.8) gives up TLS where one certificate of the system's cannot
//! be read, even if it was told which CA to trust. Its encoder and parser are used, and what those copy of a value on
//! its way is not wiped.

use std::{
    io::{self, Read, Write},
    net::{TcpStream, ToSocketAddrs as _},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

#[cfg(unix)]
use std::os::unix::net::UnixStream;

use redis::{Cmd, Parser, Pipeline, Value, pipe};
use rustls::{ClientConnection, StreamOwned};
use zeroize::Zeroizing;

use super::{
    PATIENCE, Redis, RedisError, password, tls,
    url::Server,
    verdict::{Verdict, is_closed},
};

pub(super) struct Connection {
    stream: Box<dyn Stream>,
    parser: Parser,
    pub(super) verdict: Verdict,
}

impl Connection {
    /// Connects, logs in and selects the database.
    pub(super) fn open(redis: &Redis, mut verdict: Verdict) -> Result<Self, RedisError> {
        let password = match &redis.password_file {
            Some(path) => Some(password::read(path)?),
            None => redis.url.password.as_ref().map(|password| Zeroizing::new(password.as_bytes().to_vec())),
        };
        verdict.secrets.extend(password.clone());
        let stream = connect(redis, &verdict)?;
        let mut connection = Self { stream, parser: Parser::new(), verdict };

        let user = redis.url.user.as_deref();
        if user.is_some() || password.is_some() {
            let mut login = Cmd::new();
            login.arg("AUTH").arg(user).arg(password.as_ref().map_or(&[][..], |password| password));
            if let Value::ServerError(error) = connection.ask(&login)? {
                return Err(connection.verdict.on_login(&error));
            }
        }
        if redis.url.database != 0 {
            let mut select = Cmd::new();
            select.arg("SELECT").arg(redis.url.database);
            if let Value::ServerError(error) = connection.ask(&select)? {
                return Err(connection.verdict.on_answer(&error));
            }
        }
        Ok(connection)
    }

    /// The answer to one command. It may be an error.
    pub(super) fn ask(&mut self, command: &Cmd) -> Result<Value, RedisError> {
        let mut answers = self.ask_all(pipe().add_command(command.clone()))?;
        answers.pop().ok_or_else(|| self.verdict.on_nonsense())
    }

    /// The answers to some commands, one each. Any of them may be an error.
    pub(super) fn ask_all(&mut self, commands: &Pipeline) -> Result<Vec<Value>, RedisError> {
        self.send(commands)?;
        self.answers(commands.len())
    }

    /// Runs all of the commands, or none and gives the error of the first that was refused.
    pub(super) fn transact(&mut self, commands: &mut Pipeline) -> Result<(), RedisError> {
        self.send(commands.atomic())?;
        let mut answers = self.answers(commands.len() + 2)?;
        if let Some(Value::Array(done)) = answers.last_mut() {
            answers = std::mem::take(done);
        }
        match first_error(&answers) {
            Some(error) => Err(self.verdict.on_answer(error)),
            None if answers.len() == commands.len() => Ok(()),
            None => Err(self.verdict.on_nonsense()),
        }
    }

    pub(super) fn send(&mut self, commands: &Pipeline) -> Result<(), RedisError> {
        let packed = Zeroizing::new(commands.get_packed_pipeline());
        let sent = self.stream.limit(PATIENCE).and_then(|()| self.stream.write_all(&packed));
        let Err(failure) = sent.and_then(|()| self.stream.flush()) else { return Ok(()) };
        let failure = self.stream.explained(failure);
        Err(match self.answer_within(Duration::ZERO) {
            // A server that turns a client away says why and closes, which can be before it was asked anything.
            Ok(Some(Value::ServerError(error))) if is_closed(&failure) => self.verdict.on_answer(&error),
            _ => self.verdict.on_io(&failure),
        })
    }

    pub(super) fn answer(&mut self) -> Result<Value, RedisError> {
        let late = io::Error::from(io::ErrorKind::TimedOut);
        self.answer_within(PATIENCE)?.ok_or_else(|| self.verdict.on_io(&late))
    }

    fn answers(&mut self, count: usize) -> Result<Vec<Value>, RedisError> {
        let mut answers = Vec::with_capacity(count);
        while answers.len() < count {
            match self.answer() {
                Ok(answer) => answers.push(answer),
                // A server that turns a client away says so once, however much it was asked, and closes.
                Err(failure) => {
                    return Err(first_error(&answers).map_or(failure, |error| self.verdict.on_answer(error)));
                }
            }
        }
        Ok(answers)
    }

    /// `None` where none came in time.
    pub(super) fn answer_within(&mut self, limit: Duration) -> Result<Option<Value>, RedisError> {
        self.stream.limit(limit).map_err(|error| self.verdict.on_io(&error))?;
        let mut reader = Witness { stream: &mut *self.stream, failure: None };
        match (self.parser.parse_value(&mut reader), reader.failure) {
            (Ok(answer), _) => Ok(Some(answer)),
            (Err(_), Some(failure)) => match failure.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Ok(None),
                _ => Err(self.verdict.on_io(&failure)),
            },
            (Err(_), None) => Err(self.verdict.on_nonsense()),
        }
    }
}

fn first_error(answers: &[Value]) -> Option<&redis::ServerError> {
    answers.iter().find_map(|answer| match answer {
        Value::ServerError(error) => Some(error),
        _ => None,
    })
}

trait Stream: Read + Write + Send {
    /// Sets how long a read or write may take. Not less than a millisecond.
    fn limit(&self, limit: Duration) -> io::Result<()>;

    /// What a write failed for, where the other side has said it.
    fn explained(&mut self, failure: io::Error) -> io::Error {
        failure
    }
}

impl Stream for TcpStream {
    fn limit(&self, limit: Duration) -> io::Result<()> {
        let limit = Some(limit.max(Duration::from_millis(1)));
        self.set_read_timeout(limit).and_then(|()| self.set_write_timeout(limit))
    }
}

#[cfg(unix)]
impl Stream for UnixStream {
    fn limit(&self, limit: Duration) -> io::Result<()> {
        let limit = Some(limit.max(Duration::from_millis(1)));
        self.set_read_timeout(limit).and_then(|()| self.set_write_timeout(limit))
    }
}

impl<S: Stream> Stream for Steady<S> {
    fn limit(&self, limit: Duration) -> io::Result<()> {
        self.0.limit(limit)
    }
}

impl<S: Stream> Stream for StreamOwned<ClientConnection, S> {
    fn limit(&self, limit: Duration) -> io::Result<()> {
        self.sock.limit(limit)
    }

    /// TLS 1.3 refuses a client after its handshake.
    fn explained(&mut self, failure: io::Error) -> io::Error {
        tls::explained(failure, &mut self.conn, &mut self.sock)
    }
}

/// Goes on where it was interrupted. Reads and writes with a time limit can be, whatever this program does about
/// signals (signal(7)).
pub(super) struct Steady<S>(S);

impl<S: Read> Read for Steady<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        steadily(|| self.0.read(buffer))
    }
}

impl<S: Write> Write for Steady<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        steadily(|| self.0.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        steadily(|| self.0.flush())
    }
}

fn steadily<T>(mut act: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match act() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Keeps the failure, which the parser gives only the text of.
struct Witness<'a> {
    stream: &'a mut dyn Stream,
    failure: Option<io::Error>,
}

impl Read for Witness<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let failure = match self.stream.read(buffer) {
            Ok(0) => io::ErrorKind::UnexpectedEof.into(),
            Ok(length) => return Ok(length),
            Err(error) => error,
        };
        let kind = failure.kind();
        self.failure = Some(failure);
        Err(kind.into())
    }
}

fn connect(redis: &Redis, verdict: &Verdict) -> Result<Box<dyn Stream>, RedisError> {
    let on_io = |error: io::Error| verdict.on_io(&error);
    match &redis.url.server {
        Server::Tcp { host, port, tls: true } => {
            let config = tls::config(redis.ca.as_deref(), verdict)?;
            let address = (host.clone(), *port);
            let tcp = Steady(within(PATIENCE, move || reach(&address)).map_err(on_io)?);
            tcp.limit(PATIENCE).map_err(on_io)?;
            Ok(Box::new(tls::wrap(host, tcp, config).map_err(on_io)?))
        }
        _ if redis.ca.is_some() => Err(RedisError::UrlInvalid {
            why: "it is without TLS, although a `ca` is given; write rediss://",
        }),
        Server::Tcp { host, port, tls: false } => {
            let address = (host.clone(), *port);
            Ok(Box::new(Steady(within(PATIENCE, move || reach(&address)).map_err(on_io)?)))
        }
        #[cfg(unix)]
        Server::Unix(path) => {
            let path = path.clone();
            let reach = move || steadily(|| UnixStream::connect(&path));
            Ok(Box::new(Steady(within(PATIENCE, reach).map_err(on_io)?)))
        }
        #[cfg(not(unix))]
        Server::Unix(_) => Err(on_io(io::ErrorKind::Unsupported.into())),
    }
}

/// Tries each address of the host, and gives each its part of the time.
fn reach(address: &(String, u16)) -> io::Result<TcpStream> {
    let until = Instant::now() + PATIENCE;
    let addresses: Vec<_> = (address.0.as_str(), address.1).to_socket_addrs()?.collect();
    let mut failure = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for (tried, address) in addresses.iter().enumerate() {
        let left = until.saturating_duration_since(Instant::now());
        let part = left / u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
        match TcpStream::connect_timeout(address, part.max(Duration::from_millis(1))) {
            Ok(tcp) => return tcp.set_nodelay(true).map(|()| tcp),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// Does what the system sets no limit to, such as resolving a name, in a thread that is left to itself when the time is
/// over.
fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let (sender, receiver) = mpsc::channel();
    thread::Builder::new().name("redis-connect".into()).spawn(move || sender.send(work()))?;
    receiver.recv_timeout(limit).unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_too_long_is_not_waited_for() {
        let (release, held) = mpsc::channel::<()>();
        let late = within(Duration::from_millis(10), move || held.recv().map_err(io::Error::other));
        assert_eq!(late.unwrap_err().kind(), io::ErrorKind::TimedOut);
        drop(release);
        assert_eq!(within(Duration::from_secs(60), || Ok(1)).unwrap(), 1);
    }
}
