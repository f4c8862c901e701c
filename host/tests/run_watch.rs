//! When `potbridge run --watch` restarts its command, and when not.

use crate::deadline::LIMIT;
use crate::runner::{Running, has_members};
use crate::sandbox::{Sandbox, now, token};
use potbridge::config::StoreConfig;
use potbridge::store::TokenStore;
use potbridge_protocol::{Binding, Capture, Certainty, Context, PoToken, Session, ShortText, Source};
use potbridge_system::dirs::Dirs;
use rustix::process::{Pid, Signal};
use std::net::TcpListener;
use std::time::Instant;

const SCRIPT: &str = "echo start $$ \"<$YT_DLP_PO_TOKEN>\"; exec sleep 600";

/// Prints a line every 100 ms while it lives.
const TICKING: &str = "echo start $$ \"<$YT_DLP_PO_TOKEN>\"; while sleep 0.1; do echo tick; done";

/// What `run` prints before a restart.
const RESTARTING: &str = "restarting sh";

const AT_ONCE: [&str; 3] = ["--watch", "--min-interval", "0"];

fn shown(token: &PoToken) -> String {
    format!("<{}>", token.expose())
}

fn store(sandbox: &Sandbox) -> TokenStore {
    let dirs = Dirs {
        config: sandbox.path("config.toml"),
        state: sandbox.path("state"),
        runtime: sandbox.path("run"),
    };
    TokenStore::open(&StoreConfig::default(), &dirs).unwrap()
}

fn captured(token: &PoToken, captured_at: u64) -> Capture {
    Capture {
        token: token.clone(),
        context: Context::Gvs,
        client: None,
        host: ShortText::default(),
        source: Source::Pasted,
        binding: Binding {
            video_id: None,
            visitor_data: None,
            certainty: Certainty::Guess,
            content_bound: None,
        },
        cpn: None,
        foreign_client: false,
        page_hooked: false,
        session: Session::default(),
        captured_at,
    }
}

/// The command is not restarted for 0.8 s, longer than `run` waits for a burst to end.
fn lives_on(run: &mut Running) {
    for _ in 0..8 {
        assert_eq!(run.line(), "tick");
    }
}

#[test]
fn a_new_token_restarts_the_command_with_it() {
    let sandbox = Sandbox::new();
    let first = sandbox.puts_token();
    let mut run = sandbox.runs(&AT_ONCE, SCRIPT);
    let (old, got) = run.starts();
    assert_eq!(got, shown(&first));
    let second = sandbox.puts_token();
    let (new, got) = run.starts();
    assert_eq!(got, shown(&second));
    assert!(new != old && !has_members(old));
    assert!(run.run_says("the token changed (for an unnamed video, fresh until ").ends_with(RESTARTING));
    run.signal(Signal::TERM);
    assert_eq!(run.ends().code, Some(143));
}

#[test]
fn a_token_seen_again_restarts_nothing() {
    let sandbox = Sandbox::new();
    let token = sandbox.puts_token();
    let mut run = sandbox.runs(&AT_ONCE, TICKING);
    run.starts();
    sandbox.run(&["put"], token.expose()).ends_with(0);
    lives_on(&mut run);
}

#[test]
fn a_new_token_with_the_same_values_restarts_nothing() {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    let mut run = sandbox.runs(&[&AT_ONCE[..], &["--var", "CONTEXT={context}"]].concat(), TICKING);
    run.starts();
    sandbox.puts_token();
    lives_on(&mut run);
}

#[test]
fn a_burst_of_tokens_makes_one_restart() {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    let mut run = sandbox.runs(&AT_ONCE, SCRIPT);
    run.starts();
    let burst: Vec<_> = (0..5).map(|_| token()).collect();
    let mut store = store(&sandbox);
    for token in &burst {
        store.put(&captured(token, now())).unwrap();
    }
    assert_eq!(run.starts().1, shown(&burst[4]));
    // The next start is for this token, so the burst made only one.
    let last = sandbox.puts_token();
    assert_eq!(run.starts().1, shown(&last));
}

/// When a process was started, in hundredths of a second since the machine's start.
fn start_time(process: Pid) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    // The 22nd field. The 2nd one, in brackets, may hold spaces.
    stat.rsplit_once(") ").unwrap().1.split(' ').nth(19).unwrap().parse().unwrap()
}

#[test]
fn two_starts_are_at_least_min_interval_apart() {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    let mut run = sandbox.runs(&["--watch", "--min-interval", "1"], SCRIPT);
    let first = start_time(run.starts().0);
    sandbox.puts_token();
    let last = sandbox.puts_token();
    let (second, got) = run.starts();
    assert!(start_time(second) >= first + 100, "{} hundredths of a second", start_time(second) - first);
    assert_eq!(got, shown(&last));
}

#[test]
fn the_command_starts_without_a_token_and_again_with_one() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.potbridge(&[&["run"], &AT_ONCE[..], &["--", "sh", "-c", SCRIPT]].concat());
    command.env("YT_DLP_PO_TOKEN", "mine");
    let mut run = Running::of(command);
    run.run_says("no token is in the store yet: sh starts without");
    assert_eq!(run.starts().1, "<mine>");
    let first = sandbox.puts_token();
    run.run_says("the first token came (for an unnamed video");
    assert_eq!(run.starts().1, shown(&first));
}

#[test]
fn watching_can_begin_with_waiting() {
    let sandbox = Sandbox::new();
    let mut run = sandbox.runs(&["--watch", "--wait", "--min-interval", "0"], SCRIPT);
    run.run_says("waiting");
    let first = sandbox.puts_token();
    assert_eq!(run.starts().1, shown(&first));
    let second = sandbox.puts_token();
    assert_eq!(run.starts().1, shown(&second));
}

#[test]
fn clear_restarts_the_command_with_empty_variables() {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    let mut run = sandbox.runs(&AT_ONCE, SCRIPT);
    run.starts();
    sandbox.run(&["clear"], "").ends_with(0);
    run.run_says(&format!("the token was cleared: {RESTARTING}"));
    assert_eq!(run.starts().1, "<>");
    let next = sandbox.puts_token();
    assert_eq!(run.starts().1, shown(&next));
}

#[test]
fn an_expired_token_restarts_nothing() {
    const TWELVE_HOURS: u64 = 12 * 60 * 60 * 1000;
    let sandbox = Sandbox::new();
    let mut store = store(&sandbox);
    store.put(&captured(&token(), now() - TWELVE_HOURS + 1000)).unwrap();
    let mut run = sandbox.runs(&AT_ONCE, TICKING);
    run.starts();
    let end = Instant::now() + LIMIT;
    while sandbox.run(&["get"], "").0.status.success() {
        assert!(Instant::now() < end, "the token never expires");
        assert_eq!(run.line(), "tick");
    }
    // This change makes `run` read the store again, and it finds no token.
    store.count(&ShortText::default(), potbridge_protocol::Counters::default()).unwrap();
    lives_on(&mut run);
    let next = sandbox.puts_token();
    assert_eq!(run.starts().1, shown(&next));
}

#[test]
fn a_command_that_ends_by_itself_is_not_restarted() {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    let ended = sandbox.runs(&AT_ONCE, "echo start $$; exit 5").ends();
    assert_eq!((ended.code, ended.out.lines().count()), (Some(5), 1));
}

#[test]
fn tokens_during_the_end_make_one_new_start() {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    let mut run = sandbox.runs(
        &AT_ONCE,
        "trap 'echo asked; read x <\"$PIPE\"; exit' TERM; echo start $$ \"<$YT_DLP_PO_TOKEN>\"; while :; do sleep 0.1; done"
            .replace("$PIPE", sandbox.path("pipe").to_str().unwrap())
            .as_str(),
    );
    let made = std::process::Command::new("mkfifo").arg(sandbox.path("pipe")).status().unwrap();
    assert!(made.success());
    run.starts();
    sandbox.puts_token();
    run.says("asked");
    sandbox.puts_token();
    let last = sandbox.puts_token();
    std::fs::write(sandbox.path("pipe"), "end\n").unwrap();
    assert_eq!(run.starts().1, shown(&last));
}

#[test]
fn a_store_that_is_deleted_and_made_again_is_watched() {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    let mut run = sandbox.runs(&AT_ONCE, SCRIPT);
    run.starts();
    // After a restart the folder is watched.
    sandbox.puts_token();
    run.starts();
    std::fs::remove_dir_all(sandbox.path("state")).unwrap();
    assert_eq!(run.starts().1, "<>");
    let next = sandbox.puts_token();
    assert_eq!(run.starts().1, shown(&next));
}

#[test]
fn after_sigterm_nothing_is_started_again() {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    let mut run = sandbox.runs(
        &AT_ONCE,
        "trap 'echo asked; asked=1' TERM; echo start $$; while [ -z \"$asked\" ]; do sleep 0.1; done; \
         while [ ! -e \"$END\" ]; do echo tick; sleep 0.1; done; exit 9"
            .replace("$END", sandbox.path("end").to_str().unwrap())
            .as_str(),
    );
    run.starts();
    run.signal(Signal::TERM);
    run.says("asked");
    sandbox.puts_token();
    for _ in 0..8 {
        run.says("tick");
    }
    std::fs::write(sandbox.path("end"), "").unwrap();
    let ended = run.ends();
    assert_eq!(ended.code, Some(9));
    assert!(!ended.out.contains("start") && !ended.err.contains(RESTARTING), "{}{}", ended.out, ended.err);
}

#[test]
fn a_signal_during_a_restart_ends_run() {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    let mut run = sandbox.runs(
        &AT_ONCE,
        "trap 'echo asked' TERM; trap 'echo interrupted; exit 4' INT; echo start $$; while :; do sleep 0.1; done",
    );
    run.starts();
    sandbox.puts_token();
    run.says("asked");
    run.signal(Signal::INT);
    run.says("interrupted");
    let ended = run.ends();
    assert_eq!(ended.code, Some(4));
    assert!(!ended.out.contains("start"), "{}", ended.out);
}

#[test]
fn a_command_that_ignores_sigterm_is_killed_and_restarted() {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    let mut run = sandbox.runs(
        &[&AT_ONCE[..], &["--grace", "1"]].concat(),
        "trap '' TERM; echo start $$ \"<$YT_DLP_PO_TOKEN>\"; exec sleep 600",
    );
    let (old, _) = run.starts();
    let next = sandbox.puts_token();
    run.run_says("sh did not end within 1 s: killing it");
    assert_eq!(run.starts().1, shown(&next));
    assert!(!has_members(old));
}

#[test]
fn the_new_start_finds_the_port_of_a_slow_grandchild_free() {
    const SERVER: &str = "
import http.server, os, signal, sys, time
def end(*_):
    time.sleep(0.5)
    os._exit(0)
signal.signal(signal.SIGTERM, end)
try:
    server = http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), http.server.SimpleHTTPRequestHandler)
except OSError as error:
    print('start', os.getppid(), error, flush=True)
else:
    print('start', os.getppid(), 'listening', flush=True)
    server.serve_forever()
";
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path("server.py"), SERVER).unwrap();
    sandbox.puts_token();
    // The shell ends at SIGTERM at once, its child after 0.5 s.
    let script = format!("python3 {} {port} & wait", sandbox.path("server.py").display());
    let mut run = sandbox.runs(&AT_ONCE, &script);
    for _ in 0..3 {
        assert_eq!(run.starts().1, "listening");
        sandbox.puts_token();
    }
}
