//! What `potbridge run` gives its command, and its exit code.

use crate::deadline;
use crate::sandbox::{Sandbox, VIDEO, token};
use rustix::process::Signal;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;

const PRINT: &str = "printf '%s|' \"${A-none}\" \"${B-none}\" \"${C-none}\" \"${YT_DLP_PO_TOKEN-none}\"";

fn two_sinks(sandbox: &Sandbox) -> String {
    format!(
        "[[sink]]\nkind = \"env-file\"\npath = {:?}\n[sink.vars]\nA = \"web+{{token}}\"\nB = \"{{video_id}}\"\n\
         [[sink]]\nkind = \"env-file\"\npath = {:?}\n[sink.vars]\nB = \"second\"\nC = \"{{visitor_data}}\"\n",
        sandbox.path("one.env"),
        sandbox.path("two.env")
    )
}

#[test]
fn the_command_gets_every_sinks_variables_first_of_a_name() {
    let sandbox = Sandbox::new();
    sandbox.configure(&two_sinks(&sandbox));
    let token = token();
    sandbox.run(&["put", "--video", VIDEO], token.expose()).ends_with(0);
    let ran = sandbox.run(&["run", "--", "sh", "-c", PRINT], "").ends_with(0);
    // This token's visitor is unknown, so C is set and empty.
    assert_eq!(ran.stdout(), format!("web+{}|{VIDEO}||none|", token.expose()));
    assert_eq!(ran.stderr(), "");
}

#[test]
fn without_a_sink_the_command_gets_yt_dl_backends_variable() {
    let sandbox = Sandbox::new();
    sandbox.configure("");
    let token = sandbox.puts_token();
    let ran = sandbox.run(&["run", "--", "sh", "-c", PRINT], "").ends_with(0);
    assert_eq!(ran.stdout(), format!("none|none|none|{}|", token.expose()));
}

#[test]
fn variables_of_the_command_line_replace_those_of_the_sinks() {
    let sandbox = Sandbox::new();
    sandbox.configure(&two_sinks(&sandbox));
    let token = sandbox.puts_token();
    let ran = sandbox
        .run(&["run", "--var", "C=<{token}>", "--var", "A={context}", "--", "sh", "-c", PRINT], "")
        .ends_with(0);
    assert_eq!(ran.stdout(), format!("gvs|none|<{}>|none|", token.expose()));
}

#[test]
fn a_malformed_variable_is_a_usage_error() {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    for (variable, why) in [("A={tokken}", "{tokken}"), ("A B={token}", "A B"), ("A", "NAME=TEMPLATE")] {
        let ran = sandbox.run(&["run", "--var", variable, "--", "echo", "ran"], "").ends_with(2);
        assert!(ran.stderr().contains(why), "{}", ran.stderr());
        assert_eq!(ran.stdout(), "");
    }
    sandbox.run(&["run"], "").ends_with(2);
    sandbox.run(&["run", "echo", "ran"], "").ends_with(2);
}

#[test]
fn environment_and_standard_input_reach_the_command() {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    let mut command = sandbox.potbridge(&["run", "--", "sh", "-c", "echo \"$KEPT\"; cat"]);
    let mut child = command.env("KEPT", "as it was").spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"typed\n").unwrap();
    let output = deadline::output(child);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "as it was\ntyped\n");
}

#[test]
fn without_a_token_nothing_is_run() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["run", "--", "echo", "ran"], "").ends_with(3);
    assert_eq!(ran.stdout(), "");
    assert!(ran.stderr().contains("play a video") && ran.stderr().contains("--wait"), "{}", ran.stderr());
}

#[test]
fn a_store_in_the_hosts_memory_cannot_be_read() {
    let sandbox = Sandbox::new();
    sandbox.configure("[store]\npath = \":memory:\"\n");
    for options in [&["run"][..], &["run", "--watch"], &["run", "--wait"]] {
        let ran = sandbox.run(&[options, &["--", "echo", "ran"]].concat(), "").ends_with(1);
        assert!(
            ran.stderr().contains("config.toml") && ran.stderr().contains(":memory:"),
            "{}",
            ran.stderr()
        );
        assert_eq!(ran.stdout(), "");
    }
}

#[test]
fn run_waits_for_the_first_token_and_says_so() {
    let sandbox = Sandbox::new();
    let mut run = sandbox.runs(&["--wait"], "echo got $YT_DLP_PO_TOKEN");
    run.run_says("waiting");
    let token = sandbox.puts_token();
    assert_eq!(run.says("got "), token.expose());
    assert_eq!(run.ends().code, Some(0));
}

#[test]
fn run_waits_no_longer_than_asked() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["run", "--wait", "1", "--", "echo", "ran"], "").ends_with(3);
    assert!(ran.stderr().contains("no token came within 1 s"), "{}", ran.stderr());
    assert_eq!(ran.stdout(), "");
}

#[test]
fn a_signal_ends_the_wait() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let sandbox = Sandbox::new();
        let mut run = sandbox.runs(&["--wait"], "echo ran");
        run.run_says("waiting");
        run.signal(signal);
        let ended = run.ends();
        assert_eq!((ended.code, ended.out.as_str()), (Some(code), ""));
    }
}

#[test]
fn the_exit_code_is_the_commands() {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    for (script, code) in [("exit 0", 0), ("exit 7", 7), ("kill -KILL $$", 137), ("kill -USR1 $$", 138)] {
        sandbox.run(&["run", "--watch", "--", "sh", "-c", script], "").ends_with(code);
        // Without `--watch` it is the command that ends.
        let ended = sandbox.run(&["run", "--", "sh", "-c", script], "").0.status;
        assert_eq!(ended.code().or(ended.signal().map(|signal| 128 + signal)), Some(code));
    }
}

#[test]
fn a_command_that_cannot_be_run_ends_with_127_or_126() {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    let plain = sandbox.path("plain");
    fs::write(&plain, "no program").unwrap();
    let orphaned = sandbox.path("orphaned");
    potbridge_test_support::executable::write(&orphaned, "#!/no/such/interpreter\n");
    for (program, code, why) in [
        // It is in this folder, but in no folder of the PATH.
        ("Cargo.toml", 127, "potbridge: Cargo.toml: command not found\n"),
        ("no-such-command", 127, "potbridge: no-such-command: command not found\n"),
        ("/no/such/command", 127, "potbridge: /no/such/command: command not found\n"),
        (plain.to_str().unwrap(), 126, "plain cannot be run: Permission denied"),
        (orphaned.to_str().unwrap(), 126, "its interpreter was not found"),
    ] {
        let ran = sandbox.run(&["run", "--", program], "").ends_with(code);
        assert!(ran.stderr().contains(why), "{}", ran.stderr());
    }
}

#[test]
fn the_command_has_the_signals_and_arguments_of_a_shell() {
    let sandbox = Sandbox::new();
    sandbox.puts_token();
    let signals = |status: &str| {
        status.lines().filter(|line| line.starts_with("Sig")).skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let status = ["cat", "/proc/self/status"];
    let plain = std::process::Command::new(status[0]).arg(status[1]).output().unwrap();
    let run = sandbox.run(&[&["run", "--"], &status[..]].concat(), "").ends_with(0);
    assert_eq!(signals(&run.stdout()), signals(std::str::from_utf8(&plain.stdout).unwrap()));
    let arguments = sandbox.run(&["run", "--", "cat", "/proc/self/cmdline"], "").ends_with(0);
    assert_eq!(arguments.stdout(), "cat\0/proc/self/cmdline\0");
}

#[test]
fn the_token_is_in_no_argument_and_no_message() {
    let sandbox = Sandbox::new();
    let mut run = sandbox.runs(&["--watch", "--min-interval", "0"], "echo start $$ $PPID; sleep 600");
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let (pid, parent) = run.starts();
        for process in [pid.to_string(), parent] {
            let arguments = fs::read_to_string(format!("/proc/{process}/cmdline")).unwrap();
            assert!(!arguments.is_empty());
            assert!(tokens.iter().all(|token: &String| !arguments.contains(&token[4..])), "{arguments}");
        }
        tokens.push(sandbox.puts_token().expose().to_owned());
        let said = run.run_says("restarting sh");
        assert!(said.contains("for an unnamed video, fresh until "), "{said}");
        assert!(tokens.iter().all(|token| !said.contains(&token[4..])), "{said}");
    }
}

#[test]
fn the_launch_step_is_not_in_the_help() {
    let sandbox = Sandbox::new();
    let help = sandbox.run(&["help"], "").ends_with(0).stdout();
    assert!(help.contains(" run ") && !help.contains("launch"), "{help}");
    // It is not a child of process 1, so nothing is run.
    let ran = sandbox.run(&["launch-for-run", "1", "echo", "ran"], "").ends_with(1);
    assert_eq!(ran.stdout(), "");
}
