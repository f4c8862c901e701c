//! `potbridge browser`, with a script in the browser's place.

use crate::deadline::{self, LIMIT, lines, wait_until};
use crate::fake_browser::{FakeBrowser, ON_INT};
use crate::runner::{has_members, ignore_no_signal, state_and_parent};
use crate::sandbox::{Ran, VIDEO, captured, hello, now, token};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command};
use std::time::Instant;

/// A `potbridge browser run` or `login`, running.
struct Running(Child);

impl Running {
    fn start(mut command: Command) -> Self {
        ignore_no_signal();
        Self(command.spawn().unwrap())
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.0), signal).unwrap();
    }

    #[track_caller]
    fn ends(self) -> Ran {
        Ran(deadline::output(self.0))
    }
}

fn run(fake: &FakeBrowser, options: &[&str]) -> Running {
    Running::start(fake.potbridge(&[&["browser", "run"], options].concat()))
}

fn status(fake: &FakeBrowser) -> Value {
    fake.sandbox.run(&["browser", "status", "--json"], "").ends_with(0).json()
}

/// The status of a browser that has started. It is recorded a moment after the start.
fn status_of_running(fake: &FakeBrowser) -> Value {
    let mut known = Value::Null;
    wait_until("the start is recorded", || {
        known = status(fake);
        known["pid"].is_i64()
    });
    known
}

#[test]
fn each_signal_ends_it_by_sigint_with_nothing_left() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let fake = FakeBrowser::new(ON_INT);
        let running = run(&fake, &[]);
        let pid = fake.starts();
        let known = status_of_running(&fake);
        assert_eq!((&known["running"], &known["role"]), (&json!(true), &json!("run")));
        assert_eq!(
            (&known["family"], &known["pid"]),
            (&json!("chromium"), &json!(pid.as_raw_nonzero().get()))
        );
        assert_eq!(known["watchdog_pid"], json!(running.0.id()));
        running.signal(signal);
        let ran = running.ends().ends_with(0);
        assert!(ran.stderr().contains("without its sandbox"), "{}", ran.stderr());
        assert!(!has_members(pid));
        assert_eq!(fake.notes("ends"), ["INT"], "{signal:?}");
        let known = status(&fake);
        assert_eq!((&known["running"], &known["crashes"]), (&json!(false), &json!(0)));
        assert_eq!(known["failure"]["code"], json!("own-browser-failed"));
    }
}

#[test]
fn it_ends_by_sigint_even_if_a_script_that_ignores_signals_has_started_it() {
    let fake = FakeBrowser::new(ON_INT);
    let run = fake.potbridge(&["browser", "run"]);
    let mut script = Command::new("sh");
    script.args(["-c", "trap '' INT CHLD; exec \"$0\" browser run"]).arg(run.get_program());
    script.envs(run.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let running = Running::start(script);
    let pid = fake.starts();
    running.signal(Signal::TERM);
    running.ends().ends_with(0);
    assert_eq!(fake.notes("ends"), ["INT"]);
    assert!(!has_members(pid));
}

#[test]
fn the_browser_is_given_its_own_profile_and_the_same_folders() {
    let fake = FakeBrowser::new(ON_INT);
    let mut command = fake.potbridge(&["browser", "run"]);
    command.env("DISPLAY", ":987").env("WAYLAND_DISPLAY", "wayland-9");
    let running = Running::start(command);
    fake.starts();
    let profile = fake.sandbox.path("state/browser/chromium");
    let arguments = fake.notes("arguments").concat();
    for argument in [
        format!("--user-data-dir={}", profile.display()),
        format!("--load-extension={}", fake.extension().join("chromium").display()),
        "--ozone-platform=headless".to_owned(),
    ] {
        assert!(arguments.contains(&argument), "{arguments}");
    }
    let environment = fake.notes("environment");
    let has = |line: &str| environment.iter().any(|found| found == line);
    assert!(has("POTBRIDGE_UNATTENDED=1"));
    assert!(has(&format!("POTBRIDGE_STATE_DIR={}", fake.sandbox.path("state").display())));
    assert!(has(&format!("POTBRIDGE_CONFIG={}", fake.sandbox.path("config.toml").display())));
    assert!(
        !environment.iter().any(|line| line.starts_with("DISPLAY=") || line.starts_with("WAYLAND_DISPLAY="))
    );
    for folder in ["state/browser", "state/browser/chromium"] {
        assert_eq!(fs::metadata(fake.sandbox.path(folder)).unwrap().permissions().mode() & 0o777, 0o700);
    }
    assert!(profile.join("NativeMessagingHosts/dev.potbridge.host.json").is_file());
    running.signal(Signal::INT);
    running.ends().ends_with(0);
}

#[test]
fn it_ends_when_nobody_has_needed_it() {
    let fake = FakeBrowser::new(ON_INT);
    let running = run(&fake, &["--idle", "1s"]);
    let pid = fake.starts();
    running.ends().ends_with(0);
    assert!(!has_members(pid));
    assert_eq!(fake.notes("ends"), ["INT"]);
    assert_eq!(status(&fake)["failure"], json!(null));
}

#[test]
fn it_is_restarted_three_times_an_hour_and_no_more() {
    let fake = FakeBrowser::new("echo no library >&2; exit 7");
    let ran = run(&fake, &[]).ends().ends_with(1);
    let said = ran.stderr();
    assert!(said.contains("ended by itself 4 times within an hour"), "{said}");
    assert!(said.contains("with exit code 7: no library"), "{said}");
    assert_eq!(fake.notes("starts").len(), 4);
    assert_eq!(status(&fake)["crashes"], json!(4));

    let refused = run(&fake, &[]).ends().ends_with(1);
    assert!(refused.stderr().contains("`potbridge browser end`"), "{}", refused.stderr());
    assert_eq!(fake.notes("starts").len(), 4, "the memory outlives who watched");
    fake.sandbox.run(&["browser", "end"], "").ends_with(0);
    assert_eq!(status(&fake)["crashes"], json!(0));
    run(&fake, &[]).ends().ends_with(1);
    assert_eq!(fake.notes("starts").len(), 8);
}

#[test]
fn a_killed_browser_is_started_again() {
    let fake = FakeBrowser::new(ON_INT);
    let running = run(&fake, &[]);
    let first = fake.starts();
    kill_process(first, Signal::KILL).unwrap();
    let second = fake.starts();
    assert_ne!(first, second);
    assert_eq!(status(&fake)["crashes"], json!(1));
    running.signal(Signal::TERM);
    running.ends().ends_with(0);
    assert!(!has_members(first) && !has_members(second));
}

#[test]
fn a_missing_sandbox_is_said_at_once() {
    let fake = FakeBrowser::new("echo '[1:FATAL] No usable sandbox! If you are running on' >&2; exit 1");
    let ran = run(&fake, &[]).ends().ends_with(4);
    assert!(ran.stderr().contains("sandbox = false"), "{}", ran.stderr());
    assert_eq!(fake.notes("starts").len(), 1);
}

#[test]
fn root_has_to_give_the_sandbox_up() {
    let fake = FakeBrowser::new(ON_INT);
    fake.configure("");
    if rustix::process::geteuid().is_root() {
        let ran = run(&fake, &[]).ends().ends_with(4);
        assert!(ran.stderr().contains("sandbox = false"), "{}", ran.stderr());
        assert_eq!(fake.notes("starts"), [""; 0]);
    } else {
        let running = run(&fake, &[]);
        fake.starts();
        running.signal(Signal::INT);
        assert_eq!(running.ends().ends_with(0).stderr(), "");
    }
}

#[test]
fn there_is_one_browser_for_a_profile() {
    let fake = FakeBrowser::new(ON_INT);
    let running = run(&fake, &[]);
    let pid = fake.starts();
    let second = run(&fake, &[]).ends().ends_with(1);
    assert!(second.stderr().contains(&format!("by process {}", running.0.id())), "{}", second.stderr());
    let ended = fake.sandbox.run(&["browser", "end", "--json"], "").ends_with(0);
    assert_eq!(ended.json(), json!({"ok": true, "ended": true}));
    assert!(!has_members(pid), "end waits until nothing is left");
    running.ends().ends_with(0);
    let nothing = fake.sandbox.run(&["browser", "end", "--json"], "").ends_with(0);
    assert_eq!(nothing.json(), json!({"ok": true, "ended": false}));
    assert_eq!(fake.notes("starts").len(), 1);
}

#[test]
fn a_browser_of_another_container_is_left_alone() {
    let fake = FakeBrowser::new(ON_INT);
    let folder = fake.sandbox.path("state/browser");
    fs::create_dir_all(&folder).unwrap();
    // There the number is another process's.
    let mut bystander = Command::new("sleep").arg("1000").spawn().unwrap();
    let lock = fs::File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    let holder = json!({"pid": bystander.id(), "role": "watchdog", "pid_namespace": 1});
    fs::write(folder.join("lock"), holder.to_string()).unwrap();
    let refused = fake.sandbox.run(&["browser", "end"], "").ends_with(1);
    assert!(refused.stderr().contains("in another container"), "{}", refused.stderr());
    assert!(bystander.try_wait().unwrap().is_none(), "another process was ended");
    drop(lock);
    bystander.kill().unwrap();
    bystander.wait().unwrap();
}

#[test]
fn a_browser_whose_watchdog_is_killed_ends_and_is_started_again() {
    let fake = FakeBrowser::new(ON_INT);
    let running = run(&fake, &[]);
    let first = fake.starts();
    running.signal(Signal::KILL);
    wait_until("the browser ends with its watchdog", || !has_members(first));
    assert_eq!(fake.notes("ends"), ["INT"]);
    let known = status(&fake);
    assert_eq!((&known["running"], &known["failure"]["code"]), (&json!(false), &json!("own-browser-failed")));
    assert!(known["failure"]["message"].as_str().unwrap().contains("was killed"), "{known}");
    let said = fake.sandbox.run(&["status", "--check"], "").ends_with(1).stdout();
    assert!(said.contains("\n✗ Problem   ") && said.contains("was killed"), "{said}");
    let running = run(&fake, &[]);
    fake.starts();
    running.signal(Signal::TERM);
    running.ends().ends_with(0);
}

#[test]
fn a_browser_that_outlives_its_killed_watchdog_is_ended_before_the_next() {
    // One that ends on nothing but SIGKILL.
    let fake = FakeBrowser::new("trap '' INT TERM HUP; started; while :; do sleep 0.1; done");
    let running = run(&fake, &[]);
    let first = fake.starts();
    running.signal(Signal::KILL);
    let began = Instant::now();
    let running = run(&fake, &[]);
    let second = fake.starts();
    // The first process of the system may not have reaped it yet.
    let left = state_and_parent(first);
    assert!(left.is_none_or(|(state, _)| state == 'Z'), "there are never two: {left:?}");
    // The grace is waited for.
    assert!(began.elapsed().as_secs() >= 9, "{:?}", began.elapsed());
    running.signal(Signal::TERM);
    running.ends().ends_with(0);
    assert!(!has_members(second));
}

#[test]
fn what_cannot_be_started_is_said_in_words() {
    let fake = FakeBrowser::new(ON_INT);
    for (more, path, why) in [
        ("program = \"/nowhere/chromium\"", None, "there is no browser /nowhere/chromium"),
        ("extension = \"/nowhere\"", None, "potbridge's extension for Chromium"),
        ("", Some("/nowhere"), "there is no Chromium or Firefox ESR on the PATH"),
    ] {
        fake.configure_for_path(&format!("sandbox = false\n{more}"), path.is_none());
        let mut command = fake.potbridge(&["browser", "run"]);
        if let Some(path) = path {
            command.env("PATH", path);
        }
        let ran = Running::start(command).ends().ends_with(1);
        assert!(ran.stderr().contains(why) && ran.stderr().contains("hint: "), "{}", ran.stderr());
    }
    assert_eq!(fake.notes("starts"), [""; 0]);
}

fn open_login(fake: &FakeBrowser) -> Command {
    let mut command = fake.potbridge(&["browser", "login"]);
    command.env("DISPLAY", ":987").env("POTBRIDGE_UNATTENDED", "1");
    command
}

#[test]
fn a_login_does_not_end_a_browser_that_runs_in_the_foreground() {
    let fake = FakeBrowser::new(ON_INT);
    let running = run(&fake, &[]);
    let pid = fake.starts();
    let refused = Running::start(open_login(&fake)).ends().ends_with(1);
    let said = refused.stderr();
    assert!(
        said.contains(&format!("by process {}", running.0.id())) && said.contains("browser end"),
        "{said}"
    );
    assert!(has_members(pid));
    running.signal(Signal::INT);
    running.ends().ends_with(0);
}

#[test]
fn a_login_has_a_window_without_the_extension() {
    let fake = FakeBrowser::new("started; while [ ! -e \"$NOTES/close\" ]; do sleep 0.02; done; exit 0");
    let without = fake
        .sandbox
        .potbridge(&["browser", "login"])
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .spawn();
    let ran = Ran(deadline::output(without.unwrap())).ends_with(1);
    assert!(ran.stderr().contains("there is no screen"), "{}", ran.stderr());

    let login = Running::start(open_login(&fake));
    let pid = fake.starts();
    let arguments = fake.notes("arguments").concat();
    assert!(!arguments.contains("--load-extension") && !arguments.contains("--ozone"), "{arguments}");
    let environment = fake.notes("environment");
    assert!(environment.contains(&"DISPLAY=:987".to_owned()));
    assert!(!environment.iter().any(|line| line.starts_with("POTBRIDGE_UNATTENDED=")));
    let profile = fake.sandbox.path("state/browser/chromium");
    assert!(!profile.join("NativeMessagingHosts/dev.potbridge.host.json").exists());
    let known = status(&fake);
    assert_eq!((&known["role"], &known["failure"]["code"]), (&json!("login"), &json!("own-browser-failed")));
    let refused = run(&fake, &[]).ends().ends_with(1);
    assert!(refused.stderr().contains("close that window"), "{}", refused.stderr());
    let refused = Running::start(open_login(&fake)).ends().ends_with(1);
    assert!(refused.stderr().contains("close that window"), "{}", refused.stderr());
    assert!(has_members(pid), "the first window stays");
    fake.note("close");
    login.ends().ends_with(0);
    assert!(!has_members(pid));
    assert_eq!(status(&fake)["failure"], json!(null));
}

#[test]
fn firefox_has_a_home_of_its_own_and_its_host_the_real_one() {
    let fake = FakeBrowser::new(ON_INT);
    fake.configure("sandbox = false\nfamily = \"firefox\"");
    let real = fake.sandbox.path("home");
    let mut command = fake.potbridge(&["browser", "run"]);
    command.env("HOME", &real);
    let running = Running::start(command);
    fake.starts();
    let environment = fake.notes("environment");
    let of = |name: &str| {
        let line = environment.iter().find_map(|line| line.strip_prefix(&format!("{name}=")));
        line.unwrap_or_else(|| panic!("{name} is missing")).to_owned()
    };
    let home = fake.sandbox.path("state/browser/home");
    assert_eq!(of("HOME"), home.to_str().unwrap());
    assert!(home.join(".mozilla/native-messaging-hosts/dev.potbridge.host.json").is_file());
    assert!(fake.notes("arguments").concat().contains("--headless"));

    // What Firefox would start.
    fs::create_dir(&real).unwrap();
    fake.sandbox.configure("[[sink]]\nkind = \"env-file\"\npath = \"~/.env\"\n");
    let mut host = fake.sandbox.firefox_with(|host| {
        for name in ["HOME", "POTBRIDGE_REAL_HOME", "POTBRIDGE_UNATTENDED"] {
            host.env(name, of(name));
        }
    });
    host.ask(&hello());
    let token = token();
    host.ask(&captured("1", &token, VIDEO, now()));
    assert!(fs::read_to_string(real.join(".env")).unwrap().contains(token.expose()));
    running.signal(Signal::INT);
    running.ends().ends_with(0);
}

#[test]
fn run_says_what_it_runs() {
    let fake = FakeBrowser::new(ON_INT);
    let mut running = run(&fake, &[]);
    let out = lines(running.0.stdout.take().unwrap());
    let line = out.recv_timeout(LIMIT).unwrap();
    let profile = fake.sandbox.path("state/browser/chromium");
    assert_eq!(
        line,
        format!(
            "running Chromium ({}) with the profile {}; Ctrl-C ends it",
            fake.program().display(),
            profile.display()
        )
    );
    status_of_running(&fake);
    let shown = fake.sandbox.run(&["browser", "status"], "").ends_with(0).stdout();
    for part in
        ["runs in the foreground", "warning: the browser runs without its sandbox", "last needed: never"]
    {
        assert!(shown.contains(part), "{shown}");
    }
    fake.starts();
    running.signal(Signal::INT);
    running.ends().ends_with(0);
}
