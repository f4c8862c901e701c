//! A service manager that hears only the main process of its service, as systemd does (`NotifyAccess=main`).

use crate::deadline::LIMIT;
use crate::sandbox::Sandbox;
use rustix::net::sockopt::set_socket_passcred;
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};
use rustix::process::Pid;
use std::ffi::OsString;
use std::io::IoSliceMut;
use std::mem::MaybeUninit;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Where a service tells what becomes of it.
pub struct Manager {
    socket: UnixDatagram,
    /// What its services find in `NOTIFY_SOCKET`.
    pub address: OsString,
}

impl Manager {
    /// With a socket in the file system, as systemd's own.
    pub fn with_file(sandbox: &Sandbox) -> Self {
        let path = sandbox.path("notify");
        Self::at(&SocketAddr::from_pathname(&path).unwrap(), path.into_os_string())
    }

    /// With a socket that is no file (`@…`), as some containers' managers.
    pub fn without_file(sandbox: &Sandbox) -> Self {
        let name = sandbox.path("notify").to_str().unwrap().to_owned();
        Self::at(&SocketAddr::from_abstract_name(&name).unwrap(), format!("@{name}").into())
    }

    fn at(socket: &SocketAddr, address: OsString) -> Self {
        let socket = UnixDatagram::bind_addr(socket).unwrap();
        set_socket_passcred(&socket, true).unwrap();
        socket.set_read_timeout(Some(LIMIT)).unwrap();
        Self { socket, address }
    }

    /// The next message. It must be of the main process, and have no file with it.
    #[track_caller]
    pub fn hears_from(&self, main: Pid) -> String {
        let mut message = [0; 4096];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1), ScmCredentials(1))];
        let mut beside = RecvAncillaryBuffer::new(&mut space);
        let parts = &mut [IoSliceMut::new(&mut message)];
        let received = recvmsg(&self.socket, parts, &mut beside, RecvFlags::empty());
        let length = received.unwrap_or_else(|error| panic!("no message comes: {error}")).bytes;
        let message = String::from_utf8(message[..length].to_vec()).unwrap();
        for part in beside.drain() {
            let RecvAncillaryMessage::ScmCredentials(sender) = part else { panic!("a file came: {message}") };
            assert_eq!(sender.pid, main, "systemd does not hear: {message}");
        }
        message
    }

    /// Waits for a message; gives those before it.
    #[track_caller]
    pub fn hears_at_last(&self, main: Pid, awaited: &str) -> Vec<String> {
        let mut before = Vec::new();
        loop {
            let message = self.hears_from(main);
            if message == awaited {
                return before;
            }
            assert!(before.len() < 1000, "{awaited:?} never comes, only {before:?}");
            before.push(message);
        }
    }
}
