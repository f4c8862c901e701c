//! The browser's side of native messaging.

use anyhow::{Context as _, Result, bail, ensure};
use potbridge_protocol::frame::{self, MAX_FROM_HOST};
use potbridge_protocol::{Capture, FromHost, PROTOCOL_VERSION, ShortText, ToHost};
use std::io::Write as _;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A running host. It is killed when this is dropped.
pub struct Port {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
}

impl Port {
    /// Starts a host.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn open(mut command: Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().context("a host without a standard output")?;
        Ok(Self { child, stdin, stdout })
    }

    /// Sends a frame and reads the answer's body.
    ///
    /// # Errors
    /// If the host has ended.
    pub fn ask(&mut self, frame: &[u8]) -> Result<Vec<u8>> {
        self.stdin.as_mut().context("the port is closed")?.write_all(frame)?;
        frame::read(&mut self.stdout, MAX_FROM_HOST)?.context("the host ended without an answer")
    }

    /// The host's process id.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// Closes the port, as a browser does, and waits for the host to end.
    ///
    /// # Errors
    /// If the host failed.
    pub fn close(mut self) -> Result<()> {
        drop(self.stdin.take());
        let status = self.child.wait()?;
        ensure!(status.success(), "a host ended with {status}");
        Ok(())
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        // Both fail if it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The frame of a message.
///
/// # Errors
/// If it is larger than a frame may be.
pub fn framed(message: &ToHost) -> Result<Vec<u8>> {
    let mut frame = Vec::new();
    frame::write(&mut frame, message)?;
    Ok(frame)
}

/// The extension's first message.
///
/// # Errors
/// If a name in this file is malformed.
pub fn hello() -> Result<ToHost> {
    Ok(ToHost::Hello {
        protocol: PROTOCOL_VERSION,
        version: ShortText::new(env!("CARGO_PKG_VERSION"))?,
        browser: ShortText::new("chromium")?,
        product: None,
        profile: ShortText::new("bench")?,
    })
}

/// A message with a token.
#[must_use]
pub fn captured(id: &str, capture: Capture) -> ToHost {
    ToHost::Captured { id: id.to_owned(), capture: Box::new(capture) }
}

/// Checks that an answer is the host's `hello`.
///
/// # Errors
/// Shows another answer.
pub fn expect_hello(answer: &[u8]) -> Result<()> {
    match serde_json::from_slice(answer)? {
        FromHost::Hello { .. } => Ok(()),
        other => bail!("the host did not answer hello: {other:?}"),
    }
}

/// Checks that an answer says that a token was stored and written to every sink.
///
/// # Errors
/// Shows another answer.
pub fn expect_stored(answer: &[u8]) -> Result<()> {
    use potbridge_protocol::SinkOutcome;
    match serde_json::from_slice(answer)? {
        FromHost::Stored { sinks, .. } if sinks.iter().all(|sink| sink.outcome == SinkOutcome::Written) => {
            Ok(())
        }
        other => bail!("the host did not store the token: {other:?}"),
    }
}
