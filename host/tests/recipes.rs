//! The recipes of docs/BACKENDS.md, tried as they stand there.
//!
//! `node`, `python3` (with python-dotenv), `jq` and `curl` come from `PATH`, npm's dotenv from `NODE_PATH`. `./tests/run`
//! installs all of them. For every other program a script keeps what it is given.

use crate::deadline::{LIMIT, output, wait_until};
use crate::sandbox::{Ran, Sandbox, VIDEO, token};
use potbridge_protocol::PoToken;
use potbridge_test_support::executable;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;
#[cfg(target_os = "linux")]
use std::process::Stdio;
use std::thread::{self, JoinHandle};

const PAGE: &str = include_str!("../../docs/BACKENDS.md");

/// A block of TOML under a heading, counted from 0.
fn block(heading: &str, number: usize) -> &'static str {
    let section = PAGE.split_once(&format!("\n## {heading}\n")).expect(heading).1;
    let section = section.split_once("\n## ").map_or(section, |(section, _)| section);
    let block =
        section.split("```toml\n").nth(number + 1).unwrap_or_else(|| panic!("{heading} has no such block"));
    block.split_once("```").unwrap().0
}

/// A potbridge with a recipe for its configuration, whose `/srv` is a folder of its own.
struct Kitchen {
    sandbox: Sandbox,
}

impl Kitchen {
    fn new(recipe: &str) -> Self {
        let sandbox = Sandbox::new();
        fs::create_dir(sandbox.path("bin")).unwrap();
        let kitchen = Self { sandbox };
        kitchen
            .sandbox
            .configure(&recipe.replace("/srv", kitchen.srv("").to_str().unwrap().trim_end_matches('/')));
        kitchen
    }

    fn srv(&self, name: &str) -> PathBuf {
        self.sandbox.path("srv").join(name)
    }

    fn folder(self, name: &str) -> Self {
        fs::create_dir_all(self.srv(name)).unwrap();
        self
    }

    fn file(self, name: &str, text: &str) -> Self {
        fs::write(self.srv(name), text).unwrap();
        self
    }

    /// Writes a script that goes by a program's name. Each call leaves a line in `calls`.
    fn program(self, name: &str, script: &str) -> Self {
        let path = self.sandbox.path("bin").join(name);
        let sandbox = self.sandbox.path("");
        let text = format!("#!/bin/sh\ncd '{}'\necho \"{name} $*\" >> calls\n{script}\n", sandbox.display());
        executable::write(&path, text);
        self
    }

    fn run(&self, arguments: &[&str], stdin: &str) -> Ran {
        let path = std::env::join_paths(
            [self.sandbox.path("bin")]
                .into_iter()
                .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
        );
        let mut child = self.sandbox.potbridge(arguments).env("PATH", path.unwrap()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        Ran(output(child))
    }

    /// Delivers a token with visitor data.
    fn put(&self) -> PoToken {
        let token = token();
        let pasted =
            json!({"poToken": token.expose(), "visitorData": "CgtmSzRyTVlHM09aTA", "videoId": VIDEO});
        let ran = self.run(&["put", "--client", "web"], &pasted.to_string()).ends_with(0);
        assert!(!ran.stderr().contains("warning"), "{}", ran.stderr());
        token
    }

    fn calls(&self) -> String {
        fs::read_to_string(self.sandbox.path("calls")).unwrap_or_default()
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&fs::read(self.sandbox.path(name)).unwrap()).unwrap()
    }
}

/// The value with which yt-dl-backend downloads although it forces the client `web`.
fn for_yt_dl_backend(token: &PoToken) -> String {
    format!("{0},mweb.gvs+{0};player_client=default,mweb", token.expose())
}

/// What a program prints that reads `./.env`.
fn read_by(reader: &str, folder: &std::path::Path) -> String {
    let (program, arguments): (_, &[_]) = match reader {
        "node" => ("node", &["--env-file=.env", "-e", "console.log(process.env.YT_DLP_PO_TOKEN)"]),
        "dotenv" => (
            "node",
            &["-e", "require('dotenv').config({ quiet: true }); console.log(process.env.YT_DLP_PO_TOKEN)"],
        ),
        "python-dotenv" => (
            "python3",
            &["-c", "import dotenv, os; dotenv.load_dotenv('.env'); print(os.environ['YT_DLP_PO_TOKEN'])"],
        ),
        "shell" => ("sh", &["-c", "set -a; . ./.env; printenv YT_DLP_PO_TOKEN"]),
        other => panic!("{other} cannot be run here"),
    };
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env_remove("YT_DLP_PO_TOKEN")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{reader}: {}; run ./tests/run",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim_end_matches('\n').to_owned()
}

#[test]
fn every_block_is_a_valid_configuration() {
    let blocks: Vec<_> =
        PAGE.split("```toml\n").skip(1).map(|block| block.split_once("```").unwrap().0).collect();
    assert!(blocks.len() > 15, "only {} blocks were found", blocks.len());
    for block in blocks {
        let config = potbridge::config::Config::parse(block, "docs/BACKENDS.md".as_ref());
        let config = config.unwrap_or_else(|error| panic!("{error}\n{block}"));
        assert_eq!(config.sinks.len(), 1, "{block}");
    }
}

#[test]
fn yt_dl_backend_gets_its_value_from_each_named_reader() {
    for reader in ["node", "dotenv", "python-dotenv", "shell"] {
        assert!(PAGE.contains(&format!("\n| `{reader}` |")), "{reader}");
        let recipe =
            block("yt-dl-backend", 0).replace("reader = \"node\"", &format!("reader = \"{reader}\""));
        let kitchen = Kitchen::new(&recipe).folder("yt-dl-backend");
        let token = kitchen.put();
        assert!(
            read_by(reader, &kitchen.srv("yt-dl-backend")) == for_yt_dl_backend(&token),
            "{reader} reads it"
        );
    }
}

#[test]
fn docker_compose_is_called_once_for_a_change() {
    let kitchen = Kitchen::new(block("docker compose", 0)).folder("yt-dl-backend").program("docker", "");
    let token = kitchen.put();
    let call = format!(
        "docker compose --project-directory {} up -d yt-dl-backend\n",
        kitchen.srv("yt-dl-backend").display()
    );
    assert_eq!(kitchen.calls(), call);
    kitchen.run(&["put", "--video", VIDEO], token.expose()).ends_with(0);
    assert_eq!(kitchen.calls(), call);
}

#[test]
fn systemd_is_told_to_restart_the_service() {
    let kitchen = Kitchen::new(block("systemd", 0)).folder("yt-dl-backend").program("systemctl", "");
    let token = kitchen.put();
    assert_eq!(kitchen.calls(), "systemctl --user restart yt-dl-backend\n");
    assert!(read_by("shell", &kitchen.srv("yt-dl-backend")) == token.expose());
}

/// The units under a heading, in their order.
#[cfg(target_os = "linux")]
fn units(heading: &str) -> Vec<&'static str> {
    let section = PAGE.split_once(&format!("\n## {heading}\n")).unwrap().1;
    let section = section.split_once("\n## ").unwrap().0;
    section.split("```ini\n").skip(1).map(|block| block.split_once("```").unwrap().0).collect()
}

#[test]
#[cfg(target_os = "linux")]
fn systemd_takes_the_units() {
    let units = units("systemd");
    assert_eq!(units.len(), 5);
    let sandbox = Sandbox::new();
    for (number, unit) in units.iter().enumerate() {
        let kind = if unit.contains("[Socket]") { "socket" } else { "service" };
        // The socket's service is the one after it.
        let of = if kind == "socket" { number + 1 } else { number };
        let unit = unit.replace("%h/.local/bin/potbridge", env!("CARGO_BIN_EXE_potbridge"));
        let unit = unit.replace("/usr/bin/node", "/bin/sh").replace("/usr/bin/python3", "/bin/sh");
        let started =
            if unit.contains("ExecStart") || kind == "socket" { "" } else { "ExecStart=/bin/true\n" };
        fs::write(sandbox.path(&format!("unit{of}.{kind}")), unit + started).unwrap();
    }
    let files = fs::read_dir(sandbox.path("")).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> =
        files.filter(|path| path.file_name().unwrap().to_str().unwrap().contains("unit")).collect();
    let mut verify = Command::new("systemd-analyze");
    verify.arg("verify").args(&files).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let verified = output(verify.spawn().unwrap());
    let said = String::from_utf8(verified.stderr).unwrap();
    assert!(files.len() == 5 && verified.status.success() && said.is_empty(), "{said}");
}

/// Runs what a unit starts, under a manager: `run` and the backend of `/srv`.
#[cfg(target_os = "linux")]
fn run_unit(kitchen: &Kitchen, unit: &str, setup: &str) -> crate::runner::Running {
    let start =
        unit.lines().find_map(|line| line.strip_prefix("ExecStart=%h/.local/bin/potbridge run ")).unwrap();
    let (options, command) = start.split_once(" -- ").unwrap();
    let command = command
        .replace("/usr/bin/python3", "exec python3")
        .replace("/srv", kitchen.srv("").to_str().unwrap());
    let options: Vec<_> = options.split(' ').collect();
    kitchen.sandbox.runs_through(&["bash", "-c", &format!("{setup} exec \"$@\""), "bash"], &options, &command)
}

#[test]
#[cfg(target_os = "linux")]
fn a_service_of_type_notify_is_heard() {
    const SERVER: &str = "import os, socket\nprint('start', os.getpid(), flush=True)\n\
        assert os.environ['WATCHDOG_PID'] == str(os.getpid()) and os.environ['YT_DLP_PO_TOKEN']\n\
        address = os.environ['NOTIFY_SOCKET'].replace('@', '\\0')\n\
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'READY=1', address)\ninput()\n";
    let unit = units("systemd")[2];
    assert!(unit.contains("Type=notify") && !unit.contains("NotifyAccess"));
    let kitchen = Kitchen::new("").folder("yt-dl-backend").file("yt-dl-backend/server.py", SERVER);
    kitchen.put();
    let manager = crate::runner::manager::Manager::with_file(&kitchen.sandbox);
    let setup = format!(
        "mkfifo '{0}'; exec <>'{0}'; export NOTIFY_SOCKET='{1}' WATCHDOG_PID=$$ WATCHDOG_USEC=30000000;",
        kitchen.sandbox.path("stdin").display(),
        manager.address.display()
    );
    let mut run = run_unit(&kitchen, unit, &setup);
    assert_eq!(manager.hears_from(run.pid()), "READY=1");
    run.starts();
    kitchen.put();
    assert!(manager.hears_from(run.pid()).starts_with("RELOADING=1"));
    manager.hears_at_last(run.pid(), "READY=1");
    run.starts();
    run.signal(rustix::process::Signal::TERM);
    run.ends();
}

#[test]
#[cfg(target_os = "linux")]
fn a_service_gets_its_socket_at_every_start() {
    const SERVER: &str = "import os, socket\nassert os.environ['LISTEN_PID'] == str(os.getpid())\n\
        server = socket.socket(fileno=3)\nprint('start', os.getpid(), server.getsockname()[1], flush=True)\n\
        while True: server.accept()[0].close()\n";
    let units = units("systemd");
    let address = units[3].lines().find_map(|line| line.strip_prefix("ListenStream=")).unwrap();
    assert!(address.starts_with("127.0.0.1:"));
    let kitchen = Kitchen::new("").folder("yt-dl-backend").file("yt-dl-backend/server.py", SERVER);
    kitchen.put();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    // The standard input of `run` is the socket, which it gets as systemd numbers it.
    let potbridge = kitchen.sandbox.potbridge(&[]);
    let start =
        units[4].lines().find_map(|line| line.strip_prefix("ExecStart=%h/.local/bin/potbridge ")).unwrap();
    let words =
        start.replace("/usr/bin/python3", "python3").replace("/srv", kitchen.srv("").to_str().unwrap());
    let mut command = Command::new("bash");
    command.args(["-c", "export LISTEN_PID=$$ LISTEN_FDS=1; exec 3<&0 0</dev/null \"$@\"", "bash"]);
    command.arg(potbridge.get_program()).args(words.split(' '));
    command.envs(potbridge.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.stdin(std::os::fd::OwnedFd::from(listener)).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut run = crate::runner::Running::of(command);
    assert_eq!(run.starts().1, port.to_string());
    kitchen.put();
    assert_eq!(run.starts().1, port.to_string());
    run.signal(rustix::process::Signal::TERM);
    run.ends();
}

#[test]
fn metube_gets_its_options_as_a_file_and_as_a_variable() {
    let options = |token: &PoToken| {
        let youtube = json!({"player_client": ["default", "mweb"], "po_token": [format!("mweb.gvs+{}", token.expose())]});
        json!({"extractor_args": {"youtube": youtube}})
    };
    let kitchen = Kitchen::new(block("MeTube", 0)).folder("metube/options");
    let token = kitchen.put();
    assert!(kitchen.json("srv/metube/options/ytdl.json") == options(&token));

    let kitchen = Kitchen::new(block("MeTube", 1)).folder("metube").program("docker", "");
    let token = kitchen.put();
    let script = "set -a; . ./.env; printenv YTDL_OPTIONS";
    let read = Command::new("sh").args(["-c", script]).current_dir(kitchen.srv("metube")).output().unwrap();
    assert!(serde_json::from_slice::<Value>(&read.stdout).unwrap() == options(&token));
    assert!(kitchen.calls().ends_with("up -d metube\n"));
}

#[test]
fn lavalink_and_tubearchivist_are_sent_their_own_names() {
    for (heading, at, path, authorization, folder) in [
        ("Lavalink", "127.0.0.1:2333", "/youtube", "Authorization: youshallnotpass", "lavalink"),
        (
            "TubeArchivist",
            "127.0.0.1:8000",
            "/api/appsettings/potoken/",
            "Authorization: Token abc",
            "tubearchivist",
        ),
    ] {
        let (address, request) = server();
        let kitchen = Kitchen::new(&block(heading, 0).replace(at, &address))
            .folder(folder)
            .file(&format!("{folder}/authorization"), authorization);
        let token = kitchen.put();
        let (head, body) = request.join().unwrap();
        assert!(head.starts_with(&format!("POST {path} HTTP/1.1\r\n")), "{head}");
        assert!(head.contains(authorization) && head.contains("Content-Type: application/json"), "{head}");
        let expected = if heading == "Lavalink" {
            json!({"poToken": token.expose(), "visitorData": "CgtmSzRyTVlHM09aTA%3D%3D"})
        } else {
            json!({"potoken": token.expose()})
        };
        assert!(body == expected, "{heading} gets its own names");
    }
}

/// A server for one request: where it is, and what it got. It waits for the request for at most [`LIMIT`].
fn server() -> (String, JoinHandle<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    listener.set_nonblocking(true).unwrap();
    let request = thread::spawn(move || {
        let mut accepted = None;
        wait_until("a request comes", || {
            accepted = listener.accept().ok();
            accepted.is_some()
        });
        let (mut stream, _) = accepted.unwrap();
        stream.set_nonblocking(false).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(reader.read_line(&mut head).unwrap(), 0);
        }
        let length =
            head.to_lowercase().split_once("content-length: ").unwrap().1.lines().next().unwrap().parse();
        let mut body = vec![0; length.unwrap()];
        reader.read_exact(&mut body).unwrap();
        stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").unwrap();
        (head, serde_json::from_slice(&body).unwrap())
    });
    (address, request)
}

#[test]
fn invidious_gets_token_and_visitor() {
    let kitchen = Kitchen::new(block("Invidious", 0)).folder("invidious").program("docker", "");
    let token = kitchen.put();
    let text = fs::read_to_string(kitchen.srv("invidious/.env")).unwrap();
    let expected =
        format!("INVIDIOUS_PO_TOKEN={}\nINVIDIOUS_VISITOR_DATA=CgtmSzRyTVlHM09aTA%3D%3D\n", token.expose());
    assert!(text == expected);
}

#[test]
fn cobalt_finds_a_session_under_token() {
    let kitchen = Kitchen::new(block("cobalt", 0)).folder("cobalt/session");
    let token = kitchen.put();
    let session = kitchen.json("srv/cobalt/session/token");
    assert!(session["potoken"] == json!(token.expose()));
    assert_eq!(session["visitor_data"], json!("CgtmSzRyTVlHM09aTA%3D%3D"));
    assert!(session["updated"].as_u64().unwrap() > 1_700_000_000);
}

#[test]
fn a_file_with_the_token_alone_is_private() {
    let kitchen = Kitchen::new(block("A file with the token alone", 0)).folder("backend");
    let token = kitchen.put();
    assert!(fs::read_to_string(kitchen.srv("backend/token")).unwrap() == token.expose());
    assert_eq!(fs::metadata(kitchen.srv("backend/token")).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn another_machine_is_reached_over_ssh() {
    let there = Sandbox::new();
    // What sshd does with a command: the account's shell gets it as one text.
    let ssh = |sandbox: &Sandbox| {
        let variables = sandbox.potbridge(&[]);
        let variables =
            variables.get_envs().map(|(name, value)| format!("{}={:?}", name.display(), value.unwrap()));
        let host = env!("CARGO_BIN_EXE_potbridge");
        format!(
            "test \"$1 $2 $3\" = '-o BatchMode=yes server' || exit 255\nshift 3\nwhat=$*\n\
             export {}\nPATH='{}':$PATH exec sh -c \"$what\"",
            variables.collect::<Vec<_>>().join(" "),
            std::path::Path::new(host).parent().unwrap().display()
        )
    };
    let kitchen = Kitchen::new(block("Another machine, over ssh", 0)).program("ssh", &ssh(&there));
    let token = kitchen.put();
    assert!(there.env_text() == format!("YT_DLP_PO_TOKEN={}\n", token.expose()));
    let got = there.run(&["get", "--json"], "").ends_with(0).json();
    assert_eq!((&got["video_id"], &got["client"]), (&json!(VIDEO), &json!("web")));

    let kitchen = Kitchen::new(block("Another machine, over ssh", 1))
        .folder("yt-dl-backend")
        .program("ssh", &ssh(&there))
        .program("systemctl", "");
    let token = kitchen.put();
    let text = fs::read_to_string(kitchen.srv("yt-dl-backend/.env")).unwrap();
    assert!(text == format!("YT_DLP_PO_TOKEN={}\n", token.expose()));
    assert!(kitchen.calls().ends_with("systemctl --user restart yt-dl-backend\n"));
}

#[test]
fn kubernetes_gets_a_patch_of_the_secret_and_a_restart() {
    let kitchen =
        Kitchen::new(block("Kubernetes", 0)).program("kubectl", "test \"$1\" = patch && cat > patch || true");
    let token = kitchen.put();
    assert!(kitchen.json("patch") == json!({"stringData": {"YT_DLP_PO_TOKEN": token.expose()}}));
    assert_eq!(
        kitchen.calls(),
        "kubectl patch secret yt-dlp --type merge --patch-file /dev/stdin\n\
         kubectl rollout restart deployment/yt-dl-backend\n"
    );
}

#[test]
fn vault_gets_the_values_on_its_standard_input() {
    let kitchen = Kitchen::new(block("Vault", 0)).program("vault", "cat > given");
    let token = kitchen.put();
    assert_eq!(kitchen.calls(), "vault kv put -mount=secret yt-dlp -\n");
    assert!(kitchen.json("given") == json!({"YT_DLP_PO_TOKEN": token.expose()}));
}

#[test]
fn docker_swarm_gets_a_new_secret_and_loses_the_old_ones() {
    let script =
        "case \"$1 $2\" in 'secret ls') echo old1; echo old2 ;; 'secret create') cat > secret ;; esac";
    let kitchen = Kitchen::new(block("docker swarm", 0)).program("docker", script);
    let token = kitchen.put();
    assert!(fs::read_to_string(kitchen.sandbox.path("secret")).unwrap() == token.expose());
    let calls = kitchen.calls();
    let calls: Vec<_> = calls.lines().collect();
    assert!(
        calls[1].starts_with("docker secret create yt_dlp_po_token_") && calls[1].ends_with(" -"),
        "{calls:?}"
    );
    let new = calls[1].split(' ').nth(3).unwrap();
    assert_eq!(
        calls[2..],
        [
            &format!(
                "docker service update --quiet --secret-rm old1 --secret-rm old2 --secret-add \
                 source={new},target=yt_dlp_po_token yt-dl-backend"
            ),
            "docker secret rm old1",
            "docker secret rm old2"
        ]
    );
}
