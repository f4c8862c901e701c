//! docs/PROTOCOL.md and docs/DOWNLOADS.md against the code.

use potbridge_protocol::ErrorCode;

const PAGE: &str = include_str!("../../docs/PROTOCOL.md");
const DOWNLOADS: &str = include_str!("../../docs/DOWNLOADS.md");

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
fn every_code_of_a_sink_is_listed() {
    for (source, some) in [
        (include_str!("../src/sink/env_file/error.rs"), "disk-full"),
        (include_str!("../src/sink/keyring/error.rs"), "keyring-locked"),
        (include_str!("../src/sink/command.rs"), "command-failed"),
        (include_str!("../src/sink/redis/error.rs"), "redis-away"),
        (include_str!("../src/delivery.rs"), "update-failed"),
    ] {
        let codes: Vec<_> = source
            .lines()
            .filter_map(|line| {
                let line = line.trim().strip_suffix([',', ';'])?;
                line.split_once("=> \"").or_else(|| line.split_once("&str = \""))?.1.strip_suffix('"')
            })
            .collect();
        assert!(codes.contains(&some), "{some} was not found");
        codes.into_iter().for_each(assert_listed);
    }
}

#[test]
fn every_code_of_a_failed_download_is_listed() {
    let codes: Vec<_> = include_str!("../src/download/verdict.rs")
        .lines()
        .filter_map(|line| line.trim().split_once("=> \"")?.1.strip_suffix("\","))
        .filter(|code| !code.contains(' ') && !code.is_empty())
        .collect();
    assert!(codes.contains(&"token-refused") && codes.len() > 20, "{codes:?}");
    for code in codes {
        assert!(DOWNLOADS.contains(&format!("\n| `{code}` |")), "docs/DOWNLOADS.md does not list {code}");
    }
}
