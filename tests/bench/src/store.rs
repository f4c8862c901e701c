//! A captured frame in → the stored frame out, on a port that is open.

use crate::body::Played;
use crate::durable::Replacing;
use crate::figure::{Figure, Unit};
use crate::place::Grounds;
use crate::port::{Port, captured, expect_hello, expect_stored, framed, hello};
use crate::sample::{Contender, interleaved};
use crate::table::{Limit, Row, Table};
use anyhow::{Result, ensure};
use potbridge_setup::artifacts::Artifacts;
use std::fs;
use std::time::Instant;

const WARM_UP: usize = 10;
const ROUNDS: usize = 150;
/// What potbridge may take for itself, in seconds.
pub const OWN: f64 = 2e-3;

/// Adds the row.
///
/// # Errors
/// Where the host does not store a token.
pub fn measure(artifacts: &Artifacts, grounds: &Grounds, table: &mut Table) -> Result<()> {
    let place = grounds.place_with_env_file("store")?;
    let env_file = place.env_file();
    let mut replacing = Replacing::beside(&env_file)?;
    let mut port = Port::open(place.host(&artifacts.host))?;
    expect_hello(&port.ask(&framed(&hello()?)?)?)?;
    let mut last = 0;
    let store = || {
        let played = Played::anew()?;
        let mut capture = played.capture()?;
        // Of two tokens of one millisecond neither is the newer.
        while capture.captured_at <= last {
            std::thread::yield_now();
            capture = played.capture()?;
        }
        last = capture.captured_at;
        let frame = framed(&captured("1", capture))?;
        let start = Instant::now();
        let answer = port.ask(&frame)?;
        let spent = start.elapsed().as_secs_f64();
        expect_stored(&answer)?;
        let text = fs::read_to_string(&env_file)?;
        ensure!(text.contains(played.token.expose()), "the token is not in {}", env_file.display());
        Ok(spent)
    };
    let samples = interleaved(WARM_UP, ROUNDS, [Contender::new(store), Contender::new(|| replacing.once())])?;
    port.close()?;
    let [ours, disk] = [0, 1].map(|index: usize| Figure::median(&samples[index], Unit::Seconds));
    table.add(Row {
        what: "host: captured in → stored out, .env durable".to_owned(),
        ours,
        peers: vec![("fsync+rename".to_owned(), disk)],
        limit: Some(Limit { value: disk.value + OWN, rule: "fsync+rename + 2 ms".to_owned() }),
    });
    Ok(())
}
