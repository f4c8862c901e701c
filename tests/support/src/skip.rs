//! Tests that this machine cannot run.

use std::fs::OpenOptions;
use std::io::Write as _;

/// Where `tests/run` counts them.
const FILE: &str = "POTBRIDGE_SKIPPED_TESTS";

/// Says that a test is skipped, and why. `tests/run` shows it, and does not count the test among those that passed.
pub fn skip(test: &str, why: &str) {
    println!("skipped: {test}: {why}");
    if let Some(path) = std::env::var_os(FILE) {
        let mut file = OpenOptions::new().append(true).create(true).open(path).unwrap();
        // One write, so that lines of two programs do not mix.
        file.write_all(format!("{test}: {why}\n").as_bytes()).unwrap();
    }
}
