//! `potbridge run` as the main process of a service: what systemd hands over, and what it is told.

use crate::deadline::{LIMIT, wait_until};
use crate::runner::manager::Manager;
use crate::runner::{Left, Running};
use crate::sandbox::Sandbox;
use potbridge_test_support::skip::skip;
use rustix::process::{Signal, geteuid, kill_process};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::Instant;

const AT_ONCE: [&str; 3] = ["--watch", "--min-interval", "0"];

/// A command that tells its manager what becomes of it. `$END` is a file that it waits for before it ends.
const SERVICE: &str = "
import os, signal, socket, time
def notify(text, files=()):
    address = os.environ['NOTIFY_SOCKET']
    address = '\\0' + address[1:] if address[0] == '@' else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.connect(address)
        socket.send_fds(manager, [text.encode()], files)
def stop(*_):
    notify('STOPPING=1\\nSTATUS=stops')
    while 'END' in os.environ and not os.path.exists(os.environ['END']):
        time.sleep(0.02)
    os._exit(0)
signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGHUP, lambda *_: notify('RELOADING=1') or notify('READY=1'))
signal.signal(signal.SIGUSR1, lambda *_: notify('FDSTORE=1\\nFDNAME=a', [0]) or notify('WATCHDOG=1'))
while os.path.exists(os.environ.get('LOADS', '')):
    notify('STATUS=loads')
    time.sleep(0.03)
for _ in range(int(os.environ.get('FLOOD', 0))):
    notify('WATCHDOG=1')
notify(f'READY=1\\nSTATUS=serves\\nMAINPID={os.getpid()}')
print('start', os.getpid(), os.environ.get('WATCHDOG_PID'), flush=True)
while True:
    signal.pause()
";

const READY: &str = "READY=1\nSTATUS=serves";

fn sandbox_with_token() -> Sandbox {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path("service.py"), SERVICE).unwrap();
    sandbox.puts_token();
    sandbox
}

/// `run` as a manager starts a service: with its own number in the variables that begin with a `PID`.
fn started(sandbox: &Sandbox, variables: &str, options: &[&str]) -> Running {
    let program = ["bash", "-c", &format!("export {variables}; exec \"$@\""), "bash"];
    let script = format!("exec python3 '{}'", sandbox.path("service.py").display());
    sandbox.runs_through(&program, options, &script)
}

#[test]
fn systemd_hears_the_command_and_a_restart_is_a_reload() {
    for file in [true, false] {
        let sandbox = sandbox_with_token();
        let manager = if file { Manager::with_file(&sandbox) } else { Manager::without_file(&sandbox) };
        let variables = format!("NOTIFY_SOCKET='{}'", manager.address.display());
        let mut run = started(&sandbox, &variables, &AT_ONCE);
        let main = run.pid();
        // `run` stays the main process.
        assert_eq!(manager.hears_from(main), READY);
        run.starts();
        run.signal(Signal::HUP);
        assert_eq!(manager.hears_from(main), "RELOADING=1");
        assert_eq!(manager.hears_from(main), "READY=1");
        for _ in 0..2 {
            sandbox.puts_token();
            // After SIGHUP the command may still be about to end.
            let reload = manager.hears_from(main);
            let time = reload.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").unwrap();
            assert!(time.parse::<u64>().unwrap() > 0);
            // The service does not stop.
            assert_eq!(manager.hears_from(main), "STATUS=stops");
            assert_eq!(manager.hears_from(main), READY);
            run.starts();
        }
        run.signal(Signal::USR1);
        run.run_says("has files for the service manager");
        assert_eq!(manager.hears_from(main), "WATCHDOG=1");
        run.signal(Signal::TERM);
        assert_eq!(manager.hears_from(main), "STOPPING=1\nSTATUS=stops");
        assert_eq!(run.ends().code, Some(0));
    }
}

#[test]
fn without_watch_the_command_tells_systemd_itself() {
    for options in [&[][..], &["--wait"]] {
        let sandbox = sandbox_with_token();
        let manager = Manager::with_file(&sandbox);
        let variables = format!("NOTIFY_SOCKET='{}' WATCHDOG_PID=$$", manager.address.display());
        let mut run = started(&sandbox, &variables, options);
        let main = run.pid();
        assert_eq!(manager.hears_from(main), format!("{READY}\nMAINPID={main}"));
        assert_eq!(run.starts(), (main, main.to_string()));
        run.signal(Signal::TERM);
        assert_eq!(manager.hears_from(main), "STOPPING=1\nSTATUS=stops");
        assert_eq!(run.ends().code, Some(0));
    }
}

#[test]
fn the_watchdog_is_answered_while_a_restarted_command_says_much() {
    let sandbox = sandbox_with_token();
    let manager = Manager::with_file(&sandbox);
    let loads = sandbox.path("loads");
    let variables = format!(
        "NOTIFY_SOCKET='{}' WATCHDOG_PID=$$ WATCHDOG_USEC=300000 LOADS='{}'",
        manager.address.display(),
        loads.display()
    );
    let run = started(&sandbox, &variables, &AT_ONCE);
    let main = run.pid();
    manager.hears_at_last(main, READY);
    std::fs::write(&loads, "").unwrap();
    sandbox.puts_token();
    manager.hears_at_last(main, "STATUS=loads");
    for _ in 0..3 {
        manager.hears_at_last(main, "WATCHDOG=1");
    }
    std::fs::remove_file(loads).unwrap();
    manager.hears_at_last(main, READY);
    run.signal(Signal::TERM);
    assert_eq!(run.ends().code, Some(0));
}

/// It may hang, or be no systemd.
#[test]
fn a_manager_that_does_not_read_keeps_nothing_from_its_end() {
    let sandbox = sandbox_with_token();
    let manager = Manager::with_file(&sandbox);
    let variables = format!("NOTIFY_SOCKET='{}' FLOOD=2000", manager.address.display());
    let mut run = started(&sandbox, &variables, &AT_ONCE);
    run.starts();
    sandbox.puts_token();
    run.starts();
    run.run_says("the service manager cannot be told anything");
    run.signal(Signal::TERM);
    assert_eq!(run.ends().code, Some(0));
}

#[test]
fn a_manager_that_reads_late_hears_all() {
    const MESSAGES: usize = 800;
    let sandbox = sandbox_with_token();
    let manager = Manager::with_file(&sandbox);
    let variables = format!("NOTIFY_SOCKET='{}' FLOOD={MESSAGES}", manager.address.display());
    let mut run = started(&sandbox, &variables, &AT_ONCE);
    let main = run.pid();
    run.starts();
    for _ in 0..MESSAGES {
        assert_eq!(manager.hears_from(main), "WATCHDOG=1");
    }
    assert_eq!(manager.hears_from(main), READY);
    run.signal(Signal::TERM);
    assert_eq!(manager.hears_from(main), "STOPPING=1\nSTATUS=stops");
    assert_eq!(run.ends().code, Some(0));
}

#[test]
fn the_watchdog_is_answered_while_the_command_is_restarted() {
    let sandbox = sandbox_with_token();
    let manager = Manager::with_file(&sandbox);
    let variables = format!(
        "NOTIFY_SOCKET='{}' WATCHDOG_PID=$$ WATCHDOG_USEC=300000 END='{}'",
        manager.address.display(),
        sandbox.path("end").display()
    );
    let mut run = started(&sandbox, &variables, &AT_ONCE);
    let main = run.pid();
    manager.hears_at_last(main, READY);
    let (command, watched) = run.starts();
    assert_eq!(watched, command.to_string());
    sandbox.puts_token();
    manager.hears_at_last(main, "STATUS=stops");
    // The command ends slowly, and cannot answer.
    for _ in 0..5 {
        manager.hears_at_last(main, "WATCHDOG=1");
    }
    std::fs::write(sandbox.path("end"), "").unwrap();
    manager.hears_at_last(main, READY);
    let (command, watched) = run.starts();
    assert_eq!(watched, command.to_string());
    // From now on it answers itself, or systemd ends it.
    run.signal(Signal::HUP);
    assert_eq!(manager.hears_at_last(main, "RELOADING=1"), [] as [&str; 0]);
    assert_eq!(manager.hears_from(main), "READY=1");
    run.signal(Signal::TERM);
    run.ends();
}

#[test]
fn systemds_own_tool_is_heard_and_not_kept_waiting() {
    if Command::new("systemd-notify").arg("--version").stdout(Stdio::null()).status().is_err() {
        skip("systemds_own_tool_is_heard_and_not_kept_waiting", "there is no systemd-notify");
        return;
    }
    let sandbox = sandbox_with_token();
    let manager = Manager::with_file(&sandbox);
    let program = ["env", &format!("NOTIFY_SOCKET={}", manager.address.display())];
    let script = "systemd-notify --ready --status=up; echo start $$; exec sleep 600";
    let mut run = sandbox.runs_through(&program, &AT_ONCE, script);
    run.starts();
    assert_eq!(manager.hears_from(run.pid()), "READY=1\nSTATUS=up");
    run.signal(Signal::TERM);
    run.ends();
}

#[test]
fn what_another_user_says_is_not_passed_on() {
    if !geteuid().is_root() {
        skip("what_another_user_says_is_not_passed_on", "only root can send as another user");
        return;
    }
    let sandbox = sandbox_with_token();
    let manager = Manager::with_file(&sandbox);
    let program = ["env", &format!("NOTIFY_SOCKET={}", manager.address.display())];
    let send = |text: &str, after: &str| {
        format!(
            "python3 -c 'import os, socket; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); \
             s.sendto(b\"{text}\", chr(0) + os.environ[\"NOTIFY_SOCKET\"][1:]); {after}'"
        )
    };
    let as_nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups";
    // The command itself may say what it likes, whoever it is.
    let script = format!(
        "echo start $$; setsid --wait {as_nobody} {}; exec {as_nobody} {}",
        send("STATUS=forged", ""),
        send("STATUS=own", "os.execvp(\"sleep\", [\"sleep\", \"600\"])")
    );
    let mut run = sandbox.runs_through(&program, &AT_ONCE, &script);
    run.starts();
    run.run_says("came from another user");
    assert_eq!(manager.hears_from(run.pid()), "STATUS=own");
    run.signal(Signal::TERM);
    run.ends();
}

#[test]
fn a_restart_that_cannot_be_is_taken_back() {
    if !geteuid().is_root() {
        skip("a_restart_that_cannot_be_is_taken_back", "only root can start a command as another user");
        return;
    }
    let sandbox = sandbox_with_token();
    let manager = Manager::without_file(&sandbox);
    let address = format!("NOTIFY_SOCKET={}", manager.address.display());
    let program = ["env", &address, "setpriv", "--bounding-set=-kill", "--inh-caps=-kill", "--"];
    let script = "exec setpriv --reuid=65534 --regid=65534 --clear-groups -- python3 -c \"$SERVICE\"";
    let service = format!("SERVICE={SERVICE}");
    let mut run = sandbox.runs_through(&[&["env", &service], &program[..]].concat(), &AT_ONCE, script);
    assert_eq!(manager.hears_from(run.pid()), READY);
    let (command, _) = run.starts();
    let _left = Left(command);
    sandbox.puts_token();
    assert!(manager.hears_from(run.pid()).starts_with("RELOADING=1"));
    assert_eq!(manager.hears_from(run.pid()), "READY=1");
    kill_process(command, Signal::TERM).unwrap();
    assert_eq!(manager.hears_from(run.pid()), "STATUS=stops");
    assert_eq!(manager.hears_from(run.pid()), READY);
    kill_process(run.starts().0, Signal::KILL).unwrap();
    run.ends();
}

#[test]
fn sockets_of_systemd_are_the_commands_at_every_start() {
    const SCRIPT: &str = "echo start $$ $LISTEN_PID $LISTEN_FDS $LISTEN_FDNAMES $(readlink /proc/$$/fd/3 /proc/$$/fd/4); \
                          exec sleep 600";
    let sandbox = sandbox_with_token();
    let file = sandbox.path("socket");
    std::fs::write(&file, "").unwrap();
    let hand_over = format!(
        "export LISTEN_PID=$$ LISTEN_FDS=2 LISTEN_FDNAMES=http:api; exec \"$@\" 3<'{0}' 4>'{0}'",
        file.display()
    );
    let program = ["bash", "-c", &hand_over, "bash"];
    let given = |pid| format!("{pid} 2 http:api {0} {0}", file.display());
    for options in [&[][..], &["--wait"], &AT_ONCE] {
        let mut run = sandbox.runs_through(&program, options, SCRIPT);
        let (pid, got) = run.starts();
        assert_eq!(got, given(pid));
        if options.contains(&"--watch") {
            sandbox.puts_token();
            let (pid, got) = run.starts();
            assert_eq!(got, given(pid));
        }
        run.signal(Signal::TERM);
        run.ends();
    }
    // Those of another process are left alone.
    let mut run = sandbox.runs_through(&["env", "LISTEN_PID=1", "LISTEN_FDS=2"], &AT_ONCE, SCRIPT);
    assert!(run.starts().1.starts_with("1 2"));
    run.signal(Signal::TERM);
    run.ends();
}

#[test]
fn a_server_that_systemd_activates_answers_before_and_after_a_restart() {
    const SERVER: &str = "
import os, socket
assert os.environ['LISTEN_PID'] == str(os.getpid()), 'sd_listen_fds gives nothing'
listener = socket.socket(fileno=3)
print('start', os.getpid(), flush=True)
while True:
    peer, _ = listener.accept()
    peer.sendall(str(os.getpid()).encode())
    peer.close()
";
    let activate = "systemd-socket-activate";
    if Command::new(activate).arg("--version").stdout(Stdio::null()).status().is_err() {
        skip(
            "a_server_that_systemd_activates_answers_before_and_after_a_restart",
            "there is no systemd-socket-activate",
        );
        return;
    }
    let sandbox = sandbox_with_token();
    std::fs::write(sandbox.path("server.py"), SERVER).unwrap();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    // It passes on no variable that is not named.
    let mut program = vec![activate, "--listen", &address];
    let names = ["POTBRIDGE_CONFIG", "POTBRIDGE_STATE_DIR", "POTBRIDGE_RUNTIME_DIR", "PATH"];
    program.extend(names.iter().flat_map(|name| ["--setenv", name]));
    let script = format!("exec python3 '{}'", sandbox.path("server.py").display());
    let mut run = sandbox.runs_through(&program, &AT_ONCE, &script);
    // It activates at the first connection.
    let ask = || -> Option<String> {
        let mut peer = TcpStream::connect(&address).ok()?;
        peer.set_read_timeout(Some(LIMIT)).unwrap();
        peer.write_all(b"").ok()?;
        let mut answer = String::new();
        peer.read_to_string(&mut answer).ok()?;
        Some(answer)
    };
    let mut answer = None;
    wait_until("it answers", || {
        answer = ask();
        answer.is_some()
    });
    let first = run.starts().0;
    assert_eq!(answer.unwrap(), first.to_string());
    sandbox.puts_token();
    // The socket stays open meanwhile, so nobody is turned away.
    let (began, mut last) = (Instant::now(), first.to_string());
    // One that the old process takes as it ends gets no answer.
    while last.is_empty() || last == first.to_string() {
        assert!(began.elapsed() < LIMIT);
        last = ask().expect("the socket is open");
    }
    assert_eq!(last, run.starts().0.to_string());
    run.signal(Signal::TERM);
    run.ends();
}
