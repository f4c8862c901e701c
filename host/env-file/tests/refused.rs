//! Files, names and values that are refused.

use crate::support::{Folder, SET, code};
use env_file::{EnvFile, LARGEST, Variable};
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

#[test]
fn what_is_not_a_regular_file_is_refused() {
    let folder = Folder::new();
    fs::create_dir(folder.path("folder")).unwrap();
    let _socket = UnixListener::bind(folder.path("socket")).unwrap();
    let (kind, readable) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR);
    rustix::fs::mknodat(rustix::fs::CWD, folder.path("fifo"), kind, readable, 0).unwrap();
    symlink("/dev/null", folder.path("device")).unwrap();
    for name in ["folder", "socket", "fifo", "device"] {
        let error = folder.file(name).set(SET).unwrap_err();
        assert_eq!(error.code(), "not-a-regular-file", "{name}");
        assert!(error.to_string().contains(&format!("a {}", name.replace("fifo", "FIFO"))));
        assert_eq!(code(folder.file(name).clear(&["A"])), "not-a-regular-file");
    }
    assert_eq!(code(EnvFile::new("/").set(SET)), "not-a-regular-file");
    assert_eq!(folder.names(), ["device", "fifo", "folder", "socket"]);
}

#[test]
fn a_file_that_is_not_text_is_refused() {
    for content in [&b"\xff\xfeA\0=\x001\0"[..], b"\xfe\xff\0A\0=\x001", b"A=1\nB=\0\n", b"\xff\xfe"] {
        let folder = Folder::new().with(".env", content);
        assert_eq!(code(folder.file(".env").set(SET)), "not-text");
        assert_eq!(fs::read(folder.path(".env")).unwrap(), content);
    }
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let folder = Folder::new().with(".env", "A=1\n");
    let file = fs::File::options().write(true).open(folder.path(".env")).unwrap();
    file.set_len(LARGEST as u64 + 1).unwrap();
    assert_eq!(code(folder.file(".env").set(SET)), "too-large");
    let folder = Folder::new().with(".env", "#".repeat(LARGEST - 1) + "\n");
    assert_eq!(code(folder.file(".env").set(SET)), "too-large");
    assert_eq!(folder.names(), [".env"]);
}

#[test]
fn an_unsafe_value_is_refused_and_not_shown() {
    let folder = Folder::new().with(".env", "A=1\n");
    for value in [
        "se cret",
        "secret;",
        "\"secret\"",
        "sécret",
        "secret#",
        "$secret",
        "~secret",
        "secret\n",
        "secret\0",
    ] {
        let variables = [SET[0], Variable { name: "NAMED", value }];
        let error = folder.file(".env").set(&variables).unwrap_err();
        let control = value.contains(char::is_control);
        assert_eq!(error.code(), if control { "value-control" } else { "value-unsafe" });
        assert!(error.is_unsafe());
        let shown = format!("{error} {error:?} {:?} {:?}", error.hint(), variables[1]);
        assert!(shown.contains("NAMED") && !shown.contains("cret"), "{shown}");
    }
    for name in ["", "1A", "A B", "A=B", "A-B", "É", "export A"] {
        let variables = [Variable { name, value: "" }];
        assert_eq!(code(folder.file(".env").set(&variables)), "name-invalid", "{name}");
        assert_eq!(code(folder.file(".env").clear(&[name])), "name-invalid", "{name}");
    }
    assert_eq!(folder.read(".env"), "A=1\n");
}
