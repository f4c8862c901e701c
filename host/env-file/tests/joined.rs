//! Lines that a reader joins with the one before them.

use crate::support::{Folder, SET};
use env_file::{Change, EnvFile, Reader};
use std::fs;
use std::path::Path;
use std::process::Command;

const NEW: &str = "Mnew-token_==";
const NEITHER: &str = "no value";

/// What a shell has in `TOKEN`.
pub fn read_by_shell(folder: &Path) -> String {
    let script = format!(". ./.env; printf %s \"${{TOKEN-{NEITHER}}}\"");
    // Without programs: a line that is joined wrongly could be a command.
    let output = Command::new("/bin/sh")
        .args(["-c", &script])
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/nonexistent")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// What systemd's reader makes of `TOKEN`, if this system has it.
pub fn read_by_systemd(folder: &Path) -> Option<String> {
    const PROGRAM: &str = "/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator";
    fs::create_dir_all(folder.join("environment.d")).unwrap();
    fs::copy(folder.join(".env"), folder.join("environment.d/it.conf")).unwrap();
    let output = Command::new(PROGRAM).env_clear().env("XDG_CONFIG_HOME", folder).output().ok()?;
    let text = String::from_utf8(output.stdout).unwrap();
    let value = text.lines().find_map(|line| line.strip_prefix("TOKEN=")).unwrap_or(NEITHER);
    Some(value.to_owned())
}

fn edited(folder: &Folder, reader: Option<Reader>, old: &str) -> String {
    fs::write(folder.path(".env"), old).unwrap();
    let file = EnvFile { reader, ..folder.file(".env") };
    file.set(SET).unwrap();
    let new = folder.read(".env");
    assert_eq!(file.set(SET).unwrap().change, Change::Unchanged, "{new:?}");
    let held = file.get(&["TOKEN"]).unwrap();
    assert_eq!(held["TOKEN"].as_str(), NEW, "{new:?}");
    new
}

#[test]
fn what_a_shell_joins_is_no_assignment() {
    let folder = Folder::new();
    for (old, new) in [
        ("JARS=a.jar:\\\nTOKEN=\n", "JARS=a.jar:\\\nTOKEN=\nTOKEN=Mnew-token_==\n"),
        (
            "export A=1 \\\n  TOKEN=Mold \\\n  B=2\n",
            "export A=1 \\\n  TOKEN=Mold \\\n  B=2\nTOKEN=Mnew-token_==\n",
        ),
        ("A=\"x\"\\\nTOKEN=\nB=2", "A=\"x\"\\\nTOKEN=\nB=2\nTOKEN=Mnew-token_==\n"),
        ("A=x\\\n# no comment\\\nTOKEN=\n", "A=x\\\n# no comment\\\nTOKEN=\nTOKEN=Mnew-token_==\n"),
        ("TOKEN=Mold \\\n  true\n", "TOKEN=Mold \\\n  true\nTOKEN=Mnew-token_==\n"),
        ("TOKEN=Mold\\\nmore \\\n  B=2\n", "TOKEN=Mnew-token_== \\\n  B=2\n"),
        (
            "A=1 TOKEN=Ma\nTOKEN=Ma \\\n  TOKEN=Mb\n",
            "A=1 TOKEN=Ma\nTOKEN=Mnew-token_== \\\n  TOKEN=Mb\nTOKEN=Mnew-token_==\n",
        ),
        // These lines are not joined.
        ("# C:\\videos\\\nTOKEN=\n", "# C:\\videos\\\nTOKEN=Mnew-token_==\n"),
        ("A=x # note \\\nTOKEN=\n", "A=x # note \\\nTOKEN=Mnew-token_==\n"),
        ("A=C:\\\\\nTOKEN=\n", "A=C:\\\\\nTOKEN=Mnew-token_==\n"),
        ("A=x\\\r\nTOKEN=\r\n", "A=x\\\r\nTOKEN=Mnew-token_==\r\n"),
        ("\\\nTOKEN=\n", "\\\nTOKEN=Mnew-token_==\n"),
        ("A='x\\'\nTOKEN=\n", "A='x\\'\nTOKEN=Mnew-token_==\n"),
        // The value itself goes on.
        ("TOKEN=Mold\\\nmore\\\n\nB=2\n", "TOKEN=Mnew-token_==\n\nB=2\n"),
        ("TOKEN=Mold\\\nB=2 # note\n", "TOKEN=Mnew-token_== # note\n"),
        ("export TOKEN=Mold \\\n  B=2\n", "export TOKEN=Mnew-token_== \\\n  B=2\n"),
    ] {
        assert_eq!(edited(&folder, Some(Reader::Shell), old), new);
        if !old.contains('\r') {
            assert_eq!(read_by_shell(folder.0.path()), NEW, "{new:?}");
        }
    }
}

#[test]
fn what_systemd_joins_is_no_assignment() {
    let folder = Folder::new();
    for (old, new) in [
        (
            "# media in C:\\videos\\\nTOKEN=Mold\nB=2\n",
            "# media in C:\\videos\\\nTOKEN=Mold\nB=2\nTOKEN=Mnew-token_==\n",
        ),
        ("; a note\\\nTOKEN=Mold\n", "; a note\\\nTOKEN=Mold\nTOKEN=Mnew-token_==\n"),
        ("A=x # no comment\\\nTOKEN=\n", "A=x # no comment\\\nTOKEN=\nTOKEN=Mnew-token_==\n"),
        ("A=x\\\r\rTOKEN=\r", "A=x\\\r\rTOKEN=Mnew-token_==\r"),
        ("A=x\\\rTOKEN=\r", "A=x\\\rTOKEN=\rTOKEN=Mnew-token_==\r"),
        ("A=\"x\" \\\nTOKEN=\n", "A=\"x\" \\\nTOKEN=\nTOKEN=Mnew-token_==\n"),
        // These lines are not joined.
        ("# a note\\\r\nTOKEN=\r\n", "# a note\\\r\nTOKEN=Mnew-token_==\r\n"),
        ("no assignment\\\nTOKEN=\n", "no assignment\\\nTOKEN=Mnew-token_==\n"),
        ("# C:\\\\\nTOKEN=\n", "# C:\\\\\nTOKEN=Mnew-token_==\n"),
        // The value itself goes on.
        ("TOKEN=Mold\\\nB=2 # more\nC=3\n", "TOKEN=Mnew-token_==\nC=3\n"),
        ("TOKEN=Mold \\\n  B=2\n", "TOKEN=Mnew-token_==\n"),
    ] {
        assert_eq!(edited(&folder, Some(Reader::Systemd), old), new);
        if let Some(read) = read_by_systemd(folder.0.path()) {
            assert_eq!(read, NEW, "{new:?}");
        }
    }
}

#[test]
fn without_a_reader_the_value_reaches_those_that_join_lines_and_those_that_do_not() {
    let folder = Folder::new();
    for (old, new) in [
        ("JARS=a.jar:\\\nTOKEN=\n", "JARS=a.jar:\\\nTOKEN=\nTOKEN=Mnew-token_==\n"),
        ("# C:\\videos\\\nTOKEN=Mold\n", "# C:\\videos\\\nTOKEN=Mold\nTOKEN=Mnew-token_==\n"),
        ("TOKEN=Mold\\\nB=2\n", "TOKEN=Mnew-token_==\nB=2\n"),
        ("TOKEN=Mold\\\nmore\\\n# note\n", "TOKEN=Mnew-token_==\n# note\n"),
        (
            "TOKEN=Ma\\\nTOKEN=Mb\\\nTOKEN=Mc\n",
            "TOKEN=Mnew-token_==\nTOKEN=Mnew-token_==\nTOKEN=Mnew-token_==\n",
        ),
        ("TOKEN=Ma\\\nA=b\\\nTOKEN=Mc\n", "TOKEN=Mnew-token_==\nA=b\\\nTOKEN=Mc\nTOKEN=Mnew-token_==\n"),
    ] {
        assert_eq!(edited(&folder, None, old), new);
        assert_eq!(read_by_shell(folder.0.path()), NEW, "{new:?}");
        if let Some(read) = read_by_systemd(folder.0.path()) {
            assert_eq!(read, NEW, "{new:?}");
        }
    }
    // Those that join nothing go on as they did.
    for reader in [Reader::Docker, Reader::Compose, Reader::Node, Reader::Dotenv, Reader::PythonDotenv] {
        let new = edited(&folder, Some(reader), "DIR=C:\\videos\\\nTOKEN=Mold\n");
        assert_eq!(new, "DIR=C:\\videos\\\nTOKEN=Mnew-token_==\n", "{reader}");
    }
}

#[test]
fn clearing_leaves_no_value_in_a_joined_line() {
    let folder = Folder::new();
    for (reader, old, cleared) in [
        (Some(Reader::Shell), "JARS=a.jar:\\\nTOKEN=Mold\nTOKEN=Mnew\n", "JARS=a.jar:\\\nTOKEN=\nTOKEN=\n"),
        (Some(Reader::Shell), "export A=1 \\\n TOKEN=Mold \\\n B=2\n", "export A=1 \\\n TOKEN= \\\n B=2\n"),
        (Some(Reader::Shell), "TOKEN=Mold\\\nmore\nB=2\n", "TOKEN=\nB=2\n"),
        (Some(Reader::Systemd), "# C:\\\nTOKEN=Mold\nB=2\n", "# C:\\\nTOKEN=\nB=2\n"),
        (None, "# C:\\\nTOKEN=Mold\\\nB=2\n", "# C:\\\nTOKEN=\\\nB=2\n"),
        (None, "TOKEN=Mold\\\nB=2\n", "TOKEN=\nB=2\n"),
    ] {
        fs::write(folder.path(".env"), old).unwrap();
        let file = EnvFile { reader, ..folder.file(".env") };
        assert_eq!(file.clear(&["TOKEN"]).unwrap().change, Change::Written);
        assert_eq!(folder.read(".env"), cleared);
        assert_eq!(file.clear(&["TOKEN"]).unwrap().change, Change::Unchanged);
    }
}
