//! `potbridge run` in a terminal. Its command has the terminal as if the shell had started it.

use crate::deadline::wait_until;
use crate::runner::terminal::{CTRL_BACKSLASH, CTRL_C, CTRL_D, CTRL_Z, Terminal};
use crate::runner::{has_members, is_there, state_and_parent};
use crate::sandbox::Sandbox;
use rustix::process::{Pid, Signal, kill_process};

/// Prints what it reads, line by line.
const ECHO: &str = "echo \"pid $$\"; while read x; do echo \"got $x\"; done";

fn sandbox_with_token() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    sandbox
}

fn parent(process: Pid) -> Pid {
    Pid::from_raw(state_and_parent(process).unwrap().1).unwrap()
}

fn is_stopped(process: Pid) -> bool {
    state_and_parent(process).is_some_and(|(state, _)| state == 'T')
}

#[test]
fn the_command_reads_from_the_terminal() {
    let sandbox = sandbox_with_token();
    let mut terminal = Terminal::with_shell(&sandbox);
    terminal.type_line(&format!("$POTBRIDGE run --watch -- sh -c '{ECHO}'"));
    terminal.shows_pid("pid ");
    terminal.type_line("hello");
    terminal.shows("got hello\r\n");
    terminal.type_(CTRL_D);
    terminal.type_line("echo \"code $?\"");
    terminal.shows("code 0\r\n");
}

#[test]
fn ctrl_c_ends_the_command_and_run_with_130() {
    let sandbox = sandbox_with_token();
    let mut terminal = Terminal::with_shell(&sandbox);
    // A shell's background job ignores Ctrl-C.
    terminal
        .type_line("$POTBRIDGE run --watch -- sh -c 'sleep 600 & echo \"child $!\"; echo \"pid $$\"; wait'");
    let child = terminal.shows_pid("child ");
    let command = terminal.shows_pid("pid ");
    let run = parent(command);
    terminal.type_(CTRL_C);
    terminal.is_the_shells_again();
    terminal.type_line("echo \"code $?\"");
    terminal.shows("code 130\r\n");
    assert!(!is_there(child) && !is_there(command) && !has_members(command) && !is_there(run));
}

#[test]
fn ctrl_c_reaches_the_command_alone() {
    let sandbox = sandbox_with_token();
    let mut terminal = Terminal::with_shell(&sandbox);
    terminal.type_line(
        "$POTBRIDGE run --watch -- sh -c 'trap \"echo interrupted\" INT; echo \"pid $$\"; while :; do sleep 0.1; done'",
    );
    terminal.shows_pid("pid ");
    terminal.type_(CTRL_C);
    terminal.shows("interrupted\r\n");
    terminal.type_(CTRL_BACKSLASH);
    terminal.is_the_shells_again();
    terminal.type_line("echo \"code $?\"");
    let between = terminal.shows("code 131\r\n");
    assert!(!between.contains("interrupted"), "{between:?}");
}

#[test]
fn ctrl_z_stops_both_and_fg_continues_both() {
    let sandbox = sandbox_with_token();
    let mut terminal = Terminal::with_shell(&sandbox);
    terminal.type_line(&format!("$POTBRIDGE run --watch -- sh -c '{ECHO}'"));
    let command = terminal.shows_pid("pid ");
    let run = parent(command);
    for round in 0..3 {
        terminal.type_(CTRL_Z);
        terminal.shows("Stopped");
        assert!(is_stopped(run) && is_stopped(command));
        terminal.type_line("fg");
        terminal.type_line(&format!("round {round}"));
        terminal.shows(&format!("got round {round}\r\n"));
    }
    terminal.type_(CTRL_C);
    terminal.is_the_shells_again();
    terminal.type_line("echo \"code $?\"");
    terminal.shows("code 130\r\n");
}

#[test]
fn bg_continues_both_until_the_command_reads() {
    let sandbox = sandbox_with_token();
    let mut terminal = Terminal::with_shell(&sandbox);
    terminal.type_line(&format!("$POTBRIDGE run --watch -- sh -c '{ECHO}'"));
    let command = terminal.shows_pid("pid ");
    let run = parent(command);
    terminal.type_(CTRL_Z);
    terminal.shows("Stopped");
    terminal.type_line("bg");
    terminal.shows("POTBRIDGE run");
    // It reads from the terminal, which the shell has.
    terminal.has_a_stopped_job();
    assert!(is_stopped(command) && is_stopped(run));
    terminal.type_line("fg");
    terminal.type_line("again");
    terminal.shows("got again\r\n");
}

#[test]
fn in_the_background_run_leaves_the_terminal_alone() {
    let sandbox = sandbox_with_token();
    let mut terminal = Terminal::with_shell(&sandbox);
    terminal.type_line(&format!("$POTBRIDGE run --watch -- sh -c '{ECHO}' &"));
    let command = terminal.shows_pid("pid ");
    terminal.type_line("echo mine");
    terminal.shows("mine\r\n");
    // It reads from the terminal, which the shell has.
    terminal.has_a_stopped_job();
    assert!(is_stopped(command) && is_stopped(parent(command)));
    terminal.type_line("fg");
    terminal.type_line("hello");
    terminal.shows("got hello\r\n");
}

#[test]
fn the_terminal_is_given_back_after_the_end() {
    let sandbox = sandbox_with_token();
    let mut terminal = Terminal::with_shell(&sandbox);
    // This shell has no job control, so it does not take the terminal back.
    terminal.type_line("sh -c '$POTBRIDGE run --watch -- true; echo over; read x; echo \"read $x\"'");
    terminal.shows("over\r\n");
    terminal.type_line("after");
    terminal.shows("read after\r\n");
}

#[test]
fn a_restart_keeps_the_terminal() {
    let sandbox = sandbox_with_token();
    let mut terminal = Terminal::with_shell(&sandbox);
    let script = "echo \"pid $$\"; stty -a | grep -o -- \".icanon\"; stty -icanon; while read x; do echo \"got $x\"; done";
    terminal.type_line(&format!("$POTBRIDGE run --watch --min-interval 0 -- sh -c '{script}'"));
    for round in 0..3 {
        let command = terminal.shows_pid("pid ");
        terminal.shows(" icanon\r\n");
        terminal.type_line(&format!("round {round}"));
        terminal.shows(&format!("got round {round}\r\n"));
        sandbox.puts_token();
        terminal.shows("restarting sh\r\n");
        wait_until("the group is empty", || !has_members(command));
    }
    terminal.shows(" icanon\r\n");
    terminal.type_(CTRL_C);
    terminal.is_the_shells_again();
    terminal.type_line("echo \"code $?\"");
    terminal.shows("code 130\r\n");
    terminal.type_line("stty -a | grep -o -- '.icanon'");
    terminal.shows(" icanon\r\n");
}

#[test]
fn ctrl_c_during_a_restart_ends_run() {
    let sandbox = sandbox_with_token();
    let mut terminal = Terminal::with_shell(&sandbox);
    // The command gets the Ctrl-C, `run` does not.
    let script = "trap \"echo asked\" TERM; echo \"pid $$\"; while :; do sleep 0.1; done";
    terminal.type_line(&format!("$POTBRIDGE run --watch --min-interval 0 -- sh -c '{script}'"));
    let command = terminal.shows_pid("pid ");
    sandbox.puts_token();
    terminal.shows("asked\r\n");
    terminal.type_(CTRL_C);
    terminal.is_the_shells_again();
    terminal.type_line("echo \"code $?\"");
    terminal.shows("code 130\r\n");
    assert!(!has_members(command));
}

#[test]
fn a_command_stopped_by_another_program_stops_run() {
    let sandbox = sandbox_with_token();
    let mut terminal = Terminal::with_shell(&sandbox);
    terminal.type_line(&format!("$POTBRIDGE run --watch -- sh -c '{ECHO}'"));
    let command = terminal.shows_pid("pid ");
    kill_process(command, Signal::STOP).unwrap();
    terminal.shows("Stopped");
    terminal.type_line("fg");
    terminal.type_line("again");
    terminal.shows("got again\r\n");
}

#[test]
fn a_shell_as_the_command_has_its_own_jobs() {
    let sandbox = sandbox_with_token();
    let mut terminal = Terminal::with_shell(&sandbox);
    terminal.type_line("$POTBRIDGE run --watch -- bash --noprofile --norc --noediting -i");
    terminal.type_line("echo \"pid $$\"");
    let command = terminal.shows_pid("pid ");
    terminal.type_line(&format!("sh -c '{}'", ECHO.replace("pid", "job")));
    let job = terminal.shows_pid("job ");
    terminal.type_(CTRL_Z);
    terminal.shows("Stopped");
    assert!(is_stopped(job) && !is_stopped(command) && !is_stopped(parent(command)));
    terminal.type_line("fg");
    terminal.type_line("inner");
    terminal.shows("got inner\r\n");
    terminal.type_(CTRL_D);
    terminal.type_line("exit 5");
    terminal.is_the_shells_again();
    terminal.type_line("echo \"code $?\"");
    terminal.shows("code 5\r\n");
}

#[test]
fn another_program_of_a_pipeline_keeps_the_terminal() {
    let sandbox = sandbox_with_token();
    let mut terminal = Terminal::with_shell(&sandbox);
    terminal.type_line(
        "$POTBRIDGE run --watch -- sh -c 'echo \"pid $$\"; exec sleep 600' | \
         sh -c 'read x; echo \"$x\"; while read y </dev/tty; do echo \"typed $y\"; done'",
    );
    let command = terminal.shows_pid("pid ");
    let run = parent(command);
    terminal.type_line("hello");
    terminal.shows("typed hello\r\n");
    terminal.type_(CTRL_Z);
    terminal.shows("Stopped");
    wait_until("both are stopped", || is_stopped(run) && is_stopped(command));
    terminal.type_line("fg");
    terminal.type_line("again");
    terminal.shows("typed again\r\n");
    wait_until("both continue", || !is_stopped(run) && !is_stopped(command));
    terminal.type_(CTRL_C);
    terminal.is_the_shells_again();
    terminal.type_line("echo \"code ${PIPESTATUS[0]}\"");
    terminal.shows("code 130\r\n");
    assert!(!has_members(command));
}

#[test]
fn a_command_in_a_pipeline_gets_the_terminal_when_it_reads() {
    let sandbox = sandbox_with_token();
    let mut terminal = Terminal::with_shell(&sandbox);
    terminal.type_line(&format!("$POTBRIDGE run --watch -- sh -c '{ECHO}' | cat"));
    terminal.shows_pid("pid ");
    terminal.type_line("hello");
    terminal.shows("got hello\r\n");
}

#[test]
fn without_a_shell_ctrl_z_stops_nothing() {
    let sandbox = sandbox_with_token();
    let potbridge = sandbox.potbridge(&[]).get_program().to_str().unwrap().to_owned();
    let mut terminal = Terminal::with(
        &sandbox,
        &[&potbridge, "run", "--watch", "--", "sh", "-c", ECHO].map(|word| (*word).to_owned()),
    );
    terminal.shows_pid("pid ");
    terminal.type_(CTRL_Z);
    terminal.type_line("hello");
    terminal.shows("got hello\r\n");
    terminal.type_(CTRL_C);
    assert_eq!(terminal.ends(), Some(130));
}

#[test]
fn ctrl_c_while_run_waits_for_a_token_ends_with_130() {
    let sandbox = Sandbox::new();
    let mut terminal = Terminal::with_shell(&sandbox);
    terminal.type_line("$POTBRIDGE run --wait -- echo ran");
    terminal.shows("waiting for one");
    terminal.type_(CTRL_Z);
    terminal.shows("Stopped");
    terminal.type_line("fg");
    terminal.is_a_jobs();
    terminal.type_(CTRL_C);
    terminal.is_the_shells_again();
    terminal.type_line("echo \"code $?\"");
    terminal.shows("code 130\r\n");
}

#[test]
fn closing_the_terminal_ends_everything() {
    let sandbox = sandbox_with_token();
    let mut terminal = Terminal::with_shell(&sandbox);
    terminal.type_line(&format!("$POTBRIDGE run --watch -- sh -c '{ECHO}'"));
    let command = terminal.shows_pid("pid ");
    let run = parent(command);
    terminal.close();
    wait_until("both have ended", || !is_there(command) && !is_there(run));
}
