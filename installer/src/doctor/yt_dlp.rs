//! The rows of yt-dlp, of what it needs, and of the plugin.

use super::Facts;
use super::dry_run::{self, DryRun, Plugin};
use super::installation::versions;
use super::row::{Part, Row};
use crate::checks::{self, quoted};
use potbridge_protocol::{Code, Problem};
use potbridge_system::yt_dlp_version::NEWEST;
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
    match checks::yt_dlp::ask(&program) {
        Ok(version) if version.is_old => {
            rows.push(Row::warning(PART, "yt-dlp", too_old(&program, &version.text)));
        }
        Ok(version) => {
            rows.push(Row::ok(
                PART,
                "yt-dlp",
                format!("{} runs, version {}", program.display(), version.text),
            ));
        }
        Err(problem) => return vec![Row::fault(PART, "yt-dlp", problem)],
    }
    let host = facts.host.answering().ok().map(PathBuf::as_path);
    match dry_run::run(&program, host, &facts.config) {
        Ok(Some(run)) => rows.extend(of_run(&run, &facts.paths.yt_dlp_plugin)),
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
        let hint = "pipx install yt-dlp";
        Problem::new(Code::YtDlpMissing, format!("{named} is not on the PATH")).with_hint(hint)
    })
}

fn too_old(program: &Path, version: &str) -> Problem {
    let message = format!(
        "its version is {version}, too old for YouTube: {NEWEST} was the newest that this program knows"
    );
    Problem::new(Code::YtDlpOld, message).with_hint(format!("{} -U", quoted(program)))
}

fn of_run(run: &DryRun, plugin_file: &Path) -> Vec<Row> {
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
                _ => "sudo apt-get install ffmpeg",
            };
            Row::warning(PART, "ffmpeg", Problem::new(Code::NoFfmpeg, message).with_hint(hint))
        }
    };
    vec![js, ffmpeg, plugin(run, plugin_file)]
}

/// The command that names a runtime which is here, or what to do if none is.
///
/// yt-dlp takes deno by itself, and the others only if they are named.
fn js_runtime() -> String {
    let known = [("node", "node"), ("bun", "bun"), ("quickjs", "qjs")];
    let found = known.into_iter().find_map(|(name, program)| Some((name, which::which(program).ok()?)));
    match found {
        Some((name, path)) => {
            format!(
                "potbridge config set download.js_runtime {}",
                quoted(Path::new(&format!("{name}:{}", path.display())))
            )
        }
        None => "install Deno (https://deno.com), and run `potbridge-setup install`".to_owned(),
    }
}

fn plugin(run: &DryRun, file: &Path) -> Row {
    let name = "plugin";
    match &run.plugin {
        Plugin::NotListed if !file.exists() => Row::ok(
            PART,
            name,
            format!("it is not installed, and nothing needs it; `{INSTALL_PLUGIN}` adds it"),
        ),
        Plugin::NotListed => {
            let message = format!("yt-dlp does not load it from {}", file.display());
            Row::fault(PART, name, Problem::new(Code::PluginNotLoaded, message).with_hint(INSTALL_PLUGIN))
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
