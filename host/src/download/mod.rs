//! Downloads with yt-dlp and the token of the video.
//!
//! A download runs in one way: as the process `potbridge download` ([`job`]). A person starts it, or the host starts it
//! for the browser ([`detached`]). Then it outlives both. Others read its state in its record ([`records`]). The host of
//! a browser follows the records ([`follow`]).

pub mod actions;
pub mod detached;
mod entries;
mod entries_of;
mod fetch;
mod file_name;
mod files;
pub mod follow;
pub mod job;
mod ladder;
mod lock;
mod log;
mod open_file;
mod parts;
mod playlist;
mod present;
mod queue;
pub mod records;
mod reporter;
mod run;
mod stop;
pub mod timing;
mod token_request;
mod tokens;
mod video;
mod yt_dlp_run;
