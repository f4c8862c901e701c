//! A backend that gets each new token because `potbridge run --watch` restarts it.

use potbridge_end_to_end::both;
use potbridge_end_to_end::process::{lines, signal, wait};
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::trial::{LIMIT, Trial};
use potbridge_stand_in::Received;
use rustix::process::Signal;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

both!(a_backend_gets_each_token_by_one_short_restart);

fn a_backend_gets_each_token_by_one_short_restart(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    let backend = Backend::start(&trial);
    backend.wait_for("listening");
    assert_eq!(backend.token(), None);

    let stop = AtomicBool::new(false);
    let (asked, down) = thread::scope(|scope| {
        let asking = scope.spawn(|| ask_until(&stop, backend.address));
        let mut down = Vec::new();
        for _ in 0..2 {
            let request = trial.move_on();
            let ending = backend.wait_for("ending");
            down.push((ending, backend.wait_for("listening")));
            assert!(
                backend.token() == token_of(&request),
                "the backend does not have the token of {request}"
            );
        }
        stop.store(true, Ordering::Relaxed);
        (asking.join().unwrap(), down)
    });

    assert!(asked.iter().any(|asked| asked.answered));
    for Asked { began, ended, .. } in asked.iter().filter(|asked| !asked.answered) {
        let restarting = down.iter().any(|(from, to)| began <= to && ended >= from);
        assert!(restarting, "a request from {began} to {ended} failed; restarts were {down:?}");
    }
    backend.end();
    backend.wait_for("ending");
    let more = backend.lines.recv_timeout(LIMIT);
    assert_eq!(more, Err(RecvTimeoutError::Disconnected), "it was restarted without a new token");
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
        let lines = lines(run.stdout.take().unwrap());
        Self { run, address, lines }
    }

    /// Waits for its next line, which must name this event, and returns the event's time.
    #[track_caller]
    fn wait_for(&self, what: &str) -> u64 {
        let line = self.lines.recv_timeout(LIMIT).unwrap();
        let time = line.strip_prefix(what).and_then(|time| time.trim().parse().ok());
        time.unwrap_or_else(|| panic!("waited for {what}, but got {line}"))
    }

    /// The token that it works with.
    fn token(&self) -> Option<String> {
        let answer = ask(self.address).expect("the backend listens");
        let json: serde_json::Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        json["token"].as_str().map(ToOwned::to_owned)
    }

    /// Ends it as a service manager does.
    fn end(&self) {
        signal(&self.run, Signal::TERM);
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        if thread::panicking() {
            self.end();
        }
        wait(&mut self.run);
    }
}

struct Asked {
    began: u64,
    ended: u64,
    answered: bool,
}

/// Sends one request after the other.
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
