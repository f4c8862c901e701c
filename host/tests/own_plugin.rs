//! Our own plugin in a download's yt-dlp, beside what the user has installed.

use crate::deadline::output;
use crate::yt_dlp::yt_dlp;
use potbridge::yt_dlp::options::{Options, Subtitles};
use potbridge::yt_dlp::plugin::Plugin;
use potbridge_protocol::Preset;
use potbridge_system::dirs::Dirs;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

const OURS: &str = include_str!("../../yt-dlp-plugin/yt_dlp_plugins/extractor/getpot_potbridge.py");

const OTHER: &str = "from yt_dlp.extractor.common import InfoExtractor
class OtherPluginIE(InfoExtractor):
    _VALID_URL = False
";

/// What a download's yt-dlp says of its plugins. It reaches no network.
fn said_by_yt_dlp(home: &Path, python_path: &Path) -> String {
    let at = |name| home.join(name);
    let dirs = Dirs { config: at("c.toml"), state: at("state"), runtime: at("run") };
    let plugin = Plugin::place(Path::new(env!("CARGO_BIN_EXE_potbridge")), &dirs).unwrap();
    // Nothing listens there once it is dropped, and nothing else is reached.
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let extra = ["--proxy".to_owned(), format!("http://{closed}"), "--extractor-retries=0".to_owned()];
    let options = Options {
        page: "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        preset: Preset::Best,
        subtitles: Subtitles::AsConfigured,
        present: &[],
        dir: &at("videos"),
        extractor_args: "youtube:player_client=mweb",
        cookies: None,
        plugin: Some(&plugin),
        helpers: &[],
        extra: &extra,
    };
    let (arguments, config) = options.build();
    let mut child = Command::new(yt_dlp())
        .arg("--verbose")
        .args(arguments)
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join(".config"))
        .env("PYTHONPATH", python_path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), config.as_bytes()).unwrap();
    String::from_utf8(output(child).stderr).unwrap()
}

/// Puts a plugin's module where yt-dlp looks into `folder`.
fn install(folder: &Path, name: &str, text: &str) {
    let modules = folder.join("yt_dlp_plugins/extractor");
    fs::create_dir_all(&modules).unwrap();
    fs::write(modules.join(name), text).unwrap();
}

#[test]
fn it_is_loaded_once_and_before_what_the_user_has_of_it_whose_other_plugins_stay() {
    let version = concat!("potbridge-", env!("CARGO_PKG_VERSION"), " (external)");
    let older = OURS.replace(env!("CARGO_PKG_VERSION"), "0.0.1");
    let in_config = ".config/yt-dlp/plugins/potbridge";
    for places in [&[][..], &[in_config], &["site"], &[in_config, "site"]] {
        let home = tempfile::tempdir().unwrap();
        let site = home.path().join("site");
        fs::create_dir_all(&site).unwrap();
        for place in places {
            install(&home.path().join(place), "getpot_potbridge.py", &older);
        }
        install(&home.path().join(".config/yt-dlp/plugins/other"), "other.py", OTHER);
        let said = said_by_yt_dlp(home.path(), &site);
        assert!(said.contains(version), "{places:?}: {said}");
        assert_eq!(said.matches("potbridge-").count(), 1, "{places:?}: {said}");
        assert!(said.contains("Extractor Plugins: OtherPluginIE"), "{places:?}: {said}");
        assert!(!said.contains("Error while importing") && !said.contains("already registered"), "{said}");
    }
}
