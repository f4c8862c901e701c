//! docs/PROTOCOL.md and docs/DOWNLOADS.md against the enum of codes.

use potbridge_protocol::Code;
use std::collections::BTreeSet;
use strum::IntoEnumIterator as _;

const PROTOCOL: &str = include_str!("../../docs/PROTOCOL.md");
const DOWNLOADS: &str = include_str!("../../docs/DOWNLOADS.md");

/// The codes that a page lists: the first cell of each row of a table whose head is `| code |`.
fn listed(page: &str) -> BTreeSet<&str> {
    let tables = page.split("\n\n").filter(|part| part.trim_start().starts_with("| code |"));
    let rows = tables.flat_map(str::lines).filter_map(|row| row.strip_prefix("| `")?.split_once('`'));
    rows.map(|(code, _)| code).collect()
}

#[test]
fn the_protocol_page_lists_every_code_and_no_other() {
    let codes: BTreeSet<&str> =
        Code::iter().filter(|code| *code != Code::Unknown).map(Code::as_str).collect();
    let listed = listed(PROTOCOL);
    assert_eq!(codes.difference(&listed).collect::<Vec<_>>(), Vec::<&&str>::new(), "not listed");
    assert_eq!(listed.difference(&codes).collect::<Vec<_>>(), Vec::<&&str>::new(), "listed, and no code");
}

#[test]
fn the_downloads_page_lists_only_codes() {
    let listed = listed(DOWNLOADS);
    assert!(listed.contains("token-refused") && listed.len() > 20, "{listed:?}");
    for code in listed {
        assert_ne!(Code::named(code), Code::Unknown, "{code}");
    }
}

#[test]
fn every_code_of_an_env_file_is_a_code_of_the_project() {
    for code in env_file::Error::CODES.iter().chain(env_file::Warning::CODES) {
        assert_ne!(Code::named(code), Code::Unknown, "{code}");
    }
}
