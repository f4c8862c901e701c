//! How `potbridge run` and its command end. Nothing is left behind.

use crate::deadline::wait_until;
use crate::runner::{Left, children, has_members, is_there};
use crate::sandbox::Sandbox;
use rustix::process::{Pid, Signal, kill_process};
use std::process::{Command, Stdio};

fn sandbox_with_token() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    sandbox
}

fn pid(text: &str) -> Pid {
    Pid::from_raw(text.parse().unwrap()).unwrap()
}

#[test]
fn signals_are_passed_on_to_the_whole_group() {
    const SIGNALS: [(Signal, &str); 7] = [
        (Signal::USR1, "USR1"),
        (Signal::USR2, "USR2"),
        (Signal::WINCH, "WINCH"),
        (Signal::INT, "INT"),
        (Signal::QUIT, "QUIT"),
        (Signal::HUP, "HUP"),
        (Signal::TERM, "TERM"),
    ];
    let sandbox = sandbox_with_token();
    let telling = |who: &str| SIGNALS.map(|(_, name)| format!("trap 'echo {who} {name}' {name}; ")).concat();
    let forever = "while :; do sleep 0.05; done";
    let script = format!(
        "({} echo child; {forever}) & {} echo start $$; {forever}",
        telling("child"),
        telling("parent")
    );
    let mut run = sandbox.runs(&["--watch", "--grace", "1"], &script);
    let mut seen = [run.line(), run.line()];
    seen.sort();
    assert_eq!(seen[0], "child");
    let group = pid(seen[1].strip_prefix("start ").unwrap());
    for (signal, name) in SIGNALS {
        run.signal(signal);
        // A background job of a shell ignores what a keyboard sends.
        let mut expected = vec![format!("parent {name}")];
        if ![Signal::INT, Signal::QUIT].contains(&signal) {
            expected.push(format!("child {name}"));
        }
        run.says_all(&expected);
    }
    kill_process(group, Signal::KILL).unwrap();
    assert_eq!(run.ends().code, Some(137));
    assert!(!has_members(group));
}

#[test]
fn what_is_left_in_the_group_is_ended_with_the_command() {
    let sandbox = sandbox_with_token();
    let mut run = sandbox.runs(&["--watch"], "sleep 600 & echo start $$ $!; exit 3");
    let (group, child) = run.starts();
    let child = pid(&child);
    let _left = Left(child);
    assert_eq!(run.ends().code, Some(3));
    assert!(!has_members(group) && !is_there(child));
}

#[test]
fn a_child_that_ignores_sigterm_is_killed_after_the_grace() {
    let sandbox = sandbox_with_token();
    let mut run = sandbox.runs(
        &["--watch", "--grace", "1"],
        "sh -c 'trap \"\" TERM; echo start $PPID; exec sleep 600' & wait $!; exit 3",
    );
    let (group, _) = run.starts();
    run.signal(Signal::TERM);
    run.run_says("did not end within 1 s: killing it");
    assert_eq!(run.ends().code, Some(143));
    assert!(!has_members(group));
}

#[test]
fn if_run_is_killed_the_command_gets_sigterm() {
    let sandbox = sandbox_with_token();
    let mut run = sandbox
        .runs(&["--watch"], "trap 'echo asked; exit' TERM; echo start $$; while :; do sleep 0.1; done");
    let (group, _) = run.starts();
    run.signal(Signal::KILL);
    run.says("asked");
    run.ends();
    wait_until("the command has ended", || !is_there(group));
}

#[test]
fn orphans_are_adopted_and_reaped() {
    let sandbox = sandbox_with_token();
    // Each has a session of its own, and its parent ends at once.
    let orphan = "setsid sh -c 'read x <\"$PIPE\"' >/dev/null 2>&1 </dev/null & "
        .replace("$PIPE", sandbox.path("pipe").to_str().unwrap());
    let script = format!(
        "mkfifo {}; echo start $$; (cd /; {orphan}{orphan}{orphan}true) ; echo left; exec sleep 600",
        sandbox.path("pipe").display()
    );
    let mut run = sandbox.runs(&["--watch"], &script);
    run.starts();
    run.says("left");
    wait_until("run has adopted the orphans", || children(run.pid()).len() == 4);
    let end = std::fs::OpenOptions::new().read(true).write(true).open(sandbox.path("pipe")).unwrap();
    std::io::Write::write_all(&mut &end, b"1\n2\n3\n").unwrap();
    wait_until("the orphans are reaped", || children(run.pid()).len() == 1);
    run.signal(Signal::TERM);
    assert_eq!(run.ends().code, Some(143));
}

#[test]
fn a_signal_ignored_by_nohup_ends_nothing() {
    let sandbox = sandbox_with_token();
    let mut run = sandbox.runs_through(
        &["nohup"],
        &["--watch", "--min-interval", "0"],
        "echo start $$; while sleep 0.1; do echo tick; done",
    );
    run.starts();
    run.signal(Signal::HUP);
    for _ in 0..3 {
        assert_eq!(run.line(), "tick");
    }
    sandbox.puts_token();
    run.starts();
    run.signal(Signal::TERM);
    assert_eq!(run.ends().code, Some(143));
}

#[test]
fn a_parent_that_ignores_sigchld_does_no_harm() {
    let sandbox = sandbox_with_token();
    let run = sandbox.runs_through(&["env", "--ignore-signal=CHLD"], &["--watch"], "exit 7");
    assert_eq!(run.ends().code, Some(7));
}

#[test]
fn as_first_process_run_passes_signals_on_and_reaps() {
    const UNSHARE: [&str; 5] = ["--map-root-user", "--pid", "--fork", "--mount-proc", "--kill-child"];
    let allowed = Command::new("unshare").args(UNSHARE).arg("true").stderr(Stdio::null()).status();
    if !allowed.is_ok_and(|status| status.success()) {
        // A container may forbid it.
        eprintln!("not tried: this machine does not allow a process namespace");
        return;
    }
    let sandbox = sandbox_with_token();
    let script = "[ $PPID = 1 ] && trap 'echo asked; exit 6' TERM; (setsid true &); echo start $$; \
                  while sleep 0.1; do grep -q zombie /proc/[0-9]*/status || echo clean; done";
    let mut run = sandbox.runs_through(&[&["unshare"], &UNSHARE[..]].concat(), &["--watch"], script);
    run.says("clean");
    let first = children(run.pid())[0].0;
    kill_process(first, Signal::TERM).unwrap();
    run.says("asked");
    assert_eq!(run.ends().code, Some(6));
}
