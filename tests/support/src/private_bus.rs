//! A D-Bus and a GNOME Keyring for one test.
//!
//! The library finds the bus by its process's environment, once. So each user of the keyring is a process of its own,
//! with the environment of [`PrivateBus::command`].

use crate::deadline::{self, LIMIT, lines};
use dbus::blocking::Connection;
use dbus::blocking::stdintf::org_freedesktop_dbus::Properties as _;
use dbus::channel::Channel;
use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const SECRETS: &str = "org.freedesktop.secrets";

/// The password of the keyring.
pub const PASSWORD: &str = "correct horse";

/// A bus, a keyring on it, and a folder for both.
pub struct PrivateBus {
    folder: TempDir,
    daemon: Option<Child>,
    keyring: Option<Child>,
    prompter: Option<Child>,
}

/// Kills and reaps it.
fn end(child: Option<Child>) {
    if let Some(mut child) = child {
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl Drop for PrivateBus {
    fn drop(&mut self) {
        end(self.prompter.take());
        end(self.keyring.take());
        end(self.daemon.take());
    }
}

impl PrivateBus {
    /// A folder for a bus, and no bus.
    pub fn without_a_bus() -> Self {
        let bus = Self { folder: TempDir::new().unwrap(), daemon: None, keyring: None, prompter: None };
        for folder in ["run", "home"] {
            fs::create_dir(bus.path(folder)).unwrap();
            fs::set_permissions(bus.path(folder), Permissions::from_mode(0o700)).unwrap();
        }
        bus
    }

    /// A bus without a keyring, that starts no program.
    pub fn without_a_keyring() -> Self {
        let mut bus = Self::without_a_bus();
        bus.start_bus();
        bus
    }

    /// A bus that starts this program if somebody asks for a keyring. What it starts ends with it.
    pub fn starting_a_keyring(program: &str) -> Self {
        let mut bus = Self::without_a_bus();
        fs::create_dir(bus.path("services")).unwrap();
        let service = bus.path(&format!("services/{SECRETS}.service"));
        fs::write(service, format!("[D-BUS Service]\nName={SECRETS}\nExec={program}\n")).unwrap();
        bus.start_bus();
        bus
    }

    fn start_bus(&mut self) {
        let configuration = self.path("bus.conf");
        let (listen, services) = (self.address(), self.path("services"));
        let text = format!(
            "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\"
            \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">
            <busconfig><type>session</type><listen>{listen}</listen><auth>EXTERNAL</auth>
            <servicedir>{}</servicedir>
            <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>
            <allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>",
            services.display()
        );
        fs::write(&configuration, text).unwrap();
        let mut daemon = self
            .command("dbus-daemon")
            .arg("--config-file")
            .arg(configuration)
            .args(["--nofork", "--nopidfile", "--print-address"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("dbus-daemon: {error}; run ./tests/run"));
        // It says its address once it listens.
        let line = lines(daemon.stdout.take().unwrap()).recv_timeout(LIMIT).unwrap();
        assert!(line.starts_with(&listen), "{line}");
        self.daemon = Some(daemon);
    }

    /// A bus with a keyring that is open.
    #[allow(clippy::new_without_default, reason = "it starts programs")]
    pub fn new() -> Self {
        let mut bus = Self::without_a_keyring();
        bus.start_keyring(true);
        bus
    }

    /// Starts the keyring again: open, or locked if it was open before and empty if it was not.
    pub fn start_keyring(&mut self, open: bool) {
        self.start_keyring_with(open, |_| ());
    }

    /// Starts the keyring again, locked, and a prompter that answers its next question.
    ///
    /// The answer is the password or, if `knows_it` is false, that the dialog is closed.
    pub fn lock_with_prompter(&mut self, knows_it: bool) {
        // libgcr, a part of GNOME Keyring, has a prompter for tests; it answers without a screen.
        const PROMPTER: &str = "import ctypes, sys
try: gcr = ctypes.CDLL('libgcr-base-3.so.1')
except OSError: gcr = ctypes.CDLL('libgcr-4.so.4')
gcr.gcr_mock_prompter_start.restype = ctypes.c_char_p
print(gcr.gcr_mock_prompter_start().decode(), flush=True)
password = sys.argv[1].encode()
if password: gcr.gcr_mock_prompter_expect_password_ok(password, None)
else: gcr.gcr_mock_prompter_expect_password_cancel()
print('ready', flush=True)
sys.stdin.read()";
        let password = if knows_it { PASSWORD } else { "" };
        let mut prompter = self.command("python3");
        prompter.args(["-c", PROMPTER, password]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut prompter = prompter.spawn().unwrap();
        let lines = lines(prompter.stdout.take().unwrap());
        self.prompter = Some(prompter);
        let name = lines.recv_timeout(LIMIT).expect("GNOME Keyring's libgcr is missing; run ./tests/run");
        assert_eq!(lines.recv_timeout(LIMIT).unwrap(), "ready");
        self.start_keyring_with(false, |command| {
            command.env("GNOME_KEYRING_TEST_PROMPTER", name);
        });
    }

    fn start_keyring_with(&mut self, open: bool, change: impl FnOnce(&mut Command)) {
        end(self.keyring.take());
        let connection = self.connect();
        let began = Instant::now();
        while self.owner(&connection).is_some() {
            assert!(began.elapsed() < LIMIT, "the keyring does not end");
            connection.process(Duration::from_millis(10)).unwrap();
        }
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]);
        if open {
            command.arg("--unlock");
        }
        change(&mut command);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut keyring =
            command.spawn().unwrap_or_else(|error| panic!("gnome-keyring-daemon: {error}; run ./tests/run"));
        keyring.stdin.take().unwrap().write_all(if open { PASSWORD.as_bytes() } else { b"" }).unwrap();
        self.keyring = Some(keyring);
        let began = Instant::now();
        while self.owner(&connection).is_none() || (open && !is_open(&connection)) {
            assert!(began.elapsed() < LIMIT, "the keyring does not start");
            connection.process(Duration::from_millis(10)).unwrap();
        }
    }

    /// A connection to the bus.
    pub fn connect(&self) -> Connection {
        let mut channel = Channel::open_private(&self.address()).unwrap();
        channel.register().unwrap();
        channel.into()
    }

    fn owner(&self, connection: &Connection) -> Option<String> {
        let bus = connection.with_proxy("org.freedesktop.DBus", "/", LIMIT);
        let owner: Result<(String,), _> = bus.method_call("org.freedesktop.DBus", "GetNameOwner", (SECRETS,));
        owner.ok().map(|(owner,)| owner)
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where programs look for the bus of a session if no variable names one.
    fn address(&self) -> String {
        format!("unix:path={}", self.path("run/bus").display())
    }

    /// A program in a session with this bus.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command
            .env("DBUS_SESSION_BUS_ADDRESS", self.address())
            .env("XDG_RUNTIME_DIR", self.path("run"))
            .env("HOME", self.path("home"))
            .env("XDG_DATA_HOME", self.path("home/data"))
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY");
        command
    }

    /// What `secret-tool` prints, and whether it ended with 0.
    ///
    /// `stdin` is the value of one that is stored.
    pub fn secret_tool(&self, arguments: &[&str], stdin: &str) -> (String, bool) {
        let mut tool = self
            .command("secret-tool")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("secret-tool: {error}; run ./tests/run"));
        tool.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        let output = deadline::output(tool);
        (String::from_utf8(output.stdout).unwrap(), output.status.success())
    }

    /// What another program finds for a variable of the service `potbridge`.
    pub fn looked_up(&self, name: &str) -> Option<String> {
        let (value, found) = self.secret_tool(&["lookup", "service", "potbridge", "username", name], "");
        found.then_some(value)
    }
}

fn is_open(connection: &Connection) -> bool {
    let alias = connection.with_proxy(SECRETS, "/org/freedesktop/secrets", LIMIT);
    let path: Result<(dbus::Path<'static>,), _> =
        alias.method_call("org.freedesktop.Secret.Service", "ReadAlias", ("default",));
    path.is_ok_and(|(path,)| {
        let collection = connection.with_proxy(SECRETS, path, LIMIT);
        collection.get("org.freedesktop.Secret.Collection", "Locked").is_ok_and(|locked: bool| !locked)
    })
}
