//! The machine of the figures.

use crate::dirs::BenchDir;
use crate::peers::{Interpreter, Peers};
use std::fs;
use std::thread::available_parallelism;

/// A line on the machine and one on the programs.
#[must_use]
pub fn description(bench_dir: &BenchDir, peers: &Peers) -> String {
    let processor = first_of("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let cores = available_parallelism().map_or(0, usize::from);
    let kernel = rustix::system::uname().release().to_string_lossy().into_owned();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?");
    let version = |peer: &Result<Interpreter, String>| match peer {
        Ok(Interpreter { version, .. }) => version.clone(),
        Err(_) => "–".to_owned(),
    };
    format!(
        "{cores} × {processor} · Linux {kernel} · load at the end {load} · {}\n\
         potbridge {} · Python {} · Node {} · medians (p10–p90, n runs), peers in turns with ours\n",
        file_system(bench_dir),
        env!("CARGO_PKG_VERSION"),
        version(&peers.python),
        version(&peers.node),
    )
}

fn first_of(file: &str, key: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The file system of the `.env`: the longest mount point above it.
fn file_system(bench_dir: &BenchDir) -> String {
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    mounts
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(' ').skip(1);
            Some((fields.next()?, fields.next()?))
        })
        .filter(|(point, _)| bench_dir.path().starts_with(point))
        .max_by_key(|(point, _)| point.len())
        .map_or_else(|| "unknown file system".to_owned(), |(_, kind)| kind.to_owned())
}
