//! A browser that reaches this program without its arguments: a script in between forgets them, or changes them.
//!
//! The extension would only see that the host ended, since help is no frame. So it is told.

use potbridge_protocol::frame::{self, MAX_TO_HOST};
use potbridge_protocol::{Code, FromHost, Problem};
use potbridge_system::dirs::Dirs;
use potbridge_system::{log_file, own_stdout};
use std::io::{self, Read};
use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long a frame may take to come. A browser writes its first one as soon as the program is started. Whoever has put this
/// program between two silent pipes waits so long for the help.
const LIMIT: Duration = Duration::from_millis(500);

/// The most that a browser sends in a frame, as Chromium has it.
const MOST: u32 = 64 * 1024 * 1024;

/// Answers a browser that was taken for a person. `None` if it is a person.
///
/// A browser is told by the first frame. Only if the arguments are no command, and both ends are pipes, one is waited for.
#[must_use]
pub fn answer(arguments: &[String]) -> Option<ExitCode> {
    if !may_be_browsers(arguments) || !are_pipes() || !frame_comes() {
        return None;
    }
    let problem = problem(arguments);
    if let Ok(dirs) = Dirs::of_environment() {
        log_file::begin(&dirs, "native");
        log::warn!("{}: {}", problem.code, problem.message);
    }
    let exit_code = ExitCode::from(problem.code.exit_code());
    let told = own_stdout::take().map_err(Into::into).and_then(|mut stdout| {
        frame::write(&mut stdout, &FromHost::Error { id: None, host_version: None, problem })
    });
    if let Err(error) = told {
        log::warn!("the browser cannot be told: {error}");
    }
    Some(exit_code)
}

/// Whether arguments are none that a person types: none at all, an empty one, a path, an address, an extension's id, or what
/// Chromium appends on Windows.
fn may_be_browsers(arguments: &[String]) -> bool {
    let Some(first) = arguments.first() else { return true };
    // Chromium's have the letters a to p alone.
    let is_id = first.len() == 32 && first.chars().all(|char| ('a'..='p').contains(&char));
    if first.is_empty() || is_id {
        return true;
    }
    let is_word = first.chars().all(|char| char.is_ascii_alphanumeric() || char == '-');
    !is_word && !first.starts_with('-') || first.starts_with("--parent-window")
}

fn problem(arguments: &[String]) -> Problem {
    let what =
        if arguments.is_empty() { "without the browser's arguments" } else { "with changed arguments" };
    let message = format!(
        "the program that starts potbridge for the browser starts it {what}, so nobody knows which extension asks"
    );
    let program =
        std::env::current_exe().map_or_else(|_| "potbridge".to_owned(), |path| path.display().to_string());
    let line = if cfg!(windows) { format!("\"{program}\" %*") } else { format!("exec '{program}' \"$@\"") };
    Problem::new(Code::StartedWrongly, message)
        .with_hint(format!("in the script that the browser starts, write: {line}"))
}

/// Whether both the standard input and the standard output are a pipe or a socket, as a browser has it.
#[cfg(unix)]
fn are_pipes() -> bool {
    use rustix::fs::{FileType, fstat};
    let is_pipe = |file: rustix::fd::BorrowedFd<'_>| {
        fstat(file).is_ok_and(|found| {
            matches!(FileType::from_raw_mode(found.st_mode), FileType::Fifo | FileType::Socket)
        })
    };
    is_pipe(rustix::stdio::stdin()) && is_pipe(rustix::stdio::stdout())
}

#[cfg(not(unix))]
fn are_pipes() -> bool {
    use std::io::IsTerminal as _;
    !io::stdin().is_terminal() && !io::stdout().is_terminal()
}

/// Whether a frame comes in time. It is read to its end, since a browser may take a pipe that breaks for the end of the host.
fn frame_comes() -> bool {
    let (sender, receiver) = mpsc::channel();
    let reading = thread::Builder::new().name("stdin".to_owned()).spawn(move || {
        let mut stdin = io::stdin().lock();
        if let Some(length) = begins_frame(&mut stdin) {
            // Nobody listens if the time was over.
            let _ = sender.send(());
            let rest = u64::from(length).min(MAX_TO_HOST as u64);
            let _ = io::copy(&mut stdin.take(rest), &mut io::sink());
            let _ = sender.send(());
        }
    });
    let comes = reading.is_ok() && receiver.recv_timeout(LIMIT).is_ok();
    if comes {
        // What does not come whole is answered too.
        let _ = receiver.recv_timeout(LIMIT);
    }
    comes
}

/// The length of what is left of a frame that begins here.
fn begins_frame(from: &mut impl Read) -> Option<u32> {
    let (mut length, mut first) = ([0; 4], [0]);
    from.read_exact(&mut length).ok()?;
    let length = u32::from_ne_bytes(length);
    if !(2..=MOST).contains(&length) {
        return None;
    }
    from.read_exact(&mut first).ok()?;
    (first == *b"{").then_some(length - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may_be(arguments: &[&str]) -> bool {
        may_be_browsers(&arguments.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn what_a_person_types_is_no_browsers() {
        for arguments in
            [&["get"][..], &["fetch"], &["--help"], &["-V"], &["--version"], &["run", "--", "/bin/x"]]
        {
            assert!(!may_be(arguments), "{arguments:?}");
        }
        for arguments in [
            &[][..],
            &["/m/dev.potbridge.host.json"],
            &["\"chrome-extension://a/\""],
            &["--parent-window=0"],
            &["--parent-window", "0"],
            &["potbridge@potbridge.dev"],
            &[""],
            &["fleehhkmmgjgooacgnpepgkklljndbdb"],
        ] {
            assert!(may_be(arguments), "{arguments:?}");
        }
    }

    #[test]
    fn a_text_is_no_frame() {
        let frame = |length: u32, text: &str| [&length.to_ne_bytes()[..], text.as_bytes()].concat();
        for bytes in [
            b"".to_vec(),
            b"get\n{".to_vec(),
            frame(2, ""),
            frame(2, "[]"),
            frame(1, "{"),
            frame(u32::MAX, "{}"),
        ] {
            assert_eq!(begins_frame(&mut &*bytes), None, "{bytes:?}");
        }
        assert_eq!(begins_frame(&mut &*frame(9, "{\"a\":1}")), Some(8));
    }
}
