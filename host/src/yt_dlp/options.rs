//! How yt-dlp is called for a download.
//!
//! Options that hold a secret go over its standard input. The command line overrides them (yt-dlp 2026.10.26,
//! `Config.all_args`), so nothing there undoes an option on which safety depends.

use super::plugin::Plugin;
use crate::config::extra_options;
use potbridge_protocol::Preset;
use std::path::Path;
use zeroize::Zeroizing;

/// The beginning of every line that [`super::output`] understands. A word, a space and JSON follow.
pub(crate) const MARK: &str = "@@potbridge:";

/// The arguments of yt-dlp, and what it reads on its standard input. The arguments hold no secret.
pub type Call = (Vec<String>, Zeroizing<String>);

/// Whether yt-dlp is given cookies.
pub(crate) fn has_cookies((_, config): &Call) -> bool {
    config.lines().any(|word| word == "'--cookies'")
}

/// Which formats are taken: the best, with the sound that YouTube calls the original (10 and more), or else the default (5),
/// before a dub (yt-dlp 2026.10.26, `_video.py`, `get_language_code_and_preference`).
///
/// A format with picture and sound may be a dub, too. One whose language is not said is none.
const FORMATS: &str = "bv*[language=?none]+ba[language_preference>5]/b[language_preference>5]\
    /bv*[language=?none]+ba[language_preference>0]/b[language_preference>0]/bv*[language=?none]+ba[language=?none]/bv*+ba/b";

/// The same for sound alone.
const SOUND: &str = "ba[language_preference>5]/b[language_preference>5]/ba[language_preference>0]/b[language_preference>0]/ba/b";

/// The options by which subtitles are loaded.
pub(crate) const WRITES_SUBTITLES: [&str; 6] =
    ["write-subs", "write-srt", "write-auto-subs", "write-automatic-subs", "all-subs", "embed-subs"];

/// The options for subtitles of the video's own.
const WRITE_SUBTITLES: [&str; 3] = ["--write-subs", "--sub-format", "vtt/srt/best"];

/// Which subtitles are loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subtitles {
    /// Those that the configuration's own options ask for.
    AsConfigured,
    /// The video's, beside it.
    Beside,
    /// The video's, and nothing else.
    Alone,
    /// None, whatever the configuration says.
    Never,
}

/// How one video is downloaded.
pub struct Options<'a> {
    /// The address of its page.
    pub page: &'a str,
    /// In which form.
    pub preset: Preset,
    /// With which subtitles.
    pub subtitles: Subtitles,
    /// The folder for this download alone. [`crate::config::check_folder`] accepts the one that it is in.
    pub dir: &'a Path,
    /// Pictures of so many lines are there already, and are not loaded.
    pub present: &'a [u32],
    /// The clients to ask and their tokens, as [`super::extractor_args`] composes them. If it names no clients, those count that the
    /// configuration chooses.
    pub extractor_args: &'a str,
    /// The file with the session's cookies, if they are to be shown. yt-dlp rewrites it.
    pub cookies: Option<&'a Path>,
    /// Our own plugin, if yt-dlp may need another token.
    pub plugin: Option<&'a Plugin>,
    /// Where its own programs are, as [`super::helpers::options`] says.
    pub helpers: &'a [String],
    /// The configuration's own options, which [`extra_options::check`] accepts.
    pub extra: &'a [String],
}

impl Options<'_> {
    /// How yt-dlp is called for it.
    #[must_use]
    pub fn build(&self) -> Call {
        // Options that the configuration may override come first.
        let mut before = vec!["--format", FORMATS];
        before.extend(self.helpers.iter().map(String::as_str));
        let asked_for = matches!(self.subtitles, Subtitles::Beside | Subtitles::Alone);
        if asked_for && !extra_options::has(self.extra, &["sub-langs", "srt-langs", "all-subs"]) {
            before.extend(["--sub-langs", "all,-live_chat"]);
        }
        // Without it one subtitle that cannot be loaded ends the whole run (`_write_subtitles`).
        if asked_for || extra_options::has(self.extra, &WRITES_SUBTITLES) {
            before.push("--ignore-errors");
        }
        let chosen = extra_options::player_clients(self.extra)
            .filter(|_| !self.extractor_args.contains("player_client="))
            .map(|clients| with_clients(self.extractor_args, clients));
        let extractor_args = chosen.as_ref().map_or(self.extractor_args, |args| args.as_str());
        let plugin_args = self.plugin.map(|plugin| plugin.extractor_args.as_str());
        let last: Vec<_> =
            plugin_args.into_iter().chain([extractor_args]).map(|args| ("--extractor-args", args)).collect();
        let config = config(&before, self.extra, &last, self.cookies);

        let mut arguments = basic("youtube");
        arguments.extend(self.plugin.into_iter().flat_map(Plugin::options));
        let mut push = |words: &[&str]| arguments.extend(words.iter().map(|&word| word.to_owned()));
        push(&["--no-simulate", "--no-playlist", "--abort-on-unavailable-fragments", "--no-live-from-start"]);
        // ffmpeg would fetch a live stream, with the token in its arguments (`downloader/__init__.py`).
        push(&["--downloader", "native", "--hls-prefer-native", "--break-match-filters", "!is_live"]);
        match self.preset {
            Preset::Best => {}
            Preset::P1080 => push(&["--format-sort", "res:1080"]),
            Preset::P720 => push(&["--format-sort", "res:720"]),
            Preset::P480 => push(&["--format-sort", "res:480"]),
            Preset::P360 => push(&["--format-sort", "res:360"]),
            Preset::Audio => push(&["--format", SOUND, "--extract-audio"]),
        }
        match self.subtitles {
            Subtitles::AsConfigured => {}
            Subtitles::Beside => push(&WRITE_SUBTITLES),
            Subtitles::Alone => {
                push(&WRITE_SUBTITLES);
                push(&["--skip-download"]);
            }
            Subtitles::Never => push(&["--no-write-subs", "--no-write-auto-subs", "--no-embed-subs"]),
        }
        if !self.present.is_empty() {
            let others: Vec<_> = self.present.iter().map(|height| format!("height!=?{height}")).collect();
            push(&["--match-filters", &others.join(" & ")]);
        }
        push(&["--paths", &format!("home:{}", self.dir.display())]);
        // Without the title, which can be anything: potbridge names the files when they are whole. With the formats, so
        // that no other choice of them is taken for this one.
        push(&["--output", "%(id)s.%(format_id)s.%(ext)s"]);
        let chapter = "chapter:%(id)s.%(format_id)s - %(section_number)03d %(section_title).60B.%(ext)s";
        push(&["--output", chapter]);
        push(&["--newline", "--progress", "--progress-delta", "0.25"]);
        let progress = "%(progress.{status,downloaded_bytes,total_bytes,total_bytes_estimate,speed,eta})j";
        let template = format!("download:{MARK}progress [%(info.{{format_id}})j, {progress}]");
        push(&["--progress-template", &template]);
        let template = format!("postprocess:{MARK}step %(progress.{{postprocessor,status}})j");
        push(&["--progress-template", &template]);
        // Not `before_dl`: subtitles are loaded before that.
        let fields = "id,title,duration,live_status,format_id,filesize,filesize_approx";
        push(&["--print", &format!("pre_process:{MARK}about [%(.{{id,title,duration,live_status}})j]")]);
        let parts = "%(requested_formats.:.{format_id,filesize,filesize_approx}|[])j";
        push(&["--print", &format!("video:{MARK}info [%(.{{{fields}}})j, {parts}]")]);
        let restricted = if extra_options::has(self.extra, &["restrict-filenames"]) { "#" } else { "" };
        push(&["--print", &format!("video:{MARK}name %(height|0)d %(title,id){restricted}S")]);
        push(&["--print", &format!("after_move:{MARK}file %(filepath)j")]);
        push(&["--", self.page]);
        (arguments, config)
    }

    /// How yt-dlp is called to list a playlist. A private one needs `cookies`.
    ///
    /// It stops after `most` entries: some playlists have no end.
    #[must_use]
    pub fn of_list(page: &str, most: usize, cookies: Option<&Path>, extra: &[String]) -> Call {
        let mut arguments = basic("youtube:tab");
        let print = format!("video:{MARK}entry %(.{{id,title,duration,channel,channel_id,live_status}})j");
        let items = format!("1:{most}");
        let words = [
            "--simulate",
            "--yes-playlist",
            "--flat-playlist",
            "--playlist-items",
            &items,
            "--print",
            &print,
        ];
        arguments.extend(words.into_iter().chain(["--", page]).map(str::to_owned));
        (arguments, config(&[], extra, &[], cookies))
    }
}

/// The arguments for `youtube` with these clients.
fn with_clients(extractor_args: &str, clients: &str) -> Zeroizing<String> {
    let mut pieces = vec!["youtube:player_client=", clients];
    if let Some(others) = extractor_args.strip_prefix("youtube:") {
        pieces.extend([";", others]);
    }
    // Allocated at once, so that growing leaves no copies of the token in memory.
    Zeroizing::new(pieces.concat())
}

/// The options of every call.
fn basic(extractors: &str) -> Vec<String> {
    let options = [
        "--ignore-config",
        "--config-locations",
        "-",
        // Neither undoes the other.
        "--no-exec",
        "--no-exec-before-download",
        "--use-extractors",
        extractors,
        "--quiet",
        "--color",
        "never",
    ];
    options.map(str::to_owned).into()
}

/// A configuration as yt-dlp reads it: words quoted as in a shell, one in a line.
fn config(
    before: &[&str],
    extra: &[String],
    secret: &[(&str, &str)],
    cookies: Option<&Path>,
) -> Zeroizing<String> {
    // Anything else is the configuration's own choice.
    let mut words = vec!["--abort-on-error"];
    words.extend(before);
    words.extend(extra.iter().map(String::as_str));
    // If an option of a later yt-dlp lacks its value, yt-dlp takes this one as the value.
    words.push("--no-update");
    words.extend(secret.iter().flat_map(|(name, value)| [name, value]));
    let cookies = cookies.map(|path| path.display().to_string());
    if let Some(cookies) = &cookies {
        words.extend(["--cookies", cookies]);
    }
    // Allocated at once, so that growing leaves no copies of the token in memory. A quote becomes five characters.
    let mut text = Zeroizing::new(String::with_capacity(words.iter().map(|word| 5 * word.len() + 3).sum()));
    for word in words {
        text.push('\'');
        for (at, piece) in word.split('\'').enumerate() {
            text.push_str(if at > 0 { "'\"'\"'" } else { "" });
            text.push_str(piece);
        }
        text.push_str("'\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::capture;
    use crate::yt_dlp::extractor_args;

    #[test]
    fn no_secret_is_in_the_arguments() {
        let captures = [capture(1, "dQw4w9WgXcQ", 0)];
        let options = Options {
            page: "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            preset: Preset::Best,
            subtitles: Subtitles::Beside,
            dir: Path::new("/d"),
            present: &[],
            extractor_args: &extractor_args::for_download(&captures, false, None),
            cookies: Some(Path::new("/run/cookies")),
            plugin: None,
            helpers: &[],
            extra: &["--proxy".to_owned(), "http://me:it's@host".to_owned()],
        };
        let (arguments, config) = options.build();
        let token = captures[0].token.expose();
        assert!(
            config.contains(token) && config.contains("'http://me:it'\"'\"'s@host'\n"),
            "{}",
            config.replace(token, "T")
        );
        let arguments = arguments.join(" ");
        for secret in [token, "it's", "/run/cookies", "extractor-args"] {
            assert!(!arguments.contains(secret), "{secret}");
        }
        assert!(arguments.ends_with(" -- https://www.youtube.com/watch?v=dQw4w9WgXcQ"));
        assert!(has_cookies(&options.build()) && !has_cookies(&Options { cookies: None, ..options }.build()));
    }

    #[test]
    fn the_configurations_clients_are_asked_if_no_others_are_named() {
        let extra = ["--extractor-args".to_owned(), "youtube:player_client=tv".to_owned()];
        for (args, asked) in [
            ("youtube:fetch_pot=never;po_token=a+T", "youtube:player_client=tv;fetch_pot=never;po_token=a+T"),
            ("youtube:player_client=visionos,tv_samsung", "youtube:player_client=visionos,tv_samsung"),
        ] {
            let options = Options {
                page: "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
                preset: Preset::Best,
                subtitles: Subtitles::AsConfigured,
                dir: Path::new("/d"),
                present: &[],
                extractor_args: args,
                cookies: None,
                plugin: None,
                helpers: &[],
                extra: &extra,
            };
            let (_, config) = options.build();
            let last = config.lines().rfind(|line| line.starts_with("'youtube:"));
            assert_eq!(last, Some(format!("'{asked}'").as_str()));
        }
    }
}
