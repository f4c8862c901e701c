//! A Redis server of its own for one test, on a free port of this machine and a Unix socket in a folder of its own.

pub mod certificates;

use potbridge::sink::redis::Redis;
use redis::{Connection, FromRedisValue};
use std::{
    fs,
    io::{BufRead as _, BufReader, ErrorKind, Write as _},
    net::TcpListener,
    os::unix::{net::UnixStream, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};
use tempfile::TempDir;

/// Ends a test that hangs; nothing that goes well takes that long.
pub const LIMIT: Duration = Duration::from_secs(60);

pub const CHANNEL: &str = "potbridge:changed";

pub struct RedisServer {
    pub folder: TempDir,
    pub port: u16,
    config: String,
    password: Option<String>,
    process: Option<Child>,
}

impl RedisServer {
    /// As it comes: no password, no TLS.
    pub fn new() -> Self {
        Self::with("")
    }

    /// With these lines in its configuration. `{folder}` stands for its folder and `{port}` for its port.
    pub fn with(config: &str) -> Self {
        Self::prepared(config, |_| ())
    }

    /// With files that must be in its folder first.
    pub fn prepared(config: &str, prepare: impl Fn(&Path)) -> Self {
        let folder = TempDir::new().unwrap();
        prepare(folder.path());
        let mut server = Self { folder, port: 0, config: config.into(), password: None, process: None };
        // Somebody else may take the port in between.
        while server.process.is_none() {
            server.port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            server.start();
        }
        server
    }

    /// That wants this password.
    pub fn with_password(password: &str) -> Self {
        let mut server = Self::with(&format!("requirepass {password}"));
        server.password = Some(password.into());
        server
    }

    /// Starts it, at first or once more, on its port; does not where the port is taken.
    pub fn start(&mut self) {
        let folder = self.folder.path().display().to_string();
        let config = format!(
            "port {{port}}\nbind 127.0.0.1\nunixsocket {{folder}}/redis.sock\ndir {{folder}}\nsave \"\"\n{}\n",
            self.config
        );
        let config = config.replace("{folder}", &folder).replace("{port}", &self.port.to_string());
        fs::write(self.path("redis.conf"), config).unwrap();

        let mut process = spawn(&self.path("redis.conf"));
        let output = BufReader::new(process.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        // Reads to the end, since a server whose output nobody takes stops.
        thread::spawn(move || output.lines().for_each(|line| drop(sender.send(line.unwrap_or_default()))));
        self.process = Some(process);
        let mut said = String::new();
        loop {
            match lines.recv_timeout(LIMIT) {
                Ok(line) if line.contains("eady to accept connections") => return,
                Ok(line) => said = format!("{said}{line}\n"),
                Err(_) if said.contains("already in use") => return self.stop(),
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

    /// Holds it still while something is done, as a machine that has lost its network would be.
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

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The sink by the port, as anybody.
    pub fn sink(&self) -> Redis {
        self.sink_at(&format!("redis://127.0.0.1:{}", self.port))
    }

    pub fn sink_as(&self, user: &str, password: &str) -> Redis {
        self.sink_at(&format!("redis://{user}:{password}@127.0.0.1:{}", self.port))
    }

    pub fn sink_at(&self, url: &str) -> Redis {
        Redis {
            url: url.parse().unwrap(),
            password_file: None,
            ca: None,
            prefix: String::new(),
            channel: Some(CHANNEL.into()),
        }
    }

    /// Somebody else's connection to it, without a time limit: the library takes an interrupted wait for a failure.
    pub fn connection(&self) -> Connection {
        let password = self.password.as_ref().map(|password| format!("?pass={password}")).unwrap_or_default();
        let url = format!("redis+unix://{}{password}", self.path("redis.sock").display());
        redis::Client::open(url).unwrap().get_connection().unwrap()
    }

    /// What somebody else gets for a command.
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

    /// Every command that is carried out from now on, a line each.
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

/// Debian's package redis-server starts a service, so the tests do with redis-tools: its `redis-check-rdb` is the
/// server's program, which goes by the name it is called.
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
