//! What is written to a `.env` file, read by the programs that read such files.
//!
//! `bash`, `node` and `python3` (with python-dotenv) come from `PATH`, npm's dotenv from `NODE_PATH`. `./tests/run` sees to
//! all of them.
#![allow(clippy::unwrap_used)]

use std::{fs, io::Read, path::Path, process::Command};

use base64::prelude::{BASE64_URL_SAFE, Engine as _};
use potbridge::sink::{Variable, env_file::EnvFile};
use tempfile::TempDir;

const NAME: &str = "YT_DLP_PO_TOKEN";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Bash,
    Node,
    Dotenv,
    PythonDotenv,
    Docker,
}

use Reader::{Bash, Docker, Dotenv, Node, PythonDotenv};

const ALL: &[Reader] = &[Bash, Node, Dotenv, PythonDotenv, Docker];
/// Docker knows no `export`, no comment after a value and no value over several lines.
const ALL_BUT_DOCKER: &[Reader] = &[Bash, Node, Dotenv, PythonDotenv];
/// To a shell a carriage return is a part of the value.
const ALL_BUT_BASH: &[Reader] = &[Node, Dotenv, PythonDotenv, Docker];

impl Reader {
    /// What a program gets for the variable when this reader reads the file. Docker's rule may give several values.
    fn read(self, folder: &Path) -> Vec<String> {
        let script = match self {
            Bash => "set -a; . ./.env 2>/dev/null; printenv YT_DLP_PO_TOKEN",
            Node => "console.log(process.env.YT_DLP_PO_TOKEN)",
            Dotenv => "require('dotenv').config({ quiet: true }); console.log(process.env.YT_DLP_PO_TOKEN)",
            PythonDotenv => {
                "import dotenv, os; dotenv.load_dotenv('.env'); print(os.environ.get('YT_DLP_PO_TOKEN', 'undefined'))"
            }
            Docker => return docker(&fs::read(folder.join(".env")).unwrap()),
        };
        let (program, options): (_, &[_]) = match self {
            Bash => ("bash", &["-c"]),
            Node => ("node", &["--env-file=.env", "-e"]),
            Dotenv => ("node", &["-e"]),
            PythonDotenv | Docker => ("python3", &["-c"]),
        };
        let output = Command::new(program)
            .args(options)
            .arg(script)
            .current_dir(folder)
            .env_remove(NAME)
            .output()
            .unwrap_or_else(|error| panic!("{program}: {error}; run ./tests/run"));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{self:?} does not run here: {said}\nrun ./tests/run");
        let value = String::from_utf8(output.stdout).unwrap();
        vec![value.strip_suffix('\n').unwrap_or(&value).to_owned()]
    }
}

/// The rule of `docker run --env-file` (docker/cli, pkg/kvfile): line by line, white space before a line and a byte order
/// mark dropped, comments only at the beginning of a line, everything after the first `=` is the value.
fn docker(file: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(file).expect("Docker takes UTF-8 only");
    let mut values = Vec::new();
    for line in text.strip_prefix('\u{feff}').unwrap_or(text).split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line).trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        assert!(!name.is_empty() && !name.contains([' ', '\t']), "Docker refuses the line");
        if name == NAME {
            values.push(value.to_owned());
        }
    }
    values
}

/// A new token in the shape of one that is bound to a video: 0x32, the length, 83 bytes.
fn token() -> String {
    let mut bytes = [0; 85];
    fs::File::open("/dev/urandom").unwrap().read_exact(&mut bytes).unwrap();
    bytes[..2].copy_from_slice(&[0x32, 83]);
    BASE64_URL_SAFE.encode(bytes)
}

/// A folder with this `.env` in it; none where `content` is `None`.
fn folder_with(content: Option<&str>) -> (TempDir, EnvFile) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(".env");
    if let Some(content) = content {
        fs::write(&path, content).unwrap();
    }
    (folder, EnvFile { path, allow_tracked: false })
}

/// The values themselves are not shown.
fn assert_read(shape: &str, folder: &TempDir, readers: &[Reader], expected: &str) {
    for reader in readers {
        let values = reader.read(folder.path());
        assert!(!values.is_empty(), "{reader:?} finds nothing in {shape}");
        for value in values {
            let lengths = (value.len(), expected.len());
            assert!(value == expected, "{reader:?} reads {shape} differently: lengths {lengths:?}");
        }
    }
}

#[test]
fn the_written_env_is_read_alike_by_every_reader() {
    let shapes = [
        ("a new file", None, ALL),
        ("an empty file", Some(""), ALL),
        ("a file without the variable", Some("A=1\n# note\n"), ALL),
        ("a file without a newline at its end", Some("A=1"), ALL),
        ("a file whose last line ends in a backslash", Some("A=C:\\dir\\\n"), ALL),
        ("an empty value", Some("YT_DLP_PO_TOKEN=\nB=2\n"), ALL),
        ("a bare old value", Some("A=1\nYT_DLP_PO_TOKEN=Mold=\nB=2\n"), ALL),
        ("an old value in double quotes", Some("YT_DLP_PO_TOKEN=\"Mold=\"\nB=2\n"), ALL),
        ("an old value in single quotes", Some("YT_DLP_PO_TOKEN='Mold='\nB=2\n"), ALL),
        ("an old value over several lines", Some("YT_DLP_PO_TOKEN=\"Mold\nB=1\n\"\nB=2\n"), ALL),
        ("a duplicated variable", Some("YT_DLP_PO_TOKEN=Ma\nB=2\nYT_DLP_PO_TOKEN='Mb'\n"), ALL),
        ("a commented-out duplicate", Some("YT_DLP_PO_TOKEN=Ma\n#YT_DLP_PO_TOKEN=Mb\n"), ALL),
        ("an indented line", Some("  YT_DLP_PO_TOKEN=Mold\n"), ALL),
        ("a byte order mark before another variable", Some("\u{feff}A=1\nYT_DLP_PO_TOKEN=Mold\n"), ALL),
        ("lines that end in CRLF", Some("A=1\r\nYT_DLP_PO_TOKEN=Mold\r\nB=2\r\n"), ALL_BUT_BASH),
        ("a line added after CRLF", Some("A=1\r\nB=2"), ALL_BUT_BASH),
        ("an exported variable", Some("export YT_DLP_PO_TOKEN=Mold\n"), ALL_BUT_DOCKER),
        ("a comment after the value", Some("YT_DLP_PO_TOKEN=Mold # note\n"), ALL_BUT_DOCKER),
        ("a comment that touches the quote", Some("YT_DLP_PO_TOKEN=\"Mold\"#note\n"), ALL_BUT_DOCKER),
        ("a comment after no value", Some("YT_DLP_PO_TOKEN= # note\n"), ALL_BUT_DOCKER),
        (
            "a value over several lines before it",
            Some("A=\"\nYT_DLP_PO_TOKEN=no\n\"\nYT_DLP_PO_TOKEN=Mold\n"),
            ALL_BUT_DOCKER,
        ),
        (
            "a single-quoted value over several lines before it",
            Some("A='\nYT_DLP_PO_TOKEN=no\n'\nYT_DLP_PO_TOKEN=Mold\n"),
            ALL_BUT_DOCKER,
        ),
        ("an export of its own", Some("YT_DLP_PO_TOKEN=Mold; export YT_DLP_PO_TOKEN\n"), &[Bash]),
    ];
    for (shape, content, readers) in shapes {
        let (folder, file) = folder_with(content);
        let token = token();
        file.set(&[Variable { name: NAME, value: &token }]).unwrap();
        assert_read(shape, &folder, readers, &token);
    }
}

#[test]
fn a_cleared_variable_is_empty_to_every_reader() {
    for (shape, content, readers) in [
        ("a bare value", "A=1\nYT_DLP_PO_TOKEN=Mold\nB=2\n", ALL),
        ("a quoted value", "YT_DLP_PO_TOKEN=\"Mold\"\n", ALL),
        ("lines that end in CRLF", "YT_DLP_PO_TOKEN=Mold\r\nB=2\r\n", ALL_BUT_BASH),
        ("a comment after the value", "YT_DLP_PO_TOKEN=Mold # note\n", ALL_BUT_DOCKER),
        ("a comment that touches the quote", "YT_DLP_PO_TOKEN=\"Mold\"#note\n", ALL_BUT_DOCKER),
    ] {
        let (folder, file) = folder_with(Some(content));
        file.clear(&[NAME]).unwrap();
        assert_read(shape, &folder, readers, "");
    }
}

/// Every character that may stand in a value, in the places where a reader might treat it specially.
#[test]
fn every_character_that_may_be_written_is_read_as_itself() {
    for value in ["_.,:/@%+=-", "=a", "-a", "@a", "%a%", "a=b=", "/a/b:c,d", ".5", "+1", ":a", ",", "a=%41"] {
        let (folder, file) = folder_with(None);
        file.set(&[Variable { name: NAME, value }]).unwrap();
        assert_read(value, &folder, ALL, value);
    }
}
