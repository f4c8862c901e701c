//! Has yt-dlp ask the plugin for a token, without YouTube.
//!
//! yt-dlp is told to skip what it would load first, and to ask for a token of the kind that its first request needs. So it
//! asks its providers before it sends anything, and then fails, since all goes to a proxy that hangs up. The plugin calls
//! `potbridge`, which finds a made-up token in a store of a moment. No browser is asked, and no place is written.
//!
//! What happened is read from what yt-dlp (2026.10.26) prints with `--verbose`: no other sign crosses from a packed yt-dlp.

use super::configured::Configured;
use crate::checks::host::{Isolation, LIMIT, said};
use potbridge_protocol::Problem;
use potbridge_system::subprocess::ask;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

/// A video that nobody has a token of.
const VIDEO: &str = "AAAAAAAAAAA";

/// In the shape of a token: 0x32, a length, and 88 bytes that mean nothing.
fn made_up_token() -> String {
    format!("MlhB{}", "QUFB".repeat(29))
}

/// A packed yt-dlp unpacks itself, and loads 1,700 extractors.
const DRY_RUN: Duration = Duration::from_secs(60);

/// What became of the plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Plugin {
    /// yt-dlp does not list it.
    NotListed,
    /// It finds no `potbridge`.
    NoProgram,
    /// It is listed, and nobody knows whether it was asked.
    NotAsked,
    /// It was asked, and gave no token. What yt-dlp says of that.
    NoToken(String),
    /// It gave the made-up token.
    Gave,
}

/// What yt-dlp printed of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DryRun {
    /// The runtimes for JavaScript: `deno-2.5.0`.
    pub(super) js_runtimes: Vec<String>,
    pub(super) ffmpeg: Option<String>,
    pub(super) plugin: Plugin,
    /// The plugin's version.
    pub(super) plugin_version: Option<String>,
}

/// Runs it. `None` if yt-dlp prints nothing of what is looked for.
///
/// `host` is the potbridge that lays the token out.
///
/// # Errors
/// If the run could not be prepared.
pub(super) fn run(
    yt_dlp: &Path,
    host: Option<&Path>,
    config: &Configured,
) -> Result<Option<DryRun>, Problem> {
    // Without it the run would go to YouTube.
    let Some(proxy) = hanging_up() else { return Ok(None) };
    let isolation = Isolation::new(&[])?;
    let laid_out = host.is_some_and(|host| lay_out(host, &isolation));
    let mut command = Command::new(yt_dlp);
    command.args(["--ignore-config", "--verbose", "--simulate", "--no-cache-dir", "--color", "never"]);
    command.args(["--retries", "0", "--extractor-retries", "0", "--socket-timeout", "5"]);
    command.args(["--proxy", &proxy]);
    if let Some(runtime) = config.js_runtime() {
        command.args(["--js-runtimes", &runtime]);
    }
    if let Some(ffmpeg) = config.ffmpeg() {
        command.args(["--ffmpeg-location", &ffmpeg]);
    }
    let skipped = "player_skip=webpage,configs,js,initial_data;player_client=mweb";
    command.args(["--extractor-args", &format!("youtube:fetch_pot=always;pot_trace=true;{skipped}")]);
    // Without a wait no browser is asked.
    command.args(["--extractor-args", "youtubepot-potbridge:wait=0"]);
    command.args(["--", &format!("https://www.youtube.com/watch?v={VIDEO}")]);
    if !cfg!(windows) {
        command.current_dir("/");
    }
    // Python would write beside the plugin.
    command.envs(isolation.variables()).env("PYTHONDONTWRITEBYTECODE", "1");
    let answer = ask(&mut command, b"", DRY_RUN);
    Ok(answer.ok().and_then(|answer| read(&String::from_utf8_lossy(&answer.err), laid_out)))
}

/// Puts the made-up token into the store of a moment.
fn lay_out(host: &Path, isolation: &Isolation) -> bool {
    let mut command = Command::new(host);
    command.args(["put", "--json", "--video", VIDEO, "--context", "player"]).envs(isolation.variables());
    ask(&mut command, made_up_token().as_bytes(), LIMIT).is_ok_and(|answer| answer.how.success())
}

/// The address of a proxy that hangs up on everybody. It ends with this program.
fn hanging_up() -> Option<String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).ok()?;
    let address = listener.local_addr().ok()?;
    thread::Builder::new().spawn(move || listener.incoming().for_each(drop)).ok()?;
    Some(format!("http://{address}"))
}

/// Reads what yt-dlp printed. `None` if it does not list its providers.
fn read(printed: &str, laid_out: bool) -> Option<DryRun> {
    let after =
        |words: &str| printed.lines().find_map(|line| line.split_once(words).map(|(_, rest)| rest.trim()));
    let listed = |words: &str| {
        let all = after(words).unwrap_or_default();
        all.split(", ").filter(|one| !one.is_empty() && !one.starts_with("none")).collect::<Vec<_>>()
    };
    let providers = after("[pot] PO Token Providers: ")?;
    // A list of words stands in parentheses behind each.
    let ours = providers.find("potbridge-").map(|at| &providers[at..]);
    let ours = ours.map(|ours| ours.split_once(')').map_or(ours, |(ours, _)| ours));
    let has = |words: &str| printed.contains(words);
    let plugin = match ours {
        None => Plugin::NotListed,
        Some(ours) if ours.contains("unavailable") => Plugin::NoProgram,
        Some(_) if has("PO Token response from \"potbridge\" provider: PoTokenResponse") => Plugin::Gave,
        Some(_) if !laid_out || !has("Attempting to fetch a PO Token from \"potbridge\" provider") => {
            Plugin::NotAsked
        }
        Some(_) => {
            let why = printed
                .lines()
                .find(|line| line.contains("\"potbridge\" provider: ") || line.contains("Reason: "));
            Plugin::NoToken(said(why.unwrap_or_default().as_bytes()))
        }
    };
    Some(DryRun {
        js_runtimes: listed("JS runtimes: ").into_iter().map(str::to_owned).collect(),
        ffmpeg: listed("exe versions: ")
            .into_iter()
            .find_map(|one| one.strip_prefix("ffmpeg ").map(str::to_owned)),
        plugin_version: ours.map(|ours| {
            let version = ours.trim_start_matches("potbridge-");
            version.split([' ', ',']).next().unwrap_or_default().to_owned()
        }),
        plugin,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "[debug] exe versions: ffmpeg 5.1.9-0 (setts), ffprobe 5.1.9-0\n\
                        [debug] JS runtimes: deno-2.5.0, node-18.0.0 (unsupported)\n\
                        [debug] [youtube] [pot] PO Token Providers: bgutil:http-2.0.2 (external), potbridge-0.1.0 (external)\n";
    const ASKED: &str =
        "[debug] [youtube] [pot] TRACE: Attempting to fetch a PO Token from \"potbridge\" provider\n";

    #[test]
    fn the_plugin_gave_the_token() {
        let gave = format!(
            "{HEAD}{ASKED}[debug] [youtube] [pot] TRACE: PO Token response from \"potbridge\" provider: \
             PoTokenResponse(po_token=<hidden>, expires_at=1)\n"
        );
        let run = read(&gave, true).unwrap();
        assert_eq!(run.plugin, Plugin::Gave);
        assert_eq!(run.plugin_version.as_deref(), Some("0.1.0"));
        assert_eq!(run.js_runtimes, ["deno-2.5.0", "node-18.0.0 (unsupported)"]);
        assert_eq!(run.ffmpeg.as_deref(), Some("5.1.9-0 (setts)"));
    }

    #[test]
    fn what_is_not_proven_is_not_told() {
        assert_eq!(read("yt-dlp: error: no such option: --js-runtimes\n", true), None);
        let of = |printed: &str, laid_out| read(printed, laid_out).unwrap().plugin;
        let none = "[debug] JS runtimes: none (disabled)\n[debug] exe versions: none\n\
                    [debug] [youtube] [pot] PO Token Providers: none\n";
        let run = read(none, true).unwrap();
        assert_eq!((run.plugin, run.js_runtimes, run.ffmpeg), (Plugin::NotListed, Vec::new(), None));
        let unavailable = HEAD.replace("0.1.0 (external)", "0.1.0 (external, unavailable)");
        assert_eq!(of(&unavailable, true), Plugin::NoProgram);
        assert_eq!(of(HEAD, true), Plugin::NotAsked);
        let refused = format!(
            "{HEAD}{ASKED}[debug] [youtube] [pot] TRACE: PO Token Provider \"potbridge\" rejected this request, trying next \
             available provider. Reason: no fresh token\n"
        );
        assert_eq!(of(&refused, false), Plugin::NotAsked);
        assert!(matches!(of(&refused, true), Plugin::NoToken(why) if why.ends_with("no fresh token")));
        let failed = format!(
            "{HEAD}{ASKED}WARNING: [youtube] [pot] Error fetching PO Token from \"potbridge\" provider: \
             PoTokenProviderError('/x cannot be run: Exec format error')\n"
        );
        assert!(matches!(of(&failed, true), Plugin::NoToken(why) if why.contains("Exec format error")));
    }
}
