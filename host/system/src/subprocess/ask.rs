//! Asks a program something, and takes what it prints.

use super::SubprocessError;
use super::running::{Ended, Waiter};
use crate::process_group::ProcessGroup;
use std::io::{self, Read, Write as _};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

/// The most that is taken of what a program prints, in bytes.
const MOST: u64 = 64 * 1024 * 1024;

/// How long what a program that ended has printed may take to be read: what it left running may hold its output open.
const LAST: Duration = Duration::from_secs(2);

/// What a program answered.
#[derive(Debug)]
pub struct Answer {
    /// How it ended.
    pub how: ExitStatus,
    /// What it printed to its standard output.
    pub out: Vec<u8>,
    /// What it printed to its standard error.
    pub err: Vec<u8>,
}

/// Runs a program with `input` on its standard input, and gives what it printed. After `limit` it and its children are ended.
///
/// # Errors
/// It could not be started, or took too long. How it ended is in the answer.
pub fn ask(command: &mut Command, input: &[u8], limit: Duration) -> Result<Answer, SubprocessError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let not_started = |source| SubprocessError::NotStarted { program: program.clone(), source };
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let waiter = Waiter::new().map_err(not_started)?;
    let (mut child, group) = ProcessGroup::start(command).map_err(not_started)?;
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let input = input.to_vec();
    let printed = (|| {
        let (stdin, out, err) = pipes;
        if let Some(mut stdin) = stdin {
            // If it does not read, its answer says whether that matters.
            thread::Builder::new().spawn(move || stdin.write_all(&input))?;
        }
        Ok((out.map(read).transpose()?, err.map(read).transpose()?))
    })();
    let (out, err) = match printed {
        Ok(printed) => printed,
        Err(error) => {
            if let Err(why) = group.kill() {
                log::warn!("a program {why}");
            }
            // It was killed; the error says why.
            let _ = child.wait();
            return Err(not_started(error));
        }
    };
    let all = |printed: Option<Receiver<Vec<u8>>>| {
        printed.and_then(|bytes| bytes.recv_timeout(LAST).ok()).unwrap_or_default()
    };
    match waiter.wait(child, group, limit, super::Afterwards::Ends).map_err(not_started)? {
        Ended::ByItself(how) => Ok(Answer { how, out: all(out), err: all(err) }),
        Ended::TooSlow(ended) => Err(SubprocessError::TooSlow { program, limit, left: ended.err() }),
    }
}

/// Reads in a thread, so that the program never blocks.
fn read(mut from: impl Read + Send + 'static) -> io::Result<Receiver<Vec<u8>>> {
    let (hand_over, handed_over) = mpsc::channel();
    thread::Builder::new().spawn(move || {
        let mut bytes = Vec::new();
        // What was read until an error counts.
        let _ = (&mut from).take(MOST).read_to_end(&mut bytes);
        let _ = hand_over.send(bytes);
        let _ = io::copy(&mut from, &mut io::sink());
    })?;
    Ok(handed_over)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn sh(script: &str, limit: Duration) -> Result<Answer, SubprocessError> {
        ask(Command::new("sh").args(["-c", script]), b"cheese", limit)
    }

    #[test]
    fn what_a_program_prints_and_how_it_ends_is_the_answer() {
        let answer = sh("cat; echo why >&2; exit 3", Duration::from_secs(60)).unwrap();
        assert_eq!((&*answer.out, &*answer.err, answer.how.code()), (&b"cheese"[..], &b"why\n"[..], Some(3)));
        let long = sh("head -c 1000000 /dev/zero", Duration::from_secs(60)).unwrap();
        assert_eq!(long.out.len(), 1_000_000);
    }

    #[test]
    fn a_program_that_takes_too_long_is_ended_with_its_children() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let script = format!("sleep 600 & echo $! > {}; wait", file.path().display());
        assert!(matches!(
            sh(&script, Duration::from_millis(500)),
            Err(SubprocessError::TooSlow { left: None, .. })
        ));
        assert!(matches!(
            ask(&mut Command::new("/nowhere/program"), b"", Duration::from_secs(1)),
            Err(SubprocessError::NotStarted { .. })
        ));
    }
}
