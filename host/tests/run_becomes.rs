//! Without `--watch`, `potbridge run` becomes its command: nothing of potbridge is left.

use crate::runner::terminal::{CTRL_C, CTRL_Z, Terminal};
use crate::runner::{children, state_and_parent};
use crate::sandbox::Sandbox;
use rustix::process::{Signal, getpid, getsid};
use std::fs;
use std::os::unix::process::ExitStatusExt as _;

fn sandbox_with_token() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    sandbox
}

#[test]
fn the_command_is_the_process_that_was_started() {
    let sandbox = sandbox_with_token();
    for options in [&[][..], &["--wait"], &["--wait", "60"]] {
        let mut run = sandbox.runs(options, "echo start $$ $PPID; exec sleep 600");
        let (command, parent) = run.starts();
        assert_eq!((command, parent), (run.pid(), getpid().to_string()));
        assert_eq!(children(command), []);
        run.signal(Signal::TERM);
        run.ends();
    }
}

#[test]
fn after_a_wait_the_command_is_that_process_too() {
    let sandbox = Sandbox::new();
    let mut run = sandbox.runs(
        &["--wait"],
        "echo start $$ \"<$YT_DLP_PO_TOKEN>\"; echo tasks /proc/$$/task/*; exec sleep 600",
    );
    run.run_says("waiting");
    let token = sandbox.puts_token();
    assert_eq!(run.starts(), (run.pid(), format!("<{}>", token.expose())));
    assert_eq!(run.says("tasks "), format!("/proc/{0}/task/{0}", run.pid()));
    assert_eq!(children(run.pid()), []);
    run.signal(Signal::TERM);
    run.ends();
}

/// Prints what of a process's state its parent decides.
const STATE: &str = "
import ctypes, os, re
status = open('/proc/self/status').read()
print(re.findall('^(?:Sig(?:Blk|Ign|Cgt)|NoNewPrivs|Seccomp|Cap|Threads).*', status, re.M))
print(open('/proc/self/limits').read(), open('/proc/self/oom_score_adj').read(), os.umask(0))
print(sorted(os.listdir('/proc/self/fd')))
PR_GET_DUMPABLE, PR_GET_CHILD_SUBREAPER, PR_GET_PDEATHSIG = 3, 37, 2
c, value = ctypes.CDLL(None), ctypes.c_int(7)
print('dumpable', c.prctl(PR_GET_DUMPABLE, 0, 0, 0, 0))
for option in PR_GET_CHILD_SUBREAPER, PR_GET_PDEATHSIG:
    print(option, c.prctl(option, ctypes.byref(value), 0, 0, 0), value.value)
";

#[test]
fn signals_limits_and_core_dumps_are_as_without_potbridge() {
    let sandbox = Sandbox::new();
    sandbox.configure("");
    sandbox.puts_token();
    // Rust's runtime hides whether SIGPIPE was ignored. A command has it at its default, as in a shell.
    let default = "import signal; signal.signal(signal.SIGPIPE, signal.SIG_DFL); ";
    for blocking in [
        "",
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGINT]); \
        signal.signal(signal.SIGHUP, signal.SIG_IGN); signal.signal(signal.SIGCHLD, signal.SIG_IGN); ",
    ] {
        let of = |command: &[&str]| {
            let start = format!("import os, sys; {default}{blocking}os.execvp(sys.argv[1], sys.argv[1:])");
            let potbridge = sandbox.potbridge(&[]);
            let mut python = std::process::Command::new("python3");
            python.envs(potbridge.get_envs().filter_map(|(name, value)| Some((name, value?))));
            let output = python.args(["-c", &start]).args(command).output().unwrap();
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap()
        };
        let command = ["python3", "-c", STATE];
        let plain = of(&command);
        assert!(plain.contains("SigBlk") && plain.contains("dumpable 1"), "{plain}");
        for options in [&["run", "--"][..], &["run", "--wait", "--"]] {
            let run = [&[env!("CARGO_BIN_EXE_potbridge")], options, &command].concat();
            assert_eq!(of(&run), plain, "{options:?}");
        }
    }
}

#[test]
fn a_signal_ends_the_command_as_without_potbridge() {
    let sandbox = sandbox_with_token();
    for signal in [Signal::TERM, Signal::HUP, Signal::USR1] {
        let mut run = sandbox.runs(&[], "echo start $$; exec sleep 600");
        run.starts();
        run.signal(signal);
        assert_eq!(run.ends().status.signal(), Some(signal.as_raw()));
    }
}

#[test]
fn what_the_command_leaves_goes_on_as_without_potbridge() {
    let sandbox = sandbox_with_token();
    let mut run = sandbox.runs(&[], "sleep 600 >&- 2>&- & echo start $$ $!; exit 3");
    let (_, left) = run.starts();
    assert_eq!(run.ends().code, Some(3));
    let left = rustix::process::Pid::from_raw(left.parse().unwrap()).unwrap();
    assert!(state_and_parent(left).is_some_and(|(state, _)| state != 'Z'));
    rustix::process::kill_process(left, Signal::KILL).unwrap();
}

#[test]
fn a_command_in_a_terminal_is_the_shells_own_job() {
    let sandbox = sandbox_with_token();
    let mut terminal = Terminal::with_shell(&sandbox);
    terminal.type_line("$POTBRIDGE run -- sh -c 'echo \"pid $$\"; while read x; do echo \"got $x\"; done'");
    let command = terminal.shows_pid("pid ");
    let (_, parent) = state_and_parent(command).unwrap();
    assert_eq!(parent, getsid(Some(command)).unwrap().as_raw_nonzero().get());
    terminal.type_(CTRL_Z);
    terminal.shows("Stopped");
    terminal.type_line("fg");
    terminal.type_line("hello");
    terminal.shows("got hello\r\n");
    terminal.type_(CTRL_C);
    terminal.is_the_shells_again();
    terminal.type_line("echo \"code $?\"");
    terminal.shows("code 130\r\n");
}

#[test]
fn the_store_can_be_read_afterwards() {
    let sandbox = Sandbox::new();
    let token = sandbox.puts_token();
    for _ in 0..3 {
        sandbox.run(&["run", "--", "true"], "").ends_with(0);
    }
    assert_eq!(sandbox.run(&["get"], "").ends_with(0).stdout().trim(), token.expose());
    assert!(fs::read_dir(sandbox.path("state")).unwrap().count() > 0);
}
