//! potbridge tried whole, in real browsers and with real yt-dlp. One test program for all.
//!
//! libtest runs as many tests at once as there are cores, so at most that many browsers run at once.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends where something fails")]

mod backend;
#[cfg(target_os = "linux")]
mod background_life;
mod consent;
mod download;
mod download_again;
#[cfg(target_os = "linux")]
mod download_ended;
mod download_errors;
mod download_files;
mod download_ladder;
#[cfg(target_os = "linux")]
mod download_messages;
mod download_playlists;
mod download_popup;
mod env_readers;
mod every_request;
mod field_report;
mod first_run;
mod first_run_states;
mod foreign_sites;
mod forms_of_requests;
#[cfg(target_os = "linux")]
mod installed;
mod keyboard;
mod listening;
mod on_demand;
#[cfg(target_os = "linux")]
mod on_demand_autoplay;
#[cfg(target_os = "linux")]
mod on_demand_parked;
#[cfg(target_os = "linux")]
mod on_demand_window;
mod options_page;
mod options_report;
mod other_extensions;
#[cfg(target_os = "linux")]
mod own_browser;
mod page_hook;
mod pause;
mod popup;
mod popup_picture;
mod popup_states;
mod private_windows;
mod promises;
mod recovery;
mod sabr;
mod token_to_env;
mod toolbar;
mod way_picture;

use std::path::Path;

#[test]
fn every_file_of_this_folder_is_a_module() {
    let modules = include_str!("main.rs");
    for entry in Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").read_dir().unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let declared = modules.lines().any(|line| line == format!("mod {name};"));
        assert!(declared || name == "main", "tests/main.rs does not declare `mod {name};`");
    }
}
