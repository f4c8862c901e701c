//! A download from beginning to end, with a script in the place of yt-dlp.

use super::*;
use crate::config::Config;
use crate::download::detached::StartRequest;
use crate::download::records::Records;
use crate::download::timing::Timing;
use crate::store::TokenStore;
use crate::store::tests::capture;
use potbridge_protocol::{DownloadRequest, ListId, VideoId};
use potbridge_system::clock;
use potbridge_system::dirs::Dirs;
use std::cell::{Cell, RefCell};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
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
        let text = format!("#!/bin/sh\nDIR='{}'\nOPTIONS=$(cat)\n{script}\n", dir.display());
        fs::write(&program, text).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
        let mut config = Config::default();
        config.download.yt_dlp = program;
        config.download.dir = Some(dir);
        Self { folder, dirs, config }
    }

    fn put_token(&self, seed: u8, video: &str) {
        let capture = capture(seed, video, clock::now_ms());
        TokenStore::open(&self.config.store, &self.dirs).unwrap().put(&capture).unwrap();
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
        let job = DownloadJob::prepare(start, dirs, config, TIMING, on_change, is_interrupted).unwrap();
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

#[test]
fn without_a_token_and_a_browser_yt_dlp_is_not_run() {
    let machine = Machine::new("touch \"$DIR/ran\"");
    let (download, states) = machine.run(request(Some(VIDEO), None), &|| false);
    let error = download.error.unwrap();
    assert_eq!((download.state, error.code), (DownloadState::Failed, Code::NoToken));
    assert!(error.message.contains(VIDEO), "{}", error.message);
    assert!(states.contains(&DownloadState::WaitingForToken));
    assert!(!machine.folder.path().join("videos/ran").exists());
}

#[test]
fn a_refused_token_is_not_used_again() {
    let machine = Machine::new(REFUSED);
    machine.put_token(1, VIDEO);
    let (download, _) = machine.run(request(Some(VIDEO), None), &|| false);
    let error = download.error.unwrap();
    assert_eq!(error.code, Code::TokenRefused);
    assert!(error.message.contains("No new one came"), "{}", error.message);
    let codes: Vec<_> = download.notices.iter().map(|notice| notice.code).collect();
    assert_eq!(codes, [Code::TokenRefused]);
}

#[test]
fn yt_dlp_is_ended_when_the_download_is_cancelled() {
    let machine = Machine::new(
        "trap 'touch \"$DIR/interrupted\"; exit 1' INT\necho ready\nwhile :; do sleep 0.01; done",
    );
    machine.put_token(1, VIDEO);
    let looks = Cell::new(0);
    // The script needs a moment to set its trap.
    let log = || {
        fs::read_dir(machine.dirs.state.join("downloads")).is_ok_and(|entries| {
            entries
                .flatten()
                .any(|entry| fs::read_to_string(entry.path()).is_ok_and(|text| text == "ready\n"))
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
