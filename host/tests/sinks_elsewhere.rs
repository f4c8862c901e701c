//! A token from a browser's host in a real Redis and a real keyring, and from there in a backend.

use crate::deadline::{LIMIT, wait_until};
use crate::sandbox::{Browser, Sandbox, VIDEO, captured, now, token};
use potbridge_protocol::PoToken;
use potbridge_protocol::lifetime::{EXPIRES_MS, FRESH_MS};
use potbridge_sinks::redis::Redis;
use potbridge_system::clock;
use potbridge_test_support::certificates::{TLS, certify};
use potbridge_test_support::{PrivateBus, RedisServer};
use serde_json::json;
use std::time::Instant;

const PASSWORD: &str = "s3cr3t-of-this-test";
const KEY: &str = "potbridge:YT_DLP_PO_TOKEN";

/// Speaks TLS, and knows one user with the rules that docs/BACKENDS.md names, and one that may only read.
fn redis() -> RedisServer {
    let page = include_str!("../../docs/BACKENDS.md");
    let rules = page.split_once("ACL SETUSER potbridge on >PASSWORD ").unwrap().1.lines().next().unwrap();
    let users = format!(
        "user default off\nuser potbridge on >{PASSWORD} {rules}\n\
         user backend on >{PASSWORD} ~potbridge:* &potbridge:* +get +subscribe +ping"
    );
    RedisServer::prepared(&format!("{TLS}\n{users}"), |folder| {
        certify(folder, &["127.0.0.1"]);
        let password = folder.join("password");
        std::fs::write(&password, format!("{PASSWORD}\n")).unwrap();
        std::fs::set_permissions(password, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    })
}

/// Of the recipe for several machines.
fn redis_sink(server: &RedisServer, user: &str) -> String {
    format!(
        "[[sink]]\nkind = \"redis\"\nurl = \"rediss://{user}@127.0.0.1:{}/0\"\npassword_file = {:?}\nca = {:?}\n\
         channel = \"potbridge:changed\"\n\
         vars = {{ YT_DLP_PO_TOKEN = \"{{token}}\", PO_TOKEN_VIDEO = \"{{video_id}}\" }}\n",
        server.port,
        server.path("password"),
        server.path("ca.pem"),
    )
}

fn env_file(sandbox: &Sandbox) -> String {
    format!("[[sink]]\nkind = \"env-file\"\npath = {:?}\n", sandbox.env())
}

/// What another program reads.
fn read(server: &RedisServer, key: &str) -> Option<String> {
    let url = format!("rediss://backend:{PASSWORD}@127.0.0.1:{}", server.port);
    let sink = Redis { ca: Some(server.path("ca.pem")), ..Redis::new(url.parse().unwrap()) };
    sink.get(&[key]).unwrap().remove(key).map(|value| value.to_string())
}

#[test]
fn redis_gets_the_newest_token_when_it_is_back() {
    let mut server = redis();
    let sandbox = Sandbox::new();
    sandbox.configure(&(redis_sink(&server, "potbridge") + &env_file(&sandbox)));
    let mut browser = sandbox.firefox();
    let tokens: [PoToken; 3] = std::array::from_fn(|_| token());
    let play = |browser: &mut Browser, number: usize| {
        browser.send(&captured(&number.to_string(), &tokens[number], VIDEO, now()));
        // A retried delivery may report in between.
        let answer = browser.receive_type("stored");
        assert_eq!(answer["sinks"][0]["outcome"], json!("pending"));
        assert_eq!(answer["sinks"][1]["outcome"], json!("written"));
        assert!(sandbox.env_text().contains(tokens[number].expose()));
    };
    let expect = |browser: &mut Browser, outcome: &str| {
        let end = Instant::now() + LIMIT;
        loop {
            let report = browser.delivered("redis");
            assert!(!report.to_string().contains(PASSWORD));
            if report["outcome"] == json!(outcome) {
                return report;
            }
            assert!(Instant::now() < end, "no report {outcome:?} comes");
        }
    };
    play(&mut browser, 0);
    expect(&mut browser, "written");
    assert!(read(&server, KEY).as_deref() == Some(tokens[0].expose()));
    assert_eq!(read(&server, "potbridge:PO_TOKEN_VIDEO").as_deref(), Some(VIDEO));

    server.stop();
    play(&mut browser, 1);
    assert_eq!(expect(&mut browser, "failed")["code"], json!("redis-away"));
    play(&mut browser, 2);
    server.start();
    expect(&mut browser, "written");
    assert!(read(&server, KEY).as_deref() == Some(tokens[2].expose()));
    let status = sandbox.run(&["status", "--json"], "").ends_with(0).json();
    assert_eq!(status["sinks"][0]["last"]["outcome"], json!("written"));
}

#[test]
fn a_key_in_redis_expires_12_hours_after_the_capture() {
    let server = RedisServer::new();
    let sandbox = Sandbox::new();
    sandbox.configure(&format!(
        "[[sink]]\nkind = \"redis\"\nurl = {:?}\nvars = {{ TIMES = \"{{fresh_until}} {{expires_at}}\" }}\n",
        server.url()
    ));
    let mut browser = sandbox.firefox();
    let captured_at = now() - FRESH_MS;
    browser.ask(&captured("1", &token(), VIDEO, captured_at));
    assert_eq!(browser.delivered("redis")["outcome"], json!("written"));
    assert_eq!(
        server.ask::<String>(&["GET", "potbridge:TIMES"]),
        format!("{} {}", clock::iso(captured_at + FRESH_MS), clock::iso(captured_at + EXPIRES_MS))
    );
    assert_eq!(server.ask::<u64>(&["PEXPIRETIME", "potbridge:TIMES"]), captured_at + EXPIRES_MS);
}

#[test]
fn redis_drops_a_token_that_expired_or_was_cleared() {
    let server = redis();
    let sandbox = Sandbox::new();
    sandbox.configure(&redis_sink(&server, "potbridge"));
    let mut browser = sandbox.firefox();
    // It has three seconds left.
    browser.ask(&captured("1", &token(), VIDEO, now() - EXPIRES_MS + 3000));
    browser.delivered("redis");
    assert!(read(&server, KEY).is_some());
    wait_until("the key expires", || read(&server, KEY).is_none());

    browser.ask(&captured("2", &token(), VIDEO, now()));
    browser.delivered("redis");
    assert!(read(&server, KEY).is_some());
    sandbox.run(&["clear"], "").ends_with(0);
    assert_eq!(read(&server, KEY), None);
}

#[test]
fn a_user_that_may_not_write_learns_the_rules_it_needs() {
    let server = redis();
    let sandbox = Sandbox::new();
    sandbox.configure(&redis_sink(&server, "backend"));
    let ran = sandbox.run(&["put"], token().expose()).ends_with(1);
    assert!(
        ran.stderr().contains("~potbridge:YT_DLP_PO_TOKEN") && ran.stderr().contains("+set"),
        "{}",
        ran.stderr()
    );
}

#[test]
fn a_backend_on_another_machine_gets_each_token_of_redis() {
    let mut server = redis();
    let (here, there) = (Sandbox::new(), Sandbox::new());
    here.configure(&redis_sink(&server, "potbridge"));
    there.configure(&redis_sink(&server, "backend"));
    let script = "echo start $$ \"<$YT_DLP_PO_TOKEN>\" \"$PO_TOKEN_VIDEO\"; exec sleep 600";
    let mut run = there.runs(&["--watch", "--wait", "--min-interval", "0"], script);
    run.run_says("waiting for one");
    let mut browser = here.firefox();
    for (id, video) in [("1", VIDEO), ("2", "jNQXAC9IVRw")] {
        let token = token();
        browser.ask(&captured(id, &token, video, now()));
        assert!(run.starts().1 == format!("<{}> {video}", token.expose()), "the backend has another token");
    }
    server.stop();
    run.run_says("cannot reach rediss://backend@127.0.0.1");
    server.start();
    let token = token();
    browser.ask(&captured("3", &token, VIDEO, now()));
    assert!(run.starts().1 == format!("<{}> {VIDEO}", token.expose()), "the backend has another token");
    run.signal(rustix::process::Signal::TERM);
    assert_eq!(run.ends().code, Some(143));
}

#[test]
fn with_a_store_in_memory_run_reads_the_sinks() {
    let sandbox = Sandbox::new();
    sandbox.configure(&(env_file(&sandbox) + "[store]\npath = \":memory:\"\n"));
    let mut run = sandbox.runs(
        &["--watch", "--wait", "--min-interval", "0"],
        "echo start $$ $YT_DLP_PO_TOKEN; exec sleep 600",
    );
    run.run_says("waiting for one");
    let mut browser = sandbox.firefox();
    for id in ["1", "2"] {
        let token = token();
        browser.ask(&captured(id, &token, VIDEO, now()));
        assert!(run.starts().1 == token.expose(), "the backend has another token");
    }
}

#[test]
fn another_program_finds_the_token_in_the_keyring() {
    let bus = PrivateBus::new();
    let sandbox = Sandbox::new();
    sandbox.configure("[[sink]]\nkind = \"keyring\"\nvars = { YT_DLP_PO_TOKEN = \"{token}\", VISITOR = \"{visitor_data}\" }\n");
    let on_bus = |command: &mut std::process::Command| {
        for (name, value) in bus.command("potbridge").get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
    };
    let mut browser = sandbox.firefox_with(on_bus);
    for id in ["1", "2"] {
        let token = token();
        assert_eq!(browser.ask(&captured(id, &token, VIDEO, now()))["sinks"][0]["outcome"], json!("pending"));
        assert_eq!(browser.delivered("keyring")["outcome"], json!("written"));
        assert!(bus.looked_up("YT_DLP_PO_TOKEN").as_deref() == Some(token.expose()), "another value");
    }
    assert_eq!(bus.looked_up("VISITOR"), None);

    let mut clear = sandbox.potbridge(&["clear"]);
    on_bus(&mut clear);
    let output = clear.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("emptied in the keyring, under potbridge"));
    assert_eq!(bus.looked_up("YT_DLP_PO_TOKEN"), None);
}

#[test]
fn without_a_keyring_no_file_is_written_instead() {
    let bus = PrivateBus::without_a_bus();
    let sandbox = Sandbox::new();
    sandbox.configure("[[sink]]\nkind = \"keyring\"\n");
    let mut browser = sandbox.firefox_with(|host| {
        host.envs(bus.command("potbridge").get_envs().filter_map(|(name, value)| Some((name, value?))));
        host.env_remove("DBUS_SESSION_BUS_ADDRESS");
    });
    let token = token();
    browser.ask(&captured("1", &token, VIDEO, now()));
    let report = browser.delivered("keyring");
    assert_eq!((&report["outcome"], &report["code"]), (&json!("failed"), &json!("keyring-absent")));
    assert_eq!(report["warnings"], json!([]));
    assert!(!sandbox.env().exists());
}
