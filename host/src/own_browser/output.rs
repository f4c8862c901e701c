//! What the browser prints: masked, bounded, in a file that only its owner may read.

use potbridge_protocol::masking::masked;
use potbridge_system::dirs::open_private;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, PipeReader, PipeWriter, Read as _, Write as _, pipe};
use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How much is kept in the file, in bytes. When it is full it begins anew.
const MOST: usize = 256 * 1024;

/// The longest line that is kept in one piece, in bytes.
const LONGEST: u64 = 8 * 1024;

/// How many of the newest lines the reason for a crash is looked for in.
const LINES: usize = 30;

/// How long the last lines of a browser that ended may take to be read.
const LAST_LINES: Duration = Duration::from_millis(500);

/// What a browser has printed.
pub(super) struct Output {
    newest: Arc<Mutex<VecDeque<String>>>,
    closed: Receiver<()>,
}

impl Output {
    /// Begins to write what comes through a pipe into a file. Gives the pipe's other end.
    pub(super) fn begin(path: &Path) -> io::Result<(Self, PipeWriter)> {
        let file = open_private(path)?;
        file.set_len(0)?;
        let (reader, writer) = pipe()?;
        let newest = Arc::new(Mutex::new(VecDeque::new()));
        let (close, closed) = mpsc::channel();
        let lines = Arc::clone(&newest);
        thread::spawn(move || {
            read(reader, file, &lines);
            // Nobody waits for its last lines.
            let _ = close.send(());
        });
        Ok((Self { newest, closed }, writer))
    }

    /// The newest lines, when the browser has ended.
    pub(super) fn last_lines(&self) -> Vec<String> {
        // The browser's host may hold the pipe a moment longer.
        let _ = self.closed.recv_timeout(LAST_LINES);
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

fn read(pipe: PipeReader, mut file: File, newest: &Mutex<VecDeque<String>>) {
    let mut pipe = BufReader::new(pipe);
    let (mut written, mut is_told) = (0, false);
    loop {
        let mut line = Vec::new();
        match pipe.by_ref().take(LONGEST).read_until(b'\n', &mut line) {
            Ok(1..) => {}
            _ => return,
        }
        let line = masked(String::from_utf8_lossy(&line).trim_end(), &[]);
        if written > MOST && begin_anew(&mut file).is_ok() {
            written = 0;
        }
        written += line.len() + 1;
        // Without the file the browser still runs.
        match writeln!(file, "{line}") {
            Err(error) if !is_told => {
                is_told = true;
                log::warn!("what the browser prints is not kept: {error}");
            }
            _ => {}
        }
        let mut newest = newest.lock().unwrap_or_else(PoisonError::into_inner);
        if newest.len() == LINES {
            newest.pop_front();
        }
        newest.push_back(line);
    }
}

fn begin_anew(file: &mut File) -> io::Result<()> {
    use std::io::Seek as _;
    file.set_len(0)?;
    file.rewind()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn the_file_is_masked_bounded_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("browser.log");
        fs::write(&path, "of the browser before").unwrap();
        fs::remove_file(&path).unwrap();
        let (output, mut pipe) = Output::begin(&path).unwrap();
        let secret = "Mlk0bnVsbC1hbmQtdm9pZC1hbmQtbW9yZQ";
        writeln!(pipe, "ERROR: https://example.org/?pot={secret}").unwrap();
        for number in 0..40_000 {
            writeln!(pipe, "line {number}").unwrap();
        }
        drop(pipe);
        let lines = output.last_lines();
        assert_eq!((lines.len(), lines.last().unwrap().as_str()), (LINES, "line 39999"));
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.len() < MOST + 100 && text.ends_with("line 39999\n"));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

        let (output, mut pipe) = Output::begin(&path).unwrap();
        writeln!(pipe, "ERROR: pot={secret} end").unwrap();
        drop(pipe);
        let lines = output.last_lines().concat();
        assert!(!lines.contains(secret) && lines.ends_with(" end"), "{lines}");
        assert!(!fs::read_to_string(&path).unwrap().contains(secret));
    }
}
