//! Finds the kind of a failure in what yt-dlp printed.

use super::kind::FailureKind;
use super::lines::{Words, last_words, shortened, tail};
use super::messages::{
    BAD_ADDRESS, COOKIES_ROTATED, NO_JS_RUNTIME, NO_SUBTITLES, NO_TOKEN, NO_TOKEN_FOR_SUBTITLES, OF_PROXY,
    OF_YOUTUBE, OF_YT_DLP, ORDER, Row, WARNINGS, any,
};
use super::start::not_started;
use super::system::SystemError;
use crate::yt_dlp::printed::Printed;
use crate::yt_dlp::severity::bad_options;
use potbridge_protocol::Code;

/// What yt-dlp says before ffmpeg's last line, which names files by their titles.
const BEFORE_FFMPEG: [&str; 2] = ["Postprocessing: ", "Preprocessing: "];

/// How errors begin that are the network's alone (`networking/exceptions.py`: `network_exceptions`).
const FROM_NETWORK: [&str; 2] = ["unable to download video data: ", "[download] got error: "];

/// What the downloader says before an error, after which it tried again in vain (`downloader/common.py`: `report_retry`).
const GOT_ERROR: &str = "[download] Got error: ";

/// What the downloader says of an answer without a byte (`downloader/http.py`).
const EMPTY: &str = "Did not get any data blocks";

/// What another account might see. Without its session's cookies yt-dlp is nobody.
const ASKS_FOR_ACCOUNT: [Code; 5] =
    [Code::BotCheck, Code::AgeRestricted, Code::PrivateVideo, Code::MembersOnly, Code::PremiumOnly];

/// How YouTube's words begin, and do not tell what it is about.
const BEFORE_REASON: [&str; 2] = ["youtube said: ", "video unavailable. "];

impl FailureKind {
    /// The kind of a failed run, by all that yt-dlp printed and by how it ended.
    ///
    /// Its error goes before its warnings, and both before what it adds with `-v`. What is not the token's fault is
    /// looked for first.
    #[must_use]
    pub fn of(printed: &Printed) -> Self {
        let kind = |code, said: String| Self::new(code, said, &printed.given);
        if let Some(signal) = signal_of(printed) {
            return kind(Code::YtDlpKilled, signal.to_string());
        }
        if let Some(said) = not_started(printed) {
            return kind(Code::YtDlpNotStarted, said);
        }
        let warned = |messages| printed.warnings().any(|line| any(&Words::of(line).plain(), messages));
        let error = error_of(printed);
        match error.as_ref().map(Self::code) {
            // Without the answer to its puzzle YouTube refuses a good token too.
            Some(Code::TokenRefused) if warned(NO_JS_RUNTIME) => {
                return kind(Code::NoJsRuntime, String::new());
            }
            // Without a token yt-dlp tries the one format that may do without (`_video.py`, itag 18).
            Some(Code::TokenRefused) if warned(NO_TOKEN) => return kind(Code::TokenMissing, String::new()),
            Some(code)
                if ASKS_FOR_ACCOUNT.contains(&code) && printed.given.cookies && warned(COOKIES_ROTATED) =>
            {
                return kind(Code::CookiesRotated, String::new());
            }
            Some(Code::NothingUsable) | None => {}
            // A warning of every run explains no other error.
            Some(_) => return error.unwrap_or_else(|| kind(Code::YtDlpFailed, String::new())),
        }
        let beside = [printed.warnings().collect::<Vec<_>>(), printed.others().collect()];
        let beside = beside.iter().filter_map(|lines| warning_of(lines));
        let (telling, vague): (Vec<_>, Vec<_>) = beside.partition(|(code, _)| *code != Code::NothingUsable);
        if let Some((code, said)) = telling.into_iter().next() {
            return kind(code, said);
        }
        if printed.post_live {
            return kind(Code::JustEnded, String::new());
        }
        let vague = vague.into_iter().next().map(|(code, said)| kind(code, said));
        error.or(vague).unwrap_or_else(|| kind(Code::YtDlpFailed, last_words(printed.others())))
    }

    /// The kind of a run that ended well and left no file.
    #[must_use]
    pub fn without_file(printed: &Printed) -> Self {
        let kind = Self::of(printed);
        match kind.code() {
            Code::YtDlpFailed | Code::NothingUsable => Self::new(Code::NoFile, String::new(), &printed.given),
            _ => kind,
        }
    }

    /// Whether a download that went well lacks subtitles.
    #[must_use]
    pub fn lacks_subtitles(printed: &Printed) -> bool {
        printed.warnings().chain(printed.errors()).any(|line| {
            let words = Words::of(line).plain();
            any(&words, NO_SUBTITLES) || any(&words, NO_TOKEN_FOR_SUBTITLES)
        })
    }

    /// The kind of one error.
    fn of_error(line: &str, printed: &Printed) -> Self {
        let Words { of_extractor, text } = Words::of(line);
        let kind = |code, said: &str| Self::new(code, shortened(said), &printed.given);
        if let Some(said) = bad_options(line) {
            return kind(Code::UnknownOption, said);
        }
        let plain = Words::of(line).plain();
        let of_network = FROM_NETWORK.iter().any(|before| plain.starts_with(before));
        let of_ffmpeg = BEFORE_FFMPEG.iter().find_map(|before| text.strip_prefix(before));
        let dir = &printed.given.dir;
        let system = SystemError::of(text).or_else(|| SystemError::of_ffmpeg(of_ffmpeg?));
        if let Some(error) = system.filter(|_| !of_extractor && !of_network)
            && let Some(code) = error.code(dir)
        {
            let is_missing = code == Code::NoFfmpeg && error.is_absence();
            let said = if is_missing { String::new() } else { error.said() };
            return Self { is_temporary: error.is_temporary(dir), ..kind(code, &said) };
        }
        let reason =
            BEFORE_REASON.iter().fold(plain.as_str(), |text, head| text.strip_prefix(head).unwrap_or(text));
        let of_yt_dlp = || row(OF_YT_DLP, &plain).filter(|_| !of_extractor);
        let of_youtube = || row(OF_YOUTUBE, reason).filter(|_| of_ffmpeg.is_none());
        let is_of_proxy =
            any(&plain, OF_PROXY) || (printed.given.proxy.is_some() && any(&plain, BAD_ADDRESS));
        let is_bad_address = is_of_proxy && !of_extractor;
        match of_yt_dlp().or_else(of_youtube) {
            _ if is_bad_address => Self { is_bad_address, ..kind(Code::NoNetwork, text) },
            Some(Code::NoNetwork) => kind(Code::NoNetwork, &network_words(text)),
            // What is not prepared yet is refused, not found or empty, whatever the token.
            Some(Code::TokenRefused | Code::YtDlpFailed)
                if printed.post_live
                    && !of_extractor
                    && (!plain.contains("http error")
                        || ["http error 403", "http error 404"].iter().any(|said| plain.contains(said))) =>
            {
                kind(Code::JustEnded, "")
            }
            Some(
                code @ (Code::YoutubeTrouble
                | Code::ProcessingFailed
                | Code::SubtitlesMissing
                | Code::CannotWrite),
            ) => kind(code, tail(text)),
            Some(code @ (Code::NothingUsable | Code::GeoBlocked)) => kind(code, text),
            Some(Code::YtDlpFailed) => kind(Code::YtDlpFailed, without_mark(line)),
            Some(code) => kind(code, ""),
            None if Words::of(line).is_expected() => kind(Code::NotAvailable, text),
            None => kind(Code::YtDlpFailed, without_mark(line)),
        }
    }
}

/// The error that decides, if there is any.
fn error_of(printed: &Printed) -> Option<FailureKind> {
    let lines = printed.errors().chain(printed.warnings());
    let of_subtitles: Vec<&str> = lines.filter(|line| any(&Words::of(line).plain(), NO_SUBTITLES)).collect();
    // yt-dlp says an error of the subtitles twice (`YoutubeDL.py`: `_write_subtitles`).
    let is_repeated = |line: &str| {
        let text = Words::of(line).text;
        let text = text.strip_prefix(GOT_ERROR).unwrap_or(text);
        of_subtitles.iter().any(|of_subtitles| *of_subtitles != line && of_subtitles.contains(text))
    };
    // After such an error yt-dlp goes on only if it was of subtitles: those are loaded before the media.
    let is_of_loading =
        |line: &&str| [GOT_ERROR, EMPTY].iter().any(|begins| Words::of(line).text.starts_with(begins));
    let says_more = |line: &str| {
        !is_of_loading(&line) && FailureKind::of_error(line, printed).code() != Code::YtDlpFailed
    };
    let went_on = printed.errors().any(says_more);
    let rank = |kind: &FailureKind| ORDER.iter().position(|code| *code == kind.code());
    let errors = printed.errors().rev().filter(|line| !(is_repeated(line) || went_on && is_of_loading(line)));
    let kind = errors
        .map(|line| FailureKind::of_error(line, printed))
        .min_by_key(|kind| rank(kind).unwrap_or(ORDER.len()));
    kind.or_else(|| of_exception(printed))
}

/// The kind of an exception of Python's, with which yt-dlp ends under `--abort-on-error` if it does not expect an error: of its
/// cookie file or of the proxy's address, for example.
fn of_exception(printed: &Printed) -> Option<FailureKind> {
    let last = printed.others().rfind(|line| !line.trim().is_empty())?;
    let (name, error) = last.split_once(": ")?;
    let kind = FailureKind::of_error(error, printed);
    let is_known =
        kind.is_bad_address || SystemError::of(error).is_some_and(|of| of.code(&printed.given.dir).is_some());
    (!name.contains(' ') && is_known).then_some(kind)
}

/// The row of the first of these lines that fits a row, by the order of the rows.
fn warning_of(lines: &[&str]) -> Option<(Code, String)> {
    WARNINGS.iter().find_map(|(code, messages)| {
        let line = lines.iter().find(|line| is_warning(line) && any(&Words::of(line).plain(), messages))?;
        let said = match code {
            Code::NoNetwork => network_words(Words::of(line).text),
            Code::YoutubeTrouble => tail(Words::of(line).text).to_owned(),
            Code::NothingUsable | Code::SabrOnly => Words::of(line).text.to_owned(),
            _ => String::new(),
        };
        Some((*code, shortened(&said)))
    })
}

/// Whether a line that is no error may tell why a run failed. Others name files by their titles.
fn is_warning(line: &str) -> bool {
    [
        "WARNING: [",
        "WARNING: Only images",
        "WARNING: You have requested merging",
        "[debug] ",
        "[download] fragment not found",
    ]
    .iter()
    .any(|head| line.starts_with(head))
}

fn row(rows: &[Row], plain: &str) -> Option<Code> {
    rows.iter().find_map(|(code, messages)| any(plain, messages).then_some(*code))
}

/// What the network's part of an error says.
fn network_words(text: &str) -> String {
    SystemError::of(text).map_or_else(|| tail(text).to_owned(), |error| error.said())
}

fn without_mark(line: &str) -> &str {
    line.strip_prefix("ERROR:").unwrap_or(line)
}

/// The signal that ended it. A shell says so by its exit code: 128 and the signal.
fn signal_of(printed: &Printed) -> Option<i32> {
    let exit = printed.exit?;
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&exit) {
        return Some(signal);
    }
    let of_shell = exit.code().map(|code| code - 128).filter(|signal| (1..=64).contains(signal));
    of_shell.filter(|_| printed.errors().next().is_none())
}
