//! `potbridge serve` as a program: its options, its configuration, its secret path, its signals.

use crate::deadline::{LIMIT, lines, wait_until};
use crate::sandbox::{Sandbox, VIDEO, token};
use crate::serve_refusals::UNFINISHED;
use crate::server::{Client, Reply};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use snapbox::{assert_data_eq, file};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// A running `potbridge serve`; killed when dropped.
struct Serving {
    program: Child,
    log: Receiver<String>,
    /// What it said when it was ready.
    ready: String,
}

impl Serving {
    fn start(sandbox: &Sandbox, arguments: &[&str]) -> Self {
        Self::of(sandbox.potbridge(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat()))
    }

    fn of(mut command: Command) -> Self {
        let mut program = command.spawn().unwrap();
        let log = lines(program.stderr.take().unwrap());
        let ready = log.recv_timeout(LIMIT).expect("serve says where it listens");
        assert!(ready.contains("listening on http://127.0.0.1:"), "{ready}");
        Self { program, log, ready }
    }

    fn connect(&self) -> Client {
        let address = self.ready.split("http://").nth(1).unwrap().split([' ', '/']).next().unwrap();
        Client::connect(address.parse().unwrap())
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Reply {
        let mut client = self.connect();
        client.send(method, path, &[], body);
        client.reply().unwrap()
    }

    /// Its exit code after a signal, and the rest of its log.
    fn end(mut self, signal: Signal) -> (Option<i32>, String) {
        let pid = Pid::from_raw(self.program.id().cast_signed()).unwrap();
        kill_process(pid, signal).unwrap();
        wait_until("serve has ended", || self.program.try_wait().unwrap().is_some());
        let log = self.log.iter().map(|line| line + "\n").collect();
        (self.program.wait().unwrap().code(), log)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[test]
fn serve_gives_the_tokens_of_the_store() {
    let sandbox = Sandbox::new();
    let serving = Serving::start(&sandbox, &[]);
    let request = json!({ "content_binding": VIDEO }).to_string();
    let refused = serving.ask("POST", "/get_pot", &request);
    assert_eq!(refused.status, 200);
    assert!(!refused.error().is_empty());

    let token = token();
    sandbox.run(&["put", "--video", VIDEO], token.expose()).ends_with(0);
    let pot = serving.ask("POST", "/get_pot", &request).json();
    assert_eq!((&pot["poToken"], &pot["contentBinding"]), (&json!(token.expose()), &json!(VIDEO)));
    // Its visitor is not known.
    assert!(serving.ask("POST", "/get_pot", "{}").error().contains("visitor data"));
    let (code, log) = serving.end(Signal::TERM);
    assert_eq!(code, Some(0), "{log}");
    // The first one says that programs may ask.
    assert_eq!(log.lines().count(), 4, "{log}");
    assert!(log.contains("for dQw4w9WgXcQ: given") && !log.contains(token.expose()), "{log}");
}

#[test]
fn sigterm_and_sigint_end_it_while_clients_are_connected() {
    let sandbox = Sandbox::new();
    for signal in [Signal::TERM, Signal::INT] {
        let serving = Serving::start(&sandbox, &[]);
        let mut idle = serving.connect();
        let mut half = serving.connect();
        half.send("POST", "/get_pot", &[("Content-Length", "10"), ("Expect", "100-continue")], "");
        // It says so when it waits for the body.
        assert_eq!(half.read_line(), "HTTP/1.1 100 Continue\r\n");
        let began = Instant::now();
        let (code, log) = serving.end(signal);
        assert_eq!(code, Some(0), "{log}");
        // It may take 2 s. The rest is for a busy machine.
        assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
        idle.closes();
    }
}

#[test]
fn hundreds_of_unfinished_requests_keep_nobody_waiting() {
    let serving = Serving::start(&Sandbox::new(), &[]);
    // More than may be open at once.
    let _unfinished: Vec<_> = (0..600)
        .map(|number| {
            let mut client = serving.connect();
            client.send_raw(UNFINISHED[number % UNFINISHED.len()].as_bytes());
            client
        })
        .collect();
    for _ in 0..3 {
        let began = Instant::now();
        assert_eq!(serving.ask("GET", "/ping", "").status, 200);
        assert!(!serving.ask("POST", "/get_pot", "{}").error().is_empty());
        // It would be 10 s, if others had to wait until unfinished requests are closed.
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    }
}

#[test]
fn a_port_that_is_taken_is_named() {
    let sandbox = Sandbox::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let shown = sandbox.transcript(&["serve", "--listen", &address], "").replace(&address, "ADDRESS");
    assert_data_eq!(shown, file!["snapshots/serve-port-taken.txt"].raw());
}

#[test]
fn an_address_that_others_reach_needs_a_secret_path() {
    let sandbox = Sandbox::new();
    let listen = ["0.0.0.0:0", "[::]:0", "192.0.2.1:4416"];
    let mut shown: Vec<_> =
        listen.iter().map(|address| sandbox.transcript(&["serve", "--listen", address], "")).collect();
    sandbox.configure("[serve]\nlisten = \"0.0.0.0\"\n");
    shown.push(sandbox.transcript(&["serve"], ""));
    assert_data_eq!(shown.join("\n"), file!["snapshots/serve-exposed.txt"].raw());
    assert!(!sandbox.path("state").join("serve.secret").exists());
}

#[test]
fn a_secret_file_that_is_unsafe_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.run(&["serve", "--secret", "--print-url"], "").ends_with(0);
    let file = sandbox.path("state").join("serve.secret");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let open = sandbox.transcript(&["serve", "--secret"], "");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&file, "short").unwrap();
    let malformed = sandbox.transcript(&["serve", "--secret", "--print-url", "--json"], "");
    assert_data_eq!([open, malformed].join("\n"), file!["snapshots/serve-secret.txt"].raw());
}

#[test]
fn the_url_is_an_object_if_json_is_asked_for() {
    let printed = Sandbox::new().run(&["serve", "--print-url", "--json"], "").ends_with(0).json();
    assert_eq!(printed, json!({"ok": true, "url": "http://127.0.0.1:4416"}));
}

#[test]
fn the_secret_path_is_made_once_and_only_its_owner_reads_it() {
    let sandbox = Sandbox::new();
    let url = |arguments: &[&str]| {
        let printed = sandbox.run(&[&["serve", "--print-url"], arguments].concat(), "").ends_with(0).stdout();
        printed.trim_end().to_owned()
    };
    assert_eq!(url(&[]), "http://127.0.0.1:4416");
    let first = url(&["--secret"]);
    let secret = first.strip_prefix("http://127.0.0.1:4416/").unwrap();
    assert_eq!(secret.len(), 32);
    assert_eq!(url(&["--secret", "--listen", "0.0.0.0:80"]), format!("http://127.0.0.1:80/{secret}"));
    let file = sandbox.path("state").join("serve.secret");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

    sandbox.configure("[serve]\nsecret = true\n");
    assert_eq!(url(&[]), first);
    let serving = Serving::start(&sandbox, &[]);
    assert_eq!(serving.ask("GET", &format!("/{secret}/ping"), "").status, 200);
    assert_eq!(serving.ask("GET", "/ping", "").status, 404);
    assert!(!serving.ready.contains(secret), "{}", serving.ready);
    let (_, log) = serving.end(Signal::TERM);
    assert!(!log.contains(secret), "{log}");
}

#[test]
fn a_secret_path_that_vanished_from_its_file_is_named_in_the_log() {
    let sandbox = Sandbox::new();
    let serving = Serving::start(&sandbox, &["--secret"]);
    let file = sandbox.path("state").join("serve.secret");
    let secret = std::fs::read_to_string(&file).unwrap().trim().to_owned();
    assert_eq!(serving.ask("GET", "/ping", "").status, 404);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(serving.ask("GET", &format!("/{secret}/ping"), "").status, 200);
    // Whoever asks for the address is told of another one by now.
    let url = sandbox.run(&["serve", "--secret", "--print-url"], "").ends_with(0).stdout();
    let other = url.trim_end().rsplit('/').next().unwrap().to_owned();
    assert_eq!(serving.ask("GET", &format!("/{other}/ping"), "").status, 404);
    let (_, log) = serving.end(Signal::TERM);
    let lines: Vec<_> = log.lines().filter(|line| line.contains(" 404 ")).collect();
    let why = format!("the secret path was removed from {}, or replaced there", file.display());
    assert!(lines.len() == 2 && !lines[0].contains(&why) && lines[1].contains(&why), "{log}");
    assert!(!log.contains(&secret) && !log.contains(&other), "{log}");
}

#[test]
fn the_reported_version_is_configured_or_given() {
    let sandbox = Sandbox::new();
    sandbox.configure("[serve]\nversion = \"2.1.0\"\n");
    let version = |serving: &Serving| serving.ask("GET", "/ping", "").json()["version"].clone();
    assert_eq!(version(&Serving::start(&sandbox, &[])), "2.1.0");
    assert_eq!(version(&Serving::start(&sandbox, &["--report-version", "3.0.0"])), "3.0.0");
    sandbox.configure("[serve]\nversion = \"x\"\n");
    assert!(sandbox.run(&["serve"], "").ends_with(1).stderr().contains("[serve]"));
}

#[test]
fn systemd_accepts_the_unit_of_the_page() {
    let page = include_str!("../../docs/SERVE.md");
    let unit = page.split("```ini\n").nth(1).unwrap().split("```").next().unwrap();
    assert!(unit.contains("%h/.local/bin/potbridge serve\n"), "{unit}");
    let sandbox = Sandbox::new();
    let file = sandbox.path("potbridge-serve.service");
    std::fs::write(&file, unit.replace("%h/.local/bin/potbridge", env!("CARGO_BIN_EXE_potbridge"))).unwrap();
    let checked = Command::new("systemd-analyze")
        .args(["--user", "verify", "--man=no"])
        .arg(&file)
        .env("XDG_RUNTIME_DIR", sandbox.path(""))
        .output()
        .expect("systemd-analyze is on the PATH");
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success() && said.is_empty(), "{said}");
}
