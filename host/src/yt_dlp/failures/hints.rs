//! What to do about a failure.

use super::kind::FailureKind;
use potbridge_protocol::Code;
use potbridge_system::yt_dlp_version::NEWEST;
use std::env;

impl FailureKind {
    /// What to do about it.
    pub(super) fn hint(&self) -> Option<String> {
        if let Some(version) = &self.old_version {
            return Some(format!("Update yt-dlp: this one is {version}, and {NEWEST} is out."));
        }
        match (self.code, &self.given.proxy) {
            (Code::DiskFull | Code::CannotWrite, _) if self.is_temporary => {
                Some(temporary_folder("has room and can be written to"))
            }
            (Code::YtDlpNotStarted, _) => Some(self.of_start()),
            (Code::YtDlpKilled, _) => (self.said == "9").then(|| {
                "Give this machine or container more memory, or choose a smaller preset.".to_owned()
            }),
            (Code::NoNetwork, Some(proxy)) if self.is_bad_address => Some(format!(
                "Write {proxy} as http://USER:PASSWORD@HOST:PORT, with %40 for an @ in the password, and so on."
            )),
            (Code::NoNetwork, Some(proxy)) => Some(format!(
                "See whether the network and the proxy of {proxy} work, and start the download again: it resumes where it was."
            )),
            // Only a build that can fetch SABR says this.
            (Code::SabrOnly, _) if self.said.contains("protobug") => Some(
                "Install protobug into the Python of this yt-dlp: without it, it cannot fetch SABR."
                    .to_owned(),
            ),
            (Code::YtDlpFailed | Code::NoFile | Code::ProcessingFailed, _) => {
                Some(format!("See all that yt-dlp said in {}.", self.given.log.display()))
            }
            (code, _) => with_cookies(code)
                .filter(|_| self.given.cookies)
                .or_else(|| if code == Code::NoFfmpeg { self.of_ffmpeg() } else { of_code(code) })
                .map(str::to_owned),
        }
    }

    fn of_ffmpeg(&self) -> Option<&'static str> {
        Some(if self.said.is_empty() {
            "Install ffmpeg, and start the download again."
        } else {
            "Let this user run that file, or install another ffmpeg, and start the download again."
        })
    }

    /// Whether its words are those of a full disk.
    pub(super) fn has_no_room(&self) -> bool {
        ["No space left", "Disk quota exceeded"].iter().any(|words| self.said.contains(words))
    }

    /// PyInstaller's single file unpacks itself into the temporary folder, and loads programs from there.
    fn of_start(&self) -> String {
        let said = self.said.to_lowercase();
        if self.has_no_room() {
            temporary_folder("has room")
        } else if ["failed to map segment", "failed to extract", "operation not permitted"]
            .iter()
            .any(|words| said.contains(words))
        {
            temporary_folder("can be written to and lets programs run (no noexec)")
        } else {
            "See whether `yt-dlp --version` works in a terminal, and install yt-dlp anew if it does not."
                .to_owned()
        }
    }
}

fn temporary_folder(what: &str) -> String {
    let now = env::temp_dir();
    format!("Set TMPDIR to a folder that {what}. Now it is {}.", now.display())
}

/// The same if the run had cookies already.
fn with_cookies(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::BotCheck => {
            "Open the video in the browser that the cookies are of, answer what YouTube asks, and start the download again; or do without the cookies."
        }
        Code::AgeRestricted => {
            "The account whose cookies were given may not see it. Confirm its age to YouTube in the browser."
        }
        Code::PrivateVideo | Code::MembersOnly | Code::PremiumOnly => {
            "The account whose cookies were given may not see it. Log in to one that may."
        }
        Code::NetworkRestricted => {
            "Do without the cookies: their account may be one of a school or company. If that does not help, see to this network's DNS and safe search."
        }
        Code::SessionMissing => {
            "Play the video in the browser that the cookies are of, and start the download again."
        }
        _ => return None,
    })
}

fn of_code(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::TokenMissing | Code::TokenMalformed | Code::TokenRefused => {
            "Play the video in the browser for a few seconds, and start the download again."
        }
        Code::SessionMissing => {
            "Switch on the cookies of the browser's session in the popup, or play the video in a window without a login, and start the download again."
        }
        Code::SabrOnly => {
            "A standalone yt-dlp becomes one that can fetch SABR by `yt-dlp --update-to bashonly/yt-dlp@sabr`. Or try again later, or from a session without a login."
        }
        Code::NoJsRuntime => {
            "Install deno 2.3 or later and the package yt-dlp-ejs; or node 22 or later, with js_runtime = \"node\" in [download]."
        }
        Code::BotCheck => {
            "Switch on the cookies of the browser's session in the popup, or open the video in the browser, answer what YouTube asks, and start the download again."
        }
        Code::CookiesRotated => {
            "Open YouTube in that browser, and start the download again. docs/COOKIES.md says how to make cookies that last."
        }
        Code::RateLimited => "Wait an hour before the next download.",
        Code::AddressRefused => {
            "Use another network, or none of a VPN or a data centre. Neither another token nor another yt-dlp helps."
        }
        Code::NetworkRestricted => "See to this network's DNS and safe search, or ask who runs it.",
        Code::YoutubeTrouble => "Start the download again later: it resumes where it was.",
        Code::NothingUsable => "See whether the video plays in the browser.",
        Code::AgeRestricted | Code::PrivateVideo | Code::MembersOnly | Code::PremiumOnly => {
            "Log in to an account that may see it, and switch on the cookies of the browser's session in the popup."
        }
        Code::GeoBlocked => "potbridge cannot help: YouTube shows it to addresses of other countries only.",
        Code::JustEnded => "Start the download again in some hours.",
        Code::DiskFull => "Make room, and start the download again: it resumes where it was.",
        Code::CannotWrite => "Choose another folder with [download] dir, or make this one writable.",
        Code::CannotRead => {
            "A yt-dlp of a snap or a Flatpak, or under AppArmor, may not read it: install yt-dlp in another way, or do without the cookies."
        }
        Code::NameTooLong => {
            "File systems that encrypt names take shorter ones: [download] dir may name a folder of another one."
        }
        Code::NoNetwork => {
            "See whether the network works, and start the download again: it resumes where it was."
        }
        Code::UnknownOption => "Take the option out of extra_options in [download].",
        _ => return None,
    })
}
