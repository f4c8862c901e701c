//! Facts about programs and folders of this machine, which `install` and `doctor` both ask for.
//!
//! Each check gives what it found, or a problem whose hint is the command that fixes it.

pub mod folder;
pub mod host;
mod not_run;
mod shell;
pub mod yt_dlp;
mod yt_dlp_update;

pub use not_run::why_not_run;
pub(crate) use shell::{moved_away, quoted};
