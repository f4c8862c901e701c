//! docs/DOCTOR.md lists each code that the checks name, and no other.

use potbridge_protocol::Code;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_code_of_the_checks_is_in_the_page() {
    let page = include_str!("../../docs/DOCTOR.md");
    let listed: BTreeSet<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once(" |"))
        .flat_map(|(codes, _)| codes.split(", ").map(|code| Code::named(code.trim_matches('`'))))
        .collect();
    assert!(!listed.contains(&Code::Unknown), "a code that is none");
    assert_eq!(named_in_source(), listed.iter().map(|code| format!("{code:?}")).collect());
}

/// What follows `Code::` in the source of the checks, without their tests.
fn named_in_source() -> BTreeSet<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files =
        ["checks", "doctor"].into_iter().flat_map(|folder| walkdir::WalkDir::new(source.join(folder)));
    let mut named = BTreeSet::new();
    for file in files.map(Result::unwrap).filter(|file| file.file_type().is_file()) {
        let text = fs::read_to_string(file.path()).unwrap();
        let code = text.split("mod tests {").next().unwrap();
        for rest in code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .flat_map(|line| line.split("Code::").skip(1))
        {
            named.insert(rest.chars().take_while(char::is_ascii_alphanumeric).collect());
        }
    }
    named.remove("Unknown");
    named
}
