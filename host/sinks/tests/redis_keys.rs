//! Keys in a real Redis: what is written, until when, and who hears of it.

use crate::redis_server::{CHANNEL, LIMIT, RedisServer};
use crate::sandbox::{now, token};
use potbridge::sink::{Change, Variable};
use serde_json::{Value, json};
use std::{sync::mpsc, thread, time::Duration};

const KEY: &str = "potbridge:token";
const HOUR: u64 = 3_600_000;

fn variable<'a>(name: &'a str, value: &'a str) -> Variable<'a> {
    Variable { name, value }
}

/// What is reporter while something is done.
fn reporter(server: &RedisServer, act: impl FnOnce()) -> String {
    let mut connection = server.connection();
    let (sender, heard) = mpsc::channel();
    thread::spawn(move || {
        let mut subscriber = connection.as_pubsub();
        subscriber.subscribe(CHANNEL).unwrap();
        sender.send("subscribed".to_owned()).unwrap();
        sender.send(subscriber.get_message().unwrap().get_payload().unwrap()).unwrap();
    });
    assert_eq!(heard.recv_timeout(LIMIT).unwrap(), "subscribed");
    act();
    heard.recv_timeout(LIMIT).unwrap()
}

#[test]
fn a_token_lives_in_its_key_until_it_is_gone() {
    let (server, token, expires_at) = (RedisServer::new(), token(), now() + HOUR);
    let sink = server.sink();
    assert_eq!(sink.set(&[variable(KEY, token.expose())], expires_at).unwrap(), Change::Written);
    assert_eq!(server.ask::<String>(&["GET", KEY]), token.expose());
    assert_eq!(server.ask::<u64>(&["PEXPIRETIME", KEY]), expires_at);
}

#[test]
fn a_unix_socket_and_another_database_will_do() {
    let (server, token) = (RedisServer::new(), token());
    let url = format!("redis+unix://{}?db=3", server.path("redis.sock").display());
    let sink = server.sink_at(&url);
    assert_eq!(sink.place(), url);
    sink.set(&[variable(KEY, token.expose())], now() + HOUR).unwrap();
    assert_eq!(*sink.get(&[KEY]).unwrap()[KEY], token.expose());
    assert_eq!(server.ask::<Vec<String>>(&["KEYS", "*"]), [""; 0], "nothing is in the first database");
}

#[test]
fn all_keys_change_in_one_transaction_and_those_without_a_value_are_deleted() {
    let (server, token) = (RedisServer::new(), token());
    server.ask::<()>(&["SET", "potbridge:visitor", "of another token"]);
    let mut lines = server.watched();
    let variables = [variable(KEY, token.expose()), variable("potbridge:visitor", "")];
    server.sink().set(&variables, now() + HOUR).unwrap();

    let mut done = Vec::new();
    while done.last().is_none_or(|last| last != "EXEC") {
        // `TIME [DATABASE ADDRESS] "COMMAND" "ARGUMENT"…`
        done.push(lines.next().unwrap().split('"').nth(1).unwrap().to_owned());
    }
    let from = done.iter().position(|command| command == "MULTI").unwrap();
    assert_eq!(done[from..], ["MULTI", "SET", "PEXPIREAT", "DEL", "PUBLISH", "EXEC"]);
    assert!(!server.ask::<bool>(&["EXISTS", "potbridge:visitor"]));
}

#[test]
fn the_same_values_for_the_same_time_are_neither_written_nor_published() {
    let (server, token, expires_at) = (RedisServer::new(), token(), now() + HOUR);
    let sink = server.sink();
    let variables = [variable(KEY, token.expose()), variable("potbridge:visitor", "")];
    assert_eq!(sink.set(&variables, expires_at).unwrap(), Change::Written);
    assert_eq!(sink.set(&variables, expires_at).unwrap(), Change::Unchanged);
    assert_eq!((server.calls("set"), server.calls("publish"), server.calls("exec")), (1, 1, 1));

    assert_eq!(sink.set(&variables, expires_at + HOUR).unwrap(), Change::Written, "another time is a change");
    assert_eq!(server.ask::<u64>(&["PEXPIRETIME", KEY]), expires_at + HOUR);
    server.ask::<()>(&["PERSIST", KEY]);
    assert_eq!(
        sink.set(&variables, expires_at).unwrap(),
        Change::Written,
        "and so is one where there was none"
    );
    server.ask::<()>(&["SET", "potbridge:visitor", "x"]);
    assert_eq!(
        sink.set(&variables, expires_at).unwrap(),
        Change::Written,
        "and a value where none should be"
    );
    assert_eq!(server.calls("publish"), 4);
}

#[test]
fn a_time_that_is_over_deletes_the_keys() {
    let (server, token) = (RedisServer::new(), token());
    let sink = server.sink();
    let variables = [variable(KEY, token.expose())];
    assert_eq!(sink.set(&variables, now() - 1).unwrap(), Change::Unchanged, "there is nothing to delete");
    sink.set(&variables, now() + HOUR).unwrap();
    assert_eq!(sink.set(&variables, now() - 1).unwrap(), Change::Written);
    assert!(!server.ask::<bool>(&["EXISTS", KEY]));
}

#[test]
fn the_farthest_time_is_one_too() {
    let (server, token) = (RedisServer::new(), token());
    let sink = server.sink();
    let variables = [variable(KEY, token.expose())];
    assert_eq!(sink.set(&variables, u64::MAX).unwrap(), Change::Written);
    assert!(server.ask::<u64>(&["PTTL", KEY]) > 1 << 60);
    assert_eq!(sink.set(&variables, u64::MAX).unwrap(), Change::Unchanged);
}

#[test]
fn clearing_deletes_the_keys_once() {
    let (server, token) = (RedisServer::new(), token());
    let sink = server.sink();
    server.ask::<()>(&["SET", "other", "stays"]);
    sink.set(&[variable(KEY, token.expose())], now() + HOUR).unwrap();
    let message = reporter(&server, || assert_eq!(sink.clear(&[KEY, "b"]).unwrap(), Change::Written));
    let message: Value = serde_json::from_str(&message).unwrap();
    assert_eq!(message, json!({"set": [], "deleted": ["b", KEY], "expires_at": null}));
    assert_eq!(server.ask::<Vec<String>>(&["KEYS", "*"]), ["other"]);
    assert_eq!(sink.clear(&[KEY, "b"]).unwrap(), Change::Unchanged);
    assert_eq!(server.calls("publish"), 2);
}

#[test]
fn subscribers_are_told_the_names_and_never_a_value() {
    let (server, token, expires_at) = (RedisServer::new(), token(), now() + HOUR);
    let variables = [variable(KEY, token.expose()), variable("a \"b\" ü", "v-ALUE"), variable("c", "")];
    let message = reporter(&server, || {
        server.sink().set(&variables, expires_at).unwrap();
    });
    let parsed: Value = serde_json::from_str(&message).unwrap();
    assert_eq!(parsed, json!({"set": ["a \"b\" ü", KEY], "deleted": ["c"], "expires_at": expires_at}));
    assert!(!message.contains(token.expose()) && !message.contains("v-ALUE"));
}

#[test]
fn a_sink_without_a_channel_publishes_nothing() {
    let (server, token) = (RedisServer::new(), token());
    let mut sink = server.sink();
    sink.channel = None;
    sink.set(&[variable(KEY, token.expose())], now() + HOUR).unwrap();
    assert_eq!((server.calls("set"), server.calls("publish")), (1, 0));
    assert_eq!(sink.subscribe().unwrap_err().code(), "redis-channel-missing");
}

#[test]
fn what_is_there_is_read_and_what_is_not_is_left_out() {
    let (server, token) = (RedisServer::new(), token());
    let sink = server.sink();
    sink.set(&[variable(KEY, token.expose()), variable("b", "2")], now() + HOUR).unwrap();
    let found = sink.get(&[KEY, "b", "absent", "b"]).unwrap();
    let found: Vec<(&str, &str)> =
        found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(found, [("b", "2"), (KEY, token.expose())]);
}

#[test]
fn a_key_that_holds_something_else_is_left_alone() {
    let (server, token) = (RedisServer::new(), token());
    let sink = server.sink();
    server.ask::<()>(&["RPUSH", "jobs", "1", "2"]);
    let tried = [
        sink.set(&[variable(KEY, token.expose()), variable("jobs", "x")], now() + HOUR).map(drop),
        sink.clear(&[KEY, "jobs"]).map(drop),
        sink.get(&["jobs"]).map(drop),
    ];
    for result in tried {
        let error = result.unwrap_err();
        assert_eq!(error.code(), "redis-key-taken");
        assert!(error.to_string().contains("\"jobs\"") && !error.is_transient());
    }
    let bytes = &b"M\xff"[..];
    redis::cmd("SET").arg("bytes").arg(bytes).exec(&mut server.connection()).unwrap();
    assert_eq!(sink.get(&["bytes"]).unwrap_err().code(), "redis-key-taken");
    assert_eq!(server.ask::<Vec<String>>(&["LRANGE", "jobs", "0", "-1"]), ["1", "2"]);
    assert!(!server.ask::<bool>(&["EXISTS", KEY]), "and the other key was not written");
}

#[test]
fn names_are_free_text_without_control_characters() {
    let (server, token) = (RedisServer::new(), token());
    let sink = server.sink();
    let name = " {my} backend/token — \"ü\" *";
    sink.set(&[variable(name, token.expose())], now() + HOUR).unwrap();
    assert_eq!(server.ask::<String>(&["GET", name]), token.expose());
    for name in ["", "a\nb", "a\0", "a\u{9b}"] {
        let error =
            sink.set(&[variable(KEY, token.expose()), variable(name, "x")], now() + HOUR).unwrap_err();
        assert_eq!(error.code(), "redis-name-invalid");
    }
    let mut sink = sink;
    sink.channel = Some("a\nb".into());
    assert_eq!(sink.set(&[variable(KEY, "x")], now() + HOUR).unwrap_err().code(), "redis-name-invalid");
    assert_eq!(sink.subscribe().unwrap_err().code(), "redis-name-invalid");
    assert!(!server.ask::<bool>(&["EXISTS", KEY]));
}

#[test]
fn of_a_name_that_is_given_twice_the_later_value_counts() {
    let server = RedisServer::new();
    let sink = server.sink();
    sink.set(&[variable(KEY, "1"), variable(KEY, ""), variable(KEY, "3")], now() + HOUR).unwrap();
    assert_eq!(server.ask::<String>(&["GET", KEY]), "3");
}

#[test]
fn a_subscription_hears_what_is_published_after_it() {
    let (server, token) = (RedisServer::new(), token());
    let sink = server.sink();
    sink.set(&[variable(KEY, "before")], now() + HOUR).unwrap();
    let mut subscription = sink.subscribe().unwrap();
    assert!(!subscription.wait(Duration::from_millis(5)).unwrap());
    sink.set(&[variable(KEY, token.expose())], now() + HOUR).unwrap();
    sink.clear(&[KEY]).unwrap();
    assert!(subscription.wait(LIMIT).unwrap());
    assert!(subscription.wait(LIMIT).unwrap(), "two changes are heard as two");
    assert!(!subscription.wait(Duration::from_millis(5)).unwrap());
}

#[test]
fn nothing_shows_a_value_or_a_password() {
    let (server, token) = (RedisServer::new(), token());
    let sink = server.sink_at(&format!("redis://ann:Hush%20hush@127.0.0.1:{}/7", server.port));
    let shown = format!("{sink:?} {sink:#?} {} {:?}", sink.place(), variable(KEY, token.expose()));
    assert!(!shown.contains("Hush") && !shown.contains("hush") && !shown.contains(token.expose()), "{shown}");
    assert_eq!(sink.place(), format!("redis://ann@127.0.0.1:{}/7", server.port));
    let subscription = server.sink().subscribe().unwrap();
    assert_eq!(format!("{subscription:?}"), format!("Subscription(redis://127.0.0.1:{})", server.port));
}
