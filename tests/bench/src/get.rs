//! `potbridge get`, the whole process.

use crate::body::Played;
use crate::figure::{Figure, Unit};
use crate::peers::Peers;
use crate::place::{Grounds, Place};
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
/// What it may take more than an empty program, in seconds.
const MORE: f64 = 5e-3;

/// Adds the row.
///
/// # Errors
/// Where the shelf cannot be filled, or does not give the newest token.
pub fn measure(artifacts: &Artifacts, grounds: &Grounds, peers: &Peers, table: &mut Table) -> Result<()> {
    let place = grounds.place("get")?;
    let newest = fill(artifacts, &place)?;
    let get = || {
        let mut command = Command::new(&artifacts.host);
        let (spent, printed) = whole(command.arg("get").envs(place.environment()))?;
        ensure!(printed.trim_ascii() == newest.expose().as_bytes(), "`potbridge get` gave another token");
        Ok(spent)
    };
    let empty = || whole(&mut Command::new(&peers.empty)).map(|(spent, _)| spent);
    let samples = interleaved(WARM_UP, ROUNDS, [Contender::new(get), Contender::new(empty)])?;
    let [ours, empty] = [0, 1].map(|index: usize| Figure::median(&samples[index], Unit::Seconds));
    table.add(Row {
        what: format!("potbridge get, whole process, {TOKENS} tokens shelved"),
        ours,
        peers: vec![("empty C program".to_owned(), empty)],
        limit: Some(Limit { value: empty.value + MORE, rule: "empty program + 5 ms".to_owned() }),
    });
    Ok(())
}

/// Puts tokens on the shelf as a browser does; gives the last.
fn fill(artifacts: &Artifacts, place: &Place) -> Result<PoToken> {
    let mut port = Port::open(place.host(&artifacts.host))?;
    expect_hello(&port.ask(&framed(&hello()?)?)?)?;
    let mut newest = None;
    for seconds_ago in (0..TOKENS as u64).rev() {
        let played = Played::anew()?;
        let mut capture = played.capture()?;
        capture.captured_at -= 1000 * seconds_ago;
        expect_stored(&port.ask(&framed(&captured("1", capture))?)?)?;
        newest = Some(played.token);
    }
    port.close()?;
    newest.context("the shelf was not filled")
}

/// Runs a program to its end: the seconds, and what it printed.
fn whole(command: &mut Command) -> Result<(f64, Vec<u8>)> {
    let start = Instant::now();
    let output = command.output()?;
    let spent = start.elapsed().as_secs_f64();
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok((spent, output.stdout))
}
