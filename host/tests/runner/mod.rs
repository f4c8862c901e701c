//! `potbridge run` with a command that prints what happens to it.

#[cfg(target_os = "linux")]
pub mod manager;
pub mod terminal;

use crate::deadline::{LIMIT, lines};
use crate::sandbox::{Sandbox, token};
use potbridge_protocol::PoToken;
use rustix::io::Errno;
use rustix::process::{
    Pid, Signal, kill_process, kill_process_group, test_kill_process, test_kill_process_group,
};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT};
use std::fs;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Once};
use std::thread;
use std::time::Instant;

/// A `potbridge run` that is under way.
pub struct Running {
    child: Child,
    out: Receiver<String>,
    err: Receiver<String>,
    seen: Vec<String>,
    groups: Vec<Pid>,
    ended: bool,
}

/// How it ended.
pub struct Ended {
    pub status: ExitStatus,
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Sandbox {
    /// `potbridge run OPTIONS -- sh -c SCRIPT`. A script that begins with `echo start $$` is cleaned up after.
    pub fn runs(&self, options: &[&str], script: &str) -> Running {
        self.runs_command(options, &["sh", "-c", script])
    }

    pub fn runs_command(&self, options: &[&str], command: &[&str]) -> Running {
        Running::of(self.potbridge(&[&["run"], options, &["--"], command].concat()))
    }

    /// The same, started by another program: `program… potbridge run OPTIONS -- sh -c SCRIPT`.
    pub fn runs_through(&self, program: &[&str], options: &[&str], script: &str) -> Running {
        let potbridge = self.potbridge(&[]);
        let mut command = Command::new(program[0]);
        for (name, value) in potbridge.get_envs() {
            command.env(name, value.unwrap());
        }
        command.args(&program[1..]).arg(potbridge.get_program()).arg("run").args(options);
        command.args(["--", "sh", "-c", script]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Running::of(command)
    }

    /// Puts a new token into the store.
    pub fn puts_token(&self) -> PoToken {
        let token = token();
        self.run(&["put"], token.expose()).ends_with(0);
        token
    }
}

impl Running {
    pub fn of(mut command: Command) -> Self {
        ignore_no_signal();
        let mut child = command.spawn().unwrap();
        let out = lines(child.stdout.take().unwrap());
        let err = lines(child.stderr.take().unwrap());
        Self { child, out, err, seen: Vec::new(), groups: Vec::new(), ended: false }
    }

    pub fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// The next line that the command says.
    #[track_caller]
    pub fn line(&mut self) -> String {
        let Ok(line) = self.out.recv_timeout(LIMIT) else {
            panic!("no more lines after {:#?}{:#?}", self.seen, self.err.try_iter().collect::<Vec<_>>())
        };
        self.seen.push(line.clone());
        line
    }

    /// The next line that begins with a word; gives the rest of it.
    #[track_caller]
    pub fn says(&mut self, word: &str) -> String {
        let end = Instant::now() + LIMIT;
        loop {
            let line = self.line();
            assert!(Instant::now() < end, "it never says {word:?}");
            if let Some(rest) = line.strip_prefix(word) {
                return rest.trim().to_owned();
            }
        }
    }

    /// Waits for each of these lines, in any order.
    #[track_caller]
    pub fn says_all(&mut self, lines: &[String]) {
        let end = Instant::now() + LIMIT;
        let mut missing = lines.to_vec();
        while !missing.is_empty() {
            let line = self.line();
            assert!(Instant::now() < end, "it never says {missing:?}");
            missing.retain(|missing| *missing != line);
        }
    }

    /// The next start: the process that prints it, and what else it prints.
    #[track_caller]
    pub fn starts(&mut self) -> (Pid, String) {
        let rest = self.says("start ");
        let (pid, rest) = rest.split_once(' ').unwrap_or((&rest, ""));
        let pid = Pid::from_raw(pid.parse().unwrap()).unwrap();
        self.groups.push(pid);
        (pid, rest.to_owned())
    }

    /// Waits for a line of `run`'s own that holds a text.
    #[track_caller]
    pub fn run_says(&mut self, text: &str) -> String {
        let end = Instant::now() + LIMIT;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let Ok(line) = self.err.recv_timeout(left) else {
                panic!("run never says {text:?} after {:#?}", self.seen)
            };
            self.seen.push(line.clone());
            if line.contains(text) {
                assert!(line.starts_with("potbridge: "), "{line}");
                return line;
            }
        }
    }

    /// Waits for the end of it, and of everything that holds its standard output.
    #[track_caller]
    pub fn ends(mut self) -> Ended {
        let end = Instant::now() + LIMIT;
        let rest = |from: &Receiver<String>| {
            let mut text = String::new();
            loop {
                match from.recv_timeout(end.saturating_duration_since(Instant::now())) {
                    Ok(line) => text += &(line + "\n"),
                    Err(mpsc::RecvTimeoutError::Disconnected) => return text,
                    Err(mpsc::RecvTimeoutError::Timeout) => panic!("it does not end: {text}"),
                }
            }
        };
        let (out, err) = (rest(&self.out), rest(&self.err));
        self.ended = true;
        let status = self.child.wait().unwrap();
        Ended { status, code: status.code(), out, err }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        for group in &self.groups {
            let _ = kill_process_group(*group, Signal::KILL);
        }
        end_with_descendants(self.pid());
        let _ = self.child.wait();
    }
}

/// A process that `run` must end. The test ends it if `run` did not.
pub struct Left(pub Pid);

impl Drop for Left {
    fn drop(&mut self) {
        if thread::panicking() {
            let _ = kill_process(self.0, Signal::KILL);
        }
    }
}

/// Ends a process that a failed test has left, and all that it started.
pub fn end_with_descendants(process: Pid) {
    // A stopped process starts no more.
    let _ = kill_process(process, Signal::STOP);
    for (child, _) in children(process) {
        end_with_descendants(child);
    }
    let _ = kill_process(process, Signal::KILL);
}

/// Has the programs that this test starts ignore no signal, even if the test itself was started with some ignored.
///
/// A script ignores some for its background jobs. A signal that has a handler is not ignored by a started program.
pub fn ignore_no_signal() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for signal in [SIGHUP, SIGINT, SIGQUIT] {
            let always = Arc::new(AtomicBool::new(true));
            signal_hook::flag::register_conditional_default(signal, always).unwrap();
        }
    });
}

/// Whether a process is there. A zombie is.
pub fn is_there(process: Pid) -> bool {
    test_kill_process(process) != Err(Errno::SRCH)
}

/// Whether a group has a member.
pub fn has_members(group: Pid) -> bool {
    test_kill_process_group(group) != Err(Errno::SRCH)
}

/// The state (`S`, `T` stopped, `Z` zombie) and the parent of a process, if it is there.
pub fn state_and_parent(process: Pid) -> Option<(char, i32)> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}

/// The children of a process: each with its state.
pub fn children(parent: Pid) -> Vec<(Pid, char)> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let processes =
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok().and_then(Pid::from_raw));
    processes
        .filter_map(|process| Some((process, state_and_parent(process)?)))
        .filter(|(_, (_, of))| *of == parent.as_raw_nonzero().get())
        .map(|(process, (state, _))| (process, state))
        .collect()
}
