//! Notices that this program's file was replaced, by an update of potbridge.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often to look.
const INTERVAL: Duration = Duration::from_secs(3);

/// This program's own file, as it was when this was made.
pub(super) struct OwnFile {
    path: PathBuf,
    identity: Identity,
    looked: Option<Instant>,
    replaced: bool,
}

impl OwnFile {
    /// The file of the program that runs. `None` if the system does not know it.
    pub(super) fn of_this_program() -> Option<Self> {
        let path = std::env::current_exe().ok()?;
        let identity = identity_of_running(&path)?;
        Some(Self { path, identity, looked: None, replaced: false })
    }

    /// Whether another file stands there now, or none. Looks at most once every few seconds.
    pub(super) fn was_replaced(&mut self) -> bool {
        if !self.replaced && self.looked.is_none_or(|at| at.elapsed() >= INTERVAL) {
            self.looked = Some(Instant::now());
            self.replaced = identity_of(&self.path) != Some(self.identity);
        }
        self.replaced
    }
}

/// What changes if a file is replaced: where it is on the disk, when it was written, how long it is.
type Identity = (u64, u64, Option<std::time::SystemTime>, u64);

fn identity_of(path: &Path) -> Option<Identity> {
    path.metadata().ok().as_ref().map(identity)
}

fn identity(found: &Metadata) -> Identity {
    #[cfg(unix)]
    let (device, inode) = {
        use std::os::unix::fs::MetadataExt as _;
        (found.dev(), found.ino())
    };
    #[cfg(not(unix))]
    let (device, inode) = (0, 0);
    (device, inode, found.modified().ok(), found.len())
}

/// The file that runs, even if it was replaced since.
///
/// It is opened, and not only looked at: who runs programs of another processor (qemu 7.2) opens the program in this place, and
/// shows itself to everyone who only looks.
#[cfg(target_os = "linux")]
fn identity_of_running(_: &Path) -> Option<Identity> {
    use rustix::fs::{Mode, OFlags, open};
    // That needs no right to read it.
    let opened = open("/proc/self/exe", OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).ok()?;
    std::fs::File::from(opened).metadata().ok().as_ref().map(identity)
}

#[cfg(not(target_os = "linux"))]
fn identity_of_running(path: &Path) -> Option<Identity> {
    identity_of(path)
}
