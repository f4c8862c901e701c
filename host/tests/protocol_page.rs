//! docs/PROTOCOL.md against the code.

use potbridge_protocol::ErrorCode;

const PAGE: &str = include_str!("../../docs/PROTOCOL.md");

#[track_caller]
fn assert_listed(code: &str) {
    assert!(PAGE.contains(&format!("\n| `{code}` |")), "docs/PROTOCOL.md does not list {code}");
}

#[test]
fn every_code_of_an_error_message_is_listed() {
    for code in ErrorCode::ALL {
        assert_listed(code.as_str());
    }
}

#[test]
fn every_code_of_the_env_file_sink_is_listed() {
    let source = include_str!("../src/sink/env_file/error.rs");
    let codes: Vec<_> = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Self::")?.split_once("=> \"")?.1.strip_suffix("\","))
        .collect();
    assert!(codes.len() > 10, "only {} codes were found", codes.len());
    codes.into_iter().for_each(assert_listed);
}
