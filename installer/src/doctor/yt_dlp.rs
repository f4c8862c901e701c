//! The rows of yt-dlp, of what it needs, and of the plugin.

use super::Facts;
use super::browsers::written_by;
use super::dry_run::{self, DryRun, Plugin};
use super::installation::versions;
use super::row::{Part, Row};
use crate::checks::yt_dlp::NEW_YT_DLP;
use crate::checks::{self, quoted};
use crate::install::runtimes;
use potbridge_protocol::{Code, Problem};
use potbridge_system::yt_dlp_version;
use std::path::{Path, PathBuf};

const PART: Part = Part::YtDlp;
const INSTALL_PLUGIN: &str = "potbridge-setup install --yt-dlp-plugin";

pub(super) fn rows(facts: &Facts) -> Vec<Row> {
    let configured = facts.config.yt_dlp();
    let program = match find(configured.as_deref()) {
        Ok(program) => program,
        // Only who named it counts on it.
        Err(problem) if configured.is_some() => return vec![Row::fault(PART, "yt-dlp", problem)],
        Err(problem) => return vec![Row::warning(PART, "yt-dlp", problem)],
    };
    let mut rows = Vec::new();
    let (too_old, takes_tokens);
    match checks::yt_dlp::ask(&program) {
        Ok(version) => {
            let message = format!("{} runs, version {}", program.display(), version.text);
            too_old = checks::yt_dlp::too_old(&program, &version);
            takes_tokens = yt_dlp_version::takes_tokens(&version.text);
            rows.push(match &too_old {
                Some(problem) => Row::warning(PART, "yt-dlp", problem.clone()),
                None => Row::ok(PART, "yt-dlp", message),
            });
        }
        Err(problem) => {
            let is_another_needed =
                matches!(problem.code, Code::YtDlpMissing | Code::YtDlpNotStarted) || !program.is_file();
            let problem = if is_another_needed { problem.with_hint(another(&program)) } else { problem };
            return vec![Row::fault(PART, "yt-dlp", problem)];
        }
    }
    let update = too_old.filter(|_| !takes_tokens).and_then(|problem| problem.hint);
    let host = facts.host.answering().ok().map(PathBuf::as_path);
    match dry_run::run(&program, host, &facts.config) {
        Ok(Some(run)) => rows.extend(of_run(&run, update.as_deref(), facts)),
        Ok(None) => {
            let message = "a run without network did not tell what it needs, nor whether it asks the plugin";
            let problem = Problem::new(Code::YtDlpFailed, message);
            rows.push(Row::unknown(PART, "plugin", problem.with_hint("yt-dlp -v shows what it finds")));
        }
        Err(problem) => rows.push(Row::unknown(PART, "plugin", problem)),
    }
    rows
}

/// The program that the configuration means, or that is on PATH.
fn find(configured: Option<&str>) -> Result<PathBuf, Problem> {
    let named = configured.unwrap_or("yt-dlp");
    if Path::new(named).components().count() > 1 {
        return Ok(named.into());
    }
    which::which(named).map_err(|_| {
        let hint =
            configured.map_or_else(|| "pipx install yt-dlp".to_owned(), |named| another(Path::new(named)));
        Problem::new(Code::YtDlpMissing, format!("{named} is not on the PATH")).with_hint(hint)
    })
}

/// The command that names another yt-dlp: one on PATH that answers, or a new one.
fn another(than: &Path) -> String {
    let mut all = which::which_all("yt-dlp").into_iter().flatten();
    match all.find(|program| program != than && checks::yt_dlp::ask(program).is_ok()) {
        Some(program) => format!("potbridge config set download.yt_dlp {}", quoted(&program)),
        None => NEW_YT_DLP.to_owned(),
    }
}

fn of_run(run: &DryRun, update: Option<&str>, facts: &Facts) -> Vec<Row> {
    let supported = run.js_runtimes.iter().find(|runtime| !runtime.contains('('));
    let js = match supported {
        Some(runtime) => Row::ok(PART, "JavaScript runtime", format!("yt-dlp finds {runtime}")),
        None => {
            let found = match run.js_runtimes.first() {
                Some(runtime) => format!("; it found {runtime}"),
                None => String::new(),
            };
            let message = format!("yt-dlp finds none that it can use, so YouTube gives it less{found}");
            let hint = js_runtime();
            Row::warning(PART, "JavaScript runtime", Problem::new(Code::NoJsRuntime, message).with_hint(hint))
        }
    };
    let ffmpeg = match &run.ffmpeg {
        Some(version) => Row::ok(PART, "ffmpeg", format!("yt-dlp finds version {version}")),
        None => {
            let message = "yt-dlp finds none, so it cannot put picture and sound together";
            let hint = match std::env::consts::OS {
                "macos" => "brew install ffmpeg",
                "windows" => "winget install ffmpeg",
                _ if which::which("apt-get").is_ok() => "sudo apt-get install ffmpeg",
                _ => "install ffmpeg from your distribution",
            };
            Row::warning(PART, "ffmpeg", Problem::new(Code::NoFfmpeg, message).with_hint(hint))
        }
    };
    vec![js, ffmpeg, plugin(run, update, facts)]
}

/// The command that names a runtime which is here, or what to do if none is.
///
/// yt-dlp takes deno by itself, and the others only if they are named.
fn js_runtime() -> String {
    match runtimes::js_runtime() {
        Some((path, _)) => {
            let named = format!("{}:{}", runtimes::name_of(&path), path.display());
            format!("potbridge config set download.js_runtime {}", quoted(Path::new(&named)))
        }
        None => "install Deno (https://deno.com), and run `potbridge-setup install`".to_owned(),
    }
}

fn plugin(run: &DryRun, update: Option<&str>, facts: &Facts) -> Row {
    let file = &facts.paths.yt_dlp_plugin;
    let name = "plugin";
    match &run.plugin {
        Plugin::NotListed if !file.exists() => Row::ok(
            PART,
            name,
            format!("it is not installed, and nothing needs it; `{INSTALL_PLUGIN}` adds it"),
        ),
        Plugin::NotListed => {
            let message = format!("yt-dlp does not load it from {}", file.display());
            let problem = Problem::new(Code::PluginNotLoaded, message);
            let hint = update.map_or_else(|| written_by(INSTALL_PLUGIN, &[file], facts), str::to_owned);
            Row::fault(PART, name, problem.with_hint(hint))
        }
        Plugin::NoProgram => {
            let message = "yt-dlp loads it, and it finds no potbridge";
            Row::fault(
                PART,
                name,
                Problem::new(Code::PluginNoProgram, message).with_hint("potbridge-setup install"),
            )
        }
        Plugin::NotAsked => {
            let message = "yt-dlp loads it; whether yt-dlp asks it cannot be told, or another provider of tokens answered first";
            Row::unknown(
                PART,
                name,
                Problem::new(Code::PluginNoAnswer, message).with_hint("potbridge-setup install"),
            )
        }
        Plugin::NoToken(why) => {
            let message = format!("yt-dlp asked it for a token that potbridge had, and got none{why}");
            Row::fault(
                PART,
                name,
                Problem::new(Code::PluginNoAnswer, message).with_hint("potbridge-setup install"),
            )
        }
        Plugin::Gave => {
            let version = run.plugin_version.as_deref().unwrap_or_default();
            match versions(version, "potbridge-setup", INSTALL_PLUGIN) {
                Some(problem) => Row::warning(PART, name, problem),
                None => Row::ok(
                    PART,
                    name,
                    format!("yt-dlp asked it, and got a token from potbridge, version {version}"),
                ),
            }
        }
    }
}
