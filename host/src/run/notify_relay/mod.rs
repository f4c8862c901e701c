//! What a command tells the service manager (`sd_notify`), passed on by `run`.
//!
//! systemd listens to the main process of a service alone (`NotifyAccess=main`), and that is `run`. So the command gets
//! a socket of `run`'s, and `run` sends on what comes. While `run` restarts the command, it answers for it: to the manager
//! that is a reload.

mod manager;
mod messages;

use self::manager::Manager;
use self::messages::{Messages, Restart};
use super::say::say;
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::io::Errno;
use rustix::net::sockopt::set_socket_passcred;
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, UCred, recvmsg};
use rustix::process::{Pid, geteuid, getpgid};
use rustix::time::{ClockId, clock_gettime};
use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, IoSliceMut};
use std::mem::{self, MaybeUninit};
use std::os::fd::OwnedFd;
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

/// How soon a manager that is behind is tried again.
const AGAIN: Duration = Duration::from_millis(20);

/// How long `run` waits at its end for a manager that is behind.
const LAST: Duration = Duration::from_secs(1);

/// What the command tells the service manager, passed on.
pub(super) struct NotifyRelay {
    ours: UnixDatagram,
    /// Wakes the thread that listens.
    wake: OwnedFd,
    address: OsString,
    /// How often the manager gets a sign of life, if it wants one.
    watchdog: Option<Duration>,
    state: Mutex<State>,
}

struct State {
    messages: Messages,
    manager: Manager,
    /// When the watchdog is to be answered next, if it is.
    watchdog_due: Instant,
    /// That a stranger's message came was said.
    told_of_stranger: bool,
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
        let address = OsString::from_vec([b"@", name.as_bytes()].concat());
        let wake = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        let state = Mutex::new(State {
            messages: Messages::default(),
            manager: Manager::at(manager)?,
            watchdog_due: Instant::now(),
            told_of_stranger: false,
        });
        Ok(Self { ours, wake, address, watchdog: watchdog().map(|limit| limit / 3), state })
    }

    fn listen(self) -> io::Result<Arc<Self>> {
        let relay = Arc::new(self);
        let listening = Arc::clone(&relay);
        thread::Builder::new().name("notify".to_owned()).spawn(move || {
            loop {
                if let Err(error) = listening.wait() {
                    say(format_args!("warning: messages to the service manager are lost: {error}"));
                    return;
                }
                listening.answer_watchdog();
                listening.state().manager.send_waiting();
                listening.pass_on();
            }
        })?;
        Ok(relay)
    }

    /// Waits until a message comes, or the manager is to be told something.
    fn wait(&self) -> io::Result<()> {
        let state = self.state();
        let is_behind = state.manager.is_behind();
        let due = self.watchdog.map(|interval| match state.messages.answers_watchdog() {
            true => state.watchdog_due.saturating_duration_since(Instant::now()).min(interval),
            false => interval,
        });
        drop(state);
        let limit = due.into_iter().chain(is_behind.then_some(AGAIN)).min();
        // One that is too long for the system is none.
        let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
        let awaited = &mut [PollFd::new(&self.ours, PollFlags::IN), PollFd::new(&self.wake, PollFlags::IN)];
        match poll(awaited, limit.as_ref()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        // Nobody may have woken it.
        let _ = rustix::io::read(&self.wake, &mut [0; 8]);
        Ok(())
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
        let was_ready = mem::take(&mut state.messages.was_ready);
        state.messages.restart = Some(Restart::Ends { was_ready });
        if was_ready {
            let now = clock_gettime(ClockId::Monotonic);
            let micros = i128::from(now.tv_sec) * 1_000_000 + i128::from(now.tv_nsec) / 1000;
            state.manager.send(format!("RELOADING=1\nMONOTONIC_USEC={micros}").into());
        }
        state.watchdog_due = Instant::now();
        drop(state);
        self.answer_watchdog();
        self.wake();
    }

    /// Tells the manager that the command goes on, or that what is left of it keeps it from a new start.
    pub(super) fn restart_is_off(&self, goes_on: bool) {
        let mut state = self.state();
        if let Some(Restart::Ends { was_ready: true }) = state.messages.restart.replace(Restart::Due)
            && goes_on
        {
            state.messages.was_ready = true;
            state.manager.send(b"READY=1".into());
        }
        drop(state);
        self.wake();
    }

    /// A command was started.
    pub(super) fn started(&self, command: Pid) {
        // The last words of the one before it.
        self.pass_on();
        let mut state = self.state();
        if state.messages.command.replace(command).is_some() {
            state.messages.restart = Some(Restart::Starts { until: Instant::now() + START });
        }
        state.watchdog_due = Instant::now();
        drop(state);
        self.answer_watchdog();
        self.wake();
    }

    /// Has the thread that listens look anew what it is to wait for.
    fn wake(&self) {
        // It fails only if it was woken already, again and again.
        let _ = rustix::io::write(&self.wake, &1_u64.to_ne_bytes());
    }

    /// Says that the service lives, if the command cannot at the moment and it is time to.
    fn answer_watchdog(&self) {
        let mut state = self.state();
        let (Some(interval), now) = (self.watchdog, Instant::now()) else { return };
        // A manager that is behind is not told twice.
        if state.messages.answers_watchdog() && state.watchdog_due <= now && !state.manager.is_behind() {
            state.watchdog_due = now + interval;
            state.manager.send(b"WATCHDOG=1".into());
        }
    }

    /// Passes on all that has come, and waits for a moment until the manager has it: `run` ends.
    pub(super) fn pass_on_last(&self) {
        self.pass_on();
        let end = Instant::now() + LAST;
        while self.state().manager.is_behind() && Instant::now() < end {
            thread::sleep(AGAIN);
            self.state().manager.send_waiting();
        }
    }

    /// Passes on all that has come. What the manager does not take at the moment waits.
    fn pass_on(&self) {
        let mut state = self.state();
        while self.pass_on_one(&mut state) {}
    }

    /// Passes on a message. Says whether one had come.
    fn pass_on_one(&self, state: &mut State) -> bool {
        let mut message = [0; LONGEST];
        let mut space =
            [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS), ScmCredentials(1))];
        let mut beside = RecvAncillaryBuffer::new(&mut space);
        let flags = RecvFlags::DONTWAIT | RecvFlags::CMSG_CLOEXEC;
        let length = loop {
            match recvmsg(&self.ours, &mut [IoSliceMut::new(&mut message)], &mut beside, flags) {
                Ok(received) => break received.bytes,
                Err(Errno::INTR) => {}
                // There is nothing more. Other errors do not exist for a socket without a peer.
                Err(_) => return false,
            }
        };
        let mut from = None;
        // Descriptors are closed here. That answers who waits until its messages were taken (`sd_notify_barrier`).
        for part in beside.drain() {
            if let RecvAncillaryMessage::ScmCredentials(sender) = part {
                from = Some(sender);
            }
        }
        if !from.is_some_and(|from| is_ours(from, state.messages.command)) {
            if !mem::replace(&mut state.told_of_stranger, true) {
                say("warning: a message to the service manager came from another user, and is not passed on");
            }
        } else if let Some(message) = state.messages.take(&message[..length]) {
            state.manager.send(message);
        }
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
