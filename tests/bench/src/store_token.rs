//! A captured frame in → the stored frame out, on an open port.

use crate::dirs::BenchDir;
use crate::figure::{Figure, Unit};
use crate::player_request::PlayerRequest;
use crate::port::{Port, captured, expect_hello, expect_stored, framed, hello};
use crate::replace_file::FileReplacement;
use crate::sample::{Contender, interleaved};
use crate::table::{Limit, Row, Table};
use anyhow::{Result, ensure};
use potbridge_setup::artifacts::Artifacts;
use std::fs;
use std::time::Instant;

const WARM_UP: usize = 10;
const ROUNDS: usize = 150;
/// The seconds that potbridge may take for itself.
pub const OWN: f64 = 2e-3;

/// Adds the row.
///
/// # Errors
/// If the host does not store a token.
pub fn measure(artifacts: &Artifacts, bench_dir: &BenchDir, table: &mut Table) -> Result<()> {
    let dirs = bench_dir.host_dirs_with_env_file("store")?;
    let env_file = dirs.env_file();
    let mut replacement = FileReplacement::beside(&env_file)?;
    let mut port = Port::open(dirs.host(&artifacts.host))?;
    expect_hello(&port.ask(&framed(&hello()?)?)?)?;
    let mut last = 0;
    let store = || {
        let request = PlayerRequest::random()?;
        let mut capture = request.capture()?;
        // Two tokens of one millisecond have no order.
        while capture.captured_at <= last {
            std::thread::yield_now();
            capture = request.capture()?;
        }
        last = capture.captured_at;
        let frame = framed(&captured("1", capture))?;
        let start = Instant::now();
        let answer = port.ask(&frame)?;
        let spent = start.elapsed().as_secs_f64();
        expect_stored(&answer)?;
        let text = fs::read_to_string(&env_file)?;
        ensure!(text.contains(request.token.expose()), "the token is not in {}", env_file.display());
        Ok(spent)
    };
    let samples =
        interleaved(WARM_UP, ROUNDS, [Contender::new(store), Contender::new(|| replacement.once())])?;
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
