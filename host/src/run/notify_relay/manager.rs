//! The service manager's socket: nobody waits until it takes a message.

use super::super::say::say;
use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::mem;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// How many messages wait at most.
const MOST: usize = 1024;

/// The service manager, and the messages that it has not taken yet.
pub(super) struct Manager {
    address: SocketAddr,
    socket: UnixDatagram,
    waiting: VecDeque<Vec<u8>>,
    /// That a message was lost was said.
    told: bool,
}

impl Manager {
    pub(super) fn at(address: SocketAddr) -> io::Result<Self> {
        let socket = UnixDatagram::unbound()?;
        socket.set_nonblocking(true)?;
        Ok(Self { address, socket, waiting: VecDeque::new(), told: false })
    }

    /// Sends a message after those that wait. It waits too if the manager takes none at the moment.
    pub(super) fn send(&mut self, message: Vec<u8>) {
        if self.waiting.len() < MOST {
            self.waiting.push_back(message);
        } else {
            self.lost(&"it does not read");
        }
        self.send_waiting();
    }

    /// Sends what waits, as far as the manager takes it.
    pub(super) fn send_waiting(&mut self) {
        while let Some(message) = self.waiting.front() {
            match self.socket.send_to_addr(message, &self.address) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => self.lost(&error),
                Ok(_) => {}
            }
            self.waiting.pop_front();
        }
    }

    /// Whether the manager has yet to take a message.
    pub(super) fn is_behind(&self) -> bool {
        !self.waiting.is_empty()
    }

    fn lost(&mut self, why: &dyn std::fmt::Display) {
        if !mem::replace(&mut self.told, true) {
            say(format_args!("warning: the service manager cannot be told anything: {why}"));
        }
    }
}
