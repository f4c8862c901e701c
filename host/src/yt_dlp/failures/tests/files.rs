//! The system's errors: which file, and what is wrong with it.

use super::*;

/// Of a download into `/downloads`.
fn words(line: &str) -> String {
    words_of(&in_downloads(line))
}

fn in_downloads(line: &str) -> Printed {
    printed_with(Given { dir: "/downloads".into(), ..Given::default() }, &[line])
}

const FOLDER: &str = "in the folder for downloads";

#[test]
fn an_error_of_the_system_names_the_file_and_what_is_wrong_with_it() {
    let temporary = std::env::temp_dir().join("x.tmp").display().to_string();
    for (line, code, has) in [
        // YoutubeDL.py: __download_wrapper, process_info; downloader/common.py; downloader/http.py
        (
            "ERROR: [Errno 1] Operation not permitted: '/downloads/x.mp4'",
            "cannot-write",
            "Operation not permitted: /downloads/x.mp4",
        ),
        (
            "ERROR: Unable to download video: [Errno 1] Operation not permitted: '/downloads/x.mp4'",
            "cannot-write",
            "Operation not permitted",
        ),
        ("ERROR: [Errno 116] Stale file handle: '/downloads/x.part'", "cannot-write", "Stale file handle"),
        ("ERROR: unable to write data: [Errno 116] Stale file handle", "cannot-write", "Stale file handle"),
        ("ERROR: [Errno 5] Input/output error: '/downloads/x.part'", "cannot-write", "Input/output error"),
        ("ERROR: unable to write data: [Errno 5] Input/output error", "cannot-write", "Input/output error"),
        (
            "ERROR: unable to open for writing: [Errno 13] Permission denied: '/downloads/x.part'",
            "cannot-write",
            "Permission denied",
        ),
        (
            "ERROR: Unable to create directory: [Errno 30] Read-only file system: '/downloads'",
            "cannot-write",
            "Read-only file system",
        ),
        (
            "ERROR: Unable to rename file: [Errno 13] Permission denied: '/downloads/x.part' -> '/downloads/x'",
            "cannot-write",
            "Permission denied",
        ),
        (
            "ERROR: Unable to rename file: [Errno 2] No such file or directory: '/downloads/x.part' -> '/downloads/x'",
            "cannot-write",
            "No such file",
        ),
        (
            r"ERROR: Unable to rename file: [WinError 32] The process cannot access the file because it is being used by another process: 'C:\\x.part' -> 'C:\\x'",
            "cannot-write",
            "used by another process",
        ),
        (
            "ERROR: Cannot write video subtitles file /downloads/Video unavailable.vtt",
            "cannot-write",
            "folder",
        ),
        ("ERROR: unable to write data: [Errno 28] No space left on device", "disk-full", FOLDER),
        ("ERROR: unable to write data: [Errno 122] Disk quota exceeded", "disk-full", FOLDER),
        ("ERROR: Postprocessing: Error opening output file: No space left on device", "disk-full", FOLDER),
        ("ERROR: Postprocessing: file:/downloads/A: B.mp4: No space left on device", "disk-full", FOLDER),
        ("ERROR: [Errno 28] No space left on device: '/downloads/x.part'", "disk-full", FOLDER),
        (
            &format!("ERROR: [Errno 28] No space left on device: '{temporary}'"),
            "disk-full",
            "in the temporary folder",
        ),
        (&format!("ERROR: [Errno 13] Permission denied: '{temporary}'"), "cannot-write", "Set TMPDIR"),
        (
            "ERROR: unable to open for writing: [Errno 36] File name too long: '/downloads/x.part'",
            "name-too-long",
            "too long",
        ),
        (
            "ERROR: [Errno 36] File name too long: '/downloads/x'",
            "name-too-long",
            "The name of the file of dQw4w9WgXcQ is too long.",
        ),
        (
            "ERROR: [Errno 20] Not a directory: '/downloads/x.mp4'",
            "cannot-write",
            "Not a directory: /downloads/x.mp4",
        ),
        ("ERROR: [Errno 20] Not a directory: '/elsewhere/x.mp4'", "cannot-write", "Not a directory"),
        ("ERROR: [Errno 21] Is a directory: '/elsewhere/x.mp4'", "cannot-write", "Is a directory"),
        ("ERROR: [Errno 26] Text file busy: '/elsewhere/x.mp4'", "cannot-write", "Text file busy"),
        ("ERROR: [Errno 27] File too large", "cannot-write", "File too large"),
        ("OSError: [Errno 40] Too many levels of symbolic links: '/x'", "cannot-write", "symbolic links"),
        (
            "ERROR: Postprocessing: av_interleaved_write_frame(): File too large",
            "cannot-write",
            "File too large",
        ),
        // Whatever the number, if the file is one of the folder.
        ("ERROR: [Errno 2] No such file or directory: '/downloads/x.mp4'", "cannot-write", "No such file"),
        (
            "ERROR: [Errno 107] Transport endpoint is not connected: '/downloads/x.part'",
            "cannot-write",
            "Transport endpoint",
        ),
        // postprocessor/ffmpeg.py; subprocess.Popen
        (
            "ERROR: Postprocessing: [Errno 13] Permission denied: '/usr/local/bin/ffmpeg'",
            "no-ffmpeg",
            "may not run ffmpeg",
        ),
        (
            "ERROR: Postprocessing: [Errno 8] Exec format error: '/opt/ffprobe'",
            "no-ffmpeg",
            "Exec format error: /opt/ffprobe",
        ),
        (
            "ERROR: Postprocessing: [Errno 2] No such file or directory: 'ffmpeg'",
            "no-ffmpeg",
            "ffmpeg is missing",
        ),
        (r"ERROR: [WinError 5] Access is denied: 'C:\\bin\\ffmpeg.exe'", "no-ffmpeg", "Access is denied"),
        // YoutubeDL.py: cookiejar
        (
            "ERROR: [Errno 13] Permission denied: '/run/user/1000/potbridge/downloads/x.cookies'",
            "cannot-read",
            "The cookie file for dQw4w9WgXcQ cannot be read by yt-dlp: Permission denied: /run/user/1000/potbridge/downloads/x.cookies",
        ),
        ("ERROR: [Errno 2] No such file or directory: '/run/x.cookies'", "cannot-read", "cookie file"),
        ("PermissionError: [Errno 13] Permission denied: '/run/x.cookies'", "cannot-read", "cookie file"),
        ("OSError: [Errno 28] No space left on device", "disk-full", FOLDER),
        // postprocessor/ffmpeg.py: the last line of ffmpeg's
        ("ERROR: Postprocessing: Conversion failed!", "processing-failed", "Conversion failed"),
        (
            "ERROR: Postprocessing: /downloads/x.mp4: Invalid data found when processing input",
            "processing-failed",
            "Invalid data",
        ),
        (
            "ERROR: Postprocessing: av_interleaved_write_frame(): Input/output error",
            "processing-failed",
            "Input/output error",
        ),
        ("ERROR: Preprocessing: Error muxing a packet", "processing-failed", "Error muxing"),
        (
            "ERROR: You have requested merging of multiple formats but ffmpeg is not installed. Aborting due to --abort-on-error",
            "no-ffmpeg",
            "Install ffmpeg",
        ),
        (
            "ERROR: Postprocessing: ffprobe and ffmpeg not found. Please install or provide the path using --ffmpeg-location",
            "no-ffmpeg",
            "Install ffmpeg",
        ),
        (
            "ERROR: Postprocessing: audio conversion failed: ffmpeg not found. Please install or provide the path using --ffmpeg-location",
            "no-ffmpeg",
            "Install ffmpeg",
        ),
    ] {
        let words = words(line);
        assert!(words.starts_with(&format!("{code} | ")) && words.contains(has), "{line}: {words}");
        assert!(!words.to_lowercase().contains("update"), "{words}");
        let concerns_all = ["cannot-write", "disk-full", "no-ffmpeg", "cannot-read"].contains(&code);
        assert_eq!(FailureKind::of(&in_downloads(line)).code().concerns_all_videos(), concerns_all, "{line}");
    }
    let ffmpeg = words("ERROR: Postprocessing: [Errno 13] Permission denied: '/usr/local/bin/ffmpeg'");
    assert!(!ffmpeg.contains("folder"), "{ffmpeg}");
}

#[test]
fn words_of_a_title_or_a_path_decide_nothing() {
    for (line, code) in [
        (
            "ERROR: unable to open for writing: [Errno 36] File name too long: '/downloads/Private video [Errno 28] No space left.part'",
            "name-too-long",
        ),
        (
            "ERROR: unable to open for writing: [Errno 13] Permission denied: '/downloads/Sign in to confirm your age.part'",
            "cannot-write",
        ),
        (
            "ERROR: unable to open for writing: [Errno 13] Permission denied: \"/downloads/It's members-only content.part\"",
            "cannot-write",
        ),
        (
            "ERROR: Unable to rename file: [Errno 2] No such file or directory: '/downloads/permission denied/HTTP Error 429.part' -> '/downloads/x'",
            "cannot-write",
        ),
        ("ERROR: Cannot write video subtitles file /downloads/no space left on device.vtt", "cannot-write"),
        (
            "ERROR: Postprocessing: /downloads/Private video.mp4: Invalid data found when processing input",
            "processing-failed",
        ),
        (
            "ERROR: Postprocessing: Error opening output /downloads/Music Premium members: permission denied.mp4: Invalid argument",
            "processing-failed",
        ),
        (
            "ERROR: Postprocessing: file:/downloads/ffmpeg is not installed.mp4: Invalid argument",
            "processing-failed",
        ),
        (
            "ERROR: Postprocessing: '/downloads/[Errno 13] Permission denied: 'x.mp4: Invalid argument",
            "processing-failed",
        ),
        ("ERROR: post hooks: '/downloads/Private video.mp4'", "yt-dlp-failed"),
        (
            "ERROR: [youtube] dQw4w9WgXcQ: This video is available to this channel's members on level: Private video (or any higher level). Join this channel to get access to members-only content and other exclusive perks.",
            "members-only",
        ),
        (
            "ERROR: [youtube] dQw4w9WgXcQ: Video unavailable. This video contains content from Private video Ltd, who has blocked it on copyright grounds",
            "not-available",
        ),
    ] {
        assert_eq!(FailureKind::of(&printed(&[line])).code().as_str(), code, "{line}");
    }
    // Lines that are neither an error nor a warning of an extractor's name files by their titles.
    for beside in [
        "[download] Destination: /downloads/Private video permission denied.mp4",
        "[download] /downloads/no space left on device.mp4 has already been downloaded",
        "WARNING: Unable to delete file /downloads/challenge solving failed.part",
        "[info] Writing video subtitles to: /downloads/unable to download video data: HTTP Error 403.vtt",
        "WARNING: File \"/downloads/as they are DRM protected.mp4\" cannot be found",
    ] {
        assert_eq!(code(&[beside, NO_FORMAT]), "nothing-usable", "{beside}");
        assert_eq!(code(&[beside, "ERROR: something new"]), "yt-dlp-failed", "{beside}");
        assert_eq!(code(&[beside]), "yt-dlp-failed", "{beside}");
    }
}

#[test]
fn a_folder_is_known_whose_name_is_masked() {
    let dir = "/home/4d6c6b306e756c6c2d616e64/videos";
    let line = format!("ERROR: [Errno 6] No such device or address: '{dir}/x.mp4'");
    let given = |dir: &str| Given { dir: dir.into(), ..Given::default() };
    let words = words_of(&printed_with(given(dir), &[&line]));
    assert!(words.starts_with("cannot-write | ") && !words.contains("4d6c"), "{words}");
    let other = words_of(&printed_with(given("/home/4d6c6b306e756c6c2d616e64/music"), &[&line]));
    assert!(other.starts_with("yt-dlp-failed"), "{other}");
}

#[test]
fn a_name_that_is_too_long_is_not_blamed_on_the_folder() {
    let words = words("ERROR: [Errno 36] File name too long: '/downloads/x'");
    assert!(!words.contains("for its folder") && words.contains("encrypt"), "{words}");
}

/// What the file system says of one name, or the network of a connection, ends no playlist.
#[test]
fn numbers_that_mean_something_else_do_not_blame_the_folder() {
    for (line, code) in [
        ("ERROR: [Errno 22] Invalid argument: '/downloads/a:b.mp4'", "yt-dlp-failed"),
        (
            "ERROR: [Errno 84] Invalid or incomplete multibyte or wide character: '/downloads/x'",
            "yt-dlp-failed",
        ),
        ("ERROR: Unable to download video: [Errno 32] Broken pipe", "no-network"),
        ("ERROR: Unable to download video: [Errno 112] Host is down", "no-network"),
        ("ERROR: [Errno 32] Broken pipe", "yt-dlp-failed"),
        ("ERROR: [Errno 206] ?", "yt-dlp-failed"),
        ("ERROR: [WinError 112] There is not enough space on the disk", "disk-full"),
        ("ERROR: [WinError 206] The filename or extension is too long: 'x'", "name-too-long"),
    ] {
        let words = words(line);
        assert!(words.starts_with(&format!("{code} | ")), "{line}: {words}");
    }
}
