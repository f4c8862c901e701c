//! What root does in a folder of somebody else's with a library that opens files by their paths: it does it as that user.
//!
//! Whoever owns a folder on the way may change at any moment what a path leads to. With the user's own rights it leads root nowhere
//! that the user could not go without root.

use super::root;
use std::io;
use std::path::Path;

/// This thread with the rights that another user has to files. They end when this is dropped.
#[derive(Debug)]
pub struct AsOwner {
    #[cfg(target_os = "linux")]
    groups: Vec<rustix::process::Gid>,
    /// It is of the thread that made it.
    _of_this_thread: std::marker::PhantomData<*const ()>,
}

/// Takes the rights of the user who owns the first folder on the way to a file that is not root's.
///
/// `None` if this process is not root, if the thread has a user's rights already, or if the way is root's alone.
///
/// # Errors
/// The rights cannot be had: root has not the privilege, or the system has them only for whole processes.
pub fn as_owner(path: &Path) -> io::Result<Option<AsOwner>> {
    if !root::is_root() || !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    root::owner_on_the_way(path)?.map(|(user, group)| AsOwner::take(user, group)).transpose()
}

impl AsOwner {
    #[cfg(target_os = "linux")]
    fn take(user: u32, group: u32) -> io::Result<Self> {
        use rustix::process::{Gid, Uid, getgroups};
        use rustix::thread::{set_thread_groups, set_thread_res_gid, set_thread_res_uid};
        let groups = getgroups()?;
        set_thread_groups(&[])?;
        // Dropped if one of these fails.
        let taken = Self { groups, _of_this_thread: std::marker::PhantomData };
        set_thread_res_gid(None, Gid::from_raw(group), None)?;
        set_thread_res_uid(None, Uid::from_raw(user), None)?;
        Ok(taken)
    }

    #[cfg(not(target_os = "linux"))]
    fn take(_: u32, _: u32) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(target_os = "linux")]
impl Drop for AsOwner {
    fn drop(&mut self) {
        use rustix::process::{Gid, Uid};
        use rustix::thread::{set_thread_groups, set_thread_res_gid, set_thread_res_uid};
        // Those that this thread had as its real ones all the while.
        let back = set_thread_res_uid(None, Uid::ROOT, None)
            .and_then(|()| set_thread_res_gid(None, Gid::from_raw(rustix::process::getgid().as_raw()), None))
            .and_then(|()| set_thread_groups(&self.groups));
        if let Err(error) = back {
            // A user's lack of rights is no danger, but nothing would work any more, and nobody would know why.
            log::error!("root's rights cannot be had back: {error}");
            std::process::abort();
        }
    }
}
