//! What the real yt-dlp prints while it downloads, read line by line.
//!
//! It loads media from a server of this test. The page, which only YouTube has, is given to it as a file.

use crate::yt_dlp;
use potbridge::yt_dlp::failures::FailureKind;
use potbridge::yt_dlp::options::{Options, Subtitles};
use potbridge::yt_dlp::output::{Line, Name, Part};
use potbridge::yt_dlp::printed::Printed;
use potbridge::yt_dlp::progress::{Step, VideoProgress};
use potbridge::yt_dlp::subtitles;
use potbridge_protocol::{Code, Preset};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use tempfile::TempDir;

const ID: &str = "-AbC_d3fGh1";

/// A server for the files of a folder, and the folder. Its thread ends with the test's process.
struct Media {
    folder: TempDir,
    address: SocketAddr,
    /// What was asked for.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Media {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        for (name, input, codec) in [
            ("134", "testsrc=size=640x360:rate=10:duration=4", ["-c:v", "mpeg4", "-b:v", "900k"]),
            ("140", "sine=duration=4", ["-c:a", "aac", "-b:a", "64k"]),
        ] {
            let file = folder.path().join(format!("{name}.mp4"));
            let mut ffmpeg = Command::new("ffmpeg");
            ffmpeg.args(["-loglevel", "error", "-f", "lavfi", "-i", input]).args(codec).arg(file);
            assert!(ffmpeg.status().expect("ffmpeg is needed").success());
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let root = Arc::new(folder.path().to_owned());
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let all = Arc::clone(&asked);
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let (root, asked) = (Arc::clone(&root), Arc::clone(&all));
                thread::spawn(move || answer(&connection, &root, &asked));
            }
        });
        Self { folder, address, asked }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn size(&self, name: &str) -> u64 {
        fs::metadata(self.file(name)).unwrap().len()
    }

    /// A file with what yt-dlp would have read from a page.
    fn page(&self, change: &Value) -> PathBuf {
        let url = |name: &str| format!("http://{}/{name}", self.address);
        let mut page = json!({
            "id": ID, "title": "A \"title\"\n@@potbridge:file \"/etc/passwd\"", "duration": 4,
            "extractor": "youtube", "extractor_key": "Youtube", "webpage_url": "https://www.youtube.com/watch?v=x",
            "live_status": "not_live",
            "subtitles": {"en": [{"ext": "vtt", "url": url("en.vtt")}], "live_chat": [{"ext": "json", "url": url("no")}]},
            "formats": [
                {"format_id": "140", "url": url("140.mp4"), "ext": "m4a", "vcodec": "none", "acodec": "mp4a.40.2",
                 "filesize": self.size("140.mp4")},
                {"format_id": "134", "url": url("134.mp4"), "ext": "mp4", "vcodec": "mp4v", "acodec": "none",
                 "height": 360, "filesize_approx": 12345},
            ],
        });
        page.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let file = self.file("page.json");
        fs::write(&file, page.to_string()).unwrap();
        file
    }
}

/// Serves a file, or a range of it, as media servers do.
fn answer(connection: &TcpStream, root: &Path, asked: &Mutex<Vec<String>>) -> Option<()> {
    let mut lines = BufReader::new(connection).lines().map_while(Result::ok);
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let range = lines.take_while(|line| !line.is_empty()).find_map(|line| {
        let line = line.to_ascii_lowercase();
        let (from, to) = line.strip_prefix("range: bytes=")?.split_once('-')?;
        Some((from.parse::<usize>().ok()?, to.parse::<usize>().ok()))
    });
    asked.lock().unwrap().push(path.clone());
    let mut out = connection;
    let body = match path.as_str() {
        "/en.vtt" => b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n".to_vec(),
        "/429" => return out.write_all(b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n").ok(),
        "/404" => return out.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").ok(),
        "/empty" => return out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").ok(),
        "/forbidden" => return out.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").ok(),
        "/trouble" => {
            return out.write_all(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n").ok();
        }
        "/too-many" => {
            return out.write_all(b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n").ok();
        }
        "/nothing" => return out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").ok(),
        "/closed" => return None,
        name => fs::read(root.join(&name[1..])).ok()?,
    };
    let (head, part) = match range {
        Some((from, to)) => {
            let to = to.unwrap_or(usize::MAX).min(body.len() - 1);
            (
                format!("206 Partial Content\r\nContent-Range: bytes {from}-{to}/{}", body.len()),
                &body[from..=to],
            )
        }
        None => ("200 OK".to_owned(), &body[..]),
    };
    write!(out, "HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", part.len()).ok()?;
    out.write_all(part).ok()
}

struct Ran {
    lines: Vec<Line>,
    success: bool,
}

impl Ran {
    fn said(&self) -> Vec<String> {
        let said = |line: &Line| if let Line::Said(text) = line { Some(text.clone()) } else { None };
        self.lines.iter().filter_map(said).collect()
    }

    fn printed(&self) -> Printed {
        self.said().into_iter().collect()
    }

    /// The formats that were chosen.
    fn formats(&self) -> Vec<&str> {
        let parts = self.lines.iter().find_map(|line| match line {
            Line::Info { parts, .. } if !parts.is_empty() => Some(parts),
            _ => None,
        });
        parts.into_iter().flatten().map(|part| part.format.as_str()).collect()
    }

    fn file(&self) -> Option<&Path> {
        self.lines
            .iter()
            .find_map(|line| if let Line::File(path) = line { Some(path.as_path()) } else { None })
    }
}

/// Downloads a page into `dir`.
fn download(page: &Path, dir: &Path, change: impl FnOnce(&mut Options<'_>), extra: &[&str]) -> Ran {
    run(page, dir, change, extra, &[])
}

/// Downloads a page into `dir`, with more options behind potbridge's own.
fn run(page: &Path, dir: &Path, change: impl FnOnce(&mut Options<'_>), extra: &[&str], more: &[&str]) -> Ran {
    let extra: Vec<String> = extra.iter().map(|&word| word.to_owned()).collect();
    let mut options = Options {
        page: "https://www.youtube.com/watch?v=-AbC_d3fGh1",
        preset: Preset::Best,
        subtitles: Subtitles::AsConfigured,
        present: &[],
        dir,
        extractor_args: "youtube:player_client=mweb",
        cookies: None,
        plugin: None,
        helpers: &[],
        extra: &extra,
    };
    change(&mut options);
    let output =
        yt_dlp::call(options.build(), &[more, &["--load-info-json", page.to_str().unwrap()]].concat());
    let text = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    let lines = text.iter().flat_map(|text| text.lines()).map(Line::of).collect();
    Ran { lines, success: output.status.success() }
}

#[test]
fn a_download_of_two_parts_is_reported_whole() {
    let media = Media::new();
    let dir = media.file("a folder");
    // Slow, so that there is progress to see.
    let extra = ["-v", "--limit-rate", "400K"];
    let ran =
        download(&media.page(&json!({})), &dir, |options| options.subtitles = Subtitles::Beside, &extra);
    assert!(ran.success, "{:?}", ran.said());

    let title = "A \"title\" @@potbridge:file \"/etc/passwd\"".to_owned();
    let part = |format: &str, bytes| Part { format: format.to_owned(), bytes: Some(bytes) };
    let parts = vec![part("134", 12345), part("140", media.size("140.mp4"))];
    let infos: Vec<_> = ran.lines.iter().filter(|line| matches!(line, Line::Info { .. })).collect();
    let early = Line::Info { title: title.clone(), duration: Some(4.0), parts: Vec::new(), post_live: false };
    assert_eq!(infos, [&early, &Line::Info { title, duration: Some(4.0), parts, post_live: false }]);

    let mut progress = VideoProgress::new();
    let (mut seen, mut steps) = (Vec::new(), Vec::new());
    for line in &ran.lines {
        progress.take(line);
        seen.extend(progress.fraction());
        if steps.last() != Some(progress.step()) {
            steps.push(progress.step().clone());
        }
    }
    assert!(seen.is_sorted() && seen.last() == Some(&1.0), "{seen:?}");
    assert!(seen.iter().any(|fraction| (0.01..0.99).contains(fraction)), "{seen:?}");
    assert_eq!(progress.total(), Some(media.size("134.mp4") + media.size("140.mp4")));
    for part in 1..=2 {
        assert!(steps.contains(&Step::Downloading { part, of: 2 }), "{steps:?}");
    }
    let merging = |finished| Line::Processing { what: "Merger".to_owned(), finished };
    assert!(ran.lines.contains(&merging(false)) && ran.lines.contains(&merging(true)));

    let file = ran.file().unwrap();
    assert!(file.is_file() && file.starts_with(&dir), "{}", file.display());
    let name = file.file_name().unwrap().to_str().unwrap();
    assert!(name == format!("{ID}.134+140.mp4"), "{name}");
    let mut names: Vec<_> = fs::read_dir(&dir)
        .unwrap()
        .map(|entry| entry.unwrap().path().extension().unwrap().to_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["mp4", "vtt"]);
}

#[test]
fn a_part_of_an_earlier_run_counts_at_once() {
    let media = Media::new();
    let dir = media.file("d");
    fs::create_dir(&dir).unwrap();
    let page = media.page(&json!({"title": "T"}));
    let whole = media.size("134.mp4");
    fs::copy(media.file("134.mp4"), dir.join(format!("{ID}.134+140.f134.mp4"))).unwrap();
    let sound = fs::read(media.file("140.mp4")).unwrap();
    fs::write(dir.join(format!("{ID}.134+140.f140.m4a.part")), &sound[..sound.len() / 2]).unwrap();

    let ran = download(&page, &dir, |_| {}, &[]);
    let mut progress = VideoProgress::new();
    let begun = ran.lines.iter().find_map(|line| {
        progress.take(line);
        progress.has_begun().then(|| progress.bytes())
    });
    assert_eq!(begun, Some(whole), "{:?}", ran.said());
    let of_sound = ran.lines.iter().find_map(|line| match line {
        Line::Progress(loaded) if loaded.format.as_deref() == Some("140") => loaded.bytes,
        _ => None,
    });
    assert!(of_sound.is_some_and(|bytes| bytes > sound.len() as u64 / 2), "{of_sound:?}");
    assert!(ran.file().is_some());
}

#[test]
fn a_single_part_needs_no_merge() {
    let media = Media::new();
    let dir = media.file("d");
    let ran = download(&media.page(&json!({})), &dir, |options| options.preset = Preset::Audio, &[]);
    assert!(ran.success, "{:?}", ran.said());
    let sizes = ran.lines.iter().find_map(|line| match line {
        Line::Info { parts, .. } if !parts.is_empty() => Some(parts.clone()),
        _ => None,
    });
    assert_eq!(sizes, Some(vec![Part { format: "140".to_owned(), bytes: Some(media.size("140.mp4")) }]));
    let extracting = Line::Processing { what: "ExtractAudio".to_owned(), finished: true };
    assert!(
        ran.lines.contains(&extracting) && ran.file().is_some_and(|file| file.extension().unwrap() == "m4a")
    );
}

#[test]
fn a_live_video_is_not_downloaded_one_that_was_live_is() {
    let media = Media::new();
    let dir = media.file("d");
    let ran = download(&media.page(&json!({"live_status": "is_live", "is_live": true})), &dir, |_| {}, &[]);
    assert!(!ran.success && ran.file().is_none() && !dir.exists());
    assert_eq!(FailureKind::of(&ran.printed()).code(), Code::LiveNow);
    let ran = download(&media.page(&json!({"live_status": "was_live", "was_live": true})), &dir, |_| {}, &[]);
    assert!(ran.success && ran.file().is_some(), "{:?}", ran.said());
}

#[test]
fn refused_media_blame_the_token_an_unusable_folder_does_not() {
    let media = Media::new();
    for (path, code) in [
        ("forbidden", Code::TokenRefused),
        ("nothing", Code::TokenRefused),
        ("trouble", Code::YoutubeTrouble),
        ("too-many", Code::RateLimited),
        ("closed", Code::NoNetwork),
    ] {
        let url = format!("http://{}/{path}", media.address);
        let page =
            media.page(&json!({"formats": [{"format_id": "18", "url": url, "ext": "mp4", "height": 360}]}));
        let ran = download(&page, &media.file("d"), |_| {}, &["-v"]);
        assert!(!ran.success && ran.file().is_none());
        assert_eq!(FailureKind::of(&ran.printed()).code(), code, "{path}: {:?}", ran.said());
    }

    fs::write(media.file("no-folder"), "").unwrap();
    let ran = download(&media.page(&json!({})), &media.file("no-folder"), |_| {}, &[]);
    assert_eq!(FailureKind::of(&ran.printed()).code(), Code::CannotWrite, "{:?}", ran.said());
}

#[test]
fn without_ffmpeg_the_failure_says_so() {
    let media = Media::new();
    let nowhere = media.file("nowhere");
    fs::create_dir(&nowhere).unwrap();
    let extra = ["--ffmpeg-location", nowhere.to_str().unwrap()];
    let ran = download(&media.page(&json!({})), &media.file("d"), |_| {}, &extra);
    assert!(!ran.success);
    assert_eq!(FailureKind::of(&ran.printed()).code(), Code::NoFfmpeg, "{:?}", ran.said());
    // With subtitles errors are ignored, and the parts are loaded and not joined.
    let beside = |options: &mut Options<'_>| options.subtitles = Subtitles::Beside;
    let ran = download(&media.page(&json!({})), &media.file("s"), beside, &extra);
    assert!(ran.file().is_none_or(|file| !file.exists()), "{:?}", ran.lines);
    assert_eq!(FailureKind::without_file(&ran.printed()).code(), Code::NoFfmpeg, "{:?}", ran.said());
}

#[test]
fn a_subtitle_that_cannot_be_loaded_costs_nothing_else() {
    let media = Media::new();
    let url = |name: &str| format!("http://{}/{name}", media.address);
    for (answer, reason) in
        [("429", "HTTP Error 429"), ("404", "HTTP Error 404"), ("forbidden", "HTTP Error 403")]
    {
        let page = media.page(&json!({"subtitles": {
            "de": [{"ext": "vtt", "url": url(answer)}], "en": [{"ext": "vtt", "url": url("en.vtt")}],
        }}));
        let extras = [&[][..], &["--embed-subs"], &["--convert-subs", "srt"], &["-i"]];
        let tried = if answer == "429" { &extras[..] } else { &extras[..1] };
        for (at, &extra) in tried.iter().enumerate() {
            let dir = media.file(&format!("{answer}-{at}"));
            let ran = download(&page, &dir, |options| options.subtitles = Subtitles::Beside, extra);
            assert!(
                ran.success && ran.file().is_some_and(Path::is_file),
                "{answer} {extra:?}: {:?}",
                ran.said()
            );
            let missing = subtitles::missing(&ran.printed()).unwrap();
            assert!(missing.starts_with(&format!("de ({reason}")), "{missing}");
            let ending = if extra.contains(&"srt") { "srt" } else { "vtt" };
            assert!(dir.join(format!("{ID}.134+140.en.{ending}")).is_file(), "{answer} {extra:?}");
        }
    }
    // An empty one is an error for yt-dlp all the same, but it goes on.
    let page = media.page(&json!({"subtitles": {
        "de": [{"ext": "vtt", "url": url("empty")}], "en": [{"ext": "vtt", "url": url("en.vtt")}],
    }}));
    let dir = media.file("empty-one");
    let ran = download(&page, &dir, |options| options.subtitles = Subtitles::Beside, &["--embed-subs"]);
    assert!(!ran.success && ran.file().is_some_and(Path::is_file), "{:?}", ran.said());
    assert_eq!(FailureKind::of(&ran.printed()).code(), Code::TokenRefused);
    assert!(dir.join(format!("{ID}.134+140.en.vtt")).is_file());
    // If somebody wants the end, it is known why it came.
    let page = media.page(&json!({"subtitles": {"de": [{"ext": "vtt", "url": url("429")}]}}));
    let ran = download(
        &page,
        &media.file("e"),
        |options| options.subtitles = Subtitles::Beside,
        &["--abort-on-error"],
    );
    // yt-dlp then tries the address in the file that the page was given in.
    let of_page = |line: &String| !line.starts_with("WARNING: The info failed to download");
    let printed: Printed = ran.said().into_iter().take_while(of_page).collect();
    assert_eq!((ran.success, FailureKind::of(&printed).code()), (false, Code::SubtitlesMissing));
    let never = |options: &mut Options<'_>| options.subtitles = Subtitles::Never;
    let ran = download(&page, &media.file("e"), never, &["--abort-on-error", "--write-subs", "--embed-subs"]);
    assert!(ran.success && ran.file().is_some(), "{:?}", ran.said());
}

#[test]
fn a_picture_of_a_height_that_is_there_is_not_loaded() {
    let media = Media::new();
    let dir = media.file("d");
    let page = media.page(&json!({}));
    let ran = download(&page, &dir, |options| options.present = &[360, 720], &[]);
    assert!(ran.success && ran.file().is_none() && ran.formats().is_empty(), "{:?}", ran.lines);
    assert!(media.asked.lock().unwrap().is_empty(), "{:?}", media.asked);
    let ran = download(&page, &dir, |options| options.present = &[720, 1080], &[]);
    assert!(ran.success && ran.file().is_some());
    // Its subtitles can be had alone.
    let alone = media.file("alone");
    media.asked.lock().unwrap().clear();
    let ran = download(&page, &alone, |options| options.subtitles = Subtitles::Alone, &["--embed-subs"]);
    assert!(ran.success && ran.file().is_none() && alone.join(format!("{ID}.134+140.en.vtt")).is_file());
    assert_eq!(*media.asked.lock().unwrap(), ["/en.vtt"]);
}

#[test]
fn the_original_sound_goes_before_a_dub() {
    let media = Media::new();
    let sound = |id: &str, language: Option<&str>, preference: i32, bit_rate: u32| {
        json!({"format_id": id, "url": "http://127.0.0.1:1/x", "ext": "m4a", "vcodec": "none", "acodec": "mp4a.40.2",
            "language": language, "language_preference": preference, "tbr": bit_rate})
    };
    let both = |id: &str, height: u32, language: Option<&str>, preference: i32| {
        json!({"format_id": id, "url": "http://127.0.0.1:1/x", "ext": "mp4", "vcodec": "avc1", "acodec": "mp4a.40.2",
            "height": height, "language": language, "language_preference": preference, "tbr": 900})
    };
    let picture = json!({"format_id": "134", "url": "http://127.0.0.1:1/x", "ext": "mp4", "vcodec": "avc1",
        "acodec": "none", "height": 360, "language_preference": -1, "tbr": 500});
    let dub = sound("140-0", Some("en"), -1, 256);
    let original = sound("140-1", Some("de"), 10, 64);
    let default = sound("140-2", Some("fr"), 5, 128);
    let described = sound("140-3", Some("de-desc"), -10, 512);
    let plain = sound("140", None, -1, 128);
    for (formats, preset, extra, chosen) in [
        (vec![&picture, &dub, &original, &default, &described], Preset::Best, &[][..], &["134", "140-1"][..]),
        (vec![&original, &dub, &default, &picture], Preset::P360, &["-S", "abr"], &["134", "140-1"]),
        (vec![&original, &dub, &default, &picture], Preset::Audio, &["-S", "abr"], &["140-1"]),
        (vec![&picture, &dub, &default], Preset::Best, &[], &["134", "140-2"]),
        (
            vec![&picture, &original, &dub, &both("18", 360, Some("en"), -1)],
            Preset::P360,
            &[],
            &["134", "140-1"],
        ),
        (
            vec![&both("22", 720, Some("en"), -1), &both("18", 360, Some("de"), 10)],
            Preset::Best,
            &[],
            &["18"],
        ),
        (
            vec![&both("22", 720, Some("en"), -1), &both("18", 360, Some("de"), 10)],
            Preset::Audio,
            &[],
            &["18"],
        ),
        (vec![&dub, &picture, &both("18", 360, Some("de"), 10)], Preset::Best, &[], &["18"]),
        // Where no language is said, all is as ever.
        (vec![&picture, &plain, &both("18", 360, None, -1)], Preset::P360, &[], &["18"]),
        (vec![&picture, &plain, &both("18", 240, None, -1)], Preset::P360, &[], &["134", "140"]),
        (vec![&picture, &dub], Preset::Best, &[], &["134", "140-0"]),
        // A person who wants another one can say so.
        (vec![&picture, &dub, &original], Preset::Best, &["-f", "bv+ba[language=en]"], &["134", "140-0"]),
    ] {
        let page = media.page(&json!({"formats": formats}));
        let ran = run(&page, &media.file("d"), |options| options.preset = preset, extra, &["--simulate"]);
        assert_eq!(ran.formats(), chosen, "{preset} {extra:?} {:?}", ran.said());
    }
}

#[test]
fn no_title_is_in_the_names_that_yt_dlp_writes() {
    let media = Media::new();
    let long = "日".repeat(300);
    for (at, (title, shown)) in [
        (".NET in 10 minutes", ".NET in 10 minutes"),
        (&long, long.as_str()),
        ("a/b: \u{9b}31m?", "a⧸b： \u{9b}31m？"),
    ]
    .into_iter()
    .enumerate()
    {
        let dir = media.file(&at.to_string());
        let ran = download(&media.page(&json!({"title": title})), &dir, |_| {}, &[]);
        assert_eq!(ran.file(), Some(dir.join(format!("{ID}.134+140.mp4")).as_path()), "{:?}", ran.said());
        let name =
            ran.lines.iter().find_map(|line| if let Line::Name(name) = line { Some(name) } else { None });
        assert_eq!(name.map(|name| (name.title.as_str(), name.height)), Some((shown, Some(360))));
    }
    let ran =
        download(&media.page(&json!({"title": "Ä b"})), &media.file("r"), |_| {}, &["--restrict-filenames"]);
    assert!(
        ran.lines.contains(&Line::Name(Name { title: "A_b".to_owned(), height: Some(360) })),
        "{:?}",
        ran.lines
    );
}
