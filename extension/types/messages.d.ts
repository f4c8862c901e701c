// The messages between the extension and the host. Generated from `protocol/`:
// UPDATE_TYPES=1 cargo test --package potbridge-protocol typescript

/** The version of the messages that both sides speak. */
export type ProtocolVersion = 4;

/**
 * A message from the extension.
 *
 * A host skips types and fields that it does not know.
 */
export type ToHost = { "type": "hello",
/** The [`crate::PROTOCOL_VERSION`] that the extension speaks. */
protocol: number,
/** The extension's own version, for people. */
version: ShortText,
/** `chromium` or `firefox`. */
browser: ShortText,
/** The browser's own name and version, for people: `Chrome/156`. Absent if it does not tell them. */
product?: ShortText,
/** The random name that the extension gave its browser profile. */
profile: ShortText, } | { "type": "captured",
/** The extension's own name for this message. */
id: string,
/** The token and what is known of it. */
capture: Capture, } | { "type": "playing",
/** The extension's own name for this message. */
id: string,
/** What it told. */
playing: Playing, } | { "type": "counters",
/** The random name that the extension gave its browser profile. */
profile: ShortText,
/** How often each was seen. */
counters: Counters, } | { "type": "capture-paused",
/** Whether it is paused. */
paused: boolean, } | { "type": "private-windows-closed",
/** The random name that the extension gave its browser profile. */
profile: ShortText, } | { "type": "status" } | { "type": "test-sink",
/** The extension's own name for this message. */
id: string,
/** As `status` said it. */
kind: ShortText,
/** As `status` said it. */
place: string, } | { "type": "diagnose",
/** The extension's own name for this message. */
id: string, } | { "type": "accept-token-requests",
/** Whether the user allows it, or has not answered yet. */
accept: boolean,
/** Whether the user has not answered yet. Then the configuration decides, or the first request asks. */
undecided: boolean, } | { "type": "list-downloads" } | { "type": "start-download",
/** The extension's own name for this message. */
id: string,
/** What is to be downloaded. */
request: DownloadRequest, } | { "type": "download-action",
/** The extension's own name for this message. */
id: string,
/** The download. */
download_id: DownloadId,
/** What is to be done. */
action: Action,
/** For `retry`: the session's cookies, if the user agreed. */
cookies?: Array<Cookie>, } | { "type": "token-request-failed",
/** The `id` of the `token-request`. */
id: string,
/** Why, for programs. */
code: Code,
/** Why, for people. */
message: string,
/** What to do about it. */
hint?: string, };

/**
 * A message from the host. It never holds a token.
 *
 * An extension skips types and fields that it does not know.
 */
export type FromHost = { "type": "hello",
/** The [`crate::PROTOCOL_VERSION`] that the host speaks. */
protocol: number,
/** The host's own version, for people. */
version: string,
/** Whether this is potbridge's own browser, which nobody looks at. */
unattended: boolean,
/** Whether all of this browser is removed when it is closed. So there is nothing to set up in it. */
temporary: boolean, } | { "type": "stored",
/** The `id` of the `captured` that this answers. */
id: string,
/** What was stored, with the video as far as the store knows it. */
token: TokenInfo,
/**
 * One report a sink, in the order of the configuration.
 *
 * A sink holds the newest token. If `captured` came late, that is another token.
 */
sinks: Array<SinkReport>, } | { "type": "delivered",
/** What it did. */
sink: SinkReport, } | { "type": "noted",
/** The `id` of the `playing` that this answers. */
id: string, } | { "type": "status" } & Status | { "type": "sink-tested",
/** The `id` of the `test-sink` that this answers. */
id: string,
/** What the place did. */
sink: SinkReport, } | { "type": "diagnosis",
/** The `id` of the `diagnose` that this answers. */
id: string,
/** A report for people, in which nothing is secret and the home folder is `~`. */
text: string,
/** The same for programs. Empty if `problem` is there. */
rows: Array<DiagnosisRow>,
/** Why `potbridge-setup doctor` did not say it. Then the text has what the host knows itself. */
problem?: Problem, } | { "type": "downloads",
/** Why no download can be started. */
problem?: Problem,
/** The folder that they go to. */
dir: string,
/** The newest first. */
downloads: Array<Download>, } | { "type": "download-changed",
/** Its state now. */
download: Download, } | { "type": "download-started",
/** The `id` of the `start-download` that this answers. */
id: string,
/** The download's name. */
download_id: DownloadId, } | { "type": "token-request",
/** The host's own name for this message. */
id: ShortText,
/** The video. */
video_id: VideoId,
/** Whether YouTube Music's player should be asked. */
music: boolean,
/** The container whose session it is for. Absent for the default container. */
container?: ShortText,
/** Who asks, for people: `get`, `yt-dlp`, `serve`, `download`. */
client: ShortText,
/** Whether only a token that is captured after this message will do: the known ones were refused. */
bypass_cache: boolean,
/** Whether the configuration says at this moment that programs may have videos opened. */
allowed: boolean,
/** How long the host waits: milliseconds. */
timeout_ms: number, } | { "type": "token-request-withdrawn",
/** The `id` of the `token-request`. */
id: ShortText, } | { "type": "error",
/** The `id` of the message that this answers, if it answers one. */
id?: string,
/** The host's own version, for people, if it does not fit the extension's. */
host_version?: string,
/** What went wrong, for programs. */
code: Code,
/** What happened, and to which file, browser or video. Holds no secret. */
message: string,
/** What to do about it. */
hint?: string, };

/** The state of everything: also what `potbridge status --json` prints. */
export type Status = {
/** The host's version. */
version: string,
/** The configuration's path. */
config: string,
/** Whether the configuration lets programs have videos opened. */
consent: ConfiguredConsent,
/** What is wrong with the configuration, the store or a folder. */
problems: Array<Problem>,
/** What cannot be told. Its list is empty, or not whole, and that means nothing. */
unknown: Array<UnknownPart>,
/** One entry a sink, in the order of the configuration. */
sinks: Array<SinkState>,
/** What is in the store, the newest first. */
tokens: Array<TokenInfo>,
/** What stood where a real token should be, in the browsers that ran in the last 12 hours. */
counters: Counters,
/** The browsers whose extension is connected now. */
connected: Array<Connected>,
/** The native manifests that lead a browser to no program. The command alone looks at them. */
registrations: Array<Problem>, };

/** Whether the configuration lets programs have videos opened for their tokens. */
export type ConfiguredConsent = "given" | "refused" | "unset" | "unknown";

/** A configured sink, what it holds, and the last thing it did. */
export type SinkState = {
/** As in [`SinkReport`]. */
kind: string,
/** As in [`SinkReport`]. */
place: string,
/** The last delivery, if there was one. */
last: SinkReport | null,
/**
 * What it holds at this moment.
 *
 * Absent if that is not known. A program cannot be asked. The keyring is not, since it might ask somebody to unlock it.
 * The host asks no server, so that it answers at once.
 */
now?: SinkContent,
/** What is wrong with what it holds. */
problem?: Problem, };

/** What one sink did with the newest token. */
export type SinkReport = {
/** `env-file`, `keyring`, `command`, `redis`. */
kind: string,
/** Where: the path of an env-file, the service of a keyring, a command with its arguments, a server's address. */
place: string,
/** What the person should know although the sink was written. */
warnings: Array<Problem>,
/** When: milliseconds since 1970. */
at: number, } & ({ "outcome": "written" } | { "outcome": "unchanged" } | { "outcome": "failed" } & Problem | { "outcome": "pending" });

/** How a delivery to a sink ended. */
export type SinkOutcome = { "outcome": "written" } | { "outcome": "unchanged" } | { "outcome": "failed" } & Problem | { "outcome": "pending" };

/** A browser whose extension is connected. */
export type Connected = {
/** `chromium` or `firefox`. */
browser: ShortText,
/** The browser's own name and version, for people: `Chrome/156`. Absent if it did not tell them. */
product?: ShortText,
/** The random name that the extension gave its browser profile. */
profile: ShortText,
/** The extension's version. */
version: ShortText,
/** Since when: milliseconds since 1970. */
since: number,
/** Whether the user paused the capture. */
paused: boolean,
/** Whether it is potbridge's own browser, which nobody looks at. */
unattended: boolean, };

/** What a sink holds at this moment. */
export type SinkContent = { "holds": "newest" } | { "holds": "older" } | { "holds": "refused" } | { "holds": "expired",
/** When: milliseconds since 1970. Absent if that is not known any more. */
expires_at?: number, } | { "holds": "cleared" } | { "holds": "other" } | { "holds": "empty" } | { "holds": "gone" } | { "holds": "unreadable" };

/** A part of the [`Status`] that cannot be told. */
export type UnknownPart = "sinks" | "tokens";

/** How often each kind of miss was seen since the browser started. */
export type Counters = {
/** The token that the player sends before it has a real one. */
cold_start: number,
/** The token that the player sends when it could not get a real one: well formed and worthless. */
fallback: number,
/** Something else that stood where a token should be. */
malformed: number,
/** Requests whose body the browser did not hand over, or that made no sense. */
unreadable: number, };

/** One thing that was looked at, and how it is. */
export type DiagnosisRow = {
/** What it is about: `installation`, `browser`, `extension`, `place`, `store`, `yt-dlp`. */
part: string,
/** What was looked at: a browser, a file, a program. */
name: string,
/** How it is. */
state: RowState,
/** What is wrong, for programs. */
code?: Code,
/** How it is, for people. */
message: string,
/** The command that fixes it. If there is none, what to do. */
hint?: string, };

/** How a thing is. */
export type RowState = "ok" | "warning" | "fault" | "unknown";

/** A failure or a warning: its code for programs, and its words for people. */
export type Problem = {
/** What went wrong, for programs. */
code: Code,
/** What happened, and to which file, browser or video. Holds no secret. */
message: string,
/** What to do about it. */
hint?: string, };

/** A capture without its secret: for messages, lists and people. */
export type TokenInfo = {
/** The fingerprint: the first four and last two characters. */
fingerprint: string,
/** The video it is good for, if that is known. */
video_id: VideoId | null,
/** How sure the video is. */
certainty: Certainty,
/** The kind of request it was made for. */
context: Context,
/** The player that sent it. */
client: string | null,
/** Where in the traffic it was found. */
source: Source,
/** Whether it is a private window's. */
private: boolean,
/** Milliseconds since 1970. */
captured_at: number,
/** Until when it is fresh: milliseconds since 1970. */
fresh_until: number,
/** When it expires: milliseconds since 1970. */
expires_at: number, };

/** One token as one request carried it. */
export type Capture = {
/** The token. */
token: PoToken,
/** The kind of request it was made for. */
context: Context,
/** The player that sent it, if the request says so. */
client?: Client,
/** The host the request went to, `www.youtube.com`; empty for a pasted token. */
host: ShortText,
/** Where in the traffic it was found. */
source: Source,
/** What it is good for. */
binding: Binding,
/** The playback it was sent for, by which another request may tell the video. */
cpn?: Cpn,
/** Whose it is. */
session: Session,
/**
 * Whether the request names another client than the page's own. Another extension may have sent it, so the token counts
 * less than the player's own.
 */
foreign_client?: boolean,
/** Whether it was read inside the page, because the browser hid the body. A page could forge such a token. */
page_hooked?: boolean,
/** When the request was made: milliseconds since 1970, by the browser's clock. */
captured_at: number, };

/** Which video a playback plays, as a request or the page said it. */
export type Playing = {
/** The playback. */
cpn: Cpn,
/** The video. */
video_id: VideoId,
/** How sure that is: `certain` if a request said it, `probable` if the page did. */
certainty: Certainty,
/** Whose playback it is. */
session: Session,
/** When that was: milliseconds since 1970. */
at: number, };

/** What a token is bound to, and how sure that is. */
export type Binding = {
/** The video. */
video_id?: VideoId,
/** The visitor whose session it is, if nobody is logged in. */
visitor_data?: VisitorData,
/** How sure the video is. */
certainty: Certainty,
/**
 * Whether the page says that every token is bound to its video.
 *
 * It is the flag `html5_generate_content_po_token` of the page's configuration. Without it a token may be bound to the
 * whole session.
 */
content_bound?: boolean, };

/**
 * Whose token it is: a browser profile, a container, and whether it is a private window's.
 *
 * Tokens of two sessions are never mixed.
 */
export type Session = {
/** The browser profile, by a random name that the extension gave itself; empty for a pasted token. */
profile: ShortText,
/** The container, by the browser's own name for it (`firefox-container-1`), if it is not the default one. */
container?: ShortText,
/** Whether it is a private window's: Chromium's incognito, Firefox's private browsing. */
private?: boolean,
/** Whether somebody is logged in, as the page's own configuration says. */
logged_in?: boolean, };

/** A player's name and version in YouTube's words. */
export type Client = { name: string, version: string | null, };

/** The kind of request that a token was made for, in yt-dlp's words. */
export type Context = "player" | "gvs" | "subs";

/** Where in the traffic a token was found. */
export type Source = "player-request" | "get-watch" | "reel-item-watch" | "media-url" | "sabr" | "onesie" | "timedtext" | "pasted" | "other";

/** How sure it is what a token is bound to. */
export type Certainty = "guess" | "probable" | "certain";

/** A download, as it may be shown. */
export type Download = {
/** Its name, which the host gave it. */
id: DownloadId,
/** The video; of a playlist, the one under way. */
video_id?: VideoId,
/** The playlist, if it is one. */
list?: PlaylistProgress,
/** The video's title, once it is known. */
title?: string,
/** The quality. */
preset: Preset,
/** Whether the subtitles are downloaded too. */
subtitles: boolean,
/** Its state. */
state: DownloadState,
/** Its progress. */
progress: DownloadProgress,
/** The file, once it is whole; of a playlist, the newest. */
file?: string,
/** What the person should know although it goes on: that a token was refused, and a new one came. */
notices: Array<Problem>,
/** Why it failed. */
error?: Problem,
/** When it was asked for: milliseconds since 1970. */
asked_at: number,
/** When it last changed: milliseconds since 1970. */
at: number, };

/**
 * What is to be downloaded.
 *
 * A browser chooses among these and no more. The host decides where a download goes and what runs it.
 */
export type DownloadRequest = {
/** The video. Absent if a whole playlist is to be downloaded and no video of it was named. */
video_id?: VideoId,
/** The whole of this playlist. */
list_id?: ListId,
/** Whether it is of YouTube Music, whose player has tokens of its own. */
music: boolean,
/** The quality. */
preset: Preset,
/** Whether the subtitles are downloaded too. */
subtitles: boolean,
/** The profile and container whose tokens and cookies it is for. */
session: Session,
/** The cookies of that session, if the user agreed. */
cookies?: Array<Cookie>, };

/** The state of a download. */
export type DownloadState = "queued" | "waiting-for-token" | "starting" | "downloading" | "processing" | "done" | "failed" | "cancelled" | "unknown";

/** The progress of a download, over all parts of the video. */
export type DownloadProgress = {
/** Thousandths, if the size is known. It never goes back while yt-dlp runs. */
permille?: number,
/** The bytes loaded. */
bytes: number,
/** The bytes in all, or yt-dlp's estimate. */
total?: number,
/** Bytes in a second. */
speed?: number,
/** Seconds to go. */
eta?: number, };

/** A playlist that is being downloaded. */
export type PlaylistProgress = {
/** The playlist. */
list_id: ListId,
/** How many of its videos are to be downloaded; 0 while that is not known. */
videos: number,
/** How many of them are downloaded. */
done: number,
/** How many failed. */
failed: number, };

/** The quality of a download. */
export type Preset = "best" | "1080p" | "720p" | "480p" | "360p" | "audio";

/** What is to be done with a download. */
export type Action = "cancel" | "retry" | "open" | "show" | "forget";

/**
 * A cookie of youtube.com.
 *
 * Its value is a secret: `Debug` does not show it, and its memory is wiped.
 */
export type Cookie = { name: string, value: string, domain: string, path: string, secure: boolean, http_only: boolean, expires?: number, };

/**
 * A validated real token in its one normal form: base64url, padded.
 *
 * A real token decodes to the byte `0x32`, a varint, and as many bytes as the varint says (48 of 49 public samples; the
 * other was edited by hand). It is wiped from memory when dropped. `Debug` and `Display` show only its fingerprint.
 */
export type PoToken = string;

/**
 * Visitor data as requests carry it.
 *
 * Seen as 44 base64 characters, 48 percent-encoded, unpadded, about 520 and over 600 (2026). Kept decoded, in the URL-safe
 * alphabet and without padding, so that two spellings of one visitor are equal.
 */
export type VisitorData = string;

/** The 11 base64url characters that name a video. */
export type VideoId = string;

/**
 * The 2 to 64 base64url characters that name a playlist (`PL…`, `OLAK5uy_…`, `UU…`, `RD…`, `WL`). It begins with a
 * letter.
 */
export type ListId = string;

/** The 1 to 40 characters of `0–9 a–f -` by which the host names a download. Files are named for it. */
export type DownloadId = string;

/**
 * The 16 base64url characters by which the player names one playback of one video, its client playback nonce.
 * Media requests carry it instead of the video's id.
 */
export type Cpn = string;

/**
 * Up to 100 printable ASCII characters without a blank: the name of a host, a profile, a container, a version.
 * May be empty.
 */
export type ShortText = string;

/**
 * What went wrong, for programs.
 *
 * A code is stable. docs/PROTOCOL.md lists every one; the messages beside them are for people and may change. Over the
 * wire a code is its kebab-case name; a name that this version does not know is read as [`Code::Unknown`].
 */
export type Code = "usage" | "config-invalid" | "dir-missing" | "runtime-dir-unusable" | "store-unavailable" | "store-in-memory" | "store-set-aside" | "store-read-only" | "store-newer" | "not-a-token" | "io" | "sink-failed" | "sink-unsafe" | "sink-lacks-token" | "sink-unknown" | "browser-missing" | "browser-failed" | "part-missing" | "file-in-the-way" | "receipts-invalid" | "path-not-utf8" | "for-another-user" | "registration-failed" | "registered-for-all" | "serve-exposed" | "secret-invalid" | "extension-not-allowed" | "started-wrongly" | "registration-mended" | "update-extension" | "update-host" | "update-command" | "malformed-message" | "message-too-large" | "no-token" | "no-browser" | "turned-off" | "consent-needed" | "capture-paused" | "too-many" | "not-playable" | "login-needed" | "tab-closed" | "cannot-open" | "page-hidden" | "account-bound" | "own-browser-failed" | "sandbox-missing" | "folder-missing" | "not-a-regular-file" | "not-text" | "too-large" | "tracked-by-git" | "git-unreadable" | "name-invalid" | "value-unsafe" | "value-unfit" | "value-control" | "permission-denied" | "disk-full" | "busy" | "symlink-loop" | "not-ignored-by-git" | "not-ignored-by-jj" | "ignore-unknown" | "lock-held" | "not-locked" | "keyring-absent" | "keyring-no-default" | "keyring-locked" | "keyring-dismissed" | "keyring-ambiguous" | "keyring-not-text" | "keyring-name-invalid" | "keyring-no-answer" | "keyring-refused" | "keyring-half-done" | "redis-away" | "redis-busy" | "redis-read-only" | "redis-login-refused" | "redis-not-permitted" | "redis-tls-failed" | "redis-not-redis" | "redis-key-taken" | "redis-cluster" | "redis-refused" | "redis-socket-forbidden" | "redis-url-invalid" | "redis-password-file" | "redis-password-exposed" | "redis-ca-invalid" | "redis-name-invalid" | "redis-channel-missing" | "command-not-started" | "command-failed" | "command-too-slow" | "update-failed" | "not-registered" | "manifest-invalid" | "manifest-wrong-keys" | "id-not-allowed" | "host-missing" | "host-elsewhere" | "host-failed" | "host-no-answer" | "policy-blocks" | "sandbox-blocks" | "flatpak-closed" | "browser-gone" | "folder-noexec" | "folder-read-only" | "not-executable" | "interpreter-missing" | "wrong-architecture" | "run-refused" | "versions-differ" | "open-to-others" | "not-installed" | "installed-missing" | "installed-changed" | "yt-dlp-old" | "plugin-not-loaded" | "plugin-no-program" | "plugin-no-answer" | "yt-dlp-missing" | "not-a-video" | "download-failed" | "download-unknown" | "download-running" | "interrupted" | "download-cancelled" | "file-gone" | "nothing-to-download" | "token-renewed" | "subtitles-missing" | "some-failed" | "without-token" | "yt-dlp-defaults" | "playlist-cut" | "entries-skipped" | "token-missing" | "token-malformed" | "token-refused" | "session-missing" | "sabr-only" | "no-js-runtime" | "bot-check" | "cookies-rotated" | "rate-limited" | "address-refused" | "network-restricted" | "youtube-trouble" | "nothing-usable" | "drm-protected" | "age-restricted" | "private-video" | "members-only" | "premium-only" | "geo-blocked" | "live-now" | "just-ended" | "not-available" | "cannot-write" | "cannot-read" | "name-too-long" | "no-ffmpeg" | "processing-failed" | "no-network" | "unknown-option" | "yt-dlp-not-started" | "yt-dlp-killed" | "no-file" | "yt-dlp-failed" | "unknown";
