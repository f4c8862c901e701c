//! A written `.env` file, read by the programs that read such files.
//!
//! `bash`, `node`, `docker-compose` and `python3` (with python-dotenv) come from `PATH`, npm's dotenv from `NODE_PATH`, and
//! systemd's parser from Debian's place for it. `./tests/run` installs all of them.

use env_file::{Change, EnvFile, Reader, Variable};
use potbridge_end_to_end::downloads::random_token;
use std::{collections::BTreeMap, fs, path::Path, process::Command};
use tempfile::TempDir;

const NAME: &str = "YT_DLP_PO_TOKEN";

/// systemd's reader of a user's `environment.d/*.conf`, which prints them for a shell.
///
/// It shares its code with `EnvironmentFile=`, but also replaces `$NAME`.
const SYSTEMD: &str = "/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    Sh,
    Bash,
    Node,
    Dotenv,
    PythonDotenv,
    Docker,
    Compose,
    Systemd,
}

use Program::{Bash, Compose, Docker, Dotenv, Node, PythonDotenv, Sh, Systemd};

const ALL: &[Program] = &[Sh, Bash, Node, Dotenv, PythonDotenv, Docker, Systemd];
/// Docker and systemd support neither `export` nor a comment after a value.
const WITH_COMMENTS: &[Program] = &[Sh, Bash, Node, Dotenv, PythonDotenv];
/// For a shell a carriage return is a part of the value.
const ALL_BUT_SHELLS: &[Program] = &[Node, Dotenv, PythonDotenv, Docker, Systemd];

impl Program {
    /// All variables that this program reads from the file, and possibly more.
    fn read(self, folder: &Path) -> Vec<(String, String)> {
        const IN_SHELL: &str = "set -a; . ./.env 2>/dev/null; env -0";
        let python = |script: &str| format!("import json, os, sys\n{script}");
        let (program, option, script) = match self {
            Sh => ("sh", "-c", IN_SHELL.to_owned()),
            Bash => ("bash", "-c", IN_SHELL.to_owned()),
            Node => ("node", "--env-file=.env", String::new()),
            Dotenv => ("node", "-e", "require('dotenv').config({ quiet: true });".to_owned()),
            PythonDotenv => (
                "python3",
                "-c",
                python("import dotenv\ndotenv.load_dotenv('.env')\nprint(json.dumps(dict(os.environ)))"),
            ),
            Systemd => {
                fs::create_dir_all(folder.join("environment.d")).unwrap();
                fs::copy(folder.join(".env"), folder.join("environment.d/it.conf")).unwrap();
                (
                    "sh",
                    "-c",
                    format!("set -a; read=$(XDG_CONFIG_HOME=$PWD {SYSTEMD}); eval \"$read\"; env -0"),
                )
            }
            Compose => {
                let file = "services: {it: {image: it, env_file: .env, environment: {COPY: \"${YT_DLP_PO_TOKEN}\"}}}";
                fs::write(folder.join("compose.yaml"), file).unwrap();
                // The Python that docker-compose itself runs on has a reader of what it prints.
                let print = python(
                    "import yaml\nprint(json.dumps(yaml.safe_load(sys.stdin)['services']['it']['environment']))",
                );
                ("sh", "-c", format!("docker-compose config | /usr/bin/python3 -c \"{print}\""))
            }
            Docker => return docker(&fs::read(folder.join(".env")).unwrap()),
        };
        let mut command = Command::new(program);
        command.arg(option);
        let json = "console.log(JSON.stringify(process.env))";
        match self {
            Node => command.args(["-e", json]),
            Dotenv => command.arg(script + json),
            _ => command.arg(script),
        };
        let output = command
            .current_dir(folder)
            .env_remove(NAME)
            .output()
            .unwrap_or_else(|error| panic!("{program}: {error}; run ./tests/run"));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{self:?} does not run here: {said}\nrun ./tests/run");
        let text = String::from_utf8(output.stdout).unwrap();
        if matches!(self, Sh | Bash | Systemd) {
            let pairs = text.split('\0').filter_map(|pair| pair.split_once('='));
            pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        } else {
            let values: BTreeMap<String, String> = serde_json::from_str(&text).unwrap();
            values.into_iter().collect()
        }
    }
}

/// The rule of `docker run --env-file` (docker/cli, pkg/kvfile).
///
/// It reads line by line, and drops white space before a line and a byte order mark. A comment stands only at the beginning
/// of a line. Everything after the first `=` is the value. Of a name that is there twice runc keeps the last (`prepareEnv`).
fn docker(file: &[u8]) -> Vec<(String, String)> {
    let text = std::str::from_utf8(file).expect("Docker takes UTF-8 only");
    let mut values: Vec<(String, String)> = Vec::new();
    for line in text.strip_prefix('\u{feff}').unwrap_or(text).split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line).trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        assert!(!name.is_empty() && !name.contains([' ', '\t']), "Docker refuses the line");
        values.retain(|(earlier, _)| earlier != name);
        values.push((name.to_owned(), value.to_owned()));
    }
    values
}

/// A folder with this `.env`, or without one if `content` is `None`.
fn folder_with(content: Option<&str>) -> (TempDir, EnvFile) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(".env");
    if let Some(content) = content {
        fs::write(&path, content).unwrap();
    }
    (folder, EnvFile::new(path))
}

/// Compares what programs read. The values themselves are not shown.
fn assert_read(shape: &str, folder: &TempDir, programs: &[Program], expected: &[(&str, &str)]) {
    for program in programs {
        let found = program.read(folder.path());
        for (name, expected) in expected {
            let mut values = found.iter().filter(|(found, _)| found == name).peekable();
            // In environment.d an empty value removes a variable.
            let may_lack = *program == Systemd && expected.is_empty();
            assert!(may_lack || values.peek().is_some(), "{program:?} finds no {name} in {shape}");
            for (_, value) in values {
                let lengths = (value.len(), expected.len());
                assert!(
                    value == expected,
                    "{program:?} reads {name} in {shape} differently: lengths {lengths:?}"
                );
            }
        }
    }
}

#[test]
fn every_reader_reads_the_written_token() {
    let shapes = [
        ("a new file", None, ALL),
        ("an empty file", Some(""), ALL),
        ("a file without the variable", Some("A=1\n# note\n"), ALL),
        ("a file without a newline at its end", Some("A=1"), ALL),
        ("a file whose last line ends in a backslash", Some("A=C:\\dir\\\n"), ALL),
        ("a line joined to a value", Some("JARS=a.jar:\\\nYT_DLP_PO_TOKEN=\nB=2\n"), ALL),
        ("a line joined to a comment", Some("# C:\\videos\\\nYT_DLP_PO_TOKEN=Mold\nB=2\n"), ALL),
        ("a value that goes on in the next line", Some("YT_DLP_PO_TOKEN=Mold\\\nB=2\n"), ALL),
        ("a joined line after the variable", Some("YT_DLP_PO_TOKEN=\nA=b\\\nYT_DLP_PO_TOKEN=Mold\n"), ALL),
        ("an empty value", Some("YT_DLP_PO_TOKEN=\nB=2\n"), ALL),
        ("a bare old value", Some("A=1\nYT_DLP_PO_TOKEN=Mold=\nB=2\n"), ALL),
        ("an old value in double quotes", Some("YT_DLP_PO_TOKEN=\"Mold=\"\nB=2\n"), ALL),
        ("an old value in single quotes", Some("YT_DLP_PO_TOKEN='Mold='\nB=2\n"), ALL),
        ("an old value over several lines", Some("YT_DLP_PO_TOKEN=\"Mold\nB=1\n\"\nB=2\n"), ALL),
        ("a duplicated variable", Some("YT_DLP_PO_TOKEN=Ma\nB=2\nYT_DLP_PO_TOKEN='Mb'\n"), ALL),
        ("a commented-out duplicate", Some("YT_DLP_PO_TOKEN=Ma\n#YT_DLP_PO_TOKEN=Mb\n"), ALL),
        ("an indented line", Some("  YT_DLP_PO_TOKEN=Mold\n"), ALL),
        ("a byte order mark before another variable", Some("\u{feff}A=1\nYT_DLP_PO_TOKEN=Mold\n"), ALL),
        ("lines that end in CRLF", Some("A=1\r\nYT_DLP_PO_TOKEN=Mold\r\nB=2\r\n"), ALL_BUT_SHELLS),
        ("a line added after CRLF", Some("A=1\r\nB=2"), ALL_BUT_SHELLS),
        ("an exported variable", Some("export YT_DLP_PO_TOKEN=Mold\n"), WITH_COMMENTS),
        ("a comment after the value", Some("YT_DLP_PO_TOKEN=Mold # note\n"), WITH_COMMENTS),
        ("a comment that touches the quote", Some("YT_DLP_PO_TOKEN=\"Mold\"#note\n"), WITH_COMMENTS),
        ("a comment after no value", Some("YT_DLP_PO_TOKEN= # note\n"), WITH_COMMENTS),
        (
            "a value over several lines before it",
            Some("A=\"\nYT_DLP_PO_TOKEN=no\n\"\nYT_DLP_PO_TOKEN=Mold\n"),
            WITH_COMMENTS,
        ),
        (
            "a single-quoted value over several lines before it",
            Some("A='\nYT_DLP_PO_TOKEN=no\n'\nYT_DLP_PO_TOKEN=Mold\n"),
            WITH_COMMENTS,
        ),
        ("an export of its own", Some("YT_DLP_PO_TOKEN=Mold; export YT_DLP_PO_TOKEN\n"), &[Sh, Bash]),
    ];
    for (shape, content, programs) in shapes {
        let (folder, file) = folder_with(content);
        let token = random_token();
        file.set(&[Variable { name: NAME, value: &token }]).unwrap();
        assert_read(shape, &folder, programs, &[(NAME, &token)]);
    }
}

#[test]
fn a_cleared_variable_is_empty_to_every_reader() {
    for (shape, content, programs) in [
        ("a bare value", "A=1\nYT_DLP_PO_TOKEN=Mold\nB=2\n", ALL),
        ("a quoted value", "YT_DLP_PO_TOKEN=\"Mold\"\n", ALL),
        ("lines that end in CRLF", "YT_DLP_PO_TOKEN=Mold\r\nB=2\r\n", ALL_BUT_SHELLS),
        ("a comment after the value", "YT_DLP_PO_TOKEN=Mold # note\n", WITH_COMMENTS),
        ("a comment that touches the quote", "YT_DLP_PO_TOKEN=\"Mold\"#note\n", WITH_COMMENTS),
    ] {
        let (folder, file) = folder_with(Some(content));
        file.clear(&[NAME]).unwrap();
        assert_read(shape, &folder, programs, &[(NAME, "")]);
    }
}

/// Every allowed character, in the places where a reader could treat it specially.
#[test]
fn every_allowed_character_is_read_unchanged() {
    for value in ["_.,:/@%+=-", "=a", "-a", "@a", "%a%", "a=b=", "/a/b:c,d", ".5", "+1", ":a", ",", "a=%41"] {
        let (folder, file) = folder_with(None);
        file.set(&[Variable { name: NAME, value }]).unwrap();
        assert_read(value, &folder, ALL, &[(NAME, value)]);
    }
}

/// Values that are not bare tokens, with characters that are special for a shell or a parser.
fn values() -> Vec<String> {
    let token = random_token();
    let mut values = vec![
        format!("{token},mweb.gvs+{token};player_client=default,mweb"),
        format!("{{\"extractor_args\": {{\"youtube\": {{\"po_token\": [\"web.gvs+{token}\"]}}}}}}"),
    ];
    let others = [
        "a b  c",
        " a ",
        "a #b",
        "#a",
        "a;b",
        "a\"b`c",
        "&|<>()!*?~[]^",
        "ü€",
        "a\\nb",
        "a$HOME",
        "a${HOME}",
        "'",
    ];
    values.extend(others.map(str::to_owned));
    values
}

#[test]
fn a_value_written_for_one_reader_reaches_its_program_unchanged() {
    const BARE: &str = "N=old\n";
    const QUOTED: &str = "N=\"old\"\n";
    const COMMENTED: &str = "N='old' # note\n";
    const EXPORTED: &str = "export N=old# # note\n";
    const FOR_A_SHELL: &str = "N='old # ;'; export N\n";
    const WINDOWS: &str = "N=\"old\"\r\n";
    let values = values();
    let names: Vec<String> =
        (0..values.len()).map(|n| if n == 0 { NAME.to_owned() } else { format!("V{n}") }).collect();
    for (reader, programs, shapes) in [
        (Reader::Shell, &[Sh, Bash][..], &["", BARE, QUOTED, COMMENTED, EXPORTED, FOR_A_SHELL][..]),
        (Reader::Node, &[Node], &["", BARE, QUOTED, COMMENTED, EXPORTED, WINDOWS]),
        (Reader::Dotenv, &[Dotenv], &["", BARE, QUOTED, COMMENTED, EXPORTED, WINDOWS]),
        (Reader::PythonDotenv, &[PythonDotenv], &["", BARE, QUOTED, COMMENTED, EXPORTED, WINDOWS]),
        (Reader::Compose, &[Compose], &["", EXPORTED]),
        (Reader::Docker, &[Docker], &["", BARE, QUOTED, COMMENTED, FOR_A_SHELL, WINDOWS]),
        (Reader::Systemd, &[Systemd], &["", BARE, QUOTED, COMMENTED, FOR_A_SHELL, WINDOWS]),
    ] {
        for shape in shapes {
            let content: String = names.iter().map(|name| shape.replace('N', name)).collect();
            let (folder, file) = folder_with(Some(&content));
            let file = EnvFile { reader: Some(reader), ..file };
            let mut taken = Vec::new();
            for (name, value) in names.iter().zip(&values) {
                let variable = [Variable { name, value }];
                match file.set(&variable) {
                    Ok(done) => assert_eq!(done.change, Change::Written),
                    Err(error) => {
                        assert_eq!(error.code(), "value-unfit");
                        continue;
                    }
                }
                assert_eq!(file.set(&variable).unwrap().change, Change::Unchanged, "{reader}, {shape}");
                // This parser of systemd's replaces variables, which EnvironmentFile= does not.
                if reader != Reader::Systemd || !value.contains('$') {
                    taken.push((name.as_str(), value.as_str()));
                }
            }
            assert!(taken.len() > values.len() / 2 && taken[0].0 == NAME, "{reader} takes {}", taken.len());
            if reader == Reader::Compose {
                taken.push(("COPY", &values[0]));
            }
            let what = format!("what is written for {reader} over {shape:?}");
            assert_read(&what, &folder, programs, &taken);
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            file.clear(&names).unwrap();
            let cleared: Vec<_> = taken.iter().map(|(name, _)| (*name, "")).collect();
            assert_read(&what, &folder, programs, &cleared);
        }
    }
}
