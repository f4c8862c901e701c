//! The extension's files name the same hosts as `protocol`: browsers read them before any of our code.

use potbridge_protocol::youtube::{MEDIA_DOMAINS, PLAYER_HOSTS};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn web() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("web")
}

fn manifest() -> Value {
    serde_json::from_slice(&std::fs::read(web().join("manifest.json")).unwrap()).unwrap()
}

fn pages() -> Vec<String> {
    PLAYER_HOSTS.iter().map(|host| format!("https://{host}/*")).collect()
}

#[test]
fn the_manifests_pages_are_those_with_a_player() {
    let scripts = manifest()["content_scripts"].clone();
    for script in scripts.as_array().unwrap() {
        assert_eq!(script["matches"], json!(pages()));
    }
}

#[test]
fn the_page_hook_reads_on_the_same_hosts() {
    let reader = std::fs::read_to_string(web().join("page/hook/reader.js")).unwrap();
    // The pattern of `LISTED`, with its escapes taken away.
    let listed =
        reader.lines().find(|line| line.trim_start().starts_with("/^https:")).unwrap().replace('\\', "");
    let (youtube, nocookie) = ("(?:www|m|music|studio).youtube.com", "www.youtube-nocookie.com");
    assert!(listed.contains(&format!("//(?:{youtube}|{nocookie})/")), "{listed}");
    let mut hosts = ["www", "m", "music", "studio"].map(|name| format!("{name}.youtube.com")).to_vec();
    hosts.push(nocookie.to_owned());
    let mut known = PLAYER_HOSTS.map(str::to_owned).to_vec();
    hosts.sort();
    known.sort();
    assert_eq!(hosts, known);
    let media = MEDIA_DOMAINS.map(|domain| domain.strip_suffix(".com").unwrap()).join("|");
    assert!(listed.contains(&format!(".(?:{media}).com/")), "{listed}");
}

#[test]
fn the_manifest_permits_the_pages_and_the_media_hosts() {
    let mut hosts = pages();
    hosts.extend(MEDIA_DOMAINS.map(|domain| format!("https://*.{domain}/*")));
    assert_eq!(manifest()["host_permissions"], json!(hosts));
}
