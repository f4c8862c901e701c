//! compose.yaml: it gives the image what it needs, and the programs the server's address.

use super::{config, environment, instructions, last, root};
use crate::deadline::output;
use potbridge::config::Config;
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Command, Stdio};

/// compose.yaml as docker compose reads it.
fn compose() -> Value {
    let mut command = Command::new("docker-compose");
    command.args(["--file", "compose.yaml", "config"]).current_dir(root().join("container"));
    command.env("POTBRIDGE_SECRET", "s3cr3ts3cr3ts3cr3t").stdin(Stdio::null());
    let read = output(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    serde_yaml_ng::from_slice(&read.stdout).unwrap()
}

#[test]
fn compose_and_the_image_agree() {
    let compose = compose();
    let potbridge = &compose["services"]["potbridge"];
    let tokens = &compose["services"]["cobalt-tokens"];
    let state = format!("state:{}:rw", last("VOLUME"));
    for service in [potbridge, tokens] {
        assert_eq!(service["image"], "potbridge");
        assert_eq!(service["stop_signal"], last("STOPSIGNAL"));
        assert_eq!(service["read_only"], true);
        let temporary = service["tmpfs"][0].as_str().unwrap();
        assert!(environment("POTBRIDGE_RUNTIME_DIR").starts_with(&format!("{temporary}/")), "{temporary}");
        assert_eq!(service["volumes"], serde_json::json!([state]));
    }
    let browser = potbridge["build"]["args"]["BROWSER"].as_str().unwrap();
    assert!(instructions().contains(&("ARG".to_owned(), format!("BROWSER={browser}"))));
    assert!(potbridge.get("ports").is_none(), "nothing is published");
}

#[test]
fn what_compose_tells_the_programs_is_what_the_server_answers_to() {
    let compose = compose();
    let (config, services) = (config(), &compose["services"]);
    let base = format!("http://{}:{}/s3cr3ts3cr3ts3cr3t", config.serve.hosts[0], config.serve.listen.port());
    assert!(services.get(&config.serve.hosts[0]).is_some(), "the name is that of the service");
    let options = services["metube"]["environment"]["YTDL_OPTIONS"].as_str().unwrap();
    let options: Value = serde_json::from_str(options).unwrap();
    assert_eq!(options["extractor_args"]["youtubepot-bgutilhttp"]["base_url"], serde_json::json!([base]));
    let last = services["yt-dlp"]["entrypoint"].as_array().unwrap().last().unwrap();
    assert_eq!(last, &Value::from(format!("youtubepot-bgutilhttp:base_url={base}")));
    // cobalt replaces the path of the address, so it needs a server without a secret one.
    assert_eq!(services["cobalt"]["environment"]["YOUTUBE_SESSION_SERVER"], "http://127.0.0.1:4416/");
    assert_eq!(services["cobalt-tokens"]["network_mode"], "service:cobalt");
    let file = services["cobalt-tokens"]["environment"]["POTBRIDGE_CONFIG"].as_str().unwrap();
    let default = Config::load(Path::new(file)).unwrap();
    assert_eq!(default.serve.listen, SocketAddr::from((Ipv4Addr::LOCALHOST, 4416)));
    assert!(!default.serve.secret && !default.browser.own);
    // The image's script would end the browser, which is that of another container with the same state.
    let entry = &services["cobalt-tokens"]["entrypoint"];
    assert_eq!(entry, &serde_json::json!(["tini", "--", "potbridge"]));
    assert_eq!(services["cobalt-tokens"]["command"], serde_json::json!(["serve"]));
}
