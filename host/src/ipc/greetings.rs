//! Greets the hosts of all control sockets at once.

use super::host_connection::{HostConnection, NoHello};
use potbridge_protocol::ShortText;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// What a host said to a greeting.
pub(super) type Greeted = (PathBuf, Result<HostConnection, NoHello>);

/// The greetings that are under way. A host that hangs keeps nobody waiting twice.
pub(super) struct Greetings {
    sender: Sender<Greeted>,
    receiver: Receiver<Greeted>,
    under_way: HashSet<PathBuf>,
    /// The sockets of hosts that took longer than they may.
    slow: HashSet<PathBuf>,
}

impl Greetings {
    pub(super) fn new() -> Self {
        let (sender, receiver) = mpsc::channel();
        Self { sender, receiver, under_way: HashSet::new(), slow: HashSet::new() }
    }

    /// Greets each of these hosts, unless a greeting of it is under way, and waits `limit` for those that were not slow before.
    ///
    /// Gives what was said, also to earlier greetings. `profile` is the preferred one.
    pub(super) fn greet(
        &mut self,
        sockets: impl IntoIterator<Item = PathBuf>,
        profile: &ShortText,
        limit: Duration,
    ) -> Vec<Greeted> {
        for socket in sockets {
            if !self.under_way.contains(&socket) && self.begin(&socket, profile) {
                self.under_way.insert(socket);
            }
        }
        let end = Instant::now() + limit;
        let mut said = Vec::new();
        while self.under_way.difference(&self.slow).next().is_some() {
            let left = end.saturating_duration_since(Instant::now());
            let Ok(one) = self.receiver.recv_timeout(left) else { break };
            said.push(self.over(one));
        }
        while let Ok(one) = self.receiver.try_recv() {
            said.push(self.over(one));
        }
        self.slow.extend(self.under_way.iter().cloned());
        said
    }

    fn begin(&self, socket: &Path, profile: &ShortText) -> bool {
        let (sender, profile, path) = (self.sender.clone(), profile.clone(), socket.to_owned());
        let greeting = move || {
            let said = HostConnection::open(&path, &profile);
            // It fails if nobody waits any more.
            let _ = sender.send((path, said));
        };
        let begun = thread::Builder::new().name("greeting".to_owned()).spawn(greeting);
        begun.inspect_err(|error| log::warn!("a browser's host is not greeted: {error}")).is_ok()
    }

    fn over(&mut self, (socket, said): Greeted) -> Greeted {
        self.under_way.remove(&socket);
        if matches!(said, Err(NoHello::Silent)) {
            self.slow.insert(socket.clone());
        }
        (socket, said)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use potbridge_protocol::frame;
    use serde_json::json;
    use std::os::unix::net::UnixListener;

    const LONG: Duration = Duration::from_secs(60);

    /// A host that says hello to the first that connects.
    fn answers(listener: UnixListener) {
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            frame::read(&mut stream, 65536).unwrap();
            let hello = json!({"type": "hello", "ipc": 4, "version": "1", "profile": "p", "accepts": true, "active_at": 1});
            frame::write(&mut stream, &hello).unwrap();
            // Until the other end is closed.
            frame::read(&mut stream, 65536).unwrap();
        });
    }

    #[test]
    fn hosts_that_hang_keep_a_living_one_waiting_once_and_together() {
        let folder = tempfile::tempdir().unwrap();
        let hanging: Vec<_> = (0..5).map(|number| folder.path().join(format!("{number}.sock"))).collect();
        let listeners: Vec<_> = hanging.iter().map(|path| UnixListener::bind(path).unwrap()).collect();
        let living = folder.path().join("living.sock");
        answers(UnixListener::bind(&living).unwrap());
        let all = || hanging.iter().cloned().chain([living.clone()]);
        let mut greetings = Greetings::new();
        // Whoever hangs is given up after two seconds. One after the other would take ten.
        let said = greetings.greet(all(), &ShortText::default(), Duration::from_millis(500));
        assert!(matches!(said.as_slice(), [(path, Ok(_))] if *path == living), "{}", said.len());
        drop(said);
        // They are under way still, or slow: the one that answers is awaited alone.
        let began = Instant::now();
        std::fs::remove_file(&living).unwrap();
        answers(UnixListener::bind(&living).unwrap());
        let said = greetings.greet(all(), &ShortText::default(), LONG);
        assert!(said.iter().any(|(path, said)| *path == living && said.is_ok()));
        assert!(began.elapsed() < LONG / 2, "{:?}", began.elapsed());
        drop(listeners);
    }

    #[test]
    fn a_host_whose_line_is_full_is_busy_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("full.sock");
        let listener = UnixListener::bind(&path).unwrap();
        rustix::net::listen(&listener, 0).unwrap();
        let waiting = std::os::unix::net::UnixStream::connect(&path).unwrap();
        let said = Greetings::new().greet([path], &ShortText::default(), LONG);
        assert!(matches!(said.as_slice(), [(_, Err(NoHello::TurnedAway))]), "{:?}", said[0].1.as_ref().err());
        drop((listener, waiting));
    }
}
