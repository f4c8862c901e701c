//! Packs our plugin for yt-dlp, which the program carries: packed it takes a third of the room. And leaves out of a program that
//! never unwinds what only unwinding reads.

use std::env;
use std::error::Error;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// Where yt-dlp (2026.10.26, `plugins.py`) looks in an archive.
const MODULE: &str = "yt_dlp_plugins/extractor/getpot_potbridge.py";

fn main() -> Result<(), Box<dyn Error>> {
    let source = Path::new("../yt-dlp-plugin").join(MODULE);
    println!("cargo::rerun-if-changed={}", source.display());
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::default())
        .system(System::Unix)
        .unix_permissions(0o600);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file(MODULE, options)?;
    archive.write_all(&fs::read(source)?)?;
    // The index of the tables for unwinding: released programs abort. GNU ld, gold and lld know this option.
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if is_release && env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        println!("cargo::rustc-link-arg-bins=-Wl,--no-eh-frame-hdr");
    }
    let folder = env::var_os("OUT_DIR").ok_or("cargo says no folder")?;
    fs::write(Path::new(&folder).join("plugin.zip"), archive.finish()?.into_inner())?;
    Ok(())
}
