//! A page's `fetch()` → the token durable in `.env`, in a real browser with the port open.

use crate::body::Played;
use crate::durable::Replacing;
use crate::figure::{Figure, Unit};
use crate::peers::{Peers, source};
use crate::place::{Grounds, Place};
use crate::sample::{Contender, interleaved};
use crate::seat::{Seat, native_manifests};
use crate::store::OWN;
use crate::table::{Limit, Row, Table};
use crate::watch::Watch;
use anyhow::{Context as _, Result, anyhow};
use potbridge_browser::{Browser, Family};
use potbridge_bundler::manifest;
use potbridge_setup::artifacts::Artifacts;
use potbridge_setup::browsers::{self, Found};
use potbridge_setup::native_manifest;
use potbridge_stand_in::{Scenario, StandIn};
use serde_json::json;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const WARM_UP: usize = 5;
const ROUNDS: usize = 100;
const LIMIT: Duration = Duration::from_secs(20);
/// As `peers/extension/background.js` names it.
const PEER_HOST: &str = "dev.potbridge.bench_peer";

/// Adds the row of one browser.
///
/// # Errors
/// Where the browser is there and a token does not arrive.
pub fn measure(
    family: Family,
    artifacts: &Artifacts,
    grounds: &Grounds,
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
    let place = grounds.place_with_env_file(&format!("{}-ours", family.name()))?;
    let ours = Ours::open(&found, artifacts, &place, &stand_in)?;
    let peer_place = grounds.place(&format!("{}-peer", family.name()))?;
    let mut peer = Peer::open(&found, peers, &peer_place, &stand_in)?;
    let mut replacing = Replacing::beside(&place.env_file())?;
    let samples = interleaved(
        WARM_UP,
        ROUNDS,
        [Contender::new(|| ours.once()), Contender::new(|| peer.once()), Contender::new(|| replacing.once())],
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

/// potbridge, whole.
struct Ours<'a> {
    seat: Seat,
    place: &'a Place,
    watch: Watch,
    folder: File,
}

impl<'a> Ours<'a> {
    fn open(found: &Found, artifacts: &Artifacts, place: &'a Place, stand_in: &StandIn) -> Result<Self> {
        let family = found.entry.family;
        let text = native_manifest::text(family, &artifacts.host, &[])?;
        register(&native_manifests(family, place), &native_manifest::file_name(), &text)?;
        let extension = artifacts.extension(family);
        let seat = Seat::take(found, &extension, place, place.environment(), stand_in, |_| Ok(()))?;
        let folder = File::open(place.backend())?;
        Ok(Self { seat, place, watch: Watch::on(&place.backend())?, folder })
    }

    fn once(&self) -> Result<f64> {
        let played = Played::anew()?;
        let env_file = self.place.env_file();
        let durable = || {
            let holds = fs::read_to_string(&env_file)?.contains(played.token.expose());
            if !holds {
                return Ok(None);
            }
            // Seen after the rename: the moment counts when the folder is on the disk too.
            self.folder.sync_all()?;
            milliseconds().map(Some)
        };
        thread::scope(|scope| {
            let landing = scope.spawn(|| self.watch.until(LIMIT, "a token in .env", durable));
            let at = self.seat.play(&played.request())?;
            let landed = landing.join().map_err(|_| anyhow!("the watch on .env ended"))??;
            Ok((landed - at) / 1e3)
        })
    }
}

/// The least that brings a body from a page to a host.
struct Peer {
    seat: Seat,
    watch: Watch,
    stamps: PathBuf,
    seen: usize,
}

impl Peer {
    fn open(found: &Found, peers: &Peers, place: &Place, stand_in: &StandIn) -> Result<Self> {
        let family = found.entry.family;
        let common = source("extension");
        let extension = place.path("extension");
        fs::create_dir_all(&extension)?;
        fs::copy(common.join("background.js"), extension.join("background.js"))?;
        let own = manifest::for_family(manifest::read(&common)?, family, "1.0");
        fs::write(extension.join(manifest::FILE), own.to_string())?;

        let stamps = place.backend().join("stamps");
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
            register(&native_manifests(family, place), &format!("{PEER_HOST}.json"), &text.to_string())
        };
        let seat = Seat::take(found, &extension, place, environment, stand_in, register_host)?;
        Ok(Self { seat, watch: Watch::on(&place.backend())?, stamps, seen: 0 })
    }

    fn once(&mut self) -> Result<f64> {
        let at = self.seat.play(&Played::anew()?.request())?;
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

/// Since 1970, by this machine's clock.
fn milliseconds() -> Result<f64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64() * 1e3)
}
