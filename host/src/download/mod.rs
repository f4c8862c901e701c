//! Downloads: yt-dlp with the token of the very video.
//!
//! There is one way that a download runs: the process `potbridge download` ([`job`]). A person starts it, or the host
//! does on behalf of the browser ([`detached`]), and then it outlives both. All that others know of it they read in its
//! record ([`store`]); a session of a browser follows the records ([`follower`]).

mod cookie_file;
pub mod cookies;
pub mod desk;
pub mod detached;
mod extra_options;
pub mod follower;
mod group;
pub mod job;
#[cfg(unix)]
pub mod keeper;
#[cfg(not(unix))]
#[path = "keeper_elsewhere.rs"]
mod keeper;
mod log;
mod opened;
pub mod options;
pub mod output;
mod process;
pub mod program;
pub mod progress;
mod published;
mod queue;
mod running;
pub mod store;
pub mod target;
mod tokens;
pub mod verdict;
