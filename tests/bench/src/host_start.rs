//! Spawned → hello answered.

use crate::dirs::BenchDir;
use crate::figure::{Figure, Unit};
use crate::peers::{Interpreter, Peers, source};
use crate::port::{Port, expect_hello, framed, hello};
use crate::sample::{Contender, interleaved};
use crate::table::{Limit, Row, Table};
use anyhow::Result;
use potbridge_setup::artifacts::Artifacts;
use std::process::Command;
use std::time::Instant;

const WARM_UP: usize = 5;
const ROUNDS: usize = 100;

/// Adds the row.
///
/// # Errors
/// If a host does not answer.
pub fn measure(artifacts: &Artifacts, bench_dir: &BenchDir, peers: &Peers, table: &mut Table) -> Result<()> {
    let dirs = bench_dir.host_dirs_with_env_file("start")?;
    let frame = framed(&hello()?)?;
    let once = |command: Command, check: fn(&[u8]) -> Result<()>| {
        let start = Instant::now();
        let mut port = Port::open(command)?;
        let answer = port.ask(&frame)?;
        let spent = start.elapsed().as_secs_f64();
        check(&answer)?;
        port.close()?;
        Ok(spent)
    };
    let mut names = vec!["C".to_owned()];
    let mut contenders = vec![
        Contender::new(|| once(dirs.host(&artifacts.host), expect_hello)),
        Contender::new(|| once(Command::new(&peers.echo), |_| Ok(()))),
    ];
    for (name, interpreter, script) in usual_hosts(peers) {
        match interpreter {
            Ok(interpreter) => {
                names.push(name.to_owned());
                contenders.push(Contender::new(move || once(interpreter.run(script), |_| Ok(()))));
            }
            Err(why) => table.leave_out(format!("the usual host in {name}"), why),
        }
    }
    let samples = interleaved(WARM_UP, ROUNDS, contenders)?;
    let figures: Vec<_> = samples.iter().map(|samples| Figure::median(samples, Unit::Seconds)).collect();
    table.add(Row {
        what: "host: spawned → hello answered".to_owned(),
        ours: figures[0],
        limit: Some(Limit { value: 2.0 * figures[1].value, rule: "2 × C".to_owned() }),
        peers: names.into_iter().zip(figures.into_iter().skip(1)).collect(),
    });
    Ok(())
}

/// Typical hosts: the name of the language, the interpreter and the script.
pub fn usual_hosts(peers: &Peers) -> [(&'static str, &Result<Interpreter, String>, &'static str); 2] {
    [("Python", &peers.python, "echo.py"), ("Node", &peers.node, "echo.mjs")]
}

impl Interpreter {
    /// One of the scripts of `peers/`.
    #[must_use]
    pub fn run(&self, script: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(source(script));
        command
    }
}
