//! Standard output of a command.

use potbridge_system::printable::printable;
use std::io::{self, IsTerminal as _, StdoutLock, Write};

/// Standard output. A program gets every byte; a terminal gets no character that commands it.
pub(super) struct Stdout {
    out: StdoutLock<'static>,
    is_terminal: bool,
}

impl Stdout {
    pub(super) fn new() -> Self {
        let out = io::stdout().lock();
        Self { is_terminal: out.is_terminal(), out }
    }
}

impl Write for Stdout {
    /// Takes whole texts, as `write!` and `serde_json` write them.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_terminal {
            return self.out.write(bytes);
        }
        self.out.write_all(printable(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
