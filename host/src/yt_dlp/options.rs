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

/// How one video is downloaded.
pub struct Options<'a> {
    /// The address of its page.
    pub page: &'a str,
    /// In which form.
    pub preset: Preset,
    /// With its subtitles beside it.
    pub subtitles: bool,
    /// The folder, which [`crate::config::check_folder`] accepts.
    pub dir: &'a Path,
    /// The clients to ask and their tokens, as [`super::extractor_args`] composes them.
    pub extractor_args: &'a str,
    /// The file with the session's cookies, if they are to be shown. yt-dlp rewrites it.
    pub cookies: Option<&'a Path>,
    /// Our own plugin, if yt-dlp may need another token.
    pub plugin: Option<&'a Plugin>,
    /// The configuration's own options, which [`extra_options::check`] accepts.
    pub extra: &'a [String],
}

impl Options<'_> {
    /// How yt-dlp is called for it.
    #[must_use]
    pub fn build(&self) -> Call {
        // Options that the configuration may override come first.
        let mut before = vec!["--format", "bv*+ba/b"];
        let languages = ["sub-langs", "srt-langs", "all-subs"];
        if self.subtitles && !languages.iter().any(|name| extra_options::has(self.extra, name)) {
            before.extend(["--sub-langs", "all,-live_chat"]);
        }
        let plugin_args = self.plugin.map(|plugin| plugin.extractor_args.as_str());
        let last: Vec<_> = plugin_args
            .into_iter()
            .chain([self.extractor_args])
            .map(|args| ("--extractor-args", args))
            .collect();
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
            Preset::Audio => push(&["--format", "ba/b", "--extract-audio"]),
        }
        if self.subtitles {
            push(&["--write-subs", "--sub-format", "vtt/srt/best"]);
        }
        push(&["--paths", &format!("home:{}", self.dir.display())]);
        // With the height, so that another preset of the video is another file.
        push(&["--output", "%(title).180B [%(id)s]%(height& {}p|)s.%(ext)s"]);
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
        let words = ["--simulate", "--yes-playlist", "--flat-playlist", "--print", &print, "--", page];
        arguments.extend(words.map(str::to_owned));
        (arguments, config(&["--playlist-items", &format!("1:{most}")], extra, &[], cookies))
    }
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
        "--abort-on-error",
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
    let mut words: Vec<&str> = before.to_vec();
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
            subtitles: true,
            dir: Path::new("/d"),
            extractor_args: &extractor_args::for_download(&captures, false),
            cookies: Some(Path::new("/run/cookies")),
            plugin: None,
            extra: &["--password".to_owned(), "it's".to_owned()],
        };
        let (arguments, config) = options.build();
        let token = captures[0].token.expose();
        assert!(
            config.contains(token) && config.contains("'it'\"'\"'s'\n"),
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
}
