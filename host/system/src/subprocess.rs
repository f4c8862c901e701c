//! Programs that the configuration names, and how they are run: with a time limit, in a group of their own, and with
//! what they print kept in.

use potbridge_protocol::masking::masked;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;
use zeroize::Zeroizing;

/// How long a program has to end when it is asked to.
const GRACE: Duration = Duration::from_secs(2);

/// How much of what it prints is kept, in bytes.
const KEPT: usize = 16 * 1024;

/// What becomes of a running program when potbridge ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Afterwards {
    /// It goes on, and nobody learns how it ended. What it prints goes to a file without a name, which stays for it to
    /// write to; so it is not to be given secrets.
    GoesOn,
    /// [`end_running`] ends it.
    Ends,
}

#[cfg(unix)]
static RUNNING: std::sync::Mutex<Vec<rustix::process::Pid>> = std::sync::Mutex::new(Vec::new());

/// Ends the programs that are not to go on.
pub fn end_running() {
    #[cfg(unix)]
    for group in running().drain(..) {
        // It fails where nobody is left.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::TERM);
    }
}

#[cfg(unix)]
fn running() -> std::sync::MutexGuard<'static, Vec<rustix::process::Pid>> {
    RUNNING.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A program to run: a list of its name and arguments, or a text for the shell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Subprocess {
    /// For `/bin/sh -c`, on Windows `cmd /C`.
    Shell(String),
    /// The program and its arguments, as they are.
    Program(Vec<String>),
}

/// Why a program did not do what it was run for. What it printed is only in it as far as it is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SubprocessError {
    /// It cannot be started.
    #[error(
        "{program} cannot be started: {source}; give its whole path, since a browser's PATH is not a shell's"
    )]
    NotStarted {
        /// The program.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// It ended with something other than 0.
    #[error("{program} ended with {how}{said}")]
    Failed {
        /// The program.
        program: String,
        /// `exit status: 1`, …
        how: ExitStatus,
        /// The last line that it printed, masked; empty where it printed none.
        said: String,
    },
    /// It took too long, and was ended.
    #[error("{program} took longer than {} seconds and was ended", limit.as_secs())]
    TooSlow {
        /// The program.
        program: String,
        /// What it was given.
        limit: Duration,
    },
}

impl Subprocess {
    /// Whether there is nothing to run.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Shell(text) => text.trim().is_empty(),
            Self::Program(words) => words.first().is_none_or(String::is_empty),
        }
    }

    /// In one line, and no longer than one.
    fn in_short(&self) -> String {
        const LONGEST: usize = 80;
        let text = self.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() <= LONGEST {
            text
        } else {
            text.chars().take(LONGEST).chain(['…']).collect()
        }
    }

    /// Starts it and does not wait for it.
    ///
    /// # Errors
    /// [`SubprocessError::NotStarted`].
    pub fn launch(&self) -> Result<(), SubprocessError> {
        self.start(Stdio::null(), [Stdio::null(), Stdio::null()]).map(drop)
    }

    /// Runs it with `input` on its standard input, and ends it and its children after `limit`.
    ///
    /// # Errors
    /// [`SubprocessError`]; `secrets`, and all else that could be one, are masked in it.
    pub fn run(
        &self,
        input: &[u8],
        secrets: &[&str],
        limit: Duration,
        afterwards: Afterwards,
    ) -> Result<(), SubprocessError> {
        let program = self.in_short();
        let not_started = |source| SubprocessError::NotStarted { program: program.clone(), source };
        let mut file = None;
        if afterwards == Afterwards::GoesOn {
            file = Some(tempfile::tempfile().map_err(not_started)?);
        }
        let to =
            || file.as_ref().map_or_else(|| Ok(Stdio::piped()), |file| file.try_clone().map(Stdio::from));
        let mut child =
            self.start(Stdio::piped(), [to().map_err(not_started)?, to().map_err(not_started)?])?;
        let pipes = [child.stdout.take().map(kept), child.stderr.take().map(kept)];
        if let Some(mut stdin) = child.stdin.take() {
            let input = Zeroizing::new(input.to_vec());
            // One that does not read it is judged by how it ends.
            thread::spawn(move || stdin.write_all(&input));
        }
        match wait(child, limit, afterwards) {
            Ok(Some(how)) if how.success() => Ok(()),
            Ok(Some(how)) => {
                // What it left running may hold its output open.
                let piped = pipes.into_iter().flatten().filter_map(|text| text.recv_timeout(GRACE).ok());
                let said = piped
                    .chain(file.map(end_of))
                    .filter_map(|text| last_line(&text))
                    .last()
                    .map_or_else(String::new, |line| {
                        format!("; it said: {}", shown(&masked(&line, secrets)))
                    });
                Err(SubprocessError::Failed { program, how, said })
            }
            Ok(None) => Err(SubprocessError::TooSlow { program, limit }),
            Err(source) => Err(SubprocessError::NotStarted { program, source }),
        }
    }

    /// A group of its own lets it outlive a host that its browser kills, and be ended with its children.
    fn start(&self, input: Stdio, [out, err]: [Stdio; 2]) -> Result<Child, SubprocessError> {
        let mut command = match self {
            Self::Shell(text) => {
                let (shell, option) = if cfg!(windows) { ("cmd", "/C") } else { ("/bin/sh", "-c") };
                let mut command = Command::new(shell);
                command.args([option, text]);
                command
            }
            Self::Program(words) => {
                let mut command = Command::new(words.first().map_or("", String::as_str));
                command.args(words.iter().skip(1));
                command
            }
        };
        command.stdin(input).stdout(out).stderr(err);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().map_err(|source| SubprocessError::NotStarted { program: self.in_short(), source })
    }
}

impl fmt::Display for Subprocess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shell(text) => f.write_str(text),
            Self::Program(words) => f.write_str(&words.join(" ")),
        }
    }
}

/// How it ended; nothing where it had to be ended.
#[cfg(unix)]
fn wait(mut child: Child, limit: Duration, afterwards: Afterwards) -> io::Result<Option<ExitStatus>> {
    use rustix::process::{Pid, Signal, kill_process_group};
    let group = Pid::from_child(&child);
    if afterwards == Afterwards::Ends {
        running().push(group);
    }
    let (end, ended) = mpsc::channel();
    thread::spawn(move || end.send(child.wait()));
    let how = ended.recv_timeout(limit);
    running().retain(|other| *other != group);
    if let Ok(how) = how {
        return how.map(Some);
    }
    // These fail where nobody is left.
    let _ = kill_process_group(group, Signal::TERM);
    let _ = ended.recv_timeout(GRACE);
    let _ = kill_process_group(group, Signal::KILL);
    Ok(None)
}

#[cfg(not(unix))]
fn wait(mut child: Child, limit: Duration, _: Afterwards) -> io::Result<Option<ExitStatus>> {
    let end = std::time::Instant::now() + limit;
    while std::time::Instant::now() < end {
        if let Some(how) = child.try_wait()? {
            return Ok(Some(how));
        }
        thread::sleep(Duration::from_millis(20));
    }
    child.kill()?;
    child.wait().map(|_| None)
}

/// Reads what a program prints to its end, so that it is never held up, and hands over the last of it.
fn kept(mut output: impl Read + Send + 'static) -> Receiver<Zeroizing<Vec<u8>>> {
    let (hand_over, handed_over) = mpsc::channel();
    thread::spawn(move || {
        let mut last = Zeroizing::new(Vec::with_capacity(2 * KEPT));
        let mut part = Zeroizing::new([0; KEPT]);
        while let Ok(count @ 1..) = output.read(&mut *part) {
            if last.len() + count > 2 * KEPT {
                let surplus = last.len() - KEPT.min(last.len());
                last.drain(..surplus);
            }
            last.extend_from_slice(&part[..count]);
        }
        let _ = hand_over.send(last);
    });
    handed_over
}

/// What fits into a message: no control characters, and no more than a long line.
fn shown(line: &str) -> String {
    line.chars().filter(|c| !c.is_control()).take(300).collect()
}

/// The last of what a program printed to a file.
fn end_of(mut file: File) -> Zeroizing<Vec<u8>> {
    let mut last = Zeroizing::new(Vec::new());
    let length = file.metadata().map_or(0, |found| found.len());
    // One that cannot be read has nothing to say.
    if file.seek(SeekFrom::Start(length.saturating_sub(KEPT as u64))).is_ok() {
        let _ = file.read_to_end(&mut last);
    }
    last
}

fn last_line(printed: &[u8]) -> Option<Zeroizing<String>> {
    let text = Zeroizing::new(String::from_utf8_lossy(printed).into_owned());
    let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty())?;
    Some(Zeroizing::new(line.to_owned()))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::time::Instant;

    const LONG: Duration = Duration::from_secs(60);
    const ENDS: Afterwards = Afterwards::Ends;

    fn shell(text: &str) -> Subprocess {
        Subprocess::Shell(text.to_owned())
    }

    #[test]
    fn a_program_gets_its_input_and_may_leave_it_unread() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("input");
        shell(&format!("cat > '{}'", file.display())).run(b"all of it", &[], LONG, ENDS).unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"all of it");
        Subprocess::Program(vec!["true".into()]).run(&[b'x'; 200_000], &[], LONG, ENDS).unwrap();
    }

    #[test]
    fn a_failure_says_the_last_line_that_the_program_printed_and_no_secret() {
        let secret = "Mabc-_defghijklmnopqrstuvwxyz0123456789==";
        let error = shell("cat; echo first >&2; echo \"no such vault for $(cat)$0\" >&2; echo; exit 3");
        let error = error.run(secret.as_bytes(), &[secret], LONG, ENDS).unwrap_err().to_string();
        assert!(error.contains("exit status: 3; it said: no such vault for"), "{error}");
        let error =
            shell("cat >&2; exit 1").run(secret.as_bytes(), &[secret], LONG, ENDS).unwrap_err().to_string();
        assert!(error.ends_with("it said: …") && !error.contains("Mabc"), "{error}");
    }

    #[test]
    fn much_output_holds_nobody_up_and_its_last_line_is_told() {
        for afterwards in [ENDS, Afterwards::GoesOn] {
            let much = shell(
                "head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2; printf '\\n\\033[1mso\\n' >&2; exit 1",
            );
            let error = much.run(b"", &[], LONG, afterwards).unwrap_err().to_string();
            assert!(error.ends_with("it said: [1mso"), "{} characters", error.len());
        }
    }

    #[test]
    fn a_program_that_takes_too_long_is_ended_with_its_children() {
        let folder = tempfile::tempdir().unwrap();
        let pids = folder.path().join("pids");
        let began = Instant::now();
        let error =
            shell(&format!("trap '' TERM; sleep 600 & echo $$ $! > '{}'; wait; wait", pids.display()))
                .run(b"", &[], Duration::from_secs(1), ENDS)
                .unwrap_err();
        assert!(error.to_string().contains("longer than 1 seconds"), "{error}");
        assert!(began.elapsed() < LONG);
        for pid in std::fs::read_to_string(pids).unwrap().split_whitespace() {
            let state = || std::fs::read_to_string(format!("/proc/{pid}/stat"));
            while state().is_ok_and(|stat| !stat.contains(") Z ")) {
                assert!(began.elapsed() < LONG, "{pid} is still there");
                thread::yield_now();
            }
        }
    }

    #[test]
    fn a_long_command_is_named_by_its_beginning() {
        let error = shell(&format!("false\n{}", "#".repeat(200))).run(b"", &[], LONG, ENDS).unwrap_err();
        assert!(
            error.to_string().starts_with("false ####") && error.to_string().contains("#… ended with"),
            "{error}"
        );
    }

    #[test]
    fn what_cannot_be_started_is_named() {
        let error = Subprocess::Program(vec!["/nowhere/vault".into(), "kv".into()]).run(b"", &[], LONG, ENDS);
        assert!(
            error.unwrap_err().to_string().starts_with("/nowhere/vault kv cannot be started: No such file")
        );
    }
}
