//! Makes bundles from the real sources, and runs the real program.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[cfg(unix)]
mod archives;
mod command_line;
mod editions;
mod given;
mod sbom;

/// Every file beside this one is a module of this program.
#[test]
fn no_test_file_is_forgotten() {
    let main = include_str!("main.rs");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let is_module = path.extension().is_some_and(|extension| extension == "rs") && name != "main";
        assert!(!is_module || main.contains(&format!("\nmod {name};\n")), "{name}.rs is in no module");
    }
}
