//! Every file of this folder is a module of the test program.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn no_test_file_is_forgotten() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let declared = declared(&folder.join("main.rs"));
    assert!(declared.contains("modules"), "{declared:?}");
    let entries = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found = BTreeSet::new();
    for path in entries {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && path.join("mod.rs").exists() {
            let inner = declared_in_folder(&path);
            assert_eq!(inner.0, inner.1, "{}", path.display());
            found.insert(name);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && name != "main"
            && !name.starts_with("env_file")
        {
            found.insert(name);
        }
    }
    assert_eq!(declared, found);
}

/// The modules that the `mod.rs` of a folder declares, and the files beside it.
fn declared_in_folder(folder: &Path) -> (BTreeSet<String>, BTreeSet<String>) {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let names = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let names = names.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    (declared(&folder.join("mod.rs")), names.filter(|name| name != "mod").collect())
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
