//! What to open, and what was opened.

use serde_json::Value;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What to open, and how.
#[derive(Clone, Debug)]
pub struct LaunchOptions {
    /// The browser's program.
    pub program: PathBuf,
    /// The folder of the profile, which is empty or of an earlier run of this browser. The caller removes it.
    pub profile: PathBuf,
    /// The built extension: a folder with its manifest.
    pub extension: PathBuf,
    /// Extensions that are loaded before this one, each a folder with its manifest.
    pub extensions_before: Vec<PathBuf>,
    /// Whether the extension may run in private windows.
    pub in_private_windows: bool,
    /// Whether the browser has no window.
    pub headless: bool,
    /// Where every host name leads. `None`: the real network.
    pub route: Option<Route>,
    /// Variables that are added to the inherited environment.
    pub env: Vec<(OsString, OsString)>,
    /// More preferences for Firefox: a name, and a JSON string, number or boolean.
    pub extra_prefs: Vec<(String, Value)>,
    /// More arguments for the program.
    pub extra_args: Vec<OsString>,
    /// The file for the browser's output.
    pub log: PathBuf,
}

/// One local server that answers for every host name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Where it listens. It speaks TLS, after CONNECT if the client uses it as a proxy.
    pub address: SocketAddr,
    /// The SHA-256 of its certificate's public key (SPKI, DER), in base64.
    ///
    /// Chromium accepts this one certificate for every name.
    pub spki_sha256: String,
}

/// An open tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Chromium: the target's id. Firefox: the window handle.
    pub id: String,
    /// Chromium: the attached session. Firefox: empty.
    pub session: String,
}
