//! What a program prints, as far as it is kept and may be shown.

use std::fs::File;
use std::io::{Read, Seek as _, SeekFrom};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use zeroize::Zeroizing;

/// How much of what a program prints is kept, in bytes.
const KEPT: usize = 16 * 1024;

/// Reads all that a program prints, so that it never blocks, and hands over the last [`KEPT`] bytes or more.
pub(super) fn kept(mut output: impl Read + Send + 'static) -> Receiver<Zeroizing<Vec<u8>>> {
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

/// A line as a message may show it: without control characters, at most 300 characters.
pub(super) fn shown(line: &str) -> String {
    line.chars().filter(|c| !c.is_control()).take(300).collect()
}

/// The last of what a program printed to a file.
pub(super) fn end_of(mut file: File) -> Zeroizing<Vec<u8>> {
    let mut last = Zeroizing::new(Vec::new());
    let length = file.metadata().map_or(0, |found| found.len());
    // A file that cannot be read is shown as an empty one.
    if file.seek(SeekFrom::Start(length.saturating_sub(KEPT as u64))).is_ok() {
        let _ = file.read_to_end(&mut last);
    }
    last
}

/// The last line that is not blank.
pub(super) fn last_line(printed: &[u8]) -> Option<Zeroizing<String>> {
    let text = Zeroizing::new(String::from_utf8_lossy(printed).into_owned());
    let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty())?;
    Some(Zeroizing::new(line.to_owned()))
}
