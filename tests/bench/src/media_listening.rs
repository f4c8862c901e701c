//! What the extension costs a page that plays: the time of its media requests, and the bodies that the browser copies.
//!
//! Three browsers are measured in turns: with potbridge, with an extension that hears of media requests and does nothing,
//! and with one that hears of nothing. The first two are copies whose listeners are counted (`peers/count.js`).

use crate::browser_page::BrowserPage;
use crate::dirs::BenchDir;
use crate::figure::{Figure, Unit};
use crate::peers::source;
use crate::player_request::PlayerRequest;
use crate::sample::Samples;
use crate::table::{Row, Table};
use anyhow::{Context as _, Result};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE, Engine as _};
use potbridge_browser::Family;
use potbridge_bundler::manifest;
use potbridge_setup::artifacts::Artifacts;
use potbridge_setup::browsers::{self, Found};
use potbridge_stand_in::{Scenario, StandIn};
use serde::Deserialize;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// Media requests of one playback, sent one after the other. A video of some minutes has as many.
const REQUESTS: u32 = 100;
/// Playbacks in each browser.
const PLAYBACKS: u32 = 100;
/// Between two requests of a playback that is watched. Players send one in one to ten seconds.
const PACE: Duration = Duration::from_secs(1);
const MINUTE: u32 = 60;

/// The extension's file that is run first.
const FIRST_SCRIPT: &str = "background.js";

/// What `peers/count.js` counts.
#[derive(Deserialize)]
struct Counts {
    requests: u64,
    calls: u64,
    bodies: u64,
    bytes: u64,
    /// Of each call.
    seconds: Vec<f64>,
}

/// Adds the rows of one browser.
///
/// # Errors
/// If the browser is installed and does not play.
pub fn measure(family: Family, artifacts: &Artifacts, bench_dir: &BenchDir, table: &mut Table) -> Result<()> {
    let entry = browsers::by_id(family.name())?;
    let Some(found) = entry.find() else {
        let package = entry.debian_package.as_deref().unwrap_or_default();
        let why = format!("it is not installed; Debian's package is {package}");
        table.leave_out(format!("media requests, {}", entry.name), why);
        return Ok(());
    };
    let stand_in = StandIn::start(Scenario::named("watch")?)?;
    let potbridge = counted(&artifacts.extension(family), bench_dir, family, "potbridge")?;
    let listener = counted(&source("listener"), bench_dir, family, "listener")?;
    let open = |extension: &Path, name: &str| open(&found, extension, bench_dir, name, &stand_in);
    let ours = open(&potbridge, "ours")?;
    let empty = open(&listener, "empty")?;
    let without = open(&silent(bench_dir, family)?, "without")?;

    let mut times = [const { Vec::new() }; 3];
    for playback in 0..PLAYBACKS {
        let token = PlayerRequest::random()?.token;
        let media = media(token.expose(), playback, 0, REQUESTS)?;
        for (page, times) in [&ours, &empty, &without].into_iter().zip(&mut times) {
            times.extend(page.play_media(&media)?);
        }
    }
    let (burst, of_empty) = (counts(&ours)?, counts(&empty)?);
    let before = Instant::now();
    let token = PlayerRequest::random()?.token;
    for number in 0..MINUTE {
        ours.play_media(&media(token.expose(), PLAYBACKS, number, 1)?)?;
        thread::sleep((PACE * (number + 1)).saturating_sub(before.elapsed()));
    }
    let minute = counts(&ours)?;
    add_rows(table, &entry.name, &times.map(Samples::from_iter), [&burst, &of_empty, &minute]);
    Ok(())
}

fn add_rows(table: &mut Table, browser: &str, times: &[Samples; 3], [burst, of_empty, minute]: [&Counts; 3]) {
    let exact = |value: f64| Figure::exact(value, Unit::Seconds);
    for (share, name) in [(0.5, "p50"), (0.99, "p99")] {
        let [ours, empty, without] = [0, 1, 2].map(|index: usize| times[index].quantile(share));
        let ratio = |peer: f64| format!("× {:.2}", ours / peer);
        table.add(Row {
            what: format!("a page's media request, {name} of {}, {browser}", times[0].count()),
            ours: exact(ours),
            peers: vec![
                (format!("no extension ({})", ratio(without)), exact(without)),
                (format!("an empty listener ({})", ratio(empty)), exact(empty)),
            ],
            limit: None,
        });
    }
    let mean = |counts: &Counts| exact(counts.seconds.iter().sum::<f64>() / counts.requests as f64);
    let median = |counts: &Counts| Figure::median(&counts.seconds.iter().copied().collect(), Unit::Seconds);
    for (name, ours, peer) in [
        ("median", median(burst), median(of_empty)),
        ("mean, with those that bring something new", mean(burst), mean(of_empty)),
    ] {
        table.add(Row {
            what: format!("a media request in the listeners, {name}, {browser}"),
            ours,
            peers: vec![("an empty listener".to_owned(), peer)],
            limit: None,
        });
    }
    let count = |value: u64| Figure::exact(value as f64, Unit::Count);
    let kib = burst.bytes / 1024;
    table.add(Row {
        what: format!("bodies copied, {PLAYBACKS} playbacks in a row, {browser}"),
        ours: count(burst.bodies),
        peers: vec![
            ("of media requests".to_owned(), count(burst.requests)),
            (format!("calls of listeners, {kib} KiB copied"), count(burst.calls)),
        ],
        limit: None,
    });
    table.add(Row {
        what: format!("bodies copied in a minute of one playback, {browser}"),
        ours: count(minute.bodies - burst.bodies),
        peers: vec![("of media requests".to_owned(), count(minute.requests - burst.requests))],
        limit: None,
    });
}

/// A copy of an extension whose listeners are counted.
fn counted(extension: &Path, bench_dir: &BenchDir, family: Family, name: &str) -> Result<std::path::PathBuf> {
    let copy = bench_dir.path().join(format!("{}-counted-{name}", family.name()));
    copy_folder(extension, &copy)?;
    fs::copy(source("count.js"), copy.join("count.js"))?;
    let first = copy.join(FIRST_SCRIPT);
    let text = fs::read_to_string(&first)?;
    // Modules are run in the order in which they are imported.
    fs::write(&first, format!("import \"./count.js\";\n{text}"))?;
    fs::write(copy.join("counts.html"), "<!doctype html><title>counts</title>")?;
    let own = manifest::read(&copy)?;
    let version = own["version"].as_str().unwrap_or("1.0").to_owned();
    fs::write(copy.join(manifest::FILE), manifest::for_family(own, family, &version).to_string())?;
    Ok(copy)
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("there is no folder {}", from.display()))? {
        let (path, copy) = (entry?.path(), to.to_owned());
        let copy = copy.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_folder(&path, &copy)?;
        } else {
            fs::copy(&path, &copy)?;
        }
    }
    Ok(())
}

/// An extension that does nothing.
fn silent(bench_dir: &BenchDir, family: Family) -> Result<std::path::PathBuf> {
    let folder = bench_dir.path().join(format!("{}-silent", family.name()));
    fs::create_dir_all(&folder)?;
    let manifest = json!({
        "manifest_version": 3, "name": "Nothing", "version": "1.0",
        "browser_specific_settings": { "gecko": { "id": "bench-nothing@potbridge.dev" } },
    });
    fs::write(folder.join(manifest::FILE), manifest.to_string())?;
    Ok(folder)
}

fn open(
    found: &Found,
    extension: &Path,
    bench_dir: &BenchDir,
    name: &str,
    stand_in: &StandIn,
) -> Result<BrowserPage> {
    let dirs = bench_dir.host_dirs(&format!("{}-media-{name}", found.entry.family.name()))?;
    BrowserPage::take(found, extension, &dirs, dirs.environment(), stand_in, |_| Ok(()))
}

/// Media requests of one playback: its address without `rn`, the first `rn`, how many, and the body in base64.
fn media(token: &str, playback: u32, first: u32, requests: u32) -> Result<Value> {
    /// What a body holds besides the token, in bytes.
    const REST: usize = 2000;
    let token = BASE64_URL_SAFE.decode(token)?;
    let field = |key: &[u8], bytes: &[u8]| [key, &varint(bytes.len()), bytes].concat();
    // Field 19 (the streamer's context), field 2 (the token); field 5 is opaque.
    let context = field(&[0x9a, 0x01], &field(&[0x12], &token));
    let body = [field(&[0x2a], &[7; REST]), context].concat();
    let address = format!(
        "https://rr1---sn-standin.googlevideo.com/videoplayback?expire=1900000000&ei=bench&ip=203.0.113.7\
         &id=o-bench&source=youtube&requiressl=yes&c=WEB&n=bench&sabr=1&cpn=bench-{playback:010}&cver=2.20260911.01.00"
    );
    Ok(
        json!({ "address": address, "first": first, "requests": requests, "body": BASE64_STANDARD.encode(body) }),
    )
}

fn varint(length: usize) -> Vec<u8> {
    let (low, high) = ((length & 127) as u8, (length >> 7) as u8);
    if high == 0 { vec![low] } else { vec![low | 128, high] }
}

fn counts(page: &BrowserPage) -> Result<Counts> {
    let counts = page.in_extension(
        "counts.html",
        "(globalThis.browser ?? chrome).runtime.sendMessage({ type: 'bench-counts' })",
    )?;
    serde_json::from_value(counts).context("the extension's listeners were not counted")
}
