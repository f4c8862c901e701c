//! Moves messages between the browser and the host until the browser closes the connection.

use super::access::admit;
use super::answer::{answer, malformed};
use super::caller;
use super::follow_up::Background;
use super::replaced::OwnFile;
use super::shared::Shared;
use potbridge_protocol::frame::{self, FrameError, MAX_TO_HOST};
use potbridge_protocol::{Code, FromHost, Problem};
use potbridge_system::{log_file, own_stdout, stderr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Serves the browser until it closes the connection, or until an update has replaced this program.
///
/// `manifest` is the native manifest by which the browser found this program, if it says so.
#[must_use]
pub fn run(extension: &str, manifest: Option<PathBuf>) -> ExitCode {
    let result = own_stdout::take().map_err(FrameError::from).and_then(|mut stdout| match admit(extension) {
        Ok(dirs) => {
            log_file::begin(&dirs, "native");
            let who = if caller::is_ours(extension) {
                "potbridge's own extension"
            } else {
                "a configured extension"
            };
            log::info!("connected: {who}; version {}", env!("CARGO_PKG_VERSION"));
            let shared = Shared::new(dirs, stdout);
            let mut background = Background::new(manifest);
            let result = serve(&shared, &mut background);
            background.finish(&shared);
            log::info!("disconnected");
            result
        }
        Err(problem) => {
            // Whatever the reason, nobody knows that this extension may be admitted.
            let exit_code = ExitCode::from(Code::ExtensionNotAllowed.exit_code());
            frame::write(&mut stdout, &FromHost::Error { id: None, host_version: None, problem })
                .map(|()| exit_code)
        }
    });
    result.unwrap_or_else(|error| {
        stderr::error(&error.to_string(), None);
        ExitCode::FAILURE
    })
}

fn serve(shared: &Arc<Shared>, background: &mut Background) -> Result<ExitCode, FrameError> {
    let mut stdin = std::io::stdin().lock();
    let mut own_file = None;
    loop {
        let reply = match frame::read(&mut stdin, MAX_TO_HOST) {
            Ok(None) => return Ok(ExitCode::SUCCESS),
            Ok(Some(bytes)) => {
                // A token is in it.
                let bytes = Zeroizing::new(bytes);
                match serde_json::from_slice(&bytes) {
                    Ok(message) => answer(shared, message),
                    Err(error) => malformed(&bytes, &error).into(),
                }
            }
            Err(error @ FrameError::TooLarge { .. }) => {
                let problem = Problem::new(Code::MessageTooLarge, error.to_string());
                FromHost::Error { id: None, host_version: None, problem }.into()
            }
            Err(error) => return Err(error),
        };
        if let Some(answer) = reply.answer {
            shared.send(&answer)?;
        }
        if let Some(follow_up) = reply.follow_up {
            background.follow_up(shared, follow_up);
        }
        background.keep_socket_open(shared);
        // The extension connects again, and so starts the new program.
        let own_file = own_file.get_or_insert_with(OwnFile::of_this_program);
        if own_file.as_mut().is_some_and(OwnFile::was_replaced) && Background::is_idle(shared) {
            log::info!("this program was replaced, so this connection ends");
            return Ok(ExitCode::SUCCESS);
        }
    }
}
