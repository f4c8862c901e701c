//! A download from beginning to end, with a script in the place of yt-dlp.

use super::*;
use crate::config::Config;
use crate::delivery::Delivery;
use crate::download::detached::StartRequest;
use crate::download::records::Records;
use crate::download::timing::Timing;
use crate::store::tests::capture;
use crate::store::{TokenQuery, TokenStore};
use potbridge_protocol::{DownloadRequest, ListId, PoToken, Preset, VideoId};
use potbridge_system::clock;
use potbridge_system::dirs::Dirs;
use potbridge_test_support::executable;
use std::cell::{Cell, RefCell};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

const VIDEO: &str = "dQw4w9WgXcQ";
const OTHER: &str = "AbC_d3fGh1-";

/// Every change is reported, and nothing is waited for longer than needed.
const TIMING: Timing = Timing {
    token: Duration::from_secs(20),
    browser: Duration::ZERO,
    poll: Duration::from_millis(1),
    report: Duration::ZERO,
};

/// Prints what yt-dlp prints for a download that goes well.
const GOES_WELL: &str = r#"
echo '@@potbridge:info [{"id":"x","title":"A title","format_id":"18","filesize":4}, []]'
printf data > "$DIR/x.mp4"
echo '@@potbridge:progress [{"format_id":"18"}, {"status":"finished","downloaded_bytes":4,"total_bytes":4}]'
echo "@@potbridge:file \"$DIR/x.mp4\""
"#;

const REFUSED: &str = "echo 'ERROR: unable to download video data: HTTP Error 403: Forbidden' >&2; exit 1";

struct Machine {
    folder: TempDir,
    dirs: Dirs,
    config: Config,
}

impl Machine {
    /// A machine where yt-dlp is this script. It reads its options first, as yt-dlp does.
    fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name| folder.path().join(name);
        let dirs = Dirs { config: at("c.toml"), state: at("state"), runtime: at("run") };
        let program = at("yt-dlp");
        let dir = at("videos");
        fs::create_dir(&dir).unwrap();
        let work = "for word; do case $word in home:*) WORK=${word#home:}; mkdir -p \"$WORK\";; esac; done";
        let text = format!("#!/bin/sh\nDIR='{}'\nOPTIONS=$(cat)\n{work}\n{script}\n", dir.display());
        executable::write(&program, text);
        let mut config = Config::default();
        config.download.yt_dlp = program;
        config.download.dir = Some(dir);
        Self { folder, dirs, config }
    }

    fn put_token(&self, seed: u8, video: &str) {
        let capture = capture(seed, video, clock::now_ms());
        TokenStore::open(&self.config.store, &self.dirs).unwrap().put(&capture).unwrap();
    }

    fn has_token(&self, video: &str) -> bool {
        let query = TokenQuery { video_id: VideoId::new(video).ok(), ..TokenQuery::default() };
        TokenStore::open(&self.config.store, &self.dirs).unwrap().newest(&query).unwrap().is_some()
    }

    fn run(
        &self,
        request: DownloadRequest,
        is_interrupted: &dyn Fn() -> bool,
    ) -> (Download, Vec<DownloadState>) {
        let states = RefCell::new(Vec::new());
        let on_change = |download: &Download| {
            if states.borrow().last() != Some(&download.state) {
                states.borrow_mut().push(download.state);
            }
        };
        let (dirs, config) = (self.dirs.clone(), self.config.clone());
        let start = StartRequest { request, resume: None };
        let job =
            DownloadJob::prepare(start, dirs, config, TIMING, Box::new(on_change), is_interrupted).unwrap();
        let download = job.run().unwrap();
        let record = Records::open(&self.dirs).unwrap().read(&download.id).unwrap();
        assert_eq!(record.download, download, "the record says the same");
        (download, states.into_inner())
    }
}

fn request(video: Option<&str>, list: Option<&str>) -> DownloadRequest {
    serde_json::from_value(serde_json::json!({
        "video_id": video.map(|id| VideoId::new(id).unwrap()),
        "list_id": list.map(|id| ListId::new(id).unwrap()),
    }))
    .unwrap()
}

fn with_cookies(mut request: DownloadRequest) -> DownloadRequest {
    let cookie = serde_json::json!({
        "name": "SID", "value": "s3cr3t-value", "domain": ".youtube.com", "path": "/", "secure": true, "http_only": true,
    });
    request.cookies.push(serde_json::from_value(cookie).unwrap());
    request
}

#[test]
fn a_download_with_a_token_ends_with_its_file() {
    let machine = Machine::new(GOES_WELL);
    machine.put_token(1, VIDEO);
    let (download, states) = machine.run(request(Some(VIDEO), None), &|| false);
    assert_eq!((download.state, download.error), (DownloadState::Done, None));
    assert_eq!(download.title.as_deref(), Some("A title"));
    assert_eq!(fs::read_to_string(download.file.unwrap()).unwrap(), "data");
    assert_eq!((states.first(), states.last()), (Some(&DownloadState::Queued), Some(&DownloadState::Done)));
}

/// A yt-dlp that is asked to download and answers each step of the ladder with a script of its own.
fn steps(with_token: &str, without: &str, by_default: &str) -> String {
    format!(
        r#"case "$OPTIONS" in
*player_client=visionos,tv_samsung*) echo without-token >>"$DIR/../steps"; {without} ;;
*player_client=mweb*) echo token >>"$DIR/../steps"; {with_token} ;;
*) echo defaults >>"$DIR/../steps"; {by_default} ;;
esac"#
    )
}

/// A yt-dlp whose clients that need no token bring the file.
fn plays_without_a_token(with_token: &str) -> String {
    steps(with_token, GOES_WELL, "exit 1")
}

const SABR_ONLY: &str = "echo 'WARNING: [youtube] dQw4w9WgXcQ: Some mweb client https formats have been skipped as they are missing a URL.' >&2
    echo 'ERROR: [youtube] dQw4w9WgXcQ: Requested format is not available. Use --list-formats for a list of available formats' >&2; exit 1";

const PRIVATE: &str = "echo 'ERROR: [youtube] dQw4w9WgXcQ: Private video. Sign in if you have been granted access to this video' >&2; exit 1";

fn steps_of(machine: &Machine) -> Vec<String> {
    let text = fs::read_to_string(machine.folder.path().join("steps")).unwrap_or_default();
    text.lines().map(ToOwned::to_owned).collect()
}

fn codes(download: &Download) -> Vec<Code> {
    download.notices.iter().map(|notice| notice.code).collect()
}

#[test]
fn without_a_token_and_a_browser_the_file_comes_without_a_token() {
    let machine = Machine::new(&plays_without_a_token("exit 1"));
    let (download, states) = machine.run(request(Some(VIDEO), None), &|| false);
    assert_eq!((download.state, &download.error), (DownloadState::Done, &None));
    assert!(states.contains(&DownloadState::WaitingForToken));
    assert_eq!(steps_of(&machine), ["without-token"]);
    assert_eq!(codes(&download), [Code::WithoutToken]);
    let message = &download.notices[0].message;
    assert!(message.contains(VIDEO) && message.contains("lower quality"), "{message}");
    assert!(message.contains("no browser"), "it says why: {message}");
}

#[test]
fn a_token_in_the_store_is_used_first_and_without_a_notice() {
    let machine = Machine::new(&steps(GOES_WELL, "exit 1", "exit 1"));
    machine.put_token(1, VIDEO);
    let (download, states) = machine.run(request(Some(VIDEO), None), &|| false);
    assert_eq!((download.state, codes(&download)), (DownloadState::Done, Vec::new()));
    assert_eq!(steps_of(&machine), ["token"]);
    assert!(!states.contains(&DownloadState::WaitingForToken));
}

#[test]
fn if_no_step_helps_and_no_token_came_that_is_told() {
    let machine = Machine::new(REFUSED);
    let (download, _) = machine.run(request(Some(VIDEO), None), &|| false);
    let error = download.error.unwrap();
    assert_eq!((download.state, error.code), (DownloadState::Failed, Code::NoToken));
    assert!(error.message.contains(VIDEO) && error.message.contains("no browser"), "{}", error.message);
    assert!(error.message.contains("Without a token: YouTube refused"), "{}", error.message);
    assert_eq!(error.code.exit_code(), 3);
}

#[test]
fn what_says_more_than_the_lack_of_a_token_is_told() {
    let machine = Machine::new(&steps("exit 1", PRIVATE, "exit 1"));
    let (download, _) = machine.run(request(Some(VIDEO), None), &|| false);
    let error = download.error.unwrap();
    assert_eq!(error.code, Code::PrivateVideo);
    assert!(error.message.contains("There is no token"), "{}", error.message);
    assert_eq!(steps_of(&machine), ["without-token"]);
}

#[test]
fn what_has_nothing_to_do_with_tokens_is_told_instead_of_their_lack() {
    for (said, code) in [
        ("ERROR: Something that nobody ever saw: 4711", Code::YtDlpFailed),
        ("ERROR: Postprocessing: ffmpeg not found. Please install or provide the path", Code::NoFfmpeg),
    ] {
        let machine = Machine::new(&format!("echo '{said}' >&2; exit 1"));
        let (download, _) = machine.run(request(Some(VIDEO), None), &|| false);
        let error = download.error.unwrap();
        assert_eq!(error.code, code, "{said}");
        assert_eq!(error.message.matches("There is no token").count(), 1, "{}", error.message);
        assert!(!error.hint.unwrap_or_default().contains("open the browser"), "{said}");
    }
    let machine = Machine::new(SABR_ONLY);
    let (download, _) = machine.run(request(Some(VIDEO), None), &|| false);
    let error = download.error.unwrap();
    assert_eq!(error.code, Code::SabrOnly);
    assert!(error.hint.unwrap().contains("SABR"), "it says how to get such a build");
}

#[test]
fn trouble_with_one_clients_page_is_mended_by_another_client() {
    const TROUBLE: &str = "echo 'WARNING: [youtube] dQw4w9WgXcQ: Unable to download API page: HTTP Error 503: Service Unavailable (caused by <HTTPError 503: Service Unavailable>)' >&2
        echo 'ERROR: [youtube] dQw4w9WgXcQ: Failed to extract any player response' >&2; exit 1";
    let machine = Machine::new(&plays_without_a_token(TROUBLE));
    machine.put_token(1, VIDEO);
    let (download, _) = machine.run(request(Some(VIDEO), None), &|| false);
    assert_eq!((download.state, codes(&download)), (DownloadState::Done, vec![Code::WithoutToken]));
    let machine = Machine::new(&steps(TROUBLE, TROUBLE, TROUBLE));
    machine.put_token(1, VIDEO);
    let (download, _) = machine.run(request(Some(VIDEO), None), &|| false);
    assert_eq!(download.error.unwrap().code, Code::YoutubeTrouble);
    assert_eq!(steps_of(&machine), ["token", "without-token"]);
}

#[test]
fn a_new_token_is_said_to_be_requested_only_if_one_is() {
    let machine = Machine::new(&plays_without_a_token(REFUSED));
    machine.put_token(1, VIDEO);
    let (download, _) = machine.run(request(Some(VIDEO), None), &|| false);
    assert_eq!(codes(&download), [Code::TokenRefused, Code::WithoutToken]);
    assert!(download.notices.iter().all(|notice| !notice.message.contains("is requested")));
    assert!(download.notices.iter().all(|notice| notice.message.ends_with('.')), "{:?}", download.notices);
}

#[test]
fn a_client_that_gets_only_sabr_is_left_for_one_that_needs_no_token() {
    let machine = Machine::new(&plays_without_a_token(SABR_ONLY));
    machine.put_token(1, VIDEO);
    let (download, states) = machine.run(request(Some(VIDEO), None), &|| false);
    assert_eq!(download.state, DownloadState::Done);
    assert_eq!(steps_of(&machine), ["token", "without-token"]);
    assert_eq!(codes(&download), [Code::WithoutToken]);
    assert!(download.notices[0].message.contains("SABR"), "{}", download.notices[0].message);
    assert!(
        !states.contains(&DownloadState::WaitingForToken),
        "a browser was asked, and a new token helps nothing"
    );
    assert!(machine.has_token(VIDEO), "the token is not to blame");
}

#[test]
fn what_yt_dlp_would_do_by_itself_is_tried_last() {
    let machine = Machine::new(&steps(SABR_ONLY, REFUSED, GOES_WELL));
    machine.put_token(1, VIDEO);
    let (download, _) = machine.run(request(Some(VIDEO), None), &|| false);
    assert_eq!(download.state, DownloadState::Done);
    assert_eq!(steps_of(&machine), ["token", "without-token", "defaults"]);
    assert_eq!(codes(&download), [Code::YtDlpDefaults]);
    assert!(download.notices[0].message.contains("without a login"), "{}", download.notices[0].message);
    assert!(machine.has_token(VIDEO), "a refusal of a client without a token does not blame the token");
}

#[test]
fn clients_of_the_configuration_are_asked_first_and_others_if_they_fail() {
    for (clients, by_default, expected, notices) in [
        ("tv", GOES_WELL, &["defaults"][..], &[][..]),
        (
            "tv,mweb",
            REFUSED,
            &["defaults", "token", "without-token"],
            &[Code::TokenRefused, Code::WithoutToken],
        ),
    ] {
        let of_theirs =
            format!(r#"case "$OPTIONS" in *"player_client={clients};"*) {by_default} ;; *) exit 9 ;; esac"#);
        let mut machine = Machine::new(
            &steps(REFUSED, GOES_WELL, &of_theirs)
                .replace("*player_client=mweb*", "*\"player_client=mweb;\"*"),
        );
        let option = format!("--extractor-args=youtube:player_client={clients}");
        machine.config.download.extra_options = vec![option];
        machine.put_token(1, VIDEO);
        let (download, _) = machine.run(request(Some(VIDEO), None), &|| false);
        assert_eq!((download.state, &download.error), (DownloadState::Done, &None), "{clients}");
        assert_eq!(
            (steps_of(&machine), codes(&download)),
            (expected.iter().map(ToString::to_string).collect(), notices.to_vec())
        );
    }
}

#[test]
fn only_the_steps_that_may_log_in_are_given_the_cookies() {
    let show = r#"case "$OPTIONS" in *--cookies*) echo cookies >>"$DIR/../steps" ;; esac"#;
    let machine = Machine::new(&steps(
        &format!("{show}; {SABR_ONLY}"),
        &format!("{show}; {REFUSED}"),
        &format!("{show}; {GOES_WELL}"),
    ));
    machine.put_token(1, VIDEO);
    let (download, _) = machine.run(with_cookies(request(Some(VIDEO), None)), &|| false);
    assert_eq!(download.state, DownloadState::Done);
    assert_eq!(steps_of(&machine), ["token", "cookies", "without-token", "defaults", "cookies"]);
    assert!(download.notices[0].message.contains("with the login"), "{}", download.notices[0].message);
}

#[test]
fn yt_dlp_may_ask_for_tokens_itself_only_if_nobody_was_asked_for_them() {
    let show = r#"case "$*" in *--plugin-dirs*) echo asks >>"$DIR/../steps" ;; esac"#;
    let script =
        steps(&format!("{show}; {SABR_ONLY}"), &format!("{show}; {REFUSED}"), &format!("{show}; {REFUSED}"));
    let mut machine = Machine::new(&script);
    machine.put_token(1, VIDEO);
    machine.run(request(Some(VIDEO), None), &|| false);
    assert_eq!(steps_of(&machine), ["token", "asks", "without-token", "defaults"]);
    machine = Machine::new(&format!(
        "{show}; case \"$OPTIONS\" in *fetch_pot=auto*) {GOES_WELL} ;; *) exit 1 ;; esac"
    ));
    machine.config.download.extra_options =
        vec!["--extractor-args=youtube:player_client=default,mweb".to_owned()];
    let (download, _) = machine.run(request(Some(VIDEO), None), &|| false);
    assert_eq!((download.state, download.notices), (DownloadState::Done, Vec::new()));
    assert_eq!(steps_of(&machine), ["asks"]);
}

#[test]
fn a_refused_token_is_gone_and_the_reasons_are_told() {
    let machine = Machine::new(&steps(REFUSED, SABR_ONLY, REFUSED));
    machine.put_token(1, VIDEO);
    let (download, _) = machine.run(request(Some(VIDEO), None), &|| false);
    let error = download.error.as_ref().unwrap();
    assert_eq!(error.code, Code::TokenRefused);
    assert!(error.message.contains("No new one came"), "{}", error.message);
    assert!(error.message.contains("Without a token: YouTube gives"), "{}", error.message);
    assert_eq!(steps_of(&machine), ["token", "without-token", "defaults"]);
    assert_eq!(codes(&download), [Code::TokenRefused]);
    assert!(!machine.has_token(VIDEO), "nobody gets it again");
}

#[test]
fn a_refused_token_leaves_the_sinks_too() {
    let machine = Machine::new(&steps(REFUSED, GOES_WELL, GOES_WELL));
    let env = machine.folder.path().join(".env");
    fs::write(&machine.dirs.config, format!("[[sink]]\nkind = \"env-file\"\npath = {env:?}\n")).unwrap();
    machine.put_token(2, OTHER);
    machine.put_token(1, VIDEO);
    let store = Mutex::new(TokenStore::open(&machine.config.store, &machine.dirs).unwrap());
    let _ = Delivery::new(&store, &machine.dirs).deliver(&Config::load(&machine.dirs.config).unwrap());
    let [refused, other] = [(1, VIDEO), (2, OTHER)].map(|(seed, video)| capture(seed, video, 0).token);
    let holds = |token: &PoToken| fs::read_to_string(&env).unwrap().contains(token.expose());
    assert!(holds(&refused));
    let (download, _) = machine.run(request(Some(VIDEO), None), &|| false);
    assert_eq!(download.state, DownloadState::Done);
    assert!(holds(&other) && !holds(&refused));
}

#[test]
fn a_full_disk_ends_the_ladder_and_keeps_the_token() {
    let machine = Machine::new(&steps(
        "echo 'ERROR: [Errno 28] No space left on device' >&2; exit 1",
        GOES_WELL,
        GOES_WELL,
    ));
    machine.put_token(1, VIDEO);
    let (download, _) = machine.run(request(Some(VIDEO), None), &|| false);
    assert_eq!(download.error.unwrap().code, Code::DiskFull);
    assert_eq!(steps_of(&machine), ["token"]);
    assert!(machine.has_token(VIDEO));
}

#[test]
fn another_client_goes_on_from_what_is_the_same_and_nothing_is_left() {
    let leave = |name: &str| format!("printf token >{VIDEO}.{name}");
    let first = format!(
        "cd \"$WORK\"; {}; {}; {SABR_ONLY}",
        leave("137+251.f137.mp4.part"),
        leave("137+140-0.f140-0.m4a.part")
    );
    let second = format!(
        r#"cd "$WORK"; ls >"$DIR/../lent"
        echo '@@potbridge:info [{{"id":"x","title":"A title","format_id":"18","filesize":4}}, []]'
        printf data >{VIDEO}.18.mp4; echo "@@potbridge:file \"$WORK/{VIDEO}.18.mp4\"""#
    );
    let machine = Machine::new(&steps(&first, &second, "exit 1"));
    machine.put_token(1, VIDEO);
    let (download, _) = machine.run(request(Some(VIDEO), None), &|| false);
    assert_eq!(download.state, DownloadState::Done, "{:?}", download.error);
    let lent = fs::read_to_string(machine.folder.path().join("lent")).unwrap();
    assert_eq!(lent, format!("{VIDEO}.137+251.f137.mp4.part\n"));
    let left: Vec<_> = fs::read_dir(machine.folder.path().join("videos")).unwrap().flatten().collect();
    assert_eq!(left.len(), 1, "it left litter: {left:?}");
}

#[test]
fn a_playlist_tries_first_what_helped_the_video_before() {
    let list = format!(
        r#"case "$*" in *--flat-playlist*)
    echo '@@potbridge:entry {{"id":"{VIDEO}","title":"One"}}'
    echo '@@potbridge:entry {{"id":"{OTHER}","title":"Two"}}'; exit ;;
esac"#
    );
    // The second video does not play without a token.
    let without = format!(r#"case "$*" in *{OTHER}*) {REFUSED} ;; esac; {GOES_WELL}"#);
    let with_token = format!(r#"case "$*" in *{VIDEO}*) {SABR_ONLY} ;; esac; {GOES_WELL}"#);
    let machine = Machine::new(&format!("{list}\n{}", steps(&with_token, &without, "exit 1")));
    machine.put_token(1, VIDEO);
    machine.put_token(2, OTHER);
    let (download, _) = machine.run(request(None, Some("PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf")), &|| false);
    assert_eq!((download.state, &download.error), (DownloadState::Done, &None));
    assert_eq!(steps_of(&machine), ["token", "without-token", "without-token", "token"]);
    assert_eq!(download.list.as_ref().map(|list| list.done), Some(2));
    assert_eq!(codes(&download), [Code::WithoutToken]);
}

#[test]
fn yt_dlp_is_ended_when_the_download_is_cancelled() {
    // As `potbridge download` does. So yt-dlp can be interrupted also if this program was started with the signal ignored, as by a
    // shell's `&`.
    signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::default()).unwrap();
    let machine =
        Machine::new("trap ': > \"$DIR/interrupted\"; exit 1' INT\necho ready\nwhile :; do sleep 0.01; done");
    machine.put_token(1, VIDEO);
    let looks = Cell::new(0);
    // The script needs a moment to set its trap.
    let log = || {
        fs::read_dir(machine.dirs.state.join("downloads")).is_ok_and(|entries| {
            entries
                .flatten()
                .any(|entry| fs::read_to_string(entry.path()).is_ok_and(|text| text.ends_with("ready\n")))
        })
    };
    let is_interrupted = || {
        looks.set(looks.get() + 1);
        assert!(looks.get() < 100_000, "the script never began");
        log()
    };
    let (download, _) = machine.run(request(Some(VIDEO), None), &is_interrupted);
    assert_eq!((download.state, download.error), (DownloadState::Cancelled, None));
    assert!(machine.folder.path().join("videos/interrupted").exists());
}

#[test]
fn a_playlist_ends_well_if_one_video_does_and_says_which_failed() {
    let script = format!(
        r#"case "$*" in
*--flat-playlist*)
    echo '@@potbridge:entry {{"id":"{VIDEO}","title":"One"}}'
    echo '@@potbridge:entry {{"id":"{OTHER}","title":"Two"}}' ;;
*{OTHER}*) echo 'ERROR: [youtube] {OTHER}: Video unavailable' >&2; exit 1 ;;
*) {GOES_WELL} ;;
esac"#
    );
    let machine = Machine::new(&script);
    machine.put_token(1, VIDEO);
    machine.put_token(2, OTHER);
    let (download, _) = machine.run(request(None, Some("PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf")), &|| false);
    assert_eq!((download.state, download.error), (DownloadState::Done, None));
    let list = download.list.unwrap();
    assert_eq!((list.videos, list.done, list.failed), (2, 1, 1));
    let [notice] = download.notices.as_slice() else { panic!("{:?}", download.notices) };
    assert_eq!(notice.code, Code::SomeFailed);
    assert!(
        notice.message.starts_with("1 of 2 videos") && notice.message.contains(OTHER),
        "{}",
        notice.message
    );
}

/// Makes a file in the folder that it works in, and subtitles beside it, as yt-dlp does.
fn makes_files(title: &str) -> String {
    format!(
        r#"
echo '@@potbridge:info [{{"id":"{VIDEO}","title":"T","format_id":"18","filesize":4}}, []]'
echo '@@potbridge:name 360 {title}'
printf new > "$WORK/{VIDEO}.18.mp4"
printf new > "$WORK/{VIDEO}.18.en.vtt"
printf new > "$WORK/{VIDEO}.18.de.vtt.part"
echo "@@potbridge:file \"$WORK/{VIDEO}.18.mp4\""
"#
    )
}

fn files(machine: &Machine) -> Vec<(String, String)> {
    let entries = fs::read_dir(machine.folder.path().join("videos")).unwrap().flatten();
    let mut files: Vec<_> = entries
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn files_are_named_when_they_are_whole_and_nothing_of_the_same_name_is_touched() {
    let machine = Machine::new(&makes_files(".NET\u{9b}31m"));
    machine.put_token(1, VIDEO);
    let name = format!("_.NET31m [{VIDEO}] 360p");
    // Empty, so it is not taken for the video.
    fs::write(machine.folder.path().join(format!("videos/{name}.mp4")), "").unwrap();
    let (download, _) = machine.run(request(Some(VIDEO), None), &|| false);
    assert_eq!((download.state, download.error), (DownloadState::Done, None));
    let file = PathBuf::from(download.file.unwrap());
    assert_eq!(file.file_name().unwrap().to_str().unwrap(), format!("{name} (2).mp4"));
    let expected = [(" (2).en.vtt", "new"), (" (2).mp4", "new"), (".mp4", "")];
    assert_eq!(files(&machine), expected.map(|(end, text)| (format!("{name}{end}"), text.to_owned())));
}

#[test]
fn a_sound_that_is_there_is_not_asked_for_again() {
    let machine = Machine::new("touch \"$DIR/ran\"");
    let path = machine.folder.path().join(format!("videos/Another title [{VIDEO}].opus"));
    fs::write(&path, "sound").unwrap();
    let request = DownloadRequest { preset: Preset::Audio, ..request(Some(VIDEO), None) };
    let (download, _) = machine.run(request, &|| false);
    assert_eq!((download.state, download.error, download.notices), (DownloadState::Done, None, Vec::new()));
    assert_eq!(download.file, Some(path.display().to_string()));
    assert_eq!(files(&machine).len(), 1);
}

#[test]
fn a_picture_that_is_there_is_found_by_the_height_that_yt_dlp_chose() {
    let machine = Machine::new(
        r#"case "$*" in
*"--skip-download"*) exit 9 ;;
*"--match-filters height!=?"[37][62]"0 & height!=?"[37][62]"0 "*) echo '@@potbridge:about [{"id":"x","title":"T"}]' ;;
*) exit 9 ;;
esac"#,
    );
    machine.put_token(1, VIDEO);
    for height in [360, 720] {
        let name = format!("videos/T [{VIDEO}] {height}p.mp4");
        fs::write(machine.folder.path().join(name), "mine").unwrap();
    }
    let (download, _) = machine.run(request(Some(VIDEO), None), &|| false);
    assert_eq!((download.state, download.error, download.notices), (DownloadState::Done, None, Vec::new()));
    assert!(download.file.unwrap().ends_with("720p.mp4"));
    assert_eq!(files(&machine).len(), 2);
}

#[test]
fn subtitles_that_cannot_be_loaded_cost_neither_the_video_nor_the_list() {
    const WARNED: &str = "echo \"WARNING: Unable to download video subtitles for 'de': HTTP Error 429: Too Many Requests\" >&2";
    const ENDED: &str = "case \"$*\" in *--no-write-subs*) ;; *)
        echo \"ERROR: Unable to download video subtitles for 'de': HTTP Error 404: Not Found\" >&2; exit 1 ;; esac";
    const EMPTY: &str = "echo 'ERROR: Did not get any data blocks' >&2; trap 'exit 1' EXIT";
    const TROUBLE: &str =
        "echo 'ERROR: \r[download] Got error: HTTP Error 503: Service Unavailable. Giving up after 10 retries' >&2
        trap 'exit 1' EXIT";
    const ELSE: &str =
        "echo 'ERROR: \r[download] Got error: HTTP Error 404: Not Found. Giving up after 10 retries' >&2
        trap 'exit 1' EXIT";
    const TROUBLE_ENDS: &str = "case \"$*\" in *--no-write-subs*) ;; *)
        echo 'ERROR: \r[download] Got error: HTTP Error 500: Internal. Giving up after 10 retries' >&2
        echo \"ERROR: Unable to download video subtitles for 'de': HTTP Error 500: Internal. Giving up after 10 retries\" >&2
        exit 1 ;; esac";
    for (fails, reason) in [
        (WARNED, "429"),
        (ENDED, "404"),
        (EMPTY, "refused"),
        (TROUBLE, "503"),
        (ELSE, "404"),
        (TROUBLE_ENDS, "500"),
    ] {
        let list = format!(
            r#"case "$*" in *--flat-playlist*)
    echo '@@potbridge:entry {{"id":"{VIDEO}","title":"One"}}'
    echo '@@potbridge:entry {{"id":"{OTHER}","title":"Two"}}'; exit ;; esac"#
        );
        let machine = Machine::new(&format!("{list}\n{fails}\n{GOES_WELL}"));
        machine.put_token(1, VIDEO);
        machine.put_token(2, OTHER);
        let list = Some("PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf");
        let request = DownloadRequest { subtitles: true, ..request(None, list) };
        let (download, _) = machine.run(request, &|| false);
        assert_eq!((download.state, download.error), (DownloadState::Done, None));
        assert_eq!(download.list.unwrap().done, 2);
        for notice in &download.notices {
            assert_eq!(notice.code, Code::SubtitlesMissing);
            assert!(notice.message.contains("subtitles"), "{}", notice.message);
            assert!(notice.message.contains(reason), "{}", notice.message);
        }
        assert_eq!(download.notices.len(), 2);
    }
}

#[test]
fn ignore_errors_keeps_a_file_that_a_later_step_failed_at() {
    let fails = "echo 'ERROR: Conversion failed!' >&2; exit 1";
    let mut machine = Machine::new(&format!("{}\n{fails}", makes_files("T")));
    machine.put_token(1, VIDEO);
    let (download, _) = machine.run(request(Some(VIDEO), None), &|| false);
    assert_eq!(download.state, DownloadState::Failed);
    machine.config.download.extra_options = vec!["-i".to_owned()];
    let (download, _) = machine.run(request(Some(VIDEO), None), &|| false);
    assert_eq!((download.state, download.error), (DownloadState::Done, None));
    assert!(Path::new(&download.file.unwrap()).is_file());
    let codes: Vec<_> = download.notices.iter().map(|notice| notice.code).collect();
    assert_eq!(codes, [Code::ProcessingFailed]);
}
