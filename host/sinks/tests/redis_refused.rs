//! A real Redis that refuses: logins, permissions, and what a server says of what it was sent.

use crate::{CHANNEL, KEY, in_an_hour, sink, sink_as, sink_at, token};
use potbridge_protocol::Code;
use potbridge_sinks::redis::RedisError;
use potbridge_sinks::{Change, Variable};
use potbridge_test_support::RedisServer;
use potbridge_test_support::deadline::{LIMIT, wait_until};
use redis::ConnectionLike as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::thread;

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
    assert_eq!(server.calls("publish"), 0, "nothing was published");
}

#[test]
fn the_documented_permissions_suffice() {
    let (password, token) = (password(), token());
    let server = with_users(&password);
    let (writer, reader) = (sink_as(&server, "writer", &password), sink_as(&server, "reader", &password));
    let mut subscription = reader.subscribe().unwrap();
    assert_eq!(writer.set(&variables(token.expose()), in_an_hour()).unwrap(), Change::Written);
    assert!(subscription.wait(LIMIT).unwrap());
    assert_eq!(*reader.get(&[KEY]).unwrap()[KEY], token.expose());
    assert_eq!(writer.clear(&[KEY]).unwrap(), Change::Written);
}

#[test]
fn a_missing_permission_is_hinted_at_as_acl_rules() {
    let (password, token) = (password(), token());
    let server = with_users(&password);
    let rules = format!("~{KEY} &{CHANNEL} +multi +exec +time +get +pttl +set +pexpireat +del +publish");
    let reader = sink_as(&server, "reader", &password);
    let writer = sink_as(&server, "writer", &password);
    let mut elsewhere = writer.clone();
    elsewhere.channel = Some("news".into());
    let foreign = [Variable { name: "other", value: "x" }];
    for (result, rules) in [
        (reader.set(&variables(token.expose()), in_an_hour()), rules.clone()),
        (reader.clear(&[KEY]), rules.clone()),
        (elsewhere.set(&variables(token.expose()), in_an_hour()), rules.replace(CHANNEL, "news")),
        (writer.set(&foreign, in_an_hour()), rules.replace(KEY, "other")),
    ] {
        let error = result.unwrap_err();
        assert_eq!((error.code(), error.is_transient()), (Code::RedisNotPermitted, false));
        assert_eq!(error.hint().unwrap(), format!("give the user the ACL rules {rules}"));
    }
    let error = writer.subscribe().unwrap_err();
    assert_eq!(error.hint().unwrap(), format!("give the user the ACL rules &{CHANNEL} +subscribe"));
    assert_untouched(&server);
    assert!(!server.ask::<bool>(&["EXISTS", "other"]));
}

#[test]
fn redis_takes_the_acl_rules_of_the_hint() {
    let (password, token) = (password(), token());
    let server = RedisServer::with(&format!("user writer on >{password} resetchannels"));
    let mut sink = sink_at(&format!("redis://writer:{password}@127.0.0.1:{}/2", server.port));
    sink.channel = Some("what [is] \\ new?".into());
    let variables = [Variable { name: "po*token", value: token.expose() }];
    let hint = sink.set(&variables, in_an_hour()).unwrap_err().hint().unwrap();
    let rules = hint.split_once("ACL rules ").unwrap().1;

    // As a person would paste it: redis-cli's quoting is that of inline commands.
    let mut connection = server.connection();
    connection.send_packed_command(format!("ACL SETUSER writer {rules}\r\n").as_bytes()).unwrap();
    assert_eq!(connection.recv_response().unwrap(), redis::Value::Okay, "{rules}");
    assert_eq!(sink.set(&variables, in_an_hour()).unwrap(), Change::Written);
}

#[test]
fn a_login_that_is_refused_says_why() {
    let (password, token) = (password(), token());
    let open = with_users(&password);
    let closed = RedisServer::with_password(&password);
    for (sink, why) in [
        (sink_as(&open, "writer", "wrong"), "the user or the password is wrong"),
        (sink_as(&open, "nobody", &password), "the user or the password is wrong"),
        (sink_as(&open, "", &password), "it wants none"),
        (sink_at(&format!("redis://writer@127.0.0.1:{}", open.port)), "the user or the password is wrong"),
        (sink(&closed), "it wants a password"),
        (sink_as(&closed, "", "wrong"), "the user or the password is wrong"),
    ] {
        let error = sink.set(&variables(token.expose()), in_an_hour()).unwrap_err();
        assert_eq!((error.code(), error.is_transient()), (Code::RedisLoginRefused, false));
        assert!(error.to_string().contains(why) && error.to_string().contains(&sink.place()), "{error}");
        assert!(!error.to_string().contains(&password));
    }
    assert_untouched(&open);
    assert_untouched(&closed);
}

#[test]
fn a_password_file_counts_before_the_url() {
    let (password, token) = (password(), token());
    let server = RedisServer::with_password(&password);
    let mut sink = sink_as(&server, "default", "wrong");
    let file = server.path("password");
    sink.password_file = Some(file.clone());
    fs::write(&file, format!("{password}\n")).unwrap();

    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let error = sink.set(&variables(token.expose()), in_an_hour()).unwrap_err();
    assert_eq!(error.code(), Code::RedisPasswordExposed);
    assert!(error.to_string().contains(&file.display().to_string()));
    assert_untouched(&server);

    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(sink.set(&variables(token.expose()), in_an_hour()).unwrap(), Change::Written);

    fs::remove_file(&file).unwrap();
    assert_eq!(sink.get(&[KEY]).unwrap_err().code(), Code::RedisPasswordFile);
}

/// A command without its name is unknown, and the server then quotes what it was sent.
#[test]
fn a_secret_that_the_server_quotes_is_not_passed_on() {
    let (password, token) = (password(), token());
    let without_set = RedisServer::with("rename-command SET \"\"");
    let without_auth = RedisServer::with("rename-command AUTH \"\"");
    let raw = without_set.connection().req_command(redis::cmd("SET").arg(KEY).arg(token.expose()));
    assert!(format!("{raw:?}").contains(&token.expose()[..32]), "this server quotes: {raw:?}");

    let from_set = sink(&without_set).set(&variables(token.expose()), in_an_hour()).unwrap_err();
    let from_auth = sink_as(&without_auth, "writer", &password).get(&[KEY]).unwrap_err();
    for error in [from_set, from_auth] {
        let text = format!("{error} {error:?}");
        assert_eq!(error.code(), Code::RedisRefused);
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
    let error = sink(&without_time).set(&variables(token.expose()), in_an_hour()).unwrap_err();
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
    let error = sink(&server).set(&variables(token.expose()), in_an_hour()).unwrap_err();
    assert_eq!((error.code(), error.is_transient()), (Code::RedisReadOnly, true));
    server.ask::<()>(&["REPLICAOF", "NO", "ONE"]);
    assert_eq!(sink(&server).set(&variables(token.expose()), in_an_hour()).unwrap(), Change::Written);
}

#[test]
fn a_server_that_is_busy_can_be_tried_again() {
    let (server, token) = (RedisServer::with("busy-reply-threshold 1"), token());
    let mut other = server.connection();
    let script =
        thread::spawn(move || redis::cmd("EVAL").arg("while true do end").arg(0).query::<()>(&mut other));
    let busy = || redis::cmd("PING").query::<String>(&mut server.connection()).is_err();
    wait_until("the script runs", busy);
    let error = sink(&server).set(&variables(token.expose()), in_an_hour()).unwrap_err();
    server.ask::<()>(&["SCRIPT", "KILL"]);
    assert_eq!((error.code(), error.is_transient()), (Code::RedisBusy, true));
    assert!(script.join().unwrap().is_err());
    assert_eq!(sink(&server).set(&variables(token.expose()), in_an_hour()).unwrap(), Change::Written);
}

#[test]
fn only_keys_of_one_cluster_slot_are_written() {
    let (server, token) = (RedisServer::with("cluster-enabled yes"), token());
    let sink = sink(&server);
    let two = [Variable { name: "a", value: token.expose() }, Variable { name: "b", value: "2" }];
    let error = sink.set(&two, in_an_hour()).unwrap_err();
    assert_eq!((error.code(), error.is_transient()), (Code::RedisBusy, true), "it has no slots yet");

    server.ask::<()>(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
    wait_until("the cluster is complete", || {
        server.ask::<String>(&["CLUSTER", "INFO"]).contains("cluster_state:ok")
    });
    let error = sink.set(&two, in_an_hour()).unwrap_err();
    assert_eq!(error.code(), Code::RedisCluster);
    assert!(error.hint().unwrap().contains("{potbridge}"));
    assert_untouched(&server);
    let one = two
        .map(|variable| Variable { name: if variable.name == "a" { "{p}:a" } else { "{p}:b" }, ..variable });
    assert_eq!(sink.set(&one, in_an_hour()).unwrap(), Change::Written);
}

#[test]
fn an_absent_database_is_refused_in_the_servers_words() {
    let server = RedisServer::new();
    let sink = sink_at(&format!("redis://127.0.0.1:{}/99", server.port));
    let error = sink.get(&[KEY]).unwrap_err();
    assert!(
        matches!(&error, RedisError::Refused { said, .. } if said == "ERR DB index is out of range"),
        "{error}"
    );
}
