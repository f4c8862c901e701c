//! The stand-in as its users meet it: plain clients, real yt-dlp, and the program. One test program for all.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends where something fails")]

mod client;
mod clients;
mod downloads;
mod endpoint;
mod obstacles;
mod odd_requests;
mod offered;
mod playing;
mod playlists;
mod program;
mod refusals;
mod requests;
mod sabr;
mod watch_pages;
mod yt_dlp;

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
