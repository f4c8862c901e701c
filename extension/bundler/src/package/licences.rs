//! The licences of the crates that are linked into the programs. Most must be passed on with them.

use super::c_library::CLibrary;
use crate::error::Result;
use crate::metadata::Package;
use fs_err as fs;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The file's name.
pub const THIRD_PARTY: &str = "THIRD-PARTY-LICENSES.txt";

/// How the names of such files begin.
const NAMES: [&str; 6] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];

/// The crates with their licences, and each text once. The workspace's own crates are left out.
///
/// # Errors
/// If a file cannot be read.
pub fn of_crates(crates: &[&Package]) -> Result<String> {
    let mut list = String::new();
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in crates.iter().filter(|package| package.source.is_some()) {
        let name = format!("{} {}", package.name, package.version);
        list.push_str(&format!("{name}: {}\n", package.license.as_deref().unwrap_or("see below")));
        let library = CLibrary::of(package);
        if let Some(library) = library {
            list.push_str(&format!(
                "  with {} {}: {}\n",
                library.name,
                library.version(package)?,
                library.license
            ));
        }
        let more = library.and_then(|library| library.text(package));
        for text in texts_in(package.folder(), more)? {
            texts.entry(text).or_default().push(name.clone());
        }
    }
    let mut texts: Vec<_> = texts.into_iter().map(|(text, names)| (names.join(", "), text)).collect();
    texts.sort();
    let mut whole = format!(
        "potbridge's programs and its extension contain Rust's standard library (MIT OR Apache-2.0), the program for \
         Linux on x86-64 musl (MIT), and these crates.\n\n{list}\nThe texts that come with them follow.\n"
    );
    for (names, text) in texts {
        whole.push_str(&format!("\n{}\n{names}\n{0}\n\n{text}\n", "=".repeat(100)));
    }
    Ok(whole)
}

/// The texts beside a crate's `Cargo.toml` and one more, in one form whatever their line ends are.
fn texts_in(folder: &Path, more: Option<PathBuf>) -> Result<Vec<String>> {
    let mut paths = Vec::from_iter(more);
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        if path.is_file() && NAMES.iter().any(|start| name.starts_with(start)) {
            paths.push(path);
        }
    }
    paths.sort();
    let mut texts = Vec::new();
    for path in paths {
        let bytes = fs::read(path)?;
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        texts.push(text.trim_matches('\n').to_owned());
    }
    Ok(texts)
}
