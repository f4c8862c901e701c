//! A page's `fetch()` → the token durable in `.env`, in a real browser with an open port.

use crate::browser_page::{BrowserPage, native_manifests};
use crate::dirs::{BenchDir, HostDirs};
use crate::figure::{Figure, Unit};
use crate::peers::{Peers, source};
use crate::player_request::PlayerRequest;
use crate::replace_file::FileReplacement;
use crate::sample::{Contender, interleaved};
use crate::store_token::OWN;
use crate::table::{Limit, Row, Table};
use crate::watch::Watch;
use anyhow::{Context as _, Result, anyhow};
use potbridge_browser::{Browser, Family};
use potbridge_bundler::manifest;
use potbridge_setup::artifacts::Artifacts;
use potbridge_setup::browsers::{self, Found};
use potbridge_stand_in::{Scenario, StandIn};
use potbridge_system::browser::native_manifest;
use serde_json::json;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const WARM_UP: usize = 5;
const ROUNDS: usize = 100;
const LIMIT: Duration = Duration::from_secs(20);
/// The name in `peers/extension/background.js`.
const PEER_HOST: &str = "dev.potbridge.bench_peer";

/// Adds the row of one browser.
///
/// # Errors
/// If the browser is installed and a token does not arrive.
pub fn measure(
    family: Family,
    artifacts: &Artifacts,
    bench_dir: &BenchDir,
    peers: &Peers,
    table: &mut Table,
) -> Result<()> {
    let entry = browsers::by_id(family.name())?;
    let what = format!("fetch() → .env durable, {}", entry.name);
    let Some(found) = entry.find() else {
        let package = entry.debian_package.as_deref().unwrap_or_default();
        table.leave_out(what, format!("it is not installed; Debian's package is {package}"));
        return Ok(());
    };
    let stand_in = StandIn::start(Scenario::named("watch")?)?;
    let dirs = bench_dir.host_dirs_with_env_file(&format!("{}-ours", family.name()))?;
    let ours = Ours::open(&found, artifacts, &dirs, &stand_in)?;
    let peer_dirs = bench_dir.host_dirs(&format!("{}-peer", family.name()))?;
    let mut peer = Peer::open(&found, peers, &peer_dirs, &stand_in)?;
    let mut replacement = FileReplacement::beside(&dirs.env_file())?;
    let samples = interleaved(
        WARM_UP,
        ROUNDS,
        [
            Contender::new(|| ours.once()),
            Contender::new(|| peer.once()),
            Contender::new(|| replacement.once()),
        ],
    )?;
    let both = samples[1].plus(&samples[2]).quantile(0.5);
    let [ours, peer, disk] = [0, 1, 2].map(|index: usize| Figure::median(&samples[index], Unit::Seconds));
    table.add(Row {
        what,
        ours,
        peers: vec![("browser → C host".to_owned(), peer), ("fsync+rename".to_owned(), disk)],
        limit: Some(Limit {
            value: both + OWN,
            rule: "browser + fsync+rename, by rounds, + 2 ms".to_owned(),
        }),
    });
    Ok(())
}

/// The whole of potbridge.
struct Ours<'a> {
    page: BrowserPage,
    dirs: &'a HostDirs,
    watch: Watch,
    folder: File,
}

impl<'a> Ours<'a> {
    fn open(found: &Found, artifacts: &Artifacts, dirs: &'a HostDirs, stand_in: &StandIn) -> Result<Self> {
        let family = found.entry.family;
        let text = native_manifest::text(family, &artifacts.host, &[])?;
        register(&native_manifests(family, dirs), &native_manifest::file_name(), &text)?;
        let extension = artifacts.extension(family);
        let page = BrowserPage::take(found, &extension, dirs, dirs.environment(), stand_in, |_| Ok(()))?;
        let folder = File::open(dirs.backend())?;
        Ok(Self { page, dirs, watch: Watch::on(&dirs.backend())?, folder })
    }

    fn once(&self) -> Result<f64> {
        let request = PlayerRequest::random()?;
        let env_file = self.dirs.env_file();
        let durable = || {
            let holds = fs::read_to_string(&env_file)?.contains(request.token.expose());
            if !holds {
                return Ok(None);
            }
            // The file was renamed. It counts as durable when the folder is synced too.
            self.folder.sync_all()?;
            milliseconds().map(Some)
        };
        thread::scope(|scope| {
            let landing = scope.spawn(|| self.watch.until(LIMIT, "a token in .env", durable));
            let at = self.page.play(&request.body())?;
            let landed = landing.join().map_err(|_| anyhow!("the watch on .env ended"))??;
            Ok((landed - at) / 1e3)
        })
    }
}

/// The smallest extension and host that bring a body from a page to a host.
struct Peer {
    page: BrowserPage,
    watch: Watch,
    stamps: PathBuf,
    seen: usize,
}

impl Peer {
    fn open(found: &Found, peers: &Peers, dirs: &HostDirs, stand_in: &StandIn) -> Result<Self> {
        let family = found.entry.family;
        let common = source("extension");
        let extension = dirs.path("extension");
        fs::create_dir_all(&extension)?;
        fs::copy(common.join("background.js"), extension.join("background.js"))?;
        let own = manifest::for_family(manifest::read(&common)?, family, "1.0");
        fs::write(extension.join(manifest::FILE), own.to_string())?;

        let stamps = dirs.backend().join("stamps");
        fs::write(&stamps, "")?;
        let environment = [("POTBRIDGE_BENCH_STAMPS".into(), stamps.clone().into())];
        let register_host = |browser: &Browser| {
            let mut text = json!({
                "name": PEER_HOST,
                "description": "notes when each message came",
                "path": peers.stamp,
                "type": "stdio",
            });
            match family {
                Family::Chromium => text["allowed_origins"] = json!([browser.extension_url("")]),
                Family::Firefox => {
                    text["allowed_extensions"] = json!([own["browser_specific_settings"]["gecko"]["id"]]);
                }
            }
            register(&native_manifests(family, dirs), &format!("{PEER_HOST}.json"), &text.to_string())
        };
        let page = BrowserPage::take(found, &extension, dirs, environment, stand_in, register_host)?;
        Ok(Self { page, watch: Watch::on(&dirs.backend())?, stamps, seen: 0 })
    }

    fn once(&mut self) -> Result<f64> {
        let at = self.page.play(&PlayerRequest::random()?.body())?;
        let stamp = self.watch.until(LIMIT, "a message to the minimal host", || {
            let text = fs::read_to_string(&self.stamps)?;
            Ok(text.lines().nth(self.seen).map(str::to_owned))
        })?;
        self.seen += 1;
        let nanoseconds: u128 = stamp.parse().context("the minimal host noted no time")?;
        Ok((nanoseconds as f64 / 1e6 - at) / 1e3)
    }
}

fn register(folder: &Path, name: &str, text: &str) -> Result<()> {
    fs::create_dir_all(folder)?;
    Ok(fs::write(folder.join(name), text)?)
}

/// Milliseconds since 1970, by this machine's clock.
fn milliseconds() -> Result<f64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64() * 1e3)
}
