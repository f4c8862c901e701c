//! `sudo potbridge`, which keeps the HOME of the user: what it makes there belongs to that user, and the user's own commands work
//! afterwards.

use crate::sandbox::{Ran, token};
use potbridge_test_support::deadline::output;
use potbridge_test_support::executable;
use potbridge_test_support::ordinary_user::{ORDINARY, as_ordinary_user};
use potbridge_test_support::skip::skip;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A user's home, and a program that the user may run.
struct Home {
    folder: TempDir,
}

impl Home {
    /// `None` if the tests do not run as root.
    fn new(test: &str) -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            skip(test, "only root can be another user");
            return None;
        }
        let folder = TempDir::new().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let home = Self { folder };
        let program = Path::new(env!("CARGO_BIN_EXE_potbridge"));
        fs::hard_link(program, home.program()).unwrap_or_else(|_| executable::copy(program, home.program()));
        home.make("");
        home.make("project");
        Some(home)
    }

    fn program(&self) -> PathBuf {
        self.folder.path().join("potbridge")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("home").join(name)
    }

    /// Makes a folder of the user's.
    fn make(&self, name: &str) {
        fs::create_dir(self.path(name)).unwrap();
        chown(self.path(name), Some(ORDINARY), Some(ORDINARY)).unwrap();
    }

    /// Writes a file of the user's.
    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        chown(self.path(name), Some(ORDINARY), Some(ORDINARY)).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.program());
        command.args(arguments).env_clear().env("HOME", self.path("")).env("PATH", "/usr/bin:/bin");
        command.current_dir(self.path("project"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str], stdin: &str) -> Ran {
        let mut child = self.command(arguments).spawn().unwrap();
        // A command that does not read may have ended by now.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        Ran(output(child))
    }

    fn as_user(&self, arguments: &[&str], stdin: &str) -> Ran {
        as_ordinary_user(|| self.run(arguments, stdin))
    }

    /// What in the home is not the user's.
    fn not_theirs(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut left = vec![self.path("")];
        while let Some(path) = left.pop() {
            let about = fs::symlink_metadata(&path).unwrap();
            if about.is_dir() {
                left.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            }
            if (about.uid(), about.gid()) != (ORDINARY, ORDINARY) {
                found.push(path);
            }
        }
        found
    }
}

const STATE: &str = ".local/state/potbridge";

#[test]
fn after_root_came_first_the_users_own_commands_work() {
    let Some(home) = Home::new("after_root_came_first_the_users_own_commands_work") else { return };
    let (roots, own) = (token(), token());
    home.run(&["put"], roots.expose()).ends_with(0);
    assert_eq!(home.not_theirs(), [] as [PathBuf; 0]);
    assert_eq!(home.as_user(&["get"], "").ends_with(0).stdout().trim(), roots.expose());
    home.as_user(&["put"], own.expose()).ends_with(0);
    assert_eq!(home.run(&["get"], "").ends_with(0).stdout().trim(), own.expose());
    home.as_user(&["clear"], "").ends_with(0);
    assert_eq!(home.not_theirs(), [] as [PathBuf; 0]);
}

#[test]
fn after_root_came_between_the_users_own_commands_work() {
    let Some(home) = Home::new("after_root_came_between_the_users_own_commands_work") else { return };
    home.as_user(&["put"], token().expose()).ends_with(0);
    // Root is the first that writes into this sink.
    home.write("project/.env", "OTHER=1\n");
    for folder in [".config", ".config/potbridge"] {
        home.make(folder);
    }
    home.write(".config/potbridge/config.toml", "[[sink]]\nkind = \"env-file\"\npath = \"~/project/.env\"\n");
    home.run(&["put"], token().expose()).ends_with(0);
    assert_eq!(home.not_theirs(), [] as [PathBuf; 0]);
    let own = token();
    home.as_user(&["put"], own.expose()).ends_with(0);
    assert!(fs::read_to_string(home.path("project/.env")).unwrap().contains(own.expose()));
    home.as_user(&["clear"], "").ends_with(0);
}

/// The configuration, and a place that root is the first to write.
#[test]
fn what_root_configures_and_writes_is_the_users() {
    let Some(home) = Home::new("what_root_configures_and_writes_is_the_users") else { return };
    home.write("project/sink.toml", "[[sink]]\nkind = \"env-file\"\npath = \"~/project/.env\"\n");
    home.run(&["config", "set", "log.level", "info"], "").ends_with(0);
    assert_eq!(home.not_theirs(), [] as [PathBuf; 0]);
    let config = home.path(".config/potbridge/config.toml");
    let text =
        fs::read_to_string(&config).unwrap() + &fs::read_to_string(home.path("project/sink.toml")).unwrap();
    home.as_user(&["config", "set", "log.level", "warn"], "").ends_with(0);
    fs::write(config, text).unwrap();
    home.run(&["put"], token().expose()).ends_with(0);
    assert_eq!(home.not_theirs(), [] as [PathBuf; 0]);
    home.as_user(&["put"], token().expose()).ends_with(0);
    home.run(&["clear"], "").ends_with(0);
    assert_eq!(home.not_theirs(), [] as [PathBuf; 0]);
}

/// A browser that root started, too.
#[test]
fn a_host_of_roots_leaves_nothing_of_its_own() {
    let Some(home) = Home::new("a_host_of_roots_leaves_nothing_of_its_own") else { return };
    let status = home.run(&["status", "--json"], "").json();
    assert_eq!(status["connected"], serde_json::json!([]));
    let text = crate::sandbox::hello().to_string();
    let frame = [&u32::try_from(text.len()).unwrap().to_ne_bytes()[..], text.as_bytes()].concat();
    home.run(&["/m/dev.potbridge.host.json", "potbridge@potbridge.dev"], &String::from_utf8(frame).unwrap());
    assert_eq!(home.not_theirs(), [] as [PathBuf; 0]);
    home.as_user(&["status"], "").ends_with(0);
}

/// The user may lead root anywhere.
#[test]
fn root_follows_no_link_of_the_user_to_what_is_not_the_users() {
    let Some(home) = Home::new("root_follows_no_link_of_the_user_to_what_is_not_the_users") else { return };
    let roots = home.folder.path().join("roots");
    fs::create_dir(&roots).unwrap();
    fs::write(roots.join("file"), "root's").unwrap();
    let look = || {
        let mut all: Vec<_> = fs::read_dir(&roots)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .chain([roots.clone()])
            .map(|path| {
                let about = fs::metadata(&path).unwrap();
                (path.clone(), about.uid(), about.mode(), fs::read(&path).unwrap_or_default())
            })
            .collect();
        all.sort();
        all
    };
    let before = look();
    for link in [".local", ".local/state", STATE] {
        for above in [".local", ".local/state"].into_iter().filter(|above| above.len() < link.len()) {
            home.make(above);
        }
        symlink(&roots, home.path(link)).unwrap();
        let ran = home.run(&["put"], token().expose());
        assert_ne!(ran.0.status.code(), Some(0), "{link}: {}", ran.stderr());
        assert_eq!(look(), before, "{link}");
        fs::remove_file(home.path(link)).unwrap();
        let _ = fs::remove_dir_all(home.path(".local"));
    }
    // Within the folder: links to a file and to a folder, and a second name of a file.
    home.make(".local");
    home.make(".local/state");
    for name in ["potbridge.log", "tokens.db", "locks"] {
        let target = if name == "locks" { roots.clone() } else { roots.join("file") };
        let planted = home.path(STATE).join(name);
        for is_link in [true, false] {
            home.make(STATE);
            let plant = if is_link { symlink(&target, &planted) } else { fs::hard_link(&target, &planted) };
            // No folder has a second name.
            if plant.is_ok() {
                home.run(&["put"], token().expose());
                assert_eq!(look(), before, "{name}");
            }
            fs::remove_dir_all(home.path(STATE)).unwrap();
        }
    }
}

/// `clear` overwrites what it removes. It must not be led to what is not the store's.
#[test]
fn clear_as_root_overwrites_nothing_that_the_user_linked_to() {
    let Some(home) = Home::new("clear_as_root_overwrites_nothing_that_the_user_linked_to") else { return };
    let roots = home.folder.path().join("roots");
    fs::write(&roots, "root's").unwrap();
    fs::set_permissions(&roots, fs::Permissions::from_mode(0o600)).unwrap();
    for name in ["tokens.db", "tokens.db-wal", "tokens.db-shm", "tokens.db.damaged", "tokens.db.schema-5"] {
        for is_link in [true, false] {
            home.as_user(&["put"], token().expose()).ends_with(0);
            let planted = home.path(STATE).join(name);
            let _ = fs::remove_file(&planted);
            if is_link {
                symlink(&roots, &planted).unwrap();
            } else {
                fs::hard_link(&roots, &planted).unwrap();
            }
            home.run(&["clear"], "").ends_with(0);
            assert_eq!(fs::read_to_string(&roots).unwrap(), "root's", "{name}");
            assert_eq!(fs::metadata(&roots).unwrap().mode() & 0o7777, 0o600, "{name}");
            // A store may have been begun there.
            let is_roots = planted.metadata().is_ok_and(|found| found.uid() == 0);
            assert!(!is_roots && !planted.is_symlink(), "{name}");
            fs::remove_dir_all(home.path(STATE)).unwrap();
        }
    }
    // The folder itself leads to root's.
    let folder = home.folder.path().join("folder");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("tokens.db"), "root's").unwrap();
    symlink(&folder, home.path(STATE)).unwrap();
    home.run(&["clear"], "").ends_with(1);
    assert_eq!(fs::read_to_string(folder.join("tokens.db")).unwrap(), "root's");
}

/// Nobody reads the other end of it.
#[test]
fn root_waits_for_no_pipe_of_the_user() {
    let Some(home) = Home::new("root_waits_for_no_pipe_of_the_user") else { return };
    for folder in [".local", ".local/state", STATE] {
        home.make(folder);
    }
    let pipe = home.path(STATE).join("potbridge.log");
    assert!(Command::new("mkfifo").args(["-m", "644"]).arg(&pipe).status().unwrap().success());
    chown(&pipe, Some(ORDINARY), Some(ORDINARY)).unwrap();
    let mut status = home.command(&["status"]);
    // That this is no level is written into the log.
    status.env("POTBRIDGE_LOG", "loud");
    output(status.spawn().unwrap());
    let pipe = fs::metadata(&pipe).unwrap();
    assert_eq!((pipe.uid(), pipe.mode() & 0o7777), (ORDINARY, 0o644));
}

#[test]
fn a_runtime_folder_of_roots_is_named_to_the_user() {
    let Some(home) = Home::new("a_runtime_folder_of_roots_is_named_to_the_user") else { return };
    let roots = home.folder.path().join("roots");
    fs::create_dir(&roots).unwrap();
    for mode in [0o700, 0o755] {
        fs::set_permissions(&roots, fs::Permissions::from_mode(mode)).unwrap();
        let status = as_ordinary_user(|| {
            let mut status = home.command(&["status", "--json"]);
            status.env("POTBRIDGE_RUNTIME_DIR", &roots);
            Ran(output(status.spawn().unwrap())).json()
        });
        let problems = status["problems"].as_array().unwrap();
        let named = problems.iter().find(|problem| problem["code"] == "runtime-dir-unusable");
        let message = named.map(|problem| problem["message"].to_string()).unwrap_or_default();
        assert!(message.contains(roots.to_str().unwrap()), "{mode:o}: {status}");
    }
}

/// A user may keep the state on another disk.
#[test]
fn root_follows_a_link_of_the_user_to_what_is_the_users() {
    let Some(home) = Home::new("root_follows_a_link_of_the_user_to_what_is_the_users") else { return };
    home.make("disk");
    home.make(".local");
    symlink(home.path("disk"), home.path(".local/state")).unwrap();
    home.run(&["put"], token().expose()).ends_with(0);
    assert!(home.path("disk/potbridge/tokens.db").exists());
    home.as_user(&["put"], token().expose()).ends_with(0);
}

#[test]
fn root_writes_no_file_of_its_own_that_the_user_links_to() {
    let name = "root_writes_no_file_of_its_own_that_the_user_links_to";
    let Some(home) = Home::new(name) else { return };
    let roots = home.folder.path().join("roots");
    fs::create_dir(&roots).unwrap();
    let victim = roots.join("config.toml");
    let sink = format!("[[sink]]\nkind = \"env-file\"\npath = {:?}\n", home.path("project/.env"));
    fs::write(&victim, &sink).unwrap();
    fs::set_permissions(&victim, fs::Permissions::from_mode(0o600)).unwrap();
    let link = |to: &Path, at: &str| {
        symlink(to, home.path(at)).unwrap();
        std::os::unix::fs::lchown(home.path(at), Some(ORDINARY), Some(ORDINARY)).unwrap();
    };
    home.make(".config");

    // The file of the configuration, and the folder that it is in.
    home.make(".config/potbridge");
    link(&victim, ".config/potbridge/config.toml");
    let set = ["config", "set", "serve.secret", "true"];
    let said = home.run(&set, "").ends_with(1).stderr();
    assert!(said.contains("link"), "{said}");
    fs::remove_dir_all(home.path(".config/potbridge")).unwrap();
    link(&roots, ".config/potbridge");
    home.run(&set, "").ends_with(1);
    fs::remove_file(home.path(".config/potbridge")).unwrap();
    assert_eq!(fs::read_to_string(&victim).unwrap(), sink);

    // A place: a link to root's file, one to a new file of root's, and one through a link of the user's.
    home.make(".config/potbridge");
    home.write(".config/potbridge/config.toml", &sink);
    for to in [&victim, &roots.join("new"), &home.path("other/config.toml")] {
        let _ = fs::remove_file(home.path("project/.env"));
        let _ = fs::remove_file(home.path("other"));
        link(&roots, "other");
        link(to, "project/.env");
        let said = home.run(&["put"], token().expose()).ends_with(1).stderr();
        assert!(said.contains("link"), "{said}");
        assert_eq!(fs::read_to_string(&victim).unwrap(), sink);
        assert!(!roots.join("new").exists());
    }

    // The user's own link to the user's own file is followed.
    fs::remove_file(home.path("project/.env")).unwrap();
    home.write("real", "A=1\n");
    link(&home.path("real"), "project/.env");
    home.run(&["put"], token().expose()).ends_with(0);
    assert!(fs::read_to_string(home.path("real")).unwrap().starts_with("A=1\nYT_DLP_PO_TOKEN="));
    assert!(home.path("project/.env").is_symlink());
}
