//! Every code of the project: what went wrong, for programs.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use strum::{EnumIter, EnumString, IntoStaticStr};

/// What went wrong, for programs.
///
/// A code is stable. docs/PROTOCOL.md lists every one; the messages beside them are for people and may change. Over the
/// wire a code is its kebab-case name; a name that this version does not know is read as [`Code::Unknown`].
#[derive(Clone, Copy, Debug, EnumIter, EnumString, Eq, Hash, IntoStaticStr, Ord, PartialEq, PartialOrd)]
#[strum(serialize_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename_all = "kebab-case"))]
pub enum Code {
    // Commands.
    /// The command line is wrong.
    Usage,
    /// The configuration cannot be read or makes no sense.
    ConfigInvalid,
    /// The account has no folder for the configuration, the state or the runtime files.
    DirMissing,
    /// The folder of the runtime files cannot be used, so commands and browsers do not find each other.
    RuntimeDirUnusable,
    /// The token store cannot be opened, read or written, for a reason that has no code of its own.
    StoreUnavailable,
    /// The token store is in the memory of another process.
    StoreInMemory,
    /// The token store was damaged, or another program's: a new one was begun, and the old one was erased or renamed.
    StoreSetAside,
    /// The token store can be read, and not be written.
    StoreReadOnly,
    /// A newer potbridge made the token store, so this one has another beside it.
    StoreNewer,
    /// What was given is no token.
    NotAToken,
    /// Something that the system reported, and that has no code of its own.
    Io,
    /// At least one sink failed.
    SinkFailed,
    /// At least one sink refused for safety's sake.
    SinkUnsafe,
    /// A sink does not hold the newest token.
    SinkLacksToken,
    /// No sink of this kind and place is in the configuration.
    SinkUnknown,

    // Installing.
    /// No browser is on this machine, or not the one that was named.
    BrowserMissing,
    /// A browser could not be opened or driven.
    BrowserFailed,
    /// A part of potbridge, or something else that a command needs, is missing.
    PartMissing,
    /// A file that `install` did not make stands where one of its files belongs.
    FileInTheWay,
    /// The list of what `install` made cannot be read.
    ReceiptsInvalid,
    /// A path is not UTF-8, and the file that it belongs in is.
    PathNotUtf8,
    /// Root would install for itself, or into the home folder of somebody else.
    ForAnotherUser,
    /// At least one browser could not be registered.
    RegistrationFailed,
    /// A manifest for all users leads this browser to the host already.
    RegisteredForAll,

    /// `serve` would listen where others than this machine can ask, without a secret path.
    ServeExposed,
    /// The file of the secret path is open to others, or holds no secret.
    SecretInvalid,

    // Messages.
    /// The extension is none that this host knows.
    ExtensionNotAllowed,
    /// The program that starts the host for the browser does not pass the browser's arguments on.
    StartedWrongly,
    /// A native manifest led to no program, and leads to this one again.
    RegistrationMended,
    /// The extension speaks an older protocol.
    UpdateExtension,
    /// The host speaks an older protocol.
    UpdateHost,
    /// The command speaks an older protocol.
    UpdateCommand,
    /// What came is no message of this protocol.
    MalformedMessage,
    /// What came is larger than the host takes.
    MessageTooLarge,

    // Token requests.
    /// No token was there, or none came in time.
    NoToken,
    /// No browser is connected that could be asked.
    NoBrowser,
    /// The user does not let programs ask.
    TurnedOff,
    /// Nobody has agreed yet that this browser opens videos for programs.
    ConsentNeeded,
    /// The user paused the capture of tokens.
    CapturePaused,
    /// As many videos were opened within the hour as the user allows.
    TooMany,
    /// YouTube's page says that the video does not play, or it plays another one instead.
    NotPlayable,
    /// YouTube wants a login or consent before it plays the video.
    LoginNeeded,
    /// Somebody closed the tab that the video was open in.
    TabClosed,
    /// The browser opened neither a tab nor a window, or its autoplay setting lets no page play.
    CannotOpen,
    /// Other windows cover the one that the video was opened in, so its page stays hidden and plays nothing.
    PageHidden,
    /// A token bound to an account was asked for, and nobody keeps whose account a token is of.
    AccountBound,

    // potbridge's own browser.
    /// The browser of potbridge's own could not be started, or ended too often.
    OwnBrowserFailed,
    /// It would run without its sandbox, and the configuration does not allow that.
    SandboxMissing,

    // `.env` files. The crate `env-file` names them; the host takes them over.
    /// The folder of the file does not exist.
    FolderMissing,
    /// The path leads to a folder, a device, a FIFO or a socket.
    NotARegularFile,
    /// The file is UTF-16 or holds NUL bytes.
    NotText,
    /// The file is larger than any `.env`.
    TooLarge,
    /// Git tracks the file.
    TrackedByGit,
    /// The file stands in a git work tree whose repository cannot be read.
    GitUnreadable,
    /// A variable's name is none that every reader takes.
    NameInvalid,
    /// A value holds characters that readers of `.env` files do not read alike.
    ValueUnsafe,
    /// A value holds characters that the named reader cannot be given.
    ValueUnfit,
    /// A value holds a line break or another control character.
    ValueControl,
    /// This user may not read or write there.
    PermissionDenied,
    /// No space is left, or no quota.
    DiskFull,
    /// Another program kept a lock for too long, or too many ask at once.
    Busy,
    /// Symbolic links lead in a circle.
    SymlinkLoop,
    /// The file stands in a git work tree, and git does not ignore it.
    NotIgnoredByGit,
    /// The file stands in a working copy of jj, and no rule ignores it.
    NotIgnoredByJj,
    /// The file stands in a working copy of a system whose rules are not known.
    IgnoreUnknown,
    /// Another program keeps the file or its folder locked. The file was written nonetheless.
    LockHeld,
    /// The file system has no locks. The file was written without one.
    NotLocked,

    // The keyring.
    /// No keyring answers.
    KeyringAbsent,
    /// The keyring has no default collection.
    KeyringNoDefault,
    /// The keyring is locked.
    KeyringLocked,
    /// Somebody declined to unlock the keyring.
    KeyringDismissed,
    /// Several entries go by the same names.
    KeyringAmbiguous,
    /// An entry holds something other than text.
    KeyringNotText,
    /// No keyring takes this name.
    KeyringNameInvalid,
    /// The keyring did not answer in time.
    KeyringNoAnswer,
    /// The keyring refused.
    KeyringRefused,
    /// Some entries were written, and could not be put back.
    KeyringHalfDone,

    // Redis.
    /// The server cannot be reached, did not answer in time, or went away.
    RedisAway,
    /// The server cannot do it now.
    RedisBusy,
    /// The server is a read-only replica.
    RedisReadOnly,
    /// The server wants another user or password.
    RedisLoginRefused,
    /// The user lacks a permission.
    RedisNotPermitted,
    /// No TLS came about.
    RedisTlsFailed,
    /// What answers is no Redis server.
    RedisNotRedis,
    /// A key holds something that is no text.
    RedisKeyTaken,
    /// The keys are on another node of a cluster.
    RedisCluster,
    /// The server refused.
    RedisRefused,
    /// This user may not connect to the Unix socket.
    RedisSocketForbidden,
    /// The URL cannot be used.
    RedisUrlInvalid,
    /// The password file cannot be read, or is empty.
    RedisPasswordFile,
    /// Others may read or write the password file.
    RedisPasswordExposed,
    /// The CA file cannot be read, or holds no certificate.
    RedisCaInvalid,
    /// A key or the channel has no name that can be one.
    RedisNameInvalid,
    /// There is no channel to listen to.
    RedisChannelMissing,

    // Programs that the configuration names.
    /// There is no such program, or it may not be run.
    CommandNotStarted,
    /// It ended with something other than 0.
    CommandFailed,
    /// It took longer than its time limit.
    CommandTooSlow,
    /// The command in `on_update` failed.
    UpdateFailed,

    // What `potbridge-setup doctor` finds.
    /// No native manifest leads the browser to the host.
    NotRegistered,
    /// The native manifest cannot be read, or is none that a browser takes.
    ManifestInvalid,
    /// The native manifest has the keys of the other family of browsers.
    ManifestWrongKeys,
    /// The native manifest does not let an extension talk to the host that may.
    IdNotAllowed,
    /// The program that the native manifest names is not there.
    HostMissing,
    /// The native manifest leads to another program than the installed host.
    HostElsewhere,
    /// The host ended without an answer, or something else answered.
    HostFailed,
    /// The host did not answer in time.
    HostNoAnswer,
    /// A policy of this machine keeps the browser from the host or the extension.
    PolicyBlocks,
    /// The browser runs in a sandbox that starts no host.
    SandboxBlocks,
    /// The browser is a flatpak, and its sandbox is not open for the host.
    FlatpakClosed,
    /// A native manifest is there for a browser that is not.
    BrowserGone,
    /// No program in this folder can be run: its file system is mounted `noexec`.
    FolderNoexec,
    /// The file system of this folder is read-only.
    FolderReadOnly,
    /// The file may not be run: it lacks the execute bit.
    NotExecutable,
    /// The program that would run this script, or load this program, is not there.
    InterpreterMissing,
    /// The file is no program that this machine can run.
    WrongArchitecture,
    /// The system refuses to run a program that it could run, as AppArmor and SELinux do.
    RunRefused,
    /// Two parts of potbridge have different versions.
    VersionsDiffer,
    /// Other users may read what is this user's alone.
    OpenToOthers,
    /// potbridge is not installed for this user.
    NotInstalled,
    /// A file that `install` made is not there any more.
    InstalledMissing,
    /// Somebody changed a file that `install` made.
    InstalledChanged,
    /// yt-dlp is older than YouTube's latest changes.
    YtDlpOld,
    /// The plugin is there, and yt-dlp does not load it.
    PluginNotLoaded,
    /// The plugin finds no `potbridge`.
    PluginNoProgram,
    /// yt-dlp asked the plugin for a token, and got none that potbridge has.
    PluginNoAnswer,

    // Downloads.
    /// yt-dlp is not where the configuration says, or not at all.
    YtDlpMissing,
    /// What was given names no video and no playlist.
    NotAVideo,
    /// A download could not be started, or what was to be done with it could not be.
    DownloadFailed,
    /// There is no such download in the list.
    DownloadUnknown,
    /// Another process runs the download.
    DownloadRunning,
    /// The process that ran the download was ended from outside, or somebody ended `start` before a token came.
    Interrupted,
    /// Somebody cancelled the download.
    DownloadCancelled,
    /// The file of a download is not there any more.
    FileGone,
    /// Neither a video nor a playlist was named, or the playlist is empty.
    NothingToDownload,
    /// A refused token was replaced by a new one.
    TokenRenewed,
    /// The file has no subtitles, for want of a token.
    SubtitlesMissing,
    /// Some videos of a playlist failed.
    SomeFailed,
    /// The file came without a token, from a client that needs none.
    WithoutToken,
    /// The file came in the way that yt-dlp takes by itself.
    YtDlpDefaults,
    /// A playlist goes on after as many entries as are downloaded.
    PlaylistCut,
    /// Entries of a playlist are private, deleted or not published yet, and were skipped.
    EntriesSkipped,
    /// yt-dlp had no token for a request that needs one.
    TokenMissing,
    /// yt-dlp could not read the token.
    TokenMalformed,
    /// YouTube refused the token.
    TokenRefused,
    /// The token is bound to a session that yt-dlp was not told of.
    SessionMissing,
    /// YouTube offers the media in its own protocol alone.
    SabrOnly,
    /// There is no JavaScript runtime that yt-dlp can use.
    NoJsRuntime,
    /// YouTube wants a login, or a puzzle solved.
    BotCheck,
    /// The cookies that were given are no longer good: the browser has newer ones.
    CookiesRotated,
    /// Too many requests from this address or account.
    RateLimited,
    /// YouTube refuses this address: that of a data centre, or of a VPN.
    AddressRefused,
    /// The network that this machine is in restricts what YouTube shows.
    NetworkRestricted,
    /// YouTube has trouble of its own.
    YoutubeTrouble,
    /// YouTube gave the clients that were asked nothing that can be downloaded. Another may be given more.
    NothingUsable,
    /// The video is encrypted for licensed players.
    DrmProtected,
    /// The video is for logged-in grown-ups.
    AgeRestricted,
    /// The owner shows the video to chosen people.
    PrivateVideo,
    /// The video is for members of the channel.
    MembersOnly,
    /// The video is for those who pay for YouTube Premium or Music Premium.
    PremiumOnly,
    /// The video is not shown in this country.
    GeoBlocked,
    /// The video is live now.
    LiveNow,
    /// A live broadcast has just ended, and YouTube still prepares the video.
    JustEnded,
    /// The video is not there, or not yet, or not here.
    NotAvailable,
    /// The folder or a file cannot be written.
    CannotWrite,
    /// A file that yt-dlp needs cannot be read.
    CannotRead,
    /// The name of a file is longer than its file system takes.
    NameTooLong,
    /// ffmpeg is missing.
    NoFfmpeg,
    /// ffmpeg failed at what was loaded.
    ProcessingFailed,
    /// The network, or a proxy, does not work.
    NoNetwork,
    /// yt-dlp does not know an option.
    UnknownOption,
    /// yt-dlp is there, and does not start.
    YtDlpNotStarted,
    /// yt-dlp was ended by a signal.
    YtDlpKilled,
    /// yt-dlp ended well, and left no file.
    NoFile,
    /// yt-dlp failed for a reason that has no code of its own.
    YtDlpFailed,

    /// A code of a later version.
    Unknown,
}

impl Code {
    /// The name: `no-token`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The code of this name; [`Code::Unknown`] if this version has none.
    #[must_use]
    pub fn named(name: &str) -> Self {
        name.parse().unwrap_or(Self::Unknown)
    }

    /// The exit code of a command that fails with it.
    ///
    /// 1: failed. 2: a wrong command line. 3: nothing to give. 4: refused as unsafe.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Usage | Self::NotAVideo | Self::StartedWrongly => 2,
            Self::NoToken
            | Self::NoBrowser
            | Self::TurnedOff
            | Self::ConsentNeeded
            | Self::CapturePaused
            | Self::TooMany
            | Self::NotPlayable
            | Self::LoginNeeded
            | Self::TabClosed
            | Self::CannotOpen
            | Self::PageHidden
            | Self::AccountBound => 3,
            code if code.is_unsafe() => 4,
            _ => 1,
        }
    }

    /// Whether potbridge refused because doing it would expose a token, break a file or leave root's files in somebody's home folder.
    #[must_use]
    pub fn is_unsafe(self) -> bool {
        matches!(
            self,
            Self::SinkUnsafe
                | Self::ForAnotherUser
                | Self::ServeExposed
                | Self::SecretInvalid
                | Self::ExtensionNotAllowed
                | Self::SandboxMissing
                | Self::TrackedByGit
                | Self::GitUnreadable
                | Self::ValueUnsafe
                | Self::ValueUnfit
                | Self::ValueControl
                | Self::RedisPasswordExposed
        )
    }

    /// Whether the same attempt may succeed later without anybody's doing.
    #[must_use]
    pub fn is_transient(self) -> bool {
        matches!(
            self,
            Self::Busy
                | Self::KeyringNoAnswer
                | Self::RedisAway
                | Self::RedisReadOnly
                | Self::RedisBusy
                | Self::RateLimited
                | Self::YoutubeTrouble
                | Self::LiveNow
                | Self::JustEnded
        )
    }

    /// Whether a download of every other video would fail for the same reason.
    #[must_use]
    pub fn concerns_all_videos(self) -> bool {
        matches!(
            self,
            Self::BotCheck
                | Self::CookiesRotated
                | Self::RateLimited
                | Self::AddressRefused
                | Self::DiskFull
                | Self::CannotWrite
                | Self::CannotRead
                | Self::NoFfmpeg
                | Self::NoNetwork
                | Self::UnknownOption
                | Self::YtDlpNotStarted
        )
    }

    /// Whether a download that failed so may succeed without a token, from another client of YouTube's.
    ///
    /// Not if the failure is that of this machine, of the network or of the video itself, whoever asks.
    #[must_use]
    pub fn may_help_without_token(self) -> bool {
        self.blames_token()
            || matches!(
                self,
                Self::NoToken
                    | Self::SessionMissing
                    | Self::SabrOnly
                    | Self::NoJsRuntime
                    | Self::BotCheck
                    | Self::CookiesRotated
                    | Self::AddressRefused
                    | Self::YoutubeTrouble
                    | Self::NothingUsable
                    | Self::NotAvailable
                    | Self::YtDlpFailed
            )
    }

    /// Whether another token may help: it was missing, malformed, refused, or expired.
    #[must_use]
    pub fn blames_token(self) -> bool {
        matches!(self, Self::TokenMissing | Self::TokenMalformed | Self::TokenRefused)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

// Derived, these two would take tens of kilobytes of the host: a comparison with every name for each kind of text.
impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|name| Self::named(&name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator as _;

    #[test]
    fn a_code_has_one_name_everywhere() {
        for code in Code::iter() {
            assert_eq!(Code::named(code.as_str()), code);
            assert_eq!(code.to_string(), code.as_str());
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }

    #[test]
    fn a_code_of_a_later_version_is_unknown() {
        assert_eq!(serde_json::from_str::<Code>("\"out-of-cheese\"").unwrap(), Code::Unknown);
        assert_eq!(Code::named("out-of-cheese"), Code::Unknown);
        assert_eq!(Code::Unknown.exit_code(), 1);
    }
}
