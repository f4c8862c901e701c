//! A result that is thrown away has a comment of a few words that says why nobody needs to know.

use std::fs;
use std::path::{Path, PathBuf};

/// The sources of what people run.
const SOURCES: [&str; 9] = [
    "host/src",
    "host/sinks/src",
    "host/system/src",
    "host/env-file/src",
    "host/atomic-file/src",
    "installer/src",
    "installer/browser/src",
    "protocol/src",
    "extension/bundler/src",
];

#[test]
fn whatever_is_thrown_away_says_why() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut silent = Vec::new();
    for source in SOURCES {
        for file in files(&root.join(source)) {
            let text = fs::read_to_string(&file).unwrap();
            let places = silent_lines(&text).map(|line| format!("{}:{line}", file.display()));
            silent.extend(places);
        }
    }
    assert!(silent.is_empty(), "say it in the log, or say in a comment why not:\n{}", silent.join("\n"));
}

/// The Rust files of a folder, without those of unit tests.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.unwrap().path());
    let paths = paths.filter(|path| path.file_stem().is_some_and(|name| name != "tests"));
    paths
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// The numbers of the lines that throw a result away, and have no comment above them in their paragraph.
fn silent_lines(text: &str) -> impl Iterator<Item = usize> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let of_tests = lines.iter().position(|line| *line == "#[cfg(test)]").unwrap_or(lines.len());
    (0..of_tests)
        .filter(move |number| throws_away(lines[*number]) && !is_explained(&lines[..*number]))
        .map(|number| number + 1)
}

/// `let _ = name;` only says that a name is not used on this platform.
fn throws_away(line: &str) -> bool {
    let Some(thrown) = line.strip_prefix("let _ = ") else {
        return line.ends_with(".ok();") && !line.contains('=') && !line.starts_with(['.', '}', ')']);
    };
    thrown.contains(['(', '{', '!']) && !thrown.starts_with('(')
}

fn is_explained(above: &[&str]) -> bool {
    above.iter().rev().take(4).take_while(|line| !line.is_empty()).any(|line| line.starts_with("//"))
}

#[test]
fn a_comment_explains_its_own_paragraph() {
    let expected: [(&str, &[usize]); 6] = [
        ("let _ = send(x);", &[1]),
        ("// It fails if nobody listens.\nlet _ = send(x);\nlet _ = send(y);", &[]),
        ("// Of something else.\n\nlet _ = send(x);", &[3]),
        ("remove(path).ok();\nlet x = read(path).ok();\n.ok();", &[1]),
        ("let _ = name;\nlet _ = (one, other);", &[]),
        ("#[cfg(test)]\nlet _ = send(x);", &[]),
    ];
    for (text, silent) in expected {
        assert_eq!(silent_lines(text).collect::<Vec<_>>(), silent, "{text}");
    }
}
