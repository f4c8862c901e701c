//! A Redis server of its own for one test.

use crate::deadline::{LIMIT, lines};
use redis::{Connection, FromRedisValue};
use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use tempfile::TempDir;

/// How many ports are tried: somebody else may take one before the server does.
const TRIES: usize = 10;

/// A server on a free port of this machine and a Unix socket in a folder of its own.
pub struct RedisServer {
    folder: TempDir,
    /// The port, of 127.0.0.1.
    pub port: u16,
    config: String,
    password: Option<String>,
    process: Option<Child>,
}

impl Default for RedisServer {
    fn default() -> Self {
        Self::new()
    }
}

impl RedisServer {
    /// With the default configuration: no password, no TLS.
    pub fn new() -> Self {
        Self::with("")
    }

    /// With these lines in its configuration.
    ///
    /// `{folder}` stands for its folder and `{port}` for its port.
    pub fn with(config: &str) -> Self {
        Self::prepared(config, |_| ())
    }

    /// With these lines in its configuration, and files in its folder that must be there first.
    pub fn prepared(config: &str, prepare: impl Fn(&Path)) -> Self {
        let folder = TempDir::new().unwrap();
        prepare(folder.path());
        let mut server = Self { folder, port: 0, config: config.into(), password: None, process: None };
        for _ in 0..TRIES {
            server.port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            server.start();
            if server.process.is_some() {
                return server;
            }
        }
        panic!("redis-server found every one of {TRIES} ports taken")
    }

    /// That wants a password.
    pub fn with_password(password: &str) -> Self {
        let mut server = Self::with(&format!("requirepass {password}"));
        server.password = Some(password.into());
        server
    }

    /// Starts it on its port, unless that is taken.
    pub fn start(&mut self) {
        let folder = self.folder.path().display().to_string();
        let config = format!(
            "port {{port}}\nbind 127.0.0.1\nunixsocket {{folder}}/redis.sock\ndir {{folder}}\nsave \"\"\n{}\n",
            self.config
        );
        let config = config.replace("{folder}", &folder).replace("{port}", &self.port.to_string());
        fs::write(self.path("redis.conf"), config).unwrap();

        let mut process = spawn(&self.path("redis.conf"));
        let lines = lines(process.stdout.take().unwrap());
        self.process = Some(process);
        let mut said = String::new();
        loop {
            match lines.recv_timeout(LIMIT) {
                Ok(line) if line.contains("eady to accept connections") => return,
                Ok(line) => said = format!("{said}{line}\n"),
                Err(RecvTimeoutError::Disconnected) if said.contains("already in use") => return self.stop(),
                Err(_) => panic!("redis-server did not start:\n{said}"),
            }
        }
    }

    /// Kills it.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Stops it (SIGSTOP) while something is done. To a client that is a machine that has lost its network.
    pub fn frozen<T>(&self, act: impl FnOnce() -> T) -> T {
        struct Thaw(rustix::process::Pid);
        impl Drop for Thaw {
            fn drop(&mut self) {
                rustix::process::kill_process(self.0, rustix::process::Signal::CONT).unwrap();
            }
        }
        let id = rustix::process::Pid::from_child(self.process.as_ref().unwrap());
        rustix::process::kill_process(id, rustix::process::Signal::STOP).unwrap();
        let _thaw = Thaw(id);
        act()
    }

    /// A path in its folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Its URL, by the port and without a login.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Its URL, with a login.
    pub fn url_as(&self, user: &str, password: &str) -> String {
        format!("redis://{user}:{password}@127.0.0.1:{}", self.port)
    }

    /// Another program's connection to it.
    ///
    /// It has no time limit, since the library takes an interrupted wait for a failure.
    pub fn connection(&self) -> Connection {
        let password = self.password.as_ref().map(|password| format!("?pass={password}")).unwrap_or_default();
        let url = format!("redis+unix://{}{password}", self.path("redis.sock").display());
        redis::Client::open(url).unwrap().get_connection().unwrap()
    }

    /// What another program gets for a command.
    #[track_caller]
    pub fn ask<T: FromRedisValue>(&self, command: &[&str]) -> T {
        redis::cmd(command[0]).arg(&command[1..]).query(&mut self.connection()).unwrap()
    }

    /// How often a command was carried out.
    pub fn calls(&self, command: &str) -> usize {
        let statistics: String = self.ask(&["INFO", "commandstats"]);
        let start = format!("cmdstat_{command}:calls=");
        let calls = statistics.lines().find_map(|line| line.strip_prefix(&start));
        calls.map_or(0, |calls| calls.split(',').next().unwrap().parse().unwrap())
    }

    /// Every command that is carried out from now on (MONITOR), a line each.
    pub fn watched(&self) -> impl Iterator<Item = String> + use<> {
        let mut stream = UnixStream::connect(self.path("redis.sock")).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream.write_all(b"MONITOR\r\n").unwrap();
        let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
        assert_eq!(lines.next().unwrap(), "+OK");
        lines
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Starts the server's program.
///
/// Debian's package redis-server starts a service, so the tests need redis-tools alone: its `redis-check-rdb` is the
/// server's program, which does what its name says.
fn spawn(config: &Path) -> Child {
    let start = |program: &str| {
        Command::new(program)
            .arg0("redis-server")
            .arg(config)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
    };
    match start("redis-server") {
        Err(error) if error.kind() == ErrorKind::NotFound => start("redis-check-rdb"),
        result => result,
    }
    .expect("redis-server or redis-tools is installed")
}
