//! How the real yt-dlp reads the options and the cookies of a download.

use crate::sandbox::token;
use crate::yt_dlp;
use potbridge::config::extra_options;
use potbridge::yt_dlp::cookies::netscape;
use potbridge::yt_dlp::extractor_args::{by_default, for_download};
use potbridge::yt_dlp::helpers;
use potbridge::yt_dlp::options::{Call, Options, Subtitles};
use potbridge_protocol::{Capture, Cookie, Preset};
use serde_json::{Value, json};
use std::path::Path;

/// Prints how yt-dlp understands its command line and its standard input.
const PARSED: &str = r"
import json, sys
import yt_dlp
parsed = yt_dlp.parse_options(sys.argv[1:])
print(json.dumps({'urls': parsed.urls, **parsed.ydl_opts}, default=str))
";

fn parsed((arguments, config): &Call) -> Value {
    serde_json::from_str(&yt_dlp::python(PARSED, arguments, config)).unwrap()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

fn capture() -> Capture {
    serde_json::from_value(json!({
        "token": token().expose(), "context": "gvs", "host": "x.googlevideo.com", "source": "sabr",
        "binding": {"video_id": "-AbC_d3fGh1", "certainty": "certain"},
        "session": {"profile": "p"}, "captured_at": 1,
    }))
    .unwrap()
}

fn options<'a>(extractor_args: &'a str, extra: &'a [String]) -> Options<'a> {
    Options {
        page: "https://www.youtube.com/watch?v=-AbC_d3fGh1",
        preset: Preset::P720,
        subtitles: Subtitles::AsConfigured,
        present: &[],
        dir: Path::new("/srv/Videos & it's: \"more\""),
        extractor_args,
        cookies: Some(Path::new("/run/my cookies")),
        plugin: None,
        helpers: &[],
        extra,
    }
}

#[test]
fn every_option_arrives() {
    let capture = capture();
    let token = capture.token.expose();
    let args = for_download(std::slice::from_ref(&capture), false, None);
    let said = parsed(&options(&args, &[]).build());
    assert_eq!(said["urls"], json!(["https://www.youtube.com/watch?v=-AbC_d3fGh1"]));
    assert_eq!(said["allowed_extractors"], json!(["youtube"]));
    let args = &said["extractor_args"]["youtube"];
    assert_eq!(args["player_client"], json!(["mweb"]));
    let tokens: Vec<_> = ["mweb.gvs", "web.gvs", "mweb.subs", "web.subs"]
        .iter()
        .map(|client| format!("{client}+{token}"))
        .collect();
    assert_eq!(args["po_token"], json!(tokens));
    assert_eq!(said["cookiefile"], "/run/my cookies");
    assert_eq!(said["paths"], json!({"home": "/srv/Videos & it's: \"more\""}));
    assert_eq!(said["outtmpl"]["default"], "%(id)s.%(format_id)s.%(ext)s");
    assert!(said["format"].as_str().unwrap().ends_with("/bv*+ba/b"), "{}", said["format"]);
    assert_eq!(said["format_sort"], json!(["res:720"]));
    assert_eq!(said["external_downloader"], json!({"default": "native"}));
    for (key, value) in [
        ("quiet", true),
        ("noprogress", false),
        ("simulate", false),
        ("noplaylist", true),
        ("ignoreerrors", false),
        ("skip_unavailable_fragments", false),
        ("writesubtitles", false),
        ("progress_with_newline", true),
    ] {
        assert_eq!(said[key], value, "{key}");
    }
    assert_eq!(said["progress_delta"], 0.25);
}

#[test]
fn extra_options_count_and_override_nothing() {
    let args = for_download(&[capture()], false, None);
    let extra = words(&[
        "-v",
        "--limit-rate",
        "1M",
        "--referer",
        "it's a \"#$(id)\\ word\ttwo ü",
        "--ignore-errors",
        "-S",
        "vcodec:h264",
        "-f",
        "bv*[ext=mp4]+ba/b",
        "--sub-langs=de",
        "--extractor-args",
        "youtubetab:skip=webpage",
        "--js-runtimes",
        "node",
    ]);
    assert_eq!(extra_options::check(&extra), Ok(()));
    let subtitled = Options { subtitles: Subtitles::Beside, ..options(&args, &extra) };
    let said = parsed(&subtitled.build());
    assert_eq!((&said["verbose"], &said["ratelimit"]), (&json!(true), &json!(1024 * 1024)));
    assert_eq!(said["http_headers"]["Referer"], extra[4]);
    assert_eq!((&said["ignoreerrors"], &said["skip_unavailable_fragments"]), (&json!(true), &json!(false)));
    // The preset goes before the configuration.
    assert_eq!(said["format_sort"], json!(["res:720", "vcodec:h264"]));
    assert_eq!(said["format"], "bv*[ext=mp4]+ba/b");
    assert_eq!((&said["writesubtitles"], &said["subtitleslangs"]), (&json!(true), &json!(["de"])));
    assert!(said["extractor_args"]["youtube"]["po_token"].is_array());
    assert!(said["extractor_args"]["youtubetab"].is_object());
    assert!(said["js_runtimes"]["node"].is_object());

    let extra = words(&["--extractor-args", "youtube:player_client=tv,default"]);
    let chosen = parsed(&options(&by_default(&[capture()], false), &extra).build());
    let youtube = &chosen["extractor_args"]["youtube"];
    assert_eq!(youtube["player_client"], json!(["tv", "default"]));
    assert!(youtube["po_token"].is_array());

    let audio = parsed(&Options { preset: Preset::Audio, ..subtitled }.build());
    assert!(audio["format"].as_str().unwrap().ends_with("/ba/b"), "{}", audio["format"]);
    assert_eq!(audio["postprocessors"][0]["key"], "FFmpegExtractAudio");
}

#[test]
fn its_programs_are_those_of_the_configuration() {
    let folder = tempfile::TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    let config = |text: &str| {
        let config = potbridge::config::Config::parse(text, Path::new("/c.toml")).unwrap();
        helpers::options(&config.download)
    };
    let args = for_download(&[capture()], false, None);
    let text = format!(
        "[download]\nffmpeg = {:?}\njs_runtime = \"node:{}\"\n",
        at("it's my ffmpeg"),
        at("bin/node").display()
    );

    // yt-dlp would go on without what is not there, and so finds it on the PATH.
    assert_eq!(config(&text), [""; 0]);

    std::fs::write(at("it's my ffmpeg"), "").unwrap();
    std::fs::create_dir(at("bin")).unwrap();
    std::fs::write(at("bin/node"), "").unwrap();
    let helpers = config(&text);
    let said = parsed(&Options { helpers: &helpers, ..options(&args, &[]) }.build());
    assert_eq!(said["ffmpeg_location"], json!(at("it's my ffmpeg")));
    assert_eq!(said["js_runtimes"], json!({"node": {"path": at("bin/node")}}));

    let extra = words(&["--js-runtimes", "bun"]);
    let said = parsed(&Options { helpers: &helpers, ..options(&args, &extra) }.build());
    assert_eq!(said["js_runtimes"]["bun"], json!({"path": null}));

    let helpers = config("[download]\njs_runtime = \"quickjs\"\n");
    let said = parsed(&Options { helpers: &helpers, ..options(&args, &[]) }.build());
    assert_eq!(
        (&said["ffmpeg_location"], &said["js_runtimes"]),
        (&json!(null), &json!({"quickjs": {"path": null}}))
    );
}

#[test]
fn no_program_is_run_even_if_an_option_was_not_refused() {
    let args = for_download(&[capture()], false, None);
    let extra =
        words(&["--exec", "id", "--exec-before-download", "id", "--live-from-start", "--downloader", "curl"]);
    let said = parsed(&options(&args, &extra).build());
    let steps = said["postprocessors"].as_array().unwrap();
    assert!(steps.iter().all(|step| step["key"] != "Exec"), "{steps:?}");
    assert_eq!(
        (&said["live_from_start"], &said["external_downloader"]["default"]),
        (&json!(false), &json!("native"))
    );
}

#[test]
fn an_option_without_its_value_does_not_take_the_token() {
    // An option of a later yt-dlp may take a value that is unknown here.
    let capture = capture();
    let args = for_download(std::slice::from_ref(&capture), false, None);
    let (arguments, config) = options(&args, &[]).build();
    let config = config.replace("'--no-update'", "'--limit-rate'\n'--no-update'");
    let output = yt_dlp::call((arguments, config.into()), &[]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("invalid rate limit"), "{}", said.replace(capture.token.expose(), "TOKEN"));
    assert!(!said.contains(capture.token.expose()));
}

#[test]
fn subtitles_are_not_the_automatic_ones() {
    let args = for_download(&[capture()], false, None);
    let said = parsed(&Options { subtitles: Subtitles::Beside, ..options(&args, &[]) }.build());
    assert_eq!(said["subtitleslangs"], json!(["all", "-live_chat"]));
    assert_eq!((&said["writesubtitles"], &said["writeautomaticsub"]), (&json!(true), &json!(false)));
    // One that cannot be loaded does not end the run.
    assert_eq!((&said["ignoreerrors"], &said["skip_download"]), (&json!(true), &json!(false)));
    let alone = parsed(&Options { subtitles: Subtitles::Alone, ..options(&args, &[]) }.build());
    assert_eq!((&alone["writesubtitles"], &alone["skip_download"]), (&json!(true), &json!(true)));
    let extra = words(&["--embed-subs", "--write-auto-subs"]);
    let embedded = parsed(&options(&args, &extra).build());
    assert_eq!((&embedded["ignoreerrors"], &embedded["writeautomaticsub"]), (&json!(true), &json!(true)));
    let never = parsed(&Options { subtitles: Subtitles::Never, ..options(&args, &extra) }.build());
    assert_eq!((&never["writesubtitles"], &never["writeautomaticsub"]), (&json!(false), &json!(false)));
}

#[test]
fn a_playlist_is_listed_and_not_downloaded() {
    let page = "https://www.youtube.com/playlist?list=PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf";
    let said = parsed(&Options::of_list(
        page,
        201,
        Some(Path::new("/c")),
        &words(&["--proxy", "http://127.0.0.1:1"]),
    ));
    assert_eq!((&said["urls"], &said["allowed_extractors"]), (&json!([page]), &json!(["youtube:tab"])));
    assert_eq!((&said["simulate"], &said["extract_flat"]), (&json!(true), &json!("in_playlist")));
    assert_eq!(said["playlist_items"], "1:201");
    assert_eq!((&said["cookiefile"], &said["proxy"]), (&json!("/c"), &json!("http://127.0.0.1:1")));
    assert_eq!(said["extractor_args"], json!({}));
}

#[test]
fn yt_dlp_reads_every_cookie() {
    let cookie = |name: &str, value: &str, domain: &str, expires: Option<u64>| {
        let mut cookie = json!({
            "name": name, "value": value, "domain": domain, "path": "/", "secure": true, "http_only": true,
        });
        if let Some(expires) = expires {
            cookie["expires"] = expires.into();
        }
        serde_json::from_value::<Cookie>(cookie).unwrap()
    };
    let cookies = [
        cookie("__Secure-3PSID", "g.a000-x_y", ".youtube.com", Some(4_000_000_000)),
        cookie("YSC", "s=1&b c", ".youtube.com", None),
        cookie("PREF", "\"f6=1\"", "www.youtube.com", None),
        cookie("EMPTY", "", ".youtube.com", None),
        cookie("MUSIC", "1", "music.youtube.com", None),
    ];
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("cookies.txt");
    std::fs::write(&file, netscape(&cookies).as_bytes()).unwrap();
    let read = yt_dlp::python(
        "import json, sys
from yt_dlp.cookies import YoutubeDLCookieJar
jar = YoutubeDLCookieJar(sys.argv[1])
jar.load()
print(json.dumps({'header': jar.get_cookie_header('https://www.youtube.com/watch'),
    'cookies': {c.name: [c.value, c.domain, c.secure, c.expires, c.domain_specified] for c in jar}}))",
        &[file.display().to_string()],
        "",
    );
    let read: Value = serde_json::from_str(&read).unwrap();
    assert_eq!(
        read["cookies"],
        json!({
            "__Secure-3PSID": ["g.a000-x_y", ".youtube.com", true, 4_000_000_000u64, true],
            "YSC": ["s=1&b c", ".youtube.com", true, null, true],
            "PREF": ["\"f6=1\"", "www.youtube.com", true, null, false],
            "EMPTY": ["", ".youtube.com", true, null, true],
            "MUSIC": ["1", "music.youtube.com", true, null, false],
        })
    );
    let header = read["header"].as_str().unwrap();
    assert!(header.contains("__Secure-3PSID=g.a000-x_y") && !header.contains("MUSIC"), "{header}");
}
