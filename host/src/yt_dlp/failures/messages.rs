//! The messages of yt-dlp that tell why it failed.
//!
//! A message is in lower case. It begins the words of a line if `^` stands before it. `*` stands for any text. Where words of others
//! could follow, as a channel's name does, it begins the line.

use potbridge_protocol::Code;

/// A code, and the messages of which any one is enough.
pub(super) type Row = (Code, &'static [&'static str]);

/// yt-dlp could not solve YouTube's JavaScript puzzle.
pub(super) const NO_JS_RUNTIME: &[&str] = &[
    "no supported javascript runtime could be found",
    "challenge solving failed",
    "signature solving failed",
    "required to solve js challenges",
];

/// yt-dlp had no token for media.
pub(super) const NO_TOKEN: &[&str] = &["require a gvs po token which was not provided"];

/// What yt-dlp's branch for SABR says of a token (2026.07.04, `sabr/exceptions.py`). It warns of it at each attempt, and prints
/// no error then.
const PROVIDED_IS_INVALID: &str = "requires a gvs po token to continue and the one provided is invalid";
const NEEDED_TO_CONTINUE: &str = "requires a gvs po token to continue";

/// yt-dlp had no token for subtitles.
pub(super) const NO_TOKEN_FOR_SUBTITLES: &[&str] = &[
    "missing subtitles languages because a po token was not provided",
    "subtitles require a po token which was not provided",
];

/// yt-dlp could not load subtitles.
pub(super) const NO_SUBTITLES: &[&str] = &["^unable to download video subtitles"];

/// YouTube ended the session that the cookies are of (`_base.py`: `_request_webpage`).
pub(super) const COOKIES_ROTATED: &[&str] = &["account cookies are no longer valid"];

/// What YouTube says in an extractor's error. The first row that fits counts.
pub(super) const OF_YOUTUBE: &[Row] = &[
    (Code::LiveNow, &["^this video is live now"]),
    (
        Code::BotCheck,
        &["^sign in to confirm you're not a bot", "youtube is requiring a captcha challenge before playback"],
    ),
    (
        Code::RateLimited,
        &[
            "^unable to download*: http error 429",
            "been rate-limited by youtube",
            "your ip is likely being blocked",
        ],
    ),
    (Code::NetworkRestricted, &["google workspace administrator", "network administrator restrictions"]),
    (
        Code::AgeRestricted,
        &[
            "^sign in to confirm your age",
            "^verify your age",
            "^this video requires verification of your age",
            "age-restricted",
            "^this video may be inappropriate for some users",
        ],
    ),
    (
        Code::PrivateVideo,
        &[
            "^private video",
            "^this video is private",
            "^the playlist is private",
            "^this playlist is private",
        ],
    ),
    (
        Code::MembersOnly,
        &["^join this channel", "^this video is available to this channel's members", "members-only content"],
    ),
    (Code::PremiumOnly, &["premium members", "youtube premium"]),
    (Code::DrmProtected, &["this video is drm protected", "format is drm protected"]),
    (
        Code::GeoBlocked,
        &[
            "available in your country",
            "blocked it in your country",
            "due to geo restriction",
            "not available from your location",
        ],
    ),
    (Code::NoNetwork, &["http error 407"]),
    (Code::AddressRefused, &["^unable to download*: http error 403"]),
    (Code::YoutubeTrouble, &["^unable to download*: http error 5", "^incomplete data received"]),
    // Not its advice "use --cookies", which follows other messages too.
    (Code::BotCheck, &["or --cookies for the authentication", "login details are needed"]),
    (Code::YtDlpFailed, &["^unable to download*: http error", "^unsupported language code"]),
    (
        Code::NoNetwork,
        &[
            "^unable to download webpage: ",
            "^unable to download api page: ",
            "(caused by transporterror(",
            "(caused by proxyerror(",
        ],
    ),
    // YouTube tells one client so, and another one more.
    (
        Code::NothingUsable,
        &[
            "^requested format is not available",
            "^no video formats found",
            "^failed to extract any player response",
            "^the page needs to be reloaded",
            "^the following content is not available on this app",
        ],
    ),
];

/// What yt-dlp says itself in an error. The first row that fits counts.
pub(super) const OF_YT_DLP: &[Row] = &[
    (
        Code::NoFfmpeg,
        &[
            "^you have requested merging of multiple formats but ffmpeg is not installed",
            "^postprocessing: *ff*not found. please install",
            "^m3u8 download detected but ffmpeg could not be found",
        ],
    ),
    (
        Code::CannotWrite,
        &[
            "^unable to create directory",
            "^unable to open for writing",
            "^unable to write",
            "^unable to * file: ",
            "^cannot write",
        ],
    ),
    (Code::SubtitlesMissing, NO_SUBTITLES),
    (
        Code::RateLimited,
        &["^unable to download video data: http error 429", "^[download] got error: http error 429"],
    ),
    (
        Code::TokenRefused,
        &[
            "^unable to download video data: http error 403",
            "^[download] got error: http error 403",
            "^fragment*not found",
            // YouTube answers a refused token so, too.
            "^the downloaded file is empty",
            "^did not get any data blocks",
            PROVIDED_IS_INVALID,
        ],
    ),
    (Code::TokenMissing, &[NEEDED_TO_CONTINUE]),
    (
        Code::YoutubeTrouble,
        &["^unable to download video data: http error 5", "^[download] got error: http error 5"],
    ),
    (Code::YtDlpFailed, &["^unable to download video data: http error", "^[download] got error: http error"]),
    (
        Code::NoNetwork,
        &[
            // The kinds of errors that are no answer by HTTP (`networking/exceptions.py`: `network_exceptions`).
            "^unable to download video data: ",
            "^unable to download video: ",
            "^[download] got error: ",
            "^content too short",
        ],
    ),
    (Code::ProcessingFailed, &["^postprocessing: ", "^preprocessing: ", "^conversion failed!"]),
];

/// What yt-dlp says of the address of a proxy (`networking/common.py`, `networking/_helper.py`).
pub(super) const OF_PROXY: &[&str] =
    &["^unable to handle request: *proxy", "^proxy ", "^invalid proxy url", "^unknown socks proxy"];

/// What Python says of an address that is none, which can be a proxy's alone: yt-dlp's others are potbridge's.
pub(super) const BAD_ADDRESS: &[&str] = &[
    "^invalid ipv6 url",
    "^nonnumeric port",
    "^port could not be cast",
    "^port out of range",
    "^netloc ",
    "^invalid port",
    // Of a host's name (`http/client.py`: `_validate_host`; `encodings/idna.py`).
    "^url can't contain control characters",
    "^encoding with 'idna' codec failed",
    "appear to be an ipv4 or ipv6 address",
];

/// What yt-dlp warns of, or prints with `-v`. It counts if its error does not speak for itself. The first row that fits counts.
pub(super) const WARNINGS: &[Row] = &[
    (Code::NoJsRuntime, NO_JS_RUNTIME),
    // What is an error otherwise is a warning if errors are ignored.
    (Code::NoFfmpeg, &["^you have requested merging of multiple formats but ffmpeg is not installed"]),
    (
        Code::RateLimited,
        &["^unable to download webpage: http error 429", "^unable to download api page: http error 429"],
    ),
    (
        Code::AddressRefused,
        &["^unable to download webpage: http error 403", "^unable to download api page: http error 403"],
    ),
    (
        Code::YoutubeTrouble,
        &["^unable to download webpage: http error 5", "^unable to download api page: http error 5"],
    ),
    (Code::DrmProtected, &["as they are drm protected"]),
    (Code::TokenRefused, &["^[download] fragment not found", PROVIDED_IS_INVALID]),
    (Code::NoNetwork, &["(caused by transporterror(", "(caused by proxyerror("]),
    (Code::TokenMissing, NO_TOKEN),
    (Code::TokenMissing, &[NEEDED_TO_CONTINUE]),
    (
        Code::TokenMalformed,
        &["po token should be a base64url-encoded string", "invalid po_token configuration format"],
    ),
    (
        Code::SessionMissing,
        &["missing required visitor data", "missing required data sync id", "missing data sync id"],
    ),
    (
        Code::SabrOnly,
        &[
            "have been skipped as they are missing a url",
            "forcing sabr streaming",
            "sabr-only streaming experiment",
            "sabr formats will be skipped as protobug is not installed",
        ],
    ),
    (Code::TokenMissing, NO_TOKEN_FOR_SUBTITLES),
    (Code::NothingUsable, &["only images are available for download"]),
];

/// Of several errors the one of the first of these codes decides: what is not the token's fault.
pub(super) const ORDER: &[Code] = &[
    Code::UnknownOption,
    Code::YtDlpNotStarted,
    Code::DiskFull,
    Code::CannotRead,
    Code::NameTooLong,
    Code::CannotWrite,
    Code::NoFfmpeg,
    Code::LiveNow,
    Code::JustEnded,
    Code::BotCheck,
    Code::RateLimited,
    Code::NetworkRestricted,
    Code::AgeRestricted,
    Code::PrivateVideo,
    Code::MembersOnly,
    Code::PremiumOnly,
    Code::DrmProtected,
    Code::GeoBlocked,
    Code::NotAvailable,
    Code::AddressRefused,
    Code::YoutubeTrouble,
    Code::TokenMissing,
    Code::TokenRefused,
    Code::NoNetwork,
    Code::ProcessingFailed,
    Code::NothingUsable,
    Code::YtDlpFailed,
    Code::SubtitlesMissing,
];

/// Whether any of these messages is in the words.
pub(super) fn any(words: &str, messages: &[&str]) -> bool {
    messages.iter().any(|message| fits(words, message))
}

fn fits(words: &str, message: &str) -> bool {
    let (begins, message) = message.strip_prefix('^').map_or((false, message), |rest| (true, rest));
    let mut rest = words;
    message.split('*').enumerate().all(|(at, piece)| {
        let found = rest.find(piece).filter(|found| !begins || at > 0 || *found == 0);
        found.inspect(|found| rest = &rest[found + piece.len()..]).is_some()
    })
}
