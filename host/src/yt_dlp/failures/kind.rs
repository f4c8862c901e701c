//! Why yt-dlp failed: its code, and what it says to people.

use crate::yt_dlp::printed::Given;
use potbridge_protocol::{Code, Problem, VideoId};
use std::io;
use std::path::Path;

/// Why yt-dlp failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailureKind {
    pub(super) code: Code,
    /// The words of YouTube, of the system or of yt-dlp, without a full stop. For a killed yt-dlp the number of the signal.
    pub(super) said: String,
    /// Whether it is of a file in the folder for temporary files.
    pub(super) is_temporary: bool,
    /// Whether the address of the proxy is none.
    pub(super) is_bad_address: bool,
    /// Its version, if that is old enough to be the reason.
    pub(super) old_version: Option<String>,
    /// What the run was given.
    pub(super) given: Given,
}

impl FailureKind {
    pub(super) fn new(code: Code, said: String, given: &Given) -> Self {
        let given = given.clone();
        Self { code, said, is_temporary: false, is_bad_address: false, old_version: None, given }
    }

    /// yt-dlp could not be started at all.
    #[must_use]
    pub fn not_started(program: &Path, error: &io::Error, given: &Given) -> Self {
        let why = match error.kind() {
            // The program was found before: what its first line names is not there.
            io::ErrorKind::NotFound => "the interpreter that its first line names is missing".to_owned(),
            _ => error.to_string(),
        };
        Self::new(Code::YtDlpNotStarted, format!("{}: {why}", program.display()), given)
    }

    /// The code for programs, as docs/DOWNLOADS.md lists it.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// Whether an old version of yt-dlp may be the reason.
    #[must_use]
    pub fn may_be_of_old_version(&self) -> bool {
        matches!(self.code, Code::YtDlpFailed | Code::NothingUsable | Code::UnknownOption)
    }

    /// Says that this version of yt-dlp is old.
    #[must_use]
    pub fn of_old_version(self, version: String) -> Self {
        Self { old_version: Some(version), ..self }
    }

    /// What it says for a video, or for a playlist.
    #[must_use]
    pub fn problem(&self, video: Option<&VideoId>) -> Problem {
        Problem { code: self.code, message: self.message(video), hint: self.hint() }
    }

    /// What happened, in a sentence, for a video, or for a playlist.
    #[must_use]
    pub fn message(&self, video: Option<&VideoId>) -> String {
        let of = video.map_or("the playlist", VideoId::as_str);
        let mut message = self.message_of(of);
        if video.is_none() {
            message[..1].make_ascii_uppercase();
        }
        message
    }

    fn message_of(&self, of: &str) -> String {
        let said = &self.said;
        match self.code {
            Code::TokenMissing => format!("yt-dlp had no token that YouTube accepts for {of}."),
            Code::TokenMalformed => format!("yt-dlp could not read the token for {of}."),
            Code::TokenRefused => format!(
                "YouTube refused the token for {of}: it has expired, was replaced by a newer one, or belongs to another session."
            ),
            Code::SessionMissing => {
                format!("The token for {of} belongs to a session, and yt-dlp knows nothing of that session.")
            }
            Code::SabrOnly => format!(
                "YouTube gives {of} only to its own player in this session (SABR), in a form that yt-dlp cannot fetch. A new token would not help."
            ),
            Code::NoJsRuntime => {
                format!("yt-dlp could not solve the JavaScript puzzle that YouTube sets for {of}.")
            }
            Code::BotCheck => format!("YouTube wants to see that no bot asks for {of}."),
            Code::CookiesRotated => format!(
                "The cookies that were given for {of} are no longer good: YouTube gave the browser newer ones."
            ),
            Code::RateLimited => {
                format!("YouTube had too many requests from here, and refuses {of} for now.")
            }
            Code::AddressRefused => {
                format!("YouTube refuses {of} to this machine's address (HTTP Error 403).")
            }
            Code::NetworkRestricted => {
                format!("The network or the account restricts what YouTube shows: {of} is kept back.")
            }
            Code::YoutubeTrouble => format!("YouTube has trouble of its own with {of}: {said}."),
            Code::NothingUsable => {
                format!("YouTube offered nothing of {of} that yt-dlp can download: {said}.")
            }
            Code::DrmProtected => format!("{of} is protected by DRM, and cannot be downloaded."),
            Code::AgeRestricted => format!("YouTube shows {of} only to logged-in users of a certain age."),
            Code::PrivateVideo => {
                format!("{of} is private: YouTube shows it only to people its owner chose.")
            }
            Code::MembersOnly => format!("{of} is only for members of its channel."),
            Code::PremiumOnly => {
                format!("{of} is only for those who pay for YouTube Premium or Music Premium.")
            }
            Code::GeoBlocked => {
                format!("YouTube does not show {of} in the country of this machine's address: {said}.")
            }
            Code::LiveNow => format!("{of} is live now. It can be downloaded when it has ended."),
            Code::JustEnded => {
                format!("The broadcast {of} has just ended, and YouTube still prepares the video.")
            }
            Code::NotAvailable => format!("{of} is not available: {said}."),
            Code::DiskFull if self.is_temporary => {
                format!("No space is left for {of} in the temporary folder: {said}.")
            }
            Code::DiskFull => format!("No space is left for {of} in the folder for downloads."),
            Code::CannotWrite if self.is_temporary => {
                format!("The temporary folder cannot be written to: {said}.")
            }
            Code::CannotWrite => format!("The folder for downloads cannot be written to: {said}."),
            Code::CannotRead => format!("The cookie file for {of} cannot be read by yt-dlp: {said}."),
            Code::NameTooLong => format!("The name of the file of {of} is too long."),
            Code::NoFfmpeg if said.is_empty() => {
                format!(
                    "ffmpeg is missing. Without it the picture and sound of {of} can neither be joined nor taken apart."
                )
            }
            Code::NoFfmpeg => format!("yt-dlp may not run ffmpeg, so {of} cannot be joined: {said}."),
            Code::ProcessingFailed => format!("All of {of} was loaded, and ffmpeg failed at it: {said}."),
            Code::NoNetwork => match &self.given.proxy {
                Some(proxy) if self.is_bad_address => format!("{proxy} is no address of a proxy: {said}."),
                Some(proxy) => {
                    format!("YouTube could not be reached for {of} through the proxy of {proxy}: {said}.")
                }
                None => format!("YouTube could not be reached for {of}: {said}."),
            },
            Code::SubtitlesMissing => format!("The subtitles of {of} could not be loaded: {said}."),
            Code::UnknownOption => format!("yt-dlp does not know an option: {said}."),
            Code::YtDlpNotStarted if said.is_empty() => {
                "yt-dlp could not start, and said nothing.".to_owned()
            }
            Code::YtDlpNotStarted if self.has_no_room() => {
                format!("yt-dlp could not start. No room is left in the temporary folder: {said}.")
            }
            Code::YtDlpNotStarted => format!("yt-dlp could not start: {said}."),
            Code::YtDlpKilled if said == "9" => {
                format!("yt-dlp was ended by signal 9 at {of} (out of memory?).")
            }
            Code::YtDlpKilled => format!("yt-dlp was ended by signal {said} at {of}."),
            Code::NoFile => format!("yt-dlp ended well, but the file of {of} is not there."),
            _ if said.is_empty() => format!("yt-dlp failed at {of} and said nothing."),
            _ => format!("yt-dlp failed at {of}: {said}."),
        }
    }
}
