//! A command that lives on after a signal, and one that may not be signalled.

use crate::runner::{Left, Running, has_members, is_there};
use crate::sandbox::Sandbox;
use potbridge_protocol::PoToken;
use potbridge_test_support::skip::skip;
use rustix::process::{Pid, Signal, geteuid, kill_process, kill_process_group};
use std::process::{Command, Stdio};

/// It may end within a second. After that it lives on.
const OPTIONS: [&str; 5] = ["--watch", "--min-interval", "0", "--grace", "1"];

fn sandbox_with_token() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    sandbox
}

fn shown(token: &PoToken) -> String {
    format!("<{}>", token.expose())
}

/// A command that says each signal that it gets, and goes on.
fn survives(signals: &[&str]) -> String {
    let traps: String = signals.iter().map(|name| format!("trap 'echo took {name}' {name}; ")).collect();
    format!("{traps}echo start $$ \"<$YT_DLP_PO_TOKEN>\"; while :; do sleep 0.05; done")
}

#[test]
fn a_command_that_lives_on_after_a_signal_is_still_watched() {
    for (signal, name) in [(Signal::HUP, "HUP"), (Signal::QUIT, "QUIT"), (Signal::INT, "INT")] {
        let sandbox = sandbox_with_token();
        let mut run = sandbox.runs(&OPTIONS, &survives(&[name]));
        run.starts();
        run.signal(signal);
        assert_eq!(run.says("took "), name);
        run.run_says(&format!("sh goes on after SIG{name}"));
        let next = sandbox.puts_token();
        assert_eq!(run.starts().1, shown(&next), "{name}");
        run.signal(Signal::TERM);
        assert_eq!(run.ends().code, Some(143));
    }
}

#[test]
fn a_restart_that_was_due_meanwhile_comes_afterwards() {
    let sandbox = sandbox_with_token();
    let mut run = sandbox.runs(&OPTIONS, &survives(&["HUP"]));
    run.starts();
    run.signal(Signal::HUP);
    run.says("took ");
    let next = sandbox.puts_token();
    run.run_says("sh goes on after SIGHUP");
    assert_eq!(run.starts().1, shown(&next));
}

#[test]
fn a_command_that_ignores_sigterm_is_still_watched() {
    let sandbox = sandbox_with_token();
    let mut run = sandbox
        .runs(&OPTIONS, "trap '' TERM; echo start $$ \"<$YT_DLP_PO_TOKEN>\"; while :; do sleep 0.05; done");
    let (old, _) = run.starts();
    run.signal(Signal::TERM);
    run.run_says("sh goes on after SIGTERM");
    let next = sandbox.puts_token();
    assert_eq!(run.starts().1, shown(&next));
    assert!(!has_members(old));
}

#[test]
fn signals_for_other_ends_never_stop_the_watching() {
    for signal in [Signal::USR1, Signal::USR2, Signal::WINCH] {
        let sandbox = sandbox_with_token();
        let mut run =
            sandbox.runs(&["--watch", "--min-interval", "0"], &survives(&["USR1", "USR2", "WINCH"]));
        run.starts();
        run.signal(signal);
        run.says("took ");
        let next = sandbox.puts_token();
        assert_eq!(run.starts().1, shown(&next));
    }
}

#[test]
fn without_a_terminal_a_reload_during_a_restart_does_not_end_it() {
    let sandbox = sandbox_with_token();
    // Without a session of its own it would have the terminal of who runs the tests.
    let mut run = sandbox.runs_through(
        &["setsid", "--wait"],
        &["--watch", "--min-interval", "0"],
        "trap 'echo reload' HUP; trap 'echo asked' TERM; echo start $$ $PPID \"<$YT_DLP_PO_TOKEN>\"; \
         while :; do sleep 0.05; [ ! -e \"$END\" ] || exit; done"
            .replace("$END", sandbox.path("end").to_str().unwrap())
            .as_str(),
    );
    let (_, rest) = run.starts();
    let process = Pid::from_raw(rest.split(' ').next().unwrap().parse().unwrap()).unwrap();
    let next = sandbox.puts_token();
    run.says("asked");
    kill_process(process, Signal::HUP).unwrap();
    run.says("reload");
    std::fs::write(sandbox.path("end"), "").unwrap();
    assert!(run.starts().1.ends_with(&shown(&next)));
}

/// Root who may signal only processes of root, as an ordinary user may only their own.
const WITHOUT_KILL: [&str; 4] = ["setpriv", "--bounding-set=-kill", "--inh-caps=-kill", "--"];

/// Becomes another user.
const ANOTHER: &str = "setpriv --reuid=65534 --regid=65534 --clear-groups --";

fn may_be_another(test: &str) -> bool {
    let allowed = geteuid().is_root()
        && Command::new("setpriv")
            .args(&WITHOUT_KILL[1..])
            .args(ANOTHER.split(' '))
            .arg("true")
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
    if !allowed {
        skip(test, "only root can start a command as another user (`setpriv`)");
    }
    allowed
}

fn still_ticks(run: &mut Running) {
    for _ in 0..8 {
        assert_eq!(run.line(), "tick");
    }
}

#[test]
fn a_command_that_may_not_be_signalled_is_never_started_twice() {
    if !may_be_another("a_command_that_may_not_be_signalled_is_never_started_twice") {
        return;
    }
    let sandbox = sandbox_with_token();
    let script = format!(
        "exec {ANOTHER} sh -c 'echo start $$ \"<$YT_DLP_PO_TOKEN>\"; while sleep 0.1; do echo tick; done'"
    );
    let mut run = sandbox.runs_through(&WITHOUT_KILL, &OPTIONS, &script);
    let (old, _) = run.starts();
    let _left = Left(old);
    let mut last = None;
    for _ in 0..2 {
        last = Some(sandbox.puts_token());
        let said = run.run_says("may not be signalled");
        assert!(said.contains("not started a second time"), "{said}");
        still_ticks(&mut run);
    }
    // What was due is done as soon as it can be.
    kill_process_group(old, Signal::KILL).unwrap();
    let (new, got) = run.starts();
    assert_eq!(got, shown(&last.unwrap()));
    // At its own end `run` says that the command goes on.
    run.signal(Signal::TERM);
    run.run_says("SIGTERM: sh may not be signalled by this user and goes on");
    run.run_says("sh may not be signalled by this user and goes on");
    assert!(is_there(new));
    kill_process_group(new, Signal::KILL).unwrap();
    assert_eq!(run.ends().code, Some(143));
}

#[test]
fn a_part_that_may_not_be_signalled_keeps_the_command_from_a_second_start() {
    if !may_be_another("a_part_that_may_not_be_signalled_keeps_the_command_from_a_second_start") {
        return;
    }
    let sandbox = sandbox_with_token();
    let script = format!(
        "echo start $$ \"<$YT_DLP_PO_TOKEN>\"; {ANOTHER} sh -c 'echo other $$; while sleep 0.1; do echo tick; done' & wait"
    );
    let mut run = sandbox.runs_through(&WITHOUT_KILL, &OPTIONS, &script);
    run.starts();
    let other = Pid::from_raw(run.says("other ").parse().unwrap()).unwrap();
    let _left = Left(other);
    let next = sandbox.puts_token();
    run.run_says("not started a second time");
    still_ticks(&mut run);
    kill_process(other, Signal::KILL).unwrap();
    assert_eq!(run.starts().1, shown(&next));
    let other = Pid::from_raw(run.says("other ").parse().unwrap()).unwrap();
    run.signal(Signal::TERM);
    run.run_says("may not be signalled by this user and goes on");
    assert!(is_there(other));
    kill_process(other, Signal::KILL).unwrap();
    assert_eq!(run.ends().code, Some(143));
}
