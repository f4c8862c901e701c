//! Whose the other end of a control socket is.

use interprocess::local_socket::Stream;
#[cfg(unix)]
use std::io;

/// Checks that the other process belongs to the same user, or else says why not.
///
/// Both ends ask: a folder that a variable names may be another user's.
#[cfg(unix)]
pub(super) fn check(stream: &Stream) -> Result<(), String> {
    match user_of(stream) {
        Ok(user) if user == rustix::process::geteuid().as_raw() => Ok(()),
        Ok(user) => Err(format!("it is of the user {user}")),
        Err(error) => Err(error.to_string()),
    }
}

/// The pipe's security descriptor lets nobody else in.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
pub(super) fn check(_: &Stream) -> Result<(), String> {
    Ok(())
}

/// The user of the other process. Its process id is 0 if it is outside of this process's PID namespace, which is why it is not
/// asked by `interprocess`: that (2.4.7) takes a 0 for an error.
#[cfg(target_os = "linux")]
fn user_of(stream: &Stream) -> io::Result<u32> {
    use std::os::fd::AsFd as _;
    let Stream::UdSocket(stream) = stream;
    let credentials = nix::sys::socket::sockopt::PeerCredentials;
    Ok(nix::sys::socket::getsockopt(&stream.as_fd(), credentials)?.uid())
}

#[cfg(all(unix, not(target_os = "linux")))]
fn user_of(stream: &Stream) -> io::Result<u32> {
    use interprocess::local_socket::traits::StreamCommon as _;
    stream.peer_creds()?.euid().ok_or_else(|| io::Error::other("the system does not say whose it is"))
}
