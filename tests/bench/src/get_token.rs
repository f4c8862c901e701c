//! `potbridge get`, the whole process.

use crate::dirs::{BenchDir, HostDirs};
use crate::figure::{Figure, Unit};
use crate::peers::Peers;
use crate::player_request::PlayerRequest;
use crate::port::{Port, captured, expect_hello, expect_stored, framed, hello};
use crate::sample::{Contender, interleaved};
use crate::table::{Limit, Row, Table};
use anyhow::{Context as _, Result, ensure};
use potbridge_protocol::PoToken;
use potbridge_setup::artifacts::Artifacts;
use std::process::Command;
use std::time::Instant;

const WARM_UP: usize = 5;
const ROUNDS: usize = 100;
const TOKENS: usize = 100;
/// The seconds that it may take more than an empty program.
const MORE: f64 = 5e-3;

/// Adds the row.
///
/// # Errors
/// If the store cannot be filled, or does not give the newest token.
pub fn measure(artifacts: &Artifacts, bench_dir: &BenchDir, peers: &Peers, table: &mut Table) -> Result<()> {
    let dirs = bench_dir.host_dirs("get")?;
    let newest = fill(artifacts, &dirs)?;
    let get = || {
        let mut command = Command::new(&artifacts.host);
        let (spent, printed) = whole(command.arg("get").envs(dirs.environment()))?;
        ensure!(printed.trim_ascii() == newest.expose().as_bytes(), "`potbridge get` gave another token");
        Ok(spent)
    };
    let empty = || whole(&mut Command::new(&peers.empty)).map(|(spent, _)| spent);
    let samples = interleaved(WARM_UP, ROUNDS, [Contender::new(get), Contender::new(empty)])?;
    let [ours, empty] = [0, 1].map(|index: usize| Figure::median(&samples[index], Unit::Seconds));
    table.add(Row {
        what: format!("potbridge get, whole process, {TOKENS} tokens stored"),
        ours,
        peers: vec![("empty C program".to_owned(), empty)],
        limit: Some(Limit { value: empty.value + MORE, rule: "empty program + 5 ms".to_owned() }),
    });
    Ok(())
}

/// Stores tokens as a browser does. Returns the last one.
fn fill(artifacts: &Artifacts, dirs: &HostDirs) -> Result<PoToken> {
    let mut port = Port::open(dirs.host(&artifacts.host))?;
    expect_hello(&port.ask(&framed(&hello()?)?)?)?;
    let mut newest = None;
    for seconds_ago in (0..TOKENS as u64).rev() {
        let request = PlayerRequest::random()?;
        let mut capture = request.capture()?;
        capture.captured_at -= 1000 * seconds_ago;
        expect_stored(&port.ask(&framed(&captured("1", capture))?)?)?;
        newest = Some(request.token);
    }
    port.close()?;
    newest.context("no token was stored")
}

/// Runs a program to its end. Returns the seconds and its output.
fn whole(command: &mut Command) -> Result<(f64, Vec<u8>)> {
    let start = Instant::now();
    let output = command.output()?;
    let spent = start.elapsed().as_secs_f64();
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok((spent, output.stdout))
}
