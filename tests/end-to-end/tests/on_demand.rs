//! Token requests to a browser that shows YouTube's start page.
//!
//! They come from `potbridge get`, from real yt-dlp with the plugin, and from bgutil's plugin by `potbridge serve`.

use potbridge_end_to_end::both;
use potbridge_end_to_end::downloads::{granted, video};
use potbridge_end_to_end::popup::Popup;
use potbridge_end_to_end::process::{lines, output, output_of};
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::trial::{LIMIT, Trial};
use potbridge_stand_in::{Received, RequestKind, Scenario, video_of_token};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fs;
use std::process::{Child, Command, Output, Stdio};
use std::time::Instant;

both!(
    yt_dlp_with_the_plugin_gets_a_token_for_each_video,
    yt_dlp_with_bgutils_plugin_gets_tokens_from_serve,
    a_page_that_needs_to_be_visible_gets_its_token,
    many_requests_at_once_are_all_answered,
    unplayable_videos_fail_at_once_and_requests_turn_off,
    programs_are_told_in_english_what_people_read_in_german,
);

fn yt_dlp_with_the_plugin_gets_a_token_for_each_video(family: Family) {
    let trial = open(family, "download");
    let watch = Watch::begin(&trial);
    let videos = [video(2), video(5), video(7)];
    let plugins = trial.path("config/yt-dlp/plugins");
    fs::create_dir_all(&plugins).unwrap();
    fs::write(plugins.join("potbridge.zip"), potbridge_bundler::yt_dlp_plugin::archive().unwrap()).unwrap();
    let program = format!("youtubepot-potbridge:program={}", trial.command(&[]).get_program().display());
    let output = output_of(&mut yt_dlp(&trial, &["--extractor-args", &program], &videos));
    assert_downloaded(&trial, &output, &videos);
    watch.nothing_moved_and_nothing_is_left();
}

fn yt_dlp_with_bgutils_plugin_gets_tokens_from_serve(family: Family) {
    let trial = open(family, "download");
    let watch = Watch::begin(&trial);
    let videos = [video(2), video(5), video(7)];
    let serve = Serve::start(&trial);
    let base = format!("youtubepot-bgutilhttp:base_url={}", serve.url);
    let plugin = std::env::var_os("BGUTIL_PLUGIN").expect("./tests/run installs bgutil's plugin");
    let output = output_of(yt_dlp(&trial, &["--extractor-args", &base], &videos).env("PYTHONPATH", plugin));
    assert_downloaded(&trial, &output, &videos);
    watch.nothing_moved_and_nothing_is_left();
}

fn a_page_that_needs_to_be_visible_gets_its_token(family: Family) {
    let trial = open(family, "placeholders-first");
    let watch = Watch::begin(&trial);
    let video = video(4);
    let output = trial.potbridge(&["get", "--video", &video, "--wait", "60"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_shown_for(&trial, &video, String::from_utf8(output.stdout).unwrap().trim());
    watch.nothing_moved_and_nothing_is_left();
}

fn many_requests_at_once_are_all_answered(family: Family) {
    let trial = open(family, "download");
    let watch = Watch::begin(&trial);
    let ask = |video: &str| {
        let mut get = trial.command(&["get", "--video", video, "--wait", "120"]);
        get.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let answered = |get: Child, video: &str| {
        let output = output(get);
        assert!(output.status.success(), "{video}: {}", String::from_utf8_lossy(&output.stderr));
        assert_shown_for(&trial, video, String::from_utf8(output.stdout).unwrap().trim());
    };
    let ten: Vec<_> = (0..10).map(|number| (video(number), ask(&video(number)))).collect();
    for (video, get) in ten {
        answered(get, &video);
    }
    let one = video(11);
    let twenty: Vec<_> = (0..20).map(|_| ask(&one)).collect();
    for get in twenty {
        answered(get, &one);
    }
    assert_eq!(shown_for(&trial, &one).len(), 1, "the video was opened more than once");
    watch.nothing_moved_and_nothing_is_left();
}

fn unplayable_videos_fail_at_once_and_requests_turn_off(family: Family) {
    let trial = open(family, "unplayable");
    let popup = trial.popup();
    let refused = |number: usize| {
        let id = Scenario::named("unplayable").unwrap().videos[number].id.clone();
        let output = trial.potbridge(&["get", "--video", &id, "--wait", "100"]);
        assert_eq!(output.status.code(), Some(3));
        String::from_utf8(output.stderr).unwrap()
    };
    let reasons =
        [(1, "Private"), (2, "age"), (4, "members"), (5, "consent or a login"), (6, "another video")];
    for (number, reason) in reasons {
        let began = Instant::now();
        let said = refused(number);
        assert!(said.contains(reason), "{reason:?} is not in: {said}");
        assert!(began.elapsed() < LIMIT, "the whole time was waited for: {said}");
    }
    popup.wait_until("document.querySelectorAll('#token-requests li').length === 5");
    popup.evaluate("document.querySelector('#token-requests input[name=accept]').click()");
    // The first one's token is known: it was played instead of another.
    trial.wait_for_status(|_| refused(3).contains("turned off"));
}

fn programs_are_told_in_english_what_people_read_in_german(family: Family) {
    let trial = Setup::new(family, "unplayable").at("https://www.youtube.com/").speaking("de").begin();
    trial.wait_for_status(|status| status["connected"] != json!([]));
    let id = Scenario::named("unplayable").unwrap().videos[6].id.clone();
    let output = trial.potbridge(&["get", "--video", &id, "--wait", "100"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("YouTube plays another video instead of"), "{said}");
    let popup = trial.popup();
    popup.wait_until(
        "document.querySelector('#token-requests .state')?.textContent.includes('anderes Video')",
    );
    popup.wait_until("document.documentElement.lang === 'de'");
}

fn open(family: Family, scenario: &str) -> Trial {
    let trial = Setup::new(family, scenario).at("https://www.youtube.com/").begin();
    trial.wait_for_status(|status| status["connected"] != json!([]));
    trial
}

/// The tokens of a video in requests of the browser's pages.
fn shown_for(trial: &Trial, video: &str) -> HashSet<String> {
    let of_pages = trial.stand_in.received().into_iter().filter(|request| !is_downloaders(request));
    let tokens = of_pages.filter_map(|request| request.po_token);
    tokens.filter(|token| video_of_token(token).as_deref() == Some(video)).collect()
}

fn is_downloaders(request: &Received) -> bool {
    matches!(request.kind, RequestKind::Download | RequestKind::Extraction | RequestKind::CaptionsDownload)
}

/// Waits until a page has shown the token for the video, since the extension sees a request before it arrives.
#[track_caller]
fn assert_shown_for(trial: &Trial, video: &str, token: &str) {
    assert_eq!(video_of_token(token).as_deref(), Some(video), "it is a token of another video");
    let shows = |request: &Received| !is_downloaders(request) && request.po_token.as_deref() == Some(token);
    trial.stand_in.wait_for(LIMIT, shows).unwrap();
}

/// Real yt-dlp without a token.
fn yt_dlp(trial: &Trial, options: &[&str], videos: &[String]) -> Command {
    let mut command = Command::new("yt-dlp");
    command
        .args(["--ignore-config", "--no-check-certificates", "--fixup", "never", "--format", "140"])
        .args(["--proxy", &format!("http://{}", trial.stand_in.address())])
        .args(["--extractor-args", "youtube:player_client=mweb", "--output", "%(id)s.m4a"])
        .args(options)
        .arg("--")
        .args(videos.iter().map(|video| format!("https://www.youtube.com/watch?v={video}")))
        .current_dir(trial.path(""))
        .env("HOME", trial.path(""))
        .env("XDG_CONFIG_HOME", trial.path("config"))
        .env("XDG_CACHE_HOME", trial.path("cache"))
        .stdin(Stdio::null());
    for (name, value) in trial.command(&[]).get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command
}

#[track_caller]
fn assert_downloaded(trial: &Trial, output: &Output, videos: &[String]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    for video in videos {
        let file = fs::read(trial.path(&format!("{video}.m4a"))).unwrap();
        assert!(file == trial.stand_in.media(video, 140), "{video} is not what the stand-in has");
        let of_video: Vec<_> = granted(&trial.stand_in)
            .into_iter()
            .filter(|request| request.video_id.as_ref() == Some(video))
            .collect();
        let shown = shown_for(trial, video);
        assert!(!of_video.is_empty());
        for request in of_video {
            assert!(
                shown.contains(request.po_token.as_ref().unwrap()),
                "no page showed its token: {request}"
            );
        }
    }
}

/// Watches the open tabs and windows, and which of them are in front.
struct Watch<'a> {
    popup: Popup<'a>,
    before: Value,
}

const STATE: &str = "Promise.all([chrome.tabs.query({}), chrome.windows.getAll()]).then(([tabs, windows]) => [
    tabs.map(({ id }) => id).sort(), tabs.filter(({ active }) => active).map(({ id }) => id).sort(), windows.length,
])";

impl<'a> Watch<'a> {
    fn begin(trial: &'a Trial) -> Self {
        let popup = trial.popup();
        popup.wait_until("document.querySelector('#host').dataset.kind === 'ready'");
        popup.evaluate(
            "chrome.tabs.query({}).then((tabs) => {
                const known = tabs.map(({ id }) => id);
                chrome.tabs.onActivated.addListener(({ tabId }) => {
                    if (known.includes(tabId)) document.documentElement.dataset.moved = `tab ${tabId}`;
                });
                return true;
            })",
        );
        let before = popup.evaluate(STATE);
        Self { popup, before }
    }

    /// Waits until all is as before. A tab may stay for as long as requests are accepted.
    #[track_caller]
    fn nothing_moved_and_nothing_is_left(self) {
        self.popup.evaluate("document.querySelector('#token-requests input[name=accept]').click()");
        self.popup.wait_for_value(STATE, &self.before);
        assert_eq!(self.popup.evaluate("document.documentElement.dataset.moved ?? null"), Value::Null);
    }
}

/// A running `potbridge serve`. It is killed when dropped.
struct Serve {
    process: Child,
    url: String,
}

impl Serve {
    fn start(trial: &Trial) -> Self {
        let mut process =
            trial.command(&["serve", "--listen", "127.0.0.1:0"]).stderr(Stdio::piped()).spawn().unwrap();
        let lines = lines(process.stderr.take().unwrap());
        let line = lines.recv_timeout(LIMIT).expect("serve says where it listens");
        let port = line.split_once("http://127.0.0.1:").unwrap_or_else(|| panic!("{line}")).1.trim();
        Self { process, url: format!("http://127.0.0.1:{port}") }
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
