//! What a program prints, as far as it is kept and may be shown.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::sync::Once;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use zeroize::Zeroizing;

/// How much of what a program prints is kept, in bytes.
const KEPT: usize = 16 * 1024;

/// Reads all that a program prints, so that it never blocks, and hands over the last [`KEPT`] bytes or more.
pub(super) fn kept(mut output: impl Read + Send + 'static) -> io::Result<Receiver<Zeroizing<Vec<u8>>>> {
    let (hand_over, handed_over) = mpsc::channel();
    thread::Builder::new().spawn(move || {
        let mut last = Zeroizing::new(Vec::with_capacity(2 * KEPT));
        let mut part = Zeroizing::new([0; KEPT]);
        while let Ok(count @ 1..) = output.read(&mut *part) {
            if last.len() + count > 2 * KEPT {
                let surplus = last.len() - KEPT.min(last.len());
                last.drain(..surplus);
            }
            last.extend_from_slice(&part[..count]);
        }
        // Nobody waits for what comes too late.
        let _ = hand_over.send(last);
    })?;
    Ok(handed_over)
}

/// A file without a name, for what a program prints that goes on after potbridge.
///
/// It is in the folder for temporary files, and in memory if that cannot be used (Linux). `None` if neither can.
pub(super) fn unnamed_file() -> Option<File> {
    let refused = match tempfile::tempfile() {
        Ok(file) => return Some(file),
        Err(refused) => refused,
    };
    static TOLD: Once = Once::new();
    TOLD.call_once(|| {
        log::warn!("what programs print is not kept in a file, see TMPDIR: {refused}");
    });
    #[cfg(target_os = "linux")]
    return rustix::fs::memfd_create("output", rustix::fs::MemfdFlags::CLOEXEC).ok().map(File::from);
    #[cfg(not(target_os = "linux"))]
    None
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
