//! After a plain `install`, the browser of an ordinary user finds the host: in its default profile, in a window, and with no option
//! that a person would not give.
//!
//! Both open the first-run page, and bring a token of the stand-in. They reach it by the system's proxy, as the environment names it, and trust its CA, which is
//! imported into their stores as a person imports that of a company's proxy. Firefox (ESR 153) grants a file in its profile's folder
//! `extensions` all permissions that its manifest demands, so nobody has to click for one.

use potbridge_bundler::{Program, Workspace};
use potbridge_end_to_end::display::{Desktop, Display};
use potbridge_end_to_end::process::{output_of, signal, wait};
use potbridge_end_to_end::trial::{LIMIT, line_of};
use potbridge_end_to_end::watch;
use potbridge_protocol::identifiers::FIREFOX_ID;
use potbridge_stand_in::{Scenario, StandIn};
use potbridge_test_support::deadline::wait_until;
use potbridge_test_support::executable;
use potbridge_test_support::ordinary_user::{ORDINARY, as_ordinary_user};
use rustix::process::Signal;
use std::fs::{self, Permissions};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::thread;
use tempfile::TempDir;

/// Its pages send a token as soon as they are loaded, so nobody has to click.
const SCENARIO: &str = "about = \"A token at load\"\n[[on.load]]\nrequest = \"player\"\n";

/// The home folder of an ordinary user, with an unpacked archive.
struct Home {
    folder: TempDir,
}

impl Home {
    fn new() -> Self {
        let built =
            potbridge_bundler::build(&Workspace::find().unwrap(), &[Program::HOST, Program::SETUP_FOR_NOW]);
        let home = Self { folder: TempDir::new().unwrap() };
        // Links are followed: an archive has none.
        let archive = walkdir::WalkDir::new(built.unwrap()).follow_links(true);
        let archive = archive.into_iter().map(Result::unwrap).collect::<Vec<_>>();
        let root = archive[0].path().to_owned();
        for entry in &archive {
            let to = home.path("archive").join(entry.path().strip_prefix(&root).unwrap());
            if entry.file_type().is_dir() {
                fs::create_dir(to).unwrap();
            } else {
                executable::copy(entry.path(), to);
            }
        }
        for folder in ["app", "tmp"] {
            fs::create_dir(home.path(folder)).unwrap();
        }
        home.give();
        home
    }

    /// Gives everything in it to the ordinary user.
    fn give(&self) {
        if rustix::process::geteuid().is_root() {
            for entry in walkdir::WalkDir::new(self.folder.path()).into_iter().map(Result::unwrap) {
                chown(entry.path(), Some(ORDINARY), Some(ORDINARY)).unwrap();
            }
        }
        fs::set_permissions(self.folder.path(), Permissions::from_mode(0o755)).unwrap();
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn env_file(&self) -> PathBuf {
        self.path("app/.env")
    }

    /// What `potbridge status` says.
    fn status(&self) -> serde_json::Value {
        let potbridge = self.path(".local/bin/potbridge");
        let output = as_ordinary_user(|| output_of(&mut self.command(&potbridge, &["status", "--json"])));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// A command of this user.
    fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).env_clear().current_dir(self.folder.path());
        command.env("HOME", self.folder.path()).env("PATH", "/usr/bin:/bin").env("TMPDIR", self.path("tmp"));
        command
    }

    /// Firefox's default profile, once it is there. Its place depends on the version.
    fn profile(&self) -> Option<PathBuf> {
        let folders = [".config/mozilla/firefox", ".mozilla/firefox"].map(|folder| self.path(folder));
        let profiles =
            folders.into_iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
        let is_default = |path: &PathBuf| path.to_string_lossy().contains(".default-");
        profiles.map(|entry| entry.path()).find(is_default)
    }

    /// Runs one to its end.
    #[track_caller]
    fn run(&self, program: &Path, arguments: &[&str]) {
        let output = as_ordinary_user(|| output_of(&mut self.command(program, arguments)));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn chromium_finds_the_host_after_a_plain_install() {
    let home = Home::new();
    let setup = home.path("archive/potbridge-setup");
    home.run(&setup, &["install", "--env-file", home.env_file().to_str().unwrap()]);
    let stand_in = StandIn::start(Scenario::parse("installed", SCENARIO).unwrap()).unwrap();
    // Chromium makes it only when it needs it.
    let store = home.path(".pki/nssdb");
    fs::create_dir_all(&store).unwrap();
    home.give();
    let database = format!("sql:{}", store.display());
    home.run(Path::new("/usr/bin/certutil"), &["-d", &database, "-N", "--empty-password"]);
    import_ca(&home, &store, &stand_in);
    let display = Display::start(Desktop::Bare);
    let extension = home.path(".local/share/potbridge/extension/chromium");
    let load = format!("--load-extension={}", extension.display());
    let mut command = home.command(Path::new("/usr/bin/chromium"), &[&load]);
    command.envs(display.environment());
    brings_a_token_until_uninstalled(&home, proxied(command, &stand_in), &display, &stand_in);
}

#[test]
fn firefox_finds_the_host_after_a_plain_install() {
    let home = Home::new();
    home.run(
        &home.path("archive/potbridge-setup"),
        &["install", "--env-file", home.env_file().to_str().unwrap()],
    );
    let stand_in = StandIn::start(Scenario::parse("installed", SCENARIO).unwrap()).unwrap();
    let firefox = Path::new("/usr/bin/firefox");
    // Its first start makes its default profile.
    let mut first = open(&mut proxied(home.command(firefox, &["--headless"]), &stand_in));
    wait_until("Firefox has a profile", || {
        home.profile().is_some_and(|folder| folder.join("cert9.db").exists())
    });
    end(&mut first);
    // As about:config and an opened firefox.xpi leave it (docs/INSTALL.md).
    let profile = home.profile().unwrap();
    let preferences = "user_pref(\"xpinstall.signatures.required\", false);\n\
                       user_pref(\"extensions.autoDisableScopes\", 0);\n";
    fs::write(profile.join("user.js"), preferences).unwrap();
    fs::create_dir_all(profile.join("extensions")).unwrap();
    let packed = home.path(".local/share/potbridge/extension/firefox.xpi");
    let size = fs::metadata(&packed).unwrap().len();
    assert!(size <= 400 * 1024, "the packed extension has {size} bytes");
    fs::copy(&packed, profile.join("extensions").join(format!("{FIREFOX_ID}.xpi"))).unwrap();
    home.give();
    import_ca(&home, &profile, &stand_in);

    let display = Display::start(Desktop::Bare);
    let mut command = home.command(firefox, &[]);
    command.envs(display.environment());
    brings_a_token_until_uninstalled(&home, proxied(command, &stand_in), &display, &stand_in);
}

/// Starts a browser as the ordinary user.
fn open(command: &mut Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    as_ordinary_user(|| command.spawn().expect("tests/run installs the browsers"))
}

/// Ends a browser as a desktop does that logs out.
fn end(browser: &mut Child) {
    signal(browser, Signal::TERM);
    wait(browser);
}

/// The system's proxy, as browsers ask for it without a desktop.
fn proxied(mut command: Command, stand_in: &StandIn) -> Command {
    let proxy = format!("http://{}", stand_in.address());
    command.env("HTTPS_PROXY", &proxy).env("https_proxy", &proxy).env("http_proxy", &proxy);
    command
}

/// Has a browser open the stand-in's page once it has started the host, waits for the token, and uninstalls.
///
/// A browser that is busy with a new extension may load its first page before the extension listens. So its first page is a
/// link that leads on late.
fn brings_a_token_until_uninstalled(
    home: &Home,
    mut command: Command,
    display: &Display,
    stand_in: &StandIn,
) {
    let (link, is_connected) = late_link(stand_in.start_url());
    let mut browser = open(command.arg(link));
    wait_until("the browser has started the host", || home.status()["connected"][0].is_object());
    wait_until("the first-run page is open in front", || display.has_window("Welcome to potbridge"));
    is_connected.set(()).unwrap();
    let token = token_in(home, stand_in);
    end(&mut browser);
    token.unwrap();
    home.run(&home.path(".local/bin/potbridge-setup"), &["uninstall", "--purge"]);
    assert!(!home.path(".local/bin").exists());
}

/// An address that leads on to a page once that is said.
fn late_link(page: &str) -> (String, Arc<OnceLock<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let link = format!("http://{}/", listener.local_addr().unwrap());
    let leads_on = Arc::new(OnceLock::new());
    let answer =
        format!("HTTP/1.1 302 Found\r\nLocation: {page}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let waits = Arc::clone(&leads_on);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (waits, answer) = (Arc::clone(&waits), answer.clone());
            thread::spawn(move || answer_late(stream, &waits, &answer));
        }
    });
    (link, leads_on)
}

/// Browsers also connect without asking anything.
fn answer_late(mut stream: TcpStream, waits: &OnceLock<()>, answer: &str) {
    if stream.read(&mut [0; 8192]).is_ok_and(|length| length > 0) {
        waits.wait();
        // A browser that was ended wants none.
        let _ = stream.write_all(answer.as_bytes());
    }
}

/// Waits until the token of the stand-in's page is in the `.env`.
///
/// # Errors
/// If the page sends none, or it does not come.
fn token_in(home: &Home, stand_in: &StandIn) -> Result<(), String> {
    let sent = stand_in.wait_for(LIMIT, |request| request.po_token.is_some());
    let line = line_of(&sent.map_err(|error| error.to_string())?);
    watch::wait_in(&home.path("app"), LIMIT, || watch::has_line(&home.env_file(), &line).then_some(()))
        .map_err(|_| "the .env did not get the token".to_owned())
}

/// Imports the stand-in's CA into a store of certificates, as a person imports that of a company's proxy.
fn import_ca(home: &Home, store: &Path, stand_in: &StandIn) {
    let file = home.path("ca.pem");
    fs::write(&file, stand_in.ca_pem()).unwrap();
    home.give();
    let (store, file) = (format!("sql:{}", store.display()), file.display().to_string());
    let certutil = Path::new("/usr/bin/certutil");
    home.run(certutil, &["-d", &store, "-A", "-t", "C,,", "-n", "stand-in", "-i", &file]);
}
