//! The command that updates a yt-dlp, by how it was installed.

use super::quoted;
use super::yt_dlp::NEW_YT_DLP;
use potbridge_system::regular_file;
use std::io::Read as _;
use std::path::Path;

/// As much of a program as tells what it is.
const HEAD: u64 = 512;

/// The command. `yt-dlp -U` updates what is one file of yt-dlp's makers, and refuses what a package manager put there.
pub(super) fn command(program: &Path) -> String {
    let real = dunce::canonicalize(program).unwrap_or_else(|_| program.to_owned());
    let is_under = |folder: &[&str]| {
        let parts: Vec<_> = real.iter().filter_map(|part| part.to_str()).collect();
        parts.windows(folder.len()).any(|window| window == folder)
    };
    if is_under(&["Cellar"]) {
        return "brew upgrade yt-dlp".to_owned();
    }
    let Some(python) = python_of(&real) else { return format!("{} -U", quoted(program)) };
    if is_under(&["pipx", "venvs"]) {
        "pipx upgrade yt-dlp".to_owned()
    } else if is_under(&["uv", "tools"]) {
        "uv tool upgrade yt-dlp".to_owned()
    } else if real.starts_with("/usr/bin") {
        // A distribution's, which is seldom newer.
        NEW_YT_DLP.to_owned()
    } else {
        format!("{} -m pip install --upgrade 'yt-dlp[default]'", quoted(Path::new(&python)))
    }
}

/// The Python that runs this script of a Python package. `None` if it is none. The makers' one file is an archive.
fn python_of(program: &Path) -> Option<String> {
    let mut head = Vec::new();
    regular_file::open(program).ok()?.take(HEAD).read_to_end(&mut head).ok()?;
    let text = String::from_utf8_lossy(&head);
    let (first, rest) = text.strip_prefix("#!")?.split_once('\n')?;
    let mut words = first.split_whitespace();
    let interpreter = words.next()?;
    let python = if interpreter.ends_with("/env") { words.next()? } else { interpreter };
    let is_python = Path::new(python).file_name()?.to_str()?.starts_with("python");
    (is_python && !rest.starts_with("PK")).then(|| python.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_package_manager_installed_it_updates() {
        let folder = tempfile::tempdir().unwrap();
        let folder = dunce::canonicalize(folder.path()).unwrap();
        let script = "#!/opt/venv/bin/python3\nimport sys\n";
        let with_pip = "/opt/venv/bin/python3 -m pip install --upgrade 'yt-dlp[default]'";
        for (place, text, expected) in [
            ("bin", script, with_pip),
            ("pipx/venvs/yt-dlp/bin", script, "pipx upgrade yt-dlp"),
            ("uv/tools/yt-dlp/bin", script, "uv tool upgrade yt-dlp"),
            ("Cellar/yt-dlp/1/bin", script, "brew upgrade yt-dlp"),
            (
                "env",
                "#!/usr/bin/env python3\nimport sys\n",
                "python3 -m pip install --upgrade 'yt-dlp[default]'",
            ),
            ("one file", "#!/usr/bin/env python3\nPK\u{3}\u{4}", ""),
            ("binary", "\u{7f}ELF", ""),
            ("shim", "#!/bin/sh\nexec it\n", ""),
        ] {
            let program = folder.join(place).join("yt-dlp");
            std::fs::create_dir_all(program.parent().unwrap()).unwrap();
            std::fs::write(&program, text).unwrap();
            let expected =
                if expected.is_empty() { format!("{} -U", quoted(&program)) } else { expected.to_owned() };
            assert_eq!(command(&program), expected, "{place}");
        }
    }
}
