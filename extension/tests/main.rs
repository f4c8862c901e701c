//! The tests of the extension's Rust, in one program.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod hosts;
mod samples;

#[test]
fn no_test_file_is_forgotten() {
    let main = include_str!("main.rs");
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        if let Some(module) = name.strip_suffix(".rs").filter(|module| *module != "main") {
            assert!(main.contains(&format!("mod {module};")), "{name}");
        }
    }
}
