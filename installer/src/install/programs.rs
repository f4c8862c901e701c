//! The programs that downloads need, by their paths: yt-dlp, ffmpeg, a JavaScript runtime.
//!
//! A browser that was started from the desktop has another PATH than a terminal. On macOS it lacks the programs that a
//! person installed. So the configuration names them by their paths. Each is asked for its version first, in the folder `/`:
//! the shim of a version manager (asdf, mise, pyenv) may work in some folders only.

use crate::checks::yt_dlp::{Version, ask as ask_yt_dlp, too_old};
use crate::config_file::{Config, DownloadKey};
use crate::error::{Error, Result};
use crate::install::runtimes;
use crate::receipts::{FileState, Receipts};
use potbridge_protocol::{Code, Problem};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What the configuration says of a program, and what there is of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Program {
    /// As the configuration has it, or will have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) program: Option<String>,
    /// What it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    /// Whether `install` adds it to the configuration.
    pub(crate) added: bool,
    /// What stands in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<Problem>,
}

/// The programs that downloads need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Programs {
    pub(crate) yt_dlp: Program,
    /// `None` if yt-dlp does not work.
    pub(crate) ffmpeg: Option<Program>,
    /// `None` if yt-dlp does not work.
    pub(crate) js_runtime: Option<Program>,
}

impl Programs {
    /// What is to be written into `[download]`.
    pub(super) fn to_write(&self) -> impl Iterator<Item = (DownloadKey, &str)> {
        let all = [
            (DownloadKey::YtDlp, Some(&self.yt_dlp)),
            (DownloadKey::Ffmpeg, self.ffmpeg.as_ref()),
            (DownloadKey::JsRuntime, self.js_runtime.as_ref()),
        ];
        all.into_iter().filter_map(|(key, program)| {
            let program = program.filter(|program| program.added)?;
            Some((key, program.program.as_deref()?))
        })
    }
}

/// Decides by the configuration, by what an earlier `install` added to it, and by what is on PATH.
pub(super) fn find(config: &Config, path: &Path, receipts: &Receipts) -> Result<Programs> {
    let said = Said { config, path, receipts };
    let yt_dlp = yt_dlp(&said)?;
    if yt_dlp.version.is_none() {
        return Ok(Programs { yt_dlp, ffmpeg: None, js_runtime: None });
    }
    Ok(Programs {
        ffmpeg: Some(said.other(DownloadKey::Ffmpeg, runtimes::ffmpeg(), &no_ffmpeg)?),
        js_runtime: Some(said.other(DownloadKey::JsRuntime, runtimes::js_runtime(), &no_js_runtime)?),
        yt_dlp,
    })
}

impl Program {
    fn kept(program: String) -> Self {
        Self { program: Some(program), version: None, added: false, problem: None }
    }

    fn answered(self, answer: std::result::Result<Version, Problem>, asked: &Path) -> Self {
        match answer {
            Ok(version) => Self { problem: too_old(asked, &version), version: Some(version.text), ..self },
            Err(problem) => Self { problem: Some(problem), ..self },
        }
    }
}

fn yt_dlp(said: &Said<'_>) -> Result<Program> {
    let configured = said.of(DownloadKey::YtDlp)?;
    if let Some(program) = &configured {
        let ours = said.is_ours(DownloadKey::YtDlp, program)?;
        // A name without a folder is looked up by the host.
        let found = which::which(program);
        let answer =
            found.as_ref().map_or_else(|_| Err(wrong(program, said.path)), |found| ask_yt_dlp(found));
        let asked = found.unwrap_or_else(|_| program.into());
        if answer.is_ok() || !ours {
            return Ok(Program::kept(program.clone()).answered(answer, &asked));
        }
    }
    let mut first_problem = None;
    for found in which::which_all("yt-dlp").into_iter().flatten() {
        // Links are not followed, since they stay when yt-dlp is updated.
        let found: PathBuf = std::path::absolute(&found).unwrap_or(found);
        match ask_yt_dlp(&found) {
            Ok(version) => {
                let program = found.to_str().ok_or_else(|| Error::NotUtf8(found.clone()))?.to_owned();
                return Ok(Program { added: true, ..Program::kept(program) }.answered(Ok(version), &found));
            }
            Err(problem) => first_problem = first_problem.or(Some(problem)),
        }
    }
    let problem = match &configured {
        Some(program) => first_problem.unwrap_or_else(|| wrong(program, said.path)),
        None => first_problem.unwrap_or_else(no_yt_dlp),
    };
    Ok(Program { program: configured, version: None, added: false, problem: Some(problem) })
}

/// What a key of `[download]` is given.
fn named(key: DownloadKey, program: &Path) -> Result<String> {
    let path = program.to_str().ok_or_else(|| Error::NotUtf8(program.to_owned()))?;
    Ok(match key {
        DownloadKey::JsRuntime => format!("{}:{path}", runtimes::name_of(program)),
        _ => path.to_owned(),
    })
}

/// What the configuration says, and what of it is `install`'s.
struct Said<'a> {
    config: &'a Config,
    path: &'a Path,
    receipts: &'a Receipts,
}

impl Said<'_> {
    fn of(&self, key: DownloadKey) -> Result<Option<String>> {
        Ok(self.config.download(key)?.map(str::to_owned))
    }

    /// A program that was found, unless a person's configuration names one.
    fn other(
        &self,
        key: DownloadKey,
        found: Option<(PathBuf, String)>,
        missing: &dyn Fn() -> Problem,
    ) -> Result<Program> {
        let configured = self.of(key)?;
        if let Some(value) = &configured
            && !self.is_ours(key, value)?
        {
            return Ok(Program::kept(value.clone()));
        }
        let Some((program, version)) = found else {
            return Ok(Program {
                program: configured,
                version: None,
                added: false,
                problem: Some(missing()),
            });
        };
        let program = Some(named(key, &program)?);
        Ok(Program { program, version: Some(version), added: true, problem: None })
    }

    /// Whether an earlier `install` wrote this value.
    fn is_ours(&self, key: DownloadKey, value: &str) -> Result<bool> {
        let made = match self.receipts.of(self.path) {
            Some(receipt) => receipt.state()? == FileState::AsMade,
            None => false,
        };
        let added = self.receipts.additions.iter().filter(|addition| addition.config == self.path);
        let wrote =
            added.flat_map(|addition| &addition.download).any(|one| one.key == key && one.value == value);
        Ok(made || wrote)
    }
}

fn wrong(program: &str, config: &Path) -> Problem {
    let message = format!("{} has yt_dlp = {program:?}, and there is no such program", config.display());
    Problem::new(Code::YtDlpMissing, message)
        .with_hint("correct the path, or remove the line and run `potbridge-setup install` again")
}

fn no_yt_dlp() -> Problem {
    Problem::new(Code::YtDlpMissing, "yt-dlp is not on your PATH; only downloads need it").with_hint(
        "install it (https://github.com/yt-dlp/yt-dlp/wiki/Installation) and run `potbridge-setup install` again",
    )
}

fn no_ffmpeg() -> Problem {
    Problem::new(
        Code::NoFfmpeg,
        "ffmpeg is not on your PATH; without it downloads cannot join picture and sound",
    )
    .with_hint("install it and run `potbridge-setup install` again")
}

fn no_js_runtime() -> Problem {
    let message =
        "no JavaScript runtime that yt-dlp uses is on your PATH: deno 2.3, node 22, QuickJS or bun 1.2.11";
    Problem::new(Code::NoJsRuntime, message)
        .with_hint("install deno (https://docs.deno.com/runtime/getting_started/installation) and run `potbridge-setup install` again")
}
