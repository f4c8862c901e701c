//! Why yt-dlp failed: the kind, its code, and its words for people.

use potbridge_protocol::{Code, Problem, VideoId};

/// Why yt-dlp failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// yt-dlp had no token for a request that needs one.
    TokenMissing,
    /// yt-dlp could not read the token.
    TokenMalformed,
    /// The media server refused the token: it expired, was replaced, or was made for something else.
    TokenRefused,
    /// The token is bound to a session that yt-dlp does not know.
    SessionMissing,
    /// YouTube offers the media in its own protocol alone, which yt-dlp cannot fetch.
    SabrOnly,
    /// There is no JavaScript runtime that yt-dlp can use, or it could not solve what YouTube asks.
    NoJsRuntime,
    /// YouTube wants a login, or a puzzle solved, to see that it talks to no bot.
    BotCheck,
    /// Too many requests from this address or account.
    RateLimited,
    /// There is nothing that can be downloaded, for a reason not said.
    NothingUsable,
    /// Encrypted for licensed players.
    Drm,
    /// Only for logged-in users of a certain age.
    AgeRestricted,
    /// The owner shows it to chosen people.
    Private,
    /// For members of the channel.
    MembersOnly,
    /// Live now.
    Live,
    /// Not there, or not yet, or not here. With YouTube's words.
    NotAvailable(String),
    /// No space is left.
    DiskFull,
    /// The folder or a file cannot be written. With the system's words.
    CannotWrite(String),
    /// ffmpeg is missing.
    NoFfmpeg,
    /// ffmpeg failed at what was loaded. With its last words.
    ProcessingFailed(String),
    /// The network, or a proxy, does not work. With the system's words.
    NoNetwork(String),
    /// yt-dlp does not know an option. With its words.
    UnknownOption(String),
    /// yt-dlp did not understand YouTube's answer. With its words.
    YtDlpTooOld(String),
    /// It ended well, and left no file.
    NoFile,
    /// Something else. With yt-dlp's last words.
    Other(String),
}

impl FailureKind {
    /// The code for programs, as docs/DOWNLOADS.md lists it.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::TokenMissing => Code::TokenMissing,
            Self::TokenMalformed => Code::TokenMalformed,
            Self::TokenRefused => Code::TokenRefused,
            Self::SessionMissing => Code::SessionMissing,
            Self::SabrOnly => Code::SabrOnly,
            Self::NoJsRuntime => Code::NoJsRuntime,
            Self::BotCheck => Code::BotCheck,
            Self::RateLimited => Code::RateLimited,
            Self::NothingUsable => Code::NothingUsable,
            Self::Drm => Code::DrmProtected,
            Self::AgeRestricted => Code::AgeRestricted,
            Self::Private => Code::PrivateVideo,
            Self::MembersOnly => Code::MembersOnly,
            Self::Live => Code::LiveNow,
            Self::NotAvailable(_) => Code::NotAvailable,
            Self::DiskFull => Code::DiskFull,
            Self::CannotWrite(_) => Code::CannotWrite,
            Self::NoFfmpeg => Code::NoFfmpeg,
            Self::ProcessingFailed(_) => Code::ProcessingFailed,
            Self::NoNetwork(_) => Code::NoNetwork,
            Self::UnknownOption(_) => Code::UnknownOption,
            Self::YtDlpTooOld(_) => Code::YtDlpTooOld,
            Self::NoFile => Code::NoFile,
            Self::Other(_) => Code::YtDlpFailed,
        }
    }

    /// Its code, what happened and what to do, for a video, or for a playlist.
    #[must_use]
    pub fn problem(&self, video: Option<&VideoId>) -> Problem {
        let hint = self.hint().map(ToOwned::to_owned);
        Problem { code: self.code(), message: self.message(video), hint }
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
        match self {
            Self::TokenMissing => format!("yt-dlp had no token that YouTube accepts for {of}."),
            Self::TokenMalformed => format!("yt-dlp could not read the token for {of}."),
            Self::TokenRefused => format!(
                "YouTube refused the token for {of}: it has expired, was replaced by a newer one, or belongs to another session."
            ),
            Self::SessionMissing => {
                format!("The token for {of} belongs to a session, and yt-dlp knows nothing of that session.")
            }
            Self::SabrOnly => format!(
                "YouTube gives {of} only to its own player in this session (SABR), in a form that yt-dlp cannot fetch. A new token would not help."
            ),
            Self::NoJsRuntime => {
                format!("yt-dlp could not solve the JavaScript puzzle that YouTube sets for {of}.")
            }
            Self::BotCheck => format!("YouTube wants to see that no bot asks for {of}."),
            Self::RateLimited => {
                format!("YouTube had too many requests from here, and refuses {of} for now.")
            }
            Self::NothingUsable => format!("YouTube offered nothing of {of} that yt-dlp can download."),
            Self::Drm => format!("{of} is protected by DRM, and cannot be downloaded."),
            Self::AgeRestricted => format!("YouTube shows {of} only to logged-in users of a certain age."),
            Self::Private => format!("{of} is private: YouTube shows it only to people its owner chose."),
            Self::MembersOnly => format!("{of} is only for members of its channel."),
            Self::Live => format!("{of} is live now. It can be downloaded when it has ended."),
            Self::NotAvailable(said) => format!("{of} is not available: {said}."),
            Self::DiskFull => format!("No space is left for {of} in the folder for downloads."),
            Self::CannotWrite(said) => format!("The folder for downloads cannot be written to: {said}."),
            Self::NoFfmpeg => {
                format!("ffmpeg is missing. Without it the picture and sound of {of} cannot be joined.")
            }
            Self::ProcessingFailed(said) => {
                format!("All of {of} was loaded, and ffmpeg failed at it: {said}.")
            }
            Self::NoNetwork(said) => format!("YouTube could not be reached for {of}: {said}."),
            Self::UnknownOption(said) => format!("yt-dlp does not know an option: {said}."),
            Self::YtDlpTooOld(said) => {
                format!("yt-dlp did not understand YouTube's answer for {of}: {said}.")
            }
            Self::NoFile => format!("yt-dlp ended well, but the file of {of} is not there."),
            Self::Other(said) if said.is_empty() => format!("yt-dlp failed at {of} and said nothing."),
            Self::Other(said) => format!("yt-dlp failed at {of}: {said}."),
        }
    }

    /// What to do about it.
    fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::TokenMissing | Self::TokenMalformed | Self::TokenRefused => {
                "Play the video in the browser for a few seconds, and start the download again."
            }
            Self::SessionMissing => {
                "Switch on the cookies of the browser's session in the popup, or play the video in a window without a login, and start the download again."
            }
            Self::SabrOnly => "Try again later, or from a session without a login.",
            Self::NoJsRuntime => {
                "Install deno 2.3 or later and the package yt-dlp-ejs; or node 22 or later, with extra_options = [\"--js-runtimes\", \"node\"] in [download]."
            }
            Self::BotCheck => {
                "Switch on the cookies of the browser's session in the popup, or open the video in the browser, answer what YouTube asks, and start the download again."
            }
            Self::RateLimited => "Wait an hour before the next download.",
            Self::NothingUsable => "Update yt-dlp, and see whether the video plays in the browser.",
            Self::AgeRestricted | Self::Private | Self::MembersOnly => {
                "Log in to an account that may see it, and switch on the cookies of the browser's session in the popup."
            }
            Self::DiskFull => "Make room, and start the download again: it resumes where it was.",
            Self::CannotWrite(_) => "Choose another folder with [download] dir, or make this one writable.",
            Self::NoFfmpeg => "Install ffmpeg, and start the download again.",
            Self::ProcessingFailed(_) => {
                "Start the download again. If that does not help, update ffmpeg and yt-dlp."
            }
            Self::NoNetwork(_) => {
                "See whether the network works, and the proxy, if one is set (HTTPS_PROXY), and start the download again: it resumes where it was."
            }
            Self::UnknownOption(_) => "Update yt-dlp, or take the option out of extra_options in [download].",
            Self::YtDlpTooOld(_) | Self::Other(_) => "Update yt-dlp, and start the download again.",
            Self::NoFile => "See what yt-dlp said, with extra_options = [\"-v\"] in [download].",
            Self::Drm | Self::Live | Self::NotAvailable(_) => return None,
        })
    }
}
