//! An ordinary user, for tests that may run as root.

use rustix::process::{Gid, Uid, geteuid};
use rustix::thread::{set_thread_groups, set_thread_res_gid, set_thread_res_uid};
use std::thread;

/// The user that files belong to if the tests run as root: `nobody`.
pub const ORDINARY: u32 = 65_534;

/// Runs `act` in a thread of an ordinary user: `nobody`, if the tests run as root. What it starts belongs to that user too.
pub fn as_ordinary_user<T: Send>(act: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let run = scope.spawn(|| {
            if geteuid().is_root() {
                let (uid, gid) = (Uid::from_raw(ORDINARY), Gid::from_raw(ORDINARY));
                set_thread_groups(&[]).unwrap();
                set_thread_res_gid(gid, gid, gid).unwrap();
                set_thread_res_uid(uid, uid, uid).unwrap();
            }
            act()
        });
        run.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
