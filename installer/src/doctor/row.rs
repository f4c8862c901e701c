//! A row of the report: one thing that was looked at, and how it is.

use crate::checks::quoted;
use potbridge_browser::Family;
use potbridge_protocol::{Code, Problem};
use serde::Serialize;
use std::path::PathBuf;

/// What a row is about. The report has them in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Part {
    /// The programs and files that `install` made.
    Installation,
    /// A browser, and its way to the host.
    Browser,
    /// The extension in a browser that runs.
    Extension,
    /// A place for tokens.
    Place,
    /// The configuration, the token store and their folders.
    Store,
    /// yt-dlp, what it needs, and the plugin.
    YtDlp,
}

impl Part {
    /// Its heading.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Installation => "Installation",
            Self::Browser => "Browsers",
            Self::Extension => "Extension",
            Self::Place => "Places",
            Self::Store => "Store and folders",
            Self::YtDlp => "yt-dlp",
        }
    }
}

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// It was looked at, and is well.
    Ok,
    /// It works, and something should be known of it.
    Warning,
    /// It does not work.
    Fault,
    /// It cannot be told. That is never taken for well.
    Unknown,
}

impl State {
    pub(crate) fn mark(self) -> char {
        match self {
            Self::Ok => '✓',
            Self::Warning => '!',
            Self::Fault => '✗',
            Self::Unknown => '?',
        }
    }
}

/// A browser that is registered, or was, as `install` names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Registered {
    /// By its id.
    Browser(String),
    /// By its id, and its sandbox was opened.
    Flatpak(String),
    /// By a folder that the person named.
    Folder(PathBuf, Family),
}

impl Registered {
    /// The command that registers it.
    pub(crate) fn command(&self) -> String {
        let named = match self {
            Self::Browser(id) => format!("--browser {id}"),
            Self::Flatpak(id) => format!("--browser {id} --flatpak"),
            Self::Folder(folder, Family::Chromium) => format!("--manifest-dir {}", quoted(folder)),
            Self::Folder(folder, Family::Firefox) => {
                format!("--manifest-dir {} --browser firefox", quoted(folder))
            }
        };
        format!("potbridge-setup install {named}")
    }
}

/// What `--fix` does about a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fix {
    /// Installs once more, and registers with this browser if one is named.
    Install(Option<Registered>),
    /// Takes from others what they may do with a file or folder.
    Mode(PathBuf, u32),
}

/// A row.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) part: Part,
    /// What was looked at: a browser, a file, a program.
    pub(crate) name: String,
    pub(crate) state: State,
    pub(crate) code: Option<Code>,
    pub(crate) message: String,
    /// The command that fixes it. If there is none, what to do.
    pub(crate) hint: Option<String>,
    /// Whether `--fix` does it.
    pub(crate) fixable: bool,
    #[serde(skip)]
    pub(crate) fix: Option<Fix>,
    /// The browser, if it is registered, or `install` registered it.
    #[serde(skip)]
    pub(crate) registered: Option<Registered>,
}

impl Row {
    pub(crate) fn ok(part: Part, name: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            part,
            name: name.into(),
            state: State::Ok,
            code: None,
            message: message.into(),
            hint: None,
            fixable: false,
            fix: None,
            registered: None,
        }
    }

    pub(crate) fn fault(part: Part, name: impl Into<String>, problem: Problem) -> Self {
        Self::of(State::Fault, part, name, problem)
    }

    pub(crate) fn warning(part: Part, name: impl Into<String>, problem: Problem) -> Self {
        Self::of(State::Warning, part, name, problem)
    }

    pub(crate) fn unknown(part: Part, name: impl Into<String>, problem: Problem) -> Self {
        Self::of(State::Unknown, part, name, problem)
    }

    /// The same with what `--fix` does about it.
    pub(crate) fn with_fix(mut self, fix: Option<Fix>) -> Self {
        self.fixable = fix.is_some();
        self.fix = fix;
        self
    }

    fn of(state: State, part: Part, name: impl Into<String>, problem: Problem) -> Self {
        let Problem { code, message, hint } = problem;
        Self { state, code: Some(code), hint, ..Self::ok(part, name, message) }
    }
}
