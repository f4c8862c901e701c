//! What a command tells the service manager (`sd_notify`), passed on by `run`.
//!
//! systemd listens to the main process of a service alone (`NotifyAccess=main`), and that is `run`. So the command gets
//! a socket of `run`'s, and `run` sends on what comes. While `run` restarts the command, it answers for it: to the manager
//! that is a reload.

use super::say::say;
use rustix::io::Errno;
use rustix::net::sockopt::set_socket_passcred;
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, UCred, recv, recvmsg};
use rustix::process::{Pid, geteuid, getpgid};
use rustix::time::{ClockId, clock_gettime};
use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, IoSliceMut};
use std::mem::{self, MaybeUninit};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Where the service manager listens.
const VARIABLE: &str = "NOTIFY_SOCKET";

/// The longest message that systemd takes (252), and more.
const LONGEST: usize = 8 * 1024;

/// How many descriptors systemd takes with a message (252).
const DESCRIPTORS: usize = 253;

/// How long a restarted command may take until it says that it is ready or alive: systemd's own limit (252).
const START: Duration = Duration::from_secs(90);

/// How long a manager is waited for that does not read. Then what it has no room for is dropped, until it reads again.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the command tells the service manager, passed on.
pub(super) struct NotifyRelay {
    ours: UnixDatagram,
    address: OsString,
    manager: SocketAddr,
    sender: UnixDatagram,
    /// The longest that the manager waits for a sign of life, if it does.
    watchdog: Option<Duration>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    command: Option<Pid>,
    /// The command has said that it is ready.
    was_ready: bool,
    restart: Option<Restart>,
    told: Told,
}

/// A restart, until the new command says something.
#[derive(Clone, Copy)]
enum Restart {
    /// The old one is being ended. That it stops is not the end of the service.
    Ends { was_ready: bool },
    /// The old one cannot be ended. A new one is started once it has ended by itself.
    Due,
    /// The new one was started.
    Starts { until: Instant },
}

/// What was said once, and whether the manager hears.
#[derive(Default)]
struct Told {
    /// The last message did not reach the manager.
    in_vain: bool,
    descriptors: bool,
    stranger: bool,
    manager: bool,
}

impl NotifyRelay {
    /// Begins to pass messages on, if a service manager listens.
    pub(super) fn begin() -> Option<Arc<Self>> {
        let named = env::var_os(VARIABLE)?;
        let manager = match named.as_bytes() {
            [b'@', name @ ..] => SocketAddr::from_abstract_name(name),
            [b'/', ..] => SocketAddr::from_pathname(&named),
            // systemd has others for virtual machines, not for services.
            _ => return None,
        };
        match manager.and_then(Self::bind).and_then(Self::listen) {
            Ok(relay) => Some(relay),
            Err(error) => {
                say(format_args!(
                    "warning: what the command tells the service manager cannot be passed on ({error}); with \
                     NotifyAccess=all it listens to the command itself"
                ));
                None
            }
        }
    }

    fn bind(manager: SocketAddr) -> io::Result<Self> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let name = format!("potbridge-run-{:032x}", u128::from_be_bytes(random));
        // A name that is no file leaves nothing behind.
        let ours = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name)?)?;
        set_socket_passcred(&ours, true)?;
        let watchdog = watchdog();
        ours.set_read_timeout(watchdog.map(|limit| limit / 4))?;
        let address = OsString::from_vec([b"@", name.as_bytes()].concat());
        let (sender, state) = (UnixDatagram::unbound()?, Mutex::default());
        sender.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { ours, address, manager, sender, watchdog, state })
    }

    fn listen(self) -> io::Result<Arc<Self>> {
        let relay = Arc::new(self);
        let listening = Arc::clone(&relay);
        thread::Builder::new().name("notify".to_owned()).spawn(move || {
            let mut answered = Instant::now();
            loop {
                match recv(&listening.ours, &mut [0; 1][..], RecvFlags::PEEK) {
                    Ok(_) => listening.pass_on(),
                    Err(Errno::INTR | Errno::AGAIN) => {}
                    Err(error) => {
                        say(format_args!("warning: messages to the service manager are lost: {error}"));
                        return;
                    }
                }
                // A command that says much is no sign of life to the manager.
                if listening.watchdog.is_some_and(|limit| answered.elapsed() >= limit / 4) {
                    answered = Instant::now();
                    listening.answer_watchdog();
                }
            }
        })?;
        Ok(relay)
    }

    /// What the command finds in `NOTIFY_SOCKET`.
    pub(super) fn address(&self) -> &OsStr {
        &self.address
    }

    /// Tells the manager that the command is about to be restarted.
    pub(super) fn restart_begins(&self) {
        // What it has said before counts as from before.
        self.pass_on();
        let mut state = self.state();
        let was_ready = mem::take(&mut state.was_ready);
        state.restart = Some(Restart::Ends { was_ready });
        if was_ready {
            let now = clock_gettime(ClockId::Monotonic);
            let micros = i128::from(now.tv_sec) * 1_000_000 + i128::from(now.tv_nsec) / 1000;
            let message = format!("RELOADING=1\nMONOTONIC_USEC={micros}");
            self.send(message.as_bytes(), &mut state.told);
        }
        drop(state);
        self.answer_watchdog();
    }

    /// Tells the manager that the command goes on, or that what is left of it keeps it from a new start.
    pub(super) fn restart_is_off(&self, goes_on: bool) {
        let mut state = self.state();
        if let Some(Restart::Ends { was_ready: true }) = state.restart.replace(Restart::Due)
            && goes_on
        {
            state.was_ready = true;
            self.send(b"READY=1", &mut state.told);
        }
    }

    /// A command was started.
    pub(super) fn started(&self, command: Pid) {
        // The last words of the one before it.
        self.pass_on();
        let mut state = self.state();
        if state.command.replace(command).is_some() {
            state.restart = Some(Restart::Starts { until: Instant::now() + START });
        }
        drop(state);
        self.answer_watchdog();
    }

    /// Says that the service lives, if the command cannot at the moment.
    fn answer_watchdog(&self) {
        let mut state = self.state();
        let answers = match state.restart {
            Some(Restart::Ends { .. }) => true,
            Some(Restart::Starts { until }) => Instant::now() < until,
            Some(Restart::Due) | None => false,
        };
        if answers && self.watchdog.is_some() {
            self.send(b"WATCHDOG=1", &mut state.told);
        }
    }

    /// Passes on all that has come.
    pub(super) fn pass_on(&self) {
        let mut state = self.state();
        let mut message = [0; LONGEST];
        loop {
            let mut space =
                [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS), ScmCredentials(1))];
            let mut beside = RecvAncillaryBuffer::new(&mut space);
            let flags = RecvFlags::DONTWAIT | RecvFlags::CMSG_CLOEXEC;
            let length = match recvmsg(&self.ours, &mut [IoSliceMut::new(&mut message)], &mut beside, flags) {
                Ok(received) => received.bytes,
                Err(Errno::INTR) => continue,
                // There is nothing more, or the thread that listens tells.
                Err(_) => return,
            };
            let mut from = None;
            // Descriptors are closed here. That answers who waits until its messages were taken (`sd_notify_barrier`).
            for part in beside.drain() {
                if let RecvAncillaryMessage::ScmCredentials(sender) = part {
                    from = Some(sender);
                }
            }
            if !from.is_some_and(|from| is_ours(from, state.command)) {
                if !mem::replace(&mut state.told.stranger, true) {
                    say(
                        "warning: a message to the service manager came from another user, and is not passed on",
                    );
                }
                continue;
            }
            if let Some(message) = state.take(&message[..length]) {
                self.send(&message, &mut state.told);
            }
        }
    }

    fn send(&self, message: &[u8], told: &mut Told) {
        let sent = self.sender.send_to_addr(message, &self.manager);
        if sent.is_err() != told.in_vain {
            told.in_vain = sent.is_err();
            // If it fails, each message is waited for anew.
            let _ = self.sender.set_nonblocking(told.in_vain);
        }
        if let Err(error) = sent
            && !mem::replace(&mut told.manager, true)
        {
            say(format_args!("warning: the service manager cannot be told anything: {error}"));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// What of a message is passed on.
    fn take(&mut self, message: &[u8]) -> Option<Vec<u8>> {
        let lines = || message.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let says = |what: &[u8]| lines().any(|line| line == what);
        if says(b"FDSTORE=1") {
            if !mem::replace(&mut self.told.descriptors, true) {
                say(
                    "warning: the command has files for the service manager to keep, which cannot be passed on",
                );
            }
            return None;
        }
        let has_restarted = matches!(self.restart, Some(Restart::Starts { .. }));
        let is_ready = says(b"READY=1");
        if has_restarted && (is_ready || says(b"WATCHDOG=1")) {
            self.restart = None;
        }
        self.was_ready |= is_ready && !matches!(self.restart, Some(Restart::Ends { .. }));
        let is_passed_on = |line: &&[u8]| {
            // The main process is, and stays, `run`. And a command that is restarted stops, but the service does not.
            let is_of_main = line.starts_with(b"MAINPID=") || line.starts_with(b"MAINPIDFDID=");
            let is_of_restart = match self.restart {
                Some(Restart::Ends { .. }) => [&b"STOPPING=1"[..], b"READY=1"].contains(line),
                Some(Restart::Due) => *line == b"STOPPING=1",
                _ => false,
            };
            !is_of_main && !is_of_restart && *line != b"BARRIER=1"
        };
        let passed_on: Vec<_> = lines().filter(is_passed_on).collect();
        (!passed_on.is_empty()).then(|| passed_on.join(&b'\n'))
    }
}

/// How soon the manager wants a sign of life from this process.
fn watchdog() -> Option<Duration> {
    let own = std::process::id().to_string();
    let is_own = env::var("WATCHDOG_PID").map_or(true, |pid| pid == own);
    let micros = env::var("WATCHDOG_USEC").ok()?.parse().ok()?;
    (is_own && micros > 0).then(|| Duration::from_micros(micros))
}

/// Whether a message is of the command, or of this user or root, who could do all the same.
fn is_ours(from: UCred, command: Option<Pid>) -> bool {
    let is_of_command = || command == Some(from.pid) || getpgid(Some(from.pid)).ok() == command;
    from.uid == geteuid() || from.uid.is_root() || command.is_some() && is_of_command()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed_on(state: &mut State, message: &str) -> String {
        state.take(message.as_bytes()).map(|message| String::from_utf8(message).unwrap()).unwrap_or_default()
    }

    #[test]
    fn what_names_another_main_process_or_has_files_is_kept_back() {
        let mut state = State::default();
        for (said, heard) in [
            ("READY=1\nSTATUS=up\nMAINPID=7\n", "READY=1\nSTATUS=up"),
            ("MAINPID=7", ""),
            ("BARRIER=1", ""),
            ("FDSTORE=1\nFDNAME=a", ""),
            ("STOPPING=1\nX_OWN=a=b", "STOPPING=1\nX_OWN=a=b"),
            ("", ""),
        ] {
            assert_eq!(passed_on(&mut state, said), heard, "{said:?}");
        }
        assert!(state.was_ready);
    }

    #[test]
    fn a_restart_is_no_stop() {
        let mut state = State { restart: Some(Restart::Ends { was_ready: true }), ..State::default() };
        assert_eq!(passed_on(&mut state, "STOPPING=1\nSTATUS=bye"), "STATUS=bye");
        state.restart = Some(Restart::Starts { until: Instant::now() });
        assert_eq!(passed_on(&mut state, "STATUS=loading"), "STATUS=loading");
        assert!(state.restart.is_some());
        assert_eq!(passed_on(&mut state, "READY=1"), "READY=1");
        assert!(state.restart.is_none() && state.was_ready);
        assert_eq!(passed_on(&mut state, "STOPPING=1"), "STOPPING=1");
    }
}
