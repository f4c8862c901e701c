//! Keys in a real Redis: what is written, until when, and who hears of it.

use crate::{CHANNEL, HOUR_MS, KEY, in_an_hour, sink, sink_at, token};
use potbridge_protocol::Code;
use potbridge_sinks::{Change, Variable};
use potbridge_system::clock;
use potbridge_test_support::RedisServer;
use potbridge_test_support::deadline::LIMIT;
use serde_json::{Value, json};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

fn variable<'a>(name: &'a str, value: &'a str) -> Variable<'a> {
    Variable { name, value }
}

/// What is published while something is done.
fn published(server: &RedisServer, act: impl FnOnce()) -> String {
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
fn a_token_lives_in_its_key_until_it_expires() {
    let (server, token, expires_at) = (RedisServer::new(), token(), in_an_hour());
    let sink = sink(&server);
    assert_eq!(sink.set(&[variable(KEY, token.expose())], expires_at).unwrap(), Change::Written);
    assert_eq!(server.ask::<String>(&["GET", KEY]), token.expose());
    assert_eq!(server.ask::<u64>(&["PEXPIRETIME", KEY]), expires_at);
}

#[test]
fn a_unix_socket_and_another_database_are_used() {
    let (server, token) = (RedisServer::new(), token());
    let url = format!("redis+unix://{}?db=3", server.path("redis.sock").display());
    let sink = sink_at(&url);
    assert_eq!(sink.place(), url);
    sink.set(&[variable(KEY, token.expose())], in_an_hour()).unwrap();
    assert_eq!(*sink.get(&[KEY]).unwrap()[KEY], token.expose());
    assert_eq!(server.ask::<Vec<String>>(&["KEYS", "*"]), [""; 0], "nothing is in the first database");
}

#[test]
fn all_keys_change_in_one_transaction() {
    let (server, token) = (RedisServer::new(), token());
    server.ask::<()>(&["SET", "potbridge:visitor", "of another token"]);
    let mut lines = server.watched();
    let variables = [variable(KEY, token.expose()), variable("potbridge:visitor", "")];
    sink(&server).set(&variables, in_an_hour()).unwrap();

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
fn equal_values_are_neither_written_nor_published() {
    let (server, token, expires_at) = (RedisServer::new(), token(), in_an_hour());
    let sink = sink(&server);
    let variables = [variable(KEY, token.expose()), variable("potbridge:visitor", "")];
    assert_eq!(sink.set(&variables, expires_at).unwrap(), Change::Written);
    assert_eq!(sink.set(&variables, expires_at).unwrap(), Change::Unchanged);
    assert_eq!((server.calls("set"), server.calls("publish"), server.calls("exec")), (1, 1, 1));

    assert_eq!(
        sink.set(&variables, expires_at + HOUR_MS).unwrap(),
        Change::Written,
        "another time is a change"
    );
    assert_eq!(server.ask::<u64>(&["PEXPIRETIME", KEY]), expires_at + HOUR_MS);
    server.ask::<()>(&["PERSIST", KEY]);
    assert_eq!(
        sink.set(&variables, expires_at).unwrap(),
        Change::Written,
        "a key that never expired changes"
    );
    server.ask::<()>(&["SET", "potbridge:visitor", "x"]);
    assert_eq!(
        sink.set(&variables, expires_at).unwrap(),
        Change::Written,
        "a key that should be absent changes"
    );
    assert_eq!(server.calls("publish"), 4);
}

#[test]
fn a_time_that_is_over_deletes_the_keys() {
    let (server, token) = (RedisServer::new(), token());
    let sink = sink(&server);
    let variables = [variable(KEY, token.expose())];
    assert_eq!(
        sink.set(&variables, clock::now_ms() - 1).unwrap(),
        Change::Unchanged,
        "there is nothing to delete"
    );
    sink.set(&variables, in_an_hour()).unwrap();
    assert_eq!(sink.set(&variables, clock::now_ms() - 1).unwrap(), Change::Written);
    assert!(!server.ask::<bool>(&["EXISTS", KEY]));
}

#[test]
fn the_latest_possible_time_is_kept() {
    let (server, token) = (RedisServer::new(), token());
    let sink = sink(&server);
    let variables = [variable(KEY, token.expose())];
    assert_eq!(sink.set(&variables, u64::MAX).unwrap(), Change::Written);
    assert!(server.ask::<u64>(&["PTTL", KEY]) > 1 << 60);
    assert_eq!(sink.set(&variables, u64::MAX).unwrap(), Change::Unchanged);
}

#[test]
fn clearing_deletes_the_keys_once() {
    let (server, token) = (RedisServer::new(), token());
    let sink = sink(&server);
    server.ask::<()>(&["SET", "other", "stays"]);
    sink.set(&[variable(KEY, token.expose())], in_an_hour()).unwrap();
    let message = published(&server, || assert_eq!(sink.clear(&[KEY, "b"]).unwrap(), Change::Written));
    let message: Value = serde_json::from_str(&message).unwrap();
    assert_eq!(message, json!({"set": [], "deleted": ["b", KEY], "expires_at": null}));
    assert_eq!(server.ask::<Vec<String>>(&["KEYS", "*"]), ["other"]);
    assert_eq!(sink.clear(&[KEY, "b"]).unwrap(), Change::Unchanged);
    assert_eq!(server.calls("publish"), 2);
}

#[test]
fn a_message_holds_names_and_no_value() {
    let (server, token, expires_at) = (RedisServer::new(), token(), in_an_hour());
    let variables = [variable(KEY, token.expose()), variable("a \"b\" ü", "v-ALUE"), variable("c", "")];
    let message = published(&server, || {
        sink(&server).set(&variables, expires_at).unwrap();
    });
    let parsed: Value = serde_json::from_str(&message).unwrap();
    assert_eq!(parsed, json!({"set": ["a \"b\" ü", KEY], "deleted": ["c"], "expires_at": expires_at}));
    assert!(!message.contains(token.expose()) && !message.contains("v-ALUE"));
}

#[test]
fn a_sink_without_a_channel_publishes_nothing() {
    let (server, token) = (RedisServer::new(), token());
    let mut sink = sink(&server);
    sink.channel = None;
    sink.set(&[variable(KEY, token.expose())], in_an_hour()).unwrap();
    assert_eq!((server.calls("set"), server.calls("publish")), (1, 0));
    assert_eq!(sink.subscribe().unwrap_err().code(), Code::RedisChannelMissing);
}

#[test]
fn absent_keys_are_left_out_of_what_is_read() {
    let (server, token) = (RedisServer::new(), token());
    let sink = sink(&server);
    sink.set(&[variable(KEY, token.expose()), variable("b", "2")], in_an_hour()).unwrap();
    let found = sink.get(&[KEY, "b", "absent", "b"]).unwrap();
    let found: Vec<(&str, &str)> =
        found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(found, [("b", "2"), (KEY, token.expose())]);
}

#[test]
fn a_key_that_holds_something_else_is_left_alone() {
    let (server, token) = (RedisServer::new(), token());
    let sink = sink(&server);
    server.ask::<()>(&["RPUSH", "jobs", "1", "2"]);
    let tried = [
        sink.set(&[variable(KEY, token.expose()), variable("jobs", "x")], in_an_hour()).map(drop),
        sink.clear(&[KEY, "jobs"]).map(drop),
        sink.get(&["jobs"]).map(drop),
    ];
    for result in tried {
        let error = result.unwrap_err();
        assert_eq!(error.code(), Code::RedisKeyTaken);
        assert!(error.to_string().contains("\"jobs\"") && !error.is_transient());
    }
    let bytes = &b"M\xff"[..];
    redis::cmd("SET").arg("bytes").arg(bytes).exec(&mut server.connection()).unwrap();
    assert_eq!(sink.get(&["bytes"]).unwrap_err().code(), Code::RedisKeyTaken);
    assert_eq!(server.ask::<Vec<String>>(&["LRANGE", "jobs", "0", "-1"]), ["1", "2"]);
    assert!(!server.ask::<bool>(&["EXISTS", KEY]), "and the other key was not written");
}

#[test]
fn names_are_free_text_without_control_characters() {
    let (server, token) = (RedisServer::new(), token());
    let sink = sink(&server);
    let name = " {my} backend/token — \"ü\" *";
    sink.set(&[variable(name, token.expose())], in_an_hour()).unwrap();
    assert_eq!(server.ask::<String>(&["GET", name]), token.expose());
    for name in ["", "a\nb", "a\0", "a\u{9b}"] {
        let error =
            sink.set(&[variable(KEY, token.expose()), variable(name, "x")], in_an_hour()).unwrap_err();
        assert_eq!(error.code(), Code::RedisNameInvalid);
    }
    let mut sink = sink;
    sink.channel = Some("a\nb".into());
    assert_eq!(sink.set(&[variable(KEY, "x")], in_an_hour()).unwrap_err().code(), Code::RedisNameInvalid);
    assert_eq!(sink.subscribe().unwrap_err().code(), Code::RedisNameInvalid);
    assert!(!server.ask::<bool>(&["EXISTS", KEY]));
}

#[test]
fn the_later_of_two_values_of_one_name_counts() {
    let server = RedisServer::new();
    let sink = sink(&server);
    sink.set(&[variable(KEY, "1"), variable(KEY, ""), variable(KEY, "3")], in_an_hour()).unwrap();
    assert_eq!(server.ask::<String>(&["GET", KEY]), "3");
}

#[test]
fn a_subscription_hears_what_is_published_after_it() {
    let (server, token) = (RedisServer::new(), token());
    let sink = sink(&server);
    sink.set(&[variable(KEY, "before")], in_an_hour()).unwrap();
    let mut subscription = sink.subscribe().unwrap();
    assert!(!subscription.wait(Duration::from_millis(5)).unwrap());
    sink.set(&[variable(KEY, token.expose())], in_an_hour()).unwrap();
    sink.clear(&[KEY]).unwrap();
    assert!(subscription.wait(LIMIT).unwrap());
    assert!(subscription.wait(LIMIT).unwrap(), "two changes are heard as two");
    assert!(!subscription.wait(Duration::from_millis(5)).unwrap());
}

#[test]
fn nothing_shows_a_value_or_a_password() {
    let (server, token) = (RedisServer::new(), token());
    let sink = sink_at(&format!("redis://ann:Hush%20hush@127.0.0.1:{}/7", server.port));
    let shown = format!("{sink:?} {sink:#?} {} {:?}", sink.place(), variable(KEY, token.expose()));
    assert!(!shown.contains("Hush") && !shown.contains("hush") && !shown.contains(token.expose()), "{shown}");
    assert_eq!(sink.place(), format!("redis://ann@127.0.0.1:{}/7", server.port));
    let subscription = crate::sink(&server).subscribe().unwrap();
    assert_eq!(format!("{subscription:?}"), format!("Subscription(redis://127.0.0.1:{})", server.port));
}
