//! `potbridge-package-tests`: has a browser capture one token with a potbridge that is installed already.
//!
//! `tests/packages/run` starts it in a fresh system. The browser finds the host by itself, and the host its configuration.

use anyhow::{Context as _, bail};
use clap::Parser;
use notify::{RecursiveMode, Watcher as _};
use potbridge_browser::{Browser, Family, LaunchOptions, Route};
use std::io::stdin;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use std::{fs, io};

/// Enough for a slow machine.
const LIMIT: Duration = Duration::from_secs(90);

/// Opens a browser on the stand-in, whose first line comes on stdin, and waits until a token is in the .env.
#[derive(Parser)]
struct Options {
    /// chromium or firefox
    #[arg(long)]
    family: String,
    /// The browser's program
    #[arg(long)]
    program: PathBuf,
    /// The folder of its profile
    #[arg(long)]
    profile: PathBuf,
    /// The folder of the extension
    #[arg(long)]
    extension: PathBuf,
    /// The .env that the host's configuration names
    #[arg(long)]
    env_file: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let family = Family::ALL.into_iter().find(|family| family.name() == options.family);
    let mut line = String::new();
    stdin().read_line(&mut line)?;
    let stand_in: serde_json::Value = serde_json::from_str(&line)?;
    let text = |key: &str| stand_in[key].as_str().context("the stand-in's line is not as expected");
    let scratch = tempfile::tempdir()?;
    let launch = LaunchOptions {
        program: options.program,
        profile: options.profile,
        extension: options.extension,
        extensions_before: Vec::new(),
        in_private_windows: false,
        headless: true,
        route: Some(Route {
            address: text("address")?.parse()?,
            spki_sha256: text("spki_sha256")?.to_owned(),
        }),
        env: Vec::new(),
        extra_prefs: Vec::new(),
        extra_args: Vec::new(),
        log: scratch.path().join("browser.log"),
    };
    let browser = Browser::launch(family.context("no such family")?, &launch)?;
    browser.open(text("start_url")?)?;
    if !has_token_within(&options.env_file, LIMIT)? {
        bail!("no token came within {} s; the browser said: {}", LIMIT.as_secs(), browser.log_tail());
    }
    Ok(())
}

fn has_token_within(env_file: &Path, limit: Duration) -> anyhow::Result<bool> {
    let (changed, changes) = mpsc::channel();
    // At the end nobody listens any more.
    let mut watcher = notify::recommended_watcher(move |_| {
        let _ = changed.send(());
    })?;
    let folder = env_file.parent().context("a file has a folder")?;
    watcher.watch(folder, RecursiveMode::NonRecursive)?;
    let end = Instant::now() + limit;
    while !has_token(env_file)? {
        let rest = end.saturating_duration_since(Instant::now());
        if changes.recv_timeout(rest).is_err() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn has_token(env_file: &Path) -> io::Result<bool> {
    match fs::read_to_string(env_file) {
        Ok(text) => {
            let mut values = text.lines().filter_map(|line| line.strip_prefix("YT_DLP_PO_TOKEN="));
            Ok(values.any(|value| !value.is_empty()))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
