//! What potbridge's programs need of the system: folders, time, processes.

pub mod browser;
pub mod clock;
pub mod command_line;
pub mod digest;
pub mod dirs;
pub mod file_lock;
pub mod hardening;
pub mod json_output;
pub mod log_file;
pub mod own_program;
pub mod own_stdout;
#[cfg(unix)]
pub mod parent;
pub mod printable;
pub mod process_group;
pub mod regular_file;
pub mod stderr;
pub mod subprocess;
pub mod user;
pub mod yt_dlp_version;
