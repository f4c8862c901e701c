//! A real Redis that turns the program away: logins, permissions, and what a server says of what it was sent.

use crate::redis_server::{CHANNEL, LIMIT, RedisServer};
use crate::sandbox::{now, token};
use potbridge::sink::redis::RedisError;
use potbridge::sink::{Change, Variable};
use redis::ConnectionLike as _;
use std::{fs, os::unix::fs::PermissionsExt as _, thread};

const KEY: &str = "potbridge:token";
const HOUR: u64 = 3_600_000;

/// The user of the sink, and one who may only read; the password is `{0}`.
const USERS: &str = "user writer on >{0} resetchannels ~potbridge:* &potbridge:* +multi +exec +time +get +pttl +set \
                     +pexpireat +del +publish\n\
                     user reader on >{0} resetchannels ~potbridge:* &potbridge:* +get +subscribe";

fn variables(value: &str) -> [Variable<'_>; 1] {
    [Variable { name: KEY, value }]
}

/// Random, and nothing that a URL or a configuration would read otherwise.
fn password() -> String {
    token().expose().trim_end_matches('=').to_owned()
}

fn with_users(password: &str) -> RedisServer {
    RedisServer::with(&USERS.replace("{0}", password))
}

fn assert_untouched(server: &RedisServer) {
    assert!(!server.ask::<bool>(&["EXISTS", KEY]), "nothing was written");
    assert_eq!(server.calls("publish"), 0, "nothing was reporter");
}

#[test]
fn users_with_just_the_permissions_that_are_named_can_do_their_part() {
    let (password, token) = (password(), token());
    let server = with_users(&password);
    let (writer, reader) = (server.sink_as("writer", &password), server.sink_as("reader", &password));
    let mut subscription = reader.subscribe().unwrap();
    assert_eq!(writer.set(&variables(token.expose()), now() + HOUR).unwrap(), Change::Written);
    assert!(subscription.wait(LIMIT).unwrap());
    assert_eq!(*reader.get(&[KEY]).unwrap()[KEY], token.expose());
    assert_eq!(writer.clear(&[KEY]).unwrap(), Change::Written);
}

#[test]
fn a_missing_permission_is_named_with_the_rules_that_mend_it() {
    let (password, token) = (password(), token());
    let server = with_users(&password);
    let rules = format!("~{KEY} &{CHANNEL} +multi +exec +time +get +pttl +set +pexpireat +del +publish");
    let reader = server.sink_as("reader", &password);
    let writer = server.sink_as("writer", &password);
    let mut elsewhere = writer.clone();
    elsewhere.channel = Some("news".into());
    let foreign = [Variable { name: "other", value: "x" }];
    for (result, rules) in [
        (reader.set(&variables(token.expose()), now() + HOUR), rules.clone()),
        (reader.clear(&[KEY]), rules.clone()),
        (elsewhere.set(&variables(token.expose()), now() + HOUR), rules.replace(CHANNEL, "news")),
        (writer.set(&foreign, now() + HOUR), rules.replace(KEY, "other")),
    ] {
        let error = result.unwrap_err();
        assert_eq!((error.code(), error.is_transient()), ("redis-not-permitted", false));
        assert!(error.to_string().ends_with(&format!("needs the ACL rules {rules}")), "{error}");
    }
    let error = writer.subscribe().unwrap_err();
    assert!(error.to_string().ends_with(&format!("needs the ACL rules &{CHANNEL} +subscribe")), "{error}");
    assert_untouched(&server);
    assert!(!server.ask::<bool>(&["EXISTS", "other"]));
}

#[test]
fn the_rules_in_the_message_are_what_redis_takes() {
    let (password, token) = (password(), token());
    let server = RedisServer::with(&format!("user writer on >{password} resetchannels"));
    let mut sink = server.sink_at(&format!("redis://writer:{password}@127.0.0.1:{}/2", server.port));
    sink.channel = Some("what [is] \\ new?".into());
    let variables = [Variable { name: "po*token", value: token.expose() }];
    let error = sink.set(&variables, now() + HOUR).unwrap_err().to_string();
    let rules = error.split_once("ACL rules ").unwrap().1;

    // As a person would paste it: redis-cli's quoting is that of inline commands.
    let mut connection = server.connection();
    connection.send_packed_command(format!("ACL SETUSER writer {rules}\r\n").as_bytes()).unwrap();
    assert_eq!(connection.recv_response().unwrap(), redis::Value::Okay, "{rules}");
    assert_eq!(sink.set(&variables, now() + HOUR).unwrap(), Change::Written);
}

#[test]
fn a_login_that_is_refused_says_why() {
    let (password, token) = (password(), token());
    let open = with_users(&password);
    let closed = RedisServer::with_password(&password);
    for (sink, why) in [
        (open.sink_as("writer", "wrong"), "the user or the password is wrong"),
        (open.sink_as("nobody", &password), "the user or the password is wrong"),
        (open.sink_as("", &password), "it wants none"),
        (
            open.sink_at(&format!("redis://writer@127.0.0.1:{}", open.port)),
            "the user or the password is wrong",
        ),
        (closed.sink(), "it wants a password"),
        (closed.sink_as("", "wrong"), "the user or the password is wrong"),
    ] {
        let error = sink.set(&variables(token.expose()), now() + HOUR).unwrap_err();
        assert_eq!((error.code(), error.is_transient()), ("redis-login-refused", false));
        assert!(error.to_string().contains(why) && error.to_string().contains(&sink.place()), "{error}");
        assert!(!error.to_string().contains(&password));
    }
    assert_untouched(&open);
    assert_untouched(&closed);
}

#[test]
fn the_password_in_a_file_counts_before_that_in_the_url() {
    let (password, token) = (password(), token());
    let server = RedisServer::with_password(&password);
    let mut sink = server.sink_as("default", "wrong");
    let file = server.path("password");
    sink.password_file = Some(file.clone());
    fs::write(&file, format!("{password}\n")).unwrap();

    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let error = sink.set(&variables(token.expose()), now() + HOUR).unwrap_err();
    assert_eq!(error.code(), "redis-password-exposed");
    assert!(error.to_string().contains(&file.display().to_string()));
    assert_untouched(&server);

    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(sink.set(&variables(token.expose()), now() + HOUR).unwrap(), Change::Written);

    fs::remove_file(&file).unwrap();
    assert_eq!(sink.get(&[KEY]).unwrap_err().code(), "redis-password-file");
}

/// A command without its name is unknown, and the server then quotes what it was sent.
#[test]
fn what_the_server_quotes_of_a_secret_is_not_passed_on() {
    let (password, token) = (password(), token());
    let without_set = RedisServer::with("rename-command SET \"\"");
    let without_auth = RedisServer::with("rename-command AUTH \"\"");
    let raw = without_set.connection().req_command(redis::cmd("SET").arg(KEY).arg(token.expose()));
    assert!(format!("{raw:?}").contains(&token.expose()[..32]), "this server quotes: {raw:?}");

    let from_set = without_set.sink().set(&variables(token.expose()), now() + HOUR).unwrap_err();
    let from_auth = without_auth.sink_as("writer", &password).get(&[KEY]).unwrap_err();
    for error in [from_set, from_auth] {
        let text = format!("{error} {error:?}");
        assert_eq!(error.code(), "redis-refused");
        assert!(text.contains("left out"), "{text}");
        for secret in [token.expose(), &password] {
            assert!(
                secret.as_bytes().windows(6).all(|part| !text.contains(str::from_utf8(part).unwrap())),
                "{text}"
            );
        }
    }
    assert_untouched(&without_set);

    let without_time = RedisServer::with("rename-command TIME \"\"");
    let error = without_time.sink().set(&variables(token.expose()), now() + HOUR).unwrap_err();
    assert!(
        error.to_string().contains("unknown command 'TIME'"),
        "what quotes no secret is passed on: {error}"
    );
}

#[test]
fn a_replica_is_not_written_to() {
    let (server, token) = (RedisServer::new(), token());
    // Nobody listens there; the server is a replica all the same.
    server.ask::<()>(&["REPLICAOF", "127.0.0.1", "1"]);
    let error = server.sink().set(&variables(token.expose()), now() + HOUR).unwrap_err();
    assert_eq!((error.code(), error.is_transient()), ("redis-read-only", true));
    server.ask::<()>(&["REPLICAOF", "NO", "ONE"]);
    assert_eq!(server.sink().set(&variables(token.expose()), now() + HOUR).unwrap(), Change::Written);
}

#[test]
fn a_server_that_is_busy_can_be_tried_again() {
    let (server, token) = (RedisServer::with("busy-reply-threshold 1"), token());
    let mut other = server.connection();
    let script =
        thread::spawn(move || redis::cmd("EVAL").arg("while true do end").arg(0).query::<()>(&mut other));
    let busy = || redis::cmd("PING").query::<String>(&mut server.connection()).is_err();
    while !busy() {
        thread::yield_now();
    }
    let error = server.sink().set(&variables(token.expose()), now() + HOUR).unwrap_err();
    server.ask::<()>(&["SCRIPT", "KILL"]);
    assert_eq!((error.code(), error.is_transient()), ("redis-busy", true));
    assert!(script.join().unwrap().is_err());
    assert_eq!(server.sink().set(&variables(token.expose()), now() + HOUR).unwrap(), Change::Written);
}

#[test]
fn keys_of_several_slots_of_a_cluster_are_refused_and_those_of_one_are_written() {
    let (server, token) = (RedisServer::with("cluster-enabled yes"), token());
    let sink = server.sink();
    let two = [Variable { name: "a", value: token.expose() }, Variable { name: "b", value: "2" }];
    let error = sink.set(&two, now() + HOUR).unwrap_err();
    assert_eq!((error.code(), error.is_transient()), ("redis-busy", true), "it has no slots yet");

    server.ask::<()>(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
    while !server.ask::<String>(&["CLUSTER", "INFO"]).contains("cluster_state:ok") {
        thread::yield_now();
    }
    let error = sink.set(&two, now() + HOUR).unwrap_err();
    assert_eq!(error.code(), "redis-cluster");
    assert!(error.to_string().contains("{potbridge}"), "{error}");
    assert_untouched(&server);
    let one = two
        .map(|variable| Variable { name: if variable.name == "a" { "{p}:a" } else { "{p}:b" }, ..variable });
    assert_eq!(sink.set(&one, now() + HOUR).unwrap(), Change::Written);
}

#[test]
fn a_database_that_is_not_there_is_refused_in_the_servers_words() {
    let server = RedisServer::new();
    let sink = server.sink_at(&format!("redis://127.0.0.1:{}/99", server.port));
    let error = sink.get(&[KEY]).unwrap_err();
    assert!(
        matches!(&error, RedisError::Refused { said, .. } if said == "ERR DB index is out of range"),
        "{error}"
    );
}
