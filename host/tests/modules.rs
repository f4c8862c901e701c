//! Every file of this folder is a module of the test program.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn no_test_file_is_forgotten() {
    check(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"), "main.rs");
}

/// Compares the modules that the file `root` of a folder declares with the files beside it.
fn check(folder: &Path, root: &str) {
    let mut found = BTreeSet::new();
    for path in entries(folder) {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && entries(&path).iter().any(|path| is_rust(path)) {
            check(&path, "mod.rs");
            found.insert(name);
        } else if is_rust(&path) && !path.ends_with(root) {
            found.insert(name);
        }
    }
    assert_eq!(declared(&folder.join(root)), found, "{}", folder.display());
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

/// The modules that a file declares.
fn declared(file: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(file).unwrap();
    let names = text.lines().filter_map(|line| {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        line.strip_prefix("mod ")?.strip_suffix(';')
    });
    names.map(str::to_owned).collect()
}
