//! What `container/` promises, compared with the program: the image here, the rest beside this file.
//!
//! `bash`, `docker-compose` and `systemd-analyze` come from Debian; `./tests/run` installs them.

mod compose;
mod seccomp;
mod unit;

use crate::deadline::{LIMIT, lines, output};
use crate::sandbox::Sandbox;
use potbridge::config::Config;
use potbridge_test_support::executable;
use rustix::process::{Pid, Signal, kill_process};
use std::ffi::OsString;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const CONTAINERFILE: &str = include_str!("../../../container/Containerfile");
const CONFIG: &str = include_str!("../../../container/config.toml");
const WORKSPACE: &str = include_str!("../../../Cargo.toml");
const TOOLCHAIN: &str = include_str!("../../../rust-toolchain.toml");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The instructions of the Containerfile in their order, each with the rest of its line. Continued lines are one.
fn instructions() -> Vec<(String, String)> {
    let code: Vec<_> = CONTAINERFILE.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let text = code.join("\n").replace("\\\n", " ");
    let whole = text.lines().filter_map(|line| line.split_once(' '));
    whole
        .map(|(name, rest)| (name.to_owned(), rest.split_whitespace().collect::<Vec<_>>().join(" ")))
        .collect()
}

/// The last such instruction: of the image, and not of the stage that builds.
fn last(name: &str) -> String {
    instructions().into_iter().rfind(|(found, _)| found == name).unwrap_or_else(|| panic!("no {name}")).1
}

/// A variable of the image's environment.
fn environment(name: &str) -> String {
    let text = last("ENV");
    let set = text.split(' ').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    set.unwrap_or_else(|| panic!("no {name}")).to_owned()
}

fn config() -> Config {
    Config::parse(CONFIG, Path::new("container/config.toml")).unwrap()
}

#[test]
fn the_image_is_built_with_a_compiler_that_the_workspace_takes() {
    let least = WORKSPACE.split("rust-version = \"").nth(1).unwrap().split('"').next().unwrap();
    let (_, rust) =
        instructions().into_iter().find(|(name, rest)| name == "ARG" && rest.starts_with("RUST=")).unwrap();
    assert!(rust.strip_prefix("RUST=").unwrap().starts_with(&format!("{least}.")), "{rust}, not {least}");
    let target = TOOLCHAIN.split("targets = [\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(
        instructions()
            .iter()
            .any(|(name, rest)| name == "RUN" && *rest == format!("rustup target add {target}"))
    );
}

#[test]
fn what_the_image_copies_is_in_the_repository() {
    let mut copied = 0;
    for (_, rest) in
        instructions().iter().filter(|(name, rest)| name == "COPY" && !rest.starts_with("--from"))
    {
        let words: Vec<_> = rest.split(' ').collect();
        for from in &words[..words.len() - 1] {
            assert!(root().join(from).exists(), "{from}");
            copied += 1;
        }
    }
    assert_eq!(copied, 4);
}

#[test]
fn the_image_runs_as_a_user_of_its_own_and_keeps_the_state() {
    let user: Vec<u32> = last("USER").split(':').map(|id| id.parse().unwrap()).collect();
    assert!(user.len() == 2 && user.iter().all(|&id| id > 0), "{user:?}");
    assert_eq!(last("VOLUME"), environment("POTBRIDGE_STATE_DIR"));
    assert_eq!(last("VOLUME"), environment("HOME"));
    assert_eq!(last("STOPSIGNAL"), "SIGINT");
    let made = format!("--owner {} --group {} --mode 0700 {}", user[0], user[1], last("VOLUME"));
    assert!(instructions().iter().any(|(name, rest)| name == "RUN" && rest.contains(&made)), "{made}");
}

#[test]
fn the_images_configuration_serves_other_containers_by_a_secret_path() {
    let config = config();
    assert_eq!(config.serve.listen, SocketAddr::from((Ipv4Addr::UNSPECIFIED, 4416)));
    assert!(config.serve.secret && config.serve.hosts == ["potbridge"] && config.browser.own);
    assert_eq!(last("EXPOSE"), config.serve.listen.port().to_string());
    assert_eq!(environment("POTBRIDGE_CONFIG"), "/etc/potbridge/config.toml");
    assert!(
        instructions().contains(&("COPY".into(), "container/config.toml /etc/potbridge/config.toml".into()))
    );
}

/// The PATH with a folder of the sandbox before it.
fn path_with(folder: PathBuf) -> OsString {
    let path = std::env::var_os("PATH").unwrap();
    std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&path))).unwrap()
}

/// One of the image's scripts, with a sandbox's folders.
fn script(sandbox: &Sandbox, name: &str, arguments: &[&str]) -> Command {
    let template = sandbox.potbridge(&[]);
    let mut script = Command::new(root().join("container").join(name));
    script.args(arguments).envs(template.get_envs().filter_map(|(name, value)| Some((name, value?))));
    script.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    script
}

#[test]
fn the_health_check_succeeds_while_the_server_answers() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("bin")).unwrap();
    symlink(env!("CARGO_BIN_EXE_potbridge"), sandbox.path("bin/potbridge")).unwrap();
    let path = path_with(sandbox.path("bin"));
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    sandbox.configure(&CONFIG.replace("0.0.0.0:4416", &format!("0.0.0.0:{port}")));
    let healthy = || {
        let check = script(&sandbox, "healthy", &[]).env("PATH", &path).spawn().unwrap();
        output(check).status.success()
    };
    assert!(!healthy());
    let mut server = sandbox.potbridge(&["serve"]).spawn().unwrap();
    let log = lines(server.stderr.take().unwrap());
    let ready = log.recv_timeout(LIMIT).expect("serve says where it listens");
    let while_it_answers = healthy();
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(while_it_answers, "{ready}");
    assert!(!healthy());
}

/// A potbridge that notes how it is called, and ends with the code 7 at a SIGINT that it does not ignore.
const NOTES: &str = r#"#!/bin/bash
echo "$*" >> "$POTBRIDGE_STATE_DIR/calls"
[ "$*" = "serve --secret" ] || { echo "told: $*"; exit 0; }
sleep 1000 &
trap 'kill $!; exit 7' INT
echo ready >&2
wait
"#;

#[test]
fn a_container_that_is_stopped_ends_the_server_and_then_the_browser() {
    for signal in [Signal::INT, Signal::TERM] {
        let sandbox = Sandbox::new();
        let (bin, state) = (sandbox.path("bin"), sandbox.path("state"));
        for folder in [&bin, &state] {
            fs::create_dir(folder).unwrap();
        }
        executable::write(bin.join("potbridge"), NOTES);
        let path = path_with(bin);
        let start =
            |arguments: &[&str]| script(&sandbox, "entry", arguments).env("PATH", &path).spawn().unwrap();
        for arguments in [["status", "--json"], ["serve", "--print-url"]] {
            let ran = output(start(&arguments));
            assert!(ran.status.success());
            // Whoever reads an address from it reads nothing else.
            assert_eq!(String::from_utf8(ran.stdout).unwrap(), format!("told: {}\n", arguments.join(" ")));
        }
        let mut entry = start(&["serve", "--secret"]);
        lines(entry.stderr.take().unwrap()).recv_timeout(LIMIT).expect("the server runs");
        kill_process(Pid::from_raw(entry.id().cast_signed()).unwrap(), signal).unwrap();
        assert_eq!(output(entry).status.code(), Some(7), "{signal:?}");
        let calls = fs::read_to_string(state.join("calls")).unwrap();
        assert_eq!(calls, "status --json\nserve --print-url\nserve --secret\nbrowser end\n");
    }
}
