//! After a plain `install`, the browser of an ordinary user finds the host: in its default profile, in a window, and with no option
//! that a person would not give.
//!
//! Chromium brings a token of the stand-in. Firefox (ESR 153) trusts no self-signed certificate for YouTube, so for it the host that it
//! started has to do.

use potbridge_bundler::{Program, Workspace};
use potbridge_end_to_end::display::{Desktop, Display};
use potbridge_end_to_end::process::{output_of, signal, wait};
use potbridge_end_to_end::trial::{LIMIT, line_of};
use potbridge_end_to_end::watch;
use potbridge_protocol::identifiers::FIREFOX_ID;
use potbridge_stand_in::{Scenario, StandIn};
use potbridge_test_support::deadline::wait_until;
use potbridge_test_support::ordinary_user::{ORDINARY, as_ordinary_user};
use rustix::process::Signal;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
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
                fs::copy(entry.path(), to).unwrap();
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
    let env_file = home.path("app/.env");
    let setup = home.path("archive/potbridge-setup");
    home.run(&setup, &["install", "--env-file", env_file.to_str().unwrap()]);
    let stand_in = StandIn::start(Scenario::parse("installed", SCENARIO).unwrap()).unwrap();
    trust(&home, stand_in.certificate_pem());
    let display = Display::start(Desktop::Bare);
    let extension = home.path(".local/share/potbridge/extension/chromium");
    let load = format!("--load-extension={}", extension.display());
    let mut command = home.command(Path::new("/usr/bin/chromium"), &[&load, stand_in.start_url()]);
    // The system's proxy, as far as Chromium asks for it without a desktop.
    command.envs(display.environment()).env("HTTPS_PROXY", format!("http://{}", stand_in.address()));
    let mut browser = open(&mut command);
    let request = stand_in.wait_for(LIMIT, |request| request.po_token.is_some()).ok();
    let line = request.as_ref().map(line_of);
    let written = line.and_then(|line| {
        watch::wait_in(&home.path("app"), LIMIT, || watch::has_line(&env_file, &line).then_some(())).ok()
    });
    end(&mut browser);
    assert!(request.is_some(), "the page sent no token");
    assert!(written.is_some(), "the .env did not get the token");
    home.run(&home.path(".local/bin/potbridge-setup"), &["uninstall", "--purge"]);
    assert!(!home.path(".local/bin").exists());
}

#[test]
fn firefox_finds_the_host_after_a_plain_install() {
    let home = Home::new();
    home.run(&home.path("archive/potbridge-setup"), &["install"]);
    let firefox = Path::new("/usr/bin/firefox");
    // Its first start makes its default profile.
    let mut first = open(&mut home.command(firefox, &["--headless"]));
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
    fs::copy(packed, profile.join("extensions").join(format!("{FIREFOX_ID}.xpi"))).unwrap();
    home.give();

    let display = Display::start(Desktop::Bare);
    let mut browser = open(home.command(firefox, &["about:blank"]).envs(display.environment()));
    let status = || {
        let potbridge = home.path(".local/bin/potbridge");
        let output = as_ordinary_user(|| output_of(&mut home.command(&potbridge, &["status", "--json"])));
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    wait_until("Firefox has started the host", || status()["connected"][0]["browser"] == "firefox");
    end(&mut browser);
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

/// Has the browsers of this user trust the stand-in, as a person has them trust a company's proxy.
fn trust(home: &Home, certificate: &str) {
    let file = home.path("stand-in.pem");
    fs::write(&file, certificate).unwrap();
    let store = home.path(".pki/nssdb");
    fs::create_dir_all(&store).unwrap();
    home.give();
    let store = format!("sql:{}", store.display());
    let certutil = Path::new("/usr/bin/certutil");
    home.run(certutil, &["-d", &store, "-N", "--empty-password"]);
    home.run(certutil, &["-d", &store, "-A", "-t", "P,,", "-n", "stand-in", "-i", file.to_str().unwrap()]);
}
