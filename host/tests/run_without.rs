//! `potbridge run --watch` where /proc, or the command itself, is missing.

use crate::runner::ignore_no_signal;
use crate::sandbox::Sandbox;
use potbridge_test_support::executable;
use potbridge_test_support::namespace::{may_mount, mount};
use rustix::process::Signal;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

const AT_ONCE: [&str; 3] = ["--watch", "--min-interval", "0"];

fn sandbox_without_proc() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    mount(&["-t", "tmpfs", "tmpfs"], Path::new("/proc"));
    sandbox
}

#[test]
fn without_proc_the_command_is_run_and_restarted() {
    if !may_mount(module_path!(), "without_proc_the_command_is_run_and_restarted") {
        return;
    }
    let sandbox = sandbox_without_proc();
    let script = "echo start $$ \"<$YT_DLP_PO_TOKEN>\"; exec sleep 600";
    let folder = Path::new(env!("CARGO_BIN_EXE_potbridge")).parent().unwrap();
    let path = format!("PATH={}:/usr/bin:/bin", folder.display());
    // By its path, as a shell finds it, from its own folder, and under a name of the caller's.
    let in_folder = format!("cd '{}'; shift; exec ./potbridge \"$@\"", folder.display());
    for by in [
        &["env"][..],
        &["env", &path, "sh", "-c", "shift; exec potbridge \"$@\"", "sh"],
        &["sh", "-c", &in_folder, "sh"],
        &["bash", "-c", "exec -a other \"$@\"", "bash"],
    ] {
        let mut run = sandbox.runs_through(by, &AT_ONCE, script);
        run.starts();
        let next = sandbox.puts_token();
        assert_eq!(run.starts().1, format!("<{}>", next.expose()));
        run.signal(Signal::TERM);
        assert_eq!(run.ends().code, Some(143));
    }
}

#[test]
fn without_proc_nohup_keeps_a_waiting_run() {
    if !may_mount(module_path!(), "without_proc_nohup_keeps_a_waiting_run") {
        return;
    }
    let sandbox = Sandbox::new();
    mount(&["-t", "tmpfs", "tmpfs"], Path::new("/proc"));
    let mut run = sandbox.runs_through(&["nohup"], &["--wait"], "echo start $$; exec sleep 600");
    run.run_says("waiting");
    run.signal(Signal::HUP);
    run.signal(Signal::HUP);
    sandbox.puts_token();
    run.starts();
    run.signal(Signal::TERM);
    run.ends();
    // And one that is not ignored ends it.
    ignore_no_signal();
    let sandbox = Sandbox::new();
    let mut run = sandbox.runs(&["--wait"], "echo ran");
    run.run_says("waiting");
    run.signal(Signal::HUP);
    let ended = run.ends();
    assert!(!ended.status.success() && ended.out.is_empty());
}

fn write_program(path: &Path, text: &str) {
    executable::write(path, text);
}

#[test]
fn a_command_that_is_being_replaced_is_started_when_it_is_there_again() {
    const SCRIPT: &str = "#!/bin/sh\necho start $$ \"<$YT_DLP_PO_TOKEN>\"\nexec sleep 600\n";
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    let (program, away) = (sandbox.path("server"), sandbox.path("away"));
    write_program(&program, SCRIPT);
    let mut run = sandbox.runs_command(&AT_ONCE, &[program.to_str().unwrap()]);
    run.starts();
    // Missing, not executable yet, and being written.
    fs::rename(&program, &away).unwrap();
    let next = sandbox.puts_token();
    run.run_says("command not found; trying again");
    fs::rename(&away, &program).unwrap();
    assert_eq!(run.starts().1, format!("<{}>", next.expose()));
    fs::set_permissions(&program, fs::Permissions::from_mode(0o644)).unwrap();
    sandbox.puts_token();
    assert!(run.run_says("trying again").contains("Permission denied"));
    // A newer token is for the newer start.
    let newest = sandbox.puts_token();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    while run.starts().1 != format!("<{}>", newest.expose()) {}
    let writer = fs::OpenOptions::new().append(true).open(&program).unwrap();
    let last = sandbox.puts_token();
    assert!(run.run_says("trying again").contains("Text file busy"));
    drop(writer);
    assert_eq!(run.starts().1, format!("<{}>", last.expose()));
    // While it is missing, a signal ends `run`.
    fs::remove_file(&program).unwrap();
    sandbox.puts_token();
    run.run_says("command not found; trying again");
    run.signal(Signal::TERM);
    assert_eq!(run.ends().code, Some(143));
}

#[test]
fn a_command_that_never_ran_is_not_tried_again() {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    let ran = sandbox.run(&["run", "--watch", "--", "/no/such/command"], "").ends_with(127);
    assert_eq!(ran.stderr(), "potbridge: /no/such/command: command not found\n");
}
