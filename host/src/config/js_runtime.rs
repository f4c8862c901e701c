//! `js_runtime` of `[download]`: what yt-dlp solves YouTube's JavaScript puzzles with.

use super::path::{absolute, for_yt_dlp};
use std::fmt;
use std::path::{Path, PathBuf};

/// The runtimes that yt-dlp knows (2026.10.26, `supported_js_runtimes`).
const NAMES: [&str; 4] = ["deno", "node", "quickjs", "bun"];

/// A JavaScript runtime, written as yt-dlp's `--js-runtimes` takes it: `NAME:PATH`, or `NAME` for one on the PATH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsRuntime {
    /// One of yt-dlp's names.
    name: &'static str,
    /// The program, or the folder that it is in.
    path: Option<PathBuf>,
}

impl JsRuntime {
    /// Reads what the configuration says.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (name, path) = match text.split_once(':') {
            Some((name, path)) => (name, Some(path)),
            None => (text, None),
        };
        let Some(name) = NAMES.into_iter().find(|known| *known == name) else {
            return Err(format!(
                "js_runtime of [download] begins with none of yt-dlp's runtimes: it is {} and the program's path, as in \
                 deno:/usr/bin/deno",
                NAMES.join(", ")
            ));
        };
        let path = path.map(|path| absolute(path.into(), "of js_runtime")).transpose()?;
        path.as_deref().map_or(Ok(()), |path| for_yt_dlp(path, "js_runtime"))?;
        Ok(Self { name, path })
    }

    /// The program, or the folder that it is in, if one is named.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }
}

impl fmt::Display for JsRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{}:{}", self.name, path.display()),
            None => f.write_str(self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_is_a_name_of_yt_dlps_and_perhaps_an_absolute_path() {
        for text in ["deno", "node:/opt/my node/bin/node", "quickjs:/usr/bin/qjs", "bun:/home/me/.bun/bin"] {
            assert_eq!(JsRuntime::parse(text).unwrap().to_string(), text);
        }
        let home = dirs::home_dir().unwrap();
        assert_eq!(
            JsRuntime::parse("deno:~/.deno/bin").unwrap().path(),
            Some(home.join(".deno/bin").as_path())
        );
        for text in ["", "/usr/bin/deno", "Deno", "v8:/usr/bin/d8", "deno:", "deno:bin/deno", "node:/a\nb"] {
            assert!(JsRuntime::parse(text).is_err(), "{text}");
        }
    }
}
