//! A backend that sees each new token, because `potbridge run --watch` starts it anew.

#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

use potbridge_end_to_end::both;
use potbridge_end_to_end::trial::{Family, LIMIT, Setting, Trial};
use potbridge_stand_in::Received;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

both!(a_backend_has_each_video_s_token_after_one_restart_and_is_away_no_longer_than_that);

fn a_backend_has_each_video_s_token_after_one_restart_and_is_away_no_longer_than_that(family: Family) {
    let trial = Setting::new(family, "watch").begin();
    let backend = Backend::start(&trial);
    backend.wait_for("listening");
    assert_eq!(backend.token(), None);

    let stop = AtomicBool::new(false);
    let (asked, mut down) = thread::scope(|scope| {
        let asking = scope.spawn(|| ask_until(&stop, backend.address));
        let mut down = Vec::new();
        for _ in 0..2 {
            let request = trial.move_on();
            let ending = backend.wait_for("ending");
            down.push((ending, backend.wait_for("listening")));
            assert!(
                backend.token() == token_of(&request),
                "the backend has another token than {request} carried"
            );
        }
        stop.store(true, Ordering::Relaxed);
        (asking.join().unwrap(), down)
    });

    assert!(asked.iter().any(|asked| asked.answered));
    for Asked { began, ended, .. } in asked.iter().filter(|asked| !asked.answered) {
        let restarting = down.iter().any(|(from, to)| began <= to && ended >= from);
        assert!(restarting, "a request from {began} to {ended} was refused; restarts were {down:?}");
    }
    backend.end();
    let mut rest = backend.lines.iter();
    down.push((rest.find_map(|line| time(&line, "ending")).unwrap(), u64::MAX));
    assert_eq!(down.len(), 3, "it was restarted for each token, and ended");
    assert!(rest.all(|line| !line.starts_with("listening")));
}

fn token_of(request: &Received) -> Option<String> {
    request.po_token.clone()
}

/// The Express backend under `potbridge run --watch`.
struct Backend {
    run: Child,
    address: SocketAddr,
    lines: Receiver<String>,
}

impl Backend {
    fn start(trial: &Trial) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backends/express.js");
        let mut run = trial
            .command(&["run", "--watch", "--", "node"])
            .arg(program)
            .env("PORT", address.port().to_string())
            .env_remove("YT_DLP_PO_TOKEN")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(run.stdout.take().unwrap());
        let (said, lines) = mpsc::channel();
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| said.send(line)));
        Self { run, address, lines }
    }

    /// Waits until it says so, and gives the time that it says.
    #[track_caller]
    fn wait_for(&self, what: &str) -> u64 {
        let line = self.lines.recv_timeout(LIMIT).unwrap();
        time(&line, what).unwrap_or_else(|| panic!("waited for {what}, and it said {line}"))
    }

    /// The token that it would work with now.
    fn token(&self) -> Option<String> {
        let answer = ask(self.address).expect("the backend listens");
        let json: serde_json::Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        json["token"].as_str().map(ToOwned::to_owned)
    }

    /// Ends it as a person's service manager does.
    fn end(&self) {
        let pid = self.run.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        if thread::panicking() {
            self.end();
        }
        let _ = self.run.wait();
    }
}

fn time(line: &str, what: &str) -> Option<u64> {
    line.strip_prefix(what)?.trim().parse().ok()
}

struct Asked {
    began: u64,
    ended: u64,
    answered: bool,
}

/// Asks one time after the other.
fn ask_until(stop: &AtomicBool, address: SocketAddr) -> Vec<Asked> {
    let mut all = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let began = now();
        let answered = ask(address).is_some();
        all.push(Asked { began, ended: now(), answered });
        thread::sleep(Duration::from_millis(2));
    }
    all
}

fn ask(address: SocketAddr) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(LIMIT)).ok()?;
    stream.write_all(b"GET /token HTTP/1.1\r\nHost: backend\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.starts_with("HTTP/1.1 200").then_some(answer)
}

fn now() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}
