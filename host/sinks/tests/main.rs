//! The sinks, with a real Redis, a real GNOME Keyring and real programs.
#![allow(clippy::unwrap_used)]
#![cfg(unix)]

mod command;
#[cfg(target_os = "linux")]
mod keyring;
#[cfg(target_os = "linux")]
mod keyring_user;
mod redis_away;
mod redis_keys;
mod redis_refused;
mod redis_tls;

use potbridge_protocol::PoToken;
use potbridge_sinks::redis::Redis;
use potbridge_system::clock;
use potbridge_test_support::RedisServer;
use std::fs;

/// The channel of [`sink`].
const CHANNEL: &str = "potbridge:changed";

/// The key that most tests write.
const KEY: &str = "potbridge:token";

const HOUR_MS: u64 = 3_600_000;

/// A sink for a server, without a login.
fn sink(server: &RedisServer) -> Redis {
    sink_at(&server.url())
}

/// A sink for a server, as a user.
fn sink_as(server: &RedisServer, user: &str, password: &str) -> Redis {
    sink_at(&server.url_as(user, password))
}

fn sink_at(url: &str) -> Redis {
    Redis { channel: Some(CHANNEL.into()), ..Redis::new(url.parse().unwrap()) }
}

/// A random token in the right shape.
fn token() -> PoToken {
    let mut bytes = vec![0x32, 83];
    bytes.resize(2 + 83, 0);
    getrandom::fill(&mut bytes[2..]).unwrap();
    PoToken::from_bytes(&bytes).unwrap()
}

/// An hour from now, in milliseconds since 1970.
fn in_an_hour() -> u64 {
    clock::now_ms() + HOUR_MS
}

#[test]
fn every_test_file_is_a_module_of_this_one() {
    let main = include_str!("main.rs");
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")).unwrap() {
        let path = entry.unwrap().path();
        let module = path.file_stem().unwrap().to_str().unwrap();
        assert!(module == "main" || main.contains(&format!("\nmod {module};\n")), "{module} is not run");
    }
}
