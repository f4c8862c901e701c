//! The idle host's memory, and the binary's size.

use crate::dirs::BenchDir;
use crate::figure::{Figure, Unit};
use crate::host_start::usual_hosts;
use crate::peers::Peers;
use crate::port::{Port, framed, hello};
use crate::sample::{Contender, interleaved};
use crate::table::{Limit, Row, Table};
use anyhow::{Context as _, Result};
use potbridge_setup::artifacts::Artifacts;
use std::fs;
use std::process::Command;

const ROUNDS: usize = 7;
const MIB: f64 = 1024.0 * 1024.0;

/// Adds the rows.
///
/// # Errors
/// If a host does not answer or cannot be read.
pub fn measure(artifacts: &Artifacts, bench_dir: &BenchDir, peers: &Peers, table: &mut Table) -> Result<()> {
    let dirs = bench_dir.host_dirs_with_env_file("idle")?;
    let frame = framed(&hello()?)?;
    let once = |command: Command| {
        let mut port = Port::open(command)?;
        port.ask(&frame)?;
        let resident = resident(port.process_id())?;
        port.close()?;
        Ok(resident)
    };
    let mut names = vec!["C"];
    let mut contenders = vec![
        Contender::new(|| once(dirs.host(&artifacts.host))),
        Contender::new(|| once(Command::new(&peers.echo))),
    ];
    for (name, interpreter, script) in usual_hosts(peers) {
        if let Ok(interpreter) = interpreter {
            names.push(name);
            contenders.push(Contender::new(move || once(interpreter.run(script))));
        }
    }
    let samples = interleaved(0, ROUNDS, contenders)?;
    let mut figures = samples.iter().map(|samples| Figure::median(samples, Unit::Bytes));
    table.add(Row {
        what: "host: idle memory after hello (VmRSS)".to_owned(),
        ours: figures.next().context("nothing was measured")?,
        peers: names.into_iter().map(str::to_owned).zip(figures).collect(),
        limit: Some(fixed(6.0)),
    });
    let size = fs::metadata(&artifacts.host)?.len() as f64;
    table.add(Row {
        what: "host: binary, stripped".to_owned(),
        ours: Figure::exact(size, Unit::Bytes),
        peers: Vec::new(),
        limit: Some(fixed(6.0)),
    });
    Ok(())
}

fn fixed(mebibytes: f64) -> Limit {
    Limit { value: mebibytes * MIB, rule: "fixed".to_owned() }
}

/// The resident memory of a process in bytes, with the pages of files that it shares.
fn resident(process: u32) -> Result<f64> {
    let path = format!("/proc/{process}/status");
    let status = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    let kibibytes: f64 = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"))
        .with_context(|| format!("{path} has no VmRSS"))?
        .parse()?;
    Ok(kibibytes * 1024.0)
}
