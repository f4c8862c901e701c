//! Records of downloads, and who may touch them.

use super::*;
use potbridge_protocol::Preset;

pub(in crate::download) fn records(at: &Path) -> Records {
    let dirs = Dirs { config: at.join("c.toml"), state: at.join("state"), runtime: at.join("run") };
    Records::open(&dirs).unwrap()
}

pub(in crate::download) fn record(id: &str, state: DownloadState, asked_at: u64) -> Record {
    let video_id = Some(VideoId::new("dQw4w9WgXcQ").unwrap());
    Record {
        download: Download {
            id: DownloadId::new(id).unwrap(),
            video_id: video_id.clone(),
            list: None,
            title: None,
            preset: Preset::Best,
            subtitles: false,
            state,
            progress: DownloadProgress::default(),
            file: None,
            notices: Vec::new(),
            error: None,
            asked_at,
            at: asked_at,
        },
        request: DownloadRequest {
            video_id,
            list_id: None,
            music: false,
            preset: Preset::Best,
            subtitles: false,
            session: potbridge_protocol::Session::default(),
            cookies: Vec::new(),
        },
    }
}

#[test]
fn a_download_whose_process_ended_was_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let records = records(folder.path());
    let running = record("1", DownloadState::Downloading, 5);
    let id = running.download.id.clone();
    let lock = records.lock(&id).unwrap().unwrap();
    assert!(records.lock(&id).unwrap().is_none(), "one process runs it");
    records.write(&running).unwrap();
    assert_eq!(records.read(&id), Some(running));
    drop(lock);
    let read = records.read(&id).unwrap().download;
    assert_eq!((read.state, read.error.unwrap().code.as_str()), (DownloadState::Failed, "interrupted"));
}

#[test]
fn a_running_download_is_cancelled_and_not_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let records = records(folder.path());
    let id = DownloadId::new("2").unwrap();
    records.write(&record("2", DownloadState::Queued, 5)).unwrap();
    assert!(!records.cancel(&id).unwrap(), "nobody runs it");
    let lock = records.lock(&id).unwrap().unwrap();
    assert!(!records.forget(&id).unwrap());
    assert!(records.cancel(&id).unwrap() && records.is_cancelled(&id));
    drop(lock);
    let second = records.lock(&id).unwrap().unwrap();
    assert!(!records.is_cancelled(&id), "that was meant for the process before");
    drop(second);
    assert!(records.forget(&id).unwrap() && records.read(&id).is_none());
}

#[test]
fn files_of_killed_processes_are_swept_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let records = records(folder.path());
    let (dead, live) = (DownloadId::new("a").unwrap(), DownloadId::new("b").unwrap());
    let _lock = records.lock(&live).unwrap().unwrap();
    for id in [&dead, &live] {
        fs::write(records.runtime_file(id, "cookies"), "secret").unwrap();
    }
    for number in 0..70 {
        records.write(&record(&format!("{number:02}"), DownloadState::Done, number)).unwrap();
    }
    records.sweep();
    assert!(!records.runtime_file(&dead, "cookies").exists());
    assert!(records.runtime_file(&live, "cookies").exists());
    let all = records.all().unwrap();
    assert_eq!((all.len(), all[0].download.asked_at, all[49].download.asked_at), (REMEMBERED, 69, 20));
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let records = records(folder.path());
    let id = DownloadId::new("3").unwrap();
    let _lock = records.lock(&id).unwrap().unwrap();
    records.write(&record("3", DownloadState::Queued, 1)).unwrap();
    for (path, mode) in [
        (records.folder.clone(), 0o700),
        (records.runtime.clone(), 0o700),
        (records.record(&id), 0o600),
        (records.runtime_file(&id, "lock"), 0o600),
    ] {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode, "{path:?}");
    }
}

/// One has `XDG_RUNTIME_DIR`, the other is started by cron.
#[test]
fn processes_with_two_runtime_folders_respect_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["records", "a", "b"] {
        fs::create_dir(at(name)).unwrap();
    }
    let of = |own: &str, other: &str| Records {
        folder: at("records"),
        runtime: at(own),
        elsewhere: vec![at(other)],
    };
    let (one, other) = (of("a", "b"), of("b", "a"));
    let id = Records::new_id();
    let video = VideoId::new("dQw4w9WgXcQ").unwrap();
    one.write(&record(id.as_str(), DownloadState::Downloading, 1)).unwrap();
    let held = (one.lock(&id).unwrap().unwrap(), one.lock_place(0).unwrap(), one.lock_video(&video).unwrap());
    assert!(other.is_live(&id) && other.lock(&id).unwrap().is_none());
    assert_eq!(other.read(&id).unwrap().download.state, DownloadState::Downloading);
    assert!(other.lock_place(0).unwrap().is_none() && other.lock_place(1).unwrap().is_some());
    assert!(other.lock_video(&video).unwrap().is_none());
    other.sweep();
    assert!(other.cancel(&id).unwrap() && one.is_cancelled(&id));
    drop(held);
    assert!(!other.is_live(&id) && other.lock_place(0).unwrap().is_some());
}
