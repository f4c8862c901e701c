//! Native manifests that lead nowhere: which of them a host or `status` leads to itself, and which never.

use crate::deadline::{LIMIT, output};
use crate::sandbox::{Browser, Ran, hello};
use potbridge_protocol::identifiers::FIREFOX_ID;
use potbridge_system::browser::{Family, native_manifest};
use potbridge_test_support::executable;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;
use tempfile::TempDir;

const STORE: &str = "abcdefghijklmnopabcdefghijklmnop";
const CHROMIUM: &str = ".config/chromium/NativeMessagingHosts/dev.potbridge.host.json";
const FIREFOX: &str = ".mozilla/native-messaging-hosts/dev.potbridge.host.json";

/// The home folder of a user for whom potbridge was installed, and has gone from where it was.
struct Home(TempDir);

impl Home {
    /// With the program in `bin`. The manifests of Chromium and Firefox lead to a program in `old`.
    fn new() -> Self {
        let home = Self(TempDir::new().unwrap());
        home.put_program("bin/potbridge");
        for (file, family, ids) in
            [(CHROMIUM, Family::Chromium, &[STORE][..]), (FIREFOX, Family::Firefox, &[])]
        {
            home.write(file, &home.manifest(family, "old/potbridge", ids));
        }
        home.write_receipts(&[(CHROMIUM, "chromium"), (FIREFOX, "firefox")], &[]);
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn put_program(&self, name: &str) {
        let to = self.path(name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        let program = env!("CARGO_BIN_EXE_potbridge");
        // The temporary folder may be on another file system.
        fs::hard_link(program, &to).unwrap_or_else(|_| executable::copy(program, &to));
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    fn manifest(&self, family: Family, host: &str, ids: &[&str]) -> String {
        let ids: Vec<_> = ids.iter().map(|&id| id.to_owned()).collect();
        native_manifest::text(family, &self.path(host), &ids).unwrap()
    }

    fn write_receipts(&self, manifests: &[(&str, &str)], folders: &[&str]) {
        let mut text = String::new();
        for (file, family) in manifests {
            text +=
                &format!("[[file]]\npath = {:?}\nsha256 = [\"0\"]\nmanifest = {family:?}\n", self.path(file));
        }
        for folder in folders {
            text += &format!("[[folder]]\npath = {:?}\n", self.path(folder));
        }
        self.write(".local/share/potbridge/receipts.toml", &text);
    }

    /// A program as this user starts it.
    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.path(program));
        for name in ["CONFIG", "STATE", "DATA", "CACHE"] {
            command.env_remove(format!("XDG_{name}_HOME"));
        }
        fs::create_dir_all(self.path("tmp")).unwrap();
        command
            .args(arguments)
            .env("HOME", self.0.path())
            .env("XDG_RUNTIME_DIR", self.path("run"))
            .env("TMPDIR", self.path("tmp"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Ran {
        Ran(output(self.command(program, arguments).spawn().unwrap()))
    }

    /// The program as Firefox starts it, which has got its answer to hello.
    fn firefox(&self, program: &str) -> Browser {
        let mut browser =
            Browser::new(self.command(program, &[self.path(FIREFOX).to_str().unwrap(), FIREFOX_ID]));
        assert_eq!(browser.ask(&hello())["type"], "hello");
        browser
    }

    /// Waits until a file has this text.
    #[track_caller]
    fn becomes(&self, name: &str, text: &str) {
        let end = Instant::now() + LIMIT;
        while self.read(name) != text {
            assert!(Instant::now() < end, "{name} stays {}", self.read(name));
            std::thread::yield_now();
        }
    }

    /// What `status` says of the registrations, which it changes nothing of.
    fn told(&self, program: &str) -> Vec<(String, String)> {
        let status = self.run(program, &["status", "--json"]).json();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let told = status["registrations"].as_array().unwrap();
        told.iter().map(|problem| (text(&problem["code"]), text(&problem["hint"]))).collect()
    }
}

#[test]
fn a_host_leads_other_browsers_to_where_it_was_moved() {
    let home = Home::new();
    // Somebody has repaired that of the browser that runs.
    home.write(FIREFOX, &home.manifest(Family::Firefox, "bin/potbridge", &[]));
    fs::set_permissions(home.path(CHROMIUM), fs::Permissions::from_mode(0o640)).unwrap();
    let browser = home.firefox("bin/potbridge");
    let mended = home.manifest(Family::Chromium, "bin/potbridge", &[STORE]);
    home.becomes(CHROMIUM, &mended);
    assert_eq!(home.path(CHROMIUM).metadata().unwrap().mode() & 0o777, 0o640);
    let log = home.path(".local/state/potbridge/potbridge.log");
    let end = Instant::now() + LIMIT;
    while !fs::read_to_string(&log).unwrap_or_default().contains("registration-mended") {
        assert!(Instant::now() < end, "{:?}", fs::read_to_string(&log));
        std::thread::yield_now();
    }
    assert_eq!(browser.close().0, Some(0));
    // The other one's browser starts it now, and nothing is left to be mended.
    assert_eq!(home.run("bin/potbridge", &["status"]).stdout().matches("Mended").count(), 0);
}

#[test]
fn status_mends_for_a_person_and_only_tells_a_program() {
    let home = Home::new();
    let before = home.read(CHROMIUM);
    let hint = format!("run `potbridge status`, which leads it to {}", home.path("bin/potbridge").display());
    assert_eq!(home.told("bin/potbridge"), vec![("host-missing".to_owned(), hint); 2]);
    let check = home.run("bin/potbridge", &["status", "--check"]);
    assert!(check.ends_with(1).stderr().contains("where no program can be run"));
    assert_eq!(home.read(CHROMIUM), before);

    let said = home.run("bin/potbridge", &["status"]).ends_with(0).stdout();
    let line = format!(
        "● Mended    the native manifest {} leads to {} now: it led to {}, where no program can be run",
        home.path(CHROMIUM).display(),
        home.path("bin/potbridge").display(),
        home.path("old/potbridge").display()
    );
    assert!(said.contains(&line), "{said}");
    assert_eq!(home.read(CHROMIUM), home.manifest(Family::Chromium, "bin/potbridge", &[STORE]));
    assert_eq!(home.read(FIREFOX), home.manifest(Family::Firefox, "bin/potbridge", &[]));
    assert_eq!(home.told("bin/potbridge"), []);
}

#[test]
fn a_manifest_that_was_removed_is_written_again_for_a_browser_that_is_there() {
    let home = Home::new();
    home.write(".config/potbridge/config.toml", &format!("extension_ids = [{STORE:?}]\n"));
    fs::remove_file(home.path(CHROMIUM)).unwrap();
    fs::remove_dir_all(home.path(".mozilla")).unwrap();
    assert_eq!(home.told("bin/potbridge")[0].0, "not-registered");
    home.run("bin/potbridge", &["status"]).ends_with(0);
    assert_eq!(home.read(CHROMIUM), home.manifest(Family::Chromium, "bin/potbridge", &[STORE]));
    assert!(!home.path(".mozilla").exists());

    // Its folder is one that `uninstall` removes, or is not made.
    for (made, written) in [(&[][..], false), (&[".config/chromium/NativeMessagingHosts"], true)] {
        fs::remove_dir_all(home.path(".config/chromium")).unwrap();
        fs::create_dir(home.path(".config/chromium")).unwrap();
        home.write_receipts(&[(CHROMIUM, "chromium")], made);
        home.run("bin/potbridge", &["status"]).ends_with(0);
        assert_eq!(home.path(CHROMIUM).exists(), written);
    }
}

#[test]
fn a_program_that_may_not_be_run_is_none() {
    let home = Home::new();
    home.put_program("elsewhere/potbridge");
    home.write("old/potbridge", "#!/bin/sh\n");
    home.run("bin/potbridge", &["status"]).ends_with(0);
    assert_eq!(home.read(CHROMIUM), home.manifest(Family::Chromium, "bin/potbridge", &[STORE]));
}

#[test]
fn receipts_and_manifests_that_are_pipes_are_not_waited_for() {
    for name in [CHROMIUM, ".local/share/potbridge/receipts.toml"] {
        let home = Home::new();
        fs::remove_file(home.path(name)).unwrap();
        assert!(Command::new("mkfifo").arg(home.path(name)).status().unwrap().success());
        // It is asked for the receipts as it looks at the other browser's manifest.
        home.run("bin/potbridge", &["status"]);
        assert!(!home.path(name).is_file(), "{name}");
    }
}

#[test]
fn two_copies_that_work_leave_each_other_alone() {
    let home = Home::new();
    home.put_program("other/potbridge");
    home.run("other/potbridge", &["status"]).ends_with(0);
    let others = home.manifest(Family::Chromium, "other/potbridge", &[STORE]);
    assert_eq!(home.read(CHROMIUM), others);
    assert_eq!(home.told("bin/potbridge"), []);
    home.run("bin/potbridge", &["status"]).ends_with(0);
    assert_eq!(home.read(CHROMIUM), others);
}

#[test]
fn what_somebody_wrote_or_changed_stays() {
    let home = Home::new();
    let written = home.manifest(Family::Chromium, "old/potbridge", &[]);
    for (text, code) in [
        (written.replace("old/potbridge", "old/my-script"), "host-missing"),
        (written.replace("potbridge: puts", "mine: puts"), "host-missing"),
        (written.replace("\"stdio\"", "\"stdio\", \"mine\": 1"), "host-missing"),
        (home.manifest(Family::Firefox, "old/potbridge", &[]), "manifest-invalid"),
        ("{ \"name\"".to_owned(), "manifest-invalid"),
        (String::new(), "manifest-invalid"),
    ] {
        home.write(CHROMIUM, &text);
        home.write_receipts(&[(CHROMIUM, "chromium")], &[]);
        let said = home.run("bin/potbridge", &["status"]).stdout();
        assert!(said.contains("somebody else wrote or changed it"), "{said}");
        assert!(said.contains("→ run `potbridge-setup install`"), "{said}");
        assert_eq!(home.read(CHROMIUM), text);
        assert_eq!(home.told("bin/potbridge")[0].0, code);
    }

    fs::remove_file(home.path(CHROMIUM)).unwrap();
    home.write("dotfiles/host.json", &written);
    symlink(home.path("dotfiles/host.json"), home.path(CHROMIUM)).unwrap();
    assert!(home.run("bin/potbridge", &["status"]).stdout().contains("it is a link that somebody made"));

    let sandbox =
        ".var/app/org.chromium.Chromium/config/chromium/NativeMessagingHosts/dev.potbridge.host.json";
    home.write(sandbox, &written);
    home.write_receipts(&[(sandbox, "chromium")], &[]);
    assert!(home.run("bin/potbridge", &["status"]).stdout().contains("it is that of a sandbox"));
    // Not of the receipts at all.
    home.write_receipts(&[], &[]);
    assert!(!home.run("bin/potbridge", &["status"]).stdout().contains("native manifest"));
    for name in ["dotfiles/host.json", sandbox] {
        assert_eq!(home.read(name), written);
    }
}

#[test]
fn what_an_earlier_version_wrote_is_known_by_its_receipt() {
    let home = Home::new();
    let earlier = home.manifest(Family::Chromium, "old/potbridge", &[]).replace("potbridge: puts", "puts");
    home.write(CHROMIUM, &earlier);
    let receipts = home.read(".local/share/potbridge/receipts.toml");
    let hash = potbridge_system::digest::sha256(earlier.as_bytes());
    home.write(".local/share/potbridge/receipts.toml", &receipts.replace("\"0\"", &format!("{hash:?}")));
    home.run("bin/potbridge", &["status"]).ends_with(0);
    assert_eq!(home.read(CHROMIUM), home.manifest(Family::Chromium, "bin/potbridge", &[]));
}

#[test]
fn no_manifest_is_led_to_a_program_that_does_not_stay() {
    let home = Home::new();
    let before = (home.read(CHROMIUM), home.read(FIREFOX));
    home.put_program("tmp/potbridge");
    home.put_program("target/debug/potbridge");
    home.write("target/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n");
    for program in ["tmp/potbridge", "target/debug/potbridge"] {
        let said = home.run(program, &["status"]).stdout();
        assert!(said.contains("does not stay where it is"), "{said}");
        assert_eq!((home.read(CHROMIUM), home.read(FIREFOX)), before);
    }
    // A trial, as `potbridge-setup start` makes one.
    let mut trial = home.command("bin/potbridge", &["status"]);
    trial.env("POTBRIDGE_STATE_DIR", home.path("state"));
    let said = Ran(output(trial.spawn().unwrap())).stdout();
    assert!(!said.contains("native manifest"), "{said}");
    assert_eq!((home.read(CHROMIUM), home.read(FIREFOX)), before);
}

#[test]
fn root_mends_nothing_of_another_user() {
    let home = Home::new();
    let receipts = home.path(".local/share/potbridge/receipts.toml");
    if std::os::unix::fs::chown(&receipts, Some(65534), None).is_err() {
        return potbridge_test_support::skip::skip(
            "root_mends_nothing_of_another_user",
            "this user is not root",
        );
    }
    let before = home.read(CHROMIUM);
    let said = home.run("bin/potbridge", &["status"]).stdout();
    assert!(!said.contains("native manifest"), "{said}");
    assert_eq!(home.read(CHROMIUM), before);
}

#[test]
fn a_link_by_which_the_program_was_started_is_what_the_manifest_names() {
    let home = Home::new();
    home.put_program("cellar/0.1.0/potbridge");
    fs::remove_dir_all(home.path("bin")).unwrap();
    fs::create_dir(home.path("bin")).unwrap();
    symlink(home.path("cellar/0.1.0/potbridge"), home.path("bin/potbridge")).unwrap();
    home.write(FIREFOX, &home.manifest(Family::Firefox, "bin/potbridge", &[]));
    // Started by the file, and named by the manifest.
    let browser = home.firefox("cellar/0.1.0/potbridge");
    home.becomes(CHROMIUM, &home.manifest(Family::Chromium, "bin/potbridge", &[STORE]));
    browser.close();

    home.write(CHROMIUM, &home.manifest(Family::Chromium, "old/potbridge", &[]));
    let mut by_name = Command::new("potbridge");
    let from = home.command("bin/potbridge", &["status"]);
    by_name.args(from.get_args()).envs(from.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let status = by_name.env("PATH", home.path("bin")).stdout(Stdio::piped()).spawn().unwrap();
    Ran(output(status)).ends_with(0);
    assert_eq!(home.read(CHROMIUM), home.manifest(Family::Chromium, "bin/potbridge", &[]));
}

#[test]
fn receipts_that_cannot_be_read_keep_nobody_waiting() {
    let home = Home::new();
    home.write(".local/share/potbridge/receipts.toml", "file = ");
    let before = home.read(CHROMIUM);
    home.firefox("bin/potbridge").close();
    assert_eq!(home.read(CHROMIUM), before);
}
