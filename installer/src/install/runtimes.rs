//! Which ffmpeg and which JavaScript runtime work on this machine.

use potbridge_system::subprocess::ask;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How long a program may take to say its version.
const LIMIT: Duration = Duration::from_secs(10);

/// A runtime, how it is asked for its version, and the oldest one that yt-dlp uses (2026.10.26, `utils/_jsruntime.py`).
struct Runtime {
    /// yt-dlp's name.
    name: &'static str,
    program: &'static str,
    argument: &'static str,
    /// What stands before the version.
    before: &'static str,
    oldest: [u32; 3],
}

/// In the order in which they are taken. deno is yt-dlp's own default.
const RUNTIMES: [Runtime; 4] = [
    Runtime { name: "deno", program: "deno", argument: "--version", before: "deno ", oldest: [2, 3, 0] },
    Runtime { name: "node", program: "node", argument: "--version", before: "v", oldest: [22, 0, 0] },
    Runtime {
        name: "quickjs",
        program: "qjs",
        argument: "--help",
        before: "QuickJS version ",
        oldest: [2023, 12, 9],
    },
    Runtime { name: "bun", program: "bun", argument: "--version", before: "", oldest: [1, 2, 11] },
];

/// The first ffmpeg on PATH that answers, and its version.
pub(super) fn ffmpeg() -> Option<(PathBuf, String)> {
    on_path("ffmpeg").find_map(|program| {
        let printed = answer(&program, "-version")?;
        let version = printed.strip_prefix("ffmpeg version ")?.split(' ').next()?;
        Some((program, version.to_owned()))
    })
}

/// The first JavaScript runtime on PATH that yt-dlp can use, and its version.
pub(crate) fn js_runtime() -> Option<(PathBuf, String)> {
    RUNTIMES.iter().find_map(|runtime| {
        on_path(runtime.program).find_map(|program| {
            let version = runtime.version(&answer(&program, runtime.argument)?)?;
            Some((program, version))
        })
    })
}

/// yt-dlp's name of a runtime that [`js_runtime`] found.
pub(crate) fn name_of(program: &Path) -> &'static str {
    let stem = program.file_stem().and_then(|stem| stem.to_str());
    RUNTIMES.iter().find(|runtime| Some(runtime.program) == stem).map_or("deno", |runtime| runtime.name)
}

impl Runtime {
    /// The version that it printed, if it is new enough.
    fn version(&self, line: &str) -> Option<String> {
        let version = line.strip_prefix(self.before)?.split([' ', '-']).next()?;
        // QuickJS has a date for a version.
        let whole = line.strip_prefix(self.before)?.split(' ').next()?;
        let text = if self.name == "quickjs" { whole } else { version };
        let mut parts = text.split(['.', '-']).map(|part| part.parse::<u32>().unwrap_or(0));
        let numbers = [(); 3].map(|()| parts.next().unwrap_or(0));
        (numbers >= self.oldest).then(|| text.to_owned())
    }
}

/// Every program of this name on PATH.
fn on_path(name: &str) -> impl Iterator<Item = PathBuf> {
    let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
    which::which_all(name).into_iter().flatten().map(absolute).filter(|path| path.to_str().is_some())
}

/// The first line that a program prints in the folder `/`. `quickjs --help` ends with 1.
fn answer(program: &Path, argument: &str) -> Option<String> {
    let root = if cfg!(windows) { std::env::temp_dir() } else { "/".into() };
    let answer = ask(Command::new(program).arg(argument).current_dir(root), b"", LIMIT).ok()?;
    let printed = String::from_utf8_lossy(&answer.out).into_owned();
    printed.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_is_taken_if_it_is_as_new_as_yt_dlp_wants() {
        for (name, line, version) in [
            ("deno", "deno 2.3.1 (stable, release, x86_64-unknown-linux-gnu)", Some("2.3.1")),
            ("deno", "deno 2.2.9", None),
            ("node", "v22.0.0", Some("22.0.0")),
            ("node", "v24.1.0-pre", Some("24.1.0")),
            ("node", "v20.19.4", None),
            ("quickjs", "QuickJS version 2024-01-13", Some("2024-01-13")),
            ("quickjs", "QuickJS version 2021-03-27", None),
            ("bun", "1.2.11", Some("1.2.11")),
            ("bun", "1.0.31", None),
            ("bun", "asdf: no version is set", None),
        ] {
            let runtime = RUNTIMES.iter().find(|runtime| runtime.name == name).unwrap();
            assert_eq!(runtime.version(line).as_deref(), version, "{line}");
        }
    }
}
